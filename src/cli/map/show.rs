//! What becomes of every column: the overview over all objects, and one object column by column.

use clap::Args;
use serde_json::{Value, json};

use super::super::output::{Output, Table};
use super::super::{Common, Failure, place};
use super::{inventory, objects, standing};
use crate::job::Job;
use crate::mapping::coverage::{self, FieldState, Sum};
use crate::mapping::values::ValueTable;
use crate::mapping::{self, FieldRule, Rule, StandingMap, ValueTarget, check, values};
use crate::sources::profile;
use crate::sources::{Inventory, Object};
use crate::values::format::{count, share_short, thousands};
use crate::values::shown::Shown;
use crate::workspace::Reader;

#[derive(Debug, Args)]
pub(in crate::cli) struct Show {
    /// SOURCE or SOURCE.OBJECT [default: everything]
    object: Option<String>,
    /// Only the map to this entity
    #[arg(long, value_name = "ENTITY")]
    entity: Option<String>,
}

/// The maps of an object, all of them, or that of one entity.
fn maps(reader: &Reader, object: &Object, entity: Option<&str>) -> Result<Vec<StandingMap>, Failure> {
    if entity.is_some() {
        return Ok(vec![standing(reader, object, entity)?]);
    }
    Ok(mapping::maps_of(reader.conn(), &object.source_name, &object.name).map_err(|e| reader.explain(&e))?)
}

pub(in crate::cli) fn overview(common: &Common, output: &Output) -> Result<u8, Failure> {
    let workspace = place::open(common, false)?;
    output.use_mask_of(&workspace)?;
    let reader = workspace.reader()?;
    let inventory = inventory(&reader)?;
    let state = check::stored(reader.conn()).map_err(|e| e.at(&reader))?;
    let mut table = Table::new(&[
        ("object", false),
        ("feeds", false),
        ("fields", true),
        ("mapped", true),
        ("archived", true),
        ("dropped", true),
        ("open", true),
        ("reviewed", true),
        ("blocks", true),
    ]);
    let mut list = Vec::new();
    for object in inventory.sources.iter().flat_map(|source| &source.objects) {
        let maps = maps(&reader, object, None)?;
        let sum = coverage::sum(&coverage::fields(object, &maps));
        let entities: Vec<String> = maps.iter().map(|map| map.map.key.entity.clone()).collect();
        let blocks = state
            .problems
            .iter()
            .filter(|p| p.blocks && p.source == object.source_name && p.object == object.name)
            .count() as u64;
        if output.json {
            list.push(json!({
                "source": object.source_name, "object": object.name, "entities": entities, "fields": sum, "blocks": blocks,
            }));
            continue;
        }
        let Sum { columns, mapped, archived, dropped, open, reviewed } = sum;
        let feeds = if entities.is_empty() { "–".to_owned() } else { entities.join(", ") };
        table.row(vec![
            Shown::of(&format!("{} › {}", object.source_name, object.name)),
            Shown::of(&feeds),
            number(columns),
            number(mapped),
            number(archived),
            number(dropped),
            number(open),
            number(reviewed),
            number(blocks),
        ]);
    }
    let blocking = state.problems.iter().filter(|problem| problem.blocks).count() as u64;
    if output.json {
        return output.object(&json!({
            "objects": list, "coverage": state.coverage, "fields": state.columns, "decided": state.decided,
            "blocks": blocking,
        }));
    }
    if inventory.loads == 0 {
        return output.text("Nothing is loaded yet. cutover load FILE… brings exports in.\n");
    }
    let mut text = table.render(48);
    let decided = format!("{} of {} fields are decided", thousands(state.decided), thousands(state.columns));
    let blocks = match blocking {
        0 => "nothing blocks a rehearsal".to_owned(),
        n => format!("{} a rehearsal; cutover map check lists them", count(n, "thing blocks", "things block")),
    };
    text.push_str(&format!("\n{decided}; {blocks}.\n"));
    output.text(&text)
}

