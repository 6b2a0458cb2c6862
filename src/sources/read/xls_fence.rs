//! What stands between an old Excel workbook and calamine, which holds all sheets in memory, trusts counts and places in
//! the file, and says nothing of hidden rows and columns: one pass over the records ([MS-XLS]) checks what it would trust,
//! makes unread what it may stumble over, and notes what it leaves out. It gets the outcome in a container that is whole.

use std::collections::BTreeSet;
use std::io::{self, Cursor, Read, Write};
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::ReadErrorKind;
use super::open::{Blob, ReadSeek};
use super::refusal::{Refusal, shown};
use crate::job::Job;

pub(super) const MAGIC: [u8; 8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

const FORMULA: u16 = 0x0006;
const EOF: u16 = 0x000A;
const EXTERNSHEET: u16 = 0x0017;
const NAME: u16 = 0x0018;
const FILEPASS: u16 = 0x002F;
const CONTINUE: u16 = 0x003C;
const CODEPAGE: u16 = 0x0042;
const COLINFO: u16 = 0x007D;
const BOUNDSHEET: u16 = 0x0085;
const MULRK: u16 = 0x00BD;
const RSTRING: u16 = 0x00D6;
const SST: u16 = 0x00FC;
const LABELSST: u16 = 0x00FD;
const DIMENSIONS: u16 = 0x0200;
const NUMBER: u16 = 0x0203;
const LABEL: u16 = 0x0204;
const BOOLERR: u16 = 0x0205;
const STRING: u16 = 0x0207;
const ROW: u16 = 0x0208;
const RK: u16 = 0x027E;
const BOF: u16 = 0x0809;
/// No record of this kind exists: what becomes one is passed over.
const UNREAD: u16 = 0xFFFF;

const MOST_FILE: u64 = 128 << 20;
/// Cells of all sheets together, with the empty ones between: the library holds 64 bytes for each of them.
const MOST_CELLS: u64 = 6_000_000;
/// Characters of the shared texts, and of all cells that name them.
const MOST_SHARED: u64 = 128 << 20;
const MOST_TEXT: u64 = 256 << 20;
/// Records over which the shared texts run.
const MOST_PIECES: usize = 32_768;

/// What calamine does not say of a sheet.
#[derive(Debug, Default)]
pub(super) struct Aside {
    pub cells: u64,
    pub hidden_rows: BTreeSet<u16>,
    /// First and last, from 1.
    pub hidden_columns: Vec<(u64, u64)>,
}

/// A workbook that was looked over.
pub(super) struct Checked {
    pub file: Cursor<Vec<u8>>,
    /// What its texts are in; 1200 is UTF-16.
    pub code_page: u16,
    /// One for each sheet, in their order.
    pub asides: Vec<Aside>,
}

pub(super) fn damaged(what: &str) -> io::Error {
    Refusal::io(
        ReadErrorKind::Format,
        format!("the old Excel workbook is damaged or unusual ({})", shown(what)),
        "Open it in a spreadsheet program, save it as XLSX or CSV and load that file.",
    )
}

pub(super) fn protected() -> io::Error {
    Refusal::io(
        ReadErrorKind::Format,
        "it is an office file protected by a password",
        "Open it with its password, save it without one (or as CSV) and load that file.",
    )
}

fn too_much(what: &str) -> io::Error {
    Refusal::io(ReadErrorKind::Limit, what, "Save it as XLSX or CSV in a spreadsheet program and load that file.")
}

/// Runs a piece of a library's work. A panic in it is a damaged workbook, not the end of the program.
pub(super) fn fenced<T, E: std::fmt::Display>(work: impl FnOnce() -> Result<T, E>) -> io::Result<T> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(damaged(&error.to_string())),
        Err(_) => Err(damaged("the library that reads it gave up")),
    }
}

type Container = cfb::CompoundFile<Box<dyn ReadSeek>>;

/// Opens the container of an old office file.
pub(super) fn container(blob: &Blob) -> io::Result<Container> {
    if blob.size()? > MOST_FILE {
        return Err(too_much("it is an old office file of more than 128 MiB"));
    }
    let reader = blob.reader()?;
    let why = match catch_unwind(AssertUnwindSafe(|| Container::open(reader))) {
        Ok(Ok(container)) => return Ok(container),
        Ok(Err(error)) => error.to_string(),
        Err(_) => "the library that opens it gave up".to_owned(),
    };
    Err(Refusal::io(
        ReadErrorKind::Format,
        format!("the old office file is damaged ({})", shown(&why)),
        "Open it in a spreadsheet program, save it as XLSX or CSV and load that file.",
    ))
}

