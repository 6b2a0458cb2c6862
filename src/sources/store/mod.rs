//! All SQL of this folder: `catalog` (sources, objects, loads), `rows` (source records), `rows_of` (those that were
//! selected), `latest` (which rows are the latest versions), `select` (one column of them), `profile` and `survey` (what was found in them), `quarantine`,
//! `arrive` (what a load writes, slice by slice), `observed` (what a load saw beside its rows), `replay` (an object built
//! anew with its loads in another order), `leave` (taking a load out, sweeping after a crash), `views` (the public names),
//! `check` (what must hold).

pub mod arrive;
pub mod catalog;
pub mod check;
pub mod latest;
pub mod leave;
pub mod observed;
pub mod profile;
pub mod quarantine;
pub mod replay;
pub mod rows;
pub mod rows_of;
pub mod select;
pub mod survey;
pub mod views;

/// Columns that a data table holds itself; what a wider file has beyond them stands in `more` as a JSON array. SQLite
/// allows 2,000 columns.
pub const TABLE_COLUMNS: usize = 1_900;

/// The table that holds the rows of an object.
#[must_use]
pub fn data_table(object: i64) -> String {
    format!("data_{object}")
}
