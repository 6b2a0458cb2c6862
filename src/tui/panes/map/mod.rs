//! Map: what becomes of every source field. The pane opens with the maps per source and object; over them, as a stack of
//! screens, the three columns of one map, its rules, its SELECT, its versions; the model, value maps, the operating
//! questions, the source of truth, and what blocks.

pub mod acts;
pub mod blocks;
pub mod complete;
pub mod entity;
pub mod history;
pub mod lines;
pub mod maps;
pub mod model;
pub mod model_asks;
pub mod object;
pub mod pick;
pub mod preview;
pub mod questions;
pub mod registered;
pub mod rule;
pub mod sql;
pub mod sums;
pub mod table;
pub mod truth;
pub mod typed;
pub mod values;
pub mod versions;
pub mod why;

use std::collections::{BTreeMap, VecDeque};

use ratatui::layout::Rect;

use super::super::action::Act;
use super::super::app::{App, Purpose, step};
use super::super::msg::map::{Deed, MapAsk, MapReply, Overview};
use super::super::msg::{Ask, Problem, Target};
use super::super::paint::{Canvas, Line, Note};
use super::super::place::{PaneId, Place};
use super::super::widgets::field::TextField;
use super::super::widgets::list::List;
use crate::definitions::VersionNumber;
use crate::mapping::MapKey;
use crate::mapping::figures::Figures;
use crate::mapping::suggest::ObjectSuggestion;
use crate::model::Entity;
use crate::model::lint::{Remark, lint};

/// A screen over the list of maps.
#[derive(Debug, Clone)]
pub enum Screen {
    Object(object::ObjectScreen),
    Rule(Box<rule::RuleScreen>),
    Sql(sql::SqlScreen),
    History(history::HistoryScreen),
    Why(why::WhyScreen),
    // The model, and what blocks
    Values(Box<values::ValuesScreen>),
    Blocks(blocks::BlocksScreen),
    Model(model::ModelScreen),
    Entity(entity::EntityScreen),
    Questions(questions::QuestionsScreen),
    Truth(truth::TruthScreen),
    Versions(versions::VersionsScreen),
    Registered(registered::RegisteredScreen),
}

/// The state of the pane.
#[derive(Debug, Clone, Default)]
pub struct Map {
    /// The cursor of the list of maps.
    pub list: List,
    /// Only objects and entities with this text.
    pub filter: String,
    /// `None` until it was brought.
    pub overview: Option<Box<Overview>>,
    /// `None` until it was brought.
    pub suggested: Option<Vec<ObjectSuggestion>>,
    /// Figures as they were counted last.
    pub figures: BTreeMap<MapKey, Figures>,
    /// What is vague in the model.
    pub lint: Vec<Remark>,
    /// The operating questions, once they were asked for.
    pub questions: Option<Vec<crate::model::questions::Question>>,
    /// The source of truth, once it was asked for.
    pub truth: Option<crate::model::truth::Truth>,
    /// Screens over the list, the last one seen.
    pub stack: Vec<Screen>,
    /// Rows before and after the rule that has the cursor.
    pub preview: preview::Preview,
    /// Deeds that wait for the one that is being saved.
    pub queue: VecDeque<Deed>,
    /// Versions that were saved from here since the maps were brought.
    pub saved: BTreeMap<MapKey, VersionNumber>,
    /// The map whose figures were asked for, or could not be had.
    counting: Option<MapKey>,
    /// What was typed last for a screen of the model: it comes back where it is refused.
    pub typed: Option<(model_asks::Wanted, String)>,
    /// Something changed since it was brought.
    stale: bool,
    /// The pane was looked at: from then on it is kept up to date.
    looked_at: bool,
}

