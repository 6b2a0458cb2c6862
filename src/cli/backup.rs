//! `cutover backup` and `restore`.

use std::path::{Path, PathBuf};

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
    place::refuse_read_only(common)?;
    let to = place::find(common)?;
    refuse_damaged(&args.file, common)?;
    let (copied, kept) =
        progress::watch(|job| workspace::backup::restore(&args.file, &to, &place::actor(common), job))??;
    if output.json {
        return output.object(&serde_json::json!({
            "ok": true, "workspace": copied.file.to_string_lossy(), "audit_head": copied.audit_head,
            "replaced": kept.as_ref().map(|path| path.to_string_lossy()),
        }));
    }
    let kept =
        kept.map_or_else(String::new, |path| format!(" What stood there is {}.", Shown::of(&path.to_string_lossy())));
    output.text(&format!(
        "{} is as in the backup; audit head {}.{kept}\n",
        Shown::of(&copied.file.to_string_lossy()),
        &copied.audit_head[..copied.audit_head.len().min(16)]
    ))
}

/// A backup in which records are not what was loaded must not take the place of a workspace. Its identifier index can be
/// built anew and is no reason.
fn refuse_damaged(backup: &Path, common: &Common) -> Result<(), Failure> {
    let opened = place::open_at(backup, &Common { read_only: true, ..common.clone() }, false)?;
    let (problems, _) = super::verify::problems_of(&opened.reader()?)?;
    let Some(first) = problems.iter().find(|problem| problem.kind != "index") else { return Ok(()) };
    let mut failure = Failure::new(
        super::exit::WORKSPACE,
        "damaged",
        format!(
            "{} is damaged itself ({}: {}); nothing was changed.",
            Shown::of(&backup.to_string_lossy()),
            Shown::of(&first.r#where),
            Shown::of(&first.message)
        ),
        "Choose another backup; cutover verify -w FILE names all that is damaged.",
    );
    failure.file = Some(backup.to_path_buf());
    Err(failure)
}
