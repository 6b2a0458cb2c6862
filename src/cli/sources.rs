//! `cutover sources`: the inventory.

use clap::Args;

use super::load::{column_json, load_json};
use super::output::{Output, Table};
use super::{Common, Failure, exit, place};
use crate::sources::Inventory;
use crate::sources::store::catalog;
use crate::values::format::thousands;
use crate::values::shown::Shown;

/// What is loaded.
#[derive(Debug, Args)]
pub(super) struct Sources {}

pub(super) fn run(_: &Sources, common: &Common, output: &Output) -> Result<u8, Failure> {
    let workspace = place::open(common, false)?;
    let reader = workspace.reader()?;
    let inventory = catalog::inventory(reader.conn()).map_err(|e| reader.explain(&e))?;
    if output.json {
        return output.object(&to_json(&inventory));
    }
    if inventory.sources.is_empty() {
        return output.text("Nothing is loaded yet. cutover load FILE… brings exports in.\n");
    }
    output.text(&in_words(&inventory))?;
    Ok(exit::DONE)
}

fn to_json(inventory: &Inventory) -> serde_json::Value {
    let sources: Vec<serde_json::Value> = inventory
        .sources
        .iter()
        .map(|source| {
            let objects: Vec<serde_json::Value> = source
                .objects
                .iter()
                .map(|object| {
                    serde_json::json!({
                        "object": object.name, "preset": object.preset, "recognised": object.recognised, "one_row_is": object.one_row_is, "records": object.records, "older_versions": object.older_versions,
                        "rows": object.rows, "quarantined": object.quarantined, "native_id": object.native_id().map(|c| &c.name),
                        "repeated_ids": object.repeated_ids, "spoiled_ids": object.spoiled_ids,
                        "merged_away": object.merged_away, "as_of": object.as_of(),
                        "columns": object.columns.iter().map(column_json).collect::<Vec<_>>(),
                        "loads": object.loads.iter().map(load_json).collect::<Vec<_>>(),
                    })
                })
                .collect();
            serde_json::json!({ "source": source.name, "name": source.name, "kind": source.kind.word(), "objects": objects })
        })
        .collect();
    serde_json::json!({
        "sources": sources, "rows": inventory.rows, "records_read": inventory.records_read, "records": inventory.records,
        "quarantined": inventory.quarantined, "loads": inventory.loads,
    })
}

/// The numbers of an object's loads: the first ones, or the newest where they are many.
fn load_numbers(object: &crate::sources::Object) -> String {
    let numbers: Vec<String> = object.loads.iter().map(|load| load.id.to_string()).collect();
    match numbers.as_slice() {
        [first, .., last] if numbers.len() > 4 => format!("{first} … {last}"),
        few => few.join(", "),
    }
}

fn in_words(inventory: &Inventory) -> String {
    let mut table = Table::new(&[
        ("system and object", false),
        ("records", true),
        ("quarantined", true),
        ("loads", false),
        ("as of", false),
        ("native ID", false),
    ]);
    let number = |n: u64| Shown::of(&if n == 0 { "–".to_owned() } else { thousands(n) });
    for source in &inventory.sources {
        let sum = |f: fn(&crate::sources::Object) -> u64| source.objects.iter().map(f).sum::<u64>();
        table.row(vec![
            Shown::of(&format!("{} · {}", source.name, source.kind.label())),
            number(sum(|o| o.records)),
            number(sum(|o| o.quarantined)),
            Shown::of(""),
            Shown::of(""),
            Shown::of(""),
        ]);
        for object in &source.objects {
            table.row(vec![
                Shown::of(&format!("  {}", object.name)),
                number(object.records),
                number(object.quarantined),
                Shown::of(&load_numbers(object)),
                Shown::of(object.as_of().and_then(|at| at.get(..10)).unwrap_or("")),
                Shown::of(object.native_id().map_or("–", |column| &column.name)),
            ]);
        }
    }
    format!(
        "{}\n{} rows in files = {} records + {} quarantined\n",
        table.render(48),
        thousands(inventory.rows),
        thousands(inventory.records_read),
        thousands(inventory.quarantined)
    )
}
