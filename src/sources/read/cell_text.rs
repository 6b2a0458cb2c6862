//! Values of workbook cells as the plainest text that keeps them: numbers as digits, dates by ISO 8601. What a cell shows
//! by its format is known to a file only as far as it tells dates, times and percentages from plain numbers.

use std::fmt::Write as _;

/// What a cell holds.
#[derive(Debug, Clone, Copy)]
pub(super) enum Value<'a> {
    Nothing,
    Text(&'a str),
    Number {
        n: f64,
        /// The digits in the file, where the file has digits.
        digits: Option<&'a str>,
        kind: NumberKind,
    },
    Bool(bool),
    /// `#N/A` and the like.
    Error(&'a str),
}

/// What a number format makes of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NumberKind {
    Plain,
    /// Days since the beginning of the workbook's calendar.
    Date,
    /// Days, shown as hours, minutes and seconds.
    Span,
    Percent,
}

impl NumberKind {
    /// By the number of a format that every spreadsheet program knows (ECMA-376 Part 1, 18.8.30, and the East Asian ones).
    pub fn of_builtin(id: u32) -> Self {
        match id {
            9 | 10 => Self::Percent,
            14..=22 | 27..=36 | 45 | 47 | 50..=58 => Self::Date,
            46 => Self::Span,
            _ => Self::Plain,
        }
    }

    /// By the code of a format.
    pub fn of_code(code: &str) -> Self {
        let mut chars = code.chars();
        let mut percent = false;
        while let Some(c) = chars.next() {
            match c {
                '"' => {
                    chars.by_ref().find(|c| *c == '"');
                }
                '\\' | '_' | '*' => {
                    chars.next();
                }
                '[' => {
                    let inside: String = chars.by_ref().take_while(|c| *c != ']').take(32).collect();
                    let lower = inside.to_ascii_lowercase();
                    if !lower.is_empty() && lower.bytes().all(|b| matches!(b, b'h' | b'm' | b's')) {
                        return Self::Span;
                    }
                }
                'd' | 'D' | 'm' | 'M' | 'y' | 'Y' | 'h' | 'H' | 's' | 'S' => return Self::Date,
                '%' => percent = true,
                // Only the first section matters: the others are for negative numbers, nothing and text.
                ';' => break,
                _ => {}
            }
        }
        if percent { Self::Percent } else { Self::Plain }
    }
}

/// What is counted while cells are read.
#[derive(Debug, Default)]
pub(super) struct Noticed {
    pub formulas: u64,
    /// Whole numbers beyond 2^53, which a workbook does not hold exactly.
    pub inexact: u64,
    pub errors: u64,
    pub first_error: String,
    pub percentages: u64,
    pub hidden_rows: u64,
    /// First and last hidden column, from 1.
    pub hidden_columns: Vec<(u64, u64)>,
    /// Areas of more than one cell.
    pub merged: u64,
}

impl Noticed {
    /// Keeps what is hidden, as far as a sheet can have columns.
    pub fn hide_columns(&mut self, from: u64, to: u64) {
        if self.hidden_columns.len() < 16_384 && from >= 1 && from <= to {
            self.hidden_columns.push((from, to));
        }
    }
}

/// Writes a value; `false` for none. `from_1904`: the workbook counts days from 1904.
pub(super) fn push_value(value: Value<'_>, from_1904: bool, text: &mut String, noticed: &mut Noticed) -> bool {
    match value {
        Value::Nothing => return false,
        Value::Text(value) => text.push_str(value),
        Value::Bool(true) => text.push_str("TRUE"),
        Value::Bool(false) => text.push_str("FALSE"),
        Value::Error(name) => {
            if noticed.errors == 0 {
                noticed.first_error = name.chars().take(20).collect();
            }
            noticed.errors += 1;
            text.push_str(name);
        }
        Value::Number { n, digits, kind } => match kind {
            NumberKind::Plain => push_number(n, digits, text, noticed),
            NumberKind::Percent => {
                noticed.percentages += 1;
                push_number(n, digits, text, noticed);
            }
            NumberKind::Date => push_moment(n, from_1904, text, noticed),
            NumberKind::Span => push_span(n, text, noticed),
        },
    }
    true
}

