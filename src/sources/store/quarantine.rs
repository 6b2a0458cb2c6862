//! Rows that could not be read, read back.

use rusqlite::{Connection, Row};

use super::catalog::unsigned;
use crate::sources::{LoadId, QuarantineGroup, QuarantineRow};

const ROWS: &str = "SELECT q.load, l.file, q.line, q.offset, q.reason, q.detail, q.bytes FROM quarantine q
     JOIN load l ON l.id = q.load AND l.state = 'complete'";

fn quarantined(row: &Row<'_>) -> rusqlite::Result<QuarantineRow> {
    Ok(QuarantineRow {
        load: LoadId(row.get(0)?),
        file: row.get(1)?,
        line: unsigned(row, 2)?,
        offset: unsigned(row, 3)?,
        reason: row.get(4)?,
        detail: row.get(5)?,
        bytes: row.get(6)?,
    })
}

/// Reasons with their counts, most rows first.
///
/// # Errors
/// If the database cannot be read.
pub fn groups(conn: &Connection) -> rusqlite::Result<Vec<QuarantineGroup>> {
    let mut statement = conn.prepare_cached(
        "SELECT q.reason, count(*), min(q.id), count(DISTINCT q.load) FROM quarantine q
         JOIN load l ON l.id = q.load AND l.state = 'complete' GROUP BY q.reason ORDER BY count(*) DESC, q.reason",
    )?;
    let found: Vec<(String, u64, i64, u64)> = statement
        .query_map([], |row| Ok((row.get(0)?, unsigned(row, 1)?, row.get(2)?, unsigned(row, 3)?)))?
        .collect::<Result<_, _>>()?;
    let mut groups = Vec::with_capacity(found.len());
    for (reason, count, first, loads) in found {
        let mut files = conn.prepare_cached(
            "SELECT DISTINCT l.file FROM quarantine q JOIN load l ON l.id = q.load AND l.state = 'complete'
             WHERE q.reason = ?1 ORDER BY l.id LIMIT 3",
        )?;
        let files: Vec<String> = files.query_map([&reason], |row| row.get(0))?.collect::<Result<_, _>>()?;
        let first = conn.prepare_cached(&format!("{ROWS} WHERE q.id = ?1"))?.query_row([first], quarantined)?;
        groups.push(QuarantineGroup {
            reason,
            rows: count,
            more_files: loads.saturating_sub(files.len() as u64),
            files,
            first,
        });
    }
    Ok(groups)
}

/// A window on the rows with one reason, in file order.
///
/// # Errors
/// If the database cannot be read.
pub fn rows(conn: &Connection, reason: &str, first: u64, count: u64) -> rusqlite::Result<Vec<QuarantineRow>> {
    let mut statement = conn.prepare_cached(&format!("{ROWS} WHERE q.reason = ?1 ORDER BY q.id LIMIT ?2 OFFSET ?3"))?;
    let bound = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    statement.query_map(rusqlite::params![reason, bound(count), bound(first)], quarantined)?.collect()
}

/// Hands every quarantined row to `each`, in the order they were loaded.
///
/// # Errors
/// What the database or `each` says.
pub fn for_each<E: From<rusqlite::Error>>(
    conn: &Connection,
    mut each: impl FnMut(QuarantineRow) -> Result<(), E>,
) -> Result<(), E> {
    let mut statement = conn.prepare(&format!("{ROWS} ORDER BY q.id"))?;
    let mut found = statement.query([])?;
    while let Some(row) = found.next()? {
        each(quarantined(row)?)?;
    }
    Ok(())
}
