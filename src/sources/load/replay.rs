//! The loads of an object taken again in another order, or without one of them, from what each left in the workspace: no
//! file is needed. Every row goes through the very comparison that it would go through on arriving.

use std::collections::VecDeque;

use super::known::{Entry, Known, Parts, Standing, vanishes};
use super::{LoadError, LoadErrorKind, index};
use crate::job::Job;
use crate::sources::store::arrive::{ArrivingRow, Beginning, Ending, Opened, RepeatedId};
use crate::sources::store::observed::{self, Placed, Seen, nameless};
use crate::sources::store::replay::{self, Ground, Rebuilt, RebuiltLoad};
use crate::sources::store::{TABLE_COLUMNS, catalog};
use crate::sources::{Column, ColumnRole};
use crate::values::format::thousands;
use crate::workspace::{Pending, Workspace, fault};

/// Rows taken over in one slice.
const ROWS: usize = 2_000;
/// Unchanged rows noted down in one slice.
const SEEN_ROWS: usize = 8_000;
/// Slices that may wait for the writer.
const IN_FLIGHT: usize = 3;

/// The columns that hold identifiers.
pub(super) fn roles_of(columns: &[Column]) -> Vec<(usize, ColumnRole)> {
    let named = columns.iter().filter(|column| column.role != ColumnRole::Plain);
    named.map(|column| (column.position, column.role)).collect()
}

/// Loads of an older Cutover say only how many rows they saw unchanged, not which: nothing can be built from them.
pub(super) fn refuse_without_seen(loads: &[Placed]) -> Result<(), LoadError> {
    let Some(older) = loads.iter().find(|load| !load.keeps_seen && load.unchanged > 0) else { return Ok(()) };
    Err(LoadError::new(
        LoadErrorKind::Usage,
        "older_load",
        format!(
            "Load {} was made by an older Cutover, which did not keep which of its rows were unchanged: loads can be put \
             behind it and taken out behind it only. Nothing was changed.",
            older.id
        ),
        format!(
            "Take load {} out with the loads behind it, the last first; then load their files again and do what was meant.",
            older.id
        ),
    ))
}

/// A load that is arriving, as one among the others.
pub(super) fn coming(opened: Opened, b: &Beginning, ending: &Ending) -> Placed {
    Placed {
        id: opened.load,
        file: b.file.clone(),
        as_of: b.as_of.clone(),
        is_stated: b.is_stated,
        delta: b.delta,
        segment: b.segment.clone(),
        first_rec: opened.first_rec,
        last_rec: ending.last_rec,
        unchanged: 0,
        keeps_seen: true,
        key_column: Some(ending.key_column),
        order_at: b.order_at.clone(),
        order_id: b.order_id.unwrap_or(opened.load.0),
    }
}

/// The loads with another at its place.
pub(super) fn with(before: &[Placed], coming: Placed) -> Vec<Placed> {
    let mut loads = before.to_vec();
    loads.push(coming);
    loads.sort_by(|a, b| a.place().cmp(&b.place()));
    loads
}

/// What is said of a load by its counts.
pub(super) fn told_of(repeated: &[RepeatedId], vanished: u64, returned: u64) -> Vec<String> {
    let mut told = Vec::new();
    if let Some(first) = repeated.iter().find(|r| r.rec != r.first_rec) {
        let extra = repeated.iter().filter(|r| r.rec != r.first_rec).count() as u64;
        told.push(format!(
            "{} {REPEATED}; all are kept, named by load and line. The first: lines {} and {}.",
            if extra == 1 { "1 row shares".to_owned() } else { format!("{} rows share", thousands(extra)) },
            first.first_line,
            first.line
        ));
    }
    if vanished > 0 {
        let records =
            if vanished == 1 { "1 record is".to_owned() } else { format!("{} records are", thousands(vanished)) };
        told.push(format!("{records} {VANISHED}"));
    }
    if returned > 0 {
        let records =
            if returned == 1 { "1 record that".to_owned() } else { format!("{} records that", thousands(returned)) };
        told.push(format!("{records} {RETURNED}"));
    }
    told
}

const REPEATED: &str = "a native ID with an earlier row";
const VANISHED: &str = "of the object in no row of this file; they are kept.";
const RETURNED: &str = "had vanished before this file had in it again.";

fn is_told(text: &str) -> bool {
    text.contains(REPEATED) || text.ends_with(VANISHED) || text.ends_with(RETURNED)
}

/// Key and hash of every stored row, by its number.
#[derive(Debug, Default)]
struct Rows {
    /// (first row, last row, where it stands in the list)
    stretches: Vec<(i64, i64, usize)>,
    list: Vec<(u64, i64)>,
}

impl Rows {
    fn of(&self, rec: i64) -> Option<(u64, i64)> {
        let at = self.stretches.partition_point(|(first, ..)| *first <= rec).checked_sub(1)?;
        let (first, last, offset) = self.stretches[at];
        let within = usize::try_from(rec.checked_sub(first)?).ok()?;
        (rec <= last).then(|| self.list.get(offset + within).copied()).flatten()
    }
}

