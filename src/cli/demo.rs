//! `cutover demo`: the sample company, loaded and opened.

use std::io::IsTerminal;
use std::path::PathBuf;

use clap::Args;

use super::output::{self, Output};
use super::{Common, Failure, place, progress};
use crate::demo::{self, Built, DemoError};
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
    let built =
        progress::watch(|job| demo::build(&folder, &place::actor(common), job))?.map_err(|error| match error {
            DemoError::Load(error) => Failure::from(error),
            DemoError::Mapping(error) => error.into(),
        })?;
    place::remember(&built.workspace, built.records);
    if output.json {
        output.object(&serde_json::json!({
            "workspace": built.workspace.to_string_lossy(), "loads": built.loads, "records": built.records, "rows": built.rows,
            "quarantined": built.quarantined, "maps": built.maps, "rules": built.rules, "fields": built.fields,
            "decided": built.decided, "blocks": built.blocks, "clusters": null, "rehearsal": null,
        }))?;
    }
    let screen = std::io::stdout().is_terminal() && std::io::stdin().is_terminal();
    if args.no_ui || output.json || !screen {
        if !output.json {
            output.text(&in_words(&built))?;
            if !args.no_ui {
                output::say("There is no terminal here, so the workbench was not opened.");
            }
        }
        return Ok(super::exit::DONE);
    }
    place::open_workbench(common, Some(built.workspace))
}

/// What was built, and what to try on it.
fn in_words(built: &Built) -> String {
    let workspace = Shown::of(&built.workspace.to_string_lossy()).to_plain();
    let mut text = format!(
        "{workspace}: {} from {}, {} rows = {} records + {} quarantined.\n",
        count(built.loads, "load", "loads"),
        count(built.sources, "system", "systems"),
        thousands(built.rows),
        thousands(built.rows - built.quarantined),
        thousands(built.quarantined),
    );
    if built.maps > 0 {
        text.push_str(&format!(
            "Suggested maps were accepted, all together: {}, {}; {} of {} fields are decided, none is reviewed, {}.\n",
            count(built.maps, "map", "maps"),
            count(built.rules, "rule", "rules"),
            thousands(built.decided),
            thousands(built.fields),
            count(built.blocks, "thing blocks", "things block"),
        ));
    }
    text.push_str(&format!(
        "Open it: cutover -w {workspace}\nTry: cutover -w {workspace} lookup 88213, cutover -w {workspace} map check\n"
    ));
    text
}

/// Builds the sample for a workbench that stands on Home.
pub(super) fn for_workbench(actor: &str) -> Result<PathBuf, crate::tui::msg::Problem> {
    use crate::tui::msg::Problem;
    let folder =
        demo::default_folder().ok_or_else(|| Problem::new("There is no home folder to build the sample in."))?;
    let built =
        demo::build(&folder, actor, &crate::job::Job::new()).map_err(|error| Problem::new(error.to_string()))?;
    Ok(built.workspace)
}
