//! One object: what each of its columns is taken for and why, and the loads that brought its records.

use ratatui::layout::Rect;

use super::super::super::action::Act;
use super::super::super::app::App;
use super::super::super::msg::Target;
use super::super::super::overlays::Overlay;
use super::super::super::overlays::question::Question;
use super::super::super::paint::{Canvas, Line, Note};
use super::super::super::theme::Role;
use super::super::super::widgets::list::List;
use super::super::super::wrap::wrap;
use super::inventory::date;
use super::load::load_line;
use super::{Screen, findings, load, object, profile, records, relations};
use crate::sources::{ColumnRole, LoadId, Object, ObjectId};

/// The screen of one object.
#[derive(Debug, Clone)]
pub struct ObjectScreen {
    pub object: ObjectId,
    pub columns: List,
    pub loads: List,
    /// The loads have the keys, not the columns.
    pub in_loads: bool,
}

impl ObjectScreen {
    /// The screen, the cursor on the first column.
    #[must_use]
    pub fn new(object: ObjectId) -> Self {
        Self { object, columns: List::default(), loads: List::default(), in_loads: false }
    }

    /// The list that has the keys.
    pub fn list(&mut self) -> &mut List {
        if self.in_loads { &mut self.loads } else { &mut self.columns }
    }

    /// The column under the cursor.
    #[must_use]
    pub fn column(&self, object: &Object) -> Option<usize> {
        if self.in_loads { None } else { self.columns.index(object.columns.len()) }
    }

    /// The load under the cursor; the newest is the first row.
    #[must_use]
    pub fn load(&self, object: &Object) -> Option<LoadId> {
        if !self.in_loads {
            return None;
        }
        let at = self.loads.index(object.loads.len())?;
        object.loads.iter().rev().nth(at).map(|load| load.id)
    }
}

/// Labelled facts of an object's columns.
fn object_facts(object: &Object, width: u16) -> Vec<Line<'_>> {
    let mut lines = Vec::new();
    let label = |words: &'static str| Line::new().quiet(words).to(12);
    lines.push(match object.native_id() {
        Some(column) => label("native ID").name(Role::Text, column.name.as_str()),
        None => label("native ID").text("none: named by file and line"),
    });
    if let Some(column) = object.native_id() {
        for row in wrap(&column.evidence, usize::from(width.saturating_sub(12))).into_iter().take(2) {
            lines.push(label("").prose(Role::Quiet, row));
        }
    }
    for (role, words) in [
        (ColumnRole::ForeignKey, "points to"),
        (ColumnRole::OtherId, "other IDs"),
        (ColumnRole::MergedInto, "merged into"),
        (ColumnRole::Email, "e-mail"),
        (ColumnRole::Phone, "phone"),
    ] {
        let mut names = object.columns.iter().filter(|column| column.role == role);
        let Some(first) = names.next() else { continue };
        let mut line = label(words).name(Role::Text, first.name.as_str());
        for column in names.by_ref().take(2) {
            line = line.quiet(", ").name(Role::Text, column.name.as_str());
        }
        let more = names.count() as u64;
        if more > 0 {
            line = line.quiet(" and ").number(Role::Text, more).quiet(" more");
        }
        lines.push(line);
    }
    let plain = object.columns.iter().filter(|column| column.role == ColumnRole::Plain).count() as u64;
    lines.push(
        label("columns")
            .number(Role::Text, object.columns.len() as u64)
            .quiet(", ")
            .number(Role::Quiet, plain)
            .quiet(" of them not searched"),
    );
    for (number, one, many, warn) in [
        (object.older_versions, "older version", "older versions", false),
        (object.merged_away, "merged in the source", "merged in the source", false),
        (object.repeated_ids, "row repeats an ID", "rows repeat an ID", true),
        (object.spoiled_ids, "ID spoiled by a spreadsheet", "IDs spoiled by a spreadsheet", true),
    ] {
        if number > 0 {
            let mark = if warn { Line::new().say(Role::Warn, "! ") } else { Line::new() };
            lines.push(mark.plural(Role::Text, number, one, many));
        }
    }
    lines
}

