//! `cutover backup` and `restore`.

use std::path::PathBuf;

use clap::Args;

use super::output::Output;
use super::{Common, Failure, place, progress};
use crate::values::format;
use crate::values::shown::Shown;
use crate::workspace;

/// Copy the workspace to a new file; others may work in it meanwhile.
#[derive(Debug, Args)]
pub(super) struct Backup {
    /// The file to make
    file: PathBuf,
}

/// Put a backup in the place of the workspace; what stood there is kept beside it.
#[derive(Debug, Args)]
pub(super) struct Restore {
    /// The backup
    file: PathBuf,
}

pub(super) fn backup(args: &Backup, common: &Common, output: &Output) -> Result<u8, Failure> {
    let opened = place::open(common, false)?;
    let copied = progress::watch(|job| workspace::backup::backup(&opened, &args.file, job))??;
    if output.json {
        return output.object(&serde_json::json!({
            "ok": true, "file": copied.file.to_string_lossy(), "bytes": copied.bytes, "audit_head": copied.audit_head,
        }));
    }
    output.text(&format!(
        "Copied to {}, {}. Audit head {}.\n",
        Shown::of(&copied.file.to_string_lossy()),
        format::bytes(copied.bytes),
        &copied.audit_head[..copied.audit_head.len().min(16)]
    ))
}

pub(super) fn restore(args: &Restore, common: &Common, output: &Output) -> Result<u8, Failure> {
    if common.read_only {
        return Err(Failure::usage("This command changes the workspace.", "Leave --read-only away."));
    }
    let to = place::find(common)?;
    let (copied, kept) =
        progress::watch(|job| workspace::backup::restore(&args.file, &to, &place::actor(common), job))??;
    if output.json {
        return output.object(&serde_json::json!({
            "ok": true, "workspace": copied.file.to_string_lossy(), "audit_head": copied.audit_head,
            "replaced": kept.as_ref().map(|path| path.to_string_lossy()),
        }));
    }
    let kept = kept.map_or_else(String::new, |path| format!(" What stood there is {}.", Shown::of(&path.to_string_lossy())));
    output.text(&format!(
        "{} is as in the backup; audit head {}.{kept}\n",
        Shown::of(&copied.file.to_string_lossy()),
        &copied.audit_head[..copied.audit_head.len().min(16)]
    ))
}
