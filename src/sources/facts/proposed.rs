//! What is proposed of a source that nobody spoke of yet: by its kind (an asset), and by what its loads show. Never stored.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::store::Seen;
use super::{ObjectFacts, SourceFacts};
use crate::sources::SystemKind;

#[derive(Debug, Default, Deserialize)]
struct Table {
    kinds: BTreeMap<String, OfKind>,
    one_row_is: BTreeMap<String, String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct OfKind {
    reliable: Vec<String>,
    risky: Vec<String>,
    owns: Vec<String>,
    contributes: Vec<String>,
    must_not_control: Vec<String>,
}

// The asset is part of the program, and a test reads it.
static TABLE: LazyLock<Table> =
    LazyLock::new(|| toml::from_str(include_str!("../../../assets/facts.toml")).unwrap_or_default());

/// What is proposed of a source of this kind with these objects.
pub(super) fn of(kind: SystemKind, objects: &[Seen]) -> SourceFacts {
    let mut facts = of_kind(kind);
    for seen in objects {
        let one_row_is = one_row_is(&seen.object).unwrap_or_default();
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

fn of_kind(kind: SystemKind) -> SourceFacts {
    let Some(of_kind) = TABLE.kinds.get(kind.word()) else { return SourceFacts::default() };
    SourceFacts {
        reliable: of_kind.reliable.clone(),
        risky: of_kind.risky.clone(),
        owns: of_kind.owns.clone(),
        contributes: of_kind.contributes.clone(),
        must_not_control: of_kind.must_not_control.clone(),
        ..SourceFacts::default()
    }
}

/// What one row of an object of this name is: `Contacts` and `contact` are one.
fn one_row_is(object: &str) -> Option<String> {
    let folded = object.to_lowercase();
    let words =
        [folded.as_str(), folded.strip_suffix("ies").unwrap_or_default(), folded.strip_suffix('s').unwrap_or_default()];
    let with_y = format!("{}y", words[1]);
    [words[0], words[2], with_y.as_str()].into_iter().find_map(|word| TABLE.one_row_is.get(word).cloned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_proposals_are_read_and_hold_together() {
        let table: Table = toml::from_str(include_str!("../../../assets/facts.toml")).unwrap();
        assert!(table.kinds.len() >= 14 && table.one_row_is.len() > 10);
        for kind in SystemKind::ALL.into_iter().filter(|kind| *kind != SystemKind::Other) {
            assert!(table.kinds.contains_key(kind.word()), "{}", kind.word());
        }
        for (word, kind) in &table.kinds {
            assert!(kind.reliable.iter().all(|group| !kind.risky.contains(group)), "{word}");
            assert!(kind.owns.iter().all(|group| !kind.must_not_control.contains(group)), "{word}");
        }
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
