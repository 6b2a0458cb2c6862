//! Which workspace a command means, who acts, and where Cutover keeps the list of recent ones.

use std::path::{Path, PathBuf};

use super::{Common, Failure};
use crate::tui;
use crate::workspace::{Mode, Workspace};

/// Who is acting.
pub(super) fn actor(common: &Common) -> String {
    let named = common.actor.clone().or_else(|| std::env::var("USER").ok()).or_else(|| std::env::var("USERNAME").ok());
    let name: String = named.unwrap_or_default().chars().filter(|c| !c.is_control()).take(80).collect();
    if name.trim().is_empty() { "unknown".to_owned() } else { name.trim().to_owned() }
}

/// The workspace file: as named, else the one here, else the one opened last.
pub(super) fn find(common: &Common) -> Result<PathBuf, Failure> {
    if let Some(path) = &common.workspace {
        return Ok(path.clone());
    }
    let mut here: Vec<PathBuf> =
        std::fs::read_dir(".").map(|entries| entries.flatten().map(|entry| entry.path()).collect()).unwrap_or_default();
    here.retain(|path| path.extension().is_some_and(|ending| ending == "cutover") && path.is_file());
    here.sort();
    match here.as_slice() {
        [one] => Ok(one.clone()),
        [] => tui::recent::file()
            .and_then(|file| tui::recent::list(&file).into_iter().next())
            .map(|recent| recent.path)
            .filter(|path| path.is_file())
            .ok_or_else(|| {
                Failure::usage(
                    "There is no workspace here.",
                    "Name one with -w FILE, or make one: cutover new FILE, cutover demo.",
                )
            }),
        several => {
            Err(Failure::usage(format!("There are {} workspaces here.", several.len()), "Name one with -w FILE."))
        }
    }
}

/// Stops a command that changes something where --read-only was asked for.
pub(super) fn refuse_read_only(common: &Common) -> Result<(), Failure> {
    if common.read_only {
        return Err(Failure::usage("This command changes the workspace.", "Leave --read-only away."));
    }
    Ok(())
}

/// Opens the workspace that a command means.
pub(super) fn open(common: &Common, writes: bool) -> Result<Workspace, Failure> {
    let path = find(common)?;
    open_at(&path, common, writes)
}

/// Opens a workspace by path.
pub(super) fn open_at(path: &Path, common: &Common, writes: bool) -> Result<Workspace, Failure> {
    if writes {
        refuse_read_only(common)?;
    }
    let mode = if writes { Mode::Write } else { Mode::Read };
    let opened = Workspace::open(path, mode, &actor(common));
    let workspace = match opened {
        // An older schema is brought up to date by whoever may write.
        Err(error) if !writes && !common.read_only && error.kind == crate::workspace::WorkspaceErrorKind::ReadOnly => {
            drop(Workspace::open(path, Mode::Write, &actor(common))?);
            Workspace::open(path, Mode::Read, &actor(common))?
        }
        other => other?,
    };
    Ok(workspace)
}

/// Puts a workspace at the top of the recent ones. A list that cannot be written is no reason to stop.
pub(super) fn remember(path: &Path, records: u64) {
    if let Some(file) = tui::recent::file() {
        let path = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
        let _ = tui::recent::remember(&file, &path, Some(records), jiff::Timestamp::now().as_second());
    }
}

/// Opens the workbench.
pub(super) fn open_workbench(common: &Common, workspace: Option<PathBuf>) -> Result<u8, Failure> {
    let options = tui::Options {
        workspace,
        read_only: common.read_only,
        mask: common.mask,
        actor: actor(common),
        demo: Some(super::demo::for_workbench),
        ..tui::Options::default()
    };
    tui::open(options).map_err(|error| Failure::new(super::exit::USAGE, "workbench", error.to_string(), ""))
}
