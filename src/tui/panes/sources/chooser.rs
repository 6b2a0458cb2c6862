//! Choosing files to load: a path is typed or found in a list, folders first; Space marks several; a folder can be loaded
//! as a whole. While the path has the keys all characters print; the list has them after ↓.

use std::collections::BTreeSet;
use std::path::{MAIN_SEPARATOR, Path, PathBuf};

use ratatui::layout::Rect;

use super::super::super::action::Act;
use super::super::super::app::{App, Purpose, step};
use super::super::super::msg::{Ask, Entry, HowToRead, Target};
use super::super::super::paint::{Canvas, Line};
use super::super::super::theme::Role;
use super::super::super::widgets::field::TextField;
use super::super::super::widgets::list::{List, Step};
use super::{Screen, proposal};
use crate::values::format;

/// The screen on which files are chosen.
#[derive(Debug, Clone, Default)]
pub struct Chooser {
    pub field: TextField,
    /// The folder that is listed.
    folder: PathBuf,
    /// `None` until it is there.
    entries: Option<Vec<Entry>>,
    pub list: List,
    /// The list has the keys, not the path.
    pub in_list: bool,
    marked: BTreeSet<PathBuf>,
    /// The files are being looked at.
    looking: bool,
}

/// A row of the list.
enum Row<'a> {
    /// The folder itself.
    Whole,
    Entry(&'a Entry),
}

impl Chooser {
    /// The folder's contents arrived.
    pub fn listed(&mut self, entries: Vec<Entry>) {
        self.entries = Some(entries);
        self.list = List::default();
    }

    /// What is typed after the last separator.
    fn rest(&self) -> &str {
        let text = self.field.text();
        text.rfind(is_separator).map_or(text, |at| &text[at + 1..])
    }

    fn rows(&self) -> Vec<Row<'_>> {
        let rest = self.rest().to_lowercase();
        let entries = self.entries.as_deref().unwrap_or(&[]);
        let fits = |entry: &&Entry| rest.is_empty() || entry.name.to_lowercase().contains(&rest);
        // Names that are hidden stay so until they are asked for.
        let open = |entry: &&Entry| !entry.name.starts_with('.') || rest.starts_with('.');
        let mut rows = Vec::new();
        // A folder without exports of its own may hold folders that have some: it is offered too, but last.
        let whole = rest.is_empty() && !entries.is_empty();
        let own = entries.iter().any(|entry| entry.loadable && !entry.folder);
        if whole && own {
            rows.push(Row::Whole);
        }
        rows.extend(entries.iter().filter(fits).filter(open).map(Row::Entry));
        if whole && !own && entries.iter().any(|entry| entry.folder) {
            rows.push(Row::Whole);
        }
        rows
    }

    fn path_at_cursor(&self) -> Option<PathBuf> {
        let rows = self.rows();
        match rows.get(self.list.index(rows.len())?)? {
            Row::Whole => Some(self.folder.clone()),
            Row::Entry(entry) => Some(entry.path.clone()),
        }
    }
}

fn is_separator(c: char) -> bool {
    c == '/' || c == MAIN_SEPARATOR
}

/// The folder part of what is typed, with its separator.
fn folder_of(text: &str) -> &str {
    text.rfind(is_separator).map_or("", |at| &text[..=at])
}

/// Opens the choice of files, in the folder where the last ones were.
pub fn open(app: &mut App) {
    let mut start = app.folder.display().to_string();
    if !start.ends_with(is_separator) {
        start.push(MAIN_SEPARATOR);
    }
    let chooser = Chooser { field: TextField::with(&start), folder: app.folder.clone(), ..Chooser::default() };
    app.sources.stack.push(Screen::Chooser(chooser));
    let folder = app.folder.clone();
    app.ask(Purpose::List, Ask::List(folder));
}