/// Does an action.
pub fn perform(app: &mut App, act: Act) {
    let Some(Screen::Object(screen)) = app.sources.stack.last() else { return };
    let id = screen.object;
    let Some(object) = object(app, id) else { return };
    let (columns, loads) = (object.columns.len() as u64, object.loads.len() as u64);
    let column = screen.column(object);
    let chosen = column.map(|at| (object.columns[at].name.clone(), object.columns[at].role));
    let load = screen.load(object);
    let height = app.rows;
    let Some(Screen::Object(screen)) = app.sources.stack.last_mut() else { return };
    let len = if screen.in_loads { loads } else { columns };
    if super::moved(screen.list(), act, len, height) {
        return;
    }
    match act {
        Act::Left => screen.in_loads = false,
        Act::Right => screen.in_loads = true,
        Act::Records => records::open(app, id),
        Act::Compare => load::compare(app),
        Act::Relations => {
            let first = relations::of(app, id).next().map(|relation| relation.id);
            relations::open(app, first);
        }
        Act::Findings => findings::open(app, Some(id)),
        Act::Open => match (load, column) {
            (Some(load), _) => load::open(app, load),
            (None, Some(column)) => profile::open(app, id, column),
            (None, None) => {}
        },
        Act::Role => {
            if let Some((column, role)) = chosen {
                app.overlays.push(Overlay::Question(Question::role(id, column, role)));
            }
        }
        _ => {}
    }
}

/// Row 2.
pub fn headline<'a>(app: &'a App, screen: &ObjectScreen) -> (Line<'a>, Line<'a>) {
    let Some(object) = object(app, screen.object) else { return (Line::new().quiet("Sources"), Line::new()) };
    let left = Line::new()
        .quiet("Sources › ")
        .name(Role::Quiet, object.source_name.as_str())
        .quiet(" › ")
        .name(Role::Strong, object.name.as_str());
    let mut right = Line::new().number(Role::Text, object.records).quiet(" records");
    if object.quarantined > 0 {
        right = right.quiet(" · ").number(Role::Text, object.quarantined).quiet(" quarantined");
    }
    if let Some(time) = object.as_of() {
        right = right.quiet(" · as of ").name(Role::Text, date(time));
    }
    (left, right)
}

/// Why the column under the cursor is taken for what it is, in full.
pub fn notice(app: &App, screen: &ObjectScreen) -> Option<Note> {
    let object = object(app, screen.object)?;
    let column = object.columns.get(screen.column(object)?)?;
    let line = Line::new().name(Role::Quiet, column.name.clone()).most(40).quiet(": ").quiet(column.role.label());
    if column.evidence.is_empty() {
        return None;
    }
    Some(line.quiet(", because ").prose(Role::Quiet, column.evidence.clone()))
}

/// Draws the main area.
pub fn draw(app: &App, screen: &ObjectScreen, canvas: &mut Canvas<'_>, area: Rect) {
    let Some(object) = object(app, screen.object) else { return };
    if area.width >= 100 {
        let left = if area.width >= 120 { 72 } else { area.width * 2 / 3 };
        let columns = Rect { width: left - 1, ..area };
        let side = Rect { x: left + 2, width: (area.width - left - 2).min(70), ..area };
        let facts = object_facts(object, side.width);
        let height = u16::try_from(facts.len()).unwrap_or(8).min(side.height / 2);
        canvas.divider(left, area.y, area.height);
        for (y, line) in (side.y..side.y + height).zip(&facts) {
            canvas.line(side.x, y, side.width, line);
        }
        let loads = Rect {
            y: side.y + height + 1,
            height: side.height.saturating_sub(height + 1),
            x: side.x - 1,
            width: side.width + 1,
        };
        draw_two(object, screen, canvas, columns, loads);
    } else {
        let below = (u16::try_from(object.loads.len()).unwrap_or(4) + 2).min(6).min(area.height / 2);
        let columns = Rect { height: area.height - below, ..area };
        let loads = Rect { y: area.y + area.height - below, height: below, ..area };
        canvas.rule(area.x + 1, loads.y, area.width.saturating_sub(2));
        draw_two(object, screen, canvas, columns, Rect { y: loads.y + 1, height: below - 1, ..loads });
    }
}

fn draw_two(object: &Object, screen: &ObjectScreen, canvas: &mut Canvas<'_>, columns: Rect, loads: Rect) {
    // The part with the keys is drawn last, so that the number of its rows is the one that counts.
    if screen.in_loads {
        draw_columns(object, screen, canvas, columns);
        draw_loads(object, screen, canvas, loads);
    } else {
        draw_loads(object, screen, canvas, loads);
        draw_columns(object, screen, canvas, columns);
    }
}

