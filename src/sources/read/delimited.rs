//! Delimited files: the whole scan, and rows as text. A record that can be read as text with the header's fields (or
//! fewer) is a record; what cannot goes to quarantine with its exact bytes.

use std::collections::BTreeSet;
use std::io::Read;

use super::continued::{Continued, Continuing};
use super::encoding::{self, Charset};
use super::foot::Foot;
use super::input::{Input, mark_length};
use super::look::{self, look, part_name};
use super::open;
use super::refusal::{counted, grouped, read_error, shown};
use super::rows::{Rows, RowsError, line_ends};
use super::sample::Sample;
use super::sniff::{self, declared_delimiter};
use super::{
    Dialect, Format, Layout, Part, Quarantined, ReadError, ReadErrorKind, ReadOptions, Row, RowSink, Scan, Tally,
};
use crate::job::Job;

/// Everything needed to read the rows of one file.
struct Reading<'a> {
    part: &'a Part,
    options: &'a ReadOptions,
    charset: Charset,
    clean: bool,
    dialect: Dialect,
    columns: Vec<String>,
    rows: Rows<Input>,
}

pub(super) fn scan(part: &Part, options: &ReadOptions, job: &Job) -> Result<Scan, ReadError> {
    let look = look(part, options, job)?;
    if options.encoding.is_none() {
        look::refuse_binary(part, &look.head)?;
    }
    let whole = look.head.len() as u64 == look.bytes;
    let behind_mark = look.head.get(look.mark..).unwrap_or_default();
    let decoded;
    let head = match look.charset {
        Charset::Wide(wide) => {
            let mut text = Vec::new();
            wide.decode(behind_mark, whole, &mut text);
            decoded = text;
            decoded.as_slice()
        }
        _ => behind_mark,
    };
    if let Some(delimiter) = options.delimiter.filter(|d| !look.charset.allows_delimiter(*d)) {
        return Err(ReadError::new(
            ReadErrorKind::Encoding,
            &part.file,
            format!(
                "{}: in {} the {} may be part of a letter, so it cannot separate fields",
                part_name(part),
                look.charset.name(),
                super::delimiter_name(delimiter)
            ),
            "Save the file as UTF-8 and load it again.",
        ));
    }
    let proposal = sniff::propose(head, whole, look.charset, options);
    let mut warnings = look.warnings;
    warnings.extend(proposal.warnings);

    let mut reading = Reading {
        part,
        options,
        charset: look.charset,
        clean: look.clean,
        dialect: proposal.dialect,
        columns: Vec::new(),
        rows: open_rows(part, options, look.charset, look.mark, proposal.dialect, None)?,
    };
    let mut sample = Sample::default();
    match proposal.dialect.header_line {
        Some(line) => {
            reading.columns = reading.read_header(line, &mut warnings)?;
            reading.check_columns()?;
            warn_of_names(&reading.columns, &mut warnings);
        }
        None => {
            let widest = proposal.usual.max(1);
            reading.columns = (1..=widest).map(|n| format!("column_{n}")).collect();
            reading.check_columns()?;
        }
    }
    let ran = reading.run(&mut sample, None, proposal.dialect.header_line.is_none(), None);
    match ran {
        Ok(_) => {}
        Err(error) if error.kind == ReadErrorKind::Stopped && sample.is_full() => {}
        Err(error) => return Err(error),
    }
    if proposal.dialect.header_line.is_none() && sample.rows.is_empty() && sample.quarantined == 0 {
        return Err(look::empty(part));
    }
    let continued = Continued::find(&reading.columns, &sample, &mut warnings);
    Ok(Scan {
        sha256: look.sha256,
        bytes: look.bytes,
        encoding: look.charset.name(),
        bom: look.mark > 0,
        dialect: Some(proposal.dialect),
        header_line: None,
        columns: reading.columns,
        sample: sample.rows,
        warnings,
        fingerprint: look.fingerprint,
        layout: Layout::Delimited,
        clean: look.clean,
        format: Format::Delimited,
        native_id_hint: None,
        continued,
    })
}

