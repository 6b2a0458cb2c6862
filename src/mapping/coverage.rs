//! What became of every source field: one disposition each, none left without.

use std::collections::{BTreeMap, BTreeSet};

use super::map::Disposition;
use super::{FieldRule, MapKey, Rule, StandingMap, expression};
use crate::sources::{Column, Object};

/// The state of one source field.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct FieldState {
    pub position: usize,
    pub column: String,
    /// `None`: not decided.
    pub disposition: Option<Disposition>,
    /// Where it goes: map and field, in the order of the maps.
    pub goes_to: Vec<(MapKey, String)>,
    /// Dropped or archived: why.
    pub reason: String,
    pub technical: bool,
    pub business: bool,
}

/// Sums over one object. `columns = mapped + archived + dropped + open`; a suggestion may stand for some of the open.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Sum {
    pub columns: u64,
    pub mapped: u64,
    pub archived: u64,
    pub dropped: u64,
    pub open: u64,
    /// Decided fields with both reviews.
    pub reviewed: u64,
}

/// The state of every column of an object, in the order of the columns. A column that only helps a rule (the currency of an
/// amount, the country of a phone number) is not carried over by it, and has no disposition from it.
#[must_use]
pub fn fields(object: &Object, maps: &[StandingMap]) -> Vec<FieldState> {
    let names: Vec<String> = object.columns.iter().map(|column| column.name.clone()).collect();
    let own =
        || maps.iter().filter(|map| map.map.key.source == object.source_name && map.map.key.object == object.name);
    let mut uses: BTreeMap<&str, Vec<(&MapKey, &FieldRule)>> = BTreeMap::new();
    let mut read: Vec<(&MapKey, &FieldRule, BTreeSet<String>)> = Vec::new();
    for map in own() {
        for rule in &map.map.fields {
            read.push((&map.map.key, rule, carried(rule, &names)));
        }
    }
    for (key, rule, columns) in &read {
        for column in columns {
            uses.entry(column).or_default().push((key, rule));
        }
    }
    let state = |column: &Column| {
        let mut state = FieldState {
            position: column.position,
            column: column.name.clone(),
            disposition: None,
            goes_to: Vec::new(),
            reason: String::new(),
            technical: false,
            business: false,
        };
        if let Some(rules) = uses.get(column.name.as_str()) {
            state.disposition = Some(disposition(&column.name, rules));
            state.goes_to = rules.iter().map(|(key, rule)| ((*key).clone(), rule.field.clone())).collect();
            state.technical = rules.iter().all(|(_, rule)| rule.technical.is_some());
            state.business = rules.iter().all(|(_, rule)| rule.business.is_some());
            return state;
        }
        let decided: Vec<_> = own().filter_map(|map| map.map.decision_on(&column.name)).collect();
        // What one map keeps is not lost, whatever another says.
        if let Some(decision) = decided.iter().find(|decision| decision.archived).or_else(|| decided.first()) {
            state.disposition = Some(if decision.archived { Disposition::Archived } else { Disposition::Dropped });
            state.reason.clone_from(&decision.reason);
            state.technical = decided.iter().all(|decision| decision.technical.is_some());
            state.business = decided.iter().all(|decision| decision.business.is_some());
        }
        state
    };
    object.columns.iter().map(state).collect()
}

/// The columns whose content a rule carries over.
fn carried(rule: &FieldRule, names: &[String]) -> BTreeSet<String> {
    match &rule.rule {
        Rule::Money { .. } | Rule::Phone { .. } => rule.from.iter().take(1).cloned().collect(),
        Rule::Expression { sql } => {
            let mut found: BTreeSet<String> = rule.from.iter().cloned().collect();
            if let Ok(checked) = expression::check(sql, names) {
                found.extend(checked.columns.iter().filter_map(|at| names.get(*at).cloned()));
            }
            found
        }
        _ => rule.from.iter().cloned().collect(),
    }
}

fn disposition(column: &str, rules: &[(&MapKey, &FieldRule)]) -> Disposition {
    // A key that something is looked up by besides is not split by that.
    let by_itself: Vec<&FieldRule> =
        rules.iter().map(|(_, rule)| *rule).filter(|rule| !matches!(rule.rule, Rule::LookUp { .. })).collect();
    match by_itself.as_slice() {
        [] => Disposition::LookedUp,
        [one] => match &one.rule {
            Rule::Copy if folded(column) == folded(&one.field) => Disposition::Copied,
            Rule::Copy => Disposition::Renamed,
            Rule::Split { .. } => Disposition::Split,
            Rule::FirstFilled | Rule::Join { .. } => Disposition::Merged,
            Rule::Expression { .. } => Disposition::Derived,
            Rule::Reference { .. } | Rule::LookUp { .. } => Disposition::LookedUp,
            _ => Disposition::Converted,
        },
        _ => Disposition::Split,
    }
}

