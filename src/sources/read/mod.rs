//! Files into rows. Knows formats, encodings and dialects; knows neither the workspace nor what a column means.
//! Every row of a file comes out as a row of text values or as a quarantined row with its reason and original bytes.
//!
//! One file becomes parts (`parts`, `members` of archives), each part is opened through one door that unpacks, counts and
//! fingerprints its bytes (`open`). Two passes follow. `scan` looks at every byte and proposes how to read (`look`,
//! `encoding`, `sniff` with `shape`, a `sample`). `read` hands the rows to a [`RowSink`]: `delimited` over `rows`, `json`
//! over `elements`, `flatten` and `keys`, `sqlite`, and `workbook` over `sheet_rows`, which takes cells (`cell_text`) from
//! `xlsx` and `ods` (both over `xml`, behind `xlsx_fence`) or `xls` (over calamine, behind `xls_fence`). `foot` keeps the
//! foot of a report apart from its rows, `continued` notices rows that go on with the one above. Both passes use the same
//! row readers, so that what was proposed is what is read.

use std::path::{Path, PathBuf};

use crate::job::{Cancelled, Job};

mod cell_text;
mod continued;
mod delimited;
mod elements;
mod encoding;
mod flatten;
mod foot;
mod input;
mod json;
mod keys;
mod look;
mod members;
mod ods;
mod open;
mod parts;
mod refusal;
mod rows;
mod sample;
mod shape;
mod sheet_rows;
mod sniff;
mod sqlite;
#[cfg(test)]
mod tests;
mod wide;
mod workbook;
mod xls;
mod xls_fence;
mod xlsx;
mod xlsx_fence;
mod xml;

pub use continued::Continued;
pub use parts::{Parts, list_parts};

/// What is read as one load: a plain file, one member of an archive, one sheet of a workbook, one table of a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The file on disk.
    pub file: PathBuf,
    /// The path of archive members from the outside in; empty for a file that is no archive.
    pub members: Vec<String>,
    /// The sheet of a workbook, or the table of a database.
    pub sheet: Option<String>,
    pub format: Format,
    /// Bytes to read (before unpacking), if known.
    pub size: Option<u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Any delimiter.
    Delimited,
    /// NDJSON, a JSON array, or an object that holds one array of objects.
    Json,
    /// Excel since 2007, and whatever writes the same.
    Xlsx,
    /// Excel 5 to 2003.
    Xls,
    /// OpenDocument.
    Ods,
    Sqlite,
}

impl Format {
    /// Whether a file of it holds sheets.
    #[must_use]
    pub fn is_workbook(self) -> bool {
        matches!(self, Self::Xlsx | Self::Xls | Self::Ods)
    }
}

/// What a person overrules of the proposed way to read a file; `None` leaves the proposal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReadOptions {
    pub delimiter: Option<u8>,
    /// `Some(None)`: quotes are plain text.
    pub quote: Option<Option<u8>>,
    /// Physical line of the header, from 1; `Some(None)`: the file has no header.
    pub header_line: Option<Option<u64>>,
    /// A label of the WHATWG Encoding Standard.
    pub encoding: Option<String>,
    pub limits: Limits,
}

/// The most that a file may ask for. Each can be raised by an option of `load`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one row, quotes and all.
    pub row_bytes: usize,
    pub columns: usize,
    /// Members of one archive.
    pub members: usize,
    /// Unpacked bytes for each packed byte, beyond the first 64 MiB unpacked.
    pub ratio: u64,
    /// Archives inside archives.
    pub depth: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { row_bytes: 64 << 20, columns: 50_000, members: 10_000, ratio: 1_000, depth: 3 }
    }
}

/// How a delimited file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dialect {
    /// A file of one column has none that matters; then a comma stands here.
    pub delimiter: u8,
    pub quote: Option<u8>,
    /// Physical line of the header, from 1; `None`: no header, columns are named `column_1` and so on.
    pub header_line: Option<u64>,
}

/// What the whole file turned out to be, after a first pass over every byte of it.
#[derive(Debug, Clone)]
pub struct Scan {
    /// SHA-256 over the decoded member's bytes as they are in the file or archive (before any change of encoding); for a
    /// sheet or table over the file's bytes, a zero byte and its name.
    pub sha256: [u8; 32],
    /// Bytes of the member, unpacked.
    pub bytes: u64,
    /// Name by the Encoding Standard (`UTF-8`, `windows-1252`, `UTF-16LE`); `UTF-8` for JSON, workbooks and databases.
    pub encoding: &'static str,
    /// Whether the file begins with a byte order mark.
    pub bom: bool,
    /// `None` for JSON, workbooks and databases.
    pub dialect: Option<Dialect>,
    /// For workbooks: the row of the header.
    pub header_line: Option<u64>,
    /// Columns as the header names them (repeated and empty names left as they are); for JSON all keys of all rows,
    /// nested ones joined by `.`, in order of first appearance.
    pub columns: Vec<String>,
    /// The first rows (up to 2,000 of them or 4 MiB), for guessing what a column is. `None`: not given.
    pub sample: Vec<Vec<Option<String>>>,
    /// Sentences about what was noticed.
    pub warnings: Vec<String>,
    /// To notice a file that changes between the passes.
    pub fingerprint: Fingerprint,
    /// How the rows lie in the file.
    pub layout: Layout,
    /// Every byte is known to be valid in the encoding, so that no single row needs to be looked at for it.
    pub clean: bool,
    pub format: Format,
    /// The column that the format itself names as the key of a row: the primary key of a table.
    pub native_id_hint: Option<String>,
    /// Rows go on with the row above and leave blank what they share with it.
    pub continued: Option<Continued>,
}

