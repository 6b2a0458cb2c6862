//! Questions of this pane that want one line of text.

use super::super::super::app::{App, Purpose};
use super::super::super::msg::Ask;
use super::super::super::msg::map::MapAsk;
use super::super::super::paint::{Line, Note};
use super::acts::{self, AboutMap, Of};
use super::rule;
use crate::mapping::MapKey;
use crate::model::{Missing, MissingPolicy};
use crate::tui::prompt;

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// Only lines with this text; it works while it is typed.
    Filter,
    DropReason(Of),
    ArchiveReason(Of, &'static str),
    Comment(Of),
    MissingValue {
        key: MapKey,
        field: String,
        policy: MissingPolicy,
    },
    /// A fact of the map itself.
    About(MapKey, AboutMap),
    /// What rows are excluded for where this expression does not hold.
    ExcludedFor(MapKey, String),
    /// Why the rule in the editor is as it is.
    SaveComment,
    /// Where the SELECT goes.
    SqlFile(MapKey),
    /// Of the screens of the model.
    Model(super::model_asks::Wanted),
}

impl Wanted {
    /// The words before the field.
    #[must_use]
    pub fn label(&self) -> Note {
        Line::new().strong(match self {
            Self::Filter => "Filter",
            Self::DropReason(_) => "Dropped, because",
            Self::ArchiveReason(..) => "Archived, because",
            Self::Comment(_) => "Comment",
            Self::MissingValue { policy: MissingPolicy::Derive, .. } => "Derived by the expression",
            Self::MissingValue { .. } => "The default value",
            Self::About(_, about) => about.label(),
            Self::ExcludedFor(..) => AboutMap::ExcludedFor.label(),
            Self::SaveComment => "Why",
            Self::SqlFile(_) => "Write to the file",
            Self::Model(wanted) => return wanted.label(),
        })
    }

    /// Whether nothing is an answer too.
    #[must_use]
    pub fn may_be_empty(&self) -> bool {
        match self {
            Self::Filter | Self::SaveComment | Self::About(..) => true,
            Self::Model(wanted) => wanted.may_be_empty(),
            _ => false,
        }
    }
}

/// The answer.
pub fn given(app: &mut App, wanted: Wanted, text: String) {
    match wanted {
        Wanted::Filter => super::filter(app, &text),
        Wanted::DropReason(of) => acts::drop(app, &of, &text),
        Wanted::ArchiveReason(of, archive_as) => acts::archive(app, &of, archive_as, &text),
        Wanted::Comment(of) => acts::comment(app, &of, &text),
        Wanted::MissingValue { key, field, policy } => {
            acts::missing(app, key, field, Some(Missing { policy, value: text }));
        }
        Wanted::About(key, about) => acts::say_about(app, key, about, text),
        Wanted::ExcludedFor(key, only_where) => acts::only_where(app, key, only_where, text),
        Wanted::SaveComment => rule::save(app, text),
        Wanted::SqlFile(key) => {
            let path = prompt::path(&text);
            app.ask(Purpose::Write, Ask::Map(MapAsk::WriteSql { key, path }));
        }
        Wanted::Model(wanted) => super::model_asks::given(app, wanted, text),
    }
}

/// What was typed so far.
pub fn changed(app: &mut App, wanted: &Wanted, text: &str) {
    if matches!(wanted, Wanted::Filter) {
        super::filter(app, text);
    }
}

/// The question was closed without an answer.
pub fn given_up(app: &mut App, wanted: Wanted) {
    if wanted == Wanted::Filter {
        super::filter(app, "");
    }
}
