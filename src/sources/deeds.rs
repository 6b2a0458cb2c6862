//! Deeds that concern loads, beside those of every kind (`workspace::deeds`): a load that came, a load that was taken out by
//! name.

use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::LoadId;
pub use crate::workspace::deeds::{Deed, amend, first_undone, last_done, mark, record};

/// Why a load leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leaving {
    /// Somebody took it out by its number: a deed of its own, which undo takes back.
    ByName,
    /// Undo takes back that it came.
    Undone,
    /// Redo takes it out once more; the deed is there already.
    Again,
}

/// Writes down, within the transaction that takes a load out, what that was.
///
/// # Errors
/// If the database refuses.
pub fn left(tx: &Transaction<'_>, who: &str, load: LoadId, why: Leaving) -> rusqlite::Result<()> {
    match why {
        Leaving::Again => Ok(()),
        Leaving::Undone => mark_taken_out(tx, load),
        Leaving::ByName => {
            let known: Option<String> = tx
                .query_row(
                    "SELECT detail FROM deed WHERE what = 'load' AND json_extract(detail, '$.load') = ?1 ORDER BY seq DESC LIMIT 1",
                    [load.0],
                    |row| row.get(0),
                )
                .optional()?;
            // A load whose deed was forgotten says itself how it was read.
            let detail = match known {
                Some(detail) => detail,
                None => tx.query_row(
                    "SELECT json_object('load', l.id, 'file', l.file, 'path', l.path, 'sha256', l.sha256, 'source', s.name,
                       'object', o.name, 'kind', s.kind, 'as_of', l.as_of, 'delta', json(iif(l.is_delta, 'true', 'false')),
                       'encoding', l.encoding, 'delimiter', l.delimiter, 'quote', l.quote, 'header_line', l.header_line,
                       'stated', json(iif(l.is_stated, 'true', 'false')), 'order_at', l.order_at, 'order_id', l.order_id,
                       'segment', l.segment)
                     FROM load l JOIN object o ON o.id = l.object JOIN source s ON s.id = o.source WHERE l.id = ?1",
                    [load.0],
                    |row| row.get(0),
                )?,
            };
            record(tx, who, "take_out", &detail)
        }
    }
}

/// Gives the deed that brought a load the number that the load has since it was brought back.
///
/// # Errors
/// If the database refuses.
pub fn renumber(conn: &Connection, old: LoadId, new: LoadId) -> rusqlite::Result<()> {
    conn.execute(
        "UPDATE deed SET detail = json_set(detail, '$.load', ?2) WHERE what = 'load' AND json_extract(detail, '$.load') = ?1",
        [old.0, new.0],
    )?;
    Ok(())
}

/// Marks the deed that brought a load as undone, within the transaction that takes the load out.
///
/// # Errors
/// If the database refuses.
fn mark_taken_out(tx: &Transaction<'_>, load: LoadId) -> rusqlite::Result<()> {
    tx.execute(
        "UPDATE deed SET undone = 1 WHERE what = 'load' AND undone = 0 AND json_extract(detail, '$.load') = ?1",
        [load.0],
    )?;
    Ok(())
}

/// Marks the deed that brought these bytes into the object as done again, by its new load, within the transaction that
/// completes that load.
///
/// # Errors
/// If the database refuses.
pub fn mark_loaded_again(
    tx: &Transaction<'_>,
    who: &str,
    sha256: &str,
    source: &str,
    object: &str,
    load: LoadId,
) -> rusqlite::Result<()> {
    tx.execute(
        "UPDATE deed SET undone = 0, detail = json_set(detail, '$.load', ?5) WHERE seq =
           (SELECT seq FROM deed WHERE who = ?1 AND what = 'load' AND undone = 1 AND json_extract(detail, '$.sha256') = ?2
              AND json_extract(detail, '$.source') = ?3 AND json_extract(detail, '$.object') = ?4 ORDER BY seq LIMIT 1)",
        params![who, sha256, source, object, load.0],
    )?;
    Ok(())
}
