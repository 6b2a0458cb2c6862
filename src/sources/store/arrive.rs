//! What a load writes: begun invisibly, row by row in slices, made visible in one commit.

use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{Connection, OptionalExtension, ToSql, Transaction, TransactionBehavior, params};

use super::replay::{self, Rebuilt};
use super::{TABLE_COLUMNS, catalog, data_table, views};
use crate::sources::identifiers::segment::{Block, Meta};
use crate::sources::identifiers::{self};
use crate::sources::{Column, LoadId, SystemKind};
use crate::workspace::{audit, fault};

/// What is known of a load when it begins.
#[derive(Debug, Clone)]
pub struct Beginning {
    pub source: String,
    pub kind: SystemKind,
    /// The object it goes on, or `None` for a new one of this name.
    pub object: Option<i64>,
    pub object_name: String,
    /// What a new object was recognised as, why, and what one row of it is.
    pub preset: Option<String>,
    pub recognised: Option<String>,
    pub one_row_is: Option<String>,
    /// All columns of the object, the new ones at the end.
    pub columns: Vec<Column>,
    /// How many of `columns` the object has already.
    pub known_columns: usize,
    /// Positions of the file's columns in the object.
    pub file_columns: Vec<usize>,
    pub file: String,
    pub path: String,
    pub sha256: String,
    pub bytes: u64,
    pub delta: bool,
    pub encoding: String,
    pub delimiter: Option<String>,
    pub quote: Option<String>,
    pub header_line: Option<u64>,
    pub read_as: String,
    pub native_id: Option<String>,
    pub as_of: String,
    /// The as-of time was stated: by hand, or as a date in a name.
    pub is_stated: bool,
    /// Its place among the loads of the object; the number of the load itself where that is `None`.
    pub order_at: String,
    pub order_id: Option<i64>,
    /// The part of its object that the file is; records vanish within one part only.
    pub segment: Option<String>,
    /// The stretch of time that the file covers, as stated.
    pub window: Option<(String, String)>,
    pub loaded_at: String,
    pub loaded_by: String,
    /// Redo keeps its own record of the deed.
    pub is_redo: bool,
}

/// Where a load writes to.
#[derive(Debug, Clone, Copy)]
pub struct Opened {
    pub load: LoadId,
    pub object: i64,
    pub first_rec: i64,
}

