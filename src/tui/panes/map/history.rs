//! The versions of a map: who saved which, when and why, in what it differs from the one before, and the way back to it.

use ratatui::layout::Rect;

use super::super::super::action::Act;
use super::super::super::app::{App, Purpose};
use super::super::super::msg::map::{Difference, MapAsk, VersionLine};
use super::super::super::msg::{Ask, Target};
use super::super::super::paint::{Canvas, Line};
use super::super::super::theme::Role;
use super::super::super::widgets::list::List;
use super::super::sources::inventory::date;
use super::{Screen, table};
use crate::mapping::MapKey;

/// The screen.
#[derive(Debug, Clone, Default)]
pub struct HistoryScreen {
    pub key: MapKey,
    /// Newest first; `None` until they are there.
    pub versions: Option<Vec<VersionLine>>,
    pub list: List,
}

/// Opens it.
pub fn open(app: &mut App, key: MapKey) {
    app.ask(Purpose::MapText, Ask::Map(MapAsk::History(key.clone())));
    app.map.stack.push(Screen::History(HistoryScreen { key, ..HistoryScreen::default() }));
}

/// The versions arrived.
pub fn arrived(app: &mut App, key: &MapKey, versions: Vec<VersionLine>) {
    if let Some(Screen::History(screen)) = app.map.stack.last_mut()
        && screen.key == *key
    {
        screen.versions = Some(versions);
    }
}

fn at_cursor(screen: &HistoryScreen) -> Option<&VersionLine> {
    let versions = screen.versions.as_deref()?;
    screen.list.index(versions.len()).map(|at| &versions[at])
}

/// Does an action.
pub fn perform(app: &mut App, act: Act) {
    let height = app.rows;
    let veil = app.veil().cloned();
    let Some(Screen::History(screen)) = app.map.stack.last_mut() else { return };
    let len = screen.versions.as_ref().map_or(0, Vec::len) as u64;
    if super::moved(&mut screen.list, act, len, height) {
        return;
    }
    let Some(line) = at_cursor(screen) else { return };
    match act {
        Act::Restore => {
            if let Some(version) = line.version {
                let key = screen.key.clone();
                app.ask(Purpose::SaveMap, Ask::Map(MapAsk::Restore { key, version }));
            }
        }
        Act::CopyCell => {
            let differences = line.differences.iter();
            let text: Vec<String> = differences.map(|found| words(found).to_plain(veil.as_ref())).collect();
            app.copy_lines("the differences", &text.join("\n"));
        }
        _ => {}
    }
}

/// A difference in words.
pub(super) fn words(difference: &Difference) -> Line<'_> {
    let line = Line::new().name(Role::Text, difference.of.as_str()).most(28).to(30);
    match (difference.before.as_str(), difference.after.as_str()) {
        ("", after) => line.say(Role::Good, "+ ").prose(Role::Text, after),
        (before, "") => line.say(Role::Bad, "− ").prose(Role::Quiet, before),
        (before, after) => line.prose(Role::Quiet, before).quiet(" → ").prose(Role::Text, after),
    }
}

/// Row 2.
pub fn headline<'a>(_app: &'a App, screen: &'a HistoryScreen) -> (Line<'a>, Line<'a>) {
    let count = screen.versions.as_ref().map_or(0, Vec::len) as u64;
    let right = if count == 0 { Line::new() } else { Line::new().plural(Role::Text, count, "version", "versions") };
    (table::place(&screen.key).quiet(" › ").strong("history"), right)
}

/// Draws the main area.
pub fn draw(app: &App, screen: &HistoryScreen, canvas: &mut Canvas<'_>, area: Rect) {
    let Some(versions) = &screen.versions else {
        if app.late(Purpose::MapText) {
            canvas.line(area.x + 2, area.y, area.width, &Line::new().text("Comparing the versions."));
        }
        return;
    };
    if versions.is_empty() {
        canvas.line(area.x + 2, area.y, area.width, &Line::new().text("Nothing of this map is saved yet."));
        return;
    }
    draw_versions(versions, &screen.list, canvas, area);
}

