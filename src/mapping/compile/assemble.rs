//! The whole SELECT of a map, as a person would write it: first what each rule makes of the row, then what the field's
//! limits and policy make of that.

use rusqlite::Connection;

use super::field::FieldSql;
use super::limits::Check;
use super::text::{self, in_comment, joined, sql_text, white};
use super::{CHANGED, Compiled, Compiling, FILLED, MISSING, quote_plainly};
use crate::mapping::rule::{Rule, ValueTarget};
use crate::mapping::{MappingError, ObjectMap};
use crate::workspace::sql::{quote_name, quote_text};

/// A column of the first step. It has a space in it, which no field has.
fn own(field: &str, what: &str) -> String {
    quote_name(&format!("{field} {what}"))
}

/// The value in the second step, with what the policy gives.
pub fn value_with_policy(sql: &FieldSql) -> String {
    let value = quote_name(&sql.name);
    match &sql.policy {
        None => value,
        Some(policy) if policy.starts_with('\'') => format!("coalesce({value}, {policy})"),
        Some(_) => format!("coalesce({value}, {})", own(&sql.name, "by policy")),
    }
}

/// Leaves out checks that hold for every value that the rule can give, since the map states them all.
///
/// # Errors
/// If SQLite cannot be asked.
pub fn forget_what_holds(
    conn: &Connection,
    checks: &mut Vec<Check>,
    rule: Option<&Rule>,
    sql: &FieldSql,
) -> Result<(), MappingError> {
    let mut values: Vec<&str> = Vec::new();
    match rule {
        None => {}
        Some(Rule::Constant { value }) => values.push(value),
        Some(Rule::ValueMap { rows, otherwise, separator, .. }) if separator.is_empty() => {
            for row in rows.iter().chain(otherwise) {
                if let ValueTarget::Value(value) = &row.to {
                    values.push(value);
                }
            }
        }
        Some(_) => return Ok(()),
    }
    let mut texts: Vec<String> =
        values.iter().filter(|value| !value.is_empty()).map(|value| format!("({})", sql_text(value))).collect();
    match &sql.policy {
        // It stands in the checks themselves.
        Some(policy) if policy.starts_with('\'') => texts.push("(NULL)".to_owned()),
        // What is derived is known with the row only.
        Some(_) => return Ok(()),
        None => {}
    }
    if texts.is_empty() {
        checks.clear();
        return Ok(());
    }
    let values = format!("SELECT column1 AS {} FROM (VALUES {})", quote_name(&sql.name), texts.join(", "));
    let mut kept = Vec::new();
    for check in checks.drain(..) {
        let asked = format!("SELECT min(({}) IS TRUE) FROM ({values})", check.holds);
        if !conn.query_row(&asked, [], |row| row.get::<_, bool>(0))? {
            kept.push(check);
        }
    }
    *checks = kept;
    Ok(())
}

/// How a field's column of the second step is made.
struct Outer {
    value: String,
    /// Conditions under which there is a reject.
    guards: Vec<String>,
    /// (condition, reason) of each kind of reject, first that holds.
    reasons: Vec<(String, String)>,
}

fn outer(sql: &FieldSql, checks: &[Check]) -> Outer {
    let with_policy = value_with_policy(sql);
    let mut guards = Vec::new();
    let mut reasons = Vec::new();
    let mut good = Vec::new();
    if sql.fault.is_some() {
        let fault = own(&sql.name, "fault");
        guards.push(format!("{fault} IS NOT NULL"));
        reasons.push((format!("{fault} IS NOT NULL"), fault.clone()));
        if sql.policy.is_some() {
            good.push(format!("{fault} IS NULL"));
        }
    }
    for check in checks {
        guards.push(format!("NOT ({})", check.holds));
        reasons.push((format!("NOT ({})", check.holds), sql_text(&check.reason)));
        good.push(check.holds.clone());
    }
    if let Some(wanted) = sql.wanted {
        guards.push(format!("{with_policy} IS NULL"));
        reasons.push((format!("{with_policy} IS NULL"), quote_text(wanted)));
    }
    // Under a fault the rule made nothing.
    let value = if good.is_empty() {
        with_policy
    } else {
        format!("CASE WHEN {} THEN {with_policy} END", joined(&good, "AND", "      "))
    };
    Outer { value, guards, reasons }
}

