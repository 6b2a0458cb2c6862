//! Dates and times by a stated format, as ISO 8601 dates and RFC 3339 moments in UTC. The format says what stands where, the
//! zone says what the clock on the wall meant; a date is never shifted by a zone. Which format a column has is proved
//! elsewhere (`day`); here a value either is of it or is a fault.

mod clock;
mod pattern;

use std::sync::LazyLock;

use jiff::civil;
use jiff::tz::{AmbiguousOffset, Offset, TimeZone, TimeZoneDatabase};
use jiff::{SignedDuration, Timestamp};

use super::day::{self, Order};
use super::named::quoted;
use clock::Clock;

/// The zones of the IANA as they were when this was built, the same on every machine.
static ZONES: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);
/// Values with more bytes are no dates.
const LONGEST: usize = 120;

/// How a column writes its dates or times.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Format {
    /// `2025-01-31`, `20250131`, with or without a time of day.
    Iso,
    /// Days since 30 December 1899, the time of day as their fraction.
    Excel,
    /// Seconds since 1970.
    Epoch,
    /// Milliseconds since 1970.
    EpochMillis,
    /// Any usual way of writing, the day before the month.
    DayFirst,
    MonthFirst,
    YearFirst,
    /// As strptime has it: `%d/%m/%Y %H:%M`.
    Pattern(String),
}

impl Format {
    /// # Errors
    /// If the text is no format: a sentence.
    pub fn of(text: &str) -> Result<Self, String> {
        Ok(match text.trim() {
            "iso" => Self::Iso,
            "excel" => Self::Excel,
            "epoch" => Self::Epoch,
            "epoch-ms" => Self::EpochMillis,
            "day-first" => Self::DayFirst,
            "month-first" => Self::MonthFirst,
            "year-first" => Self::YearFirst,
            pattern if pattern.contains('%') => {
                pattern::check(pattern)?;
                Self::Pattern(pattern.to_owned())
            }
            other => return Err(format!("{} is no format of dates.", quoted(other))),
        })
    }
}

/// Where a clock on a wall hangs.
#[derive(Debug, Clone)]
pub struct Zone {
    name: String,
    zone: TimeZone,
}

impl Zone {
    /// A zone by its IANA name (`Europe/Warsaw`), `UTC`, or an offset (`+02:00`).
    ///
    /// # Errors
    /// If there is no such zone: a sentence.
    pub fn of(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let zone = match text {
            "" => return Err("No zone is stated.".to_owned()),
            "Z" | "UTC" | "utc" | "GMT" => TimeZone::UTC,
            _ => match clock::offset(text) {
                Some((seconds, "")) => TimeZone::fixed(offset_of(seconds).unwrap_or(Offset::UTC)),
                _ => ZONES.get(text).map_err(|_| format!("There is no zone {}.", quoted(text)))?,
            },
        };
        Ok(Self { name: text.to_owned(), zone })
    }
}

fn offset_of(seconds: i32) -> Option<Offset> {
    Offset::from_seconds(seconds).ok()
}

/// What a value says: a day, perhaps a time of day, perhaps its distance from UTC.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Said {
    year: i32,
    month: u32,
    day: u32,
    clock: Option<Clock>,
}

/// A date as `2025-01-31`. A time of day behind it is left out, not applied: the day is the one that was written.
///
/// # Errors
/// If the value is of another format or no day; half a sentence.
pub fn date(text: &str, format: &Format) -> Result<String, String> {
    match format {
        Format::Excel | Format::Epoch | Format::EpochMillis => {
            let (moment, _) = counted(text, format)?;
            Ok(civil_text(moment.date()))
        }
        _ => Ok(civil_text(day_of(&said(text, format)?)?)),
    }
}

