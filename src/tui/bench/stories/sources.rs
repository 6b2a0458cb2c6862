//! Stories of sources.

use super::super::super::msg::{Ask, Effect, Msg, Rebuild, Reply};
use super::super::super::panes::sources::{Screen, counted};
use super::super::super::place::Place;
use super::super::Bench;
use super::asked;
use crate::crosswalk::Found;
use crate::sources::{ColumnRole, LoadId};

#[test]
fn the_sum_closes_and_says_so() {
    let mut bench = Bench::new(120, 36);
    assert!(bench.line(1).ends_with("306,329 rows in files = 306,288 read as records + 41 quarantined ✓"));
    bench.inventory.rows += 1;
    bench.app.refresh();
    bench.keys("W esc W");
    let mut inventory = bench.inventory.clone();
    inventory.quarantined = 7;
    bench.app.inventory = Some(inventory);
    bench.keys("esc");
    assert!(bench.line(1).ends_with("✗ does not close"), "{}", bench.line(1));
}

#[test]
fn the_stale_source_is_named() {
    let bench = Bench::new(120, 36);
    assert_eq!(bench.message(), "! Partner list is 137 days older than the newest load.");
}

#[test]
fn the_cursor_stays_on_its_object_when_a_load_brings_others() {
    let mut bench = Bench::new(120, 36);
    bench.keys("j j j j j j");
    let before = bench.app.sources.object_at_cursor(&bench.app);
    let mut first = bench.inventory.sources[0].clone();
    first.name = "Archive".into();
    for object in &mut first.objects {
        object.id.0 += 100;
    }
    bench.inventory.sources.insert(0, first);
    let inventory = bench.inventory.clone();
    counted(&mut bench.app, inventory);
    assert_eq!(bench.app.sources.object_at_cursor(&bench.app), before);
}

#[test]
fn a_role_is_chosen_and_what_it_is_now_changes_nothing() {
    let mut bench = Bench::new(120, 36);
    bench.keys("j enter j e enter");
    assert!(!asked(&bench).iter().any(|ask| matches!(ask, Ask::SetRole { .. })));
    bench.keys("e down enter");
    assert!(
        asked(&bench).iter().any(
            |ask| matches!(ask, Ask::SetRole { column, role: ColumnRole::OrganizationName, .. } if column == "Name")
        )
    );
    assert!(bench.message().starts_with("✓ Name holds: organization name."), "{}", bench.message());
    assert!(bench.message().ends_with("saved"));
}

#[test]
fn from_an_object_its_column_opens_in_figures_and_its_load_as_a_load() {
    let mut bench = Bench::new(120, 36);
    bench.keys("j enter j enter");
    assert_eq!(bench.app.place(), Place::Profile);
    assert!(bench.line(1).contains("Contact › Name"), "{}", bench.line(1));
    bench.keys("esc l enter");
    assert_eq!(bench.app.place(), Place::Load);
}

#[test]
fn a_load_is_taken_out_at_once_because_undo_brings_it_back() {
    let mut bench = Bench::new(120, 36);
    bench.keys("j enter x");
    assert_eq!(bench.message(), "! Not now: take out – the cursor is on no load");
    bench.keys("l x");
    assert!(bench.effects.iter().any(|e| matches!(e, Effect::Rebuild { what: Rebuild::TakeOut(LoadId(15)), .. })));
    bench.keys("u");
    assert!(bench.effects.iter().any(|e| matches!(e, Effect::Rebuild { what: Rebuild::Undo, .. })));
}

#[test]
fn older_versions_and_vanished_records_are_marked_by_a_word_where_there_are_any() {
    let mut bench = Bench::new(120, 36);
    bench.keys("j r");
    assert!(bench.line(3).starts_with("  Id ") && !bench.screen().contains("older"), "{}", bench.screen());
    bench.keys("esc");
    let contact = bench.inventory.sources[0].objects.iter_mut().find(|object| object.name == "Contact").unwrap();
    (contact.records, contact.older_versions) = (24_310, 1);
    let inventory = bench.inventory.clone();
    counted(&mut bench.app, inventory);
    bench.keys("r");
    assert!(bench.line(1).ends_with("row 1 of 24,311 = 24,310 records + 1 older version ✓"), "{}", bench.line(1));
    let contact = bench.inventory.sources[0].objects.iter_mut().find(|object| object.name == "Contact").unwrap();
    (contact.records, contact.older_versions) = (24_305, 6);
    let inventory = bench.inventory.clone();
    counted(&mut bench.app, inventory);
    bench.keys("esc r");
    assert!(
        bench.line(1).ends_with("row 1 of 24,311 = 24,305 records + 6 older versions ✓ · 2 vanished"),
        "{}",
        bench.line(1)
    );
    assert!(bench.line(4).starts_with("▌           0038d"), "{}", bench.line(4));
    assert!(bench.line(5).starts_with("  vanished  0038d"), "{}", bench.line(5));
    assert!(bench.line(7).starts_with("  older     0038d"), "{}", bench.line(7));
}

