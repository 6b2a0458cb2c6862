//! What the program proposes, with its reasons, and taking it over.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::super::output::{Output, Table};
use super::super::{Common, Failure, exit, place, progress};
use super::{inventory, objects};
use crate::mapping::suggest::{self as body, Accepted, Candidate, ObjectSuggestion};
use crate::mapping::{self, coverage};
use crate::model::register;
use crate::sources::{Inventory, ObjectId};
use crate::values::format::count;
use crate::values::shown::Shown;
use crate::workspace::{Reader, Workspace};

#[derive(Debug, Args)]
pub(in crate::cli) struct Suggest {
    /// SOURCE or SOURCE.OBJECT [default: everything]
    object: Option<String>,
    /// Against the fields of this file instead of the model: an import template, an empty export, a described schema
    #[arg(long, value_name = "FILE")]
    target: Option<PathBuf>,
    /// With the parts of each confidence
    #[arg(long)]
    why: bool,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Accept {
    /// SOURCE or SOURCE.OBJECT [default: everything]
    object: Option<String>,
    /// Say what would be accepted; change nothing
    #[arg(long)]
    dry_run: bool,
}

pub(in crate::cli) fn suggest(args: &Suggest, common: &Common, output: &Output) -> Result<u8, Failure> {
    let target = match &args.target {
        Some(file) => Some(register::read(file, "target")?.entities),
        None => None,
    };
    let workspace = open(common)?;
    output.use_mask_of(&workspace)?;
    let reader = workspace.reader()?;
    let inventory = inventory(&reader)?;
    let meant: Vec<ObjectId> = objects(&inventory, args.object.as_deref())?.iter().map(|object| object.id).collect();
    let ready = progress::watch(|job| body::ready(&workspace, job))?.map_err(|e| e.at(&reader))?;
    let found = ready.suggest(reader.conn(), &meant, target.as_deref()).map_err(|e| e.at(&reader))?;
    let decided = if target.is_some() { Vec::new() } else { decided(&reader, &inventory)? };
    if output.json {
        let suggestions: Vec<serde_json::Value> = found.iter().flat_map(|object| in_json(object, &decided)).collect();
        let entities: Vec<serde_json::Value> = found
            .iter()
            .map(|object| {
                json!({ "source": object.source, "object": object.object_name, "candidates": object.entities })
            })
            .collect();
        return output.object(&json!({ "suggestions": suggestions, "entities": entities }));
    }
    if found.is_empty() {
        return output.text("Nothing is loaded yet. cutover load FILE… brings exports in.\n");
    }
    let text: String = found.iter().map(|object| in_words(object, &decided, args.why)).collect();
    output.text(&text)?;
    if args.target.is_none() {
        output.text("Nothing is accepted by itself: cutover map accept takes over what stands alone.\n")?;
    }
    Ok(exit::DONE)
}

/// Columns that a map decided on already, with their objects: nothing is proposed against that.
fn decided(reader: &Reader, inventory: &Inventory) -> Result<Vec<(i64, String)>, Failure> {
    let mut found = Vec::new();
    for object in inventory.sources.iter().flat_map(|source| &source.objects) {
        let maps =
            mapping::maps_of(reader.conn(), &object.source_name, &object.name).map_err(|e| reader.explain(&e))?;
        let states = coverage::fields(object, &maps);
        let decided = states.into_iter().filter(|state| state.disposition.is_some());
        found.extend(decided.map(|state| (object.id.0, state.column)));
    }
    Ok(found)
}

fn is_decided(decided: &[(i64, String)], object: &ObjectSuggestion, column: &str) -> bool {
    decided.iter().any(|(of, name)| *of == object.object && name == column)
}

fn in_json(object: &ObjectSuggestion, decided: &[(i64, String)]) -> Vec<serde_json::Value> {
    let column = |column: &body::ColumnSuggestion| {
        let candidates: Vec<serde_json::Value> = column
            .candidates
            .iter()
            .map(|candidate| {
                json!({
                    "entity": candidate.entity, "field": candidate.field,
                    "confidence": rounded(candidate.confidence), "reasons": candidate.reasons,
                    "rule": candidate.rule.sentence(&candidate.from), "from": candidate.from,
                    "parts": { "header": rounded(candidate.header.strength), "values": rounded(candidate.values.strength),
                               "links": rounded(candidate.links.strength) },
                })
            })
            .collect();
        json!({
            "source": object.source, "object": object.object_name, "column": column.column, "candidates": candidates,
            "stands_alone": column.stands_alone, "drop": column.drop,
            "decided": is_decided(decided, object, &column.column),
        })
    };
    object.columns.iter().map(column).collect()
}

/// Three digits are more than a confidence is worth, and the same on every machine.
fn rounded(strength: f64) -> f64 {
    (strength * 1000.0).round() / 1000.0
}

fn in_words(object: &ObjectSuggestion, decided: &[(i64, String)], why: bool) -> String {
    let mut text = format!("{}\n", Shown::of(&format!("{} › {}", object.source, object.object_name)));
    for entity in object.entities.iter().take(3) {
        text.push_str(&format!(
            "  feeds {} {:.2}  {}\n",
            Shown::of(&entity.entity),
            entity.confidence,
            Shown::of(&entity.reasons.join("; "))
        ));
    }
    let mut table =
        Table::new(&[("source field", false), ("", false), ("target field", false), ("rule", false), ("why", false)]);
    for column in &object.columns {
        let blank = Shown::of("");
        let name = Shown::of(&column.column);
        if let Some(drop) = &column.drop {
            table.row(vec![name, Shown::of("?"), Shown::of("–"), Shown::of(&format!("drop: {drop}")), blank]);
            continue;
        }
        if column.candidates.is_empty() && is_decided(decided, object, &column.column) {
            table.row(vec![name, Shown::of("✓"), Shown::of("–"), Shown::of("decided"), blank]);
            continue;
        }
        if column.candidates.is_empty() {
            table.row(vec![name, Shown::of("○"), Shown::of("–"), Shown::of("nothing is near"), blank]);
            continue;
        }
        let shown = if column.stands_alone { 1 } else { 3 };
        for (at, candidate) in column.candidates.iter().take(shown).enumerate() {
            let mark = if column.stands_alone { "?" } else { "○" };
            table.row(vec![
                if at == 0 { name.clone() } else { Shown::of("") },
                Shown::of(&format!("{mark} {:.2}", candidate.confidence)),
                Shown::of(&format!("{}.{}", candidate.entity, candidate.field)),
                Shown::of(&candidate.rule.sentence(&candidate.from)),
                Shown::of(&reasons(candidate, why)),
            ]);
        }
    }
    text.push_str(&table.render(48));
    text.push('\n');
    text
}

fn reasons(candidate: &Candidate, why: bool) -> String {
    if !why {
        return candidate.reasons.join("; ");
    }
    let part = |name: &str, part: &body::Part, weight: f64| {
        format!("{name} {:.2} × {weight:.2} {}", part.strength, part.because)
    };
    [
        part("header", &candidate.header, body::HEADER),
        part("values", &candidate.values, body::VALUES),
        part("links", &candidate.links, body::LINKS),
    ]
    .join("; ")
}

/// Opens the workspace to read it; to write, where figures are stale that others can use too.
fn open(common: &Common) -> Result<Workspace, Failure> {
    let workspace = place::open(common, false)?;
    let reader = workspace.reader()?;
    if common.read_only || body::is_ready(reader.conn()).map_err(|e| reader.explain(&e))? {
        drop(reader);
        return Ok(workspace);
    }
    drop(reader);
    // One that cannot be written serves as well: figures are made in memory then.
    Ok(place::open(common, true).unwrap_or(workspace))
}

pub(in crate::cli) fn accept(args: &Accept, common: &Common, output: &Output) -> Result<u8, Failure> {
    let workspace = if args.dry_run { open(common)? } else { place::open(common, true)? };
    let meant: Vec<ObjectId> = {
        let inventory = inventory(&workspace.reader()?)?;
        objects(&inventory, args.object.as_deref())?.iter().map(|object| object.id).collect()
    };
    let accepted: Vec<Accepted> = progress::watch(|job| {
        if args.dry_run {
            body::acceptable(&workspace, &meant, job)
        } else {
            body::accept(&workspace, &meant, "suggestions above the margin, accepted together", job)
        }
    })??;
    let rules: u64 = accepted.iter().map(|map| map.fields.len() as u64).sum();
    if output.json {
        let maps: Vec<serde_json::Value> = accepted
            .iter()
            .map(|map| {
                let fields: Vec<&str> = map.fields.iter().map(|field| field.field.as_str()).collect();
                json!({
                    "source": map.source, "object": map.object, "entity": map.entity, "fields": fields, "open": map.open,
                })
            })
            .collect();
        return output.object(&json!({ "accepted": maps, "rules": rules, "dry_run": args.dry_run }));
    }
    if accepted.is_empty() {
        return output.text(
            "No suggestion stands alone that is not decided already. Nothing was changed.
",
        );
    }
    let mut table = Table::new(&[("object", false), ("entity", false), ("rules", true)]);
    for map in &accepted {
        table.row(vec![
            Shown::of(&format!("{} › {}", map.source, map.object)),
            Shown::of(&map.entity),
            Shown::of(&map.fields.len().to_string()),
        ]);
    }
    let verb = if args.dry_run {
        "would be accepted; nothing was changed."
    } else {
        "accepted. None of it is reviewed; cutover undo takes all of it back."
    };
    let maps = count(accepted.len() as u64, "map", "maps");
    output.text(&format!("{}\n{} in {maps} {verb}\n", table.render(48), count(rules, "rule", "rules")))
}
