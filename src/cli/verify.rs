//! `cutover verify`: does everything hold that must?

use clap::Args;

use super::output::Output;
use super::{Common, Failure, exit, place, progress};
use crate::definitions;
use crate::model;
use crate::sources::{load, store};
use crate::values::shown::Shown;
use crate::workspace::Reader;
use crate::workspace::verify::{self, Problem};

/// Check pages, foreign keys, the audit chain, the content of every record, counts and the identifier index.
#[derive(Debug, Args)]
pub(super) struct Verify {
    /// Build the identifier index anew; records are never changed
    #[arg(long)]
    repair: bool,
}

pub(super) fn run(args: &Verify, common: &Common, output: &Output) -> Result<u8, Failure> {
    if args.repair {
        let workspace = place::open(common, true)?;
        progress::watch(|job| load::rebuild_index(&workspace, job))??;
    }
    let workspace = place::open(common, false)?;
    let reader = workspace.reader()?;
    let (problems, head) = problems_of(&reader)?;
    if output.json {
        output.object(&serde_json::json!({ "ok": problems.is_empty(), "problems": problems, "audit_head": head }))?;
    } else if problems.is_empty() {
        output.text(&format!("Everything holds. Audit head {}.\n", &head[..head.len().min(16)]))?;
    } else {
        let mut text = String::new();
        for problem in &problems {
            text.push_str(&format!(
                "✗ {}: {} ({})\n",
                Shown::of(&problem.r#where),
                Shown::of(&problem.message),
                problem.kind
            ));
        }
        text.push_str("A backup made before is put in place with cutover restore FILE.\n");
        output.text(&text)?;
    }
    Ok(if problems.is_empty() { exit::DONE } else { exit::NOT_HELD })
}

/// All that does not hold in a workspace, and the head of its audit chain.
pub(super) fn problems_of(reader: &Reader) -> Result<(Vec<Problem>, String), Failure> {
    let (mut problems, head) = verify::check_file(reader)?;
    match store::check::check(reader.conn()) {
        Ok(more) => problems.extend(more),
        Err(error) => problems.push(Problem {
            kind: "page",
            r#where: "sources".to_owned(),
            message: format!("they cannot be read: {error}"),
        }),
    }
    match definitions::check::check(reader.conn()) {
        Ok(more) => problems.extend(more),
        Err(error) => problems.push(Problem {
            kind: "page",
            r#where: "definitions".to_owned(),
            message: format!("they cannot be read: {error}"),
        }),
    }
    match model::keys::check(reader.conn()) {
        Ok(more) => problems.extend(more),
        Err(error) => problems.push(Problem {
            kind: "page",
            r#where: "durable keys".to_owned(),
            message: format!("they cannot be read: {error}"),
        }),
    }
    Ok((problems, head))
}
