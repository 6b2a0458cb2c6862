//! The workspaces that were opened on this machine: where they are, how many records they had, when. Only that: nothing of
//! what is in them leaves them.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::msg::Recent;
use crate::workspace::private_file;

/// How many are kept.
const KEPT: usize = 20;

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Known {
    #[serde(default)]
    workspace: Vec<Entry>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Entry {
    path: PathBuf,
    #[serde(default)]
    records: u64,
    /// Seconds since 1970, UTC.
    #[serde(default)]
    opened: i64,
}

/// The file that the list is kept in, in the user's state folder.
#[must_use]
pub fn file() -> Option<PathBuf> {
    let folders = directories::ProjectDirs::from("", "", "cutover")?;
    Some(folders.state_dir().unwrap_or_else(|| folders.data_local_dir()).join("recent.toml"))
}

fn read(file: &Path) -> Known {
    // A list that cannot be read is begun anew; it is a convenience.
    std::fs::read_to_string(file).ok().and_then(|text| toml::from_str(&text).ok()).unwrap_or_default()
}

fn write(file: &Path, known: &Known) -> std::io::Result<()> {
    if let Some(folder) = file.parent() {
        private_file::create_folder(folder)?;
    }
    let text = toml::to_string(known).map_err(std::io::Error::other)?;
    private_file::write_whole(file, true, |out| out.write_all(text.as_bytes()))
}

/// The list, last opened first.
#[must_use]
pub fn list(file: &Path) -> Vec<Recent> {
    let there = |entry: Entry| Recent {
        there: entry.path.exists(),
        path: entry.path,
        records: entry.records,
        opened: entry.opened,
    };
    read(file).workspace.into_iter().map(there).collect()
}

/// Puts a workspace at the head of the list, or changes its count.
///
/// # Errors
/// If the list cannot be written.
pub fn remember(file: &Path, path: &Path, records: Option<u64>, opened: i64) -> std::io::Result<()> {
    let mut known = read(file);
    let before = known.workspace.iter().position(|entry| entry.path == path).map(|at| known.workspace.remove(at));
    let records = records.or(before.map(|entry| entry.records)).unwrap_or(0);
    known.workspace.insert(0, Entry { path: path.to_path_buf(), records, opened });
    known.workspace.truncate(KEPT);
    write(file, &known)
}

/// Takes a workspace off the list. Its file stays.
///
/// # Errors
/// If the list cannot be written.
pub fn forget(file: &Path, path: &Path) -> std::io::Result<()> {
    let mut known = read(file);
    known.workspace.retain(|entry| entry.path != path);
    write(file, &known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_opened_stands_first_and_forgetting_leaves_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("state/recent.toml");
        let (a, b) = (folder.path().join("a.cutover"), folder.path().join("b.cutover"));
        std::fs::write(&a, "x").unwrap();
        remember(&file, &a, Some(7), 1).unwrap();
        remember(&file, &b, None, 2).unwrap();
        remember(&file, &a, None, 3).unwrap();
        let list_now = list(&file);
        assert_eq!(
            list_now.iter().map(|r| (r.path.clone(), r.records, r.there)).collect::<Vec<_>>(),
            [(a.clone(), 7, true), (b, 0, false)]
        );
        forget(&file, &a).unwrap();
        assert_eq!(list(&file).len(), 1);
        assert!(a.exists());
    }

    #[test]
    fn a_broken_list_is_begun_anew() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("recent.toml");
        std::fs::write(&file, "workspace = 3").unwrap();
        assert!(list(&file).is_empty());
    }
}
