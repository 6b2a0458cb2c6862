//! Answers to a value map: written as changes of the map, shown in the table once they are on disk, and offered where no
//! rule maps the values yet.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::ValuesScreen;
use crate::mapping::edit::Change;
use crate::mapping::values::{Decided, ValueLine};
use crate::mapping::{MapKey, Rule, ValueTarget};
use crate::model::Field;
use crate::tui::app::App;
use crate::tui::overlays::Overlay;
use crate::tui::overlays::question::Question as Choice;
use crate::tui::paint::Line;
use crate::tui::panes::map::model_asks::Then;
use crate::tui::panes::map::pick::{self, Pick};
use crate::tui::panes::map::{Screen, acts};
use crate::tui::theme::Role;
use crate::values::{Shown, format};

/// An answer that is being written.
#[derive(Debug, Clone)]
pub(super) struct Pending {
    /// What is said once it is on disk: that is how it is known again.
    pub(super) sentence: String,
    pub(super) field: String,
    pub(super) what: Answer,
}

#[derive(Debug, Clone)]
pub(super) enum Answer {
    /// What values become, only where an expression holds.
    Give(Vec<(String, String, ValueTarget)>),
    Forget(Vec<String>),
    Otherwise(ValueTarget),
}

/// Offers to make a value map of the column, for one of the fields of the entity.
pub(super) fn make_rule(app: &mut App) {
    let Some(Screen::Values(screen)) = app.map.stack.last() else { return };
    if app.read_only() {
        return;
    }
    let (key, column) = (screen.key.clone(), screen.column.clone());
    let Some(overview) = app.map.overview.as_deref() else { return };
    let Some(standing) = overview.model.iter().find(|standing| standing.entity.name == key.entity) else { return };
    let map = overview.maps.iter().find(|map| map.map.key == key).map(|map| &map.map);
    let rule = |name: &str| map.and_then(|map| map.fields.iter().find(|rule| rule.field == name));
    let reads = |name: &str| rule(name).is_some_and(|rule| rule.from.first() == Some(&column));
    let mut fields: Vec<&Field> = standing.entity.fields.iter().filter(|field| !field.derived).collect();
    // What reads the column already comes first, then what has a list of values and no rule yet.
    fields.sort_by_key(|field| (!reads(&field.name), rule(&field.name).is_some(), field.allowed.is_empty()));
    if fields.is_empty() {
        return;
    }
    let options = fields.iter().map(|field| {
        let star = if field.required { " *" } else { "" };
        let line = Line::new().name(Role::Text, field.name.clone()).most(24).quiet(star).to(28);
        let line = match field.allowed.len() as u64 {
            0 => line.quiet("any text"),
            n => line.plural(Role::Quiet, n, "allowed value", "allowed values"),
        };
        match rule(&field.name) {
            Some(rule) if reads(&field.name) => line.to(46).quiet("now ").quiet(rule.rule.word()),
            Some(_) => line.to(46).say(Role::Warn, "! ").text("has a rule"),
            None => line,
        }
    });
    let pick = Pick {
        title: Line::new().strong("Map the values of ").name(Role::Strong, column.clone()).most(36),
        words: vec![Line::new().text("No rule maps its values yet. Which field do they become?"), Line::new()],
        options: options.collect(),
        begin: 0,
        then: pick::Then::Model(Then::ValueMap {
            key,
            column,
            fields: fields.iter().map(|field| field.name.clone()).collect(),
        }),
    };
    app.overlays.push(Overlay::Question(Choice::map(pick)));
}

/// Makes a value map of a column for a field.
pub fn rule_chosen(app: &mut App, key: MapKey, column: String, field: String) {
    let sentence =
        format!("{} › {} is a value map of {}.", Shown::of(&key.entity), Shown::of(&field), Shown::of(&column));
    let rule = Rule::ValueMap { rows: Vec::new(), otherwise: None, separator: String::new(), folded: true };
    acts::save(app, vec![(key, vec![Change::Set { field, from: vec![column], rule }])], String::new(), sentence);
}

/// A deed is on disk: if it was an answer of this screen, the table shows it.
pub fn saved(app: &mut App, sentence: &str) {
    let Some(Screen::Values(screen)) = app.map.stack.last_mut() else { return };
    if screen.pending.front().is_none_or(|pending| pending.sentence != sentence) {
        return;
    }
    let Some(pending) = screen.pending.pop_front() else { return };
    let Some(table) = &mut screen.table else { return };
    let Some(field) = table.fields.iter().position(|field| *field == pending.field) else { return };
    let table = Arc::make_mut(table);
    let decided = |to: &ValueTarget, only_where: &str, by_default: bool| Decided {
        to: to.clone(),
        only_where: only_where.to_owned(),
        by: String::new(),
        at: String::new(),
        by_default,
    };
    match pending.what {
        Answer::Give(rows) => {
            let given: BTreeMap<&str, (&str, &ValueTarget)> =
                rows.iter().map(|(value, only_where, to)| (value.as_str(), (only_where.as_str(), to))).collect();
            for line in &mut table.rows {
                if let (Some((only_where, to)), Some(slot)) = (given.get(line.value.as_str()), line.to.get_mut(field)) {
                    *slot = Some(decided(to, only_where, false));
                }
            }
        }
        Answer::Forget(values) => {
            let forgotten: BTreeSet<&str> = values.iter().map(String::as_str).collect();
            for line in &mut table.rows {
                if let (true, Some(slot)) = (forgotten.contains(line.value.as_str()), line.to.get_mut(field)) {
                    *slot = None;
                }
            }
        }
        Answer::Otherwise(to) => {
            for slot in table.rows.iter_mut().filter_map(|line| line.to.get_mut(field)) {
                if slot.as_ref().is_none_or(|known| known.by_default) {
                    *slot = Some(decided(&to, "", true));
                }
            }
        }
    }
    screen.sift();
}

