//! Sorted runs brought together into one sorted stream of keys, each with all its postings.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use super::build::{SortedLane, SortedWords};
use super::posting::{Posting, postings, put_postings, take_number};
use super::scan::SegmentScan;
use super::{IndexError, NextKey};

/// One sorted run.
#[derive(Debug)]
pub enum Run {
    Lane(SortedLane),
    Words(SortedWords),
    Spilled(SpilledRun),
}

impl Run {
    /// The one space of all its keys.
    #[must_use]
    pub fn space(&self) -> u8 {
        match self {
            Self::Lane(lane) => lane.space(),
            Self::Words(_) => super::Space::Word as u8,
            Self::Spilled(run) => run.space,
        }
    }

    pub(super) fn next(&mut self) -> NextKey<'_> {
        match self {
            Self::Lane(lane) => Ok(lane.next()),
            Self::Words(words) => Ok(words.next()),
            Self::Spilled(run) => run.next(),
        }
    }
}

/// A run that was set aside in a file.
#[derive(Debug)]
pub struct SpilledRun {
    file: Arc<File>,
    space: u8,
    at: u64,
    end: u64,
    buffer: Vec<u8>,
    used: usize,
    key: Vec<u8>,
    postings: Vec<u8>,
}

/// Bytes read ahead of each run: some hundred runs stay small together.
const AHEAD: usize = 32 << 10;

impl SpilledRun {
    pub(super) fn new(file: Arc<File>, space: u8, start: u64, end: u64) -> Self {
        Self { file, space, at: start, end, buffer: Vec::new(), used: 0, key: Vec::new(), postings: Vec::new() }
    }

    /// Makes at least `need` bytes available, if the run has as many.
    fn fill(&mut self, need: usize) -> std::io::Result<()> {
        if self.buffer.len() - self.used >= need || self.at >= self.end {
            return Ok(());
        }
        self.buffer.drain(..self.used);
        self.used = 0;
        let want = usize::try_from(self.end - self.at).unwrap_or(usize::MAX).min(AHEAD.max(need));
        let from = self.buffer.len();
        self.buffer.resize(from + want, 0);
        self.file.read_exact_at(&mut self.buffer[from..], self.at)?;
        self.at += want as u64;
        Ok(())
    }

    fn number(&mut self) -> Result<usize, IndexError> {
        self.fill(10)?;
        let mut rest = &self.buffer[self.used..];
        let number = take_number(&mut rest).and_then(|n| usize::try_from(n).ok());
        self.used = self.buffer.len() - rest.len();
        number.ok_or_else(|| std::io::Error::from(std::io::ErrorKind::UnexpectedEof).into())
    }

    fn bytes(&mut self, len: usize, into_key: Option<usize>) -> Result<(), IndexError> {
        self.fill(len)?;
        let found = self.buffer.get(self.used..self.used + len);
        let found = found.ok_or_else(|| std::io::Error::from(std::io::ErrorKind::UnexpectedEof))?;
        match into_key {
            Some(shared) => {
                self.key.truncate(shared);
                self.key.extend_from_slice(found);
            }
            None => {
                self.postings.clear();
                self.postings.extend_from_slice(found);
            }
        }
        self.used += len;
        Ok(())
    }

    fn next(&mut self) -> NextKey<'_> {
        if self.used >= self.buffer.len() && self.at >= self.end {
            return Ok(None);
        }
        let shared = self.number()?;
        let rest = self.number()?;
        self.bytes(rest, Some(shared))?;
        let len = self.number()?;
        self.bytes(len, None)?;
        Ok(Some((&self.key, &self.postings)))
    }
}

/// A source of the merge: a run of this load, or a whole older segment.
#[derive(Debug)]
pub enum Source<'a> {
    Run(Run),
    Segment(SegmentScan<'a>),
}

#[derive(Debug, Default)]
struct Head {
    /// The key's first bytes, zeros behind: nearly all comparisons end with it.
    prefix: u128,
    key: Vec<u8>,
    postings: Vec<u8>,
}

