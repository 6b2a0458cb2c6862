//! What the commands of decisions share: the versions of a definition, and documents whose faults are all told.

use std::path::Path;

use serde_json::json;

use super::output::{Output, Table};
use super::{Failure, exit};
use crate::definitions::{self, DefinitionError, Fault};
use crate::model::ModelError;
use crate::values::shown::Shown;
use crate::workspace::Workspace;

/// Faults that are told one by one.
const MOST: usize = 40;

/// The versions of a definition, newest first: who, when, and whether it stands.
pub(super) fn history(workspace: &Workspace, kind: &str, name: &str, output: &Output) -> Result<u8, Failure> {
    let reader = workspace.reader()?;
    let versions = definitions::history(reader.conn(), kind, name).map_err(|e| reader.explain(&e))?;
    let steps = definitions::steps(reader.conn(), kind, name).map_err(|e| reader.explain(&e))?;
    if output.json {
        let versions: Vec<_> = versions
            .iter()
            .map(|version| {
                let mut value = serde_json::to_value(version).unwrap_or_default();
                // A document names people in any of its lines.
                if output.masks() {
                    value["text"] = serde_json::Value::Null;
                }
                value
            })
            .collect();
        return output.object(&json!({ "name": name, "versions": versions, "steps": steps }));
    }
    if versions.is_empty() {
        return output.text(&format!("Nobody decided anything of {} yet.\n", Shown::of(name)));
    }
    let mut table = Table::new(&[("version", true), ("", false), ("by", false), ("at", false), ("why", false)]);
    for version in &versions {
        table.row(vec![
            Shown::of(&version.version.to_string()),
            Shown::of(if version.stands { "stands" } else { "" }),
            Shown::of(&version.author),
            Shown::of(&version.at),
            Shown::of(&version.comment),
        ]);
    }
    output.text(&table.render(60))
}

/// What went wrong with something that was read from a file: every fault with its line.
pub(super) fn of_file(error: ModelError, file: &Path) -> Failure {
    let ModelError::Definition(DefinitionError::Document(faults)) = error else {
        let mut failure = Failure::from(error);
        if failure.file.is_none() {
            failure.file = Some(file.to_path_buf());
        }
        return failure;
    };
    let mut told: Vec<String> = faults.iter().take(MOST).map(Fault::to_string).collect();
    if faults.len() > MOST {
        told.push(format!("{} more", faults.len() - MOST));
    }
    let message = format!("{}, {}. Nothing was changed.", Shown::of(&file.to_string_lossy()), told.join("; "));
    let mut failure = Failure::new(exit::USAGE, "document", message, "Correct it, then do it again.");
    let place = faults.first().and_then(|fault| fault.place);
    failure.file = Some(file.to_path_buf());
    failure.line = place.map(|place| place.line);
    failure.column = place.map(|place| place.column);
    failure
}
