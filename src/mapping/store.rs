//! The SQL of maps.

use rusqlite::Connection;

use super::{MapKey, MappingError, ObjectMap, StandingMap};
use crate::definitions::{Onto, Saved};
use crate::sources::ObjectId;
use crate::workspace::Workspace;

pub fn maps(_conn: &Connection) -> rusqlite::Result<Vec<StandingMap>> {
    Ok(Vec::new())
}

pub fn map(_conn: &Connection, _key: &MapKey) -> rusqlite::Result<Option<StandingMap>> {
    Ok(None)
}

pub fn object_of(_conn: &Connection, _key: &MapKey) -> rusqlite::Result<Option<ObjectId>> {
    Ok(None)
}

pub fn save(_workspace: &Workspace, _maps: &[(ObjectMap, Onto)], _comment: &str) -> Result<Vec<Saved>, MappingError> {
    Ok(Vec::new())
}
