//! One file into the parts that are read as one load each, by what is in it and only then by its name.

use std::io::{self, Read};
use std::path::Path;

use serde::de::IgnoredAny;

use super::encoding::{self, Charset};
use super::members;
use super::open::{self, Blob};
use super::refusal::{Refusal, counted, read_error, shown};
use super::{Format, Limits, Part, ReadError, ReadErrorKind, ReadOptions, sqlite, workbook, xls_fence};

/// What a file holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parts {
    /// In the order in which they stand in the file.
    pub parts: Vec<Part>,
    /// Members, sheets and tables that are not read, each with the reason.
    pub skipped: Vec<(String, String)>,
}

/// How much of a file tells its format.
const HEAD: usize = 64 << 10;

/// Takes a file apart: itself, or what is in an archive, or the sheets of a workbook, or the tables of a database.
///
/// # Errors
/// [`ReadError`] where the file is missing, is no regular file, is empty, is no export, or is an archive that is damaged,
/// protected, ambiguous or beyond the limits.
pub fn list_parts(path: &Path, options: &ReadOptions) -> Result<Parts, ReadError> {
    let mut walk = Walk { path, options, parts: Parts::default() };
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let blob = Blob::on_disk(path);
    let size = open::open_file(path).and_then(|f| f.metadata()).map_err(|e| read_error(e, path))?.len();
    walk.take(&blob, &name, &mut Vec::new(), size).map_err(|e| read_error(e, path))?;
    if walk.parts.parts.is_empty() {
        let named: Vec<String> =
            walk.parts.skipped.iter().take(3).map(|(name, why)| format!("{} ({why})", shown(name))).collect();
        let what = if named.is_empty() { "it is empty".to_owned() } else { named.join(", ") };
        return Err(ReadError::new(
            if named.is_empty() { ReadErrorKind::Empty } else { ReadErrorKind::Format },
            path,
            format!("{}: there is nothing in it that can be read: {what}", shown(&path.display().to_string())),
            FORMATS,
        ));
    }
    Ok(walk.parts)
}

const FORMATS: &str = "This build reads CSV and other delimited text, JSON, NDJSON, XLSX, XLS, ODS and SQLite, plain or in a gzip or zip archive.";

struct Walk<'a> {
    path: &'a Path,
    options: &'a ReadOptions,
    parts: Parts,
}

