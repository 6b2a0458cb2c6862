//! The keys of a source's facts: what each is called, which values it takes, and what is wrong with a value.

use toml::Value;

use crate::definitions::document::{self, Fault, Places};
use crate::sources::SystemKind;
use crate::values::shown::Shown;

/// How an export can be made.
pub const METHODS: &[&str] = &["api", "bulk", "database", "report", "backup", "connector", "manual", "other"];

/// The longest text of a value, in characters.
const LONGEST: usize = 4_000;
/// The most values of a list.
const MOST: usize = 1_000;

/// Which values a key takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    Text,
    /// The word of a kind of system.
    Kind,
    /// One of these words.
    Word(&'static [&'static str]),
    /// A moment with its offset, RFC 3339.
    Moment,
    /// A moment, or a date.
    Day,
    /// A whole number, 0 or more.
    Count,
    /// A whole number, 1 or more.
    Limit,
    YesNo,
    List,
    /// A list of tables with these keys, the first of which names the entry.
    Entries(&'static [(&'static str, Shape)]),
}

/// One key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// `*` stands for the name of an object.
    pub path: &'static [&'static str],
    pub shape: Shape,
    /// For people: `must not control`.
    pub label: &'static str,
}

const LOCATION: &[(&str, Shape)] =
    &[("name", Shape::Text), ("holds", Shape::Text), ("authoritative", Shape::YesNo), ("disposition", Shape::Text)];
const METADATA: &[(&str, Shape)] =
    &[("name", Shape::Text), ("kind", Shape::Text), ("disposition", Shape::Text), ("note", Shape::Text)];

const fn field(path: &'static [&'static str], shape: Shape, label: &'static str) -> Field {
    Field { path, shape, label }
}

/// Every key, in the order in which a document is written.
pub const FIELDS: &[Field] = &[
    field(&["kind"], Shape::Kind, "kind"),
    field(&["side"], Shape::Word(&["old", "new"]), "side"),
    field(&["owner"], Shape::Text, "owner"),
    field(&["contributes"], Shape::List, "contributes"),
    field(&["owns"], Shape::List, "owns"),
    field(&["reliable"], Shape::List, "reliable"),
    field(&["risky"], Shape::List, "risky"),
    field(&["must_not_control"], Shape::List, "must not control"),
    field(&["known_gaps"], Shape::List, "known gaps"),
    field(&["freeze"], Shape::Moment, "freeze"),
    field(&["extraction", "method"], Shape::Word(METHODS), "extraction method"),
    field(&["extraction", "by"], Shape::Text, "extracted by"),
    field(&["extraction", "at"], Shape::Day, "extracted at"),
    field(&["extraction", "calls_per_day"], Shape::Limit, "calls a day"),
    field(&["extraction", "records_per_call"], Shape::Limit, "records a call"),
    field(&["extraction", "records_per_second"], Shape::Limit, "records a second"),
    field(&["extraction", "planned_minutes"], Shape::Limit, "planned minutes"),
    field(&["extraction", "modified_column"], Shape::Text, "modified column"),
    field(&["locations"], Shape::Entries(LOCATION), "further locations"),
    field(&["metadata"], Shape::Entries(METADATA), "metadata objects"),
    field(&["objects", "*", "one_row_is"], Shape::Text, "one row is"),
    field(&["objects", "*", "creates"], Shape::YesNo, "creates"),
    field(&["objects", "*", "updates"], Shape::YesNo, "updates"),
    field(&["objects", "*", "merges"], Shape::YesNo, "merges"),
    field(&["objects", "*", "deletes"], Shape::YesNo, "deletes"),
    field(&["objects", "*", "claimed"], Shape::Count, "claimed"),
    field(&["objects", "*", "counterpart"], Shape::Text, "counterpart"),
];

/// Lists of which one must not say what the other denies.
pub const OPPOSITES: &[(&str, &str)] = &[("reliable", "risky"), ("owns", "must_not_control")];

/// A key as a document writes it.
#[must_use]
pub fn key(names: &[impl AsRef<str>]) -> String {
    names.iter().fold(String::new(), |above, name| document::join(&above, name.as_ref()))
}

/// The field that a path names.
#[must_use]
pub fn find(names: &[impl AsRef<str>]) -> Option<&'static Field> {
    FIELDS.iter().find(|field| {
        field.path.len() == names.len()
            && field.path.iter().zip(names).all(|(part, name)| *part == "*" || *part == name.as_ref())
    })
}

