//! Which stored rows of an object are the latest version of their record: the one place that knows it for whoever reads an
//! object from one end to the other.

use rusqlite::Connection;

use super::catalog::Stretches;
use super::data_table;
use crate::sources::ObjectId;

/// Which stored rows of an object are the latest version of their record: those of its complete loads that no row of a
/// complete load replaced.
#[derive(Debug, Clone, Default)]
pub struct Latest {
    /// (first row, last row), rising.
    pub(super) stretches: Vec<(i64, i64)>,
    /// Replaced rows, rising.
    pub(super) replaced: Vec<i64>,
}

impl Latest {
    /// # Errors
    /// If the database cannot be read.
    pub fn of(conn: &Connection, stretches: &Stretches, object: ObjectId) -> rusqlite::Result<Self> {
        let table = data_table(object.0);
        let mut statement = conn.prepare(&format!(
            "SELECT n.prev FROM {table} n JOIN load nl ON nl.id = n.load AND nl.state = 'complete' WHERE n.prev IS NOT NULL"
        ))?;
        let mut replaced: Vec<i64> = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
        replaced.sort_unstable();
        replaced.dedup();
        replaced.shrink_to_fit();
        let stretches = stretches.of_object(object).map(|(first, last, _)| (first, last)).collect();
        Ok(Self { stretches, replaced })
    }

    /// Whether this row is one of them.
    #[must_use]
    pub fn has(&self, rec: i64) -> bool {
        self.stretches.iter().any(|(first, last)| (*first..=*last).contains(&rec))
            && self.replaced.binary_search(&rec).is_err()
    }

    /// How many rows there are at most.
    #[must_use]
    pub fn len(&self) -> u64 {
        let all: u64 = self.stretches.iter().map(|(first, last)| (last + 1).abs_diff(*first)).sum();
        all.saturating_sub(self.replaced.len() as u64)
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All of them within a stretch.
    pub(super) fn within(&self, first: i64, last: i64) -> impl Iterator<Item = i64> + '_ {
        (first..=last).filter(|rec| self.replaced.binary_search(rec).is_err())
    }

    /// All of them.
    pub fn recs(&self) -> impl Iterator<Item = i64> + '_ {
        self.stretches.iter().flat_map(|(first, last)| self.within(*first, *last))
    }
}