fn number(number: u64) -> Shown {
    Shown::of(&if number == 0 { "–".to_owned() } else { thousands(number) })
}

/// One column, or one field without a column, as the contract has it.
struct Line {
    column: Option<String>,
    disposition: Option<Value>,
    entity: Option<String>,
    field: Option<String>,
    rule: String,
    value_map: Vec<Value>,
    technical: Option<String>,
    business: Option<String>,
    reason: String,
    by: String,
    at: String,
}

pub(in crate::cli) fn run(args: &Show, common: &Common, output: &Output) -> Result<u8, Failure> {
    let workspace = place::open(common, false)?;
    output.use_mask_of(&workspace)?;
    let reader = workspace.reader()?;
    let inventory: Inventory = inventory(&reader)?;
    let meant = objects(&inventory, args.object.as_deref())?;
    let mut fields = Vec::new();
    let mut text = String::new();
    for object in meant {
        let maps = maps(&reader, object, args.entity.as_deref())?;
        let states = coverage::fields(object, &maps);
        let lines = lines(&reader, &states, &maps)?;
        if output.json {
            fields.extend(lines.iter().map(|line| to_json(object, line)));
            continue;
        }
        text.push_str(&in_words(&reader, object, &states, &maps, &lines, output)?);
    }
    if output.json {
        return output.object(&json!({ "fields": fields }));
    }
    output.text(if text.is_empty() {
        "Nothing is loaded yet. cutover load FILE… brings exports in.\n"
    } else {
        &text
    })
}

fn lines(reader: &Reader, states: &[FieldState], maps: &[StandingMap]) -> Result<Vec<Line>, Failure> {
    let mut lines = Vec::new();
    for state in states {
        let disposition = state.disposition.and_then(|d| serde_json::to_value(d).ok());
        let mut of_column = Vec::new();
        for map in maps {
            for rule in map.map.fields.iter().filter(|rule| rule.from.contains(&state.column)) {
                let mut line = line_of(reader, map, rule)?;
                line.column = Some(state.column.clone());
                line.disposition = disposition.clone();
                of_column.push(line);
            }
        }
        if of_column.is_empty() {
            let decided = maps.iter().flat_map(|map| &map.map.columns).find(|decided| decided.column == state.column);
            of_column.push(Line {
                column: Some(state.column.clone()),
                disposition,
                entity: None,
                field: None,
                rule: String::new(),
                value_map: Vec::new(),
                technical: decided.and_then(|d| d.technical.as_ref()).map(|said| said.by.clone()),
                business: decided.and_then(|d| d.business.as_ref()).map(|said| said.by.clone()),
                reason: state.reason.clone(),
                by: decided.map_or_else(String::new, |d| d.written.by.clone()),
                at: decided.map_or_else(String::new, |d| d.written.at.clone()),
            });
        }
        lines.append(&mut of_column);
    }
    for map in maps {
        for rule in map.map.fields.iter().filter(|rule| rule.from.is_empty()) {
            lines.push(line_of(reader, map, rule)?);
        }
    }
    Ok(lines)
}

fn line_of(reader: &Reader, map: &StandingMap, rule: &FieldRule) -> Result<Line, Failure> {
    let mut value_map = Vec::new();
    if matches!(rule.rule, Rule::ValueMap { .. })
        && let Some(column) = rule.from.first()
    {
        let table = values::table(reader.conn(), &map.map.key, column, &Job::new()).map_err(|e| e.at(reader))?;
        value_map = value_lines(&table, &rule.field);
    }
    Ok(Line {
        column: None,
        disposition: None,
        entity: Some(map.map.key.entity.clone()),
        field: Some(rule.field.clone()),
        rule: rule.rule.sentence(&rule.from),
        value_map,
        technical: rule.technical.as_ref().map(|said| said.by.clone()),
        business: rule.business.as_ref().map(|said| said.by.clone()),
        reason: String::new(),
        by: rule.written.by.clone(),
        at: rule.written.at.clone(),
    })
}

