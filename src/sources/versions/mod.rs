//! The versions of records over the loads of an object: what changed, what vanished, and how the loads lie in time.

pub mod sketch;
pub mod window;

use rusqlite::Connection;

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
    /// The first full load that no longer held it.
    pub vanished_in: Option<i64>,
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

/// All versions of the record of which `rec` is one, oldest first.
///
/// # Errors
/// If the database cannot be read.
pub fn of(_conn: &Connection, _rec: Rec) -> rusqlite::Result<Vec<Version>> {
    Ok(Vec::new())
}

/// The stored rows that a load made new, changed, met unchanged or no longer held, in order.
///
/// # Errors
/// If the database cannot be read.
pub fn of_load(_conn: &Connection, _load: LoadId, _standing: Standing) -> rusqlite::Result<Vec<Rec>> {
    Ok(Vec::new())
}

/// What is to be known of the loads of an object.
///
/// # Errors
/// If the database cannot be read.
pub fn remarks(_conn: &Connection, _object: ObjectId) -> rusqlite::Result<Vec<LoadRemark>> {
    Ok(Vec::new())
}
