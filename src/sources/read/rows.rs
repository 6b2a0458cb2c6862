//! Bytes into records of a delimited file, with what a refusal needs: the exact bytes of each record, where it begins
//! and on which physical line. Works on UTF-8 or any encoding in which delimiters, quotes and line ends are themselves.

use std::io::{self, Read};

use csv_core::{ReadRecordResult, ReaderBuilder};
use memchr::memchr2_iter;

use super::wide::Wide;

const CHUNK: usize = 1 << 20;

/// Reads records one after another; the last one stays in place until the next is asked for.
pub(super) struct Rows<R> {
    input: R,
    parser: csv_core::Reader,
    /// Bytes from the beginning of the current record on.
    buf: Vec<u8>,
    start: usize,
    at: usize,
    filled: usize,
    ended: bool,
    out: Vec<u8>,
    text_len: usize,
    ends: Vec<usize>,
    fields: usize,
    /// Most ends that are kept of one record.
    most_ends: usize,
    most_bytes: usize,
    line: u64,
    next_line: u64,
    /// Byte in the file of `buf[at]`, or of the current record.
    offset: u64,
    next_offset: u64,
    wide: Option<Wide>,
    after_cr: bool,
    /// Lines without a byte on them, so far.
    pub blank_lines: u64,
    /// Whether the last record was ended by the end of the file, not by a line end.
    pub at_end: bool,
}

/// Why no record could be read.
pub(super) enum RowsError {
    Io(io::Error),
    /// The record on this line is longer than the limit.
    TooLong(u64),
}

impl From<io::Error> for RowsError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// A quote that nothing closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct OpenQuote {
    /// Field number, from 1.
    pub field: u64,
    /// Physical lines between the record's first line and the one where the quote opened.
    pub lines_down: u64,
}

impl<R: Read> Rows<R> {
    /// Reads from `input`, which stands at byte `offset` of the file.
    pub fn new(input: R, delimiter: u8, quote: Option<u8>, offset: u64, most_bytes: usize, most_ends: usize) -> Self {
        let mut builder = ReaderBuilder::new();
        builder.delimiter(delimiter);
        match quote {
            Some(quote) => builder.quote(quote),
            None => builder.quoting(false),
        };
        let mut parser = builder.build();
        // Once it has read anything the parser takes no more byte order marks away: they are handled before, and a
        // second one is data. A line end before the first record is nothing to it.
        let _ = parser.read_record(b"\n", &mut [0; 4], &mut [0; 4]);
        Self {
            input,
            parser,
            buf: vec![0; CHUNK],
            start: 0,
            at: 0,
            filled: 0,
            ended: false,
            out: vec![0; 64 << 10],
            text_len: 0,
            ends: vec![0; 256],
            fields: 0,
            most_ends: most_ends.max(256),
            most_bytes,
            line: 1,
            next_line: 1,
            offset,
            next_offset: offset,
            wide: None,
            after_cr: false,
            blank_lines: 0,
            at_end: false,
        }
    }

    /// The input is wide text in its decoded form; offsets are to be those of the original.
    pub fn of_wide(mut self, wide: Wide) -> Self {
        self.wide = Some(wide);
        self
    }