/// Makes the load, and its object where it is new; nobody sees either yet.
///
/// # Errors
/// If the database refuses.
pub fn begin(conn: &mut Connection, b: &Beginning) -> rusqlite::Result<Opened> {
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let object = match b.object {
        Some(object) => object,
        None => {
            let source: Option<i64> =
                tx.query_row("SELECT id FROM source WHERE name = ?1", [&b.source], |row| row.get(0)).optional()?;
            let source = match source {
                Some(id) => id,
                None => {
                    tx.execute("INSERT INTO source (name, kind) VALUES (?1, ?2)", params![b.source, b.kind.word()])?;
                    tx.last_insert_rowid()
                }
            };
            let view = views::free_name(&tx, &b.source, &b.object_name)?;
            tx.execute(
                "INSERT INTO object (source, name, view, preset, recognised, one_row_is) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                params![source, b.object_name, view, b.preset, b.recognised, b.one_row_is],
            )?;
            tx.last_insert_rowid()
        }
    };
    let table = data_table(object);
    if b.object.is_none() {
        let mut list = String::new();
        for at in 0..b.columns.len().min(TABLE_COLUMNS) {
            list.push_str(&format!(", c{at} TEXT"));
        }
        if b.columns.len() > TABLE_COLUMNS {
            list.push_str(", more TEXT");
        }
        tx.execute_batch(&format!(
            "CREATE TABLE {table} (rec INTEGER PRIMARY KEY, load INTEGER NOT NULL, line INTEGER NOT NULL, prev INTEGER,
               version INTEGER NOT NULL, hash INTEGER NOT NULL{list});
             CREATE INDEX {table}_prev ON {table} (prev) WHERE prev IS NOT NULL;"
        ))?;
    } else {
        // A load that was abandoned may have left columns behind, empty; they are taken over.
        let mut statement = tx.prepare("SELECT name FROM pragma_table_info(?1)")?;
        let have: std::collections::HashSet<String> =
            statement.query_map([&table], |row| row.get(0))?.collect::<Result<_, _>>()?;
        let wanted = (b.known_columns..b.columns.len().min(TABLE_COLUMNS)).map(|at| format!("c{at}"));
        let more = (b.columns.len() > TABLE_COLUMNS).then(|| "more".to_owned());
        for name in wanted.chain(more).filter(|name| !have.contains(name)) {
            tx.execute_batch(&format!("ALTER TABLE {table} ADD COLUMN {name} TEXT"))?;
        }
    }
    let first_rec: i64 = tx.query_row("SELECT value FROM setting WHERE key = 'next_rec'", [], |row| row.get(0))?;
    let columns = serde_json::to_string(&b.file_columns).unwrap_or_default();
    tx.execute(
        "INSERT INTO load (object, state, file, path, sha256, bytes, first_rec, is_delta, encoding, delimiter, quote, header_line,
                           read_as, native_id, columns, as_of, loaded_at, loaded_by)
         VALUES (?1, 'reading', ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)",
        params![
            object,
            b.file,
            b.path,
            b.sha256,
            b.bytes as i64,
            first_rec,
            b.delta,
            b.encoding,
            b.delimiter,
            b.quote,
            b.header_line.map(|n| n as i64),
            b.read_as,
            b.native_id,
            columns,
            b.as_of,
            b.loaded_at,
            b.loaded_by
        ],
    )?;
    let load = LoadId(tx.last_insert_rowid());
    let (from, to) = b.window.clone().unzip();
    tx.execute(
        "UPDATE load SET order_at = ?2, order_id = coalesce(?3, id), is_stated = ?4, segment = ?5, window_from = ?6,
           window_to = ?7, window_stated = ?6 IS NOT NULL WHERE id = ?1",
        params![load.0, b.order_at, b.order_id, b.is_stated, b.segment, from, to],
    )?;
    tx.commit()?;
    fault::point("load.begun");
    Ok(Opened { load, object, first_rec })
}

/// Rows on their way to the database. Values lie end to end in `text`; `lengths` has one number per column and row: 0 for
/// a value that was not given, else its bytes plus one.
#[derive(Debug, Clone, Default)]
pub struct Batch {
    pub rows: Vec<ArrivingRow>,
    pub text: String,
    pub lengths: Vec<u32>,
}

/// What stands before a row's values.
#[derive(Debug, Clone, Copy)]
pub struct ArrivingRow {
    pub rec: i64,
    pub line: u64,
    pub prev: Option<i64>,
    pub version: i64,
    pub hash: i64,
    /// See [`super::observed::key_of`].
    pub key: u64,
}

struct Cell<'a>(Option<&'a str>);

impl ToSql for Cell<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self.0 {
            Some(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            None => ToSqlOutput::Owned(Value::Null),
        })
    }
}

/// A slice of a load: its own transaction, not forced to disk (the last one of the load forces all).
///
/// # Errors
/// What the work or the commit says.
pub fn slice<T>(
    conn: &mut Connection,
    work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>,
) -> rusqlite::Result<T> {
    conn.execute_batch("PRAGMA synchronous = NORMAL")?;
    let done = (|| {
        let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let value = work(&tx)?;
        tx.commit()?;
        Ok(value)
    })();
    conn.execute_batch("PRAGMA synchronous = FULL")?;
    done
}

