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

/// Saves an entity as a new version; undo takes it back.
///
/// # Errors
/// If the entity does not hold together, somebody saved another version since `onto`, or the workspace cannot be written.
pub fn save(workspace: &Workspace, entity: &Entity, onto: Onto, comment: &str) -> Result<Saved, ModelError> {
    store::save(workspace, entity, onto, comment)
}

/// Takes an entity out of the model (the model is cut down); undo brings it back.
///
/// # Errors
/// If a map feeds it, there is none of that name, or the workspace cannot be written.
pub fn remove(workspace: &Workspace, name: &str, comment: &str) -> Result<(), ModelError> {
    store::remove(workspace, name, comment)
}

/// Says of the version that stands: reviewed, approved or refused. Approval is refused where the grain is empty or says
/// *customer*, or the lint finds what must not be.
///
/// # Errors
/// If it cannot be approved, each reason a sentence; or the workspace cannot be written.
pub fn review(workspace: &Workspace, name: &str, verdict: Verdict, comment: &str) -> Result<(), ModelError> {
    store::review(workspace, name, verdict, comment)
}
