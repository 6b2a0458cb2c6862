//! Numbers, sizes and times for people, as all faces write them. Figures are exact unless the word *about* stands before
//! them; JSON and copies take bare digits and do not come here.

use std::time::Duration;

const NONE: &str = "–";

/// `302,774`
#[must_use]
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut parted = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            parted.push(',');
        }
        parted.push(digit);
    }
    parted
}

/// `−1,204`: as [`thousands`], with a real minus sign.
#[must_use]
pub fn thousands_signed(number: i64) -> String {
    let parted = thousands(number.unsigned_abs());
    if number < 0 { format!("−{parted}") } else { parted }
}

/// `94.1 %`: one decimal, half up. `100.0 %` is only said of all and `0.0 %` only of none: what would round to them stays
/// one step away. `–` if there is no whole.
#[must_use]
pub fn share(part: u64, whole: u64) -> String {
    match portion(part, whole, 1_000) {
        Some(permille) => format!("{}.{} %", permille / 10, permille % 10),
        None => NONE.to_owned(),
    }
}

/// `94 %`: as [`share`], without a decimal, for lists.
#[must_use]
pub fn share_short(part: u64, whole: u64) -> String {
    match portion(part, whole, 100) {
        Some(percent) => format!("{percent} %"),
        None => NONE.to_owned(),
    }
}

/// `part / whole` in steps of `1 / steps`, kept off both ends unless it is exactly there.
fn portion(part: u64, whole: u64, steps: u128) -> Option<u128> {
    if whole == 0 {
        return None;
    }
    let (part, whole) = (u128::from(part), u128::from(whole));
    let rounded = (2 * part * steps + whole) / (2 * whole);
    Some(match part {
        0 => 0,
        _ if part < whole => rounded.clamp(1, steps - 1),
        _ if part > whole => rounded.max(steps + 1),
        _ => rounded,
    })
}

/// `2.12 GB`: three figures in decimal units; an exact number of units has no decimals: `4 MB`.
#[must_use]
pub fn bytes(bytes: u64) -> String {
    const UNITS: [&str; 6] = ["kB", "MB", "GB", "TB", "PB", "EB"];
    if bytes < 1_000 {
        return format!("{bytes} B");
    }
    let mut unit = 1_000_u128;
    let bytes = u128::from(bytes);
    for name in UNITS {
        // From half a unit below 1,000 on, it would round to 1,000 of this unit, which is 1 of the next.
        if bytes < 1_000 * unit - unit / 2 || name == "EB" {
            return format!("{} {name}", three_figures(bytes, unit));
        }
        unit *= 1_000;
    }
    format!("{bytes} B")
}

/// `number / unit` with three figures, or bare if it is a whole number.
fn three_figures(number: u128, unit: u128) -> String {
    if number.is_multiple_of(unit) {
        return (number / unit).to_string();
    }
    let hundredths = (200 * number + unit) / (2 * unit);
    let tenths = (20 * number + unit) / (2 * unit);
    if hundredths < 1_000 {
        format!("{}.{:02}", hundredths / 100, hundredths % 100)
    } else if tenths < 1_000 {
        format!("{}.{}", tenths / 10, tenths % 10)
    } else {
        ((2 * number + unit) / (2 * unit)).to_string()
    }
}

/// `268,000 rows/s`: three figures. `–` if no time has passed.
#[must_use]
pub fn rate(rows: u64, time: Duration) -> String {
    let nanos = time.as_nanos();
    if nanos == 0 {
        return NONE.to_owned();
    }
    let scaled = u128::from(rows).saturating_mul(1_000_000_000);
    let mut per_second = (scaled + nanos / 2) / nanos;
    if per_second == 0 && rows > 0 {
        return "under 1 row/s".to_owned();
    }
    let mut step = 1;
    while per_second / step >= 1_000 {
        step *= 10;
    }
    per_second = (per_second + step / 2) / step * step;
    let unit = if per_second == 1 { "row/s" } else { "rows/s" };
    format!("{} {unit}", thousands(u64::try_from(per_second).unwrap_or(u64::MAX)))
}

