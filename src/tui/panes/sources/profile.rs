//! The profile of an object: its columns at the left, the figures of one of them at the right, each a line that leads to
//! its records. While a profile is made the screen says how far it is, and everything else works.

use std::collections::BTreeMap;

use ratatui::layout::Rect;

use super::super::super::action::Act;
use super::super::super::app::{App, Purpose};
use super::super::super::line::head;
use super::super::super::msg::{About, Ask, Problem, Target};
use super::super::super::paint::{Canvas, Line, Note};
use super::super::super::prompt::{Prompt, Question};
use super::super::super::theme::Role;
use super::super::super::widgets::chart;
use super::super::super::widgets::list::List;
use super::super::super::wrap::wrap;
use super::column::{self, Copied, Door, Item, Kind, Section};
use super::inventory::date;
use super::{Screen, dictionary, object, record, records, rows, values};
use crate::sources::profile::decide::Decision;
use crate::sources::profile::{ColumnProfile, DateOrder};
use crate::sources::select::Selection;
use crate::sources::{Object, ObjectId};
use crate::values::{Shown, format};

/// The widest that lines of text and bars run.
const WIDEST: u16 = 100;

/// The least that one of several columns of detail takes.
const NARROWEST: u16 = 36;

/// A profile that was brought.
#[derive(Debug, Clone)]
pub struct Known {
    pub about: About,
    /// Something changed since: it is shown until the new one is there.
    stale: bool,
}

/// The profiles brought so far, for all screens that show figures.
#[derive(Debug, Clone, Default)]
pub struct Profiles {
    known: BTreeMap<ObjectId, Known>,
    /// What is being made.
    making: Option<ObjectId>,
    refused: BTreeMap<ObjectId, Problem>,
}

impl Profiles {
    /// The profile of an object, as far as it was brought.
    #[must_use]
    pub fn get(&self, object: ObjectId) -> Option<&Known> {
        self.known.get(&object)
    }

    /// Why a profile could not be made.
    #[must_use]
    pub fn refusal(&self, object: ObjectId) -> Option<&Problem> {
        self.refused.get(&object)
    }

    /// Whether a profile is still to be asked for.
    #[must_use]
    pub fn lacks(&self, object: ObjectId) -> bool {
        self.known.get(&object).is_none_or(|known| known.stale) && !self.refused.contains_key(&object)
    }

    /// A profile arrived.
    pub fn arrived(&mut self, object: ObjectId, about: About) {
        self.making = None;
        self.known.insert(object, Known { about, stale: false });
    }

    /// The profile that was asked for could not be made.
    pub fn refuse(&mut self, problem: Problem) {
        if let Some(object) = self.making.take() {
            self.refused.insert(object, problem);
        }
    }

    /// What is known may be out of date.
    pub fn stale(&mut self) {
        self.known.values_mut().for_each(|known| known.stale = true);
        self.refused.clear();
        self.making = None;
    }
}

impl Known {
    /// The figures of a column.
    #[must_use]
    pub fn column(&self, position: usize) -> Option<&ColumnProfile> {
        self.about.profile.columns.iter().find(|column| column.position == position)
    }

    /// Where a column points to.
    #[must_use]
    pub fn points(&self, position: usize) -> Option<&str> {
        let relation = self.about.relations.iter().find(|relation| relation.column == position);
        relation.map(|relation| relation.to_name.as_str())
    }

    /// What was decided for a column.
    #[must_use]
    pub fn decision(&self, column: &ColumnProfile) -> Option<&Decision> {
        self.about.decisions.iter().find(|decision| decision.column == column.name)
    }
}

