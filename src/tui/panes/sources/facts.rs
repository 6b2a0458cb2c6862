//! What people know of a system and no export says: who owns it, what it may be trusted for, how its exports were made,
//! what is known to be missing. One line is changed at a time and saved at once; what stands in a line and how it is changed
//! is `fact`'s.

use std::borrow::Cow;
use std::time::Duration;

use ratatui::layout::Rect;

use super::fact::{Blank, Edit, ListOf, OfObject, Slot};
use super::{Screen, findings};
use crate::sources::facts::{self, ObjectFacts, SourceFacts};
use crate::sources::{Object, Source};
use crate::tui::action::Act;
use crate::tui::app::{App, Purpose};
use crate::tui::msg::{Ask, Known, Target};
use crate::tui::overlays::Overlay;
use crate::tui::paint::{Canvas, Line, Note};
use crate::tui::theme::Role;
use crate::tui::widgets::list::List;
use crate::tui::widgets::outline::{self, Row};
use crate::tui::wrap::wrap;
use crate::values::format;

/// The screen of one system.
#[derive(Debug, Clone)]
pub struct FactsScreen {
    pub source: String,
    pub list: List,
}

/// A line that can be changed.
struct Entry<'a> {
    group: Cow<'a, str>,
    slot: Slot,
    /// Which entry, where it is a list.
    item: Option<String>,
    line: Line<'a>,
    proposed: bool,
}

/// Opens the facts of a system, the cursor on the first line or on the given one.
pub fn open(app: &mut App, source: String, at: Option<&Slot>) {
    let list = match (at, system(app, &source)) {
        (Some(slot), Some(system)) => {
            let known = known(app, &source);
            let cursor = entries(&known, system).iter().position(|entry| entry.slot == *slot);
            List { cursor: cursor.unwrap_or(0) as u64, top: 0 }
        }
        _ => List::default(),
    };
    app.sources.stack.push(Screen::Facts(FactsScreen { source, list }));
}

fn system<'a>(app: &'a App, name: &str) -> Option<&'a Source> {
    app.inventory.as_ref()?.sources.iter().find(|source| source.name == name)
}

fn known(app: &App, source: &str) -> Known {
    app.sources.known.get(source).cloned().unwrap_or_default()
}

/// How many rows of an object came: the records that its newest full export and the deltas after it hold, and their rows
/// in quarantine. What that export lacks came earlier and is no longer in the system.
#[must_use]
pub fn came(object: &Object) -> u64 {
    let full = object.loads.iter().rposition(|load| !load.delta);
    let loads = object.loads.get(full.unwrap_or(0)..).unwrap_or_default();
    let quarantined = loads.iter().fold(0_u64, |sum, load| sum.saturating_add(load.quarantined));
    let vanished = full.and_then(|at| object.loads.get(at)).map_or(0, |load| load.vanished);
    object.records.saturating_sub(vanished).saturating_add(quarantined)
}

/// The objects of a system with the rows of each that came: the loaded ones, then those that are only known by name.
fn objects<'f>(facts: &'f SourceFacts, system: &'f Source) -> Vec<(&'f str, u64)> {
    let mut all: Vec<(&str, u64)> = system.objects.iter().map(|object| (object.name.as_str(), came(object))).collect();
    let loaded = |name: &str| system.objects.iter().any(|object| object.name == name);
    all.extend(facts.objects.keys().filter(|name| !loaded(name)).map(|name| (name.as_str(), 0)));
    all
}

/// `24,318 claimed, 24,318 came ✓`
#[must_use]
pub fn claim(claimed: u64, came: u64) -> Note {
    let line = Line::new().number(Role::Text, claimed).quiet(" claimed, ").number(Role::Text, came).quiet(" came ");
    line.then(verdict(claimed, came))
}

