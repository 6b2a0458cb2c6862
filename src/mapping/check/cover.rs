//! What nobody decided, reviewed or approved yet.

use super::ground::Ground;
use super::{Found, Problem, ProblemKind, few, listed, many, named};
use crate::mapping::coverage::{self, Sum};
use crate::sources::Object;
use crate::values::shown::Shown;

/// Adds what is missing; returns the sums over all objects.
pub fn check(ground: &Ground, found: &mut Found) -> Sum {
    let mut all = Sum::default();
    for object in &ground.objects {
        let states = coverage::fields(object, &ground.maps);
        let sum = coverage::sum(&states);
        all.columns += sum.columns;
        all.open += sum.open;
        let has_map = ground.feeds().any(|feed| feed.object.is_some_and(|fed| fed.id == object.id));
        let name = Shown::of(&object.name);
        if !has_map {
            found.add(Problem {
                kind: ProblemKind::NoMap,
                count: object.records,
                title: "no map and no decision".to_owned(),
                message: format!(
                    "No map speaks of {name}: {} would not be carried over. Map it, or drop its fields with a reason.",
                    many(object.records, "record", "records")
                ),
                ..of_object(ground, object)
            });
        }
        if sum.open > 0 {
            let open: Vec<&str> =
                states.iter().filter(|state| state.disposition.is_none()).map(|state| state.column.as_str()).collect();
            found.add(Problem {
                kind: ProblemKind::NoDisposition,
                // One field is named; several are a matter of the object.
                column: if let [one] = open.as_slice() { (*one).to_owned() } else { String::new() },
                count: sum.open,
                title: many(sum.open, "field without a decision", "fields without a decision"),
                message: format!(
                    "{} of {} fields of {name} have no decision: {}. Map each, archive it, or drop it with a reason.",
                    sum.open,
                    sum.columns,
                    listed(&open)
                ),
                values: few(open.iter().copied()),
                ..of_object(ground, object)
            });
        }
    }
    reviews(ground, found);
    approvals(ground, found);
    all
}

fn of_object(ground: &Ground, object: &Object) -> Problem {
    let map = ground.feeds().find(|feed| feed.object.is_some_and(|fed| fed.id == object.id));
    Problem {
        source: object.source_name.clone(),
        object: object.name.clone(),
        who: map.map_or_else(|| ground.owner_of(&object.source_name), |feed| feed.who()),
        ..Problem::default()
    }
}

/// Rules and decisions that lack a review.
fn reviews(ground: &Ground, found: &mut Found) {
    for feed in ground.feeds() {
        let map = &feed.map.map;
        let rules = map.fields.iter().map(|rule| (&rule.field, rule.technical.is_some(), rule.business.is_some()));
        let columns = map.columns.iter().map(|d| (&d.column, d.technical.is_some(), d.business.is_some()));
        let open: Vec<(&String, bool, bool)> =
            rules.chain(columns).filter(|(_, technical, business)| !(*technical && *business)).collect();
        if open.is_empty() {
            continue;
        }
        let technical = open.iter().filter(|(_, technical, _)| !technical).count() as u64;
        let business = open.iter().filter(|(_, _, business)| !business).count() as u64;
        let names: Vec<&str> = open.iter().map(|(name, ..)| name.as_str()).collect();
        found.add(Problem {
            kind: ProblemKind::Unreviewed,
            source: map.key.source.clone(),
            object: map.key.object.clone(),
            entity: map.key.entity.clone(),
            count: open.len() as u64,
            title: many(open.len() as u64, "rule not reviewed", "rules not reviewed"),
            message: format!(
                "{}: {technical} without a technical review, {business} without one of the business, among them {}. Review them.",
                Shown::of(&map.key.name()),
                listed(&names)
            ),
            values: few(names.iter().copied()),
            who: feed.who(),
            ..Problem::default()
        });
    }
}

/// Entities that maps feed and nobody approved.
fn approvals(ground: &Ground, found: &mut Found) {
    for standing in ground.model.iter().filter(|standing| standing.approved().is_none()) {
        let name = &standing.entity.name;
        let feeds: Vec<_> = ground.feeds().filter(|feed| feed.map.map.key.entity == *name).collect();
        if feeds.is_empty() {
            continue;
        }
        found.add(Problem {
            kind: ProblemKind::Unapproved,
            column: name.clone(),
            entity: name.clone(),
            count: feeds.iter().map(|feed| feed.records()).sum(),
            title: "the entity is not approved".to_owned(),
            message: format!("Nobody approved {} as it stands. Approve what one row of it is.", named(name)),
            who: standing.entity.owner.clone(),
            ..Problem::default()
        });
    }
}
