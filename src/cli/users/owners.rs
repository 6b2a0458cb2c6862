//! `cutover users owners`: every owner name of the loaded objects, with its records and whom it means.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::super::output::{Output, Table};
use super::super::{Common, Failure, exit, place, progress};
use super::{in_words, match_to_json};
use crate::mapping::{self, Rule, suggest};
use crate::model::users::{self, Directory, OwnerMatch, UserList};
use crate::sources::ObjectId;
use crate::sources::select::{Selection, value_counts};
use crate::sources::store::catalog;
use crate::values::format::{count, thousands};
use crate::values::shown::Shown;
use crate::workspace::{Reader, Workspace};

/// A column that holds owners.
struct Held {
    source: String,
    object: String,
    column: String,
    /// The field of the model that it goes to: `person.owner`.
    field: String,
    list: String,
    /// Nobody decided it yet.
    is_proposed: bool,
}

/// A name as the column has it.
struct Name {
    text: String,
    records: u64,
    found: OwnerMatch,
}

pub(super) fn run(list: &str, open: bool, common: &Common, output: &Output) -> Result<u8, Failure> {
    let workspace = place::open(common, false)?;
    output.use_mask_of(&workspace)?;
    let reader = workspace.reader()?;
    let columns = columns(&reader, list)?;
    let lists = users::lists(reader.conn()).map_err(|e| reader.explain(&e))?;
    drop(reader);
    let (mut all, mut sums, mut texts, mut unlisted) = (Vec::new(), [0usize; 3], String::new(), 0);
    for ((object, position), held) in columns {
        let known = lists.iter().find(|known| known.name == held.list);
        let (names, left) = names(&workspace, object, position, known)?;
        unlisted += left;
        for name in &names {
            sums[kind(&name.found)] += 1;
        }
        let told: Vec<&Name> = names.iter().filter(|name| !open || kind(&name.found) != 0).collect();
        if output.json {
            all.push(in_json(&held, known.is_some(), &told, left, output));
        } else {
            texts.push_str(&drawn(&held, known.is_some(), &told, left, output));
        }
    }
    let [one, several, unknown] = sums;
    let total: usize = sums.iter().sum();
    if output.json {
        output.object(&json!({
            "columns": all, "one": one, "several": several, "unknown": unknown, "unlisted": unlisted,
        }))?;
    } else if texts.is_empty() {
        output.text(
            "No column is known to hold owners. cutover map set gives one the rule: owner COLUMN from users.\n",
        )?;
    } else {
        let total = count(total as u64, "name", "names");
        output.text(&format!("{texts}{total} = {one} found + {several} ambiguous + {unknown} unknown\n"))?;
    }
    Ok(if several + unknown == 0 && unlisted == 0 { exit::DONE } else { exit::NOT_HELD })
}

/// Columns that owner rules read, then those that suggestions take for owners; each once, in the order of the inventory.
fn columns(reader: &Reader, list: &str) -> Result<BTreeMap<(i64, usize), Held>, Failure> {
    let conn = reader.conn();
    let inventory = catalog::inventory(conn).map_err(|e| reader.explain(&e))?;
    let mut found = BTreeMap::new();
    for standing in mapping::maps(conn).map_err(|e| reader.explain(&e))? {
        let key = &standing.map.key;
        let Some(object) = mapping::object_of(conn, key).map_err(|e| reader.explain(&e))? else { continue };
        let columns = inventory.sources.iter().flat_map(|source| &source.objects).find(|known| known.id == object);
        for rule in &standing.map.fields {
            let Rule::Owner { list: named } = &rule.rule else { continue };
            let of_rule = columns.and_then(|object| object.columns.iter().find(|c| rule.from.first() == Some(&c.name)));
            let Some(column) = of_rule else { continue };
            found.entry((object.0, column.position)).or_insert_with(|| Held {
                source: key.source.clone(),
                object: key.object.clone(),
                column: column.name.clone(),
                field: format!("{}.{}", key.entity, rule.field),
                list: if named.is_empty() { list.to_owned() } else { named.clone() },
                is_proposed: false,
            });
        }
    }
    for object in suggest::suggest(conn, &[], None).map_err(|e| e.at(reader))? {
        for column in &object.columns {
            let taken = column.candidates.first().filter(|_| column.stands_alone).into_iter().chain(&column.also);
            for candidate in taken {
                let Rule::Owner { list: named } = &candidate.rule else { continue };
                found.entry((object.object, column.position)).or_insert_with(|| Held {
                    source: object.source.clone(),
                    object: object.object_name.clone(),
                    column: column.column.clone(),
                    field: format!("{}.{}", candidate.entity, candidate.field),
                    list: if named.is_empty() { list.to_owned() } else { named.clone() },
                    is_proposed: true,
                });
            }
        }
    }
    Ok(found)
}

/// What is open first, then by records; with the number of distinct values that are not among them.
fn names(
    workspace: &Workspace,
    object: i64,
    position: usize,
    list: Option<&UserList>,
) -> Result<(Vec<Name>, u64), Failure> {
    let reader = workspace.reader()?;
    let counted =
        progress::watch(|job| value_counts(reader.conn(), ObjectId(object), position, &Selection::All, job))??;
    let unlisted = counted.distinct.saturating_sub(counted.values.len() as u64);
    let empty = UserList::default();
    let directory = Directory::new(list.unwrap_or(&empty));
    let mut names: Vec<Name> = counted
        .values
        .into_iter()
        .map(|value| Name { found: directory.find(&value.text), text: value.text, records: value.count })
        .collect();
    // They come with the most frequent first, and stay so.
    names.sort_by_key(|name| std::cmp::Reverse(kind(&name.found)));
    Ok((names, unlisted))
}

/// The place in the sums.
fn kind(found: &OwnerMatch) -> usize {
    match found {
        OwnerMatch::One(..) => 0,
        OwnerMatch::Several(_) => 1,
        OwnerMatch::Unknown => 2,
    }
}

fn in_json(held: &Held, is_there: bool, names: &[&Name], unlisted: u64, output: &Output) -> Value {
    let names: Vec<Value> = names
        .iter()
        .map(|name| {
            let mut value = match_to_json(&name.text, &name.found, output);
            value["records"] = name.records.into();
            value
        })
        .collect();
    json!({
        "source": held.source, "object": held.object, "column": held.column, "field": held.field, "list": held.list,
        "list_is_there": is_there, "proposed": held.is_proposed, "names": names, "unlisted": unlisted,
    })
}

fn drawn(held: &Held, is_there: bool, names: &[&Name], unlisted: u64, output: &Output) -> String {
    let mut text = format!(
        "{} › {} › {} {} {}\n",
        Shown::of(&held.source),
        Shown::of(&held.object),
        Shown::of(&held.column),
        if held.is_proposed { "→ ?" } else { "→" },
        Shown::of(&held.field)
    );
    if !is_there {
        text.push_str(&format!(
            "! There is no list of users “{}”; cutover users import FILE reads one.\n",
            Shown::of(&held.list)
        ));
    }
    let mut table = Table::new(&[("name", false), ("records", true), ("means", false), ("why", false)]);
    for name in names {
        let (means, why) = in_words(&name.found, output);
        let records = thousands(name.records);
        table.row(vec![output.shown(&name.text), Shown::of(&records), Shown::of(&means), Shown::of(&why)]);
    }
    if !names.is_empty() {
        text.push_str(&table.render(32));
    }
    if unlisted > 0 {
        text.push_str(&format!("! {} more are not listed\n", count(unlisted, "value", "values")));
    }
    text.push('\n');
    text
}
