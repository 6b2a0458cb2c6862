//! How near a header is to a field: words that both have, the rarer among all fields the more they count, nearly equal ones
//! a little less (a soft Dice of words weighted by inverse frequency, Cohen, Ravikumar and Fienberg 2003), over all readings
//! of both. Words that only name the object or the entity hardly count; words that choose one of several of a kind count
//! as they must.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::gather::Subject;
use super::words::{Kind, Read, Reading, Vocabulary, pieces, singular};
use crate::model::{Entity, Field, FieldType};
use crate::sources::presets::ColumnMeaning;
use crate::sources::{Column, ColumnRole, presets};

/// Words from that nearness on (Jaro-Winkler) are one, and so many letters long at least.
const NEAR: f64 = 0.92;
const NEAR_LETTERS: usize = 5;
/// Fields with less are no candidates.
pub const LEAST: f64 = 0.30;

/// A field of an entity, with its words.
struct Named {
    entity: usize,
    field: usize,
    /// With which of the field's names each is: 0 its name, then label, target's name, synonyms.
    readings: Vec<(Reading, usize)>,
    kind: Option<Kind>,
    turned: bool,
    group: Vec<String>,
}

/// How near a column is to one field.
#[derive(Debug, Clone, PartialEq)]
pub struct Near {
    pub entity: usize,
    pub field: usize,
    /// 0 to 1.
    pub strength: f64,
    /// What of the field it is near to: its name, label or a synonym.
    pub to: String,
    /// One says the contrary of the other.
    pub turned: bool,
}

/// The fields of all entities as words.
pub struct Lexicon<'a> {
    vocabulary: &'static Vocabulary,
    entities: &'a [Entity],
    named: Vec<Named>,
    /// Which fields have a word.
    having: HashMap<String, Vec<usize>>,
    rarity: HashMap<String, f64>,
    unknown: f64,
    /// Words that glued headers may be made of.
    further: HashSet<String>,
    /// Of each entity, words that name the same thing.
    contexts: Vec<BTreeSet<String>>,
    same: HashMap<String, Vec<(String, f64)>>,
}

/// A column as words.
pub struct Header {
    pub read: Read,
    context: BTreeSet<String>,
}

