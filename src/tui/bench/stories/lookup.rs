//! Stories of lookup.

use super::super::super::msg::{Effect, Msg, Reply};
use super::super::super::place::{PaneId, Place};
use super::super::Bench;
use crate::crosswalk::Found;

#[test]
fn an_id_pasted_anywhere_is_looked_up() {
    let mut bench = Bench::new(100, 30);
    bench.keys("j enter");
    bench.send(Msg::Paste(" 0038d00000Wm7T\n".into()));
    assert_eq!(bench.app.pane, PaneId::Lookup);
    assert!(bench.screen().contains("> 0038d00000Wm7T▏"), "{}", bench.screen());
    assert!(bench.screen().contains("Katarzyna Wójcik"));
}

#[test]
fn while_a_field_has_the_keys_all_characters_print() {
    let mut bench = Bench::new(100, 30);
    bench.keys("5").types("q?:15/jkJM");
    assert!(bench.screen().contains("> q?:15/jkJM▏"));
    assert!(!bench.effects.contains(&Effect::Quit));
    bench.keys("f1");
    assert_eq!(bench.app.place(), Place::Help);
}

#[test]
fn enter_before_the_answer_is_there_opens_it_when_it_comes() {
    let mut bench = Bench::new(100, 30);
    bench.answers = false;
    bench.keys("5").types("0").keys("enter");
    assert_eq!(bench.app.place(), Place::Lookup);
    let generation = |bench: &Bench| {
        bench
            .effects
            .iter()
            .rev()
            .find_map(|e| if let Effect::Ask { generation, .. } = e { Some(*generation) } else { None })
            .unwrap()
    };
    bench.answers = true;
    let found = Found { typed: "0".into(), hits: vec![], ..Default::default() };
    bench.send(Msg::Answered(generation(&bench), Box::new(Ok(Reply::Found(found)))));
    assert_eq!(bench.app.place(), Place::Lookup, "there is nothing to open");
    bench.types("038").keys("enter");
    assert_eq!(bench.app.place(), Place::Answer);
}

#[test]
fn among_equals_none_is_preferred() {
    let mut bench = Bench::new(100, 30);
    bench.keys("5").types("88213");
    assert!(bench.screen().contains("88213 is 3 things. Ask where it comes from."));
    assert!(bench.line(1).ends_with("3 exact, none preferred"));
    bench.keys("down enter");
    assert!(bench.screen().contains("Invoice wrong"));
}

#[test]
fn nobody_is_a_plain_no_with_the_nearest_beneath() {
    let mut bench = Bench::new(100, 30);
    bench.keys("5").types("cus_Nf83kQ0dLwlxRz");
    assert!(bench.screen().contains("No record has this."));
    assert!(bench.screen().contains("one character off"));
    bench.keys("ctrl-y");
    assert!(bench.copied().unwrap().contains("Near: cus_Nf83kQ0dLw1xRz"));
}

#[test]
fn the_answer_draws_the_chain_of_merges_and_opens_the_row() {
    let mut bench = Bench::new(100, 30);
    bench.keys("5").types("0038d00000Wm7TaAAJ").keys("enter");
    assert!(bench.screen().contains("0038d00000Wm7TaAAJ ──▶ 0038d00000Xk3PqAAJ"), "{}", bench.screen());
    bench.keys("y");
    assert_eq!(bench.copied(), Some("0038d00000Xk3PqAAJ"));
    bench.keys("enter");
    assert_eq!(bench.app.place(), Place::Record);
    bench.keys("esc esc");
    assert_eq!(bench.app.place(), Place::Lookup);
    assert!(bench.screen().contains("> 0038d00000Wm7TaAAJ▏"), "the text stays");
    bench.keys("esc");
    assert!(bench.screen().contains("You looked up"));
    bench.keys("enter");
    assert_eq!(bench.app.place(), Place::Answer);
}
