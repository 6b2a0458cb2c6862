//! Groups of values that are probably one: written alike but for case, spaces, accents or the order of their words, of the
//! same letter pairs, sounding alike, or one letter apart. Each method works on what the surer ones left as one, so that no
//! value is in two groups. Proposes only: whether two values mean the same is for a person. Pure.

use std::collections::{BTreeMap, HashMap};

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Values that are probably one, by method.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Group {
    /// The least sure that it took: `case and spaces`, `accents`, `word order`, `letter pairs`, `sound`, `one letter`.
    pub method: &'static str,
    /// The value that stands for the group: the most frequent, then the first by text.
    pub stands_for: String,
    pub members: Vec<(String, u64)>,
}

/// Surest first.
const METHODS: [&str; 6] = ["case and spaces", "accents", "word order", "letter pairs", "sound", "one letter"];
/// Characters of a value at most; longer ones are prose.
const LONGEST: usize = 200;
/// Letters from which on one of them may be wrong, and from which on letter pairs tell enough.
const LETTERS: usize = 5;
const PAIR_LETTERS: usize = 7;
/// Least nearness (Jaro-Winkler) of values that sound alike.
const NEAR: f64 = 0.85;
/// Values that share the hash of a spelling with a letter left out, looked at for each value at most.
const NEIGHBOURS: usize = 64;

/// Groups near-equal values: the surest method first, no value in two groups. The same whatever the order of the values.
#[must_use]
pub fn groups(values: &[(String, u64)]) -> Vec<Group> {
    // The same value twice is one value.
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for (value, count) in values {
        let sum = counts.entry(value).or_default();
        *sum = sum.saturating_add(*count);
    }
    let mut known: Vec<Value<'_>> = counts
        .into_iter()
        .filter(|(value, _)| value.chars().take(LONGEST + 1).count() <= LONGEST)
        .map(|(value, count)| Value { text: value, count, words: words_of(value) })
        .filter(|value| !value.words.is_empty())
        .collect();
    known.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.text.cmp(b.text)));
    let mut units: Vec<Unit> = (0..known.len()).map(|at| Unit { method: 0, members: vec![at] }).collect();
    for method in 0..METHODS.len() {
        units =
            if method + 1 == METHODS.len() { one_letter(&known, units, method) } else { by_key(&known, units, method) };
    }
    let mut found: Vec<(usize, u64, Group)> = units
        .into_iter()
        .filter(|unit| unit.members.len() > 1)
        .map(|unit| {
            let members: Vec<(String, u64)> =
                unit.members.iter().map(|at| (known[*at].text.to_owned(), known[*at].count)).collect();
            let records = members.iter().fold(0u64, |sum, (_, count)| sum.saturating_add(*count));
            let stands_for = members.first().map(|(text, _)| text.clone()).unwrap_or_default();
            (unit.method, records, Group { method: METHODS[unit.method], stands_for, members })
        })
        .collect();
    found.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| b.1.cmp(&a.1)).then_with(|| a.2.stands_for.cmp(&b.2.stands_for)));
    found.into_iter().map(|(_, _, group)| group).collect()
}

struct Value<'a> {
    text: &'a str,
    count: u64,
    /// In small letters, accents still on.
    words: Vec<String>,
}

/// Values that are taken for one so far, the most frequent first.
struct Unit {
    /// The least sure method that it took, by its place.
    method: usize,
    members: Vec<usize>,
}

/// The words of a value in small letters: split at everything that is no letter, digit or a sign that makes a difference
/// (`C#` is not `C`, `50%` not `50`).
fn words_of(value: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut signs = String::new();
    let mut characters = value.nfkc().peekable();
    let mut before = ' ';
    while let Some(c) = characters.next() {
        let is_minus =
            matches!(c, '-' | '−') && !before.is_alphanumeric() && characters.peek().is_some_and(char::is_ascii_digit);
        if c.is_alphanumeric() || is_combining_mark(c) {
            word.extend(c.to_lowercase());
        } else if is_minus || matches!(c, '+' | '#' | '<' | '>' | '%' | '=' | '$' | '€' | '£' | '*' | '!' | '?') {
            signs.push(c);
        } else if !matches!(c, '\'' | '’' | '`' | '´') && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        before = c;
    }
    if !word.is_empty() {
        words.push(word);
    }
    if !signs.is_empty() && !words.is_empty() {
        words.push(signs);
    }
    words
}

