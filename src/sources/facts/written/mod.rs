//! The inventory as a text to hand on: Markdown and HTML of one and the same document, and a CSV with a row for each
//! object. Everything that comes from data or people is made visible first and then escaped for its format.

mod csv;

pub use csv::csv;

use super::fields;
use super::sheet::{Sheet, System};
use super::{Claim, Known, Side};
use crate::values::format::{bytes, count, thousands, thousands_signed};
use crate::values::page::{self, Block, Grid, visible};

/// How a person's name is written: as it is, or masked.
pub type Personal<'a> = &'a dyn Fn(&str) -> String;

/// The inventory as Markdown.
#[must_use]
pub fn markdown(sheet: &Sheet, personal: Personal<'_>) -> String {
    page::markdown(&blocks(sheet, personal))
}

/// The inventory as one HTML file.
#[must_use]
pub fn html(sheet: &Sheet, personal: Personal<'_>) -> String {
    page::html("Inventory of systems", &blocks(sheet, personal))
}

fn number(n: u64) -> String {
    if n == 0 { "–".to_owned() } else { thousands(n) }
}

/// The day of a moment.
fn day(moment: &str) -> &str {
    moment.get(..10).unwrap_or(moment)
}

fn blocks(sheet: &Sheet, personal: Personal<'_>) -> Vec<Block> {
    let inventory = &sheet.inventory;
    let objects: usize = sheet.systems.iter().map(|system| system.claims.len()).sum();
    let mut blocks = vec![Block::Heading(1, "Inventory of systems".to_owned())];
    let as_of = sheet.as_of.as_deref().map_or("nothing is loaded yet".to_owned(), |at| format!("as of {}", day(at)));
    blocks.push(Block::Paragraph(format!(
        "{}, {}, {}. {} rows in files = {} records + {} quarantined. What begins with ? is proposed and nobody confirmed it. \
         Audit head {}.",
        count(sheet.systems.len() as u64, "system", "systems"),
        count(objects as u64, "object", "objects"),
        as_of,
        thousands(inventory.rows),
        thousands(inventory.records_read),
        thousands(inventory.quarantined),
        sheet.audit_head.get(..16).unwrap_or(&sheet.audit_head),
    )));
    blocks.push(Block::Table(overview(sheet, personal)));
    for system in &sheet.systems {
        describe(system, personal, &mut blocks);
    }
    blocks.push(Block::Heading(2, "Objects without a counterpart".to_owned()));
    if sheet.without_counterpart.is_empty() {
        blocks.push(Block::Paragraph("Every object has one.".to_owned()));
    } else {
        let rows = sheet
            .without_counterpart
            .iter()
            .map(|missing| vec![visible(&missing.source), visible(&missing.object), missing.reason.words().to_owned()]);
        blocks.push(Block::Table(Grid {
            head: vec![("system", false), ("object", false), ("why", false)],
            rows: rows.collect(),
        }));
    }
    blocks
}

fn overview(sheet: &Sheet, personal: Personal<'_>) -> Grid {
    let rows = sheet.systems.iter().map(|system| {
        let sum = |f: fn(&crate::sources::Object) -> u64| system.source.objects.iter().map(f).sum::<u64>();
        let as_of = system.source.objects.iter().filter_map(crate::sources::Object::as_of).max();
        vec![
            visible(&system.source.name),
            system.source.kind.label().to_owned(),
            side(system.known.facts.side).to_owned(),
            owner(&system.known, personal),
            number(system.claims.len() as u64),
            number(sum(|object| object.records)),
            number(sum(|object| object.quarantined)),
            as_of.map_or_else(|| "no load yet".to_owned(), |at| day(at).to_owned()),
        ]
    });
    Grid {
        head: vec![
            ("system", false),
            ("kind", false),
            ("side", false),
            ("owner", false),
            ("objects", true),
            ("records", true),
            ("quarantined", true),
            ("as of", false),
        ],
        rows: rows.collect(),
    }
}

fn owner(known: &Known, personal: Personal<'_>) -> String {
    let owner = &known.facts.owner;
    if owner.is_empty() { "–".to_owned() } else { format!("{}{}", known.mark("owner"), visible(&personal(owner))) }
}

/// The word for a side: `old`, `new`.
#[must_use]
pub fn side(side: Side) -> &'static str {
    match side {
        Side::Old => "old",
        Side::New => "new",
    }
}

