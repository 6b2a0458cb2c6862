//! Selected records: those behind a figure, a value, a cell. The table is that of the records; here is which records it
//! shows, in which order, and how they are written to a file.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::super::super::action::Act;
use super::super::super::app::{App, Purpose};
use super::super::super::msg::{Ask, Order, Problem};
use super::super::super::paint::{Line, Note};
use super::super::super::prompt::{Prompt, Question};
use super::super::super::theme::Role;
use super::records::RecordsScreen;
use super::{Screen, object, records_screen};
use crate::sources::select::{DateReading, Selection};
use crate::sources::versions::Standing;
use crate::sources::{Object, ObjectId, Rec};

/// Records that are sorted at most: more would have the values of a whole column in memory.
pub const MOST_SORTED: u64 = 200_000;

/// Which records a table shows.
#[derive(Debug, Clone)]
pub struct Chosen {
    pub selection: Selection,
    /// As they are stored.
    recs: Option<Arc<Vec<Rec>>>,
    sorted: Option<(Order, Arc<Vec<Rec>>)>,
    /// The order that is wanted.
    pub order: Option<Order>,
    asked: bool,
    pub problem: Option<Problem>,
}

impl Chosen {
    fn new(selection: Selection, order: Option<Order>) -> Self {
        Self { selection, recs: None, sorted: None, order, asked: false, problem: None }
    }

    /// The records in the order that is there: the wanted one, or the last.
    #[must_use]
    pub fn recs(&self) -> Option<&Arc<Vec<Rec>>> {
        match (&self.order, &self.sorted) {
            (Some(_), Some((_, sorted))) => Some(sorted),
            _ => self.recs.as_ref(),
        }
    }

    /// What is held may be out of date.
    pub fn stale(&mut self) {
        self.recs = None;
        self.sorted = None;
        self.problem = None;
        self.rest();
    }

    /// What was asked for comes no more.
    pub fn rest(&mut self) {
        self.asked = false;
    }

    /// The records could not be found or sorted.
    pub fn refuse(&mut self, problem: Problem) -> Option<Problem> {
        self.asked = false;
        if self.recs.is_some() {
            // They stay as they are.
            self.order = self.sorted.as_ref().map(|(order, _)| *order);
            return Some(problem);
        }
        self.problem = Some(problem);
        None
    }
}

/// The records that both hold.
#[must_use]
pub fn both(within: Selection, one: Selection) -> Selection {
    match (within, one) {
        (Selection::All, one) => one,
        (within, Selection::All) => within,
        (within, one) => Selection::Both(Box::new(within), Box::new(one)),
    }
}

/// All records with this value in a column.
#[must_use]
pub fn like(column: usize, value: Option<&str>) -> Selection {
    match value {
        Some(value) if value.trim().is_empty() => Selection::Empty { column },
        value => Selection::Value { column, value: value.map(str::to_owned) },
    }
}

/// Opens the records of a selection.
pub fn open(app: &mut App, object: ObjectId, selection: Selection) {
    open_sorted(app, object, selection, None);
}

/// Opens the records of a selection, in the order of a column.
pub fn open_sorted(app: &mut App, object: ObjectId, selection: Selection, order: Option<Order>) {
    let mut screen = RecordsScreen::new(object);
    screen.chosen = Some(Chosen::new(selection, order));
    if let Some(order) = order {
        screen.column = order.column;
    }
    super::push(app, Screen::Records(screen));
}

/// Asks for the records of a selection, or for their order.
pub fn settle(app: &mut App) {
    let Some(screen) = records_screen(app) else { return };
    let id = screen.object;
    let Some(chosen) = &mut screen.chosen else { return };
    if chosen.asked || chosen.problem.is_some() {
        return;
    }
    let ask = match (&chosen.recs, chosen.order, &chosen.sorted) {
        (None, ..) => Ask::Select { object: id, selection: chosen.selection.clone() },
        (Some(recs), Some(order), sorted) if sorted.as_ref().is_none_or(|(is, _)| *is != order) => {
            if recs.len() as u64 > MOST_SORTED {
                chosen.order = None;
                return;
            }
            Ask::Sort { object: id, recs: Arc::clone(recs), order }
        }
        _ => return,
    };
    chosen.asked = true;
    app.ask(Purpose::Select, ask);
}

