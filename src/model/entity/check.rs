//! What must hold within one entity, whatever the others are: names that are there and are not used twice, limits that fit
//! their types. What the grain and the other entities ask for is the lint's.

use std::collections::BTreeMap;

use super::{Allowed, Entity, EntityKind, Field, FieldType, MissingPolicy};
use crate::definitions::document::{Fault, Places};
use crate::values::shown::Shown;

/// Every fault of an entity; the keys are those of its document.
#[must_use]
pub fn check(entity: &Entity, places: &Places) -> Vec<Fault> {
    let mut found = Found { places, faults: Vec::new() };
    if entity.name.is_empty() {
        found.say("name", "an entity needs a name".to_owned());
    }
    if entity.kind != EntityKind::Summary && !entity.derived_from.is_empty() {
        found.say("derived_from", format!("only a summary is derived; this is of kind {}", entity.kind.word()));
    }
    if entity.derived_from.contains(&entity.name) {
        found.say("derived_from", "it cannot be derived from itself".to_owned());
    }
    found.names(entity.fields.iter().map(|field| field.name.as_str()), "fields", "field");
    for (at, field) in entity.fields.iter().enumerate() {
        check_field(field, &format!("fields.{}", at + 1), &mut found);
        let group = format!("{}.", field.name);
        if let Some(below) = entity.fields.iter().find(|other| other.name.starts_with(&group)) {
            let message = format!("it is the group of {} already", Shown::of(&below.name));
            found.say(&format!("fields.{}.name", at + 1), message);
        }
    }
    found.names(entity.relationships.iter().map(|r| r.name.as_str()), "relationships", "relationship");
    for (at, relationship) in entity.relationships.iter().enumerate() {
        let key = |name: &str| format!("relationships.{}.{name}", at + 1);
        if relationship.to.is_empty() {
            found.say(&key("to"), "it says no entity to which it goes".to_owned());
        }
        if !relationship.field.is_empty() && !relationship.through.is_empty() {
            found.say(&key("through"), "a field holds it already; it goes through an entity or a field".to_owned());
        }
        if relationship.hierarchy && relationship.to != entity.name {
            found.say(&key("hierarchy"), "a hierarchy goes from an entity to itself".to_owned());
        }
    }
    for (list, cases) in [("several_records", &entity.several_records), ("shared_records", &entity.shared_records)] {
        for (at, case) in cases.iter().enumerate() {
            if case.what.trim().is_empty() {
                found.say(&format!("{list}.{}.what", at + 1), "a case says what it is".to_owned());
            }
        }
    }
    found.faults
}

struct Found<'a> {
    places: &'a Places,
    faults: Vec<Fault>,
}

impl Found<'_> {
    fn say(&mut self, key: &str, message: String) {
        self.faults.push(Fault::at(key, self.places, message));
    }

    /// Names that are there, each once.
    fn names<'n>(&mut self, names: impl Iterator<Item = &'n str>, list: &str, noun: &str) {
        let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
        for (at, name) in names.enumerate() {
            let key = format!("{list}.{}.name", at + 1);
            if name.is_empty() {
                self.say(&key, format!("a {noun} needs a name"));
            } else if let Some(first) = seen.insert(name, at + 1) {
                self.say(&key, format!("{} is the name of {noun} {first} already", Shown::of(name)));
            }
        }
    }
}

fn check_field(field: &Field, above: &str, found: &mut Found<'_>) {
    let key = |name: &str| format!("{above}.{name}");
    match field.kind {
        FieldType::Reference if field.references.is_empty() => {
            found.say(&key("references"), "a reference says the entity that it names a row of".to_owned());
        }
        FieldType::Reference => {}
        kind if !field.references.is_empty() => {
            found.say(&key("references"), format!("its type is {}, not reference", kind.word()));
        }
        _ => {}
    }
    if field.scale.is_some() && !matches!(field.kind, FieldType::Decimal | FieldType::Money) {
        found.say(&key("scale"), format!("a {} keeps no digits after a point", field.kind.word()));
    }
    check_allowed(&field.allowed, &key("allowed"), found);
    if field.kind.is_choice() && field.kind == FieldType::Choices {
        for (at, allowed) in field.allowed.iter().enumerate().filter(|(_, allowed)| allowed.value.contains(';')) {
            let message = format!("“{}” holds ;, which parts several values", Shown::of(&allowed.value));
            found.say(&format!("{above}.allowed.{}", at + 1), message);
        }
    }
    for (name, bound) in [("least", &field.least), ("most", &field.most)] {
        if bound.is_empty() {
            continue;
        }
        if !field.kind.has_order() {
            found.say(&key(name), format!("values of type {} have no least and most", field.kind.word()));
        } else if rank(field.kind, bound).is_none() {
            found.say(&key(name), format!("“{}” is no {}", Shown::of(bound), noun(field.kind)));
        }
    }
    if let (Some(least), Some(most)) = (rank(field.kind, &field.least), rank(field.kind, &field.most))
        && least > most
    {
        found.say(&key("most"), "the most is below the least".to_owned());
    }
    check_missing(field, &key("missing"), found);
}

