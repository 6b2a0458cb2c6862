//! Changing entities: keys, whole documents, what is in the model, cases.

use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::{Value, json};

use super::super::definition::read;
use super::super::output::{Output, say};
use super::super::{Common, Failure, exit, place};
use super::{find, json as to_json};
use crate::definitions::{DefinitionError, Fault, Onto, Saved, VersionNumber};
use crate::model::{self, Entity, EntityKind, ModelError};
use crate::sources::facts::change::{Act, Change};
use crate::values::shown::Shown;
use crate::workspace::Workspace;

#[derive(Debug, Args)]
pub(super) struct Set {
    /// The entity's name
    entity: String,
    /// Such as owner="Jonas Weber", one_row_is="…", fields.email.required=yes, fields+=shoe_size, fields-=fax
    #[arg(value_name = "KEY=VALUE", required_unless_present = "unset")]
    changes: Vec<String>,
    /// Leave this key out (may be repeated)
    #[arg(long, value_name = "KEY")]
    unset: Vec<String>,
    /// Why
    #[arg(long, value_name = "TEXT", default_value = "")]
    comment: String,
}

#[derive(Debug, Args)]
pub(super) struct Edit {
    /// The entity's name
    entity: String,
    /// The whole document; - reads standard input
    file: PathBuf,
    /// Why
    #[arg(long, value_name = "TEXT", default_value = "")]
    comment: String,
}

#[derive(Debug, Args)]
pub(super) struct Add {
    /// What the entity is called, such as clinic_visit
    #[arg(required_unless_present = "file")]
    entity: Option<String>,
    /// Such as one_row_is="one visit of one clinic", key_prefix=VIS, fields+=at
    #[arg(value_name = "KEY=VALUE")]
    changes: Vec<String>,
    /// entity, relationship, event, mapping or summary
    #[arg(long, value_name = "KIND", value_parser = ["entity", "relationship", "event", "mapping", "summary"])]
    kind: Option<String>,
    /// With the fields of this one
    #[arg(long, value_name = "ENTITY")]
    like: Option<String>,
    /// The whole document; - reads standard input
    #[arg(long, value_name = "FILE", conflicts_with_all = ["entity", "kind", "like"])]
    file: Option<PathBuf>,
    /// Why
    #[arg(long, value_name = "TEXT", default_value = "")]
    comment: String,
}

#[derive(Debug, Args)]
pub(super) struct Remove {
    /// The entities' names
    #[arg(required = true)]
    entities: Vec<String>,
    /// Why
    #[arg(long, value_name = "TEXT", default_value = "")]
    comment: String,
}

#[derive(Debug, Args)]
pub(super) struct Restore {
    /// The entity's name
    entity: String,
    /// Bring this version back [default: the last that was in the model]
    #[arg(long, value_name = "N", conflicts_with = "shipped")]
    version: Option<u32>,
    /// Bring back what Cutover comes with
    #[arg(long)]
    shipped: bool,
    /// Why
    #[arg(long, value_name = "TEXT", default_value = "")]
    comment: String,
}

#[derive(Debug, Args)]
#[command(group(clap::ArgGroup::new("which").required(true)))]
pub(super) struct CaseArgs {
    /// The entity's name
    entity: String,
    /// One real-world customer has several of its records
    #[arg(long, group = "which")]
    several: bool,
    /// Several people or entities share one of its records
    #[arg(long, group = "which")]
    shared: bool,
    /// What the case is
    what: String,
    /// Records that show it: record keys, or native IDs that one record alone has
    #[arg(required = true)]
    records: Vec<String>,
}

/// Changes as they were typed.
fn changes(typed: &[String], unset: &[String]) -> Result<Vec<Change>, Failure> {
    let mut changes: Vec<Change> =
        unset.iter().map(|key| Change { key: key.clone(), act: Act::TakeBack, value: String::new() }).collect();
    for text in typed {
        changes.push(Change::parse(text).map_err(|fault| {
            Failure::usage(format!("{fault}."), "Nothing was saved. Example: owner=\"Jonas Weber\".")
        })?);
    }
    Ok(changes)
}

