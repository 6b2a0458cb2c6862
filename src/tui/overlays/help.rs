//! The keys of the place one is at, grouped by what they are for. All of it comes from the table that dispatches, so it
//! cannot say anything else than what happens. Typing filters, Enter runs.

use ratatui::layout::Rect;

use super::super::action::{ACTIONS, Action, Group, Scope};
use super::super::app::App;
use super::super::keymap::Keymap;
use super::super::paint::{Canvas, Line};
use super::super::place::Place;
use super::super::theme::Role;
use super::super::widgets::field::TextField;
use super::super::widgets::list::{List, Step};

/// The help of one place.
#[derive(Debug, Clone)]
pub struct Help {
    /// The place it tells of.
    pub under: Place,
    pub filter: TextField,
    pub list: List,
}

/// A line of the help.
enum Row {
    Heading(Group),
    Blank,
    Entry(usize),
}

impl Help {
    /// The help of the place that has the keys.
    #[must_use]
    pub fn new(app: &App) -> Self {
        Self { under: app.place(), filter: TextField::default(), list: List::default() }
    }

    /// The actions of the place, in the order in which they are shown.
    #[must_use]
    pub fn entries(&self) -> Vec<&'static Action> {
        let scopes = self.under.scopes();
        let words = self.filter.text().trim().to_lowercase();
        let mut entries: Vec<&Action> = Vec::new();
        for scope in scopes {
            for action in ACTIONS.iter().filter(|action| action.scope == *scope) {
                let wanted = words.is_empty()
                    || action.label.to_lowercase().contains(&words)
                    || action.help.to_lowercase().contains(&words);
                if wanted && !entries.iter().any(|other| other.act == action.act) {
                    entries.push(action);
                }
            }
        }
        entries.sort_by_key(|action| (action.group, action.scope == Scope::Everywhere));
        entries
    }

    /// Moves the cursor.
    pub fn step(&mut self, step: Step, height: u16) {
        let len = self.entries().len() as u64;
        self.list.step(step, len, height);
    }
}

/// Runs the action under the cursor.
pub fn run(app: &mut App) {
    let Some(super::Overlay::Help(help)) = app.overlays.pop() else { return };
    let entries = help.entries();
    if let Some(action) = help.list.index(entries.len()).and_then(|at| entries.get(at)) {
        app.perform(action.act);
    }
}

fn rows(entries: &[&Action]) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut group = None;
    for (at, action) in entries.iter().enumerate() {
        if group != Some(action.group) {
            if group.is_some() {
                rows.push(Row::Blank);
            }
            rows.push(Row::Heading(action.group));
            group = Some(action.group);
        }
        rows.push(Row::Entry(at));
    }
    rows
}

/// All keys of an action: `↓ j`.
fn keys_of(keymap: &Keymap, action: &Action) -> String {
    let keys: Vec<String> = keymap.keys(action).iter().take(2).map(ToString::to_string).collect();
    keys.join(" ")
}

/// Draws the help.
pub fn draw(app: &App, help: &Help, canvas: &mut Canvas<'_>, area: Rect) {
    let entries = help.entries();
    let rows = rows(&entries);
    let two = area.width >= 60;
    let wanted = if two { rows.len().div_ceil(2) } else { rows.len() };
    let title = Line::new().strong("Keys in ").strong(help.under.label());
    let keys = Line::new().quiet("type to filter · Enter runs · Esc");
    // The frame keeps its size while the filter shortens the list.
    let most = Help { filter: TextField::default(), ..help.clone() }.entries();
    let tall = self::rows(&most).len();
    let tall = if two { tall.div_ceil(2) } else { tall }.max(wanted);
    let height = u16::try_from(tall).unwrap_or(u16::MAX).saturating_add(4);
    let inside = super::framed(canvas, area, height, &title, &keys);
    if inside.height < 2 {
        return;
    }
    canvas.field(inside.x, inside.y, inside.width, &help.filter, true);
    // On a low screen the air goes first, then the sentence.
    let (head, foot) = match inside.height {
        8.. => (2, 2),
        5.. => (1, 1),
        _ => (1, 0),
    };
    let tall = inside.height - head - foot;
    let body = Rect { y: inside.y + head, height: tall, ..inside };
    canvas.rows = tall.saturating_mul(if two { 2 } else { 1 }).max(1);
    let chosen = help.list.index(entries.len());
    let Some(chosen) = chosen else {
        canvas.line(body.x, body.y, body.width, &Line::new().text("No action here has that in its words. Esc closes."));
        return;
    };
    let page = usize::from(canvas.rows);
    let at = rows.iter().position(|row| matches!(row, Row::Entry(entry) if *entry == chosen)).unwrap_or(0);
    let first = at / page * page;
    let column = if two { body.width / 2 } else { body.width };
    for (slot, row) in rows.iter().skip(first).take(page).enumerate() {
        let slot = u16::try_from(slot).unwrap_or(0);
        let (x, y) = (body.x + slot / tall * column, body.y + slot % tall);
        match row {
            Row::Blank => {}
            Row::Heading(group) => {
                canvas.line(x, y, column, &Line::new().quiet(group.label()));
            }
            Row::Entry(entry) => {
                let action = entries[*entry];
                let key = keys_of(&app.keymap, action);
                let line = Line::new().text(" ").made(Role::Accent, key).to(13).text(action.label);
                canvas.line(x, y, column - 1, &line);
                if *entry == chosen {
                    canvas.cursor_row(x, y, column - 1, true);
                }
                canvas.hit(Rect { x, y, width: column - 1, height: 1 }, super::super::msg::Target::Row(*entry as u64));
            }
        }
    }
    let action = entries[chosen];
    if foot == 0 {
        return;
    }
    let sentence = Line::new().made(Role::Accent, keys_of(&app.keymap, action)).text("  ").text(action.help);
    canvas.line(inside.x, inside.y + inside.height - 1, inside.width, &sentence);
    if rows.len() > page {
        let pages = rows.len().div_ceil(page) as u64;
        let page = (first / page) as u64 + 1;
        let line = Line::new().quiet("page ").number(Role::Quiet, page).quiet(" of ").number(Role::Quiet, pages);
        canvas.line_right(inside.x, inside.y, inside.width, &line);
    }
}
