//! The value map of a field: every value of the source with its count and what it becomes, one column for each target field
//! whose rule reads the source column. A value, all marked ones, or a group of nearly equal ones get a target with one
//! answer; each answer is a version that undo takes back.

use std::collections::BTreeSet;
use std::sync::Arc;

use ratatui::layout::Rect;

use super::model_asks::Wanted;
use super::{Screen, acts, typed};
use crate::mapping::edit::Change;
use crate::mapping::values::{Decided, Group, ValueLine, ValueTable};
use crate::mapping::{MapKey, ValueTarget};
use crate::model::Field;
use crate::sources::ObjectId;
use crate::sources::select::Selection;
use crate::tui::action::Act;
use crate::tui::app::{App, Purpose};
use crate::tui::line::head;
use crate::tui::msg::map::MapAsk;
use crate::tui::msg::model::ModelAsk;
use crate::tui::msg::{Ask, Problem, Target};
use crate::tui::paint::{Canvas, Line};
use crate::tui::panes::sources;
use crate::tui::place::PaneId;
use crate::tui::prompt::{Prompt, Question};
use crate::tui::theme::Role;
use crate::tui::widgets::chart;
use crate::tui::widgets::list::List;
use crate::values::format;

/// The screen.
#[derive(Debug, Clone, Default)]
pub struct ValuesScreen {
    pub key: MapKey,
    /// The column of the object whose values are mapped.
    pub column: String,
    pub list: List,
    /// `None` until it was brought.
    table: Option<Arc<ValueTable>>,
    /// Places in the table that are shown; `None`: all.
    shown: Option<Vec<usize>>,
    /// The target field that answers are for, as its place in the table.
    field: usize,
    /// By value, so that marks survive new counts.
    marks: BTreeSet<String>,
    last_mark: Option<usize>,
    only_open: bool,
    filter: String,
    /// Nearly equal values, once they were asked for, and which group is marked.
    groups: Option<Arc<Vec<Group>>>,
    group: Option<usize>,
    asked: bool,
    stale: bool,
    problem: Option<Problem>,
}

impl ValuesScreen {
    fn len(&self) -> usize {
        self.shown.as_ref().map_or_else(|| self.table.as_ref().map_or(0, |table| table.rows.len()), Vec::len)
    }

    /// The place in the table of a row of the list.
    fn place(&self, at: usize) -> usize {
        self.shown.as_ref().and_then(|shown| shown.get(at).copied()).unwrap_or(at)
    }

    fn line(&self, at: usize) -> Option<&ValueLine> {
        self.table.as_ref()?.rows.get(self.place(at))
    }

    fn focused(&self) -> Option<&ValueLine> {
        self.line(self.list.index(self.len())?)
    }

    /// The name of the target field that answers are for.
    fn field_name(&self) -> Option<&str> {
        self.table.as_ref()?.fields.get(self.field).map(String::as_str)
    }

    fn is_open(&self, line: &ValueLine) -> bool {
        line.to.get(self.field).is_none_or(Option::is_none)
    }

    /// Chooses anew which values are shown; the cursor stays on its value where that is still to be seen.
    fn sift(&mut self) {
        let under = self.focused().map(|line| line.value.clone());
        let Some(table) = self.table.clone() else { return };
        let needle = self.filter.to_lowercase();
        self.shown = (self.only_open || !needle.is_empty()).then(|| {
            let wanted = |line: &ValueLine| {
                (!self.only_open || self.is_open(line))
                    && (needle.is_empty() || line.value.to_lowercase().contains(&needle))
            };
            table.rows.iter().enumerate().filter(|(_, line)| wanted(line)).map(|(at, _)| at).collect()
        });
        let len = self.len();
        let at = under.and_then(|value| (0..len).find(|at| self.line(*at).is_some_and(|line| line.value == value)));
        match at {
            Some(at) => self.list.cursor = at as u64,
            None => self.list.cursor = self.list.cursor.min(len.saturating_sub(1) as u64),
        }
    }

