//! A page as Markdown.

use super::{Block, Grid};

/// Blocks as Markdown with tables; no text in it is markup.
#[must_use]
pub fn markdown(blocks: &[Block]) -> String {
    let mut out = String::new();
    for block in blocks {
        if !out.is_empty() {
            out.push('\n');
        }
        match block {
            Block::Heading(level, text) => out.push_str(&format!("{} {}\n", "#".repeat(*level), escaped(text))),
            Block::Paragraph(text) => out.push_str(&format!("{}\n", at_start(text))),
            Block::List(items) => items.iter().for_each(|item| out.push_str(&format!("- {}\n", at_start(item)))),
            Block::Table(grid) => table(grid, &mut out),
        }
    }
    out
}

fn table(grid: &Grid, out: &mut String) {
    let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    out.push_str(&line(grid.head.iter().map(|(name, _)| escaped(name)).collect()));
    out.push_str(&line(grid.head.iter().map(|(_, number)| if *number { "---:" } else { "---" }.to_owned()).collect()));
    for row in &grid.rows {
        out.push_str(&line(row.iter().map(|cell| escaped(cell)).collect()));
    }
}

/// Text in which nothing is markup. Line breaks were made visible before.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '#' | '|' | '!' | '~' | '$' => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}

/// The same at the beginning of a line, where more is markup: `-`, `+`, `1.`
fn at_start(text: &str) -> String {
    let escaped = escaped(text.trim_start());
    let digits = escaped.bytes().take_while(u8::is_ascii_digit).count();
    match escaped.as_bytes().get(digits) {
        Some(b'.' | b')') if digits > 0 => format!("{}\\{}", &escaped[..digits], &escaped[digits..]),
        Some(b'-' | b'+' | b'=') if digits == 0 => format!("\\{escaped}"),
        _ => escaped,
    }
}
