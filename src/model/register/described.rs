//! Descriptions in JSON: what a Salesforce org says of an object, HubSpot's properties, table schemas and data packages
//! (Frictionless). JSON Schema is next door, in `schema`. JSON that is none of these is a table of examples.

use serde_json::{Map, Value};

use super::template::is_personal_name;
use super::{guess, schema};
use crate::definitions::{DefinitionError, Fault, Place};
use crate::model::{Allowed, Entity, Field, FieldType, ModelError, RoleInGrain};

/// The faults of one description.
pub(super) type Faults = Vec<Fault>;

pub(super) fn fault(key: &str, message: impl Into<String>) -> Fault {
    Fault { key: key.to_owned(), place: None, message: message.into() }
}

/// The entities that a text describes; `None`: it is JSON of another sort, or lines of JSON.
pub(super) fn of_text(text: &str, name: &str) -> Result<Option<Vec<Entity>>, ModelError> {
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let value: Value = match serde_json::from_str(text) {
        Ok(value) => value,
        // Several values one after another are rows; the readers of tables tell what is wrong with them.
        Err(error) if error.is_syntax() && error.to_string().starts_with("trailing characters") => return Ok(None),
        Err(error) => {
            let place = Some(Place { line: error.line() as u64, column: error.column() as u64 });
            let message = error.to_string().split(" at line").next().unwrap_or_default().to_owned();
            return Err(DefinitionError::Document(vec![Fault { key: String::new(), place, message }]).into());
        }
    };
    let mut faults = Vec::new();
    let entities = of_value(&value, name, &mut faults);
    if !faults.is_empty() {
        faults.truncate(100);
        return Err(DefinitionError::Document(faults).into());
    }
    Ok(entities)
}

fn of_value(value: &Value, name: &str, faults: &mut Faults) -> Option<Vec<Entity>> {
    if let Value::Array(list) = value {
        // Several descriptions in one file.
        let described =
            list.iter().all(|one| one.as_object().is_some_and(|map| is_salesforce(map) || is_table_schema(map)));
        if list.is_empty() || !described {
            return None;
        }
        return Some(
            list.iter()
                .enumerate()
                .flat_map(|(at, one)| of_value(one, &format!("{name} {}", at + 1), faults).unwrap_or_default())
                .collect(),
        );
    }
    let map = value.as_object()?;
    if is_salesforce(map) {
        return Some(vec![salesforce(map, name, faults)]);
    }
    if let Some(resources) = map.get("resources").and_then(Value::as_array) {
        return Some(package(resources, faults));
    }
    if is_table_schema(map) {
        return Some(vec![table_schema(map, text(map, "name").unwrap_or(name), "", faults)]);
    }
    if let Some(properties) = map.get("results").and_then(Value::as_array).filter(|list| is_hubspot(list)) {
        return Some(vec![hubspot(properties, name, faults)]);
    }
    schema::of_document(value, name, faults)
}

pub(super) fn text<'a>(map: &'a Map<String, Value>, key: &str) -> Option<&'a str> {
    map.get(key)?.as_str().filter(|text| !text.trim().is_empty())
}

fn yes(map: &Map<String, Value>, key: &str) -> Option<bool> {
    map.get(key)?.as_bool()
}

fn number(map: &Map<String, Value>, key: &str) -> Option<u32> {
    map.get(key)?.as_u64().and_then(|n| u32::try_from(n).ok())
}

/// A value as text: what a schema lists may be a number.
pub(super) fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(yes) => Some(yes.to_string()),
        _ => None,
    }
}

fn fields_of(map: &Map<String, Value>) -> Option<&Vec<Value>> {
    map.get("fields")?.as_array().filter(|list| list.iter().any(|field| field.get("name").is_some()))
}

fn is_salesforce(map: &Map<String, Value>) -> bool {
    let speaks = |field: &Value| {
        field.get("nillable").is_some() || field.get("soapType").is_some() || field.get("picklistValues").is_some()
    };
    fields_of(map).is_some_and(|fields| fields.iter().any(speaks))
}

fn is_table_schema(map: &Map<String, Value>) -> bool {
    fields_of(map).is_some()
}

fn is_hubspot(list: &[Value]) -> bool {
    !list.is_empty() && list.iter().all(|one| one.get("name").is_some() && one.get("fieldType").is_some())
}

/// Fields of which each is a map with a name; others are faults.
fn named<'a>(list: &'a [Value], key: &str, faults: &mut Faults) -> Vec<(&'a Map<String, Value>, &'a str)> {
    let mut found = Vec::new();
    for (at, value) in list.iter().enumerate() {
        match value.as_object().and_then(|map| Some((map, text(map, "name")?))) {
            Some(one) => found.push(one),
            None => faults.push(fault(&format!("{key}.{}", at + 1), "a field needs a name")),
        }
    }
    found
}

