//! Fields and their rules: what is gone, what cannot be computed, what stays empty though it is required, what is rejected.

use super::ground::{Feed, Ground};
use super::{Found, Problem, ProblemKind, few, many, named};
use crate::mapping::map::words::not_known;
use crate::mapping::{FieldRule, Rule};
use crate::model::{Field, Missing, MissingPolicy};
use crate::values::shown::Shown;

/// What there is to say of the fields of one map.
pub fn check(feed: &Feed<'_>, found: &mut Found) {
    let key = &feed.map.map.key;
    let of_map = || Problem {
        source: key.source.clone(),
        object: key.object.clone(),
        entity: key.entity.clone(),
        who: feed.who(),
        ..Problem::default()
    };
    let gone = |title: &str, message: String| Problem {
        kind: ProblemKind::Gone,
        blocks: true,
        count: feed.records(),
        title: title.to_owned(),
        message,
        ..of_map()
    };
    if feed.object.is_none() {
        let message = format!(
            "{} reads {}, which is not loaded. Load it again, or withdraw the map.",
            Shown::of(&key.name()),
            named(&key.object)
        );
        found.add(gone("the object is not loaded", message));
        return;
    }
    let Some(entity) = feed.entity else {
        let message =
            format!("The model has no entity {} any more. Bring it back, or withdraw the map.", named(&key.entity));
        found.add(gone("the entity is gone", message));
        return;
    };
    expression(feed, &feed.map.map.only_where, "the condition of the map", None, found);
    for rule in &feed.map.map.fields {
        let of_rule = |problem: Problem| Problem { field: rule.field.clone(), ..problem };
        for name in rule.from.iter().filter(|name| feed.column(name).is_none()) {
            let columns = feed.columns();
            let message = format!(
                "The rule of {} reads a column that is gone: {}. Load a file that has it, or change the rule.",
                named(&rule.field),
                not_known("column", name, columns.iter().map(String::as_str))
            );
            found.add(of_rule(Problem { column: name.clone(), ..gone("a column is gone", message) }));
        }
        for message in elsewhere(feed, rule) {
            let column = rule.from.first().cloned().unwrap_or_default();
            found.add(of_rule(Problem { column, ..gone("what the rule needs is gone", message) }));
        }
        expressions(feed, rule, found);
        let Some(field) = entity.field(&rule.field) else {
            let fields = entity.fields.iter().map(|field| field.name.as_str());
            let message = format!(
                "{} has no such field any more: {}. Clear the rule, or bring the field back.",
                named(&entity.name),
                not_known("field", &rule.field, fields)
            );
            let column = format!("{}.{}", entity.name, rule.field);
            found.add(of_rule(Problem { column, ..gone("a field is gone", message) }));
            continue;
        };
        if field.derived {
            found.add(Problem {
                kind: ProblemKind::DerivedField,
                blocks: true,
                column: format!("{}.{}", entity.name, field.name),
                count: feed.records(),
                title: "a derived field has a rule".to_owned(),
                message: format!("{} is derived in the warehouse. Clear its rule.", named(&field.name)),
                ..of_rule(of_map())
            });
        }
        if field.required {
            required(feed, field, rule, found);
        }
        rejects(feed, rule, found);
    }
    for decision in feed.map.map.columns.iter().filter(|decision| feed.column(&decision.column).is_none()) {
        let message = format!("{} was decided on and is gone. Reopen it.", named(&decision.column));
        found.add(Problem {
            blocks: false,
            column: decision.column.clone(),
            count: 0,
            ..gone("a decided column is gone", message)
        });
    }
    // Fields that other maps fill are empty in what this one brings.
    let fed = |field: &Field| feed.ground.maps.iter().any(|map| feeds(map, &key.entity, &field.name));
    for field in entity.fields.iter().filter(|field| is_wanted(field) && fed(field)) {
        if feed.map.map.rule_of(&field.name).is_none() {
            empty(feed, field, &field.missing, feed.records(), found);
        }
    }
}

fn feeds(map: &crate::mapping::StandingMap, entity: &str, field: &str) -> bool {
    map.map.key.entity == entity && map.map.rule_of(field).is_some()
}

