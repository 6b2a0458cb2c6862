//! The loaded files by their hashes, and a backup compared with them.

use std::path::Path;

use serde_json::{Value, json};

use super::super::output::{Output, Table, say};
use super::super::{Common, Failure, exit, place, progress};
use crate::sources::facts::files::{self, Comparison, LoadedFile};
use crate::values::format::{bytes, count};
use crate::values::shown::Shown;

pub(super) fn run(against: Option<&Path>, common: &Common, output: &Output) -> Result<u8, Failure> {
    let workspace = place::open(common, false)?;
    let reader = workspace.reader()?;
    let files = files::loaded(reader.conn()).map_err(|e| reader.explain(&e))?;
    let Some(folder) = against else {
        if output.json {
            return output.object(&json!({ "files": files }));
        }
        if files.is_empty() {
            return output.text("Nothing is loaded yet. cutover load FILE… brings exports in.\n");
        }
        return output.text(&listed(&files, None));
    };
    let comparison = progress::watch(|job| files::compare(&files, folder, job))??;
    let missing = comparison.missing();
    if output.json {
        output.object(&to_json(&files, &comparison))?;
    } else {
        for (file, why) in &comparison.unreadable {
            if missing > 0 {
                say(&format!("{file} was not looked into: {why}."));
            }
        }
        output.text(&listed(&files, Some(&comparison)))?;
        let there = files.len() - missing;
        output.text(&format!(
            "\n{} = {there} in {} + {missing} missing\n",
            count(files.len() as u64, "load", "loads"),
            Shown::of(&folder.to_string_lossy()),
        ))?;
    }
    Ok(if missing == 0 { exit::DONE } else { exit::NOT_HELD })
}

fn to_json(files: &[LoadedFile], comparison: &Comparison) -> Value {
    let list: Vec<Value> = files
        .iter()
        .zip(&comparison.found)
        .map(|(file, found)| {
            // Texts and numbers are always JSON.
            let mut value = serde_json::to_value(file).unwrap_or_default();
            value["found"] = serde_json::to_value(found).unwrap_or_default();
            value
        })
        .collect();
    let unreadable: Vec<Value> =
        comparison.unreadable.iter().map(|(file, why)| json!({ "file": file, "reason": why })).collect();
    json!({ "files": list, "missing": comparison.missing(), "looked_at": comparison.files, "unreadable": unreadable })
}

fn listed(files: &[LoadedFile], comparison: Option<&Comparison>) -> String {
    let mut head = vec![("load", true), ("file", false), ("size", true), ("SHA-256", false)];
    head.push(if comparison.is_some() { ("there", false) } else { ("path", false) });
    let mut table = Table::new(&head);
    for (at, file) in files.iter().enumerate() {
        let last = match comparison {
            None => Shown::of(&file.path),
            Some(comparison) => match comparison.found.get(at).and_then(Option::as_ref) {
                None => Shown::of("✗ missing"),
                Some(found) => Shown::of(&match &found.member {
                    Some(member) => format!("✓ {} › {member}", found.path),
                    None => format!("✓ {}", found.path),
                }),
            },
        };
        table.row(vec![
            Shown::of(&file.load.to_string()),
            Shown::of(&file.file),
            Shown::of(&bytes(file.bytes)),
            // All of it: a prefix proves nothing.
            Shown::of(&file.sha256),
            last,
        ]);
    }
    table.render(64)
}
