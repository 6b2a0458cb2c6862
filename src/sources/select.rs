//! Records of an object by what they hold: the way from every figure to its rows, from a column to its value counts, and
//! from a cell to the rows like it.

use std::collections::{BTreeSet, HashMap};

use rusqlite::Connection;

use super::content::value_hash;
use super::profile::{Counted, as_number};
use super::store::select as store;
use super::{LoadId, ObjectId, Rec, SourcesError, survey, versions};
use crate::job::Job;
use crate::values::{day, pattern};

/// How a value of a date column can be read; see `DateEvidence`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DateReading {
    DayFirst,
    MonthFirst,
    Either,
    YearFirst,
    NoDate,
}

/// Which records; over the latest versions unless it says otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Selection {
    All,
    /// Exactly this value; `None`: not given.
    Value {
        column: usize,
        value: Option<String>,
    },
    /// Given and empty, or spaces.
    Empty {
        column: usize,
    },
    Filled {
        column: usize,
    },
    /// The pattern as a profile writes it.
    Pattern {
        column: usize,
        pattern: String,
    },
    Dates {
        column: usize,
        reading: DateReading,
    },
    /// Dates of that year, in whichever order.
    Year {
        column: usize,
        year: i32,
    },
    /// Spaces before or after.
    Padded {
        column: usize,
    },
    NonAscii {
        column: usize,
    },
    /// Of that many characters.
    Length {
        column: usize,
        characters: u32,
    },
    /// Values that lie from `from` to `to` as numbers, bounds as decimal text.
    Range {
        column: usize,
        from: String,
        to: String,
        /// `to` itself is not among them.
        below: bool,
    },
    /// What a load brought (or no longer held).
    Load {
        load: LoadId,
        standing: super::versions::Standing,
    },
    /// A finding of the survey, by its number.
    Finding(i64),
    /// Values of the relation's column that meet no record, by the relation's number.
    Orphans(i64),
    /// These, in stored order.
    Among(Vec<Rec>),
    /// Both hold.
    Both(Box<Selection>, Box<Selection>),
}

/// The values of a column with their counts. `rows = filled + empty + absent`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ValueCounts {
    pub rows: u64,
    pub filled: u64,
    pub empty: u64,
    pub absent: u64,
    /// Distinct filled values, exact.
    pub distinct: u64,
    /// Most frequent first, then by text; at most [`MOST_VALUES`].
    pub values: Vec<Counted>,
}

/// Values that are listed at most.
pub const MOST_VALUES: usize = 10_000;

/// What a value must be like to be selected by a column; pure.
fn matches(selection: &Selection, value: Option<&str>) -> bool {
    let text = value.unwrap_or_default();
    let filled = !text.trim().is_empty();
    match selection {
        Selection::Value { value: wanted, .. } => value == wanted.as_deref(),
        Selection::Empty { .. } => value.is_some() && !filled,
        Selection::Filled { .. } => filled,
        Selection::Pattern { pattern, .. } => filled && pattern::of(text) == *pattern,
        Selection::Dates { reading, .. } => filled && reading_of(text) == *reading,
        Selection::Year { year, .. } => filled && day::read(text).is_some_and(|date| date.year == *year),
        Selection::Padded { .. } => filled && text.trim().len() != text.len(),
        Selection::NonAscii { .. } => filled && !text.is_ascii(),
        Selection::Length { characters, .. } => filled && text.chars().count() == *characters as usize,
        // These are no questions to one value.
        Selection::All
        | Selection::Range { .. }
        | Selection::Load { .. }
        | Selection::Finding(_)
        | Selection::Orphans(_)
        | Selection::Among(_)
        | Selection::Both(..) => false,
    }
}

