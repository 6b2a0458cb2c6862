//! `cutover audit`: who changed what, when.

use clap::Args;

use super::output::{Output, Table};
use super::{Common, Failure, place};
use crate::values::shown::Shown;
use crate::workspace::audit;

/// List the audit trail, newest first.
#[derive(Debug, Args)]
pub(super) struct Audit {
    /// The most entries
    #[arg(long, value_name = "N", default_value_t = 50)]
    limit: u32,
}

pub(super) fn run(args: &Audit, common: &Common, output: &Output) -> Result<u8, Failure> {
    let workspace = place::open(common, false)?;
    let reader = workspace.reader()?;
    let entries = audit::newest(reader.conn(), args.limit).map_err(|e| reader.explain(&e))?;
    let head = audit::head(reader.conn()).map_err(|e| reader.explain(&e))?;
    if output.json {
        let list: Vec<serde_json::Value> = entries
            .iter()
            .map(|e| {
                serde_json::json!({
                    "seq": e.seq, "at": e.at, "who": e.who, "what": e.what, "subject": e.subject, "before": e.before, "after": e.after,
                })
            })
            .collect();
        return output.object(&serde_json::json!({ "entries": list, "audit_head": head }));
    }
    let mut table = Table::new(&[("entry", true), ("UTC", false), ("who", false), ("what", false)]);
    for entry in &entries {
        table.row(vec![
            Shown::of(&entry.seq.to_string()),
            Shown::of(entry.at.get(..16).unwrap_or(&entry.at)),
            Shown::of(&entry.who),
            Shown::of(&format!("{} {}", entry.what, entry.subject)),
        ]);
    }
    output.text(&format!("{}head {}\n", table.render(80), &head[..head.len().min(16)]))
}
