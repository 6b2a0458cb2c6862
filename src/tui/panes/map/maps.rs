//! What the pane opens with: per system and object the entities that it feeds, what became of its fields as a sum that
//! closes, what blocks, what is reviewed; and for objects without a map what they could feed.

use ratatui::layout::Rect;

use super::super::super::action::Act;
use super::super::super::app::{App, Purpose};
use super::super::super::msg::Target;
use super::super::super::overlays::Overlay;
use super::super::super::overlays::question::Question as Choice;
use super::super::super::paint::{Canvas, Line, Note};
use super::super::super::prompt::{Prompt, Question};
use super::super::super::theme::Role;
use super::super::sources::{inventory::date, objects};
use super::lines::{self, Stuff, Sum};
use super::pick::{Pick, Then};
use super::typed::Wanted;
use super::{object, sums};
use crate::mapping::suggest::ObjectSuggestion;
use crate::mapping::{MapKey, StandingMap};
use crate::sources::Object;
use crate::values::format;

/// One object in the list.
pub struct Entry<'a> {
    pub object: &'a Object,
    pub maps: Vec<&'a StandingMap>,
    pub suggested: Option<&'a ObjectSuggestion>,
    pub sum: Sum,
    /// Problems that block.
    pub blocks: u64,
}

/// The objects that are shown.
#[must_use]
pub fn entries(app: &App) -> Vec<Entry<'_>> {
    let Some(inventory) = &app.inventory else { return Vec::new() };
    let words = app.map.filter.to_lowercase();
    let has = |text: &str| text.to_lowercase().contains(&words);
    let overview = app.map.overview.as_deref();
    let mut entries = Vec::new();
    for object in objects(inventory) {
        let of = |map: &&StandingMap| map.map.key.source == object.source_name && map.map.key.object == object.name;
        let maps: Vec<&StandingMap> = overview.iter().flat_map(|overview| &overview.maps).filter(of).collect();
        let suggested = app.map.suggested.iter().flatten().find(|suggested| suggested.object == object.id.0);
        let kept = words.is_empty()
            || has(&object.name)
            || has(&object.source_name)
            || maps.iter().any(|map| has(&map.map.key.entity));
        if !kept {
            continue;
        }
        let states = overview.and_then(|overview| overview.coverage.get(&object.id)).map_or(&[][..], Vec::as_slice);
        let blocks = overview
            .iter()
            .flat_map(|overview| &overview.check.problems)
            .filter(|problem| problem.blocks && problem.source == object.source_name && problem.object == object.name);
        let blocks = blocks.count() as u64;
        entries.push(Entry { object, maps, suggested, sum: lines::sum(object, states, suggested), blocks });
    }
    entries
}

fn at_cursor(app: &App) -> Option<Entry<'_>> {
    let mut entries = entries(app);
    let at = app.map.list.index(entries.len())?;
    Some(entries.swap_remove(at))
}

/// The first map of the object under the cursor; where there is none, the one that is proposed.
fn key_at_cursor(app: &App) -> Option<MapKey> {
    let entry = at_cursor(app)?;
    if let Some(map) = entry.maps.first() {
        return Some(map.map.key.clone());
    }
    let entity = entry.suggested?.entities.first()?.entity.clone();
    Some(MapKey { source: entry.object.source_name.clone(), object: entry.object.name.clone(), entity })
}

/// Does an action.
pub fn perform(app: &mut App, act: Act) {
    let len = entries(app).len() as u64;
    let height = app.rows;
    if super::moved(&mut app.map.list, act, len, height) {
        return;
    }
    match act {
        Act::Model => super::model::open(app),
        Act::Blocks => super::blocks::open(app, None),
        Act::Filter => {
            let before = app.map.filter.clone();
            app.prompt = Some(Prompt::new(Question::Map(Wanted::Filter), &before));
        }
        Act::Open => {
            let several = at_cursor(app).is_some_and(|entry| entry.maps.len() > 1);
            match key_at_cursor(app) {
                Some(_) if several => which(app),
                Some(key) => object::open(app, key),
                None => begin_here(app),
            }
        }
        Act::Add => begin_here(app),
        Act::ShowSql => {
            if let Some(key) = key_at_cursor(app) {
                super::sql::open(app, key);
            }
        }
        Act::History => {
            if let Some(key) = key_at_cursor(app) {
                super::history::open(app, key);
            }
        }
        Act::CopyCell => {
            if let Some(entry) = at_cursor(app) {
                let text = plain(&entry).to_plain(app.veil());
                app.copy("the line", text);
            }
        }
        _ => {}
    }
}