    /// The values that an answer is for: the marked ones, else the focused one.
    fn meant(&self) -> Vec<String> {
        if !self.marks.is_empty() {
            return self.marks.iter().cloned().collect();
        }
        self.focused().map(|line| line.value.clone()).into_iter().collect()
    }

    /// Puts the cursor on the next value that is not decided, from the next row on, round the end.
    fn to_next_open(&mut self, back: bool) {
        let len = self.len();
        let Some(at) = self.list.index(len) else { return };
        let turn = |step: usize| if back { (at + len - step) % len } else { (at + step) % len };
        if let Some(next) = (1..=len).map(turn).find(|at| self.line(*at).is_some_and(|line| self.is_open(line))) {
            self.list.cursor = next as u64;
        }
    }
}

/// Opens it.
pub fn open(app: &mut App, key: MapKey, column: String) {
    app.map.stack.push(Screen::Values(ValuesScreen { key, column, ..ValuesScreen::default() }));
    settle(app);
}

/// Asks for the values that are not there yet.
pub fn settle(app: &mut App) {
    let Some(Screen::Values(screen)) = app.map.stack.last_mut() else { return };
    if (screen.table.is_some() && !screen.stale) || screen.asked || screen.problem.is_some() {
        return;
    }
    screen.asked = true;
    let ask = ModelAsk::Values { key: screen.key.clone(), column: screen.column.clone() };
    app.ask(Purpose::ValueMap, Ask::Map(MapAsk::Model(ask)));
}

/// What is held may be out of date.
pub fn refresh(app: &mut App) {
    for screen in &mut app.map.stack {
        if let Screen::Values(screen) = screen {
            screen.stale = true;
            screen.asked = false;
        }
    }
    settle(app);
}

/// The values arrived.
pub fn arrived(app: &mut App, key: &MapKey, column: &str, table: Arc<ValueTable>) {
    let Some(Screen::Values(screen)) = app.map.stack.last_mut() else { return };
    if screen.key != *key || screen.column != column {
        return;
    }
    let first = screen.table.is_none();
    (screen.asked, screen.stale, screen.problem) = (false, false, None);
    screen.field = screen.field.min(table.fields.len().saturating_sub(1));
    screen.table = Some(table);
    screen.sift();
    // What is not decided is what one comes for.
    if first && screen.focused().is_some_and(|line| !screen.is_open(line)) {
        screen.to_next_open(false);
    }
}

/// Groups of nearly equal values arrived.
pub fn grouped(app: &mut App, groups: Arc<Vec<Group>>) {
    let Some(Screen::Values(screen)) = app.map.stack.last_mut() else { return };
    let none = groups.is_empty();
    screen.groups = Some(groups);
    screen.group = None;
    if none {
        return app.say(Line::new().text("No two values are nearly equal."));
    }
    next_group(app);
}

/// The values could not be had.
pub fn refused(app: &mut App, problem: Problem) {
    if let Some(Screen::Values(screen)) = app.map.stack.last_mut() {
        screen.asked = false;
        screen.problem = Some(problem);
    }
}

/// Marks the next group of nearly equal values.
fn next_group(app: &mut App) {
    let Some(Screen::Values(screen)) = app.map.stack.last_mut() else { return };
    let (Some(groups), Some(_)) = (screen.groups.clone(), &screen.table) else { return };
    if groups.is_empty() {
        return app.say(Line::new().text("No two values are nearly equal."));
    }
    let next = screen.group.map_or(0, |group| (group + 1) % groups.len());
    let group = &groups[next];
    screen.group = Some(next);
    screen.marks = group.members.iter().map(|(value, _)| value.clone()).collect();
    (screen.only_open, screen.filter) = (false, String::new());
    screen.sift();
    let len = screen.len();
    if let Some(at) = (0..len).find(|at| screen.line(*at).is_some_and(|line| line.value == group.stands_for)) {
        screen.list.show(at as u64, len as u64, app.rows);
    }
    let line = Line::new()
        .text("Group ")
        .number(Role::Text, next as u64 + 1)
        .text(" of ")
        .number(Role::Text, groups.len() as u64)
        .text(": ")
        .plural(Role::Text, group.members.len() as u64, "value", "values")
        .text(" alike but for ")
        .text(group.method)
        .text(", marked. Enter maps them together.");
    app.say(line);
}

