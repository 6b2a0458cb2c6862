//! What points where: the columns whose values are IDs of other records, with how many of them meet one, the shape of
//! objects that point to themselves, and how far records of two systems can be linked. `map` draws the same as a tree.

use std::collections::BTreeMap;

use ratatui::layout::Rect;

use super::findings::not_yet;
use super::{Screen, map, object};
use crate::sources::select::Selection;
use crate::sources::survey::{Finding, Hierarchy, Link, LinkBy, Relation};
use crate::sources::{Object, ObjectId};
use crate::tui::action::Act;
use crate::tui::app::App;
use crate::tui::msg::Target;
use crate::tui::paint::{Canvas, Line};
use crate::tui::theme::Role;
use crate::tui::widgets::gauge;
use crate::tui::widgets::list::List;
use crate::tui::widgets::outline::{self, Row};
use crate::tui::wrap::wrap;
use crate::values::format;

/// The screen.
#[derive(Debug, Clone, Default)]
pub struct RelationsScreen {
    pub list: List,
    /// The map is drawn in place of the list.
    pub map: bool,
    /// How far the map is scrolled.
    pub scroll: List,
    /// The relation to begin with, until they are there.
    wanted: Option<i64>,
}

impl RelationsScreen {
    /// The list that has the keys.
    pub fn list(&mut self) -> &mut List {
        if self.map { &mut self.scroll } else { &mut self.list }
    }
}

/// A line of the list.
#[derive(Clone, Copy)]
enum Entry<'a> {
    Relation(&'a Relation),
    Link(&'a Link),
}

/// The relations of an object to others.
pub fn of(app: &App, id: ObjectId) -> impl Iterator<Item = &Relation> {
    app.sources.survey.iter().flat_map(|survey| &survey.relations).filter(move |relation| relation.from == id)
}

fn entries(app: &App) -> Vec<Entry<'_>> {
    let (Some(inventory), Some(survey)) = (&app.inventory, &app.sources.survey) else { return Vec::new() };
    let place: BTreeMap<ObjectId, usize> =
        super::objects(inventory).enumerate().map(|(place, object)| (object.id, place)).collect();
    let mut relations: Vec<&Relation> =
        survey.relations.iter().filter(|relation| place.contains_key(&relation.from)).collect();
    relations.sort_by_key(|relation| (place.get(&relation.from), relation.column, relation.id));
    let relations = relations.into_iter().map(Entry::Relation);
    let known = |link: &&Link| place.contains_key(&link.left) && place.contains_key(&link.right);
    let links = survey.links.iter().filter(known).map(Entry::Link);
    relations.chain(links).collect()
}

/// Opens the relations, the cursor on one of them.
pub fn open(app: &mut App, wanted: Option<i64>) {
    let mut screen = RelationsScreen { wanted, ..RelationsScreen::default() };
    settle(app, &mut screen);
    app.sources.stack.push(Screen::Relations(screen));
}

fn settle(app: &App, screen: &mut RelationsScreen) {
    if app.sources.survey.is_none() {
        return;
    }
    if let Some(wanted) = screen.wanted.take() {
        let at = entries(app).iter().position(|entry| matches!(entry, Entry::Relation(r) if r.id == wanted));
        screen.list.cursor = at.unwrap_or(0) as u64;
    }
}

/// The finding that has the records of a relation's cycles.
fn cycles<'a>(app: &'a App, relation: &Relation) -> Option<&'a Finding> {
    let mut findings = app.sources.survey.iter().flat_map(|survey| &survey.findings);
    findings.find(|finding| {
        let here = finding.object == relation.from && finding.column == Some(relation.column);
        here && finding.rule.contains("circle")
    })
}

/// Why the rows of the line under the cursor, or its circles, cannot be shown.
#[must_use]
pub fn why_not(app: &App, act: Act) -> Option<&'static str> {
    let Some(Screen::Relations(screen)) = app.sources.stack.last() else { return None };
    if screen.map {
        return Some("the map is shown; m goes back to the list");
    }
    let entries = entries(app);
    match screen.list.index(entries.len()).map(|at| entries[at]) {
        Some(Entry::Relation(relation)) if act == Act::Cycles => {
            let none = relation.hierarchy.as_ref().is_none_or(|shape| shape.cycles == 0);
            none.then_some("no record of this relation is in a circle")
        }
        Some(_) if act == Act::Cycles => Some("the cursor is on no relation"),
        Some(_) => None,
        None => Some("there is no relation"),
    }
}

