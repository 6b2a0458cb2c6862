//! Phone numbers by their digits: formatting, extensions and trunk zeros off, so that the spellings of one number meet
//! without knowing its country. It does not judge whether a number exists; the country, where known, is applied by the
//! rules of a map.

use std::fmt;

use super::character::{is_dash, is_invisible, is_quote};

const SHORTEST: usize = 5;
const LONGEST: usize = 17;
/// So many digits in common, from the end, make two numbers one; fewer are shared by chance or within one switchboard.
const ENOUGH: usize = 7;

/// The digits of one phone number, 5 to 17, held in place.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct PhoneDigits {
    digits: Digits,
    international: bool,
}

/// Up to 17 ASCII digits, held in place.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Digits {
    bytes: [u8; LONGEST],
    len: u8,
}

impl Digits {
    /// The digits as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // Only ASCII digits are pushed.
        std::str::from_utf8(self.as_bytes()).unwrap_or_default()
    }

    fn as_bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.len)]
    }

    /// Says whether there was room.
    fn push(&mut self, digit: u8) -> bool {
        let Some(place) = self.bytes.get_mut(usize::from(self.len)) else {
            return false;
        };
        *place = digit;
        self.len += 1;
        true
    }

    fn of(bytes: impl Iterator<Item = u8>) -> Self {
        let mut digits = Self::default();
        for byte in bytes {
            digits.push(byte);
        }
        digits
    }
}

impl fmt::Debug for Digits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl PhoneDigits {
    /// All digits; of an international number those after `+` or `00`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.digits.as_str()
    }

    /// Whether the number was written with `+` or `00` and so begins with its country.
    #[must_use]
    pub fn is_international(&self) -> bool {
        self.international
    }

    /// The digits without the trunk zero that is dialled within a country; an international number as it is.
    #[must_use]
    pub fn national_core(&self) -> &str {
        let digits = self.as_str();
        if self.international { digits } else { digits.strip_prefix('0').unwrap_or(digits) }
    }

    /// The [`national_core`](Self::national_core) from back to front: the reversed digits of a longer spelling begin with
    /// those of a shorter one, so an ordered index finds it.
    #[must_use]
    pub fn reversed(&self) -> Digits {
        Digits::of(self.national_core().bytes().rev())
    }

    /// Whether two spellings can be one number: equal, or one ends with the other, which has at least 7 digits without its
    /// trunk zero. Two international numbers are one only if they are equal.
    #[must_use]
    pub fn is_same_number(&self, other: &Self) -> bool {
        let (one, two) = (self.national_core(), other.national_core());
        if one == two {
            return true;
        }
        if self.international && other.international {
            return false;
        }
        let (long, short) = if one.len() >= two.len() { (self, two) } else { (other, one) };
        // A national number never contains its country, so an international one cannot be the end of it.
        let short_is_international = if one.len() >= two.len() { other.international } else { self.international };
        short.len() >= ENOUGH && !short_is_international && long.national_core().ends_with(short)
    }
}

impl fmt::Debug for PhoneDigits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", if self.international { "+" } else { "" }, self.as_str())
    }
}

/// The digits of `text` if it is nothing but one phone number with its formatting: `+46 18 555 01 27`,
/// `0046 (0)18 5550127`, `(406) 555-0117 ext. 5`, `tel:+4618…`. Extensions are dropped. `None` for anything else, for fewer
/// than 5 or more than 17 digits, and for what a spreadsheet left of a number (`4.66E+10`). Allocates nothing.
#[must_use]
pub fn digits(text: &str) -> Option<PhoneDigits> {
    let mut rest =
        without_label(text.trim_start_matches(|c: char| c.is_whitespace() || is_quote(c) || is_invisible(c)));
    let mut digits = Digits::default();
    let mut international = false;
    while let Some(c) = rest.chars().next() {
        let after = &rest[c.len_utf8()..];
        if let Some(digit) = ascii_digit(c) {
            if !digits.push(digit) {
                return None;
            }
        } else if matches!(c, '+' | '＋') {
            if digits.len > 0 || international {
                return None;
            }
            international = true;
        } else if c == '('
            && let Some(past) = trunk_zero_in_brackets(after)
            && digits.len > 0
            && (international || digits.as_bytes().starts_with(b"00"))
        {
            rest = past;
            continue;
        } else if !is_formatting(c) {
            if usize::from(digits.len) >= SHORTEST && is_extension(rest) {
                break;
            }
            return None;
        }
        rest = after;
    }
    // No country code begins with zero: 000… is a padded number, and +0… a national one.
    if !international
        && let [b'0', b'0', b'1'..=b'9', ..] = digits.as_bytes()
        && usize::from(digits.len) >= SHORTEST + 4
    {
        international = true;
        digits = Digits::of(digits.as_bytes()[2..].iter().copied());
    }
    international &= !digits.as_bytes().starts_with(b"0");
    (usize::from(digits.len) >= SHORTEST).then_some(PhoneDigits { digits, international })
}

