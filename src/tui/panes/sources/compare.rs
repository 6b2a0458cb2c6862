//! Two loads beside each other: how many records are in both and the same, in both and changed, in one only; which fields
//! changed in how many; and the first of those records. For two exports of one object and for two files that are versions
//! of one export.

use ratatui::layout::Rect;

use super::inventory::date;
use super::load::find as load;
use super::{Screen, record, versions};
use crate::sources::{Load, LoadId};
use crate::tui::action::Act;
use crate::tui::app::{App, Purpose};
use crate::tui::line::head;
use crate::tui::msg::{Ask, ComparedRow, Comparison, FoundIn, Target};
use crate::tui::paint::{Canvas, Line};
use crate::tui::theme::Role;
use crate::tui::widgets::gauge;
use crate::tui::widgets::list::List;
use crate::tui::widgets::outline::{self, Row};
use crate::values::format;

/// The screen.
#[derive(Debug, Clone)]
pub struct CompareScreen {
    pub left: LoadId,
    pub right: LoadId,
    /// `None` until it is there.
    found: Option<Box<Comparison>>,
    pub list: List,
}

impl CompareScreen {
    /// The comparison arrived.
    pub fn arrived(&mut self, found: Box<Comparison>) {
        self.found = Some(found);
    }
}

/// Compares two loads, the older at the left.
pub fn open(app: &mut App, one: LoadId, other: LoadId) {
    let (left, right) = (one.min(other), one.max(other));
    app.sources.stack.push(Screen::Compare(CompareScreen { left, right, found: None, list: List::default() }));
    app.ask(Purpose::Compare, Ask::Compare { left, right });
}

/// Does an action.
pub fn perform(app: &mut App, act: Act) {
    let height = app.rows;
    let Some(Screen::Compare(screen)) = app.sources.stack.last_mut() else { return };
    let len = screen.found.as_ref().map_or(0, |found| found.rows.len());
    if super::moved(&mut screen.list, act, len as u64, height) {
        return;
    }
    let row = screen.found.as_ref().and_then(|found| found.rows.get(screen.list.index(len)?)).cloned();
    match (act, row) {
        (Act::NextGroup | Act::PreviousGroup, Some(row)) => {
            // To the first of the records that differ in another way.
            let Some(found) = &screen.found else { return };
            let at = screen.list.index(len).unwrap_or(0);
            let other = |n: &usize| found.rows[*n].found != row.found;
            let to = match act {
                Act::NextGroup => (at..len).find(other),
                _ => (0..at).rev().find(other),
            };
            if let Some(to) = to {
                let of = found.rows[to].found;
                let first = found.rows.iter().position(|row| row.found == of).unwrap_or(to);
                screen.list.cursor = first as u64;
            }
        }
        (Act::Open, Some(row)) => {
            app.sources.stack.push(Screen::Record(record::RecordScreen::new(row.rec)));
            app.ask(Purpose::Record, Ask::Record(row.rec));
        }
        (Act::Versions, Some(row)) => versions::open(app, row.rec, None),
        (Act::CopyCell, Some(row)) => app.copy_value("the ID", row.id),
        _ => {}
    }
}

/// Row 2.
#[must_use]
pub fn headline<'a>(app: &'a App, screen: &CompareScreen) -> (Line<'a>, Line<'a>) {
    let left = Line::new().quiet("Sources › ");
    let left = match load(app, screen.right) {
        Some(load) => left
            .name(Role::Quiet, load.source_name.as_str())
            .quiet(" › ")
            .name(Role::Quiet, load.object_name.as_str())
            .quiet(" › "),
        None => left,
    };
    let number = |load: LoadId| Line::new().made(Role::Strong, load.to_string());
    let left = left.strong("loads ").then(number(screen.left)).strong(" and ").then(number(screen.right));
    let Some(found) = &screen.found else { return (left, Line::new()) };
    let all = [found.same, found.changed, found.only_left, found.only_right];
    let right =
        Line::new().number(Role::Text, all.into_iter().fold(0, u64::saturating_add)).quiet(" records in either");
    (left, right)
}

fn of_load<'a>(load: Option<&'a Load>, id: LoadId) -> Line<'a> {
    let line = Line::new().text("load ").made(Role::Text, id.to_string());
    match load {
        Some(load) => line
            .quiet("  ")
            .name(Role::Text, date(&load.as_of))
            .quiet(if load.delta { "  delta  " } else { "  full  " })
            .name(Role::Quiet, load.file.as_str())
            .middle(),
        None => line,
    }
}

/// Draws the main area.
pub fn draw(app: &App, screen: &CompareScreen, canvas: &mut Canvas<'_>, area: Rect) {
    let Some(found) = &screen.found else {
        if app.late(Purpose::Compare) {
            let line = Line::new().quiet("Comparing the records of both. Everything else works.");
            canvas.line(area.x + 2, area.y, area.width.saturating_sub(3), &line);
        }
        return;
    };
    let (left, right) = (load(app, screen.left), load(app, screen.right));
    let (x, width) = (area.x + 2, area.width.saturating_sub(3));
    let counts = [
        (found.same, "in both, the same", Line::new()),
        (found.changed, "in both, changed", Line::new()),
        (found.only_left, "only in ", of_load(left, screen.left)),
        (found.only_right, "only in ", of_load(right, screen.right)),
    ];
    let wide = area.width >= 110;
    let half = if wide { width / 2 } else { width };
    for (y, (number, words, load)) in (area.y..).zip(counts) {
        canvas.line_right(x, y, 10, &Line::new().count(Role::Strong, number));
        canvas.line(x + 12, y, half.saturating_sub(13), &Line::new().text(words).then(load));
    }
    let top = if wide {
        draw_fields(
            found,
            canvas,
            Rect { x: x + half + 2, y: area.y, width: width.saturating_sub(half + 2), height: 5 },
        );
        area.y + 5
    } else {
        let tall = u16::try_from(found.fields.len()).unwrap_or(3).min(3).min(area.height.saturating_sub(8));
        draw_fields(found, canvas, Rect { x, y: area.y + 4, width, height: tall + u16::from(tall > 0) });
        area.y + 5 + tall
    };
    let list = Rect { y: top, height: (area.y + area.height).saturating_sub(top), ..area };
    draw_rows(screen, found, canvas, list);
}

