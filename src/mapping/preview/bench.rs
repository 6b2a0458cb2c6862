//! A database in memory with one object of a few rows, on which a compiled map runs as it runs on the workspace.

use std::cell::RefCell;
use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension, params_from_iter};

use super::Chosen;
use crate::mapping::compile::{Compiled, Ground, Need};
use crate::mapping::outcomes::refer::{self, Directory, Parameters, is_reference};
use crate::mapping::recipe::{Cook, Outcome, Recipe};
use crate::mapping::{MappingError, expression};
use crate::model::users::UserList;
use crate::sources::store::TABLE_COLUMNS;
use crate::workspace::sql::quote_name;

/// Steps of SQLite's machine that a preview may take.
const MOST_STEPS: u64 = 20_000_000;

/// Steps between two looks at how many there were.
const STEPS: u64 = 100_000;

/// Recipes whose tables are kept built.
const KEPT: usize = 24;

/// Directories that are kept.
const KEPT_DIRECTORIES: usize = 2;

/// Of which workspace, for which recipe, over which state of the records.
type KnownDirectory = (String, Recipe, String, Arc<Directory>);

/// (row, value, excluded, rejects, state)
pub type Made = (i64, Option<String>, Option<String>, Option<String>, i64);

thread_local! {
    /// Opening a database costs more than all that is done with it.
    static BENCH: RefCell<Option<Connection>> = const { RefCell::new(None) };
    /// Whom IDs mean: 16 bytes for each record that they may mean, so only those of the last rules are kept.
    static DIRECTORIES: RefCell<Vec<KnownDirectory>> = const { RefCell::new(Vec::new()) };
    /// Some recipes read long lists before they make anything.
    static COOKS: RefCell<Vec<(Recipe, Vec<UserList>, Cook)>> = const { RefCell::new(Vec::new()) };
}

fn open() -> rusqlite::Result<Connection> {
    let conn = Connection::open_in_memory()?;
    conn.execute_batch(
        "CREATE TABLE durable_key (entity TEXT, record TEXT, key TEXT, PRIMARY KEY (entity, record)) WITHOUT ROWID;
         CREATE TABLE value_recipe (id INTEGER PRIMARY KEY, function TEXT, parameters TEXT);
         CREATE TABLE value_outcome (recipe INTEGER, input TEXT, output TEXT, fault TEXT, PRIMARY KEY (recipe, input))
           WITHOUT ROWID;",
    )?;
    expression::limit(&conn)?;
    Ok(conn)
}

/// Runs a compiled map over a few rows.
///
/// # Errors
/// If a recipe does not hold, or what the database says: an expression that makes too much ends so.
pub fn run(
    workspace: &Connection,
    ground: &Ground,
    compiled: &Compiled,
    chosen: &[Chosen],
) -> Result<Vec<Made>, MappingError> {
    BENCH.with_borrow_mut(|bench| {
        let mut conn = match bench.take() {
            Some(conn) => conn,
            None => open()?,
        };
        conn.execute_batch("BEGIN")?;
        let mut steps = 0;
        conn.progress_handler(
            STEPS as i32,
            Some(move || {
                steps += STEPS;
                steps > MOST_STEPS
            }),
        )?;
        let made = make(&conn, workspace, ground, compiled, chosen);
        conn.progress_handler(0, None::<fn() -> bool>)?;
        if conn.is_autocommit() || conn.execute_batch("ROLLBACK").is_ok() {
            *bench = Some(conn);
        }
        made
    })
}

fn make(
    conn: &Connection,
    workspace: &Connection,
    ground: &Ground,
    compiled: &Compiled,
    chosen: &[Chosen],
) -> Result<Vec<Made>, MappingError> {
    let wide = ground.names.len() > TABLE_COLUMNS;
    let held = ground.names.len().min(TABLE_COLUMNS);
    let mut columns: Vec<&str> = ground.columns.iter().take(held).map(|sql| sql.trim_start_matches("r.")).collect();
    if wide {
        columns.push("\"more columns\"");
    }
    let view = quote_name(&ground.view);
    let list: String = columns.iter().map(|name| format!(", {name} TEXT")).collect();
    conn.execute_batch(&format!("CREATE TABLE {view} (record TEXT, latest INTEGER, rec INTEGER PRIMARY KEY{list})"))?;
    let places = ", ?".repeat(columns.len());
    let mut insert = conn.prepare(&format!("INSERT OR IGNORE INTO {view} VALUES (?, 1, ?{places})"))?;
    for row in chosen {
        let more = wide.then(|| serde_json::to_string(row.values.get(held..).unwrap_or_default()).unwrap_or_default());
        let values = (0..held).map(|at| row.values.get(at).cloned().flatten()).chain(more.map(Some));
        let all = [rusqlite::types::Value::from(row.record.clone()), row.rec.into()].into_iter();
        insert.execute(params_from_iter(all.chain(values.map(rusqlite::types::Value::from))))?;
    }
    drop(insert);
    for (number, need) in compiled.needs.iter().enumerate() {
        let number = i64::try_from(number).unwrap_or(i64::MAX);
        // One recipe may be wanted for several inputs: it is one recipe.
        let known: Option<i64> = conn
            .prepare_cached("SELECT id FROM value_recipe WHERE function = ?1 AND parameters = ?2")?
            .query_row([&need.recipe.function, &need.recipe.parameters], |row| row.get(0))
            .optional()?;
        let recipe = match known {
            Some(recipe) => recipe,
            None => {
                conn.prepare_cached("INSERT INTO value_recipe VALUES (?1, ?2, ?3)")?.execute((
                    number,
                    &need.recipe.function,
                    &need.recipe.parameters,
                ))?;
                number
            }
        };
        outcomes(conn, workspace, ground, compiled, need, recipe)?;
    }
    let mut statement = conn.prepare(&compiled.counting_sql)?;
    let made = statement.query_map([i64::MIN, i64::MAX], |row| {
        // rec, the one field, excluded, rejects, state
        Ok((row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?, row.get(6)?))
    })?;
    Ok(made.collect::<Result<_, _>>()?)
}