/// All numbers in a cell that holds one, or several parted by commas, semicolons, bars or line ends, each with its
/// spelling. Each comes once, in the order of the cell.
#[must_use]
pub fn phones_in(text: &str) -> Vec<(&str, PhoneDigits)> {
    if let Some(one) = digits(text) {
        return vec![(text.trim(), one)];
    }
    let mut found: Vec<(&str, PhoneDigits)> = Vec::new();
    for part in list(text).filter(|part| looks_like_phone(part)) {
        if let Some(number) = digits(part)
            && !found.iter().any(|(_, have)| *have == number)
        {
            found.push((part, number));
        }
    }
    found
}

/// Whether a cell holds one phone number, or a list of nothing else.
#[must_use]
pub fn holds_phones(text: &str) -> bool {
    digits(text).is_some() || list(text).count() > 1 && list(text).all(looks_like_phone)
}

/// The parts of a cell that may list several numbers.
fn list(text: &str) -> impl Iterator<Item = &str> {
    text.split([',', ';', '|', '\n', '，', '；', '、']).map(str::trim).filter(|part| !part.is_empty())
}

/// Whether `text` is worth treating as a phone number: it has [`digits`], at least 7, and is no date, decimal number or
/// network address. Bare digits pass, so many IDs do too; a column is judged by all of its values.
#[must_use]
pub fn looks_like_phone(text: &str) -> bool {
    let Some(phone) = digits(text) else {
        return false;
    };
    let text = text.trim();
    phone.as_str().len() >= ENOUGH && (phone.is_international() || !(is_date_shape(text) || is_number_shape(text)))
}

/// Whether two texts are spellings of one number; see [`PhoneDigits::is_same_number`].
#[must_use]
pub fn same_number(one: &str, two: &str) -> bool {
    match (digits(one), digits(two)) {
        (Some(one), Some(two)) => one.is_same_number(&two),
        _ => false,
    }
}

fn without_label(text: &str) -> &str {
    match text.get(..3) {
        Some(label) if label.eq_ignore_ascii_case("tel") => text[3..].trim_start_matches([':', '.']),
        _ => text,
    }
}

/// European (full-width too), Arabic, Persian and Devanagari digits as ASCII.
fn ascii_digit(c: char) -> Option<u8> {
    if c.is_ascii() {
        return c.is_ascii_digit().then_some(c as u8);
    }
    [0xFF10, 0x660, 0x6F0, 0x966].iter().find_map(|&zero| {
        let value = u8::try_from(u32::from(c).checked_sub(zero)?).ok()?;
        (value < 10).then(|| b'0' + value)
    })
}

fn is_formatting(c: char) -> bool {
    matches!(c, ' ' | '-' | '.' | '/' | '(' | ')' | '[' | ']' | '\t' | '·' | '（' | '）' | '．' | '／')
        || (!c.is_ascii() && (c.is_whitespace() || is_dash(c) || is_invisible(c)))
        || is_quote(c)
}

/// What follows `0)`, the trunk zero that is left out when dialling from abroad; called after the opening bracket.
fn trunk_zero_in_brackets(after: &str) -> Option<&str> {
    after.trim_start_matches(' ').strip_prefix('0')?.trim_start_matches(' ').strip_prefix(')')
}

/// Whether `rest` is an extension to its end: `ext. 5`, `x123`, `#12`, `;ext=5`.
fn is_extension(rest: &str) -> bool {
    let Some(rest) = rest.strip_prefix(';').or(Some(rest)) else {
        return false;
    };
    let word = rest.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let name = &rest[..rest.len() - word.len()];
    let number = if name.is_empty() {
        let Some(number) = word.strip_prefix('#') else {
            return false;
        };
        number
    } else if ["x", "ext", "extn", "extension"].iter().any(|known| known.eq_ignore_ascii_case(name)) {
        word.trim_start_matches(['.', ':', '='])
    } else {
        return false;
    };
    let number = number.trim();
    (1..=8).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit())
}

/// Year first or last, in groups of 4, 2 and 2 digits at most, with one kind of separator.
fn is_date_shape(text: &str) -> bool {
    ['-', '/', '.'].iter().any(|&separator| {
        let mut lengths = [0; 3];
        let mut parts = text.split(separator);
        for length in &mut lengths {
            match parts.next() {
                Some(part) if part.bytes().all(|byte| byte.is_ascii_digit()) => *length = part.len(),
                _ => return false,
            }
        }
        parts.next().is_none() && matches!(lengths, [4, 1..=2, 1..=2] | [1..=2, 1..=2, 4])
    })
}

