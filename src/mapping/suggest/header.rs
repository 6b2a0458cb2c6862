//! How near a header is to a field: words that both have, the rarer among all fields the more they count, nearly equal ones
//! a little less (a soft Dice of words weighted by inverse frequency, Cohen, Ravikumar and Fienberg 2003), over all readings
//! of both. Words that only name the object or the entity hardly count; words that choose one of several of a kind count
//! as they must.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::gather::Subject;
use super::words::{Kind, Read, Reading, Vocabulary, pieces, singular};
use crate::model::{Entity, Field, FieldType};
use crate::sources::presets::ColumnMeaning;
use crate::sources::{Column, ColumnRole, SystemKind, presets};

/// Words from that nearness on (Jaro-Winkler) are one, and so many letters long at least.
const NEAR: f64 = 0.92;
const NEAR_LETTERS: usize = 5;
/// What other fields of an entity keep where one is called as the header is: by its own name, by a synonym.
const BESIDE_A_NAME: f64 = 0.72;
const BESIDE_A_SYNONYM: f64 = 0.76;
/// What a name keeps that leaves out which of several the field is.
const UNCHOSEN: f64 = 0.7;
/// Words that so many columns have (of all, in shares) tell none of them from the others.
const SHARED: f64 = 0.5;
const SHARED_COLUMNS: usize = 5;
/// Fields with less are no candidates.
pub const LEAST: f64 = 0.30;

/// A field of an entity, with its words.
struct Named {
    entity: usize,
    field: usize,
    /// Words and weight of each reading, and which of the field's names it is of: 0 its name, then label, target's name,
    /// synonyms.
    readings: Vec<(Vec<u32>, f64, usize)>,
    kind: Option<Kind>,
    turned: bool,
    group: Vec<u32>,
}

/// Words by number, with what is to be known of each.
#[derive(Default)]
struct Numbers {
    numbers: HashMap<String, u32>,
    words: Vec<String>,
    is_weak: Vec<bool>,
    is_strong: Vec<bool>,
}

impl Numbers {
    fn of(&mut self, word: &str) -> u32 {
        if let Some(number) = self.numbers.get(word) {
            return *number;
        }
        // No workspace has as many different words in its headers.
        let number = u32::try_from(self.words.len()).unwrap_or(u32::MAX);
        let vocabulary = Vocabulary::built_in();
        self.numbers.insert(word.to_owned(), number);
        self.words.push(word.to_owned());
        self.is_weak.push(vocabulary.is_weak(word));
        self.is_strong.push(vocabulary.is_strong(word));
        number
    }

    fn all<'w>(&mut self, words: impl IntoIterator<Item = &'w String>) -> Vec<u32> {
        words.into_iter().map(|word| self.of(word)).collect()
    }

    fn is_choice(&self, word: u32) -> bool {
        self.is_weak[word as usize] || self.is_strong[word as usize]
    }
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
    numbers: Numbers,
    named: Vec<Named>,
    /// Which fields have a word.
    having: HashMap<u32, Vec<usize>>,
    /// By word.
    rarity: Vec<f64>,
    unknown: f64,
    /// Words that glued headers may be made of.
    further: HashSet<String>,
    /// Of each entity, words that name the same thing.
    contexts: Vec<HashSet<u32>>,
    /// Words of fields that a word of a header is, or nearly is.
    /// By word; `None`: not asked for yet.
    same: Vec<Option<Vec<(u32, f64)>>>,
}

/// A column as words.
pub struct Header {
    pub read: Read,
    readings: Vec<(Vec<u32>, f64)>,
    context: HashSet<u32>,
    /// Words that most columns of the object have.
    shared: HashSet<u32>,
}