/// Does an action.
pub fn perform(app: &mut App, act: Act) {
    let Some(Screen::Relations(screen)) = app.sources.stack.last() else { return };
    let mut screen = screen.clone();
    settle(app, &mut screen);
    let entries = entries(app);
    let chosen = screen.list.index(entries.len()).map(|at| entries[at]);
    let len = if screen.map { map::lines(app, 200).len() } else { entries.len() } as u64;
    let mut go = None;
    match (act, chosen) {
        (Act::Map, _) => screen.map = !screen.map,
        (Act::Open, Some(Entry::Relation(relation))) if !screen.map => {
            if relation.orphans > 0 {
                let title = format!("{} meets no record of {}", relation.column_name, relation.to_name);
                go = Some((relation.from, Selection::Orphans(relation.id), title));
            } else {
                let title = format!("{} points to {}", relation.column_name, relation.to_name);
                go = Some((relation.from, Selection::Filled { column: relation.column }, title));
            }
        }
        (Act::Open, Some(Entry::Link(link))) if !screen.map => {
            let title = "has what it can be linked by".to_owned();
            go = Some((link.left, Selection::Filled { column: link.left_column }, title));
        }
        (Act::Cycles, Some(Entry::Relation(relation))) => match cycles(app, relation) {
            Some(finding) => go = Some((finding.object, Selection::Finding(finding.id), finding.title.clone())),
            None => return app.say(Line::new().text("The survey kept no list of these records.")),
        },
        (Act::CopyCell, Some(entry)) => {
            let number = match entry {
                Entry::Relation(relation) => relation.orphans,
                Entry::Link(link) => link.left_met,
            };
            return app.copy("the number", number.to_string());
        }
        _ => {
            let height = app.rows;
            super::moved(screen.list(), act, len, height);
        }
    }
    if let Some(Screen::Relations(now)) = app.sources.stack.last_mut() {
        *now = screen;
    }
    if let Some((object, selection, title)) = go {
        super::open_selection(app, object, selection, title);
    }
}

/// Row 2.
pub fn headline<'a>(app: &'a App, screen: &RelationsScreen) -> (Line<'a>, Line<'a>) {
    let left = Line::new().quiet("Sources › ").strong(if screen.map { "Map of relations" } else { "Relations" });
    let Some(survey) = &app.sources.survey else { return (left, Line::new()) };
    let right = Line::new()
        .plural(Role::Text, survey.relations.len() as u64, "relation", "relations")
        .quiet(", ")
        .plural(Role::Text, survey.links.len() as u64, "link across systems", "links across systems");
    (left, right)
}

/// Draws the main area.
pub fn draw(app: &App, screen: &RelationsScreen, canvas: &mut Canvas<'_>, area: Rect) {
    let entries = entries(app);
    if entries.is_empty() {
        let line =
            not_yet(app).unwrap_or_else(|| Line::new().text("No column holds IDs of records that are loaded here."));
        canvas.line(area.x + 2, area.y + 1, area.width.saturating_sub(3), &line);
        canvas.rows = 1;
        return;
    }
    if screen.map {
        return map::draw(app, screen, canvas, area);
    }
    let chosen = screen.list.index(entries.len());
    let (list, side) = if area.width >= 110 {
        let left = (area.width * 3 / 5).min(90);
        canvas.divider(left, area.y, area.height);
        let side = Rect { x: left + 2, width: (area.width - left - 3).min(68), ..area };
        (Rect { width: left.saturating_sub(1), ..area }, side)
    } else {
        let below = if area.height >= 14 { 8 } else { 0 };
        let y = area.y + area.height - below;
        if below > 0 {
            canvas.rule(area.x + 1, y, area.width.saturating_sub(2));
        }
        let side = Rect { x: area.x + 2, y: y + 1, width: area.width.saturating_sub(4), height: below.max(1) - 1 };
        (Rect { height: area.height - below, ..area }, side)
    };
    if let Some(at) = chosen {
        let lines = match entries[at] {
            Entry::Relation(relation) => about_relation(app, relation, side.width, side.height <= 8),
            Entry::Link(link) => about_link(app, link, side.width),
        };
        for (y, line) in (side.y..side.y + side.height).zip(&lines) {
            canvas.line(side.x, y, side.width, line);
        }
    }
    draw_list(app, &entries, chosen, canvas, list);
}

