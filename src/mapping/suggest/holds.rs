//! How well what a column holds suits a field: its type as profiled, values that the field knows, what values look like,
//! lengths. From the profile alone; no record is read.

use super::Part;
use super::gather::Subject;
use super::targets::{Allowed, Words};
use super::words::Vocabulary;
use crate::model::FieldType;
use crate::sources::profile::{ColumnProfile, ColumnType};
use crate::values::format::count;

/// What is neither for nor against.
const NEUTRAL: f64 = 0.4;

/// How well a column's values are codes of countries, languages and currencies: found out once for each column.
#[derive(Debug, Clone, Default)]
pub struct Coded {
    country: Part,
    language: Part,
    currency: Part,
}

impl Coded {
    /// Looks at the most frequent values of a column.
    pub fn of(subject: &Subject, column: usize) -> Self {
        let Some(figures) = subject.figures(column).filter(|figures| figures.filled > 0) else {
            return Self::default();
        };
        Self {
            country: of_codes(figures, FieldType::Country),
            language: of_codes(figures, FieldType::Language),
            currency: of_codes(figures, FieldType::Currency),
        }
    }
}

/// Weighs a column against a field. `words` are those of the field's name in the vocabulary's spelling.
pub fn weigh(subject: &Subject, column: usize, allowed: &Allowed<'_>, words: &[Vec<String>], coded: &Coded) -> Part {
    let field = allowed.field;
    let Some(figures) = subject.figures(column) else {
        return Part { strength: NEUTRAL, because: String::new() };
    };
    if figures.filled == 0 {
        return Part { strength: NEUTRAL, because: "never filled".to_owned() };
    }
    let mut part = match field.kind {
        FieldType::Country => coded.country.clone(),
        FieldType::Language => coded.language.clone(),
        FieldType::Currency => coded.currency.clone(),
        FieldType::Choice | FieldType::Choices => of_choices(figures, allowed),
        FieldType::Boolean => of_booleans(figures),
        FieldType::Text => of_texts(figures, words),
        kind => of_type(figures, kind),
    };
    if let Some(longest) = field.longest
        && figures.longest > longest
        && matches!(field.kind, FieldType::Text | FieldType::Id | FieldType::Json)
    {
        part.strength *= 0.8;
    }
    // A constant tells nothing of what it is.
    if figures.distinct == 1 && figures.filled > 20 && !matches!(field.kind, FieldType::Currency | FieldType::Country) {
        part.strength = part.strength.min(0.7);
    }
    part
}

/// `all 9 are languages`; `8 of 9 are languages`.
fn of_all(part: u64, whole: u64, are: &str, is: &str) -> String {
    match (part, whole) {
        (1, 1) => format!("the one value is {is}"),
        _ if part == whole => format!("all {whole} are {are}"),
        _ => format!("{part} of {whole} are {are}"),
    }
}

fn of_codes(figures: &ColumnProfile, kind: FieldType) -> Part {
    let words = Words::built_in();
    let known: Vec<bool> = figures.top.iter().map(|value| words.code(kind, &value.text).is_some()).collect();
    let records: u64 = figures.top.iter().map(|value| value.count).sum();
    let met: u64 = figures.top.iter().zip(&known).filter(|(_, known)| **known).map(|(value, _)| value.count).sum();
    let values = known.iter().filter(|known| **known).count() as u64;
    let share = if records == 0 { 0.0 } else { met as f64 / records as f64 };
    let (are, is) = match kind {
        FieldType::Country => ("countries", "a country"),
        FieldType::Language => ("languages", "a language"),
        _ => ("currencies", "a currency"),
    };
    // A column in which nearly every value is another is none of codes, whatever some of them look like.
    let varied = figures.distinct > 260;
    let strength = if varied { 0.1 } else { 0.05 + 0.95 * share * share };
    Part {
        strength,
        because: if values > 0 { of_all(values, known.len() as u64, are, is) } else { format!("none is {is}") },
    }
}

