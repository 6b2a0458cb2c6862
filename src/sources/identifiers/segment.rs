//! Segments on disk: blocks of front-coded keys, index pages above them up to one root, and for every stretch of blocks
//! the lists of blocks that hold each trigram. All are rows of `ident_block`, at most a few kilobytes each, with a
//! checksum, so that a look-up reads a handful of pages and no part is ever held whole.

use super::key::Pattern;
use super::posting::{postings, put_number, put_postings};
use super::{IndexError, Space};

/// Keys of one data block.
const BLOCK_KEYS: usize = 64;
/// Bytes of a block or page after which it ends; with its checksum it fits a database page.
const BLOCK_BYTES: usize = 1_900;
/// Children of one index page.
const FANOUT: usize = 128;
/// Postings of one entry; a longer list goes on in further entries of the same key.
const ENTRY_POSTINGS: usize = 400;
/// Data blocks of one stretch of trigram lists: bounds the memory of writing them.
pub(super) const STRETCH: u32 = 1 << 16;

/// Parts of a segment, as they stand in a block's number.
pub(super) const DATA: u8 = 0;
/// Levels of index pages: 1, 2, 3 …
pub(super) const LEVELS: u8 = 1;
pub(super) const TRIGRAMS: u8 = 8;
pub(super) const TRIGRAM_DIRECTORY: u8 = 9;

/// The row number of a block.
#[must_use]
pub fn block_id(segment: i64, part: u8, number: u32) -> i64 {
    segment << 32 | i64::from(part) << 28 | i64::from(number)
}

/// Root of a segment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Meta {
    pub entries: u64,
    pub blocks: u32,
    /// Index levels above the data; 0: one data block at most.
    pub levels: u8,
    /// Stretches of trigram lists.
    pub stretches: u32,
    /// Entries of each space, in the order of [`Space`].
    pub by_space: [u64; 5],
    /// Writings of numbered IDs, in order.
    pub patterns: Vec<Pattern>,
}

impl Meta {
    /// As bytes for the segment's row.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        put_number(&mut out, self.entries);
        put_number(&mut out, u64::from(self.blocks));
        put_number(&mut out, u64::from(self.levels));
        put_number(&mut out, u64::from(self.stretches));
        for n in self.by_space {
            put_number(&mut out, n);
        }
        for pattern in &self.patterns {
            put_number(&mut out, pattern.prefix.len() as u64);
            out.extend_from_slice(&pattern.prefix);
            out.push(pattern.width);
        }
        out
    }

    /// From the segment's row.
    #[must_use]
    pub fn from_bytes(mut bytes: &[u8]) -> Option<Self> {
        let take = super::posting::take_number;
        let bytes = &mut bytes;
        let mut meta = Self {
            entries: take(bytes)?,
            blocks: u32::try_from(take(bytes)?).ok()?,
            levels: u8::try_from(take(bytes)?).ok()?,
            stretches: u32::try_from(take(bytes)?).ok()?,
            by_space: [0; 5],
            patterns: Vec::new(),
        };
        for n in &mut meta.by_space {
            *n = take(bytes)?;
        }
        while !bytes.is_empty() {
            let len = usize::try_from(take(bytes)?).ok()?;
            let prefix = bytes.get(..len)?.to_vec();
            let width = *bytes.get(len)?;
            *bytes = &bytes[len + 1..];
            meta.patterns.push(Pattern { prefix, width });
        }
        Some(meta)
    }
}

/// The place of a space in [`Meta::by_space`].
#[must_use]
pub fn space_number(space: u8) -> Option<usize> {
    [Space::Email, Space::Id, Space::Number, Space::Phone, Space::Word].iter().position(|s| *s as u8 == space)
}

/// Sum that tells a damaged block.
#[must_use]
pub(super) fn checksum(bytes: &[u8]) -> [u8; 4] {
    // The upper half is as good as the lower.
    ((twox_hash::XxHash3_64::oneshot(bytes) >> 32) as u32).to_le_bytes()
}

/// A number that stands for three neighbouring bytes: letters and digits have their own, others share.
#[must_use]
pub(super) fn trigram(three: &[u8]) -> u32 {
    three.iter().fold(0, |number, &byte| number << 6 | u32::from(SIXTH[usize::from(byte)]))
}

/// Six bits for each byte.
const SIXTH: [u8; 256] = {
    let mut sixths = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        sixths[byte] = match byte as u8 {
            byte @ b'a'..=b'z' => byte - b'a',
            byte @ b'0'..=b'9' => byte - b'0' + 26,
            b'@' => 36,
            b'.' => 37,
            b'_' => 38,
            b'-' => 39,
            b'+' => 40,
            other => 41 + other % 23,
        };
        byte += 1;
    }
    sixths
};

/// One finished block, ready to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    pub part: u8,
    pub number: u32,
    pub data: Vec<u8>,
}

