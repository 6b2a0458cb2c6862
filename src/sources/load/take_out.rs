//! Taking a load out again with all that came of it; undo and redo; sweeping what a crash left.

use std::path::PathBuf;

use super::{LoadError, LoadErrorKind, LoadRequest, Loaded, Place, replay};
use crate::definitions;
use crate::job::Job;
use crate::sources::deeds::{self, Deed, Leaving};
use crate::sources::profile::decide;
use crate::sources::read::{self, ReadOptions};
use crate::sources::store::observed::{self, Placed};
use crate::sources::store::replay as store_replay;
use crate::sources::store::{catalog, leave as store_leave};
use crate::sources::{Load, LoadId, SystemKind, roles};
use crate::workspace::{Workspace, fault};

/// What was taken back or done again, as a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undone {
    /// `load`, `take_out`, `role`, `dates`, `definition`.
    pub what: String,
    pub sentence: String,
}

/// Takes a load out; what later loads of its object saw stays, as if this one had never been.
///
/// # Errors
/// If there is no such load, one of an older Cutover would have to be taken again, or the workspace cannot be written to at length.
pub fn take_out(workspace: &Workspace, load: LoadId, job: &Job) -> Result<Load, LoadError> {
    leave(workspace, load, Leaving::ByName, job)
}

fn leave(workspace: &Workspace, load: LoadId, why: Leaving, job: &Job) -> Result<Load, LoadError> {
    let _lock = workspace.write_at_length("taking a load out")?;
    sweep(workspace, job)?;
    let reader = workspace.reader()?;
    let explain = |e: rusqlite::Error| LoadError::from(reader.explain(&e));
    let Some(found) = catalog::load(reader.conn(), load).map_err(explain)? else {
        return Err(LoadError::new(
            LoadErrorKind::Usage,
            "no_such_load",
            format!("There is no load {load}."),
            "`cutover sources` lists the loads.",
        ));
    };
    let loads = observed::in_order(reader.conn(), found.object.0).map_err(explain)?;
    if loads.last().is_none_or(|last| last.id == load) {
        let actor = workspace.actor().to_owned();
        workspace
            .writer()?
            .hand_over(move |conn| store_leave::hide(conn, load, &actor, why))?
            .wait()?
            .map_err(explain)?;
        remove(workspace, load)?;
        return Ok(found);
    }
    // Later loads stand on it: the object is built anew from those that stay.
    let rest: Vec<Placed> = loads.iter().filter(|other| other.id != load).cloned().collect();
    replay::refuse_without_seen(&rest)?;
    let columns = catalog::columns_of(reader.conn(), found.object.0).map_err(explain)?;
    let rebuilt = replay::rebuild(workspace, found.object.0, &loads, &rest, &columns, 0, job)
        .and_then(|rebuilt| job.seal().map(|()| rebuilt).map_err(|_| replay::stopped()));
    let hidden = rebuilt.and_then(|rebuilt| {
        let hand = move |conn: &mut rusqlite::Connection| store_replay::hide_between(conn, load, why, &rebuilt);
        workspace.writer()?.hand_over(hand)?.wait()?.map_err(explain)
    });
    job.unseal();
    if let Err(error) = hidden {
        // If even this fails, the next writer sweeps it.
        let _ = clear(workspace);
        return Err(error);
    }
    remove(workspace, load)?;
    clear(workspace)?;
    Ok(found)
}

/// Deletes what nobody sees of a load, slice by slice.
pub(super) fn remove(workspace: &Workspace, load: LoadId) -> Result<(), LoadError> {
    let writer = workspace.writer()?;
    while writer.hand_over(move |conn| store_leave::delete_slice(conn, load))?.wait()?? {
        fault::point("undo.slice");
    }
    while writer.hand_over(|conn| store_leave::delete_segment_slice(conn, None))?.wait()?? {}
    while writer.hand_over(store_leave::shrink_slice)?.wait()?? {
        fault::point("undo.shrink");
    }
    fault::point("undo.done");
    Ok(())
}

