//! How the map of an object is drawn: three columns, the rule between source and target, and the state at the right.

use ratatui::layout::Rect;

use super::super::super::app::{App, Purpose};
use super::super::super::msg::Target;
use super::super::super::paint::{Canvas, Line as Text, Note};
use super::super::super::theme::Role;
use super::lines::{self, Is, Line, Only, State, Stuff};
use super::object::{ObjectScreen, Part};
use super::{preview, sums, why};
use crate::mapping::MapKey;
use crate::sources::profile::ColumnProfile;
use crate::values::format;

/// Row 2 up to the map: `Map › Salesforce › Contact → person`.
#[must_use]
pub fn place(key: &MapKey) -> Text<'_> {
    let line = Text::new().quiet("Map › ").name(Role::Text, key.source.as_str()).most(30).quiet(" › ");
    let line = line.name(Role::Strong, key.object.as_str()).most(40).quiet(" → ");
    line.name(Role::Strong, key.entity.as_str()).most(30)
}

/// Row 2.
pub fn headline<'a>(app: &'a App, screen: &'a ObjectScreen) -> (Text<'a>, Text<'a>) {
    let mut left = place(&screen.key);
    if screen.only != Only::All {
        left = left.quiet(" · only ").text(screen.only.word());
    }
    if !screen.filter.is_empty() {
        left = left.quiet(" with “").name(Role::Quiet, screen.filter.as_str()).most(20).quiet("”");
    }
    let Some(stuff) = Stuff::of(app, &screen.key) else { return (left, Text::new()) };
    let states = stuff.overview.coverage.get(&stuff.object.id).map_or(&[][..], Vec::as_slice);
    (left, sums::line(&lines::sum(stuff.object, states, stuff.suggested), app.size.0))
}

/// What stands in the message row while nothing just happened.
pub fn notice(app: &App, screen: &ObjectScreen) -> Option<Note> {
    if app.late(Purpose::MapFigures) {
        let line = Text::new().quiet("Counting what the rules do to all records");
        let left = app.progress_of(Purpose::MapFigures).and_then(|progress| progress.left);
        let line = match left {
            Some(left) => line.quiet(", ").made(Role::Quiet, format::about(left)),
            None => line,
        };
        return Some(line.quiet(". Everything else works."));
    }
    let stuff = Stuff::of(app, &screen.key)?;
    if !screen.marked.is_empty() {
        let count = screen.marked.len() as u64;
        return Some(Text::new().plural(Role::Strong, count, "field is marked", "fields are marked"));
    }
    let (filled, all) = stuff.filled();
    let mut line = Text::new();
    if let Some(entity) = stuff.entity {
        line = line.name(Role::Text, entity.name.clone()).most(24);
        if !entity.grain.one_row_is.is_empty() {
            line = line.quiet(": one row is ").name(Role::Quiet, entity.grain.one_row_is.clone()).most(40);
        }
    }
    line = line.quiet(" · * is required · ").number(Role::Text, filled).quiet(" of ").number(Role::Text, all);
    line = line.quiet(" target fields filled");
    let standing = stuff.overview.maps.iter().find(|standing| standing.map.key == screen.key);
    Some(match standing.and_then(|standing| standing.version) {
        Some(version) => line.quiet(" · version ").made(Role::Quiet, version.to_string()),
        None => line.quiet(" · nothing saved yet"),
    })
}

/// What the middle column says.
#[must_use]
pub fn sentence(line: &Line<'_>) -> String {
    match line.is {
        Is::Rule(rule) => rule.rule.sentence(&rule.from),
        Is::Decided(decision) if decision.archived => {
            format!("archive as {}: {}", decision.archive_as, decision.reason)
        }
        Is::Decided(decision) => format!("drop: {}", decision.reason),
        Is::Elsewhere(state) => match state.goes_to.first() {
            Some((key, field)) => format!("goes to {} › {field}", key.entity),
            None if state.reason.is_empty() => "decided in another map".to_owned(),
            None => format!("left out in another map: {}", state.reason),
        },
        Is::Proposed(candidate) if candidate.problem.is_some() => {
            let sentence = candidate.rule.sentence(&candidate.from);
            format!("{}: to be completed", sentence.trim_end_matches([',', ' ']))
        }
        Is::Proposed(candidate) => candidate.rule.sentence(&candidate.from),
        Is::ProposedDrop(why) => format!("drop: {why}"),
        Is::Undecided => "not decided".to_owned(),
        Is::Unfed => "nothing feeds it".to_owned(),
    }
}

