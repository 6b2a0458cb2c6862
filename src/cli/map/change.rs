//! Changes to a map, one command each; every one is a version that `cutover undo` takes back.

use clap::Args;
use serde_json::json;

use super::super::output::Output;
use super::super::{Common, Failure};
use super::{field_of, key, open_for, standing};
use crate::definitions::Saved;
use crate::mapping::edit::{Change, read_rule};
use crate::mapping::{self, MapKey};
use crate::model::{self, MissingPolicy};
use crate::sources::Object;
use crate::values::format::count;
use crate::values::shown::Shown;
use crate::workspace::Workspace;

#[derive(Debug, Args)]
pub(in crate::cli) struct Set {
    /// SOURCE.OBJECT
    object: String,
    /// ENTITY.FIELD
    field: String,
    /// Such as: copy LastName · phone Phone country PL · date Since day-first · '= upper(trim("Last Name"))'; quote what
    /// the shell would take for itself
    #[arg(required = true, num_args = 1..)]
    rule: Vec<String>,
    /// Why
    #[arg(long, value_name = "TEXT", default_value = "")]
    comment: String,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Clear {
    /// SOURCE.OBJECT
    object: String,
    /// ENTITY.FIELD (several may be named)
    #[arg(required = true)]
    fields: Vec<String>,
    #[arg(long, value_name = "TEXT", default_value = "")]
    comment: String,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Drop {
    /// SOURCE.OBJECT
    object: String,
    /// Columns by name
    #[arg(required = true)]
    columns: Vec<String>,
    /// Why they are not carried over
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// Keep them readable outside the entity: field, note, document, historical table, read-only record
    #[arg(long, value_name = "PLACE")]
    archive_as: Option<String>,
    /// The map that says so, where the object has several
    #[arg(long, value_name = "ENTITY")]
    entity: Option<String>,
    #[arg(long, value_name = "TEXT", default_value = "")]
    comment: String,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Reopen {
    /// SOURCE.OBJECT
    object: String,
    /// Columns by name
    #[arg(required = true)]
    columns: Vec<String>,
    #[arg(long, value_name = "TEXT", default_value = "")]
    comment: String,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Where {
    /// SOURCE.OBJECT
    object: String,
    entity: String,
    /// A scalar SQLite expression over the row's columns, such as: IsDeleted = 'false'; empty: all rows
    expression: String,
    /// What the other rows are excluded for
    #[arg(long, value_name = "TEXT", default_value = "")]
    reason: String,
    #[arg(long, value_name = "TEXT", default_value = "")]
    comment: String,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Missing {
    /// SOURCE.OBJECT
    object: String,
    /// ENTITY.FIELD
    field: String,
    #[arg(value_parser = ["default", "derive", "reject", "ask", "as-the-field-says"])]
    policy: String,
    /// The default, or the expression that derives it
    #[arg(default_value = "", allow_hyphen_values = true)]
    value: String,
    #[arg(long, value_name = "TEXT", default_value = "")]
    comment: String,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct About {
    /// SOURCE.OBJECT
    object: String,
    entity: String,
    /// owner=, process=, deduplication=, validation=
    #[arg(required = true, value_name = "KEY=TEXT")]
    facts: Vec<String>,
    #[arg(long, value_name = "TEXT", default_value = "")]
    comment: String,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Review {
    /// SOURCE.OBJECT
    object: String,
    /// ENTITY.FIELD, or names of columns that were dropped or archived; none: everything of the object's maps
    what: Vec<String>,
    /// The rule does what it says
    #[arg(long, required_unless_present = "business")]
    technical: bool,
    /// It is what the business means
    #[arg(long)]
    business: bool,
    /// The review no longer holds
    #[arg(long)]
    take_back: bool,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Comment {
    /// SOURCE.OBJECT
    object: String,
    /// ENTITY.FIELD, or the name of a column that was dropped or archived
    what: String,
    text: String,
}

/// Makes changes to one map and tells what stands.
fn make(
    workspace: &Workspace,
    key: MapKey,
    changes: Vec<Change>,
    comment: &str,
    words: &str,
    output: &Output,
) -> Result<u8, Failure> {
    let name = key.name();
    let saved = mapping::change(workspace, &[(key, changes)], comment)?;
    told(&name, saved.first().copied(), words, output)
}

/// Says what was saved.
pub(super) fn told(name: &str, saved: Option<Saved>, words: &str, output: &Output) -> Result<u8, Failure> {
    let is_new = saved.is_some_and(|saved| saved.is_new);
    if output.json {
        return output.object(&json!({ "map": name, "version": saved.map(|saved| saved.version), "saved": is_new }));
    }
    let version = saved.map_or_else(String::new, |saved| format!(" (version {})", saved.version));
    if is_new {
        output.text(&format!("{}: {words}{version}.\n", Shown::of(name)))
    } else {
        output.text(&format!("{}: that stands already{version}; nothing was changed.\n", Shown::of(name)))
    }
}

pub(in crate::cli) fn set(args: &Set, common: &Common, output: &Output) -> Result<u8, Failure> {
    let (entity, field) = field_of(&args.field)?;
    let (from, rule) = read_rule(&args.rule.join(" "))?;
    let (workspace, object) = open_for(common, &args.object)?;
    let sentence = rule.sentence(&from);
    let words = format!("{} is {}", Shown::of(&field), Shown::of(&sentence));
    make(&workspace, key(&object, &entity), vec![Change::Set { field, from, rule }], &args.comment, &words, output)
}

pub(in crate::cli) fn clear(args: &Clear, common: &Common, output: &Output) -> Result<u8, Failure> {
    let (workspace, object) = open_for(common, &args.object)?;
    let mut all: Vec<(MapKey, Vec<Change>)> = Vec::new();
    for name in &args.fields {
        let (entity, field) = field_of(name)?;
        let key = key(&object, &entity);
        let change = Change::Clear { field };
        match all.iter_mut().find(|(of, _)| *of == key) {
            Some((_, changes)) => changes.push(change),
            None => all.push((key, vec![change])),
        }
    }
    let saved = mapping::change(&workspace, &all, &args.comment)?;
    let name = all.first().map_or_else(String::new, |(key, _)| key.name());
    let words = format!("{} taken out", count(args.fields.len() as u64, "rule is", "rules are"));
    told(&name, saved.first().copied(), &words, output)
}

/// The map of an object that a decision about columns goes into.
fn map_for_columns(workspace: &Workspace, object: &Object, entity: Option<&str>) -> Result<MapKey, Failure> {
    let reader = workspace.reader()?;
    let maps = mapping::maps_of(reader.conn(), &object.source_name, &object.name).map_err(|e| reader.explain(&e))?;
    match (entity, maps.first()) {
        (Some(entity), _) => Ok(key(object, entity)),
        (None, Some(first)) => Ok(first.map.key.clone()),
        (None, None) => Err(Failure::usage(
            format!("{} has no map yet.", Shown::of(&format!("{}.{}", object.source_name, object.name))),
            "Name the entity that it feeds: --entity ENTITY.",
        )),
    }
}

pub(in crate::cli) fn drop_columns(args: &Drop, common: &Common, output: &Output) -> Result<u8, Failure> {
    let (workspace, object) = open_for(common, &args.object)?;
    let key = map_for_columns(&workspace, &object, args.entity.as_deref())?;
    let changes = args.columns.iter().map(|column| match &args.archive_as {
        Some(place) => {
            Change::Archive { column: column.clone(), archive_as: place.clone(), reason: args.reason.clone() }
        }
        None => Change::Drop { column: column.clone(), reason: args.reason.clone() },
    });
    let verb = if args.archive_as.is_some() { "archived" } else { "dropped" };
    let columns = args.columns.len() as u64;
    let words = format!("{} {verb}", count(columns, "column is", "columns are"));
    make(&workspace, key, changes.collect(), &args.comment, &words, output)
}

pub(in crate::cli) fn reopen(args: &Reopen, common: &Common, output: &Output) -> Result<u8, Failure> {
    let (workspace, object) = open_for(common, &args.object)?;
    let reader = workspace.reader()?;
    let maps = mapping::maps_of(reader.conn(), &object.source_name, &object.name).map_err(|e| reader.explain(&e))?;
    drop(reader);
    let mut all = Vec::new();
    for column in &args.columns {
        let of = maps.iter().find(|map| map.map.columns.iter().any(|decided| decided.column == *column));
        let Some(of) = of else {
            return Err(Failure::usage(
                format!("Nothing was decided of {}. Nothing was changed.", Shown::of(column)),
                "cutover map show OBJECT lists the columns; cutover map clear takes a rule out.",
            ));
        };
        all.push((of.map.key.clone(), Change::Reopen { column: column.clone() }));
    }
    let mut by_map: Vec<(MapKey, Vec<Change>)> = Vec::new();
    for (key, change) in all {
        match by_map.iter_mut().find(|(of, _)| *of == key) {
            Some((_, changes)) => changes.push(change),
            None => by_map.push((key, vec![change])),
        }
    }
    let saved = mapping::change(&workspace, &by_map, &args.comment)?;
    let name = by_map.first().map_or_else(String::new, |(key, _)| key.name());
    let words = format!("{} open again", count(args.columns.len() as u64, "column is", "columns are"));
    told(&name, saved.first().copied(), &words, output)
}

pub(in crate::cli) fn only_where(args: &Where, common: &Common, output: &Output) -> Result<u8, Failure> {
    let (workspace, object) = open_for(common, &args.object)?;
    let change = Change::OnlyWhere { sql: args.expression.clone(), otherwise_excluded: args.reason.clone() };
    let words = if args.expression.trim().is_empty() { "all rows feed it" } else { "only these rows feed it" };
    make(&workspace, key(&object, &args.entity), vec![change], &args.comment, words, output)
}

pub(in crate::cli) fn missing(args: &Missing, common: &Common, output: &Output) -> Result<u8, Failure> {
    let (entity, field) = field_of(&args.field)?;
    let (workspace, object) = open_for(common, &args.object)?;
    let policy = match args.policy.as_str() {
        "default" => Some(MissingPolicy::Default),
        "derive" => Some(MissingPolicy::Derive),
        "reject" => Some(MissingPolicy::Reject),
        "ask" => Some(MissingPolicy::Ask),
        _ => None,
    };
    let missing = policy.map(|policy| model::Missing { policy, value: args.value.clone() });
    let words = format!("where {} is missing: {}", Shown::of(&field), args.policy.replace('-', " "));
    make(&workspace, key(&object, &entity), vec![Change::Missing { field, missing }], &args.comment, &words, output)
}

pub(in crate::cli) fn about(args: &About, common: &Common, output: &Output) -> Result<u8, Failure> {
    let (workspace, object) = open_for(common, &args.object)?;
    let mut changes = Vec::new();
    for fact in &args.facts {
        let Some((key, text)) = fact.split_once('=') else {
            return Err(Failure::usage(
                format!("“{}” is not KEY=TEXT. Nothing was changed.", Shown::of(fact)),
                "Example: owner=\"Jonas Weber\".",
            ));
        };
        changes.push(Change::About { key: key.trim().to_owned(), text: text.trim().to_owned() });
    }
    make(&workspace, key(&object, &args.entity), changes, &args.comment, "is described anew", output)
}

/// The map and the field or column that a name means: `person.email`, or a column that was decided on.
fn rule_named(
    workspace: &Workspace,
    object: &Object,
    name: &str,
) -> Result<(MapKey, Option<String>, Option<String>), Failure> {
    let reader = workspace.reader()?;
    let maps = mapping::maps_of(reader.conn(), &object.source_name, &object.name).map_err(|e| reader.explain(&e))?;
    let named = name.split_once('.');
    for map in &maps {
        let field = named.filter(|(entity, _)| *entity == map.map.key.entity).map(|(_, field)| field);
        if let Some(field) = field.filter(|field| map.map.fields.iter().any(|rule| rule.field == *field)) {
            return Ok((map.map.key.clone(), Some(field.to_owned()), None));
        }
        if map.map.columns.iter().any(|column| column.column == name) {
            return Ok((map.map.key.clone(), None, Some(name.to_owned())));
        }
    }
    Err(Failure::usage(
        format!("Nothing was decided of {}. Nothing was changed.", Shown::of(name)),
        "Write ENTITY.FIELD, or the name of a column that was dropped; cutover map show OBJECT lists them.",
    ))
}

pub(in crate::cli) fn review(args: &Review, common: &Common, output: &Output) -> Result<u8, Failure> {
    let (workspace, object) = open_for(common, &args.object)?;
    let mut named = Vec::new();
    if args.what.is_empty() {
        let reader = workspace.reader()?;
        let maps =
            mapping::maps_of(reader.conn(), &object.source_name, &object.name).map_err(|e| reader.explain(&e))?;
        for map in &maps {
            let of = map.map.key.clone();
            named.extend(map.map.fields.iter().map(|rule| (of.clone(), Some(rule.field.clone()), None)));
            named.extend(map.map.columns.iter().map(|column| (of.clone(), None, Some(column.column.clone()))));
        }
        if named.is_empty() {
            standing(&reader, &object, None)?;
        }
    }
    for what in &args.what {
        named.push(rule_named(&workspace, &object, what)?);
    }
    let sides: Vec<bool> =
        [(args.technical, false), (args.business, true)].iter().filter(|(on, _)| *on).map(|(_, side)| *side).collect();
    let mut by_map: Vec<(MapKey, Vec<Change>)> = Vec::new();
    let rules = named.len() as u64;
    for (key, field, column) in named {
        let changes = sides.iter().map(|business| Change::Review {
            field: field.clone(),
            column: column.clone(),
            business: *business,
            said: !args.take_back,
        });
        match by_map.iter_mut().find(|(of, _)| *of == key) {
            Some((_, all)) => all.extend(changes),
            None => by_map.push((key, changes.collect())),
        }
    }
    let saved = mapping::change(&workspace, &by_map, "")?;
    let name = by_map.first().map_or_else(String::new, |(key, _)| key.name());
    let verb = if args.take_back { "no longer reviewed" } else { "reviewed" };
    told(&name, saved.first().copied(), &format!("{} {verb}", count(rules, "rule is", "rules are")), output)
}

pub(in crate::cli) fn comment(args: &Comment, common: &Common, output: &Output) -> Result<u8, Failure> {
    let (workspace, object) = open_for(common, &args.object)?;
    let (key, field, column) = rule_named(&workspace, &object, &args.what)?;
    let change = Change::Comment { field, column, text: args.text.clone() };
    make(&workspace, key, vec![change], "", "the comment stands with the rule", output)
}
