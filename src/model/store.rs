//! The SQL of the model.

use rusqlite::Connection;

use super::{Entity, ModelError, Standing};
use crate::definitions::{Onto, Saved, Verdict, VersionNumber};
use crate::workspace::Workspace;

pub fn entities(_conn: &Connection) -> rusqlite::Result<Vec<Standing>> {
    Ok(Vec::new())
}

pub fn save(_workspace: &Workspace, _entity: &Entity, _onto: Onto, _comment: &str) -> Result<Saved, ModelError> {
    Ok(Saved { version: VersionNumber(1), is_new: false })
}

pub fn remove(_workspace: &Workspace, _name: &str, _comment: &str) -> Result<(), ModelError> {
    Ok(())
}

pub fn review(_workspace: &Workspace, _name: &str, _verdict: Verdict, _comment: &str) -> Result<(), ModelError> {
    Ok(())
}
