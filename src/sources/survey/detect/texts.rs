//! Texts that were broken before they were exported: encodings read as others, line breaks written as characters.

use crate::sources::survey::rules::Rules;

/// Whether a text was read in a wrong encoding somewhere on its way: UTF-8 as Windows-1252 (`MÃ¼ller`), letters that
/// became `?` within a word, U+FFFD.
#[must_use]
pub fn is_broken_encoding(text: &str, rules: &Rules) -> bool {
    if text.is_ascii() {
        return is_question_in_word(text);
    }
    if rules.mojibake.parts.iter().any(|part| text.contains(part.as_str())) {
        return true;
    }
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        let Some(&next) = characters.peek() else { break };
        // What continues a character of UTF-8, as Latin-1 or as Windows-1252 shows it. After other leads than Ã and Â,
        // marks that stand in real texts do not count.
        let is_latin = ('\u{80}'..='\u{BF}').contains(&next);
        let is_windows = matches!(
            next,
            '€' | '‚'
                | 'ƒ'
                | '„'
                | '†'
                | '‡'
                | 'ˆ'
                | '‰'
                | 'Š'
                | '‹'
                | 'Œ'
                | 'Ž'
                | '˜'
                | '™'
                | 'š'
                | '›'
                | 'œ'
                | 'ž'
                | 'Ÿ'
        );
        let is_mark = matches!(next, '…' | '‘' | '’' | '“' | '”' | '•' | '–' | '—');
        let broken = match c {
            'Ã' => is_latin || is_windows || is_mark,
            'Â' => is_latin && !next.is_alphabetic() && next != '\u{AD}',
            other if rules.mojibake.leads.contains(other) => {
                (is_latin && !matches!(next, '«' | '»' | '\u{A0}' | '\u{AD}' | '·' | '´')) || is_windows
            }
            _ => false,
        };
        if broken {
            return true;
        }
    }
    is_question_in_word(text)
}

/// `W?jcik`: a question mark between small letters, in a text that is no address of the web; or three in a row beside a
/// letter.
fn is_question_in_word(text: &str) -> bool {
    if !text.as_bytes().contains(&b'?')
        || text.len() > 400
        || text.contains("://")
        || text.contains("www.")
        || text.contains('=')
    {
        return false;
    }
    let characters: Vec<char> = text.chars().collect();
    let marks = characters.iter().filter(|c| **c == '?').count();
    if marks >= 3 && characters.iter().all(|c| *c == '?' || c.is_whitespace()) {
        return true;
    }
    let between = characters.windows(3).any(|at| at[1] == '?' && at[0].is_alphabetic() && at[2].is_lowercase())
        || characters.windows(3).any(|at| at[0].is_whitespace() && at[1] == '?' && at[2].is_lowercase())
        || matches!(characters[..], ['?', second, ..] if second.is_lowercase());
    let run = characters.windows(4).any(|at| at[0].is_alphabetic() && at[1..].iter().all(|c| *c == '?'))
        && characters.windows(4).any(|at| at[3].is_alphabetic() && at[..3].iter().all(|c| *c == '?'));
    // A question asked without a blank behind it is a sentence, not a word.
    let words_after = text.split_whitespace().count();
    (between && words_after <= 12) || run
}

/// How line breaks were flattened, if they were.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flattened {
    /// `\n`, `_x000D_` or the like, written out.
    Written,
    /// A tag of HTML; only odd where the column holds no HTML.
    Tag,
    /// Blanks where lines ended.
    Blanks,
}

/// Whether a text shows where its line breaks were.
#[must_use]
pub fn flattened(text: &str, rules: &Rules) -> Option<Flattened> {
    let rule = &rules.flattened_line_breaks;
    let bytes = text.as_bytes();
    // Nearly all values end here, after one look for what a mark could begin with.
    let long = bytes.len() >= rule.blanks_text;
    let marked = memchr::memchr3(b'\\', b'_', b'&', bytes).is_some() || memchr::memchr(b'<', bytes).is_some();
    if bytes.len() < 6 || !marked && !long || memchr::memchr(b'\n', bytes).is_some() {
        return None;
    }
    let is_json = matches!(text.trim_start().as_bytes().first(), Some(b'{' | b'['));
    if bytes.contains(&b'\\') && !is_json && has_written_break(text) {
        return Some(Flattened::Written);
    }
    if marked {
        for mark in &rule.marks {
            if text.contains(mark.as_str()) {
                return Some(if mark.starts_with('<') { Flattened::Tag } else { Flattened::Written });
            }
        }
    }
    (long && text.contains("  ") && places_of_blanks(text) >= rule.blanks).then_some(Flattened::Blanks)
}

