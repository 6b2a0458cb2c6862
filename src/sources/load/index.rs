//! The identifier index of a load: gathered beside the reading, merged and written when the rows are in.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender};

use super::LoadError;
use super::propose::Plan;
use crate::job::Job;
use crate::sources::identifiers::build::IdentifierBuilder;
use crate::sources::identifiers::key::Pattern;
use crate::sources::identifiers::merge::{Merge, Run, Source};
use crate::sources::identifiers::scan::SegmentScan;
use crate::sources::identifiers::segment::{Block, Meta, write_segment};
use crate::sources::identifiers::{FORMAT, IndexError, Space};
use crate::sources::profile::Profiler;
use crate::sources::store::arrive::{self, Batch, Ending, Opened, RepeatedId};
use crate::sources::store::catalog::Stretches;
use crate::sources::store::{data_table, leave};
use crate::sources::{ColumnRole, LoadId};
use crate::values::salesforce;
use crate::workspace::{Pending, Workspace, audit, fault};

/// Blocks handed to the writer at once.
const BLOCKS: usize = 128;
/// Rows of repeated IDs that are listed one by one.
const MOST_REPEATS: usize = 200_000;

/// What the rows of a load brought for the index.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    pub runs: Vec<Run>,
    pub patterns: Vec<Pattern>,
    /// IDs that a spreadsheet destroyed.
    pub destroyed: u64,
}

/// Files the identifiers of every batch, and hands it on to the profile, if one is made.
pub(super) fn gather(
    mut builder: IdentifierBuilder,
    batches: &Receiver<Arc<Batch>>,
    columns: usize,
    first_rec: i64,
    profile: Option<SyncSender<Arc<Batch>>>,
) -> Result<Gathered, IndexError> {
    let mut starts = Vec::new();
    while let Ok(batch) = batches.recv() {
        if let Some(profile) = &profile {
            // Without its profile a load is whole; it is made again when it is asked for.
            let _ = profile.send(batch.clone());
        }
        let mut at = 0usize;
        for (row, lengths) in batch.rows.iter().zip(batch.lengths.chunks_exact(columns.max(1))) {
            starts.clear();
            for &length in lengths {
                starts.push(at);
                at += length.saturating_sub(1) as usize;
            }
            let number = u32::try_from(row.rec - first_rec).unwrap_or(u32::MAX);
            builder.add(number, |column| {
                let length = lengths.get(column)?.checked_sub(1)? as usize;
                batch.text.get(starts[column]..starts[column] + length)
            })?;
        }
    }
    drop(profile);
    let destroyed = builder.destroyed();
    let (runs, patterns) = builder.finish()?;
    Ok(Gathered { runs, patterns, destroyed })
}

/// Profiles every batch of a first load.
pub(super) fn profile(mut profiler: Profiler, batches: &Receiver<Arc<Batch>>, load: LoadId) -> Profiler {
    while let Ok(batch) = batches.recv() {
        profiler.take(&batch, load.0);
    }
    profiler.end();
    profiler
}

/// Merges runs into segments that nobody reads yet: IDs into one, everything else into another, side by side.
pub(super) fn write(
    workspace: &Workspace,
    load: Option<LoadId>,
    gathered: Gathered,
    job: &Job,
) -> Result<Vec<(i64, Meta)>, LoadError> {
    let is_id = |run: &Run| run.space() == Space::Id as u8 || run.space() == Space::Number as u8;
    let (ids, others): (Vec<Run>, Vec<Run>) = gathered.runs.into_iter().partition(is_id);
    let one = |runs: Vec<Run>, patterns: Vec<Pattern>| -> Result<Option<(i64, Meta)>, LoadError> {
        if runs.is_empty() {
            return Ok(None);
        }
        let failed = |e: IndexError| LoadError::index(workspace.file(), &e);
        let mut merge = Merge::new(runs.into_iter().map(Source::Run).collect()).map_err(failed)?;
        let (segment, mut meta) = write_merge(workspace, load, &mut merge, job)?;
        meta.patterns = patterns;
        Ok(Some((segment, meta)))
    };
    let (ids, others) = std::thread::scope(|scope| {
        let beside = scope.spawn(|| one(others, Vec::new()));
        let ids = one(ids, gathered.patterns);
        let others = beside.join().map_err(|_| LoadError::lost(workspace.file())).and_then(|done| done);
        (ids, others)
    });
    Ok([ids?, others?].into_iter().flatten().collect())
}