/// `0.4 ms`, `37 ms`, `1.2 s`, `16 s`, `4 min 12 s`, `2 h 52 min`, `3 days 4 h`.
#[must_use]
pub fn duration(time: Duration) -> String {
    let micros = time.as_micros();
    if time.is_zero() {
        return "0 ms".to_owned();
    }
    if micros < 50 {
        return "under 0.1 ms".to_owned();
    }
    if micros < 9_950 {
        return tenths((micros + 50) / 100, "ms");
    }
    if micros < 999_500 {
        return format!("{} ms", (micros + 500) / 1_000);
    }
    if micros < 9_950_000 {
        return tenths((micros + 50_000) / 100_000, "s");
    }
    long_time((time.as_millis() + 500) / 1_000)
}

fn tenths(tenths: u128, unit: &str) -> String {
    if tenths.is_multiple_of(10) {
        format!("{} {unit}", tenths / 10)
    } else {
        format!("{}.{} {unit}", tenths / 10, tenths % 10)
    }
}

/// Two units at most, the smaller rounded half up.
fn long_time(seconds: u128) -> String {
    const DAY: u128 = 86_400;
    if seconds < 60 {
        return format!("{seconds} s");
    }
    if seconds < 3_600 {
        return two_units(seconds / 60, "min", seconds % 60, "s");
    }
    let minutes = (seconds + 30) / 60;
    if minutes < 24 * 60 {
        return two_units(minutes / 60, "h", minutes % 60, "min");
    }
    let hours = (seconds + 1_800) / 3_600;
    let days = hours / (DAY / 3_600);
    two_units(days, if days == 1 { "day" } else { "days" }, hours % 24, "h")
}

fn two_units(large: u128, large_unit: &str, small: u128, small_unit: &str) -> String {
    if small == 0 { format!("{large} {large_unit}") } else { format!("{large} {large_unit} {small} {small_unit}") }
}

/// `about 16 s`, `about 4 min`, `about 2 h 50 min`: an estimate, in steps that grow with it so that it does not flicker.
#[must_use]
pub fn about(time: Duration) -> String {
    let seconds = (time.as_millis() + 500) / 1_000;
    let step = match seconds {
        0 => return "under 1 s".to_owned(),
        1..=20 => 1,
        21..=59 => 5,
        60..=1_199 => 60,
        1_200..=7_199 => 300,
        7_200..=35_999 => 600,
        36_000.. => 3_600,
    };
    format!("about {}", long_time((seconds + step / 2) / step * step))
}

/// How long ago, for lists of recent things: `under a minute`, `9 minutes`, `1 hour`, `12 days`. Rounded down.
#[must_use]
pub fn ago(seconds: u64) -> String {
    match seconds {
        0..=59 => "under a minute".to_owned(),
        60..=3_599 => count(seconds / 60, "minute", "minutes"),
        3_600..=86_399 => count(seconds / 3_600, "hour", "hours"),
        86_400.. => count(seconds / 86_400, "day", "days"),
    }
}

