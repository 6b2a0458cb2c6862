//! What a spreadsheet does to IDs and texts: numbers in short, dates out of codes, zeros dropped.

use super::Field;
use crate::sources::survey::rules::Rules;
use crate::values::identifier::{self, Spoiled};

/// What a spreadsheet did to a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ruin {
    /// Surely destroyed: `2.52E+18`, `#####`, `#REF!`.
    Destroyed,
    /// As if rounded to fifteen digits: one only where few values of the column are like it.
    Rounded,
    /// `1-Mar`: a code that was taken for a day.
    DayAndMonth,
}

/// What a spreadsheet did to a value, as far as the value alone shows it.
#[must_use]
pub fn ruin(value: &str, field: Field, rules: &Rules) -> Option<Ruin> {
    let value = value.trim();
    // Only what begins so can be ruined; nearly all values end here.
    let first = value.bytes().next()?;
    if !(first.is_ascii_digit() || matches!(first, b'#' | b'+' | b'-' | b'\'') || first.is_ascii_alphabetic())
        || value.len() > 40
    {
        return None;
    }
    if field != Field::Name && field != Field::Email && is_day_and_month(value, rules) {
        return Some(Ruin::DayAndMonth);
    }
    if first.is_ascii_alphabetic() {
        return None;
    }
    match identifier::spoiled(value)? {
        Spoiled::Hashes => Some(Ruin::Destroyed),
        // `#N/A` is a placeholder too, and there it is counted.
        Spoiled::Error => (!value.eq_ignore_ascii_case("#n/a")).then_some(Ruin::Destroyed),
        Spoiled::Exponent => matches!(field, Field::Id | Field::Phone).then_some(Ruin::Destroyed),
        Spoiled::Rounded => (field == Field::Id).then_some(Ruin::Rounded),
    }
}

/// `1-Mar`, `Mar-05`.
fn is_day_and_month(value: &str, rules: &Rules) -> bool {
    if value.len() > 6 {
        return false;
    }
    let Some((one, other)) = value.split_once('-') else { return false };
    let is_month = |part: &str| {
        part.len() == 3 && part.is_char_boundary(1) && rules.excel_ruined.months.contains(&part.to_ascii_lowercase())
    };
    let is_number = |part: &str| (1..=2).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    is_number(one) && is_month(other) || is_month(one) && is_number(other)
}

/// Watches the telephone numbers of a column for zeros that are missing at their beginning.
#[derive(Debug, Default, Clone)]
pub struct Zeros {
    /// Digits alone, and those of them that begin with a zero.
    bare: u64,
    bare_with_zero: u64,
    /// National numbers with blanks, dashes or brackets, and those of them that begin with a zero.
    written: u64,
    written_with_zero: u64,
}

impl Zeros {
    /// Whether the value is a bare number that could have lost one.
    pub fn watch(&mut self, value: &str) -> bool {
        let value = value.trim();
        if !(7..=15).contains(&value.bytes().filter(u8::is_ascii_digit).count())
            || value.starts_with('+')
            || value.starts_with("00")
        {
            return false;
        }
        let with_zero = value.bytes().find(u8::is_ascii_digit) == Some(b'0');
        let is_bare = value.bytes().all(|b| b.is_ascii_digit());
        if is_bare {
            self.bare += 1;
            self.bare_with_zero += u64::from(with_zero);
        } else if !value.contains('+') {
            self.written += 1;
            self.written_with_zero += u64::from(with_zero);
        }
        is_bare && !with_zero
    }

    /// Whether they lost zeros, as far as can be suspected: bare numbers hardly ever begin with one, although national
    /// numbers that a spreadsheet takes for texts mostly do.
    #[must_use]
    pub fn suspected(&self, rules: &Rules) -> bool {
        let rule = &rules.excel_ruined;
        self.bare - self.bare_with_zero >= rule.zeros_from
            && self.bare_with_zero as f64 <= rule.zeros_kept_most * self.bare as f64
            && self.written >= rule.zeros_from / 2
            && self.written_with_zero as f64 >= rule.zeros_written * self.written as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ruined_values_are_told_from_codes_and_amounts() {
        let rules = Rules::built_in();
        for (value, field, found) in [
            ("2.52E+18", Field::Id, Some(Ruin::Destroyed)),
            ("4.62E+10", Field::Phone, Some(Ruin::Destroyed)),
            ("1.5E+10", Field::Other, None),
            ("########", Field::Other, Some(Ruin::Destroyed)),
            ("#REF!", Field::Other, Some(Ruin::Destroyed)),
            ("#1", Field::Other, None),
            ("1-Mar", Field::Id, Some(Ruin::DayAndMonth)),
            ("Mar-05", Field::Other, Some(Ruin::DayAndMonth)),
            ("5-MAR", Field::Other, Some(Ruin::DayAndMonth)),
            ("Mar-lon", Field::Other, None),
            ("2520000000471160000", Field::Id, Some(Ruin::Rounded)),
            ("2520000000471165003", Field::Id, None),
            ("Märta", Field::Other, None),
        ] {
            assert_eq!(ruin(value, field, rules), found, "{value}");
        }
    }

    #[test]
    fn bare_numbers_lost_their_zeros_where_the_written_ones_have_them() {
        let watched = |bare: &str, written: &str| {
            let mut zeros = Zeros::default();
            for n in 0..12 {
                zeros.watch(&format!("{bare}{n:02}"));
                zeros.watch(&format!("{written} {n:02}"));
                zeros.watch("+46 18 555 01 27");
            }
            zeros.suspected(Rules::built_in())
        };
        assert!(watched("1855501", "(018) 555"));
        assert!(!watched("01855501", "018-555"), "they are kept");
        assert!(!watched("40655501", "(406) 555"), "no number has one");
    }

    proptest! {
        #![proptest_config(crate::values::steady_cases())]

        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,10}|[0-9a-zäM-]{0,7}") {
            for field in [Field::Id, Field::Other] {
                let _ = ruin(&text, field, Rules::built_in());
            }
            let _ = Zeros::default().watch(&text);
        }
    }
}
