//! Dates and times by their formats and zones.

use super::*;
use proptest::prelude::*;

fn day(text: &str, format: &str) -> Result<String, String> {
    date(text, &Format::of(format)?)
}

fn moment(text: &str, format: &str, zone: &str) -> Result<String, String> {
    let zone = if zone.is_empty() { None } else { Some(Zone::of(zone)?) };
    date_time(text, &Format::of(format)?, zone.as_ref())
}

#[test]
fn dates_are_read_by_their_stated_format() {
    for (text, format, expected) in [
        ("31/01/2025", "%d/%m/%Y", "2025-01-31"),
        ("1/2/2025", "%d/%m/%Y", "2025-02-01"),
        ("31 Jan 2025", "%d %b %Y", "2025-01-31"),
        ("31. Januar 2025", "%d. %B %Y", "2025-01-31"),
        ("310125", "%d%m%y", "2025-01-31"),
        ("2025-032", "%Y-%j", "2025-02-01"),
        ("2025-01-31", "iso", "2025-01-31"),
        ("20250131", "iso", "2025-01-31"),
        ("2025-01-31T23:30:00-08:00", "iso", "2025-01-31"),
        ("2025-01-31 23:30", "iso", "2025-01-31"),
        ("45688", "excel", "2025-01-31"),
        ("45688.75", "excel", "2025-01-31"),
        ("1", "excel", "1900-01-01"),
        ("61", "excel", "1900-03-01"),
        ("1738281600", "epoch", "2025-01-31"),
        ("1738281600000", "epoch-ms", "2025-01-31"),
        ("-86400", "epoch", "1969-12-31"),
        ("05/04/2025", "day-first", "2025-04-05"),
        ("05/04/2025", "month-first", "2025-05-04"),
        ("5.4.25", "day-first", "2025-04-05"),
        ("31 January 2025", "month-first", "2025-01-31"),
        ("2025/04/05", "year-first", "2025-04-05"),
        ("29.02.2024", "day-first", "2024-02-29"),
        ("01/31/2025 10:15 PM", "month-first", "2025-01-31"),
    ] {
        assert_eq!(day(text, format).as_deref(), Ok(expected), "{text} as {format}");
    }
}

#[test]
fn what_is_no_day_or_of_another_format_says_so() {
    for (text, format, expected) in [
        ("31/02/2025", "%d/%m/%Y", "31 February is no day"),
        ("31/02/2025", "day-first", "31 February is no day"),
        ("29.02.2023", "day-first", "29 February 2023 is no day"),
        ("2025-02-30", "iso", "30 February is no day"),
        ("12/31/2025", "day-first", "there is no month 31"),
        ("31/12/2025", "month-first", "there is no month 31"),
        ("12/31/2025", "%d/%m/%Y", "there is no month 31"),
        ("2025-01-31", "%d/%m/%Y", "“2025-01-31” is not written as %d/%m/%Y"),
        ("31/01/2025 10:00", "%d/%m/%Y", "“31/01/2025 10:00” is not written as %d/%m/%Y"),
        ("soon", "day-first", "“soon” is no date with the day first"),
        ("31/01/2025", "iso", "“31/01/2025” is no ISO date"),
        ("60", "excel", "60 is 29 February 1900, which is no day"),
        ("1738281600000", "epoch", "“1738281600000” is too large for seconds since 1970"),
        ("4.5E4", "excel", "“4.5E4” is no serial number of a day"),
        ("0000-01-01", "%Y-%m-%d", "there is no year 0"),
    ] {
        assert_eq!(day(text, format), Err(expected.to_owned()), "{text} as {format}");
    }
    for format in ["", "dd/mm/yyyy", "%Q", "%H:%M", "%"] {
        assert!(Format::of(format).is_err(), "{format}");
    }
}

