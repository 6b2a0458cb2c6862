//! What commands that read, save and list definitions share: a document from a file, the words for what is wrong with it,
//! its versions and what one of them changed.

use std::io::Read;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::output::{Output, Table};
use super::{Failure, exit};
use crate::definitions::difference::{Change, Line, difference};
use crate::definitions::document::{Fault, LONGEST};
use crate::definitions::{self, DefinitionError, Version, VersionNumber};
use crate::job::Cancelled;
use crate::mapping::MappingError;
use crate::model::ModelError;
use crate::sources::SourcesError;
use crate::sources::load::LoadError;
use crate::values::shown::Shown;
use crate::workspace::{Reader, Workspace};

/// The text of a document, from a file or standard input (`-`), no longer than one may be.
pub(super) fn read(file: &Path) -> Result<String, Failure> {
    let shown = Shown::of(&file.to_string_lossy()).to_plain();
    let wrong = |kind: &str, message: String, hint: &str| {
        let mut failure = Failure::new(exit::USAGE, kind, message, hint);
        failure.file = Some(file.to_path_buf());
        failure
    };
    let opened: Box<dyn Read> = if file == Path::new("-") {
        Box::new(std::io::stdin())
    } else {
        match file.metadata() {
            Ok(meta) if meta.is_file() => {}
            Ok(_) => {
                return Err(wrong(
                    "not_a_file",
                    format!("{shown} is no file. Nothing was saved."),
                    "Name a TOML file.",
                ));
            }
            Err(_) => {
                return Err(wrong("not_found", format!("{shown} is not there. Nothing was saved."), "Check the path."));
            }
        }
        let opened = std::fs::File::open(file);
        Box::new(opened.map_err(|_| {
            wrong("io", format!("{shown} cannot be read. Nothing was saved."), "Check your rights to it.")
        })?)
    };
    let mut bytes = Vec::new();
    let read = opened.take(LONGEST as u64 + 1).read_to_end(&mut bytes);
    read.map_err(|_| wrong("io", format!("{shown} cannot be read. Nothing was saved."), "Check the disk."))?;
    String::from_utf8(bytes).map_err(|error| {
        let good = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = good.iter().filter(|byte| **byte == b'\n').count() as u64 + 1;
        let message = format!("{shown}, line {line}: it is not UTF-8. Nothing was saved.");
        let mut failure = wrong("encoding", message, "Save it as UTF-8.");
        failure.line = Some(line);
        failure
    })
}

/// What went wrong with a definition; `file`: where the document was read from. Every fault of a document is told, each
/// with its line.
pub(super) fn failure(error: DefinitionError, file: Option<&Path>) -> Failure {
    let (message, hint) = (error.to_string(), error.hint());
    match error {
        DefinitionError::Workspace(error) => error.into(),
        DefinitionError::Document(faults) => faulty(&faults, file, hint),
        DefinitionError::Overtaken { .. } | DefinitionError::Withdrawn { .. } => {
            Failure::new(exit::USAGE, "overtaken", message, hint)
        }
        DefinitionError::NoSuchVersion { .. } => Failure::new(exit::USAGE, "no_such_version", message, hint),
        DefinitionError::NotDefined { .. } => Failure::new(exit::USAGE, "not_defined", message, hint),
        DefinitionError::DamagedDeed => Failure::new(exit::WORKSPACE, "damaged", message, hint),
    }
}

/// Faults that are told one by one.
const MOST: usize = 40;

fn faulty(faults: &[Fault], file: Option<&Path>, hint: String) -> Failure {
    let place = faults.first().and_then(|fault| fault.place);
    let mut told: Vec<String> = faults.iter().take(MOST).map(Fault::to_string).collect();
    if faults.len() > MOST {
        told.push(format!("{} more", faults.len() - MOST));
    }
    let mut message = if told.is_empty() { "The document does not hold together".to_owned() } else { told.join("; ") };
    if let Some(file) = file {
        message = format!("{}, {message}", Shown::of(&file.to_string_lossy()));
    }
    let mut failure = Failure::new(exit::USAGE, "document", message, hint);
    failure.file = file.map(PathBuf::from);
    failure.line = place.map(|place| place.line);
    failure.column = place.map(|place| place.column);
    failure
}

/// The same of something of the model that was read from a file.
pub(super) fn failure_of_file(error: ModelError, file: &Path) -> Failure {
    match error {
        ModelError::Definition(error) => failure(error, Some(file)),
        other => {
            let mut failure = Failure::from(other);
            failure.file.get_or_insert_with(|| file.to_path_buf());
            failure
        }
    }
}

impl From<DefinitionError> for Failure {
    fn from(error: DefinitionError) -> Self {
        failure(error, None)
    }
}

