//! What is known of the system or object under the cursor of the inventory: what people said, what its columns point to,
//! which gaps are known, what was loaded. Most lines are doors.

use super::door::Door;
use super::fact::{ListOf, OfObject, Slot};
use super::facts::{claim, estimate};
use super::inventory::{date, stale_sentence};
use super::load::brought;
use super::{findings, relations};
use crate::sources::select::Selection;
use crate::sources::survey::Relation;
use crate::sources::{ColumnRole, Inventory, Load, Object, Source};
use crate::tui::app::App;
use crate::tui::jobs::State;
use crate::tui::msg::Known;
use crate::tui::paint::Line;
use crate::tui::theme::Role;
use crate::tui::wrap::wrap;
use crate::values::format;

/// The most findings and relations that are listed; the others are one door away.
const MOST: usize = 8;

/// A line, and what lies behind it.
#[derive(Debug, Clone)]
pub struct Entry<'a> {
    pub line: Line<'a>,
    /// A figure at the right edge.
    pub figure: Option<Line<'a>>,
    pub door: Option<Door>,
}

/// The lines of a detail as they are put together.
struct Lines<'a> {
    lines: Vec<Entry<'a>>,
    width: u16,
}

/// Where the values of labels begin.
const LABEL: u16 = 11;

impl<'a> Lines<'a> {
    fn say(&mut self, line: Line<'a>) {
        self.lines.push(Entry { line, figure: None, door: None });
    }

    fn door(&mut self, line: Line<'a>, door: Door) {
        self.lines.push(Entry { line, figure: None, door: Some(door) });
    }

    /// One empty line, never two.
    fn gap(&mut self) {
        if self.lines.last().is_some_and(|entry| !entry.line.is_empty()) {
            self.say(Line::new());
        }
    }

    /// A label with a text that may take several lines.
    fn long(&mut self, label: &'static str, text: &str, proposed: bool, door: &Door) {
        let room = usize::from(self.width.saturating_sub(LABEL + 2)).max(8);
        for (at, row) in wrap(text, room).into_iter().take(3).enumerate() {
            let mark = if proposed && at == 0 { "? " } else { "" };
            let line = Line::new().quiet(if at == 0 { label } else { "" }).to(LABEL).say(Role::Warn, mark);
            let line = line.name(Role::Text, row);
            if at == 0 { self.door(line, door.clone()) } else { self.say(line) }
        }
    }

    /// A text with a figure at the right edge.
    fn figure(&mut self, line: Line<'a>, figure: Line<'a>, door: Option<Door>) {
        self.lines.push(Entry { line, figure: Some(figure), door });
    }
}

fn joined(list: ListOf, known: &Known) -> Option<(String, bool)> {
    let items = list.of(&known.facts);
    (!items.is_empty()).then(|| (items.join(", "), Slot::List(list).is_proposed(known)))
}

fn people<'a>(lines: &mut Lines<'a>, source: &'a Source, known: &Known, lists: &[(ListOf, &'static str)]) {
    let facts = &known.facts;
    if !facts.owner.is_empty() {
        lines.long(
            "owner",
            &facts.owner,
            Slot::Owner.is_proposed(known),
            &Door::Fact(source.name.clone(), Slot::Owner),
        );
    }
    for (list, label) in lists {
        if let Some((text, proposed)) = joined(*list, known) {
            lines.long(label, &text, proposed, &Door::Fact(source.name.clone(), Slot::List(*list)));
        }
    }
}

/// The lines for a system.
#[must_use]
pub fn of_source<'a>(app: &'a App, inventory: &'a Inventory, source: &'a Source, width: u16) -> Vec<Entry<'a>> {
    let known = app.sources.known.get(&source.name).cloned().unwrap_or_default();
    let mut lines = Lines { lines: Vec::new(), width };
    lines.say(Line::new().name(Role::Strong, source.name.as_str()).quiet("  ").quiet(source.kind.label()));
    if let Some(stale) = stale_sentence(inventory, source) {
        lines.say(stale);
    }
    lines.gap();
    people(
        &mut lines,
        source,
        &known,
        &[
            (ListOf::Contributes, "gives"),
            (ListOf::Owns, "owns"),
            (ListOf::Reliable, "reliable"),
            (ListOf::Risky, "risky"),
            (ListOf::MustNotControl, "no say in"),
        ],
    );
    lines.gap();
    if source.objects.is_empty() {
        let words = Line::new().text("No load yet. ").name(Role::Text, source.name.as_str()).text(" has no file here.");
        lines.say(words);
        lines.say(Line::new().text("Press ").say(Role::Accent, "o").text(" and choose an export."));
        return lines.lines;
    }
    lines.figure(Line::new().quiet("objects"), Line::new().quiet("records"), None);
    for object in &source.objects {
        let line = Line::new().name(Role::Text, object.name.as_str());
        lines.figure(line, Line::new().count(Role::Text, object.records), Some(Door::Object(object.id)));
    }
    lines.gap();
    let extraction = &known.facts.extraction;
    if !extraction.method.is_empty() || !extraction.at.is_empty() {
        let at = extraction.at.replace('T', " ");
        let by = if extraction.by.is_empty() { String::new() } else { format!("by {}", extraction.by) };
        let said = [extraction.method.as_str(), &at, &by].map(str::trim);
        let said: Vec<&str> = said.into_iter().filter(|part| !part.is_empty()).collect();
        lines.long("export", &said.join(", "), false, &Door::Fact(source.name.clone(), Slot::Method));
    }
    if let Some(estimate) = estimate(&known.facts, source) {
        lines.door(estimate, Door::Fact(source.name.clone(), Slot::PlannedMinutes));
    }
    if let Some(freeze) = &known.facts.freeze {
        let line = Line::new().quiet("frozen").to(LABEL).name(Role::Text, freeze.replace('T', " "));
        lines.door(line, Door::Fact(source.name.clone(), Slot::Freeze));
    }
    lines.gap();
    gaps_said(&mut lines, source, &known);
    if known == Known::default() {
        lines.say(Line::new().quiet("Nothing was said of it yet; e says who owns it and what it is good for."));
    }
    lines.lines
}

