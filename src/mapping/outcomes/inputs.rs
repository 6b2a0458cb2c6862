//! The distinct inputs of a recipe: gathered by hashing, set aside as sorted runs once they take too much room, and brought
//! together again in the order in which the database compares texts, each once.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::Arc;

use twox_hash::XxHash3_64;

/// Bytes read ahead of each run that was set aside.
const AHEAD: usize = 64 << 10;

/// Distinct texts, in no order.
#[derive(Debug, Default)]
pub struct Distinct {
    bytes: Vec<u8>,
    places: Vec<Place>,
    /// Number of a place and one, open addressing with steps of one; 0: free.
    slots: Vec<u32>,
}

#[derive(Debug, Clone, Copy)]
struct Place {
    hash: u32,
    start: u32,
    length: u32,
}

impl Distinct {
    /// Takes a text. Nothing comes of it where it is there already.
    pub fn add(&mut self, text: &[u8]) {
        if (self.places.len() + 1) * 4 > self.slots.len() * 3 {
            self.grow();
        }
        let hash = XxHash3_64::oneshot(text);
        let (mask, short) = (self.slots.len() - 1, (hash >> 32) as u32);
        let mut at = hash as usize & mask;
        loop {
            match self.slots[at] {
                0 => break,
                number => {
                    let place = self.places[number as usize - 1];
                    if place.hash == short && self.text(place) == text {
                        return;
                    }
                }
            }
            at = (at + 1) & mask;
        }
        let (Ok(start), Ok(length)) = (u32::try_from(self.bytes.len()), u32::try_from(text.len())) else { return };
        self.bytes.extend_from_slice(text);
        self.places.push(Place { hash: short, start, length });
        // Less than the slots, which fit.
        self.slots[at] = self.places.len() as u32;
    }

    fn text(&self, place: Place) -> &[u8] {
        &self.bytes[place.start as usize..(place.start + place.length) as usize]
    }

    fn grow(&mut self) {
        let size = (self.slots.len() * 2).max(1 << 10);
        self.slots.clear();
        self.slots.resize(size, 0);
        for (number, place) in (1u32..).zip(&self.places) {
            // The short hash has the upper half; the lower one is made again.
            let start = place.start as usize;
            let hash = XxHash3_64::oneshot(&self.bytes[start..start + place.length as usize]);
            let mut at = hash as usize & (size - 1);
            while self.slots[at] != 0 {
                at = (at + 1) & (size - 1);
            }
            self.slots[at] = number;
        }
    }

    /// Bytes of memory that it takes.
    #[must_use]
    pub fn room(&self) -> usize {
        self.bytes.len() + self.places.len() * size_of::<Place>() * 2 + self.slots.len() * 4
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// All of them in the order of their bytes.
    #[must_use]
    pub fn sorted(self) -> Sorted {
        let Self { bytes, places, slots } = self;
        drop(slots);
        // The first eight bytes beside the place save most of the jumps into memory.
        let mut keyed: Vec<(u64, u32, u32)> = places
            .iter()
            .map(|place| {
                let text = &bytes[place.start as usize..(place.start + place.length) as usize];
                let mut first = [0u8; 8];
                let most = text.len().min(8);
                first[..most].copy_from_slice(&text[..most]);
                (u64::from_be_bytes(first), place.start, place.length)
            })
            .collect();
        drop(places);
        let text = |(_, start, length): &(u64, u32, u32)| &bytes[*start as usize..(*start + *length) as usize];
        keyed.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| text(a).cmp(text(b))));
        let places = keyed.into_iter().map(|(_, start, length)| (start, length)).collect();
        Sorted { bytes, places, at: 0 }
    }
}

/// Distinct texts in the order of their bytes.
#[derive(Debug, Default)]
pub struct Sorted {
    bytes: Vec<u8>,
    places: Vec<(u32, u32)>,
    at: usize,
}

/// A run of sorted texts in a file.
#[derive(Debug)]
pub struct Aside {
    file: Arc<File>,
    at: u64,
    end: u64,
    buffer: Vec<u8>,
    used: usize,
}

/// Sorted texts, wherever they are.
#[derive(Debug)]
pub enum Run {
    Here(Sorted),
    Aside(Aside),
}

impl Run {
    /// The next text, into `key`; false at the end.
    fn next(&mut self, key: &mut Vec<u8>) -> std::io::Result<bool> {
        key.clear();
        match self {
            Self::Here(sorted) => {
                let Some(&(start, length)) = sorted.places.get(sorted.at) else { return Ok(false) };
                sorted.at += 1;
                key.extend_from_slice(&sorted.bytes[start as usize..(start + length) as usize]);
                Ok(true)
            }
            Self::Aside(aside) => aside.next(key),
        }
    }
}

impl Aside {
    fn fill(&mut self, need: usize) -> std::io::Result<bool> {
        if self.buffer.len() - self.used >= need {
            return Ok(true);
        }
        self.buffer.drain(..self.used);
        self.used = 0;
        let left = usize::try_from(self.end - self.at).unwrap_or(usize::MAX);
        let want = left.min(AHEAD.max(need));
        let from = self.buffer.len();
        self.buffer.resize(from + want, 0);
        self.file.read_exact_at(&mut self.buffer[from..], self.at)?;
        self.at += want as u64;
        Ok(self.buffer.len() >= need)
    }

