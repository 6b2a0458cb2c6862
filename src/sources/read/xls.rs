//! Old Excel workbooks (.xls of Excel 5 to 2003), a sheet at a time, record by record. Only the shared texts and the number
//! formats are held.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use encoding_rs::Encoding;

use super::ReadErrorKind;
use super::biff::{Records, damaged, encoding_of};
use super::cell_text::{NumberKind, Value};
use super::cfb::Container;
use super::open::Blob;
use super::refusal::Refusal;
use super::sheet_rows::{Halt, SheetRows};
use super::workbook::{Sheet, Visibility};
use super::xlsx::Strings;
use crate::job::Job;

const FORMULA: u16 = 0x0006;
const EOF: u16 = 0x000A;
const DATEMODE: u16 = 0x0022;
const FILEPASS: u16 = 0x002F;
const CODEPAGE: u16 = 0x0042;
const COLINFO: u16 = 0x007D;
const BOUNDSHEET: u16 = 0x0085;
const MULRK: u16 = 0x00BD;
const RSTRING: u16 = 0x00D6;
const XF: u16 = 0x00E0;
const MERGED: u16 = 0x00E5;
const SST: u16 = 0x00FC;
const LABELSST: u16 = 0x00FD;
const NUMBER: u16 = 0x0203;
const LABEL: u16 = 0x0204;
const BOOLERR: u16 = 0x0205;
const STRING: u16 = 0x0207;
const ROW: u16 = 0x0208;
const RK: u16 = 0x027E;
const FORMAT: u16 = 0x041E;
const BOF: u16 = 0x0809;

/// Bytes of the shared texts, which are held in memory.
const MOST_STRING_BYTES: usize = 128 << 20;
const MOST_STRINGS: usize = 4_000_000;

/// An opened workbook.
pub(super) struct Book {
    container: Container,
    stream: &'static str,
    job: Option<Job>,
    /// Texts are Unicode, as since Excel 97.
    unicode: bool,
    encoding: &'static Encoding,
    /// Each with its place in the stream.
    sheets: Vec<(Sheet, u64)>,
    strings: Strings,
    kinds: Vec<NumberKind>,
    pub from_1904: bool,
}

impl Book {
    pub fn open(blob: &Blob, job: Option<&Job>) -> io::Result<Self> {
        let container = Container::open(blob)?;
        let stream = if container.holds("Workbook") { "Workbook" } else { "Book" };
        let mut records = Records::new(container.stream(stream, 0)?, None);
        let mut book = Self {
            container,
            stream,
            job: job.cloned(),
            unicode: true,
            encoding: encoding_rs::WINDOWS_1252,
            sheets: Vec::new(),
            strings: Strings::default(),
            kinds: Vec::new(),
            from_1904: false,
        };
        let mut codes: BTreeMap<u16, NumberKind> = BTreeMap::new();
        let mut formats: Vec<u16> = Vec::new();
        let mut begun = false;
        while records.next()? {
            match records.kind {
                BOF if !begun => {
                    begun = true;
                    book.unicode = match records.u16(0) {
                        0x0600 => true,
                        0x0500 => false,
                        _ => {
                            return Err(Refusal::io(
                                ReadErrorKind::Format,
                                "it is a workbook of a version before Excel 5",
                                "Open it in a spreadsheet program, save it as XLSX or CSV and load that file.",
                            ));
                        }
                    };
                }
                _ if !begun => return Err(damaged("it does not begin like one")),
                FILEPASS => {
                    return Err(Refusal::io(
                        ReadErrorKind::Format,
                        "it is a workbook protected by a password",
                        "Open it with its password, save it without one (or as CSV) and load that file.",
                    ));
                }
                CODEPAGE => book.encoding = encoding_of(records.u16(0)),
                DATEMODE => book.from_1904 = records.u16(0) == 1,
                FORMAT => {
                    let id = records.u16(0);
                    let mut code = String::new();
                    let count = if book.unicode { usize::from(records.u16(2)) } else { usize::from(records.u8(2)) };
                    records.text_from(if book.unicode { 4 } else { 3 });
                    book.push_text(&mut records, count, &mut code)?;
                    codes.insert(id, NumberKind::of_code(&code));
                }
                XF if formats.len() < 65_536 => formats.push(records.u16(2)),
                BOUNDSHEET => book.add_sheet(&mut records)?,
                SST => book.strings = strings(&mut records)?,
                EOF => break,
                _ => {}
            }
        }
        if !begun {
            return Err(damaged("there is nothing in it"));
        }
        book.kinds = formats
            .into_iter()
            .map(|id| codes.get(&id).copied().unwrap_or_else(|| NumberKind::of_builtin(u32::from(id))))
            .collect();
        Ok(book)
    }