pub(super) fn read(
    part: &Part,
    scan: &Scan,
    options: &ReadOptions,
    job: &Job,
    sink: &mut dyn RowSink,
) -> Result<Tally, ReadError> {
    let charset = encoding::by_name(scan.encoding);
    let mark = mark_length(charset, scan.bom);
    let dialect = scan.dialect.unwrap_or(Dialect { delimiter: b',', quote: Some(b'"'), header_line: Some(1) });
    job.begin("reading", part.size.unwrap_or(scan.fingerprint.size));
    let mut reading = Reading {
        part,
        options,
        charset,
        clean: scan.clean,
        dialect,
        columns: scan.columns.clone(),
        rows: open_rows(part, options, charset, mark, dialect, Some(job))?,
    };
    let ran = match dialect.header_line {
        Some(line) => reading
            .read_header(line, &mut Vec::new())
            .and_then(|_| reading.run(sink, Some(job), false, scan.continued.as_ref())),
        None => reading.run(sink, Some(job), true, scan.continued.as_ref()),
    };
    let tally = match ran {
        Ok(tally) => tally,
        // A file that changes under the reader may look broken; that it changed is the better answer.
        Err(error) if matches!(error.kind, ReadErrorKind::Limit | ReadErrorKind::Format | ReadErrorKind::Empty) => {
            let now = open::fingerprint(reading.rows.into_input().into_stream(), part)?;
            open::unchanged(part, scan.fingerprint, now)?;
            return Err(error);
        }
        Err(error) => return Err(error),
    };
    let now = open::fingerprint(reading.rows.into_input().into_stream(), part)?;
    open::unchanged(part, scan.fingerprint, now)?;
    Ok(tally)
}

fn open_rows(
    part: &Part,
    options: &ReadOptions,
    charset: Charset,
    mark: usize,
    dialect: Dialect,
    job: Option<&Job>,
) -> Result<Rows<Input>, ReadError> {
    let input = Input::open(part, options, charset, mark, job)?;
    let most_ends = options.limits.columns.saturating_mul(2).saturating_add(2);
    let rows = Rows::new(input, dialect.delimiter, dialect.quote, mark as u64, options.limits.row_bytes, most_ends);
    Ok(match charset {
        Charset::Wide(wide) => rows.of_wide(wide),
        _ => rows,
    })
}

/// Says which names of a header stand for more than one column, or for none.
pub(super) fn warn_of_names(columns: &[String], warnings: &mut Vec<String>) {
    let mut seen = BTreeSet::new();
    let mut repeated = BTreeSet::new();
    let mut empty = 0_u64;
    for name in columns {
        if name.trim().is_empty() {
            empty += 1;
        } else if !seen.insert(name.as_str()) {
            repeated.insert(name.as_str());
        }
    }
    if !repeated.is_empty() {
        let names: Vec<String> = repeated.iter().take(5).map(|n| format!("“{}”", shown(n))).collect();
        let more = if repeated.len() > 5 { format!(" and {} more", repeated.len() - 5) } else { String::new() };
        warnings.push(format!("The header names a column more than once: {}{more}.", names.join(", ")));
    }
    if empty > 0 {
        let have = if empty == 1 { "has" } else { "have" };
        warnings.push(format!("{} of the header {have} no name.", counted(empty, "column")));
    }
}