    /// Steps to the next record; `false` at the end.
    pub fn next(&mut self) -> Result<bool, RowsError> {
        if !self.skip_line_ends()? {
            return Ok(false);
        }
        self.start = self.at;
        self.line = self.next_line;
        self.offset = self.next_offset;
        self.text_len = 0;
        self.fields = 0;
        let mut kept_ends = 0;
        // An empty input tells the parser that there is no more: it must not be given one before that is so.
        let mut told_end = false;
        loop {
            if self.at == self.filled {
                self.check_length()?;
                told_end = !self.refill()?;
            }
            let (result, read, written, ends) = self.parser.read_record(
                &self.buf[self.at..self.filled],
                &mut self.out[self.text_len..],
                &mut self.ends[kept_ends..],
            );
            self.at += read;
            self.text_len += written;
            self.fields += ends;
            kept_ends += ends;
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => {
                    self.check_length()?;
                    let len = self.out.len();
                    self.out.resize(len * 2, 0);
                }
                ReadRecordResult::OutputEndsFull => {
                    if self.ends.len() < self.most_ends {
                        let len = (self.ends.len() * 2).min(self.most_ends);
                        self.ends.resize(len, 0);
                    } else {
                        // More fields than any file may have: only their number is still of interest.
                        kept_ends = self.ends.len() / 2;
                    }
                }
                ReadRecordResult::Record | ReadRecordResult::End => break,
            }
        }
        self.check_length()?;
        let raw = &self.buf[self.start..self.at];
        self.after_cr = raw.last() == Some(&b'\r');
        self.at_end = told_end;
        self.next_line = self.line + line_ends(raw);
        self.next_offset = self.offset
            + match self.wide {
                None => raw.len() as u64,
                Some(wide) => wide.original_len(raw),
            };
        Ok(true)
    }

    /// The record's bytes in the input, with its line end.
    pub fn raw(&self) -> &[u8] {
        &self.buf[self.start..self.at]
    }

    /// The record's bytes in the file, without its line end.
    pub fn original(&self) -> Vec<u8> {
        let raw = without_line_end(self.raw());
        match self.wide {
            None => raw.to_vec(),
            Some(wide) => wide.original(raw),
        }
    }

    /// All values end to end, without quotes.
    pub fn text(&self) -> &[u8] {
        &self.out[..self.text_len]
    }

    /// Ends of the values in [`Self::text`]. Of a record with more fields than the most that are kept, the first ones.
    pub fn ends(&self) -> &[usize] {
        &self.ends[..if self.fields <= self.ends.len() { self.fields } else { self.ends.len() / 2 }]
    }

    pub fn fields(&self) -> usize {
        self.fields
    }

    /// Physical line where the record begins, from 1.
    pub fn line(&self) -> u64 {
        self.line
    }

    pub fn offset(&self) -> u64 {
        self.offset
    }

    pub fn into_input(self) -> R {
        self.input
    }

    /// Steps over line ends: those of blank lines, and the second half of the last record's.
    fn skip_line_ends(&mut self) -> Result<bool, RowsError> {
        loop {
            if self.at == self.filled {
                self.start = self.at;
                if !self.refill()? {
                    return Ok(false);
                }
            }
            match self.buf[self.at] {
                b'\n' if self.after_cr => self.after_cr = false,
                byte @ (b'\n' | b'\r') => {
                    self.after_cr = byte == b'\r';
                    self.next_line += 1;
                    self.blank_lines += 1;
                }
                _ => {
                    self.after_cr = false;
                    return Ok(true);
                }
            }
            self.at += 1;
            self.next_offset += self.wide.map_or(1, |wide| wide.unit() as u64);
        }
    }

    /// Reads on behind the current record; `false` at the end of the input.
    fn refill(&mut self) -> Result<bool, RowsError> {
        if self.ended {
            return Ok(false);
        }
        if self.start > 0 {
            self.buf.copy_within(self.start..self.filled, 0);
            self.at -= self.start;
            self.filled -= self.start;
            self.start = 0;
        }
        if self.buf.len() - self.filled < CHUNK / 2 {
            let len = self.buf.len();
            self.buf.resize(len + CHUNK.max(len / 2), 0);
        }
        loop {
            match self.input.read(&mut self.buf[self.filled..]) {
                Ok(0) => {
                    self.ended = true;
                    return Ok(false);
                }
                Ok(n) => {
                    self.filled += n;
                    return Ok(true);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    fn check_length(&self) -> Result<(), RowsError> {
        if self.at - self.start > self.most_bytes {
            return Err(RowsError::TooLong(self.line));
        }
        Ok(())
    }
}

/// Physical line ends in bytes: LF, CRLF, CR.
pub(super) fn line_ends(bytes: &[u8]) -> u64 {
    let mut count = 0;
    let mut last_cr = usize::MAX;
    for at in memchr2_iter(b'\n', b'\r', bytes) {
        if bytes[at] == b'\r' {
            last_cr = at;
            count += 1;
        } else if at == 0 || at - 1 != last_cr {
            count += 1;
        }
    }
    count
}

/// A record without its line end.
pub(super) fn without_line_end(raw: &[u8]) -> &[u8] {
    match raw {
        [rest @ .., b'\r', b'\n'] | [rest @ .., b'\n' | b'\r'] => rest,
        _ => raw,
    }
}

/// What the quotes of a record say about it.
#[derive(Debug, PartialEq, Eq)]
struct Quotes {
    /// Opened and not closed by the end of the record.
    open: Option<OpenQuote>,
    /// The first whose closing quote has text right behind it: perhaps it was not meant to close there.
    loose: Option<OpenQuote>,
}

/// Looks through the quotes of a record. The rules are the parser's: a quote opens a field only as its first byte, two of
/// them inside stand for one.
fn quotes(raw: &[u8], delimiter: u8, quote: u8) -> Quotes {
    #[derive(PartialEq)]
    enum In {
        FieldStart,
        Plain,
        Quoted,
        QuoteInQuoted,
    }
    let mut state = In::FieldStart;
    let mut field = 1;
    let mut opened = 0;
    let mut loose = None;
    for (at, &byte) in raw.iter().enumerate() {
        state = match state {
            In::Quoted if byte == quote => In::QuoteInQuoted,
            In::Quoted => In::Quoted,
            In::QuoteInQuoted if byte == quote => In::Quoted,
            In::FieldStart if byte == quote => {
                opened = at;
                In::Quoted
            }
            _ if byte == delimiter => {
                field += 1;
                In::FieldStart
            }
            In::QuoteInQuoted if loose.is_none() && !matches!(byte, b'\r' | b'\n') => {
                loose = Some((field, opened));
                In::Plain
            }
            _ => In::Plain,
        };
    }
    let place = |(field, at): (u64, usize)| OpenQuote { field, lines_down: line_ends(&raw[..at]) };
    Quotes { open: (state == In::Quoted).then(|| place((field, opened))), loose: loose.map(place) }
}

impl<R> Rows<R> {
    /// Where the current record's quote opened, if it is still open at the end of what was read of it.
    pub fn open_quote(&self, delimiter: u8, quote: u8) -> Option<OpenQuote> {
        quotes(&self.buf[self.start..self.at], delimiter, quote).open
    }

    /// Where a quote opened that closes in the middle of a field, lines further down.
    pub fn runaway_quote(&self, delimiter: u8, quote: u8) -> Option<OpenQuote> {
        let raw = without_line_end(&self.buf[self.start..self.at]);
        if line_ends(raw) == 0 {
            return None;
        }
        quotes(raw, delimiter, quote).loose
    }
}
