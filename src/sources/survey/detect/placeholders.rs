//! Values that stand for no value: `n/a`, `xxx`, `test@test.com`, 1900-01-01, 0000000, 123456789.

use super::Field;
use crate::sources::survey::rules::Rules;
use crate::values::email;

/// Longer values are none.
const LONGEST: usize = 64;

/// Whether a value stands for none. In a `choice` (few values, each many times) only what is one in any column counts.
#[must_use]
pub fn is_placeholder(value: &str, field: Field, choice: bool, rules: &Rules) -> bool {
    let value = value.trim();
    if value.is_empty() || value.len() > LONGEST {
        return false;
    }
    let rule = &rules.placeholder;
    // Nearly all values are settled by their first letter and length, without a copy.
    let mut buffer = [0u8; LONGEST];
    let lower = match buffer.get_mut(..value.len()) {
        Some(room) if value.is_ascii() => {
            room.copy_from_slice(value.as_bytes());
            room.make_ascii_lowercase();
            std::str::from_utf8(room).unwrap_or(value)
        }
        _ => value,
    };
    if lower.len() <= 24 && rule.anywhere.contains(lower) {
        return true;
    }
    if is_date_like(lower) && is_placeholder_date(lower, rules) {
        return true;
    }
    match field {
        Field::Email => {
            rule.in_fields.contains(lower)
                || rule.emails.contains(lower)
                || email::parse(lower).is_some_and(|address| rule.email_locals.contains(address.local()))
        }
        Field::Name => lower.len() <= 24 && rule.in_fields.contains(lower) || is_one_character_repeated(lower, 3),
        Field::Phone => rule.in_fields.contains(lower) || is_placeholder_number(lower, rule.digits),
        Field::Id => lower.len() <= 24 && rule.in_fields.contains(lower) && !lower.bytes().all(|b| b.is_ascii_digit()),
        Field::Other => {
            !choice && matches!(lower, "-" | "--" | "---" | "." | ".." | "?" | "??" | "*" | "k.a." | "none given")
        }
    }
}

fn is_date_like(value: &str) -> bool {
    let bytes = value.as_bytes();
    (8..=30).contains(&bytes.len())
        && bytes[0].is_ascii_digit()
        && bytes.iter().any(|b| matches!(b, b'-' | b'/' | b'.'))
}

fn is_placeholder_date(value: &str, rules: &Rules) -> bool {
    let day = value.split(['t', ' ']).next().unwrap_or(value);
    rules.placeholder.dates.contains(day)
}

fn is_one_character_repeated(value: &str, least: usize) -> bool {
    let mut characters = value.chars();
    let first = characters.next();
    first.is_some_and(|first| !first.is_whitespace() && first != '?' && characters.all(|c| c == first))
        && value.chars().count() >= least
}

/// Digits that are all one, or count up or down from end to end.
fn is_placeholder_number(value: &str, least: usize) -> bool {
    let digits: Vec<u8> = value.bytes().filter(u8::is_ascii_digit).collect();
    if digits.len() < least || value.chars().any(char::is_alphabetic) {
        return false;
    }
    let runs = |step: i16| {
        digits.windows(2).all(|pair| {
            let next = i16::from(pair[0] - b'0') + step;
            i16::from(pair[1] - b'0') == next.rem_euclid(10)
        })
    };
    runs(0) || runs(1) || runs(-1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn placeholders_are_known_by_word_date_and_shape() {
        let rules = Rules::built_in();
        for (value, field, is) in [
            ("N/A", Field::Other, true),
            ("asdf", Field::Other, true),
            ("unknown", Field::Name, true),
            ("unknown", Field::Other, false),
            ("xxxxxx", Field::Name, true),
            ("test@test.com", Field::Email, true),
            ("none@fjord.example", Field::Email, true),
            ("testa.rossa@fjord.example", Field::Email, false),
            ("000-000-0000", Field::Phone, true),
            ("1234567890", Field::Phone, true),
            ("+46 18 555 01 27", Field::Phone, false),
            ("0", Field::Other, false),
            ("1900-01-01T00:00:00.000Z", Field::Other, true),
            ("01/01/1900", Field::Other, true),
            ("1900-01-02", Field::Other, false),
            ("123456", Field::Id, false),
            ("none", Field::Id, true),
            ("Nadia", Field::Name, false),
            ("Null & Sons", Field::Name, false),
        ] {
            assert_eq!(is_placeholder(value, field, false, rules), is, "{value}");
        }
    }

    #[test]
    fn a_dash_is_a_value_among_choices() {
        let rules = Rules::built_in();
        assert!(is_placeholder("-", Field::Other, false, rules));
        assert!(!is_placeholder("-", Field::Other, true, rules));
    }

    proptest! {
        #![proptest_config(crate::values::steady_cases())]

        #[test]
        fn no_text_makes_it_panic(text: String) {
            for field in [Field::Id, Field::Email, Field::Phone, Field::Name, Field::Other] {
                let _ = is_placeholder(&text, field, false, Rules::built_in());
            }
        }
    }
}
