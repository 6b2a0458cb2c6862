//! The records of an object as they were exported, any number of millions of them: a table that holds the rows around
//! those to be seen and asks for others when the cursor comes near their edge. It never moves when rows arrive.

use ratatui::layout::Rect;

use super::super::super::action::Act;
use super::super::super::app::{App, Purpose, step};
use super::super::super::line::head;
use super::super::super::msg::Ask;
use super::super::super::paint::Line;
use super::super::super::prompt::{Prompt, Question};
use super::super::super::theme::Role;
use super::super::super::widgets::list::List;
use super::rows::{self, Chosen};
use super::{Screen, object, record, records_screen, versions};
use crate::sources::{ObjectId, PageRow, RecordPage};
use crate::values::Shown;

pub use super::super::super::widgets::grid::draw_records as draw;

/// The narrowest and the widest that a column becomes by itself, and by hand.
const NARROW: u16 = 4;
const WIDE: u16 = 32;
const WIDEST: u16 = 120;

/// Cells of the words `older` and `vanished` with what parts them from the columns.
const OLDER: u16 = 7;
const VANISHED: u16 = 10;

/// The most values that are held beyond those to be seen.
const MOST_CELLS: u64 = 100_000;

/// The screen of an object's records.
#[derive(Debug, Clone)]
pub struct RecordsScreen {
    pub object: ObjectId,
    pub list: List,
    /// Rows in all, once known.
    pub total: Option<u64>,
    /// Index of the first row held.
    pub first: u64,
    pub rows: Vec<PageRow>,
    /// Records of the object that vanished, as far as known.
    pub vanished: u64,
    /// Cells before the columns that say which rows are older versions and which vanished; 0 where none is.
    pub standing: u16,
    /// The rows asked for and not there yet.
    asked: Option<std::ops::Range<u64>>,
    /// The column under the cursor.
    pub column: usize,
    /// The first column drawn after the frozen ones.
    pub left: usize,
    /// So many columns stay in sight.
    pub frozen: usize,
    /// Taken from the first rows once, then changed by hand only.
    pub widths: Vec<u16>,
    pub needle: Option<String>,
    /// A search came to the row under the cursor before the row was held: its column is still to be found.
    landing: bool,
    /// Not all records of the object, but these.
    pub chosen: Option<Chosen>,
}

impl RecordsScreen {
    /// The screen, before any row is there.
    #[must_use]
    pub fn new(object: ObjectId) -> Self {
        Self {
            object,
            list: List::default(),
            total: None,
            first: 0,
            rows: Vec::new(),
            vanished: 0,
            standing: 0,
            asked: None,
            column: 0,
            left: 0,
            frozen: 0,
            widths: Vec::new(),
            needle: None,
            landing: false,
            chosen: None,
        }
    }

    /// The row at an index, if it is held.
    #[must_use]
    pub fn row(&self, index: u64) -> Option<&PageRow> {
        self.rows.get(usize::try_from(index.checked_sub(self.first)?).ok()?)
    }

    /// Rows arrived. The cursor stays where it is.
    pub fn arrived(&mut self, page: RecordPage) {
        self.total = Some(page.total);
        self.first = page.first;
        self.vanished = page.vanished;
        self.rows = page.rows;
        self.asked = None;
        self.list.cursor = self.list.cursor.min(page.total.saturating_sub(1));
        self.land();
    }

    /// Puts the cursor on the column that holds what was searched for, as soon as the row is held.
    fn land(&mut self) {
        if !self.landing {
            return;
        }
        let Some(row) = self.row(self.list.cursor) else { return };
        let at = column_with(row, self.needle.as_deref().unwrap_or_default());
        self.landing = false;
        self.column = at.unwrap_or(self.column);
    }

    /// What is held may be out of date.
    pub fn stale(&mut self) {
        self.turned();
        if let Some(chosen) = &mut self.chosen {
            chosen.stale();
        }
    }

    /// The rows stand in another order, or others stand there.
    pub fn turned(&mut self) {
        self.total = None;
        self.asked = None;
    }

