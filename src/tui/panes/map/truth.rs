//! The source of truth: which system is right about what.

use ratatui::layout::Rect;

use super::super::super::action::Act;
use super::super::super::app::App;
use super::super::super::paint::{Canvas, Line};
use super::super::super::widgets::list::List;
use super::Screen;

/// The screen.
#[derive(Debug, Clone, Default)]
pub struct TruthScreen {
    pub list: List,
}

/// Opens it.
pub fn open(app: &mut App) {
    app.map.stack.push(Screen::Truth(TruthScreen { list: List::default() }));
}

/// Does an action.
pub fn perform(_app: &mut App, _act: Act) {}

/// Row 2.
pub fn headline<'a>(_app: &'a App, _screen: &'a TruthScreen) -> (Line<'a>, Line<'a>) {
    (Line::new().quiet("Map › ").strong("Source of truth"), Line::new())
}

/// Draws the main area.
pub fn draw(_app: &App, _screen: &TruthScreen, _canvas: &mut Canvas<'_>, _area: Rect) {}

/// The focused row as label and value.
pub fn facts<'a>(_app: &'a App, _screen: &'a TruthScreen) -> Vec<(&'static str, Line<'a>)> {
    Vec::new()
}