fn reject(sql: &FieldSql, outer: &Outer) -> String {
    let was = if sql.was.is_some() { own(&sql.name, "was") } else { "NULL".to_owned() };
    // Where the source has nothing, what the policy gave is what was refused.
    let was = match &sql.policy {
        None => was,
        Some(policy) => {
            let given = if policy.starts_with('\'') { policy.clone() } else { own(&sql.name, "by policy") };
            format!("iif(trim({was}) <> '', {was}, {given})")
        }
    };
    let object = |reason: &str| {
        format!(
            "',' || json_object('field', {}, 'value', {was}, 'rule', {}, 'reason', {reason})",
            sql_text(&sql.name),
            sql_text(&sql.sentence)
        )
    };
    let why = match outer.reasons.as_slice() {
        [(_, reason)] => reason.clone(),
        several => {
            let arms: Vec<String> =
                several.iter().map(|(condition, reason)| format!("WHEN {condition} THEN {reason}")).collect();
            format!("CASE {} END", arms.join(" "))
        }
    };
    format!("CASE WHEN {} THEN {} ELSE '' END", joined(&outer.guards, "OR", "      "), object(&why))
}

/// Writes the SELECT.
pub fn assemble(
    map: &ObjectMap,
    compiling: &Compiling<'_>,
    fields: &[FieldSql],
    checks: &[Vec<Check>],
    left_out: Option<(String, String)>,
) -> Compiled {
    let ground = compiling.ground;
    let entity = &ground.entity;
    let mut head = format!(
        "-- {} › {} → {}: one row is {}\n",
        in_comment(&map.key.source),
        in_comment(&map.key.object),
        in_comment(&map.key.entity),
        match in_comment(entity.grain.one_row_is.trim()) {
            grain if grain.is_empty() => "not said yet".to_owned(),
            grain => grain,
        }
    );
    head.push_str("-- What value functions made of each distinct value stands in value_outcome.\n");
    let mut lists = String::new();
    for (alias, lines, _) in &compiling.lists {
        lists.push_str(&format!(
            "{alias} (value, becomes, leaves_out) AS (VALUES\n    {}\n  ),\n  ",
            lines.join(",\n    ")
        ));
    }
    let outers: Vec<Outer> = fields.iter().zip(checks).map(|(sql, checks)| outer(sql, checks)).collect();
    let select = second(fields, &outers, left_out.is_some());
    let text = |of: Of, states: Option<&str>| {
        let step = step(compiling, fields, &outers, left_out.as_ref(), states.is_some(), of);
        let states = states.unwrap_or_default();
        let order = if of == Of::All { "\nORDER BY \"row number\"" } else { "" };
        format!("{head}WITH\n  {lists}made AS (\n{step}\n  )\n{select}{states}\nFROM made{order}")
    };
    let states: String = fields.iter().zip(&outers).map(|(sql, outer)| state(sql, outer)).collect();
    let inputs: Vec<&str> = compiling.needs.iter().map(|need| need.input_sql.as_str()).collect();
    Compiled {
        key: map.key.clone(),
        sql: text(Of::All, None),
        stretch_sql: text(Of::Stretch, None),
        counting_sql: text(Of::Stretch, Some(&states)),
        from_sql: from_of(compiling, &inputs, ""),
        fields: fields.iter().map(|sql| sql.name.clone()).collect(),
        needs: compiling.needs.clone(),
    }
}

/// The records of which a SELECT is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Of {
    All,
    Stretch,
}

