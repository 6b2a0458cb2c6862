//! `cutover undo` and `redo`: whatever this person did last.

use clap::Args;

use super::output::Output;
use super::{Common, Failure, exit, place, progress};
use crate::sources::load::{self, Undone};
use crate::values::shown::Shown;

/// Take back what you did last.
#[derive(Debug, Args)]
pub(super) struct Undo {}

/// Do again what you took back.
#[derive(Debug, Args)]
pub(super) struct Redo {}

pub(super) fn undo(_: &Undo, common: &Common, output: &Output) -> Result<u8, Failure> {
    let workspace = place::open(common, true)?;
    let done = progress::watch(|job| load::undo(&workspace, job))??;
    tell(done, "undone", "Nothing is left to take back.", output)
}

pub(super) fn redo(_: &Redo, common: &Common, output: &Output) -> Result<u8, Failure> {
    let workspace = place::open(common, true)?;
    let done = progress::watch(|job| load::redo(&workspace, job))??;
    tell(done, "redone", "Nothing is left to do again.", output)
}

fn tell(done: Option<Undone>, key: &str, nothing: &str, output: &Output) -> Result<u8, Failure> {
    let code = if done.is_some() { exit::DONE } else { exit::NOT_HELD };
    if output.json {
        let value = done.map(|d| serde_json::json!({ "what": d.what, "sentence": d.sentence }));
        output.object(&serde_json::json!({ key: value }))?;
    } else {
        let sentence = done.map_or_else(|| nothing.to_owned(), |d| Shown::of(&d.sentence).to_plain());
        output.text(&format!("{sentence}\n"))?;
    }
    Ok(code)
}
