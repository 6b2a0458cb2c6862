//! Choices in this pane: an entity, a candidate, a review, a policy, a kind of rule. A choice knows its words; what follows
//! from it is `Then`.

use super::super::super::app::App;
use super::super::super::paint::Note;

/// A choice among a few things.
#[derive(Debug, Clone)]
pub struct Pick {
    pub title: Note,
    /// What is asked, above the options.
    pub words: Vec<Note>,
    pub options: Vec<Note>,
    /// The option under the cursor at first.
    pub begin: usize,
    pub then: Then,
}

/// What follows from the option that was taken.
#[derive(Debug, Clone)]
pub enum Then {
    /// Of the screens of the model.
    Model(super::model_asks::Then),
}

/// An option was taken.
pub fn chosen(app: &mut App, then: Then, at: usize) {
    match then {
        Then::Model(then) => super::model_asks::chosen(app, then, at),
    }
}
