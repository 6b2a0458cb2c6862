//! The letters of a text changed: each word with a capital, plain ASCII letters, single spaces. What a text means is not
//! looked at.

use unicode_segmentation::UnicodeSegmentation;

/// Each word with one capital: `MARY-ANN O'BRIEN` is `Mary-Ann O'Brien`. Words are parted by what is no letter; an
/// apostrophe parts only after one letter (`O'Brien`, but `Don't`).
#[must_use]
pub fn title_case(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut letters = 0usize;
    for grapheme in text.graphemes(true) {
        let Some(first) = grapheme.chars().next() else { continue };
        if first.is_alphabetic() {
            if letters == 0 {
                // `ǆ` and `ß` would become two capitals; their first one is kept, the rest is small.
                let mut upper = first.to_uppercase();
                out.extend(upper.next());
                out.extend(upper.flat_map(char::to_lowercase));
            } else {
                out.extend(first.to_lowercase());
            }
            out.push_str(&grapheme[first.len_utf8()..]);
            letters += 1;
        } else {
            out.push_str(grapheme);
            let goes_on = first.is_numeric() || matches!(first, '\'' | '’') && letters > 1;
            if !goes_on {
                letters = 0;
            }
        }
    }
    out
}

/// In plain ASCII letters: `Wójcik` is `Wojcik`, `Łódź` `Lodz`, `Müller` `Muller`. What has no such letters is left out.
#[must_use]
pub fn plain_letters(text: &str) -> String {
    if text.is_ascii() { text.to_owned() } else { deunicode::deunicode_with_tofu(text, "").trim().to_owned() }
}

/// Without blanks at its ends, and with one space for every run of blanks, line ends included.
#[must_use]
pub fn collapse_spaces(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split(|c: char| c.is_whitespace() || c == '\u{200B}' || c == '\u{FEFF}') {
        if word.is_empty() {
            continue;
        }
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn each_word_has_one_capital() {
        for (text, expected) in [
            ("MARY-ANN O'BRIEN", "Mary-Ann O'Brien"),
            ("don't stop", "Don't Stop"),
            ("łukasz żak", "Łukasz Żak"),
            ("élodie", "Élodie"),
            ("E\u{301}LODIE", "E\u{301}lodie"),
            ("3RD floor", "3Rd Floor"),
        ] {
            assert_eq!(title_case(text), expected, "{text}");
        }
    }

    #[test]
    fn letters_are_plain_and_spaces_single() {
        assert_eq!(plain_letters("Wójcik, Łódź"), "Wojcik, Lodz");
        assert_eq!(collapse_spaces(" a\u{a0} b\n\nc "), "a b c");
    }

    proptest! {
        #![proptest_config(crate::values::steady_cases())]

        #[test]
        fn no_text_makes_it_panic(text: String) {
            let _ = title_case(&text);
            prop_assert!(plain_letters(&text).is_ascii());
            let once = collapse_spaces(&text);
            prop_assert_eq!(collapse_spaces(&once), once);
        }
    }
}
