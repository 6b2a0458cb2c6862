//! What the figures of a column mean: its type with the reason, whether its values are written in several ways, which lie
//! far from all others, whether they were cut off. Every rule stands here, with its limits. Nothing decides what a
//! value is: all of them stay text until they are mapped.

use super::column::{Column, Figures, Found, MARKS};
use super::dates;
use super::numbers;
use super::{ColumnProfile, ColumnRole, ColumnType, Counted, DateOrder, Example};
use crate::values::format::{count, thousands};

/// Patterns and values that are listed.
const LISTED: usize = 20;
/// Outliers that are listed.
const OUTLIERS: usize = 10;
/// A type holds from so many of a hundred values on.
const HOLDS: u64 = 80;
/// Different values of a choice at most.
const CHOICES: u64 = 200;
/// Each value of a choice stands so often on average.
const REPEATS: u64 = 4;

/// Dates by (year, month).
type Months = Vec<((i32, u8), u64)>;

/// Writes down what a column holds, and how many dates each month has.
pub(super) fn profile(mut column: Column, position: usize, name: &str, role: ColumnRole) -> (ColumnProfile, Months) {
    column.end();
    let (distinct, distinct_exact) = column.distinct.count();
    let found = &column.found;
    let judged = judge(&column, name, role, distinct, distinct_exact);
    let mut formats: Vec<Counted> = found
        .patterns
        .iter()
        .map(|row| Counted { text: row.pattern.clone(), count: row.count })
        .filter(|row| row.count > 0)
        .collect();
    formats.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.text.cmp(&b.text)));
    let mixed = is_mixed(&column, judged.kind, &formats, role);
    formats.truncate(LISTED);
    let other_formats = column.filled - formats.iter().map(|row| row.count).sum::<u64>();
    let has_dates = found.dates.count() > 0 && (judged.is_date() || found.dates.count() * 100 >= column.filled * 50);
    let is_number = matches!(judged.kind, ColumnType::Integer | ColumnType::Decimal | ColumnType::Money);
    let (min, max) = bounds(found, judged.kind);
    let lengths: Vec<(u32, u64)> = found.lengths.all().collect();
    let profile = ColumnProfile {
        position,
        name: name.to_owned(),
        role,
        rows: column.filled + column.empty + column.absent,
        filled: column.filled,
        empty: column.empty,
        absent: column.absent,
        distinct,
        distinct_exact,
        kind: judged.kind,
        fits: judged.fits,
        because: judged.because,
        min,
        max,
        shortest: lengths.first().map_or(0, |(characters, _)| *characters),
        longest: lengths.last().map_or(0, |(characters, _)| *characters),
        formats,
        other_formats,
        mixed,
        top: column.top(LISTED),
        top_exact: distinct_exact,
        date_order: if has_dates { found.dates.order() } else { None },
        dates: has_dates.then(|| found.dates.evidence(column.filled)),
        numbers: if is_number { numbers::figures(&found.numbers.read()) } else { None },
        outliers: outliers(&column, judged.kind),
        separator: judged.separator.map(|mark| mark.to_string()),
        padded: found.padded,
        non_ascii: found.non_ascii,
        cut_at: cut_at(&lengths, judged.kind),
        examples: column.examples.clone(),
    };
    (profile, found.dates.by_month())
}

/// A type with its reason.
struct Judged {
    kind: ColumnType,
    fits: u64,
    because: String,
    separator: Option<char>,
}

impl Judged {
    fn of(kind: ColumnType, fits: u64, because: impl Into<String>) -> Self {
        Self { kind, fits, because: because.into(), separator: None }
    }

    fn is_date(&self) -> bool {
        matches!(self.kind, ColumnType::Date | ColumnType::Datetime)
    }
}