fn draw_list(app: &App, entries: &[Entry<'_>], chosen: Option<usize>, canvas: &mut Canvas<'_>, area: Rect) {
    let group = |entry: &Entry<'_>| match entry {
        Entry::Relation(relation) => object(app, relation.from).map(|object| object.source_name.clone()),
        Entry::Link(_) => None,
    };
    let bar = if area.width >= 66 { 10 } else { 2 };
    let figures = 22 + if bar > 0 { bar + 1 } else { 0 };
    let name = area.width.saturating_sub(figures + 5);
    let x = area.x + 4 + name;
    canvas.line(area.x + 2, area.y, name + 2, &Line::new().quiet("column and what it points to"));
    canvas.line_right(x, area.y, bar + 9, &Line::new().quiet("met"));
    canvas.line_right(area.x, area.y, area.width.saturating_sub(2), &Line::new().quiet("orphans"));
    let room = area.height.saturating_sub(1);
    canvas.rows = room.max(1);
    let rows = outline::rows(entries.iter().map(group), false);
    for (y, row) in (area.y + 1..).zip(&rows[outline::window(&rows, chosen.unwrap_or(0), room)]) {
        match row {
            Row::Blank => {}
            Row::Heading(at) => match group(&entries[*at]) {
                Some(source) => {
                    canvas.line(area.x + 2, y, area.width.saturating_sub(3), &Line::new().name(Role::Strong, source));
                }
                None => {
                    canvas.line(area.x + 2, y, name, &Line::new().strong("across systems"));
                    canvas.line_right(x, y, bar + 9, &Line::new().quiet("left"));
                    canvas.line_right(area.x, y, area.width.saturating_sub(2), &Line::new().quiet("right"));
                }
            },
            Row::Entry(at) => {
                match entries[*at] {
                    Entry::Relation(relation) => {
                        let from = object(app, relation.from).map_or("", |object| object.name.as_str());
                        let line = Line::new()
                            .name(Role::Quiet, from)
                            .quiet(" › ")
                            .name(Role::Text, relation.column_name.as_str())
                            .quiet(" → ")
                            .then(target(app, relation));
                        canvas.line(area.x + 4, y, name.saturating_sub(1), &line);
                        if relation.to.is_none() {
                            canvas.line_right(x, y, bar + 9, &Line::new().quiet(unmet(app, relation)));
                        } else {
                            share(canvas, x, y, bar, relation.met, relation.filled);
                            let orphans = Line::new().count(Role::Text, relation.orphans);
                            canvas.line_right(area.x, y, area.width.saturating_sub(2), &orphans);
                            if relation.orphans > 0 {
                                canvas.line(
                                    area.x + area.width.saturating_sub(1),
                                    y,
                                    1,
                                    &Line::new().say(Role::Warn, "!"),
                                );
                            }
                        }
                    }
                    Entry::Link(link) => {
                        let end = |id| object(app, id).map(|o| (o.source_name.as_str(), o.name.as_str()));
                        let (left, right) = (end(link.left).unwrap_or_default(), end(link.right).unwrap_or_default());
                        let line = Line::new()
                            .name(Role::Text, left.0)
                            .quiet(" › ")
                            .name(Role::Text, left.1)
                            .quiet(" – ")
                            .name(Role::Text, right.0)
                            .quiet(" › ")
                            .name(Role::Text, right.1)
                            .quiet(by(link.by));
                        // Two names need the room of the bar.
                        canvas.line(area.x + 4, y, (name + bar).saturating_sub(1), &line);
                        share(canvas, x + bar, y, 0, link.left_met, link.left_filled);
                        let right = Line::new().made(Role::Text, format::share(link.right_met, link.right_filled));
                        canvas.line_right(area.x, y, area.width.saturating_sub(2), &right);
                    }
                }
                if Some(*at) == chosen {
                    canvas.cursor_row(area.x, y, area.width, true);
                }
                canvas.hit(Rect { y, height: 1, ..area }, Target::Row(*at as u64));
            }
        }
    }
}

