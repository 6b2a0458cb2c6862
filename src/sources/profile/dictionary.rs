//! The data dictionary: every field of every object with its type, relationship, format, examples and figures, as
//! Markdown, as a page of HTML that needs nothing beside it, and as rows for CSV. Everything that comes from data is
//! escaped for where it goes; masking is the caller's.

use std::fmt::Write;

use super::{ColumnProfile, ColumnRole, ColumnType, DateOrder};
use crate::values::format::{count, share_short, thousands};
use crate::values::shown::Shown;

/// One field with where it belongs.
#[derive(Debug, Clone)]
pub struct Field {
    pub source: String,
    pub object: String,
    pub column: ColumnProfile,
    /// The object whose records the field's values name: `source › object`.
    pub points_to: Option<String>,
}

/// Heads of the dictionary, in the order of [`Field::cells`].
pub const HEADS: [&str; 13] = [
    "source",
    "object",
    "field",
    "type",
    "relationship",
    "format",
    "examples",
    "rows",
    "filled",
    "fill rate",
    "distinct",
    "min",
    "max",
];

/// The first column that holds figures.
const FIGURES: std::ops::Range<usize> = 7..11;

impl Field {
    /// What the field is to other records: where it points to, else its role.
    #[must_use]
    pub fn relationship(&self) -> String {
        match (&self.points_to, self.column.role) {
            (Some(target), _) => format!("points to {target}"),
            (None, ColumnRole::Plain) => String::new(),
            (None, role) => role.label().to_owned(),
        }
    }

    /// How its values are written: the order of its dates, its separator, its most frequent patterns.
    #[must_use]
    pub fn format(&self) -> String {
        let column = &self.column;
        let mut parts: Vec<String> = column.formats.iter().take(3).map(|format| format.text.clone()).collect();
        if column.formats.len() > 3 || column.other_formats > 0 {
            parts.push("…".to_owned());
        }
        if let Some(order) = column.date_order {
            parts.push(order.label().to_owned());
        }
        if let Some(separator) = &column.separator {
            parts.push(format!("several, parted by {separator}"));
        }
        if column.mixed {
            parts.push("mixed".to_owned());
        }
        parts.join("  ")
    }

    /// Its cells as plain text, under [`HEADS`]; `show` masks values if that is asked for.
    #[must_use]
    pub fn cells(&self, show: &dyn Fn(&ColumnProfile, &str) -> String) -> [String; 13] {
        let column = &self.column;
        let shown = |value: &Option<String>| value.as_deref().map_or_else(String::new, |value| show(column, value));
        let examples: Vec<String> = column.examples.iter().take(3).map(|value| show(column, value)).collect();
        [
            self.source.clone(),
            self.object.clone(),
            column.name.clone(),
            column.kind.word().to_owned(),
            self.relationship(),
            self.format(),
            examples.join(" · "),
            column.rows.to_string(),
            column.filled.to_string(),
            share_short(column.filled, column.rows),
            if column.distinct_exact { column.distinct.to_string() } else { format!("about {}", column.distinct) },
            shown(&column.min),
            shown(&column.max),
        ]
    }
}

impl ColumnType {
    /// The word of the command line.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Integer => "integer",
            Self::Decimal => "decimal",
            Self::Money => "money",
            Self::Date => "date",
            Self::Datetime => "datetime",
            Self::Boolean => "boolean",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Url => "url",
            Self::Choice => "choice",
            Self::Choices => "choices",
            Self::Json => "json",
            Self::Text => "text",
            Self::Empty => "empty",
        }
    }
}

impl DateOrder {
    /// For people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::DayFirst => "day first",
            Self::MonthFirst => "month first",
            Self::YearFirst => "year first",
            Self::Contradictory => "contradictory",
            Self::Undecided => "undecided",
        }
    }
}

/// Longer cells are cut, in characters.
const LONGEST: usize = 120;

/// Text from data, on one line, with nothing in it that acts or cannot be seen.
fn plain(text: &str) -> String {
    let plain = Shown::of(text).to_plain();
    match plain.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &plain[..end]),
        None => plain,
    }
}