impl Selection {
    /// The column that a selection looks at.
    #[must_use]
    pub fn column(&self) -> Option<usize> {
        match self {
            Self::Value { column, .. }
            | Self::Empty { column }
            | Self::Filled { column }
            | Self::Pattern { column, .. }
            | Self::Dates { column, .. }
            | Self::Year { column, .. }
            | Self::Padded { column }
            | Self::NonAscii { column }
            | Self::Length { column, .. }
            | Self::Range { column, .. } => Some(*column),
            Self::All | Self::Load { .. } | Self::Finding(_) | Self::Orphans(_) | Self::Among(_) | Self::Both(..) => {
                None
            }
        }
    }
}

/// The records of an object that a selection holds, in stored order.
///
/// # Errors
/// If the database cannot be read, the selection names a column or finding that is not there, or the job was cancelled.
pub fn select(conn: &Connection, object: ObjectId, selection: &Selection, job: &Job) -> Result<Vec<Rec>, SourcesError> {
    match selection {
        Selection::All => Ok(store::all(conn, object)?),
        Selection::Load { load, standing } => Ok(versions::of_load(conn, *load, *standing)?),
        Selection::Finding(finding) => Ok(survey::rows_of(conn, *finding)?),
        Selection::Orphans(relation) => Ok(survey::orphans_of(conn, *relation)?),
        Selection::Among(recs) => Ok(recs.clone()),
        Selection::Both(one, other) => {
            let one = select(conn, object, one, job)?;
            let other = select(conn, object, other, job)?;
            Ok(in_both(&one, &other))
        }
        Selection::Range { column, from, to, below } => {
            let mut range = Range::new(from, to, *below);
            store::each_value(conn, object, *column, job, |rec, value| range.add(rec, value.unwrap_or_default()))?;
            Ok(range.into_recs())
        }
        by_value => {
            let mut found = Vec::new();
            let column = by_value.column().unwrap_or(usize::MAX);
            store::each_value(conn, object, column, job, |rec, value| {
                if matches(by_value, value) {
                    found.push(rec);
                }
            })?;
            Ok(found)
        }
    }
}

/// What two ascending lists share.
fn in_both(one: &[Rec], other: &[Rec]) -> Vec<Rec> {
    one.iter().filter(|rec| other.binary_search(rec).is_ok()).copied().collect()
}

/// The counts of a column on the way: by hash of the value, so that millions of different values fit.
#[derive(Debug, Default)]
struct Tally {
    counts: HashMap<u64, u64, foldhash::fast::FixedState>,
    /// The texts, as long as there are few.
    texts: HashMap<u64, Box<str>, foldhash::fast::FixedState>,
}

/// Different values whose texts are kept in the first pass.
const TEXTS_KEPT: usize = 100_000;

impl Tally {
    fn add(&mut self, value: &str) {
        let hash = value_hash(value);
        let count = self.counts.entry(hash).or_insert(0);
        *count += 1;
        if *count == 1 && self.texts.len() <= TEXTS_KEPT {
            self.texts.insert(hash, value.into());
        }
    }

    fn has_all_texts(&self) -> bool {
        self.texts.len() == self.counts.len()
    }

    /// The count that a value needs to be listed for certain, and that of those of which the first by text are.
    fn threshold(&self) -> u64 {
        let mut counts: Vec<u64> = self.counts.values().copied().collect();
        if counts.len() <= MOST_VALUES {
            return 0;
        }
        let at = counts.len() - MOST_VALUES;
        *counts.select_nth_unstable(at).1
    }
}

/// The listed values: all above a count, and of those with exactly that count the first by text.
#[derive(Debug)]
struct Listed {
    threshold: u64,
    above: HashMap<u64, (Box<str>, u64), foldhash::fast::FixedState>,
    level: BTreeSet<Box<str>>,
    room: usize,
}

impl Listed {
    fn new(tally: &Tally) -> Self {
        let threshold = tally.threshold();
        let above = tally.counts.values().filter(|count| **count > threshold).count();
        Self { threshold, above: HashMap::default(), level: BTreeSet::new(), room: MOST_VALUES.saturating_sub(above) }
    }

