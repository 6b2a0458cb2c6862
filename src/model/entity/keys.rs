//! The keys that a document of an entity may have, with their shapes; the one table that reading, writing and changing go
//! by. A key that is not in it is a fault, with the nearest one proposed.

use crate::values::shown::Shown;

/// What stands behind a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// On one line, at most so many characters.
    Line(usize),
    /// On one line; a number or a date may be written without quotes.
    Plain(usize),
    /// Several lines, at most so many characters.
    Text(usize),
    /// `billing_customer`.
    Name,
    /// `consent.email`: names parted by dots.
    FieldName,
    /// `PER`.
    Prefix,
    /// A whole number between two bounds.
    Number(i64, i64),
    YesNo,
    /// Short texts, no two the same.
    List,
    /// One of some words.
    Word(&'static [&'static str]),
    /// The allowed values of a field.
    Allowed,
    /// What happens where a value is missing.
    Missing,
    /// A table of these keys.
    Table(&'static [Key]),
    /// An array of tables of these keys.
    Tables(&'static [Key]),
}

/// A key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    pub name: &'static str,
    pub shape: Shape,
}

const fn key(name: &'static str, shape: Shape) -> Key {
    Key { name, shape }
}

/// Characters of short texts, of sentences, and of what is written at length.
const SHORT: usize = 200;
const SENTENCE: usize = 1_000;
const LONG: usize = 8_000;

/// The words of the kinds, in the order of the documentation.
pub const KINDS: &[&str] = &["entity", "relationship", "event", "mapping", "summary"];
pub const ROLES: &[&str] = &["identity", "attribute"];
pub const TYPES: &[&str] = &[
    "id",
    "text",
    "integer",
    "decimal",
    "money",
    "date",
    "datetime",
    "boolean",
    "email",
    "phone",
    "url",
    "domain",
    "country",
    "language",
    "currency",
    "choice",
    "choices",
    "reference",
    "json",
];
pub const POLICIES: &[&str] = &["undecided", "default", "derive", "reject", "ask"];

pub const ENTITY: &[Key] = &[
    key("name", Shape::Name),
    key("removed", Shape::YesNo),
    key("kind", Shape::Word(KINDS)),
    key("order", Shape::Number(0, 1_000_000)),
    key("purpose", Shape::Text(LONG)),
    key("matters_when", Shape::Text(LONG)),
    key("owner", Shape::Line(SHORT)),
    key("processes", Shape::List),
    key("key_prefix", Shape::Prefix),
    key("target_name", Shape::Line(SHORT)),
    key("derived_from", Shape::List),
    key("grain", Shape::Table(GRAIN)),
    key("fields", Shape::Tables(FIELD)),
    key("relationships", Shape::Tables(RELATIONSHIP)),
    key("several_records", Shape::Tables(CASE)),
    key("shared_records", Shape::Tables(CASE)),
];

pub const GRAIN: &[Key] = &[key("concept", Shape::Line(SHORT)), key("one_row_is", Shape::Line(SENTENCE))];

pub const FIELD: &[Key] = &[
    key("name", Shape::FieldName),
    key("label", Shape::Line(SHORT)),
    key("type", Shape::Word(TYPES)),
    key("references", Shape::Name),
    key("required", Shape::YesNo),
    key("role", Shape::Word(ROLES)),
    key("personal", Shape::YesNo),
    key("derived", Shape::YesNo),
    key("group", Shape::Line(SHORT)),
    key("allowed", Shape::Allowed),
    key("longest", Shape::Number(1, 100_000_000)),
    key("least", Shape::Plain(SHORT)),
    key("most", Shape::Plain(SHORT)),
    key("scale", Shape::Number(0, 18)),
    key("missing", Shape::Missing),
    key("definition", Shape::Text(LONG)),
    key("owner", Shape::Line(SHORT)),
    key("process", Shape::Line(SHORT)),
    key("used_by", Shape::Line(SENTENCE)),
    key("target_name", Shape::Line(SHORT)),
    key("synonyms", Shape::List),
    key("example", Shape::Line(SENTENCE)),
];

pub const ALLOWED: &[Key] =
    &[key("value", Shape::Line(SHORT)), key("meaning", Shape::Line(SENTENCE)), key("synonyms", Shape::List)];

pub const MISSING: &[Key] = &[key("policy", Shape::Word(POLICIES)), key("value", Shape::Text(LONG))];

pub const RELATIONSHIP: &[Key] = &[
    key("name", Shape::Name),
    key("to", Shape::Name),
    key("role", Shape::Line(SHORT)),
    key("field", Shape::FieldName),
    key("through", Shape::Name),
    key("many", Shape::YesNo),
    key("hierarchy", Shape::YesNo),
    key("required", Shape::YesNo),
];

pub const CASE: &[Key] = &[
    key("what", Shape::Text(LONG)),
    key("records", Shape::List),
    key("by", Shape::Line(SHORT)),
    key("at", Shape::Plain(SHORT)),
];

