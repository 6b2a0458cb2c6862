//! Headers and names of fields as words, so that `Vorname`, `FirstName` and `given_name` meet: split, in small plain
//! letters, abbreviations written out, phrases of several languages in one spelling. A text may have several readings. What
//! the words are stands in `assets/headers.toml`.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::OnceLock;

use crate::values::words::name_words;

/// Readings of one text at most.
const MOST_READINGS: usize = 8;
/// Words of one text that are looked at.
const MOST_WORDS: usize = 10;
/// Letters of a word from which on it may be several that are written together.
const GLUED: usize = 6;

#[derive(Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Asset {
    lead: Lead,
    words: Qualifiers,
    abbreviations: BTreeMap<String, String>,
    phrases: BTreeMap<String, Vec<String>>,
    turned: Turned,
    kinds: KindWords,
    contexts: Contexts,
    objects: BTreeMap<String, Vec<String>>,
    technical: Technical,
    shapes: BTreeMap<String, Vec<String>>,
}

#[derive(Debug, Default, serde::Deserialize)]
struct Lead {
    prefixes: Vec<String>,
    suffixes: Vec<String>,
}

#[derive(Debug, Default, serde::Deserialize)]
struct Qualifiers {
    noise: BTreeSet<String>,
    weak: BTreeSet<String>,
    strong: BTreeSet<String>,
}

#[derive(Debug, Default, serde::Deserialize)]
struct Turned {
    phrases: Vec<String>,
}

#[derive(Debug, Default, serde::Deserialize)]
struct KindWords {
    id: BTreeSet<String>,
    date: BTreeSet<String>,
    flag: BTreeSet<String>,
    count: BTreeSet<String>,
    link: BTreeSet<String>,
    person: BTreeSet<String>,
}

#[derive(Debug, Default, serde::Deserialize)]
struct Contexts {
    groups: Vec<BTreeSet<String>>,
}

#[derive(Debug, Default, serde::Deserialize)]
struct Technical {
    whole: BTreeSet<String>,
    words: BTreeSet<String>,
}

/// What a header says of the sort of its values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Id,
    Date,
    Flag,
    Count,
    Link,
    /// Who did it: `CreatedBy`.
    Person,
}

/// One way to understand a text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Reading {
    pub words: Vec<String>,
    /// 1 as it is written, less where phrases were put in another spelling, the more so the more they can mean.
    pub weight: f64,
}

/// A text as words.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Read {
    pub readings: Vec<Reading>,
    pub kind: Option<Kind>,
    /// It says the contrary of what a field of its subject says: `has opted out`.
    pub turned: bool,
}

/// The words of a phrase, and the words of each of its meanings.
type Phrase = (Vec<String>, Vec<Vec<String>>);

/// The vocabulary of the asset, made ready.
pub(super) struct Vocabulary {
    asset: Asset,
    /// Words that glued ones are taken apart into.
    dictionary: HashSet<String>,
    /// By first word, the longest first: a phrase and what it can mean.
    phrases: HashMap<String, Vec<Phrase>>,
    turned: Vec<Vec<String>>,
    shapes: BTreeMap<Vec<String>, Vec<String>>,
}

