//! Rows that continue the row above: exports of things with parts give what is common once and leave it blank from then
//! on. Nothing is filled in; what is left out is said, with how often.

use std::fmt::Write as _;

use super::Row;
use super::refusal::{grouped, shown};
use super::sample::Sample;

/// How rows continue the row above, as the first rows show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Continued {
    /// The column that repeats its value on every row; `None`: such rows are told by what they leave blank alone.
    pub repeats: Option<usize>,
    /// The columns that are given once.
    pub given_once: Vec<usize>,
    /// The sample held the whole file, and the scan has said it.
    pub told: bool,
}

fn filled(row: &[Option<String>], column: usize) -> bool {
    row.get(column).and_then(Option::as_deref).is_some_and(|value| !value.trim().is_empty())
}

fn value(row: &[Option<String>], column: usize) -> &str {
    row.get(column).and_then(Option::as_deref).unwrap_or_default()
}

impl Continued {
    /// Looks for such rows among the first ones, and says so.
    pub(super) fn find(columns: &[String], sample: &Sample, warnings: &mut Vec<String>) -> Option<Self> {
        let rows = &sample.rows;
        if columns.len() < 3 || columns.len() > 2_000 || rows.len() < 3 {
            return None;
        }
        let (mut found, count) = (0..columns.len().min(3))
            .find_map(|column| by_key(columns.len(), rows, column))
            .or_else(|| by_blanks(columns.len(), rows))?;
        let mut text = String::new();
        if !sample.is_full() {
            found.told = true;
        } else {
            let _ = write!(text, "Among the first {} rows, ", grouped(rows.len() as u64));
        }
        warnings.push(text + &found.sentence(columns, count));
        Some(found)
    }

    fn sentence(&self, columns: &[String], count: u64) -> String {
        let first = self.given_once.iter().filter_map(|at| columns.get(*at)).find(|name| !name.trim().is_empty());
        let others = self.given_once.len() as u64 - 1;
        let others = match others {
            0 => "is".to_owned(),
            1 => "and 1 other column are".to_owned(),
            n => format!("and {} other columns are", grouped(n)),
        };
        format!(
            "{} the row above: {} {others} given once. Nothing was filled in.",
            if count == 1 { "1 row continues".to_owned() } else { format!("{} rows continue", grouped(count)) },
            first.map_or_else(|| "a column without a name".to_owned(), |name| shown(name)),
        )
    }
}

/// Rows with the same value in a column as the row above, and less beside it.
fn by_key(columns: usize, rows: &[Vec<Option<String>>], key: usize) -> Option<(Continued, u64)> {
    if !rows.iter().all(|row| filled(row, key)) {
        return None;
    }
    // Blank in every row that continues, given in nearly every row that is continued.
    let mut blank = vec![true; columns];
    let mut given = vec![0_u64; columns];
    let (mut parents, mut continued) = (0_u64, 0_u64);
    let mut parent = 0;
    for (at, row) in rows.iter().enumerate().skip(1) {
        if value(row, key) != value(&rows[at - 1], key) {
            parent = at;
            continue;
        }
        if at == parent + 1 {
            parents += 1;
            for (column, given) in given.iter_mut().enumerate() {
                *given += u64::from(filled(&rows[parent], column));
            }
        }
        continued += 1;
        for (column, blank) in blank.iter_mut().enumerate() {
            *blank &= !filled(row, column);
        }
    }
    let given_once: Vec<usize> =
        (0..columns).filter(|&c| blank[c] && parents > 0 && given[c] * 10 >= parents * 8).collect();
    let goes_on = (0..columns).any(|c| c != key && !blank[c]);
    // What repeats in a later column is often chance; the first one is where exports put the thing itself.
    let enough = continued >= if key == 0 { 1 } else { 5 };
    (enough && given_once.len() >= 2 && goes_on)
        .then_some((Continued { repeats: Some(key), given_once, told: false }, continued))
}

/// Rows that leave the same columns blank, the first among them, where all others give all of these.
fn by_blanks(columns: usize, rows: &[Vec<Option<String>>]) -> Option<(Continued, u64)> {
    if !filled(&rows[0], 0) {
        return None;
    }
    let continued = rows.iter().filter(|row| !filled(row, 0)).count();
    if continued < 2 || continued * 10 < rows.len() {
        return None;
    }
    let given_once: Vec<usize> =
        (0..columns).filter(|&c| rows.iter().all(|row| filled(row, c) == filled(row, 0))).collect();
    let goes_on = rows.iter().all(|row| (0..columns).any(|c| filled(row, c)));
    (given_once.len() >= 2 && goes_on)
        .then_some((Continued { repeats: None, given_once, told: false }, continued as u64))
}

/// Counts the rows that continue the row above, where the scan found that there are such.
pub(super) struct Continuing<'a> {
    how: Option<&'a Continued>,
    last: String,
    rows: u64,
}

impl<'a> Continuing<'a> {
    pub fn new(how: Option<&'a Continued>) -> Self {
        Self { how: how.filter(|how| !how.told), last: String::new(), rows: 0 }
    }

    pub fn see(&mut self, row: &Row<'_>) {
        let Some(how) = self.how else { return };
        let blank = |column: &usize| row.cell(*column).is_none_or(|value| value.trim().is_empty());
        let same = match how.repeats {
            Some(key) => {
                let value = row.cell(key).unwrap_or_default();
                let same = !value.is_empty() && value == self.last;
                if !same {
                    self.last.clear();
                    self.last.push_str(value);
                }
                same
            }
            None => true,
        };
        self.rows += u64::from(same && how.given_once.iter().all(blank));
    }

    pub fn tell(&self, columns: &[String], warnings: &mut Vec<String>) {
        if let Some(how) = self.how.filter(|_| self.rows > 0) {
            warnings.push(how.sentence(columns, self.rows));
        }
    }
}
