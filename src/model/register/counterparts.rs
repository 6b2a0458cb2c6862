//! Which entity of the model takes what an entity of the target holds: what people set, and what names and fields propose.
//! A proposal pairs each once, the best first, so that the order of neither side matters.

use std::collections::{BTreeMap, BTreeSet};

use super::{WithoutCounterpart, refused};
use crate::model::{Entity, Field, ModelError, Target};
use crate::sources::columns::header_words;
use crate::values::shown::Shown;

/// One entity of the target with the one of the model that it is.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Counterpart {
    /// The target's entity.
    pub theirs: String,
    /// The model's; empty: none.
    pub ours: String,
    /// A person said so; else it is proposed.
    pub set: bool,
    /// `same name`; `3 of 4 fields alike`; empty where a person said so.
    pub why: String,
    /// (their field, our field), in their order.
    pub fields: Vec<(String, String)>,
}

/// Below this an entity is proposed for nothing.
const LEAST: f64 = 0.6;
/// Below this two names of fields are not alike (Jaro-Winkler).
const ALIKE: f64 = 0.93;

/// Names that systems give to the same thing, in one number.
const SAME: &[&[&str]] = &[
    &["person", "contact", "people", "individual", "lead", "consumer"],
    &["account", "company", "organization", "organisation", "business", "client", "firm"],
    &["opportunity", "deal", "sale"],
    &["ticket", "case", "issue", "conversation"],
    &["invoice", "bill"],
    &["subscription", "contract", "agreement"],
    &["product", "item", "article", "service"],
    &["activity", "task", "engagement", "interaction"],
    &["owner", "user", "agent", "employee"],
    &["workspace", "tenant", "project", "site"],
    &["note", "comment", "annotation"],
    &["consent", "permission", "preference"],
    &["billing customer", "customer", "debtor", "payer"],
];

/// The words of a name, in one, without what only parts them.
fn words(name: &str) -> Vec<String> {
    header_words(name).iter().map(|word| singular(word)).collect()
}

fn singular(word: &str) -> String {
    if let Some(stem) = word.strip_suffix("ies").filter(|stem| stem.len() > 1) {
        return format!("{stem}y");
    }
    match word.strip_suffix('s') {
        Some(stem) if stem.len() > 2 && !stem.ends_with(['s', 'u', 'i']) => stem.to_owned(),
        _ if word == "people" => "person".to_owned(),
        _ => word.to_owned(),
    }
}

fn same_thing(one: &str, other: &str) -> bool {
    SAME.iter().any(|names| names.contains(&one) && names.contains(&other))
}

/// How alike two entities are by name, 0 to 1, and why.
fn likeness_of_names(theirs: &Entity, ours: &Entity) -> (f64, String) {
    let (a, whole_a) = (words(&theirs.name), words(&theirs.name).join(" "));
    let names = [&ours.name, &ours.target_name];
    let mut best = (0.0, String::new());
    for name in names.into_iter().filter(|name| !name.is_empty()) {
        let (b, whole_b) = (words(name), words(name).join(" "));
        let found = if whole_a == whole_b {
            (1.0, "same name".to_owned())
        } else if same_thing(&whole_a, &whole_b) {
            (0.8, format!("{whole_a} is another word for {whole_b}"))
        } else if a.iter().any(|word| b.contains(word)) {
            (0.5, "names share a word".to_owned())
        } else {
            let likeness = strsim::jaro_winkler(&whole_a, &whole_b);
            (if likeness >= ALIKE { likeness * 0.8 } else { 0.0 }, "names alike".to_owned())
        };
        if found.0 > best.0 {
            best = found;
        }
    }
    best
}

