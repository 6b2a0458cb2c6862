//! A few real rows, chosen for their difficulty, before and after a rule: the same compiled SQL as the run, over these rows
//! in memory. `choose` finds the rows, `bench` is the database in memory.

mod bench;
mod choose;
#[cfg(test)]
mod tests;

pub use self::choose::choose;

use std::cell::RefCell;

use rusqlite::Connection;

use super::compile::{self, Ground, MISSING};
use super::expression::Expression;
use super::rule::Rule;
use super::run::Reject;
use super::{FieldRule, MapKey, MappingError, ObjectMap};
use crate::sources::Rec;

/// A row that was chosen for a rule's columns.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Chosen {
    /// `most linked`, `longest`, `non-ASCII`, `emptiest`, `hostile`, `ordinary`.
    pub why: &'static str,
    pub rec: i64,
    /// The record key.
    pub record: String,
    /// All values, by position.
    pub values: Vec<Option<String>>,
}

/// A row before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    pub why: &'static str,
    pub rec: Rec,
    pub record: String,
    /// Values of the columns that the rule reads.
    pub before: Vec<Option<String>>,
    pub after: After,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum After {
    Value(String),
    /// No value, which the field allows; with what the policy makes of it where it is required.
    Empty,
    /// The policy gave it.
    ByPolicy(String),
    Reject(String),
    Excluded(String),
}

/// What a rule, perhaps still being typed, makes of chosen rows. Reads the workspace for user lists, and for the outcomes of
/// references and look-ups only.
///
/// # Errors
/// If the rule does not compile: with the place where an expression is wrong.
pub fn run(
    conn: &Connection,
    map: &ObjectMap,
    rule: &FieldRule,
    chosen: &[Chosen],
) -> Result<Vec<Shown>, MappingError> {
    let ground = ground(conn, &map.key)?;
    over(conn, &ground, map, rule, chosen)
}

/// [`run`] over what was looked up before.
pub(super) fn over(
    conn: &Connection,
    ground: &Ground,
    map: &ObjectMap,
    rule: &FieldRule,
    chosen: &[Chosen],
) -> Result<Vec<Shown>, MappingError> {
    let mut draft = ObjectMap { fields: vec![rule.clone()], ..map.clone() };
    draft.columns.clear();
    let compiled = compile::over(conn, ground, &draft, Some(&rule.field))?;
    let read = columns_of(rule, ground)?;
    let made = bench::run(conn, ground, &compiled, chosen).map_err(|error| unbounded(error, &rule.field))?;
    let shown = chosen.iter().filter_map(|row| {
        let (_, value, excluded, rejects, state) = made.iter().find(|(rec, ..)| *rec == row.rec)?.clone();
        let after = match (excluded, reason(rejects.as_deref(), &rule.field), value) {
            (Some(reason), ..) => After::Excluded(reason),
            (None, Some(reason), _) => After::Reject(reason),
            (None, None, Some(value)) if state & MISSING != 0 => After::ByPolicy(value),
            (None, None, Some(value)) => After::Value(value),
            (None, None, None) => After::Empty,
        };
        Some(Shown {
            why: row.why,
            rec: Rec(row.rec),
            record: row.record.clone(),
            before: read.iter().map(|at| row.values.get(*at).cloned().flatten()).collect(),
            after,
        })
    });
    Ok(shown.collect())
}

/// Why a field is among the rejects of a row.
fn reason(rejects: Option<&str>, field: &str) -> Option<String> {
    let rejects: Vec<Reject> = serde_json::from_str(rejects?).unwrap_or_default();
    rejects.into_iter().find(|reject| reject.field == field).map(|reject| reject.reason)
}

/// Columns that the rule reads, by position.
fn columns_of(rule: &FieldRule, ground: &Ground) -> Result<Vec<usize>, MappingError> {
    if let Rule::Expression { sql } = &rule.rule {
        return Ok(Expression::read(sql, &ground.names)?.columns);
    }
    Ok(rule.from.iter().filter_map(|name| ground.names.iter().position(|column| column == name)).collect())
}

/// What a hostile expression runs into, in words.
fn unbounded(error: MappingError, field: &str) -> MappingError {
    let code = match &error {
        MappingError::Sqlite(error) => error.sqlite_error_code(),
        _ => None,
    };
    let message = match code {
        Some(rusqlite::ErrorCode::TooBig) => format!("{field}: a text of this expression grows too long."),
        Some(rusqlite::ErrorCode::OperationInterrupted) => {
            format!("{field}: this expression takes too long for one row.")
        }
        // What SQLite itself stops at, such as a pattern that is too long.
        Some(rusqlite::ErrorCode::Unknown) => format!("{field}: this cannot be worked out for a row: {error}."),
        _ => return error,
    };
    MappingError::Expression { message, at: None, hint: "Part it into several fields.".to_owned() }
}

/// Of which workspace and map, and what decides that it is still so: the newest word on definitions, the loads.
type Basis = (String, MapKey, i64, i64, i64);

thread_local! {
    /// What the map that is being edited is compiled over: it changes less often than keys are pressed.
    static GROUND: RefCell<Option<(Basis, Ground)>> = const { RefCell::new(None) };
}

fn ground(conn: &Connection, key: &MapKey) -> Result<Ground, MappingError> {
    let file = conn.path().unwrap_or_default().to_owned();
    let (words, loads, newest) = conn
        .prepare_cached(
            "SELECT (SELECT coalesce(max(seq), 0) FROM definition_standing),
                    (SELECT count(*) FROM load WHERE state = 'complete'), (SELECT coalesce(max(id), 0) FROM load)",
        )?
        .query_row([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let basis: Basis = (file, key.clone(), words, loads, newest);
    let known = GROUND.with_borrow(|known| {
        known.as_ref().filter(|(of, _)| *of == basis && !of.0.is_empty()).map(|(_, ground)| ground.clone())
    });
    if let Some(ground) = known {
        return Ok(ground);
    }
    let ground = Ground::of(conn, key)?;
    GROUND.set(Some((basis, ground.clone())));
    Ok(ground)
}