fn target<'a>(line: &Line<'a>, key: &MapKey) -> Text<'a> {
    let star = if line.field.is_some_and(|field| field.required) { " *" } else { "" };
    match (line.field_name, line.is) {
        (Some(name), _) => Text::new().name(Role::Text, name).say(Role::Quiet, star),
        (None, Is::Proposed(candidate)) if candidate.entity != key.entity => {
            Text::new().name(Role::Quiet, format!("{} › {}", candidate.entity, candidate.field))
        }
        (None, Is::Decided(_) | Is::ProposedDrop(_)) => Text::new().quiet("–"),
        _ => Text::new(),
    }
}

/// The state of a line.
#[must_use]
pub fn state(line: &Line<'_>) -> Text<'static> {
    match line.state {
        State::Blocks(count) => Text::new().say(Role::Bad, "✗ ").number(Role::Text, count),
        State::Proposed(confidence, alone) => {
            let text = Text::new().say(Role::Warn, "? ");
            match line.is {
                Is::ProposedDrop(_) => text.text("drop"),
                _ if alone => text.made(Role::Text, sums::confidence(confidence)),
                _ => text.made(Role::Quiet, sums::confidence(confidence)),
            }
        }
        State::Open => Text::new().say(Role::Warn, "○"),
        State::Unfed => Text::new().say(Role::Bad, "✗"),
        State::Reviewed { technical, business } => {
            let mark = |text: Text<'static>, on| if on { text.say(Role::Good, "✓") } else { text.quiet("·") };
            mark(mark(Text::new(), technical), business)
        }
        State::Elsewhere => Text::new().quiet("→"),
    }
}

/// The name of the first column, and how many more the rule reads.
fn source<'a>(line: &Line<'a>) -> Text<'a> {
    match line.from.as_slice() {
        [] => Text::new().quiet("–"),
        [one] => Text::new().name(Role::Text, *one),
        [first, more @ ..] => Text::new().name(Role::Text, *first).quiet(" + ").number(Role::Quiet, more.len() as u64),
    }
}

fn quiet<'a>(line: &Line<'_>, text: Text<'a>) -> Text<'a> {
    match line.is {
        Is::Decided(_) | Is::Elsewhere(_) | Is::ProposedDrop(_) => text.all(Role::Quiet),
        _ => text,
    }
}

/// The profile of the first column of a line.
fn profile<'a>(app: &'a App, stuff: &Stuff<'_>, line: &Line<'_>) -> Option<&'a ColumnProfile> {
    app.sources.profiles.get(stuff.object.id)?.column(line.column?)
}

/// The example of a column: its most frequent filled value.
fn example(profile: &ColumnProfile) -> Option<&str> {
    let filled = |text: &&str| !text.trim().is_empty();
    let top = profile.top.iter().map(|counted| counted.text.as_str()).find(filled);
    profile.examples.iter().map(String::as_str).find(filled).or(top)
}

/// Where the columns of the table stand: beginning and width of each.
struct Places {
    source: (u16, u16),
    filled: Option<(u16, u16)>,
    example: Option<(u16, u16)>,
    rule: (u16, u16),
    target: (u16, u16),
    state: (u16, u16),
}

