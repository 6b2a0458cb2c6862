//! The column by which records are broken down: all columns of the object, fewer with every letter typed.

use ratatui::layout::Rect;

use super::super::app::App;
use super::super::msg::Target;
use super::super::paint::{Canvas, Line};
use super::super::panes::sources::values;
use super::super::theme::Role;
use super::super::widgets::field::TextField;
use super::super::widgets::list::{List, Step};
use crate::sources::select::Selection;
use crate::sources::{Object, ObjectId};

/// The choice with what was typed.
#[derive(Debug, Clone)]
pub struct Columns {
    object: ObjectId,
    /// Among these records.
    within: Selection,
    names: Vec<String>,
    pub filter: TextField,
    pub list: List,
}

impl Columns {
    /// The choice among the columns of an object.
    #[must_use]
    pub fn new(object: &Object, within: Selection) -> Self {
        Self {
            object: object.id,
            within,
            names: object.columns.iter().map(|column| column.name.clone()).collect(),
            filter: TextField::default(),
            list: List::default(),
        }
    }

    /// The columns whose names hold what was typed, by position.
    fn found(&self) -> Vec<usize> {
        let typed = self.filter.text().trim().to_lowercase();
        (0..self.names.len()).filter(|at| self.names[*at].to_lowercase().contains(&typed)).collect()
    }

    /// Moves the cursor.
    pub fn step(&mut self, step: Step, height: u16) {
        let len = self.found().len() as u64;
        self.list.step(step, len, height);
    }
}

/// Takes the column under the cursor.
pub fn choose(app: &mut App) {
    let Some(super::Overlay::Columns(columns)) = app.overlays.last() else { return };
    let found = columns.found();
    let Some(column) = columns.list.index(found.len()).map(|at| found[at]) else { return };
    let (object, within) = (columns.object, columns.within.clone());
    app.overlays.pop();
    values::open(app, object, column, within);
}

/// Draws the choice.
pub fn draw(columns: &Columns, canvas: &mut Canvas<'_>, area: Rect) {
    let found = columns.found();
    let title = Line::new().strong("Break down by");
    let keys = Line::new().quiet("type to filter · Enter counts its values · Esc");
    let height = u16::try_from(columns.names.len()).unwrap_or(u16::MAX).saturating_add(2).min(18);
    let inside = super::framed(canvas, area, height, &title, &keys);
    if inside.height < 2 {
        return;
    }
    canvas.field(inside.x, inside.y, inside.width, &columns.filter, true);
    let head = if inside.height > 4 { 2 } else { 1 };
    let body = Rect { y: inside.y + head, height: inside.height - head, ..inside };
    canvas.rows = body.height.max(1);
    if found.is_empty() {
        canvas.line(body.x, body.y, body.width, &Line::new().text("No column is called like that."));
        return;
    }
    let typed = columns.filter.text().trim().to_owned();
    let chosen = columns.list.index(found.len());
    for (y, row) in (body.y..).zip(columns.list.visible(found.len() as u64, body.height)) {
        let Some(at) = usize::try_from(row).ok().filter(|at| *at < found.len()) else { continue };
        let name = &columns.names[found[at]];
        let marks = super::super::panes::sources::records::marks(name, Some(&typed));
        let line = Line::new().marked_name(Role::Text, name.as_str(), &marks);
        canvas.line(body.x + 2, y, body.width.saturating_sub(2), &line);
        if Some(at) == chosen {
            canvas.cursor_row(body.x, y, body.width, true);
        }
        canvas.hit(Rect { y, height: 1, ..body }, Target::Row(row));
    }
}
