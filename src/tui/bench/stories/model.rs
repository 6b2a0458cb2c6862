//! Stories of value maps, of what blocks, of the model, the operating questions and the source of truth.

use std::sync::Arc;

use super::super::super::msg::map::{Deed, MapAsk};
use super::super::super::msg::model::ModelAsk;
use super::super::super::msg::{Ask, Effect, Msg, Problem};
use super::super::super::place::Place;
use super::super::Bench;
use super::asked;
use crate::mapping::edit::Change;
use crate::mapping::values::{ValueLine, ValueTable};
use crate::mapping::{Rule, ValueTarget};

fn deeds(bench: &Bench) -> Vec<Deed> {
    let deeds = asked(bench).into_iter().filter_map(|ask| match ask {
        Ask::Map(MapAsk::Change(deed)) => Some(deed.clone()),
        _ => None,
    });
    deeds.collect()
}

fn changes(bench: &Bench) -> Vec<&ModelAsk> {
    let asks = asked(bench).into_iter().filter_map(|ask| match ask {
        Ask::Map(MapAsk::Model(ask)) => Some(ask),
        _ => None,
    });
    asks.collect()
}

/// What the newest deed makes of values: field, and (value, only where, target).
fn given(bench: &Bench) -> (String, Vec<(String, String, ValueTarget)>) {
    match deeds(bench).pop().map(|mut deed| deed.maps.remove(0).2.remove(0)) {
        Some(Change::Values { field, rows }) => (field, rows),
        other => panic!("no values: {other:?}"),
    }
}

/// Puts the cursor on a line by its words.
fn to(bench: &mut Bench, words: &str) {
    bench.keys("g");
    for _ in 0..80 {
        if bench.screen().lines().any(|line| line.starts_with('▌') && line.contains(words)) {
            return;
        }
        bench.keys("j");
    }
    panic!("no line has {words}:\n{}", bench.screen());
}

fn cursor(bench: &Bench) -> String {
    bench.screen().lines().find(|line| line.starts_with('▌')).unwrap_or_default().to_owned()
}

/// The value map of a field of the rich object.
fn values(width: u16, height: u16) -> Bench {
    let mut bench = Bench::mapped(width, height);
    bench.keys("j enter");
    to(&mut bench, "MailingCountry");
    bench.keys("t");
    assert_eq!(bench.app.place(), Place::ValueMap, "{}", bench.screen());
    bench
}

/// A screen of the model, by the keys that lead there from the list of maps.
fn model(width: u16, height: u16, keys: &str) -> Bench {
    let mut bench = Bench::mapped(width, height);
    bench.keys("m").keys(keys);
    bench
}

#[test]
fn a_value_map_opens_on_what_is_not_decided_and_its_sums_close() {
    let bench = values(120, 36);
    assert!(bench.line(1).contains("6,223 records = 6,031"), "{}", bench.line(1));
    assert!(cursor(&bench).contains("(empty)"), "{}", bench.screen());
    assert!(bench.screen().contains("all 8 values"), "{}", bench.screen());
}

#[test]
fn typing_narrows_the_allowed_values_and_enter_takes_the_marked_one() {
    let mut bench = values(120, 36);
    to(&mut bench, "Partner");
    bench.keys("enter").types("pro");
    assert!(bench.screen().contains("▸ prospect") && bench.screen().contains("1 of 7 allowed"), "{}", bench.screen());
    bench.keys("enter");
    let expected = ("Partner".to_owned(), String::new(), ValueTarget::Value("prospect".into()));
    assert_eq!(given(&bench), ("lifecycle_stage".to_owned(), vec![expected]));
    assert!(bench.message().contains("“Partner” is prospect now."), "{}", bench.message());
}

#[test]
fn nothing_typed_takes_what_is_proposed_and_what_is_like_nothing_is_asked_again() {
    let mut bench = values(120, 36);
    bench.keys("enter");
    assert!(bench.screen().contains("▸ prospect"), "{}", bench.screen());
    bench.keys("enter");
    assert_eq!(given(&bench).1[0].2, ValueTarget::Value("prospect".into()));
    to(&mut bench, "Kunde");
    let before = deeds(&bench).len();
    bench.keys("enter").types("qqq");
    assert!(bench.screen().contains("None of the allowed values is like it."), "{}", bench.screen());
    bench.keys("enter");
    assert!(bench.screen().contains("qqq") && deeds(&bench).len() == before, "{}", bench.screen());
}

