//! A sheet of a workbook (XLSX, XLS, OpenDocument) as a part: where its header is, what is hidden, merged or computed on
//! it, and its rows as records. The formats themselves are read elsewhere, cell by cell.

use std::io::{self, Read};

use sha2::{Digest, Sha256};

use super::cell_text::{Noticed, cell_name, column_name};
use super::continued::{Continued, Continuing};
use super::delimited::warn_of_names;
use super::foot::Foot;
use super::look::{self, part_name};
use super::open::{self, Blob};
use super::refusal::{Refusal, counted, grouped, read_error, shown};
use super::sample::Sample;
use super::shape::{Header, propose_header, shape};
use super::sheet_rows::{Halt, SheetRow, SheetRows};
use super::sniff::{usual_fields, warn_of_titles};
use super::{
    Format, Layout, Limits, Part, Quarantined, ReadError, ReadErrorKind, ReadOptions, Row, RowSink, Scan, Tally,
};
use super::{ods, xls, xlsx, xlsx_fence};
use crate::job::Job;

/// A sheet of a workbook, and why it is not read, if it is not.
#[derive(Debug, Clone)]
pub(super) struct Sheet {
    pub name: String,
    pub visibility: Visibility,
    pub skip: Option<&'static str>,
}

/// Whether a spreadsheet program shows a sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Visibility {
    Visible,
    Hidden,
    /// Hidden so that only a program can show it again.
    VeryHidden,
}

/// An opened workbook.
enum Book {
    Xlsx(Box<xlsx::Book>),
    Xls(Box<xls::Book>),
    Ods(Box<ods::Book>),
}

impl Book {
    fn open(format: Format, blob: &Blob, limits: &Limits, job: Option<&Job>) -> io::Result<Self> {
        Ok(match format {
            Format::Xls => Self::Xls(Box::new(xls::Book::open(blob, job)?)),
            Format::Ods => Self::Ods(Box::new(ods::Book::open(blob, limits, job)?)),
            _ => Self::Xlsx(Box::new(xlsx::Book::open(blob, limits, job)?)),
        })
    }

    fn sheets(&self) -> Vec<Sheet> {
        match self {
            Self::Xlsx(book) => book.sheets().cloned().collect(),
            Self::Xls(book) => book.sheets().cloned().collect(),
            Self::Ods(book) => book.sheets().to_vec(),
        }
    }

    /// Whether days are counted from 1904.
    fn counts_from_1904(&self) -> bool {
        match self {
            Self::Xlsx(book) => book.from_1904,
            Self::Xls(book) => book.from_1904,
            // Its dates are written out.
            Self::Ods(_) => false,
        }
    }

    fn is_empty(&mut self, sheet: &str) -> io::Result<bool> {
        match self {
            Self::Xlsx(book) => book.is_empty(sheet),
            Self::Xls(book) => book.is_empty(sheet),
            Self::Ods(book) => Ok(book.is_empty(sheet)),
        }
    }

    fn walk(&mut self, sheet: &str, rows: &mut SheetRows<'_>) -> Result<(), Halt> {
        match self {
            Self::Xlsx(book) => book.walk(sheet, rows),
            Self::Xls(book) => book.walk(sheet, rows),
            Self::Ods(book) => book.walk(sheet, rows),
        }
    }
}

fn look_over(format: Format, blob: &Blob, limits: &Limits) -> io::Result<()> {
    // An XLS is looked over where it is opened.
    if format == Format::Xls { Ok(()) } else { xlsx_fence::check(blob, limits) }
}

/// The sheets of a workbook in their order.
pub(super) fn sheets(format: Format, blob: &Blob, limits: &Limits) -> io::Result<Vec<Sheet>> {
    look_over(format, blob, limits)?;
    let mut book = Book::open(format, blob, limits, None)?;
    let mut sheets: Vec<Sheet> = Vec::new();
    for mut sheet in book.sheets() {
        if sheets.iter().any(|known| known.name == sheet.name) {
            return Err(Refusal::io(
                ReadErrorKind::Format,
                format!("it holds two sheets named “{}”", shown(&sheet.name)),
                "Rename one of them in a spreadsheet program.",
            ));
        }
        if sheet.skip.is_none() && book.is_empty(&sheet.name)? {
            sheet.skip = Some("an empty sheet");
        }
        sheets.push(sheet);
    }
    Ok(sheets)
}

