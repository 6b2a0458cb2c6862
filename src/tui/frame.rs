//! One frame: the five fixed places. Row 1 panes, row 2 where one is and the sum that must close, the main area, the message
//! row, the key line. Nothing ever moves them; only what stands in the main area is a pane's.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::action::{self, Act};
use super::app::{App, Purpose};
use super::msg::Target;
use super::overlays;
use super::paint::{Canvas, Line};
use super::panes::{home, lookup, map, sources};
use super::place::{PANES, PaneId, Place};
use super::theme::Role;
use super::widgets::gauge;

/// Below this only the focused row and the keys are drawn.
const SMALL: (u16, u16) = (60, 15);

/// What a frame tells back: how many rows of the list with the keys it showed, and what a click meets.
pub type Painted = (u16, Vec<(Rect, Target)>);

/// Draws the workbench.
pub fn draw(app: &App, buffer: &mut Buffer) -> Painted {
    let area = buffer.area;
    let mut canvas = Canvas::new(buffer, app.theme, app.masked.then_some(&app.mask));
    if area.width == 0 || area.height == 0 {
        return (1, Vec::new());
    }
    if area.width < 30 || area.height < 6 {
        too_small(&mut canvas, area);
    } else if area.width < SMALL.0 || area.height < SMALL.1 {
        small(app, &mut canvas, area);
    } else {
        whole(app, &mut canvas, area);
    }
    (canvas.rows, canvas.hits)
}

fn too_small(canvas: &mut Canvas<'_>, area: Rect) {
    let size = Line::new().number(Role::Text, area.width.into()).text("×").number(Role::Text, area.height.into());
    let lines = [
        size.text(" is too small"),
        Line::new().text("for this screen."),
        Line::new().text("Make it 60×15."),
        Line::new().text("Nothing is lost."),
        Line::new().say(Role::Accent, "q").text(" leaves"),
    ];
    for (y, line) in (area.y..area.y + area.height).zip(&lines) {
        canvas.line(area.x, y, area.width, line);
    }
}

/// The focused row as label and value, and the keys.
fn small(app: &App, canvas: &mut Canvas<'_>, area: Rect) {
    let (left, _) = headline(app);
    canvas.line(area.x + 1, area.y, area.width - 1, &left);
    let bottom = area.y + area.height - 1;
    let overlaid = !app.overlays.is_empty();
    if overlaid {
        let over = Rect { y: area.y + 1, height: area.height - 2, ..area };
        overlays::draw(app, canvas, over);
    } else {
        let facts = match app.pane_place() {
            Place::Home => home::facts(app),
            _ => match app.pane {
                PaneId::Sources => sources::facts(app),
                PaneId::Lookup => lookup::facts(app),
                PaneId::Map => map::facts(app),
            },
        };
        for (y, (label, value)) in (area.y + 1..bottom - 1).zip(&facts) {
            let value = value.clone();
            let line = if label.is_empty() { value } else { Line::new().quiet(label).to(12).then(value) };
            canvas.line(area.x + 1, y, area.width - 1, &line);
        }
        canvas.rows = 1;
    }
    message(app, canvas, Rect { y: bottom - 1, height: 1, ..area });
    keys(app, canvas, Rect { y: bottom, height: 1, ..area });
}

fn whole(app: &App, canvas: &mut Canvas<'_>, area: Rect) {
    tabs(app, canvas, Rect { height: 1, ..area });
    let (left, right) = headline(app);
    let y = area.y + 1;
    let wide = canvas.width(&right).min(area.width / 2 + area.width / 4);
    canvas.line_right(area.x, y, area.width - 1, &right);
    canvas.line(area.x + 1, y, (area.width - 1).saturating_sub(wide + 3), &left);
    // One row of air under the head, where there is room for it.
    let air = u16::from(area.height >= 20);
    let main = Rect { y: area.y + 2 + air, height: area.height - 4 - air, ..area };
    let bottom = area.y + area.height - 1;
    match app.pane_place() {
        Place::Home => home::draw(app, canvas, main),
        _ => match app.pane {
            PaneId::Sources => sources::draw(app, canvas, main),
            PaneId::Lookup => lookup::draw(app, canvas, main),
            PaneId::Map => map::draw(app, canvas, main),
        },
    }
    message(app, canvas, Rect { y: bottom - 1, height: 1, ..area });
    keys(app, canvas, Rect { y: bottom, height: 1, ..area });
    overlays::draw(app, canvas, main);
}

/// Row 1: the panes, the workspace, and what changes how everything is read.
fn tabs(app: &App, canvas: &mut Canvas<'_>, area: Rect) {
    let mut right = Line::new();
    if app.masked {
        right = right.say(Role::Mark, "masked").text("  ");
    }
    if app.read_only() {
        right = right.say(Role::Warn, "read only").text("  ");
    }
    let Some(session) = app.session.as_ref().filter(|_| !app.at_home) else {
        canvas.line(area.x + 1, area.y, area.width, &Line::new().strong("Cutover ").quiet(env!("CARGO_PKG_VERSION")));
        let right = match &app.session {
            Some(session) => right.name(Role::Text, session.name.as_str()).quiet(" is open, Esc goes back to it"),
            None if app.opening() => right,
            None => right.quiet("no workspace open"),
        };
        return canvas.line_right(area.x, area.y, area.width - 1, &right);
    };
    let mut x = area.x;
    for pane in PANES {
        let label = Line::new().text(" ").text(pane.digit).text(if area.width >= 80 { " " } else { "" });
        let label = if area.width >= 80 { label.text(pane.name).text(" ") } else { label.text(" ") };
        let open = pane.id == app.pane;
        let label = if open { label } else { label.all(Role::Quiet) };
        let end = canvas.line(x, area.y, area.width.saturating_sub(x - area.x), &label);
        let tab = Rect { x, y: area.y, width: end - x, height: 1 };
        if open {
            canvas.restyle(tab, app.theme.open_tab());
        }
        canvas.hit(tab, Target::Pane(pane.id));
        x = end;
    }
    if area.width >= 100 {
        right = right.name(Role::Text, session.name.as_str()).most(30);
    }
    let room = area.width.saturating_sub(x - area.x + 2);
    canvas.line_right(area.x + area.width - 1 - room.min(area.width - 1), area.y, room, &right);
}

