//! The profile of an object: its columns at the left, the figures of one of them at the right, each a line that leads to
//! its records. While a profile is made the screen says how far it is, and everything else works.

use ratatui::layout::Rect;

use super::super::super::action::Act;
use super::super::super::app::{App, Purpose};
use super::super::super::line::head;
use super::super::super::msg::{Ask, Target};
use super::super::super::paint::{Canvas, Line, Note};
use super::super::super::prompt::{Prompt, Question};
use super::super::super::theme::Role;
use super::super::super::widgets::chart;
use super::super::super::widgets::list::List;
use super::column::{self, Copied, Door, Item, Kind, Section};
use super::inventory::date;
use super::profiles::{draw_counting, draw_problem};
use super::{Screen, dictionary, object, page, record, records, rows, values};
use crate::sources::profile::{ColumnProfile, DateOrder};
use crate::sources::select::Selection;
use crate::sources::{Object, ObjectId};
use crate::values::Shown;

/// The screen of one object's profile.
#[derive(Debug, Clone)]
pub struct ProfileScreen {
    pub object: ObjectId,
    pub columns: List,
    pub figures: List,
    /// The figures have the keys, not the columns.
    pub in_figures: bool,
    pub needle: String,
}

impl ProfileScreen {
    /// The list that has the keys.
    pub fn list(&mut self) -> &mut List {
        if self.in_figures { &mut self.figures } else { &mut self.columns }
    }
}

/// Opens the profile of an object, on a column.
pub fn open(app: &mut App, object: ObjectId, column: usize) {
    app.sources.profiles.try_again(object);
    let columns = List { cursor: column as u64, top: 0 };
    let screen = ProfileScreen { object, columns, figures: List::default(), in_figures: false, needle: String::new() };
    super::push(app, Screen::Profile(screen));
}

/// The column that the cursor is on, with its figures as far as they are there.
#[must_use]
pub fn focused<'a>(app: &'a App, screen: &ProfileScreen) -> Option<(&'a Object, usize, Option<&'a ColumnProfile>)> {
    let object = object(app, screen.object)?;
    let at = screen.columns.index(object.columns.len())?;
    let known = app.sources.profiles.get(screen.object);
    Some((object, at, known.and_then(|known| known.column(at))))
}

fn sections<'a>(app: &'a App, screen: &ProfileScreen) -> Vec<Section<'a>> {
    let Some((_, _, Some(profile))) = focused(app, screen) else { return Vec::new() };
    let Some(known) = app.sources.profiles.get(screen.object) else { return Vec::new() };
    column::sections(profile, &known.about)
}

/// The line of figures that the cursor is on.
#[must_use]
pub fn figure<'a>(app: &'a App, screen: &ProfileScreen) -> Option<Item<'a>> {
    let mut lines: Vec<Item<'a>> =
        sections(app, screen).into_iter().flat_map(|section| section.items).filter(Item::is_line).collect();
    let at = screen.figures.index(lines.len())?;
    Some(lines.swap_remove(at))
}

/// Does an action.
pub fn perform(app: &mut App, act: Act) {
    let Some(Screen::Profile(screen)) = app.sources.stack.last() else { return };
    let screen = screen.clone();
    let Some((object, at, _)) = focused(app, &screen) else { return };
    let (id, columns, name) = (object.id, object.columns.len() as u64, object.columns[at].name.clone());
    let lines = sections(app, &screen).iter().flat_map(|section| &section.items).filter(|item| item.is_line()).count();
    let figure = figure(app, &screen);
    let (door, copied) = figure.map_or((None, None), |item| (item.door, Some(item.copied)));
    let height = app.rows;
    let Some(Screen::Profile(screen)) = app.sources.stack.last_mut() else { return };
    let len = if screen.in_figures { lines as u64 } else { columns };
    if super::moved(screen.list(), act, len, height) {
        if !screen.in_figures {
            screen.figures = List::default();
        }
        return;
    }
    match act {
        Act::Left => screen.in_figures = false,
        Act::Right => screen.in_figures = lines > 0,
        Act::Open if !screen.in_figures => screen.in_figures = lines > 0,
        Act::Open => match door {
            Some(Door::Rows(selection)) => rows::open(app, id, selection),
            Some(Door::Counts) => values::open(app, id, at, Selection::All),
            Some(Door::Record(rec)) => {
                super::push(app, Screen::Record(record::RecordScreen::new(rec)));
                app.ask(Purpose::Record, Ask::Record(rec));
            }
            None => {}
        },
        Act::NextColumn | Act::PreviousColumn => {
            let step = if act == Act::NextColumn {
                super::super::super::widgets::list::Step::Down
            } else {
                super::super::super::widgets::list::Step::Up
            };
            screen.columns.step(step, columns, height);
            screen.figures = List::default();
        }
        Act::BreakDown => values::open(app, id, at, Selection::All),
        Act::Records => records::open(app, id),
        Act::Dictionary => dictionary::open(app, Some(id)),
        Act::DayFirst | Act::MonthFirst => {
            let order = if act == Act::DayFirst { DateOrder::DayFirst } else { DateOrder::MonthFirst };
            app.ask(Purpose::Change, Ask::DecideDates { object: id, column: at, order });
        }
        Act::CopyCell if screen.in_figures => match copied {
            Some(Copied::Figure(figure)) => app.copy("the figure", figure.to_string()),
            Some(Copied::Value(value)) => app.copy_value("the value", value),
            None => {}
        },
        Act::CopyCell => app.copy("the name", name),
        Act::Find => {
            let before = screen.needle.clone();
            app.prompt = Some(Prompt::new(Question::Find, &before));
        }
        Act::FindNext => find_on(app, 1, false),
        Act::FindPrevious => find_on(app, 1, true),
        _ => {}
    }
}