impl Reading<'_> {
    /// Steps to the header and reads the names of the columns.
    fn read_header(&mut self, line: u64, warnings: &mut Vec<String>) -> Result<Vec<String>, ReadError> {
        let mut any = false;
        while self.next()? {
            any = true;
            if self.rows.line() < line {
                continue;
            }
            if self.rows.line() != line {
                break;
            }
            if self.rows.fields() > self.options.limits.columns {
                return Err(self.too_many_columns(self.rows.fields()));
            }
            let mut broken = false;
            let text = self.rows.text();
            let mut names = Vec::with_capacity(self.rows.fields());
            let mut from = 0;
            for &end in self.rows.ends() {
                let cell = text.get(from..end).unwrap_or_default();
                from = end;
                names.push(match self.charset {
                    Charset::Legacy(encoding) => {
                        let (name, had_errors) = encoding.decode_without_bom_handling(cell);
                        broken |= had_errors;
                        name.into_owned()
                    }
                    Charset::Utf8 | Charset::Wide(_) => {
                        let name = String::from_utf8_lossy(cell);
                        broken |= matches!(name, std::borrow::Cow::Owned(_));
                        name.into_owned()
                    }
                });
            }
            if broken {
                warnings.push(format!("The header on line {line} holds bytes that are not {}.", self.charset.name()));
            }
            let open = self.dialect.quote.filter(|_| self.rows.at_end);
            if let Some(open) = open.and_then(|q| self.rows.open_quote(self.dialect.delimiter, q)) {
                return Err(ReadError::new(
                    ReadErrorKind::Format,
                    &self.part.file,
                    format!(
                        "{}: a quote opens in the header (line {}, column {}) and is never closed",
                        part_name(self.part),
                        grouped(line + open.lines_down),
                        grouped(open.field)
                    ),
                    "Repair the header, or read quotes as plain text with --quote none.",
                )
                .on_line(line + open.lines_down)
                .in_column(open.field));
            }
            return Ok(names);
        }
        if !any {
            return Err(look::empty(self.part));
        }
        Err(ReadError::new(
            ReadErrorKind::Format,
            &self.part.file,
            format!("{}: no row begins on line {}, where the header should be", part_name(self.part), grouped(line)),
            "Name another line with --header-line, or none for a file without a header.",
        )
        .on_line(line))
    }

    fn check_columns(&self) -> Result<(), ReadError> {
        if self.columns.len() > self.options.limits.columns {
            return Err(self.too_many_columns(self.columns.len()));
        }
        Ok(())
    }

    fn too_many_columns(&self, columns: usize) -> ReadError {
        ReadError::new(
            ReadErrorKind::Limit,
            &self.part.file,
            format!(
                "{}: the header has {} columns, the limit is {}",
                part_name(self.part),
                grouped(columns as u64),
                grouped(self.options.limits.columns as u64)
            ),
            "Check the delimiter, or raise the limit with --max-columns.",
        )
    }

    fn next(&mut self) -> Result<bool, ReadError> {
        self.rows.next().map_err(|error| match error {
            RowsError::Io(error) => read_error(error, &self.part.file),
            RowsError::TooLong(line) => self.too_long(line),
        })
    }

    fn too_long(&self, line: u64) -> ReadError {
        let limit = self.options.limits.row_bytes;
        let limit =
            if limit >= 1 << 20 { format!("{} MiB", limit >> 20) } else { format!("{} bytes", grouped(limit as u64)) };
        let open = self.dialect.quote.and_then(|quote| self.rows.open_quote(self.dialect.delimiter, quote));
        match open {
            Some(open) => ReadError::new(
                ReadErrorKind::Limit,
                &self.part.file,
                format!(
                    "{}: a quote opens on line {}, {}, and is still open after {limit}",
                    part_name(self.part),
                    grouped(line + open.lines_down),
                    self.column(open.field)
                ),
                "Repair that line, read quotes as plain text with --quote none, or raise the limit with --max-row-mb.",
            )
            .on_line(line + open.lines_down)
            .in_column(open.field),
            None => ReadError::new(
                ReadErrorKind::Limit,
                &self.part.file,
                format!("{}: the row on line {} is longer than {limit}", part_name(self.part), grouped(line)),
                "Check the line ends of the file, or raise the limit with --max-row-mb.",
            )
            .on_line(line),
        }
    }

    /// `column 7 (Description)`.
    fn column(&self, field: u64) -> String {
        let name = usize::try_from(field).ok().and_then(|n| self.columns.get(n.checked_sub(1)?));
        match name.filter(|name| !name.trim().is_empty()) {
            Some(name) => format!("column {} ({})", grouped(field), shown(name)),
            None => format!("column {}", grouped(field)),
        }
    }

    /// Hands all rows from here on to the sink. `from_top`: the first line may be a `sep=;` that is no data.
    fn run(
        &mut self,
        sink: &mut dyn RowSink,
        job: Option<&Job>,
        from_top: bool,
        continued: Option<&Continued>,
    ) -> Result<Tally, ReadError> {
        let columns = self.columns.len();
        let mut tally = Tally::default();
        let mut surplus_empty = 0_u64;
        let mut reported = (0, 0);
        let mut decoded = Decoded::default();
        let blank_before = self.rows.blank_lines;
        let mut first = from_top;
        let mut foot = Foot::new(columns);
        let mut continuing = Continuing::new(continued);
        let mut blank_so_far = blank_before;
        while self.next()? {
            if std::mem::take(&mut first) && declared_delimiter(self.rows.raw()).is_some() {
                continue;
            }
            tally.rows += 1;
            let quarantined = match self.judge(columns, &mut decoded) {
                Verdict::Record { fields, surplus } => {
                    surplus_empty += u64::from(surplus);
                    let Some((text, ends)) = decoded.text_of(&self.rows) else {
                        return Err(open::changed(self.part));
                    };
                    let row = Row { line: self.rows.line(), text, ends: &ends[..fields.min(ends.len())], given: None };
                    continuing.see(&row);
                    let after_blank =
                        std::mem::replace(&mut blank_so_far, self.rows.blank_lines) < self.rows.blank_lines;
                    let original = || self.rows.original();
                    foot.offer(&row, self.rows.offset(), after_blank, original, sink, &mut tally)
                }
                Verdict::Quarantine { reason, detail, bytes } => {
                    let (line, offset) = (self.rows.line(), self.rows.offset());
                    foot.release(sink, &mut tally).and_then(|()| {
                        tally.quarantined += 1;
                        sink.quarantine(Quarantined { line, offset, reason, detail, bytes })
                    })
                }
            };
            quarantined.map_err(|stop| ReadError::stopped(&self.part.file, &stop))?;
            if let Some(job) = job.filter(|_| tally.rows.is_multiple_of(1024)) {
                job.check().map_err(|_| ReadError::cancelled(&self.part.file))?;
                job.count_rows(tally.rows - reported.0, tally.quarantined - reported.1);
                reported = (tally.rows, tally.quarantined);
            }
        }
        foot.finish(sink, &mut tally).map_err(|stop| ReadError::stopped(&self.part.file, &stop))?;
        if let Some(job) = job {
            job.check().map_err(|_| ReadError::cancelled(&self.part.file))?;
            job.count_rows(tally.rows - reported.0, tally.quarantined - reported.1);
        }
        continuing.tell(&self.columns, &mut tally.warnings);
        let verb = |n: u64, one: &'static str, many: &'static str| if n == 1 { one } else { many };
        if tally.short_rows > 0 {
            let n = tally.short_rows;
            tally.warnings.push(format!(
                "{} {} fewer fields than the header; what is missing counts as not given.",
                counted(n, "row"),
                verb(n, "has", "have")
            ));
        }
        if surplus_empty > 0 {
            tally.warnings.push(format!(
                "{} {} more fields than the header, all of them empty; they were dropped.",
                counted(surplus_empty, "row"),
                verb(surplus_empty, "has", "have")
            ));
        }
        let blank = self.rows.blank_lines - blank_before;
        if columns == 1 && blank > 0 {
            tally.warnings.push(format!(
                "{} {} empty and not counted as rows, though in a file of one column an empty value looks the same.",
                counted(blank, "line"),
                verb(blank, "is", "are")
            ));
        }
        Ok(tally)
    }

    /// Whether the current row can be a record. Leaves its text in `decoded` where it had to be decoded.
    fn judge(&self, columns: usize, decoded: &mut Decoded) -> Verdict {
        let rows = &self.rows;
        if rows.at_end
            && let Some(quote) = self.dialect.quote
            && let Some(open) = rows.open_quote(self.dialect.delimiter, quote)
        {
            let line = rows.line() + open.lines_down;
            let raw = rows.raw();
            let ends_with_line_end = matches!(raw.last(), Some(b'\n' | b'\r'));
            let lines = line_ends(raw) - open.lines_down + u64::from(!ends_with_line_end);
            return Verdict::Quarantine {
                reason: "quote opened and never closed",
                detail: format!(
                    "opened on line {}, {}; it runs over {} to the end of the file",
                    grouped(line),
                    self.column(open.field),
                    counted(lines, "line")
                ),
                bytes: match self.charset {
                    Charset::Wide(wide) => wide.original(raw),
                    _ => raw.to_vec(),
                },
            };
        }
        let readable = match self.charset {
            // Checked where its text is taken.
            Charset::Utf8 if self.clean => true,
            Charset::Utf8 | Charset::Wide(_) => {
                simdutf8::basic::from_utf8(rows.raw()).is_ok() && simdutf8::basic::from_utf8(rows.text()).is_ok()
            }
            Charset::Legacy(encoding) => decoded.decode(rows, encoding),
        };
        if !readable {
            let (reason, detail) = match self.charset {
                Charset::Utf8 => {
                    let raw = rows.raw();
                    let at = simdutf8::compat::from_utf8(raw).err().map_or(0, |e| e.valid_up_to());
                    let byte = raw.get(at).copied().unwrap_or(0);
                    ("not UTF-8 in a UTF-8 file", format!("byte 0x{byte:02X} at {} of the row", grouped(at as u64 + 1)))
                }
                other => ("not readable in the file's encoding", format!("not readable as {}", other.name())),
            };
            return Verdict::Quarantine { reason, detail, bytes: rows.original() };
        }
        let fields = rows.fields();
        if fields <= columns {
            return Verdict::Record { fields, surplus: false };
        }
        let kept = columns.checked_sub(1).and_then(|last| rows.ends().get(last)).copied().unwrap_or(0);
        if kept == rows.text().len() {
            return Verdict::Record { fields: columns, surplus: true };
        }
        let mut detail = format!("{} fields, the header has {}", grouped(fields as u64), grouped(columns as u64));
        let runaway = self.dialect.quote.and_then(|quote| rows.runaway_quote(self.dialect.delimiter, quote));
        if let Some(open) = runaway {
            detail.push_str(&format!(
                "; the quote opened on line {}, {}, seems not to be closed",
                grouped(rows.line() + open.lines_down),
                self.column(open.field)
            ));
        }
        Verdict::Quarantine { reason: "more fields than the header", detail, bytes: rows.original() }
    }
}

