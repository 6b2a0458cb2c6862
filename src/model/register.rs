//! Registers the environment that takes the data: from its import template or an empty export (headers → fields), or from a
//! described schema.

use std::path::Path;

use rusqlite::Connection;

use super::{ModelError, Target};
use crate::workspace::Workspace;

/// The kind of targets in the store of definitions.
pub const KIND: &str = "target";

/// Reads what a file says of the target's entities. Changes nothing.
///
/// # Errors
/// If the file cannot be read as any of the forms, with the line where that shows.
pub fn read(_path: &Path, _name: &str) -> Result<Target, ModelError> {
    Err(ModelError::Refused { message: String::new(), hint: String::new() })
}

/// Saves what was read, over what stood of the same target. With `adopt`, its entities become entities of the model.
///
/// # Errors
/// If the workspace cannot be written.
pub fn save(_workspace: &Workspace, _target: &Target, _adopt: bool) -> Result<(), ModelError> {
    Ok(())
}

/// The registered targets.
///
/// # Errors
/// If the database cannot be read.
pub fn targets(_conn: &Connection) -> rusqlite::Result<Vec<Target>> {
    Ok(Vec::new())
}

/// What has no counterpart on the other side, by name.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct WithoutCounterpart {
    /// Entities of the model that the target lacks.
    pub of_model: Vec<String>,
    /// Entities of the target that the model lacks.
    pub of_target: Vec<String>,
    /// Fields of matched entities, `entity.field`, that the other side lacks.
    pub fields_of_model: Vec<String>,
    pub fields_of_target: Vec<String>,
}

/// Compares a target with the model.
///
/// # Errors
/// If the database cannot be read.
pub fn without_counterpart(_conn: &Connection, _target: &Target) -> rusqlite::Result<WithoutCounterpart> {
    Ok(WithoutCounterpart::default())
}
