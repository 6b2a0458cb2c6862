//! The model, value maps, the operating questions, the source of truth and what blocks: read, counted and changed.

use std::sync::Arc;

use super::figures::Counting;
use super::{Desk, Lane};
use crate::definitions::Onto;
use crate::mapping::{MappingError, values};
use crate::model;
use crate::tui::msg::Problem;
use crate::tui::msg::model::{ModelAsk, ModelReply};
use crate::values::Shown;

/// The lane that a question belongs to.
pub(super) fn lane(ask: &ModelAsk) -> Lane {
    match ask {
        ModelAsk::Entities | ModelAsk::Questions | ModelAsk::Truth => Lane::Mapping,
        ModelAsk::Answer { .. } | ModelAsk::DecideTruth { .. } => Lane::Changes,
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
    }
}