fn prefix(key: &[u8]) -> u128 {
    match key.first_chunk::<16>() {
        Some(first) => u128::from_be_bytes(*first),
        None => {
            let mut first = [0u8; 16];
            first[..key.len()].copy_from_slice(key);
            u128::from_be_bytes(first)
        }
    }
}

/// Gives the keys of all sources in order.
#[derive(Debug)]
pub struct Merge<'a> {
    sources: Vec<Source<'a>>,
    heads: Vec<Head>,
    /// A binary heap of source numbers, the smallest key on top; ties by source, so that the order is one.
    heap: Vec<usize>,
    key: Vec<u8>,
    postings: Vec<u8>,
    gathered: Vec<Posting>,
}

impl<'a> Merge<'a> {
    /// # Errors
    /// If a source cannot be read.
    pub fn new(sources: Vec<Source<'a>>) -> Result<Self, IndexError> {
        let mut merge = Self {
            heads: sources.iter().map(|_| Head::default()).collect(),
            heap: Vec::with_capacity(sources.len()),
            sources,
            key: Vec::new(),
            postings: Vec::new(),
            gathered: Vec::new(),
        };
        for source in 0..merge.sources.len() {
            if merge.pull(source)? {
                merge.heap.push(source);
            }
        }
        for at in (0..merge.heap.len() / 2).rev() {
            merge.sift(at);
        }
        Ok(merge)
    }

    /// Takes the next key of a source into its head; false at its end.
    fn pull(&mut self, source: usize) -> Result<bool, IndexError> {
        let next = match &mut self.sources[source] {
            Source::Run(run) => run.next()?,
            Source::Segment(scan) => scan.next()?,
        };
        let Some((key, bytes)) = next else { return Ok(false) };
        let head = &mut self.heads[source];
        head.prefix = prefix(key);
        head.key.clear();
        head.key.extend_from_slice(key);
        head.postings.clear();
        head.postings.extend_from_slice(bytes);
        Ok(true)
    }

    fn before(&self, a: usize, b: usize) -> bool {
        let (one, other) = (&self.heads[a], &self.heads[b]);
        let order = one.prefix.cmp(&other.prefix).then_with(|| one.key.cmp(&other.key)).then(a.cmp(&b));
        order.is_lt()
    }

    fn sift(&mut self, mut at: usize) {
        loop {
            let mut least = at;
            for child in [2 * at + 1, 2 * at + 2] {
                if child < self.heap.len() && self.before(self.heap[child], self.heap[least]) {
                    least = child;
                }
            }
            if least == at {
                return;
            }
            self.heap.swap(at, least);
            at = least;
        }
    }

    /// Moves the top source on to its next key.
    fn advance_top(&mut self) -> Result<(), IndexError> {
        let source = self.heap[0];
        if !self.pull(source)? {
            self.heap.swap_remove(0);
        }
        self.sift(0);
        Ok(())
    }

    /// The next key with the bytes of its postings.
    ///
    /// # Errors
    /// If a source cannot be read.
    pub fn next_key(&mut self) -> NextKey<'_> {
        let Some(&top) = self.heap.first() else { return Ok(None) };
        let prefix = self.heads[top].prefix;
        std::mem::swap(&mut self.key, &mut self.heads[top].key);
        std::mem::swap(&mut self.postings, &mut self.heads[top].postings);
        self.advance_top()?;
        let is_same = |head: &Head| head.prefix == prefix && head.key == self.key;
        let alone = self.heap.first().is_none_or(|&next| !is_same(&self.heads[next]));
        if alone {
            return Ok(Some((&self.key, &self.postings)));
        }
        self.gathered.clear();
        self.gathered.extend(postings(&self.postings));
        while let Some(&next) = self.heap.first() {
            if self.heads[next].key != self.key {
                break;
            }
            self.gathered.extend(postings(&self.heads[next].postings));
            self.advance_top()?;
        }
        self.gathered.sort_unstable();
        self.gathered.dedup();
        self.postings.clear();
        put_postings(&mut self.postings, &self.gathered);
        Ok(Some((&self.key, &self.postings)))
    }
}