fn verdict(claimed: u64, came: u64) -> Note {
    match claimed.cmp(&came) {
        std::cmp::Ordering::Equal => Line::new().say(Role::Good, "✓"),
        std::cmp::Ordering::Less => Line::new().say(Role::Warn, "! ").number(Role::Text, came - claimed).text(" more"),
        std::cmp::Ordering::Greater => {
            Line::new().say(Role::Bad, "✗ ").number(Role::Strong, claimed - came).text(" missing")
        }
    }
}

/// A number so that it ends in the ninth cell, where those above and below it end.
fn right(number: u64) -> Note {
    let digits = format::thousands(number).chars().count();
    Line::new().made(Role::Text, " ".repeat(9_usize.saturating_sub(digits))).number(Role::Text, number)
}

/// How long the extraction takes by its stated limits, against the plan.
#[must_use]
pub fn estimate(facts: &SourceFacts, system: &Source) -> Option<Note> {
    let rows = system.objects.iter().map(came).fold(0, u64::saturating_add);
    let estimate = facts::estimate(&facts.extraction, rows)?;
    let time = |minutes: u64| format::duration(Duration::from_secs(minutes.saturating_mul(60)));
    let line = Line::new()
        .text("about ")
        .made(Role::Text, time(estimate.minutes.max(1)))
        .quiet(" for ")
        .number(Role::Text, estimate.rows)
        .quiet(" rows by these limits");
    Some(match estimate.planned_minutes {
        None => line,
        Some(planned) if planned >= estimate.minutes => {
            line.quiet(", the plan has ").made(Role::Text, time(planned)).say(Role::Good, " ✓")
        }
        Some(planned) => {
            line.quiet(", the plan has ").made(Role::Text, time(planned)).say(Role::Bad, " ✗ ").text("too little")
        }
    })
}

fn text(slot: &Slot, facts: &SourceFacts) -> Line<'static> {
    let text = slot.text(facts);
    match text.parse() {
        _ if text.is_empty() => Line::new().quiet("–"),
        Ok(number) if slot.is_number() => Line::new().number(Role::Text, number),
        _ => Line::new().name(Role::Text, text),
    }
}

