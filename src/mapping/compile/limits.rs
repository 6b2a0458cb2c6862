//! What a field's type and limits allow, as conditions in SQL and, for values that a map states itself, in Rust by the
//! same SQL.

use crate::mapping::rule::Rule;
use crate::mapping::{SplitBy, rule::Rounding};
use crate::model::{Field, FieldType};
use crate::workspace::sql::quote_text;

use super::text::parts_of;

/// Something that a value must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// Holds for a good value; NULL for none.
    pub holds: String,
    /// Why a value was refused, as half a sentence.
    pub reason: String,
}

/// What the values of a field must be where a rule does not see to it itself. `value` is the SQL of the value.
pub fn checks(field: &Field, rule: Option<&Rule>, value: &str) -> Vec<Check> {
    let mut found = Vec::new();
    if !rule.is_some_and(|rule| makes(rule, field.kind)) {
        found.extend(of_type(field.kind, value));
    }
    if !field.allowed.is_empty() {
        let list: Vec<String> = field.allowed.iter().map(|allowed| quote_text(&allowed.value)).collect();
        let list = list.join(", ");
        let holds = if field.kind == FieldType::Choices {
            format!(
                "NOT EXISTS (SELECT 1 FROM json_each({}) AS part WHERE trim(part.value) NOT IN ({list}))",
                parts_of(value, ";")
            )
        } else {
            format!("{value} IN ({list})")
        };
        found.push(Check { holds, reason: "not among the allowed values".to_owned() });
    }
    if let Some(longest) = field.longest {
        let reason = format!("longer than {longest} characters");
        found.push(Check { holds: format!("length({value}) <= {longest}"), reason });
    }
    let number = matches!(field.kind, FieldType::Integer | FieldType::Decimal | FieldType::Money);
    for (bound, sign, word) in [(&field.least, ">=", "less than"), (&field.most, "<=", "more than")] {
        if bound.trim().is_empty() {
            continue;
        }
        let holds = match as_number(bound) {
            Some(bound) if number => format!("CAST({value} AS NUMERIC) {sign} {bound}"),
            _ => format!("{value} {sign} {}", quote_text(bound.trim())),
        };
        found.push(Check { holds, reason: format!("{word} {}", bound.trim()) });
    }
    found
}

/// The bound as SQL can hold it.
fn as_number(text: &str) -> Option<&str> {
    let text = text.trim();
    let digits = text.strip_prefix('-').unwrap_or(text);
    let plain =
        digits.bytes().all(|b| b.is_ascii_digit() || b == b'.') && digits.starts_with(|c: char| c.is_ascii_digit());
    (plain && digits.len() <= 18 && digits.matches('.').count() <= 1 && !digits.ends_with('.')).then_some(text)
}

/// Whether what a rule makes is of that type by itself.
fn makes(rule: &Rule, kind: FieldType) -> bool {
    match rule {
        Rule::Date { .. } => kind == FieldType::Date,
        Rule::DateTime { .. } => kind == FieldType::Datetime,
        Rule::Number { scale, rounding, .. } => {
            kind == FieldType::Decimal || (kind == FieldType::Integer && *scale == 0 && *rounding != Rounding::None)
        }
        Rule::Money { .. } => kind == FieldType::Money,
        Rule::Boolean { .. } => kind == FieldType::Boolean,
        Rule::Phone { .. } => kind == FieldType::Phone,
        Rule::Email => kind == FieldType::Email,
        Rule::Domain { .. } => kind == FieldType::Domain,
        Rule::Url => kind == FieldType::Url,
        Rule::Country => kind == FieldType::Country,
        Rule::Language => kind == FieldType::Language,
        Rule::Currency => kind == FieldType::Currency,
        Rule::Owner { .. } => matches!(kind, FieldType::Id | FieldType::Reference),
        Rule::Reference { .. } => kind == FieldType::Reference,
        Rule::Split { by: SplitBy::PersonName { .. } | SplitBy::Address { .. } } => false,
        _ => false,
    }
}

fn of_type(kind: FieldType, v: &str) -> Option<Check> {
    const DAY: &str = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]";
    const TIME: &str = "[0-9][0-9]:[0-9][0-9]:[0-9][0-9]";
    let (holds, reason) = match kind {
        FieldType::Id | FieldType::Text | FieldType::Choice | FieldType::Choices | FieldType::Reference => return None,
        FieldType::Integer | FieldType::Money => (
            format!("{v} GLOB '*[0-9]' AND ltrim(substr({v}, 1, 1), '-') || substr({v}, 2) NOT GLOB '*[^0-9]*'"),
            if kind == FieldType::Money { "not whole minor units" } else { "not a whole number" },
        ),
        FieldType::Decimal => (
            format!(
                "{v} GLOB '*[0-9]' AND {v} NOT GLOB '*[^-0-9.]*' AND {v} NOT GLOB '?*-*' AND {v} NOT GLOB '*.*.*' AND ltrim({v}, '-') GLOB '[0-9]*'"
            ),
            "not a number",
        ),
        FieldType::Date => (format!("{v} GLOB '{DAY}' AND date({v}) IS {v}"), "not a date as YYYY-MM-DD"),
        FieldType::Datetime => (
            format!(
                "{v} GLOB '{DAY}T{TIME}*Z' AND (length({v}) = 20 OR {v} GLOB '*.[0-9]*Z') AND substr({v}, 20) NOT GLOB '?*[^0-9Z]*' AND {v} NOT GLOB '*Z?*' AND strftime('%Y-%m-%dT%H:%M:%S', substr({v}, 1, 19)) IS substr({v}, 1, 19)"
            ),
            "not a moment as YYYY-MM-DDTHH:MM:SSZ",
        ),
        FieldType::Boolean => (format!("{v} IN ('true', 'false')"), "not true or false"),
        FieldType::Email => (
            format!("{v} GLOB '?*@?*.?*' AND {v} NOT GLOB '*[ ,;<>]*' AND {v} NOT GLOB '*@*@*'"),
            "not an e-mail address",
        ),
        FieldType::Phone => (
            format!("{v} GLOB '+[1-9]*' AND substr({v}, 2) NOT GLOB '*[^0-9]*' AND length({v}) BETWEEN 7 AND 16"),
            "not a number as +481234567",
        ),
        FieldType::Url => (format!("{v} GLOB '[a-zA-Z]*://?*' AND {v} NOT GLOB '* *'"), "not a URL"),
        FieldType::Domain => (format!("{v} GLOB '?*.?*' AND {v} NOT GLOB '*[ /@:]*'"), "not a domain"),
        FieldType::Country => (format!("{v} GLOB '[A-Z][A-Z]'"), "not a country of two letters"),
        FieldType::Language => {
            (format!("{v} GLOB '[a-z][a-z]*' AND {v} NOT GLOB '*[^-a-zA-Z0-9]*'"), "not a language as pl or pt-BR")
        }
        FieldType::Currency => (format!("{v} GLOB '[A-Z][A-Z][A-Z]'"), "not a currency of three letters"),
        FieldType::Json => (format!("json_valid({v})"), "not JSON"),
    };
    Some(Check { holds, reason: reason.to_owned() })
}