/// How alike two fields are, 0 to 1.
fn likeness_of_fields(theirs: &Field, ours: &Field) -> f64 {
    let key = |text: &str| words(text).concat();
    let mine: BTreeSet<String> =
        [&theirs.name, &theirs.label].iter().filter(|text| !text.is_empty()).map(|text| key(text)).collect();
    let synonyms = ours.synonyms.iter().map(String::as_str);
    let yours: BTreeSet<String> = [ours.name.as_str(), &ours.label, &ours.target_name]
        .into_iter()
        .chain(synonyms)
        .filter(|text| !text.is_empty())
        .map(key)
        .collect();
    if mine.intersection(&yours).any(|name| !name.is_empty()) {
        return 1.0;
    }
    let pairs = mine.iter().flat_map(|a| yours.iter().map(move |b| strsim::jaro_winkler(a, b)));
    let best = pairs.fold(0.0, f64::max);
    if best >= ALIKE && theirs.kind == ours.kind { best } else { 0.0 }
}

/// Pairs of places, the most alike first, each place once.
fn assigned(mut pairs: Vec<(f64, usize, usize)>) -> Vec<(f64, usize, usize)> {
    pairs.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| (a.1, a.2).cmp(&(b.1, b.2))));
    let (mut left, mut right) = (BTreeSet::new(), BTreeSet::new());
    pairs.retain(|(_, a, b)| {
        let free = !left.contains(a) && !right.contains(b);
        if free {
            left.insert(*a);
            right.insert(*b);
        }
        free
    });
    pairs.sort_by_key(|(_, a, _)| *a);
    pairs
}

/// Fields of two entities that hold the same; what was set by name goes before.
fn fields(target: &Target, theirs: &Entity, ours: &Entity) -> Vec<(String, String)> {
    let set = |field: &Field| target.counterparts.get(&format!("{}.{}", theirs.name, field.name));
    let mut pairs = Vec::new();
    for (a, one) in theirs.fields.iter().enumerate() {
        for (b, other) in ours.fields.iter().enumerate() {
            let likeness = match set(one) {
                Some(name) if *name == format!("{}.{}", ours.name, other.name) => 2.0,
                Some(_) => 0.0,
                None => likeness_of_fields(one, other),
            };
            if likeness > 0.0 {
                pairs.push((likeness, a, b));
            }
        }
    }
    let pairs = assigned(pairs);
    pairs.into_iter().map(|(_, a, b)| (theirs.fields[a].name.clone(), ours.fields[b].name.clone())).collect()
}

/// The counterparts of a target's entities in a model, in the target's order: set, else proposed, else none.
#[must_use]
pub fn counterparts_of(target: &Target, model: &[Entity]) -> Vec<Counterpart> {
    let by_name: BTreeMap<&str, &Entity> = model.iter().map(|entity| (entity.name.as_str(), entity)).collect();
    let set = |entity: &Entity| target.counterparts.get(&entity.name);
    let taken: BTreeSet<&str> = target.entities.iter().filter_map(set).map(String::as_str).collect();
    let mut pairs = Vec::new();
    let mut reasons: BTreeMap<(usize, usize), String> = BTreeMap::new();
    for (a, theirs) in target.entities.iter().enumerate().filter(|(_, entity)| set(entity).is_none()) {
        for (b, ours) in model.iter().enumerate().filter(|(_, entity)| !taken.contains(entity.name.as_str())) {
            let (name, why) = likeness_of_names(theirs, ours);
            let alike = fields(target, theirs, ours).len();
            let of = theirs.fields.len().min(ours.fields.len());
            let share = if of == 0 { 0.0 } else { alike as f64 / of as f64 };
            // A name alone may be enough; fields alone only where they are many.
            let likeness = (0.75 * name + 0.25 * share).max(if alike >= 3 { 0.25 * name + 0.75 * share } else { 0.0 });
            if likeness >= LEAST || name >= 0.8 {
                let mut parts = Vec::new();
                parts.extend((name > 0.0).then_some(why));
                parts.extend((alike > 0).then(|| format!("{alike} of {of} fields alike")));
                reasons.insert((a, b), parts.join("; "));
                pairs.push((likeness, a, b));
            }
        }
    }
    let proposed: BTreeMap<usize, usize> = assigned(pairs).into_iter().map(|(_, a, b)| (a, b)).collect();
    let of = |(at, theirs): (usize, &Entity)| {
        let (ours, why) = match (set(theirs), proposed.get(&at)) {
            (Some(name), _) => (by_name.get(name.as_str()).copied(), String::new()),
            (None, Some(b)) => (model.get(*b), reasons.get(&(at, *b)).cloned().unwrap_or_default()),
            (None, None) => (None, String::new()),
        };
        Counterpart {
            theirs: theirs.name.clone(),
            ours: ours.map(|entity| entity.name.clone()).unwrap_or_default(),
            set: set(theirs).is_some(),
            why,
            fields: ours.map(|ours| fields(target, theirs, ours)).unwrap_or_default(),
        }
    };
    target.entities.iter().enumerate().map(of).collect()
}