/// Looks a workbook over.
pub(super) fn check(blob: &Blob, job: Option<&Job>) -> io::Result<Checked> {
    let mut container = container(blob)?;
    let most = blob.size()?;
    let name = if container.is_stream("/Workbook") { "/Workbook" } else { "/Book" };
    let mut stream = Vec::new();
    fenced(|| container.open_stream(name)?.take(most + 1).read_to_end(&mut stream))?;
    if stream.len() as u64 > most {
        return Err(damaged("more bytes in it than it has"));
    }
    if let Some(job) = job {
        job.check().map_err(|_| Refusal::cancelled())?;
        job.advance(most);
    }
    let (code_page, asides) = Pass { stream: &mut stream, shared: Vec::new(), text: 0, area: 0 }.run()?;
    let file = fenced(|| {
        let mut whole = cfb::CompoundFile::create_with_version(cfb::Version::V3, Cursor::new(Vec::new()))?;
        whole.create_stream("/Workbook")?.write_all(&stream)?;
        whole.flush()?;
        Ok::<_, io::Error>(Cursor::new(whole.into_inner().into_inner()))
    })?;
    Ok(Checked { file, code_page, asides })
}

struct Pass<'a> {
    stream: &'a mut Vec<u8>,
    /// Characters of each shared text.
    shared: Vec<u32>,
    text: u64,
    area: u64,
}

