//! What a map does to all records of its object, in numbers, kept per version of the map and state of the data. One pass
//! over the records by all cores; `tally` counts, `kept` holds the SQL. What is kept counts for nothing once anything
//! changed that decides it.

mod kept;
mod tally;

use std::collections::BTreeMap;

use rusqlite::Connection;

use super::compile::{self, Compiled};
use super::{MapKey, MappingError, ObjectMap, outcomes, run};
use crate::job::Job;
use crate::workspace::Workspace;
use tally::Tally;

/// Counts up when figures are reckoned in another way.
const FORMAT: u32 = 1;

/// `records = excluded + rejected + whole`.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Figures {
    pub records: u64,
    pub excluded: u64,
    /// Records with at least one reject.
    pub rejected: u64,
    pub fields: BTreeMap<String, FieldFigures>,
}

/// `filled = converted + rejects`, over the records that are not excluded; `records = filled + empty`.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct FieldFigures {
    /// Records where the columns of the rule hold something.
    pub filled: u64,
    pub empty: u64,
    /// Filled, with a value after, or deliberately none.
    pub converted: u64,
    /// Of those: after is another text than before.
    pub changed: u64,
    /// Filled, but not convertible; for value maps: without a row.
    pub rejects: u64,
    /// Required and without a value after all, before the policy.
    pub missing: u64,
    /// Why values were rejected, most first, with an example each.
    pub reasons: Vec<Reason>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Reason {
    pub reason: String,
    pub records: u64,
    pub example: String,
}

/// The figures of a standing map as they were counted last; `None` if the map or the data changed since.
///
/// # Errors
/// If the database cannot be read.
pub fn stored(conn: &Connection, key: &MapKey) -> rusqlite::Result<Option<Figures>> {
    let Some(standing) = super::map(conn, key)? else { return Ok(None) };
    let compiled = match compile::compile(conn, &standing.map) {
        Ok(compiled) => compiled,
        Err(MappingError::Sqlite(error)) => return Err(error),
        // A map that does not hold any more has no figures.
        Err(_) => return Ok(None),
    };
    match decided_by(conn, &compiled) {
        Ok(of) => kept::read(conn, key, &of),
        Err(MappingError::Sqlite(error)) => Err(error),
        Err(_) => Ok(None),
    }
}

/// Counts, and keeps what was counted where the map stands as it is given.
///
/// # Errors
/// If the map does not compile, the workspace cannot be read, or the job was cancelled.
pub fn count(workspace: &Workspace, map: &ObjectMap, job: &Job) -> Result<Figures, MappingError> {
    let reader = workspace.reader()?;
    let compiled = compile::compile(reader.conn(), map).map_err(|error| error.at(&reader))?;
    let before = decided_by(reader.conn(), &compiled).map_err(|error| error.at(&reader))?;
    let figures = count_compiled(workspace, &compiled, job)?;
    let stands = super::map(reader.conn(), &map.key).map_err(|error| reader.explain(&error))?;
    let is_as_counted = decided_by(reader.conn(), &compiled).map_err(|error| error.at(&reader))? == before;
    if is_as_counted && !workspace.is_read_only() && stands.is_some_and(|stands| stands.map == *map) {
        let (key, kept) = (map.key.clone(), figures.clone());
        workspace.writer()?.transact(move |tx| kept::write(tx, &key, &before, &kept))?;
    }
    Ok(figures)
}

/// Counts what a compiled map does; keeps nothing.
///
/// # Errors
/// If the workspace cannot be read, or the job was cancelled.
pub fn count_compiled(workspace: &Workspace, compiled: &Compiled, job: &Job) -> Result<Figures, MappingError> {
    if !workspace.is_read_only() {
        outcomes::prepare(workspace, compiled, job)?;
    }
    count_with(workspace, compiled, run::in_order::threads(), job)
}

fn count_with(workspace: &Workspace, compiled: &Compiled, threads: usize, job: &Job) -> Result<Figures, MappingError> {
    let mut all = Tally::new(&compiled.fields);
    run::over_pieces(
        workspace,
        compiled,
        threads,
        job,
        "counting",
        |reader, from, to| {
            let mut tally = Tally::new(&compiled.fields);
            tally.read(reader.conn(), compiled, from, to).map_err(|error| reader.explain(&error))?;
            Ok(tally)
        },
        |tally| {
            all.add(tally);
            Ok(())
        },
    )?;
    Ok(all.figures())
}

/// A hash of everything that decides the figures: the SELECT with all that the map, the model and the lists of users put
/// into it, the recipes, the loads of the object, and those of objects that it refers to.
fn decided_by(conn: &Connection, compiled: &Compiled) -> Result<String, MappingError> {
    let object = outcomes::object_of(conn, compiled)?;
    let mut text = format!("{FORMAT}\n{}\n{}\n", compiled.counting_sql, compiled.fields.join("\n"));
    for need in &compiled.needs {
        text.push_str(&format!("{}\n{}\n{}\n", need.recipe.function, need.recipe.parameters, need.input_sql));
        if outcomes::refer::is_reference(&need.recipe) {
            text.push_str(&outcomes::refer::stamp(conn, &outcomes::refer::Parameters::of(&need.recipe)?)?);
        }
    }
    text.push_str(&kept::loads(conn, object)?);
    Ok(outcomes::digest(&text))
}

#[cfg(test)]
mod tests;
