//! Transforms an object's records into rows of an entity: runs the compiled SELECT over stretches of the records, on all
//! cores, and hands the rows on in the order of the records. All threads see one state of the workspace. `in_order` shares
//! the work, `rows` carries what the SELECT gave, `stage` writes it into a table that nobody sees until it is complete.

pub mod in_order;
mod rows;
mod stage;

use rusqlite::Connection;

use super::MappingError;
use super::compile::Compiled;
use super::outcomes;
use crate::job::Job;
use crate::sources::ObjectId;
use crate::sources::store::catalog::Stretches;
use crate::workspace::{Reader, Workspace};
use in_order::{in_order, threads};
use rows::Rows;
pub(super) use rows::rejects as rejects_of;

/// Records that one thread transforms at a time, and that are written in one slice.
const PIECE: i64 = 4_096;

/// One row that came out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TargetRow {
    pub key: Option<String>,
    pub record: String,
    pub rec: i64,
    /// As [`Compiled::fields`].
    pub values: Vec<Option<String>>,
    pub excluded: Option<String>,
    /// Empty where the row is whole.
    pub rejects: Vec<Reject>,
}

/// A value that a row could not convert, or a required one that it lacks.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Reject {
    pub field: String,
    pub value: Option<String>,
    pub rule: String,
    pub reason: String,
}

/// The stored rows of an object from `from` on, in pieces of at most `size`, rising.
pub(super) fn pieces(stretches: &Stretches, object: ObjectId, from: i64, size: i64) -> Vec<(i64, i64)> {
    let mut pieces = Vec::new();
    for (first, last, _) in stretches.of_object(object) {
        let mut at = first.max(from);
        while at <= last {
            let end = last.min(at.saturating_add(size - 1));
            pieces.push((at, end));
            at = end + 1;
        }
    }
    pieces
}

/// KiB of pages that all threads together keep.
const CACHE: usize = 128 << 10;

/// A connection of one of so many threads that keeps more pages than usual: look-ups in large tables come back to the same
/// ones. People's expressions run on it within their limits.
pub(super) fn wide_reader(workspace: &Workspace, threads: usize) -> Result<Reader, MappingError> {
    let reader = workspace.reader()?;
    let cache = format!("PRAGMA cache_size = -{}", CACHE / threads.max(1));
    let prepared = reader.conn().execute_batch(&cache).and_then(|()| super::expression::limit(reader.conn()));
    prepared.map_err(|error| reader.explain(&error))?;
    Ok(reader)
}

/// What the rows that come out depend on beside the SELECT: loads, roles of columns, and which outcomes stand.
fn state(conn: &Connection) -> rusqlite::Result<String> {
    conn.prepare_cached(
        "SELECT (SELECT group_concat(id || ' ' || first_rec || ' ' || last_rec || ' ' || content) FROM
                   (SELECT * FROM load WHERE state = 'complete' ORDER BY id))
             || '|' || (SELECT coalesce(group_concat(object || ' ' || position || ' ' || role), '') FROM
                   (SELECT * FROM object_column WHERE role <> 'plain' ORDER BY object, position))
             || '|' || (SELECT coalesce(group_concat(id || ' ' || function || ' ' || parameters), '') FROM
                   (SELECT * FROM value_recipe WHERE function <> '' ORDER BY id))",
    )?
    .query_row([], |row| row.get::<_, Option<String>>(0))
    .map(Option::unwrap_or_default)
}

/// A connection that keeps seeing one state of the workspace.
struct Steady {
    reader: Reader,
    state: String,
}

impl Steady {
    fn begin(workspace: &Workspace, threads: usize) -> Result<Self, MappingError> {
        let reader = wide_reader(workspace, threads)?;
        let explain = |error: rusqlite::Error| reader.explain(&error);
        reader.conn().execute_batch("BEGIN").map_err(explain)?;
        let state = state(reader.conn()).map_err(explain)?;
        Ok(Self { reader, state })
    }
}

fn changed() -> MappingError {
    MappingError::Refused {
        message: "What is loaded changed while it was being transformed.".to_owned(),
        hint: "Try again.".to_owned(),
    }
}

