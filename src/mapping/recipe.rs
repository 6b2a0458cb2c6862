//! What a value function makes of one input, as pure functions: the only place that calls `values` for maps. A recipe is a
//! function with its parameters; its text names it in the workspace, so that outcomes are kept and found again. `task` is
//! a recipe that was read, `call` the functions of expressions, `cook` makes outcomes.

mod call;
mod cook;
mod task;

use super::rule::Rule;
use crate::model::users::UserList;

pub use call::{FUNCTIONS, of_call};
pub use cook::Cook;

/// A value function with its parameters.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Recipe {
    /// `phone`, `email`, `person name`.
    pub function: String,
    /// What else decides the outcome, in a canonical text (JSON): `{"version":1,"country":"PL"}`, the hash of a user list.
    /// The number of the function's version is part of it, so that a function that changed makes new outcomes.
    pub parameters: String,
}

/// What came of one input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Value(String),
    /// The input says that there is no value (`n/a`, `-`, a domain of a free-mail provider that is left out).
    Nothing,
    /// It cannot be converted: why, as half a sentence (`no valid number of PL`).
    Fault(String),
}

/// Several inputs of one recipe are joined with this: a control character that no outcome function takes for data.
pub const BETWEEN: char = '\u{1F}';

/// The recipe of a rule; `None` where SQL alone does it. `users` are the lists that owner rules may name.
#[must_use]
pub fn of_rule(rule: &Rule, users: &[UserList]) -> Option<Recipe> {
    task::of_rule(rule, users).map(|task| task.recipe())
}

/// The recipe of what values of a folded value map are compared by, where SQLite's own letters are not enough.
#[must_use]
pub fn folding() -> Recipe {
    task::Task::Folded {}.recipe()
}

impl Recipe {
    /// What it does, for people: `phone to E.164, country PL where none is given`.
    #[must_use]
    pub fn sentence(&self) -> String {
        task::Task::read(self).map_or_else(|_| self.function.clone(), |task| task.sentence())
    }
}

#[cfg(test)]
mod tests;