impl Pass<'_> {
    /// Kind and bytes of the record at a place.
    fn record(&self, at: usize) -> io::Result<(u16, Range<usize>)> {
        let from = at.saturating_add(4);
        if from > self.stream.len() {
            return Err(damaged("a sheet is cut off"));
        }
        let end = from + usize::from(self.short(at + 2));
        if end > self.stream.len() {
            return Err(damaged("a record is cut off"));
        }
        Ok((self.short(at), from..end))
    }

    fn byte(&self, at: usize) -> u8 {
        self.stream.get(at).copied().unwrap_or(0)
    }

    fn short(&self, at: usize) -> u16 {
        u16::from_le_bytes([self.byte(at), self.byte(at + 1)])
    }

    fn long(&self, at: usize) -> u32 {
        u32::from(self.short(at)) | u32::from(self.short(at + 2)) << 16
    }

    fn put(&mut self, at: usize, bytes: &[u8]) {
        if let Some(place) = self.stream.get_mut(at..at + bytes.len()) {
            place.copy_from_slice(bytes);
        }
    }

    fn run(mut self) -> io::Result<(u16, Vec<Aside>)> {
        let (kind, body) = self.record(0)?;
        let mut code_page = match self.short(body.start) {
            _ if kind != BOF => return Err(damaged("it does not begin like one")),
            0x0600 => 1200,
            0x0500 => 1252,
            _ => {
                return Err(Refusal::io(
                    ReadErrorKind::Format,
                    "it is a workbook of a version before Excel 5",
                    "Open it in a spreadsheet program, save it as XLSX or CSV and load that file.",
                ));
            }
        };
        let mut sheets = Vec::new();
        let mut at = body.end;
        loop {
            let (kind, body) = self.record(at)?;
            match kind {
                EOF => break,
                FILEPASS => return Err(protected()),
                // Since Excel 97 texts are UTF-16, whatever the record says.
                CODEPAGE if code_page != 1200 => {
                    code_page = match self.short(body.start) {
                        page @ (866 | 874 | 932 | 936 | 949 | 950 | 1250..=1258 | 10_000) => page,
                        32_768 => 10_000,
                        _ => 1252,
                    }
                }
                BOUNDSHEET if body.len() < 8 => return Err(damaged("a sheet without a name")),
                BOUNDSHEET => sheets.push(body.start),
                SST => self.measure_shared(at)?,
                // What formulas refer to: not needed, and the library gives up on odd ones.
                NAME | EXTERNSHEET => self.put(at, &UNREAD.to_le_bytes()),
                _ => {}
            }
            at = body.end;
        }
        let (end, mut walked) = (u32::try_from(at).unwrap_or(u32::MAX), 0);
        let mut asides = Vec::new();
        for sheet in sheets {
            if self.byte(sheet + 5) != 0 {
                // A chart or macros: nothing of it is read.
                self.put(sheet, &end.to_le_bytes());
                asides.push(Aside::default());
                continue;
            }
            let place = usize::try_from(self.long(sheet)).unwrap_or(usize::MAX);
            let (aside, behind) = self.sheet(place)?;
            walked += behind.saturating_sub(place);
            if walked > self.stream.len() {
                return Err(damaged("sheets lie over each other"));
            }
            asides.push(aside);
        }
        Ok((code_page, asides))
    }

    fn sheet(&mut self, place: usize) -> io::Result<(Aside, usize)> {
        let (kind, body) = self.record(place)?;
        if kind != BOF {
            return Err(damaged("a sheet does not begin where it should"));
        }
        let mut aside = Aside::default();
        let (mut rows, mut columns) = ((u64::MAX, 0), (u64::MAX, 0));
        let (mut at, mut charts) = (body.end, 0_u64);
        loop {
            let (kind, body) = self.record(at)?;
            let (row, column) = (self.short(body.start), self.short(body.start + 2));
            match kind {
                BOF => charts += 1,
                EOF if charts == 0 => break,
                EOF => charts -= 1,
                _ if charts > 0 => {}
                ROW if self.short(body.start + 12) & 0x20 != 0 => {
                    aside.hidden_rows.insert(row);
                }
                COLINFO if self.short(body.start + 8) & 1 != 0 && aside.hidden_columns.len() < 1024 => {
                    aside.hidden_columns.push((u64::from(row) + 1, u64::from(column) + 1));
                }
                DIMENSIONS => self.put(at, &UNREAD.to_le_bytes()),
                STRING if usize::from(row) > body.len() => {
                    // It goes on in the next record, which the library does not read: better no value than a part of it.
                    self.put(at, &UNREAD.to_le_bytes());
                }
                FORMULA | MULRK | RSTRING | LABELSST | NUMBER | LABEL | BOOLERR | RK => {
                    let count = if kind == MULRK { body.len().saturating_sub(6) as u64 / 6 } else { 1 };
                    let (row, column) = (u64::from(row), u64::from(column));
                    aside.cells += count;
                    rows = (rows.0.min(row), rows.1.max(row));
                    columns = (columns.0.min(column), columns.1.max(column + count.saturating_sub(1)));
                    self.cell(kind, &body)?;
                }
                _ => {}
            }
            at = body.end;
        }
        if aside.cells > 0 {
            self.area = self.area.saturating_add((rows.1 - rows.0 + 1).saturating_mul(columns.1 - columns.0 + 1));
        }
        if self.area > MOST_CELLS {
            return Err(too_much("its sheets span more than 6,000,000 cells"));
        }
        Ok((aside, at))
    }

    fn cell(&mut self, kind: u16, body: &Range<usize>) -> io::Result<()> {
        match kind {
            LABELSST => {
                let named = usize::try_from(self.long(body.start + 6)).unwrap_or(usize::MAX);
                let length = self.shared.get(named).ok_or_else(|| damaged("a cell names a text that is not there"))?;
                self.text += u64::from(*length);
                if self.text > MOST_TEXT {
                    return Err(too_much("the texts of its cells are more than 256 MiB"));
                }
            }
            LABEL | RSTRING if usize::from(self.short(body.start + 6)) > body.len() => {
                return Err(damaged("a text is cut off"));
            }
            FORMULA => {
                if body.len() < 22 {
                    return Err(damaged("a formula is cut off"));
                }
                // The formula itself is not needed, and the library gives up on odd ones.
                self.put(body.start + 20, &[0, 0]);
                // Nothing, to be computed when the workbook is opened: no value, not the empty text that the library sees.
                let uncomputed = self.short(body.start + 12) == 0xFFFF && self.short(body.start + 14) & 2 != 0;
                if uncomputed && self.byte(body.start + 6) == 3 {
                    self.put(body.start + 6, &[0]);
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Measures the shared texts, which run on over the records behind.
    fn measure_shared(&mut self, at: usize) -> io::Result<()> {
        let (_, first) = self.record(at)?;
        let mut pieces = Vec::from([(first.start.saturating_add(8).min(first.end), first.end)]);
        let mut next = first.end;
        while self.short(next) == CONTINUE {
            let (_, body) = self.record(next)?;
            next = body.end;
            pieces.push((body.start, body.end));
            if pieces.len() > MOST_PIECES {
                return Err(damaged("shared texts in too many pieces"));
            }
        }
        self.shared = lengths(pieces.iter().filter_map(|(from, end)| self.stream.get(*from..*end)))
            .ok_or_else(|| damaged("its shared texts are cut off"))?;
        if self.shared.iter().map(|length| u64::from(*length)).sum::<u64>() > MOST_SHARED {
            return Err(too_much("its shared texts are more than 128 MiB"));
        }
        Ok(())
    }
}

/// Characters of texts that lie end to end: count, flags, sizes of what stands behind, the characters. A text that is cut
/// goes on in the next piece behind flags of its own.
fn lengths<'a>(mut pieces: impl Iterator<Item = &'a [u8]>) -> Option<Vec<u32>> {
    let short = |rest: &[u8], at: usize| Some(u16::from_le_bytes([*rest.get(at)?, *rest.get(at + 1)?]));
    let mut found = Vec::new();
    let mut rest = pieces.next()?;
    loop {
        if rest.is_empty() {
            match pieces.next() {
                Some(piece) => rest = piece,
                None => return Some(found),
            }
            continue;
        }
        let (count, mut flags) = (short(rest, 0)?, *rest.get(2)?);
        let (mut at, mut behind) = (3, 0);
        if flags & 8 != 0 {
            behind += usize::from(short(rest, at)?) * 4;
            at += 2;
        }
        if flags & 4 != 0 {
            behind += usize::from(short(rest, at)?) | usize::from(short(rest, at + 2)?) << 16;
            at += 4;
        }
        rest = rest.get(at..)?;
        let mut left = usize::from(count);
        while left > 0 {
            let width = 1 + usize::from(flags & 1);
            let here = left.min(rest.len() / width);
            rest = rest.get(here * width..)?;
            left -= here;
            if left > 0 {
                (flags, rest) = pieces.next()?.split_first().map(|(flags, rest)| (*flags, rest))?;
            }
        }
        while behind > 0 {
            if rest.is_empty() {
                rest = pieces.next()?;
            }
            let here = behind.min(rest.len());
            rest = rest.get(here..)?;
            behind -= here;
        }
        found.push(u32::from(count));
    }
}
