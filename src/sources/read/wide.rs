//! UTF-16 and UTF-32 as a stream of UTF-8 that loses nothing. What is no character (half a surrogate pair, a stray last
//! byte) is carried in bytes that can never be valid UTF-8, so that its row is noticed and the original bytes can be
//! made again from the decoded ones.

use std::io::{self, Read};

/// Width and order of the code units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wide {
    Utf16Le,
    Utf16Be,
    Utf32Le,
    Utf32Be,
}

/// Marks one original byte that belongs to no character; two bytes with its halves follow.
const STRAY: u8 = 0xFF;

impl Wide {
    /// Bytes of one code unit.
    pub fn unit(self) -> usize {
        match self {
            Self::Utf16Le | Self::Utf16Be => 2,
            Self::Utf32Le | Self::Utf32Be => 4,
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Utf16Le => "UTF-16LE",
            Self::Utf16Be => "UTF-16BE",
            Self::Utf32Le => "UTF-32LE",
            Self::Utf32Be => "UTF-32BE",
        }
    }

    fn unit_at(self, bytes: &[u8]) -> u32 {
        match (self, bytes) {
            (Self::Utf16Le, [a, b, ..]) => u32::from(u16::from_le_bytes([*a, *b])),
            (Self::Utf16Be, [a, b, ..]) => u32::from(u16::from_be_bytes([*a, *b])),
            (Self::Utf32Le, [a, b, c, d, ..]) => u32::from_le_bytes([*a, *b, *c, *d]),
            (Self::Utf32Be, [a, b, c, d, ..]) => u32::from_be_bytes([*a, *b, *c, *d]),
            _ => 0,
        }
    }

    fn push_unit(self, unit: u32, out: &mut Vec<u8>) {
        let low = u16::try_from(unit & 0xFFFF).unwrap_or(0);
        match self {
            Self::Utf16Le => out.extend(low.to_le_bytes()),
            Self::Utf16Be => out.extend(low.to_be_bytes()),
            Self::Utf32Le => out.extend(unit.to_le_bytes()),
            Self::Utf32Be => out.extend(unit.to_be_bytes()),
        }
    }

    /// Decodes what is whole in `bytes` (all of it if `last`) and says how many bytes that were.
    pub fn decode(self, bytes: &[u8], last: bool, out: &mut Vec<u8>) -> usize {
        let unit = self.unit();
        let mut at = 0;
        while at + unit <= bytes.len() {
            let code = self.unit_at(&bytes[at..]);
            if unit == 2 && (0xD800..0xDC00).contains(&code) {
                if at + 4 > bytes.len() {
                    if !last {
                        break;
                    }
                } else {
                    let low = self.unit_at(&bytes[at + 2..]);
                    if (0xDC00..0xE000).contains(&low) {
                        push_code(0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00), out);
                        at += 4;
                        continue;
                    }
                }
            }
            if code > 0x10_FFFF {
                for byte in &bytes[at..at + unit] {
                    push_stray(*byte, out);
                }
            } else {
                push_code(code, out);
            }
            at += unit;
        }
        if last {
            for byte in &bytes[at..] {
                push_stray(*byte, out);
            }
            at = bytes.len();
        }
        at
    }

    /// The original bytes of decoded ones.
    pub fn original(self, decoded: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(decoded.len().saturating_mul(self.unit()));
        walk(decoded, |piece| match piece {
            Piece::Stray(byte) => out.push(byte),
            Piece::Code(code) if self.unit() == 2 && code >= 0x10000 => {
                self.push_unit(0xD800 + ((code - 0x10000) >> 10), &mut out);
                self.push_unit(0xDC00 + ((code - 0x10000) & 0x3FF), &mut out);
            }
            Piece::Code(code) => self.push_unit(code, &mut out),
        });
        out
    }

    /// How many bytes the original of decoded ones had.
    pub fn original_len(self, decoded: &[u8]) -> u64 {
        if decoded.is_ascii() {
            return (decoded.len() as u64).saturating_mul(self.unit() as u64);
        }
        let mut len = 0_u64;
        walk(decoded, |piece| {
            len += match piece {
                Piece::Stray(_) => 1,
                Piece::Code(code) if self.unit() == 2 && code >= 0x10000 => 4,
                Piece::Code(_) => self.unit() as u64,
            };
        });
        len
    }
}

