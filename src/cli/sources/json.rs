//! The inventory as JSON.

use serde_json::{Value, json};

use super::super::load::{column_json, load_json};
use super::super::output::Output;
use crate::sources::Object;
use crate::sources::facts::Estimate;
use crate::sources::facts::sheet::{Sheet, System};
use crate::sources::survey::Finding;

/// Everything.
pub(super) fn overview(sheet: &Sheet, output: &Output) -> Value {
    let inventory = &sheet.inventory;
    json!({
        "sources": sheet.systems.iter().map(|one| system(one, output)).collect::<Vec<_>>(),
        "rows": inventory.rows, "records_read": inventory.records_read, "records": inventory.records,
        "quarantined": inventory.quarantined, "loads": inventory.loads,
        "without_counterpart": sheet.without_counterpart, "audit_head": sheet.audit_head,
    })
}

/// One system.
pub(super) fn system(system: &System, output: &Output) -> Value {
    let known = &system.known;
    let objects: Vec<Value> = system.source.objects.iter().map(|one| object(one, system)).collect();
    json!({
        "source": system.source.name, "name": system.source.name, "kind": system.source.kind.word(),
        "side": known.facts.side, "loaded": !system.has_no_load(), "objects": objects, "facts": facts(system, output),
        "stated": known.stated, "proposed": known.proposed, "version": known.version, "claims": system.claims,
        "estimate": system.estimate.as_ref().map(estimate), "known_gaps": known.facts.known_gaps,
        "found": system.found.as_ref().map(|found| found.iter().map(|one| finding(one, system)).collect::<Vec<_>>()),
    })
}

fn object(object: &Object, system: &System) -> Value {
    let facts = system.known.facts.objects.get(&object.name);
    let counterpart = facts.map(|facts| facts.counterpart.as_str()).filter(|text| !text.is_empty());
    json!({
        "object": object.name, "preset": object.preset, "recognised": object.recognised, "one_row_is": object.one_row_is, "records": object.records, "older_versions": object.older_versions,
        "rows": object.rows, "quarantined": object.quarantined, "native_id": object.native_id().map(|c| &c.name),
        "repeated_ids": object.repeated_ids, "spoiled_ids": object.spoiled_ids,
        "merged_away": object.merged_away, "as_of": object.as_of(), "counterpart": counterpart,
        "columns": object.columns.iter().map(column_json).collect::<Vec<_>>(),
        "loads": object.loads.iter().map(load_json).collect::<Vec<_>>(),
    })
}

fn finding(finding: &Finding, system: &System) -> Value {
    let object = system.source.objects.iter().find(|object| object.id == finding.object);
    json!({
        "kind": finding.kind, "object": object.map(|object| &object.name), "column": finding.column_name,
        "records": finding.records, "rule": finding.rule,
    })
}

fn estimate(estimate: &Estimate) -> Value {
    json!({
        "rows": estimate.rows, "minutes": estimate.minutes, "planned_minutes": estimate.planned_minutes,
        "limit": estimate.limit, "over_plan": estimate.over_plan(),
    })
}

/// The facts; the names of people masked if asked for.
fn facts(system: &System, output: &Output) -> Value {
    let mut facts = system.known.facts.clone();
    facts.owner = output.value(&facts.owner);
    facts.extraction.by = output.value(&facts.extraction.by);
    // Texts, numbers and lists of them are always JSON.
    serde_json::to_value(&facts).unwrap_or_default()
}
