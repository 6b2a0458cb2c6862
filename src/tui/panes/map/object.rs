//! To be written.

use ratatui::layout::Rect;

use super::super::super::action::Act;
use super::super::super::app::App;
use super::super::super::paint::{Canvas, Line};
use super::super::super::widgets::list::List;
use super::Screen;
use crate::mapping::MapKey;

/// The screen.
#[derive(Debug, Clone, Default)]
pub struct ObjectScreen {
    pub key: MapKey,
    pub list: List,
}

/// Opens it.
pub fn open(app: &mut App, key: MapKey) {
    app.map.stack.push(Screen::Object(ObjectScreen { key, list: List::default() }));
}

/// Does an action.
pub fn perform(_app: &mut App, _act: Act) {}

/// Row 2.
pub fn headline<'a>(_app: &'a App, _screen: &'a ObjectScreen) -> (Line<'a>, Line<'a>) {
    (Line::new().quiet("Map › ").strong("Object"), Line::new())
}

/// Draws the main area.
pub fn draw(_app: &App, _screen: &ObjectScreen, _canvas: &mut Canvas<'_>, _area: Rect) {}

/// The focused row as label and value.
pub fn facts<'a>(_app: &'a App, _screen: &'a ObjectScreen) -> Vec<(&'static str, Line<'a>)> {
    Vec::new()
}
