//! Changes to maps, as pure functions: a map in, a map out, with who did it and when. Whoever changes a rule takes its
//! reviews away. `line` reads and writes a rule as people type it, `token` takes such a line apart.

mod line;
#[cfg(test)]
mod tests;
mod token;

use std::collections::HashMap;

use super::map::read::fitting_columns;
use super::map::words;
use super::{
    ColumnDecision, Comment, FieldRule, MapKey, MappingError, Mark, ObjectMap, Rule, Said, ValueRow, ValueTarget,
};
use crate::model::Missing;
use crate::values::shown::Shown;

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
pub fn apply(map: &ObjectMap, changes: &[Change], mark: &Mark) -> Result<ObjectMap, MappingError> {
    let mut map = map.clone();
    for change in changes {
        make(&mut map, change, mark)?;
    }
    Ok(map)
}

/// Reads a rule as it is typed: `copy LastName`, `constant "EUR"`, `date Since day-first`, `phone Phone country PL`,
/// `join FirstName, LastName with " "`, `= upper(trim(LastName))`. The shape that [`written`] writes.
///
/// # Errors
/// What is wrong, with its place ([`MappingError::Expression`]'s `at`) and what would be right.
pub fn read_rule(text: &str) -> Result<(Vec<String>, Rule), MappingError> {
    line::read(text)
}

/// A rule as a person would type it, columns included: `phone Phone country from MailingCountry`. What stands in it reads
/// back as the same rule; who decided on a value, when, and notes do not stand in it.
#[must_use]
pub fn written(rule: &FieldRule) -> String {
    line::written_field(rule)
}

fn refused(message: String, hint: &str) -> MappingError {
    MappingError::Refused { message, hint: hint.to_owned() }
}

fn make(map: &mut ObjectMap, change: &Change, mark: &Mark) -> Result<(), MappingError> {
    match change {
        Change::Set { field, from, rule } => set(map, field, from, rule, mark),
        Change::Missing { field, missing } => {
            let rule = rule_mut(map, field)?;
            if rule.missing != *missing {
                rule.missing.clone_from(missing);
                touched(rule, mark);
            }
            Ok(())
        }
        Change::Clear { field } => {
            rule_mut(map, field)?;
            map.fields.retain(|rule| rule.field != *field);
            Ok(())
        }
        Change::Drop { column, reason } => decide(map, column, None, reason, mark),
        Change::Archive { column, archive_as, reason } => {
            if !words::ARCHIVES.contains(&archive_as.as_str()) {
                let message = words::not_known("way to archive", archive_as, words::ARCHIVES.iter().copied());
                return Err(refused(sentence(&message), "Nothing was changed."));
            }
            decide(map, column, Some(archive_as), reason, mark)
        }
        Change::Reopen { column } => {
            decision_mut(map, column)?;
            map.columns.retain(|decision| decision.column != *column);
            Ok(())
        }
        Change::Values { field, rows } => map_values(map, field, rows, mark),
        Change::ForgetValues { field, rows } => forget_values(map, field, rows, mark),
        Change::Otherwise { field, to } => otherwise(map, field, to.as_ref(), mark),
        Change::OnlyWhere { sql, otherwise_excluded } => {
            if !sql.trim().is_empty() && otherwise_excluded.trim().is_empty() {
                let hint = "For example: test data.";
                return Err(refused("What are the records that are left out excluded for?".to_owned(), hint));
            }
            sql.trim().clone_into(&mut map.only_where);
            let reason = if map.only_where.is_empty() { "" } else { otherwise_excluded.trim() };
            reason.clone_into(&mut map.otherwise_excluded);
            Ok(())
        }
        Change::Comment { field, column, text } => {
            if text.trim().is_empty() {
                return Err(refused("A comment says something.".to_owned(), "Nothing was changed."));
            }
            let comment = Comment { by: mark.by.clone(), at: mark.at.clone(), text: text.clone() };
            match (field, column) {
                (Some(field), None) => rule_mut(map, field)?.comments.push(comment),
                (None, Some(column)) => decision_mut(map, column)?.comments.push(comment),
                _ => return Err(one_of_both()),
            }
            Ok(())
        }
        Change::Review { field, column, business, said } => {
            let (of, technical, in_business) = match (field, column) {
                (Some(field), None) => {
                    let rule = rule_mut(map, field)?;
                    (rule.fingerprint(), &mut rule.technical, &mut rule.business)
                }
                (None, Some(column)) => {
                    let decision = decision_mut(map, column)?;
                    (decision.fingerprint(), &mut decision.technical, &mut decision.business)
                }
                _ => return Err(one_of_both()),
            };
            let slot = if *business { in_business } else { technical };
            *slot = said.then(|| Said { by: mark.by.clone(), at: mark.at.clone(), of });
            Ok(())
        }
        Change::About { key, text } => {
            let slot = match key.as_str() {
                "owner" => &mut map.owner,
                "process" => &mut map.process,
                "deduplication" => &mut map.deduplication,
                "validation" => &mut map.validation,
                other => {
                    let known = ["owner", "process", "deduplication", "validation"];
                    return Err(refused(sentence(&words::not_known("key", other, known)), "Nothing was changed."));
                }
            };
            text.trim().clone_into(slot);
            Ok(())
        }
    }
}

fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let first: String = chars.next().map(|c| c.to_uppercase().collect()).unwrap_or_default();
    format!("{first}{}.", chars.as_str())
}

fn one_of_both() -> MappingError {
    refused("Either a field or a column is meant.".to_owned(), "Name one of them.")
}

fn rule_mut<'a>(map: &'a mut ObjectMap, field: &str) -> Result<&'a mut FieldRule, MappingError> {
    let found = map.fields.iter_mut().find(|rule| rule.field == field);
    found.ok_or_else(|| {
        refused(format!("{} has no rule yet. Nothing was changed.", Shown::of(field)), "Give it a rule first.")
    })
}

fn decision_mut<'a>(map: &'a mut ObjectMap, column: &str) -> Result<&'a mut ColumnDecision, MappingError> {
    let found = map.columns.iter_mut().find(|decision| decision.column == column);
    found.ok_or_else(|| {
        let message = format!("Nothing was decided on {}. Nothing was changed.", Shown::of(column));
        refused(message, "Drop it, archive it, or map it first.")
    })
}

/// A rule is another one now: it is of whoever changed it, and nobody reviewed it.
fn touched(rule: &mut FieldRule, mark: &Mark) {
    rule.written = mark.clone();
    rule.technical = None;
    rule.business = None;
}

fn set(map: &mut ObjectMap, field: &str, from: &[String], rule: &Rule, mark: &Mark) -> Result<(), MappingError> {
    if let Err(message) = fitting_columns(rule.word(), from) {
        return Err(refused(sentence(&message), "Nothing was changed."));
    }
    let mut rule = rule.clone();
    let known = map.fields.iter_mut().find(|known| known.field == field);
    if let Some(known) = &known {
        keep_values(&mut rule, &known.rule, known.from == from, mark);
    } else {
        keep_values(&mut rule, &Rule::Copy, false, mark);
    }
    // A column that a rule reads is not dropped any more.
    map.columns.retain(|decision| !from.contains(&decision.column));
    match known {
        Some(known) if known.rule == rule && known.from == from => {}
        Some(known) => {
            known.rule = rule;
            known.from = from.to_vec();
            touched(known, mark);
        }
        None => map.fields.push(FieldRule {
            field: field.to_owned(),
            from: from.to_vec(),
            rule,
            written: mark.clone(),
            ..FieldRule::default()
        }),
    }
    Ok(())
}

/// Values that a new rule maps as the one before did keep who decided them; a value map over the same column that is
/// given without values keeps those that are there, so that its other settings can be changed by themselves.
fn keep_values(rule: &mut Rule, before: &Rule, same_columns: bool, mark: &Mark) {
    let Rule::ValueMap { rows, otherwise, .. } = rule else { return };
    let (old, old_otherwise) = match before {
        Rule::ValueMap { rows, otherwise, .. } => (rows.as_slice(), otherwise.as_ref()),
        _ => (&[] as &[ValueRow], None),
    };
    if same_columns && rows.is_empty() && otherwise.is_none() {
        *rows = old.to_vec();
        *otherwise = old_otherwise.cloned();
    }
    let known: HashMap<(&str, &str), &ValueRow> =
        old.iter().map(|row| ((row.value.as_str(), row.only_where.as_str()), row)).collect();
    for row in rows.iter_mut().filter(|row| row.by.is_empty()) {
        match known.get(&(row.value.as_str(), row.only_where.as_str())).filter(|old| old.to == row.to) {
            Some(old) => *row = (*old).clone(),
            None => mark_row(row, mark),
        }
    }
    if let Some(row) = otherwise.as_mut().filter(|row| row.by.is_empty()) {
        match old_otherwise.filter(|old| old.to == row.to) {
            Some(old) => *row = old.clone(),
            None => mark_row(row, mark),
        }
    }
}

fn mark_row(row: &mut ValueRow, mark: &Mark) {
    row.by.clone_from(&mark.by);
    row.at.clone_from(&mark.at);
}

