//! Formats as strptime has them, read strictly: every directive has its digits, the text ends where the format ends.

use super::Said;
use super::clock::{self, Clock};
use crate::values::day;
use crate::values::named::quoted;

/// The directives that are known.
const KNOWN: &str = "YymdeHkIlMSfpPbBhaAzZjFTRDs%nt";

/// # Errors
/// If a directive is unknown, or the format has no day: a sentence.
pub(super) fn check(pattern: &str) -> Result<(), String> {
    let pattern = expanded(pattern);
    let mut found = String::new();
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        if c == '%' {
            let directive = chars.next().ok_or("The format ends with a single %.")?;
            if !KNOWN.contains(directive) {
                return Err(format!("The format has %{directive}, which is not known."));
            }
            found.push(directive);
        }
    }
    let has = |any: &str| found.contains(|c| any.contains(c));
    let dated = has("s") || has("Yy") && (has("j") || has("mbBh") && has("de"));
    if dated { Ok(()) } else { Err("The format names no day: year, month and day are wanted.".to_owned()) }
}

fn expanded(pattern: &str) -> String {
    pattern.replace("%F", "%Y-%m-%d").replace("%T", "%H:%M:%S").replace("%R", "%H:%M").replace("%D", "%m/%d/%y")
}

#[derive(Default)]
struct Found {
    year: Option<i32>,
    month: u32,
    day: u32,
    of_year: Option<u32>,
    hour: Option<u32>,
    minute: u32,
    second: u32,
    millis: u16,
    /// 12 in the afternoon.
    afternoon: Option<bool>,
    half_day: bool,
    offset: Option<i32>,
    epoch: Option<i64>,
}

/// What a text says by a format that was checked.
pub(super) fn read(text: &str, pattern: &str) -> Result<Said, String> {
    let none = || format!("{} is not written as {pattern}", quoted(text));
    let full = expanded(pattern);
    let mut rest = text;
    let mut found = Found::default();
    let mut chars = full.chars();
    while let Some(c) = chars.next() {
        if c == '%' {
            let directive = chars.next().ok_or_else(none)?;
            rest = found.take(directive, rest).ok_or_else(none)?;
        } else if c.is_whitespace() {
            rest = rest.trim_start();
        } else {
            rest = rest.strip_prefix(c).ok_or_else(none)?;
        }
    }
    if !rest.trim().is_empty() {
        return Err(none());
    }
    found.said().ok_or_else(none)
}

/// A number of `least` to `most` digits, and the rest.
fn number(text: &str, least: usize, most: usize) -> Option<(u32, &str)> {
    let digits = text.bytes().take(most).take_while(u8::is_ascii_digit).count();
    let (number, rest) = text.split_at(digits);
    (digits >= least).then(|| number.parse().ok()).flatten().map(|number| (number, rest))
}

fn word(text: &str) -> (&str, &str) {
    text.split_at(text.find(|c: char| !c.is_alphabetic()).unwrap_or(text.len()))
}

