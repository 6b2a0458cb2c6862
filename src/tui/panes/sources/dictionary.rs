//! The data dictionary: every column of every object of a source, or of all, in one table. The figures come object by
//! object, as the profiles are there.

use std::path::PathBuf;

use ratatui::layout::Rect;

use super::super::super::action::Act;
use super::super::super::app::{App, Purpose};
use super::super::super::line::head;
use super::super::super::msg::{Ask, Target};
use super::super::super::overlays::Overlay;
use super::super::super::overlays::question::Question as Choice;
use super::super::super::paint::{Canvas, Line, Note};
use super::super::super::prompt::{Prompt, Question};
use super::super::super::theme::Role;
use super::super::super::widgets::list::List;
use super::profiles::Known;
use super::records::marks;
use super::{Screen, column, objects, profile, profiles, rows, values};
use crate::sources::profile::ColumnProfile;
use crate::sources::select::Selection;
use crate::sources::{ColumnRole, Object, ObjectId};

/// The screen of the dictionary.
#[derive(Debug, Clone, Default)]
pub struct DictionaryScreen {
    /// Only this source; `None`: all.
    pub source: Option<String>,
    pub list: List,
    /// Only columns with this in their words.
    pub filter: String,
}

/// What a column of the table shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Object,
    Field,
    Type,
    Role,
    Format,
    Fill,
    Distinct,
    Least,
    Greatest,
    Example,
}

/// Heading, width, and whether it is a number, in the order in which they are drawn.
const PARTS: [(Part, &str, u16, bool); 10] = [
    (Part::Object, "object", 20, false),
    (Part::Field, "field", 19, false),
    (Part::Type, "type", 13, false),
    (Part::Role, "holds", 21, false),
    (Part::Format, "format", 14, false),
    (Part::Fill, "filled", 6, true),
    (Part::Distinct, "distinct", 9, true),
    (Part::Least, "first", 10, false),
    (Part::Greatest, "last", 10, false),
    (Part::Example, "example", 14, false),
];

/// Which are drawn where there is not room for all, the most telling first.
const WANTED: [Part; 10] = [
    Part::Field,
    Part::Type,
    Part::Fill,
    Part::Object,
    Part::Distinct,
    Part::Role,
    Part::Example,
    Part::Format,
    Part::Least,
    Part::Greatest,
];

/// Opens the dictionary of the source of an object, or of all sources.
pub fn open(app: &mut App, of: Option<ObjectId>) {
    let source = of.and_then(|id| super::object(app, id)).map(|object| object.source_name.clone());
    super::push(app, Screen::Dictionary(DictionaryScreen { source, ..DictionaryScreen::default() }));
}

fn listed<'a>(app: &'a App, screen: &DictionaryScreen) -> Vec<&'a Object> {
    let Some(inventory) = &app.inventory else { return Vec::new() };
    objects(inventory)
        .filter(|object| screen.source.as_ref().is_none_or(|source| *source == object.source_name))
        .collect()
}

/// The columns that are shown: object and position.
fn lines<'a>(app: &'a App, screen: &DictionaryScreen) -> Vec<(&'a Object, usize)> {
    let words = screen.filter.to_lowercase();
    let mut lines = Vec::new();
    for object in listed(app, screen) {
        let known = app.sources.profiles.get(object.id);
        let whole = words.is_empty()
            || object.name.to_lowercase().contains(&words)
            || object.source_name.to_lowercase().contains(&words);
        for (at, one) in object.columns.iter().enumerate() {
            let kind = known.and_then(|known| known.column(one.position)).map_or("", |one| column::word(one.kind));
            let shown = whole
                || one.name.to_lowercase().contains(&words)
                || kind.contains(&words)
                || (one.role != ColumnRole::Plain && one.role.label().to_lowercase().contains(&words));
            if shown {
                lines.push((object, at));
            }
        }
    }
    lines
}

