//! The table of a value map: every distinct source value with its records and what every value map over its column makes
//! of it.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::Connection;

use super::counts::{self, ColumnCounts, ValueCount};
use super::lookup::{Lookup, Standing};
use super::{Decided, ValueLine, ValueTable};
use crate::job::Job;
use crate::mapping::suggest::{self, ValueSuggestion};
use crate::mapping::{MapKey, MappingError, Rule, StandingMap, ValueRow, store};
use crate::model::{self, Entity};
use crate::sources::store::catalog;
use crate::values::shown::Shown;

/// Values that proposals are made for, those with most records: a column of a hundred thousand is no list of choices.
const MOST_SUGGESTED: usize = 2_000;

/// See [`super::table`].
pub fn table(conn: &Connection, key: &MapKey, column: &str, job: &Job) -> Result<ValueTable, MappingError> {
    let refused =
        |message: String| MappingError::Refused { message, hint: "`cutover sources` lists what is loaded.".to_owned() };
    let object = store::object_of(conn, key)?.ok_or_else(|| {
        refused(format!("No object {} of {} is loaded.", Shown::of(&key.object), Shown::of(&key.source)))
    })?;
    let columns = catalog::columns_of(conn, object.0)?;
    let position = columns.iter().find(|known| known.name == column).map(|known| known.position);
    let position =
        position.ok_or_else(|| refused(format!("{} has no column {}.", Shown::of(&key.object), Shown::of(column))))?;
    let counts = counts::of_column(conn, object, position, job)?;
    let map = store::map(conn, key)?.unwrap_or_default();
    let after = store::loads_after(conn, &map)?;
    let entity = model::entity(conn, &key.entity)?.map(|standing| standing.entity);
    Ok(lay_out(counts, &map, column, &after, entity.as_ref()))
}

/// Lays counts and a map out; pure.
pub(super) fn lay_out(
    counts: ColumnCounts,
    map: &StandingMap,
    column: &str,
    after: &BTreeSet<i64>,
    entity: Option<&Entity>,
) -> ValueTable {
    let rules: Vec<(&str, &Rule)> = map
        .map
        .fields
        .iter()
        .filter(|rule| {
            rule.from.first().is_some_and(|from| from == column) && matches!(rule.rule, Rule::ValueMap { .. })
        })
        .map(|rule| (rule.field.as_str(), &rule.rule))
        .collect();
    let separator = rules.iter().find_map(|(_, rule)| match rule {
        Rule::ValueMap { separator, .. } if !separator.is_empty() => Some(separator.as_str()),
        _ => None,
    });
    let counts = counts.parted(separator.unwrap_or_default());
    let lookups: Vec<Lookup<'_>> = rules.iter().map(|(_, rule)| Lookup::of(rule)).collect();
    let empty = (counts.empty > 0).then(|| ValueCount { records: counts.empty, ..ValueCount::default() });
    let mut values: Vec<&ValueCount> = counts.values.iter().chain(&empty).collect();
    values.sort_by(|a, b| b.records.cmp(&a.records).then_with(|| a.value.cmp(&b.value)));
    let mut rows: Vec<ValueLine> = values
        .into_iter()
        .map(|counted| ValueLine {
            value: counted.value.clone(),
            records: counted.records,
            to: lookups
                .iter()
                .map(|lookup| {
                    decided(lookup, &counted.value).map(|(row, by_default)| Decided {
                        to: row.to.clone(),
                        only_where: row.only_where.clone(),
                        by: row.by.clone(),
                        at: row.at.clone(),
                        by_default,
                    })
                })
                .collect(),
            suggested: vec![None; rules.len()],
            is_new: after.contains(&counted.first_load),
        })
        .collect();
    if let Some(entity) = entity {
        for (at, (field, _)) in rules.iter().enumerate() {
            suggest_for(entity, field, at, &mut rows);
        }
    }
    ValueTable {
        fields: rules.iter().map(|(field, _)| (*field).to_owned()).collect(),
        rows,
        records: counts.records,
        distinct: counts.distinct,
    }
}

/// The row that decides on a value, and whether it is the default.
fn decided<'a>(lookup: &Lookup<'a>, value: &str) -> Option<(&'a ValueRow, bool)> {
    match lookup.of_value(value) {
        Standing::Undecided => None,
        Standing::Always(row) | Standing::Perhaps(row) => Some((row, false)),
        Standing::ByDefault(row) => Some((row, true)),
    }
}

/// Puts what is proposed beside what is not decided.
fn suggest_for(entity: &Entity, field: &str, at: usize, rows: &mut [ValueLine]) {
    let open: Vec<(String, u64)> = rows
        .iter()
        .filter(|row| row.to.get(at).is_some_and(Option::is_none))
        .map(|row| (row.value.clone(), row.records))
        .take(MOST_SUGGESTED)
        .collect();
    if open.is_empty() {
        return;
    }
    let mut proposed: BTreeMap<String, ValueSuggestion> = suggest::values(entity, field, &open)
        .into_iter()
        .map(|suggestion| (suggestion.value.clone(), suggestion))
        .collect();
    for row in rows.iter_mut().filter(|row| row.to.get(at).is_some_and(Option::is_none)) {
        if let Some(slot) = row.suggested.get_mut(at) {
            *slot = proposed.remove(&row.value);
        }
    }
}
