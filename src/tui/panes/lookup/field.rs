//! Lookup while one types: the field, what was found in groups by how it was met, and the answer under the cursor spelled
//! out below. Before typing, what was looked up before.

use ratatui::layout::Rect;

use super::super::super::app::{App, Purpose};
use super::super::super::msg::Target;
use super::super::super::paint::{Canvas, Line};
use super::super::super::theme::Role;
use super::super::super::wrap::wrap;
use super::{LookedUp, only_near};
use crate::crosswalk::{Answer, Found, Hit, How, Status};
use crate::sources::Inventory;
use crate::values::format;

/// What a group of hits is called.
fn heading(how: How) -> &'static str {
    match how {
        How::Exact => "exact",
        How::Prefix => "starts with it",
        How::Substring => "holds it",
        How::Typo => "one character off",
        How::Guess => "other case, or zeros put back",
    }
}

/// A row of the list.
enum Row<'a> {
    Heading(How),
    Hit(usize, &'a Hit),
}

fn rows(found: &Found) -> Vec<Row<'_>> {
    let mut rows = Vec::new();
    let mut how = None;
    for (at, hit) in found.hits.iter().enumerate() {
        if how != Some(hit.how) {
            how = Some(hit.how);
            rows.push(Row::Heading(hit.how));
        }
        rows.push(Row::Hit(at, hit));
    }
    rows
}

/// Copies the ID under the cursor; where there is none, the page.
pub fn copy(app: &mut App) {
    if let Some(hit) = app.lookup.hit().filter(|_| app.lookup.found.as_ref().is_some_and(|found| !only_near(found))) {
        let id =
            app.lookup.answer().and_then(|answer| answer.record.native_id.clone()).unwrap_or_else(|| hit.id.clone());
        return app.copy_value("the ID", id);
    }
    let Some(found) = &app.lookup.found else {
        return app.say(Line::new().text("There is nothing to copy yet."));
    };
    let mut lines = vec![
        Line::new().text("Looked up: ").data(Role::Text, found.typed.as_str()),
        Line::new().text("No record has this."),
    ];
    for hit in &found.hits {
        let near = Line::new().text("Near: ").data(Role::Text, hit.id.as_str()).text(", ");
        let near = near.name(Role::Text, hit.source.as_str()).text(" ").name(Role::Text, hit.object.as_str());
        lines.push(near.text(", ").data(Role::Text, hit.title.as_str()));
    }
    let page: String = lines.iter().map(|line| line.to_plain(app.veil()) + "\n").collect();
    app.copy_lines("the page", &page);
}

/// Draws the main area.
pub fn draw(app: &App, canvas: &mut Canvas<'_>, area: Rect) {
    let lookup = &app.lookup;
    let field_y = area.y;
    canvas.field(area.x + 1, field_y, area.width.saturating_sub(2).min(100), &lookup.field, app.overlays.is_empty());
    let body = Rect { y: field_y + 2, height: (area.y + area.height).saturating_sub(field_y + 2), ..area };
    match &lookup.found {
        None if lookup.field.text().trim().is_empty() => draw_before(app, canvas, body),
        None => {
            if app.late(Purpose::Find) {
                canvas.line(body.x + 1, body.y, body.width.saturating_sub(2), &Line::new().quiet("Looking."));
            }
        }
        Some(found) => draw_found(app, found, canvas, body),
    }
}

fn draw_before(app: &App, canvas: &mut Canvas<'_>, area: Rect) {
    let (x, width) = (area.x + 1, area.width.saturating_sub(2).min(100));
    let bottom = area.y + area.height;
    let told = "Type what the customer gives you, as it comes: an ID of any system, with or without dashes, spaces or zeros, 15 or 18 characters; an e-mail, phone or name.";
    let mut y = area.y;
    for row in wrap(told, usize::from(width.min(78))) {
        canvas.line(x, y, width, &Line::new().name(Role::Text, row));
        y += 1;
    }
    y += 1;
    let lookup = &app.lookup;
    if !lookup.recent.is_empty() && y + 1 < bottom {
        canvas.line(x, y, width, &Line::new().quiet("You looked up"));
        y += 1;
        let room = bottom.saturating_sub(y + 2);
        canvas.rows = room.max(1);
        let len = lookup.recent.len() as u64;
        for at in lookup.list.visible(len, room) {
            let Some(recent) = usize::try_from(at).ok().and_then(|at| lookup.recent.get(at)) else { continue };
            draw_recent(app, recent, canvas, Rect { x, y, width, height: 1 });
            if at == lookup.list.cursor {
                canvas.cursor_row(area.x, y, width + 1, true);
            }
            canvas.hit(Rect { x, y, width, height: 1 }, Target::Row(at));
            y += 1;
        }
        y += 1;
    }
    if let Some(inventory) = &app.inventory
        && y < bottom
    {
        canvas.line(x, y, width, &total(inventory, lookup.identifiers));
    }
}