/// Whether keys stand below a path: `extraction`, `objects`, `objects.Contact`.
#[must_use]
pub fn is_group(names: &[impl AsRef<str>]) -> bool {
    FIELDS.iter().any(|field| {
        field.path.len() > names.len()
            && field.path.iter().zip(names).all(|(part, name)| *part == "*" || *part == name.as_ref())
    })
}

/// What to say of a key that does not exist, with the one that may be meant.
#[must_use]
pub fn no_such_key(names: &[impl AsRef<str>]) -> String {
    let last = names.last().map(|name| name.as_ref().to_lowercase().replace([' ', '-'], "_")).unwrap_or_default();
    let near = |field: &&Field| {
        let own = field.path.last().copied().unwrap_or_default();
        own == last || (last.len() > 2 && (own.starts_with(&last) || last.starts_with(own) || off_by_one(own, &last)))
    };
    match FIELDS.iter().find(near) {
        Some(field) => {
            let path: Vec<&str> = field.path.iter().map(|part| if *part == "*" { "OBJECT" } else { part }).collect();
            format!("there is no such key; {} may be meant", path.join("."))
        }
        None => "there is no such key".to_owned(),
    }
}

/// Whether one letter more, less or another parts the two, or two letters stand the other way round.
fn off_by_one(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let head = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let tail = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    let (longer, shorter) = (a.len().max(b.len()), a.len().min(b.len()));
    let swapped = longer == shorter && head + 2 + tail >= longer && {
        let mut one = a.clone();
        if head + 1 < one.len() {
            one.swap(head, head + 1);
        }
        one == b
    };
    longer - shorter <= 1 && head + tail + 1 >= longer || swapped
}

/// What is wrong with a value of a shape; the key is for the fault alone.
pub fn check(shape: Shape, value: &Value, key: &str, places: &Places, faults: &mut Vec<Fault>) {
    let mut wrong = |message: String| faults.push(Fault::at(key, places, message));
    match (shape, value) {
        (Shape::Text, Value::String(text)) => {
            if let Some(message) = wrong_text(text) {
                wrong(message);
            }
        }
        (Shape::Kind, Value::String(text)) => {
            if SystemKind::from_word(text).is_none() {
                let words: Vec<&str> = SystemKind::ALL.iter().map(|kind| kind.word()).collect();
                wrong(format!("“{}” is no kind of system; it is one of {}", Shown::of(text), words.join(", ")));
            }
        }
        (Shape::Word(words), Value::String(text)) => {
            if !words.contains(&text.as_str()) {
                wrong(format!("“{}” is not one of {}", Shown::of(text), words.join(", ")));
            }
        }
        (Shape::Moment, Value::String(text)) => {
            if text.parse::<jiff::Timestamp>().is_err() {
                wrong(format!("“{}” is no moment; write 2025-11-20T18:00:00Z, with Z or an offset", Shown::of(text)));
            }
        }
        (Shape::Day, Value::String(text)) => {
            if text.parse::<jiff::Timestamp>().is_err() && !is_date(text) {
                wrong(format!("“{}” is no date or moment; write 2025-11-14 or 2025-11-14T06:00:00Z", Shown::of(text)));
            }
        }
        (Shape::Count, Value::Integer(n)) => {
            if *n < 0 {
                wrong(format!("{n} is no count; a count is 0 or more"));
            }
        }
        (Shape::Limit, Value::Integer(n)) => {
            if *n < 1 {
                wrong(format!("{n} is no limit; it is 1 or more, or left out"));
            }
        }
        (Shape::YesNo, Value::Boolean(_)) => {}
        (Shape::List, Value::Array(list)) => check_list(list, key, places, faults),
        (Shape::Entries(keys), Value::Array(list)) => check_entries(keys, list, key, places, faults),
        (shape, value) => wrong(format!("{} is expected, not {}", shape.noun(), noun(value))),
    }
}

/// `2025-11-14`, and nothing behind it.
fn is_date(text: &str) -> bool {
    text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok()
}

fn wrong_text(text: &str) -> Option<String> {
    if text.chars().count() > LONGEST {
        return Some(format!("a text has at most {LONGEST} characters"));
    }
    text.chars().any(char::is_control).then(|| "a text stands on one line, without control characters".to_owned())
}