fn of_choices(figures: &ColumnProfile, allowed: &Allowed<'_>) -> Part {
    let field = allowed.field;
    if field.allowed.is_empty() {
        let strength = match figures.kind {
            ColumnType::Choice | ColumnType::Choices | ColumnType::Boolean => 0.6,
            ColumnType::Text if figures.distinct <= 40 => 0.5,
            _ => 0.2,
        };
        return Part { strength, because: String::new() };
    }
    let parts: Vec<(&str, u64)> = figures
        .top
        .iter()
        .flat_map(|value| {
            let parts: Vec<&str> = match figures.separator.as_deref().filter(|_| field.kind == FieldType::Choices) {
                Some(separator) if !separator.is_empty() => value.text.split(separator).map(str::trim).collect(),
                _ => vec![value.text.as_str()],
            };
            parts.into_iter().map(|part| (part, value.count)).collect::<Vec<_>>()
        })
        .collect();
    let known: Vec<bool> =
        parts.iter().map(|(part, _)| allowed.target(part).is_some_and(|(_, sure, _)| sure >= 0.75)).collect();
    let all: u64 = parts.iter().map(|(_, count)| count).sum();
    let met: u64 = parts.iter().zip(&known).filter(|(_, known)| **known).map(|((_, count), _)| count).sum();
    let values = known.iter().filter(|known| **known).count();
    let share = if all == 0 { 0.0 } else { met as f64 / all as f64 };
    let few = figures.distinct <= 40
        || matches!(figures.kind, ColumnType::Choice | ColumnType::Choices | ColumnType::Boolean);
    let strength = if few { 0.25 + 0.75 * share } else { 0.1 + 0.3 * share };
    let because = if values > 0 {
        format!("{values} of {} are known values of it", count(parts.len() as u64, "value", "values"))
    } else {
        String::new()
    };
    Part { strength, because }
}

fn of_booleans(figures: &ColumnProfile) -> Part {
    let words = Words::built_in();
    let all_known = !figures.top.is_empty() && figures.top.iter().all(|value| words.yes_or_no(&value.text).is_some());
    match figures.kind {
        ColumnType::Boolean if all_known => Part { strength: 0.9, because: "yes or no".to_owned() },
        ColumnType::Boolean => Part { strength: 0.7, because: "two values".to_owned() },
        _ if all_known && figures.distinct <= 4 => Part { strength: 0.85, because: "yes or no".to_owned() },
        ColumnType::Date | ColumnType::Datetime => Part { strength: 0.15, because: String::new() },
        _ if figures.distinct <= 3 => Part { strength: 0.35, because: String::new() },
        _ => Part { strength: 0.05, because: "not yes or no".to_owned() },
    }
}

fn of_texts(figures: &ColumnProfile, words: &[Vec<String>]) -> Part {
    let vocabulary = Vocabulary::built_in();
    let wanted = words.iter().map(|words| vocabulary.shapes_of(words)).find(|shapes| !shapes.is_empty());
    let look = Look::of(figures);
    if let Some(wanted) = wanted {
        let share: f64 = wanted
            .iter()
            .map(|shape| match shape.as_str() {
                "letters" => look.letters,
                "digits" => look.digits,
                "mixed" => look.mixed.max(look.letters * 0.6),
                "long" => {
                    if figures.longest >= 40 {
                        1.0
                    } else {
                        0.4
                    }
                }
                _ => {
                    if figures.longest <= 12 {
                        1.0
                    } else {
                        0.3
                    }
                }
            })
            .sum::<f64>()
            / wanted.len().max(1) as f64;
        let is_text = matches!(
            figures.kind,
            ColumnType::Text
                | ColumnType::Choice
                | ColumnType::Integer
                | ColumnType::Phone
                | ColumnType::Choices
                | ColumnType::Id
                | ColumnType::Boolean
        );
        let strength = if is_text { 0.2 + 0.65 * share } else { 0.1 };
        let because = if share >= 0.85 {
            "values look like it".to_owned()
        } else if share < 0.3 {
            "values look otherwise".to_owned()
        } else {
            String::new()
        };
        return Part { strength, because };
    }
    let strength = match figures.kind {
        ColumnType::Text | ColumnType::Choice | ColumnType::Choices => 0.65,
        ColumnType::Integer | ColumnType::Decimal | ColumnType::Id | ColumnType::Json | ColumnType::Money => 0.4,
        ColumnType::Phone => 0.3,
        ColumnType::Boolean => 0.3,
        ColumnType::Date | ColumnType::Datetime | ColumnType::Email | ColumnType::Url => 0.15,
        ColumnType::Empty => NEUTRAL,
    };
    Part { strength, because: String::new() }
}

/// Shares of values by their letters and digits.
struct Look {
    letters: f64,
    digits: f64,
    mixed: f64,
}

impl Look {
    fn of(figures: &ColumnProfile) -> Self {
        let all: u64 = figures.formats.iter().map(|format| format.count).sum::<u64>().max(1);
        let share = |is: &dyn Fn(&str) -> bool| {
            figures.formats.iter().filter(|format| is(&format.text)).map(|format| format.count).sum::<u64>() as f64
                / all as f64
        };
        let letter = |text: &str| text.contains(['a', 'A']);
        Self {
            letters: share(&|text| letter(text) && !text.contains('9')),
            digits: share(&|text| text.contains('9')),
            mixed: share(&|text| letter(text) && text.contains('9')),
        }
    }
}

