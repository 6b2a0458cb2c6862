//! The maps, per source and object: to be written.

use ratatui::layout::Rect;

use super::super::super::action::Act;
use super::super::super::app::App;
use super::super::super::paint::{Canvas, Line};

/// Does an action.
pub fn perform(app: &mut App, act: Act) {
    match act {
        Act::Model => super::model::open(app),
        Act::Blocks => super::blocks::open(app, None),
        _ => {}
    }
}

/// Row 2.
pub fn headline(_app: &App) -> (Line<'_>, Line<'_>) {
    (Line::new().strong("Map"), Line::new())
}

/// Draws the main area.
pub fn draw(_app: &App, _canvas: &mut Canvas<'_>, _area: Rect) {}

/// The focused row as label and value.
pub fn facts(_app: &App) -> Vec<(&'static str, Line<'_>)> {
    Vec::new()
}
