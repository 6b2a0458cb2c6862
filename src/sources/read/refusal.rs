//! Why bytes are refused, carried through `std::io::Error` from the depth of a decompressor up to a [`ReadError`], and
//! the one way in which text from a file enters a message.

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

/// Text from a file as it may stand in a message: control and invisible characters become visible, long text is cut.
pub(super) fn shown(text: &str) -> String {
    const MOST: usize = 80;
    let mut out = String::new();
    for (n, c) in text.chars().enumerate() {
        if n >= MOST {
            out.push('…');
            break;
        }
        if c.is_control() || invisible(c) {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    out
}

/// Characters that draw nothing, or change how others are drawn.
fn invisible(c: char) -> bool {
    matches!(u32::from(c),
        0x00AD | 0x034F | 0x061C | 0x115F..=0x1160 | 0x17B4..=0x17B5 | 0x180B..=0x180F | 0x200B..=0x200F
        | 0x2028..=0x202E | 0x2060..=0x206F | 0x3164 | 0xFE00..=0xFE0F | 0xFEFF | 0xFFA0 | 0xFFF0..=0xFFFB
        | 0x0300..=0x036F | 0x1D173..=0x1D17A | 0xE0000..=0xE0FFF | 0xE000..=0xF8FF | 0xF0000..=0x10FFFF)
}

/// A count with its noun: `1 row`, `3 rows`.
pub(super) fn counted(n: u64, noun: &str) -> String {
    if n == 1 { format!("1 {noun}") } else { format!("{} {noun}s", grouped(n)) }
}

/// A number with commas between its thousands.
pub(super) fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}