/// Letters without their accents; what decomposes to none is spelled out.
fn plain(word: &str) -> String {
    let mut plain = String::with_capacity(word.len());
    for c in word.nfd().filter(|c| !is_combining_mark(*c)) {
        match c {
            'ß' => plain.push_str("ss"),
            'æ' => plain.push_str("ae"),
            'œ' => plain.push_str("oe"),
            'ø' => plain.push('o'),
            'ł' => plain.push('l'),
            'đ' | 'ð' => plain.push('d'),
            'þ' => plain.push_str("th"),
            'ı' => plain.push('i'),
            other => plain.push(other),
        }
    }
    plain
}

fn has_digit(words: &[String]) -> bool {
    words.iter().any(|word| word.contains(|c: char| c.is_numeric()))
}

/// Run together where there are letters alone, so that `Sign up` is `signup`; digits stay apart, for `1 50` is not `150`.
fn together(words: &[String]) -> String {
    if has_digit(words) { words.join(" ") } else { words.concat() }
}

/// What values that are one by this method have in common; `None`: it says nothing of this value.
fn key(value: &Value<'_>, method: usize) -> Option<String> {
    let words = &value.words;
    match method {
        0 => Some(together(words)),
        1 => Some(together(&words.iter().map(|word| plain(word)).collect::<Vec<_>>())),
        2 => {
            if words.len() < 2 || words.iter().all(|word| !word.contains(|c: char| c.is_alphabetic())) {
                return None;
            }
            let mut sorted: Vec<String> = words.iter().map(|word| plain(word)).collect();
            sorted.sort();
            Some(sorted.join(" "))
        }
        3 => {
            // The fingerprint of the letter pairs; a digit more or less would not show in it.
            let letters: Vec<char> = plain(&words.concat()).chars().collect();
            if letters.len() < PAIR_LETTERS || has_digit(words) {
                return None;
            }
            let mut pairs: Vec<(char, char)> = letters.windows(2).map(|pair| (pair[0], pair[1])).collect();
            pairs.sort_unstable();
            pairs.dedup();
            Some(pairs.into_iter().flat_map(|(one, two)| [one, two]).collect())
        }
        _ => {
            let sounds: Vec<String> = words.iter().map(|word| sound(&plain(word))).collect();
            let consonants: usize = sounds.iter().map(|sound| sound.chars().count()).sum();
            (consonants >= 4).then(|| sounds.join(" "))
        }
    }
}

/// How a word sounds, roughly, in the languages of Latin letters: consonants by their sound, a vowel only in front.
fn sound(word: &str) -> String {
    let letters: Vec<char> = word.chars().collect();
    let mut sounds = String::new();
    let mut at = 0;
    while let Some(&c) = letters.get(at) {
        let next = letters.get(at + 1).copied().unwrap_or(' ');
        let (sound, taken) = match (c, next) {
            ('p', 'h') => ("f", 2),
            ('c', 'k') | ('q', 'u') => ("k", 2),
            ('s', 'c') if letters.get(at + 2) == Some(&'h') => ("x", 3),
            ('s' | 'c', 'h') => ("x", 2),
            ('t' | 'd', 'h') => ("t", 2),
            ('d', 't') => ("t", 2),
            ('g', 'h') => ("g", 2),
            ('c', 'e' | 'i' | 'y') => ("s", 1),
            ('c' | 'q' | 'k', _) => ("k", 1),
            ('x', _) => ("ks", 1),
            ('z' | 's', _) => ("s", 1),
            ('v' | 'w', _) => ("v", 1),
            ('a' | 'e' | 'i' | 'o' | 'u' | 'y', _) => (if at == 0 { "a" } else { "" }, 1),
            ('h', _) => (if at == 0 { "h" } else { "" }, 1),
            _ => {
                if !sounds.ends_with(c) || c.is_numeric() {
                    sounds.push(c);
                }
                ("", 1)
            }
        };
        if !sound.is_empty() && !sounds.ends_with(sound) {
            sounds.push_str(sound);
        }
        at += taken;
    }
    sounds
}

