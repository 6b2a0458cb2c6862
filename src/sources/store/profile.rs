//! Profiles in the workspace: kept beside the loads and roles they are over, and made again by a pass over the latest
//! versions once those have changed.

use rusqlite::{Connection, OptionalExtension, params};

use super::arrive::{ArrivingRow, Batch};
use super::{TABLE_COLUMNS, catalog, data_table, rows};
use crate::job::Job;
use crate::sources::profile::{ObjectProfile, Profiler};
use crate::sources::{ColumnRole, ObjectId, SourcesError};
use crate::workspace::Workspace;

/// Counts up when profiles say something else of the same records; those of another number are made again.
const FORMAT: i64 = 1;
/// Rows between two looks at the job.
const ROWS: usize = 1_000;
const BATCH_BYTES: usize = 384 << 10;

/// The complete loads of an object, by number.
fn loads_of(conn: &Connection, object: ObjectId) -> rusqlite::Result<Vec<i64>> {
    conn.prepare_cached("SELECT id FROM load WHERE object = ?1 AND state = 'complete' ORDER BY id")?
        .query_map([object.0], |row| row.get(0))?
        .collect()
}

/// What a profile is over: while this is the same, so is the profile.
fn basis<'a>(loads: &[i64], columns: impl Iterator<Item = (&'a str, ColumnRole)>) -> String {
    serde_json::json!({ "loads": loads, "columns": columns.collect::<Vec<_>>() }).to_string()
}

/// The profile that is stored for an object and still true; `None`: it has to be made.
///
/// # Errors
/// If the database cannot be read.
pub fn stored(conn: &Connection, object: ObjectId) -> rusqlite::Result<Option<ObjectProfile>> {
    let found: Option<(String, String, i64)> = conn
        .prepare_cached("SELECT basis, profile, millis FROM object_profile WHERE object = ?1 AND format = ?2")?
        .query_row([object.0, FORMAT], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?;
    let Some((over, profile, millis)) = found else { return Ok(None) };
    let columns = catalog::columns_of(conn, object.0)?;
    let now = basis(&loads_of(conn, object)?, columns.iter().map(|column| (column.name.as_str(), column.role)));
    if over != now {
        return Ok(None);
    }
    // One that cannot be read is made again.
    let profile: Option<ObjectProfile> = serde_json::from_str(&profile).ok();
    Ok(profile.map(|profile| ObjectProfile { millis: u64::try_from(millis).unwrap_or(0), ..profile }))
}

/// The profile of an object: the stored one if it is true, else made now and, where the workspace can be written,
/// stored.
///
/// # Errors
/// If the workspace cannot be read, or the job was cancelled.
pub fn of_object(workspace: &Workspace, object: ObjectId, job: &Job) -> Result<ObjectProfile, SourcesError> {
    let reader = workspace.reader()?;
    if let Some(profile) = stored(reader.conn(), object)? {
        return Ok(profile);
    }
    let profile = made(reader.conn(), object, job)?;
    if !workspace.is_read_only() {
        keep(workspace, object, &profile)?;
    }
    Ok(profile)
}

/// Makes the profile of an object by one pass over the latest versions of its records.
///
/// # Errors
/// If the database cannot be read, or the job was cancelled.
pub fn made(conn: &Connection, object: ObjectId, job: &Job) -> Result<ObjectProfile, SourcesError> {
    let started = std::time::Instant::now();
    // One view of the workspace from first row to last: a load that ends meanwhile is not half in it.
    let tx = conn.unchecked_transaction()?;
    let loads = loads_of(&tx, object)?;
    let columns = catalog::columns_of(&tx, object.0)?;
    let table = data_table(object.0);
    let mut profiler = Profiler::new(columns.len());
    if !loads.is_empty() {
        let total: i64 = tx.query_row(
            "SELECT coalesce(sum(new), 0) FROM load WHERE object = ?1 AND state = 'complete'",
            [object.0],
            |row| row.get(0),
        )?;
        job.begin("profiling", u64::try_from(total).unwrap_or(0));
        let mut pass = Pass { profiler: &mut profiler, batch: Batch::default(), load: 0, job };
        let mut statement = tx.prepare(&format!(
            "SELECT d.rec, d.load, d.line, {} FROM {table} d JOIN load l ON l.id = d.load AND l.state = 'complete'
             WHERE NOT EXISTS (SELECT 1 FROM {table} n JOIN load nl ON nl.id = n.load AND nl.state = 'complete'
                               WHERE n.prev = d.rec) ORDER BY d.rec",
            rows::value_columns(columns.len())
        ))?;
        let mut found = statement.query([])?;
        while let Some(row) = found.next()? {
            pass.take(row, columns.len())?;
        }
        pass.flush()?;
    }
    let columns: Vec<(String, ColumnRole)> = columns.into_iter().map(|column| (column.name, column.role)).collect();
    let mut profile = profiler.finish(&columns, loads);
    profile.millis = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    Ok(profile)
}

/// Rows of the table on their way into the profiler, in batches as a load has them.
struct Pass<'a> {
    profiler: &'a mut Profiler,
    batch: Batch,
    load: i64,
    job: &'a Job,
}