impl Vocabulary {
    /// The built-in one.
    pub fn built_in() -> &'static Self {
        static VOCABULARY: OnceLock<Vocabulary> = OnceLock::new();
        VOCABULARY.get_or_init(|| {
            // The asset is part of the program; a test reads it.
            let asset = toml::from_str(include_str!("../../../assets/headers.toml"));
            Self::new(asset.expect("assets/headers.toml is well formed"))
        })
    }

    fn new(asset: Asset) -> Self {
        let mut dictionary: HashSet<String> = HashSet::new();
        let own = asset
            .phrases
            .iter()
            .flat_map(|(to, from)| std::iter::once(to).chain(from))
            .chain(asset.abbreviations.values())
            .chain(asset.contexts.groups.iter().flatten());
        for phrase in own {
            dictionary.extend(pieces(phrase).into_iter().map(|word| singular(&word)));
        }
        let lists = [&asset.words.weak, &asset.words.strong, &asset.kinds.id, &asset.kinds.date, &asset.kinds.flag];
        for word in lists.into_iter().flatten().chain(asset.abbreviations.keys()).chain(&asset.words.noise) {
            // Short ones stand in the middle of every other word.
            if word.len() > 3
                || matches!(
                    word.as_str(),
                    "id" | "at" | "is" | "zip" | "tel" | "nr" | "of" | "has" | "key" | "plz" | "old"
                )
            {
                dictionary.insert(word.clone());
            }
        }
        dictionary.retain(|word| word.len() > 2 || matches!(word.as_str(), "id" | "at" | "is" | "nr" | "of" | "by"));
        let mut vocabulary =
            Self { asset, dictionary, phrases: HashMap::new(), turned: Vec::new(), shapes: BTreeMap::new() };
        let mut meanings: BTreeMap<Vec<String>, Vec<Vec<String>>> = BTreeMap::new();
        for (to, from) in &vocabulary.asset.phrases {
            let to = vocabulary.plain_words(to);
            for phrase in from {
                let phrase = vocabulary.plain_words(phrase);
                let known = meanings.entry(phrase.clone()).or_default();
                if !phrase.is_empty() && phrase != to && !known.contains(&to) {
                    known.push(to.clone());
                }
            }
        }
        for (phrase, to) in meanings {
            if let Some(first) = phrase.first().filter(|_| !to.is_empty()) {
                vocabulary.phrases.entry(first.clone()).or_default().push((phrase.clone(), to));
            }
        }
        for phrases in vocabulary.phrases.values_mut() {
            phrases.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.0.cmp(&b.0)));
        }
        vocabulary.turned = vocabulary.asset.turned.phrases.iter().map(|phrase| pieces(phrase)).collect();
        vocabulary.shapes = vocabulary
            .asset
            .shapes
            .iter()
            .map(|(name, shapes)| (vocabulary.plain_words(name), shapes.clone()))
            .collect();
        vocabulary
    }

    /// The words of a text: without what tools put around it, split, glued ones taken apart with these further words.
    fn words(&self, text: &str, further: &HashSet<String>) -> Vec<String> {
        let mut text = text.trim();
        let lower =
            |text: &str, part: &str| text.get(..part.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(part));
        for suffix in &self.asset.lead.suffixes {
            let at = text.len().saturating_sub(suffix.len());
            if at > 0 && text.get(at..).is_some_and(|end| end.eq_ignore_ascii_case(suffix)) {
                text = text.get(..at).unwrap_or(text).trim_end();
            }
        }
        // A package's namespace says nothing of the field: `npe01__WorkPhone`.
        if let Some((space, rest)) = text.split_once("__")
            && (1..=15).contains(&space.len())
            && space.bytes().all(|b| b.is_ascii_alphanumeric())
            && rest.chars().any(char::is_alphabetic)
        {
            text = rest;
        }
        for prefix in &self.asset.lead.prefixes {
            if lower(text, prefix) && text.len() > prefix.len() + 1 {
                text = text.get(prefix.len()..).unwrap_or(text);
            }
        }
        let mut words = Vec::new();
        for word in pieces(text) {
            match self.apart(&word, further) {
                Some(parts) => words.extend(parts),
                None => words.push(word),
            }
        }
        words.truncate(MOST_WORDS);
        words
    }

    /// The words that are written together in one; `None`: it is one word, or not all of it is known.
    fn apart(&self, word: &str, further: &HashSet<String>) -> Option<Vec<String>> {
        let is_known = |part: &str| {
            self.dictionary.contains(part) || further.contains(part) || {
                let one = singular(part);
                one != part && (self.dictionary.contains(&one) || further.contains(&one))
            }
        };
        if word.len() < GLUED || !word.is_ascii() || is_known(word) {
            return None;
        }
        // The fewest parts from each place to the end; all ASCII, so every place is a boundary.
        let mut best: Vec<Option<(usize, usize)>> = vec![None; word.len() + 1];
        best[word.len()] = Some((0, word.len()));
        for from in (0..word.len()).rev() {
            for to in from + 2..=word.len() {
                if let (Some((rest, _)), true) = (best[to], is_known(&word[from..to]))
                    && best[from].is_none_or(|(parts, _)| rest + 1 < parts)
                {
                    best[from] = Some((rest + 1, to));
                }
            }
        }
        let (mut at, mut parts) = (0, Vec::new());
        while at < word.len() {
            let (_, to) = best[at]?;
            parts.push(word[at..to].to_owned());
            at = to;
        }
        (parts.len() > 1 && parts.len() <= 5).then_some(parts)
    }

    /// Singular, abbreviations written out, without what says nothing.
    fn plain_words(&self, text: &str) -> Vec<String> {
        self.made_plain(&self.words(text, &HashSet::new()))
    }

    fn made_plain(&self, words: &[String]) -> Vec<String> {
        let mut plain: Vec<String> = Vec::new();
        for (at, word) in words.iter().enumerate() {
            let word = singular(word);
            let is_last = at > 0 && at + 1 == words.len();
            if is_last && self.asset.kinds.date.contains(&word) {
                plain.push("date".to_owned());
            } else if at == 0 && words.len() > 1 && matches!(word.as_str(), "is" | "has") {
                // A question is about the rest.
            } else if let Some(long) = self.asset.abbreviations.get(&word) {
                plain.extend(long.split(' ').map(str::to_owned));
            } else {
                plain.push(word);
            }
        }
        let told: Vec<String> = plain.iter().filter(|word| !self.asset.words.noise.contains(*word)).cloned().collect();
        let mut told = if told.is_empty() { plain } else { told };
        told.dedup();
        told
    }

    /// Understands a header, or the name of a field. `further`: words that the names of all fields are made of.
    pub fn read(&self, text: &str, further: &HashSet<String>) -> Read {
        let raw = self.words(text, further);
        let plain = self.made_plain(&raw);
        let mut readings = vec![Reading { words: plain.clone(), weight: 1.0 }];
        let mut said: Vec<(usize, Vec<String>, f64)> = vec![(0, Vec::new(), 1.0)];
        while let Some((at, words, weight)) = said.pop() {
            if readings.len() >= MOST_READINGS {
                break;
            }
            let Some(word) = plain.get(at) else {
                if !words.is_empty() && readings.iter().all(|known| known.words != words) {
                    readings.push(Reading { words, weight });
                }
                continue;
            };
            let found =
                self.phrases.get(word).into_iter().flatten().find(|(phrase, _)| plain[at..].starts_with(phrase));
            match found {
                Some((phrase, meanings)) => {
                    let less = match meanings.len() {
                        1 => 0.98,
                        2 => 0.95,
                        _ => 0.92,
                    };
                    for meaning in meanings.iter().rev() {
                        let mut words = words.clone();
                        words.extend(meaning.iter().cloned());
                        said.push((at + phrase.len(), words, weight * less));
                    }
                }
                None => {
                    let mut words = words;
                    words.push(word.clone());
                    said.push((at + 1, words, weight));
                }
            }
        }
        Read { readings, kind: self.kind_of(&raw), turned: self.is_turned(&raw) }
    }

    fn kind_of(&self, raw: &[String]) -> Option<Kind> {
        let kinds = &self.asset.kinds;
        let last = singular(raw.last()?);
        if raw.len() > 1 && raw.iter().rev().take(2).any(|word| kinds.person.contains(word)) {
            Some(Kind::Person)
        } else if kinds.id.contains(&last) {
            Some(Kind::Id)
        } else if raw.len() > 1 && raw.first().is_some_and(|first| kinds.flag.contains(first)) {
            Some(Kind::Flag)
        } else if raw.len() > 1 && kinds.date.contains(&last) && raw.iter().all(|word| word != "zone") {
            Some(Kind::Date)
        } else if raw.iter().any(|word| kinds.link.contains(&singular(word))) {
            Some(Kind::Link)
        } else if kinds.count.contains(&last) && raw.len() > 1
            || raw.windows(2).any(|two| two[0] == "number" && two[1] == "of")
        {
            Some(Kind::Count)
        } else {
            None
        }
    }

    fn is_turned(&self, raw: &[String]) -> bool {
        self.turned.iter().any(|phrase| raw.windows(phrase.len().max(1)).any(|words| words == phrase.as_slice()))
    }

    pub fn is_weak(&self, word: &str) -> bool {
        self.asset.words.weak.contains(word)
    }

    pub fn is_strong(&self, word: &str) -> bool {
        self.asset.words.strong.contains(word)
    }

    /// Words that name the same thing as one of these.
    pub fn same_things(&self, words: &[String]) -> BTreeSet<String> {
        let mut all: BTreeSet<String> = words.iter().cloned().collect();
        for group in &self.asset.contexts.groups {
            if words.iter().any(|word| group.contains(word)) {
                all.extend(group.iter().cloned());
            }
        }
        all
    }

    /// Entities that objects of these words usually feed, best first.
    pub fn fed_by(&self, words: &[String]) -> Vec<&str> {
        let whole = words.concat();
        let by_last = || words.last().and_then(|last| self.asset.objects.get(last));
        let found = self.asset.objects.get(&whole).or_else(by_last);
        found.into_iter().flatten().map(String::as_str).collect()
    }

    /// Whether a system keeps such a column for itself.
    pub fn is_technical(&self, header: &str) -> bool {
        let words = pieces(header);
        self.asset.technical.whole.contains(&words.concat())
            || words.iter().any(|word| self.asset.technical.words.contains(word))
    }

    /// Whether a header says that its IDs are of a system that is gone: `Legacy ID`, `OLD_BILLING_NO`.
    pub fn is_of_former(&self, header: &str) -> bool {
        let words = self.words(header, &HashSet::new());
        let is_id = words.last().is_some_and(|last| {
            self.asset.kinds.id.contains(&singular(last)) || matches!(last.as_str(), "no" | "nr" | "number")
        });
        is_id
            && words
                .iter()
                .any(|word| matches!(word.as_str(), "old" | "legacy" | "former" | "previous" | "external" | "alt"))
    }

    /// What values of a text look like that says this.
    pub fn shapes_of(&self, words: &[String]) -> &[String] {
        let found = (0..words.len()).find_map(|from| self.shapes.get(&words[from..]));
        found.map_or(&[], Vec::as_slice)
    }

    /// The words of an object's or entity's name.
    pub fn thing(&self, name: &str) -> Vec<String> {
        let words: Vec<String> = self
            .words(name, &HashSet::new())
            .iter()
            .map(|word| singular(word))
            .filter(|word| {
                !matches!(
                    word.as_str(),
                    "data"
                        | "export"
                        | "list"
                        | "all"
                        | "table"
                        | "record"
                        | "extract"
                        | "crm"
                        | "template"
                        | "import"
                        | "master"
                )
            })
            .collect();
        if words.is_empty() { vec![name.to_lowercase()] } else { words }
    }
}