impl From<ModelError> for Failure {
    fn from(error: ModelError) -> Self {
        match error {
            ModelError::Workspace(error) => error.into(),
            ModelError::Definition(error) => error.into(),
            ModelError::Sqlite(error) => LoadError::from(error).into(),
            ModelError::Cancelled => SourcesError::from(Cancelled).into(),
            ModelError::Refused { message, hint } => Self::usage(message, hint),
        }
    }
}

impl From<MappingError> for Failure {
    fn from(error: MappingError) -> Self {
        let (message, hint) = (error.to_string(), error.hint());
        match error {
            MappingError::Workspace(error) => error.into(),
            MappingError::Definition(error) => error.into(),
            MappingError::Model(error) => error.into(),
            MappingError::Sqlite(error) => LoadError::from(error).into(),
            MappingError::Cancelled => SourcesError::from(Cancelled).into(),
            MappingError::Expression { at, .. } => {
                let mut failure = Self::new(exit::USAGE, "bad_expression", message, hint);
                failure.column = at.map(|at| at as u64 + 1);
                failure
            }
            MappingError::Refused { .. } => Self::usage(message, hint),
        }
    }
}

/// A document names people in any of its lines.
pub(super) fn refuse_mask(output: &Output) -> Result<(), Failure> {
    if output.masks() {
        return Err(Failure::usage("A document cannot be masked.", "Leave --mask away."));
    }
    Ok(())
}

/// What to say where a version is not there, or none is.
pub(super) fn no_version(name: &str, version: Option<u32>) -> Failure {
    let name = Shown::of(name);
    match version {
        Some(version) => Failure::new(
            exit::USAGE,
            "no_such_version",
            format!("{name} has no version {version}."),
            "Its history lists the versions.",
        ),
        None => Failure::new(exit::USAGE, "not_defined", format!("Nobody saved a version of {name} yet."), ""),
    }
}

/// A version of a definition: the numbered one, else the one that stands.
pub(super) fn version(reader: &Reader, kind: &str, name: &str, version: Option<u32>) -> Result<Version, Failure> {
    let found = match version {
        Some(version) => definitions::at_version(reader.conn(), kind, name, VersionNumber(version)),
        None => definitions::current(reader.conn(), kind, name),
    };
    found.map_err(|e| reader.explain(&e))?.ok_or_else(|| no_version(name, version))
}

/// The versions of a definition, or what one of them changed, line by line. `what` is the key of its name in the JSON.
pub(super) fn history(
    reader: &Reader,
    what: &str,
    kind: &str,
    name: &str,
    diff: Option<u32>,
    output: &Output,
) -> Result<u8, Failure> {
    let versions = definitions::history(reader.conn(), kind, name).map_err(|e| reader.explain(&e))?;
    if let Some(number) = diff {
        refuse_mask(output)?;
        return changed(what, name, &versions, number, output);
    }
    if output.json {
        let steps = definitions::steps(reader.conn(), kind, name).map_err(|e| reader.explain(&e))?;
        let versions: Vec<serde_json::Value> = versions
            .iter()
            .map(|version| {
                let mut value = serde_json::to_value(version).unwrap_or_default();
                if output.masks() {
                    value["text"] = serde_json::Value::Null;
                }
                value
            })
            .collect();
        return output.object(&json!({ what: name, "versions": versions, "steps": steps }));
    }
    if versions.is_empty() {
        return output.text(&format!("Nobody saved a version of {} yet.\n", Shown::of(name)));
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
        text.push_str("No version stands.\n");
    }
    output.text(&text)
}

fn changed(what: &str, name: &str, versions: &[Version], number: u32, output: &Output) -> Result<u8, Failure> {
    let of = |wanted: u32| versions.iter().find(|version| version.version == VersionNumber(wanted));
    let after = of(number).ok_or_else(|| no_version(name, Some(number)))?;
    let before = number.checked_sub(1).and_then(of);
    let lines = difference(before.map_or("", |version| version.text.as_str()), &after.text);
    if output.json {
        let changes: Vec<&Line> = lines.iter().filter(|line| line.change != Change::Same).collect();
        return output.object(&json!({
            what: name, "from": before.map(|version| version.version), "to": after.version, "changes": changes,
        }));
    }
    let drawn: String =
        lines.iter().map(|line| format!("{} {}\n", line.change.mark(), Shown::of(&line.text))).collect();
    output.text(&drawn)
}

/// Lets an earlier version stand again, and says so.
pub(super) fn bring_back(
    workspace: &Workspace,
    kind: &str,
    name: &str,
    version: u32,
    comment: &str,
    output: &Output,
) -> Result<u8, Failure> {
    let changed = definitions::bring_back(workspace, kind, name, VersionNumber(version), comment)
        .map_err(|e| failure(e, None))?;
    if output.json {
        return output.object(&json!({ "name": name, "version": version, "saved": changed }));
    }
    let words = if changed { "stands again" } else { "stands already; nothing was changed" };
    output.text(&format!("{}: version {version} {words}.\n", Shown::of(name)))
}
