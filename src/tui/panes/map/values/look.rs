//! How a value map looks: values with their records, a bar for what they are worth, what each becomes, and who said so;
//! below them what the focused value may become. Only what is seen is drawn, and no row is counted here.

use ratatui::layout::Rect;

use super::ValuesScreen;
use super::choice::{narrowed, target_field};
use crate::mapping::ValueTarget;
use crate::mapping::values::{Decided, ValueLine, ValueTable};
use crate::model::Field;
use crate::tui::app::{App, Purpose};
use crate::tui::line::head;
use crate::tui::msg::Target;
use crate::tui::paint::{Canvas, Line};
use crate::tui::panes::map::model_asks::Wanted;
use crate::tui::panes::map::typed;
use crate::tui::prompt::{Prompt, Question};
use crate::tui::theme::Role;
use crate::tui::widgets::chart;

/// Row 2.
pub fn headline<'a>(app: &'a App, screen: &'a ValuesScreen) -> (Line<'a>, Line<'a>) {
    // The sum takes most of a narrow row; the field is what one looks for beside it.
    let left = Line::new().quiet("Map › ");
    let left = if app.size.0 < 100 {
        left
    } else {
        let left = left.name(Role::Quiet, screen.key.source.as_str()).quiet(" › ");
        left.name(Role::Quiet, screen.key.object.as_str()).quiet(" › ")
    };
    let left = left.name(Role::Strong, screen.column.as_str());
    let Some(table) = screen.table.as_ref().filter(|table| !table.fields.is_empty()) else {
        return (left, Line::new());
    };
    let (open, empty) = (screen.sums.open, screen.sums.empty);
    let right = Line::new()
        .plural(Role::Text, table.records, "record", "records")
        .quiet(" = ")
        .number(Role::Text, table.records.saturating_sub(open).saturating_sub(empty))
        .quiet(" mapped + ");
    let right = if empty > 0 { right.number(Role::Text, empty).quiet(" empty + ") } else { right };
    let right = if open > 0 {
        right.say(Role::Bad, "✗ ").number(Role::Bad, open).text(" not")
    } else {
        right.text("0 not ").say(Role::Good, "✓")
    };
    (left, right)
}

/// What a value becomes, in words.
fn becomes<'a>(line: &'a ValueLine, field: usize) -> Line<'a> {
    match line.to.get(field).and_then(Option::as_ref) {
        Some(Decided { to, only_where, by_default, .. }) => {
            let role = if *by_default { Role::Quiet } else { Role::Text };
            let words = match to {
                ValueTarget::Value(value) => Line::new().name(role, value.as_str()),
                ValueTarget::Nothing => Line::new().quiet("– nothing"),
                ValueTarget::Excluded(reason) => Line::new().quiet("– excluded: ").name(role, reason.as_str()),
            };
            let words = if *by_default { words.quiet(", by default") } else { words };
            if only_where.is_empty() { words } else { words.quiet(" where ").name(Role::Quiet, only_where.as_str()) }
        }
        None => match line.suggested.get(field).and_then(Option::as_ref).map(|proposed| &proposed.to) {
            Some(ValueTarget::Value(value)) => Line::new().say(Role::Warn, "? ").name(Role::Text, value.as_str()),
            Some(ValueTarget::Nothing) => Line::new().say(Role::Warn, "? ").quiet("nothing"),
            Some(ValueTarget::Excluded(reason)) => {
                Line::new().say(Role::Warn, "? ").quiet("excluded: ").name(Role::Text, reason.as_str())
            }
            None if line.value.is_empty() => Line::new().quiet("– stays empty"),
            None => Line::new().say(Role::Bad, "✗ ").text("not decided"),
        },
    }
}

/// Who decided, and when; or why it is open.
fn by(line: &ValueLine, field: usize) -> Line<'_> {
    match line.to.get(field).and_then(Option::as_ref) {
        Some(decided) if decided.by.is_empty() => Line::new().quiet("just now"),
        Some(decided) => {
            let day = decided.at.get(..10).unwrap_or(&decided.at);
            Line::new().name(Role::Quiet, decided.by.as_str()).most(13).quiet(" ").name(Role::Quiet, day)
        }
        None if line.is_new => Line::new().say(Role::Warn, "! ").text("new since it was decided"),
        None => match line.suggested.get(field).and_then(Option::as_ref) {
            Some(proposed) => Line::new().prose(Role::Quiet, proposed.because.as_str()),
            None => Line::new(),
        },
    }
}

