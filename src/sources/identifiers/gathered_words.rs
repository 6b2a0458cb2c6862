//! The words of names with the rows that hold them, as a load brings them. Words come by the million and lie all over
//! memory, so some hundred are looked up side by side: memory answers for all of them at once.

use std::hash::{BuildHasher, Hasher};

use super::Posting;
use super::posting::put_number;

/// Words that are looked up together.
const TOGETHER: usize = 256;

/// A word with its rows, and where its letters stand.
#[derive(Debug)]
struct WordRows {
    hash: u64,
    start: u32,
    len: u32,
    last: i64,
    postings: Vec<u8>,
}

/// A word that waits to be looked up.
#[derive(Debug, Clone, Copy)]
struct Waiting {
    hash: u64,
    end: u32,
    column: u32,
    rec: i64,
}

/// Words by their letters.
#[derive(Debug, Default)]
pub(super) struct Words {
    /// Numbers of words, from 1; 0 is free. At most half of them are taken.
    slots: Vec<u32>,
    list: Vec<WordRows>,
    letters: Vec<u8>,
    waiting: Vec<Waiting>,
    waiting_letters: Vec<u8>,
    hashing: foldhash::fast::FixedState,
}

impl Words {
    /// Notes that a row holds a word. Returns how many bytes of memory were taken, about.
    pub fn add(&mut self, word: &[u8], posting: Posting) -> usize {
        let mut hasher = self.hashing.build_hasher();
        hasher.write(word);
        self.waiting_letters.extend_from_slice(word);
        // Words are short, and few of them wait.
        let end = self.waiting_letters.len() as u32;
        self.waiting.push(Waiting { hash: hasher.finish(), end, column: posting.column, rec: posting.rec });
        if self.waiting.len() >= TOGETHER { self.settle() } else { 0 }
    }

    fn slot(&self, hash: u64) -> usize {
        hash as usize & self.slots.len().wrapping_sub(1)
    }

    /// Files all words that wait.
    fn settle(&mut self) -> usize {
        let mut taken = 0;
        if self.slots.len() < 2 * (self.list.len() + self.waiting.len()) {
            self.grow();
        }
        // Nothing depends on what is read here but that it is at hand then.
        let mut met = 0u64;
        for waiting in &self.waiting {
            let number = self.slots[self.slot(waiting.hash)] as usize;
            if let Some(word) = number.checked_sub(1).and_then(|at| self.list.get(at)) {
                let last = word.postings.last().copied().unwrap_or(0);
                met ^= u64::from(last) ^ u64::from(self.letters.get(word.start as usize).copied().unwrap_or(0));
            }
        }
        std::hint::black_box(met);
        let mut start = 0;
        for at in 0..self.waiting.len() {
            let waiting = self.waiting[at];
            let end = waiting.end as usize;
            taken += self.file(start, end, waiting);
            start = end;
        }
        self.waiting.clear();
        self.waiting_letters.clear();
        taken
    }

    fn file(&mut self, start: usize, end: usize, waiting: Waiting) -> usize {
        let word = &self.waiting_letters[start..end];
        let mask = self.slots.len() - 1;
        let mut at = self.slot(waiting.hash);
        let mut taken = 0;
        let number = loop {
            let Some(number) = (self.slots[at] as usize).checked_sub(1) else {
                // Far fewer than 2^32 words, and bytes, before they are set aside.
                let start = self.letters.len() as u32;
                self.letters.extend_from_slice(word);
                let (len, hash) = (word.len() as u32, waiting.hash);
                self.list.push(WordRows { hash, start, len, last: 0, postings: Vec::new() });
                self.slots[at] = self.list.len() as u32;
                taken += word.len() + 96;
                break self.list.len() - 1;
            };
            let known = &self.list[number];
            let (from, len) = (known.start as usize, known.len as usize);
            if known.hash == waiting.hash && self.letters[from..from + len] == *word {
                break number;
            }
            at = (at + 1) & mask;
        };
        let rows = &mut self.list[number];
        let before = rows.postings.len();
        put_number(&mut rows.postings, waiting.rec.saturating_sub(rows.last).unsigned_abs());
        put_number(&mut rows.postings, u64::from(waiting.column));
        rows.last = waiting.rec;
        taken + rows.postings.len() - before
    }

    /// Makes room for twice as many words, and for all that wait.
    fn grow(&mut self) {
        let size = (4 * (self.list.len() + TOGETHER)).next_power_of_two();
        self.slots = vec![0; size];
        for (number, word) in (1u32..).zip(&self.list) {
            let mut at = word.hash as usize & (size - 1);
            while self.slots[at] != 0 {
                at = (at + 1) & (size - 1);
            }
            self.slots[at] = number;
        }
    }

    /// All words in order, each with its postings.
    pub fn into_sorted(mut self) -> Vec<(Box<[u8]>, Vec<u8>)> {
        self.settle();
        let letters = &self.letters;
        let mut list: Vec<(Box<[u8]>, Vec<u8>)> = self
            .list
            .into_iter()
            .map(|word| {
                let start = word.start as usize;
                (letters[start..start + word.len as usize].into(), word.postings)
            })
            .collect();
        list.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        list
    }
}

#[cfg(test)]
mod tests {
    use super::super::posting::postings;
    use super::*;

    #[test]
    fn words_come_back_in_order_with_all_their_rows() {
        let mut words = Words::default();
        let mut expected = std::collections::BTreeMap::<Vec<u8>, Vec<Posting>>::new();
        for rec in 0..5_000i64 {
            for column in 0..2u32 {
                let word = format!("w{}", rec * 7_919 % if column == 0 { 13 } else { 3_001 });
                let posting = Posting { rec, column };
                words.add(word.as_bytes(), posting);
                expected.entry(word.into_bytes()).or_default().push(posting);
            }
        }
        let sorted = words.into_sorted();
        assert_eq!(sorted.len(), expected.len());
        for ((word, bytes), (letters, rows)) in sorted.iter().zip(&expected) {
            assert_eq!(&**word, letters.as_slice());
            assert_eq!(&postings(bytes).collect::<Vec<_>>(), rows);
        }
        assert!(Words::default().into_sorted().is_empty());
    }
}