fn check_allowed(allowed: &[Allowed], key: &str, found: &mut Found<'_>) {
    // What each word means; a value means itself.
    let mut means: BTreeMap<String, &str> = BTreeMap::new();
    let mut values: BTreeMap<&str, usize> = BTreeMap::new();
    for (at, entry) in allowed.iter().enumerate() {
        let key = format!("{key}.{}", at + 1);
        if entry.value.trim().is_empty() {
            found.say(&key, "an allowed value is not empty".to_owned());
        } else if values.insert(&entry.value, at).is_some() {
            found.say(&key, format!("“{}” is allowed twice", Shown::of(&entry.value)));
        }
        means.entry(entry.value.to_lowercase()).or_insert(&entry.value);
    }
    for (at, entry) in allowed.iter().enumerate() {
        for synonym in &entry.synonyms {
            let other = *means.entry(synonym.trim().to_lowercase()).or_insert(&entry.value);
            if other != entry.value {
                let (word, other) = (Shown::of(synonym), Shown::of(other));
                found.say(&format!("{key}.{}", at + 1), format!("“{word}” means “{other}” already"));
            }
        }
    }
}

fn check_missing(field: &Field, key: &str, found: &mut Found<'_>) {
    let missing = &field.missing;
    match (missing.policy.wants_value(), missing.value.is_empty()) {
        (true, true) => return found.say(key, format!("{} needs a value", missing.policy.word())),
        (false, false) => return found.say(key, format!("{} takes no value", missing.policy.word())),
        _ => {}
    }
    if missing.policy != MissingPolicy::Default {
        return;
    }
    let value = missing.value.as_str();
    let is_allowed = |value: &str| field.allowed.is_empty() || field.allowed.iter().any(|a| a.value == value);
    let good = match field.kind {
        FieldType::Choices => value.split(';').all(|part| is_allowed(part.trim())),
        FieldType::Boolean => matches!(value, "true" | "false"),
        kind if kind.has_order() => rank(kind, value).is_some(),
        _ => is_allowed(value),
    };
    if !good {
        let wanted = if field.kind.is_choice() || !field.allowed.is_empty() {
            "none of the allowed values".to_owned()
        } else {
            format!("no {}", noun(field.kind))
        };
        found.say(key, format!("the default “{}” is {wanted}", Shown::of(value)));
    }
}

fn noun(kind: FieldType) -> &'static str {
    match kind {
        FieldType::Integer => "whole number",
        FieldType::Money => "whole number of minor units",
        FieldType::Decimal => "number, such as 12.5",
        FieldType::Date => "date, such as 2025-11-14",
        FieldType::Datetime => "moment, such as 2025-11-14T09:00:00Z",
        FieldType::Boolean => "true or false",
        _ => "value of its type",
    }
}

/// A number that orders values of a type; `None` if the text is no value of it.
fn rank(kind: FieldType, text: &str) -> Option<f64> {
    match kind {
        // Near enough to tell a least from a most.
        FieldType::Integer | FieldType::Money => text.parse::<i64>().ok().map(|number| number as f64),
        FieldType::Decimal => {
            let plain = text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-'));
            text.parse::<f64>().ok().filter(|number| plain && number.is_finite())
        }
        FieldType::Date => {
            let date: jiff::civil::Date = text.parse().ok().filter(|_| text.len() == 10)?;
            let day = i64::from(date.year()) * 10_000 + i64::from(date.month()) * 100 + i64::from(date.day());
            Some(day as f64)
        }
        FieldType::Datetime => text.parse::<jiff::Timestamp>().ok().map(|at| at.as_second() as f64),
        _ => None,
    }
}
