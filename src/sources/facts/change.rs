//! Changes to single facts, as people type them: `owner=Jonas Weber`, `objects.Contact.claimed=24311`, `risky+=billing`.

use toml::{Table, Value};

use super::fields::{self, Shape};
use super::statements::{Path, Statements};
use super::{Known, known};
use crate::definitions::document::{self, Fault, Places};
use crate::definitions::{self, DefinitionError, Document, Onto, Saved};
use crate::values::shown::Shown;
use crate::workspace::Workspace;

/// One change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// `objects.Contact.claimed`.
    pub key: String,
    pub act: Act,
    pub value: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Act {
    /// `=`
    Set,
    /// `+=`, to a list.
    Add,
    /// `-=`, from a list.
    Remove,
    /// What was stated is taken back; what is proposed shows again.
    TakeBack,
}

/// How often a change is made anew on what somebody else saved in the meantime.
const TRIES: usize = 5;

impl Change {
    /// Reads `KEY=VALUE`, `KEY+=VALUE` or `KEY-=VALUE`.
    ///
    /// # Errors
    /// If there is no `=`.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let mut quote = None;
        let at = text.char_indices().find_map(|(at, c)| match (quote, c) {
            (None, '"' | '\'') => {
                quote = Some(c);
                None
            }
            (Some(open), c) if c == open => {
                quote = None;
                None
            }
            (None, '=') => Some(at),
            _ => None,
        });
        let no_key = || Fault {
            key: String::new(),
            place: None,
            message: format!("“{}” is no change; write KEY=VALUE, KEY+=VALUE or KEY-=VALUE", Shown::of(text)),
        };
        let (key, value) = text.split_at_checked(at.ok_or_else(no_key)?).ok_or_else(no_key)?;
        let (key, act) = match (key.strip_suffix('+'), key.strip_suffix('-')) {
            (Some(key), _) => (key, Act::Add),
            (_, Some(key)) => (key, Act::Remove),
            _ => (key, Act::Set),
        };
        if key.trim().is_empty() {
            return Err(no_key());
        }
        let value = value.strip_prefix('=').unwrap_or(value).trim().to_owned();
        Ok(Self { key: key.trim().to_owned(), act, value })
    }
}

/// Makes changes to the facts of a source, all or none, as one new version. If somebody saved another version at the same
/// moment, they are made on that one.
///
/// # Errors
/// The first change that cannot be made, what is wrong with the facts then, or that the workspace cannot be written.
pub fn change(
    workspace: &Workspace,
    source: &str,
    changes: &[Change],
    comment: &str,
) -> Result<Saved, DefinitionError> {
    let mut tries = 0;
    loop {
        let reader = workspace.reader()?;
        let explain = |e: rusqlite::Error| DefinitionError::Workspace(reader.explain(&e));
        let found = definitions::current(reader.conn(), super::KIND, source).map_err(explain)?;
        let base = known(reader.conn(), source).map_err(explain)?;
        let mut statements =
            found.as_ref().map(|version| Statements::read_leniently(&version.text)).unwrap_or_default();
        let mut facts = base.clone();
        for change in changes {
            apply(&mut statements, &facts, change).map_err(|fault| DefinitionError::Document(vec![fault]))?;
            // The next change of the same list goes on from here.
            facts.facts = statements.over(&base.facts).0;
        }
        statements.check().map_err(DefinitionError::Document)?;
        let onto = Onto::Version(found.map(|version| version.version));
        match super::put(workspace, source, statements.to_toml(), onto, comment) {
            Err(DefinitionError::Overtaken { .. } | DefinitionError::Withdrawn { .. }) if tries < TRIES => tries += 1,
            done => return done,
        }
    }
}

fn apply(statements: &mut Statements, base: &Known, change: &Change) -> Result<(), Fault> {
    let fault = |message: String| Fault { key: change.key.clone(), place: None, message };
    let mut path: Path =
        document::split(&change.key).ok_or_else(|| fault("it is no key; names are parted by dots".to_owned()))?;
    if let [group, object, ..] = path.as_mut_slice()
        && group == "objects"
    {
        // As the object is called, whatever its case.
        let known = base.facts.objects.keys().find(|name| *name == object);
        let folded = object.to_lowercase();
        if let Some(name) = known.or_else(|| base.facts.objects.keys().find(|name| name.to_lowercase() == folded)) {
            *object = name.clone();
        }
    }
    if change.act == Act::TakeBack {
        let there = statements.take_back(&path);
        return if there {
            Ok(())
        } else {
            Err(fault("nobody stated it, so there is nothing to take back".to_owned()))
        };
    }
    let Some(field) = fields::find(&path) else {
        let message =
            if fields::is_group(&path) { "it is a group of keys".to_owned() } else { fields::no_such_key(&path) };
        return Err(fault(message));
    };
    let current = statements.get(&path).cloned().or_else(|| super::statements::leaves_of(&base.facts).remove(&path));
    let value = match (change.act, field.shape) {
        (Act::Set, shape) => match read(shape, &change.value).map_err(fault)? {
            Some(value) => value,
            None => {
                statements.take_back(&path);
                return Ok(());
            }
        },
        (Act::Add, Shape::List) => {
            let mut list = list_of(current);
            for value in words(&change.value).map_err(fault)? {
                if !list.iter().any(|known| same(known, &value)) {
                    list.push(value);
                }
            }
            Value::Array(list)
        }
        (Act::Add, Shape::Entries(_)) => {
            let mut list = list_of(current);
            let entry = entry(&change.value).map_err(fault)?;
            // An entry of the same name takes its place.
            list.retain(|known| known.get("name") != entry.get("name"));
            list.push(entry);
            Value::Array(list)
        }
        (Act::Remove, Shape::List | Shape::Entries(_)) => {
            let mut list = list_of(current);
            for value in words(&change.value).map_err(fault)? {
                let before = list.len();
                list.retain(|known| !same(known.get("name").unwrap_or(known), &value));
                if list.len() == before {
                    let text = value.as_str().unwrap_or_default();
                    return Err(fault(format!("“{}” does not stand in it", Shown::of(text))));
                }
            }
            Value::Array(list)
        }
        (Act::Add | Act::Remove | Act::TakeBack, shape) => {
            return Err(fault(format!("{} is expected; += and -= are for lists", shape.noun())));
        }
    };
    let mut faults = Vec::new();
    fields::check(field.shape, &value, &change.key, &Places::default(), &mut faults);
    if let Some(wrong) = faults.into_iter().next() {
        return Err(wrong);
    }
    statements.put(path, value);
    Ok(())
}

