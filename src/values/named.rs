//! Names that mean a code: how they are compared, and how a table of them answers. Which codes there are is for `country`,
//! `language` and `currency`.

use std::collections::HashMap;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Names with more bytes are none.
pub(super) const LONGEST: usize = 160;

/// A name as names are compared: lower case, without accents, spaces and punctuation. `Côte d’Ivoire` is `cotedivoire`.
#[must_use]
pub fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.nfkd().filter(|&c| !is_combining_mark(c)).flat_map(char::to_lowercase) {
        match c {
            'ß' => out.push_str("ss"),
            'ł' => out.push('l'),
            'ø' => out.push('o'),
            'đ' => out.push('d'),
            'æ' => out.push_str("ae"),
            'œ' => out.push_str("oe"),
            'ı' => out.push('i'),
            'ς' => out.push('σ'),
            '&' => out.push_str("and"),
            c if c.is_alphanumeric() => out.push(c),
            _ => {}
        }
    }
    out
}

/// The same where umlauts are written with two letters: `Österreich` is `oesterreich`.
fn folded_in_two_letters(text: &str) -> String {
    let mut spelled = String::with_capacity(text.len() + 4);
    for c in text.nfc() {
        match c {
            'ä' | 'Ä' => spelled.push_str("ae"),
            'ö' | 'Ö' => spelled.push_str("oe"),
            'ü' | 'Ü' => spelled.push_str("ue"),
            'å' | 'Å' => spelled.push_str("aa"),
            c => spelled.push(c),
        }
    }
    folded(&spelled)
}

/// A value in quotes, cut so that a fault stays half a sentence.
#[must_use]
pub fn quoted(text: &str) -> String {
    const MOST: usize = 40;
    let text = text.trim();
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("“{}…”", &text[..end]),
        None => format!("“{text}”"),
    }
}

/// What a name means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning<'a> {
    One(&'a str),
    /// Each of these.
    Several(&'a [String]),
    Unknown,
}

/// Names with the codes that they mean.
#[derive(Debug, Default)]
pub(super) struct Names {
    by_name: HashMap<String, Vec<String>>,
}

impl Names {
    /// Adds a name, unless it means something already: codes are added first, so that no name takes their place.
    pub(super) fn add(&mut self, name: &str, code: &str) {
        for key in [folded(name), folded_in_two_letters(name)] {
            if !key.is_empty() {
                self.by_name.entry(key).or_insert_with(|| vec![code.to_owned()]);
            }
        }
    }

    /// Says that a name means each of several codes, whatever was added.
    pub(super) fn add_ambiguous(&mut self, name: &str, codes: &[String]) {
        let key = folded(name);
        if !key.is_empty() {
            self.by_name.insert(key, codes.to_vec());
        }
    }

    /// The codes that a name means.
    pub(super) fn find_all(&self, name: &str) -> Option<&[String]> {
        if name.len() > LONGEST {
            return None;
        }
        let key = folded(name);
        let found = self.by_name.get(&key).or_else(|| self.by_name.get(key.strip_prefix("the")?));
        found.map(Vec::as_slice)
    }

    pub(super) fn find(&self, name: &str) -> Meaning<'_> {
        match self.find_all(name) {
            Some([one]) => Meaning::One(one),
            Some(several) if !several.is_empty() => Meaning::Several(several),
            _ => Meaning::Unknown,
        }
    }
}

/// The parts of `Germany (DE)`, `DE - Germany`, `Deutschland / Germany`.
pub(super) fn parts(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for part in text.split(['(', ')', '[', ']', '/', '|', ';', ':']) {
        for part in part.split(" - ").flat_map(|part| part.split(" – ")) {
            let part = part.trim();
            if !part.is_empty() {
                found.push(part);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_without_case_accents_and_punctuation() {
        assert_eq!(folded("Côte d’Ivoire"), "cotedivoire");
        assert_eq!(folded("U. S. A."), "usa");
        assert_eq!(folded("Bosnia & Herzegovina"), "bosniaandherzegovina");
        assert_eq!(folded("Łódź Straße"), "lodzstrasse");
        assert_eq!(folded_in_two_letters("O\u{308}sterreich"), "oesterreich");
        assert_eq!(folded("日本"), "日本");
    }

    #[test]
    fn a_long_value_is_cut_between_characters() {
        assert_eq!(quoted(" ä "), "“ä”");
        assert_eq!(quoted(&"ä".repeat(50)), format!("“{}…”", "ä".repeat(40)));
    }
}