fn judge(column: &Column, name: &str, role: ColumnRole, distinct: u64, exact: bool) -> Judged {
    let (found, filled) = (&column.found, column.filled);
    let holds = |part: u64| part > 0 && part * 100 >= filled * HOLDS;
    let of_all = |part: u64, what: &str| {
        if part == filled {
            format!("all {} {what}", count(filled, "value", "values"))
        } else {
            format!("{} of {} values {what}", thousands(part), thousands(filled))
        }
    };
    if filled == 0 {
        return Judged::of(ColumnType::Empty, 0, "no row has a value");
    }
    if matches!(role, ColumnRole::MergedIds) {
        let mark = MARKS.into_iter().zip(&found.parted).find(|(_, parted)| parted.values > 0).map(|(mark, _)| mark);
        return Judged { separator: mark, ..Judged::of(ColumnType::Id, filled, format!("its role: {}", role.label())) };
    }
    if matches!(role, ColumnRole::NativeId | ColumnRole::ForeignKey | ColumnRole::OtherId | ColumnRole::MergedInto) {
        return Judged::of(ColumnType::Id, found.one_word, format!("its role: {}", role.label()));
    }
    if let Some(because) = is_boolean(column) {
        return Judged::of(ColumnType::Boolean, filled, because);
    }
    if holds(found.email) {
        return Judged::of(ColumnType::Email, found.email, of_all(found.email, "are e-mail addresses"));
    }
    if holds(found.url) {
        return Judged::of(ColumnType::Url, found.url, of_all(found.url, "are web addresses"));
    }
    if holds(found.json) {
        return Judged::of(ColumnType::Json, found.json, of_all(found.json, "are JSON"));
    }
    if holds(found.dates.count()) {
        return a_date(column, &of_all);
    }
    let phones = found.phone + if role == ColumnRole::Phone { found.bare_digits } else { 0 };
    if holds(phones) || role == ColumnRole::Phone && phones * 2 >= filled {
        return Judged::of(ColumnType::Phone, phones, of_all(phones, "are phone numbers"));
    }
    if let Some(separator) = list_mark(column, &found.parted)
        && !holds(found.numbers.count)
    {
        let at = MARKS.iter().position(|mark| *mark == separator).unwrap_or(0);
        let parts = found.parted[at].parts.len() as u64;
        let because = format!(
            "{}, {} in all",
            of_all(found.parted[at].values, &format!("hold several parted by {separator}")),
            count(parts, "choice", "choices")
        );
        return Judged { separator: Some(separator), ..Judged::of(ColumnType::Choices, filled, because) };
    }
    if holds(found.numbers.count) && !is_code(&found.numbers) {
        return a_number(column, name, &of_all);
    }
    let is_name = matches!(
        role,
        ColumnRole::GivenName | ColumnRole::FamilyName | ColumnRole::FullName | ColumnRole::OrganizationName
    );
    let longest = found.lengths.all().next_back().map_or(0, |(characters, _)| characters);
    if !is_name && exact && distinct <= CHOICES && distinct * REPEATS <= filled && longest <= 100 {
        let because =
            format!("{} in {}", count(distinct, "different value", "different values"), count(filled, "row", "rows"));
        return Judged::of(ColumnType::Choice, filled, because);
    }
    let because = if holds(found.numbers.count) {
        format!(
            "digits that begin with zeros ({}) are codes, not numbers",
            count(found.numbers.leading_zero, "value", "values")
        )
    } else {
        "no other type holds for four fifths of its values".to_owned()
    };
    Judged::of(ColumnType::Text, filled, because)
}

fn a_date(column: &Column, of_all: &dyn Fn(u64, &str) -> String) -> Judged {
    let dates = &column.found.dates;
    let kind = if dates.timed * 2 > dates.count() { ColumnType::Datetime } else { ColumnType::Date };
    let order = match dates.order() {
        Some(DateOrder::DayFirst) => "day first, proved",
        Some(DateOrder::MonthFirst) => "month first, proved",
        Some(DateOrder::YearFirst) => "readable in one way only",
        Some(DateOrder::Contradictory) => "the order of day and month is contradictory",
        Some(DateOrder::Undecided) => "the order of day and month is undecided",
        None => "",
    };
    Judged::of(kind, dates.count(), format!("{}; {order}", of_all(dates.count(), "are dates")))
}

/// Whole numbers with zeros before them that a number does not have: more than one in a thousand.
fn is_code(numbers: &Figures) -> bool {
    numbers.leading_zero > 0 && numbers.leading_zero * 1_000 >= numbers.count
}

