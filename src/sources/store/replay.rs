//! An object built anew beside itself, with its loads in another order or one of them left out, and put in its place in
//! one commit. Until then nobody sees anything of it; what a crash leaves is told by the names of its tables and swept.

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};

use super::arrive::{self, ArrivingRow, RepeatedId};
use super::observed::{self, Seen};
use super::{data_table, leave};
use crate::sources::LoadId;
use crate::sources::deeds::Leaving;
use crate::sources::identifiers::segment::Meta;
use crate::workspace::{audit, fault};

/// Rows deleted in one slice.
const SLICE: i64 = 5_000;

/// The table in which an object is built anew.
#[must_use]
pub fn next_table(object: i64) -> String {
    format!("{}_next", data_table(object))
}

fn merge_table(object: i64) -> String {
    format!("{}_next_merge", data_table(object))
}

fn old_table(object: i64) -> String {
    format!("{}_old", data_table(object))
}

/// A load as it is in the new order.
#[derive(Debug, Clone, Default)]
pub struct RebuiltLoad {
    pub load: i64,
    pub first_rec: i64,
    pub last_rec: i64,
    pub content: i64,
    pub new: u64,
    pub changed: u64,
    pub unchanged: u64,
    pub vanished: Vec<i64>,
    pub returned: Vec<i64>,
    pub repeated: Vec<RepeatedId>,
    pub spoiled_ids: u64,
    /// What is to be said of it now; `None`: as it was.
    pub warnings: Option<Vec<String>>,
}

/// An object that waits to be put in its place.
#[derive(Debug, Clone)]
pub struct Rebuilt {
    pub object: i64,
    /// In their order.
    pub loads: Vec<RebuiltLoad>,
    pub segments: Vec<(i64, Meta)>,
    /// The first number for a row that was never used.
    pub next_rec: i64,
    pub key_column: i64,
    /// Who does it.
    pub who: String,
}

/// How rows are taken over.
#[derive(Debug, Clone)]
pub struct Ground {
    copy: String,
    copy_merges: Option<String>,
}

/// Makes the tables that the object is built in.
///
/// # Errors
/// If the database refuses.
pub fn begin(conn: &mut Connection, object: i64, first_rec: i64) -> rusqlite::Result<Ground> {
    let (table, next, merges) = (data_table(object), next_table(object), merge_table(object));
    let ground = arrive::slice(conn, |tx| {
        let mut statement = tx.prepare(&format!("SELECT name FROM pragma_table_info('{table}') ORDER BY cid"))?;
        let names: Vec<String> = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
        const OWN: [&str; 6] = ["rec", "load", "line", "prev", "version", "hash"];
        let values: Vec<&str> = names.iter().map(String::as_str).filter(|name| !OWN.contains(name)).collect();
        let typed: String = values.iter().map(|name| format!(", {name} TEXT")).collect();
        let list: String = values.iter().map(|name| format!(", {name}")).collect();
        tx.execute_batch(&format!(
            "CREATE TABLE {next} (rec INTEGER PRIMARY KEY, load INTEGER NOT NULL, line INTEGER NOT NULL, prev INTEGER,
               version INTEGER NOT NULL, hash INTEGER NOT NULL{typed});
             CREATE INDEX {table}_prev_{first_rec} ON {next} (prev) WHERE prev IS NOT NULL;
             CREATE TABLE {merges} (load INTEGER, rec INTEGER, told_in TEXT, loser TEXT, winner TEXT, loser_folded TEXT,
               winner_folded TEXT, at TEXT);"
        ))?;
        let has_merges: bool =
            tx.query_row("SELECT EXISTS (SELECT 1 FROM source_merge WHERE object = ?1)", [object], |row| row.get(0))?;
        Ok(Ground {
            copy: format!(
                "INSERT INTO {next} (rec, load, line, prev, version, hash{list})
                 SELECT ?1, ?2, ?3, ?4, ?5, hash{list} FROM {table} WHERE rec = ?6"
            ),
            copy_merges: has_merges.then(|| {
                format!(
                    "INSERT INTO {merges} SELECT ?1, ?2, told_in, loser, winner, loser_folded, winner_folded, at
                     FROM source_merge WHERE rec = ?3 AND object = {object} ORDER BY id"
                )
            }),
        })
    })?;
    fault::point("replay.begun");
    Ok(ground)
}