/// How the rows of a part lie in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Layout {
    Delimited,
    /// One object a line.
    JsonLines,
    /// One object after another, written over several lines.
    JsonObjects,
    /// One array of objects.
    JsonArray,
    /// An object of which this member is the array of objects.
    JsonMember(String),
    /// A sheet of a workbook.
    Sheet(String),
    /// A table of a database.
    Table(String),
}

/// Size, time of change and a running hash of a file's bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Fingerprint {
    pub size: u64,
    pub modified_ns: i128,
    /// XXH3-64 of the bytes on disk.
    pub hash: u64,
}

/// One row, as text. Values lie end to end in `text`.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    /// Physical line where the row begins, from 1, counting breaks inside quotes; the row number in a workbook, the
    /// rowid in a database (or the row's place where a table has none).
    pub line: u64,
    pub text: &'a str,
    /// End of each value in `text`.
    pub ends: &'a [usize],
    /// Which values were given; `None`: all of `ends`. A JSON key that is absent, or null, was not given.
    pub given: Option<&'a [bool]>,
}

impl<'a> Row<'a> {
    /// The value of a column; `None` where the row has none.
    #[must_use]
    pub fn cell(&self, column: usize) -> Option<&'a str> {
        let end = *self.ends.get(column)?;
        if self.given.is_some_and(|given| !given.get(column).copied().unwrap_or(false)) {
            return None;
        }
        let start = if column == 0 { 0 } else { self.ends[column - 1] };
        self.text.get(start..end)
    }

    /// How many columns the row spans.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether the row has no columns at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }
}

/// A row that cannot be a record, with why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quarantined {
    /// Physical line where it begins.
    pub line: u64,
    /// Byte where it begins in the (unpacked) member.
    pub offset: u64,
    /// Groups like rows: `more fields than the header`, `quote opened and never closed`, `not UTF-8 in a UTF-8 file`,
    /// `JSON object cut off`, `not JSON`, `not a JSON object`, `key given twice`, `formula without a stored value`,
    /// `report footer`, `report subtotal`.
    pub reason: &'static str,
    /// The particular case: `52 fields, the header has 51`.
    pub detail: String,
    /// The row exactly as it stands in the file.
    pub bytes: Vec<u8>,
}

/// Takes what a reader finds, in file order.
pub trait RowSink {
    /// # Errors
    /// Whatever stops the load; the reader passes it on.
    fn record(&mut self, row: &Row<'_>) -> Result<(), Stop>;
    /// # Errors
    /// Whatever stops the load; the reader passes it on.
    fn quarantine(&mut self, row: Quarantined) -> Result<(), Stop>;
}

/// Why a sink wants no more rows.
#[derive(Debug, thiserror::Error)]
pub enum Stop {
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
    /// The taker of the rows failed; it keeps the reason itself.
    #[error("the rows could not be taken")]
    Sink,
}

/// What one pass over the rows amounted to. `rows = records + quarantined`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    pub rows: u64,
    pub records: u64,
    pub quarantined: u64,
    /// Rows with fewer fields than the header (they are records).
    pub short_rows: u64,
    /// Sentences about what was noticed on the way.
    pub warnings: Vec<String>,
}

/// Why a file cannot be read. Names the place; says what to do next.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct ReadError {
    pub kind: ReadErrorKind,
    /// One sentence: what and where, data in it already safe to print.
    pub message: String,
    pub file: PathBuf,
    pub line: Option<u64>,
    /// Column (field) number, from 1.
    pub column: Option<u64>,
    /// What to do next.
    pub hint: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadErrorKind {
    Cancelled,
    /// The sink stopped it and knows why.
    Stopped,
    NotFound,
    /// Permission, disk, device, a folder where a file should be.
    Io,
    /// Not an export: a picture, a program, a password-protected workbook, an old workbook format.
    Format,
    Empty,
    Encoding,
    /// A limit of [`Limits`].
    Limit,
    /// The file changed while it was read.
    Changed,
}

