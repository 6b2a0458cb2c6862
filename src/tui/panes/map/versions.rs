//! The versions of an entity of the model: who saved which, when and why, in what it differs from the one before, and the
//! way back to it. It looks as the versions of a map do.

use ratatui::layout::Rect;

use super::history::{draw_versions, version_facts, words};
use super::{Screen, model};
use crate::tui::action::Act;
use crate::tui::app::{App, Purpose};
use crate::tui::msg::Ask;
use crate::tui::msg::map::{MapAsk, VersionLine};
use crate::tui::msg::model::ModelAsk;
use crate::tui::paint::{Canvas, Line};
use crate::tui::theme::Role;
use crate::tui::widgets::list::List;

/// The screen.
#[derive(Debug, Clone, Default)]
pub struct VersionsScreen {
    /// The entity.
    pub name: String,
    /// Newest first; `None` until they are there.
    versions: Option<Vec<VersionLine>>,
    pub list: List,
}

/// Opens it.
pub fn open(app: &mut App, name: String) {
    app.map.stack.push(Screen::Versions(VersionsScreen { name, ..VersionsScreen::default() }));
    refresh(app);
}

/// Asks for the versions, if they are looked at.
pub fn refresh(app: &mut App) {
    let Some(Screen::Versions(screen)) = app.map.stack.last() else { return };
    let ask = ModelAsk::Versions(screen.name.clone());
    app.ask(Purpose::Model, Ask::Map(MapAsk::Model(ask)));
}

/// The versions arrived.
pub fn arrived(app: &mut App, name: &str, versions: Vec<VersionLine>) {
    if let Some(Screen::Versions(screen)) = app.map.stack.last_mut()
        && screen.name == name
    {
        screen.versions = Some(versions);
    }
}

fn at_cursor(screen: &VersionsScreen) -> Option<&VersionLine> {
    let versions = screen.versions.as_deref()?;
    screen.list.index(versions.len()).map(|at| &versions[at])
}

/// Does an action.
pub fn perform(app: &mut App, act: Act) {
    let height = app.rows;
    let veil = app.veil().cloned();
    let Some(Screen::Versions(screen)) = app.map.stack.last_mut() else { return };
    let len = screen.versions.as_ref().map_or(0, Vec::len) as u64;
    if super::moved(&mut screen.list, act, len, height) {
        return;
    }
    let Some(line) = at_cursor(screen) else { return };
    match act {
        Act::Restore => {
            if let Some(version) = line.version {
                let ask = ModelAsk::RestoreEntity { name: screen.name.clone(), version };
                app.ask(Purpose::Change, Ask::Map(MapAsk::Model(ask)));
            }
        }
        Act::CopyCell => {
            let text: Vec<String> = line.differences.iter().map(|found| words(found).to_plain(veil.as_ref())).collect();
            app.copy_lines("the differences", &text.join("\n"));
        }
        _ => {}
    }
}

/// Why an action cannot run now.
#[must_use]
pub fn why_not(screen: &VersionsScreen, act: Act) -> Option<&'static str> {
    let line = at_cursor(screen);
    match act {
        Act::Restore if line.is_none() => Some("there is no version yet"),
        Act::Restore if line.is_some_and(|line| line.stands) => Some("this version stands already"),
        Act::CopyCell if line.is_none_or(|line| line.differences.is_empty()) => Some("there is no difference"),
        _ => None,
    }
}

/// Row 2.
pub fn headline<'a>(_app: &'a App, screen: &'a VersionsScreen) -> (Line<'a>, Line<'a>) {
    let left = Line::new().quiet("Map › The target model › ").name(Role::Quiet, screen.name.as_str());
    let count = screen.versions.as_ref().map_or(0, Vec::len) as u64;
    let right = if count == 0 { Line::new() } else { Line::new().plural(Role::Text, count, "version", "versions") };
    (left.quiet(" › ").strong("versions"), right)
}

/// Draws the main area.
pub fn draw(app: &App, screen: &VersionsScreen, canvas: &mut Canvas<'_>, area: Rect) {
    canvas.rows = 1;
    let inside = area.width.saturating_sub(3);
    match &screen.versions {
        Some(versions) if !versions.is_empty() => draw_versions(versions, &screen.list, canvas, area),
        Some(_) => {
            let shipped = model::all(app).iter().any(|standing| standing.entity.name == screen.name);
            let words = if shipped {
                "Nobody changed it: it stands as it ships. Each change will be a version here."
            } else {
                "Nothing of this entity is saved."
            };
            canvas.line(area.x + 2, area.y + 1, inside, &Line::new().text(words));
        }
        None if app.late(Purpose::Model) => {
            canvas.line(area.x + 2, area.y + 1, inside, &Line::new().text("Comparing the versions."));
        }
        None => {}
    }
}

/// The focused row as label and value.
pub fn facts<'a>(_app: &'a App, screen: &'a VersionsScreen) -> Vec<(&'static str, Line<'a>)> {
    match at_cursor(screen) {
        Some(line) => version_facts(line),
        None => vec![("", Line::new().text("No version yet."))],
    }
}
