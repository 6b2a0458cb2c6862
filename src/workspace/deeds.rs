//! What a person did last, so that `undo` can take it back and `redo` do it again, across restarts. Append-only but for
//! the mark that a deed is undone; a new deed makes what was undone before it unreachable for redo. What a deed means is
//! for the floor that did it.

use rusqlite::{Connection, OptionalExtension, Transaction, params};

/// One deed that can be taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deed {
    pub seq: i64,
    /// `load`, `role`, `definition`.
    pub what: String,
    /// What is needed to undo and redo it, as JSON.
    pub detail: String,
}

/// Writes a deed down, within the transaction that does it.
///
/// # Errors
/// If the database refuses.
pub fn record(tx: &Transaction<'_>, who: &str, what: &str, detail: &str) -> rusqlite::Result<()> {
    tx.execute("DELETE FROM deed WHERE who = ?1 AND undone = 1", [who])?;
    tx.execute("INSERT INTO deed (who, what, detail) VALUES (?1, ?2, ?3)", params![who, what, detail])?;
    Ok(())
}

/// The deed that undo takes back next.
///
/// # Errors
/// If the database cannot be read.
pub fn last_done(conn: &Connection, who: &str) -> rusqlite::Result<Option<Deed>> {
    one(conn, "SELECT seq, what, detail FROM deed WHERE who = ?1 AND undone = 0 ORDER BY seq DESC LIMIT 1", who)
}

/// The deed that redo does again next.
///
/// # Errors
/// If the database cannot be read.
pub fn first_undone(conn: &Connection, who: &str) -> rusqlite::Result<Option<Deed>> {
    one(conn, "SELECT seq, what, detail FROM deed WHERE who = ?1 AND undone = 1 ORDER BY seq LIMIT 1", who)
}

fn one(conn: &Connection, sql: &str, who: &str) -> rusqlite::Result<Option<Deed>> {
    conn.prepare_cached(sql)?
        .query_row([who], |row| Ok(Deed { seq: row.get(0)?, what: row.get(1)?, detail: row.get(2)? }))
        .optional()
}

/// Marks a deed as undone or done again.
///
/// # Errors
/// If the database refuses.
pub fn mark(conn: &Connection, seq: i64, undone: bool) -> rusqlite::Result<()> {
    conn.execute("UPDATE deed SET undone = ?2 WHERE seq = ?1", params![seq, undone])?;
    Ok(())
}

/// Gives a deed another detail: a load that was taken out and loaded again has a new number.
///
/// # Errors
/// If the database refuses.
pub fn amend(conn: &Connection, seq: i64, detail: &str) -> rusqlite::Result<()> {
    conn.execute("UPDATE deed SET detail = ?2 WHERE seq = ?1", params![seq, detail])?;
    Ok(())
}
