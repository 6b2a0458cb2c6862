//! Bringing files into the workspace, each whole or not at all. `request` is what is asked, `propose` what would be done,
//! `arriving` turns rows into batches, `known` tells new records from changed and unchanged ones, `moment` finds the
//! place of a file among the loads of its object, `replay` takes these loads again in another order, `index` builds and
//! merges the identifier index, `take_out` undoes. This file is the order of events.

mod arriving;
mod error;
mod files;
mod index;
mod known;
pub(crate) mod merges;
mod moment;
mod propose;
mod replay;
mod request;
mod take_out;

pub use error::{LoadError, LoadErrorKind};
pub use files::{Found, Skipped, find_files, recognise_file};
pub(crate) use index::build_object;
pub use index::rebuild_index;
pub use propose::propose;
pub use request::{Clash, ClashAnswer, LoadRequest, Place};
pub use take_out::{Undone, redo, sweep, take_out, undo};

use std::sync::mpsc;
use std::time::Instant;

use super::identifiers::build::IdentifierBuilder;
use super::profile::Profiler;
use super::read::{self, Part, Scan};
use super::store::arrive::{self, Beginning, Ending, Opened};
use super::store::catalog;
use super::store::observed::{self, Placed};
use super::{ColumnRole, Load};
use crate::job::Job;
use crate::workspace::{Workspace, audit, fault};
use arriving::Arriving;
use propose::Plan;

/// What became of one file, member or sheet.
#[derive(Debug, Clone, PartialEq)]
pub enum Loaded {
    Done(Box<Load>),
    /// These bytes are that load already; nothing changed.
    Already {
        file: String,
        load: Box<Load>,
    },
    /// What would be loaded (`dry_run`).
    WouldLoad(Box<super::Proposal>),
}

/// What became of all that was asked for.
#[derive(Debug, Default)]
pub struct Report {
    pub loads: Vec<Loaded>,
    /// Files that were not loaded, with why; nothing of them is in the workspace.
    pub failed: Vec<LoadError>,
    /// Files, members and sheets that are no exports.
    pub skipped: Vec<Skipped>,
}

/// Loads files and folders, one after the other. Each is whole or not at all; one that fails does not stop the others; a
/// cancel stops before the next.
///
/// # Errors
/// If the workspace cannot be written to at length, or the job was cancelled.
pub fn load(workspace: &Workspace, request: &mut LoadRequest, job: &Job) -> Result<Report, LoadError> {
    let mut report = Report::default();
    request.check_names()?;
    let lock = if request.dry_run { None } else { Some(workspace.write_at_length("loading")?) };
    if lock.is_some() {
        sweep(workspace, job)?;
    }
    let files = match find_files(&request.files) {
        Ok((files, skipped)) => {
            report.skipped.extend(skipped);
            files
        }
        Err(error) => return Err(error),
    };
    for file in files {
        job.check().map_err(|_| LoadError::cancelled(&file.path))?;
        let parts = match read::list_parts(&file.path, &request.options) {
            Ok(parts) => parts,
            Err(error) if file.in_folder && error.kind == read::ReadErrorKind::Format => {
                report.skipped.push(Skipped { name: files::name_of(&file.path), why: error.message.clone() });
                continue;
            }
            Err(error) => {
                report.failed.push(error.into());
                continue;
            }
        };
        report.skipped.extend(parts.skipped.into_iter().map(|(name, why)| Skipped { name, why }));
        let mut parts = parts.parts;
        files::put_in_order(&mut parts);
        for part in parts {
            match load_part(workspace, request, &part, job) {
                Ok(loaded) => {
                    if let Some(Loaded::Done(load)) = &loaded
                        && load.new == load.records
                    {
                        request.made.push(load.object.0);
                    }
                    report.loads.extend(loaded);
                }
                Err(error) if error.kind == LoadErrorKind::Cancelled => return Err(error),
                Err(error) => report.failed.push(error),
            }
        }
    }
    if lock.is_some() {
        index::merge_segments(workspace, job)?;
    }
    Ok(report)
}