pub(super) fn set(args: &Set, common: &Common, output: &Output) -> Result<u8, Failure> {
    let changes = changes(&args.changes, &args.unset)?;
    let workspace = place::open(common, true)?;
    let standing = super::standing(&workspace.reader()?, &args.entity)?;
    let entity = match model::entity::apply(&standing.entity, &changes) {
        Ok(entity) => entity,
        Err(faults) => return faulty(&faults, None, output),
    };
    if entity == standing.entity {
        return tell(&workspace, &entity.name, false, "nothing differs from what stands", output);
    }
    let saved = model::save(&workspace, &entity, Onto::Version(standing.version), &args.comment)?;
    told_saved(&workspace, &entity.name, saved, output)
}

pub(super) fn edit(args: &Edit, common: &Common, output: &Output) -> Result<u8, Failure> {
    let workspace = place::open(common, true)?;
    let standing = super::standing(&workspace.reader()?, &args.entity)?;
    let text = read(&args.file)?;
    let onto = Onto::Version(standing.version);
    match model::save_document(&workspace, &standing.entity.name, &text, onto, &args.comment) {
        Ok(saved) => told_saved(&workspace, &standing.entity.name, saved, output),
        Err(ModelError::Definition(DefinitionError::Document(faults))) => faulty(&faults, Some(&args.file), output),
        Err(error) => Err(error.into()),
    }
}

pub(super) fn add(args: &Add, common: &Common, output: &Output) -> Result<u8, Failure> {
    let changes = changes(&args.changes, &[])?;
    let workspace = place::open(common, true)?;
    let reader = workspace.reader()?;
    let explain = |e| Failure::from(reader.explain(&e));
    let model = model::entities(reader.conn()).map_err(explain)?;
    let (mut entity, text) = match &args.file {
        Some(file) => {
            let text = read(file)?;
            match <Entity as crate::definitions::Document>::parse(&text) {
                Ok(entity) => (entity, Some(text)),
                Err(faults) => return faulty(&faults, Some(file), output),
            }
        }
        None => {
            let mut entity = match &args.like {
                Some(like) => super::standing(&reader, like)?.entity,
                None => Entity::default(),
            };
            if args.like.is_some() {
                // What names the other one is not taken over.
                entity.key_prefix.clear();
                entity.target_name.clear();
                entity.several_records.clear();
                entity.shared_records.clear();
                entity.relationships.iter_mut().for_each(|relationship| relationship.hierarchy = false);
            }
            entity.name = args.entity.clone().unwrap_or_default();
            (entity, None)
        }
    };
    if let Some(kind) = args.kind.as_deref().and_then(EntityKind::from_word) {
        entity.kind = kind;
    }
    if text.is_none() {
        let last = model.iter().map(|standing| standing.entity.order).max().unwrap_or(0);
        entity.order = last.saturating_add(10).min(1_000_000);
    }
    let name = entity.name.clone();
    if let Some(wrong) = model::entity::keys::wrong_name(&name) {
        return Err(Failure::usage(format!("{wrong}. Nothing was saved."), "A name is such as clinic_visit."));
    }
    if model.iter().any(|standing| standing.entity.name == name) {
        return Err(Failure::usage(
            format!("{name} is in the model already. Nothing was saved."),
            "cutover model set and edit change it.",
        ));
    }
    // One that was removed gets a version above the one that removed it.
    let gone = model::removed(reader.conn()).map_err(explain)?;
    let onto = Onto::Version(gone.iter().find(|standing| standing.entity.name == name).and_then(|gone| gone.version));
    let entity = match model::entity::apply(&entity, &changes) {
        Ok(entity) => entity,
        Err(faults) => return faulty(&faults, None, output),
    };
    let saved = match text.filter(|_| changes.is_empty()) {
        Some(text) => model::save_document(&workspace, &name, &text, onto, &args.comment)?,
        None => model::save(&workspace, &entity, onto, &args.comment)?,
    };
    told_saved(&workspace, &name, saved, output)
}

