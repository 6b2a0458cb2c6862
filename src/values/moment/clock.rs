//! What stands behind the time of day in a date that `day` has read: fractions of a second and the distance from UTC.

use crate::values::named::quoted;

/// A time of day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Clock {
    /// Since midnight, at most those of a day (24:00).
    pub seconds: u32,
    pub millis: u16,
    /// Seconds east of UTC, where the value says so.
    pub offset: Option<i32>,
}

/// An offset in front of a text, in seconds east of UTC, and the rest: `+02:00`, `-0530`, `+01`.
pub(super) fn offset(text: &str) -> Option<(i32, &str)> {
    let (sign, rest) = match text.chars().next()? {
        '+' => (1, &text[1..]),
        '-' => (-1, &text[1..]),
        '−' => (-1, &text['−'.len_utf8()..]),
        _ => return None,
    };
    let two = |text: &str, from: usize| {
        let pair = text.get(from..from + 2)?;
        pair.bytes().all(|byte| byte.is_ascii_digit()).then(|| pair.parse::<i32>().ok()).flatten()
    };
    let hours = two(rest, 0)?;
    let mut rest = &rest[2..];
    let mut minutes = 0;
    let behind = rest.strip_prefix(':').unwrap_or(rest);
    if let Some(found) = two(behind, 0) {
        minutes = found;
        rest = &behind[2..];
    }
    // The farthest in use is 14 hours.
    (hours <= 15 && minutes < 60).then_some((sign * (hours * 3600 + minutes * 60), rest))
}

/// The offset that a zone's short name means everywhere: those of RFC 5322 and the usual ones of Europe. `IST`, `BST` and
/// many others mean several.
pub(super) fn offset_of_name(name: &str) -> Option<i32> {
    let hours = match name.to_ascii_uppercase().as_str() {
        "Z" | "UTC" | "GMT" | "UT" | "WET" => 0,
        "CET" | "MEZ" | "WEST" => 1,
        "CEST" | "MESZ" | "EET" => 2,
        "EEST" | "MSK" => 3,
        "EDT" => -4,
        "EST" | "CDT" => -5,
        "CST" | "MDT" => -6,
        "MST" | "PDT" => -7,
        "PST" => -8,
        _ => return None,
    };
    Some(hours * 3600)
}

/// Fraction and offset of a value whose shape is known to hold a date and a time of day; seconds are left at 0.
pub(super) fn behind(text: &str) -> Result<Clock, String> {
    let mut clock = Clock::default();
    let Some(mut rest) = after_clock(text) else { return Ok(clock) };
    if let Some(digits) = rest.strip_prefix(['.', ',']) {
        let (millis, left) = fraction(digits);
        clock.millis = millis;
        rest = left;
    }
    rest = rest.trim_start();
    for half in ["am", "pm", "a.m.", "p.m.", "a.m", "p.m"] {
        if rest.get(..half.len()).is_some_and(|start| start.eq_ignore_ascii_case(half))
            && !rest[half.len()..].starts_with(|c: char| c.is_alphanumeric())
        {
            rest = rest[half.len()..].trim_start_matches('.').trim_start();
        }
    }
    let name_end = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
    let (name, left) = rest.split_at(name_end);
    if let Some((seconds, _)) = offset(left.trim_start()) {
        clock.offset = Some(seconds);
    } else if !name.is_empty() && !["uhr", "h"].iter().any(|word| word.eq_ignore_ascii_case(name)) {
        clock.offset =
            Some(offset_of_name(name).ok_or_else(|| format!("the zone {} means more than one offset", quoted(name)))?);
    }
    Ok(clock)
}

/// Milliseconds of the digits of a fraction (what is finer is cut off), and the rest.
pub(super) fn fraction(text: &str) -> (u16, &str) {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    let three: String = digits.chars().chain("000".chars()).take(3).collect();
    (three.parse().unwrap_or(0), rest)
}

/// The text behind `10:15`, `10:15:00`, `10.15.00` or a packed `T101500`.
fn after_clock(text: &str) -> Option<&str> {
    let bytes = text.as_bytes();
    let digits_from = |at: usize| bytes.iter().skip(at).take_while(|byte| byte.is_ascii_digit()).count();
    if let Some(colon) = text.find(':') {
        let mut end = colon + 1 + digits_from(colon + 1);
        if bytes.get(end) == Some(&b':') {
            end += 1 + digits_from(end + 1);
        }
        return text.get(end..);
    }
    // Packed: `20250131T101500`, `20250131101500`.
    let first = digits_from(0);
    if first == 14 {
        return text.get(14..);
    }
    if first == 8 && bytes.get(8) == Some(&b'T') {
        return text.get(9 + digits_from(9)..);
    }
    // `31.01.2025 10.15.00`: the clock is the last group of digits and points.
    let start = text.rfind(' ').filter(|space| bytes.get(space + 1).is_some_and(u8::is_ascii_digit)).or_else(|| {
        // A word stands behind it: `10.15 Uhr`.
        let space = text.rfind(' ')?;
        text.get(..space)?.rfind(' ')
    })?;
    let mut end = start + 1;
    let mut groups = 0;
    while groups < 3 && digits_from(end) > 0 {
        end += digits_from(end);
        groups += 1;
        if groups < 3 && bytes.get(end) == Some(&b'.') && digits_from(end + 1) == 2 {
            end += 1;
        } else {
            break;
        }
    }
    text.get(end..)
}