impl<'a> Lexicon<'a> {
    pub fn new(entities: &'a [Entity]) -> Self {
        let vocabulary = Vocabulary::built_in();
        let mut further = HashSet::new();
        for field in entities.iter().flat_map(|entity| &entity.fields) {
            for text in names_of(field) {
                further.extend(pieces(text).into_iter().map(|word| singular(&word)).filter(|word| word.len() > 2));
            }
        }
        let contexts = entities
            .iter()
            .map(|entity| {
                let mut words = vocabulary.thing(&entity.name);
                words.extend(vocabulary.thing(&entity.grain.concept));
                vocabulary.same_things(&words)
            })
            .collect();
        let mut named = Vec::new();
        for (at, entity) in entities.iter().enumerate() {
            for (place, field) in entity.fields.iter().enumerate().filter(|(_, field)| !field.derived) {
                named.push(name(vocabulary, at, place, field, &further));
            }
        }
        let mut having: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, field) in named.iter().enumerate() {
            let words: BTreeSet<&String> = field.readings.iter().flat_map(|(reading, _)| &reading.words).collect();
            for word in words {
                having.entry(word.clone()).or_default().push(at);
            }
        }
        let all = named.len().max(1) as f64;
        // Rarity by the names alone: many synonyms make no word frequent.
        let mut met: HashMap<&String, f64> = HashMap::new();
        for field in &named {
            let words: BTreeSet<&String> =
                field.readings.iter().filter(|(_, of)| *of == 0).flat_map(|(reading, _)| &reading.words).collect();
            for word in words {
                *met.entry(word).or_default() += 1.0;
            }
        }
        let rarity = having
            .keys()
            .map(|word| (word.clone(), (1.0 + all / met.get(word).copied().unwrap_or(1.0)).ln()))
            .collect();
        let unknown = (1.0 + all / 2.0).ln().max(0.5);
        Self { vocabulary, entities, named, having, rarity, unknown, further, contexts, same: HashMap::new() }
    }

    /// Reads the headers of an object, with what it knows of its columns.
    pub fn headers(&mut self, subject: &Subject) -> Vec<Header> {
        let object = &subject.object;
        let mut thing = self.vocabulary.thing(&object.name);
        if let Some((_, Some(known))) = object.preset.as_deref().and_then(presets::of_object) {
            thing.extend(self.vocabulary.thing(&known.name));
        }
        let context: BTreeSet<String> = thing.into_iter().collect();
        let mut headers = Vec::with_capacity(object.columns.len());
        for column in &object.columns {
            let mut read = self.vocabulary.read(&column.name, &self.further);
            for words in told(column) {
                let words: Vec<String> = words.split(' ').map(str::to_owned).collect();
                if read.readings.iter().all(|reading| reading.words != words) {
                    read.readings.push(Reading { words, weight: 0.9 });
                }
            }
            for reading in &read.readings {
                for word in &reading.words {
                    if !self.same.contains_key(word) {
                        let same = self.same_words(word);
                        self.same.insert(word.clone(), same);
                    }
                }
            }
            headers.push(Header { read, context: context.clone() });
        }
        headers
    }

    /// The words of fields that are this word, or nearly.
    fn same_words(&self, word: &str) -> Vec<(String, f64)> {
        let mut same = Vec::new();
        if self.having.contains_key(word) {
            same.push((word.to_owned(), 1.0));
        } else if word.len() >= NEAR_LETTERS && !word.bytes().any(|b| b.is_ascii_digit()) {
            for known in self.having.keys().filter(|known| known.len() >= NEAR_LETTERS) {
                let near = strsim::jaro_winkler(word, known);
                if near >= NEAR && known.len().abs_diff(word.len()) <= 3 {
                    same.push((known.clone(), near * near));
                }
            }
            same.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
            same.truncate(3);
        }
        same
    }

    /// The fields that a column is near to, the nearest first.
    pub fn near(&self, header: &Header) -> Vec<Near> {
        let mut fields: BTreeSet<usize> = BTreeSet::new();
        for reading in &header.read.readings {
            for word in &reading.words {
                for (same, _) in self.same.get(word).into_iter().flatten() {
                    fields.extend(self.having.get(same).into_iter().flatten());
                }
            }
        }
        let mut found: Vec<Near> = Vec::new();
        for at in fields {
            let field = &self.named[at];
            let mut best = (0.0, 0);
            for reading in &header.read.readings {
                for (other, of) in &field.readings {
                    let most = reading.weight * other.weight;
                    if most <= best.0 {
                        continue;
                    }
                    let strength = most * self.dice(&reading.words, &other.words, header, field);
                    if strength > best.0 + 1e-9 {
                        best = (strength, *of);
                    }
                }
            }
            let strength = best.0 * agreement(header.read.kind, field.kind);
            if strength >= LEAST {
                let of = &self.entities[field.entity].fields[field.field];
                found.push(Near {
                    entity: field.entity,
                    field: field.field,
                    strength: strength.min(1.0),
                    to: names_of(of).nth(best.1).unwrap_or(&of.name).to_owned(),
                    turned: header.read.turned != field.turned && (of.kind == FieldType::Boolean || field.turned),
                });
            }
        }
        found.sort_by(|a, b| {
            b.strength.total_cmp(&a.strength).then_with(|| (a.entity, a.field).cmp(&(b.entity, b.field)))
        });
        found
    }

    fn weight(&self, word: &str) -> f64 {
        self.rarity.get(word).copied().unwrap_or(self.unknown)
    }

    /// Twice the weight of the common words through the weight of all.
    fn dice(&self, words: &[String], others: &[String], header: &Header, field: &Named) -> f64 {
        let context = &self.contexts[field.entity];
        let mut free: Vec<bool> = vec![true; others.len()];
        let mut common = 0.0;
        let (mut of_words, mut of_others) = (0.0, 0.0);
        let mut left: Vec<&String> = Vec::new();
        for word in words {
            let mut met = None;
            for (same, near) in self.same.get(word).into_iter().flatten() {
                if let Some(at) = others.iter().enumerate().position(|(at, other)| free[at] && other == same) {
                    met = Some((at, *near));
                    break;
                }
            }
            match met {
                Some((at, near)) => {
                    free[at] = false;
                    let is_told = context.contains(&others[at]) && others.len() > 1;
                    let weight = self.weight(&others[at]) * if is_told { 0.5 } else { 1.0 };
                    common += near * weight;
                    of_words += weight;
                    of_others += weight;
                }
                None => left.push(word),
            }
        }
        if common == 0.0 {
            return 0.0;
        }
        let unmet: Vec<&String> = others.iter().enumerate().filter(|(at, _)| free[*at]).map(|(_, word)| word).collect();
        let is_choice = |word: &str| self.vocabulary.is_weak(word) || self.vocabulary.is_strong(word);
        let clash = left.iter().any(|word| is_choice(word)) && unmet.iter().any(|word| is_choice(word));
        let share = |word: &str, names_it: bool| {
            if names_it {
                0.12
            } else if self.vocabulary.is_weak(word) && !clash {
                0.25
            } else if self.vocabulary.is_strong(word) {
                0.9
            } else {
                1.0
            }
        };
        for word in left {
            let names_it = context.contains(word) || field.group.contains(word);
            of_words += self.weight(word).min(self.unknown) * share(word, names_it);
        }
        for word in unmet {
            let names_it = context.contains(word) || header.context.contains(word) || field.group.contains(word);
            of_others += self.weight(word) * share(word, names_it);
        }
        2.0 * common / (of_words + of_others)
    }
}

