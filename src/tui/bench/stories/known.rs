//! Stories of what is known of systems, and of what stands between objects.

use super::super::super::msg::{Ask, Came, Effect, JobId, Loaded, Msg, Outcome, Problem, Rebuild, Reply};
use super::super::super::panes::sources::Screen;
use super::super::super::panes::sources::fact::{Edit, ListOf, Slot};
use super::super::super::place::Place;
use super::super::Bench;
use super::asked;
use crate::sources::facts::ObjectFacts;
use crate::sources::load::{Clash, ClashAnswer};
use crate::sources::{LoadId, Source, SystemKind};

fn edits(bench: &Bench) -> Vec<Edit> {
    let edits = asked(bench).into_iter().filter_map(|ask| match ask {
        Ask::EditFacts { edit, .. } => Some(edit.clone()),
        _ => None,
    });
    edits.collect()
}

#[test]
fn an_object_that_is_only_known_by_name_has_its_part_in_what_is_known() {
    let mut bench = Bench::new(160, 45);
    let known = bench.app.sources.known.entry("Salesforce".to_owned()).or_default();
    let debtor = ObjectFacts { claimed: Some(1_200), ..ObjectFacts::default() };
    known.facts.objects.insert("Debtor".to_owned(), debtor);
    bench.keys("j e");
    for _ in 0..12 {
        if bench.screen().contains("1,200 claimed, 0 came ✗ 1,200 missing") {
            break;
        }
        bench.keys("]");
    }
    let screen = bench.screen();
    assert!(screen.contains("1,200 claimed, 0 came ✗ 1,200 missing"), "{screen}");
    assert!(screen.lines().any(|line| line.trim_start_matches('▌').trim().starts_with("Debtor")), "{screen}");
}

#[test]
fn the_versions_of_a_record_open_from_its_row_in_any_table_of_records() {
    let mut bench = Bench::new(120, 36);
    bench.keys("j r j V");
    assert_eq!(bench.app.place(), Place::Versions);
    bench.keys("esc");
    assert_eq!(bench.app.place(), Place::Records);
    bench.keys("s V");
    assert_eq!(bench.app.place(), Place::Versions);
    bench.keys("esc ?").types("versions");
    assert!(bench.screen().contains("Shows what the record was in every load."), "{}", bench.screen());
}

#[test]
fn the_list_is_filtered_while_one_types_and_esc_shows_all_again() {
    let mut bench = Bench::new(120, 36);
    bench.keys("/").types("ticket");
    assert!(bench.screen().contains("Ticket") && !bench.screen().contains("Invoice"), "{}", bench.screen());
    bench.keys("enter");
    assert!(bench.line(1).contains("Sources with “ticket”"), "{}", bench.line(1));
    assert_eq!(bench.app.place(), Place::Sources);
    bench.keys("esc");
    assert!(bench.screen().contains("Invoice"));
    assert!(bench.screen().lines().any(|line| line.starts_with("▌     Ticket") || line.starts_with("▌   Ticket")));
    bench.keys("/").types("nowhere");
    assert!(bench.screen().contains("Nothing matches “nowhere”. A filter is on; Esc clears it."), "{}", bench.screen());
    bench.keys("esc");
    assert!(bench.screen().contains("Invoice"), "{}", bench.screen());
}

#[test]
fn a_filter_finds_the_systems_of_an_owner() {
    let mut bench = Bench::new(120, 36);
    bench.keys("/").types("priya").keys("enter");
    assert!(bench.screen().contains("Subscription") && !bench.screen().contains("Ticket"), "{}", bench.screen());
}

#[test]
fn systems_are_grouped_by_kind_and_by_owner_with_their_sums() {
    let mut bench = Bench::new(120, 36);
    bench.keys("j b");
    assert!(bench.line(1).contains("Sources by kind"));
    let before = bench.app.sources.object_at_cursor(&bench.app);
    bench.keys("b");
    assert_eq!(bench.app.sources.object_at_cursor(&bench.app), before, "the cursor stays on its object");
    assert!(bench.screen().contains("nobody was named"), "{}", bench.screen());
    bench.keys("b");
    assert!(!bench.line(1).contains(" by "));
}

