//! Collects the keys of a load as its rows go by. Each column has lanes of its own, so that keys with one beginning
//! (`0035g…`) sort together and fast; words of names are gathered by word. Past a bounded size everything is sorted and
//! set aside in a file without a name beside the workspace, so memory does not grow with the rows.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::sync::Arc;

use super::gathered_words::Words;
use super::key::{KeyMaker, Pattern, Space};
use super::merge::{Run, SpilledRun};
use super::posting::put_number;
use super::{IndexError, Posting};
use crate::sources::ColumnRole;

/// Bytes of keys gathered before they are set aside; as many again may be on their way out.
const ROOM: usize = 48 << 20;

/// One key with its row, by place in the lane's bytes.
#[derive(Debug, Clone, Copy)]
struct Place {
    start: u32,
    row: u32,
}

/// The keys of one kind from one column.
#[derive(Debug, Default)]
struct Lane {
    space: u8,
    column: u32,
    /// Keys end to end, each with its length before it.
    bytes: Vec<u8>,
    places: Vec<Place>,
}

/// A thread that sets keys aside: its runs, and where the file ends.
type Spilling = std::thread::JoinHandle<Result<(Vec<Run>, u64), IndexError>>;

/// Gathers keys; see the module.
#[derive(Debug)]
pub struct IdentifierBuilder {
    roles: Vec<(usize, ColumnRole)>,
    first_rec: i64,
    maker: KeyMaker,
    lanes: Vec<Lane>,
    words: Words,
    word_bytes: usize,
    spill: Option<Arc<File>>,
    spilling: Option<Spilling>,
    spilled: u64,
    runs: Vec<Run>,
    folder: std::path::PathBuf,
    room: usize,
}

impl IdentifierBuilder {
    /// `roles`: the columns that hold identifiers; `first_rec`: the number of the load's first stored row; `folder`:
    /// where keys may be set aside.
    #[must_use]
    pub fn new(roles: Vec<(usize, ColumnRole)>, first_rec: i64, folder: &Path) -> Self {
        Self {
            roles,
            first_rec,
            maker: KeyMaker::default(),
            lanes: Vec::new(),
            words: Words::default(),
            word_bytes: 0,
            spill: None,
            spilling: None,
            spilled: 0,
            runs: Vec::new(),
            folder: folder.to_path_buf(),
            room: ROOM,
        }
    }

