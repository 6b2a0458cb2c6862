//! One load: which file, how it was read, what it brought and what it no longer held, how it lies among the other loads of
//! its object; every count opens. Comparing it with another load, and taking it out.

use std::time::Duration;

use ratatui::layout::Rect;

use super::door::{self, Door};
use super::inventory::date;
use super::{Screen, objects};
use crate::sources::select::Selection;
use crate::sources::versions::{LoadRemark, RemarkKind, Standing};
use crate::sources::{Load, LoadId, ObjectId};
use crate::tui::action::Act;
use crate::tui::app::{App, Purpose};
use crate::tui::msg::{Among, Ask, Target};
use crate::tui::overlays::Overlay;
use crate::tui::overlays::question::Question;
use crate::tui::paint::{Canvas, Line};
use crate::tui::theme::Role;
use crate::tui::widgets::list::List;
use crate::tui::wrap::wrap;
use crate::values::format;

/// The screen of one load.
#[derive(Debug, Clone)]
pub struct LoadScreen {
    pub load: LoadId,
    pub list: List,
    /// How the loads of its object lie; nothing until it is there.
    among: Among,
}

impl LoadScreen {
    /// How the loads lie arrived.
    pub fn arrived(&mut self, among: Among) {
        self.among = among;
    }
}

/// A load by its number.
#[must_use]
pub fn find(app: &App, id: LoadId) -> Option<&Load> {
    objects(app.inventory.as_ref()?).flat_map(|object| &object.loads).find(|load| load.id == id)
}

/// Opens a load.
pub fn open(app: &mut App, id: LoadId) {
    let object = find(app, id).map(|load| load.object);
    app.sources.stack.push(Screen::Load(LoadScreen { load: id, list: List::default(), among: Among::default() }));
    if let Some(object) = object {
        app.ask(Purpose::Remarks, Ask::Remarks(object));
    }
}

/// `15  2025-11-14  delta  1,204 new, 2,310 changed`
#[must_use]
pub fn load_line(load: &Load) -> Line<'_> {
    let line = Line::new().name(Role::Text, load.id.to_string()).to(4).name(Role::Text, date(&load.as_of)).quiet("  ");
    line.quiet(if load.delta { "delta  " } else { "full   " }).then(brought(load))
}

/// `1,204 new, 2,310 changed`
#[must_use]
pub fn brought(load: &Load) -> Line<'_> {
    let mut line = Line::new();
    for (number, words) in [
        (load.new, " new"),
        (load.changed, " changed"),
        (load.vanished, " vanished"),
        (load.quarantined, " quarantined"),
    ] {
        if number > 0 {
            line = if line.is_empty() { line } else { line.quiet(", ") };
            line = line.number(Role::Text, number).quiet(words);
        }
    }
    if line.is_empty() { line.quiet("nothing new") } else { line }
}

/// A fact: its label, how it is drawn, as it is copied, and what lies behind it.
struct Fact<'a> {
    label: &'static str,
    line: Line<'a>,
    copied: String,
    door: Option<Door>,
}