/// Writes a batch of rows.
///
/// # Errors
/// If the database refuses.
pub fn rows(tx: &Transaction<'_>, opened: Opened, columns: usize, batch: &Batch) -> rusqlite::Result<()> {
    let held = columns.min(TABLE_COLUMNS);
    let mut sql = format!("INSERT INTO {} (rec, load, line, prev, version, hash", data_table(opened.object));
    for at in 0..held {
        sql.push_str(&format!(", c{at}"));
    }
    if columns > TABLE_COLUMNS {
        sql.push_str(", more");
    }
    sql.push_str(") VALUES (?");
    sql.push_str(&", ?".repeat(held + 5 + usize::from(columns > TABLE_COLUMNS)));
    sql.push(')');
    let mut statement = tx.prepare_cached(&sql)?;
    let mut start = 0usize;
    for (row, lengths) in batch.rows.iter().zip(batch.lengths.chunks_exact(columns.max(1))) {
        statement.raw_bind_parameter(1, row.rec)?;
        statement.raw_bind_parameter(2, opened.load.0)?;
        statement.raw_bind_parameter(3, row.line as i64)?;
        statement.raw_bind_parameter(4, row.prev)?;
        statement.raw_bind_parameter(5, row.version)?;
        statement.raw_bind_parameter(6, row.hash)?;
        let mut cell = |length: u32| {
            let length = length.checked_sub(1)?;
            let text = batch.text.get(start..start + length as usize);
            start += length as usize;
            text
        };
        for (at, &length) in lengths.iter().take(held).enumerate() {
            statement.raw_bind_parameter(7 + at, Cell(cell(length)))?;
        }
        if columns > TABLE_COLUMNS {
            let rest: Vec<Option<&str>> = lengths[held..].iter().map(|&length| cell(length)).collect();
            statement.raw_bind_parameter(7 + held, serde_json::to_string(&rest).unwrap_or_default())?;
        }
        statement.raw_execute()?;
    }
    super::observed::write_stored(tx, opened.load, &batch.rows)
}

/// Writes quarantined rows.
///
/// # Errors
/// If the database refuses.
pub fn quarantined(
    tx: &Transaction<'_>,
    load: LoadId,
    rows: &[crate::sources::read::Quarantined],
) -> rusqlite::Result<()> {
    let mut statement = tx.prepare_cached(
        "INSERT INTO quarantine (load, line, offset, reason, detail, bytes) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    for row in rows {
        statement.execute(params![load.0, row.line as i64, row.offset as i64, row.reason, row.detail, row.bytes])?;
    }
    Ok(())
}

/// What a source says of one of its own merges.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceMerge {
    pub rec: i64,
    pub told_in: String,
    pub loser: String,
    pub winner: String,
    pub loser_folded: String,
    pub winner_folded: String,
    pub at: Option<String>,
}

/// Writes what the source says of its merges.
///
/// # Errors
/// If the database refuses.
pub fn merges(tx: &Transaction<'_>, opened: Opened, merges: &[SourceMerge]) -> rusqlite::Result<()> {
    let mut statement = tx.prepare_cached(
        "INSERT INTO source_merge (load, object, rec, told_in, loser, winner, loser_folded, winner_folded, at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?;
    for m in merges {
        statement.execute(params![
            opened.load.0,
            opened.object,
            m.rec,
            m.told_in,
            m.loser,
            m.winner,
            m.loser_folded,
            m.winner_folded,
            m.at
        ])?;
    }
    Ok(())
}

/// A segment of the identifier index that nobody reads yet.
///
/// # Errors
/// If the database refuses.
pub fn begin_segment(tx: &Transaction<'_>, load: Option<LoadId>) -> rusqlite::Result<i64> {
    tx.execute(
        "INSERT INTO ident_segment (state, load, format) VALUES ('building', ?1, ?2)",
        params![load.map(|l| l.0), identifiers::FORMAT],
    )?;
    Ok(tx.last_insert_rowid())
}

/// Writes blocks of a segment.
///
/// # Errors
/// If the database refuses.
pub fn blocks(tx: &Transaction<'_>, segment: i64, blocks: &[Block]) -> rusqlite::Result<()> {
    let mut statement = tx.prepare_cached("INSERT INTO ident_block (id, data) VALUES (?1, ?2)")?;
    for block in blocks {
        statement.execute(params![identifiers::segment::block_id(segment, block.part, block.number), block.data])?;
    }
    Ok(())
}

/// Makes a finished segment live.
///
/// # Errors
/// If the database refuses.
pub fn complete_segment(tx: &Transaction<'_>, segment: i64, meta: &Meta) -> rusqlite::Result<()> {
    tx.execute(
        "UPDATE ident_segment SET state = 'live', entries = ?2, meta = ?3 WHERE id = ?1",
        params![segment, i64::try_from(meta.entries).unwrap_or(i64::MAX), meta.to_bytes()],
    )?;
    Ok(())
}

/// A row that shares its native ID with another row of its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepeatedId {
    pub rec: i64,
    pub line: i64,
    pub first_rec: i64,
    pub first_line: i64,
    pub native_id: String,
}