/// Asks for the next profile that is not there.
pub fn settle(app: &mut App) {
    let Some(Screen::Dictionary(screen)) = app.sources.stack.last() else { return };
    let next = listed(app, screen).into_iter().map(|object| object.id).find(|id| app.sources.profiles.lacks(*id));
    if let Some(next) = next {
        profiles::want(app, next);
    }
}

/// Whether no column is listed.
#[must_use]
pub fn is_empty(app: &App, screen: &DictionaryScreen) -> bool {
    lines(app, screen).is_empty()
}

/// Does an action.
pub fn perform(app: &mut App, act: Act) {
    let height = app.rows;
    let Some(Screen::Dictionary(screen)) = app.sources.stack.last() else { return };
    let lines = lines(app, screen);
    let len = lines.len() as u64;
    let at = screen.list.index(lines.len()).map(|at| (lines[at].0.id, lines[at].1));
    let text = screen.list.index(lines.len()).map(|at| plain(app, lines[at].0, lines[at].1));
    let Some(Screen::Dictionary(screen)) = app.sources.stack.last_mut() else { return };
    if super::moved(&mut screen.list, act, len, height) {
        return;
    }
    match (act, at) {
        (Act::Open, Some((object, column))) => profile::open(app, object, column),
        (Act::BreakDown, Some((object, column))) => values::open(app, object, column, Selection::All),
        (Act::Find, _) => {
            let before = screen.filter.clone();
            app.prompt = Some(Prompt::new(Question::DictionaryFilter, &before));
        }
        (Act::Write, _) => app.overlays.push(Overlay::Question(Choice::dictionary())),
        (Act::CopyCell, Some(_)) => {
            if let Some(text) = text {
                app.copy("the line", text);
            }
        }
        _ => {}
    }
}

/// Shows only columns with this in their words.
pub fn filter(app: &mut App, text: &str) {
    if let Some(Screen::Dictionary(screen)) = app.sources.stack.last_mut()
        && screen.filter != text
    {
        text.clone_into(&mut screen.filter);
        screen.list = List::default();
    }
}

/// Asks for the name of a file to write to.
pub fn name_file(app: &mut App, html: bool) {
    let Some(Screen::Dictionary(screen)) = app.sources.stack.last() else { return };
    let source = screen.source.clone().unwrap_or_default();
    let name = rows::file_name(&[&source, "data", "dictionary"], if html { "html" } else { "md" });
    app.prompt = Some(Prompt::new(Question::WriteDictionary { html }, &name));
}

/// Writes the dictionary to a file.
pub fn write(app: &mut App, html: bool, path: PathBuf) {
    let Some(Screen::Dictionary(screen)) = app.sources.stack.last() else { return };
    let (source, masked) = (screen.source.clone(), app.masked);
    app.ask(Purpose::Write, Ask::WriteDictionary { source, html, path, masked });
}

/// Row 2.
pub fn headline<'a>(app: &'a App, screen: &'a DictionaryScreen) -> (Line<'a>, Line<'a>) {
    let mut left = Line::new().quiet("Sources › ");
    if let Some(source) = &screen.source {
        left = left.name(Role::Text, source.as_str()).quiet(" › ");
    }
    let left = left.strong("Data dictionary");
    let all = listed(app, screen);
    let columns = all.iter().map(|object| object.columns.len() as u64).sum::<u64>();
    let mut right = Line::new();
    if !screen.filter.is_empty() {
        right = right.number(Role::Text, lines(app, screen).len() as u64).quiet(" of ");
    }
    let right = right.plural(Role::Text, columns, "column", "columns").quiet(" of ");
    (left, right.plural(Role::Text, all.len() as u64, "object", "objects"))
}