/// Asks for the profile of an object if it is not there and not being made.
pub fn want(app: &mut App, object: ObjectId) {
    let profiles = &app.sources.profiles;
    if !profiles.lacks(object) || (profiles.making == Some(object) && app.awaits(Purpose::Profile)) {
        return;
    }
    app.sources.profiles.making = Some(object);
    app.ask(Purpose::Profile, Ask::Profile(object));
}

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
    app.sources.profiles.refused.remove(&object);
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
    let (columns, figures) = if area.width >= WIDEST {
        // As wide as the names need it, as long as two columns of detail have their room.
        let names = object.columns.iter().take(2_000).map(|column| Shown::of(head(&column.name, 40)).width()).max();
        let most = if area.width >= 160 { 52 } else { 46 };
        let left = u16::try_from(names.unwrap_or(0)).unwrap_or(most).saturating_add(21).clamp(33, most);
        let left = left.min(area.width.saturating_sub(2 * NARROWEST + 1)).max(24);
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
        draw_figures(app, screen, canvas, figures);
    } else {
        draw_figures(app, screen, canvas, figures);
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

/// Says that figures are being made, once that takes long enough to be seen.
pub fn draw_counting(app: &App, purpose: Purpose, rows: u64, canvas: &mut Canvas<'_>, area: Rect) {
    if !app.late(purpose) || area.height == 0 {
        return;
    }
    let progress = app.progress_of(purpose);
    let mut line = Line::new().text("Counting ");
    line = if rows >= 1_000_000 {
        line.made(Role::Text, format!("{}.{}M", rows / 1_000_000, rows / 100_000 % 10)).text(" rows")
    } else {
        line.plural(Role::Text, rows, "row", "rows")
    };
    if let Some(left) = progress.and_then(|progress| progress.left) {
        line = line.text(", ").made(Role::Text, format::about(left));
    }
    let (x, width) = (area.x + 2, area.width.saturating_sub(4).min(WIDEST));
    canvas.line(x, area.y, width, &line.text(". Everything else works."));
    if area.height < 3 {
        return;
    }
    let share = progress.and_then(|progress| match progress.total {
        Some(total) => Some((progress.done, total)),
        None if rows > 0 && progress.rows > 0 => Some((progress.rows, rows)),
        None => None,
    });
    if let Some((done, whole)) = share.filter(|(_, whole)| *whole > 0) {
        let bar = width.saturating_sub(10).min(60);
        let line = Line::new().made(Role::Text, chart::bar(done, whole, bar, canvas.theme.ascii));
        let line = line.to(bar + 2).made(Role::Strong, format::share_short(done.min(whole), whole));
        canvas.line(x, area.y + 2, width, &line);
    }
}

/// Says why figures could not be made, where they would be.
pub fn draw_problem(problem: &Problem, canvas: &mut Canvas<'_>, area: Rect) {
    let width = area.width.saturating_sub(4).min(WIDEST);
    let mut text = problem.title.clone();
    for part in [&problem.still_true, &problem.next] {
        if !part.is_empty() {
            text.push(' ');
            text.push_str(part);
        }
    }
    for (n, (y, row)) in (area.y..area.y + area.height).zip(wrap(&text, width.into())).enumerate() {
        let line = if n == 0 { Line::new().say(Role::Bad, "✗ ") } else { Line::new().text("  ") };
        canvas.line(area.x + 2, y, width + 2, &line.prose(Role::Text, row));
    }
}

/// A line of the figures with its place: how far down, and in which of the columns side by side.
struct Placed<'s, 'a> {
    what: What<'s, 'a>,
    y: u16,
    x: u16,
    width: u16,
}

enum What<'s, 'a> {
    Title(&'s Section<'a>),
    Words(String),
    Item(&'s Item<'a>, u64, Widths),
}

/// What the lines of a section have in common.
#[derive(Clone, Copy)]
struct Widths {
    label: u16,
    count: u16,
    share: u16,
    note: u16,
}

fn widths(section: &Section<'_>, canvas: &Canvas<'_>, width: u16) -> Widths {
    let mut widths = Widths { label: 0, count: 0, share: 0, note: 0 };
    for item in &section.items {
        let (label, count, share, note) = match &item.kind {
            Kind::Bar { label, count, share, note, whole } => {
                (canvas.width(label), *count, share.is_some(), if *whole > 0 { note.len() } else { 0 })
            }
            Kind::Sum { label, count, .. } => (u16::try_from(label.len()).unwrap_or(0), *count, false, 0),
            Kind::Words(_) | Kind::Note(_) | Kind::Rule => continue,
        };
        widths.label = widths.label.max(label);
        let count = u16::try_from(format::thousands(count).len()).unwrap_or(20);
        widths.count = widths.count.max(count);
        widths.share = widths.share.max(if share { 9 } else { 0 });
        widths.note = widths.note.max(u16::try_from(note).unwrap_or(0));
    }
    widths.label = widths.label.min(width / 2);
    widths
}

/// Puts the sections on a page that is as long as it needs to be: those across first, the others side by side, each where
/// there is most room.
fn place<'s, 'a>(sections: &'s [Section<'a>], canvas: &Canvas<'_>, width: u16) -> (Vec<Placed<'s, 'a>>, u16) {
    let mut placed = Vec::new();
    let mut at = 0_u64;
    let mut bottom = 0_u16;
    let count = (width / NARROWEST).clamp(1, 3);
    let beside = width.saturating_sub((count - 1) * 2) / count;
    let mut ends: Vec<u16> = Vec::new();
    for section in sections {
        let (column, wide) = if section.across {
            (None, width.min(WIDEST))
        } else {
            if ends.is_empty() {
                ends = vec![bottom; usize::from(count)];
            }
            let least = ends.iter().copied().min().unwrap_or(0);
            (ends.iter().position(|end| *end == least), beside.min(WIDEST))
        };
        let (x, mut y) = match column {
            None => (0, bottom),
            Some(column) => (u16::try_from(column).unwrap_or(0) * (beside + 2), ends[column]),
        };
        placed.push(Placed { what: What::Title(section), y, x, width: wide });
        y = y.saturating_add(1);
        for row in section.words.map(|words| wrap(words, usize::from(wide.saturating_sub(4)))).unwrap_or_default() {
            placed.push(Placed { what: What::Words(row), y, x, width: wide });
            y = y.saturating_add(1);
        }
        let widths = widths(section, canvas, wide.saturating_sub(4));
        for item in &section.items {
            placed.push(Placed { what: What::Item(item, at, widths), y, x, width: wide });
            at += u64::from(item.is_line());
            y = y.saturating_add(1);
        }
        y = y.saturating_add(1);
        match column {
            None => bottom = y,
            Some(column) => ends[column] = y,
        }
    }
    let tall = ends.into_iter().max().unwrap_or(bottom).saturating_sub(1);
    (placed, tall)
}

