//! What the detectors found, by object: how many records each, the rule that found them, the values that it is most often
//! about. From a finding to its rows is one key, from one of its values too.

use std::collections::BTreeMap;

use ratatui::layout::Rect;

use super::{Screen, object};
use crate::sources::ObjectId;
use crate::sources::select::Selection;
use crate::sources::survey::Finding;
use crate::tui::action::Act;
use crate::tui::app::{App, Purpose};
use crate::tui::jobs::State;
use crate::tui::msg::Target;
use crate::tui::paint::{Canvas, Line, Note};
use crate::tui::theme::Role;
use crate::tui::widgets::gauge;
use crate::tui::widgets::list::List;
use crate::tui::widgets::outline::{self, Row};
use crate::tui::wrap::wrap;
use crate::values::format;

/// The screen.
#[derive(Debug, Clone, Default)]
pub struct FindingsScreen {
    pub list: List,
    pub values: List,
    /// The values have the keys, not the findings.
    pub in_values: bool,
    /// Only what needs a look.
    pub only_look: bool,
    /// The object to begin with, until the findings are there.
    wanted: Option<ObjectId>,
}

impl FindingsScreen {
    /// The list that has the keys.
    pub fn list(&mut self) -> &mut List {
        if self.in_values { &mut self.values } else { &mut self.list }
    }
}

/// Kinds that say what a record is, not that something is wrong with it.
const PLAIN: [&str; 6] =
    ["merged_in_source", "test_or_internal", "demo", "unused_column", "inactive_user", "free_mail"];

/// Whether somebody has to decide something because of it.
#[must_use]
pub fn wants_a_look(finding: &Finding) -> bool {
    finding.records > 0 && !PLAIN.contains(&finding.kind.as_str())
}

/// The findings of an object, those with most records first.
pub fn of(app: &App, id: ObjectId) -> impl Iterator<Item = &Finding> {
    let mut found: Vec<&Finding> = app
        .sources
        .survey
        .iter()
        .flat_map(|survey| &survey.findings)
        .filter(|finding| finding.object == id && finding.records > 0)
        .collect();
    found.sort_by(|a, b| b.records.cmp(&a.records).then(a.id.cmp(&b.id)));
    found.into_iter()
}

/// All of them, in the order of the inventory, those with most records of an object first.
fn all(app: &App, only_look: bool) -> Vec<&Finding> {
    let Some(inventory) = &app.inventory else { return Vec::new() };
    let place: BTreeMap<ObjectId, usize> =
        super::objects(inventory).enumerate().map(|(place, object)| (object.id, place)).collect();
    let findings = app.sources.survey.iter().flat_map(|survey| &survey.findings);
    let mut found: Vec<(usize, &Finding)> = findings
        .filter(|finding| finding.records > 0 && (!only_look || wants_a_look(finding)))
        .filter_map(|finding| Some((*place.get(&finding.object)?, finding)))
        .collect();
    found.sort_by_key(|(place, finding)| (*place, std::cmp::Reverse(finding.records), finding.id));
    found.into_iter().map(|(_, finding)| finding).collect()
}

/// Opens the findings, the cursor on the first of an object.
pub fn open(app: &mut App, wanted: Option<ObjectId>) {
    let mut screen = FindingsScreen { wanted, ..FindingsScreen::default() };
    settle(app, &mut screen);
    app.sources.stack.push(Screen::Findings(screen));
}

/// Puts the cursor on the first finding of the wanted object, once there are any.
fn settle(app: &App, screen: &mut FindingsScreen) {
    if app.sources.survey.is_none() {
        return;
    }
    if let Some(wanted) = screen.wanted.take() {
        let at = all(app, screen.only_look).iter().position(|finding| finding.object == wanted);
        screen.list.cursor = at.unwrap_or(0) as u64;
    }
}

