//! How many different values a column holds, and which stand most often, in bounded memory. Exact up to [`MOST_EXACT`]
//! values: their hashes and counts are kept. Past it the number is estimated (HyperLogLog; Flajolet, Fusy, Gandouet and
//! Meunier 2007) and the counts of frequent values are lower bounds (Misra and Gries 1982). The order in which values come
//! makes no difference to what is exact.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;

/// Distinct values that are counted exactly.
pub const MOST_EXACT: usize = 100_000;
/// Longer values, in bytes, are counted but never listed among the most frequent.
pub const LONGEST_LISTED: usize = 4_096;
/// Values whose texts are kept because they may be among the most frequent; the best half stays.
const CANDIDATES: usize = 512;
/// Counters of frequent values once the number of values is estimated.
const COUNTERS: usize = 2_048;
/// From this count on such a value's text is kept.
const WORTH_A_TEXT: u32 = 8;

/// Keys that are hashes already.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Already(u64);

impl std::hash::Hasher for Already {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, _: &[u8]) {}

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

pub(super) type ByHash<T> = HashMap<u64, T, BuildHasherDefault<Already>>;

/// Counts distinct values and keeps the most frequent.
#[derive(Debug)]
pub(super) struct Distinct {
    limit: usize,
    exact: Option<Exact>,
    texts: ByHash<Box<str>>,
    /// Count and hash of the last value that was worth keeping when they were last compared: what comes behind it is
    /// behind it for good, since counts only grow.
    threshold: (u32, u64),
    sketch: Option<Box<Sketch>>,
    counters: Counters,
}

impl Distinct {
    /// Exact up to `limit` values.
    pub fn new(limit: usize) -> Self {
        Self {
            limit,
            exact: Some(Exact::default()),
            texts: ByHash::default(),
            threshold: (2, u64::MAX),
            sketch: None,
            counters: Counters::default(),
        }
    }

    /// Reads what [`add`](Self::add) will need for this hash, so that memory answers for many at a time and not for one
    /// after the other. Changes nothing.
    #[inline]
    pub fn glance(&self, hash: u64) -> u64 {
        match (&self.exact, &self.sketch) {
            (Some(exact), _) => exact.glance(hash),
            (None, Some(sketch)) => {
                let set = self.counters.sets.get(Counters::set(hash)).map_or(0, |set| set.hashes[0]);
                set ^ u64::from(sketch.registers[Sketch::register(hash)])
            }
            (None, None) => 0,
        }
    }

    /// Counts a value `weight` times.
    pub fn add(&mut self, hash: u64, weight: u64, text: &str) {
        let times = u32::try_from(weight).unwrap_or(u32::MAX);
        if let Some(exact) = &mut self.exact {
            let count = exact.add(hash, times);
            let (least, behind) = self.threshold;
            let is_worth = count > least || count == least && hash <= behind;
            if is_worth && text.len() <= LONGEST_LISTED && !self.texts.contains_key(&hash) {
                self.texts.insert(hash, text.into());
                if self.texts.len() > CANDIDATES {
                    self.keep_the_best();
                }
            }
            if exact_len(self.exact.as_ref()) > self.limit {
                self.give_up_exactness();
            }
            return;
        }
        if let Some(sketch) = &mut self.sketch {
            sketch.add(hash);
        }
        if self.counters.add(hash, times) && text.len() <= LONGEST_LISTED {
            self.texts.entry(hash).or_insert_with(|| text.into());
            if self.texts.len() > 2 * COUNTERS {
                let counters = &self.counters;
                self.texts.retain(|hash, _| counters.get(*hash) > 0);
            }
        }
    }

    fn keep_the_best(&mut self) {
        let Some(exact) = &self.exact else { return };
        let mut ranked: Vec<(u32, u64)> = self.texts.keys().map(|hash| (exact.get(*hash), *hash)).collect();
        ranked.sort_unstable_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
        ranked.truncate(CANDIDATES / 2);
        if let Some(last) = ranked.last() {
            self.threshold = *last;
        }
        let best: std::collections::HashSet<u64> = ranked.into_iter().map(|(_, hash)| hash).collect();
        self.texts.retain(|hash, _| best.contains(hash));
    }

    fn give_up_exactness(&mut self) {
        let Some(exact) = self.exact.take() else { return };
        let mut sketch = Box::new(Sketch::default());
        for (hash, _) in exact.slots.iter().filter(|(hash, _)| *hash != 0) {
            sketch.add(*hash);
        }
        for hash in self.texts.keys() {
            self.counters.add(*hash, exact.get(*hash));
        }
        self.sketch = Some(sketch);
    }

