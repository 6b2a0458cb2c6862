//! A value map as SQL: a CASE while it is short, a list of its own that the SELECT joins where it is long.

use std::collections::BTreeSet;

use super::text::{parts_of, sql_text};
use crate::mapping::rule::{ValueRow, ValueTarget};

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
    keys: Vec<String>,
    only_where: Option<String>,
    to: &'a ValueTarget,
}

/// `conditions` are the rows' `only_where` in SQL, where they have one; `list` is the alias that a list of its own gets.
pub fn compile(
    column: &str,
    rows: &[ValueRow],
    conditions: &[Option<String>],
    otherwise: Option<&ValueRow>,
    separator: &str,
    folded: bool,
    list: &str,
) -> MapSql {
    let arms = arms(rows, conditions, folded);
    let other = otherwise.map(|row| &row.to);
    if separator.is_empty() {
        whole(column, &arms, other, folded, list)
    } else {
        parted(column, &arms, other, separator, folded)
    }
}

const REASON: &str = "'no target for this value'";

/// Arms in their order, without those that a row before them shadows.
fn arms<'a>(rows: &'a [ValueRow], conditions: &[Option<String>], folded: bool) -> Vec<Arm<'a>> {
    let mut decided: BTreeSet<String> = BTreeSet::new();
    let mut arms = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        let only_where = conditions.get(at).cloned().flatten();
        let keys: Vec<String> = keys(&row.value, folded).into_iter().filter(|key| !decided.contains(key)).collect();
        if keys.is_empty() {
            continue;
        }
        if only_where.is_none() {
            decided.extend(keys.iter().cloned());
        }
        arms.push(Arm { keys, only_where, to: &row.to });
    }
    arms
}

/// What a value is compared with. SQLite folds the case of plain letters only: for others the usual ways of writing them
/// stand beside one another.
fn keys(value: &str, folded: bool) -> Vec<String> {
    if value.trim().is_empty() {
        return vec![String::new()];
    }
    if !folded {
        return vec![value.to_owned()];
    }
    let value = value.trim_matches(' ');
    let mut first = value.chars();
    let title: String =
        first.next().map_or_else(String::new, |c| c.to_uppercase().chain(first.flat_map(char::to_lowercase)).collect());
    let mut keys: Vec<String> = Vec::new();
    for form in [value.to_owned(), value.to_lowercase(), value.to_uppercase(), title] {
        let key = form.to_ascii_lowercase();
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    keys
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

fn list_of(keys: &[String]) -> String {
    keys.iter().map(|key| sql_text(key)).collect::<Vec<_>>().join(", ")
}

fn is_one_of(x: &str, keys: &[String]) -> String {
    match keys {
        [one] => format!("{x} = {}", sql_text(one)),
        several => format!("{x} IN ({})", list_of(several)),
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
        for key in &arm.keys {
            plain.push_str(&format!("\n      WHEN {} THEN {gives}", sql_text(key)));
        }
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
            "\n      WHEN {} AND {condition} THEN {}",
            is_one_of(x, &arm.keys),
            pick(arm.to).unwrap_or_else(null)
        ));
    }
    if first.is_empty() { plain } else { format!("CASE{first}\n      ELSE {plain}\n    END") }
}

