//! One source record as it was exported: every field with its value, and where it stands in which file.

use std::borrow::Cow;

use ratatui::layout::Rect;

use super::super::super::action::Act;
use super::super::super::app::{App, Purpose};
use super::super::super::msg::{Ask, Target};
use super::super::super::paint::{Canvas, Line};
use super::super::super::theme::Role;
use super::super::super::widgets::list::{List, Step};
use super::super::super::wrap::wrap;
use super::{Screen, versions};
use crate::sources::{ColumnRole, Rec, SourceRecord};
use crate::values::{Mask, Shown};

/// The screen of one record.
#[derive(Debug, Clone)]
pub struct RecordScreen {
    pub rec: Rec,
    /// What is shown; the record before it until the wanted one is there.
    pub record: Option<SourceRecord>,
    pub list: List,
    /// The neighbour is to be opened as soon as its row is held.
    turning: bool,
}

impl RecordScreen {
    /// The screen, before the record is there.
    #[must_use]
    pub fn new(rec: Rec) -> Self {
        Self { rec, record: None, list: List::default(), turning: false }
    }

    /// The record arrived.
    pub fn arrived(&mut self, record: SourceRecord) {
        self.record = Some(record);
    }
}

/// A record as text, one field to a line, each made safe.
pub fn as_text<'a>(fields: impl Iterator<Item = (&'a str, Option<&'a str>)>, veil: Option<&Mask>) -> String {
    let mut text = String::new();
    for (name, value) in fields {
        text.push_str(&Shown::of(name).to_plain());
        text.push_str(": ");
        let value = value.unwrap_or_default();
        let value = veil.map_or(Cow::Borrowed(value), |mask| Cow::Owned(mask.mask(value)));
        text.push_str(Shown::of(&value).as_str());
        text.push('\n');
    }
    text
}

/// Does an action in the record of Sources.
pub fn perform(app: &mut App, act: Act) {
    let height = app.rows;
    if matches!(act, Act::NextRecord | Act::PreviousRecord) {
        let step = if act == Act::NextRecord { Step::Down } else { Step::Up };
        if let Some(table) = super::records_screen(app)
            && let Some(total) = table.total
        {
            let before = table.list.cursor;
            table.list.step(step, total, height);
            let moved = table.list.cursor != before;
            if let Some(Screen::Record(screen)) = app.sources.stack.last_mut() {
                screen.turning |= moved;
            }
        }
        return;
    }
    let veil = app.veil().cloned();
    let Some(Screen::Record(screen)) = app.sources.stack.last_mut() else { return };
    if act == Act::Versions {
        let (rec, record) = (screen.rec, screen.record.clone());
        return versions::open(app, rec, record);
    }
    let copied = keys(screen, act, height, veil.as_ref());
    copy(app, copied);
}

/// Copies what `keys` said.
pub fn copy(app: &mut App, copied: Option<(&'static str, String)>) {
    match copied {
        Some(("the record", lines)) => app.copy_lines("the record", &lines),
        Some((what, text)) => app.copy_value(what, text),
        None => {}
    }
}

/// Moves within a record, or says what is to be copied. Also used by Lookup.
pub fn keys(screen: &mut RecordScreen, act: Act, height: u16, veil: Option<&Mask>) -> Option<(&'static str, String)> {
    let values = screen.record.as_ref().map_or(0, |record| record.values.len());
    if super::moved(&mut screen.list, act, values as u64, height) {
        return None;
    }
    let record = screen.record.as_ref()?;
    match act {
        Act::CopyCell => {
            let at = screen.list.index(values)?;
            Some(("the value", record.values[at].2.clone().unwrap_or_default()))
        }
        Act::CopyRecord => Some((
            "the record",
            as_text(record.values.iter().map(|(name, _, value)| (name.as_str(), value.as_deref())), veil),
        )),
        _ => None,
    }
}

/// Turns to the neighbour once its row is held.
pub fn settle(app: &mut App) {
    let [.., Screen::Records(table), Screen::Record(screen)] = app.sources.stack.as_mut_slice() else { return };
    if !screen.turning {
        return;
    }
    let Some(rec) = table.row(table.list.cursor).map(|row| row.rec) else { return };
    screen.turning = false;
    screen.rec = rec;
    app.ask(Purpose::Record, Ask::Record(rec));
}

/// Row 2.
#[must_use]
pub fn headline(screen: &RecordScreen) -> (Line<'_>, Line<'_>) {
    let Some(record) = &screen.record else { return (Line::new().quiet("Sources › record"), Line::new()) };
    let left = Line::new()
        .quiet("Sources › ")
        .name(Role::Quiet, record.source.as_str())
        .quiet(" › ")
        .name(Role::Quiet, record.object.as_str())
        .quiet(" › ");
    let left = match &record.native_id {
        Some(id) => left.data(Role::Strong, id.as_str()).middle(),
        None => left.strong("line ").number(Role::Strong, record.line),
    };
    (left, place(record))
}

/// Where the record stands: `Contact.csv, line 1,017 · load 15`.
fn place(record: &SourceRecord) -> Line<'_> {
    let line = Line::new()
        .name(Role::Text, record.file.as_str())
        .middle()
        .most(40)
        .quiet(", line ")
        .number(Role::Text, record.line);
    let line = line.quiet(" · load ").name(Role::Text, record.load.to_string());
    if record.superseded { line.quiet(" · ").say(Role::Warn, "!").text(" a later version exists") } else { line }
}

