//! SQLite files as sources: each table is a part. The file is opened so that nothing in it can act: read-only and fixed,
//! schema not trusted, no views, triggers, virtual tables or computed columns, no index of its own choosing, a limit on
//! every value. What is still in its write-ahead log is read through a private copy of both.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};
use sha2::Digest;

use super::look::part_name;
use super::open::{self, Blob};
use super::refusal::{Refusal, counted, grouped, read_error, shown};
use super::sample::Sample;
use super::sheet_rows::push_csv;
use super::{
    Fingerprint, Format, Layout, Limits, Part, Quarantined, ReadError, ReadErrorKind, ReadOptions, Row, RowSink, Scan,
    Tally, cell_text,
};
use crate::job::Job;
use crate::workspace::APPLICATION_ID;
use crate::workspace::sql::quote_name;

pub(super) const MAGIC: &[u8] = b"SQLite format 3\0";
/// What the head of a rollback journal begins with while a change is unfinished.
/// SQLite's own limit, unless it was built with another.
const MOST_RESULT_COLUMNS: usize = 2_000;
const JOURNAL: [u8; 8] = [0xD9, 0xD5, 0x05, 0xF9, 0x20, 0xA1, 0x63, 0xD7];

/// A table, and why it is not read, if it is not.
pub(super) struct Table {
    pub name: String,
    pub skip: Option<String>,
}

/// An opened file. The folder, if there is one, holds a private copy and vanishes with this.
struct Database {
    conn: Connection,
    /// The size of its log, 0 without one.
    log: u64,
    _folder: Option<tempfile::TempDir>,
}

fn damaged(error: &rusqlite::Error) -> io::Error {
    use rusqlite::ErrorCode::{NotADatabase, OperationInterrupted, SystemIoFailure, TooBig};
    match error.sqlite_error_code() {
        Some(OperationInterrupted) => Refusal::cancelled(),
        Some(TooBig) => Refusal::io(
            ReadErrorKind::Limit,
            "a value in the database is longer than the limit of one row",
            "Raise the limit with --max-row-mb.",
        ),
        Some(NotADatabase) => Refusal::io(
            ReadErrorKind::Format,
            "it begins like an SQLite database but is none, or it is encrypted",
            "Export the tables as CSV with the program that the file belongs to.",
        ),
        Some(SystemIoFailure) => io::Error::other(error.to_string()),
        _ => Refusal::io(
            ReadErrorKind::Format,
            format!("the SQLite database is damaged or unusual ({})", shown(&error.to_string())),
            "Copy it again with the program that uses it, or write one with: sqlite3 FILE '.recover' | sqlite3 NEW.",
        ),
    }
}

/// The file that stands beside a database: `app.db-wal`.
fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// Size of a regular file; 0 if there is none.
fn size_of(path: &Path) -> u64 {
    fs::metadata(path).ok().filter(fs::Metadata::is_file).map_or(0, |about| about.len())
}

/// The log of a plain file, if it holds anything.
fn log_of(part_file: &Path, in_archive: bool) -> Option<PathBuf> {
    let log = beside(part_file, "-wal");
    // Its head alone is 32 bytes.
    (!in_archive && size_of(&log) > 32).then_some(log)
}

