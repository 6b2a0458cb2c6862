//! What a value is by its shape alone: its letters and digits replaced by their kinds. Values of one shape have one
//! pattern, one length and the same chance of being a number, a date, an address or a phone number, so all that is found
//! out once per shape and counted. Eight bytes are looked at at a time, without a character being decoded.

use twox_hash::XxHash3_64;

use crate::values::{kinds, pattern};

/// Longer values, in bytes, hardly ever come again in one shape, so each is looked at.
pub const LONGEST: usize = 64;

/// The hash by which values are told apart, the same on every machine.
#[must_use]
#[inline]
pub fn hash(text: &str) -> u64 {
    let bytes = text.as_bytes();
    if bytes.len() > LONGEST {
        return XxHash3_64::oneshot(bytes);
    }
    let mut state = mix(bytes.len() as u64 ^ 0xA409_3822_299F_31D0);
    let (words, _) = bytes.as_chunks::<8>();
    for word in words {
        state = mix(state ^ u64::from_le_bytes(*word));
    }
    if !bytes.len().is_multiple_of(8) {
        state = mix(state ^ tail(bytes));
    }
    finish(state)
}

/// The [`hash`] of a value and the key of its shape, which is equal for values of one shape, and else different but by a
/// chance of 2^-64. Values past [`LONGEST`] have the key 0.
#[must_use]
#[inline]
pub fn keys(text: &str) -> (u64, u64) {
    let bytes = text.as_bytes();
    if bytes.len() > LONGEST {
        return (XxHash3_64::oneshot(bytes), 0);
    }
    let mut state = mix(bytes.len() as u64 ^ 0xA409_3822_299F_31D0);
    let mut shape = mix(bytes.len() as u64 ^ 0x243F_6A88_85A3_08D3);
    let (words, _) = bytes.as_chunks::<8>();
    for word in words {
        let word = u64::from_le_bytes(*word);
        state = mix(state ^ word);
        shape = mix(shape ^ kinds::of_word(word).0);
    }
    if !bytes.len().is_multiple_of(8) {
        let word = tail(bytes);
        state = mix(state ^ word);
        shape = mix(shape ^ kinds::of_word(word).0);
    }
    (finish(state), shape)
}

/// Spreads the last word over all bits, which [`mix`] alone does too evenly for an estimate.
#[inline]
fn finish(state: u64) -> u64 {
    let wide = u128::from(state ^ 0x082E_FA98_EC4E_6C89) * u128::from(0xD6E8_FEB8_6659_FD93_u64);
    (wide >> 64) as u64 ^ wide as u64
}

/// The last bytes of a value as a word: those before them again where there are eight, since the length tells the rest.
#[inline]
fn tail(bytes: &[u8]) -> u64 {
    if let Some(last) = bytes.last_chunk::<8>() {
        return u64::from_le_bytes(*last);
    }
    match (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        (Some(first), Some(last)) => u64::from(u32::from_le_bytes(*first)) | u64::from(u32::from_le_bytes(*last)) << 32,
        _ => bytes.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte)),
    }
}

/// Multiplies to 128 bits and folds: no bit of the input is lost on the way.
#[inline]
fn mix(state: u64) -> u64 {
    // Two factors of 64 bits make 128.
    let wide = u128::from(state ^ 0x1319_8A2E_0370_7344) * u128::from(0x9E37_79B9_7F4A_7C15_u64);
    (wide >> 64) as u64 ^ wide as u64
}

/// What every value of a shape is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Shape {
    /// Characters.
    pub characters: u32,
    traits: u16,
    /// The number of its pattern, once it has one.
    pub pattern: u16,
}

