//! What changes something on disk: opening and creating workspaces, loads, roles, undo, files written out.

use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use super::files::{home, io, request};
use super::{Shared, inventory, lock};
use crate::job::Job;
use crate::sources::load::{self as loading, Clash, ClashAnswer};
use crate::sources::store::quarantine;
use crate::sources::{ColumnRole, ObjectId, roles};
use crate::tui::msg::{Ask, Came, HowToRead, Loaded, Outcome, Problem, Reply, Session};
use crate::tui::recent;
use crate::workspace::{Mode, Stopped, Workspace, WorkspaceErrorKind, private_file};

/// Asks a person where a file belongs.
pub(super) type AskClash = Box<dyn FnMut(&Clash) -> ClashAnswer + Send>;

/// Answers a question of the lane for changes.
pub(super) fn answer(shared: &Shared, ask: Ask) -> Result<Reply, Problem> {
    let job = Job::new();
    match ask {
        Ask::Create(path) => opened(shared, Workspace::create(&home(&path), &shared.actor)?, None),
        Ask::Open { path, read_only } => open(shared, &home(&path), read_only),
        Ask::Demo => {
            let Some(demo) = shared.demo else {
                return Err(Problem::new("This build holds no sample company."));
            };
            let path = demo(&shared.actor)?;
            open(shared, &path, false)
        }
        Ask::WriteQuarantine { reason, path } => write_quarantine(shared, reason.as_deref(), &home(&path)),
        Ask::SetRole { object, column, role } => set_role(shared, object, &column, role, &job),
        Ask::AddSystem(name) => inventory::add(shared, &name),
        Ask::EditFacts { source, edit } => inventory::edit(shared, &source, &edit),
        _ => Err(Problem::new("This was asked of the wrong lane.")),
    }
}

fn open(shared: &Shared, path: &Path, read_only: bool) -> Result<Reply, Problem> {
    let mode = if read_only { Mode::Read } else { Mode::Write };
    match Workspace::open(path, mode, &shared.actor) {
        Ok(workspace) => opened(shared, workspace, None),
        // What cannot be written can still be read and looked up in.
        Err(error) if error.kind == WorkspaceErrorKind::ReadOnly && !read_only => {
            let workspace = Workspace::open(path, Mode::Read, &shared.actor)?;
            opened(shared, workspace, Some(format!("{} You can read and look up.", error.message)))
        }
        Err(error) => Err(error.into()),
    }
}

fn opened(shared: &Shared, workspace: Workspace, remark: Option<String>) -> Result<Reply, Problem> {
    let reader = workspace.reader()?;
    let session = Session {
        path: workspace.file().to_path_buf(),
        name: workspace.name(),
        read_only: workspace.is_read_only(),
        mask_key: reader.mask_key()?,
        remark,
    };
    *lock(&shared.workspace) = Some(workspace);
    shared.opened.fetch_add(1, Ordering::SeqCst);
    shared.remember(None);
    Ok(Reply::Opened(session))
}

impl Shared {
    /// Puts the open workspace at the head of the list of workspaces. The list is a convenience: if it cannot be written,
    /// nothing is lost.
    pub(super) fn remember(&self, records: Option<u64>) {
        let path = lock(&self.workspace).as_ref().map(|workspace| workspace.file().to_path_buf());
        if let (Some(file), Some(path)) = (&self.recent, path) {
            let _ = recent::remember(file, &path, records, jiff::Timestamp::now().as_second());
        }
    }
}

fn set_role(shared: &Shared, object: ObjectId, column: &str, role: ColumnRole, job: &Job) -> Result<Reply, Problem> {
    let workspace = shared.workspace()?;
    let reader = workspace.reader()?;
    let columns = crate::sources::store::catalog::columns_of(reader.conn(), object.0)
        .map_err(|error| Problem::from(reader.explain(&error)))?;
    let Some(position) = columns.iter().position(|known| known.name == column) else {
        return Err(Problem::new("This column is not in the workspace any more."));
    };
    Ok(Reply::Changed(roles::set_role(&workspace, object, position, role, job)?))
}

fn write_quarantine(shared: &Shared, reason: Option<&str>, path: &Path) -> Result<Reply, Problem> {
    let reader = shared.workspace()?.reader()?;
    let mut rows = 0_u64;
    let written = private_file::write_whole::<Stopped>(path, false, |out| {
        quarantine::for_each::<Stopped>(reader.conn(), |row| {
            if reason.is_none_or(|reason| reason == row.reason) {
                out.write_all(&row.bytes)?;
                // The last row of a file may have no line end of its own.
                if !row.bytes.ends_with(b"\n") {
                    out.write_all(b"\n")?;
                }
                rows += 1;
            }
            Ok(())
        })
    });
    match written {
        Ok(()) => Ok(Reply::Written { path: path.to_path_buf(), rows }),
        Err(Stopped::Taker(error)) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            let mut problem = Problem::new(format!("{} is there already.", path.display()));
            problem.still_true = "It was not overwritten, and nothing was written.".to_owned();
            problem.next = "w again, with another name.".to_owned();
            Err(problem)
        }
        Err(Stopped::Taker(error)) => Err(io(path, "written", &error)),
        Err(Stopped::Database(error)) => Err(reader.explain(&error).into()),
    }
}

/// Loads files; each is whole or not at all. `ask` is asked where a file belongs whose columns are not those of its object.
pub(super) fn load(
    shared: &Shared,
    files: Vec<PathBuf>,
    how: HowToRead,
    job: &Job,
    ask: AskClash,
) -> Result<Came, Problem> {
    let workspace = shared.workspace()?;
    let mut request = request(&files, how);
    request.on_clash = Some(ask);
    let report = loading::load(&workspace, &mut request, job)?;
    let mut all: Vec<Loaded> = Vec::new();
    for loaded in report.loads {
        match loaded {
            loading::Loaded::Done(load) => all.push(Loaded {
                outcome: Outcome::Done {
                    load: load.id,
                    new: load.new,
                    changed: load.changed,
                    quarantined: load.quarantined,
                },
                file: load.file,
            }),
            loading::Loaded::Already { file, load } => {
                all.push(Loaded { file, outcome: Outcome::Already { load: load.id, as_of: load.as_of } });
            }
            loading::Loaded::WouldLoad(_) => {}
        }
    }
    for error in report.failed {
        let file = error
            .file
            .as_deref()
            .and_then(Path::file_name)
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        let mut problem = Problem::from(error);
        problem.still_true = "Nothing of it is in the workspace.".to_owned();
        all.push(Loaded { file, outcome: Outcome::Failed(Box::new(problem)) });
    }
    Ok(Came::Loaded(all))
}
