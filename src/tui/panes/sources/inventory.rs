//! The inventory: systems with their objects, what each brought, how much could not be read, how old it is, and the sum
//! that must close. `/` filters it, `b` groups it; what is known of the row under the cursor stands beside it (`detail`).

use jiff::civil::Date;
use ratatui::layout::Rect;

use super::detail::{self, Entry};
use super::door;
use super::load::brought;
use super::{Screen, findings, object, objects, records, relations};
use crate::sources::{Inventory, Load, Object, Source};
use crate::tui::action::Act;
use crate::tui::app::{App, Purpose};
use crate::tui::msg::Target;
use crate::tui::paint::{Canvas, Line, Note};
use crate::tui::prompt::{Prompt, Question};
use crate::tui::theme::Role;
use crate::tui::widgets::list::List;

/// Days behind the newest load after which a source is worth a look.
const STALE_DAYS: i32 = 30;

/// By what the list is grouped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Breakdown {
    /// As the systems came.
    #[default]
    None,
    Kind,
    Owner,
}

/// How the inventory is looked at.
#[derive(Debug, Clone, Default)]
pub struct View {
    /// Only systems and objects whose name, kind or owner holds this.
    pub filter: String,
    pub breakdown: Breakdown,
    /// The detail has the keys, not the list.
    pub in_detail: bool,
    /// The cursor among the doors of the detail.
    pub doors: List,
}

/// A row of the list, by position in the inventory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Row {
    /// The heading of the group that begins with this system.
    Group(usize),
    Source(usize),
    Object(usize, usize),
}

/// By what a system is grouped.
fn group<'a>(app: &'a App, source: &'a Source) -> &'a str {
    match app.sources.view.breakdown {
        Breakdown::None => "",
        Breakdown::Kind => source.kind.label(),
        Breakdown::Owner => app.sources.known.get(&source.name).map_or("", |known| known.facts.owner.as_str()),
    }
}

/// The rows of the list, top down.
#[must_use]
pub fn rows(app: &App) -> Vec<Row> {
    let Some(inventory) = &app.inventory else { return Vec::new() };
    let needle = app.sources.view.filter.to_lowercase();
    let holds = |text: &str| text.to_lowercase().contains(&needle);
    let owner = |source: &Source| app.sources.known.get(&source.name).is_some_and(|known| holds(&known.facts.owner));
    let mut order: Vec<usize> = (0..inventory.sources.len()).collect();
    if app.sources.view.breakdown != Breakdown::None {
        // Those of which it is not known come last.
        order.sort_by_key(|s| {
            let group = group(app, &inventory.sources[*s]);
            (group.is_empty(), group.to_lowercase())
        });
    }
    let (mut rows, mut last) = (Vec::new(), None);
    for s in order {
        let source = &inventory.sources[s];
        let whole = needle.is_empty() || holds(&source.name) || holds(source.kind.label()) || owner(source);
        let fits: Vec<usize> = (0..source.objects.len()).filter(|o| whole || holds(&source.objects[*o].name)).collect();
        if !whole && fits.is_empty() {
            continue;
        }
        if app.sources.view.breakdown != Breakdown::None && last.as_deref() != Some(group(app, source)) {
            last = Some(group(app, source).to_owned());
            rows.push(Row::Group(s));
        }
        rows.push(Row::Source(s));
        rows.extend(fits.into_iter().map(|o| Row::Object(s, o)));
    }
    rows
}

/// The row under the cursor.
#[must_use]
pub fn row_at_cursor(app: &App) -> Option<Row> {
    let rows = rows(app);
    app.sources.list.index(rows.len()).map(|at| rows[at])
}

/// The system that the cursor is on, or in.
#[must_use]
pub fn source_at_cursor(app: &App) -> Option<&Source> {
    let inventory = app.inventory.as_ref()?;
    match row_at_cursor(app)? {
        Row::Group(_) => None,
        Row::Source(s) | Row::Object(s, _) => inventory.sources.get(s),
    }
}

