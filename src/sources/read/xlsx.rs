//! XLSX workbooks, a sheet at a time, cell by cell as their XML has them. Only what a row needs is held: the shared texts,
//! and which number formats mean a date. `xlsx_fence` has looked the workbook over before. No workbook library reads the
//! cells, because one that hands numbers over as floats destroys IDs of more than 15 digits.

use std::collections::BTreeMap;
use std::io::{self, Read};

use super::Limits;
use super::cell_text::{NumberKind, Value};
use super::members::{self, Member};
use super::open::Blob;
use super::sheet_rows::{Halt, SheetRows};
use super::workbook::{Sheet, Visibility};
use super::xlsx_fence;
use super::xml::{Node, Xml, damaged};
use crate::job::Job;

/// An opened workbook.
pub(super) struct Book {
    blob: Blob,
    limits: Limits,
    job: Option<Job>,
    members: Vec<Member>,
    /// Each with the member that holds it.
    sheets: Vec<(Sheet, Option<String>)>,
    strings: Option<String>,
    styles: Option<String>,
    pub from_1904: bool,
    held: Option<Held>,
}

/// What cells refer to.
struct Held {
    strings: Strings,
    /// By the number of the cell's style.
    kinds: Vec<NumberKind>,
}

/// Texts end to end.
#[derive(Default)]
pub(super) struct Strings {
    text: String,
    ends: Vec<u32>,
}

impl Strings {
    /// Ends the text that was pushed last.
    pub fn end(&mut self) -> io::Result<()> {
        self.ends.push(u32::try_from(self.text.len()).map_err(|_| damaged("more than 4 GiB of texts"))?);
        Ok(())
    }

    pub fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    pub fn get(&self, at: usize) -> Option<&str> {
        let end = *self.ends.get(at)?;
        let from = at.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.text.get(from as usize..end as usize)
    }
}

impl Book {
    pub fn open(blob: &Blob, limits: &Limits, job: Option<&Job>) -> io::Result<Self> {
        let members = members::list(blob, limits)?;
        let mut book = Self {
            blob: blob.clone(),
            limits: limits.clone(),
            job: job.cloned(),
            members,
            sheets: Vec::new(),
            strings: None,
            styles: None,
            from_1904: false,
            held: None,
        };
        let top = book.relations("_rels/.rels", "")?;
        let main = top
            .values()
            .find(|(kind, _)| kind == "officeDocument")
            .map_or_else(|| "xl/workbook.xml".to_owned(), |(_, target)| target.clone());
        let (folder, file) = main.rsplit_once('/').unwrap_or(("", main.as_str()));
        let between = if folder.is_empty() { "" } else { "/" };
        let parts = book.relations(&format!("{folder}{between}_rels/{file}.rels"), folder)?;
        // A workbook that does not say where they lie has them where they always lie.
        let of_kind = |kind: &str| {
            let said = parts.values().find(|(k, _)| k == kind).map(|(_, target)| target.clone());
            Some(said.unwrap_or_else(|| format!("{folder}{between}{kind}.xml")))
        };
        book.strings = of_kind("sharedStrings");
        book.styles = of_kind("styles");
        let mut xml = book.part(&main)?;
        let mut sheets: Vec<(Sheet, Option<String>)> = Vec::new();
        let mut from_1904 = false;
        loop {
            match xml.next()? {
                // Extensions have an element of that name as well, which says nothing of dates.
                Node::Open(tag) if tag.name() == "workbookPr" => from_1904 |= tag.says("date1904"),
                Node::Open(tag) if tag.name() == "sheet" => {
                    let Some(name) = tag.local("name") else { continue };
                    let visibility = match tag.local("state").as_deref() {
                        Some("hidden") => Visibility::Hidden,
                        Some("veryHidden") => Visibility::VeryHidden,
                        _ => Visibility::Visible,
                    };
                    let part = tag.local("id").and_then(|id| parts.get(&*id).cloned());
                    let (skip, path) = match part {
                        Some((kind, target)) if kind == "worksheet" => (None, Some(target)),
                        Some((kind, _)) if kind.ends_with("acrosheet") => (Some("a sheet of macros"), None),
                        Some((kind, _)) if kind == "dialogsheet" => (Some("a dialogue, no table"), None),
                        Some(_) => (Some("a chart, no table"), None),
                        None => (Some("a sheet that the workbook names but does not hold"), None),
                    };
                    sheets.push((Sheet { name: name.into_owned(), visibility, skip }, path));
                }
                Node::End => break,
                _ => {}
            }
        }
        drop(xml);
        book.sheets = sheets;
        book.from_1904 = from_1904;
        Ok(book)
    }

