//! What a value is by its shape alone: its letters and digits replaced by their kinds. Values of one shape have one
//! pattern, one length and the same chance of being a number, a date, an address or a phone number, so all that is found
//! out once per shape and counted. Eight bytes are looked at at a time, without a character being decoded.

use crate::values::pattern;

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;

/// The key of a value's shape: equal for values of one shape, and else different but by a chance of 2^-64.
#[must_use]
pub fn key(text: &str) -> u64 {
    let bytes = text.as_bytes();
    let mut state = mix(bytes.len() as u64 ^ 0x243F_6A88_85A3_08D3);
    let (words, _) = bytes.as_chunks::<8>();
    for word in words {
        state = mix(state ^ kinds(u64::from_le_bytes(*word)));
    }
    if !bytes.len().is_multiple_of(8) {
        state = mix(state ^ kinds(tail(bytes)));
    }
    state
}

/// The last bytes of a value as a word: those before them again where there are eight, since the length tells the rest.
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
fn mix(state: u64) -> u64 {
    // Two factors of 64 bits make 128.
    let wide = u128::from(state ^ 0x1319_8A2E_0370_7344) * u128::from(0x9E37_79B9_7F4A_7C15_u64);
    (wide >> 64) as u64 ^ wide as u64
}

/// Each byte of a word as its kind: `9`, `A`, `a`, or itself.
fn kinds(word: u64) -> u64 {
    let low = word & !HIGH;
    let at_least = |byte: u64| low + ONES * (0x80 - byte);
    let within = |from: u64, to: u64| (at_least(from) & !at_least(to + 1) & !word & HIGH) >> 7;
    // 0 or 1 in each byte, times 255, covers it; nothing carries over.
    let (digit, upper, lower) = (within(0x30, 0x39), within(0x41, 0x5A), within(0x61, 0x7A));
    let covered = (digit | upper | lower) * 0xFF;
    (word & !covered) | (digit * 0x39) | (upper * 0x41) | (lower * 0x61)
}

/// What every value of a shape is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Shape {
    /// Characters.
    pub characters: u32,
    pub padded: bool,
    pub non_ascii: bool,
    /// No space within.
    pub one_word: bool,
    /// May be a number: worth reading as one.
    pub number: bool,
    /// May be a date: worth reading as one.
    pub date: bool,
    /// `9999-99-99`, perhaps with a time of day: read without looking further.
    pub iso: bool,
    pub email: bool,
    /// Digits as a phone number has them, with marks or a `+`.
    pub phone: bool,
    /// Nothing but digits, as many as a phone number has.
    pub bare_digits: bool,
    /// `{…}` or `[…]`.
    pub json: bool,
    /// May begin with `http://` or `www.`.
    pub url: bool,
    /// Holds `;`, `|`.
    pub semicolon: bool,
    pub bar: bool,
    pub comma: bool,
}

/// What the values of this one's shape are. Looks at nothing but the kinds of its letters and digits.
#[must_use]
pub fn of(text: &str) -> Shape {
    let trimmed = text.trim();
    let bytes = trimmed.as_bytes();
    let (mut digits, mut letters, mut spaces, mut bytes_within) = (0usize, 0usize, 0usize, 0usize);
    let (mut at, mut semicolon, mut bar, mut comma, mut scheme) = (false, false, false, false, false);
    for &byte in bytes {
        match byte {
            b'0'..=b'9' => digits += 1,
            b'A'..=b'Z' | b'a'..=b'z' => letters += 1,
            b' ' | b'\t'..=b'\r' => spaces += 1,
            b'@' => at = true,
            b';' => semicolon = true,
            b'|' => bar = true,
            b',' => comma = true,
            b':' => scheme = true,
            0x80..=0xBF => bytes_within += 1,
            0xC0.. => letters += 1,
            _ => {}
        }
    }
    let is_ascii = text.is_ascii();
    let first = bytes.first().copied().unwrap_or(b' ');
    let last = bytes.last().copied().unwrap_or(b' ');
    let characters = if is_ascii { text.len() } else { text.chars().count() };
    let length = bytes.len();
    let phone = (7..=21).contains(&digits) && length <= 40 && is_phone(bytes);
    Shape {
        characters: u32::try_from(characters).unwrap_or(u32::MAX),
        padded: trimmed.len() != text.len(),
        non_ascii: !is_ascii,
        one_word: spaces == 0 && (bytes_within == 0 || !trimmed.contains(char::is_whitespace)),
        number: digits > 0
            && length <= 48
            && letters <= 5
            && !at
            && !(phone && matches!(first, b'+' | b'('))
            && is_numeric(bytes),
        date: (3..=24).contains(&digits)
            && (6..=96).contains(&length)
            && letters <= 48
            && !at
            && (first.is_ascii_digit() || first.is_ascii_alphabetic()),
        iso: matches!(length, 10 | 19..=40) && bytes[4] == b'-' && bytes[7] == b'-' && is_iso(trimmed),
        email: at && is_email(bytes),
        phone,
        bare_digits: digits == length && (7..=15).contains(&digits),
        json: length > 1 && matches!((first, last), (b'{', b'}') | (b'[', b']')),
        url: letters > 0 && spaces == 0 && (scheme || bytes.get(3) == Some(&b'.')),
        semicolon,
        bar,
        comma,
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
        assert!(of("anna.kuhn@example.com").email);
        for no in ["anna@example", "@example.com", "a@b.c", "a@x.com, b@x.com", "a b@x.com", "a@@x.com", "a@x.com."] {
            assert!(!of(no).email, "{no}");
        }
        for phone in
            ["+49 170 1234567", "(406) 555-0117", "406.555.0117", "+1-948-975-4880 x74", "030/1234567", "+46185550127"]
        {
            assert!(of(phone).phone, "{phone}");
        }
        for no in ["12345678", "1,234.50", "12-34", "a 1234567", "1234567 apples and pears"] {
            assert!(!of(no).phone, "{no}");
        }
        for iso in ["2025-01-31", "2025-01-31T10:15:00Z", "2025-01-31T10:15:00.000Z", "2025-01-31 10:15:00"] {
            assert!(of(iso).iso, "{iso}");
        }
        for no in ["2025-01-31T10:15", "2025-01-31Q10:15:00", "2025-1-31", "2025-01-31T10:15:00+01:00"] {
            assert!(!of(no).iso, "{no}");
        }
    }

    proptest! {
        #![proptest_config(crate::values::steady_cases())]

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
            prop_assert_eq!(Shape { iso: false, ..of(&text) }, Shape { iso: false, ..of(&other) });
        }

        #[test]
        fn values_of_other_shapes_have_other_keys(one in "[aA9 .-]{0,20}", two in "[aA9 .-]{0,20}") {
            prop_assert_eq!(one == two, key(&one) == key(&two));
        }
    }
}
