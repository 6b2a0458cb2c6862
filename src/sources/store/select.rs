//! One column of an object's latest records, in stored order: what selections and value counts are made of.

use rusqlite::Connection;
use rusqlite::types::ValueRef;

use super::{TABLE_COLUMNS, data_table};
use crate::job::Job;
use crate::sources::{ObjectId, Rec, SourcesError};

/// Rows between two questions whether the work is still wanted.
const SLICE: u64 = 4_096;

/// Which stored rows of an object are the latest version of their record.
#[derive(Debug, Clone, Default)]
pub struct Latest {
    /// Complete loads, ascending.
    loads: Vec<i64>,
    /// Rows that a later version replaced, ascending.
    replaced: Vec<i64>,
}

impl Latest {
    /// # Errors
    /// If the database cannot be read.
    pub fn read(conn: &Connection, object: ObjectId) -> rusqlite::Result<Self> {
        let loads: Vec<i64> = conn
            .prepare_cached("SELECT id FROM load WHERE object = ?1 AND state = 'complete' ORDER BY id")?
            .query_map([object.0], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        if loads.is_empty() {
            return Ok(Self::default());
        }
        let table = data_table(object.0);
        let mut replaced: Vec<i64> = conn
            .prepare_cached(&format!(
                "SELECT n.prev FROM {table} n JOIN load l ON l.id = n.load AND l.state = 'complete' WHERE n.prev IS NOT NULL"
            ))?
            .query_map([], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        replaced.sort_unstable();
        Ok(Self { loads, replaced })
    }

    /// Whether a row of a load is the latest version of its record.
    #[must_use]
    pub fn holds(&self, rec: i64, load: i64) -> bool {
        self.loads.binary_search(&load).is_ok() && self.replaced.binary_search(&rec).is_err()
    }

    /// Whether the object holds nothing that can be seen.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.loads.is_empty()
    }
}

/// Latest records of an object.
///
/// # Errors
/// If the database cannot be read.
pub fn records(conn: &Connection, object: ObjectId) -> rusqlite::Result<u64> {
    conn.prepare_cached("SELECT coalesce(sum(new), 0) FROM load WHERE object = ?1 AND state = 'complete'")?
        .query_row([object.0], |row| super::catalog::unsigned(row, 0))
}

/// The expression of a column's value in a row `d`.
fn column_sql(column: usize) -> String {
    match column.checked_sub(TABLE_COLUMNS) {
        None => format!("d.c{column}"),
        Some(beyond) => format!("json_extract(d.more, '$[{beyond}]')"),
    }
}

/// Hands the value of a column in every latest record to `each`, in stored order; `None`: not given.
///
/// # Errors
/// If the database cannot be read, there is no such column, or the job was cancelled.
pub fn each_value(
    conn: &Connection,
    object: ObjectId,
    column: usize,
    job: &Job,
    mut each: impl FnMut(Rec, Option<&str>),
) -> Result<(), SourcesError> {
    let columns = super::catalog::columns_of(conn, object.0)?;
    if column >= columns.len() {
        return Err(SourcesError::Refused {
            message: "This column is not in the object.".to_owned(),
            hint: "`cutover sources --json` lists the columns.".to_owned(),
        });
    }
    let latest = Latest::read(conn, object)?;
    if latest.is_empty() {
        return Ok(());
    }
    job.begin("counting", records(conn, object)?);
    let sql = format!("SELECT d.rec, d.load, {} FROM {} d ORDER BY d.rec", column_sql(column), data_table(object.0));
    let mut statement = conn.prepare_cached(&sql)?;
    let mut rows = statement.query([])?;
    let mut looked = 0u64;
    while let Some(row) = rows.next()? {
        looked += 1;
        if looked.is_multiple_of(SLICE) {
            job.check()?;
            job.advance(SLICE);
        }
        let rec: i64 = row.get(0)?;
        if !latest.holds(rec, row.get(1)?) {
            continue;
        }
        match row.get_ref(2)? {
            ValueRef::Text(bytes) => each(Rec(rec), Some(std::str::from_utf8(bytes).unwrap_or_default())),
            _ => each(Rec(rec), None),
        }
    }
    Ok(())
}

/// Every latest record, in stored order.
///
/// # Errors
/// If the database cannot be read, or the job was cancelled.
pub fn all(conn: &Connection, object: ObjectId, job: &Job) -> Result<Vec<Rec>, SourcesError> {
    let latest = Latest::read(conn, object)?;
    if latest.is_empty() {
        return Ok(Vec::new());
    }
    job.begin("counting", records(conn, object)?);
    let mut statement = conn.prepare_cached(&format!("SELECT rec, load FROM {} ORDER BY rec", data_table(object.0)))?;
    let mut rows = statement.query([])?;
    let mut found = Vec::new();
    let mut looked = 0u64;
    while let Some(row) = rows.next()? {
        looked += 1;
        if looked.is_multiple_of(SLICE) {
            job.check()?;
            job.advance(SLICE);
        }
        let rec: i64 = row.get(0)?;
        if latest.holds(rec, row.get(1)?) {
            found.push(Rec(rec));
        }
    }
    Ok(found)
}
