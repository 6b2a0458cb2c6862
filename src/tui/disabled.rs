//! Why an action cannot run now. The same answer stands in the palette and in the message row when the key is pressed all
//! the same; nothing is hidden because it cannot run.

use super::action::Act;
use super::app::App;
use super::paint::{Line, Note};
use super::panes::{map, sources};
use super::place::PaneId;
use super::place::Place;

/// The reason, without a full stop; `None`: it can run. Asked of the place that has the keys, or of the pane for what works
/// from anywhere.
#[must_use]
pub fn why_not(app: &App, act: Act) -> Option<Note> {
    let say = |words: &'static str| Some(Line::new().text(words));
    if app.read_only() && changes(app, act) {
        return say("this workspace is open for reading only");
    }
    let place = app.place();
    if let Some(reason) = super::panes::sources::figures_why_not(app, act) {
        return Some(reason);
    }
    if app.pane == PaneId::Map && app.session.is_some() && !app.at_home && app.overlays.is_empty() {
        return match act {
            Act::Redo | Act::Undo if app.jobs.loading() => say("a load is running; J shows it"),
            _ => map::why_not(app, act),
        };
    }
    match act {
        Act::Quarantine if app.inventory.as_ref().is_some_and(|inventory| inventory.quarantined == 0) => {
            say("no row is in quarantine")
        }
        Act::Records if place == Place::Sources && app.sources.object_at_cursor(app).is_none() => {
            say("the cursor is on no object")
        }
        Act::Open if place == Place::Sources && app.inventory.as_ref().is_none_or(|i| i.sources.is_empty()) => {
            say("there is nothing to open yet; o loads a file")
        }
        // What is known of systems, and between objects
        Act::Facts if place == Place::Sources && sources::inventory::source_at_cursor(app).is_none() => {
            say("the cursor is on no system")
        }
        Act::BreakDown | Act::Filter if app.inventory.as_ref().is_none_or(|i| i.sources.is_empty()) => {
            say("there is no system yet; o loads a file")
        }
        Act::Compare if app.sources.load_at_cursor(app).is_none() => say("the cursor is on no load"),
        Act::Compare if !sources::load::can_compare(app) => say("there is no other load of this object"),
        Act::Open | Act::Right if place == Place::Findings && sources::findings::is_empty(app) => {
            say("nothing was found, or not yet")
        }
        Act::Open | Act::Cycles if place == Place::Relations => {
            sources::relations::why_not(app, act).map(|words| Line::new().text(words))
        }
        Act::Survey if app.jobs.survey().is_some() => say("the survey is under way; J shows it"),
        Act::Survey if app.inventory.as_ref().is_none_or(|i| i.loads == 0) => say("nothing is loaded yet"),
        Act::Role if app.sources.column_at_cursor(app).is_none() => say("the cursor is on no column"),
        Act::TakeOut if app.sources.load_at_cursor(app).is_none() => say("the cursor is on no load"),
        Act::FindNext | Act::FindPrevious if !app.sources.has_needle() => say("nothing was searched for yet; / finds"),
        Act::NextRecord | Act::PreviousRecord if !app.sources.record_has_neighbours() => {
            say("this record was opened by itself")
        }
        Act::Demo if !app.can_demo => say("this build holds no sample company"),
        Act::Cancel if app.jobs.running().is_none() => say("nothing is running"),
        Act::Open if place == Place::Proposal && app.jobs.busy().is_some() => {
            say("another load is running; J shows it")
        }
        Act::Open | Act::Forget if place == Place::Home && app.home.recent.is_empty() => {
            say("there is no workspace in the list")
        }
        Act::Redo | Act::Undo | Act::TakeOut if app.jobs.loading() => say("a load is running; J shows it"),
        _ => None,
    }
}

/// Why counts of values, or rows like one, are not to be had from a place that does not know the action at all.
#[must_use]
pub fn no_values_here(act: Act) -> &'static str {
    match act {
        Act::Like => "it works in records and in one record",
        _ => "it works in records, values, an object's columns, the profile and the dictionary",
    }
}

/// Whether an action would write into the workspace.
fn changes(app: &App, act: Act) -> bool {
    if app.pane == PaneId::Map && map::changes(app, act) {
        return true;
    }
    match act {
        Act::Load | Act::TakeOut | Act::Role | Act::Undo | Act::Redo | Act::DayFirst | Act::MonthFirst => true,
        Act::Open => matches!(app.place(), Place::Proposal | Place::Facts),
        Act::Add => matches!(app.place(), Place::Facts | Place::Sources),
        Act::Remove => app.place() == Place::Facts,
        _ => false,
    }
}
