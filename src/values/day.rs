//! How one value can be read as a date: with the day first, the month first, either way, or in one way only because its
//! year stands first or its month is a word. Decides no order: that is for the whole column to prove. Moments counted in
//! seconds or days (Unix time, spreadsheet serials) are numbers, not dates.

/// In which order a value gives day and month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Order {
    /// A date only if the day stands first.
    DayFirst,
    /// A date only if the month stands first.
    MonthFirst,
    /// A date both ways: both parts are 12 or less.
    Either,
    /// The year stands first, or the month is a word: one reading only.
    YearFirst,
}

/// A value read as a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Reading {
    pub order: Order,
    /// The same in either order. Of two digits, 69 to 99 are of the 1900s and 00 to 68 of the 2000s, as POSIX has it.
    pub year: i32,
    first: u8,
    second: u8,
    /// A time of day stands behind it.
    pub timed: bool,
    /// Seconds since midnight, as written: no zone is applied.
    pub seconds: u32,
}

impl Reading {
    /// (year, month, day). What stands first where both orders are possible has to be said; elsewhere it changes nothing.
    #[must_use]
    pub fn date(&self, day_first: bool) -> (i32, u8, u8) {
        let swapped = match self.order {
            Order::DayFirst => true,
            Order::MonthFirst | Order::YearFirst => false,
            Order::Either => day_first,
        };
        if swapped { (self.year, self.second, self.first) } else { (self.year, self.first, self.second) }
    }
}

/// Values with more bytes are no dates.
const LONGEST: usize = 96;

/// Reads a value as a date, perhaps with a time of day; spaces around it do not count.
#[must_use]
pub fn read(text: &str) -> Option<Reading> {
    let text = text.trim();
    if text.len() < 6 || text.len() > LONGEST {
        return None;
    }
    let mut cursor = Cursor { rest: text };
    let mut reading = if text.as_bytes()[0].is_ascii_digit() { cursor.number_first()? } else { cursor.word_first()? };
    cursor.time_of_day(&mut reading)?;
    Some(reading)
}

/// [`read`] for `9999-99-99` and `9999-99-99T99:99:99`, perhaps with a fraction and a `Z`: `None` for everything else, even
/// if it is a date.
#[must_use]
pub fn read_iso(text: &str) -> Option<Reading> {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).filter(|byte| byte.is_ascii_digit()).map(|byte| u32::from(byte - b'0'));
    let two = |at: usize| Some(digit(at)? * 10 + digit(at + 1)?);
    if bytes.get(4) != Some(&b'-') || bytes.get(7) != Some(&b'-') {
        return None;
    }
    let year = i32::try_from(two(0)? * 100 + two(2)?).ok()?;
    let mut reading = dated(Order::YearFirst, year, two(5)?, two(8)?)?;
    if bytes.len() == 10 {
        return Some(reading);
    }
    let (hour, minute, second) = (two(11)?, two(14)?, two(17)?);
    let is_clock = matches!(bytes[10], b'T' | b' ') && bytes[13] == b':' && bytes[16] == b':';
    if !is_clock || hour > 24 || minute > 59 || second > 60 {
        return None;
    }
    let rest = &bytes[19..];
    let rest = rest.strip_suffix(b"Z").unwrap_or(rest);
    let is_fraction = rest.len() > 1 && rest[0] == b'.' && rest[1..].iter().all(u8::is_ascii_digit);
    if !rest.is_empty() && !is_fraction {
        return None;
    }
    reading.timed = true;
    reading.seconds = hour * 3600 + minute * 60 + second;
    Some(reading)
}

struct Cursor<'a> {
    rest: &'a str,
}

