//! The value map of a field: every value of the source with its count and what it becomes, one column for each target field
//! whose rule reads the source column. A value, all marked ones, or a group of nearly equal ones get a target with one
//! answer; each answer is a version that undo takes back. `choice` narrows what is typed to what is allowed, `look` draws.

mod answer;
mod choice;
mod look;

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use answer::{Answer, Pending, accept, make_rule, reopen};
pub use answer::{give, give_default, rule_chosen, save_refused, saved};
pub use choice::meant_by;
pub use look::{draw, facts, headline};

use super::model_asks::Wanted;
use super::{Screen, typed};
use crate::mapping::values::{Group, ValueLine, ValueTable};
use crate::mapping::{MapKey, Rule, ValueTarget};
use crate::sources::ObjectId;
use crate::sources::select::Selection;
use crate::tui::action::Act;
use crate::tui::app::{App, Purpose};
use crate::tui::msg::map::MapAsk;
use crate::tui::msg::model::ModelAsk;
use crate::tui::msg::{Ask, Problem};
use crate::tui::paint::Line;
use crate::tui::panes::sources;
use crate::tui::prompt::{Prompt, Question};
use crate::tui::theme::Role;
use crate::tui::widgets::list::List;

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
    /// The sums of the target field, as they were when the table or the field changed last.
    sums: Sums,
    /// Answers that are being written, oldest first: the table shows them once they are on disk.
    pending: VecDeque<Pending>,
    /// The value that the cursor goes to once the table is there.
    wanted: Option<String>,
}

fn is_undecided(line: &ValueLine, field: usize) -> bool {
    line.to.get(field).is_none_or(Option::is_none)
}

/// Where there is no value and none is proposed, the field stays empty; whether it may is said by the policy for missing
/// values, not by the value map.
fn stays_empty(line: &ValueLine, field: usize) -> bool {
    let proposed = line.suggested.get(field).is_some_and(Option::is_some);
    line.value.is_empty() && is_undecided(line, field) && !proposed
}

/// Whether a value waits for an answer.
fn is_open(line: &ValueLine, field: usize) -> bool {
    is_undecided(line, field) && !stays_empty(line, field)
}

/// Sums of a table for one target field.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Sums {
    /// Records whose value is not decided.
    open: u64,
    /// Values that are not decided.
    open_values: u64,
    /// Records without a value, for which nothing is decided: they stay empty.
    empty: u64,
    /// Records of the values that are shown.
    shown: u64,
    /// Records of the value with most of them.
    most: u64,
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
        is_open(line, self.field)
    }

    /// Chooses anew which values are shown; the cursor stays on its value where that is still to be seen.
    fn sift(&mut self) {
        let under = self.focused().map(|line| line.value.clone());
        let Some(table) = self.table.clone() else { return };
        let needle = self.filter.to_lowercase();
        let field = self.field;
        let empty = table.rows.iter().filter(|line| stays_empty(line, field)).map(|line| line.records).sum();
        let (open_values, open) = table
            .rows
            .iter()
            .filter(|line| is_open(line, field))
            .fold((0, 0), |(values, records), line| (values + 1, records + line.records));
        let most = table.rows.iter().map(|line| line.records).max().unwrap_or(0);
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
        let shown = match &self.shown {
            None => table.records,
            Some(shown) => shown.iter().filter_map(|at| table.rows.get(*at)).map(|line| line.records).sum(),
        };
        self.sums = Sums { open, open_values, empty, shown, most };
    }

    /// Whether an answer for the value is being written.
    fn is_pending(&self, value: &str) -> bool {
        self.pending.iter().any(|pending| {
            self.field_name() == Some(pending.field.as_str())
                && matches!(&pending.what, Answer::Give(rows) if rows.iter().any(|(known, ..)| known == value))
        })
    }

    /// The values that an answer is for: the marked ones, else the focused one.
    fn meant(&self) -> Vec<String> {
        if !self.marks.is_empty() {
            return self.marks.iter().cloned().collect();
        }
        self.focused().map(|line| line.value.clone()).into_iter().collect()
    }

    /// Puts the cursor on the next value that is not decided, from the next row on, round the end.
    fn find_open(&mut self, back: bool) {
        let len = self.len();
        let Some(at) = self.list.index(len) else { return };
        let turn = |step: usize| if back { (at + len - step) % len } else { (at + step) % len };
        if let Some(next) = (1..=len)
            .map(turn)
            .find(|at| self.line(*at).is_some_and(|line| self.is_open(line) && !self.is_pending(&line.value)))
        {
            self.list.cursor = next as u64;
        }
    }
}

/// Opens it.
pub fn open(app: &mut App, key: MapKey, column: String) {
    open_at(app, key, column, None, "");
}

