//! The figures of a column on the screen: sections one below the other and side by side on a page that scrolls, bars and
//! sums with their ends one below the other. What the lines say is `column`'s.

use ratatui::layout::Rect;

use super::super::super::msg::Target;
use super::super::super::paint::{Canvas, Line};
use super::super::super::theme::Role;
use super::super::super::widgets::chart;
use super::super::super::wrap::wrap;
use super::column::{Item, Kind, Section};
use crate::values::format;

/// The widest that lines of text and bars run.
pub const WIDEST: u16 = 100;

/// The least that one of several columns of detail takes.
pub const NARROWEST: u16 = 36;

/// A line of the figures with its place: how far down, and in which of the columns side by side.
struct Placed<'s, 'a> {
    what: What<'s, 'a>,
    y: u16,
    x: u16,
    width: u16,
}

enum What<'s, 'a> {
    Title(&'s Section<'a>),
    Words(String),
    Item(&'s Item<'a>, u64, Widths),
}

/// What the lines of a section have in common.
#[derive(Clone, Copy)]
struct Widths {
    label: u16,
    count: u16,
    share: u16,
    note: u16,
}

fn widths(section: &Section<'_>, canvas: &Canvas<'_>, width: u16) -> Widths {
    let mut widths = Widths { label: 0, count: 0, share: 0, note: 0 };
    for item in &section.items {
        let (label, count, share, note) = match &item.kind {
            Kind::Bar { label, count, share, note, whole } => {
                (canvas.width(label), *count, share.is_some(), if *whole > 0 { note.len() } else { 0 })
            }
            Kind::Sum { label, count, .. } => (u16::try_from(label.len()).unwrap_or(0), *count, false, 0),
            Kind::Words(_) | Kind::Note(_) | Kind::Rule => continue,
        };
        widths.label = widths.label.max(label);
        let count = u16::try_from(format::thousands(count).len()).unwrap_or(20);
        widths.count = widths.count.max(count);
        widths.share = widths.share.max(if share { 9 } else { 0 });
        widths.note = widths.note.max(u16::try_from(note).unwrap_or(0));
    }
    // Names tell more than bars.
    widths.label = widths.label.min(width * 3 / 5);
    widths
}

/// Puts the sections on a page that is as long as it needs to be: those across first, the others side by side, each where
/// there is most room.
fn place<'s, 'a>(sections: &'s [Section<'a>], canvas: &Canvas<'_>, width: u16) -> (Vec<Placed<'s, 'a>>, u16) {
    let mut placed = Vec::new();
    let mut at = 0_u64;
    let mut bottom = 0_u16;
    let count = (width / NARROWEST).clamp(1, 3);
    let beside = width.saturating_sub((count - 1) * 2) / count;
    let mut ends: Vec<u16> = Vec::new();
    for section in sections {
        let (column, wide) = if section.across {
            (None, width.min(WIDEST))
        } else {
            if ends.is_empty() {
                ends = vec![bottom; usize::from(count)];
            }
            let least = ends.iter().copied().min().unwrap_or(0);
            (ends.iter().position(|end| *end == least), beside.min(WIDEST))
        };
        let (x, mut y) = match column {
            None => (0, bottom),
            Some(column) => (u16::try_from(column).unwrap_or(0) * (beside + 2), ends[column]),
        };
        placed.push(Placed { what: What::Title(section), y, x, width: wide });
        y = y.saturating_add(1);
        for row in section.words.map(|words| wrap(words, usize::from(wide.saturating_sub(4)))).unwrap_or_default() {
            placed.push(Placed { what: What::Words(row), y, x, width: wide });
            y = y.saturating_add(1);
        }
        let widths = widths(section, canvas, wide.saturating_sub(4));
        for item in &section.items {
            placed.push(Placed { what: What::Item(item, at, widths), y, x, width: wide });
            at += u64::from(item.is_line());
            y = y.saturating_add(1);
        }
        y = y.saturating_add(1);
        match column {
            None => bottom = y,
            Some(column) => ends[column] = y,
        }
    }
    let tall = ends.into_iter().max().unwrap_or(bottom).saturating_sub(1);
    (placed, tall)
}

