//! What a map does to all records of its object, in numbers, kept per version of the map and state of the data.

use std::collections::BTreeMap;

use rusqlite::Connection;

use super::{MapKey, MappingError, ObjectMap};
use crate::job::Job;
use crate::workspace::Workspace;

/// `records = excluded + rejected + whole`.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Figures {
    pub records: u64,
    pub excluded: u64,
    /// Records with at least one reject.
    pub rejected: u64,
    pub fields: BTreeMap<String, FieldFigures>,
}

/// `filled = converted + rejects`, over the records that are not excluded; `records = filled + empty`.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct FieldFigures {
    /// Records where the columns of the rule hold something.
    pub filled: u64,
    pub empty: u64,
    /// Filled, with a value after.
    pub converted: u64,
    /// Of those: after is another text than before.
    pub changed: u64,
    /// Filled, but not convertible; for value maps: without a row.
    pub rejects: u64,
    /// Required and without a value after all, before the policy.
    pub missing: u64,
    /// Why values were rejected, most first, with an example each.
    pub reasons: Vec<Reason>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Reason {
    pub reason: String,
    pub records: u64,
    pub example: String,
}

/// The figures of a standing map as they were counted last; `None` if the map or the data changed since.
///
/// # Errors
/// If the database cannot be read.
pub fn stored(_conn: &Connection, _key: &MapKey) -> rusqlite::Result<Option<Figures>> {
    Ok(None)
}

/// Counts, and keeps what was counted where the map stands as it is given.
///
/// # Errors
/// If the map does not compile, the workspace cannot be read, or the job was cancelled.
pub fn count(_workspace: &Workspace, _map: &ObjectMap, _job: &Job) -> Result<Figures, MappingError> {
    Ok(Figures::default())
}
