//! What a person may mean by a text: the keys to look for, in order. Pure.

use crate::sources::identifiers::key::phone_key;
use crate::values::{email, identifier, phone, salesforce, words};

/// A typed text, read in every way that it could be meant.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Typed {
    /// As typed, without blanks around it.
    pub text: String,
    /// Without what was copied along: quotes, brackets, the address of the page that shows the record.
    pub bare: String,
    /// The bare text without blanks and dashes, in its own case.
    pub compact: String,
    /// As an ID, folded.
    pub id: String,
    /// All of it folded, where `id` is the first 15 characters of something whose last three do not fit.
    pub whole: Option<String>,
    /// The 18-character Salesforce ID with its upper and lower case put right, where what was typed had another.
    pub repaired: Option<String>,
    /// Salesforce's 15 characters, where the text is an ID of 15 or 18 as typed.
    pub salesforce: Option<String>,
    /// Whether the characters after the fifteenth agree with those before.
    pub suffix_fits: bool,
    /// The digits of an ID without prefix and leading zeros.
    pub number: Option<String>,
    pub email: Option<String>,
    /// Digits from last to first, of a phone number whole or begun.
    pub phone: Option<String>,
    /// Its digits in the order typed, without a leading zero: for the beginning of a number.
    pub phone_begun: Option<String>,
    pub words: Vec<String>,
    /// The last word may go on.
    pub last_word_open: bool,
    /// Record key `source/object/native_id` or `source/object/@load:line`.
    pub record_key: Option<(String, String, String)>,
}

impl Typed {
    /// Reads a typed text.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let text = without_controls(text).trim().to_owned();
        let mut typed = Self { text: text.clone(), ..Self::default() };
        if text.is_empty() {
            return typed;
        }
        let bare = without_wrapping(&text);
        let bare = bare.as_str();
        typed.bare = bare.to_owned();
        typed.id = identifier::fold_id(bare);
        typed.suffix_fits = true;
        let compact: String = bare.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
        typed.read_salesforce(&compact);
        typed.compact = compact;
        typed.number = number_of(bare);
        typed.email = email::parse(bare).map(|address| address.as_str().to_owned());
        if typed.email.is_none() && bare.contains('@') {
            typed.email = Some(bare.to_lowercase());
        }
        if phone::looks_like_phone(bare) || phone::digits(bare).is_some() {
            typed.phone = phone::digits(bare).map(|digits| phone_key(&digits));
        }
        let digits: String = bare.chars().filter(char::is_ascii_digit).collect();
        let only_phone_signs = bare.chars().all(|c| c.is_ascii_digit() || c.is_whitespace() || "+-()./".contains(c));
        if only_phone_signs && digits.len() >= 4 {
            let begun = digits.strip_prefix("00").or_else(|| digits.strip_prefix('0')).unwrap_or(&digits);
            typed.phone_begun = Some(begun.to_owned());
        }
        let mut met = std::collections::BTreeSet::new();
        typed.words = words::name_words(bare).into_iter().filter(|word| met.insert(word.clone())).collect();
        typed.last_word_open = text.chars().last().is_some_and(char::is_alphanumeric);
        typed.record_key = record_key(&text);
        typed
    }

    /// Salesforce's 15 characters: an ID of 15, of 18, of 18 in the wrong case, or on the way from 15 to 18.
    fn read_salesforce(&mut self, compact: &str) {
        let Some(first) = compact.get(..15).filter(|first| salesforce::is_15_shape(first)) else { return };
        if compact.len() == 15 || salesforce::is_18(compact) {
            self.salesforce = Some(first.to_owned());
        } else if let Some(right) = salesforce::repair_case(compact).filter(|right| looks_like_salesforce(right)) {
            let mixed = first.bytes().any(|b| b.is_ascii_uppercase()) && first.bytes().any(|b| b.is_ascii_lowercase());
            if mixed {
                // Somebody who typed both cases meant them; it is the end that is wrong.
                self.salesforce = Some(first.to_owned());
                self.suffix_fits = false;
            } else {
                self.repaired = Some(right);
            }
        } else if (16..=18).contains(&compact.len())
            && compact.bytes().all(|b| b.is_ascii_alphanumeric())
            && looks_like_salesforce(compact)
        {
            self.salesforce = Some(first.to_owned());
            self.suffix_fits = compact.len() < 18;
        } else {
            return;
        }
        if !salesforce::is_18(compact) {
            self.whole = Some(identifier::fold_id(compact)).filter(|_| compact.len() > 15);
        }
        self.id = identifier::fold_id(first);
    }

    /// Other spellings of an ID of letters and digits: with zeros that were left out put back, or without those that are
    /// too many.
    #[must_use]
    pub fn respelt(&self) -> Vec<(&'static str, String)> {
        const WIDEST: usize = 12;
        let digits = self.id.chars().rev().take_while(char::is_ascii_digit).count();
        // The tail is ASCII digits.
        let (letters, number) = self.id.split_at(self.id.len() - digits);
        let core = number.trim_start_matches('0');
        if core.is_empty() || self.salesforce.is_some() || self.repaired.is_some() || letters.len() > 24 {
            return Vec::new();
        }
        (core.len()..=WIDEST.max(core.len()))
            .map(|width| format!("{letters}{core:0>width$}"))
            .filter(|key| *key != self.id)
            .map(|key| ("written with other zeros", key))
            .collect()
    }

    /// Names written in runs, parted or joined in other ways: `山田太郎` is `山田 太郎`.
    #[must_use]
    pub fn names_in_runs(&self) -> Vec<Vec<String>> {
        match self.words.as_slice() {
            [run] if super::propose::is_run(run) => {
                let places = run.char_indices().map(|(at, _)| at).skip(1).take(10);
                places.map(|at| vec![run[..at].to_owned(), run[at..].to_owned()]).collect()
            }
            [one, two] if super::propose::is_run(one) && super::propose::is_run(two) => {
                vec![vec![format!("{one}{two}")], vec![format!("{two}{one}")]]
            }
            _ => Vec::new(),
        }
    }

    /// Whether there is nothing to look for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }
}