/// `\n` or `\r\n` after the end of a word and before the beginning of one: no path such as `C:\new`.
fn has_written_break(text: &str) -> bool {
    let at_break = |at: usize| {
        let before = text[..at].chars().next_back();
        let after = &text[at + 2..];
        let next = after.strip_prefix("\\n").unwrap_or(after).chars().next();
        let in_path = text[..=at].contains(":\\") || text.starts_with("\\\\");
        !in_path
            && before.is_none_or(|c| c != '\\')
            && next.is_none_or(|c| {
                !c.is_lowercase() || before.is_some_and(|b| matches!(b, '.' | ',' | ':' | ';' | '!' | '?' | ' '))
            })
    };
    text.match_indices("\\n").chain(text.match_indices("\\r\\n")).any(|(at, _)| at_break(at))
}

/// Runs of two blanks or more between words; after a full stop two are how some people type.
fn places_of_blanks(text: &str) -> usize {
    let (mut places, mut blanks, mut before) = (0, 0, ' ');
    for c in text.trim().chars() {
        if c == ' ' {
            blanks += 1;
        } else {
            places += usize::from(blanks >= 2 && !matches!(before, '.' | '!' | '?' | ':'));
            blanks = 0;
            before = c;
        }
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn broken_encodings_are_told_from_letters_of_the_world() {
        let rules = Rules::built_in();
        for (text, broken) in [
            ("MÃ¼ller", true),
            ("WÃ³jcik", true),
            ("Å‚ukasz", true),
            ("Itâ€™s", true),
            ("ï»¿Id", true),
            ("Stra\u{FFFD}e", true),
            ("W?jcik", true),
            ("?ucja Nowak", true),
            ("?????", true),
            ("??", false),
            ("Ã…sa", true),
            ("Â£200", true),
            ("SÃO PAULO", false),
            ("Ângela", false),
            ("Århus – Ängelholm", false),
            ("Ñandú", false),
            ("What? No", false),
            ("https://x.example/?q=a?b", false),
            ("Müller", false),
            ("日本語", false),
            ("Ďábel", false),
        ] {
            assert_eq!(is_broken_encoding(text, rules), broken, "{text}");
        }
    }

    #[test]
    fn flattened_line_breaks_are_told_from_paths_and_typing() {
        let rules = Rules::built_in();
        for (text, found) in [
            ("First line\\nSecond line", Some(Flattened::Written)),
            ("Street 1\\r\\n12345 City", Some(Flattened::Written)),
            ("Street 1_x000D_City", Some(Flattened::Written)),
            ("one<br>two", Some(Flattened::Tag)),
            ("C:\\new\\names", None),
            ("\\\\server\\notes", None),
            ("{\"a\":\"b\\nC\"}", None),
            ("First\nSecond\\nThird", None),
            (
                "No break.  Two blanks after stops.  As some people type it all over.  The text goes on and on and on.",
                None,
            ),
            (
                "Called on Monday  no answer    Called on Tuesday  spoke to reception  will call back some time soon again",
                Some(Flattened::Blanks),
            ),
        ] {
            assert_eq!(flattened(text, rules), found, "{text}");
        }
    }

    proptest! {
        #![proptest_config(crate::values::steady_cases())]

        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,40}|[ÃÂ?a\\\\nr  _<>é€]{0,40}") {
            let _ = (is_broken_encoding(&text, Rules::built_in()), flattened(&text, Rules::built_in()));
        }

        #[test]
        fn plain_names_are_never_broken(text in "[A-Za-zäöüßéèñçøåłśżÄÖÜ '-]{0,30}") {
            prop_assert!(!is_broken_encoding(&text, Rules::built_in()));
        }
    }
}
