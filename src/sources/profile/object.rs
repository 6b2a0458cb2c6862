//! All columns of an object in one pass over its rows, in batches as a load has them; the periods of its dates.

use super::column::Column;
use super::distinct::MOST_EXACT;
use super::judge;
use super::place::Place;
use super::shape;
use super::{ColumnRole, ColumnType, ObjectProfile, Period};
use crate::sources::store::arrive::Batch;

/// Values whose hashes are kept over all columns; with more columns each counts exactly up to less.
const EXACT_IN_ALL: usize = 6_000_000;

/// A profile in the making.
pub struct Profiler {
    columns: Vec<Column>,
    rows: u64,
    /// Of a batch, column by column: where each value begins, and its bytes plus one, or 0 for one that is not given.
    cells: Vec<(u32, u32)>,
    places: Vec<Place>,
    keys: Vec<(u64, u64)>,
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
            cells: Vec::new(),
            places: Vec::new(),
            keys: Vec::new(),
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
        let rows = batch.rows.len();
        self.places.clear();
        self.places.extend(batch.rows.iter().map(|row| Place { rec: row.rec, load, line: row.line }));
        self.cells.clear();
        self.cells.resize(rows * width, (0, 0));
        let mut start = 0u32;
        for (row, lengths) in batch.lengths.chunks_exact(width).take(rows).enumerate() {
            for (position, &length) in lengths.iter().enumerate() {
                self.cells[position * rows + row] = (start, length);
                start += length.saturating_sub(1);
            }
        }
        let text = |&(start, length): &(u32, u32)| {
            let (length, start) = (length.checked_sub(1)? as usize, start as usize);
            batch.text.get(start..start + length)
        };
        for (column, cells) in self.columns.iter_mut().zip(self.cells.chunks_exact(rows.max(1))) {
            self.keys.clear();
            if column.wants_hashes_alone() {
                self.keys.extend(cells.iter().map(|cell| (text(cell).map_or(0, shape::hash), 0)));
            } else {
                self.keys.extend(cells.iter().map(|cell| text(cell).map_or((0, 0), shape::keys)));
            }
            column.fetch(&self.keys);
            for ((cell, keys), place) in cells.iter().zip(&self.keys).zip(&self.places) {
                column.take(text(cell), *keys, *place);
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
