//! JSON files: one object a line, objects one after another, an array of objects, or an object that holds one (as the
//! answers of web interfaces do). The file streams through; only one row of it is held.

use super::elements::{Elements, ElementsError, End};
use super::encoding::{self, Charset};
use super::flatten::{Flat, Unfit};
use super::input::{Input, mark_length};
use super::keys::{Assembled, Columns, Keys};
use super::look::{self, look, part_name};
use super::open;
use super::refusal::{counted, grouped, read_error, shown};
use super::sample::Sample;
use super::{
    Format, Layout, Part, Quarantined, ReadError, ReadErrorKind, ReadOptions, Row, RowSink, Scan, Stop, Tally,
};
use crate::job::Job;

pub(super) fn scan(part: &Part, options: &ReadOptions, job: &Job) -> Result<Scan, ReadError> {
    let mut look = look(part, options, job)?;
    if let Charset::Legacy(encoding) = look.charset {
        if options.encoding.is_some() {
            return Err(ReadError::new(
                ReadErrorKind::Encoding,
                &part.file,
                format!("{}: JSON is not read as {}", part_name(part), encoding.name()),
                "JSON is UTF-8 by its standard; save the file as UTF-8 and load it again.",
            ));
        }
        look.charset = Charset::Utf8;
        look.warnings.clear();
        look.warnings.push("Some of it is not UTF-8, as JSON has to be; these rows go to quarantine.".to_owned());
    }
    look::refuse_binary(part, &look.head)?;
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
    let reading = Reading { part, options, charset: look.charset, mark: look.mark };
    let mut warnings = look.warnings;
    let layout = reading.layout(head, whole, &mut warnings)?;
    let mut keys = Keys::new(options.limits.columns);
    job.begin("looking through the rows", part.size.unwrap_or(look.fingerprint.size));
    let mut elements = reading.open(&layout, Some(job))?;
    let mut flat = Flat::default();
    while let Some(found) = reading.next(&mut elements, &layout)? {
        if let Ok(()) = found.and_then(|end| take(&mut flat, elements.raw(), end)) {
            keys.learn(&flat);
        }
        if keys.paths.len() > options.limits.columns {
            return Err(ReadError::new(
                ReadErrorKind::Limit,
                &part.file,
                format!(
                    "{}: the rows up to line {} have more than {} different keys",
                    part_name(part),
                    grouped(elements.line()),
                    grouped(options.limits.columns as u64)
                ),
                "Perhaps IDs are used as keys; reshape the export, or raise the limit with --max-columns.",
            )
            .on_line(elements.line()));
        }
    }
    let columns = keys.names();
    let mut scan = Scan {
        sha256: look.sha256,
        bytes: look.bytes,
        encoding: look.charset.name(),
        bom: look.mark > 0,
        dialect: None,
        header_line: None,
        columns,
        sample: Vec::new(),
        warnings,
        fingerprint: look.fingerprint,
        layout,
        clean: look.clean,
        format: Format::Json,
        native_id_hint: None,
        continued: None,
    };
    let mut sample = Sample::default();
    match reading.run(&scan, &mut sample, None) {
        Err(error) if error.kind == ReadErrorKind::Stopped && sample.is_full() => {}
        Err(error) => return Err(error),
        Ok((tally, _)) if tally.rows == 0 && head.trim_ascii().is_empty() => return Err(look::empty(part)),
        Ok(_) => {}
    }
    scan.sample = sample.rows;
    Ok(scan)
}

pub(super) fn read(
    part: &Part,
    scan: &Scan,
    options: &ReadOptions,
    job: &Job,
    sink: &mut dyn RowSink,
) -> Result<Tally, ReadError> {
    let charset = encoding::by_name(scan.encoding);
    let reading = Reading { part, options, charset, mark: mark_length(charset, scan.bom) };
    job.begin("reading", part.size.unwrap_or(scan.fingerprint.size));
    let (tally, input) = reading.run(scan, sink, Some(job))?;
    let now = open::fingerprint(input.into_stream(), part)?;
    open::unchanged(part, scan.fingerprint, now)?;
    Ok(tally)
}

/// Judges one element.
fn take(flat: &mut Flat, raw: &[u8], end: End) -> Result<(), Unfit> {
    let Ok(text) = simdutf8::basic::from_utf8(raw) else {
        let at = simdutf8::compat::from_utf8(raw).err().map_or(0, |e| e.valid_up_to());
        return Err(Unfit {
            reason: "not UTF-8 in a UTF-8 file",
            detail: format!("byte {} of the row", grouped(at as u64 + 1)),
        });
    };
    match end {
        End::Whole => flat.take(text),
        End::CutOff => {
            Err(Unfit { reason: "JSON object cut off", detail: "the file ends before the object does".to_owned() })
        }
        End::Broken => Err(Unfit {
            reason: "not JSON",
            detail: flat.take(text).err().map_or_else(String::new, |unfit| unfit.detail),
        }),
    }
}