#[test]
fn after_a_decision_the_cursor_is_on_the_next_open_value_and_the_table_shows_it() {
    let mut bench = values(120, 36);
    bench.answers = false;
    bench.keys("a");
    assert!(cursor(&bench).contains("Partner"), "{}", bench.screen());
    assert!(bench.screen().contains("being saved"), "{}", bench.screen());
    let generation = bench.effects.iter().rev().find_map(|effect| match effect {
        Effect::Ask { generation, ask: Ask::Map(MapAsk::Change(deed)) } => Some((*generation, deed.clone())),
        _ => None,
    });
    let (generation, deed) = generation.unwrap();
    let reply = crate::tui::msg::map::MapReply::Changed { sentence: deed.sentence, versions: Vec::new() };
    bench.send(Msg::Answered(generation, Box::new(Ok(crate::tui::msg::Reply::Map(reply)))));
    let row = bench.screen().lines().find(|line| line.contains("(empty)")).unwrap().to_owned();
    assert!(row.contains("prospect") && row.contains("just now") && !row.contains('?'), "{row}");
    assert!(bench.line(1).contains("6,140 mapped + ✗ 83 not"), "{}", bench.line(1));
}

#[test]
fn marked_values_and_groups_of_nearly_equal_ones_get_one_answer() {
    let mut bench = values(120, 36);
    bench.keys("=");
    assert!(bench.message().contains("alike but for case and spaces"), "{}", bench.message());
    assert!(bench.screen().contains("2 values are marked, one answer for all"), "{}", bench.screen());
    bench.keys("enter").types("customer").keys("enter");
    let values: Vec<String> = given(&bench).1.into_iter().map(|row| row.0).collect();
    assert_eq!(values, ["Active Client", "active client"]);
    bench.keys("g space space esc");
    assert_eq!(bench.app.place(), Place::ValueMap, "Esc takes the marks away first");
}

#[test]
fn answers_are_for_the_target_field_that_has_the_cursor() {
    let mut bench = values(120, 36);
    bench.keys("right");
    to(&mut bench, "Partner");
    bench.keys("a");
    assert_eq!(given(&bench).0, "segment");
}

#[test]
fn a_value_is_excluded_with_a_reason_made_nothing_split_and_opened_again() {
    let mut bench = values(120, 36);
    to(&mut bench, "Partner");
    bench.keys("x").types("test data").keys("enter");
    assert_eq!(given(&bench).1[0].2, ValueTarget::Excluded("test data".into()));
    to(&mut bench, "Kunde");
    bench.keys("0");
    assert_eq!(given(&bench).1[0].2, ValueTarget::Nothing);
    to(&mut bench, "Prospect");
    bench.keys("+").types("Invoices > 0").keys("enter").types("customer").keys("enter");
    assert_eq!(given(&bench).1[0].1, "Invoices > 0");
    to(&mut bench, "Former Client");
    bench.keys("o");
    let change = deeds(&bench).pop().unwrap().maps.remove(0).2.remove(0);
    assert!(matches!(change, Change::ForgetValues { .. }), "{change:?}");
    bench.keys("d").types("lead").keys("enter");
    let change = deeds(&bench).pop().unwrap().maps.remove(0).2.remove(0);
    let lead = Some(ValueTarget::Value("lead".into()));
    assert_eq!(change, Change::Otherwise { field: "lifecycle_stage".into(), to: lead });
}

#[test]
fn a_refused_answer_is_still_there_under_the_message() {
    let mut bench = values(120, 36);
    to(&mut bench, "Partner");
    bench.keys("+").types("Invoices >").keys("enter").types("customer");
    bench.answers = false;
    bench.keys("enter");
    let generation = bench.effects.iter().rev().find_map(|effect| match effect {
        Effect::Ask { generation, ask: Ask::Map(MapAsk::Change(_)) } => Some(*generation),
        _ => None,
    });
    let refused = Err(Problem::new("The expression ends too early."));
    bench.send(Msg::Answered(generation.unwrap(), Box::new(refused)));
    bench.keys("esc");
    assert!(bench.screen().contains("customer▏"), "{}", bench.screen());
}

#[test]
fn filters_leave_only_open_values_and_esc_takes_them_away_before_it_goes_back() {
    let mut bench = values(120, 36);
    bench.keys("!");
    let screen = bench.screen();
    assert!(screen.contains("4 of 8 values") && !screen.contains("Former Client"), "{screen}");
    bench.keys("esc").keys("/").types("CLIENT").keys("enter");
    assert!(bench.screen().contains("3 of 8 values"), "{}", bench.screen());
    bench.keys("esc");
    assert!(bench.screen().contains("all 8 values"), "{}", bench.screen());
    bench.keys("esc");
    assert_eq!(bench.app.place(), Place::ObjectMap);
}