/// Asks which of an object's maps is opened.
fn which(app: &mut App) {
    let Some(entry) = at_cursor(app) else { return };
    let keys: Vec<MapKey> = entry.maps.iter().map(|map| map.map.key.clone()).collect();
    let options = entry.maps.iter().map(|map| {
        let rules = map.map.fields.len() as u64;
        let line = Line::new().name(Role::Text, map.map.key.entity.clone()).most(30).to(32);
        line.plural(Role::Quiet, rules, "rule", "rules")
    });
    let pick = Pick {
        title: Line::new().strong("Open the map of ").name(Role::Strong, entry.object.name.clone()).most(40),
        words: Vec::new(),
        options: options.collect(),
        begin: 0,
        then: Then::Open(keys),
    };
    app.overlays.push(Overlay::Question(Choice::map(pick)));
}

fn begin_here(app: &mut App) {
    let Some(entry) = at_cursor(app) else { return };
    let (source, name) = (entry.object.source_name.clone(), entry.object.name.clone());
    begin(app, source, name);
}

/// Asks for which entity a map of an object is begun: the best proposals first.
pub fn begin(app: &mut App, source: String, name: String) {
    let Some(overview) = app.map.overview.as_deref() else { return };
    let mapped: Vec<&str> = overview
        .maps
        .iter()
        .map(|map| &map.map.key)
        .filter(|key| key.source == source && key.object == name)
        .map(|key| key.entity.as_str())
        .collect();
    let suggested = app.map.suggested.iter().flatten().find(|s| s.source == source && s.object_name == name);
    let proposals = suggested.map_or(&[][..], |suggested| suggested.entities.as_slice());
    let mut entities: Vec<(&crate::model::Entity, Option<f64>)> = overview
        .model
        .iter()
        .map(|standing| &standing.entity)
        .filter(|entity| !mapped.contains(&entity.name.as_str()))
        .map(|entity| {
            let proposed = proposals.iter().find(|candidate| candidate.entity == entity.name);
            (entity, proposed.map(|candidate| candidate.confidence))
        })
        .collect();
    entities.sort_by(|a, b| b.1.unwrap_or(0.0).total_cmp(&a.1.unwrap_or(0.0)).then(a.0.order.cmp(&b.0.order)));
    let options: Vec<Note> = entities
        .iter()
        .map(|(entity, confidence)| {
            let line = match confidence {
                Some(confidence) => Line::new().say(Role::Warn, "? ").made(Role::Text, sums::confidence(*confidence)),
                None => Line::new(),
            };
            let line = line.to(8).name(Role::Text, entity.name.clone()).most(24).to(34);
            line.name(Role::Quiet, entity.grain.one_row_is.clone())
        })
        .collect();
    let keys: Vec<MapKey> = entities
        .iter()
        .map(|(entity, _)| MapKey { source: source.clone(), object: name.clone(), entity: entity.name.clone() })
        .collect();
    if keys.is_empty() {
        return app.say(Line::new().text("Every entity of the model has a map of this object already."));
    }
    let pick = Pick {
        title: Line::new().strong("What one row of ").name(Role::Strong, name).most(30).strong(" feeds"),
        words: Vec::new(),
        options,
        begin: 0,
        then: Then::Open(keys),
    };
    app.overlays.push(Overlay::Question(Choice::map(pick)));
}

/// Row 2: the sum over all objects.
pub fn headline(app: &App) -> (Line<'_>, Line<'_>) {
    let mut left = Line::new().strong("Map");
    if !app.map.filter.is_empty() {
        left = left.quiet(" with “").name(Role::Quiet, app.map.filter.as_str()).most(30).quiet("”");
    }
    let sum = entries(app).iter().fold(Sum::default(), |sum, entry| sum.and(entry.sum));
    // Until the maps are read, a sum would say that nothing is decided.
    if sum.columns == 0 || app.map.overview.is_none() {
        return (left, Line::new());
    }
    (left, sums::line(&sum, app.size.0))
}

