//! The first rows of a part, kept for guessing what its columns are.

use super::{Quarantined, Row, RowSink, Stop};

/// The first rows of a file, for guessing.
#[derive(Default)]
pub(super) struct Sample {
    pub rows: Vec<Vec<Option<String>>>,
    pub quarantined: u64,
    bytes: usize,
    cells: usize,
}

impl Sample {
    const ROWS: usize = 2_000;
    const BYTES: usize = 4 << 20;
    const CELLS: usize = 1_000_000;

    pub fn is_full(&self) -> bool {
        self.rows.len() >= Self::ROWS || self.bytes >= Self::BYTES || self.cells >= Self::CELLS
    }
}

impl RowSink for Sample {
    fn record(&mut self, row: &Row<'_>) -> Result<(), Stop> {
        self.bytes += row.text.len();
        self.cells += row.len();
        self.rows.push((0..row.len()).map(|column| row.cell(column).map(str::to_owned)).collect());
        if self.is_full() { Err(Stop::Sink) } else { Ok(()) }
    }

    fn quarantine(&mut self, _: Quarantined) -> Result<(), Stop> {
        self.quarantined += 1;
        if self.quarantined >= 10_000 {
            self.bytes = Self::BYTES;
            return Err(Stop::Sink);
        }
        Ok(())
    }
}
