//! OpenDocument workbooks (.ods). All sheets lie in one document, one behind the other, so it is streamed: nothing of it is
//! held but the row at hand. What is repeated by a count is repeated here, as far as the file's size makes it believable.
//! No workbook library reads them, because one reads the document whole into memory and hands numbers over as floats.

use std::collections::BTreeSet;
use std::io::{self, Read};

use super::cell_text::{NumberKind, Value, span_of_iso};
use super::members::{self, Member};
use super::open::{self, Blob};
use super::refusal::Refusal;
use super::sheet_rows::{Halt, SheetRows};
use super::workbook::{Sheet, Visibility};
use super::xlsx_fence::{MOST_COLUMNS, MOST_ROWS};
use super::xml::{Node, Tag, Xml, damaged};
use super::{Limits, ReadErrorKind};
use crate::job::Job;

const CONTENT: &str = "content.xml";
const MOST_SHEETS: usize = 10_000;

/// An opened workbook.
pub(super) struct Book {
    blob: Blob,
    limits: Limits,
    job: Option<Job>,
    content: Member,
    sheets: Vec<Sheet>,
    empty: BTreeSet<String>,
}

impl Book {
    pub fn open(blob: &Blob, limits: &Limits, job: Option<&Job>) -> io::Result<Self> {
        let mut members = members::list(blob, limits)?;
        if let Some(manifest) = members.iter().find(|member| member.name == "META-INF/manifest.xml") {
            let mut text = Vec::new();
            manifest.open(blob, limits, None)?.take(4 << 20).read_to_end(&mut text)?;
            if memchr::memmem::find(&text, b"encryption-data").is_some() {
                return Err(protected());
            }
        }
        if members.iter().any(|member| member.name == "encrypted-package") {
            return Err(protected());
        }
        let at = members.iter().position(|member| member.name == CONTENT);
        let content = members.swap_remove(at.ok_or_else(|| damaged("it has no content"))?);
        let mut book = Self {
            blob: blob.clone(),
            limits: limits.clone(),
            job: job.cloned(),
            content,
            sheets: Vec::new(),
            empty: BTreeSet::new(),
        };
        book.list()?;
        Ok(book)
    }

    pub fn sheets(&self) -> &[Sheet] {
        &self.sheets
    }

    pub fn is_empty(&self, sheet: &str) -> bool {
        self.empty.contains(sheet)
    }

    fn xml(&self) -> io::Result<Xml> {
        Ok(Xml::new(self.content.open(&self.blob, &self.limits, self.job.as_ref())?))
    }

    /// Finds the sheets in one pass.
    fn list(&mut self) -> io::Result<()> {
        let mut xml = self.xml()?;
        let mut hidden = BTreeSet::new();
        let mut style = None;
        let mut depth = 0_u64;
        let mut filled = false;
        let mut linked = false;
        loop {
            match xml.next()? {
                Node::Open(tag) => match tag.whole_name() {
                    "style:style" => style = tag.exact("style:name").map(|name| name.into_owned()),
                    "style:table-properties" if tag.exact("table:display").as_deref() == Some("false") => {
                        hidden.extend(style.clone());
                    }
                    "table:table" => {
                        depth += 1;
                        if depth == 1 {
                            (filled, linked) = (false, false);
                            let style = tag.exact("table:style-name").unwrap_or_default();
                            let visibility =
                                if hidden.contains(&*style) { Visibility::Hidden } else { Visibility::Visible };
                            let name = tag.exact("table:name").unwrap_or_default().into_owned();
                            self.sheets.push(Sheet { name, visibility, skip: None });
                            if self.sheets.len() > MOST_SHEETS {
                                return Err(damaged("more than 10,000 sheets"));
                            }
                        }
                    }
                    "table:table-source" if depth == 1 => linked = true,
                    "table:table-cell" if depth == 1 && !filled => {
                        filled = tag.exact("office:value-type").is_some() || tag.exact("table:formula").is_some();
                    }
                    "text:p" if depth == 1 => filled = true,
                    _ => {}
                },
                Node::Shut(name) if *name == *"table" && depth > 0 => {
                    depth -= 1;
                    if depth == 0
                        && let Some(sheet) = self.sheets.last_mut()
                    {
                        if linked && sheet.name.starts_with('\'') {
                            sheet.skip = Some("a copy of another file's sheet");
                        } else if !filled {
                            self.empty.insert(sheet.name.clone());
                        }
                    }
                }
                Node::End => return Ok(()),
                _ => {}
            }
        }
    }