/// How a load ended.
#[derive(Debug, Clone, Default)]
pub struct Ending {
    pub last_rec: i64,
    pub content: i64,
    pub rows: u64,
    pub records: u64,
    pub quarantined: u64,
    pub new: u64,
    pub changed: u64,
    pub unchanged: u64,
    pub vanished: Vec<i64>,
    /// Records that had vanished and are there again, by the stored row that had.
    pub returned: Vec<i64>,
    /// Position of the native ID's column, -1 where there is none.
    pub key_column: i64,
    /// The 256 smallest row hashes of the file.
    pub sketch: Vec<u8>,
    /// Least and greatest moment at which a row was changed.
    pub window: Option<(String, String)>,
    pub repeated: Vec<RepeatedId>,
    pub spoiled_ids: u64,
    pub native_id: Option<String>,
    /// The native ID column turned out to repeat too much to name records.
    pub demote_native: Option<usize>,
    /// What all rows say of the native ID column of a new object, in place of what the first ones said.
    pub native_evidence: Option<String>,
    pub millis: u64,
    pub warnings: Vec<String>,
    /// Finished segments of the identifier index.
    pub segments: Vec<(i64, Meta)>,
}

/// Why a column has its role: for the native ID what all rows say, in place of what the first ones said.
fn evidence_of(column: &crate::sources::Column, all: Option<&str>) -> String {
    match all.filter(|_| column.role == crate::sources::ColumnRole::NativeId) {
        None => column.evidence.clone(),
        Some(all) => {
            let kept = column.evidence.split("; ").filter(|part| !part.contains(" in the first "));
            kept.filter(|part| !part.is_empty()).chain([all]).collect::<Vec<_>>().join("; ")
        }
    }
}

