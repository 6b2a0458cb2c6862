//! What source values become: of a field's allowed values, or of the codes of its type. Only what is known or nearly
//! spelled so is proposed; a default never is. The words stand in `assets/value_words.toml`.

use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

use super::ValueSuggestion;
use crate::mapping::rule::ValueTarget;
use crate::model::{Field, FieldType};
use crate::values::words::name_words;
use crate::values::{country, currency, language};

/// From here on a proposal goes into a proposed rule by itself.
pub const SURE: f64 = 0.9;
/// Letters of a value from which on one may be wrong, and two.
const ONE_WRONG: usize = 5;
const TWO_WRONG: usize = 9;

#[derive(Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Asset {
    boolean: Boolean,
    same: Same,
}

#[derive(Debug, Default, serde::Deserialize)]
struct Boolean {
    yes: Vec<String>,
    no: Vec<String>,
}

#[derive(Debug, Default, serde::Deserialize)]
struct Same {
    groups: Vec<Vec<String>>,
}

pub(super) struct Words {
    yes: Vec<String>,
    no: Vec<String>,
    /// Groups of words that mean the same, by word.
    same: HashMap<String, Vec<usize>>,
}

impl Words {
    pub fn built_in() -> &'static Self {
        static WORDS: OnceLock<Words> = OnceLock::new();
        WORDS.get_or_init(|| {
            // The asset is part of the program; a test reads it.
            let asset: Asset = toml::from_str(include_str!("../../../assets/value_words.toml"))
                .expect("assets/value_words.toml is well formed");
            let mut same: HashMap<String, Vec<usize>> = HashMap::new();
            for (at, group) in asset.same.groups.iter().enumerate() {
                for word in group {
                    same.entry(folded(word)).or_default().push(at);
                }
            }
            Self { yes: asset.boolean.yes, no: asset.boolean.no, same }
        })
    }

    /// `Some(true)` for a word of yes.
    pub fn yes_or_no(&self, value: &str) -> Option<bool> {
        let value = folded(value);
        if self.yes.contains(&value) {
            Some(true)
        } else if self.no.contains(&value) {
            Some(false)
        } else {
            None
        }
    }

    /// The code of a value for a field of this type.
    pub fn code(&self, kind: FieldType, value: &str) -> Option<String> {
        // Codes of three digits are codes as well, but a column of small numbers is none of countries.
        if value.len() > 60 || !value.chars().any(|c| c.is_alphabetic() || matches!(c, '€' | '$' | '£' | '¥')) {
            return None;
        }
        match kind {
            FieldType::Country => country::code(value).ok().map(str::to_owned),
            FieldType::Language => language::tag(value).ok(),
            FieldType::Currency => currency::code(value).ok().map(str::to_owned),
            _ => None,
        }
    }
}

/// A value in small plain letters, its words apart; what has no word stays as it is.
pub(super) fn folded(value: &str) -> String {
    let words = name_words(value);
    if words.is_empty() { value.trim().to_lowercase() } else { words.join(" ") }
}

/// What can be said of a value: what it becomes, how sure, and why.
type Found = (String, f64, String);

/// The allowed values of a field, made ready.
pub(super) struct Allowed<'a> {
    pub field: &'a Field,
    words: &'static Words,
    /// (folded, value, how sure, why): values, synonyms, meanings.
    known: Vec<(String, &'a str, f64, &'static str)>,
    by_group: BTreeMap<usize, Vec<&'a str>>,
}

