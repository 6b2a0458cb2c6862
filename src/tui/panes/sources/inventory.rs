//! The inventory: systems with their objects, what each brought, how much could not be read, how old it is, and the sum
//! that must close.

use jiff::civil::Date;
use ratatui::layout::Rect;

use super::super::super::action::Act;
use super::super::super::app::{App, Purpose};
use super::super::super::msg::Target;
use super::super::super::paint::{Canvas, Line, Note};
use super::super::super::prompt::{Prompt, Question};
use super::super::super::theme::Role;
use super::super::super::wrap::wrap;
use super::{Screen, object, objects, records};
use crate::sources::{ColumnRole, Inventory, Load, Object, Source};

/// Days behind the newest load after which a source is worth a look.
const STALE_DAYS: i32 = 30;

/// A row of the list, by position in the inventory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Row {
    Source(usize),
    Object(usize, usize),
}

/// The rows of the list, top down.
#[must_use]
pub fn rows(inventory: &Inventory) -> Vec<Row> {
    let mut rows = Vec::new();
    for (s, source) in inventory.sources.iter().enumerate() {
        rows.push(Row::Source(s));
        rows.extend((0..source.objects.len()).map(|o| Row::Object(s, o)));
    }
    rows
}

/// Does an action.
pub fn perform(app: &mut App, act: Act) {
    let Some(inventory) = &app.inventory else { return };
    let rows = rows(inventory);
    if super::moved(&mut app.sources.list, act, rows.len() as u64, app.rows) {
        return;
    }
    let row = app.sources.list.index(rows.len()).map(|at| rows[at]);
    match (act, row) {
        // A system with one object opens that; with several, the first.
        (Act::Open, Some(row)) => {
            let (source, object) = match row {
                Row::Source(source) => (source, 0),
                Row::Object(source, object) => (source, object),
            };
            if let Some(object) = inventory.sources[source].objects.get(object) {
                let screen = object::ObjectScreen::new(object.id);
                app.sources.stack.push(Screen::Object(screen));
            }
        }
        (Act::Find, _) => app.prompt = Some(Prompt::new(Question::Find, &app.sources.needle)),
        (Act::FindNext, _) => find_on(app, 1, false),
        (Act::FindPrevious, _) => find_on(app, 1, true),
        (Act::Records, _) => {
            if let Some(id) = app.sources.object_at_cursor(app) {
                records::open(app, id);
            }
        }
        _ => {}
    }
}

/// Moves to the next system or object whose name holds a text, the one under the cursor first.
pub fn find(app: &mut App, text: String) {
    app.sources.needle = text;
    find_on(app, 0, false);
}

/// The same from `from` rows further on (or back), round the end of the list.
fn find_on(app: &mut App, from: usize, back: bool) {
    let Some(inventory) = &app.inventory else { return };
    let needle = app.sources.needle.to_lowercase();
    let rows = rows(inventory);
    let name = |row: &Row| match row {
        Row::Source(source) => inventory.sources[*source].name.to_lowercase(),
        Row::Object(source, object) => inventory.sources[*source].objects[*object].name.to_lowercase(),
    };
    let (Some(at), false) = (app.sources.list.index(rows.len()), needle.is_empty()) else { return };
    let turn = |step: usize| if back { (at + 2 * rows.len() - step) % rows.len() } else { (at + step) % rows.len() };
    let found = (from..from + rows.len()).map(turn).find(|&row| name(&rows[row]).contains(&needle));
    match found {
        Some(row) => app.sources.list.cursor = row as u64,
        None => {
            let needle = app.sources.needle.clone();
            app.say(Line::new().text("No system or object is called “").name(Role::Text, needle).text("”."));
        }
    }
}

