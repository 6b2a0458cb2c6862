//! How often each value stands in a column, over all records of an object or over some of them: value, count, bar, share,
//! and sums that close. From a value to its records, or on by another column.

use std::path::PathBuf;
use std::sync::Arc;

use ratatui::layout::Rect;

use super::super::super::action::Act;
use super::super::super::app::{App, Purpose};
use super::super::super::line::head;
use super::super::super::msg::{Ask, Problem, Target};
use super::super::super::overlays::Overlay;
use super::super::super::overlays::columns::Columns;
use super::super::super::paint::{Canvas, Line};
use super::super::super::prompt::{Prompt, Question};
use super::super::super::theme::Role;
use super::super::super::widgets::chart;
use super::super::super::widgets::list::List;
use super::profiles::{draw_counting, draw_problem};
use super::records::marks;
use super::rows::{self, both, trail};
use super::{Screen, object};
use crate::sources::ObjectId;
use crate::sources::profile::Counted;
use crate::sources::select::{Selection, ValueCounts};
use crate::values::{Shown, format};

/// The widest that a value's own column becomes.
const WIDE: u16 = 60;

/// The screen of one column's values.
#[derive(Debug, Clone)]
pub struct ValuesScreen {
    pub object: ObjectId,
    pub column: usize,
    /// Among these records.
    pub within: Selection,
    pub counts: Option<Arc<ValueCounts>>,
    /// What is held is to be asked for again.
    stale: bool,
    asked: bool,
    problem: Option<Problem>,
    pub list: List,
    /// Places in the counts by text; empty while they are sorted by count.
    by_text: Vec<usize>,
    needle: String,
}

/// A row of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Row<'a> {
    Value(&'a Counted),
    /// Values that are not listed one by one: how many, and in how many records.
    Others(u64, u64),
    Empty(u64),
    Absent(u64),
}

impl ValuesScreen {
    fn new(object: ObjectId, column: usize, within: Selection) -> Self {
        Self {
            object,
            column,
            within,
            counts: None,
            stale: false,
            asked: false,
            problem: None,
            list: List::default(),
            by_text: Vec::new(),
            needle: String::new(),
        }
    }

    /// What is held may be out of date.
    pub fn stale(&mut self) {
        self.stale = true;
        self.rest();
    }

    /// What was asked for comes no more.
    pub fn rest(&mut self) {
        self.asked = false;
    }

    /// The counts could not be made.
    pub fn refuse(&mut self, problem: Problem) {
        self.problem = Some(problem);
        self.asked = false;
    }

    /// Counts arrived.
    pub fn arrived(&mut self, counts: Arc<ValueCounts>) {
        self.asked = false;
        self.stale = false;
        self.problem = None;
        self.counts = Some(counts);
        if !self.by_text.is_empty() {
            self.sort_by_text();
        }
    }

    fn sort_by_text(&mut self) {
        let Some(counts) = &self.counts else { return };
        let mut order: Vec<usize> = (0..counts.values.len()).collect();
        order.sort_by_cached_key(|at| (counts.values[*at].text.to_lowercase(), counts.values[*at].text.clone()));
        self.by_text = order;
    }

    /// So many rows.
    fn len(&self) -> usize {
        self.counts.as_ref().map_or(0, |counts| counts.values.len() + tail(counts).count())
    }

    /// The row at a place.
    fn row(&self, at: usize) -> Option<Row<'_>> {
        let counts = self.counts.as_ref()?;
        if let Some(beyond) = at.checked_sub(counts.values.len()) {
            return tail(counts).nth(beyond);
        }
        let at = self.by_text.get(at).copied().unwrap_or(at);
        counts.values.get(at).map(Row::Value)
    }

    /// The row under the cursor.
    #[must_use]
    pub fn focused(&self) -> Option<Row<'_>> {
        self.row(self.list.index(self.len())?)
    }

    /// The records of a row; `None`: there is no saying which they are.
    fn selection(&self, row: Row<'_>) -> Option<Selection> {
        let one = match row {
            Row::Value(value) => Selection::Value { column: self.column, value: Some(value.text.clone()) },
            Row::Empty(_) => Selection::Empty { column: self.column },
            Row::Absent(_) => Selection::Value { column: self.column, value: None },
            Row::Others(..) => return None,
        };
        Some(both(self.within.clone(), one))
    }

    /// Whether something was searched for here.
    #[must_use]
    pub fn has_needle(&self) -> bool {
        !self.needle.is_empty()
    }
}

