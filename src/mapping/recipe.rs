//! What a value function makes of one input, as pure functions: the only place that calls `values` for maps. A recipe is a
//! function with its parameters; its text names it in the workspace, so that outcomes are kept and found again.

use super::rule::Rule;

/// A value function with its parameters.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Recipe {
    /// `phone`, `email`, `person name`.
    pub function: String,
    /// What else decides the outcome, in a canonical text: `country=PL`, `part=family`, the hash of a user list. The
    /// number of the function's version is part of it.
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

/// The functions that expressions may call, with what each does, for help and errors: `phone_e164(value, country)`.
pub const FUNCTIONS: &[(&str, &str)] = &[];

/// The recipe of a rule; `None` where SQL alone does it. `users` are the lists that owner rules may name.
#[must_use]
pub fn of_rule(_rule: &Rule, _users: &[crate::model::users::UserList]) -> Option<Recipe> {
    None
}

/// Makes something of inputs: built once per recipe, then called for every distinct input.
pub struct Cook {
    _recipe: Recipe,
}

impl std::fmt::Debug for Cook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Cook")
    }
}

impl Cook {
    /// # Errors
    /// If the recipe names no function, or its parameters do not hold; a sentence.
    pub fn new(recipe: &Recipe, _users: &[crate::model::users::UserList]) -> Result<Self, String> {
        Ok(Self { _recipe: recipe.clone() })
    }

    /// The outcome for one input, which is not empty.
    #[must_use]
    pub fn make(&self, input: &str) -> Outcome {
        Outcome::Value(input.to_owned())
    }
}
