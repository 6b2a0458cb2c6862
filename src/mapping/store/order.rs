//! What was loaded after a map was saved, by the order of the audit chain: two things of one second are told apart.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension, params};

use crate::mapping::StandingMap;

/// The loads that came after the version of a map that stands was saved.
///
/// # Errors
/// If the database cannot be read.
pub fn loads_after(conn: &Connection, map: &StandingMap) -> rusqlite::Result<BTreeSet<i64>> {
    let Some(version) = map.version else { return Ok(BTreeSet::new()) };
    let subject = format!("{} {}", crate::mapping::KIND, map.map.key.name());
    let saved: Option<i64> = conn
        .prepare_cached(
            "SELECT a.seq FROM audit a JOIN audit_value v ON v.seq = a.seq
             WHERE a.what = 'saved definition' AND a.subject = ?1 AND json_valid(v.after)
               AND json_extract(v.after, '$.version') = ?2 ORDER BY a.seq DESC LIMIT 1",
        )?
        .query_row(params![subject, version.0], |row| row.get(0))
        .optional()?;
    let Some(saved) = saved else { return Ok(BTreeSet::new()) };
    conn.prepare_cached(
        "SELECT json_extract(v.after, '$.load') FROM audit a JOIN audit_value v ON v.seq = a.seq
         WHERE a.what = 'loaded' AND a.seq > ?1 AND json_valid(v.after)
           AND typeof(json_extract(v.after, '$.load')) = 'integer'",
    )?
    .query_map([saved], |row| row.get(0))?
    .collect()
}
