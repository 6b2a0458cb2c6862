//! Durable keys: what names a row of the target for good. A key is no source's ID; it is given once and stays the same over
//! runs, loads and merges.
//!
//! A key is the beginning that its entity has and 12 digits of Crockford's base 32, which are the first 60 bits of a
//! SHA-256 over the entity and the record key: opaque, the same in every workspace, short enough to read out. A record
//! without an ID of its own is named by the bytes of its file and its line, not by the number of its load. Where two
//! records of an entity come to the same digits (5 million records: one workspace in a hundred thousand), the first in the
//! order of record keys gets them and the other the next ones of its own row of digits.

mod store;

use rusqlite::Connection;
use sha2::{Digest, Sha256};

use super::ModelError;
use crate::job::Job;
use crate::sources::ObjectId;
use crate::workspace::Workspace;

pub use store::check;

/// Digits of a key; 5 bits each.
const DIGITS: usize = 12;
/// Crockford's base 32 (2002): no I, L, O, U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Gives every latest record of an object its key for an entity, where it has none yet. Keys stand in the table
/// `durable_key (entity, record, key)`: one row per record key and entity, never changed, never given twice. The same loads
/// give the same keys in any workspace, whenever and however often this ran. Returns how many were given.
///
/// # Errors
/// If there is no such entity, the workspace cannot be written or the job was cancelled; keys that were given by then stay.
pub fn give(workspace: &Workspace, entity: &str, object: ObjectId, job: &Job) -> Result<u64, ModelError> {
    store::give(workspace, entity, object, job)
}

/// The key of a record, by its record key.
///
/// # Errors
/// If the database cannot be read.
pub fn of_record(conn: &Connection, entity: &str, record: &str) -> rusqlite::Result<Option<String>> {
    store::of_record(conn, entity, record)
}

/// The key that a stored row's record has, or would get: before keys are given it is known which they will be, but where
/// two records come to the same digits.
///
/// # Errors
/// If the database cannot be read.
pub fn foreseen(conn: &Connection, entity: &str, object: ObjectId, rec: i64) -> rusqlite::Result<Option<String>> {
    store::foreseen(conn, entity, object, rec)
}

/// The entity and the record key that a durable key belongs to, however it is typed: small letters, spaces, O for 0.
///
/// # Errors
/// If the database cannot be read.
pub fn find(conn: &Connection, typed: &str) -> rusqlite::Result<Option<(String, String)>> {
    match as_key(typed) {
        Some(key) => store::find(conn, &key),
        None => Ok(None),
    }
}

/// A key as it is written, from how somebody typed it; `None` if it cannot be one.
#[must_use]
pub fn as_key(typed: &str) -> Option<String> {
    let (prefix, digits) = typed.trim().split_once(['-', ' '])?;
    let prefix = prefix.to_ascii_uppercase();
    if super::entity::keys::wrong_prefix(&prefix).is_some() {
        return None;
    }
    let digits: String = digits
        .chars()
        .filter(|c| !matches!(c, '-' | ' '))
        .map(|c| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            c => c,
        })
        .collect();
    let good = digits.len() == DIGITS && digits.bytes().all(|b| ALPHABET.contains(&b));
    good.then(|| format!("{prefix}-{digits}"))
}

/// What a record is to its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Named<'a> {
    entity: &'a str,
    /// `source/object/`.
    above: &'a str,
    place: Place<'a>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place<'a> {
    NativeId(&'a str),
    /// SHA-256 of the file, and the line.
    Line {
        file: &'a str,
        line: i64,
    },
}

/// The digits of a record as a number of 60 bits; `again`: how many were taken before.
fn digits(named: &Named<'_>, again: u32) -> u64 {
    let mut hash = Sha256::new();
    let mut add = |part: &[u8]| {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    };
    add(named.entity.as_bytes());
    add(named.above.as_bytes());
    match named.place {
        Place::NativeId(id) => {
            add(b"id");
            add(id.as_bytes());
        }
        Place::Line { file, line } => {
            add(b"line");
            add(file.as_bytes());
            add(&line.to_le_bytes());
        }
    }
    if again > 0 {
        add(&again.to_le_bytes());
    }
    let hash = hash.finalize();
    let first = hash.iter().take(8).fold(0u64, |number, byte| number << 8 | u64::from(*byte));
    first >> (64 - 5 * DIGITS)
}

/// A key as it is written: `PER-7K3MQ9ZTXW4H`.
fn written(prefix: &str, number: u64) -> String {
    let mut key = String::with_capacity(prefix.len() + 1 + DIGITS);
    key.push_str(prefix);
    key.push('-');
    for at in (0..DIGITS).rev() {
        // Five bits are below 32.
        key.push(char::from(ALPHABET[(number >> (5 * at)) as usize & 31]));
    }
    key
}

/// The number of a key; `None` if it is none.
fn number_of(key: &str) -> Option<u64> {
    let (_, digits) = key.rsplit_once('-')?;
    if digits.len() != DIGITS {
        return None;
    }
    digits.bytes().try_fold(0u64, |number, digit| {
        let value = ALPHABET.iter().position(|known| *known == digit)?;
        Some(number << 5 | value as u64)
    })
}

#[cfg(test)]
mod tests;
