//! Which entities an object feeds: by its name and what a preset takes it for, by what one row is, by how much of the
//! entity its columns cover, and by the maps that stand.

use std::collections::{BTreeMap, BTreeSet};

use super::EntityCandidate;
use super::gather::{Material, Subject};
use super::header::{Near, best_by_field};
use super::links;
use super::words::{Vocabulary, singular};
use crate::model::{Entity, EntityKind, FieldType, RoleInGrain};
use crate::sources::{ColumnRole, SystemKind, presets};
use crate::values::shown::Shown;

/// Entities with less are not proposed for an object.
const LEAST: f64 = 0.25;
/// Entities of an object at most.
const MOST: usize = 5;
/// The name of an object says from here on that it feeds an entity.
const NAMED: f64 = 0.7;
/// What speaks for people in a sheet that is named after nothing.
const MIXED: f64 = 0.58;
/// A header as near as that covers a field.
const COVERS: f64 = 0.6;

/// For every object, by its place, the entities that it feeds.
#[derive(Debug, Default)]
pub struct Feeds {
    by_object: Vec<Vec<EntityCandidate>>,
}

impl Feeds {
    /// The entities of one object, best first.
    #[must_use]
    pub fn of(&self, place: usize) -> &[EntityCandidate] {
        self.by_object.get(place).map_or(&[], Vec::as_slice)
    }

    /// How sure it is that an object feeds an entity: 1 for its first.
    #[must_use]
    pub fn strength(&self, place: usize, entity: &str) -> f64 {
        let of = self.of(place);
        match of.iter().position(|candidate| candidate.entity == entity) {
            Some(0) => 1.0,
            Some(at) if of[at].confidence >= super::ENOUGH => 0.8,
            Some(_) => 0.5,
            None => 0.0,
        }
    }
}

/// Judges all objects. `near` holds for each object the nearest fields of each column.
pub fn judge(material: &Material, entities: &[Entity], near: &[Vec<Vec<Near>>]) -> Feeds {
    let mut by_object: Vec<Vec<EntityCandidate>> = Vec::new();
    for (subject, near) in material.subjects.iter().zip(near) {
        let judged: Vec<(f64, EntityCandidate)> = entities
            .iter()
            .enumerate()
            .filter(|(_, entity)| !matches!(entity.kind, EntityKind::Mapping | EntityKind::Summary))
            .map(|(at, entity)| candidate(material, subject, entity, at, near))
            .collect();
        let people = holds_people(subject);
        // Where one is named, others that only have similar fields are for a person.
        let is_named = judged.iter().any(|(by_name, _)| *by_name >= NAMED);
        let mut found: Vec<EntityCandidate> = judged
            .into_iter()
            .map(|(by_name, mut candidate)| {
                if is_named && by_name < NAMED && candidate.confidence < 1.0 {
                    candidate.confidence = candidate.confidence.min(super::ENOUGH - 0.1);
                }
                candidate
            })
            .map(|mut candidate| {
                // One list of companies with a person each feeds both.
                let is_company = candidate.entity == "account" && !is_named && names_companies(subject);
                if let (Some(column), "person") = (people, candidate.entity.as_str()) {
                    candidate.confidence = candidate.confidence.max(MIXED);
                    candidate.reasons.push(format!("{} holds names of people", Shown::of(column).to_plain()));
                } else if is_company && people.is_some() {
                    candidate.confidence = candidate.confidence.max(MIXED + 0.01);
                    candidate.reasons.push("each row names a company".to_owned());
                }
                candidate
            })
            .filter(|candidate| candidate.confidence >= LEAST)
            .collect();
        found.sort_by(|a, b| b.confidence.total_cmp(&a.confidence).then_with(|| a.entity.cmp(&b.entity)));
        found.truncate(MOST);
        by_object.push(found);
    }
    // A link needs both its ends: the object itself feeds one, a column points to the other.
    for place in 0..by_object.len() {
        let links: Vec<usize> = (0..by_object[place].len())
            .filter(|at| {
                let name = &by_object[place][*at].entity;
                entities.iter().any(|entity| entity.name == *name && entity.kind == EntityKind::Relationship)
            })
            .collect();
        for at in links {
            let name = by_object[place][at].entity.clone();
            let Some(entity) = entities.iter().find(|entity| entity.name == name) else { continue };
            let ends = ends(material, &material.subjects[place], entity, &by_object, place);
            let needed = entity
                .fields
                .iter()
                .filter(|field| field.kind == FieldType::Reference && field.required)
                .count()
                .max(1);
            let of = &mut by_object[place][at];
            if ends < needed.min(2) {
                of.confidence *= 0.5;
            } else {
                of.reasons.push("both ends are among its columns".to_owned());
            }
        }
        by_object[place].retain(|candidate| candidate.confidence >= LEAST);
        by_object[place].sort_by(|a, b| b.confidence.total_cmp(&a.confidence).then_with(|| a.entity.cmp(&b.entity)));
    }
    Feeds { by_object }
}