struct Taking<'a> {
    workspace: &'a Workspace,
    job: &'a Job,
    ground: Ground,
    old: Rows,
    known: Known,
    /// The next number for a row.
    next: i64,
    load: crate::sources::LoadId,
    this: RebuiltLoad,
    rows: Vec<(ArrivingRow, i64)>,
    seen: Vec<Seen>,
    added: Vec<Entry>,
    /// As `Totals::natives`.
    natives: Vec<u64>,
    pending: VecDeque<Pending<rusqlite::Result<()>>>,
}

impl Taking<'_> {
    /// Takes one row of a file: the stored row that has its values, and its line.
    fn take(&mut self, old: i64, line: u64) -> Result<(), LoadError> {
        let (key, hash) = self.old.of(old).ok_or_else(|| damaged(self.load))?;
        let (prev, version) = match self.known.compare(key, hash) {
            Standing::New => {
                self.this.new += 1;
                (None, 1)
            }
            Standing::Changed { prev, version, returned } => {
                self.this.changed += 1;
                self.this.returned.extend(returned.then_some(prev));
                (Some(prev), version)
            }
            Standing::Unchanged { rec, returned } => {
                self.this.unchanged += 1;
                self.this.returned.extend(returned.then_some(rec));
                let before = u32::try_from(self.next - self.this.first_rec).unwrap_or(u32::MAX);
                self.seen.push(Seen { before, rec, line });
                return if self.seen.len() >= SEEN_ROWS { self.flush() } else { Ok(()) };
            }
        };
        let rec = self.next;
        if key != nameless(hash) {
            let number = u64::from(u32::try_from(rec - self.this.first_rec).unwrap_or(u32::MAX));
            self.natives.push(key >> 32 << 32 | number);
        }
        self.this.content = self.this.content.wrapping_add(hash);
        self.added.push(Entry::of(key, hash, rec, version));
        self.rows.push((ArrivingRow { rec, line, prev, version, hash, key }, old));
        self.next += 1;
        if self.rows.len() >= ROWS { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<(), LoadError> {
        let (rows, seen) = (std::mem::take(&mut self.rows), std::mem::take(&mut self.seen));
        if rows.is_empty() && seen.is_empty() {
            return Ok(());
        }
        self.job.check().map_err(|_| stopped())?;
        self.job.advance((rows.len() + seen.len()) as u64);
        if self.pending.len() >= IN_FLIGHT {
            self.wait(1)?;
        }
        let (ground, load, first) = (self.ground.clone(), self.load, self.this.first_rec);
        let handed =
            self.workspace.writer()?.hand_over(move |conn| replay::slice(conn, &ground, load, first, &rows, &seen))?;
        self.pending.push_back(handed);
        Ok(())
    }

    fn wait(&mut self, most: usize) -> Result<(), LoadError> {
        for _ in 0..most {
            let Some(first) = self.pending.pop_front() else { return Ok(()) };
            first.wait()?.map_err(|e| explain(self.workspace, &e))?;
        }
        Ok(())
    }
}

fn explain(workspace: &Workspace, error: &rusqlite::Error) -> LoadError {
    match workspace.reader() {
        Ok(reader) => reader.explain(error).into(),
        Err(error) => error.into(),
    }
}

/// A cancel while an object was being built anew.
pub(super) fn stopped() -> LoadError {
    LoadError::new(
        LoadErrorKind::Cancelled,
        "cancelled",
        "Cancelled. The object is as it was.",
        "Start it again when you like.",
    )
}

fn damaged(load: crate::sources::LoadId) -> LoadError {
    LoadError::new(
        LoadErrorKind::Workspace,
        "damaged",
        format!("What load {load} saw cannot be read. Nothing was changed."),
        "`cutover verify` checks the workspace; `cutover restore` puts a backup in its place.",
    )
}

/// Builds an object anew with these loads in this order. `held`: all loads whose rows are stored, also one that leaves;
/// `first_free`: no row has this number or a later one. Nobody sees it until it is put in place.
///
/// # Errors
/// If the workspace cannot be read or written, or the job was cancelled; what was written is cleared by `take_out::clear`.
pub(super) fn rebuild(
    workspace: &Workspace,
    object: i64,
    held: &[Placed],
    loads: &[Placed],
    columns: &[Column],
    first_free: i64,
    job: &Job,
) -> Result<Rebuilt, LoadError> {
    let native = columns.iter().position(|column| column.role == ColumnRole::NativeId).filter(|at| *at < TABLE_COLUMNS);
    let reader = workspace.reader()?;
    let conn = reader.conn();
    let total: i64 = loads.iter().map(|load| load.last_rec - load.first_rec + 1).sum();
    let seen: u64 = loads.iter().map(|load| load.unchanged).sum();
    job.begin("taking the loads in their order", u64::try_from(total).unwrap_or(0) + seen);
    let free: i64 = conn.query_row("SELECT value FROM setting WHERE key = 'next_rec'", [], |row| row.get(0))?;
    // One is left out, so that no load keeps its first number.
    let next = free.max(first_free) + 1;
    let ground = workspace
        .writer()?
        .hand_over(move |conn| replay::begin(conn, object, next))?
        .wait()?
        .map_err(|e| explain(workspace, &e))?;
    let mut old = Rows::default();
    let mut sorted: Vec<&Placed> = held.iter().collect();
    sorted.sort_by_key(|load| load.first_rec);
    for load in sorted.into_iter().filter(|load| load.last_rec >= load.first_rec) {
        old.stretches.push((load.first_rec, load.last_rec, old.list.len()));
        observed::for_each_stored::<LoadError>(conn, object, load, native, |row| {
            old.list.push((row.key, row.hash));
            Ok(())
        })?;
        job.check().map_err(|_| stopped())?;
    }
    let mut taking = Taking {
        workspace,
        job,
        ground,
        old,
        known: Known::default(),
        next,
        load: crate::sources::LoadId(0),
        this: RebuiltLoad::default(),
        rows: Vec::new(),
        seen: Vec::new(),
        added: Vec::new(),
        natives: Vec::new(),
        pending: VecDeque::new(),
    };
    let mut parts = Parts::default();
    let mut done: Vec<RebuiltLoad> = Vec::with_capacity(loads.len());
    for (at, load) in loads.iter().enumerate() {
        taking.load = load.id;
        taking.this = RebuiltLoad { load: load.id.0, first_rec: taking.next, ..RebuiltLoad::default() };
        taking.known.begin(parts.number(load.segment.as_deref()));
        take_load(&mut taking, conn, object, load, native)?;
        taking.flush()?;
        taking.wait(usize::MAX)?;
        let makes_vanish = vanishes(&loads[..at], load.delta, load.segment.as_deref());
        let added = std::mem::take(&mut taking.added);
        taking.this.vanished = taking.known.settle(added, makes_vanish);
        taking.this.returned.sort_unstable();
        taking.this.last_rec = taking.next - 1;
        if let Some(native) = native {
            let (groups, _) = index::group_natives(std::mem::take(&mut taking.natives), taking.this.first_rec);
            taking.this.repeated = index::repeats_of(workspace, &replay::next_table(object), native, groups)?;
        }
        done.push(std::mem::take(&mut taking.this));
    }
    let next_rec = taking.next;
    drop(taking);
    fault::point("replay.written");
    let stretches: Vec<(i64, i64)> = done.iter().map(|load| (load.first_rec, load.last_rec)).collect();
    let folder = crate::workspace::private_file::folder_of(workspace.file());
    let (segments, spoiled) =
        index::build_table(workspace, &replay::next_table(object), &stretches, roles_of(columns), &folder, job)
            .map_err(|e| if e.kind == LoadErrorKind::Cancelled { stopped() } else { e })?;
    for (load, spoiled) in done.iter_mut().zip(spoiled) {
        load.spoiled_ids = spoiled;
        let warnings = catalog::load(conn, crate::sources::LoadId(load.load))?.map(|load| load.warnings);
        load.warnings = warnings.map(|mut all| {
            all.retain(|text| !is_told(text));
            all.extend(told_of(&load.repeated, load.vanished.len() as u64, load.returned.len() as u64));
            all
        });
    }
    fault::point("replay.indexed");
    let (key_column, who) = (observed::key_column(native), workspace.actor().to_owned());
    Ok(Rebuilt { object, loads: done, segments, next_rec, key_column, who })
}

/// Takes the rows of a load in the order of its file: those that it stored between those that it saw unchanged.
fn take_load(
    taking: &mut Taking<'_>,
    conn: &rusqlite::Connection,
    object: i64,
    load: &Placed,
    native: Option<usize>,
) -> Result<(), LoadError> {
    let mut lines: Vec<u64> = Vec::new();
    observed::for_each_stored::<LoadError>(conn, object, load, native, |row| {
        lines.push(row.line);
        Ok(())
    })?;
    let mut stored = (load.first_rec..).zip(lines).peekable();
    let mut taken = 0u32;
    observed::for_each_seen::<LoadError>(conn, load.id, load.first_rec, |seen| {
        while taken < seen.before {
            let (rec, line) = stored.next().ok_or_else(|| damaged(load.id))?;
            taking.take(rec, line)?;
            taken += 1;
        }
        taking.take(seen.rec, seen.line)
    })?;
    for (rec, line) in stored {
        taking.take(rec, line)?;
    }
    Ok(())
}

/// Gives a load that arrives the counts that it has at its place.
pub(super) fn tell(this: &RebuiltLoad, ending: &mut Ending) {
    ending.last_rec = this.last_rec;
    ending.content = this.content;
    (ending.new, ending.changed, ending.unchanged) = (this.new, this.changed, this.unchanged);
    ending.vanished.clone_from(&this.vanished);
    ending.returned.clone_from(&this.returned);
    ending.repeated.clone_from(&this.repeated);
    ending.spoiled_ids = this.spoiled_ids;
}