/// The rows after the values.
fn tail(counts: &ValueCounts) -> impl Iterator<Item = Row<'_>> {
    let listed = counts.values.iter().fold(0_u64, |sum, value| sum.saturating_add(value.count));
    let more = counts.distinct.saturating_sub(counts.values.len() as u64);
    let others = Some((more, counts.filled.saturating_sub(listed))).filter(|(more, _)| *more > 0);
    let empty = Some(counts.empty).filter(|count| *count > 0);
    let absent = Some(counts.absent).filter(|count| *count > 0);
    [others.map(|(more, count)| Row::Others(more, count)), empty.map(Row::Empty), absent.map(Row::Absent)]
        .into_iter()
        .flatten()
}

/// Opens the counts of a column's values among some records.
pub fn open(app: &mut App, object: ObjectId, column: usize, within: Selection) {
    super::push(app, Screen::Values(ValuesScreen::new(object, column, within)));
}

/// Asks for counts that are not there.
pub fn settle(app: &mut App) {
    let Some(Screen::Values(screen)) = app.sources.stack.last_mut() else { return };
    if (screen.counts.is_some() && !screen.stale) || screen.asked || screen.problem.is_some() {
        return;
    }
    screen.asked = true;
    let (object, column, within) = (screen.object, screen.column, screen.within.clone());
    app.ask(Purpose::Values, Ask::Values { object, column, within });
}

/// Does an action.
pub fn perform(app: &mut App, act: Act) {
    let height = app.rows;
    let Some(Screen::Values(screen)) = app.sources.stack.last_mut() else { return };
    let len = screen.len() as u64;
    if super::moved(&mut screen.list, act, len, height) {
        return;
    }
    let (id, selection) = (screen.object, screen.focused().and_then(|row| screen.selection(row)));
    match act {
        Act::Open => {
            if let Some(selection) = selection {
                rows::open(app, id, selection);
            }
        }
        Act::BreakDown => {
            let Some(object) = object(app, id) else { return };
            if let Some(selection) = selection {
                let columns = Columns::new(object, selection);
                app.overlays.push(Overlay::Columns(columns));
            }
        }
        Act::Sort => {
            if screen.by_text.is_empty() {
                screen.sort_by_text();
            } else {
                screen.by_text.clear();
            }
            screen.list = List::default();
            let words = if screen.by_text.is_empty() { "Sorted by count." } else { "Sorted by text." };
            app.say(Line::new().text(words));
        }
        Act::Find => {
            let before = screen.needle.clone();
            app.prompt = Some(Prompt::new(Question::Find, &before));
        }
        Act::FindNext => find_on(app, 1, false),
        Act::FindPrevious => find_on(app, 1, true),
        Act::Write => {
            let name = name_of_file(app);
            app.prompt = Some(Prompt::new(Question::WriteCounts, &name));
        }
        Act::CopyCell => {
            if let Some(Row::Value(value)) = screen.focused() {
                let text = value.text.clone();
                app.copy_value("the value", text);
            }
        }
        _ => {}
    }
}

/// `contact-region.csv`
fn name_of_file(app: &App) -> String {
    let Some(Screen::Values(screen)) = app.sources.stack.last() else { return String::new() };
    let Some(object) = object(app, screen.object) else { return String::new() };
    let column = object.columns.get(screen.column).map_or("", |column| column.name.as_str());
    rows::file_name(&[&object.source_name, &object.name, column], "csv")
}

/// Writes the counts to a file.
pub fn write(app: &mut App, path: PathBuf) {
    let Some(Screen::Values(screen)) = app.sources.stack.last() else { return };
    let (Some(counts), Some(object)) = (screen.counts.clone(), object(app, screen.object)) else { return };
    let Some(column) = object.columns.get(screen.column).map(|column| column.name.clone()) else { return };
    let masked = app.masked;
    app.ask(Purpose::Write, Ask::WriteCounts { column, counts, path, masked });
}

