//! What must hold of definitions; for `verify`.

use rusqlite::Connection;

use super::acts::{hash_of, subject};
use crate::workspace::verify::Problem;

/// Every version's text is the one that was saved, and what stands is what the audit chain says.
///
/// # Errors
/// If the database cannot be read.
pub fn check(conn: &Connection) -> rusqlite::Result<Vec<Problem>> {
    let mut problems = Vec::new();
    let mut statement = conn.prepare(
        "SELECT d.kind, d.name, v.version, v.text, v.hash FROM definition_version v JOIN definition d ON d.id = v.definition
         ORDER BY v.id",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (kind, name, version): (String, String, u32) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let (text, hash): (String, String) = (row.get(3)?, row.get(4)?);
        let told: Option<String> = conn
            .prepare_cached(
                "SELECT json_extract(v.after, '$.sha256') FROM audit a JOIN audit_value v ON v.seq = a.seq
                 WHERE a.what = 'saved definition' AND a.subject = ?1 AND json_valid(v.after)
                   AND json_extract(v.after, '$.version') = ?2",
            )?
            .query_map(rusqlite::params![subject(&kind, &name), version], |row| row.get(0))?
            .next()
            .transpose()?;
        if hash_of(&text) != hash || told.is_some_and(|told| told != hash) {
            problems.push(Problem {
                kind: "content",
                r#where: format!("{} version {version}", subject(&kind, &name)),
                message: "its text is not what was saved".to_owned(),
            });
        }
    }
    let mut statement = conn.prepare(
        "SELECT d.kind, d.name, (SELECT s.version FROM definition_standing s WHERE s.definition = d.id ORDER BY s.seq DESC LIMIT 1)
         FROM definition d ORDER BY d.id",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (kind, name, stands): (String, String, Option<u32>) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let told: Option<Option<u32>> = conn
            .prepare_cached(
                "SELECT json_extract(v.after, '$.version') FROM audit a JOIN audit_value v ON v.seq = a.seq
                 WHERE a.subject = ?1 AND a.what IN ('saved definition', 'withdrew definition', 'brought definition back',
                   'undid definition', 'redid definition') AND (v.after IS NULL OR json_valid(v.after))
                 ORDER BY a.seq DESC LIMIT 1",
            )?
            .query_map([subject(&kind, &name)], |row| row.get(0))?
            .next()
            .transpose()?;
        // Where the values were erased, nothing is told.
        if told.is_some_and(|told| told.is_some() && told != stands) {
            problems.push(Problem {
                kind: "content",
                r#where: subject(&kind, &name),
                message: "the audit trail tells of another version that stands".to_owned(),
            });
        }
    }
    Ok(problems)
}
