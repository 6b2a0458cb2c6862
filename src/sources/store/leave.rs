//! Taking a load out again, and sweeping what a crash or a cancel left. Both first make everything invisible in one
//! commit and then delete in slices, so that nobody waits and a second crash is swept like the first.

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};

use super::replay::{self, Rebuilt};
use super::{arrive, data_table, views};
use crate::sources::LoadId;
use crate::sources::deeds::{self, Leaving};
use crate::workspace::{audit, fault};

/// Rows deleted in one slice.
const SLICE: i64 = 5_000;

/// Makes a complete load invisible, with its identifiers, and writes down that it left.
///
/// # Errors
/// If the database refuses.
pub fn hide(conn: &mut Connection, load: LoadId, who: &str, why: Leaving) -> rusqlite::Result<()> {
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    hide_within(&tx, load, who, why, None)?;
    fault::point("undo.before_hide");
    tx.commit()?;
    fault::point("undo.hidden");
    Ok(())
}

/// [`hide`] within a transaction; `rebuilt`: the object as it is without the load, where later loads stand on it.
///
/// # Errors
/// If the database refuses.
pub(super) fn hide_within(
    tx: &Transaction<'_>,
    load: LoadId,
    who: &str,
    why: Leaving,
    rebuilt: Option<&Rebuilt>,
) -> rusqlite::Result<()> {
    let (file, facts): (String, String) = tx.query_row(
        "SELECT l.file, json_object('load', l.id, 'source', s.name, 'object', o.name, 'sha256', l.sha256, 'rows', l.rows,
                'records', l.records, 'quarantined', l.quarantined)
         FROM load l JOIN object o ON o.id = l.object JOIN source s ON s.id = o.source WHERE l.id = ?1 AND l.state = 'complete'",
        [load.0],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    tx.execute("UPDATE load SET state = 'leaving' WHERE id = ?1", [load.0])?;
    tx.execute("UPDATE ident_segment SET state = 'dead' WHERE load = ?1", [load.0])?;
    if let Some(rebuilt) = rebuilt {
        replay::put_in_place(tx, rebuilt)?;
    }
    views::rebuild(tx)?;
    let entry = audit::Entry { who, what: "took out", subject: &file, before: Some(&facts), after: None };
    audit::append(tx, &entry)?;
    deeds::left(tx, who, load, why)
}

/// Loads that are not complete: half read, or half taken out.
///
/// # Errors
/// If the database cannot be read.
pub fn remains(conn: &Connection) -> rusqlite::Result<Vec<LoadId>> {
    let mut statement = conn.prepare("SELECT id FROM load WHERE state <> 'complete' ORDER BY id DESC")?;
    statement.query_map([], |row| row.get(0).map(LoadId))?.collect()
}

/// Whether there is anything to sweep.
///
/// # Errors
/// If the database cannot be read.
pub fn needs_sweep(conn: &Connection) -> rusqlite::Result<bool> {
    let has_remains: bool = conn.query_row(
        "SELECT EXISTS (SELECT 1 FROM load WHERE state <> 'complete') OR EXISTS (SELECT 1 FROM ident_segment WHERE state <> 'live')",
        [],
        |row| row.get(0),
    )?;
    Ok(has_remains || replay::has_leftovers(conn)?)
}

