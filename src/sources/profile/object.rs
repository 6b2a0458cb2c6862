//! All columns of an object in one pass over its rows, in batches as a load has them; the periods of its dates.

use super::column::Column;
use super::distinct::{MOST_EXACT, hash};
use super::judge;
use super::place::Place;
use super::{ColumnRole, ColumnType, ObjectProfile, Period};
use crate::sources::store::arrive::Batch;

/// Values whose hashes are kept over all columns; with more columns each counts exactly up to less.
const EXACT_IN_ALL: usize = 6_000_000;

/// A profile in the making.
pub struct Profiler {
    columns: Vec<Column>,
    rows: u64,
    starts: Vec<u32>,
    hashes: Vec<u64>,
}

impl std::fmt::Debug for Profiler {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Profiler of {} columns after {} rows", self.columns.len(), self.rows)
    }
}

impl Profiler {
    /// For an object of so many columns.
    #[must_use]
    pub fn new(columns: usize) -> Self {
        let most_exact = MOST_EXACT.min(EXACT_IN_ALL / columns.max(1)).max(8);
        Self {
            columns: (0..columns).map(|_| Column::new(most_exact)).collect(),
            rows: 0,
            starts: Vec::new(),
            hashes: Vec::new(),
        }
    }

    /// Takes a batch of rows of one load, in the order of their numbers. Column by column, so that what one column keeps
    /// stays at hand.
    pub fn take(&mut self, batch: &Batch, load: i64) {
        let width = self.columns.len();
        if width == 0 {
            self.rows += batch.rows.len() as u64;
            return;
        }
        self.starts.clear();
        let mut at = 0u32;
        for length in &batch.lengths {
            self.starts.push(at);
            at += length.saturating_sub(1);
        }
        let text = |length: u32, start: u32| {
            let (length, start) = (length.checked_sub(1)? as usize, start as usize);
            batch.text.get(start..start + length)
        };
        for (position, column) in self.columns.iter_mut().enumerate() {
            let cells = || batch.lengths.iter().zip(&self.starts).skip(position).step_by(width);
            self.hashes.clear();
            self.hashes.extend(cells().map(|(length, start)| match text(*length, *start) {
                Some(text) if !text.is_empty() => hash(text),
                _ => 0,
            }));
            column.fetch(&self.hashes);
            for ((row, (length, start)), hash) in batch.rows.iter().zip(cells()).zip(&self.hashes) {
                column.take(text(*length, *start), *hash, Place { rec: row.rec, load, line: row.line });
            }
        }
        self.rows += batch.rows.len() as u64;
    }

    /// Counts what is still set aside; there are no more rows. [`finish`](Self::finish) does it too.
    pub fn end(&mut self) {
        for column in &mut self.columns {
            column.end();
        }
    }

    /// The profile of all rows taken. Names and roles of the columns in order.
    #[must_use]
    pub fn finish(self, columns: &[(String, ColumnRole)], loads: Vec<i64>) -> ObjectProfile {
        let mut profile = ObjectProfile { rows: self.rows, loads, ..ObjectProfile::default() };
        for (position, (column, (name, role))) in self.columns.into_iter().zip(columns).enumerate() {
            let (column, months) = judge::profile(column, position, name, *role);
            if matches!(column.kind, ColumnType::Date | ColumnType::Datetime)
                && let Some(dates) = &column.dates
            {
                let years = dates.years.clone();
                profile.periods.push(Period { column: position, name: name.clone(), years, months });
            }
            profile.columns.push(column);
        }
        profile
    }
}
