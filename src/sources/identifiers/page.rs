//! Blocks and index pages of a segment, checked and decoded.

use rusqlite::Connection;

use super::posting::take_number;
use super::{IndexError, segment};

/// A decoded block or index page.
#[derive(Debug, Default)]
pub(super) struct Page {
    keys: Vec<u8>,
    key_ends: Vec<u32>,
    payload: Vec<u8>,
    payload_ends: Vec<u32>,
    /// For an index page: the number of its first child.
    pub first_child: u64,
}

impl Page {
    pub fn decode(data: &[u8], is_index: bool, id: i64) -> Result<Self, IndexError> {
        let damaged = || IndexError::Damaged(id);
        let body = checked(data, id)?;
        let mut rest = body;
        let mut page = Self::default();
        if is_index {
            page.first_child = take_number(&mut rest).ok_or_else(damaged)?;
        }
        let mut last = 0usize;
        while !rest.is_empty() {
            let shared = usize::try_from(take_number(&mut rest).ok_or_else(damaged)?).map_err(|_| damaged())?;
            let more = usize::try_from(take_number(&mut rest).ok_or_else(damaged)?).map_err(|_| damaged())?;
            let start = page.keys.len();
            if shared > start - last || more > rest.len() {
                return Err(damaged());
            }
            page.keys.extend_from_within(last..last + shared);
            page.keys.extend_from_slice(&rest[..more]);
            rest = &rest[more..];
            last = start;
            // Pages are a few kilobytes.
            page.key_ends.push(page.keys.len() as u32);
            let len = usize::try_from(take_number(&mut rest).ok_or_else(damaged)?).map_err(|_| damaged())?;
            if len > rest.len() {
                return Err(damaged());
            }
            page.payload.extend_from_slice(&rest[..len]);
            rest = &rest[len..];
            page.payload_ends.push(page.payload.len() as u32);
        }
        Ok(page)
    }

    pub fn len(&self) -> usize {
        self.key_ends.len()
    }

    pub fn key(&self, at: usize) -> &[u8] {
        let start = if at == 0 { 0 } else { self.key_ends[at - 1] as usize };
        &self.keys[start..self.key_ends[at] as usize]
    }

    pub fn payload(&self, at: usize) -> &[u8] {
        let start = if at == 0 { 0 } else { self.payload_ends[at - 1] as usize };
        &self.payload[start..self.payload_ends[at] as usize]
    }

    /// How many keys stand before `key`.
    pub fn before(&self, key: &[u8]) -> usize {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = usize::midpoint(low, high);
            if self.key(middle) < key {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }
}

/// Hands every entry of a data block to `each` as (key, postings), without keeping the block: for looking through many.
pub(super) fn each_entry(data: &[u8], id: i64, mut each: impl FnMut(&[u8], &[u8])) -> Result<(), IndexError> {
    let mut rest = checked(data, id)?;
    let mut key: Vec<u8> = Vec::with_capacity(128);
    let take =
        |rest: &mut &[u8]| take_number(rest).and_then(|n| usize::try_from(n).ok()).ok_or(IndexError::Damaged(id));
    while !rest.is_empty() {
        let shared = take(&mut rest)?;
        let more = take(&mut rest)?;
        if shared > key.len() || more > rest.len() {
            return Err(IndexError::Damaged(id));
        }
        key.truncate(shared);
        key.extend_from_slice(&rest[..more]);
        rest = &rest[more..];
        let len = take(&mut rest)?;
        let (list, after) = rest.split_at_checked(len).ok_or(IndexError::Damaged(id))?;
        each(&key, list);
        rest = after;
    }
    Ok(())
}

/// What a block holds before its checksum, if the two agree.
pub(super) fn checked(data: &[u8], id: i64) -> Result<&[u8], IndexError> {
    let (body, sum) = data.split_at_checked(data.len().saturating_sub(4)).ok_or(IndexError::Damaged(id))?;
    if segment::checksum(body)[..] == *sum { Ok(body) } else { Err(IndexError::Damaged(id)) }
}

/// Reads a block where it lies.
pub(super) fn with_block<T>(
    conn: &Connection,
    id: i64,
    read: impl FnOnce(&[u8]) -> Result<T, IndexError>,
) -> Result<T, IndexError> {
    let mut statement = conn.prepare_cached("SELECT data FROM ident_block WHERE id = ?1")?;
    let mut rows = statement.query([id])?;
    let row = rows.next()?.ok_or(IndexError::Damaged(id))?;
    let data = row.get_ref(0)?.as_blob().map_err(|_| IndexError::Damaged(id))?;
    read(data)
}