/// A decimal number with one point, or four groups as in a network address.
fn is_number_shape(text: &str) -> bool {
    let groups = text.split('.').count();
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.' || byte == b'-');
    let decimal = groups == 2 && text.rsplit('.').next().is_some_and(|cents| cents.len() <= 2);
    let address = groups == 4 && text.split('.').all(|group| group.parse::<u8>().is_ok());
    plain && (decimal || address || (text.starts_with('-') && !text[1..].contains('-')))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Option<String> {
        digits(text).map(|phone| format!("{phone:?}"))
    }

    #[test]
    fn formatting_extensions_and_labels_are_left_out() {
        for (text, expected) in [
            ("+46 18 555 01 27", "+46185550127"),
            ("0046 (0)18 5550127", "+46185550127"),
            ("+46 (0) 18-555 01 27", "+46185550127"),
            ("0185550127", "0185550127"),
            ("018-555 01 27", "0185550127"),
            ("'018-555 01 27", "0185550127"),
            ("(406) 555-0117", "4065550117"),
            ("(406) 555-0117 ext. 5", "4065550117"),
            ("406.555.0117 x123", "4065550117"),
            ("4065550117#12", "4065550117"),
            ("tel:+1-406-555-0117;ext=5", "+14065550117"),
            ("Tel. 018 555 01 27", "0185550127"),
            ("＋４６１８５５５０１２７", "+46185550127"),
            ("٠١٨٥٥٥٠١٢٧", "0185550127"),
            ("\u{202a}+46\u{a0}18\u{2011}5550127\u{202c}", "+46185550127"),
            ("(0)18 555 01 27", "0185550127"),
            ("+0185550127", "0185550127"),
            ("00045742", "00045742"),
        ] {
            assert_eq!(read(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_phone_number_is_none() {
        for text in [
            "",
            "1234",
            "4.66E+10",
            "4.66123E+10",
            "1234567E+10",
            "+4.66E+10",
            "123456789012345678",
            "ACC-008213",
            "call 018 555",
            "018 555 01 27 or 070",
            "12+345678",
            "++46185550127",
            "018-555 01 27 / 070-123 45 67",
            "018 555 0127 ext",
            "x12",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn spellings_of_one_number_are_the_same_number() {
        let spellings =
            ["+46 18 555 01 27", "0185550127", "018-555 01 27", "0046 (0)18 5550127", "46185550127", "185550127"];
        for one in spellings {
            for two in spellings {
                assert!(same_number(one, two), "{one} and {two}");
            }
        }
        assert!(same_number("555-0117 00", "(406) 555-0117 00"));
        for (one, two) in [
            ("+46 18 555 01 27", "+1 18 555 01 27"),
            ("+46185550127", "+185550127"),
            ("018-555 01 27", "018-555 01 28"),
            ("55501", "0185550155501"),
            ("", ""),
        ] {
            assert!(!same_number(one, two), "{one} and {two}");
        }
    }

    #[test]
    fn the_reversed_digits_of_a_longer_spelling_begin_with_those_of_a_shorter() {
        let long = digits("+46 18 555 01 27").map(|phone| phone.reversed());
        let short = digits("0185550127").map(|phone| phone.reversed());
        assert_eq!(short.map(|digits| digits.as_str().to_owned()).as_deref(), Some("721055581"));
        assert_eq!(long.map(|digits| digits.as_str().to_owned()).as_deref(), Some("72105558164"));
    }

    #[test]
    fn dates_amounts_and_network_addresses_do_not_look_like_phones() {
        for text in ["2025-11-14", "14.11.2025", "11/14/2025", "1234567.89", "192.168.10.120", "-12345678", "12345"] {
            assert!(!looks_like_phone(text), "{text}");
        }
        for text in ["018-555 01 27", "+46185550127", "4065550117", "406.555.0117", "555-0117"] {
            assert!(looks_like_phone(text), "{text}");
        }
    }

    proptest! {
        #![proptest_config(crate::values::steady_cases())]

        #[test]
        fn no_text_makes_it_panic(text: String, near in "[-+0-9 ().xet:;=#/'０٣（]{0,24}") {
            for text in [&text, &near] {
                let _ = looks_like_phone(text);
                if let Some(phone) = digits(text) {
                    let len = phone.as_str().len();
                    prop_assert!((SHORTEST..=LONGEST).contains(&len));
                    prop_assert!(phone.as_str().bytes().all(|byte| byte.is_ascii_digit()));
                    prop_assert!(phone.is_same_number(&phone));
                    prop_assert_eq!(phone.reversed().as_str().len(), phone.national_core().len());
                }
            }
        }

        #[test]
        fn being_the_same_number_does_not_depend_on_the_order(one in "[+0]{0,2}[1-9]{5,9}", two in "[+0]{0,2}[1-9]{5,9}") {
            prop_assert_eq!(same_number(&one, &two), same_number(&two, &one));
            prop_assert!(same_number(&one, &one) || digits(&one).is_none());
        }
    }
}
