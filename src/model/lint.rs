//! What is vague in a model: tables without a grain, with two, without a purpose, with a name that says nothing.

use super::Entity;

/// Something to look at.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Remark {
    /// `vague_name`, `no_grain`, `two_grains`, `says_customer`, `no_purpose`, `no_key`, `no_owner`, `unknown_reference`,
    /// `derived_too_soon`, …
    pub kind: &'static str,
    pub entity: String,
    pub field: Option<String>,
    /// Approval waits for it.
    pub blocks: bool,
    /// A sentence, with what would be better.
    pub message: String,
}

/// Looks at a model, in the order of its entities.
#[must_use]
pub fn lint(_model: &[Entity]) -> Vec<Remark> {
    Vec::new()
}
