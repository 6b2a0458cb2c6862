//! Whether a column was cut at a limit: many different texts of exactly the greatest length, and far fewer just below it.
//! What is said depends on the values alone, never on the order in which they come.

use std::collections::HashSet;

use crate::sources::content::value_hash;
use crate::sources::survey::collect::Found;
use crate::sources::survey::rules::Rules;

/// Lengths that are counted: the greatest and those just below it.
const COUNTED: usize = 6;
/// Different values among those of the greatest length that are told apart.
const TOLD_APART: usize = 20;
/// Different values that are enough to say that they differ, where there are few.
const DIFFERENT: usize = 3;

/// Watches the lengths of the values of one column, and keeps those of the greatest.
#[derive(Debug, Default, Clone)]
pub struct Lengths {
    /// Values that may come at most.
    rows: u64,
    greatest: u32,
    /// Values by how much shorter than the greatest they are.
    counts: [u64; COUNTED],
    filled: u64,
    /// Different lengths, as many as the rule asks for.
    spread: Vec<u32>,
    /// Of the greatest length, those with a blank within: texts, not codes.
    spaced: u64,
    /// Different values with a letter among those of the greatest length, up to `TOLD_APART`.
    different: HashSet<u64>,
    found: Found,
    /// So many are of that length that it is how the values are made, whatever comes yet.
    fixed: bool,
}

impl Lengths {
    /// Of a column of so many values at most.
    #[must_use]
    pub fn new(rows: u64) -> Self {
        Self { rows, ..Self::default() }
    }

    pub fn watch(&mut self, rec: i64, value: &str, rules: &Rules) {
        self.filled += 1;
        let is_spread = self.spread.len() >= rules.truncated.spread;
        // No value has more characters than bytes.
        if is_spread && value.len() < self.greatest.saturating_sub(COUNTED as u32) as usize {
            return;
        }
        let length = if value.is_ascii() { value.len() } else { value.chars().count() };
        let length = u32::try_from(length).unwrap_or(u32::MAX);
        if !is_spread && !self.spread.contains(&length) {
            self.spread.push(length);
        }
        if length > self.greatest {
            let by = (length - self.greatest) as usize;
            for at in (0..COUNTED).rev() {
                self.counts[at] = at.checked_sub(by).map_or(0, |from| self.counts[from]);
            }
            self.greatest = length;
            self.found = Found::default();
            self.different.clear();
            self.spaced = 0;
            self.fixed = false;
        }
        let below = (self.greatest - length) as usize;
        if let Some(count) = self.counts.get_mut(below) {
            *count += 1;
        }
        if below > 0 || self.fixed || self.greatest < rules.truncated.shortest {
            return;
        }
        self.spaced += u64::from(value.trim().contains(char::is_whitespace));
        // Beyond this no values to come can make it few or texts, as `cut` asks; so their list need not grow.
        if is_many(self.counts[0], self.rows) && (self.counts[0] - self.spaced).saturating_mul(2) > self.rows {
            self.fixed = true;
            self.found = Found::default();
            return;
        }
        if self.different.len() < TOLD_APART && value.contains(char::is_alphabetic) {
            self.different.insert(value_hash(value));
        }
        self.found.add(rec, value);
    }

    /// (length, values of that length, those one shorter, what was found), if the column looks cut.
    #[must_use]
    pub fn cut(self, rules: &Rules) -> Option<(u32, u64, u64, Found)> {
        let rule = &rules.truncated;
        let (at, below) = (self.counts[0], self.counts[1]);
        let around = self.counts[1..].iter().max().copied().unwrap_or(0);
        let usual = rule.lengths.contains(&self.greatest);
        let least = if usual { rule.values } else { rule.values_elsewhere };
        // Labels repeat, texts do not.
        let told_apart = usize::try_from(at).unwrap_or(TOLD_APART).min(TOLD_APART);
        let looks_cut = self.greatest >= rule.shortest
            && !self.fixed
            && at >= least
            && at >= around.saturating_mul(rule.times).max(1)
            && (!is_many(at, self.filled) || self.spaced.saturating_mul(2) >= at)
            && self.spread.len() >= rule.spread
            && self.different.len() >= DIFFERENT.max(told_apart / 2);
        looks_cut.then_some((self.greatest, at, below, self.found))
    }
}