fn refuse_unfit(blob: &Blob, file: &Path, in_archive: bool) -> io::Result<()> {
    let head = blob.head(100)?;
    let cut_off = || {
        Refusal::io(
            ReadErrorKind::Format,
            "it begins like an SQLite database and is cut off",
            "Copy the file again and compare the sizes.",
        )
    };
    if head.len() < 100 || !head.starts_with(MAGIC) {
        return Err(cut_off());
    }
    // SQLite reads what lies behind the end of a file as zeros. The number of pages counts only if it was written with
    // the last change (sqlite.org, “Database File Format”, 1.3.7).
    let number = |at: usize| head.get(at..at + 4).and_then(|b| b.try_into().ok()).map_or(0, u32::from_be_bytes);
    let page = match head.get(16..18) {
        Some([0, 1]) => 65_536,
        Some([a, b]) => u64::from(*a) << 8 | u64::from(*b),
        _ => 0,
    };
    if number(24) == number(92) && blob.size()? < u64::from(number(28)).saturating_mul(page) {
        return Err(cut_off());
    }
    if head.get(68..72) == Some(&APPLICATION_ID.to_be_bytes()[..]) {
        return Err(Refusal::io(
            ReadErrorKind::Format,
            "it is a workspace of Cutover, not an export",
            "Open it with cutover -w FILE; to bring its records over, write them out there and load that file.",
        ));
    }
    let journal = beside(file, "-journal");
    if !in_archive && size_of(&journal) > 0 && Blob::on_disk(&journal).head(8)?.starts_with(&JOURNAL) {
        return Err(Refusal::io(
            ReadErrorKind::Format,
            "a change of the database was begun and not finished (its -journal is still there)",
            "Close the program that uses it, or open and close it there once; then load it again.",
        ));
    }
    Ok(())
}

/// `file:` with every byte that is not plain written as a number.
fn address(path: &Path) -> String {
    let mut address = "file:".to_owned();
    for byte in path.as_os_str().as_encoded_bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'.' | b'_' | b'-') {
            address.push(char::from(*byte));
        } else {
            address.push_str(&format!("%{byte:02X}"));
        }
    }
    address + "?mode=ro&immutable=1"
}

impl Database {
    fn open(file: &Path, in_archive: bool, blob: &Blob, limits: &Limits, job: Option<&Job>) -> io::Result<Self> {
        refuse_unfit(blob, file, in_archive)?;
        let log = log_of(file, in_archive);
        let copied = |log: Option<&Path>| -> io::Result<(tempfile::TempDir, PathBuf)> {
            let folder = tempfile::tempdir()?;
            let copy = folder.path().join("copy.db");
            copy_out(blob.reader()?, &copy, job)?;
            if let Some(log) = log {
                copy_out(open::open_file(log)?, &beside(&copy, "-wal"), job)?;
            }
            Ok((folder, copy))
        };
        let plain = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let (conn, folder) = match (&log, blob) {
            (Some(log), _) => {
                let (folder, copy) = copied(Some(log))?;
                (Connection::open_with_flags(copy, plain), Some(folder))
            }
            (None, Blob::Disk(path)) => {
                let whole = fs::canonicalize(path)?;
                (Connection::open_with_flags(address(&whole), plain | OpenFlags::SQLITE_OPEN_URI), None)
            }
            (None, Blob::Held(_)) => {
                let (folder, copy) = copied(None)?;
                (Connection::open_with_flags(address(&copy), plain | OpenFlags::SQLITE_OPEN_URI), Some(folder))
            }
        };
        let mut conn = conn.map_err(|e| damaged(&e))?;
        harden(&mut conn, limits, job).map_err(|e| damaged(&e))?;
        Ok(Self { conn, log: log.as_deref().map_or(0, size_of), _folder: folder })
    }
}

fn copy_out(mut from: impl io::Read, to: &Path, job: Option<&Job>) -> io::Result<()> {
    let mut file = fs::File::create(to)?;
    let mut chunk = vec![0; 1 << 20];
    loop {
        let n = from.read(&mut chunk)?;
        if n == 0 {
            return Ok(());
        }
        if let Some(job) = job {
            job.check().map_err(|_| Refusal::cancelled())?;
        }
        io::Write::write_all(&mut file, &chunk[..n])?;
    }
}

