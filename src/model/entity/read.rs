//! Reads an entity from TOML: every fault is found, none stops the reading, and what is right is taken all the same.

use toml::{Table, Value};

use super::keys::{self, ALLOWED, ENTITY, Key, MISSING, Shape};
use super::{
    Allowed, Case, Entity, EntityKind, Field, FieldType, Grain, Missing, MissingPolicy, Relationship, RoleInGrain,
};
use crate::definitions::document::{self, Fault, Places};
use crate::values::shown::Shown;

/// Entries of one array.
const MOST: usize = 2_000;

/// Reads and checks a document.
///
/// # Errors
/// Every fault, in the order of the lines.
pub fn document(text: &str) -> Result<Entity, Vec<Fault>> {
    // Places are looked for only where something is wrong.
    if let Some(table) = quickly(text)
        && let Ok(entity) = whole(&table, &Places::default())
    {
        return Ok(entity);
    }
    let (table, places) = document::read_toml(text).map_err(|fault| vec![fault])?;
    whole(&table, &places)
}

/// The same of a table, such as one of a document that holds several.
///
/// # Errors
/// Every fault, in the order of the places.
pub fn whole(table: &Table, places: &Places) -> Result<Entity, Vec<Fault>> {
    let (entity, mut faults) = entity(table, places);
    faults.extend(super::check::check(&entity, places));
    faults.sort_by_key(|fault| fault.place);
    if faults.is_empty() { Ok(entity) } else { Err(faults) }
}

/// Reads what can be read of a document that is stored already, perhaps by another version of this program.
#[must_use]
pub fn leniently(text: &str) -> Option<Entity> {
    Some(entity(&quickly(text)?, &Places::default()).0)
}

/// The table of a text, without the places of its keys; `None` if it is no TOML or too long.
pub(in crate::model) fn quickly(text: &str) -> Option<Table> {
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    if text.len() > document::LONGEST { None } else { toml::from_str(text).ok() }
}

fn entity(table: &Table, places: &Places) -> (Entity, Vec<Fault>) {
    let mut faults = Vec::new();
    check_keys(table, "", ENTITY, places, &mut faults);
    let grain = table.get("grain").and_then(Value::as_table);
    let entity = Entity {
        name: text(table, "name"),
        removed: yes(table, "removed"),
        kind: EntityKind::from_word(&text(table, "kind")).unwrap_or_default(),
        grain: grain
            .map(|grain| Grain { concept: text(grain, "concept"), one_row_is: text(grain, "one_row_is") })
            .unwrap_or_default(),
        purpose: text(table, "purpose"),
        matters_when: text(table, "matters_when"),
        owner: text(table, "owner"),
        processes: list(table, "processes"),
        key_prefix: text(table, "key_prefix"),
        target_name: text(table, "target_name"),
        order: number(table, "order").unwrap_or_default(),
        fields: tables(table, "fields").map(field).collect(),
        relationships: tables(table, "relationships").map(relationship).collect(),
        several_records: tables(table, "several_records").map(case).collect(),
        shared_records: tables(table, "shared_records").map(case).collect(),
        derived_from: list(table, "derived_from"),
    };
    (entity, faults)
}

fn field(table: &Table) -> Field {
    Field {
        name: text(table, "name"),
        label: text(table, "label"),
        kind: FieldType::from_word(&text(table, "type")).unwrap_or_default(),
        required: yes(table, "required"),
        role: RoleInGrain::from_word(&text(table, "role")).unwrap_or_default(),
        personal: yes(table, "personal"),
        allowed: entries(table, "allowed").filter_map(allowed).collect(),
        longest: number(table, "longest"),
        least: text(table, "least"),
        most: text(table, "most"),
        scale: number(table, "scale"),
        definition: text(table, "definition"),
        owner: text(table, "owner"),
        process: text(table, "process"),
        used_by: text(table, "used_by"),
        group: text(table, "group"),
        references: text(table, "references"),
        derived: yes(table, "derived"),
        missing: table.get("missing").map(missing).unwrap_or_default(),
        target_name: text(table, "target_name"),
        synonyms: list(table, "synonyms"),
        example: text(table, "example"),
    }
}