#[test]
fn a_column_without_a_value_map_is_offered_one() {
    let mut bench = Bench::mapped(120, 36);
    bench.values = Some(Arc::new(ValueTable { records: 9, ..ValueTable::default() }));
    bench.keys("j enter");
    to(&mut bench, "k.wojcik");
    bench.keys("t");
    let screen = bench.screen();
    assert!(screen.contains("Which field do they become?") && screen.contains("now e"), "{screen}");
    bench.keys("enter");
    let change = deeds(&bench).pop().unwrap().maps.remove(0).2.remove(0);
    let Change::Set { field, from, rule: Rule::ValueMap { folded, .. } } = change else { panic!("{change:?}") };
    assert_eq!((field.as_str(), from.as_slice(), folded), ("email", &["Email".to_owned()][..], true));
}

#[test]
fn a_hundred_thousand_values_are_shown_and_sifted() {
    let mut bench = Bench::mapped(120, 36);
    let line = |n: u64| ValueLine {
        value: format!("value {n}"),
        records: 200_000 - n,
        to: vec![None],
        suggested: vec![None],
        is_new: false,
    };
    let rows: Vec<ValueLine> = (0..100_000).map(line).collect();
    let records = rows.iter().map(|line| line.records).sum();
    let fields = vec!["lifecycle_stage".to_owned()];
    bench.values = Some(Arc::new(ValueTable { fields, rows, records, distinct: 250_000 }));
    bench.keys("j enter");
    to(&mut bench, "MailingCountry");
    bench.keys("t G");
    assert!(cursor(&bench).contains("value 99999"), "{}", bench.screen());
    assert!(bench.screen().contains("of 250,000 in all"), "{}", bench.screen());
    bench.keys("/").types("value 777").keys("enter 0");
    assert_eq!(given(&bench).1[0].0, "value 777");
    assert!(bench.screen().contains("111 of 100,000 values"), "{}", bench.screen());
}

#[test]
fn what_blocks_leads_to_the_line_where_it_is_decided() {
    let mut bench = Bench::mapped(120, 36);
    bench.keys("!");
    to(&mut bench, "one owner name");
    bench.keys("enter");
    assert_eq!(bench.app.place(), Place::ObjectMap);
    assert!(cursor(&bench).contains("Owner"), "{}", bench.screen());
    bench.keys("esc b");
    assert!(bench.screen().contains("who decides"), "{}", bench.screen());
    bench.keys("y");
    assert!(bench.copied().unwrap().contains("Tomas Reyes decides"), "{:?}", bench.copied());
}

#[test]
fn the_model_leads_to_its_screens_and_back() {
    for (keys, place) in [
        ("enter", Place::Entity),
        ("Q", Place::Questions),
        ("O", Place::Truth),
        ("T", Place::Targets),
        ("U", Place::Users),
        ("h", Place::ModelHistory),
        ("enter h", Place::ModelHistory),
    ] {
        let mut bench = model(120, 36, keys);
        assert_eq!(bench.app.place(), place, "{keys}");
        bench.keys("esc");
        assert_ne!(bench.app.place(), place, "{keys}");
    }
}

#[test]
fn a_word_is_chosen_and_a_sentence_is_typed() {
    let mut bench = model(120, 36, "/ p e r s o n enter enter");
    to(&mut bench, "kind");
    bench.keys("enter j enter");
    let expected =
        |ask: &&ModelAsk| matches!(ask, ModelAsk::ChangeEntity { changes, .. } if changes[0].starts_with("kind="));
    assert!(changes(&bench).iter().any(expected), "{}", bench.screen());
    to(&mut bench, "lifecycle_stage");
    bench.keys("enter j enter");
    assert!(bench.screen().contains("✓ no"), "{}", bench.screen());
    bench.keys("esc enter j j j enter").types(", former");
    bench.keys("enter");
    let allowed = changes(&bench).into_iter().rev().find_map(|ask| match ask {
        ModelAsk::ChangeEntity { changes, .. } => Some(changes.join(" ")),
        _ => None,
    });
    assert_eq!(
        allowed.as_deref(),
        Some("fields.lifecycle_stage.allowed+=former"),
        "the values that stand keep their meaning"
    );
}

#[test]
fn a_fact_that_is_refused_is_still_there_to_be_mended() {
    let mut bench = model(120, 36, "enter");
    to(&mut bench, "owner");
    bench.keys("enter ctrl-u").types("nonsense").keys("enter");
    assert!(bench.screen().contains("is no whole number"), "{}", bench.screen());
    bench.keys("esc");
    assert!(bench.screen().contains("nonsense▏"), "{}", bench.screen());
}

