//! `cutover users`: the approved users of the new system, and whom an owner name means.

mod owners;

use std::io::BufRead;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::output::{Output, Table};
use super::{Common, Failure, definition, exit, place};
use crate::model::users::{self, Directory, OwnerMatch, User, UserList};
use crate::sources::ObjectId;
use crate::sources::store::catalog;
use crate::values::format::count;
use crate::values::shown::Shown;
use crate::workspace::Workspace;

/// Bytes of one name on standard input; what is longer is no name.
const LONGEST_NAME: usize = 4_000;

/// The approved users of the new system.
///
/// Without a command: a list, or all lists. Owner names of old systems are matched against them; nobody is picked where
/// several fit.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Users {
    /// The list [default: all]
    list: Option<String>,
    #[command(subcommand)]
    act: Option<Act>,
}

#[derive(Debug, Subcommand)]
enum Act {
    /// Read a list (CSV, JSON or a workbook with name, id, email, also, active; or TOML), in the place of what stood
    Import {
        #[arg(required_unless_present = "from")]
        file: Option<PathBuf>,
        /// The records of a loaded object instead: Salesforce.User
        #[arg(long, value_name = "SOURCE.OBJECT", conflicts_with = "file")]
        from: Option<String>,
        #[arg(long, value_name = "NAME", default_value = users::USUAL)]
        list: String,
        /// Read and tell, save nothing
        #[arg(long)]
        dry_run: bool,
        /// Why
        #[arg(long, value_name = "TEXT", default_value = "")]
        comment: String,
    },
    /// Add one user
    Add {
        name: String,
        /// Their ID in the new system
        #[arg(long, default_value = "")]
        id: String,
        #[arg(long, default_value = "")]
        email: String,
        /// Another way in which old systems wrote them (may be repeated)
        #[arg(long, value_name = "TEXT")]
        also: Vec<String>,
        /// They may not own records any more
        #[arg(long)]
        inactive: bool,
        #[arg(long, value_name = "NAME", default_value = users::USUAL)]
        list: String,
    },
    /// Whom names mean; exit code 1 where one is ambiguous or unknown
    Match {
        #[arg(value_name = "TEXT", required_unless_present = "stdin")]
        names: Vec<String>,
        /// One name a line on standard input
        #[arg(long)]
        stdin: bool,
        #[arg(long, value_name = "NAME", default_value = users::USUAL)]
        list: String,
    },
    /// Every owner name of the loaded objects with its records, and whom it means; exit code 1 where one is ambiguous or unknown
    ///
    /// The columns are those that an owner rule of a map reads, and those that a suggestion takes for owners.
    Owners {
        /// The list for columns whose rule names none
        #[arg(long, value_name = "NAME", default_value = users::USUAL)]
        list: String,
        /// Only names that are ambiguous or unknown
        #[arg(long)]
        open: bool,
    },
    /// The versions of a list
    History {
        #[arg(default_value = users::USUAL)]
        list: String,
    },
}

pub(super) fn run(args: &Users, common: &Common, output: &Output) -> Result<u8, Failure> {
    match &args.act {
        None => show(args.list.as_deref(), common, output),
        Some(Act::Import { file, from, list, dry_run, comment }) => {
            let workspace = place::open(common, !dry_run)?;
            output.use_mask_of(&workspace)?;
            let found = match (from, file) {
                (Some(from), _) => of_object(&workspace, from, list)?,
                (None, Some(file)) => {
                    users::read(file, list).map_err(|error| definition::failure_of_file(error, file))?
                }
                (None, None) => {
                    return Err(Failure::usage("No file was named.", "Name a file, or --from SOURCE.OBJECT."));
                }
            };
            if !dry_run {
                users::save(&workspace, &found, comment)?;
            }
            told(&found, !dry_run, output)
        }
        Some(Act::Add { name, id, email, also, inactive, list }) => {
            let workspace = place::open(common, true)?;
            output.use_mask_of(&workspace)?;
            let trimmed = |text: &String| text.trim().to_owned();
            let user = User {
                name: trimmed(name),
                id: trimmed(id),
                email: trimmed(email),
                also: also.iter().map(trimmed).collect(),
                active: !inactive,
            };
            users::add(&workspace, list, user, "")?;
            told(&of_name(&workspace, list)?, true, output)
        }
        Some(Act::Match { names, stdin, list }) => {
            let workspace = place::open(common, false)?;
            output.use_mask_of(&workspace)?;
            let list = of_name(&workspace, list)?;
            let names = if *stdin { lines()? } else { names.clone() };
            matched(&list, &names, output)
        }
        Some(Act::Owners { list, open }) => owners::run(list, *open, common, output),
        Some(Act::History { list }) => {
            let workspace = place::open(common, false)?;
            definition::history(&workspace.reader()?, "name", users::KIND, list, None, output)
        }
    }
}

