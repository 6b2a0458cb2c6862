//! Questions of this pane that want one line of text.

use super::super::super::app::App;
use super::super::super::paint::{Line, Note};

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// Only lines with this text; it works while it is typed.
    Filter,
    /// Of the screens of the model.
    Model(super::model_asks::Wanted),
}

impl Wanted {
    /// The words before the field.
    #[must_use]
    pub fn label(&self) -> Note {
        match self {
            Self::Filter => Line::new().strong("Filter"),
            Self::Model(wanted) => wanted.label(),
        }
    }

    /// Whether nothing is an answer too.
    #[must_use]
    pub fn may_be_empty(&self) -> bool {
        match self {
            Self::Filter => true,
            Self::Model(wanted) => wanted.may_be_empty(),
        }
    }
}

/// The answer.
pub fn given(app: &mut App, wanted: Wanted, text: String) {
    match wanted {
        Wanted::Filter => super::filter(app, &text),
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
