//! What the screens for figures and their rows have in common: which opens which, what is asked for and given up when one
//! lies over another, where answers go, and why an action cannot run.

use super::super::super::action::Act;
use super::super::super::app::{App, Purpose};
use super::super::super::msg::{Problem, Reply};
use super::super::super::paint::{Line, Note};
use super::super::super::place::{PaneId, Place};
use super::super::super::theme::Role;
use super::{Screen, dictionary, object, profile, profiles, records, rows, values};
use crate::sources::ObjectId;
use crate::sources::profile::DateOrder;
use crate::sources::select::Selection;

/// Titles of selections that are kept.
const MOST_TITLES: usize = 100;

/// Puts a screen over the others. Rows that those below still wait for are asked for again when they are seen again.
pub fn push(app: &mut App, screen: Screen) {
    if matches!(screen, Screen::Records(_)) {
        app.forget(Purpose::Page);
        app.forget(Purpose::FindRow);
        app.forget(Purpose::Select);
    }
    if matches!(screen, Screen::Values(_)) {
        app.forget(Purpose::Values);
    }
    for below in &mut app.sources.stack {
        match below {
            Screen::Records(below) => below.rest(),
            Screen::Values(below) => below.rest(),
            _ => {}
        }
    }
    app.sources.stack.push(screen);
}

/// Opens the records of an object that a selection holds, under a title of its own.
pub fn open_selection(app: &mut App, object: ObjectId, selection: Selection, title: String) {
    if !title.is_empty() {
        let titles = &mut app.sources.titles;
        titles.retain(|(named, _)| *named != selection);
        if titles.len() >= MOST_TITLES {
            titles.remove(0);
        }
        titles.push((selection.clone(), title));
    }
    rows::open(app, object, selection);
}

/// Where in `names` a text stands next, from `from` rows after `at` on (or back), round the end.
#[must_use]
pub fn round(names: &[String], needle: &str, at: usize, from: usize, back: bool) -> Option<usize> {
    let len = names.len();
    if len == 0 || needle.is_empty() {
        return None;
    }
    let turn = |step: usize| if back { (at + 2 * len - step) % len } else { (at + step) % len };
    (from..from.saturating_add(len)).map(turn).find(|row| names[*row].contains(needle))
}

/// Looks for text where one is.
pub fn find(app: &mut App, text: String) {
    match app.sources.stack.last() {
        None => {}
        Some(Screen::Profile(_)) => profile::find(app, text),
        Some(Screen::Values(_)) => values::find(app, text),
        Some(_) => records::find(app, text),
    }
}

/// The object that the screen is about, and the column of it that the cursor is on.
fn here(app: &App) -> Option<(ObjectId, Option<usize>)> {
    match app.sources.stack.last() {
        None => Some((app.sources.object_at_cursor(app)?, None)),
        Some(Screen::Object(screen)) => Some((screen.object, app.sources.column_at_cursor(app))),
        _ => None,
    }
}

/// What leads from other screens to those of figures. Returns whether it was taken.
pub fn perform(app: &mut App, act: Act) -> bool {
    let here = here(app);
    match (act, here) {
        (Act::Profile, Some((object, column))) => profile::open(app, object, column.unwrap_or(0)),
        (Act::BreakDown, Some((object, Some(column)))) => values::open(app, object, column, Selection::All),
        (Act::Dictionary, here) if !matches!(app.sources.stack.last(), Some(Screen::Profile(_))) => {
            let of = here.map(|(object, _)| object).filter(|_| !app.sources.stack.is_empty());
            if !matches!(app.sources.stack.last(), Some(Screen::Dictionary(_))) {
                dictionary::open(app, of);
            }
        }
        (Act::Like, _) if matches!(app.sources.stack.last(), Some(Screen::Record(_))) => like_this(app),
        _ => return false,
    }
    true
}

