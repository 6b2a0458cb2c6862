//! What there is to say of one entity.

use super::Remark;
use super::words::{better_names, is_vague_field, says_customer, two_in_one};
use crate::model::{Entity, EntityKind, Field, FieldType, RoleInGrain};

/// Fields that a table may have before one asks whether it holds two things.
const MANY_FIELDS: usize = 150;

struct Look<'a> {
    entity: &'a Entity,
    remarks: &'a mut Vec<Remark>,
}

impl Look<'_> {
    fn say(&mut self, kind: &'static str, blocks: bool, field: Option<&str>, message: String) {
        let (entity, field) = (self.entity.name.clone(), field.map(str::to_owned));
        self.remarks.push(Remark { kind, entity, field, blocks, message });
    }
}

pub(super) fn look(entity: &Entity, model: &[Entity], remarks: &mut Vec<Remark>) {
    let mut look = Look { entity, remarks };
    name(&mut look);
    grain(&mut look, model);
    duties(&mut look);
    references(&mut look, model);
    shape_of_kind(&mut look);
    for field in &entity.fields {
        field_itself(&mut look, field);
    }
}

fn name(look: &mut Look<'_>) {
    let name = look.entity.name.as_str();
    let better = better_names(name);
    if !better.is_empty() {
        let message = format!("“{name}” does not say what one row is; {} would.", better.join(", "));
        look.say("vague_name", false, None, message);
    }
}

fn grain(look: &mut Look<'_>, model: &[Entity]) {
    let entity = look.entity;
    let (concept, sentence) = (entity.grain.concept.trim(), entity.grain.one_row_is.trim());
    if sentence.is_empty() {
        look.say(
            "no_grain",
            true,
            None,
            "Nobody said what one row is; one_row_is ends the sentence “one row is …”.".to_owned(),
        );
    }
    if concept.is_empty() {
        let message = "It has no concept; person, account, organization, household, location, subscription, workspace, or a word of the project.";
        look.say("no_grain", true, None, message.to_owned());
    }
    if says_customer(sentence) || says_customer(concept) {
        let message = "Its grain says “customer”, which means something else to everybody; say what it is: a human, a payer, a legal entity.";
        look.say("says_customer", true, None, message.to_owned());
    }
    if let Some(word) = two_in_one(sentence) {
        let message =
            format!("“{word}” in what one row is makes two grains of one; make two entities, or name one thing.");
        look.say("two_grains", false, None, message);
    }
    // Who or what a row is, is said once: an identity that is another entity's makes it two things.
    if entity.kind == EntityKind::Entity {
        let mut others: Vec<&str> = Vec::new();
        for field in entity.fields.iter().filter(|field| field.role == RoleInGrain::Identity) {
            let by_name = model.iter().find(|other| {
                other.name != entity.name
                    && field.name.strip_prefix(other.name.as_str()).is_some_and(|rest| rest.starts_with('_'))
            });
            let other = match field.kind {
                FieldType::Reference => Some(field.references.as_str()),
                _ => by_name.map(|other| other.name.as_str()),
            };
            if let Some(other) = other.filter(|other| *other != entity.name)
                && !others.contains(&other)
            {
                others.push(other);
            }
        }
        if others.len() > 1 {
            let message =
                format!("Its identity is that of {}; a table with several is a relationship.", others.join(" and "));
            look.say("two_grains", true, None, message);
        }
        if entity.fields.len() > MANY_FIELDS {
            let message = format!("It has {} fields; so many often hold two things.", entity.fields.len());
            look.say("many_fields", false, None, message);
        }
    }
}

fn duties(look: &mut Look<'_>) {
    let entity = look.entity;
    if entity.purpose.trim().is_empty() {
        look.say("no_purpose", true, None, "Nobody said what it is for.".to_owned());
    }
    if entity.owner.trim().is_empty() {
        look.say("no_owner", false, None, "Nobody owns it; owner names a person and their place.".to_owned());
    }
    if entity.processes.is_empty() {
        let message = "It supports no process: follow-up, invoicing, support, segmentation, reporting, consent.";
        look.say("no_process", false, None, message.to_owned());
    }
    if entity.key_prefix.is_empty() {
        let message = "Its durable keys have no beginning; key_prefix is 2 to 6 capitals, such as PER.";
        look.say("no_key", true, None, message.to_owned());
    }
    if entity.fields.is_empty() {
        look.say("no_fields", true, None, "It has no fields.".to_owned());
    } else if !entity.fields.iter().any(|field| field.role == RoleInGrain::Identity) {
        let message = "No field of it says who or what a row is; role = \"identity\" marks one.";
        look.say("no_identity", false, None, message.to_owned());
    }
}