/// Takes rows over, each with the number that it has now, and notes down what was unchanged.
///
/// # Errors
/// If the database refuses or a row is not there.
pub fn slice(
    conn: &mut Connection,
    ground: &Ground,
    load: LoadId,
    first_rec: i64,
    rows: &[(ArrivingRow, i64)],
    seen: &[Seen],
) -> rusqlite::Result<()> {
    let written = arrive::slice(conn, |tx| {
        let mut copy = tx.prepare_cached(&ground.copy)?;
        for (row, old) in rows {
            let copied = copy.execute(params![row.rec, load.0, row.line as i64, row.prev, row.version, old])?;
            if copied != 1 {
                return Err(rusqlite::Error::QueryReturnedNoRows);
            }
        }
        if let Some(sql) = &ground.copy_merges {
            let mut merges = tx.prepare_cached(sql)?;
            for (row, old) in rows {
                merges.execute(params![load.0, row.rec, old])?;
            }
        }
        let plain: Vec<ArrivingRow> = rows.iter().map(|(row, _)| *row).collect();
        observed::write_stored(tx, load, &plain)?;
        observed::write_seen(tx, load, first_rec, seen)
    });
    fault::point("replay.slice");
    written
}

/// Puts an object that was built anew in its place, within the transaction that brings or takes out the load for whose sake
/// it was built. Views are made anew by that.
///
/// # Errors
/// If the database refuses.
pub fn put_in_place(tx: &Transaction<'_>, rebuilt: &Rebuilt) -> rusqlite::Result<()> {
    let object = rebuilt.object;
    let (table, next, old, merges) = (data_table(object), next_table(object), old_table(object), merge_table(object));
    fault::point("replay.before_swap");
    // Views keep their texts: they mean whatever table has the name.
    tx.execute_batch(&format!(
        "PRAGMA legacy_alter_table = ON;
         ALTER TABLE {table} RENAME TO {old};
         ALTER TABLE {next} RENAME TO {table};
         PRAGMA legacy_alter_table = OFF;
         DELETE FROM source_merge WHERE object = {object};
         INSERT INTO source_merge (load, object, rec, told_in, loser, winner, loser_folded, winner_folded, at)
           SELECT load, {object}, rec, told_in, loser, winner, loser_folded, winner_folded, at FROM {merges} ORDER BY rowid;
         DROP TABLE {merges};
         DELETE FROM vanished WHERE load IN (SELECT id FROM load WHERE object = {object});
         DELETE FROM returned WHERE load IN (SELECT id FROM load WHERE object = {object});
         DELETE FROM repeated_id WHERE load IN (SELECT id FROM load WHERE object = {object});
         -- It names rows by numbers that are no more.
         DELETE FROM object_profile WHERE object = {object};
         UPDATE ident_segment SET state = 'dead', load = NULL 
           WHERE object = {object} OR load IN (SELECT id FROM load WHERE object = {object});"
    ))?;
    for load in &rebuilt.loads {
        put_load(tx, rebuilt, load)?;
    }
    for (segment, meta) in &rebuilt.segments {
        arrive::complete_segment(tx, *segment, meta)?;
        tx.execute("UPDATE ident_segment SET object = ?2 WHERE id = ?1", [*segment, object])?;
    }
    tx.execute("UPDATE setting SET value = max(value, ?1) WHERE key = 'next_rec'", [rebuilt.next_rec])?;
    Ok(())
}