/// A deed was refused, and those after it with it.
pub fn save_refused(app: &mut App) {
    if let Some(Screen::Values(screen)) = app.map.stack.last_mut() {
        screen.pending.clear();
    }
}

/// Saves what some values become.
fn save(app: &mut App, field: String, what: Answer, sentence: String) {
    let height = app.rows;
    let Some(Screen::Values(screen)) = app.map.stack.last_mut() else { return };
    let key = screen.key.clone();
    let change = match &what {
        Answer::Give(rows) => Change::Values { field: field.clone(), rows: rows.clone() },
        Answer::Forget(values) => {
            let rows = forgotten(screen, values);
            Change::ForgetValues { field: field.clone(), rows }
        }
        Answer::Otherwise(to) => Change::Otherwise { field: field.clone(), to: Some(to.clone()) },
    };
    let moves = matches!(what, Answer::Give(_));
    screen.marks.clear();
    screen.last_mark = None;
    screen.pending.push_back(Pending { sentence: sentence.clone(), field, what });
    if moves {
        screen.find_open(false);
        let (cursor, len) = (screen.list.cursor, screen.len() as u64);
        screen.list.show(cursor, len, height);
    }
    acts::save(app, vec![(key, vec![change])], String::new(), sentence);
}

/// The rows of the map that are taken out where values are opened again: value, only where.
fn forgotten(screen: &ValuesScreen, values: &[String]) -> Vec<(String, String)> {
    let meant: BTreeSet<&str> = values.iter().map(String::as_str).collect();
    let lines = screen.table.iter().flat_map(|table| &table.rows).filter(|line| meant.contains(line.value.as_str()));
    lines
        .filter_map(|line| Some((line.value.clone(), line.to.get(screen.field)?.as_ref()?.only_where.clone())))
        .collect()
}

fn values_in_words(values: &[String]) -> String {
    match values {
        [one] if one.is_empty() => "No value".to_owned(),
        [one] => format!("“{}”", Shown::of(one)),
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
        ValueTarget::Value(value) => format!("is {} now", Shown::of(value)),
        ValueTarget::Nothing => "is nothing now, on purpose".to_owned(),
        ValueTarget::Excluded(reason) => format!("is excluded: {}", Shown::of(reason)),
    };
    let becomes = if values.len() > 1 { becomes.replacen("is ", "are ", 1) } else { becomes };
    let sentence = format!("{} {becomes}.", values_in_words(values));
    let rows = values.iter().map(|value| (value.clone(), only_where.to_owned(), to.clone())).collect();
    save(app, field, Answer::Give(rows), sentence);
}

/// Sets the deliberate default.
pub fn give_default(app: &mut App, to: String) {
    let Some(Screen::Values(screen)) = app.map.stack.last() else { return };
    let Some(field) = screen.field_name().map(str::to_owned) else { return };
    let sentence = format!("Every other value of {} is {} now.", Shown::of(&field), Shown::of(&to));
    save(app, field, Answer::Otherwise(ValueTarget::Value(to)), sentence);
}

/// Accepts what is proposed: for the marked values, else the focused one, or for all that are not decided.
pub(super) fn accept(app: &mut App, all: bool) {
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
    save(app, field, Answer::Give(rows), sentence);
}

/// Opens decided values again.
pub(super) fn reopen(app: &mut App) {
    let Some(Screen::Values(screen)) = app.map.stack.last() else { return };
    let Some(field) = screen.field_name().map(str::to_owned) else { return };
    let meant: BTreeSet<String> = screen.meant().into_iter().collect();
    let Some(table) = &screen.table else { return };
    let stands = |line: &&ValueLine| {
        let decided = line.to.get(screen.field).and_then(Option::as_ref);
        meant.contains(&line.value) && decided.is_some_and(|decided| !decided.by_default)
    };
    let values: Vec<String> = table.rows.iter().filter(stands).map(|line| line.value.clone()).collect();
    if values.is_empty() {
        return app.say(Line::new().text("It is not decided, or the deliberate default decides it."));
    }
    let sentence = format!("{} open again.", format::count(values.len() as u64, "value is", "values are"));
    save(app, field, Answer::Forget(values), sentence);
}