    pub fn sheets(&self) -> impl Iterator<Item = &Sheet> {
        self.sheets.iter().map(|(sheet, _)| sheet)
    }

    fn find(&self, path: &str) -> Option<&Member> {
        let same = |member: &&Member| member.name.replace('\\', "/").trim_start_matches('/').eq_ignore_ascii_case(path);
        self.members.iter().find(same)
    }

    fn part(&self, path: &str) -> io::Result<Xml> {
        let member = self.find(path).ok_or_else(|| damaged(&format!("it has no part {path}")))?;
        if !xlsx_fence::looks_over(&member.name) {
            return Err(damaged(&format!("its part {path} lies where no sheet belongs")));
        }
        Ok(Xml::new(self.reader(member)?))
    }

    fn reader(&self, member: &Member) -> io::Result<Box<dyn Read + Send>> {
        member.open(&self.blob, &self.limits, self.job.as_ref())
    }

    /// What a part refers to: kind and place by ID. A part without relations has none.
    fn relations(&self, path: &str, folder: &str) -> io::Result<BTreeMap<String, (String, String)>> {
        let mut found = BTreeMap::new();
        if self.find(path).is_none() {
            return Ok(found);
        }
        let mut xml = self.part(path)?;
        loop {
            match xml.next()? {
                Node::Open(tag) if tag.name() == "Relationship" => {
                    if let (Some(id), Some(kind), Some(target)) =
                        (tag.local("Id"), tag.local("Type"), tag.local("Target"))
                    {
                        let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
                        found.insert(id.into_owned(), (kind, placed(folder, &target)));
                    }
                }
                Node::End => return Ok(found),
                _ => {}
            }
        }
    }

    fn hold(&mut self) -> io::Result<()> {
        if self.held.is_none() {
            let strings = match &self.strings {
                Some(path) if self.find(path).is_some() => strings(self.part(path)?)?,
                _ => Strings::default(),
            };
            let kinds = match &self.styles {
                Some(path) if self.find(path).is_some() => kinds(self.part(path)?)?,
                _ => Vec::new(),
            };
            self.held = Some(Held { strings, kinds });
        }
        Ok(())
    }

    /// Whether a sheet holds nothing, told without its shared texts.
    pub fn is_empty(&self, sheet: &str) -> io::Result<bool> {
        let Some((_, Some(path))) = self.sheets.iter().find(|(known, _)| known.name == sheet) else { return Ok(true) };
        let mut xml = self.part(path)?;
        let (mut data, mut inside) = (false, false);
        loop {
            match xml.next()? {
                Node::Open(tag) => match tag.name() {
                    "sheetData" => data = true,
                    "v" | "t" => inside = data,
                    "f" if data => return Ok(false),
                    _ => inside = false,
                },
                Node::Text(text) if inside && !text.trim().is_empty() => return Ok(false),
                Node::Shut(name) if *name == *"sheetData" => data = false,
                Node::End => return Ok(true),
                _ => {}
            }
        }
    }

    pub fn walk(&mut self, sheet: &str, rows: &mut SheetRows<'_>) -> Result<(), Halt> {
        self.hold()?;
        let Some((_, Some(path))) = self.sheets.iter().find(|(known, _)| known.name == sheet) else {
            return Err(Halt::Io(damaged("the sheet is no longer there")));
        };
        let xml = self.part(path)?;
        match &self.held {
            Some(held) => walk(xml, held, rows),
            None => Ok(()),
        }
    }
}

/// A place in the archive, as a part in `folder` writes it.
fn placed(folder: &str, target: &str) -> String {
    let target = target.replace('\\', "/");
    let whole = match target.strip_prefix('/') {
        Some(rest) => rest.to_owned(),
        None => format!("{folder}/{target}"),
    };
    let mut pieces: Vec<&str> = Vec::new();
    for piece in whole.split('/') {
        match piece {
            "" | "." => {}
            ".." => {
                pieces.pop();
            }
            piece => pieces.push(piece),
        }
    }
    pieces.join("/")
}