fn headline(app: &App) -> (Line<'_>, Line<'_>) {
    match app.pane_place() {
        Place::Home => (Line::new(), Line::new()),
        _ => match app.pane {
            PaneId::Sources => sources::headline(app),
            PaneId::Lookup => lookup::headline(app),
            PaneId::Map => map::headline(app),
        },
    }
}

/// What just happened, and whether it is saved; or the question that is being asked.
fn message(app: &App, canvas: &mut Canvas<'_>, area: Rect) {
    if let Some(prompt) = &app.prompt {
        let label = prompt.label();
        let mut right = Line::new();
        if let Some(refusal) = prompt.refusal {
            right = right.say(Role::Bad, "✗ ").text(refusal);
        }
        let wide = canvas.width(&right);
        canvas.line_right(area.x, area.y, area.width - 1, &right);
        let x = canvas.line(area.x + 1, area.y, area.width, &label.text(" "));
        let room = (area.x + area.width).saturating_sub(x + wide + 2);
        return canvas.field(x, area.y, room, &prompt.field, app.overlays.is_empty());
    }
    let notice = match app.pane_place() {
        Place::Home => None,
        _ if app.pane == PaneId::Sources => sources::notice(app),
        _ if app.pane == PaneId::Map => map::notice(app),
        _ => None,
    };
    let under_way = if app.late(Purpose::FindRow) {
        Some(Line::new().quiet("Looking on. Esc stops it."))
    } else if app.late(Purpose::Change) || app.late(Purpose::Write) || app.late(Purpose::SaveMap) {
        Some(Line::new().quiet("Under way. Everything else works meanwhile."))
    } else {
        None
    };
    let notice = under_way.or(notice);
    let line = if app.message.line.is_empty() { notice.unwrap_or_default() } else { app.message.line.clone() };
    let mut room = area.width.saturating_sub(2);
    if app.message.saved && !app.message.line.is_empty() {
        canvas.line_right(area.x, area.y, area.width - 1, &Line::new().say(Role::Good, "saved"));
        room = room.saturating_sub(7);
    }
    canvas.line(area.x + 1, area.y, room, &line);
}

/// The keys that matter now, then what runs, then the way to all others.
fn keys(app: &App, canvas: &mut Canvas<'_>, area: Rect) {
    let place = app.place();
    let scopes = place.scopes();
    let key_of = |act: Act| app.keymap.key(scopes, act).map(|key| key.to_string());
    let mut right = Line::new();
    if let Some(job) = app.jobs.running() {
        const SPINNER: [&str; 8] = ["⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
        let turn = usize::try_from(app.clock.millis / 100 % 8).unwrap_or(0);
        right = right.text(SPINNER[turn]).text(" ").quiet(job.work.word());
        if let Some((done, total)) = job.progress.as_ref().and_then(|progress| Some((progress.done, progress.total?))) {
            right = right.text("  ").number(Role::Text, gauge::percent(done, total)).quiet(" %");
        }
        if let Some(key) = key_of(Act::Jobs) {
            right = right.text("  ").made(Role::Accent, key).quiet(" jobs");
        }
        right = right.text("   ");
    }
    for (act, label) in [(Act::Help, " keys  "), (Act::Palette, " all")] {
        if let Some(key) = key_of(act) {
            right = right.made(Role::Accent, key).quiet(label);
        }
    }
    let wide = canvas.width(&right).min(area.width / 2);
    let edge = area.x + area.width - 1;
    canvas.line_right(edge.saturating_sub(wide), area.y, wide, &right);
    let mut x = area.x + 1;
    let room = edge.saturating_sub(wide + 1);
    let mut hints = hints(app, place);
    let mut shown = 0;
    while let Some(act) = (!hints.is_empty()).then(|| hints.remove(0)) {
        let (Some(key), Some(action)) = (key_of(act), action::find(scopes, act)) else { continue };
        let hint = Line::new().made(Role::Accent, key).text(" ").text(action.label);
        let width = canvas.width(&hint);
        // The way back has its room before the others.
        let back = if hints.contains(&Act::Back) { 10 } else { 0 };
        if x + width + back > room {
            continue;
        }
        let end = canvas.line(x, area.y, width, &hint);
        canvas.hit(Rect { x, y: area.y, width: end - x, height: 1 }, Target::Act(act));
        x = end + 2;
        shown += 1;
        if shown == 7 {
            break;
        }
    }
}

/// The actions for the key line: those of the place that can run now.
fn hints(app: &App, place: Place) -> Vec<Act> {
    if app.opening() {
        return Vec::new();
    }
    place.hints().iter().copied().filter(|act| super::disabled::why_not(app, *act).is_none()).collect()
}