fn detail_of<'a>(app: &'a App, row: Option<Row>, width: u16, loads: bool) -> Vec<Entry<'a>> {
    let Some(inventory) = &app.inventory else { return Vec::new() };
    match row {
        None => Vec::new(),
        Some(Row::Group(s)) => {
            let group = group(app, &inventory.sources[s]);
            let line = Line::new().name(Role::Strong, if group.is_empty() { "nobody was named" } else { group });
            vec![Entry { line, figure: None, door: None }]
        }
        Some(Row::Source(s)) => detail::of_source(app, inventory, &inventory.sources[s], width),
        Some(Row::Object(s, o)) => {
            let source = &inventory.sources[s];
            detail::of_object(app, source, &source.objects[o], width, loads)
        }
    }
}

/// Whether a third column has the loads.
fn has_third(width: u16, height: u16) -> bool {
    width >= 150 && height >= 30
}

/// Does an action.
pub fn perform(app: &mut App, act: Act) {
    let rows = rows(app);
    let row = app.sources.list.index(rows.len()).map(|at| rows[at]);
    match act {
        Act::Left => {
            app.sources.view.in_detail = false;
            return;
        }
        Act::Right => {
            app.sources.view.in_detail = !doors(app, row).is_empty();
            app.sources.view.doors = List::default();
            return;
        }
        Act::Filter => return app.prompt = Some(Prompt::new(Question::Filter, &app.sources.view.filter)),
        Act::BreakDown => return break_down(app, row),
        Act::Add => return app.prompt = Some(Prompt::new(Question::NewSystem, "")),
        Act::Facts => {
            if let Some(name) = source_at_cursor(app).map(|source| source.name.clone()) {
                super::facts::open(app, name, None);
            }
            return;
        }
        Act::Relations => return relations::open(app, None),
        Act::Findings => {
            let object = app.sources.object_at_cursor(app);
            return findings::open(app, object);
        }
        Act::Records => {
            if let Some(id) = app.sources.object_at_cursor(app) {
                records::open(app, id);
            }
            return;
        }
        _ => {}
    }
    if app.sources.view.in_detail {
        let doors = doors(app, row);
        let height = app.rows;
        if !super::moved(&mut app.sources.view.doors, act, doors.len() as u64, height)
            && act == Act::Open
            && let Some(at) = app.sources.view.doors.index(doors.len())
            && let Some(door) = doors.into_iter().nth(at)
        {
            door::go(app, door);
        }
        return;
    }
    if super::moved(&mut app.sources.list, act, rows.len() as u64, app.rows) {
        return;
    }
    let Some(inventory) = &app.inventory else { return };
    if act == Act::Open {
        // A system with one object opens that; with several, the first.
        let (source, at) = match row {
            Some(Row::Source(source)) => (source, 0),
            Some(Row::Object(source, object)) => (source, object),
            _ => return,
        };
        let source = &inventory.sources[source];
        match source.objects.get(at).map(|object| object.id) {
            Some(id) => app.sources.stack.push(Screen::Object(object::ObjectScreen::new(id))),
            None => {
                let line = Line::new().text("No load yet. ").name(Role::Text, source.name.clone());
                app.say(line.text(" has no file here. o loads one; e says what is known of it."));
            }
        }
    }
}

fn doors(app: &App, row: Option<Row>) -> Vec<door::Door> {
    let loads = !has_third(app.size.0, app.size.1.saturating_sub(5));
    detail_of(app, row, 60, loads).into_iter().filter_map(|entry| entry.door).collect()
}

/// Groups the list by the next thing; the cursor stays on its row.
fn break_down(app: &mut App, row: Option<Row>) {
    let (next, words) = match app.sources.view.breakdown {
        Breakdown::None => (Breakdown::Kind, "By kind of system."),
        Breakdown::Kind => (Breakdown::Owner, "By owner."),
        Breakdown::Owner => (Breakdown::None, "In the order in which the systems came."),
    };
    app.sources.view.breakdown = next;
    follow(app, row);
    app.say(Line::new().text(words).text(" b goes on."));
}