    /// (distinct values, whether that is exact).
    pub fn count(&self) -> (u64, bool) {
        match (&self.exact, &self.sketch) {
            (None, Some(sketch)) => (sketch.estimate().max(self.limit as u64 + 1), false),
            (exact, _) => (exact_len(exact.as_ref()) as u64, true),
        }
    }

    /// The most frequent values with their counts, most frequent first, then by text.
    pub fn top(&self, most: usize) -> Vec<(String, u64)> {
        let count = |hash: u64| self.exact.as_ref().map_or_else(|| self.counters.get(hash), |exact| exact.get(hash));
        let mut ranked: Vec<(u32, u64)> =
            self.texts.keys().map(|hash| (count(*hash), *hash)).filter(|(count, _)| *count > 1).collect();
        ranked.sort_unstable_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
        ranked.truncate(most);
        let mut top: Vec<(String, u64)> = ranked
            .into_iter()
            .filter_map(|(count, hash)| Some((self.texts.get(&hash)?.to_string(), u64::from(count))))
            .collect();
        top.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        top
    }
}

fn exact_len(exact: Option<&Exact>) -> usize {
    exact.map_or(0, |exact| exact.len)
}

/// Hashes and counts, open addressing with steps of one; a hash of 0 stands as 1.
#[derive(Debug, Default)]
struct Exact {
    /// Side by side, so that memory is asked once for both.
    slots: Vec<(u64, u32)>,
    len: usize,
}

impl Exact {
    /// What stands where a search for the hash begins.
    fn glance(&self, hash: u64) -> u64 {
        let at = (hash >> 20) as usize & self.slots.len().wrapping_sub(1);
        self.slots.get(at).map_or(0, |(hash, _)| *hash)
    }

    fn slot(&self, hash: u64) -> usize {
        let mask = self.slots.len() - 1;
        let mut at = (hash >> 20) as usize & mask;
        while self.slots[at].0 != 0 && self.slots[at].0 != hash {
            at = (at + 1) & mask;
        }
        at
    }

    fn add(&mut self, hash: u64, times: u32) -> u32 {
        let hash = hash.max(1);
        // At most four fifths full, so that a search always ends.
        if (self.len + 1) * 5 > self.slots.len() * 4 {
            self.grow();
        }
        let at = self.slot(hash);
        let slot = &mut self.slots[at];
        self.len += usize::from(slot.0 == 0);
        slot.0 = hash;
        slot.1 = slot.1.saturating_add(times);
        slot.1
    }

    fn get(&self, hash: u64) -> u32 {
        if self.slots.is_empty() { 0 } else { self.slots[self.slot(hash.max(1))].1 }
    }

    fn grow(&mut self) {
        let size = (self.slots.len() * 4).max(1 << 11);
        for slot in std::mem::replace(&mut self.slots, vec![(0, 0); size]) {
            if slot.0 != 0 {
                let at = self.slot(slot.0);
                self.slots[at] = slot;
            }
        }
    }
}

/// HyperLogLog with 2^14 registers: the standard error is 1.04 / √(2^14), 0.8 %.
#[derive(Debug)]
struct Sketch {
    registers: Vec<u8>,
}

const REGISTER_BITS: u32 = 14;

impl Default for Sketch {
    fn default() -> Self {
        Self { registers: vec![0; 1 << REGISTER_BITS] }
    }
}

impl Sketch {
    fn register(hash: u64) -> usize {
        (hash >> (64 - REGISTER_BITS)) as usize
    }

    fn add(&mut self, hash: u64) {
        let at = Self::register(hash);
        // At most 51, the bits that are left and one.
        let rank = ((hash << REGISTER_BITS) | (1 << (REGISTER_BITS - 1))).leading_zeros() as u8 + 1;
        if self.registers[at] < rank {
            self.registers[at] = rank;
        }
    }

    /// The improved raw estimate of Ertl (2017, algorithm 6), which needs no correction for small or large numbers.
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    fn estimate(&self) -> u64 {
        const MOST: usize = 64 - REGISTER_BITS as usize + 1;
        let m = self.registers.len() as f64;
        let mut ranks = [0u32; MOST + 1];
        for &rank in &self.registers {
            ranks[usize::from(rank).min(MOST)] += 1;
        }
        let mut sum = m * tau(1.0 - f64::from(ranks[MOST]) / m);
        for &count in ranks[1..MOST].iter().rev() {
            sum = 0.5 * (sum + f64::from(count));
        }
        sum += m * sigma(f64::from(ranks[0]) / m);
        (m * m / (2.0 * std::f64::consts::LN_2 * sum)).round() as u64
    }
}