enum Verdict {
    Record { fields: usize, surplus: bool },
    Quarantine { reason: &'static str, detail: String, bytes: Vec<u8> },
}

/// Text of the current row where it is not in the file as UTF-8.
#[derive(Default)]
struct Decoded {
    used: bool,
    text: String,
    ends: Vec<usize>,
}

impl Decoded {
    /// Decodes the fields of a row, one by one; `false` if one of them cannot be.
    fn decode<R: Read>(&mut self, rows: &Rows<R>, encoding: &'static encoding_rs::Encoding) -> bool {
        self.used = !rows.text().is_ascii();
        if !self.used {
            return true;
        }
        self.text.clear();
        self.ends.clear();
        let mut from = 0;
        for &end in rows.ends() {
            let cell = rows.text().get(from..end).unwrap_or_default();
            let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(cell) else {
                return false;
            };
            self.text.push_str(&text);
            self.ends.push(self.text.len());
            from = end;
        }
        true
    }

    fn text_of<'a, R: Read>(&'a self, rows: &'a Rows<R>) -> Option<(&'a str, &'a [usize])> {
        if self.used {
            return Some((&self.text, &self.ends));
        }
        let kept = rows.ends().last().copied().unwrap_or(0);
        let text = simdutf8::basic::from_utf8(rows.text()).ok()?;
        Some((text.get(..kept)?, rows.ends()))
    }
}
