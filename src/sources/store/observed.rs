//! What a load saw, beside the rows that it stored: key, hash and line of each stored row, and which stored rows it met
//! unchanged. Kept in chunks of some thousand rows, so that a later load compares itself with megabytes instead of the
//! whole object, and so that loads can be taken in another order without their files.

use rusqlite::{Connection, Transaction, params};

use super::arrive::ArrivingRow;
use super::{TABLE_COLUMNS, data_table};
use crate::sources::LoadId;
use crate::sources::content::value_hash;
use crate::sources::identifiers::posting::{put_number, take_number};
use crate::values::salesforce;

/// Counts up when a chunk changes its form.
const FORM: u64 = 1;

/// A load among the others of its object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    pub id: LoadId,
    pub file: String,
    pub as_of: String,
    pub is_stated: bool,
    pub delta: bool,
    pub segment: Option<String>,
    pub first_rec: i64,
    pub last_rec: i64,
    pub unchanged: u64,
    pub keeps_seen: bool,
    /// Position of the column whose values its keys are of, -1 for none; `None`: it has no keys.
    pub key_column: Option<i64>,
    pub order_at: String,
    pub order_id: i64,
}

impl Placed {
    /// Where it stands among the loads of its object.
    #[must_use]
    pub fn place(&self) -> (&str, i64) {
        (&self.order_at, self.order_id)
    }

    /// The column whose values its keys are of, where it has keys.
    #[must_use]
    pub fn native(&self) -> Option<usize> {
        self.key_column.and_then(|at| usize::try_from(at).ok())
    }

    /// The day that it shows.
    #[must_use]
    pub fn day(&self) -> &str {
        self.as_of.get(..10).unwrap_or(&self.as_of)
    }
}

/// The complete loads of an object in the order in which they are taken.
///
/// # Errors
/// If the database cannot be read.
pub fn in_order(conn: &Connection, object: i64) -> rusqlite::Result<Vec<Placed>> {
    let mut statement = conn.prepare_cached(
        "SELECT id, file, as_of, is_stated, is_delta, segment, first_rec, last_rec, unchanged, keeps_seen, key_column,
                order_at, order_id
         FROM load WHERE object = ?1 AND state = 'complete' ORDER BY order_at, order_id",
    )?;
    statement
        .query_map([object], |row| {
            Ok(Placed {
                id: LoadId(row.get(0)?),
                file: row.get(1)?,
                as_of: row.get(2)?,
                is_stated: row.get(3)?,
                delta: row.get(4)?,
                segment: row.get(5)?,
                first_rec: row.get(6)?,
                last_rec: row.get(7)?,
                unchanged: u64::try_from(row.get::<_, i64>(8)?).unwrap_or(0),
                keeps_seen: row.get(9)?,
                key_column: row.get(10)?,
                order_at: row.get(11)?,
                order_id: row.get(12)?,
            })
        })?
        .collect()
}

/// A stored row without its values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stored {
    pub rec: i64,
    pub key: u64,
    pub hash: i64,
    pub line: u64,
    pub prev: Option<i64>,
    pub version: i64,
}

/// A row of a file that was unchanged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// Rows of the file that were stored before it.
    pub before: u32,
    /// The stored row that it met.
    pub rec: i64,
    pub line: u64,
}

/// The key of a row: its native ID, an 18-character Salesforce ID as its first 15, or all its values where it has none.
#[must_use]
pub fn key_of(native: Option<&str>, hash: i64) -> u64 {
    match native.map(str::trim).filter(|id| !id.is_empty()) {
        Some(id) if salesforce::is_18(id) => value_hash(id.get(..15).unwrap_or(id)),
        Some(id) => value_hash(id),
        None => nameless(hash),
    }
}

/// The key of a row without a native ID: all its values, kept apart from the keys of IDs.
#[must_use]
pub fn nameless(hash: i64) -> u64 {
    hash.cast_unsigned() ^ 0x5AFE_5AFE_5AFE_5AFE
}

/// What `key_column` says of a native ID column.
#[must_use]
pub fn key_column(native: Option<usize>) -> i64 {
    native.filter(|at| *at < TABLE_COLUMNS).and_then(|at| i64::try_from(at).ok()).unwrap_or(-1)
}

