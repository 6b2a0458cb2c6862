//! What lies over a pane: the only framed things. The top one has the keys; Esc closes it. Each file here is one overlay;
//! this one passes keys, text and clicks to the right one.

pub mod columns;
pub mod form;
pub mod help;
pub mod jobs;
pub mod palette;
pub mod problem;
pub mod question;
pub mod reading;

use ratatui::layout::Rect;

use super::action::Act;
use super::app::{App, step};
use super::paint::{Canvas, Line};
use super::place::Place;
use super::widgets::field::TextField;
use super::widgets::list::List;

/// The widest that an overlay is drawn.
const WIDEST: u16 = 74;

/// Something over the pane.
#[derive(Debug, Clone)]
pub enum Overlay {
    Help(help::Help),
    Palette(palette::Palette),
    Jobs(List),
    Problem(problem::ProblemBox),
    Question(question::Question),
    Form(form::Form),
    Columns(columns::Columns),
}

impl Overlay {
    /// The question before leaving while a load runs.
    #[must_use]
    pub fn leaving() -> Self {
        Self::Question(question::Question::leaving())
    }

    /// What has the keys when it is on top.
    #[must_use]
    pub fn place(&self) -> Place {
        match self {
            Self::Help(_) => Place::Help,
            Self::Palette(_) => Place::Palette,
            Self::Jobs(_) => Place::Jobs,
            Self::Problem(_) => Place::Problem,
            Self::Question(_) => Place::Choice,
            Self::Form(_) => Place::Form,
            Self::Columns(_) => Place::Columns,
        }
    }

    /// Its text field, if it has one.
    pub fn field(&mut self) -> Option<&mut TextField> {
        match self {
            Self::Help(help) => Some(&mut help.filter),
            Self::Palette(palette) => Some(&mut palette.filter),
            Self::Form(form) => form.field(),
            Self::Columns(columns) => Some(&mut columns.filter),
            Self::Jobs(_) | Self::Problem(_) | Self::Question(_) => None,
        }
    }
}

/// Does an action in the top overlay. Returns whether it was taken; what an overlay does not know goes no further than to
/// what works everywhere.
pub fn perform(app: &mut App, act: Act) -> bool {
    let height = app.rows;
    let Some(overlay) = app.overlays.last_mut() else { return false };
    if let Some(step) = step(act) {
        match overlay {
            Overlay::Help(help) => help.step(step, height),
            Overlay::Palette(palette) => palette.step(step, height),
            Overlay::Jobs(list) => list.step(step, app.jobs.entries.len() as u64, height),
            Overlay::Question(question) => question.step(step),
            Overlay::Form(form) => form.step(step),
            Overlay::Columns(columns) => columns.step(step, height),
            Overlay::Problem(problem) => problem.step(step, height),
        }
        return true;
    }
    match (act, overlay) {
        (Act::Leave | Act::Suspend | Act::Mouse | Act::Mask, _) => return false,
        (Act::Back | Act::Quit, _)
        | (Act::Help, Overlay::Help(_))
        | (Act::Palette, Overlay::Palette(_))
        | (Act::Jobs, Overlay::Jobs(_)) => {
            if let Some(Overlay::Question(question)) = app.overlays.pop() {
                question::closed(app, &question);
            }
        }
        (Act::Open, Overlay::Help(_)) => help::run(app),
        (Act::Open, Overlay::Palette(_)) => palette::run(app),
        (Act::Open, Overlay::Question(_)) => question::choose(app),
        (Act::Open, Overlay::Form(_)) => form::apply(app),
        (Act::Open, Overlay::Columns(_)) => columns::choose(app),
        (Act::Complete, Overlay::Form(form)) => form.next_value(),
        (Act::Open | Act::Cancel, Overlay::Jobs(_)) => jobs::perform(app, act),
        (Act::Open, Overlay::Problem(_)) => {
            app.overlays.pop();
        }
        (Act::CopyCell, Overlay::Problem(problem)) => {
            let text = problem.to_plain();
            app.copy_lines("the message", &text);
        }
        // Moves and removals within a text field.
        (_, Overlay::Help(_) | Overlay::Palette(_) | Overlay::Form(_) | Overlay::Columns(_))
            if !matches!(act, Act::Help | Act::Palette) =>
        {
            return false;
        }
        _ => {}
    }
    true
}

/// The text of the top overlay's field changed.
pub fn text_changed(app: &mut App) {
    let keymap = &app.keymap;
    match app.overlays.last_mut() {
        Some(Overlay::Help(help)) => help.list = List::default(),
        Some(Overlay::Palette(palette)) => palette.search(keymap),
        Some(Overlay::Form(form)) => form.refusal = None,
        Some(Overlay::Columns(columns)) => columns.list = List::default(),
        _ => {}
    }
}

/// A row of the top overlay was clicked: the cursor goes there, and a second click chooses.
pub fn clicked(app: &mut App, row: u64) {
    let again = match app.overlays.last_mut() {
        Some(Overlay::Help(help)) => std::mem::replace(&mut help.list.cursor, row) == row,
        Some(Overlay::Palette(palette)) => std::mem::replace(&mut palette.list.cursor, row) == row,
        Some(Overlay::Jobs(list)) => std::mem::replace(&mut list.cursor, row) == row,
        Some(Overlay::Question(question)) => std::mem::replace(&mut question.list.cursor, row) == row,
        Some(Overlay::Columns(columns)) => std::mem::replace(&mut columns.list.cursor, row) == row,
        Some(Overlay::Form(form)) => {
            form.list.cursor = row;
            false
        }
        Some(Overlay::Problem(_)) | None => false,
    };
    if again {
        app.perform(Act::Open);
    }
}

/// Draws the overlays over the pane, which is quiet beneath them.
pub fn draw(app: &App, canvas: &mut Canvas<'_>, area: Rect) {
    for overlay in &app.overlays {
        canvas.hush();
        match overlay {
            Overlay::Help(help) => help::draw(app, help, canvas, area),
            Overlay::Palette(palette) => palette::draw(app, palette, canvas, area),
            Overlay::Jobs(list) => jobs::draw(app, list, canvas, area),
            Overlay::Problem(problem) => problem::draw(problem, canvas, area),
            Overlay::Question(question) => question::draw(question, canvas, area),
            Overlay::Form(form) => form::draw(form, canvas, area),
            Overlay::Columns(columns) => columns::draw(columns, canvas, area),
        }
    }
}

/// A frame in the middle of `area` with room for `height` rows inside.
fn framed(canvas: &mut Canvas<'_>, area: Rect, height: u16, title: &Line<'_>, keys: &Line<'_>) -> Rect {
    let width = WIDEST.min(area.width);
    let height = height.saturating_add(2).min(area.height);
    let frame = Rect { x: area.x + (area.width - width) / 2, y: area.y + (area.height - height) / 3, width, height };
    canvas.frame(frame, title, keys)
}