fn outcomes(
    conn: &Connection,
    workspace: &Connection,
    ground: &Ground,
    compiled: &Compiled,
    need: &Need,
    recipe: i64,
) -> Result<(), MappingError> {
    let mut statement = conn.prepare(&format!(
        "SELECT DISTINCT input FROM (SELECT {} AS input FROM {}) WHERE input IS NOT NULL",
        need.input_sql, compiled.from_sql
    ))?;
    let inputs: Vec<String> = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    let mut insert = conn.prepare_cached("INSERT OR IGNORE INTO value_outcome VALUES (?1, ?2, ?3, ?4)")?;
    for input in inputs {
        let made = if is_reference(&need.recipe) {
            referred(workspace, &need.recipe, &input)?
        } else {
            cook(&need.recipe, &ground.users, &input)?
        };
        match made {
            Outcome::Value(value) => insert.execute((recipe, input, Some(value), None::<String>))?,
            Outcome::Nothing => insert.execute((recipe, input, None::<String>, None::<String>))?,
            Outcome::Fault(why) => insert.execute((recipe, input, None::<String>, Some(why)))?,
        };
    }
    Ok(())
}

/// What other records decide: as it stands in the workspace for the records as they are now, else resolved here.
fn referred(workspace: &Connection, recipe: &Recipe, input: &str) -> Result<Outcome, MappingError> {
    let stamp = refer::stamp(workspace, &Parameters::of(recipe)?)?;
    if let Some(outcome) = stored(workspace, recipe, &stamp, input)? {
        return Ok(outcome);
    }
    let file = workspace.path().unwrap_or_default().to_owned();
    let known = DIRECTORIES.with_borrow(|known| {
        let of = |one: &&KnownDirectory| !file.is_empty() && one.0 == file && one.1 == *recipe && one.2 == stamp;
        known.iter().find(of).map(|one| one.3.clone())
    });
    let directory = match known {
        Some(directory) => directory,
        None => {
            let directory = Directory::read(workspace, recipe)?;
            DIRECTORIES.with_borrow_mut(|known| {
                known.retain(|one| one.0 == file && one.1 != *recipe);
                if known.len() >= KEPT_DIRECTORIES {
                    known.remove(0);
                }
                known.push((file, recipe.clone(), stamp, directory.clone()));
            });
            directory
        }
    };
    Ok(directory.foresee(workspace, input)?)
}

fn stored(workspace: &Connection, recipe: &Recipe, stamp: &str, input: &str) -> rusqlite::Result<Option<Outcome>> {
    workspace
        .prepare_cached(
            "SELECT o.output, o.fault FROM value_outcome o
             WHERE o.recipe = (SELECT r.id FROM value_recipe r JOIN value_stamp s ON s.recipe = r.id
                               WHERE r.function = ?1 AND r.parameters = ?2 AND s.stamp = ?4)
               AND o.input = ?3",
        )?
        .query_row([&recipe.function, &recipe.parameters, input, stamp], |row| {
            Ok(match (row.get(0)?, row.get(1)?) {
                (_, Some(fault)) => Outcome::Fault(fault),
                (Some(value), None) => Outcome::Value(value),
                (None, None) => Outcome::Nothing,
            })
        })
        .optional()
}

fn cook(recipe: &Recipe, users: &[UserList], input: &str) -> Result<Outcome, MappingError> {
    COOKS.with_borrow_mut(|cooks| {
        if let Some((.., cook)) = cooks.iter().find(|(of, with, _)| of == recipe && with == users) {
            return Ok(cook.make(input));
        }
        let cook = Cook::new(recipe, users).map_err(|message| MappingError::Refused {
            message,
            hint: "The rule's own words say what it takes.".to_owned(),
        })?;
        let made = cook.make(input);
        if cooks.len() >= KEPT {
            cooks.remove(0);
        }
        cooks.push((recipe.clone(), users.to_vec(), cook));
        Ok(made)
    })
}