/// `no records`, `1 record`, `4 records`.
#[must_use]
pub fn count(number: u64, one: &str, many: &str) -> String {
    match number {
        0 => format!("no {many}"),
        1 => format!("1 {one}"),
        _ => format!("{} {many}", thousands(number)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn thousands_are_parted_by_commas() {
        for (number, text) in
            [(0, "0"), (999, "999"), (1_000, "1,000"), (302_774, "302,774"), (11_150_000, "11,150,000")]
        {
            assert_eq!(thousands(number), text);
        }
        assert_eq!(thousands(u64::MAX), "18,446,744,073,709,551,615");
        assert_eq!(thousands_signed(-1_204), "−1,204");
        assert_eq!(thousands_signed(i64::MIN), "−9,223,372,036,854,775,808");
    }

    #[test]
    fn a_share_is_never_all_or_none_by_rounding() {
        for (part, whole, text) in [
            (1_984, 2_109, "94.1 %"),
            (0, 5, "0.0 %"),
            (5, 5, "100.0 %"),
            (999_999, 1_000_000, "99.9 %"),
            (1, 1_000_000, "0.1 %"),
            (1_000_001, 1_000_000, "100.1 %"),
            (1, 8, "12.5 %"),
            (0, 0, "–"),
            (u64::MAX, u64::MAX, "100.0 %"),
        ] {
            assert_eq!(share(part, whole), text, "{part} of {whole}");
        }
        assert_eq!(share_short(94, 100), "94 %");
        assert_eq!(share_short(999, 1_000), "99 %");
        assert_eq!(share_short(1, 1_000), "1 %");
        assert_eq!(share_short(3, 3), "100 %");
    }

    #[test]
    fn bytes_have_three_figures_in_decimal_units() {
        for (number, text) in [
            (0, "0 B"),
            (999, "999 B"),
            (1_000, "1 kB"),
            (4_000_000, "4 MB"),
            (2_118_400_000, "2.12 GB"),
            (21_180_000_000, "21.2 GB"),
            (211_800_000_000, "212 GB"),
            (999_999, "1.00 MB"),
            (9_999, "10.0 kB"),
            (99_999, "100 kB"),
            (u64::MAX, "18.4 EB"),
        ] {
            assert_eq!(bytes(number), text, "{number}");
        }
    }

    #[test]
    fn a_rate_has_three_figures() {
        let second = Duration::from_secs(1);
        assert_eq!(rate(268_412, second), "268,000 rows/s");
        assert_eq!(rate(999_999, second), "1,000,000 rows/s");
        assert_eq!(rate(12, second), "12 rows/s");
        assert_eq!(rate(1, second), "1 row/s");
        assert_eq!(rate(1, Duration::from_secs(60)), "under 1 row/s");
        assert_eq!(rate(0, second), "0 rows/s");
        assert_eq!(rate(5, Duration::ZERO), "–");
    }

    #[test]
    fn durations_have_at_most_two_units() {
        for (micros, text) in [
            (0, "0 ms"),
            (20, "under 0.1 ms"),
            (400, "0.4 ms"),
            (9_960, "10 ms"),
            (37_000, "37 ms"),
            (999_600, "1 s"),
            (1_240_000, "1.2 s"),
            (9_960_000, "10 s"),
            (16_000_000, "16 s"),
            (59_700_000, "1 min"),
            (252_000_000, "4 min 12 s"),
            (10_320_000_000, "2 h 52 min"),
            (86_390_000_000, "1 day"),
            (273_600_000_000, "3 days 4 h"),
        ] {
            assert_eq!(duration(Duration::from_micros(micros)), text, "{micros}");
        }
    }

    #[test]
    fn an_estimate_is_said_in_growing_steps() {
        for (seconds, text) in [
            (0, "under 1 s"),
            (16, "about 16 s"),
            (33, "about 35 s"),
            (58, "about 1 min"),
            (250, "about 4 min"),
            (1_500, "about 25 min"),
            (7_800, "about 2 h 10 min"),
            (10_320, "about 2 h 50 min"),
            (50_000, "about 14 h"),
        ] {
            assert_eq!(about(Duration::from_secs(seconds)), text, "{seconds}");
        }
    }

    #[test]
    fn recent_things_are_some_minutes_hours_or_days_old() {
        for (seconds, text) in
            [(5, "under a minute"), (60, "1 minute"), (599, "9 minutes"), (3_600, "1 hour"), (1_036_800, "12 days")]
        {
            assert_eq!(ago(seconds), text);
        }
    }

    #[test]
    fn none_one_and_many_have_their_own_forms() {
        assert_eq!(count(0, "record", "records"), "no records");
        assert_eq!(count(1, "record", "records"), "1 record");
        assert_eq!(count(4_296, "record", "records"), "4,296 records");
    }

    proptest! {
        #![proptest_config(crate::values::steady_cases())]

        #[test]
        fn no_number_overflows(a: u64, b: u64) {
            let time = Duration::from_nanos(b);
            let _ = (share(a, b), share_short(a, b), bytes(a), rate(a, time), duration(Duration::from_secs(a)), about(Duration::from_secs(a)), ago(a));
            prop_assert_eq!(thousands(a).replace(',', ""), a.to_string());
            prop_assert_eq!(share(a, b) == "100.0 %", a == b && b > 0);
            prop_assert_eq!(share(a, b) == "0.0 %", a == 0 && b > 0);
        }
    }
}
