//! Finding in the index: by exact key, by what a key begins with or holds, and by keys one typo away. Reads a handful of
//! pages for each question and keeps the last ones decoded, so that a key press costs microseconds.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use rusqlite::Connection;

use super::key::Pattern;
use super::page::{Page, checked, each_entry, with_block};
use super::posting::{Posting, postings, take_number};
use super::segment::{self, DATA, LEVELS, Meta, STRETCH, TRIGRAM_DIRECTORY, TRIGRAMS};
use super::{FORMAT, IndexError, Space};

/// Decoded pages kept; some 4 KiB each.
const KEPT_PAGES: usize = 4_000;
/// Data blocks that one substring question may look through.
const MOST_BLOCKS: usize = 700;
/// Places that one typo question may look at in a segment.
const MOST_SEEKS: usize = 6_000;

/// A key that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyHit {
    pub space: Space,
    /// Without the byte of its space.
    pub key: Vec<u8>,
    /// Some of its postings, by record.
    pub postings: Vec<Posting>,
}

/// The live segments, with decoded pages.
#[derive(Debug, Default)]
pub struct Index {
    segments: Vec<(i64, Meta)>,
    pages: HashMap<i64, Arc<Page>>,
    lists: HashMap<i64, Arc<Vec<(u32, u32)>>>,
}

/// Where a walk through a segment stands.
#[derive(Debug, Clone)]
struct Place {
    block: u32,
    page: Arc<Page>,
    at: usize,
}