/// A moment as `2025-01-31T09:15:00Z`, with milliseconds where they are not zero (what is finer is cut off). `zone` is for
/// values that state no offset; a value without a time of day is the beginning of its day there. Serial numbers of a
/// spreadsheet are read in the zone and to the second, Unix time is in UTC.
///
/// # Errors
/// If the value is of another format, is no moment, its clock was skipped or came twice in the zone, or neither it nor the
/// rule says a zone; half a sentence.
pub fn date_time(text: &str, format: &Format, zone: Option<&Zone>) -> Result<String, String> {
    let (wall, offset, dated_only) = match format {
        Format::Excel | Format::Epoch | Format::EpochMillis => {
            let (wall, offset) = counted(text, format)?;
            (wall, offset, false)
        }
        _ => {
            let said = said(text, format)?;
            let clock = said.clock.unwrap_or_default();
            let midnight = day_of(&said)?.to_datetime(civil::Time::midnight());
            let since = SignedDuration::new(i64::from(clock.seconds), i32::from(clock.millis) * 1_000_000);
            let wall = midnight.checked_add(since).map_err(|_| out_of_years(text))?;
            (wall, clock.offset, said.clock.is_none())
        }
    };
    let moment = match offset {
        Some(seconds) => offset_of(seconds)
            .ok_or_else(|| format!("{} is off by more than a day", quoted(text)))?
            .to_timestamp(wall)
            .map_err(|_| out_of_years(text))?,
        None => {
            let zone = zone.ok_or_else(|| format!("{} says no zone, and none is stated", quoted(text)))?;
            in_zone(wall, zone, dated_only).map_err(|why| why.unwrap_or_else(|| out_of_years(text)))?
        }
    };
    let year = Offset::UTC.to_datetime(moment).year();
    if !(1..=9999).contains(&year) {
        return Err(out_of_years(text));
    }
    let shape = if moment.subsec_millisecond() == 0 { "%Y-%m-%dT%H:%M:%SZ" } else { "%Y-%m-%dT%H:%M:%S.%3fZ" };
    Ok(moment.strftime(shape).to_string())
}

/// `Err(None)`: out of the years that can be counted.
fn in_zone(wall: civil::DateTime, zone: &Zone, dated_only: bool) -> Result<Timestamp, Option<String>> {
    let clock = || wall.strftime("%H:%M on %Y-%m-%d");
    let offset = match zone.zone.to_ambiguous_zoned(wall).offset() {
        AmbiguousOffset::Unambiguous { offset } => offset,
        // A day begins with its first moment, where midnight is skipped or comes twice.
        AmbiguousOffset::Gap { before, .. } | AmbiguousOffset::Fold { before, .. } if dated_only => before,
        AmbiguousOffset::Gap { .. } => return Err(Some(format!("there was no {} in {}", clock(), zone.name))),
        AmbiguousOffset::Fold { .. } => return Err(Some(format!("{} came twice in {}", clock(), zone.name))),
    };
    offset.to_timestamp(wall).map_err(|_| None)
}

fn out_of_years(text: &str) -> String {
    format!("{} is outside the years 1 to 9999", quoted(text))
}

fn civil_text(date: civil::Date) -> String {
    format!("{:04}-{:02}-{:02}", date.year(), date.month(), date.day())
}

/// The day, or why there is none: `31 February is no day`.
fn day_of(said: &Said) -> Result<civil::Date, String> {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let Said { year, month, day, .. } = *said;
    let name = usize::try_from(month).ok().and_then(|month| MONTHS.get(month.checked_sub(1)?));
    let Some(name) = name else { return Err(format!("there is no month {month}")) };
    if !(1..=9999).contains(&year) {
        return Err(format!("there is no year {year}"));
    }
    let date = i16::try_from(year).ok().zip(i8::try_from(month).ok()).zip(i8::try_from(day).ok());
    let date = date.and_then(|((year, month), day)| civil::Date::new(year, month, day).ok());
    date.ok_or_else(|| {
        if (month, day) == (2, 29) {
            format!("29 February {year} is no day")
        } else {
            format!("{day} {name} is no day")
        }
    })
}

fn said(text: &str, format: &Format) -> Result<Said, String> {
    let text = text.trim().trim_start_matches('\'').trim();
    if text.len() > LONGEST {
        return Err(format!("{} is no date", quoted(text)));
    }
    match format {
        Format::Pattern(pattern) => pattern::read(text, pattern),
        Format::Iso => written(text, true, "is no ISO date", |order| order == Order::YearFirst)
            .filter_shape(text, |text| text.as_bytes().iter().take(4).all(u8::is_ascii_digit)),
        Format::DayFirst => written(text, true, "is no date with the day first", |order| order != Order::MonthFirst)
            .or_reason(text, [2, 1, 0]),
        Format::MonthFirst => written(text, false, "is no date with the month first", |order| order != Order::DayFirst)
            .or_reason(text, [2, 0, 1]),
        _ => written(text, true, "is no date with the year first", |order| order == Order::YearFirst)
            .or_reason(text, [0, 1, 2]),
    }
}

