//! What every column of an object holds, in figures: type as found, fill, distinct values, formats, dates, outliers. A
//! profile is over the latest version of every record of the object. `column` takes one column value by value, `distinct`,
//! `shape`, `numbers` and `dates` count, `judge` says what the figures mean; `object` holds the columns together. A first
//! load makes the profile as it reads; in all other cases it is made by a pass over the records when it is asked for.
//! Nothing of a profile depends on batches or threads.

mod column;
mod dates;
pub mod decide;
pub mod dictionary;
mod distinct;
mod judge;
mod numbers;
mod object;
mod place;
mod shape;
#[cfg(test)]
mod tests;

pub use distinct::MOST_EXACT;
pub use object::Profiler;

use super::ColumnRole;

/// What the values of a column are, as found. Decides nothing: everything stays text until it is mapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnType {
    Id,
    Integer,
    Decimal,
    Money,
    Date,
    Datetime,
    Boolean,
    Email,
    Phone,
    Url,
    /// Few values, each many times.
    Choice,
    /// Several choices in one value.
    Choices,
    Json,
    Text,
    /// No value at all.
    Empty,
}

/// What a column's dates say of the order of day and month, over all its values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DateOrder {
    DayFirst,
    MonthFirst,
    YearFirst,
    /// Some values can only be day first, others only month first.
    Contradictory,
    /// Every value can be read both ways.
    Undecided,
}

/// A text with how often it stands in the column.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Counted {
    pub text: String,
    pub count: u64,
}

/// A value with where it stands.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Example {
    pub rec: i64,
    pub load: i64,
    pub line: u64,
    pub value: String,
}

/// How the dates of a column can be read. `day_first + month_first + either + year_first + no_date = filled`.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct DateEvidence {
    /// Values that are dates only if the day stands first (first part 13 to 31).
    pub day_first: u64,
    /// Values that are dates only if the month stands first (second part 13 to 31).
    pub month_first: u64,
    /// Values that are dates both ways (both parts 12 or less).
    pub either: u64,
    /// Values whose year stands first, or whose month is a word: one reading only.
    pub year_first: u64,
    /// Values that are no date.
    pub no_date: u64,
    /// The first values of the smaller side, where the evidence is contradictory; else the first that prove the order.
    pub examples: Vec<Example>,
    /// Values by year, the same in either order, by year.
    pub years: Vec<(i32, u64)>,
}

/// What the numbers of a column come to; figures as decimal text, exact.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Numbers {
    pub count: u64,
    pub min: String,
    pub max: String,
    pub mean: String,
    pub negative: u64,
    pub zero: u64,
    /// Buckets of a histogram: lower bound as text, count. At most 20, ends at `max`.
    pub histogram: Vec<Counted>,
}

/// One column in figures. `rows = filled + empty + absent`.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ColumnProfile {
    pub position: usize,
    pub name: String,
    pub role: ColumnRole,
    pub rows: u64,
    /// Given and not empty (spaces alone are empty).
    pub filled: u64,
    /// Given and empty.
    pub empty: u64,
    /// Not given at all.
    pub absent: u64,
    pub distinct: u64,
    /// Counted exactly; else estimated.
    pub distinct_exact: bool,
    pub kind: ColumnType,
    /// Filled values that are of that type.
    pub fits: u64,
    /// Why it is taken for that type, as a sentence.
    pub because: String,
    /// Least and greatest value: by number or date where the column is one, else by text.
    pub min: Option<String>,
    pub max: Option<String>,
    /// In characters.
    pub shortest: u32,
    pub longest: u32,
    /// Patterns of values (`9` digit, `A` upper, `a` lower letter, runs of more than four as `9+`), most frequent first.
    pub formats: Vec<Counted>,
    /// Filled values whose pattern is not listed.
    pub other_formats: u64,
    /// Values are written in several ways that a person would call mixed formats.
    pub mixed: bool,
    /// Most frequent values, most frequent first.
    pub top: Vec<Counted>,
    /// The counts of `top` are exact; else at least that many.
    pub top_exact: bool,
    pub date_order: Option<DateOrder>,
    pub dates: Option<DateEvidence>,
    pub numbers: Option<Numbers>,
    /// Values far from all others, each with why, the first few.
    pub outliers: Vec<(Example, String)>,
    /// What several values in one cell are parted by.
    pub separator: Option<String>,
    /// Values with spaces before or after.
    pub padded: u64,
    /// Values with other characters than ASCII.
    pub non_ascii: u64,
    /// Values exactly as long as the longest, where that many suggest a limit: (characters, values).
    pub cut_at: Option<(u32, u64)>,
    /// The first distinct values, as examples.
    pub examples: Vec<String>,
}

/// An object in figures.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ObjectProfile {
    /// Records: the latest version of each.
    pub rows: u64,
    pub columns: Vec<ColumnProfile>,
    /// The complete loads that it is over, by number.
    pub loads: Vec<i64>,
    /// Milliseconds it took; not part of what is stored or compared.
    #[serde(skip)]
    pub millis: u64,
    /// When its records are from, by each column of dates.
    #[serde(default)]
    pub periods: Vec<Period>,
}

/// How the records of an object lie in time, by one column of dates.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Period {
    pub column: usize,
    pub name: String,
    /// Records by year, by year.
    pub years: Vec<(i32, u64)>,
    /// Records by (year, month); empty while the order of day and month is not proved.
    pub months: Vec<((i32, u8), u64)>,
}

impl ObjectProfile {
    /// The columns by which records fall into categories: few values, each many times.
    pub fn categories(&self) -> impl Iterator<Item = &ColumnProfile> {
        self.columns
            .iter()
            .filter(|column| matches!(column.kind, ColumnType::Choice | ColumnType::Choices | ColumnType::Boolean))
    }
}

pub use super::store::profile::{of_object, stored};

/// A value as a number, in units of 10^-18: read with a decimal point, and with a decimal comma, where it can be. Which of
/// the two a column uses is for all its values to say: more that are numbers only with a comma, or not.
#[must_use]
pub fn as_number(text: &str) -> (Option<i128>, Option<i128>) {
    numbers::read(text).map_or((None, None), |written| (written.point.map(|f| f.value), written.comma.map(|f| f.value)))
}
