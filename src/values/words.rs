//! Names as words for searching and blocking: lower case, accents off in Latin, Greek and Cyrillic, every other script as
//! it is written. Nicknames, legal forms and noise words are knowledge of the domain and stay there.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::character::is_invisible;

/// Words of one name; what follows is left out.
pub const MOST_WORDS: usize = 12;
/// Bytes of one word; it is cut there, at a character.
pub const LONGEST_WORD: usize = 40;

/// The words of `name` in its order. See [`name_words_into`].
#[must_use]
pub fn name_words(name: &str) -> Vec<String> {
    let mut words = Vec::new();
    name_words_into(name, |word| words.push(word.to_owned()));
    words
}

/// Gives the words of `name` to `take`: split at everything that is no letter or digit, an apostrophe inside a word left
/// out (`O'Brien` is `obrien`), a hyphenated name in its parts. A run of Chinese, Japanese or Korean characters is one
/// word, to be searched by its beginning. At most 12 words of at most 40 bytes. ASCII names allocate nothing.
pub fn name_words_into(name: &str, take: impl FnMut(&str)) {
    let mut words = Words { word: [0; LONGEST_WORD], len: 0, full: false, given: 0, take };
    if name.is_ascii() {
        let bytes = name.as_bytes();
        for (at, &byte) in bytes.iter().enumerate() {
            if byte.is_ascii_alphanumeric() {
                words.push(char::from(byte.to_ascii_lowercase()));
            } else if !(matches!(byte, b'\'' | b'`') && bytes.get(at + 1).is_some_and(u8::is_ascii_alphanumeric)) {
                words.end();
            }
            if words.given >= MOST_WORDS {
                return;
            }
        }
    } else {
        words.push_all(name);
    }
    words.end();
}

/// The word being gathered.
struct Words<F> {
    word: [u8; LONGEST_WORD],
    len: usize,
    /// A character did not fit any more, so what follows does not belong to the beginning either.
    full: bool,
    given: usize,
    take: F,
}

impl<F: FnMut(&str)> Words<F> {
    fn push_all(&mut self, name: &str) {
        let mut of_runs = false;
        let mut characters = name.nfkc().filter(|&c| !is_invisible(c) || c.is_whitespace()).peekable();
        while let Some(c) = characters.next() {
            if is_apostrophe(c) {
                if !characters.peek().is_some_and(|&next| is_letter(next)) {
                    self.end();
                }
            } else if is_combining_mark(c) {
                if self.len > 0 && !is_accent(c) {
                    self.push(c);
                }
            } else if !is_letter(c) {
                self.end();
            } else {
                let is_run = is_written_in_runs(c);
                if is_run != of_runs {
                    self.end();
                    of_runs = is_run;
                }
                self.push_letter(c);
            }
            if self.given >= MOST_WORDS {
                return;
            }
        }
    }

    /// Appends `c` in lower case, without its accent if its script is one that people write without.
    fn push_letter(&mut self, c: char) {
        if c == '\u{640}' {
            // The Arabic stretching stroke is no letter.
        } else if let Some(latin) = in_plain_latin(c) {
            for plain in latin.chars().filter(char::is_ascii_alphanumeric) {
                self.push(plain.to_ascii_lowercase());
            }
        } else {
            for lower in c.to_lowercase().filter(|&lower| !is_accent(lower)) {
                self.push(lower);
            }
        }
    }

    fn push(&mut self, c: char) {
        let end = self.len + c.len_utf8();
        match self.word.get_mut(self.len..end) {
            Some(room) if !self.full => {
                c.encode_utf8(room);
                self.len = end;
            }
            _ => self.full = true,
        }
    }

    fn end(&mut self) {
        if self.len > 0 && self.given < MOST_WORDS {
            // Only whole characters are pushed.
            (self.take)(std::str::from_utf8(&self.word[..self.len]).unwrap_or_default());
            self.given += 1;
        }
        self.len = 0;
        self.full = false;
    }
}

fn is_letter(c: char) -> bool {
    c.is_alphanumeric() && !is_apostrophe(c)
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | '‘' | 'ʼ' | 'ʻ' | 'ʹ' | '´' | '`' | '′')
}

/// Marks that people leave out: the accents that NFKC could not compose, Hebrew points and Arabic vowel signs.
fn is_accent(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36F}' | '\u{483}'..='\u{487}' | '\u{591}'..='\u{5C7}' | '\u{610}'..='\u{61A}' | '\u{64B}'..='\u{65F}'
        | '\u{670}' | '\u{6D6}'..='\u{6ED}' | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}')
}

