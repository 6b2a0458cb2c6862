//! Which encoding a file has. The decision is taken over every byte, never over the beginning alone: one vendor's export
//! has its first accented letter after 33,254 plain bytes.

use std::path::Path;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::Encoding;

use super::refusal::shown;
use super::wide::Wide;
use super::{ReadError, ReadErrorKind};

/// How bytes become text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Charset {
    Utf8,
    /// An encoding in which ASCII bytes that matter to a delimited file mean themselves.
    Legacy(&'static Encoding),
    Wide(Wide),
}

impl Charset {
    pub fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Legacy(encoding) => encoding.name(),
            Self::Wide(wide) => wide.name(),
        }
    }

    /// Bytes of one character in two-byte encodings may look like `|`, `^` or `~`.
    pub fn allows_delimiter(self, delimiter: u8) -> bool {
        match self {
            Self::Legacy(encoding) if !encoding.is_single_byte() => {
                !matches!(delimiter, 0x30..=0x7E) || delimiter == b';' || delimiter == b':'
            }
            _ => true,
        }
    }
}

/// The byte order mark at the beginning: what it says, and its length.
pub(super) fn mark(head: &[u8]) -> Option<(Charset, usize)> {
    match head {
        [0xEF, 0xBB, 0xBF, ..] => Some((Charset::Utf8, 3)),
        [0xFF, 0xFE, 0, 0, ..] => Some((Charset::Wide(Wide::Utf32Le), 4)),
        [0, 0, 0xFE, 0xFF, ..] => Some((Charset::Wide(Wide::Utf32Be), 4)),
        [0xFF, 0xFE, ..] => Some((Charset::Wide(Wide::Utf16Le), 2)),
        [0xFE, 0xFF, ..] => Some((Charset::Wide(Wide::Utf16Be), 2)),
        _ => None,
    }
}

/// UTF-16 or UTF-32 without a mark shows in where its zero bytes lie: Western text has them in every second place (three
/// of four places) and nowhere else.
pub(super) fn wide_by_zeros(head: &[u8]) -> Option<Wide> {
    let head = &head[..head.len().min(64 << 10)];
    if head.len() < 4 {
        return None;
    }
    let mut zeros = [0_usize; 4];
    for (at, byte) in head.iter().enumerate() {
        zeros[at % 4] += usize::from(*byte == 0);
    }
    let quarter = (head.len() / 4).max(1);
    let full = |n: usize| n * 10 >= quarter * 9;
    let some = |n: usize| n * 10 >= quarter * 4;
    let none = |n: usize| n * 10 <= quarter;
    match zeros.map(|n| (full(n), some(n), none(n))) {
        [(_, _, true), _, (true, ..), (true, ..)] => Some(Wide::Utf32Le),
        [(true, ..), (true, ..), _, (_, _, true)] => Some(Wide::Utf32Be),
        [(_, _, true), (_, true, _), (_, _, true), (_, true, _)] => Some(Wide::Utf16Le),
        [(_, true, _), (_, _, true), (_, true, _), (_, _, true)] => Some(Wide::Utf16Be),
        _ => None,
    }
}