/// The field of the model that answers are for.
fn target_field<'a>(app: &'a App, screen: &ValuesScreen) -> Option<&'a Field> {
    let overview = app.map.overview.as_ref()?;
    let entity = overview.model.iter().find(|standing| standing.entity.name == screen.key.entity)?;
    entity.entity.field(screen.field_name()?)
}

/// Saves what some values become.
fn save(app: &mut App, changes: Vec<Change>, sentence: String) {
    let Some(Screen::Values(screen)) = app.map.stack.last_mut() else { return };
    let key = screen.key.clone();
    screen.marks.clear();
    screen.last_mark = None;
    screen.to_next_open(false);
    acts::save(app, vec![(key, changes)], String::new(), sentence);
}

fn values_in_words(values: &[String]) -> String {
    match values {
        [one] if one.is_empty() => "No value".to_owned(),
        [one] => format!("“{}”", crate::values::Shown::of(one)),
        many => format::count(many.len() as u64, "value", "values"),
    }
}

/// Gives values a target.
pub fn give(app: &mut App, values: &[String], only_where: &str, to: ValueTarget) {
    let Some(Screen::Values(screen)) = app.map.stack.last() else { return };
    let Some(field) = screen.field_name().map(str::to_owned) else { return };
    if values.is_empty() {
        return;
    }
    let becomes = match &to {
        ValueTarget::Value(value) => format!("is {} now", crate::values::Shown::of(value)),
        ValueTarget::Nothing => "is nothing now, on purpose".to_owned(),
        ValueTarget::Excluded(reason) => format!("is excluded: {}", crate::values::Shown::of(reason)),
    };
    let becomes = if values.len() > 1 { becomes.replacen("is ", "are ", 1) } else { becomes };
    let sentence = format!("{} {becomes}.", values_in_words(values));
    let rows = values.iter().map(|value| (value.clone(), only_where.to_owned(), to.clone())).collect();
    save(app, vec![Change::Values { field, rows }], sentence);
}

/// Sets the deliberate default.
pub fn give_default(app: &mut App, to: String) {
    let Some(Screen::Values(screen)) = app.map.stack.last() else { return };
    let Some(field) = screen.field_name().map(str::to_owned) else { return };
    let sentence =
        format!("Every other value of {} is {} now.", crate::values::Shown::of(&field), crate::values::Shown::of(&to));
    save(app, vec![Change::Otherwise { field, to: Some(ValueTarget::Value(to)) }], sentence);
}

/// What was typed as a target: the allowed value that is meant, or the text itself where any is allowed. `None`: no allowed
/// value is near.
#[must_use]
pub fn meant_by(app: &App, typed: &str) -> Option<String> {
    let Some(Screen::Values(screen)) = app.map.stack.last() else { return None };
    match target_field(app, screen) {
        Some(field) if !field.allowed.is_empty() => narrowed(field, typed).first().map(|value| (*value).to_owned()),
        _ => Some(typed.to_owned()).filter(|typed| !typed.is_empty()),
    }
}