#[test]
fn moments_are_in_utc_by_their_own_offset_or_the_stated_zone() {
    for (text, format, zone, expected) in [
        ("2025-01-31T10:15:00Z", "iso", "", "2025-01-31T10:15:00Z"),
        ("2025-01-31T10:15:00+01:00", "iso", "America/New_York", "2025-01-31T09:15:00Z"),
        ("2025-01-31 10:15:00", "iso", "Europe/Warsaw", "2025-01-31T09:15:00Z"),
        ("2025-07-31 10:15", "iso", "Europe/Warsaw", "2025-07-31T08:15:00Z"),
        ("2025-01-31T10:15:00.250Z", "iso", "", "2025-01-31T10:15:00.250Z"),
        ("2025-01-31T10:15:00.000+0000", "iso", "", "2025-01-31T10:15:00Z"),
        ("2025-01-31T10:15:00.1239999Z", "iso", "", "2025-01-31T10:15:00.123Z"),
        ("20250131T101500Z", "iso", "", "2025-01-31T10:15:00Z"),
        ("20250131101500", "iso", "+02:00", "2025-01-31T08:15:00Z"),
        ("31/01/2025 10:15 PM", "day-first", "UTC", "2025-01-31T22:15:00Z"),
        ("31.01.2025 10.15.30", "day-first", "UTC", "2025-01-31T10:15:30Z"),
        ("31.01.2025, 10:15 Uhr", "day-first", "Europe/Berlin", "2025-01-31T09:15:00Z"),
        ("Fri Jan 31 2025 10:15:00 GMT+0100 (CET)", "day-first", "", "2025-01-31T09:15:00Z"),
        ("Fri, 31 Jan 2025 10:15:00 EST", "day-first", "", "2025-01-31T15:15:00Z"),
        ("31/01/2025 24:00", "day-first", "UTC", "2025-02-01T00:00:00Z"),
        ("31/01/2025 10:15", "%d/%m/%Y %H:%M", "+05:30", "2025-01-31T04:45:00Z"),
        ("01/31/25 12:05 am", "%m/%d/%y %I:%M %p", "UTC", "2025-01-31T00:05:00Z"),
        ("2025-01-31 10:15:00.5 +0200", "%F %T.%f %z", "", "2025-01-31T08:15:00.500Z"),
        ("2025-01-31", "iso", "Europe/Warsaw", "2025-01-30T23:00:00Z"),
        ("2018-11-04", "iso", "America/Sao_Paulo", "2018-11-04T03:00:00Z"),
        ("45688.4270833333", "excel", "Europe/Warsaw", "2025-01-31T09:15:00Z"),
        ("1738314900", "epoch", "Asia/Tokyo", "2025-01-31T09:15:00Z"),
        ("1738314900250", "epoch-ms", "", "2025-01-31T09:15:00.250Z"),
        ("-1", "epoch-ms", "", "1969-12-31T23:59:59.999Z"),
        ("2025-03-30 02:30+01:00", "iso", "Europe/Warsaw", "2025-03-30T01:30:00Z"),
    ] {
        assert_eq!(moment(text, format, zone).as_deref(), Ok(expected), "{text} as {format} in {zone}");
    }
}

#[test]
fn a_clock_that_was_skipped_or_came_twice_is_a_fault() {
    assert_eq!(
        moment("2025-03-30 02:30", "iso", "Europe/Warsaw"),
        Err("there was no 02:30 on 2025-03-30 in Europe/Warsaw".to_owned())
    );
    assert_eq!(
        moment("2025-10-26 02:30", "iso", "Europe/Warsaw"),
        Err("02:30 on 2025-10-26 came twice in Europe/Warsaw".to_owned())
    );
    assert_eq!(
        moment("2025-01-31 10:15", "iso", ""),
        Err("“2025-01-31 10:15” says no zone, and none is stated".to_owned())
    );
    assert_eq!(
        moment("2025-01-31 10:15 IST", "iso", "UTC"),
        Err("the zone “IST” means more than one offset".to_owned())
    );
    assert!(Zone::of("Europe/Atlantis").is_err() && Zone::of("").is_err());
    assert!(moment("0001-01-01 00:00+14:00", "iso", "").is_err());
    assert!(moment("9999-12-31 23:59-12:00", "iso", "").is_err());
}

proptest! {
    #![proptest_config(crate::values::steady_cases())]

    #[test]
    fn no_text_makes_it_panic(
        text: String,
        near in "[0-9]{1,4}[-/. ]?[0-9a-zA-Z]{1,5}[-/. ]?[0-9]{1,4}[T ]?[0-9]{0,2}[:.]?[0-9]{0,2}[:.]?[0-9.]{0,5} ?[-+a-zA-Z]{0,3}[0-9:]{0,5}",
        count in "-?[0-9]{1,19}([.,][0-9]{0,12})?",
    ) {
        let zone = Zone::of("Europe/Warsaw").ok();
        for format in ["iso", "excel", "epoch", "epoch-ms", "day-first", "month-first", "year-first", "%d/%m/%Y %H:%M:%S.%f%z", "%s"] {
            let format = Format::of(format).unwrap();
            for text in [&text, &near, &count] {
                if let Ok(found) = date(text, &format) {
                    prop_assert_eq!(date(&found, &Format::Iso), Ok(found.clone()));
                }
                if let Ok(found) = date_time(text, &format, zone.as_ref()) {
                    prop_assert_eq!(date_time(&found, &Format::Iso, None), Ok(found.clone()));
                }
            }
        }
    }
}