/// Versions, newest first, and below them in what the one under the cursor differs from the one before.
pub(super) fn draw_versions(versions: &[VersionLine], list: &List, canvas: &mut Canvas<'_>, area: Rect) {
    let x = area.x + 2;
    let wide = area.width.min(130);
    let (x_at, x_by) = (area.x + 11, area.x + 29);
    let x_changes = x_by + 22;
    let x_why = x_changes + 14;
    for (x, word) in [(x, "version"), (x_at, "at, UTC"), (x_by, "by"), (x_changes, "differences"), (x_why, "why")] {
        canvas.line(x, area.y, 14, &Line::new().quiet(word));
    }
    let below = if area.height > 12 { area.height / 2 } else { 0 };
    let height = area.height.saturating_sub(1 + below);
    canvas.rows = height.max(1);
    let cursor = list.index(versions.len());
    for (y, row) in (area.y + 1..).zip(list.visible(versions.len() as u64, height)) {
        let Some((at, line)) = usize::try_from(row).ok().and_then(|at| Some((at, versions.get(at)?))) else { continue };
        let number = line.version.map(|version| version.to_string()).unwrap_or_default();
        let mark = if line.stands { "✓ " } else { "  " };
        canvas.line(x, y, 9, &Line::new().say(Role::Good, mark).made(Role::Text, number));
        let time = line.at.get(11..16).unwrap_or_default().to_owned();
        let when = Line::new().name(Role::Text, date(&line.at)).most(10).text(" ").name(Role::Quiet, time);
        canvas.line(x_at, y, 17, &when);
        canvas.line(x_by, y, 21, &Line::new().name(Role::Text, line.author.as_str()));
        canvas.line_right(x_changes, y, 11, &Line::new().count(Role::Text, line.differences.len() as u64));
        let room = (area.x + wide).saturating_sub(x_why + 1);
        canvas.line(x_why, y, room, &Line::new().prose(Role::Text, line.comment.as_str()));
        if Some(at) == cursor {
            canvas.cursor_row(area.x, y, wide, true);
        }
        canvas.hit(Rect { x: area.x, y, width: wide, height: 1 }, Target::Row(row));
    }
    let Some(line) = cursor.map(|at| &versions[at]).filter(|_| below > 2) else { return };
    let y = area.y + area.height - below;
    canvas.rule(area.x + 1, y, area.width.saturating_sub(2));
    let number = line.version.map(|version| version.to_string()).unwrap_or_default();
    let head = Line::new().strong("Version ").made(Role::Strong, number);
    let head =
        head.quiet(if line.differences.is_empty() { " is as the one before" } else { " against the one before" });
    canvas.line(x, y + 1, area.width, &head);
    let room = usize::from(below.saturating_sub(2));
    let more = line.differences.len().saturating_sub(room);
    let shown = if more > 0 { room.saturating_sub(1) } else { room };
    for (y, difference) in (y + 2..).zip(line.differences.iter().take(shown)) {
        canvas.line(x, y, area.width.saturating_sub(3), &words(difference));
    }
    if more > 0 {
        let line = Line::new().quiet("and ").number(Role::Quiet, more as u64 + 1).quiet(" more; y copies all");
        canvas.line(x, area.y + area.height - 1, area.width, &line);
    }
}

/// The focused row as label and value.
pub fn facts<'a>(_app: &'a App, screen: &'a HistoryScreen) -> Vec<(&'static str, Line<'a>)> {
    at_cursor(screen).map(version_facts).unwrap_or_default()
}

/// A version as label and value.
pub(super) fn version_facts(line: &VersionLine) -> Vec<(&'static str, Line<'_>)> {
    let number = line.version.map(|version| version.to_string()).unwrap_or_default();
    let mut facts = vec![
        ("version", Line::new().made(Role::Strong, number)),
        ("by", Line::new().name(Role::Text, line.author.as_str())),
        ("at", Line::new().name(Role::Text, date(&line.at))),
        ("why", Line::new().prose(Role::Text, line.comment.as_str())),
    ];
    facts.extend(line.differences.iter().map(|difference| ("", words(difference))));
    facts
}

/// Why an action cannot run now.
pub fn why_not(screen: &HistoryScreen, act: Act) -> Option<&'static str> {
    let line = at_cursor(screen);
    match act {
        Act::Restore if line.is_none() => Some("there is no version yet"),
        Act::Restore if line.is_some_and(|line| line.stands) => Some("this version stands already"),
        Act::CopyCell if line.is_none_or(|line| line.differences.is_empty()) => Some("there is no difference"),
        _ => None,
    }
}