impl<'a> Allowed<'a> {
    pub fn of(field: &'a Field) -> Self {
        let words = Words::built_in();
        let mut known = Vec::new();
        let mut by_group: BTreeMap<usize, Vec<&'a str>> = BTreeMap::new();
        for allowed in &field.allowed {
            known.push((folded(&allowed.value), allowed.value.as_str(), 0.98, "the same word"));
            for synonym in &allowed.synonyms {
                known.push((folded(synonym), allowed.value.as_str(), 0.95, "a synonym"));
            }
            if !allowed.meaning.is_empty() {
                known.push((folded(&allowed.meaning), allowed.value.as_str(), 0.85, "its meaning"));
            }
        }
        for allowed in &field.allowed {
            for group in words.same.get(&folded(&allowed.value)).into_iter().flatten() {
                let values = by_group.entry(*group).or_default();
                if !values.contains(&allowed.value.as_str()) {
                    values.push(&allowed.value);
                }
            }
        }
        Self { field, words, known, by_group }
    }

    /// What a value becomes; `None`: nothing is known of it.
    pub fn target(&self, value: &str) -> Option<Found> {
        if value.trim().is_empty() {
            return None;
        }
        if self.field.allowed.is_empty() {
            return self.code(value);
        }
        if self.field.allowed.iter().any(|allowed| allowed.value == value) {
            return Some((value.to_owned(), 1.0, "an allowed value".to_owned()));
        }
        let plain = folded(value);
        let exact: Vec<_> = self.known.iter().filter(|(word, ..)| *word == plain).collect();
        let best = exact.iter().map(|(.., sure, _)| *sure).fold(0.0, f64::max);
        let mut exact: Vec<_> = exact.into_iter().filter(|(.., sure, _)| *sure >= best).collect();
        exact.dedup_by_key(|(_, value, ..)| *value);
        match exact.as_slice() {
            [(_, to, sure, why)] => return Some(((*to).to_owned(), *sure, format!("{why}: {}", shown(to)))),
            [] => {}
            // Two allowed values claim the word.
            _ => return None,
        }
        self.by_words(&plain).or_else(|| self.by_spelling(&plain))
    }

    fn code(&self, value: &str) -> Option<Found> {
        if self.field.kind == FieldType::Boolean {
            let yes = self.words.yes_or_no(value)?;
            return Some((yes.to_string(), 0.95, format!("means {}", if yes { "yes" } else { "no" })));
        }
        let code = self.words.code(self.field.kind, value)?;
        let sure = if code.eq_ignore_ascii_case(value.trim()) { 1.0 } else { 0.97 };
        let what = match self.field.kind {
            FieldType::Country => "a country",
            FieldType::Language => "a language",
            _ => "a currency",
        };
        Some((code.clone(), sure, format!("{what}: {code}")))
    }

    /// By words that mean the same, of the whole value, else of its synonyms' words.
    fn by_words(&self, plain: &str) -> Option<Found> {
        let mut meant: Vec<&str> = Vec::new();
        for group in self.words.same.get(plain).into_iter().flatten() {
            meant.extend(self.by_group.get(group).into_iter().flatten());
        }
        meant.sort_unstable();
        meant.dedup();
        if let [one] = meant.as_slice() {
            return Some(((*one).to_owned(), 0.9, format!("means {}", shown(one))));
        }
        if !meant.is_empty() {
            return None;
        }
        // One allowed value stands in it, whole, with words around it: “customer (paying)”.
        let words: Vec<&str> = plain.split(' ').collect();
        let is_denied = words
            .iter()
            .any(|word| matches!(*word, "not" | "no" | "non" | "un" | "ex" | "former" | "inactive" | "kein" | "nicht"));
        if is_denied || words.len() < 2 {
            return None;
        }
        let mut within: Vec<&str> = self
            .known
            .iter()
            .filter(|(word, _, sure, _)| {
                *sure > 0.9 && word.len() >= 4 && {
                    let part: Vec<&str> = word.split(' ').collect();
                    words.windows(part.len()).any(|window| window == part.as_slice())
                }
            })
            .map(|(_, value, ..)| *value)
            .collect();
        within.sort_unstable();
        within.dedup();
        match within.as_slice() {
            [one] => Some(((*one).to_owned(), 0.6, format!("{} stands in it", shown(one)))),
            _ => None,
        }
    }

