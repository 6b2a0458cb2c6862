//! Copies of a workspace: taken while it is open and written to, put in place whole or not at all, and proved equal by
//! the head of the audit chain.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};

use super::error::{WorkspaceError, WorkspaceErrorKind as Kind, name};
use super::open::with_suffix;
use super::sealed::{self, Passphrase};
use super::{Mode, Workspace, audit, fault, private_file};
use crate::job::Job;

/// What a backup or a restore proved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copied {
    pub file: PathBuf,
    pub bytes: u64,
    /// Head of the audit chain, equal in both files.
    pub audit_head: String,
}

/// Pages copied between two looks at the cancel token.
const PAGES: i32 = 2_000;

/// Copies an open workspace to a new file. Others may write meanwhile: the copy is one consistent moment.
///
/// # Errors
/// `Exists` if the file is there already; otherwise what reading or writing says. Then nothing is left.
pub fn backup(workspace: &Workspace, to: &Path, job: &Job) -> Result<Copied, WorkspaceError> {
    let reader = workspace.reader()?;
    copy(reader.conn(), workspace.file(), to, job)
}

/// Copies an open workspace to a new file under a passphrase. The copy in plain text stands for a moment in the folder of
/// the workspace, never in that of the backup.
///
/// # Errors
/// As [`backup`].
pub fn backup_sealed(
    workspace: &Workspace,
    to: &Path,
    passphrase: &Passphrase,
    job: &Job,
) -> Result<Copied, WorkspaceError> {
    if to.symlink_metadata().is_ok() {
        return Err(exists(to));
    }
    let plain = Beside::of(workspace.file())?;
    let copied = backup(workspace, &plain.file, job)?;
    let bytes = sealed::seal(&plain.file, to, passphrase, job)?;
    Ok(Copied { file: to.to_path_buf(), bytes, ..copied })
}

/// A backup as a plain file: itself, or, if it is sealed, what its passphrase opens, in the folder of the workspace that
/// it is to become, gone when this is dropped.
#[derive(Debug)]
pub struct Opened {
    pub file: PathBuf,
    _beside: Option<Beside>,
}

/// Opens a backup that may be sealed, with the passphrase that it needs if it is.
///
/// # Errors
/// `Foreign` if the passphrase does not fit, or why the backup cannot be opened; then nothing is left.
pub fn open_sealed(
    from: &Path,
    to: &Path,
    passphrase: Option<&Passphrase>,
    job: &Job,
) -> Result<Opened, WorkspaceError> {
    match passphrase {
        Some(passphrase) if sealed::is_sealed(from) => {
            let beside = Beside::of(to)?;
            sealed::unseal(from, &beside.file, passphrase, job)?;
            Ok(Opened { file: beside.file.clone(), _beside: Some(beside) })
        }
        _ => Ok(Opened { file: from.to_path_buf(), _beside: None }),
    }
}

/// A file in a private folder beside a workspace; both go when this is dropped.
#[derive(Debug)]
struct Beside {
    file: PathBuf,
    _folder: tempfile::TempDir,
}

impl Beside {
    fn of(workspace: &Path) -> Result<Self, WorkspaceError> {
        let folder = tempfile::Builder::new()
            .prefix(".cutover-")
            .tempdir_in(private_file::folder_of(workspace))
            .map_err(|e| WorkspaceError::io(workspace, "copied", &e))?;
        Ok(Self { file: folder.path().join("backup.cutover"), _folder: folder })
    }
}

fn exists(to: &Path) -> WorkspaceError {
    WorkspaceError::new(
        Kind::Exists,
        to,
        format!("{} exists already; it was not touched.", name(to)),
        "Choose another name.",
    )
}

/// Puts a backup in the place of a workspace. What stood there is kept beside it as `….replaced-N`.
///
/// # Errors
/// If the backup is not a sound workspace, somebody writes to the target, or a disk refuses; the target is untouched then.
pub fn restore(from: &Path, to: &Path, actor: &str, job: &Job) -> Result<(Copied, Option<PathBuf>), WorkspaceError> {
    let source = Workspace::open(from, Mode::Read, actor)?;
    let reader = source.reader()?;
    let chain = audit::check(reader.conn()).map_err(|e| reader.explain(&e))?;
    let sound: String =
        reader.conn().query_row("PRAGMA quick_check(1)", [], |row| row.get(0)).map_err(|e| reader.explain(&e))?;
    if !chain.breaks.is_empty() || sound != "ok" {
        return Err(WorkspaceError::new(
            Kind::Damaged,
            from,
            format!("{} is damaged itself; {} was not touched.", name(from), name(to)),
            "Choose another backup; `cutover verify` names what is damaged.",
        ));
    }
    let folder = private_file::folder_of(to);
    if !folder.is_dir() {
        return Err(WorkspaceError::new(
            Kind::NotFound,
            to,
            format!("There is no folder {} to restore {} in.", name(&folder), name(to)),
            "Make the folder first, or choose another.",
        ));
    }
    // A link stands for the file that it leads to, here as everywhere.
    let to = &std::fs::canonicalize(to).unwrap_or_else(|_| to.to_path_buf());
    // Whoever has the target open must close it: a file that is swapped under a writer loses what it writes.
    let lock = super::lock::LongWrite::take(to, actor, "restoring a backup")?;
    if to.exists() {
        refuse_if_open(to)?;
    }
    let beside = with_suffix(to, ".restoring");
    let _ = std::fs::remove_file(&beside);
    let copied = copy(reader.conn(), from, &beside, job)?;
    fault::point("restore.copied");
    let io = |e: std::io::Error| WorkspaceError::io(to, "replaced", &e);
    let kept = if to.symlink_metadata().is_ok() {
        let kept = (1..)
            .map(|n| with_suffix(to, &format!(".replaced-{n}")))
            .find(|path| path.symlink_metadata().is_err())
            // The range has no end.
            .unwrap_or_else(|| with_suffix(to, ".replaced"));
        std::fs::hard_link(to, &kept).or_else(|_| std::fs::copy(to, &kept).map(|_| ())).map_err(io)?;
        // A sound file has no log left here. That of a damaged one must never be taken for the log of the backup.
        for suffix in ["-wal", "-shm"] {
            let (log, kept) = (with_suffix(to, suffix), with_suffix(&kept, suffix));
            if log.symlink_metadata().is_ok() {
                std::fs::rename(&log, &kept).map_err(io)?;
            }
        }
        Some(kept)
    } else {
        None
    };
    std::fs::rename(&beside, to).map_err(io)?;
    private_file::sync_folder(&private_file::folder_of(to)).map_err(io)?;
    fault::point("restore.done");
    drop(lock);
    Ok((Copied { file: to.to_path_buf(), ..copied }, kept))
}

