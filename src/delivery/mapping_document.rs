//! The mapping document for the business owner: source field, example, target field, example, rule, default, required,
//! dropped and why, owner, reviews, value maps, deduplication, validation. One content, written as Markdown and as XLSX.

use rusqlite::Connection;

use crate::mapping::MappingError;

/// The document, before it is written in a format.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MappingDocument {}

/// Gathers it: for everything, or for one source or object (`Salesforce`, `Salesforce.Contact`).
///
/// # Errors
/// If the database cannot be read, or nothing is called so.
pub fn gather(_conn: &Connection, _of: Option<&str>) -> Result<MappingDocument, MappingError> {
    Ok(MappingDocument::default())
}