fn lines() -> Result<Vec<String>, Failure> {
    let mut names = Vec::new();
    for line in std::io::stdin().lock().lines() {
        let line =
            line.map_err(|_| Failure::usage("Standard input is not UTF-8.", "Write one name a line, as UTF-8."))?;
        let line = line.trim();
        if line.len() > LONGEST_NAME {
            return Err(Failure::usage(
                format!("Line {} is no name: it has {} bytes.", names.len() + 1, line.len()),
                "Write one name a line.",
            ));
        }
        names.push(line.to_owned());
    }
    names.retain(|name| !name.is_empty());
    Ok(names)
}

fn of_name(workspace: &Workspace, name: &str) -> Result<UserList, Failure> {
    let reader = workspace.reader()?;
    let found = users::list(reader.conn(), name).map_err(|e| reader.explain(&e))?;
    found.ok_or_else(|| {
        Failure::usage(
            format!("There is no list of users “{}”.", Shown::of(name)),
            "cutover users import FILE --list NAME reads one.",
        )
    })
}

fn of_object(workspace: &Workspace, from: &str, list: &str) -> Result<UserList, Failure> {
    let reader = workspace.reader()?;
    let mut found = None;
    // A name may have dots of its own.
    for (at, _) in from.match_indices(['.', '/']) {
        let (source, object) = (&from[..at], &from[at + 1..]);
        found = catalog::find_object(reader.conn(), source, object).map_err(|e| reader.explain(&e))?;
        if found.is_some() {
            break;
        }
    }
    let Some(object) = found else {
        return Err(Failure::usage(format!("There is no object {}.", Shown::of(from)), "cutover sources lists them."));
    };
    Ok(users::of_object(reader.conn(), ObjectId(object), list)?)
}

fn to_json(user: &User, output: &Output) -> Value {
    let masked = |text: &str| if text.is_empty() { String::new() } else { output.value(text) };
    json!({
        "name": masked(&user.name), "id": user.id, "email": masked(&user.email),
        "also": user.also.iter().map(|text| masked(text)).collect::<Vec<_>>(), "active": user.active,
    })
}

fn show(name: Option<&str>, common: &Common, output: &Output) -> Result<u8, Failure> {
    let workspace = place::open(common, false)?;
    output.use_mask_of(&workspace)?;
    let lists = match name {
        Some(name) => vec![of_name(&workspace, name)?],
        None => {
            let reader = workspace.reader()?;
            users::lists(reader.conn()).map_err(|e| reader.explain(&e))?
        }
    };
    if output.json {
        let lists: Vec<Value> = lists
            .iter()
            .map(|list| json!({ "list": list.name, "users": list.users.iter().map(|user| to_json(user, output)).collect::<Vec<_>>() }))
            .collect();
        return output.object(&json!({ "lists": lists }));
    }
    if lists.is_empty() {
        return output.text("There is no list of users yet. cutover users import FILE reads one.\n");
    }
    let mut text = String::new();
    for list in &lists {
        let inactive = list.users.iter().filter(|user| !user.active).count();
        text.push_str(&format!(
            "{}: {}, {inactive} inactive\n",
            Shown::of(&list.name),
            count(list.users.len() as u64, "user", "users")
        ));
        let mut table = Table::new(&[("name", false), ("id", false), ("e-mail", false), ("", false), ("also", false)]);
        for user in &list.users {
            let also: Vec<String> = user.also.iter().map(|text| output.value(text)).collect();
            table.row(vec![
                output.shown(&user.name),
                Shown::of(&user.id),
                if user.email.is_empty() { Shown::of("–") } else { output.shown(&user.email) },
                Shown::of(if user.active { "" } else { "inactive" }),
                Shown::of(&also.join(", ")),
            ]);
        }
        text.push_str(&table.render(40));
    }
    output.text(&text)
}

