//! The workbench: the face of Cutover on a terminal. `run` receives messages and draws, `app` holds the state and changes
//! it, `action` and `keymap` say what can be done and by which key, the panes and overlays show it. Only `effects` calls
//! the body; only `paint` writes on the screen.

pub mod action;
pub mod app;
pub mod disabled;
pub mod effects;
pub mod frame;
pub mod jobs;
pub mod keymap;
pub mod line;
pub mod msg;
pub mod overlays;
pub mod paint;
pub mod panes;
pub mod place;
pub mod prompt;
pub mod recent;
pub mod run;
pub mod term;
pub mod theme;
pub mod widgets;
pub mod wrap;

pub use run::{Demo, Options, TuiError, open};

#[cfg(test)]
mod bench;