fn shown_value(line: &ValueLine, role: Role, cells: u16) -> Line<'_> {
    if line.value.is_empty() {
        Line::new().quiet("(empty)")
    } else {
        Line::new().value(role, Some(head(&line.value, usize::from(cells))))
    }
}

/// Draws the main area.
pub fn draw(app: &App, screen: &ValuesScreen, canvas: &mut Canvas<'_>, area: Rect) {
    canvas.rows = 1;
    let inside = area.width.saturating_sub(3);
    let Some(table) = &screen.table else {
        let line = match &screen.problem {
            Some(problem) => problem.line(),
            None if app.late(Purpose::ValueMap) => Line::new()
                .text("Counting the values of ")
                .name(Role::Text, screen.column.as_str())
                .text(". Everything else works."),
            None => Line::new(),
        };
        canvas.line(area.x + 2, area.y + 1, inside, &line);
        return;
    };
    if table.fields.is_empty() {
        let line = Line::new()
            .text("No rule maps the values of ")
            .name(Role::Text, screen.column.as_str())
            .text(" yet. Enter chooses the field that they become.");
        canvas.line(area.x + 2, area.y + 1, inside, &line);
        return;
    }
    let below = if area.height >= 14 { 5 } else { 2 };
    let list = Rect { height: area.height.saturating_sub(below + 1), ..area };
    draw_list(screen, table, canvas, list);
    let y = list.bottom();
    canvas.rule(area.x + 1, y, area.width.saturating_sub(2));
    let foot = Rect { x: area.x + 2, y: y + 1, width: inside, height: area.bottom().saturating_sub(y + 1) };
    draw_choice(app, screen, canvas, foot);
}

/// Where the columns stand.
struct Places {
    value: u16,
    bar: Option<(u16, u16)>,
    targets: Vec<(u16, u16)>,
    by: Option<(u16, u16)>,
}

fn places(area: Rect, fields: usize) -> Places {
    let value = (area.width * 22 / 100).clamp(10, 40);
    let mut x = area.x + 2 + value + 10;
    let right = area.right().saturating_sub(1);
    let bar = (area.width >= 100).then(|| {
        // Two names of fields have to be read whole before a bar may be long.
        let wide = (area.width / if fields > 1 { 9 } else { 6 }).min(24);
        let at = (x + 2, wide);
        x += wide + 2;
        at
    });
    let by = (area.width >= 100).then(|| (right.saturating_sub(24), 24));
    let end = by.map_or(right, |(at, _)| at.saturating_sub(1));
    let fields = u16::try_from(fields.max(1)).unwrap_or(u16::MAX);
    // A column that is too narrow to be read says less than none.
    let each = (end.saturating_sub(x + 2) / fields).clamp(12, 36);
    let targets = (0..fields)
        .map(|at| (x.saturating_add(2).saturating_add(at.saturating_mul(each)), each.saturating_sub(2)))
        .take_while(|(x, width)| x + width <= end + 1)
        .collect();
    Places { value, bar, targets, by }
}

/// The first of the target fields that are seen, so that the one with the answers is among them.
fn first_seen(field: usize, seen: usize) -> usize {
    (field + 1).saturating_sub(seen.max(1))
}