/// The encoding that a person asked for by name.
pub(super) fn by_label(label: &str, head: &[u8], file: &Path) -> Result<Charset, ReadError> {
    let plain: String = label.trim().to_ascii_lowercase().replace('_', "-");
    let marked = mark(head).map(|(charset, _)| charset);
    Ok(match plain.as_str() {
        "utf-16" | "utf16" => match marked {
            Some(Charset::Wide(Wide::Utf16Be)) => Charset::Wide(Wide::Utf16Be),
            _ => Charset::Wide(wide_by_zeros(head).filter(|w| w.unit() == 2).unwrap_or(Wide::Utf16Le)),
        },
        "utf-16le" | "utf16le" => Charset::Wide(Wide::Utf16Le),
        "utf-16be" | "utf16be" => Charset::Wide(Wide::Utf16Be),
        "utf-32" | "utf32" => match marked {
            Some(Charset::Wide(Wide::Utf32Be)) => Charset::Wide(Wide::Utf32Be),
            _ => Charset::Wide(wide_by_zeros(head).filter(|w| w.unit() == 4).unwrap_or(Wide::Utf32Le)),
        },
        "utf-32le" | "utf32le" => Charset::Wide(Wide::Utf32Le),
        "utf-32be" | "utf32be" => Charset::Wide(Wide::Utf32Be),
        _ => {
            let hint = "Some that are known: utf-8, utf-16, windows-1252, iso-8859-15, windows-1250, macintosh, shift_jis, gbk.";
            let Some(encoding) =
                Encoding::for_label(plain.as_bytes()).or_else(|| Encoding::for_label(label.trim().as_bytes()))
            else {
                return Err(ReadError::new(
                    ReadErrorKind::Encoding,
                    file,
                    format!("there is no encoding named “{}”", shown(label)),
                    hint,
                ));
            };
            if encoding == encoding_rs::UTF_8 {
                Charset::Utf8
            } else if encoding == encoding_rs::UTF_16LE {
                Charset::Wide(Wide::Utf16Le)
            } else if encoding == encoding_rs::UTF_16BE {
                Charset::Wide(Wide::Utf16Be)
            } else if encoding == encoding_rs::REPLACEMENT || encoding == encoding_rs::ISO_2022_JP {
                return Err(ReadError::new(
                    ReadErrorKind::Encoding,
                    file,
                    format!("this build does not read {}", shown(label)),
                    "Save the file as UTF-8 and load it again.",
                ));
            } else {
                Charset::Legacy(encoding)
            }
        }
    })
}

/// The encoding that a scan has named.
pub(super) fn by_name(name: &str) -> Charset {
    match name {
        "UTF-16LE" => Charset::Wide(Wide::Utf16Le),
        "UTF-16BE" => Charset::Wide(Wide::Utf16Be),
        "UTF-32LE" => Charset::Wide(Wide::Utf32Le),
        "UTF-32BE" => Charset::Wide(Wide::Utf32Be),
        _ => match Encoding::for_label(name.as_bytes()) {
            Some(encoding) if encoding != encoding_rs::UTF_8 => Charset::Legacy(encoding),
            _ => Charset::Utf8,
        },
    }
}

/// Weighs all bytes of a file that is not valid UTF-8: is it UTF-8 with a few bad rows, or an older encoding.
pub(super) struct Weighing {
    detector: EncodingDetector,
    lines: u64,
    bad_lines: u64,
    line_is_bad: bool,
    after_cr: bool,
    /// Characters of two bytes or more.
    valid: u64,
    invalid: u64,
    /// Bytes from 0x80, by value.
    high: [u64; 128],
    carry: Vec<u8>,
}

impl Weighing {
    pub fn new() -> Self {
        Self {
            detector: EncodingDetector::new(Iso2022JpDetection::Deny),
            lines: 0,
            bad_lines: 0,
            line_is_bad: false,
            after_cr: false,
            valid: 0,
            invalid: 0,
            high: [0; 128],
            carry: Vec::new(),
        }
    }

    /// Takes in the next bytes. A line of ASCII says nothing about an encoding and costs nothing.
    pub fn feed(&mut self, chunk: &[u8], last: bool) {
        let joined;
        let mut rest = if self.carry.is_empty() {
            chunk
        } else {
            let mut carried = std::mem::take(&mut self.carry);
            carried.extend_from_slice(chunk);
            joined = carried;
            joined.as_slice()
        };
        while !rest.is_empty() {
            let end = memchr::memchr(b'\n', rest).map_or(rest.len(), |at| at + 1);
            let (line, behind) = rest.split_at(end);
            rest = behind;
            if !line.is_ascii() {
                self.take_line(line, last || line.ends_with(b"\n"));
            } else if memchr::memchr(b'\r', line).is_none() && line.ends_with(b"\n") && !self.after_cr {
                self.end_line();
            } else {
                self.take_valid(line);
            }
        }
        if last {
            self.detector.feed(&[], true);
            if self.line_is_bad || !self.after_cr {
                self.end_line();
            }
        }
    }