impl Of {
    /// A stretch is read as one step of its own, in which SQLite works out every column once for each row, in order: that is
    /// what the limit is for, which is none.
    fn condition(self) -> &'static str {
        match self {
            Self::All => "\n      WHERE source.latest",
            Self::Stretch => {
                "\n      WHERE source.latest AND source.rec BETWEEN ?1 AND ?2\n      ORDER BY source.rec LIMIT -1"
            }
        }
    }
}

/// The records, beside their columns what the texts want of them: without white space around it, or only where there is no
/// outcome needed; and beside each what counts as white space, where it is still asked for.
fn from_of(compiling: &Compiling<'_>, texts: &[&str], condition: &str) -> String {
    let ground = compiling.ground;
    let wanted = |name: &str| texts.iter().any(|text| text.contains(name));
    let mut more = String::new();
    let mut add = |value: &str, name: &str| {
        more.push_str(&format!(",\n        {value} AS {}", name.trim_start_matches("r.")));
    };
    for at in compiling.read.borrow().iter() {
        let Some(column) = ground.columns.get(*at).filter(|_| compiling.is_plain) else { continue };
        let here = column.replacen("r.", "source.", 1);
        if let Some(name) = text::beside(column, text::TRIMMED).filter(|name| wanted(name)) {
            add(&text::trimmed_here(&here), &name);
        }
        let mut named: Vec<&str> = Vec::new();
        for (_, ready) in compiling.ready.iter().filter(|(of, _)| of == at) {
            let Some(name) = text::beside(column, ready.word()).filter(|name| wanted(name)) else { continue };
            if named.contains(&ready.word()) {
                continue;
            }
            named.push(ready.word());
            let rest = text::trimmed_here(&here);
            add(&format!("CASE WHEN ({}) IS NOT TRUE THEN nullif({rest}, '') END", ready.holds(&here)), &name);
        }
    }
    let view = quote_plainly(&ground.view);
    let white = white();
    let inside = if more.contains("white.space") { format!("\n      {white}") } else { String::new() };
    let outside = if wanted("white.space") { format!("\n    {white}") } else { String::new() };
    format!("(\n      SELECT source.*{more}\n      FROM {view} AS source{inside}{condition}\n    ) AS r{outside}")
}

/// The first step: what each rule makes of the row.
fn step(
    compiling: &Compiling<'_>,
    fields: &[FieldSql],
    outers: &[Outer],
    left_out: Option<&(String, String)>,
    counting: bool,
    of: Of,
) -> String {
    let mut sql = String::from(
        "    SELECT\n      durable.key AS \"durable key\", r.record AS \"record key\", r.rec AS \"row number\"",
    );
    for (field, outer) in fields.iter().zip(outers) {
        let from: Vec<String> = field.from.iter().map(|name| in_comment(name)).collect();
        let from = if from.is_empty() { String::new() } else { format!(" ← {}", from.join(", ")) };
        let policy = field.policy_says.as_ref().map_or_else(String::new, |says| format!("; {}", in_comment(says)));
        sql.push_str(&format!(
            ",\n      -- {}{from}: {}{policy}\n      {} AS {}",
            in_comment(&field.name),
            in_comment(&field.sentence),
            field.value,
            quote_name(&field.name)
        ));
        let mut more = |what: &str, part: &Option<String>| {
            if let Some(part) = part {
                sql.push_str(&format!(",\n      {part} AS {}", own(&field.name, what)));
            }
        };
        more("fault", &field.fault);
        more("by policy", &field.policy.clone().filter(|policy| !policy.starts_with('\'')));
        if counting || !outer.guards.is_empty() {
            more("was", &field.was);
        }
        if counting {
            more("filled", &Some(field.filled.clone()));
        }
    }
    let excluded: Vec<String> = fields.iter().filter_map(|field| field.excluded.clone()).collect();
    let by_value = match excluded.as_slice() {
        [] => None,
        [one] => Some(one.clone()),
        several => Some(format!("coalesce({})", several.join(", "))),
    };
    let reason = match (left_out, by_value) {
        (None, None) => None,
        (None, Some(by_value)) => Some(by_value),
        (Some((condition, reason)), by_value) => {
            let rest = by_value.map_or_else(String::new, |by_value| format!(" ELSE {by_value}"));
            Some(format!("CASE WHEN {condition} IS NOT TRUE THEN {}{rest} END", sql_text(reason)))
        }
    };
    if let Some(reason) = reason {
        sql.push_str(&format!(",\n      {reason} AS \"left out\""));
    }
    let mut joins = format!(
        "\n    LEFT JOIN durable_key AS durable ON durable.entity = {} AND durable.record = r.record",
        quote_text(&compiling.ground.entity.name)
    );
    for outcome in &compiling.outcomes {
        if let Some(alias) = &outcome.alias {
            joins.push_str(&format!(
                "\n    LEFT JOIN value_outcome AS {alias}\n      ON {alias}.recipe = {}\n      AND {alias}.input = {}",
                outcome.number(),
                outcome.input
            ));
        }
    }
    for (alias, _, compared) in &compiling.lists {
        joins.push_str(&format!("\n    LEFT JOIN {alias} ON {alias}.value = {compared}"));
    }
    let from = from_of(compiling, &[&sql, &joins], of.condition());
    format!("{sql}\n    FROM {from}{joins}")
}

