//! The moment that a file shows, and with it its place among the loads of its object.

use rusqlite::Connection;

use super::request::Place;
use crate::sources::read::Part;
use crate::sources::store::observed;

/// The moment that the name of a sheet, an archive's member or the file states; RFC 3339.
pub(super) fn stated(part: &Part) -> Option<String> {
    let file = part.file.file_name().map(|name| name.to_string_lossy().into_owned());
    part.sheet.iter().chain(part.members.iter().rev()).chain(&file).find_map(|name| in_name(name))
}

/// A date in a name: `2025-11-14`, `2025_11_14`, `2025.11.14` or `20251114`, with or without a time behind it
/// (`T06-00-00`, `_0600`), which counts only where it stands apart from the date by a `T`, `_`, `-` or space.
fn in_name(name: &str) -> Option<String> {
    let bytes = name.as_bytes();
    (0..bytes.len()).find_map(|from| {
        // A date is not the middle of a longer number.
        if from > 0 && bytes[from - 1].is_ascii_digit() {
            return None;
        }
        let (date, rest) = date_at(bytes.get(from..)?)?;
        let time = time_at(rest).unwrap_or_else(|| "00:00:00".to_owned());
        Some(format!("{date}T{time}Z"))
    })
}

fn number(bytes: &[u8]) -> Option<u32> {
    bytes.iter().try_fold(0u32, |n, b| b.is_ascii_digit().then(|| n * 10 + u32::from(b - b'0')))
}

fn date_at(bytes: &[u8]) -> Option<(jiff::civil::Date, &[u8])> {
    let year = number(bytes.get(..4)?).filter(|year| (1990..2100).contains(year))?;
    let apart = bytes.get(4).copied().filter(|b| matches!(b, b'-' | b'_' | b'.'));
    let (month, day, rest) = match apart {
        Some(sign) if bytes.get(7) == Some(&sign) => (bytes.get(5..7)?, bytes.get(8..10)?, bytes.get(10..)?),
        Some(_) => return None,
        None => (bytes.get(4..6)?, bytes.get(6..8)?, bytes.get(8..)?),
    };
    if rest.first().is_some_and(u8::is_ascii_digit) {
        return None;
    }
    let part = |text: &[u8]| number(text).and_then(|n| i8::try_from(n).ok());
    let date = jiff::civil::Date::new(i16::try_from(year).ok()?, part(month)?, part(day)?).ok()?;
    Some((date, rest))
}

fn time_at(bytes: &[u8]) -> Option<String> {
    let (_, rest) = bytes.split_first().filter(|(sign, _)| matches!(sign, b'T' | b't' | b'_' | b'-' | b' '))?;
    // From one day to another.
    if date_at(rest).is_some() {
        return None;
    }
    let digits = |from: usize| rest.get(from..from + 2).and_then(number);
    let is_apart = |at: usize| rest.get(at).is_some_and(|b| matches!(b, b'-' | b':' | b'_' | b'.'));
    let step = 2 + usize::from(is_apart(2));
    let (hour, minute) = (digits(0)?, digits(step)?);
    let at = step + 2 + usize::from(step == 3 && is_apart(5));
    let second = digits(at);
    let end = second.map_or(step + 2, |_| at + 2);
    let ends = !rest.get(end).is_some_and(u8::is_ascii_digit);
    (hour < 24 && minute < 60 && second.is_none_or(|s| s < 60) && ends)
        .then(|| format!("{hour:02}:{minute:02}:{:02}", second.unwrap_or(0)))
}

/// The place of a load among those of its object: by its moment where that is stated, else behind all that are there.
pub(super) fn place(
    conn: &Connection,
    object: Option<i64>,
    as_of: &str,
    is_stated: bool,
    given: Option<&Place>,
) -> rusqlite::Result<(String, Option<i64>)> {
    if let Some(place) = given {
        return Ok((place.at.clone(), Some(place.id)));
    }
    if is_stated {
        return Ok((as_of.to_owned(), None));
    }
    let Some(object) = object else { return Ok((String::new(), None)) };
    let last = observed::in_order(conn, object)?.pop();
    Ok((last.map(|load| load.order_at).unwrap_or_default(), None))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_in_names_are_found_and_numbers_are_not_dates() {
        let at = |name: &str| in_name(name).unwrap_or_default();
        assert_eq!(at("contacts_2025-11-14.csv"), "2025-11-14T00:00:00Z");
        assert_eq!(at("contacts_20251114.csv"), "2025-11-14T00:00:00Z");
        assert_eq!(at("Kunden 2025.11.14.xlsx"), "2025-11-14T00:00:00Z");
        assert_eq!(at("dump-2025-11-14T06-30-05.csv"), "2025-11-14T06:30:05Z");
        assert_eq!(at("dump_20251114_0630.csv"), "2025-11-14T06:30:00Z");
        assert_eq!(at("dump_20251114_063005.csv"), "2025-11-14T06:30:05Z");
        assert_eq!(at("dump_2025-11-14_2.csv"), "2025-11-14T00:00:00Z");
        assert_eq!(at("dump_2025-11-14_2025-11-21.csv"), "2025-11-14T00:00:00Z");
        for name in ["contacts.csv", "order-120251114.csv", "2025-13-01.csv", "202511140.csv", "2025-11_14.csv", "2025"]
        {
            assert_eq!(in_name(name), None, "{name}");
        }
    }
}