/// Draws the main area.
pub fn draw(app: &App, screen: &RecordScreen, canvas: &mut Canvas<'_>, area: Rect) {
    let Some(record) = &screen.record else {
        if app.late(Purpose::Record) {
            canvas.line(area.x + 2, area.y, area.width.saturating_sub(3), &Line::new().quiet("Reading the record."));
        }
        return;
    };
    let width = area.width.min(120);
    let label =
        record.values.iter().take(2_000).map(|(name, ..)| Shown::of(name).width()).max().unwrap_or(0).clamp(8, 30);
    let label = u16::try_from(label).unwrap_or(30).min(width / 3);
    let role_width = if width >= 90 { 24 } else { 0 };
    // The value under the cursor is spelled out below if it is longer than its row.
    let below = (area.height / 4).min(6);
    let room = area.height.saturating_sub(below);
    canvas.rows = room.max(1);
    let len = record.values.len();
    let chosen = screen.list.index(len);
    let value_width = width.saturating_sub(label + 5 + role_width);
    for (y, at) in (area.y..).zip(screen.list.visible(len as u64, room)) {
        let Some(at) = usize::try_from(at).ok().filter(|at| *at < len) else { continue };
        let (name, role, value) = &record.values[at];
        canvas.line(area.x + 2, y, label, &Line::new().name(Role::Quiet, name.as_str()));
        canvas.line(area.x + label + 4, y, value_width, &Line::new().value(Role::Text, value.as_deref()));
        if role_width > 0 && *role != ColumnRole::Plain {
            canvas.line(area.x + width - role_width + 1, y, role_width - 1, &Line::new().quiet(role.label()));
        }
        if Some(at) == chosen {
            canvas.cursor_row(area.x, y, width, true);
        }
        canvas.hit(Rect { x: area.x, y, width, height: 1 }, Target::Row(at as u64));
    }
    let Some((_, _, Some(value))) = chosen.map(|at| &record.values[at]) else { return };
    if below < 2 || canvas.width(&Line::new().data(Role::Text, value.as_str())) <= value_width {
        return;
    }
    let top = area.y + room;
    canvas.rule(area.x + 2, top, width.saturating_sub(2));
    let lines = if app.masked {
        vec![value.clone()]
    } else {
        // What is written in lines stays in lines; only so much of it as can be seen is broken.
        let head: String = value.chars().take(usize::from(width) * usize::from(below)).collect();
        wrap(&head, usize::from(width.saturating_sub(4)))
    };
    let rows = usize::from(below - 1);
    for (n, (y, row)) in (top + 1..top + below).zip(&lines).enumerate() {
        let line = Line::new().data(Role::Text, row.as_str());
        let line = if n + 1 == rows && lines.len() > rows { line.quiet(" …") } else { line };
        canvas.line(area.x + 2, y, width.saturating_sub(2), &line);
    }
}

/// The focused field as label and value.
#[must_use]
pub fn facts(screen: &RecordScreen) -> Vec<(&'static str, Line<'_>)> {
    let Some(record) = &screen.record else { return Vec::new() };
    let mut facts = vec![("record", Line::new().data(Role::Text, record.key.as_str()).middle())];
    if let Some((name, _, value)) = screen.list.index(record.values.len()).map(|at| &record.values[at]) {
        facts.push(("field", Line::new().name(Role::Strong, name.as_str())));
        facts.push(("value", Line::new().value(Role::Strong, value.as_deref())));
    }
    facts
}