/// What stands in the message row while nothing just happened.
pub fn notice(app: &App) -> Option<Note> {
    if app.late(Purpose::Maps) || app.late(Purpose::Suggestions) {
        return Some(Line::new().quiet("Looking at what fits what. Everything else works."));
    }
    let overview = app.map.overview.as_deref()?;
    let sum = entries(app).iter().fold(Sum::default(), |sum, entry| sum.and(entry.sum));
    if sum.columns == 0 {
        return None;
    }
    let blocks = overview.check.problems.iter().filter(|problem| problem.blocks).count() as u64;
    // What blocks without being one object's, so that the column and this number agree.
    let elsewhere = if app.map.filter.is_empty() {
        blocks.saturating_sub(entries(app).iter().map(|entry| entry.blocks).sum())
    } else {
        0
    };
    let line =
        Line::new().made(Role::Text, format::share(sum.decided(), sum.columns)).text(" of the fields are decided");
    Some(if blocks > 0 {
        let line = line.quiet(" · ").say(Role::Bad, "✗ ").number(Role::Text, blocks);
        let line = line.text(if blocks == 1 { " thing blocks a rehearsal" } else { " things block a rehearsal" });
        if elsewhere > 0 && blocks > elsewhere {
            line.quiet(", ").number(Role::Text, elsewhere).quiet(" of them in the model")
        } else {
            line
        }
    } else {
        line.quiet(" · nothing that is known blocks a rehearsal")
    })
}

fn feeds<'a>(app: &App, entry: &Entry<'a>) -> Line<'a> {
    if entry.maps.is_empty() {
        return match entry.suggested.and_then(|suggested| suggested.entities.first()) {
            Some(best) => Line::new()
                .say(Role::Warn, "? ")
                .name(Role::Text, best.entity.as_str())
                .text(" ")
                .made(Role::Quiet, sums::confidence(best.confidence)),
            None if app.map.overview.is_none() => Line::new(),
            None => Line::new().quiet("no map yet"),
        };
    }
    let mut line = Line::new();
    for (n, map) in entry.maps.iter().enumerate() {
        if n > 0 {
            line = line.quiet(", ");
        }
        line = line.name(Role::Text, map.map.key.entity.as_str());
    }
    line
}

fn plain(entry: &Entry<'_>) -> Note {
    let mut entities = entry.maps.iter().map(|map| map.map.key.entity.as_str()).collect::<Vec<_>>().join(", ");
    if entities.is_empty() {
        entities.push_str("no map");
    }
    Line::new()
        .name(Role::Text, entry.object.source_name.clone())
        .text(" › ")
        .name(Role::Text, entry.object.name.clone())
        .text(" → ")
        .name(Role::Text, entities)
        .text(": ")
        .then(sums::line(&entry.sum, 160))
}

/// Head, width, and whether it is drawn where there is little room.
const NUMBERS: [(&str, u16, bool); 7] = [
    ("fields", 7, true),
    ("mapped", 7, true),
    ("archived", 9, false),
    ("dropped", 8, false),
    ("suggested", 10, false),
    ("open", 6, true),
    ("blocks", 8, true),
];

fn numbers(sum: &Sum, blocks: u64) -> [u64; 7] {
    [sum.columns, sum.mapped, sum.archived, sum.dropped, sum.suggested, sum.open, blocks]
}

