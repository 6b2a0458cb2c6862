//! One text with a person's name as its parts: title, given, middle and family name, suffix, each as it was written, with a
//! confidence. Words that are no names are data (`assets/name_words.toml`). What cannot be told apart (a name in Chinese
//! characters without a space, two people, a company) is a fault instead of a wrong split.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use super::character::is_quote;
use super::letters::collapse_spaces;
use super::named::{folded, quoted};

const TABLE: &str = include_str!("../../assets/name_words.toml");
/// Values with more characters are no names.
const LONGEST: usize = 200;

#[derive(Default, serde::Deserialize)]
struct Words {
    titles: BTreeSet<String>,
    careful_titles: BTreeSet<String>,
    suffixes: BTreeSet<String>,
    careful_suffixes: BTreeSet<String>,
    particles: BTreeSet<String>,
    connectors: BTreeSet<String>,
    organizations: BTreeSet<String>,
    careful_organizations: BTreeSet<String>,
    several: BTreeSet<String>,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    // A test reads the asset, so it parses.
    let mut words = toml::from_str::<Words>(TABLE).unwrap_or_default();
    for set in [
        &mut words.titles,
        &mut words.careful_titles,
        &mut words.suffixes,
        &mut words.careful_suffixes,
        &mut words.particles,
        &mut words.connectors,
        &mut words.organizations,
        &mut words.careful_organizations,
        &mut words.several,
    ] {
        *set = set.iter().map(|word| folded(word)).collect();
    }
    words
});

/// The parts of a name; what it does not have is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PersonName {
    pub title: String,
    pub given: String,
    pub middle: String,
    pub family: String,
    pub suffix: String,
    /// 0 to 100.
    pub confidence: u8,
    /// Why it is not 100, as half a sentence; empty where it is clear.
    pub reason: &'static str,
}

/// Splits a name. `Family, Given` is told by its comma, a family name in capitals by them; otherwise the last word is the
/// family name with the particles before it, the first the given name, what stands between them the middle name. A single
/// name is the given name, or behind a title the family name. In Chinese, Japanese and Korean the family name stands first.
///
/// # Errors
/// If it is no person's name, or the parts cannot be told apart; half a sentence.
pub fn split(text: &str) -> Result<PersonName, String> {
    let none = || format!("{} is no person's name", quoted(text));
    if text.len() > LONGEST * 4 {
        return Err(none());
    }
    let (text_left, had_brackets) = without_brackets(&collapse_spaces(text));
    let name = text_left.trim_matches(|c: char| c == ',' || c == ';' || c.is_whitespace());
    if name.is_empty() || name.contains(['@', '/', '|', '\\', '<', '>', '=', '#', '_', '%', ':']) {
        return Err(none());
    }
    if name.contains([';', '&', '+']) || name.split(' ').any(|word| WORDS.several.contains(&word.to_lowercase())) {
        return Err(format!("{} may be several people", quoted(text)));
    }
    if name.chars().any(|c| c.is_numeric())
        && !name.split([' ', ',']).all(|word| is_suffix(word, true) || !has_digit(word))
    {
        return Err(none());
    }
    if !name.chars().any(char::is_alphabetic) {
        return Err(none());
    }
    if is_organization(name) {
        return Err(format!("{} is rather a company", quoted(text)));
    }
    let mut split = if name.chars().any(is_east_asian) { east_asian(name, text)? } else { by_words(name) };
    if split.given.is_empty() && split.family.is_empty() {
        return Err(format!("{} is only a title", quoted(text)));
    }
    if had_brackets && split.confidence > 80 {
        (split.confidence, split.reason) = (80, "what stands in brackets is left out");
    }
    Ok(split)
}

fn has_digit(word: &str) -> bool {
    word.chars().any(|c| c.is_numeric())
}

/// Nicknames in brackets or quotes, `Robert (Bob) Smith`, are left out, and quotes around the whole too.
fn without_brackets(text: &str) -> (String, bool) {
    let text = text.trim_matches(|c: char| is_quote(c) || c.is_whitespace());
    let mut out = String::with_capacity(text.len());
    let mut until: Option<char> = None;
    let mut had = false;
    let mut last = ' ';
    for (at, c) in text.char_indices() {
        let rest = &text[at + c.len_utf8()..];
        match until {
            Some(close) if c == close => until = None,
            Some(_) => {}
            None => {
                let close = match c {
                    '(' => Some(')'),
                    '[' => Some(']'),
                    '"' => Some('"'),
                    '“' | '„' => Some('”'),
                    _ => None,
                };
                match close.filter(|close| rest.contains(*close)) {
                    Some(close) => {
                        (until, had) = (Some(close), true);
                        if last != ' ' {
                            out.push(' ');
                        }
                    }
                    None if c == ' ' && last == ' ' => {}
                    None => out.push(c),
                }
            }
        }
        last = out.chars().next_back().unwrap_or(' ');
    }
    (out, had)
}

