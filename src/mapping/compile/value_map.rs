//! A value map as SQL: a CASE while it is short, a list of its own that the SELECT joins where it is long. What a value is
//! compared with is the key that `values::lookup` gives it, so that counts and the SELECT say the same. Maps that part their
//! values are a value function.

use std::collections::BTreeSet;

use super::text::{is_filled, sql_text, trimmed};
use crate::mapping::rule::{ValueRow, ValueTarget};
use crate::mapping::values::lookup;

/// Rows that a CASE may have; longer maps are joined.
const SHORT: usize = 24;

/// A value map in SQL.
#[derive(Debug, Default)]
pub struct MapSql {
    pub value: String,
    /// NULL where the value has a target.
    pub fault: Option<String>,
    /// The reason for which the record is left out, or NULL.
    pub excluded: Option<String>,
    /// Rows of the list to join, `(value, becomes, leaves out)`, and what they are compared with.
    pub list: Option<(Vec<String>, String)>,
}

/// One value, or one with a condition.
struct Arm<'a> {
    key: String,
    only_where: Option<String>,
    to: &'a ValueTarget,
}

/// What values are compared by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Compared {
    /// As the source writes them.
    Exactly,
    /// Without case and outer white space, where SQLite's own `lower` is enough.
    Folded,
    /// The same by a value function, whose outcome this is.
    FoldedBy(String),
}

impl Compared {
    /// The value of a column as it is compared; NULL or anything where it is empty, `''` if `for_empty`.
    fn sql(&self, column: &str, for_empty: bool) -> String {
        match (self, for_empty) {
            (Self::Exactly, false) => column.to_owned(),
            (Self::Exactly, true) => format!("CASE WHEN {} THEN {column} ELSE '' END", is_filled(column)),
            (Self::Folded, false) => format!("lower({})", trimmed(column)),
            (Self::Folded, true) => format!("lower({})", trimmed(&format!("coalesce({column}, '')"))),
            (Self::FoldedBy(output), false) => output.clone(),
            (Self::FoldedBy(output), true) => format!("coalesce({output}, '')"),
        }
    }
}

/// Whether SQLite's `lower`, which knows plain letters only, compares the values of these rows as they are to be.
pub fn is_plain(rows: &[ValueRow]) -> bool {
    rows.iter().all(|row| row.value.is_ascii() || row.value.trim().is_empty())
}

/// `conditions` are the rows' `only_where` in SQL, where they have one; `list` is the alias that a list of its own gets.
pub fn compile(
    column: &str,
    rows: &[ValueRow],
    conditions: &[Option<String>],
    otherwise: Option<&ValueRow>,
    compared: &Compared,
    list: &str,
) -> MapSql {
    let arms = arms(rows, conditions, *compared != Compared::Exactly);
    whole(column, &arms, otherwise.map(|row| &row.to), compared, list)
}

/// What a map that parts its values gives where a cell is empty: NULL, if no row says it.
pub fn of_empty(rows: &[ValueRow]) -> Option<String> {
    rows.iter().find(|row| row.value.trim().is_empty()).and_then(|row| value_of(&row.to))
}

const REASON: &str = "'no target for this value'";

/// Arms in their order, without those that a row before them shadows.
fn arms<'a>(rows: &'a [ValueRow], conditions: &[Option<String>], folded: bool) -> Vec<Arm<'a>> {
    let mut decided: BTreeSet<String> = BTreeSet::new();
    let mut arms = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        let only_where = conditions.get(at).cloned().flatten();
        let key = lookup::key(&row.value, folded);
        if decided.contains(&key) {
            continue;
        }
        if only_where.is_none() {
            decided.insert(key.clone());
        }
        arms.push(Arm { key, only_where, to: &row.to });
    }
    arms
}

fn value_of(to: &ValueTarget) -> Option<String> {
    match to {
        ValueTarget::Value(value) if !value.is_empty() => Some(sql_text(value)),
        _ => None,
    }
}

fn reason_of(to: &ValueTarget) -> Option<String> {
    match to {
        ValueTarget::Excluded(reason) if reason.trim().is_empty() => Some("'left out by a value map'".to_owned()),
        ValueTarget::Excluded(reason) => Some(sql_text(reason)),
        _ => None,
    }
}

