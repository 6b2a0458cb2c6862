//! The versions of an entity, and what people say of them.

use clap::Args;
use serde_json::json;

use super::super::definition::{no_version, refuse_mask};
use super::super::output::{Output, Table};
use super::super::{Common, Failure, place};
use super::find;
use crate::definitions::difference::{Change, Line, difference};
use crate::definitions::{self, Document, Verdict, Version, VersionNumber};
use crate::model::{self, KIND, Standing};
use crate::values::shown::Shown;
use crate::workspace::Reader;

#[derive(Debug, Args)]
pub(super) struct Say {
    /// The entity's name
    entity: String,
    /// Why
    #[arg(long, value_name = "TEXT", default_value = "")]
    comment: String,
}

/// The document that stands, as it was saved.
pub(super) fn text_of(reader: &Reader, standing: &Standing) -> Result<String, Failure> {
    let current = definitions::current(reader.conn(), KIND, &standing.entity.name).map_err(|e| reader.explain(&e))?;
    Ok(current.map_or_else(|| standing.entity.to_toml(), |version| version.text))
}

pub(super) fn say(args: &Say, verdict: Verdict, common: &Common, output: &Output) -> Result<u8, Failure> {
    let workspace = place::open(common, true)?;
    let name = find(&workspace.reader()?, &args.entity)?;
    model::review(&workspace, &name, verdict, &args.comment)?;
    let reader = workspace.reader()?;
    let standing = super::standing(&reader, &name)?;
    let who = workspace.actor();
    if output.json {
        return output.object(&json!({
            "entity": name, "version": standing.version, "verdict": verdict, "who": who, "comment": args.comment,
        }));
    }
    let version = standing.version.unwrap_or(VersionNumber(1));
    output.text(&format!("{name}: version {version} is {} by {}.\n", verdict.word(), Shown::of(who)))
}

pub(super) fn history(name: &str, common: &Common, output: &Output) -> Result<u8, Failure> {
    let workspace = place::open(common, false)?;
    output.use_mask_of(&workspace)?;
    let reader = workspace.reader()?;
    let name = find(&reader, name)?;
    let versions = definitions::history(reader.conn(), KIND, &name).map_err(|e| reader.explain(&e))?;
    let steps = definitions::steps(reader.conn(), KIND, &name).map_err(|e| reader.explain(&e))?;
    let is_shipped = model::shipped::entity(&name).is_some();
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
        return output.object(&json!({ "entity": name, "shipped": is_shipped, "versions": versions, "steps": steps }));
    }
    let head = [("version", true), ("", false), ("by", false), ("at", false), ("reviews", false), ("why", false)];
    let mut table = Table::new(&head);
    for version in &versions {
        let reviews: Vec<String> =
            version.reviews.iter().map(|r| format!("{} by {}", r.verdict.word(), output.value(&r.who))).collect();
        let stands = match (version.stands, is_removed(version)) {
            (true, true) => "stands: removed",
            (true, false) => "stands",
            (false, true) => "removed",
            (false, false) => "",
        };
        table.row(vec![
            Shown::of(&version.version.to_string()),
            Shown::of(stands),
            output.shown(&version.author),
            Shown::of(&version.at),
            Shown::of(&if reviews.is_empty() { "–".to_owned() } else { reviews.join(", ") }),
            Shown::of(&output.sentence(&version.comment)),
        ]);
    }
    if is_shipped {
        let stands = if versions.iter().any(|version| version.stands) { "" } else { "stands" };
        table.row(["0", stands, "Cutover", "", "–", "as it comes with Cutover"].map(Shown::of).into());
    }
    output.text(&table.render(48))
}

fn is_removed(version: &Version) -> bool {
    model::Entity::parse(&version.text).is_ok_and(|entity| entity.removed)
}

pub(super) fn diff(
    name: &str,
    before: u32,
    after: Option<u32>,
    common: &Common,
    output: &Output,
) -> Result<u8, Failure> {
    refuse_mask(output)?;
    let workspace = place::open(common, false)?;
    let reader = workspace.reader()?;
    let name = find(&reader, name)?;
    let versions = definitions::history(reader.conn(), KIND, &name).map_err(|e| reader.explain(&e))?;
    let shipped = model::shipped::entity(&name).map(Document::to_toml);
    let text = |number: u32| -> Result<String, Failure> {
        let found = versions.iter().find(|version| version.version == VersionNumber(number));
        let text = found.map(|version| version.text.clone()).or_else(|| shipped.clone().filter(|_| number == 0));
        text.ok_or_else(|| no_version(&name, Some(number)))
    };
    let stands = versions.iter().find(|version| version.stands).map_or(0, |version| version.version.0);
    let after = after.unwrap_or(stands);
    let lines = difference(&text(before)?, &text(after)?);
    if output.json {
        let changes: Vec<&Line> = lines.iter().filter(|line| line.change != Change::Same).collect();
        return output.object(&json!({ "entity": name, "from": before, "to": after, "changes": changes }));
    }
    output.text(&drawn(&lines))
}

/// What changed, each under the heading and the name of its part: a document is long.
fn drawn(lines: &[Line]) -> String {
    let mut text = String::new();
    let mut part: Vec<&Line> = Vec::new();
    let mut in_part = 0;
    for line in lines {
        if line.text.starts_with('[') {
            part.clear();
            in_part = 0;
        }
        in_part += 1;
        if line.change != Change::Same {
            part.drain(..).chain([line]).for_each(|line| {
                text.push_str(&format!("{} {}\n", line.change.mark(), Shown::of(&line.text)));
            });
        } else if in_part <= 2 {
            part.push(line);
        }
    }
    if text.is_empty() { "Nothing differs.\n".to_owned() } else { text }
}
