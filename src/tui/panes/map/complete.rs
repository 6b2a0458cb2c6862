//! Words for the rule editor: names of columns, kinds of rule, functions; and every kind of rule written out. Pure.

use crate::mapping::map::RULE_WORDS;
use crate::mapping::{FieldRule, Rounding, Rule, SplitBy, edit, recipe};
use crate::model::{Field, FieldType};

/// A word that fits what stands before the cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// As it is written into the rule.
    pub text: String,
    /// What it is: `column`, `rule`, or what a function does.
    pub is: String,
    pub is_column: bool,
}

/// The most words that are listed.
const MOST: usize = 200;

/// A column's name as it stands in a rule, or in an expression of SQL: in quotes where it is no plain word.
#[must_use]
pub fn quoted(name: &str, sql: bool) -> String {
    if sql {
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let begins = name.chars().next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_');
        return if begins && name.chars().all(plain) {
            name.to_owned()
        } else {
            format!("\"{}\"", name.replace('"', "\"\""))
        };
    }
    // As the line of a rule is written.
    let rule = FieldRule { from: vec![name.to_owned()], rule: Rule::Copy, ..FieldRule::default() };
    edit::written(&rule).strip_prefix("copy ").map_or_else(|| name.to_owned(), ToOwned::to_owned)
}

/// Where the word before the cursor begins, in bytes.
fn word_start(before: &str) -> usize {
    let part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.');
    let word: usize = before.chars().rev().take_while(|c| part(*c)).map(char::len_utf8).sum();
    before.len() - word
}

/// The words that fit, best first, and how many bytes before the cursor each replaces.
#[must_use]
pub fn words(before: &str, columns: &[String]) -> Vec<(Word, usize)> {
    let sql = before.trim_start().starts_with('=');
    let start = word_start(before);
    let typed = before.get(start..).unwrap_or_default();
    let folded = typed.to_lowercase();
    let mut found: Vec<(u8, Word, usize)> = Vec::new();
    for name in columns {
        let lower = name.to_lowercase();
        // A name of several words: as much of it as stands before the cursor.
        let long = before
            .char_indices()
            .map(|(at, _)| at)
            .filter(|at| *at < start && lower.starts_with(&before[*at..].to_lowercase()))
            .find(|at| *at == 0 || before[..*at].ends_with([' ', '(', ',', '"']));
        let rank = match (long, folded.is_empty()) {
            (Some(_), _) => 0,
            (None, true) => 2,
            _ if lower == folded => continue,
            _ if lower.starts_with(&folded) => 1,
            _ if lower.contains(&folded) => 3,
            _ => continue,
        };
        let from = long.unwrap_or(start);
        // An opening quote that was typed is part of what is replaced.
        let from = if before[..from].ends_with('"') { from - 1 } else { from };
        let word = Word { text: quoted(name, sql), is: "column".to_owned(), is_column: true };
        found.push((rank, word, before.len() - from));
    }
    let rules = RULE_WORDS.iter().map(|word| (*word, "kind of rule", 4_u8));
    let functions = recipe::FUNCTIONS.iter().map(|(call, sense)| (*call, *sense, 5_u8));
    for (text, sense, rank) in rules.chain(functions) {
        let name = text.split('(').next().unwrap_or(text);
        let begins = name.to_lowercase().starts_with(&folded);
        if !folded.is_empty() && begins && name != typed {
            let word = Word { text: name.to_owned(), is: sense.to_owned(), is_column: false };
            found.push((if rank == 4 { 1 } else { 2 }, word, typed.len()));
        }
    }
    found.sort_by_key(|(rank, ..)| *rank);
    found.truncate(MOST);
    found.into_iter().map(|(_, word, back)| (word, back)).collect()
}

