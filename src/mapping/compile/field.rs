//! One field's rule as SQL over the row `r`: its value before limits and policy, why it could not be made, for what the
//! record is left out.

use super::Compiling;
use super::ready::Ready;
use super::text::{beside, given, input_of, is_filled, parts_of, sql_text, trimmed};
use super::value_map::{self, Compared, MapSql};
use crate::mapping::expression::Expression;
use crate::mapping::recipe;
use crate::mapping::rule::{Rule, SplitBy, ValueRow, list_of_users, parted_fault};
use crate::mapping::{FieldRule, MappingError};
use crate::model::{Field, FieldType, Missing, MissingPolicy};

/// A field in SQL. All of it stands over the row `r` and the outcomes that are joined to it.
#[derive(Debug, Default)]
pub struct FieldSql {
    pub name: String,
    /// What the rule does, for the comment and for rejects.
    pub sentence: String,
    pub from: Vec<String>,
    /// Before limits and policy; NULL where there is none.
    pub value: String,
    /// Why a filled value could not be converted, or NULL.
    pub fault: Option<String>,
    pub excluded: Option<String>,
    /// What stood in the source, as it was.
    pub was: Option<String>,
    /// Whether the columns hold something.
    pub filled: String,
    /// What the policy makes where the rule made nothing.
    pub policy: Option<String>,
    /// A default or a derived value, for the comment.
    pub policy_says: Option<String>,
    /// The reason of the reject where there is no value after all.
    pub wanted: Option<&'static str>,
}

/// What is wrong with a rule: half a sentence, and the place in its expression.
pub type Fault = (String, Option<usize>, String);

pub fn plain(message: String) -> Fault {
    (message, None, String::new())
}

pub fn of_expression(error: MappingError) -> Fault {
    match error {
        MappingError::Expression { message, at, hint } => (message, at, hint),
        other => (other.to_string(), None, other.hint()),
    }
}

