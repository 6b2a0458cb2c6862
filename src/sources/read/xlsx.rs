//! XLSX workbooks, a sheet at a time, cell by cell. What a cell shows by its format is not known to a file; values come
//! out as the plainest text that keeps them: numbers as digits, dates by ISO 8601.

use std::fmt::Write as _;
use std::io::{self, Read, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{DataRef, ExcelDateTime, Reader, SheetType, SheetVisible, Xlsx, XlsxError};
use sha2::{Digest, Sha256};

use super::delimited::{Sample, warn_of_names};
use super::look::{self, part_name};
use super::open::{self, Blob, ReadSeek};
use super::refusal::{Refusal, counted, grouped, read_error, shown};
use super::shape::{Header, propose_header};
use super::sniff::{usual_fields, warn_of_titles};
use super::xlsx_fence::{self, MOST_COLUMNS, MOST_ROWS};
use super::{Layout, Limits, Part, Quarantined, ReadError, ReadErrorKind, ReadOptions, Row, RowSink, Scan, Tally};
use crate::job::Job;

/// A sheet of a workbook, and why it is not read, if it is not.
pub(super) struct Sheet {
    pub name: String,
    pub skip: Option<&'static str>,
}

/// The sheets of a workbook in their order.
pub(super) fn sheets(blob: &Blob, limits: &Limits) -> io::Result<Vec<Sheet>> {
    xlsx_fence::check(blob, limits)?;
    let mut book = open_book(blob, None)?;
    let about = book.sheets_metadata().to_vec();
    let mut sheets: Vec<Sheet> = Vec::new();
    for sheet in about {
        if sheets.iter().any(|known| known.name == sheet.name) {
            return Err(Refusal::io(
                ReadErrorKind::Format,
                format!("it holds two sheets named “{}”", shown(&sheet.name)),
                "Rename one of them in a spreadsheet program.",
            ));
        }
        let skip = if sheet.visible != SheetVisible::Visible {
            Some("a hidden sheet")
        } else if sheet.typ != SheetType::WorkSheet {
            Some("a chart, no table")
        } else if is_empty(&mut book, &sheet.name)? {
            Some("an empty sheet")
        } else {
            None
        };
        sheets.push(Sheet { name: sheet.name, skip });
    }
    Ok(sheets)
}

/// Bytes of a workbook on their way to the library: they move the progress and notice a cancel.
struct Watched {
    inner: Box<dyn ReadSeek>,
    job: Option<Job>,
}

impl Read for Watched {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buf)?;
        if let Some(job) = &self.job {
            job.check().map_err(|_| Refusal::cancelled())?;
            job.advance(n as u64);
        }
        Ok(n)
    }
}

impl Seek for Watched {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.inner.seek(to)
    }
}

type Book = Xlsx<Watched>;

fn damaged(what: &str) -> io::Error {
    Refusal::io(
        ReadErrorKind::Format,
        format!("the workbook is damaged or unusual ({})", shown(what)),
        "Open it in a spreadsheet program, save it again (or as CSV) and load that file.",
    )
}

fn library_error(error: XlsxError) -> io::Error {
    match error {
        XlsxError::Io(error) => error,
        XlsxError::Password => Refusal::io(
            ReadErrorKind::Format,
            "it is an office file protected by a password",
            "Open it with its password, save it without one (or as CSV) and load that file.",
        ),
        error => damaged(&error.to_string()),
    }
}

/// Runs a piece of the library's work. A panic in it is a damaged workbook, not the end of the program.
fn fenced<T>(work: impl FnOnce() -> Result<T, XlsxError>) -> io::Result<T> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(library_error(error)),
        Err(_) => Err(damaged("the library that reads it gave up")),
    }
}

fn open_book(blob: &Blob, job: Option<&Job>) -> io::Result<Book> {
    let watched = Watched { inner: blob.reader()?, job: job.cloned() };
    fenced(|| Xlsx::new(watched))
}

fn is_empty(book: &mut Book, sheet: &str) -> io::Result<bool> {
    let mut cells = fenced(|| book.worksheet_cells_reader(sheet))?;
    loop {
        match fenced(|| cells.next_cell_with_formula_metadata())? {
            None => return Ok(true),
            Some(cell) if cell.formula.is_some() || !matches!(cell.value, DataRef::Empty) => return Ok(false),
            Some(_) => {}
        }
    }
}

/// One row of a sheet as text.
#[derive(Default)]
struct SheetRow {
    /// From 1.
    number: u64,
    text: String,
    /// End of each value, for all columns up to the last cell.
    ends: Vec<usize>,
    given: Vec<bool>,
    /// First formula without a stored value: its column from 0.
    formula_without_value: Option<usize>,
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

