//! Why a file was not loaded: where, what is still true, what to do next.

use std::path::{Path, PathBuf};

use crate::definitions::DefinitionError;
use crate::sources::identifiers::IndexError;
use crate::sources::read::{ReadError, ReadErrorKind};
use crate::workspace::WorkspaceError;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoadErrorKind {
    Cancelled,
    /// The file: missing, no export, damaged, over a limit, changed meanwhile.
    File,
    /// The file's header is not that of the object it would go to.
    Clash,
    /// The request names something that is not there.
    Usage,
    /// The workspace: busy, damaged, read-only, full.
    Workspace,
}

/// Nothing of the file is in the workspace.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{message}")]
pub struct LoadError {
    pub kind: LoadErrorKind,
    /// A word for scripts: `empty`, `clash`, `busy`.
    pub word: &'static str,
    pub message: String,
    pub hint: String,
    pub file: Option<PathBuf>,
    pub line: Option<u64>,
    pub column: Option<u64>,
    /// The workspace's own error, for its exit code.
    pub workspace: Option<crate::workspace::WorkspaceErrorKind>,
}

impl LoadError {
    pub(crate) fn new(
        kind: LoadErrorKind,
        word: &'static str,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        Self {
            kind,
            word,
            message: message.into(),
            hint: hint.into(),
            file: None,
            line: None,
            column: None,
            workspace: None,
        }
    }

    pub(crate) fn cancelled(file: &Path) -> Self {
        Self::new(
            LoadErrorKind::Cancelled,
            "cancelled",
            format!("Cancelled. Nothing of {} is in the workspace.", super::files::name_of(file)),
            "Start it again when you like; the file is untouched.",
        )
        .at(file)
    }

    pub(crate) fn io(file: &Path, error: &std::io::Error) -> Self {
        Self::new(
            LoadErrorKind::File,
            "io",
            format!("{} was not loaded: {error}.", super::files::name_of(file)),
            "Nothing was changed. Check the disk, then load again.",
        )
        .at(file)
    }

    /// A thread of the load ended before its time.
    pub(crate) fn lost(file: &Path) -> Self {
        Self::new(
            LoadErrorKind::Workspace,
            "internal",
            format!("{} was not loaded: a part of the program stopped.", super::files::name_of(file)),
            "Nothing of it is in the workspace. Load it again; `cutover verify` checks the workspace.",
        )
        .at(file)
    }

    pub(crate) fn index(file: &Path, error: &IndexError) -> Self {
        if matches!(error, IndexError::Cancelled(_)) {
            return Self::cancelled(file);
        }
        Self::new(
            LoadErrorKind::Workspace,
            "index",
            format!("{} was not loaded: {error}.", super::files::name_of(file)),
            "Nothing of it is in the workspace. Free some space or check the disk, then load again.",
        )
        .at(file)
    }

    pub(crate) fn at(mut self, file: &Path) -> Self {
        if self.file.is_none() {
            self.file = Some(file.to_path_buf());
        }
        self
    }
}

impl From<WorkspaceError> for LoadError {
    fn from(error: WorkspaceError) -> Self {
        Self {
            workspace: Some(error.kind),
            file: Some(error.file.clone()),
            ..Self::new(LoadErrorKind::Workspace, error.kind.word(), error.message, error.hint)
        }
    }
}

impl From<DefinitionError> for LoadError {
    fn from(error: DefinitionError) -> Self {
        let (message, hint) = (error.to_string(), error.hint());
        match error {
            DefinitionError::Workspace(error) => error.into(),
            DefinitionError::DamagedDeed => Self::new(LoadErrorKind::Workspace, "damaged", message, hint),
            _ => Self::new(LoadErrorKind::Usage, "later_version", message, hint),
        }
    }
}

impl From<rusqlite::Error> for LoadError {
    fn from(error: rusqlite::Error) -> Self {
        WorkspaceError::sqlite(Path::new("workspace"), &error).into()
    }
}

impl From<ReadError> for LoadError {
    fn from(error: ReadError) -> Self {
        if error.kind == ReadErrorKind::Cancelled {
            return Self::cancelled(&error.file);
        }
        let word = match error.kind {
            ReadErrorKind::NotFound => "not_found",
            ReadErrorKind::Io => "io",
            ReadErrorKind::Format => "format",
            ReadErrorKind::Empty => "empty",
            ReadErrorKind::Encoding => "encoding",
            ReadErrorKind::Limit => "limit",
            ReadErrorKind::Changed => "changed",
            ReadErrorKind::Cancelled | ReadErrorKind::Stopped => "stopped",
        };
        Self {
            line: error.line,
            column: error.column,
            file: Some(error.file.clone()),
            ..Self::new(LoadErrorKind::File, word, error.message, error.hint)
        }
    }
}