/// `sobjects/Contact/describe`.
fn salesforce(map: &Map<String, Value>, name: &str, faults: &mut Faults) -> Entity {
    let name = text(map, "name").unwrap_or(name);
    let list = map.get("fields").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let mut fields = Vec::new();
    for (map, own) in named(list, "fields", faults) {
        let kind = match text(map, "type").unwrap_or_default() {
            // The parts of a compound are fields of their own.
            "address" | "location" | "complexvalue" => continue,
            "id" => FieldType::Id,
            "reference" => FieldType::Reference,
            "boolean" => FieldType::Boolean,
            "int" | "long" => FieldType::Integer,
            // Amounts are written with their fraction, not in minor units.
            "double" | "percent" | "currency" => FieldType::Decimal,
            "date" => FieldType::Date,
            "datetime" => FieldType::Datetime,
            "email" => FieldType::Email,
            "phone" => FieldType::Phone,
            "url" => FieldType::Url,
            "picklist" | "combobox" => FieldType::Choice,
            "multipicklist" => FieldType::Choices,
            "json" => FieldType::Json,
            _ => FieldType::Text,
        };
        let values = map.get("picklistValues").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let allowed: Vec<Allowed> = values
            .iter()
            .filter(|one| one.get("active").and_then(Value::as_bool) != Some(false))
            .filter_map(|one| {
                let value = plain(one.get("value")?)?;
                let label = one.get("label").and_then(Value::as_str).unwrap_or_default();
                let meaning = if label == value { String::new() } else { label.to_owned() };
                Some(Allowed { value, meaning, ..Allowed::default() })
            })
            .collect();
        let writable = yes(map, "createable").unwrap_or(true) || yes(map, "updateable").unwrap_or(false);
        let derived = yes(map, "calculated").unwrap_or(false) || yes(map, "autoNumber").unwrap_or(false) || !writable;
        let wanted = yes(map, "nillable") == Some(false) && yes(map, "defaultedOnCreate") != Some(true);
        let identity =
            ["externalId", "unique", "idLookup"].iter().any(|key| yes(map, key) == Some(true)) || kind == FieldType::Id;
        let to = map.get("referenceTo").and_then(Value::as_array).and_then(|list| list.first()).and_then(Value::as_str);
        fields.push(Field {
            name: own.to_owned(),
            label: text(map, "label").filter(|label| *label != own).unwrap_or_default().to_owned(),
            kind,
            required: wanted && !derived && kind != FieldType::Boolean,
            role: if identity { RoleInGrain::Identity } else { RoleInGrain::Attribute },
            personal: is_personal_name(own, kind),
            allowed,
            longest: number(map, "length").filter(|n| {
                *n > 0 && matches!(kind, FieldType::Text | FieldType::Email | FieldType::Phone | FieldType::Url)
            }),
            scale: number(map, "scale")
                .filter(|_| kind == FieldType::Decimal)
                .and_then(|n| u8::try_from(n.min(30)).ok()),
            definition: text(map, "inlineHelpText").unwrap_or_default().to_owned(),
            references: to.unwrap_or_default().to_owned(),
            derived,
            ..Field::default()
        });
    }
    Entity { name: name.to_owned(), fields, ..Entity::default() }
}

/// `crm/properties/contacts`.
fn hubspot(list: &[Value], name: &str, faults: &mut Faults) -> Entity {
    let mut fields = Vec::new();
    for (map, own) in named(list, "results", faults) {
        let many = text(map, "fieldType") == Some("checkbox");
        let kind = match text(map, "type").unwrap_or_default() {
            "bool" => FieldType::Boolean,
            "enumeration" if text(map, "fieldType") == Some("booleancheckbox") => FieldType::Boolean,
            "enumeration" if many => FieldType::Choices,
            "enumeration" => FieldType::Choice,
            "date" => FieldType::Date,
            "datetime" => FieldType::Datetime,
            "number" => FieldType::Decimal,
            "phone_number" => FieldType::Phone,
            "json" | "object_coordinates" => FieldType::Json,
            _ => guess::of_name(own),
        };
        let options = map.get("options").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let allowed = options.iter().filter_map(|one| {
            let value = plain(one.get("value")?)?;
            let meaning =
                one.get("label").and_then(Value::as_str).filter(|label| *label != value).unwrap_or_default().to_owned();
            Some(Allowed { value, meaning, ..Allowed::default() })
        });
        let read_only = map.get("modificationMetadata").and_then(|m| m.get("readOnlyValue")).and_then(Value::as_bool);
        fields.push(Field {
            name: own.to_owned(),
            label: text(map, "label").filter(|label| *label != own).unwrap_or_default().to_owned(),
            kind,
            role: if yes(map, "hasUniqueValue") == Some(true) { RoleInGrain::Identity } else { RoleInGrain::Attribute },
            personal: is_personal_name(own, kind),
            allowed: if kind == FieldType::Boolean { Vec::new() } else { allowed.collect() },
            definition: text(map, "description").unwrap_or_default().to_owned(),
            derived: yes(map, "calculated") == Some(true) || read_only == Some(true),
            ..Field::default()
        });
    }
    Entity { name: name.to_owned(), fields, ..Entity::default() }
}

