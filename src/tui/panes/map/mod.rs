//! Map: what becomes of every source field. The pane opens with the maps per source and object; over them, as a stack of
//! screens, the three columns of one map, its rules, its SELECT, its versions; the model, value maps, the operating
//! questions, the source of truth, and what blocks.

pub mod blocks;
pub mod entity;
pub mod history;
pub mod maps;
pub mod model;
pub mod model_asks;
pub mod object;
pub mod pick;
pub mod questions;
pub mod rule;
pub mod sql;
pub mod truth;
pub mod typed;
pub mod values;

use std::collections::BTreeMap;

use ratatui::layout::Rect;

use super::super::action::Act;
use super::super::app::{App, Purpose, step};
use super::super::msg::map::{MapAsk, MapReply, Overview};
use super::super::msg::model::ModelReply;
use super::super::msg::{Ask, Problem, Target};
use super::super::paint::{Canvas, Line, Note};
use super::super::place::Place;
use super::super::widgets::field::TextField;
use super::super::widgets::list::List;
use crate::mapping::MapKey;
use crate::mapping::figures::Figures;
use crate::mapping::suggest::ObjectSuggestion;
use crate::model::Entity;
use crate::model::lint::{Remark, lint};

/// A screen over the list of maps.
#[derive(Debug, Clone)]
pub enum Screen {
    Object(object::ObjectScreen),
    Rule(rule::RuleScreen),
    Sql(sql::SqlScreen),
    History(history::HistoryScreen),
    // The model, and what blocks
    Values(values::ValuesScreen),
    Blocks(blocks::BlocksScreen),
    Model(model::ModelScreen),
    Entity(entity::EntityScreen),
    Questions(questions::QuestionsScreen),
    Truth(truth::TruthScreen),
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
            Some(Screen::Values(_)) => Place::ValueMap,
            Some(Screen::Blocks(_)) => Place::Blocks,
            Some(Screen::Model(_)) => Place::Model,
            Some(Screen::Entity(_)) => Place::Entity,
            Some(Screen::Questions(_)) => Place::Questions,
            Some(Screen::Truth(_)) => Place::Truth,
        }
    }

    /// The field of the rule editor.
    pub fn rule_field(&mut self) -> Option<&mut TextField> {
        match self.stack.last_mut() {
            Some(Screen::Rule(screen)) => Some(&mut screen.field),
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
    if app.map.looked_at && app.pane == super::super::place::PaneId::Map {
        ask(app);
    }
    values::refresh(app);
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
        Some(Screen::Values(_)) => values::perform(app, act),
        Some(Screen::Blocks(_)) => blocks::perform(app, act),
        Some(Screen::Model(_)) => model::perform(app, act),
        Some(Screen::Entity(_)) => entity::perform(app, act),
        Some(Screen::Questions(_)) => questions::perform(app, act),
        Some(Screen::Truth(_)) => truth::perform(app, act),
    }
}

/// One level back: a filter goes before its list does.
fn back(app: &mut App) {
    match app.map.stack.pop() {
        None => app.map.filter.clear(),
        Some(Screen::Sql(_) | Screen::History(_)) => app.forget(Purpose::MapText),
        Some(Screen::Values(_)) => app.forget(Purpose::ValueMap),
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
        Some(_) => {}
    }
}

/// An answer arrived.
pub fn arrived(app: &mut App, reply: MapReply) {
    match reply {
        MapReply::Overview(overview) => {
            app.map.figures = overview.figures.clone();
            let entities: Vec<Entity> = overview.model.iter().map(|standing| standing.entity.clone()).collect();
            app.map.lint = lint(&entities);
            app.map.overview = Some(overview);
        }
        MapReply::Suggested(suggested) => app.map.suggested = Some(suggested),
        MapReply::Figures(key, figures) => {
            app.map.figures.insert(key.clone(), *figures);
            blocks::counted(app, &key);
        }
        MapReply::Changed(sentence) => {
            app.say_saved(sentence);
            app.refresh();
        }
        MapReply::Model(reply) => model_arrived(app, reply),
        MapReply::Chosen { .. } | MapReply::Preview(_) | MapReply::Sql(..) | MapReply::History(..) => {}
    }
}

/// An answer of the model, of value maps, of questions arrived.
fn model_arrived(app: &mut App, reply: ModelReply) {
    match reply {
        ModelReply::Entities(_) => {}
        ModelReply::Values { key, column, table } => values::arrived(app, &key, &column, table),
        ModelReply::Groups(groups) => values::grouped(app, groups),
        ModelReply::Questions(questions) => app.map.questions = Some(questions),
        ModelReply::Truth(truth) => app.map.truth = Some(truth),
        ModelReply::Changed(sentence) => {
            app.say_saved(sentence);
            app.refresh();
        }
    }
}

