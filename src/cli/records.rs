//! `cutover records`: source records exactly as exported, with where they came from.

use std::io::Write;

use clap::{Args, ValueEnum};

use super::output::Output;
use super::{Common, Failure, exit, place};
use crate::sources::store::{catalog, rows};
use crate::sources::{ColumnRole, ObjectId, SourceRecord};
use crate::values::shown::Shown;
use crate::values::spreadsheet::spreadsheet_safe;
use crate::workspace::Stopped;

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum RecordFormat {
    Json,
    Csv,
}

/// Print source records exactly as exported.
///
/// NDJSON, one record a line; CSV needs one object, since objects have different columns. A value that was not given is
/// left out of JSON and empty in CSV.
#[derive(Debug, Args)]
pub(super) struct Records {
    /// SOURCE.OBJECT, or SOURCE for all its objects [default: everything]
    #[arg(value_name = "SOURCE.OBJECT")]
    object: Option<String>,
    #[arg(long, value_enum, default_value = "json")]
    format: RecordFormat,
    /// CSV in which no cell can act as a formula; says on standard error how many were changed (a leading ' marks them)
    #[arg(long)]
    spreadsheet_safe: bool,
    /// All versions, not only the latest
    #[arg(long)]
    all_versions: bool,
}

pub(super) fn run(args: &Records, common: &Common, output: &Output) -> Result<u8, Failure> {
    let workspace = place::open(common, false)?;
    output.use_mask_of(&workspace)?;
    let reader = workspace.reader()?;
    let inventory = catalog::inventory(reader.conn()).map_err(|e| reader.explain(&e))?;
    let mut chosen: Vec<(ObjectId, Vec<String>)> = Vec::new();
    for source in &inventory.sources {
        for object in &source.objects {
            let whole = format!("{}.{}", source.name, object.name);
            let slashed = format!("{}/{}", source.name, object.name);
            let is_meant = args.object.as_ref().is_none_or(|name| {
                [&whole, &slashed, &source.name, &object.name]
                    .iter()
                    .any(|have| have.to_lowercase() == name.to_lowercase())
            });
            if is_meant {
                chosen.push((object.id, object.columns.iter().map(|column| column.name.clone()).collect()));
            }
        }
    }
    if chosen.is_empty() {
        return match &args.object {
            Some(name) => {
                Err(Failure::usage(format!("There is no object {}.", Shown::of(name)), "cutover sources lists them."))
            }
            None => Ok(exit::DONE),
        };
    }
    if args.format == RecordFormat::Csv && !output.json {
        if chosen.len() != 1 {
            return Err(Failure::usage(
                format!("CSV needs one object; {} are meant.", chosen.len()),
                "Name it SOURCE.OBJECT, or leave --format away for NDJSON.",
            ));
        }
        let (object, columns) = chosen.remove(0);
        return csv(args, &reader, object, &columns, output);
    }
    let mut out = output.stream();
    for (object, _) in chosen {
        rows::for_each::<Stopped>(reader.conn(), object, args.all_versions, |record| {
            super::output::write_json(&mut out, &to_json(&record, output))?;
            Ok(out.write_all(b"\n")?)
        })
        .map_err(|stopped| Failure::stopped(stopped, &reader))?;
    }
    out.flush().map_err(|e| Failure::io("standard output", &e))?;
    Ok(exit::DONE)
}

/// A value of a column: IDs stay as they are, everything else is masked if asked for.
pub(super) fn value_of(output: &Output, role: ColumnRole, value: &str) -> String {
    let is_id = matches!(
        role,
        ColumnRole::NativeId
            | ColumnRole::ForeignKey
            | ColumnRole::OtherId
            | ColumnRole::MergedInto
            | ColumnRole::MergedIds
    );
    if is_id && !value.contains('@') { value.to_owned() } else { output.value(value) }
}

/// A record key, without an address in it if masking is asked for.
pub(super) fn key_of(output: &Output, record: &SourceRecord) -> String {
    if output.masks() && record.native_id.as_deref().is_some_and(|id| id.contains('@')) {
        return rows::record_key(&record.source, &record.object, None, record.load, record.line);
    }
    record.key.clone()
}

pub(super) fn to_json(record: &SourceRecord, output: &Output) -> serde_json::Value {
    let values: serde_json::Map<String, serde_json::Value> = record
        .values
        .iter()
        .filter_map(|(name, role, value)| Some((name.clone(), value_of(output, *role, value.as_deref()?).into())))
        .collect();
    serde_json::json!({
        "record": key_of(output, record), "source": record.source, "object": record.object,
        "native_id": record.native_id.as_deref().map(|id| value_of(output, ColumnRole::NativeId, id)),
        "load": record.load.0, "file": record.file, "line": record.line, "values": values,
    })
}

fn csv(
    args: &Records,
    reader: &crate::workspace::Reader,
    object: ObjectId,
    columns: &[String],
    output: &Output,
) -> Result<u8, Failure> {
    let mut out = csv::WriterBuilder::new().from_writer(output.stream());
    let io = |e: csv::Error| match e.into_kind() {
        csv::ErrorKind::Io(e) => Stopped::Taker(e),
        _ => Stopped::Taker(std::io::Error::other("the row could not be written")),
    };
    let mut changed = 0u64;
    let mut safe = |value: &str| {
        if !args.spreadsheet_safe {
            return value.to_owned();
        }
        let safe = spreadsheet_safe(value);
        changed += u64::from(safe != value);
        safe.into_owned()
    };
    let head: Vec<String> = columns.iter().map(|name| safe(name)).collect();
    out.write_record(&head).map_err(|e| Failure::stopped(io(e), reader))?;
    rows::for_each::<Stopped>(reader.conn(), object, args.all_versions, |record| {
        let cells: Vec<String> = record
            .values
            .iter()
            .map(|(_, role, value)| {
                value.as_deref().map_or_else(String::new, |value| safe(&value_of(output, *role, value)))
            })
            .collect();
        out.write_record(&cells).map_err(io)
    })
    .map_err(|stopped| Failure::stopped(stopped, reader))?;
    out.flush().map_err(|e| Failure::io("standard output", &e))?;
    if args.spreadsheet_safe {
        super::output::say(&format!(
            "{} could act as a formula; a ' stands before {}.",
            crate::values::format::count(changed, "cell", "cells"),
            if changed == 1 { "it" } else { "each" }
        ));
    }
    Ok(exit::DONE)
}