/// The allowed values that a typed text may mean, best first.
fn narrowed<'a>(field: &'a Field, typed: &str) -> Vec<&'a str> {
    use fuzzy_matcher::FuzzyMatcher;
    let typed = typed.trim();
    if typed.is_empty() {
        return field.allowed.iter().map(|allowed| allowed.value.as_str()).collect();
    }
    if let Some(same) = field.allowed.iter().find(|allowed| allowed.value.eq_ignore_ascii_case(typed)) {
        return vec![same.value.as_str()];
    }
    let matcher = fuzzy_matcher::skim::SkimMatcherV2::default();
    let mut found: Vec<(i64, usize)> = field
        .allowed
        .iter()
        .enumerate()
        .filter_map(|(at, allowed)| Some((matcher.fuzzy_match(&allowed.value, typed)?, at)))
        .collect();
    found.sort_by_key(|(score, at)| (std::cmp::Reverse(*score), *at));
    found.into_iter().map(|(_, at)| field.allowed[at].value.as_str()).collect()
}

/// Asks for one line of text.
fn want(app: &mut App, wanted: Wanted, proposed: &str) {
    app.prompt = Some(Prompt::new(Question::Map(typed::Wanted::Model(wanted)), proposed));
}

/// Asks what the rows become for which an expression holds.
pub fn want_target(app: &mut App, values: Vec<String>, only_where: String) {
    want(app, Wanted::Becomes { values, only_where }, "");
}

/// Asks again: what was typed is none of the allowed values.
pub fn not_allowed(app: &mut App, wanted: Wanted, typed: &str) {
    want(app, wanted, typed);
    if let Some(prompt) = &mut app.prompt {
        prompt.refusal = Some("none of the allowed values is like it");
    }
}

/// Does an action.
pub fn perform(app: &mut App, act: Act) {
    let height = app.rows;
    let Some(Screen::Values(screen)) = app.map.stack.last_mut() else { return };
    let len = screen.len() as u64;
    if super::moved(&mut screen.list, act, len, height) {
        return;
    }
    let fields = screen.table.as_ref().map_or(0, |table| table.fields.len());
    match act {
        Act::Left => {
            screen.field = screen.field.saturating_sub(1);
            screen.sift();
        }
        Act::Right => {
            screen.field = (screen.field + 1).min(fields.saturating_sub(1));
            screen.sift();
        }
        Act::OnlyLook => {
            screen.only_open = !screen.only_open;
            screen.sift();
        }
        Act::FindNext => screen.to_next_open(false),
        Act::FindPrevious => screen.to_next_open(true),
        Act::Mark => {
            if let Some(at) = screen.list.index(screen.len())
                && let Some(value) = screen.line(at).map(|line| line.value.clone())
            {
                if !screen.marks.remove(&value) {
                    screen.marks.insert(value);
                }
                screen.last_mark = Some(at);
                screen.list.cursor = (at as u64 + 1).min(len.saturating_sub(1));
            }
        }
        Act::MarkRange => {
            if let Some(at) = screen.list.index(screen.len()) {
                let from = screen.last_mark.unwrap_or(at);
                for at in from.min(at)..=from.max(at) {
                    if let Some(value) = screen.line(at).map(|line| line.value.clone()) {
                        screen.marks.insert(value);
                    }
                }
                screen.last_mark = Some(at);
            }
        }
        Act::Filter => {
            let filter = screen.filter.clone();
            app.prompt = Some(Prompt::new(Question::Map(typed::Wanted::Filter), &filter));
        }
        Act::Open => {
            let proposed = screen.focused().and_then(|line| now(line, screen.field)).unwrap_or_default();
            if fields > 0 && screen.focused().is_some() {
                want(app, Wanted::Becomes { values: values_meant(app), only_where: String::new() }, &proposed);
            }
        }
        Act::Accept => accept(app, false),
        Act::AcceptAll => accept(app, true),
        Act::DropField => want(app, Wanted::ExcludedFor { values: values_meant(app) }, ""),
        Act::Otherwise => want(app, Wanted::Otherwise, ""),
        Act::NothingThere => give(app, &values_meant(app), "", ValueTarget::Nothing),
        Act::SplitBy => want(app, Wanted::OnlyWhere { values: values_meant(app) }, ""),
        Act::Reopen => reopen(app),
        Act::NearEqual => match &screen.groups {
            Some(_) => next_group(app),
            None => {
                if let Some(table) = screen.table.clone() {
                    app.ask(Purpose::ValueGroups, Ask::Map(MapAsk::Model(ModelAsk::Groups(table))));
                }
            }
        },
        Act::Records => records(app),
        Act::CopyCell => {
            if let Some(value) = screen.focused().map(|line| line.value.clone()) {
                app.copy_value("the value", value);
            }
        }
        _ => {}
    }
}