impl Places {
    fn of(area: Rect, narrow: bool) -> Self {
        let state = 10;
        let x = area.x + 2;
        let room = area.width.saturating_sub(2 + state).min(146);
        if narrow {
            let source = room * 29 / 100;
            let target = room * 27 / 100;
            let rule = room.saturating_sub(source + target + 3);
            let (x_target, x_rule) = (x + source + 1, x + source + target + 2);
            return Self {
                source: (x, source),
                filled: None,
                example: None,
                target: (x_target, target),
                rule: (x_rule, rule),
                state: (x_rule + rule + 1, state),
            };
        }
        let filled = 6;
        let rest = room.saturating_sub(filled + 7);
        let (source, example, target) = (rest * 21 / 100, rest * 23 / 100, rest * 20 / 100);
        let rule = rest.saturating_sub(source + example + target);
        let x_filled = x + source;
        let x_example = x_filled + filled + 2;
        let x_rule = x_example + example + 2;
        let x_target = x_rule + rule + 2;
        Self {
            source: (x, source),
            filled: Some((x_filled, filled)),
            example: Some((x_example, example)),
            rule: (x_rule, rule),
            target: (x_target, target),
            state: (x_target + target + 1, state),
        }
    }
}

/// Draws the main area.
pub fn draw(app: &App, screen: &ObjectScreen, canvas: &mut Canvas<'_>, area: Rect) {
    let Some(stuff) = Stuff::of(app, &screen.key) else {
        let line = if app.map.overview.is_none() {
            if app.late(Purpose::Maps) {
                Text::new().text("Reading the maps. Everything else works.")
            } else {
                Text::new()
            }
        } else {
            Text::new().text("This object is not loaded any more. Esc goes back.")
        };
        canvas.line(area.x + 2, area.y, area.width.saturating_sub(3), &line);
        return;
    };
    let lines = screen.lines(&stuff);
    let narrow = area.width < 100;
    let below = match area.height {
        0..=13 => 0,
        14..=17 => 4,
        18..=19 if narrow => 5,
        18..=19 => 6,
        20..=27 if narrow => 6,
        20..=27 => 7,
        _ if narrow => 7,
        _ => 11,
    };
    let table = Rect { height: area.height.saturating_sub(below), ..area };
    draw_table(app, screen, &stuff, &lines, canvas, table, narrow);
    if below == 0 {
        return;
    }
    let y = area.y + area.height - below;
    canvas.rule(area.x + 1, y, area.width.saturating_sub(2));
    let Some(line) = screen.list.index(lines.len()).map(|at| &lines[at]) else { return };
    let panel = Rect { y: y + 1, height: below - 1, ..area };
    if narrow {
        return why::draw_narrow(app, &stuff, line, profile(app, &stuff, line), canvas, panel);
    }
    let third = area.width >= 150;
    let half = if third { area.width * 36 / 100 } else { area.width * 48 / 100 };
    let left = Rect { width: half, ..panel };
    why::draw_beside(app, &stuff, line, canvas, left);
    canvas.divider(area.x + half, panel.y, panel.height);
    let x = area.x + half + 2;
    let width = if third { area.width * 36 / 100 } else { area.width.saturating_sub(half + 3) };
    preview::draw(app, Some(stuff.figures(line.field_name.unwrap_or(""))), canvas, Rect { x, width, ..panel });
    if third {
        let x_row = x + width + 2;
        canvas.divider(x_row - 2, panel.y, panel.height);
        let width = (area.x + area.width).saturating_sub(x_row + 1);
        preview::draw_row(app, stuff.object, canvas, Rect { x: x_row, width, ..panel });
    }
}

