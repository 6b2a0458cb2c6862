//! IDs as they are compared: a hash each, since texts of millions of IDs would not fit. Salesforce IDs meet in their first
//! 15 characters, letter case counting; all others as they are written, or folded where a relation needs it.

use std::borrow::Cow;

use crate::sources::content::value_hash;
use crate::values::salesforce;

/// How the IDs of a relation are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Spelling {
    Exact,
    /// Without blanks around and in lower case.
    Folded,
}

/// The key of an ID.
#[must_use]
pub fn key(id: &str, spelling: Spelling) -> u64 {
    if let Some(base) = salesforce::to_15(id) {
        // Two Salesforce IDs may differ by case alone, so these are never folded.
        return value_hash(base);
    }
    match spelling {
        Spelling::Exact => value_hash(id),
        Spelling::Folded => {
            let trimmed = id.trim();
            if let Some(base) = salesforce::to_15(trimmed) {
                return value_hash(base);
            }
            let folded: Cow<'_, str> = if trimmed.bytes().any(|b| b.is_ascii_uppercase() || !b.is_ascii()) {
                Cow::Owned(trimmed.to_lowercase())
            } else {
                Cow::Borrowed(trimmed)
            };
            value_hash(&folded)
        }
    }
}

/// The IDs in a cell: one, or several parted by semicolons.
pub fn ids_in(cell: &str, parted: bool) -> impl Iterator<Item = &str> {
    let mut whole = (!parted).then_some(cell);
    let mut parts = parted.then(|| cell.split(';'));
    // An empty list, as JSON writes it, names nothing.
    if matches!(cell.trim(), "[]" | "{}" | "null") {
        (whole, parts) = (None, None);
    }
    std::iter::from_fn(move || match &mut parts {
        Some(parts) => parts.map(str::trim).find(|part| !part.is_empty()),
        None => whole.take(),
    })
}

/// A set of keys, sorted, with where each stretch begins: two reads of memory find a key among millions.
#[derive(Debug, Default)]
pub struct KeySet {
    keys: Vec<u64>,
    /// Where the keys with these first bits begin; one more than there are stretches.
    begins: Vec<u32>,
    shift: u32,
}

impl KeySet {
    /// The set of these keys.
    #[must_use]
    pub fn new(mut keys: Vec<u64>) -> Self {
        keys.sort_unstable();
        keys.dedup();
        // Numbers in the set are 32 bits; more IDs than that are in no export.
        keys.truncate(u32::MAX as usize - 1);
        keys.shrink_to_fit();
        let bits = (keys.len() / 8).max(1).ilog2().min(26);
        let shift = 64 - bits;
        let mut begins = vec![0u32; (1usize << bits) + 1];
        for key in &keys {
            begins[stretch(*key, shift) + 1] += 1;
        }
        for at in 1..begins.len() {
            begins[at] += begins[at - 1];
        }
        Self { keys, begins, shift }
    }

    #[must_use]
    pub fn size(&self) -> usize {
        self.keys.len()
    }

    /// The number of a key in the set.
    #[must_use]
    pub fn find(&self, key: u64) -> Option<u32> {
        let at = stretch(key, self.shift);
        let (from, to) = (*self.begins.get(at)? as usize, *self.begins.get(at + 1)? as usize);
        let place = self.keys.get(from..to)?.binary_search(&key).ok()?;
        u32::try_from(from + place).ok()
    }
}

fn stretch(key: u64, shift: u32) -> usize {
    // With a single stretch the shift is the whole width.
    key.checked_shr(shift).map_or(0, |bits| bits as usize)
}

/// One bit for each number.
#[derive(Debug, Default, Clone)]
pub struct Bits {
    words: Vec<u64>,
}

impl Bits {
    #[must_use]
    pub fn new(numbers: usize) -> Self {
        Self { words: vec![0; numbers.div_ceil(64)] }
    }

    pub fn set(&mut self, number: u32) {
        if let Some(word) = self.words.get_mut(number as usize / 64) {
            *word |= 1 << (number % 64);
        }
    }

    #[must_use]
    pub fn has(&self, number: u32) -> bool {
        self.words.get(number as usize / 64).is_some_and(|word| word & (1 << (number % 64)) != 0)
    }

    #[must_use]
    pub fn count(&self) -> u64 {
        self.words.iter().map(|word| u64::from(word.count_ones())).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn salesforce_ids_meet_in_both_lengths_and_never_across_case() {
        let (short, long) = ("0018d00000Bw1Cl", "0018d00000Bw1ClAAJ");
        for spelling in [Spelling::Exact, Spelling::Folded] {
            assert_eq!(key(short, spelling), key(long, spelling));
            assert_ne!(key(short, spelling), key("0018d00000BW1Cl", spelling));
        }
        assert_ne!(key("ab-1", Spelling::Exact), key("AB-1", Spelling::Exact));
        assert_eq!(key(" ab-1", Spelling::Folded), key("AB-1 ", Spelling::Folded));
    }

    #[test]
    fn a_cell_gives_its_ids() {
        assert_eq!(ids_in("12; 13;;", true).collect::<Vec<_>>(), ["12", "13"]);
        assert_eq!(ids_in("12;13", false).collect::<Vec<_>>(), ["12;13"]);
    }

    proptest! {
        #![proptest_config(crate::values::steady_cases())]

        #[test]
        fn a_set_finds_what_it_holds_and_nothing_else(keys: Vec<u64>, others: Vec<u64>) {
            let set = KeySet::new(keys.clone());
            for key in &keys {
                let at = set.find(*key).map(|at| set.keys[at as usize]);
                prop_assert_eq!(at, Some(*key));
            }
            for key in others {
                prop_assert_eq!(set.find(key).is_some(), keys.contains(&key));
            }
        }
    }
}
