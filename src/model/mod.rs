//! The target model: what the records are moved into. Each entity is a definition of its own (kind `entity`) that says what
//! one row is; with them stand the answers to the operating questions, the systems that are the source of truth, the list
//! of approved users, and the environment that takes the data. `entity` is the document, `shipped` the model that Cutover
//! comes with, `register` reads a target's own description, `lint` says what is vague, `keys` gives durable keys, `store`
//! holds the SQL.

pub mod entity;
mod entries;
pub mod error;
pub mod keys;
pub mod lint;
pub mod questions;
pub mod register;
pub mod shipped;
mod store;
pub mod truth;
pub mod users;

pub use entity::{
    Allowed, Case, Entity, EntityKind, Field, FieldType, Grain, Missing, MissingPolicy, Relationship, RoleInGrain,
    Target,
};
pub use error::ModelError;

use rusqlite::Connection;

use crate::definitions::{Onto, Review, Saved, Verdict, VersionNumber};
use crate::workspace::Workspace;

/// The kind of entities in the store of definitions.
pub const KIND: &str = "entity";

/// An entity as it stands.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Standing {
    pub entity: Entity,
    /// The version that stands; `None`: it comes with Cutover and nobody has changed it.
    pub version: Option<VersionNumber>,
    pub author: String,
    /// RFC 3339 UTC; empty where there is no version.
    pub at: String,
    pub reviews: Vec<Review>,
}

impl Standing {
    /// It is what Cutover comes with, also where a version of it was made so that somebody could speak of it and nothing of
    /// what was said is left.
    #[must_use]
    pub fn is_as_shipped(&self) -> bool {
        self.version.is_none() || (self.reviews.is_empty() && shipped::entity(&self.entity.name) == Some(&self.entity))
    }

    /// Who approved this version, if nobody refused it since.
    #[must_use]
    pub fn approved(&self) -> Option<&Review> {
        let last = self.reviews.iter().rev().find(|review| review.verdict != Verdict::Reviewed);
        last.filter(|review| review.verdict == Verdict::Approved)
    }
}

/// The entities of the workspace's model, in their order. A workspace in which nobody decided anything yet has the shipped
/// model, whole.
///
/// # Errors
/// If the database cannot be read.
pub fn entities(conn: &Connection) -> rusqlite::Result<Vec<Standing>> {
    store::entities(conn)
}

/// One entity by its name.
///
/// # Errors
/// If the database cannot be read.
pub fn entity(conn: &Connection, name: &str) -> rusqlite::Result<Option<Standing>> {
    Ok(entities(conn)?.into_iter().find(|standing| standing.entity.name == name))
}

/// What was taken out of the model, in the same order: each stands with the version that took it out.
///
/// # Errors
/// If the database cannot be read.
pub fn removed(conn: &Connection) -> rusqlite::Result<Vec<Standing>> {
    let mut all = store::all(conn)?;
    all.retain(|standing| standing.entity.removed);
    Ok(all)
}

/// The name of an entity, in the model or taken out of it, as somebody may type it: whatever its case, with spaces.
///
/// # Errors
/// If the database cannot be read.
pub fn find_name(conn: &Connection, typed: &str) -> rusqlite::Result<Option<String>> {
    let wanted = typed.trim().to_lowercase().replace([' ', '-'], "_");
    let mut names: Vec<String> = store::all(conn)?.into_iter().map(|standing| standing.entity.name).collect();
    // One whose first version was undone has a history all the same.
    if !names.contains(&wanted) && !crate::definitions::history(conn, KIND, &wanted)?.is_empty() {
        names.push(wanted.clone());
    }
    Ok(names.into_iter().find(|name| *name == wanted))
}

/// Saves an entity as a new version; undo takes it back.
///
/// # Errors
/// If the entity does not hold together, somebody saved another version since `onto`, or the workspace cannot be written.
pub fn save(workspace: &Workspace, entity: &Entity, onto: Onto, comment: &str) -> Result<Saved, ModelError> {
    store::save(workspace, entity, onto, comment)
}

