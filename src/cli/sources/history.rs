//! The versions of a system's facts.

use clap::Args;
use serde_json::json;

use super::super::output::Output;
use super::super::{Common, Failure, definition, exit, place};
use super::find;
use crate::definitions::{self, Verdict, VersionNumber};
use crate::sources::facts::KIND;
use crate::values::shown::Shown;

#[derive(Debug, Args)]
pub(super) struct History {
    /// The system's name
    name: String,
    /// Show what this version changed, line by line
    #[arg(long, value_name = "N")]
    diff: Option<u32>,
}

#[derive(Debug, Args)]
pub(super) struct Review {
    /// The system's name
    name: String,
    #[arg(value_parser = ["reviewed", "approved", "refused"])]
    verdict: String,
    /// This version [default: the one that stands]
    #[arg(long, value_name = "N")]
    version: Option<u32>,
    /// Why
    #[arg(long, value_name = "TEXT", default_value = "")]
    comment: String,
}

fn no_version(name: &str, version: Option<u32>) -> Failure {
    let name = Shown::of(name);
    match version {
        Some(version) => Failure::new(
            exit::USAGE,
            "no_such_version",
            format!("{name} has no version {version} of its facts."),
            "cutover sources history NAME lists them.",
        ),
        None => Failure::new(
            exit::USAGE,
            "not_defined",
            format!("Nobody stated anything of {name}."),
            "cutover sources set NAME KEY=VALUE states a fact.",
        ),
    }
}

pub(super) fn export(name: &str, version: Option<u32>, common: &Common, output: &Output) -> Result<u8, Failure> {
    definition::refuse_mask(output)?;
    let workspace = place::open(common, false)?;
    let reader = workspace.reader()?;
    let name = find_any(&reader, name)?;
    let found = match version {
        Some(version) => definitions::at_version(reader.conn(), KIND, &name, VersionNumber(version)),
        None => definitions::current(reader.conn(), KIND, &name),
    };
    let found = found.map_err(|e| reader.explain(&e))?.ok_or_else(|| no_version(&name, version))?;
    if output.json {
        return output.object(&json!({
            "source": name, "version": found.version, "stands": found.stands, "hash": found.hash, "text": found.text,
        }));
    }
    output.text(&found.text)
}

/// A source, also one whose facts were withdrawn.
fn find_any(reader: &crate::workspace::Reader, name: &str) -> Result<String, Failure> {
    let known = definitions::history(reader.conn(), KIND, name.trim()).map_err(|e| reader.explain(&e))?;
    if known.is_empty() { find(reader, name) } else { Ok(name.trim().to_owned()) }
}

pub(super) fn history(args: &History, common: &Common, output: &Output) -> Result<u8, Failure> {
    let workspace = place::open(common, false)?;
    output.use_mask_of(&workspace)?;
    let reader = workspace.reader()?;
    let name = find_any(&reader, &args.name)?;
    definition::history(&reader, "source", KIND, &name, args.diff, output)
}

pub(super) fn review(args: &Review, common: &Common, output: &Output) -> Result<u8, Failure> {
    let workspace = place::open(common, true)?;
    let reader = workspace.reader()?;
    let name = find(&reader, &args.name)?;
    let version = match args.version {
        Some(version) => VersionNumber(version),
        None => {
            let current = definitions::current(reader.conn(), KIND, &name).map_err(|e| reader.explain(&e))?;
            current.ok_or_else(|| no_version(&name, None))?.version
        }
    };
    // The parser of arguments lets nothing else through.
    let verdict = Verdict::from_word(&args.verdict).unwrap_or(Verdict::Reviewed);
    definitions::review(&workspace, KIND, &name, version, verdict, &args.comment)
        .map_err(|e| definition::failure(e, None))?;
    if output.json {
        return output.object(&json!({
            "source": name, "version": version, "verdict": verdict, "who": workspace.actor(), "comment": args.comment,
        }));
    }
    let who = Shown::of(workspace.actor());
    output.text(&format!("{}: version {version} is {} by {who}.\n", Shown::of(&name), verdict.word()))
}

pub(super) fn withdraw(name: &str, comment: &str, common: &Common, output: &Output) -> Result<u8, Failure> {
    let workspace = place::open(common, true)?;
    let name = find(&workspace.reader()?, name)?;
    definitions::withdraw(&workspace, KIND, &name, comment).map_err(|e| definition::failure(e, None))?;
    if output.json {
        return output.object(&json!({ "source": name, "withdrawn": true }));
    }
    output.text(&format!("{}: no version of its facts stands. cutover undo takes that back.\n", Shown::of(&name)))
}
