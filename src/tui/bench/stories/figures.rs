//! Stories of figures and their rows.

use std::time::Duration;

use super::super::super::msg::{Ask, Effect, Msg, Problem};
use super::super::super::panes::sources::{Screen, open_selection};
use super::super::super::place::Place;
use super::super::super::theme::{Colours, Theme};
use super::super::Bench;
use super::asked;
use crate::job::Progress;
use crate::sources::Rec;
use crate::sources::profile::DateOrder;
use crate::sources::select::{DateReading, Selection};

/// A workbench with the cursor on Renewals.
fn renewals(width: u16, height: u16) -> Bench {
    let mut bench = Bench::new(width, height);
    bench.keys("G k k");
    bench
}

fn value(column: usize, value: &str) -> Selection {
    Selection::Value { column, value: Some(value.into()) }
}

fn both(one: Selection, other: Selection) -> Selection {
    Selection::Both(Box::new(one), Box::new(other))
}

fn selected(bench: &Bench) -> Vec<Selection> {
    let selections = asked(bench).into_iter().filter_map(|ask| match ask {
        Ask::Select { selection, .. } => Some(selection.clone()),
        _ => None,
    });
    selections.collect()
}

fn progress(done: u64) -> Progress {
    Progress {
        stage: "counting".into(),
        details: Vec::new(),
        done,
        total: Some(1_200_000),
        rows: done,
        quarantined: 0,
        elapsed: Duration::from_secs(1),
        left: Some(Duration::from_secs(3)),
        cancelling: false,
    }
}

#[test]
fn from_every_figure_its_rows_are_one_key() {
    let mut bench = renewals(120, 36);
    bench.keys("p ] ] ]");
    assert!(bench.screen().contains("✗ contradictory: blocks a rehearsal"));
    // To the figures, then down to the three that can only be month first.
    bench.keys("enter j j j j j enter");
    let reading = DateReading::MonthFirst;
    assert_eq!(selected(&bench), [Selection::Dates { column: 3, reading }]);
    assert_eq!(bench.app.place(), Place::Rows);
    assert!(bench.line(1).contains("Renewals › Signed on only month first"), "{}", bench.line(1));
    bench.keys("esc");
    assert_eq!(bench.app.place(), Place::Profile);
    // What is distinct is counted.
    bench.keys("k k enter");
    assert_eq!(bench.app.place(), Place::Values);
    bench.keys("esc j j");
    // The evidence is a record.
    bench.keys("j j j enter");
    assert!(asked(&bench).contains(&&Ask::Record(Rec(411))));
}

#[test]
fn dates_are_decided_once_for_the_column() {
    let mut bench = renewals(120, 36);
    bench.keys("p d");
    assert_eq!(bench.message(), "! Not now: day first – this column holds no dates");
    bench.keys("] ] ]");
    assert!(
        bench
            .message()
            .starts_with("Decide once for the column: with d, 3 values become rejects; with m, 1,201 would."),
        "{}",
        bench.message()
    );
    bench.decided = Some(DateOrder::DayFirst);
    bench.keys("d");
    assert!(
        asked(&bench).iter().any(|ask| matches!(ask, Ask::DecideDates { column: 3, order: DateOrder::DayFirst, .. }))
    );
    assert!(bench.message().ends_with("saved"), "{}", bench.message());
    assert!(bench.screen().contains("✓ day first, decided by mira on 2025-11-20; 3 values become rejects"));
    bench.keys("d");
    assert_eq!(bench.message(), "! Not now: day first – it is decided so");
}

#[test]
fn nothing_is_decided_in_a_workspace_opened_for_reading() {
    let mut bench = renewals(120, 36);
    bench.app.session.as_mut().unwrap().read_only = true;
    bench.keys("p ] ] ] m");
    assert_eq!(bench.message(), "! Not now: month first – this workspace is open for reading only");
}