impl Walk<'_> {
    fn push(&mut self, members: &[String], sheet: Option<String>, format: Format, size: u64) {
        self.parts.parts.push(Part {
            file: self.path.to_path_buf(),
            members: members.to_vec(),
            sheet,
            format,
            size: Some(size),
        });
    }

    /// `packed`: bytes of it in the file that is on disk.
    fn take(&mut self, blob: &Blob, name: &str, members: &mut Vec<String>, packed: u64) -> io::Result<()> {
        let head = blob.head(HEAD)?;
        if open::is_gzip(&head) {
            let inner = inner_name(name);
            let limits = &self.options.limits;
            let open = || open::unpack(blob, &inner, limits, None);
            return self.take_member(open()?, open, &inner, members, packed);
        }
        if open::is_zip(&head) {
            return self.take_zip(blob, name, members, packed);
        }
        if head.is_empty() {
            return Err(Refusal::io(
                ReadErrorKind::Empty,
                "there is nothing in it",
                "Export it again; an export without rows still has a header.",
            ));
        }
        if head.starts_with(&xls_fence::MAGIC) {
            recognise_old(blob, &head)?;
            return self.take_sheets(Format::Xls, blob, members, packed);
        }
        if head.starts_with(sqlite::MAGIC) {
            for table in sqlite::tables(self.path, !members.is_empty(), blob, &self.options.limits)? {
                match table.skip {
                    None => self.push(members, Some(table.name), Format::Sqlite, packed),
                    Some(why) => self.parts.skipped.push((joined(members, &table.name), why)),
                }
            }
            return Ok(());
        }
        let format = recognise_head(&head, name)?;
        self.push(members, None, format, packed);
        Ok(())
    }

    fn take_sheets(&mut self, format: Format, blob: &Blob, members: &[String], packed: u64) -> io::Result<()> {
        for sheet in workbook::sheets(format, blob, &self.options.limits)? {
            match sheet.skip {
                None => self.push(members, Some(sheet.name), format, packed),
                Some(why) => self.parts.skipped.push((joined(members, &sheet.name), why.to_owned())),
            }
        }
        Ok(())
    }

    /// `open`: the member's bytes once more.
    fn take_member(
        &mut self,
        mut reader: Box<dyn Read + Send>,
        open: impl Fn() -> io::Result<Box<dyn Read + Send>>,
        inner: &str,
        members: &mut Vec<String>,
        packed: u64,
    ) -> io::Result<()> {
        if members.len() >= self.options.limits.depth {
            return Err(Refusal::io(
                ReadErrorKind::Limit,
                format!("it holds archives inside archives, more than {} deep", self.options.limits.depth),
                "Unpack it yourself and load what is in it.",
            ));
        }
        let mut head = Vec::new();
        reader.by_ref().take(HEAD as u64).read_to_end(&mut head)?;
        members.push(inner.to_owned());
        let in_pieces = head.starts_with(&xls_fence::MAGIC) || head.starts_with(sqlite::MAGIC);
        let taken = if open::is_zip(&head) || open::is_gzip(&head) || in_pieces {
            drop(reader);
            let held = Blob::Held(open::hold(open()?)?);
            self.take(&held, inner, members, packed)
        } else if head.is_empty() {
            Err(Refusal::io(ReadErrorKind::Empty, "there is nothing in it", FORMATS))
        } else {
            drop(reader);
            recognise_head(&head, inner).map(|format| self.push(members, None, format, packed))
        };
        members.pop();
        taken
    }

    fn take_zip(&mut self, blob: &Blob, name: &str, path: &mut Vec<String>, packed: u64) -> io::Result<()> {
        let listed = members::list(blob, &self.options.limits)?;
        let has = |wanted: &str| listed.iter().any(|member| member.name.eq_ignore_ascii_case(wanted));
        if has("xl/workbook.xml") || (has("[Content_Types].xml") && name.to_ascii_lowercase().ends_with(".xlsx")) {
            return self.take_sheets(Format::Xlsx, blob, path, packed);
        }
        if has("encrypted-package") || (has("mimetype") && has("content.xml")) {
            is_spreadsheet(&listed, blob, &self.options.limits)?;
            return self.take_sheets(Format::Ods, blob, path, packed);
        }
        let office = if has("xl/workbook.bin") {
            Some("a binary Excel workbook (.xlsb)")
        } else if has("word/document.xml") || has("ppt/presentation.xml") {
            Some("a text or a presentation, not a table")
        } else if listed.iter().any(|member| {
            member.name == "Index.zip" || (member.name.contains("Index/") && member.name.ends_with(".iwa"))
        }) {
            return Err(not_read(
                "an Apple Numbers document",
                "In Numbers choose File, Export To, CSV or Excel, and load that file.",
            ));
        } else {
            None
        };
        if let Some(what) = office {
            return Err(not_read(what, "Save it as XLSX or CSV and load that file."));
        }
        for member in listed.iter().filter(|member| !member.is_folder) {
            let name = &member.name;
            if let Some(why) = beside_the_point(name) {
                self.parts.skipped.push((joined(path, name), why.to_owned()));
                continue;
            }
            let open = || member.open(blob, &self.options.limits, None);
            match open().and_then(|first| self.take_member(first, open, name, path, member.packed)) {
                Ok(()) => {}
                Err(error) => match error.downcast::<Refusal>() {
                    // What is no export is left out; what is dangerous or damaged stops everything.
                    Ok(refusal) if refusal.message.starts_with(NOT_READ) || refusal.kind == ReadErrorKind::Empty => {
                        let why = refusal.message.trim_start_matches(NOT_READ).to_owned();
                        self.parts.skipped.push((joined(path, name), why));
                    }
                    Ok(refusal) => {
                        let message = format!("in its member “{}”: {}", shown(name), refusal.message);
                        let message = if refusal.message.contains('“') { refusal.message } else { message };
                        return Err(Refusal::io(refusal.kind, message, refusal.hint));
                    }
                    Err(error) => return Err(error),
                },
            }
        }
        Ok(())
    }
}