fn a_number(column: &Column, name: &str, of_all: &dyn Fn(u64, &str) -> String) -> Judged {
    let numbers = &column.found.numbers;
    let read = numbers.read();
    let fits: u64 = read.iter().map(|tally| tally.count).sum();
    let all_whole = numbers.whole == numbers.count;
    if numbers.currency * 2 > numbers.count {
        return Judged::of(ColumnType::Money, fits, of_all(numbers.currency, "are numbers with a currency"));
    }
    if says(name, &MONEY) && !says(name, &COUNTS) {
        return Judged::of(
            ColumnType::Money,
            fits,
            format!("{}, and its name says money", of_all(fits, "are numbers")),
        );
    }
    if !all_whole {
        let mark = if numbers.has_comma() { "a decimal comma" } else { "a decimal point" };
        return Judged::of(ColumnType::Decimal, fits, of_all(fits, &format!("are numbers, with {mark}")));
    }
    let mut because = of_all(fits, "are whole numbers");
    let within = |from: i128, to: i128| {
        let one = 1_000_000_000_000_000_000;
        let extremes = &numbers.plain.extremes;
        extremes.least().is_some_and(|least| least >= from * one)
            && extremes.greatest().is_some_and(|most| most <= to * one)
    };
    if says(name, &DATES) {
        // 1900 to 2100 as days since the end of 1899, and 1990 to 2100 as seconds or milliseconds since 1970.
        if within(1, 73_050) && !within(1, 9_999) {
            because.push_str("; as its name says a date, they may be days counted by a spreadsheet");
        } else if within(631_152_000, 4_102_444_800) || within(631_152_000_000, 4_102_444_800_000) {
            because.push_str("; as its name says a date, they may be seconds or milliseconds since 1970");
        }
    }
    Judged::of(ColumnType::Integer, fits, because)
}

const MONEY: [&str; 22] = [
    "amount", "price", "revenue", "mrr", "arr", "cost", "balance", "fee", "salary", "budget", "spend", "spent",
    "betrag", "preis", "umsatz", "montant", "prix", "importe", "precio", "subtotal", "invoiced", "paid",
];
const COUNTS: [&str; 6] = ["count", "number", "qty", "quantity", "id", "days"];
const DATES: [&str; 14] = [
    "date", "datum", "day", "created", "updated", "modified", "signed", "renews", "start", "end", "at", "on", "time",
    "fecha",
];

/// Whether one of the words of a column's name is among these.
fn says(name: &str, words: &[&str]) -> bool {
    let mut word = String::new();
    let mut before = ' ';
    for c in name.chars().chain([' ']) {
        if !c.is_alphanumeric() || c.is_uppercase() && before.is_lowercase() {
            if words.contains(&word.as_str()) {
                return true;
            }
            word.clear();
        }
        if c.is_alphanumeric() {
            word.extend(c.to_lowercase());
        }
        before = c;
    }
    false
}

/// Words for yes and no, in families that belong together.
const YES_NO: [&[&str]; 10] = [
    &["true", "false"],
    &["yes", "no"],
    &["y", "n"],
    &["t", "f"],
    &["1", "0"],
    &["on", "off"],
    &["wahr", "falsch"],
    &["ja", "nein"],
    &["oui", "non"],
    &["vrai", "faux"],
];

/// The families whose words the values are, if all are such words.
fn yes_no_families(column: &Column) -> Option<Vec<usize>> {
    let values = column.values.as_ref().filter(|values| values.len() <= 12)?;
    let mut families = Vec::new();
    for (value, _) in values {
        let word = value.trim().to_lowercase();
        let family = YES_NO.iter().position(|family| family.contains(&word.as_str()))?;
        if !families.contains(&family) {
            families.push(family);
        }
    }
    Some(families)
}

fn is_boolean(column: &Column) -> Option<String> {
    let families = yes_no_families(column)?;
    let values = column.values.as_ref()?;
    // A lone 1, n or t may be anything.
    let is_sure = families.iter().any(|family| *family < 2 || *family > 4) || values.len() > 1;
    let mut words: Vec<&str> = values.iter().map(|(text, _)| text.trim()).collect();
    words.sort_unstable();
    is_sure.then(|| format!("its values are {}", words.join(", ")))
}