fn write_merge(
    workspace: &Workspace,
    load: Option<LoadId>,
    merge: &mut Merge<'_>,
    job: &Job,
) -> Result<(i64, Meta), LoadError> {
    let writer = workspace.writer()?;
    let file = workspace.file().to_path_buf();
    let explain = |e: rusqlite::Error| -> LoadError { crate::workspace::WorkspaceError::sqlite(&file, &e).into() };
    let segment = writer
        .hand_over(move |conn| arrive::slice(conn, |tx| arrive::begin_segment(tx, load)))?
        .wait()?
        .map_err(explain)?;
    let mut ready: Vec<Block> = Vec::with_capacity(BLOCKS);
    let mut pending: std::collections::VecDeque<Pending<rusqlite::Result<()>>> = std::collections::VecDeque::new();
    let mut failure = None;
    let mut hand_over = |blocks: Vec<Block>| -> Result<(), LoadError> {
        if pending.len() >= 3
            && let Some(first) = pending.pop_front()
        {
            first.wait()?.map_err(explain)?;
        }
        pending.push_back(writer.hand_over(move |conn| {
            let written = arrive::slice(conn, |tx| arrive::blocks(tx, segment, &blocks));
            fault::point("index.slice");
            written
        })?);
        Ok(())
    };
    let written = write_segment(merge, |block| {
        ready.push(block);
        if ready.len() >= BLOCKS {
            job.check()?;
            if let Err(error) = hand_over(std::mem::take(&mut ready)) {
                failure = Some(error);
                return Err(IndexError::Cancelled(crate::job::Cancelled));
            }
        }
        Ok(())
    });
    if let Some(error) = failure {
        return Err(error);
    }
    let meta = written.map_err(|e| LoadError::index(&file, &e))?;
    if !ready.is_empty() {
        hand_over(ready)?;
    }
    for last in pending {
        last.wait()?.map_err(explain)?;
    }
    Ok((segment, meta))
}

/// Rows whose native IDs have one hash, group by group, and how many rows repeat an ID, about. `natives`: for each row
/// with an ID the upper half of its hash before the row's number within the load.
pub(super) fn group_natives(mut natives: Vec<u64>, first_rec: i64) -> (Vec<Vec<i64>>, u64) {
    natives.sort_unstable();
    let (mut groups, mut repeated, mut listed) = (Vec::new(), 0u64, 0usize);
    for same in natives.chunk_by(|a, b| a >> 32 == b >> 32).filter(|same| same.len() > 1) {
        repeated += same.len() as u64 - 1;
        if listed < MOST_REPEATS {
            listed += same.len();
            groups.push(same.iter().map(|packed| first_rec + i64::from(*packed as u32)).collect());
        }
    }
    (groups, repeated)
}

/// Looks at rows whose native IDs may be equal: which share it to the letter. Where very many do, the column names no
/// record after all.
pub(super) fn find_repeats(
    workspace: &Workspace,
    opened: Opened,
    native: usize,
    plan: &Plan,
    groups: Vec<Vec<i64>>,
    repeated_rows: u64,
    ending: &mut Ending,
) -> Result<(), LoadError> {
    let stored = ending.new + ending.changed;
    let by_hand = plan.overlay.columns.get(native).is_some_and(|column| column.by_hand);
    if !by_hand && plan.object.is_none() && repeated_rows > 20 && repeated_rows * 10 > stored {
        ending.demote_native = Some(native);
        ending.native_id = None;
        return Ok(());
    }
    ending.repeated = repeats_of(workspace, &data_table(opened.object), native, groups)?;
    Ok(())
}