impl Map {
    /// What of the pane has the keys.
    #[must_use]
    pub fn place(&self) -> Place {
        match self.stack.last() {
            None => Place::Maps,
            Some(Screen::Object(_)) => Place::ObjectMap,
            Some(Screen::Rule(_)) => Place::RuleText,
            Some(Screen::Sql(_)) => Place::MapSql,
            Some(Screen::History(_)) => Place::MapHistory,
            Some(Screen::Why(_)) => Place::MapWhy,
            Some(Screen::Values(_)) => Place::ValueMap,
            Some(Screen::Blocks(_)) => Place::Blocks,
            Some(Screen::Model(_)) => Place::Model,
            Some(Screen::Entity(_)) => Place::Entity,
            Some(Screen::Questions(_)) => Place::Questions,
            Some(Screen::Truth(_)) => Place::Truth,
            Some(Screen::Versions(_)) => Place::ModelHistory,
            Some(Screen::Registered(screen)) => screen.place(),
        }
    }

    /// The field of the rule editor.
    pub fn rule_field(&mut self) -> Option<&mut TextField> {
        match self.stack.last_mut() {
            Some(Screen::Rule(screen)) => Some(&mut screen.text),
            _ => None,
        }
    }
}

/// The pane is looked at.
pub fn shown(app: &mut App) {
    if app.session.is_some() && (!app.map.looked_at || app.map.stale) {
        app.map.looked_at = true;
        ask(app);
    }
}

fn ask(app: &mut App) {
    app.map.stale = false;
    app.map.counting = None;
    app.map.preview.stale();
    app.ask(Purpose::Maps, Ask::Map(MapAsk::Overview));
    app.ask(Purpose::Suggestions, Ask::Map(MapAsk::Suggest));
}

/// Another workspace is opened: nothing of this one is of use.
pub fn closed(app: &mut App) {
    for purpose in [
        Purpose::Maps,
        Purpose::Suggestions,
        Purpose::MapFigures,
        Purpose::DifficultRows,
        Purpose::RulePreview,
        Purpose::MapText,
        Purpose::ValueMap,
    ] {
        app.forget(purpose);
    }
    app.map = Map::default();
}

/// Something changed in the workspace: what is shown is asked for again.
pub fn refresh(app: &mut App) {
    app.map.stale = true;
    if app.map.looked_at && app.pane == PaneId::Map {
        ask(app);
    }
    values::refresh(app);
    versions::refresh(app);
    registered::refresh(app);
    if app.map.questions.is_some() {
        questions::ask(app);
    }
    if app.map.truth.is_some() {
        truth::ask(app);
    }
}

/// Asks for what is to be seen and not there yet.
pub fn settle(app: &mut App) {
    values::settle(app);
    blocks::settle(app);
    if app.pane != PaneId::Map || app.session.is_none() || app.at_home {
        return;
    }
    if !app.map.looked_at || app.map.stale {
        shown(app);
    }
    let key = match app.map.stack.last() {
        Some(Screen::Object(screen)) => &screen.key,
        Some(Screen::Rule(screen)) => &screen.key,
        _ => return,
    };
    let Some(object) = lines::Stuff::of(app, key).map(|stuff| stuff.object.id) else { return };
    super::sources::profiles::want(app, object);
    count(app);
    preview::settle(app);
}

/// Asks for the figures of the map that is open, if they are not there.
pub fn count(app: &mut App) {
    let Some(Screen::Object(screen)) = app.map.stack.last() else { return };
    let key = screen.key.clone();
    let stands = lines::Stuff::of(app, &key).is_some_and(|stuff| stuff.map.is_some_and(|map| !map.fields.is_empty()));
    if !stands || app.map.figures.contains_key(&key) || app.map.counting.as_ref() == Some(&key) || app.read_only() {
        return;
    }
    app.map.counting = Some(key.clone());
    app.ask(Purpose::MapFigures, Ask::Map(MapAsk::Figures(key)));
}

/// Takes all marks of the open map away.
pub fn unmark(app: &mut App) {
    if let Some(Screen::Object(screen)) = app.map.stack.last_mut() {
        screen.marked.clear();
    }
}