/// Opens all records with the value of the field that the cursor of an open record is on, here or in Lookup.
pub fn like_this(app: &mut App) {
    if let Some((object, selection)) = like_field(app) {
        app.show(PaneId::Sources);
        rows::open(app, object, selection);
    }
}

fn like_field(app: &App) -> Option<(ObjectId, Selection)> {
    let screen = match (app.pane, app.sources.stack.last()) {
        (PaneId::Lookup, _) => app.lookup.row.as_ref()?,
        (PaneId::Sources, Some(Screen::Record(screen))) => screen,
        (PaneId::Sources | PaneId::Map, _) => return None,
    };
    let record = screen.record.as_ref()?;
    let at = screen.list.index(record.values.len())?;
    let inventory = app.inventory.as_ref()?;
    let object =
        super::objects(inventory).find(|object| object.name == record.object && object.source_name == record.source)?;
    Some((object.id, rows::like(at, record.values[at].2.as_deref())))
}

/// Asks for what is to be seen and not there.
pub fn settle(app: &mut App) {
    match app.sources.stack.last() {
        Some(Screen::Profile(screen)) => {
            let object = screen.object;
            profiles::want(app, object);
        }
        Some(Screen::Dictionary(_)) => dictionary::settle(app),
        Some(Screen::Values(_)) => values::settle(app),
        Some(Screen::Records(_) | Screen::Record(_)) => rows::settle(app),
        _ => {}
    }
}

/// Something changed in the workspace: figures that are shown are asked for again.
pub fn refresh(app: &mut App) {
    for purpose in [Purpose::Profile, Purpose::Values, Purpose::Select] {
        app.forget(purpose);
    }
    app.sources.profiles.stale();
    for screen in &mut app.sources.stack {
        if let Screen::Values(screen) = screen {
            screen.stale();
        }
    }
}

/// An answer for one of these screens arrived; what is for another comes back.
pub fn arrived(app: &mut App, reply: Reply) -> Option<Reply> {
    match reply {
        Reply::Profile { object, about } => app.sources.profiles.arrived(object, *about),
        Reply::Values { object, column, within, counts } => {
            let found = app.sources.stack.iter_mut().rev().find_map(|screen| match screen {
                Screen::Values(screen)
                    if screen.object == object && screen.column == column && screen.within == within =>
                {
                    Some(screen)
                }
                _ => None,
            });
            if let Some(screen) = found {
                screen.arrived(counts);
            }
        }
        Reply::Selected { object, selection, recs } => rows::arrived(app, object, &selection, recs),
        Reply::Sorted { object, order, recs } => rows::ordered(app, object, order, recs),
        other => return Some(other),
    }
    None
}

/// Figures could not be made: the screen that waits for them says why. A problem that is nobody's here comes back.
pub fn refused(app: &mut App, purpose: Purpose, problem: Problem) -> Option<Problem> {
    match purpose {
        Purpose::Profile => app.sources.profiles.refuse(problem),
        Purpose::Values => {
            if let Some(Screen::Values(screen)) =
                app.sources.stack.iter_mut().rev().find(|screen| matches!(screen, Screen::Values(_)))
            {
                screen.refuse(problem);
            }
        }
        Purpose::Select => {
            let chosen = super::records_screen(app).and_then(|screen| screen.chosen.as_mut());
            if let Some(problem) = chosen.and_then(|chosen| chosen.refuse(problem)) {
                app.say(problem.line());
            }
        }
        _ => return Some(problem),
    }
    None
}