/// Moves to the next value that holds a text.
pub fn find(app: &mut App, text: String) {
    if let Some(Screen::Values(screen)) = app.sources.stack.last_mut() {
        screen.needle = text;
    }
    find_on(app, 0, false);
}

fn find_on(app: &mut App, from: usize, back: bool) {
    let height = app.rows;
    let Some(Screen::Values(screen)) = app.sources.stack.last_mut() else { return };
    let (needle, len) = (screen.needle.to_lowercase(), screen.len());
    let Some(at) = screen.list.index(len) else { return };
    let holds = |at: &usize| match screen.row(*at) {
        Some(Row::Value(value)) => value.text.to_lowercase().contains(&needle),
        _ => false,
    };
    let turn = |step: usize| if back { (at + 2 * len - step) % len } else { (at + step) % len };
    let found = (from..from.saturating_add(len)).map(turn).find(holds);
    match found {
        Some(found) => screen.list.show(found as u64, len as u64, height),
        None => {
            let needle = screen.needle.clone();
            app.say(Line::new().text("No value that is listed holds “").name(Role::Text, needle).text("”."));
        }
    }
}

/// Row 2.
pub fn headline<'a>(app: &'a App, screen: &'a ValuesScreen) -> (Line<'a>, Line<'a>) {
    let Some(object) = object(app, screen.object) else { return (Line::new().quiet("Sources"), Line::new()) };
    let left = trail(app, object, &screen.within).quiet(" › by ");
    let column = object.columns.get(screen.column).map_or("", |column| column.name.as_str());
    let left = left.name(Role::Strong, column);
    let Some(counts) = &screen.counts else { return (left, Line::new()) };
    let mut right = Line::new().number(Role::Text, counts.rows);
    right = right.quiet(" = ").number(Role::Text, counts.filled).quiet(" filled");
    for (count, word) in [(counts.empty, " empty"), (counts.absent, " not given")] {
        if count > 0 {
            right = right.quiet(" + ").number(Role::Text, count).quiet(word);
        }
    }
    let sum = counts.filled.checked_add(counts.empty).and_then(|sum| sum.checked_add(counts.absent));
    let right = if sum == Some(counts.rows) {
        right.say(Role::Good, " ✓")
    } else {
        right.say(Role::Bad, " ✗ does not close")
    };
    (left, right)
}

