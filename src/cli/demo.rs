//! `cutover demo`: the sample company, loaded and opened.

use std::io::IsTerminal;
use std::path::PathBuf;

use clap::Args;

use super::output::{self, Output};
use super::{Common, Failure, place, progress};
use crate::demo;
use crate::values::format::{count, thousands};
use crate::values::shown::Shown;

/// Build the sample workspace from the sample exports inside the program, and open the workbench on it.
#[derive(Debug, Args)]
pub(super) struct Demo {
    /// Where to build it [default: the user's data folder]
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// Do not open the workbench
    #[arg(long)]
    no_ui: bool,
}

pub(super) fn run(args: &Demo, common: &Common, output: &Output) -> Result<u8, Failure> {
    place::refuse_read_only(common)?;
    let folder = match &args.dir {
        Some(folder) => folder.clone(),
        None => demo::default_folder().ok_or_else(|| {
            Failure::usage("There is no home folder to build the sample in.", "Name a folder with --dir DIR.")
        })?,
    };
    let built = progress::watch(|job| demo::build(&folder, &place::actor(common), job))??;
    place::remember(&built.workspace, built.records);
    if output.json {
        output.object(&serde_json::json!({
            "workspace": built.workspace.to_string_lossy(), "loads": built.loads, "records": built.records, "rows": built.rows,
            "quarantined": built.quarantined, "clusters": null, "rehearsal": null,
        }))?;
    }
    let screen = std::io::stdout().is_terminal() && std::io::stdin().is_terminal();
    if args.no_ui || output.json || !screen {
        if !output.json {
            output.text(&format!(
                "{}: {} from {}, {} rows = {} records + {} quarantined.\nOpen it: cutover -w {}\nTry: cutover -w {} lookup 88213\n",
                Shown::of(&built.workspace.to_string_lossy()),
                count(built.loads, "load", "loads"),
                count(built.sources, "system", "systems"),
                thousands(built.rows),
                thousands(built.rows - built.quarantined),
                thousands(built.quarantined),
                Shown::of(&built.workspace.to_string_lossy()),
                Shown::of(&built.workspace.to_string_lossy())
            ))?;
            if !args.no_ui {
                output::say("There is no terminal here, so the workbench was not opened.");
            }
        }
        return Ok(super::exit::DONE);
    }
    place::open_workbench(common, Some(built.workspace))
}

/// Builds the sample for a workbench that stands on Home.
pub(super) fn for_workbench(actor: &str) -> Result<PathBuf, crate::tui::msg::Problem> {
    use crate::tui::msg::Problem;
    let folder =
        demo::default_folder().ok_or_else(|| Problem::new("There is no home folder to build the sample in."))?;
    let built = demo::build(&folder, actor, &crate::job::Job::new()).map_err(|error| Problem::new(error.message))?;
    Ok(built.workspace)
}
