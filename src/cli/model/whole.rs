//! A whole model as one document.

use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;

use super::super::definition::{read, refuse_mask};
use super::super::output::Output;
use super::super::{Common, Failure, place};
use super::change::faulty;
use crate::model::entity::several;
use crate::model::{self, Imported};
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
    let Imported { saved, same, removed } = model::import(&workspace, &entities, args.only, &args.comment)?;
    if output.json {
        return output.object(&json!({ "saved": saved, "same": same.len(), "removed": removed }));
    }
    output.text(&format!(
        "{} = {} saved + {} as before · {} removed\n",
        count(entities.len() as u64, "entity", "entities"),
        saved.len(),
        same.len(),
        removed.len()
    ))
}
