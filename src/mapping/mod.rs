//! The source-to-model map: how an object's fields become an entity's fields. One definition (kind `map`) per object and
//! entity holds a rule per target field and a disposition for every column that no rule reads. `map` is the document, `rule`
//! what a rule can be, `edit` changes it, `compile` turns it into one SQL SELECT, `recipe` says what value functions make of
//! one input, `outcomes` keeps that per distinct input, `run` transforms, `figures` counts, `preview` shows a few rows,
//! `check` says what blocks, `coverage` what is decided, `suggest` proposes, `values` is for value maps, `store` holds the
//! SQL.

pub mod check;
pub mod compile;
pub mod coverage;
pub mod edit;
pub mod error;
pub mod expression;
pub mod figures;
pub mod map;
pub mod outcomes;
pub mod preview;
pub mod recipe;
pub mod rule;
pub mod run;
mod store;
pub mod suggest;
#[cfg(test)]
mod tests;
pub mod values;

pub use error::MappingError;
pub use map::{ColumnDecision, Comment, FieldRule, MapKey, Mark, ObjectMap, Said, StandingMap};
pub use rule::{Rounding, Rule, SplitBy, ValueRow, ValueTarget};

use rusqlite::Connection;

use crate::definitions::{Onto, Saved};
use crate::sources::ObjectId;
use crate::workspace::Workspace;

/// The kind of maps in the store of definitions.
pub const KIND: &str = "map";

/// Every map that stands, in the order in which they were first saved.
///
/// # Errors
/// If the database cannot be read.
pub fn maps(conn: &Connection) -> rusqlite::Result<Vec<StandingMap>> {
    store::maps(conn)
}

/// The maps of one object, in that order.
///
/// # Errors
/// If the database cannot be read.
pub fn maps_of(conn: &Connection, source: &str, object: &str) -> rusqlite::Result<Vec<StandingMap>> {
    Ok(maps(conn)?.into_iter().filter(|map| map.map.key.source == source && map.map.key.object == object).collect())
}

/// One map.
///
/// # Errors
/// If the database cannot be read.
pub fn map(conn: &Connection, key: &MapKey) -> rusqlite::Result<Option<StandingMap>> {
    store::map(conn, key)
}

/// The object of a map among what is loaded.
///
/// # Errors
/// If the database cannot be read.
pub fn object_of(conn: &Connection, key: &MapKey) -> rusqlite::Result<Option<ObjectId>> {
    store::object_of(conn, key)
}

/// Saves maps, each as a new version, in one commit and as one deed: one undo takes all of them back. Reviews of rules
/// that changed are gone, whoever wrote the document.
///
/// # Errors
/// If one does not hold together against the model or its object (all faults are listed), somebody saved another version
/// since `onto`, or the workspace cannot be written. Then nothing is saved.
pub fn save(workspace: &Workspace, maps: &[(ObjectMap, Onto)], comment: &str) -> Result<Vec<Saved>, MappingError> {
    store::save(workspace, maps, comment)
}

/// Changes maps: reads what stands, makes the changes, saves all of them in one commit. A map that is not there yet is
/// begun. Returns the version of each.
///
/// # Errors
/// If a change speaks of what is not there, somebody else saved a version in between, or as [`save`].
pub fn change(
    workspace: &Workspace,
    changes: &[(MapKey, Vec<edit::Change>)],
    comment: &str,
) -> Result<Vec<Saved>, MappingError> {
    let reader = workspace.reader()?;
    let at = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let mark = Mark { by: workspace.actor().to_owned(), at };
    let mut made = Vec::new();
    for (key, changes) in changes {
        let standing = map(reader.conn(), key).map_err(|e| MappingError::from(e).at(&reader))?;
        let (before, onto) = match standing {
            Some(standing) => (standing.map, Onto::Version(standing.version)),
            None => (edit::new_map(key), Onto::Version(None)),
        };
        made.push((edit::apply(&before, changes, &mark)?, onto));
    }
    drop(reader);
    save(workspace, &made, comment)
}