fn draw_fields(found: &Comparison, canvas: &mut Canvas<'_>, area: Rect) {
    if area.height < 2 {
        return;
    }
    canvas.line(area.x, area.y, area.width, &Line::new().quiet("fields that changed").to(28).quiet("  records"));
    let most = found.fields.first().map_or(1, |(_, records)| *records);
    let bar = area.width.saturating_sub(50).min(24);
    for (y, (name, records)) in (area.y + 1..area.y + area.height).zip(&found.fields) {
        canvas.line(area.x, y, 26, &Line::new().name(Role::Text, name.as_str()));
        canvas.line_right(area.x + 26, y, 11, &Line::new().number(Role::Text, *records));
        let share = Line::new()
            .made(Role::Quiet, gauge::bar(*records, most, bar))
            .to(bar + 1)
            .made(Role::Quiet, format::share_short(*records, found.changed));
        canvas.line(area.x + 39, y, area.width.saturating_sub(39), &share);
    }
}

fn draw_rows(screen: &CompareScreen, found: &Comparison, canvas: &mut Canvas<'_>, area: Rect) {
    if area.height < 2 {
        return;
    }
    canvas.rule(area.x + 2, area.y, area.width.saturating_sub(4));
    if found.rows.is_empty() {
        let line = Line::new().text("No record differs: both files hold the same records with the same values.");
        canvas.line(area.x + 2, area.y + 1, area.width.saturating_sub(3), &line);
        return;
    }
    let room = area.height - 1;
    canvas.rows = room;
    let id = (area.width / 4).clamp(12, 28);
    let chosen = screen.list.index(found.rows.len());
    let rows = outline::rows(found.rows.iter().map(|row| row.found), false);
    for (y, row) in (area.y + 1..).zip(&rows[outline::window(&rows, chosen.unwrap_or(0), room)]) {
        let at = match row {
            Row::Blank => continue,
            Row::Heading(at) => {
                let line = match found.rows[*at].found {
                    FoundIn::Both => Line::new().quiet("in both, changed"),
                    FoundIn::Left => Line::new().quiet("only in load ").made(Role::Quiet, screen.left.to_string()),
                    FoundIn::Right => Line::new().quiet("only in load ").made(Role::Quiet, screen.right.to_string()),
                };
                canvas.line(area.x + 2, y, area.width.saturating_sub(3), &line);
                continue;
            }
            Row::Entry(at) => *at,
        };
        let row = &found.rows[at];
        canvas.line(area.x + 4, y, id - 2, &Line::new().data(Role::Text, head(&row.id, 64)).middle());
        let (x, width) = (area.x + 4 + id, area.width.saturating_sub(id + 5));
        canvas.line(x, y, width, &difference(row, width));
        if Some(at) == chosen {
            canvas.cursor_row(area.x, y, area.width, true);
        }
        canvas.hit(Rect { y, height: 1, ..area }, Target::Row(at as u64));
    }
}

/// `Title  «Practice» Manager → «Lead» Manager` for a changed record.
fn difference(row: &ComparedRow, width: u16) -> Line<'_> {
    match row.found {
        FoundIn::Left | FoundIn::Right => Line::new(),
        FoundIn::Both => {
            let mut line = Line::new();
            // More than two do not fit on a line that can still be read.
            for (n, change) in row.changes.iter().take(2).enumerate() {
                let cells = usize::from(width / 5).max(8);
                let (before, after) = (change.before.as_deref(), change.after.as_deref());
                let (a, b) = versions::differing(
                    head(before.unwrap_or_default(), cells),
                    head(after.unwrap_or_default(), cells),
                );
                line = if n > 0 { line.quiet(" · ") } else { line };
                line = line.name(Role::Quiet, change.name.as_str()).quiet("  ");
                line = side(line, before, a, width).quiet(" → ");
                line = side(line, after, b, width);
            }
            let more = row.changes.len().saturating_sub(2) as u64;
            if more > 0 {
                line = line.quiet(" · ").number(Role::Quiet, more).quiet(" more");
            }
            line
        }
    }
}

/// A value on one side, what differs in it marked.
fn side<'a>(line: Line<'a>, value: Option<&'a str>, marks: std::ops::Range<usize>, width: u16) -> Line<'a> {
    match value {
        Some(text) if !text.is_empty() => {
            line.marked(Role::Text, head(text, usize::from(width / 5).max(8)), &[marks]).most(width / 4)
        }
        value => line.value(Role::Text, value),
    }
}

/// The counts and the focused record as label and value.
#[must_use]
pub fn facts(screen: &CompareScreen) -> Vec<(&'static str, Line<'_>)> {
    let Some(found) = &screen.found else { return Vec::new() };
    let mut facts = vec![
        ("the same", Line::new().count(Role::Text, found.same)),
        ("changed", Line::new().count(Role::Text, found.changed)),
        ("only left", Line::new().count(Role::Text, found.only_left)),
        ("only right", Line::new().count(Role::Text, found.only_right)),
    ];
    if let Some(row) = screen.list.index(found.rows.len()).map(|at| &found.rows[at]) {
        facts.push(("record", Line::new().data(Role::Strong, head(&row.id, 200)).middle()));
    }
    facts
}
