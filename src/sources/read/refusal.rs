//! Why bytes are refused, carried through `std::io::Error` from the depth of a decompressor up to a [`ReadError`], and
//! the one way in which text from a file enters a message.

use crate::values::format::thousands;
use crate::values::shown::Shown;
use std::io;
use std::path::Path;

use super::{ReadError, ReadErrorKind};

/// A refusal found while reading bytes: travels inside an [`io::Error`].
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub(super) struct Refusal {
    pub kind: ReadErrorKind,
    pub message: String,
    pub hint: String,
}

impl Refusal {
    pub fn io(kind: ReadErrorKind, message: impl Into<String>, hint: impl Into<String>) -> io::Error {
        io::Error::other(Self { kind, message: message.into(), hint: hint.into() })
    }

    pub fn cancelled() -> io::Error {
        Self::io(
            ReadErrorKind::Cancelled,
            "the reading was cancelled",
            "Nothing was kept; start it again when you like.",
        )
    }
}

/// What went wrong with a file, from what its reader said.
pub(super) fn read_error(error: io::Error, file: &Path) -> ReadError {
    let name = shown(&file.display().to_string());
    let (kind, message, hint) = match error.kind() {
        io::ErrorKind::NotFound => (
            ReadErrorKind::NotFound,
            format!("{name}: there is no such file"),
            "Check the path; a pattern in quotes is not expanded by the shell.".to_owned(),
        ),
        io::ErrorKind::PermissionDenied => (
            ReadErrorKind::Io,
            format!("{name}: no permission to read it"),
            "Ask for permission to read the file, or copy it to a folder of your own.".to_owned(),
        ),
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput | io::ErrorKind::UnexpectedEof => (
            ReadErrorKind::Format,
            format!("{name}: the archive is damaged or cut off ({error})"),
            "Export or copy the file again and compare the sizes.".to_owned(),
        ),
        _ => match error.downcast::<Refusal>() {
            Ok(refusal) => {
                return ReadError::new(
                    refusal.kind,
                    file,
                    if refusal.kind == ReadErrorKind::Cancelled {
                        refusal.message
                    } else {
                        format!("{name}: {}", refusal.message)
                    },
                    refusal.hint,
                );
            }
            Err(error) => (
                ReadErrorKind::Io,
                format!("{name}: {error}"),
                "Check the disk or the network drive and try again.".to_owned(),
            ),
        },
    };
    ReadError::new(kind, file, message, hint)
}

/// Text from a file as it may stand in a message: what would act is made visible, long text is cut.
pub(super) fn shown(text: &str) -> String {
    Shown::of(text).fit_end(80).to_plain()
}

/// A count with its noun: `1 row`, `3 rows`.
pub(super) fn counted(n: u64, noun: &str) -> String {
    if n == 1 { format!("1 {noun}") } else { format!("{} {noun}s", grouped(n)) }
}

/// A number with commas between its thousands.
pub(super) fn grouped(n: u64) -> String {
    thousands(n)
}