fn markdown_cell(text: &str) -> String {
    let mut cell = String::new();
    for c in plain(text).chars() {
        match c {
            '\n' | '\r' => cell.push(' '),
            '<' => cell.push_str("&lt;"),
            '>' => cell.push_str("&gt;"),
            '&' => cell.push_str("&amp;"),
            '\\' | '|' | '`' | '*' | '_' | '[' | ']' | '!' | '#' | '~' | '$' => {
                cell.push('\\');
                cell.push(c);
            }
            // A bare address would become a link.
            ':' | '@' => {
                let _ = write!(cell, "&#{};", u32::from(c));
            }
            c => cell.push(c),
        }
    }
    cell
}

fn html_text(text: &str) -> String {
    let mut safe = String::new();
    for c in plain(text).chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c => safe.push(c),
        }
    }
    safe
}

/// Fields of one object after the other, as they come.
fn objects(fields: &[Field]) -> impl Iterator<Item = &[Field]> {
    fields.chunk_by(|a, b| a.source == b.source && a.object == b.object)
}

fn heading(first: &Field, fields: usize) -> String {
    format!("{}, {}", count(first.column.rows, "record", "records"), count(fields as u64, "field", "fields"))
}

/// The dictionary as Markdown: a table for each object.
#[must_use]
pub fn markdown(fields: &[Field], show: &dyn Fn(&ColumnProfile, &str) -> String) -> String {
    let mut text = "# Data dictionary\n".to_owned();
    for object in objects(fields) {
        let Some(first) = object.first() else { continue };
        let (source, name) = (markdown_cell(&first.source), markdown_cell(&first.object));
        let _ = write!(text, "\n## {source} › {name}\n\n{}\n\n", heading(first, object.len()));
        let _ = writeln!(text, "| {} |", HEADS[2..].join(" | "));
        let rule: Vec<&str> = (2..HEADS.len()).map(|at| if FIGURES.contains(&at) { "---:" } else { "---" }).collect();
        let _ = writeln!(text, "| {} |", rule.join(" | "));
        for field in object {
            let cells: Vec<String> = field.cells(show)[2..].iter().map(|cell| markdown_cell(cell)).collect();
            let _ = writeln!(text, "| {} |", cells.join(" | "));
        }
    }
    text
}

/// The dictionary as one page of HTML, without scripts and without anything from elsewhere.
#[must_use]
pub fn html(fields: &[Field], show: &dyn Fn(&ColumnProfile, &str) -> String) -> String {
    let mut text = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
        <meta http-equiv=\"Content-Security-Policy\" content=\"script-src 'none'; object-src 'none'; connect-src 'none'; img-src 'none'\">\n\
        <title>Data dictionary</title>\n<style>\n\
        body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem; color: #1b1b1b; background: #fff; }\n\
        table { border-collapse: collapse; margin: 0 0 2rem; }\n\
        th, td { text-align: left; vertical-align: top; padding: .25rem .6rem; border-bottom: 1px solid #d8d8d8; }\n\
        th { position: sticky; top: 0; background: #f4f4f4; }\n\
        td.figure, th.figure { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }\n\
        td.bar { min-width: 5rem; }\n\
        .fill { display: block; height: .45rem; margin-top: .2rem; background: #3b6ea5; }\n\
        nav li { margin: .1rem 0; }\n</style>\n</head>\n<body>\n<h1>Data dictionary</h1>\n<nav><ul>\n"
        .to_owned();
    for (number, object) in objects(fields).enumerate() {
        let Some(first) = object.first() else { continue };
        let _ = writeln!(
            text,
            "<li><a href=\"#object-{number}\">{} › {}</a>, {}</li>",
            html_text(&first.source),
            html_text(&first.object),
            heading(first, object.len())
        );
    }
    text.push_str("</ul></nav>\n");
    for (number, object) in objects(fields).enumerate() {
        let Some(first) = object.first() else { continue };
        let (source, name) = (html_text(&first.source), html_text(&first.object));
        let _ = write!(
            text,
            "<h2 id=\"object-{number}\">{source} › {name}</h2>\n<p>{}</p>\n<table>\n<thead><tr>",
            heading(first, object.len())
        );
        for (at, head) in HEADS.iter().enumerate().skip(2) {
            let class = if FIGURES.contains(&at) { " class=\"figure\"" } else { "" };
            let _ = write!(text, "<th{class}>{head}</th>");
        }
        text.push_str("</tr></thead>\n<tbody>\n");
        for field in object {
            text.push_str("<tr>");
            for (at, cell) in field.cells(show).iter().enumerate().skip(2) {
                let class = if FIGURES.contains(&at) { " class=\"figure\"" } else { "" };
                let cell = if FIGURES.contains(&at) { html_text(&grouped(cell)) } else { html_text(cell) };
                let _ = write!(text, "<td{class}>{cell}");
                if HEADS[at] == "fill rate" && field.column.rows > 0 {
                    let percent = u128::from(field.column.filled) * 100 / u128::from(field.column.rows);
                    let _ = write!(text, "<span class=\"fill\" style=\"width:{percent}%\"></span>");
                }
                text.push_str("</td>");
            }
            text.push_str("</tr>\n");
        }
        text.push_str("</tbody>\n</table>\n");
    }
    text.push_str("</body>\n</html>\n");
    text
}

