//! The rows of THE table for the model, value maps, the operating questions, the source of truth, and what blocks.

use super::{Act, Action};
use crate::tui::place::Place;

/// The actions of these places.
pub(super) const ACTIONS: &[Action] = &[];

/// The actions that the key line of these places names.
pub fn hints(_place: Place) -> &'static [Act] {
    &[Act::Open, Act::Back]
}