/// The column of a list kept by hand that names people, where other columns say how they are reached.
fn holds_people(subject: &Subject) -> Option<&str> {
    if subject.object.preset.is_some() || !is_by_hand(subject.kind) {
        return None;
    }
    let has = |role: ColumnRole| {
        let columns = subject.object.columns.iter().enumerate();
        columns
            .filter(|(at, _)| !subject.is_never_filled(*at))
            .map(|(_, column)| column)
            .find(|column| column.role == role)
    };
    let name = has(ColumnRole::FullName).or_else(|| has(ColumnRole::FamilyName))?;
    has(ColumnRole::Email).or_else(|| has(ColumnRole::Phone))?;
    Some(&name.name)
}

/// Lists that somebody keeps in a sheet are named after anything.
fn is_by_hand(kind: SystemKind) -> bool {
    matches!(kind, SystemKind::Spreadsheet | SystemKind::Other)
}

fn names_companies(subject: &Subject) -> bool {
    let words = ["company", "account", "organization", "partner", "firm", "customer", "client", "business"];
    subject.object.columns.iter().any(|column| {
        column.role == ColumnRole::OrganizationName
            || super::words::pieces(&column.name).first().is_some_and(|word| words.contains(&word.as_str()))
    })
}

/// How many different ends of a relationship an object's columns name.
fn ends(
    material: &Material,
    subject: &Subject,
    entity: &Entity,
    feeds: &[Vec<EntityCandidate>],
    place: usize,
) -> usize {
    let wanted: BTreeSet<&str> = entity
        .fields
        .iter()
        .filter(|field| field.kind == FieldType::Reference)
        .map(|field| field.references.as_str())
        .collect();
    let vocabulary = Vocabulary::built_in();
    let mut found: BTreeSet<&str> = BTreeSet::new();
    found.extend(feeds[place].first().and_then(|first| wanted.get(first.entity.as_str())));
    for column in 0..subject.object.columns.len() {
        let Some(aim) = links::aim(material, subject, column) else { continue };
        let fed: Vec<String> = match aim.to.and_then(|to| material.place_of(to)) {
            Some(to) => feeds[to].iter().take(2).map(|candidate| candidate.entity.clone()).collect(),
            None => {
                let last = aim.name.rsplit(['.', '›']).next().unwrap_or(&aim.name);
                vocabulary.fed_by(&vocabulary.thing(last)).into_iter().take(2).map(str::to_owned).collect()
            }
        };
        found.extend(fed.iter().filter_map(|entity| wanted.get(entity.as_str())));
    }
    found.len()
}

fn candidate(
    material: &Material,
    subject: &Subject,
    entity: &Entity,
    at: usize,
    near: &[Vec<Near>],
) -> (f64, EntityCandidate) {
    let mut reasons = Vec::new();
    if material.map_of(subject, &entity.name).is_some() {
        return (
            1.0,
            EntityCandidate { entity: entity.name.clone(), confidence: 1.0, reasons: vec!["a map stands".to_owned()] },
        );
    }
    let (by_name, because) = by_name(subject, entity);
    reasons.extend(because);
    let said = by_sentence(subject, entity);
    if said >= 0.5 {
        reasons.push("one row is the same".to_owned());
    }
    let filled: Vec<&Vec<Near>> =
        near.iter().enumerate().filter(|(column, _)| !subject.is_never_filled(*column)).map(|(_, near)| near).collect();
    let best = best_by_field(&filled, at);
    let fields = entity.fields.iter().filter(|field| !field.derived).count().max(1);
    let covered: Vec<usize> =
        best.iter().filter(|(_, strength)| **strength >= COVERS).map(|(field, _)| *field).collect();
    let columns = filled.len().max(1);
    let coverage = (covered.len() as f64 / fields.min(columns).min(12) as f64).min(1.0);
    let wanted: Vec<usize> = (0..entity.fields.len())
        .filter(|field| entity.fields[*field].required || entity.fields[*field].role == RoleInGrain::Identity)
        .collect();
    let met = wanted.iter().filter(|field| covered.contains(field)).count();
    let identity = if wanted.is_empty() { coverage } else { met as f64 / wanted.len() as f64 };
    if !covered.is_empty() {
        reasons.push(format!("its columns cover {} of {fields} fields", covered.len()));
    }
    let confidence = if by_name > 0.0 {
        0.6 * by_name + 0.1 * said + 0.2 * coverage + 0.15 * identity
    } else {
        0.15 * said + 0.35 * coverage + 0.3 * identity
    };
    (
        by_name,
        EntityCandidate {
            entity: entity.name.clone(),
            confidence: (confidence * fits(subject, entity)).min(0.99),
            reasons,
        },
    )
}

