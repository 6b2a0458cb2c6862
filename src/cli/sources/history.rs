//! The versions of a system's facts.

use clap::Args;
use serde_json::json;

use super::super::output::{Output, Table};
use super::super::{Common, Failure, exit, place};
use super::{definition_failure, find};
use crate::definitions::difference::{Change, Line, difference};
use crate::definitions::{self, Verdict, Version, VersionNumber};
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

/// A document names people in any of its lines.
fn refuse_mask(output: &Output) -> Result<(), Failure> {
    if output.masks() {
        return Err(Failure::usage(
            "A document cannot be masked.",
            "Leave --mask away; cutover sources show masks the names of people.",
        ));
    }
    Ok(())
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
    refuse_mask(output)?;
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
    let versions = definitions::history(reader.conn(), KIND, &name).map_err(|e| reader.explain(&e))?;
    let steps = definitions::steps(reader.conn(), KIND, &name).map_err(|e| reader.explain(&e))?;
    if let Some(number) = args.diff {
        refuse_mask(output)?;
        return diff(&name, &versions, number, output);
    }
    if output.json {
        let versions: Vec<_> = versions
            .iter()
            .map(|version| {
                let mut value = serde_json::to_value(version).unwrap_or_default();
                if output.masks() {
                    value["text"] = serde_json::Value::Null;
                }
                value
            })
            .collect();
        return output.object(&json!({ "source": name, "versions": versions, "steps": steps }));
    }
    if versions.is_empty() {
        return output.text(&format!("Nobody stated anything of {} yet.\n", Shown::of(&name)));
    }
    let mut table =
        Table::new(&[("version", true), ("", false), ("by", false), ("at", false), ("reviews", false), ("why", false)]);
    for version in &versions {
        let reviews: Vec<String> =
            version.reviews.iter().map(|r| format!("{} by {}", r.verdict.word(), r.who)).collect();
        table.row(vec![
            Shown::of(&version.version.to_string()),
            Shown::of(if version.stands { "stands" } else { "" }),
            Shown::of(&version.author),
            Shown::of(&version.at),
            Shown::of(&if reviews.is_empty() { "–".to_owned() } else { reviews.join(", ") }),
            Shown::of(&version.comment),
        ]);
    }
    let mut text = table.render(48);
    if !versions.iter().any(|version| version.stands) {
        text.push_str("No version stands. cutover sources edit NAME --version N brings one back.\n");
    }
    output.text(&text)
}

fn diff(name: &str, versions: &[Version], number: u32, output: &Output) -> Result<u8, Failure> {
    let of = |wanted: u32| versions.iter().find(|version| version.version == VersionNumber(wanted));
    let after = of(number).ok_or_else(|| no_version(name, Some(number)))?;
    let before = number.checked_sub(1).and_then(of);
    let lines = difference(before.map_or("", |version| version.text.as_str()), &after.text);
    if output.json {
        let changes: Vec<&Line> = lines.iter().filter(|line| line.change != Change::Same).collect();
        return output.object(&json!({
            "source": name, "from": before.map(|version| version.version), "to": after.version, "changes": changes,
        }));
    }
    let drawn: String =
        lines.iter().map(|line| format!("{} {}\n", line.change.mark(), Shown::of(&line.text))).collect();
    output.text(&drawn)
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
        .map_err(|e| definition_failure(e, None))?;
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
    definitions::withdraw(&workspace, KIND, &name, comment).map_err(|e| definition_failure(e, None))?;
    if output.json {
        return output.object(&json!({ "source": name, "withdrawn": true }));
    }
    output.text(&format!("{}: no version of its facts stands. cutover undo takes that back.\n", Shown::of(&name)))
}
