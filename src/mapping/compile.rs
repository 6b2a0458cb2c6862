//! A map as one readable SQL SELECT per object and entity. What value functions made of each distinct input stands in the
//! table `value_outcome`, which the SELECT joins, so that any SQLite tool can run it.

use rusqlite::Connection;

use super::recipe::Recipe;
use super::{MapKey, MappingError, ObjectMap};

/// A compiled map.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Compiled {
    pub key: MapKey,
    /// The SELECT. Its columns: `key` (durable), `record` (record key), `rec`, every field of the entity that has a rule or a
    /// policy, by name, in the entity's order, then `excluded` (the reason, or NULL) and `rejects` (a JSON array of
    /// `{"field","value","rule","reason"}`, or NULL). A field that could not be converted is NULL and is in `rejects`.
    pub sql: String,
    /// The same SELECT for rows with `rec BETWEEN ?1 AND ?2`, in the order of `rec`.
    pub stretch_sql: String,
    /// [`Self::stretch_sql`] with one more column per field after `rejects`, in the order of [`Self::fields`]: an integer, the
    /// sum of [`FILLED`], [`MISSING`] and [`CHANGED`] where they hold.
    pub counting_sql: String,
    /// What the SELECT reads, with its alias: `"v_records_salesforce_contact" AS r`. [`Need::input_sql`] stands over it.
    pub from_sql: String,
    /// Names of the fields, in the order of the SELECT's columns from the fourth.
    pub fields: Vec<String>,
    /// What must stand in the table of outcomes before it runs: recipe, and the SQL expression of its input over the
    /// object's row.
    pub needs: Vec<Need>,
}

/// In [`Compiled::counting_sql`]: the columns of the rule hold something.
pub const FILLED: i64 = 1;
/// The field wants a value and the rule made none, without a reject: what the policy is for.
pub const MISSING: i64 = 2;
/// Filled, and the value after is another text than before.
pub const CHANGED: i64 = 4;

/// See [`Compiled::needs`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    pub recipe: Recipe,
    /// Positions of the columns that the input is made of.
    pub columns: Vec<usize>,
    /// The input as SQL over the row `r` of [`Compiled::from_sql`]: NULL where there is none, never empty. Several columns
    /// are joined by [`super::recipe::BETWEEN`].
    pub input_sql: String,
    /// The field that needs it.
    pub field: String,
}

/// Compiles a map against the model and what is loaded.
///
/// # Errors
/// If an expression does not hold, or the map names a column, field or object that is not there: each named.
pub fn compile(_conn: &Connection, _map: &ObjectMap) -> Result<Compiled, MappingError> {
    Ok(Compiled::default())
}