/// Puts the cursor on a row, wherever it stands now.
fn follow(app: &mut App, row: Option<Row>) {
    let at = rows(app).iter().position(|other| Some(*other) == row);
    app.sources.list.cursor = at.unwrap_or(0) as u64;
}

/// Shows only what holds a text in its name, kind or owner; the cursor stays on its row if that is still there.
pub fn filter(app: &mut App, text: &str) {
    let row = row_at_cursor(app);
    text.trim().clone_into(&mut app.sources.view.filter);
    app.sources.view.in_detail = false;
    let rows = rows(app);
    // The first object is what a person looks for, not the name of its system.
    let first = rows.iter().position(|row| matches!(row, Row::Object(..))).unwrap_or(0);
    let at = rows.iter().position(|other| Some(*other) == row).unwrap_or(first);
    app.sources.list.cursor = at as u64;
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

/// Row 2, left.
#[must_use]
pub fn place(app: &App) -> Line<'_> {
    let line = Line::new().strong("Sources");
    let line = match app.sources.view.breakdown {
        Breakdown::None => line,
        Breakdown::Kind => line.quiet(" by kind"),
        Breakdown::Owner => line.quiet(" by owner"),
    };
    match app.sources.view.filter.as_str() {
        "" => line,
        filter => line.quiet(" with “").name(Role::Text, filter).most(20).quiet("”"),
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

/// `! Partner list is 137 days older than the newest load.`
#[must_use]
pub fn stale_sentence(inventory: &Inventory, source: &Source) -> Option<Note> {
    let days = days_behind(inventory, source)?;
    let line = Line::new().say(Role::Warn, "! ").name(Role::Text, source.name.clone()).text(" is ");
    Some(line.plural(Role::Text, days, "day", "days").text(" older than the newest load."))
}

/// What is worth a look while nothing just happened.
#[must_use]
pub fn notice(inventory: &Inventory) -> Option<Note> {
    inventory.sources.iter().find_map(|source| stale_sentence(inventory, source))
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
    let rows = rows(app);
    let row = app.sources.list.index(rows.len()).map(|at| rows[at]);
    let third = has_third(area.width, area.height);
    let below = if area.height >= 14 { (area.height * 2 / 5).clamp(7, 12) } else { 0 };
    let (list, detail) = if area.width >= 100 {
        let left = if area.width >= 120 { 76 } else { area.width * 2 / 3 };
        canvas.divider(left, area.y, area.height);
        let rest = area.width - left - 3;
        let width = if third { rest.min(48) } else { rest };
        (Rect { width: left - 1, ..area }, Rect { x: left + 2, width, ..area })
    } else {
        let y = area.y + area.height - below;
        if below > 0 {
            canvas.rule(area.x + 1, y, area.width.saturating_sub(2));
        }
        let detail = Rect { x: area.x + 2, y: y + 1, width: area.width.saturating_sub(4), height: below.max(1) - 1 };
        (Rect { height: area.height - below, ..area }, detail)
    };
    canvas.hit(list, Target::Part(0));
    if rows.is_empty() {
        let line = Line::new().text("Nothing matches “").name(Role::Text, app.sources.view.filter.as_str());
        canvas.line(
            list.x + 2,
            list.y + 1,
            list.width.saturating_sub(3),
            &line.text("”. A filter is on; Esc clears it."),
        );
        canvas.rows = 1;
        return;
    }
    draw_list(app, inventory, &rows, canvas, list);
    if third {
        let x = detail.x + detail.width + 1;
        canvas.divider(x, area.y, area.height);
        let loads = Rect { x: x + 2, width: (area.x + area.width).saturating_sub(x + 3).min(60), ..area };
        draw_loads(inventory, row, canvas, loads);
    }
    if detail.height > 0 {
        draw_detail(app, row, canvas, detail, !third);
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

/// Sums of a row: records, quarantined, loads, as of.
type Sums<'a> = (u64, u64, u64, Option<&'a str>);

fn sums(source: &Source) -> Sums<'_> {
    let sum = |of: fn(&Object) -> u64| source.objects.iter().map(of).fold(0_u64, u64::saturating_add);
    (sum(|o| o.records), sum(|o| o.quarantined), sum(|o| o.loads.len() as u64), as_of(source))
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
    let indent = if app.sources.view.breakdown == Breakdown::None { 0 } else { 2 };
    for at in visible {
        let Some(row) = usize::try_from(at).ok().and_then(|at| rows.get(at)) else { continue };
        let (role, (records, quarantined, loads, time)) = match row {
            Row::Group(s) => {
                let name = group(app, &inventory.sources[*s]);
                let line = Line::new().name(Role::Quiet, if name.is_empty() { "nobody was named" } else { name });
                canvas.line(area.x + 2, y, columns.name, &line);
                let of = inventory.sources.iter().filter(|source| group(app, source) == name).map(sums);
                let (records, quarantined, loads) = of.fold((0_u64, 0_u64, 0_u64), |sum, (r, q, l, _)| {
                    (sum.0.saturating_add(r), sum.1.saturating_add(q), sum.2.saturating_add(l))
                });
                (Role::Quiet, (records, quarantined, loads, None))
            }
            Row::Source(s) => {
                let source = &inventory.sources[*s];
                let line = Line::new().name(Role::Strong, source.name.as_str()).quiet("  ").quiet(source.kind.label());
                canvas.line(area.x + 2 + indent, y, columns.name.saturating_sub(indent), &line);
                if days_behind(inventory, source).is_some()
                    && let Some(x) = columns.as_of
                {
                    canvas.line(x + 1, y, 1, &Line::new().say(Role::Warn, "!"));
                }
                (Role::Strong, sums(source))
            }
            Row::Object(s, o) => {
                let source = &inventory.sources[*s];
                let object = &source.objects[*o];
                canvas.line(
                    area.x + 4 + indent,
                    y,
                    columns.name.saturating_sub(2 + indent),
                    &Line::new().name(Role::Text, object.name.as_str()),
                );
                // The date stands at the system; at an object only where it is another.
                let own = object.as_of().filter(|time| as_of(source).map(date) != Some(date(time)));
                (Role::Text, (object.records, object.quarantined, object.loads.len() as u64, own))
            }
        };
        right(canvas, columns.records, y, &Line::new().count(role, records));
        right(canvas, columns.quarantined, y, &Line::new().count(role, quarantined));
        right(canvas, columns.loads, y, &Line::new().count(role, loads));
        if let (Some(x), Some(time)) = (columns.as_of, time) {
            canvas.line(x.saturating_sub(10), y, 10, &Line::new().name(Role::Text, date(time)));
        }
        if at == app.sources.list.cursor.min(rows.len() as u64 - 1) {
            canvas.cursor_row(area.x, y, area.width, !app.sources.view.in_detail);
        }
        canvas.hit(Rect { x: area.x, y, width: area.width, height: 1 }, Target::Row(at));
        canvas.hit(Rect { x: area.x, y, width: area.width, height: 1 }, Target::Part(0));
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
    let line = if app.sources.view.filter.is_empty() { line } else { line.quiet(" in all") };
    canvas.line(area.x + 2, y + 1, columns.name, &line);
    right(canvas, columns.records, y + 1, &Line::new().count(Role::Strong, inventory.records));
    right(canvas, columns.quarantined, y + 1, &Line::new().count(Role::Strong, inventory.quarantined));
    right(canvas, columns.loads, y + 1, &Line::new().count(Role::Strong, inventory.loads));
}

/// What is known of the row under the cursor, as many lines as fit; with the keys it scrolls to its cursor.
fn draw_detail(app: &App, row: Option<Row>, canvas: &mut Canvas<'_>, area: Rect, with_loads: bool) {
    let mut entries = detail_of(app, row, area.width, with_loads);
    if area.height <= 12 {
        // Little room: no empty rows.
        entries.retain(|entry| !entry.line.is_empty());
    }
    let focused = app.sources.view.in_detail;
    let doors = entries.iter().filter(|entry| entry.door.is_some()).count();
    let chosen = app.sources.view.doors.index(doors).filter(|_| focused);
    let at = chosen.and_then(|chosen| {
        entries.iter().enumerate().filter(|(_, entry)| entry.door.is_some()).nth(chosen).map(|(at, _)| at)
    });
    let height = usize::from(area.height);
    let first = at.map_or(0, |at| (at + 2).saturating_sub(height)).min(entries.len().saturating_sub(height));
    if focused {
        canvas.rows = area.height.max(1);
    }
    canvas.hit(area, Target::Part(1));
    let mut door = entries[..first].iter().filter(|entry| entry.door.is_some()).count() as u64;
    for (y, (n, entry)) in (area.y..area.y + area.height).zip(entries.iter().enumerate().skip(first)) {
        let wide = entry.figure.as_ref().map_or(0, |figure| canvas.width(figure) + 1).min(area.width / 2);
        canvas.line(area.x, y, area.width.saturating_sub(wide), &entry.line);
        if let Some(figure) = &entry.figure {
            canvas.line_right(area.x, y, area.width, figure);
        }
        let whole = Rect { x: area.x - 1, y, width: area.width + 1, height: 1 };
        if Some(n) == at {
            canvas.cursor_row(whole.x, y, whole.width, true);
        }
        if entry.door.is_some() {
            // The part is told first, then the row of it.
            canvas.hit(whole, Target::Row(door));
            canvas.hit(whole, Target::Part(1));
            door += 1;
        }
    }
    let more = entries.len().saturating_sub(first + height) as u64;
    if more > 0 && area.height > 1 && !focused {
        let y = area.y + area.height - 1;
        canvas.clear(Rect { y, height: 1, ..area });
        canvas.line(
            area.x,
            y,
            area.width,
            &Line::new().quiet("and ").number(Role::Quiet, more + 1).quiet(" lines more, → goes there"),
        );
    }
}

fn draw_loads(inventory: &Inventory, row: Option<Row>, canvas: &mut Canvas<'_>, area: Rect) {
    let mut loads: Vec<&Load> = match row {
        None | Some(Row::Group(_)) => Vec::new(),
        Some(Row::Source(s)) => inventory.sources[s].objects.iter().flat_map(|object| &object.loads).collect(),
        Some(Row::Object(s, o)) => inventory.sources[s].objects[o].loads.iter().collect(),
    };
    canvas.line(area.x, area.y, area.width, &Line::new().quiet("loads, newest first"));
    let mut y = area.y + 2;
    loads.sort_by_key(|load| std::cmp::Reverse(load.id));
    for load in loads {
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
    let owner = |source: &Source| {
        let known = app.sources.known.get(&source.name);
        known.map(|known| known.facts.owner.clone()).filter(|owner| !owner.is_empty())
    };
    match row_at_cursor(app) {
        None if inventory.sources.is_empty() => vec![("", Line::new().text("No load yet. o loads a file."))],
        None => vec![("", Line::new().text("Nothing matches. Esc clears the filter."))],
        Some(Row::Group(s)) => vec![("group", Line::new().name(Role::Strong, group(app, &inventory.sources[s])))],
        Some(Row::Source(s)) => {
            let source = &inventory.sources[s];
            let mut facts = vec![
                ("system", Line::new().name(Role::Strong, source.name.as_str())),
                ("kind", Line::new().text(source.kind.label())),
                ("objects", Line::new().count(Role::Text, source.objects.len() as u64)),
            ];
            facts.extend(owner(source).map(|owner| ("owner", Line::new().name(Role::Text, owner))));
            facts
        }
        Some(Row::Object(s, o)) => {
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
