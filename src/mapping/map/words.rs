//! The words and keys that a map's document knows, and the nearest of them to one that it does not know.

use crate::values::shown::Shown;

/// The word of every rule, in the order in which they are listed for people.
pub const RULES: &[&str] = &[
    "copy",
    "constant",
    "value map",
    "first filled",
    "join",
    "split",
    "person name",
    "address",
    "date",
    "date and time",
    "number",
    "money",
    "boolean",
    "phone",
    "e-mail",
    "domain",
    "url",
    "country",
    "language",
    "currency",
    "owner",
    "reference",
    "look up",
    "expression",
];

/// Keys of the document itself.
pub const TOP: &[&str] = &[
    "source",
    "object",
    "entity",
    "only_where",
    "otherwise_excluded",
    "owner",
    "process",
    "deduplication",
    "validation",
    "fields",
    "columns",
];

/// Keys of a field, whatever its rule.
pub const FIELD: &[&str] = &["field", "from", "rule", "missing", "by", "at", "comments", "technical", "business"];

/// Keys of a column's decision.
pub const COLUMN: &[&str] =
    &["column", "dropped", "archived", "archive_as", "reason", "by", "at", "comments", "technical", "business"];

/// What a column can be archived as.
pub const ARCHIVES: &[&str] = &["field", "note", "document", "historical table", "read-only record"];

pub const PERSON_PARTS: &[&str] = &["given", "family", "middle", "title", "suffix"];
pub const ADDRESS_PARTS: &[&str] = &["street", "unit", "city", "state", "postal_code", "country", "confidence"];
pub const POLICIES: &[&str] = &["undecided", "default", "derive", "reject", "ask"];
pub const ROUNDINGS: &[&str] = &["none", "half-up", "half-even", "down"];

/// Keys that a rule has for itself.
pub fn keys_of_rule(word: &str) -> &'static [&'static str] {
    match word {
        "constant" => &["value"],
        "value map" => &["separator", "folded", "otherwise", "values"],
        "join" => &["separator"],
        "split" => &["delimiter", "part"],
        "person name" => &["part"],
        "address" => &["part", "at_least"],
        "date" => &["format"],
        "date and time" => &["format", "zone"],
        "number" => &["decimal", "scale", "rounding"],
        "money" => &["decimal", "currency", "rounding"],
        "boolean" => &["yes", "no", "turned_round"],
        "phone" => &["country"],
        "domain" => &["without_free_mail"],
        "owner" => &["list"],
        "reference" => &["entity", "source", "object"],
        "look up" => &["source", "object", "column"],
        "expression" => &["sql"],
        _ => &[],
    }
}

/// How many columns a rule reads: the least and the most.
pub fn columns_of_rule(word: &str) -> (usize, usize) {
    match word {
        "constant" => (0, 0),
        "expression" => (0, usize::MAX),
        "first filled" | "join" => (1, usize::MAX),
        "money" | "phone" => (1, 2),
        _ => (1, 1),
    }
}

/// The known word that is nearest to one that is not known; `None` where none is near.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let plain = |text: &str| text.to_lowercase().replace(['_', '-'], " ");
    let wanted = plain(word);
    let far = (wanted.chars().count() / 3).max(1);
    known
        .into_iter()
        .map(|one| (strsim::osa_distance(&wanted, &plain(one)), one))
        .min_by_key(|(distance, _)| *distance)
        .filter(|(distance, _)| *distance <= far)
        .map(|(_, one)| one)
}

/// What to say of a word that is not known: the nearest one, else all of them.
pub fn not_known<'a>(what: &str, word: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> String {
    let word = Shown::of(word).to_plain();
    match nearest(&word, known.clone()) {
        Some(near) => format!("there is no {what} “{word}”; “{}” is meant, perhaps", Shown::of(near)),
        None => {
            let all: Vec<String> = known.into_iter().take(30).map(|one| Shown::of(one).to_plain()).collect();
            match all.as_slice() {
                [] => format!("there is no {what} “{word}”"),
                all => format!("there is no {what} “{word}”; there are {}", all.join(", ")),
            }
        }
    }
}
