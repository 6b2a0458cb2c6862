//! Value maps: every distinct source value with its count, what it becomes, and mapping them.

use clap::Args;
use serde_json::{Value, json};

use super::super::output::{Output, Table};
use super::super::{Common, Failure, exit, place, progress};
use super::change::told;
use super::{field_of, inventory, key, object};
use crate::mapping::edit::Change;
use crate::mapping::values::{self as body, ValueLine};
use crate::mapping::{self, MapKey, ValueTarget};
use crate::values::format::{count, thousands};
use crate::values::shown::Shown;

#[derive(Debug, Args)]
pub(in crate::cli) struct Values {
    /// SOURCE.OBJECT
    object: String,
    /// ENTITY.FIELD
    field: String,
    /// Map a source value; the part before the first = that stands alone, or in quotes (may be repeated)
    #[arg(long = "set", value_name = "VALUE=TARGET")]
    set: Vec<String>,
    /// A source value that becomes nothing, on purpose (may be repeated)
    #[arg(long, value_name = "VALUE")]
    nothing: Vec<String>,
    /// Records with this value are left out (may be repeated)
    #[arg(long, value_name = "VALUE=REASON")]
    exclude: Vec<String>,
    /// Open a source value again (may be repeated)
    #[arg(long, value_name = "VALUE")]
    forget: Vec<String>,
    /// What no value at all becomes
    #[arg(long, value_name = "TARGET")]
    empty: Option<String>,
    /// A deliberate default for every value that has no line of its own
    #[arg(long, value_name = "TARGET", conflicts_with = "no_default")]
    default: Option<String>,
    /// Take the deliberate default away
    #[arg(long)]
    no_default: bool,
    /// Take over what is proposed for values that are not decided
    #[arg(long)]
    suggested: bool,
    /// Values that are nearly equal, as groups
    #[arg(long)]
    groups: bool,
    /// Why
    #[arg(long, value_name = "TEXT", default_value = "")]
    comment: String,
}

/// Parts `VALUE=TARGET` at the first `=` outside double quotes; quotes around the value are taken off.
fn pair(text: &str) -> Result<(String, String), Failure> {
    let wrong = || {
        Failure::usage(
            format!("“{}” is not VALUE=TARGET. Nothing was changed.", Shown::of(text)),
            "Example: --set \"Active Client=customer\".",
        )
    };
    let (value, target) = match text.strip_prefix('"') {
        Some(rest) => {
            let (value, after) = rest.split_once('"').ok_or_else(wrong)?;
            (value, after.strip_prefix('=').ok_or_else(wrong)?)
        }
        None => text.split_once('=').ok_or_else(wrong)?,
    };
    Ok((value.to_owned(), target.to_owned()))
}

/// The changes that the options ask for.
fn changes(args: &Values, field: &str) -> Result<Vec<Change>, Failure> {
    let mut rows: Vec<(String, String, ValueTarget)> = Vec::new();
    for text in &args.set {
        let (value, target) = pair(text)?;
        rows.push((value, String::new(), ValueTarget::Value(target)));
    }
    if let Some(target) = &args.empty {
        rows.push((String::new(), String::new(), ValueTarget::Value(target.clone())));
    }
    rows.extend(args.nothing.iter().map(|value| (value.clone(), String::new(), ValueTarget::Nothing)));
    for text in &args.exclude {
        let (value, reason) = pair(text)?;
        rows.push((value, String::new(), ValueTarget::Excluded(reason)));
    }
    let mut changes = Vec::new();
    if !rows.is_empty() {
        changes.push(Change::Values { field: field.to_owned(), rows });
    }
    if !args.forget.is_empty() {
        let rows = args.forget.iter().map(|value| (value.clone(), String::new())).collect();
        changes.push(Change::ForgetValues { field: field.to_owned(), rows });
    }
    if let Some(target) = &args.default {
        let to = Some(ValueTarget::Value(target.clone()));
        changes.push(Change::Otherwise { field: field.to_owned(), to });
    }
    if args.no_default {
        changes.push(Change::Otherwise { field: field.to_owned(), to: None });
    }
    Ok(changes)
}

