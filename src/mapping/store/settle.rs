//! Who wrote, said and reviewed what in a map that is about to be saved: what stands already keeps its names and dates,
//! everything else is of whoever saves now. A document that was edited by hand can claim nothing else.

use std::collections::HashMap;

use crate::mapping::map::{Comment, Mark, Said};
use crate::mapping::{ColumnDecision, FieldRule, ObjectMap, Rule, ValueRow};

/// The map with true marks, by the one that stands.
pub fn settle(mut map: ObjectMap, before: Option<&ObjectMap>, now: &Mark) -> ObjectMap {
    for rule in &mut map.fields {
        field(rule, before.and_then(|before| before.rule_of(&rule.field)), now);
    }
    for decision in &mut map.columns {
        column(decision, before.and_then(|before| before.decision_on(&decision.column)), now);
    }
    map
}

fn field(rule: &mut FieldRule, before: Option<&FieldRule>, now: &Mark) {
    let of = rule.fingerprint();
    let same = before.filter(|before| before.fingerprint() == of);
    rule.written = same.map_or_else(|| now.clone(), |before| before.written.clone());
    said(&mut rule.technical, &of, same.and_then(|before| before.technical.as_ref()), now);
    said(&mut rule.business, &of, same.and_then(|before| before.business.as_ref()), now);
    comments(&mut rule.comments, before.map_or(&[], |before| &before.comments), now);
    let Rule::ValueMap { rows, otherwise, .. } = &mut rule.rule else { return };
    let (old, old_otherwise) = match before.map(|before| &before.rule) {
        Some(Rule::ValueMap { rows, otherwise, .. }) => (rows.as_slice(), otherwise.as_ref()),
        _ => (&[] as &[ValueRow], None),
    };
    let known: HashMap<(&str, &str), &ValueRow> =
        old.iter().map(|row| ((row.value.as_str(), row.only_where.as_str()), row)).collect();
    for row in rows {
        let before = known.get(&(row.value.as_str(), row.only_where.as_str())).copied();
        value_row(row, before, now);
    }
    if let Some(row) = otherwise {
        value_row(row, old_otherwise, now);
    }
}

fn value_row(row: &mut ValueRow, before: Option<&ValueRow>, now: &Mark) {
    let same = before.filter(|before| before.to == row.to && before.note == row.note);
    row.by.clone_from(same.map_or(&now.by, |before| &before.by));
    row.at.clone_from(same.map_or(&now.at, |before| &before.at));
}

fn column(decision: &mut ColumnDecision, before: Option<&ColumnDecision>, now: &Mark) {
    let of = decision.fingerprint();
    let same = before.filter(|before| before.fingerprint() == of);
    decision.written = same.map_or_else(|| now.clone(), |before| before.written.clone());
    said(&mut decision.technical, &of, same.and_then(|before| before.technical.as_ref()), now);
    said(&mut decision.business, &of, same.and_then(|before| before.business.as_ref()), now);
    comments(&mut decision.comments, before.map_or(&[], |before| &before.comments), now);
}

/// A review that stood stays; a new one is of whoever saves, or it is none.
fn said(review: &mut Option<Said>, of: &str, before: Option<&Said>, now: &Mark) {
    let kept = review.take().filter(|said| said.of == of);
    *review = match kept {
        Some(said) if before == Some(&said) => Some(said),
        Some(said) if said.by == now.by => Some(Said { at: now.at.clone(), ..said }),
        _ => None,
    };
}

fn comments(comments: &mut [Comment], before: &[Comment], now: &Mark) {
    for comment in comments.iter_mut().filter(|comment| !before.contains(comment)) {
        comment.by.clone_from(&now.by);
        comment.at.clone_from(&now.at);
    }
}
