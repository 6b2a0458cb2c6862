//! Home: the workspaces known on this machine, and the ways to begin. Shown while no workspace is open, and on demand.

use ratatui::layout::Rect;

use super::super::action::Act;
use super::super::app::{App, Purpose, step};
use super::super::msg::{Ask, Recent, Target};
use super::super::paint::{Canvas, Line};
use super::super::prompt::{Prompt, Question};
use super::super::theme::Role;
use super::super::widgets::list::List;
use crate::values::format;

/// The list and its cursor.
#[derive(Debug, Clone, Default)]
pub struct Home {
    /// Last opened first.
    pub recent: Vec<Recent>,
    pub list: List,
    /// The list has been read once.
    pub known: bool,
}

/// The list of workspaces arrived. The cursor stays on the workspace that it is on.
pub fn listed(app: &mut App, recent: Vec<Recent>) {
    let home = &mut app.home;
    let now = home.list.index(home.recent.len()).map(|at| home.recent[at].path.clone());
    let at = now.and_then(|path| recent.iter().position(|one| one.path == path));
    home.list.cursor = at.map_or(0, |at| at as u64);
    home.recent = recent;
    home.known = true;
}

/// Does an action.
pub fn perform(app: &mut App, act: Act) {
    let len = app.home.recent.len();
    if let Some(step) = step(act) {
        return app.home.list.step(step, len as u64, app.rows);
    }
    match act {
        Act::Open => {
            if let Some(at) = app.home.list.index(len) {
                open(app, at);
            }
        }
        Act::Forget => {
            if let Some(recent) = app.home.list.index(len).and_then(|at| app.home.recent.get(at)) {
                let path = recent.path.clone();
                app.ask(Purpose::Recent, Ask::Forget(path));
            }
        }
        Act::Create => app.prompt = Some(Prompt::new(Question::Create, "customers.cutover")),
        Act::OpenFile => app.prompt = Some(Prompt::new(Question::OpenFile, "")),
        Act::Demo => {
            app.ask(Purpose::Open, Ask::Demo);
            app.say(Line::new().text("Building the sample company."));
        }
        Act::Back if app.session.is_some() => app.at_home = false,
        _ => {}
    }
}

fn open(app: &mut App, at: usize) {
    let Some(recent) = app.home.recent.get(at) else { return };
    if !recent.there {
        let name = recent.path.display().to_string();
        return app.say(
            Line::new()
                .say(Role::Warn, "! ")
                .text("There is no file at ")
                .name(Role::Text, name)
                .text(". Connect the drive, or o opens it elsewhere."),
        );
    }
    let path = recent.path.clone();
    app.ask(Purpose::Open, Ask::Open { path, read_only: false });
}

/// Opens the workspace of a number, from 1.
pub fn digit(app: &mut App, number: u32) {
    if let Some(at) =
        usize::try_from(number).ok().and_then(|n| n.checked_sub(1)).filter(|at| *at < app.home.recent.len())
    {
        app.home.list.cursor = at as u64;
        open(app, at);
    }
}

/// A row was clicked: the cursor goes there, and a second click opens.
pub fn clicked(app: &mut App, row: u64) {
    if std::mem::replace(&mut app.home.list.cursor, row) == row {
        app.perform(Act::Open);
    }
}

/// Name, folder: how a workspace is told from others.
fn parts(recent: &Recent) -> (String, String) {
    let name = recent.path.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let folder = recent.path.parent().map(|folder| folder.display().to_string()).unwrap_or_default();
    (name, folder)
}

/// Draws the main area.
pub fn draw(app: &App, canvas: &mut Canvas<'_>, area: Rect) {
    let (x, w) = (area.x + 1, area.width.saturating_sub(2).min(100));
    if app.opening() {
        if app.late(Purpose::Open) {
            canvas.line(x, area.y, w, &Line::new().quiet("Opening the workspace."));
        }
        return;
    }
    let mut y = area.y;
    let bottom = area.y + area.height;
    let mut put = |canvas: &mut Canvas<'_>, line: &Line<'_>| {
        if y < bottom {
            canvas.line(x, y, w, line);
        }
        y += 1;
        y - 1
    };
    put(canvas, &Line::new().text("Customer records from the old systems to the new one, nothing lost on the way."));
    put(canvas, &Line::new());
    put(canvas, &Line::new().quiet("Open"));
    let home = &app.home;
    if home.recent.is_empty() {
        if home.known {
            put(canvas, &Line::new().text(" No workspace yet. d shows a finished one; c creates yours."));
        } else {
            put(canvas, &Line::new());
        }
    }
    let room = area.height.saturating_sub(12).max(1).min(area.height);
    canvas.rows = room;
    let len = home.recent.len() as u64;
    for row in home.list.visible(len, room) {
        let Some(recent) = usize::try_from(row).ok().and_then(|at| home.recent.get(at)) else { continue };
        let (name, folder) = parts(recent);
        let seconds = u64::try_from(app.clock.utc.saturating_sub(recent.opened)).unwrap_or(0);
        let mut line = Line::new().text(" ");
        if row < 9 {
            line = line.number(Role::Accent, row + 1);
        }
        line = line
            .to(4)
            .name(Role::Strong, name)
            .most(24)
            .to(29)
            .name(Role::Quiet, folder)
            .most(w.saturating_sub(62))
            .middle();
        let y = put(canvas, &line);
        if y >= bottom {
            break;
        }
        let right = if recent.there {
            Line::new()
                .number(Role::Text, recent.records)
                .quiet(" records")
                .text("   ")
                .made(Role::Quiet, ago(seconds))
                .text(" ")
        } else {
            Line::new().say(Role::Warn, "! ").text("not there").text("   ").made(Role::Quiet, ago(seconds)).text(" ")
        };
        canvas.line_right(x, y, w, &right);
        if row == home.list.cursor.min(len.saturating_sub(1)) {
            canvas.cursor_row(area.x, y, w + 1, true);
        }
        canvas.hit(Rect { x, y, width: w, height: 1 }, Target::Row(row));
    }
    put(canvas, &Line::new());
    put(canvas, &Line::new().quiet("Start"));
    for (act, word, what) in [
        (Act::Create, "Create", "a workspace: one file, readable by you alone"),
        (Act::OpenFile, "Open a file", "a workspace that is not in the list"),
        (Act::Demo, "Demo", "a sample company, six systems, everything loaded"),
    ] {
        let key =
            app.keymap.key(&[super::super::action::Scope::Home], act).map(|key| key.to_string()).unwrap_or_default();
        put(canvas, &Line::new().text(" ").made(Role::Accent, key).to(4).strong(word).to(17).text(what));
    }
    put(canvas, &Line::new());
    put(canvas, &Line::new().quiet("Everything stays on this machine: no network, files readable by you alone."));
}

fn ago(seconds: u64) -> String {
    if seconds < 60 { "now".to_owned() } else { format::ago(seconds) }
}

/// The focused row as label and value, for the smallest screens.
pub fn facts(app: &App) -> Vec<(&'static str, Line<'_>)> {
    let Some(recent) = app.home.list.index(app.home.recent.len()).map(|at| &app.home.recent[at]) else {
        return vec![("", Line::new().text("No workspace yet. d demo, c create."))];
    };
    let (name, folder) = parts(recent);
    vec![
        ("workspace", Line::new().name(Role::Strong, name)),
        ("folder", Line::new().name(Role::Text, folder)),
        ("records", Line::new().number(Role::Text, recent.records)),
    ]
}
