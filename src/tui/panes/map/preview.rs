//! A few real rows before and after the rule under the cursor, or being typed: asked for as soon as it changes, drawn when
//! the answer is there. Choosing rows takes a pass over the columns and is done once per set of columns; what a rule makes
//! of them takes no time worth naming, and only the newest is answered.

use std::sync::Arc;

use ratatui::layout::Rect;

use super::super::super::app::{App, Purpose};
use super::super::super::msg::Ask;
use super::super::super::msg::map::{MapAsk, Wrong};
use super::super::super::paint::{Canvas, Line as Text};
use super::super::super::theme::Role;
use super::Screen;
use super::lines::{Is, Line, Stuff};
use crate::mapping::figures::FieldFigures;
use crate::mapping::preview::{After, Chosen, Shown};
use crate::mapping::{FieldRule, MapKey, Rule, edit};
use crate::sources::{Object, ObjectId};
use crate::values::mask::quoted_parts;

/// The records that rows are chosen from: the object, its rows, its loads.
type Data = (ObjectId, u64, usize);

fn data(object: &Object) -> Data {
    (object.id, object.rows, object.loads.len())
}

/// So many choices of rows are kept, for going up and down the list.
const KEPT: usize = 24;

/// What is known of the rows below the map.
#[derive(Debug, Clone, Default)]
pub struct Preview {
    /// Rows that were chosen, of which data and for which columns; the newest last.
    chosen: Vec<(Data, Vec<usize>, Arc<Vec<Chosen>>)>,
    /// For which columns rows are being chosen, or could not be.
    choosing: Option<(Data, Vec<usize>)>,
    /// The rule whose rows were asked for last.
    asked: Option<(MapKey, FieldRule)>,
    /// The rule whose rows these are: the last that did not go wrong.
    shown: Option<(MapKey, FieldRule, Vec<Shown>)>,
    /// What is wrong with the rule that was asked for last.
    wrong: Option<(FieldRule, Wrong)>,
}

impl Preview {
    /// What is known may be out of date. It is shown until the new is there.
    pub fn stale(&mut self) {
        self.choosing = None;
        self.asked = None;
    }

    /// What is wrong with a rule, if that is known of this very rule.
    #[must_use]
    pub fn wrong_with(&self, rule: &FieldRule) -> Option<&Wrong> {
        let (of, wrong) = self.wrong.as_ref()?;
        same(of, rule).then_some(wrong)
    }
}

/// The rule alone, without who and when.
fn bare(rule: &FieldRule) -> FieldRule {
    FieldRule {
        field: rule.field.clone(),
        from: rule.from.clone(),
        rule: rule.rule.clone(),
        missing: rule.missing.clone(),
        ..FieldRule::default()
    }
}

fn same(a: &FieldRule, b: &FieldRule) -> bool {
    a.field == b.field && a.from == b.from && a.rule == b.rule && a.missing == b.missing
}

/// The rule that a line stands for.
#[must_use]
pub fn rule_of(line: &Line<'_>, key: &MapKey) -> Option<(MapKey, FieldRule)> {
    match line.is {
        Is::Rule(rule) => Some((key.clone(), bare(rule))),
        Is::Proposed(candidate) => {
            let key = MapKey { entity: candidate.entity.clone(), ..key.clone() };
            let rule = FieldRule {
                field: candidate.field.clone(),
                from: candidate.from.clone(),
                rule: candidate.rule.clone(),
                ..FieldRule::default()
            };
            Some((key, rule))
        }
        _ => None,
    }
}

/// The rule whose rows are to be seen.
fn wanted(app: &App) -> Option<(MapKey, FieldRule)> {
    let mut screens = app.map.stack.iter().rev();
    match screens.next()? {
        Screen::Rule(screen) => {
            let rule = screen.read.as_ref().ok()?;
            Some((screen.key.clone(), bare(rule)))
        }
        Screen::Object(screen) => at_cursor(app, screen),
        Screen::Why(_) => match screens.next()? {
            Screen::Object(screen) => at_cursor(app, screen),
            _ => None,
        },
        _ => None,
    }
}

fn at_cursor(app: &App, screen: &super::object::ObjectScreen) -> Option<(MapKey, FieldRule)> {
    let stuff = Stuff::of(app, &screen.key)?;
    let lines = screen.lines(&stuff);
    rule_of(&lines[screen.list.index(lines.len())?], &screen.key)
}

/// The columns that a rule reads, for choosing rows.
fn columns(object: &Object, rule: &FieldRule) -> Vec<usize> {
    let named = |name: &String| object.columns.iter().find(|column| column.name == *name);
    let mut columns: Vec<usize> = rule.from.iter().filter_map(named).map(|column| column.position).collect();
    if let (Rule::Expression { sql }, true) = (&rule.rule, columns.is_empty()) {
        let read = object.columns.iter().filter(|column| sql.contains(&column.name));
        columns.extend(read.take(8).map(|column| column.position));
    }
    if columns.is_empty() {
        columns.extend(object.columns.first().map(|column| column.position));
    }
    columns
}