fn days_in(year: i32, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

fn dated(order: Order, year: i32, first: u32, second: u32) -> Option<Reading> {
    let (first, second) = (u8::try_from(first).ok()?, u8::try_from(second).ok()?);
    let reading = Reading { order, year, first, second, timed: false, seconds: 0 };
    let (year, month, day) = reading.date(true);
    let is_date = (1..=9999).contains(&year) && (1..=12).contains(&month) && (1..=days_in(year, month)).contains(&day);
    is_date.then_some(reading)
}

/// Day and month in the order of the value, where the year stands last.
fn year_last(year: i32, first: u32, second: u32) -> Option<Reading> {
    let order = match (first, second) {
        (1..=12, 1..=12) => Order::Either,
        (13..=31, 1..=12) => Order::DayFirst,
        (1..=12, 13..=31) => Order::MonthFirst,
        _ => return None,
    };
    dated(order, year, first, second)
}

fn of_two_digits(year: u32) -> i32 {
    // Two digits are at most 99.
    let year = year as i32;
    if year <= 68 { 2000 + year } else { 1900 + year }
}

impl<'a> Cursor<'a> {
    fn peek(&self) -> Option<u8> {
        self.rest.as_bytes().first().copied()
    }

    fn skip(&mut self, bytes: usize) {
        self.rest = self.rest.get(bytes..).unwrap_or("");
    }

    fn eat(&mut self, byte: u8) -> bool {
        let met = self.peek() == Some(byte);
        if met {
            self.skip(1);
        }
        met
    }

    fn spaces(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\u{a0}', '\u{202f}']);
    }

    /// (value, digits) of a number of at most eight digits.
    fn number(&mut self) -> Option<(u32, usize)> {
        let digits = self.rest.bytes().take_while(u8::is_ascii_digit).count();
        if !(1..=8).contains(&digits) {
            return None;
        }
        let value = self.rest.bytes().take(digits).fold(0u32, |sum, digit| sum * 10 + u32::from(digit - b'0'));
        self.skip(digits);
        Some((value, digits))
    }

    fn word(&mut self) -> &'a str {
        let text = self.rest;
        let end = text.find(|c: char| !c.is_alphabetic()).unwrap_or(text.len());
        self.rest = &text[end..];
        &text[..end]
    }

    /// What parts the pieces of a date: one of `/ . - ,` or spaces, or a dot or comma with spaces behind it.
    fn separator(&mut self) -> Option<u8> {
        let mark = self.peek().filter(|byte| matches!(byte, b'/' | b'.' | b'-' | b','));
        if mark.is_some() {
            self.skip(1);
        }
        let before = self.rest.len();
        if matches!(mark, None | Some(b'.' | b',')) {
            self.spaces();
        }
        mark.or((self.rest.len() < before).then_some(b' '))
    }

    fn year(&mut self) -> Option<i32> {
        self.eat(b'\'');
        match self.number()? {
            (year, 4) => i32::try_from(year).ok(),
            (year, 2) => Some(of_two_digits(year)),
            _ => None,
        }
    }

    fn number_first(&mut self) -> Option<Reading> {
        let digits = self.rest.bytes().take_while(u8::is_ascii_digit).count();
        if matches!(digits, 8 | 14) {
            return self.compact(digits);
        }
        let (first, digits) = self.number()?;
        match digits {
            4 => self.after_year(first),
            1 | 2 => self.after_short(first, digits),
            _ => None,
        }
    }

    /// `20250131`, `20250131101500`, `20250131T101500Z`.
    fn compact(&mut self, digits: usize) -> Option<Reading> {
        let part = |from: usize, to: usize| self.rest.get(from..to)?.parse::<u32>().ok();
        let (year, month, day) = (part(0, 4)?, part(4, 6)?, part(6, 8)?);
        // Any eight digits may be a number: only years that people live in are taken for a date.
        if !(1900..2100).contains(&year) {
            return None;
        }
        let mut reading = dated(Order::YearFirst, i32::try_from(year).ok()?, month, day)?;
        let packed = if digits == 14 {
            Some(8)
        } else {
            let behind = self.rest.get(8..)?;
            let is_packed =
                behind.starts_with('T') && behind.bytes().skip(1).take_while(u8::is_ascii_digit).count() >= 4;
            is_packed.then_some(9)
        };
        let Some(from) = packed else {
            self.skip(8);
            return Some(reading);
        };
        let (hour, minute) = (part(from, from + 2)?, part(from + 2, from + 4)?);
        let second = part(from + 4, from + 6);
        if hour > 24 || minute > 59 || second.is_some_and(|second| second > 60) {
            return None;
        }
        reading.timed = true;
        reading.seconds = hour * 3600 + minute * 60 + second.unwrap_or(0);
        self.skip(from + if second.is_some() { 6 } else { 4 });
        self.fraction();
        Some(reading)
    }

    /// `2025-01-31`, `2025/1/31`, `2025 Jan 31`.
    fn after_year(&mut self, year: u32) -> Option<Reading> {
        let year = i32::try_from(year).ok()?;
        let separator = self.separator()?;
        let month = match self.peek()? {
            byte if byte.is_ascii_digit() => short(self.number()?)?,
            _ => {
                let month = month_of(self.word())?;
                self.eat(b'.');
                month
            }
        };
        if self.separator()? != separator {
            return None;
        }
        let day = short(self.number()?)?;
        dated(Order::YearFirst, year, month, day)
    }

    /// `31/01/2025`, `1.2.25`, `31 January 2025`, `31st of January, 2025`, `31 de enero de 2025`.
    fn after_short(&mut self, first: u32, digits: usize) -> Option<Reading> {
        if self.peek()?.is_ascii_alphabetic() {
            let suffix = self.word();
            let is_ordinal = ["st", "nd", "rd", "th", "er"].iter().any(|known| suffix.eq_ignore_ascii_case(known));
            if !is_ordinal {
                // `31JAN2025`
                return dated_word(first, month_of(suffix)?, self.year()?);
            }
        }
        let separator = self.separator()?;
        if self.peek()?.is_ascii_digit() {
            let second = self.number()?;
            if self.separator()? != separator || separator == b',' {
                return None;
            }
            let (year, length) = self.number()?;
            let second = short(second)?;
            return match length {
                4 => year_last(i32::try_from(year).ok()?, first, second),
                // Two digits between spaces are rather a phone number.
                2 if separator != b' ' && first > 31 && digits == 2 => {
                    dated(Order::YearFirst, of_two_digits(first), second, year)
                }
                2 if separator != b' ' => year_last(of_two_digits(year), first, second),
                _ => None,
            };
        }
        let mut word = self.word();
        if ["of", "de"].contains(&word) {
            self.spaces();
            word = self.word();
        }
        let month = month_of(word)?;
        self.separator();
        if self.rest.starts_with("de") {
            self.word();
            self.spaces();
        }
        dated_word(first, month, self.year()?)
    }

    /// `January 31, 2025`, `Fri Jan 31 10:15:00 2025`, `Friday, 31 January 2025`.
    fn word_first(&mut self) -> Option<Reading> {
        let mut word = self.word();
        if is_weekday(word) && !self.rest.starts_with(['-', '/']) {
            self.separator()?;
            if self.peek()?.is_ascii_digit() {
                return self.number_first();
            }
            word = self.word();
        }
        let month = month_of(word)?;
        self.separator()?;
        let (day, digits) = self.number()?;
        let day = short((day, digits))?;
        if self.peek()?.is_ascii_alphabetic() {
            let suffix = self.word();
            if !["st", "nd", "rd", "th"].iter().any(|known| suffix.eq_ignore_ascii_case(known)) {
                return None;
            }
        }
        self.separator()?;
        // The year may stand behind the time of day.
        let mut ahead = Cursor { rest: self.rest };
        if ahead.number().is_some_and(|(_, digits)| digits <= 2) && ahead.peek() == Some(b':') {
            let mut time = dated(Order::YearFirst, 2000, month, day)?;
            self.clock(&mut time)?;
            self.spaces();
            if self.peek()?.is_ascii_alphabetic() {
                self.word();
                self.spaces();
            }
            let year = self.number().filter(|(_, digits)| *digits == 4)?.0;
            let reading = dated(Order::YearFirst, i32::try_from(year).ok()?, month, day)?;
            return Some(Reading { timed: true, seconds: time.seconds, ..reading });
        }
        dated_word(day, month, self.year()?)
    }

    /// What may stand behind a date: nothing, a zone, or a time of day with or without one.
    fn time_of_day(&mut self, reading: &mut Reading) -> Option<()> {
        if self.rest.is_empty() {
            return Some(());
        }
        self.eat(b',');
        let parted = self.rest.starts_with(' ');
        if !self.eat(b'T') {
            self.spaces();
            if parted && let Some(rest) = ["at ", "um ", "à "].iter().find_map(|word| self.rest.strip_prefix(word)) {
                self.rest = rest;
            }
        }
        if !reading.timed && self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.clock(reading)?;
        }
        self.zone()
    }

    /// `10:15`, `10:15:00.000`, `10.15.00 PM`.
    fn clock(&mut self, reading: &mut Reading) -> Option<()> {
        let (mut hour, _) = self.number().filter(|(hour, digits)| *hour <= 24 && *digits <= 2)?;
        let mark = self.peek().filter(|byte| matches!(byte, b':' | b'.'))?;
        self.skip(1);
        let (minute, _) = self.number().filter(|(minute, digits)| *minute < 60 && *digits == 2)?;
        let mut second = 0;
        if self.peek() == Some(mark) {
            self.skip(1);
            second = self.number().filter(|(second, digits)| *second <= 60 && *digits == 2)?.0;
            self.fraction();
        }
        let before = self.rest;
        self.spaces();
        let half: String = self.rest.chars().take(4).filter(|c| *c != '.').flat_map(char::to_lowercase).collect();
        let afternoon = half.starts_with("pm");
        if afternoon || half.starts_with("am") {
            if hour > 12 || hour == 0 {
                return None;
            }
            hour = hour % 12 + if afternoon { 12 } else { 0 };
            let bytes = if self.rest.as_bytes().get(1) == Some(&b'.') { 3 } else { 2 };
            self.skip(bytes);
            self.eat(b'.');
        } else {
            self.rest = before;
        }
        reading.timed = true;
        reading.seconds = hour * 3600 + minute * 60 + second;
        Some(())
    }

    fn fraction(&mut self) {
        let digits = self.rest.bytes().skip(1).take_while(u8::is_ascii_digit).count();
        if matches!(self.peek(), Some(b'.' | b',')) && digits > 0 {
            self.skip(1 + digits);
        }
    }

    /// `Z`, `+01:00`, `UTC`, `GMT+0100 (CET)`, `Uhr`; then nothing.
    fn zone(&mut self) -> Option<()> {
        self.spaces();
        let name = self.word();
        if name.len() > 5 {
            return None;
        }
        self.spaces();
        if matches!(self.peek(), Some(b'+' | b'-')) {
            self.skip(1);
            let (_, digits) = self.number()?;
            match digits {
                2 if self.eat(b':') => {
                    self.number().filter(|(_, digits)| *digits == 2)?;
                }
                2 | 4 => {}
                _ => return None,
            }
        }
        self.spaces();
        if self.rest.starts_with('(') && self.rest.ends_with(')') {
            self.rest = "";
        }
        self.rest.is_empty().then_some(())
    }
}

