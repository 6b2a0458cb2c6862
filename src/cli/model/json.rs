//! The model as JSON. Names of people are masked if asked for.

use serde_json::{Value, json};

use super::super::output::Output;
use crate::model::{Entity, Standing};

/// The entities, without their fields one by one.
pub(super) fn model(model: &[Standing], output: &Output) -> Value {
    let entities: Vec<Value> = model
        .iter()
        .map(|standing| {
            let entity = &standing.entity;
            json!({
                "name": entity.name, "kind": entity.kind, "grain": entity.grain, "fields": entity.fields.len(),
                "required": entity.fields.iter().filter(|field| field.required).count(), "owner": output.value(&entity.owner),
                "processes": entity.processes, "version": standing.version, "approved": standing.approved().is_some(),
                "state": super::words::state(standing, output),
            })
        })
        .collect();
    json!({ "entities": entities })
}

/// One entity, whole.
pub(super) fn standing(standing: &Standing, output: &Output) -> Value {
    let mut entity = standing.entity.clone();
    if output.masks() {
        mask(&mut entity, output);
    }
    json!({
        "entity": entity, "version": standing.version, "author": output.value(&standing.author), "at": standing.at,
        "approved": standing.approved().is_some(), "state": super::words::state(standing, output),
        "reviews": standing.reviews,
    })
}

/// People who answered and decided.
pub(super) fn mask_people(value: &mut Value, output: &Output) {
    let mask = |person: Option<&mut Value>| {
        if let Some(Value::String(name)) = person {
            *name = output.value(name);
        }
    };
    for question in value["questions"].as_array_mut().into_iter().flatten() {
        mask(question.pointer_mut("/answer/by"));
    }
    for row in value["truth"].as_array_mut().into_iter().flatten() {
        mask(row.pointer_mut("/by"));
    }
}

/// People in an entity: owners, and records that name somebody.
fn mask(entity: &mut Entity, output: &Output) {
    entity.owner = output.value(&entity.owner);
    for field in &mut entity.fields {
        field.owner = output.value(&field.owner);
    }
    for case in entity.several_records.iter_mut().chain(&mut entity.shared_records) {
        case.by = output.value(&case.by);
        case.what = output.sentence(&case.what);
        for record in &mut case.records {
            *record = output.sentence(record);
        }
    }
}