/// More than three in ten: codes are made so, texts are cut so.
fn is_many(part: u64, whole: u64) -> bool {
    part.saturating_mul(10) > whole.saturating_mul(3)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn watched(values: impl IntoIterator<Item = String>) -> Option<(u32, u64, u64)> {
        let values: Vec<String> = values.into_iter().collect();
        let mut lengths = Lengths::new(values.len() as u64);
        for (value, rec) in values.iter().zip(1..) {
            lengths.watch(rec, value, Rules::built_in());
        }
        lengths.cut(Rules::built_in()).map(|(at, count, below, found)| {
            assert_eq!(found.recs.len(), count);
            (at, count, below)
        })
    }

    fn text(n: usize, length: usize) -> String {
        format!("{n:04} {}", "word ".repeat(length / 5 + 1)).chars().take(length.saturating_sub(1)).collect::<String>()
            + "."
    }

    #[test]
    fn texts_that_pile_up_at_a_limit_were_cut() {
        let texts = |limit: usize| {
            (0..200).map(move |n: usize| {
                let text = format!("{n:03} {}", "word ".repeat(n % 70));
                text.trim_end().chars().take(limit).collect::<String>()
            })
        };
        assert_eq!(watched(texts(255)).map(|(at, count, _)| (at, count)), Some((255, 47)));
        assert_eq!(watched(texts(10_000)), None, "nothing was cut");
    }

    #[test]
    fn a_text_at_the_limit_in_the_first_row_hides_nothing() {
        let texts: Vec<String> = (0..400).map(|n| text(n, if n % 10 == 0 { 255 } else { 20 + n % 180 })).collect();
        assert_eq!(watched(texts.clone()), Some((255, 40, 0)));
        let mut sorted = texts;
        sorted.sort_by_key(String::len);
        assert_eq!(watched(sorted), Some((255, 40, 0)));
    }

    #[test]
    fn most_of_a_column_of_texts_may_be_cut_and_of_codes_may_not() {
        let texts = (0..100).map(|n| text(n, if n % 2 == 0 { 80 } else { 10 + n % 40 }));
        assert_eq!(watched(texts), Some((80, 50, 0)));
        let codes = (0..100).map(|n| if n % 2 == 0 { format!("k{n:039}") } else { "k".repeat(5 + n % 20) });
        assert_eq!(watched(codes), None);
    }

    #[test]
    fn ids_of_one_length_and_repeated_labels_are_not_cut() {
        assert_eq!(watched((0..100).map(|n| format!("{n:040}"))), None);
        let label = "a".repeat(80);
        let labels = (0..100).map(|n| if n % 9 == 0 { label.clone() } else { "b".repeat(n % 30) });
        assert_eq!(watched(labels), None);
    }

    proptest! {
        #![proptest_config(crate::values::steady_cases())]

        #[test]
        fn in_any_order_the_answer_is_the_same(
            (values, other) in prop::collection::vec((0usize..60, 0usize..4), 0..120).prop_flat_map(|drawn| {
                let values: Vec<String> = drawn
                    .into_iter()
                    .enumerate()
                    .map(|(n, (length, kind))| match kind {
                        0 => text(n, length),
                        1 => "k".repeat(length),
                        _ => text(n, 40),
                    })
                    .map(|value| value.chars().take(40).collect())
                    .collect();
                (Just(values.clone()), Just(values).prop_shuffle())
            })
        ) {
            prop_assert_eq!(watched(values), watched(other));
        }
    }
}