fn draw_table(
    app: &App,
    screen: &ObjectScreen,
    stuff: &Stuff<'_>,
    lines: &[Line<'_>],
    canvas: &mut Canvas<'_>,
    area: Rect,
    narrow: bool,
) {
    let places = Places::of(area, narrow);
    let head = |canvas: &mut Canvas<'_>, (x, width): (u16, u16), words: &'static str| {
        canvas.line(x, area.y, width, &Text::new().quiet(words));
    };
    head(canvas, places.source, "source field");
    head(canvas, places.target, if narrow { "→ target field" } else { "target field" });
    head(canvas, places.rule, "rule");
    head(canvas, places.state, "state");
    if let Some((x, width)) = places.filled {
        canvas.line_right(x, area.y, width, &Text::new().quiet("filled"));
    }
    if let Some(place) = places.example {
        head(canvas, place, "example");
    }
    if lines.is_empty() {
        let line = match (screen.only, screen.filter.is_empty()) {
            (Only::All, true) => Text::new().text("The object has no fields, and the entity requires none."),
            (only, true) => Text::new()
                .say(Role::Good, "✓ ")
                .text("No field is ")
                .text(only.word())
                .text(". ")
                .say(Role::Accent, "f")
                .text(" shows others."),
            _ => Text::new()
                .text("No field has “")
                .name(Role::Text, screen.filter.as_str())
                .most(30)
                .text("” in it. Esc clears the filter."),
        };
        canvas.line(area.x + 2, area.y + 1, area.width.saturating_sub(3), &line);
        canvas.rows = 1;
        return;
    }
    let mut height = area.height.saturating_sub(1);
    let more = lines.len() > usize::from(height);
    height = height.saturating_sub(u16::from(more));
    canvas.rows = height.max(1);
    let cursor = screen.list.index(lines.len());
    let visible = screen.list.visible(lines.len() as u64, height);
    let unseen = lines.len() as u64 - (visible.end - visible.start);
    for (y, row) in (area.y + 1..).zip(visible) {
        let Some((at, line)) = usize::try_from(row).ok().and_then(|at| Some((at, lines.get(at)?))) else { continue };
        let marked = screen.marked.contains(&line.key());
        if marked {
            canvas.line(area.x + 1, y, 1, &Text::new().say(Role::Accent, "*"));
        }
        let put = |canvas: &mut Canvas<'_>, (x, width): (u16, u16), text: Text<'_>| {
            canvas.line(x, y, width, &quiet(line, text));
        };
        put(canvas, places.source, source(line));
        if let Some(profile) = profile(app, stuff, line) {
            if let Some((x, width)) = places.filled {
                let share = Text::new().made(Role::Text, format::share_short(profile.filled, profile.rows));
                canvas.line_right(x, y, width, &quiet(line, share));
            }
            if let (Some(place), Some(value)) = (places.example, example(profile)) {
                put(canvas, place, Text::new().data(Role::Text, value));
            }
        }
        let words = Text::new().prose(if line.is == Is::Undecided { Role::Quiet } else { Role::Text }, sentence(line));
        let words = if line.is == Is::Unfed { Text::new().say(Role::Bad, "– ").then(words) } else { words };
        put(canvas, places.rule, words);
        let arrow = if narrow { Text::new().quiet("→ ") } else { Text::new() };
        put(canvas, places.target, arrow.then(target(line, &screen.key)));
        canvas.line(places.state.0, y, places.state.1, &state(line));
        if Some(at) == cursor {
            canvas.cursor_row(area.x, y, area.width.min(160), true);
            if let (Part::Example, Some((x, width))) = (screen.part, places.example) {
                let bar = Text::new().say(Role::Accent, "▏");
                canvas.line(x.saturating_sub(1), y, width, &bar);
            }
        }
        canvas.hit(Rect { x: area.x, y, width: area.width, height: 1 }, Target::Row(row));
        if let Some((x, width)) = places.example {
            canvas.hit(Rect { x, y, width, height: 1 }, Target::Part(0));
            canvas.hit(Rect { x: places.rule.0, y, width: places.rule.1, height: 1 }, Target::Part(1));
        }
    }
    if unseen > 0 {
        let line = Text::new().number(Role::Quiet, unseen).quiet(if narrow { " more" } else { " more fields" });
        canvas.line(places.source.0, area.y + 1 + height, area.width, &line);
    }
}

/// The focused row as label and value.
pub fn facts<'a>(app: &'a App, screen: &'a ObjectScreen) -> Vec<(&'static str, Text<'a>)> {
    let Some(stuff) = Stuff::of(app, &screen.key) else { return Vec::new() };
    let lines = screen.lines(&stuff);
    let Some(line) = screen.list.index(lines.len()).map(|at| &lines[at]) else {
        return vec![("", Text::new().text("No field is shown; f shows others."))];
    };
    let example = profile(app, &stuff, line).and_then(example);
    vec![
        ("source", source(line)),
        ("example", example.map_or_else(Text::new, |value| Text::new().data(Role::Text, value))),
        ("rule", Text::new().prose(Role::Text, sentence(line))),
        ("target", target(line, &screen.key)),
        ("state", state(line)),
    ]
}