/// Spaces stand before or behind.
pub const PADDED: u16 = 1;
pub const NON_ASCII: u16 = 1 << 1;
/// No space within.
pub const ONE_WORD: u16 = 1 << 2;
/// May be a number: worth reading as one.
pub const NUMBER: u16 = 1 << 3;
/// May be a date: worth reading as one.
pub const DATE: u16 = 1 << 4;
/// `9999-99-99`, perhaps with a time of day: read without looking further.
pub const ISO: u16 = 1 << 5;
pub const EMAIL: u16 = 1 << 6;
/// Digits as a phone number has them, with marks or a `+`.
pub const PHONE: u16 = 1 << 7;
/// Nothing but digits, as many as a phone number has.
pub const BARE_DIGITS: u16 = 1 << 8;
/// `{…}` or `[…]`.
pub const JSON: u16 = 1 << 9;
/// May begin with `http://` or `www.`.
pub const URL: u16 = 1 << 10;
/// Holds `;`, `|`, `,`.
pub const SEMICOLON: u16 = 1 << 11;
pub const BAR: u16 = 1 << 12;
pub const COMMA: u16 = 1 << 13;

impl Shape {
    /// With the number of its pattern.
    pub fn of_pattern(self, pattern: u16) -> Self {
        Self { pattern, ..self }
    }

    /// Whether one of these is true of its values.
    #[inline]
    pub fn is(self, one_of: u16) -> bool {
        self.traits & one_of != 0
    }
}

/// Which bytes a value holds, and how many of some.
#[derive(Default)]
struct Census {
    digits: usize,
    letters: usize,
    spaces: usize,
    /// Bytes within characters beyond ASCII, but for their first.
    within: usize,
    at: bool,
    semicolon: bool,
    bar: bool,
    comma: bool,
    scheme: bool,
}

impl Census {
    fn of(bytes: &[u8]) -> Self {
        let mut census = Self::default();
        let mut block = [0u8; 32];
        for part in bytes.chunks(32) {
            // Blocks of one length are counted many bytes at once; what fills up the last counts as nothing.
            match part.first_chunk::<32>() {
                Some(whole) => census.add(whole),
                None => {
                    block[..part.len()].copy_from_slice(part);
                    block[part.len()..].fill(0);
                    census.add(&block);
                }
            }
        }
        census
    }

    #[inline]
    fn add(&mut self, block: &[u8; 32]) {
        let (mut digits, mut letters, mut spaces, mut within) = (0u8, 0u8, 0u8, 0u8);
        let (mut at, mut semicolon, mut bar, mut comma, mut scheme) = (0u8, 0u8, 0u8, 0u8, 0u8);
        for &byte in block {
            digits += u8::from(byte.wrapping_sub(b'0') < 10);
            letters += u8::from((byte | 0x20).wrapping_sub(b'a') < 26) + u8::from(byte >= 0xC0);
            spaces += u8::from(byte == b' ') + u8::from(byte.wrapping_sub(b'\t') < 5);
            within += u8::from(byte & 0xC0 == 0x80);
            at |= u8::from(byte == b'@');
            semicolon |= u8::from(byte == b';');
            bar |= u8::from(byte == b'|');
            comma |= u8::from(byte == b',');
            scheme |= u8::from(byte == b':');
        }
        self.digits += usize::from(digits);
        self.letters += usize::from(letters);
        self.spaces += usize::from(spaces);
        self.within += usize::from(within);
        self.at |= at > 0;
        self.semicolon |= semicolon > 0;
        self.bar |= bar > 0;
        self.comma |= comma > 0;
        self.scheme |= scheme > 0;
    }
}

