//! What an object holds before a load: tells its new records from changed and unchanged ones, which vanished and which
//! came back. The same logic takes a file's rows as they arrive and those of earlier loads when they are taken again in
//! another order.

use rusqlite::Connection;

use crate::job::Job;
use crate::sources::store::observed::{self, Placed, nameless};

/// The latest version of every record, by native ID (or by all values, where there is none).
#[derive(Debug, Default)]
pub(super) struct Known {
    /// Sorted by key and row.
    list: Vec<Entry>,
    /// The part of the object that the rows belong to which come now.
    part: u16,
}

/// The latest version of a record.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    pub key: u64,
    pub hash: i64,
    pub rec: i64,
    pub version: u32,
    /// The part of the object whose load held it last.
    part: u16,
    met: Met,
    /// A full export no longer held it.
    gone: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Met {
    No,
    Unchanged,
    Replaced,
}

/// What a row is to the object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    New,
    /// A new version of that row.
    Changed {
        prev: i64,
        version: i64,
        /// The record had vanished.
        returned: bool,
    },
    /// That row again.
    Unchanged {
        rec: i64,
        /// The record had vanished.
        returned: bool,
    },
}

/// The parts of an object: `None` and every segment that a load names.
#[derive(Debug, Default)]
pub(super) struct Parts {
    names: Vec<Option<String>>,
}

impl Parts {
    /// The number of a part; past the sixty-five thousandth all are one.
    pub fn number(&mut self, segment: Option<&str>) -> u16 {
        let at = self.names.iter().position(|name| name.as_deref() == segment).unwrap_or_else(|| {
            self.names.push(segment.map(str::to_owned));
            self.names.len() - 1
        });
        u16::try_from(at).unwrap_or(u16::MAX)
    }
}

/// Whether a load makes vanished what it lacks: a full export after a full export of the same part.
pub(super) fn vanishes(before: &[Placed], delta: bool, segment: Option<&str>) -> bool {
    !delta && before.iter().any(|load| !load.delta && load.segment.as_deref() == segment)
}

impl Known {
    /// Reads an object's latest versions, as its loads (all that are in, in order) left them, for rows of a segment.
    pub fn read(
        conn: &Connection,
        object: i64,
        loads: &[Placed],
        native: Option<usize>,
        segment: Option<&str>,
        job: &Job,
    ) -> Result<Self, super::LoadError> {
        job.begin("comparing with earlier loads", 0);
        let stop = || super::LoadError::cancelled(std::path::Path::new(""));
        let mut parts = Parts::default();
        let part = parts.number(segment);
        let gone = observed::gone_after(conn, loads)?;
        let mut list: Vec<Entry> = Vec::new();
        let mut replaced: Vec<i64> = Vec::new();
        for load in loads {
            let part = parts.number(load.segment.as_deref());
            observed::for_each_stored::<super::LoadError>(conn, object, load, native, |row| {
                if list.len().is_multiple_of(65_536) {
                    job.check().map_err(|_| stop())?;
                }
                replaced.extend(row.prev);
                let gone = !gone.is_empty() && gone.contains(&row.rec);
                list.push(Entry { part, gone, ..Entry::of(row.key, row.hash, row.rec, row.version) });
                Ok(())
            })?;
        }
        replaced.sort_unstable();
        if !replaced.is_empty() {
            list.retain(|entry| replaced.binary_search(&entry.rec).is_err());
        }
        if parts.names.len() > 1 {
            // Which part held each record last; rows are sorted by number so far.
            list.sort_unstable_by_key(|entry| entry.rec);
            for load in loads {
                let part = parts.number(load.segment.as_deref());
                observed::for_each_seen::<super::LoadError>(conn, load.id, load.first_rec, |row| {
                    if let Ok(at) = list.binary_search_by_key(&row.rec, |entry| entry.rec) {
                        list[at].part = part;
                    }
                    Ok(())
                })?;
                job.check().map_err(|_| stop())?;
            }
        }
        list.sort_unstable_by_key(|entry| (entry.key, entry.rec));
        Ok(Self { list, part })
    }

    /// Whether the object holds nothing yet.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The rows that come now belong to this part.
    pub fn begin(&mut self, part: u16) {
        self.part = part;
    }

    /// Compares a row and notes that its record is still there.
    pub fn compare(&mut self, key: u64, hash: i64) -> Standing {
        let from = self.list.partition_point(|entry| entry.key < key);
        let to = from + self.list[from..].iter().take_while(|entry| entry.key == key).count();
        let same = self.list[from..to].iter_mut().find(|entry| entry.hash == hash && entry.met == Met::No);
        if let Some(entry) = same {
            entry.met = Met::Unchanged;
            return Standing::Unchanged { rec: entry.rec, returned: entry.gone };
        }
        // With one record of this ID, it changed; among several nobody can tell which.
        if key != nameless(hash)
            && let [entry] = &mut self.list[from..to]
            && entry.met == Met::No
        {
            entry.met = Met::Replaced;
            return Standing::Changed { prev: entry.rec, version: i64::from(entry.version) + 1, returned: entry.gone };
        }
        Standing::New
    }

    /// The records of this part that no row met and that had not vanished before.
    pub fn vanished(&self) -> Vec<i64> {
        let is_gone = |entry: &&Entry| entry.met == Met::No && !entry.gone && entry.part == self.part;
        let mut gone: Vec<i64> = self.list.iter().filter(is_gone).map(|entry| entry.rec).collect();
        gone.sort_unstable();
        gone
    }

    /// Takes in what a load brought, so that the next can be compared; returns what vanished, if it makes anything vanish.
    pub fn settle(&mut self, mut added: Vec<Entry>, vanishes: bool) -> Vec<i64> {
        let gone = if vanishes { self.vanished() } else { Vec::new() };
        let part = self.part;
        self.list.retain_mut(|entry| {
            match entry.met {
                Met::Replaced => return false,
                Met::Unchanged => (entry.gone, entry.part) = (false, part),
                Met::No => entry.gone |= vanishes && entry.part == part,
            }
            entry.met = Met::No;
            true
        });
        added.iter_mut().for_each(|entry| entry.part = part);
        added.sort_unstable_by_key(|entry| (entry.key, entry.rec));
        self.list.append(&mut added);
        // Two sorted runs: merged in one pass.
        self.list.sort_by_key(|entry| (entry.key, entry.rec));
        gone
    }
}

impl Entry {
    /// A record as a load has just brought it.
    pub fn of(key: u64, hash: i64, rec: i64, version: i64) -> Self {
        let version = u32::try_from(version).unwrap_or(u32::MAX);
        Self { key, hash, rec, version, part: 0, met: Met::No, gone: false }
    }
}