fn draw_columns(object: &Object, screen: &ObjectScreen, canvas: &mut Canvas<'_>, area: Rect) {
    canvas.hit(area, Target::Part(0));
    let name = (area.width / 3).clamp(12, 28);
    let role = if area.width >= 60 { 23 } else { 14 };
    let count = object.columns.len() as u64;
    let head = Line::new()
        .number(Role::Quiet, count)
        .quiet(if count == 1 { " column" } else { " columns" })
        .to(name)
        .quiet("holds");
    let head = if area.width >= 60 { head.to(name + role).quiet("because") } else { head };
    canvas.line(area.x + 2, area.y, area.width.saturating_sub(2), &head);
    let room = area.height.saturating_sub(1);
    canvas.rows = room.max(1);
    for (y, at) in (area.y + 1..).zip(screen.columns.visible(count, room)) {
        let Some(column) = usize::try_from(at).ok().and_then(|at| object.columns.get(at)) else { continue };
        let plain = column.role == ColumnRole::Plain;
        let mut line = Line::new().name(Role::Text, column.name.as_str()).most(name.saturating_sub(1)).to(name);
        line = line.say(if plain { Role::Quiet } else { Role::Text }, column.role.label()).most(role.saturating_sub(1));
        if area.width >= 60 {
            line = line.to(name + role);
            line = if column.by_hand {
                line.text("set by hand")
            } else {
                line.prose(Role::Quiet, column.evidence.as_str())
            };
        }
        canvas.line(area.x + 2, y, area.width.saturating_sub(2), &line);
        if at == screen.columns.cursor.min(count.saturating_sub(1)) {
            canvas.cursor_row(area.x, y, area.width, !screen.in_loads);
        }
        canvas.hit(Rect { x: area.x, y, width: area.width, height: 1 }, Target::Row(at));
        canvas.hit(Rect { x: area.x, y, width: area.width, height: 1 }, Target::Part(0));
    }
}

fn draw_loads(object: &Object, screen: &ObjectScreen, canvas: &mut Canvas<'_>, area: Rect) {
    canvas.hit(area, Target::Part(1));
    canvas.line(area.x + 2, area.y, area.width.saturating_sub(2), &Line::new().quiet("loads, newest first"));
    let room = area.height.saturating_sub(1);
    canvas.rows = room.max(1);
    let count = object.loads.len() as u64;
    for (y, at) in (area.y + 1..).zip(screen.loads.visible(count, room)) {
        let Some(load) = usize::try_from(at).ok().and_then(|at| object.loads.iter().rev().nth(at)) else { continue };
        let mut line = load_line(load);
        if area.width >= 60 {
            line = line.quiet("  ").name(Role::Quiet, load.file.as_str()).middle();
        }
        canvas.line(area.x + 2, y, area.width.saturating_sub(2), &line);
        if screen.in_loads && at == screen.loads.cursor.min(count.saturating_sub(1)) {
            canvas.cursor_row(area.x, y, area.width, true);
        }
        canvas.hit(Rect { x: area.x, y, width: area.width, height: 1 }, Target::Row(at));
        canvas.hit(Rect { x: area.x, y, width: area.width, height: 1 }, Target::Part(1));
    }
}

/// The focused row as label and value.
pub fn facts<'a>(app: &'a App, screen: &ObjectScreen) -> Vec<(&'static str, Line<'a>)> {
    let Some(object) = object(app, screen.object) else { return Vec::new() };
    let mut facts = vec![("object", Line::new().name(Role::Strong, object.name.as_str()))];
    if let Some(column) = screen.column(object).and_then(|at| object.columns.get(at)) {
        facts.push(("column", Line::new().name(Role::Strong, column.name.as_str())));
        facts.push(("holds", Line::new().text(column.role.label())));
        facts.push(("because", Line::new().prose(Role::Text, column.evidence.as_str())));
    }
    if let Some(load) = screen.load(object).and_then(|id| object.loads.iter().find(|load| load.id == id)) {
        facts.push(("load", load_line(load)));
        facts.push(("file", Line::new().name(Role::Text, load.file.as_str()).middle()));
    }
    facts
}
