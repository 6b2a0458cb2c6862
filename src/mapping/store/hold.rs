//! Whether a map holds together against the model and the object that it reads: everything that is wrong, by key.

use crate::definitions::Fault;
use crate::mapping::expression::Expression;
use crate::mapping::map::read::{fitting_columns, is_code};
use crate::mapping::map::words::not_known;
use crate::mapping::rule::parted_fault;
use crate::mapping::{FieldRule, ObjectMap, Rule, ValueTarget};
use crate::model::{Entity, Field, FieldType, MissingPolicy};
use crate::sources::Column;
use crate::values::shown::Shown;

/// The faults of a map. `columns`: of its object; `None` where that is not loaded.
pub fn faults(map: &ObjectMap, model: &[Entity], columns: Option<&[Column]>) -> Vec<Fault> {
    let mut found = Vec::new();
    let mut fault = |key: String, message: String| found.push(Fault { key, place: None, message });
    let Some(columns) = columns else {
        let message = format!("no object {} of {} is loaded", Shown::of(&map.key.object), Shown::of(&map.key.source));
        fault("object".to_owned(), message);
        return found;
    };
    let entity = model.iter().find(|entity| entity.name == map.key.entity);
    if entity.is_none() {
        fault("entity".to_owned(), entity_hint(&map.key.entity, model));
    }
    let names = || columns.iter().map(|column| column.name.as_str());
    let is_column = |name: &str| names().any(|known| known == name);
    for (at, rule) in map.fields.iter().enumerate() {
        let key = |name: &str| format!("fields.{}.{name}", at + 1);
        let field_name = Shown::of(&rule.field);
        if map.fields[..at].iter().any(|earlier| earlier.field == rule.field) {
            fault(key("field"), format!("two rules for “{field_name}”"));
        }
        if let Err(message) = fitting_columns(rule.rule.word(), &rule.from) {
            fault(key("from"), format!("{field_name}: {message}"));
        }
        for name in rule.from.iter().filter(|name| !is_column(name)) {
            fault(key("from"), format!("{field_name}: {}", not_known("column", name, names())));
        }
        if let Rule::Reference { entity, .. } = &rule.rule
            && !model.iter().any(|known| known.name == *entity)
        {
            fault(key("entity"), format!("{field_name}: {}", entity_hint(entity, model)));
        }
        let Some(entity) = entity else { continue };
        match entity.field(&rule.field) {
            None => {
                let known = entity.fields.iter().map(|field| field.name.as_str());
                let message = not_known("field", &rule.field, known);
                fault(key("field"), format!("{}: {message}", Shown::of(&entity.name)));
            }
            Some(field) if field.derived => {
                let message = format!("“{field_name}” is derived in the warehouse; no source field is mapped to it");
                fault(key("field"), message);
            }
            Some(field) => {
                for message in misfits(rule, field) {
                    fault(key("rule"), format!("{field_name}: {message}"));
                }
            }
        }
    }
    let names: Vec<String> = columns.iter().map(|column| column.name.clone()).collect();
    for (key, message) in expressions(map, &names) {
        fault(key, message);
    }
    for (at, decision) in map.columns.iter().enumerate() {
        let key = |name: &str| format!("columns.{}.{name}", at + 1);
        let name = Shown::of(&decision.column);
        if !is_column(&decision.column) {
            fault(key("column"), not_known("column", &decision.column, names.iter().map(String::as_str)));
        }
        if decision.reason.trim().is_empty() {
            fault(key("reason"), format!("why is “{name}” not carried over?"));
        }
        if map.columns[..at].iter().any(|earlier| earlier.column == decision.column) {
            fault(key("column"), format!("“{name}” is decided twice"));
        }
        if let Some(rule) = map.fields.iter().find(|rule| rule.from.contains(&decision.column)) {
            fault(key("column"), format!("“{name}” is read by the rule of {}", Shown::of(&rule.field)));
        }
    }
    found
}

/// Expressions that do not compile over the columns, each by its key: a map with one would only block later.
fn expressions(map: &ObjectMap, columns: &[String]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut look = |key: String, whose: &str, sql: &str| {
        if let Err(error) = Expression::read(sql, columns) {
            let whose = if whose.is_empty() { String::new() } else { format!("{}: ", Shown::of(whose)) };
            found.push((key, format!("{whose}{}", error.to_string().trim_end_matches('.'))));
        }
    };
    if !map.only_where.trim().is_empty() {
        look("only_where".to_owned(), "", &map.only_where);
    }
    for (at, rule) in map.fields.iter().enumerate() {
        let key = |name: &str| format!("fields.{}.{name}", at + 1);
        match &rule.rule {
            Rule::Expression { sql } => look(key("sql"), &rule.field, sql),
            Rule::ValueMap { rows, otherwise, .. } => {
                let parted = rows.iter().chain(otherwise).filter(|row| !row.only_where.trim().is_empty());
                parted.for_each(|row| look(key("rule"), &rule.field, &row.only_where));
            }
            _ => {}
        }
        if let Some(missing) = rule.missing.as_ref().filter(|missing| missing.policy == MissingPolicy::Derive) {
            look(key("missing"), &rule.field, &missing.value);
        }
    }
    found
}