    pub fn walk(&mut self, sheet: &str, rows: &mut SheetRows<'_>) -> Result<(), Halt> {
        let xml = self.xml()?;
        let most = open::fence(self.blob.size()?, &self.limits);
        Walk { xml, most, repeated: 0, row: 0, column: 0 }.run(sheet, rows)
    }
}

fn protected() -> io::Error {
    Refusal::io(
        ReadErrorKind::Format,
        "it is a workbook protected by a password",
        "Open it with its password, save it without one (or as CSV) and load that file.",
    )
}

struct Walk {
    xml: Xml,
    /// The most bytes that counts of repetition may make.
    most: u64,
    repeated: u64,
    /// The row at hand, from 1; 0 before the first.
    row: u64,
    column: u64,
}

/// What the tag of a cell says.
#[derive(Default)]
struct Cell {
    kind: String,
    value: Option<String>,
    formula: Option<String>,
    times: u64,
    error: bool,
}

fn times(tag: &Tag<'_>, name: &str, most: u64) -> u64 {
    tag.exact(name).and_then(|n| n.trim().parse::<u64>().ok()).unwrap_or(1).clamp(1, most)
}

impl Walk {
    fn run(mut self, sheet: &str, rows: &mut SheetRows<'_>) -> Result<(), Halt> {
        let mut depth = 0_u64;
        let mut wanted = false;
        let mut row_times = 1;
        loop {
            match self.xml.next()? {
                Node::Open(tag) => match tag.whole_name() {
                    "table:table" => {
                        depth += 1;
                        wanted |= depth == 1 && tag.exact("table:name").unwrap_or_default() == sheet;
                    }
                    _ if !wanted || depth != 1 => {}
                    "table:table-column" => {
                        let n = times(&tag, "table:number-columns-repeated", MOST_COLUMNS);
                        if is_hidden(&tag) {
                            rows.noticed.hide_columns(self.column + 1, self.column + n);
                        }
                        self.column += n;
                    }
                    "table:table-row" => {
                        row_times = times(&tag, "table:number-rows-repeated", MOST_ROWS);
                        let hidden = is_hidden(&tag);
                        self.row += 1;
                        self.column = 0;
                        rows.begin(self.row.min(MOST_ROWS + 1), hidden)?;
                    }
                    "table:covered-table-cell" => {
                        self.column += times(&tag, "table:number-columns-repeated", MOST_COLUMNS);
                        self.skip("covered-table-cell")?;
                    }
                    "table:table-cell" => {
                        if times(&tag, "table:number-columns-spanned", MOST_COLUMNS) > 1
                            || times(&tag, "table:number-rows-spanned", MOST_ROWS) > 1
                        {
                            rows.noticed.merged += 1;
                        }
                        let cell = cell_of(&tag);
                        drop(tag);
                        self.cell(cell, rows)?;
                    }
                    _ => {}
                },
                Node::Shut(name) => match &*name {
                    "table" if depth > 0 => {
                        depth -= 1;
                        if depth == 0 && wanted {
                            return rows.finish();
                        }
                    }
                    "table-row" if wanted && depth == 1 => {
                        if !rows.is_blank() {
                            self.count(rows.row_bytes().saturating_mul(row_times - 1))?;
                            for _ in 1..row_times {
                                rows.once_more()?;
                            }
                        }
                        // Blank rows only move on: a sheet ends in a million of them.
                        self.row = self.row.saturating_add(row_times - 1);
                    }
                    _ => {}
                },
                Node::Text(_) | Node::Other => {}
                Node::End => return Err(Halt::Io(damaged("the sheet is cut off"))),
            }
        }
    }

    fn count(&mut self, bytes: u64) -> Result<(), Halt> {
        self.repeated = self.repeated.saturating_add(bytes);
        if self.repeated > self.most { Err(Halt::Io(open::bomb(self.most))) } else { Ok(()) }
    }

    /// Passes over the rest of an element.
    fn skip(&mut self, name: &str) -> io::Result<()> {
        let mut inside = 1_u64;
        while inside > 0 {
            match self.xml.next()? {
                Node::Open(tag) if tag.name() == name => inside += 1,
                Node::Shut(shut) if *shut == *name => inside -= 1,
                Node::End => return Err(damaged("the sheet is cut off")),
                _ => {}
            }
        }
        Ok(())
    }