/// How the message of a refusal begins that only says what a file is instead of an export.
const NOT_READ: &str = "it is ";

fn not_read(what: &str, hint: &str) -> io::Error {
    Refusal::io(ReadErrorKind::Format, format!("{NOT_READ}{what}"), format!("{hint} {FORMATS}"))
}

fn joined(members: &[String], name: &str) -> String {
    let mut path = members.join("/");
    if !path.is_empty() {
        path.push('/');
    }
    path + name
}

/// The name of what a gzip file holds.
fn inner_name(name: &str) -> String {
    let lower = name.to_ascii_lowercase();
    let cut = if lower.ends_with(".gz") {
        3
    } else if lower.ends_with(".gzip") {
        5
    } else {
        0
    };
    let inner = name.get(..name.len() - cut).unwrap_or(name);
    if inner.is_empty() { "content".to_owned() } else { inner.to_owned() }
}

/// Members that archives carry for the computer's sake, or that explain the others.
fn beside_the_point(member: &str) -> Option<&'static str> {
    let mut pieces = member.split(['/', '\\']);
    let last = member.rsplit(['/', '\\']).next().unwrap_or(member).to_ascii_lowercase();
    if pieces.any(|p| p == "__MACOSX") || last == ".ds_store" {
        return Some("left by macOS");
    }
    if member.split(['/', '\\']).any(|p| p.starts_with('.')) {
        return Some("a hidden file");
    }
    if matches!(last.as_str(), "thumbs.db" | "desktop.ini") {
        return Some("left by Windows");
    }
    let text = [".txt", ".md", ".rst", ""].iter().any(|end| {
        ["readme", "license", "licence", "copying", "changelog"].iter().any(|name| last == format!("{name}{end}"))
    });
    let page = [".md", ".rst", ".htm", ".html"].iter().any(|end| last.ends_with(end));
    (text || page).then_some("a text about the data, not data")
}

/// Refuses an old office container that is no workbook.
fn recognise_old(blob: &Blob, head: &[u8]) -> io::Result<()> {
    let container = match xls_fence::container(blob) {
        Ok(container) => container,
        Err(_) if ole_holds(blob, head, "EncryptedPackage").unwrap_or(false) => return Err(xls_fence::protected()),
        Err(error) => return Err(error),
    };
    if container.is_stream("/EncryptedPackage") {
        return Err(xls_fence::protected());
    }
    if container.is_stream("/Workbook") || container.is_stream("/Book") {
        return Ok(());
    }
    Err(not_read("an old office file that holds no workbook", "Save its records as XLSX or CSV and load that file."))
}

/// Whether the first folder page of an OLE container names a stream.
fn ole_holds(blob: &Blob, head: &[u8], stream: &str) -> io::Result<bool> {
    let number = |at: usize| head.get(at..at + 4).and_then(|b| b.try_into().ok()).map_or(0, u32::from_le_bytes);
    let shift = u32::from(head.get(30).copied().unwrap_or(9)).clamp(7, 16);
    let place = (u64::from(number(48)) + 1) << shift;
    let wanted: Vec<u8> = stream.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut page = Vec::new();
    let mut reader = blob.reader()?;
    reader.seek(io::SeekFrom::Start(place))?;
    reader.take(4 << 10).read_to_end(&mut page)?;
    Ok(memchr::memmem::find(&page, &wanted).is_some() || memchr::memmem::find(head, &wanted).is_some())
}