/// Draws the main area.
pub fn draw(app: &App, screen: &ValuesScreen, canvas: &mut Canvas<'_>, area: Rect) {
    let Some(object) = object(app, screen.object) else { return };
    if let Some(problem) = &screen.problem {
        return draw_problem(problem, canvas, area);
    }
    let Some(counts) = &screen.counts else {
        return draw_counting(app, Purpose::Values, object.records, canvas, area);
    };
    let len = screen.len();
    if len == 0 {
        let line = Line::new().text("No record is here. Esc goes back.");
        canvas.line(area.x + 2, area.y, area.width.saturating_sub(3), &line);
        return;
    }
    // The sum takes two rows, where there is room for it.
    let foot = if area.height >= 8 { 2 } else { 0 };
    let room = area.height.saturating_sub(1 + foot);
    canvas.rows = room.max(1);
    let visible = screen.list.visible(len as u64, room);
    let tag = if app.masked { 5 } else { 0 };
    let seen = |at: usize| match screen.row(at) {
        Some(Row::Value(value)) => {
            u16::try_from(Shown::of(head(&value.text, WIDE.into())).width()).unwrap_or(WIDE) + tag
        }
        _ => 24,
    };
    // Wide enough for the values to be seen first, so that nothing moves sideways while one goes down.
    let first = (0..len.min(60)).map(seen).max().unwrap_or(24);
    let (x, width) = (area.x + 2, area.width.saturating_sub(3).min(130));
    let name = first.clamp(24, WIDE).min(width.saturating_sub(30).max(12));
    let count = u16::try_from(format::thousands(counts.rows).len()).unwrap_or(20).max(7);
    let bar = width.saturating_sub(name + count + 4 + 10).min(40);
    let column = object.columns.get(screen.column).map_or("", |column| column.name.as_str());
    canvas.line(x, area.y, name, &Line::new().quiet("value of ").name(Role::Quiet, column));
    canvas.line_right(x + name, area.y, count + 2, &Line::new().quiet("records"));
    let most = counts.values.iter().map(|value| value.count).max().unwrap_or(0).max(counts.empty).max(counts.absent);
    let chosen = screen.list.index(len);
    for (y, at) in (area.y + 1..).zip(visible) {
        let Some((at, row)) = usize::try_from(at).ok().and_then(|at| Some((at, screen.row(at)?))) else { continue };
        let (label, records, drawn) = match row {
            Row::Value(value) => {
                let text = head(&value.text, usize::from(name));
                let needle = screen.has_needle().then_some(screen.needle.as_str());
                (Line::new().marked(Role::Text, text, &marks(text, needle)), value.count, true)
            }
            Row::Others(more, count) => (
                Line::new().number(Role::Quiet, more).quiet(if more == 1 { " other value" } else { " other values" }),
                count,
                false,
            ),
            Row::Empty(count) => (Line::new().quiet("∅ empty"), count, true),
            Row::Absent(count) => (Line::new().quiet("– not given"), count, true),
        };
        canvas.line(x, y, name, &label);
        canvas.line_right(x + name, y, count + 2, &Line::new().number(Role::Text, records));
        canvas.line_right(
            x + name + count + 2,
            y,
            9,
            &Line::new().made(Role::Quiet, format::share(records, counts.rows)),
        );
        if drawn && bar >= 4 {
            let drawn = chart::bar(records, most, bar, canvas.theme.ascii);
            canvas.line(x + name + count + 13, y, bar, &Line::new().made(Role::Text, drawn));
        }
        if Some(at) == chosen {
            canvas.cursor_row(area.x, y, area.width.min(130), true);
        }
        canvas.hit(Rect { x: area.x, y, width: area.width, height: 1 }, Target::Row(at as u64));
    }
    if foot > 0 {
        let y = area.y + 1 + u16::try_from(len).unwrap_or(u16::MAX).min(room);
        canvas.rule(x, y, name + count + 2);
        let line = Line::new().plural(Role::Text, counts.distinct, "value", "values");
        canvas.line(x, y + 1, name, &line.quiet(if screen.by_text.is_empty() { "" } else { ", by text" }));
        canvas.line_right(x + name, y + 1, count + 2, &Line::new().number(Role::Strong, counts.rows));
        let line = if counts.distinct > counts.values.len() as u64 {
            Line::new().quiet("the most frequent ").number(Role::Quiet, counts.values.len() as u64).quiet(" are listed")
        } else {
            Line::new()
        };
        canvas.line(x + name + count + 4, y + 1, width.saturating_sub(name + count + 4), &line);
    }
}

/// The focused value as label and value.
#[must_use]
pub fn facts<'a>(app: &'a App, screen: &'a ValuesScreen) -> Vec<(&'static str, Line<'a>)> {
    let mut facts = Vec::new();
    if let Some(column) = object(app, screen.object).and_then(|object| object.columns.get(screen.column)) {
        facts.push(("column", Line::new().name(Role::Text, column.name.as_str())));
    }
    let (Some(row), Some(counts)) = (screen.focused(), &screen.counts) else {
        facts.push(("", Line::new().text("Its values are being counted.")));
        return facts;
    };
    let (label, count) = match row {
        Row::Value(value) => (Line::new().data(Role::Strong, value.text.as_str()), value.count),
        Row::Others(more, count) => (Line::new().number(Role::Strong, more).text(" other values"), count),
        Row::Empty(count) => (Line::new().text("∅ empty"), count),
        Row::Absent(count) => (Line::new().text("– not given"), count),
    };
    facts.push(("value", label));
    facts.push(("records", Line::new().number(Role::Strong, count)));
    facts.push(("share", Line::new().made(Role::Text, format::share(count, counts.rows))));
    facts
}