/// Asks for what is to be seen and not there.
pub fn settle(app: &mut App) {
    let Some((key, rule)) = wanted(app) else { return };
    let Some(stuff) = Stuff::of(app, &key) else { return };
    let (data, columns) = (data(stuff.object), columns(stuff.object, &rule));
    let map = stuff.map.cloned().unwrap_or_else(|| edit::new_map(&key));
    let preview = &app.map.preview;
    let there = preview.chosen.iter().find(|(of, at, _)| *of == data && *at == columns);
    let Some(chosen) = there.map(|(.., chosen)| Arc::clone(chosen)) else {
        let choosing = Some((data, columns.clone()));
        if preview.choosing != choosing {
            app.map.preview.choosing = choosing;
            app.ask(Purpose::DifficultRows, Ask::Map(MapAsk::Choose { object: data.0, columns }));
        }
        return;
    };
    let asked = Some((key, rule.clone()));
    if preview.asked != asked {
        app.map.preview.asked = asked;
        let ask = MapAsk::Preview { map: Box::new(map), rule: Box::new(rule), chosen };
        app.ask(Purpose::RulePreview, Ask::Map(ask));
    }
}

/// Rows were chosen.
pub fn chosen(app: &mut App, object: ObjectId, columns: Vec<usize>, chosen: Arc<Vec<Chosen>>) {
    let preview = &mut app.map.preview;
    if let Some((data, _)) = preview.choosing.take().filter(|(data, of)| data.0 == object && *of == columns) {
        preview.asked = None;
        if preview.chosen.len() >= KEPT {
            preview.chosen.remove(0);
        }
        preview.chosen.push((data, columns, chosen));
    }
}

/// The rows of the rule that was asked for last arrived.
pub fn arrived(app: &mut App, rows: Result<Vec<Shown>, Wrong>) {
    if let Some((key, rule)) = app.map.preview.asked.clone() {
        match rows {
            Ok(rows) => {
                app.map.preview.wrong = None;
                app.map.preview.shown = Some((key, rule, rows));
            }
            Err(wrong) => app.map.preview.wrong = Some((rule, wrong)),
        }
    }
}

/// What a row becomes.
#[must_use]
pub fn after(after: &After) -> Text<'_> {
    match after {
        After::Value(value) => Text::new().data(Role::Text, value.as_str()),
        After::Empty => Text::new().quiet("empty, allowed"),
        After::ByPolicy(value) => Text::new().data(Role::Text, value.as_str()).quiet(" by the policy"),
        After::Reject(reason) => {
            let line = Text::new().say(Role::Bad, "✗ ").text("reject: ");
            quoted_parts(reason).into_iter().fold(line, |line, (quoted, part)| {
                if quoted { line.text("“").data(Role::Text, part).text("”") } else { line.prose(Role::Text, part) }
            })
        }
        After::Excluded(reason) => Text::new().quiet("– excluded: ").prose(Role::Quiet, reason.as_str()),
    }
}

fn before(values: &[Option<String>]) -> Text<'_> {
    let mut line = Text::new();
    for (n, value) in values.iter().enumerate() {
        if n > 0 {
            line = line.quiet(" · ");
        }
        line = line.value(Role::Text, value.as_deref());
    }
    line
}

/// The rows that belong to what has the cursor, and whether the newest answer is still awaited.
#[must_use]
pub fn rows(app: &App) -> Option<(&[Shown], bool)> {
    let (of, shown, rows) = app.map.preview.shown.as_ref()?;
    let Some((key, rule)) = wanted(app) else {
        // What is being typed is no rule at the moment.
        let Some(Screen::Rule(screen)) = app.map.stack.last() else { return None };
        return (*of == screen.key && shown.field == screen.field).then_some((rows.as_slice(), true));
    };
    // What is typed changes with every key: the rows before stay until the next are there.
    (*of == key && shown.field == rule.field).then(|| (rows.as_slice(), !same(shown, &rule)))
}

/// `14,100 filled = 14,099 with a target + 1 reject`.
#[must_use]
pub fn closing(figures: Option<&FieldFigures>) -> Text<'static> {
    let Some(figures) = figures else { return Text::new().quiet("not counted over all records yet") };
    let line = Text::new().number(Role::Text, figures.filled).quiet(" filled = ").number(Role::Text, figures.converted);
    let line = line.quiet(" with a target");
    if figures.rejects == 0 {
        return line;
    }
    let line = line.quiet(" + ").number(Role::Bad, figures.rejects);
    line.quiet(if figures.rejects == 1 { " reject" } else { " rejects" })
}

/// How many values change, and how many records lack a required one: `14,000 change · ! 1,410 lack a value`.
#[must_use]
pub fn moved(figures: &FieldFigures) -> Text<'static> {
    let line = match figures.changed {
        0 => Text::new().quiet("no value changes"),
        changed => Text::new().number(Role::Text, changed).quiet(if changed == 1 { " changes" } else { " change" }),
    };
    if figures.missing == 0 {
        return line;
    }
    let line = line.quiet(" · ").say(Role::Warn, "! ").number(Role::Text, figures.missing);
    line.quiet(if figures.missing == 1 { " lacks a required value" } else { " lack a required value" })
}