fn value_lines(table: &ValueTable, field: &str) -> Vec<Value> {
    let Some(at) = table.fields.iter().position(|name| name == field) else { return Vec::new() };
    let line = |line: &values::ValueLine| {
        let decided = line.to.get(at).and_then(Option::as_ref);
        let (target, excluded) = match decided.map(|decided| &decided.to) {
            Some(ValueTarget::Value(value)) => (Some(value.clone()), None),
            Some(ValueTarget::Excluded(reason)) => (None, Some(reason.clone())),
            Some(ValueTarget::Nothing) | None => (None, None),
        };
        json!({
            "value": line.value, "count": line.records, "target": target, "excluded": excluded,
            "decided": decided.is_some(), "by": decided.map(|d| d.by.clone()), "new": line.is_new,
        })
    };
    table.rows.iter().map(line).collect()
}

fn to_json(object: &Object, line: &Line) -> Value {
    json!({
        "source": object.source_name, "object": object.name, "column": line.column, "disposition": line.disposition,
        "entity": line.entity, "field": line.field, "rule": line.rule, "value_map": line.value_map,
        "reviews": { "technical": line.technical, "business": line.business },
        "reason": line.reason, "by": line.by, "at": line.at,
    })
}

fn in_words(
    reader: &Reader,
    object: &Object,
    states: &[FieldState],
    maps: &[StandingMap],
    lines: &[Line],
    output: &Output,
) -> Result<String, Failure> {
    let profile = profile::stored(reader.conn(), object.id).map_err(|e| reader.explain(&e))?;
    let mut table = Table::new(&[
        ("source field", false),
        ("filled", true),
        ("example", false),
        ("rule", false),
        ("target field", false),
        ("", false),
    ]);
    for line in lines {
        let column = line.column.as_deref().and_then(|name| object.columns.iter().find(|column| column.name == name));
        let figures = column.and_then(|column| profile.as_ref()?.columns.get(column.position));
        let example = figures.and_then(|figures| figures.examples.first()).map_or("", String::as_str);
        let rule = match (&line.disposition, line.rule.as_str()) {
            (None, "") => "not decided".to_owned(),
            (Some(disposition), "") => {
                format!("{}: {}", disposition.as_str().unwrap_or_default().replace('_', " "), line.reason)
            }
            (_, rule) => rule.to_owned(),
        };
        let field = match (&line.entity, &line.field) {
            (Some(entity), Some(field)) => format!("{entity}.{field}"),
            _ => "–".to_owned(),
        };
        let tick = |said: bool| if said { "✓" } else { "·" };
        let state = if line.disposition.is_none() && line.field.is_none() {
            "○".to_owned()
        } else {
            format!("{}{}", tick(line.technical.is_some()), tick(line.business.is_some()))
        };
        table.row(vec![
            Shown::of(line.column.as_deref().unwrap_or("–")),
            Shown::of(&figures.map_or_else(|| "–".to_owned(), |f| share_short(f.filled, f.rows))),
            output.shown(example),
            Shown::of(&rule),
            Shown::of(&field),
            Shown::of(&state),
        ]);
    }
    let Sum { columns, mapped, archived, dropped, open, .. } = coverage::sum(states);
    let entities: Vec<&str> = maps.iter().map(|map| map.map.key.entity.as_str()).collect();
    let head = format!("{} › {}", object.source_name, object.name);
    let feeds =
        if entities.is_empty() { "feeds nothing yet".to_owned() } else { format!("→ {}", entities.join(", ")) };
    Ok(format!(
        "{} {}\n{} = {mapped} mapped + {archived} archived + {dropped} dropped + {open} open\n\n{}\n",
        Shown::of(&head),
        Shown::of(&feeds),
        count(columns, "field", "fields"),
        table.render(36),
    ))
}
