//! What can go wrong with maps.

use crate::definitions::DefinitionError;
use crate::job;
use crate::model::ModelError;
use crate::sources::SourcesError;
use crate::workspace::{Reader, WorkspaceError};

#[derive(Debug, thiserror::Error)]
pub enum MappingError {
    #[error(transparent)]
    Workspace(#[from] WorkspaceError),
    #[error(transparent)]
    Definition(DefinitionError),
    #[error(transparent)]
    Model(ModelError),
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    /// An expression that does not compile, or that could do more than compute one value of one row.
    #[error("{message}")]
    Expression {
        /// What is wrong, with the field that it stands in.
        message: String,
        /// Bytes from the beginning of the expression, where it is known.
        at: Option<usize>,
        hint: String,
    },
    /// It cannot be done as asked; nothing was changed.
    #[error("{message}")]
    Refused { message: String, hint: String },
    #[error("Cancelled. Nothing was changed.")]
    Cancelled,
}

impl From<DefinitionError> for MappingError {
    fn from(error: DefinitionError) -> Self {
        match error {
            DefinitionError::Workspace(error) => Self::Workspace(error),
            other => Self::Definition(other),
        }
    }
}

impl From<ModelError> for MappingError {
    fn from(error: ModelError) -> Self {
        match error {
            ModelError::Workspace(error) => Self::Workspace(error),
            ModelError::Sqlite(error) => Self::Sqlite(error),
            ModelError::Cancelled => Self::Cancelled,
            other => Self::Model(other),
        }
    }
}

impl From<SourcesError> for MappingError {
    fn from(error: SourcesError) -> Self {
        match error {
            SourcesError::Workspace(error) => Self::Workspace(error),
            SourcesError::Sqlite(error) => Self::Sqlite(error),
            SourcesError::Cancelled(_) => Self::Cancelled,
            SourcesError::Refused { message, hint } => Self::Refused { message, hint },
        }
    }
}

impl From<job::Cancelled> for MappingError {
    fn from(_: job::Cancelled) -> Self {
        Self::Cancelled
    }
}

impl MappingError {
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
            Self::Model(error) => error.hint(),
            Self::Expression { hint, .. } | Self::Refused { hint, .. } => hint.clone(),
            Self::Sqlite(_) => "`cutover verify` checks the workspace.".to_owned(),
            Self::Cancelled => String::new(),
        }
    }
}
