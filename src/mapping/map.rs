//! The map of one object to one entity, as a document.

use crate::definitions::{Document, Fault, VersionNumber};
use crate::model::Missing;

use super::rule::Rule;

/// Which object's fields become which entity's.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
pub struct MapKey {
    pub source: String,
    pub object: String,
    pub entity: String,
}

impl MapKey {
    /// Its name in the store of definitions: `Salesforce/Contact → person`.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}/{} → {}", self.source, self.object, self.entity)
    }
}

/// How an object's fields become an entity's fields.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct ObjectMap {
    pub key: MapKey,
    /// Rows that feed the entity, as a scalar expression over the row's columns; empty: all.
    pub only_where: String,
    /// What the rows that are left out are excluded for: `test data`.
    pub otherwise_excluded: String,
    /// Who answers for it.
    pub owner: String,
    /// The business process that the data set supports.
    pub process: String,
    /// How duplicates of this object are treated, in words, for the mapping document.
    pub deduplication: String,
    /// What must hold after the load, in words, for the mapping document.
    pub validation: String,
    pub fields: Vec<FieldRule>,
    /// Columns that no rule of this map reads on purpose.
    pub columns: Vec<ColumnDecision>,
}

/// How one field of the entity gets its value.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct FieldRule {
    /// The entity's field.
    pub field: String,
    /// Columns of the object that the rule reads, by name, in the order that the rule wants.
    pub from: Vec<String>,
    pub rule: Rule,
    /// Overrules the field's own policy.
    pub missing: Option<Missing>,
    /// Who wrote this rule as it is, and when (RFC 3339 UTC).
    pub written: Mark,
    pub comments: Vec<Comment>,
    /// A review is of exactly this rule: changing the rule takes both away.
    pub technical: Option<Said>,
    pub business: Option<Said>,
}

/// What becomes of a column that no rule reads.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct ColumnDecision {
    pub column: String,
    /// `true`: kept readable, outside the entity; `false`: dropped.
    pub archived: bool,
    /// Archived to: `field`, `note`, `document`, `historical table`, `read-only record`.
    pub archive_as: String,
    /// Why; never empty.
    pub reason: String,
    pub written: Mark,
    pub comments: Vec<Comment>,
    pub technical: Option<Said>,
    pub business: Option<Said>,
}

/// Who, and when.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Mark {
    pub by: String,
    /// RFC 3339 UTC.
    pub at: String,
}

/// What a person said of a rule; stays when the rule changes.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Comment {
    pub by: String,
    pub at: String,
    pub text: String,
}

/// A review of one rule as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Said {
    pub by: String,
    pub at: String,
    /// The first 12 digits of the SHA-256 of the rule that was reviewed ([`FieldRule::fingerprint`]): a review of another
    /// text counts for nothing.
    pub of: String,
}

/// A map as it stands.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct StandingMap {
    pub map: ObjectMap,
    pub version: Option<VersionNumber>,
    pub author: String,
    pub at: String,
    /// SHA-256 of the document.
    pub hash: String,
}

/// What became of a source field, over all maps of its object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Disposition {
    Copied,
    Renamed,
    Converted,
    Split,
    Merged,
    Derived,
    LookedUp,
    Archived,
    Dropped,
}

impl FieldRule {
    /// What a review is of: field, columns, rule and policy, without who and when.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        String::new()
    }
}

impl ColumnDecision {
    /// As [`FieldRule::fingerprint`].
    #[must_use]
    pub fn fingerprint(&self) -> String {
        String::new()
    }
}

impl Document for ObjectMap {
    const KIND: &'static str = super::KIND;

    fn parse(_text: &str) -> Result<Self, Vec<Fault>> {
        Err(Vec::new())
    }

    fn to_toml(&self) -> String {
        String::new()
    }
}
