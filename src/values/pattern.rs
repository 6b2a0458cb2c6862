//! The pattern of a value: what it looks like with its letters and digits taken away, so that values that are written
//! alike stand together. `9` is a digit, `A` an upper and `a` a lower letter, everything else stands as it is, and a run of
//! more than four is written `9+`, `A+`, `a+`.

/// Characters of a pattern at most; a longer one ends in `…`.
pub const LONGEST: usize = 64;

/// Repetitions that are written out.
const RUN: usize = 4;

/// The class of a character: `9`, `A`, `a`, or the character itself. Only `0` to `9` are digits: other numerals stand as
/// they are, since they are what a reader of numbers stumbles on. Letters without case (as of Chinese) count as lower.
#[must_use]
pub fn class(c: char) -> char {
    match c {
        '0'..='9' => '9',
        'A'..='Z' => 'A',
        'a'..='z' => 'a',
        c if c.is_ascii() => c,
        c if c.is_uppercase() => 'A',
        c if c.is_alphabetic() => 'a',
        c => c,
    }
}

/// The pattern of a value, in [`LONGEST`] characters at most. Spaces before and after are part of it.
#[must_use]
pub fn of(text: &str) -> String {
    let mut pattern = String::new();
    write(text, &mut pattern);
    pattern
}

/// [`of`], at the end of a text that is there.
pub fn write(text: &str, out: &mut String) {
    // Each character of a pattern is one of the text at least, but for runs.
    let mut room = LONGEST;
    let mut rest = text;
    while let Some((kind, run, after)) = next_run(rest) {
        let width = if run > RUN { 2 } else { run };
        if width > room || (width == room && !after.is_empty()) {
            out.push('…');
            return;
        }
        room -= width;
        if run > RUN {
            out.push(kind);
            out.push('+');
        } else {
            for _ in 0..run {
                out.push(kind);
            }
        }
        rest = after;
    }
}

/// The class at the beginning of a text, how often it repeats, and what stands behind. Other characters are not gathered:
/// five dashes are five dashes.
fn next_run(text: &str) -> Option<(char, usize, &str)> {
    let bytes = text.as_bytes();
    let first = *bytes.first()?;
    let same: fn(&u8) -> bool = match first {
        b'0'..=b'9' => u8::is_ascii_digit,
        b'A'..=b'Z' => u8::is_ascii_uppercase,
        b'a'..=b'z' => u8::is_ascii_lowercase,
        _ => |_| false,
    };
    let run = bytes.iter().take_while(|byte| same(byte)).count();
    // A letter beyond ASCII may go on the run.
    if run > 0 && bytes.get(run).is_none_or(u8::is_ascii) {
        return Some((class(char::from(first)), run, &text[run..]));
    }
    let mut characters = text.chars();
    let kind = class(characters.next()?);
    let mut run = 1;
    let mut after = characters.as_str();
    if matches!(kind, '9' | 'A' | 'a') {
        while characters.next().is_some_and(|c| class(c) == kind) {
            run += 1;
            after = characters.as_str();
        }
    }
    Some((kind, run, after))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn values_that_are_written_alike_have_one_pattern() {
        for (value, pattern) in [
            ("", ""),
            ("09/23/2025", "99/99/9999"),
            ("9/23/2025", "9/99/9999"),
            ("12345", "9+"),
            ("1234", "9999"),
            ("Anna", "Aaaa"),
            ("Annabel", "Aa+"),
            ("ACME GmbH", "AAAA AaaA"),
            ("anna.kuhn@example.com", "aaaa.aaaa@a+.aaa"),
            ("+49 170 1234567", "+99 999 9+"),
            (" a ", " a "),
            ("-----", "-----"),
            ("Müller-Öz", "Aa+-Aa"),
            ("株式会社", "aaaa"),
            ("٣", "٣"),
            ("½", "½"),
            ("0031t00000AbCdE", "9999a9+AaAaA"),
        ] {
            assert_eq!(of(value), pattern, "{value}");
        }
    }

    #[test]
    fn a_long_value_has_a_bounded_pattern() {
        let long = of(&"a1".repeat(500));
        assert!(long.chars().count() <= LONGEST);
        assert!(long.ends_with('…'));
        assert_eq!(of(&"-".repeat(LONGEST)), "-".repeat(LONGEST));
        assert_eq!(of(&"x".repeat(100_000)), "a+");
    }

    proptest! {
        #![proptest_config(crate::values::steady_cases())]

        #[test]
        fn no_value_has_a_longer_pattern_than_the_limit(text in any::<String>()) {
            prop_assert!(of(&text).chars().count() <= LONGEST);
        }

        #[test]
        fn letters_and_digits_do_not_matter_but_their_kind_does(text in "[a-zA-Z0-9 ./-]{0,20}") {
            let other: String = text.chars().map(|c| match class(c) {
                '9' => '7',
                'A' => 'Q',
                'a' => 'x',
                c => c,
            }).collect();
            prop_assert_eq!(of(&text), of(&other));
        }
    }
}