/// Refuses an OpenDocument file that is no workbook.
fn is_spreadsheet(listed: &[members::Member], blob: &Blob, limits: &Limits) -> io::Result<()> {
    let Some(member) = listed.iter().find(|member| member.name == "mimetype") else { return Ok(()) };
    let mut kind = String::new();
    let _ = member.open(blob, limits, None)?.take(200).read_to_string(&mut kind);
    let other = kind.contains("opendocument") && !kind.contains("spreadsheet");
    if other || kind.contains("epub") {
        return Err(not_read(
            "a text or a presentation, not a table",
            "Save its table as XLSX or CSV and load that file.",
        ));
    }
    Ok(())
}

/// SYLK, which Excel writes as .slk: `ID;P…`, then a record of a letter and semicolons on every line.
fn is_sylk(begin: &[u8]) -> bool {
    if !begin.starts_with(b"ID;P") {
        return false;
    }
    let lines: Vec<&[u8]> =
        begin.split(|b| matches!(b, b'\r' | b'\n')).filter(|line| !line.is_empty()).skip(1).take(20).collect();
    let record = |line: &&&[u8]| {
        **line == b"E" || (line.first().is_some_and(u8::is_ascii_uppercase) && line.iter().take(3).any(|b| *b == b';'))
    };
    !lines.is_empty() && lines.iter().filter(record).count() == lines.len()
}

fn recognise_head(head: &[u8], name: &str) -> io::Result<Format> {
    if let Some(what) = magic(head) {
        return Err(not_read(what, "Export the records as XLSX or CSV and load that file."));
    }
    let charset = encoding::mark(head).or_else(|| encoding::wide_by_zeros(head).map(|w| (Charset::Wide(w), 0)));
    let decoded;
    let text = match charset {
        Some((Charset::Wide(wide), mark)) => {
            let mut out = Vec::new();
            wide.decode(head.get(mark..).unwrap_or_default(), false, &mut out);
            decoded = out;
            decoded.as_slice()
        }
        Some((_, mark)) => head.get(mark..).unwrap_or_default(),
        None => head,
    };
    if charset.is_none() && is_binary(head) {
        return Err(not_read("not an export, most of it is no text", "Export the records as XLSX or CSV."));
    }
    let begin = text.trim_ascii_start();
    let lower = begin.get(..begin.len().min(16)).unwrap_or_default().to_ascii_lowercase();
    if [&b"<?xml"[..], b"<!doctype", b"<html", b"<table", b"<workbook"].iter().any(|tag| lower.starts_with(tag)) {
        return Err(not_read(
            if lower.starts_with(b"<html") || lower.starts_with(b"<table") || lower.starts_with(b"<!doctype") {
                "a web page, whatever its name says"
            } else {
                "an XML or web page, whatever its name says"
            },
            "Open it in a spreadsheet program, save it as XLSX or CSV and load that file.",
        ));
    }
    if is_sylk(begin) {
        return Err(not_read(
            "a SYLK file (.slk), whatever its name says",
            "Open it in a spreadsheet program, save it as XLSX or CSV and load that file.",
        ));
    }
    if lower.starts_with(b"{\\rtf") {
        return Err(not_read("a formatted text, not a table", "Export the records as XLSX or CSV."));
    }
    let extension = name.rsplit_once('.').map(|(_, e)| e.to_ascii_lowercase()).unwrap_or_default();
    let named_json = matches!(extension.as_str(), "json" | "ndjson" | "jsonl" | "ldjson" | "jsonlines");
    let named_table = matches!(extension.as_str(), "csv" | "tsv" | "tab" | "psv");
    let opens = matches!(begin.first(), Some(b'{' | b'['));
    Ok(if (opens && is_json(begin, named_table)) || (named_json && (opens || !named_table)) {
        Format::Json
    } else {
        Format::Delimited
    })
}

