//! What a pass over millions of records may keep: lists of records as differences, frequent values within a bound, counts
//! of hashes. Pure.

use std::collections::HashMap;

use crate::sources::profile::Counted;

/// Record numbers in rising order, one to two bytes each: the difference to the one before, seven bits to a byte, the
/// lowest first (LEB128).
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct RecList {
    bytes: Vec<u8>,
    last: i64,
    count: u64,
}

impl RecList {
    /// Adds a record; one that is not above the last is left out.
    pub fn push(&mut self, rec: i64) {
        if rec <= self.last {
            return;
        }
        let mut rest = rec.abs_diff(self.last);
        self.last = rec;
        self.count += 1;
        while rest >= 0x80 {
            self.bytes.push((rest & 0x7F) as u8 | 0x80);
            rest >>= 7;
        }
        self.bytes.push(rest as u8);
    }

    #[must_use]
    pub fn of(recs: impl IntoIterator<Item = i64>) -> Self {
        let mut all: Vec<i64> = recs.into_iter().collect();
        all.sort_unstable();
        let mut list = Self::default();
        all.into_iter().for_each(|rec| list.push(rec));
        list
    }

    #[must_use]
    pub fn len(&self) -> u64 {
        self.count
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Whether this record was the last to be added.
    #[must_use]
    pub fn last_is(&self, rec: i64) -> bool {
        self.last == rec && self.count > 0
    }

    #[must_use]
    pub fn to_vec(&self) -> Vec<i64> {
        decode(0, &self.bytes)
    }

    /// Pieces of some `size` bytes that can be stored and read alone: the record before the first, and the bytes.
    #[must_use]
    pub fn pieces(&self, size: usize) -> Vec<(i64, Vec<u8>)> {
        let (mut pieces, mut piece, mut after, mut at) = (Vec::new(), Vec::new(), 0i64, 0i64);
        let (mut step, mut shift) = (0u64, 0u32);
        for &byte in &self.bytes {
            piece.push(byte);
            step |= u64::from(byte & 0x7F) << shift.min(63);
            shift += 7;
            if byte & 0x80 == 0 {
                at = at.saturating_add_unsigned(step);
                (step, shift) = (0, 0);
                if piece.len() >= size {
                    pieces.push((after, std::mem::take(&mut piece)));
                    after = at;
                }
            }
        }
        if !piece.is_empty() {
            pieces.push((after, piece));
        }
        pieces
    }
}

/// The records of one piece.
#[must_use]
pub fn decode(after: i64, bytes: &[u8]) -> Vec<i64> {
    let (mut recs, mut at, mut step, mut shift) = (Vec::new(), after, 0u64, 0u32);
    for &byte in bytes {
        step |= u64::from(byte & 0x7F) << shift.min(63);
        shift += 7;
        if byte & 0x80 == 0 {
            at = at.saturating_add_unsigned(step);
            recs.push(at);
            (step, shift) = (0, 0);
        }
    }
    recs
}

/// Values listed with a finding.
pub const LISTED: usize = 20;
/// Different values counted at once; the rarest half is forgotten when there are more.
const COUNTED: usize = 4_096;
/// Characters of a value that are kept.
const KEPT: usize = 200;

/// Counts values, the frequent ones surely.
#[derive(Debug, Default, Clone)]
pub struct Values {
    counts: HashMap<String, u64>,
}

impl Values {
    pub fn add(&mut self, value: &str) {
        if let Some(count) = self.counts.get_mut(value) {
            *count += 1;
            return;
        }
        if self.counts.len() >= COUNTED {
            let kept = self.sorted(COUNTED / 2);
            self.counts = kept.into_iter().map(|value| (value.text, value.count)).collect();
        }
        let kept: String = value.chars().take(KEPT).collect();
        *self.counts.entry(kept).or_insert(0) += 1;
    }

    fn sorted(&self, most: usize) -> Vec<Counted> {
        let mut all: Vec<(&String, u64)> = self.counts.iter().map(|(text, count)| (text, *count)).collect();
        all.sort_unstable_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
        all.truncate(most);
        all.into_iter().map(|(text, count)| Counted { text: text.clone(), count }).collect()
    }

    /// The most frequent ones, then by text.
    #[must_use]
    pub fn top(&self) -> Vec<Counted> {
        self.sorted(LISTED)
    }
}

/// Records of one finding while they are gathered, with the values concerned.
#[derive(Debug, Default, Clone)]
pub struct Found {
    pub recs: RecList,
    pub values: Values,
}

impl Found {
    pub fn add(&mut self, rec: i64, value: &str) {
        self.recs.push(rec);
        self.values.add(value.trim());
    }
}

/// How often each hash came, 12 bytes for each.
#[derive(Debug, Default)]
pub struct Tally {
    keys: Vec<u64>,
    counts: Vec<u32>,
    waiting: Vec<u64>,
}

/// Hashes that wait to be merged in.
const WAITING: usize = 1 << 19;

impl Tally {
    pub fn add(&mut self, key: u64) {
        self.waiting.push(key);
        if self.waiting.len() >= WAITING.max(self.keys.len() / 2) {
            self.settle();
        }
    }