impl Index {
    /// The live segments of a workspace.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn open(conn: &Connection) -> Result<Self, IndexError> {
        let mut index = Self::default();
        index.refresh(conn)?;
        Ok(index)
    }

    /// Looks whether segments came or went.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn refresh(&mut self, conn: &Connection) -> Result<(), IndexError> {
        let mut statement =
            conn.prepare_cached("SELECT id, meta FROM ident_segment WHERE state = 'live' AND format = ?1 ORDER BY id")?;
        let found: Vec<(i64, Vec<u8>)> =
            statement.query_map([FORMAT], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
        let mut segments = Vec::with_capacity(found.len());
        for (id, meta) in found {
            segments.push((id, Meta::from_bytes(&meta).ok_or(IndexError::Damaged(id << 32))?));
        }
        if segments != self.segments {
            self.segments = segments;
            self.pages.clear();
            self.lists.clear();
        }
        Ok(())
    }

    /// How many identifiers (different keys, words of names apart) there are, about: a key that two segments hold counts
    /// twice.
    #[must_use]
    pub fn identifiers(&self) -> u64 {
        self.segments.iter().map(|(_, meta)| meta.entries - meta.by_space[2] - meta.by_space[4]).sum()
    }

    fn page(&mut self, conn: &Connection, segment: i64, part: u8, number: u32) -> Result<Arc<Page>, IndexError> {
        let id = segment::block_id(segment, part, number);
        if let Some(page) = self.pages.get(&id) {
            return Ok(page.clone());
        }
        let page = Arc::new(with_block(conn, id, |data| Page::decode(data, part != DATA, id))?);
        if self.pages.len() >= KEPT_PAGES {
            // Index pages are few and asked for most.
            self.pages.retain(|id, _| (id >> 28) & 0xF != i64::from(DATA));
            if self.pages.len() >= KEPT_PAGES {
                self.pages.clear();
            }
        }
        self.pages.insert(id, page.clone());
        Ok(page)
    }

    /// The first place of a segment whose key is not before `key`.
    fn seek(&mut self, conn: &Connection, number: usize, key: &[u8]) -> Result<Option<Place>, IndexError> {
        let (segment, blocks, levels) =
            (self.segments[number].0, self.segments[number].1.blocks, self.segments[number].1.levels);
        let has_space = key.first().and_then(|space| segment::space_number(*space));
        if blocks == 0 || has_space.is_some_and(|space| self.segments[number].1.by_space[space] == 0) {
            return Ok(None);
        }
        let mut child = 0u32;
        for level in (0..levels).rev() {
            let page = self.page(conn, segment, LEVELS + level, child)?;
            // The last child that begins before the key; keys that are equal may stand at its end.
            let at = page.before(key).saturating_sub(1) as u64;
            child = u32::try_from(page.first_child + at).map_err(|_| IndexError::Damaged(segment << 32))?;
        }
        let page = self.page(conn, segment, DATA, child)?;
        let at = page.before(key);
        let mut place = Place { block: child, page, at };
        if place.at >= place.page.len() && !self.next_block(conn, number, &mut place)? {
            return Ok(None);
        }
        Ok(Some(place))
    }

    fn next_block(&mut self, conn: &Connection, number: usize, place: &mut Place) -> Result<bool, IndexError> {
        let (segment, blocks) = (self.segments[number].0, self.segments[number].1.blocks);
        if place.block + 1 >= blocks {
            return Ok(false);
        }
        place.block += 1;
        place.page = self.page(conn, segment, DATA, place.block)?;
        place.at = 0;
        Ok(true)
    }

    fn step(&mut self, conn: &Connection, number: usize, place: &mut Place) -> Result<bool, IndexError> {
        place.at += 1;
        if place.at < place.page.len() {
            return Ok(true);
        }
        self.next_block(conn, number, place)
    }

    /// Every posting of a key, by record, at most `most`.
    ///
    /// # Errors
    /// If the index cannot be read.
    pub fn exact(
        &mut self,
        conn: &Connection,
        space: Space,
        key: &[u8],
        most: usize,
    ) -> Result<Vec<Posting>, IndexError> {
        let mut found = Vec::new();
        if space == Space::Number {
            self.numbered(conn, key, most, &mut found)?;
        }
        self.take_exact(conn, &whole_key(space, key), most, &mut found)?;
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }

    /// IDs that are written around a number, by the writings that each segment met.
    fn numbered(
        &mut self,
        conn: &Connection,
        core: &[u8],
        most: usize,
        found: &mut Vec<Posting>,
    ) -> Result<(), IndexError> {
        let patterns: BTreeSet<Pattern> =
            self.segments.iter().flat_map(|(_, meta)| meta.patterns.iter().cloned()).collect();
        for id in patterns.iter().filter_map(|pattern| pattern.id_of(core)) {
            self.take_exact(conn, &whole_key(Space::Id, &id), most, found)?;
        }
        Ok(())
    }

    fn take_exact(
        &mut self,
        conn: &Connection,
        whole: &[u8],
        most: usize,
        found: &mut Vec<Posting>,
    ) -> Result<(), IndexError> {
        for number in 0..self.segments.len() {
            let Some(mut place) = self.seek(conn, number, whole)? else { continue };
            while place.page.key(place.at) == whole && found.len() < most {
                found.extend(postings(place.page.payload(place.at)).take(most - found.len()));
                if !self.step(conn, number, &mut place)? {
                    break;
                }
            }
        }
        Ok(())
    }

    /// Keys that begin with `prefix`, in order, at most `keys` of them with at most `each` postings.
    ///
    /// # Errors
    /// If the index cannot be read.
    pub fn prefix(
        &mut self,
        conn: &Connection,
        space: Space,
        prefix: &[u8],
        keys: usize,
        each: usize,
    ) -> Result<Vec<KeyHit>, IndexError> {
        let whole = whole_key(space, prefix);
        let mut found = Hits::new(space);
        for number in 0..self.segments.len() {
            if let Some(place) = self.seek(conn, number, &whole)? {
                self.take_prefixed(conn, number, place, &whole, keys, each, &mut found)?;
            }
        }
        Ok(found.finish(keys))
    }

    #[allow(clippy::too_many_arguments)]
    fn take_prefixed(
        &mut self,
        conn: &Connection,
        number: usize,
        mut place: Place,
        whole: &[u8],
        keys: usize,
        each: usize,
        found: &mut Hits,
    ) -> Result<(), IndexError> {
        let mut taken = 0;
        let mut last: Vec<u8> = Vec::new();
        loop {
            let key = place.page.key(place.at);
            if !key.starts_with(whole) {
                return Ok(());
            }
            if key != last.as_slice() {
                if taken == keys {
                    return Ok(());
                }
                taken += 1;
                last = key.to_vec();
            }
            found.add(key, place.page.payload(place.at), each);
            if !self.step(conn, number, &mut place)? {
                return Ok(());
            }
        }
    }

    /// Keys that hold `needle` (three bytes or more) anywhere, at most `keys`; the second is true if there may be more.
    ///
    /// # Errors
    /// If the index cannot be read.
    pub fn substring(
        &mut self,
        conn: &Connection,
        space: Space,
        needle: &[u8],
        keys: usize,
        each: usize,
    ) -> Result<(Vec<KeyHit>, bool), IndexError> {
        let mut found = Hits::new(space);
        let mut more = false;
        if needle.len() < 3 {
            return Ok((Vec::new(), false));
        }
        let finder = memchr::memmem::Finder::new(needle);
        for number in 0..self.segments.len() {
            let (segment, meta) = &self.segments[number];
            let (segment, blocks, stretches) = (*segment, meta.blocks, meta.stretches);
            if segment::space_number(space as u8).is_some_and(|space| meta.by_space[space] == 0) {
                continue;
            }
            // Blocks hold keys of one space each, in the order of the spaces.
            let first = self.seek(conn, number, &[space as u8])?.map_or(0, |place| place.block);
            let last = self.seek(conn, number, &[space as u8 + 1])?.map_or(blocks, |place| place.block);
            let mut looked = 0;
            'stretches: for stretch in 0..stretches {
                for block in self.candidates(conn, segment, stretch, needle)? {
                    if block < first || block >= last {
                        continue;
                    }
                    if block >= blocks {
                        return Err(IndexError::Damaged(segment << 32));
                    }
                    looked += 1;
                    if looked > MOST_BLOCKS || found.len() > keys {
                        more = true;
                        break 'stretches;
                    }
                    let id = segment::block_id(segment, DATA, block);
                    with_block(conn, id, |data| {
                        each_entry(data, id, |key, list| {
                            if finder.find(key.get(1..).unwrap_or_default()).is_some() {
                                found.add(key, list, each);
                            }
                        })
                    })?;
                }
            }
        }
        more |= found.len() > keys;
        Ok((found.finish(keys), more))
    }

    /// Blocks of a stretch that hold all of a needle's trigrams (a few of them are asked).
    fn candidates(
        &mut self,
        conn: &Connection,
        segment: i64,
        stretch: u32,
        needle: &[u8],
    ) -> Result<Vec<u32>, IndexError> {
        let directory = self.directory(conn, segment, stretch)?;
        let wanted: BTreeSet<u32> = needle.windows(3).map(segment::trigram).collect();
        let step = wanted.len().div_ceil(6).max(1);
        let mut lists: Vec<Vec<u8>> = Vec::new();
        for trigram in wanted.into_iter().step_by(step) {
            let list = Self::trigram_list(conn, segment, &directory, trigram)?;
            if list.is_empty() {
                return Ok(Vec::new());
            }
            lists.push(list);
        }
        lists.sort_by_key(Vec::len);
        let mut blocks: Option<Vec<u32>> = None;
        for list in lists {
            match &mut blocks {
                None => blocks = Some(block_numbers(&list, stretch * STRETCH).collect()),
                Some(have) => keep_listed(have, block_numbers(&list, stretch * STRETCH)),
            }
            // The shortest lists narrow enough; the blocks themselves decide.
            if blocks.as_ref().is_some_and(|blocks| blocks.len() < 8) {
                break;
            }
        }
        Ok(blocks.unwrap_or_default())
    }

    /// (first trigram, page) of a stretch's pages.
    fn directory(&mut self, conn: &Connection, segment: i64, stretch: u32) -> Result<Arc<Vec<(u32, u32)>>, IndexError> {
        let id = segment::block_id(segment, TRIGRAM_DIRECTORY, stretch);
        if let Some(directory) = self.lists.get(&id) {
            return Ok(directory.clone());
        }
        let directory = with_block(conn, id, |data| {
            let mut rest = checked(data, id)?;
            let first = take_number(&mut rest).ok_or(IndexError::Damaged(id))?;
            let mut pages = Vec::new();
            while let Some(trigram) = take_number(&mut rest) {
                let page = u32::try_from(first).map_err(|_| IndexError::Damaged(id))? + pages.len() as u32;
                pages.push((u32::try_from(trigram).map_err(|_| IndexError::Damaged(id))?, page));
            }
            Ok(pages)
        })?;
        let directory = Arc::new(directory);
        self.lists.insert(id, directory.clone());
        Ok(directory)
    }

    fn trigram_list(
        conn: &Connection,
        segment: i64,
        directory: &[(u32, u32)],
        wanted: u32,
    ) -> Result<Vec<u8>, IndexError> {
        let mut list = Vec::new();
        // A list may begin on the page before the first that begins with it.
        let first = directory.partition_point(|&(trigram, _)| trigram < wanted).saturating_sub(1);
        for &(trigram, page) in &directory[first..] {
            if trigram > wanted {
                break;
            }
            let id = segment::block_id(segment, TRIGRAMS, page);
            with_block(conn, id, |data| {
                let mut rest = checked(data, id)?;
                while !rest.is_empty() {
                    let number = take_number(&mut rest).ok_or(IndexError::Damaged(id))?;
                    let len =
                        take_number(&mut rest).and_then(|n| usize::try_from(n).ok()).ok_or(IndexError::Damaged(id))?;
                    let body = rest.get(..len).ok_or(IndexError::Damaged(id))?;
                    rest = &rest[len..];
                    if number == u64::from(wanted) {
                        list.extend_from_slice(body);
                    } else if number > u64::from(wanted) {
                        break;
                    }
                }
                Ok(())
            })?;
        }
        Ok(list)
    }

    /// Keys one insertion, deletion, change or swap of neighbours away from `typed` (Damerau 1964), which may be only
    /// the beginning of the key if the difference is not in its last two characters. Walks the sorted keys as a trie: a
    /// variant is asked for only where the index has its beginning.
    ///
    /// # Errors
    /// If the index cannot be read.
    pub fn near(
        &mut self,
        conn: &Connection,
        space: Space,
        typed: &[u8],
        keys: usize,
        each: usize,
    ) -> Result<Vec<KeyHit>, IndexError> {
        let mut found = Hits::new(space);
        for number in 0..self.segments.len() {
            let mut seeks = 0;
            for at in 0..=typed.len() {
                let start = whole_key(space, &typed[..at]);
                let reached = self.seek(conn, number, &start)?;
                if reached.is_none_or(|place| !place.page.key(place.at).starts_with(&start)) {
                    break;
                }
                let mut variants: Vec<Vec<u8>> = Vec::new();
                if at < typed.len() {
                    variants.push([&start, &typed[at + 1..]].concat());
                }
                if at + 1 < typed.len() && typed[at] != typed[at + 1] {
                    variants.push([&start, &[typed[at + 1], typed[at]][..], &typed[at + 2..]].concat());
                }
                let mut child = self.child_after(conn, number, &start, None)?;
                while let Some(byte) = child {
                    if at < typed.len() && byte != typed[at] {
                        variants.push([&start, &[byte][..], &typed[at + 1..]].concat());
                    }
                    variants.push([&start, &[byte][..], &typed[at..]].concat());
                    child = self.child_after(conn, number, &start, Some(byte))?;
                }
                let as_beginning = at + 3 <= typed.len() && typed.len() >= 6;
                for variant in variants {
                    seeks += 1;
                    if seeks > MOST_SEEKS || found.len() >= keys {
                        return Ok(found.finish(keys));
                    }
                    let Some(place) = self.seek(conn, number, &variant)? else { continue };
                    let key = place.page.key(place.at);
                    if key == variant.as_slice() && key[1..] != *typed {
                        found.add(key, place.page.payload(place.at), each);
                    } else if as_beginning && key.starts_with(&variant) && !key[1..].starts_with(typed) {
                        self.take_prefixed(conn, number, place, &variant, 3, each, &mut found)?;
                    }
                }
            }
        }
        Ok(found.finish(keys))
    }

    /// The next byte after `after` that follows `start` in some key.
    fn child_after(
        &mut self,
        conn: &Connection,
        number: usize,
        start: &[u8],
        after: Option<u8>,
    ) -> Result<Option<u8>, IndexError> {
        let mut key = start.to_vec();
        match after {
            None => key.push(0),
            Some(255) => return Ok(None),
            Some(byte) => key.push(byte + 1),
        }
        let Some(place) = self.seek(conn, number, &key)? else { return Ok(None) };
        let found = place.page.key(place.at);
        Ok(if found.starts_with(start) { found.get(start.len()).copied() } else { None })
    }
}