/// Deletes what is left of an object that was built anew, or of the one in whose place it was put.
pub(super) fn clear(workspace: &Workspace) -> Result<(), LoadError> {
    let writer = workspace.writer()?;
    while writer.hand_over(store_replay::clear_slice)?.wait()?? {
        fault::point("replay.cleared");
    }
    while writer.hand_over(|conn| store_leave::delete_segment_slice(conn, None))?.wait()?? {}
    while writer.hand_over(store_leave::shrink_slice)?.wait()?? {}
    Ok(())
}

/// Deletes what a crash or a cancel left; to be called by whoever holds the right to write at length.
///
/// # Errors
/// If the workspace cannot be written.
pub fn sweep(workspace: &Workspace, job: &Job) -> Result<(), LoadError> {
    let reader = workspace.reader()?;
    let explain = |e: rusqlite::Error| LoadError::from(reader.explain(&e));
    if !store_leave::needs_sweep(reader.conn()).map_err(explain)? {
        return Ok(());
    }
    job.begin("clearing what an interrupted load left", 0);
    for load in store_leave::remains(reader.conn()).map_err(explain)? {
        remove(workspace, load)?;
    }
    clear(workspace)
}

fn deed(
    workspace: &Workspace,
    next: fn(&rusqlite::Connection, &str) -> rusqlite::Result<Option<Deed>>,
) -> Result<Option<Deed>, LoadError> {
    let reader = workspace.reader()?;
    next(reader.conn(), workspace.actor()).map_err(|e| reader.explain(&e).into())
}

fn mark(workspace: &Workspace, seq: i64, undone: bool, detail: Option<String>) -> Result<(), LoadError> {
    workspace.writer()?.transact(move |tx| {
        if let Some(detail) = &detail {
            deeds::amend(tx, seq, detail)?;
        }
        deeds::mark(tx, seq, undone)
    })?;
    Ok(())
}

/// Takes back what this person did last; `None` if there is nothing.
///
/// # Errors
/// If it cannot be taken back; then it stands.
pub fn undo(workspace: &Workspace, job: &Job) -> Result<Option<Undone>, LoadError> {
    let Some(deed) = deed(workspace, deeds::last_done)? else { return Ok(None) };
    let sentence = match deed.what.as_str() {
        "load" => {
            let load = LoadId(field(&deed, "load").and_then(|v| v.as_i64()).unwrap_or(0));
            match leave(workspace, load, Leaving::Undone, job) {
                Ok(load) => format!(
                    "Took out load {}, {}: {} records.",
                    load.id,
                    shown(&load.file),
                    crate::values::format::thousands(load.records)
                ),
                // It was taken out by name before; nothing is left to undo.
                Err(error) if error.word == "no_such_load" => format!("Load {load} was taken out already."),
                Err(error) => return Err(error),
            }
        }
        "take_out" => {
            let old = LoadId(field(&deed, "load").and_then(|v| v.as_i64()).unwrap_or(0));
            let (sentence, new, detail) = redo_load(workspace, &deed, job)?;
            // The deed that first brought the load means the one that is back.
            workspace.writer()?.transact(move |tx| deeds::renumber(tx, old, new))?;
            mark(workspace, deed.seq, true, Some(detail))?;
            return Ok(Some(Undone { what: "load".to_owned(), sentence }));
        }
        "role" => roles::apply_deed(workspace, &deed, true, job)?,
        "definition" => definitions::apply_deed(workspace, &deed, true)?,
        "dates" => decide::apply_deed(workspace, &deed, true)?,
        other => return Err(unknown(other)),
    };
    mark(workspace, deed.seq, true, None)?;
    Ok(Some(Undone { what: deed.what, sentence }))
}