#[test]
fn a_table_of_millions_asks_only_for_what_is_to_be_seen() {
    let mut bench = Bench::new(120, 36);
    bench.keys("j r G");
    let Some(Ask::Page { first, count, .. }) =
        asked(&bench).into_iter().rev().find(|ask| matches!(ask, Ask::Page { .. }))
    else {
        panic!("no rows were asked for");
    };
    assert!(*first > 24_000 && *count < 150, "{first} {count}");
    assert!(bench.line(1).ends_with("row 24,311 of 24,311 records"));
    let pages = |bench: &Bench| asked(bench).iter().filter(|ask| matches!(ask, Ask::Page { .. })).count();
    let before = pages(&bench);
    bench.keys("k k k k k k");
    assert_eq!(pages(&bench), before, "rows that are held are not asked for again");
}

#[test]
fn the_cursor_row_stays_when_its_rows_arrive_late() {
    let mut bench = Bench::new(120, 36);
    bench.keys("j r");
    bench.answers = false;
    bench.keys("pgdn pgdn pgdn");
    let before = bench.app.sources.clone();
    assert!(!bench.screen().contains('…') || bench.screen().lines().filter(|l| l.trim() == "…").count() == 0);
    bench.later(151);
    assert!(
        bench.screen().lines().filter(|l| l.trim_start_matches('▌').trim() == "…").count() > 5,
        "{}",
        bench.screen()
    );
    let (Some(Screen::Records(a)), Some(Screen::Records(b))) = (before.stack.last(), bench.app.sources.stack.last())
    else {
        panic!()
    };
    assert_eq!(a.list, b.list);
}

#[test]
fn an_answer_to_an_older_question_never_comes_to_the_screen() {
    let mut bench = Bench::new(100, 30);
    bench.answers = false;
    bench.keys("5").types("0038");
    let generations: Vec<u64> = bench
        .effects
        .iter()
        .filter_map(|e| match e {
            Effect::Ask { generation, ask: Ask::Find(_) } => Some(*generation),
            _ => None,
        })
        .collect();
    assert_eq!(generations.len(), 4);
    let stale = Found { typed: "0".into(), exact: 9, ..Default::default() };
    bench.send(Msg::Answered(generations[0], Box::new(Ok(Reply::Found(stale)))));
    assert!(bench.app.lookup.found.is_none());
}

#[test]
fn a_frozen_column_stays_in_sight() {
    let mut bench = Bench::new(80, 24);
    bench.keys("j r f $");
    assert!(bench.line(3).starts_with("  Id ") && bench.line(3).contains("Description"), "{}", bench.line(3));
    bench.keys("0 f $");
    assert!(!bench.line(3).starts_with("  Id "), "{}", bench.line(3));
}

#[test]
fn text_is_found_further_on_and_further_back() {
    let mut bench = Bench::new(100, 30);
    bench.keys("j r /").types("person2412@").keys("enter");
    assert!(bench.line(1).ends_with("row 413 of 24,311 records"), "{}", bench.line(1));
    bench.keys("n");
    assert!(bench.line(1).ends_with("row 1,413 of 24,311 records"), "{}", bench.line(1));
    bench.keys("N");
    assert!(bench.line(1).ends_with("row 413 of 24,311 records"), "{}", bench.line(1));
    bench.keys("/ ctrl-u").types("nowhere").keys("enter");
    assert_eq!(bench.message(), "Nothing further holds “nowhere”. n goes on, N goes back.");
}

#[test]
fn a_record_opens_from_the_table_and_turns_to_its_neighbour() {
    let mut bench = Bench::new(100, 30);
    bench.keys("j r j enter");
    assert!(bench.screen().contains("person1@bwc.example"));
    bench.keys("] ]");
    assert!(bench.screen().contains("person3@bwc.example"), "{}", bench.screen());
    bench.keys("esc");
    assert!(bench.line(1).ends_with("row 4 of 24,311 records"));
}

#[test]
fn a_copied_value_is_one_safe_line() {
    let mut bench = Bench::new(100, 30);
    bench.hostile = Some("a\u{1b}[31m\nrm -rf\u{202e}".into());
    bench.keys("j r y");
    assert_eq!(bench.copied(), Some("a␛[31m␊rm -rf⟨202E⟩"));
    bench.keys("Y");
    let copied = bench.copied().unwrap();
    assert!(copied.lines().count() == 7 && !copied.contains('\u{1b}'), "{copied}");
}

#[test]
fn quarantine_shows_the_exact_bytes() {
    let mut bench = Bench::new(120, 36);
    bench.keys("Q j j j");
    assert!(bench.screen().contains("{\"name\":\"Andr⟨E9⟩ Lef⟨E8⟩vre\"}"), "{}", bench.screen());
    bench.keys("enter esc w ctrl-u").types("out.txt").keys("enter");
    assert!(bench.message().starts_with("✓ 21 rows written to out.txt."), "{}", bench.message());
}

#[test]
fn a_file_that_is_there_is_not_overwritten() {
    let mut bench = Bench::new(100, 30);
    bench.keys("Q w ctrl-u").types("there.txt").keys("enter");
    assert!(bench.screen().contains("there.txt is there already and was not overwritten."), "{}", bench.screen());
    bench.keys("esc");
    assert_eq!(bench.app.place(), Place::Quarantine);
}