/// The last slice: everything of the load becomes visible in one commit that is forced to disk. `rebuilt`: the object as
/// it is with this load at its place, where later loads stand on it.
///
/// # Errors
/// If the database refuses; then nothing is visible.
pub fn complete(
    conn: &mut Connection,
    opened: Opened,
    b: &Beginning,
    end: &Ending,
    rebuilt: Option<&Rebuilt>,
) -> rusqlite::Result<()> {
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    {
        let mut statement = tx.prepare_cached(
            "INSERT INTO repeated_id (rec, load, line, first_rec, first_line, native_id) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?;
        for r in &end.repeated {
            statement.execute(params![r.rec, opened.load.0, r.line, r.first_rec, r.first_line, r.native_id])?;
        }
        let mut statement = tx.prepare_cached("INSERT INTO vanished (load, rec) VALUES (?1, ?2)")?;
        for rec in &end.vanished {
            statement.execute([opened.load.0, *rec])?;
        }
        let mut statement = tx.prepare_cached("INSERT INTO returned (load, rec) VALUES (?1, ?2)")?;
        for rec in &end.returned {
            statement.execute([opened.load.0, *rec])?;
        }
    }
    for column in &b.columns[b.known_columns.min(b.columns.len())..] {
        tx.prepare_cached(
            "INSERT INTO object_column (object, position, name, role, evidence, by_hand, points_to, note)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(params![
            opened.object,
            column.position as i64,
            column.name,
            catalog::role_word(column.role),
            evidence_of(column, end.native_evidence.as_deref()),
            column.by_hand,
            column.points_to,
            catalog::note_of(column)
        ])?;
    }
    if let Some(position) = end.demote_native {
        tx.execute(
            "UPDATE object_column SET role = ?3, evidence = 'many rows share its values, so it names no record' WHERE object = ?1 AND position = ?2",
            params![opened.object, position as i64, catalog::role_word(crate::sources::ColumnRole::ForeignKey)],
        )?;
    }
    tx.execute(
        "UPDATE load SET state = 'complete', last_rec = ?2, content = ?3, rows = ?4, records = ?5, quarantined = ?6, new = ?7,
           changed = ?8, unchanged = ?9, vanished = ?10, spoiled_ids = ?11, native_id = ?12, millis = ?13, warnings = ?14
         WHERE id = ?1",
        params![
            opened.load.0,
            end.last_rec,
            end.content,
            end.rows as i64,
            end.records as i64,
            end.quarantined as i64,
            end.new as i64,
            end.changed as i64,
            end.unchanged as i64,
            end.vanished.len() as i64,
            end.spoiled_ids as i64,
            end.native_id,
            end.millis as i64,
            serde_json::to_string(&end.warnings).unwrap_or_default()
        ],
    )?;
    let (from, to) = end.window.clone().unzip();
    tx.execute(
        "UPDATE load SET returned = ?2, key_column = ?3, keeps_seen = 1, sketch = ?4,
           window_from = CASE window_stated WHEN 1 THEN window_from ELSE ?5 END,
           window_to = CASE window_stated WHEN 1 THEN window_to ELSE ?6 END WHERE id = ?1",
        params![opened.load.0, end.returned.len() as i64, end.key_column, end.sketch, from, to],
    )?;
    tx.execute("UPDATE setting SET value = ?1 WHERE key = 'next_rec'", [end.last_rec.max(opened.first_rec - 1) + 1])?;
    if let Some(rebuilt) = rebuilt {
        replay::put_in_place(&tx, rebuilt)?;
    }
    for (segment, meta) in &end.segments {
        complete_segment(&tx, *segment, meta)?;
    }
    views::rebuild(&tx)?;
    let facts = serde_json::json!({
        "load": opened.load.0, "source": b.source, "object": b.object_name, "sha256": b.sha256, "rows": end.rows,
        "records": end.records, "quarantined": end.quarantined, "new": end.new, "changed": end.changed,
        "unchanged": end.unchanged, "vanished": end.vanished.len(), "content": end.content,
    })
    .to_string();
    let entry = audit::Entry { who: &b.loaded_by, what: "loaded", subject: &b.file, before: None, after: Some(&facts) };
    audit::append(&tx, &entry)?;
    if !b.is_redo {
        // With the column that a person named for the native ID, or none where none was meant.
        let by_hand =
            b.columns.iter().any(|column| column.role == crate::sources::ColumnRole::NativeId && column.by_hand);
        let native_id = match &b.native_id {
            None => Some("none"),
            Some(name) if by_hand => Some(name.as_str()),
            Some(_) => None,
        };
        let deed = serde_json::json!({
            "load": opened.load.0, "file": b.file, "path": b.path, "sha256": b.sha256, "source": b.source, "object": b.object_name,
            "kind": b.kind.word(), "as_of": b.as_of, "delta": b.delta, "native_id": native_id, "encoding": b.encoding,
            "delimiter": b.delimiter, "quote": b.quote, "header_line": b.header_line, "stated": b.is_stated,
            "order_at": b.order_at, "order_id": b.order_id.unwrap_or(opened.load.0), "segment": b.segment, "window": b.window,
        });
        crate::sources::deeds::record(&tx, &b.loaded_by, "load", &deed.to_string())?;
    } else {
        crate::sources::deeds::mark_loaded_again(&tx, &b.loaded_by, &b.sha256, &b.source, &b.object_name, opened.load)?;
    }
    fault::point("load.before_complete");
    tx.commit()?;
    fault::point("load.complete");
    Ok(())
}