/// The texts that name a field: its name, its label, what the target calls it, its synonyms.
fn names_of(field: &Field) -> impl Iterator<Item = &str> {
    let further = [field.label.as_str(), field.target_name.as_str()];
    std::iter::once(field.name.as_str()).chain(further).chain(field.synonyms.iter().map(String::as_str))
}

fn name(vocabulary: &Vocabulary, entity: usize, place: usize, field: &Field, further: &HashSet<String>) -> Named {
    let mut readings: Vec<(Reading, usize)> = Vec::new();
    let (mut kind, mut turned) = (kind_of(field.kind), false);
    for (of, text) in names_of(field).enumerate().filter(|(_, text)| !text.is_empty()) {
        let read = vocabulary.read(text, further);
        if of == 0 {
            kind = kind.or(read.kind);
            turned = read.turned;
        }
        for mut reading in read.readings {
            // A name that a phrase explains is less sure than one that stands there.
            if of > 2 {
                reading.weight *= 0.98;
            }
            let plus = match field.kind {
                FieldType::Reference | FieldType::Id => Some("id"),
                FieldType::Date | FieldType::Datetime => Some("date"),
                _ => None,
            };
            if let Some(plus) = plus.filter(|plus| reading.words.iter().all(|word| word != plus)) {
                let mut words = reading.words.clone();
                words.push(plus.to_owned());
                add(&mut readings, Reading { words, weight: reading.weight }, of);
            }
            add(&mut readings, reading, of);
        }
    }
    Named { entity, field: place, readings, kind, turned, group: vocabulary.thing(&field.group) }
}

fn add(readings: &mut Vec<(Reading, usize)>, reading: Reading, of: usize) {
    match readings.iter_mut().find(|(known, _)| known.words == reading.words) {
        Some((known, _)) => known.weight = known.weight.max(reading.weight),
        None => readings.push((reading, of)),
    }
}

fn kind_of(kind: FieldType) -> Option<Kind> {
    match kind {
        FieldType::Id | FieldType::Reference => Some(Kind::Id),
        FieldType::Date | FieldType::Datetime => Some(Kind::Date),
        FieldType::Boolean => Some(Kind::Flag),
        FieldType::Integer | FieldType::Decimal | FieldType::Money => Some(Kind::Count),
        FieldType::Url => Some(Kind::Link),
        _ => None,
    }
}

/// How far the sort of values that a header says agrees with what a field holds.
fn agreement(header: Option<Kind>, field: Option<Kind>) -> f64 {
    match (header, field) {
        (None, _) => 1.0,
        (Some(one), Some(other)) if one == other => 1.0,
        // Somebody did it, at some time: `created by`, `created at`.
        (Some(Kind::Person), Some(Kind::Id) | None) => 0.9,
        (Some(Kind::Person), _) => 0.4,
        (Some(Kind::Count), Some(Kind::Id)) => 0.9,
        (Some(_), Some(_)) => 0.5,
        (Some(Kind::Id), None) => 0.75,
        (Some(Kind::Date), None) => 0.7,
        (Some(Kind::Link), None) => 0.8,
        (Some(Kind::Flag | Kind::Count), None) => 0.95,
    }
}

/// What role, meaning and aim of a column say of it, in the words of the vocabulary.
fn told(column: &Column) -> Vec<&'static str> {
    let mut said = Vec::new();
    match column.role {
        ColumnRole::Email => said.push("email"),
        ColumnRole::GivenName => said.push("given name"),
        ColumnRole::FamilyName => said.push("family name"),
        ColumnRole::FullName => said.push("full name"),
        ColumnRole::OrganizationName => said.extend(["company", "organization name", "account name"]),
        ColumnRole::MergedInto => said.push("merged into id"),
        _ => {}
    }
    match column.meaning {
        Some(ColumnMeaning::CreatedAt) => said.push("created date"),
        Some(ColumnMeaning::ModifiedAt) => said.push("modified date"),
        Some(ColumnMeaning::LastActivityAt) => said.push("last activity date"),
        Some(ColumnMeaning::Owner) => said.push("owner"),
        Some(ColumnMeaning::Status) => said.push("status"),
        Some(ColumnMeaning::Tags) => said.push("tag"),
        Some(ColumnMeaning::Amount) => said.push("amount"),
        Some(ColumnMeaning::Currency) => said.push("currency"),
        Some(ColumnMeaning::Notes) => said.extend(["note", "description"]),
        Some(ColumnMeaning::Consent) => said.extend(["consent", "email consent"]),
        _ => {}
    }
    said
}

/// The words of the fields of an entity, for whoever compares entities: best strength by field.
pub fn best_by_field(near: &[Vec<Near>], entity: usize) -> BTreeMap<usize, f64> {
    let mut best: BTreeMap<usize, f64> = BTreeMap::new();
    for near in near.iter().flatten().filter(|near| near.entity == entity) {
        let known = best.entry(near.field).or_default();
        *known = known.max(near.strength);
    }
    best
}