/// Draws the main area.
pub fn draw(app: &App, canvas: &mut Canvas<'_>, area: Rect) {
    let entries = entries(app);
    if entries.is_empty() {
        return draw_none(app, canvas, area);
    }
    let wide = area.width >= 100;
    let total = entries.iter().fold(Sum::default(), |sum, entry| sum.and(entry.sum));
    // Where room is short, nobody needs a column in which nothing stands.
    let stands = |at: &usize| match NUMBERS[*at].0 {
        "archived" => area.width >= 140 || total.archived > 0,
        "dropped" => area.width >= 110 || total.dropped > 0,
        _ => true,
    };
    let numbers_of: Vec<usize> = (0..NUMBERS.len()).filter(|at| NUMBERS[*at].2 || wide && stands(at)).collect();
    let reviewed = if wide { 12 } else { 0 };
    let count = if area.width >= 130 { 11 } else { 0 };
    let taken = count + numbers_of.iter().map(|at| NUMBERS[*at].1).sum::<u16>() + reviewed + 3;
    let rest = area.width.saturating_sub(taken).min(100);
    let system = if wide { rest * 30 / 100 } else { rest * 28 / 100 };
    let name = rest * 32 / 100;
    let feed = rest.saturating_sub(system + name + 2);
    let x = area.x + 2;
    let (x_name, x_feed) = (x + system + 1, x + system + name + 2);
    let x_numbers = x_feed + feed + count;
    for (x, word) in [(x, "system"), (x_name, "object"), (x_feed, "feeds")] {
        canvas.line(x, area.y, feed, &Line::new().quiet(word));
    }
    if count > 0 {
        canvas.line_right(x_feed + feed, area.y, count, &Line::new().quiet("records"));
    }
    let mut at = x_numbers;
    for number in &numbers_of {
        let (word, width, _) = NUMBERS[*number];
        canvas.line_right(at, area.y, width, &Line::new().quiet(word));
        at += width;
    }
    if reviewed > 0 {
        canvas.line_right(at, area.y, reviewed, &Line::new().quiet("reviewed"));
    }
    let right = at + reviewed - area.x;
    let below = if area.height >= 18 { (area.height / 3).min(8) } else { 0 };
    let most = area.height.saturating_sub(3 + below);
    let shown = u16::try_from(entries.len()).unwrap_or(u16::MAX).min(most);
    canvas.rows = shown.max(1);
    let cursor = app.map.list.index(entries.len());
    let mut before: Option<&str> = None;
    let mut y = area.y + 1;
    for row in app.map.list.visible(entries.len() as u64, shown) {
        let Some((at, entry)) = usize::try_from(row).ok().and_then(|at| Some((at, entries.get(at)?))) else { continue };
        let source = entry.object.source_name.as_str();
        if before != Some(source) {
            canvas.line(x, y, system, &Line::new().name(Role::Text, source));
        }
        before = Some(source);
        canvas.line(x_name, y, name, &Line::new().name(Role::Strong, entry.object.name.as_str()));
        canvas.line(x_feed, y, feed, &feeds(app, entry));
        if count > 0 {
            canvas.line_right(x_feed + feed, y, count, &Line::new().count(Role::Text, entry.object.records));
        }
        let of = numbers(&entry.sum, entry.blocks);
        let mut at_x = x_numbers;
        for number in &numbers_of {
            let (word, width, _) = NUMBERS[*number];
            let line = match (word, of[*number]) {
                ("blocks", n) if n > 0 => Line::new().say(Role::Bad, "✗ ").number(Role::Text, n),
                ("open", n) if n > 0 && app.map.overview.is_some() => Line::new().number(Role::Warn, n),
                ("fields", n) => Line::new().count(Role::Text, n),
                _ if app.map.overview.is_none() => Line::new(),
                (_, n) => Line::new().count(Role::Text, n),
            };
            canvas.line_right(at_x, y, width, &line);
            at_x += width;
        }
        if reviewed > 0 {
            let decided = entry.sum.decided();
            let line = if app.map.overview.is_none() {
                Line::new()
            } else if decided == 0 {
                Line::new().quiet("–")
            } else {
                let mark = if entry.sum.reviewed == decided { "✓ " } else { "" };
                let line = Line::new().say(Role::Good, mark).number(Role::Text, entry.sum.reviewed).quiet(" of ");
                line.number(Role::Quiet, decided)
            };
            canvas.line_right(at_x, y, reviewed, &line);
        }
        if Some(at) == cursor {
            canvas.cursor_row(area.x, y, right + 1, true);
        }
        canvas.hit(Rect { x: area.x, y, width: area.width, height: 1 }, Target::Row(row));
        y += 1;
    }
    canvas.rule(x, y, right.saturating_sub(2));
    y += 1;
    let blocks = entries.iter().map(|entry| entry.blocks).sum();
    let objects = entries.len() as u64;
    let line = Line::new().plural(Role::Quiet, objects, "object", "objects");
    let unseen = objects.saturating_sub(shown.into());
    let line = if unseen > 0 { line.quiet(", ").number(Role::Quiet, unseen).quiet(" not in view") } else { line };
    canvas.line(x, y, system + name, &line);
    let mut at_x = x_numbers;
    for number in &numbers_of {
        let width = NUMBERS[*number].1;
        if app.map.overview.is_some() || *number == 0 {
            canvas.line_right(at_x, y, width, &Line::new().count(Role::Strong, numbers(&total, blocks)[*number]));
        }
        at_x += width;
    }
    if reviewed > 0 && app.map.overview.is_some() {
        canvas.line_right(at_x, y, reviewed, &Line::new().count(Role::Strong, total.reviewed));
    }
    let used = y + 2 - area.y;
    if let (Some(at), true) = (cursor, area.height > used) {
        let detail = Rect { x: area.x, y: area.y + used, width: area.width, height: area.height - used };
        draw_detail(app, &entries[at], canvas, detail);
    }
}