/// Deletes one slice of a load that nobody sees; false when nothing of it is left.
///
/// # Errors
/// If the database refuses.
pub fn delete_slice(conn: &mut Connection, load: LoadId) -> rusqlite::Result<bool> {
    arrive::slice(conn, |tx| {
        let found: Option<(i64, i64)> = tx
            .query_row("SELECT object, first_rec FROM load WHERE id = ?1 AND state <> 'complete'", [load.0], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .optional()?;
        let Some((object, first_rec)) = found else { return Ok(false) };
        let table = data_table(object);
        let others: bool = tx.query_row(
            "SELECT EXISTS (SELECT 1 FROM load WHERE object = ?1 AND id <> ?2)",
            [object, load.0],
            |row| row.get(0),
        )?;
        if others {
            let gone = tx.execute(
                &format!("DELETE FROM {table} WHERE rec IN (SELECT rec FROM {table} WHERE rec >= ?1 AND load = ?2 LIMIT {SLICE})"),
                [first_rec, load.0],
            )?;
            if gone > 0 {
                return Ok(true);
            }
        }
        for sql in [
            "DELETE FROM quarantine WHERE rowid IN (SELECT rowid FROM quarantine WHERE load = ?1 LIMIT 5000)",
            "DELETE FROM repeated_id WHERE rowid IN (SELECT rowid FROM repeated_id WHERE load = ?1 LIMIT 5000)",
            "DELETE FROM source_merge WHERE rowid IN (SELECT rowid FROM source_merge WHERE load = ?1 LIMIT 5000)",
            "DELETE FROM load_seen WHERE rowid IN (SELECT rowid FROM load_seen WHERE load = ?1 LIMIT 1000)",
            "DELETE FROM load_key WHERE first_rec IN (SELECT k.first_rec FROM load_key k JOIN load l ON l.id = k.load
               WHERE l.id = ?1 AND k.first_rec >= l.first_rec LIMIT 1000)",
        ] {
            if tx.execute(sql, [load.0])? > 0 {
                return Ok(true);
            }
        }
        tx.execute("DELETE FROM vanished WHERE load = ?1", [load.0])?;
        tx.execute("DELETE FROM returned WHERE load = ?1", [load.0])?;
        tx.execute("UPDATE ident_segment SET state = 'dead', load = NULL WHERE load = ?1", [load.0])?;
        tx.execute("DELETE FROM load WHERE id = ?1", [load.0])?;
        if !others {
            tx.execute_batch(&format!("DROP TABLE IF EXISTS {table}"))?;
            tx.execute("DELETE FROM object_column WHERE object = ?1", [object])?;
            tx.execute("UPDATE ident_segment SET state = 'dead', load = NULL WHERE object = ?1", [object])?;
            tx.execute("DELETE FROM object WHERE id = ?1", [object])?;
            tx.execute("DELETE FROM source WHERE id NOT IN (SELECT source FROM object)", [])?;
        } else {
            forget_last_columns(tx, object)?;
        }
        Ok(false)
    })
}

/// Columns at the end that no load has any more leave the list. In the table they stay, empty, until a later file brings
/// others in their place: SQLite would write the whole table anew to drop one.
fn forget_last_columns(tx: &rusqlite::Transaction<'_>, object: i64) -> rusqlite::Result<()> {
    let gone = tx.execute(
        "DELETE FROM object_column WHERE object = ?1 AND position >
           (SELECT coalesce(max(j.value), -1) FROM load l, json_each(l.columns) j WHERE l.object = ?1)",
        [object],
    )?;
    if gone > 0 {
        views::rebuild(tx)?;
    }
    Ok(())
}

/// Deletes one slice of the segments that nobody reads; false when none is left. `mine`: a segment that is being built
/// now by this very sweep's owner, and stays.
///
/// # Errors
/// If the database refuses.
pub fn delete_segment_slice(conn: &mut Connection, mine: Option<i64>) -> rusqlite::Result<bool> {
    arrive::slice(conn, |tx| {
        let segment: Option<i64> = tx
            .query_row(
                "SELECT id FROM ident_segment WHERE state <> 'live' AND id IS NOT ?1 ORDER BY id LIMIT 1",
                params![mine],
                |row| row.get(0),
            )
            .optional()?;
        let Some(segment) = segment else { return Ok(false) };
        let gone = tx.execute(
            "DELETE FROM ident_block WHERE id IN (SELECT id FROM ident_block WHERE id >= ?1 << 32 AND id < (?1 + 1) << 32 LIMIT 2000)",
            [segment],
        )?;
        if gone == 0 {
            tx.execute("DELETE FROM ident_segment WHERE id = ?1", [segment])?;
        }
        Ok(true)
    })
}

/// Gives one slice of free pages back to the file system; false when none is left.
///
/// # Errors
/// If the database refuses.
pub fn shrink_slice(conn: &mut Connection) -> rusqlite::Result<bool> {
    let free = |conn: &Connection| conn.query_row("PRAGMA freelist_count", [], |row| row.get::<_, i64>(0));
    let before = free(conn)?;
    if before == 0 {
        return Ok(false);
    }
    {
        let mut statement = conn.prepare("PRAGMA incremental_vacuum(2000)")?;
        let mut rows = statement.query([])?;
        while rows.next()?.is_some() {}
    }
    let after = free(conn)?;
    let more = after > 0 && after < before;
    if !more {
        // The file itself gets shorter when the log is written back; readers are not waited for.
        conn.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))?;
    }
    Ok(more)
}