fn strings(mut xml: Xml) -> io::Result<Strings> {
    let mut strings = Strings::default();
    let (mut inside, mut spoken, mut item) = (false, 0_u32, String::new());
    loop {
        match xml.next()? {
            Node::Open(tag) => match tag.name() {
                "si" => item.clear(),
                "rPh" => spoken += 1,
                "t" => inside = spoken == 0,
                _ => {}
            },
            Node::Text(text) if inside => item.push_str(&text),
            Node::Shut(name) => match &*name {
                "t" => inside = false,
                "rPh" => spoken = spoken.saturating_sub(1),
                "si" => {
                    push_unescaped(&item, |text| strings.push(text));
                    strings.end()?;
                }
                _ => {}
            },
            Node::End => return Ok(strings),
            _ => {}
        }
    }
}

/// `_x001B_` is how a workbook writes characters that XML cannot hold.
fn push_unescaped(mut text: &str, mut push: impl FnMut(&str)) {
    while let Some(at) = text.find("_x") {
        let (before, rest) = text.split_at(at);
        push(before);
        let code =
            rest.get(2..6).filter(|hex| rest.get(6..7) == Some("_") && hex.bytes().all(|b| b.is_ascii_hexdigit()));
        match code.and_then(|hex| u32::from_str_radix(hex, 16).ok()).and_then(char::from_u32) {
            Some(c) => {
                push(c.encode_utf8(&mut [0; 4]));
                text = rest.get(7..).unwrap_or_default();
            }
            None => {
                push("_x");
                text = rest.get(2..).unwrap_or_default();
            }
        }
    }
    push(text);
}

/// What the cell styles make of numbers.
fn kinds(mut xml: Xml) -> io::Result<Vec<NumberKind>> {
    let mut codes: BTreeMap<u32, NumberKind> = BTreeMap::new();
    let mut kinds = Vec::new();
    let mut inside = false;
    loop {
        match xml.next()? {
            Node::Open(tag) => match tag.name() {
                "numFmt" => {
                    let id = tag.local("numFmtId").and_then(|id| id.trim().parse().ok());
                    if let (Some(id), Some(code)) = (id, tag.local("formatCode")) {
                        codes.insert(id, NumberKind::of_code(&code));
                    }
                }
                "cellXfs" => inside = true,
                "xf" if inside => {
                    let id = tag.local("numFmtId").and_then(|id| id.trim().parse().ok()).unwrap_or(0);
                    kinds.push(codes.get(&id).copied().unwrap_or_else(|| NumberKind::of_builtin(id)));
                }
                _ => {}
            },
            Node::Shut(name) if *name == *"cellXfs" => inside = false,
            Node::End => return Ok(kinds),
            _ => {}
        }
    }
}

/// `AB12` as row and column from 1; 0 stands for what is not said.
fn place(reference: &str) -> Option<(u64, u64)> {
    let letters = reference.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (letters, digits) = reference.split_at(letters);
    if letters.len() > 3 || letters.is_empty() {
        return None;
    }
    let column = letters.bytes().fold(0_u64, |n, b| n * 26 + u64::from(b.to_ascii_uppercase() - b'A') + 1);
    Some((digits.parse().ok()?, column))
}