fn short((value, digits): (u32, usize)) -> Option<u32> {
    (digits <= 2).then_some(value)
}

fn dated_word(day: u32, month: u32, year: i32) -> Option<Reading> {
    dated(Order::YearFirst, year, month, day)
}

/// The month that a word names in English, German, French or Spanish, whole or cut short.
#[must_use]
pub fn month_of(word: &str) -> Option<u32> {
    const MONTHS: [&[&str]; 12] = [
        &["jan", "january", "januar", "jänner", "jaenner", "janvier", "janv", "enero", "ene"],
        &["feb", "february", "februar", "feber", "février", "fevrier", "févr", "fevr", "fév", "fev", "febrero"],
        &["mar", "march", "märz", "maerz", "marz", "mär", "mrz", "mars", "marzo"],
        &["apr", "april", "avril", "avr", "abril", "abr"],
        &["may", "mai", "mayo"],
        &["jun", "june", "juni", "juin", "junio"],
        &["jul", "july", "juli", "juillet", "juil", "julio"],
        &["aug", "august", "août", "aout", "agosto", "ago"],
        &["sep", "sept", "september", "septembre", "septiembre", "setiembre"],
        &["oct", "october", "oktober", "okt", "octobre", "octubre"],
        &["nov", "november", "novembre", "noviembre"],
        &["dec", "december", "dezember", "dez", "décembre", "decembre", "déc", "diciembre", "dic"],
    ];
    // Most words are none: their first letter says so.
    if !(3..=12).contains(&word.len()) || !b"jfmasondeJFMASONDE".contains(&word.as_bytes()[0]) {
        return None;
    }
    let word = word.to_lowercase();
    let month = MONTHS.iter().position(|names| names.contains(&word.as_str()))?;
    u32::try_from(month + 1).ok()
}

