//! Proposes maps: from headers, from what columns hold, and from keys that contain one another; each with its reasons and a
//! confidence. Nothing is ever accepted by itself. `words` reads headers, `header` weighs them against fields, `holds` the
//! values, `links` the rest; `entities` says what an object feeds, `assign` gives each column one field, `rules` writes the
//! rule, `propose` puts it together, `targets` is for values. `gather` reads what it is made from, `ready` makes
//! that true, `accept` takes over what stands above the margin.

mod accept;
mod assign;
mod entities;
mod gather;
mod header;
mod holds;
mod links;
mod propose;
mod ready;
mod rules;
mod targets;
#[cfg(test)]
mod tests;
mod words;

pub use accept::{Accepted, AcceptedField, accept, acceptable};
pub use ready::{Ready, is_ready, ready};

use std::collections::BTreeMap;

use rusqlite::Connection;

use super::edit::Change;
use super::rule::{Rule, ValueTarget};
use super::{MapKey, MappingError};
use crate::model::Entity;
use crate::sources::ObjectId;

/// Weights of the three kinds of evidence.
pub const HEADER: f64 = 0.45;
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
    /// Fields of further entities, or further parts, that the column feeds as well, above the margin too.
    pub also: Vec<Candidate>,
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
    /// What a person has to say before the rule can run: the order of dates, a zone, a currency. Such a rule is open there
    /// (an empty format, zone, currency, list or object), never guessed.
    pub problem: Option<String>,
}

/// One kind of evidence: `strength × weight` goes into the sum.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize)]
pub struct Part {
    /// 0 to 1.
    pub strength: f64,
    pub because: String,
}

/// Proposes for objects (all, if none is named), against the model or against a target's own entities. What maps decided
/// already is left out of the competition but not proposed against. From what is stored: [`ready`] makes that true first, or
/// stands in for it ([`Ready::suggest`]).
///
/// # Errors
/// If the database cannot be read.
pub fn suggest(
    conn: &Connection,
    objects: &[ObjectId],
    against: Option<&[Entity]>,
) -> Result<Vec<ObjectSuggestion>, MappingError> {
    let mut material = gather::Material::read(conn)?;
    match against {
        Some(entities) => {
            // What maps to the model decided says nothing of another target.
            material.maps.clear();
            Ok(propose::propose(&material, entities, objects))
        }
        None => {
            let entities: Vec<Entity> =
                crate::model::entities(conn)?.into_iter().map(|standing| standing.entity).collect();
            Ok(propose::propose(&material, &entities, objects))
        }
    }
}

/// The changes that all suggestions above the margin make, per map; a field that two columns claim goes to the surer one.
/// Drops are for a person, and so is what still has a problem.
#[must_use]
pub fn accepted(suggestion: &ObjectSuggestion) -> Vec<(MapKey, Vec<Change>)> {
    let mut found: Vec<(MapKey, Vec<Change>)> = Vec::new();
    for entity in &suggestion.entities {
        let mut best: BTreeMap<&str, &Candidate> = BTreeMap::new();
        let mut order: Vec<&str> = Vec::new();
        for column in &suggestion.columns {
            let first = column.candidates.iter().take(usize::from(column.stands_alone));
            for candidate in first.chain(&column.also) {
                if candidate.entity != entity.entity || candidate.problem.is_some() {
                    continue;
                }
                match best.get(candidate.field.as_str()) {
                    Some(known) if known.confidence >= candidate.confidence => {}
                    Some(_) => {
                        best.insert(&candidate.field, candidate);
                    }
                    None => {
                        order.push(&candidate.field);
                        best.insert(&candidate.field, candidate);
                    }
                }
            }
        }
        if order.is_empty() {
            continue;
        }
        let set = |candidate: &&Candidate| Change::Set {
            field: candidate.field.clone(),
            from: candidate.from.clone(),
            rule: candidate.rule.clone(),
        };
        let changes = order.iter().filter_map(|field| best.get(field)).map(set).collect();
        let key = MapKey {
            source: suggestion.source.clone(),
            object: suggestion.object_name.clone(),
            entity: entity.entity.clone(),
        };
        found.push((key, changes));
    }
    found
}

/// Proposes what source values become, of a field's allowed values (or codes of its type): for each value that anything is
/// known of the target, with a confidence and why. A default is never proposed.
#[must_use]
pub fn values(entity: &Entity, field: &str, values: &[(String, u64)]) -> Vec<ValueSuggestion> {
    entity.field(field).map_or_else(Vec::new, |field| targets::values(field, values))
}

/// What one value becomes, perhaps.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct ValueSuggestion {
    pub value: String,
    pub to: ValueTarget,
    pub confidence: f64,
    pub because: String,
}