/// The digits in the file where a float would lose some of them, else the shortest ones that give the same number again.
fn push_number(n: f64, digits: Option<&str>, text: &mut String, noticed: &mut Noticed) {
    let from = text.len();
    let n = if n == 0.0 { 0.0 } else { n };
    push_float(n, text);
    if n.abs() < 9_007_199_254_740_992.0 {
        return;
    }
    let whole = |raw: &&str| {
        let bare = raw.strip_prefix('-').unwrap_or(raw);
        bare.len() < 400 && !bare.starts_with('0') && bare.bytes().all(|b| b.is_ascii_digit())
    };
    // Digits that no float would print have never been through one.
    match digits.filter(whole).filter(|raw| text.get(from..) != Some(raw)) {
        Some(raw) => {
            text.truncate(from);
            text.push_str(raw);
        }
        None => noticed.inexact += 1,
    }
}

/// The shortest digits that give the same number again, without an exponent unless the number is huge or tiny.
pub(super) fn push_float(n: f64, text: &mut String) {
    let _ = if n != 0.0 && (n.abs() >= 1e21 || n.abs() < 1e-9) { write!(text, "{n:e}") } else { write!(text, "{n}") };
}

const DAY: u64 = 86_400_000;

/// Days since the beginning of a spreadsheet's calendar as a date, a time, or both. The calendar of 1900 has a 29 February
/// 1900 as day 60, which is shown as it shows there; that of 1904 begins with day 0 on 1 January.
fn push_moment(serial: f64, from_1904: bool, text: &mut String, noticed: &mut Noticed) {
    if !(0.0..2_958_466.0).contains(&serial) {
        push_number(serial, None, text, noticed);
        return;
    }
    // In range, so that neither is cut: at most 2.6e14 milliseconds.
    let millis = (serial * DAY as f64).round() as u64;
    let (days, time) = (millis / DAY, millis % DAY);
    let has_day = days >= 1 || time == 0;
    if has_day {
        if !from_1904 && days == 60 {
            text.push_str("1900-02-29");
        } else {
            let first = match (from_1904, days) {
                (true, _) => jiff::civil::date(1904, 1, 1),
                (false, 0..60) => jiff::civil::date(1899, 12, 31),
                (false, _) => jiff::civil::date(1899, 12, 30),
            };
            let span = i64::try_from(days).ok().and_then(|days| jiff::Span::new().try_days(days).ok());
            match span.and_then(|span| first.checked_add(span).ok()) {
                Some(date) => {
                    let _ = write!(text, "{:04}-{:02}-{:02}", date.year(), date.month(), date.day());
                }
                None => {
                    push_number(serial, None, text, noticed);
                    return;
                }
            }
        }
    }
    if time > 0 {
        if has_day {
            text.push('T');
        }
        push_clock(time, text);
    }
}

/// `36:00:00`.
fn push_span(days: f64, text: &mut String, noticed: &mut Noticed) {
    if !(0.0..2_958_466.0).contains(&days) {
        push_number(days, None, text, noticed);
        return;
    }
    push_clock((days * DAY as f64).round() as u64, text);
}

fn push_clock(millis: u64, text: &mut String) {
    let (hours, minutes, seconds, rest) = (millis / 3_600_000, millis / 60_000 % 60, millis / 1000 % 60, millis % 1000);
    let _ = write!(text, "{hours:02}:{minutes:02}:{seconds:02}");
    if rest > 0 {
        let _ = write!(text, ".{rest:03}");
    }
}