fn put_signed(out: &mut Vec<u8>, number: i64) {
    put_number(out, ((number << 1) ^ (number >> 63)).cast_unsigned());
}

fn take_signed(bytes: &mut &[u8]) -> Option<i64> {
    let number = take_number(bytes)?;
    Some((number >> 1).cast_signed() ^ -((number & 1).cast_signed()))
}

fn encode_stored(rows: &[ArrivingRow]) -> Vec<u8> {
    let mut data = Vec::with_capacity(rows.len() * 18 + 16);
    put_number(&mut data, FORM);
    put_number(&mut data, rows.len() as u64);
    for row in rows {
        data.extend_from_slice(&row.key.to_le_bytes());
        data.extend_from_slice(&row.hash.to_le_bytes());
    }
    let mut last = 0i64;
    for row in rows {
        let line = row.line.cast_signed();
        put_signed(&mut data, line.wrapping_sub(last));
        last = line;
    }
    let mut at = 0u64;
    for (number, row) in (0u64..).zip(rows) {
        if let Some(prev) = row.prev {
            put_number(&mut data, number - at);
            put_signed(&mut data, prev);
            put_signed(&mut data, row.version);
            at = number;
        }
    }
    data
}

fn decode_stored(first: i64, data: &[u8]) -> Option<Vec<Stored>> {
    let mut rest = data;
    if take_number(&mut rest)? != FORM {
        return None;
    }
    let count = usize::try_from(take_number(&mut rest)?).ok()?;
    let fixed = rest.get(..count.checked_mul(16)?)?;
    rest = &rest[fixed.len()..];
    let mut rows = Vec::with_capacity(count);
    let mut line = 0i64;
    for (rec, pair) in (first..).zip(fixed.chunks_exact(16)) {
        line = line.wrapping_add(take_signed(&mut rest)?);
        rows.push(Stored {
            rec,
            key: u64::from_le_bytes(pair[..8].try_into().ok()?),
            hash: i64::from_le_bytes(pair[8..].try_into().ok()?),
            line: line.cast_unsigned(),
            prev: None,
            version: 1,
        });
    }
    let mut at = 0usize;
    while !rest.is_empty() {
        at = at.checked_add(usize::try_from(take_number(&mut rest)?).ok()?)?;
        let row = rows.get_mut(at)?;
        row.prev = Some(take_signed(&mut rest)?);
        row.version = take_signed(&mut rest)?;
    }
    Some(rows)
}

fn encode_seen(rows: &[Seen]) -> Vec<u8> {
    let mut data = Vec::with_capacity(rows.len() * 3 + 16);
    put_number(&mut data, FORM);
    let (mut before, mut rec, mut line) = (0i64, 0i64, 0i64);
    for row in rows {
        put_signed(&mut data, i64::from(row.before) - before);
        put_signed(&mut data, row.rec.wrapping_sub(rec));
        put_signed(&mut data, row.line.cast_signed().wrapping_sub(line));
        (before, rec, line) = (i64::from(row.before), row.rec, row.line.cast_signed());
    }
    data
}

fn decode_seen(data: &[u8]) -> Option<Vec<Seen>> {
    let mut rest = data;
    if take_number(&mut rest)? != FORM {
        return None;
    }
    let (mut before, mut rec, mut line) = (0i64, 0i64, 0i64);
    let mut rows = Vec::with_capacity(rest.len() / 3);
    while !rest.is_empty() {
        before = before.checked_add(take_signed(&mut rest)?)?;
        rec = rec.wrapping_add(take_signed(&mut rest)?);
        line = line.wrapping_add(take_signed(&mut rest)?);
        rows.push(Seen { before: u32::try_from(before).ok()?, rec, line: line.cast_unsigned() });
    }
    Some(rows)
}

