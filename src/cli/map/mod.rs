//! `cutover map`: the source-to-model map, proposed, shown, changed, checked, and written for the business owner.

mod change;
mod check;
mod document;
mod export;
mod rows;
mod show;
mod suggest;
mod values;

use clap::{Args, Subcommand};

use super::output::Output;
use super::{Common, Failure, place};
use crate::mapping::{self, MapKey, StandingMap};
use crate::sources::store::catalog;
use crate::sources::{Inventory, Object};
use crate::values::shown::Shown;
use crate::workspace::{Reader, Workspace};

/// How the fields of the sources become the fields of the target model.
///
/// Without a command: every object with the entities that it feeds, what is decided of its fields, and what blocks. An
/// object is written SOURCE.OBJECT, a field of an entity ENTITY.FIELD.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Map {
    #[command(subcommand)]
    act: Option<Act>,
}

#[derive(Debug, Subcommand)]
enum Act {
    /// What the program proposes for each column, and why; nothing is accepted by itself
    Suggest(suggest::Suggest),
    /// Accept the suggestions that stand alone, above the margin
    Accept(suggest::Accept),
    /// What becomes of every column
    Show(show::Show),
    /// Write the rule of a field
    Set(change::Set),
    /// Take a field's rule out
    Clear(change::Clear),
    /// Drop or archive columns, with the reason
    Drop(change::Drop),
    /// Take back what was decided of columns
    Reopen(change::Reopen),
    /// Which rows feed the entity, and what the others are excluded for
    Where(change::Where),
    /// What happens where a required field has no value
    Missing(change::Missing),
    /// Owner, process, deduplication and validation of a map
    About(change::About),
    /// Say that a rule is reviewed, technically or by the business
    Review(change::Review),
    /// Comment on a rule or a column
    Comment(change::Comment),
    /// Every distinct value of a value map with its count and what it becomes; map them
    Values(values::Values),
    /// A few rows chosen for their difficulty, before and after a rule
    Preview(rows::Preview),
    /// The rows that a map makes, with what is rejected and excluded (NDJSON)
    Rows(rows::Rows),
    /// The one SELECT that a map is
    Sql(document::Sql),
    /// What is undecided or dangerous, counted; exit code 1 if something blocks a rehearsal
    Check(check::Check),
    /// The mapping document for the business owner: Markdown, HTML or XLSX
    Export(export::Export),
    /// A map as TOML; replace it by a document; bring an earlier version back
    Edit(document::Edit),
    /// The versions of a map: who changed what, when
    History(document::History),
    /// Let no version of a map stand
    Withdraw(document::Withdraw),
}

pub(super) fn run(args: &Map, common: &Common, output: &Output) -> Result<u8, Failure> {
    match &args.act {
        None => show::overview(common, output),
        Some(Act::Suggest(args)) => suggest::suggest(args, common, output),
        Some(Act::Accept(args)) => suggest::accept(args, common, output),
        Some(Act::Show(args)) => show::run(args, common, output),
        Some(Act::Set(args)) => change::set(args, common, output),
        Some(Act::Clear(args)) => change::clear(args, common, output),
        Some(Act::Drop(args)) => change::drop_columns(args, common, output),
        Some(Act::Reopen(args)) => change::reopen(args, common, output),
        Some(Act::Where(args)) => change::only_where(args, common, output),
        Some(Act::Missing(args)) => change::missing(args, common, output),
        Some(Act::About(args)) => change::about(args, common, output),
        Some(Act::Review(args)) => change::review(args, common, output),
        Some(Act::Comment(args)) => change::comment(args, common, output),
        Some(Act::Values(args)) => values::run(args, common, output),
        Some(Act::Preview(args)) => rows::preview(args, common, output),
        Some(Act::Rows(args)) => rows::rows(args, common, output),
        Some(Act::Sql(args)) => document::sql(args, common, output),
        Some(Act::Check(args)) => check::run(args, common, output),
        Some(Act::Export(args)) => export::run(args, common, output),
        Some(Act::Edit(args)) => document::edit(args, common, output),
        Some(Act::History(args)) => document::history(args, common, output),
        Some(Act::Withdraw(args)) => document::withdraw(args, common, output),
    }
}