/// Why one of these actions cannot run now.
#[must_use]
pub fn why_not(app: &App, act: Act) -> Option<Note> {
    let say = |words: &'static str| Some(Line::new().text(words));
    let place = app.place();
    let stack = &app.sources.stack;
    match (act, stack.last()) {
        (Act::Profile, None) if app.sources.object_at_cursor(app).is_none() => say("the cursor is on no object"),
        (Act::Dictionary, _) if app.inventory.as_ref().is_none_or(|inventory| inventory.sources.is_empty()) => {
            say("nothing is loaded yet; o loads a file")
        }
        (Act::BreakDown, Some(Screen::Object(_))) if app.sources.column_at_cursor(app).is_none() => {
            say("the cursor is on no column")
        }
        (Act::Open | Act::BreakDown | Act::CopyCell, Some(Screen::Dictionary(screen)))
            if place == Place::Dictionary && dictionary::is_empty(app, screen) =>
        {
            say("the cursor is on no column")
        }
        (Act::DayFirst | Act::MonthFirst, Some(Screen::Profile(screen))) if place == Place::Profile => {
            dates_why_not(app, screen, act)
        }
        (Act::Open, Some(Screen::Profile(screen))) if place == Place::Profile => {
            let (_, _, figures) = profile::focused(app, screen)?;
            match profile::figure(app, screen) {
                _ if figures.is_none() => say("the figures are not there yet"),
                Some(item) if screen.in_figures && item.door.is_none() => say("this line has no records of its own"),
                _ => None,
            }
        }
        (Act::Open | Act::BreakDown, Some(Screen::Values(screen))) if place == Place::Values => {
            match screen.focused() {
                None => say("there is no value to open"),
                Some(values::Row::Others(..)) => say("these values are too many to be listed one by one"),
                Some(_) => None,
            }
        }
        (Act::Write | Act::Sort, Some(Screen::Values(screen))) if screen.counts.is_none() => {
            say("the values are not counted yet")
        }
        (Act::CopyCell, Some(Screen::Values(screen))) if place == Place::Values => match screen.focused() {
            Some(values::Row::Value(_)) => None,
            _ => say("the cursor is on no value"),
        },
        (Act::Like, _) if place == Place::Record && like_field(app).is_none() => {
            say("the object of this record is not loaded")
        }
        (Act::Like | Act::Versions, Some(Screen::Records(screen)))
            if place != Place::Record && screen.row(screen.list.cursor).is_none() =>
        {
            say("the cursor is on no record")
        }
        (Act::Sort, Some(Screen::Records(screen))) => {
            let rows = match &screen.chosen {
                Some(chosen) => chosen.recs().map_or(0, |recs| recs.len() as u64),
                None => object(app, screen.object).map_or(0, |object| object.records),
            };
            (rows > rows::MOST_SORTED).then(|| {
                Line::new()
                    .text("at most ")
                    .number(Role::Text, rows::MOST_SORTED)
                    .text(" records are sorted; b breaks them down first")
            })
        }
        (Act::Write, Some(Screen::Records(screen)))
            if screen.chosen.as_ref().is_some_and(|chosen| chosen.recs().is_none_or(|recs| recs.is_empty())) =>
        {
            say("there is no record to write")
        }
        (Act::Write, Some(Screen::Records(screen)))
            if screen.chosen.is_none() && object(app, screen.object).is_none_or(|object| object.records == 0) =>
        {
            say("there is no record to write")
        }
        _ => None,
    }
}

fn dates_why_not(app: &App, screen: &profile::ProfileScreen, act: Act) -> Option<Note> {
    let say = |words: &'static str| Some(Line::new().text(words));
    let Some((_, _, Some(figures))) = profile::focused(app, screen) else {
        return say("the figures are not there yet");
    };
    let decided = app.sources.profiles.get(screen.object).and_then(|known| known.decision(figures));
    let wanted = if act == Act::DayFirst { DateOrder::DayFirst } else { DateOrder::MonthFirst };
    match figures.date_order {
        _ if decided.is_some_and(|decision| decision.order == wanted) => say("it is decided so"),
        None => say("this column holds no dates"),
        Some(DateOrder::DayFirst) => say("its values prove that the day stands first"),
        Some(DateOrder::MonthFirst) => say("its values prove that the month stands first"),
        Some(DateOrder::YearFirst) => say("its dates can be read in one way only"),
        Some(DateOrder::Contradictory | DateOrder::Undecided) => None,
    }
}