/// The key of that name.
#[must_use]
pub fn find(keys: &'static [Key], name: &str) -> Option<&'static Key> {
    keys.iter().find(|key| key.name == name)
}

/// What to say of a key that there is not.
#[must_use]
pub fn no_such_key(keys: &[Key], typed: &str) -> String {
    match nearest(typed, keys.iter().map(|key| key.name)) {
        Some(name) => format!("there is no such key; {name} may be meant"),
        None => {
            let names: Vec<&str> = keys.iter().map(|key| key.name).collect();
            format!("there is no such key; the keys here are {}", names.join(", "))
        }
    }
}

/// What to say of a word that is none of some.
#[must_use]
pub fn no_such_word(words: &[&str], typed: &str) -> String {
    let all = words.join(", ");
    match nearest(typed, words.iter().copied()) {
        Some(word) => format!("“{}” is none of {all}; {word} may be meant", Shown::of(typed)),
        None => format!("“{}” is none of {all}", Shown::of(typed)),
    }
}

/// The nearest of some words, if one is near: the first of the best by Jaro and Winkler's measure.
#[must_use]
pub fn nearest<'a>(typed: &str, words: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let typed: String = typed.trim().to_lowercase().replace([' ', '-'], "_").chars().take(64).collect();
    let mut best: Option<(&str, f64)> = None;
    for word in words {
        let near = strsim::jaro_winkler(&typed, word);
        if near >= 0.85 && best.is_none_or(|(_, other)| near > other) {
            best = Some((word, near));
        }
    }
    best.map(|(word, _)| word)
}

/// What is wrong with a name of an entity or a relationship, if anything.
#[must_use]
pub fn wrong_name(name: &str) -> Option<String> {
    let good = name.len() <= 63
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        && !name.ends_with('_')
        && !name.contains("__");
    if good {
        return None;
    }
    let better = as_name(name);
    Some(if better.is_empty() {
        "a name is made of small letters, digits and single _, and begins with a letter".to_owned()
    } else {
        format!("“{}” is no name; {better} would be one", Shown::of(name))
    })
}

/// What is wrong with the name of a field, if anything: up to three names parted by dots.
#[must_use]
pub fn wrong_field_name(name: &str) -> Option<String> {
    let parts: Vec<&str> = name.split('.').collect();
    if parts.len() > 3 {
        return Some("a field stands in two groups at most".to_owned());
    }
    parts.iter().find_map(|part| wrong_name(part))
}

/// The nearest name to what somebody wrote: `First Name` → `first_name`. Empty if nothing of it can stay.
#[must_use]
pub fn as_name(text: &str) -> String {
    let mut name = String::new();
    for c in text.chars().take(200) {
        if c.is_ascii_alphanumeric() {
            name.push(c.to_ascii_lowercase());
        } else if !name.is_empty() && !name.ends_with('_') {
            name.push('_');
        }
        if name.len() >= 63 {
            break;
        }
    }
    let name = name.trim_matches('_');
    if name.starts_with(|c: char| c.is_ascii_digit()) {
        let named = format!("n{name}");
        return named.chars().take(63).collect::<String>().trim_end_matches('_').to_owned();
    }
    name.to_owned()
}

/// What is wrong with the beginning of durable keys, if anything.
#[must_use]
pub fn wrong_prefix(prefix: &str) -> Option<String> {
    let good = (2..=6).contains(&prefix.len())
        && prefix.starts_with(|c: char| c.is_ascii_uppercase())
        && prefix.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    (!good)
        .then(|| format!("“{}” cannot begin keys; it has 2 to 6 capitals and digits, such as PER", Shown::of(prefix)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{EntityKind, FieldType, MissingPolicy, RoleInGrain};

    #[test]
    fn the_words_are_those_of_the_kinds() {
        assert_eq!(EntityKind::ALL.map(EntityKind::word).as_slice(), KINDS);
        assert_eq!(RoleInGrain::ALL.map(RoleInGrain::word).as_slice(), ROLES);
        assert_eq!(FieldType::ALL.map(FieldType::word).as_slice(), TYPES);
        assert_eq!(MissingPolicy::ALL.map(MissingPolicy::word).as_slice(), POLICIES);
    }

    #[test]
    fn a_mistyped_key_finds_the_one_that_is_meant() {
        assert!(no_such_key(FIELD, "requierd").contains("required may be meant"));
        assert!(no_such_key(ENTITY, "Key-Prefix").contains("key_prefix may be meant"));
        assert!(no_such_key(GRAIN, "zzz").contains("concept, one_row_is"));
        assert!(no_such_word(TYPES, "e-mail").contains("email may be meant"));
    }

    #[test]
    fn names_are_proposed_from_what_people_write() {
        assert_eq!(as_name("First Name"), "first_name");
        assert_eq!(as_name("  2nd E-mail (work) "), "n2nd_e_mail_work");
        assert_eq!(as_name("Śródmieście"), "r_dmie_cie");
        assert_eq!(as_name("日本"), "");
        for name in ["a", "billing_customer", "email_2"] {
            assert_eq!(wrong_name(name), None);
        }
        for name in ["", "_a", "a_", "a__b", "A", "2a", "a b", "ä", "a.b"] {
            assert!(wrong_name(name).is_some(), "{name}");
        }
        assert!(wrong_field_name("consent.email").is_none() && wrong_field_name("a.b.c.d").is_some());
    }
}