fn values_meant(app: &App) -> Vec<String> {
    match app.map.stack.last() {
        Some(Screen::Values(screen)) => screen.meant(),
        _ => Vec::new(),
    }
}

/// What a value becomes now, or what is proposed, as text to begin with.
fn now(line: &ValueLine, field: usize) -> Option<String> {
    if let Some(Some(decided)) = line.to.get(field) {
        return match &decided.to {
            ValueTarget::Value(value) => Some(value.clone()),
            _ => None,
        };
    }
    match &line.suggested.get(field)?.as_ref()?.to {
        ValueTarget::Value(value) => Some(value.clone()),
        _ => None,
    }
}

/// Accepts what is proposed: for the marked values, else the focused one, or for all that are not decided.
fn accept(app: &mut App, all: bool) {
    let Some(Screen::Values(screen)) = app.map.stack.last() else { return };
    let (Some(table), Some(field)) = (screen.table.clone(), screen.field_name().map(str::to_owned)) else { return };
    let meant: BTreeSet<String> = screen.meant().into_iter().collect();
    let rows: Vec<(String, String, ValueTarget)> = table
        .rows
        .iter()
        .filter(|line| if all { screen.is_open(line) } else { meant.contains(&line.value) })
        .filter_map(|line| {
            Some((line.value.clone(), String::new(), line.suggested.get(screen.field)?.as_ref()?.to.clone()))
        })
        .collect();
    if rows.is_empty() {
        return app.say(Line::new().text("Nothing is proposed for it. Enter chooses what it becomes."));
    }
    let sentence = format!("{} mapped as proposed.", format::count(rows.len() as u64, "value is", "values are"));
    save(app, vec![Change::Values { field, rows }], sentence);
}

/// Opens decided values again.
fn reopen(app: &mut App) {
    let Some(Screen::Values(screen)) = app.map.stack.last() else { return };
    let Some(field) = screen.field_name().map(str::to_owned) else { return };
    let meant = screen.meant();
    let Some(table) = &screen.table else { return };
    let rows: Vec<(String, String)> = table
        .rows
        .iter()
        .filter(|line| meant.contains(&line.value))
        .filter_map(|line| line.to.get(screen.field)?.as_ref().filter(|decided| !decided.by_default).map(|d| (line, d)))
        .map(|(line, decided)| (line.value.clone(), decided.only_where.clone()))
        .collect();
    if rows.is_empty() {
        return app.say(Line::new().text("It is not decided, or the deliberate default decides it."));
    }
    let sentence = format!("{} open again.", format::count(rows.len() as u64, "value is", "values are"));
    save(app, vec![Change::ForgetValues { field, rows }], sentence);
}

/// The records that have the focused value.
fn records(app: &mut App) {
    let Some(Screen::Values(screen)) = app.map.stack.last() else { return };
    let Some(line) = screen.focused() else { return };
    let Some((object, column)) = place_of(app, &screen.key, &screen.column) else { return };
    let selection = if line.value.is_empty() {
        Selection::Empty { column }
    } else {
        Selection::Value { column, value: Some(line.value.clone()) }
    };
    app.show(PaneId::Sources);
    sources::open_selection(app, object, selection, String::new());
}

/// An object and a column of it by their names.
pub(super) fn place_of(app: &App, key: &MapKey, column: &str) -> Option<(ObjectId, usize)> {
    let object = sources::objects(app.inventory.as_ref()?)
        .find(|object| object.source_name == key.source && object.name == key.object)?;
    Some((object.id, object.columns.iter().find(|known| known.name == column)?.position))
}

