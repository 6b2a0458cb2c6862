//! A page as one HTML file that needs nothing beside it and runs nothing.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use super::{Block, Grid};

/// The only style that the page takes: the browser is told its hash.
const STYLE: &str = "\n\
body { font: 15px/1.5 sans-serif; color: #1c1f24; background: #fff; margin: 2em auto; max-width: 75em; padding: 0 1em; }\n\
table { border-collapse: collapse; margin: 1em 0; font-variant-numeric: tabular-nums; }\n\
th, td { text-align: left; vertical-align: top; padding: .25em .9em .25em 0; border-bottom: 1px solid #d8dce2; overflow-wrap: anywhere; }\n\
th { color: #565e68; font-weight: normal; }\n.n { text-align: right; white-space: nowrap; }\n\
h2 { margin-top: 2em; }\n@media print { h2 { break-after: avoid; } tr { break-inside: avoid; } }\n";

fn head(title: &str) -> String {
    let hash = STANDARD.encode(Sha256::digest(STYLE.as_bytes()));
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-{hash}'\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{}</title>\n\
         <style>{STYLE}</style>\n</head>\n<body>\n",
        escaped(title)
    )
}

/// Blocks as HTML; every text in it is escaped.
#[must_use]
pub fn html(title: &str, blocks: &[Block]) -> String {
    let mut out = head(title);
    for block in blocks {
        match block {
            Block::Heading(level, text) => out.push_str(&format!("<h{level}>{}</h{level}>\n", escaped(text))),
            Block::Paragraph(text) => out.push_str(&format!("<p>{}</p>\n", escaped(text))),
            Block::List(items) => {
                let items: String = items.iter().map(|item| format!("<li>{}</li>\n", escaped(item))).collect();
                out.push_str(&format!("<ul>\n{items}</ul>\n"));
            }
            Block::Table(grid) => table(grid, &mut out),
        }
    }
    out.push_str("</body>\n</html>\n");
    out
}

fn table(grid: &Grid, out: &mut String) {
    let class = |number: bool| if number { " class=\"n\"" } else { "" };
    out.push_str("<table>\n<thead><tr>");
    for (name, number) in &grid.head {
        out.push_str(&format!("<th scope=\"col\"{}>{}</th>", class(*number), escaped(name)));
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    for row in &grid.rows {
        out.push_str("<tr>");
        for (cell, (_, number)) in row.iter().zip(&grid.head) {
            out.push_str(&format!("<td{}>{}</td>", class(*number), escaped(cell)));
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody>\n</table>\n");
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}