fn relationship(table: &Table) -> Relationship {
    Relationship {
        name: text(table, "name"),
        to: text(table, "to"),
        role: text(table, "role"),
        field: text(table, "field"),
        through: text(table, "through"),
        many: yes(table, "many"),
        hierarchy: yes(table, "hierarchy"),
        required: yes(table, "required"),
    }
}

fn case(table: &Table) -> Case {
    Case { what: text(table, "what"), records: list(table, "records"), by: text(table, "by"), at: text(table, "at") }
}

fn allowed(value: &Value) -> Option<Allowed> {
    match value {
        Value::String(value) => Some(Allowed { value: value.clone(), ..Allowed::default() }),
        Value::Table(table) => Some(Allowed {
            value: text(table, "value"),
            meaning: text(table, "meaning"),
            synonyms: list(table, "synonyms"),
        }),
        _ => None,
    }
}

fn missing(value: &Value) -> Missing {
    let policy = |word: &str| MissingPolicy::from_word(word).unwrap_or_default();
    match value {
        Value::String(word) => Missing { policy: policy(word), value: String::new() },
        Value::Table(table) => Missing { policy: policy(&text(table, "policy")), value: text(table, "value") },
        _ => Missing::default(),
    }
}

fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Integer(_) | Value::Float(_) | Value::Datetime(_) => Some(value.to_string()),
        _ => None,
    }
}

fn text(table: &Table, key: &str) -> String {
    table.get(key).and_then(plain).unwrap_or_default()
}

fn yes(table: &Table, key: &str) -> bool {
    table.get(key).and_then(Value::as_bool).unwrap_or_default()
}

fn number<N: TryFrom<i64>>(table: &Table, key: &str) -> Option<N> {
    N::try_from(table.get(key)?.as_integer()?).ok()
}

fn entries<'a>(table: &'a Table, key: &str) -> impl Iterator<Item = &'a Value> {
    table.get(key).and_then(Value::as_array).into_iter().flatten().take(MOST)
}

fn list(table: &Table, key: &str) -> Vec<String> {
    entries(table, key).filter_map(|value| value.as_str().map(str::to_owned)).collect()
}

fn tables<'a>(table: &'a Table, key: &str) -> impl Iterator<Item = &'a Table> {
    entries(table, key).filter_map(Value::as_table)
}

/// Checks that a table has only keys that there are, each with a value of its shape.
fn check_keys(table: &Table, above: &str, keys: &'static [Key], places: &Places, faults: &mut Vec<Fault>) {
    for (name, value) in table {
        let key = document::join(above, name);
        match keys::find(keys, name) {
            Some(found) => check_value(found.shape, value, &key, places, faults),
            None => faults.push(Fault::at(&key, places, keys::no_such_key(keys, name))),
        }
    }
}

/// Checks a value against its shape; an empty text is no value.
pub(super) fn check_value(shape: Shape, value: &Value, key: &str, places: &Places, faults: &mut Vec<Fault>) {
    let mut wrong = |message: String| faults.push(Fault::at(key, places, message));
    let found = match (shape, value) {
        (Shape::Line(most), Value::String(text)) => wrong_text(text, most, false),
        (Shape::Text(most), Value::String(text)) => wrong_text(text, most, true),
        (Shape::Plain(most), value) => match plain(value) {
            Some(text) => wrong_text(&text, most, false),
            None => Some("a text, a number or a date is expected".to_owned()),
        },
        (Shape::Name | Shape::FieldName | Shape::Prefix, Value::String(text)) if text.is_empty() => None,
        (Shape::Name, Value::String(text)) => keys::wrong_name(text),
        (Shape::FieldName, Value::String(text)) => keys::wrong_field_name(text),
        (Shape::Prefix, Value::String(text)) => keys::wrong_prefix(text),
        (Shape::Word(words), Value::String(text)) => {
            (!words.contains(&text.as_str())).then(|| keys::no_such_word(words, text))
        }
        (Shape::Number(least, most), Value::Integer(number)) => {
            (!(least..=most).contains(number)).then(|| format!("{number} is not within {least} and {most}"))
        }
        (Shape::YesNo, Value::Boolean(_)) => None,
        (Shape::List, Value::Array(list)) => return check_list(list, key, places, faults),
        (Shape::Allowed, Value::Array(list)) => return check_allowed(list, key, places, faults),
        (Shape::Missing, Value::String(word)) => {
            (!keys::POLICIES.contains(&word.as_str())).then(|| keys::no_such_word(keys::POLICIES, word))
        }
        (Shape::Missing, Value::Table(table)) => return check_keys(table, key, MISSING, places, faults),
        (Shape::Table(keys), Value::Table(table)) => return check_keys(table, key, keys, places, faults),
        (Shape::Tables(keys), Value::Array(list)) => {
            too_many(list, key, places, faults);
            for (at, entry) in list.iter().enumerate().take(MOST) {
                let key = format!("{key}.{}", at + 1);
                match entry {
                    Value::Table(table) => check_keys(table, &key, keys, places, faults),
                    _ => faults.push(Fault::at(&key, places, "a table is expected")),
                }
            }
            return;
        }
        (shape, _) => Some(format!("{} is expected", noun(shape))),
    };
    if let Some(message) = found {
        wrong(message);
    }
}