/// What is typed changed: another folder is listed, or the list gets shorter.
pub fn text_changed(app: &mut App) {
    let Some(Screen::Chooser(chooser)) = app.sources.stack.last_mut() else { return };
    chooser.in_list = false;
    chooser.list = List::default();
    // A whole path typed or pasted behind the folder that stands there begins anew, as in editors.
    if let Some(at) = chooser.field.text().rfind("//").filter(|at| *at > 0) {
        let whole = chooser.field.text()[at + 1..].to_owned();
        chooser.field = TextField::with(&whole);
    }
    let folder = Path::new(folder_of(chooser.field.text())).to_path_buf();
    if folder != chooser.folder {
        chooser.folder.clone_from(&folder);
        chooser.entries = None;
        app.ask(Purpose::List, Ask::List(folder));
    }
}

/// Does an action.
pub fn perform(app: &mut App, act: Act) {
    let height = app.rows;
    let Some(Screen::Chooser(chooser)) = app.sources.stack.last_mut() else { return };
    let len = chooser.rows().len() as u64;
    if let Some(step) = step(act) {
        if chooser.in_list && chooser.list.cursor == 0 && matches!(step, Step::Up) {
            chooser.in_list = false;
        } else if chooser.in_list {
            chooser.list.step(step, len, height);
        } else if len > 0 && matches!(step, Step::Down | Step::PageDown) {
            chooser.in_list = true;
        }
        return;
    }
    match act {
        Act::MarkFile => {
            if let Some(path) = chooser.path_at_cursor() {
                if !chooser.marked.remove(&path) {
                    chooser.marked.insert(path);
                }
                chooser.list.step(Step::Down, len, height);
            }
        }
        Act::Complete => complete(app),
        Act::Open => choose(app),
        _ => {}
    }
}

/// Completes what is typed as far as all fitting names agree; a folder that alone fits is gone into.
fn complete(app: &mut App) {
    let Some(Screen::Chooser(chooser)) = app.sources.stack.last_mut() else { return };
    let rest = chooser.rest().to_owned();
    let names: Vec<&Entry> = chooser
        .entries
        .iter()
        .flatten()
        .filter(|entry| {
            entry.name.to_lowercase().starts_with(&rest.to_lowercase())
                && (!entry.name.starts_with('.') || rest.starts_with('.'))
        })
        .collect();
    let Some(first) = names.first() else { return };
    let mut common = first.name.as_str();
    for entry in &names {
        let same = common.chars().zip(entry.name.chars()).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum();
        common = &common[..same];
    }
    if common.len() < rest.len() {
        return;
    }
    let folder = folder_of(chooser.field.text());
    let mut text = format!("{folder}{common}");
    if names.len() == 1 && first.folder {
        text.push(MAIN_SEPARATOR);
    }
    chooser.field = TextField::with(&text);
    text_changed(app);
}

/// Goes into a folder, or on with the files.
fn choose(app: &mut App) {
    let Some(Screen::Chooser(chooser)) = app.sources.stack.last_mut() else { return };
    if !chooser.marked.is_empty() {
        let files: Vec<PathBuf> = chooser.marked.iter().cloned().collect();
        return look_at(app, files);
    }
    let typed = chooser.field.text().to_owned();
    let rows = chooser.rows();
    let exact = chooser.entries.iter().flatten().any(|entry| entry.name == chooser.rest());
    let row = chooser.list.index(rows.len()).map(|at| match &rows[at] {
        Row::Whole => (chooser.folder.clone(), String::new(), false),
        Row::Entry(entry) => (entry.path.clone(), entry.name.clone(), entry.folder),
    });
    match row {
        // A path typed to its end is taken as it is, also where it is not in the list.
        _ if !chooser.in_list && !exact && !chooser.rest().is_empty() && rows.is_empty() => {
            look_at(app, vec![PathBuf::from(typed)]);
        }
        Some((_, name, true)) => {
            let text = format!("{}{name}{MAIN_SEPARATOR}", folder_of(&typed));
            let in_list = chooser.in_list;
            chooser.field = TextField::with(&text);
            text_changed(app);
            if let Some(Screen::Chooser(chooser)) = app.sources.stack.last_mut() {
                chooser.in_list = in_list;
            }
        }
        Some((path, _, false)) => look_at(app, vec![path]),
        None => {}
    }
}