/// Takes from a connection whatever a file could use to act (sqlite.org, “Defense Against The Dark Arts”).
fn harden(conn: &mut Connection, limits: &Limits, job: Option<&Job>) -> rusqlite::Result<()> {
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false)?;
    let longest = i32::try_from(limits.row_bytes).unwrap_or(i32::MAX).max(1 << 20);
    conn.set_limit(Limit::SQLITE_LIMIT_LENGTH, longest)?;
    conn.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0)?;
    conn.set_limit(Limit::SQLITE_LIMIT_EXPR_DEPTH, 100)?;
    if let Some(job) = job.cloned() {
        conn.progress_handler(20_000, Some(move || job.check().is_err()))?;
    }
    conn.execute_batch(
        "PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0; PRAGMA cache_size = -8192; PRAGMA query_only = ON;",
    )
}

/// The tables of a database in their order, and what else stands among them.
pub(super) fn tables(file: &Path, in_archive: bool, blob: &Blob, limits: &Limits) -> io::Result<Vec<Table>> {
    let database = Database::open(file, in_archive, blob, limits, None)?;
    list(&database.conn, limits).map_err(|e| damaged(&e))?.ok_or_else(|| {
        Refusal::io(
            ReadErrorKind::Limit,
            format!("it holds more than {} tables", grouped(limits.members as u64)),
            "Raise the limit with --max-members.",
        )
    })
}

fn list(conn: &Connection, limits: &Limits) -> rusqlite::Result<Option<Vec<Table>>> {
    let mut statement = conn.prepare(
        "SELECT name, type, rootpage, substr(sql, 1, 200) FROM sqlite_schema \
         WHERE type IN ('table', 'view') ORDER BY rowid",
    )?;
    let mut found = Vec::new();
    let mut virtuals: Vec<String> = Vec::new();
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let text = |at: usize| {
            row.get_ref(at).map(|v| {
                v.as_bytes_or_null()
                    .ok()
                    .flatten()
                    .map(String::from_utf8_lossy)
                    .map(|t| t.into_owned())
                    .unwrap_or_default()
            })
        };
        let (name, kind, sql) = (text(0)?, text(1)?, text(3)?);
        let root: Option<i64> = row.get(2).unwrap_or(None);
        if name.to_ascii_lowercase().starts_with("sqlite_") {
            continue;
        }
        // Whatever stands between the first word and TABLE, comments and all.
        let upper = sql.to_ascii_uppercase();
        let is_virtual = upper.find("TABLE").is_none_or(|at| upper[..at].contains("VIRTUAL"));
        let skip = if kind == "view" {
            Some("a view: what it shows is computed; the tables behind it are read".to_owned())
        } else if is_virtual || root.unwrap_or(0) == 0 {
            virtuals.push(name.clone());
            Some("a virtual table: it would run code to show its rows".to_owned())
        } else {
            None
        };
        found.push(Table { name, skip });
        if found.len() > limits.members {
            return Ok(None);
        }
    }
    drop(rows);
    for table in found.iter_mut().filter(|table| table.skip.is_none()) {
        let owner =
            virtuals.iter().find(|name| table.name.strip_prefix(name.as_str()).is_some_and(|r| r.starts_with('_')));
        table.skip = match owner {
            Some(owner) => Some(format!("a part of the virtual table {owner}")),
            None if !has_rows(conn, &table.name)? => Some("an empty table".to_owned()),
            None => None,
        };
    }
    Ok(Some(found))
}

fn has_rows(conn: &Connection, table: &str) -> rusqlite::Result<bool> {
    conn.prepare(&format!("SELECT 1 FROM main.{} NOT INDEXED LIMIT 1", quote_name(table)))?.exists([])
}

/// How a table is read.
struct Plan {
    columns: Vec<String>,
    sql: String,
    /// The first value of each row is its number.
    numbered: bool,
    native_id: Option<String>,
    warnings: Vec<String>,
}

