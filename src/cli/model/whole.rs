//! A whole model as one document, and documents from files.

use std::io::Read;
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;

use super::super::output::Output;
use super::super::{Common, Failure, exit, place};
use super::change::faulty;
use super::history::refuse_mask;
use crate::definitions::Onto;
use crate::definitions::document::LONGEST;
use crate::model::entity::several;
use crate::model::{self, Entity};
use crate::values::format::count;
use crate::values::shown::Shown;
use crate::workspace::private_file;

#[derive(Debug, Args)]
pub(super) struct Import {
    /// The document; - reads standard input
    file: PathBuf,
    /// Take out of the model what is not in the document
    #[arg(long)]
    only: bool,
    /// Why
    #[arg(long, value_name = "TEXT", default_value = "")]
    comment: String,
}

pub(super) fn export(file: &Path, common: &Common, output: &Output) -> Result<u8, Failure> {
    refuse_mask(output)?;
    let workspace = place::open(common, false)?;
    let reader = workspace.reader()?;
    let model = model::entities(reader.conn()).map_err(|e| reader.explain(&e))?;
    let text = several::to_toml(model.iter().map(|standing| &standing.entity));
    if file == Path::new("-") {
        if output.json {
            return output.object(&json!({ "entities": model.len(), "text": text }));
        }
        return output.text(&text);
    }
    let shown = Shown::of(&file.to_string_lossy()).to_plain();
    private_file::write_whole::<std::io::Error>(file, false, |out| out.write_all(text.as_bytes())).map_err(
        |error| match error.kind() {
            std::io::ErrorKind::AlreadyExists => Failure::usage(
                format!("{shown} is there already. Nothing was written."),
                "Name a file that is not there.",
            ),
            _ => Failure::io(&shown, &error),
        },
    )?;
    if output.json {
        return output.object(&json!({ "entities": model.len(), "file": file.to_string_lossy() }));
    }
    output.text(&format!("{} written to {shown}.\n", count(model.len() as u64, "entity", "entities")))
}

pub(super) fn import(args: &Import, common: &Common, output: &Output) -> Result<u8, Failure> {
    let text = read(&args.file)?;
    let entities = match several::parse(&text) {
        Ok(entities) => entities,
        Err(faults) => return faulty(&faults, Some(&args.file), output),
    };
    let workspace = place::open(common, true)?;
    let reader = workspace.reader()?;
    let before = model::entities(reader.conn()).map_err(|e| reader.explain(&e))?;
    let (mut changed, mut same, mut removed) = (Vec::new(), 0u64, Vec::new());
    let gone: Vec<&Entity> = before
        .iter()
        .map(|standing| &standing.entity)
        .filter(|entity| args.only && !entities.iter().any(|other| other.name == entity.name))
        .collect();
    for entity in &entities {
        // What stands already, shipped or saved, needs no version.
        if before.iter().any(|standing| standing.entity == *entity) {
            same += 1;
            continue;
        }
        model::save(&workspace, entity, Onto::Any, &args.comment)?;
        changed.push(entity.name.clone());
    }
    for entity in gone {
        model::remove(&workspace, &entity.name, &args.comment)?;
        removed.push(entity.name.clone());
    }
    if output.json {
        return output.object(&json!({ "saved": changed, "same": same, "removed": removed }));
    }
    output.text(&format!(
        "{} = {} saved + {same} as before · {} removed\n",
        count(entities.len() as u64, "entity", "entities"),
        changed.len(),
        removed.len()
    ))
}

/// The text of a document, from a file or standard input, no longer than one may be.
pub(super) fn read(file: &Path) -> Result<String, Failure> {
    let shown = Shown::of(&file.to_string_lossy()).to_plain();
    let wrong = |kind: &str, words: &str, hint: &str| {
        let mut failure = Failure::new(exit::USAGE, kind, format!("{shown} {words}. Nothing was saved."), hint);
        failure.file = Some(file.to_path_buf());
        failure
    };
    let mut bytes = Vec::new();
    let most = LONGEST as u64 + 1;
    let read = if file == Path::new("-") {
        std::io::stdin().take(most).read_to_end(&mut bytes)
    } else {
        match file.metadata() {
            Ok(meta) if meta.is_file() => {}
            Ok(_) => return Err(wrong("not_a_file", "is no file", "Name a TOML file.")),
            Err(_) => return Err(wrong("not_found", "is not there", "Check the path.")),
        }
        std::fs::File::open(file).and_then(|opened| opened.take(most).read_to_end(&mut bytes))
    };
    read.map_err(|_| wrong("io", "cannot be read", "Check your rights to it and the disk."))?;
    String::from_utf8(bytes).map_err(|error| {
        let good = error.as_bytes().get(..error.utf8_error().valid_up_to()).unwrap_or_default();
        let line = good.iter().filter(|byte| **byte == b'\n').count() as u64 + 1;
        let mut failure = wrong("encoding", &format!("is not UTF-8 in line {line}"), "Save it as UTF-8.");
        failure.line = Some(line);
        failure
    })
}
