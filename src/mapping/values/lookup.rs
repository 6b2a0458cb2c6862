//! What a value map makes of a value, without its conditions being asked of a row.

use std::collections::HashMap;

use super::super::rule::{Rule, ValueRow};

/// The rows of a value map by value.
#[derive(Debug)]
pub struct Lookup<'a> {
    folded: bool,
    rows: HashMap<String, Found<'a>>,
    otherwise: Option<&'a ValueRow>,
}

#[derive(Debug, Clone, Copy)]
struct Found<'a> {
    /// The first row of the value.
    first: &'a ValueRow,
    /// One of its rows has no condition.
    for_all: bool,
}

/// What stands for a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing<'a> {
    /// A row without a condition is among the value's rows; this is the first.
    Always(&'a ValueRow),
    /// Only where a condition holds; this is the first.
    Perhaps(&'a ValueRow),
    /// The deliberate default.
    ByDefault(&'a ValueRow),
    Undecided,
}

impl<'a> Lookup<'a> {
    /// Of a value map; any other rule has no rows.
    pub fn of(rule: &'a Rule) -> Self {
        let Rule::ValueMap { rows, otherwise, folded, separator } = rule else {
            return Self { folded: false, rows: HashMap::new(), otherwise: None };
        };
        let mut found: HashMap<String, Found<'a>> = HashMap::with_capacity(rows.len());
        for row in rows {
            let for_all = row.only_where.trim().is_empty();
            // Parts of a cell stand without outer spaces.
            let value = if separator.is_empty() { row.value.as_str() } else { row.value.trim() };
            found
                .entry(key(value, *folded))
                .and_modify(|known| known.for_all |= for_all)
                .or_insert(Found { first: row, for_all });
        }
        Self { folded: *folded, rows: found, otherwise: otherwise.as_ref() }
    }

    /// What stands for a value; a default is for filled ones only.
    pub fn of_value(&self, value: &str) -> Standing<'a> {
        match self.rows.get(&key(value, self.folded)) {
            Some(Found { first, for_all: true }) => Standing::Always(first),
            Some(Found { first, for_all: false }) if self.otherwise.is_none() => Standing::Perhaps(first),
            Some(Found { first, .. }) => Standing::Always(first),
            None if value.trim().is_empty() => Standing::Undecided,
            None => self.otherwise.map_or(Standing::Undecided, Standing::ByDefault),
        }
    }
}

/// What a value of a map is compared by; empty: no value.
pub fn key(value: &str, folded: bool) -> String {
    if folded {
        fold(value)
    } else if value.trim().is_empty() {
        String::new()
    } else {
        value.to_owned()
    }
}

/// As values are compared where case and outer white space do not count.
pub fn fold(value: &str) -> String {
    // The sign of kelvin is the one sign that would become a plain letter, which SQLite's `lower` does not make of it.
    const KELVIN: char = '\u{212A}';
    let parts: Vec<String> = value.trim().split(KELVIN).map(str::to_lowercase).collect();
    parts.join("\u{212A}")
}
