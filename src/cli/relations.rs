//! `cutover relations`: which column points to which object, how far it does, and how far sources can be linked.

use std::collections::BTreeMap;

use clap::Args;

use super::output::{Output, Table};
use super::{Common, Failure, exit, findings, place};
use crate::sources::survey::{Hierarchy, Link, LinkBy, Relation, Survey};
use crate::sources::{Inventory, Object, ObjectId};
use crate::values::format::{count, share, thousands};
use crate::values::shown::Shown;

/// Which column points to which object, with coverage, orphans and hierarchies; links across systems.
#[derive(Debug, Args)]
pub(super) struct Relations {}

pub(super) fn run(_: &Relations, common: &Common, output: &Output) -> Result<u8, Failure> {
    let workspace = place::open(common, false)?;
    let inventory = findings::inventory(&workspace)?;
    let survey = findings::survey(common, &workspace)?.survey;
    if output.json {
        return output.object(&to_json(&survey, &inventory));
    }
    if survey.relations.is_empty() && survey.links.is_empty() {
        return output.text("No column points to another object.\n");
    }
    output.text(&in_words(&survey, &inventory))?;
    Ok(exit::DONE)
}

fn object(inventory: &Inventory, id: ObjectId) -> Option<&Object> {
    inventory.sources.iter().flat_map(|source| &source.objects).find(|object| object.id == id)
}

fn title(inventory: &Inventory, id: ObjectId) -> String {
    object(inventory, id).map_or_else(String::new, |object| format!("{} › {}", object.source_name, object.name))
}

fn column(inventory: &Inventory, id: ObjectId, at: usize) -> String {
    object(inventory, id)
        .and_then(|object| object.columns.get(at))
        .map_or_else(String::new, |column| column.name.clone())
}

fn to_json(survey: &Survey, inventory: &Inventory) -> serde_json::Value {
    let end = |id: ObjectId| {
        object(inventory, id).map_or((None, None), |object| (Some(&object.source_name), Some(&object.name)))
    };
    let relations: Vec<serde_json::Value> = survey
        .relations
        .iter()
        .map(|r| {
            let (source, name) = end(r.from);
            let (to_source, to_object) = r.to.map_or((None, None), end);
            serde_json::json!({
                "relation": r.id, "source": source, "object": name, "column": r.column_name, "to": r.to_name,
                "to_source": to_source, "to_object": to_object,
                "to_column": r.to.zip(r.to_column).map(|(to, at)| column(inventory, to, at)),
                "filled": r.filled, "met": r.met, "merged_away": r.merged_away, "orphans": r.orphans, "reached": r.reached,
                "hierarchy": r.hierarchy, "because": r.because,
            })
        })
        .collect();
    let links: Vec<serde_json::Value> = survey
        .links
        .iter()
        .map(|l| {
            let ((left_source, left), (right_source, right)) = (end(l.left), end(l.right));
            serde_json::json!({
                "by": l.by.word(),
                "left": { "source": left_source, "object": left, "column": column(inventory, l.left, l.left_column),
                          "filled": l.left_filled, "met": l.left_met },
                "right": { "source": right_source, "object": right, "column": column(inventory, l.right, l.right_column),
                           "filled": l.right_filled, "met": l.right_met },
            })
        })
        .collect();
    serde_json::json!({ "relations": relations, "links": links })
}