/// How far the figures are, and which filter is on.
pub fn notice(app: &App, screen: &DictionaryScreen) -> Option<Note> {
    let all = listed(app, screen);
    let there = all.iter().filter(|object| !app.sources.profiles.lacks(object.id)).count();
    if there < all.len() {
        if !app.late(Purpose::Profile) {
            return None;
        }
        let line = Line::new().quiet("Counting: ").number(Role::Quiet, there as u64).quiet(" of ");
        let line = line.number(Role::Quiet, all.len() as u64).quiet(" objects are done. Everything else works.");
        return Some(line);
    }
    let refused = all.iter().find_map(|object| Some((*object, app.sources.profiles.refusal(object.id)?)));
    if let Some((object, problem)) = refused {
        let line = Line::new().say(Role::Bad, "✗ ").name(Role::Text, object.name.clone()).most(30).text(": ");
        return Some(line.prose(Role::Text, problem.title.clone()));
    }
    if screen.filter.is_empty() {
        return None;
    }
    let line = Line::new().quiet("Only columns with “").name(Role::Quiet, screen.filter.clone());
    Some(line.quiet("”; / and Esc shows all."))
}

/// The parts of the table that there is room for, with their places.
fn parts(width: u16, one_object: bool) -> Vec<(Part, &'static str, u16, u16, bool)> {
    let mut left = width;
    let mut chosen = Vec::new();
    for part in WANTED.into_iter().filter(|part| *part != Part::Object || !one_object) {
        let Some((_, _, wide, _)) = PARTS.iter().find(|(one, ..)| *one == part) else { continue };
        if *wide + 2 > left {
            break;
        }
        left -= wide + 2;
        chosen.push(part);
    }
    // What is left goes to the names, then to the examples.
    let more_field = left.min(12);
    let more_example = left.saturating_sub(more_field).min(30);
    let mut x = 0;
    let mut placed = Vec::new();
    for (part, heading, wide, is_number) in PARTS {
        if !chosen.contains(&part) {
            continue;
        }
        let wide = match part {
            Part::Field => wide + more_field,
            Part::Example => wide + more_example,
            _ => wide,
        };
        placed.push((part, heading, x, wide, is_number));
        x += wide + 2;
    }
    placed
}

/// The figures of a column with all that is known of its object.
type Figures<'a> = Option<(&'a Known, &'a ColumnProfile)>;

fn figures_of<'a>(app: &'a App, object: &Object, at: usize) -> Figures<'a> {
    let known = app.sources.profiles.get(object.id)?;
    Some((known, known.column(object.columns.get(at)?.position)?))
}

fn cell<'a>(
    part: Part,
    object: &'a Object,
    at: usize,
    figures: Figures<'a>,
    screen: &'a DictionaryScreen,
    wide: u16,
) -> Line<'a> {
    let Some(one) = object.columns.get(at) else { return Line::new() };
    let name = |name: &'a str| {
        // Nobody reads more of a name in a cell than a cell holds.
        let name = head(name, usize::from(wide));
        Line::new().marked_name(Role::Text, name, &marks(name, Some(&screen.filter)))
    };
    let value = |value: Option<&'a str>| match value {
        Some(value) => Line::new().value(Role::Text, Some(head(value, usize::from(wide)))),
        None => Line::new().quiet("–"),
    };
    match (part, figures) {
        (Part::Object, _) if screen.source.is_some() => Line::new().name(Role::Quiet, object.name.as_str()),
        (Part::Object, _) => Line::new()
            .name(Role::Quiet, object.source_name.as_str())
            .most(wide / 2 - 1)
            .quiet(" › ")
            .name(Role::Quiet, object.name.as_str()),
        (Part::Field, _) => name(&one.name),
        (Part::Role, Some((known, _))) if known.points(at).is_some() => {
            Line::new().quiet("to ").name(Role::Text, known.points(at).unwrap_or_default())
        }
        (Part::Role, _) if one.role == ColumnRole::Plain => Line::new().quiet("–"),
        (Part::Role, _) => Line::new().text(one.role.label()),
        (_, None) => Line::new(),
        (Part::Type, Some((_, profile))) => Line::new().text(column::word(profile.kind)),
        (Part::Format, Some((_, profile))) => match profile.formats.first() {
            Some(format) => Line::new().name(Role::Text, format.text.as_str()),
            None => Line::new().quiet("–"),
        },
        (Part::Fill, Some((_, profile))) => column::fill(profile),
        (Part::Distinct, Some((_, profile))) => Line::new().count(Role::Text, profile.distinct),
        (Part::Least, Some((_, profile))) => value(profile.min.as_deref()),
        (Part::Greatest, Some((_, profile))) => value(profile.max.as_deref()),
        (Part::Example, Some((_, profile))) => value(profile.examples.first().map(String::as_str)),
    }
}

