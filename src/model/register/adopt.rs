//! Entities of the model out of those of a target. Where a person named a counterpart, or the names are the same, the
//! model's entity keeps what it says and learns what the target calls it, wants and allows; otherwise a new one is made,
//! whose grain is still to be said. What is only proposed as a counterpart decides nothing.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;

use super::counterparts::counterparts_of;
use crate::definitions::Onto;
use crate::model::{Entity, Field, Standing, Target};
use crate::sources::columns::header_words;

/// One entity to save.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adopted {
    pub entity: Entity,
    /// The version that it changes.
    pub onto: Onto,
    /// It is new in the model.
    pub is_new: bool,
    /// The target's entity that it comes from.
    pub theirs: String,
}

/// A name as the model writes names: `billing_city`.
fn snake(name: &str, fallback: &str) -> String {
    let words: Vec<String> = header_words(name)
        .iter()
        .map(|word| deunicode::deunicode(&word.nfkc().collect::<String>()).to_lowercase())
        .map(|word| word.chars().filter(char::is_ascii_alphanumeric).collect::<String>())
        .filter(|word| !word.is_empty())
        .collect();
    let joined: String = words.join("_").chars().take(60).collect();
    match joined.chars().next() {
        None => fallback.to_owned(),
        Some(first) if first.is_ascii_digit() => format!("{fallback}_{joined}"),
        Some(_) => joined,
    }
}

/// A name that is not taken yet: `email`, `email_2`.
fn free(name: String, taken: &mut BTreeSet<String>) -> String {
    let (mut unique, mut number) = (name.clone(), 2);
    while !taken.insert(unique.clone()) {
        unique = format!("{name}_{number}");
        number += 1;
    }
    unique
}

fn target_name(own: &str, theirs: &str) -> String {
    if own == theirs { String::new() } else { theirs.to_owned() }
}

/// What adopting a target would save, in its order; entities that would not change are left out.
#[must_use]
pub fn adopted(target: &Target, model: &[Standing]) -> Vec<Adopted> {
    let entities: Vec<Entity> = model.iter().map(|standing| standing.entity.clone()).collect();
    let mut taken: BTreeSet<String> = entities.iter().map(|entity| entity.name.clone()).collect();
    let mut order = entities.iter().map(|entity| entity.order).max().map_or(0, |last| last.saturating_add(1));
    let mut all: Vec<Adopted> = Vec::new();
    for (theirs, counterpart) in target.entities.iter().zip(counterparts_of(target, &entities)) {
        let declined = counterpart.set && counterpart.ours.is_empty();
        if declined {
            continue;
        }
        let own = snake(&theirs.name, "entity");
        let meant = if counterpart.set { counterpart.ours } else { own.clone() };
        if let Some(standing) = model.iter().find(|standing| standing.entity.name == meant) {
            // Two of the target's may be one of the model: the second goes on with what the first made.
            let before = all.iter().position(|adopted| !adopted.is_new && adopted.entity.name == meant);
            let base = before.map_or(&standing.entity, |at| &all[at].entity);
            let merged = merged(base, theirs, target, before.is_none());
            match before {
                Some(at) => all[at].entity = merged,
                None if merged == standing.entity => {}
                None => all.push(Adopted {
                    entity: merged,
                    onto: Onto::Version(standing.version),
                    is_new: false,
                    theirs: theirs.name.clone(),
                }),
            }
            continue;
        }
        let name = free(own, &mut taken);
        let mut fields = BTreeSet::new();
        let entity = Entity {
            target_name: target_name(&name, &theirs.name),
            name,
            purpose: theirs.purpose.clone(),
            order,
            fields: theirs.fields.iter().map(|field| new_field(field, &mut fields)).collect(),
            ..Entity { kind: theirs.kind, ..Entity::default() }
        };
        order = order.saturating_add(1);
        all.push(Adopted { entity, onto: Onto::Version(None), is_new: true, theirs: theirs.name.clone() });
    }
    rename_references(&mut all, model, target);
    all
}

fn new_field(field: &Field, taken: &mut BTreeSet<String>) -> Field {
    let name = free(snake(&field.name, "field"), taken);
    Field { target_name: target_name(&name, &field.name), name, ..field.clone() }
}

/// An entity of the model with what the target says of it. `names`: the target's own name becomes known.
fn merged(ours: &Entity, theirs: &Entity, target: &Target, names: bool) -> Entity {
    let mut entity = ours.clone();
    if names {
        entity.target_name = target_name(&entity.name, &theirs.name);
    }
    let only = Target { entities: vec![theirs.clone()], ..target.clone() };
    let set = Target {
        counterparts: [(theirs.name.clone(), ours.name.clone())]
            .into_iter()
            .chain(target.counterparts.clone())
            .collect(),
        ..only
    };
    let pairs = counterparts_of(&set, std::slice::from_ref(ours)).pop().map(|found| found.fields).unwrap_or_default();
    let mut taken: BTreeSet<String> = entity.fields.iter().map(|field| field.name.clone()).collect();
    for field in &theirs.fields {
        let declined =
            target.counterparts.get(&format!("{}.{}", theirs.name, field.name)).is_some_and(String::is_empty);
        let paired = pairs.iter().find(|(name, _)| *name == field.name).map(|(_, own)| own);
        let own = paired.and_then(|name| entity.fields.iter_mut().find(|own| own.name == *name));
        match own {
            Some(own) => {
                own.target_name = target_name(&own.name, &field.name);
                own.required |= field.required && !own.derived;
                own.longest = match (own.longest, field.longest) {
                    (Some(a), Some(b)) => Some(a.min(b)),
                    (a, b) => a.or(b),
                };
                if own.allowed.is_empty() {
                    own.allowed.clone_from(&field.allowed);
                }
            }
            None if declined => {}
            None => entity.fields.push(new_field(field, &mut taken)),
        }
    }
    entity
}

/// References name the target's entities; in the model they name the model's.
fn rename_references(all: &mut [Adopted], model: &[Standing], target: &Target) {
    let ours: Vec<(String, String)> = target
        .entities
        .iter()
        .filter_map(|theirs| {
            let new =
                all.iter().find(|adopted| adopted.theirs == theirs.name).map(|adopted| adopted.entity.name.clone());
            let known = || target.counterparts.get(&theirs.name).filter(|name| !name.is_empty()).cloned();
            let same = || {
                let own = snake(&theirs.name, "entity");
                model.iter().any(|standing| standing.entity.name == own).then_some(own)
            };
            Some((theirs.name.clone(), new.or_else(known).or_else(same)?))
        })
        .collect();
    for adopted in all {
        for field in &mut adopted.entity.fields {
            if let Some((_, own)) = ours.iter().find(|(theirs, _)| *theirs == field.references) {
                field.references.clone_from(own);
            }
        }
    }
}
