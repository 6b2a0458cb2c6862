//! The workspaces opened lately, kept in the user's state folder for their owner alone: paths, counts and times, never
//! data.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::private_file;

/// One workspace that was open lately.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recent {
    pub path: PathBuf,
    /// Records when it was closed or loaded last.
    pub records: u64,
    /// When it was opened last, RFC 3339 UTC.
    pub opened: String,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct List {
    #[serde(default)]
    workspace: Vec<Recent>,
}

/// At most so many are kept.
const MOST: usize = 20;

fn file() -> Option<PathBuf> {
    let folders = directories::ProjectDirs::from("", "", "cutover")?;
    Some(folders.state_dir().unwrap_or_else(|| folders.data_local_dir()).join("recent.toml"))
}

/// The list, newest first; empty where there is none or it cannot be read.
#[must_use]
pub fn list() -> Vec<Recent> {
    file().and_then(|file| std::fs::read_to_string(file).ok()).and_then(|text| toml::from_str::<List>(&text).ok()).unwrap_or_default().workspace
}

/// The workspace opened last.
#[must_use]
pub fn last() -> Option<PathBuf> {
    list().into_iter().next().map(|recent| recent.path)
}

/// Puts a workspace at the top of the list. A list that cannot be written is no reason to stop.
pub fn note(path: &Path, records: u64) {
    let path = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let opened = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let mut all = list();
    all.retain(|recent| recent.path != path);
    all.insert(0, Recent { path, records, opened });
    all.truncate(MOST);
    write(all);
}

/// Takes a workspace off the list; the file itself is not touched.
pub fn forget(path: &Path) {
    let mut all = list();
    all.retain(|recent| recent.path != path);
    write(all);
}

fn write(workspace: Vec<Recent>) {
    let Some(file) = file() else { return };
    let Ok(text) = toml::to_string(&List { workspace }) else { return };
    let folder = private_file::folder_of(&file);
    let _ = private_file::create_folder(&folder).and_then(|()| {
        private_file::write_whole::<std::io::Error>(&file, true, |out| out.write_all(text.as_bytes()))
    });
}

/// The folder for what the user did not place: the demo workspace.
#[must_use]
pub fn data_folder() -> Option<PathBuf> {
    directories::ProjectDirs::from("", "", "cutover").map(|folders| folders.data_dir().to_path_buf())
}
