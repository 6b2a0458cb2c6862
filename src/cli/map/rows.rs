//! What a map makes: of a few rows chosen for their difficulty, and of all.

use std::io::Write;

use clap::Args;
use serde_json::{Map, Value, json};

use super::super::output::{Output, Table, json_line};
use super::super::{Common, Failure, exit, place, progress};
use super::{field_of, inventory, key, object, standing};
use crate::job::Job;
use crate::mapping::edit::{self, read_rule};
use crate::mapping::expression::Expression;
use crate::mapping::preview::{self, After};
use crate::mapping::run::TargetRow;
use crate::mapping::{self, FieldRule, MappingError, Rule, compile, outcomes, run};
use crate::model::keys;
use crate::sources::Object;
use crate::values::shown::Shown;

#[derive(Debug, Args)]
pub(in crate::cli) struct Preview {
    /// SOURCE.OBJECT
    object: String,
    /// ENTITY.FIELD
    field: String,
    /// A rule to try [default: the one that stands]
    #[arg(num_args = 0..)]
    rule: Vec<String>,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Rows {
    /// SOURCE.OBJECT
    object: String,
    /// The entity, where the object feeds several
    entity: Option<String>,
    /// Only rows with a reject
    #[arg(long, conflicts_with = "excluded")]
    rejects: bool,
    /// Only rows that are excluded
    #[arg(long)]
    excluded: bool,
    /// The most rows that are written
    #[arg(long, value_name = "N")]
    limit: Option<u64>,
}

pub(in crate::cli) fn preview(args: &Preview, common: &Common, output: &Output) -> Result<u8, Failure> {
    let (entity, field) = field_of(&args.field)?;
    let workspace = place::open(common, false)?;
    output.use_mask_of(&workspace)?;
    let reader = workspace.reader()?;
    let inventory = inventory(&reader)?;
    let object = object(&inventory, &args.object)?;
    let key = key(object, &entity);
    let standing = mapping::map(reader.conn(), &key).map_err(|e| reader.explain(&e))?;
    let map = standing.map_or_else(|| edit::new_map(&key), |standing| standing.map);
    let rule = if args.rule.is_empty() {
        map.fields.iter().find(|rule| rule.field == field).cloned().ok_or_else(|| {
            Failure::usage(
                format!("{} has no rule yet.", Shown::of(&args.field)),
                "Write one behind the field to try it, such as: copy LastName.",
            )
        })?
    } else {
        let (from, rule) = read_rule(&args.rule.join(" "))?;
        FieldRule { field: field.clone(), from, rule, ..FieldRule::default() }
    };
    let columns = columns_of(&rule, object)?;
    let chosen =
        progress::watch(|job| preview::choose(reader.conn(), object.id, &columns, job))?.map_err(|e| e.at(&reader))?;
    let shown = preview::run(reader.conn(), &map, &rule, &chosen).map_err(|e| e.at(&reader))?;
    let sentence = rule.rule.sentence(&rule.from);
    if output.json {
        let rows: Vec<Value> = shown
            .iter()
            .map(|row| {
                let (outcome, after) = in_parts(&row.after);
                json!({
                    "why": row.why, "record": row.record,
                    "before": row.before.iter().map(|v| v.as_deref().map(|v| output.value(v))).collect::<Vec<_>>(),
                    "outcome": outcome, "after": after.map(|after| output.value(after)),
                })
            })
            .collect();
        return output.object(&json!({ "map": key, "field": field, "rule": sentence, "rows": rows }));
    }
    let mut table = Table::new(&[("row", false), ("before", false), ("", false), ("after", false), ("record", false)]);
    for row in &shown {
        let before: Vec<String> = row
            .before
            .iter()
            .map(|value| match value.as_deref() {
                None => "–".to_owned(),
                Some("") => "∅".to_owned(),
                Some(value) => output.value(value),
            })
            .collect();
        let after = match &row.after {
            After::Value(value) => output.value(value),
            After::Empty => "empty, allowed".to_owned(),
            After::ByPolicy(value) => format!("{} (where missing)", output.value(value)),
            After::Reject(reason) => format!("✗ reject: {}", output.quoting(reason)),
            After::Excluded(reason) => format!("– excluded: {reason}"),
        };
        table.row(vec![
            Shown::of(row.why),
            Shown::of(&before.join(" · ")),
            Shown::of("→"),
            Shown::of(&after),
            Shown::of(&output.sentence(&row.record)),
        ]);
    }
    output.text(&format!("{}: {}\n\n{}", Shown::of(&args.field), Shown::of(&sentence), table.render(48)))
}

/// Columns that a rule reads, by position: rows are chosen for what stands there.
fn columns_of(rule: &FieldRule, object: &Object) -> Result<Vec<usize>, Failure> {
    if let Rule::Expression { sql } = &rule.rule {
        let names: Vec<String> = object.columns.iter().map(|column| column.name.clone()).collect();
        return Ok(Expression::read(sql, &names)?.columns);
    }
    Ok(object.columns.iter().filter(|column| rule.from.contains(&column.name)).map(|column| column.position).collect())
}

fn in_parts(after: &After) -> (&'static str, Option<&str>) {
    match after {
        After::Value(value) => ("value", Some(value)),
        After::Empty => ("empty", None),
        After::ByPolicy(value) => ("by_policy", Some(value)),
        After::Reject(reason) => ("reject", Some(reason)),
        After::Excluded(reason) => ("excluded", Some(reason)),
    }
}

pub(in crate::cli) fn rows(args: &Rows, common: &Common, output: &Output) -> Result<u8, Failure> {
    let workspace = place::open(common, !common.read_only)?;
    output.use_mask_of(&workspace)?;
    let reader = workspace.reader()?;
    let inventory = inventory(&reader)?;
    let object = object(&inventory, &args.object)?;
    let map = standing(&reader, object, args.entity.as_deref())?;
    let entity = map.map.key.entity.clone();
    let compiled = compile::compile(reader.conn(), &map.map).map_err(|e| e.at(&reader))?;
    let id = object.id;
    drop(reader);
    let mut out = output.stream();
    let mut written = 0u64;
    let mut stopped: Option<std::io::Error> = None;
    let done = progress::watch(|job: &Job| -> Result<(), MappingError> {
        // One that is only read shows what was prepared before, or says that nothing was.
        if !workspace.is_read_only() {
            keys::give(&workspace, &entity, id, job)?;
            outcomes::prepare(&workspace, &compiled, job)?;
        }
        run::transform(&workspace, &compiled, job, &mut |batch: Vec<TargetRow>| {
            for row in batch {
                if args.limit.is_some_and(|limit| written >= limit) {
                    return Err(MappingError::Cancelled);
                }
                if (args.rejects && row.rejects.is_empty()) || (args.excluded && row.excluded.is_none()) {
                    continue;
                }
                if let Err(error) = writeln!(out, "{}", json_line(&in_json(&row, &compiled.fields, output))) {
                    stopped = Some(error);
                    return Err(MappingError::Cancelled);
                }
                written += 1;
            }
            Ok(())
        })
    })?;
    if let Some(error) = stopped {
        return Err(Failure::io("standard output", &error));
    }
    match done {
        Err(MappingError::Cancelled) if args.limit.is_some_and(|limit| written >= limit) => {}
        Err(error) => return Err(error.into()),
        Ok(()) => {}
    }
    out.flush().map_err(|e| Failure::io("standard output", &e))?;
    Ok(if written == 0 && (args.rejects || args.excluded) { exit::NOT_HELD } else { exit::DONE })
}

fn in_json(row: &TargetRow, fields: &[String], output: &Output) -> Value {
    let values: Map<String, Value> = fields
        .iter()
        .zip(&row.values)
        .map(|(field, value)| (field.clone(), value.as_deref().map_or(Value::Null, |v| Value::String(output.value(v)))))
        .collect();
    let rejects: Vec<Value> = row
        .rejects
        .iter()
        .map(|reject| {
            json!({
                "field": reject.field, "value": reject.value.as_deref().map(|v| output.value(v)), "rule": reject.rule,
                "reason": output.quoting(&reject.reason),
            })
        })
        .collect();
    json!({
        "key": row.key, "record": output.sentence(&row.record), "values": values, "excluded": row.excluded,
        "rejects": rejects,
    })
}