/// `302,815 rows in files = 302,774 records + 41 quarantined ✓`
#[must_use]
pub fn closing(app: &App) -> Line<'_> {
    let Some(inventory) = &app.inventory else { return Line::new() };
    if inventory.loads == 0 {
        return Line::new().quiet("no load yet");
    }
    let wide = app.size.0 >= 90;
    let read = inventory.records_read;
    // Over several loads a record is read more than once; then the word says so.
    let word = match (read == inventory.records, wide) {
        (true, _) => " records + ",
        (false, true) => " read as records + ",
        (false, false) => " read + ",
    };
    let line = Line::new()
        .number(Role::Text, inventory.rows)
        .quiet(if wide { " rows in files = " } else { " rows = " })
        .number(Role::Text, read)
        .quiet(word)
        .number(Role::Text, inventory.quarantined)
        .quiet(" quarantined ");
    if read.checked_add(inventory.quarantined) == Some(inventory.rows) {
        line.say(Role::Good, "✓")
    } else {
        line.say(Role::Bad, "✗ does not close")
    }
}

fn as_of(source: &Source) -> Option<&str> {
    source.objects.iter().filter_map(Object::as_of).max()
}

/// `2025-11-14` of an RFC 3339 time.
#[must_use]
pub fn date(time: &str) -> &str {
    time.get(..10).unwrap_or(time)
}

/// How many days a source is behind the newest load, if that is worth a look.
fn days_behind(inventory: &Inventory, source: &Source) -> Option<u64> {
    let newest: Date = date(inventory.sources.iter().filter_map(as_of).max()?).parse().ok()?;
    let own: Date = date(as_of(source)?).parse().ok()?;
    let days = own.until(newest).ok()?.get_days();
    (days > STALE_DAYS).then(|| days.unsigned_abs().into())
}

/// What is worth a look while nothing just happened.
#[must_use]
pub fn notice(inventory: &Inventory) -> Option<Note> {
    let (source, days) = inventory.sources.iter().find_map(|source| Some((source, days_behind(inventory, source)?)))?;
    let line = Line::new().say(Role::Warn, "! ").name(Role::Text, source.name.clone()).text(" is ");
    Some(line.plural(Role::Text, days, "day", "days").text(" older than the newest load."))
}

/// The columns of numbers, by their right edges from the right border of the list.
struct Columns {
    name: u16,
    records: u16,
    quarantined: u16,
    loads: u16,
    as_of: Option<u16>,
}

impl Columns {
    fn of(area: Rect) -> Self {
        let right = area.x + area.width;
        let as_of = (area.width >= 64).then(|| right.saturating_sub(2));
        let loads = as_of.map_or(right.saturating_sub(1), |x| x.saturating_sub(12));
        let quarantined = loads.saturating_sub(8);
        let records = quarantined.saturating_sub(14);
        Self { name: records.saturating_sub(12).saturating_sub(area.x), records, quarantined, loads, as_of }
    }
}

/// Draws the main area.
pub fn draw(app: &App, canvas: &mut Canvas<'_>, area: Rect) {
    let Some(inventory) = &app.inventory else {
        if app.late(Purpose::Inventory) {
            canvas.line(
                area.x + 1,
                area.y + 1,
                area.width.saturating_sub(2),
                &Line::new().quiet("Counting the records. Everything else works."),
            );
        }
        return;
    };
    if inventory.sources.is_empty() {
        return draw_empty(canvas, area);
    }
    let rows = rows(inventory);
    let row = app.sources.list.index(rows.len()).map(|at| rows[at]);
    let third = area.width >= 150 && area.height >= 30;
    if area.width >= 100 {
        let left = if area.width >= 120 { 76 } else { area.width * 2 / 3 };
        draw_list(app, inventory, &rows, canvas, Rect { width: left - 1, ..area });
        canvas.divider(left, area.y, area.height);
        let rest = area.width - left - 2;
        let width = if third { rest.min(48) } else { rest };
        let detail = Rect { x: left + 2, width, ..area };
        draw_detail(inventory, row, canvas, detail, !third);
        if third {
            let x = detail.x + width + 1;
            canvas.divider(x, area.y, area.height);
            let loads = Rect { x: x + 2, width: (area.width - x - 2).min(60), ..area };
            draw_loads(inventory, row, canvas, loads);
        }
    } else {
        let below = if area.height >= 14 { 7 } else { 0 };
        draw_list(app, inventory, &rows, canvas, Rect { height: area.height - below, ..area });
        if below > 0 {
            let y = area.y + area.height - below;
            canvas.rule(area.x + 1, y, area.width.saturating_sub(2));
            let detail = Rect { x: area.x + 2, y: y + 1, width: area.width.saturating_sub(3), height: below - 1 };
            draw_detail(inventory, row, canvas, detail, true);
        }
    }
}