/// Opens it with the cursor on a value, for a target field: from what blocks.
pub fn open_at(app: &mut App, key: MapKey, column: String, value: Option<String>, field: &str) {
    let before = app.map.overview.iter().flat_map(|overview| &overview.maps);
    // The fields of the table come in the order of the map's rules.
    let at = before
        .filter(|map| map.map.key == key)
        .flat_map(|map| &map.map.fields)
        .filter(|rule| rule.from.first() == Some(&column) && matches!(rule.rule, Rule::ValueMap { .. }))
        .position(|rule| rule.field == field);
    let screen = ValuesScreen { key, column, wanted: value, field: at.unwrap_or(0), ..ValuesScreen::default() };
    app.map.stack.push(Screen::Values(Box::new(screen)));
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
    if !screen.pending.is_empty() {
        // It was counted before what is being written; what comes after that is on disk is asked for then.
        (screen.asked, screen.stale) = (false, true);
        return;
    }
    let first = screen.table.is_none();
    (screen.asked, screen.stale, screen.problem) = (false, false, None);
    screen.field = screen.field.min(table.fields.len().saturating_sub(1));
    let unruled = first && table.fields.is_empty();
    screen.table = Some(table);
    screen.groups = None;
    screen.sift();
    let wanted = screen.wanted.take();
    let at =
        wanted.and_then(|value| (0..screen.len()).find(|at| screen.line(*at).is_some_and(|line| line.value == value)));
    match at {
        Some(at) => screen.list.show(at as u64, screen.len() as u64, app.rows),
        // What is not decided is what one comes for.
        None if first && screen.focused().is_some_and(|line| !screen.is_open(line)) => screen.find_open(false),
        None => {}
    }
    if unruled {
        make_rule(app);
    }
}

/// Answers are for another target field.
pub fn to_field(screen: &mut ValuesScreen, at: usize) {
    let fields = screen.table.as_ref().map_or(0, |table| table.fields.len());
    screen.field = at.min(fields.saturating_sub(1));
    screen.sift();
}

/// Takes marks and the filter away. Returns whether there was something.
pub fn unfiltered(screen: &mut ValuesScreen) -> bool {
    if !screen.marks.is_empty() {
        screen.marks.clear();
        screen.last_mark = None;
        return true;
    }
    let was = !screen.filter.is_empty() || screen.only_open;
    if was {
        screen.filter.clear();
        screen.only_open = false;
        screen.sift();
    }
    was
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

/// Asks for one line of text.
fn want(app: &mut App, wanted: Wanted, proposed: &str) {
    app.prompt = Some(Prompt::new(Question::Map(typed::Wanted::Model(wanted)), proposed));
}

/// Asks what the rows become for which an expression holds.
pub fn want_target(app: &mut App, values: Vec<String>, only_where: String) {
    let Some(Screen::Values(screen)) = app.map.stack.last() else { return };
    // Where a list narrows while one types, what stands would have to be taken away first; `choice` shows it marked.
    let listed = choice::target_field(app, screen).is_some_and(|field| !field.allowed.is_empty());
    let proposed = screen.focused().and_then(|line| now(line, screen.field)).filter(|_| !listed).unwrap_or_default();
    want(app, Wanted::Becomes { values, only_where }, &proposed);
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
        Act::Left => to_field(screen, screen.field.saturating_sub(1)),
        Act::Right => to_field(screen, screen.field.saturating_add(1)),
        Act::OnlyLook => {
            screen.only_open = !screen.only_open;
            screen.sift();
        }
        Act::FindNext | Act::FindPrevious => {
            if screen.sums.open_values == 0 {
                return app.say(Line::new().say(Role::Good, "✓ ").text("Every value is decided."));
            }
            screen.find_open(act == Act::FindPrevious);
            let cursor = screen.list.cursor;
            screen.list.show(cursor, len, height);
        }
        Act::Mark => {
            if let Some(at) = screen.list.index(screen.len())
                && let Some(value) = screen.line(at).map(|line| line.value.clone())
            {
                if !screen.marks.remove(&value) {
                    screen.marks.insert(value);
                }
                screen.last_mark = Some(at);
                screen.list.step(crate::tui::widgets::list::Step::Down, len, height);
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
            if fields == 0 {
                return make_rule(app);
            }
            if screen.focused().is_some() {
                want_target(app, values_meant(app), String::new());
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
    app.visit_sources();
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
    let under = screen.focused().map(|line| line.value.clone());
    text.clone_into(&mut screen.filter);
    screen.sift();
    // What had the cursor is not shown: the first that is has most records.
    if screen.focused().map(|line| &line.value) != under.as_ref() {
        screen.list = List::default();
    }
}

/// Why an action cannot run now.
#[must_use]
pub fn why_not(screen: &ValuesScreen, act: Act) -> Option<&'static str> {
    let Some(table) = &screen.table else {
        return (act != Act::Back).then_some("the values are still being counted");
    };
    if table.fields.is_empty() {
        return (!matches!(act, Act::Back | Act::Open)).then_some("no rule maps its values yet; Enter makes one");
    }
    let needs_value = matches!(
        act,
        Act::Open
            | Act::Accept
            | Act::DropField
            | Act::NothingThere
            | Act::SplitBy
            | Act::Reopen
            | Act::Mark
            | Act::MarkRange
            | Act::Records
            | Act::CopyCell
    );
    if needs_value && screen.focused().is_none() {
        return Some("no value is shown here");
    }
    let proposed = |line: &ValueLine| line.suggested.get(screen.field).is_some_and(Option::is_some);
    match act {
        Act::Accept if screen.marks.is_empty() && !screen.focused().is_some_and(proposed) => {
            Some("nothing is proposed for this value")
        }
        Act::Reopen if screen.marks.is_empty() && screen.focused().is_some_and(|line| screen.is_open(line)) => {
            Some("the value is not decided")
        }
        Act::Left | Act::Right if table.fields.len() < 2 => Some("there is one target field"),
        _ => None,
    }
}