fn sheet_of(part: &Part) -> &str {
    part.sheet.as_deref().unwrap_or_default()
}

pub(super) fn scan(part: &Part, options: &ReadOptions, job: &Job) -> Result<Scan, ReadError> {
    look_through(part, options, job).map_err(|error| or_cancelled(error, part, job))
}

/// A reader says of a cancel only that its bytes ended.
fn or_cancelled(error: ReadError, part: &Part, job: &Job) -> ReadError {
    if error.kind != ReadErrorKind::Stopped && job.check().is_err() { ReadError::cancelled(&part.file) } else { error }
}

/// Steps through the rows of a sheet that are not blank, until `each` says that it is enough.
fn each_row(
    part: &Part,
    book: &mut Book,
    size: u64,
    limits: &Limits,
    noticed: &mut Noticed,
    mut each: impl FnMut(&SheetRow) -> Result<bool, ReadError>,
) -> Result<(), ReadError> {
    let sheet = sheet_of(part);
    let from_1904 = book.counts_from_1904();
    let mut rows = SheetRows::new(part, sheet, limits, from_1904, open::fence(size, limits), noticed, &mut each);
    match book.walk(sheet, &mut rows) {
        Ok(()) | Err(Halt::Enough) => Ok(()),
        Err(Halt::Io(error)) => Err(read_error(error, &part.file)),
        Err(Halt::Read(error)) => Err(error),
    }
}

fn look_through(part: &Part, options: &ReadOptions, job: &Job) -> Result<Scan, ReadError> {
    let fail = |e: io::Error| read_error(e, &part.file);
    let fingerprint = open::fingerprint_on_disk(&part.file).map_err(fail)?;
    job.begin("looking through the workbook", part.size.unwrap_or(fingerprint.size));
    let blob = open::blob(part, &options.limits).map_err(fail)?;
    look_over(part.format, &blob, &options.limits).map_err(fail)?;
    let bytes = blob.size().map_err(fail)?;
    let sha256 = hash(&blob, sheet_of(part)).map_err(fail)?;
    let mut book = Book::open(part.format, &blob, &options.limits, Some(job)).map_err(fail)?;
    let mut first: Vec<(u64, Vec<String>)> = Vec::new();
    let mut cells = 0;
    each_row(part, &mut book, bytes, &options.limits, &mut Noticed::default(), |row| {
        cells += row.ends.len();
        first.push((row.number, row.cells()));
        Ok(first.len() < 1000 && cells < 500_000)
    })?;
    if first.is_empty() {
        return Err(look::empty(part));
    }
    let mut warnings = Vec::new();
    warn_of_book(&book, sheet_of(part), &mut warnings);
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
    if let Some(line) = header_line {
        warn_of_neighbour(&columns, first.iter().filter(|(n, _)| *n > line).map(|(_, c)| c.as_slice()), &mut warnings);
    }
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
        layout: Layout::Sheet(sheet_of(part).to_owned()),
        clean: true,
        format: part.format,
        native_id_hint: None,
        continued: None,
    };
    let mut sample = Sample::default();
    match run(part, &mut book, &scan, options, None, &mut sample) {
        Err(error) if error.kind == ReadErrorKind::Stopped && sample.is_full() => {}
        Err(error) => return Err(error),
        Ok(_) => {}
    }
    scan.continued = Continued::find(&scan.columns, &sample, &mut scan.warnings);
    scan.sample = sample.rows;
    Ok(scan)
}

fn warn_of_book(book: &Book, name: &str, warnings: &mut Vec<String>) {
    match book.sheets().iter().find(|sheet| sheet.name == name).map(|sheet| sheet.visibility) {
        Some(Visibility::Hidden) => {
            warnings.push("The sheet is hidden in the workbook; it is read all the same.".to_owned())
        }
        Some(Visibility::VeryHidden) => warnings.push(
            "The sheet is hidden so that only a program shows it (“very hidden”); it is read all the same.".to_owned(),
        ),
        _ => {}
    }
    if book.counts_from_1904() {
        warnings.push("The workbook counts its dates from 1904; they were read so.".to_owned());
    }
}

