//! One column, value by value, in one pass and bounded memory. Few values that stand often are counted in a dictionary and
//! looked at once each at its end; where they are many, each is looked at as it comes. Both ways come to the same
//! figures. What the figures mean is for `judge`.

use std::collections::{BTreeMap, HashSet};

use super::dates::Dates;
use super::distinct::{self, Distinct, LONGEST_LISTED};
use super::numbers::{self, Tally};
use super::place::Place;
use super::shape::{self, Shape};
use super::{Counted, Example};
use crate::values::pattern;

/// Values of a dictionary.
const ENTRIES: usize = 32_768;
/// Values after which a dictionary that rarely met one again is given up.
const TRIED: usize = 4_096;
/// Bytes of all values of a dictionary.
const ENTRY_BYTES: usize = 512 << 10;
/// Slots of a dictionary, a power of two, twice as many as there are entries.
const SLOTS: usize = 2 * ENTRIES;
/// Shapes whose counts are at hand; one that is met again after another took its slot is looked at again.
const SHAPES: usize = 1_024;
/// Traits of values of which more is to be found out than their shape says.
const WORTH_READING: u16 =
    shape::DATE | shape::NUMBER | shape::URL | shape::JSON | shape::SEMICOLON | shape::BAR | shape::COMMA;
/// Patterns that are counted, the first that come.
pub(super) const PATTERNS: usize = 512;
/// Lengths that have a place of their own; past them only the greatest are kept.
const LENGTHS: usize = 1_024;
const GREATEST_LENGTHS: usize = 64;
/// Parts of values with several in one cell; more are no choices.
const PARTS: usize = 300;

struct Entry {
    hash: u64,
    count: u64,
    start: u32,
    len: u32,
    place: Place,
}

/// Values by their hash, each with its text, how often it stood and where first.
#[derive(Default)]
struct Dictionary {
    slots: Vec<u16>,
    entries: Vec<Entry>,
    text: String,
}

impl Dictionary {
    /// What stands where a search for the hash begins.
    fn glance(&self, hash: u64) -> u64 {
        let slot = self.slots.get(hash as usize & (SLOTS - 1)).copied().unwrap_or(0);
        let entry = usize::from(slot).checked_sub(1).and_then(|id| self.entries.get(id));
        entry.map_or(0, |entry| entry.hash)
    }

    /// Counts a value; says whether there was room for it.
    fn add(&mut self, hash: u64, text: &str, place: Place) -> bool {
        if self.slots.is_empty() {
            self.slots = vec![0; SLOTS];
        }
        let mut at = hash as usize & (SLOTS - 1);
        while let Some(entry) = usize::from(self.slots[at]).checked_sub(1).map(|id| &mut self.entries[id]) {
            // As everywhere in a profile, values with one hash are one.
            if entry.hash == hash && entry.len as usize == text.len() {
                entry.count += 1;
                return true;
            }
            at = (at + 1) & (SLOTS - 1);
        }
        if self.entries.len() >= ENTRIES || self.text.len() + text.len() > ENTRY_BYTES {
            return false;
        }
        // Both are bounded by the limits above.
        let (start, len) = (self.text.len() as u32, text.len() as u32);
        self.text.push_str(text);
        self.entries.push(Entry { hash, count: 1, start, len, place });
        self.slots[at] = self.entries.len() as u16;
        true
    }
}

/// A shape with how many of its values came since it took its slot.
#[derive(Clone, Copy, Default)]
struct Met {
    key: u64,
    count: u64,
    shape: Shape,
}

/// A pattern with the first value that has it.
pub(super) struct PatternRow {
    pub pattern: String,
    pub count: u64,
    pub first: Example,
}

/// What may part several values in one cell.
#[derive(Default)]
pub(super) struct Parted {
    /// Values that hold the mark.
    pub values: u64,
    /// Different parts of all values; too many: given up.
    pub parts: HashSet<u64>,
    pub given_up: bool,
}

/// The marks of lists, most telling first.
pub(super) const MARKS: [char; 3] = [';', '|', ','];

/// How long values are, in characters.
#[derive(Default)]
pub(super) struct Lengths {
    short: Vec<u64>,
    long: BTreeMap<u32, u64>,
}

impl Lengths {
    fn add(&mut self, characters: u32, count: u64) {
        if self.short.is_empty() {
            self.short = vec![0; LENGTHS];
        }
        if let Some(place) = self.short.get_mut(characters as usize) {
            *place += count;
        } else {
            *self.long.entry(characters).or_default() += count;
            if self.long.len() > GREATEST_LENGTHS {
                self.long.pop_first();
            }
        }
    }

