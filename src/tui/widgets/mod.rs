//! Parts that several screens are made of: lists with a cursor, a text field, a gauge. None of them knows a pane.

pub mod chart;
pub mod field;
pub mod gauge;
pub mod grid;
pub mod list;
pub mod outline;
