//! Numbers as people and programs write them: with a decimal point or comma, groups of thousands, a currency, a minus
//! before, behind or as brackets. Figures are fixed-point with 18 decimals in 128 bits, so sums are exact. Whether the
//! column uses point or comma is for all its values to prove; until then both readings are kept.

use std::collections::HashMap;

use super::Counted;
use super::place::{Extremes, Place};

/// 10^18: one.
const ONE: i128 = 1_000_000_000_000_000_000;
/// Buckets that are kept before their width grows tenfold.
const BUCKETS: usize = 1_024;
/// Buckets of a histogram as it is shown.
const SHOWN: i128 = 20;

/// A number, in units of 10^-18, with its whole part rounded down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Figure {
    pub value: i128,
    floor: i64,
}

/// How a value can be read as a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Written {
    /// With a decimal point.
    pub point: Option<Figure>,
    /// With a decimal comma.
    pub comma: Option<Figure>,
    /// With a sign or the name of a currency.
    pub currency: bool,
    /// A whole number that begins with a zero it does not need: rather a code.
    pub leading_zero: bool,
}

impl Written {
    fn same(figure: Figure, currency: bool, leading_zero: bool) -> Self {
        Self { point: Some(figure), comma: Some(figure), currency, leading_zero }
    }

    /// Both readings are one.
    pub fn is_plain(&self) -> bool {
        self.point == self.comma
    }
}

fn is_code(letters: Option<&[u8; 3]>) -> bool {
    const CODES: [&[u8; 3]; 25] = [
        b"EUR", b"USD", b"GBP", b"CHF", b"SEK", b"NOK", b"DKK", b"PLN", b"CZK", b"HUF", b"JPY", b"CNY", b"INR", b"AUD",
        b"CAD", b"NZD", b"BRL", b"MXN", b"ZAR", b"TRY", b"AED", b"SGD", b"HKD", b"KRW", b"RON",
    ];
    letters.is_some_and(|letters| CODES.contains(&letters))
}

/// Signs of currencies but for the dollar.
const SIGNS: [&str; 7] = ["€", "£", "¥", "₹", "₽", "zł", "kr"];

/// Reads a value as a number, if it is one. What a spreadsheet made of a long number (`2.52E+18`) is none.
pub(super) fn read(text: &str) -> Option<Written> {
    let mut rest = text.trim();
    if !rest.is_empty() && rest.len() <= 18 && rest.bytes().all(|byte| byte.is_ascii_digit()) {
        let whole = rest.bytes().fold(0i64, |sum, digit| sum * 10 + i64::from(digit - b'0'));
        let zero = rest.len() > 1 && rest.starts_with('0');
        return Some(Written::same(Figure { value: i128::from(whole) * ONE, floor: whole }, false, zero));
    }
    let mut negative = false;
    if let Some(inner) = rest.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        negative = true;
        rest = inner;
    }
    let (mut currency, mut signed) = (false, false);
    // Sign and currency stand before the number in either order, or behind it.
    for _ in 0..2 {
        let before = rest;
        if !signed && let Some(after) = rest.strip_prefix(['-', '−']) {
            negative = !negative;
            signed = true;
            rest = after.trim_start();
        } else if !signed && let Some(after) = rest.strip_prefix('+') {
            signed = true;
            rest = after;
        } else if !currency && let Some(after) = behind_currency(rest) {
            currency = true;
            rest = after.trim_start();
        }
        if rest.len() == before.len() {
            break;
        }
    }
    if let Some(before) = rest.strip_suffix('%') {
        rest = before.trim_end();
    } else if !currency && let Some(before) = before_currency(rest) {
        currency = true;
        rest = before.trim_end();
    }
    if !signed && let Some(before) = rest.strip_suffix('-') {
        negative = !negative;
        rest = before;
    }
    let written = marked(rest, negative)?;
    Some(Written { currency, ..written })
}

