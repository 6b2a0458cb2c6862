//! Changes to single keys of an entity, as people type them: `owner=Jonas Weber`, `one_row_is=one human known by name`,
//! `fields.email.required=yes`, `fields.segment.allowed+=partner`, `fields+=shoe_size`, `fields-=fax`.

use toml::{Table, Value};

use super::keys::{self, ENTITY, FIELD, Key, Shape};
use super::{Entity, read, write};
use crate::definitions::document::{self, Fault, Places};
use crate::sources::facts::change::{Act, Change};
use crate::values::shown::Shown;

/// Makes changes to an entity, all or none, in their order.
///
/// # Errors
/// The first change that cannot be made, or every fault of what comes of them.
pub fn apply(entity: &Entity, changes: &[Change]) -> Result<Entity, Vec<Fault>> {
    let whole = |message: String| vec![Fault { key: String::new(), place: None, message }];
    let mut table: Table = toml::from_str(&write::document(entity)).map_err(|e| whole(e.message().to_owned()))?;
    for change in changes {
        make(&mut table, change).map_err(|message| vec![Fault { key: change.key.clone(), place: None, message }])?;
    }
    read::whole(&table, &Places::default())
        .map_err(|faults| faults.into_iter().map(|fault| Fault { key: named(&fault.key, &table), ..fault }).collect())
}

/// A key with the names of entries for their numbers: `fields.3.type` → `fields.email.type`.
fn named(key: &str, table: &Table) -> String {
    let mut parts = key.splitn(3, '.');
    let (Some(list), Some(number)) = (parts.next(), parts.next()) else { return key.to_owned() };
    let at = number.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
    let entry = at.and_then(|at| table.get(list)?.as_array()?.get(at));
    let Some(name) = entry.and_then(name_of).filter(|name| !name.is_empty()) else { return key.to_owned() };
    match parts.next() {
        Some(rest) => format!("{list}.{name}.{rest}"),
        None => format!("{list}.{name}"),
    }
}

/// What an entry of an array is called.
fn name_of(entry: &Value) -> Option<&str> {
    let named = |key: &str| entry.get(key).and_then(Value::as_str);
    named("name").or_else(|| named("value")).or_else(|| named("what")).or_else(|| entry.as_str())
}

fn make(table: &mut Table, change: &Change) -> Result<(), String> {
    let mut path = document::split(&change.key).ok_or_else(|| "it is no key; names are parted by dots".to_owned())?;
    if let [one] = path.as_slice()
        && matches!(one.as_str(), "concept" | "one_row_is")
    {
        path.insert(0, "grain".to_owned());
    }
    let names: Vec<&str> = path.iter().map(String::as_str).collect();
    match names.as_slice() {
        ["name"] => Err("an entity keeps its name; add one of another name and remove this one".to_owned()),
        ["removed"] => Err("cutover model remove and restore say that".to_owned()),
        [one] => set(table, find(ENTITY, one)?, change),
        ["grain", name] => {
            let grain = table.entry("grain").or_insert_with(|| Value::Table(Table::new()));
            let grain = grain.as_table_mut().ok_or_else(|| "it is no table".to_owned())?;
            set(grain, find(keys::GRAIN, name)?, change)
        }
        [list @ ("fields" | "relationships"), entry @ .., last] => {
            let keys = if *list == "fields" { FIELD } else { keys::RELATIONSHIP };
            let entries = table.get_mut(*list).and_then(Value::as_array_mut);
            let entries = entries.map(Vec::as_mut_slice).unwrap_or_default();
            let whole = names.get(1..).unwrap_or_default().join(".");
            if entries.iter().any(|entry| name_of(entry) == Some(&whole)) {
                let noun = list.trim_end_matches('s');
                return Err(format!("it is a {noun}; {list}-={whole} takes it out, {list}.{whole}.KEY= changes it"));
            }
            let name = entry.join(".");
            let known: Vec<String> = entries.iter().filter_map(name_of).map(str::to_owned).collect();
            let Some(at) = known.iter().position(|known| *known == name) else {
                return Err(no_such_entry(list, if name.is_empty() { &whole } else { &name }, &known));
            };
            let key = find(keys, last)?;
            match entries.get_mut(at).and_then(Value::as_table_mut) {
                Some(entry) => set(entry, key, change),
                None => Err("it is no table".to_owned()),
            }
        }
        _ => Err(keys::no_such_key(ENTITY, names.first().copied().unwrap_or_default())),
    }
}

fn no_such_entry(list: &str, name: &str, known: &[String]) -> String {
    let noun = list.trim_end_matches('s');
    let shown = Shown::of(name).to_plain();
    let near = keys::nearest(name, known.iter().map(String::as_str));
    let near = near.map(|near| format!("; {near} may be meant")).unwrap_or_default();
    format!("there is no {noun} {shown}{near}; {list}+={shown} adds one")
}

