//! The source of truth: which system owns which type of data now, and which is trusted after the migration. One definition
//! (kind `truth`) for the whole workspace.

use rusqlite::Connection;

use super::ModelError;
use crate::definitions::{Onto, VersionNumber};
use crate::workspace::Workspace;

/// The kind in the store of definitions; its one name is `sources of truth`.
pub const KIND: &str = "truth";

/// Who is right about what.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Truth {
    pub rows: Vec<TruthRow>,
    pub version: Option<VersionNumber>,
}

/// One type of data: `profiles`, `transactions`, `consent`; or a field or field group of an entity.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct TruthRow {
    /// `profiles`, `person.phone`, `account.address` (a field, else a field group), `person` (all of its fields).
    pub of: String,
    /// The source that owns it now; empty: not decided.
    pub owner: String,
    /// The system that is trusted after the migration; empty: not decided.
    pub after: String,
    /// Fields that a row for a type of data speaks of, `entity.field` or `entity`.
    pub fields: Vec<String>,
    pub note: String,
    pub by: String,
    /// RFC 3339 UTC.
    pub at: String,
}

/// What stands; where nobody decided, the types of data with what the facts of the sources propose have `by` empty.
///
/// # Errors
/// If the database cannot be read.
pub fn truth(_conn: &Connection) -> rusqlite::Result<Truth> {
    Ok(Truth::default())
}

/// Saves one row: decided by whoever acts. An empty owner and `after` takes the row out.
///
/// # Errors
/// If the workspace cannot be written, or somebody saved another version since `onto`.
pub fn decide(_workspace: &Workspace, _row: &TruthRow, _onto: Onto) -> Result<(), ModelError> {
    Ok(())
}

impl Truth {
    /// The decided row that speaks of a field: the field's own, else its group's, its entity's, its type of data's.
    #[must_use]
    pub fn of_field(&self, _entity: &str, _field: &str, _group: &str) -> Option<&TruthRow> {
        None
    }
}
