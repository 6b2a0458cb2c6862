//! `cutover versions`: the versions of a record over the loads of its object.

use clap::Args;

use super::output::Output;
use super::records::{key_of, value_of};
use super::{Common, Failure, exit, place};
use crate::sources::store::catalog::Stretches;
use crate::sources::store::rows;
use crate::sources::versions::{self, Version};
use crate::sources::{ColumnRole, Rec, SourceRecord};
use crate::values::format;
use crate::values::shown::Shown;
use crate::workspace::Reader;

/// The versions of a record: which load brought each, which fields changed, which loads held it unchanged, and whether it
/// vanished.
#[derive(Debug, Args)]
pub(super) struct Versions {
    /// A record key (crm/Contact/0038d00000Wm7Ta, or …/@LOAD:LINE) or a native ID
    #[arg(value_name = "RECORD_KEY|ID")]
    record: String,
}

/// A record as it is now, with its versions.
struct Told {
    record: SourceRecord,
    versions: Vec<Version>,
}

pub(super) fn run(args: &Versions, common: &Common, output: &Output) -> Result<u8, Failure> {
    let workspace = place::open(common, false)?;
    output.use_mask_of(&workspace)?;
    let reader = workspace.reader()?;
    let recs = versions::find(reader.conn(), &args.record).map_err(|e| e.at(&reader))?;
    let mut told = Vec::with_capacity(recs.len());
    for rec in recs {
        told.extend(tell(&reader, rec)?);
    }
    if told.is_empty() && !output.json {
        output.text(&format!("No record is called {}.\n", output.shown(&args.record)))?;
        super::output::say("cutover: cutover lookup TEXT finds records by any identifier.");
        return Ok(exit::NOT_HELD);
    }
    let code = if told.is_empty() { exit::NOT_HELD } else { exit::DONE };
    if output.json {
        let records: Vec<serde_json::Value> = told.iter().map(|told| to_json(told, output)).collect();
        output.object(&serde_json::json!({ "records": records }))?;
    } else {
        let texts: Vec<String> = told.iter().map(|told| in_words(told, output)).collect();
        output.text(&texts.join("\n"))?;
    }
    Ok(code)
}

fn tell(reader: &Reader, rec: Rec) -> Result<Option<Told>, Failure> {
    let versions = versions::of(reader.conn(), rec).map_err(|e| reader.explain(&e))?;
    let stretches = Stretches::read(reader.conn()).map_err(|e| reader.explain(&e))?;
    let last = versions.last().map_or(rec, |version| Rec(version.rec));
    let record = rows::record(reader.conn(), &stretches, last).map_err(|e| reader.explain(&e))?;
    Ok(record.map(|record| Told { record, versions }))
}

fn role_of(told: &Told, name: &str) -> ColumnRole {
    told.record.values.iter().find(|(column, ..)| column == name).map_or(ColumnRole::Plain, |(_, role, _)| *role)
}

fn to_json(told: &Told, output: &Output) -> serde_json::Value {
    let versions: Vec<serde_json::Value> = told
        .versions
        .iter()
        .enumerate()
        .map(|(at, version)| {
            let changes: Vec<serde_json::Value> = version
                .changes
                .iter()
                .map(|change| {
                    let role = role_of(told, &change.name);
                    let value = |side: &Option<String>| side.as_deref().map(|value| value_of(output, role, value));
                    serde_json::json!({
                        "column": change.name, "before": value(&change.before), "after": value(&change.after),
                    })
                })
                .collect();
            serde_json::json!({
                "version": at + 1, "load": version.load, "file": version.file, "as_of": version.as_of, "line": version.line,
                "changes": changes, "unchanged_in": version.unchanged_in, "vanished_in": version.vanished_in,
                "returned_in": version.returned_in,
            })
        })
        .collect();
    serde_json::json!({
        "record": key_of(output, &told.record), "source": told.record.source, "object": told.record.object,
        "versions": versions,
    })
}

fn numbers(loads: &[i64]) -> String {
    let list: Vec<String> = loads.iter().map(i64::to_string).collect();
    match list.as_slice() {
        [one] => format!("load {one}"),
        [first, .., last] if list.len() > 6 => format!("{} loads, {first} … {last}", list.len()),
        _ => format!("loads {}", list.join(", ")),
    }
}

fn in_words(told: &Told, output: &Output) -> String {
    let mut text = format!(
        "{} · {}\n",
        Shown::of(&key_of(output, &told.record)),
        format::count(told.versions.len() as u64, "version", "versions")
    );
    for (at, version) in told.versions.iter().enumerate() {
        text.push_str(&format!(
            "{}  load {} · as of {} · {}, line {}\n",
            at + 1,
            version.load,
            version.as_of.get(..10).unwrap_or(&version.as_of),
            Shown::of(&version.file),
            format::thousands(version.line)
        ));
        for change in &version.changes {
            let role = role_of(told, &change.name);
            let side = |side: &Option<String>| match side.as_deref() {
                None => "not given".to_owned(),
                Some("") => "empty".to_owned(),
                Some(value) => format!("“{}”", Shown::of(&value_of(output, role, value))),
            };
            text.push_str(&format!(
                "     {}: {} → {}\n",
                Shown::of(&change.name),
                side(&change.before),
                side(&change.after)
            ));
        }
        if !version.unchanged_in.is_empty() {
            text.push_str(&format!("     unchanged in {}\n", numbers(&version.unchanged_in)));
        }
        if !version.returned_in.is_empty() {
            text.push_str(&format!("     it had vanished and came back in {}\n", numbers(&version.returned_in)));
        }
        if let Some(load) = version.vanished_in {
            text.push_str(&format!("     vanished: load {load}, a full export, no longer has it\n"));
        }
    }
    text
}