/// Does an action.
pub fn perform(app: &mut App, act: Act) {
    if act == Act::Back {
        return back(app);
    }
    match app.map.stack.last() {
        None => maps::perform(app, act),
        Some(Screen::Object(_)) => object::perform(app, act),
        Some(Screen::Rule(_)) => rule::perform(app, act),
        Some(Screen::Sql(_)) => sql::perform(app, act),
        Some(Screen::History(_)) => history::perform(app, act),
        Some(Screen::Why(_)) => why::perform(app, act),
        Some(Screen::Values(_)) => values::perform(app, act),
        Some(Screen::Blocks(_)) => blocks::perform(app, act),
        Some(Screen::Model(_)) => model::perform(app, act),
        Some(Screen::Entity(_)) => entity::perform(app, act),
        Some(Screen::Questions(_)) => questions::perform(app, act),
        Some(Screen::Truth(_)) => truth::perform(app, act),
        Some(Screen::Versions(_)) => versions::perform(app, act),
        Some(Screen::Registered(_)) => registered::perform(app, act),
    }
}

/// One level back: marks and filters go before their list does.
fn back(app: &mut App) {
    if let Some(Screen::Object(screen)) = app.map.stack.last_mut() {
        if !screen.marked.is_empty() {
            return screen.marked.clear();
        }
        if !screen.filter.is_empty() {
            return filter(app, "");
        }
    }
    if model_asks::unfiltered(app) {
        return;
    }
    match app.map.stack.pop() {
        None => app.map.filter.clear(),
        Some(Screen::Sql(_) | Screen::History(_)) => app.forget(Purpose::MapText),
        Some(Screen::Values(_)) => app.forget(Purpose::ValueMap),
        Some(Screen::Object(_)) => {
            app.forget(Purpose::MapFigures);
            app.map.counting = None;
        }
        Some(_) => {}
    }
}

/// Shows only lines with a text.
pub fn filter(app: &mut App, text: &str) {
    match app.map.stack.last_mut() {
        None => {
            text.clone_into(&mut app.map.filter);
            app.map.list = List::default();
        }
        Some(Screen::Values(screen)) => values::filter(screen, text),
        Some(Screen::Blocks(screen)) => blocks::filter(screen, text),
        Some(Screen::Model(screen)) => model::filter(screen, text),
        Some(Screen::Entity(screen)) => entity::filter(screen, text),
        Some(Screen::Questions(screen)) => questions::filter(screen, text),
        Some(Screen::Truth(screen)) => truth::filter(screen, text),
        Some(Screen::Registered(screen)) => registered::filter(screen, text),
        Some(Screen::Object(_)) => object::filter(app, text),
        Some(_) => {}
    }
}

/// An answer arrived.
pub fn arrived(app: &mut App, reply: MapReply) {
    match reply {
        MapReply::Overview(overview) => {
            // The cursor stays on the field that it is on.
            let at = object::key_at_cursor(app);
            app.map.figures = overview.figures.clone();
            let entities: Vec<Entity> = overview.model.iter().map(|standing| standing.entity.clone()).collect();
            app.map.lint = lint(&entities);
            app.map.saved.clear();
            app.map.overview = Some(overview);
            object::follow(app, at);
        }
        MapReply::Suggested(suggested) => {
            let at = object::key_at_cursor(app);
            app.map.suggested = Some(suggested);
            object::follow(app, at);
        }
        MapReply::Figures(key, figures) => {
            app.map.figures.insert(key.clone(), *figures);
            blocks::counted(app, &key);
        }
        MapReply::Changed { sentence, versions } => {
            rule::saved(app);
            values::saved(app, &sentence);
            acts::saved(app, sentence, versions);
        }
        MapReply::Done(sentence) => app.say_saved(sentence),
        MapReply::Chosen { object, columns, chosen } => preview::chosen(app, object, columns, chosen),
        MapReply::Preview(rows) => preview::arrived(app, rows),
        MapReply::Sql(key, text) => sql::arrived(app, &key, text),
        MapReply::History(key, versions) => history::arrived(app, &key, versions),
        MapReply::Model(reply) => model_asks::arrived(app, reply),
    }
}

