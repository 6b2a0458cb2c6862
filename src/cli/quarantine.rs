//! `cutover quarantine`: rows that could not be read, and their bytes back.

use std::path::PathBuf;

use base64::Engine;
use clap::Args;

use super::output::{Output, Table};
use super::{Common, Failure, exit, place};
use crate::sources::QuarantineRow;
use crate::sources::store::quarantine;
use crate::values::format::{count, thousands};
use crate::values::shown::Shown;
use crate::workspace::{Stopped, private_file};

/// List rows that could not be read, or write their bytes to a file.
#[derive(Debug, Args)]
pub(super) struct Quarantine {
    /// Write the rows, byte for byte and each ended by a line end, to this new file
    #[arg(long, value_name = "FILE")]
    export: Option<PathBuf>,
    /// Only rows with this reason
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// Only rows of this load
    #[arg(long, value_name = "LOAD")]
    load: Option<i64>,
}

pub(super) fn run(args: &Quarantine, common: &Common, output: &Output) -> Result<u8, Failure> {
    if args.export.is_some() && output.masks() {
        return Err(Failure::usage(
            "--export gives the rows back byte for byte, which --mask forbids.",
            "Leave one of them away.",
        ));
    }
    let workspace = place::open(common, false)?;
    output.use_mask_of(&workspace)?;
    let reader = workspace.reader()?;
    let mut rows: Vec<QuarantineRow> = Vec::new();
    let is_meant = |row: &QuarantineRow| {
        args.reason.as_ref().is_none_or(|reason| row.reason.contains(reason.as_str()))
            && args.load.is_none_or(|load| row.load.0 == load)
    };
    if let Some(path) = &args.export {
        let mut written = 0u64;
        let done = private_file::write_whole::<Stopped>(path, false, |out| {
            quarantine::for_each::<Stopped>(reader.conn(), |row| {
                if is_meant(&row) {
                    written += 1;
                    out.write_all(&row.bytes)?;
                    if !row.bytes.ends_with(b"\n") {
                        out.write_all(b"\n")?;
                    }
                }
                Ok(())
            })
        });
        done.map_err(|stopped| match stopped {
            Stopped::Taker(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Failure::usage(
                format!("{} exists already; it was not touched.", Shown::of(&path.to_string_lossy())),
                "Choose another name.",
            ),
            Stopped::Taker(error) => Failure::io(&Shown::of(&path.to_string_lossy()).to_plain(), &error),
            Stopped::Database(error) => reader.explain(&error).into(),
        })?;
        if output.json {
            return output.object(&serde_json::json!({ "exported": written, "file": path.to_string_lossy() }));
        }
        return output.text(&format!(
            "Wrote {} to {}.\n",
            count(written, "row", "rows"),
            Shown::of(&path.to_string_lossy())
        ));
    }
    quarantine::for_each::<Stopped>(reader.conn(), |row| {
        if is_meant(&row) {
            rows.push(row);
        }
        Ok(())
    })
    .map_err(|stopped| Failure::stopped(stopped, &reader))?;
    if output.json {
        return output.object(&to_json(&rows, output));
    }
    if rows.is_empty() {
        return output.text("No row is in quarantine.\n");
    }
    let mut table = Table::new(&[("reason", false), ("file", false), ("line", true), ("what was there", false)]);
    for row in rows.iter().take(200) {
        table.row(vec![
            Shown::of(&row.reason),
            Shown::of(&row.file),
            Shown::of(&thousands(row.line)),
            if row.detail.is_empty() { text_of(row, output) } else { Shown::of(&detail_of(row, output)) },
        ]);
    }
    let mut text = table.render(60);
    if rows.len() > 200 {
        text.push_str(&format!("and {} more; --json lists all.\n", thousands(rows.len() as u64 - 200)));
    }
    text.push_str(&format!(
        "{} in quarantine. --export FILE gives the bytes back.\n",
        count(rows.len() as u64, "row", "rows")
    ));
    output.text(&text)?;
    Ok(exit::DONE)
}

/// The particular case. Only where the row is no JSON does it quote a value.
fn detail_of(row: &QuarantineRow, output: &Output) -> String {
    match row.detail.split_once('"') {
        Some((says, _)) if output.masks() => says.trim_end().to_owned(),
        _ => row.detail.clone(),
    }
}

fn text_of(row: &QuarantineRow, output: &Output) -> Shown {
    if output.masks() {
        return output.shown(&String::from_utf8_lossy(&row.bytes));
    }
    Shown::of_bytes(&row.bytes[..row.bytes.len().min(400)])
}

fn to_json(rows: &[QuarantineRow], output: &Output) -> serde_json::Value {
    let rows: Vec<serde_json::Value> = rows
        .iter()
        .map(|row| {
            let text = String::from_utf8_lossy(&row.bytes);
            let bytes =
                if output.masks() { None } else { Some(base64::engine::general_purpose::STANDARD.encode(&row.bytes)) };
            serde_json::json!({
                "file": row.file, "load": row.load.0, "line": row.line, "offset": row.offset, "reason": row.reason,
                "detail": detail_of(row, output), "text": output.value(&text), "bytes_base64": bytes,
            })
        })
        .collect();
    serde_json::json!({ "rows": rows })
}