/// A text split at capitals, digits and signs, in small plain letters.
pub(super) fn pieces(text: &str) -> Vec<String> {
    let letters: Vec<char> = text.chars().take(200).collect();
    let mut spaced = String::with_capacity(text.len() + 8);
    for (at, &c) in letters.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| letters.get(at)).copied().unwrap_or(' ');
        let after = letters.get(at + 1).copied().unwrap_or(' ');
        let begins = c.is_uppercase() && (before.is_lowercase() || before.is_uppercase() && after.is_lowercase())
            || c.is_numeric() && before.is_alphabetic()
            || c.is_alphabetic() && before.is_numeric();
        if begins {
            spaced.push(' ');
        }
        spaced.push(c);
    }
    name_words(&spaced)
}

/// A word in the singular, as far as its end tells.
pub(super) fn singular(word: &str) -> String {
    if word.len() > 4 && word.ends_with("ies") {
        return format!("{}y", &word[..word.len() - 3]);
    }
    if word == "ids" {
        return "id".to_owned();
    }
    if word.ends_with("sses") {
        return word[..word.len() - 2].to_owned();
    }
    let stays = ["ss", "us", "is"].iter().any(|end| word.ends_with(end)) || matches!(word, "lens" | "trans" | "dns");
    match word.strip_suffix('s') {
        Some(stem) if word.len() > 3 && !stays => stem.to_owned(),
        _ => word.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn readings(header: &str) -> Vec<String> {
        let read = Vocabulary::built_in().read(header, &HashSet::new());
        read.readings.into_iter().map(|reading| reading.words.join(" ")).collect()
    }

    #[test]
    fn headers_of_many_ways_of_writing_say_the_same() {
        for (said, headers) in [
            (
                "given name",
                &[
                    "FirstName",
                    "first_name",
                    "FIRSTNAME",
                    "Vorname",
                    "prénom",
                    "PRENOM",
                    "property_firstname",
                    "given_name",
                    "Voornaam",
                    "imię",
                ][..],
            ),
            (
                "family name",
                &["LastName", "last name", "Nachname", "nom", "Apellido", "cognome", "achternaam", "Nazwisko"],
            ),
            ("postal code", &["zip", "ZIP Code", "PLZ", "Code postal", "postcode", "kod pocztowy", "BranchZip__c"]),
            ("birth date", &["dob", "Birthdate", "date_of_birth", "Geburtsdatum", "date de naissance", "DATEOFBIRTH"]),
            ("city", &["Ort", "ville", "Stadt", "ciudad", "città", "miasto", "BILLINGCITY"]),
            ("created date", &["created_at", "Created (UTC)", "CreatedDate", "CREATEDDATE", "Erstellt am"]),
            ("phone", &["tel", "Telefon", "phone_number", "téléphone"]),
            ("street", &["Straße", "Strasse", "rue", "addr", "street address"]),
        ] {
            for header in headers {
                let found = readings(header);
                let is_said = found.iter().any(|reading| reading == said || reading.ends_with(&format!(" {said}")));
                assert!(is_said, "{header} says {found:?}, not {said}");
            }
        }
    }

    #[test]
    fn a_header_that_says_the_contrary_is_known() {
        let read = |header: &str| Vocabulary::built_in().read(header, &HashSet::new());
        for header in ["HasOptedOutOfEmail", "email_opt_out", "Unsubscribed", "DoNotCall", "is_inactive"] {
            assert!(read(header).turned, "{header}");
        }
        for header in ["Email Opt In", "Subscribed", "active", "Invoice No"] {
            assert!(!read(header).turned, "{header}");
        }
        assert_eq!(read("CreatedById").kind, Some(Kind::Person));
        assert_eq!(read("AccountId").kind, Some(Kind::Id));
        assert_eq!(read("created_at").kind, Some(Kind::Date));
        assert_eq!(read("IsActive").kind, Some(Kind::Flag));
    }

    proptest! {
        #![proptest_config(crate::values::steady_cases())]

        #[test]
        fn every_header_has_few_readings(header: String, name in "[A-Za-z_ éß0-9-]{0,60}") {
            for header in [header, name] {
                let read = Vocabulary::built_in().read(&header, &HashSet::new());
                prop_assert!((1..=MOST_READINGS).contains(&read.readings.len()));
            }
        }
    }
}