/// Does an action.
pub fn perform(app: &mut App, act: Act) {
    let Some(Screen::Findings(screen)) = app.sources.stack.last() else { return };
    let mut screen = screen.clone();
    settle(app, &mut screen);
    let found = all(app, screen.only_look);
    let chosen = screen.list.index(found.len()).map(|at| found[at]);
    let values = chosen.map_or(0, |finding| finding.values.len());
    let len = if screen.in_values { values } else { found.len() } as u64;
    let mut go = None;
    match (act, chosen) {
        (Act::OnlyLook, _) => {
            screen.only_look = !screen.only_look;
            screen.in_values = false;
            let now = all(app, screen.only_look);
            let at = chosen.and_then(|chosen| now.iter().position(|finding| finding.id == chosen.id));
            screen.list = List { cursor: at.unwrap_or(0) as u64, top: 0 };
        }
        (Act::Left, _) => screen.in_values = false,
        (Act::Right, Some(finding)) => {
            screen.in_values = values > 0 && finding.column.is_some();
            screen.values = List::default();
        }
        (Act::Open, Some(finding)) => {
            let rows = Selection::Finding(finding.id);
            let value = screen.values.index(values).filter(|_| screen.in_values).map(|at| &finding.values[at].text);
            go = Some(match (value, finding.column) {
                (Some(value), Some(column)) => {
                    let value = Selection::Value { column, value: Some(value.clone()) };
                    (finding.object, Selection::Both(Box::new(rows), Box::new(value)), finding.title.clone())
                }
                _ => (finding.object, rows, finding.title.clone()),
            });
        }
        (Act::CopyCell, Some(finding)) => {
            let value = screen.values.index(values).filter(|_| screen.in_values).map(|at| &finding.values[at].text);
            match value.cloned() {
                Some(value) => app.copy_value("the value", value),
                None => {
                    let records = finding.records.to_string();
                    app.copy("the number", records);
                }
            }
            return;
        }
        _ => {
            let height = app.rows;
            let before = screen.list.cursor;
            super::moved(screen.list(), act, len, height);
            if screen.list.cursor != before {
                screen.values = List::default();
            }
        }
    }
    if let Some(Screen::Findings(now)) = app.sources.stack.last_mut() {
        *now = screen;
    }
    if let Some((object, selection, title)) = go {
        super::open_selection(app, object, selection, title);
    }
}

/// Row 2.
pub fn headline<'a>(app: &'a App, screen: &FindingsScreen) -> (Line<'a>, Line<'a>) {
    let left = Line::new().quiet("Sources › ").strong("Known gaps");
    let left = if screen.only_look { left.quiet(" that need a look") } else { left };
    let found = all(app, screen.only_look);
    if found.is_empty() {
        return (left, Line::new());
    }
    let look = found.iter().filter(|finding| wants_a_look(finding)).count() as u64;
    let right = Line::new().plural(Role::Text, found.len() as u64, "finding", "findings").quiet(", ");
    let right = match look {
        0 => right.quiet("none needs a look"),
        1 => right.say(Role::Warn, "! ").text("1 needs a look"),
        look => right.say(Role::Warn, "! ").number(Role::Text, look).text(" need a look"),
    };
    (left, right)
}

/// Whether there is nothing to open.
#[must_use]
pub fn is_empty(app: &App) -> bool {
    match app.sources.stack.last() {
        Some(Screen::Findings(screen)) => all(app, screen.only_look).is_empty(),
        _ => false,
    }
}

/// Why there is nothing to be seen yet, where the survey would stand; `None`: there is.
#[must_use]
pub fn not_yet(app: &App) -> Option<Note> {
    if app.sources.survey.is_some() {
        return None;
    }
    Some(match app.jobs.survey().map(|entry| &entry.state) {
        Some(State::Running) => Line::new().text("The survey is looking through the records. J shows how far it is."),
        Some(_) => Line::new().text("The survey waits for what runs; J shows it."),
        None if app.awaits(Purpose::Survey) => Line::new(),
        None if app.inventory.as_ref().is_none_or(|inventory| inventory.loads == 0) => {
            Line::new().text("No load yet. o chooses an export; what is odd in it is then shown here.")
        }
        None => Line::new().text("The survey was not made. L looks through the records now."),
    })
}

