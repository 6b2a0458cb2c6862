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

/// Watches the numbers of a column for zeros that are missing at their beginning.
#[derive(Debug, Default, Clone)]
pub struct Zeros {
    lengths: [u64; 24],
    numbers: u64,
    /// Some number does begin with a zero.
    kept: bool,
}

impl Zeros {
    /// Whether the value is a bare number that could have lost some.
    pub fn watch(&mut self, value: &str) -> bool {
        let value = value.trim();
        if !(5..24).contains(&value.len()) || !value.bytes().all(|b| b.is_ascii_digit()) {
            return false;
        }
        self.kept |= value.starts_with('0');
        self.numbers += 1;
        self.lengths[value.len()] += 1;
        true
    }

    /// Whether they lost zeros, as far as can be suspected: bare numbers of telephones of three lengths or more, none of
    /// which begins with a zero.
    #[must_use]
    pub fn suspected(&self, rules: &Rules) -> bool {
        let usual = self.lengths.iter().filter(|count| **count * 20 >= self.numbers && **count > 0).count();
        !self.kept && self.numbers >= rules.excel_ruined.zeros_from && usual >= 3
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
            ("2520000000471165000", Field::Id, Some(Ruin::Rounded)),
            ("2520000000471165003", Field::Id, None),
            ("Märta", Field::Other, None),
        ] {
            assert_eq!(ruin(value, field, rules), found, "{value}");
        }
    }

    #[test]
    fn numbers_that_lost_their_zeros_differ_in_length_and_never_begin_with_one() {
        let watched = |values: &[&str]| {
            let mut zeros = Zeros::default();
            values.iter().for_each(|value| {
                zeros.watch(value);
            });
            zeros.suspected(Rules::built_in())
        };
        let lost = [
            "185550127",
            "1135550190",
            "95555023",
            "185550128",
            "1135550191",
            "95555024",
            "1",
            "185550129",
            "95555025",
            "1135550192",
            "185550130",
        ];
        assert!(watched(&lost));
        let american: Vec<String> = (0..20).map(|n| format!("40655501{n:02}")).collect();
        assert!(!watched(&american.iter().map(String::as_str).collect::<Vec<_>>()));
        let mut some_kept = lost.to_vec();
        some_kept.push("0185550127");
        assert!(!watched(&some_kept));
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
