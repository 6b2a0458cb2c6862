//! What holds for every row of THE table.

use super::*;

#[test]
fn no_two_actions_of_a_scope_share_a_name() {
    for (i, a) in ACTIONS.iter().enumerate() {
        for b in &ACTIONS[i + 1..] {
            assert!(a.scope != b.scope || (a.word != b.word && a.act != b.act), "{} in {:?}", a.word, a.scope);
        }
    }
}

#[test]
fn every_sentence_of_help_is_a_calm_sentence() {
    for action in ACTIONS {
        assert!(action.help.ends_with('.') && !action.help.contains('!'), "{}", action.help);
        assert!(action.help.chars().next().is_some_and(char::is_uppercase), "{}", action.help);
        assert!(action.help.chars().count() <= 84, "{} is long", action.help);
    }
}