pub(super) fn remove(args: &Remove, common: &Common, output: &Output) -> Result<u8, Failure> {
    let workspace = place::open(common, true)?;
    let reader = workspace.reader()?;
    // All names are looked at before the first goes.
    let mut names: Vec<String> = Vec::new();
    for typed in &args.entities {
        let name = super::standing(&reader, typed)?.entity.name;
        if !names.contains(&name) {
            names.push(name);
        }
    }
    model::remove_all(&workspace, &names, &args.comment)?;
    let reader = workspace.reader()?;
    let model = model::entities(reader.conn()).map_err(|e| reader.explain(&e))?;
    let entities: Vec<Entity> = model.into_iter().map(|standing| standing.entity).collect();
    let dangling: Vec<String> = model::lint::lint(&entities)
        .into_iter()
        .filter(|remark| remark.kind == "unknown_reference" && names.iter().any(|name| remark.message.contains(name)))
        .map(|remark| remark.entity)
        .collect();
    if output.json {
        return output.object(&json!({ "removed": names, "refer_to_them": dangling, "entities": entities.len() }));
    }
    let mut text =
        format!("{} taken out of the model. cutover model restore NAME brings one back.\n", names.join(", "));
    if !dangling.is_empty() {
        let mut who = dangling;
        who.dedup();
        text.push_str(&format!("{} still refer to it; cutover model lint says where.\n", who.join(", ")));
    }
    output.text(&text)
}

pub(super) fn restore(args: &Restore, common: &Common, output: &Output) -> Result<u8, Failure> {
    let workspace = place::open(common, true)?;
    let name = find(&workspace.reader()?, &args.entity)?;
    let version = if args.shipped {
        model::restore_shipped(&workspace, &name, &args.comment)?;
        None
    } else {
        model::restore(&workspace, &name, args.version.map(VersionNumber), &args.comment)?
    };
    let words = match version {
        Some(version) => format!("version {version} stands"),
        None => "what Cutover comes with stands".to_owned(),
    };
    tell(&workspace, &name, true, &words, output)
}

pub(super) fn case(args: &CaseArgs, common: &Common, output: &Output) -> Result<u8, Failure> {
    let workspace = place::open(common, true)?;
    let name = super::standing(&workspace.reader()?, &args.entity)?.entity.name;
    let saved = model::add_case(&workspace, &name, args.several, &args.what, &args.records)?;
    told_saved(&workspace, &name, saved, output)
}

/// Lists every fault; nothing was saved.
pub(super) fn faulty(faults: &[Fault], file: Option<&Path>, output: &Output) -> Result<u8, Failure> {
    let place = faults.first().and_then(|fault| fault.place);
    let shown = file.map(|file| Shown::of(&file.to_string_lossy()).to_plain());
    let message = match (faults, &shown) {
        ([one], Some(file)) => format!("{file}, {one}"),
        ([one], None) => one.to_string(),
        (several, Some(file)) => format!("{file} has {} faults", several.len()),
        (several, None) => format!("There are {} faults", several.len()),
    };
    let mut failure = Failure::new(exit::USAGE, "document", message, "Nothing was saved.");
    failure.file = file.map(Path::to_path_buf);
    failure.line = place.map(|place| place.line);
    failure.column = place.map(|place| place.column);
    if output.json {
        let mut error: Value = failure.to_json();
        error["faults"] = serde_json::to_value(faults).unwrap_or_default();
        output.object(&json!({ "error": error }))?;
        say(&format!("cutover: {}", failure.line()));
        return Ok(exit::USAGE);
    }
    if faults.len() > 1 {
        faults.iter().for_each(|fault| say(&format!("✗ {fault}")));
    }
    Err(failure)
}

fn told_saved(workspace: &Workspace, name: &str, saved: Saved, output: &Output) -> Result<u8, Failure> {
    let version = saved.version;
    let words = if saved.is_new {
        format!("version {version} is saved")
    } else {
        format!("nothing differs from version {version}, which stands")
    };
    tell(workspace, name, saved.is_new, &words, output)
}

/// Says what stands now.
fn tell(workspace: &Workspace, name: &str, saved: bool, words: &str, output: &Output) -> Result<u8, Failure> {
    if !output.json {
        return output.text(&format!("{name}: {words}.\n"));
    }
    output.use_mask_of(workspace)?;
    let mut value = to_json::standing(&super::standing(&workspace.reader()?, name)?, output);
    value["saved"] = saved.into();
    output.object(&value)
}
