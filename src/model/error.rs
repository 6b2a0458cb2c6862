//! What can go wrong with the model.

use crate::definitions::DefinitionError;
use crate::job;
use crate::workspace::{Reader, WorkspaceError};

#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    #[error(transparent)]
    Workspace(#[from] WorkspaceError),
    #[error(transparent)]
    Definition(DefinitionError),
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    #[error("Cancelled. Nothing was changed.")]
    Cancelled,
    /// It cannot be done as asked; nothing was changed.
    #[error("{message}")]
    Refused { message: String, hint: String },
}

impl From<DefinitionError> for ModelError {
    fn from(error: DefinitionError) -> Self {
        match error {
            DefinitionError::Workspace(error) => Self::Workspace(error),
            other => Self::Definition(other),
        }
    }
}

impl From<job::Cancelled> for ModelError {
    fn from(_: job::Cancelled) -> Self {
        Self::Cancelled
    }
}

impl ModelError {
    /// The same, where the database's own word says which workspace it is of and what to do.
    #[must_use]
    pub fn at(self, reader: &Reader) -> Self {
        match self {
            Self::Sqlite(error) => Self::Workspace(reader.explain(&error)),
            other => other,
        }
    }

    /// What to do next.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::Workspace(error) => error.hint.clone(),
            Self::Definition(error) => error.hint(),
            Self::Refused { hint, .. } => hint.clone(),
            Self::Sqlite(_) => "`cutover verify` checks the workspace.".to_owned(),
            Self::Cancelled => String::new(),
        }
    }
}