fn plan(conn: &Connection, table: &str) -> rusqlite::Result<Plan> {
    let mut all: Vec<String> = Vec::new();
    let mut columns = Vec::new();
    let mut computed = Vec::new();
    let mut keys = Vec::new();
    let mut statement = conn.prepare(&format!("PRAGMA main.table_xinfo({})", quote_name(table)))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let name: String = row.get(1)?;
        let (key, hidden): (i64, i64) = (row.get(5)?, row.get(6)?);
        all.push(name.to_ascii_lowercase());
        if key > 0 {
            keys.push(name.clone());
        }
        // 2: computed when it is read, which would be the file's own expression; 3 is stored.
        if hidden == 2 { computed.push(name) } else { columns.push(name) }
    }
    drop(rows);
    let mut warnings = Vec::new();
    if !computed.is_empty() {
        let names: Vec<String> = computed.iter().take(5).map(|name| shown(name)).collect();
        warnings.push(format!(
            "{} computed when it is read, so it is left out: {}.",
            if computed.len() == 1 { "1 column is".to_owned() } else { format!("{} columns are", computed.len()) },
            names.join(", ")
        ));
    }
    let named = |alias: Option<&str>| {
        let list: Vec<String> =
            alias.map(str::to_owned).into_iter().chain(columns.iter().map(|c| quote_name(c))).collect();
        let order = alias.map(|alias| format!(" ORDER BY {alias}")).unwrap_or_default();
        format!("SELECT {} FROM main.{} NOT INDEXED{order}", list.join(", "), quote_name(table))
    };
    let alias = ["rowid", "_rowid_", "oid"].into_iter().find(|alias| !all.iter().any(|name| name == alias));
    let first = alias.and_then(|alias| {
        let sql = format!("SELECT {alias} FROM main.{} NOT INDEXED ORDER BY {alias} LIMIT 1", quote_name(table));
        conn.query_row(&sql, [], |row| row.get::<_, i64>(0)).ok()
    });
    // Rows numbered from below 1 are counted instead.
    // Rows of a table that has as many columns as a query may have are counted too.
    let alias = alias.filter(|_| first.is_some_and(|first| first >= 1) && columns.len() < MOST_RESULT_COLUMNS);
    Ok(Plan {
        sql: named(alias),
        numbered: alias.is_some(),
        native_id: if keys.len() == 1 { keys.pop() } else { None },
        columns,
        warnings,
    })
}

/// Size, time and hash of the file and of its log.
fn fingerprint(part: &Part) -> io::Result<Fingerprint> {
    let file = open::fingerprint_on_disk(&part.file)?;
    Ok(match log_of(&part.file, !part.members.is_empty()) {
        None => file,
        Some(log) => {
            let log = open::fingerprint_on_disk(&log)?;
            Fingerprint {
                size: file.size.saturating_add(log.size),
                modified_ns: file.modified_ns.max(log.modified_ns),
                hash: file.hash.rotate_left(1) ^ log.hash,
            }
        }
    })
}

fn unchanged(part: &Part, before: Fingerprint) -> Result<(), ReadError> {
    let now = fingerprint(part).map_err(|e| read_error(e, &part.file))?;
    if now.size == before.size && now.hash == before.hash { Ok(()) } else { Err(open::changed(part)) }
}

fn hash(part: &Part, blob: &Blob, table: &str) -> io::Result<[u8; 32]> {
    let plain = super::workbook::hash(blob, table)?;
    let Some(log) = log_of(&part.file, !part.members.is_empty()) else { return Ok(plain) };
    let mut sha = sha2::Sha256::new();
    sha.update(plain);
    sha.update(super::workbook::hash(&Blob::on_disk(&log), table)?);
    Ok(sha.finalize().into())
}