#[test]
fn a_profile_that_takes_long_says_how_long_and_leaves_everything_else_to_work() {
    let mut bench = renewals(120, 36);
    bench.inventory.sources[5].objects[0].records = 1_200_000;
    bench.app.inventory = Some(bench.inventory.clone());
    bench.answers = false;
    bench.keys("p");
    assert!(!bench.screen().contains("Counting"), "nothing is said of what takes a moment");
    bench.later(200);
    let generation = bench.app.counting()[0];
    bench.send(Msg::Counting(generation, progress(300_000)));
    assert!(bench.screen().contains("Counting 1.2M rows, about 3 s. Everything else works."), "{}", bench.screen());
    assert!(bench.screen().contains("25 %"));
    assert!(bench.line(35).contains("Esc back"), "{}", bench.line(35));
    bench.keys("5 tab");
    assert!(bench.screen().contains("Counting 1.2M rows"));
    bench.keys("esc");
    assert!(bench.effects.contains(&Effect::Stop(generation)), "Esc stops the work");
    assert!(bench.app.counting().is_empty());
    assert_eq!(bench.message(), "Stopped counting.");
    // What comes all the same is nobody's.
    let late = bench.answer_for_test(Ask::Profile(crate::sources::ObjectId(13)));
    bench.send(Msg::Answered(generation, Box::new(late)));
    assert_eq!(bench.app.place(), Place::Sources);
}

#[test]
fn why_there_are_no_figures_stands_where_they_would_be() {
    let mut bench = renewals(120, 36);
    bench.answers = false;
    bench.keys("p");
    let mut problem = Problem::new("The workspace could not be read.");
    problem.next = "Try it again.".into();
    let generation = bench.app.counting()[0];
    bench.send(Msg::Answered(generation, Box::new(Err(problem))));
    assert!(bench.screen().contains("✗ The workspace could not be read. Try it again."), "{}", bench.screen());
    assert!(bench.app.counting().is_empty(), "it is not tried again by itself");
    bench.keys("esc p");
    assert_eq!(bench.app.counting().len(), 1);
}

#[test]
fn two_keys_from_a_column_of_any_table_are_its_value_counts() {
    let mut bench = renewals(120, 36);
    bench.keys("r l l l l l l b");
    assert_eq!(bench.app.place(), Place::Values);
    assert!(bench.line(1).contains("Renewals 2025 › Renewals › by Currency"), "{}", bench.line(1));
    assert!(bench.line(1).ends_with("2,109 = 2,109 filled ✓"), "{}", bench.line(1));
    bench.keys("esc esc enter j j j j j j b");
    assert!(bench.line(1).contains("by Currency"));
    bench.keys("esc esc D / ").types("currency").keys("enter b");
    assert!(bench.line(1).contains("by Currency"));
}

#[test]
fn from_a_value_on_by_another_column_and_back_one_level_each() {
    let mut bench = renewals(120, 36);
    bench.keys("enter j j j j j j b b");
    assert_eq!(bench.app.place(), Place::Columns);
    bench.types("owner").keys("enter");
    assert!(bench.line(1).contains("Renewals › Currency = EUR › by Owner"), "{}", bench.line(1));
    bench.keys("enter");
    assert!(bench.line(1).contains("Renewals › Currency = EUR › Owner = S. Lee"), "{}", bench.line(1));
    assert_eq!(selected(&bench), [both(value(6, "EUR"), value(8, "S. Lee"))]);
    bench.keys("l l l b");
    assert!(bench.line(1).contains("Owner = S. Lee › by Signed on"), "{}", bench.line(1));
    for place in [Place::Rows, Place::Values, Place::Values, Place::Object] {
        bench.keys("esc");
        assert_eq!(bench.app.place(), place);
    }
}

#[test]
fn a_selection_has_its_own_title_in_the_trail_and_beneath_it() {
    let mut bench = renewals(120, 36);
    let object = crate::sources::ObjectId(13);
    let title = "57 shared inboxes".to_owned();
    open_selection(&mut bench.app, object, Selection::Finding(3), title);
    bench.later(1);
    assert!(bench.line(1).contains("Renewals › 57 shared inboxes"), "{}", bench.line(1));
    bench.keys("l l l l l l b");
    assert!(bench.line(1).contains("Renewals › 57 shared inboxes › by Currency"), "{}", bench.line(1));
    bench.keys("enter");
    assert!(bench.line(1).contains("57 shared inboxes › Currency = S. Lee"), "{}", bench.line(1));
}

#[test]
fn where_nothing_is_counted_the_key_says_where_it_is() {
    let mut bench = Bench::new(120, 36);
    bench.keys("R b");
    let words =
        "! Not now: break down by – it works in records, values, an object's columns, the profile and the dictionary";
    assert_eq!(bench.message(), words);
    bench.keys("esc Q =");
    assert_eq!(bench.message(), "! Not now: rows like this – it works in records and in one record");
    bench.keys("esc j enter l b");
    assert_eq!(bench.message(), "! Not now: break down by – the cursor is on no column");
    bench.keys("esc D /").types("nosuchcolumn").keys("enter b");
    assert_eq!(bench.message(), "! Not now: break down by – the cursor is on no column");
}