impl Compiling<'_> {
    /// A field with its rule, if it has one.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn field(&mut self, field: &Field, rule: Option<&FieldRule>) -> Result<FieldSql, Fault> {
        let mut sql = FieldSql { name: field.name.clone(), value: "NULL".to_owned(), ..FieldSql::default() };
        "0".clone_into(&mut sql.filled);
        if let Some(rule) = rule {
            self.rule(&mut sql, field, rule)?;
        } else {
            "no rule".clone_into(&mut sql.sentence);
        }
        self.policy(&mut sql, field, rule)?;
        Ok(sql)
    }

    fn policy(&mut self, sql: &mut FieldSql, field: &Field, rule: Option<&FieldRule>) -> Result<(), Fault> {
        let own = rule.and_then(|rule| rule.missing.as_ref());
        let missing: &Missing = match own {
            Some(missing) => missing,
            None if field.required => &field.missing,
            None => return Ok(()),
        };
        match missing.policy {
            MissingPolicy::Default if !missing.value.is_empty() => {
                sql.policy = Some(sql_text(&missing.value));
                sql.policy_says = Some(format!("{} where there is none", missing.value));
            }
            MissingPolicy::Derive => {
                let (derived, ..) = self
                    .expression(&missing.value, field.kind, &field.name)
                    .map_err(|(message, at, hint)| (format!("derived where there is none: {message}"), at, hint))?;
                sql.policy = Some(derived);
                sql.policy_says = Some(format!("= {} where there is none", missing.value));
            }
            _ => {}
        }
        sql.wanted = match missing.policy {
            MissingPolicy::Reject => Some("required, and not there"),
            MissingPolicy::Ask if field.required => Some("required, and a person is to be asked"),
            MissingPolicy::Undecided if field.required => Some("required, and nothing decided"),
            MissingPolicy::Default | MissingPolicy::Derive if field.required => {
                Some("required, and the policy gives nothing")
            }
            _ => None,
        };
        Ok(())
    }

    fn rule(&mut self, sql: &mut FieldSql, field: &Field, rule: &FieldRule) -> Result<(), Fault> {
        let positions = self.positions(&rule.from)?;
        let columns: Vec<String> = positions.iter().map(|at| self.column(*at)).collect();
        sql.from.clone_from(&rule.from);
        sql.sentence = rule.rule.sentence(&rule.from);
        let wants = |least: usize, most: usize| match columns.len() {
            0 if least > 0 => Err(plain("the rule reads no column".to_owned())),
            found if found < least => Err(plain(format!("the rule wants {least} columns, and {found} stand there"))),
            found if found > most => {
                Err(plain(format!("the rule reads {most} at most, and {found} columns stand there")))
            }
            _ => Ok(()),
        };
        let first = columns.first().cloned().unwrap_or_default();
        match columns.as_slice() {
            [] => {}
            [one] => {
                sql.filled = is_filled(one);
                sql.was = Some(one.clone());
            }
            several => {
                let any: Vec<String> = several.iter().map(|column| is_filled(column)).collect();
                sql.filled = format!("({})", any.join(" OR "));
                sql.was = Some(between(several, "' · '"));
            }
        }
        match &rule.rule {
            Rule::Copy => {
                wants(1, 1)?;
                sql.value = given(&first);
            }
            Rule::Constant { value } => {
                sql.value = if value.is_empty() { "NULL".to_owned() } else { sql_text(value) };
            }
            Rule::ValueMap { rows, otherwise, separator, folded } => {
                wants(1, 1)?;
                if !separator.is_empty() {
                    return self.parted(sql, rule, &first, &positions, rows);
                }
                let mut conditions = Vec::with_capacity(rows.len());
                for row in rows {
                    conditions.push(if row.only_where.trim().is_empty() {
                        None
                    } else {
                        let (condition, ..) =
                            self.condition(&row.only_where, &field.name).map_err(|(message, at, hint)| {
                                (format!("value “{}”, only where: {message}", row.value), at, hint)
                            })?;
                        Some(condition)
                    });
                }
                let list = self.free_alias(&format!("{} map", field.name));
                let alias = crate::workspace::sql::quote_name(&list);
                let mut unmade = None;
                let compared = if !*folded {
                    Compared::Exactly
                } else if value_map::is_plain(rows) {
                    Compared::Folded
                } else {
                    let input = given(&first);
                    let outcome = self.outcome(recipe::folding(), &positions, &input, &field.name);
                    unmade = Some(outcome.why_not(&input));
                    Compared::FoldedBy(outcome.output())
                };
                let map: MapSql = value_map::compile(&first, rows, &conditions, otherwise.as_ref(), &compared, &alias);
                if let Some((lines, compared)) = map.list {
                    self.lists.push((alias, lines, compared));
                }
                (sql.value, sql.excluded) = (map.value, map.excluded);
                sql.fault = match (unmade, map.fault) {
                    (Some(unmade), Some(fault)) => Some(format!("coalesce({unmade}, {fault})")),
                    (unmade, fault) => unmade.or(fault),
                };
            }
            Rule::FirstFilled => {
                wants(1, usize::MAX)?;
                let all: Vec<String> = columns.iter().map(|column| given(column)).collect();
                sql.value = if all.len() == 1 { all[0].clone() } else { format!("coalesce({})", all.join(", ")) };
                sql.was = Some(match columns.as_slice() {
                    [one] => one.clone(),
                    several => {
                        let raw: Vec<String> =
                            several.iter().map(|c| format!("CASE WHEN {} THEN {c} END", is_filled(c))).collect();
                        format!("coalesce({})", raw.join(", "))
                    }
                });
            }
            Rule::Join { separator } => {
                wants(1, usize::MAX)?;
                sql.value = between(&columns, &sql_text(separator));
            }
            Rule::Split { by: SplitBy::Delimiter { delimiter, part } } => {
                wants(1, 1)?;
                (sql.value, sql.fault) = split(&first, delimiter, *part)?;
            }
            Rule::Expression { sql: text } => {
                let (value, fault, read) = self.expression(text, field.kind, &field.name)?;
                let read: Vec<String> = read.iter().map(|at| self.column(*at)).collect();
                sql.was = match read.as_slice() {
                    [] => None,
                    [one] => Some(one.clone()),
                    several => Some(between(several, "' · '")),
                };
                let any: Vec<String> = read.iter().map(|column| is_filled(column)).collect();
                sql.filled = if any.is_empty() { "0".to_owned() } else { format!("({})", any.join(" OR ")) };
                (sql.value, sql.fault) = (value, fault);
                if rule.rule.sentence(&rule.from) == rule.rule.word() {
                    sql.sentence = format!("= {}", text.trim());
                }
            }
            Rule::Phone { .. } | Rule::Money { .. } => {
                wants(1, 2)?;
                self.made(sql, &rule.rule, &columns, &positions, &field.name);
            }
            Rule::Split { by: SplitBy::Address { .. } | SplitBy::PersonName { .. } } => {
                wants(1, 6)?;
                // Several columns of one name or address are one text.
                let whole = if columns.len() == 1 { first } else { between(&columns, "' '") };
                self.made(sql, &rule.rule, &[whole], &positions, &field.name);
            }
            Rule::LookUp { source, object, column } => {
                wants(1, 1)?;
                self.object_is_there(source, object, Some(column))?;
                self.made(sql, &rule.rule, &columns, &positions, &field.name);
            }
            Rule::Reference { source, object, .. } => {
                wants(1, 1)?;
                self.object_is_there(source, object, None)?;
                self.made(sql, &rule.rule, &columns, &positions, &field.name);
            }
            Rule::Date { format } | Rule::DateTime { format, .. } if format.trim().is_empty() => {
                return Err(plain("nobody said yet how its dates are written".to_owned()));
            }
            Rule::Owner { list } if !self.users.iter().any(|known| known.name == list_of_users(list)) => {
                return Err(plain(format!("there is no list of users “{}”", list_of_users(list))));
            }
            _ => {
                wants(1, 1)?;
                self.made(sql, &rule.rule, &columns, &positions, &field.name);
            }
        }
        Ok(())
    }

    /// Several values in one cell: each is mapped, the results stand in their order, each once.
    fn parted(
        &mut self,
        sql: &mut FieldSql,
        rule: &FieldRule,
        column: &str,
        positions: &[usize],
        rows: &[ValueRow],
    ) -> Result<(), Fault> {
        if let Some(fault) = parted_fault(&rule.rule) {
            return Err(plain(fault.to_owned()));
        }
        self.made(sql, &rule.rule, &[column.to_owned()], positions, &sql.name.clone());
        sql.filled = is_filled(column);
        if let Some(empty) = value_map::of_empty(rows) {
            sql.value = format!("CASE WHEN {} THEN {} ELSE {empty} END", sql.filled, sql.value);
        }
        Ok(())
    }

    /// A value that a value function makes: its outcome is joined.
    fn made(&mut self, sql: &mut FieldSql, rule: &Rule, columns: &[String], positions: &[usize], field: &str) {
        let recipe = super::recipe_of(rule, self.users);
        let input = input_of(columns);
        sql.filled = format!("{input} IS NOT NULL");
        if let ([column], [at], Some(ready)) = (columns, positions, Ready::of(rule))
            && let Some(rest) = beside(column, ready.word())
        {
            let outcome = self.outcome(recipe, positions, &rest, field);
            self.ready.push((*at, ready));
            sql.value = format!("CASE WHEN {rest} IS NULL THEN {} ELSE {} END", ready.value(&input), outcome.output());
            sql.fault = Some(outcome.why_not(&rest));
            return;
        }
        let outcome = self.outcome(recipe, positions, &input, field);
        sql.value = outcome.output();
        sql.fault = Some(outcome.why_not(&input));
    }

    /// An expression as a text, NULL where it is empty; why it has none; the columns it reads.
    fn expression(
        &mut self,
        text: &str,
        kind: FieldType,
        field: &str,
    ) -> Result<(String, Option<String>, Vec<usize>), Fault> {
        let (raw, faults, read) = self.condition(text, field)?;
        let mut value = given(&raw);
        if kind == FieldType::Boolean {
            // What SQLite compares is 1 or 0.
            value = format!("CASE {} WHEN '1' THEN 'true' WHEN '0' THEN 'false' ELSE {value} END", trimmed(&raw));
        }
        let fault = match faults.as_slice() {
            [] => None,
            [one] => Some(format!("CASE WHEN {value} IS NULL THEN {one} END")),
            several => Some(format!("CASE WHEN {value} IS NULL THEN coalesce({}) END", several.join(", "))),
        };
        Ok((value, fault, read))
    }

    /// An expression as it is, with the faults of the value functions that it calls, and the columns it reads.
    pub fn condition(&mut self, text: &str, field: &str) -> Result<(String, Vec<String>, Vec<usize>), Fault> {
        let expression = Expression::read(text, self.names()).map_err(of_expression)?;
        let mut places = Vec::new();
        let mut faults = Vec::new();
        for call in &expression.calls {
            let input = call.input_sql(&|at| self.column(at));
            let outcome = self.outcome(call.recipe.clone(), &call.columns(), &input, field);
            places.push(outcome.output());
            faults.push(outcome.why_not(&input));
        }
        let place = |place: usize| places.get(place).cloned().unwrap_or_else(|| "NULL".to_owned());
        let raw = expression.sql(&|at| self.column(at), &place);
        faults.extend(expression.faults(&|at| self.column(at), &place));
        let mut read = expression.columns.clone();
        read.dedup();
        Ok((raw, faults, read))
    }
}

