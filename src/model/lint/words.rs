//! Words that say nothing, and words that say two things.

use unicode_normalization::UnicodeNormalization;

use crate::values::character::is_invisible;

/// Words that a table's name must not consist of.
const VAGUE: &[&str] = &[
    "all",
    "base",
    "client",
    "clients",
    "common",
    "contact_data",
    "core",
    "crm",
    "customer",
    "customers",
    "data",
    "dataset",
    "detail",
    "details",
    "dump",
    "entity",
    "entities",
    "entries",
    "entry",
    "export",
    "file",
    "general",
    "generic",
    "import",
    "info",
    "information",
    "item",
    "items",
    "kunde",
    "kunden",
    "list",
    "main",
    "master",
    "misc",
    "miscellaneous",
    "new",
    "object",
    "objects",
    "old",
    "other",
    "others",
    "raw",
    "record",
    "records",
    "row",
    "rows",
    "stuff",
    "table",
    "temp",
    "test",
    "thing",
    "things",
    "tmp",
    "user_data",
    "various",
];

/// Words that a field's name must not consist of.
const VAGUE_FIELD: &[&str] = &[
    "attribute",
    "col",
    "column",
    "custom",
    "data",
    "extra",
    "field",
    "flag",
    "info",
    "information",
    "misc",
    "other",
    "stuff",
    "temp",
    "tmp",
    "unknown",
    "value",
    "var",
    "x",
];

/// Names that show the grain.
const BETTER: &[&str] = &["customer_accounts", "customer_contacts", "billing_customers"];

fn all_in(name: &str, list: &[&str]) -> bool {
    // A number behind a word says nothing more.
    let mut words = name.split(['_', '.']).map(|word| word.trim_end_matches(|c: char| c.is_ascii_digit())).peekable();
    words.peek().is_some() && words.all(|word| word.is_empty() || list.contains(&word))
}

/// Better names for a table whose name says nothing of its grain; empty if it does.
#[must_use]
pub fn better_names(name: &str) -> Vec<String> {
    if !all_in(name, VAGUE) {
        return Vec::new();
    }
    BETTER.iter().map(|name| (*name).to_owned()).collect()
}

/// Whether the name of a field says nothing.
pub(super) fn is_vague_field(name: &str) -> bool {
    all_in(name, VAGUE_FIELD)
}

/// Whether a text holds the word *customer* in any form: plural, possessive, capitals, wide or hyphenated letters.
#[must_use]
pub fn says_customer(text: &str) -> bool {
    let plain: String = text
        .nfkc()
        .filter(|c| !is_invisible(*c) && !matches!(c, '-' | '\u{2010}' | '\u{2011}'))
        .flat_map(char::to_lowercase)
        .collect();
    plain.contains("customer")
}

/// The word that makes two things of the sentence, if there is one.
pub(super) fn two_in_one(sentence: &str) -> Option<&'static str> {
    let lower = format!(" {} ", sentence.to_lowercase());
    if lower.contains('/') {
        return Some("/");
    }
    let is_between = |word: &str| lower.split(|c: char| !c.is_alphanumeric()).any(|found| found == word);
    ["and", "or", "und", "oder"]
        .into_iter()
        .find(|word| is_between(word))
        .or_else(|| lower.contains('&').then_some("&"))
}