#[test]
fn a_system_without_a_file_says_what_to_do() {
    let mut bench = Bench::new(120, 36);
    let shop = Source { name: "Shop".into(), kind: SystemKind::Commerce, objects: Vec::new() };
    bench.inventory.sources.push(shop);
    bench.app.refresh();
    bench.keys("W esc");
    let inventory = bench.inventory.clone();
    super::super::super::panes::sources::counted(&mut bench.app, inventory);
    bench.keys("G");
    assert!(bench.screen().contains("No load yet. Shop has no file here."), "{}", bench.screen());
    assert!(bench.screen().contains("Press o and choose an export."));
    bench.keys("enter");
    assert!(bench.message().starts_with("No load yet. Shop has no file here."), "{}", bench.message());
    bench.keys("e");
    assert_eq!(bench.app.place(), Place::Facts);
}

#[test]
fn a_fact_is_changed_in_one_line_and_saved_at_once() {
    let mut bench = Bench::new(120, 36);
    bench.keys("e enter ctrl-u").types("Priya Nair, finance").keys("enter");
    assert_eq!(edits(&bench), [Edit::Text(Slot::Owner, "Priya Nair, finance".into())]);
    assert!(bench.message().starts_with("✓ Salesforce: owner: Priya Nair, finance."), "{}", bench.message());
    assert!(bench.message().ends_with("saved"));
    bench.keys("u");
    assert!(bench.effects.iter().any(|effect| matches!(effect, Effect::Rebuild { what: Rebuild::Undo, .. })));
}

#[test]
fn an_entry_of_a_list_is_added_changed_and_taken_out() {
    let mut bench = Bench::new(120, 36);
    bench.keys("e j +").types("consent; source of the lead").keys("enter");
    bench.keys("enter ctrl-u").types("who knows whom").keys("enter x");
    let list = ListOf::Contributes;
    let old = Some("who talks to whom".to_owned());
    assert_eq!(
        edits(&bench),
        [
            Edit::Items(list, None, vec!["consent".into(), "source of the lead".into()]),
            Edit::Items(list, old.clone(), vec!["who knows whom".into()]),
            Edit::Items(list, old, Vec::new()),
        ]
    );
}

#[test]
fn what_cannot_be_is_refused_in_the_form_and_nothing_is_lost() {
    let mut bench = Bench::new(120, 36);
    bench.keys("e ] ] ] ] ] j enter ctrl-u").types("yesterday").keys("enter");
    assert!(bench.screen().contains("✗ a date such as 2025-11-14"), "{}", bench.screen());
    assert!(bench.screen().contains("yesterday"));
    assert!(edits(&bench).is_empty());
    bench.keys("ctrl-u").types("2025-11-13").keys("enter");
    assert_eq!(edits(&bench), [Edit::Text(Slot::At, "2025-11-13".into())]);
}

#[test]
fn what_is_only_proposed_is_marked_until_somebody_says_it() {
    let mut bench = Bench::new(120, 36);
    bench.keys("e");
    assert!(bench.line(1).ends_with("? 5 only proposed"), "{}", bench.line(1));
    assert!(bench.screen().contains("? billing") && !bench.screen().contains("? ownership"), "{}", bench.screen());
}

#[test]
fn claimed_counts_are_held_against_what_came() {
    let mut bench = Bench::new(120, 45);
    bench.keys("e");
    assert!(bench.screen().contains("24,318 claimed, 24,318 came ✓"), "{}", bench.screen());
    assert!(bench.screen().contains("9,660 claimed, 9,654 came ✗ 6 missing"), "{}", bench.screen());
}

#[test]
fn every_line_of_the_detail_that_has_more_behind_it_opens() {
    let mut bench = Bench::new(120, 36);
    bench.keys("l enter");
    assert_eq!(bench.app.place(), Place::Facts);
    bench.keys("esc G enter");
    assert_eq!(bench.app.place(), Place::Load);
    bench.keys("esc");
    assert!(bench.app.sources.view.in_detail, "back where one was");
    bench.keys("esc");
    assert!(!bench.app.sources.view.in_detail);
}

