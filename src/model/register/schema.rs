//! JSON Schema: an object's properties become fields, nested objects fields with a dot. References within the document are
//! followed, to a depth; nothing outside of it is read.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::described::{Faults, fault, plain, text};
use super::guess;
use super::template::is_personal_name;
use crate::model::{Allowed, Entity, Field, FieldType};

/// How deep objects and references are followed.
const DEEPEST: usize = 8;
/// Fields of one description, all entities together.
const MOST: usize = 20_000;

/// The entities of a document; `None`: it is no JSON Schema.
pub(super) fn of_document(document: &Value, name: &str, faults: &mut Faults) -> Option<Vec<Entity>> {
    let map = document.as_object()?;
    let named = |path: &[&str]| {
        let found = path.iter().try_fold(document, |value, key| value.get(*key));
        found.and_then(Value::as_object)
    };
    let definitions = [&["$defs"][..], &["definitions"], &["components", "schemas"]].into_iter().find_map(named);
    let is_schema = map.contains_key("$schema") || definitions.is_some() || is_object(map) && has_schemas(map);
    if !is_schema {
        return None;
    }
    let mut reading = Reading { document, faults, fields: 0 };
    let mut entities = Vec::new();
    let root =
        map.get("items").filter(|_| text(map, "type") == Some("array")).and_then(Value::as_object).unwrap_or(map);
    let root = reading.resolved(root, 0);
    let properties = root.get("properties").and_then(Value::as_object);
    let lists: Vec<(&String, Map<String, Value>)> = properties
        .into_iter()
        .flatten()
        .filter_map(|(key, value)| {
            let items = value.get("items")?.as_object()?;
            let item = reading.resolved(items, 0);
            (text(value.as_object()?, "type") == Some("array") && item.contains_key("properties"))
                .then_some((key, item))
        })
        .collect();
    if let Some(properties) = properties.filter(|properties| !properties.is_empty()) {
        if lists.len() == properties.len() {
            for (key, item) in &lists {
                entities.push(reading.entity(key, item));
            }
        } else {
            let name = text(&root, "title").or_else(|| text(map, "title")).unwrap_or(name).to_owned();
            entities.push(reading.entity(&name, &root));
        }
    } else if let Some(definitions) = definitions {
        for (key, value) in definitions {
            if let Some(value) = value.as_object() {
                let whole = reading.resolved(value, 0);
                if whole.get("properties").and_then(Value::as_object).is_some_and(|p| !p.is_empty()) {
                    entities.push(reading.entity(key, &whole));
                }
            }
        }
    }
    if entities.is_empty() && faults.is_empty() {
        faults.push(fault("properties", "the schema describes no object with properties"));
    }
    Some(entities)
}

fn is_object(map: &Map<String, Value>) -> bool {
    types(map).contains(&"object")
}

fn has_schemas(map: &Map<String, Value>) -> bool {
    let properties = map.get("properties").and_then(Value::as_object);
    properties.is_some_and(|properties| {
        !properties.is_empty() && properties.values().all(|value| value.is_object() || value.is_boolean())
    })
}

fn types(map: &Map<String, Value>) -> Vec<&str> {
    match map.get("type") {
        Some(Value::String(one)) => vec![one],
        Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

struct Reading<'a> {
    document: &'a Value,
    faults: &'a mut Faults,
    fields: usize,
}

impl Reading<'_> {
    /// A schema with what it refers to, what all of its parts say, and its one form that is not null laid together.
    fn resolved(&mut self, map: &Map<String, Value>, depth: usize) -> Map<String, Value> {
        let mut whole = Map::new();
        if depth > DEEPEST {
            return whole;
        }
        if let Some(to) = text(map, "$ref") {
            let target =
                to.strip_prefix('#').and_then(|pointer| self.document.pointer(pointer)).and_then(Value::as_object);
            match target.cloned() {
                Some(target) => whole = self.resolved(&target, depth + 1),
                None => self.faults.push(fault("$ref", format!("“{to}” leads to nothing in this document"))),
            }
        }
        let parts = map.get("allOf").and_then(Value::as_array).into_iter().flatten();
        for part in parts.filter_map(Value::as_object) {
            let part = self.resolved(part, depth + 1);
            lay_over(&mut whole, part);
        }
        for key in ["oneOf", "anyOf"] {
            let forms: Vec<&Map<String, Value>> = map
                .get(key)
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
                .filter_map(Value::as_object)
                .filter(|form| types(form) != ["null"])
                .collect();
            if let [one] = forms.as_slice() {
                let one = self.resolved(one, depth + 1);
                lay_over(&mut whole, one);
            }
        }
        let own = map.iter().filter(|(key, _)| !matches!(key.as_str(), "$ref" | "allOf" | "oneOf" | "anyOf"));
        lay_over(&mut whole, own.map(|(key, value)| (key.clone(), value.clone())).collect());
        whole
    }

    fn entity(&mut self, name: &str, map: &Map<String, Value>) -> Entity {
        let mut entity = Entity {
            name: name.to_owned(),
            purpose: text(map, "description").unwrap_or_default().to_owned(),
            ..Entity::default()
        };
        self.take(map, "", true, 0, &mut entity.fields);
        entity
    }

    fn take(&mut self, map: &Map<String, Value>, above: &str, wanted: bool, depth: usize, fields: &mut Vec<Field>) {
        let required: BTreeSet<&str> =
            map.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
        for (key, value) in map.get("properties").and_then(Value::as_object).into_iter().flatten() {
            let Some(value) = value.as_object() else { continue };
            if self.fields >= MOST {
                if self.fields == MOST {
                    self.faults.push(fault("properties", format!("there are more than {MOST} fields")));
                    self.fields += 1;
                }
                return;
            }
            let name = if above.is_empty() { key.clone() } else { format!("{above}.{key}") };
            let whole = self.resolved(value, 0);
            let wanted = wanted && required.contains(key.as_str());
            let nested = whole.get("properties").and_then(Value::as_object).is_some_and(|p| !p.is_empty());
            if nested && depth < DEEPEST / 2 {
                self.take(&whole, &name, wanted, depth + 1, fields);
                continue;
            }
            self.fields += 1;
            fields.push(field(&name, &whole, wanted));
        }
    }
}

