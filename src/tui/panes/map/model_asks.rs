//! What the screens of the model, of value maps, of questions and of the source of truth ask people: choices and lines of
//! text, and what follows from the answers.

use super::super::super::action::Act;
use super::super::super::app::App;
use super::super::super::msg::model::ModelReply;
use super::super::super::paint::Note;

/// What follows from a choice.
#[derive(Debug, Clone)]
pub enum Then {}

/// What a line of text is wanted for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {}

impl Wanted {
    /// The words before the field.
    #[must_use]
    pub fn label(&self) -> Note {
        match *self {}
    }
}

/// An option was taken.
pub fn chosen(_app: &mut App, then: Then, _at: usize) {
    match then {}
}

/// A line was typed.
pub fn given(_app: &mut App, wanted: Wanted, _text: String) {
    match wanted {}
}

/// An answer arrived.
pub fn arrived(_app: &mut App, reply: ModelReply) {
    match reply {
        ModelReply::Entities(_) => {}
    }
}

/// Why an action cannot run now.
#[must_use]
pub fn why_not(_app: &App, _act: Act) -> Option<Note> {
    None
}

/// Whether an action would write into the workspace.
#[must_use]
pub fn changes(_app: &App, _act: Act) -> bool {
    false
}

/// What stands in the message row while nothing just happened.
#[must_use]
pub fn notice(_app: &App) -> Option<Note> {
    None
}