    /// Files the identifiers of a stored row; `row` counts from 0 within the load and grows.
    ///
    /// # Errors
    /// If keys cannot be set aside.
    pub fn add<'a>(&mut self, row: u32, cell: impl Fn(usize) -> Option<&'a str>) -> Result<(), IndexError> {
        let rec = self.first_rec + i64::from(row);
        for &(column, role) in &self.roles {
            let Some(value) = cell(column) else { continue };
            if value.is_empty() {
                continue;
            }
            // A workspace has far fewer columns than 2^32.
            let column = column as u32;
            let (lanes, words, word_bytes) = (&mut self.lanes, &mut self.words, &mut self.word_bytes);
            self.maker.keys(role, value, &mut |space, key| {
                if space == Space::Word {
                    *word_bytes += words.add(key, Posting { rec, column });
                } else {
                    lane(lanes, space, column).push(key, row);
                }
            });
        }
        if row.is_multiple_of(512) && self.size() > self.room {
            self.set_aside()?;
        }
        Ok(())
    }

    /// Less room, so that a test sees keys set aside.
    #[cfg(test)]
    pub(super) fn set_room(&mut self, bytes: usize) {
        self.room = bytes;
    }

    fn size(&self) -> usize {
        self.word_bytes + self.lanes.iter().map(|lane| lane.bytes.len() + 8 * lane.places.len()).sum::<usize>()
    }

    /// Has what is in memory sorted and written out of the way, beside the reading; one such at a time.
    fn set_aside(&mut self) -> Result<(), IndexError> {
        self.wait_for_spill()?;
        let file = match &self.spill {
            Some(file) => file.clone(),
            None => {
                // A file without a name: a crash leaves nothing behind.
                let file = Arc::new(tempfile::tempfile_in(&self.folder)?);
                self.spill = Some(file.clone());
                file
            }
        };
        // As much again is likely to come.
        let next = self.lanes.iter().map(|lane| Lane {
            space: lane.space,
            column: lane.column,
            bytes: Vec::with_capacity(lane.bytes.len()),
            places: Vec::with_capacity(lane.places.len()),
        });
        let next: Vec<Lane> = next.collect();
        let lanes = std::mem::replace(&mut self.lanes, next);
        let words = std::mem::take(&mut self.words);
        self.word_bytes = 0;
        let (start, first_rec) = (self.spilled, self.first_rec);
        self.spilling = Some(
            std::thread::Builder::new()
                .name("set aside".to_owned())
                .spawn(move || write_runs(&file, start, lanes, words, first_rec))?,
        );
        Ok(())
    }

    fn wait_for_spill(&mut self) -> Result<(), IndexError> {
        let Some(spilling) = self.spilling.take() else { return Ok(()) };
        let (runs, end) = spilling.join().map_err(|_| std::io::Error::other("a thread stopped"))??;
        self.runs.extend(runs);
        self.spilled = end;
        Ok(())
    }

    /// IDs met that a spreadsheet destroyed.
    #[must_use]
    pub fn destroyed(&self) -> u64 {
        self.maker.destroyed
    }

    /// All keys, as sorted runs ready to be merged, and the writings of numbered IDs.
    ///
    /// # Errors
    /// If keys could not be set aside.
    pub fn finish(mut self) -> Result<(Vec<Run>, Vec<Pattern>), IndexError> {
        self.wait_for_spill()?;
        let first_rec = self.first_rec;
        let mut lanes: Vec<Lane> = std::mem::take(&mut self.lanes);
        lanes.retain(|lane| !lane.places.is_empty());
        // The larger half of the lanes beside the smaller.
        lanes.sort_by_key(|lane| std::cmp::Reverse(lane.bytes.len()));
        let (mut here, mut beside) = (Vec::new(), Vec::new());
        for (number, lane) in lanes.into_iter().enumerate() {
            if number % 2 == 0 { &mut here } else { &mut beside }.push(lane);
        }
        let sort = move |lanes: Vec<Lane>| -> Vec<Run> {
            lanes.into_iter().map(|lane| Run::Lane(SortedLane::sort(lane, first_rec))).collect()
        };
        let thread = std::thread::Builder::new().name("sorting".to_owned()).spawn(move || sort(beside))?;
        self.runs.extend(sort(here));
        self.runs.extend(sorted_words(self.words));
        self.runs.extend(thread.join().map_err(|_| std::io::Error::other("a thread stopped"))?);
        Ok((self.runs, self.maker.patterns().to_vec()))
    }
}

/// Sorts lanes and words and writes them one after the other, so that only one is in memory twice; returns the runs and
/// where the file ends.
fn write_runs(
    file: &Arc<File>,
    start: u64,
    lanes: Vec<Lane>,
    words: Words,
    first_rec: i64,
) -> Result<(Vec<Run>, u64), IndexError> {
    let mut out = BufWriter::with_capacity(1 << 18, &**file);
    let (mut runs, mut at) = (Vec::new(), start);
    let mut write = |run: Run| -> Result<(), IndexError> {
        let (space, start) = (run.space(), at);
        at += write_run(&mut out, run)?;
        runs.push(Run::Spilled(SpilledRun::new(file.clone(), space, start, at)));
        Ok(())
    };
    for lane in lanes.into_iter().filter(|lane| !lane.places.is_empty()) {
        write(Run::Lane(SortedLane::sort(lane, first_rec)))?;
    }
    if let Some(words) = sorted_words(words) {
        write(words)?;
    }
    out.flush()?;
    Ok((runs, at))
}