/// What the values of this one's shape are. Looks at nothing but the kinds of its letters and digits.
#[must_use]
pub fn of(text: &str) -> Shape {
    let trimmed = text.trim();
    let bytes = trimmed.as_bytes();
    let Census { digits, letters, spaces, within: bytes_within, at, semicolon, bar, comma, scheme } = Census::of(bytes);
    let is_ascii = text.is_ascii();
    let first = bytes.first().copied().unwrap_or(b' ');
    let last = bytes.last().copied().unwrap_or(b' ');
    let characters = if is_ascii { text.len() } else { text.chars().count() };
    let length = bytes.len();
    let phone = (7..=21).contains(&digits) && length <= 40 && is_phone(bytes);
    let number = digits > 0
        && length <= 48
        && letters <= 5
        && !at
        && !(phone && matches!(first, b'+' | b'('))
        && is_numeric(bytes);
    let date = (3..=24).contains(&digits)
        && (6..=96).contains(&length)
        && letters <= 48
        && !at
        && match bytes.iter().take_while(|byte| byte.is_ascii_digit()).count() {
            0 => first.is_ascii_alphabetic(),
            // A day or month, a year, a date in one run, or that with its time.
            digits => matches!(digits, 1 | 2 | 4 | 8 | 14),
        };
    let traits = [
        (PADDED, trimmed.len() != text.len()),
        (NON_ASCII, !is_ascii),
        (ONE_WORD, spaces == 0 && (bytes_within == 0 || !trimmed.contains(char::is_whitespace))),
        (NUMBER, number),
        (DATE, date),
        (ISO, matches!(length, 10 | 19..=40) && bytes[4] == b'-' && bytes[7] == b'-' && is_iso(trimmed)),
        (EMAIL, at && is_email(bytes)),
        (PHONE, phone),
        (BARE_DIGITS, digits == length && (7..=15).contains(&digits)),
        (JSON, length > 1 && matches!((first, last), (b'{', b'}') | (b'[', b']'))),
        (URL, letters > 0 && spaces == 0 && (scheme || bytes.get(3) == Some(&b'.'))),
        (SEMICOLON, semicolon),
        (BAR, bar),
        (COMMA, comma),
    ];
    Shape {
        characters: u32::try_from(characters).unwrap_or(u32::MAX),
        pattern: u16::MAX,
        traits: traits.into_iter().fold(0, |all, (one, is)| all | if is { one } else { 0 }),
    }
}

/// Digits with marks among them, and letters or signs of a currency only before and behind.
fn is_numeric(bytes: &[u8]) -> bool {
    let is_digit = |byte: &u8| byte.is_ascii_digit();
    let (Some(from), Some(to)) = (bytes.iter().position(is_digit), bytes.iter().rposition(is_digit)) else {
        return false;
    };
    let is_within = |byte: &u8| matches!(byte, b'0'..=b'9' | b'.' | b',' | b' ' | b'\'' | 0x80..);
    from <= 8 && bytes.len() - to <= 8 && bytes[from..=to].iter().all(is_within)
}

/// `9999-99-99`, or that with `T99:99:99`, a fraction and a `Z`.
fn is_iso(text: &str) -> bool {
    let shape = pattern::of(text);
    let Some(time) = shape.strip_prefix("9999-99-99") else { return false };
    let Some(time) = time.strip_prefix(['A', ' ']) else { return time.is_empty() };
    if text.as_bytes().get(10).is_some_and(|byte| !matches!(byte, b'T' | b' ')) {
        return false;
    }
    let Some(rest) = time.strip_prefix("99:99:99") else { return false };
    let rest = rest.strip_suffix('A').unwrap_or(rest);
    rest.is_empty()
        || rest.strip_prefix('.').is_some_and(|digits| !digits.is_empty() && digits.trim_matches(['9', '+']).is_empty())
}

/// One `@`, a name before it, a domain with a dot behind it, and nothing that parts a list.
fn is_email(bytes: &[u8]) -> bool {
    let Some(at) = bytes.iter().position(|byte| *byte == b'@') else { return false };
    let (local, domain) = (&bytes[..at], &bytes[at + 1..]);
    let is_plain =
        |byte: &u8| !matches!(byte, b'@' | b' ' | b',' | b';' | b'<' | b'>' | b'"' | b'(' | b')' | b':' | b'|' | b'\n');
    let is_edge = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || !byte.is_ascii());
    !local.is_empty()
        && local.iter().chain(domain).all(is_plain)
        && is_edge(domain.first())
        && is_edge(domain.last())
        && domain.iter().rposition(|byte| *byte == b'.').is_some_and(|dot| domain.len() - dot > 2)
}