fn share(canvas: &mut Canvas<'_>, x: u16, y: u16, bar: u16, part: u64, whole: u64) {
    if bar > 4 {
        canvas.line(x, y, bar, &Line::new().made(Role::Quiet, gauge::bar(part, whole, bar)));
    }
    canvas.line_right(x, y, bar + 9, &Line::new().made(Role::Text, format::share(part, whole)));
}

/// `, by e-mail`
pub(super) fn by(by: LinkBy) -> &'static str {
    match by {
        LinkBy::Id => " by ID",
        LinkBy::Email => " by e-mail",
        LinkBy::Domain => " by domain",
    }
}

/// What a relation points to: within its system the object alone, else with its system.
pub(super) fn target<'a>(app: &'a App, relation: &'a Relation) -> Line<'a> {
    let to = relation.to.and_then(|to| object(app, to));
    let from = object(app, relation.from);
    match (to, from) {
        (Some(to), Some(from)) if to.id == from.id => Line::new().quiet("itself"),
        (Some(to), Some(from)) if to.source_name == from.source_name => Line::new().name(Role::Text, to.name.as_str()),
        _ => Line::new().name(Role::Text, relation.to_name.as_str()),
    }
}

fn about_relation<'a>(app: &'a App, relation: &'a Relation, width: u16, tight: bool) -> Vec<Line<'a>> {
    let mut lines = Vec::new();
    let from = object(app, relation.from);
    let title = Line::new()
        .name(Role::Strong, from.map_or("", |object| object.name.as_str()))
        .quiet(" › ")
        .name(Role::Strong, relation.column_name.as_str())
        .quiet(" → ")
        .then(target(app, relation));
    lines.push(title);
    let because = wrap(&relation.because, usize::from(width));
    let most = if tight { 1 } else { 4 };
    lines.extend(because.into_iter().take(most).map(|row| Line::new().prose(Role::Quiet, row)));
    if !tight {
        lines.push(Line::new());
    }
    let closes = relation.met.checked_add(relation.orphans) == Some(relation.filled);
    let sum = Line::new()
        .number(Role::Text, relation.filled)
        .quiet(" filled = ")
        .number(Role::Text, relation.met)
        .quiet(" met + ")
        .number(Role::Strong, relation.orphans)
        .quiet(" orphans ");
    match relation.to.and_then(|to| object(app, to)) {
        None => {
            let why = match unmet(app, relation) {
                NO_ID => " values name an object that has no ID of its own.",
                _ => " values name an object that is not loaded.",
            };
            let line = Line::new().number(Role::Text, relation.filled).text(why);
            lines.push(line);
        }
        Some(to) => {
            lines.push(if closes { sum.say(Role::Good, "✓") } else { sum.say(Role::Bad, "✗ does not close") });
            let line = Line::new()
                .number(Role::Text, relation.reached)
                .quiet(" of ")
                .number(Role::Text, to.records)
                .quiet(" of ")
                .name(Role::Text, to.name.as_str())
                .most(24)
                .quiet(" are met");
            lines.push(line);
            if relation.orphans > 0 && !tight {
                lines.push(Line::new().quiet("Enter shows the orphans."));
            }
        }
    }
    if let Some(shape) = &relation.hierarchy {
        if !tight {
            lines.push(Line::new());
        }
        lines.extend(hierarchy(app, relation, shape, width));
    }
    lines
}

