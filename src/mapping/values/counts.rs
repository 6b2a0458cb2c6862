//! Every distinct value of a column with how many records have it and which load brought it first: one pass over the
//! object's rows, kept in the workspace until its loads change. Owns the SQL of that.

use std::collections::HashMap;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};

use super::super::MappingError;
use crate::job::Job;
use crate::sources::ObjectId;
use crate::sources::profile::ColumnProfile;
use crate::sources::store::catalog::Stretches;
use crate::sources::store::latest::Latest;
use crate::sources::store::{TABLE_COLUMNS, data_table};
use crate::workspace::Workspace;

/// Distinct values that are listed at most.
pub const MOST_LISTED: usize = 100_000;
/// Rows between two questions whether the work is still wanted.
const SLICE: u64 = 4_096;

/// `records = empty + sum over the values + unlisted`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnCounts {
    pub records: u64,
    /// Not given, empty, or only spaces.
    pub empty: u64,
    /// Filled, with most records first, then by text.
    pub values: Vec<ValueCount>,
    /// Distinct filled values.
    pub distinct: u64,
    /// Records whose value is beyond the list.
    pub unlisted: u64,
}

/// One filled value, exactly as the source writes it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ValueCount {
    pub value: String,
    /// Latest versions that have it.
    pub records: u64,
    /// The load that brought it first; 0 where that is not known.
    pub first_load: i64,
}

impl ColumnCounts {
    /// What a profile knows exactly of a column with few values; `None` where it does not know all of them.
    pub fn of_profile(profile: &ColumnProfile) -> Option<Self> {
        let whole = profile.distinct_exact && profile.top_exact && profile.top.len() as u64 == profile.distinct;
        let sum: u64 = profile.top.iter().map(|counted| counted.count).sum();
        (whole && sum == profile.filled).then(|| Self {
            records: profile.rows,
            empty: profile.rows.saturating_sub(profile.filled),
            values: profile
                .top
                .iter()
                .map(|counted| ValueCount { value: counted.text.clone(), records: counted.count, first_load: 0 })
                .collect(),
            distinct: profile.distinct,
            unlisted: 0,
        })
    }

    /// The values one by one, where cells hold several: a record counts for every value that it has.
    pub fn parted(self, separator: &str) -> Self {
        if separator.is_empty() {
            return self;
        }
        let mut parts: HashMap<String, ValueCount> = HashMap::new();
        for cell in &self.values {
            let mut seen: Vec<&str> =
                cell.value.split(separator).map(str::trim).filter(|part| !part.is_empty()).collect();
            seen.sort_unstable();
            seen.dedup();
            for part in seen {
                let known = parts.entry(part.to_owned()).or_insert_with(|| ValueCount {
                    value: part.to_owned(),
                    records: 0,
                    first_load: cell.first_load,
                });
                known.records += cell.records;
                known.first_load = known.first_load.min(cell.first_load);
            }
        }
        let mut values: Vec<ValueCount> = parts.into_values().collect();
        sort(&mut values);
        Self { distinct: values.len() as u64, values, ..self }
    }
}

fn sort(values: &mut [ValueCount]) {
    values.sort_unstable_by(|a, b| b.records.cmp(&a.records).then_with(|| a.value.cmp(&b.value)));
}