    fn push_text(&self, records: &mut Records, count: usize, text: &mut String) -> io::Result<()> {
        if self.unicode { records.unicode(count, text) } else { records.bytes(count, self.encoding, text) }
    }

    fn add_sheet(&mut self, records: &mut Records) -> io::Result<()> {
        let place = u64::from(records.u32(0));
        let visibility = match records.u8(4) & 3 {
            0 => Visibility::Visible,
            1 => Visibility::Hidden,
            _ => Visibility::VeryHidden,
        };
        let skip = match records.u8(5) {
            0 => None,
            2 => Some("a chart, no table"),
            _ => Some("a sheet of macros"),
        };
        let mut name = String::new();
        let count = usize::from(records.u8(6));
        records.text_from(7);
        self.push_text(records, count, &mut name)?;
        self.sheets.push((Sheet { name, visibility, skip }, place));
        Ok(())
    }

    pub fn sheets(&self) -> impl Iterator<Item = &Sheet> {
        self.sheets.iter().map(|(sheet, _)| sheet)
    }

    fn records(&self, sheet: &str) -> io::Result<Records> {
        let (_, place) = self
            .sheets
            .iter()
            .find(|(known, _)| known.name == sheet)
            .ok_or_else(|| damaged("a sheet is no longer there"))?;
        let mut records = Records::new(self.container.stream(self.stream, *place)?, self.job.as_ref());
        if !records.next()? || records.kind != BOF {
            return Err(damaged("a sheet does not begin where it should"));
        }
        Ok(records)
    }

    pub fn is_empty(&self, sheet: &str) -> io::Result<bool> {
        let mut records = self.records(sheet)?;
        let mut charts = 0_u64;
        while records.next()? {
            match records.kind {
                BOF => charts += 1,
                EOF if charts == 0 => return Ok(true),
                EOF => charts -= 1,
                FORMULA | MULRK | RSTRING | LABELSST | NUMBER | LABEL | BOOLERR | RK if charts == 0 => {
                    return Ok(false);
                }
                _ => {}
            }
        }
        Ok(true)
    }

    pub fn walk(&self, sheet: &str, rows: &mut SheetRows<'_>) -> Result<(), Halt> {
        let mut records = self.records(sheet)?;
        let mut hidden: BTreeSet<u16> = BTreeSet::new();
        let mut text = String::new();
        // A formula whose text follows in a record of its own: row and column.
        let mut awaits: Option<(u16, u16)> = None;
        let mut charts = 0_u64;
        loop {
            if !records.next()? {
                return Err(Halt::Io(damaged("a sheet is cut off")));
            }
            let kind = records.kind;
            if charts > 0 {
                charts = match kind {
                    BOF => charts + 1,
                    EOF => charts - 1,
                    _ => charts,
                };
                continue;
            }
            let is_cell = matches!(kind, FORMULA | MULRK | RSTRING | LABELSST | NUMBER | LABEL | BOOLERR | RK);
            if (is_cell || kind == EOF)
                && let Some((row, column)) = awaits.take()
            {
                put(rows, &hidden, row, column, Value::Nothing, Some(""), false)?;
            }
            let (row, column) = (records.u16(0), records.u16(2));
            match kind {
                BOF => charts = 1,
                EOF => return rows.finish(),
                ROW if records.u16(12) & 0x20 != 0 => {
                    hidden.insert(row);
                }
                COLINFO if records.u16(8) & 1 != 0 => {
                    rows.noticed.hide_columns(u64::from(row) + 1, u64::from(column) + 1);
                }
                MERGED => rows.noticed.merged += u64::from(records.u16(0)),
                LABELSST => {
                    let at = usize::try_from(records.u32(6)).unwrap_or(usize::MAX);
                    let value = self.strings.get(at).ok_or_else(|| damaged("a cell names a text that is not there"))?;
                    put(rows, &hidden, row, column, Value::Text(value), None, true)?;
                }
                LABEL | RSTRING => {
                    let count = usize::from(records.u16(6));
                    records.text_from(8);
                    text.clear();
                    self.push_text(&mut records, count, &mut text)?;
                    put(rows, &hidden, row, column, Value::Text(&text), None, true)?;
                }
                NUMBER => {
                    let value = self.number(records.f64(6), records.u16(4));
                    put(rows, &hidden, row, column, value, None, true)?;
                }
                RK => {
                    let value = self.number(rk(records.u32(6)), records.u16(4));
                    put(rows, &hidden, row, column, value, None, true)?;
                }
                MULRK => {
                    let count = records.data.len().saturating_sub(6) / 6;
                    for at in 0..count {
                        let value = self.number(rk(records.u32(6 + at * 6)), records.u16(4 + at * 6));
                        let column = column.saturating_add(u16::try_from(at).unwrap_or(u16::MAX));
                        put(rows, &hidden, row, column, value, None, true)?;
                    }
                }
                BOOLERR => {
                    let value = truth_or_error(records.u8(6), records.u8(7) != 0);
                    put(rows, &hidden, row, column, value, None, true)?;
                }
                FORMULA if records.u16(12) == 0xFFFF => match records.u8(6) {
                    0 => awaits = Some((row, column)),
                    1 => put(rows, &hidden, row, column, Value::Bool(records.u8(8) != 0), Some(""), true)?,
                    2 => put(rows, &hidden, row, column, truth_or_error(records.u8(8), true), Some(""), true)?,
                    // Nothing, to be computed when the workbook is opened: written by a program that cannot compute.
                    _ => {
                        let stored = records.u16(14) & 2 == 0;
                        put(rows, &hidden, row, column, Value::Nothing, Some(""), stored)?;
                    }
                },
                FORMULA => {
                    let value = self.number(records.f64(6), records.u16(4));
                    put(rows, &hidden, row, column, value, Some(""), true)?;
                }
                STRING => {
                    if let Some((row, column)) = awaits.take() {
                        let count = usize::from(records.u16(0));
                        records.text_from(2);
                        text.clear();
                        self.push_text(&mut records, count, &mut text)?;
                        put(rows, &hidden, row, column, Value::Text(&text), Some(""), true)?;
                    }
                }
                _ => {}
            }
        }
    }