/// Moves to the next column whose name holds a text.
pub fn find(app: &mut App, text: String) {
    if let Some(Screen::Profile(screen)) = app.sources.stack.last_mut() {
        screen.needle = text;
    }
    find_on(app, 0, false);
}

fn find_on(app: &mut App, from: usize, back: bool) {
    let Some(Screen::Profile(screen)) = app.sources.stack.last() else { return };
    let Some((object, at, _)) = focused(app, screen) else { return };
    let needle = screen.needle.to_lowercase();
    let names: Vec<String> = object.columns.iter().map(|column| column.name.to_lowercase()).collect();
    match super::round(&names, &needle, at, from, back) {
        Some(found) => {
            if let Some(Screen::Profile(screen)) = app.sources.stack.last_mut() {
                screen.columns.cursor = found as u64;
                screen.figures = List::default();
                screen.in_figures = false;
            }
        }
        None => {
            let line = Line::new().text("No column is called “").name(Role::Text, screen.needle.clone()).text("”.");
            app.say(line);
        }
    }
}

/// Row 2.
pub fn headline<'a>(app: &'a App, screen: &ProfileScreen) -> (Line<'a>, Line<'a>) {
    let Some((object, at, _)) = focused(app, screen) else { return (Line::new().quiet("Sources"), Line::new()) };
    let left = Line::new()
        .quiet("Sources › ")
        .name(Role::Quiet, object.source_name.as_str())
        .quiet(" › ")
        .name(Role::Text, object.name.as_str())
        .quiet(" › ")
        .name(Role::Strong, object.columns[at].name.as_str());
    let rows = app.sources.profiles.get(screen.object).map_or(object.records, |known| known.about.profile.rows);
    let mut right = Line::new().plural(Role::Text, rows, "record", "records");
    if app.size.0 >= 100 {
        right = match object.loads.as_slice() {
            [] => right,
            [one] => right.quiet(" · load ").made(Role::Text, one.id.to_string()),
            many => right.quiet(" · ").number(Role::Text, many.len() as u64).quiet(" loads"),
        };
    }
    if let Some(time) = object.as_of() {
        right = right.quiet(" · as of ").name(Role::Text, date(time));
    }
    (left, right)
}

/// What a decision on the dates would cost, as long as none was made.
pub fn notice(app: &App, screen: &ProfileScreen) -> Option<Note> {
    let (_, _, Some(profile)) = focused(app, screen)? else { return None };
    let known = app.sources.profiles.get(screen.object)?;
    if !column::is_open(profile) || known.decision(profile).is_some() {
        return None;
    }
    let line = column::stake(profile.dates.as_ref()?, app.size.0);
    Some(if app.size.0 >= 130 { line.quiet(" The evidence is kept with your name.") } else { line })
}

/// Draws the main area.
pub fn draw(app: &App, screen: &ProfileScreen, canvas: &mut Canvas<'_>, area: Rect) {
    let Some(object) = object(app, screen.object) else { return };
    let (columns, figures) = if area.width >= page::WIDEST {
        // As wide as the names need it, as long as two columns of detail have their room.
        let names = object.columns.iter().take(2_000).map(|column| Shown::of(head(&column.name, 40)).width()).max();
        let most = if area.width >= 160 { 52 } else { 46 };
        let left = u16::try_from(names.unwrap_or(0)).unwrap_or(most).saturating_add(21).clamp(33, most);
        let left = left.min(area.width.saturating_sub(2 * page::NARROWEST + 1)).max(24);
        canvas.divider(area.x + left, area.y, area.height);
        (
            Rect { width: left, ..area },
            Rect { x: area.x + left + 1, width: area.width.saturating_sub(left + 1), ..area },
        )
    } else {
        let most = (area.height * 2 / 5).max(2);
        let tall = u16::try_from(object.columns.len() + 1).unwrap_or(u16::MAX).min(most);
        canvas.rule(area.x + 1, area.y + tall, area.width.saturating_sub(2));
        (
            Rect { height: tall, ..area },
            Rect { y: area.y + tall + 1, height: area.height.saturating_sub(tall + 1), ..area },
        )
    };
    // The part with the keys is drawn last, so that the number of its rows is the one that counts.
    if screen.in_figures {
        draw_columns(app, object, screen, canvas, columns);
        draw_figures(app, object, screen, canvas, figures);
    } else {
        draw_figures(app, object, screen, canvas, figures);
        draw_columns(app, object, screen, canvas, columns);
    }
}

