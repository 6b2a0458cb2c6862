//! A map as a document and as SQL: written out, replaced, brought back, its versions.

use std::io::IsTerminal;
use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::super::definition;
use super::super::output::Output;
use super::super::{Common, Failure, place};
use super::{change, inventory, key, object, open_for, standing};
use crate::definitions::{Document, Onto};
use crate::mapping::{self, KIND, ObjectMap, compile};
use crate::values::shown::Shown;

#[derive(Debug, Args)]
pub(in crate::cli) struct Sql {
    /// SOURCE.OBJECT
    object: String,
    /// The entity, where the object feeds several
    entity: Option<String>,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Edit {
    /// SOURCE.OBJECT
    object: String,
    /// The entity, where the object feeds several
    entity: Option<String>,
    /// Replace the map by this document; - reads standard input [default: print the document]
    #[arg(long, value_name = "MAP.toml", conflicts_with = "version")]
    file: Option<PathBuf>,
    /// Bring this version back
    #[arg(long, value_name = "N")]
    version: Option<u32>,
    /// Why
    #[arg(long, value_name = "TEXT", default_value = "")]
    comment: String,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct History {
    /// SOURCE.OBJECT
    object: String,
    /// The entity, where the object feeds several
    entity: Option<String>,
    /// Show what this version changed, line by line
    #[arg(long, value_name = "N")]
    diff: Option<u32>,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Withdraw {
    /// SOURCE.OBJECT
    object: String,
    entity: String,
    /// Why
    #[arg(long, value_name = "TEXT", default_value = "")]
    comment: String,
}

pub(in crate::cli) fn sql(args: &Sql, common: &Common, output: &Output) -> Result<u8, Failure> {
    let workspace = place::open(common, false)?;
    let reader = workspace.reader()?;
    let inventory = inventory(&reader)?;
    let map = standing(&reader, object(&inventory, &args.object)?, args.entity.as_deref())?;
    let compiled = compile::compile(reader.conn(), &map.map).map_err(|e| e.at(&reader))?;
    if output.json {
        return output.object(&json!({ "map": map.map.key, "sql": compiled.sql, "fields": compiled.fields }));
    }
    // For another program the statement is exact; a terminal is shown what it must not obey.
    if std::io::stdout().is_terminal() {
        let lines: String = compiled.sql.lines().map(|line| format!("{}\n", Shown::of(line))).collect();
        return output.text(&lines);
    }
    output.text(&format!("{}\n", compiled.sql))
}

pub(in crate::cli) fn edit(args: &Edit, common: &Common, output: &Output) -> Result<u8, Failure> {
    let Some(file) = &args.file else {
        if let Some(version) = args.version {
            let (workspace, object) = open_for(common, &args.object)?;
            let name = named(&workspace.reader()?, &object, args.entity.as_deref())?;
            return definition::bring_back(&workspace, KIND, &name, version, &args.comment, output);
        }
        definition::refuse_mask(output)?;
        let workspace = place::open(common, false)?;
        let reader = workspace.reader()?;
        let inventory = inventory(&reader)?;
        let map = standing(&reader, object(&inventory, &args.object)?, args.entity.as_deref())?;
        let found = definition::version(&reader, KIND, &map.map.key.name(), None)?;
        if output.json {
            return output.object(&json!({
                "map": map.map.key, "version": found.version, "hash": found.hash, "text": found.text,
            }));
        }
        return output.text(&found.text);
    };
    let text = definition::read(file)?;
    let map = ObjectMap::parse(&text)
        .map_err(|faults| definition::failure(crate::definitions::DefinitionError::Document(faults), Some(file)))?;
    let (workspace, object) = open_for(common, &args.object)?;
    let wanted = args.entity.as_deref().unwrap_or(&map.key.entity);
    if map.key != key(&object, wanted) {
        return Err(Failure::usage(
            format!(
                "The document is the map {}, not of {}. Nothing was saved.",
                Shown::of(&map.key.name()),
                Shown::of(&key(&object, wanted).name())
            ),
            "Its keys source, object and entity say which map it is.",
        ));
    }
    let name = map.key.name();
    let saved = mapping::save(&workspace, &[(map, Onto::Any)], &args.comment).map_err(|error| match error {
        mapping::MappingError::Definition(error) => definition::failure(error, Some(file)),
        other => other.into(),
    })?;
    change::told(&name, saved.first().copied(), "the document is saved", output)
}

/// The name of a map in the store, also of one that was withdrawn.
fn named(
    reader: &crate::workspace::Reader,
    object: &crate::sources::Object,
    entity: Option<&str>,
) -> Result<String, Failure> {
    match entity {
        Some(entity) => Ok(key(object, entity).name()),
        None => Ok(standing(reader, object, None)?.map.key.name()),
    }
}

pub(in crate::cli) fn history(args: &History, common: &Common, output: &Output) -> Result<u8, Failure> {
    let workspace = place::open(common, false)?;
    let reader = workspace.reader()?;
    let inventory = inventory(&reader)?;
    let name = named(&reader, object(&inventory, &args.object)?, args.entity.as_deref())?;
    definition::history(&reader, "map", KIND, &name, args.diff, output)
}

pub(in crate::cli) fn withdraw(args: &Withdraw, common: &Common, output: &Output) -> Result<u8, Failure> {
    let (workspace, object) = open_for(common, &args.object)?;
    let name = key(&object, &args.entity).name();
    crate::definitions::withdraw(&workspace, KIND, &name, &args.comment).map_err(|e| definition::failure(e, None))?;
    if output.json {
        return output.object(&json!({ "map": name, "withdrawn": true }));
    }
    let shown = Shown::of(&name);
    output.text(&format!("{shown}: no version stands. cutover undo takes that back.\n"))
}
