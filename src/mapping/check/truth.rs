//! Who is right about what: rules by which another system than the owner writes a field, and systems that control what they
//! must not.

use std::collections::{BTreeMap, BTreeSet};

use super::ground::{Feed, Ground};
use super::{Found, Problem, ProblemKind, listed, named};
use crate::mapping::FieldRule;
use crate::model::{Entity, Field, RoleInGrain};
use crate::sources::columns::header_words;
use crate::values::shown::Shown;

/// What there is to say of who writes the fields of one map.
pub fn check(feed: &Feed<'_>, found: &mut Found) {
    let Some(entity) = feed.entity else { return };
    for rule in &feed.map.map.fields {
        let Some(field) = entity.field(&rule.field) else { continue };
        overwritten(feed, entity, field, rule, found);
        controlled(feed, entity, field, rule, found);
    }
}

fn of_rule(feed: &Feed<'_>, rule: &FieldRule) -> Problem {
    let key = &feed.map.map.key;
    Problem {
        source: key.source.clone(),
        object: key.object.clone(),
        column: rule.from.first().cloned().unwrap_or_else(|| format!("{}.{}", key.entity, rule.field)),
        entity: key.entity.clone(),
        field: rule.field.clone(),
        // What the rule has something to write for; which of them differ is known once records are joined.
        count: feed.profile_of(rule).map_or(feed.records(), |profile| profile.filled),
        ..Problem::default()
    }
}

fn overwritten(feed: &Feed<'_>, entity: &Entity, field: &Field, rule: &FieldRule, found: &mut Found) {
    let Some(row) = (feed.ground.means.truth)(&feed.ground.truth, &entity.name, &field.name, &field.group) else {
        return;
    };
    let key = &feed.map.map.key;
    if row.owner.is_empty() || same(&row.owner, &key.source) {
        return;
    }
    let owner_feeds = feed.ground.maps.iter().any(|map| {
        map.map.key.entity == entity.name
            && same(&map.map.key.source, &row.owner)
            && map.map.rule_of(&field.name).is_some()
    });
    let (owner, source, name) = (named(&row.owner), named(&key.source), named(&field.name));
    let message = if owner_feeds {
        format!(
            "{owner} owns {name} and {source} writes it too. Clear this rule, or let it fill only what {owner} leaves empty."
        )
    } else {
        format!(
            "{owner} owns {name}, but {source} writes it and no rule of {owner} does. Map it from {owner}, or decide anew who is right."
        )
    };
    found.add(Problem {
        kind: ProblemKind::OwnerOverwritten,
        title: "the owning system is overwritten".to_owned(),
        message,
        who: if field.owner.is_empty() { feed.who() } else { field.owner.clone() },
        ..of_rule(feed, rule)
    });
}

fn same(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}

/// Facts of the source that speak against the rule. What is only proposed of a kind of system counts where it says that the
/// system must not control something; that it is risky has to be stated.
fn controlled(feed: &Feed<'_>, entity: &Entity, field: &Field, rule: &FieldRule, found: &mut Found) {
    let source = &feed.map.map.key.source;
    let Some(known) = feed.ground.known.get(source) else { return };
    let stated = known.is_stated("must_not_control");
    let against = known.facts.must_not_control.iter().find(|words| speaks_of(words, entity, field, stated));
    let risky =
        known.facts.risky.iter().find(|words| known.is_stated("risky") && speaks_of(words, entity, field, true));
    let (title, said) = match (against, risky) {
        (Some(words), _) => ("a system controls what it must not", format!("must not control {}", Shown::of(words))),
        (None, Some(words)) => ("a system is risky for this", format!("is risky for {}", Shown::of(words))),
        (None, None) => return,
    };
    found.add(Problem {
        kind: ProblemKind::MustNotControl,
        title: title.to_owned(),
        message: format!(
            "{} {said}, and this rule lets it write {}. Map it from another system, or correct what is known of this one.",
            named(source),
            named(&field.name)
        ),
        who: feed.who(),
        ..of_rule(feed, rule)
    });
}

/// Words that say nothing of which field is meant.
const NOISE: &[&str] = &["data", "detail", "field", "information", "number", "of", "record", "the", "value"];

/// Whether a statement about a system (`consent`, `billing address`) speaks of a field.
fn speaks_of(statement: &str, entity: &Entity, field: &Field, whole_identity: bool) -> bool {
    let singular = |word: String| match word.strip_suffix('s') {
        Some(stem) if !stem.ends_with('s') && !stem.is_empty() => stem.to_owned(),
        _ => word,
    };
    let words = |text: &str| -> BTreeSet<String> {
        header_words(text).into_iter().map(singular).filter(|word| !NOISE.contains(&word.as_str())).collect()
    };
    let wanted = words(statement);
    if wanted.is_empty() {
        return false;
    }
    if whole_identity && wanted.iter().eq(["identity"]) {
        return field.role == RoleInGrain::Identity;
    }
    let mut known = words(&entity.name);
    for text in [&field.name, &field.label, &field.group] {
        known.extend(words(text));
    }
    // The entity alone is not the field: `account` would speak of all that an account has.
    wanted.is_subset(&known) && !wanted.is_subset(&words(&entity.name))
}

/// Fields that several sources feed and of which nobody said who is right.
pub fn without_owner(ground: &Ground, found: &mut Found) {
    let mut fed: BTreeMap<(&str, &str), Vec<Feed<'_>>> = BTreeMap::new();
    for at in 0..ground.maps.len() {
        for rule in &ground.maps[at].map.fields {
            if let Some(feed) = ground.feeds().nth(at) {
                fed.entry((&ground.maps[at].map.key.entity, &rule.field)).or_default().push(feed);
            }
        }
    }
    for ((entity_name, field_name), feeds) in fed {
        let sources: BTreeSet<&str> = feeds.iter().map(|feed| feed.map.map.key.source.as_str()).collect();
        let field = ground.entity(entity_name).and_then(|entity| entity.field(field_name));
        let (Some(field), true) = (field, sources.len() > 1) else { continue };
        if (ground.means.truth)(&ground.truth, entity_name, field_name, &field.group)
            .is_some_and(|row| !row.owner.is_empty())
        {
            continue;
        }
        let sources: Vec<&str> = sources.into_iter().collect();
        found.add(Problem {
            kind: ProblemKind::NoSourceOfTruth,
            column: format!("{entity_name}.{field_name}"),
            entity: entity_name.to_owned(),
            field: field_name.to_owned(),
            count: feeds.iter().map(Feed::records).sum(),
            title: "several sources, and nobody said which wins".to_owned(),
            message: format!(
                "{} write {} of {}. Decide which system is right about it.",
                listed(&sources),
                named(field_name),
                named(entity_name)
            ),
            who: field.owner.clone(),
            ..Problem::default()
        });
    }
}
