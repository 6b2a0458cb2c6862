//! Objects of the old systems and of the new one that have no counterpart on the other side.

use std::collections::BTreeSet;

use super::{Side, SourceFacts};
use crate::sources::Source;

/// What a person writes where an object of an old system has no counterpart in the new one.
pub const NONE: &str = "none";

/// An object without a counterpart, with why.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct WithoutCounterpart {
    pub source: String,
    pub side: Side,
    pub object: String,
    pub reason: Missing,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Missing {
    /// Nobody said which object of the new system takes its records.
    NotStated,
    /// A person said that there is none.
    StatedNone,
    /// The object that was named is not among those of the new system.
    Unknown,
    /// No object of an old system names this object of the new one.
    Unnamed,
}

impl Missing {
    /// As a clause: `nobody said what takes it`.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::NotStated => "nobody said what takes it",
            Self::StatedNone => "it has none, a person said",
            Self::Unknown => "the new system has no such object",
            Self::Unnamed => "no old object goes there",
        }
    }
}

/// Objects without counterpart, in the order of the inventory. A counterpart is named `Object`, or `System/Object` where
/// there are several new systems; letter case does not count.
#[must_use]
pub fn without_counterpart(systems: &[(&Source, &SourceFacts)]) -> Vec<WithoutCounterpart> {
    let fold = |text: &str| text.trim().to_lowercase();
    let mut of_new: BTreeSet<String> = BTreeSet::new();
    for (source, facts) in systems.iter().filter(|(_, facts)| facts.side == Side::New) {
        for object in object_names(source, facts) {
            of_new.insert(fold(&object));
            of_new.insert(fold(&format!("{}/{object}", source.name)));
        }
    }
    let named: BTreeSet<String> = systems
        .iter()
        .filter(|(_, facts)| facts.side == Side::Old)
        .flat_map(|(_, facts)| facts.objects.values().map(|object| fold(&object.counterpart)))
        .collect();
    let mut found = Vec::new();
    for (source, facts) in systems {
        for object in object_names(source, facts) {
            let counterpart = facts.objects.get(&object).map(|o| fold(&o.counterpart)).unwrap_or_default();
            let reason = match facts.side {
                Side::Old if counterpart.is_empty() => Some(Missing::NotStated),
                Side::Old if counterpart == NONE => Some(Missing::StatedNone),
                // While nothing of the new system is known, a name can only be believed.
                Side::Old if !of_new.is_empty() && !of_new.contains(&counterpart) => Some(Missing::Unknown),
                Side::Old => None,
                Side::New => {
                    let whole = fold(&format!("{}/{object}", source.name));
                    (!named.contains(&fold(&object)) && !named.contains(&whole)).then_some(Missing::Unnamed)
                }
            };
            if let Some(reason) = reason {
                found.push(WithoutCounterpart { source: source.name.clone(), side: facts.side, object, reason });
            }
        }
    }
    found
}

/// Loaded objects in their order, then those that are only known by name.
pub(super) fn object_names(source: &Source, facts: &SourceFacts) -> Vec<String> {
    let mut names: Vec<String> = source.objects.iter().map(|object| object.name.clone()).collect();
    let more: Vec<String> = facts.objects.keys().filter(|name| !names.contains(name)).cloned().collect();
    names.extend(more);
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::SystemKind;
    use crate::sources::facts::ObjectFacts;

    fn system(name: &str, side: Side, objects: &[(&str, &str)]) -> (Source, SourceFacts) {
        let objects = objects.iter().map(|(object, counterpart)| {
            ((*object).to_owned(), ObjectFacts { counterpart: (*counterpart).to_owned(), ..ObjectFacts::default() })
        });
        let facts = SourceFacts { side, objects: objects.collect(), ..SourceFacts::default() };
        (Source { name: name.to_owned(), kind: SystemKind::Crm, objects: Vec::new() }, facts)
    }

    #[test]
    fn what_has_no_counterpart_is_listed_on_both_sides() {
        let old =
            system("Old", Side::Old, &[("a", "person"), ("b", ""), ("c", "none"), ("d", "Persons"), ("e", "New/Deal")]);
        let new = system("New", Side::New, &[("Person", ""), ("Deal", ""), ("Ticket", "")]);
        let all = [(&old.0, &old.1), (&new.0, &new.1)];
        let found: Vec<(String, Missing)> =
            without_counterpart(&all).into_iter().map(|missing| (missing.object, missing.reason)).collect();
        let expected = [
            ("b", Missing::NotStated),
            ("c", Missing::StatedNone),
            ("d", Missing::Unknown),
            ("Ticket", Missing::Unnamed),
        ];
        assert_eq!(found, expected.map(|(object, reason)| (object.to_owned(), reason)));
    }

    #[test]
    fn a_named_counterpart_is_believed_while_nothing_of_the_new_system_is_known() {
        let old = system("Old", Side::Old, &[("a", "person")]);
        assert_eq!(without_counterpart(&[(&old.0, &old.1)]), []);
    }
}
