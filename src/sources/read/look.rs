//! The first look through a whole file, at the speed of its disk: hash, size, the beginning kept for guessing, and
//! whether all of it is UTF-8. Hashing runs on a second thread.

use std::io::{self, Read};
use std::sync::mpsc::sync_channel;
use std::thread;

use sha2::{Digest, Sha256};

use super::encoding::{self, Charset, Weighing};
use super::open::{self, Stream};
use super::refusal::{read_error, shown};
use super::{Fingerprint, Part, ReadError, ReadErrorKind, ReadOptions};
use crate::job::Job;

const CHUNK: usize = 1 << 20;
/// Room before each chunk for a character that the last chunk cut in two.
const ROOM: usize = 4;
/// How much of the beginning is kept for guessing how the file is written.
const HEAD: usize = 4 << 20;

/// What a whole file is, before anything is known of its rows.
pub(super) struct Look {
    pub sha256: [u8; 32],
    pub bytes: u64,
    pub head: Vec<u8>,
    /// Bytes of the byte order mark.
    pub mark: usize,
    pub charset: Charset,
    /// Every byte is valid in `charset`.
    pub clean: bool,
    /// What the decision about the encoding is worth saying.
    pub warnings: Vec<String>,
    pub fingerprint: Fingerprint,
}

/// Looks through every byte of a part.
pub(super) fn look(part: &Part, options: &ReadOptions, job: &Job) -> Result<Look, ReadError> {
    job.begin("looking through the file", size(part));
    let mut stream = open::open(part, &options.limits, Some(job))?;
    let seen = see(&mut stream).map_err(|e| read_error(e, &part.file))?;
    let fingerprint = open::fingerprint(stream, part)?;
    if seen.bytes == 0 {
        return Err(empty(part));
    }
    let mut look = Look {
        sha256: seen.sha256,
        bytes: seen.bytes,
        mark: 0,
        charset: Charset::Utf8,
        clean: seen.utf8,
        warnings: Vec::new(),
        fingerprint,
        head: seen.head,
    };
    let marked = encoding::mark(&look.head);
    if let Some(label) = &options.encoding {
        look.charset = encoding::by_label(label, &look.head, &part.file)?;
        // Whatever a person says of the rest, the mark of UTF-8 is no part of the first column's name.
        let wide = matches!(look.charset, Charset::Wide(_));
        look.mark = marked
            .filter(|(charset, _)| *charset == look.charset || (*charset == Charset::Utf8 && !wide))
            .map_or(0, |(_, len)| len);
        look.clean = seen.utf8 && look.charset == Charset::Utf8;
        return Ok(look);
    }
    if let Some((charset, len)) = marked {
        look.mark = len;
        look.charset = charset;
        look.clean = seen.utf8 && charset == Charset::Utf8;
        return Ok(look);
    }
    if let Some(wide) = encoding::wide_by_zeros(&look.head) {
        look.charset = Charset::Wide(wide);
        look.clean = false;
        look.warnings.push(format!("There is no byte order mark; it reads as {} by its zero bytes.", wide.name()));
        return Ok(look);
    }
    if seen.utf8 {
        return Ok(look);
    }
    refuse_binary(part, &look.head)?;
    let weighing = weigh(part, options, job)?;
    look.charset = weighing.decide();
    match look.charset {
        Charset::Utf8 => look.warnings.push(format!(
            "{} not UTF-8 though the file is; they go to quarantine.",
            match weighing.bad_lines() {
                1 => "1 line is".to_owned(),
                n => format!("{} lines are", super::refusal::grouped(n)),
            }
        )),
        other => look.warnings.push(format!(
            "It is not UTF-8 and names no encoding; it reads as {}. Overrule with --encoding.",
            other.name()
        )),
    }
    Ok(look)
}

/// Bytes that are read from disk, 0 if unknown.
fn size(part: &Part) -> u64 {
    part.size.or_else(|| std::fs::metadata(&part.file).ok().map(|about| about.len())).unwrap_or(0)
}

pub(super) fn empty(part: &Part) -> ReadError {
    ReadError::new(
        ReadErrorKind::Empty,
        &part.file,
        format!("{}: there is nothing in it", part_name(part)),
        "Export it again; an export without rows still has a header.",
    )
}

/// A part as it is named in messages: file, member, sheet.
pub(super) fn part_name(part: &Part) -> String {
    let mut name = shown(&part.file.display().to_string());
    for piece in part.members.iter().chain(&part.sheet) {
        name.push_str(", ");
        name.push_str(&shown(piece));
    }
    name
}

/// Refuses what is no text at all.
pub(super) fn refuse_binary(part: &Part, head: &[u8]) -> Result<(), ReadError> {
    let marked = encoding::mark(head).is_some();
    if !marked && encoding::wide_by_zeros(head).is_none() && super::parts::is_binary(head) {
        return Err(ReadError::new(
            ReadErrorKind::Format,
            &part.file,
            format!("{}: it is not an export, most of it is no text", part_name(part)),
            "Export the records as CSV, XLSX or JSON and load that file.",
        ));
    }
    Ok(())
}