fn whole_key(space: Space, key: &[u8]) -> Vec<u8> {
    let mut whole = Vec::with_capacity(key.len() + 1);
    whole.push(space as u8);
    whole.extend_from_slice(key);
    whole
}

/// The blocks of a trigram's list, in order.
fn block_numbers(list: &[u8], first: u32) -> impl Iterator<Item = u32> + '_ {
    let mut rest = list;
    // Counted from 1 within the stretch.
    let mut last = u64::from(first).wrapping_sub(1);
    std::iter::from_fn(move || {
        let (&byte, after) = rest.split_first()?;
        // Nearly every step is one byte.
        let step = if byte < 0x80 {
            rest = after;
            u64::from(byte)
        } else {
            take_number(&mut rest)?
        };
        last = last.wrapping_add(step);
        u32::try_from(last).ok()
    })
}

/// Keeps of a sorted list what another sorted list has too.
fn keep_listed(have: &mut Vec<u32>, mut other: impl Iterator<Item = u32>) {
    let mut next = other.next();
    have.retain(|&block| {
        while next.is_some_and(|listed| listed < block) {
            next = other.next();
        }
        next == Some(block)
    });
}

/// Keys gathered from several segments.
#[derive(Debug)]
struct Hits {
    space: Space,
    by_key: std::collections::BTreeMap<Vec<u8>, Vec<Posting>>,
}

impl Hits {
    fn new(space: Space) -> Self {
        Self { space, by_key: std::collections::BTreeMap::new() }
    }

    fn len(&self) -> usize {
        self.by_key.len()
    }

    fn add(&mut self, key: &[u8], list: &[u8], each: usize) {
        let have = self.by_key.entry(key[1..].to_vec()).or_default();
        have.extend(postings(list).take(each.saturating_sub(have.len())));
    }

    fn finish(self, keys: usize) -> Vec<KeyHit> {
        let space = self.space;
        self.by_key
            .into_iter()
            .take(keys)
            .map(|(key, mut postings)| {
                postings.sort_unstable();
                postings.dedup();
                KeyHit { space, key, postings }
            })
            .collect()
    }
}