fn draw_empty(canvas: &mut Canvas<'_>, area: Rect) {
    let lines = [
        Line::new().strong("No load yet."),
        Line::new(),
        Line::new()
            .text("Press ")
            .say(Role::Accent, "o")
            .text(" and choose exports of the old systems: CSV, JSON or workbooks, also zipped."),
        Line::new().text("You see how each would be read before anything is loaded."),
        Line::new(),
        Line::new().quiet("A folder is fine too: its name becomes the system, each file in it an object."),
    ];
    for (y, line) in (area.y + 1..area.y + area.height).zip(&lines) {
        canvas.line(area.x + 2, y, area.width.saturating_sub(3), line);
    }
}

fn draw_list(app: &App, inventory: &Inventory, rows: &[Row], canvas: &mut Canvas<'_>, area: Rect) {
    let columns = Columns::of(area);
    let right = |canvas: &mut Canvas<'_>, edge: u16, y: u16, line: &Line<'_>| {
        let wide = 13.min(edge.saturating_sub(area.x));
        canvas.line_right(edge - wide, y, wide, line);
    };
    let head = area.y;
    canvas.line(area.x + 2, head, columns.name, &Line::new().quiet("system and object"));
    right(canvas, columns.records, head, &Line::new().quiet("records"));
    right(canvas, columns.quarantined, head, &Line::new().quiet("quarantined"));
    right(canvas, columns.loads, head, &Line::new().quiet("loads"));
    if let Some(x) = columns.as_of {
        canvas.line(x.saturating_sub(10), head, 10, &Line::new().quiet("as of"));
    }
    // Head, rule and sum have their own rows.
    let room = area.height.saturating_sub(3);
    canvas.rows = room.max(1);
    let visible = app.sources.list.visible(rows.len() as u64, room);
    let mut y = area.y + 1;
    for at in visible {
        let Some(row) = usize::try_from(at).ok().and_then(|at| rows.get(at)) else { continue };
        let (records, quarantined, loads, time) = match row {
            Row::Source(s) => {
                let source = &inventory.sources[*s];
                let line = Line::new().name(Role::Strong, source.name.as_str()).quiet("  ").quiet(source.kind.label());
                canvas.line(area.x + 2, y, columns.name, &line);
                let sum = |of: fn(&Object) -> u64| source.objects.iter().map(of).fold(0_u64, u64::saturating_add);
                if days_behind(inventory, source).is_some()
                    && let Some(x) = columns.as_of
                {
                    canvas.line(x + 1, y, 1, &Line::new().say(Role::Warn, "!"));
                }
                (sum(|o| o.records), sum(|o| o.quarantined), sum(|o| o.loads.len() as u64), as_of(source))
            }
            Row::Object(s, o) => {
                let source = &inventory.sources[*s];
                let object = &source.objects[*o];
                canvas.line(
                    area.x + 4,
                    y,
                    columns.name.saturating_sub(2),
                    &Line::new().name(Role::Text, object.name.as_str()),
                );
                // The date stands at the system; at an object only where it is another.
                let own = object.as_of().filter(|time| as_of(source).map(date) != Some(date(time)));
                (object.records, object.quarantined, object.loads.len() as u64, own)
            }
        };
        let role = if matches!(row, Row::Source(_)) { Role::Strong } else { Role::Text };
        right(canvas, columns.records, y, &Line::new().count(role, records));
        right(canvas, columns.quarantined, y, &Line::new().count(role, quarantined));
        right(canvas, columns.loads, y, &Line::new().count(role, loads));
        if let (Some(x), Some(time)) = (columns.as_of, time) {
            canvas.line(x.saturating_sub(10), y, 10, &Line::new().name(Role::Text, date(time)));
        }
        if at == app.sources.list.cursor.min(rows.len() as u64 - 1) {
            canvas.cursor_row(area.x, y, area.width, true);
        }
        canvas.hit(Rect { x: area.x, y, width: area.width, height: 1 }, Target::Row(at));
        y += 1;
    }
    if y + 1 >= area.y + area.height {
        return;
    }
    canvas.rule(area.x + 2, y, (columns.loads.saturating_sub(area.x)).saturating_sub(2));
    let systems = inventory.sources.len() as u64;
    let line = Line::new().plural(Role::Text, systems, "system", "systems").text(", ").plural(
        Role::Text,
        objects(inventory).count() as u64,
        "object",
        "objects",
    );
    canvas.line(area.x + 2, y + 1, columns.name, &line);
    right(canvas, columns.records, y + 1, &Line::new().count(Role::Strong, inventory.records));
    right(canvas, columns.quarantined, y + 1, &Line::new().count(Role::Strong, inventory.quarantined));
    right(canvas, columns.loads, y + 1, &Line::new().count(Role::Strong, inventory.loads));
}