/// Puts the keys of one over those of another; properties and what is required come together.
fn lay_over(whole: &mut Map<String, Value>, part: Map<String, Value>) {
    for (key, value) in part {
        match (whole.get_mut(&key), value) {
            (Some(Value::Object(have)), Value::Object(more)) if key == "properties" => have.extend(more),
            (Some(Value::Array(have)), Value::Array(more)) if key == "required" => have.extend(more),
            (_, value) => drop(whole.insert(key, value)),
        }
    }
}

fn field(name: &str, map: &Map<String, Value>, required: bool) -> Field {
    let types: Vec<&str> = types(map).into_iter().filter(|kind| *kind != "null").collect();
    let items = map.get("items").and_then(Value::as_object);
    let is_list = types == ["array"];
    let listed = if is_list { items.unwrap_or(map) } else { map };
    let mut values: Vec<&Value> = listed.get("enum").and_then(Value::as_array).into_iter().flatten().collect();
    values.extend(listed.get("const"));
    let allowed: Vec<Allowed> =
        values.into_iter().filter_map(plain).map(|value| Allowed { value, ..Allowed::default() }).collect();
    let format = text(map, "format").unwrap_or_default();
    let kind = match (types.as_slice(), format) {
        (["array"], _) if !allowed.is_empty() => FieldType::Choices,
        (["array" | "object"], _) => FieldType::Json,
        (["boolean"], _) => FieldType::Boolean,
        (["integer"], _) => FieldType::Integer,
        (["number"], _) => FieldType::Decimal,
        (_, "date") => FieldType::Date,
        (_, "date-time") => FieldType::Datetime,
        (_, "email" | "idn-email") => FieldType::Email,
        (_, "uri" | "url" | "iri") => FieldType::Url,
        (_, "hostname" | "idn-hostname") => FieldType::Domain,
        (_, "uuid") => FieldType::Id,
        (_, "phone") => FieldType::Phone,
        _ if !allowed.is_empty() => FieldType::Choice,
        (["string"], _) => guess::of_name(name),
        _ => FieldType::Text,
    };
    let said = |key: &str| map.get(key).and_then(plain).unwrap_or_default();
    // 0.01: two digits.
    let digits = said("multipleOf").split_once('.').map(|(_, digits)| digits.len());
    Field {
        name: name.to_owned(),
        label: text(map, "title").filter(|title| *title != name).unwrap_or_default().to_owned(),
        kind,
        required,
        personal: is_personal_name(name, kind),
        allowed,
        longest: map.get("maxLength").and_then(Value::as_u64).and_then(|n| u32::try_from(n).ok()),
        least: said("minimum"),
        most: said("maximum"),
        scale: digits.filter(|n| *n <= 30 && kind == FieldType::Decimal).and_then(|n| u8::try_from(n).ok()),
        definition: text(map, "description").unwrap_or_default().to_owned(),
        derived: map.get("readOnly").and_then(Value::as_bool) == Some(true),
        example: map
            .get("examples")
            .and_then(Value::as_array)
            .and_then(|list| list.first())
            .or_else(|| map.get("example"))
            .or_else(|| map.get("default"))
            .and_then(plain)
            .unwrap_or_default(),
        ..Field::default()
    }
}