fn sum(whole: u64, parts: &[(u64, &'static str)]) -> Line<'static> {
    let mut line = Line::new().number(Role::Text, whole).quiet(" = ");
    let mut sum = Some(0_u64);
    for (at, (part, words)) in parts.iter().enumerate() {
        line = if at > 0 { line.quiet("+ ") } else { line };
        line = line.number(Role::Text, *part).quiet(words);
        sum = sum.and_then(|sum| sum.checked_add(*part));
    }
    if sum == Some(whole) { line.say(Role::Good, "✓") } else { line.say(Role::Bad, "✗ does not close") }
}

/// The load of the object before this one, by the moment that it shows.
fn before<'a>(app: &'a App, load: &Load) -> Option<&'a Load> {
    let object = super::object(app, load.object)?;
    object
        .loads
        .iter()
        .filter(|other| other.id != load.id && other.as_of <= load.as_of)
        .max_by_key(|other| &other.as_of)
}

fn all_facts<'a>(app: &'a App, screen: &'a LoadScreen, load: &'a Load) -> Vec<Fact<'a>> {
    let mut facts = Vec::new();
    let mut name = |label, text: &str| {
        let line = Line::new().name(Role::Text, text.to_owned());
        facts.push(Fact { label, line, copied: text.to_owned(), door: None });
    };
    name("file", &load.file);
    name("as of", &load.as_of.replace('T', " "));
    name("holds", if load.delta { "changes since an earlier export" } else { "all records of the object" });
    if let Some((_, from, to)) = screen.among.windows.iter().find(|(id, ..)| *id == load.id) {
        let time = |moment: &str| moment.replace('T', " ");
        name("window", &format!("{} to {}", time(from), time(to)));
    }
    if let Some(before) = before(app, load) {
        let line = Line::new()
            .text("load ")
            .made(Role::Text, before.id.to_string())
            .quiet(if before.delta { "  delta  " } else { "  full  " })
            .name(Role::Text, date(&before.as_of));
        let line = if load.delta { line } else { line.quiet("  what it held and this does not has vanished") };
        facts.push(Fact { label: "after", line, copied: before.id.to_string(), door: Some(Door::Load(before.id)) });
    }
    let rows = sum(load.rows, &[(load.records, " records "), (load.quarantined, " quarantined ")]);
    let door = (load.quarantined > 0).then_some(Door::Quarantine);
    facts.push(Fact { label: "rows", line: rows, copied: load.rows.to_string(), door });
    let parts = [(load.new, " new "), (load.changed, " changed "), (load.unchanged, " unchanged ")];
    facts.push(Fact {
        label: "records",
        line: sum(load.records, &parts),
        copied: load.records.to_string(),
        door: None,
    });
    for (label, number, standing, words) in [
        ("  new", load.new, Standing::New, "records that no load before had"),
        ("  changed", load.changed, Standing::Changed, "records with another value than before"),
        ("  unchanged", load.unchanged, Standing::Unchanged, "records exactly as they were"),
        ("vanished", load.vanished, Standing::Vanished, "records of earlier loads that this one no longer holds"),
    ] {
        if label == "vanished" && load.delta {
            let line = Line::new().text("        ").quiet("–  what a delta does not hold has not vanished");
            facts.push(Fact { label, line, copied: String::new(), door: None });
            continue;
        }
        let digits = format::thousands(number).chars().count();
        let line = Line::new().made(Role::Text, " ".repeat(9_usize.saturating_sub(digits)));
        let line =
            if number == 0 { Line::new().text("        ").quiet("–") } else { line.number(Role::Strong, number) };
        let title = format!("{} in load {}", label.trim(), load.id);
        let door = (number > 0).then_some(Door::Rows(load.object, Selection::Load { load: load.id, standing }, title));
        facts.push(Fact { label, line: line.text("  ").quiet(words), copied: number.to_string(), door });
    }
    for (n, remark) in screen.among.remarks.iter().filter(|remark| remark.load == load.id.0).enumerate() {
        facts.push(Fact {
            label: if n == 0 { "remarks" } else { "" },
            line: Line::new().say(Role::Warn, "! ").prose(Role::Text, remark.sentence.as_str()),
            copied: remark.sentence.clone(),
            door: remark.other.map(|other| Door::Load(LoadId(other))),
        });
    }
    for (n, warning) in load.warnings.iter().enumerate() {
        let line = Line::new().say(Role::Warn, "! ").prose(Role::Text, warning.as_str());
        facts.push(Fact { label: if n == 0 { "noticed" } else { "" }, line, copied: warning.clone(), door: None });
    }
    let mut name = |label, text: &str| {
        let line = Line::new().name(Role::Text, text.to_owned());
        facts.push(Fact { label, line, copied: text.to_owned(), door: None });
    };
    name("native ID", load.native_id.as_deref().unwrap_or("none found"));
    name("read as", &load.read_as);
    name("size", &format!("{} ({} bytes)", format::bytes(load.bytes), format::thousands(load.bytes)));
    name("SHA-256", &load.sha256);
    let took = format::duration(Duration::from_millis(load.millis));
    name("loaded", &format!("{} by {}, in {took}", load.loaded_at.replace('T', " "), load.loaded_by));
    facts
}

/// The loads that one can be compared with: those of its object, and those that the remarks say are versions of its file.
fn others(app: &App, screen: &LoadScreen, load: &Load) -> Vec<LoadId> {
    let mut others: Vec<LoadId> = super::object(app, load.object)
        .iter()
        .flat_map(|object| object.loads.iter().rev())
        .map(|other| other.id)
        .collect();
    let same = |remark: &&LoadRemark| remark.kind == RemarkKind::SameExport && remark.load == load.id.0;
    others.extend(screen.among.remarks.iter().filter(same).filter_map(|remark| remark.other).map(LoadId));
    others.retain(|other| *other != load.id && find(app, *other).is_some());
    let mut seen = std::collections::BTreeSet::new();
    others.retain(|other| seen.insert(*other));
    others
}