/// What is known of the row under the cursor, as many lines as fit.
fn draw_detail(inventory: &Inventory, row: Option<Row>, canvas: &mut Canvas<'_>, area: Rect, with_loads: bool) {
    let mut lines: Vec<Line<'_>> = Vec::new();
    match row {
        None => {}
        Some(Row::Source(s)) => {
            let source = &inventory.sources[s];
            lines.push(Line::new().name(Role::Strong, source.name.as_str()).quiet("  ").quiet(source.kind.label()));
            lines.push(Line::new());
            for object in &source.objects {
                lines.push(
                    Line::new()
                        .name(Role::Text, object.name.as_str())
                        .most(24)
                        .to(26)
                        .count(Role::Text, object.records)
                        .quiet(" records"),
                );
            }
        }
        Some(Row::Object(s, o)) => {
            let source = &inventory.sources[s];
            let object = &source.objects[o];
            lines.push(
                Line::new()
                    .name(Role::Strong, source.name.as_str())
                    .quiet(" › ")
                    .name(Role::Strong, object.name.as_str()),
            );
            lines.push(Line::new());
            lines.extend(object_facts(object, area.width));
            if with_loads {
                lines.push(Line::new());
                lines.push(Line::new().quiet("loads"));
                lines.extend(object.loads.iter().rev().map(load_line));
            }
        }
    }
    if area.height <= 8 {
        // Little room: no empty rows.
        lines.retain(|line| !line.is_empty());
    }
    for (y, line) in (area.y..area.y + area.height).zip(&lines) {
        canvas.line(area.x, y, area.width, line);
    }
}

/// Labelled facts of an object.
#[must_use]
pub fn object_facts(object: &Object, width: u16) -> Vec<Line<'_>> {
    let mut lines = Vec::new();
    let label = |words: &'static str| Line::new().quiet(words).to(12);
    lines.push(match object.native_id() {
        Some(column) => label("native ID").name(Role::Text, column.name.as_str()),
        None => label("native ID").text("none: named by file and line"),
    });
    if let Some(column) = object.native_id() {
        for row in wrap(&column.evidence, usize::from(width.saturating_sub(12))).into_iter().take(2) {
            lines.push(label("").prose(Role::Quiet, row));
        }
    }
    for (role, words) in [
        (ColumnRole::ForeignKey, "points to"),
        (ColumnRole::OtherId, "other IDs"),
        (ColumnRole::MergedInto, "merged into"),
        (ColumnRole::Email, "e-mail"),
        (ColumnRole::Phone, "phone"),
    ] {
        let mut names = object.columns.iter().filter(|column| column.role == role);
        let Some(first) = names.next() else { continue };
        let mut line = label(words).name(Role::Text, first.name.as_str());
        for column in names.by_ref().take(2) {
            line = line.quiet(", ").name(Role::Text, column.name.as_str());
        }
        let more = names.count() as u64;
        if more > 0 {
            line = line.quiet(" and ").number(Role::Text, more).quiet(" more");
        }
        lines.push(line);
    }
    let plain = object.columns.iter().filter(|column| column.role == ColumnRole::Plain).count() as u64;
    lines.push(
        label("columns")
            .number(Role::Text, object.columns.len() as u64)
            .quiet(", ")
            .number(Role::Quiet, plain)
            .quiet(" of them not searched"),
    );
    for (number, words, warn) in [
        (object.older_versions, "older versions", false),
        (object.merged_away, "merged in the source", false),
        (object.repeated_ids, "rows repeat an ID", true),
        (object.spoiled_ids, "IDs spoiled by a spreadsheet", true),
    ] {
        if number > 0 {
            let mark = if warn { Line::new().say(Role::Warn, "! ") } else { Line::new() };
            lines.push(mark.number(Role::Text, number).text(" ").text(words));
        }
    }
    lines
}