/// The second step: limits, policies, what is left out, rejects.
fn second(fields: &[FieldSql], outers: &[Outer], left_out: bool) -> String {
    let mut sql = String::from(
        "SELECT\n  \"durable key\" AS \"key\",\n  \"record key\" AS \"record\",\n  \"row number\" AS \"rec\"",
    );
    for (field, outer) in fields.iter().zip(outers) {
        let name = quote_name(&field.name);
        if outer.value == name {
            sql.push_str(&format!(",\n  {name}"));
        } else {
            sql.push_str(&format!(",\n  {} AS {name}", outer.value));
        }
    }
    let excludes = left_out || fields.iter().any(|field| field.excluded.is_some());
    sql.push_str(if excludes { ",\n  \"left out\" AS \"excluded\"" } else { ",\n  NULL AS \"excluded\"" });
    let guards: Vec<String> = outers.iter().flat_map(|outer| outer.guards.iter().cloned()).collect();
    if guards.is_empty() {
        sql.push_str(",\n  NULL AS \"rejects\"");
        return sql;
    }
    let guard = joined(&guards, "OR", "    ");
    let guard = if excludes { format!("\"left out\" IS NULL AND (\n    {guard})") } else { guard };
    let rejects: Vec<String> = fields
        .iter()
        .zip(outers)
        .filter(|(_, outer)| !outer.guards.is_empty())
        .map(|(field, outer)| reject(field, outer))
        .collect();
    sql.push_str(&format!(
        ",\n  CASE WHEN {guard}\n  THEN '[' || substr(\n    {}\n  , 2) || ']' END AS \"rejects\"",
        joined(&rejects, "||", "    ")
    ));
    sql
}

/// What is counted of a field.
fn state(sql: &FieldSql, outer: &Outer) -> String {
    let filled = own(&sql.name, "filled");
    let mut parts = vec![format!("CASE WHEN {filled} THEN {FILLED} ELSE 0 END")];
    if sql.wanted.is_some() || sql.policy.is_some() {
        let no_fault =
            if sql.fault.is_some() { format!(" AND {} IS NULL", own(&sql.name, "fault")) } else { String::new() };
        parts.push(format!("CASE WHEN {} IS NULL{no_fault} THEN {MISSING} ELSE 0 END", quote_name(&sql.name)));
    }
    if sql.was.is_some() {
        let value = &outer.value;
        parts.push(format!(
            "CASE WHEN {filled} AND {value} IS NOT NULL AND {value} IS NOT {} THEN {CHANGED} ELSE 0 END",
            own(&sql.name, "was")
        ));
    }
    format!(",\n  {} AS {}", parts.join(" + "), own(&sql.name, "state"))
}