/// Shows only values with a text.
pub fn filter(screen: &mut ValuesScreen, text: &str) {
    text.clone_into(&mut screen.filter);
    screen.sift();
}

/// Sums: records, mapped, not.
fn sums(screen: &ValuesScreen) -> Option<(u64, u64)> {
    let table = screen.table.as_ref()?;
    let open = table.rows.iter().filter(|line| screen.is_open(line)).map(|line| line.records).sum();
    Some((table.records, open))
}

/// Row 2.
pub fn headline<'a>(_app: &'a App, screen: &'a ValuesScreen) -> (Line<'a>, Line<'a>) {
    let left = Line::new()
        .quiet("Map › ")
        .name(Role::Quiet, screen.key.source.as_str())
        .quiet(" › ")
        .name(Role::Quiet, screen.key.object.as_str())
        .quiet(" › ")
        .name(Role::Strong, screen.column.as_str());
    let Some((records, open)) = sums(screen) else { return (left, Line::new()) };
    let right = Line::new()
        .plural(Role::Text, records, "record", "records")
        .quiet(" = ")
        .number(Role::Text, records.saturating_sub(open))
        .quiet(" mapped + ");
    let right = if open > 0 {
        right.say(Role::Bad, "✗ ").number(Role::Bad, open).text(" not")
    } else {
        right.text("0 not ").say(Role::Good, "✓")
    };
    (left, right)
}

/// What a value becomes, in words.
fn becomes<'a>(line: &'a ValueLine, field: usize) -> Line<'a> {
    match line.to.get(field).and_then(Option::as_ref) {
        Some(Decided { to, only_where, by_default, .. }) => {
            let words = match to {
                ValueTarget::Value(value) => Line::new().name(Role::Text, value.as_str()),
                ValueTarget::Nothing => Line::new().quiet("– nothing, on purpose"),
                ValueTarget::Excluded(reason) => Line::new().quiet("– excluded: ").name(Role::Text, reason.as_str()),
            };
            let words = if *by_default { words.quiet(", by default") } else { words };
            if only_where.is_empty() { words } else { words.quiet(" where ").name(Role::Quiet, only_where.as_str()) }
        }
        None => match line.suggested.get(field).and_then(Option::as_ref).map(|proposed| &proposed.to) {
            Some(ValueTarget::Value(value)) => Line::new().say(Role::Warn, "? ").name(Role::Text, value.as_str()),
            _ => Line::new().say(Role::Bad, "✗ ").text("not decided"),
        },
    }
}

/// Who decided, and when; or why it is open.
fn by(line: &ValueLine, field: usize) -> Line<'_> {
    match line.to.get(field).and_then(Option::as_ref) {
        Some(decided) => {
            let day = decided.at.get(..10).unwrap_or(&decided.at);
            Line::new().name(Role::Quiet, decided.by.as_str()).quiet(" ").name(Role::Quiet, day)
        }
        None if line.is_new => Line::new().say(Role::Warn, "! ").text("new since it was decided"),
        None => match line.suggested.get(field).and_then(Option::as_ref) {
            Some(proposed) => Line::new().prose(Role::Quiet, proposed.because.as_str()),
            None => Line::new(),
        },
    }
}

/// Draws the main area.
pub fn draw(app: &App, screen: &ValuesScreen, canvas: &mut Canvas<'_>, area: Rect) {
    canvas.rows = 1;
    let inside = area.width.saturating_sub(3);
    let Some(table) = &screen.table else {
        let line = match &screen.problem {
            Some(problem) => problem.line(),
            None if app.late(Purpose::ValueMap) => Line::new()
                .text("Counting the values of ")
                .name(Role::Text, screen.column.as_str())
                .text(". Everything else works."),
            None => Line::new(),
        };
        canvas.line(area.x + 2, area.y + 1, inside, &line);
        return;
    };
    if table.fields.is_empty() {
        let line = Line::new().text("No rule maps the values of this field. Esc goes back; Enter there writes one.");
        canvas.line(area.x + 2, area.y + 1, inside, &line);
        return;
    }
    let below = if area.height >= 14 { 5 } else { 2 };
    let list = Rect { height: area.height.saturating_sub(below + 1), ..area };
    draw_list(screen, table, canvas, list);
    let y = list.bottom();
    canvas.rule(area.x + 1, y, area.width.saturating_sub(2));
    let foot = Rect { x: area.x + 2, y: y + 1, width: inside, height: area.bottom().saturating_sub(y + 1) };
    draw_choice(app, screen, canvas, foot);
}

