//! Where each JSON element of a file begins and ends, found without holding more of the file than one element. Says
//! nothing about whether an element is good JSON: `flatten` does.

use std::io::{self, Read};

use memchr::{memchr, memchr3};

use super::rows::line_ends;
use super::wide::Wide;

const CHUNK: usize = 1 << 20;

/// Why no element could be found.
pub(super) enum ElementsError {
    Io(io::Error),
    /// The element that begins on this line is longer than the limit.
    TooLong(u64),
}

impl From<io::Error> for ElementsError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// How an element ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Whole,
    /// The file ended first.
    CutOff,
    /// A bracket or a line end that no JSON has there; reading went on where an element seems to begin again.
    Broken,
}

/// A sliding view of a file that knows its line and offset.
pub(super) struct Elements<R> {
    input: R,
    buf: Vec<u8>,
    /// Beginning of the current element; what is before it has been counted.
    mark: usize,
    at: usize,
    filled: usize,
    ended: bool,
    line: u64,
    offset: u64,
    last_cr: bool,
    wide: Option<Wide>,
    most: usize,
    /// Blanks before the current element, if it is the first on its line.
    indent: Option<usize>,
}

impl<R: Read> Elements<R> {
    pub fn new(input: R, offset: u64, most: usize, wide: Option<Wide>) -> Self {
        Self {
            input,
            buf: vec![0; CHUNK],
            mark: 0,
            at: 0,
            filled: 0,
            ended: false,
            line: 1,
            offset,
            last_cr: false,
            wide,
            most,
            indent: None,
        }
    }

