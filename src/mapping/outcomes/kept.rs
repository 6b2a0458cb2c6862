//! The SQL of outcomes: which recipes stand, up to which row their inputs were looked at, and what is written of them.

use rusqlite::{Connection, OptionalExtension, Transaction, params};

use crate::mapping::recipe::{Outcome, Recipe};
use crate::sources::store::arrive;

/// Outcomes deleted in one slice.
const SLICE: i64 = 4_000;

/// In the place of a recipe's number: the durable keys of an entity.
pub const KEYS: i64 = 0;

/// A recipe as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    pub id: i64,
    pub stamp: Option<String>,
}

/// The recipe that SELECTs of maps find under this name.
///
/// # Errors
/// If the database cannot be read.
pub fn standing(conn: &Connection, recipe: &Recipe) -> rusqlite::Result<Option<Standing>> {
    conn.prepare_cached(
        "SELECT r.id, s.stamp FROM value_recipe r LEFT JOIN value_stamp s ON s.recipe = r.id
         WHERE r.function = ?1 AND r.parameters = ?2",
    )?
    .query_row([&recipe.function, &recipe.parameters], |row| Ok(Standing { id: row.get(0)?, stamp: row.get(1)? }))
    .optional()
}

/// Up to which row of an object an input was looked at for a recipe.
///
/// # Errors
/// If the database cannot be read.
pub fn prepared(conn: &Connection, recipe: i64, object: i64, input: &str) -> rusqlite::Result<Option<i64>> {
    conn.prepare_cached("SELECT rec FROM value_prepared WHERE recipe = ?1 AND object = ?2 AND input = ?3")?
        .query_row(params![recipe, object, input], |row| row.get(0))
        .optional()
}

/// The last row of an object that can be seen; 0 where there is none.
///
/// # Errors
/// If the database cannot be read.
pub fn last_row(conn: &Connection, object: i64) -> rusqlite::Result<i64> {
    conn.prepare_cached("SELECT coalesce(max(last_rec), 0) FROM load WHERE object = ?1 AND state = 'complete'")?
        .query_row([object], |row| row.get(0))
}

/// The public view of an object's rows.
///
/// # Errors
/// If the database cannot be read or there is no such object.
pub fn view_of(conn: &Connection, object: i64) -> rusqlite::Result<String> {
    conn.prepare_cached("SELECT view FROM object WHERE id = ?1")?.query_row([object], |row| row.get(0))
}

/// A recipe without a name, whose outcomes nobody reads yet.
///
/// # Errors
/// If the database refuses.
pub fn begin_nameless(tx: &Transaction<'_>) -> rusqlite::Result<i64> {
    tx.execute(
        "INSERT INTO value_recipe (function, parameters)
         SELECT '', 'making ' || (1 + coalesce(max(id), 0)) FROM value_recipe",
        [],
    )?;
    Ok(tx.last_insert_rowid())
}

/// The recipe of this name, made where it is not there.
///
/// # Errors
/// If the database refuses.
pub fn begin(tx: &Transaction<'_>, recipe: &Recipe) -> rusqlite::Result<i64> {
    if let Some(standing) = standing(tx, recipe)? {
        return Ok(standing.id);
    }
    tx.execute(
        "INSERT INTO value_recipe (function, parameters) VALUES (?1, ?2)",
        [&recipe.function, &recipe.parameters],
    )?;
    Ok(tx.last_insert_rowid())
}

/// Writes outcomes. What is there already stays: it is the same.
///
/// # Errors
/// If the database refuses.
pub fn write<'a>(
    tx: &Transaction<'_>,
    recipe: i64,
    outcomes: impl Iterator<Item = (&'a str, &'a Outcome)>,
) -> rusqlite::Result<()> {
    let mut statement = tx.prepare_cached(
        "INSERT INTO value_outcome (recipe, input, output, fault) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
    )?;
    for (input, outcome) in outcomes {
        let (output, fault) = match outcome {
            Outcome::Value(value) => (Some(value.as_str()), None),
            Outcome::Nothing => (None, None),
            Outcome::Fault(why) => (None, Some(why.as_str())),
        };
        statement.execute(params![recipe, input, output, fault])?;
    }
    Ok(())
}