/// The records of a selection arrived.
pub fn arrived(app: &mut App, object: ObjectId, selection: &Selection, recs: Arc<Vec<Rec>>) {
    let height = app.rows;
    let Some(screen) = records_screen(app).filter(|screen| screen.object == object) else { return };
    let Some(chosen) = screen.chosen.as_mut().filter(|chosen| chosen.selection == *selection) else { return };
    chosen.asked = false;
    let total = recs.len() as u64;
    chosen.recs = Some(recs);
    screen.turned();
    let cursor = screen.list.cursor;
    screen.list.show(cursor, total, height);
}

/// The records arrived in the order that was asked for.
pub fn ordered(app: &mut App, object: ObjectId, order: Order, recs: Arc<Vec<Rec>>) {
    let Some(screen) = records_screen(app).filter(|screen| screen.object == object) else { return };
    let Some(chosen) = screen.chosen.as_mut() else { return };
    chosen.asked = false;
    chosen.sorted = Some((order, recs));
    screen.turned();
}

/// Sorts by the column under the cursor: upwards, downwards, as stored.
pub fn sort(app: &mut App) {
    let Some(Screen::Records(screen)) = app.sources.stack.last_mut() else { return };
    let (id, column) = (screen.object, screen.column);
    let upwards = Order { column, downwards: false };
    let Some(chosen) = &mut screen.chosen else {
        return open_sorted(app, id, Selection::All, Some(upwards));
    };
    chosen.order = match chosen.order {
        Some(order) if order == upwards => Some(Order { column, downwards: true }),
        Some(order) if order.column == column => None,
        _ => Some(upwards),
    };
    let words = match chosen.order {
        None => "As they are stored.",
        Some(order) if order.downwards => "Sorted downwards.",
        Some(_) => "Sorted upwards.",
    };
    if chosen.order.is_none() {
        chosen.sorted = None;
        screen.turned();
    }
    app.say(Line::new().text(words));
}

/// Asks for the name of a file to write the records to.
pub fn ask_for_file(app: &mut App) {
    let Some(Screen::Records(screen)) = app.sources.stack.last() else { return };
    let Some(object) = object(app, screen.object) else { return };
    let selected = if screen.chosen.is_some() { "selected" } else { "" };
    let name = file_name(&[&object.source_name, &object.name, selected], "csv");
    app.prompt = Some(Prompt::new(Question::WriteRows, &name));
}

/// Writes the records to a file: the selected ones, or the latest version of all.
pub fn write(app: &mut App, path: PathBuf) {
    let Some(Screen::Records(screen)) = app.sources.stack.last() else { return };
    let recs = match &screen.chosen {
        None => None,
        Some(chosen) => match chosen.recs() {
            Some(recs) => Some(Arc::clone(recs)),
            None => return,
        },
    };
    let (object, masked) = (screen.object, app.masked);
    app.ask(Purpose::Write, Ask::WriteRows { object, recs, path, masked });
}

/// A name for a file, of words that may hold anything: `salesforce-contact-region.csv`.
#[must_use]
pub fn file_name(words: &[&str], ending: &str) -> String {
    let mut name = String::new();
    for word in words {
        let mut plain = String::new();
        for c in word.chars().take(30) {
            if c.is_alphanumeric() {
                plain.extend(c.to_lowercase());
            } else if !plain.is_empty() && !plain.ends_with('-') {
                plain.push('-');
            }
        }
        let plain = plain.trim_matches('-');
        if !plain.is_empty() {
            if !name.is_empty() {
                name.push('-');
            }
            name.push_str(plain);
        }
    }
    if name.is_empty() {
        name.push_str("figures");
    }
    format!("{name}.{ending}")
}

/// What was written, as a message.
#[must_use]
pub fn written(path: &Path, lines: u64, what: (&'static str, &'static str), guarded: u64, masked: bool) -> Note {
    let line = Line::new().say(Role::Good, "✓ ").plural(Role::Text, lines, what.0, what.1);
    let line = line.text(if masked { ", masked, written to " } else { " written to " });
    let line = line.name(Role::Text, path.display().to_string()).text(".");
    match guarded {
        0 => line,
        1 => line.text(" 1 cell could act as a formula; a ' stands before it."),
        _ => line.text(" ").number(Role::Text, guarded).text(" cells could act as formulas; a ' stands before each."),
    }
}

/// `Salesforce › Contact › Region = EMEA › Owner = S. Lee`
#[must_use]
pub fn trail<'a>(app: &'a App, object: &'a Object, selection: &'a Selection) -> Line<'a> {
    let line = Line::new()
        .name(Role::Quiet, object.source_name.as_str())
        .most(20)
        .quiet(" › ")
        .name(Role::Text, object.name.as_str())
        .most(24);
    step(line, app, object, selection)
}

