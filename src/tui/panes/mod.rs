//! The panes: what each shows and what its keys do. A pane is a state, a `perform` for its actions, a `headline` for row 2
//! and a `draw` for the main area; it asks the body through the app and never waits for the answer.

pub mod home;
pub mod lookup;
pub mod map;
pub mod sources;
