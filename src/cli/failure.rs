//! One line on standard error saying what, where and what next; with `--json` also one object on standard output.

use std::path::PathBuf;

use crate::crosswalk::search::SearchError;
use crate::definitions::DefinitionError;
use crate::model::ModelError;
use crate::sources::SourcesError;
use crate::sources::load::{LoadError, LoadErrorKind};
use crate::values::shown::Shown;
use crate::workspace::{Reader, Stopped, WorkspaceError, WorkspaceErrorKind};

/// Exit codes, as the contract has them.
pub mod exit {
    pub const DONE: u8 = 0;
    /// Done, and something did not hold, or nothing was found.
    pub const NOT_HELD: u8 = 1;
    pub const USAGE: u8 = 2;
    pub const WORKSPACE: u8 = 3;
    pub const CANCELLED: u8 = 130;
}

/// Why a command ended early.
#[derive(Debug)]
pub struct Failure {
    pub exit: u8,
    pub kind: String,
    pub message: String,
    pub hint: String,
    pub file: Option<PathBuf>,
    pub line: Option<u64>,
    pub column: Option<u64>,
    /// The reader of standard output has gone; there is nobody to tell.
    quiet: bool,
}

impl Failure {
    pub(super) fn new(exit: u8, kind: &str, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            exit,
            kind: kind.to_owned(),
            message: message.into(),
            hint: hint.into(),
            file: None,
            line: None,
            column: None,
            quiet: false,
        }
    }

    pub(super) fn usage(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(exit::USAGE, "usage", message, hint)
    }

    pub(super) fn io(what: &str, error: &std::io::Error) -> Self {
        let words = error.to_string();
        // The system's number and the name of a temporary file tell a person nothing.
        let words = words.split_once(" (os error").map_or(words.as_str(), |(words, _)| words).to_lowercase();
        let mut failure = Self::new(
            exit::USAGE,
            "io",
            format!("{what} could not be written: {words}."),
            "Check the place and its space.",
        );
        failure.quiet = error.kind() == std::io::ErrorKind::BrokenPipe;
        failure
    }

    /// Rows on their way to standard output did not all arrive there.
    pub(super) fn stopped(stopped: Stopped, reader: &Reader) -> Self {
        match stopped {
            Stopped::Taker(error) => Self::io("standard output", &error),
            Stopped::Database(error) => reader.explain(&error).into(),
        }
    }

    /// As the `error` object of the contract.
    pub(super) fn to_json(&self) -> serde_json::Value {
        serde_json::json!({
            "kind": self.kind, "message": self.message, "file": self.file.as_ref().map(|f| f.to_string_lossy()),
            "line": self.line, "column": self.column, "hint": self.hint,
        })
    }

    /// The line for people.
    pub(super) fn line(&self) -> String {
        let ends = self.message.ends_with(['.', ':', '!', '?']);
        let text = format!("{}{} {}", self.message, if ends { "" } else { "." }, self.hint);
        // Messages are made safe where data enters them; this is the second fence.
        Shown::of(text.trim()).to_plain()
    }

    pub(super) fn print(&self, json: bool) {
        use std::io::Write;
        if self.quiet {
            return;
        }
        let _ = writeln!(std::io::stderr(), "cutover: {}", self.line());
        if json {
            let _ = writeln!(
                std::io::stdout(),
                "{}",
                super::output::json_line(&serde_json::json!({ "error": self.to_json() }))
            );
        }
    }
}

/// The exit code of what went wrong with a workspace.
fn code_of(kind: WorkspaceErrorKind) -> u8 {
    use WorkspaceErrorKind as Kind;
    match kind {
        Kind::NotFound | Kind::Exists | Kind::NotAFile | Kind::Foreign | Kind::Io | Kind::ReadOnly | Kind::Network => {
            exit::USAGE
        }
        Kind::Busy | Kind::Damaged | Kind::Newer | Kind::Full | Kind::Database => exit::WORKSPACE,
        Kind::Cancelled => exit::CANCELLED,
    }
}

impl From<WorkspaceError> for Failure {
    fn from(error: WorkspaceError) -> Self {
        let code = code_of(error.kind);
        Self { file: Some(error.file), ..Self::new(code, error.kind.word(), error.message, error.hint) }
    }
}

impl From<SearchError> for Failure {
    fn from(error: SearchError) -> Self {
        let SearchError::Workspace(error) = error;
        error.into()
    }
}

impl From<SourcesError> for Failure {
    fn from(error: SourcesError) -> Self {
        match error {
            SourcesError::Workspace(error) => error.into(),
            SourcesError::Sqlite(error) => LoadError::from(error).into(),
            SourcesError::Cancelled(_) => Failure::new(
                exit::CANCELLED,
                "cancelled",
                "Cancelled. Nothing was changed.",
                "Start it again when you like.",
            ),
            SourcesError::Refused { message, hint } => Failure::usage(message, hint),
        }
    }
}

impl From<ModelError> for Failure {
    fn from(error: ModelError) -> Self {
        match error {
            ModelError::Workspace(error) => error.into(),
            ModelError::Sqlite(error) => LoadError::from(error).into(),
            ModelError::Definition(error) => error.into(),
            ModelError::Cancelled => Failure::new(
                exit::CANCELLED,
                "cancelled",
                "Cancelled. Nothing was changed.",
                "Start it again when you like.",
            ),
            ModelError::Refused { message, hint } => Failure::usage(message, hint),
        }
    }
}

impl From<DefinitionError> for Failure {
    fn from(error: DefinitionError) -> Self {
        let (message, hint) = (error.to_string(), error.hint());
        let (code, kind) = match error {
            DefinitionError::Workspace(error) => return error.into(),
            DefinitionError::Document(faults) => {
                let place = faults.first().and_then(|fault| fault.place);
                let failure = Failure::new(exit::USAGE, "document", message, hint);
                let (line, column) = (place.map(|place| place.line), place.map(|place| place.column));
                return Self { line, column, ..failure };
            }
            DefinitionError::Overtaken { .. } | DefinitionError::Withdrawn { .. } => (exit::USAGE, "overtaken"),
            DefinitionError::NoSuchVersion { .. } => (exit::USAGE, "no_such_version"),
            DefinitionError::NotDefined { .. } => (exit::USAGE, "not_defined"),
            DefinitionError::DamagedDeed => (exit::WORKSPACE, "damaged"),
        };
        Failure::new(code, kind, message, hint)
    }
}

impl From<LoadError> for Failure {
    fn from(error: LoadError) -> Self {
        let code = match (error.kind, error.workspace) {
            (LoadErrorKind::Cancelled, _) => exit::CANCELLED,
            (_, Some(kind)) => code_of(kind),
            (LoadErrorKind::Workspace, None) => exit::WORKSPACE,
            _ => exit::USAGE,
        };
        Self {
            file: error.file,
            line: error.line,
            column: error.column,
            ..Self::new(code, error.word, error.message, error.hint)
        }
    }
}