fn noun(shape: Shape) -> &'static str {
    match shape {
        Shape::Line(_) | Shape::Text(_) | Shape::Plain(_) => "a text in quotes",
        Shape::Name | Shape::FieldName => "a name in quotes",
        Shape::Prefix => "a text such as \"PER\"",
        Shape::Number(..) => "a whole number",
        Shape::YesNo => "true or false",
        Shape::List => "a list of texts",
        Shape::Word(_) => "a word in quotes",
        Shape::Allowed => "a list of values",
        Shape::Missing => "a policy, or { policy = …, value = … },",
        Shape::Table(_) => "a table",
        Shape::Tables(_) => "an array of tables, each with its heading in double brackets,",
    }
}

fn wrong_text(text: &str, most: usize, lines: bool) -> Option<String> {
    let length = text.chars().count();
    if length > most {
        return Some(format!("it has {length} characters; the most is {most}"));
    }
    let bad = |c: char| c.is_control() && !(lines && matches!(c, '\n' | '\t' | '\r'));
    match text.chars().find(|c| bad(*c)) {
        Some('\n' | '\r') => Some("it goes over several lines; one is expected".to_owned()),
        Some(c) => Some(format!("it holds the control character U+{:04X}", u32::from(c))),
        None => None,
    }
}

fn too_many(list: &[Value], key: &str, places: &Places, faults: &mut Vec<Fault>) {
    if list.len() > MOST {
        faults.push(Fault::at(key, places, format!("it has {} entries; the most is {MOST}", list.len())));
    }
}

fn check_list(list: &[Value], key: &str, places: &Places, faults: &mut Vec<Fault>) {
    too_many(list, key, places, faults);
    let mut seen = std::collections::BTreeSet::new();
    for (at, value) in list.iter().enumerate().take(MOST) {
        let key = format!("{key}.{}", at + 1);
        let message = match value {
            Value::String(text) if text.trim().is_empty() => Some("a text with something in it is expected".to_owned()),
            Value::String(text) if !seen.insert(text) => Some(format!("“{}” stands in it twice", Shown::of(text))),
            // Record keys may be long.
            Value::String(text) => wrong_text(text, 1_000, false),
            _ => Some("a text in quotes is expected".to_owned()),
        };
        faults.extend(message.map(|message| Fault::at(&key, places, message)));
    }
}

fn check_allowed(list: &[Value], key: &str, places: &Places, faults: &mut Vec<Fault>) {
    too_many(list, key, places, faults);
    for (at, value) in list.iter().enumerate().take(MOST) {
        let key = format!("{key}.{}", at + 1);
        match value {
            Value::String(text) => {
                faults.extend(wrong_text(text, 200, false).map(|message| Fault::at(&key, places, message)));
            }
            Value::Table(table) => check_keys(table, &key, ALLOWED, places, faults),
            _ => {
                let message = "a value in quotes, or { value = …, meaning = …, synonyms = … }, is expected";
                faults.push(Fault::at(&key, places, message));
            }
        }
    }
}