fn package(resources: &[Value], faults: &mut Faults) -> Vec<Entity> {
    let mut entities = Vec::new();
    for (at, resource) in resources.iter().enumerate() {
        let key = format!("resources.{}", at + 1);
        let Some(map) = resource.as_object() else {
            faults.push(fault(&key, "a resource is a table of its name and schema"));
            continue;
        };
        let Some(name) = text(map, "name") else {
            faults.push(fault(&key, "a resource needs a name"));
            continue;
        };
        match map.get("schema") {
            Some(Value::Object(schema)) => {
                let mut entity = table_schema(schema, name, &key, faults);
                entity.purpose = text(map, "description").unwrap_or_default().to_owned();
                entities.push(entity);
            }
            Some(Value::String(_)) => faults.push(fault(
                &format!("{key}.schema"),
                "the schema stands in another file; register that file, or write it into the package",
            )),
            _ => faults.push(fault(&key, "a resource needs a schema with fields")),
        }
    }
    entities
}

/// Frictionless “Table Schema”.
fn table_schema(map: &Map<String, Value>, name: &str, key: &str, faults: &mut Faults) -> Entity {
    let list = map.get("fields").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let below = if key.is_empty() { "fields".to_owned() } else { format!("{key}.schema.fields") };
    let names = |value: Option<&Value>| -> Vec<String> {
        match value {
            Some(Value::String(one)) => vec![one.clone()],
            Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            _ => Vec::new(),
        }
    };
    let primary = names(map.get("primaryKey"));
    let keys = map.get("foreignKeys").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let mut fields = Vec::new();
    for (map, own) in named(list, &below, faults) {
        let empty = Map::new();
        let limits = map.get("constraints").and_then(Value::as_object).unwrap_or(&empty);
        let allowed: Vec<Allowed> = limits
            .get("enum")
            .and_then(Value::as_array)
            .map(Vec::as_slice)
            .unwrap_or_default()
            .iter()
            .filter_map(plain)
            .map(|value| Allowed { value, ..Allowed::default() })
            .collect();
        let to = keys.iter().find(|one| names(one.get("fields")) == [own]).map(|one| {
            let to = one.get("reference").and_then(|r| r.get("resource")).and_then(Value::as_str).unwrap_or_default();
            if to.is_empty() { name.to_owned() } else { to.to_owned() }
        });
        let kind = match (text(map, "type").unwrap_or("string"), text(map, "format").unwrap_or("default")) {
            _ if to.is_some() => FieldType::Reference,
            ("string", "email") => FieldType::Email,
            ("string", "uri") => FieldType::Url,
            ("integer" | "year", _) => FieldType::Integer,
            ("number", _) => FieldType::Decimal,
            ("boolean", _) => FieldType::Boolean,
            ("date", _) => FieldType::Date,
            ("datetime", _) => FieldType::Datetime,
            ("object" | "array" | "geojson", _) => FieldType::Json,
            ("string", _) if !allowed.is_empty() => FieldType::Choice,
            ("string", _) => guess::of_name(own),
            _ => FieldType::Text,
        };
        let is_key = primary.iter().any(|one| one == own);
        let limit = |name: &str| limits.get(name).and_then(plain).unwrap_or_default();
        fields.push(Field {
            name: own.to_owned(),
            label: text(map, "title").filter(|label| *label != own).unwrap_or_default().to_owned(),
            kind,
            required: is_key || yes(limits, "required") == Some(true),
            role: if is_key || yes(limits, "unique") == Some(true) {
                RoleInGrain::Identity
            } else {
                RoleInGrain::Attribute
            },
            personal: is_personal_name(own, kind),
            allowed,
            longest: number(limits, "maxLength"),
            least: limit("minimum"),
            most: limit("maximum"),
            definition: text(map, "description").unwrap_or_default().to_owned(),
            references: to.unwrap_or_default(),
            example: map.get("example").and_then(plain).unwrap_or_default(),
            ..Field::default()
        });
    }
    Entity { name: name.to_owned(), fields, ..Entity::default() }
}