struct Seen {
    sha256: [u8; 32],
    bytes: u64,
    head: Vec<u8>,
    utf8: bool,
}

/// UTF-8 checked chunk by chunk, with characters that lie across two chunks.
struct Utf8Check {
    valid: bool,
    cut: [u8; ROOM],
    cut_len: usize,
}

impl Utf8Check {
    /// `buf` holds the chunk from `ROOM` on; the room before it is free.
    fn chunk(&mut self, buf: &mut [u8]) {
        if !self.valid {
            return;
        }
        let from = ROOM - self.cut_len;
        buf[from..ROOM].copy_from_slice(&self.cut[..self.cut_len]);
        let bytes = &buf[from..];
        let whole = bytes.len() - cut_character(bytes);
        self.valid = simdutf8::basic::from_utf8(&bytes[..whole]).is_ok();
        self.cut_len = bytes.len() - whole;
        self.cut[..self.cut_len].copy_from_slice(&bytes[whole..]);
    }
}

/// How many bytes at the end begin a character that is not whole: up to 3.
fn cut_character(bytes: &[u8]) -> usize {
    for back in 1..=bytes.len().min(3) {
        let byte = bytes[bytes.len() - back];
        let needs = match byte {
            0x80..0xC0 => continue,
            0xC0..0xE0 => 2,
            0xE0..0xF0 => 3,
            0xF0.. => 4,
            _ => 1,
        };
        return if needs > back { back } else { 0 };
    }
    0
}

/// Fills a chunk as far as the stream gives bytes. Returns how many.
fn fill(stream: &mut Stream, buf: &mut [u8]) -> io::Result<usize> {
    let mut n = 0;
    while n < buf.len() {
        match stream.read(&mut buf[n..]) {
            Ok(0) => break,
            Ok(more) => n += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(n)
}

fn see(stream: &mut Stream) -> io::Result<Seen> {
    let mut check = Utf8Check { valid: true, cut: [0; ROOM], cut_len: 0 };
    let mut head = Vec::new();
    let mut buf = vec![0; ROOM + CHUNK];
    let mut n = fill(stream, &mut buf[ROOM..])?;
    let mut bytes = n as u64;
    head.extend_from_slice(&buf[ROOM..ROOM + n]);
    check.chunk(&mut buf[..ROOM + n]);
    let finish = |check: &Utf8Check| check.valid && check.cut_len == 0;
    if n < CHUNK {
        let sha256 = Sha256::digest(&buf[ROOM..ROOM + n]).into();
        return Ok(Seen { sha256, bytes, head, utf8: finish(&check) });
    }
    thread::scope(|scope| {
        let (full, to_hash) = sync_channel::<(Vec<u8>, usize)>(3);
        let (back, spare) = sync_channel::<Vec<u8>>(4);
        let hasher = scope.spawn(move || {
            let mut sha = Sha256::new();
            for (buf, n) in to_hash {
                sha.update(&buf[ROOM..ROOM + n]);
                let _ = back.try_send(buf);
            }
            <[u8; 32]>::from(sha.finalize())
        });
        let gone = || io::Error::other("the hashing stopped");
        loop {
            full.send((buf, n)).map_err(|_| gone())?;
            buf = spare.try_recv().unwrap_or_else(|_| vec![0; ROOM + CHUNK]);
            n = fill(stream, &mut buf[ROOM..])?;
            if n == 0 {
                break;
            }
            bytes += n as u64;
            if head.len() < HEAD {
                head.extend_from_slice(&buf[ROOM..ROOM + n]);
            }
            check.chunk(&mut buf[..ROOM + n]);
        }
        drop(full);
        let sha256 = hasher.join().map_err(|_| gone())?;
        Ok(Seen { sha256, bytes, head, utf8: finish(&check) })
    })
}

/// Looks through a file once more to decide its encoding: only for one that is not UTF-8.
fn weigh(part: &Part, options: &ReadOptions, job: &Job) -> Result<Weighing, ReadError> {
    job.begin("deciding the encoding", size(part));
    let mut stream = open::open(part, &options.limits, Some(job))?;
    let mut weighing = Weighing::new();
    let mut buf = vec![0; CHUNK];
    loop {
        let n = fill(&mut stream, &mut buf).map_err(|e| read_error(e, &part.file))?;
        weighing.feed(&buf[..n], n < buf.len());
        if n < buf.len() {
            return Ok(weighing);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn utf8_in_chunks_is_judged_like_utf8_at_once(bytes in prop_oneof![
            proptest::collection::vec(any::<u8>(), 0..40),
            any::<String>().prop_map(String::into_bytes),
        ], size in 1_usize..9) {
            let mut check = Utf8Check { valid: true, cut: [0; ROOM], cut_len: 0 };
            for chunk in bytes.chunks(size) {
                let mut buf = vec![0; ROOM];
                buf.extend_from_slice(chunk);
                check.chunk(&mut buf);
            }
            prop_assert_eq!(check.valid && check.cut_len == 0, std::str::from_utf8(&bytes).is_ok());
        }
    }
}