fn draw_columns(app: &App, object: &Object, screen: &ProfileScreen, canvas: &mut Canvas<'_>, area: Rect) {
    canvas.hit(area, Target::Part(0));
    let ascii = canvas.theme.ascii;
    let bar = if area.width >= 60 { 16 } else { 8 };
    let tail = bar + 9;
    let name = area.width.saturating_sub(tail + 3).clamp(8, 30);
    let kind = area.width.saturating_sub(name + tail + 5);
    let x = area.x + 2;
    canvas.line(x, area.y, area.width.saturating_sub(2), &Line::new().quiet("column").to(name + 1).quiet("filled"));
    let known = app.sources.profiles.get(screen.object);
    let len = object.columns.len() as u64;
    let room = area.height.saturating_sub(1);
    canvas.rows = room.max(1);
    for (y, at) in (area.y + 1..).zip(screen.columns.visible(len, room)) {
        let Some(column) = usize::try_from(at).ok().and_then(|at| object.columns.get(at)) else { continue };
        canvas.line(x, y, name, &Line::new().name(Role::Text, column.name.as_str()));
        if let Some((known, profile)) = known.and_then(|known| Some((known, known.column(column.position)?))) {
            let drawn = chart::bar(profile.filled, profile.rows, bar, ascii);
            canvas.line(x + name + 1, y, bar, &Line::new().made(Role::Text, drawn));
            canvas.line_right(x + name + 1 + bar, y, 6, &column::fill(profile));
            if let Some((role, mark)) = column::mark(profile, known.decision(profile)) {
                canvas.line(x + name + bar + 8, y, 1, &Line::new().say(role, mark));
            }
            if kind >= 12 {
                let line = Line::new().quiet(column::word(profile.kind));
                canvas.line(x + name + bar + 11, y, kind.saturating_sub(1), &line);
            }
        }
        if at == screen.columns.cursor.min(len.saturating_sub(1)) {
            canvas.cursor_row(area.x, y, area.width, !screen.in_figures);
        }
        let row = Rect { x: area.x, y, width: area.width, height: 1 };
        canvas.hit(row, Target::Row(at));
        canvas.hit(row, Target::Part(0));
    }
}

fn draw_figures(app: &App, object: &Object, screen: &ProfileScreen, canvas: &mut Canvas<'_>, area: Rect) {
    canvas.hit(area, Target::Part(1));
    match focused(app, screen) {
        None => {
            let line = Line::new().text("This object has no column.");
            canvas.line(area.x + 2, area.y, area.width.saturating_sub(3), &line);
        }
        Some((_, _, None)) => match app.sources.profiles.refusal(screen.object) {
            Some(problem) => draw_problem(problem, canvas, area),
            None => draw_counting(app, Purpose::Profile, object.records, canvas, area),
        },
        Some((_, _, Some(_))) => {
            let sections = sections(app, screen);
            let lines = sections.iter().flat_map(|section| &section.items).filter(|item| item.is_line()).count();
            let chosen = screen.figures.index(lines).filter(|_| screen.in_figures).map(|at| at as u64);
            page::draw(&sections, chosen, canvas, area);
        }
    }
}

/// The focused column and line as label and value.
pub fn facts<'a>(app: &'a App, screen: &ProfileScreen) -> Vec<(&'static str, Line<'a>)> {
    let Some((object, at, profile)) = focused(app, screen) else { return Vec::new() };
    let mut facts = vec![("column", Line::new().name(Role::Strong, object.columns[at].name.as_str()))];
    let Some(profile) = profile else {
        facts.push(("", Line::new().text("Its figures are being counted.")));
        return facts;
    };
    if screen.in_figures
        && let Some(item) = figure(app, screen)
    {
        match item.kind {
            Kind::Bar { label, count, .. } => {
                facts.push(("figure", label));
                facts.push(("records", Line::new().number(Role::Strong, count)));
            }
            Kind::Sum { label, count, .. } => {
                facts.push(("figure", Line::new().text(label)));
                facts.push(("records", Line::new().number(Role::Strong, count)));
            }
            Kind::Words(line) => facts.push(("figure", line)),
            Kind::Note(_) | Kind::Rule => {}
        }
    }
    facts.push(("type", Line::new().text(column::word(profile.kind))));
    facts.push((
        "filled",
        Line::new().number(Role::Text, profile.filled).quiet(" of ").number(Role::Text, profile.rows),
    ));
    facts.push(("distinct", Line::new().number(Role::Text, profile.distinct)));
    if let Some(dates) = profile.dates.as_ref().filter(|dates| dates.years.len() > 1) {
        let years: Vec<u64> = dates.years.iter().map(|(_, count)| *count).collect();
        facts.push(("years", Line::new().made(Role::Text, chart::sparkline(&years, app.theme.ascii))));
    }
    facts
}
