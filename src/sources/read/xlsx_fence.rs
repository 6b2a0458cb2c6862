//! Looks over a workbook of XML before it is parsed. A parser that is handed a hostile workbook may ask for more memory
//! than there is, and that ends the program without a word; so whatever it would believe is checked here first: members,
//! sizes, how many shared strings are promised, how long and how deep an XML element is, which cells are named.

use std::io::{self, Read};

use memchr::{memchr, memchr3};

use super::members;
use super::open::Blob;
use super::refusal::{Refusal, grouped, shown};
use super::{Limits, ReadErrorKind};

pub(super) const MOST_ROWS: u64 = 1_048_576;
pub(super) const MOST_COLUMNS: u64 = 16_384;
/// Bytes of the table of shared strings, which is held in memory.
const MOST_STRING_BYTES: u64 = 128 << 20;
const MOST_STRINGS: u64 = 4_000_000;
/// Bytes of any other part that is held in memory.
const MOST_PART_BYTES: u64 = 32 << 20;
/// Bytes of one tag, comment or text.
const MOST_TOKEN: u64 = 16 << 20;
const MOST_DEPTH: u64 = 256;
/// How much of a tag is looked at.
const TAG: usize = 1024;

/// Refuses a workbook that asks for too much or is ambiguous.
pub(super) fn check(blob: &Blob, limits: &Limits) -> io::Result<()> {
    let members = members::list(blob, limits)?;
    let mut folded: Vec<String> = members.iter().map(|m| m.name.replace('\\', "/").to_ascii_lowercase()).collect();
    folded.sort_unstable();
    if folded.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(Refusal::io(
            ReadErrorKind::Format,
            "it holds two members of the same name",
            "Save the workbook again in a spreadsheet program.",
        ));
    }
    for member in &members {
        let name = &member.name;
        let lower = name.replace('\\', "/").to_ascii_lowercase();
        if !looks_over(name) {
            continue;
        }
        let role = if lower.ends_with("sharedstrings.xml") {
            Role::Strings
        } else if lower == "content.xml" {
            Role::Content
        } else if lower.contains("worksheets/") && lower.ends_with(".xml") {
            Role::Sheet
        } else if lower.ends_with(".xml") || lower.ends_with(".rels") {
            Role::Part
        } else {
            continue;
        };
        let reader = member.open(blob, limits, None)?;
        Check { role, name, bytes: 0, strings: 0, depth: 0 }.run(reader)?;
    }
    Ok(())
}

/// Whether a member is looked over. The others hold pictures and the like, which nothing reads.
pub(super) fn looks_over(name: &str) -> bool {
    let lower = name.replace('\\', "/").to_ascii_lowercase();
    let aside = ["media/", "embeddings/", "printersettings/", "customxml/", "docprops/", "drawings/", "charts/"];
    lower.ends_with(".rels") || (lower.ends_with(".xml") && !aside.iter().any(|folder| lower.contains(folder)))
}

#[derive(Clone, Copy, PartialEq)]
enum Role {
    Strings,
    Sheet,
    /// All sheets of an OpenDocument workbook; read as a stream.
    Content,
    Part,
}

struct Check<'a> {
    role: Role,
    name: &'a str,
    bytes: u64,
    strings: u64,
    depth: u64,
}

/// What the bytes at a place belong to.
#[derive(Clone, Copy, PartialEq)]
enum In {
    Text,
    /// Behind a `<`, up to its `>`; the quote that is open in it.
    Tag(Option<u8>),
    /// `<!--`: the dashes seen last.
    Comment(u8),
    /// `<![CDATA[`: the closing brackets seen last.
    Data(u8),
    /// `<?`: whether the last byte was `?`.
    Instruction(bool),
}

