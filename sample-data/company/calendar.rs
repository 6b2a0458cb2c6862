//! Days and the many ways in which the systems write them. A day is a count from 1970-01-01; a moment is seconds from its
//! midnight, UTC.

/// Days since 1970-01-01.
pub type Day = i64;
/// Seconds since 1970-01-01T00:00:00Z.
pub type Moment = i64;

/// The day that a date of the Gregorian calendar names (algorithm: H. Hinnant, "chrono-compatible low-level date
/// algorithms", 2013).
pub const fn day(year: i64, month: i64, of_month: i64) -> Day {
    let y = if month <= 2 { year - 1 } else { year };
    let era = y.div_euclid(400);
    let year_of_era = y - era * 400;
    let shifted = (month + 9) % 12;
    let day_of_year = (153 * shifted + 2) / 5 + of_month - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// Year, month, day of the month.
pub const fn civil(day: Day) -> (i64, i64, i64) {
    let z = day + 719_468;
    let era = z.div_euclid(146_097);
    let day_of_era = z - era * 146_097;
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let of_month = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + if month <= 2 { 1 } else { 0 };
    (year, month, of_month)
}

/// The same day `months` later, the 28th at most.
pub const fn months_later(from: Day, months: i64) -> Day {
    let (year, month, of_month) = civil(from);
    let count = year * 12 + month - 1 + months;
    day(count.div_euclid(12), count.rem_euclid(12) + 1, if of_month > 28 { 28 } else { of_month })
}

/// `2025-11-14`
pub fn iso(day: Day) -> String {
    let (y, m, d) = civil(day);
    format!("{y:04}-{m:02}-{d:02}")
}

/// `14/11/2025`, with any separator
pub fn day_first(day: Day, separator: char) -> String {
    let (y, m, d) = civil(day);
    format!("{d:02}{separator}{m:02}{separator}{y:04}")
}

/// `11/14/2025`
pub fn month_first(day: Day) -> String {
    let (y, m, d) = civil(day);
    format!("{m:02}/{d:02}/{y:04}")
}

/// A moment of `day` in office hours, decided by `salt`.
pub fn office_hour(day: Day, salt: u64) -> Moment {
    day * 86_400 + 7 * 3_600 + (salt % (10 * 3_600)) as i64
}

fn clock(moment: Moment) -> (String, i64, i64, i64) {
    let seconds = moment.rem_euclid(86_400);
    (iso(moment.div_euclid(86_400)), seconds / 3_600, seconds / 60 % 60, seconds % 60)
}

/// `2025-11-14T08:14:09.000Z`, as Salesforce writes it.
pub fn salesforce_time(moment: Moment) -> String {
    let (date, h, m, s) = clock(moment);
    format!("{date}T{h:02}:{m:02}:{s:02}.000Z")
}

/// `2025-11-14T08:14:09Z`
pub fn zulu(moment: Moment) -> String {
    let (date, h, m, s) = clock(moment);
    format!("{date}T{h:02}:{m:02}:{s:02}Z")
}

/// `2025-11-14 08:14`
pub fn minutes(moment: Moment) -> String {
    let (date, h, m, _) = clock(moment);
    format!("{date} {h:02}:{m:02}")
}

/// `2025-11-14 08:14:09+00`, as PostgreSQL writes a timestamp with time zone.
pub fn postgres(moment: Moment) -> String {
    let (date, h, m, s) = clock(moment);
    format!("{date} {h:02}:{m:02}:{s:02}+00")
}

/// The serial number that a workbook of the 1900 date system holds for `day`.
pub fn excel_serial(day: Day) -> i64 {
    day + 25_569
}