/// The beginning of a text, without control characters and the colours of a terminal.
fn without_controls(text: &str) -> String {
    const LONGEST: usize = 400;
    let mut plain = String::new();
    let mut characters = text.chars().take(8 * LONGEST).peekable();
    while let Some(c) = characters.next() {
        if c == '\u{1b}' && characters.next_if_eq(&'[').is_some() {
            while characters.next_if(|c| c.is_ascii_digit() || *c == ';').is_some() {}
            characters.next();
        } else if c == '\t' || c == '\n' {
            plain.push(' ');
        } else if !c.is_control() {
            plain.push(c);
        }
    }
    plain.chars().take(LONGEST).collect()
}

/// The identifier without what is copied along with it: quotes and brackets around it, the address of the page that
/// shows the record, the decimals and separators that a spreadsheet gives a number.
fn without_wrapping(text: &str) -> String {
    let mut bare = text
        .trim_matches(|c: char| {
            c.is_whitespace()
                || matches!(
                    c,
                    '"' | '\''
                        | '`'
                        | '“'
                        | '”'
                        | '‘'
                        | '’'
                        | '„'
                        | '«'
                        | '»'
                        | '<'
                        | '>'
                        | '['
                        | ']'
                        | '('
                        | ','
                        | ';'
                )
        })
        .trim_end_matches(['?', '!']);
    if !bare.contains('(') {
        bare = bare.trim_end_matches(')');
    }
    if let Some((_, place)) = bare.split_once("://") {
        let path = place.split(['?', '#']).next().unwrap_or(place);
        let part = path.split('/').skip(1).filter(|part| part.bytes().any(|b| b.is_ascii_digit())).last();
        return part.unwrap_or(path).to_owned();
    }
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if let Some(whole) = bare.strip_suffix(".0").filter(|whole| is_number(whole)) {
        return whole.to_owned();
    }
    without_thousands(bare)
}

/// `88,213` is 88213.
fn without_thousands(text: &str) -> String {
    let bytes = text.as_bytes();
    let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let parts_thousands =
        |at: usize| at > 0 && is_digit(at - 1) && (1..=3).all(|step| is_digit(at + step)) && !is_digit(at + 4);
    text.char_indices().filter(|&(at, c)| c != ',' || !parts_thousands(at)).map(|(_, c)| c).collect()
}

/// Letters and digits mixed, beginning with the digits of a key prefix.
fn looks_like_salesforce(text: &str) -> bool {
    text.starts_with('0') && text.bytes().any(|b| b.is_ascii_alphabetic())
}

/// The number inside an ID, or a number typed with zeros that a system does not have.
fn number_of(text: &str) -> Option<String> {
    if let Some(core) = identifier::number_core(text) {
        return Some(core.into_owned());
    }
    let folded = identifier::fold_id(text);
    let plain = !folded.is_empty() && folded.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| folded.trim_start_matches('0').to_owned()).filter(|core| !core.is_empty())
}

fn record_key(text: &str) -> Option<(String, String, String)> {
    let mut parts = text.splitn(3, '/');
    let (source, object, rest) = (parts.next()?, parts.next()?, parts.next()?);
    let whole = !source.is_empty() && !object.is_empty() && !rest.is_empty();
    whole.then(|| (source.to_owned(), object.to_owned(), rest.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_salesforce_id_in_the_wrong_case_is_put_right_by_its_checksum() {
        let right = salesforce::to_18("0038d00000Wm7Ta").unwrap();
        let typed = Typed::read(&right.to_lowercase());
        assert_eq!(typed.repaired.as_deref(), Some(right.as_str()));
        assert_eq!(Typed::read(&right).salesforce.as_deref(), Some("0038d00000Wm7Ta"));
    }

    #[test]
    fn zeros_and_prefixes_lead_to_the_number() {
        for text in ["ACC-008213", "8213", "008213", "acc 8213"] {
            assert_eq!(Typed::read(text).number.as_deref(), Some("8213"), "{text}");
        }
    }

    #[test]
    fn a_phone_reads_the_same_however_written() {
        let keys: Vec<Option<String>> =
            ["018-555 01 27", "0185550127", "(018) 555 01 27"].iter().map(|t| Typed::read(t).phone).collect();
        assert!(keys.iter().all(|key| *key == keys[0] && key.is_some()), "{keys:?}");
    }

    #[test]
    fn nothing_typed_is_nothing_to_look_for() {
        assert!(Typed::read("  \u{1b} ").is_empty());
    }
}