/// `CASE x WHEN … END` over the arms, conditions first; `pick` says what an arm gives.
fn case(x: &str, arms: &[Arm<'_>], pick: impl Fn(&ValueTarget) -> Option<String>, rest: &str) -> String {
    let null = || "NULL".to_owned();
    let mut plain = String::new();
    for arm in arms.iter().filter(|arm| arm.only_where.is_none()) {
        let gives = pick(arm.to).unwrap_or_else(null);
        if gives == "NULL" && rest == "NULL" {
            continue;
        }
        plain.push_str(&format!("\n      WHEN {} THEN {gives}", sql_text(&arm.key)));
    }
    let plain = match (plain.is_empty(), rest) {
        (true, rest) => rest.to_owned(),
        (false, "NULL") => format!("CASE {x}{plain}\n    END"),
        (false, rest) => format!("CASE {x}{plain}\n      ELSE {rest}\n    END"),
    };
    let mut first = String::new();
    for arm in arms {
        let Some(condition) = &arm.only_where else { continue };
        first.push_str(&format!(
            "\n      WHEN {x} = {} AND {condition} THEN {}",
            sql_text(&arm.key),
            pick(arm.to).unwrap_or_else(null)
        ));
    }
    if first.is_empty() { plain } else { format!("CASE{first}\n      ELSE {plain}\n    END") }
}

fn whole(column: &str, arms: &[Arm<'_>], other: Option<&ValueTarget>, compared: &Compared, list: &str) -> MapSql {
    let for_empty = arms.iter().any(|arm| arm.key.is_empty());
    let x = compared.sql(column, for_empty);
    let filled = is_filled(column);
    let rest_value = other.and_then(value_of);
    let rest_reason = other.and_then(reason_of);
    // Where nothing is given, the deliberate default makes nothing of it.
    let when_filled = |rest: &Option<String>| {
        rest.as_ref().map_or("NULL".to_owned(), |rest| format!("CASE WHEN {filled} THEN {rest} END"))
    };
    let plain: Vec<&Arm<'_>> = arms.iter().filter(|arm| arm.only_where.is_none()).collect();
    let rows = plain.len();
    let mut sql = MapSql::default();
    let excludes = arms.iter().any(|arm| reason_of(arm.to).is_some()) || rest_reason.is_some();
    let none = |condition: &str| {
        let mut sql = format!("CASE WHEN {filled} AND {condition}");
        for arm in arms.iter().filter(|arm| arm.only_where.is_some() && value_of(arm.to).is_none()) {
            let condition = arm.only_where.as_deref().unwrap_or_default();
            sql.push_str(&format!(" AND ({x} = {} AND {condition}) IS NOT TRUE", sql_text(&arm.key)));
        }
        format!("{sql} THEN {REASON} END")
    };
    if rows > SHORT {
        let conditional: Vec<Arm<'_>> = arms
            .iter()
            .filter_map(|arm| {
                let only_where = Some(arm.only_where.clone()?);
                Some(Arm { key: arm.key.clone(), only_where, to: arm.to })
            })
            .collect();
        let of_list = |name: &str, rest: &Option<String>| match rest {
            None => format!("{list}.{name}"),
            Some(_) => format!("CASE WHEN {list}.value IS NOT NULL THEN {list}.{name} ELSE {} END", when_filled(rest)),
        };
        sql.value = case(&x, &conditional, value_of, &of_list("becomes", &rest_value));
        sql.excluded = excludes.then(|| case(&x, &conditional, reason_of, &of_list("leaves_out", &rest_reason)));
        sql.fault = other.is_none().then(|| {
            let mut condition = format!("{list}.value IS NULL");
            for arm in conditional.iter().filter(|arm| value_of(arm.to).is_some()) {
                let only_where = arm.only_where.as_deref().unwrap_or_default();
                condition.push_str(&format!(" AND ({x} = {} AND {only_where}) IS NOT TRUE", sql_text(&arm.key)));
            }
            none(&condition)
        });
        let null = || "NULL".to_owned();
        let lines = plain.iter().map(|arm| {
            let becomes = value_of(arm.to).unwrap_or_else(null);
            format!("({}, {becomes}, {})", sql_text(&arm.key), reason_of(arm.to).unwrap_or_else(null))
        });
        sql.list = Some((lines.collect(), x.clone()));
        return sql;
    }
    sql.value = case(&x, arms, value_of, &when_filled(&rest_value));
    sql.excluded = excludes.then(|| case(&x, arms, reason_of, &when_filled(&rest_reason)));
    sql.fault = other.is_none().then(|| {
        let nothing: Vec<String> =
            plain.iter().filter(|arm| value_of(arm.to).is_none()).map(|arm| sql_text(&arm.key)).collect();
        let but = if nothing.is_empty() { String::new() } else { format!(" AND {x} NOT IN ({})", nothing.join(", ")) };
        none(&format!("({}) IS NULL{but}", sql.value))
    });
    sql
}
