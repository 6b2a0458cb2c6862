//! A target as a document: its entities, each with its fields one a line, and the counterparts that people set.

use toml::Value;

use crate::definitions::{Document, Fault, document};
use crate::model::entries::{self, Entry, Line};
use crate::model::{Allowed, Entity, EntityKind, Field, FieldType, RoleInGrain, Target};
use crate::values::shown::Shown;

/// The words of the types, as the model's documents have them.
pub(super) const TYPES: &[(&str, FieldType)] = &[
    ("id", FieldType::Id),
    ("text", FieldType::Text),
    ("integer", FieldType::Integer),
    ("decimal", FieldType::Decimal),
    ("money", FieldType::Money),
    ("date", FieldType::Date),
    ("datetime", FieldType::Datetime),
    ("boolean", FieldType::Boolean),
    ("email", FieldType::Email),
    ("phone", FieldType::Phone),
    ("url", FieldType::Url),
    ("domain", FieldType::Domain),
    ("country", FieldType::Country),
    ("language", FieldType::Language),
    ("currency", FieldType::Currency),
    ("choice", FieldType::Choice),
    ("choices", FieldType::Choices),
    ("reference", FieldType::Reference),
    ("json", FieldType::Json),
];

const KINDS: &[(&str, EntityKind)] = &[
    ("entity", EntityKind::Entity),
    ("relationship", EntityKind::Relationship),
    ("event", EntityKind::Event),
    ("mapping", EntityKind::Mapping),
    ("summary", EntityKind::Summary),
];

const ROLES: &[(&str, RoleInGrain)] = &[("identity", RoleInGrain::Identity), ("attribute", RoleInGrain::Attribute)];

const FIELD: &[&str] = &[
    "name",
    "label",
    "kind",
    "required",
    "role",
    "personal",
    "allowed",
    "longest",
    "least",
    "most",
    "scale",
    "definition",
    "references",
    "derived",
    "example",
];