/// What stands behind a currency. Most values that are no number are told by their first byte.
fn behind_currency(text: &str) -> Option<&str> {
    match *text.as_bytes().first()? {
        b'$' => text.get(1..),
        b'A'..=b'Z' if is_code(text.as_bytes().first_chunk()) => text.get(3..),
        b'k' | b'z' | 0x80.. => SIGNS.iter().find_map(|sign| text.strip_prefix(sign)),
        _ => None,
    }
}

/// What stands before a currency.
fn before_currency(text: &str) -> Option<&str> {
    match *text.as_bytes().last()? {
        b'$' => text.get(..text.len() - 1),
        b'A'..=b'Z' if is_code(text.as_bytes().last_chunk()) => text.get(..text.len() - 3),
        b'r' | 0x80.. => SIGNS.iter().find_map(|sign| text.strip_suffix(sign)),
        _ => None,
    }
}

/// A number without sign and currency: digits, decimal mark, groups.
fn marked(text: &str, negative: bool) -> Option<Written> {
    let may_stand = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b','));
    if !may_stand(text.as_bytes().first()) || !may_stand(text.as_bytes().last()) {
        return None;
    }
    let count = |mark: u8| text.bytes().filter(|byte| *byte == mark).count();
    let (points, commas) = (count(b'.'), count(b','));
    let decimal = |mark: char| {
        let (whole, fraction) = text.rsplit_once(mark)?;
        figure(whole, fraction, if mark == '.' { ',' } else { '.' }, negative)
    };
    let whole = |group: char| figure(text, "", group, negative);
    let (point, comma) = match (points, commas) {
        (0, 0) => {
            let figure = whole('\'')?;
            let digits = text.bytes().filter(u8::is_ascii_digit).count();
            return Some(Written::same(figure, false, digits > 1 && text.starts_with('0')));
        }
        (1, 0) => (decimal('.'), whole('.')),
        (0, 1) => (whole(','), decimal(',')),
        (0, _) => (whole(','), None),
        (_, 0) => (None, whole('.')),
        // The mark that stands last is the decimal one, and the other groups.
        _ if text.rfind('.') > text.rfind(',') => (decimal('.').filter(|_| points == 1), None),
        _ => (None, decimal(',').filter(|_| commas == 1)),
    };
    (point.is_some() || comma.is_some()).then_some(Written { point, comma, currency: false, leading_zero: false })
}

/// A number of a whole part, in groups of three where it is grouped at all, and decimals.
fn figure(whole: &str, fraction: &str, group: char, negative: bool) -> Option<Figure> {
    if fraction.len() > 18
        || !fraction.bytes().all(|byte| byte.is_ascii_digit())
        || (whole.is_empty() && fraction.is_empty())
    {
        return None;
    }
    let is_group = |c: char| c == group || matches!(c, ' ' | '\'' | '’' | '\u{a0}' | '\u{202f}');
    let mut number: i64 = 0;
    let mut digits = 0usize;
    let parts = whole.split(is_group).count();
    for (at, part) in whole.split(is_group).enumerate() {
        let fits = match (parts, at) {
            (1, _) => true,
            (_, 0) => (1..=3).contains(&part.len()) && !part.starts_with('0'),
            _ => part.len() == 3,
        };
        if !fits || !part.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        for digit in part.bytes() {
            number = number.checked_mul(10)?.checked_add(i64::from(digit - b'0'))?;
            digits += 1;
        }
    }
    if (digits == 0 && fraction.is_empty()) || (whole.is_empty() && fraction.is_empty()) {
        return None;
    }
    let mut decimals: i128 = 0;
    for digit in fraction.bytes() {
        decimals = decimals * 10 + i128::from(digit - b'0');
    }
    decimals *= 10i128.pow(18 - u32::try_from(fraction.len()).ok()?);
    // 19 digits before and 18 behind the mark are 37, within 128 bits.
    let value = i128::from(number) * ONE + decimals;
    Some(if negative {
        Figure { value: -value, floor: if decimals > 0 { -number - 1 } else { -number } }
    } else {
        Figure { value, floor: number }
    })
}