/// Han, Kana, Bopomofo and Hangul.
fn is_written_in_runs(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{11FF}' | '\u{2E80}'..='\u{2FDF}' | '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{31FF}'
        | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{A960}'..='\u{A97F}' | '\u{AC00}'..='\u{D7FF}'
        | '\u{F900}'..='\u{FAFF}' | '\u{1B000}'..='\u{1B16F}' | '\u{20000}'..='\u{3FFFF}')
}

/// The plain Latin spelling of a Latin, Greek or Cyrillic letter.
fn in_plain_latin(c: char) -> Option<&'static str> {
    let folds = matches!(c, '\0'..='\u{24F}' | '\u{250}'..='\u{2AF}' | '\u{370}'..='\u{3FF}' | '\u{400}'..='\u{52F}'
        | '\u{1C80}'..='\u{1C8F}' | '\u{1D00}'..='\u{1DBF}' | '\u{1E00}'..='\u{1FFF}' | '\u{2C60}'..='\u{2C7F}'
        | '\u{A640}'..='\u{A69F}' | '\u{A720}'..='\u{A7FF}' | '\u{AB30}'..='\u{AB6F}');
    if folds { deunicode::deunicode_char(c) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_become_plain_words() {
        for (name, words) in [
            ("Märta Nilsson", "marta nilsson"),
            ("Ma\u{308}rta NILSSON", "marta nilsson"),
            ("Łukasz Wójcik", "lukasz wojcik"),
            ("Straße Ørsted", "strasse orsted"),
            ("O'Brien", "obrien"),
            ("O’Brien & Sons, Ltd.", "obrien sons ltd"),
            ("d' Angelo '", "d angelo"),
            ("Anne-Marie", "anne marie"),
            ("Anne–Marie", "anne marie"),
            ("Γιώργος Παπαδόπουλος", "giorgos papadopoulos"),
            ("Наталья", "natalia"),
            ("İstanbul", "istanbul"),
            ("東京Tower株式会社", "東京 tower 株式会社"),
            ("山田　太郎", "山田 太郎"),
            ("ﾔﾏﾀﾞ・タロウ", "ヤマダ タロウ"),
            ("김민준", "김민준"),
            ("नमस्ते", "नमस्ते"),
            ("مُحَمَّد", "محمد"),
            ("שָׁלוֹם", "שלום"),
            ("3M Co", "3m co"),
            ("Mär\u{ad}ta", "marta"),
            ("ＡＢＣ", "abc"),
            ("—", ""),
            ("", ""),
        ] {
            assert_eq!(name_words(name).join(" "), words, "{name}");
        }
    }

    #[test]
    fn long_names_are_cut_at_words_and_characters() {
        assert_eq!(name_words(&"a ".repeat(30)).len(), MOST_WORDS);
        assert_eq!(name_words(&"ä ".repeat(30)).len(), MOST_WORDS);
        assert_eq!(name_words(&"x".repeat(90)), ["x".repeat(40)]);
        assert_eq!(name_words(&"京".repeat(90)), ["京".repeat(13)]);
        assert_eq!(name_words(&format!("{}éa", "京".repeat(90))).len(), 2);
    }

    proptest! {
        #![proptest_config(crate::values::steady_cases())]

        #[test]
        fn words_are_few_short_and_without_capitals(name: String, latin in "[A-Za-zäßŁ' -]{0,80}") {
            for name in [name, latin] {
                let words = name_words(&name);
                prop_assert!(words.len() <= MOST_WORDS);
                for word in words {
                    prop_assert!(!word.is_empty() && word.len() <= LONGEST_WORD);
                    prop_assert!(!word.contains(char::is_whitespace) && !word.bytes().any(|byte| byte.is_ascii_uppercase()));
                    if word.is_ascii() {
                        prop_assert_eq!(name_words(&word), [word]);
                    }
                }
            }
        }

        #[test]
        fn ascii_names_read_the_same_beside_other_letters(name in "[ -~]{0,40}") {
            let mut words = name_words(&format!("{name} 京"));
            words.truncate(MOST_WORDS);
            let mut alone = name_words(&name);
            if alone.len() < MOST_WORDS {
                alone.push("京".to_owned());
            }
            prop_assert_eq!(words, alone);
        }
    }
}
