//! The model, value maps, the operating questions, the source of truth and what blocks: read, counted and changed.

use std::sync::Arc;

use super::figures::Counting;
use super::{Desk, Lane};
use crate::definitions::document::Fault;
use crate::definitions::{DefinitionError, Onto, VersionNumber};
use crate::mapping::{MappingError, values};
use crate::model;
use crate::sources::facts::change::Change;
use crate::tui::msg::Problem;
use crate::tui::msg::model::{ModelAsk, ModelReply};
use crate::values::Shown;

/// The lane that a question belongs to.
pub(super) fn lane(ask: &ModelAsk) -> Lane {
    match ask {
        ModelAsk::Entities | ModelAsk::Questions | ModelAsk::Truth => Lane::Mapping,
        ModelAsk::Answer { .. }
        | ModelAsk::DecideTruth { .. }
        | ModelAsk::ChangeEntity { .. }
        | ModelAsk::ReviewEntity { .. }
        | ModelAsk::RemoveEntity { .. }
        | ModelAsk::AddEntity { .. } => Lane::Changes,
        ModelAsk::Values { .. } | ModelAsk::Groups(_) => Lane::Tallies,
    }
}

/// Whether a newer question makes this one pointless.
pub(super) fn is_overtaken(ask: &ModelAsk, newer: &ModelAsk) -> bool {
    matches!(
        (ask, newer),
        (ModelAsk::Entities, ModelAsk::Entities)
            | (ModelAsk::Values { .. }, ModelAsk::Values { .. })
            | (ModelAsk::Groups(_), ModelAsk::Groups(_))
            | (ModelAsk::Questions, ModelAsk::Questions)
            | (ModelAsk::Truth, ModelAsk::Truth)
    )
}

/// Answers a question.
pub(super) fn answer(desk: &mut Desk, generation: u64, ask: ModelAsk) -> Result<ModelReply, Problem> {
    match ask {
        ModelAsk::Entities => {
            let reader = desk.reader()?;
            let entities = model::entities(reader.conn()).map_err(|error| reader.explain(&error))?;
            Ok(ModelReply::Entities(entities))
        }
        ModelAsk::Values { key, column } => {
            let shared = Arc::clone(&desk.shared);
            let counting = Counting::of(&shared, generation);
            counting.job.check().map_err(MappingError::from)?;
            let reader = desk.reader()?;
            let table = values::table(reader.conn(), &key, &column, &counting.job).map_err(|error| error.at(reader))?;
            Ok(ModelReply::Values { key, column, table: Arc::new(table) })
        }
        ModelAsk::Groups(table) => {
            let filled: Vec<(String, u64)> = table
                .rows
                .iter()
                .filter(|line| !line.value.is_empty())
                .map(|line| (line.value.clone(), line.records))
                .collect();
            Ok(ModelReply::Groups(Arc::new(values::groups(&filled))))
        }
        ModelAsk::Questions => {
            let reader = desk.reader()?;
            let questions = model::questions::questions(reader.conn()).map_err(|error| reader.explain(&error))?;
            Ok(ModelReply::Questions(questions))
        }
        ModelAsk::Answer { question, answer, because } => {
            model::questions::answer(&desk.shared.workspace()?, &question, None, &answer, &because)
                .map_err(MappingError::from)?;
            Ok(ModelReply::Changed(format!("Answered: {}.", Shown::of(answer.trim_end_matches('.')))))
        }
        ModelAsk::Truth => {
            let reader = desk.reader()?;
            let truth = model::truth::truth(reader.conn()).map_err(|error| reader.explain(&error))?;
            Ok(ModelReply::Truth(truth))
        }
        ModelAsk::DecideTruth { row, version } => {
            model::truth::decide(&desk.shared.workspace()?, &row, Onto::Version(version))
                .map_err(MappingError::from)?;
            let of = Shown::of(&row.of);
            let sentence = match (row.owner.as_str(), row.after.as_str()) {
                ("", "") => format!("{of}: no system is the source of truth any more."),
                (owner, "") => format!("{of}: {} owns it.", Shown::of(owner)),
                ("", after) => format!("{of}: {} is trusted afterwards.", Shown::of(after)),
                (owner, after) => {
                    format!("{of}: {} owns it, {} is trusted afterwards.", Shown::of(owner), Shown::of(after))
                }
            };
            Ok(ModelReply::Changed(sentence))
        }
        ModelAsk::ChangeEntity { name, version, change } => change_entity(desk, &name, version, &change),
        ModelAsk::ReviewEntity { name, verdict, comment } => {
            model::review(&desk.shared.workspace()?, &name, verdict, &comment).map_err(MappingError::from)?;
            Ok(ModelReply::Changed(format!("{} is {}.", Shown::of(&name), verdict.word())))
        }
        ModelAsk::RemoveEntity { name, comment } => {
            model::remove(&desk.shared.workspace()?, &name, &comment).map_err(MappingError::from)?;
            Ok(ModelReply::Changed(format!("{} is out of the model.", Shown::of(&name))))
        }
        ModelAsk::AddEntity { name } => add_entity(desk, &name),
    }
}

fn change_entity(
    desk: &mut Desk,
    name: &str,
    version: Option<VersionNumber>,
    change: &str,
) -> Result<ModelReply, Problem> {
    let workspace = desk.shared.workspace()?;
    let reader = desk.reader()?;
    let standing = model::entity(reader.conn(), name).map_err(|error| reader.explain(&error))?;
    let standing = standing.ok_or_else(|| Problem::new("This entity is not in the model any more."))?;
    let wrong = |faults: Vec<Fault>| MappingError::from(DefinitionError::Document(faults));
    let parsed = Change::parse(change).map_err(|fault| wrong(vec![fault]))?;
    let changed = model::entity::apply(&standing.entity, &[parsed]).map_err(wrong)?;
    let saved = model::save(&workspace, &changed, Onto::Version(version), "").map_err(MappingError::from)?;
    let name = Shown::of(name);
    Ok(ModelReply::Changed(if saved.is_new {
        format!("{name}: version {} stands.", saved.version)
    } else {
        format!("{name} is as it was.")
    }))
}

fn add_entity(desk: &mut Desk, name: &str) -> Result<ModelReply, Problem> {
    let workspace = desk.shared.workspace()?;
    let name = name.trim();
    if model::shipped::entity(name).is_some() {
        model::restore_shipped(&workspace, name, "").map_err(MappingError::from)?;
        return Ok(ModelReply::Changed(format!("{} is in the model, as it ships.", Shown::of(name))));
    }
    let entity = model::Entity { name: name.to_owned(), ..model::Entity::default() };
    model::save(&workspace, &entity, Onto::Version(None), "").map_err(MappingError::from)?;
    Ok(ModelReply::Changed(format!("{} is in the model. Enter says what one row is.", Shown::of(name))))
}