/// `15  2025-11-14  delta  1,204 new, 2,310 changed`
#[must_use]
pub fn load_line(load: &Load) -> Line<'_> {
    let line = Line::new().name(Role::Text, load.id.to_string()).to(4).name(Role::Text, date(&load.as_of)).quiet("  ");
    line.quiet(if load.delta { "delta  " } else { "full   " }).then(brought(load))
}

/// `1,204 new, 2,310 changed`
fn brought(load: &Load) -> Line<'_> {
    let mut line = Line::new().number(Role::Text, load.new).quiet(" new");
    if load.changed > 0 {
        line = line.quiet(", ").number(Role::Text, load.changed).quiet(" changed");
    }
    if load.quarantined > 0 {
        line = line.quiet(", ").number(Role::Text, load.quarantined).quiet(" quarantined");
    }
    line
}

fn draw_loads(inventory: &Inventory, row: Option<Row>, canvas: &mut Canvas<'_>, area: Rect) {
    let loads: Vec<&Load> = match row {
        None => Vec::new(),
        Some(Row::Source(s)) => inventory.sources[s].objects.iter().flat_map(|object| &object.loads).collect(),
        Some(Row::Object(s, o)) => inventory.sources[s].objects[o].loads.iter().collect(),
    };
    canvas.line(area.x, area.y, area.width, &Line::new().quiet("loads, newest first"));
    let mut y = area.y + 2;
    let mut newest = loads;
    newest.sort_by_key(|load| std::cmp::Reverse(load.id));
    for load in newest {
        if y + 2 >= area.y + area.height {
            break;
        }
        let head = Line::new().name(Role::Text, load.id.to_string()).to(4).name(Role::Text, date(&load.as_of));
        canvas.line(area.x, y, area.width, &head.quiet(if load.delta { "  delta" } else { "  full" }));
        let below = area.width.saturating_sub(4);
        canvas.line(area.x + 4, y + 1, below, &brought(load));
        canvas.line(area.x + 4, y + 2, below, &Line::new().name(Role::Quiet, load.file.as_str()).middle());
        y += 4;
    }
}

/// The focused row as label and value.
pub fn facts(app: &App) -> Vec<(&'static str, Line<'_>)> {
    let Some(inventory) = &app.inventory else { return Vec::new() };
    let rows = rows(inventory);
    let Some(at) = app.sources.list.index(rows.len()) else {
        return vec![("", Line::new().text("No load yet. o loads a file."))];
    };
    match rows[at] {
        Row::Source(s) => {
            let source = &inventory.sources[s];
            vec![
                ("system", Line::new().name(Role::Strong, source.name.as_str())),
                ("kind", Line::new().text(source.kind.label())),
                ("objects", Line::new().number(Role::Text, source.objects.len() as u64)),
            ]
        }
        Row::Object(s, o) => {
            let source = &inventory.sources[s];
            let object = &source.objects[o];
            vec![
                ("object", Line::new().name(Role::Strong, object.name.as_str())),
                ("system", Line::new().name(Role::Text, source.name.as_str())),
                ("records", Line::new().number(Role::Text, object.records)),
                ("quarantined", Line::new().count(Role::Text, object.quarantined)),
                ("loads", Line::new().number(Role::Text, object.loads.len() as u64)),
            ]
        }
    }
}
