//! `cutover target`: the system that takes the data, registered from its own templates and descriptions.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::json;

use super::output::{Output, Table};
use super::{Common, Failure, definition, place};
use crate::model::register::{self, Adopted, Counterpart, WithoutCounterpart};
use crate::model::{self, Field, Target};
use crate::values::format::count;
use crate::values::shown::Shown;
use crate::workspace::Workspace;

/// The system that takes the data: its entities, fields, what they require and allow.
///
/// Without a command: the registered targets.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct TargetArgs {
    /// Show the fields of this one
    name: Option<String>,
    #[command(subcommand)]
    act: Option<Act>,
}

#[derive(Debug, Subcommand)]
enum Act {
    /// Register a target, or describe it anew
    ///
    /// FILE is an import template or an empty export (CSV, TSV, JSON, a workbook with a sheet for each entity; headers
    /// become fields, a * or (required) marks those that must be filled), a Salesforce object description, HubSpot
    /// properties, a JSON Schema, a table schema or data package, SQL with CREATE TABLE, a SQLite database, or TOML.
    Register {
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        /// What the target is called
        #[arg(long)]
        name: String,
        /// What sort of system it is: crm, billing, …
        #[arg(long, default_value = "")]
        kind: String,
        #[arg(long, default_value = "", value_parser = ["", "production", "sandbox", "test"], hide_default_value = true)]
        environment: String,
        /// Make entities of the model out of its entities
        #[arg(long)]
        adopt: bool,
        /// Read and tell, save nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// What is what in the model, and what has no counterpart on the other side
    Counterparts {
        /// The target [default: the only one]
        name: Option<String>,
    },
    /// Say which entity (or entity.field) of the model one of the target's is
    Pair {
        /// The target
        name: String,
        /// As the target calls it
        theirs: String,
        /// As the model calls it; "" where nothing of the model is
        ours: String,
    },
    /// The versions of a target's description
    History { name: String },
}

pub(super) fn run(args: &TargetArgs, common: &Common, output: &Output) -> Result<u8, Failure> {
    match &args.act {
        None => show(args.name.as_deref(), common, output),
        Some(Act::Register { files, name, kind, environment, adopt, dry_run }) => {
            let workspace = place::open(common, !dry_run)?;
            let mut target = read(files, name)?;
            if !kind.is_empty() {
                target.kind = kind.to_lowercase();
            }
            if !environment.is_empty() {
                target.environment.clone_from(environment);
            }
            let adoption = if *adopt { adoption(&workspace, &target)? } else { Vec::new() };
            if !dry_run {
                register::save(&workspace, &target, *adopt)?;
            }
            told(&target, &adoption, !dry_run, output)
        }
        Some(Act::Counterparts { name }) => {
            let workspace = place::open(common, false)?;
            counterparts(&workspace, name.as_deref(), output)
        }
        Some(Act::Pair { name, theirs, ours }) => {
            let workspace = place::open(common, true)?;
            register::pair(&workspace, name, theirs, ours)?;
            counterparts(&workspace, Some(name), output)
        }
        Some(Act::History { name }) => {
            let workspace = place::open(common, false)?;
            definition::history(&workspace.reader()?, "name", register::KIND, name, None, output)
        }
    }
}

/// Reads the files one by one, so that what is wrong names its file.
fn read(files: &[PathBuf], name: &str) -> Result<Target, Failure> {
    for file in files {
        register::read(file, name).map_err(|error| definition::failure_of_file(error, file))?;
    }
    Ok(register::read_all(files, name)?)
}

fn adoption(workspace: &Workspace, target: &Target) -> Result<Vec<Adopted>, Failure> {
    let reader = workspace.reader()?;
    let mut target = target.clone();
    if let Some((known, _)) = register::target(reader.conn(), &target.name).map_err(|e| reader.explain(&e))? {
        for (theirs, ours) in known.counterparts {
            target.counterparts.entry(theirs).or_insert(ours);
        }
    }
    let model = model::entities(reader.conn()).map_err(|e| reader.explain(&e))?;
    Ok(register::adopted(&target, &model))
}

fn required(fields: &[Field]) -> usize {
    fields.iter().filter(|field| field.required).count()
}

fn told(target: &Target, adoption: &[Adopted], saved: bool, output: &Output) -> Result<u8, Failure> {
    if output.json {
        let adopted: Vec<_> = adoption
            .iter()
            .map(|adopted| json!({ "entity": adopted.entity.name, "theirs": adopted.theirs, "new": adopted.is_new }))
            .collect();
        return output.object(&json!({ "target": target, "saved": saved, "adopted": adopted }));
    }
    let mut text = overview(std::slice::from_ref(target));
    for adopted in adoption {
        let what = match (adopted.is_new, saved) {
            (true, true) => "is new in the model; its grain is to be said",
            (true, false) => "would be new in the model",
            (false, true) => "of the model learned what the target calls it, wants and allows",
            (false, false) => "of the model would learn what the target calls it, wants and allows",
        };
        text.push_str(&format!("{} {what}\n", Shown::of(&adopted.entity.name)));
    }
    text.push_str(if saved {
        "Registered. cutover target counterparts compares it with the model.\n"
    } else {
        "Nothing was saved.\n"
    });
    output.text(&text)
}

fn overview(targets: &[Target]) -> String {
    let mut table = Table::new(&[("target and entity", false), ("fields", true), ("required", true), ("", false)]);
    for target in targets {
        let about: Vec<&str> = [target.kind.as_str(), &target.environment, &target.registered_from]
            .into_iter()
            .filter(|text| !text.is_empty())
            .collect();
        table.row(vec![Shown::of(&target.name), Shown::of(""), Shown::of(""), Shown::of(&about.join(" · "))]);
        for entity in &target.entities {
            table.row(vec![
                Shown::of(&format!("  {}", entity.name)),
                Shown::of(&entity.fields.len().to_string()),
                Shown::of(&required(&entity.fields).to_string()),
                Shown::of(&entity.purpose),
            ]);
        }
    }
    table.render(60)
}

fn one(workspace: &Workspace, name: Option<&str>) -> Result<Target, Failure> {
    let reader = workspace.reader()?;
    let mut all = register::targets(reader.conn()).map_err(|e| reader.explain(&e))?;
    match name {
        Some(name) => {
            let folded = name.trim().to_lowercase();
            let at = all
                .iter()
                .position(|target| target.name == name)
                .or_else(|| all.iter().position(|target| target.name.to_lowercase() == folded));
            at.map(|at| all.swap_remove(at)).ok_or_else(|| register::no_target(name).into())
        }
        None if all.len() == 1 => Ok(all.remove(0)),
        None if all.is_empty() => {
            Err(Failure::usage("No target is registered.", "cutover target register FILE --name NAME registers one."))
        }
        None => {
            Err(Failure::usage(format!("There are {} targets.", all.len()), "Name one; cutover target lists them."))
        }
    }
}

fn show(name: Option<&str>, common: &Common, output: &Output) -> Result<u8, Failure> {
    let workspace = place::open(common, false)?;
    let Some(name) = name else {
        let reader = workspace.reader()?;
        let targets = register::targets(reader.conn()).map_err(|e| reader.explain(&e))?;
        if output.json {
            return output.object(&json!({ "targets": targets }));
        }
        if targets.is_empty() {
            return output
                .text("No target is registered yet. cutover target register FILE --name NAME registers one.\n");
        }
        return output.text(&overview(&targets));
    };
    let target = one(&workspace, Some(name))?;
    if output.json {
        return output.object(&json!({ "target": target }));
    }
    let mut text = overview(std::slice::from_ref(&target));
    for entity in &target.entities {
        text.push_str(&format!("\n{}\n", Shown::of(&entity.name)));
        let mut table = Table::new(&[
            ("field", false),
            ("type", false),
            ("required", false),
            ("allowed", false),
            ("longest", true),
            ("definition", false),
        ]);
        for field in &entity.fields {
            let kind = serde_json::to_value(field.kind).ok().and_then(|kind| kind.as_str().map(str::to_owned));
            let mut kind = kind.unwrap_or_default();
            if !field.references.is_empty() {
                kind = format!("{kind} to {}", field.references);
            }
            let allowed: Vec<&str> = field.allowed.iter().map(|one| one.value.as_str()).collect();
            table.row(vec![
                Shown::of(&field.name),
                Shown::of(&kind),
                Shown::of(match (field.required, field.derived) {
                    (true, _) => "required",
                    (_, true) => "derived",
                    _ => "",
                }),
                Shown::of(&allowed.join(", ")),
                Shown::of(&field.longest.map(|n| n.to_string()).unwrap_or_default()),
                Shown::of(if field.definition.is_empty() { &field.label } else { &field.definition }),
            ]);
        }
        text.push_str(&table.render(44));
    }
    output.text(&text)
}

fn counterparts(workspace: &Workspace, name: Option<&str>, output: &Output) -> Result<u8, Failure> {
    let target = one(workspace, name)?;
    let reader = workspace.reader()?;
    let found = register::counterparts(reader.conn(), &target).map_err(|e| reader.explain(&e))?;
    let without = register::without_counterpart(reader.conn(), &target).map_err(|e| reader.explain(&e))?;
    let unmapped = model::unmapped(reader.conn()).map_err(|e| reader.explain(&e))?;
    if output.json {
        return output.object(
            &json!({ "target": target.name, "counterparts": found, "without": without, "unmapped": unmapped }),
        );
    }
    let mut text = drawn(&target, &found, &without);
    for (what, names) in [
        (("entity", "entities", "of the model that no object feeds by a map"), &unmapped.entities),
        (("object", "objects", "of the sources that no map takes"), &unmapped.objects),
    ] {
        let (one, several, which) = what;
        list(&format!("{} {which}", count(names.len() as u64, one, several)), names, &mut text);
    }
    output.text(&text)
}

fn drawn(target: &Target, found: &[Counterpart], without: &WithoutCounterpart) -> String {
    let mut table =
        Table::new(&[("of the target", false), ("of the model", false), ("fields alike", true), ("why", false)]);
    for (entity, pair) in target.entities.iter().zip(found) {
        let ours = match (pair.ours.as_str(), pair.set) {
            ("", true) => "nothing".to_owned(),
            ("", false) => "–".to_owned(),
            (ours, true) => ours.to_owned(),
            (ours, false) => format!("? {ours}"),
        };
        table.row(vec![
            Shown::of(&pair.theirs),
            Shown::of(&ours),
            Shown::of(&format!("{} of {}", pair.fields.len(), entity.fields.len())),
            Shown::of(if pair.set { "set" } else { &pair.why }),
        ]);
    }
    let mut text = table.render(60);
    for (what, names) in [
        ("of the model without a counterpart in the target", &without.of_model),
        ("of the target without a counterpart in the model", &without.of_target),
    ] {
        list(&format!("{} {what}", count(names.len() as u64, "entity", "entities")), names, &mut text);
    }
    for (what, names) in [
        ("of the model that the target's counterpart lacks", &without.fields_of_model),
        ("of the target that the model's counterpart lacks", &without.fields_of_target),
    ] {
        list(&format!("{} {what}", count(names.len() as u64, "field", "fields")), names, &mut text);
    }
    text
}

fn list(title: &str, names: &[String], text: &mut String) {
    if names.is_empty() {
        return;
    }
    text.push_str(&format!("\n{title}\n"));
    // Names in lines of some 78 columns: there may be hundreds.
    let mut line = String::new();
    for name in names {
        let name = Shown::of(name).to_plain();
        if !line.is_empty() && line.chars().count() + name.chars().count() + 4 > 78 {
            text.push_str(&format!("  {line},\n"));
            line.clear();
        }
        if !line.is_empty() {
            line.push_str(", ");
        }
        line.push_str(&name);
    }
    text.push_str(&format!("  {line}\n"));
}