    /// By one or two letters that are wrong.
    fn by_spelling(&self, plain: &str) -> Option<Found> {
        let letters = plain.chars().count();
        if !(ONE_WRONG..=60).contains(&letters) || plain.chars().any(char::is_numeric) {
            return None;
        }
        let most = if letters >= TWO_WRONG { 2 } else { 1 };
        let mut near: Vec<(usize, &str)> = self
            .known
            .iter()
            .filter(|(word, ..)| word.chars().count().abs_diff(letters) <= most)
            .map(|(word, value, ..)| (strsim::damerau_levenshtein(plain, word), *value))
            .filter(|(wrong, _)| *wrong <= most)
            .collect();
        near.sort_unstable();
        let (wrong, value) = *near.first()?;
        if near.iter().any(|(other, of)| *other == wrong && *of != value) {
            return None;
        }
        let said = if wrong == 1 { "one letter" } else { "two letters" };
        Some((value.to_owned(), if wrong == 1 { 0.8 } else { 0.7 }, format!("{said} from {}", shown(value))))
    }
}

fn shown(text: &str) -> String {
    crate::values::shown::Shown::of(text).to_plain()
}

/// See [`super::values`].
pub fn values(field: &Field, values: &[(String, u64)]) -> Vec<ValueSuggestion> {
    let allowed = Allowed::of(field);
    values
        .iter()
        .filter_map(|(value, _)| {
            let (to, confidence, because) = allowed.target(value)?;
            Some(ValueSuggestion { value: value.clone(), to: ValueTarget::Value(to), confidence, because })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choice(values: &[(&str, &[&str])]) -> Field {
        let allowed = values.iter().map(|(value, synonyms)| crate::model::Allowed {
            value: (*value).to_owned(),
            synonyms: synonyms.iter().map(|word| (*word).to_owned()).collect(),
            ..crate::model::Allowed::default()
        });
        Field { name: "stage".to_owned(), kind: FieldType::Choice, allowed: allowed.collect(), ..Field::default() }
    }

    fn becomes(field: &Field, value: &str) -> Option<(String, f64)> {
        Allowed::of(field).target(value).map(|(to, sure, _)| (to, sure))
    }

    #[test]
    fn words_of_a_status_become_the_allowed_value_that_they_mean() {
        let field = choice(&[("customer", &["kundin"]), ("prospect", &[]), ("former_customer", &[]), ("other", &[])]);
        for (value, to, sure) in [
            ("customer", "customer", 1.0),
            ("CUSTOMER", "customer", 0.98),
            ("Kundin", "customer", 0.95),
            ("Active Client", "customer", 0.9),
            ("Former customer", "former_customer", 0.98),
            ("Churned", "former_customer", 0.9),
            ("Custmer", "customer", 0.8),
            ("customer (paying since 2019)", "customer", 0.6),
        ] {
            assert_eq!(becomes(&field, value), Some((to.to_owned(), sure)), "{value}");
        }
        for value in ["", "  ", "not a customer", "4711", "Something else", "—"] {
            assert_eq!(becomes(&field, value), None, "{value}");
        }
    }

    #[test]
    fn countries_and_languages_become_codes() {
        let field = |kind| Field { kind, ..Field::default() };
        for (kind, value, to) in [
            (FieldType::Country, "United States", "US"),
            (FieldType::Country, "deutschland", "DE"),
            (FieldType::Country, "pl", "PL"),
            (FieldType::Language, "Spanish", "es"),
            (FieldType::Language, "en-US", "en-US"),
            (FieldType::Language, "pt_br", "pt-BR"),
            (FieldType::Currency, "usd", "USD"),
            (FieldType::Boolean, "Ja", "true"),
        ] {
            assert_eq!(becomes(&field(kind), value).map(|(to, _)| to), Some(to.to_owned()), "{value}");
        }
        assert_eq!(becomes(&field(FieldType::Country), "Atlantis"), None);
    }
}