    fn next(&mut self, key: &mut Vec<u8>) -> std::io::Result<bool> {
        if !self.fill(4)? {
            return Ok(false);
        }
        let length: [u8; 4] = self.buffer[self.used..self.used + 4].try_into().unwrap_or_default();
        let length = u32::from_le_bytes(length) as usize;
        self.used += 4;
        if !self.fill(length)? {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        key.extend_from_slice(&self.buffer[self.used..self.used + length]);
        self.used += length;
        Ok(true)
    }
}

/// Sets sorted texts aside in a file without a name in `folder`, one run for each of the lists.
///
/// # Errors
/// If the file cannot be made or written.
pub fn set_aside(folder: &Path, lists: Vec<Sorted>) -> std::io::Result<Vec<Run>> {
    let mut out = BufWriter::with_capacity(1 << 20, tempfile::tempfile_in(folder)?);
    let (mut end, mut ends) = (0u64, Vec::with_capacity(lists.len()));
    for list in lists {
        let begin = end;
        for (start, length) in &list.places {
            out.write_all(&length.to_le_bytes())?;
            out.write_all(&list.bytes[*start as usize..(*start + *length) as usize])?;
            end += 4 + u64::from(*length);
        }
        ends.push((begin, end));
    }
    let file = Arc::new(out.into_inner().map_err(std::io::IntoInnerError::into_error)?);
    let run = |(at, end)| Run::Aside(Aside { file: file.clone(), at, end, buffer: Vec::new(), used: 0 });
    Ok(ends.into_iter().map(run).collect())
}

/// All texts of several runs in order, each once.
#[derive(Debug)]
pub struct Merged {
    runs: Vec<Run>,
    heads: BinaryHeap<Reverse<(Vec<u8>, usize)>>,
    last: Option<Vec<u8>>,
}

impl Merged {
    /// # Errors
    /// If what was set aside cannot be read.
    pub fn new(mut runs: Vec<Run>) -> std::io::Result<Self> {
        let mut heads = BinaryHeap::with_capacity(runs.len());
        for (at, run) in runs.iter_mut().enumerate() {
            let mut key = Vec::new();
            if run.next(&mut key)? {
                heads.push(Reverse((key, at)));
            }
        }
        Ok(Self { runs, heads, last: None })
    }

    /// Hands on the next text; false at the end.
    ///
    /// # Errors
    /// If what was set aside cannot be read.
    pub fn next(&mut self, mut take: impl FnMut(&[u8])) -> std::io::Result<bool> {
        while let Some(mut head) = self.heads.peek_mut() {
            let Reverse((key, at)) = &mut *head;
            let is_new = self.last.as_deref() != Some(key.as_slice());
            if is_new {
                take(key);
                let last = self.last.get_or_insert_default();
                std::mem::swap(last, key);
            }
            if !self.runs[*at].next(key)? {
                std::collections::binary_heap::PeekMut::pop(head);
            }
            if is_new {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn all(runs: Vec<Run>) -> Vec<Vec<u8>> {
        let mut merged = Merged::new(runs).unwrap();
        let mut all = Vec::new();
        while merged.next(|text| all.push(text.to_vec())).unwrap() {}
        all
    }

    proptest! {
        #![proptest_config(crate::values::steady_cases())]

        #[test]
        fn every_text_comes_once_and_in_order_however_it_was_cut(
            texts in prop::collection::vec("[a-cé\u{0}]{0,12}", 0..200), cut in 1usize..40, aside: bool
        ) {
            let folder = tempfile::tempdir().unwrap();
            let mut runs = Vec::new();
            for part in texts.chunks(cut) {
                let mut distinct = Distinct::default();
                part.iter().for_each(|text| distinct.add(text.as_bytes()));
                if aside {
                    runs.extend(set_aside(folder.path(), vec![distinct.sorted()]).unwrap());
                } else {
                    runs.push(Run::Here(distinct.sorted()));
                }
            }
            let wanted: std::collections::BTreeSet<Vec<u8>> = texts.iter().map(|t| t.as_bytes().to_vec()).collect();
            prop_assert_eq!(all(runs), wanted.into_iter().collect::<Vec<_>>());
        }
    }

    #[test]
    fn many_texts_are_kept_once_each() {
        let mut distinct = Distinct::default();
        for round in 0..3 {
            for n in 0..20_000u32 {
                distinct.add(format!("{round}{}", n % 7_000).as_bytes());
            }
        }
        let sorted = distinct.sorted();
        assert_eq!(all(vec![Run::Here(sorted)]).len(), 21_000);
    }

    #[test]
    fn an_empty_list_has_no_next() {
        let folder = tempfile::tempdir().unwrap();
        let mut runs = set_aside(folder.path(), vec![Sorted::default(), Sorted::default()]).unwrap();
        runs.push(Run::Here(Sorted::default()));
        assert!(all(runs).is_empty());
    }
}
