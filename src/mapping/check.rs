//! What is undecided or dangerous in the maps, counted; what of it blocks a rehearsal.

use rusqlite::Connection;

use super::{MapKey, MappingError};
use crate::job::Job;
use crate::workspace::Workspace;

/// Something undecided or dangerous.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Problem {
    pub kind: ProblemKind,
    pub blocks: bool,
    pub source: String,
    pub object: String,
    /// The source field, or the target field as `entity.field`.
    pub column: String,
    pub entity: String,
    pub field: String,
    /// Records that it touches.
    pub count: u64,
    /// What it is, in a few words for the list: `2 values without a target`.
    pub title: String,
    /// A sentence with what to do next.
    pub message: String,
    /// Who decides: the owner of the map, of the field, of the source; may be empty.
    pub who: String,
    /// Values that show it, at most five.
    pub values: Vec<String>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ProblemKind {
    UndecidedDate,
    ContradictoryDate,
    UnmappedValue,
    /// A later load brought a value that the map does not know.
    NewValue,
    RequiredEmpty,
    /// Required, and no rule at all: nothing in the sources feeds it.
    RequiredWithoutSource,
    #[default]
    NoDisposition,
    AmbiguousOwner,
    UnknownOwner,
    OwnerOverwritten,
    /// A source controls what it must not, or is risky for.
    MustNotControl,
    BadExpression,
    Rejects,
    /// A rule writes a field that is derived in the warehouse.
    DerivedField,
    /// Two sources feed one field and nobody said which wins.
    NoSourceOfTruth,
    /// A column or object of a map is no longer there.
    Gone,
    /// An object that no map and no decision speaks of.
    NoMap,
    Unreviewed,
    Unapproved,
}

/// The state of the whole map.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize)]
pub struct Check {
    /// Decided source fields of all source fields, 0 to 1.
    pub coverage: f64,
    pub columns: u64,
    pub decided: u64,
    /// Blocking first, then by kind, source, object, column.
    pub problems: Vec<Problem>,
    /// Maps whose figures are not counted yet: their rejects and missing values are not among the problems.
    pub uncounted: Vec<MapKey>,
}

/// Checks with the figures that are stored: fast enough for the screen.
///
/// # Errors
/// If the database cannot be read.
pub fn stored(_conn: &Connection) -> Result<Check, MappingError> {
    Ok(Check::default())
}

/// Counts what is not counted yet, then checks.
///
/// # Errors
/// If the workspace cannot be read or the job was cancelled.
pub fn check(_workspace: &Workspace, _job: &Job) -> Result<Check, MappingError> {
    Ok(Check::default())
}