/// 7 to 17 digits with the marks of a phone number among them, perhaps an extension behind.
fn is_phone(bytes: &[u8]) -> bool {
    let is_mark = |byte: &u8| matches!(byte, b' ' | b'-' | b'.' | b'/' | b'(' | b')' | b'+');
    let end = bytes.iter().position(u8::is_ascii_alphabetic).unwrap_or(bytes.len());
    let (number, extension) = bytes.split_at(end);
    let in_number = number.iter().filter(|byte| byte.is_ascii_digit()).count();
    let letters = extension.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
    let is_extension = extension.is_empty()
        || letters <= 9
            && extension.last().is_some_and(u8::is_ascii_digit)
            && extension.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'.' | b':'));
    (7..=17).contains(&in_number)
        && is_extension
        && number.iter().all(|byte| byte.is_ascii_digit() || is_mark(byte))
        && !number.iter().skip(1).any(|byte| *byte == b'+')
        && (number.iter().any(is_mark) || !extension.is_empty())
        && number.first().is_some_and(|byte| byte.is_ascii_digit() || matches!(byte, b'+' | b'('))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_shape_says_what_its_values_may_be() {
        assert!(of("anna.kuhn@example.com").is(EMAIL));
        for no in ["anna@example", "@example.com", "a@b.c", "a@x.com, b@x.com", "a b@x.com", "a@@x.com", "a@x.com."] {
            assert!(!of(no).is(EMAIL), "{no}");
        }
        for phone in
            ["+49 170 1234567", "(406) 555-0117", "406.555.0117", "+1-948-975-4880 x74", "030/1234567", "+46185550127"]
        {
            assert!(of(phone).is(PHONE), "{phone}");
        }
        for no in ["12345678", "1,234.50", "12-34", "a 1234567", "1234567 apples and pears"] {
            assert!(!of(no).is(PHONE), "{no}");
        }
        for iso in ["2025-01-31", "2025-01-31T10:15:00Z", "2025-01-31T10:15:00.000Z", "2025-01-31 10:15:00"] {
            assert!(of(iso).is(ISO), "{iso}");
        }
        for no in ["2025-01-31T10:15", "2025-01-31Q10:15:00", "2025-1-31", "2025-01-31T10:15:00+01:00"] {
            assert!(!of(no).is(ISO), "{no}");
        }
    }

    fn key(text: &str) -> u64 {
        keys(text).1
    }

    proptest! {
        #![proptest_config(crate::values::steady_cases())]

        #[test]
        fn a_value_has_one_hash(text in "[a-c9é]{0,80}", other in "[a-c9é]{0,80}") {
            prop_assert_eq!(keys(&text).0, hash(&text));
            prop_assert_eq!(text == other, hash(&text) == hash(&other));
        }

        #[test]
        fn values_of_one_shape_have_one_key_and_are_the_same(text in "[a-zA-Z0-9 @.,;+()é/-]{0,30}") {
            let other: String = text.chars().map(|c| match c {
                '0'..='9' => '4',
                'A'..='Z' => 'Q',
                'a'..='z' => 'k',
                c => c,
            }).collect();
            prop_assert_eq!(key(&text), key(&other));
            prop_assert_eq!(pattern::of(&text), pattern::of(&other));
            // A T or a space before the time is the one letter that counts; it is read again where it matters.
            let but_iso = |text| {
                let shape = of(text);
                (shape.characters, shape.traits & !ISO)
            };
            prop_assert_eq!(but_iso(&text), but_iso(&other));
        }

        #[test]
        fn values_of_other_shapes_have_other_keys(one in "[aA9 .-]{0,20}", two in "[aA9 .-]{0,20}") {
            prop_assert_eq!(one == two, key(&one) == key(&two));
        }
    }
}
