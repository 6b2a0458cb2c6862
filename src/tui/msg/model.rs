//! What the screens of the model, of value maps, of the operating questions, of the source of truth and of what blocks ask
//! the body, and what comes back.

use std::sync::Arc;

use super::map::VersionLine;
use crate::definitions::{Verdict, VersionNumber};
use crate::mapping::MapKey;
use crate::mapping::values::{Group, ValueTable};
use crate::model::questions::Question;
use crate::model::register::{Counterpart, WithoutCounterpart};
use crate::model::truth::{Truth, TruthRow};
use crate::model::users::UserList;
use crate::model::{Standing, Target};

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
    /// Changes facts of an entity, each as `fields.email.required=yes`, made on this version.
    ChangeEntity {
        name: String,
        version: Option<VersionNumber>,
        changes: Vec<String>,
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
    /// Every version of an entity, compared.
    Versions(String),
    /// An earlier version of an entity stands again.
    RestoreEntity {
        name: String,
        version: VersionNumber,
    },
    /// Registered targets, held against the model.
    Targets,
    /// The lists of approved users.
    Users,
}

/// A registered target, and what of it and of the model has a counterpart.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Registered {
    pub target: Target,
    pub counterparts: Vec<Counterpart>,
    pub without: WithoutCounterpart,
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
    /// Versions of an entity, newest first.
    Versions(String, Vec<VersionLine>),
    Targets(Vec<Registered>),
    Users(Vec<UserList>),
    /// Something was changed and is on disk: what, as a sentence.
    Changed(String),
}