fn load_part(
    workspace: &Workspace,
    request: &mut LoadRequest,
    part: &Part,
    job: &Job,
) -> Result<Option<Loaded>, LoadError> {
    let started = Instant::now();
    job.reset_rows();
    // Of several files, the one that is read now.
    job.note("file", files::title(part));
    let scan = read::scan(part, &request.options, job)?;
    let reader = workspace.reader()?;
    let explain = |e: rusqlite::Error| LoadError::from(reader.explain(&e));
    let sha256 = audit::hex(&scan.sha256);
    if request.only_sha256.as_ref().is_some_and(|only| *only != sha256) {
        return Ok(None);
    }
    // The same bytes again change nothing, unless another object is named for them.
    if !request.names_target()
        && let Some(load) = catalog::load_of_bytes(reader.conn(), &sha256, None).map_err(explain)?
        && let Some(load) = catalog::load(reader.conn(), load).map_err(explain)?
    {
        return Ok(Some(Loaded::Already { file: files::title(part), load: Box::new(load) }));
    }
    let plan = propose::plan(reader.conn(), request, part, &scan)?;
    if let Some(object) = plan.object
        && let Some(load) = catalog::load_of_bytes(reader.conn(), &sha256, Some(object)).map_err(explain)?
        && let Some(load) = catalog::load(reader.conn(), load).map_err(explain)?
    {
        return Ok(Some(Loaded::Already { file: files::title(part), load: Box::new(load) }));
    }
    if request.dry_run {
        return Ok(Some(Loaded::WouldLoad(Box::new(plan.proposal(&scan, part)))));
    }
    job.note("read as", read::describe(&scan));
    if let Some(native) = &plan.native_id {
        job.note("native ID", native.clone());
    }
    let beginning = begin_with(workspace, reader.conn(), request, part, &scan, &plan, sha256)?;
    let before = match plan.object {
        Some(object) if plan.later_than.is_some() => observed::in_order(reader.conn(), object).map_err(explain)?,
        _ => Vec::new(),
    };
    let mine = (beginning.order_at.as_str(), beginning.order_id.unwrap_or(i64::MAX));
    // Loads that are later versions of the object than this one stand on it.
    let later = before.iter().any(|load| load.place() > mine);
    if later {
        replay::refuse_without_seen(&before)?;
    }
    let handed = beginning.clone();
    let opened = workspace.writer()?.hand_over(move |conn| arrive::begin(conn, &handed))?.wait()?.map_err(explain)?;
    match bring_in(workspace, request, part, &scan, &plan, &beginning, &before, later, opened, started, job) {
        Ok(()) => {
            job.unseal();
            let reader = workspace.reader()?;
            let load = catalog::load(reader.conn(), opened.load).map_err(|e| reader.explain(&e))?;
            load.map(|load| Some(Loaded::Done(Box::new(load)))).ok_or_else(|| LoadError::lost(&part.file))
        }
        Err(error) => {
            job.unseal();
            // Nothing of it stays. If even this fails, the next writer sweeps it.
            let _ = take_out::remove(workspace, opened.load).and_then(|()| take_out::clear(workspace));
            Err(error)
        }
    }
}

fn begin_with(
    workspace: &Workspace,
    conn: &rusqlite::Connection,
    request: &LoadRequest,
    part: &Part,
    scan: &Scan,
    plan: &Plan,
    sha256: String,
) -> Result<Beginning, LoadError> {
    let said = request.as_of.as_ref().map(|text| as_utc(text)).or_else(|| moment::stated(part));
    let is_stated = request.place.as_ref().map_or(said.is_some(), |place| place.is_stated);
    let as_of = said.unwrap_or_else(|| files::as_of(part, scan));
    let (order_at, order_id) = moment::place(conn, plan.object, &as_of, is_stated, request.place.as_ref())?;
    let path = std::fs::canonicalize(&part.file).unwrap_or_else(|_| part.file.clone());
    Ok(Beginning {
        source: plan.source.clone(),
        kind: plan.kind,
        object: plan.object,
        object_name: plan.object_name.clone(),
        preset: plan.preset.clone(),
        recognised: plan.evidence.clone().filter(|_| plan.preset.is_some()),
        one_row_is: plan.one_row_is.clone(),
        columns: plan.overlay.columns.clone(),
        known_columns: plan.overlay.known,
        file_columns: plan.overlay.positions.clone(),
        file: files::title(part),
        path: path.to_string_lossy().into_owned(),
        sha256,
        bytes: scan.bytes,
        delta: request.delta || files::says_delta(part),
        encoding: scan.encoding.to_owned(),
        delimiter: scan.dialect.map(|dialect| read::delimiter_name(dialect.delimiter)),
        quote: scan.dialect.and_then(|dialect| dialect.quote).map(|quote| char::from(quote).to_string()),
        header_line: scan.dialect.map_or(scan.header_line, |dialect| dialect.header_line),
        read_as: read::describe(scan),
        native_id: plan.native_id.clone(),
        as_of,
        is_stated,
        order_at,
        order_id,
        segment: request.segment.clone().or_else(|| plan.segment.clone()),
        window: request.window.clone(),
        loaded_at: jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        loaded_by: workspace.actor().to_owned(),
        is_redo: request.is_redo,
    })
}