/// The mark that parts several choices in one cell: in one of twenty values at least, with few different parts.
fn list_mark(column: &Column, parted: &[super::column::Parted; 3]) -> Option<char> {
    MARKS.into_iter().zip(parted).find_map(|(mark, parted)| {
        let parts = parted.parts.len() as u64;
        let is_list = !parted.given_up
            && parted.values >= 2
            && parted.values * 20 >= column.filled
            && parts >= 2
            && parts * 3 <= column.filled.max(parted.values * 2)
            && parts <= 100;
        is_list.then_some(mark)
    })
}

/// By number or date where the column is one, else by text.
fn bounds(found: &Found, kind: ColumnType) -> (Option<String>, Option<String>) {
    match kind {
        ColumnType::Integer | ColumnType::Decimal | ColumnType::Money => {
            let read = found.numbers.read();
            let least = read.iter().filter_map(|tally| tally.extremes.least()).min();
            let greatest = read.iter().filter_map(|tally| tally.extremes.greatest()).max();
            (least.map(numbers::decimal), greatest.map(numbers::decimal))
        }
        ColumnType::Date | ColumnType::Datetime => {
            let extremes = &found.dates.extremes[found.dates.reading()];
            // While the order is open only years are certain.
            let is_open = matches!(found.dates.order(), Some(DateOrder::Contradictory | DateOrder::Undecided));
            let text = |moment| if is_open { dates::year_of(moment).to_string() } else { dates::iso(moment) };
            (extremes.least().map(text), extremes.greatest().map(text))
        }
        _ => (found.least.clone(), found.greatest.clone()),
    }
}

/// Values of one column written in several ways that a person would call mixed.
fn is_mixed(column: &Column, kind: ColumnType, formats: &[Counted], role: ColumnRole) -> bool {
    let found = &column.found;
    match kind {
        // Any second way of writing a date is one too many.
        ColumnType::Date | ColumnType::Datetime => {
            found.dates.order() == Some(DateOrder::Contradictory)
                || styles(formats, date_style).len() > 1
                || found.dates.timed > 0 && found.dates.timed < found.dates.count()
        }
        // A second style of at least one in a hundred.
        ColumnType::Phone => {
            let styles = styles(formats, phone_style);
            styles.len() > 1 && styles[1].1 * 100 >= column.filled
        }
        ColumnType::Integer | ColumnType::Decimal | ColumnType::Money => {
            let numbers = &found.numbers;
            numbers.only_point > 0 && numbers.only_comma > 0 || numbers.currency > 0 && numbers.currency < numbers.count
        }
        ColumnType::Boolean => {
            yes_no_families(column).is_some_and(|families| families.len() > 1) || has_case_twins(column)
        }
        ColumnType::Choice | ColumnType::Choices => has_case_twins(column),
        // Salesforce writes its IDs in 15 characters or 18.
        ColumnType::Id if !matches!(role, ColumnRole::MergedIds) => {
            let at = |length: u32| found.lengths.all().any(|(characters, count)| characters == length && count > 0);
            at(15) && at(18)
        }
        _ => false,
    }
}

/// Patterns by their style, most values first.
fn styles(formats: &[Counted], style: fn(&str) -> String) -> Vec<(String, u64)> {
    let mut styles: Vec<(String, u64)> = Vec::new();
    for format in formats {
        let style = style(&format.text);
        match styles.iter_mut().find(|(known, _)| *known == style) {
            Some((_, count)) => *count += format.count,
            None => styles.push((style, format.count)),
        }
    }
    styles.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    styles
}