/// The cell that is being read.
#[derive(Default)]
struct Cell {
    column: u64,
    kind: String,
    style: usize,
    value: String,
    formula: Option<String>,
    stored: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum In {
    Nothing,
    Value,
    Formula,
    Text,
}

fn walk(mut xml: Xml, held: &Held, rows: &mut SheetRows<'_>) -> Result<(), Halt> {
    let mut cell: Option<Cell> = None;
    let mut spare = Cell::default();
    let (mut data, mut inside, mut spoken) = (false, In::Nothing, 0_u32);
    let mut column = 0_u64;
    let mut unescaped = String::new();
    loop {
        match xml.next()? {
            Node::Open(tag) => match tag.name() {
                "sheetData" => data = true,
                "col" if !data && tag.says("hidden") => {
                    let number = |name| tag.local(name).and_then(|n| n.trim().parse().ok());
                    if let (Some(from), Some(to)) = (number("min"), number("max")) {
                        rows.noticed.hide_columns(from, to);
                    }
                }
                "mergeCell" if !data => rows.noticed.merged += 1,
                "row" if data => {
                    let number = match tag.local("r") {
                        Some(number) => number.trim().parse().unwrap_or(0),
                        None => rows.number() + 1,
                    };
                    let hidden = tag.says("hidden");
                    column = 0;
                    rows.begin(number, hidden)?;
                }
                "c" if data => {
                    let mut new = std::mem::take(&mut spare);
                    new.value.clear();
                    new.kind.clear();
                    new.formula = None;
                    new.stored = false;
                    match tag.local("r") {
                        Some(reference) => {
                            let Some((row, at)) = place(reference.trim()) else {
                                return Err(rows.misplaced("a cell has a name that is none"));
                            };
                            if row != rows.number() {
                                rows.begin(row, false)?;
                            }
                            column = at;
                        }
                        None => {
                            column += 1;
                            if rows.number() == 0 {
                                rows.begin(1, false)?;
                            }
                        }
                    }
                    new.column = column;
                    new.kind.push_str(tag.local("t").as_deref().unwrap_or("n"));
                    new.style = tag.local("s").and_then(|s| s.trim().parse().ok()).unwrap_or(0);
                    cell = Some(new);
                }
                "v" => {
                    inside = In::Value;
                    if let Some(cell) = &mut cell {
                        cell.stored = true;
                    }
                }
                "f" => {
                    inside = In::Formula;
                    if let Some(cell) = &mut cell {
                        cell.formula.get_or_insert_default();
                    }
                }
                "rPh" => spoken += 1,
                "is" => {
                    if let Some(cell) = &mut cell {
                        cell.stored = true;
                        cell.kind.clear();
                        cell.kind.push_str("inlineStr");
                    }
                }
                "t" if spoken == 0 => inside = In::Text,
                _ => {}
            },
            Node::Text(text) => {
                if let Some(cell) = &mut cell {
                    match inside {
                        In::Value | In::Text => cell.value.push_str(&text),
                        In::Formula => {
                            if let Some(formula) = &mut cell.formula {
                                if formula.is_empty() {
                                    formula.push('=');
                                }
                                formula.push_str(&text);
                            }
                        }
                        In::Nothing => {}
                    }
                }
            }
            Node::Shut(name) => match &*name {
                "sheetData" => data = false,
                "v" | "f" | "t" => inside = In::Nothing,
                "rPh" => spoken = spoken.saturating_sub(1),
                "c" => {
                    inside = In::Nothing;
                    if let Some(cell) = cell.take() {
                        let value = value_of(&cell, held, &mut unescaped).ok_or_else(|| {
                            rows.misplaced(&format!("a cell names a text that is not there: {}", cell.value))
                        })?;
                        rows.cell(cell.column, value, cell.formula.as_deref(), cell.stored)?;
                        spare = cell;
                    }
                }
                _ => {}
            },
            Node::Other => {}
            Node::End => {
                if data {
                    return Err(Halt::Io(damaged("the sheet is cut off")));
                }
                return rows.finish();
            }
        }
    }
}

/// `None` if the cell refers to a text that the workbook does not hold.
fn value_of<'a>(cell: &'a Cell, held: &'a Held, unescaped: &'a mut String) -> Option<Value<'a>> {
    let raw = cell.value.as_str();
    Some(match cell.kind.as_str() {
        "s" if raw.trim().is_empty() => Value::Nothing,
        "s" => Value::Text(held.strings.get(raw.trim().parse().ok()?)?),
        "b" => match raw.trim() {
            "" => Value::Nothing,
            "1" | "true" => Value::Bool(true),
            _ => Value::Bool(false),
        },
        "e" if raw.trim().is_empty() => Value::Nothing,
        "e" => Value::Error(raw.trim()),
        "n" => {
            let raw = raw.trim();
            match raw.parse::<f64>() {
                _ if raw.is_empty() => Value::Nothing,
                Ok(n) if n.is_finite() => {
                    let kind = held.kinds.get(cell.style).copied().unwrap_or(NumberKind::Plain);
                    Value::Number { n, digits: Some(raw), kind }
                }
                _ => Value::Text(raw),
            }
        }
        _ if !cell.stored => Value::Nothing,
        _ => {
            unescaped.clear();
            push_unescaped(raw, |text| unescaped.push_str(text));
            Value::Text(unescaped)
        }
    })
}