/// Writes a run front-coded; returns its bytes.
fn write_run(out: &mut impl Write, mut run: Run) -> Result<u64, IndexError> {
    let mut bytes = 0;
    let (mut entry, mut last) = (Vec::new(), Vec::new());
    while let Some((key, postings)) = run.next()? {
        let shared = key.iter().zip(&last).take_while(|(a, b)| a == b).count();
        entry.clear();
        put_number(&mut entry, shared as u64);
        put_number(&mut entry, (key.len() - shared) as u64);
        entry.extend_from_slice(&key[shared..]);
        put_number(&mut entry, postings.len() as u64);
        entry.extend_from_slice(postings);
        last.clear();
        last.extend_from_slice(key);
        out.write_all(&entry)?;
        bytes += entry.len() as u64;
    }
    Ok(bytes)
}

fn lane(lanes: &mut Vec<Lane>, space: Space, column: u32) -> &mut Lane {
    let space = space as u8;
    let found = lanes.iter().position(|lane| lane.space == space && lane.column == column);
    let at = found.unwrap_or_else(|| {
        lanes.push(Lane { space, column, ..Lane::default() });
        lanes.len() - 1
    });
    &mut lanes[at]
}

impl Lane {
    fn push(&mut self, key: &[u8], row: u32) {
        // Lanes are set aside long before 4 GiB, and keys are cut at LONGEST_KEY.
        self.places.push(Place { start: self.bytes.len() as u32, row });
        self.bytes.push(key.len() as u8);
        self.bytes.extend_from_slice(key);
    }
}

fn key_at(bytes: &[u8], start: u32) -> &[u8] {
    let start = start as usize;
    let len = bytes[start] as usize;
    &bytes[start + 1..start + 1 + len]
}

/// Empties the words into a sorted run.
fn sorted_words(words: Words) -> Option<Run> {
    let list = words.into_sorted();
    (!list.is_empty()).then(|| Run::Words(SortedWords { list, at: 0, key: Vec::new() }))
}

/// A lane in order, given out key by key with the postings of equal keys together.
#[derive(Debug)]
pub struct SortedLane {
    space: u8,
    column: u32,
    first_rec: i64,
    order: Order,
    at: usize,
    key: Vec<u8>,
    postings: Vec<u8>,
}

#[derive(Debug)]
enum Order {
    /// Keys of at most eight bytes beyond what all share: they are their sort key, and their bytes are let go.
    Short {
        shared: Vec<u8>,
        list: Vec<(u64, u32)>,
    },
    /// The same with sixteen bytes.
    Middle {
        shared: Vec<u8>,
        list: Vec<(u64, u64, u32)>,
    },
    Long {
        bytes: Vec<u8>,
        places: Vec<Place>,
    },
}