/// What counts are over: while this is the same, so are they.
fn basis(conn: &Connection, object: ObjectId, position: usize) -> rusqlite::Result<String> {
    let loads: Vec<i64> = conn
        .prepare_cached("SELECT id FROM load WHERE object = ?1 AND state = 'complete' ORDER BY id")?
        .query_map([object.0], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let name: Option<String> = conn
        .prepare_cached("SELECT name FROM object_column WHERE object = ?1 AND position = ?2")?
        .query_row(params![object.0, position as i64], |row| row.get(0))
        .optional()?;
    Ok(serde_json::json!({ "column": name, "loads": loads }).to_string())
}

/// The counts that are stored and still true.
///
/// # Errors
/// If the database cannot be read.
pub fn stored(conn: &Connection, object: ObjectId, position: usize) -> rusqlite::Result<Option<ColumnCounts>> {
    let found: Option<(String, String)> = conn
        .prepare_cached("SELECT basis, counts FROM column_values WHERE object = ?1 AND position = ?2")?
        .query_row(params![object.0, position as i64], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((over, counts)) = found else { return Ok(None) };
    // What cannot be read is counted again.
    if over == basis(conn, object, position)? { Ok(serde_json::from_str(&counts).ok()) } else { Ok(None) }
}

/// The stored counts, else counted now; nothing is written.
///
/// # Errors
/// If the database cannot be read or the job was cancelled.
pub fn of_column(
    conn: &Connection,
    object: ObjectId,
    position: usize,
    job: &Job,
) -> Result<ColumnCounts, MappingError> {
    match stored(conn, object, position)? {
        Some(counts) => Ok(counts),
        None => Ok(counted(conn, object, position, job)?.1),
    }
}

/// The stored counts, else counted now and, where the workspace can be written, kept.
///
/// # Errors
/// If the workspace cannot be read or written, or the job was cancelled.
pub fn keep(workspace: &Workspace, object: ObjectId, position: usize, job: &Job) -> Result<ColumnCounts, MappingError> {
    let reader = workspace.reader()?;
    if let Some(counts) = stored(reader.conn(), object, position)? {
        return Ok(counts);
    }
    let (over, counts) = counted(reader.conn(), object, position, job)?;
    drop(reader);
    if !workspace.is_read_only() {
        let text = serde_json::to_string(&counts).unwrap_or_default();
        workspace.writer()?.transact(move |tx| {
            tx.execute(
                "INSERT OR REPLACE INTO column_values (object, position, basis, counts) VALUES (?1, ?2, ?3, ?4)",
                params![object.0, position as i64, over, text],
            )?;
            Ok(())
        })?;
    }
    Ok(counts)
}

/// Counts, with what the counts are over.
fn counted(
    conn: &Connection,
    object: ObjectId,
    position: usize,
    job: &Job,
) -> Result<(String, ColumnCounts), MappingError> {
    job.check()?;
    // One view of the workspace from first row to last: a load that ends meanwhile is not half in it.
    let tx = conn.unchecked_transaction()?;
    let over = basis(&tx, object, position)?;
    let stretches = Stretches::read(&tx)?;
    let latest = Latest::of(&tx, &stretches, object)?;
    job.begin("counting values", latest.len());
    let column = match position.checked_sub(TABLE_COLUMNS) {
        None => format!("d.c{position}"),
        Some(beyond) => format!("json_extract(d.more, '$[{beyond}]')"),
    };
    let mut tally = Tally::default();
    if !latest.is_empty() {
        let sql = format!("SELECT d.rec, {column} FROM {} d ORDER BY d.rec", data_table(object.0));
        let mut statement = tx.prepare(&sql)?;
        let mut rows = statement.query([])?;
        let (mut looked, mut stretch) = (0u64, (1, 0, 0));
        while let Some(row) = rows.next()? {
            looked += 1;
            if looked.is_multiple_of(SLICE) {
                job.check()?;
                job.advance(SLICE);
            }
            let rec: i64 = row.get(0)?;
            if rec < stretch.0 || rec > stretch.1 {
                let found = stretches.of_object(object).find(|(first, last, _)| (*first..=*last).contains(&rec));
                match found {
                    Some((first, last, load)) => stretch = (first, last, load.0),
                    None => continue,
                }
            }
            let text = match row.get_ref(1)? {
                ValueRef::Text(bytes) => std::str::from_utf8(bytes).unwrap_or_default(),
                _ => "",
            };
            tally.add(text, latest.has(rec), stretch.2);
        }
    }
    Ok((over, tally.finish()))
}

#[derive(Default)]
struct Tally {
    known: HashMap<Box<str>, (u64, i64), foldhash::fast::FixedState>,
    /// Hashes of the distinct values beyond the list.
    beyond: std::collections::HashSet<u64, foldhash::fast::FixedState>,
    records: u64,
    empty: u64,
    unlisted: u64,
}

impl Tally {
    fn add(&mut self, text: &str, is_latest: bool, load: i64) {
        let one = u64::from(is_latest);
        self.records += one;
        if text.trim().is_empty() {
            self.empty += one;
            return;
        }
        if let Some((count, first)) = self.known.get_mut(text) {
            *count += one;
            *first = (*first).min(load);
        } else if self.known.len() < MOST_LISTED {
            self.known.insert(text.into(), (one, load));
        } else if is_latest {
            self.unlisted += 1;
            self.beyond.insert(twox_hash::XxHash3_64::oneshot(text.as_bytes()));
        }
    }

    fn finish(self) -> ColumnCounts {
        let mut values: Vec<ValueCount> = self
            .known
            .into_iter()
            // What only replaced versions had is no value of the column any more.
            .filter(|(_, (count, _))| *count > 0)
            .map(|(value, (records, first_load))| ValueCount { value: value.into(), records, first_load })
            .collect();
        sort(&mut values);
        ColumnCounts {
            records: self.records,
            empty: self.empty,
            distinct: values.len() as u64 + self.beyond.len() as u64,
            values,
            unlisted: self.unlisted,
        }
    }
}