/// Draws the rows; with figures, the sum over all records below them.
pub fn draw(app: &App, figures: Option<Option<&FieldFigures>>, canvas: &mut Canvas<'_>, area: Rect) {
    if area.height == 0 || area.width < 10 {
        return;
    }
    canvas.line(area.x, area.y, area.width, &Text::new().strong("Before → after"));
    let mut y = area.y + if area.height > 8 { 2 } else { 1 };
    let end = area.y + area.height;
    let wrong = wanted(app).and_then(|(_, rule)| app.map.preview.wrong_with(&rule));
    if let (Some(wrong), true) = (wrong, figures.is_some()) {
        for line in super::super::super::wrap::wrap(&wrong.message, area.width.saturating_sub(2).into()) {
            if y + 1 >= end {
                break;
            }
            canvas.line(area.x, y, area.width, &Text::new().say(Role::Bad, "✗ ").prose(Role::Text, line));
            y += 1;
        }
        return;
    }
    let Some((rows, old)) = rows(app) else {
        let line = match wanted(app) {
            Some(_) if app.late(Purpose::DifficultRows) => Text::new().quiet("Choosing rows. Everything else works."),
            Some(_) => Text::new(),
            None if figures.is_none() => Text::new().quiet("Rows stand here as soon as the rule can be read."),
            None => Text::new().quiet("There is no rule here yet; Enter writes one."),
        };
        canvas.line(area.x, y, area.width, &line);
        return;
    };
    let count = rows.len() as u64;
    let words = Text::new().plural(Role::Quiet, count, "row chosen", "rows chosen").all(Role::Quiet);
    canvas.line_right(area.x, area.y, area.width, &words.quiet(" for difficulty"));
    if rows.is_empty() {
        canvas.line(area.x, y, area.width, &Text::new().quiet("No record has anything here."));
        y += 1;
    }
    let (x_before, room) = (area.x + 13, area.width.saturating_sub(16));
    let half = room * 50 / 100;
    for row in rows.iter().take(5) {
        if y >= end.saturating_sub(u16::from(figures.is_some())) {
            break;
        }
        let tone = |line: Text<'static>| if old { line.all(Role::Quiet) } else { line };
        canvas.line(area.x, y, 12, &Text::new().quiet(row.why));
        canvas.line(x_before, y, half, &before(&row.before));
        canvas.line(x_before + half, y, 3, &tone(Text::new().quiet(" → ")));
        let line = after(&row.after);
        let line = if old { line.all(Role::Quiet) } else { line };
        canvas.line(x_before + half + 3, y, room - half, &line);
        y += 1;
    }
    if let (Some(figures), true) = (figures, y < end) {
        y += u16::from(y + 2 < end);
        canvas.line(area.x, y, area.width, &closing(figures));
        if let (Some(figures), true) = (figures, y + 1 < end) {
            canvas.line(area.x, y + 1, area.width, &moved(figures));
        }
    }
}

/// Two or three rows on one line each, for narrow screens.
pub fn draw_short(app: &App, canvas: &mut Canvas<'_>, area: Rect) {
    let Some((rows, _)) = rows(app) else { return };
    // What goes wrong is worth the line more than what goes right.
    let mut rows: Vec<&Shown> = rows.iter().collect();
    rows.sort_by_key(|row| !matches!(row.after, After::Reject(_)));
    for (y, row) in (area.y..area.y + area.height).zip(rows) {
        let line = Text::new().quiet(row.why).to(13).then(before(&row.before)).most(30).quiet(" → ");
        canvas.line(area.x, y, area.width, &line.then(after(&row.after)));
    }
}

/// The whole source row of the first of the rows: what stands beside the value.
pub fn draw_row(app: &App, object: &Object, canvas: &mut Canvas<'_>, area: Rect) {
    let Some((_, rule)) = wanted(app) else { return };
    let (data, columns) = (data(object), columns(object, &rule));
    let mut there = app.map.preview.chosen.iter();
    let there = there.find(|(of, at, _)| *of == data && *at == columns);
    let Some(row) = there.and_then(|(.., chosen)| chosen.first()) else { return };
    if area.height == 0 || area.width < 10 {
        return;
    }
    let head = Text::new().strong("Source row").quiet("  ").data(Role::Quiet, row.record.as_str()).middle();
    canvas.line(area.x, area.y, area.width, &head);
    let filled = object.columns.iter().filter_map(|column| {
        let value = row.values.get(column.position)?.as_deref()?;
        (!value.trim().is_empty()).then_some((column.name.as_str(), value))
    });
    let width = (area.width / 3).clamp(8, 20);
    for (y, (name, value)) in (area.y + 1..area.y + area.height).zip(filled) {
        canvas.line(area.x, y, width, &Text::new().name(Role::Quiet, name));
        canvas.line(area.x + width + 1, y, area.width - width - 1, &Text::new().data(Role::Text, value));
    }
}
