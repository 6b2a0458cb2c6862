//! What is vague in a model: tables without a grain, with two, without a purpose, with a name that says nothing. Nothing
//! here reads a database; what blocks keeps an entity from being approved.

mod entity;
mod words;

use std::collections::BTreeMap;

use super::Entity;

pub use words::{better_names, says_customer};

/// Something to look at.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Remark {
    /// `vague_name`, `no_grain`, `two_grains`, `says_customer`, `no_purpose`, `no_key`, `no_owner`, `unknown_reference`,
    /// `derived_too_soon`, …
    pub kind: &'static str,
    pub entity: String,
    pub field: Option<String>,
    /// Approval waits for it.
    pub blocks: bool,
    /// A sentence, with what would be better.
    pub message: String,
}

/// Looks at a model, in the order of its entities.
#[must_use]
pub fn lint(model: &[Entity]) -> Vec<Remark> {
    let mut remarks = Vec::new();
    for one in model.iter().filter(|entity| !entity.removed) {
        entity::look(one, model, &mut remarks);
    }
    shared(model, &mut remarks);
    derived_too_soon(model, &mut remarks);
    let place: BTreeMap<&str, usize> = model.iter().enumerate().map(|(at, e)| (e.name.as_str(), at)).collect();
    remarks.sort_by_key(|remark| place.get(remark.entity.as_str()).copied());
    remarks
}

/// Fields that nobody owns, defines or uses: candidates to drop.
#[must_use]
pub fn candidates_to_drop(model: &[Entity]) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    for entity in model.iter().filter(|entity| !entity.removed) {
        let idle =
            entity.fields.iter().filter(|f| f.owner.is_empty() && f.definition.is_empty() && f.used_by.is_empty());
        found.extend(idle.map(|field| (entity.name.as_str(), field.name.as_str())));
    }
    found
}

/// What two entities must not share.
fn shared(model: &[Entity], remarks: &mut Vec<Remark>) {
    let mut prefixes: BTreeMap<&str, &str> = BTreeMap::new();
    let mut targets: BTreeMap<String, &str> = BTreeMap::new();
    for entity in model.iter().filter(|entity| !entity.removed) {
        if !entity.key_prefix.is_empty()
            && let Some(other) = prefixes.insert(&entity.key_prefix, &entity.name)
        {
            remarks.push(Remark {
                kind: "shared_prefix",
                entity: entity.name.clone(),
                field: None,
                blocks: true,
                message: format!("Its keys begin with {} like those of {other}.", entity.key_prefix),
            });
        }
        let target = if entity.target_name.is_empty() { &entity.name } else { &entity.target_name };
        if let Some(other) = targets.insert(target.to_lowercase(), &entity.name) {
            remarks.push(Remark {
                kind: "shared_target",
                entity: entity.name.clone(),
                field: None,
                blocks: true,
                message: format!("It goes to the same table of the target as {other}."),
            });
        }
    }
}

/// Summaries whose underlying entities are not there, or have something that blocks.
fn derived_too_soon(model: &[Entity], remarks: &mut Vec<Remark>) {
    let mut found = Vec::new();
    for summary in model.iter().filter(|e| e.kind == super::EntityKind::Summary && !e.removed) {
        let mut say = |message: String| {
            let entity = summary.name.clone();
            found.push(Remark { kind: "derived_too_soon", entity, field: None, blocks: true, message });
        };
        if summary.derived_from.is_empty() {
            say("It says no entities and events that it is derived from.".to_owned());
        }
        for name in &summary.derived_from {
            if !model.iter().any(|e| e.name == *name && !e.removed) {
                say(format!("It is derived from {name}, which is not in the model."));
                continue;
            }
            let open = remarks.iter().filter(|remark| remark.entity == *name && remark.blocks).count();
            if open > 0 {
                say(format!("It is derived from {name}, of which {open} must be corrected first."));
            }
        }
    }
    remarks.append(&mut found);
}

#[cfg(test)]
mod tests;
