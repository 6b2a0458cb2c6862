//! Definitions, read.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{Review, Step, Verdict, Version, VersionNumber};

/// The version that stands; `None` if there is none, or it was withdrawn.
///
/// # Errors
/// If the database cannot be read.
pub fn current(conn: &Connection, kind: &str, name: &str) -> rusqlite::Result<Option<Version>> {
    let Some(definition) = number(conn, kind, name)? else { return Ok(None) };
    let Some(version) = standing(conn, definition)? else { return Ok(None) };
    Ok(versions(conn, definition, Some(version))?.pop())
}

/// One version.
///
/// # Errors
/// If the database cannot be read.
pub fn at_version(
    conn: &Connection,
    kind: &str,
    name: &str,
    version: VersionNumber,
) -> rusqlite::Result<Option<Version>> {
    let Some(definition) = number(conn, kind, name)? else { return Ok(None) };
    Ok(versions(conn, definition, Some(version))?.pop())
}

/// Every version, newest first.
///
/// # Errors
/// If the database cannot be read.
pub fn history(conn: &Connection, kind: &str, name: &str) -> rusqlite::Result<Vec<Version>> {
    let Some(definition) = number(conn, kind, name)? else { return Ok(Vec::new()) };
    let mut all = versions(conn, definition, None)?;
    all.reverse();
    Ok(all)
}

/// What stood when, oldest first: saved, undone, redone, withdrawn, brought back.
///
/// # Errors
/// If the database cannot be read.
pub fn steps(conn: &Connection, kind: &str, name: &str) -> rusqlite::Result<Vec<Step>> {
    let Some(definition) = number(conn, kind, name)? else { return Ok(Vec::new()) };
    let mut statement = conn.prepare_cached(
        "SELECT seq, version, act, who, at, comment FROM definition_standing WHERE definition = ?1 ORDER BY seq",
    )?;
    statement
        .query_map([definition], |row| {
            Ok(Step {
                seq: row.get(0)?,
                version: row.get::<_, Option<u32>>(1)?.map(VersionNumber),
                act: row.get(2)?,
                who: row.get(3)?,
                at: row.get(4)?,
                comment: row.get(5)?,
            })
        })?
        .collect()
}

/// The names of a kind that stand, in the order in which they were first saved.
///
/// # Errors
/// If the database cannot be read.
pub fn names(conn: &Connection, kind: &str) -> rusqlite::Result<Vec<String>> {
    let mut statement = conn.prepare_cached(
        "SELECT d.name FROM definition d WHERE d.kind = ?1
         AND (SELECT s.version FROM definition_standing s WHERE s.definition = d.id ORDER BY s.seq DESC LIMIT 1) IS NOT NULL
         ORDER BY d.id",
    )?;
    statement.query_map([kind], |row| row.get(0))?.collect()
}

pub(super) fn number(conn: &Connection, kind: &str, name: &str) -> rusqlite::Result<Option<i64>> {
    conn.prepare_cached("SELECT id FROM definition WHERE kind = ?1 AND name = ?2")?
        .query_row([kind, name], |row| row.get(0))
        .optional()
}

pub(super) fn standing(conn: &Connection, definition: i64) -> rusqlite::Result<Option<VersionNumber>> {
    let last: Option<Option<u32>> = conn
        .prepare_cached("SELECT version FROM definition_standing WHERE definition = ?1 ORDER BY seq DESC LIMIT 1")?
        .query_row([definition], |row| row.get(0))
        .optional()?;
    Ok(last.flatten().map(VersionNumber))
}

fn versions(conn: &Connection, definition: i64, only: Option<VersionNumber>) -> rusqlite::Result<Vec<Version>> {
    let stands = standing(conn, definition)?;
    let mut reviews = reviews(conn, definition)?;
    let mut statement = conn.prepare_cached(
        "SELECT version, hash, author, at, comment, text FROM definition_version
         WHERE definition = ?1 AND (?2 IS NULL OR version = ?2) ORDER BY version",
    )?;
    let read = |row: &Row<'_>| {
        let version = VersionNumber(row.get(0)?);
        Ok(Version {
            version,
            stands: stands == Some(version),
            hash: row.get(1)?,
            author: row.get(2)?,
            at: row.get(3)?,
            comment: row.get(4)?,
            reviews: Vec::new(),
            text: row.get(5)?,
        })
    };
    let mut all: Vec<Version> =
        statement.query_map(params![definition, only.map(|v| v.0)], read)?.collect::<Result<_, _>>()?;
    for version in &mut all {
        version.reviews = reviews.remove(&version.version).unwrap_or_default();
    }
    Ok(all)
}

fn reviews(conn: &Connection, definition: i64) -> rusqlite::Result<BTreeMap<VersionNumber, Vec<Review>>> {
    let mut statement = conn.prepare_cached(
        "SELECT v.version, r.seq, r.verdict, r.who, r.at, r.comment
         FROM definition_review r JOIN definition_version v ON v.id = r.version
         WHERE v.definition = ?1 AND r.verdict <> 'taken back'
           AND NOT EXISTS (SELECT 1 FROM definition_review t WHERE t.takes_back = r.seq)
         ORDER BY r.seq",
    )?;
    let mut found: BTreeMap<VersionNumber, Vec<Review>> = BTreeMap::new();
    let mut rows = statement.query([definition])?;
    while let Some(row) = rows.next()? {
        let word: String = row.get(2)?;
        let Some(verdict) = Verdict::from_word(&word) else { continue };
        let review = Review { seq: row.get(1)?, verdict, who: row.get(3)?, at: row.get(4)?, comment: row.get(5)? };
        found.entry(VersionNumber(row.get(0)?)).or_default().push(review);
    }
    Ok(found)
}
