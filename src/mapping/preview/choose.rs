//! Which rows show a rule's difficulties: one pass over the columns that it reads.

use std::collections::HashMap;

use rusqlite::Connection;
use rusqlite::types::ValueRef;

use super::Chosen;
use crate::job::Job;
use crate::mapping::MappingError;
use crate::sources::content::value_hash;
use crate::sources::store::catalog::{self, Stretches};
use crate::sources::store::latest::Latest;
use crate::sources::store::{TABLE_COLUMNS, data_table, rows, rows_of};
use crate::sources::{ColumnRole, ObjectId, Rec};
use crate::values::character::is_invisible;

/// Rows that are chosen at most.
const MOST: usize = 5;

/// Rows between two questions whether the work is still wanted.
const SLICE: u64 = 4_096;

/// Rows that are kept for each difficulty, so that one is left when another difficulty took the first.
const SPARE: usize = 6;

/// Distinct values that are counted at most; those that come later are not.
const MOST_VALUES: usize = 200_000;

/// Chooses rows of an object for these columns: up to five, each for another difficulty. One pass over the columns; the
/// same data gives the same rows.
///
/// # Errors
/// If the database cannot be read or the job was cancelled.
pub fn choose(conn: &Connection, object: ObjectId, columns: &[usize], job: &Job) -> Result<Vec<Chosen>, MappingError> {
    let all = catalog::columns_of(conn, object.0)?;
    let mut read: Vec<usize> = columns.iter().copied().filter(|at| *at < all.len()).collect();
    if read.is_empty() && !all.is_empty() {
        read.push(0);
    }
    let stretches = Stretches::read(conn)?;
    let latest = Latest::of(conn, &stretches, object)?;
    if read.is_empty() || latest.is_empty() {
        return Ok(Vec::new());
    }
    job.begin("choosing", latest.len());
    // Of one value it is the column that says most which rows are linked: the first that points elsewhere.
    let linked = read.iter().position(|at| all[*at].role == ColumnRole::ForeignKey).unwrap_or(0);
    let list: Vec<String> = read
        .iter()
        .map(|at| match at.checked_sub(TABLE_COLUMNS) {
            None => format!("d.c{at}"),
            Some(beyond) => format!("json_extract(d.more, '$[{beyond}]')"),
        })
        .collect();
    let sql = format!("SELECT d.rec, {} FROM {} d ORDER BY d.rec", list.join(", "), data_table(object.0));
    let mut statement = conn.prepare_cached(&sql)?;
    let mut found = statement.query([])?;
    let mut sought = Sought::default();
    let mut looked = 0u64;
    while let Some(row) = found.next()? {
        looked += 1;
        if looked.is_multiple_of(SLICE) {
            job.check()?;
            job.advance(SLICE);
        }
        let rec: i64 = row.get(0)?;
        if !latest.has(rec) {
            continue;
        }
        let mut look = Look::default();
        for at in 0..read.len() {
            let value = match row.get_ref(at + 1)? {
                ValueRef::Text(bytes) => std::str::from_utf8(bytes).unwrap_or_default(),
                _ => "",
            };
            look.at(value);
            if at == linked && look.filled_last {
                sought.count(value, rec);
            }
        }
        sought.row(rec, &look, read.len());
    }
    job.check()?;
    let mut chosen = Vec::new();
    for (why, rec) in sought.chosen() {
        let Some(row) = rows_of::rows_of(conn, object, &[Rec(rec)])?.pop() else { continue };
        let Some(record) = rows::record(conn, &stretches, Rec(rec))? else { continue };
        chosen.push(Chosen { why, rec, record: record.key, values: row.values });
    }
    Ok(chosen)
}

/// What one row is like.
#[derive(Default)]
struct Look {
    length: usize,
    filled: usize,
    filled_last: bool,
    non_ascii: bool,
    hostile: bool,
}

impl Look {
    fn at(&mut self, value: &str) {
        self.length += value.len();
        self.filled_last = !value.bytes().all(|b| b == b' ');
        self.filled += usize::from(self.filled_last);
        let ascii = value.is_ascii();
        self.non_ascii |= !ascii;
        // A spreadsheet takes it for a formula; a number with its sign is none.
        let formula = match value.as_bytes() {
            [b'=' | b'@', _, ..] => true,
            [b'+' | b'-', next, ..] => next.is_ascii_alphabetic(),
            _ => false,
        };
        self.hostile |= formula
            || value.bytes().any(|b| b < 0x20 || b == 0x7F)
            || (!ascii && value.chars().any(|c| !c.is_ascii() && is_invisible(c)));
    }
}

#[derive(Default)]
struct Sought {
    /// Hash of a value → how often it stands there, and where first.
    counts: HashMap<u64, (u32, i64), foldhash::fast::FixedState>,
    /// (bytes, row), longest first.
    longest: Vec<(usize, i64)>,
    non_ascii: Vec<i64>,
    /// (filled columns, row), emptiest first.
    emptiest: Vec<(usize, i64)>,
    hostile: Vec<i64>,
    ordinary: Vec<i64>,
}

impl Sought {
    fn count(&mut self, value: &str, rec: i64) {
        let hash = value_hash(value);
        if self.counts.len() >= MOST_VALUES {
            if let Some((count, _)) = self.counts.get_mut(&hash) {
                *count = count.saturating_add(1);
            }
            return;
        }
        let (count, _) = self.counts.entry(hash).or_insert((0, rec));
        *count = count.saturating_add(1);
    }

    fn row(&mut self, rec: i64, look: &Look, columns: usize) {
        let first = |list: &mut Vec<i64>| {
            if list.len() < SPARE {
                list.push(rec);
            }
        };
        if look.non_ascii {
            first(&mut self.non_ascii);
        }
        if look.hostile {
            first(&mut self.hostile);
        }
        if look.filled == columns && !look.non_ascii && !look.hostile {
            first(&mut self.ordinary);
        }
        if self.longest.len() < SPARE || self.longest.last().is_some_and(|(length, _)| look.length > *length) {
            let at = self.longest.partition_point(|(length, _)| *length >= look.length);
            self.longest.insert(at, (look.length, rec));
            self.longest.truncate(SPARE);
        }
        if look.filled < columns
            && (self.emptiest.len() < SPARE || self.emptiest.last().is_some_and(|(filled, _)| look.filled < *filled))
        {
            let at = self.emptiest.partition_point(|(filled, _)| *filled <= look.filled);
            self.emptiest.insert(at, (look.filled, rec));
            self.emptiest.truncate(SPARE);
        }
    }

    /// The first of each difficulty that no other took.
    fn chosen(self) -> Vec<(&'static str, i64)> {
        let most = self
            .counts
            .values()
            .filter(|(count, _)| *count > 1)
            .min_by_key(|(count, rec)| (std::cmp::Reverse(*count), *rec))
            .map(|(_, rec)| *rec);
        let row = |(_, rec): (usize, i64)| rec;
        let sought = [
            ("most linked", most.into_iter().collect::<Vec<i64>>()),
            ("longest", self.longest.into_iter().filter(|(length, _)| *length > 0).map(row).collect()),
            ("hostile", self.hostile),
            ("non-ASCII", self.non_ascii),
            ("emptiest", self.emptiest.into_iter().map(row).collect()),
            ("ordinary", self.ordinary),
        ];
        let mut chosen: Vec<(&'static str, i64)> = Vec::new();
        for (why, recs) in sought {
            let free = recs.into_iter().find(|rec| chosen.iter().all(|(_, taken)| taken != rec));
            chosen.extend(free.map(|rec| (why, rec)));
        }
        chosen.truncate(MOST);
        chosen
    }
}
