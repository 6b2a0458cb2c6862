//! XLSX workbooks, a sheet at a time, cell by cell. What a cell shows by its format is not known to a file; values come
//! out as the plainest text that keeps them: numbers as digits, dates by ISO 8601.

use std::io::{self, Read, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{DataRef, Reader, SheetType, SheetVisible, Xlsx, XlsxError};
use sha2::{Digest, Sha256};

use super::delimited::warn_of_names;
use super::look::{self, part_name};
use super::open::{self, Blob, ReadSeek};
use super::refusal::{Refusal, counted, grouped, read_error, shown};
use super::sample::Sample;
use super::shape::{Header, propose_header};
use super::sheet_rows::{Noticed, cell_name, each_row};
use super::sniff::{usual_fields, warn_of_titles};
use super::xlsx_fence;
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
pub(super) struct Watched {
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

pub(super) type Book = Xlsx<Watched>;

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
pub(super) fn fenced<T>(work: impl FnOnce() -> Result<T, XlsxError>) -> io::Result<T> {
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
    let tally = run(part, &mut book, scan, options, Some(job), sink).map_err(|error| or_cancelled(error, part, job))?;
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