fn draw_list(screen: &ValuesScreen, table: &ValueTable, canvas: &mut Canvas<'_>, area: Rect) {
    let places = places(area, table.fields.len());
    let records = area.x + 2 + places.value;
    let first = first_seen(screen.field, places.targets.len());
    canvas.line(area.x + 2, area.y, places.value, &Line::new().quiet("source value"));
    canvas.line_right(records, area.y, 10, &Line::new().quiet("records"));
    for (at, (x, width)) in (first..).zip(&places.targets) {
        let name = table.fields.get(at).map_or("", String::as_str);
        let role = if at == screen.field { Role::Accent } else { Role::Quiet };
        let line = if at == first && at > 0 { Line::new().quiet("‹ ") } else { Line::new() };
        canvas.line(*x, area.y, *width, &line.name(role, name));
    }
    if let Some((x, width)) = places.by {
        canvas.line(x, area.y, width, &Line::new().quiet("by"));
    }
    let len = screen.len();
    if len == 0 {
        let words = match (screen.only_open, screen.filter.is_empty()) {
            (true, true) => "Every value is decided. ! shows all of them.",
            (_, false) => "No value has this text. Esc shows all of them.",
            (false, true) => "The field is never filled: there is no value to map.",
        };
        canvas.line(area.x + 2, area.y + 2, area.width.saturating_sub(3), &Line::new().text(words));
        return;
    }
    // The sum has its two rows where at least three values are seen.
    let sum = if area.height >= 6 { 2 } else { 0 };
    let room = area.height.saturating_sub(1 + sum);
    canvas.rows = room.max(1);
    let chosen = screen.list.index(len);
    let mut y = area.y + 1;
    for at in screen.list.visible(len as u64, room) {
        let Some((at, line)) = usize::try_from(at).ok().and_then(|at| Some((at, screen.line(at)?))) else { continue };
        if screen.marks.contains(&line.value) {
            canvas.line(area.x + 1, y, 1, &Line::new().say(Role::Accent, "•"));
        }
        canvas.line(area.x + 2, y, places.value, &shown_value(line, Role::Text, places.value));
        canvas.line_right(records, y, 10, &Line::new().number(Role::Text, line.records));
        if let Some((x, width)) = places.bar {
            let bar = chart::bar(line.records, screen.sums.most, width, canvas.theme.ascii);
            canvas.line(x, y, width, &Line::new().made(Role::Quiet, bar));
        }
        canvas.hit(Rect { y, height: 1, ..area }, Target::Row(at as u64));
        for (field, (x, width)) in (first..).zip(&places.targets) {
            let words = becomes(line, field);
            let saving = field == screen.field && screen.is_pending(&line.value);
            canvas.line(*x, y, *width, &if saving { Line::new().quiet("being saved") } else { words });
        }
        if let Some((x, width)) = places.by {
            canvas.line(x, y, width, &by(line, screen.field));
        }
        if Some(at) == chosen {
            canvas.cursor_row(area.x, y, area.width, true);
            if screen.marks.contains(&line.value) {
                canvas.line(area.x + 1, y, 1, &Line::new().say(Role::Accent, "•"));
            }
        }
        y += 1;
    }
    for (at, (x, width)) in (first..).zip(&places.targets) {
        canvas.hit(Rect { x: *x, y: area.y, width: *width, height: 1 }, Target::Column(at));
    }
    if sum > 0 {
        canvas.rule(area.x + 2, y, places.value + 10);
        draw_sum(screen, table, canvas, Rect { y: y + 1, height: 1, ..area }, records);
    }
}

/// The sum of what is shown: it says when that is not all.
fn draw_sum(screen: &ValuesScreen, table: &ValueTable, canvas: &mut Canvas<'_>, area: Rect, records: u16) {
    let seen = screen.len() as u64;
    let all = table.rows.len() as u64;
    let line = if seen < all {
        Line::new().number(Role::Text, seen).quiet(" of ").plural(Role::Quiet, all, "value", "values")
    } else {
        Line::new().quiet("all ").plural(Role::Quiet, all, "value", "values")
    };
    canvas.line(area.x + 2, area.y, records.saturating_sub(area.x + 3), &line);
    canvas.line_right(records, area.y, 10, &Line::new().number(Role::Text, screen.sums.shown));
    let mut right = Line::new();
    if table.distinct > all {
        right = right.quiet("of ").number(Role::Quiet, table.distinct).quiet(" in all, those with most records  ");
    }
    if screen.only_open {
        right = right.quiet("only open  ");
    }
    if !screen.filter.is_empty() {
        right = right.quiet("with “").name(Role::Text, screen.filter.as_str()).quiet("”  ");
    }
    let open = screen.sums.open_values;
    if open > 0 {
        right = right.plural(Role::Text, open, "value", "values").quiet(" open, n goes there");
    }
    let x = records + 12;
    canvas.line(x, area.y, area.right().saturating_sub(x + 1), &right);
}

/// What is being typed for a target, if something is.
fn typed_target(app: &App) -> Option<&str> {
    match &app.prompt {
        Some(Prompt {
            question: Question::Map(typed::Wanted::Model(Wanted::Becomes { .. } | Wanted::Otherwise)),
            field,
            ..
        }) => Some(field.text()),
        _ => None,
    }
}