/// A date's pattern without the time of day, one or two digits alike, words alike.
fn date_style(pattern: &str) -> String {
    let date = pattern.trim().split([' ', 'A', ',']).next().unwrap_or_default();
    // A month in words has its spaces within.
    let whole = if pattern.contains("Aa") || pattern.contains("AAA") { pattern.trim() } else { date };
    let mut style = String::new();
    let mut digits = 0;
    for c in whole.chars().chain(['\0']) {
        if c == '9' {
            digits += 1;
            continue;
        }
        if digits > 0 {
            style.push_str(if digits > 2 { "yyyy" } else { "n" });
            digits = 0;
        }
        match c {
            'A' | 'a' | '+' if style.ends_with('w') => {}
            'A' | 'a' => style.push('w'),
            '\0' => {}
            other => style.push(other),
        }
    }
    style
}

/// A phone number's marks, with runs of digits and its extension taken together.
fn phone_style(pattern: &str) -> String {
    let number = pattern.split(['a', 'A']).next().unwrap_or_default().trim();
    let mut style = String::new();
    for (at, c) in number.chars().enumerate() {
        match c {
            '9' if style.ends_with('9') => {}
            // A plus behind digits only says that there are more.
            '+' if at > 0 && style.ends_with('9') => {}
            c => style.push(c),
        }
    }
    style
}

/// Two values that differ by letter case or spaces around them alone.
fn has_case_twins(column: &Column) -> bool {
    let Some(values) = column.values.as_ref().filter(|values| values.len() <= 2_000) else { return false };
    let mut folded: Vec<String> = values.iter().map(|(text, _)| text.trim().to_lowercase()).collect();
    folded.sort_unstable();
    folded.windows(2).any(|pair| pair[0] == pair[1])
}

fn outliers(column: &Column, kind: ColumnType) -> Vec<(Example, String)> {
    let found = &column.found;
    let mut list: Vec<(Example, String)> = match kind {
        ColumnType::Integer | ColumnType::Decimal | ColumnType::Money => number_outliers(&found.numbers),
        ColumnType::Date | ColumnType::Datetime => date_outliers(found),
        ColumnType::Text | ColumnType::Choice | ColumnType::Id | ColumnType::Url => {
            let mut list = rare_patterns(column);
            list.extend(overlong(column));
            list
        }
        _ => rare_patterns(column),
    };
    list.sort_by(|a, b| a.0.rec.cmp(&b.0.rec).then_with(|| a.1.cmp(&b.1)));
    list.dedup_by(|a, b| a.0.rec == b.0.rec);
    list.truncate(OUTLIERS);
    list
}

fn number_outliers(figures: &Figures) -> Vec<(Example, String)> {
    let read = figures.read();
    let Some((lower, upper)) = numbers::fences(&read) else { return Vec::new() };
    let mut list = Vec::new();
    for tally in read {
        for (_, example) in tally.extremes.low().iter().filter(|(value, _)| *value < lower) {
            list.push((
                example.clone(),
                format!("three interquartile ranges below the others (less than {})", numbers::decimal(lower)),
            ));
        }
        for (_, example) in tally.extremes.high().iter().filter(|(value, _)| *value > upper) {
            list.push((
                example.clone(),
                format!("three interquartile ranges above the others (more than {})", numbers::decimal(upper)),
            ));
        }
    }
    list
}

/// Before 1900, from 2100 on, or 20 years and more from nine tenths of the dates.
fn date_outliers(found: &Found) -> Vec<(Example, String)> {
    let years = found.dates.years();
    let total: u64 = years.iter().map(|(_, count)| count).sum();
    let at = |share: u64| {
        let mut left = total * share / 100;
        years.iter().find_map(|(year, count)| {
            let here = left < *count;
            left = left.saturating_sub(*count);
            here.then_some(*year)
        })
    };
    let (Some(early), Some(late)) = (at(5), at(95)) else { return Vec::new() };
    let extremes = &found.dates.extremes[found.dates.reading()];
    let mut list = Vec::new();
    for (moment, example) in extremes.low().iter().chain(extremes.high()) {
        let year = dates::year_of(*moment);
        let why = if year < 1900 {
            "before 1900".to_owned()
        } else if year >= 2100 {
            "after 2099".to_owned()
        } else if total >= 20 && year <= early - 20 {
            format!("20 years and more before nineteen of twenty ({early} and later)")
        } else if total >= 20 && year >= late + 20 {
            format!("20 years and more after nineteen of twenty ({late} and before)")
        } else {
            continue;
        };
        list.push((example.clone(), why));
    }
    list
}

