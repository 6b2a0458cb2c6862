//! Keys of JSON objects as columns: learned from all rows in the first pass, filled row by row in the second.

use std::collections::HashMap;

use super::flatten::{Flat, Unfit, literal_name, plain_name};
use super::refusal::shown;

/// Keys of all rows in order of first appearance.
pub(super) struct Keys {
    pub paths: Vec<String>,
    known: HashMap<String, usize>,
    most: usize,
    /// Where the last row's keys were found: rows mostly repeat each other.
    trail: Vec<usize>,
}

impl Keys {
    pub fn new(most: usize) -> Self {
        Self { paths: Vec::new(), known: HashMap::new(), most, trail: Vec::new() }
    }

    pub fn learn(&mut self, flat: &Flat) {
        for (at, (path, _)) in flat.iter().enumerate() {
            if self.trail.get(at).and_then(|&n| self.paths.get(n)).is_some_and(|known| known == path) {
                continue;
            }
            let column = match self.known.get(path) {
                Some(&column) => column,
                None if self.paths.len() > self.most => return,
                None => {
                    self.paths.push(path.to_owned());
                    self.known.insert(path.to_owned(), self.paths.len() - 1);
                    self.paths.len() - 1
                }
            };
            self.trail.truncate(at.max(self.trail.len().min(at + 1)));
            if at < self.trail.len() {
                self.trail[at] = column;
            } else if at == self.trail.len() {
                self.trail.push(column);
            }
        }
    }

    pub fn names(&self) -> Vec<String> {
        self.paths
            .iter()
            .map(|path| {
                let plain = plain_name(path);
                if plain != *path && self.known.contains_key(&*plain) { literal_name(path) } else { plain.into_owned() }
            })
            .collect()
    }
}

/// The columns of a scanned file, found by path.
pub(super) struct Columns<'a> {
    names: &'a [String],
    by_name: HashMap<&'a str, usize>,
    trail: Vec<Option<usize>>,
}

impl<'a> Columns<'a> {
    pub fn new(names: &'a [String]) -> Self {
        let mut by_name = HashMap::with_capacity(names.len());
        for (column, name) in names.iter().enumerate() {
            by_name.entry(name.as_str()).or_insert(column);
        }
        Self { names, by_name, trail: Vec::new() }
    }

    /// The column of the path that stands at place `at` of a row.
    fn find(&mut self, at: usize, path: &str) -> Option<usize> {
        if let Some(column) = self.trail.get(at).copied().flatten()
            && self.names.get(column).is_some_and(|name| name == path)
        {
            return Some(column);
        }
        let plain = plain_name(path);
        let column = if plain == path {
            self.by_name.get(path).copied()
        } else {
            let literal = literal_name(path);
            self.by_name.get(literal.as_str()).or_else(|| self.by_name.get(&*plain)).copied()
        };
        if self.trail.len() <= at {
            self.trail.resize(at + 1, None);
        }
        self.trail[at] = column;
        column
    }
}

/// One row in the order of the columns.
#[derive(Default)]
pub(super) struct Assembled {
    pub text: String,
    pub ends: Vec<usize>,
    pub given: Vec<bool>,
    entry_of: Vec<Option<usize>>,
}

impl Assembled {
    /// `Err(None)`: a key that the scan did not see.
    pub fn assemble(&mut self, flat: &Flat, columns: &mut Columns<'_>, width: usize) -> Result<(), Option<Unfit>> {
        self.entry_of.clear();
        self.entry_of.resize(width, None);
        let mut entries = Vec::with_capacity(flat.len());
        for (at, (path, value)) in flat.iter().enumerate() {
            let column = columns.find(at, path).ok_or(None)?;
            let slot = self.entry_of.get_mut(column).ok_or(None)?;
            if slot.replace(at).is_some() {
                return Err(Some(Unfit { reason: "key given twice", detail: shown(&plain_name(path)) }));
            }
            entries.push(value);
        }
        self.text.clear();
        self.ends.clear();
        self.given.clear();
        for entry in &self.entry_of {
            let value = entry.and_then(|at| entries.get(at).copied().flatten());
            self.text.push_str(value.unwrap_or_default());
            self.ends.push(self.text.len());
            self.given.push(value.is_some());
        }
        Ok(())
    }
}