/// A span of ISO 8601 such as `PT36H00M00S` as `36:00:00`; `None` for anything else.
pub(super) fn span_of_iso(iso: &str) -> Option<String> {
    let mut rest = iso.strip_prefix("PT")?;
    let mut parts = [""; 3];
    for (at, letter) in ['H', 'M', 'S'].into_iter().enumerate() {
        if let Some((number, behind)) = rest.split_once(letter) {
            parts[at] = number;
            rest = behind;
        }
    }
    let plain = |s: &str| s.len() < 20 && s.bytes().all(|b| b.is_ascii_digit());
    let (seconds, fraction) = parts[2].split_once('.').unwrap_or((parts[2], ""));
    if !rest.is_empty() || ![parts[0], parts[1], seconds, fraction].into_iter().all(plain) {
        return None;
    }
    let fraction = fraction.trim_end_matches('0');
    let dot = if fraction.is_empty() { "" } else { "." };
    Some(format!("{:0>2}:{:0>2}:{:0>2}{dot}{fraction}", parts[0], parts[1], seconds))
}

/// `AB12`.
pub(super) fn cell_name(column: usize, row: u64) -> String {
    column_name(column) + &row.to_string()
}

/// `AB`, of a column from 0.
pub(super) fn column_name(column: usize) -> String {
    let mut letters = Vec::new();
    let mut n = column.saturating_add(1);
    while n > 0 {
        n -= 1;
        letters.push(char::from(b'A' + u8::try_from(n % 26).unwrap_or(0)));
        n /= 26;
    }
    letters.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_tell_dates_from_numbers() {
        for (code, kind) in [
            ("General", NumberKind::Plain),
            ("0.00", NumberKind::Plain),
            ("#,##0 \"days\"", NumberKind::Plain),
            ("[Red]0.00", NumberKind::Plain),
            ("[$-407]TT.MM.JJJJ", NumberKind::Date),
            ("yyyy\\-mm\\-dd", NumberKind::Date),
            ("[$-409]d-mmm-yy;@", NumberKind::Date),
            ("[h]:mm", NumberKind::Span),
            ("0.0%", NumberKind::Percent),
            ("0;d", NumberKind::Plain),
            ("_-* #,##0_d", NumberKind::Plain),
        ] {
            assert_eq!(NumberKind::of_code(code), kind, "{code}");
        }
    }

    #[test]
    fn days_are_counted_as_both_calendars_count_them() {
        let told = |serial: f64, from_1904: bool| {
            let mut text = String::new();
            push_moment(serial, from_1904, &mut text, &mut Noticed::default());
            text
        };
        assert_eq!(told(1.0, false), "1900-01-01");
        assert_eq!(told(59.0, false), "1900-02-28");
        assert_eq!(told(60.0, false), "1900-02-29");
        assert_eq!(told(61.0, false), "1900-03-01");
        assert_eq!(told(45_975.25, false), "2025-11-14T06:00:00");
        assert_eq!(told(0.5, false), "12:00:00");
        assert_eq!(told(44_513.0, true), "2025-11-14");
        assert_eq!(told(0.0, true), "1904-01-01");
        assert_eq!(told(2_958_465.0, false), "9999-12-31");
        assert_eq!(told(2_958_465.0, true), "2958465");
    }

    #[test]
    fn digits_in_the_file_are_kept_where_a_float_would_lose_them() {
        let mut noticed = Noticed::default();
        let mut told = |n: f64, digits: &str| {
            let mut text = String::new();
            push_number(n, Some(digits), &mut text, &mut noticed);
            (text, noticed.inexact)
        };
        assert_eq!(told(1_234_567_890_123_456_789.0, "1234567890123456789"), ("1234567890123456789".to_owned(), 0));
        assert_eq!(told(1.234_567_890_123_456_7e18, "1.2345678901234567E+18").1, 1);
        assert_eq!(told(1_234_567_890_123_456_800.0, "1234567890123456800"), ("1234567890123456800".to_owned(), 2));
        assert_eq!(told(0.1, "0.10000000000000001").0, "0.1");
    }

    #[test]
    fn spans_are_hours_minutes_and_seconds() {
        assert_eq!(span_of_iso("PT36H00M00S").as_deref(), Some("36:00:00"));
        assert_eq!(span_of_iso("PT06H05M00.500S").as_deref(), Some("06:05:00.5"));
        assert_eq!(span_of_iso("P1D"), None);
        assert_eq!(span_of_iso("PT1X"), None);
    }
}