#[test]
fn a_survey_that_is_stale_is_made_beside_the_screen_and_only_once() {
    let mut bench = Bench::new(120, 36);
    bench.answers = false;
    let stale = bench.survey();
    let stale = crate::sources::survey::Survey { fresh: false, ..stale };
    bench.app.refresh();
    bench.keys("j");
    let generation = bench.effects.iter().rev().find_map(|effect| match effect {
        Effect::Ask { generation, ask: Ask::Survey } => Some(*generation),
        _ => None,
    });
    bench.send(Msg::Answered(generation.unwrap(), Box::new(Ok(Reply::Survey(Some(Box::new(stale.clone())))))));
    let begun = |bench: &Bench| bench.effects.iter().filter(|e| matches!(e, Effect::Survey { .. })).count();
    assert_eq!(begun(&bench), 1);
    bench.keys("F");
    assert!(bench.message().contains("From before the last load; the survey is looking again."), "{}", bench.message());
    bench.keys("J");
    assert!(bench.screen().contains("survey: relations and known gaps"), "{}", bench.screen());
    bench.keys("esc");
    let job = bench.app.jobs.survey().unwrap().id;
    // It could not be stored, and says so: that is no reason to make it again and again.
    bench.send(Msg::JobEnded(job, Ok(Came::Surveyed(Box::new(stale)))));
    assert_eq!(begun(&bench), 1);
    assert!(bench.message().contains("L looks again"), "{}", bench.message());
}

#[test]
fn a_survey_gives_way_to_a_load_and_is_made_after_it() {
    let mut bench = Bench::new(120, 36);
    bench.answers = false;
    bench.keys("F L");
    let survey = bench.app.jobs.survey().unwrap().id;
    bench.answers = true;
    bench.keys("esc o down down down down enter enter");
    assert!(bench.effects.contains(&Effect::Cancel(survey)));
    assert!(!bench.effects.iter().any(|effect| matches!(effect, Effect::Load { .. })), "it waits for the survey");
    let mut stopped = Problem::new("Stopped.");
    stopped.cancelled = true;
    bench.send(Msg::JobEnded(survey, Err(stopped)));
    let Some(Effect::Load { job, .. }) = bench.effects.last() else { panic!("{:?}", bench.effects.last()) };
    let job = *job;
    assert_eq!(bench.app.jobs.running().map(|entry| entry.id), Some(job));
    let loaded = Loaded {
        file: "Contact-delta.csv".into(),
        outcome: Outcome::Done { load: LoadId(15), new: 1, changed: 0, quarantined: 0 },
    };
    bench.send(Msg::JobEnded(job, Ok(Came::Loaded(vec![loaded]))));
    assert!(bench.app.jobs.busy().is_none());
}

#[test]
fn taking_out_runs_beside_the_screen() {
    let mut bench = Bench::new(120, 36);
    bench.answers = false;
    bench.keys("j enter l enter x");
    assert!(
        bench.effects.iter().any(|effect| matches!(effect, Effect::Rebuild { what: Rebuild::TakeOut(LoadId(15)), .. }))
    );
    assert!(bench.line(35).contains("take out"), "{}", bench.line(35));
    let job = bench.app.jobs.running().unwrap().id;
    bench.keys("u");
    let undone = |bench: &Bench| {
        bench.effects.iter().filter(|effect| matches!(effect, Effect::Rebuild { what: Rebuild::Undo, .. })).count()
    };
    assert_eq!(undone(&bench), 0, "what is taken back is done first");
    bench.send(Msg::JobEnded(job, Ok(Came::Changed("Took out load 15, Contact-delta.csv.".into()))));
    assert!(bench.message().starts_with("✓ Took out load 15"), "{}", bench.message());
    assert_eq!(undone(&bench), 1);
}

#[test]
fn undo_waits_for_the_change_that_it_takes_back() {
    let mut bench = Bench::new(120, 36);
    bench.answers = false;
    bench.keys("e enter ctrl-u").types("Priya Nair").keys("enter u");
    let undone = |bench: &Bench| bench.effects.iter().any(|effect| matches!(effect, Effect::Rebuild { .. }));
    assert!(!undone(&bench));
    let generation = bench.effects.iter().rev().find_map(|effect| match effect {
        Effect::Ask { generation, ask: Ask::EditFacts { .. } } => Some(*generation),
        _ => None,
    });
    bench.send(Msg::Answered(generation.unwrap(), Box::new(Ok(Reply::Changed("Saved.".into())))));
    assert!(undone(&bench));
}

