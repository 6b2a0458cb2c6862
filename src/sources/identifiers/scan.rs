//! Segments read from end to end: for merging, and to find damage.

use rusqlite::{Connection, OptionalExtension};

use super::key::Pattern;
use super::page::{Page, checked, with_block};
use super::posting::{Posting, postings, put_postings};
use super::segment::{self, DATA, Meta};
use super::{IndexError, NextKey};

/// A segment from its first key to its last, for merging; postings of rows that are gone are left out.
pub struct SegmentScan<'a> {
    conn: &'a Connection,
    segment: i64,
    blocks: u32,
    patterns: Vec<Pattern>,
    block: u32,
    page: Page,
    at: usize,
    keep: Box<dyn Fn(i64) -> bool + 'a>,
    list: Vec<u8>,
}

impl std::fmt::Debug for SegmentScan<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SegmentScan")
            .field("segment", &self.segment)
            .field("block", &self.block)
            .finish_non_exhaustive()
    }
}

impl<'a> SegmentScan<'a> {
    /// # Errors
    /// If the segment is not there.
    pub fn new(conn: &'a Connection, segment: i64, keep: Box<dyn Fn(i64) -> bool + 'a>) -> Result<Self, IndexError> {
        let meta: Option<Vec<u8>> =
            conn.query_row("SELECT meta FROM ident_segment WHERE id = ?1", [segment], |row| row.get(0)).optional()?;
        let meta = meta.as_deref().and_then(Meta::from_bytes).ok_or(IndexError::Damaged(segment << 32))?;
        Ok(Self {
            conn,
            segment,
            blocks: meta.blocks,
            patterns: meta.patterns,
            block: 0,
            page: Page::default(),
            at: 0,
            keep,
            list: Vec::new(),
        })
    }

    /// Writings of numbered IDs that the segment met.
    #[must_use]
    pub fn patterns(&self) -> &[Pattern] {
        &self.patterns
    }

    pub(super) fn next(&mut self) -> NextKey<'_> {
        loop {
            if self.at >= self.page.len() {
                if self.block >= self.blocks {
                    return Ok(None);
                }
                let id = segment::block_id(self.segment, DATA, self.block);
                self.page = with_block(self.conn, id, |data| Page::decode(data, false, id))?;
                self.block += 1;
                self.at = 0;
                continue;
            }
            let at = self.at;
            self.at += 1;
            let kept: Vec<Posting> =
                postings(self.page.payload(at)).filter(|posting| (self.keep)(posting.rec)).collect();
            if kept.is_empty() {
                continue;
            }
            self.list.clear();
            put_postings(&mut self.list, &kept);
            return Ok(Some((self.page.key(at), &self.list)));
        }
    }
}

/// Reads every block of every live segment against its checksum.
///
/// # Errors
/// If the database cannot be read.
pub fn damaged_blocks(conn: &Connection) -> Result<Vec<i64>, IndexError> {
    let mut statement = conn.prepare(
        "SELECT b.id, b.data FROM ident_segment s JOIN ident_block b ON b.id >= s.id << 32 AND b.id < (s.id + 1) << 32
         WHERE s.state = 'live'",
    )?;
    let mut rows = statement.query([])?;
    let mut damaged = Vec::new();
    while let Some(row) = rows.next()? {
        let id: i64 = row.get(0)?;
        if row
            .get_ref(1)?
            .as_blob()
            .map_err(|_| IndexError::Damaged(id))
            .and_then(|data| checked(data, id).map(|_| ()))
            .is_err()
        {
            damaged.push(id);
        }
    }
    Ok(damaged)
}
