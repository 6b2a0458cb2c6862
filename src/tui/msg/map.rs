//! What the pane Map asks the body, and what comes back: maps with what is decided, suggestions, figures, rows before and
//! after, SQL, versions, and changes to maps. What it asks of the model and of value maps is in `model`.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::model::{ModelAsk, ModelReply};
use crate::definitions::VersionNumber;
use crate::mapping::check::Check;
use crate::mapping::coverage::FieldState;
use crate::mapping::edit::Change;
use crate::mapping::figures::Figures;
use crate::mapping::preview::{Chosen, Shown};
use crate::mapping::suggest::ObjectSuggestion;
use crate::mapping::{FieldRule, MapKey, ObjectMap, StandingMap};
use crate::model::Standing;
use crate::sources::ObjectId;

/// A question of the pane.
#[derive(Debug, Clone, PartialEq)]
pub enum MapAsk {
    /// All maps, the model, what is decided, what blocks.
    Overview,
    /// What is proposed for every object.
    Suggest,
    /// What a map does to all records; long.
    Figures(MapKey),
    /// Rows that are difficult for these columns; long.
    Choose {
        object: ObjectId,
        columns: Vec<usize>,
    },
    /// What a rule makes of rows, while it is typed.
    Preview {
        map: Box<ObjectMap>,
        rule: Box<FieldRule>,
        chosen: Arc<Vec<Chosen>>,
    },
    Sql(MapKey),
    History(MapKey),
    /// Changes to one map or to several, as one deed.
    Change(Deed),
    /// An earlier version stands again.
    Restore {
        key: MapKey,
        version: VersionNumber,
    },
    /// Writes the SELECT of a map to a file.
    WriteSql {
        key: MapKey,
        path: PathBuf,
    },
    /// Of the model, value maps, questions, the source of truth, and what blocks.
    Model(ModelAsk),
}

/// Changes that belong together: one undo takes them back.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Deed {
    /// Per map: the version on the screen (`None`: there was none), and the changes.
    pub maps: Vec<(MapKey, Option<VersionNumber>, Vec<Change>)>,
    /// Why, in a person's words; may be empty.
    pub comment: String,
    /// What is said once it is on disk.
    pub sentence: String,
}

/// An answer to the pane.
#[derive(Debug, Clone)]
pub enum MapReply {
    Overview(Box<Overview>),
    Suggested(Vec<ObjectSuggestion>),
    Figures(MapKey, Box<Figures>),
    Chosen {
        object: ObjectId,
        columns: Vec<usize>,
        chosen: Arc<Vec<Chosen>>,
    },
    /// The rows, or what is wrong with the rule.
    Preview(Result<Vec<Shown>, Wrong>),
    Sql(MapKey, String),
    History(MapKey, Vec<VersionLine>),
    /// A deed is on disk: what was done, and the versions that stand now.
    Changed {
        sentence: String,
        versions: Vec<(MapKey, VersionNumber)>,
    },
    /// Something else was done: a sentence.
    Done(String),
    Model(ModelReply),
}

/// Everything that the pane knows without counting.
#[derive(Debug, Clone, Default)]
pub struct Overview {
    pub model: Vec<Standing>,
    pub maps: Vec<StandingMap>,
    pub check: Check,
    /// The state of every column of every object.
    pub coverage: BTreeMap<ObjectId, Vec<FieldState>>,
    /// Figures that are stored and hold.
    pub figures: BTreeMap<MapKey, Figures>,
}

/// What is wrong with a rule that is being typed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Wrong {
    pub message: String,
    /// Bytes from the beginning of what was typed, where it is known.
    pub at: Option<usize>,
    pub hint: String,
}

/// A version of a map, and in what it differs from the one before.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct VersionLine {
    pub version: Option<VersionNumber>,
    pub stands: bool,
    pub author: String,
    /// RFC 3339 UTC.
    pub at: String,
    pub comment: String,
    /// Each a few words: the field, what it was, what it is.
    pub differences: Vec<Difference>,
}

/// One difference between two versions of a map.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Difference {
    /// A field of the entity, or a column.
    pub of: String,
    pub before: String,
    pub after: String,
}