fn is_wanted(field: &Field) -> bool {
    field.required && !field.derived
}

/// Objects, columns and lists beside the row that a rule needs and that are not there.
fn elsewhere(feed: &Feed<'_>, rule: &FieldRule) -> Vec<String> {
    let field = named(&rule.field);
    match &rule.rule {
        Rule::Owner { list } if !feed.ground.users.iter().any(|known| known.name == *list) => {
            vec![format!("The rule of {field} needs the list of users {}. Read one in.", named(list))]
        }
        Rule::Reference { source, object, .. } if feed.ground.object(source, object).is_none() => {
            vec![format!("The rule of {field} refers to {}, which is not loaded. Load it.", named(object))]
        }
        Rule::LookUp { source, object, column } => match feed.ground.object(source, object) {
            None => vec![format!("The rule of {field} looks into {}, which is not loaded. Load it.", named(object))],
            Some(target) if !target.columns.iter().any(|known| known.name == *column) => {
                let (column, object) = (named(column), named(object));
                vec![format!("The rule of {field} looks up {column}, which {object} does not have. Change the rule.")]
            }
            Some(_) => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// All expressions that stand in a rule.
fn expressions(feed: &Feed<'_>, rule: &FieldRule, found: &mut Found) {
    match &rule.rule {
        Rule::Expression { sql } => expression(feed, sql, "the expression", Some(rule), found),
        Rule::ValueMap { rows, .. } => {
            let mut seen: Vec<&str> = rows.iter().map(|row| row.only_where.as_str()).collect();
            seen.sort_unstable();
            seen.dedup();
            for sql in seen {
                expression(feed, sql, "the condition of a value", Some(rule), found);
            }
        }
        _ => {}
    }
    let field = feed.entity.and_then(|entity| entity.field(&rule.field));
    let missing = rule.missing.as_ref().or(field.map(|field| &field.missing));
    if let Some(Missing { policy: MissingPolicy::Derive, value }) = missing {
        expression(feed, value, "the expression for missing values", Some(rule), found);
    }
}

fn expression(feed: &Feed<'_>, sql: &str, what: &str, rule: Option<&FieldRule>, found: &mut Found) {
    if sql.trim().is_empty() {
        return;
    }
    let Err(error) = (feed.ground.means.expression)(sql, &feed.columns()) else { return };
    let key = &feed.map.map.key;
    let field = rule.map(|rule| rule.field.clone()).unwrap_or_default();
    found.add(Problem {
        kind: ProblemKind::BadExpression,
        blocks: true,
        source: key.source.clone(),
        object: key.object.clone(),
        column: rule.map(|rule| format!("{}.{}", key.entity, rule.field)).unwrap_or_default(),
        entity: key.entity.clone(),
        field,
        count: feed.records(),
        title: format!("{what} cannot be computed"),
        message: Shown::of(&format!("{error} {}", error.hint())).to_plain().trim().to_owned(),
        who: feed.who(),
        values: few([sql]),
    });
}

/// A required field that has a rule.
fn required(feed: &Feed<'_>, field: &Field, rule: &FieldRule, found: &mut Found) {
    let counted = feed.figures().and_then(|figures| figures.fields.get(&field.name)).map(|figures| figures.missing);
    let missing = counted.or_else(|| {
        // Without figures: what is empty stays empty, by rules that make nothing of nothing.
        let by_value = match &rule.rule {
            Rule::Constant { .. } | Rule::Expression { .. } => return None,
            Rule::ValueMap { rows, .. } => rows.iter().any(|row| row.value.trim().is_empty()),
            _ => false,
        };
        let profile = feed.profile_of(rule).filter(|_| !by_value && feed.map.map.only_where.is_empty())?;
        Some(profile.rows.saturating_sub(profile.filled))
    });
    empty(feed, field, rule.policy(field), missing.unwrap_or(0), found);
}

/// Records that lack a required field, by what the policy makes of them.
fn empty(feed: &Feed<'_>, field: &Field, policy: &Missing, records: u64, found: &mut Found) {
    if records == 0 {
        return;
    }
    let key = &feed.map.map.key;
    let name = named(&field.name);
    let number = many(records, "record has", "records have");
    let (kind, blocks, title, message) = match policy.policy {
        MissingPolicy::Default | MissingPolicy::Derive => return,
        MissingPolicy::Undecided => (
            ProblemKind::RequiredEmpty,
            true,
            "required, empty, no rule for it",
            format!("{number} no {name}, which is required. Decide: a default, an expression, or reject them."),
        ),
        MissingPolicy::Ask => (
            ProblemKind::RequiredEmpty,
            true,
            "required, empty, to be asked for",
            format!("{number} no {name}; a person is to be asked for each. Load a file that has them, or decide anew."),
        ),
        MissingPolicy::Reject => (
            ProblemKind::Rejects,
            false,
            "rejected: required and empty",
            format!("{number} no {name} and will be rejected, as decided."),
        ),
    };
    found.add(Problem {
        kind,
        blocks,
        source: key.source.clone(),
        object: key.object.clone(),
        column: format!("{}.{}", key.entity, field.name),
        entity: key.entity.clone(),
        field: field.name.clone(),
        count: records,
        title: title.to_owned(),
        message,
        who: if field.owner.is_empty() { feed.who() } else { field.owner.clone() },
        values: Vec::new(),
    });
}

/// Values that a rule cannot convert; those of value maps are looked at elsewhere.
fn rejects(feed: &Feed<'_>, rule: &FieldRule, found: &mut Found) {
    let Some(figures) = feed.figures().and_then(|figures| figures.fields.get(&rule.field)) else { return };
    if figures.rejects == 0 || matches!(rule.rule, Rule::ValueMap { .. } | Rule::Owner { .. }) {
        return;
    }
    let key = &feed.map.map.key;
    let reason =
        figures.reasons.first().map(|reason| format!(": {} ({})", Shown::of(&reason.reason), named(&reason.example)));
    found.add(Problem {
        kind: ProblemKind::Rejects,
        source: key.source.clone(),
        object: key.object.clone(),
        column: rule.from.first().cloned().unwrap_or_else(|| format!("{}.{}", key.entity, rule.field)),
        entity: key.entity.clone(),
        field: rule.field.clone(),
        count: figures.rejects,
        title: many(figures.rejects, "value cannot be converted", "values cannot be converted"),
        message: format!(
            "{} for {}{}. Change the rule, or let those records be rejected.",
            many(figures.rejects, "record has no usable value", "records have no usable value"),
            named(&rule.field),
            reason.unwrap_or_default()
        ),
        who: feed.who(),
        values: few(figures.reasons.iter().map(|reason| reason.example.as_str())),
        ..Problem::default()
    });
}

/// Required fields of entities that are fed, for which no map has a rule.
pub fn without_source(ground: &Ground, found: &mut Found) {
    for entity in ground.model.iter().map(|standing| &standing.entity) {
        let feeds_it: Vec<Feed<'_>> = ground.feeds().filter(|feed| feed.map.map.key.entity == entity.name).collect();
        if feeds_it.is_empty() {
            continue;
        }
        for field in entity.fields.iter().filter(|field| is_wanted(field)) {
            let fed = ground.maps.iter().any(|map| feeds(map, &entity.name, &field.name));
            if fed || matches!(field.missing.policy, MissingPolicy::Default | MissingPolicy::Derive) {
                continue;
            }
            let records: u64 = feeds_it.iter().map(Feed::records).sum();
            found.add(Problem {
                kind: ProblemKind::RequiredWithoutSource,
                blocks: true,
                column: format!("{}.{}", entity.name, field.name),
                entity: entity.name.clone(),
                field: field.name.clone(),
                count: records,
                title: "required, and nothing feeds it".to_owned(),
                message: format!(
                    "No rule gives {} of {} a value. Map a field to it, give it a default, or make it optional.",
                    named(&field.name),
                    named(&entity.name)
                ),
                who: if field.owner.is_empty() { entity.owner.clone() } else { field.owner.clone() },
                ..Problem::default()
            });
        }
    }
}
