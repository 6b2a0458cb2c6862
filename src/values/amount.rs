//! Numbers and amounts of money as people and systems write them, in exact decimal arithmetic on their digits: no float
//! anywhere, so no cent is lost. The decimal sign is stated, never guessed. Signs, brackets for negative amounts, thousands
//! separators, percent signs and currencies around the number are understood.

use super::character::{is_dash, is_invisible, is_quote};
use super::currency;
use super::named::quoted;

/// A number with more digits is none.
const MOST_DIGITS: usize = 400;
/// Values with more bytes are no numbers.
const LONGEST: usize = 1000;

/// What becomes of digits that are not kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Rounding {
    /// Any of them that is not zero is a fault.
    #[default]
    Refuse,
    /// A half goes away from zero.
    HalfUp,
    /// A half goes to the even digit.
    HalfEven,
    /// Towards zero.
    Down,
}

/// A number as it was written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Written {
    pub negative: bool,
    /// ASCII digits before the point, without leading zeros; empty for zero.
    pub whole: String,
    /// ASCII digits behind it, as many as were written.
    pub fraction: String,
    pub percent: bool,
    /// What stood around it: `€`, `USD`.
    pub currency: String,
}

/// Reads a number. `decimal` is the decimal sign, `.` or `,`; the other one, spaces and apostrophes may part thousands
/// (groups of three; with commas also the Indian way: 12,34,567). Brackets and a minus behind it make it negative.
///
/// # Errors
/// If it is no number with that decimal sign; half a sentence.
pub fn read(text: &str, decimal: char) -> Result<Written, String> {
    let none = || format!("{} is no number", quoted(text));
    if text.len() > LONGEST {
        return Err(none());
    }
    let mut text_left: String =
        text.chars().filter(|&c| !is_invisible(c) || c.is_whitespace()).map(plain).collect::<String>();
    text_left = text_left.trim().trim_start_matches(is_leading_quote).trim().to_owned();
    let mut rest = text_left.as_str();
    let mut written = Written::default();
    if let Some(inner) = rest.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')) {
        written.negative = true;
        rest = inner.trim();
    }
    let mut signed = written.negative;
    let is_number = |c: char| c.is_ascii_digit();
    let first = rest.find(is_number).ok_or_else(none)?;
    let last = rest.rfind(is_number).ok_or_else(none)? + 1;
    // A decimal sign may stand first or last: `.5`, `5.`
    let first = rest[..first].strip_suffix(decimal).map_or(first, str::len);
    let last = if rest[last..].starts_with(decimal) && !rest[last..].trim_end().ends_with(char::is_alphabetic) {
        last + 1
    } else {
        last
    };
    let (before, number, mut after) = (&rest[..first], &rest[first..last], &rest[last..]);
    // `5,-` and `5.--` are whole amounts, not negative ones.
    if number.ends_with(decimal) {
        after = after.trim_start_matches('-');
    }
    for side in [before, after] {
        let mut left = String::new();
        for c in side.chars() {
            match c {
                '-' if !signed => (written.negative, signed) = (true, true),
                '+' if !signed => signed = true,
                '-' | '+' => return Err(none()),
                '%' if !written.percent => written.percent = true,
                c => left.push(c),
            }
        }
        let left = left.trim();
        if left.is_empty() {
            continue;
        }
        let same = currency::candidates(left).iter().any(|code| currency::candidates(&written.currency).contains(code));
        if currency::candidates(left).is_empty() || !written.currency.is_empty() && !same {
            return Err(none());
        }
        // `$ 5 USD`: the word that says more.
        if written.currency.is_empty() || currency::candidates(left).len() == 1 {
            left.clone_into(&mut written.currency);
        }
    }
    let (mantissa, exponent) = match number.split_once(['e', 'E']) {
        Some((_, exponent)) if exponent.starts_with('+') => {
            return Err(format!("{} was cut short by a spreadsheet", quoted(text)));
        }
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i16>().map_err(|_| none())?),
        None => (number, 0),
    };
    let (whole, fraction) = mantissa.split_once(decimal).unwrap_or((mantissa, ""));
    if !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(none());
    }
    let whole = without_thousands(whole, decimal).ok_or_else(|| misread(text, decimal))?;
    (written.whole, written.fraction) = shifted(whole, fraction, exponent).ok_or_else(none)?;
    Ok(written)
}

