//! The container of old office files (Compound File Binary, [MS-CFB]): which streams it holds at the top, and their bytes.
//! Only its tables are held, a byte in some hundred of the file; chains that run in circles are refused.

use std::io::{self, Cursor, Read, SeekFrom};

use super::ReadErrorKind;
use super::open::{Blob, ReadSeek};
use super::refusal::Refusal;

pub(super) const MAGIC: [u8; 8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

/// The last number of a sector that holds something.
const LAST_SECTOR: u32 = 0xFFFF_FFFA;
const MOST_FILE: u64 = 1 << 30;
const MOST_ENTRIES: usize = 16_384;

/// An opened container.
pub(super) struct Container {
    blob: Blob,
    shift: u32,
    fat: Vec<u32>,
    mini_fat_start: u32,
    mini_cutoff: u64,
    root: (u32, u64),
    /// Name, first sector and size of the streams at the top.
    streams: Vec<(String, u32, u64)>,
}

fn damaged(what: &str) -> io::Error {
    Refusal::io(
        ReadErrorKind::Format,
        format!("the old office file is damaged ({what})"),
        "Open it in a spreadsheet program, save it as XLSX or CSV and load that file.",
    )
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    bytes.get(at..at + 2).and_then(|b| b.try_into().ok()).map_or(0, u16::from_le_bytes)
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..at + 4).and_then(|b| b.try_into().ok()).map_or(0, u32::from_le_bytes)
}

fn numbers(bytes: &[u8]) -> impl Iterator<Item = u32> + '_ {
    bytes.chunks_exact(4).map(|four| u32_at(four, 0))
}

impl Container {
    pub fn open(blob: &Blob) -> io::Result<Self> {
        let size = blob.size()?;
        if size > MOST_FILE {
            return Err(Refusal::io(
                ReadErrorKind::Limit,
                "it is an old office file of more than 1 GiB",
                "Save it as XLSX or CSV and load that file.",
            ));
        }
        let head = blob.head(512)?;
        if head.len() < 512 || !head.starts_with(&MAGIC) {
            return Err(damaged("its head is cut off"));
        }
        let shift = u32::from(u16_at(&head, 30));
        if !matches!(shift, 9 | 12) {
            return Err(damaged("sectors of an odd size"));
        }
        let mut container = Self {
            blob: blob.clone(),
            shift,
            fat: Vec::new(),
            mini_fat_start: u32_at(&head, 60),
            mini_cutoff: u64::from(u32_at(&head, 56)).min(1 << 16),
            root: (0, 0),
            streams: Vec::new(),
        };
        let sectors = size >> shift;
        let mut reader = blob.reader()?;
        let mut tables: Vec<u32> = numbers(head.get(76..512).unwrap_or_default()).collect();
        let mut next = u32_at(&head, 68);
        let mut steps = 0;
        while next < LAST_SECTOR {
            steps += 1;
            if steps > sectors {
                return Err(damaged("a chain that runs in a circle"));
            }
            let page = container.sector(&mut reader, next)?;
            let (list, last) = page.split_at(page.len().saturating_sub(4));
            tables.extend(numbers(list));
            next = u32_at(last, 0);
        }
        for table in tables.into_iter().filter(|table| *table < LAST_SECTOR) {
            if (container.fat.len() as u64) > sectors.saturating_mul(2) + 1024 {
                return Err(damaged("more sectors than it has bytes"));
            }
            let page = container.sector(&mut reader, table)?;
            container.fat.extend(numbers(&page));
        }
        container.list(&mut reader, u32_at(&head, 48))?;
        Ok(container)
    }

    fn sector(&self, reader: &mut Box<dyn ReadSeek>, number: u32) -> io::Result<Vec<u8>> {
        let mut page = vec![0; 1 << self.shift];
        reader.seek(SeekFrom::Start((u64::from(number) + 1) << self.shift))?;
        reader.read_exact(&mut page).map_err(|_| damaged("it is cut off"))?;
        Ok(page)
    }

    fn chain(&self, first: u32) -> io::Result<Vec<u32>> {
        let mut chain = Vec::new();
        let mut next = first;
        while next < LAST_SECTOR {
            if chain.len() > self.fat.len() {
                return Err(damaged("a chain that runs in a circle"));
            }
            chain.push(next);
            next = *usize::try_from(next)
                .ok()
                .and_then(|at| self.fat.get(at))
                .ok_or_else(|| damaged("a chain that ends nowhere"))?;
        }
        Ok(chain)
    }