/// Whether there is a load to compare this one with.
#[must_use]
pub fn can_compare(app: &App) -> bool {
    let id = app.sources.load_at_cursor(app);
    id.and_then(|id| find(app, id)).is_some_and(|load| {
        let screen = LoadScreen { load: load.id, list: List::default(), among: Among::default() };
        let open = match app.sources.stack.last() {
            Some(Screen::Load(screen)) => screen,
            _ => &screen,
        };
        !others(app, open, load).is_empty()
    })
}

/// Asks with which other load one is to be compared; where there is one only, compares at once.
pub fn compare(app: &mut App) {
    let Some(load) = app.sources.load_at_cursor(app).and_then(|id| find(app, id)) else { return };
    let alone = LoadScreen { load: load.id, list: List::default(), among: Among::default() };
    let screen = match app.sources.stack.last() {
        Some(Screen::Load(screen)) => screen,
        _ => &alone,
    };
    let (id, others) = (load.id, others(app, screen, load));
    match others.as_slice() {
        [] => {}
        [other] => super::compare::open(app, id, *other),
        _ => {
            let named = |other: LoadId| {
                let load = find(app, other)?;
                Some((other, load.as_of.clone(), load.delta, load.file.clone()))
            };
            let choices = others.into_iter().filter_map(named).collect();
            app.overlays.push(Overlay::Question(Question::compare(id, choices)));
        }
    }
}

/// Does an action.
pub fn perform(app: &mut App, act: Act) {
    let Some(Screen::Load(screen)) = app.sources.stack.last() else { return };
    let Some(load) = find(app, screen.load) else { return };
    let mut facts = all_facts(app, screen, load);
    let len = facts.len();
    let at = screen.list.index(len);
    let chosen = at.map(|at| facts.swap_remove(at));
    let (copied, door) = chosen.map_or((String::new(), None), |fact| (fact.copied, fact.door));
    drop(facts);
    let height = app.rows;
    match act {
        Act::CopyCell => return app.copy("the value", copied),
        Act::Open => {
            match door {
                Some(door) => door::go(app, door),
                None => app.say(Line::new().text("Nothing lies behind this line; y copies it.")),
            }
            return;
        }
        _ => {}
    }
    let Some(Screen::Load(screen)) = app.sources.stack.last_mut() else { return };
    super::moved(&mut screen.list, act, len as u64, height);
}

/// The object that an open load belongs to.
#[must_use]
pub fn object_of(app: &App, screen: &LoadScreen) -> Option<ObjectId> {
    find(app, screen.load).map(|load| load.object)
}

/// Row 2.
pub fn headline<'a>(app: &'a App, screen: &LoadScreen) -> (Line<'a>, Line<'a>) {
    let Some(load) = find(app, screen.load) else { return (Line::new().quiet("Sources"), Line::new()) };
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
    let Some(load) = find(app, screen.load) else { return };
    let facts = all_facts(app, screen, load);
    let width = area.width.saturating_sub(2).min(110);
    // What is cut in the list is spelled out below.
    let below = if area.height >= 12 { 3 } else { 0 };
    let room = area.height.saturating_sub(below);
    canvas.rows = room.max(1);
    let chosen = screen.list.index(facts.len());
    for (y, at) in (area.y..).zip(screen.list.visible(facts.len() as u64, room)) {
        let Some((at, fact)) = usize::try_from(at).ok().and_then(|at| Some((at, facts.get(at)?))) else { continue };
        let line = Line::new().quiet(fact.label).to(13).then(fact.line.clone());
        canvas.line(area.x + 2, y, width.saturating_sub(2), &line);
        if Some(at) == chosen {
            canvas.cursor_row(area.x, y, width, true);
        }
        canvas.hit(Rect { x: area.x, y, width, height: 1 }, Target::Row(at as u64));
    }
    let Some(fact) = chosen.map(|at| &facts[at]) else { return };
    if below > 0 && canvas.width(&fact.line) + 15 > width {
        let y = area.y + area.height - below;
        for (y, row) in (y..area.y + area.height).zip(wrap(&fact.copied, usize::from(width.saturating_sub(4)))) {
            canvas.line(area.x + 2, y, width.saturating_sub(2), &Line::new().prose(Role::Text, row));
        }
    }
}

/// The focused row as label and value.
pub fn facts<'a>(app: &'a App, screen: &'a LoadScreen) -> Vec<(&'static str, Line<'a>)> {
    let Some(load) = find(app, screen.load) else { return Vec::new() };
    let facts = all_facts(app, screen, load);
    let Some(at) = screen.list.index(facts.len()) else { return Vec::new() };
    facts.into_iter().nth(at).map(|fact| vec![(fact.label.trim_start(), fact.line)]).unwrap_or_default()
}
