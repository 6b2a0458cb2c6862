//! The versions of records over the loads of an object: what changed, what vanished, and how the loads lie in time. `chain`
//! follows one record through the loads and finds it by what it is called, `difference` holds two loads against each
//! other, `remarks` looks at how the loads of an object lie in time; `compare`, `window` and `sketch` reckon without any
//! database.

mod chain;
mod compare;
mod difference;
mod remarks;
pub mod sketch;
pub mod window;

use rusqlite::Connection;

pub use chain::{field_changes, find};
pub use difference::{Difference, changed_columns, difference};
pub use remarks::{FreezeEdits, after_freeze};

use super::store::{catalog, observed};
use super::{LoadId, ObjectId, Rec};

/// What a row of a load was to the object when the loads are taken in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    New,
    Changed,
    Unchanged,
    /// Not in the load, though an earlier full export of the object had it.
    Vanished,
}

/// One field that differs between two versions.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct FieldChange {
    pub column: usize,
    pub name: String,
    /// `None`: not given.
    pub before: Option<String>,
    pub after: Option<String>,
}

/// One version of a record.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Version {
    pub rec: i64,
    pub load: i64,
    pub file: String,
    pub as_of: String,
    pub line: u64,
    /// Against the version before; empty for the first.
    pub changes: Vec<FieldChange>,
    /// Later loads that held the record unchanged, by number.
    pub unchanged_in: Vec<i64>,
    /// The first full load that no longer held it, if none after it did again.
    pub vanished_in: Option<i64>,
    /// Loads in which it was there again after the record had vanished.
    pub returned_in: Vec<i64>,
}

/// A load among the others of its object.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct LoadInOrder {
    pub load: i64,
    /// From 1, in the order in which the loads are taken.
    pub place: u64,
    pub file: String,
    pub as_of: String,
    /// The as-of time was stated: by hand, or as a date in a name.
    pub stated: bool,
    pub delta: bool,
    pub segment: Option<String>,
    /// The stretch of time that it covers, RFC 3339.
    pub window_from: Option<String>,
    pub window_to: Option<String>,
    pub window_stated: bool,
    pub records: u64,
    pub quarantined: u64,
    pub new: u64,
    pub changed: u64,
    pub unchanged: u64,
    pub vanished: u64,
    /// Records that had vanished and are there again; they are among the changed and unchanged ones.
    pub returned: u64,
}

/// What is to be known of a load among the others of its object.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct LoadRemark {
    pub load: i64,
    pub other: Option<i64>,
    pub kind: RemarkKind,
    /// Records concerned, if it can be said.
    pub records: Option<u64>,
    /// As a sentence.
    pub sentence: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RemarkKind {
    /// No delta covers a stretch of time between two windows.
    Gap,
    /// Two deltas cover the same stretch of time.
    Overlap,
    /// Two loaded files are versions of one export (also of two objects).
    SameExport,
    /// It shows an earlier moment than a load before it.
    OlderThan,
    /// Records changed after the stated freeze.
    AfterFreeze,
}

/// The loads of an object in the order in which they are taken.
///
/// # Errors
/// If the database cannot be read.
pub fn loads(conn: &Connection, object: ObjectId) -> rusqlite::Result<Vec<LoadInOrder>> {
    let mut statement = conn.prepare_cached(
        "SELECT id, file, as_of, is_stated, is_delta, segment, window_from, window_to, window_stated, records, quarantined,
                new, changed, unchanged, vanished, returned
         FROM load WHERE object = ?1 AND state = 'complete' ORDER BY order_at, order_id",
    )?;
    let mut rows = statement.query([object.0])?;
    let mut loads = Vec::new();
    while let Some(row) = rows.next()? {
        let number = |at: usize| row.get::<_, i64>(at).map(|n| u64::try_from(n).unwrap_or(0));
        loads.push(LoadInOrder {
            load: row.get(0)?,
            place: loads.len() as u64 + 1,
            file: row.get(1)?,
            as_of: row.get(2)?,
            stated: row.get(3)?,
            delta: row.get(4)?,
            segment: row.get(5)?,
            window_from: row.get(6)?,
            window_to: row.get(7)?,
            window_stated: row.get(8)?,
            records: number(9)?,
            quarantined: number(10)?,
            new: number(11)?,
            changed: number(12)?,
            unchanged: number(13)?,
            vanished: number(14)?,
            returned: number(15)?,
        });
    }
    Ok(loads)
}

/// All versions of the record of which `rec` is one, oldest first.
///
/// # Errors
/// If the database cannot be read.
pub fn of(conn: &Connection, rec: Rec) -> rusqlite::Result<Vec<Version>> {
    chain::of(conn, rec)
}

/// The stored rows that a load made new, changed, met unchanged or no longer held, in order.
///
/// # Errors
/// If the database cannot be read.
pub fn of_load(conn: &Connection, load: LoadId, standing: Standing) -> rusqlite::Result<Vec<Rec>> {
    let Some(found) = catalog::load(conn, load)? else { return Ok(Vec::new()) };
    let object = found.object.0;
    let Some(placed) = observed::in_order(conn, object)?.into_iter().find(|placed| placed.id == load) else {
        return Ok(Vec::new());
    };
    let mut recs = Vec::new();
    match standing {
        Standing::New | Standing::Changed => {
            observed::for_each_stored::<rusqlite::Error>(conn, object, &placed, placed.native(), |row| {
                recs.extend((row.prev.is_some() == (standing == Standing::Changed)).then_some(Rec(row.rec)));
                Ok(())
            })?;
        }
        Standing::Unchanged => {
            observed::for_each_seen::<rusqlite::Error>(conn, load, placed.first_rec, |row| {
                recs.push(Rec(row.rec));
                Ok(())
            })?;
        }
        Standing::Vanished => {
            let mut statement = conn.prepare_cached("SELECT rec FROM vanished WHERE load = ?1 ORDER BY rec")?;
            for rec in statement.query_map([load.0], |row| row.get(0))? {
                recs.push(Rec(rec?));
            }
        }
    }
    Ok(recs)
}

/// What is to be known of the loads of an object, in their order.
///
/// # Errors
/// If the database cannot be read.
pub fn remarks(conn: &Connection, object: ObjectId) -> rusqlite::Result<Vec<LoadRemark>> {
    remarks::remarks(conn, object)
}