/// Writes the keys of stored rows, which follow one another, within the slice that stores them.
///
/// # Errors
/// If the database refuses.
pub fn write_stored(tx: &Transaction<'_>, load: LoadId, rows: &[ArrivingRow]) -> rusqlite::Result<()> {
    let Some(first) = rows.first() else { return Ok(()) };
    tx.prepare_cached("INSERT INTO load_key (first_rec, load, rows, data) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![first.rec, load.0, rows.len() as i64, encode_stored(rows)])?;
    Ok(())
}

/// Writes rows that were unchanged; `first_rec`: the first stored row of the load.
///
/// # Errors
/// If the database refuses.
pub fn write_seen(tx: &Transaction<'_>, load: LoadId, first_rec: i64, rows: &[Seen]) -> rusqlite::Result<()> {
    let least = rows.iter().map(|row| row.rec).min();
    let most = rows.iter().map(|row| row.rec).max();
    let (Some(least), Some(most)) = (least, most) else { return Ok(()) };
    tx.prepare_cached(
        "INSERT INTO load_seen (load, first_rec, rows, least, most, data) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?
    .execute(params![load.0, first_rec, rows.len() as i64, least, most, encode_seen(rows)])?;
    Ok(())
}

fn damaged(what: &str) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Blob, format!("{what} is damaged").into())
}

/// Hands the stored rows of a load to `each`, in their order: from its keys, or from the rows themselves where the keys
/// are of another column.
///
/// # Errors
/// If the database cannot be read, or what `each` says.
pub fn for_each_stored<E: From<rusqlite::Error>>(
    conn: &Connection,
    object: i64,
    load: &Placed,
    native: Option<usize>,
    mut each: impl FnMut(Stored) -> Result<(), E>,
) -> Result<(), E> {
    if load.key_column == Some(key_column(native)) {
        let mut statement =
            conn.prepare_cached("SELECT first_rec, data FROM load_key WHERE first_rec BETWEEN ?1 AND ?2 ORDER BY 1")?;
        let mut chunks = statement.query([load.first_rec, load.last_rec])?;
        let mut next = load.first_rec;
        while let Some(chunk) = chunks.next()? {
            let first: i64 = chunk.get(0)?;
            let data = chunk.get_ref(1)?.as_blob().map_err(|_| damaged("a list of keys"))?;
            let rows = decode_stored(first, data).filter(|_| first == next).ok_or_else(|| damaged("a list of keys"))?;
            next += rows.len() as i64;
            for row in rows {
                each(row)?;
            }
        }
        return if next > load.last_rec { Ok(()) } else { Err(damaged("a list of keys").into()) };
    }
    let id = native.filter(|at| *at < TABLE_COLUMNS).map_or("NULL".to_owned(), |at| format!("c{at}"));
    let mut statement = conn.prepare(&format!(
        "SELECT rec, hash, line, prev, version, {id} FROM {} WHERE rec BETWEEN ?1 AND ?2 ORDER BY rec",
        data_table(object)
    ))?;
    let mut rows = statement.query([load.first_rec, load.last_rec])?;
    while let Some(row) = rows.next()? {
        let hash: i64 = row.get(1)?;
        each(Stored {
            rec: row.get(0)?,
            key: key_of(row.get_ref(5)?.as_str_or_null().unwrap_or(None), hash),
            hash,
            line: row.get::<_, i64>(2)?.cast_unsigned(),
            prev: row.get(3)?,
            version: row.get(4)?,
        })?;
    }
    Ok(())
}

/// Hands the rows that a load saw unchanged to `each`, in the order of its file.
///
/// # Errors
/// If the database cannot be read, or what `each` says.
pub fn for_each_seen<E: From<rusqlite::Error>>(
    conn: &Connection,
    load: LoadId,
    first_rec: i64,
    mut each: impl FnMut(Seen) -> Result<(), E>,
) -> Result<(), E> {
    let mut statement =
        conn.prepare_cached("SELECT data FROM load_seen WHERE load = ?1 AND first_rec = ?2 ORDER BY id")?;
    let mut chunks = statement.query([load.0, first_rec])?;
    while let Some(chunk) = chunks.next()? {
        let data = chunk.get_ref(0)?.as_blob().map_err(|_| damaged("a list of unchanged rows"))?;
        for row in decode_seen(data).ok_or_else(|| damaged("a list of unchanged rows"))? {
            each(row)?;
        }
    }
    Ok(())
}

