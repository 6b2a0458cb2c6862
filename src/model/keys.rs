//! Durable keys: what names a row of the target for good. A key is no source's ID; it is given once and stays the same over
//! runs, loads and merges.

use rusqlite::Connection;

use super::ModelError;
use crate::job::Job;
use crate::sources::ObjectId;
use crate::workspace::Workspace;

/// Gives every latest record of an object its key for an entity, where it has none yet. Keys stand in the table
/// `durable_key (entity, record, key)`: one row per record key and entity, never changed, never given twice. The same loads
/// give the same keys in any workspace, whenever and however often this ran.
///
/// # Errors
/// If the workspace cannot be written or the job was cancelled.
pub fn give(_workspace: &Workspace, _entity: &str, _object: ObjectId, _job: &Job) -> Result<u64, ModelError> {
    Ok(0)
}

/// The key of a record, by its record key.
///
/// # Errors
/// If the database cannot be read.
pub fn of_record(_conn: &Connection, _entity: &str, _record: &str) -> rusqlite::Result<Option<String>> {
    Ok(None)
}