impl<'a> Lexicon<'a> {
    pub fn new(entities: &'a [Entity]) -> Self {
        let vocabulary = Vocabulary::built_in();
        let mut numbers = Numbers::default();
        let mut further = HashSet::new();
        for field in entities.iter().flat_map(|entity| &entity.fields) {
            for text in names_of(field) {
                further.extend(pieces(text).into_iter().map(|word| singular(&word)).filter(|word| word.len() > 2));
            }
        }
        let mut contexts = Vec::with_capacity(entities.len());
        for entity in entities {
            let mut words = vocabulary.thing(&entity.name);
            words.extend(vocabulary.thing(&entity.grain.concept));
            let same = vocabulary.same_things(&words);
            contexts.push(numbers.all(&same).into_iter().collect());
        }
        let mut named = Vec::new();
        for (at, entity) in entities.iter().enumerate() {
            for (place, field) in entity.fields.iter().enumerate().filter(|(_, field)| !field.derived) {
                named.push(name(vocabulary, &mut numbers, (at, place), field, &further));
            }
        }
        let mut having: HashMap<u32, Vec<usize>> = HashMap::new();
        // Rarity by the names alone: many synonyms make no word frequent.
        let mut met: HashMap<u32, f64> = HashMap::new();
        for (at, field) in named.iter().enumerate() {
            let words: BTreeSet<u32> = field.readings.iter().flat_map(|(words, ..)| words).copied().collect();
            for word in words {
                having.entry(word).or_default().push(at);
            }
            let own = field.readings.iter().filter(|(_, _, of)| *of == 0);
            let words: BTreeSet<u32> = own.flat_map(|(words, ..)| words).copied().collect();
            for word in words {
                *met.entry(word).or_default() += 1.0;
            }
        }
        let all = named.len().max(1) as f64;
        let unknown = (1.0 + all / 2.0).ln().max(0.5);
        let mut rarity = vec![unknown; numbers.words.len()];
        for word in having.keys() {
            rarity[*word as usize] = (1.0 + all / met.get(word).copied().unwrap_or(1.0)).ln();
        }
        Self { vocabulary, entities, numbers, named, having, rarity, unknown, further, contexts, same: Vec::new() }
    }

    /// Reads the headers of an object, with what it knows of its columns.
    pub fn headers(&mut self, subject: &Subject) -> Vec<Header> {
        let object = &subject.object;
        let mut thing = self.vocabulary.thing(&object.name);
        if let Some((_, Some(known))) = object.preset.as_deref().and_then(presets::of_object) {
            thing.extend(self.vocabulary.thing(&known.name));
        }
        let context: HashSet<u32> = self.numbers.all(&thing).into_iter().collect();
        let shared = self.shared(object.columns.iter().map(|column| column.name.as_str()));
        let mut headers = Vec::with_capacity(object.columns.len());
        for column in &object.columns {
            let mut read = self.vocabulary.read(&column.name, &self.further);
            for (words, weight) in told(column, read.kind, subject.kind) {
                let words: Vec<String> = words.split(' ').map(str::to_owned).collect();
                match read.readings.iter_mut().find(|reading| reading.words == words) {
                    Some(known) => known.weight = known.weight.max(weight),
                    None => read.readings.push(Reading { words, weight }),
                }
            }
            let mut readings = Vec::with_capacity(read.readings.len());
            for reading in &read.readings {
                let words = self.numbers.all(&reading.words);
                for word in &words {
                    let at = *word as usize;
                    if self.same.len() <= at {
                        self.same.resize(at + 1, None);
                    }
                    if self.same[at].is_none() {
                        self.same[at] = Some(self.same_words(*word));
                    }
                }
                readings.push((words, reading.weight));
            }
            headers.push(Header { read, readings, context: context.clone(), shared: shared.clone() });
        }
        headers
    }