/// A figure as decimal text, exact.
pub(super) fn decimal(value: i128) -> String {
    let (whole, rest) = ((value / ONE).unsigned_abs(), (value % ONE).unsigned_abs());
    let sign = if value < 0 { "-" } else { "" };
    let decimals = format!("{rest:018}");
    let decimals = decimals.trim_end_matches('0');
    if decimals.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{decimals}") }
}

/// Sums over numbers that are read in one way.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub count: u64,
    /// `None` once 128 bits were not enough.
    sum: Option<i128>,
    pub negative: u64,
    pub zero: u64,
    pub extremes: Extremes<i128>,
    buckets: Buckets,
}

impl Tally {
    pub fn add(&mut self, figure: Figure, weight: u64, place: Place, text: &str) {
        if self.count == 0 {
            self.sum = Some(0);
        }
        self.count += weight;
        self.sum = self
            .sum
            .and_then(|sum| figure.value.checked_mul(i128::from(weight)).and_then(|product| sum.checked_add(product)));
        self.negative += if figure.value < 0 { weight } else { 0 };
        self.zero += if figure.value == 0 { weight } else { 0 };
        self.extremes.add(figure.value, place, text);
        self.buckets.add(figure, weight);
    }
}

/// Numbers by value, in buckets of one width that is a power of ten: exact, and the same in any order.
#[derive(Debug, Default)]
pub(super) struct Buckets {
    /// Width: 10^exponent units.
    exponent: u32,
    counts: HashMap<i128, u64, foldhash::fast::FixedState>,
}

impl Buckets {
    fn add(&mut self, figure: Figure, weight: u64) {
        *self.counts.entry(self.index(figure)).or_default() += weight;
        if self.counts.len() > BUCKETS {
            self.widen(self.exponent + 1);
            while self.counts.len() > BUCKETS {
                self.widen(self.exponent + 1);
            }
        }
    }

    fn index(&self, figure: Figure) -> i128 {
        match self.exponent {
            0 => figure.value,
            // The floor of a floor: dividing the whole part is enough, and cheap.
            18 => i128::from(figure.floor),
            19..=36 => i128::from(figure.floor.div_euclid(10i64.pow(self.exponent - 18))),
            exponent => figure.value.div_euclid(10i128.pow(exponent.min(38))),
        }
    }

    fn widen(&mut self, exponent: u32) {
        let factor = 10i128.pow((exponent - self.exponent).min(38));
        self.exponent = exponent;
        for (index, count) in std::mem::take(&mut self.counts) {
            *self.counts.entry(index.div_euclid(factor)).or_default() += count;
        }
    }

    /// Buckets of several tallies in one width, in order: (exponent, buckets).
    fn together(all: &[&Tally]) -> (u32, Vec<(i128, u64)>) {
        let exponent = all.iter().map(|tally| tally.buckets.exponent).max().unwrap_or(0);
        let mut sum: std::collections::BTreeMap<i128, u64> = std::collections::BTreeMap::new();
        for tally in all {
            let factor = 10i128.pow((exponent - tally.buckets.exponent).min(38));
            for (index, count) in &tally.buckets.counts {
                *sum.entry(index.div_euclid(factor)).or_default() += count;
            }
        }
        (exponent, sum.into_iter().collect())
    }
}

/// The figures of several tallies together.
pub(super) fn figures(all: &[&Tally]) -> Option<super::Numbers> {
    let count: u64 = all.iter().map(|tally| tally.count).sum();
    if count == 0 {
        return None;
    }
    let least = all.iter().filter_map(|tally| tally.extremes.least()).min()?;
    let greatest = all.iter().filter_map(|tally| tally.extremes.greatest()).max()?;
    let sum = all.iter().filter(|tally| tally.count > 0).try_fold(0i128, |sum, tally| sum.checked_add(tally.sum?));
    let mean = sum.map(|sum| mean_of(sum, count)).unwrap_or_default();
    Some(super::Numbers {
        count,
        min: decimal(least),
        max: decimal(greatest),
        mean,
        negative: all.iter().map(|tally| tally.negative).sum(),
        zero: all.iter().map(|tally| tally.zero).sum(),
        histogram: histogram(all),
    })
}

