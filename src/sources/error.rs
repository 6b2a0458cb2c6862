//! What can go wrong while sources are looked at and described, as opposed to loaded.

use crate::job::Cancelled;
use crate::workspace::{Reader, WorkspaceError};

/// Why something about the sources could not be done.
#[derive(Debug, thiserror::Error)]
pub enum SourcesError {
    #[error(transparent)]
    Workspace(#[from] WorkspaceError),
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
    /// It cannot be done as asked: what, where (both safe to print), and what to do next.
    #[error("{message}")]
    Refused { message: String, hint: String },
}

impl SourcesError {
    /// The same, where the database's own word says which workspace it is of and what to do.
    #[must_use]
    pub fn at(self, reader: &Reader) -> Self {
        match self {
            Self::Sqlite(error) => Self::Workspace(reader.explain(&error)),
            other => other,
        }
    }
}
