//! Cells of a sheet into rows of text, one row at a time, with limits of our own: what the library hands out is believed
//! only as far as rows grow and cells lie within a sheet.

use std::fmt::Write as _;
use std::io;

use calamine::{DataRef, ExcelDateTime};

use super::look::part_name;
use super::refusal::{Refusal, grouped, read_error, shown};
use super::xlsx::{Book, fenced};
use super::xlsx_fence::{MOST_COLUMNS, MOST_ROWS};
use super::{Limits, Part, ReadError, ReadErrorKind};

/// One row of a sheet as text.
#[derive(Default)]
pub(super) struct SheetRow {
    /// From 1.
    pub number: u64,
    pub text: String,
    /// End of each value, for all columns up to the last cell.
    pub ends: Vec<usize>,
    pub given: Vec<bool>,
    /// First formula without a stored value: its column from 0.
    pub formula_without_value: Option<usize>,
}

impl SheetRow {
    fn clear(&mut self, number: u64) {
        self.number = number;
        self.text.clear();
        self.ends.clear();
        self.given.clear();
        self.formula_without_value = None;
    }

    fn pad_to(&mut self, columns: usize) {
        let end = self.text.len();
        self.ends.resize(columns.max(self.ends.len()), end);
        self.given.resize(self.ends.len(), false);
    }

    fn is_blank(&self) -> bool {
        self.text.is_empty() && self.formula_without_value.is_none()
    }

    fn cell(&self, column: usize) -> &str {
        let from = column.checked_sub(1).and_then(|c| self.ends.get(c)).copied().unwrap_or(0);
        self.ends.get(column).and_then(|&end| self.text.get(from..end)).unwrap_or_default()
    }

    pub fn cells(&self) -> Vec<String> {
        (0..self.ends.len()).map(|c| self.cell(c).to_owned()).collect()
    }

    /// The row as a line of a CSV file.
    pub fn as_csv(&self) -> Vec<u8> {
        let mut line = String::new();
        for column in 0..self.ends.len() {
            if column > 0 {
                line.push(',');
            }
            let cell = self.cell(column);
            if cell.contains(['"', ',', '\r', '\n']) {
                let _ = write!(line, "\"{}\"", cell.replace('"', "\"\""));
            } else {
                line.push_str(cell);
            }
        }
        line.into_bytes()
    }
}

/// What is counted while cells are read.
#[derive(Default)]
pub(super) struct Noticed {
    pub formulas: u64,
    /// Whole numbers beyond 2^53, which a workbook cannot hold exactly.
    pub inexact: u64,
}

/// Steps through the rows of a sheet that are not blank, until `each` says that it is enough.
pub(super) fn each_row(
    part: &Part,
    book: &mut Book,
    sheet: &str,
    limits: &Limits,
    noticed: &mut Noticed,
    mut each: impl FnMut(&SheetRow) -> Result<bool, ReadError>,
) -> Result<(), ReadError> {
    let fail = |e: io::Error| read_error(e, &part.file);
    let misplaced = |what: &str| {
        fail(Refusal::io(
            ReadErrorKind::Format,
            format!("on the sheet “{}” {what}", shown(sheet)),
            "Open it in a spreadsheet program, save it again and load that file.",
        ))
    };
    let mut cells = fenced(|| book.worksheet_cells_reader(sheet)).map_err(fail)?;
    let mut row = SheetRow::default();
    loop {
        let cell = fenced(|| cells.next_cell_with_formula_metadata()).map_err(fail)?;
        let Some(cell) = cell else { break };
        let (number, column) = (u64::from(cell.pos.0) + 1, u64::from(cell.pos.1) + 1);
        if number > MOST_ROWS || column > MOST_COLUMNS {
            return Err(misplaced("a cell lies beyond the last row or column of any sheet"));
        }
        if column > limits.columns as u64 {
            return Err(ReadError::new(
                ReadErrorKind::Limit,
                &part.file,
                format!("{}: row {number} has more than {} columns", part_name(part), grouped(limits.columns as u64)),
                "Raise the limit with --max-columns.",
            )
            .on_line(number));
        }
        if number < row.number {
            return Err(misplaced(&format!("row {number} stands below row {}: rows must only grow", row.number)));
        }
        if number > row.number {
            if row.number > 0 && !row.is_blank() && !each(&row)? {
                return Ok(());
            }
            row.clear(number);
        }
        let column = usize::try_from(column - 1).unwrap_or(usize::MAX);
        if column < row.ends.len() {
            return Err(misplaced(&format!("row {number} gives a cell twice or out of order")));
        }
        row.pad_to(column);
        let before = row.text.len();
        let given = push_value(&cell.value, &mut row.text, noticed);
        if cell.formula.is_some() {
            noticed.formulas += 1;
            if !given {
                row.formula_without_value.get_or_insert(column);
            }
        }
        row.ends.push(row.text.len());
        row.given.push(given && row.text.len() > before);
        if row.text.len() > limits.row_bytes {
            return Err(ReadError::new(
                ReadErrorKind::Limit,
                &part.file,
                format!("{}: row {number} is longer than {} MiB", part_name(part), limits.row_bytes >> 20),
                "Raise the limit with --max-row-mb.",
            )
            .on_line(number));
        }
    }
    if row.number > 0 && !row.is_blank() {
        each(&row)?;
    }
    Ok(())
}