/// A name without case and signs, and without the ending of custom fields: `Family_Name__c` is `family_name`.
fn folded(name: &str) -> String {
    let name = name.to_lowercase();
    let name = name.strip_suffix("__c").unwrap_or(&name);
    name.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// The sums.
#[must_use]
pub fn sum(fields: &[FieldState]) -> Sum {
    let mut sum = Sum { columns: fields.len() as u64, ..Sum::default() };
    for field in fields {
        match field.disposition {
            None => sum.open += 1,
            Some(Disposition::Archived) => sum.archived += 1,
            Some(Disposition::Dropped) => sum.dropped += 1,
            Some(_) => sum.mapped += 1,
        }
        sum.reviewed += u64::from(field.disposition.is_some() && field.technical && field.business);
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mapping::edit::{Change, apply, new_map, read_rule};
    use crate::mapping::map::Mark;
    use crate::sources::{ColumnRole, ObjectId};

    fn object(names: &[&str]) -> Object {
        let column = |(position, name): (usize, &&str)| Column {
            position,
            name: (*name).to_owned(),
            role: ColumnRole::Plain,
            evidence: String::new(),
            by_hand: false,
            points_to: None,
            meaning: None,
            separator: None,
            dates: None,
        };
        Object {
            id: ObjectId(1),
            source_name: "S".to_owned(),
            name: "Contact".to_owned(),
            preset: None,
            recognised: None,
            one_row_is: None,
            records: 0,
            older_versions: 0,
            rows: 0,
            quarantined: 0,
            columns: names.iter().enumerate().map(column).collect(),
            repeated_ids: 0,
            spoiled_ids: 0,
            merged_away: 0,
            loads: Vec::new(),
        }
    }

    fn map(entity: &str, rules: &[(&str, &str)], more: &[Change]) -> StandingMap {
        let key = MapKey { source: "S".to_owned(), object: "Contact".to_owned(), entity: entity.to_owned() };
        let set = |(field, line): &(&str, &str)| {
            let (from, rule) = read_rule(line).unwrap();
            Change::Set { field: (*field).to_owned(), from, rule }
        };
        let changes: Vec<Change> = rules.iter().map(set).chain(more.iter().cloned()).collect();
        StandingMap { map: apply(&new_map(&key), &changes, &Mark::default()).unwrap(), ..StandingMap::default() }
    }

    #[test]
    fn every_column_has_one_disposition_over_all_maps_and_the_sum_closes() {
        let object = object(&[
            "Family_Name__c",
            "LastName",
            "Email",
            "FullName",
            "Mobile",
            "Phone",
            "Country",
            "AccountId",
            "Amount",
            "Cur",
            "Fax",
            "Notes",
            "Open",
        ]);
        let drop = |column: &str| Change::Drop { column: column.to_owned(), reason: "not used".to_owned() };
        let archive =
            Change::Archive { column: "Notes".to_owned(), archive_as: "note".to_owned(), reason: "history".to_owned() };
        let say = |field: &str, business| Change::Review {
            field: Some(field.to_owned()),
            column: None,
            business,
            said: true,
        };
        let person = map(
            "person",
            &[
                ("family_name", "copy Family_Name__c"),
                ("surname", "copy LastName"),
                ("email", "e-mail Email"),
                ("given_name", "person name FullName: given"),
                ("phone", "first filled Mobile, Phone"),
                ("country", "value map Country"),
                ("account", "reference AccountId to account in S.Account"),
                ("city", "look up City by AccountId in S.Account"),
                ("value", "money Amount currency from Cur"),
            ],
            &[drop("Fax"), drop("Notes"), say("email", false), say("email", true), say("value", true)],
        );
        let account = map("account", &[("domain", "domain Email")], &[archive]);
        let states = fields(&object, &[person, account]);
        let told: Vec<(&str, Option<Disposition>)> =
            states.iter().map(|state| (state.column.as_str(), state.disposition)).collect();
        assert_eq!(
            told,
            [
                ("Family_Name__c", Some(Disposition::Copied)),
                ("LastName", Some(Disposition::Renamed)),
                ("Email", Some(Disposition::Split)),
                ("FullName", Some(Disposition::Split)),
                ("Mobile", Some(Disposition::Merged)),
                ("Phone", Some(Disposition::Merged)),
                ("Country", Some(Disposition::Converted)),
                ("AccountId", Some(Disposition::LookedUp)),
                ("Amount", Some(Disposition::Converted)),
                ("Cur", None),
                ("Fax", Some(Disposition::Dropped)),
                ("Notes", Some(Disposition::Archived)),
                ("Open", None),
            ]
        );
        assert_eq!((states[2].goes_to.len(), states[2].technical), (2, false));
        assert_eq!(states[11].reason, "history");
        let sum = sum(&states);
        assert_eq!((sum.mapped, sum.archived, sum.dropped, sum.open), (9, 1, 1, 2));
        assert_eq!(sum.columns, sum.mapped + sum.archived + sum.dropped + sum.open);
        assert_eq!(sum.reviewed, 0);
    }
}
