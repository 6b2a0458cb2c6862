//! Outcomes of distinct inputs: from scratch as in steps, with any number of threads, after being cancelled.

use super::*;
use crate::mapping::run::ground::{Ground, people};

const WORDS: &[(&str, &str, &str, &str)] =
    &[("word", "upper", "1", "Word"), ("other", "upper", "2", "Other"), ("again", "upper", "1", "Other")];

#[test]
fn every_distinct_input_of_every_stored_row_has_its_outcome() {
    let ground = Ground::new();
    ground.load("People", "Id,Word,Other,AccountId\n1, a ,-,\n2,a,?b,\n3,,c,\n4,\" \",c,\n");
    let compiled = ground.compiled("People", WORDS);
    assert!(!is_ready(ground.workspace.reader().unwrap().conn(), &compiled).unwrap());
    ground.prepare(&compiled);
    assert!(is_ready(ground.workspace.reader().unwrap().conn(), &compiled).unwrap());
    let all = ground.outcomes();
    let seen: Vec<[&str; 4]> = all.iter().map(|[_, p, i, o, f]| [p.as_str(), i, o, f]).collect();
    assert_eq!(
        seen,
        [
            ["1", "-", "NULL", "NULL"],
            ["1", "?b", "NULL", "no word"],
            ["1", "a", "A1", "NULL"],
            ["1", "c", "C1", "NULL"],
            ["2", "-", "NULL", "NULL"],
            ["2", "?b", "NULL", "no word"],
            ["2", "c", "C2", "NULL"],
        ]
    );
}

#[test]
fn load_after_load_gives_what_all_at_once_gives() {
    let (ground, at_once) = (Ground::new(), Ground::new());
    for (at, of) in ["one", "two", "three"].into_iter().enumerate() {
        let first = 300 * at as u32;
        for ground in [&ground, &at_once] {
            ground.load("People", &people(first..first + 900, of));
        }
        ground.prepare(&ground.compiled("People", WORDS));
    }
    at_once.prepare(&at_once.compiled("People", WORDS));
    assert_eq!(ground.outcomes(), at_once.outcomes());
    assert!(ground.outcomes().len() > 1_000);
}

#[test]
fn any_number_of_threads_and_any_room_give_the_same() {
    let mut before = None;
    for (threads, room) in [(1, usize::MAX), (2, 20_000), (5, 1)] {
        let ground = Ground::new();
        ground.load("People", &people(0..40_000, "one"));
        ground.load("People", &people(39_000..60_000, "two"));
        ground.prepare_with(&ground.compiled("People", WORDS), threads, room, &Job::new()).unwrap();
        let outcomes = ground.outcomes();
        let ids = ground.number("SELECT sum(id * length(parameters)) FROM value_recipe");
        assert_eq!(before.get_or_insert((outcomes.clone(), ids)), &(outcomes, ids), "{threads} threads");
    }
}

#[test]
fn a_second_time_writes_nothing_and_a_new_rule_only_its_own() {
    let ground = Ground::new();
    ground.load("People", &people(0..500, "one"));
    let compiled = ground.compiled("People", WORDS);
    ground.prepare(&compiled);
    let before = ground.outcomes();
    let lock = ground.workspace.write_at_length("a test").unwrap();
    // It does not even want to write.
    ground.prepare(&compiled);
    drop(lock);
    assert_eq!(ground.outcomes(), before);
    ground.prepare(&ground.compiled("People", &[("new", "upper", "3", "Word")]));
    let after = ground.outcomes();
    assert_eq!(after.iter().filter(|outcome| outcome[1] != "3").cloned().collect::<Vec<_>>(), before);
    assert!(after.len() > before.len());
}

#[test]
fn whoever_stops_it_leaves_only_right_outcomes_and_the_next_completes_them() {
    let whole = Ground::new();
    let csv: String = people(0..30_000, "one");
    whole.load("People", &csv);
    let fields = [("word", "upper", "1", "Id")];
    whole.prepare(&whole.compiled("People", &fields));
    let wanted = whole.outcomes();
    assert_eq!(wanted.len(), 30_000);
    let ground = Ground::new();
    ground.load("People", &csv);
    let compiled = ground.compiled("People", &fields);
    for slices in [0usize, 1, 3] {
        let job = Job::new();
        let made = AtomicUsize::new(0);
        let stopping = |_: &Recipe, _: &[UserList]| -> Result<Maker, MappingError> {
            let (job, made) = (job.clone(), &made);
            made.store(0, Ordering::SeqCst);
            let limit = slices * SLICE;
            let mut count = 0usize;
            Ok(Box::new(move |input| {
                count += 1;
                if count > limit {
                    job.cancel();
                }
                Outcome::Value(input.to_uppercase() + "1")
            }))
        };
        let means = Means { threads: 1, room: 1 << 20, maker_of: &stopping };
        let stopped = prepare_with(&ground.workspace, &compiled, &means, &job);
        assert!(matches!(stopped, Err(MappingError::Cancelled)), "{stopped:?}");
        assert!(!is_ready(ground.workspace.reader().unwrap().conn(), &compiled).unwrap());
        let left = ground.outcomes();
        assert!(left.len() < wanted.len() && left.iter().all(|outcome| wanted.contains(outcome)) || left.len() > 9_000);
        assert!(left.iter().zip(&wanted).all(|(left, wanted)| left == wanted), "what is there is a beginning of all");
    }
    ground.prepare(&compiled);
    assert_eq!(ground.outcomes(), wanted);
}

