//! Stories of the map: from what is proposed to a rule that is saved and reviewed.

use super::super::super::msg::map::{Deed, MapAsk, MapReply};
use super::super::super::msg::{Ask, Effect, Msg, Problem, Reply};
use super::super::super::place::Place;
use super::super::Bench;
use super::super::mapping::contact_key;
use super::asked;
use crate::definitions::VersionNumber;
use crate::mapping::Rule;
use crate::mapping::edit::Change;
use crate::model::MissingPolicy;

fn deeds(bench: &Bench) -> Vec<Deed> {
    let deeds = asked(bench).into_iter().filter_map(|ask| match ask {
        Ask::Map(MapAsk::Change(deed)) => Some(deed.clone()),
        _ => None,
    });
    deeds.collect()
}

/// The map of Contact, open.
fn open(width: u16, height: u16) -> Bench {
    let mut bench = Bench::mapped(width, height);
    bench.keys("j enter");
    assert_eq!(bench.app.place(), Place::ObjectMap, "{}", bench.screen());
    bench
}

/// Puts the cursor on a line by its words.
fn to(bench: &mut Bench, words: &str) {
    for _ in 0..60 {
        if bench.screen().lines().any(|line| line.starts_with('▌') && line.contains(words)) {
            return;
        }
        bench.keys("j");
    }
    panic!("no line has {words}:\n{}", bench.screen());
}

/// The question for the newest deed.
fn last_deed(bench: &Bench) -> u64 {
    let asked = bench.effects.iter().rev().find_map(|effect| match effect {
        Effect::Ask { generation, ask: Ask::Map(MapAsk::Change(_)) } => Some(*generation),
        _ => None,
    });
    asked.unwrap()
}

#[test]
fn the_pane_opens_with_every_object_and_a_sum_that_closes() {
    let bench = Bench::mapped(120, 36);
    assert!(bench.line(1).contains("111 fields = 8 mapped + 2 dropped + 15 suggested + 86 open"), "{}", bench.line(1));
    let screen = bench.screen();
    assert!(screen.contains("? person 0.81") && screen.contains("✗ 2     4 of 10"), "{screen}");
    assert!(bench.message().starts_with("9.0 % of the fields are decided"), "{}", bench.message());
}

#[test]
fn required_fields_that_nothing_feeds_stand_among_the_others() {
    let bench = open(120, 36);
    let screen = bench.screen();
    let row = screen.lines().find(|line| line.contains("consent.email *")).unwrap();
    assert!(row.contains("– nothing feeds it") && row.trim_end().ends_with('✗'), "{row}");
    assert!(bench.line(1).contains("16 fields = 8 mapped + 2 dropped + 3 suggested + 3 open"), "{}", bench.line(1));
}

#[test]
fn the_cursor_stays_on_its_field_when_the_filter_goes() {
    let mut bench = open(120, 36);
    to(&mut bench, "Preferred_Lang__c");
    bench.keys("/ P r e f enter");
    let row = |bench: &Bench| bench.screen().lines().find(|line| line.starts_with('▌')).unwrap().to_owned();
    assert!(row(&bench).contains("Preferred_Lang__c"), "{}", bench.screen());
    bench.keys("esc");
    assert!(row(&bench).contains("Preferred_Lang__c"), "{}", bench.screen());
    assert!(bench.screen().contains("LastName"), "{}", bench.screen());
}

#[test]
fn a_accepts_what_is_proposed_and_goes_on_to_what_is_open_next() {
    let mut bench = open(120, 36);
    to(&mut bench, "Preferred_Lang__c");
    bench.keys("a");
    let deed = deeds(&bench).pop().unwrap();
    let from = vec!["Preferred_Lang__c".into()];
    let change = Change::Set { field: "language".into(), from, rule: Rule::Language };
    assert_eq!(deed.maps, [(contact_key(), Some(VersionNumber(31)), vec![change])]);
    assert!(bench.message().contains("person › language comes from Preferred_Lang__c."), "{}", bench.message());
    assert!(bench.message().ends_with("saved"));
    let at = bench.screen().lines().find(|line| line.starts_with('▌')).unwrap().to_owned();
    assert!(at.contains("LastActivityDate"), "{at}");
}

#[test]
fn several_marked_suggestions_are_one_deed() {
    let mut bench = open(120, 36);
    to(&mut bench, "Preferred_Lang__c");
    bench.keys("space");
    to(&mut bench, "HasOptedOut");
    bench.keys("space");
    assert_eq!(bench.message(), "2 fields are marked");
    bench.keys("a");
    let deed = deeds(&bench).pop().unwrap();
    assert_eq!((deed.maps.len(), deed.maps[0].2.len()), (1, 2));
    assert!(bench.message().contains("Accepted 2 suggestions for Contact."), "{}", bench.message());
}

