//! Rows as they come from the reader, turned into batches for the writer and the index.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::mpsc::SyncSender;

use super::known::{Known, Standing};
use super::merges::{merges_of, told_of};
use super::propose::Plan;
use super::{LoadError, LoadErrorKind};
use crate::job::Job;
use crate::sources::ColumnRole;
use crate::sources::content::row_hash;
use crate::sources::read::{Quarantined, Row, RowSink, Stop};
use crate::sources::store::TABLE_COLUMNS;
use crate::sources::store::arrive::{self, ArrivingRow, Batch, Opened, SourceMerge};
use crate::sources::store::observed::{self, Seen};
use crate::sources::versions::sketch::Sketch;
use crate::sources::versions::window::Moments;
use crate::workspace::{Workspace, fault};

/// A batch is handed over past this many bytes of values or rows: some milliseconds of the writer's time.
const BATCH_BYTES: usize = 384 << 10;
const BATCH_ROWS: usize = 2_000;
/// Unchanged rows that are noted down at once; some 24 KiB.
const SEEN_ROWS: usize = 8_000;
/// Batches that may wait for the writer.
const IN_FLIGHT: usize = 3;

/// Sums over the rows of a load.
#[derive(Debug, Default)]
pub(super) struct Totals {
    pub stored: u32,
    pub new: u64,
    pub changed: u64,
    pub unchanged: u64,
    pub content: i64,
    pub vanished: Vec<i64>,
    /// Records that had vanished before, by the stored row that had.
    pub returned: Vec<i64>,
    /// The smallest row hashes of the file.
    pub sketch: Vec<u8>,
    /// Least and greatest moment of the modified-at column.
    pub window: Option<(String, String)>,
    /// For each stored row with a native ID: the upper half of its hash before the row's number.
    pub natives: Vec<u64>,
}

pub(super) struct Arriving<'a> {
    workspace: &'a Workspace,
    job: &'a Job,
    opened: Opened,
    columns: usize,
    /// For each column of the object, the file's column; `None` where the two are the same list.
    from_file: Option<Vec<Option<usize>>>,
    native: Option<usize>,
    merge_columns: Vec<(usize, ColumnRole, String)>,
    /// The column of the ID that merges are told of.
    told_of: Option<usize>,
    known: Known,
    sketch: Sketch,
    moments: Moments,
    batch: Batch,
    seen: Vec<Seen>,
    batches: Option<SyncSender<Arc<Batch>>>,
    pending: VecDeque<crate::workspace::Pending<rusqlite::Result<()>>>,
    quarantined: Vec<Quarantined>,
    merges: Vec<SourceMerge>,
    totals: Totals,
    scratch: Vec<u8>,
    failure: Option<LoadError>,
}

impl<'a> Arriving<'a> {
    pub fn new(
        workspace: &'a Workspace,
        opened: Opened,
        plan: &Plan,
        native: Option<usize>,
        known: Known,
        batches: SyncSender<Arc<Batch>>,
        job: &'a Job,
    ) -> Self {
        let columns = plan.overlay.columns.len();
        let same_list = plan.overlay.positions.len() == columns
            && plan.overlay.positions.iter().enumerate().all(|(at, p)| at == *p);
        let from_file = (!same_list).then(|| {
            let mut from_file = vec![None; columns];
            for (at, position) in plan.overlay.positions.iter().enumerate() {
                from_file[*position] = Some(at);
            }
            from_file
        });
        let merge_columns = plan
            .overlay
            .columns
            .iter()
            .filter(|column| matches!(column.role, ColumnRole::MergedInto | ColumnRole::MergedIds))
            .map(|column| (column.position, column.role, column.name.clone()))
            .collect();
        Self {
            workspace,
            job,
            opened,
            columns,
            from_file,
            native,
            merge_columns,
            told_of: told_of(&plan.overlay.columns),
            known,
            sketch: Sketch::default(),
            moments: Moments::of(&plan.overlay.columns),
            batch: Batch::default(),
            seen: Vec::new(),
            batches: Some(batches),
            pending: VecDeque::new(),
            quarantined: Vec::new(),
            merges: Vec::new(),
            totals: Totals::default(),
            scratch: Vec::new(),
            failure: None,
        }
    }