/// Does again what this person took back last; `None` if there is nothing.
///
/// # Errors
/// If it cannot be done again; then it stays undone.
pub fn redo(workspace: &Workspace, job: &Job) -> Result<Option<Undone>, LoadError> {
    let Some(deed) = deed(workspace, deeds::first_undone)? else { return Ok(None) };
    let (sentence, detail) = match deed.what.as_str() {
        "load" => {
            let (sentence, _, detail) = redo_load(workspace, &deed, job)?;
            (sentence, Some(detail))
        }
        "take_out" => {
            let load = LoadId(field(&deed, "load").and_then(|v| v.as_i64()).unwrap_or(0));
            let load = leave(workspace, load, Leaving::Again, job)?;
            (format!("Took out load {}, {} again.", load.id, shown(&load.file)), None)
        }
        "role" => (roles::apply_deed(workspace, &deed, false, job)?, None),
        // It has marked and amended its deed itself.
        "definition" => {
            let sentence = definitions::apply_deed(workspace, &deed, false)?;
            return Ok(Some(Undone { what: deed.what, sentence }));
        }
        "dates" => (decide::apply_deed(workspace, &deed, false)?, None),
        other => return Err(unknown(other)),
    };
    mark(workspace, deed.seq, false, detail)?;
    Ok(Some(Undone { what: deed.what, sentence }))
}

fn redo_load(workspace: &Workspace, deed: &Deed, job: &Job) -> Result<(String, LoadId, String), LoadError> {
    let given = |name: &str| field(deed, name).and_then(|v| v.as_str().map(str::to_owned));
    let text = |name: &str| given(name).unwrap_or_default();
    let path = PathBuf::from(text("path"));
    // As it was read then, whatever was told by hand.
    let mut options = ReadOptions::default();
    if let Some(delimiter) = given("delimiter").and_then(|name| read::delimiter_of(&name)) {
        options.delimiter = Some(delimiter);
        options.quote = Some(given("quote").and_then(|quote| quote.bytes().next()));
        options.encoding = given("encoding");
    }
    let header_line = field(deed, "header_line").and_then(|v| v.as_u64());
    if options.delimiter.is_some() || header_line.is_some() {
        options.header_line = Some(header_line);
    }
    let mut request = LoadRequest {
        files: vec![path.clone()],
        source: given("source"),
        object: given("object"),
        kind: given("kind").and_then(|word| SystemKind::from_word(&word)),
        native_id: given("native_id"),
        as_of: given("as_of"),
        delta: field(deed, "delta").and_then(|v| v.as_bool()).unwrap_or(false),
        window: field(deed, "window").and_then(|v| serde_json::from_value(v).ok()),
        segment: given("segment"),
        place: given("order_at").map(|at| Place {
            at,
            id: field(deed, "order_id").and_then(|v| v.as_i64()).unwrap_or(0),
            is_stated: field(deed, "stated").and_then(|v| v.as_bool()).unwrap_or(false),
        }),
        options,
        only_sha256: Some(text("sha256")),
        is_redo: true,
        ..LoadRequest::default()
    };
    let report = super::load(workspace, &mut request, job)?;
    let wanted = text("sha256");
    let load = report.loads.into_iter().find_map(|loaded| match loaded {
        Loaded::Done(load) | Loaded::Already { load, .. } if load.sha256 == wanted => Some(load),
        _ => None,
    });
    let Some(load) = load else {
        if let Some(error) = report.failed.into_iter().next() {
            return Err(error);
        }
        return Err(LoadError::new(
            LoadErrorKind::File,
            "changed",
            format!("{} is not the file that was loaded then.", super::files::name_of(&path)),
            "Load it as a new file if that is meant.",
        ));
    };
    let mut detail: serde_json::Value = serde_json::from_str(&deed.detail).unwrap_or_default();
    detail["load"] = load.id.0.into();
    Ok((format!("Loaded {} again as load {}.", shown(&load.file), load.id), load.id, detail.to_string()))
}

fn field(deed: &Deed, name: &str) -> Option<serde_json::Value> {
    serde_json::from_str::<serde_json::Value>(&deed.detail).ok()?.get(name).cloned()
}

fn unknown(what: &str) -> LoadError {
    LoadError::new(
        LoadErrorKind::Usage,
        "unknown_deed",
        format!("What was done last ({what}) is unknown to this version."),
        "Install a later Cutover.",
    )
}

fn shown(file: &str) -> String {
    crate::values::shown::Shown::of(file).to_plain()
}