/// What has no counterpart, both ways.
pub(super) fn without(target: &Target, model: &[Entity]) -> WithoutCounterpart {
    let found = counterparts_of(target, model);
    let mut without = WithoutCounterpart::default();
    // Several of the target's may be one of the model: what any of them has is there.
    let mut held: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (theirs, counterpart) in target.entities.iter().zip(&found) {
        if counterpart.ours.is_empty() {
            without.of_target.push(theirs.name.clone());
            continue;
        }
        let paired: BTreeSet<&str> = counterpart.fields.iter().map(|(theirs, _)| theirs.as_str()).collect();
        let open = theirs.fields.iter().filter(|field| !paired.contains(field.name.as_str()));
        without.fields_of_target.extend(open.map(|field| format!("{}.{}", theirs.name, field.name)));
        held.entry(&counterpart.ours).or_default().extend(counterpart.fields.iter().map(|(_, ours)| ours.as_str()));
    }
    for ours in model {
        match held.get(ours.name.as_str()) {
            None => without.of_model.push(ours.name.clone()),
            Some(fields) => {
                let open = ours.fields.iter().filter(|field| !fields.contains(field.name.as_str()));
                without.fields_of_model.extend(open.map(|field| format!("{}.{}", ours.name, field.name)));
            }
        }
    }
    without
}

/// Whether a name is an entity or a field of a target.
pub(super) fn is_of(target: &Target, name: &str) -> bool {
    is_of_any(&target.entities, name)
}

fn is_of_any(entities: &[Entity], name: &str) -> bool {
    entities.iter().any(|entity| {
        let field = name.strip_prefix(entity.name.as_str()).and_then(|rest| rest.strip_prefix('.'));
        entity.name == name || field.is_some_and(|field| entity.field(field).is_some())
    })
}

/// Whether two names can be a pair: both entities or both fields, and there.
pub(super) fn check_pair(target: &Target, model: &[Entity], theirs: &str, ours: &str) -> Result<(), ModelError> {
    if !is_of(target, theirs) {
        return Err(refused(
            format!("{} has no entity or field “{}”. Nothing was changed.", Shown::of(&target.name), Shown::of(theirs)),
            "Write the entity, or entity.field, as the target has it.",
        ));
    }
    if !ours.is_empty() && !is_of_any(model, ours) {
        return Err(refused(
            format!("The model has no entity or field “{}”. Nothing was changed.", Shown::of(ours)),
            "Write the entity, or entity.field, as the model has it; an empty name says that nothing takes it.",
        ));
    }
    let is_entity = |entities: &[Entity], name: &str| entities.iter().any(|entity| entity.name == name);
    if !ours.is_empty() && is_entity(&target.entities, theirs) != is_entity(model, ours) {
        return Err(refused(
            "An entity and a field are no pair. Nothing was changed.",
            "Pair entities with entities and fields with fields.",
        ));
    }
    Ok(())
}