fn whole(column: &str, arms: &[Arm<'_>], other: Option<&ValueTarget>, folded: bool, list: &str) -> MapSql {
    let for_empty = arms.iter().any(|arm| arm.keys.iter().any(String::is_empty));
    let x = match (folded, for_empty) {
        (true, false) => format!("lower(trim({column}))"),
        (true, true) => format!("lower(trim(coalesce({column}, '')))"),
        (false, false) => column.to_owned(),
        (false, true) => format!("CASE WHEN trim({column}) <> '' THEN {column} ELSE '' END"),
    };
    let filled = format!("trim({column}) <> ''");
    let rest_value = other.and_then(value_of);
    let rest_reason = other.and_then(reason_of);
    // Where nothing is given, the deliberate default makes nothing of it.
    let when_filled = |rest: &Option<String>| {
        rest.as_ref().map_or("NULL".to_owned(), |rest| format!("CASE WHEN {filled} THEN {rest} END"))
    };
    let plain: Vec<&Arm<'_>> = arms.iter().filter(|arm| arm.only_where.is_none()).collect();
    let rows = plain.iter().map(|arm| arm.keys.len()).sum::<usize>();
    let mut sql = MapSql::default();
    let excludes = arms.iter().any(|arm| reason_of(arm.to).is_some()) || rest_reason.is_some();
    let none = |condition: &str| {
        let mut sql = format!("CASE WHEN {filled} AND {condition}");
        for arm in arms.iter().filter(|arm| arm.only_where.is_some() && value_of(arm.to).is_none()) {
            let condition = arm.only_where.as_deref().unwrap_or_default();
            sql.push_str(&format!(" AND ({} AND {condition}) IS NOT TRUE", is_one_of(&x, &arm.keys)));
        }
        format!("{sql} THEN {REASON} END")
    };
    if rows > SHORT {
        let conditional: Vec<Arm<'_>> = arms
            .iter()
            .filter_map(|arm| {
                let only_where = Some(arm.only_where.clone()?);
                Some(Arm { keys: arm.keys.clone(), only_where, to: arm.to })
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
                condition.push_str(&format!(" AND ({} AND {only_where}) IS NOT TRUE", is_one_of(&x, &arm.keys)));
            }
            none(&condition)
        });
        let null = || "NULL".to_owned();
        let lines = plain.iter().flat_map(|arm| {
            arm.keys.iter().map(|key| {
                let becomes = value_of(arm.to).unwrap_or_else(null);
                format!("({}, {becomes}, {})", sql_text(key), reason_of(arm.to).unwrap_or_else(null))
            })
        });
        sql.list = Some((lines.collect(), x.clone()));
        return sql;
    }
    sql.value = case(&x, arms, value_of, &when_filled(&rest_value));
    sql.excluded = excludes.then(|| case(&x, arms, reason_of, &when_filled(&rest_reason)));
    sql.fault = other.is_none().then(|| {
        let nothing: Vec<String> =
            plain.iter().filter(|arm| value_of(arm.to).is_none()).flat_map(|arm| arm.keys.iter().cloned()).collect();
        let but = if nothing.is_empty() { String::new() } else { format!(" AND {x} NOT IN ({})", list_of(&nothing)) };
        none(&format!("({}) IS NULL{but}", sql.value))
    });
    sql
}

/// Several values in one cell: each is mapped, the results stand in their order, each once.
fn parted(column: &str, arms: &[Arm<'_>], other: Option<&ValueTarget>, separator: &str, folded: bool) -> MapSql {
    let x = if folded { "lower(trim(part.value))" } else { "trim(part.value)" };
    let parts = parts_of(column, separator);
    let rest =
        |pick: &dyn Fn(&ValueTarget) -> Option<String>| other.and_then(pick).unwrap_or_else(|| "NULL".to_owned());
    let one = case(x, arms, value_of, &rest(&value_of));
    let filled = format!("trim({column}) <> ''");
    let from = format!("FROM json_each({parts}) AS part WHERE trim(part.value) <> ''");
    let many = format!(
        "(SELECT group_concat(one, ';') FROM (SELECT one FROM (SELECT {one} AS one, part.key AS place {from})\n      WHERE one IS NOT NULL GROUP BY one ORDER BY min(place)))"
    );
    let excludes = arms.iter().any(|arm| reason_of(arm.to).is_some()) || other.and_then(reason_of).is_some();
    let decided: Vec<String> = arms
        .iter()
        .map(|arm| match &arm.only_where {
            None => is_one_of(x, &arm.keys),
            Some(condition) => format!("({} AND {condition}) IS TRUE", is_one_of(x, &arm.keys)),
        })
        .collect();
    let for_empty = arms.iter().find(|arm| arm.keys.iter().any(String::is_empty));
    let empty = |pick: &dyn Fn(&ValueTarget) -> Option<String>| {
        for_empty.and_then(|arm| pick(arm.to)).map_or_else(String::new, |gives| format!(" ELSE {gives}"))
    };
    MapSql {
        value: format!("CASE WHEN {filled} THEN {many}{} END", empty(&value_of)),
        fault: other.is_none().then(|| {
            let known =
                if decided.is_empty() { "FALSE".to_owned() } else { super::text::joined(&decided, "OR", "      ") };
            format!("CASE WHEN {filled} AND EXISTS (SELECT 1 {from} AND NOT ({known})) THEN {REASON} END")
        }),
        excluded: excludes.then(|| {
            let one = case(x, arms, reason_of, &rest(&reason_of));
            let first = format!("(SELECT {one} AS one {from} AND one IS NOT NULL ORDER BY part.key LIMIT 1)");
            format!("CASE WHEN {filled} THEN {first}{} END", empty(&reason_of))
        }),
        list: None,
    }
}