/// A person of a billing system is somebody who pays, not one of sales.
fn fits(subject: &Subject, entity: &Entity) -> f64 {
    let kind = subject.kind;
    let is_billing = matches!(kind, SystemKind::Billing | SystemKind::Erp | SystemKind::Commerce);
    match entity.name.as_str() {
        "billing_customer" if !is_billing => 0.7,
        "account" | "organization" if kind == SystemKind::Billing => 0.7,
        // The users of what we sell, and of its support, are people; only those of a system of our own are colleagues.
        // Agents stand among the users of a support system.
        "user" if is_of_customers(subject) => {
            if kind == SystemKind::Support {
                0.7
            } else {
                0.6
            }
        }
        "person" if is_named_users(subject) && !is_of_customers(subject) => 0.6,
        "person" if is_billing && kind != SystemKind::Commerce => 0.75,
        // What looks after customers keeps a relationship under this name, not an entry in a register.
        "organization" if matches!(kind, SystemKind::Crm | SystemKind::Support | SystemKind::Marketing) => 0.9,
        "workspace_user" | "workspace"
            if !matches!(
                kind,
                SystemKind::Product | SystemKind::Internal | SystemKind::Other | SystemKind::Analytics
            ) =>
        {
            0.75
        }
        _ => 1.0,
    }
}

fn is_named_users(subject: &Subject) -> bool {
    let words = Vocabulary::built_in().thing(&subject.object.name);
    words.last().is_some_and(|word| matches!(word.as_str(), "user" | "member" | "person" | "people"))
}

/// Users of a system that customers use, too.
fn is_of_customers(subject: &Subject) -> bool {
    is_named_users(subject)
        && matches!(
            subject.kind,
            SystemKind::Product
                | SystemKind::Internal
                | SystemKind::Analytics
                | SystemKind::Support
                | SystemKind::Marketing
                | SystemKind::Commerce
        )
}

fn by_name(subject: &Subject, entity: &Entity) -> (f64, Option<String>) {
    let vocabulary = Vocabulary::built_in();
    let own = vocabulary.thing(&entity.name);
    let target = vocabulary.thing(&entity.target_name);
    let preset = subject.object.preset.as_deref().and_then(presets::of_object).and_then(|(_, object)| object);
    let mut best = (0.0, None);
    let names = [
        (Some(subject.object.name.as_str()), "is called"),
        (preset.map(|object| object.name.as_str()), "is taken for"),
    ];
    for (name, how) in names.into_iter().filter_map(|(name, how)| name.map(|name| (name, how))) {
        let words = vocabulary.thing(name);
        let fed = vocabulary.fed_by(&words);
        let strength = if words == own || !entity.target_name.is_empty() && words == target {
            1.0
        } else if let Some(place) = fed.iter().position(|fed| *fed == entity.name) {
            [0.97, 0.85, 0.75][place.min(2)]
        } else if words.ends_with(&own) {
            0.8
        } else if vocabulary.same_things(&own).contains(words.last().map_or("", String::as_str)) {
            0.55
        } else {
            0.0
        };
        if strength > best.0 {
            let name = Shown::of(name).to_plain();
            best = (strength, Some(format!("{how} {name}")));
        }
    }
    best
}

/// How alike the two sentences are that say what one row is.
fn by_sentence(subject: &Subject, entity: &Entity) -> f64 {
    let words = |text: &str| -> BTreeMap<String, ()> {
        super::words::pieces(text)
            .iter()
            .map(|word| singular(word))
            .filter(|word| {
                word.len() > 3
                    && !matches!(word.as_str(), "that" | "with" | "from" | "have" | "whom" | "they" | "their")
            })
            .map(|word| (word, ()))
            .collect()
    };
    let (one, other) =
        (words(subject.object.one_row_is.as_deref().unwrap_or_default()), words(&entity.grain.one_row_is));
    let common = one.keys().filter(|word| other.contains_key(*word)).count();
    let all = one.len() + other.len();
    if all == 0 { 0.0 } else { 2.0 * common as f64 / all as f64 }
}