    fn offer(&mut self, value: &str, hash: u64, count: u64) {
        if count > self.threshold {
            self.above.entry(hash).or_insert_with(|| (value.into(), count));
        } else if count == self.threshold && !self.level.contains(value) {
            let beyond = self.level.len() >= self.room;
            if beyond && self.level.last().is_none_or(|last| value >= last.as_ref()) {
                return;
            }
            self.level.insert(value.into());
            if beyond {
                self.level.pop_last();
            }
        }
    }

    fn into_values(self) -> Vec<Counted> {
        let threshold = self.threshold;
        let mut values: Vec<Counted> =
            self.above.into_values().map(|(text, count)| Counted { text: text.into(), count }).collect();
        values.extend(self.level.into_iter().map(|text| Counted { text: text.into(), count: threshold }));
        values.sort_unstable_by(|a, b| b.count.cmp(&a.count).then_with(|| a.text.cmp(&b.text)));
        values
    }
}

/// How often each value stands in a column, over the records that a selection holds.
///
/// # Errors
/// As [`select`].
pub fn value_counts(
    conn: &Connection,
    object: ObjectId,
    column: usize,
    within: &Selection,
    job: &Job,
) -> Result<ValueCounts, SourcesError> {
    let chosen = match within {
        Selection::All => None,
        other => Some(select(conn, object, other, job)?),
    };
    let is_chosen = |rec: Rec| chosen.as_ref().is_none_or(|chosen| chosen.binary_search(&rec).is_ok());
    let mut counts = ValueCounts::default();
    let mut tally = Tally::default();
    store::each_value(conn, object, column, job, |rec, value| {
        if !is_chosen(rec) {
            return;
        }
        counts.rows += 1;
        match value {
            None => counts.absent += 1,
            Some(text) if text.trim().is_empty() => counts.empty += 1,
            Some(text) => {
                counts.filled += 1;
                tally.add(text);
            }
        }
    })?;
    counts.distinct = tally.counts.len() as u64;
    let mut listed = Listed::new(&tally);
    if tally.has_all_texts() {
        for (hash, text) in &tally.texts {
            listed.offer(text, *hash, tally.counts.get(hash).copied().unwrap_or(0));
        }
    } else {
        tally.texts = HashMap::default();
        store::each_value(conn, object, column, job, |rec, value| {
            if let Some(text) = value.filter(|text| !text.trim().is_empty())
                && is_chosen(rec)
            {
                let hash = value_hash(text);
                listed.offer(text, hash, tally.counts.get(&hash).copied().unwrap_or(0));
            }
        })?;
    }
    counts.values = listed.into_values();
    Ok(counts)
}

fn reading_of(text: &str) -> DateReading {
    match day::read(text).map(|date| date.order) {
        Some(day::Order::DayFirst) => DateReading::DayFirst,
        Some(day::Order::MonthFirst) => DateReading::MonthFirst,
        Some(day::Order::Either) => DateReading::Either,
        Some(day::Order::YearFirst) => DateReading::YearFirst,
        None => DateReading::NoDate,
    }
}

/// Records whose number lies in a range, kept under both readings until all values have said whether the column writes a
/// decimal point or a comma: as the profile decides it.
#[derive(Debug)]
struct Range {
    from: i128,
    to: i128,
    by_point: Vec<Rec>,
    by_comma: Vec<Rec>,
    only_point: u64,
    only_comma: u64,
}

impl Range {
    fn new(from: &str, to: &str, below: bool) -> Self {
        // Bounds are written with a decimal point; numbers are whole units of 10^-18.
        let (from, to) = (as_number(from).0.unwrap_or(i128::MAX), as_number(to).0.unwrap_or(i128::MIN));
        let to = if below { to.saturating_sub(1) } else { to };
        Self { from, to, by_point: Vec::new(), by_comma: Vec::new(), only_point: 0, only_comma: 0 }
    }

