//! The bytes of a part behind its byte order mark, as UTF-8 or in an encoding in which line ends and brackets are
//! themselves.

use std::io::{self, Read};

use super::encoding::Charset;
use super::open::{self, Stream};
use super::refusal::{Refusal, read_error};
use super::wide::WideReader;
use super::{Part, ReadError, ReadErrorKind, ReadOptions};
use crate::job::Job;

/// A part's bytes as something the record parser can read.
pub(super) enum Input {
    Narrow(Stream),
    Wide(Box<WideReader<Stream>>),
}

impl Input {
    /// Opens a part behind its byte order mark.
    pub fn open(
        part: &Part,
        options: &ReadOptions,
        charset: Charset,
        mark: usize,
        job: Option<&Job>,
    ) -> Result<Self, ReadError> {
        let mut stream = open::open(part, &options.limits, job)?;
        let mut skipped = [0; 4];
        let skipped = &mut skipped[..mark.min(4)];
        stream.read_exact(skipped).map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof => read_error(
                Refusal::io(ReadErrorKind::Changed, "the file changed while it was read", "Load it again."),
                &part.file,
            ),
            _ => read_error(error, &part.file),
        })?;
        Ok(match charset {
            Charset::Wide(wide) => Self::Wide(Box::new(WideReader::new(stream, wide))),
            _ => Self::Narrow(stream),
        })
    }

    pub fn into_stream(self) -> Stream {
        match self {
            Self::Narrow(stream) => stream,
            Self::Wide(reader) => reader.into_inner(),
        }
    }
}

impl Read for Input {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Narrow(stream) => stream.read(buf),
            Self::Wide(reader) => reader.read(buf),
        }
    }
}

/// Bytes of the byte order mark of a scanned file.
pub(super) fn mark_length(charset: Charset, bom: bool) -> usize {
    match charset {
        _ if !bom => 0,
        Charset::Wide(wide) => wide.unit(),
        _ => 3,
    }
}