/// Says where a second table seems to stand beside the first: behind a column with neither name nor value.
fn warn_of_neighbour<'a>(
    columns: &[String],
    rows: impl Iterator<Item = &'a [String]> + Clone,
    warnings: &mut Vec<String>,
) {
    let named = |range: &[String]| range.iter().filter(|name| !name.trim().is_empty()).count();
    let gap = (1..columns.len()).find(|&at| {
        columns[at].trim().is_empty()
            && named(&columns[..at]) >= 2
            && named(&columns[at..]) >= 2
            && rows.clone().all(|row| row.get(at).is_none_or(|cell| cell.trim().is_empty()))
    });
    if let Some(at) = gap {
        warnings.push(format!(
            "Column {} is empty between named columns: perhaps two tables stand side by side. They are read as one.",
            column_name(at)
        ));
    }
}

/// SHA-256 of a file that holds several tables, told apart by the name of one.
pub(super) fn hash(blob: &Blob, table: &str) -> io::Result<[u8; 32]> {
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
    sha.update(table.as_bytes());
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
    // Only the workbook that was looked over may be read.
    open::unchanged(part, scan.fingerprint, open::fingerprint_on_disk(&part.file).map_err(fail)?)?;
    let blob = open::blob(part, &options.limits).map_err(fail)?;
    let mut book =
        Book::open(part.format, &blob, &options.limits, Some(job)).map_err(|e| or_cancelled(fail(e), part, job))?;
    let tally = run(part, &mut book, scan, options, Some(job), sink).map_err(|error| or_cancelled(error, part, job))?;
    open::unchanged(part, scan.fingerprint, open::fingerprint_on_disk(&part.file).map_err(fail)?)?;
    Ok(tally)
}

/// Whether a row behind a gap could be the header of a table of its own, and what it would take to believe it.
#[derive(Default)]
struct MoreTables {
    last: u64,
    /// Row number and its cells, if the row stood behind a blank one and held only words.
    candidate: Option<(u64, Vec<bool>)>,
    found: Vec<u64>,
}

impl MoreTables {
    fn see(&mut self, row: &SheetRow) {
        let cell = |column: usize| {
            let from = column.checked_sub(1).and_then(|c| row.ends.get(c)).copied().unwrap_or(0);
            row.ends.get(column).and_then(|&end| row.text.get(from..end)).unwrap_or_default()
        };
        let behind_gap = self.last > 0 && row.number > self.last + 1;
        self.last = row.number;
        if let Some((number, named)) = self.candidate.take() {
            // A value with a shape under a plain word: the word was a name.
            let told = named.iter().enumerate().any(|(at, named)| *named && shape(cell(at)).is_some());
            if told && self.found.len() < 3 {
                self.found.push(number);
            }
        }
        if !behind_gap {
            return;
        }
        let named: Vec<bool> = (0..row.ends.len()).map(|at| !cell(at).trim().is_empty()).collect();
        let words =
            named.iter().enumerate().all(|(at, named)| !named || (shape(cell(at)).is_none() && cell(at).len() < 60));
        if words && named.iter().filter(|named| **named).count() >= 2 {
            self.candidate = Some((row.number, named));
        }
    }
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
    let mut foot = Foot::new(width);
    let mut tables = MoreTables::default();
    let mut continuing = Continuing::new(scan.continued.as_ref());
    let mut last = scan.header_line.unwrap_or(0);
    let stopped = |stop| ReadError::stopped(&part.file, &stop);
    each_row(part, book, scan.bytes, &options.limits, &mut noticed, |row| {
        if scan.header_line.is_some_and(|header| row.number <= header) {
            return Ok(true);
        }
        tally.rows += 1;
        tables.see(row);
        let after_blank = last > 0 && row.number > last + 1;
        last = row.number;
        let kept = width.checked_sub(1).and_then(|last| row.ends.get(last)).copied().unwrap_or(row.text.len());
        let unfit = if let Some((column, formula)) = &row.unsolved {
            let what = if formula.is_empty() { "a formula".to_owned() } else { shown(formula) };
            Some(("formula without a stored value", format!("{} holds {what}", cell_name(*column, row.number))))
        } else if row.ends.len() > width && kept < row.text.len() {
            Some((
                "more fields than the header",
                format!("{} fields, the header has {}", grouped(row.ends.len() as u64), grouped(width as u64)),
            ))
        } else {
            None
        };
        match unfit {
            Some((reason, detail)) => {
                foot.release(sink, &mut tally).map_err(stopped)?;
                tally.quarantined += 1;
                sink.quarantine(Quarantined { line: row.number, offset: 0, reason, detail, bytes: row.as_csv() })
                    .map_err(stopped)?;
            }
            None => {
                let columns = row.ends.len().min(width);
                let record = Row {
                    line: row.number,
                    text: &row.text,
                    ends: &row.ends[..columns],
                    given: Some(&row.given[..columns]),
                };
                continuing.see(&record);
                foot.offer(&record, 0, after_blank, || row.as_csv(), sink, &mut tally).map_err(stopped)?;
            }
        }
        if let Some(job) = job.filter(|_| tally.rows.is_multiple_of(256)) {
            job.check().map_err(|_| ReadError::cancelled(&part.file))?;
            job.count_rows(tally.rows - reported.0, tally.quarantined - reported.1);
            reported = (tally.rows, tally.quarantined);
        }
        Ok(true)
    })?;
    foot.finish(sink, &mut tally).map_err(stopped)?;
    if let Some(job) = job {
        job.check().map_err(|_| ReadError::cancelled(&part.file))?;
        job.count_rows(tally.rows - reported.0, tally.quarantined - reported.1);
    }
    continuing.tell(&scan.columns, &mut tally.warnings);
    tell_noticed(&noticed, width, &mut tally.warnings);
    if !tables.found.is_empty() {
        let rows: Vec<String> = tables.found.iter().map(|row| grouped(*row)).collect();
        tally.warnings.push(format!(
            "Another table seems to begin on row {}; the sheet is read as one table. Put each on a sheet of its own.",
            rows.join(", ")
        ));
    }
    Ok(tally)
}

