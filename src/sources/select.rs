//! Records of an object by what they hold: the way from every figure to its rows, from a column to its value counts, and
//! from a cell to the rows like it.

use rusqlite::Connection;

use super::profile::Counted;
use super::{LoadId, ObjectId, Rec, SourcesError};
use crate::job::Job;

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
    /// Values that lie in `[from, to]` as numbers, bounds as decimal text.
    Range {
        column: usize,
        from: String,
        to: String,
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

/// The records of an object that a selection holds, in stored order.
///
/// # Errors
/// If the database cannot be read, the selection names a column or finding that is not there, or the job was cancelled.
pub fn select(
    _conn: &Connection,
    _object: ObjectId,
    _selection: &Selection,
    _job: &Job,
) -> Result<Vec<Rec>, SourcesError> {
    Ok(Vec::new())
}

/// How often each value stands in a column, over the records that a selection holds.
///
/// # Errors
/// As [`select`].
pub fn value_counts(
    _conn: &Connection,
    _object: ObjectId,
    _column: usize,
    _within: &Selection,
    _job: &Job,
) -> Result<ValueCounts, SourcesError> {
    Ok(ValueCounts::default())
}
