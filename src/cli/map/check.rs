//! What is undecided or dangerous in the maps.

use std::collections::BTreeSet;

use clap::Args;
use serde_json::{Value, json};

use super::super::output::Output;
use super::super::{Common, Failure, exit, place, progress};
use super::{inventory, objects};
use crate::delivery::mapping_document::message;
use crate::mapping::check::{self as body, Problem, ProblemKind};
use crate::mapping::maps;
use crate::values::format::{count, thousands};
use crate::values::shown::Shown;

#[derive(Debug, Args)]
pub(in crate::cli) struct Check {
    /// SOURCE or SOURCE.OBJECT [default: everything]
    object: Option<String>,
    /// Only what blocks a rehearsal
    #[arg(long)]
    blocking: bool,
    /// Only this kind, such as unmapped_value
    #[arg(long, value_name = "KIND", value_parser = KINDS)]
    kind: Option<String>,
    /// By who decides it
    #[arg(long)]
    by_owner: bool,
}

/// The kinds of problems, as the JSON has them.
const KINDS: [&str; 19] = [
    "undecided_date",
    "contradictory_date",
    "unmapped_value",
    "new_value",
    "required_empty",
    "required_without_source",
    "no_disposition",
    "ambiguous_owner",
    "unknown_owner",
    "owner_overwritten",
    "must_not_control",
    "bad_expression",
    "rejects",
    "derived_field",
    "no_source_of_truth",
    "gone",
    "no_map",
    "unreviewed",
    "unapproved",
];

pub(in crate::cli) fn run(args: &Check, common: &Common, output: &Output) -> Result<u8, Failure> {
    let workspace = place::open(common, !common.read_only)?;
    output.use_mask_of(&workspace)?;
    // A name that nothing has would find nothing wrong.
    objects(&inventory(&workspace.reader()?)?, args.object.as_deref())?;
    let checked = progress::watch(|job| body::check(&workspace, job))??;
    let wanted = args.object.as_ref().map(|name| name.trim().to_lowercase());
    // What stands against an entity as a whole stands against each object that feeds it.
    let asked = |source: &str, object: &str| {
        let names = [
            source.to_lowercase(),
            format!("{source}.{object}").to_lowercase(),
            format!("{source}/{object}").to_lowercase(),
            object.to_lowercase(),
        ];
        wanted.as_ref().is_none_or(|wanted| names.contains(wanted))
    };
    let reader = workspace.reader()?;
    let fed: BTreeSet<String> = maps(reader.conn())
        .map_err(|e| reader.explain(&e))?
        .into_iter()
        .filter(|map| asked(&map.map.key.source, &map.map.key.object))
        .map(|map| map.map.key.entity)
        .collect();
    let is_meant = |problem: &&Problem| {
        let kind = serde_json::to_value(problem.kind).unwrap_or_default();
        let of_entity = problem.source.is_empty() && fed.contains(&problem.entity);
        (of_entity || asked(&problem.source, &problem.object))
            && (!args.blocking || problem.blocks)
            && args.kind.as_ref().is_none_or(|wanted| kind == Value::String(wanted.clone()))
    };
    let mut problems: Vec<&Problem> = checked.problems.iter().filter(is_meant).collect();
    if args.by_owner {
        problems.sort_by(|a, b| a.who.cmp(&b.who));
    }
    let blocking = problems.iter().filter(|problem| problem.blocks).count() as u64;
    let code = if blocking > 0 { exit::NOT_HELD } else { exit::DONE };
    if output.json {
        let list: Vec<Value> = problems
            .iter()
            .map(|problem| {
                let mut value = serde_json::to_value(problem).unwrap_or_default();
                if output.masks() {
                    let masked: Vec<String> = problem.values.iter().map(|value| output.value(value)).collect();
                    value["values"] = json!(masked);
                    value["message"] = json!(message(problem, &|text| output.value(text)));
                }
                value
            })
            .collect();
        output.object(&json!({
            "coverage": checked.coverage, "fields": checked.columns, "decided": checked.decided, "problems": list,
        }))?;
        return Ok(code);
    }
    let warn = problems.len() as u64 - blocking;
    let mut text = String::new();
    if !problems.is_empty() {
        // What only waits for a review is one line here; asked for by its kind, it is listed.
        let waits = |problem: &&&Problem| {
            args.kind.is_none()
                && !problem.blocks
                && matches!(problem.kind, ProblemKind::Unreviewed | ProblemKind::Unapproved)
        };
        for problem in problems.iter().filter(|problem| !waits(problem)) {
            text.push_str(&in_words(problem, output));
        }
        let of = |kind: ProblemKind| problems.iter().filter(waits).filter(move |problem| problem.kind == kind);
        let unreviewed: u64 = of(ProblemKind::Unreviewed).map(|problem| problem.count).sum();
        let unapproved = of(ProblemKind::Unapproved).count() as u64;
        if unreviewed > 0 {
            let rules = count(unreviewed, "rule is", "rules are");
            text.push_str(&format!("! {rules} not reviewed by both sides; --kind unreviewed lists them\n"));
        }
        if unapproved > 0 {
            let entities = count(unapproved, "entity is", "entities are");
            text.push_str(&format!("! {entities} not approved; --kind unapproved lists them\n"));
        }
        text.push('\n');
    }
    let narrowed = args.object.is_some() || args.kind.is_some();
    let blocks = match blocking {
        0 if narrowed => "Nothing of this blocks a rehearsal".to_owned(),
        0 => "Nothing blocks a rehearsal".to_owned(),
        n => count(n, "thing blocks", "things block"),
    };
    let warnings = match warn {
        _ if args.blocking => String::new(),
        0 => ", no warning".to_owned(),
        n => format!(", {}", count(n, "warning", "warnings")),
    };
    text.push_str(&format!(
        "{} of {} fields are decided. {blocks}{warnings}.\n",
        thousands(checked.decided),
        thousands(checked.columns),
    ));
    output.text(&text)?;
    Ok(code)
}

/// What and where on one line, and on the next, whole, what to do about it.
fn in_words(problem: &Problem, output: &Output) -> String {
    let mark = if problem.blocks { "✗" } else { "!" };
    let who = if problem.who.is_empty() { String::new() } else { format!(" · {} decides", Shown::of(&problem.who)) };
    format!(
        "{mark} {} · {}{who}\n    {}\n",
        Shown::of(&problem.title),
        Shown::of(&place_of(problem)),
        Shown::of(&message(problem, &|text| output.value(text)))
    )
}

/// `Salesforce › Account › Type`, `person › country`.
fn place_of(problem: &Problem) -> String {
    let target = if problem.field.is_empty() {
        problem.entity.clone()
    } else {
        format!("{} › {}", problem.entity, problem.field)
    };
    // Where no column is meant, the target field stands in its place.
    let column = if problem.column == format!("{}.{}", problem.entity, problem.field) { "" } else { &problem.column };
    let source: Vec<&str> = [problem.source.as_str(), problem.object.as_str(), column]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect();
    match (source.is_empty(), target.is_empty()) {
        (true, _) => target,
        (false, true) => source.join(" › "),
        (false, false) => format!("{} → {target}", source.join(" › ")),
    }
}