/// The line on which a load saw a stored row unchanged, if it did.
///
/// # Errors
/// If the database cannot be read.
pub fn line_seen(conn: &Connection, load: &Placed, rec: i64) -> rusqlite::Result<Option<u64>> {
    let mut statement = conn.prepare_cached(
        "SELECT data FROM load_seen WHERE load = ?1 AND first_rec = ?2 AND least <= ?3 AND most >= ?3 ORDER BY id",
    )?;
    let mut chunks = statement.query([load.id.0, load.first_rec, rec])?;
    while let Some(chunk) = chunks.next()? {
        let data = chunk.get_ref(0)?.as_blob().map_err(|_| damaged("a list of unchanged rows"))?;
        let rows = decode_seen(data).ok_or_else(|| damaged("a list of unchanged rows"))?;
        if let Some(row) = rows.iter().find(|row| row.rec == rec) {
            return Ok(Some(row.line));
        }
    }
    Ok(None)
}

/// The records that no load holds any more after these loads, by their stored rows.
///
/// # Errors
/// If the database cannot be read.
pub fn gone_after(conn: &Connection, loads: &[Placed]) -> rusqlite::Result<std::collections::HashSet<i64>> {
    let mut gone = std::collections::HashSet::new();
    let mut vanished = conn.prepare_cached("SELECT rec FROM vanished WHERE load = ?1")?;
    let mut returned = conn.prepare_cached("SELECT rec FROM returned WHERE load = ?1")?;
    for load in loads {
        for rec in returned.query_map([load.id.0], |row| row.get::<_, i64>(0))? {
            gone.remove(&rec?);
        }
        for rec in vanished.query_map([load.id.0], |row| row.get::<_, i64>(0))? {
            gone.insert(rec?);
        }
    }
    Ok(gone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_rows_come_back_from_their_chunk() {
        let row =
            |rec, line, prev| ArrivingRow { rec, line, prev, version: 3, hash: -rec, key: rec.cast_unsigned() * 7 };
        let rows =
            [row(40, 2, None), row(41, 9, Some(3)), row(42, 9, None), row(43, 8, Some(1)), row(44, 12, Some(39))];
        let back = decode_stored(40, &encode_stored(&rows)).unwrap();
        for (row, back) in rows.iter().zip(&back) {
            assert_eq!(
                (row.rec, row.key, row.hash, row.line, row.prev),
                (back.rec, back.key, back.hash, back.line, back.prev)
            );
        }
        assert_eq!(back.iter().map(|row| row.version).collect::<Vec<_>>(), [1, 3, 1, 3, 3]);
        assert_eq!(back.len(), rows.len());
    }

    #[test]
    fn unchanged_rows_take_three_bytes_each_and_come_back() {
        let rows: Vec<Seen> = (0..1_000)
            .map(|at| Seen { before: at / 100, rec: 7_000_000 + i64::from(at), line: u64::from(at) + 2 })
            .collect();
        let data = encode_seen(&rows);
        assert!(data.len() < 3_020, "{}", data.len());
        assert_eq!(decode_seen(&data).unwrap(), rows);
    }

    #[test]
    fn a_cut_chunk_is_damaged_and_nothing_else() {
        let rows = [Seen { before: 0, rec: 5, line: 300 }];
        let data = encode_seen(&rows);
        assert_eq!(decode_seen(&data[..data.len() - 1]), None);
        assert_eq!(decode_seen(&[9]), None);
        let stored = encode_stored(&[ArrivingRow { rec: 1, line: 2, prev: None, version: 1, hash: 3, key: 4 }]);
        for end in 0..stored.len() {
            assert_eq!(decode_stored(1, &stored[..end]), None);
        }
    }

    #[test]
    fn fifteen_and_eighteen_characters_are_one_key_and_spaces_are_none() {
        let long = salesforce::to_18("0038d00000Wm7Ta").unwrap();
        assert_eq!(key_of(Some(&long), 1), key_of(Some(" 0038d00000Wm7Ta "), 2));
        assert_eq!(key_of(Some("  "), 1), key_of(None, 1));
    }
}