    fn cells(&self) -> Vec<String> {
        (0..self.ends.len()).map(|c| self.cell(c).to_owned()).collect()
    }

    /// The row as a line of a CSV file.
    fn as_csv(&self) -> Vec<u8> {
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
struct Noticed {
    formulas: u64,
    /// Whole numbers beyond 2^53, which a workbook cannot hold exactly.
    inexact: u64,
}

/// Steps through the rows of a sheet that are not blank, until `each` says that it is enough.
fn each_row(
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
fn cell_name(column: usize, row: u64) -> String {
    let mut letters = Vec::new();
    let mut n = column + 1;
    while n > 0 {
        n -= 1;
        letters.push(char::from(b'A' + u8::try_from(n % 26).unwrap_or(0)));
        n /= 26;
    }
    letters.iter().rev().collect::<String>() + &row.to_string()
}

fn sheet_of(part: &Part) -> &str {
    part.sheet.as_deref().unwrap_or_default()
}

pub(super) fn scan(part: &Part, options: &ReadOptions, job: &Job) -> Result<Scan, ReadError> {
    look_through(part, options, job).map_err(|error| or_cancelled(error, part, job))
}

/// The library says of a cancel only that its bytes ended.
fn or_cancelled(error: ReadError, part: &Part, job: &Job) -> ReadError {
    if error.kind != ReadErrorKind::Stopped && job.check().is_err() { ReadError::cancelled(&part.file) } else { error }
}

fn look_through(part: &Part, options: &ReadOptions, job: &Job) -> Result<Scan, ReadError> {
    let fail = |e: io::Error| read_error(e, &part.file);
    let sheet = sheet_of(part);
    let fingerprint = open::fingerprint_on_disk(&part.file).map_err(fail)?;
    job.begin("looking through the workbook", part.size.unwrap_or(fingerprint.size));
    let blob = open::blob(part, &options.limits).map_err(fail)?;
    xlsx_fence::check(&blob, &options.limits).map_err(fail)?;
    let bytes = blob.size().map_err(fail)?;
    let sha256 = hash(&blob, sheet).map_err(fail)?;
    let mut book = open_book(&blob, Some(job)).map_err(fail)?;
    let mut first: Vec<(u64, Vec<String>)> = Vec::new();
    let mut cells = 0;
    each_row(part, &mut book, sheet, &options.limits, &mut Noticed::default(), |row| {
        cells += row.ends.len();
        first.push((row.number, row.cells()));
        Ok(first.len() < 1000 && cells < 500_000)
    })?;
    if first.is_empty() {
        return Err(look::empty(part));
    }
    let mut warnings = Vec::new();
    let usual = usual_fields(first.iter().map(|(_, c)| c.len()));
    let header_line = match options.header_line {
        Some(line) => line,
        None => {
            let tables: Vec<Vec<String>> = first.iter().take(300).map(|(_, c)| c.clone()).collect();
            match propose_header(&tables, usual) {
                Header::Row(at) => {
                    warn_of_titles(&tables[..at.min(tables.len())], "row", &mut warnings);
                    first.get(at).map(|(number, _)| *number)
                }
                Header::None => {
                    warnings.push(
                        "The first row looks like data, so the columns are named column_1 and so on. Overrule with --header-line."
                            .to_owned(),
                    );
                    None
                }
            }
        }
    };
    // A cell beyond the last named column is a value of a column without a name: sheets have no other edge.
    let width =
        first.iter().filter(|(n, _)| header_line.is_none_or(|h| *n >= h)).map(|(_, c)| c.len()).max().unwrap_or(0);
    let columns = match header_line {
        None => (1..=width.max(1)).map(|n| format!("column_{n}")).collect(),
        Some(line) => {
            let Some((_, names)) = first.iter().find(|(number, _)| *number == line) else {
                return Err(ReadError::new(
                    ReadErrorKind::Format,
                    &part.file,
                    format!("{}: row {line} is empty or far down, it cannot be the header", part_name(part)),
                    "Name another row with --header-line.",
                )
                .on_line(line));
            };
            let mut names = names.clone();
            names.resize(width.max(names.len()), String::new());
            warn_of_names(&names, &mut warnings);
            names
        }
    };
    let mut scan = Scan {
        sha256,
        bytes,
        encoding: "UTF-8",
        bom: false,
        dialect: None,
        header_line,
        columns,
        sample: Vec::new(),
        warnings,
        fingerprint,
        layout: Layout::Sheet(sheet.to_owned()),
        clean: true,
    };
    let mut sample = Sample::default();
    match run(part, &mut book, &scan, options, None, &mut sample) {
        Err(error) if error.kind == ReadErrorKind::Stopped && sample.is_full() => {}
        Err(error) => return Err(error),
        Ok(_) => {}
    }
    scan.sample = sample.rows;
    Ok(scan)
}

fn hash(blob: &Blob, sheet: &str) -> io::Result<[u8; 32]> {
    let mut sha = Sha256::new();
    let mut reader = blob.reader()?;
    let mut chunk = vec![0; 256 << 10];
    loop {
        let n = reader.read(&mut chunk)?;
        if n == 0 {
            break;
        }
        sha.update(&chunk[..n]);
    }
    sha.update([0]);
    sha.update(sheet.as_bytes());
    Ok(sha.finalize().into())
}

pub(super) fn read(
    part: &Part,
    scan: &Scan,
    options: &ReadOptions,
    job: &Job,
    sink: &mut dyn RowSink,
) -> Result<Tally, ReadError> {
    let fail = |e: io::Error| read_error(e, &part.file);
    job.begin("reading", part.size.unwrap_or(scan.fingerprint.size));
    // Only the workbook that was looked over may reach the library.
    open::unchanged(part, scan.fingerprint, open::fingerprint_on_disk(&part.file).map_err(fail)?)?;
    let blob = open::blob(part, &options.limits).map_err(fail)?;
    let mut book = open_book(&blob, Some(job)).map_err(|e| or_cancelled(fail(e), part, job))?;
    let tally =
        run(part, &mut book, scan, options, Some(job), sink).map_err(|error| or_cancelled(error, part, job))?;
    open::unchanged(part, scan.fingerprint, open::fingerprint_on_disk(&part.file).map_err(fail)?)?;
    Ok(tally)
}

fn run(
    part: &Part,
    book: &mut Book,
    scan: &Scan,
    options: &ReadOptions,
    job: Option<&Job>,
    sink: &mut dyn RowSink,
) -> Result<Tally, ReadError> {
    let width = scan.columns.len();
    let mut tally = Tally::default();
    let mut noticed = Noticed::default();
    let mut reported = (0, 0);
    each_row(part, book, sheet_of(part), &options.limits, &mut noticed, |row| {
        if scan.header_line.is_some_and(|header| row.number <= header) {
            return Ok(true);
        }
        tally.rows += 1;
        let kept = width.checked_sub(1).and_then(|last| row.ends.get(last)).copied().unwrap_or(row.text.len());
        let unfit = if let Some(column) = row.formula_without_value {
            Some(("formula without a stored value", format!("cell {}", cell_name(column, row.number))))
        } else if row.ends.len() > width && kept < row.text.len() {
            Some((
                "more fields than the header",
                format!("{} fields, the header has {}", grouped(row.ends.len() as u64), grouped(width as u64)),
            ))
        } else {
            None
        };
        let taken = match unfit {
            Some((reason, detail)) => {
                tally.quarantined += 1;
                sink.quarantine(Quarantined { line: row.number, offset: 0, reason, detail, bytes: row.as_csv() })
            }
            None => {
                tally.records += 1;
                let columns = row.ends.len().min(width);
                sink.record(&Row {
                    line: row.number,
                    text: &row.text,
                    ends: &row.ends[..columns],
                    given: Some(&row.given[..columns]),
                })
            }
        };
        taken.map_err(|stop| ReadError::stopped(&part.file, &stop))?;
        if let Some(job) = job.filter(|_| tally.rows.is_multiple_of(256)) {
            job.check().map_err(|_| ReadError::cancelled(&part.file))?;
            job.count_rows(tally.rows - reported.0, tally.quarantined - reported.1);
            reported = (tally.rows, tally.quarantined);
        }
        Ok(true)
    })?;
    if let Some(job) = job {
        job.check().map_err(|_| ReadError::cancelled(&part.file))?;
        job.count_rows(tally.rows - reported.0, tally.quarantined - reported.1);
    }
    if noticed.formulas > 0 {
        tally.warnings.push(format!(
            "{} on the sheet; their values are those stored when the workbook was saved.",
            counted(noticed.formulas, "formula")
        ));
    }
    if noticed.inexact > 0 {
        tally.warnings.push(format!(
            "{} beyond 15 digits: a workbook does not hold such numbers exactly. IDs among them must not be joined on.",
            counted(noticed.inexact, "number")
        ));
    }
    Ok(tally)
}