/// Saves a whole document, as a person wrote it.
///
/// # Errors
/// If it has faults (each with its line) or is of another entity, somebody saved another version since `onto`, or the
/// workspace cannot be written.
pub fn save_document(
    workspace: &Workspace,
    name: &str,
    text: &str,
    onto: Onto,
    comment: &str,
) -> Result<Saved, ModelError> {
    store::save_document(workspace, name, text, onto, comment)
}

/// Takes an entity out of the model (the model is cut down); undo brings it back.
///
/// # Errors
/// If a map feeds it, there is none of that name, or the workspace cannot be written.
pub fn remove(workspace: &Workspace, name: &str, comment: &str) -> Result<(), ModelError> {
    store::remove(workspace, &[name.to_owned()], comment)
}

/// Takes several out of the model in one commit: one undo brings all of them back.
///
/// # Errors
/// As [`remove`], for any of them; then none is taken out.
pub fn remove_all(workspace: &Workspace, names: &[String], comment: &str) -> Result<(), ModelError> {
    store::remove(workspace, names, comment)
}

/// What came of a whole model, by name.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Imported {
    pub saved: Vec<String>,
    /// They stood as they were.
    pub same: Vec<String>,
    pub removed: Vec<String>,
}

/// Saves a whole model in one commit: one undo takes all of it back. With `only`, what is not in it is taken out.
///
/// # Errors
/// If an entity does not hold together, a map feeds what would be taken out, or the workspace cannot be written; then nothing
/// is saved.
pub fn import(workspace: &Workspace, entities: &[Entity], only: bool, comment: &str) -> Result<Imported, ModelError> {
    store::import(workspace, entities, only, comment)
}

/// What no map joins.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Unmapped {
    /// Entities that no object feeds, in the order of the model.
    pub entities: Vec<String>,
    /// `source/object` of the systems that are left, in the order of the inventory.
    pub objects: Vec<String>,
}

/// Entities that nothing feeds, and loaded objects that feed no entity.
///
/// # Errors
/// If the database cannot be read.
pub fn unmapped(conn: &Connection) -> rusqlite::Result<Unmapped> {
    store::unmapped(conn)
}

/// Says of the version that stands: reviewed, approved or refused. Approval is refused where the grain is empty or says
/// *customer*, or the lint finds what must not be.
///
/// # Errors
/// If it cannot be approved, each reason a sentence; or the workspace cannot be written.
pub fn review(workspace: &Workspace, name: &str, verdict: Verdict, comment: &str) -> Result<(), ModelError> {
    store::review(workspace, name, verdict, comment)
}

/// Brings an entity back: the version named, else the last one that was in the model, else what Cutover comes with. The
/// version that stands then; `None`: what Cutover comes with.
///
/// # Errors
/// If it is in the model already, there is no such entity or version, or the workspace cannot be written.
pub fn restore(
    workspace: &Workspace,
    name: &str,
    version: Option<VersionNumber>,
    comment: &str,
) -> Result<Option<VersionNumber>, ModelError> {
    store::restore(workspace, name, version, comment)
}

/// Lets the entity that Cutover comes with stand again; the versions that people saved stay in its history.
///
/// # Errors
/// If Cutover comes with none of that name, it stands already, or the workspace cannot be written.
pub fn restore_shipped(workspace: &Workspace, name: &str, comment: &str) -> Result<(), ModelError> {
    store::restore_shipped(workspace, name, comment)
}

/// Why an entity cannot be approved, each reason a sentence; empty: it can.
#[must_use]
pub fn against_approval(standing: &Standing, model: &[Standing]) -> Vec<String> {
    store::against_approval(standing, model)
}

/// Writes down a case that does not fit the grain, with records that show it: a real-world customer with several records
/// (`several`), or a record that several people share. Records are named by record key, or by a native ID that one record
/// alone has. The same case again gets the further records.
///
/// # Errors
/// If a record is not there or its name means several (all are listed), or the workspace cannot be written.
pub fn add_case(
    workspace: &Workspace,
    name: &str,
    several: bool,
    what: &str,
    records: &[String],
) -> Result<Saved, ModelError> {
    store::add_case(workspace, name, several, what, records)
}

#[cfg(test)]
mod tests;