fn references(look: &mut Look<'_>, model: &[Entity]) {
    let entity = look.entity;
    let known = |name: &str| model.iter().find(|other| other.name == name && !other.removed);
    for field in entity.fields.iter().filter(|field| field.kind == FieldType::Reference) {
        if known(&field.references).is_none() {
            let message = format!("It refers to {}, which is not in the model.", field.references);
            look.say("unknown_reference", true, Some(&field.name), message);
        }
    }
    for relationship in &entity.relationships {
        let name = &relationship.name;
        let Some(to) = known(&relationship.to) else {
            let message = format!("The relationship {name} goes to {}, which is not in the model.", relationship.to);
            look.say("unknown_reference", true, None, message);
            continue;
        };
        if !relationship.field.is_empty() {
            match entity.field(&relationship.field) {
                None => {
                    let message =
                        format!("The relationship {name} is held by {}, which is no field of it.", relationship.field);
                    look.say("unknown_field", true, None, message);
                }
                Some(field) if field.kind == FieldType::Reference && field.references != to.name => {
                    let message =
                        format!("The relationship {name} goes to {}, its field to {}.", to.name, field.references);
                    look.say("unknown_field", true, Some(&field.name), message);
                }
                Some(_) => {}
            }
        }
        if !relationship.through.is_empty() {
            match known(&relationship.through) {
                None => {
                    let through = &relationship.through;
                    let message = format!("The relationship {name} goes through {through}, which is not in the model.");
                    look.say("unknown_reference", true, None, message);
                }
                Some(through) if through.kind != EntityKind::Relationship => {
                    let message = format!(
                        "The relationship {name} goes through {}, which is of kind {}.",
                        through.name,
                        through.kind.word()
                    );
                    look.say("no_relationship", true, None, message);
                }
                Some(_) => {}
            }
        } else if relationship.many {
            let message = format!("The relationship {name} is of many to many, and no table holds it with its dates.");
            look.say("no_relationship", false, None, message);
        } else if relationship.field.is_empty() {
            look.say("unknown_field", false, None, format!("No field holds the relationship {name}."));
        }
    }
}

fn is_moment(field: &Field) -> bool {
    matches!(field.kind, FieldType::Date | FieldType::Datetime)
}

fn shape_of_kind(look: &mut Look<'_>) {
    let entity = look.entity;
    let has = |words: &[&str]| {
        entity
            .fields
            .iter()
            .filter(|field| is_moment(field))
            .any(|field| field.name.split(['_', '.']).any(|word| words.contains(&word)))
    };
    match entity.kind {
        EntityKind::Relationship => {
            let starts = has(&["start", "starts", "started", "from", "since", "begin", "begins", "began"]);
            let ends = has(&["end", "ends", "ended", "until", "to", "till", "left"]);
            if !(starts && ends) {
                let message =
                    "It holds who stands to whom without the days from and until which; start_date and end_date do.";
                look.say("no_dates", true, None, message.to_owned());
            }
            let ends = entity.fields.iter().filter(|field| field.kind == FieldType::Reference).count();
            if ends < 2 {
                look.say("no_parties", true, None, "It refers to fewer than two entities.".to_owned());
            }
        }
        EntityKind::Event if !entity.fields.iter().any(is_moment) => {
            look.say(
                "no_moment",
                true,
                None,
                "It is an event and says no day or moment at which it happened.".to_owned(),
            );
        }
        EntityKind::Entity if entity.fields.iter().any(|field| field.derived && field.required) => {
            let message = "A field that is derived is required of it; nothing that is loaded can fill it.";
            look.say("derived_required", false, None, message.to_owned());
        }
        _ => {}
    }
}

fn field_itself(look: &mut Look<'_>, field: &Field) {
    let name = Some(field.name.as_str());
    if field.owner.is_empty() && field.definition.is_empty() && field.used_by.is_empty() {
        let message = "It has no owner, no definition and no user: a candidate to drop.";
        look.say("candidate_to_drop", false, name, message.to_owned());
    }
    if field.required && field.definition.trim().is_empty() {
        look.say("no_definition", false, name, "It is required and nobody said what it means.".to_owned());
    }
    if is_vague_field(&field.name) {
        look.say("vague_name", false, name, "Its name does not say what it holds.".to_owned());
    }
    if field.kind.is_choice() && field.allowed.is_empty() {
        look.say("no_values", false, name, "It is a choice and allows no value yet.".to_owned());
    }
    if says_customer(&field.definition) && field.definition.split_whitespace().count() < 3 {
        look.say("says_customer", false, name, "Its definition says “customer” and little else.".to_owned());
    }
}