impl Pass<'_> {
    fn take(&mut self, row: &rusqlite::Row<'_>, columns: usize) -> Result<(), SourcesError> {
        let load: i64 = row.get(1)?;
        if load != self.load || self.batch.rows.len() >= ROWS || self.batch.text.len() >= BATCH_BYTES {
            self.flush()?;
            self.load = load;
        }
        let line = u64::try_from(row.get::<_, i64>(2)?).unwrap_or(0);
        self.batch.rows.push(ArrivingRow { rec: row.get(0)?, line, prev: None, version: 1, hash: 0, key: 0 });
        for at in 0..columns.min(TABLE_COLUMNS) {
            let value = row.get_ref(3 + at)?.as_str_or_null().ok().flatten();
            self.push(value);
        }
        if columns > TABLE_COLUMNS {
            let values = rows::values(row, 3, columns)?;
            for value in &values[TABLE_COLUMNS..] {
                self.push(value.as_deref());
            }
        }
        Ok(())
    }

    fn push(&mut self, value: Option<&str>) {
        self.batch.text.push_str(value.unwrap_or_default());
        // Values are bounded by the limit on rows.
        self.batch.lengths.push(value.map_or(0, |value| value.len() as u32 + 1));
    }

    fn flush(&mut self) -> Result<(), SourcesError> {
        self.job.check()?;
        self.profiler.take(&self.batch, self.load);
        self.job.advance(self.batch.rows.len() as u64);
        self.batch.rows.clear();
        self.batch.text.clear();
        self.batch.lengths.clear();
        Ok(())
    }
}

/// Stores the profile of an object, with what it is over. It is derived, so it need not be forced to disk.
///
/// # Errors
/// If the workspace cannot be written.
pub fn keep(workspace: &Workspace, object: ObjectId, profile: &ObjectProfile) -> Result<(), SourcesError> {
    let text = serde_json::to_string(profile).unwrap_or_default();
    // What changed since the profile was made is what it is not over; then it is stale from the start.
    let over = basis(&profile.loads, profile.columns.iter().map(|column| (column.name.as_str(), column.role)));
    let millis = i64::try_from(profile.millis).unwrap_or(i64::MAX);
    workspace
        .writer()?
        .hand_over(move |conn| {
            super::arrive::slice(conn, |tx| {
                tx.execute(
                    "INSERT OR REPLACE INTO object_profile (object, format, basis, profile, millis)
                     SELECT ?1, ?2, ?3, ?4, ?5 WHERE EXISTS (SELECT 1 FROM object WHERE id = ?1)",
                    params![object.0, FORMAT, over, text, millis],
                )?;
                Ok(())
            })
        })?
        .wait()??;
    Ok(())
}
