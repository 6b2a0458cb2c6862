//! What is proposed of a source that nobody spoke of yet: by the preset of its system or, where there is none, by its kind,
//! and by what its loads show. Never stored.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::store::Seen;
use super::{ObjectFacts, SourceFacts};
use crate::sources::{SystemKind, presets};

// The asset is part of the program, and a test reads it.
static ROWS: LazyLock<BTreeMap<String, String>> =
    LazyLock::new(|| toml::from_str(include_str!("../../../assets/objects.toml")).unwrap_or_default());

/// What is proposed of a source of this name and kind with these objects.
pub(super) fn of(source: &str, kind: SystemKind, objects: &[Seen]) -> SourceFacts {
    let mut facts = of_system(source, kind);
    for seen in objects {
        let preset = seen.preset.as_deref().and_then(presets::of_object).and_then(|(_, object)| object);
        let one_row_is = preset
            .map(|object| object.one_row_is.clone())
            .filter(|text| !text.is_empty())
            .or_else(|| one_row_is(&seen.object))
            .unwrap_or_default();
        facts.objects.insert(
            seen.object.clone(),
            ObjectFacts {
                one_row_is,
                creates: seen.created_later,
                updates: seen.changed,
                merges: seen.merged,
                deletes: seen.vanished,
                ..ObjectFacts::default()
            },
        );
    }
    // The moment that the newest export shows is when it was made, until somebody knows better.
    facts.extraction.at = objects.iter().filter_map(|seen| seen.as_of.clone()).max().unwrap_or_default();
    facts
}

/// What the system is trusted for: by its preset, unless people say that it is of another kind; else by its kind.
fn of_system(source: &str, kind: SystemKind) -> SourceFacts {
    let of_kind = presets::defaults_of_kind(kind);
    let preset = presets::of_source(source, kind).filter(|preset| preset.kind == kind);
    let known = |of_preset: Option<&Vec<String>>, of_kind: &Vec<String>| {
        of_preset.filter(|groups| !groups.is_empty()).unwrap_or(of_kind).clone()
    };
    SourceFacts {
        reliable: known(preset.map(|preset| &preset.reliable), &of_kind.reliable),
        risky: known(preset.map(|preset| &preset.risky), &of_kind.risky),
        owns: known(preset.map(|preset| &preset.owns), &of_kind.owns),
        contributes: known(preset.map(|preset| &preset.contributes), &of_kind.contributes),
        must_not_control: known(preset.map(|preset| &preset.must_not_control), &of_kind.must_not_control),
        ..SourceFacts::default()
    }
}

/// What one row of an object of this name is: `Contacts` and `contact` are one.
fn one_row_is(object: &str) -> Option<String> {
    let folded = object.to_lowercase();
    let words =
        [folded.as_str(), folded.strip_suffix("ies").unwrap_or_default(), folded.strip_suffix('s').unwrap_or_default()];
    let with_y = format!("{}y", words[1]);
    [words[0], words[2], with_y.as_str()].into_iter().find_map(|word| ROWS.get(word).cloned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_proposals_that_hold_together() {
        assert!(ROWS.len() > 10);
        for kind in SystemKind::ALL.into_iter().filter(|kind| *kind != SystemKind::Other) {
            let facts = of_system("no such system", kind);
            assert!(!facts.reliable.is_empty() && !facts.risky.is_empty(), "{}", kind.word());
            assert!(facts.reliable.iter().all(|group| !facts.risky.contains(group)), "{}", kind.word());
            assert!(facts.owns.iter().all(|group| !facts.must_not_control.contains(group)), "{}", kind.word());
        }
    }

    #[test]
    fn the_preset_of_a_system_says_more_than_its_kind_unless_people_say_it_is_another() {
        let known = of_system("Salesforce", SystemKind::Crm);
        assert_ne!(known.reliable, of_system("no such system", SystemKind::Crm).reliable);
        assert_eq!(of_system("Salesforce", SystemKind::Billing), of_system("no such system", SystemKind::Billing));
    }

    #[test]
    fn one_row_is_known_for_common_names_in_one_or_many() {
        for name in ["Contact", "contacts", "CONTACTS"] {
            assert_eq!(one_row_is(name).as_deref(), Some("one person known by name"), "{name}");
        }
        assert_eq!(one_row_is("Opportunities").as_deref(), Some("one chance of a sale"));
        assert_eq!(one_row_is("s"), None);
        assert_eq!(one_row_is(""), None);
    }
}