fn draw_figures(app: &App, screen: &ProfileScreen, canvas: &mut Canvas<'_>, area: Rect) {
    canvas.hit(area, Target::Part(1));
    let Some((object, _, profile)) = focused(app, screen) else {
        let line = Line::new().text("This object has no column.");
        canvas.line(area.x + 2, area.y, area.width.saturating_sub(3), &line);
        return;
    };
    if profile.is_none() {
        return match app.sources.profiles.refusal(screen.object) {
            Some(problem) => draw_problem(problem, canvas, area),
            None => draw_counting(app, Purpose::Profile, object.records, canvas, area),
        };
    }
    let sections = sections(app, screen);
    let (placed, tall) = place(&sections, canvas, area.width);
    let lines = sections.iter().flat_map(|section| &section.items).filter(|item| item.is_line()).count();
    let chosen = screen.figures.index(lines).map_or(0, |at| at as u64);
    canvas.rows = area.height.max(1);
    // The last row says how much is below, where that is anything.
    let whole = area;
    let area = Rect { height: area.height - u16::from(tall > area.height && area.height > 2), ..area };
    // As far down as the line with the cursor needs, with one line more in sight.
    let focus =
        placed.iter().find(|placed| matches!(placed.what, What::Item(item, at, _) if at == chosen && item.is_line()));
    let wanted = focus.map_or(0, |placed| placed.y.saturating_add(2));
    let most = tall.saturating_sub(area.height);
    let top = if screen.in_figures { wanted.saturating_sub(area.height).min(most) } else { 0 };
    for Placed { what, y, x, width } in &placed {
        let Some(y) = y.checked_sub(top).filter(|y| *y < area.height).map(|y| area.y + y) else { continue };
        let (x, width) = (area.x + x, (*width).min(area.width.saturating_sub(*x)));
        match what {
            What::Title(section) => {
                canvas.line(x + 1, y, width.saturating_sub(1), &section.title);
            }
            What::Words(words) => {
                canvas.line(x + 2, y, width.saturating_sub(2), &Line::new().prose(Role::Quiet, words.as_str()));
            }
            What::Item(item, at, widths) => {
                draw_item(item, *widths, canvas, Rect { x, y, width, height: 1 });
                let row = Rect { x, y, width, height: 1 };
                if item.is_line() && *at == chosen && screen.in_figures {
                    canvas.cursor_row(x, y, width, true);
                }
                if item.is_line() {
                    canvas.hit(row, Target::Row(*at));
                    canvas.hit(row, Target::Part(1));
                }
            }
        }
    }
    let below = tall.saturating_sub(top).saturating_sub(area.height);
    if below > 0 && whole.height > area.height {
        let line = Line::new().plural(Role::Quiet, below.into(), "line", "lines").quiet(" more").all(Role::Quiet);
        canvas.line(area.x + 2, whole.y + area.height, area.width.saturating_sub(2), &line);
    }
}