fn of_type(figures: &ColumnProfile, kind: FieldType) -> Part {
    use ColumnType as C;
    let fits = if figures.filled == 0 { 0.0 } else { (figures.fits as f64 / figures.filled as f64).min(1.0) };
    let digits = figures.kind == C::Integer;
    let (strength, said) = match (kind, figures.kind) {
        (FieldType::Email, C::Email) => (fits, "e-mail addresses"),
        (FieldType::Email, C::Id) if figures.formats.first().is_some_and(|format| format.text.contains('@')) => {
            (0.95, "e-mail addresses")
        }
        (FieldType::Url, C::Text) if figures.formats.iter().all(|format| format.text.starts_with('/')) => (0.5, ""),
        (FieldType::Phone, C::Phone) => (fits, "phone numbers"),
        (FieldType::Phone, C::Integer | C::Text | C::Id)
            if (7..=20).contains(&figures.longest) && figures.shortest >= 5 =>
        {
            (0.55, "")
        }
        (FieldType::Url, C::Url) => (fits, "web addresses"),
        (FieldType::Url | FieldType::Domain, C::Text) if has_dots(figures) => (0.8, "hosts"),
        (FieldType::Domain, C::Url) => (0.8, "web addresses"),
        (FieldType::Domain, C::Email) => (0.35, "e-mail addresses"),
        (FieldType::Date, C::Date) => (fits, "dates"),
        (FieldType::Datetime, C::Datetime) => (fits, "dates with times"),
        (FieldType::Date, C::Datetime) => (0.8 * fits, "dates with times"),
        (FieldType::Datetime, C::Date) => (0.75 * fits, "dates"),
        (FieldType::Date | FieldType::Datetime, C::Integer | C::Decimal) if is_epoch(figures) => {
            (0.6, "seconds since 1970")
        }
        (FieldType::Integer, C::Integer) => (0.85, "whole numbers"),
        (FieldType::Integer, C::Decimal) => (0.4, "numbers"),
        (FieldType::Decimal, C::Decimal | C::Integer) => (0.85, "numbers"),
        (FieldType::Money, C::Money) => (0.95, "amounts"),
        (FieldType::Money, C::Decimal | C::Integer) => (0.8, "numbers"),
        (FieldType::Integer | FieldType::Decimal, C::Money) => (0.5, "amounts"),
        (FieldType::Integer | FieldType::Decimal | FieldType::Money, C::Boolean) if digits_only(figures) => {
            (0.5, "numbers")
        }
        (FieldType::Id | FieldType::Reference, C::Id) => (0.8, "IDs"),
        (FieldType::Id | FieldType::Reference, C::Text | C::Choice) if figures.longest <= 40 => (0.55, ""),
        (FieldType::Id | FieldType::Reference, C::Integer) => (0.6, "whole numbers"),
        (FieldType::Json, C::Json) => (0.8, "JSON"),
        (FieldType::Json, _) => (0.2, ""),
        (FieldType::Id | FieldType::Reference, _) => (0.15, ""),
        _ => (0.05, ""),
    };
    let because = if said.is_empty() {
        if strength <= 0.1 { format!("values are {}", what(figures.kind)) } else { String::new() }
    } else if figures.fits == figures.filled || digits {
        format!("all {said}")
    } else {
        format!("{:.0} % are {said}", 100.0 * fits)
    };
    Part { strength, because }
}

fn what(kind: ColumnType) -> &'static str {
    match kind {
        ColumnType::Id => "IDs",
        ColumnType::Integer | ColumnType::Decimal => "numbers",
        ColumnType::Money => "amounts",
        ColumnType::Date | ColumnType::Datetime => "dates",
        ColumnType::Boolean => "yes or no",
        ColumnType::Email => "e-mail addresses",
        ColumnType::Phone => "phone numbers",
        ColumnType::Url => "web addresses",
        ColumnType::Choice | ColumnType::Choices => "few and frequent",
        ColumnType::Json => "JSON",
        ColumnType::Text => "plain text",
        ColumnType::Empty => "empty",
    }
}

fn has_dots(figures: &ColumnProfile) -> bool {
    let all: u64 = figures.formats.iter().map(|format| format.count).sum();
    let dotted: u64 = figures
        .formats
        .iter()
        .filter(|format| format.text.contains('.') && !format.text.contains([' ', '@']) && format.text.contains('a'))
        .map(|format| format.count)
        .sum();
    all > 0 && dotted * 10 >= all * 7
}

/// Whole numbers of seconds or milliseconds since 1970, by their length.
pub fn is_epoch(figures: &ColumnProfile) -> bool {
    figures.kind == ColumnType::Integer && matches!((figures.shortest, figures.longest), (9 | 10, 10) | (12 | 13, 13))
}

fn digits_only(figures: &ColumnProfile) -> bool {
    figures.top.iter().all(|value| value.text.trim().parse::<f64>().is_ok())
}