fn decide(
    map: &mut ObjectMap,
    column: &str,
    archive_as: Option<&String>,
    reason: &str,
    mark: &Mark,
) -> Result<(), MappingError> {
    let name = Shown::of(column);
    if reason.trim().is_empty() {
        let hint = "For example: never filled; no process uses it.";
        return Err(refused(format!("Why is {name} not carried over? Nothing was changed."), hint));
    }
    if let Some(rule) = map.fields.iter().find(|rule| rule.from.iter().any(|read| read == column)) {
        let message = format!("{name} is read by the rule of {}. Nothing was changed.", Shown::of(&rule.field));
        return Err(refused(message, "Take that rule out first."));
    }
    let decided = ColumnDecision {
        column: column.to_owned(),
        archived: archive_as.is_some(),
        archive_as: archive_as.cloned().unwrap_or_default(),
        reason: reason.trim().to_owned(),
        written: mark.clone(),
        ..ColumnDecision::default()
    };
    match map.columns.iter_mut().find(|known| known.column == column) {
        Some(known) if known.fingerprint() == decided.fingerprint() => {}
        Some(known) => *known = ColumnDecision { comments: std::mem::take(&mut known.comments), ..decided },
        None => map.columns.push(decided),
    }
    Ok(())
}

/// The rows and the default of a field's value map.
fn value_map<'a>(rule: &'a mut FieldRule, field: &str) -> Result<(&'a mut Vec<ValueRow>, bool), MappingError> {
    match &mut rule.rule {
        Rule::ValueMap { rows, folded, .. } => Ok((rows, *folded)),
        _ => {
            let message = format!("The rule of {} is no value map. Nothing was changed.", Shown::of(field));
            Err(refused(message, "Write a value map for it first: value map COLUMN."))
        }
    }
}

fn map_values(
    map: &mut ObjectMap,
    field: &str,
    changes: &[(String, String, ValueTarget)],
    mark: &Mark,
) -> Result<(), MappingError> {
    let rule = rule_mut(map, field)?;
    if rule.rule == Rule::Copy {
        rule.rule = Rule::ValueMap { rows: Vec::new(), otherwise: None, separator: String::new(), folded: false };
    }
    let (rows, folded) = value_map(rule, field)?;
    let before = rows.clone();
    let key = |value: &str| super::values::lookup::key(value, folded);
    let numbered = |rows: &[ValueRow]| -> HashMap<(String, String), usize> {
        // Of rows that are the same, the first counts.
        rows.iter().enumerate().rev().map(|(at, row)| ((key(&row.value), row.only_where.clone()), at)).collect()
    };
    let mut places = numbered(rows);
    for (value, only_where, to) in changes {
        if let ValueTarget::Excluded(reason) = to
            && reason.trim().is_empty()
        {
            let message = format!("Why is “{}” excluded? Nothing was changed.", Shown::of(value));
            return Err(refused(message, "For example: test data."));
        }
        let here = (key(value), only_where.clone());
        if let Some(row) = places.get(&here).and_then(|at| rows.get_mut(*at)) {
            if row.to != *to {
                row.to = to.clone();
                mark_row(row, mark);
            }
            continue;
        }
        let (by, at) = (mark.by.clone(), mark.at.clone());
        let (value, only_where) = (value.clone(), only_where.clone());
        let row = ValueRow { value, only_where, to: to.clone(), by, at, note: String::new() };
        // The first row that holds counts: one with a condition stands before the one without.
        match places.get(&(here.0.clone(), String::new())).copied() {
            Some(general) if !row.only_where.is_empty() => {
                rows.insert(general, row);
                places = numbered(rows);
            }
            _ => {
                places.insert(here, rows.len());
                rows.push(row);
            }
        }
    }
    if *rows != before {
        touched(rule, mark);
    }
    Ok(())
}

fn forget_values(map: &mut ObjectMap, field: &str, gone: &[(String, String)], mark: &Mark) -> Result<(), MappingError> {
    let rule = rule_mut(map, field)?;
    let (rows, _) = value_map(rule, field)?;
    for (value, only_where) in gone {
        let at = rows.iter().position(|row| row.value == *value && row.only_where == *only_where).ok_or_else(|| {
            let message =
                format!("“{}” is not in the value map of {}. Nothing was changed.", Shown::of(value), Shown::of(field));
            refused(message, "The map lists its values.")
        })?;
        rows.remove(at);
    }
    if !gone.is_empty() {
        touched(rule, mark);
    }
    Ok(())
}

fn otherwise(map: &mut ObjectMap, field: &str, to: Option<&ValueTarget>, mark: &Mark) -> Result<(), MappingError> {
    let rule = rule_mut(map, field)?;
    value_map(rule, field)?;
    let Rule::ValueMap { otherwise, .. } = &mut rule.rule else { return Ok(()) };
    if otherwise.as_ref().map(|row| &row.to) == to {
        return Ok(());
    }
    *otherwise =
        to.map(|to| ValueRow { to: to.clone(), by: mark.by.clone(), at: mark.at.clone(), ..ValueRow::default() });
    touched(rule, mark);
    Ok(())
}