fn entries<'a>(known: &Known, system: &'a Source) -> Vec<Entry<'a>> {
    let facts = &known.facts;
    let mut entries = Vec::new();
    let none = || Line::new().quiet("–");
    let one = |entries: &mut Vec<Entry<'a>>, group: Cow<'a, str>, slot: Slot| {
        let proposed = !slot.text(facts).is_empty() && slot.is_proposed(known);
        entries.push(Entry { group, line: text(&slot, facts), slot, item: None, proposed });
    };
    let list = |entries: &mut Vec<Entry<'a>>, group: &'static str, list: ListOf| {
        for item in list.of(facts) {
            entries.push(Entry {
                group: group.into(),
                slot: Slot::List(list),
                line: Line::new().prose(Role::Text, item.clone()),
                proposed: Slot::List(list).is_proposed(known),
                item: Some(item.clone()),
            });
        }
        if list.of(facts).is_empty() {
            let slot = Slot::List(list);
            entries.push(Entry { group: group.into(), slot, item: None, line: none(), proposed: false });
        }
    };
    one(&mut entries, "Ownership".into(), Slot::Owner);
    for of in [ListOf::Contributes, ListOf::Owns, ListOf::Reliable, ListOf::Risky, ListOf::MustNotControl] {
        list(&mut entries, "Ownership", of);
    }
    for slot in [Slot::Kind, Slot::Side] {
        one(&mut entries, "Ownership".into(), slot.clone());
        if let (Slot::Kind, true, Some(entry)) = (slot, facts.kind.is_empty(), entries.last_mut()) {
            entry.line = Line::new().text(system.kind.label()).quiet("  as its name and files say");
        }
    }
    for (name, came) in objects(facts, system) {
        for of in [OfObject::OneRowIs, OfObject::Does, OfObject::Claimed, OfObject::Counterpart] {
            one(&mut entries, name.to_owned().into(), Slot::Object(name.to_owned(), of));
            let claimed = facts.objects.get(name).and_then(|facts| facts.claimed);
            if let (OfObject::Claimed, Some(claimed), Some(entry)) = (of, claimed, entries.last_mut()) {
                entry.line = claim(claimed, came);
            }
        }
    }
    for slot in [
        Slot::Method,
        Slot::At,
        Slot::By,
        Slot::ModifiedColumn,
        Slot::CallsPerDay,
        Slot::RecordsPerCall,
        Slot::RecordsPerSecond,
        Slot::PlannedMinutes,
        Slot::Freeze,
    ] {
        one(&mut entries, "Extraction".into(), slot);
    }
    list(&mut entries, "Known gaps", ListOf::KnownGaps);
    for place in &facts.locations {
        let mut line = Line::new().name(Role::Text, place.name.clone());
        if !place.holds.is_empty() {
            line = line.quiet("  ").name(Role::Text, place.holds.clone());
        }
        if place.authoritative {
            line = line.quiet("  authoritative");
        }
        if !place.disposition.is_empty() {
            line = line.quiet("  ").name(Role::Quiet, place.disposition.clone());
        }
        entries.push(Entry {
            group: "Further places".into(),
            slot: Slot::Place,
            item: Some(place.name.clone()),
            line,
            proposed: Slot::Place.is_proposed(known),
        });
    }
    if facts.locations.is_empty() {
        let group = "Further places".into();
        entries.push(Entry { group, slot: Slot::Place, item: None, line: none(), proposed: false });
    }
    for item in &facts.metadata {
        let mut line = Line::new().name(Role::Text, item.name.clone());
        for part in [&item.kind, &item.disposition, &item.note] {
            if !part.is_empty() {
                line = line.quiet("  ").name(Role::Quiet, part.clone());
            }
        }
        entries.push(Entry {
            group: "Metadata objects".into(),
            slot: Slot::Metadata,
            item: Some(item.name.clone()),
            line,
            proposed: Slot::Metadata.is_proposed(known),
        });
    }
    if facts.metadata.is_empty() {
        let group = "Metadata objects".into();
        entries.push(Entry { group, slot: Slot::Metadata, item: None, line: none(), proposed: false });
    }
    entries
}

/// Does an action.
pub fn perform(app: &mut App, act: Act) {
    let Some(Screen::Facts(screen)) = app.sources.stack.last() else { return };
    let name = screen.source.clone();
    let (known, list) = (known(app, &name), screen.list);
    let Some(system) = system(app, &name) else { return };
    let entries = entries(&known, system);
    let (len, height) = (entries.len() as u64, app.rows);
    let chosen = list.index(entries.len()).map(|at| &entries[at]);
    let group_starts: Vec<usize> = outline::rows(entries.iter().map(|entry| entry.group.clone()), false)
        .iter()
        .filter_map(|row| if let Row::Heading(at) = row { Some(*at) } else { None })
        .collect();
    match (act, chosen) {
        (Act::NextGroup | Act::PreviousGroup, Some(_)) => {
            let at = usize::try_from(list.cursor).unwrap_or(0);
            let to = match act {
                Act::NextGroup => group_starts.iter().find(|start| **start > at),
                _ => group_starts.iter().rev().find(|start| **start < at),
            };
            if let (Some(to), Some(Screen::Facts(screen))) = (to.copied(), app.sources.stack.last_mut()) {
                screen.list.cursor = to as u64;
            }
        }
        (Act::Open | Act::Add, Some(entry)) => {
            let old = if act == Act::Add { None } else { entry.item.as_deref() };
            if act == Act::Add && !entry.slot.is_list() {
                return app.say(Line::new().text("Nothing is added here: this is one fact. Enter changes it."));
            }
            let columns = system.objects.iter().flat_map(|object| &object.columns).map(|column| column.name.clone());
            let mut columns: Vec<String> = columns.collect();
            columns.sort();
            columns.dedup();
            let form = entry.slot.form(&name, &known.facts, old, columns);
            app.overlays.push(Overlay::Form(form));
        }
        (Act::Remove, Some(entry)) => {
            let blank = Blank { slot: entry.slot.clone(), old: entry.item.clone() };
            let empty = entry.item.is_none() && (entry.slot.is_list() || entry.slot.text(&known.facts).is_empty());
            match blank.take_out().filter(|_| !empty) {
                Some(edit) => change(app, name, edit),
                None => app.say(Line::new().text("There is nothing to take out here.")),
            }
        }
        (Act::CopyCell, Some(entry)) => {
            let text = entry.item.clone().unwrap_or_else(|| entry.slot.text(&known.facts));
            app.copy("the fact", text);
        }
        _ => {
            if let Some(Screen::Facts(screen)) = app.sources.stack.last_mut() {
                super::moved(&mut screen.list, act, len, height);
            }
        }
    }
}

