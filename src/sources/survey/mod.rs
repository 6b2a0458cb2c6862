//! What stands between objects and what is odd in them: relations with their coverage, links across systems, findings of
//! the detectors. Made in one pass after loads, stored, and made again when a load came or went.

use rusqlite::Connection;

use super::{ObjectId, Rec, SourcesError};
use crate::job::Job;
use crate::workspace::Workspace;

/// A column whose values are IDs of records of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relation {
    pub id: i64,
    pub from: ObjectId,
    pub column: usize,
    pub column_name: String,
    /// `None`: the object that it names is not loaded.
    pub to: Option<ObjectId>,
    /// `Salesforce › Account`, or the name it gives itself where the object is not loaded.
    pub to_name: String,
    pub to_column: Option<usize>,
    pub filled: u64,
    /// Filled values that meet a record; `filled = met + orphans`.
    pub met: u64,
    pub orphans: u64,
    /// Records of `to` that are met by at least one.
    pub reached: u64,
    /// Within one object.
    pub hierarchy: Option<Hierarchy>,
    /// Why it is taken for one, as a sentence.
    pub because: String,
}

/// The shape of a relation of an object to itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hierarchy {
    /// Records by level, the roots first.
    pub levels: Vec<u64>,
    pub roots: u64,
    /// Records that point to themselves.
    pub to_itself: u64,
    /// Cycles of more than one record, and the records in them.
    pub cycles: u64,
    pub in_cycles: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LinkBy {
    Id,
    Email,
    Domain,
}

/// How far the records of two sources can be linked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    pub by: LinkBy,
    pub left: ObjectId,
    pub left_column: usize,
    pub right: ObjectId,
    pub right_column: usize,
    /// Records with a value, and those whose value is on the other side.
    pub left_filled: u64,
    pub left_met: u64,
    pub right_filled: u64,
    pub right_met: u64,
}

/// What a detector found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub id: i64,
    /// The detector: `shared_inbox`, `reused_email`, `placeholder`, `merged_in_source`, …
    pub kind: String,
    /// `shared inbox`: for lists.
    pub title: String,
    pub object: ObjectId,
    pub column: Option<usize>,
    pub column_name: Option<String>,
    /// Records found.
    pub records: u64,
    /// The rule that found them, as a sentence with its figures.
    pub rule: String,
    /// The most frequent values concerned, with counts.
    pub values: Vec<super::profile::Counted>,
}

/// Everything between and within the objects.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Survey {
    pub relations: Vec<Relation>,
    pub links: Vec<Link>,
    pub findings: Vec<Finding>,
    /// Made over exactly the loads that are complete now.
    pub fresh: bool,
}

/// The survey as it is stored.
///
/// # Errors
/// If the database cannot be read.
pub fn stored(_conn: &Connection) -> rusqlite::Result<Option<Survey>> {
    Ok(None)
}

/// Makes the survey, and stores it where the workspace can be written; the stored one if it is fresh.
///
/// # Errors
/// If the workspace cannot be read, or the job was cancelled.
pub fn run(_workspace: &Workspace, _job: &Job) -> Result<Survey, SourcesError> {
    Ok(Survey::default())
}

/// The records of a finding, in stored order.
///
/// # Errors
/// If the database cannot be read.
pub fn rows_of(_conn: &Connection, _finding: i64) -> rusqlite::Result<Vec<Rec>> {
    Ok(Vec::new())
}

/// The records whose value of a relation's column meets no record, in stored order.
///
/// # Errors
/// If the database cannot be read.
pub fn orphans_of(_conn: &Connection, _relation: i64) -> rusqlite::Result<Vec<Rec>> {
    Ok(Vec::new())
}