/// Takes keys in order and gives out blocks.
#[derive(Debug)]
pub struct SegmentWriter {
    meta: Meta,
    data: Page,
    levels: Vec<Page>,
    trigrams: Trigrams,
    last_space: u8,
}

/// A block or page under construction.
#[derive(Debug, Default)]
struct Page {
    bytes: Vec<u8>,
    count: usize,
    number: u32,
    /// For an index page: the number of its first child.
    children: u64,
    first: Vec<u8>,
    last: Vec<u8>,
}

impl Page {
    /// Adds a key; returns how many of its first bytes the key before it has too.
    fn push(&mut self, key: &[u8], payload: &[u8]) -> usize {
        if self.count == 0 {
            self.first.clear();
            self.first.extend_from_slice(key);
            self.last.clear();
        }
        let shared = key.iter().zip(&self.last).take_while(|(a, b)| a == b).count();
        put_number(&mut self.bytes, shared as u64);
        put_number(&mut self.bytes, (key.len() - shared) as u64);
        self.bytes.extend_from_slice(&key[shared..]);
        put_number(&mut self.bytes, payload.len() as u64);
        self.bytes.extend_from_slice(payload);
        self.last.clear();
        self.last.extend_from_slice(key);
        self.count += 1;
        shared
    }

    fn close(&mut self, part: u8) -> Block {
        let mut data = std::mem::take(&mut self.bytes);
        data.extend_from_slice(&checksum(&data));
        let block = Block { part, number: self.number, data };
        self.number += 1;
        self.count = 0;
        block
    }
}

impl Default for SegmentWriter {
    fn default() -> Self {
        Self {
            meta: Meta::default(),
            data: Page::default(),
            levels: Vec::new(),
            trigrams: Trigrams::new(),
            last_space: 0,
        }
    }
}

impl SegmentWriter {
    /// Adds a key, greater than all before it, with the bytes of its postings.
    pub fn add(&mut self, key: &[u8], list: &[u8], emit: &mut impl FnMut(Block)) {
        let Some(&space) = key.first() else { return };
        self.meta.entries += 1;
        if let Some(number) = space_number(space) {
            self.meta.by_space[number] += 1;
        }
        // A word's rows may be a great many; most lists are one posting.
        if list.len() > ENTRY_POSTINGS * 2 {
            let all: Vec<_> = postings(list).collect();
            let mut bytes = Vec::new();
            for part in all.chunks(ENTRY_POSTINGS) {
                bytes.clear();
                put_postings(&mut bytes, part);
                self.entry(key, &bytes, emit);
            }
        } else {
            self.entry(key, list, emit);
        }
    }

    fn entry(&mut self, key: &[u8], list: &[u8], emit: &mut impl FnMut(Block)) {
        let full = self.data.count >= BLOCK_KEYS || self.data.bytes.len() + key.len() + list.len() > BLOCK_BYTES;
        // A block holds keys of one space, so that a scan of it never meets another.
        if self.data.count > 0 && (full || key[0] != self.last_space) {
            self.close_data(emit);
        }
        self.last_space = key[0];
        let shared = self.data.push(key, list);
        if key[0] != Space::Number as u8 {
            // What lies within the bytes shared was noted with the key before it, for the same block.
            let new = key.get(1 + shared.saturating_sub(3)..).unwrap_or_default();
            self.trigrams.note(new, self.data.number);
        }
    }

    fn close_data(&mut self, emit: &mut impl FnMut(Block)) {
        let first = self.data.first.clone();
        let block = self.data.close(DATA);
        emit(block);
        self.meta.blocks += 1;
        self.parent(0, &first, emit);
        if self.data.number.is_multiple_of(STRETCH) {
            self.close_stretch(emit);
        }
    }

    /// Notes the first key of a closed page one level up.
    fn parent(&mut self, level: usize, first: &[u8], emit: &mut impl FnMut(Block)) {
        if self.levels.len() == level {
            self.levels.push(Page::default());
        }
        let page = &self.levels[level];
        if page.count >= FANOUT || (page.count >= 2 && page.bytes.len() + first.len() > BLOCK_BYTES) {
            self.close_level(level, emit);
        }
        self.levels[level].push(first, &[]);
    }

    fn close_level(&mut self, level: usize, emit: &mut impl FnMut(Block)) {
        let first = self.levels[level].first.clone();
        let count = self.levels[level].count;
        let page = &mut self.levels[level];
        // The number of the first child stands before the keys.
        let mut bytes = Vec::with_capacity(page.bytes.len() + 8);
        let children = page.first_child(count);
        put_number(&mut bytes, children);
        bytes.append(&mut page.bytes);
        page.bytes = bytes;
        let block = page.close(LEVELS + level as u8);
        emit(block);
        self.parent(level + 1, &first, emit);
    }

    fn close_stretch(&mut self, emit: &mut impl FnMut(Block)) {
        self.trigrams.close(self.meta.stretches, emit);
        self.meta.stretches += 1;
    }