/// Digits of other scripts, dashes and blanks as ASCII has them.
fn plain(c: char) -> char {
    if c.is_ascii() {
        return c;
    }
    if is_dash(c) {
        return '-';
    }
    if c.is_whitespace() {
        return ' ';
    }
    if is_quote(c) {
        return '\'';
    }
    let digit = [0xFF10, 0x660, 0x6F0, 0x966].iter().find_map(|&zero| {
        let value = u8::try_from(u32::from(c).checked_sub(zero)?).ok()?;
        (value < 10).then(|| char::from(b'0' + value))
    });
    digit.unwrap_or(match c {
        '（' => '(',
        '）' => ')',
        '．' => '.',
        '，' => ',',
        '％' => '%',
        '＋' => '+',
        c => c,
    })
}

/// The mark by which a spreadsheet takes a number for text.
fn is_leading_quote(c: char) -> bool {
    c == '\''
}

fn misread(text: &str, decimal: char) -> String {
    let other = if decimal == ',' { "point" } else { "comma" };
    let mark = if decimal == ',' { '.' } else { ',' };
    if text.contains(mark) {
        format!("{} has a {other} where no thousands are parted", quoted(text))
    } else {
        format!("{} is no number", quoted(text))
    }
}

/// The digits of a whole number whose thousands may be parted by one kind of separator.
fn without_thousands(text: &str, decimal: char) -> Option<String> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(text.to_owned());
    }
    let separator = text.chars().find(|c| !c.is_ascii_digit())?;
    if separator == decimal || !matches!(separator, '.' | ',' | ' ' | '\'' | '_') {
        return None;
    }
    let groups: Vec<&str> = text.split(separator).collect();
    if !groups.iter().all(|group| !group.is_empty() && group.bytes().all(|byte| byte.is_ascii_digit())) {
        return None;
    }
    let (first, rest) = groups.split_first()?;
    let (last, middle) = rest.split_last()?;
    let threes = first.len() <= 3 && rest.iter().all(|group| group.len() == 3);
    let indian = separator == ','
        && first.len() <= 2
        && last.len() == 3
        && !middle.is_empty()
        && middle.iter().all(|group| group.len() == 2);
    (threes || indian).then(|| groups.concat())
}

/// The number with its point moved by an exponent.
fn shifted(mut whole: String, fraction: &str, exponent: i16) -> Option<(String, String)> {
    let mut fraction = fraction.to_owned();
    let by = usize::from(exponent.unsigned_abs());
    if by > MOST_DIGITS || whole.len() + fraction.len() > MOST_DIGITS {
        return None;
    }
    if exponent > 0 {
        let padding = by.saturating_sub(fraction.len());
        fraction.push_str(&"0".repeat(padding));
        whole.push_str(&fraction[..by]);
        fraction = fraction[by..].to_owned();
    } else if exponent < 0 {
        let padded = format!("{}{whole}", "0".repeat(by.saturating_sub(whole.len())));
        let cut = padded.len() - by;
        fraction = format!("{}{fraction}", &padded[cut..]);
        whole = padded[..cut].to_owned();
    }
    Some((whole.trim_start_matches('0').to_owned(), fraction))
}

impl Written {
    /// Whole number of units of `scale` digits, its sign apart: 12.5 with a scale of 2 is 1250.
    fn units(&self, scale: usize, rounding: Rounding) -> Result<String, String> {
        let kept = self.fraction.len().min(scale);
        // All of them are ASCII digits.
        let (keep, lost) = self.fraction.split_at(kept);
        let mut digits: Vec<u8> = self.whole.bytes().chain(keep.bytes()).collect();
        digits.extend(std::iter::repeat_n(b'0', scale - kept));
        let lost_is_zero = lost.bytes().all(|byte| byte == b'0');
        let last_is_odd = digits.last().is_some_and(|digit| digit % 2 == 1);
        let first_lost = lost.bytes().next().unwrap_or(b'0');
        let exactly_half = first_lost == b'5' && lost.bytes().skip(1).all(|byte| byte == b'0');
        let up = match rounding {
            Rounding::Refuse if !lost_is_zero => {
                let written = lost.trim_end_matches('0').len() + kept;
                return Err(format!("{written} digits behind the point, {scale} are kept"));
            }
            Rounding::Refuse | Rounding::Down => false,
            Rounding::HalfUp => first_lost >= b'5',
            Rounding::HalfEven => first_lost >= b'5' && (!exactly_half || last_is_odd),
        };
        if up {
            let mut carried = true;
            for digit in digits.iter_mut().rev() {
                if *digit == b'9' {
                    *digit = b'0';
                } else {
                    *digit += 1;
                    carried = false;
                    break;
                }
            }
            if carried {
                digits.insert(0, b'1');
            }
        }
        let text: String = digits.into_iter().map(char::from).collect();
        Ok(text.trim_start_matches('0').to_owned())
    }
}