/// An answer could not be had; what is for others comes back.
pub fn refused(app: &mut App, purpose: Purpose, problem: Problem) -> Option<Problem> {
    match purpose {
        Purpose::ValueMap => {
            values::refused(app, problem);
            None
        }
        _ => Some(problem),
    }
}

/// Why an action cannot run now.
#[must_use]
pub fn why_not(_app: &App, _act: Act) -> Option<Note> {
    None
}

/// Whether an action would write into the workspace.
#[must_use]
pub fn changes(_app: &App, act: Act) -> bool {
    matches!(
        act,
        Act::Accept | Act::DropField | Act::CommentOn | Act::Review | Act::MissingPolicy | Act::Restore | Act::Add
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
        Some(Screen::Values(screen)) => &mut screen.list,
        Some(Screen::Blocks(screen)) => &mut screen.list,
        Some(Screen::Model(screen)) => &mut screen.list,
        Some(Screen::Entity(screen)) => &mut screen.list,
        Some(Screen::Questions(screen)) => &mut screen.list,
        Some(Screen::Truth(screen)) => &mut screen.list,
    };
    // In the editor Enter saves: no click does that.
    if std::mem::replace(&mut list.cursor, row) == row && !matches!(app.map.stack.last(), Some(Screen::Rule(_))) {
        app.perform(Act::Open);
    }
}

/// A column or a part of the screen was clicked.
pub fn clicked_across(_app: &mut App, _target: Target) {}

/// Row 2: where one is, and the sum that closes.
pub fn headline(app: &App) -> (Line<'_>, Line<'_>) {
    match app.map.stack.last() {
        None => maps::headline(app),
        Some(Screen::Object(screen)) => object::headline(app, screen),
        Some(Screen::Rule(screen)) => rule::headline(app, screen),
        Some(Screen::Sql(screen)) => sql::headline(app, screen),
        Some(Screen::History(screen)) => history::headline(app, screen),
        Some(Screen::Values(screen)) => values::headline(app, screen),
        Some(Screen::Blocks(screen)) => blocks::headline(app, screen),
        Some(Screen::Model(screen)) => model::headline(app, screen),
        Some(Screen::Entity(screen)) => entity::headline(app, screen),
        Some(Screen::Questions(screen)) => questions::headline(app, screen),
        Some(Screen::Truth(screen)) => truth::headline(app, screen),
    }
}

/// Draws the main area.
pub fn draw(app: &App, canvas: &mut Canvas<'_>, area: Rect) {
    match app.map.stack.last() {
        None => maps::draw(app, canvas, area),
        Some(Screen::Object(screen)) => object::draw(app, screen, canvas, area),
        Some(Screen::Rule(screen)) => rule::draw(app, screen, canvas, area),
        Some(Screen::Sql(screen)) => sql::draw(app, screen, canvas, area),
        Some(Screen::History(screen)) => history::draw(app, screen, canvas, area),
        Some(Screen::Values(screen)) => values::draw(app, screen, canvas, area),
        Some(Screen::Blocks(screen)) => blocks::draw(app, screen, canvas, area),
        Some(Screen::Model(screen)) => model::draw(app, screen, canvas, area),
        Some(Screen::Entity(screen)) => entity::draw(app, screen, canvas, area),
        Some(Screen::Questions(screen)) => questions::draw(app, screen, canvas, area),
        Some(Screen::Truth(screen)) => truth::draw(app, screen, canvas, area),
    }
}

/// What stands in the message row while nothing just happened.
pub fn notice(_app: &App) -> Option<Note> {
    None
}

/// The focused row as label and value, for the smallest screens.
pub fn facts(app: &App) -> Vec<(&'static str, Line<'_>)> {
    match app.map.stack.last() {
        None => maps::facts(app),
        Some(Screen::Object(screen)) => object::facts(app, screen),
        Some(Screen::Rule(screen)) => rule::facts(app, screen),
        Some(Screen::Sql(screen)) => sql::facts(app, screen),
        Some(Screen::History(screen)) => history::facts(app, screen),
        Some(Screen::Values(screen)) => values::facts(app, screen),
        Some(Screen::Blocks(screen)) => blocks::facts(app, screen),
        Some(Screen::Model(screen)) => model::facts(app, screen),
        Some(Screen::Entity(screen)) => entity::facts(app, screen),
        Some(Screen::Questions(screen)) => questions::facts(app, screen),
        Some(Screen::Truth(screen)) => truth::facts(app, screen),
    }
}