fn word_of<T: PartialEq>(words: &[(&'static str, T)], value: &T) -> &'static str {
    words.iter().find(|(_, known)| known == value).map_or("", |(word, _)| *word)
}

/// What can be read of a document, and what is wrong with it. The name is not in it.
pub(super) fn take(text: &str) -> (Target, Vec<Fault>) {
    let (table, places) = match document::read_toml(text) {
        Ok(read) => read,
        Err(fault) => return (Target::default(), vec![fault]),
    };
    let (whole, mut faults) = (Entry::whole(&table, &places), Vec::new());
    whole.only(&["kind", "environment", "registered_from", "counterparts", "entities"], &mut faults);
    let mut found = Target {
        kind: whole.text("kind", &mut faults),
        environment: whole.text("environment", &mut faults),
        registered_from: whole.text("registered_from", &mut faults),
        counterparts: whole.pairs("counterparts", &mut faults).into_iter().collect(),
        ..Target::default()
    };
    let entities = whole.entries("entities", &mut faults);
    if entities.is_empty() && faults.is_empty() {
        faults.push(whole.fault("entities", "there is no entity in it"));
    }
    for (at, entry) in entities.iter().enumerate() {
        entry.only(&["name", "kind", "purpose", "fields"], &mut faults);
        let mut entity = Entity {
            name: entry.text("name", &mut faults),
            kind: entry.word("kind", KINDS, &mut faults).unwrap_or_default(),
            purpose: entry.text("purpose", &mut faults),
            order: u32::try_from(at).unwrap_or(u32::MAX),
            ..Entity::default()
        };
        if entity.name.trim().is_empty() {
            faults.push(entry.fault("name", "an entity needs a name"));
        } else if found.entities.iter().any(|known| known.name.to_lowercase() == entity.name.to_lowercase()) {
            faults.push(entry.fault("name", format!("“{}” stands in it twice", Shown::of(&entity.name))));
        }
        let mut names = std::collections::BTreeSet::new();
        for entry in entry.entries("fields", &mut faults) {
            let field = field(&entry, &mut faults);
            if field.name.trim().is_empty() {
                faults.push(entry.fault("name", "a field needs a name"));
            } else if !names.insert(field.name.clone()) {
                faults.push(entry.fault("name", format!("“{}” stands in it twice", Shown::of(&field.name))));
            }
            entity.fields.push(field);
        }
        if entity.fields.is_empty() {
            faults.push(entry.fault("fields", "an entity needs fields"));
        }
        found.entities.push(entity);
    }
    faults.sort_by_key(|fault| fault.place);
    (found, faults)
}

fn field(entry: &Entry<'_>, faults: &mut Vec<Fault>) -> Field {
    entry.only(FIELD, faults);
    Field {
        name: entry.text("name", faults),
        label: entry.text("label", faults),
        kind: entry.word("kind", TYPES, faults).unwrap_or_default(),
        required: entry.yes("required", faults).unwrap_or(false),
        role: entry.word("role", ROLES, faults).unwrap_or_default(),
        personal: entry.yes("personal", faults).unwrap_or(false),
        allowed: allowed(entry, faults),
        longest: entry.number("longest", u32::MAX, faults),
        least: entry.text("least", faults),
        most: entry.text("most", faults),
        scale: entry.number("scale", 30, faults).and_then(|n| u8::try_from(n).ok()),
        definition: entry.text("definition", faults),
        references: entry.text("references", faults),
        derived: entry.yes("derived", faults).unwrap_or(false),
        example: entry.text("example", faults),
        ..Field::default()
    }
}

/// Values alone, or with what they mean: `["open", { value = "won", meaning = "Closed won" }]`.
fn allowed(entry: &Entry<'_>, faults: &mut Vec<Fault>) -> Vec<Allowed> {
    let mut found: Vec<Allowed> = Vec::new();
    for (at, value) in entry.values("allowed", faults).iter().enumerate() {
        let text = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let one = match value {
            Value::String(value) => Allowed { value: value.clone(), ..Allowed::default() },
            Value::Table(_) => Allowed { value: text("value"), meaning: text("meaning"), ..Allowed::default() },
            _ => Allowed::default(),
        };
        let wrong = entries::wrong_text(&one.value).or_else(|| entries::wrong_text(&one.meaning));
        if let Some(message) = wrong {
            faults.push(entry.fault("allowed", format!("value {}: {message}", at + 1)));
        } else if one.value.is_empty() {
            faults.push(entry.fault("allowed", format!("value {} is neither a text nor a table with a value", at + 1)));
        } else if !found.iter().any(|known| known.value == one.value) {
            found.push(one);
        }
    }
    found
}

fn written(field: &Field) -> String {
    let mut line = Line::default();
    line.text("name", &field.name).text("label", &field.label);
    let kind = if field.kind == FieldType::default() { "" } else { word_of(TYPES, &field.kind) };
    line.text("kind", kind).yes("required", field.required);
    line.text("role", if field.role == RoleInGrain::Identity { "identity" } else { "" });
    line.yes("personal", field.personal);
    let values: Vec<String> = field
        .allowed
        .iter()
        .map(|one| {
            if one.meaning.is_empty() {
                return document::quoted(&one.value);
            }
            let mut line = Line::default();
            line.text("value", &one.value).text("meaning", &one.meaning);
            line.inline()
        })
        .collect();
    line.plain("allowed", &if values.is_empty() { String::new() } else { format!("[{}]", values.join(", ")) });
    line.plain("longest", &field.longest.map(|n| n.to_string()).unwrap_or_default());
    line.text("least", &field.least).text("most", &field.most);
    line.plain("scale", &field.scale.map(|n| n.to_string()).unwrap_or_default());
    line.text("definition", &field.definition).text("references", &field.references).yes("derived", field.derived);
    line.text("example", &field.example);
    line.inline()
}

impl Document for Target {
    const KIND: &'static str = super::KIND;

    fn parse(text: &str) -> Result<Self, Vec<Fault>> {
        let (found, faults) = take(text);
        if faults.is_empty() { Ok(found) } else { Err(faults) }
    }

    fn to_toml(&self) -> String {
        let mut head = Line::default();
        head.text("kind", &self.kind)
            .text("environment", &self.environment)
            .text("registered_from", &self.registered_from);
        let mut text = head.lines();
        if !self.counterparts.is_empty() {
            text.push_str("\n[counterparts]\n");
            for (theirs, ours) in &self.counterparts {
                text.push_str(&format!("{} = {}\n", document::join("", theirs), document::quoted(ours)));
            }
        }
        for entity in &self.entities {
            text.push_str("\n[[entities]]\n");
            let mut line = Line::default();
            line.text("name", &entity.name);
            line.text("kind", if entity.kind == EntityKind::Entity { "" } else { word_of(KINDS, &entity.kind) });
            line.text("purpose", &entity.purpose);
            text.push_str(&line.lines());
            text.push_str(&entries::tables("fields", &entity.fields.iter().map(written).collect::<Vec<_>>()));
        }
        text
    }
}