impl Found {
    fn take<'a>(&mut self, directive: char, text: &'a str) -> Option<&'a str> {
        let mut range = |text: &'a str, most: u32, into: fn(&mut Self, u32)| {
            let (value, rest) = number(text.trim_start_matches(' '), 1, 2)?;
            into(self, value);
            (value <= most).then_some(rest)
        };
        Some(match directive {
            'Y' => {
                let (year, rest) = number(text, 4, 4)?;
                self.year = i32::try_from(year).ok();
                rest
            }
            'y' => {
                let (year, rest) = number(text, 2, 2)?;
                let year = i32::try_from(year).ok()?;
                self.year = Some(if year <= 68 { 2000 + year } else { 1900 + year });
                rest
            }
            'm' => range(text, 99, |found, value| found.month = value)?,
            'd' | 'e' => range(text, 99, |found, value| found.day = value)?,
            'H' | 'k' => range(text, 24, |found, value| found.hour = Some(value))?,
            'I' | 'l' => {
                let rest = range(text, 12, |found, value| found.hour = Some(value))?;
                self.half_day = true;
                rest
            }
            'M' => range(text, 59, |found, value| found.minute = value)?,
            'S' => range(text, 60, |found, value| found.second = value)?,
            'j' => {
                let (day, rest) = number(text, 1, 3)?;
                self.of_year = Some(day);
                rest
            }
            'f' => {
                let (millis, rest) = clock::fraction(text);
                self.millis = millis;
                (rest.len() < text.len()).then_some(rest)?
            }
            'p' | 'P' => {
                let plain = text.replace('.', "");
                let half = plain.get(..2)?.to_ascii_lowercase();
                self.afternoon = Some(match half.as_str() {
                    "am" => false,
                    "pm" => true,
                    _ => return None,
                });
                let rest = text.strip_prefix(|c: char| c.is_ascii_alphabetic())?;
                let rest = rest.strip_prefix('.').unwrap_or(rest);
                let rest = rest.strip_prefix(|c: char| c.is_ascii_alphabetic())?;
                rest.strip_prefix('.').unwrap_or(rest)
            }
            'b' | 'B' | 'h' => {
                let (name, rest) = word(text);
                self.month = day::month_of(name)?;
                rest.strip_prefix('.').unwrap_or(rest)
            }
            // The weekday says nothing that the date does not say.
            'a' | 'A' => {
                let (name, rest) = word(text);
                (!name.is_empty()).then_some(rest.strip_prefix('.').unwrap_or(rest))?
            }
            'z' => match text.strip_prefix('Z') {
                Some(rest) => {
                    self.offset = Some(0);
                    rest
                }
                None => {
                    let (seconds, rest) = clock::offset(text)?;
                    self.offset = Some(seconds);
                    rest
                }
            },
            'Z' => {
                let (name, rest) = word(text);
                self.offset = Some(clock::offset_of_name(name)?);
                rest
            }
            's' => {
                let (negative, digits) = text.strip_prefix('-').map_or((false, text), |digits| (true, digits));
                let count = digits.bytes().take(12).take_while(u8::is_ascii_digit).count();
                let (number, rest) = digits.split_at(count);
                let number: i64 = number.parse().ok()?;
                self.epoch = Some(if negative { -number } else { number });
                rest
            }
            '%' => text.strip_prefix('%')?,
            'n' | 't' => text.trim_start(),
            _ => return None,
        })
    }

    fn said(self) -> Option<Said> {
        if let Some(seconds) = self.epoch {
            let at = jiff::Timestamp::from_second(seconds).ok()?;
            let wall = jiff::tz::Offset::UTC.to_datetime(at);
            let since = u32::try_from(i32::from(wall.hour()) * 3600 + i32::from(wall.minute()) * 60).ok()?
                + u32::try_from(wall.second()).ok()?;
            return Some(Said {
                year: i32::from(wall.year()),
                month: u32::try_from(wall.month()).ok()?,
                day: u32::try_from(wall.day()).ok()?,
                clock: Some(Clock { seconds: since, millis: 0, offset: Some(0) }),
            });
        }
        let year = self.year?;
        let (mut month, mut day) = (self.month, self.day);
        if let Some(of_year) = self.of_year {
            let first = jiff::civil::Date::new(i16::try_from(year).ok()?, 1, 1).ok()?;
            let date = first.checked_add(jiff::SignedDuration::from_hours(24 * (i64::from(of_year) - 1))).ok()?;
            if i32::from(date.year()) != year {
                return None;
            }
            (month, day) = (u32::try_from(date.month()).ok()?, u32::try_from(date.day()).ok()?);
        }
        let clock = match self.hour {
            None => None,
            Some(hour) => {
                if self.half_day && (hour == 0 || self.afternoon.is_none()) {
                    return None;
                }
                let hour = match self.afternoon {
                    Some(afternoon) if self.half_day => hour % 12 + if afternoon { 12 } else { 0 },
                    _ => hour,
                };
                let seconds = hour * 3600 + self.minute * 60 + self.second;
                (seconds <= 86_400).then_some(())?;
                Some(Clock { seconds, millis: self.millis, offset: self.offset })
            }
        };
        Some(Said { year, month, day, clock })
    }
}
