//! Who may own a type of data, by what the facts of the sources say of themselves. A proposal, never stored.

use rusqlite::Connection;

use super::{DataType, TruthRow};
use crate::sources::facts::{self, Side, SourceFacts};
use crate::sources::store::catalog;
use crate::values::words::name_words;

/// What an `owns`, a `reliable`, the kind of a system weigh for it, and what `risky` weighs against it.
const OWNS: i32 = 4;
const RELIABLE: i32 = 2;
const OF_KIND: i32 = 1;
const RISKY: i32 = -2;
/// The least weight that is worth proposing.
const LEAST: i32 = 2;

/// A system that is left, with what is known of it.
#[derive(Debug)]
pub(super) struct System {
    name: String,
    kind: &'static str,
    facts: SourceFacts,
}

/// The systems that are left, in the order of the inventory.
pub(super) fn systems(conn: &Connection) -> rusqlite::Result<Vec<System>> {
    let mut inventory = catalog::inventory(conn)?;
    facts::complete(conn, &mut inventory)?;
    let mut found = Vec::new();
    for source in inventory.sources {
        let facts = facts::of(conn, &source.name)?;
        if facts.side == Side::Old {
            found.push(System { name: source.name, kind: source.kind.word(), facts });
        }
    }
    Ok(found)
}

/// The row that is proposed for a type of data: an owner where one system has the best claim, and why.
pub(super) fn row(kind: &DataType, systems: &[System]) -> TruthRow {
    let claims: Vec<(i32, &System, Vec<&str>)> = systems.iter().filter_map(|system| claim(kind, system)).collect();
    let best = claims.iter().map(|(weight, ..)| *weight).max().unwrap_or(0);
    let first: Vec<&(i32, &System, Vec<&str>)> = claims.iter().filter(|(weight, ..)| *weight == best).collect();
    let mut row = TruthRow { of: kind.name.clone(), fields: kind.fields.clone(), ..TruthRow::default() };
    match first.as_slice() {
        [(_, system, why)] => {
            row.owner.clone_from(&system.name);
            row.note = why.join("; ");
        }
        [] => {}
        several => {
            let names: Vec<&str> = several.iter().map(|(_, system, _)| system.name.as_str()).collect();
            row.note = format!("{} have an equal claim", names.join(", "));
        }
    }
    row
}

/// How far a system's facts claim a type of data; `None`: not enough, or it must not control it.
fn claim<'a>(kind: &DataType, system: &'a System) -> Option<(i32, &'a System, Vec<&'a str>)> {
    let speaks = |list: &'a [String]| -> Vec<&'a str> {
        list.iter().map(String::as_str).filter(|text| kind.words.iter().any(|word| says(text, word))).collect()
    };
    let facts = &system.facts;
    if !speaks(&facts.must_not_control).is_empty() {
        return None;
    }
    let (owns, reliable) = (speaks(&facts.owns), speaks(&facts.reliable));
    let mut weight = 0;
    weight += if owns.is_empty() { 0 } else { OWNS };
    weight += if reliable.is_empty() { 0 } else { RELIABLE };
    weight += if kind.kinds.iter().any(|word| word == system.kind) { OF_KIND } else { 0 };
    weight += if speaks(&facts.risky).is_empty() { 0 } else { RISKY };
    let why: Vec<&str> = owns.into_iter().chain(reliable).collect();
    (weight >= LEAST && !why.is_empty()).then_some((weight, system, why))
}

/// Whether all words of a term stand in a text one after another, in one or many.
fn says(text: &str, term: &str) -> bool {
    let words = |text: &str| -> Vec<String> {
        name_words(text).into_iter().map(|word| word.trim_end_matches('s').to_owned()).collect()
    };
    let (text, term) = (words(text), words(term));
    !term.is_empty() && text.windows(term.len()).any(|window| window == term)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_term_is_found_in_one_or_many_and_only_whole() {
        assert!(says("invoices", "invoice") && says("Consent of mailing lists", "consent"));
        assert!(says("log-ins", "log-in") && says("subscriptions to lists", "subscriptions to lists"));
        assert!(!says("accounts receivable", "account owner") && !says("reused", "use") && !says("", ""));
    }
}
