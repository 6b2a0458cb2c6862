//! What people do at the workbench, key by key, and what they see then.

mod everywhere;
mod figures;
mod home;
mod known;
mod loading;
mod lookup;
mod mapping;
mod model;
mod sources;

use super::super::msg::{Ask, Effect};
use super::Bench;

/// The questions put to the body so far.
fn asked(bench: &Bench) -> Vec<&Ask> {
    let questions = bench.effects.iter().filter_map(|effect| match effect {
        Effect::Ask { ask, .. } => Some(ask),
        _ => None,
    });
    questions.collect()
}