fn find(keys: &'static [Key], name: &str) -> Result<&'static Key, String> {
    keys::find(keys, name).ok_or_else(|| keys::no_such_key(keys, name))
}

fn set(table: &mut Table, key: &Key, change: &Change) -> Result<(), String> {
    let current = table.get(key.name).and_then(Value::as_array).cloned().unwrap_or_default();
    let value = match (change.act, key.shape) {
        (Act::TakeBack, _) => None,
        (Act::Set, shape) => typed(shape, &change.value)?,
        (Act::Add, Shape::List | Shape::Allowed | Shape::Tables(_)) => {
            let mut list = current;
            for value in entries(key.shape, &change.value)? {
                // An entry of the same name takes its place.
                match list.iter().position(|known| name_of(known).is_some() && name_of(known) == name_of(&value)) {
                    Some(_) if matches!(key.shape, Shape::Tables(_)) => {
                        let name = Shown::of(name_of(&value).unwrap_or_default()).to_plain();
                        return Err(format!("{name} stands in it already"));
                    }
                    Some(at) => list[at] = value,
                    None => list.push(value),
                }
            }
            Some(Value::Array(list))
        }
        (Act::Remove, Shape::List | Shape::Allowed | Shape::Tables(_)) => {
            let mut list = current;
            for value in words(&change.value) {
                let before = list.len();
                list.retain(|known| name_of(known) != Some(&value));
                if list.len() == before {
                    return Err(format!("“{}” does not stand in it", Shown::of(&value)));
                }
            }
            Some(Value::Array(list))
        }
        (Act::Add | Act::Remove, _) => return Err("it is no list; += and -= are for lists".to_owned()),
    };
    match value {
        Some(value) => {
            let mut faults = Vec::new();
            read::check_value(key.shape, &value, &change.key, &Places::default(), &mut faults);
            if let Some(fault) = faults.into_iter().next() {
                return Err(fault.message);
            }
            table.insert(key.name.to_owned(), value);
        }
        None => drop(table.remove(key.name)),
    }
    Ok(())
}

/// A value as it is typed; `None`: the key is left out.
fn typed(shape: Shape, text: &str) -> Result<Option<Value>, String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    Ok(Some(match shape {
        Shape::Line(_) | Shape::Text(_) | Shape::Plain(_) | Shape::Name | Shape::FieldName => {
            Value::String(unquoted(text))
        }
        Shape::Prefix => Value::String(unquoted(text).to_uppercase()),
        Shape::Word(_) => Value::String(unquoted(text).to_lowercase()),
        Shape::Number(..) => {
            let digits: String = text.chars().filter(|c| !matches!(c, ',' | '_' | ' ')).collect();
            Value::Integer(digits.parse().map_err(|_| format!("“{}” is no whole number", Shown::of(text)))?)
        }
        Shape::YesNo => match text.to_lowercase().as_str() {
            "yes" | "true" => Value::Boolean(true),
            "no" | "false" => Value::Boolean(false),
            _ => return Err(format!("“{}” is neither yes nor no", Shown::of(text))),
        },
        Shape::Missing if text.starts_with('{') => value(text)?,
        Shape::Missing => {
            // `reject`, or `default: prospect`.
            let (policy, rest) = text.split_once([':', ' ']).unwrap_or((text, ""));
            let mut table = Table::new();
            table.insert("policy".to_owned(), Value::String(policy.trim().to_lowercase()));
            if !rest.trim().is_empty() {
                table.insert("value".to_owned(), Value::String(unquoted(rest.trim())));
            }
            Value::Table(table)
        }
        Shape::List | Shape::Allowed | Shape::Tables(_) => Value::Array(entries(shape, text)?),
        Shape::Table(_) => return Err("it is a group of keys".to_owned()),
    }))
}

/// The entries of a list: TOML, or texts parted by commas; where tables are expected, each text is the name of one.
fn entries(shape: Shape, text: &str) -> Result<Vec<Value>, String> {
    let text = text.trim();
    if text.starts_with('[') {
        return match value(text)? {
            Value::Array(list) => Ok(list),
            _ => Err("a list is expected".to_owned()),
        };
    }
    if text.starts_with('{') {
        return Ok(vec![value(text)?]);
    }
    Ok(words(text)
        .into_iter()
        .map(|word| match shape {
            Shape::Tables(keys) => {
                let mut table = Table::new();
                let name = if keys::find(keys, "name").is_some() { "name" } else { "what" };
                table.insert(name.to_owned(), Value::String(word));
                Value::Table(table)
            }
            _ => Value::String(word),
        })
        .collect())
}

/// Texts parted by commas outside quotes.
fn words(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quote = None;
    for c in text.chars() {
        match (quote, c) {
            (None, '"') => quote = Some(c),
            (Some(open), c) if c == open => quote = None,
            (None, ',') => {
                words.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(last) = words.last_mut() {
            last.push(c);
        }
    }
    words.iter().map(|word| unquoted(word.trim())).filter(|word| !word.is_empty()).collect()
}

/// The text inside quotes that belong to TOML rather than to the value.
fn unquoted(text: &str) -> String {
    let quoted = text.len() > 1 && text.starts_with('"') && text.ends_with('"');
    let inner = if quoted { value(text).ok().and_then(|value| value.as_str().map(str::to_owned)) } else { None };
    inner.unwrap_or_else(|| text.to_owned())
}

fn value(text: &str) -> Result<Value, String> {
    if text.len() > document::LONGEST {
        return Err("it is too long".to_owned());
    }
    let table: Table = toml::from_str(&format!("value = {text}\n"))
        .map_err(|e| format!("it is no TOML: {}", e.message().trim().replace('\n', "; ")))?;
    match (table.len(), table.get("value")) {
        (1, Some(value)) => Ok(value.clone()),
        _ => Err("it is no TOML: one value is expected".to_owned()),
    }
}