    /// Physical line where the current element begins.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// Byte in the file where the current element begins.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    pub fn raw(&self) -> &[u8] {
        &self.buf[self.mark..self.at]
    }

    pub fn original(&self) -> Vec<u8> {
        match self.wide {
            None => self.raw().to_vec(),
            Some(wide) => wide.original(self.raw()),
        }
    }

    pub fn into_input(self) -> R {
        self.input
    }

    /// Leaves everything up to here behind.
    fn settle(&mut self) {
        let done = &self.buf[self.mark..self.at];
        if let Some(last) = done.last() {
            let half = u64::from(self.last_cr && done.starts_with(b"\n"));
            self.line += line_ends(done) - half;
            self.last_cr = *last == b'\r';
        }
        self.offset += self.wide.map_or(done.len() as u64, |wide| wide.original_len(done));
        self.mark = self.at;
    }

    fn more(&mut self) -> Result<bool, ElementsError> {
        if self.ended {
            return Ok(false);
        }
        if self.filled - self.mark > self.most {
            return Err(ElementsError::TooLong(self.line));
        }
        if self.mark > 0 {
            self.buf.copy_within(self.mark..self.filled, 0);
            self.at -= self.mark;
            self.filled -= self.mark;
            self.mark = 0;
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

    fn peek(&mut self) -> Result<Option<u8>, ElementsError> {
        if self.at == self.filled && !self.more()? {
            return Ok(None);
        }
        Ok(Some(self.buf[self.at]))
    }

    /// Steps over blanks and line ends, and the bytes of `also`; says what stands there.
    pub fn skip_blanks(&mut self, also: &[u8]) -> Result<Option<u8>, ElementsError> {
        loop {
            let Some(byte) = self.peek()? else {
                self.settle();
                return Ok(None);
            };
            match byte {
                b'\n' | b'\r' => self.indent = Some(0),
                b' ' | b'\t' => self.indent = self.indent.map(|n| n + 1),
                _ if also.contains(&byte) => self.indent = None,
                _ => {
                    self.settle();
                    return Ok(Some(byte));
                }
            }
            self.at += 1;
            if self.at - self.mark > CHUNK / 4 {
                self.settle();
            }
        }
    }

    /// Steps over one byte that is no element.
    pub fn step(&mut self) {
        self.at = (self.at + 1).min(self.filled);
        self.indent = None;
    }

    /// The next line that is not blank, as an element; `false` at the end.
    pub fn next_line(&mut self) -> Result<bool, ElementsError> {
        self.settle();
        if self.skip_blanks(&[])?.is_none() {
            return Ok(false);
        }
        loop {
            if let Some(end) = memchr(b'\n', &self.buf[self.at..self.filled]) {
                self.at += end;
                break;
            }
            self.at = self.filled;
            if !self.more()? {
                break;
            }
        }
        while self.at > self.mark && matches!(self.buf[self.at - 1], b'\r' | b' ' | b'\t') {
            self.at -= 1;
        }
        if self.at - self.mark > self.most {
            return Err(ElementsError::TooLong(self.line));
        }
        Ok(true)
    }

    /// Takes the element that begins here, as far as its brackets and strings go.
    pub fn take(&mut self) -> Result<End, ElementsError> {
        self.settle();
        let indent = self.indent.take();
        let end = match self.walk(true)? {
            End::Broken => {
                self.find_next(indent)?;
                End::Broken
            }
            other => other,
        };
        if self.at - self.mark > self.most {
            return Err(ElementsError::TooLong(self.line));
        }
        Ok(end)
    }

    /// Steps over one value. `keep`: it stays in view.
    fn walk(&mut self, keep: bool) -> Result<End, ElementsError> {
        let mut open: Vec<u8> = Vec::new();
        let mut in_string = false;
        loop {
            if !keep && self.at - self.mark > CHUNK / 4 {
                self.settle();
            }
            let Some(byte) = self.peek()? else {
                return Ok(if open.is_empty() && !in_string { End::Whole } else { End::CutOff });
            };
            if in_string {
                match memchr3(b'"', b'\\', b'\n', &self.buf[self.at..self.filled]) {
                    None => self.at = self.filled,
                    Some(n) => {
                        self.at += n;
                        match self.buf[self.at] {
                            b'"' => {
                                self.at += 1;
                                in_string = false;
                                if open.is_empty() {
                                    return Ok(End::Whole);
                                }
                            }
                            b'\\' => {
                                self.at += 1;
                                match self.peek()? {
                                    // No escape either: the line end is judged as such.
                                    Some(b'\n') | None => {}
                                    Some(_) => self.at += 1,
                                }
                            }
                            _ => return Ok(End::Broken),
                        }
                    }
                }
                continue;
            }
            match byte {
                b'"' => in_string = true,
                // No file nests like this except to fill the memory.
                b'{' | b'[' if open.len() >= 1 << 20 => return Ok(End::Broken),
                b'{' | b'[' => open.push(byte),
                b'}' | b']' => {
                    let opened = open.pop();
                    if opened.is_none() {
                        return Ok(End::Whole);
                    }
                    if opened != Some(if byte == b'}' { b'{' } else { b'[' }) {
                        return Ok(End::Broken);
                    }
                    if open.is_empty() {
                        self.at += 1;
                        return Ok(End::Whole);
                    }
                }
                b',' | b' ' | b'\t' | b'\n' | b'\r' if open.is_empty() => return Ok(End::Whole),
                _ => {}
            }
            self.at += 1;
        }
    }

    /// Goes on to a line that begins with a brace, as deep as the broken element began; else to the end.
    fn find_next(&mut self, indent: Option<usize>) -> Result<(), ElementsError> {
        loop {
            while let Some(end) = memchr(b'\n', &self.buf[self.at..self.filled]) {
                self.at += end;
                let mut blanks = 0;
                // A look ahead must not lose its place if more has to be read: places count from the mark.
                loop {
                    let ahead = self.at + 1 + blanks;
                    if ahead >= self.filled && !self.more()? {
                        self.at = self.filled;
                        return Ok(());
                    }
                    let ahead = self.at + 1 + blanks;
                    match self.buf.get(ahead).copied().filter(|_| ahead < self.filled) {
                        Some(b' ' | b'\t') => blanks += 1,
                        Some(b'{') if indent.is_none_or(|n| n == blanks) => return Ok(()),
                        _ => break,
                    }
                }
                self.at += 1;
            }
            self.at = self.filled;
            if !self.more()? {
                return Ok(());
            }
        }
    }

    /// Inside an object, behind its brace or a member: the next key, up to and with its colon. `None`: the object ends
    /// here, or is no JSON.
    pub fn next_key(&mut self) -> Result<Option<String>, ElementsError> {
        if self.skip_blanks(b",")? != Some(b'"') {
            return Ok(None);
        }
        if self.walk(true)? != End::Whole {
            return Ok(None);
        }
        let key = serde_json::from_slice::<String>(self.raw()).ok();
        if key.is_none() || self.skip_blanks(&[])? != Some(b':') {
            return Ok(None);
        }
        self.step();
        Ok(key)
    }

    /// Steps over a value that is not wanted. Returns its length in (decoded) bytes; `None` if the file ends in it.
    pub fn skip_value(&mut self) -> Result<Option<u64>, ElementsError> {
        self.skip_blanks(&[])?;
        let before = self.offset;
        let end = self.walk(false)?;
        self.settle();
        Ok((end == End::Whole).then_some(self.offset - before))
    }

    /// Whether the value that begins here is an array whose first element is an object. Stays where it is.
    pub fn value_is_array_of_objects(&mut self) -> Result<bool, ElementsError> {
        if self.skip_blanks(&[])? != Some(b'[') {
            return Ok(false);
        }
        let mut ahead = 1;
        loop {
            // Places count from here, which does not move against what is read behind it.
            if self.at + ahead >= self.filled && !self.more()? {
                return Ok(false);
            }
            match self.buf.get(self.at + ahead) {
                Some(b' ' | b'\t' | b'\n' | b'\r') => ahead += 1,
                Some(b'{') => return Ok(true),
                _ => return Ok(false),
            }
        }
    }

    /// Leaves the current element behind.
    pub fn leave(&mut self) {
        self.settle();
    }

    /// Takes everything up to the end of the file as one element.
    pub fn take_rest(&mut self) -> Result<(), ElementsError> {
        self.settle();
        loop {
            self.at = self.filled;
            if !self.more()? {
                return Ok(());
            }
        }
    }
}