fn step<'a>(line: Line<'a>, app: &'a App, object: &'a Object, selection: &'a Selection) -> Line<'a> {
    if let Some((_, title)) = app.sources.titles.iter().find(|(named, _)| named == selection) {
        return line.quiet(" › ").prose(Role::Strong, title.as_str()).most(48);
    }
    let name = |at: &usize| object.columns.get(*at).map_or("", |column| column.name.as_str());
    let column = |line: Line<'a>, at: &usize| line.quiet(" › ").name(Role::Text, name(at)).most(24);
    match selection {
        Selection::All => line,
        Selection::Both(first, second) => step(step(line, app, object, first), app, object, second),
        Selection::Value { column: at, value: Some(value) } => {
            column(line, at).quiet(" = ").data(Role::Strong, value.as_str()).most(28)
        }
        Selection::Value { column: at, value: None } => column(line, at).strong(" not given"),
        Selection::Empty { column: at } => column(line, at).strong(" empty"),
        Selection::Filled { column: at } => column(line, at).strong(" filled"),
        Selection::Pattern { column: at, pattern } => {
            column(line, at).quiet(" like ").name(Role::Strong, pattern.as_str()).most(28)
        }
        Selection::Dates { column: at, reading } => column(line, at).strong(match reading {
            DateReading::DayFirst => " only day first",
            DateReading::MonthFirst => " only month first",
            DateReading::Either => " either order",
            DateReading::YearFirst => " year first",
            DateReading::NoDate => " no date",
        }),
        Selection::Year { column: at, year } => column(line, at).quiet(" in ").made(Role::Strong, year.to_string()),
        Selection::Padded { column: at } => column(line, at).strong(" with spaces around"),
        Selection::NonAscii { column: at } => column(line, at).strong(" not plain ASCII"),
        Selection::Length { column: at, characters } => {
            column(line, at).quiet(" of ").number(Role::Strong, (*characters).into()).strong(" characters")
        }
        Selection::Range { column: at, from, to, below } => {
            let line = column(line, at).quiet(" = ").data(Role::Strong, from.as_str()).most(20);
            let until = if *below { " to below " } else { " to " };
            if from == to { line } else { line.quiet(until).data(Role::Strong, to.as_str()).most(20) }
        }
        Selection::Load { load, standing } => {
            line.quiet(" › load ").made(Role::Text, load.to_string()).strong(match standing {
                Standing::New => " new",
                Standing::Changed => " changed",
                Standing::Unchanged => " unchanged",
                Standing::Vanished => " vanished",
            })
        }
        Selection::Finding(id) => line.quiet(" › finding ").made(Role::Strong, id.to_string()),
        Selection::Orphans(id) => line.quiet(" › orphans of relation ").made(Role::Strong, id.to_string()),
        Selection::Among(recs) => line.quiet(" › ").number(Role::Strong, recs.len() as u64).strong(" chosen records"),
    }
}

/// Row 2 over selected records.
pub fn headline<'a>(
    app: &'a App,
    object: &'a Object,
    screen: &'a RecordsScreen,
    chosen: &'a Chosen,
) -> (Line<'a>, Line<'a>) {
    let mut left = trail(app, object, &chosen.selection);
    if chosen.selection == Selection::All {
        left = left.quiet(" › ").strong("all records");
    }
    let Some(total) = chosen.recs().map(|recs| recs.len() as u64) else { return (left, Line::new()) };
    let mut right = Line::new();
    if total > 0 {
        right = right.quiet("row ").number(Role::Text, screen.list.cursor.min(total - 1) + 1).quiet(" of ");
    }
    (left, right.plural(Role::Text, total, "record", "records"))
}

/// What a table of records does beyond moving and looking: on to counts, to rows like one, sorted, to a file.
pub fn perform(app: &mut App, act: Act) {
    let Some(Screen::Records(screen)) = app.sources.stack.last() else { return };
    let (id, column) = (screen.object, screen.column);
    let within = screen.chosen.as_ref().map_or(Selection::All, |chosen| chosen.selection.clone());
    match act {
        Act::BreakDown => super::values::open(app, id, column, within),
        Act::Like => {
            let Some(row) = screen.row(screen.list.cursor) else { return };
            let selection = like(column, row.values.get(column).and_then(Option::as_deref));
            open(app, id, selection);
        }
        Act::Sort => sort(app),
        Act::Write => ask_for_file(app),
        _ => {}
    }
}