fn gaps_said<'a>(lines: &mut Lines<'a>, source: &'a Source, known: &Known) {
    for (at, gap) in known.facts.known_gaps.iter().enumerate() {
        let proposed = Slot::List(ListOf::KnownGaps).is_proposed(known);
        let door = Door::Fact(source.name.clone(), Slot::List(ListOf::KnownGaps));
        lines.long(if at == 0 { "known gap" } else { "" }, gap, proposed, &door);
    }
}

/// The lines for an object.
#[must_use]
pub fn of_object<'a>(app: &'a App, source: &'a Source, object: &'a Object, width: u16, loads: bool) -> Vec<Entry<'a>> {
    let known = app.sources.known.get(&source.name).cloned().unwrap_or_default();
    let mut lines = Lines { lines: Vec::new(), width };
    lines.say(
        Line::new().name(Role::Strong, source.name.as_str()).quiet(" › ").name(Role::Strong, object.name.as_str()),
    );
    let facts = known.facts.objects.get(&object.name).cloned().unwrap_or_default();
    let proposed = |of| Slot::Object(object.name.clone(), of).is_proposed(&known);
    let door = |of| Door::Fact(source.name.clone(), Slot::Object(object.name.clone(), of));
    if !facts.one_row_is.is_empty() {
        let rows = wrap(&facts.one_row_is, usize::from(width.saturating_sub(13)).max(8));
        for (at, row) in rows.into_iter().take(2).enumerate() {
            let mark = if at == 0 && proposed(OfObject::OneRowIs) { "? " } else { "" };
            let line = Line::new().say(Role::Warn, mark).text(if at == 0 { "one row is " } else { "  " });
            lines.door(line.name(Role::Text, row), door(OfObject::OneRowIs));
        }
    }
    lines.gap();
    people(
        &mut lines,
        source,
        &known,
        &[(ListOf::Owns, "owns"), (ListOf::Reliable, "reliable"), (ListOf::Risky, "risky")],
    );
    let does = OfObject::Does.text(&facts);
    if !does.is_empty() {
        lines.long("does", &does, proposed(OfObject::Does), &door(OfObject::Does));
    }
    if let Some(claimed) = facts.claimed {
        let line = Line::new().quiet("rows").to(LABEL).then(claim(claimed, super::facts::came(object)));
        lines.door(line, door(OfObject::Claimed));
    }
    if !facts.counterpart.is_empty() {
        lines.long("becomes", &facts.counterpart, false, &door(OfObject::Counterpart));
    }
    lines.gap();
    identity(app, &mut lines, object);
    lines.gap();
    gaps(app, &mut lines, source, object, &known);
    if loads {
        lines.gap();
        lines.figure(Line::new().quiet("loads"), Line::new().quiet("as of"), None);
        // Within one year the year says nothing.
        let year = |load: &Load| load.as_of.get(..5).map(str::to_owned);
        let one_year = object.loads.iter().all(|load| year(load) == object.loads.first().and_then(year));
        for load in object.loads.iter().rev() {
            let as_of = date(&load.as_of);
            let as_of = Line::new().name(Role::Text, as_of.get(5..).filter(|_| one_year).unwrap_or(as_of));
            lines.figure(load_entry(load), as_of, Some(Door::Load(load.id)));
        }
    }
    lines.lines
}

/// `15  delta  1,204 new, 2,310 changed`
fn load_entry(load: &Load) -> Line<'_> {
    let line = Line::new().name(Role::Text, load.id.to_string()).to(4);
    line.quiet(if load.delta { "delta  " } else { "full   " }).then(brought(load))
}

