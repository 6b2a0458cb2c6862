//! Why a definition was not saved, reviewed or withdrawn. Nothing was changed then.

use super::VersionNumber;
use super::document::Fault;
use crate::values::shown::Shown;
use crate::workspace::WorkspaceError;

#[derive(Debug, thiserror::Error)]
pub enum DefinitionError {
    #[error(transparent)]
    Workspace(#[from] WorkspaceError),
    /// The document does not hold together; the first fault is the one to read.
    #[error("{}", first(.0))]
    Document(Vec<Fault>),
    /// Somebody saved another version in the meantime.
    #[error(
        "{} was changed meanwhile: version {version} by {} stands. Nothing was changed.",
        Shown::of(.name).to_plain(), Shown::of(.author).to_plain()
    )]
    Overtaken { name: String, version: VersionNumber, author: String },
    /// Somebody withdrew it in the meantime.
    #[error("{} was withdrawn meanwhile. Nothing was changed.", Shown::of(.name).to_plain())]
    Withdrawn { name: String },
    #[error("There is no version {version} of {}.", Shown::of(.name).to_plain())]
    NoSuchVersion { name: String, version: VersionNumber },
    #[error("There is no definition of {}.", Shown::of(.name).to_plain())]
    NotDefined { name: String },
    /// The undo log holds something that this program does not understand.
    #[error("What was done last cannot be read.")]
    DamagedDeed,
}

fn first(faults: &[Fault]) -> String {
    match faults {
        [] => "The document does not hold together.".to_owned(),
        [one] => one.to_string(),
        [one, more @ ..] => format!("{one} ({} more like it)", more.len()),
    }
}

impl DefinitionError {
    /// What to do next.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::Workspace(error) => error.hint.clone(),
            Self::Document(_) => "Nothing was saved. Correct it, then save again.".to_owned(),
            Self::Overtaken { .. } | Self::Withdrawn { .. } => "Read what stands now, then decide again.".to_owned(),
            Self::NoSuchVersion { .. } | Self::NotDefined { .. } => "Its history lists the versions.".to_owned(),
            Self::DamagedDeed => "`cutover verify` checks the workspace.".to_owned(),
        }
    }
}