#[test]
fn rows_like_a_cell_are_one_key() {
    let mut bench = Bench::new(120, 36);
    bench.keys("j r j l =");
    assert_eq!(selected(&bench), [value(1, "Ahmet Yılmaz")]);
    bench.keys("esc l l =");
    assert_eq!(selected(&bench).last(), Some(&value(3, "+48 22 555 01 43")));
    // What is not given, and what is empty, is like itself.
    bench.keys("esc k = ");
    assert_eq!(selected(&bench).last(), Some(&Selection::Value { column: 3, value: None }));
    bench.keys("esc l l =");
    assert_eq!(selected(&bench).last(), Some(&Selection::Empty { column: 5 }));
    // From an open record too.
    bench.keys("esc enter j =");
    assert_eq!(selected(&bench).last(), Some(&value(1, "Katarzyna Wójcik")));
    // And from the source row of an answer in Lookup.
    bench.keys("5 0 0 3 8 enter enter j =");
    assert_eq!(bench.app.place(), Place::Rows);
}

#[test]
fn selected_records_are_a_table_like_any_other() {
    let mut bench = renewals(120, 36);
    bench.keys("enter j j j j j j b enter");
    assert!(bench.line(1).ends_with("row 1 of 1,411 records"), "{}", bench.line(1));
    bench.keys("G");
    assert!(bench.line(1).ends_with("row 1,411 of 1,411 records"));
    let Some(Ask::PageOf { first, recs, .. }) =
        asked(&bench).into_iter().rev().find(|ask| matches!(ask, Ask::PageOf { .. }))
    else {
        panic!("no rows were asked for");
    };
    assert!(*first > 1_200 && recs.len() < 150, "only what is to be seen is asked for");
    bench.keys("g f l l < > / ").types("person").keys("enter");
    assert!(bench.line(1).contains("row 8 of"), "{}", bench.line(1));
    bench.keys("n N");
    bench.keys("enter ]");
    assert_eq!(bench.app.place(), Place::Record);
    bench.keys("esc w ctrl-u").types("eur.csv").keys("enter");
    assert!(
        bench.message().starts_with("✓ 1,411 records written to eur.csv. 2 cells could act as formulas;"),
        "{}",
        bench.message()
    );
}

#[test]
fn all_records_of_an_object_are_written_from_their_table_in_their_latest_version() {
    let mut bench = Bench::new(120, 36);
    bench.keys("j r w");
    assert!(bench.screen().contains("salesforce-contact.csv"), "{}", bench.screen());
    bench.keys("enter");
    assert!(asked(&bench).iter().any(|ask| matches!(ask, Ask::WriteRows { recs: None, .. })));
    assert!(bench.message().starts_with("✓ 24,311 records written to "), "{}", bench.message());
}

#[test]
fn records_are_sorted_upwards_downwards_and_as_stored_up_to_a_limit() {
    let mut bench = renewals(120, 36);
    bench.keys("r l s");
    assert_eq!(bench.app.place(), Place::Rows);
    assert!(bench.line(3).contains("Contact ↑"), "{}", bench.line(3));
    bench.keys("s");
    assert!(bench.line(3).contains("Contact ↓"), "{}", bench.line(3));
    let Some(Screen::Records(screen)) = bench.app.sources.stack.last() else { panic!() };
    assert_eq!(screen.row(0).unwrap().rec, Rec(1_410 * 3 + 1));
    bench.keys("s");
    assert!(!bench.line(3).contains('↓') && !bench.line(3).contains('↑'));
    let Some(Screen::Records(screen)) = bench.app.sources.stack.last() else { panic!() };
    assert_eq!(screen.row(0).unwrap().rec, Rec(1));
    let mut bench = renewals(120, 36);
    bench.inventory.sources[5].objects[0].records = 5_000_000;
    bench.app.inventory = Some(bench.inventory.clone());
    bench.keys("r s");
    assert_eq!(bench.message(), "! Not now: sort – at most 200,000 records are sorted; b breaks them down first");
}

