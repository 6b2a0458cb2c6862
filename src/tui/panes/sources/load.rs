//! The facts of one load: which file, how it was read, what it brought, what was noticed, and taking it out again.

use std::time::Duration;

use ratatui::layout::Rect;

use super::super::super::action::Act;
use super::super::super::app::App;
use super::super::super::msg::Target;
use super::super::super::paint::{Canvas, Line};
use super::super::super::theme::Role;
use super::super::super::widgets::list::List;
use super::super::super::wrap::wrap;
use super::inventory::date;
use super::{Screen, objects};
use crate::sources::{Load, LoadId};
use crate::values::format;

/// The screen of one load.
#[derive(Debug, Clone)]
pub struct LoadScreen {
    pub load: LoadId,
    pub list: List,
}

impl LoadScreen {
    /// The screen, the cursor on the first fact.
    #[must_use]
    pub fn new(load: LoadId) -> Self {
        Self { load, list: List::default() }
    }
}

fn load(app: &App, id: LoadId) -> Option<&Load> {
    objects(app.inventory.as_ref()?).flat_map(|object| &object.loads).find(|load| load.id == id)
}

/// A fact: its label, how it is drawn, and as it is copied.
struct Fact<'a> {
    label: &'static str,
    line: Line<'a>,
    copied: String,
}

fn all_facts(load: &Load) -> Vec<Fact<'_>> {
    let mut facts = Vec::new();
    let mut name = |label, text: &str| {
        facts.push(Fact { label, line: Line::new().name(Role::Text, text.to_owned()), copied: text.to_owned() });
    };
    name("file", &load.file);
    name("system", &load.source_name);
    name("object", &load.object_name);
    name("as of", &load.as_of.replace('T', " "));
    name(
        "loaded",
        &format!(
            "{} by {}, in {}",
            load.loaded_at.replace('T', " "),
            load.loaded_by,
            format::duration(Duration::from_millis(load.millis))
        ),
    );
    name("holds", if load.delta { "changes since an earlier export" } else { "all records of the object" });
    name("read as", &load.read_as);
    name("native ID", load.native_id.as_deref().unwrap_or("none found"));
    name("size", &format!("{} ({} bytes)", format::bytes(load.bytes), format::thousands(load.bytes)));
    name("SHA-256", &load.sha256);
    let closes = load.records.checked_add(load.quarantined) == Some(load.rows);
    let sum = Line::new()
        .number(Role::Text, load.rows)
        .quiet(" = ")
        .number(Role::Text, load.records)
        .quiet(" records + ")
        .number(Role::Text, load.quarantined)
        .quiet(" quarantined ");
    let sum = if closes { sum.say(Role::Good, "✓") } else { sum.say(Role::Bad, "✗ does not close") };
    facts.push(Fact { label: "rows", line: sum, copied: load.rows.to_string() });
    let parts = load.new.checked_add(load.changed).and_then(|sum| sum.checked_add(load.unchanged));
    let sum = Line::new()
        .number(Role::Text, load.records)
        .quiet(" = ")
        .number(Role::Text, load.new)
        .quiet(" new + ")
        .number(Role::Text, load.changed)
        .quiet(" changed + ")
        .number(Role::Text, load.unchanged)
        .quiet(" unchanged ");
    let sum =
        if parts == Some(load.records) { sum.say(Role::Good, "✓") } else { sum.say(Role::Bad, "✗ does not close") };
    facts.push(Fact { label: "records", line: sum, copied: load.records.to_string() });
    if load.vanished > 0 {
        let line = Line::new()
            .number(Role::Text, load.vanished)
            .text(" records of earlier loads are no longer in this export");
        facts.push(Fact { label: "vanished", line, copied: load.vanished.to_string() });
    }
    for (n, warning) in load.warnings.iter().enumerate() {
        let line = Line::new().say(Role::Warn, "! ").prose(Role::Text, warning.as_str());
        facts.push(Fact { label: if n == 0 { "noticed" } else { "" }, line, copied: warning.clone() });
    }
    facts
}

/// Does an action.
pub fn perform(app: &mut App, act: Act) {
    let Some(Screen::Load(screen)) = app.sources.stack.last() else { return };
    let Some(load) = load(app, screen.load) else { return };
    let facts = all_facts(load);
    let (len, copied) = (facts.len(), screen.list.index(facts.len()).map(|at| facts[at].copied.clone()));
    let height = app.rows;
    let Some(Screen::Load(screen)) = app.sources.stack.last_mut() else { return };
    if super::moved(&mut screen.list, act, len as u64, height) {
        return;
    }
    if let (Act::CopyCell, Some(text)) = (act, copied) {
        app.copy("the value", text);
    }
}

/// Row 2.
pub fn headline<'a>(app: &'a App, screen: &LoadScreen) -> (Line<'a>, Line<'a>) {
    let Some(load) = load(app, screen.load) else { return (Line::new().quiet("Sources"), Line::new()) };
    let left = Line::new()
        .quiet("Sources › ")
        .name(Role::Quiet, load.source_name.as_str())
        .quiet(" › ")
        .name(Role::Quiet, load.object_name.as_str())
        .quiet(" › ")
        .strong("load ")
        .name(Role::Strong, load.id.to_string());
    (left, Line::new().quiet("as of ").name(Role::Text, date(&load.as_of)))
}

/// Draws the main area.
pub fn draw(app: &App, screen: &LoadScreen, canvas: &mut Canvas<'_>, area: Rect) {
    let Some(load) = load(app, screen.load) else { return };
    let facts = all_facts(load);
    let width = area.width.saturating_sub(2).min(110);
    // What is cut in the list is spelled out below.
    let below = if area.height >= 12 { 4 } else { 0 };
    let room = area.height.saturating_sub(below);
    canvas.rows = room.max(1);
    let chosen = screen.list.index(facts.len());
    for (y, at) in (area.y..).zip(screen.list.visible(facts.len() as u64, room)) {
        let Some((at, fact)) = usize::try_from(at).ok().and_then(|at| Some((at, facts.get(at)?))) else { continue };
        let line = Line::new().quiet(fact.label).to(12).then(fact.line.clone());
        canvas.line(area.x + 2, y, width.saturating_sub(2), &line);
        if Some(at) == chosen {
            canvas.cursor_row(area.x, y, width, true);
        }
        canvas.hit(Rect { x: area.x, y, width, height: 1 }, Target::Row(at as u64));
    }
    let Some(fact) = chosen.map(|at| &facts[at]) else { return };
    if below > 0 && canvas.width(&fact.line) + 14 > width {
        let y = area.y + area.height - below;
        for (y, row) in (y..area.y + area.height).zip(wrap(&fact.copied, usize::from(width.saturating_sub(4)))) {
            canvas.line(area.x + 2, y, width.saturating_sub(2), &Line::new().prose(Role::Text, row));
        }
    }
}

/// The focused row as label and value.
pub fn facts<'a>(app: &'a App, screen: &LoadScreen) -> Vec<(&'static str, Line<'a>)> {
    let Some(load) = load(app, screen.load) else { return Vec::new() };
    let facts = all_facts(load);
    let Some(at) = screen.list.index(facts.len()) else { return Vec::new() };
    facts.into_iter().nth(at).map(|fact| vec![(fact.label, fact.line)]).unwrap_or_default()
}