    /// Words that stand in so many of these headers that they tell none from the others.
    fn shared<'n>(&mut self, names: impl Iterator<Item = &'n str>) -> HashSet<u32> {
        let (mut all, mut met) = (0usize, BTreeMap::<String, usize>::new());
        for name in names {
            all += 1;
            let words: BTreeSet<String> = pieces(name).iter().map(|word| singular(word)).collect();
            for word in words {
                *met.entry(word).or_default() += 1;
            }
        }
        let is_shared = |count: usize| count >= SHARED_COLUMNS && count as f64 >= SHARED * all as f64;
        let words: Vec<String> = met.into_iter().filter(|(_, count)| is_shared(*count)).map(|(word, _)| word).collect();
        self.numbers.all(&words).into_iter().collect()
    }

    /// The words of fields that are this word, or nearly.
    fn same_words(&self, word: u32) -> Vec<(u32, f64)> {
        if self.having.contains_key(&word) {
            return vec![(word, 1.0)];
        }
        let text = &self.numbers.words[word as usize];
        let mut same = Vec::new();
        if text.len() >= NEAR_LETTERS && !text.bytes().any(|b| b.is_ascii_digit()) {
            for known in self.having.keys() {
                let other = &self.numbers.words[*known as usize];
                if other.len() < NEAR_LETTERS || other.len().abs_diff(text.len()) > 3 {
                    continue;
                }
                let near = strsim::jaro_winkler(text, other);
                if near >= NEAR {
                    same.push((*known, near * near));
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
        for word in header.readings.iter().flat_map(|(words, _)| words) {
            for (same, _) in self.same(*word) {
                fields.extend(self.having.get(same).into_iter().flatten());
            }
        }
        let mut found: Vec<Near> = Vec::new();
        // Of each entity, whether a field is called exactly so: 2 by its own name, 1 by a synonym.
        let mut called: BTreeMap<usize, u8> = BTreeMap::new();
        let mut how: Vec<u8> = Vec::new();
        for at in fields {
            let field = &self.named[at];
            let mut best = (0.0, 0);
            let mut exact = 0u8;
            for (words, weight) in &header.readings {
                for (others, other_weight, of) in &field.readings {
                    let most = weight * other_weight;
                    if most <= best.0 {
                        continue;
                    }
                    let dice = self.dice(words, others, header, field);
                    let strength = most * dice;
                    if *weight > 0.999 && *other_weight >= 0.95 && dice > 0.999 {
                        exact = exact.max(if *of <= 2 { 2 } else { 1 });
                    }
                    if strength > best.0 + 1e-9 {
                        best = (strength, *of);
                    }
                }
            }
            let agreed = agreement(header.read.kind, field.kind);
            let strength = best.0 * agreed;
            if strength >= LEAST {
                let exact = if agreed < 1.0 { 0 } else { exact };
                let known = called.entry(field.entity).or_default();
                *known = (*known).max(exact);
                how.push(exact);
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
        // What is only like a header stands far behind what is called so.
        for (near, how) in found.iter_mut().zip(how) {
            match called.get(&near.entity) {
                Some(2) if how < 2 => near.strength *= BESIDE_A_NAME,
                Some(1) if how < 1 => near.strength *= BESIDE_A_SYNONYM,
                _ => {}
            }
        }
        found.retain(|near| near.strength >= LEAST);
        found.sort_by(|a, b| {
            b.strength.total_cmp(&a.strength).then_with(|| (a.entity, a.field).cmp(&(b.entity, b.field)))
        });
        found
    }

    fn same(&self, word: u32) -> &[(u32, f64)] {
        self.same.get(word as usize).and_then(Option::as_deref).unwrap_or_default()
    }

    fn weight(&self, word: u32) -> f64 {
        self.rarity.get(word as usize).copied().unwrap_or(self.unknown)
    }

    /// Twice the weight of the common words through the weight of all.
    fn dice(&self, words: &[u32], others: &[u32], header: &Header, field: &Named) -> f64 {
        let context = &self.contexts[field.entity];
        // Names have few words; what stands behind these places is not compared.
        let mut free = [true; 16];
        let mut left = [true; 16];
        let mut common = 0.0;
        let (mut of_words, mut of_others) = (0.0, 0.0);
        for (place, word) in words.iter().enumerate().take(16) {
            let met = self.same(*word).iter().find_map(|(same, near)| {
                let at = others.iter().take(16).enumerate().position(|(at, other)| free[at] && other == same)?;
                Some((at, *near))
            });
            if let Some((at, near)) = met {
                free[at] = false;
                left[place] = false;
                let is_told = context.contains(&others[at]) && others.len() > 1;
                let weight = self.weight(others[at]) * if is_told { 0.5 } else { 1.0 };
                common += near * weight;
                of_words += weight;
                of_others += weight;
            }
        }
        if common == 0.0 {
            return 0.0;
        }
        let left = || words.iter().take(16).enumerate().filter(|(at, _)| left[*at]).map(|(_, word)| *word);
        let unmet = || others.iter().take(16).enumerate().filter(|(at, _)| free[*at]).map(|(_, word)| *word);
        let numbers = &self.numbers;
        let clash = left().any(|word| numbers.is_choice(word)) && unmet().any(|word| numbers.is_choice(word));
        let share = |word: u32, names_it: bool| {
            if names_it {
                0.12
            } else if numbers.is_weak[word as usize] && !clash {
                0.25
            } else if numbers.is_strong[word as usize] {
                0.9
            } else {
                1.0
            }
        };
        for word in left() {
            let names_it = context.contains(&word) || field.group.contains(&word) || header.shared.contains(&word);
            of_words += self.weight(word).min(self.unknown) * share(word, names_it);
        }
        for word in unmet() {
            let is_group = field.group.contains(&word) && !numbers.is_strong[word as usize];
            let names_it = context.contains(&word) || header.context.contains(&word) || is_group;
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

fn name(
    vocabulary: &Vocabulary,
    numbers: &mut Numbers,
    (entity, place): (usize, usize),
    field: &Field,
    further: &HashSet<String>,
) -> Named {
    let mut readings: Vec<(Reading, usize)> = Vec::new();
    let (mut kind, mut turned) = (kind_of(field.kind), false);
    // `shipping.city` is not what a plain “city” names, though a synonym says so.
    let chooses = |words: &[String]| words.iter().any(|word| vocabulary.is_strong(word));
    let is_chosen = chooses(&pieces(&field.name));
    let is_address = pieces(&field.group).iter().any(|word| word == "address");
    for (of, text) in names_of(field).enumerate().filter(|(_, text)| !text.is_empty()) {
        let read = vocabulary.read(text, further);
        if of == 0 {
            kind = kind.or(read.kind);
            turned = read.turned;
        }
        for mut reading in read.readings {
            // What a word of a field may mean besides is no name of it.
            if reading.weight < 0.96 || is_address && reading.words.iter().any(|word| word == "status") {
                continue;
            }
            if is_chosen && !chooses(&reading.words) {
                reading.weight *= UNCHOSEN;
            }
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
    let readings =
        readings.into_iter().map(|(reading, of)| (numbers.all(&reading.words), reading.weight, of)).collect();
    let group = numbers.all(&vocabulary.thing(&field.group));
    Named { entity, field: place, readings, kind, turned, group }
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

/// What role and meaning of a column say of it, in the words of the vocabulary, and how much that counts.
fn told(column: &Column, kind: Option<Kind>, system: SystemKind) -> Vec<(&'static str, f64)> {
    let mut said = Vec::new();
    match column.role {
        ColumnRole::Email => said.push(("email", 0.9)),
        ColumnRole::GivenName => said.push(("given name", 0.9)),
        ColumnRole::FamilyName => said.push(("family name", 0.9)),
        ColumnRole::FullName => said.push(("full name", 0.9)),
        ColumnRole::OrganizationName => {
            said.extend([("company", 0.9), ("organization name", 0.9), ("account name", 0.9)]);
        }
        ColumnRole::MergedInto => said.push(("merged into id", 0.9)),
        // A record's own ID is what the system is for: the CRM's, the billing system's.
        // An audience's is the address; that stays one.
        ColumnRole::NativeId if (kind.is_none() || kind == Some(Kind::Id)) && !says_mail(&column.name) => {
            let of_system = match system {
                SystemKind::Crm => Some("crm id"),
                SystemKind::Billing | SystemKind::Erp | SystemKind::Commerce => Some("billing id"),
                SystemKind::Support => Some("support id"),
                SystemKind::Product | SystemKind::Internal => Some("product id"),
                SystemKind::Marketing => Some("marketing id"),
                _ => None,
            };
            said.extend(of_system.map(|words| (words, 1.0)));
            said.extend([("source id", 0.93), ("external id", 0.75)]);
        }
        _ => {}
    }
    match column.meaning {
        Some(ColumnMeaning::CreatedAt) => said.push(("created date", 0.95)),
        Some(ColumnMeaning::ModifiedAt) => said.push(("modified date", 0.95)),
        Some(ColumnMeaning::LastActivityAt) => said.push(("last activity date", 0.9)),
        Some(ColumnMeaning::Owner) => said.push(("owner", 0.9)),
        Some(ColumnMeaning::Status) => said.push(("status", 0.85)),
        Some(ColumnMeaning::Tags) => said.push(("tag", 0.9)),
        Some(ColumnMeaning::Amount) => said.push(("amount", 0.85)),
        Some(ColumnMeaning::Currency) => said.push(("currency", 0.9)),
        Some(ColumnMeaning::Notes) if kind.is_none() => said.extend([("note", 0.8), ("description", 0.8)]),
        Some(ColumnMeaning::Consent) => said.extend([("consent", 0.8), ("email consent", 0.8)]),
        _ => {}
    }
    said
}

fn says_mail(header: &str) -> bool {
    pieces(header).iter().any(|word| matches!(word.as_str(), "email" | "mail" | "emails"))
}

/// The words of the fields of an entity, for whoever compares entities: best strength by field.
pub fn best_by_field(near: &[&Vec<Near>], entity: usize) -> BTreeMap<usize, f64> {
    let mut best: BTreeMap<usize, f64> = BTreeMap::new();
    for near in near.iter().flat_map(|near| near.iter()).filter(|near| near.entity == entity) {
        let known = best.entry(near.field).or_default();
        *known = known.max(near.strength);
    }
    best
}