/// Every kind of rule with its usual parameters, those for the field's type first, each as it is written.
#[must_use]
pub fn kinds(field: &str, of: Option<&Field>, from: &[String], source: &str) -> Vec<(Rule, String)> {
    let kind = of.map(|field| field.kind);
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    let text = String::new;
    let column = from.first().map_or_else(|| "column".to_owned(), |name| quoted(name, true));
    let mut all = vec![
        Rule::Copy,
        Rule::ValueMap { rows: Vec::new(), otherwise: None, separator: text(), folded: true },
        Rule::Constant { value: "value".to_owned() },
        Rule::FirstFilled,
        Rule::Join { separator: " ".to_owned() },
        Rule::Split { by: SplitBy::Delimiter { delimiter: ",".to_owned(), part: 1 } },
        Rule::Split { by: SplitBy::PersonName { part: "family".to_owned() } },
        Rule::Split { by: SplitBy::Address { part: "street".to_owned(), least_confidence: 60 } },
        Rule::Date { format: "iso".to_owned() },
        Rule::Date { format: "day-first".to_owned() },
        Rule::Date { format: "month-first".to_owned() },
        Rule::DateTime { format: "iso".to_owned(), zone: "UTC".to_owned() },
        Rule::Number { decimal: '.', scale: of.and_then(|field| field.scale).unwrap_or(0), rounding: Rounding::None },
        Rule::Money { decimal: '.', currency: "EUR".to_owned(), rounding: Rounding::HalfUp },
        Rule::Boolean { yes: words(&["true", "yes", "1"]), no: words(&["false", "no", "0"]), turned_round: false },
        Rule::Phone { country: "US".to_owned() },
        Rule::Email,
        Rule::Domain { without_free_mail: true },
        Rule::Url,
        Rule::Country,
        Rule::Language,
        Rule::Currency,
        Rule::Owner { list: "users".to_owned() },
        Rule::Reference {
            entity: of
                .map(|field| field.references.clone())
                .filter(|name| !name.is_empty())
                .unwrap_or("account".into()),
            source: source.to_owned(),
            object: "Account".to_owned(),
        },
        Rule::LookUp { source: source.to_owned(), object: "Account".to_owned(), column: "Name".to_owned() },
        Rule::Expression { sql: format!("trim({column})") },
    ];
    all.sort_by_key(|rule| !kind.is_some_and(|kind| fits(rule, kind)));
    let line = |rule: Rule| {
        let none = matches!(rule, Rule::Constant { .. } | Rule::Expression { .. });
        let rule = FieldRule {
            field: field.to_owned(),
            from: if none { Vec::new() } else { from.to_vec() },
            rule,
            ..FieldRule::default()
        };
        let written = edit::written(&rule);
        (rule.rule, written)
    };
    all.into_iter().map(line).collect()
}

/// Whether a rule makes values of a type.
fn fits(rule: &Rule, kind: FieldType) -> bool {
    match kind {
        FieldType::Id | FieldType::Text | FieldType::Json => matches!(rule, Rule::Copy),
        FieldType::Integer | FieldType::Decimal => matches!(rule, Rule::Number { .. }),
        FieldType::Money => matches!(rule, Rule::Money { .. }),
        FieldType::Date => matches!(rule, Rule::Date { .. }),
        FieldType::Datetime => matches!(rule, Rule::DateTime { .. }),
        FieldType::Boolean => matches!(rule, Rule::Boolean { .. }),
        FieldType::Email => matches!(rule, Rule::Email),
        FieldType::Phone => matches!(rule, Rule::Phone { .. }),
        FieldType::Url => matches!(rule, Rule::Url),
        FieldType::Domain => matches!(rule, Rule::Domain { .. }),
        FieldType::Country => matches!(rule, Rule::Country),
        FieldType::Language => matches!(rule, Rule::Language),
        FieldType::Currency => matches!(rule, Rule::Currency),
        FieldType::Choice | FieldType::Choices => matches!(rule, Rule::ValueMap { .. }),
        FieldType::Reference => matches!(rule, Rule::Reference { .. } | Rule::Owner { .. }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(before: &str, columns: &[&str]) -> Vec<(String, usize)> {
        let columns: Vec<String> = columns.iter().map(|name| (*name).to_owned()).collect();
        words(before, &columns).into_iter().map(|(word, back)| (word.text, back)).collect()
    }

    #[test]
    fn a_column_is_found_by_the_beginning_of_its_name_before_others_that_hold_it() {
        let found = texts("copy ma", &["Email", "MailingCountry", "Mail"]);
        let names: Vec<&str> = found.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["MailingCountry", "Mail", "Email"]);
        assert!(found.iter().all(|(_, back)| *back == 2));
    }

    #[test]
    fn a_name_of_several_words_replaces_all_of_it_that_was_typed() {
        assert_eq!(texts("copy Account na", &["Account name"]), [("\"Account name\"".to_owned(), 10)]);
        assert_eq!(texts("copy \"Account na", &["Account name"]), [("\"Account name\"".to_owned(), 11)]);
    }

    #[test]
    fn a_hostile_name_is_quoted_and_never_cut_inside_a_character() {
        assert_eq!(quoted("a\"b", true), "\"a\"\"b\"");
        assert_eq!(quoted("a\"b", false), "\"a\\\"b\"");
        for before in ["é", "ﬁ\u{202E}", "\"", "copy(日本", "İ"] {
            let _ = texts(before, &["日本語", "\u{202E}x", "", "İstanbul"]);
        }
    }

    #[test]
    fn the_kinds_that_fit_the_type_come_first() {
        let field = Field { kind: FieldType::Phone, ..Field::default() };
        let all = kinds("phone", Some(&field), &["Phone".to_owned()], "Salesforce");
        assert!(matches!(all[0].0, Rule::Phone { .. }));
        assert!(all.len() > 20);
    }
}