    /// Takes in a line, or a part of one, that is not all ASCII. `whole`: no byte that belongs to it is still to come.
    fn take_line(&mut self, line: &[u8], whole: bool) {
        let mut rest = line;
        let mut kept = 0;
        loop {
            match simdutf8::compat::from_utf8(rest) {
                Ok(_) => {
                    self.take_valid(rest);
                    break;
                }
                Err(error) => {
                    let (good, bad) = rest.split_at(error.valid_up_to());
                    self.take_valid(good);
                    let Some(len) = error.error_len() else {
                        if whole {
                            self.take_invalid();
                        } else {
                            self.carry = bad.to_vec();
                            kept = bad.len();
                        }
                        break;
                    };
                    self.take_invalid();
                    rest = bad.get(len..).unwrap_or_default();
                }
            }
        }
        let taken = &line[..line.len() - kept];
        self.detector.feed(taken, false);
        for byte in taken.iter().filter(|b| **b >= 0x80) {
            self.high[usize::from(byte - 0x80)] += 1;
        }
    }

    fn take_valid(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            match byte {
                b'\n' if self.after_cr => self.after_cr = false,
                b'\n' | b'\r' => {
                    self.end_line();
                    self.after_cr = byte == b'\r';
                }
                0xC0.. => {
                    self.valid += 1;
                    self.after_cr = false;
                }
                _ => self.after_cr = false,
            }
        }
    }

    fn take_invalid(&mut self) {
        self.invalid += 1;
        self.line_is_bad = true;
        self.after_cr = false;
    }

    fn end_line(&mut self) {
        self.lines += 1;
        self.bad_lines += u64::from(self.line_is_bad);
        self.line_is_bad = false;
    }

    /// UTF-8 where fewer than one line in a thousand is broken, or where whole UTF-8 characters outnumber broken ones by
    /// far (an older encoding does not form them by chance); otherwise the likeliest older encoding.
    pub fn decide(&self) -> Charset {
        if self.bad_lines.saturating_mul(1000) < self.lines || self.valid >= self.invalid.saturating_mul(10) {
            return Charset::Utf8;
        }
        let guess = self.detector.guess(None, Utf8Detection::Deny);
        if guess != encoding_rs::WINDOWS_1252 && self.looks_western() {
            return Charset::Legacy(encoding_rs::WINDOWS_1252);
        }
        if guess.is_ascii_compatible() && guess != encoding_rs::UTF_8 {
            Charset::Legacy(guess)
        } else {
            Charset::Legacy(encoding_rs::WINDOWS_1252)
        }
    }

    /// Few high bytes, all of them letters and signs that Western exports hold: too little for statistics to say more.
    fn looks_western(&self) -> bool {
        let total: u64 = self.high.iter().sum();
        let common = b"\x80\x85\x91\x92\x93\x94\x95\x96\x97\x99\xA0\xA3\xA7\xA9\xAE\xB0\xB2\xB4\xBA\xC4\xC9\xD6\xDC\xDF\xE0\xE1\xE2\xE3\xE4\xE5\xE6\xE7\xE8\xE9\xEA\xEB\xED\xEE\xEF\xF1\xF3\xF4\xF5\xF6\xF8\xF9\xFA\xFB\xFC";
        let known: u64 = common.iter().filter_map(|b| self.high.get(usize::from(b - 0x80))).sum();
        total < 24 && known == total
    }

    pub fn bad_lines(&self) -> u64 {
        self.bad_lines
    }
}