/// Draws the sections; `chosen` is the line with the cursor, by its number, where the figures have the keys.
pub fn draw(sections: &[Section<'_>], chosen: Option<u64>, canvas: &mut Canvas<'_>, area: Rect) {
    let (placed, tall) = place(sections, canvas, area.width);
    canvas.rows = area.height.max(1);
    // The last row says how much is below, where that is anything.
    let whole = area;
    let area = Rect { height: area.height - u16::from(tall > area.height && area.height > 2), ..area };
    // As far down as the line with the cursor needs, with one line more in sight.
    let focus = placed
        .iter()
        .find(|placed| matches!(placed.what, What::Item(item, at, _) if Some(at) == chosen && item.is_line()));
    let wanted = focus.map_or(0, |placed| placed.y.saturating_add(2));
    let most = tall.saturating_sub(area.height);
    let top = wanted.saturating_sub(area.height).min(most);
    for Placed { what, y, x, width } in &placed {
        let Some(y) = y.checked_sub(top).filter(|y| *y < area.height).map(|y| area.y + y) else { continue };
        let (x, width) = (area.x + x, (*width).min(area.width.saturating_sub(*x)));
        match what {
            What::Title(section) => {
                canvas.line(x + 1, y, width.saturating_sub(1), &section.title);
            }
            What::Words(words) => {
                canvas.line(x + 2, y, width.saturating_sub(2), &Line::new().prose(Role::Quiet, words.as_str()));
            }
            What::Item(item, at, widths) => {
                draw_item(item, *widths, canvas, Rect { x, y, width, height: 1 });
                let row = Rect { x, y, width, height: 1 };
                if item.is_line() && Some(*at) == chosen {
                    canvas.cursor_row(x, y, width, true);
                }
                if item.is_line() {
                    canvas.hit(row, Target::Row(*at));
                    canvas.hit(row, Target::Part(1));
                }
            }
        }
    }
    let below = tall.saturating_sub(top).saturating_sub(area.height);
    if below > 0 && whole.height > area.height {
        let line = Line::new().plural(Role::Quiet, below.into(), "line", "lines").quiet(" more").all(Role::Quiet);
        canvas.line(area.x + 2, whole.y + area.height, area.width.saturating_sub(2), &line);
    }
}

fn draw_item(item: &Item<'_>, widths: Widths, canvas: &mut Canvas<'_>, area: Rect) {
    let (x, y) = (area.x + 2, area.y);
    let room = area.width.saturating_sub(2);
    let count_at = x + widths.label + 2;
    let bar_at = count_at + widths.count + widths.share + 2;
    let rest = (area.x + area.width).saturating_sub(bar_at);
    match &item.kind {
        Kind::Words(line) | Kind::Note(line) => {
            canvas.line(x, y, room, line);
        }
        Kind::Rule => canvas.rule(x, y, (widths.label + widths.count + 2).min(room)),
        Kind::Sum { label, count, holds } => {
            canvas.line(x, y, widths.label, &Line::new().quiet(label));
            canvas.line_right(count_at, y, widths.count, &Line::new().number(Role::Text, *count));
            let line = if *holds {
                Line::new().say(Role::Good, "✓").quiet(" closes")
            } else {
                Line::new().say(Role::Bad, "✗ does not close")
            };
            canvas.line(count_at + widths.count + 2, y, rest + widths.share, &line);
        }
        Kind::Bar { label, count, whole, share, note } => {
            canvas.line(x, y, widths.label.min(room), label);
            canvas.line_right(count_at, y, widths.count, &Line::new().count(Role::Text, *count));
            if let Some(share) = share.filter(|_| *count > 0) {
                let line = Line::new().made(Role::Text, format::share(*count, share));
                canvas.line_right(count_at + widths.count, y, widths.share, &line);
            }
            if *whole == 0 {
                canvas.line(bar_at, y, rest, &Line::new().quiet(note));
                return;
            }
            // Where the bars would be stumps the words about them go.
            let with_note = rest.saturating_sub(widths.note + 2);
            let (bar, note_at) = if widths.note > 0 && with_note >= 8 {
                (with_note.min(30), Some(with_note.min(30) + 2))
            } else {
                (rest.saturating_sub(1).min(30), None)
            };
            if bar >= 3 {
                let drawn = chart::bar(*count, *whole, bar, canvas.theme.ascii);
                canvas.line(bar_at, y, bar, &Line::new().made(Role::Text, drawn));
            }
            if let Some(note_at) = note_at {
                canvas.line(bar_at + note_at, y, widths.note, &Line::new().quiet(note));
            }
        }
    }
}