/// Says that what is shown was found before the last load.
fn stale(app: &App) -> Option<Note> {
    let fresh = app.sources.survey.as_ref().is_none_or(|survey| survey.fresh);
    (!fresh).then(|| match app.jobs.survey() {
        Some(_) => Line::new().say(Role::Warn, "! ").text("From before the last load; the survey is looking again."),
        None => Line::new().say(Role::Warn, "! ").text("From before the last load. L looks again."),
    })
}

/// The message row while nothing just happened. Also of the relations.
#[must_use]
pub fn notice(app: &App) -> Option<Note> {
    stale(app)
}

/// Draws the main area.
pub fn draw(app: &App, screen: &FindingsScreen, canvas: &mut Canvas<'_>, area: Rect) {
    let found = all(app, screen.only_look);
    if found.is_empty() {
        let line = not_yet(app).unwrap_or_else(|| {
            if screen.only_look {
                Line::new().text("Nothing that was found needs a look. ! shows all of it.")
            } else {
                Line::new().text("No detector found anything: no shared inbox, no placeholder, no truncation.")
            }
        });
        canvas.line(area.x + 2, area.y + 1, area.width.saturating_sub(3), &line);
        canvas.rows = 1;
        return;
    }
    let chosen = screen.list.index(found.len());
    let wide = area.width >= 110;
    let (list, side) = if wide {
        let left = (area.width * 11 / 20).min(88);
        canvas.divider(left, area.y, area.height);
        let side = Rect { x: left + 2, width: (area.width - left - 3).min(76), ..area };
        (Rect { width: left.saturating_sub(1), ..area }, side)
    } else {
        let below = if area.height >= 14 { area.height * 9 / 20 } else { area.height.min(3) };
        let y = area.y + area.height - below;
        canvas.rule(area.x + 1, y, area.width.saturating_sub(2));
        let side =
            Rect { x: area.x + 2, y: y + 1, width: area.width.saturating_sub(4), height: below.saturating_sub(1) };
        (Rect { height: area.height - below, ..area }, side)
    };
    let parts: [&dyn Fn(&mut Canvas<'_>); 2] =
        [&|canvas| draw_list(app, screen, &found, chosen, canvas, list), &|canvas| {
            if let Some(at) = chosen {
                draw_one(screen, found[at], canvas, side);
            }
        }];
    // The part with the keys is drawn last, so that the number of its rows is the one that counts.
    let order = if screen.in_values { [0, 1] } else { [1, 0] };
    for part in order {
        parts[part](canvas);
    }
}

fn draw_list(
    app: &App,
    screen: &FindingsScreen,
    found: &[&Finding],
    chosen: Option<usize>,
    canvas: &mut Canvas<'_>,
    area: Rect,
) {
    canvas.hit(area, Target::Part(0));
    let head = Line::new().quiet("  what was found");
    canvas.line(area.x + 2, area.y, area.width.saturating_sub(30), &head);
    let figures = Rect { x: area.x, width: area.width.saturating_sub(9), ..area };
    canvas.line_right(figures.x, area.y, figures.width, &Line::new().quiet("records"));
    canvas.line_right(area.x, area.y, area.width.saturating_sub(1), &Line::new().quiet("of all"));
    let room = area.height.saturating_sub(1);
    canvas.rows = room.max(1);
    let rows = outline::rows(found.iter().map(|finding| finding.object), false);
    for (y, row) in (area.y + 1..).zip(&rows[outline::window(&rows, chosen.unwrap_or(0), room)]) {
        match row {
            Row::Blank => {}
            Row::Heading(at) => {
                if let Some(object) = object(app, found[*at].object) {
                    let line = Line::new()
                        .name(Role::Quiet, object.source_name.as_str())
                        .quiet(" › ")
                        .name(Role::Strong, object.name.as_str());
                    canvas.line(area.x + 2, y, area.width.saturating_sub(3), &line);
                }
            }
            Row::Entry(at) => {
                let finding = found[*at];
                let mark = if wants_a_look(finding) { "! " } else { "  " };
                let mut line = Line::new().say(Role::Warn, mark).name(Role::Text, finding.title.as_str());
                if let Some(column) = &finding.column_name {
                    line = line.quiet("  ").name(Role::Quiet, column.as_str());
                }
                canvas.line(area.x + 4, y, area.width.saturating_sub(25), &line);
                canvas.line_right(figures.x, y, figures.width, &Line::new().number(Role::Text, finding.records));
                if let Some(object) = object(app, finding.object) {
                    let share = Line::new().made(Role::Quiet, format::share(finding.records, object.records));
                    canvas.line_right(area.x, y, area.width.saturating_sub(1), &share);
                }
                if Some(*at) == chosen {
                    canvas.cursor_row(area.x, y, area.width, !screen.in_values);
                }
                canvas.hit(Rect { y, height: 1, ..area }, Target::Row(*at as u64));
                canvas.hit(Rect { y, height: 1, ..area }, Target::Part(0));
            }
        }
    }
}

/// The rule of a finding and its most frequent values.
fn draw_one(screen: &FindingsScreen, finding: &Finding, canvas: &mut Canvas<'_>, area: Rect) {
    let mut y = area.y;
    let bottom = area.y + area.height;
    let title = Line::new().name(Role::Strong, finding.title.as_str()).quiet(", ").plural(
        Role::Text,
        finding.records,
        "record",
        "records",
    );
    canvas.line(area.x, y, area.width, &title);
    y += 1;
    // The rule is text of ours with figures; what of it are values is masked.
    for row in wrap(&finding.rule, usize::from(area.width)).into_iter().take(usize::from(area.height / 2).max(1)) {
        if y < bottom {
            canvas.line(area.x, y, area.width, &Line::new().prose(Role::Text, row));
            y += 1;
        }
    }
    if finding.values.is_empty() || y + 2 > bottom {
        return;
    }
    y += u16::from(area.height >= 12);
    let head = Line::new().quiet(if finding.column.is_some() { "most often, → goes there" } else { "most often" });
    canvas.line(area.x, y, area.width, &head);
    y += 1;
    let body = Rect { y, height: bottom.saturating_sub(y), ..area };
    canvas.hit(body, Target::Part(1));
    if screen.in_values {
        canvas.rows = body.height.max(1);
    }
    let most = finding.values.iter().map(|value| value.count).max().unwrap_or(1);
    let bar = if body.width >= 50 { 16 } else { 0 };
    let text = body.width.saturating_sub(bar + 12);
    let chosen = screen.values.index(finding.values.len());
    for (y, at) in (body.y..).zip(screen.values.visible(finding.values.len() as u64, body.height)) {
        let Some((at, value)) = usize::try_from(at).ok().and_then(|at| Some((at, finding.values.get(at)?))) else {
            continue;
        };
        let shown = crate::tui::line::head(&value.text, usize::from(text));
        canvas.line(body.x, y, text, &Line::new().value(Role::Text, Some(shown)));
        canvas.line_right(body.x + text, y, 10, &Line::new().number(Role::Text, value.count));
        if bar > 0 {
            let line = Line::new().made(Role::Quiet, gauge::bar(value.count, most, bar));
            canvas.line(body.x + text + 12, y, bar, &line);
        }
        let whole = Rect { x: body.x - 1, y, width: body.width + 1, height: 1 };
        if screen.in_values && Some(at) == chosen {
            canvas.cursor_row(whole.x, y, whole.width, true);
        }
        if finding.column.is_some() {
            canvas.hit(whole, Target::Row(at as u64));
            canvas.hit(whole, Target::Part(1));
        }
    }
}

/// The focused finding as label and value.
pub fn facts<'a>(app: &'a App, screen: &FindingsScreen) -> Vec<(&'static str, Line<'a>)> {
    let found = all(app, screen.only_look);
    let Some(finding) = screen.list.index(found.len()).map(|at| found[at]) else {
        return vec![("", not_yet(app).unwrap_or_else(|| Line::new().text("No detector found anything.")))];
    };
    let mut facts = vec![("found", Line::new().name(Role::Strong, finding.title.as_str()))];
    if let Some(object) = object(app, finding.object) {
        facts.push(("object", Line::new().name(Role::Text, object.name.as_str())));
    }
    facts.push(("records", Line::new().number(Role::Text, finding.records)));
    facts.push(("rule", Line::new().prose(Role::Text, finding.rule.as_str())));
    facts
}
