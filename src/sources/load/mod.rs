//! Bringing files into the workspace, each whole or not at all. `request` is what is asked, `propose` what would be done,
//! `arriving` turns rows into batches, `known` tells new records from changed and unchanged ones, `index` builds and
//! merges the identifier index, `take_out` undoes. This file is the order of events.

mod arriving;
mod error;
mod files;
mod index;
mod known;
pub(crate) mod merges;
mod propose;
mod request;
mod take_out;

pub use error::{LoadError, LoadErrorKind};
pub use files::{Found, Skipped, find_files};
pub(crate) use index::build_object;
pub use index::rebuild_index;
pub use propose::propose;
pub use request::{Clash, ClashAnswer, LoadRequest};
pub use take_out::{Undone, redo, sweep, take_out, undo};

use std::sync::mpsc;
use std::time::Instant;

use super::identifiers::build::IdentifierBuilder;
use super::read::{self, Part, Scan};
use super::store::arrive::{self, Beginning, Ending, Opened};
use super::store::catalog;
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
                Ok(loaded) => report.loads.extend(loaded),
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
    let beginning = begin_with(workspace, request, part, &scan, &plan, sha256);
    let handed = beginning.clone();
    let opened = workspace.writer()?.hand_over(move |conn| arrive::begin(conn, &handed))?.wait()?.map_err(explain)?;
    match bring_in(workspace, request, part, &scan, &plan, &beginning, opened, started, job) {
        Ok(()) => {
            job.unseal();
            let reader = workspace.reader()?;
            let load = catalog::load(reader.conn(), opened.load).map_err(|e| reader.explain(&e))?;
            load.map(|load| Some(Loaded::Done(Box::new(load)))).ok_or_else(|| LoadError::lost(&part.file))
        }
        Err(error) => {
            job.unseal();
            // Nothing of it stays. If even this fails, the next writer sweeps it.
            let _ = take_out::remove(workspace, opened.load);
            Err(error)
        }
    }
}

fn begin_with(
    workspace: &Workspace,
    request: &LoadRequest,
    part: &Part,
    scan: &Scan,
    plan: &Plan,
    sha256: String,
) -> Beginning {
    let path = std::fs::canonicalize(&part.file).unwrap_or_else(|_| part.file.clone());
    Beginning {
        source: plan.source.clone(),
        kind: plan.kind,
        object: plan.object,
        object_name: plan.object_name.clone(),
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
        as_of: request.as_of.clone().unwrap_or_else(|| files::as_of(part, scan)),
        loaded_at: jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        loaded_by: workspace.actor().to_owned(),
        is_redo: request.is_redo,
    }
}

#[allow(clippy::too_many_arguments)]
fn bring_in(
    workspace: &Workspace,
    request: &LoadRequest,
    part: &Part,
    scan: &Scan,
    plan: &Plan,
    beginning: &Beginning,
    opened: Opened,
    started: Instant,
    job: &Job,
) -> Result<(), LoadError> {
    let reader = workspace.reader()?;
    let roles: Vec<(usize, ColumnRole)> = plan
        .overlay
        .columns
        .iter()
        .filter(|column| column.role != ColumnRole::Plain)
        .map(|column| (column.position, column.role))
        .collect();
    let native = plan.overlay.columns.iter().position(|column| column.role == ColumnRole::NativeId);
    let known = match plan.object {
        Some(object) => known::Known::read(reader.conn(), object, native, job)?,
        None => known::Known::default(),
    };
    let folder = crate::workspace::private_file::folder_of(workspace.file());
    let columns = plan.overlay.columns.len();
    let (tally, mut totals, gathered) = std::thread::scope(|scope| {
        // A batch goes to the writer and to the index at the same time; a few may wait, so memory stays flat.
        let (batches, queue) = mpsc::sync_channel::<std::sync::Arc<arrive::Batch>>(3);
        let builder = IdentifierBuilder::new(roles, opened.first_rec, &folder);
        let indexing = std::thread::Builder::new()
            .name("identifiers".to_owned())
            .spawn_scoped(scope, move || index::gather(builder, &queue, columns, opened.first_rec))
            .map_err(|e| LoadError::io(&part.file, &e))?;
        job.begin("reading", scan.fingerprint.size);
        let mut arriving = Arriving::new(workspace, opened, plan, native, known, batches, job);
        let read = read::read(part, scan, &request.options, job, &mut arriving);
        let ended = arriving.finish(read.is_ok());
        let gathered = indexing.join().map_err(|_| LoadError::lost(&part.file))?;
        let gathered = gathered.map_err(|e| LoadError::index(&part.file, &e))?;
        let totals = ended.map_err(|e| e.at(&part.file))?;
        let tally = read?;
        Ok::<_, LoadError>((tally, totals, gathered))
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
        vanished: if beginning.delta { Vec::new() } else { totals.vanished },
        spoiled_ids: destroyed,
        native_id: plan.native_id.clone(),
        segments,
        ..Ending::default()
    };
    if let Some(native) = native {
        index::find_repeats(workspace, opened, native, plan, repeats, repeated_rows, &mut ending)?;
    }
    ending.warnings = warnings(scan, plan, &tally, &ending, destroyed);
    ending.millis = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    job.seal().map_err(|_| LoadError::cancelled(&part.file))?;
    let beginning = beginning.clone();
    workspace
        .writer()?
        .hand_over(move |conn| arrive::complete(conn, opened, &beginning, &ending))?
        .wait()?
        .map_err(|e| LoadError::from(reader.explain(&e)))?;
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
    if let Some(first) = ending.repeated.iter().find(|r| r.rec != r.first_rec) {
        let extra = ending.repeated.iter().filter(|r| r.rec != r.first_rec).count() as u64;
        all.push(format!(
            "{} a native ID with an earlier row; all are kept, named by load and line. The first: lines {} and {}.",
            if extra == 1 {
                "1 row shares".to_owned()
            } else {
                format!("{} rows share", crate::values::format::thousands(extra))
            },
            first.first_line,
            first.line
        ));
    }
    if destroyed > 0 {
        all.push(format!(
            "{} destroyed by a spreadsheet (such as 2.52E+18). They are joined to nothing. Ask for the file as CSV text.",
            if destroyed == 1 { "1 ID was".to_owned() } else { format!("{} IDs were", crate::values::format::thousands(destroyed)) }
        ));
    }
    if plan.later_than.is_some() && !ending.vanished.is_empty() {
        all.push(format!(
            "{} of the object in no row of this file; they are kept.",
            if ending.vanished.len() == 1 {
                "1 record is".to_owned()
            } else {
                format!("{} records are", crate::values::format::thousands(ending.vanished.len() as u64))
            }
        ));
    }
    all
}
