//! The mapping document for the business owner: what becomes of every field of every source, with examples from the data,
//! who decided it and why. `gather` reads it from the workspace, `masked` hides what it is told to, `written` makes it a page (Markdown, HTML), `workbook` a
//! workbook with one row for each field. All three say the same.

mod gather;
mod masked;
#[cfg(test)]
mod tests;
mod workbook;
mod written;

pub use gather::gather;
pub use masked::message;
pub use workbook::{Sheets, workbook};
pub use written::{html, markdown};

use crate::mapping::check::Problem;
use crate::mapping::coverage::Sum;
use crate::model::Entity;
use crate::model::questions::Question;
use crate::model::truth::TruthRow;

/// How a value of the data or a person's name is written: as it is, or masked.
pub type Personal<'a> = &'a dyn Fn(&str) -> String;

/// The document, before it is written in a format.
#[derive(Debug, Clone, Default)]
pub struct MappingDocument {
    /// The moment that the newest load shows, RFC 3339 UTC.
    pub as_of: Option<String>,
    pub audit_head: String,
    /// Over everything that the document is of.
    pub sum: Sum,
    pub questions: Vec<Question>,
    /// Entities that a map feeds, in the order of the model.
    pub entities: Vec<Entity>,
    pub truth: Vec<TruthRow>,
    pub objects: Vec<ObjectPart>,
    pub problems: Vec<Problem>,
}

/// One object with what becomes of its fields.
#[derive(Debug, Clone, Default)]
pub struct ObjectPart {
    pub source: String,
    pub object: String,
    pub records: u64,
    pub sum: Sum,
    pub maps: Vec<MapPart>,
    /// Every column in its order, a line for each field that it goes to; then fields that no column feeds.
    pub lines: Vec<Line>,
    pub value_maps: Vec<ValueMapPart>,
}

/// One map of an object.
#[derive(Debug, Clone, Default)]
pub struct MapPart {
    pub entity: String,
    /// `version 31 by Tomas Reyes, 2025-11-17`.
    pub version: String,
    pub hash: String,
    pub owner: String,
    pub process: String,
    pub only_where: String,
    pub excluded: String,
    pub deduplication: String,
    pub validation: String,
    /// What it does to the records, where that is counted: `2,786 records = 2,400 whole + 300 with rejects + 86 excluded`.
    pub figures: String,
    /// Required fields of the entity that no rule of this map feeds and nobody decided on.
    pub not_fed: Vec<String>,
}

/// What becomes of one source field.
#[derive(Debug, Clone, Default)]
pub struct Line {
    pub column: String,
    /// From the data.
    pub example: String,
    /// The record that the object's examples come from has no value here; this one is of another.
    pub of_another: bool,
    /// 0 to 100 with its sign, or a dash.
    pub filled: String,
    /// `copied`, `dropped`; empty: not decided.
    pub disposition: String,
    pub entity: String,
    pub field: String,
    /// What the example becomes.
    pub target_example: String,
    pub rule: String,
    /// Where a value is missing: `default “PL”`, `the record is rejected`.
    pub missing: String,
    pub required: bool,
    pub reason: String,
    pub owner: String,
    pub written_by: String,
    pub written_at: String,
    pub technical: String,
    pub business: String,
    pub comments: Vec<String>,
}

/// A value map with every value of the data.
#[derive(Debug, Clone, Default)]
pub struct ValueMapPart {
    pub column: String,
    /// As `person.lead_source`.
    pub fields: Vec<String>,
    pub rows: Vec<ValueRowPart>,
}

#[derive(Debug, Clone, Default)]
pub struct ValueRowPart {
    pub value: String,
    pub records: u64,
    /// Per field: what it becomes, in words.
    pub becomes: Vec<String>,
    pub by: String,
}
