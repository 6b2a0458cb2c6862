//! Values that a map does not decide on: those of value maps, and the names of owners.

use super::ground::Feed;
use super::{Found, Problem, ProblemKind, few, listed, many, named};
use crate::mapping::rule::list_of_users;
use crate::mapping::values::counts::ValueCount;
use crate::mapping::values::lookup::{Lookup, Standing};
use crate::mapping::{FieldRule, Rule};
use crate::model::users::{OwnerMatch, UserList};

/// What there is to say of the values of one map.
pub fn check(feed: &Feed<'_>, found: &mut Found) {
    for rule in &feed.map.map.fields {
        match &rule.rule {
            Rule::ValueMap { .. } => value_map(feed, rule, found),
            Rule::Owner { list } => {
                let list = list_of_users(list);
                if let Some(list) = feed.ground.users.iter().find(|known| known.name == list) {
                    owners(feed, rule, list, found);
                }
            }
            _ => {}
        }
    }
}

fn of_rule(feed: &Feed<'_>, rule: &FieldRule) -> Problem {
    let key = &feed.map.map.key;
    Problem {
        source: key.source.clone(),
        object: key.object.clone(),
        column: rule.from.first().cloned().unwrap_or_default(),
        entity: key.entity.clone(),
        field: rule.field.clone(),
        who: feed.who(),
        ..Problem::default()
    }
}

fn value_map(feed: &Feed<'_>, rule: &FieldRule, found: &mut Found) {
    let Rule::ValueMap { separator, .. } = &rule.rule else { return };
    let lookup = Lookup::of(&rule.rule);
    let counted = feed.counts_of(rule).cloned().map(|counts| counts.parted(separator));
    let (values, unlisted) = counted.map(|counts| (counts.values, counts.unlisted)).unwrap_or_default();
    let (mut open, mut fresh): (Vec<&ValueCount>, Vec<&ValueCount>) = (Vec::new(), Vec::new());
    let after = feed.ground.after.get(&feed.map.map.key);
    for value in &values {
        let standing = lookup.of_value(&value.value);
        if standing == Standing::Undecided {
            open.push(value);
        }
        let is_new = after.is_some_and(|after| after.contains(&value.first_load));
        if is_new && matches!(standing, Standing::Undecided | Standing::ByDefault(_)) {
            fresh.push(value);
        }
    }
    // Beyond a hundred thousand values nobody mapped them one by one; a default takes them.
    let beyond = if lookup.of_value("\u{1F}") == Standing::Undecided { unlisted } else { 0 };
    let listed_records = open.iter().map(|value| value.records).sum::<u64>() + beyond;
    // Counted row by row, where it is: conditions and records that are left out are then in it.
    let by_row = feed.figures().and_then(|figures| figures.fields.get(&rule.field)).map(|figures| figures.rejects);
    let records = by_row.unwrap_or(listed_records);
    let column = named(rule.from.first().map_or("", String::as_str));
    if records > 0 {
        let number = open.len() as u64;
        let (title, what) = if number == 0 {
            let what = format!("{} of {column} meet no condition of the value map", many(records, "record", "records"));
            ("no condition holds for the value".to_owned(), what)
        } else {
            let names: Vec<&str> = open.iter().map(|value| value.value.as_str()).collect();
            let what = format!(
                "{} of {column} {} no target: {}",
                many(number, "value", "values"),
                has(number),
                listed(&names)
            );
            (many(number, "value without a target", "values without a target"), what)
        };
        found.add(Problem {
            kind: ProblemKind::UnmappedValue,
            blocks: true,
            count: records,
            title,
            message: format!("{what}. Map each, exclude it, or give a deliberate default."),
            values: few(open.iter().map(|value| value.value.as_str())),
            ..of_rule(feed, rule)
        });
    }
    if !fresh.is_empty() {
        let number = fresh.len() as u64;
        let names: Vec<&str> = fresh.iter().map(|value| value.value.as_str()).collect();
        let default = fresh.iter().any(|value| matches!(lookup.of_value(&value.value), Standing::ByDefault(_)));
        let next = if default { "The default takes it; look whether that is meant." } else { "Map it." };
        found.add(Problem {
            kind: ProblemKind::NewValue,
            count: fresh.iter().map(|value| value.records).sum(),
            title: many(number, "new value since the map was decided", "new values since the map was decided"),
            message: format!(
                "A later load brought {} of {column}: {}. {next}",
                many(number, "value", "values"),
                listed(&names)
            ),
            values: few(names.iter().copied()),
            ..of_rule(feed, rule)
        });
    }
}

fn has(number: u64) -> &'static str {
    if number == 1 { "has" } else { "have" }
}

fn owners(feed: &Feed<'_>, rule: &FieldRule, list: &UserList, found: &mut Found) {
    let Some(counts) = feed.counts_of(rule) else { return };
    let (mut several, mut unknown): (Vec<&ValueCount>, Vec<&ValueCount>) = (Vec::new(), Vec::new());
    let mut users = 0;
    for value in &counts.values {
        match (feed.ground.means.owner)(list, &value.value) {
            OwnerMatch::One(..) => {}
            OwnerMatch::Several(fitting) => {
                users = users.max(fitting.len());
                several.push(value);
            }
            OwnerMatch::Unknown => unknown.push(value),
        }
    }
    let sum = |values: &[&ValueCount]| values.iter().map(|value| value.records).sum::<u64>();
    let names = |values: &[&ValueCount]| -> Vec<String> { values.iter().map(|value| value.value.clone()).collect() };
    if !several.is_empty() {
        let number = several.len() as u64;
        let title = match (number, users) {
            (1, 2) => "one owner name, two users".to_owned(),
            (1, users) => format!("one owner name, {users} users"),
            _ => format!("{number} owner names, several users each"),
        };
        found.add(Problem {
            kind: ProblemKind::AmbiguousOwner,
            blocks: true,
            count: sum(&several),
            title,
            message: format!(
                "More than one user of {} fits {}. Write the name as another spelling of the right one.",
                named(&list.name),
                listed(&names(&several))
            ),
            values: few(several.iter().map(|value| value.value.as_str())),
            ..of_rule(feed, rule)
        });
    }
    if !unknown.is_empty() {
        let number = unknown.len() as u64;
        found.add(Problem {
            kind: ProblemKind::UnknownOwner,
            count: sum(&unknown),
            title: many(number, "owner name without a user", "owner names without a user"),
            message: format!(
                "No user of {} is called {}. Add them, or the records are rejected.",
                named(&list.name),
                listed(&names(&unknown))
            ),
            values: few(unknown.iter().map(|value| value.value.as_str())),
            ..of_rule(feed, rule)
        });
    }
}