/// Patterns of less than one in a thousand, where one pattern (runs of any length taken together) has nineteen of twenty.
fn rare_patterns(column: &Column) -> Vec<(Example, String)> {
    let found = &column.found;
    let patterns: Vec<Counted> =
        found.patterns.iter().map(|row| Counted { text: row.pattern.clone(), count: row.count }).collect();
    let styles = styles(&patterns, loose);
    let Some((usual, most)) = styles.first() else { return Vec::new() };
    if column.filled < 200 || most * 20 < column.filled * 19 {
        return Vec::new();
    }
    let rare =
        |style: &str| styles.iter().any(|(known, count)| known == style && count * 1_000 < column.filled.max(1_000));
    found
        .patterns
        .iter()
        .filter(|row| row.count > 0 && rare(&loose(&row.pattern)))
        .take(OUTLIERS)
        .map(|row| (row.first.clone(), format!("written unlike the others, which are like {usual}")))
        .collect()
}

/// A pattern with runs of any length taken together, so that `Aaaa` and `Aa+` are one.
fn loose(pattern: &str) -> String {
    let mut loose = String::new();
    for c in pattern.chars() {
        match c {
            '9' | 'A' | 'a' if loose.ends_with(c) => {}
            '+' if loose.ends_with(['9', 'A', 'a']) => {}
            c => loose.push(c),
        }
    }
    loose
}

/// A value four times as long as all but one in a hundred.
fn overlong(column: &Column) -> Option<(Example, String)> {
    let (longest, example) = column.found.longest.as_ref()?;
    let mut left = column.filled * 99 / 100;
    let usual = column.found.lengths.all().find_map(|(characters, count)| {
        let here = left < count;
        left = left.saturating_sub(count);
        here.then_some(characters)
    })?;
    let is_far = *longest > 40 && *longest > usual.saturating_mul(4) && column.filled >= 100;
    is_far.then(|| {
        (example.clone(), format!("{} characters; 99 of 100 have at most {usual}", thousands(u64::from(*longest))))
    })
}

/// Values exactly as long as the longest, where they are too many to be chance: three at least, three times as many as
/// of any of the five lengths below, in a column of texts of many lengths.
fn cut_at(lengths: &[(u32, u64)], kind: ColumnType) -> Option<(u32, u64)> {
    let is_text = matches!(kind, ColumnType::Text | ColumnType::Url | ColumnType::Choices | ColumnType::Json);
    let (longest, count) = *lengths.last()?;
    let near = lengths.iter().rev().skip(1).take_while(|(characters, _)| *characters + 5 >= longest);
    let near = near.map(|(_, count)| *count).max().unwrap_or(0);
    let suggests = is_text && longest >= 16 && lengths.len() >= 8 && count >= 3 && count >= near * 3;
    suggests.then_some((longest, count))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_one_style_are_written_alike() {
        let same = |a: &str, b: &str| date_style(a) == date_style(b);
        assert!(same("99/99/9999", "9/99/9999"));
        assert!(same("9999-99-99A99:99:99A", "9999-99-99"));
        assert!(!same("99/99/9999", "99/99/99"));
        assert!(!same("99/99/9999", "99.99.9999"));
        assert!(!same("99 Aaa 9999", "99.99.9999"));
        assert!(same("99 Aaa 9999", "9 Aaa 9999"));
    }

    #[test]
    fn phones_of_one_style_are_written_alike() {
        assert_eq!(phone_style("+99 999 9+"), phone_style("+9 9999 999"));
        assert_ne!(phone_style("(999) 999-9999"), phone_style("999-999-9999"));
        assert_eq!(phone_style("+9-999-999-9999 a99"), phone_style("+9-999-999-9999"));
    }

    #[test]
    fn a_name_says_what_it_holds_by_its_words() {
        assert!(says("Annual Revenue", &MONEY));
        assert!(says("annualRevenue", &MONEY));
        assert!(says("deal_amount", &MONEY));
        assert!(!says("Feedback", &MONEY));
        assert!(!says("Paidy", &MONEY));
    }
}
