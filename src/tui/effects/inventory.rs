//! What is known of systems and between objects: facts read and changed, the survey, versions of records, loads held
//! against each other.

use std::collections::BTreeMap;

use super::{Desk, Shared};
use crate::job::Job;
use crate::sources::store::catalog;
use crate::sources::{LoadId, ObjectId, Rec, SourcesError, facts, survey, versions};
use crate::tui::msg::{Among, Ask, Came, Known, Problem, Rebuild, Reply};
use crate::tui::panes::sources::fact::Edit;
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
    let mut all = BTreeMap::new();
    for source in catalog::inventory(reader.conn()).map_err(explain)?.sources {
        let facts = facts::of(reader.conn(), &source.name).map_err(explain)?;
        all.insert(source.name, Known { facts, ..Known::default() });
    }
    Ok(Reply::Facts(all))
}

fn versions_of(reader: &Reader, rec: Rec) -> Result<Reply, Problem> {
    let versions = versions::of(reader.conn(), rec).map_err(|error| reader.explain(&error))?;
    Ok(Reply::Versions(rec, versions))
}

fn remarks(reader: &Reader, object: ObjectId) -> Result<Reply, Problem> {
    let remarks = versions::remarks(reader.conn(), object).map_err(|error| reader.explain(&error))?;
    Ok(Reply::Remarks(object, Among { remarks, windows: Vec::new() }))
}

fn compare(reader: &Reader, left: LoadId, right: LoadId) -> Result<Reply, Problem> {
    let _ = (reader, left, right);
    let mut problem = Problem::new("Two loads cannot be held against each other yet.");
    problem.next = "Enter on new, changed and vanished shows what a load changed.".to_owned();
    Err(problem)
}

/// Changes one fact, on what stands now.
pub(super) fn edit(shared: &Shared, source: &str, edit: &Edit) -> Result<Reply, Problem> {
    let workspace = shared.workspace()?;
    let mut facts = {
        let reader = workspace.reader()?;
        facts::of(reader.conn(), source).map_err(|error| reader.explain(&error))?
    };
    edit.apply(&mut facts);
    facts::save(&workspace, source, &facts)?;
    Ok(Reply::Changed(edit.sentence(source)))
}

/// Makes the survey, if the stored one is not fresh.
pub(super) fn survey(shared: &Shared, job: &Job) -> Result<Came, Problem> {
    Ok(Came::Surveyed(Box::new(survey::run(&shared.workspace()?, job)?)))
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

impl From<SourcesError> for Problem {
    fn from(error: SourcesError) -> Self {
        match error {
            SourcesError::Workspace(error) => error.into(),
            SourcesError::Cancelled(_) => {
                let mut problem = Problem::new("Stopped.");
                problem.still_true = "Nothing was changed.".to_owned();
                problem.cancelled = true;
                problem
            }
            SourcesError::Refused { message, hint } => {
                let mut problem = Problem::new(message);
                problem.next = hint;
                problem
            }
            SourcesError::Sqlite(error) => {
                let mut problem = Problem::new("The workspace could not be read.");
                problem.facts.push(("because", error.to_string()));
                problem.still_true = "Nothing was changed.".to_owned();
                problem
            }
        }
    }
}