/// The rows of a table, among those given in groups, that share their native ID to the letter.
pub(super) fn repeats_of(
    workspace: &Workspace,
    table: &str,
    native: usize,
    groups: Vec<Vec<i64>>,
) -> Result<Vec<RepeatedId>, LoadError> {
    let reader = workspace.reader()?;
    let mut statement = reader.conn().prepare(&format!("SELECT line, c{native} FROM {table} WHERE rec = ?1"))?;
    let mut repeated = Vec::new();
    for rows in groups {
        let mut found: Vec<(String, i64, i64)> = Vec::with_capacity(rows.len());
        for rec in rows {
            let (line, id): (i64, Option<String>) = statement.query_row([rec], |row| Ok((row.get(0)?, row.get(1)?)))?;
            if let Some(id) = id {
                let id = id.trim();
                // An 18-character Salesforce ID is its first 15.
                found.push((if salesforce::is_18(id) { id[..15].to_owned() } else { id.to_owned() }, rec, line));
            }
        }
        found.sort();
        for same in found.chunk_by(|a, b| a.0 == b.0).filter(|same| same.len() > 1) {
            let (_, first_rec, first_line) = same[0];
            repeated.extend(same.iter().map(|(id, rec, line)| RepeatedId {
                rec: *rec,
                line: *line,
                first_rec,
                first_line,
                native_id: id.clone(),
            }));
        }
    }
    repeated.sort_by_key(|r| r.rec);
    Ok(repeated)
}

/// Merges segments of like size once eight of them have gathered, and drops what nobody reads.
pub(super) fn merge_segments(workspace: &Workspace, job: &Job) -> Result<(), LoadError> {
    loop {
        let reader = workspace.reader()?;
        let explain = |e: rusqlite::Error| LoadError::from(reader.explain(&e));
        let segments: Vec<(i64, i64)> = {
            let mut statement = reader
                .conn()
                .prepare("SELECT id, entries FROM ident_segment WHERE state = 'live' AND format = ?1 ORDER BY id")
                .map_err(explain)?;
            statement
                .query_map([FORMAT], |row| Ok((row.get(0)?, row.get(1)?)))
                .and_then(Iterator::collect)
                .map_err(explain)?
        };
        let mut by_size: std::collections::BTreeMap<u32, Vec<i64>> = std::collections::BTreeMap::new();
        for (id, entries) in segments {
            let size = u32::try_from(entries / 100_000).unwrap_or(u32::MAX).checked_ilog(8).map_or(0, |log| log + 1);
            by_size.entry(size).or_default().push(id);
        }
        let Some((_, many)) = by_size.into_iter().find(|(_, ids)| ids.len() >= 8) else { return Ok(()) };
        merge_these(workspace, &many, job)?;
    }
}

fn merge_these(workspace: &Workspace, old: &[i64], job: &Job) -> Result<(), LoadError> {
    job.begin("tidying the identifier index", 0);
    let reader = workspace.reader()?;
    let file = workspace.file().to_path_buf();
    let failed = |e: IndexError| LoadError::index(&file, &e);
    let stretches = Stretches::read(reader.conn()).map_err(|e| LoadError::from(reader.explain(&e)))?;
    let mut sources = Vec::with_capacity(old.len());
    let mut patterns: Vec<Pattern> = Vec::new();
    for &segment in old {
        let keep = |rec| stretches.of(rec).is_some();
        let scan = SegmentScan::new(reader.conn(), segment, Box::new(keep)).map_err(failed)?;
        patterns.extend(scan.patterns().iter().cloned());
        sources.push(Source::Segment(scan));
    }
    patterns.sort();
    patterns.dedup();
    let mut merge = Merge::new(sources).map_err(failed)?;
    let (segment, mut meta) = write_merge(workspace, None, &mut merge, job)?;
    drop(merge);
    meta.patterns = patterns;
    let gone = old.to_vec();
    let swapped = workspace.writer()?.transact(move |tx| {
        arrive::complete_segment(tx, segment, &meta)?;
        for id in gone {
            tx.execute("UPDATE ident_segment SET state = 'dead', load = NULL WHERE id = ?1", [id])?;
        }
        Ok(())
    });
    swapped?;
    fault::point("index.merged");
    while workspace.writer()?.hand_over(|conn| leave::delete_segment_slice(conn, None))?.wait()?? {}
    Ok(())
}

