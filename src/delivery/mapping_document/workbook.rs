//! The mapping document as a workbook: one row for each field, one for each value, sheets that can be filtered. Texts are
//! written as texts, so that nothing of the data is computed.

use std::io;

use rust_xlsxwriter::{Color, Format, FormatAlign, Workbook, Worksheet, XlsxError};

use super::written::example;
use super::{MappingDocument, Personal, message};
use crate::values::page::visible;

/// The longest text of a cell, in UTF-16 units, as Excel has it.
const LONGEST: usize = 32_767;

/// What stands in a workbook, for the message.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sheets {
    pub fields: u64,
    pub values: u64,
}

/// A sheet before it is written.
struct Sheet {
    name: &'static str,
    /// Heads with the width of their column in characters.
    head: Vec<(&'static str, u16)>,
    rows: Vec<Vec<Cell>>,
}

enum Cell {
    Text(String),
    Number(u64),
}

fn text(text: &str) -> Cell {
    Cell::Text(visible(text))
}

/// The workbook's bytes; the same document gives the same bytes.
///
/// # Errors
/// If the writer of workbooks refuses.
pub fn workbook(document: &MappingDocument, personal: Personal<'_>) -> io::Result<(Vec<u8>, Sheets)> {
    let sheets = [
        fields(document, personal),
        values(document, personal),
        maps(document, personal),
        open(document, personal),
        entities(document, personal),
        questions(document, personal),
        truth(document, personal),
    ];
    let counts = Sheets { fields: sheets[0].rows.len() as u64, values: sheets[1].rows.len() as u64 };
    write(&sheets).map(|bytes| (bytes, counts)).map_err(|error| io::Error::other(error.to_string()))
}

fn write(sheets: &[Sheet]) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    // A fixed moment, so that the same document gives the same bytes.
    let moment = rust_xlsxwriter::ExcelDateTime::from_ymd(2000, 1, 1)?;
    workbook.set_properties(
        &rust_xlsxwriter::DocProperties::new().set_title("Mapping document").set_creation_datetime(&moment),
    );
    let head = Format::new().set_bold().set_background_color(Color::RGB(0x00E8_EBEF)).set_align(FormatAlign::Top);
    let cell = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    for sheet in sheets {
        put(workbook.add_worksheet(), sheet, &head, &cell)?;
    }
    workbook.save_to_buffer()
}

fn put(worksheet: &mut Worksheet, sheet: &Sheet, head: &Format, format: &Format) -> Result<(), XlsxError> {
    worksheet.set_name(sheet.name)?;
    for (at, (name, width)) in sheet.head.iter().enumerate() {
        let column = u16::try_from(at).unwrap_or(u16::MAX);
        worksheet.write_string_with_format(0, column, *name, head)?;
        worksheet.set_column_width(column, f64::from(*width))?;
    }
    for (at, row) in sheet.rows.iter().enumerate() {
        let line = u32::try_from(at + 1).unwrap_or(u32::MAX);
        for (at, cell) in row.iter().enumerate() {
            let column = u16::try_from(at).unwrap_or(u16::MAX);
            match cell {
                Cell::Text(text) => worksheet.write_string_with_format(line, column, cut(text), format)?,
                // Counts of records stay far below what a float holds exactly.
                Cell::Number(number) => worksheet.write_number_with_format(line, column, *number as f64, format)?,
            };
        }
    }
    worksheet.set_freeze_panes(1, 1)?;
    if !sheet.rows.is_empty() {
        let last = u16::try_from(sheet.head.len().saturating_sub(1)).unwrap_or(u16::MAX);
        worksheet.autofilter(0, 0, u32::try_from(sheet.rows.len()).unwrap_or(u32::MAX), last)?;
    }
    Ok(())
}

/// A text as long as a cell may be.
fn cut(text: &str) -> String {
    if text.len() < LONGEST {
        return text.to_owned();
    }
    let mut units = 0;
    text.chars()
        .take_while(|c| {
            units += c.len_utf16();
            units < LONGEST
        })
        .collect()
}

fn fields(document: &MappingDocument, personal: Personal<'_>) -> Sheet {
    let mut rows = Vec::new();
    for object in &document.objects {
        for line in &object.lines {
            let own =
                |value: &str| Cell::Text(if value.is_empty() { String::new() } else { visible(&personal(value)) });
            let field = if line.field.is_empty() { String::new() } else { format!("{}.{}", line.entity, line.field) };
            let disposition = if line.disposition.is_empty() { "not decided" } else { &line.disposition };
            rows.push(vec![
                text(&object.source),
                text(&object.object),
                text(&line.column),
                text(&line.filled),
                text(&example(line, personal)),
                text(disposition),
                text(&line.rule),
                text(&field),
                own(&line.target_example),
                text(if line.required { "required" } else { "" }),
                text(&line.missing),
                text(&line.reason),
                own(&line.owner),
                own(&line.written_by),
                text(&line.written_at),
                own(&line.technical),
                own(&line.business),
                own(&line.comments.join("; ")),
            ]);
        }
    }
    let head = vec![
        ("source", 16),
        ("object", 16),
        ("source field", 24),
        ("filled", 8),
        ("example", 24),
        ("disposition", 12),
        ("rule", 34),
        ("target field", 26),
        ("target example", 24),
        ("required", 9),
        ("where missing", 22),
        ("why", 28),
        ("owner", 18),
        ("written by", 16),
        ("on", 11),
        ("technical review", 20),
        ("business review", 20),
        ("comments", 40),
    ];
    Sheet { name: "Fields", head, rows }
}

