//! `cutover model`: the target model: what each table is, looked at, changed, cut down, reviewed and handed on.

mod change;
mod history;
mod json;
mod whole;
mod words;

use clap::{Args, Subcommand};

use super::output::Output;
use super::{Common, Failure, definition, exit, place};
use crate::model::{self, Standing};
use crate::values::shown::Shown;
use crate::workspace::Reader;

/// The target model: entities with their grain, fields and relationships.
///
/// Without a command: the entities, in their order. Cutover comes with a customer model; what people change of it is kept in
/// versions, and what is removed can be restored.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Model {
    #[command(subcommand)]
    act: Option<Act>,
}

#[derive(Debug, Subcommand)]
enum Act {
    /// The entities: what one row is, fields, owner, state
    List {
        /// Only what was removed
        #[arg(long)]
        removed: bool,
        /// Show the concepts that a grain is chosen from
        #[arg(long)]
        concepts: bool,
    },
    /// One entity, whole
    Show {
        /// The entity's name
        entity: String,
        /// As the TOML document that edit takes
        #[arg(long)]
        toml: bool,
    },
    /// Change single keys: KEY=VALUE, and KEY+=VALUE, KEY-=VALUE for lists
    Set(change::Set),
    /// Replace an entity by a TOML document
    Edit(change::Edit),
    /// Add an entity
    Add(change::Add),
    /// Take entities out of the model
    Remove(change::Remove),
    /// Bring a removed entity, an earlier version or the shipped one back
    Restore(change::Restore),
    /// What is vague or missing; exit code 1 if anything blocks an approval
    Lint {
        /// Only these entities
        entities: Vec<String>,
        /// Only fields that nobody owns, defines or uses
        #[arg(long)]
        candidates: bool,
    },
    /// Say that an entity was read
    Review(history::Say),
    /// Approve an entity; refused where its grain is empty or says customer
    Approve(history::Say),
    /// Refuse an entity
    Refuse(history::Say),
    /// The versions of an entity: who changed what, when
    History {
        /// The entity's name
        entity: String,
    },
    /// What differs between two versions
    Diff {
        /// The entity's name
        entity: String,
        /// The earlier version; 0: as Cutover comes with it
        before: u32,
        /// The later version [default: the one that stands]
        after: Option<u32>,
    },
    /// Write down a case that does not fit the grain, with records that show it
    Case(change::CaseArgs),
    /// The whole model as one TOML document
    Export {
        /// A file that is not there yet; - writes to standard output
        #[arg(default_value = "-")]
        file: std::path::PathBuf,
    },
    /// Save a whole model from one TOML document; all of it or nothing
    Import(whole::Import),
}

pub(super) fn run(args: &Model, common: &Common, output: &Output) -> Result<u8, Failure> {
    match &args.act {
        None => list(false, common, output),
        Some(Act::List { concepts: true, .. }) => concepts(output),
        Some(Act::List { removed, .. }) => list(*removed, common, output),
        Some(Act::Show { entity, toml }) => show(entity, *toml, common, output),
        Some(Act::Set(args)) => change::set(args, common, output),
        Some(Act::Edit(args)) => change::edit(args, common, output),
        Some(Act::Add(args)) => change::add(args, common, output),
        Some(Act::Remove(args)) => change::remove(args, common, output),
        Some(Act::Restore(args)) => change::restore(args, common, output),
        Some(Act::Lint { entities, candidates }) => lint(entities, *candidates, common, output),
        Some(Act::Review(args)) => history::say(args, crate::definitions::Verdict::Reviewed, common, output),
        Some(Act::Approve(args)) => history::say(args, crate::definitions::Verdict::Approved, common, output),
        Some(Act::Refuse(args)) => history::say(args, crate::definitions::Verdict::Refused, common, output),
        Some(Act::History { entity }) => history::history(entity, common, output),
        Some(Act::Diff { entity, before, after }) => history::diff(entity, *before, *after, common, output),
        Some(Act::Case(args)) => change::case(args, common, output),
        Some(Act::Export { file }) => whole::export(file, common, output),
        Some(Act::Import(args)) => whole::import(args, common, output),
    }
}

fn list(removed: bool, common: &Common, output: &Output) -> Result<u8, Failure> {
    let workspace = place::open(common, false)?;
    output.use_mask_of(&workspace)?;
    let reader = workspace.reader()?;
    let model = if removed { model::removed(reader.conn()) } else { model::entities(reader.conn()) };
    let model = model.map_err(|e| reader.explain(&e))?;
    if output.json {
        return output.object(&json::model(&model, output));
    }
    output.text(&words::model(&model, removed, output))
}