fn put_load(tx: &Transaction<'_>, rebuilt: &Rebuilt, load: &RebuiltLoad) -> rusqlite::Result<()> {
    const COUNTS: &str = "json_object('load', l.id, 'source', s.name, 'object', o.name, 'sha256', l.sha256, 'rows', l.rows,
        'records', l.records, 'quarantined', l.quarantined, 'new', l.new, 'changed', l.changed, 'unchanged', l.unchanged,
        'vanished', l.vanished, 'content', l.content)";
    let counts = |tx: &Transaction<'_>| -> rusqlite::Result<Option<(String, String)>> {
        tx.prepare_cached(&format!(
            "SELECT l.file, {COUNTS} FROM load l JOIN object o ON o.id = l.object JOIN source s ON s.id = o.source
             WHERE l.id = ?1 AND l.state = 'complete'"
        ))?
        .query_row([load.load], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()
    };
    let before = counts(tx)?;
    let signed = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    tx.prepare_cached(
        "UPDATE load SET first_rec = ?2, last_rec = ?3, content = ?4, new = ?5, changed = ?6, unchanged = ?7, vanished = ?8,
           returned = ?9, spoiled_ids = ?10, key_column = ?11, keeps_seen = 1 WHERE id = ?1",
    )?
    .execute(params![
        load.load,
        load.first_rec,
        load.last_rec,
        load.content,
        signed(load.new),
        signed(load.changed),
        signed(load.unchanged),
        load.vanished.len() as i64,
        load.returned.len() as i64,
        signed(load.spoiled_ids),
        rebuilt.key_column
    ])?;
    if let Some(warnings) = &load.warnings {
        let text = serde_json::to_string(warnings).unwrap_or_default();
        tx.prepare_cached("UPDATE load SET warnings = ?2 WHERE id = ?1")?.execute(params![load.load, text])?;
    }
    let mut vanished = tx.prepare_cached("INSERT INTO vanished (load, rec) VALUES (?1, ?2)")?;
    for rec in &load.vanished {
        vanished.execute([load.load, *rec])?;
    }
    let mut returned = tx.prepare_cached("INSERT INTO returned (load, rec) VALUES (?1, ?2)")?;
    for rec in &load.returned {
        returned.execute([load.load, *rec])?;
    }
    let mut repeated = tx.prepare_cached(
        "INSERT INTO repeated_id (rec, load, line, first_rec, first_line, native_id) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    for r in &load.repeated {
        repeated.execute(params![r.rec, load.load, r.line, r.first_rec, r.first_line, r.native_id])?;
    }
    // The audit trail keeps both: what was counted when it was loaded, and what is so from here on.
    if let (Some((file, before)), Some((_, after))) = (before, counts(tx)?)
        && before != after
    {
        let entry = audit::Entry {
            who: &rebuilt.who,
            what: "counted anew",
            subject: &file,
            before: Some(&before),
            after: Some(&after),
        };
        audit::append(tx, &entry)?;
    }
    Ok(())
}

/// Whether anything is left of an object that was being built anew, or of one in whose place another was put.
///
/// # Errors
/// If the database cannot be read.
pub fn has_leftovers(conn: &Connection) -> rusqlite::Result<bool> {
    leftover(conn).map(|found| found.is_some())
}

fn leftover(conn: &Connection) -> rusqlite::Result<Option<String>> {
    // Merges first: the other tables say that there is something to clear.
    conn.prepare_cached(
        "SELECT name FROM sqlite_schema WHERE type = 'table'
           AND (name GLOB 'data_[0-9]*_next_merge' OR name GLOB 'data_[0-9]*_next' OR name GLOB 'data_[0-9]*_old')
         ORDER BY name GLOB '*_merge' DESC, name LIMIT 1",
    )?
    .query_row([], |row| row.get(0))
    .optional()
}

/// Deletes one slice of what is left; false when nothing is. Loads that are half read must have been removed before.
///
/// # Errors
/// If the database refuses.
pub fn clear_slice(conn: &mut Connection) -> rusqlite::Result<bool> {
    arrive::slice(conn, |tx| {
        let Some(table) = leftover(tx)? else { return Ok(false) };
        for sql in [
            "DELETE FROM load_seen WHERE id IN (SELECT s.id FROM load_seen s LEFT JOIN load l ON l.id = s.load
               AND l.first_rec = s.first_rec WHERE l.id IS NULL LIMIT 1000)",
            "DELETE FROM load_key WHERE first_rec IN (SELECT k.first_rec FROM load_key k LEFT JOIN load l ON l.id = k.load
               AND k.first_rec BETWEEN l.first_rec AND l.last_rec WHERE l.id IS NULL LIMIT 1000)",
        ] {
            if tx.execute(sql, [])? > 0 {
                return Ok(true);
            }
        }
        let gone =
            tx.execute(&format!("DELETE FROM {table} WHERE rowid IN (SELECT rowid FROM {table} LIMIT {SLICE})"), [])?;
        if gone == 0 {
            tx.execute_batch(&format!("DROP TABLE {table}"))?;
        }
        Ok(true)
    })
}

/// Makes a load invisible that others stand on, and puts the object without it in place, in one commit.
///
/// # Errors
/// If the database refuses; then nothing has changed.
pub fn hide_between(conn: &mut Connection, load: LoadId, why: Leaving, rebuilt: &Rebuilt) -> rusqlite::Result<()> {
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    leave::hide_within(&tx, load, &rebuilt.who, why, Some(rebuilt))?;
    fault::point("undo.before_hide");
    tx.commit()?;
    fault::point("undo.hidden");
    fault::point("replay.swapped");
    Ok(())
}