fn hierarchy<'a>(app: &'a App, relation: &Relation, shape: &Hierarchy, width: u16) -> Vec<Line<'a>> {
    let mut lines = Vec::new();
    let line = Line::new().plural(Role::Text, shape.levels.len() as u64, "level", "levels").quiet(", ").plural(
        Role::Text,
        shape.roots,
        "root",
        "roots",
    );
    lines.push(line);
    if shape.to_itself > 0 {
        let words = if shape.to_itself == 1 { " record points to itself" } else { " records point to themselves" };
        lines.push(Line::new().say(Role::Warn, "! ").number(Role::Text, shape.to_itself).text(words));
    }
    if shape.cycles > 0 {
        let mut line = Line::new()
            .say(Role::Bad, "✗ ")
            .plural(Role::Strong, shape.cycles, "cycle", "cycles")
            .text(" with ")
            .plural(Role::Text, shape.in_cycles, "record", "records");
        if cycles(app, relation).is_some() {
            line = line.quiet(", c shows them");
        }
        lines.push(line);
    }
    let most = shape.levels.iter().copied().max().unwrap_or(1);
    let bar = width.saturating_sub(22).min(24);
    for (level, records) in (1_u64..).zip(&shape.levels) {
        let line = Line::new().quiet("level ").number(Role::Quiet, level).to(10);
        let digits = format::thousands(*records).chars().count();
        let line = line.made(Role::Text, " ".repeat(9_usize.saturating_sub(digits))).number(Role::Text, *records);
        lines.push(line.text("  ").made(Role::Quiet, gauge::bar(*records, most, bar)));
    }
    lines
}

fn about_link<'a>(app: &'a App, link: &Link, width: u16) -> Vec<Line<'a>> {
    let mut lines = Vec::new();
    let (left, right) = (object(app, link.left), object(app, link.right));
    let (Some(left), Some(right)) = (left, right) else { return lines };
    let title = |object: &'a Object| {
        Line::new()
            .name(Role::Strong, object.source_name.as_str())
            .quiet(" › ")
            .name(Role::Strong, object.name.as_str())
    };
    lines.push(title(left).quiet(" –"));
    lines.push(title(right).quiet(by(link.by)));
    let column = |object: &'a Object, at: usize| object.columns.get(at).map_or("", |column| column.name.as_str());
    let bar = width.saturating_sub(34).min(24);
    for (object, at, met, filled) in [
        (left, link.left_column, link.left_met, link.left_filled),
        (right, link.right_column, link.right_met, link.right_filled),
    ] {
        lines.push(Line::new());
        lines.push(
            Line::new()
                .name(Role::Text, object.name.as_str())
                .quiet(" › ")
                .name(Role::Text, column(object, at))
                .quiet(", filled in ")
                .number(Role::Text, filled)
                .quiet(" of ")
                .number(Role::Text, object.records),
        );
        lines.push(
            Line::new()
                .number(Role::Text, met)
                .quiet(" are on the other side  ")
                .made(Role::Quiet, gauge::bar(met, filled, bar))
                .text(" ")
                .made(Role::Text, format::share(met, filled)),
        );
    }
    lines
}

/// The focused relation as label and value.
pub fn facts<'a>(app: &'a App, screen: &RelationsScreen) -> Vec<(&'static str, Line<'a>)> {
    let entries = entries(app);
    match screen.list.index(entries.len()).map(|at| entries[at]) {
        None => vec![("", not_yet(app).unwrap_or_else(|| Line::new().text("No column points to a record.")))],
        Some(Entry::Relation(relation)) => vec![
            ("column", Line::new().name(Role::Strong, relation.column_name.as_str())),
            ("points to", Line::new().name(Role::Text, relation.to_name.as_str())),
            ("met", Line::new().number(Role::Text, relation.met).quiet(" of ").number(Role::Text, relation.filled)),
            ("orphans", Line::new().count(Role::Text, relation.orphans)),
        ],
        Some(Entry::Link(link)) => vec![
            ("link", Line::new().text(by(link.by).trim_start())),
            (
                "left met",
                Line::new().number(Role::Text, link.left_met).quiet(" of ").number(Role::Text, link.left_filled),
            ),
            (
                "right met",
                Line::new().number(Role::Text, link.right_met).quiet(" of ").number(Role::Text, link.right_filled),
            ),
        ],
    }
}

const NO_ID: &str = "no ID there";

/// Why the values of a relation without an object meet nothing.
pub fn unmet(app: &App, relation: &Relation) -> &'static str {
    let is_loaded = app.inventory.iter().flat_map(super::objects).any(|object| {
        relation.to_name.strip_prefix(object.source_name.as_str()).and_then(|rest| rest.strip_prefix(" › "))
            == Some(object.name.as_str())
    });
    if is_loaded { NO_ID } else { "not loaded" }
}
