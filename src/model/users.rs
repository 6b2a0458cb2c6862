//! The approved users of the new system, for owner names (`S. Lee` → `Sarah Lee`): definitions of kind `users`.

use std::path::Path;

use rusqlite::Connection;

use super::ModelError;
use crate::workspace::Workspace;

/// The kind in the store of definitions.
pub const KIND: &str = "users";

/// A user who may own records.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, serde::Serialize)]
pub struct User {
    /// `Sarah Lee`.
    pub name: String,
    /// Their ID in the new system; may be empty.
    pub id: String,
    pub email: String,
    /// Other ways in which old systems wrote them, IDs in them included.
    pub also: Vec<String>,
    pub active: bool,
}

/// A named list; the usual one is called `users`.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct UserList {
    pub name: String,
    pub users: Vec<User>,
}

/// What a name as an old system wrote it means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OwnerMatch {
    /// This one, and why: `initial and family name`.
    One(User, &'static str),
    /// More than one fits: a person decides.
    Several(Vec<User>),
    Unknown,
}

/// Finds the user whom a name means: exact, by ID or e-mail, by another spelling, by initial and family name, in either
/// order. Never picks one of several.
#[must_use]
pub fn match_owner(_list: &UserList, _text: &str) -> OwnerMatch {
    OwnerMatch::Unknown
}

/// A list by its name.
///
/// # Errors
/// If the database cannot be read.
pub fn list(_conn: &Connection, _name: &str) -> rusqlite::Result<Option<UserList>> {
    Ok(None)
}

/// All lists.
///
/// # Errors
/// If the database cannot be read.
pub fn lists(_conn: &Connection) -> rusqlite::Result<Vec<UserList>> {
    Ok(Vec::new())
}

/// Saves a list as a new version.
///
/// # Errors
/// If two users cannot be told apart, or the workspace cannot be written.
pub fn save(_workspace: &Workspace, _list: &UserList, _comment: &str) -> Result<(), ModelError> {
    Ok(())
}

/// Reads a list from a file (CSV with name, id, email, also, active; or TOML). Changes nothing.
///
/// # Errors
/// If the file cannot be read, with every line that is wrong.
pub fn read(_path: &Path, _name: &str) -> Result<UserList, ModelError> {
    Err(ModelError::Refused { message: String::new(), hint: String::new() })
}
