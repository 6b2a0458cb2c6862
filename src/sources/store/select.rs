//! One column of an object's latest records, in stored order: what selections and value counts are made of.

use rusqlite::Connection;
use rusqlite::types::ValueRef;

use super::catalog::Stretches;
use super::latest::Latest;
use super::{TABLE_COLUMNS, data_table};
use crate::job::Job;
use crate::sources::{ObjectId, Rec, SourcesError};

/// Rows between two questions whether the work is still wanted.
const SLICE: u64 = 4_096;

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
    let latest = Latest::of(conn, &Stretches::read(conn)?, object)?;
    if latest.is_empty() {
        return Ok(());
    }
    job.begin("counting", latest.len());
    let sql = format!("SELECT d.rec, {} FROM {} d ORDER BY d.rec", column_sql(column), data_table(object.0));
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
        if !latest.has(rec) {
            continue;
        }
        match row.get_ref(1)? {
            ValueRef::Text(bytes) => each(Rec(rec), Some(std::str::from_utf8(bytes).unwrap_or_default())),
            _ => each(Rec(rec), None),
        }
    }
    Ok(())
}

/// Every latest record, in stored order.
///
/// # Errors
/// If the database cannot be read.
pub fn all(conn: &Connection, object: ObjectId) -> rusqlite::Result<Vec<Rec>> {
    Ok(Latest::of(conn, &Stretches::read(conn)?, object)?.recs().map(Rec).collect())
}