/// The mean to six decimals, halves away from zero.
fn mean_of(sum: i128, count: u64) -> String {
    let unit = 1_000_000_000_000i128;
    let count = i128::from(count);
    let quotient = sum / count;
    // The quotient is exact to 10^-18; what is rounded lies six places further up.
    let half = if sum < 0 { -unit / 2 } else { unit / 2 };
    decimal((quotient + half) / unit * unit)
}

fn histogram(all: &[&Tally]) -> Vec<Counted> {
    let (exponent, buckets) = Buckets::together(all);
    let (Some((first, _)), Some((last, _))) = (buckets.first(), buckets.last()) else { return Vec::new() };
    let Some(width) = 10i128.checked_pow(exponent) else { return Vec::new() };
    let mut step = 1i128;
    let mut factors = [2i128, 5, 10].into_iter().cycle();
    let mut power = 1i128;
    while last.div_euclid(step) - first.div_euclid(step) >= SHOWN {
        let factor = factors.next().unwrap_or(10);
        let Some(next) = power.checked_mul(factor) else { return Vec::new() };
        step = next;
        if factor == 10 {
            power = next;
        }
    }
    let (from, to) = (first.div_euclid(step), last.div_euclid(step));
    let mut counts = vec![0u64; usize::try_from(to - from + 1).unwrap_or(1)];
    for (index, count) in &buckets {
        if let Some(place) = usize::try_from(index.div_euclid(step) - from).ok().and_then(|at| counts.get_mut(at)) {
            *place += count;
        }
    }
    let bound = |at: usize| {
        let index = from + i128::try_from(at).unwrap_or(0);
        index.checked_mul(step).and_then(|bound| bound.checked_mul(width)).map(decimal)
    };
    counts.into_iter().enumerate().filter_map(|(at, count)| Some(Counted { text: bound(at)?, count })).collect()
}