fn written(text: &str, day_first: bool, why: &str, fits: impl Fn(Order) -> bool) -> Result<Said, String> {
    let none = || format!("{} {why}", quoted(text));
    let reading = day::read(text).filter(|reading| fits(reading.order)).ok_or_else(none)?;
    let (year, month, day) = reading.date(day_first);
    let clock = if reading.timed {
        let mut clock = clock::behind(text)?;
        clock.seconds = reading.seconds;
        if clock.seconds > 86_400 {
            return Err(none());
        }
        Some(clock)
    } else {
        None
    };
    Ok(Said { year, month: u32::from(month), day: u32::from(day), clock })
}

trait Explained {
    fn or_reason(self, text: &str, places: [usize; 3]) -> Self;
    fn filter_shape(self, text: &str, fits: impl Fn(&str) -> bool) -> Self;
}

impl Explained for Result<Said, String> {
    /// Where it is three numbers in the stated order that make no day, says which. `places` are those of year, month, day.
    fn or_reason(self, text: &str, places: [usize; 3]) -> Self {
        self.map_err(|why| {
            let numbers: Vec<&str> =
                text.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
            let number = |place: usize| numbers.get(places[place])?.parse::<u32>().ok();
            let (Some(year), Some(month), Some(day)) = (number(0), number(1), number(2)) else { return why };
            let year_is_long = numbers.get(places[0]).is_some_and(|year| matches!(year.len(), 2 | 4));
            let plain =
                text.bytes().take(10).all(|byte| byte.is_ascii_digit() || matches!(byte, b'/' | b'.' | b'-' | b' '));
            let Ok(year) = i32::try_from(year) else { return why };
            let said = Said { year, month, day, clock: None };
            if plain && year_is_long { day_of(&said).err().unwrap_or(why) } else { why }
        })
    }

    fn filter_shape(self, text: &str, fits: impl Fn(&str) -> bool) -> Self {
        if fits(text) { self.or_reason(text, [0, 1, 2]) } else { Err(format!("{} is no ISO date", quoted(text))) }
    }
}

/// Serial numbers and Unix time: the clock, and the offset where the count implies one.
fn counted(text: &str, format: &Format) -> Result<(civil::DateTime, Option<i32>), String> {
    let (what, from) = match format {
        Format::Excel => ("is no serial number of a day", civil::date(1899, 12, 30)),
        Format::Epoch => ("is no number of seconds since 1970", civil::date(1970, 1, 1)),
        _ => ("is no number of milliseconds since 1970", civil::date(1970, 1, 1)),
    };
    let none = || format!("{} {what}", quoted(text));
    let number = text.trim().trim_start_matches('\'');
    let (negative, digits) = number.strip_prefix('-').map_or((false, number), |digits| (true, digits));
    let (whole, fraction) = digits.split_once(['.', ',']).unwrap_or((digits, ""));
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 18 || fraction.len() > 40 || !all_digits(whole) || !all_digits(fraction) {
        return Err(none());
    }
    let mut whole: i64 = whole.parse().map_err(|_| none())?;
    // Nine digits behind the point.
    let mut nanos: i64 = format!("{fraction:0<9}").get(..9).and_then(|nine| nine.parse().ok()).ok_or_else(none)?;
    let negated = if negative { -1 } else { 1 };
    let since = match format {
        Format::Excel => {
            if negative || whole > 2_958_465 {
                return Err(none());
            }
            // The spreadsheet has a 29 February 1900, so that days before it are one off.
            if whole == 60 {
                return Err("60 is 29 February 1900, which is no day".to_owned());
            }
            if whole == 0 {
                return Err(format!("{} is a time of day without a day", quoted(text)));
            }
            whole += i64::from(whole < 60);
            // The fraction in billionths of a day, to the nearest second.
            let seconds = (nanos * 86_400 + 500_000_000) / 1_000_000_000;
            SignedDuration::from_secs(whole * 86_400 + seconds)
        }
        Format::Epoch => {
            if whole >= 100_000_000_000 {
                return Err(format!("{} is too large for seconds since 1970", quoted(text)));
            }
            // At most nine digits.
            SignedDuration::new(negated * whole, i32::try_from(negated * nanos).unwrap_or(0))
        }
        _ => {
            nanos = whole % 1000 * 1_000_000;
            whole /= 1000;
            SignedDuration::new(negated * whole, i32::try_from(negated * nanos).unwrap_or(0))
        }
    };
    let wall = from.to_datetime(civil::Time::midnight()).checked_add(since).map_err(|_| out_of_years(text))?;
    if !(1..=9999).contains(&wall.year()) {
        return Err(out_of_years(text));
    }
    Ok((wall, (!matches!(format, Format::Excel)).then_some(0)))
}

#[cfg(test)]
mod tests;
