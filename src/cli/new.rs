//! `cutover new`: an empty workspace.

use std::path::PathBuf;

use clap::Args;

use super::output::Output;
use super::{Common, Failure, place};
use crate::values::shown::Shown;
use crate::workspace::Workspace;

/// Make a new workspace.
#[derive(Debug, Args)]
pub(super) struct New {
    /// The file to make; `.cutover` is added where it has no ending
    file: PathBuf,
}

pub(super) fn run(args: &New, common: &Common, output: &Output) -> Result<u8, Failure> {
    place::refuse_read_only(common)?;
    let mut path = args.file.clone();
    if path.extension().is_none() {
        path.set_extension("cutover");
    }
    let workspace = Workspace::create(&path, &place::actor(common))?;
    place::remember(workspace.file(), 0);
    let file = workspace.file().to_string_lossy().into_owned();
    if output.json {
        return output.object(&serde_json::json!({ "workspace": file }));
    }
    output.text(&format!("Made {}. Load exports into it: cutover load FILE…\n", Shown::of(&file)))
}