/// The lower and the upper fence past which a number is far out: three interquartile ranges below the first and above the
/// third quartile (Tukey 1977). `None` where half of the numbers are one.
pub(super) fn fences(all: &[&Tally]) -> Option<(i128, i128)> {
    let (exponent, buckets) = Buckets::together(all);
    let total: u64 = buckets.iter().map(|(_, count)| count).sum();
    let width = 10i128.checked_pow(exponent)?;
    let quantile = |share: u64| {
        let mut left = total * share / 4;
        for (index, count) in &buckets {
            if *count > left {
                return Some(*index);
            }
            left -= count;
        }
        buckets.last().map(|(index, _)| *index)
    };
    let (first, third) = (quantile(1)?, quantile(3)?);
    let range = third - first;
    if total < 20 || range == 0 {
        return None;
    }
    let lower = (first - 3 * range).checked_mul(width)?;
    // The bucket of the third quartile counts whole.
    let upper = (third + 1 + 3 * range).checked_mul(width)?;
    Some((lower, upper))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn both(text: &str) -> Option<(Option<String>, Option<String>)> {
        read(text).map(|w| (w.point.map(|f| decimal(f.value)), w.comma.map(|f| decimal(f.value))))
    }

    #[test]
    fn a_number_says_how_it_can_be_read() {
        for (text, point, comma) in [
            ("0", "0", "0"),
            ("42", "42", "42"),
            ("-42", "-42", "-42"),
            ("42-", "-42", "-42"),
            ("(42)", "-42", "-42"),
            ("1 234 567", "1234567", "1234567"),
            ("1'234", "1234", "1234"),
            ("12.5", "12.5", ""),
            ("12,5", "", "12.5"),
            ("0.123", "0.123", ""),
            ("0,123", "", "0.123"),
            ("1.234", "1.234", "1234"),
            ("1,234", "1234", "1.234"),
            ("1,234.50", "1234.5", ""),
            ("1.234,50", "", "1234.5"),
            ("1,234,567", "1234567", ""),
            ("1.234.567", "", "1234567"),
            ("$1,234.50", "1234.5", ""),
            ("-€ 1.234,50", "", "-1234.5"),
            ("1.234,50 EUR", "", "1234.5"),
            ("12 %", "12", "12"),
            (".5", "0.5", ""),
            ("-0.5", "-0.5", ""),
            ("9223372036854775807", "9223372036854775807", "9223372036854775807"),
        ] {
            let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
            assert_eq!(both(text), Some((some(point), some(comma))), "{text}");
        }
    }

    #[test]
    fn what_is_no_number_is_not_made_one() {
        for text in [
            "",
            "-",
            "abc",
            "1.2.3",
            "10.0.0.1",
            "2025-01-31",
            "2.52E+18",
            "12a",
            "1,23,456",
            "1 23",
            "$",
            "1..2",
            "--1",
            "1,234,56",
            "99999999999999999999",
            "0x10",
            "EUR",
            "1,2,3.4.5",
        ] {
            assert_eq!(both(text), None, "{text}");
        }
        assert!(read("00123").is_some_and(|w| w.leading_zero));
        assert!(read("0").is_some_and(|w| !w.leading_zero));
        assert!(read("0.5").is_some_and(|w| !w.leading_zero));
        assert!(read("USD 5").is_some_and(|w| w.currency));
    }

    #[test]
    fn sums_are_exact() {
        let mut tally = Tally::default();
        for text in ["0.1", "0.2", "0.3"] {
            tally.add(read(text).unwrap().point.unwrap(), 1_000_000, Place::default(), text);
        }
        let figures = figures(&[&tally]).unwrap();
        assert_eq!((figures.mean.as_str(), figures.min.as_str(), figures.max.as_str()), ("0.2", "0.1", "0.3"));
        assert_eq!(figures.histogram.iter().map(|bucket| bucket.count).sum::<u64>(), 3_000_000);
    }

    #[test]
    fn a_histogram_has_round_bounds_and_counts_everybody() {
        let mut tally = Tally::default();
        for n in 0..5_000 {
            let text = format!("{}", n * 3);
            tally.add(read(&text).unwrap().point.unwrap(), 1, Place::default(), &text);
        }
        let figures = figures(&[&tally]).unwrap();
        let bounds: Vec<&str> = figures.histogram.iter().map(|bucket| bucket.text.as_str()).collect();
        assert_eq!(bounds[..3], ["0", "1000", "2000"]);
        assert_eq!(figures.histogram.iter().map(|bucket| bucket.count).sum::<u64>(), 5_000);
        assert!(figures.histogram.len() <= 20);
    }

    proptest! {
        #![proptest_config(crate::values::steady_cases())]

        #[test]
        fn no_text_stops_the_reader(text in "[0-9.,' €$EUR()%+-]{0,24}") {
            let _ = read(&text);
        }

        #[test]
        fn a_number_reads_back(whole in -1_000_000_000_000i64..1_000_000_000_000, cents in 1u32..100) {
            let text = format!("{whole}.{cents:02}");
            let read = read(&text).unwrap().point.unwrap();
            let trimmed = text.trim_end_matches('0');
            prop_assert_eq!(decimal(read.value), trimmed);
        }

        #[test]
        fn the_order_of_numbers_does_not_matter(mut list in proptest::collection::vec(-1_000_000i64..1_000_000, 1..3000)) {
            let tally = |list: &[i64]| {
                let mut tally = Tally::default();
                for n in list {
                    let text = n.to_string();
                    tally.add(read(&text).unwrap().point.unwrap(), 1, Place::default(), &text);
                }
                (figures(&[&tally]), fences(&[&tally]))
            };
            let forward = tally(&list);
            list.reverse();
            prop_assert_eq!(forward, tally(&list));
        }
    }
}