/// Where the columns stand.
struct Places {
    value: u16,
    bar: Option<(u16, u16)>,
    targets: Vec<(u16, u16)>,
    by: Option<(u16, u16)>,
}

fn places(area: Rect, fields: usize) -> Places {
    let value = (area.width * 22 / 100).clamp(10, 40);
    let mut x = area.x + 2 + value + 10;
    let right = area.right().saturating_sub(1);
    let bar = (area.width >= 100).then(|| {
        let wide = (area.width / 5).min(28);
        let at = (x + 2, wide);
        x += wide + 4;
        at
    });
    let by = (area.width >= 100).then(|| (right.saturating_sub(24), 24));
    let end = by.map_or(right, |(at, _)| at.saturating_sub(2));
    let fields = u16::try_from(fields.max(1)).unwrap_or(u16::MAX);
    let each = (end.saturating_sub(x + 2) / fields).max(8);
    let targets =
        (0..fields).map(|at| (x + 2 + at * each, each.saturating_sub(2))).take_while(|(x, _)| *x < end).collect();
    Places { value, bar, targets, by }
}

fn draw_list(screen: &ValuesScreen, table: &ValueTable, canvas: &mut Canvas<'_>, area: Rect) {
    let places = places(area, table.fields.len());
    let records = area.x + 2 + places.value;
    canvas.line(area.x + 2, area.y, places.value, &Line::new().quiet("source value"));
    canvas.line_right(records, area.y, 10, &Line::new().quiet("records"));
    for (at, (x, width)) in places.targets.iter().enumerate() {
        let name = table.fields.get(at).map_or("", String::as_str);
        let role = if at == screen.field { Role::Accent } else { Role::Quiet };
        canvas.line(*x, area.y, *width, &Line::new().name(role, name));
        canvas.hit(Rect { x: *x, y: area.y, width: *width, height: area.height }, Target::Column(at));
    }
    if let Some((x, width)) = places.by {
        canvas.line(x, area.y, width, &Line::new().quiet("by"));
    }
    let room = area.height.saturating_sub(1);
    canvas.rows = room.max(1);
    let len = screen.len();
    if len == 0 {
        let words = match (screen.only_open, screen.filter.is_empty()) {
            (true, true) => "Every value is decided. ! shows all of them.",
            (_, false) => "No value has this text. Esc shows all of them.",
            (false, true) => "The field is never filled: there is no value to map.",
        };
        canvas.line(area.x + 2, area.y + 2, area.width.saturating_sub(3), &Line::new().text(words));
        return;
    }
    let most = table.rows.iter().map(|line| line.records).max().unwrap_or(1);
    let chosen = screen.list.index(len);
    for (y, at) in (area.y + 1..).zip(screen.list.visible(len as u64, room)) {
        let Some((at, line)) = usize::try_from(at).ok().and_then(|at| Some((at, screen.line(at)?))) else { continue };
        let marked = screen.marks.contains(&line.value);
        let value = if line.value.is_empty() {
            Line::new().quiet("(empty)")
        } else {
            Line::new().value(Role::Text, Some(head(&line.value, usize::from(places.value))))
        };
        if marked {
            canvas.line(area.x + 1, y, 1, &Line::new().say(Role::Accent, "•"));
        }
        canvas.line(area.x + 2, y, places.value, &value);
        canvas.line_right(records, y, 10, &Line::new().number(Role::Text, line.records));
        if let Some((x, width)) = places.bar {
            let bar = chart::bar(line.records, most, width, canvas.theme.ascii);
            canvas.line(x, y, width, &Line::new().made(Role::Quiet, bar));
        }
        for (at, (x, width)) in places.targets.iter().enumerate() {
            canvas.line(*x, y, *width, &becomes(line, at));
        }
        if let Some((x, width)) = places.by {
            canvas.line(x, y, width, &by(line, screen.field));
        }
        if Some(at) == chosen {
            canvas.cursor_row(area.x, y, area.width, true);
        }
        canvas.hit(Rect { y, height: 1, ..area }, Target::Row(at as u64));
    }
}

