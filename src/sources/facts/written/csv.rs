//! The inventory as CSV: one row for each object, one for a system without any.

use super::{Personal, side, visible};
use crate::sources::facts::Claim;
use crate::sources::facts::sheet::{Sheet, System};
use crate::values::spreadsheet::spreadsheet_safe;

const HEAD: [&str; 31] = [
    "system",
    "kind",
    "side",
    "owner",
    "object",
    "one row is",
    "creates",
    "updates",
    "merges",
    "deletes",
    "records",
    "quarantined",
    "claimed",
    "came",
    "difference",
    "counterpart",
    "loads",
    "as of",
    "contributes",
    "owns",
    "reliable",
    "risky",
    "must not control",
    "known gaps",
    "locations",
    "metadata",
    "extraction method",
    "extracted by",
    "extracted at",
    "estimated minutes",
    "planned minutes",
];

/// The inventory as CSV that a spreadsheet computes nothing of, and how many values got an apostrophe for that.
#[must_use]
pub fn csv(sheet: &Sheet, personal: Personal<'_>) -> (String, u64) {
    let mut escaped = 0;
    let mut rows: Vec<Vec<String>> = vec![HEAD.map(str::to_owned).to_vec()];
    for system in &sheet.systems {
        if system.claims.is_empty() {
            rows.push(row(system, None, personal));
        }
        rows.extend(system.claims.iter().map(|claim| row(system, Some(claim), personal)));
    }
    let mut writer = ::csv::WriterBuilder::new().terminator(::csv::Terminator::CRLF).from_writer(Vec::new());
    for row in &rows {
        let safe = row.iter().enumerate().map(|(at, value)| {
            // A negative difference is a number of ours, and is to be one in the spreadsheet too.
            if HEAD[at] == "difference" {
                return std::borrow::Cow::Borrowed(value.as_str());
            }
            let safe = spreadsheet_safe(value);
            escaped += u64::from(safe.len() != value.len());
            safe
        });
        let safe: Vec<_> = safe.collect();
        // Writing to memory does not fail, and all rows have the same length.
        let _ = writer.write_record(safe.iter().map(|value| value.as_bytes()));
    }
    let bytes = writer.into_inner().unwrap_or_default();
    (String::from_utf8(bytes).unwrap_or_default(), escaped)
}

fn row(system: &System, claim: Option<&Claim>, personal: Personal<'_>) -> Vec<String> {
    let (known, facts) = (&system.known, &system.known.facts);
    let name = claim.map(|claim| claim.object.as_str()).unwrap_or_default();
    let object = system.object(name);
    let stated = facts.objects.get(name);
    let count = |n: Option<u64>| n.map(|n| n.to_string()).unwrap_or_default();
    let marked = |key: &str, text: &str| {
        if text.is_empty() { String::new() } else { format!("{}{}", known.mark(key), visible(text)) }
    };
    let of_object = |key: &str, text: &str| {
        if text.is_empty() { String::new() } else { format!("{}{}", known.mark_of_object(name, key), visible(text)) }
    };
    // A verb that nobody stated and nothing shows is not known, not denied.
    let verb = |key: &str, does: bool| match (does, known.is_stated(&super::fields::key(&["objects", name, key]))) {
        (true, _) => of_object(key, "yes"),
        (false, true) => "no".to_owned(),
        (false, false) => String::new(),
    };
    let name_of = |text: &str| if text.is_empty() { String::new() } else { personal(text) };
    let verbs = stated.map_or([false; 4], |o| [o.creates, o.updates, o.merges, o.deletes]);
    let extraction = &facts.extraction;
    vec![
        visible(&system.source.name),
        system.source.kind.word().to_owned(),
        side(facts.side).to_owned(),
        marked("owner", &name_of(&facts.owner)),
        visible(name),
        of_object("one_row_is", stated.map_or("", |o| &o.one_row_is)),
        verb("creates", verbs[0]),
        verb("updates", verbs[1]),
        verb("merges", verbs[2]),
        verb("deletes", verbs[3]),
        count(object.map(|o| o.records)),
        count(object.map(|o| o.quarantined)),
        count(claim.and_then(|c| c.claimed)),
        count(claim.filter(|c| c.loaded).map(|c| c.came)),
        claim.and_then(|c| c.difference).map(|n| n.to_string()).unwrap_or_default(),
        of_object("counterpart", stated.map_or("", |o| &o.counterpart)),
        count(object.map(|o| o.loads.len() as u64)),
        object.and_then(|o| o.as_of()).unwrap_or_default().to_owned(),
        marked("contributes", &facts.contributes.join("; ")),
        marked("owns", &facts.owns.join("; ")),
        marked("reliable", &facts.reliable.join("; ")),
        marked("risky", &facts.risky.join("; ")),
        marked("must_not_control", &facts.must_not_control.join("; ")),
        marked("known_gaps", &facts.known_gaps.join("; ")),
        visible(&facts.locations.iter().map(|place| place.name.as_str()).collect::<Vec<_>>().join("; ")),
        visible(&facts.metadata.iter().map(|item| item.name.as_str()).collect::<Vec<_>>().join("; ")),
        marked("extraction.method", &extraction.method),
        marked("extraction.by", &name_of(&extraction.by)),
        marked("extraction.at", &extraction.at),
        count(system.estimate.map(|estimate| estimate.minutes)),
        count(extraction.planned_minutes),
    ]
}
