//! The inventory in words and tables.

use super::super::output::{Output, Table};
use crate::sources::Object;
use crate::sources::facts::Claim;
use crate::sources::facts::sheet::{Sheet, System};
use crate::sources::facts::written::{difference, facts_in_words, verbs};
use crate::values::format::{count, thousands};
use crate::values::shown::Shown;

fn number(n: u64) -> Shown {
    Shown::of(&if n == 0 { "–".to_owned() } else { thousands(n) })
}

/// The numbers of an object's loads: the first ones, or the newest where they are many.
fn load_numbers(object: &Object) -> String {
    let numbers: Vec<String> = object.loads.iter().map(|load| load.id.to_string()).collect();
    match numbers.as_slice() {
        [first, .., last] if numbers.len() > 4 => format!("{first} … {last}"),
        few => few.join(", "),
    }
}

/// Every system with its objects.
pub(super) fn overview(sheet: &Sheet) -> String {
    let claims = sheet.systems.iter().any(|system| system.claims.iter().any(|claim| claim.claimed.is_some()));
    let mut head = vec![
        ("system and object", false),
        ("records", true),
        ("quarantined", true),
        ("loads", false),
        ("as of", false),
        ("native ID", false),
    ];
    if claims {
        head.extend([("claimed", true), ("came", true), ("difference", true)]);
    }
    let mut table = Table::new(&head);
    let mut row = |mut cells: Vec<Shown>, claim: Option<&Claim>| {
        if claims {
            cells.extend(match claim {
                Some(claim) => {
                    let claimed = claim.claimed.map_or("–".to_owned(), thousands);
                    [Shown::of(&claimed), number(claim.came), Shown::of(&difference(claim))]
                }
                None => ["", "", ""].map(Shown::of),
            });
        }
        table.row(cells);
    };
    let blank = || Shown::of("");
    for system in &sheet.systems {
        let sum = |f: fn(&Object) -> u64| system.source.objects.iter().map(f).sum::<u64>();
        row(
            vec![
                Shown::of(&format!("{} · {}", system.source.name, system.source.kind.label())),
                number(sum(|o| o.records)),
                number(sum(|o| o.quarantined)),
                Shown::of(if system.has_no_load() { "no load yet" } else { "" }),
                blank(),
                blank(),
            ],
            None,
        );
        for claim in &system.claims {
            let name = Shown::of(&format!("  {}", claim.object));
            let Some(object) = system.object(&claim.object) else {
                row(vec![name, number(0), number(0), Shown::of("not loaded"), blank(), blank()], Some(claim));
                continue;
            };
            row(
                vec![
                    name,
                    number(object.records),
                    number(object.quarantined),
                    Shown::of(&load_numbers(object)),
                    Shown::of(object.as_of().and_then(|at| at.get(..10)).unwrap_or("")),
                    Shown::of(object.native_id().map_or("–", |column| &column.name)),
                ],
                Some(claim),
            );
        }
    }
    format!(
        "{}\n{} rows in files = {} records + {} quarantined\n",
        table.render(48),
        thousands(sheet.inventory.rows),
        thousands(sheet.inventory.records_read),
        thousands(sheet.inventory.quarantined)
    )
}

/// One system.
pub(super) fn system(system: &System, output: &Output) -> String {
    let facts = &system.known.facts;
    let mut text = format!("{} · {}", Shown::of(&system.source.name), system.source.kind.label());
    text.push_str(&match system.known.version {
        Some(version) => format!(" · version {version} of its facts\n\n"),
        None => " · nobody stated anything yet\n\n".to_owned(),
    });
    for (label, value) in facts_in_words(system, &|text: &str| output.value(text)) {
        text.push_str(&format!("  {label:<18}  {value}\n"));
    }
    if !system.claims.is_empty() {
        text.push('\n');
        text.push_str(&objects(system));
    }
    list("known gaps", facts.known_gaps.iter().map(|gap| Shown::of(gap).to_plain()).collect(), &mut text);
    let places = facts.locations.iter().map(|place| {
        let authoritative = if place.authoritative { "authoritative" } else { "" };
        joined(&[&place.name, &place.holds, authoritative, or_open(&place.disposition)])
    });
    list("further locations", places.collect(), &mut text);
    let items = facts.metadata.iter().map(|m| joined(&[&m.name, &m.kind, or_open(&m.disposition), &m.note]));
    list("metadata objects", items.collect(), &mut text);
    if !system.known.proposed.is_empty() {
        text.push_str(&format!(
            "\n? {} proposed, not stated. cutover sources set NAME KEY=VALUE states {}.\n",
            count(system.known.proposed.len() as u64, "fact is", "facts are"),
            if system.known.proposed.len() == 1 { "it" } else { "them" },
        ));
    }
    text
}

fn or_open(disposition: &str) -> &str {
    if disposition.is_empty() { "disposition open" } else { disposition }
}

fn joined(parts: &[&str]) -> String {
    let parts: Vec<String> =
        parts.iter().filter(|part| !part.is_empty()).map(|part| Shown::of(part).to_plain()).collect();
    parts.join(" · ")
}

fn list(title: &str, items: Vec<String>, text: &mut String) {
    if items.is_empty() {
        return;
    }
    text.push_str(&format!("\n{title}\n"));
    items.iter().for_each(|item| text.push_str(&format!("  {item}\n")));
}

fn objects(system: &System) -> String {
    let mut table = Table::new(&[
        ("object", false),
        ("one row is", false),
        ("does", false),
        ("records", true),
        ("claimed", true),
        ("came", true),
        ("difference", true),
        ("goes to", false),
    ]);
    let known = &system.known;
    for claim in &system.claims {
        let facts = known.facts.objects.get(&claim.object);
        let stated = |text: Option<&str>, key: &str| match text.filter(|text| !text.is_empty()) {
            Some(text) => Shown::of(&format!("{}{text}", known.mark_of_object(&claim.object, key))),
            None => Shown::of("–"),
        };
        table.row(vec![
            Shown::of(&claim.object),
            stated(facts.map(|o| o.one_row_is.as_str()), "one_row_is"),
            Shown::of(&verbs(system, &claim.object)),
            system.object(&claim.object).map_or_else(|| Shown::of("not loaded"), |object| number(object.records)),
            Shown::of(&claim.claimed.map_or("–".to_owned(), thousands)),
            number(claim.came),
            Shown::of(&difference(claim)),
            stated(facts.map(|o| o.counterpart.as_str()), "counterpart"),
        ]);
    }
    table.render(48)
}
