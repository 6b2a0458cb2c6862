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

/// Runs after which [`key`] asks whether to go on.
const BEGINNING: u32 = 12;

/// A key of a value's pattern, without the pattern being written: equal where [`of`] is, and else different but by a chance
/// of 2^-64. `goes_on` is asked with the key of the pattern's beginning where there are more than some runs of characters;
/// where it says no there is no key.
pub fn key(text: &str, goes_on: impl Fn(u64) -> bool) -> Option<u64> {
    let mut fold = Fold { state: 0x243F_6A88_85A3_08D3, room: LONGEST, runs: 0, goes_on };
    if text.is_ascii() {
        fold.ascii(text.as_bytes())?;
    } else {
        let mut rest = text;
        while let Some((kind, run, after)) = next_run(rest) {
            if !fold.add(u32::from(kind), run, after.is_empty())? {
                break;
            }
            rest = after;
        }
    }
    Some(mix(fold.state, 0))
}

/// The key of the beginning of a value's pattern, where it has as many runs as that takes.
#[must_use]
pub fn beginning(text: &str) -> Option<u64> {
    let state = std::cell::Cell::new(None);
    key(text, |beginning| {
        state.set(Some(beginning));
        false
    });
    state.get()
}

/// Multiplies to 128 bits and folds: no bit of the input is lost on the way.
#[inline]
fn mix(state: u64, with: u64) -> u64 {
    // Two factors of 64 bits make 128.
    let wide = u128::from(state ^ with) * u128::from(0x9E37_79B9_7F4A_7C15_u64);
    (wide >> 64) as u64 ^ wide as u64
}

/// A pattern on its way into a key, run by run as [`write`] writes it.
struct Fold<F> {
    state: u64,
    room: usize,
    runs: u32,
    goes_on: F,
}

impl<F: Fn(u64) -> bool> Fold<F> {
    /// Takes a run; says whether there is room for more. `None`: it is not worth going on.
    #[inline(always)]
    fn add(&mut self, kind: u32, run: usize, last: bool) -> Option<bool> {
        let width = if run > RUN { 2 } else { run };
        if width > self.room || (width == self.room && !last) {
            self.take('…'.into(), 1)?;
            return Some(false);
        }
        self.room -= width;
        if run > RUN {
            self.take(kind, 1)?;
            self.take('+'.into(), 1)?;
        } else {
            self.take(kind, run as u32)?;
        }
        Some(true)
    }

    #[inline(always)]
    fn take(&mut self, kind: u32, run: u32) -> Option<()> {
        self.state = mix(self.state, u64::from(kind << 3 | run));
        self.runs += 1;
        (self.runs != BEGINNING || (self.goes_on)(self.state)).then_some(())
    }

    /// All runs of an ASCII text, whose ends are found eight bytes at a time.
    fn ascii(&mut self, bytes: &[u8]) -> Option<()> {
        const HIGH: u64 = 0x8080_8080_8080_8080;
        let (mut start, mut kind, mut before) = (0usize, 0u8, 0u64);
        for (number, eight) in bytes.chunks(8).enumerate() {
            let word = match eight.first_chunk::<8>() {
                Some(word) => u64::from_le_bytes(*word),
                None => eight.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte)),
            };
            let (kinds, named) = super::kinds::of_word(word);
            // A byte goes on the run where it is a letter or digit of the kind before it.
            let other = kinds ^ (kinds << 8 | before);
            let goes_on = !(((other & !HIGH) + !HIGH) | other) & HIGH & (named << 7);
            let mut ends = !goes_on & HIGH;
            if eight.len() < 8 {
                ends &= (1 << (8 * eight.len())) - 1;
            }
            before = kinds >> 56;
            while ends != 0 {
                let at = ends.trailing_zeros() as usize / 8;
                ends &= ends - 1;
                let here = number * 8 + at;
                if here > start && !self.add(kind.into(), here - start, false)? {
                    return Some(());
                }
                start = here;
                kind = (kinds >> (8 * at)) as u8;
            }
        }
        if bytes.len() > start {
            self.add(kind.into(), bytes.len() - start, true)?;
        }
        Some(())
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
    fn a_pattern_and_one_that_is_written_like_it_have_one_key() {
        let key = |text| key(text, |_| true);
        assert_eq!((of("12345"), key("12345")), (of("5+"), key("5+")));
        assert_eq!(key("Müller"), key("Miller"));
        assert_ne!(key("12345"), key("1234"));
        assert_ne!(key(""), key(" "));
    }

    proptest! {
        #![proptest_config(crate::values::steady_cases())]

        #[test]
        fn keys_are_equal_where_patterns_are(
            one in "[aB9+…é ]{0,8}",
            two in "[aB9+…é ]{0,8}",
            long in "([a-c]{1,6}[ +B]{1,2}){0,40}",
            letter in 0usize..6,
        ) {
            for (one, two) in [(&one, &two), (&one, &one.replace('a', "k")), (&one, &one.replace('é', "ü"))] {
                prop_assert_eq!(of(one) == of(two), key(one, |_| true) == key(two, |_| true), "{} {}", one, two);
            }
            // Beyond ASCII the same letters go another way.
            let other = long.replace(["a", "b", "c", "ab", "bc", "cc"][letter], "é");
            if of(&other) == of(&long) {
                prop_assert_eq!(key(&other, |_| true), key(&long, |_| true));
                prop_assert_eq!(beginning(&other), beginning(&long));
            }
            let at = (0..=long.len().min(66)).rev().find(|at| long.is_char_boundary(*at)).unwrap_or(0);
            let cut = &long[..at];
            prop_assert_eq!(of(cut) == of(&long), key(cut, |_| true) == key(&long, |_| true));
            if let Some(beginning) = beginning(&long) {
                prop_assert_eq!(key(&long, |met| met == beginning), key(&long, |_| true));
            }
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