/// An answer could not be had; what is for others comes back.
pub fn refused(app: &mut App, purpose: Purpose, problem: Problem) -> Option<Problem> {
    match purpose {
        Purpose::SaveMap => {
            rule::refused(app);
            acts::refused(app);
            model_asks::refused(app);
        }
        // The screen has nothing to show; the problem says why.
        Purpose::MapText => {
            if matches!(app.map.stack.last(), Some(Screen::Sql(_) | Screen::History(_))) {
                app.map.stack.pop();
            }
        }
        Purpose::ValueMap => {
            values::refused(app, problem);
            return None;
        }
        Purpose::Change => model_asks::refused(app),
        Purpose::MapFigures => {
            blocks::refused(app, &problem);
            // What blocks says it in its own line.
            if problem.cancelled || matches!(app.map.stack.last(), Some(Screen::Blocks(_))) {
                return None;
            }
            let still_true = "The map stands as it was; it is not counted.".to_owned();
            return Some(Problem { still_true, ..problem });
        }
        // Where one looks on meanwhile, that is no news.
        Purpose::DifficultRows | Purpose::Suggestions if problem.cancelled => return None,
        _ => {}
    }
    Some(problem)
}

/// Why an action cannot run now.
#[must_use]
pub fn why_not(app: &App, act: Act) -> Option<Note> {
    let words = match app.map.stack.last() {
        None => maps::why_not(app, act),
        Some(Screen::Object(_)) => object::why_not(app, act),
        Some(Screen::History(screen)) => history::why_not(screen, act),
        Some(Screen::Sql(screen)) if screen.sql.is_none() && matches!(act, Act::CopyCell | Act::Write) => {
            Some("the map is still being compiled")
        }
        _ => return model_asks::why_not(app, act),
    };
    words.map(|words| Line::new().text(words))
}

/// Whether an action would write into the workspace.
#[must_use]
pub fn changes(app: &App, act: Act) -> bool {
    let edits = act == Act::Open && matches!(app.map.stack.last(), Some(Screen::Rule(_)));
    edits
        || model_asks::changes(app, act)
        || matches!(
            act,
            Act::Accept
                | Act::DropField
                | Act::CommentOn
                | Act::Review
                | Act::MissingPolicy
                | Act::About
                | Act::Restore
                | Act::SaveWithComment
        )
}

/// Moves the cursor of a list of `len` rows if `act` is a move. Returns whether it was.
pub fn moved(list: &mut List, act: Act, len: u64, height: u16) -> bool {
    let Some(step) = step(act) else { return false };
    list.step(step, len, height);
    true
}

/// A row was clicked: the cursor goes there, and a second click opens.
pub fn clicked(app: &mut App, row: u64) {
    let list = match app.map.stack.last_mut() {
        None => &mut app.map.list,
        Some(Screen::Object(screen)) => &mut screen.list,
        Some(Screen::Rule(screen)) => &mut screen.list,
        Some(Screen::Sql(screen)) => &mut screen.list,
        Some(Screen::History(screen)) => &mut screen.list,
        Some(Screen::Why(screen)) => &mut screen.list,
        Some(Screen::Values(screen)) => &mut screen.list,
        Some(Screen::Blocks(screen)) => &mut screen.list,
        Some(Screen::Model(screen)) => &mut screen.list,
        Some(Screen::Entity(screen)) => &mut screen.list,
        Some(Screen::Questions(screen)) => &mut screen.list,
        Some(Screen::Truth(screen)) => &mut screen.list,
        Some(Screen::Versions(screen)) => &mut screen.list,
        Some(Screen::Registered(screen)) => &mut screen.list,
    };
    // In the editor Enter saves: no click does that.
    if std::mem::replace(&mut list.cursor, row) == row && !matches!(app.map.stack.last(), Some(Screen::Rule(_))) {
        app.perform(Act::Open);
    }
}

/// A column or a part of the screen was clicked.
pub fn clicked_across(app: &mut App, target: Target) {
    match (target, app.map.stack.last_mut()) {
        (Target::Part(part), Some(Screen::Object(screen))) => {
            screen.part = if part == 0 { object::Part::Example } else { object::Part::Rule };
        }
        (Target::Column(at), Some(Screen::Values(screen))) => values::to_field(screen, at),
        (Target::Column(at), Some(Screen::Truth(screen))) => truth::to_column(screen, at),
        _ => {}
    }
}