fn describe(system: &System, personal: Personal<'_>, blocks: &mut Vec<Block>) {
    let facts = &system.known.facts;
    blocks.push(Block::Heading(2, format!("{} · {}", visible(&system.source.name), system.source.kind.label())));
    if system.has_no_load() {
        blocks.push(Block::Paragraph("No load yet.".to_owned()));
    }
    let rows = facts_in_words(system, personal);
    if !rows.is_empty() {
        let rows = rows.into_iter().map(|(label, value)| vec![label.to_owned(), value]).collect();
        blocks.push(Block::Table(Grid { head: vec![("known", false), ("", false)], rows }));
    }
    if !system.claims.is_empty() {
        blocks.push(Block::Table(objects(system)));
    }
    if !facts.known_gaps.is_empty() {
        blocks.push(Block::Heading(3, "Known gaps".to_owned()));
        blocks.push(Block::List(facts.known_gaps.iter().map(|gap| visible(gap)).collect()));
    }
    if let Some(found) = system.found.as_ref().filter(|found| !found.is_empty()) {
        blocks.push(Block::Heading(3, "Found in the data".to_owned()));
        blocks.push(Block::Table(Grid {
            head: vec![("object", false), ("column", false), ("found", false), ("records", true), ("rule", false)],
            rows: found
                .iter()
                .map(|finding| {
                    let object = system.source.objects.iter().find(|object| object.id == finding.object);
                    vec![
                        visible(object.map_or("", |object| object.name.as_str())),
                        finding.column_name.as_deref().map_or_else(|| "–".to_owned(), visible),
                        visible(&finding.title),
                        number(finding.records),
                        visible(&finding.rule),
                    ]
                })
                .collect(),
        }));
    }
    if !facts.locations.is_empty() {
        blocks.push(Block::Heading(3, "Further locations".to_owned()));
        let rows = facts.locations.iter().map(|place| {
            let authoritative = if place.authoritative { "yes" } else { "no" };
            vec![visible(&place.name), visible(&place.holds), authoritative.to_owned(), open(&place.disposition)]
        });
        let head = vec![("location", false), ("holds", false), ("authoritative", false), ("disposition", false)];
        blocks.push(Block::Table(Grid { head, rows: rows.collect() }));
    }
    if !facts.metadata.is_empty() {
        blocks.push(Block::Heading(3, "Metadata objects".to_owned()));
        let rows = facts
            .metadata
            .iter()
            .map(|item| vec![visible(&item.name), visible(&item.kind), open(&item.disposition), visible(&item.note)]);
        let head = vec![("object", false), ("kind", false), ("disposition", false), ("note", false)];
        blocks.push(Block::Table(Grid { head, rows: rows.collect() }));
    }
    let loads: Vec<_> = system.source.objects.iter().flat_map(|object| &object.loads).collect();
    if !loads.is_empty() {
        blocks.push(Block::Heading(3, "Files".to_owned()));
        let rows = loads.iter().map(|load| {
            vec![
                load.id.to_string(),
                visible(&load.file),
                if load.delta { "delta" } else { "full" }.to_owned(),
                thousands(load.rows),
                bytes(load.bytes),
                day(&load.as_of).to_owned(),
                load.sha256.clone(),
            ]
        });
        let head = vec![
            ("load", true),
            ("file", false),
            ("", false),
            ("rows", true),
            ("size", true),
            ("as of", false),
            ("SHA-256", false),
        ];
        blocks.push(Block::Table(Grid { head, rows: rows.collect() }));
    }
}

fn open(disposition: &str) -> String {
    if disposition.is_empty() { "open".to_owned() } else { visible(disposition) }
}

