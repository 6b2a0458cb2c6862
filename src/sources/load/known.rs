//! What an object holds before a later load: tells its new records from changed and unchanged ones, and which vanished.

use rusqlite::Connection;

use crate::job::Job;
use crate::sources::content::value_hash;
use crate::sources::store::{TABLE_COLUMNS, data_table};

/// The latest version of every record, by native ID (or by all values, where there is none).
#[derive(Debug, Default)]
pub(super) struct Known {
    /// Sorted by key.
    list: Vec<Entry>,
    seen: Vec<bool>,
    by_native: bool,
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    key: u64,
    hash: i64,
    rec: i64,
    version: u32,
}

/// What a row is to the object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    New,
    /// A new version of that row.
    Changed {
        prev: i64,
        version: i64,
    },
    Unchanged,
}

impl Known {
    /// Reads an object's latest versions.
    pub fn read(conn: &Connection, object: i64, native: Option<usize>, job: &Job) -> Result<Self, super::LoadError> {
        job.begin("comparing with earlier loads", 0);
        let table = data_table(object);
        let id = match native {
            Some(position) if position < TABLE_COLUMNS => format!("d.c{position}"),
            _ => "NULL".to_owned(),
        };
        let by_native = id != "NULL";
        let mut statement = conn.prepare(&format!(
            "SELECT d.rec, d.hash, d.version, {id} FROM {table} d JOIN load l ON l.id = d.load AND l.state = 'complete'
             WHERE NOT EXISTS (SELECT 1 FROM {table} n JOIN load nl ON nl.id = n.load AND nl.state = 'complete' WHERE n.prev = d.rec)"
        ))?;
        let mut rows = statement.query([])?;
        let mut list = Vec::new();
        while let Some(row) = rows.next()? {
            if list.len() % 4096 == 0 {
                job.check().map_err(|_| super::LoadError::cancelled(std::path::Path::new("")))?;
            }
            let hash: i64 = row.get(1)?;
            let key = match row.get_ref(3)?.as_str_or_null() {
                Ok(Some(id)) if !id.is_empty() => value_hash(id),
                _ => nameless(hash),
            };
            let version = u32::try_from(row.get::<_, i64>(2)?).unwrap_or(1);
            list.push(Entry { key, hash, rec: row.get(0)?, version });
        }
        list.sort_unstable_by_key(|entry| (entry.key, entry.rec));
        let seen = vec![false; list.len()];
        Ok(Self { list, seen, by_native })
    }

    /// Whether the object holds nothing yet.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Compares a row and notes that its record is still there.
    pub fn compare(&mut self, native: Option<&str>, hash: i64) -> Standing {
        let named = native.filter(|id| self.by_native && !id.is_empty());
        let key = named.map_or_else(|| nameless(hash), value_hash);
        let from = self.list.partition_point(|entry| entry.key < key);
        let to = from + self.list[from..].partition_point(|entry| entry.key == key);
        let same = (from..to).find(|&at| self.list[at].hash == hash && !self.seen[at]);
        if let Some(at) = same {
            self.seen[at] = true;
            return Standing::Unchanged;
        }
        // With one record of this ID, it changed; among several nobody can tell which.
        if named.is_some() && to - from == 1 && !self.seen[from] {
            self.seen[from] = true;
            let entry = self.list[from];
            return Standing::Changed { prev: entry.rec, version: i64::from(entry.version) + 1 };
        }
        Standing::New
    }

    /// The records that no row met.
    pub fn vanished(&self) -> Vec<i64> {
        let mut gone: Vec<i64> =
            self.list.iter().zip(&self.seen).filter(|(_, seen)| !**seen).map(|(entry, _)| entry.rec).collect();
        gone.sort_unstable();
        gone
    }
}

/// The key of a row without a native ID: all its values, kept apart from the keys of IDs.
fn nameless(hash: i64) -> u64 {
    hash.cast_unsigned() ^ 0x5AFE_5AFE_5AFE_5AFE
}
