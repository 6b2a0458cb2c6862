//! What is undecided or dangerous in the maps, counted; what of it blocks a rehearsal: what would lose or change a meaning
//! in silence. What is only not finished (coverage, reviews, who is right) is listed and does not block. `ground` gathers
//! what is known; `cover`, `fields`, `values`, `truth` and `dates` look at it and are pure.

mod cover;
mod dates;
mod fields;
mod ground;
#[cfg(test)]
mod tests;
mod truth;
mod values;

use rusqlite::Connection;

use ground::Ground;

use super::{MapKey, MappingError};
use crate::job::Job;
use crate::values::format::thousands;
use crate::values::shown::Shown;
use crate::workspace::Workspace;

/// Something undecided or dangerous.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Problem {
    pub kind: ProblemKind,
    pub blocks: bool,
    pub source: String,
    pub object: String,
    /// The source field, or the target field as `entity.field`.
    pub column: String,
    pub entity: String,
    pub field: String,
    /// Records that it touches; for what is about fields or rules (no disposition, not reviewed), those.
    pub count: u64,
    /// What it is, in a few words for the list: `2 values without a target`.
    pub title: String,
    /// A sentence with what to do next.
    pub message: String,
    /// Who decides: the owner of the map, of the field, of the source; may be empty.
    pub who: String,
    /// Values that show it, at most five.
    pub values: Vec<String>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ProblemKind {
    UndecidedDate,
    ContradictoryDate,
    UnmappedValue,
    /// A later load brought a value that the map does not know.
    NewValue,
    RequiredEmpty,
    /// Required, and no rule at all: nothing in the sources feeds it.
    RequiredWithoutSource,
    #[default]
    NoDisposition,
    AmbiguousOwner,
    UnknownOwner,
    OwnerOverwritten,
    /// A source controls what it must not, or is risky for.
    MustNotControl,
    BadExpression,
    Rejects,
    /// A rule writes a field that is derived in the warehouse.
    DerivedField,
    /// Two sources feed one field and nobody said which wins.
    NoSourceOfTruth,
    /// A column or object of a map is no longer there.
    Gone,
    /// An object that no map and no decision speaks of.
    NoMap,
    Unreviewed,
    Unapproved,
}

/// The state of the whole map.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize)]
pub struct Check {
    /// Decided source fields of all source fields, 0 to 1.
    pub coverage: f64,
    pub columns: u64,
    pub decided: u64,
    /// Blocking first, then by kind, source, object, column.
    pub problems: Vec<Problem>,
    /// Maps whose figures are not counted yet: their rejects and missing values are not among the problems.
    pub uncounted: Vec<MapKey>,
}

/// Checks with the figures that are stored: fast enough for the screen.
///
/// # Errors
/// If the database cannot be read.
pub fn stored(conn: &Connection) -> Result<Check, MappingError> {
    Ok(judge(&Ground::read(conn)?))
}

/// Counts what is not counted yet, then checks.
///
/// # Errors
/// If the workspace cannot be read or the job was cancelled.
pub fn check(workspace: &Workspace, job: &Job) -> Result<Check, MappingError> {
    let mut ground = {
        let reader = workspace.reader()?;
        Ground::read(reader.conn()).map_err(|error| error.at(&reader))?
    };
    ground.count(workspace, job)?;
    Ok(judge(&ground))
}

/// What follows from what is known; pure.
fn judge(ground: &Ground) -> Check {
    let mut found = Found::default();
    let cover = cover::check(ground, &mut found);
    for feed in ground.feeds() {
        fields::check(&feed, &mut found);
        values::check(&feed, &mut found);
        truth::check(&feed, &mut found);
    }
    fields::without_source(ground, &mut found);
    truth::without_owner(ground, &mut found);
    dates::check(ground, &mut found);
    let mut problems = found.problems;
    problems.sort_by(|a, b| {
        let key = |problem: &Problem| (!problem.blocks, problem.kind);
        let place = |problem: &'_ Problem| {
            [&problem.source, &problem.object, &problem.column, &problem.entity, &problem.field, &problem.title]
                .map(String::clone)
        };
        key(a).cmp(&key(b)).then_with(|| place(a).cmp(&place(b)))
    });
    Check {
        coverage: if cover.columns == 0 { 1.0 } else { (cover.columns - cover.open) as f64 / cover.columns as f64 },
        columns: cover.columns,
        decided: cover.columns - cover.open,
        problems,
        uncounted: ground.uncounted(),
    }
}

/// Problems on their way into the list.
#[derive(Debug, Default)]
struct Found {
    problems: Vec<Problem>,
}

impl Found {
    fn add(&mut self, problem: Problem) {
        self.problems.push(problem);
    }
}

/// Values that show a problem: the first five.
fn few<'a>(values: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    values.into_iter().take(5).map(str::to_owned).collect()
}

/// `Partner, Test and 4 more`, safe to be shown.
fn listed<T: AsRef<str>>(names: &[T]) -> String {
    let shown: Vec<String> = names.iter().take(3).map(|name| named(name.as_ref())).collect();
    match (names.len().saturating_sub(shown.len()), shown.as_slice()) {
        (0, []) => String::new(),
        (0, [one]) => one.clone(),
        (0, [first @ .., last]) => format!("{} and {last}", first.join(", ")),
        (more, _) => format!("{} and {} more", shown.join(", "), thousands(more as u64)),
    }
}

/// A value or name in a sentence: in quotes where it would not be seen as one word.
fn named(text: &str) -> String {
    let shown = Shown::of(text).to_plain();
    if shown.is_empty() || shown.contains(' ') { format!("“{shown}”") } else { shown }
}

/// `1 value`, `1,204 values`.
fn many(number: u64, one: &str, more: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{} {more}", thousands(number)) }
}