fn list_of(value: Option<Value>) -> Vec<Value> {
    match value {
        Some(Value::Array(list)) => list,
        _ => Vec::new(),
    }
}

fn same(a: &Value, b: &Value) -> bool {
    let folded = |value: &Value| value.as_str().map(str::to_lowercase);
    folded(a) == folded(b)
}

/// A value as it is typed; `None` takes the statement back, for what can only be there or not.
fn read(shape: Shape, text: &str) -> Result<Option<Value>, String> {
    let text = unquoted(text);
    Ok(Some(match shape {
        Shape::Text => Value::String(text),
        Shape::Kind | Shape::Word(_) | Shape::Moment | Shape::Day if text.is_empty() => return Ok(None),
        Shape::Kind | Shape::Word(_) => Value::String(text.to_lowercase()),
        Shape::Moment | Shape::Day => Value::String(text),
        Shape::Count | Shape::Limit if text.is_empty() => return Ok(None),
        Shape::Count | Shape::Limit => {
            let digits: String =
                text.chars().filter(|c| !matches!(c, ',' | '_' | ' ' | '\u{A0}' | '\u{202F}')).collect();
            Value::Integer(digits.parse().map_err(|_| format!("“{}” is no whole number", Shown::of(&text)))?)
        }
        Shape::YesNo => match text.to_lowercase().as_str() {
            "true" | "yes" => Value::Boolean(true),
            "false" | "no" => Value::Boolean(false),
            "" => return Ok(None),
            _ => return Err(format!("“{}” is neither yes nor no", Shown::of(&text))),
        },
        Shape::List => Value::Array(words(&text)?),
        Shape::Entries(_) if text.is_empty() => Value::Array(Vec::new()),
        Shape::Entries(_) if text.starts_with('[') => toml_value(&text)?,
        Shape::Entries(_) => Value::Array(vec![entry(&text)?]),
    }))
}

/// The text inside quotes that belong to TOML rather than to the value.
fn unquoted(text: &str) -> String {
    let quoted = text.len() > 1 && text.starts_with('"') && text.ends_with('"');
    let value = if quoted { toml_value(text).ok().and_then(|value| value.as_str().map(str::to_owned)) } else { None };
    value.unwrap_or_else(|| text.to_owned())
}

/// A TOML list, or values parted by commas.
fn words(text: &str) -> Result<Vec<Value>, String> {
    if text.starts_with('[') {
        return match toml_value(text)? {
            Value::Array(list) => Ok(list),
            _ => Err("a list is expected".to_owned()),
        };
    }
    let words = text.split(',').map(str::trim).filter(|word| !word.is_empty());
    Ok(words.map(|word| Value::String(unquoted(word))).collect())
}

/// `{name = "S3", holds = "attachments"}`, or a name alone.
fn entry(text: &str) -> Result<Value, String> {
    if text.starts_with('{') {
        return toml_value(text);
    }
    let mut table = Table::new();
    table.insert("name".to_owned(), Value::String(unquoted(text)));
    Ok(Value::Table(table))
}

fn toml_value(text: &str) -> Result<Value, String> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_read_as_it_is_typed() {
        let read = |text: &str| Change::parse(text).map(|c| (c.key, c.act, c.value)).ok();
        let is = |key: &str, act: Act, value: &str| Some((key.to_owned(), act, value.to_owned()));
        assert_eq!(read("owner=Jonas Weber"), is("owner", Act::Set, "Jonas Weber"));
        assert_eq!(read("owner=a=b"), is("owner", Act::Set, "a=b"));
        assert_eq!(read("risky+=billing"), is("risky", Act::Add, "billing"));
        assert_eq!(read("risky -= billing"), is("risky", Act::Remove, "billing"));
        assert_eq!(read("objects.\"a=b\".claimed=3"), is("objects.\"a=b\".claimed", Act::Set, "3"));
        assert_eq!(read("owner="), is("owner", Act::Set, ""));
        for bad in ["owner", "", "=3", "+=3", "\"a=b"] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