/// Moments are compared as text, so all are written alike.
fn as_utc(text: &str) -> String {
    text.parse::<jiff::Timestamp>().map_or_else(|_| text.to_owned(), |at| at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
}

#[allow(clippy::too_many_arguments)]
fn bring_in(
    workspace: &Workspace,
    request: &LoadRequest,
    part: &Part,
    scan: &Scan,
    plan: &Plan,
    beginning: &Beginning,
    before: &[Placed],
    later: bool,
    opened: Opened,
    started: Instant,
    job: &Job,
) -> Result<(), LoadError> {
    let reader = workspace.reader()?;
    // With a load that goes before others the whole object is built anew, its index too.
    let roles: Vec<(usize, ColumnRole)> = if later { Vec::new() } else { replay::roles_of(&plan.overlay.columns) };
    let native = plan.overlay.columns.iter().position(|column| column.role == ColumnRole::NativeId);
    let known = match plan.object {
        Some(object) if !later => {
            known::Known::read(reader.conn(), object, before, native, beginning.segment.as_deref(), job)
                .map_err(|e| if e.kind == LoadErrorKind::Cancelled { LoadError::cancelled(&part.file) } else { e })?
        }
        _ => known::Known::default(),
    };
    let folder = crate::workspace::private_file::folder_of(workspace.file());
    let columns = plan.overlay.columns.len();
    let (tally, mut totals, gathered, profiler) = std::thread::scope(|scope| {
        // A batch goes to the writer and to the index at the same time; a few may wait, so memory stays flat.
        let (batches, queue) = mpsc::sync_channel::<std::sync::Arc<arrive::Batch>>(3);
        let builder = IdentifierBuilder::new(roles, opened.first_rec, &folder);
        // All rows of a new object are its latest versions, so its profile is made on the way.
        let (to_profile, profiling) = if plan.object.is_none() {
            let (to_profile, queue) = mpsc::sync_channel(3);
            let profiler = Profiler::new(columns);
            let profiling = std::thread::Builder::new()
                .name("profile".to_owned())
                .spawn_scoped(scope, move || index::profile(profiler, &queue, opened.load))
                .map_err(|e| LoadError::io(&part.file, &e))?;
            (Some(to_profile), Some(profiling))
        } else {
            (None, None)
        };
        let indexing = std::thread::Builder::new()
            .name("identifiers".to_owned())
            .spawn_scoped(scope, move || index::gather(builder, &queue, columns, opened.first_rec, to_profile))
            .map_err(|e| LoadError::io(&part.file, &e))?;
        job.begin("reading", scan.fingerprint.size);
        let mut arriving = Arriving::new(workspace, opened, plan, native, known, batches, job);
        let read = read::read(part, scan, &request.options, job, &mut arriving);
        let ended = arriving.finish(read.is_ok());
        let gathered = indexing.join().map_err(|_| LoadError::lost(&part.file))?;
        let gathered = gathered.map_err(|e| LoadError::index(&part.file, &e))?;
        let totals = ended.map_err(|e| e.at(&part.file))?;
        let tally = read?;
        let profiler = profiling.and_then(|profiling| profiling.join().ok());
        Ok::<_, LoadError>((tally, totals, gathered, profiler))
    })?;
    fault::point("load.rows_written");
    job.begin("indexing", 0);
    let destroyed = gathered.destroyed;
    let natives = std::mem::take(&mut totals.natives);
    let (repeats, repeated_rows) = index::group_natives(natives, opened.first_rec);
    let segments = index::write(workspace, Some(opened.load), gathered, job).map_err(|e| e.at(&part.file))?;
    fault::point("load.indexed");
    let mut ending = Ending {
        last_rec: opened.first_rec + i64::from(totals.stored) - 1,
        content: totals.content,
        rows: tally.rows,
        records: tally.records,
        quarantined: tally.quarantined,
        new: totals.new,
        changed: totals.changed,
        unchanged: totals.unchanged,
        vanished: if known::vanishes(before, beginning.delta, beginning.segment.as_deref()) {
            totals.vanished
        } else {
            Vec::new()
        },
        returned: totals.returned,
        key_column: observed::key_column(native),
        sketch: totals.sketch,
        window: totals.window,
        spoiled_ids: destroyed,
        native_id: plan.native_id.clone(),
        segments,
        ..Ending::default()
    };
    let mut rebuilt = None;
    if later && let Some(object) = plan.object {
        let coming = replay::coming(opened, beginning, &ending);
        let loads = replay::with(before, coming);
        let done = replay::rebuild(workspace, object, &loads, &loads, &plan.overlay.columns, ending.last_rec + 1, job)
            .map_err(|e| if e.kind == LoadErrorKind::Cancelled { LoadError::cancelled(&part.file) } else { e })?;
        if let Some(this) = done.loads.iter().find(|load| load.load == opened.load.0) {
            replay::tell(this, &mut ending);
        }
        rebuilt = Some(done);
    } else if let Some(native) = native.filter(|at| *at < super::store::TABLE_COLUMNS) {
        index::find_repeats(workspace, opened, native, plan, repeats, repeated_rows, &mut ending)?;
    }
    let destroyed = if rebuilt.is_some() { ending.spoiled_ids } else { destroyed };
    ending.warnings = warnings(scan, plan, &tally, &ending, destroyed);
    if rebuilt.is_some() {
        // They are written with the object.
        (ending.vanished, ending.returned, ending.repeated) = Default::default();
        let newest = before.last();
        ending.warnings.extend(newest.map(|newest| {
            format!(
                "This export is older than load {} ({}): its rows became earlier versions; the records shown stay those of load {}.",
                newest.id, newest.day(), newest.id
            )
        }));
    }
    ending.millis = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    job.seal().map_err(|_| LoadError::cancelled(&part.file))?;
    let beginning = beginning.clone();
    let demoted = ending.demote_native;
    workspace
        .writer()?
        .hand_over(move |conn| arrive::complete(conn, opened, &beginning, &ending, rebuilt.as_ref()))?
        .wait()?
        .map_err(|e| LoadError::from(reader.explain(&e)))?;
    if later {
        take_out::clear(workspace)?;
    }
    if let Some(profiler) = profiler {
        let role = |column: &super::Column| match demoted {
            Some(position) if position == column.position => ColumnRole::ForeignKey,
            _ => column.role,
        };
        let columns: Vec<(String, ColumnRole)> =
            plan.overlay.columns.iter().map(|column| (column.name.clone(), role(column))).collect();
        let profile = profiler.finish(&columns, vec![opened.load.0]);
        // The load is complete. A profile that cannot be stored is made again when it is asked for.
        let _ = super::store::profile::keep(workspace, super::ObjectId(opened.object), &profile);
    }
    Ok(())
}

fn warnings(scan: &Scan, plan: &Plan, tally: &read::Tally, ending: &Ending, destroyed: u64) -> Vec<String> {
    use crate::values::format::count;
    let mut all = scan.warnings.clone();
    all.extend(tally.warnings.iter().filter(|text| !scan.warnings.contains(text)).cloned());
    all.extend(plan.warnings.iter().cloned());
    if tally.short_rows > 0 && !all.iter().any(|text| text.contains("fewer fields")) {
        all.push(format!(
            "{} with fewer fields than the header; they are records.",
            count(tally.short_rows, "row", "rows")
        ));
    }
    all.extend(replay::told_of(&ending.repeated, ending.vanished.len() as u64, ending.returned.len() as u64));
    if destroyed > 0 {
        all.push(format!(
            "{} destroyed by a spreadsheet (such as 2.52E+18). They are joined to nothing. Ask for the file as CSV text.",
            if destroyed == 1 { "1 ID was".to_owned() } else { format!("{} IDs were", crate::values::format::thousands(destroyed)) }
        ));
    }
    all
}
