//! What is undecided or dangerous in the maps.

use clap::Args;
use serde_json::{Value, json};

use super::super::output::{Output, Table};
use super::super::{Common, Failure, exit, place, progress};
use crate::mapping::check::{self as body, Problem};
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
    #[arg(long, value_name = "KIND")]
    kind: Option<String>,
    /// By who decides it
    #[arg(long)]
    by_owner: bool,
}

pub(in crate::cli) fn run(args: &Check, common: &Common, output: &Output) -> Result<u8, Failure> {
    let workspace = place::open(common, !common.read_only)?;
    output.use_mask_of(&workspace)?;
    let checked = progress::watch(|job| body::check(&workspace, job))??;
    let wanted = args.object.as_ref().map(|name| name.trim().to_lowercase());
    let is_meant = |problem: &&Problem| {
        let names = [
            problem.source.to_lowercase(),
            format!("{}.{}", problem.source, problem.object).to_lowercase(),
            format!("{}/{}", problem.source, problem.object).to_lowercase(),
            problem.object.to_lowercase(),
        ];
        let kind = serde_json::to_value(problem.kind).unwrap_or_default();
        wanted.as_ref().is_none_or(|wanted| names.contains(wanted))
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
        let mut table = Table::new(&[
            ("", false),
            ("what", false),
            ("where", false),
            ("records", true),
            ("who decides", false),
            ("what next", false),
        ]);
        for problem in &problems {
            table.row(vec![
                Shown::of(if problem.blocks { "✗" } else { "!" }),
                Shown::of(&problem.title),
                Shown::of(&place_of(problem)),
                Shown::of(&if problem.count == 0 { "–".to_owned() } else { thousands(problem.count) }),
                Shown::of(if problem.who.is_empty() { "–" } else { &problem.who }),
                Shown::of(&problem.message),
            ]);
        }
        text.push_str(&table.render(64));
        text.push('\n');
    }
    text.push_str(&format!(
        "{} of {} fields are decided. {}, {}.\n",
        thousands(checked.decided),
        thousands(checked.columns),
        if blocking == 0 { "Nothing blocks a rehearsal".to_owned() } else { count(blocking, "blocks", "block") },
        if warn == 0 { "no warning".to_owned() } else { count(warn, "warning", "warnings") },
    ));
    output.text(&text)?;
    Ok(code)
}

/// `Salesforce › Account › Type`, `person › country`.
fn place_of(problem: &Problem) -> String {
    let target = if problem.field.is_empty() {
        problem.entity.clone()
    } else {
        format!("{} › {}", problem.entity, problem.field)
    };
    let source: Vec<&str> = [problem.source.as_str(), problem.object.as_str(), problem.column.as_str()]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect();
    match (source.is_empty(), target.is_empty()) {
        (true, _) => target,
        (false, true) => source.join(" › "),
        (false, false) => format!("{} → {target}", source.join(" › ")),
    }
}
