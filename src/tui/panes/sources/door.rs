//! Every number is a door: what lies behind a figure or a name of this pane, and the way through.

use super::fact::Slot;
use super::{Screen, facts, findings, load, object, relations};
use crate::sources::select::Selection;
use crate::sources::{LoadId, ObjectId};
use crate::tui::action::Act;
use crate::tui::app::App;

/// What lies behind it.
#[derive(Debug, Clone, PartialEq)]
pub enum Door {
    Object(ObjectId),
    Load(LoadId),
    /// Rows of an object, and what they are.
    Rows(ObjectId, Selection, String),
    /// The relations, the cursor on this one.
    Relation(i64),
    /// The findings of an object.
    Findings(ObjectId),
    /// A fact of a system.
    Fact(String, Slot),
    /// The quarantine.
    Quarantine,
}

/// Goes through.
pub fn go(app: &mut App, door: Door) {
    match door {
        Door::Object(id) => app.sources.stack.push(Screen::Object(object::ObjectScreen::new(id))),
        Door::Load(id) => load::open(app, id),
        Door::Rows(object, selection, title) => super::open_selection(app, object, selection, title),
        Door::Relation(id) => relations::open(app, Some(id)),
        Door::Findings(id) => findings::open(app, Some(id)),
        Door::Fact(source, slot) => facts::open(app, source, Some(&slot)),
        Door::Quarantine => app.perform(Act::Quarantine),
    }
}