fn told(list: &UserList, saved: bool, output: &Output) -> Result<u8, Failure> {
    if output.json {
        let users: Vec<Value> = list.users.iter().map(|user| to_json(user, output)).collect();
        return output.object(&json!({ "list": list.name, "saved": saved, "users": users }));
    }
    let inactive = list.users.iter().filter(|user| !user.active).count();
    let users = count(list.users.len() as u64, "user", "users");
    let what = if saved { "is saved" } else { "would be saved" };
    output.text(&format!("{}: the list {what} with {users}, {inactive} inactive.\n", Shown::of(&list.name)))
}

/// Whom a name means, and why.
fn in_words(found: &OwnerMatch, output: &Output) -> (String, String) {
    let named = |user: &User| format!("{} {}", output.value(&user.name), user.id).trim().to_owned();
    match found {
        OwnerMatch::One(user, why) => (named(user), (*why).to_owned()),
        OwnerMatch::Several(users) => {
            let why = if users.len() == 1 {
                "not active any more: a person decides"
            } else {
                "several fit: a person decides"
            };
            (users.iter().map(named).collect::<Vec<_>>().join(" | "), why.to_owned())
        }
        OwnerMatch::Unknown => ("–".to_owned(), "unknown".to_owned()),
    }
}

fn match_to_json(name: &str, found: &OwnerMatch, output: &Output) -> Value {
    let name = output.value(name);
    match found {
        OwnerMatch::One(user, why) => {
            json!({ "text": name, "match": "one", "user": to_json(user, output), "why": why })
        }
        OwnerMatch::Several(users) => {
            let users: Vec<Value> = users.iter().map(|user| to_json(user, output)).collect();
            json!({ "text": name, "match": "several", "users": users })
        }
        OwnerMatch::Unknown => json!({ "text": name, "match": "unknown" }),
    }
}

fn matched(list: &UserList, names: &[String], output: &Output) -> Result<u8, Failure> {
    let directory = Directory::new(list);
    let found: Vec<(&String, OwnerMatch)> = names.iter().map(|name| (name, directory.find(name))).collect();
    let one = found.iter().filter(|(_, found)| matches!(found, OwnerMatch::One(..))).count();
    let several = found.iter().filter(|(_, found)| matches!(found, OwnerMatch::Several(_))).count();
    let unknown = found.len() - one - several;
    if output.json {
        let matches: Vec<Value> = found.iter().map(|(name, found)| match_to_json(name, found, output)).collect();
        output.object(&json!({ "matches": matches, "one": one, "several": several, "unknown": unknown }))?;
    } else {
        let mut table = Table::new(&[("name", false), ("means", false), ("why", false)]);
        for (name, found) in &found {
            let (means, why) = in_words(found, output);
            table.row(vec![output.shown(name), Shown::of(&means), Shown::of(&why)]);
        }
        let names = count(found.len() as u64, "name", "names");
        output.text(&format!(
            "{}\n{names} = {one} found + {several} ambiguous + {unknown} unknown\n",
            table.render(80)
        ))?;
    }
    Ok(if one == found.len() { exit::DONE } else { exit::NOT_HELD })
}