#[test]
fn a_load_that_was_taken_out_and_brought_again_changes_no_outcome_that_counts() {
    let ground = Ground::new();
    ground.load("People", &people(0..200, "one"));
    let compiled = ground.compiled("People", WORDS);
    let second = ground.load("People", &people(100..300, "two"));
    ground.prepare(&compiled);
    let both = ground.outcomes();
    ground.take_out(second);
    ground.prepare(&compiled);
    assert_eq!(ground.outcomes(), both, "what nobody asks for harms nobody");
    ground.load("People", &people(100..300, "two"));
    ground.load("People", &people(150..320, "three"));
    ground.prepare(&compiled);
    let at_once = Ground::new();
    at_once.load("People", &people(0..200, "one"));
    at_once.load("People", &people(100..300, "two"));
    at_once.load("People", &people(150..320, "three"));
    at_once.prepare(&at_once.compiled("People", WORDS));
    assert_eq!(ground.outcomes(), at_once.outcomes());
}

#[test]
fn a_recipe_that_does_not_hold_is_said_and_leaves_nothing_ready() {
    let ground = Ground::new();
    ground.load("People", &people(0..20, "one"));
    let compiled = ground.compiled("People", &[("word", "broken", "", "Word")]);
    assert!(ground.prepare_with(&compiled, 2, 1 << 20, &Job::new()).is_err());
    assert!(!is_ready(ground.workspace.reader().unwrap().conn(), &compiled).unwrap());
    assert!(ground.outcomes().is_empty());
}

#[test]
fn outcomes_of_rules_that_were_written_anew_can_be_cleared() {
    let ground = Ground::new();
    ground.load("People", &people(0..9_000, "one"));
    ground.prepare(&ground.compiled("People", &[("id", "upper", "old", "Id")]));
    let stays = ground.compiled("People", WORDS);
    ground.prepare(&stays);
    let kept: Vec<_> = ground.outcomes().into_iter().filter(|outcome| outcome[1] != "old").collect();
    forget_others(&ground.workspace, std::slice::from_ref(&stays)).unwrap();
    assert_eq!(ground.outcomes(), kept);
    assert_eq!(ground.number("SELECT count(*) FROM value_recipe"), 2);
    assert_eq!(ground.number("SELECT count(*) FROM value_outcome"), kept.len() as i64);
    assert!(is_ready(ground.workspace.reader().unwrap().conn(), &stays).unwrap());
}

const LOOKED_UP: &str = r#"{"source":"CRM","object":"Accounts","column":"Country"}"#;

fn accounts(csv: &str) -> Ground {
    let ground = Ground::new();
    ground.load("Accounts", &format!("Id,Country,MergedInto,Name\n{csv}"));
    ground
}

fn looked_up(ground: &Ground) -> Vec<(String, String)> {
    let all = ground.outcomes().into_iter().filter(|outcome| outcome[0] == refer::LOOK_UP);
    all.map(|[_, _, input, output, fault]| (input, if fault == "NULL" { output } else { format!("! {fault}") }))
        .collect()
}