    /// Brings everything in order; to be called once at the end.
    pub fn settle(&mut self) {
        if self.waiting.is_empty() {
            return;
        }
        let mut waiting = std::mem::take(&mut self.waiting);
        waiting.sort_unstable();
        let mut keys = Vec::with_capacity(self.keys.len() + waiting.len());
        let mut counts: Vec<u32> = Vec::with_capacity(self.keys.len() + waiting.len());
        let mut put = |key: u64, count: u32| {
            if keys.last() == Some(&key) {
                if let Some(last) = counts.last_mut() {
                    *last = last.saturating_add(count);
                }
            } else {
                keys.push(key);
                counts.push(count);
            }
        };
        let mut old = self.keys.iter().copied().zip(self.counts.iter().copied()).peekable();
        for key in waiting {
            while let Some((known, count)) = old.next_if(|(known, _)| *known <= key) {
                put(known, count);
            }
            put(key, 1);
        }
        old.for_each(|(known, count)| put(known, count));
        keys.shrink_to_fit();
        counts.shrink_to_fit();
        (self.keys, self.counts) = (keys, counts);
    }

    /// The counts of hashes that come in order.
    #[must_use]
    pub fn of_sorted(sorted: impl Iterator<Item = u64>) -> Self {
        let mut tally = Self::default();
        for key in sorted {
            match (tally.keys.last(), tally.counts.last_mut()) {
                (Some(last), Some(count)) if *last == key => *count = count.saturating_add(1),
                _ => {
                    tally.keys.push(key);
                    tally.counts.push(1);
                }
            }
        }
        tally.keys.shrink_to_fit();
        tally.counts.shrink_to_fit();
        tally
    }

    /// How many were added. Settled only.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.counts.iter().map(|count| u64::from(*count)).sum()
    }

    /// (of these, of the others): how many were added with a hash that both hold. Settled only.
    #[must_use]
    pub fn met(&self, other: &Self) -> (u64, u64) {
        let (mut a, mut b, mut met) = (0, 0, (0u64, 0u64));
        while let (Some(left), Some(right)) = (self.keys.get(a), other.keys.get(b)) {
            match left.cmp(right) {
                std::cmp::Ordering::Less => a += 1,
                std::cmp::Ordering::Greater => b += 1,
                std::cmp::Ordering::Equal => {
                    met.0 += u64::from(self.counts[a]);
                    met.1 += u64::from(other.counts[b]);
                    a += 1;
                    b += 1;
                }
            }
        }
        met
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn frequent_values_outlive_rare_ones() {
        let mut values = Values::default();
        for n in 0..20_000 {
            values.add(&format!("rare {n}"));
            if n % 3 == 0 {
                values.add("often");
            }
        }
        let top = values.top();
        assert_eq!((top[0].text.as_str(), top[0].count, top.len()), ("often", 6_667, LISTED));
    }

    proptest! {
        #![proptest_config(crate::values::steady_cases())]

        #[test]
        fn a_list_comes_back_whole_and_in_pieces(recs in proptest::collection::btree_set(1i64.., 0..60), size in 1usize..9) {
            let list = RecList::of(recs.iter().copied());
            let recs: Vec<i64> = recs.into_iter().collect();
            prop_assert_eq!(list.to_vec(), recs.clone());
            prop_assert_eq!(list.len(), recs.len() as u64);
            let pieces: Vec<i64> = list.pieces(size).iter().flat_map(|(after, bytes)| decode(*after, bytes)).collect();
            prop_assert_eq!(pieces, recs);
        }

        #[test]
        fn any_bytes_are_decoded_without_a_panic(after: i64, bytes: Vec<u8>) {
            let _ = decode(after, &bytes);
        }

        #[test]
        fn a_tally_counts_like_a_map(left in proptest::collection::vec(0u64..9, 0..40), right in proptest::collection::vec(0u64..9, 0..40), stop in 0usize..40) {
            let tally = |keys: &[u64]| {
                let mut tally = Tally::default();
                for (n, key) in keys.iter().enumerate() {
                    tally.add(*key);
                    if n == stop {
                        tally.settle();
                    }
                }
                tally.settle();
                tally
            };
            let (a, b) = (tally(&left), tally(&right));
            prop_assert_eq!(a.total(), left.len() as u64);
            let mut sorted = left.clone();
            sorted.sort_unstable();
            prop_assert_eq!(Tally::of_sorted(sorted.into_iter()).met(&b), a.met(&b));
            let met = |these: &[u64], those: &[u64]| these.iter().filter(|key| those.contains(key)).count() as u64;
            prop_assert_eq!(a.met(&b), (met(&left, &right), met(&right, &left)));
        }
    }
}