    /// Closes everything that is open; returns the root.
    pub fn finish(mut self, emit: &mut impl FnMut(Block)) -> Meta {
        if self.data.count > 0 {
            self.close_data(emit);
        }
        if !self.data.number.is_multiple_of(STRETCH) {
            self.close_stretch(emit);
        }
        // Close levels from below until one page stands alone on top.
        let mut level = 0;
        while level < self.levels.len() {
            let only = self.levels[level].number == 0 && level + 1 == self.levels.len();
            if self.levels[level].count > 0 {
                if only {
                    // The root: closed without a parent.
                    let page = &mut self.levels[level];
                    let children = page.first_child(page.count);
                    let mut bytes = Vec::new();
                    put_number(&mut bytes, children);
                    bytes.append(&mut page.bytes);
                    page.bytes = bytes;
                    emit(page.close(LEVELS + level as u8));
                } else {
                    self.close_level(level, emit);
                }
            }
            level += 1;
        }
        self.meta.levels = self.levels.len() as u8;
        self.meta
    }
}

impl Page {
    /// The number of the first child that this page's `count` keys stand for. Children are numbered as they are closed,
    /// so it is the number of all children before.
    fn first_child(&mut self, count: usize) -> u64 {
        let first = self.children;
        self.children += count as u64;
        first
    }
}

/// Which blocks of the current stretch hold which trigram.
#[derive(Debug)]
struct Trigrams {
    /// By trigram: the last block noted, counted from 1 within the stretch.
    last: Vec<u32>,
    lists: Vec<Vec<u8>>,
    first_block: u32,
    page_number: u32,
}

/// 64³: six bits a byte.
const TRIGRAM_KINDS: usize = 1 << 18;

impl Trigrams {
    fn new() -> Self {
        Self { last: Vec::new(), lists: Vec::new(), first_block: 0, page_number: 0 }
    }

    fn note(&mut self, key: &[u8], block: u32) {
        if self.lists.is_empty() {
            self.last = vec![0; TRIGRAM_KINDS];
            self.lists = vec![Vec::new(); TRIGRAM_KINDS];
        }
        let here = block - self.first_block + 1;
        for three in key.windows(3) {
            let number = trigram(three) as usize;
            let last = self.last[number];
            if last != here {
                put_number(&mut self.lists[number], u64::from(here - last));
                self.last[number] = here;
            }
        }
    }

    /// Writes the lists of this stretch as pages and a directory of the pages' first trigrams.
    fn close(&mut self, stretch: u32, emit: &mut impl FnMut(Block)) {
        let mut directory = Vec::new();
        put_number(&mut directory, u64::from(self.page_number));
        let mut page = Vec::new();
        for number in 0..self.lists.len() {
            let list = std::mem::take(&mut self.lists[number]);
            let mut rest = list.as_slice();
            while !rest.is_empty() {
                if page.len() > BLOCK_BYTES - 32 {
                    self.emit_page(&mut page, emit);
                }
                if page.is_empty() {
                    put_number(&mut directory, number as u64);
                }
                // A list may go on in the next page, between two numbers of it.
                let mut cut = rest.len().min(BLOCK_BYTES - page.len());
                while cut < rest.len() && cut > 0 && rest[cut - 1] >= 0x80 {
                    cut -= 1;
                }
                put_number(&mut page, number as u64);
                put_number(&mut page, cut as u64);
                page.extend_from_slice(&rest[..cut]);
                rest = &rest[cut..];
            }
        }
        if !page.is_empty() {
            self.emit_page(&mut page, emit);
        }
        directory.extend_from_slice(&checksum(&directory));
        emit(Block { part: TRIGRAM_DIRECTORY, number: stretch, data: directory });
        self.last.fill(0);
        self.first_block += STRETCH;
    }

    fn emit_page(&mut self, page: &mut Vec<u8>, emit: &mut impl FnMut(Block)) {
        page.extend_from_slice(&checksum(page));
        emit(Block { part: TRIGRAMS, number: self.page_number, data: std::mem::take(page) });
        self.page_number += 1;
    }
}

/// Writes a whole stream of keys.
///
/// # Errors
/// Whatever the stream or `emit` says.
pub fn write_segment(
    merge: &mut super::merge::Merge<'_>,
    mut emit: impl FnMut(Block) -> Result<(), IndexError>,
) -> Result<Meta, IndexError> {
    let mut writer = SegmentWriter::default();
    let mut ready: Vec<Block> = Vec::new();
    while let Some((key, list)) = merge.next_key()? {
        writer.add(key, list, &mut |block| ready.push(block));
        for block in ready.drain(..) {
            emit(block)?;
        }
    }
    let meta = writer.finish(&mut |block| ready.push(block));
    for block in ready.drain(..) {
        emit(block)?;
    }
    Ok(meta)
}