    /// Reads the folder of the streams.
    fn list(&mut self, reader: &mut Box<dyn ReadSeek>, first: u32) -> io::Result<()> {
        let mut entries: Vec<Vec<u8>> = Vec::new();
        for sector in self.chain(first)? {
            entries.extend(self.sector(reader, sector)?.chunks_exact(128).map(<[u8]>::to_vec));
            if entries.len() > MOST_ENTRIES {
                return Err(damaged("too many streams"));
            }
        }
        let size_of = |entry: &[u8]| {
            let low = u64::from(u32_at(entry, 120));
            // Small sectors: the upper half is not always cleared.
            if self.shift == 9 { low } else { low | u64::from(u32_at(entry, 124)) << 32 }
        };
        let root = entries.first().ok_or_else(|| damaged("it has no folder"))?;
        self.root = (u32_at(root, 116), size_of(root));
        let mut seen = vec![false; entries.len()];
        let mut waiting = vec![u32_at(root, 76)];
        while let Some(number) = waiting.pop() {
            let Ok(at) = usize::try_from(number) else { continue };
            let Some(entry) = entries.get(at).filter(|_| !std::mem::replace(&mut seen[at], true)) else { continue };
            waiting.extend([u32_at(entry, 68), u32_at(entry, 72)]);
            if entry[66] == 2 {
                let length = usize::from(u16_at(entry, 64)).min(64).saturating_sub(2);
                let units: Vec<u16> = entry[..length].chunks_exact(2).map(|two| u16_at(two, 0)).collect();
                self.streams.push((String::from_utf16_lossy(&units), u32_at(entry, 116), size_of(entry)));
            }
        }
        Ok(())
    }

    pub fn holds(&self, name: &str) -> bool {
        self.streams.iter().any(|(known, ..)| known.eq_ignore_ascii_case(name))
    }

    /// A stream's bytes from a place on.
    pub fn stream(&self, name: &str, from: u64) -> io::Result<Box<dyn Read + Send>> {
        let (_, first, size) = self
            .streams
            .iter()
            .find(|(known, ..)| known.eq_ignore_ascii_case(name))
            .ok_or_else(|| damaged("a stream is gone"))?;
        let size = *size;
        if from > size {
            return Err(damaged("a sheet beyond its end"));
        }
        if size >= self.mini_cutoff {
            let chain = self.chain(*first)?;
            return Ok(Box::new(Stream { reader: self.blob.reader()?, shift: self.shift, chain, at: from, size }));
        }
        // Small streams lie in pieces of 64 bytes in a stream of their own.
        let mut mini_fat = Vec::new();
        let mut reader = self.blob.reader()?;
        for sector in self.chain(self.mini_fat_start)? {
            mini_fat.extend(numbers(&self.sector(&mut reader, sector)?));
        }
        let (root_first, root_size) = self.root;
        let chain = self.chain(root_first)?;
        let mut pieces = Stream { reader, shift: self.shift, chain, at: 0, size: root_size };
        let mut bytes = Vec::new();
        let mut next = *first;
        while next < LAST_SECTOR && (bytes.len() as u64) < size {
            pieces.at = u64::from(next) << 6;
            let mut piece = Vec::new();
            pieces.by_ref().take(64).read_to_end(&mut piece)?;
            bytes.extend(piece);
            next = *usize::try_from(next)
                .ok()
                .and_then(|at| mini_fat.get(at))
                .ok_or_else(|| damaged("a chain that ends nowhere"))?;
        }
        bytes.truncate(usize::try_from(size).unwrap_or(0));
        let mut cursor = Cursor::new(bytes);
        cursor.set_position(from);
        Ok(Box::new(cursor))
    }
}

/// The bytes of a chain of sectors.
struct Stream {
    reader: Box<dyn ReadSeek>,
    shift: u32,
    chain: Vec<u32>,
    at: u64,
    size: u64,
}

impl Read for Stream {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let left = self.size.saturating_sub(self.at);
        if left == 0 || buf.is_empty() {
            return Ok(0);
        }
        let index = usize::try_from(self.at >> self.shift).unwrap_or(usize::MAX);
        let first = *self.chain.get(index).ok_or_else(|| damaged("a stream is cut off"))?;
        // Sectors that follow each other are read at once.
        let mut run = 1_u32;
        while run < 128 && self.chain.get(index + run as usize).is_some_and(|&next| next == first.saturating_add(run)) {
            run += 1;
        }
        let inside = self.at & ((1 << self.shift) - 1);
        let most = ((u64::from(run) << self.shift) - inside).min(left).min(buf.len() as u64);
        self.reader.seek(SeekFrom::Start(((u64::from(first) + 1) << self.shift) + inside))?;
        let n = self.reader.read(&mut buf[..usize::try_from(most).unwrap_or(0)])?;
        if n == 0 {
            return Err(damaged("it is cut off"));
        }
        self.at += n as u64;
        Ok(n)
    }
}
