//! Cells of a sheet into rows of text, one row at a time, with limits of our own: what a workbook says is believed only as
//! far as rows grow and cells lie within a sheet.

use std::fmt::Write as _;
use std::io;

use super::cell_text::{Noticed, Value, push_value};
use super::look::part_name;
use super::open::bomb;
use super::refusal::{Refusal, grouped, shown};
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
    /// First formula without a stored value: its column from 0, and the formula if the file has it as text.
    pub unsolved: Option<(usize, String)>,
    hidden: bool,
}

impl SheetRow {
    fn clear(&mut self, number: u64, hidden: bool) {
        self.number = number;
        self.text.clear();
        self.ends.clear();
        self.given.clear();
        self.unsolved = None;
        self.hidden = hidden;
    }

    fn pad_to(&mut self, columns: usize) {
        let end = self.text.len();
        self.ends.resize(columns.max(self.ends.len()), end);
        self.given.resize(self.ends.len(), false);
    }

    fn is_blank(&self) -> bool {
        self.text.is_empty() && self.unsolved.is_none()
    }

    fn cell(&self, column: usize) -> &str {
        let from = column.checked_sub(1).and_then(|c| self.ends.get(c)).copied().unwrap_or(0);
        self.ends.get(column).and_then(|&end| self.text.get(from..end)).unwrap_or_default()
    }

    pub fn cells(&self) -> Vec<String> {
        (0..self.ends.len()).map(|c| self.cell(c).to_owned()).collect()
    }

    /// The row as a line of a CSV file, with the formula that has no value.
    pub fn as_csv(&self) -> Vec<u8> {
        let mut line = String::new();
        for column in 0..self.ends.len() {
            if column > 0 {
                line.push(',');
            }
            let cell = match &self.unsolved {
                Some((at, formula)) if *at == column => formula,
                _ => self.cell(column),
            };
            push_csv(cell, &mut line);
        }
        line.into_bytes()
    }
}

/// Writes a field of CSV, in quotes where it needs them.
pub(super) fn push_csv(cell: &str, line: &mut String) {
    if cell.contains(['"', ',', '\r', '\n']) {
        let _ = write!(line, "\"{}\"", cell.replace('"', "\"\""));
    } else {
        line.push_str(cell);
    }
}

/// Why the walk over a sheet ends before the sheet does.
pub(super) enum Halt {
    /// Who takes the rows has seen enough.
    Enough,
    Io(io::Error),
    Read(ReadError),
}

impl From<io::Error> for Halt {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Takes cells in their order and hands out the rows that are not blank, until `each` says that it is enough.
pub(super) struct SheetRows<'a> {
    part: &'a Part,
    sheet: &'a str,
    limits: &'a Limits,
    from_1904: bool,
    pub noticed: &'a mut Noticed,
    /// The most bytes that all rows together may have: a short reference can stand for a long text again and again.
    most: u64,
    bytes: u64,
    row: SheetRow,
    each: &'a mut dyn FnMut(&SheetRow) -> Result<bool, ReadError>,
}

impl<'a> SheetRows<'a> {
    pub fn new(
        part: &'a Part,
        sheet: &'a str,
        limits: &'a Limits,
        from_1904: bool,
        most: u64,
        noticed: &'a mut Noticed,
        each: &'a mut dyn FnMut(&SheetRow) -> Result<bool, ReadError>,
    ) -> Self {
        Self { part, sheet, limits, from_1904, noticed, most, bytes: 0, row: SheetRow::default(), each }
    }

    /// Number of the current row, 0 before the first.
    pub fn number(&self) -> u64 {
        self.row.number
    }

    /// Bytes of the current row's values.
    pub fn row_bytes(&self) -> u64 {
        self.row.text.len() as u64
    }

    /// Whether the current row holds nothing.
    pub fn is_blank(&self) -> bool {
        self.row.is_blank()
    }

    pub fn misplaced(&self, what: &str) -> Halt {
        Halt::Io(Refusal::io(
            ReadErrorKind::Format,
            format!("on the sheet “{}” {what}", shown(self.sheet)),
            "Open it in a spreadsheet program, save it again and load that file.",
        ))
    }

    /// Goes to a row, from 1.
    pub fn begin(&mut self, number: u64, hidden: bool) -> Result<(), Halt> {
        if number == 0 || number > MOST_ROWS {
            return Err(self.misplaced("a cell lies beyond the last row or column of any sheet"));
        }
        if number < self.row.number {
            return Err(
                self.misplaced(&format!("row {number} stands below row {}: rows must only grow", self.row.number))
            );
        }
        if number > self.row.number {
            self.finish()?;
            self.row.clear(number, hidden);
        }
        Ok(())
    }

    /// Hands out the last row.
    pub fn finish(&mut self) -> Result<(), Halt> {
        if self.row.number == 0 || self.row.is_blank() {
            return Ok(());
        }
        self.bytes = self.bytes.saturating_add(self.row.text.len() as u64);
        if self.bytes > self.most {
            return Err(Halt::Io(bomb(self.most)));
        }
        self.noticed.hidden_rows += u64::from(self.row.hidden);
        if (self.each)(&self.row).map_err(Halt::Read)? { Ok(()) } else { Err(Halt::Enough) }
    }

    /// Hands the current row out once more, as the next one.
    pub fn once_more(&mut self) -> Result<(), Halt> {
        self.finish()?;
        self.row.number += 1;
        if self.row.number > MOST_ROWS {
            return Err(self.misplaced("a cell lies beyond the last row or column of any sheet"));
        }
        Ok(())
    }

    /// Takes a cell of the current row. `column` from 1; `formula`: there is one, perhaps without its text; `stored`: its
    /// value was stored.
    pub fn cell(&mut self, column: u64, value: Value<'_>, formula: Option<&str>, stored: bool) -> Result<(), Halt> {
        if column == 0 || column > MOST_COLUMNS {
            return Err(self.misplaced("a cell lies beyond the last row or column of any sheet"));
        }
        let row = &mut self.row;
        let number = row.number;
        if column > self.limits.columns as u64 {
            return Err(Halt::Read(
                ReadError::new(
                    ReadErrorKind::Limit,
                    &self.part.file,
                    format!(
                        "{}: row {number} has more than {} columns",
                        part_name(self.part),
                        grouped(self.limits.columns as u64)
                    ),
                    "Raise the limit with --max-columns.",
                )
                .on_line(number),
            ));
        }
        let column = usize::try_from(column - 1).unwrap_or(usize::MAX);
        if column < row.ends.len() {
            return Err(self.misplaced(&format!("row {number} gives a cell twice or out of order")));
        }
        row.pad_to(column);
        let before = row.text.len();
        let given = push_value(value, self.from_1904, &mut row.text, self.noticed);
        if let Some(formula) = formula {
            self.noticed.formulas += 1;
            if !stored && row.unsolved.is_none() {
                row.unsolved = Some((column, formula.chars().take(8192).collect()));
            }
        }
        row.ends.push(row.text.len());
        row.given.push(given && row.text.len() > before);
        if row.text.len() > self.limits.row_bytes {
            return Err(Halt::Read(
                ReadError::new(
                    ReadErrorKind::Limit,
                    &self.part.file,
                    format!(
                        "{}: row {number} is longer than {} MiB",
                        part_name(self.part),
                        self.limits.row_bytes >> 20
                    ),
                    "Raise the limit with --max-row-mb.",
                )
                .on_line(number),
            ));
        }
        Ok(())
    }
}