/// The filled ones with a text between them; NULL where none is.
fn between(columns: &[String], separator: &str) -> String {
    if let [one] = columns {
        return given(one);
    }
    if separator == "''" {
        let all: Vec<String> = columns.iter().map(|column| format!("coalesce({}, '')", trimmed(column))).collect();
        return format!("nullif({}, '')", all.join(" || "));
    }
    let all: Vec<String> =
        columns.iter().map(|column| format!("coalesce({separator} || {}, '')", given(column))).collect();
    format!("nullif(substr({}, length({separator}) + 1), '')", all.join(" || "))
}

/// A part between delimiters, and why there is none.
fn split(column: &str, delimiter: &str, part: i32) -> Result<(String, Option<String>), Fault> {
    if delimiter.is_empty() {
        return Err(plain("the rule has no delimiter".to_owned()));
    }
    let by = sql_text(delimiter);
    match part {
        0 => Err(plain("parts are counted from 1, or from the end with -1".to_owned())),
        1 => Ok((given(&format!("substr({column}, 1, instr({column} || {by}, {by}) - 1)")), None)),
        _ => {
            let parts = parts_of(column, delimiter);
            let place = if part > 0 { format!("{}", part - 1) } else { format!("#-{}", part.unsigned_abs()) };
            let value = given(&format!("json_extract({parts}, '$[{place}]')"));
            let fault = (part != -1).then(|| {
                format!(
                    "CASE WHEN {} AND json_array_length({parts}) < {} THEN 'it has no part {part}' END",
                    is_filled(column),
                    part.unsigned_abs()
                )
            });
            Ok((value, fault))
        }
    }
}