fn is_weekday(word: &str) -> bool {
    const DAYS: [&str; 53] = [
        "mon",
        "monday",
        "tue",
        "tues",
        "tuesday",
        "wed",
        "wednesday",
        "thu",
        "thur",
        "thurs",
        "thursday",
        "fri",
        "friday",
        "sat",
        "saturday",
        "sun",
        "sunday",
        "montag",
        "dienstag",
        "mittwoch",
        "donnerstag",
        "freitag",
        "samstag",
        "sonnabend",
        "sonntag",
        "mo",
        "di",
        "mi",
        "do",
        "fr",
        "sa",
        "so",
        "lundi",
        "mardi",
        "mercredi",
        "jeudi",
        "vendredi",
        "samedi",
        "dimanche",
        "lun",
        "mer",
        "jeu",
        "ven",
        "sam",
        "dim",
        "lunes",
        "martes",
        "miércoles",
        "jueves",
        "viernes",
        "sábado",
        "domingo",
        "mie",
    ];
    (2..=12).contains(&word.len())
        && b"mtwfsdljvMTWFSDLJV".contains(&word.as_bytes()[0])
        && DAYS.contains(&word.to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read_as(text: &str) -> Option<(Order, i32, u8, u8, bool)> {
        read(text).map(|reading| {
            let (year, month, day) = reading.date(true);
            (reading.order, year, month, day, reading.timed)
        })
    }

    #[test]
    fn a_date_says_in_which_order_it_can_be_read() {
        use Order::{DayFirst, Either, MonthFirst, YearFirst};
        for (text, order, year, month, day) in [
            ("31/01/2025", DayFirst, 2025, 1, 31),
            ("13/12/2025", DayFirst, 2025, 12, 13),
            ("12/13/2025", MonthFirst, 2025, 12, 13),
            ("09/23/2025", MonthFirst, 2025, 9, 23),
            ("11/12/2025", Either, 2025, 12, 11),
            ("01/02/03", Either, 2003, 2, 1),
            ("5.6.99", Either, 1999, 6, 5),
            ("1.2.2025", Either, 2025, 2, 1),
            ("31. 1. 2025", DayFirst, 2025, 1, 31),
            ("31-01-25", DayFirst, 2025, 1, 31),
            ("01 02 2025", Either, 2025, 2, 1),
            ("99/12/31", YearFirst, 1999, 12, 31),
            ("2025-01-31", YearFirst, 2025, 1, 31),
            ("2025/1/3", YearFirst, 2025, 1, 3),
            ("2025.01.03", YearFirst, 2025, 1, 3),
            ("20250131", YearFirst, 2025, 1, 31),
            ("0001-01-01", YearFirst, 1, 1, 1),
            ("2024-02-29", YearFirst, 2024, 2, 29),
            ("31 Jan 2025", YearFirst, 2025, 1, 31),
            ("31-JAN-25", YearFirst, 2025, 1, 31),
            ("31JAN2025", YearFirst, 2025, 1, 31),
            ("1st of March, 2025", YearFirst, 2025, 3, 1),
            ("March 1st, 2025", YearFirst, 2025, 3, 1),
            ("Jan 31, 2025", YearFirst, 2025, 1, 31),
            ("Friday, January 31, 2025", YearFirst, 2025, 1, 31),
            ("31. Januar 2025", YearFirst, 2025, 1, 31),
            ("3. März 2025", YearFirst, 2025, 3, 3),
            ("1er août 2025", YearFirst, 2025, 8, 1),
            ("31 de enero de 2025", YearFirst, 2025, 1, 31),
            ("2025-Jan-31", YearFirst, 2025, 1, 31),
            (" 2025-01-31 ", YearFirst, 2025, 1, 31),
        ] {
            assert_eq!(read_as(text), Some((order, year, month, day, false)), "{text}");
        }
    }

    #[test]
    fn a_time_of_day_may_stand_behind_a_date() {
        for (text, seconds) in [
            ("2025-01-31T10:15:00Z", 36_900),
            ("2025-01-31T10:15:00.000Z", 36_900),
            ("2025-01-31T10:15:00.000+0000", 36_900),
            ("2025-01-31 10:15:00+01:00", 36_900),
            ("2025-01-31 10:15", 36_900),
            ("2025-01-31 10:15:00 UTC", 36_900),
            ("1/31/2025 10:15 PM", 80_100),
            ("1/31/2025, 12:00:01 AM", 1),
            ("31.01.2025 10.15.00", 36_900),
            ("31.01.2025 um 10:15 Uhr", 36_900),
            ("20250131101500", 36_900),
            ("20250131T101500Z", 36_900),
            ("Fri Jan 31 10:15:00 2025", 36_900),
            ("Fri Jan 31 10:15:00 UTC 2025", 36_900),
            ("Fri, 31 Jan 2025 10:15:00 +0100", 36_900),
            ("Fri Jan 31 2025 10:15:00 GMT+0100 (Central European Time)", 36_900),
            ("1/31/2025 10:15 p.m.", 80_100),
        ] {
            let reading = read(text);
            assert_eq!(
                reading.map(|r| (r.year, r.date(true).2, r.timed, r.seconds)),
                Some((2025, 31, true, seconds)),
                "{text}"
            );
        }
        assert_eq!(read("2025-01-31Z").map(|r| r.timed), Some(false));
    }

    #[test]
    fn what_is_no_date_is_not_made_one() {
        for text in [
            "",
            "45678",
            "1763100000",
            "1763100000000",
            "13/13/2025",
            "30/02/2024",
            "29/02/2023",
            "00/01/2025",
            "2025-13-01",
            "2025-00-10",
            "0000-00-00",
            "32/01/2025",
            "2025",
            "2025-01",
            "Jan 2025",
            "12/2025",
            "10:15",
            "1.2.3",
            "10.0.0.1",
            "01 42 68 53 00",
            "01 02 03",
            "1/2-2025",
            "31/01/202",
            "31/01/20255",
            "99999999",
            "12345678",
            "May",
            "Marcus 12",
            "2025-01-31 25:00",
            "2025-01-31 10:60",
            "2025-01-31 and so on",
            "Q1 2025",
            "+49 170 1234567",
            "1,234.56",
            "Friday",
            "Mai-Ling 12",
            "é1/02/2025",
            "1,2,2025",
        ] {
            assert_eq!(read_as(text), None, "{text}");
        }
    }

    #[test]
    fn the_quick_reader_agrees_with_the_careful_one() {
        for text in ["2025-01-31", "2025-01-31T10:15:00Z", "2025-01-31 10:15:00.5", "2025-01-31T10:15:00"] {
            assert!(read_iso(text).is_some(), "{text}");
        }
        for text in [
            "2025-02-30",
            "2025-01-31T",
            "2025-01-31T10:15:00.",
            "2025-01-31Q10:15:00",
            "2025-01-31T25:00:00Z",
            "31/01/2025",
        ] {
            assert_eq!(read_iso(text), None, "{text}");
        }
    }

    proptest! {
        #![proptest_config(crate::values::steady_cases())]

        #[test]
        fn where_the_quick_reader_reads_it_reads_the_same(text in "[0-2][0-9]{3}-[01][0-9]-[0-3][0-9]([T ][0-2][0-9]:[0-6][0-9]:[0-6][0-9]([.][0-9]{1,3})?Z?)?") {
            if let Some(reading) = read_iso(&text) {
                prop_assert_eq!(Some(reading), read(&text));
            }
        }

        #[test]
        fn no_text_stops_the_reader(text in any::<String>()) {
            let _ = read(&text);
        }

        #[test]
        fn nothing_near_a_date_stops_it(text in "[0-9TZ:/. ,+a-eéä'-]{0,24}") {
            let _ = read(&text);
        }

        #[test]
        fn a_real_date_reads_back(year in 1900i32..2100, month in 1u8..=12, day in 1u8..=28, mark in "[/.-]") {
            let reading = read(&format!("{year:04}{mark}{month:02}{mark}{day:02}")).unwrap();
            prop_assert_eq!(reading.date(true), (year, month, day));
            let reading = read(&format!("{day}{mark}{month}{mark}{year}")).unwrap();
            prop_assert_eq!(reading.date(true), (year, month, day));
            let reading = read(&format!("{month}{mark}{day}{mark}{year}")).unwrap();
            prop_assert_eq!(reading.date(false), (year, month, day));
        }
    }
}
