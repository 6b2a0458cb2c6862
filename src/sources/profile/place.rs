//! Where values stand, and the few that are kept with their place: the first of a sort, and those at both ends. What is
//! kept does not depend on the order in which values come.

use super::Example;

/// Values of a sort that are kept as examples.
pub(super) const FEW: usize = 5;
/// Values at either end of an order that are kept.
const ENDS: usize = 4;
/// Longer examples are cut, in bytes.
const LONGEST: usize = 1_024;

/// Where a value stands. Rows are numbered upwards in the order they are read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub rec: i64,
    pub load: i64,
    pub line: u64,
}

impl Place {
    pub fn example(self, text: &str) -> Example {
        Example { rec: self.rec, load: self.load, line: self.line, value: cut(text) }
    }
}

fn cut(text: &str) -> String {
    let end = (0..=LONGEST.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    if end < text.len() { format!("{}…", &text[..end]) } else { text.to_owned() }
}

/// The first places of different texts, in order.
#[derive(Debug, Default)]
pub(super) struct First {
    list: Vec<Example>,
}

impl First {
    pub fn add(&mut self, place: Place, text: &str) {
        if self.list.len() == FEW && self.list[FEW - 1].rec <= place.rec {
            return;
        }
        let value = cut(text);
        if let Some(same) = self.list.iter_mut().find(|example| example.value == value) {
            if same.rec <= place.rec {
                return;
            }
            *same = place.example(text);
        } else {
            self.list.push(place.example(text));
        }
        self.list.sort_by_key(|example| example.rec);
        self.list.truncate(FEW);
    }

    pub fn list(&self) -> &[Example] {
        &self.list
    }
}

/// The least and the greatest values of an order, each with where it stands first.
#[derive(Debug)]
pub(super) struct Extremes<T> {
    low: Vec<(T, Example)>,
    high: Vec<(T, Example)>,
}

impl<T> Default for Extremes<T> {
    fn default() -> Self {
        Self { low: Vec::new(), high: Vec::new() }
    }
}

impl<T: Copy + Ord> Extremes<T> {
    pub fn add(&mut self, value: T, place: Place, text: &str) {
        keep(&mut self.low, value, place, text, T::lt);
        keep(&mut self.high, value, place, text, T::gt);
    }

    pub fn least(&self) -> Option<T> {
        self.low.first().map(|(value, _)| *value)
    }

    pub fn greatest(&self) -> Option<T> {
        self.high.first().map(|(value, _)| *value)
    }

    /// Least first.
    pub fn low(&self) -> &[(T, Example)] {
        &self.low
    }

    /// Greatest first.
    pub fn high(&self) -> &[(T, Example)] {
        &self.high
    }
}

fn keep<T: Copy + Ord>(list: &mut Vec<(T, Example)>, value: T, place: Place, text: &str, before: fn(&T, &T) -> bool) {
    if let Some((last, example)) = list.last()
        && list.len() == ENDS
        && (before(last, &value) || *last == value && example.rec <= place.rec)
    {
        return;
    }
    if let Some(same) = list.iter_mut().find(|(kept, _)| *kept == value) {
        if place.rec < same.1.rec {
            same.1 = place.example(text);
        }
        return;
    }
    let at = list.iter().position(|(kept, _)| before(&value, kept)).unwrap_or(list.len());
    list.insert(at, (value, place.example(text)));
    list.truncate(ENDS);
}