fn tell_noticed(noticed: &Noticed, width: usize, warnings: &mut Vec<String>) {
    let were = |n: u64| if n == 1 { "was" } else { "were" };
    if noticed.formulas > 0 {
        warnings.push(format!(
            "{} on the sheet; their values are those stored when the workbook was saved.",
            counted(noticed.formulas, "formula")
        ));
    }
    if noticed.inexact > 0 {
        warnings.push(format!(
            "{} beyond 15 digits: a workbook does not hold such numbers exactly. IDs among them must not be joined on.",
            counted(noticed.inexact, "number")
        ));
    }
    if noticed.errors > 0 {
        warnings.push(format!(
            "{} an error such as {}; it is kept as that text.",
            if noticed.errors == 1 {
                "1 cell holds".to_owned()
            } else {
                format!("{} cells hold", grouped(noticed.errors))
            },
            shown(&noticed.first_error)
        ));
    }
    if noticed.percentages > 0 {
        warnings.push(format!(
            "{} kept as the number behind it: 25 % is 0.25.",
            if noticed.percentages == 1 {
                "1 percentage is".to_owned()
            } else {
                format!("{} percentages are", grouped(noticed.percentages))
            }
        ));
    }
    if noticed.hidden_rows > 0 {
        let n = noticed.hidden_rows;
        warnings.push(format!("{} {} read like the others.", counted(n, "hidden row"), were(n)));
    }
    let hidden: Vec<usize> = (0..width)
        .filter(|&at| {
            let column = at as u64 + 1;
            noticed.hidden_columns.iter().any(|(from, to)| (*from..=*to).contains(&column))
        })
        .collect();
    if !hidden.is_empty() {
        let names: Vec<String> = hidden.iter().take(5).map(|at| column_name(*at)).collect();
        let more = if hidden.len() > 5 { format!(" and {} more", hidden.len() - 5) } else { String::new() };
        let n = hidden.len() as u64;
        warnings.push(format!(
            "{} {} read like the others: {}{more}.",
            counted(n, "hidden column"),
            were(n),
            names.join(", ")
        ));
    }
    if noticed.merged > 0 {
        warnings.push(format!(
            "{} on the sheet: the value stands in the first cell of each, the others are not given.",
            if noticed.merged == 1 {
                "1 group of merged cells".to_owned()
            } else {
                format!("{} groups of merged cells", grouped(noticed.merged))
            }
        ));
    }
}