/// Row 2: where one is, and the sum that closes.
pub fn headline(app: &App) -> (Line<'_>, Line<'_>) {
    match app.map.stack.last() {
        None => maps::headline(app),
        Some(Screen::Object(screen)) => table::headline(app, screen),
        Some(Screen::Rule(screen)) => rule::headline(app, screen),
        Some(Screen::Sql(screen)) => sql::headline(app, screen),
        Some(Screen::History(screen)) => history::headline(app, screen),
        Some(Screen::Why(_)) => why::headline(app),
        Some(Screen::Values(screen)) => values::headline(app, screen),
        Some(Screen::Blocks(screen)) => blocks::headline(app, screen),
        Some(Screen::Model(screen)) => model::headline(app, screen),
        Some(Screen::Entity(screen)) => entity::headline(app, screen),
        Some(Screen::Questions(screen)) => questions::headline(app, screen),
        Some(Screen::Truth(screen)) => truth::headline(app, screen),
        Some(Screen::Versions(screen)) => versions::headline(app, screen),
        Some(Screen::Registered(screen)) => registered::headline(app, screen),
    }
}

/// Draws the main area.
pub fn draw(app: &App, canvas: &mut Canvas<'_>, area: Rect) {
    match app.map.stack.last() {
        None => maps::draw(app, canvas, area),
        Some(Screen::Object(screen)) => table::draw(app, screen, canvas, area),
        Some(Screen::Rule(screen)) => rule::draw(app, screen, canvas, area),
        Some(Screen::Sql(screen)) => sql::draw(app, screen, canvas, area),
        Some(Screen::History(screen)) => history::draw(app, screen, canvas, area),
        Some(Screen::Why(screen)) => why::draw(app, screen, canvas, area),
        Some(Screen::Values(screen)) => values::draw(app, screen, canvas, area),
        Some(Screen::Blocks(screen)) => blocks::draw(app, screen, canvas, area),
        Some(Screen::Model(screen)) => model::draw(app, screen, canvas, area),
        Some(Screen::Entity(screen)) => entity::draw(app, screen, canvas, area),
        Some(Screen::Questions(screen)) => questions::draw(app, screen, canvas, area),
        Some(Screen::Truth(screen)) => truth::draw(app, screen, canvas, area),
        Some(Screen::Versions(screen)) => versions::draw(app, screen, canvas, area),
        Some(Screen::Registered(screen)) => registered::draw(app, screen, canvas, area),
    }
}

/// What stands in the message row while nothing just happened.
pub fn notice(app: &App) -> Option<Note> {
    match app.map.stack.last() {
        None => maps::notice(app),
        Some(Screen::Object(screen)) => table::notice(app, screen),
        _ => model_asks::notice(app),
    }
}

/// The focused row as label and value, for the smallest screens.
pub fn facts(app: &App) -> Vec<(&'static str, Line<'_>)> {
    match app.map.stack.last() {
        None => maps::facts(app),
        Some(Screen::Object(screen)) => table::facts(app, screen),
        Some(Screen::Rule(screen)) => rule::facts(app, screen),
        Some(Screen::Sql(screen)) => sql::facts(app, screen),
        Some(Screen::History(screen)) => history::facts(app, screen),
        Some(Screen::Why(_)) => why::facts(app),
        Some(Screen::Values(screen)) => values::facts(app, screen),
        Some(Screen::Blocks(screen)) => blocks::facts(app, screen),
        Some(Screen::Model(screen)) => model::facts(app, screen),
        Some(Screen::Entity(screen)) => entity::facts(app, screen),
        Some(Screen::Questions(screen)) => questions::facts(app, screen),
        Some(Screen::Truth(screen)) => truth::facts(app, screen),
        Some(Screen::Versions(screen)) => versions::facts(app, screen),
        Some(Screen::Registered(screen)) => registered::facts(app, screen),
    }
}