/// Has a fact changed.
pub fn change(app: &mut App, source: String, edit: Edit) {
    app.ask(Purpose::Change, Ask::EditFacts { source, edit });
}

/// Row 2.
pub fn headline<'a>(app: &'a App, screen: &'a FactsScreen) -> (Line<'a>, Line<'a>) {
    let left = Line::new()
        .quiet("Sources › ")
        .name(Role::Quiet, screen.source.as_str())
        .quiet(" › ")
        .strong("what is known of it");
    let Some(system) = system(app, &screen.source) else { return (left, Line::new()) };
    let known = known(app, &screen.source);
    let open = entries(&known, system).iter().filter(|entry| entry.proposed).count() as u64;
    let right = match open {
        0 => Line::new(),
        open => Line::new().say(Role::Warn, "? ").number(Role::Text, open).quiet(" only proposed"),
    };
    (left, right)
}

/// Draws the main area.
pub fn draw(app: &App, screen: &FactsScreen, canvas: &mut Canvas<'_>, area: Rect) {
    let Some(system) = system(app, &screen.source) else { return };
    let known = known(app, &screen.source);
    let entries = entries(&known, system);
    let chosen = screen.list.index(entries.len());
    let wide = area.width >= 110;
    let (list, side) = if wide {
        let left = area.width * 6 / 10;
        canvas.divider(left, area.y, area.height);
        let side = Rect { x: left + 2, width: (area.width - left - 3).min(72), ..area };
        (Rect { width: left.saturating_sub(1), ..area }, side)
    } else {
        let below = if area.height >= 14 { 4 } else { 0 };
        let side = Rect { y: area.y + area.height - below, x: area.x + 2, width: area.width - 3, height: below };
        (Rect { height: area.height - below, ..area }, side)
    };
    canvas.rows = list.height.max(1);
    let rows = outline::rows(entries.iter().map(|entry| entry.group.clone()), true);
    let label = 19_u16.min(list.width / 3);
    for (y, row) in (list.y..).zip(&rows[outline::window(&rows, chosen.unwrap_or(0), list.height)]) {
        match row {
            Row::Blank => {}
            Row::Heading(at) => {
                let group = Line::new().name(Role::Strong, entries[*at].group.clone());
                canvas.line(list.x + 2, y, list.width.saturating_sub(3), &group);
            }
            Row::Entry(at) => {
                let entry = &entries[*at];
                // The label stands once above the entries of a list.
                let first = *at == 0 || entries[at - 1].slot != entry.slot;
                let name = if first { entry.slot.label() } else { "" };
                let mark = if entry.proposed { "? " } else { "  " };
                let line = Line::new().quiet(name).to(label).say(Role::Warn, mark).then(entry.line.clone());
                canvas.line(list.x + 4, y, list.width.saturating_sub(5), &line);
                if Some(*at) == chosen {
                    canvas.cursor_row(list.x, y, list.width, true);
                }
                canvas.hit(Rect { y, height: 1, ..list }, Target::Row(*at as u64));
            }
        }
    }
    let Some(entry) = chosen.map(|at| &entries[at]) else { return };
    let mut lines = about(entry, side.width);
    if wide {
        lines.extend(beside(app, &known.facts, system, side.width));
    } else if let (true, Some(estimate)) = (entry.group == "Extraction", estimate(&known.facts, system)) {
        lines.truncate(1);
        lines.push(estimate);
    }
    if !wide && side.height > 0 {
        canvas.rule(area.x + 1, side.y, area.width.saturating_sub(2));
    }
    let top = side.y + u16::from(!wide);
    for (y, line) in (top..side.y + side.height).zip(&lines) {
        canvas.line(side.x, y, side.width, line);
    }
}