/// Looks at every byte of a part and says what it is: pass 1. The proposal can be overruled by `options`.
///
/// # Errors
/// [`ReadError`] where the part cannot be opened or read, is no export, is empty, or asks for more than the limits.
pub fn scan(part: &Part, options: &ReadOptions, job: &Job) -> Result<Scan, ReadError> {
    match part.format {
        Format::Delimited => delimited::scan(part, options, job),
        Format::Json => json::scan(part, options, job),
        Format::Xlsx | Format::Xls | Format::Ods => workbook::scan(part, options, job),
        Format::Sqlite => sqlite::scan(part, options, job),
    }
}

/// Hands every row of a part to `sink`, in file order, as `scan` proposed (or was told) to read it: pass 2. Memory stays
/// flat in the number of rows.
///
/// # Errors
/// [`ReadError`] where the part cannot be read, asks for more than the limits, has changed since the scan, where the job
/// was cancelled or the sink wanted no more.
pub fn read(
    part: &Part,
    scan: &Scan,
    options: &ReadOptions,
    job: &Job,
    sink: &mut dyn RowSink,
) -> Result<Tally, ReadError> {
    match part.format {
        Format::Delimited => delimited::read(part, scan, options, job, sink),
        Format::Json => json::read(part, scan, options, job, sink),
        Format::Xlsx | Format::Xls | Format::Ods => workbook::read(part, scan, options, job, sink),
        Format::Sqlite => sqlite::read(part, scan, options, job, sink),
    }
}

/// When the part's member of a zip archive was changed last, RFC 3339, as the archive says.
#[must_use]
pub fn member_changed(part: &Part) -> Option<String> {
    members::changed(&part.file, part.members.first()?)
}

/// One line for screens: `CSV, comma, UTF-8, header on line 1`.
#[must_use]
pub fn describe(scan: &Scan) -> String {
    match &scan.layout {
        Layout::Delimited => {
            let Some(dialect) = scan.dialect else {
                return format!("text, {}", scan.encoding);
            };
            let kind = if dialect.delimiter == b'\t' { "TSV" } else { "CSV" };
            let quote = match dialect.quote {
                Some(b'"') => "",
                Some(_) => ", single quotes",
                None => ", no quotes",
            };
            let header = match dialect.header_line {
                Some(line) => format!("header on line {line}"),
                None => "no header".to_owned(),
            };
            format!("{kind}, {}{quote}, {}, {header}", delimiter_name(dialect.delimiter), scan.encoding)
        }
        Layout::JsonLines => format!("NDJSON, {}", scan.encoding),
        Layout::JsonObjects => format!("JSON objects, {}", scan.encoding),
        Layout::JsonArray => format!("JSON array, {}", scan.encoding),
        Layout::JsonMember(key) => format!("JSON, the array “{}”, {}", refusal::shown(key), scan.encoding),
        Layout::Sheet(name) => {
            let header = match scan.header_line {
                Some(line) => format!("header on row {line}"),
                None => "no header".to_owned(),
            };
            let kind = match scan.format {
                Format::Xls => "XLS",
                Format::Ods => "ODS",
                _ => "XLSX",
            };
            format!("{kind} sheet “{}”, {header}", refusal::shown(name))
        }
        Layout::Table(name) => {
            let key = match &scan.native_id_hint {
                Some(key) => format!(", primary key {}", refusal::shown(key)),
                None => String::new(),
            };
            format!("SQLite table “{}”{key}", refusal::shown(name))
        }
    }
}

/// The name of a delimiter, as on screens and in options.
#[must_use]
pub fn delimiter_name(delimiter: u8) -> String {
    match delimiter {
        b',' => "comma".to_owned(),
        b'\t' => "tab".to_owned(),
        b';' => "semicolon".to_owned(),
        b'|' => "pipe".to_owned(),
        b':' => "colon".to_owned(),
        b'^' => "caret".to_owned(),
        b'~' => "tilde".to_owned(),
        0x1f => "unit separator".to_owned(),
        other => format!("“{}”", refusal::shown(&char::from(other).to_string())),
    }
}

/// The delimiter that [`delimiter_name`] names.
#[must_use]
pub fn delimiter_of(name: &str) -> Option<u8> {
    (0x01..0x7f).find(|delimiter| delimiter_name(*delimiter) == name)
}

impl ReadError {
    fn new(kind: ReadErrorKind, file: &Path, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { kind, message: message.into(), file: file.to_path_buf(), line: None, column: None, hint: hint.into() }
    }

    fn on_line(mut self, line: u64) -> Self {
        self.line = Some(line);
        self
    }

    fn in_column(mut self, column: u64) -> Self {
        self.column = Some(column);
        self
    }

    fn cancelled(file: &Path) -> Self {
        Self::new(
            ReadErrorKind::Cancelled,
            file,
            "the reading was cancelled",
            "Nothing was kept; start it again when you like.",
        )
    }

    fn stopped(file: &Path, stop: &Stop) -> Self {
        match stop {
            Stop::Cancelled(_) => Self::cancelled(file),
            Stop::Sink => Self::new(ReadErrorKind::Stopped, file, stop.to_string(), ""),
        }
    }
}