#[test]
fn a_file_with_other_columns_is_asked_about_and_closing_the_question_leaves_it_out() {
    let mut bench = Bench::new(120, 36);
    bench.keys("o down down down down enter enter");
    let clash = Clash {
        file: "Contact-roles.csv".into(),
        source: "Salesforce".into(),
        object: "Contact".into(),
        shared: 2,
        file_columns: 5,
        object_columns: 7,
    };
    bench.send(Msg::Clash(JobId(1), clash.clone()));
    assert!(bench.screen().contains("has 5 columns, Contact has 7; they share 2."), "{}", bench.screen());
    bench.keys("down enter");
    assert_eq!(bench.effects.last(), Some(&Effect::Answer(JobId(1), ClashAnswer::Object("Contact-roles".into()))));
    bench.send(Msg::Clash(JobId(1), clash.clone()));
    bench.keys("down down enter");
    assert_eq!(bench.effects.last(), Some(&Effect::Answer(JobId(1), ClashAnswer::SameObject)));
    bench.send(Msg::Clash(JobId(1), clash));
    bench.keys("esc");
    assert_eq!(bench.effects.last(), Some(&Effect::Answer(JobId(1), ClashAnswer::Refuse)));
}

#[test]
fn the_versions_of_a_record_show_what_changed_first() {
    let mut bench = Bench::new(120, 36);
    bench.keys("j r enter V");
    assert!(bench.line(1).ends_with("3 versions"), "{}", bench.line(1));
    let screen = bench.screen();
    let at = |name: &str| screen.lines().position(|line| line.trim_start_matches(['▌', ' ']).starts_with(name));
    assert!(at("Phone") < at("Name"), "{screen}");
    assert!(screen.contains("vanished in"), "{screen}");
    bench.keys("j h y");
    assert_eq!(bench.copied(), Some("+48 22 555 01 44"));
    bench.keys("h y");
    assert_eq!(bench.copied(), Some("+48 22 555 01 43"));
    bench.keys("l l enter");
    assert!(matches!(bench.app.sources.stack.last(), Some(Screen::Record(screen)) if screen.rec.0 > 95_000));
}

#[test]
fn two_loads_are_held_against_each_other() {
    let mut bench = Bench::new(120, 36);
    bench.keys("j enter l enter c");
    assert!(asked(&bench).contains(&&Ask::Compare { left: LoadId(2), right: LoadId(15) }));
    assert!(bench.screen().contains("2,310  in both, changed"), "{}", bench.screen());
    bench.keys("]");
    let Some(Screen::Compare(screen)) = bench.app.sources.stack.last() else { panic!() };
    assert_eq!(screen.list.cursor, 12, "the first that is only in load 15");
}

#[test]
fn a_load_that_has_no_other_beside_it_is_not_compared() {
    let mut bench = Bench::new(120, 36);
    bench.keys("enter l enter c");
    assert_eq!(bench.message(), "! Not now: compare – there is no other load of this object");
}

#[test]
fn gaps_are_shown_by_what_needs_a_look() {
    let mut bench = Bench::new(120, 36);
    bench.keys("j F");
    assert!(bench.screen().contains("merged in Salesforce"));
    bench.keys("!");
    assert!(!bench.screen().contains("merged in Salesforce"), "{}", bench.screen());
    bench.keys("y");
    assert_eq!(bench.copied(), Some("5"), "bare digits");
}

#[test]
fn values_of_a_finding_are_masked_and_its_title_is_not() {
    let mut bench = Bench::new(120, 36);
    bench.keys("j F j j M");
    assert!(!bench.screen().contains("info@bwc.example"), "{}", bench.screen());
    assert!(bench.screen().contains("shared inbox"));
}

#[test]
fn the_map_shows_every_object_once() {
    let mut bench = Bench::new(120, 60);
    bench.keys("R m");
    let screen = bench.screen();
    assert!(screen.contains("├─ Contact by AccountId"), "{screen}");
    assert_eq!(screen.lines().filter(|line| line.contains("Opportunity")).count(), 1, "{screen}");
    bench.keys("enter");
    assert!(bench.message().contains("the map is shown; m goes back to the list"), "{}", bench.message());
}

#[test]
fn relations_and_gaps_open_from_anywhere_by_the_palette() {
    let mut bench = Bench::new(100, 30);
    bench.keys("j r :").types("known gaps").keys("enter");
    assert_eq!(bench.app.place(), Place::Findings);
    bench.keys("R");
    assert_eq!(bench.app.place(), Place::Relations);
    bench.keys("esc esc");
    assert_eq!(bench.app.place(), Place::Records);
}