/// What a recipe was prepared for.
#[derive(Debug, Clone)]
pub struct Prepared {
    pub recipe: i64,
    pub object: i64,
    /// As SQL over the object's row.
    pub inputs: Vec<String>,
    pub rec: i64,
    /// Where its outcomes were made anew beside those that stand: under which name, and over which state.
    pub named: Option<(Recipe, String)>,
}

/// Says that outcomes are complete up to a row, and puts those that were made anew in the place of the former ones.
///
/// # Errors
/// If the database refuses.
pub fn complete(tx: &Transaction<'_>, all: &[Prepared]) -> rusqlite::Result<()> {
    for one in all {
        if let Some((recipe, stamp)) = &one.named {
            if let Some(former) = standing(tx, recipe)? {
                tx.execute(
                    "UPDATE value_recipe SET function = '', parameters = 'former ' || id WHERE id = ?1",
                    [former.id],
                )?;
                tx.execute("DELETE FROM value_prepared WHERE recipe = ?1", [former.id])?;
            }
            tx.execute(
                "UPDATE value_recipe SET function = ?2, parameters = ?3 WHERE id = ?1",
                params![one.recipe, recipe.function, recipe.parameters],
            )?;
            tx.execute("INSERT INTO value_stamp (recipe, stamp) VALUES (?1, ?2)", params![one.recipe, stamp])?;
        }
        for input in &one.inputs {
            tx.execute(
                "INSERT INTO value_prepared (recipe, object, input, rec) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT DO UPDATE SET rec = excluded.rec",
                params![one.recipe, one.object, input, one.rec],
            )?;
        }
    }
    tx.execute("DELETE FROM value_prepared WHERE object NOT IN (SELECT id FROM object)", [])?;
    Ok(())
}

/// Takes their names from all recipes but these: their outcomes wait to be swept.
///
/// # Errors
/// If the database refuses.
pub fn disown(tx: &Transaction<'_>, kept: &[Recipe]) -> rusqlite::Result<()> {
    let mut statement = tx.prepare("SELECT id, function, parameters FROM value_recipe WHERE function <> ''")?;
    let all: Vec<(i64, Recipe)> = statement
        .query_map([], |row| Ok((row.get(0)?, Recipe { function: row.get(1)?, parameters: row.get(2)? })))?
        .collect::<Result<_, _>>()?;
    for (id, _) in all.iter().filter(|(_, recipe)| !kept.contains(recipe)) {
        tx.execute("UPDATE value_recipe SET function = '', parameters = 'former ' || id WHERE id = ?1", [id])?;
        tx.execute("DELETE FROM value_prepared WHERE recipe = ?1", [id])?;
    }
    Ok(())
}

/// Whether a recipe without a name is there.
///
/// # Errors
/// If the database cannot be read.
pub fn has_nameless(conn: &Connection) -> rusqlite::Result<bool> {
    conn.prepare_cached("SELECT EXISTS (SELECT 1 FROM value_recipe WHERE function = '')")?
        .query_row([], |row| row.get(0))
}

/// Deletes one slice of the outcomes of recipes without a name; false when none is left.
///
/// # Errors
/// If the database refuses.
pub fn sweep_slice(conn: &mut Connection) -> rusqlite::Result<bool> {
    arrive::slice(conn, |tx| {
        let found: Option<i64> = tx
            .prepare_cached("SELECT min(id) FROM value_recipe WHERE function = ''")?
            .query_row([], |row| row.get(0))?;
        let Some(recipe) = found else { return Ok(false) };
        let gone = tx.execute(
            &format!(
                "DELETE FROM value_outcome WHERE recipe = ?1
                   AND input IN (SELECT input FROM value_outcome WHERE recipe = ?1 LIMIT {SLICE})"
            ),
            [recipe],
        )?;
        if gone == 0 {
            tx.execute("DELETE FROM value_prepared WHERE recipe = ?1", [recipe])?;
            tx.execute("DELETE FROM value_stamp WHERE recipe = ?1", [recipe])?;
            tx.execute("DELETE FROM value_recipe WHERE id = ?1", [recipe])?;
        }
        Ok(true)
    })
}
