//! Whether a column was cut at a limit: many texts of exactly the greatest length, and far fewer just below it.

use std::collections::HashSet;

use crate::sources::content::value_hash;
use crate::sources::survey::collect::Found;
use crate::sources::survey::rules::Rules;

/// Lengths below the greatest that are counted.
const BELOW: usize = 8;
/// Different values that are enough to say that they differ.
const DIFFERENT: usize = 3;

/// Watches the lengths of the values of one column, and keeps those of the greatest.
#[derive(Debug, Default, Clone)]
pub struct Lengths {
    greatest: u32,
    /// Values by how much shorter than the greatest they are.
    counts: [u64; BELOW],
    filled: u64,
    /// How often a longer value than all before came.
    grew: u32,
    different: HashSet<u64>,
    found: Found,
    /// Too many are of that length: it is how the values are made.
    fixed: bool,
}

impl Lengths {
    pub fn watch(&mut self, rec: i64, value: &str, rules: &Rules) {
        self.filled += 1;
        // No value has more characters than bytes.
        if value.len() < self.greatest.saturating_sub(BELOW as u32) as usize {
            return;
        }
        let length = if value.is_ascii() { value.len() } else { value.chars().count() };
        let length = u32::try_from(length).unwrap_or(u32::MAX);
        if length > self.greatest {
            let by = (length - self.greatest) as usize;
            for at in (0..BELOW).rev() {
                self.counts[at] = at.checked_sub(by).map_or(0, |from| self.counts[from]);
            }
            self.greatest = length;
            self.grew += 1;
            self.found = Found::default();
            self.different.clear();
            self.fixed = false;
        }
        let below = (self.greatest - length) as usize;
        if let Some(count) = self.counts.get_mut(below) {
            *count += 1;
        }
        if below > 0 || self.fixed || self.greatest < rules.truncated.shortest {
            return;
        }
        if self.counts[0] > 1_000 && self.counts[0] * 10 > self.filled * 3 {
            self.fixed = true;
            self.found = Found::default();
            return;
        }
        if self.different.len() < DIFFERENT {
            self.different.insert(value_hash(value));
        }
        self.found.add(rec, value);
    }

    /// (length, values of that length, those one shorter, what was found), if the column looks cut.
    #[must_use]
    pub fn cut(self, rules: &Rules) -> Option<(u32, u64, u64, Found)> {
        let rule = &rules.truncated;
        let (at, below) = (self.counts[0], self.counts[1]);
        let around = self.counts[1..4].iter().max().copied().unwrap_or(0);
        let usual = rule.lengths.contains(&self.greatest);
        let least = if usual { rule.values } else { rule.values_elsewhere };
        let looks_cut = self.greatest >= rule.shortest
            && !self.fixed
            && at >= least
            && at >= around.saturating_mul(rule.times).max(1)
            && at * 10 <= self.filled * 3
            && self.grew >= 3
            && self.different.len() >= DIFFERENT;
        looks_cut.then_some((self.greatest, at, below, self.found))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn watched(values: impl IntoIterator<Item = String>) -> Option<(u32, u64)> {
        let mut lengths = Lengths::default();
        for (value, rec) in values.into_iter().zip(1..) {
            lengths.watch(rec, &value, Rules::built_in());
        }
        lengths.cut(Rules::built_in()).map(|(at, values, _, found)| {
            assert_eq!(found.recs.len(), values);
            (at, values)
        })
    }

    #[test]
    fn texts_that_pile_up_at_a_limit_were_cut() {
        let texts = |limit: usize| {
            (0..200).map(move |n: usize| {
                let text = format!("{n:03} {}", "word ".repeat(n % 70));
                text.trim_end().chars().take(limit).collect::<String>()
            })
        };
        assert_eq!(watched(texts(255)), Some((255, 47)));
        assert_eq!(watched(texts(10_000)), None, "nothing was cut");
    }

    #[test]
    fn ids_of_one_length_and_repeated_labels_are_not_cut() {
        assert_eq!(watched((0..100).map(|n| format!("{n:040}"))), None);
        let label = "a".repeat(80);
        let labels = (0..100).map(|n| if n % 9 == 0 { label.clone() } else { "b".repeat(n % 30) });
        assert_eq!(watched(labels), None);
    }
}
