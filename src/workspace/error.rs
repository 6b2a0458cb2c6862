//! What can go wrong with the workspace file itself, each with what is still true and what to do next.

use std::path::{Path, PathBuf};

use crate::values::shown::Shown;

/// Why the workspace cannot do what was asked.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct WorkspaceError {
    pub kind: WorkspaceErrorKind,
    /// One sentence: what and where; text from outside in it is already safe to print.
    pub message: String,
    /// What to do next.
    pub hint: String,
    pub file: PathBuf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WorkspaceErrorKind {
    NotFound,
    Exists,
    /// Somebody else writes.
    Busy,
    /// Not a database, or one whose pages are wrong.
    Damaged,
    /// A database, but not one of Cutover's.
    Foreign,
    /// Made by a newer Cutover.
    Newer,
    /// The file or its folder cannot be written to, or it was opened for reading only.
    ReadOnly,
    /// The disk is full.
    Full,
    /// A file system on which SQLite's write-ahead log does not work.
    Network,
    /// A symbolic link, a folder, a device.
    NotAFile,
    Io,
    /// Somebody asked for it to stop.
    Cancelled,
    /// A statement failed in a way that none of these explains.
    Database,
}

impl WorkspaceErrorKind {
    /// The word in JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::NotFound => "not_found",
            Self::Exists => "exists",
            Self::Busy => "busy",
            Self::Damaged => "damaged",
            Self::Foreign => "foreign",
            Self::Newer => "newer",
            Self::ReadOnly => "read_only",
            Self::Full => "disk_full",
            Self::Network => "network_file_system",
            Self::NotAFile => "not_a_file",
            Self::Io => "io",
            Self::Cancelled => "cancelled",
            Self::Database => "database",
        }
    }
}

impl WorkspaceError {
    pub(crate) fn new(
        kind: WorkspaceErrorKind,
        file: &Path,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        Self { kind, message: message.into(), hint: hint.into(), file: file.to_path_buf() }
    }

    pub(crate) fn io(file: &Path, doing: &str, error: &std::io::Error) -> Self {
        let kind = match error.kind() {
            std::io::ErrorKind::NotFound => WorkspaceErrorKind::NotFound,
            std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem => {
                WorkspaceErrorKind::ReadOnly
            }
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => WorkspaceErrorKind::Full,
            _ => WorkspaceErrorKind::Io,
        };
        let hint = match kind {
            WorkspaceErrorKind::NotFound => "Check the path.",
            WorkspaceErrorKind::ReadOnly => "Choose a folder that you may write to.",
            WorkspaceErrorKind::Full => "Free some space, then try again.",
            _ => "Check the disk and the folder, then try again.",
        };
        Self::new(kind, file, format!("{} could not be {doing}: {}.", name(file), plain(error)), hint)
    }

    /// Puts words to a failure of SQLite on this file.
    pub(crate) fn sqlite(file: &Path, error: &rusqlite::Error) -> Self {
        use rusqlite::ErrorCode as Code;
        let (kind, what, hint) = match error.sqlite_error_code() {
            Some(Code::DatabaseBusy | Code::DatabaseLocked) => {
                (WorkspaceErrorKind::Busy, "is being written by somebody else".to_owned(), "Try again in a moment.")
            }
            Some(Code::DatabaseCorrupt) => (
                WorkspaceErrorKind::Damaged,
                "is damaged".to_owned(),
                "`cutover verify` names what is damaged; `cutover restore` brings a backup back.",
            ),
            Some(Code::NotADatabase) => (
                WorkspaceErrorKind::Damaged,
                "is not a workspace, or its beginning is damaged".to_owned(),
                "Check the path; `cutover restore` brings a backup back.",
            ),
            Some(Code::ReadOnly) => (
                WorkspaceErrorKind::ReadOnly,
                "cannot be written to".to_owned(),
                "Open it without --read-only, in a folder that you may write to.",
            ),
            Some(Code::DiskFull) => (
                WorkspaceErrorKind::Full,
                "could not grow: the disk is full; what was saved before is safe".to_owned(),
                "Free some space, then try again.",
            ),
            Some(Code::CannotOpen) => {
                (WorkspaceErrorKind::Io, "could not be opened".to_owned(), "Check the path and your rights to it.")
            }
            Some(Code::SystemIoFailure) => (
                WorkspaceErrorKind::Io,
                "could not be read or written: the disk reported an error".to_owned(),
                "Check the disk, then `cutover verify`.",
            ),
            _ => (
                WorkspaceErrorKind::Database,
                format!("could not do that: {error}"),
                "`cutover verify` checks the file.",
            ),
        };
        Self::new(kind, file, format!("{} {what}.", name(file)), hint)
    }
}

/// Why handing rows out of the workspace stopped: whoever took them, or the database.
#[derive(Debug, thiserror::Error)]
pub enum Stopped {
    #[error(transparent)]
    Taker(#[from] std::io::Error),
    #[error(transparent)]
    Database(#[from] rusqlite::Error),
}

/// A file's name for messages, safe to print.
pub(crate) fn name(file: &Path) -> String {
    let name = file.file_name().map_or_else(|| file.to_string_lossy(), |name| name.to_string_lossy());
    Shown::of(&name).to_plain()
}

fn plain(error: &std::io::Error) -> String {
    let text = error.to_string();
    match text.split_once(" (os error") {
        Some((words, _)) => words.to_lowercase(),
        None => text,
    }
}