    fn cell(&mut self, cell: Cell, rows: &mut SheetRows<'_>) -> Result<(), Halt> {
        let text = self.text()?;
        let stored = !cell.kind.is_empty() || text.is_some();
        let text = text.unwrap_or_default();
        let raw = cell.value.as_deref().map(str::trim).unwrap_or_default();
        let span;
        let value = match cell.kind.as_str() {
            _ if cell.error => Value::Error(text.trim()),
            "float" | "currency" | "percentage" => match raw.parse::<f64>() {
                Ok(n) if n.is_finite() => Value::Number {
                    n,
                    digits: Some(raw),
                    kind: if cell.kind == "percentage" { NumberKind::Percent } else { NumberKind::Plain },
                },
                _ => Value::Text(&text),
            },
            "boolean" => Value::Bool(raw == "true"),
            "date" if !raw.is_empty() && raw.len() <= 40 => Value::Text(raw),
            "time" => {
                span = span_of_iso(raw);
                Value::Text(span.as_deref().unwrap_or(&text))
            }
            "string" => Value::Text(cell.value.as_deref().unwrap_or(&text)),
            _ if text.is_empty() => Value::Nothing,
            _ => Value::Text(&text),
        };
        let empty = matches!(value, Value::Nothing | Value::Text("")) && cell.formula.is_none();
        if empty {
            self.column = self.column.saturating_add(cell.times);
            return Ok(());
        }
        let before = rows.row_bytes();
        for at in 0..cell.times {
            rows.cell(self.column + 1, value, cell.formula.as_deref(), stored)?;
            self.column += 1;
            if at == 0 {
                self.count((rows.row_bytes() - before).saturating_mul(cell.times - 1))?;
            }
        }
        Ok(())
    }

    /// The paragraphs of a cell up to its end; `None` if it has none. Notes and drawings are no part of its value.
    fn text(&mut self) -> io::Result<Option<String>> {
        let mut text: Option<String> = None;
        let mut inside = false;
        // A run of blanks in the file is one; at the beginning of a paragraph it is none.
        let mut blank = true;
        loop {
            match self.xml.next()? {
                Node::Open(tag) => match tag.whole_name() {
                    "text:p" | "text:h" => {
                        match &mut text {
                            Some(text) => text.push('\n'),
                            None => text = Some(String::new()),
                        }
                        (inside, blank) = (true, true);
                    }
                    "text:s" | "text:tab" | "text:line-break" => {
                        let (c, n) = match tag.name() {
                            "s" => (' ', times(&tag, "text:c", 32_767)),
                            "tab" => ('\t', 1),
                            _ => ('\n', 1),
                        };
                        if let Some(text) = &mut text {
                            let n = usize::try_from(n).unwrap_or(1);
                            text.extend(std::iter::repeat_n(c, n));
                            if text.len() > 64 << 20 {
                                return Err(damaged("a cell of more than 64 MiB"));
                            }
                        }
                        blank = c != ' ';
                    }
                    name if name.starts_with("text:") && !matches!(name, "text:note" | "text:ruby-text") => {}
                    _ => {
                        let name = tag.name().to_owned();
                        drop(tag);
                        self.skip(&name)?;
                    }
                },
                Node::Text(piece) if inside => {
                    if let Some(text) = &mut text {
                        for c in piece.chars() {
                            let is_blank = matches!(c, ' ' | '\n' | '\t' | '\r');
                            if !is_blank {
                                text.push(c);
                            } else if !blank {
                                text.push(' ');
                            }
                            blank = is_blank;
                        }
                    }
                }
                Node::Shut(name) => match &*name {
                    "p" | "h" => inside = false,
                    "table-cell" => return Ok(text),
                    _ => {}
                },
                Node::End => return Err(damaged("the sheet is cut off")),
                _ => {}
            }
        }
    }
}

fn is_hidden(tag: &Tag<'_>) -> bool {
    matches!(tag.exact("table:visibility").as_deref(), Some("collapse" | "filter"))
}

fn cell_of(tag: &Tag<'_>) -> Cell {
    let kind = tag.exact("office:value-type").unwrap_or_default().into_owned();
    let name = match kind.as_str() {
        "float" | "currency" | "percentage" => "office:value",
        "boolean" => "office:boolean-value",
        "date" => "office:date-value",
        "time" => "office:time-value",
        _ => "office:string-value",
    };
    Cell {
        value: tag.exact(name).map(|value| value.into_owned()),
        formula: tag.exact("table:formula").map(|formula| match formula.split_once(":=") {
            Some((_, formula)) => format!("={formula}"),
            None => formula.into_owned(),
        }),
        times: times(tag, "table:number-columns-repeated", MOST_COLUMNS),
        error: tag.exact("calcext:value-type").as_deref() == Some("error"),
        kind,
    }
}