fn check_list(list: &[Value], key: &str, places: &Places, faults: &mut Vec<Fault>) {
    if list.len() > MOST {
        faults.push(Fault::at(key, places, format!("a list has at most {MOST} values")));
        return;
    }
    let mut seen = std::collections::BTreeSet::new();
    for (at, value) in list.iter().enumerate() {
        let place = format!("{key}.{}", at + 1);
        let mut wrong = |message: String| {
            faults.push(Fault { key: key.to_owned(), place: places.of(&place), message });
        };
        match value.as_str() {
            None => wrong(format!("a list of texts is expected, value {} is {}", at + 1, noun(value))),
            Some(text) if text.trim().is_empty() => wrong(format!("value {} is empty", at + 1)),
            Some(text) => {
                if let Some(message) = wrong_text(text) {
                    wrong(message);
                } else if !seen.insert(text.to_lowercase()) {
                    wrong(format!("“{}” stands in it twice", Shown::of(text)));
                }
            }
        }
    }
}

fn check_entries(keys: &[(&str, Shape)], list: &[Value], key: &str, places: &Places, faults: &mut Vec<Fault>) {
    if list.len() > MOST {
        faults.push(Fault::at(key, places, format!("a list has at most {MOST} values")));
        return;
    }
    let mut seen = std::collections::BTreeSet::new();
    for (at, entry) in list.iter().enumerate() {
        let place = format!("{key}.{}", at + 1);
        let Value::Table(table) = entry else {
            faults.push(Fault::at(&place, places, format!("a table is expected, not {}", noun(entry))));
            continue;
        };
        for (name, value) in table {
            let key = document::join(&place, name);
            match keys.iter().find(|(known, _)| known == name) {
                Some((_, shape)) => check(*shape, value, &key, places, faults),
                None => {
                    let known: Vec<&str> = keys.iter().map(|(name, _)| *name).collect();
                    let message = format!("there is no such key; an entry has {}", known.join(", "));
                    faults.push(Fault::at(&key, places, message));
                }
            }
        }
        match table.get("name").and_then(Value::as_str) {
            Some(name) if !name.trim().is_empty() => {
                if !seen.insert(name.to_lowercase()) {
                    faults.push(Fault::at(&place, places, format!("“{}” stands in it twice", Shown::of(name))));
                }
            }
            _ => faults.push(Fault::at(&place, places, "an entry needs a name")),
        }
    }
}

impl Shape {
    /// What a value of it is called: `a whole number`.
    #[must_use]
    pub fn noun(self) -> &'static str {
        match self {
            Self::Text | Self::Kind | Self::Word(_) => "a text",
            Self::Moment => "a moment such as 2025-11-20T18:00:00Z",
            Self::Day => "a date or a moment",
            Self::Count | Self::Limit => "a whole number",
            Self::YesNo => "true or false",
            Self::List => "a list of texts",
            Self::Entries(_) => "a list of tables",
        }
    }
}

fn noun(value: &Value) -> &'static str {
    match value {
        Value::String(_) => "a text",
        Value::Integer(_) => "a whole number",
        Value::Float(_) => "a number with a fraction",
        Value::Boolean(_) => "true or false",
        Value::Datetime(_) => "a date",
        Value::Array(_) => "a list",
        Value::Table(_) => "a table",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_does_not_exist_names_the_one_that_may_be_meant() {
        for (typed, meant) in [
            (&["onwer"][..], "owner"),
            (&["Owner"], "owner"),
            (&["claimed"], "objects.OBJECT.claimed"),
            (&["objects", "Contact", "claim"], "objects.OBJECT.claimed"),
            (&["extraction", "methd"], "extraction.method"),
            (&["must not control"], "must_not_control"),
        ] {
            assert!(no_such_key(typed).contains(meant), "{typed:?}: {}", no_such_key(typed));
        }
        assert_eq!(no_such_key(&["zzz"]), "there is no such key");
        assert_eq!(no_such_key(&[""]), "there is no such key");
    }

    #[test]
    fn every_key_is_found_by_its_path() {
        for field in FIELDS {
            assert_eq!(find(field.path).map(|found| found.path), Some(field.path));
        }
        assert!(is_group(&["objects", "Any thing"]) && is_group(&["extraction"]) && !is_group(&["owner"]));
    }
}