/// The copy made before a schema is brought up to date: `NAME.before-schema-N`.
pub(super) fn before_upgrade(path: &Path, conn: &Connection, found: i64) -> Result<PathBuf, WorkspaceError> {
    let to = with_suffix(path, &format!(".before-schema-{}", found + 1));
    if to.exists() {
        return Ok(to);
    }
    copy(conn, path, &to, &Job::new())?;
    Ok(to)
}

fn refuse_if_open(to: &Path) -> Result<(), WorkspaceError> {
    let Ok(conn) = Connection::open_with_flags(to, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)
    else {
        return Ok(());
    };
    // Leaving WAL mode needs the file to itself; in a damaged file nobody works.
    match conn.query_row("PRAGMA journal_mode = DELETE", [], |row| row.get::<_, String>(0)) {
        Err(error) if WorkspaceError::sqlite(to, &error).kind == Kind::Busy => Err(WorkspaceError::new(
            Kind::Busy,
            to,
            format!("{} is open in another Cutover; it was not touched.", name(to)),
            "Close it there first.",
        )),
        _ => Ok(()),
    }
}

fn copy(conn: &Connection, from: &Path, to: &Path, job: &Job) -> Result<Copied, WorkspaceError> {
    if to.symlink_metadata().is_ok() {
        return Err(exists(to));
    }
    let partial = with_suffix(to, ".part");
    let made = (|| {
        // What an interrupted copy left.
        for suffix in [".part", ".part-journal", ".part-wal", ".part-shm"] {
            let _ = std::fs::remove_file(with_suffix(to, suffix));
        }
        private_file::create_new(&partial).map_err(|e| WorkspaceError::io(to, "made", &e))?;
        fault::point("backup.begun");
        let explain = |e: rusqlite::Error| WorkspaceError::sqlite(to, &e);
        let mut target =
            Connection::open_with_flags(&partial, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)
                .map_err(explain)?;
        job.begin("copying", from.metadata().map_or(0, |meta| meta.len()));
        {
            let steps = Backup::new(conn, &mut target).map_err(explain)?;
            let mut left = None;
            loop {
                job.check().map_err(|_| {
                    WorkspaceError::new(
                        Kind::Cancelled,
                        to,
                        "Cancelled. No copy was made.",
                        "Start it again when you like.",
                    )
                })?;
                let step = steps.step(PAGES).map_err(explain)?;
                let now = steps.progress().remaining;
                job.advance(u64::try_from(left.unwrap_or(steps.progress().pagecount) - now).unwrap_or(0) * 4096);
                left = Some(now);
                fault::point("backup.step");
                match step {
                    StepResult::Done => break,
                    StepResult::More => {}
                    _ => std::thread::sleep(Duration::from_millis(20)),
                }
            }
        }
        let head = audit::head(&target).map_err(explain)?;
        // Out of WAL, so that the copy is one file.
        target.query_row("PRAGMA journal_mode = DELETE", [], |row| row.get::<_, String>(0)).map_err(explain)?;
        drop(target);
        let file = std::fs::File::open(&partial).map_err(|e| WorkspaceError::io(to, "written", &e))?;
        file.sync_all().map_err(|e| WorkspaceError::io(to, "written", &e))?;
        fault::point("backup.written");
        private_file::put_in_place(&partial, to).map_err(|e| WorkspaceError::io(to, "put in place", &e))?;
        Ok(Copied { file: to.to_path_buf(), bytes: to.metadata().map_or(0, |meta| meta.len()), audit_head: head })
    })();
    if made.is_err() {
        for suffix in [".part", ".part-journal", ".part-wal", ".part-shm"] {
            let _ = std::fs::remove_file(with_suffix(to, suffix));
        }
    }
    made
}