/// Builds the whole index anew from the records.
///
/// # Errors
/// If the workspace cannot be read or written to at length.
pub fn rebuild_index(workspace: &Workspace, job: &Job) -> Result<(), LoadError> {
    let _lock = workspace.write_at_length("building the identifier index anew")?;
    let reader = workspace.reader()?;
    let explain = |e: rusqlite::Error| LoadError::from(reader.explain(&e));
    let old: Vec<i64> = {
        let mut statement = reader.conn().prepare("SELECT id FROM ident_segment").map_err(explain)?;
        statement.query_map([], |row| row.get(0)).and_then(Iterator::collect).map_err(explain)?
    };
    let folder = crate::workspace::private_file::folder_of(workspace.file());
    let columns = crate::sources::store::catalog::columns_by_object(reader.conn()).map_err(explain)?;
    let mut built = Vec::new();
    for (object, columns) in columns {
        let roles = columns
            .iter()
            .filter(|column| column.role != ColumnRole::Plain)
            .map(|column| (column.position, column.role))
            .collect();
        built.extend(build_object(workspace, object, roles, &folder, job)?);
    }
    let actor = workspace.actor().to_owned();
    workspace.writer()?.transact(move |tx| {
        for id in old {
            tx.execute("UPDATE ident_segment SET state = 'dead', load = NULL WHERE id = ?1", [id])?;
        }
        for (segment, meta) in built {
            arrive::complete_segment(tx, segment, &meta)?;
        }
        let entry =
            audit::Entry { who: &actor, what: "built anew", subject: "identifier index", before: None, after: None };
        audit::append(tx, &entry)?;
        Ok(())
    })?;
    while workspace.writer()?.hand_over(|conn| leave::delete_segment_slice(conn, None))?.wait()?? {}
    merge_segments(workspace, job)
}

/// Segments over the rows of an object, for the columns given; nobody reads them yet.
pub(crate) fn build_object(
    workspace: &Workspace,
    object: i64,
    roles: Vec<(usize, ColumnRole)>,
    folder: &std::path::Path,
    job: &Job,
) -> Result<Vec<(i64, Meta)>, LoadError> {
    if roles.is_empty() {
        return Ok(Vec::new());
    }
    let reader = workspace.reader()?;
    let stretches = Stretches::read(reader.conn())?;
    let stretches: Vec<(i64, i64)> =
        stretches.of_object(crate::sources::ObjectId(object)).map(|(from, to, _)| (from, to)).collect();
    Ok(build_table(workspace, &data_table(object), &stretches, roles, folder, job)?.0)
}

/// Finished segments of the index that nobody reads yet, with what each holds.
pub(super) type Segments = Vec<(i64, Meta)>;

/// Segments over stretches of rows of a table; nobody reads them yet. With how many destroyed IDs each stretch has.
pub(super) fn build_table(
    workspace: &Workspace,
    table: &str,
    stretches: &[(i64, i64)],
    roles: Vec<(usize, ColumnRole)>,
    folder: &std::path::Path,
    job: &Job,
) -> Result<(Segments, Vec<u64>), LoadError> {
    if !roles.iter().any(|(at, _)| *at < crate::sources::store::TABLE_COLUMNS) {
        return Ok((Vec::new(), vec![0; stretches.len()]));
    }
    let reader = workspace.reader()?;
    let file = workspace.file().to_path_buf();
    let failed = |e: IndexError| LoadError::index(&file, &e);
    let mut gathered = Gathered::default();
    let mut destroyed = Vec::with_capacity(stretches.len());
    job.begin("indexing", 0);
    let positions: Vec<usize> =
        roles.iter().map(|(at, _)| *at).filter(|at| *at < crate::sources::store::TABLE_COLUMNS).collect();
    let list: Vec<String> = positions.iter().map(|at| format!("c{at}")).collect();
    for &(from, to) in stretches {
        let mut builder = IdentifierBuilder::new(roles.clone(), from, folder);
        let mut statement = reader.conn().prepare(&format!(
            "SELECT rec, {} FROM {table} WHERE rec BETWEEN ?1 AND ?2 ORDER BY rec",
            list.join(", ")
        ))?;
        let mut rows = statement.query([from, to])?;
        while let Some(row) = rows.next()? {
            let number = u32::try_from(row.get::<_, i64>(0)? - from).unwrap_or(u32::MAX);
            if number % 4096 == 0 {
                job.check().map_err(|_| LoadError::cancelled(&file))?;
            }
            let cell = |column: usize| {
                let at = positions.iter().position(|p| *p == column)?;
                row.get_ref(at + 1).ok()?.as_str_or_null().ok().flatten()
            };
            builder.add(number, cell).map_err(failed)?;
        }
        destroyed.push(builder.destroyed());
        let (runs, patterns) = builder.finish().map_err(failed)?;
        gathered.runs.extend(runs);
        gathered.patterns.extend(patterns);
    }
    gathered.patterns.sort();
    gathered.patterns.dedup();
    Ok((write(workspace, None, gathered, job)?, destroyed))
}