/// What is known of the object under the cursor: its maps, what they lack, what blocks.
fn draw_detail(app: &App, entry: &Entry<'_>, canvas: &mut Canvas<'_>, area: Rect) {
    let mut lines: Vec<Line<'_>> = Vec::new();
    let records = Line::new().name(Role::Strong, entry.object.name.as_str()).most(40).quiet("  ");
    let mut head = records.plural(Role::Text, entry.object.records, "record", "records");
    if let Some(one_row) = &entry.object.one_row_is {
        head = head.quiet(" · one row is ").name(Role::Quiet, one_row.as_str());
    }
    lines.push(head);
    for map in &entry.maps {
        let mut line = Line::new().text("  → ").name(Role::Text, map.map.key.entity.as_str()).most(30);
        if let Some(stuff) = Stuff::of(app, &map.map.key) {
            let (filled, all) = stuff.filled();
            line = line.text("  ").number(Role::Text, filled).quiet(" of ").number(Role::Text, all);
            line = line.quiet(" target fields filled");
        }
        if let Some(version) = map.version {
            line = line.quiet(" · version ").made(Role::Quiet, version.to_string());
            line = line.quiet(" by ").name(Role::Quiet, map.author.as_str()).most(24);
            line = line.quiet(" ").name(Role::Quiet, date(&map.at)).most(10);
        }
        lines.push(line);
    }
    if entry.maps.is_empty() {
        for best in entry.suggested.iter().flat_map(|suggested| &suggested.entities).take(3) {
            let line = Line::new().say(Role::Warn, "  ? ").name(Role::Text, best.entity.as_str()).most(26).to(30);
            let line = line.made(Role::Text, sums::confidence(best.confidence)).quiet("  ");
            lines.push(line.prose(Role::Quiet, best.reasons.join(" · ")));
        }
    }
    let problems = app
        .map
        .overview
        .iter()
        .flat_map(|overview| &overview.check.problems)
        .filter(|problem| problem.source == entry.object.source_name && problem.object == entry.object.name);
    for problem in problems.take(4) {
        let (role, mark) = if problem.blocks { (Role::Bad, "  ✗ ") } else { (Role::Warn, "  ! ") };
        let line = Line::new().say(role, mark).prose(Role::Text, problem.title.as_str()).most(60);
        let line = line.quiet("  ").name(Role::Quiet, problem.column.as_str()).most(30);
        lines.push(if problem.who.is_empty() {
            line
        } else {
            line.quiet("  ").name(Role::Quiet, problem.who.as_str())
        });
    }
    for (y, line) in (area.y..area.y + area.height).zip(&lines) {
        canvas.line(area.x + 2, y, area.width.saturating_sub(3), line);
    }
}

fn draw_none(app: &App, canvas: &mut Canvas<'_>, area: Rect) {
    let (x, width) = (area.x + 2, area.width.saturating_sub(3));
    if !app.map.filter.is_empty() {
        let line = Line::new().text("Nothing matches “").name(Role::Text, app.map.filter.as_str()).most(40);
        canvas.line(x, area.y, width, &line.text("”. A filter is on; Esc clears it."));
        return;
    }
    let lines = [
        Line::new().text("No load yet, so there is nothing to map."),
        Line::new()
            .say(Role::Accent, "1")
            .text(" opens Sources; ")
            .say(Role::Accent, "o")
            .text(" there loads an export."),
        Line::new().say(Role::Accent, "m").text(" shows the target model."),
    ];
    for (y, line) in (area.y..area.y + area.height).zip(&lines) {
        canvas.line(x, y, width, line);
    }
}

/// The focused row as label and value.
pub fn facts(app: &App) -> Vec<(&'static str, Line<'_>)> {
    let Some(entry) = at_cursor(app) else {
        return vec![("", Line::new().text("No load yet. 1 opens Sources."))];
    };
    vec![
        ("system", Line::new().name(Role::Text, entry.object.source_name.as_str())),
        ("object", Line::new().name(Role::Strong, entry.object.name.as_str())),
        ("feeds", feeds(app, &entry)),
        ("fields", sums::line(&entry.sum, 80)),
        ("blocks", Line::new().count(Role::Text, entry.blocks)),
    ]
}

/// Why an action cannot run now.
pub fn why_not(app: &App, act: Act) -> Option<&'static str> {
    let none = entries(app).is_empty();
    match act {
        Act::Open | Act::Add if app.map.overview.is_none() => Some("the maps are still being read"),
        Act::Open | Act::Add | Act::CopyCell if none => Some("nothing is loaded yet"),
        Act::ShowSql | Act::History if at_cursor(app).is_none_or(|entry| entry.maps.is_empty()) => {
            Some("the object has no map yet; Enter begins one")
        }
        _ => None,
    }
}