    /// Writes what is left, if the file was read to its end, and waits for the writer.
    pub fn finish(mut self, to_the_end: bool) -> Result<Totals, LoadError> {
        let flushed = if to_the_end && self.failure.is_none() { self.flush() } else { Ok(()) };
        self.batches.take();
        for pending in std::mem::take(&mut self.pending) {
            match pending.wait() {
                Ok(Ok(())) => {}
                Ok(Err(error)) => self.fail(self.explain(&error)),
                Err(error) => self.fail(error.into()),
            }
        }
        if let Some(error) = self.failure {
            return Err(error);
        }
        flushed.map_err(|_| LoadError::lost(std::path::Path::new("")))?;
        self.totals.vanished = self.known.vanished();
        self.totals.sketch = self.sketch.to_bytes();
        self.totals.window = self.moments.window();
        Ok(self.totals)
    }

    fn explain(&self, error: &rusqlite::Error) -> LoadError {
        match self.workspace.reader() {
            Ok(reader) => reader.explain(error).into(),
            Err(error) => error.into(),
        }
    }

    fn fail(&mut self, error: LoadError) {
        self.failure.get_or_insert(error);
    }

    /// Adds the row's values to the batch; returns where they begin in its text and lengths.
    fn append(&mut self, row: &Row<'_>) -> (usize, usize) {
        let (text_at, lengths_at) = (self.batch.text.len(), self.batch.lengths.len());
        match &self.from_file {
            None if row.given.is_none() => {
                let used = row.len().min(self.columns);
                let mut start = 0;
                for &end in &row.ends[..used] {
                    // Values are bounded by the limit on rows.
                    self.batch.lengths.push((end - start) as u32 + 1);
                    start = end;
                }
                self.batch.text.push_str(row.text.get(..start).unwrap_or_default());
                self.batch.lengths.resize(lengths_at + self.columns, 0);
            }
            map => {
                for at in 0..self.columns {
                    let cell = match map {
                        None => row.cell(at),
                        Some(map) => map[at].and_then(|from| row.cell(from)),
                    };
                    self.batch.text.push_str(cell.unwrap_or_default());
                    self.batch.lengths.push(cell.map_or(0, |cell| cell.len() as u32 + 1));
                }
            }
        }
        (text_at, lengths_at)
    }

    fn cell<'b>(&self, row: &Row<'b>, position: usize) -> Option<&'b str> {
        match &self.from_file {
            None => row.cell(position),
            Some(map) => map.get(position).copied().flatten().and_then(|from| row.cell(from)),
        }
    }

    fn note_merges(&mut self, row: &Row<'_>, rec: i64) {
        let native = self.told_of.and_then(|at| self.cell(row, at));
        let cells = self.merge_columns.iter().map(|(at, role, name)| (*role, name.as_str(), self.cell(row, *at)));
        let told = merges_of(native, cells, rec);
        self.merges.extend(told);
    }

    fn flush(&mut self) -> Result<(), Stop> {
        // The next is as large, about.
        let next = Batch {
            rows: Vec::with_capacity(self.batch.rows.len() + 16),
            text: String::with_capacity(self.batch.text.len() + (8 << 10)),
            lengths: Vec::with_capacity(self.batch.lengths.len() + 16 * self.columns),
        };
        let batch = Arc::new(std::mem::replace(&mut self.batch, next));
        let quarantined = std::mem::take(&mut self.quarantined);
        let merges = std::mem::take(&mut self.merges);
        let seen = std::mem::take(&mut self.seen);
        if batch.rows.is_empty() && quarantined.is_empty() && seen.is_empty() {
            return Ok(());
        }
        if !batch.rows.is_empty()
            && let Some(batches) = &self.batches
            && batches.send(batch.clone()).is_err()
        {
            // The index has stopped and says why itself.
            return Err(Stop::Sink);
        }
        if self.pending.len() >= IN_FLIGHT
            && let Some(first) = self.pending.pop_front()
        {
            match first.wait() {
                Ok(Ok(())) => {}
                Ok(Err(error)) => {
                    self.fail(self.explain(&error));
                    return Err(Stop::Sink);
                }
                Err(error) => {
                    self.fail(error.into());
                    return Err(Stop::Sink);
                }
            }
        }
        let (opened, columns) = (self.opened, self.columns);
        let writer = match self.workspace.writer() {
            Ok(writer) => writer,
            Err(error) => {
                self.fail(error.into());
                return Err(Stop::Sink);
            }
        };
        let handed = writer.hand_over(move |conn| {
            let written = arrive::slice(conn, |tx| {
                arrive::rows(tx, opened, columns, &batch)?;
                observed::write_seen(tx, opened.load, opened.first_rec, &seen)?;
                arrive::quarantined(tx, opened.load, &quarantined)?;
                arrive::merges(tx, opened, &merges)
            });
            fault::point("load.slice");
            written
        });
        match handed {
            Ok(pending) => {
                self.pending.push_back(pending);
                Ok(())
            }
            Err(error) => {
                self.fail(error.into());
                Err(Stop::Sink)
            }
        }
    }
}