fn look_at(app: &mut App, files: Vec<PathBuf>) {
    if let Some(Screen::Chooser(chooser)) = app.sources.stack.last_mut() {
        chooser.looking = true;
        if let Some(folder) = files.first().and_then(|file| file.parent()) {
            app.folder = folder.to_path_buf();
        }
    }
    proposal::look_at(app, files, HowToRead::default());
}

/// The files could not be looked at: the choice goes on.
pub fn refused(app: &mut App) {
    if let Some(Screen::Chooser(chooser)) = app.sources.stack.last_mut() {
        chooser.looking = false;
    }
    if let Some(Screen::Proposal(screen)) = app.sources.stack.last_mut() {
        screen.refused();
    }
}

/// Row 2.
#[must_use]
pub fn headline(chooser: &Chooser) -> (Line<'_>, Line<'_>) {
    let right = match chooser.marked.len() as u64 {
        0 => Line::new().quiet("Space marks several"),
        marked => Line::new().number(Role::Strong, marked).text(" marked, Enter goes on with them"),
    };
    (Line::new().quiet("Sources › ").strong("Load"), right)
}

/// Draws the main area.
pub fn draw(app: &App, chooser: &Chooser, canvas: &mut Canvas<'_>, area: Rect) {
    let width = area.width.saturating_sub(2).min(100);
    canvas.field(area.x + 1, area.y, width, &chooser.field, !chooser.in_list);
    let room = area.height.saturating_sub(2);
    canvas.rows = room.max(1);
    let top = area.y + 2;
    if app.late(Purpose::Propose) {
        canvas.line_right(area.x + 1, area.y, width, &Line::new().quiet("looking at the files"));
    }
    if chooser.entries.is_none() {
        return;
    }
    let rows = chooser.rows();
    if rows.is_empty() {
        canvas.line(
            area.x + 3,
            top,
            width,
            &Line::new().text("Nothing here is called like that. Enter takes the path as it is typed."),
        );
        return;
    }
    for (y, at) in (top..).zip(chooser.list.visible(rows.len() as u64, room)) {
        let Some(row) = usize::try_from(at).ok().and_then(|at| rows.get(at)) else { continue };
        let (path, line, right) = match row {
            Row::Whole => (
                &chooser.folder,
                Line::new().text("this folder").quiet("  all exports in it and in the folders below"),
                Line::new(),
            ),
            Row::Entry(entry) => {
                let role = if entry.folder || entry.loadable { Role::Text } else { Role::Quiet };
                let line = Line::new().name(role, entry.name.as_str()).middle();
                let right =
                    if entry.folder { Line::new() } else { Line::new().made(Role::Quiet, format::bytes(entry.bytes)) };
                (&entry.path, if entry.folder { line.quiet("/") } else { line }, right)
            }
        };
        if chooser.marked.contains(path) {
            canvas.line(area.x + 2, y, 1, &Line::new().say(Role::Good, "✓"));
        }
        let wide = canvas.width(&right);
        canvas.line(area.x + 4, y, width.saturating_sub(wide + 5), &line);
        canvas.line_right(area.x + 1, y, width.saturating_sub(1), &right);
        if at == chooser.list.cursor {
            canvas.cursor_row(area.x, y, width + 1, chooser.in_list);
        }
        canvas.hit(Rect { x: area.x, y, width: width + 1, height: 1 }, Target::Row(at));
    }
}

/// The focused row as label and value.
#[must_use]
pub fn facts(chooser: &Chooser) -> Vec<(&'static str, Line<'_>)> {
    vec![("file", Line::new().name(Role::Strong, chooser.field.text()).middle())]
}