pub(in crate::cli) fn run(args: &Values, common: &Common, output: &Output) -> Result<u8, Failure> {
    let (entity, field) = field_of(&args.field)?;
    let mut changes = changes(args, &field)?;
    let workspace = place::open(common, !changes.is_empty() || args.suggested)?;
    output.use_mask_of(&workspace)?;
    let reader = workspace.reader()?;
    let inventory = inventory(&reader)?;
    let object = object(&inventory, &args.object)?;
    let key = key(object, &entity);
    let column = column_of(&reader, &key, &field)?;
    let table = progress::watch(|job| body::table(reader.conn(), &key, &column, job))?.map_err(|e| e.at(&reader))?;
    let at = table.fields.iter().position(|name| *name == field).unwrap_or(0);
    if args.suggested {
        let rows: Vec<(String, String, ValueTarget)> = table
            .rows
            .iter()
            .filter(|line| line.to.get(at).is_some_and(Option::is_none))
            .filter_map(|line| Some((line, line.suggested.get(at)?.as_ref()?)))
            .map(|(line, proposed)| (line.value.clone(), String::new(), proposed.to.clone()))
            .collect();
        if !rows.is_empty() {
            changes.push(Change::Values { field: field.clone(), rows });
        }
    }
    if !changes.is_empty() {
        drop(reader);
        let saved = mapping::change(&workspace, &[(key.clone(), changes)], &args.comment)?;
        return told(&key.name(), saved.first().copied(), "the values are mapped", output);
    }
    if args.suggested {
        if output.json {
            return told(&key.name(), None, "", output);
        }
        return output.text("Nothing is proposed for a value that is not decided. Nothing was changed.\n");
    }
    if args.groups {
        return groups(&table, output);
    }
    let open = |line: &&ValueLine| line.to.get(at).is_some_and(Option::is_none);
    // No value stays none unless somebody says otherwise: that is nothing undecided.
    let (empty, unmapped): (Vec<&ValueLine>, Vec<&ValueLine>) =
        table.rows.iter().filter(open).partition(|line| line.value.is_empty());
    let sum = |lines: &[&ValueLine]| lines.iter().map(|line| line.records).sum::<u64>();
    let (empty, unmapped) = (sum(&empty), sum(&unmapped));
    if output.json {
        let values: Vec<Value> = table.rows.iter().map(|line| in_json(line, at, output)).collect();
        return output.object(&json!({
            "source": key.source, "object": key.object, "column": column, "entity": key.entity, "field": field,
            "records": table.records, "distinct": table.distinct, "unmapped": unmapped, "empty": empty, "values": values,
        }));
    }
    let mut shown = Table::new(&[("source value", false), ("records", true), ("becomes", false), ("by", false)]);
    for line in &table.rows {
        let (becomes, by) = in_words(line, at);
        let value = if line.value.is_empty() { Shown::of("(empty)") } else { output.shown(&line.value) };
        shown.row(vec![value, Shown::of(&thousands(line.records)), Shown::of(&becomes), Shown::of(&by)]);
    }
    let mapped = table.records.saturating_sub(unmapped).saturating_sub(empty);
    output.text(&format!(
        "{} = {} mapped + {} not decided + {} empty\n\n{}",
        count(table.records, "record", "records"),
        thousands(mapped),
        thousands(unmapped),
        thousands(empty),
        shown.render(40)
    ))
}

/// The column that the field's rule reads.
fn column_of(reader: &crate::workspace::Reader, key: &MapKey, field: &str) -> Result<String, Failure> {
    let map = mapping::map(reader.conn(), key).map_err(|e| reader.explain(&e))?;
    let rule = map.as_ref().and_then(|map| map.map.fields.iter().find(|rule| rule.field == field));
    rule.and_then(|rule| rule.from.first()).cloned().ok_or_else(|| {
        Failure::usage(
            format!("{} has no rule that reads a column.", Shown::of(&format!("{}.{field}", key.entity))),
            "cutover map set OBJECT ENTITY.FIELD value map COLUMN writes one; then its values can be mapped.",
        )
    })
}

fn in_words(line: &ValueLine, at: usize) -> (String, String) {
    match line.to.get(at).and_then(Option::as_ref) {
        Some(decided) => {
            let to = match &decided.to {
                ValueTarget::Value(value) => value.clone(),
                ValueTarget::Nothing => "– nothing, on purpose".to_owned(),
                ValueTarget::Excluded(reason) => format!("– excluded: {reason}"),
            };
            let only = if decided.only_where.is_empty() { "" } else { " (partly)" };
            let by = if decided.by_default { "by default, ".to_owned() + &decided.by } else { decided.by.clone() };
            (format!("{to}{only}"), format!("{by} {}", decided.at.get(..10).unwrap_or_default()).trim().to_owned())
        }
        None => match line.suggested.get(at).and_then(Option::as_ref) {
            Some(proposed) => {
                let to = match &proposed.to {
                    ValueTarget::Value(value) => value.as_str(),
                    _ => "–",
                };
                (format!("? {to} {:.2}", proposed.confidence), proposed.because.clone())
            }
            None if line.value.is_empty() => ("– stays empty".to_owned(), String::new()),
            None if line.is_new => ("✗ not decided".to_owned(), "new since it was decided".to_owned()),
            None => ("✗ not decided".to_owned(), String::new()),
        },
    }
}

fn in_json(line: &ValueLine, at: usize, output: &Output) -> Value {
    let decided = line.to.get(at).and_then(Option::as_ref);
    let proposed = line.suggested.get(at).and_then(Option::as_ref);
    let (target, excluded) = match decided.map(|decided| &decided.to) {
        Some(ValueTarget::Value(value)) => (Some(value.clone()), None),
        Some(ValueTarget::Excluded(reason)) => (None, Some(reason.clone())),
        _ => (None, None),
    };
    json!({
        "value": output.value(&line.value), "count": line.records, "target": target, "excluded": excluded,
        "decided": decided.is_some(), "by": decided.map(|d| d.by.clone()), "at": decided.map(|d| d.at.clone()),
        "suggested": proposed, "new": line.is_new,
    })
}

fn groups(table: &body::ValueTable, output: &Output) -> Result<u8, Failure> {
    let values: Vec<(String, u64)> =
        table.rows.iter().filter(|line| !line.value.is_empty()).map(|l| (l.value.clone(), l.records)).collect();
    let groups = body::groups(&values);
    if output.json {
        return output.object(&json!({ "groups": groups }));
    }
    if groups.is_empty() {
        return output.text("No two values are nearly equal.\n");
    }
    let mut text = String::new();
    for group in &groups {
        text.push_str(&format!("{} ({})\n", output.shown(&group.stands_for), group.method));
        for (value, records) in &group.members {
            text.push_str(&format!("  {}  {}\n", output.shown(value), count(*records, "record", "records")));
        }
    }
    output.text(&text)?;
    Ok(exit::DONE)
}