fn concepts(output: &Output) -> Result<u8, Failure> {
    let concepts = model::shipped::CONCEPTS;
    if output.json {
        return output.object(&serde_json::json!({ "concepts": concepts }));
    }
    output.text(&words::concepts(concepts))
}

fn show(name: &str, toml: bool, common: &Common, output: &Output) -> Result<u8, Failure> {
    let workspace = place::open(common, false)?;
    output.use_mask_of(&workspace)?;
    let reader = workspace.reader()?;
    let standing = standing(&reader, name)?;
    if toml {
        definition::refuse_mask(output)?;
        let text = history::text_of(&reader, &standing)?;
        if output.json {
            return output.object(&serde_json::json!({
                "entity": standing.entity.name, "version": standing.version, "text": text,
            }));
        }
        return output.text(&text);
    }
    let model = model::entities(reader.conn()).map_err(|e| reader.explain(&e))?;
    let against = model::against_approval(&standing, &model);
    let entity = &standing.entity.name;
    let questions = model::questions::questions_for(reader.conn(), entity).map_err(|e| reader.explain(&e))?;
    let truth = model::truth::truth(reader.conn()).map_err(|e| reader.explain(&e))?;
    let below = format!("{entity}.");
    // The entity's own rows and those of its parts, and the type of data that speaks of it.
    let rows: Vec<&model::truth::TruthRow> = truth
        .rows
        .iter()
        .filter(|row| {
            let speaks = |name: &String| name == entity || name.starts_with(&below);
            speaks(&row.of) || row.fields.iter().any(speaks)
        })
        .collect();
    if output.json {
        let mut value = json::standing(&standing, output);
        value["against_approval"] = against.into();
        value["questions"] = serde_json::to_value(&questions).unwrap_or_default();
        value["truth"] = serde_json::to_value(&rows).unwrap_or_default();
        if output.masks() {
            json::mask_people(&mut value, output);
        }
        return output.object(&value);
    }
    let decisions = words::decisions(&questions, &rows, output);
    output.text(&format!("{}{decisions}", words::standing(&standing, &against, output)))
}

fn lint(only: &[String], candidates: bool, common: &Common, output: &Output) -> Result<u8, Failure> {
    let workspace = place::open(common, false)?;
    let reader = workspace.reader()?;
    let only: Vec<String> = only.iter().map(|name| find(&reader, name)).collect::<Result<_, _>>()?;
    let model = model::entities(reader.conn()).map_err(|e| reader.explain(&e))?;
    let entities: Vec<model::Entity> = model.into_iter().map(|standing| standing.entity).collect();
    let mut remarks = model::lint::lint(&entities);
    remarks.retain(|remark| {
        (only.is_empty() || only.contains(&remark.entity)) && (!candidates || remark.kind == "candidate_to_drop")
    });
    let blocking = remarks.iter().filter(|remark| remark.blocks).count();
    if output.json {
        output.object(&serde_json::json!({ "remarks": remarks, "blocking": blocking, "entities": entities.len() }))?;
    } else {
        output.text(&if candidates && remarks.is_empty() {
            "Every field has an owner, a definition or a user.\n".to_owned()
        } else {
            words::remarks(&remarks, blocking)
        })?;
    }
    Ok(if blocking == 0 { exit::DONE } else { exit::NOT_HELD })
}

/// The name of an entity, as somebody typed it.
fn find(reader: &Reader, typed: &str) -> Result<String, Failure> {
    let found = model::find_name(reader.conn(), typed).map_err(|e| reader.explain(&e))?;
    if let Some(name) = found {
        return Ok(name);
    }
    let model = model::entities(reader.conn()).map_err(|e| reader.explain(&e))?;
    let near = model::entity::keys::nearest(typed, model.iter().map(|standing| standing.entity.name.as_str()));
    let near = near.map(|near| format!("{near} may be meant; ")).unwrap_or_default();
    Err(Failure::new(
        exit::USAGE,
        "no_such_entity",
        format!("There is no entity “{}” in the model.", Shown::of(typed)),
        format!("{near}cutover model lists them, cutover model add NAME adds one."),
    ))
}

/// An entity as it stands.
fn standing(reader: &Reader, typed: &str) -> Result<Standing, Failure> {
    let name = find(reader, typed)?;
    let found = model::entity(reader.conn(), &name).map_err(|e| reader.explain(&e))?;
    found.ok_or_else(|| {
        Failure::new(
            exit::USAGE,
            "removed",
            format!("{name} was taken out of the model."),
            format!("cutover model restore {name} brings it back."),
        )
    })
}