pub(super) fn scan(part: &Part, options: &ReadOptions, job: &Job) -> Result<Scan, ReadError> {
    let fail = |e: io::Error| read_error(e, &part.file);
    let table = part.sheet.as_deref().unwrap_or_default();
    let fingerprint = fingerprint(part).map_err(fail)?;
    job.begin("looking through the table", part.size.unwrap_or(fingerprint.size));
    let blob = open::blob(part, &options.limits).map_err(fail)?;
    let sha256 = hash(part, &blob, table).map_err(fail)?;
    let database =
        Database::open(&part.file, !part.members.is_empty(), &blob, &options.limits, Some(job)).map_err(fail)?;
    let plan = plan(&database.conn, table).map_err(|e| fail(damaged(&e)))?;
    if plan.columns.is_empty() {
        return Err(ReadError::new(
            ReadErrorKind::Changed,
            &part.file,
            format!("{}: the table is no longer there", part_name(part)),
            "The file has changed since it was looked through; load it again.",
        ));
    }
    if plan.columns.len() > options.limits.columns {
        return Err(ReadError::new(
            ReadErrorKind::Limit,
            &part.file,
            format!("{}: it has more than {} columns", part_name(part), grouped(options.limits.columns as u64)),
            "Raise the limit with --max-columns.",
        ));
    }
    let mut warnings = plan.warnings.clone();
    if database.log > 0 {
        warnings.push(format!(
            "Changes that were still in the log beside the file ({} bytes) were read with it.",
            grouped(database.log)
        ));
    }
    let mut scan = Scan {
        sha256,
        bytes: blob.size().map_err(fail)?.saturating_add(database.log),
        encoding: "UTF-8",
        bom: false,
        dialect: None,
        header_line: None,
        columns: plan.columns.clone(),
        sample: Vec::new(),
        warnings,
        fingerprint,
        layout: Layout::Table(table.to_owned()),
        clean: true,
        format: Format::Sqlite,
        native_id_hint: plan.native_id.clone(),
        continued: None,
    };
    let mut sample = Sample::default();
    match run(part, &database, &plan, options, None, &mut sample) {
        Err(error) if error.kind == ReadErrorKind::Stopped && sample.is_full() => {}
        Err(error) => return Err(error),
        Ok(_) => {}
    }
    scan.sample = sample.rows;
    Ok(scan)
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
    unchanged(part, scan.fingerprint)?;
    let blob = open::blob(part, &options.limits).map_err(fail)?;
    let database =
        Database::open(&part.file, !part.members.is_empty(), &blob, &options.limits, Some(job)).map_err(fail)?;
    let table = part.sheet.as_deref().unwrap_or_default();
    let plan = plan(&database.conn, table).map_err(|e| fail(damaged(&e)))?;
    let tally = run(part, &database, &plan, options, Some(job), sink)?;
    unchanged(part, scan.fingerprint)?;
    Ok(tally)
}