    fn add(&mut self, rec: Rec, value: &str) {
        let (point, comma) = as_number(value);
        let inside = |number: Option<i128>| number.is_some_and(|number| (self.from..=self.to).contains(&number));
        if inside(point) {
            self.by_point.push(rec);
        }
        if inside(comma) {
            self.by_comma.push(rec);
        }
        self.only_point += u64::from(point.is_some() && comma.is_none());
        self.only_comma += u64::from(comma.is_some() && point.is_none());
    }

    fn into_recs(self) -> Vec<Rec> {
        if self.only_comma > self.only_point { self.by_comma } else { self.by_point }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(values: &[(&str, u64)]) -> Vec<Counted> {
        let mut tally = Tally::default();
        for (value, count) in values {
            for _ in 0..*count {
                tally.add(value);
            }
        }
        let mut listed = Listed::new(&tally);
        for (value, _) in values {
            let hash = value_hash(value);
            listed.offer(value, hash, tally.counts[&hash]);
        }
        listed.into_values()
    }

    #[test]
    fn the_most_frequent_values_come_first_and_equal_ones_by_text() {
        let values = counted(&[("b", 2), ("c", 3), ("a", 2)]);
        let texts: Vec<&str> = values.iter().map(|value| value.text.as_str()).collect();
        assert_eq!(texts, ["c", "a", "b"]);
    }

    #[test]
    fn of_too_many_equal_counts_the_first_by_text_are_listed_whatever_the_order() {
        let names: Vec<String> = (0..MOST_VALUES + 500).map(|n| format!("v{n:06}")).collect();
        let mut values: Vec<(&str, u64)> = names.iter().map(|name| (name.as_str(), 1)).collect();
        values.push(("often", 4));
        let forward = counted(&values);
        values.reverse();
        assert_eq!(forward, counted(&values));
        assert_eq!(forward.len(), MOST_VALUES);
        assert_eq!((forward[0].text.as_str(), forward[0].count), ("often", 4));
        assert_eq!(forward[1].text, "v000000");
        assert_eq!(forward[MOST_VALUES - 1].text, format!("v{:06}", MOST_VALUES - 2));
    }

    #[test]
    fn a_range_reads_numbers_as_the_whole_column_writes_them() {
        let recs = |values: &[&str]| {
            let mut range = Range::new("1", "2", false);
            for (at, value) in values.iter().enumerate() {
                range.add(Rec(at as i64), value);
            }
            range.into_recs()
        };
        assert_eq!(recs(&["1,234", "1,5", "12"]), [Rec(0), Rec(1)]);
        assert_eq!(recs(&["1,234.00", "1,234", "1.5", ""]), [Rec(2)]);
        let mut below = Range::new("1", "2", true);
        for (at, value) in ["1", "1.999", "2", "2.0"].iter().enumerate() {
            below.add(Rec(at as i64), value);
        }
        assert_eq!(below.into_recs(), [Rec(0), Rec(1)]);
    }

    #[test]
    fn dates_are_told_apart_by_how_they_can_be_read() {
        let is = |reading, text| matches(&Selection::Dates { column: 0, reading }, Some(text));
        assert!(is(DateReading::DayFirst, "23/09/2025") && is(DateReading::MonthFirst, "09/23/2025"));
        assert!(is(DateReading::Either, "03/09/2025") && is(DateReading::YearFirst, "2025-09-03"));
        assert!(is(DateReading::NoDate, "soon") && !is(DateReading::NoDate, " "));
        assert!(matches(&Selection::Year { column: 0, year: 2025 }, Some("03/09/2025")));
    }

    #[test]
    fn spaces_alone_are_empty_and_a_value_not_given_is_neither() {
        let empty = Selection::Empty { column: 0 };
        assert!(matches(&empty, Some("  ")) && matches(&empty, Some("")));
        assert!(!matches(&empty, None) && !matches(&empty, Some("x")));
        assert!(matches(&Selection::Value { column: 0, value: None }, None));
    }
}
