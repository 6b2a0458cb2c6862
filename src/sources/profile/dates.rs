//! The dates of a column: how each can be read, and what all of them prove of the order of day and month. Both orders are
//! kept until the last value is seen, since one value can decide.

use std::collections::BTreeMap;

use super::place::{Extremes, First, Place};
use super::{DateEvidence, DateOrder};
use crate::values::day::{Order, read, read_iso};

/// Years that have a place of their own.
const FROM: i32 = 1900;
const TO: i32 = 2100;

/// A moment as one number that sorts: year, month, day, second.
type Moment = i64;

fn moment((year, month, day): (i32, u8, u8), seconds: u32) -> Moment {
    ((i64::from(year) * 16 + i64::from(month)) * 32 + i64::from(day)) * (1 << 17) + i64::from(seconds)
}

/// A moment's year.
pub(super) fn year_of(moment: Moment) -> i32 {
    // Years have four digits.
    (moment >> 17 >> 9) as i32
}

/// A moment as ISO 8601: with the time of day where it is not midnight.
pub(super) fn iso(moment: Moment) -> String {
    let (seconds, day, month) = (moment & 0x1_FFFF, moment >> 17 & 31, moment >> 22 & 15);
    let date = format!("{:04}-{month:02}-{day:02}", year_of(moment));
    if seconds == 0 {
        date
    } else {
        format!("{date}T{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
    }
}

/// What the dates of a column come to.
#[derive(Debug, Default)]
pub(super) struct Dates {
    counts: [u64; 4],
    examples: [First; 4],
    pub timed: u64,
    /// Dates of each month: first as if the day stood first, then as if the month did.
    months: Option<Box<[Vec<u64>; 2]>>,
    /// Years outside of those that have a place.
    far: BTreeMap<i32, u64>,
    /// In both orders.
    pub extremes: [Extremes<Moment>; 2],
}

impl Dates {
    /// Reads a value; says whether it is a date.
    pub fn add(&mut self, text: &str, iso: bool, weight: u64, place: Place) -> bool {
        let quick = if iso { read_iso(text) } else { None };
        let Some(reading) = quick.or_else(|| read(text)) else { return false };
        let class = match reading.order {
            Order::DayFirst => 0,
            Order::MonthFirst => 1,
            Order::Either => 2,
            Order::YearFirst => 3,
        };
        self.counts[class] += weight;
        self.timed += if reading.timed { weight } else { 0 };
        self.examples[class].add(place, text);
        for (at, day_first) in [(0, true), (1, false)] {
            let date = reading.date(day_first);
            self.extremes[at].add(moment(date, reading.seconds), place, text);
            if (FROM..TO).contains(&date.0) {
                let months = self.months.get_or_insert_with(|| {
                    let empty = vec![0u64; usize::try_from((TO - FROM) * 12).unwrap_or(0)];
                    Box::new([empty.clone(), empty])
                });
                let month = (date.0 - FROM) * 12 + i32::from(date.1) - 1;
                if let Some(count) = usize::try_from(month).ok().and_then(|month| months[at].get_mut(month)) {
                    *count += weight;
                }
            } else if at == 0 {
                *self.far.entry(date.0).or_default() += weight;
            }
        }
        true
    }

    pub fn count(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// What all values prove.
    pub fn order(&self) -> Option<DateOrder> {
        let [day, month, either, year] = self.counts;
        match (day > 0, month > 0, either > 0, year > 0) {
            (true, true, ..) => Some(DateOrder::Contradictory),
            (true, false, ..) => Some(DateOrder::DayFirst),
            (false, true, ..) => Some(DateOrder::MonthFirst),
            (false, false, true, _) => Some(DateOrder::Undecided),
            (false, false, false, true) => Some(DateOrder::YearFirst),
            _ => None,
        }
    }

    /// Which of the two orders figures are given in: the month first where that is proved, or more values say so.
    pub fn reading(&self) -> usize {
        usize::from(self.counts[1] > self.counts[0])
    }

    pub fn years(&self) -> Vec<(i32, u64)> {
        let mut years = self.far.clone();
        if let Some(months) = &self.months {
            for (at, year) in months[0].chunks(12).enumerate() {
                let sum: u64 = year.iter().sum();
                if sum > 0 {
                    years.insert(FROM + i32::try_from(at).unwrap_or(0), sum);
                }
            }
        }
        years.into_iter().collect()
    }

    /// (year, month) and how many; empty while the order of day and month is open.
    pub fn by_month(&self) -> Vec<((i32, u8), u64)> {
        if matches!(self.order(), None | Some(DateOrder::Contradictory | DateOrder::Undecided)) {
            return Vec::new();
        }
        let Some(months) = &self.months else { return Vec::new() };
        months[self.reading()]
            .iter()
            .enumerate()
            .filter(|(_, count)| **count > 0)
            .map(|(at, count)| {
                let at = i32::try_from(at).unwrap_or(0);
                ((FROM + at / 12, u8::try_from(at % 12 + 1).unwrap_or(1)), *count)
            })
            .collect()
    }

    pub fn evidence(&self, filled: u64) -> DateEvidence {
        let [day_first, month_first, either, year_first] = self.counts;
        let class = match self.order() {
            Some(DateOrder::Contradictory) => usize::from(month_first <= day_first),
            Some(DateOrder::DayFirst) => 0,
            Some(DateOrder::MonthFirst) => 1,
            Some(DateOrder::Undecided) => 2,
            _ => 3,
        };
        DateEvidence {
            day_first,
            month_first,
            either,
            year_first,
            no_date: filled.saturating_sub(self.count()),
            examples: self.examples[class].list().to_vec(),
            years: self.years(),
        }
    }
}