impl Check<'_> {
    fn run(mut self, mut reader: impl Read) -> io::Result<()> {
        let mut state = In::Text;
        let mut tag: Vec<u8> = Vec::with_capacity(TAG);
        let mut token = 0_u64;
        let mut chunk = vec![0; 256 << 10];
        loop {
            let n = reader.read(&mut chunk)?;
            if n == 0 {
                return Ok(());
            }
            self.bytes += n as u64;
            let most = match self.role {
                Role::Strings => MOST_STRING_BYTES,
                Role::Part => MOST_PART_BYTES,
                Role::Sheet | Role::Content => u64::MAX,
            };
            if self.bytes > most {
                return Err(self.too_much(&format!("more than {} MiB", most >> 20)));
            }
            let mut at = 0;
            while at < n {
                let rest = &chunk[at..n];
                let (used, next) = match state {
                    In::Text => match memchr(b'<', rest) {
                        None => (rest.len(), In::Text),
                        Some(end) => {
                            tag.clear();
                            token = 0;
                            (end + 1, In::Tag(None))
                        }
                    },
                    In::Tag(quote) => {
                        let end = match quote {
                            Some(quote) => memchr(quote, rest),
                            None => memchr3(b'"', b'\'', b'>', rest),
                        };
                        let used = end.map_or(rest.len(), |end| end + 1);
                        // The beginning of a tag says whether it is one.
                        let opening = tag.len() < 8;
                        tag.extend_from_slice(&rest[..used.min(TAG.saturating_sub(tag.len()))]);
                        if opening && tag.starts_with(b"!--") {
                            // Look again from behind the dashes.
                            let behind = 3_usize.saturating_sub(tag.len().saturating_sub(used)).min(used);
                            tag.clear();
                            (behind, In::Comment(0))
                        } else if opening && tag.starts_with(b"![CDATA[") {
                            let behind = 8_usize.saturating_sub(tag.len().saturating_sub(used)).min(used);
                            tag.clear();
                            (behind, In::Data(0))
                        } else if opening && tag.starts_with(b"?") {
                            let behind = 1_usize.saturating_sub(tag.len().saturating_sub(used)).min(used);
                            tag.clear();
                            (behind, In::Instruction(false))
                        } else {
                            match end.map(|end| rest[end]) {
                                None => (used, In::Tag(quote)),
                                Some(b'>') if quote.is_none() => {
                                    self.judge(&tag)?;
                                    token = 0;
                                    (used, In::Text)
                                }
                                Some(_) if quote.is_some() => (used, In::Tag(None)),
                                Some(byte) => (used, In::Tag(Some(byte))),
                            }
                        }
                    }
                    In::Comment(dashes) => match rest[0] {
                        b'-' => (1, In::Comment(dashes.saturating_add(1).min(2))),
                        b'>' if dashes >= 2 => {
                            token = 0;
                            (1, In::Text)
                        }
                        _ => (1, In::Comment(0)),
                    },
                    In::Data(brackets) => match rest[0] {
                        b']' => (1, In::Data(brackets.saturating_add(1).min(2))),
                        b'>' if brackets >= 2 => {
                            token = 0;
                            (1, In::Text)
                        }
                        _ => (1, In::Data(0)),
                    },
                    In::Instruction(mark) => match rest[0] {
                        b'>' if mark => {
                            token = 0;
                            (1, In::Text)
                        }
                        byte => (1, In::Instruction(byte == b'?')),
                    },
                };
                token += used as u64;
                if token > MOST_TOKEN {
                    return Err(self.too_much(&format!("one entry of more than {} MiB", MOST_TOKEN >> 20)));
                }
                at += used;
                state = next;
            }
        }
    }

    /// `tag`: what stands between `<` and `>`, with the `>`.
    fn judge(&mut self, tag: &[u8]) -> io::Result<()> {
        if tag.starts_with(b"!") {
            return Err(self.odd("a document type of its own"));
        }
        if tag.starts_with(b"/") {
            self.depth = self.depth.saturating_sub(1);
            return Ok(());
        }
        let cut = tag.len() >= TAG;
        if cut || !tag.ends_with(b"/>") {
            self.depth += 1;
            if self.depth > MOST_DEPTH {
                return Err(self.too_much(&format!("more than {MOST_DEPTH} elements inside each other")));
            }
        }
        let end = tag.iter().position(|b| matches!(b, b' ' | b'\t' | b'\r' | b'\n' | b'/' | b'>')).unwrap_or(tag.len());
        let name = &tag[..end];
        let name = name.rsplit(|b| *b == b':').next().unwrap_or(name);
        match (self.role, name) {
            (Role::Strings, b"sst") => {
                if cut {
                    return Err(self.odd("an overlong tag"));
                }
                let promised = attribute(tag, b"uniqueCount");
                if promised.is_some_and(|n| n.len() > 7 || number(n).is_some_and(|n| n > MOST_STRINGS)) {
                    return Err(self.too_much(&format!("more than {} texts", grouped(MOST_STRINGS))));
                }
            }
            (Role::Strings, b"si") => {
                self.strings += 1;
                if self.strings > MOST_STRINGS {
                    return Err(self.too_much(&format!("more than {} texts", grouped(MOST_STRINGS))));
                }
            }
            (Role::Sheet, b"row" | b"c") => {
                if cut {
                    return Err(self.odd("an overlong tag"));
                }
                let Some(reference) = attribute(tag, b"r") else { return Ok(()) };
                let letters = reference.iter().take_while(|b| b.is_ascii_alphabetic()).count();
                let (letters, digits) = reference.split_at(letters);
                let column =
                    letters.iter().take(8).fold(0_u64, |n, b| n * 26 + u64::from(b.to_ascii_uppercase() - b'A') + 1);
                let row = number(digits).filter(|_| digits.len() <= 8);
                if letters.len() > 3 || column > MOST_COLUMNS || (name == b"c") == letters.is_empty() {
                    return Err(self.odd(&format!(
                        "a cell beyond the last column: {}",
                        shown(&String::from_utf8_lossy(reference))
                    )));
                }
                if !row.is_some_and(|row| (1..=MOST_ROWS).contains(&row)) {
                    return Err(
                        self.odd(&format!("a row beyond the last one: {}", shown(&String::from_utf8_lossy(reference))))
                    );
                }
            }
            (Role::Sheet, b"dimension") => {
                let reference = attribute(tag, b"ref").unwrap_or_default();
                if cut || reference.len() > 32 {
                    return Err(self.odd("an overlong tag"));
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn too_much(&self, what: &str) -> io::Error {
        Refusal::io(
            ReadErrorKind::Limit,
            format!("the workbook’s part “{}” holds {what}", shown(self.name)),
            "Save the sheet as CSV in a spreadsheet program and load that file.",
        )
    }

    fn odd(&self, what: &str) -> io::Error {
        Refusal::io(
            ReadErrorKind::Format,
            format!("the workbook’s part “{}” holds {what}, which no spreadsheet program writes", shown(self.name)),
            "Open it in a spreadsheet program, save it again and load that file.",
        )
    }
}

fn number(digits: &[u8]) -> Option<u64> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}

/// The raw value of an attribute.
fn attribute<'a>(tag: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let is_blank = |b: &u8| matches!(b, b' ' | b'\t' | b'\r' | b'\n');
    let mut at = tag.iter().position(is_blank)?;
    loop {
        at += tag.get(at..)?.iter().position(|b| !is_blank(b))?;
        let equals = at + tag.get(at..)?.iter().position(|b| *b == b'=')?;
        let quote_at = equals + 1 + tag.get(equals + 1..)?.iter().position(|b| !is_blank(b))?;
        let quote = *tag.get(quote_at)?;
        if quote != b'"' && quote != b'\'' {
            return None;
        }
        let end = quote_at + 1 + memchr(quote, tag.get(quote_at + 1..)?)?;
        if tag.get(at..equals)?.trim_ascii() == name {
            return tag.get(quote_at + 1..end);
        }
        at = end + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(role: Role, xml: &str) -> io::Result<()> {
        Check { role, name: "x", bytes: 0, strings: 0, depth: 0 }.run(xml.as_bytes())
    }

    #[test]
    fn what_spreadsheet_programs_write_passes() {
        let sheet = "<?xml version=\"1.0\"?><!-- > --><worksheet><dimension ref=\"A1:B2\"/><sheetData><row r=\"1\" spans='1:2'>\
                     <c r=\"A1\" t=\"s\"><v>0</v></c><c><v>1</v></c></row></sheetData><![CDATA[<row r=\"0\">]]></worksheet>";
        assert!(judged(Role::Sheet, sheet).is_ok());
        assert!(judged(Role::Strings, "<sst count=\"2\" uniqueCount=\"2\"><si><t>a</t></si></sst>").is_ok());
    }

    #[test]
    fn promises_and_places_beyond_a_sheet_are_refused() {
        assert!(judged(Role::Strings, "<sst uniqueCount=\"99999999999\">").is_err());
        assert!(judged(Role::Sheet, "<row r=\"4294967297\">").is_err());
        assert!(judged(Role::Sheet, "<x:row  r = '1048577'>").is_err());
        assert!(judged(Role::Sheet, "<c r=\"XFE1\">").is_err());
        assert!(judged(Role::Sheet, "<c r=\"AAAAAAAAA1\">").is_err());
        assert!(judged(Role::Sheet, "<!DOCTYPE a>").is_err());
        assert!(judged(Role::Sheet, &"<a>".repeat(300)).is_err());
    }
}
