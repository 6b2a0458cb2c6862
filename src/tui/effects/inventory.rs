//! What is known of systems and between objects: facts read and changed, the survey, versions of records, loads held
//! against each other.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::{Desk, Shared, lock};
use crate::job::Job;
use crate::sources::store::catalog::{self, Stretches};
use crate::sources::store::rows;
use crate::sources::{LoadId, ObjectId, Rec, SystemKind, facts, presets, survey, versions};
use crate::tui::msg::{Among, Ask, Came, ComparedRow, Comparison, FoundIn, Known, Problem, Rebuild, Reply};
use crate::tui::panes::sources::fact::Edit;
use crate::values::shown::Shown;
use crate::workspace::Reader;

/// Answers a question of the reading lane.
pub(super) fn answer(desk: &mut Desk, ask: Ask) -> Result<Reply, Problem> {
    let reader = desk.reader()?;
    match ask {
        Ask::Facts => known(reader),
        Ask::Survey => {
            let stored = survey::stored(reader.conn()).map_err(|error| reader.explain(&error))?;
            Ok(Reply::Survey(stored.map(Box::new)))
        }
        Ask::Versions(rec) => versions_of(reader, rec),
        Ask::Remarks(object) => remarks(reader, object),
        Ask::Compare { left, right } => compare(reader, left, right),
        _ => Err(Problem::new("This was asked of the wrong lane.")),
    }
}

fn known(reader: &Reader) -> Result<Reply, Problem> {
    let explain = |error| Problem::from(reader.explain(&error));
    let inventory = catalog::inventory(reader.conn()).map_err(explain)?;
    let mut all = BTreeMap::new();
    for source in inventory.sources {
        let known = facts::known(reader.conn(), &source.name).map_err(explain)?;
        all.insert(source.name, Known { facts: known.facts, proposed: known.proposed });
    }
    Ok(Reply::Facts(all))
}

fn versions_of(reader: &Reader, rec: Rec) -> Result<Reply, Problem> {
    let versions = versions::of(reader.conn(), rec).map_err(|error| reader.explain(&error))?;
    Ok(Reply::Versions(rec, versions))
}

fn remarks(reader: &Reader, object: ObjectId) -> Result<Reply, Problem> {
    let explain = |error| Problem::from(reader.explain(&error));
    let remarks = versions::remarks(reader.conn(), object).map_err(explain)?;
    let loads = versions::loads(reader.conn(), object).map_err(explain)?;
    let windows =
        loads.into_iter().filter_map(|load| Some((LoadId(load.load), load.window_from?, load.window_to?))).collect();
    Ok(Reply::Remarks(object, Among { remarks, windows }))
}

/// The most records of each kind that a comparison lists.
const MOST_COMPARED: usize = 500;

fn compare(reader: &Reader, left: LoadId, right: LoadId) -> Result<Reply, Problem> {
    let conn = reader.conn();
    let explain = |error| Problem::from(reader.explain(&error));
    let found = versions::difference(conn, left, right)?;
    let fields = versions::changed_columns(conn, &found, &Job::new())?;
    let fields = fields.into_iter().map(|(_, name, records)| (name, records)).collect();
    let stretches = Stretches::read(conn).map_err(explain)?;
    let id = |rec: Rec| {
        let found = rows::record(conn, &stretches, rec);
        found.map(|record| record.map(|record| record.native_id.unwrap_or(record.key)).unwrap_or_default())
    };
    let mut listed = Vec::new();
    for (before, after) in found.changed.iter().take(MOST_COMPARED) {
        let changes = versions::field_changes(conn, *before, *after).map_err(explain)?;
        listed.push(ComparedRow { rec: *after, id: id(*after).map_err(explain)?, found: FoundIn::Both, changes });
    }
    for (recs, found) in [(&found.only_a, FoundIn::Left), (&found.only_b, FoundIn::Right)] {
        for rec in recs.iter().take(MOST_COMPARED) {
            listed.push(ComparedRow { rec: *rec, id: id(*rec).map_err(explain)?, found, changes: Vec::new() });
        }
    }
    Ok(Reply::Compared(Box::new(Comparison {
        left,
        right,
        same: found.same,
        changed: found.changed.len() as u64,
        only_left: found.only_a.len() as u64,
        only_right: found.only_b.len() as u64,
        fields,
        rows: listed,
    })))
}

/// Lists a system that has no file yet. Its kind is what its preset says, until somebody says another.
pub(super) fn add(shared: &Shared, name: &str) -> Result<Reply, Problem> {
    let kind = presets::of_source(name, SystemKind::Other).map_or(SystemKind::Other, |preset| preset.kind);
    facts::register(&shared.workspace()?, name, kind, facts::Side::Old, &[])?;
    Ok(Reply::Changed(format!("{} is listed; it has no file yet.", Shown::of(name.trim()))))
}

/// Changes one fact, on what stands now.
pub(super) fn edit(shared: &Shared, source: &str, edit: &Edit) -> Result<Reply, Problem> {
    let workspace = shared.workspace()?;
    let known = {
        let reader = workspace.reader()?;
        facts::known(reader.conn(), source).map_err(|error| reader.explain(&error))?
    };
    let mut facts = known.facts.clone();
    edit.apply(&mut facts);
    // Refused where somebody else has saved in between.
    facts::save_onto(&workspace, source, &facts, Some(&known), "").map_err(crate::sources::SourcesError::from)?;
    Ok(Reply::Changed(edit.sentence(source)))
}

/// Makes the survey, if the stored one is not fresh.
pub(super) fn survey(shared: &Shared, job: &Job) -> Result<Came, Problem> {
    let surveyed = survey::run_with_rows(&shared.workspace()?, job)?;
    let survey = surveyed.survey.clone();
    // Where it could not be stored, the rows behind its numbers are here alone.
    let opened = shared.opened.load(Ordering::SeqCst);
    *lock(&shared.surveyed) = Some((opened, Arc::new(surveyed)));
    Ok(Came::Surveyed(Box::new(survey)))
}

/// Takes something back or out, or does it again.
pub(super) fn rebuild(shared: &Shared, what: Rebuild, job: &Job) -> Result<Came, Problem> {
    use crate::sources::load as loading;
    let workspace = shared.workspace()?;
    let (done, nothing) = match what {
        Rebuild::TakeOut(load) => {
            let load = loading::take_out(&workspace, load, job)?;
            return Ok(Came::Changed(format!("Took out load {}, {}.", load.id, load.file)));
        }
        Rebuild::Undo => (loading::undo(&workspace, job)?, "There is nothing of yours to take back."),
        Rebuild::Redo => (loading::redo(&workspace, job)?, "There is nothing to do again."),
    };
    Ok(match done {
        Some(done) => Came::Changed(done.sentence),
        None => Came::Nothing(nothing.to_owned()),
    })
}
