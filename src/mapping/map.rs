//! The map of one object to one entity, as a document. `read` reads it with everything that is wrong in it, `write` writes
//! it, `words` holds the keys and words that it knows.

pub(super) mod read;
#[cfg(test)]
pub(super) mod tests;
pub(super) mod words;
pub(super) mod write;

use sha2::{Digest, Sha256};

pub use words::RULES as RULE_WORDS;

use crate::definitions::{Document, Fault, Places, VersionNumber, document};
use crate::model::Missing;
use crate::workspace::audit;

use super::rule::{Rule, ValueRow};

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
    /// What a review is of: field, columns, rule and policy, without who, when and the notes of values.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let bare =
            |row: &ValueRow| ValueRow { by: String::new(), at: String::new(), note: String::new(), ..row.clone() };
        let rule = match &self.rule {
            Rule::ValueMap { rows, otherwise, separator, folded } => Rule::ValueMap {
                rows: rows.iter().map(bare).collect(),
                otherwise: otherwise.as_ref().map(bare),
                separator: separator.clone(),
                folded: *folded,
            },
            other => other.clone(),
        };
        digest(&(&self.field, &self.from, rule, &self.missing))
    }

    /// Both reviews are of this very rule.
    #[must_use]
    pub fn is_approved(&self) -> bool {
        self.technical.is_some() && self.business.is_some()
    }

    /// A policy that a map states for the field, else the field's own.
    #[must_use]
    pub fn policy<'a>(&'a self, field: &'a crate::model::Field) -> &'a Missing {
        self.missing.as_ref().unwrap_or(&field.missing)
    }
}

impl ColumnDecision {
    /// As [`FieldRule::fingerprint`].
    #[must_use]
    pub fn fingerprint(&self) -> String {
        digest(&(&self.column, self.archived, &self.archive_as, &self.reason))
    }
}

/// The first 12 digits of the SHA-256 of something as JSON.
fn digest(of: &impl serde::Serialize) -> String {
    // Texts, numbers and lists of them are always JSON.
    let text = serde_json::to_string(of).unwrap_or_default();
    let mut digits = audit::hex(&Sha256::digest(text.as_bytes()));
    digits.truncate(12);
    digits
}

impl ObjectMap {
    /// The rule of a field.
    #[must_use]
    pub fn rule_of(&self, field: &str) -> Option<&FieldRule> {
        self.fields.iter().find(|rule| rule.field == field)
    }

    /// The decision on a column.
    #[must_use]
    pub fn decision_on(&self, column: &str) -> Option<&ColumnDecision> {
        self.columns.iter().find(|decision| decision.column == column)
    }

    /// Reads what can be read of a document that is stored already, perhaps by another version of this program.
    pub(super) fn read_leniently(text: &str) -> Self {
        let table = toml::from_str(text.strip_prefix('\u{FEFF}').unwrap_or(text)).unwrap_or_default();
        read::Reader::new(&table, &Places::default(), &mut Vec::new()).map().with_true_reviews()
    }

    /// Without the reviews that are of another text than the rule that stands here.
    #[must_use]
    pub fn with_true_reviews(mut self) -> Self {
        for rule in &mut self.fields {
            let of = rule.fingerprint();
            keep_true(&of, &mut rule.technical, &mut rule.business);
        }
        for decision in &mut self.columns {
            let of = decision.fingerprint();
            keep_true(&of, &mut decision.technical, &mut decision.business);
        }
        self
    }
}

fn keep_true(of: &str, technical: &mut Option<Said>, business: &mut Option<Said>) {
    for said in [technical, business] {
        if said.as_ref().is_some_and(|said| said.of != of) {
            *said = None;
        }
    }
}

impl Document for ObjectMap {
    const KIND: &'static str = super::KIND;

    fn parse(text: &str) -> Result<Self, Vec<Fault>> {
        let (table, places) = document::read_toml(text).map_err(|fault| vec![fault])?;
        let mut faults = Vec::new();
        let map = read::Reader::new(&table, &places, &mut faults).map();
        faults.sort_by_key(|fault| fault.place);
        if faults.is_empty() { Ok(map) } else { Err(faults) }
    }

    fn to_toml(&self) -> String {
        write::map(self)
    }
}