/// What belongs into a line, and whether somebody said it.
fn about(entry: &Entry<'_>, width: u16) -> Vec<Note> {
    let mut lines: Vec<Note> = wrap(entry.slot.advice(), usize::from(width))
        .into_iter()
        .map(|row| Line::new().name(Role::Text, row))
        .collect();
    if entry.proposed {
        let words = "Such systems are usually like that; nobody said it of this one. Enter confirms or changes it, x takes it out.";
        let mut rows = wrap(words, usize::from(width.saturating_sub(2))).into_iter();
        let first = rows.next().unwrap_or_default();
        lines.push(Line::new().say(Role::Warn, "? ").name(Role::Quiet, first));
        lines.extend(rows.map(|row| Line::new().text("  ").name(Role::Quiet, row)));
    }
    lines
}

/// Claimed against came, the estimate, and the gaps that the survey found, beside the facts.
fn beside<'a>(app: &'a App, facts: &'a SourceFacts, system: &'a Source, width: u16) -> Vec<Line<'a>> {
    let name = width.saturating_sub(32).clamp(10, 24);
    let mut lines = vec![Line::new(), Line::new().quiet("rows").to(name).quiet("  claimed").quiet("     came")];
    for (object, came) in objects(facts, system) {
        let claimed = facts.objects.get(object).and_then(|of: &ObjectFacts| of.claimed);
        let mut line = Line::new().name(Role::Text, object).most(name - 1).to(name);
        line = match claimed {
            Some(claimed) => line.then(right(claimed)),
            None => line.quiet("        –"),
        };
        line = line.then(right(came)).text("  ");
        lines.push(match claimed {
            Some(claimed) => line.then(verdict(claimed, came)),
            None => line,
        });
    }
    if let Some(estimate) = estimate(facts, system) {
        lines.push(Line::new());
        lines.push(Line::new().quiet("the extraction"));
        lines.push(estimate);
    }
    let found: Vec<Line<'_>> = system
        .objects
        .iter()
        .flat_map(|object| findings::of(app, object.id).map(move |finding| (object, finding)))
        .take(12)
        .map(|(object, finding)| {
            Line::new()
                .name(Role::Text, object.name.as_str())
                .most(12)
                .to(14)
                .name(Role::Text, finding.title.as_str())
                .most(width.saturating_sub(26))
                .to(width.saturating_sub(10))
                .then(right(finding.records))
        })
        .collect();
    if !found.is_empty() {
        lines.push(Line::new());
        lines.push(Line::new().quiet("gaps that the survey found").to(width.saturating_sub(10)).quiet("  records"));
        lines.extend(found);
    }
    lines
}

/// The focused line as label and value.
pub fn facts<'a>(app: &'a App, screen: &FactsScreen) -> Vec<(&'static str, Line<'a>)> {
    let Some(system) = system(app, &screen.source) else { return Vec::new() };
    let known = known(app, &screen.source);
    let entries = entries(&known, system);
    let Some(at) = screen.list.index(entries.len()) else { return Vec::new() };
    let mut facts = vec![("system", Line::new().name(Role::Strong, system.name.as_str()))];
    if let Some(entry) = entries.into_iter().nth(at) {
        let mark = Line::new().say(Role::Warn, if entry.proposed { "? " } else { "" });
        facts.push((entry.slot.label(), mark.then(entry.line)));
    }
    facts
}
