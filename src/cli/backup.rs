//! `cutover backup` and `restore`.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use clap::Args;

use super::output::Output;
use super::{Common, Failure, place, progress};
use crate::values::format;
use crate::values::shown::Shown;
use crate::workspace;
use crate::workspace::sealed::{self, Passphrase};

/// Copy the workspace to a new file; others may work in it meanwhile.
#[derive(Debug, Args)]
pub(super) struct Backup {
    /// The file to make
    file: PathBuf,
    /// Encrypt it under a passphrase (the age format); it is asked for on the terminal
    #[arg(long)]
    encrypt: bool,
    /// Take the passphrase from the first line of a file instead of asking for it
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
}

/// Put a backup in the place of the workspace; what stood there is kept beside it.
#[derive(Debug, Args)]
pub(super) struct Restore {
    /// The backup
    file: PathBuf,
    /// Where the passphrase of an encrypted backup stands, in the first line; else it is asked for
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
}

pub(super) fn backup(args: &Backup, common: &Common, output: &Output) -> Result<u8, Failure> {
    let opened = place::open(common, false)?;
    let copied = if args.encrypt || args.passphrase_file.is_some() {
        let passphrase = passphrase(args.passphrase_file.as_deref(), true)?;
        progress::watch(|job| workspace::backup::backup_sealed(&opened, &args.file, &passphrase, job))??
    } else {
        progress::watch(|job| workspace::backup::backup(&opened, &args.file, job))??
    };
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
    let passphrase = match sealed::is_sealed(&args.file) {
        true => Some(passphrase(args.passphrase_file.as_deref(), false)?),
        false => None,
    };
    let from = progress::watch(|job| workspace::backup::open_sealed(&args.file, &to, passphrase.as_ref(), job))??;
    refuse_damaged(&from.file, common)?;
    let (copied, kept) =
        progress::watch(|job| workspace::backup::restore(&from.file, &to, &place::actor(common), job))??;
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

/// The passphrase from a file or, typed unseen, from the terminal; a new one twice.
fn passphrase(file: Option<&Path>, new: bool) -> Result<Passphrase, Failure> {
    let refused = |message: String, hint: &str| Failure::new(super::exit::USAGE, "passphrase", message, hint);
    let text = match file {
        Some(file) => {
            let shown = Shown::of(&file.to_string_lossy()).to_string();
            let text = std::fs::read_to_string(file).map_err(|e| {
                refused(
                    format!("The passphrase could not be read from {shown}: {e}. Nothing was changed."),
                    "Name a text file with the passphrase in its first line.",
                )
            })?;
            text.lines().next().unwrap_or_default().to_owned()
        }
        None if !std::io::stdin().is_terminal() => {
            return Err(refused(
                "A passphrase is needed, and there is no terminal to ask for it. Nothing was changed.".to_owned(),
                "Name a file that holds it with --passphrase-file.",
            ));
        }
        None => {
            let unheard = |e: std::io::Error| {
                refused(format!("The passphrase could not be read: {e}."), "Use --passphrase-file.")
            };
            let text = rpassword::prompt_password("Passphrase: ").map_err(unheard)?;
            if new && rpassword::prompt_password("The same again: ").map_err(unheard)? != text {
                return Err(refused(
                    "The two passphrases differ; no backup was made.".to_owned(),
                    "Start again and type it twice alike.",
                ));
            }
            text
        }
    };
    Passphrase::new(text).ok_or_else(|| {
        refused("The passphrase is empty; nothing was changed.".to_owned(), "Choose a passphrase of several words.")
    })
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
