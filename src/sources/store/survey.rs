//! The survey's SQL: the rows of an object in one reading, a sample of them, and the survey as it is stored.

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::catalog::{self, Stretches, role_word, unsigned};
pub use super::latest::Latest;
use super::{TABLE_COLUMNS, data_table};
use crate::sources::profile::Counted;
use crate::sources::survey::collect::{RecList, decode};
use crate::sources::survey::{Finding, Link, LinkBy, Relation, Survey};
use crate::sources::{ObjectId, Rec};

/// The values of one row, in the order in which the columns were asked for.
#[derive(Debug)]
pub struct Cells<'a> {
    row: &'a Row<'a>,
}

impl<'a> Cells<'a> {
    /// `None`: not given.
    #[must_use]
    pub fn get(&self, at: usize) -> Option<&'a str> {
        self.row.get_ref(at + 2).ok().and_then(|value| value.as_str_or_null().ok().flatten())
    }

    /// The content hash of the row.
    #[must_use]
    pub fn hash(&self) -> i64 {
        self.row.get(1).unwrap_or(0)
    }
}

fn list(columns: &[usize]) -> String {
    columns.iter().filter(|at| **at < TABLE_COLUMNS).map(|at| format!(", d.c{at}")).collect()
}

/// Hands the latest rows of an object to `each`, in stored order, with these columns (below `TABLE_COLUMNS`).
///
/// # Errors
/// What the database or `each` says.
pub fn scan<E: From<rusqlite::Error>>(
    conn: &Connection,
    object: ObjectId,
    latest: &Latest,
    columns: &[usize],
    mut each: impl FnMut(i64, Cells<'_>) -> Result<(), E>,
) -> Result<(), E> {
    let mut statement = conn.prepare(&format!(
        "SELECT d.rec, d.hash{} FROM {} d WHERE d.rec BETWEEN ?1 AND ?2 ORDER BY d.rec",
        list(columns),
        data_table(object.0)
    ))?;
    let mut at = 0;
    for (first, last) in &latest.stretches {
        let mut rows = statement.query([first, last])?;
        while let Some(row) = rows.next()? {
            let rec: i64 = row.get(0)?;
            while latest.replaced.get(at).is_some_and(|replaced| *replaced < rec) {
                at += 1;
            }
            // A later load may stand before an earlier one, so the stretches need not rise with the list.
            let is_replaced = latest.replaced.get(at) == Some(&rec) || latest.replaced.binary_search(&rec).is_ok();
            if !is_replaced {
                each(rec, Cells { row })?;
            }
        }
    }
    Ok(())
}

/// Rows of one window of a sample.
const WINDOW: u64 = 32;

/// Up to `most` of the latest rows with their first `columns` values, in windows spread evenly.
///
/// # Errors
/// If the database cannot be read.
pub fn sample(
    conn: &Connection,
    object: ObjectId,
    latest: &Latest,
    columns: usize,
    most: u64,
) -> rusqlite::Result<Vec<Vec<Option<String>>>> {
    let columns: Vec<usize> = (0..columns.min(TABLE_COLUMNS)).collect();
    let mut statement = conn.prepare(&format!(
        "SELECT d.rec, d.hash{} FROM {} d WHERE d.rec BETWEEN ?1 AND ?2 ORDER BY d.rec",
        list(&columns),
        data_table(object.0)
    ))?;
    let all: u64 = latest.stretches.iter().map(|(first, last)| (last + 1).abs_diff(*first)).sum();
    let windows = most.div_ceil(WINDOW).max(1);
    let step = (all / windows).max(WINDOW);
    let mut sample = Vec::new();
    for (first, last) in &latest.stretches {
        let mut at = *first;
        while at <= *last {
            let to = (at + WINDOW as i64 - 1).min(*last);
            let mut rows = statement.query([at, to])?;
            while let Some(row) = rows.next()? {
                if latest.replaced.binary_search(&row.get(0)?).is_err() {
                    let cells = Cells { row };
                    sample.push((0..columns.len()).map(|at| cells.get(at).map(str::to_owned)).collect());
                }
            }
            at = at.saturating_add_unsigned(step);
        }
    }
    Ok(sample)
}

/// The values of some rows, by number.
///
/// # Errors
/// If the database cannot be read.
pub fn values_of(
    conn: &Connection,
    object: ObjectId,
    columns: &[usize],
    recs: &[i64],
) -> rusqlite::Result<Vec<Vec<Option<String>>>> {
    let mut statement = conn.prepare(&format!(
        "SELECT d.rec, d.hash{} FROM {} d WHERE d.rec = ?1",
        list(columns),
        data_table(object.0)
    ))?;
    let mut found = Vec::with_capacity(recs.len());
    for rec in recs {
        let values = statement
            .query_row([rec], |row| {
                let cells = Cells { row };
                Ok((0..columns.len()).map(|at| cells.get(at).map(str::to_owned)).collect())
            })
            .optional()?;
        found.push(values.unwrap_or_else(|| vec![None; columns.len()]));
    }
    Ok(found)
}

/// What the source says of its merges: (row that tells it, loser, winner), in order.
///
/// # Errors
/// What the database or `each` says.
pub fn merges<E: From<rusqlite::Error>>(
    conn: &Connection,
    object: ObjectId,
    mut each: impl FnMut(i64, &str, &str) -> Result<(), E>,
) -> Result<(), E> {
    let mut statement = conn.prepare(
        "SELECT m.rec, m.loser, m.winner FROM source_merge m JOIN load l ON l.id = m.load AND l.state = 'complete'
         WHERE m.object = ?1 ORDER BY m.rec, m.id",
    )?;
    let mut rows = statement.query([object.0])?;
    while let Some(row) = rows.next()? {
        let (loser, winner): (String, String) = (row.get(1)?, row.get(2)?);
        each(row.get(0)?, &loser, &winner)?;
    }
    Ok(())
}

/// Rows that share their native ID with another row of the same file: (row, ID), in order.
///
/// # Errors
/// If the database cannot be read.
pub fn repeated(conn: &Connection, object: ObjectId) -> rusqlite::Result<Vec<(i64, String)>> {
    let mut statement = conn.prepare(
        "SELECT r.rec, r.native_id FROM repeated_id r JOIN load l ON l.id = r.load AND l.state = 'complete'
         WHERE l.object = ?1 ORDER BY r.rec",
    )?;
    statement.query_map([object.0], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}

/// The sums of the content of each load, to tell copies: (load, first row, last row, rows stored, content).
///
/// # Errors
/// If the database cannot be read.
pub fn contents(conn: &Connection) -> rusqlite::Result<Vec<(i64, i64, i64, i64)>> {
    let mut statement = conn.prepare(
        "SELECT id, first_rec, last_rec, content FROM load WHERE state = 'complete' AND last_rec >= first_rec",
    )?;
    statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?.collect()
}

/// What a survey made now would be over: complete loads, roles of columns, and the rules' fingerprint.
///
/// # Errors
/// If the database cannot be read.
pub fn made_over(conn: &Connection, rules: u64) -> rusqlite::Result<String> {
    // Loads that were put in another order have the same numbers and other rows.
    let mut statement =
        conn.prepare_cached("SELECT id || '@' || first_rec FROM load WHERE state = 'complete' ORDER BY id")?;
    let loads: Vec<String> = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    let mut roles = String::new();
    for (object, columns) in catalog::columns_by_object(conn)? {
        for column in columns {
            roles.push_str(&format!("{object}/{}/{}/{};", column.position, column.name, role_word(column.role)));
        }
    }
    let roles = crate::sources::content::value_hash(&roles);
    Ok(format!("1 loads {} roles {roles:016x} rules {rules:016x}", loads.join(",")))
}

/// A finding with its rows, to be stored.
#[derive(Debug, Clone)]
pub struct Kept {
    pub finding: Finding,
    pub recs: RecList,
    /// Every record of the object; `recs` is empty then.
    pub whole: bool,
    pub relation: Option<i64>,
}

/// The survey as it is stored, if there is one, and what it was made over.
///
/// # Errors
/// If the database cannot be read.
pub fn read(conn: &Connection) -> rusqlite::Result<Option<(Survey, String)>> {
    let over: Option<String> =
        conn.query_row("SELECT made_over FROM survey WHERE id = 1", [], |row| row.get(0)).optional()?;
    let Some(over) = over else { return Ok(None) };
    let mut statement = conn.prepare_cached(
        "SELECT id, object, position, column_name, to_object, to_name, to_position, filled, met, merged_away, orphans,
                reached, hierarchy, because
         FROM survey_relation ORDER BY id",
    )?;
    let relations = statement
        .query_map([], |row| {
            Ok(Relation {
                id: row.get(0)?,
                from: ObjectId(row.get(1)?),
                column: position(row, 2)?,
                column_name: row.get(3)?,
                to: row.get::<_, Option<i64>>(4)?.map(ObjectId),
                to_name: row.get(5)?,
                to_column: row.get::<_, Option<i64>>(6)?.and_then(|at| usize::try_from(at).ok()),
                filled: unsigned(row, 7)?,
                met: unsigned(row, 8)?,
                merged_away: unsigned(row, 9)?,
                orphans: unsigned(row, 10)?,
                reached: unsigned(row, 11)?,
                hierarchy: row.get::<_, Option<String>>(12)?.and_then(|text| serde_json::from_str(&text).ok()),
                because: row.get(13)?,
            })
        })?
        .collect::<Result<_, _>>()?;
    let mut statement = conn.prepare_cached(
        "SELECT by, left_object, left_position, right_object, right_position, left_filled, left_met, right_filled, right_met
         FROM survey_link ORDER BY id",
    )?;
    let links = statement
        .query_map([], |row| {
            Ok(Link {
                by: LinkBy::from_word(&row.get::<_, String>(0)?),
                left: ObjectId(row.get(1)?),
                left_column: position(row, 2)?,
                right: ObjectId(row.get(3)?),
                right_column: position(row, 4)?,
                left_filled: unsigned(row, 5)?,
                left_met: unsigned(row, 6)?,
                right_filled: unsigned(row, 7)?,
                right_met: unsigned(row, 8)?,
            })
        })?
        .collect::<Result<_, _>>()?;
    let mut statement = conn.prepare_cached(
        "SELECT id, kind, title, object, position, column_name, records, rule, top_values FROM survey_finding ORDER BY id",
    )?;
    let findings = statement
        .query_map([], |row| {
            let values: Vec<(String, u64)> = serde_json::from_str(&row.get::<_, String>(8)?).unwrap_or_default();
            Ok(Finding {
                id: row.get(0)?,
                kind: row.get(1)?,
                title: row.get(2)?,
                object: ObjectId(row.get(3)?),
                column: row.get::<_, Option<i64>>(4)?.and_then(|at| usize::try_from(at).ok()),
                column_name: row.get(5)?,
                records: unsigned(row, 6)?,
                rule: row.get(7)?,
                values: values.into_iter().map(|(text, count)| Counted { text, count }).collect(),
            })
        })?
        .collect::<Result<_, _>>()?;
    Ok(Some((Survey { relations, links, findings, fresh: false }, over)))
}

fn position(row: &Row<'_>, at: usize) -> rusqlite::Result<usize> {
    Ok(usize::try_from(row.get::<_, i64>(at)?).unwrap_or(0))
}

/// The records of a stored finding, in stored order.
///
/// # Errors
/// If the database cannot be read.
pub fn rows_of(conn: &Connection, finding: i64) -> rusqlite::Result<Vec<Rec>> {
    let found: Option<(i64, bool)> = conn
        .query_row("SELECT object, is_whole FROM survey_finding WHERE id = ?1", [finding], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?;
    let Some((object, whole)) = found else { return Ok(Vec::new()) };
    if whole {
        let exists: bool =
            conn.query_row("SELECT EXISTS (SELECT 1 FROM object WHERE id = ?1)", [object], |row| row.get(0))?;
        if !exists {
            return Ok(Vec::new());
        }
        let latest = Latest::of(conn, &Stretches::read(conn)?, ObjectId(object))?;
        return Ok(latest.recs().map(Rec).collect());
    }
    pieces_of(conn, finding)
}

/// The records of a stored list, in stored order.
///
/// # Errors
/// If the database cannot be read.
pub fn pieces_of(conn: &Connection, list: i64) -> rusqlite::Result<Vec<Rec>> {
    let mut statement =
        conn.prepare_cached("SELECT after, data FROM survey_finding_rows WHERE finding = ?1 ORDER BY number")?;
    let mut rows = statement.query([list])?;
    let mut recs = Vec::new();
    while let Some(row) = rows.next()? {
        let data: Vec<u8> = row.get(1)?;
        recs.extend(decode(row.get(0)?, &data).into_iter().map(Rec));
    }
    Ok(recs)
}

/// The finding that lists the orphans of a relation.
///
/// # Errors
/// If the database cannot be read.
pub fn finding_of_relation(conn: &Connection, relation: i64) -> rusqlite::Result<Option<i64>> {
    conn.query_row("SELECT id FROM survey_finding WHERE relation = ?1", [relation], |row| row.get(0)).optional()
}

/// Forgets the stored survey; its rows may be many and leave with [`clear_slice`].
///
/// # Errors
/// If the database refuses.
pub fn forget(tx: &Connection) -> rusqlite::Result<()> {
    tx.execute("DELETE FROM survey", [])?;
    tx.execute("DELETE FROM survey_relation", [])?;
    tx.execute("DELETE FROM survey_link", [])?;
    tx.execute("DELETE FROM survey_finding", [])?;
    Ok(())
}

/// Deletes one slice of the rows of a forgotten survey; false when none is left.
///
/// # Errors
/// If the database refuses.
pub fn clear_slice(tx: &Connection) -> rusqlite::Result<bool> {
    let gone = tx.execute(
        "DELETE FROM survey_finding_rows WHERE (finding, number) IN (SELECT finding, number FROM survey_finding_rows LIMIT 200)",
        [],
    )?;
    Ok(gone > 0)
}

/// Bytes of one piece of a list of records.
pub const PIECE: usize = 8_192;

/// Writes pieces of the rows of a finding.
///
/// # Errors
/// If the database refuses.
pub fn write_pieces(tx: &Connection, finding: i64, from: usize, pieces: &[(i64, Vec<u8>)]) -> rusqlite::Result<()> {
    let mut statement =
        tx.prepare_cached("INSERT INTO survey_finding_rows (finding, number, after, data) VALUES (?1, ?2, ?3, ?4)")?;
    for (at, (after, data)) in pieces.iter().enumerate() {
        statement.execute(params![finding, (from + at) as i64, after, data])?;
    }
    Ok(())
}

/// Writes everything but the rows, and with it makes the survey visible.
///
/// # Errors
/// If the database refuses.
pub fn complete(
    tx: &Connection,
    relations: &[Relation],
    links: &[Link],
    kept: &[Kept],
    over: &str,
    millis: u64,
) -> rusqlite::Result<()> {
    let whole = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    forget(tx)?;
    for r in relations {
        let hierarchy = r.hierarchy.as_ref().map(|h| serde_json::to_string(h).unwrap_or_default());
        tx.prepare_cached(
            "INSERT INTO survey_relation (id, object, position, column_name, to_object, to_name, to_position, filled, met,
                                          merged_away, orphans, reached, hierarchy, because)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
        )?
        .execute(params![
            r.id,
            r.from.0,
            r.column as i64,
            r.column_name,
            r.to.map(|to| to.0),
            r.to_name,
            r.to_column.map(|at| at as i64),
            whole(r.filled),
            whole(r.met),
            whole(r.merged_away),
            whole(r.orphans),
            whole(r.reached),
            hierarchy,
            r.because
        ])?;
    }
    for link in links {
        tx.prepare_cached(
            "INSERT INTO survey_link (by, left_object, left_position, right_object, right_position, left_filled, left_met,
                                      right_filled, right_met)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute(params![
            link.by.word(),
            link.left.0,
            link.left_column as i64,
            link.right.0,
            link.right_column as i64,
            whole(link.left_filled),
            whole(link.left_met),
            whole(link.right_filled),
            whole(link.right_met)
        ])?;
    }
    for Kept { finding: f, whole: is_whole, relation, .. } in kept {
        let values: Vec<(&str, u64)> = f.values.iter().map(|value| (value.text.as_str(), value.count)).collect();
        tx.prepare_cached(
            "INSERT INTO survey_finding (id, kind, title, object, position, column_name, records, rule, top_values, is_whole,
                                         relation)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        )?
        .execute(params![
            f.id,
            f.kind,
            f.title,
            f.object.0,
            f.column.map(|at| at as i64),
            f.column_name,
            whole(f.records),
            f.rule,
            serde_json::to_string(&values).unwrap_or_default(),
            is_whole,
            relation
        ])?;
    }
    tx.execute("INSERT INTO survey (id, made_over, millis) VALUES (1, ?1, ?2)", params![over, whole(millis)])?;
    Ok(())
}