#[test]
fn a_suggestion_that_a_person_has_to_complete_is_opened_and_never_accepted_as_it_is() {
    let mut bench = open(120, 36);
    to(&mut bench, "LastActivityDate");
    bench.keys("a");
    assert_eq!(bench.app.place(), Place::RuleText);
    assert!(deeds(&bench).is_empty());
    assert!(bench.message().contains("is for a person"), "{}", bench.message());
}

#[test]
fn quick_fingers_do_not_overtake_what_is_being_saved() {
    let mut bench = open(120, 36);
    to(&mut bench, "Preferred_Lang__c");
    bench.answers = false;
    bench.keys("a");
    to(&mut bench, "HasOptedOut");
    bench.keys("a");
    assert_eq!(deeds(&bench).len(), 1, "the second waits");
    let versions = vec![(contact_key(), VersionNumber(32))];
    let reply = Ok(Reply::Map(MapReply::Changed { sentence: "Done.".into(), versions }));
    let generation = last_deed(&bench);
    bench.send(Msg::Answered(generation, Box::new(reply)));
    let second = deeds(&bench).pop().unwrap();
    assert_eq!(second.maps[0].1, Some(VersionNumber(32)), "onto the version that was just saved");
}

#[test]
fn a_field_is_dropped_with_a_reason_that_was_given_before_or_a_new_one() {
    let mut bench = open(120, 36);
    to(&mut bench, "Region_Old__c");
    bench.keys("x");
    assert!(bench.screen().contains("Drop: no process uses it"), "{}", bench.screen());
    bench.keys("enter");
    let first = &deeds(&bench).pop().unwrap().maps[0].2[0];
    assert!(matches!(first, Change::Drop { column, .. } if column == "Region_Old__c"), "{first:?}");
    to(&mut bench, "Region_Old__c");
    bench.keys("x j j j j enter").types("asked Jonas").keys("enter");
    let drop = Change::Drop { column: "Region_Old__c".into(), reason: "asked Jonas".into() };
    assert_eq!(deeds(&bench).pop().unwrap().maps[0].2, [drop], "{}", bench.screen());
}

#[test]
fn dropping_a_mapped_field_says_that_its_rule_goes() {
    let mut bench = open(120, 36);
    to(&mut bench, "Title");
    bench.keys("x");
    assert!(bench.screen().contains("! 1 rule goes, with its comments and reviews."), "{}", bench.screen());
    bench.keys("enter");
    let changes = deeds(&bench).pop().unwrap().maps.remove(0).2;
    assert_eq!(changes[0], Change::Clear { field: "title".into() });
}

#[test]
fn a_review_is_technical_or_for_the_business_and_says_of_what() {
    let mut bench = open(120, 36);
    to(&mut bench, "Title");
    bench.keys("R j enter");
    let change = Change::Review { field: Some("title".into()), column: None, business: true, said: true };
    assert_eq!(deeds(&bench).pop().unwrap().maps[0].2, [change]);
    assert!(bench.message().contains("title: business review given."), "{}", bench.message());
}

#[test]
fn the_policy_for_missing_values_says_how_many_rows_it_touches() {
    let mut bench = open(120, 36);
    to(&mut bench, "MailingCountry");
    bench.keys("m");
    assert!(bench.screen().contains("1,410 rows get it"), "{}", bench.screen());
    bench.keys("g enter").types("PL").keys("enter");
    let Change::Missing { field, missing: Some(missing) } = deeds(&bench).pop().unwrap().maps.remove(0).2.remove(0)
    else {
        panic!("no policy");
    };
    assert_eq!((field.as_str(), missing.policy, missing.value.as_str()), ("country", MissingPolicy::Default, "PL"));
}

#[test]
fn a_rule_is_typed_and_its_rows_follow_every_key() {
    let mut bench = open(120, 36);
    to(&mut bench, "Title");
    bench.keys("enter");
    assert!(bench.screen().contains("> copy Title"), "{}", bench.screen());
    bench.keys("ctrl-u").types("= upper(trim(Title))");
    assert!(bench.screen().contains("✓ = upper(trim(Title))"), "{}", bench.screen());
    let previews = asked(&bench).into_iter().filter(|ask| matches!(ask, Ask::Map(MapAsk::Preview { .. })));
    assert!(previews.count() > 5);
    bench.keys("enter");
    let Change::Set { field, rule, .. } = deeds(&bench).pop().unwrap().maps.remove(0).2.remove(0) else {
        panic!("no rule");
    };
    assert_eq!(field, "title");
    assert!(matches!(rule, Rule::Expression { .. }));
    assert_eq!(bench.app.place(), Place::ObjectMap);
}

#[test]
fn what_is_wrong_with_a_rule_is_said_with_its_place_and_nothing_is_saved() {
    let mut bench = open(120, 36);
    to(&mut bench, "Title");
    bench.keys("enter ctrl-u").types("copy Nowhere");
    assert!(bench.screen().contains("✗ Contact has no field called Nowhere."), "{}", bench.screen());
    bench.keys("enter");
    assert!(deeds(&bench).is_empty());
    bench.keys("ctrl-u").types("= nope(Title)");
    let screen = bench.screen();
    let column = |what: &str| screen.lines().find_map(|line| line.find(what).map(|at| line[..at].chars().count()));
    assert!(column("▲").is_some() && column("▲") == column("nope("), "{screen}");
    bench.keys("esc");
    assert!(deeds(&bench).is_empty());
}