fn draw_recent(app: &App, recent: &LookedUp, canvas: &mut Canvas<'_>, area: Rect) {
    let ago = app.clock.millis.saturating_sub(recent.at) / 1_000;
    let when = if ago < 60 { "now".to_owned() } else { format::ago(ago) };
    let line = Line::new()
        .text(" ")
        .data(Role::Text, recent.typed.as_str())
        .middle()
        .most(28)
        .to(31)
        .data(Role::Text, recent.title.as_str());
    canvas.line_right(area.x, area.y, area.width, &Line::new().made(Role::Quiet, when).text(" "));
    canvas.line(area.x, area.y, area.width.saturating_sub(14), &line);
}

fn total(inventory: &Inventory, identifiers: Option<u64>) -> Line<'_> {
    let systems = inventory.sources.len() as u64;
    let merged =
        super::super::sources::objects(inventory).fold(0_u64, |sum, object| sum.saturating_add(object.merged_away));
    if inventory.records == 0 {
        return Line::new().quiet("No record is loaded yet. In Sources, o loads a file.");
    }
    let line = match identifiers {
        Some(identifiers) => Line::new().plural(Role::Text, identifiers, "identifier", "identifiers").text(" of "),
        None => Line::new(),
    };
    let line = line.plural(Role::Text, inventory.records, "record", "records").text(" of ").plural(
        Role::Text,
        systems,
        "system",
        "systems",
    );
    let line =
        if merged > 0 { line.text(", ").number(Role::Text, merged).text(" merged away in their source") } else { line };
    line.all(Role::Quiet)
}

/// Widths of the three columns.
struct Columns {
    id: u16,
    from: u16,
    who: u16,
    status: u16,
}

impl Columns {
    fn of(width: u16) -> Self {
        let status = if width >= 96 { 22 } else { 0 };
        let id = (width / 3).clamp(16, 44);
        let from = (width / 4).clamp(12, 30);
        Self { id, from, who: width.saturating_sub(id + from + status + 4), status }
    }
}

fn draw_found(app: &App, found: &Found, canvas: &mut Canvas<'_>, area: Rect) {
    let width = area.width.min(130);
    let columns = Columns::of(width);
    let bottom = area.y + area.height;
    let mut y = area.y;
    let say = |canvas: &mut Canvas<'_>, y: &mut u16, line: &Line<'_>| {
        canvas.line(area.x + 1, *y, width.saturating_sub(2), line);
        *y += 1;
    };
    let near = only_near(found);
    if found.exact > 1 {
        let line = Line::new().data(Role::Strong, found.typed.as_str()).middle().most(40).strong(" is ");
        say(
            canvas,
            &mut y,
            &line.number(Role::Strong, found.exact as u64).strong(" things.").text(" Ask where it comes from."),
        );
        y += 1;
    } else if near {
        say(canvas, &mut y, &Line::new().strong("No record has this.").text(" It was in no file that was loaded."));
        y += 1;
    }
    if near && found.hits.is_empty() {
        say(
            canvas,
            &mut y,
            &Line::new().text("It may be newer than the loads. Search by e-mail, phone or name instead."),
        );
        say(canvas, &mut y, &Line::new().text("Ctrl-y copies this page as text, to send to the migration team."));
        for remark in &found.remarks {
            say(canvas, &mut y, &Line::new().say(Role::Warn, "! ").prose(Role::Text, remark.as_str()));
        }
        return;
    }
    let rows = rows(found);
    // The answer below takes what the list leaves, but never less than its first lines.
    let left = bottom.saturating_sub(y);
    let wanted = u16::try_from(rows.len()).unwrap_or(u16::MAX).saturating_add(1);
    let detail = if left >= 10 { left.saturating_sub(wanted).max(left / 2).min(12) } else { 0 };
    let room = left.saturating_sub(detail + 1);
    let (head, then) = if found.exact > 1 { ("found in", "as") } else { ("identifier", "where from") };
    let line = Line::new().quiet(head).to(columns.id).quiet(then).to(columns.id + columns.from).quiet("who it is");
    canvas.line(area.x + 2, y, width.saturating_sub(2), &line);
    y += 1;
    draw_hits(app, &rows, &columns, canvas, Rect { x: area.x, y, width, height: room });
    if detail == 0 {
        return;
    }
    let top = bottom - detail;
    canvas.rule(area.x + 1, top, width.saturating_sub(2));
    let below = Rect { x: area.x + 1, y: top + 1, width: width.saturating_sub(2), height: detail - 1 };
    draw_preview(app, found, canvas, below);
}