/// What to say of an entity that the model does not have.
pub fn entity_hint(name: &str, model: &[Entity]) -> String {
    not_known("entity", name, model.iter().map(|entity| entity.name.as_str()))
}

/// Why a rule does not fit the field that it fills; empty: it does.
fn misfits(rule: &FieldRule, field: &Field) -> Vec<String> {
    use FieldType::{
        Boolean, Choice, Country, Currency, Date, Datetime, Decimal, Domain, Email, Id, Integer, Language, Money,
        Phone, Reference, Text, Url,
    };
    let mut found = Vec::new();
    let fitting: Option<&[FieldType]> = match &rule.rule {
        Rule::Date { .. } | Rule::DateTime { .. } => Some(&[Date, Datetime, Text]),
        Rule::Number { scale: 0, .. } => Some(&[Integer, Decimal, Money, Text, Id]),
        Rule::Number { .. } => Some(&[Decimal, Text]),
        Rule::Money { .. } => Some(&[Money, Integer, Decimal, Text]),
        Rule::Boolean { .. } => Some(&[Boolean, Choice, Text]),
        Rule::Phone { .. } => Some(&[Phone, Text]),
        Rule::Email => Some(&[Email, Text, Id]),
        Rule::Domain { .. } => Some(&[Domain, Url, Text, Id]),
        Rule::Url => Some(&[Url, Text]),
        Rule::Country => Some(&[Country, Choice, Text]),
        Rule::Language => Some(&[Language, Choice, Text]),
        Rule::Currency => Some(&[Currency, Choice, Text]),
        Rule::Owner { .. } => Some(&[Reference, Email, Choice, Text, Id]),
        Rule::Reference { .. } => Some(&[Reference, Id, Text]),
        _ => None,
    };
    if fitting.is_some_and(|fitting| !fitting.contains(&field.kind)) {
        let kind = serde_json::to_value(field.kind).ok().and_then(|kind| kind.as_str().map(str::to_owned));
        found.push(format!("`{}` makes no {}", rule.rule.word(), kind.unwrap_or_default().replace('_', " ")));
    }
    found.extend(parted_fault(&rule.rule).map(str::to_owned));
    match &rule.rule {
        Rule::Copy | Rule::FirstFilled | Rule::Join { .. } if field.kind == Reference => {
            let what = if field.references.is_empty() { "another row" } else { &field.references };
            let message = format!(
                "it refers to {} by its durable key, not by a source's ID; `reference COLUMN to ENTITY in SOURCE.OBJECT` finds it",
                Shown::of(what)
            );
            found.push(message);
        }
        Rule::Reference { entity, .. } if !field.references.is_empty() && field.references != *entity => {
            found.push(format!("it refers to {}, not to {}", Shown::of(&field.references), Shown::of(entity)));
        }
        Rule::Constant { value } => found.extend(value_fault(field, value)),
        Rule::ValueMap { rows, otherwise, .. } => {
            for row in rows.iter().chain(otherwise) {
                if let ValueTarget::Value(value) = &row.to
                    && let Some(message) = value_fault(field, value)
                {
                    found.push(format!("“{}” becomes what cannot be: {message}", Shown::of(&row.value)));
                }
            }
        }
        _ => {}
    }
    if let Some(missing) = &rule.missing
        && missing.policy == MissingPolicy::Default
        && let Some(message) = value_fault(field, &missing.value)
    {
        found.push(format!("the default cannot be: {message}"));
    }
    found
}

/// Why a field cannot have a value that a person wrote for it; `None`: it can.
pub fn value_fault(field: &Field, value: &str) -> Option<String> {
    let shown = Shown::of(value);
    if value.is_empty() {
        return None;
    }
    if !field.allowed.is_empty() {
        let allowed = || field.allowed.iter().map(|allowed| allowed.value.as_str());
        let parts: Vec<&str> =
            if field.kind == FieldType::Choices { value.split(';').map(str::trim).collect() } else { vec![value] };
        return parts
            .into_iter()
            .find(|part| !allowed().any(|known| known == *part))
            .map(|part| not_known("allowed value", part, allowed()));
    }
    let wrong = match field.kind {
        FieldType::Boolean if !matches!(value, "true" | "false") => Some("true or false"),
        FieldType::Integer | FieldType::Money if value.parse::<i128>().is_err() => Some("a whole number"),
        FieldType::Country if !is_code(value, 2) => Some("a country code of two letters"),
        FieldType::Currency if !is_code(value, 3) => Some("a currency code of three letters"),
        FieldType::Date if value.parse::<jiff::civil::Date>().is_err() => Some("a date as 2025-11-17"),
        _ => None,
    };
    if let Some(expected) = wrong {
        return Some(format!("{expected} is expected, not “{shown}”"));
    }
    let longest = field.longest.filter(|longest| value.chars().count() > *longest as usize)?;
    Some(format!("“{shown}” is longer than {longest} characters"))
}