/// Writes a value as text; `false` for none.
fn push_value(value: &DataRef<'_>, text: &mut String, noticed: &mut Noticed) -> bool {
    match value {
        DataRef::Empty => return false,
        DataRef::String(s) => text.push_str(s),
        DataRef::SharedString(s) => text.push_str(s),
        DataRef::DateTimeIso(s) | DataRef::DurationIso(s) => text.push_str(s),
        DataRef::Bool(true) => text.push_str("TRUE"),
        DataRef::Bool(false) => text.push_str("FALSE"),
        DataRef::Int(n) => {
            let _ = write!(text, "{n}");
        }
        DataRef::Float(n) => push_number(*n, text, noticed),
        DataRef::DateTime(date) => push_date(date, text, noticed),
        DataRef::Error(error) => {
            let _ = write!(text, "{error}");
        }
    }
    true
}

/// The shortest digits that give the same number again.
fn push_number(n: f64, text: &mut String, noticed: &mut Noticed) {
    if n.abs() >= 9_007_199_254_740_992.0 {
        noticed.inexact += 1;
    }
    let n = if n == 0.0 { 0.0 } else { n };
    let _ = if n != 0.0 && (n.abs() >= 1e21 || n.abs() < 1e-9) { write!(text, "{n:e}") } else { write!(text, "{n}") };
}

fn push_date(date: &ExcelDateTime, text: &mut String, noticed: &mut Noticed) {
    let serial = date.as_f64();
    if !(0.0..2_958_466.0).contains(&serial) {
        push_number(serial, text, noticed);
        return;
    }
    if date.is_duration() {
        let millis = (serial * 86_400_000.0).round() as u64;
        let (hours, minutes, seconds, rest) =
            (millis / 3_600_000, millis / 60_000 % 60, millis / 1000 % 60, millis % 1000);
        let _ = write!(text, "{hours:02}:{minutes:02}:{seconds:02}");
        if rest > 0 {
            let _ = write!(text, ".{rest:03}");
        }
        return;
    }
    let (year, month, day, hour, minute, second, millis) = date.to_ymd_hms_milli();
    let whole = hour == 0 && minute == 0 && second == 0 && millis == 0;
    if serial >= 1.0 || whole {
        let _ = write!(text, "{year:04}-{month:02}-{day:02}");
    }
    if !whole {
        let mark = if serial >= 1.0 { "T" } else { "" };
        let _ = write!(text, "{mark}{hour:02}:{minute:02}:{second:02}");
        if millis > 0 {
            let _ = write!(text, ".{millis:03}");
        }
    }
}

/// `AB12`.
pub(super) fn cell_name(column: usize, row: u64) -> String {
    let mut letters = Vec::new();
    let mut n = column + 1;
    while n > 0 {
        n -= 1;
        letters.push(char::from(b'A' + u8::try_from(n % 26).unwrap_or(0)));
        n /= 26;
    }
    letters.iter().rev().collect::<String>() + &row.to_string()
}