    /// What was asked for comes no more.
    pub fn rest(&mut self) {
        self.asked = None;
        if let Some(chosen) = &mut self.chosen {
            chosen.rest();
        }
    }

    /// The question for rows, as far as they can be asked for.
    fn question(&self, range: &std::ops::Range<u64>) -> Option<Ask> {
        let (object, first) = (self.object, range.start);
        let Some(chosen) = &self.chosen else {
            return Some(Ask::Page { object, first, count: range.end - range.start });
        };
        let all = chosen.recs()?;
        let at = |index: u64| usize::try_from(index).unwrap_or(usize::MAX).min(all.len());
        let recs = all.get(at(range.start)..at(range.end)).unwrap_or_default().to_vec();
        Some(Ask::PageOf { object, total: all.len() as u64, first: at(first) as u64, recs })
    }

    /// The rows to ask for so that what is to be seen is held.
    fn wanted(&self, height: u16, columns: usize) -> Option<std::ops::Range<u64>> {
        let tall = u64::from(height.max(1));
        // A screen more in either direction, but of very wide objects only what is seen.
        let more = tall.min(MOST_CELLS / (columns as u64).max(1));
        let visible = match self.total {
            None => self.list.top..self.list.top.saturating_add(tall),
            Some(total) => self.list.visible(total, height),
        };
        let held = self.first..self.first.saturating_add(self.rows.len() as u64);
        let covers = |range: &std::ops::Range<u64>| range.start <= visible.start && visible.end <= range.end;
        if (self.total.is_some() && covers(&held)) || self.asked.as_ref().is_some_and(covers) {
            return None;
        }
        let first = visible.start.saturating_sub(more);
        Some(first..visible.end.saturating_add(more))
    }
}

/// Opens the records of an object.
pub fn open(app: &mut App, object: ObjectId) {
    super::push(app, Screen::Records(RecordsScreen::new(object)));
}

/// Asks for rows that are to be seen and not held; sets the widths once.
pub fn settle(app: &mut App) {
    let height = app.rows.max(app.size.1.saturating_sub(5));
    let (width, masked) = (app.size.0, app.masked);
    let Some(id) = records_screen(app).map(|screen| screen.object) else { return };
    let Some((columns, older)) = object(app, id).map(|object| (object.columns.len(), object.older_versions)) else {
        return;
    };
    let Some(screen) = records_screen(app) else { return };
    screen.standing = match (older, screen.vanished) {
        (0, 0) => 0,
        (_, 0) => OLDER,
        _ => VANISHED,
    };
    let wanted = screen.wanted(height, columns);
    if let Some(range) = wanted
        && let Some(ask) = screen.question(&range)
    {
        screen.asked = Some(range);
        app.ask(Purpose::Page, ask);
    }
    if records_screen(app).is_some_and(|screen| screen.widths.len() < columns && !screen.rows.is_empty()) {
        let names = object(app, id).map(|object| object.columns.iter().map(|c| c.name.clone()).collect::<Vec<_>>());
        if let (Some(names), Some(screen)) = (names, records_screen(app)) {
            screen.widths = widths(&names, &screen.rows);
        }
    }
    if let Some(screen) = records_screen(app) {
        screen.column = screen.column.min(columns.saturating_sub(1));
        super::super::super::widgets::grid::scroll_to_column(screen, width, masked);
    }
}

/// Widths that fit the names and the first rows.
fn widths(names: &[String], rows: &[PageRow]) -> Vec<u16> {
    let wide = |text: &str| u16::try_from(Shown::of(head(text, WIDE.into())).width()).unwrap_or(WIDE);
    let mut widths = Vec::with_capacity(names.len());
    for (at, name) in names.iter().enumerate() {
        let values = rows.iter().take(60).filter_map(|row| row.values.get(at)?.as_deref());
        let widest = values.map(wide).chain([wide(name)]).max().unwrap_or(NARROW);
        widths.push(widest.clamp(NARROW, WIDE));
    }
    widths
}