fn values(document: &MappingDocument, personal: Personal<'_>) -> Sheet {
    let mut rows = Vec::new();
    for object in &document.objects {
        for part in &object.value_maps {
            for row in &part.rows {
                for (field, becomes) in part.fields.iter().zip(&row.becomes) {
                    rows.push(vec![
                        text(&object.source),
                        text(&object.object),
                        text(&part.column),
                        Cell::Text(if row.value.is_empty() { String::new() } else { visible(&personal(&row.value)) }),
                        Cell::Number(row.records),
                        text(field),
                        text(becomes),
                        Cell::Text(if row.by.is_empty() { String::new() } else { visible(&personal(&row.by)) }),
                    ]);
                }
            }
        }
    }
    let head = vec![
        ("source", 16),
        ("object", 16),
        ("source field", 24),
        ("source value", 30),
        ("records", 10),
        ("target field", 22),
        ("becomes", 34),
        ("by", 18),
    ];
    Sheet { name: "Values", head, rows }
}

fn maps(document: &MappingDocument, personal: Personal<'_>) -> Sheet {
    let mut rows = Vec::new();
    for object in &document.objects {
        for map in &object.maps {
            rows.push(vec![
                text(&object.source),
                text(&object.object),
                text(&map.entity),
                Cell::Number(object.records),
                text(&map.version),
                Cell::Text(if map.owner.is_empty() { String::new() } else { visible(&personal(&map.owner)) }),
                text(&map.process),
                text(&map.only_where),
                text(&map.excluded),
                text(&map.figures),
                text(&map.deduplication),
                text(&map.validation),
                text(&map.not_fed.join(", ")),
            ]);
        }
    }
    let head = vec![
        ("source", 16),
        ("object", 16),
        ("feeds", 18),
        ("records", 10),
        ("map", 30),
        ("owner", 18),
        ("process", 18),
        ("only records where", 28),
        ("the others are excluded", 24),
        ("counted", 44),
        ("deduplication", 34),
        ("validation", 34),
        ("required, not fed", 28),
    ];
    Sheet { name: "Maps", head, rows }
}

fn open(document: &MappingDocument, personal: Personal<'_>) -> Sheet {
    let rows = document.problems.iter().map(|problem| {
        vec![
            text(if problem.blocks { "blocks" } else { "look" }),
            text(&problem.title),
            text(&problem.source),
            text(&problem.object),
            text(&problem.column),
            text(&problem.entity),
            text(&problem.field),
            Cell::Number(problem.count),
            Cell::Text(if problem.who.is_empty() { String::new() } else { visible(&personal(&problem.who)) }),
            text(&message(problem, personal)),
        ]
    });
    let head = vec![
        ("", 8),
        ("what", 34),
        ("source", 16),
        ("object", 16),
        ("source field", 24),
        ("entity", 16),
        ("field", 18),
        ("records", 10),
        ("who decides", 18),
        ("what next", 60),
    ];
    Sheet { name: "Open", head, rows: rows.collect() }
}

fn entities(document: &MappingDocument, personal: Personal<'_>) -> Sheet {
    let mut rows = Vec::new();
    for entity in &document.entities {
        for field in &entity.fields {
            let kind = serde_json::to_value(field.kind).unwrap_or_default();
            let allowed: Vec<&str> = field.allowed.iter().map(|allowed| allowed.value.as_str()).collect();
            let owner = if field.owner.is_empty() { &entity.owner } else { &field.owner };
            rows.push(vec![
                text(&entity.name),
                text(&entity.grain.one_row_is),
                text(&field.name),
                text(kind.as_str().unwrap_or_default()),
                text(if field.required { "required" } else { "" }),
                text(if field.personal { "personal" } else { "" }),
                text(&field.definition),
                text(&allowed.join(", ")),
                Cell::Text(if owner.is_empty() { String::new() } else { visible(&personal(owner)) }),
                text(&field.process),
            ]);
        }
    }
    let head = vec![
        ("entity", 18),
        ("one row is", 40),
        ("field", 22),
        ("type", 10),
        ("required", 9),
        ("personal", 9),
        ("definition", 50),
        ("allowed values", 40),
        ("owner", 18),
        ("process", 20),
    ];
    Sheet { name: "Model", head, rows }
}

fn questions(document: &MappingDocument, personal: Personal<'_>) -> Sheet {
    let rows = document.questions.iter().map(|question| {
        let answer = question.answer.as_ref();
        vec![
            text(&question.question),
            text(answer.map_or("not answered", |answer| &answer.answer)),
            text(answer.map_or("", |answer| &answer.because)),
            Cell::Text(answer.map_or_else(String::new, |answer| visible(&personal(&answer.by)))),
            text(answer.map_or("", |answer| answer.at.get(..10).unwrap_or(&answer.at))),
        ]
    });
    let head = vec![("question", 60), ("answer", 30), ("because", 50), ("by", 18), ("on", 11)];
    Sheet { name: "Questions", head, rows: rows.collect() }
}

fn truth(document: &MappingDocument, personal: Personal<'_>) -> Sheet {
    let rows = document.truth.iter().map(|row| {
        vec![
            text(&row.of),
            text(&row.owner),
            text(&row.after),
            text(&row.note),
            Cell::Text(if row.by.is_empty() { "proposed".to_owned() } else { visible(&personal(&row.by)) }),
        ]
    });
    let head = vec![("of", 26), ("owned by", 18), ("trusted after", 18), ("note", 50), ("decided by", 18)];
    Sheet { name: "Source of truth", head, rows: rows.collect() }
}