#[test]
fn a_question_is_answered_by_choice_or_in_ones_own_words() {
    let mut bench = model(120, 36, "Q n enter");
    assert!(bench.screen().contains("Can one person belong to several accounts?"), "{}", bench.screen());
    bench.keys("enter").types("asked sales").keys("enter");
    let answered = ModelAsk::Answer {
        question: "one-person-many-accounts".into(),
        answer: "yes, at the same time".into(),
        because: "asked sales".into(),
    };
    assert!(changes(&bench).contains(&&answered), "{:?}", changes(&bench));
}

#[test]
fn an_owner_is_one_of_the_systems_there_are() {
    let mut bench = model(120, 36, "O j");
    bench.keys("a");
    assert!(bench.message().contains("transactions: Stripe owns it."), "{}", bench.message());
    bench.keys("j enter");
    assert!(bench.screen().contains("Which system owns support now?"), "{}", bench.screen());
    bench.keys("enter");
    let decided = |ask: &&&ModelAsk| matches!(ask, ModelAsk::DecideTruth { .. });
    assert_eq!(changes(&bench).iter().filter(decided).count(), 2);
}

#[test]
fn targets_say_what_has_no_counterpart_and_users_who_is_ambiguous() {
    let mut bench = model(120, 36, "T");
    let screen = bench.screen();
    assert!(screen.contains("HubSpot sandbox") && screen.contains("person.nickname"), "{screen}");
    bench.keys("!");
    assert!(!bench.screen().contains("takes person"), "{}", bench.screen());
    let mut bench = model(120, 36, "U");
    let screen = bench.screen();
    assert!(screen.contains("one owner name, two users") && screen.contains("212 records"), "{screen}");
    assert!(screen.contains("not active any more"), "{screen}");
    bench.keys("j enter");
    assert_eq!(bench.app.place(), Place::ObjectMap);
}

/// Keys that lead from the list of maps to every screen here.
const SCREENS: [&str; 9] = ["j enter g j j j j t", "!", "m", "m enter", "m Q", "m O", "m T", "m U", "m h"];

#[test]
fn hostile_values_are_seen_and_not_obeyed_at_every_size() {
    let hostile = "a\u{1b}[31m\u{202E}b\n顧客".repeat(40);
    for (width, height) in [(20, 5), (60, 15), (80, 24), (160, 45)] {
        for keys in SCREENS {
            let mut bench = Bench::mapped(width, height);
            bench.hostile = Some(hostile.clone());
            bench.app.refresh();
            bench.later(0);
            bench.keys(keys);
            for symbol in bench.symbols() {
                assert!(!symbol.contains(['\u{1b}', '\u{202E}', '\n']), "{keys} at {width}x{height}");
            }
        }
    }
}

#[test]
fn masked_values_stay_masked_in_a_value_map() {
    let mut bench = values(160, 45);
    bench.keys("M");
    for keys in ["", "enter", "esc =", "esc !"] {
        bench.keys(keys);
        let screen = bench.screen();
        assert!(!screen.contains("Active Client") && !screen.contains("Partner "), "{screen}");
    }
}

#[test]
fn a_row_is_clicked_to_focus_and_clicked_again_to_open() {
    use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
    let mut bench = model(120, 36, "");
    let kind = MouseEventKind::Down(MouseButton::Left);
    let click = MouseEvent { kind, column: 6, row: 5, modifiers: KeyModifiers::NONE };
    bench.send(Msg::Mouse(click));
    assert_eq!(bench.app.place(), Place::Model);
    bench.send(Msg::Mouse(click));
    assert_eq!(bench.app.place(), Place::Entity);
}

#[test]
fn counting_that_fails_is_not_asked_for_again() {
    let mut bench = Bench::mapped(120, 36);
    let key = super::super::mapping::contact_key();
    if let Some(overview) = &mut bench.app.map.overview {
        overview.check.uncounted = vec![key];
    }
    bench.answers = false;
    bench.keys("!");
    assert!(bench.screen().contains("Counting what 1 map does to all records"), "{}", bench.screen());
    let asks = |bench: &Bench| asked(bench).iter().filter(|ask| matches!(ask, Ask::Map(MapAsk::Figures(_)))).count();
    let before = asks(&bench);
    let generation = bench.effects.iter().rev().find_map(|effect| match effect {
        Effect::Ask { generation, ask: Ask::Map(MapAsk::Figures(_)) } => Some(*generation),
        _ => None,
    });
    bench.send(Msg::Answered(generation.unwrap(), Box::new(Err(Problem::new("The disk is full.")))));
    bench.later(2_000);
    assert_eq!(asks(&bench), before);
    assert!(bench.screen().contains("1 map is not counted yet; L counts."), "{}", bench.screen());
}