    /// (characters, values), shortest first.
    pub fn all(&self) -> impl DoubleEndedIterator<Item = (u32, u64)> + '_ {
        let short =
            self.short.iter().enumerate().filter(|(_, count)| **count > 0).map(|(at, count)| (at as u32, *count));
        short.chain(self.long.iter().map(|(at, count)| (*at, *count)))
    }
}

/// What all values of a column come to.
#[derive(Default)]
pub(super) struct Found {
    pub lengths: Lengths,
    pub padded: u64,
    pub non_ascii: u64,
    pub one_word: u64,
    pub email: u64,
    pub phone: u64,
    pub bare_digits: u64,
    pub json: u64,
    pub url: u64,
    pub patterns: Vec<PatternRow>,
    pub least: Option<String>,
    pub greatest: Option<String>,
    pub numbers: Figures,
    pub dates: Dates,
    /// For each of [`MARKS`].
    pub parted: [Parted; 3],
    pub longest: Option<(u32, Example)>,
}

/// Numbers, by how they can be read.
#[derive(Default)]
pub(super) struct Figures {
    pub count: u64,
    /// Read alike with a decimal point or comma.
    pub plain: Tally,
    /// As read with a decimal point, where that makes a difference.
    pub point: Tally,
    pub comma: Tally,
    /// Values that are numbers only with a decimal point; only with a comma.
    pub only_point: u64,
    pub only_comma: u64,
    pub currency: u64,
    pub leading_zero: u64,
    pub whole: u64,
}

/// Profiles one column.
pub(super) struct Column {
    pub empty: u64,
    pub absent: u64,
    pub filled: u64,
    dictionary: Option<Dictionary>,
    pub distinct: Distinct,
    pub found: Found,
    shapes: Vec<Met>,
    /// By [`pattern::key`].
    known_patterns: distinct::ByHash<u16>,
    /// How known patterns of many runs begin.
    beginnings: distinct::ByHash<()>,
    pub other_patterns: u64,
    /// The first different values.
    pub examples: Vec<String>,
    /// All values with their counts, while the dictionary holds them.
    pub values: Option<Vec<(String, u64)>>,
    least_prefix: u64,
    greatest_prefix: u64,
    /// The last row looked at.
    furthest: i64,
    /// Parts of values are still gathered.
    is_parting: bool,
    ended: bool,
}

/// Whether a value counts as empty: it is, or holds nothing but spaces.
fn is_blank(text: &str) -> bool {
    match text.as_bytes().first() {
        None => true,
        Some(byte) if *byte > b' ' && byte.is_ascii() => false,
        _ => text.trim().is_empty(),
    }
}

/// The first eight bytes, so that comparing them compares the texts.
fn prefix(bytes: &[u8]) -> u64 {
    match bytes.first_chunk::<8>() {
        Some(first) => u64::from_be_bytes(*first),
        None => bytes.iter().fold(0, |word, byte| word << 8 | u64::from(*byte)) << (8 * (8 - bytes.len().max(1))),
    }
}

impl Column {
    /// Distinct values are counted exactly up to `most_exact`.
    pub fn new(most_exact: usize) -> Self {
        Self {
            empty: 0,
            absent: 0,
            filled: 0,
            dictionary: Some(Dictionary::default()),
            distinct: Distinct::new(most_exact),
            found: Found::default(),
            shapes: Vec::new(),
            known_patterns: distinct::ByHash::default(),
            beginnings: distinct::ByHash::default(),
            other_patterns: 0,
            examples: Vec::new(),
            values: None,
            least_prefix: u64::MAX,
            greatest_prefix: 0,
            furthest: i64::MIN,
            is_parting: true,
            ended: false,
        }
    }

    /// Whether the keys of shapes are of no use to it as yet.
    pub fn wants_hashes_alone(&self) -> bool {
        self.dictionary.is_some()
    }

    /// Reads ahead for values with these hashes and keys, which come next.
    pub fn fetch(&self, keys: &[(u64, u64)]) {
        let met = match &self.dictionary {
            // A small one is at hand.
            Some(dictionary) if dictionary.entries.len() < ENTRIES / 32 => 0,
            Some(dictionary) => keys.iter().fold(0, |met, (hash, _)| met ^ dictionary.glance(*hash)),
            None => {
                let glance = |key: u64| self.shapes.get(key as usize & (SHAPES - 1)).map_or(0, |met| met.key);
                keys.iter().fold(0, |met, (hash, key)| met ^ glance(*key) ^ self.distinct.glance(*hash))
            }
        };
        // Or the reading would be left out, since nothing depends on it.
        std::hint::black_box(met);
    }

