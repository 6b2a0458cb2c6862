//! Stories of home.

use super::super::super::msg::{Ask, Effect, Msg, Reply, Session};
use super::super::Bench;
use super::asked;

#[test]
fn enter_opens_the_last_workspace() {
    let mut bench = Bench::home(80, 24);
    bench.keys("enter");
    assert!(bench.screen().starts_with("[1 Sources] 2 Map  5 Lookup"), "{}", bench.screen());
    assert!(matches!(asked(&bench).as_slice(), [
                ..,
                Ask::Open { path, .. },
                Ask::Inventory,
                Ask::Facts,
                Ask::Survey,
                Ask::Identifiers,
                Ask::Recent
            ] if path.ends_with("larkfield.cutover")));
}

#[test]
fn a_workspace_that_is_not_there_is_said_to_be_and_not_opened() {
    let mut bench = Bench::home(80, 24);
    bench.keys("3");
    assert!(bench.message().contains("There is no file at /mnt/usb/old-pilot.cutover"), "{}", bench.message());
    assert!(!asked(&bench).iter().any(|ask| matches!(ask, Ask::Open { .. })));
}

#[test]
fn a_new_workspace_gets_its_ending() {
    let mut bench = Bench::home(80, 24);
    bench.keys("c ctrl-u").types("autumn").keys("enter");
    assert!(asked(&bench).iter().any(|ask| matches!(ask, Ask::Create(path) if path.as_os_str() == "autumn.cutover")));
}

#[test]
fn esc_never_leaves() {
    let mut bench = Bench::home(80, 24);
    bench.keys("esc esc enter esc esc 5 esc esc esc");
    assert!(!bench.effects.contains(&Effect::Quit));
    bench.keys("q");
    assert!(bench.effects.contains(&Effect::Quit));
}

#[test]
fn what_is_typed_while_a_workspace_opens_is_meant_for_it() {
    let mut bench = Bench::home(80, 24);
    bench.answers = false;
    bench.keys("enter c 5 8 8 2 1 3");
    assert!(bench.app.prompt.is_none(), "c creates nothing now");
    let session = Session { name: "larkfield".into(), ..Session::default() };
    let opened = |bench: &Bench| {
        bench.effects.iter().rev().find_map(|effect| match effect {
            Effect::Ask { generation, ask: Ask::Open { .. } } => Some(*generation),
            _ => None,
        })
    };
    let generation = opened(&bench).unwrap();
    bench.answers = true;
    bench.send(Msg::Answered(generation, Box::new(Ok(Reply::Opened(session)))));
    assert!(bench.screen().contains("> 88213▏"), "{}", bench.screen());
}
