//! Dates whose order of day and month the values do not say: they block until a person decides, whatever a rule assumes.

use super::ground::Ground;
use super::{Found, Problem, ProblemKind, few, many, named};
use crate::mapping::coverage;
use crate::mapping::{FieldRule, MapKey, Rule};
use crate::model::FieldType;
use crate::sources::Object;
use crate::sources::profile::{ColumnProfile, DateOrder};

/// The order of day and month that a way of writing depends on; `None`: it states which is which.
fn order_of(format: &str) -> Option<DateOrder> {
    match format {
        "day-first" => return Some(DateOrder::DayFirst),
        "month-first" => return Some(DateOrder::MonthFirst),
        _ => {}
    }
    let at = |signs: &[&str]| signs.iter().filter_map(|sign| format.find(sign)).min();
    let (day, month) = (at(&["%d", "%e", "%-d"])?, at(&["%m", "%-m"])?);
    let year = at(&["%Y", "%y"]).unwrap_or(usize::MAX);
    if year < day.min(month) {
        return None;
    }
    Some(if day < month { DateOrder::DayFirst } else { DateOrder::MonthFirst })
}

/// How a column of dates is used.
#[derive(Default)]
struct Use<'a> {
    /// The order that a rule assumes, with the rule.
    assumed: Vec<(DateOrder, &'a MapKey, &'a FieldRule)>,
    /// A rule takes it into a date without saying how it is written.
    taken: Option<(&'a MapKey, &'a FieldRule)>,
    /// Nobody decided on it.
    open: bool,
}

/// Looks at every column of dates of every object.
pub fn check(ground: &Ground, found: &mut Found) {
    for object in &ground.objects {
        let Some(profile) = ground.profiles.get(&object.id.0) else { continue };
        if !profile.columns.iter().any(|column| column.date_order.is_some()) {
            continue;
        }
        let states = coverage::fields(object, &ground.maps);
        for column in &profile.columns {
            let Some(order) = column.date_order else { continue };
            let mut used = usage(ground, object, &column.name);
            used.open = states.get(column.position).is_some_and(|state| state.disposition.is_none());
            judge(ground, object, column, order, &used, found);
        }
    }
}

fn usage<'a>(ground: &'a Ground, object: &Object, column: &str) -> Use<'a> {
    let mut used = Use::default();
    for feed in ground.feeds().filter(|feed| feed.object.is_some_and(|fed| fed.id == object.id)) {
        let key = &feed.map.map.key;
        let entity = ground.entity(&key.entity);
        for rule in feed.map.map.fields.iter().filter(|rule| rule.from.iter().any(|from| from == column)) {
            match &rule.rule {
                Rule::Date { format } | Rule::DateTime { format, .. } => {
                    used.assumed.extend(order_of(format).map(|order| (order, key, rule)));
                }
                Rule::Copy | Rule::FirstFilled | Rule::Join { .. } => {
                    let kind = entity.and_then(|entity| entity.field(&rule.field)).map(|field| field.kind);
                    if matches!(kind, Some(FieldType::Date | FieldType::Datetime)) {
                        used.taken.get_or_insert((key, rule));
                    }
                }
                _ => {}
            }
        }
    }
    used
}

fn judge(
    ground: &Ground,
    object: &Object,
    column: &ColumnProfile,
    order: DateOrder,
    used: &Use<'_>,
    found: &mut Found,
) {
    let evidence = column.dates.clone().unwrap_or_default();
    let name = named(&column.name);
    let who = ground
        .feeds()
        .find(|feed| feed.object.is_some_and(|fed| fed.id == object.id))
        .map_or_else(|| ground.owner_of(&object.source_name), |feed| feed.who());
    let first = used.assumed.first().map(|(_, key, rule)| (*key, *rule)).or(used.taken);
    let problem = |kind, count, title: &str, message: String| Problem {
        kind,
        blocks: true,
        source: object.source_name.clone(),
        object: object.name.clone(),
        column: column.name.clone(),
        entity: first.map(|(key, _)| key.entity.clone()).unwrap_or_default(),
        field: first.map(|(_, rule)| rule.field.clone()).unwrap_or_default(),
        count,
        title: title.to_owned(),
        message,
        who: who.clone(),
        values: few(evidence.examples.iter().map(|example| example.value.as_str())),
    };
    let decided = ground.orders.get(&object.id.0).into_iter().flatten().find(|known| known.column == column.name);
    let is_used = used.open || used.taken.is_some() || !used.assumed.is_empty();
    // What is known of the order: a person said it, or the values do.
    let known = match (decided, order) {
        (Some(decision), _) => Some((decision.order, format!("as {} decided", named(&decision.who)))),
        (None, DateOrder::DayFirst | DateOrder::MonthFirst) => Some((order, "as its values prove".to_owned())),
        (None, DateOrder::YearFirst) => return,
        (None, DateOrder::Contradictory | DateOrder::Undecided) => None,
    };
    if let Some((known, because)) = known {
        let Some((_, _, rule)) = used.assumed.iter().find(|(assumed, ..)| *assumed != known) else { return };
        let words = if known == DateOrder::DayFirst { "day first" } else { "month first" };
        let message = format!(
            "{name} is {words}, {because}, but the rule of {} reads it the other way. Change the rule.",
            named(&rule.field)
        );
        found.add(problem(
            ProblemKind::ContradictoryDate,
            evidence.either,
            "a rule reads dates the other way",
            message,
        ));
        return;
    }
    if !is_used {
        return;
    }
    if order == DateOrder::Contradictory {
        let fewer = evidence.day_first.min(evidence.month_first);
        let message = format!(
            "{name} holds {} that can only be day first and {} that can only be month first. Decide the order for the rest in the column's profile.",
            many(evidence.day_first, "date", "dates"),
            many(evidence.month_first, "date", "dates")
        );
        found.add(problem(ProblemKind::ContradictoryDate, fewer, "day or month first: contradictory", message));
    } else {
        let message = format!(
            "{} of {name} can be read both day first and month first. Decide the order in the column's profile.",
            many(evidence.either, "date", "dates")
        );
        found.add(problem(ProblemKind::UndecidedDate, evidence.either, "day or month first: undecided", message));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_ways_of_writing_that_need_the_order_depend_on_it() {
        for (format, order) in [
            ("day-first", Some(DateOrder::DayFirst)),
            ("month-first", Some(DateOrder::MonthFirst)),
            ("%d/%m/%Y", Some(DateOrder::DayFirst)),
            ("%m-%d-%y", Some(DateOrder::MonthFirst)),
            ("%e.%m.%Y %H:%M", Some(DateOrder::DayFirst)),
            ("year-first", None),
            ("iso", None),
            ("excel", None),
            ("%d %b %Y", None),
            ("%Y-%m-%d", None),
            ("%H:%M", None),
        ] {
            assert_eq!(order_of(format), order, "{format}");
        }
    }
}