/// What the focused value can become: the allowed values, narrowed by what is typed, and what is known of it.
fn draw_choice(app: &App, screen: &ValuesScreen, canvas: &mut Canvas<'_>, area: Rect) {
    if area.height == 0 {
        return;
    }
    let typing = typed_target(app);
    let field = target_field(app, screen);
    let name = screen.field_name().unwrap_or_default();
    let mut line = Line::new().name(Role::Strong, name);
    line = match field {
        Some(field) if !field.allowed.is_empty() => {
            let found = narrowed(field, typing.unwrap_or_default(), None).len();
            line.quiet(if typing.is_some() { ", type to narrow: " } else { ": " })
                .number(Role::Quiet, found as u64)
                .quiet(" of ")
                .number(Role::Quiet, field.allowed.len() as u64)
                .quiet(" allowed")
        }
        Some(_) => line.quiet(", any text is allowed"),
        None => line.quiet(" is not in the model"),
    };
    let marks = screen.marks.len() as u64;
    if marks > 0 {
        line = line
            .quiet(" · ")
            .plural(Role::Accent, marks, "value is marked", "values are marked")
            .quiet(", one answer for all");
    }
    canvas.line(area.x, area.y, area.width, &line);
    if area.height < 2 {
        return;
    }
    let allowed = field.filter(|field| !field.allowed.is_empty());
    let rows = if area.height >= 4 { 2 } else { 1 };
    if let Some(field) = allowed {
        draw_allowed(screen, field, typing, canvas, Rect { y: area.y + 1, height: rows, ..area });
    }
    let Some(focused) = screen.focused().filter(|_| area.height >= 4) else { return };
    // Whole here, where the list had to cut it.
    let line = shown_value(focused, Role::Strong, area.width / 2)
        .most(area.width / 2)
        .quiet("  ")
        .plural(Role::Text, focused.records, "record", "records")
        .quiet("  ")
        .then(becomes(focused, screen.field))
        .quiet("  ")
        .then(by(focused, screen.field));
    canvas.line(area.x, area.y + 3, area.width, &line);
}

/// The allowed values in the rows there are, the best match marked.
fn draw_allowed(screen: &ValuesScreen, field: &Field, typing: Option<&str>, canvas: &mut Canvas<'_>, area: Rect) {
    let stands = screen.focused().and_then(|line| super::now(line, screen.field));
    let typed = typing.unwrap_or_default();
    let found = narrowed(field, typed, stands.as_deref().filter(|_| typing.is_some()));
    if found.is_empty() {
        let line = Line::new().say(Role::Warn, "! ").text("None of the allowed values is like it.");
        canvas.line(area.x, area.y, area.width, &line);
        return;
    }
    // Enter takes the first: what was typed, or, while nothing was, what stands or is proposed.
    let marks_first = typing.is_some() && (!typed.trim().is_empty() || stands.is_some());
    let (mut x, mut y) = (area.x, area.y);
    for (at, choice) in found.iter().enumerate() {
        let best = at == 0 && marks_first;
        let role = if best { Role::Strong } else { Role::Text };
        let name = Line::new().marked_name(role, choice.allowed.value.as_str(), &choice.marks).most(32);
        let line =
            if best { Line::new().say(Role::Accent, "▸ ").then(name) } else { Line::new().text("  ").then(name) };
        let line = if best && !choice.allowed.meaning.is_empty() {
            line.quiet(" ").prose(Role::Quiet, choice.allowed.meaning.as_str()).most(30)
        } else {
            line
        };
        let wide = canvas.width(&line);
        let rest = (found.len() - at) as u64;
        let last_row = y + 1 >= area.bottom();
        // On the last row there has to be room to say how many more there are.
        let more = if last_row && rest > 1 { 10 } else { 0 };
        if x > area.x && x + wide + more > area.right() {
            if last_row {
                canvas.line(
                    x,
                    y,
                    area.right().saturating_sub(x),
                    &Line::new().quiet("  and ").number(Role::Quiet, rest).quiet(" more"),
                );
                return;
            }
            (x, y) = (area.x, y + 1);
        }
        x = canvas.line(x, y, area.right().saturating_sub(x), &line);
    }
}

/// The focused row as label and value.
pub fn facts<'a>(_app: &'a App, screen: &'a ValuesScreen) -> Vec<(&'static str, Line<'a>)> {
    let Some(line) = screen.focused() else {
        return vec![("", Line::new().text("No value to map."))];
    };
    vec![
        ("value", shown_value(line, Role::Strong, 200)),
        ("records", Line::new().number(Role::Text, line.records)),
        ("becomes", becomes(line, screen.field)),
        ("by", by(line, screen.field)),
    ]
}