#[test]
fn values_that_are_not_listed_have_their_line_in_the_sum() {
    let mut bench = Bench::new(120, 36);
    bench.keys("j enter j j j j j b");
    let screen = bench.screen();
    assert!(screen.contains("45 other values"), "{screen}");
    assert!(screen.contains("∅ empty") && screen.contains("– not given"));
    assert!(bench.line(1).ends_with("24,311 = 16,207 filled + 5,403 empty + 2,701 not given ✓"), "{}", bench.line(1));
    bench.keys("j j j enter");
    assert_eq!(bench.message(), "! Not now: the rows – these values are too many to be listed one by one");
    bench.keys("j enter");
    assert_eq!(selected(&bench), [Selection::Empty { column: 5 }]);
    bench.keys("esc s");
    assert!(bench.message().starts_with("Sorted by text."));
    let screen = bench.screen();
    assert!(screen.find("=1+1").unwrap() < screen.find("Head of Quality").unwrap());
    bench.keys("/").types("manager").keys("enter");
    assert!(bench.screen().lines().any(|line| line.starts_with("▌ Practice Manager")));
    bench.keys("w enter");
    assert!(bench.message().contains("1 cell could act as a formula; a ' stands before it."), "{}", bench.message());
}

#[test]
fn what_is_written_from_a_masked_screen_is_masked() {
    let mut bench = renewals(120, 36);
    bench.keys("M enter j j j j j j b");
    assert!(!bench.screen().contains("SEK"), "{}", bench.screen());
    bench.keys("w enter");
    assert!(asked(&bench).iter().any(|ask| matches!(ask, Ask::WriteCounts { masked: true, .. })));
    assert!(bench.message().contains("4 values, masked, written to"), "{}", bench.message());
    bench.keys("y");
    assert!(bench.copied().unwrap().starts_with("xxx·"), "{:?}", bench.copied());
}

#[test]
fn the_dictionary_fills_object_by_object_and_leads_to_the_profile() {
    let mut bench = Bench::new(120, 36);
    bench.keys("D");
    let profiles = asked(&bench).iter().filter(|ask| matches!(ask, Ask::Profile(_))).count();
    assert_eq!(profiles, 14);
    assert!(bench.line(1).ends_with("102 columns of 14 objects"), "{}", bench.line(1));
    bench.keys("/").types("signed").keys("enter");
    assert!(bench.line(1).ends_with("1 of 102 columns of 14 objects"), "{}", bench.line(1));
    bench.keys("enter");
    assert!(bench.line(1).contains("Renewals › Signed on"), "{}", bench.line(1));
    bench.keys("esc / esc");
    assert!(bench.line(1).ends_with(" 102 columns of 14 objects"), "{}", bench.line(1));
    bench.keys("w down enter");
    assert!(bench.screen().contains("> data-dictionary.html"), "{}", bench.screen());
    bench.keys("enter");
    assert!(asked(&bench).iter().any(|ask| matches!(ask, Ask::WriteDictionary { html: true, source: None, .. })));
    // From everywhere by the palette.
    bench.keys("5 ctrl-p").types("data dictionary").keys("enter");
    assert_eq!(bench.app.place(), Place::Dictionary);
}

#[test]
fn in_ascii_bars_are_of_signs() {
    let mut bench = renewals(120, 36);
    bench.app.theme = Theme { colours: Colours::Plain, ascii: true };
    bench.keys("p ] ] ]");
    let screen = bench.screen();
    assert!(screen.contains("########") && screen.is_ascii(), "{screen}");
}

#[test]
fn figures_are_made_anew_when_something_changed() {
    let mut bench = renewals(120, 36);
    bench.keys("p");
    let profiles = |bench: &Bench| asked(bench).iter().filter(|ask| matches!(ask, Ask::Profile(_))).count();
    assert_eq!(profiles(&bench), 1);
    bench.keys("] [ esc p");
    assert_eq!(profiles(&bench), 1, "what is known is not asked for again");
    bench.answers = false;
    bench.app.refresh();
    bench.later(1);
    assert_eq!(profiles(&bench), 2);
    assert!(bench.screen().contains("2,109  100.0 %"), "the old figures stay until the new ones are there");
}

#[test]
fn on_a_tiny_screen_the_focused_figure_is_told() {
    let mut bench = renewals(120, 36);
    bench.keys("p ] ] ] l j j j j j");
    bench.resize(50, 10);
    let screen = bench.screen();
    assert!(screen.contains("column      Signed on") && screen.contains("figure      only month first"), "{screen}");
    assert!(screen.contains("records     3"), "{screen}");
    bench.keys("b");
    assert!(bench.screen().contains("value "), "{}", bench.screen());
}

#[test]
fn a_figure_is_copied_bare_and_a_value_safe() {
    let mut bench = renewals(120, 36);
    bench.keys("p ] ] ] l y");
    assert_eq!(bench.copied(), Some("1984"));
    bench.keys("h y");
    assert_eq!(bench.copied(), Some("Signed on"));
}
