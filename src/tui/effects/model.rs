//! The model, value maps, the operating questions, the source of truth and what blocks: read, counted and changed.

use super::{Desk, Lane};
use crate::model;
use crate::tui::msg::Problem;
use crate::tui::msg::model::{ModelAsk, ModelReply};

/// The lane that a question belongs to.
pub(super) fn lane(ask: &ModelAsk) -> Lane {
    match ask {
        ModelAsk::Entities => Lane::Mapping,
    }
}

/// Whether a newer question makes this one pointless.
pub(super) fn is_overtaken(ask: &ModelAsk, newer: &ModelAsk) -> bool {
    matches!((ask, newer), (ModelAsk::Entities, ModelAsk::Entities))
}

/// Answers a question.
pub(super) fn answer(desk: &mut Desk, _generation: u64, ask: ModelAsk) -> Result<ModelReply, Problem> {
    match ask {
        ModelAsk::Entities => {
            let reader = desk.reader()?;
            let entities = model::entities(reader.conn()).map_err(|error| reader.explain(&error))?;
            Ok(ModelReply::Entities(entities))
        }
    }
}
