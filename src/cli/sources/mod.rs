//! `cutover sources`: the inventory; what is known of each system, said, changed and handed on; the files by their hashes.

mod change;
mod files;
mod history;
mod json;
mod words;

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::output::{Output, say};
use super::{Common, Failure, exit, place};
use crate::sources::facts::sheet::{Sheet, System};
use crate::sources::facts::{self, written};
use crate::sources::store::catalog;
use crate::values::format::count;
use crate::values::shown::Shown;
use crate::workspace::Reader;

/// The inventory: systems, objects, loads, and what is known of them.
///
/// Without a command: what is loaded. What people state of a system is kept in versions; what its kind and its data suggest
/// is marked with ? until somebody states it.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Sources {
    #[command(subcommand)]
    act: Option<Act>,
}

#[derive(Debug, Subcommand)]
enum Act {
    /// Everything that is known of one system
    Show {
        /// The system's name
        name: String,
    },
    /// Register a system that has no file yet
    Add(change::Add),
    /// State facts: KEY=VALUE, and KEY+=VALUE, KEY-=VALUE for lists
    Set(change::Set),
    /// Replace all facts by a TOML document, or bring an earlier version back
    Edit(change::Edit),
    /// The facts that people stated, as TOML
    Export {
        /// The system's name
        name: String,
        /// This version [default: the one that stands]
        #[arg(long, value_name = "N")]
        version: Option<u32>,
    },
    /// The versions of a system's facts: who changed what, when
    History(history::History),
    /// Say of a version that it is reviewed, approved or refused
    Review(history::Review),
    /// Let no version of the facts stand; a system without a load leaves the inventory
    Withdraw {
        /// The system's name
        name: String,
        /// Why
        #[arg(long, value_name = "TEXT", default_value = "")]
        comment: String,
    },
    /// The inventory to hand on
    Inventory {
        #[arg(long, value_enum, default_value_t = Format::Md)]
        format: Format,
    },
    /// Every loaded file with its hash, and whether a backup has it
    Files {
        /// Look for the bytes of every load in this folder; exit code 1 if any are not there
        #[arg(long, value_name = "DIR")]
        against: Option<PathBuf>,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Markdown
    Md,
    /// One HTML file
    Html,
    /// One row for each object, safe for spreadsheets
    Csv,
}

pub(super) fn run(args: &Sources, common: &Common, output: &Output) -> Result<u8, Failure> {
    match &args.act {
        None => overview(common, output),
        Some(Act::Show { name }) => show(name, common, output),
        Some(Act::Add(args)) => change::add(args, common, output),
        Some(Act::Set(args)) => change::set(args, common, output),
        Some(Act::Edit(args)) => change::edit(args, common, output),
        Some(Act::Export { name, version }) => history::export(name, *version, common, output),
        Some(Act::History(args)) => history::history(args, common, output),
        Some(Act::Review(args)) => history::review(args, common, output),
        Some(Act::Withdraw { name, comment }) => history::withdraw(name, comment, common, output),
        Some(Act::Inventory { format }) => inventory(*format, common, output),
        Some(Act::Files { against }) => files::run(against.as_deref(), common, output),
    }
}

fn overview(common: &Common, output: &Output) -> Result<u8, Failure> {
    let workspace = place::open(common, false)?;
    output.use_mask_of(&workspace)?;
    // What the detectors find belongs to what is shown to the business.
    super::findings::survey(common, &workspace)?;
    let reader = workspace.reader()?;
    let sheet = Sheet::gather(reader.conn()).map_err(|e| reader.explain(&e))?;
    if output.json {
        return output.object(&json::overview(&sheet, output));
    }
    if sheet.systems.is_empty() {
        return output.text("Nothing is loaded yet. cutover load FILE… brings exports in.\n");
    }
    output.text(&words::overview(&sheet))
}

fn show(name: &str, common: &Common, output: &Output) -> Result<u8, Failure> {
    let workspace = place::open(common, false)?;
    output.use_mask_of(&workspace)?;
    let reader = workspace.reader()?;
    let system = system(&reader, &find(&reader, name)?)?;
    if output.json {
        return output.object(&json::system(&system, output));
    }
    output.text(&words::system(&system, output))
}

fn inventory(format: Format, common: &Common, output: &Output) -> Result<u8, Failure> {
    let workspace = place::open(common, false)?;
    output.use_mask_of(&workspace)?;
    let reader = workspace.reader()?;
    let sheet = Sheet::gather(reader.conn()).map_err(|e| reader.explain(&e))?;
    if output.json {
        return output.object(&json::overview(&sheet, output));
    }
    let personal = |text: &str| output.value(text);
    match format {
        Format::Md => output.text(&written::markdown(&sheet, &personal)),
        Format::Html => output.text(&written::html(&sheet, &personal)),
        Format::Csv => {
            let (text, escaped) = written::csv(&sheet, &personal);
            if escaped > 0 {
                let values = count(escaped, "value", "values");
                say(&format!("{values} would be computed by a spreadsheet and got an apostrophe in front."));
            }
            output.text(&text)
        }
    }
}

/// A source by its name, whatever its case.
fn find(reader: &Reader, name: &str) -> Result<String, Failure> {
    let found = facts::find_source(reader.conn(), name.trim()).map_err(|e| reader.explain(&e))?;
    found.ok_or_else(|| {
        Failure::new(
            exit::USAGE,
            "no_such_source",
            format!("There is no system “{}” in the inventory.", Shown::of(name)),
            "cutover sources lists them; cutover sources add NAME --kind KIND registers one that has no file.",
        )
    })
}

/// What is known of a source.
fn system(reader: &Reader, name: &str) -> Result<System, Failure> {
    let inventory = catalog::inventory(reader.conn()).map_err(|e| reader.explain(&e))?;
    let source = inventory.sources.iter().find(|source| source.name == name);
    let Some(source) = source else {
        return Err(Failure::usage(format!("{} is not in the inventory any more.", Shown::of(name)), ""));
    };
    Ok(System::of(reader.conn(), source).map_err(|e| reader.explain(&e))?)
}