/// Does an action.
pub fn perform(app: &mut App, act: Act) {
    let height = app.rows;
    let Some(Screen::Records(screen)) = app.sources.stack.last() else { return };
    let Some(columns) = object(app, screen.object).map(|object| object.columns.len()) else { return };
    let Some(Screen::Records(screen)) = app.sources.stack.last_mut() else { return };
    if let Some(step) = step(act) {
        if let Some(total) = screen.total {
            screen.list.step(step, total, height);
        }
        return;
    }
    let last = columns.saturating_sub(1);
    match act {
        Act::Left => screen.column = screen.column.saturating_sub(1),
        Act::Right => screen.column = (screen.column + 1).min(last),
        Act::FirstColumn => screen.column = 0,
        Act::LastColumn => screen.column = last,
        Act::Freeze => {
            screen.frozen = if screen.frozen == screen.column + 1 { 0 } else { screen.column + 1 };
            screen.left = screen.left.max(screen.frozen);
        }
        Act::Narrower | Act::Wider => {
            if let Some(width) = screen.widths.get_mut(screen.column) {
                *width = if act == Act::Wider {
                    width.saturating_add(2).min(WIDEST)
                } else {
                    width.saturating_sub(2).max(NARROW)
                };
            }
        }
        Act::Open => {
            if let Some(rec) = screen.row(screen.list.cursor).map(|row| row.rec) {
                app.sources.stack.push(Screen::Record(record::RecordScreen::new(rec)));
                app.ask(Purpose::Record, Ask::Record(rec));
            }
        }
        Act::Versions => {
            if let Some(rec) = screen.row(screen.list.cursor).map(|row| row.rec) {
                versions::open(app, rec, None);
            }
        }
        Act::Find => {
            let before = screen.needle.clone().unwrap_or_default();
            app.prompt = Some(Prompt::new(Question::Find, &before));
        }
        Act::FindNext | Act::FindPrevious => find_again(app, act == Act::FindPrevious),
        Act::CopyCell | Act::CopyRecord => copy(app, act),
        _ => rows::perform(app, act),
    }
}

fn copy(app: &mut App, act: Act) {
    let Some(Screen::Records(screen)) = app.sources.stack.last() else { return };
    let Some(row) = screen.row(screen.list.cursor) else { return };
    if act == Act::CopyCell {
        let value = row.values.get(screen.column).cloned().flatten().unwrap_or_default();
        return app.copy_value("the value", value);
    }
    let names = object(app, screen.object)
        .map(|object| object.columns.iter().map(|c| c.name.clone()).collect::<Vec<_>>())
        .unwrap_or_default();
    let text =
        record::as_text(names.iter().map(String::as_str).zip(row.values.iter().map(Option::as_deref)), app.veil());
    app.copy_lines("the record", &text);
}

/// Looks for text from the cursor on.
pub fn find(app: &mut App, text: String) {
    let Some(Screen::Records(screen)) = app.sources.stack.last_mut() else { return };
    screen.needle = Some(text.clone());
    let from = screen.list.cursor;
    look(app, from, text, false);
}

fn find_again(app: &mut App, back: bool) {
    let Some(Screen::Records(screen)) = app.sources.stack.last() else { return };
    let at = screen.list.cursor;
    let Some(needle) = screen.needle.clone() else { return };
    let from = if back { at.checked_sub(1) } else { at.checked_add(1) };
    let Some(from) = from else {
        return app.say(Line::new().text("This is the first record."));
    };
    look(app, from, needle, back);
}

fn look(app: &mut App, from: u64, needle: String, back: bool) {
    let Some(Screen::Records(screen)) = app.sources.stack.last() else { return };
    let object = screen.object;
    let ask = match &screen.chosen {
        None => Ask::FindRow { object, from, needle, back },
        Some(chosen) => match chosen.recs().cloned() {
            Some(recs) => Ask::FindAmong { object, recs, from, needle, back },
            None => return,
        },
    };
    app.ask(Purpose::FindRow, ask);
}

/// The search came to a row, or to the end.
pub fn found(app: &mut App, row: Option<u64>, height: u16) {
    let Some(screen) = records_screen(app) else { return };
    let needle = screen.needle.clone().unwrap_or_default();
    match (row, screen.total) {
        (Some(row), Some(total)) => {
            screen.list.show(row, total, height);
            screen.landing = true;
            screen.land();
        }
        _ => app.say(
            Line::new().text("Nothing further holds “").name(Role::Text, needle).text("”. n goes on, N goes back."),
        ),
    }
}

