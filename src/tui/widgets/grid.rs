//! The table of records on the screen: a head, frozen columns at the left, the others from wherever one has scrolled to.
//! It is given the rows that are held and draws those that are to be seen.

use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::super::app::{App, Purpose};
use super::super::line::head;
use super::super::msg::Target;
use super::super::paint::{Canvas, Line};
use super::super::panes::sources::object;
use super::super::panes::sources::profiles::{draw_counting, draw_problem};
use super::super::panes::sources::records::{RecordsScreen, body, marks, standing};
use super::super::theme::Role;
use crate::sources::ColumnRole;

/// Cells between columns.
const GAP: u16 = 2;

/// What a mask adds to a value: the tag by which equal values are known.
const TAG: u16 = 5;

/// Scrolls sideways as little as needed, so that the column under the cursor is seen whole.
pub fn scroll_to_column(screen: &mut RecordsScreen, width: u16, masked: bool) {
    screen.frozen = screen.frozen.min(screen.widths.len());
    screen.left = screen.left.max(screen.frozen);
    if screen.column < screen.frozen {
        return;
    }
    screen.left = screen.left.min(screen.column);
    while screen.left < screen.column {
        let frozen: u16 = sum(&screen.widths[..screen.frozen], masked);
        let shown = screen.widths.get(screen.left..=screen.column).map_or(0, |widths| sum(widths, masked));
        if frozen.saturating_add(shown).saturating_add(2 + screen.standing) <= width {
            break;
        }
        screen.left += 1;
    }
}

fn sum(widths: &[u16], masked: bool) -> u16 {
    let more = GAP + if masked { TAG } else { 0 };
    widths.iter().fold(0_u16, |sum, width| sum.saturating_add(*width).saturating_add(more))
}

/// Columns to draw: position, x, width.
fn columns(screen: &RecordsScreen, area: Rect, count: usize, masked: bool) -> Vec<(usize, u16, u16)> {
    let mut shown = Vec::new();
    let mut x = area.x + 2 + screen.standing;
    let right = area.x + area.width;
    for at in (0..screen.frozen).chain(screen.left.max(screen.frozen)..count) {
        if x >= right {
            break;
        }
        let whole = screen.widths.get(at).copied().unwrap_or(12).saturating_add(if masked { TAG } else { 0 });
        let width = whole.min(right - x);
        // A few cells of a column tell nothing; the column under the cursor is shown all the same.
        if width < whole.min(6) && at != screen.column {
            break;
        }
        shown.push((at, x, width));
        x = x.saturating_add(width).saturating_add(GAP);
    }
    shown
}

/// Draws the records of an object.
pub fn draw_records(app: &App, screen: &RecordsScreen, canvas: &mut Canvas<'_>, area: Rect) {
    let Some(object) = object(app, screen.object) else { return };
    let body = body(area);
    canvas.rows = body.height.max(1);
    let shown = columns(screen, area, object.columns.len(), app.masked);
    for (at, x, width) in &shown {
        let column = &object.columns[*at];
        let role = if *at == screen.column { Role::Accent } else { Role::Quiet };
        let head = Line::new().name(role, column.name.as_str());
        let order = screen.chosen.as_ref().and_then(|chosen| chosen.order).filter(|order| order.column == *at);
        let head = match order {
            Some(order) => head.most(width.saturating_sub(2)).say(role, if order.downwards { " ↓" } else { " ↑" }),
            None => head,
        };
        canvas.line(*x, area.y, *width, &head);
        canvas.hit(Rect { x: *x, y: area.y, width: *width + GAP, height: area.height }, Target::Column(*at));
    }
    if let Some(chosen) = screen.chosen.as_ref().filter(|_| screen.rows.is_empty()) {
        if let Some(problem) = &chosen.problem {
            return draw_problem(problem, canvas, body);
        }
        if chosen.recs().is_none() {
            return draw_counting(app, Purpose::Select, object.records, canvas, body);
        }
    }
    let total = match screen.total {
        Some(0) if screen.chosen.is_some() => {
            let line = Line::new().text("No record is selected. Esc goes back.");
            canvas.line(area.x + 2, body.y, area.width.saturating_sub(3), &line);
            return;
        }
        Some(0) => {
            canvas.line(
                area.x + 2,
                body.y,
                area.width.saturating_sub(3),
                &Line::new()
                    .text("No record. All rows of this object's files are in quarantine, or the files are empty."),
            );
            return;
        }
        Some(total) => total,
        None if screen.rows.is_empty() => {
            if app.late(Purpose::Page) {
                canvas.line(
                    area.x + 2,
                    body.y,
                    area.width.saturating_sub(3),
                    &Line::new().quiet("Reading the first rows."),
                );
            }
            return;
        }
        None => screen.first.saturating_add(screen.rows.len() as u64),
    };
    for (y, index) in (body.y..).zip(screen.list.visible(total, body.height)) {
        let here = index == screen.list.cursor;
        canvas.hit(Rect { x: area.x, y, width: area.width, height: 1 }, Target::Row(index));
        if let Some(row) = screen.row(index) {
            if let Some((role, word)) = standing(row).filter(|_| screen.standing > 0) {
                canvas.line(area.x + 2, y, screen.standing.saturating_sub(GAP), &Line::new().say(role, word));
            }
            for (at, x, width) in &shown {
                let role = if row.superseded { Role::Quiet } else { Role::Text };
                let value = row.values.get(*at).and_then(Option::as_deref);
                let line = match value {
                    Some(text) if !text.is_empty() => {
                        // Nobody reads more of a value in a cell than a cell holds.
                        let text = head(text, usize::from(*width));
                        let line = Line::new().marked(role, text, &marks(text, screen.needle.as_deref()));
                        if is_id(object.columns[*at].role) { line.middle() } else { line }
                    }
                    value => Line::new().value(role, value),
                };
                canvas.line(*x, y, *width, &line);
            }
        } else if app.late(Purpose::Page) {
            canvas.line(area.x + 2, y, 1, &Line::new().quiet("…"));
        }
        if here {
            canvas.cursor_row(area.x, y, area.width, true);
            if let Some((_, x, width)) = shown.iter().find(|(at, ..)| *at == screen.column) {
                canvas.restyle(
                    Rect { x: *x, y, width: *width, height: 1 },
                    Style::new().add_modifier(Modifier::REVERSED),
                );
            }
        }
    }
    if screen.frozen > 0
        && let Some((_, x, width)) = shown.iter().take_while(|(at, ..)| *at < screen.frozen).last()
    {
        canvas.divider(x + width, area.y, area.height);
    }
}

fn is_id(role: ColumnRole) -> bool {
    matches!(role, ColumnRole::NativeId | ColumnRole::ForeignKey | ColumnRole::OtherId | ColumnRole::MergedInto)
}