    fn number(&self, n: f64, style: u16) -> Value<'static> {
        let kind = self.kinds.get(usize::from(style)).copied().unwrap_or(NumberKind::Plain);
        if n.is_finite() { Value::Number { n, digits: None, kind } } else { Value::Error("#NUM!") }
    }
}

fn put(
    rows: &mut SheetRows<'_>,
    hidden: &BTreeSet<u16>,
    row: u16,
    column: u16,
    value: Value<'_>,
    formula: Option<&str>,
    stored: bool,
) -> Result<(), Halt> {
    rows.begin(u64::from(row) + 1, hidden.contains(&row))?;
    rows.cell(u64::from(column) + 1, value, formula, stored)
}

/// A number in four bytes: the upper part of a float, or a whole number, perhaps in hundredths.
fn rk(bits: u32) -> f64 {
    let n = if bits & 2 != 0 {
        f64::from(i32::from_le_bytes(bits.to_le_bytes()) >> 2)
    } else {
        f64::from_bits(u64::from(bits & 0xFFFF_FFFC) << 32)
    };
    if bits & 1 != 0 { n / 100.0 } else { n }
}

fn truth_or_error(byte: u8, is_error: bool) -> Value<'static> {
    if !is_error {
        return Value::Bool(byte != 0);
    }
    Value::Error(match byte {
        0x00 => "#NULL!",
        0x07 => "#DIV/0!",
        0x0F => "#VALUE!",
        0x17 => "#REF!",
        0x1D => "#NAME?",
        0x24 => "#NUM!",
        0x2A => "#N/A",
        _ => "#ERROR",
    })
}

fn strings(records: &mut Records) -> io::Result<Strings> {
    let mut strings = Strings::default();
    let mut text = String::new();
    let promised = usize::try_from(records.u32(4)).unwrap_or(usize::MAX);
    records.text_from(8);
    while strings.len() < promised && records.is_more()? {
        let count = usize::from(records.short()?);
        text.clear();
        records.unicode(count, &mut text)?;
        strings.push(&text);
        strings.end()?;
        if strings.bytes() > MOST_STRING_BYTES || strings.len() > MOST_STRINGS {
            return Err(Refusal::io(
                ReadErrorKind::Limit,
                "its shared texts are more than 128 MiB",
                "Save the sheet as CSV in a spreadsheet program and load that file.",
            ));
        }
    }
    Ok(strings)
}