impl SortedLane {
    fn sort(lane: Lane, first_rec: i64) -> Self {
        let Lane { space, column, bytes, mut places } = lane;
        let first = places.first().map_or(&[][..], |place| key_at(&bytes, place.start));
        let (mut shared, mut longest, mut has_nul) = (first.len(), 0, false);
        for place in &places {
            let key = key_at(&bytes, place.start);
            shared = first[..shared].iter().zip(key).take_while(|(a, b)| a == b).count();
            longest = longest.max(key.len());
            has_nul |= key.last() == Some(&0);
        }
        // Sixteen bytes after what all keys share decide nearly every comparison without a look at the keys.
        let eight = |place: &Place, from: usize| {
            let rest = key_at(&bytes, place.start).get(shared + from..).unwrap_or_default();
            let mut eight = [0u8; 8];
            let len = rest.len().min(8);
            eight[..len].copy_from_slice(&rest[..len]);
            u64::from_be_bytes(eight)
        };
        let order = if longest - shared <= 8 && !has_nul {
            let mut list: Vec<(u64, u32)> = places.iter().map(|place| (eight(place, 0), place.row)).collect();
            list.sort_unstable();
            Order::Short { shared: first[..shared].to_vec(), list }
        } else if longest - shared <= 16 && !has_nul {
            let mut list: Vec<(u64, u64, u32)> =
                places.iter().map(|place| (eight(place, 0), eight(place, 8), place.row)).collect();
            list.sort_unstable();
            Order::Middle { shared: first[..shared].to_vec(), list }
        } else {
            let mut order: Vec<(u64, u64, Place)> =
                places.iter().map(|place| (eight(place, 0), eight(place, 8), *place)).collect();
            order.sort_unstable_by(|(a, c, x), (b, d, y)| {
                (a, c)
                    .cmp(&(b, d))
                    .then_with(|| key_at(&bytes, x.start)[shared..].cmp(&key_at(&bytes, y.start)[shared..]))
                    .then_with(|| x.row.cmp(&y.row))
            });
            places.clear();
            places.extend(order.into_iter().map(|(.., place)| place));
            Order::Long { bytes, places }
        };
        Self { space, column, first_rec, order, at: 0, key: Vec::new(), postings: Vec::new() }
    }

    pub(super) fn space(&self) -> u8 {
        self.space
    }

    /// The next key with its postings.
    pub(super) fn next(&mut self) -> Option<(&[u8], &[u8])> {
        self.key.clear();
        self.key.push(self.space);
        self.postings.clear();
        let mut last = 0i64;
        let (first_rec, column) = (self.first_rec, self.column);
        let postings = &mut self.postings;
        let mut add = |row: u32| {
            let rec = first_rec + i64::from(row);
            // One cell may name an ID twice.
            if rec != last {
                put_number(postings, rec.saturating_sub(last).unsigned_abs());
                put_number(postings, u64::from(column));
                last = rec;
            }
        };
        match &self.order {
            Order::Short { shared, list } => {
                let (eight, _) = *list.get(self.at)?;
                self.key.extend_from_slice(shared);
                put_bytes(&mut self.key, &eight.to_be_bytes());
                while let Some((_, row)) = list.get(self.at).filter(|(other, _)| *other == eight) {
                    add(*row);
                    self.at += 1;
                }
            }
            Order::Middle { shared, list } => {
                let (eight, more, _) = *list.get(self.at)?;
                self.key.extend_from_slice(shared);
                let mut bytes = [0u8; 16];
                bytes[..8].copy_from_slice(&eight.to_be_bytes());
                bytes[8..].copy_from_slice(&more.to_be_bytes());
                put_bytes(&mut self.key, &bytes);
                while let Some((.., row)) = list.get(self.at).filter(|(a, b, _)| (*a, *b) == (eight, more)) {
                    add(*row);
                    self.at += 1;
                }
            }
            Order::Long { bytes, places } => {
                let key = key_at(bytes, places.get(self.at)?.start);
                self.key.extend_from_slice(key);
                while let Some(place) = places.get(self.at).filter(|place| key_at(bytes, place.start) == key) {
                    add(place.row);
                    self.at += 1;
                }
            }
        }
        Some((&self.key, &self.postings))
    }
}

/// Appends bytes without the zeros that fill them up.
fn put_bytes(key: &mut Vec<u8>, bytes: &[u8]) {
    let len = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |at| at + 1);
    key.extend_from_slice(&bytes[..len]);
}

/// Words in order, each with its postings.
#[derive(Debug)]
pub struct SortedWords {
    list: Vec<(Box<[u8]>, Vec<u8>)>,
    at: usize,
    key: Vec<u8>,
}

impl SortedWords {
    pub(super) fn next(&mut self) -> Option<(&[u8], &[u8])> {
        let (word, postings) = self.list.get(self.at)?;
        self.at += 1;
        self.key.clear();
        self.key.push(Space::Word as u8);
        self.key.extend_from_slice(word);
        Some((&self.key, postings))
    }
}
