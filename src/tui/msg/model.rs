//! What the screens of the model, of value maps, of the operating questions, of the source of truth and of what blocks ask
//! the body, and what comes back.

use std::sync::Arc;

use crate::definitions::{Verdict, VersionNumber};
use crate::mapping::MapKey;
use crate::mapping::values::{Group, ValueTable};
use crate::model::Standing;
use crate::model::questions::Question;
use crate::model::truth::{Truth, TruthRow};

/// A question of these screens.
#[derive(Debug, Clone, PartialEq)]
pub enum ModelAsk {
    Entities,
    /// Every value of a column with what the rules of a map make of it; long.
    Values {
        key: MapKey,
        column: String,
    },
    /// Nearly equal values of a table.
    Groups(Arc<ValueTable>),
    Questions,
    /// Answers an operating question.
    Answer {
        question: String,
        answer: String,
        because: String,
    },
    Truth,
    /// Decides one row of the source of truth, made on this version.
    DecideTruth {
        row: Box<TruthRow>,
        version: Option<VersionNumber>,
    },
    /// Changes one fact of an entity, `fields.email.required=yes`, made on this version.
    ChangeEntity {
        name: String,
        version: Option<VersionNumber>,
        change: String,
    },
    ReviewEntity {
        name: String,
        verdict: Verdict,
        comment: String,
    },
    RemoveEntity {
        name: String,
        comment: String,
    },
    /// One that ships and was taken out, or a new one.
    AddEntity {
        name: String,
    },
}

/// An answer to them.
#[derive(Debug, Clone)]
pub enum ModelReply {
    Entities(Vec<Standing>),
    Values {
        key: MapKey,
        column: String,
        table: Arc<ValueTable>,
    },
    Groups(Arc<Vec<Group>>),
    Questions(Vec<Question>),
    Truth(Truth),
    /// Something was changed and is on disk: what, as a sentence.
    Changed(String),
}