fn draw_item(item: &Item<'_>, widths: Widths, canvas: &mut Canvas<'_>, area: Rect) {
    let (x, y) = (area.x + 2, area.y);
    let room = area.width.saturating_sub(2);
    let count_at = x + widths.label + 2;
    let bar_at = count_at + widths.count + widths.share + 2;
    let rest = (area.x + area.width).saturating_sub(bar_at);
    match &item.kind {
        Kind::Words(line) | Kind::Note(line) => {
            canvas.line(x, y, room, line);
        }
        Kind::Rule => canvas.rule(x, y, (widths.label + widths.count + 2).min(room)),
        Kind::Sum { label, count, holds } => {
            canvas.line(x, y, widths.label, &Line::new().quiet(label));
            canvas.line_right(count_at, y, widths.count, &Line::new().number(Role::Text, *count));
            let line = if *holds {
                Line::new().say(Role::Good, "✓").quiet(" closes")
            } else {
                Line::new().say(Role::Bad, "✗ does not close")
            };
            canvas.line(count_at + widths.count + 2, y, rest + widths.share, &line);
        }
        Kind::Bar { label, count, whole, share, note } => {
            canvas.line(x, y, widths.label.min(room), label);
            canvas.line_right(count_at, y, widths.count, &Line::new().count(Role::Text, *count));
            if let Some(share) = share.filter(|_| *count > 0) {
                let line = Line::new().made(Role::Text, format::share(*count, share));
                canvas.line_right(count_at + widths.count, y, widths.share, &line);
            }
            if *whole == 0 {
                canvas.line(bar_at, y, rest, &Line::new().quiet(note));
                return;
            }
            // Where the bars would be stumps the words about them go.
            let with_note = rest.saturating_sub(widths.note + 2);
            let (bar, note_at) = if widths.note > 0 && with_note >= 8 {
                (with_note.min(30), Some(with_note.min(30) + 2))
            } else {
                (rest.saturating_sub(1).min(30), None)
            };
            if bar >= 3 {
                let drawn = chart::bar(*count, *whole, bar, canvas.theme.ascii);
                canvas.line(bar_at, y, bar, &Line::new().made(Role::Text, drawn));
            }
            if let Some(note_at) = note_at {
                canvas.line(bar_at + note_at, y, widths.note, &Line::new().quiet(note));
            }
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