fn column_with(row: &PageRow, needle: &str) -> Option<usize> {
    let needle = needle.to_lowercase();
    row.values.iter().position(|value| value.as_deref().is_some_and(|value| value.to_lowercase().contains(&needle)))
}

/// What a row is that is not the latest word on its record.
#[must_use]
pub fn standing(row: &PageRow) -> Option<(Role, &'static str)> {
    match (row.superseded, row.vanished) {
        (true, _) => Some((Role::Quiet, "older")),
        (_, true) => Some((Role::Warn, "vanished")),
        _ => None,
    }
}

/// Where `needle` stands in `text`, whatever the case of either.
#[must_use]
pub fn marks(text: &str, needle: Option<&str>) -> Vec<std::ops::Range<usize>> {
    let Some(needle) = needle.filter(|needle| !needle.is_empty()) else { return Vec::new() };
    let (lower, needle) = (text.to_lowercase(), needle.to_lowercase());
    if lower.len() != text.len() {
        // Lower case is of another length: the places do not carry over.
        return Vec::new();
    }
    lower.match_indices(&needle).map(|(at, found)| at..at + found.len()).take(20).collect()
}

/// Row 2.
pub fn headline<'a>(app: &'a App, screen: &'a RecordsScreen) -> (Line<'a>, Line<'a>) {
    let Some(object) = object(app, screen.object) else { return (Line::new().quiet("Sources"), Line::new()) };
    if let Some(chosen) = &screen.chosen {
        return rows::headline(app, object, screen, chosen);
    }
    let mut left = Line::new()
        .quiet("Sources › ")
        .name(Role::Quiet, object.source_name.as_str())
        .quiet(" › ")
        .name(Role::Strong, object.name.as_str());
    if let Some(column) = object.columns.get(screen.column) {
        left = left.quiet(" › ").name(Role::Text, column.name.as_str());
    }
    let Some(total) = screen.total else { return (left, Line::new()) };
    let mut right = Line::new();
    if total > 0 {
        right = right.quiet("row ").number(Role::Text, screen.list.cursor + 1).quiet(" of ");
    }
    right = right.number(Role::Text, total);
    if object.older_versions > 0 {
        right = right
            .quiet(" = ")
            .number(Role::Text, object.records)
            .quiet(if object.records == 1 { " record + " } else { " records + " })
            .number(Role::Text, object.older_versions)
            .quiet(if object.older_versions == 1 { " older version" } else { " older versions" });
        if object.records.checked_add(object.older_versions) == Some(total) {
            right = right.say(Role::Good, " ✓");
        }
    } else {
        right = right.quiet(if total == 1 { " record" } else { " records" });
    }
    if screen.vanished > 0 {
        right = right.quiet(" · ").number(Role::Text, screen.vanished).quiet(" vanished");
    }
    (left, right)
}

/// The focused row as label and value.
pub fn facts<'a>(app: &'a App, screen: &'a RecordsScreen) -> Vec<(&'static str, Line<'a>)> {
    let mut facts = Vec::new();
    let Some(row) = screen.row(screen.list.cursor) else { return facts };
    let line = Line::new().number(Role::Text, screen.list.cursor + 1);
    facts.push((
        "row",
        match standing(row) {
            Some((role, word)) => line.text("  ").say(role, word),
            None => line,
        },
    ));
    if let Some(column) = object(app, screen.object).and_then(|object| object.columns.get(screen.column)) {
        facts.push(("column", Line::new().name(Role::Strong, column.name.as_str())));
    }
    facts.push(("value", Line::new().value(Role::Strong, row.values.get(screen.column).and_then(Option::as_deref))));
    facts
}

/// The area that the rows of the table take.
#[must_use]
pub fn body(area: Rect) -> Rect {
    Rect { y: area.y + 1.min(area.height), height: area.height.saturating_sub(1), ..area }
}