#[test]
fn an_id_is_followed_through_merges_to_the_one_record_that_stayed() {
    let ground = accounts(
        "A1,PL,,one\nA2,DE,A1,two\nA3,FR,A2,three\nB1,IT,B2,round\nB2,IT,B1,round\nC1,ES,,same\nC1,PT,,same\nD1,,,empty\nE1,UK,E9,gone\n\
         001000000000aBC,AT,,upper\n001000000000Abc,CH,,lower\n",
    );
    set_role(&ground, "Accounts", "MergedInto");
    ground.load(
        "People",
        "Id,AccountId\n1,A1\n2,a-3\n3, A2 \n4,B1\n5,C1\n6,D1\n7,Z9\n8,E1\n9,001000000000aBC\n10,001000000000Abc\n11,001000000000abc\n",
    );
    ground.prepare(&ground.compiled("People", &[("country", refer::LOOK_UP, LOOKED_UP, "AccountId")]));
    let found = looked_up(&ground);
    let of = |id: &str| found.iter().find(|(input, _)| input == id).map(|(_, what)| what.as_str()).unwrap();
    assert_eq!((of("A1"), of("a-3"), of("A2")), ("PL", "PL", "PL"));
    assert_eq!(of("B1"), "! merged in a circle");
    assert_eq!(of("C1"), "! two records share this ID");
    assert_eq!(of("D1"), "NULL", "the account says nothing");
    assert_eq!(of("Z9"), "! no Accounts has this ID");
    assert_eq!(of("E1"), "! merged into an ID that no Accounts has");
    assert_eq!((of("001000000000aBC"), of("001000000000Abc")), ("AT", "CH"));
    assert_eq!(of("001000000000abc"), "! no Accounts has this ID", "IDs that differ by case are not one");
}

/// Loads of `object` say by this column what their records were merged into.
fn set_role(ground: &Ground, object: &str, column: &str) {
    let reader = ground.workspace.reader().unwrap();
    let id = catalog::find_object(reader.conn(), "CRM", object).unwrap().unwrap();
    let columns = catalog::columns_of(reader.conn(), id).unwrap();
    let found = columns.iter().find(|of| of.name == column).unwrap();
    assert_eq!(found.role, crate::sources::ColumnRole::MergedInto, "{}", found.evidence);
}

#[test]
fn outcomes_of_a_look_up_are_made_anew_when_the_other_object_changed() {
    let ground = accounts("A1,PL,,one\nA2,DE,,two\n");
    ground.load("People", "Id,AccountId\n1,A1\n2,A2\n3,A3\n");
    let compiled = ground.compiled("People", &[("country", refer::LOOK_UP, LOOKED_UP, "AccountId")]);
    ground.prepare(&compiled);
    let pair = |id: &str, what: &str| (id.to_owned(), what.to_owned());
    assert_eq!(looked_up(&ground), [pair("A1", "PL"), pair("A2", "DE"), pair("A3", "! no Accounts has this ID")]);
    let second = ground.load("Accounts", "Id,Country,MergedInto,Name\nA2,AT,,two\nA3,CH,,three\n");
    assert!(!is_ready(ground.workspace.reader().unwrap().conn(), &compiled).unwrap());
    ground.prepare(&compiled);
    assert_eq!(looked_up(&ground), [pair("A1", "PL"), pair("A2", "AT"), pair("A3", "CH")]);
    assert_eq!(ground.number("SELECT count(*) FROM value_recipe"), 1, "the former ones are gone");
    assert_eq!(ground.number("SELECT count(*) FROM value_outcome"), 3);
    // Rows that come later are looked at alone.
    ground.load("People", "Id,AccountId\n4,A1\n5,A9\n");
    ground.prepare(&compiled);
    assert_eq!(looked_up(&ground).len(), 4);
    ground.take_out(second);
    ground.prepare(&compiled);
    assert_eq!(looked_up(&ground)[1..3], [pair("A2", "DE"), pair("A3", "! no Accounts has this ID")]);
}

#[test]
fn two_maps_that_refer_to_one_object_both_stay_complete() {
    let ground = accounts("A1,PL,,one\nA2,DE,,two\n");
    ground.load("People", "Id,AccountId\n1,A1\n");
    ground.load("Deals", "Id,AccountId\n1,A2\n");
    let field = [("country", refer::LOOK_UP, LOOKED_UP, "AccountId")];
    let (people, deals) = (ground.compiled("People", &field), ground.compiled("Deals", &field));
    ground.prepare(&people);
    ground.prepare(&deals);
    assert_eq!(looked_up(&ground).len(), 2);
    ground.load("Accounts", "Id,Country,MergedInto,Name\nA2,AT,,two\n");
    ground.prepare(&people);
    assert!(!is_ready(ground.workspace.reader().unwrap().conn(), &deals).unwrap(), "its outcomes are gone");
    ground.prepare(&deals);
    let ready = |map| is_ready(ground.workspace.reader().unwrap().conn(), map).unwrap();
    assert!(ready(&people) && ready(&deals));
    assert_eq!(looked_up(&ground).len(), 2);
}

#[test]
fn an_object_that_is_not_loaded_is_a_fault_and_no_error() {
    let ground = Ground::new();
    ground.load("People", "Id,AccountId\n1,A1\n");
    ground.prepare(&ground.compiled("People", &[("country", refer::LOOK_UP, LOOKED_UP, "AccountId")]));
    assert_eq!(looked_up(&ground), [("A1".to_owned(), "! Accounts is not loaded".to_owned())]);
}