fn is_organization(name: &str) -> bool {
    let words: Vec<&str> = name.split([' ', ',']).filter(|word| !word.is_empty()).collect();
    words.iter().enumerate().skip(usize::from(words.len() > 1)).any(|(at, word)| {
        let key = folded(word);
        let careful = WORDS.careful_organizations.contains(&key);
        let in_capitals = word.chars().all(|c| !c.is_lowercase());
        let shouted = words.iter().all(|word| word.chars().all(|c| !c.is_lowercase()));
        WORDS.organizations.contains(&key) && (!careful || in_capitals && !shouted && at + 1 == words.len() && at > 0)
    })
}

/// Han, Kana and Hangul.
fn is_east_asian(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7AF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{323AF}')
}

fn east_asian(name: &str, text: &str) -> Result<PersonName, String> {
    let name = name.trim_end_matches("さん").trim_end_matches('様').trim_end_matches('님').trim();
    let foreign: Vec<&str> = name.split(['・', '·', '•']).map(str::trim).filter(|part| !part.is_empty()).collect();
    // A foreign name in Kana or Han keeps its own order: ジョン・スミス.
    if let [given, middle @ .., family] = foreign.as_slice() {
        return Ok(PersonName {
            given: (*given).to_owned(),
            middle: middle.join(" "),
            family: (*family).to_owned(),
            confidence: 75,
            reason: "a foreign name in another script",
            ..PersonName::default()
        });
    }
    match name.split([' ', ',']).filter(|word| !word.is_empty()).collect::<Vec<_>>().as_slice() {
        [family, given] if family.chars().all(is_east_asian) && given.chars().all(is_east_asian) => Ok(PersonName {
            given: (*given).to_owned(),
            family: (*family).to_owned(),
            confidence: 80,
            reason: "the family name is taken to stand first",
            ..PersonName::default()
        }),
        [_] => Err(format!("{} has no space between family and given name", quoted(text))),
        _ => Err(format!("{} mixes scripts: its parts cannot be told apart", quoted(text))),
    }
}

fn is_title(word: &str, followed_by: usize) -> bool {
    let key = folded(word);
    let careful = WORDS.careful_titles.contains(&key);
    !word.contains('-')
        && WORDS.titles.contains(&key)
        && (!careful
            || (word.ends_with('.') && (key.len() > 1 || followed_by == 1))
            || (followed_by >= 2 && key.len() > 1))
        || word.ends_with('.')
            && word.contains('-')
            && word.split('-').all(|part| WORDS.titles.contains(&folded(part)) || folded(part) == "dipl")
}

/// `sure`: a comma stands before it.
fn is_suffix(word: &str, sure: bool) -> bool {
    let key = folded(word);
    WORDS.suffixes.contains(&key) && (sure || !WORDS.careful_suffixes.contains(&key))
}

fn is_initial(word: &str) -> bool {
    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
    letters == 1 && word.len() <= 6
        || word.contains('.') && letters <= 4 && word.split('.').all(|part| part.chars().count() <= 1)
}

/// Takes titles off the beginning and suffixes off the end.
fn undress<'a>(words: &mut Vec<&'a str>, title: &mut Vec<&'a str>, suffix: &mut Vec<&'a str>) {
    while let Some(first) = words.first()
        && is_title(first, words.len() - 1)
    {
        title.push(words.remove(0));
    }
    let mut behind = Vec::new();
    while words.len() > 1
        && let Some(last) = words.last()
        && is_suffix(last, false)
        // A family name of two letters in capitals may look like one: `Anna Ma`.
        && (words.len() > 2 || folded(last).len() > 2 || last.ends_with('.') || title.is_empty())
    {
        behind.insert(0, words.remove(words.len() - 1));
    }
    suffix.extend(behind);
}

fn words_of(part: &str) -> Vec<&str> {
    part.split(' ').filter(|word| !word.is_empty()).collect()
}