fn sigma(mut x: f64) -> f64 {
    if x >= 1.0 {
        return f64::INFINITY;
    }
    let (mut y, mut z) = (1.0, x);
    loop {
        x *= x;
        let before = z;
        z += x * y;
        y += y;
        if z <= before {
            return z;
        }
    }
}

fn tau(mut x: f64) -> f64 {
    if x <= 0.0 || x >= 1.0 {
        return 0.0;
    }
    let (mut y, mut z) = (1.0, 1.0 - x);
    loop {
        x = x.sqrt();
        let before = z;
        y *= 0.5;
        z -= (1.0 - x) * (1.0 - x) * y;
        if z >= before {
            return z / 3.0;
        }
    }
}

/// Counters of frequent values: each is a lower bound of its value's count. Values are dealt to sets of four counters by
/// their hash, and each set counts its own as Misra and Gries do: a value without a counter takes one from all four.
#[derive(Debug, Default)]
struct Counters {
    sets: Vec<Set>,
}

#[derive(Debug, Default, Clone, Copy)]
struct Set {
    hashes: [u64; 4],
    counts: [u32; 4],
}

impl Counters {
    fn set(hash: u64) -> usize {
        (hash >> 40) as usize & (COUNTERS / 4 - 1)
    }

    /// Whether the value was met so often that its text is worth keeping.
    fn add(&mut self, hash: u64, times: u32) -> bool {
        if self.sets.is_empty() {
            self.sets = vec![Set::default(); COUNTERS / 4];
        }
        let set = &mut self.sets[Self::set(hash)];
        let same = set.hashes.iter().rev().fold(0u32, |same, known| same << 1 | u32::from(*known == hash));
        if same != 0 {
            let count = &mut set.counts[same.trailing_zeros() as usize];
            *count = count.saturating_add(times);
            return *count >= WORTH_A_TEXT;
        }
        let least = set.counts.iter().copied().min().unwrap_or(0).min(times);
        for count in &mut set.counts {
            *count -= least;
        }
        if times > least
            && let Some(free) = (0..4).find(|at| set.counts[*at] == 0)
        {
            set.hashes[free] = hash;
            set.counts[free] = times - least;
            return times - least >= WORTH_A_TEXT;
        }
        false
    }

    fn get(&self, hash: u64) -> u32 {
        let Some(set) = self.sets.get(Self::set(hash)) else { return 0 };
        (0..4).find(|at| set.hashes[*at] == hash).map_or(0, |at| set.counts[at])
    }
}

#[cfg(test)]
mod tests {
    use super::super::shape::hash;
    use super::*;

    fn value(n: u64) -> String {
        format!("value {n}")
    }

    fn counted(limit: usize, values: impl Iterator<Item = u64>) -> Distinct {
        let mut distinct = Distinct::new(limit);
        for n in values {
            let text = value(n);
            distinct.add(hash(&text), 1, &text);
        }
        distinct
    }

    #[test]
    fn up_to_the_limit_the_number_is_exact() {
        let distinct = counted(5_000, (0..20_000).map(|n| n % 5_000));
        assert_eq!(distinct.count(), (5_000, true));
    }

    #[test]
    fn past_the_limit_the_estimate_is_near() {
        for number in [20_000u64, 100_000, 400_000] {
            let (estimate, exact) = counted(10_000, 0..number).count();
            assert!(!exact);
            assert!(estimate.abs_diff(number) * 100 < number * 3, "{estimate} for {number}");
        }
    }

    #[test]
    fn the_most_frequent_are_exact_while_the_number_is_and_whatever_the_order() {
        // Value n stands n + 1 times.
        let each = |n: u64| std::iter::repeat_n(n, n as usize + 1);
        let forward = counted(100_000, (0..1_500).flat_map(each));
        let backward = counted(100_000, (0..1_500).rev().flat_map(each));
        let top = forward.top(20);
        assert_eq!(top, backward.top(20));
        assert_eq!(top.len(), 20);
        assert_eq!(top[0], (value(1_499), 1_500));
        assert_eq!(top[19], (value(1_480), 1_481));
    }

    #[test]
    fn past_the_limit_a_frequent_value_is_found_and_never_counted_too_often() {
        let values = (0..200_000u64).map(|n| if n % 10 == 0 { 7 } else { 1_000_000 + n });
        let distinct = counted(1_000, values);
        let top = distinct.top(3);
        assert_eq!(top[0].0, value(7));
        assert!(top[0].1 <= 20_000 && top[0].1 > 15_000, "{}", top[0].1);
    }
}
