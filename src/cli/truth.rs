//! `cutover truth`: the systems that are right about a type of data, an entity, a group or a field.

use clap::{Args, Subcommand};
use serde_json::json;

use super::output::{Output, Table};
use super::{Common, Failure, definition, place};
use crate::definitions::Onto;
use crate::model::truth::{self, Truth, TruthRow};
use crate::model::{self, Entity};
use crate::values::format::count;
use crate::values::shown::Shown;
use crate::workspace::Workspace;

/// Which system owns which data now, and which is trusted after the migration.
///
/// Without a command: the types of data and what was decided. What is only proposed, by the facts of the systems, is marked
/// with ?.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct TruthArgs {
    #[command(subcommand)]
    act: Option<Act>,
}

#[derive(Debug, Subcommand)]
enum Act {
    /// Decide who is right; what is left out of owner, after and note stays as it was decided
    Set {
        /// A type of data, an entity, or entity.field (entity.group)
        of: String,
        /// The system that owns it now
        #[arg(long, value_name = "SOURCE", required_unless_present = "after")]
        owner: Option<String>,
        /// The system that is trusted after the migration
        #[arg(long, value_name = "SYSTEM")]
        after: Option<String>,
        #[arg(long, value_name = "TEXT")]
        note: Option<String>,
    },
    /// Take a decision out
    Clear { of: String },
    /// Who decided what, when
    History,
}

pub(super) fn run(args: &TruthArgs, common: &Common, output: &Output) -> Result<u8, Failure> {
    match &args.act {
        None => {
            let workspace = place::open(common, false)?;
            show(&now(&workspace)?, output)
        }
        Some(Act::Set { of, owner, after, note }) => {
            let workspace = place::open(common, true)?;
            set(&workspace, of, owner.as_deref(), after.as_deref(), note.as_deref())?;
            show(&now(&workspace)?, output)
        }
        Some(Act::Clear { of }) => {
            let workspace = place::open(common, true)?;
            let seen = now(&workspace)?;
            let of = of.trim();
            let known = seen.rows.iter().find(|row| row.of.eq_ignore_ascii_case(of)).map_or(of, |row| row.of.as_str());
            truth::decide(
                &workspace,
                &TruthRow { of: known.to_owned(), ..TruthRow::default() },
                Onto::Version(seen.version),
            )?;
            show(&now(&workspace)?, output)
        }
        Some(Act::History) => {
            let workspace = place::open(common, false)?;
            definition::history(&workspace.reader()?, "name", truth::KIND, truth::NAME, None, output)
        }
    }
}

fn set(
    workspace: &Workspace,
    of: &str,
    owner: Option<&str>,
    after: Option<&str>,
    note: Option<&str>,
) -> Result<(), Failure> {
    let reader = workspace.reader()?;
    let model: Vec<Entity> = model::entities(reader.conn())
        .map_err(|e| reader.explain(&e))?
        .into_iter()
        .map(|standing| standing.entity)
        .collect();
    let of = truth::known_subject(&model, of)?;
    let seen = now(workspace)?;
    let before = seen.rows.into_iter().find(|row| row.of == of && row.is_decided());
    let mut row = before.unwrap_or_else(|| TruthRow { of, ..TruthRow::default() });
    if let Some(owner) = owner {
        row.owner = if owner.trim().is_empty() { String::new() } else { truth::known_owner(reader.conn(), owner)? };
    }
    if let Some(after) = after {
        row.after = after.trim().to_owned();
    }
    if let Some(note) = note {
        row.note = note.trim().to_owned();
    }
    if row.owner.is_empty() && row.after.is_empty() {
        return Err(Failure::usage(
            "A row names an owner, or a system that is trusted after.",
            "cutover truth clear OF takes a decision out.",
        ));
    }
    Ok(truth::decide(workspace, &row, Onto::Version(seen.version))?)
}

fn now(workspace: &Workspace) -> Result<Truth, Failure> {
    let reader = workspace.reader()?;
    Ok(truth::truth(reader.conn()).map_err(|e| reader.explain(&e))?)
}

fn show(truth: &Truth, output: &Output) -> Result<u8, Failure> {
    let decided = truth.rows.iter().filter(|row| row.is_decided()).count();
    if output.json {
        let rows: Vec<_> = truth
            .rows
            .iter()
            .map(|row| {
                let mut value = serde_json::to_value(row).unwrap_or_default();
                value["decided"] = row.is_decided().into();
                value
            })
            .collect();
        return output.object(&json!({ "version": truth.version, "rows": rows, "decided": decided }));
    }
    let mut table = Table::new(&[
        ("of", false),
        ("owner now", false),
        ("trusted after", false),
        ("decided", false),
        ("note", false),
    ]);
    for row in &truth.rows {
        let owner = match (row.owner.as_str(), row.is_decided()) {
            ("", _) => "–".to_owned(),
            (owner, true) => owner.to_owned(),
            (owner, false) => format!("? {owner}"),
        };
        let by = if row.is_decided() {
            format!("{} · {}", row.by, row.at.get(..10).unwrap_or(&row.at))
        } else {
            "–".to_owned()
        };
        let after = if row.after.is_empty() { "–" } else { row.after.as_str() };
        table.row(vec![Shown::of(&row.of), Shown::of(&owner), Shown::of(after), Shown::of(&by), Shown::of(&row.note)]);
    }
    let open = truth.rows.len() - decided;
    let rows = count(truth.rows.len() as u64, "row", "rows");
    output.text(&format!(
        "{}\n{rows} = {decided} decided + {open} open; ? is proposed by what the systems' facts say\n",
        table.render(48)
    ))
}