fn by_words(name: &str) -> PersonName {
    let parts: Vec<&str> = name.split(',').map(str::trim).filter(|part| !part.is_empty()).collect();
    // Behind a comma, suffixes: `John Smith, PhD, MBA`.
    let mut names = parts.clone();
    let mut suffixes_behind = Vec::new();
    while names.len() > 1
        && let Some(last) = names.last()
        && words_of(last).iter().all(|word| is_suffix(word, true))
    {
        suffixes_behind.insert(0, *last);
        names.pop();
    }
    let (mut title, mut suffix) = (Vec::new(), Vec::new());
    let mut split = PersonName::default();
    if let [family, given @ ..] = names.as_slice()
        && !given.is_empty()
    {
        let mut family_words = words_of(family);
        undress(&mut family_words, &mut title, &mut suffix);
        let mut given_words: Vec<&str> = given.iter().flat_map(|part| words_of(part)).collect();
        undress(&mut given_words, &mut title, &mut suffix);
        // `Berg, Jan van den`: particles may stand behind.
        let mut particles = Vec::new();
        while given_words.len() > 1
            && let Some(last) = given_words.last()
            && WORDS.particles.contains(&folded(last))
            && !is_initial(last)
        {
            particles.insert(0, given_words.remove(given_words.len() - 1));
        }
        split.family = particles.iter().chain(&family_words).copied().collect::<Vec<_>>().join(" ");
        if let [first, rest @ ..] = given_words.as_slice() {
            split.given = (*first).to_owned();
            split.middle = rest.join(" ");
        }
        (split.confidence, split.reason) = match given.len() {
            1 if family_words.len() <= 3 => (95, ""),
            _ => (50, "it has more commas or words before the comma than a name has"),
        };
    } else if let [name] = names.as_slice() {
        let mut words = words_of(name);
        undress(&mut words, &mut title, &mut suffix);
        in_order(&words, !title.is_empty(), &mut split);
    }
    suffix.extend(suffixes_behind);
    split.title = title.join(" ");
    split.suffix = suffix.join(" ");
    split
}

fn in_order(words: &[&str], titled: bool, split: &mut PersonName) {
    match words {
        [] => {}
        [one] if titled => {
            split.family = (*one).to_owned();
            (split.confidence, split.reason) = (70, "one name behind a title");
        }
        [one] => {
            split.given = (*one).to_owned();
            (split.confidence, split.reason) = (40, "one name only");
        }
        _ => {
            if let Some((family, given)) = by_capitals(words) {
                split.family = family.join(" ");
                split.given = given.first().copied().unwrap_or_default().to_owned();
                split.middle = given.get(1..).unwrap_or_default().join(" ");
                (split.confidence, split.reason) = (85, "the name in capitals is taken for the family name");
                return;
            }
            let mut from = words.len() - 1;
            while from > 1 && is_particle(words[from - 1]) {
                from -= 1;
            }
            // `Ortega y Gasset` belongs together.
            if from > 2 && WORDS.connectors.contains(&folded(words[from - 1])) && words[from - 1].len() <= 3 {
                from -= 2;
                while from > 1 && is_particle(words[from - 1]) {
                    from -= 1;
                }
            }
            split.given = words[0].to_owned();
            split.middle = words[1..from].join(" ");
            split.family = words[from..].join(" ");
            let middle = &words[1..from];
            (split.confidence, split.reason) = if is_initial(words[words.len() - 1]) {
                (30, "an initial stands last")
            } else if middle.is_empty() {
                (95, "")
            } else if middle.iter().all(|word| is_initial(word)) {
                (90, "")
            } else if middle.len() == 1 {
                (60, "the name between may be a second family name")
            } else {
                (40, "it has many names")
            };
        }
    }
}

fn is_particle(word: &str) -> bool {
    // `J. D. Smith`: an initial is none.
    !(is_initial(word) && word.ends_with('.') || word.len() == 1 && word.chars().all(char::is_uppercase))
        && WORDS.particles.contains(&folded(word))
}

/// (family, given) where a family name in capitals stands first or last beside names that are not: `DUPONT Jean`.
fn by_capitals<'a, 'b>(words: &'b [&'a str]) -> Option<(&'b [&'a str], &'b [&'a str])> {
    let shouts = |word: &&&str| {
        let letters = word.chars().filter(|c| c.is_alphabetic()).count();
        letters >= 3 && !word.chars().any(char::is_lowercase) && !word.contains('.')
    };
    let speaks = |word: &&str| word.chars().filter(|c| c.is_lowercase()).count() > 0 || is_initial(word);
    let first = words
        .iter()
        .take_while(|word| shouts(word) || is_particle(word) && !word.chars().any(char::is_lowercase))
        .count();
    let last = words.iter().rev().take_while(|word| shouts(word)).count();
    if first > 0 && first < words.len() && words[first..].iter().all(speaks) {
        Some((&words[..first], &words[first..]))
    } else if last > 0 && last < words.len() && words[..words.len() - last].iter().all(speaks) {
        let mut from = words.len() - last;
        while from > 1 && is_particle(words[from - 1]) {
            from -= 1;
        }
        Some((&words[from..], &words[..from]))
    } else {
        None
    }
}

#[cfg(test)]
mod tests;