/// A line as text: names and figures, no value.
fn plain(app: &App, object: &Object, at: usize) -> String {
    let Some(one) = object.columns.get(at) else { return String::new() };
    let mut text = format!("{} › {} › {}", object.source_name, object.name, one.name);
    if let Some(profile) = app.sources.profiles.get(object.id).and_then(|known| known.column(one.position)) {
        text.push_str(&format!(", {}, filled {}", column::word(profile.kind), column::fill(profile).to_plain(None)));
        text.push_str(&format!(", {} distinct", profile.distinct));
    }
    text
}

/// Draws the main area.
pub fn draw(app: &App, screen: &DictionaryScreen, canvas: &mut Canvas<'_>, area: Rect) {
    let lines = lines(app, screen);
    let (x, width) = (area.x + 2, area.width.saturating_sub(3));
    if lines.is_empty() {
        let line = if screen.filter.is_empty() {
            Line::new().text("No object is loaded yet. o in Sources loads a file.")
        } else {
            let line = Line::new().text("Nothing matches “").name(Role::Text, screen.filter.as_str()).most(40);
            line.text("”. One filter is on; / and Esc takes it off.")
        };
        canvas.line(x, area.y, width, &line);
        return;
    }
    let one_object = listed(app, screen).len() == 1;
    let parts = parts(width, one_object);
    for (_, heading, at, wide, is_number) in &parts {
        let line = Line::new().quiet(heading);
        if *is_number {
            canvas.line_right(x + at, area.y, *wide, &line);
        } else {
            canvas.line(x + at, area.y, *wide, &line);
        }
    }
    let room = area.height.saturating_sub(1);
    canvas.rows = room.max(1);
    let chosen = screen.list.index(lines.len());
    for (y, row) in (area.y + 1..).zip(screen.list.visible(lines.len() as u64, room)) {
        let Some((n, (object, at))) = usize::try_from(row).ok().and_then(|n| Some((n, *lines.get(n)?))) else {
            continue;
        };
        let figures = figures_of(app, object, at);
        // The object stands where it begins, and at the top.
        let begins = y == area.y + 1
            || n.checked_sub(1).and_then(|n| lines.get(n)).is_none_or(|(above, _)| above.id != object.id);
        for (part, _, from, wide, is_number) in &parts {
            if *part == Part::Object && !begins && Some(n) != chosen {
                continue;
            }
            let line = cell(*part, object, at, figures, screen, *wide);
            if *is_number {
                canvas.line_right(x + from, y, *wide, &line);
            } else {
                canvas.line(x + from, y, *wide, &line);
            }
        }
        if Some(n) == chosen {
            let end = parts.last().map_or(width, |(_, _, from, wide, _)| from + wide);
            canvas.cursor_row(area.x, y, (end + 3).min(area.width), true);
        }
        canvas.hit(Rect { x: area.x, y, width: area.width, height: 1 }, Target::Row(row));
    }
}

/// The focused column as label and value.
#[must_use]
pub fn facts<'a>(app: &'a App, screen: &'a DictionaryScreen) -> Vec<(&'static str, Line<'a>)> {
    let lines = lines(app, screen);
    let Some((object, at)) = screen.list.index(lines.len()).map(|at| lines[at]) else {
        return vec![("", Line::new().text("No column is shown."))];
    };
    let figures = figures_of(app, object, at);
    let fact = |part| cell(part, object, at, figures, screen, 60);
    let mut facts = vec![("field", fact(Part::Field)), ("object", fact(Part::Object)), ("holds", fact(Part::Role))];
    if figures.is_some() {
        facts.extend([
            ("type", fact(Part::Type)),
            ("filled", fact(Part::Fill)),
            ("distinct", fact(Part::Distinct)),
            ("example", fact(Part::Example)),
        ]);
    }
    facts
}