fn draw_hits(app: &App, rows: &[Row<'_>], columns: &Columns, canvas: &mut Canvas<'_>, area: Rect) {
    let lookup = &app.lookup;
    canvas.rows = area.height.max(1);
    let among_equals = lookup.found.as_ref().is_some_and(|found| found.exact > 1);
    let cursor = lookup.hit().map(std::ptr::from_ref);
    let at = rows
        .iter()
        .position(|row| matches!(row, Row::Hit(_, hit) if Some(std::ptr::from_ref(*hit)) == cursor))
        .unwrap_or(0) as u64;
    // A heading stays in sight with the first of its hits.
    let top = if at <= 1 { 0 } else { lookup.list.top };
    let list = super::super::super::widgets::list::List { cursor: at, top };
    for (y, row) in (area.y..).zip(list.visible(rows.len() as u64, area.height)) {
        match usize::try_from(row).ok().and_then(|row| rows.get(row)) {
            Some(Row::Heading(how)) => {
                canvas.line(area.x + 1, y, area.width, &Line::new().quiet(heading(*how)));
            }
            Some(Row::Hit(index, hit)) => {
                draw_hit(hit, among_equals, columns, canvas, Rect { y, height: 1, ..area });
                if row == at {
                    canvas.cursor_row(area.x, y, area.width, true);
                }
                canvas.hit(Rect { y, height: 1, ..area }, Target::Row(*index as u64));
            }
            None => {}
        }
    }
}

fn draw_hit(hit: &Hit, among_equals: bool, columns: &Columns, canvas: &mut Canvas<'_>, area: Rect) {
    let x = area.x + 2;
    let id = Line::new().marked(Role::Text, hit.id.as_str(), &hit.marks).middle();
    let from = Line::new().name(Role::Text, hit.source.as_str()).text(" ").name(Role::Text, hit.object.as_str());
    // Among equals the ID says nothing; what it is does.
    let (first, second) = if among_equals { (from, Line::new().quiet(hit.kind.label())) } else { (id, from) };
    canvas.line(x, area.y, columns.id - 2, &first);
    canvas.line(x + columns.id, area.y, columns.from - 2, &second);
    let mut who = Line::new().data(Role::Strong, hit.title.as_str());
    if columns.status == 0 && hit.status != Status::Loaded {
        who = who.quiet("  ").then(status(hit.status));
    }
    canvas.line(x + columns.id + columns.from, area.y, columns.who.saturating_sub(2), &who);
    if columns.status > 0 {
        let x = x + columns.id + columns.from + columns.who;
        canvas.line(x, area.y, columns.status, &status(hit.status));
    }
}

/// A status with its mark.
pub fn status(status: Status) -> Line<'static> {
    match status {
        Status::Loaded => Line::new().quiet(status.label()),
        Status::MergedInSource => Line::new().text(status.label()),
        Status::NotInExtract => Line::new().say(Role::Warn, "! ").text(status.label()),
    }
}

fn draw_preview(app: &App, found: &Found, canvas: &mut Canvas<'_>, area: Rect) {
    let mut lines: Vec<Line<'_>> = Vec::new();
    if let Some(hit) = app.lookup.hit() {
        let answer = app.lookup.answer();
        lines.extend(preview(hit, answer));
    }
    // That none is preferred stands above already.
    let told = |remark: &&String| found.exact <= 1 || !remark.contains("none is preferred");
    let remarks: Vec<Line<'_>> = found
        .remarks
        .iter()
        .filter(told)
        .map(|remark| Line::new().say(Role::Warn, "! ").prose(Role::Text, remark.as_str()))
        .collect();
    let room = usize::from(area.height).saturating_sub(remarks.len());
    for (y, line) in (area.y..).zip(lines.iter().take(room)) {
        canvas.line(area.x, y, area.width, line);
    }
    let first = (area.y + area.height).saturating_sub(u16::try_from(remarks.len()).unwrap_or(0)).max(area.y);
    for (y, line) in (first..area.y + area.height).zip(&remarks) {
        canvas.line(area.x, y, area.width, line);
    }
}

/// The answer in a few lines; of the hit alone as long as the answer is not there.
fn preview<'a>(hit: &'a Hit, answer: Option<&'a Answer>) -> Vec<Line<'a>> {
    let label = |text: Line<'a>| Line::new().text("  ").then(text).to(14);
    let mut lines = vec![Line::new().data(Role::Strong, hit.title.as_str())];
    if let Some(answer) = answer
        && !answer.subtitle.is_empty()
    {
        lines[0] = lines[0].clone().quiet("   ").data(Role::Text, answer.subtitle.as_str());
    }
    lines.push(
        label(Line::new().quiet("this ID"))
            .text(hit.kind.label())
            .quiet(", column ")
            .name(Role::Text, hit.column.as_str()),
    );
    if let Some(note) = &hit.note {
        lines.push(label(Line::new().quiet("matched")).prose(Role::Text, note.as_str()));
    }
    if !hit.reason.is_empty() {
        lines.push(label(Line::new().quiet("now")).prose(Role::Text, hit.reason.as_str()));
    }
    let Some(answer) = answer else { return lines };
    for (name, role, value) in super::answer::highlights(answer) {
        lines.push(label(super::answer::highlight_label(name, *role)).data(Role::Text, value.as_str()));
    }
    lines.push(label(Line::new().quiet("record")).data(Role::Text, answer.record.key.as_str()).middle());
    lines
}
