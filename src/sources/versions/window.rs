//! The stretch of time that an export covers, from its own column of last changes.

use crate::sources::Column;

/// Headers of columns that say when a record was changed last, letters and digits only, the surest first.
const MODIFIED: [&str; 22] = [
    // Salesforce: also set by the system itself, so it misses nothing.
    "systemmodstamp",
    "lastmodifieddate",
    // HubSpot
    "hslastmodifieddate",
    "lastmodifieddateutc",
    // Dynamics
    "modifiedon",
    // Zoho, Pipedrive, Shopify, Stripe and databases
    "modifiedtime",
    "updatetime",
    "updatedat",
    "updatedatutc",
    "lastupdatedat",
    "lastupdated",
    "lastupdateddate",
    "lastmodified",
    "lastmodifiedat",
    "lastmodifiedtime",
    "modifiedat",
    "modifieddate",
    "datemodified",
    "dateupdated",
    "updatedon",
    "updateddate",
    "lastchanged",
];

/// The column that says when a record was changed last, by its name.
#[must_use]
pub fn modified_column(columns: &[Column]) -> Option<usize> {
    let plain = |name: &str| -> String {
        name.chars().filter(|c| c.is_ascii_alphanumeric()).map(|c| c.to_ascii_lowercase()).collect()
    };
    let names: Vec<String> = columns.iter().map(|column| plain(&column.name)).collect();
    MODIFIED.iter().find_map(|wanted| names.iter().position(|name| name == wanted)).map(|at| columns[at].position)
}

/// A moment that is written as ISO 8601 has it, in seconds since 1970, in UTC where it names no zone: `2025-11-14`,
/// `2025-11-14T06:00:00.000+0000`, `2025-11-14 06:00`. Anything else, and years before 1900, are `None`.
#[must_use]
pub fn moment(text: &str) -> Option<i64> {
    let bytes = text.trim().as_bytes();
    let number = |from: usize, digits: usize| -> Option<i64> {
        let part = bytes.get(from..from + digits)?;
        part.iter().try_fold(0i64, |n, b| b.is_ascii_digit().then(|| n * 10 + i64::from(b - b'0')))
    };
    let sign = |at: usize, wanted: &[u8]| bytes.get(at).is_some_and(|b| wanted.contains(b));
    let (year, month, day) = (number(0, 4)?, number(5, 2)?, number(8, 2)?);
    if !sign(4, b"-") || !sign(7, b"-") || year < 1900 || !(1..=12).contains(&month) || day < 1 {
        return None;
    }
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let longest = match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    if day > longest {
        return None;
    }
    // Days since 1970 by the count of Hinnant 2013, "chrono-compatible low-level date algorithms".
    let (y, m) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let (era, of_era) = (y / 400, y % 400);
    let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + (153 * m + 2) / 5 + day - 1 - 719_468;
    if bytes.len() == 10 {
        return Some(days * 86_400);
    }
    let (hour, minute) = (number(11, 2)?, number(14, 2)?);
    if !sign(10, b"T ") || !sign(13, b":") || hour > 24 || minute > 59 {
        return None;
    }
    let mut at = 16;
    let mut seconds = 0;
    if sign(at, b":") {
        seconds = number(at + 1, 2).filter(|s| *s <= 60)?;
        at += 3;
        if sign(at, b".,") {
            at += 1;
            while bytes.get(at).is_some_and(u8::is_ascii_digit) {
                at += 1;
            }
        }
    }
    while sign(at, b" ") {
        at += 1;
    }
    let zone = match bytes.get(at..)? {
        [] | b"Z" | b"z" | b"UTC" | b"GMT" => 0,
        [b'+' | b'-', rest @ ..] if matches!(rest.len(), 2 | 4 | 5) => {
            let hours = number(at + 1, 2).filter(|h| *h <= 14)?;
            let minutes = match rest.len() {
                2 => 0,
                4 => number(at + 3, 2)?,
                _ if rest[2] == b':' => number(at + 4, 2)?,
                _ => return None,
            };
            if minutes > 59 {
                return None;
            }
            (hours * 3_600 + minutes * 60) * if bytes[at] == b'-' { -1 } else { 1 }
        }
        _ => return None,
    };
    Some(days * 86_400 + hour * 3_600 + minute * 60 + seconds - zone)
}

/// A moment as text: `2025-11-14T06:00:00Z`.
#[must_use]
pub fn written(moment: i64) -> String {
    jiff::Timestamp::from_second(moment).map(|at| at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()).unwrap_or_default()
}

/// The least and the greatest moment of a column, over the rows of a file.
#[derive(Debug, Clone, Default)]
pub struct Moments {
    column: Option<usize>,
    range: Option<(i64, i64)>,
}

impl Moments {
    /// Of the column of an object that says when a record was changed last.
    #[must_use]
    pub fn of(columns: &[Column]) -> Self {
        Self { column: modified_column(columns), range: None }
    }

    /// Position of the column.
    #[must_use]
    pub fn column(&self) -> Option<usize> {
        self.column
    }

    /// Takes a row's value in.
    pub fn add(&mut self, value: Option<&str>) {
        if let Some(at) = value.and_then(moment) {
            let (from, to) = self.range.unwrap_or((at, at));
            self.range = Some((from.min(at), to.max(at)));
        }
    }

    /// From the least to the greatest, as text.
    #[must_use]
    pub fn window(&self) -> Option<(String, String)> {
        self.range.map(|(from, to)| (written(from), written(to)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_as_the_systems_write_them() {
        let noon = jiff::civil::date(2025, 11, 14).at(12, 30, 5, 0).to_zoned(jiff::tz::TimeZone::UTC).unwrap();
        let noon = noon.timestamp().as_second();
        for text in [
            "2025-11-14T12:30:05.000Z",
            "2025-11-14T12:30:05.000+0000",
            "2025-11-14 12:30:05",
            "2025-11-14T13:30:05+01:00",
            "2025-11-14T07:00:05-0530",
            " 2025-11-14 12:30:05 UTC ",
            "2025-11-14T13:30:05+01",
        ] {
            assert_eq!(moment(text), Some(noon), "{text}");
        }
        assert_eq!(moment("2025-11-14"), Some(noon - 12 * 3_600 - 30 * 60 - 5));
        assert_eq!(moment("2024-02-29 06:00").map(written).as_deref(), Some("2024-02-29T06:00:00Z"));
        assert_eq!(moment("1970-01-01"), Some(0));
        for text in [
            "",
            "14/11/2025",
            "2025-13-01",
            "2025-02-29",
            "2025-11-14T25:00",
            "2025-11-14x",
            "2025-11-14T12:30:05+1",
            "1601-01-01",
        ] {
            assert_eq!(moment(text), None, "{text}");
        }
    }

    #[test]
    fn the_column_of_last_changes_is_known_by_its_name() {
        let column = |position: usize, name: &str| Column {
            position,
            name: name.to_owned(),
            role: crate::sources::ColumnRole::Plain,
            evidence: String::new(),
            by_hand: false,
            points_to: None,
            meaning: None,
            separator: None,
            dates: None,
        };
        for name in ["updated_at", "Modified On", "hs_lastmodifieddate", "Last Modified", "Last Modified Date"] {
            assert_eq!(modified_column(&[column(0, "Id"), column(1, name)]), Some(1), "{name}");
        }
        let both = [column(0, "LastModifiedDate"), column(1, "SystemModstamp")];
        assert_eq!(modified_column(&both), Some(1));
        assert_eq!(modified_column(&[column(0, "created_at")]), None);
    }
}