    /// Takes the next value, with its hash and the key of its shape (of one that is not given, anything).
    #[inline]
    pub fn take(&mut self, value: Option<&str>, (hash, key): (u64, u64), place: Place) {
        let Some(text) = value else {
            self.absent += 1;
            return;
        };
        if is_blank(text) {
            self.empty += 1;
            return;
        }
        self.filled += 1;
        if self.examples.len() < super::place::FEW && !self.examples.iter().any(|known| known == text) {
            self.examples.push(text.to_owned());
        }
        if let Some(dictionary) = &mut self.dictionary
            && text.len() <= LONGEST_LISTED
        {
            if dictionary.add(hash, text, place) {
                // As many new values as that: there are hundred thousands, or every one is new.
                if dictionary.entries.len() == TRIED && self.filled < TRIED as u64 / 15 * 16 {
                    self.empty_dictionary();
                }
                return;
            }
            self.empty_dictionary();
        }
        self.look(text, (hash, key), 1, place);
    }

    /// Looks at what the dictionary holds and goes on without one.
    fn empty_dictionary(&mut self) {
        let Some(dictionary) = self.dictionary.take() else { return };
        for entry in &dictionary.entries {
            let (start, len) = (entry.start as usize, entry.len as usize);
            if let Some(text) = dictionary.text.get(start..start + len) {
                self.look(text, shape::keys(text), entry.count, entry.place);
            }
        }
    }

    /// Looks at a value that stood `weight` times.
    fn look(&mut self, text: &str, (hash, key): (u64, u64), weight: u64, place: Place) {
        self.distinct.add(hash, weight, text);
        self.bounds(text);
        let shape = self.shape(text, key, weight, place);
        // Rows come in order, but for what a dictionary gives back after a value too long for it.
        if place.rec < self.furthest
            && let Some(row) = self.found.patterns.get_mut(usize::from(shape.pattern))
            && place.rec < row.first.rec
        {
            row.first = place.example(text);
        }
        self.furthest = self.furthest.max(place.rec);
        self.read(text, shape, weight, place);
    }

    /// The shape of a value with its pattern; both are counted, some of them later.
    fn shape(&mut self, text: &str, key: u64, weight: u64, place: Place) -> Shape {
        if text.len() > shape::LONGEST {
            let shape = shape::of(text).of_pattern(self.pattern(text, place));
            self.count(shape, weight);
            return shape;
        }
        // What came while there was a dictionary has none.
        let key = if key == 0 { shape::keys(text).1 } else { key };
        if self.shapes.is_empty() {
            self.shapes = vec![Met::default(); SHAPES];
        }
        let at = key as usize & (SHAPES - 1);
        if self.shapes[at].key != key {
            self.settle(at);
            let shape = shape::of(text).of_pattern(self.pattern(text, place));
            self.shapes[at] = Met { key, count: 0, shape };
        }
        let met = &mut self.shapes[at];
        met.count += weight;
        met.shape
    }

    /// What has to be found out for each value anew.
    fn read(&mut self, text: &str, shape: Shape, weight: u64, place: Place) {
        let found = &mut self.found;
        if found.longest.as_ref().is_none_or(|(longest, example)| {
            shape.characters > *longest || shape.characters == *longest && place.rec < example.rec
        }) {
            found.longest = Some((shape.characters, place.example(text)));
        }
        if !self.is_parting && !shape.is(WORTH_READING) {
            return;
        }
        if shape.is(shape::DATE) {
            found.dates.add(text, shape.is(shape::ISO), weight, place);
        }
        if shape.is(shape::NUMBER) && !shape.is(shape::ISO) {
            found.numbers.add(text, weight, place);
        }
        if shape.is(shape::URL) && is_url(text) {
            found.url += weight;
        }
        if shape.is(shape::JSON) && serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok() {
            found.json += weight;
        }
        if !self.is_parting && !shape.is(shape::SEMICOLON | shape::BAR | shape::COMMA) {
            return;
        }
        for (at, (mark, holds)) in MARKS.into_iter().zip([shape::SEMICOLON, shape::BAR, shape::COMMA]).enumerate() {
            let parted = &mut found.parted[at];
            parted.values += if shape.is(holds) { weight } else { 0 };
            if !parted.given_up {
                for part in text.split(mark).map(str::trim).filter(|part| !part.is_empty()).take(PARTS) {
                    parted.parts.insert(shape::hash(part));
                }
                parted.given_up = parted.parts.len() > PARTS;
                if parted.given_up {
                    parted.parts = HashSet::new();
                }
            }
        }
        if self.is_parting {
            self.is_parting = found.parted.iter().any(|parted| !parted.given_up);
        }
    }

    fn bounds(&mut self, text: &str) {
        let prefix = prefix(text.as_bytes());
        if prefix <= self.least_prefix && self.found.least.as_deref().is_none_or(|least| text < least) {
            self.least_prefix = prefix;
            self.found.least = Some(text.to_owned());
        }
        if prefix >= self.greatest_prefix && self.found.greatest.as_deref().is_none_or(|greatest| text > greatest) {
            self.greatest_prefix = prefix;
            self.found.greatest = Some(text.to_owned());
        }
    }