fn objects(system: &System) -> Grid {
    let known = &system.known;
    let rows = system.claims.iter().map(|claim| {
        let facts = known.facts.objects.get(&claim.object);
        let records = system.object(&claim.object).map(|object| number(object.records));
        let stated = |text: Option<&str>, key: &str| match text.filter(|text| !text.is_empty()) {
            Some(text) => format!("{}{}", known.mark_of_object(&claim.object, key), visible(text)),
            None => "–".to_owned(),
        };
        vec![
            visible(&claim.object),
            stated(facts.map(|object| object.one_row_is.as_str()), "one_row_is"),
            verbs(system, &claim.object),
            records.unwrap_or_else(|| "not loaded".to_owned()),
            number(claim.quarantined),
            claim.claimed.map_or_else(|| "–".to_owned(), thousands),
            number(claim.came),
            difference(claim),
            stated(facts.map(|object| object.counterpart.as_str()), "counterpart"),
        ]
    });
    Grid {
        head: vec![
            ("object", false),
            ("one row is", false),
            ("does", false),
            ("records", true),
            ("quarantined", true),
            ("claimed", true),
            ("came", true),
            ("difference", true),
            ("goes to", false),
        ],
        rows: rows.collect(),
    }
}

/// `creates, ? merges`
#[must_use]
pub fn verbs(system: &System, object: &str) -> String {
    let verbs: Vec<String> = system.verbs(object).into_iter().map(|(mark, verb)| format!("{mark}{verb}")).collect();
    if verbs.is_empty() { "–".to_owned() } else { verbs.join(", ") }
}

/// `−7`, `0 ✓`; a dash where nobody claimed anything.
#[must_use]
pub fn difference(claim: &Claim) -> String {
    match claim.difference {
        None => "–".to_owned(),
        Some(0) => "0 ✓".to_owned(),
        Some(n) => format!("{}{}", if n > 0 { "+" } else { "" }, thousands_signed(n)),
    }
}

/// What is known of the system itself: label and value, safe to print; `? ` before what is only proposed.
#[must_use]
pub fn facts_in_words(system: &System, personal: Personal<'_>) -> Vec<(&'static str, String)> {
    let (known, facts) = (&system.known, &system.known.facts);
    let extraction = &facts.extraction;
    let mut rows = vec![("side", side(facts.side).to_owned())];
    let mut text = |label: &'static str, key: &[&str], value: &str| {
        if !value.is_empty() {
            rows.push((label, format!("{}{}", known.mark(&fields::key(key)), visible(value))));
        }
    };
    text("owner", &["owner"], &if facts.owner.is_empty() { String::new() } else { personal(&facts.owner) });
    for (label, key, list) in [
        ("contributes", "contributes", &facts.contributes),
        ("owns", "owns", &facts.owns),
        ("reliable", "reliable", &facts.reliable),
        ("risky", "risky", &facts.risky),
        ("must not control", "must_not_control", &facts.must_not_control),
    ] {
        text(label, &[key], &list.join(", "));
    }
    text("freeze", &["freeze"], facts.freeze.as_deref().unwrap_or_default());
    text("extraction method", &["extraction", "method"], &extraction.method);
    text(
        "extracted by",
        &["extraction", "by"],
        &if extraction.by.is_empty() { String::new() } else { personal(&extraction.by) },
    );
    text("extracted at", &["extraction", "at"], &extraction.at);
    text("modified column", &["extraction", "modified_column"], &extraction.modified_column);
    for (label, key, limit) in [
        ("calls a day", "calls_per_day", extraction.calls_per_day),
        ("records a call", "records_per_call", extraction.records_per_call),
        ("records a second", "records_per_second", extraction.records_per_second),
        ("planned minutes", "planned_minutes", extraction.planned_minutes),
    ] {
        text(label, &["extraction", key], &limit.map(thousands).unwrap_or_default());
    }
    if let Some(estimate) = &system.estimate {
        rows.push(("extraction takes", estimate_in_words(estimate)));
    }
    rows
}

/// `about 24 minutes for 48,981 rows; 6 minutes within the plan`
#[must_use]
pub fn estimate_in_words(estimate: &super::Estimate) -> String {
    let mut words = format!(
        "about {} for {}, by {}",
        count(estimate.minutes, "minute", "minutes"),
        count(estimate.rows, "row", "rows"),
        match estimate.limit {
            super::Limit::CallsPerDay => "its calls a day",
            super::Limit::RecordsPerSecond => "its records a second",
        }
    );
    match estimate.over_plan() {
        None => {}
        Some(over) if over > 0 => {
            words.push_str(&format!("; ! {} over the plan", count(over.unsigned_abs(), "minute", "minutes")));
        }
        Some(over) => {
            words.push_str(&format!("; {} within the plan", count(over.unsigned_abs(), "minute", "minutes")));
        }
    }
    words
}

#[cfg(test)]
mod tests;
