//! Records of an old Excel workbook ([MS-XLS]): kind, length, bytes; and the texts in them, which may run on in the records
//! behind. Holds one record at a time.

use std::io::{self, BufReader, Read};

use encoding_rs::Encoding;

use super::ReadErrorKind;
use super::refusal::Refusal;
use crate::job::Job;

pub(super) const CONTINUE: u16 = 0x003C;

pub(super) fn damaged(what: &str) -> io::Error {
    Refusal::io(
        ReadErrorKind::Format,
        format!("the old Excel workbook is damaged or unusual ({what})"),
        "Open it in a spreadsheet program, save it as XLSX or CSV and load that file.",
    )
}

/// Steps through the records of a stream.
pub(super) struct Records {
    input: BufReader<Box<dyn Read + Send>>,
    job: Option<Job>,
    pub kind: u16,
    pub data: Vec<u8>,
    /// How far `data` has been read as text.
    at: usize,
    ahead: Option<[u8; 4]>,
}

impl Records {
    pub fn new(input: Box<dyn Read + Send>, job: Option<&Job>) -> Self {
        Self {
            input: BufReader::with_capacity(64 << 10, input),
            job: job.cloned(),
            kind: 0,
            data: Vec::new(),
            at: 0,
            ahead: None,
        }
    }

    fn head(&mut self) -> io::Result<Option<[u8; 4]>> {
        if let Some(head) = self.ahead {
            return Ok(Some(head));
        }
        let mut head = [0; 4];
        let mut n = 0;
        while n < 4 {
            match self.input.read(&mut head[n..])? {
                0 if n == 0 => return Ok(None),
                0 => return Err(damaged("a record is cut off")),
                more => n += more,
            }
        }
        self.ahead = Some(head);
        Ok(Some(head))
    }

    /// Steps to the next record; `false` at the end of the stream.
    pub fn next(&mut self) -> io::Result<bool> {
        let Some(head) = self.head()? else { return Ok(false) };
        self.ahead = None;
        self.kind = u16::from_le_bytes([head[0], head[1]]);
        let length = usize::from(u16::from_le_bytes([head[2], head[3]]));
        self.data.resize(length, 0);
        self.input.read_exact(&mut self.data).map_err(|_| damaged("a record is cut off"))?;
        self.at = 0;
        if let Some(job) = &self.job {
            job.check().map_err(|_| Refusal::cancelled())?;
            job.advance(length as u64 + 4);
        }
        Ok(true)
    }

    pub fn u8(&self, at: usize) -> u8 {
        self.data.get(at).copied().unwrap_or(0)
    }

    pub fn u16(&self, at: usize) -> u16 {
        u16::from(self.u8(at)) | u16::from(self.u8(at.saturating_add(1))) << 8
    }

    pub fn u32(&self, at: usize) -> u32 {
        u32::from(self.u16(at)) | u32::from(self.u16(at.saturating_add(2))) << 16
    }

    pub fn f64(&self, at: usize) -> f64 {
        f64::from_bits(u64::from(self.u32(at)) | u64::from(self.u32(at.saturating_add(4))) << 32)
    }

    /// Reads texts from a place of the record on.
    pub fn text_from(&mut self, at: usize) {
        self.at = at;
    }

    /// Whether anything is left of the record, or of one that goes on with it.
    pub fn is_more(&mut self) -> io::Result<bool> {
        if self.at < self.data.len() {
            return Ok(true);
        }
        Ok(self.head()?.is_some_and(|head| u16::from_le_bytes([head[0], head[1]]) == CONTINUE))
    }

    fn go_on(&mut self) -> io::Result<()> {
        let kind = self.kind;
        let more = self.head()?.is_some_and(|head| u16::from_le_bytes([head[0], head[1]]) == CONTINUE);
        if !more {
            return Err(damaged("a text is cut off"));
        }
        self.next()?;
        self.kind = kind;
        Ok(())
    }

    fn byte(&mut self) -> io::Result<u8> {
        while self.at >= self.data.len() {
            self.go_on()?;
        }
        let byte = self.u8(self.at);
        self.at += 1;
        Ok(byte)
    }

    pub fn short(&mut self) -> io::Result<u16> {
        Ok(u16::from(self.byte()?) | u16::from(self.byte()?) << 8)
    }

    fn skip(&mut self, mut count: usize) -> io::Result<()> {
        while count > 0 {
            let here = (self.data.len() - self.at.min(self.data.len())).min(count);
            self.at += here;
            count -= here;
            if count > 0 {
                self.go_on()?;
            }
        }
        Ok(())
    }

    /// A text of `count` characters as since Excel 97: flags, then one or two bytes for each, then its formatting.
    pub fn unicode(&mut self, count: usize, text: &mut String) -> io::Result<()> {
        let flags = self.byte()?;
        let mut wide = flags & 1 != 0;
        let runs = if flags & 8 != 0 { usize::from(self.short()?) } else { 0 };
        let extra = if flags & 4 != 0 {
            let low = self.short()?;
            usize::from(low) | usize::from(self.short()?) << 16
        } else {
            0
        };
        let mut units = Vec::with_capacity(count.min(1 << 16));
        while units.len() < count {
            if self.at >= self.data.len() {
                // The text goes on in the next record, which says its width anew.
                self.go_on()?;
                wide = self.byte()? & 1 != 0;
                continue;
            }
            if wide {
                let unit = self.u16(self.at);
                if self.at + 2 > self.data.len() {
                    return Err(damaged("half a character"));
                }
                units.push(unit);
                self.at += 2;
            } else {
                units.push(u16::from(self.u8(self.at)));
                self.at += 1;
            }
        }
        text.extend(char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)));
        self.skip(runs.saturating_mul(4))?;
        self.skip(extra)
    }

    /// A text of `count` bytes as before Excel 97.
    pub fn bytes(&mut self, count: usize, encoding: &'static Encoding, text: &mut String) -> io::Result<()> {
        let mut bytes = Vec::with_capacity(count.min(1 << 16));
        for _ in 0..count {
            bytes.push(self.byte()?);
        }
        text.push_str(&encoding.decode_without_bom_handling(&bytes).0);
        Ok(())
    }
}

/// The encoding that a Windows code page number means.
pub(super) fn encoding_of(page: u16) -> &'static Encoding {
    match page {
        874 => encoding_rs::WINDOWS_874,
        932 => encoding_rs::SHIFT_JIS,
        936 => encoding_rs::GBK,
        949 => encoding_rs::EUC_KR,
        950 => encoding_rs::BIG5,
        1250 => encoding_rs::WINDOWS_1250,
        1251 => encoding_rs::WINDOWS_1251,
        1253 => encoding_rs::WINDOWS_1253,
        1254 => encoding_rs::WINDOWS_1254,
        1255 => encoding_rs::WINDOWS_1255,
        1256 => encoding_rs::WINDOWS_1256,
        1257 => encoding_rs::WINDOWS_1257,
        1258 => encoding_rs::WINDOWS_1258,
        10_000 | 32_768 => encoding_rs::MACINTOSH,
        _ => encoding_rs::WINDOWS_1252,
    }
}