/// What the focused value can become: the allowed values, narrowed by what is typed, and what is known of it.
fn draw_choice(app: &App, screen: &ValuesScreen, canvas: &mut Canvas<'_>, area: Rect) {
    if area.height == 0 {
        return;
    }
    let typed = match &app.prompt {
        Some(Prompt {
            question: Question::Map(typed::Wanted::Model(Wanted::Becomes { .. } | Wanted::Otherwise)),
            field,
            ..
        }) => field.text(),
        _ => "",
    };
    let field = target_field(app, screen);
    let name = screen.field_name().unwrap_or_default();
    let mut line = Line::new().name(Role::Strong, name);
    line = match field {
        Some(field) if !field.allowed.is_empty() => {
            let found = narrowed(field, typed);
            line.quiet(", ")
                .number(Role::Quiet, found.len() as u64)
                .quiet(" of ")
                .number(Role::Quiet, field.allowed.len() as u64)
                .quiet(" allowed")
        }
        Some(_) => line.quiet(", any text is allowed"),
        None => line.quiet(" is not in the model"),
    };
    let marks = screen.marks.len() as u64;
    if marks > 0 {
        line = line
            .quiet(" · ")
            .plural(Role::Accent, marks, "value is marked", "values are marked")
            .quiet(", one answer for all");
    }
    canvas.line(area.x, area.y, area.width, &line);
    if area.height < 2 {
        return;
    }
    if let Some(field) = field.filter(|field| !field.allowed.is_empty()) {
        let mut list = Line::new();
        for (at, value) in narrowed(field, typed).into_iter().take(12).enumerate() {
            list = if at == 0 && !typed.is_empty() {
                list.say(Role::Accent, "▸ ").name(Role::Strong, value)
            } else {
                list.quiet(if at == 0 { "  " } else { " · " }).name(Role::Text, value)
            };
        }
        canvas.line(area.x, area.y + 1, area.width, &list);
    }
    let Some(focused) = screen.focused().filter(|_| area.height >= 4) else { return };
    let value = if focused.value.is_empty() {
        Line::new().quiet("(empty)")
    } else {
        Line::new().value(Role::Text, Some(focused.value.as_str()))
    };
    let line = value
        .quiet("  ")
        .plural(Role::Text, focused.records, "record", "records")
        .quiet("  ")
        .then(becomes(focused, screen.field));
    canvas.line(area.x, area.y + 2, area.width, &line);
    canvas.line(area.x, area.y + 3, area.width, &by(focused, screen.field));
}

/// The focused row as label and value.
pub fn facts<'a>(_app: &'a App, screen: &'a ValuesScreen) -> Vec<(&'static str, Line<'a>)> {
    let Some(line) = screen.focused() else {
        return vec![("", Line::new().text("No value to map."))];
    };
    let value = if line.value.is_empty() {
        Line::new().quiet("(empty)")
    } else {
        Line::new().value(Role::Strong, Some(line.value.as_str()))
    };
    vec![
        ("value", value),
        ("records", Line::new().number(Role::Text, line.records)),
        ("becomes", becomes(line, screen.field)),
        ("by", by(line, screen.field)),
    ]
}
