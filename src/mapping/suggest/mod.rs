//! Proposes maps: from headers, from what columns hold, and from keys that contain one another; each with its reasons and a
//! confidence. Nothing is ever accepted by itself.

use rusqlite::Connection;

use super::rule::{Rule, ValueTarget};
use super::{MapKey, MappingError};
use crate::model::Entity;
use crate::sources::ObjectId;

/// Weights of the three kinds of evidence.
mod assign;
mod entities;
mod gather;
mod header;
mod holds;
mod links;
mod propose;
mod rules;
mod targets;
: f64 = 0.45;
pub const VALUES: f64 = 0.35;
pub const LINKS: f64 = 0.20;
/// A suggestion stands alone from this confidence on, if the next best is that much behind; else the best three are shown.
pub const ENOUGH: f64 = 0.55;
pub const MARGIN: f64 = 0.10;

/// What is proposed for one object.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize)]
pub struct ObjectSuggestion {
    pub object: i64,
    pub source: String,
    pub object_name: String,
    /// Entities that it could feed, best first, with confidence and reasons.
    pub entities: Vec<EntityCandidate>,
    /// For every column, in order.
    pub columns: Vec<ColumnSuggestion>,
}

#[derive(Debug, Clone, Default, PartialEq, serde::Serialize)]
pub struct EntityCandidate {
    pub entity: String,
    /// 0 to 1.
    pub confidence: f64,
    pub reasons: Vec<String>,
}

#[derive(Debug, Clone, Default, PartialEq, serde::Serialize)]
pub struct ColumnSuggestion {
    pub position: usize,
    pub column: String,
    /// The first is the suggestion if `stands_alone`; best first, at most three.
    pub candidates: Vec<Candidate>,
    pub stands_alone: bool,
    /// Proposed to be dropped, and why: `never filled`.
    pub drop: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq, serde::Serialize)]
pub struct Candidate {
    pub entity: String,
    pub field: String,
    /// 0 to 1: the sum of the parts.
    pub confidence: f64,
    pub header: Part,
    pub values: Part,
    pub links: Part,
    pub reasons: Vec<String>,
    /// Columns and rule that would carry it over.
    pub from: Vec<String>,
    pub rule: Rule,
}

/// One kind of evidence: `strength × weight` goes into the sum.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize)]
pub struct Part {
    /// 0 to 1.
    pub strength: f64,
    pub because: String,
}

/// Proposes for objects (all, if none is named), against the model or against a target's own entities. What maps decided
/// already is left out of the competition but not proposed against.
///
/// # Errors
/// If the database cannot be read.
pub fn suggest(
    _conn: &Connection,
    _objects: &[ObjectId],
    _against: Option<&[Entity]>,
) -> Result<Vec<ObjectSuggestion>, MappingError> {
    Ok(Vec::new())
}

/// The map that all suggestions above the margin make; `None` where none is.
#[must_use]
pub fn accepted(_suggestion: &ObjectSuggestion) -> Vec<(MapKey, Vec<super::edit::Change>)> {
    Vec::new()
}

/// Proposes what source values become, of a field's allowed values (or codes of its type): for each value the target, with
/// a confidence and why.
#[must_use]
pub fn values(_entity: &Entity, _field: &str, _values: &[(String, u64)]) -> Vec<ValueSuggestion> {
    Vec::new()
}

#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct ValueSuggestion {
    pub value: String,
    pub to: ValueTarget,
    pub confidence: f64,
    pub because: String,
}
