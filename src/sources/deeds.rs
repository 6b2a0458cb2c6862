//! Deeds that concern loads, beside those of every kind (`workspace::deeds`): a load that is taken out or brought in by
//! name is a deed undone or done again.

use rusqlite::{Transaction, params};

use super::LoadId;
pub use crate::workspace::deeds::{Deed, amend, first_undone, last_done, mark, record};

/// Marks the deed that brought a load as undone, within the transaction that takes the load out.
///
/// # Errors
/// If the database refuses.
pub fn mark_taken_out(tx: &Transaction<'_>, load: LoadId) -> rusqlite::Result<()> {
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
