//! Files and folders: the list of workspaces, what can be loaded, and how it would be read.

use std::path::{Path, PathBuf};

use super::{Shared, lock};
use crate::job::Job;
use crate::sources::load::{ClashAnswer, LoadRequest, propose};
use crate::tui::msg::{Ask, Entry, HowToRead, Problem, Reply};
use crate::tui::recent;

/// Endings that are read; also inside archives.
const LOADABLE: [&str; 16] = [
    "csv", "tsv", "txt", "tab", "json", "ndjson", "jsonl", "xlsx", "xlsm", "xls", "ods", "sqlite", "sqlite3", "db",
    "zip", "gz",
];

/// The most names that one folder shows.
const MOST: usize = 20_000;

/// Answers a question of the files lane.
pub(super) fn answer(shared: &Shared, ask: Ask) -> Result<Reply, Problem> {
    match ask {
        Ask::Recent => Ok(Reply::Recent(shared.recent.as_deref().map(recent::list).unwrap_or_default())),
        Ask::Forget(path) => {
            if let Some(file) = &shared.recent {
                recent::forget(file, &path).map_err(|error| io(file, "changed", &error))?;
            }
            Ok(Reply::Recent(shared.recent.as_deref().map(recent::list).unwrap_or_default()))
        }
        Ask::List(folder) => list(&home(&folder)),
        Ask::Propose { files, how } => proposals(shared, &files, &how),
        _ => Err(Problem::new("This was asked of the wrong lane.")),
    }
}

/// `~` at the beginning of a path is the user's own folder.
pub(super) fn home(path: &Path) -> PathBuf {
    let Ok(rest) = path.strip_prefix("~") else { return path.to_path_buf() };
    directories::UserDirs::new().map_or_else(|| path.to_path_buf(), |dirs| dirs.home_dir().join(rest))
}

pub(super) fn io(path: &Path, doing: &str, error: &std::io::Error) -> Problem {
    let mut problem = Problem::new(format!("{} could not be {doing}.", path.display()));
    problem.facts.push(("because", error.to_string()));
    problem
}

fn list(folder: &Path) -> Result<Reply, Problem> {
    let place = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let mut entries = Vec::new();
    // A folder that is not there yet has nothing in it: the path is still being typed.
    let Ok(read) = std::fs::read_dir(place) else { return Ok(Reply::Listing(entries)) };
    for entry in read.flatten().take(MOST) {
        let Ok(meta) = std::fs::metadata(entry.path()) else { continue };
        let name = entry.file_name().to_string_lossy().into_owned();
        let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase()).unwrap_or_default();
        entries.push(Entry {
            folder: meta.is_dir(),
            bytes: meta.len(),
            loadable: meta.is_file() && LOADABLE.contains(&ending.as_str()),
            path: folder.join(&name),
            name,
        });
    }
    entries.sort_by_cached_key(|entry| (!entry.folder, entry.name.to_lowercase(), entry.name.clone()));
    Ok(Reply::Listing(entries))
}

/// A load as it is asked of the body.
pub(super) fn request(files: &[PathBuf], how: HowToRead) -> LoadRequest {
    LoadRequest {
        files: files.iter().map(|file| home(file)).collect(),
        source: how.source,
        object: how.object,
        kind: how.kind,
        native_id: how.native_id,
        delta: how.delta,
        options: how.read,
        // The person saw where it goes before saying so.
        on_clash: Some(Box::new(|_| ClashAnswer::SameObject)),
        ..LoadRequest::default()
    }
}

fn proposals(shared: &Shared, files: &[PathBuf], how: &HowToRead) -> Result<Reply, Problem> {
    let workspace = shared.workspace()?;
    let job = Job::new();
    *lock(&shared.proposing) = Some(job.clone());
    let (mut all, mut first) = (Vec::new(), None);
    for proposal in propose(&workspace, &mut request(files, how.clone()), &job)? {
        match proposal {
            Ok(proposal) => all.push(proposal),
            Err(error) => first = first.or(Some(error)),
        }
    }
    match first {
        // One bad file among several does not hide the others; the load names it.
        Some(error) if all.is_empty() => Err(error.into()),
        _ => Ok(Reply::Proposals(all)),
    }
}