    /// The number of a value's pattern; past [`PATTERNS`], that of none.
    fn pattern(&mut self, text: &str, place: Place) -> u16 {
        let is_full = self.found.patterns.len() >= PATTERNS;
        // No pattern is known that begins like most values of free text.
        let key = pattern::key(text, |beginning| !is_full || self.beginnings.contains_key(&beginning));
        let Some(key) = key else { return u16::MAX };
        if let Some(known) = self.known_patterns.get(&key) {
            return *known;
        }
        if is_full {
            return u16::MAX;
        }
        // Fewer than the limit above.
        let number = self.found.patterns.len() as u16;
        self.known_patterns.insert(key, number);
        if let Some(beginning) = pattern::beginning(text) {
            self.beginnings.insert(beginning, ());
        }
        self.found.patterns.push(PatternRow { pattern: pattern::of(text), count: 0, first: place.example(text) });
        number
    }

    /// Counts what a slot has gathered.
    fn settle(&mut self, at: usize) {
        let Met { count, shape, .. } = std::mem::take(&mut self.shapes[at]);
        if count > 0 {
            self.count(shape, count);
        }
    }

    /// Counts values of a shape.
    fn count(&mut self, shape: Shape, count: u64) {
        let found = &mut self.found;
        let when = |is: bool| if is { count } else { 0 };
        found.lengths.add(shape.characters, count);
        found.padded += when(shape.is(shape::PADDED));
        found.non_ascii += when(shape.is(shape::NON_ASCII));
        found.one_word += when(shape.is(shape::ONE_WORD));
        found.email += when(shape.is(shape::EMAIL));
        found.phone += when(shape.is(shape::PHONE));
        found.bare_digits += when(shape.is(shape::BARE_DIGITS));
        match found.patterns.get_mut(usize::from(shape.pattern)) {
            Some(row) => row.count += count,
            None => self.other_patterns += count,
        }
    }

    /// The column has ended: everything is counted. Once is enough.
    pub fn end(&mut self) {
        if std::mem::replace(&mut self.ended, true) {
            return;
        }
        self.values = self.dictionary.as_ref().filter(|_| self.distinct.count().0 == 0).map(|dictionary| {
            let value = |entry: &Entry| {
                let (start, len) = (entry.start as usize, entry.len as usize);
                Some((dictionary.text.get(start..start + len)?.to_owned(), entry.count))
            };
            dictionary.entries.iter().filter_map(value).collect()
        });
        self.empty_dictionary();
        for at in 0..self.shapes.len() {
            self.settle(at);
        }
        self.shapes = Vec::new();
    }

    /// The most frequent values; with all of them at hand those that stand once count too.
    pub fn top(&self, most: usize) -> Vec<Counted> {
        let counted = |(text, count): (String, u64)| Counted { text, count };
        match &self.values {
            Some(values) => {
                let mut sorted = values.clone();
                sorted.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
                sorted.truncate(most);
                sorted.into_iter().map(counted).collect()
            }
            None => self.distinct.top(most).into_iter().map(counted).collect(),
        }
    }
}

impl Figures {
    fn add(&mut self, text: &str, weight: u64, place: Place) {
        let Some(written) = numbers::read(text) else { return };
        self.count += weight;
        self.currency += if written.currency { weight } else { 0 };
        self.leading_zero += if written.leading_zero { weight } else { 0 };
        match (written.point, written.comma) {
            (Some(figure), Some(_)) if written.is_plain() => {
                self.whole += weight;
                self.plain.add(figure, weight, place, text);
            }
            (point, comma) => {
                self.only_point += if comma.is_none() { weight } else { 0 };
                self.only_comma += if point.is_none() { weight } else { 0 };
                if let Some(figure) = point {
                    self.point.add(figure, weight, place, text);
                }
                if let Some(figure) = comma {
                    self.comma.add(figure, weight, place, text);
                }
            }
        }
    }

    /// More values say comma than point.
    pub fn has_comma(&self) -> bool {
        self.only_comma > self.only_point
    }

    /// The tallies in the column's reading.
    pub fn read(&self) -> [&Tally; 2] {
        [&self.plain, if self.has_comma() { &self.comma } else { &self.point }]
    }
}

fn is_url(text: &str) -> bool {
    let text = text.trim();
    let starts = |start: &str| text.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start));
    (starts("http://") || starts("https://") || starts("ftp://") || starts("www.")) && text.len() > 8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_sorts_as_its_text_does() {
        let mut texts = ["", "a", "ab", "abcdefgh", "abcdefghi", "b", "é", "B", "0"];
        texts.sort_unstable();
        for pair in texts.windows(2) {
            assert!(prefix(pair[0].as_bytes()) <= prefix(pair[1].as_bytes()), "{pair:?}");
        }
    }
}