impl RowSink for Arriving<'_> {
    fn record(&mut self, row: &Row<'_>) -> Result<(), Stop> {
        let (text_at, lengths_at) = self.append(row);
        let hash = row_hash(&self.batch.lengths[lengths_at..], &self.batch.text[text_at..], &mut self.scratch);
        // Beyond the table's own columns nothing is compared by ID.
        let native = self.native.filter(|at| *at < TABLE_COLUMNS).and_then(|at| self.cell(row, at));
        let key = observed::key_of(native, hash);
        let standing = if self.known.is_empty() { Standing::New } else { self.known.compare(key, hash) };
        self.sketch.add(hash);
        if let Some(at) = self.moments.column() {
            self.moments.add(self.cell(row, at));
        }
        let (prev, version) = match standing {
            Standing::New => {
                self.totals.new += 1;
                (None, 1)
            }
            Standing::Changed { prev, version, returned } => {
                self.totals.changed += 1;
                self.totals.returned.extend(returned.then_some(prev));
                (Some(prev), version)
            }
            Standing::Unchanged { rec, returned } => {
                self.totals.unchanged += 1;
                self.totals.returned.extend(returned.then_some(rec));
                self.batch.text.truncate(text_at);
                self.batch.lengths.truncate(lengths_at);
                self.seen.push(Seen { before: self.totals.stored, rec, line: row.line });
                if self.seen.len() >= SEEN_ROWS {
                    self.job.check()?;
                    self.flush()?;
                }
                return Ok(());
            }
        };
        let rec = self.opened.first_rec + i64::from(self.totals.stored);
        self.totals.content = self.totals.content.wrapping_add(hash);
        if !self.merge_columns.is_empty() {
            self.note_merges(row, rec);
        }
        if key != observed::nameless(hash) {
            self.totals.natives.push(key >> 32 << 32 | u64::from(self.totals.stored));
        }
        self.batch.rows.push(ArrivingRow { rec, line: row.line, prev, version, hash, key });
        let Some(stored) = self.totals.stored.checked_add(1) else {
            self.fail(LoadError::new(
                LoadErrorKind::File,
                "limit",
                "The file has more than 4,294,967,295 rows.",
                "Split it and load the parts.",
            ));
            return Err(Stop::Sink);
        };
        self.totals.stored = stored;
        if self.batch.rows.len() >= BATCH_ROWS || self.batch.text.len() + 4 * self.batch.lengths.len() >= BATCH_BYTES {
            self.job.check()?;
            self.flush()?;
        }
        Ok(())
    }

    fn quarantine(&mut self, row: Quarantined) -> Result<(), Stop> {
        self.quarantined.push(row);
        let bytes: usize = self.quarantined.iter().map(|row| row.bytes.len()).sum();
        if self.quarantined.len() >= 500 || bytes > BATCH_BYTES {
            self.job.check()?;
            self.flush()?;
        }
        Ok(())
    }
}
