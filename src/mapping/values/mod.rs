//! Value maps as a screen shows them: every distinct source value with its count and what it becomes, and groups of values
//! that are nearly equal. `counts` counts the values of a column and keeps the counts, `lookup` says what a map makes of
//! one, `table` lays both out, `groups` finds what is nearly equal.

pub(super) mod counts;
pub mod groups;
pub(super) mod lookup;
mod table;
#[cfg(test)]
mod tests;

pub use groups::{Group, groups};

use rusqlite::Connection;

use super::rule::ValueTarget;
use super::suggest::ValueSuggestion;
use super::{MapKey, MappingError};
use crate::job::Job;

/// A value map with its data. `records = mapped + unmapped`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ValueTable {
    /// Fields of the entity whose rules are value maps over this column: the table's columns.
    pub fields: Vec<String>,
    /// Most records first.
    pub rows: Vec<ValueLine>,
    pub records: u64,
    /// Distinct values in all; more than `rows` holds only where there are over 100,000.
    pub distinct: u64,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct ValueLine {
    /// As the source writes it; empty: no value.
    pub value: String,
    pub records: u64,
    /// What it becomes, per field of the table; `None`: not decided.
    pub to: Vec<Option<Decided>>,
    /// What is proposed, per field.
    pub suggested: Vec<Option<ValueSuggestion>>,
    /// It came with a load after the map was last decided.
    pub is_new: bool,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Decided {
    pub to: ValueTarget,
    pub only_where: String,
    pub by: String,
    pub at: String,
    /// By the deliberate default.
    pub by_default: bool,
}

/// The values of a column with what the maps of its entity make of them.
///
/// # Errors
/// If the database cannot be read or the job was cancelled.
pub fn table(conn: &Connection, key: &MapKey, column: &str, job: &Job) -> Result<ValueTable, MappingError> {
    table::table(conn, key, column, job)
}