/// The native ID, what points where, and what was merged away.
fn identity<'a>(app: &'a App, lines: &mut Lines<'a>, object: &'a Object) {
    match object.native_id() {
        None => lines.say(Line::new().quiet("native ID").to(LABEL).text("none: named by file and line")),
        Some(column) => {
            let because = column.evidence.strip_prefix("header says so; ").unwrap_or(&column.evidence);
            let said = if because.is_empty() { column.name.clone() } else { format!("{}, {because}", column.name) };
            let room = usize::from(lines.width.saturating_sub(LABEL)).max(8);
            for (at, row) in wrap(&said, room).into_iter().take(2).enumerate() {
                lines.say(Line::new().quiet(if at == 0 { "native ID" } else { "" }).to(LABEL).prose(Role::Text, row));
            }
        }
    }
    let found: Vec<&Relation> = relations::of(app, object.id).collect();
    for (at, relation) in found.iter().take(MOST).enumerate() {
        let label = Line::new().quiet(if at == 0 { "points to" } else { "" }).to(LABEL);
        let to =
            label.name(Role::Text, relation.column_name.as_str()).quiet(" → ").then(relations::target(app, relation));
        let share = match relation.to {
            None => Line::new().quiet(relations::unmet(app, relation)),
            Some(_) => Line::new().made(Role::Text, format::share(relation.met, relation.filled)),
        };
        lines.figure(to, share, Some(Door::Relation(relation.id)));
        if relation.orphans > 0 && relation.to.is_some() {
            let title = format!("{} meets no record of {}", relation.column_name, relation.to_name);
            let door = Door::Rows(object.id, Selection::Orphans(relation.id), title);
            let line = Line::new().quiet("").to(LABEL).say(Role::Warn, "! ").text("meet no record");
            lines.figure(line, Line::new().number(Role::Text, relation.orphans), Some(door));
        }
    }
    if found.is_empty() {
        // Before the survey: what the columns are taken for.
        let mut names = object.columns.iter().filter(|column| column.role == ColumnRole::ForeignKey);
        if let Some(first) = names.next() {
            let mut line = Line::new().quiet("points by").to(LABEL).name(Role::Text, first.name.as_str());
            for column in names.take(3) {
                line = line.quiet(", ").name(Role::Text, column.name.as_str());
            }
            lines.say(line);
        }
    }
    let merged = object.columns.iter().find(|column| column.role == ColumnRole::MergedInto);
    if object.merged_away > 0 {
        let column = merged.map_or("in the source", |column| column.name.as_str());
        let line = Line::new().quiet("merged").to(LABEL).name(Role::Text, column);
        lines.figure(line, Line::new().plural(Role::Text, object.merged_away, "loser", "losers"), None);
    }
}

/// What the survey found and what people said to be missing, with the records concerned.
fn gaps<'a>(app: &'a App, lines: &mut Lines<'a>, source: &'a Source, object: &'a Object, known: &Known) {
    lines.figure(Line::new().quiet("known gaps"), Line::new().quiet("records"), None);
    let found: Vec<_> = findings::of(app, object.id).collect();
    for finding in found.iter().take(MOST) {
        let mark = if findings::wants_a_look(finding) { "! " } else { "  " };
        let line = Line::new().say(Role::Warn, mark).name(Role::Text, finding.title.as_str());
        let title = finding.title.clone();
        let door = Door::Rows(object.id, Selection::Finding(finding.id), title);
        lines.figure(line, Line::new().number(Role::Text, finding.records), Some(door));
    }
    let more = found.len().saturating_sub(MOST) as u64;
    if more > 0 {
        lines.door(Line::new().quiet("  and ").number(Role::Quiet, more).quiet(" more"), Door::Findings(object.id));
    }
    // What the survey tells with its rows the load need not tell again.
    let told = found.iter().any(|finding| finding.kind == "duplicate_record_id");
    for (number, words) in [
        (object.quarantined, "rows in quarantine"),
        (if told { 0 } else { object.repeated_ids }, "rows repeat an ID"),
        (object.spoiled_ids, "IDs spoiled by a spreadsheet"),
    ] {
        if number > 0 {
            let line = Line::new().say(Role::Warn, "! ").text(words);
            let door = (words == "rows in quarantine").then_some(Door::Quarantine);
            lines.figure(line, Line::new().number(Role::Text, number), door);
        }
    }
    gaps_said(lines, source, known);
    if found.is_empty() {
        match app.jobs.survey().map(|entry| &entry.state) {
            Some(State::Running) => lines.say(Line::new().quiet("  The survey is looking for them.")),
            Some(_) => lines.say(Line::new().quiet("  The survey waits for what runs.")),
            None if app.sources.survey.is_none() => lines.say(Line::new().quiet("  not looked for yet")),
            None => lines.say(Line::new().quiet("  No detector found anything here.")),
        }
    }
}