struct Reading<'a> {
    part: &'a Part,
    options: &'a ReadOptions,
    charset: Charset,
    mark: usize,
}

impl Reading<'_> {
    fn elements(&self, job: Option<&Job>) -> Result<Elements<Input>, ReadError> {
        let input = Input::open(self.part, self.options, self.charset, self.mark, job)?;
        let wide = match self.charset {
            Charset::Wide(wide) => Some(wide),
            _ => None,
        };
        Ok(Elements::new(input, self.mark as u64, self.options.limits.row_bytes, wide))
    }

    /// Opens the file where its first element is to be looked for.
    fn open(&self, layout: &Layout, job: Option<&Job>) -> Result<Elements<Input>, ReadError> {
        let mut elements = self.elements(job)?;
        self.enter(&mut elements, layout).map_err(|e| self.error(e))?;
        Ok(elements)
    }

    fn enter(&self, elements: &mut Elements<Input>, layout: &Layout) -> Result<(), ElementsError> {
        match layout {
            Layout::JsonArray => {
                elements.skip_blanks(&[])?;
                elements.step();
            }
            Layout::JsonMember(wanted) => {
                elements.skip_blanks(&[])?;
                elements.step();
                while let Some(key) = elements.next_key()? {
                    if key == *wanted && elements.value_is_array_of_objects()? {
                        elements.step();
                        return Ok(());
                    }
                    if elements.skip_value()?.is_none() {
                        break;
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// The next element, or why it is none; `None` at the end of the rows.
    fn next(&self, elements: &mut Elements<Input>, layout: &Layout) -> Result<Option<Result<End, Unfit>>, ReadError> {
        self.find(elements, layout).map_err(|e| self.error(e))
    }

    fn find(
        &self,
        elements: &mut Elements<Input>,
        layout: &Layout,
    ) -> Result<Option<Result<End, Unfit>>, ElementsError> {
        let end = match layout {
            Layout::JsonLines => return Ok(elements.next_line()?.then_some(Ok(End::Whole))),
            Layout::JsonArray | Layout::JsonMember(_) => {
                elements.leave();
                match elements.skip_blanks(b",")? {
                    None => return Ok(None),
                    Some(b']') if *layout != Layout::JsonArray => return Ok(None),
                    Some(b']') => {
                        elements.step();
                        if elements.skip_blanks(&[])?.is_none() {
                            return Ok(None);
                        }
                        elements.take_rest()?;
                        return Ok(Some(Err(Unfit {
                            reason: "not JSON",
                            detail: "it stands behind the end of the array".to_owned(),
                        })));
                    }
                    Some(_) => elements.take()?,
                }
            }
            _ => {
                elements.leave();
                match elements.skip_blanks(b",")? {
                    None => return Ok(None),
                    Some(_) => elements.take()?,
                }
            }
        };
        if elements.raw().is_empty() {
            // A closing bracket that nothing opened.
            elements.step();
        }
        Ok(Some(Ok(end)))
    }

    fn error(&self, error: ElementsError) -> ReadError {
        match error {
            ElementsError::Io(error) => read_error(error, &self.part.file),
            ElementsError::TooLong(line) => ReadError::new(
                ReadErrorKind::Limit,
                &self.part.file,
                format!(
                    "{}: the row that begins on line {} is longer than {} bytes",
                    part_name(self.part),
                    grouped(line),
                    grouped(self.options.limits.row_bytes as u64)
                ),
                "Check whether an object is left open there, or raise the limit with --max-row-mb.",
            )
            .on_line(line),
        }
    }

    /// How the rows lie in the file.
    fn layout(&self, head: &[u8], whole: bool, warnings: &mut Vec<String>) -> Result<Layout, ReadError> {
        let name = self.part.members.last().map_or_else(|| self.part.file.to_string_lossy().into_owned(), Clone::clone);
        let name = name.to_ascii_lowercase();
        if name.ends_with(".ndjson") || name.ends_with(".jsonl") || name.ends_with(".ldjson") {
            if is_lines(head, whole, 0) || !head.trim_ascii_start().starts_with(b"[") {
                return Ok(Layout::JsonLines);
            }
        } else if is_lines(head, whole, 1) {
            return Ok(Layout::JsonLines);
        }
        match head.trim_ascii_start().first() {
            Some(b'[') => return Ok(Layout::JsonArray),
            Some(b'{') => {}
            _ => return Ok(Layout::JsonLines),
        }
        let mut elements = self.elements(None)?;
        let arrays = arrays_of_objects(&mut elements).map_err(|e| self.error(e))?;
        let Some(Members { mut arrays, others }) = arrays else { return Ok(Layout::JsonObjects) };
        arrays.sort_by_key(|(_, length)| std::cmp::Reverse(*length));
        let Some((chosen, _)) = arrays.first() else { return Ok(Layout::JsonObjects) };
        let left: Vec<String> = arrays[1..]
            .iter()
            .map(|(key, _)| key)
            .chain(&others)
            .take(6)
            .map(|key| format!("“{}”", shown(key)))
            .collect();
        let beside =
            if left.is_empty() { String::new() } else { format!(" Beside it and not read: {}.", left.join(", ")) };
        warnings.push(format!("The rows are the array “{}”.{beside}", shown(chosen)));
        Ok(Layout::JsonMember(chosen.clone()))
    }

    fn run(&self, scan: &Scan, sink: &mut dyn RowSink, job: Option<&Job>) -> Result<(Tally, Input), ReadError> {
        let mut columns = Columns::new(&scan.columns);
        let width = scan.columns.len();
        let mut elements = self.open(&scan.layout, job)?;
        let mut flat = Flat::default();
        let mut row = Assembled::default();
        let mut tally = Tally::default();
        let mut reported = (0, 0);
        while let Some(found) = self.next(&mut elements, &scan.layout)? {
            tally.rows += 1;
            let judged = found.and_then(|end| take(&mut flat, elements.raw(), end));
            let judged = match judged {
                Ok(()) => row.assemble(&flat, &mut columns, width),
                Err(unfit) => Err(Some(unfit)),
            };
            let taken = match judged {
                Ok(()) => {
                    tally.records += 1;
                    sink.record(&Row {
                        line: elements.line(),
                        text: &row.text,
                        ends: &row.ends,
                        given: Some(&row.given),
                    })
                }
                Err(Some(unfit)) => {
                    tally.quarantined += 1;
                    sink.quarantine(Quarantined {
                        line: elements.line(),
                        offset: elements.offset(),
                        reason: unfit.reason,
                        detail: unfit.detail,
                        bytes: elements.original(),
                    })
                }
                Err(None) => return Err(open::changed(self.part)),
            };
            taken.map_err(|stop: Stop| ReadError::stopped(&self.part.file, &stop))?;
            if let Some(job) = job.filter(|_| tally.rows.is_multiple_of(1024)) {
                job.check().map_err(|_| ReadError::cancelled(&self.part.file))?;
                job.count_rows(tally.rows - reported.0, tally.quarantined - reported.1);
                reported = (tally.rows, tally.quarantined);
            }
        }
        if let Some(job) = job {
            job.check().map_err(|_| ReadError::cancelled(&self.part.file))?;
            job.count_rows(tally.rows - reported.0, tally.quarantined - reported.1);
        }
        if tally.quarantined > 0 && tally.records == 0 {
            tally.warnings.push(format!("None of {} could be read.", counted(tally.rows, "row")));
        }
        Ok((tally, elements.into_input()))
    }
}

/// Whether the beginning holds one object a line: at least `least` lines beside the first, and half of them whole.
fn is_lines(head: &[u8], whole: bool, least: usize) -> bool {
    let mut lines: Vec<&[u8]> = head.split(|b| *b == b'\n').take(52).collect();
    if !whole && lines.len() < 52 {
        lines.pop();
    }
    let lines: Vec<&[u8]> = lines.into_iter().map(<[u8]>::trim_ascii).filter(|l| !l.is_empty()).collect();
    let good = lines
        .iter()
        .filter(|l| {
            l.starts_with(b"{") && l.ends_with(b"}") && serde_json::from_slice::<serde::de::IgnoredAny>(l).is_ok()
        })
        .count();
    lines.len() > least && good >= 1 && good * 2 >= lines.len()
}

/// Members of the one object that a file is.
struct Members {
    /// Arrays of objects, with their length.
    arrays: Vec<(String, u64)>,
    others: Vec<String>,
}

/// The members of the object at the top; `None` if it is not the only thing in the file.
fn arrays_of_objects(elements: &mut Elements<Input>) -> Result<Option<Members>, ElementsError> {
    elements.skip_blanks(&[])?;
    elements.step();
    let mut members = Members { arrays: Vec::new(), others: Vec::new() };
    while let Some(key) = elements.next_key()? {
        if elements.value_is_array_of_objects()? {
            let Some(length) = elements.skip_value()? else {
                // Cut off within the rows: they are still the rows.
                members.arrays.push((key, u64::MAX));
                return Ok(Some(members));
            };
            members.arrays.push((key, length));
        } else if elements.skip_value()?.is_none() {
            return Ok(None);
        } else if members.others.len() < 1000 {
            members.others.push(key);
        }
    }
    if elements.skip_blanks(&[])? != Some(b'}') {
        return Ok(None);
    }
    elements.step();
    Ok(elements.skip_blanks(&[])?.is_none().then_some(members))
}