/// Runs a SELECT over all stored rows of the map's object, by so many threads that all see what stands when this begins;
/// `make` turns a piece into something, `take` gets these in order.
pub(super) fn over_pieces<R: Send>(
    workspace: &Workspace,
    compiled: &Compiled,
    threads: usize,
    job: &Job,
    label: &str,
    make: impl Fn(&Reader, i64, i64) -> Result<R, MappingError> + Sync,
    mut take: impl FnMut(R) -> Result<(), MappingError>,
) -> Result<(), MappingError> {
    let first = Steady::begin(workspace, threads)?;
    if !outcomes::is_ready(first.reader.conn(), compiled)? {
        return Err(MappingError::Refused {
            message: format!("The values of {} are not prepared.", compiled.key.name()),
            hint: "Prepare them, then try again.".to_owned(),
        });
    }
    let object = outcomes::object_of(first.reader.conn(), compiled)?;
    let stretches = Stretches::read(first.reader.conn()).map_err(|error| first.reader.explain(&error))?;
    let pieces = pieces(&stretches, object, i64::MIN, PIECE);
    job.begin(label, pieces.iter().map(|(first, last)| (last + 1).abs_diff(*first)).sum());
    in_order(
        threads.min(pieces.len()).max(1),
        job,
        pieces.into_iter().map(Ok),
        || {
            let steady = Steady::begin(workspace, threads)?;
            if steady.state == first.state { Ok(steady.reader) } else { Err(changed()) }
        },
        |reader, (from, to)| {
            job.check()?;
            Ok(((to + 1).abs_diff(from), make(reader, from, to)?))
        },
        |(rows, made)| {
            take(made)?;
            job.advance(rows);
            Ok(())
        },
    )
}

/// Prepares what a compiled map needs where that is not so yet and the workspace can be written.
fn make_ready(workspace: &Workspace, compiled: &Compiled, job: &Job) -> Result<(), MappingError> {
    if workspace.is_read_only() { Ok(()) } else { outcomes::prepare(workspace, compiled, job) }
}

/// Transforms all latest records of the map's object; `take` gets them in batches, in order.
///
/// # Errors
/// If the SELECT fails, `take` does, or the job was cancelled.
pub fn transform(
    workspace: &Workspace,
    compiled: &Compiled,
    job: &Job,
    take: &mut dyn FnMut(Vec<TargetRow>) -> Result<(), MappingError>,
) -> Result<(), MappingError> {
    make_ready(workspace, compiled, job)?;
    transform_with(workspace, compiled, threads(), job, take)
}

fn transform_with(
    workspace: &Workspace,
    compiled: &Compiled,
    threads: usize,
    job: &Job,
    take: &mut dyn FnMut(Vec<TargetRow>) -> Result<(), MappingError>,
) -> Result<(), MappingError> {
    over_pieces(
        workspace,
        compiled,
        threads,
        job,
        "transforming",
        |reader, from, to| Ok(Rows::read(reader, compiled, from, to)?.target_rows()),
        |rows| if rows.is_empty() { Ok(()) } else { take(rows) },
    )
}

/// Transforms into a table of the workspace's own making (`stage_<entity>_<object>`), without handing rows to the caller:
/// what a rehearsal and the benchmark use. The table is there whole or as it was before. Its columns are those of the
/// SELECT. Returns the rows written.
///
/// # Errors
/// As [`transform`]; or if the name of the table does not begin with `stage_`.
pub fn into_table(workspace: &Workspace, compiled: &Compiled, table: &str, job: &Job) -> Result<u64, MappingError> {
    make_ready(workspace, compiled, job)?;
    stage::write(workspace, compiled, table, threads(), job)
}

/// The name of the table that a map is transformed into: `stage_person_salesforce_contact`.
#[must_use]
pub fn table_of(key: &super::MapKey) -> String {
    let plain = |text: &str| {
        let words = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
        words.map(str::to_ascii_lowercase).collect::<Vec<_>>().join("_")
    };
    // Other letters are lost above: what tells two names apart stands at the end.
    let name = format!("stage_{}_{}_{}", plain(&key.entity), plain(&key.source), plain(&key.object));
    let is_plain = |text: &str| text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    if [&key.entity, &key.source, &key.object].into_iter().all(|part| is_plain(&part.to_ascii_lowercase())) {
        return name;
    }
    format!("{name}_{}", outcomes::digest(&key.name()).get(..8).unwrap_or_default())
}

#[cfg(test)]
mod crash_tests;
#[cfg(test)]
pub(super) mod ground;
#[cfg(test)]
mod tests;