enum Piece {
    Code(u32),
    Stray(u8),
}

fn push_stray(byte: u8, out: &mut Vec<u8>) {
    out.extend([STRAY, 0xC0 | (byte >> 4), 0xC0 | (byte & 0x0F)]);
}

/// UTF-8 of a code point; of half a surrogate pair its three bytes, which UTF-8 forbids.
fn push_code(code: u32, out: &mut Vec<u8>) {
    let tail = |shift: u32| 0x80 | u8::try_from((code >> shift) & 0x3F).unwrap_or(0);
    let lead = |shift: u32, mark: u8| mark | u8::try_from(code >> shift).unwrap_or(0);
    match code {
        0..0x80 => out.push(lead(0, 0)),
        0x80..0x800 => out.extend([lead(6, 0xC0), tail(0)]),
        0x800..0x10000 => out.extend([lead(12, 0xE0), tail(6), tail(0)]),
        _ => out.extend([lead(18, 0xF0), tail(12), tail(6), tail(0)]),
    }
}

fn walk(decoded: &[u8], mut each: impl FnMut(Piece)) {
    let bits = |byte: Option<&u8>| u32::from(byte.copied().unwrap_or(0) & 0x3F);
    let mut at = 0;
    while let Some(&first) = decoded.get(at) {
        let rest = decoded.get(at + 1..).unwrap_or_default();
        let (piece, len) = match first {
            STRAY => {
                let nibble = |n: usize| rest.get(n).copied().unwrap_or(0) & 0x0F;
                (Piece::Stray((nibble(0) << 4) | nibble(1)), 3)
            }
            0..0x80 => (Piece::Code(u32::from(first)), 1),
            0x80..0xE0 => (Piece::Code((u32::from(first & 0x1F) << 6) | bits(rest.first())), 2),
            0xE0..0xF0 => {
                (Piece::Code((u32::from(first & 0x0F) << 12) | (bits(rest.first()) << 6) | bits(rest.get(1))), 3)
            }
            _ => (
                Piece::Code(
                    (u32::from(first & 0x07) << 18)
                        | (bits(rest.first()) << 12)
                        | (bits(rest.get(1)) << 6)
                        | bits(rest.get(2)),
                ),
                4,
            ),
        };
        each(piece);
        at += len;
    }
}

/// Reads wide text as its lossless UTF-8.
pub(super) struct WideReader<R> {
    inner: R,
    wide: Wide,
    raw: Vec<u8>,
    decoded: Vec<u8>,
    at: usize,
    ended: bool,
}

impl<R: Read> WideReader<R> {
    pub fn new(inner: R, wide: Wide) -> Self {
        Self { inner, wide, raw: Vec::new(), decoded: Vec::new(), at: 0, ended: false }
    }

    pub fn into_inner(self) -> R {
        self.inner
    }
}

impl<R: Read> Read for WideReader<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        while self.at == self.decoded.len() && !self.ended {
            self.decoded.clear();
            self.at = 0;
            let kept = self.raw.len();
            self.raw.resize(kept + (256 << 10), 0);
            let n = self.inner.read(&mut self.raw[kept..])?;
            self.raw.truncate(kept + n);
            self.ended = n == 0;
            let done = self.wide.decode(&self.raw, self.ended, &mut self.decoded);
            self.raw.drain(..done);
        }
        let n = buf.len().min(self.decoded.len() - self.at);
        buf[..n].copy_from_slice(&self.decoded[self.at..self.at + n]);
        self.at += n;
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_bytes_come_back_from_their_decoded_form(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            for wide in [Wide::Utf16Le, Wide::Utf16Be, Wide::Utf32Le, Wide::Utf32Be] {
                let mut decoded = Vec::new();
                WideReader::new(bytes.as_slice(), wide).read_to_end(&mut decoded).unwrap();
                prop_assert_eq!(&wide.original(&decoded), &bytes);
                prop_assert_eq!(wide.original_len(&decoded), bytes.len() as u64);
            }
        }

        #[test]
        fn text_decodes_to_itself(text in any::<String>()) {
            let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
            let mut decoded = Vec::new();
            WideReader::new(bytes.as_slice(), Wide::Utf16Be).read_to_end(&mut decoded).unwrap();
            prop_assert_eq!(decoded, text.into_bytes());
        }
    }
}