/// Whether text that opens a brace or bracket is JSON as far as it goes. A file that calls itself a table has to be JSON
/// through and through its first value, and objects at that.
fn is_json(begin: &[u8], named_table: bool) -> bool {
    let inside = begin.get(1..).unwrap_or_default().trim_ascii_start();
    let likely = match (begin.first(), inside.first()) {
        (Some(b'{'), Some(b'"' | b'}')) => true,
        (Some(b'['), Some(b'{')) => true,
        (Some(b'['), Some(b']')) => !named_table,
        _ => false,
    };
    if !likely {
        return false;
    }
    let mut values = serde_json::Deserializer::from_slice(begin).into_iter::<IgnoredAny>();
    match values.next() {
        Some(Ok(_)) => {
            !named_table
                || matches!(
                    begin.get(values.byte_offset()..).map(|r| r.trim_ascii_start().first().copied()),
                    Some(None | Some(b'{'))
                )
        }
        Some(Err(error)) => error.is_eof() || !named_table,
        None => false,
    }
}

/// What other kinds of files begin with.
fn magic(head: &[u8]) -> Option<&'static str> {
    let kinds: [(&[u8], &'static str); 18] = [
        (b"%PDF-", "a PDF document"),
        (b"\x89PNG\r\n\x1a\n", "a picture"),
        (b"\xFF\xD8\xFF", "a picture"),
        (b"GIF87a", "a picture"),
        (b"GIF89a", "a picture"),
        (b"II*\0", "a picture"),
        (b"MM\0*", "a picture"),
        (b"\x7fELF", "a program"),
        (b"\xCF\xFA\xED\xFE", "a program"),
        (b"\xCA\xFE\xBA\xBE", "a program"),
        (b"7z\xBC\xAF\x27\x1C", "a 7-Zip archive"),
        (b"Rar!\x1A\x07", "a RAR archive"),
        (b"\xFD7zXZ\0", "an xz archive"),
        (b"BZh91AY&SY", "a bzip2 archive"),
        (b"\x28\xB5\x2F\xFD", "a Zstandard archive"),
        (b"PAR1", "a Parquet file"),
        (b"Obj\x01", "an Avro file"),
        (b"ORC\x01", "an ORC file"),
    ];
    let tar = head.get(257..262) == Some(b"ustar");
    let windows = head.starts_with(b"MZ") && head.get(..256).is_some_and(|h| h.contains(&0));
    kinds
        .iter()
        .find(|(begin, _)| head.starts_with(begin))
        .map(|(_, what)| *what)
        .or(tar.then_some("a tar archive"))
        .or(windows.then_some("a program"))
}

/// More than three bytes in ten are control characters that text does not hold; or one in twenty, where the rest is no
/// UTF-8 either.
pub(super) fn is_binary(head: &[u8]) -> bool {
    let head = head.get(..HEAD).unwrap_or(head);
    let control = head.iter().filter(|b| matches!(**b, 0..=8 | 0x0E..=0x1B | 0x7F)).count();
    // The head may end within a character.
    let is_text = std::str::from_utf8(head).map_or_else(|e| e.valid_up_to() + 4 > head.len(), |_| true);
    magic(head).is_some()
        || control * 10 > head.len() * 3
        || (!is_text && head.len() >= 64 && control * 20 > head.len())
}

/// `3 members were skipped`, for who lists parts.
impl Parts {
    /// One sentence about what is left out; `None` if nothing is.
    #[must_use]
    pub fn skipped_in_words(&self) -> Option<String> {
        if self.skipped.is_empty() {
            return None;
        }
        let named: Vec<String> =
            self.skipped.iter().take(5).map(|(name, why)| format!("{} ({})", shown(name), shown(why))).collect();
        let more = if self.skipped.len() > 5 { ", and more" } else { "" };
        Some(format!("{} not read: {}{more}", counted(self.skipped.len() as u64, "member"), named.join(", ")))
    }
}