/// An object that is loaded, by `SOURCE.OBJECT`, or by its name alone where only one is called so.
fn object<'a>(inventory: &'a Inventory, name: &str) -> Result<&'a Object, Failure> {
    let wanted = name.trim().to_lowercase();
    let all = || inventory.sources.iter().flat_map(|source| &source.objects);
    let whole = all().find(|object| {
        let (dot, slash) =
            (format!("{}.{}", object.source_name, object.name), format!("{}/{}", object.source_name, object.name));
        dot.to_lowercase() == wanted || slash.to_lowercase() == wanted
    });
    if let Some(object) = whole {
        return Ok(object);
    }
    let named: Vec<&Object> = all().filter(|object| object.name.to_lowercase() == wanted).collect();
    match named.as_slice() {
        [one] => Ok(one),
        [] => Err(Failure::usage(
            format!("There is no object {}.", Shown::of(name)),
            "cutover sources lists what is loaded.",
        )),
        several => {
            let names: Vec<String> =
                several.iter().map(|o| Shown::of(&format!("{}.{}", o.source_name, o.name)).to_plain()).collect();
            Err(Failure::usage(
                format!("{} objects are called {}.", several.len(), Shown::of(name)),
                format!("Write which: {}.", names.join(", ")),
            ))
        }
    }
}

/// The objects that a name means: one, all of a source, or all.
fn objects<'a>(inventory: &'a Inventory, name: Option<&str>) -> Result<Vec<&'a Object>, Failure> {
    let Some(name) = name else { return Ok(inventory.sources.iter().flat_map(|source| &source.objects).collect()) };
    let source = inventory.sources.iter().find(|source| source.name.to_lowercase() == name.trim().to_lowercase());
    match source {
        Some(source) => Ok(source.objects.iter().collect()),
        None => Ok(vec![object(inventory, name)?]),
    }
}

fn inventory(reader: &Reader) -> Result<Inventory, Failure> {
    Ok(catalog::inventory(reader.conn()).map_err(|e| reader.explain(&e))?)
}

/// An entity's field as it is written on the command line: `person.email`; the field may have dots of its own.
fn field_of(text: &str) -> Result<(String, String), Failure> {
    match text.split_once('.') {
        Some((entity, field)) if !entity.is_empty() && !field.is_empty() => Ok((entity.to_owned(), field.to_owned())),
        _ => Err(Failure::usage(
            format!("“{}” is no field of an entity.", Shown::of(text)),
            "Write ENTITY.FIELD, such as person.email; cutover model show ENTITY lists them.",
        )),
    }
}

fn key(object: &Object, entity: &str) -> MapKey {
    MapKey { source: object.source_name.clone(), object: object.name.clone(), entity: entity.to_owned() }
}

/// The map of an object: for the entity that is named, else its only one.
fn standing(reader: &Reader, object: &Object, entity: Option<&str>) -> Result<StandingMap, Failure> {
    let mut maps =
        mapping::maps_of(reader.conn(), &object.source_name, &object.name).map_err(|e| reader.explain(&e))?;
    if let Some(entity) = entity {
        maps.retain(|map| map.map.key.entity == entity);
    }
    let name = Shown::of(&format!("{}.{}", object.source_name, object.name)).to_plain();
    match maps.len() {
        1 => Ok(maps.swap_remove(0)),
        0 => Err(Failure::usage(
            match entity {
                Some(entity) => format!("There is no map of {name} to {}.", Shown::of(entity)),
                None => format!("There is no map of {name}."),
            },
            "cutover map suggest proposes one; cutover map set writes a rule.",
        )),
        _ => {
            let entities: Vec<String> = maps.iter().map(|map| Shown::of(&map.map.key.entity).to_plain()).collect();
            Err(Failure::usage(
                format!("{name} feeds {} entities.", maps.len()),
                format!("Write which: {}.", entities.join(", ")),
            ))
        }
    }
}

/// Opens the workspace to change maps, and finds the object.
fn open_for(common: &Common, name: &str) -> Result<(Workspace, Object), Failure> {
    let workspace = place::open(common, true)?;
    let object = object(&inventory(&workspace.reader()?)?, name)?.clone();
    Ok((workspace, object))
}
