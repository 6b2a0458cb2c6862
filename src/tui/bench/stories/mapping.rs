//! Stories of the map: from what is proposed to a rule that is saved and reviewed.

use super::super::super::msg::map::{Deed, MapAsk};
use super::super::super::msg::{Ask, Effect, Msg, Problem};
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

#[test]
fn zz_print() {
    for (w, h) in [(120, 36), (80, 24), (160, 45)] {
        println!("{}", Bench::mapped(w, h).screen());
        let mut bench = open(w, h);
        to(&mut bench, "Preferred");
        println!("{}", bench.screen());
        bench.keys("enter");
        println!("{}", bench.screen());
    }
}