/// A whole number with its thousands apart.
fn grouped(text: &str) -> String {
    let (about, digits) = text.strip_prefix("about ").map_or(("", text), |digits| ("about ", digits));
    digits.parse::<u64>().map_or_else(|_| text.to_owned(), |number| format!("{about}{}", thousands(number)))
}

#[cfg(test)]
mod tests {
    use super::super::Profiler;
    use super::*;
    use crate::sources::store::arrive::{ArrivingRow, Batch};

    fn field(name: &str, values: &[&str]) -> Field {
        let mut batch = Batch::default();
        for (at, value) in values.iter().enumerate() {
            let at = at as i64;
            batch.rows.push(ArrivingRow { rec: at + 1, line: at as u64 + 2, prev: None, version: 1, hash: 0, key: 0 });
            batch.text.push_str(value);
            batch.lengths.push(value.len() as u32 + 1);
        }
        let mut profiler = Profiler::new(1);
        profiler.take(&batch, 1);
        let mut profile = profiler.finish(&[(name.to_owned(), ColumnRole::Plain)], vec![1]);
        Field { source: "CRM".into(), object: "Contact".into(), column: profile.columns.remove(0), points_to: None }
    }

    fn as_it_is(_: &ColumnProfile, value: &str) -> String {
        value.to_owned()
    }

    #[test]
    fn nothing_from_data_acts_in_the_dictionary() {
        let hostile = [
            "<script>alert(1)</script>",
            "[x](javascript:alert(1))",
            "a|b",
            "\u{1b}[31mred",
            "\u{202e}abc",
            "\"onload='x",
        ];
        let fields = [field("<img src=x onerror=alert(1)>|h", &hostile)];
        let markdown = markdown(&fields, &as_it_is);
        let html = html(&fields, &as_it_is);
        for text in [&markdown, &html] {
            assert!(
                !text.contains("<script")
                    && !text.contains("<img")
                    && !text.contains('\u{1b}')
                    && !text.contains('\u{202e}')
            );
        }
        assert!(!markdown.contains("](javascript:"));
        let columns = markdown.lines().find(|line| line.starts_with("| field")).map(|line| line.matches(" | ").count());
        for row in markdown.lines().filter(|line| line.starts_with("| ")) {
            assert_eq!(Some(row.replace("\\|", "").matches(" | ").count()), columns, "{row}");
        }
    }

    #[test]
    fn a_masked_dictionary_shows_no_value() {
        let fields = [field("Email", &["anna@fjord.example", "boris@quist.example"])];
        let hidden = |_: &ColumnProfile, _: &str| "–".to_owned();
        for text in [markdown(&fields, &hidden), html(&fields, &hidden)] {
            assert!(!text.contains("anna") && !text.contains("quist"), "{text}");
            assert!(text.contains("email"));
        }
    }
}