fn run(
    part: &Part,
    database: &Database,
    plan: &Plan,
    options: &ReadOptions,
    job: Option<&Job>,
    sink: &mut dyn RowSink,
) -> Result<Tally, ReadError> {
    let broken = |e: rusqlite::Error| {
        // A cancel shows as an interrupt, and as one it is told.
        read_error(damaged(&e), &part.file)
    };
    let mut statement = database.conn.prepare(&plan.sql).map_err(broken)?;
    let mut rows = statement.query([]).map_err(broken)?;
    let mut tally = Tally::default();
    let mut reported = (0, 0);
    let (mut text, mut ends, mut given) = (String::new(), Vec::new(), Vec::new());
    let mut blobs = vec![0_u64; plan.columns.len()];
    let shift = usize::from(plan.numbered);
    while let Some(row) = rows.next().map_err(broken)? {
        tally.rows += 1;
        let line = match plan.numbered {
            true => row.get::<_, i64>(0).ok().and_then(|n| u64::try_from(n).ok()).unwrap_or(tally.rows),
            false => tally.rows,
        };
        text.clear();
        ends.clear();
        given.clear();
        let mut no_text = None;
        for (column, blobs) in blobs.iter_mut().enumerate() {
            let value = row.get_ref(column + shift).map_err(broken)?;
            given.push(!matches!(value, ValueRef::Null));
            match value {
                ValueRef::Blob(_) => *blobs += 1,
                ValueRef::Text(bytes) if std::str::from_utf8(bytes).is_err() => no_text = Some(column),
                _ => {}
            }
            push_value(value, &mut text);
            ends.push(text.len());
            if text.len() > options.limits.row_bytes {
                return Err(ReadError::new(
                    ReadErrorKind::Limit,
                    &part.file,
                    format!("{}: row {line} is longer than {} MiB", part_name(part), options.limits.row_bytes >> 20),
                    "Raise the limit with --max-row-mb.",
                )
                .on_line(line));
            }
        }
        let taken = match no_text {
            None => {
                tally.records += 1;
                sink.record(&Row { line, text: &text, ends: &ends, given: Some(&given) })
            }
            Some(column) => {
                tally.quarantined += 1;
                let mut bytes = Vec::new();
                for at in 0..plan.columns.len() {
                    if at > 0 {
                        bytes.push(b',');
                    }
                    match row.get_ref(at + shift).map_err(broken)? {
                        ValueRef::Text(raw) if std::str::from_utf8(raw).is_err() => bytes.extend_from_slice(raw),
                        value => {
                            let (mut cell, mut field) = (String::new(), String::new());
                            push_value(value, &mut cell);
                            push_csv(&cell, &mut field);
                            bytes.extend_from_slice(field.as_bytes());
                        }
                    }
                }
                let detail = format!(
                    "column {} ({})",
                    column + 1,
                    plan.columns.get(column).map_or_else(String::new, |c| shown(c))
                );
                sink.quarantine(Quarantined { line, offset: 0, reason: "not UTF-8 in a UTF-8 file", detail, bytes })
            }
        };
        taken.map_err(|stop| ReadError::stopped(&part.file, &stop))?;
        if let Some(job) = job {
            job.advance(text.len() as u64);
            if tally.rows.is_multiple_of(1024) {
                job.check().map_err(|_| ReadError::cancelled(&part.file))?;
                job.count_rows(tally.rows - reported.0, tally.quarantined - reported.1);
                reported = (tally.rows, tally.quarantined);
            }
        }
    }
    if let Some(job) = job {
        job.check().map_err(|_| ReadError::cancelled(&part.file))?;
        job.count_rows(tally.rows - reported.0, tally.quarantined - reported.1);
    }
    let total: u64 = blobs.iter().sum();
    if total > 0 {
        let names: Vec<String> =
            plan.columns.iter().zip(&blobs).filter(|(_, n)| **n > 0).take(5).map(|(name, _)| shown(name)).collect();
        tally.warnings.push(format!(
            "{} bytes, not text; written as x'…' in hexadecimal: {}.",
            if total == 1 { "1 value is".to_owned() } else { format!("{} are", counted(total, "value")) },
            names.join(", ")
        ));
    }
    Ok(tally)
}

/// Whole numbers by their digits, others by the shortest that give the same number again, bytes in hexadecimal.
fn push_value(value: ValueRef<'_>, text: &mut String) {
    use std::fmt::Write as _;
    match value {
        ValueRef::Null => {}
        ValueRef::Integer(n) => {
            let _ = write!(text, "{n}");
        }
        ValueRef::Real(n) if n.is_infinite() => text.push_str(if n > 0.0 { "Inf" } else { "-Inf" }),
        ValueRef::Real(n) => {
            let from = text.len();
            cell_text::push_float(n, text);
            // A real number that happens to be whole is none of the integers.
            if text.get(from..).is_some_and(|digits| !digits.contains(['.', 'e'])) {
                text.push_str(".0");
            }
        }
        ValueRef::Text(bytes) => text.push_str(&String::from_utf8_lossy(bytes)),
        ValueRef::Blob(bytes) => {
            text.push_str("x'");
            for byte in bytes {
                let _ = write!(text, "{byte:02X}");
            }
            text.push('\'');
        }
    }
}