/// Joins units whose members have a key in common, in the order of their first members.
fn by_key(known: &[Value<'_>], units: Vec<Unit>, method: usize) -> Vec<Unit> {
    let is_sound = METHODS[method] == "sound";
    let mut joined: Vec<Unit> = Vec::with_capacity(units.len());
    let mut at_key: HashMap<String, usize> = HashMap::with_capacity(units.len());
    for unit in units {
        // Whoever stands for a unit speaks for it: the others are written nearly as it is.
        let first = &known[unit.members[0]];
        let Some(key) = key(first, method) else {
            joined.push(unit);
            continue;
        };
        match at_key.get(&key).copied() {
            Some(at)
                if !is_sound
                    || is_near(&known[joined[at].members[0]], first)
                        && !is_typo(&known[joined[at].members[0]], first) =>
            {
                joined[at].members.extend(unit.members);
                joined[at].method = method;
            }
            Some(_) => joined.push(unit),
            None => {
                at_key.insert(key, joined.len());
                joined.push(unit);
            }
        }
    }
    settle(joined)
}

/// One letter is wrong, and not only another for the same sound: that is said of it, not how it sounds.
fn is_typo(one: &Value<'_>, other: &Value<'_>) -> bool {
    let letters = |value: &Value<'_>| softened(&plain(&value.words.join(" "))).chars().collect::<Vec<char>>();
    let (one, other) = (letters(one), letters(other));
    one != other && one.len().min(other.len()) >= LETTERS && is_one_letter_away(&one, &other)
}

fn is_near(one: &Value<'_>, other: &Value<'_>) -> bool {
    one.words.len() == other.words.len()
        && strsim::jaro_winkler(&softened(&one.words.join(" ")), &softened(&other.words.join(" "))) >= NEAR
}

/// With one letter for each sound that has several spellings, vowels kept: `photo` and `foto` are written alike.
fn softened(text: &str) -> String {
    text.replace("ph", "f")
        .replace("ck", "k")
        .replace("th", "t")
        .replace(['c', 'q'], "k")
        .replace('z', "s")
        .replace('y', "i")
}

/// The most frequent first in each unit; the units by their first members.
fn settle(mut units: Vec<Unit>) -> Vec<Unit> {
    for unit in &mut units {
        unit.members.sort_unstable();
    }
    units.sort_by_key(|unit| unit.members[0]);
    units
}

/// Joins to each unit, the most frequent first, those that are one letter away from it: left out, put in, another, or two
/// changed round. Digits must be the same. Found by the spellings with one letter left out, so that no value is compared
/// with all others.
fn one_letter(known: &[Value<'_>], units: Vec<Unit>, method: usize) -> Vec<Unit> {
    let spelled: Vec<Vec<char>> = units
        .iter()
        .map(|unit| plain(&known[unit.members[0]].words.join(" ")).chars().collect::<Vec<char>>())
        .collect();
    let mut by_deletion: HashMap<u64, Vec<u32>> = HashMap::new();
    let mut deletions: Vec<Vec<u64>> = Vec::with_capacity(units.len());
    for (at, letters) in spelled.iter().enumerate() {
        let mut of_unit = Vec::new();
        if letters.len() >= LETTERS {
            of_unit = hashes(letters);
            for hash in &of_unit {
                // There are never more values than a table of 100,000 holds.
                by_deletion.entry(*hash).or_default().push(u32::try_from(at).unwrap_or(u32::MAX));
            }
        }
        deletions.push(of_unit);
    }
    let mut taken: Vec<Option<usize>> = vec![None; units.len()];
    for at in 0..units.len() {
        if taken[at].is_some() {
            continue;
        }
        let mut near: Vec<u32> = deletions[at]
            .iter()
            .filter_map(|hash| by_deletion.get(hash))
            .flat_map(|others| {
                let behind = others.partition_point(|other| *other as usize <= at);
                others[behind..].iter().take(NEIGHBOURS).copied()
            })
            .collect();
        near.sort_unstable();
        near.dedup();
        for other in near.into_iter().map(|other| other as usize) {
            if taken[other].is_none() && is_one_letter_away(&spelled[at], &spelled[other]) {
                taken[other] = Some(at);
            }
        }
    }
    let mut joined: Vec<Option<Unit>> = units.into_iter().map(Some).collect();
    for at in (0..joined.len()).rev() {
        let Some(into) = taken[at].filter(|into| *into != at) else { continue };
        if let Some(unit) = joined[at].take()
            && let Some(target) = joined[into].as_mut()
        {
            target.members.extend(unit.members);
            target.method = method;
        }
    }
    settle(joined.into_iter().flatten().collect())
}

/// Hashes of the letters and of the letters with one left out (FNV-1a).
fn hashes(letters: &[char]) -> Vec<u64> {
    let hash = |without: Option<usize>| {
        letters
            .iter()
            .enumerate()
            .filter(|(at, _)| Some(*at) != without)
            .fold(0xCBF2_9CE4_8422_2325_u64, |hash, (_, c)| {
                (hash ^ u64::from(u32::from(*c))).wrapping_mul(0x0100_0000_01B3)
            })
    };
    let mut all: Vec<u64> = std::iter::once(hash(None)).chain((0..letters.len()).map(|at| hash(Some(at)))).collect();
    all.sort_unstable();
    all.dedup();
    all
}

fn is_one_letter_away(one: &[char], other: &[char]) -> bool {
    let digits =
        |letters: &[char]| letters.iter().copied().filter(|c| !c.is_alphabetic() && *c != ' ').collect::<Vec<char>>();
    if one.len().abs_diff(other.len()) > 1 || digits(one) != digits(other) {
        return false;
    }
    let same = one.iter().zip(other).take_while(|(a, b)| a == b).count();
    let (one, other) = (&one[same..], &other[same..]);
    let tail = one.iter().rev().zip(other.iter().rev()).take_while(|(a, b)| a == b).count();
    let (one, other) = (&one[..one.len() - tail], &other[..other.len() - tail]);
    match (one, other) {
        ([], [_]) | ([_], []) | ([_], [_]) => true,
        ([a, b], [c, d]) => a == d && b == c,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn grouped(values: &[&str]) -> Vec<(&'static str, Vec<String>)> {
        // Those named first stand most often.
        let values: Vec<(String, u64)> =
            values.iter().enumerate().map(|(at, value)| ((*value).to_owned(), 1_000 - at as u64)).collect();
        let members = |group: Group| (group.method, group.members.into_iter().map(|(value, _)| value).collect());
        groups(&values).into_iter().map(members).collect()
    }

    #[test]
    fn values_that_differ_in_writing_alone_are_one_group_by_the_surest_method() {
        for (method, values) in [
            ("case and spaces", ["Active Client", "active  client "]),
            ("case and spaces", ["Sign up", "SIGNUP"]),
            ("case and spaces", ["e-mail", "Email"]),
            ("accents", ["Société", "Societe"]),
            ("accents", ["Straße", "STRASSE"]),
            ("word order", ["Health care", "Care, health"]),
            ("letter pairs", ["Bananana stand", "Banana stand"]),
            ("sound", ["Fotografy", "Photography"]),
            ("one letter", ["Manufacturing", "Manufactring"]),
            ("one letter", ["Germany", "Gemrany"]),
        ] {
            let found = grouped(&values);
            assert_eq!(found.len(), 1, "{values:?}");
            assert_eq!(found[0].0, method, "{values:?}");
            assert_eq!(found[0].1, values, "{values:?}");
        }
    }

    #[test]
    fn values_that_only_look_alike_stay_apart() {
        for values in [
            ["Tier 1", "Tier 2"],
            ["1-50", "150"],
            ["10-50", "50-10"],
            ["C", "C#"],
            ["50", "50%"],
            ["-5", "5"],
            ["Gold", "Cold"],
            ["Iran", "Iraq"],
            ["active", "inactive"],
            ["male", "female"],
            ["Austria", "Australia"],
            ["—", "??"],
            ["A+", "A-"],
        ] {
            assert!(grouped(&values).is_empty(), "{values:?} {:?}", grouped(&values));
        }
    }

    #[test]
    fn the_most_frequent_spelling_stands_for_its_group() {
        let values = [("germany", 3), ("Germany", 90), ("GERMANY", 3), ("Germny", 1), ("France", 5)];
        let values: Vec<(String, u64)> = values.iter().map(|(v, c)| ((*v).to_owned(), *c)).collect();
        let found = groups(&values);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].method, found[0].stands_for.as_str()), ("one letter", "Germany"));
        assert_eq!(
            found[0].members.iter().map(|(v, _)| v.as_str()).collect::<Vec<_>>(),
            ["Germany", "GERMANY", "germany", "Germny"]
        );
    }

    proptest! {
        #![proptest_config(crate::values::steady_cases())]

        #[test]
        fn no_value_is_in_two_groups_and_their_order_does_not_matter(
            values in proptest::collection::vec(("[aeAE éßkKcCnt12 ,.-]{0,9}", 0u64..5), 0..40),
            any in proptest::collection::vec((any::<String>(), 0u64..3), 0..6),
        ) {
            let mut values: Vec<(String, u64)> = values.into_iter().chain(any).collect();
            let found = groups(&values);
            let mut seen = std::collections::HashSet::new();
            for group in &found {
                prop_assert!(group.members.len() > 1);
                prop_assert_eq!(&group.stands_for, &group.members[0].0);
                for (value, _) in &group.members {
                    prop_assert!(seen.insert(value.clone()), "{} twice", value);
                    prop_assert!(values.iter().any(|(known, _)| known == value));
                }
            }
            values.reverse();
            prop_assert_eq!(groups(&values), found);
        }
    }
}
