//! Words for yes and no, in several languages (`assets/boolean_words.toml`) or as a map lists them. Whether a field is
//! turned round (*has opted out* to *has consent*) is for the caller.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;

use super::named::quoted;

const TABLE: &str = include_str!("../../assets/boolean_words.toml");
/// Values with more bytes are neither.
const LONGEST: usize = 160;

#[derive(serde::Deserialize)]
struct Table {
    yes: Vec<String>,
    no: Vec<String>,
}

static USUAL: LazyLock<TruthWords> = LazyLock::new(|| {
    // A test reads the asset, so it parses.
    let Ok(table) = toml::from_str::<Table>(TABLE) else { return TruthWords::default() };
    let words = table.yes.iter().map(|word| (word, true)).chain(table.no.iter().map(|word| (word, false)));
    TruthWords { words: words.map(|(word, is_yes)| (key(word), is_yes)).collect() }
});

/// Which words mean yes, and which no.
#[derive(Debug, Clone, Default)]
pub struct TruthWords {
    words: BTreeMap<String, bool>,
}

fn key(text: &str) -> String {
    text.trim().nfkc().flat_map(char::to_lowercase).collect()
}

impl TruthWords {
    /// With stated words. A side without any has the usual ones, but for those that are stated for the other.
    ///
    /// # Errors
    /// If a word is stated for both sides; half a sentence.
    pub fn new(yes: &[String], no: &[String]) -> Result<Self, String> {
        let mut words = BTreeMap::new();
        for (stated, is_yes) in [(yes, true), (no, false)] {
            for word in stated {
                if words.insert(key(word), is_yes) == Some(!is_yes) {
                    return Err(format!("{} is said to be both yes and no", quoted(word)));
                }
            }
        }
        for (word, is_yes) in &USUAL.words {
            let side = if *is_yes { yes } else { no };
            if side.is_empty() && !words.contains_key(word) {
                words.insert(word.clone(), *is_yes);
            }
        }
        Ok(Self { words })
    }

    /// What a word means.
    ///
    /// # Errors
    /// If it is neither; half a sentence.
    pub fn read(&self, text: &str) -> Result<bool, String> {
        let found = (text.len() <= LONGEST).then(|| self.words.get(&key(text))).flatten();
        found.copied().ok_or_else(|| format!("{} is neither yes nor no", quoted(text)))
    }
}

/// What a word usually means.
///
/// # Errors
/// If it is neither; half a sentence.
pub fn read(text: &str) -> Result<bool, String> {
    USUAL.read(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn no_usual_word_means_both() {
        let table: Table = toml::from_str(TABLE).unwrap();
        assert_eq!(USUAL.words.len(), table.yes.len() + table.no.len());
    }

    #[test]
    fn yes_and_no_are_known_in_several_languages() {
        for text in ["true", "TRUE", " Yes ", "1", "y", "WAHR", "ja", "oui", "Sí", "x", "TAK", "-1"] {
            assert_eq!(read(text), Ok(true), "{text}");
        }
        for text in ["false", "No", "0", "n", "FALSCH", "nein", "non", "NÃO", "nie"] {
            assert_eq!(read(text), Ok(false), "{text}");
        }
        assert_eq!(read("maybe"), Err("“maybe” is neither yes nor no".to_owned()));
    }

    #[test]
    fn stated_words_take_the_place_of_the_usual_ones_of_their_side() {
        let list = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        let words = TruthWords::new(&list(&["Subscribed"]), &list(&["Unsubscribed", "Cleaned"])).unwrap();
        assert_eq!(words.read("SUBSCRIBED"), Ok(true));
        assert_eq!(words.read("cleaned"), Ok(false));
        assert!(words.read("yes").is_err());
        let words = TruthWords::new(&list(&["0"]), &[]).unwrap();
        assert_eq!((words.read("0"), words.read("no")), (Ok(true), Ok(false)));
        assert!(TruthWords::new(&list(&["a"]), &list(&["A "])).is_err());
    }

    proptest! {
        #![proptest_config(crate::values::steady_cases())]

        #[test]
        fn no_text_makes_it_panic(text: String) {
            let _ = read(&text);
        }
    }
}
