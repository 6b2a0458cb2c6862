//! A form: a few lines to fill in, over the pane. Tab goes through the usual values of a line; anything else can be typed.
//! What is wrong with a line is said in the form, and nothing is lost by it. What a form is about is said elsewhere: how
//! files are read in `reading`, what people know of a system in the pane.

use ratatui::layout::Rect;

use super::super::app::App;
use super::super::msg::{HowToRead, Target};
use super::super::paint::{Canvas, Line};
use super::super::panes::sources;
use super::super::panes::sources::fact::Blank;
use super::super::theme::Role;
use super::super::widgets::field::TextField;
use super::super::widgets::list::{List, Step};
use super::super::wrap::wrap;

/// One line of a form.
#[derive(Debug, Clone)]
pub struct Row {
    pub label: &'static str,
    pub field: TextField,
    /// What is usual there; Tab goes through it.
    pub usual: Vec<String>,
    /// What an empty line means.
    pub otherwise: &'static str,
}

impl Row {
    /// A line with what stands in it now.
    #[must_use]
    pub fn new(label: &'static str, text: &str, usual: Vec<String>, otherwise: &'static str) -> Self {
        Self { label, field: TextField::with(text), usual, otherwise }
    }

    /// What is typed, without spaces around it.
    #[must_use]
    pub fn text(&self) -> &str {
        self.field.text().trim()
    }
}

/// What comes of a form.
#[derive(Debug, Clone)]
pub enum About {
    Reading(HowToRead),
    /// A fact of a system.
    Fact {
        source: String,
        blank: Blank,
    },
}

/// The form.
#[derive(Debug, Clone)]
pub struct Form {
    pub about: About,
    /// Above it: what is filled in, and of what.
    pub title: (&'static str, String),
    /// What Enter does.
    pub enter: &'static str,
    /// A sentence below it.
    pub advice: &'static str,
    pub rows: Vec<Row>,
    pub list: List,
    /// What is wrong with a line.
    pub refusal: Option<&'static str>,
}

impl Form {
    /// A form, the cursor in its first line.
    #[must_use]
    pub fn new(about: About, title: (&'static str, String), enter: &'static str, rows: Vec<Row>) -> Self {
        Self { about, title, enter, advice: "", rows, list: List::default(), refusal: None }
    }

    /// The line that has the keys.
    pub fn field(&mut self) -> Option<&mut TextField> {
        let at = self.list.index(self.rows.len())?;
        self.rows.get_mut(at).map(|row| &mut row.field)
    }

    /// Moves to another line.
    pub fn step(&mut self, step: Step) {
        self.list.step(step, self.rows.len() as u64, 20);
    }

    /// Puts the next of the usual values into the line.
    pub fn next_value(&mut self) {
        self.refusal = None;
        let Some(row) = self.list.index(self.rows.len()).and_then(|at| self.rows.get_mut(at)) else { return };
        if row.usual.is_empty() {
            return;
        }
        let next =
            row.usual.iter().position(|usual| usual == row.field.text()).map_or(0, |at| (at + 1) % row.usual.len());
        row.field = TextField::with(&row.usual[next].clone());
    }
}

/// Takes what the form says, or shows what is wrong with it and in which line.
pub fn apply(app: &mut App) {
    let Some(super::Overlay::Form(form)) = app.overlays.last_mut() else { return };
    let refused = match &form.about {
        About::Reading(how) => match super::reading::read(how, &form.rows) {
            Ok(how) => {
                app.overlays.pop();
                return sources::proposal::read_again(app, how);
            }
            Err(refused) => refused,
        },
        About::Fact { source, blank } => match blank.read(&form.rows) {
            Ok(edit) => {
                let source = source.clone();
                app.overlays.pop();
                return sources::facts::change(app, source, edit);
            }
            Err(refused) => refused,
        },
    };
    form.list.cursor = refused.0 as u64;
    form.refusal = Some(refused.1);
}

/// Draws the form.
pub fn draw(form: &Form, canvas: &mut Canvas<'_>, area: Rect) {
    let more = form.rows.len() > 1;
    let usual = form.rows.iter().any(|row| !row.usual.is_empty());
    let mut keys = Line::new();
    if more {
        keys = keys.quiet("↓ ↑ line · ");
    }
    if usual {
        keys = keys.quiet("Tab usual values · ");
    }
    let keys = keys.quiet(form.enter).quiet(" · Esc");
    let (words, name) = &form.title;
    let title = Line::new().strong(words);
    let title = if name.is_empty() { title } else { title.name(Role::Strong, name.as_str()).most(50) };
    let advice = wrap(form.advice, usize::from(super::WIDEST.min(area.width).saturating_sub(4)));
    let below = u16::try_from(advice.len()).unwrap_or(1).max(1) + 1;
    let height = u16::try_from(form.rows.len()).unwrap_or(0).saturating_add(below);
    let inside = super::framed(canvas, area, height, &title, &keys);
    let chosen = form.list.index(form.rows.len());
    let room = inside.height.saturating_sub(below).max(1).min(inside.height);
    canvas.rows = room;
    let label = form.rows.iter().map(|row| row.label.chars().count()).max().unwrap_or(0).clamp(10, 24);
    let label = u16::try_from(label).unwrap_or(24).min(inside.width / 3) + 2;
    for (y, at) in (inside.y..).zip(form.list.visible(form.rows.len() as u64, room)) {
        let Some((at, row)) = usize::try_from(at).ok().and_then(|at| Some((at, form.rows.get(at)?))) else { continue };
        let focused = Some(at) == chosen;
        canvas.line(inside.x + 2, y, label.saturating_sub(1), &Line::new().quiet(row.label));
        let (x, w) = (inside.x + 2 + label, inside.width.saturating_sub(2 + label));
        if row.field.is_empty() {
            canvas.line(x + 3, y, w.saturating_sub(3), &Line::new().quiet(row.otherwise));
        }
        canvas.field(x, y, w, &row.field, focused);
        if focused {
            canvas.cursor_row(inside.x, y, inside.width, true);
        }
        canvas.hit(Rect { y, height: 1, ..inside }, Target::Row(at as u64));
    }
    if inside.height <= room {
        return;
    }
    let bottom = inside.y + inside.height;
    let foot = bottom.saturating_sub(below - 1).max(inside.y + room);
    if let Some(refusal) = form.refusal {
        canvas.line(inside.x, foot, inside.width, &Line::new().say(Role::Bad, "✗ ").text(refusal));
        return;
    }
    for (y, row) in (foot..bottom).zip(advice) {
        canvas.line(inside.x, y, inside.width, &Line::new().name(Role::Quiet, row));
    }
}