#[test]
fn a_word_is_completed_by_tab_and_a_kind_of_rule_is_chosen_written_out() {
    let mut bench = open(120, 36);
    to(&mut bench, "Title");
    bench.keys("enter ctrl-u").types("copy mailing").keys("tab");
    assert!(bench.screen().contains("> copy MailingCountry"), "{}", bench.screen());
    bench.keys("f2 j enter");
    assert!(!bench.screen().contains("> copy MailingCountry"), "{}", bench.screen());
    assert_eq!(bench.app.place(), Place::RuleText);
}

#[test]
fn a_rule_that_was_refused_is_still_there() {
    let mut bench = open(120, 36);
    to(&mut bench, "Title");
    bench.keys("enter ctrl-u").types("copy FirstName");
    bench.answers = false;
    bench.keys("enter");
    let generation = last_deed(&bench);
    bench.send(Msg::Answered(generation, Box::new(Err(Problem::new("The disk is full.")))));
    bench.keys("esc");
    assert_eq!(bench.app.place(), Place::RuleText);
    assert!(bench.screen().contains("> copy FirstName"), "{}", bench.screen());
}

#[test]
fn the_values_of_a_value_map_do_not_stand_in_its_line() {
    let mut bench = open(120, 36);
    to(&mut bench, "MailingCountry");
    bench.keys("enter");
    assert!(bench.screen().contains("> value map MailingCountry folded"), "{}", bench.screen());
    assert!(!bench.screen().contains("Country 12"), "{}", bench.screen());
    bench.keys("enter");
    assert!(deeds(&bench).is_empty(), "it is as it was");
}

#[test]
fn masked_values_stay_masked_on_every_screen_of_the_map() {
    let mut bench = open(160, 45);
    bench.keys("M");
    to(&mut bench, "Preferred_Lang__c");
    for keys in ["", ";", "esc enter", "esc S", "esc h"] {
        bench.keys(keys);
        let screen = bench.screen();
        for value in ["Wójcik", "k.wojcik@bwc.example", "Portuguese", "Poland"] {
            assert!(!screen.contains(value), "{value} after {keys}:\n{screen}");
        }
    }
}

#[test]
fn filters_show_the_undecided_the_blocking_and_the_unreviewed() {
    let mut bench = open(120, 36);
    for (keys, shown) in
        [("f", "Region_Old__c"), ("f", "MailingCountry"), ("f", "Title"), ("f / r e g enter", "Region")]
    {
        bench.keys(keys);
        let screen = bench.screen();
        assert!(screen.contains(shown) && !screen.contains("FirstName  "), "{screen}");
    }
    bench.keys("esc");
    assert!(bench.screen().contains("FirstName  "), "{}", bench.screen());
}

#[test]
fn an_example_opens_the_rows_of_its_field() {
    let mut bench = open(120, 36);
    to(&mut bench, "Title");
    bench.keys("left enter");
    assert_eq!(bench.app.place(), Place::Rows);
}

#[test]
fn the_select_is_shown_and_copied_and_a_version_is_restored() {
    let mut bench = open(120, 36);
    bench.keys("S y");
    assert!(bench.copied().unwrap().contains("LEFT JOIN value_outcome"), "{:?}", bench.copied());
    bench.keys("esc h");
    assert!(bench.screen().contains("after the talk with Jonas"), "{}", bench.screen());
    bench.keys("r");
    assert!(bench.message().contains("this version stands already"), "{}", bench.message());
    bench.keys("j r");
    let said = "Version 30 of Salesforce/Contact → person stands again.";
    assert!(bench.message().contains(said), "{}", bench.message());
}

#[test]
fn a_map_is_begun_for_the_entity_that_fits_best() {
    let mut bench = Bench::mapped(120, 36);
    bench.keys("+");
    let screen = bench.screen();
    let first = screen.lines().find(|line| line.contains("▌? 0.81") || line.contains("▌ ? 0.81"));
    assert!(first.is_some_and(|line| line.contains("person")), "{screen}");
    bench.keys("enter");
    assert!(bench.line(1).contains("Map › Salesforce › Account → person"), "{}", bench.line(1));
}

#[test]
fn a_workspace_for_reading_changes_nothing() {
    let mut bench = open(120, 36);
    if let Some(session) = &mut bench.app.session {
        session.read_only = true;
    }
    to(&mut bench, "Preferred_Lang__c");
    bench.keys("a x R m c");
    assert!(deeds(&bench).is_empty());
    assert!(bench.app.overlays.is_empty() && bench.app.prompt.is_none());
}