fn in_words(survey: &Survey, inventory: &Inventory) -> String {
    let mut table = Table::new(&[
        ("column", false),
        ("points to", false),
        ("filled", true),
        ("met", true),
        ("coverage", true),
        ("orphans", true),
        ("reached", true),
    ]);
    let number = |n: u64| Shown::of(&if n == 0 { "–".to_owned() } else { thousands(n) });
    // A relation without an object that bears the name of a loaded one: that has no ID of its own.
    let all = || inventory.sources.iter().flat_map(|source| &source.objects);
    let is_loaded = |name: &str| all().any(|object| format!("{} › {}", object.source_name, object.name) == name);
    for r in &survey.relations {
        let here = object(inventory, r.from).map(|object| &object.source_name);
        let there = r.to.and_then(|to| object(inventory, to));
        let to = match there {
            None if is_loaded(&r.to_name) => format!("{}, no ID to meet", r.to_name),
            None => format!("{}, not loaded", r.to_name),
            Some(there) if Some(&there.source_name) == here => there.name.clone(),
            Some(_) => r.to_name.clone(),
        };
        let unknown = r.to.is_none();
        table.row(vec![
            Shown::of(&format!("{} › {}", title(inventory, r.from), r.column_name)),
            Shown::of(&to),
            number(r.filled),
            if unknown { Shown::of("?") } else { number(r.met) },
            Shown::of(&if unknown { "?".to_owned() } else { share(r.met, r.filled) }),
            if unknown { Shown::of("?") } else { number(r.orphans) },
            if unknown { Shown::of("?") } else { number(r.reached) },
        ]);
    }
    let mut text = table.render(56);
    for relation in &survey.relations {
        if let Some(shape) = relation.hierarchy.as_ref().filter(|shape| shape.levels.len() > 1 || shape.cycles > 0) {
            text.push_str(&hierarchy(relation, shape, inventory));
        }
    }
    text.push_str(&map(survey, inventory));
    if !survey.links.is_empty() {
        text.push_str("\nLinks across systems\n");
        text.push_str(&links(&survey.links, inventory));
    }
    text
}

fn hierarchy(relation: &Relation, shape: &Hierarchy, inventory: &Inventory) -> String {
    let levels: Vec<String> = shape.levels.iter().take(8).map(|n| thousands(*n)).collect();
    let more = if shape.levels.len() > 8 { " · …" } else { "" };
    let cycles = match shape.cycles {
        0 => "no cycle".to_owned(),
        n => format!("{} with {}", count(n, "cycle", "cycles"), count(shape.in_cycles, "record", "records")),
    };
    let name = Shown::of(&format!("{} › {}", title(inventory, relation.from), relation.column_name)).to_plain();
    format!(
        "\n{name}: {} deep, records by level {}{more}; {cycles}; {} to itself.\n",
        count(shape.levels.len() as u64, "level", "levels"),
        levels.join(" · "),
        if shape.to_itself == 0 { "none points".to_owned() } else { count(shape.to_itself, "points", "point") },
    )
}

/// Which object points to which, as a tree of one level.
fn map(survey: &Survey, inventory: &Inventory) -> String {
    let mut arrows: BTreeMap<ObjectId, Vec<&Relation>> = BTreeMap::new();
    for relation in survey.relations.iter().filter(|relation| relation.to.is_some()) {
        arrows.entry(relation.from).or_default().push(relation);
    }
    let mut text = String::new();
    for (from, relations) in arrows {
        text.push_str(&format!("\n{}\n", Shown::of(&title(inventory, from))));
        for (at, relation) in relations.iter().enumerate() {
            let branch = if at + 1 == relations.len() { "└─" } else { "├─" };
            let itself = if relation.to == Some(from) { " (itself)" } else { "" };
            text.push_str(&format!(
                " {branch} {} → {}{itself}  {}\n",
                Shown::of(&relation.column_name),
                Shown::of(&relation.to_name),
                share(relation.met, relation.filled)
            ));
        }
    }
    text
}

fn links(links: &[Link], inventory: &Inventory) -> String {
    let mut table = Table::new(&[
        ("by", false),
        ("from", false),
        ("met there", true),
        ("of", true),
        ("to", false),
        ("met here", true),
        ("of", true),
    ]);
    for link in links {
        table.row(vec![
            Shown::of(match link.by {
                LinkBy::Id => "ID",
                LinkBy::Email => "e-mail",
                LinkBy::Domain => "domain",
            }),
            Shown::of(&format!("{} › {}", title(inventory, link.left), column(inventory, link.left, link.left_column))),
            Shown::of(&share(link.left_met, link.left_filled)),
            Shown::of(&thousands(link.left_filled)),
            Shown::of(&format!(
                "{} › {}",
                title(inventory, link.right),
                column(inventory, link.right, link.right_column)
            )),
            Shown::of(&share(link.right_met, link.right_filled)),
            Shown::of(&thousands(link.right_filled)),
        ]);
    }
    table.render(44)
}