/// A number with exactly `scale` digits behind the point, `-1234.50`: comparable as text, never `-0`. A percent sign is
/// left off, the number stays (`12 %` is 12); a currency around it is left off too.
///
/// # Errors
/// If it is no number, or digits would be lost that may not be; half a sentence.
pub fn number(text: &str, decimal: char, scale: u8, rounding: Rounding) -> Result<String, String> {
    let written = read(text, decimal)?;
    let scale = usize::from(scale);
    let units = written.units(scale, rounding)?;
    let sign = if written.negative && !units.is_empty() { "-" } else { "" };
    let padded = format!("{}{units}", "0".repeat((scale + 1).saturating_sub(units.len())));
    let (whole, fraction) = padded.split_at(padded.len() - scale);
    Ok(if scale == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") })
}

/// A number with all of its digits, without zeros at the end: `1 234,50` is `1234.5`.
///
/// # Errors
/// If it is no number; half a sentence.
pub fn exact(text: &str, decimal: char) -> Result<String, String> {
    let written = read(text, decimal)?;
    let fraction = written.fraction.trim_end_matches('0');
    let whole = if written.whole.is_empty() { "0" } else { &written.whole };
    let sign = if written.negative && (whole != "0" || !fraction.is_empty()) { "-" } else { "" };
    Ok(if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") })
}

/// An amount as whole minor units of a currency: `1.234,50 €` is 123450. The currency is a code of ISO 4217; where it is
/// empty, the one that stands with the amount counts.
///
/// # Errors
/// If it is no amount, the value names another currency, none is known, digits would be lost that may not be, or it has
/// more than 38 digits; half a sentence.
pub fn minor_units(text: &str, decimal: char, currency: &str, rounding: Rounding) -> Result<String, String> {
    let written = read(text, decimal)?;
    if written.percent {
        return Err(format!("{} is a share, no amount", quoted(text)));
    }
    let code = if currency.is_empty() {
        if written.currency.is_empty() {
            return Err("no currency is known for it".to_owned());
        }
        currency::code(&written.currency)?
    } else {
        if !written.currency.is_empty() && !currency::candidates(&written.currency).iter().any(|code| code == currency)
        {
            return Err(format!("{} is no amount of {currency}", quoted(text)));
        }
        currency
    };
    let Some(digits) = currency::digits(code) else { return Err(format!("{} names no currency", quoted(code))) };
    let units = written.units(usize::from(digits), rounding)?;
    if units.is_empty() {
        return Ok("0".to_owned());
    }
    let sign = if written.negative { "-" } else { "" };
    match format!("{sign}{units}").parse::<i128>() {
        Ok(units) => Ok(units.to_string()),
        Err(_) => Err("more digits than an amount can have".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_are_read_with_the_decimal_sign_that_is_stated() {
        for (text, decimal, expected) in [
            ("1234.5", '.', "1234.50"),
            ("1,234.5", '.', "1234.50"),
            ("1.234,5", ',', "1234.50"),
            ("1 234,5", ',', "1234.50"),
            ("1\u{202f}234,5", ',', "1234.50"),
            ("1'234.5", '.', "1234.50"),
            ("1’234.5", '.', "1234.50"),
            ("12,34,567", '.', "1234567.00"),
            ("-5", '.', "-5.00"),
            ("−5", '.', "-5.00"),
            ("5-", '.', "-5.00"),
            ("(5.00)", '.', "-5.00"),
            ("+5", '.', "5.00"),
            ("-0.00", '.', "0.00"),
            (".5", '.', "0.50"),
            ("5.", '.', "5.00"),
            ("12 %", '.', "12.00"),
            ("€ 12,50", ',', "12.50"),
            ("-$12.50", '.', "-12.50"),
            ("($12.50)", '.', "-12.50"),
            ("12,50 zł", ',', "12.50"),
            ("12.50 kr.", '.', "12.50"),
            ("CHF 1'000.-", '.', "1000.00"),
            ("5,-", ',', "5.00"),
            ("5,– €", ',', "5.00"),
            ("-5,--", ',', "-5.00"),
            ("1.5e3", '.', "1500.00"),
            ("1.0E-2", '.', "0.01"),
            ("'12", '.', "12.00"),
            ("000123", '.', "123.00"),
            ("１２．５", '.', "12.50"),
        ] {
            let found = number(text, decimal, 2, Rounding::Refuse);
            assert_eq!(found.as_deref(), Ok(expected), "{text}");
        }
        for (text, decimal) in [
            ("1,5", '.'),
            ("1.5", ','),
            ("1.2.3", '.'),
            ("1.234", '.'),
            ("1 2", '.'),
            ("12abc", '.'),
            ("", '.'),
            ("-", '.'),
            ("--5", '.'),
            ("4.66E+10", '.'),
            ("5 5", '.'),
            ("(5", '.'),
            ("1,234,56", '.'),
            ("€5$", '.'),
        ] {
            assert!(number(text, decimal, 2, Rounding::Refuse).is_err(), "{text}");
        }
        assert_eq!(
            number("1,5", '.', 2, Rounding::Refuse),
            Err("“1,5” has a comma where no thousands are parted".to_owned())
        );
    }

    #[test]
    fn digits_are_lost_only_as_stated() {
        assert_eq!(number("1.255", '.', 2, Rounding::Refuse), Err("3 digits behind the point, 2 are kept".to_owned()));
        assert_eq!(number("1.2500", '.', 2, Rounding::Refuse).as_deref(), Ok("1.25"));
        for (text, up, even, down) in [
            ("1.255", "1.26", "1.26", "1.25"),
            ("1.245", "1.25", "1.24", "1.24"),
            ("1.2450001", "1.25", "1.25", "1.24"),
            ("-1.245", "-1.25", "-1.24", "-1.24"),
            ("9.999", "10.00", "10.00", "9.99"),
            ("0.004", "0.00", "0.00", "0.00"),
            ("-0.004", "0.00", "0.00", "0.00"),
            ("0.005", "0.01", "0.00", "0.00"),
        ] {
            assert_eq!(number(text, '.', 2, Rounding::HalfUp).as_deref(), Ok(up), "{text}");
            assert_eq!(number(text, '.', 2, Rounding::HalfEven).as_deref(), Ok(even), "{text}");
            assert_eq!(number(text, '.', 2, Rounding::Down).as_deref(), Ok(down), "{text}");
        }
        assert_eq!(number("0.5", '.', 0, Rounding::HalfEven).as_deref(), Ok("0"));
        assert_eq!(number("1.5", '.', 0, Rounding::HalfEven).as_deref(), Ok("2"));
        assert_eq!(exact("1 234,500", ',').as_deref(), Ok("1234.5"));
        assert_eq!(exact("-0,0", ',').as_deref(), Ok("0"));
    }

    #[test]
    fn money_is_whole_minor_units_of_its_currency() {
        let units = |text, currency| minor_units(text, '.', currency, Rounding::Refuse);
        assert_eq!(units("1,234.5", "EUR").as_deref(), Ok("123450"));
        assert_eq!(units("1234", "JPY").as_deref(), Ok("1234"));
        assert_eq!(units("1.234", "KWD").as_deref(), Ok("1234"));
        assert_eq!(units("€5", "").as_deref(), Ok("500"));
        assert_eq!(units("$5", "USD").as_deref(), Ok("500"));
        assert_eq!(units("-0.01", "USD").as_deref(), Ok("-1"));
        assert_eq!(units("92233720368547758079.99", "USD").as_deref(), Ok("9223372036854775807999"));
        assert_eq!(units("$5", "EUR"), Err("“$5” is no amount of EUR".to_owned()));
        assert_eq!(units("5", ""), Err("no currency is known for it".to_owned()));
        assert!(units("$5", "").is_err() && units("5%", "EUR").is_err() && units("5", "EURO").is_err());
        assert!(units("1.5", "JPY").is_err() && units(&"9".repeat(40), "JPY").is_err());
    }

    proptest! {
        #![proptest_config(crate::values::steady_cases())]

        #[test]
        fn no_text_makes_it_panic(text: String, near in "[-+()€$ %0-9.,'eE]{0,16}", scale in 0u8..9) {
            for text in [&text, &near] {
                for rounding in [Rounding::Refuse, Rounding::HalfUp, Rounding::HalfEven, Rounding::Down] {
                    let _ = minor_units(text, ',', "EUR", rounding);
                    if let Ok(made) = number(text, '.', scale, rounding) {
                        prop_assert_eq!(number(&made, '.', scale, Rounding::Refuse), Ok(made.clone()));
                    }
                }
            }
        }

        #[test]
        fn cents_are_exact(cents in any::<i64>()) {
            let (whole, rest) = (cents.unsigned_abs() / 100, cents.unsigned_abs() % 100);
            let sign = if cents < 0 { "-" } else { "" };
            let text = format!("{sign}{whole}.{rest:02}");
            prop_assert_eq!(minor_units(&text, '.', "EUR", Rounding::Refuse), Ok(cents.to_string()));
            prop_assert_eq!(number(&text, '.', 2, Rounding::Refuse), Ok(text));
        }
    }
}
