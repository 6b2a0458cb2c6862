//! How a delimited file is probably written, from its beginning: delimiter, quote, header. A proposal, not a verdict:
//! each part of it can be overruled, and what is overruled counts while the rest is guessed.

use std::collections::BTreeMap;

use super::encoding::Charset;
use super::refusal::shown;
use super::rows::{Rows, line_ends};
use super::shape::{Header, propose_header};
use super::{Dialect, ReadOptions};

/// In the order in which they are preferred where nothing else speaks.
const DELIMITERS: [u8; 8] = [b',', b'\t', b';', b'|', 0x1f, b'^', b'~', b':'];
/// How many rows are weighed.
const ROWS: usize = 500;
/// How much of the beginning is weighed if it holds enough rows.
const ENOUGH: usize = 256 << 10;

/// A proposal, and what is to be said about it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Proposal {
    pub dialect: Dialect,
    /// Fields that rows usually have.
    pub usual: usize,
    pub warnings: Vec<String>,
}

/// One row of the beginning.
struct Row {
    line: u64,
    cells: Vec<String>,
}

/// Proposes a dialect. `head` is the beginning without a byte order mark; `whole`: there is no more.
pub(super) fn propose(head: &[u8], whole: bool, charset: Charset, options: &ReadOptions) -> Proposal {
    let declared = declared_delimiter(head);
    let body = declared.as_ref().map_or(head, |d| &head[d.length..]);
    let first_line = declared.as_ref().map_or(1, |_| 2);
    let mut warnings = Vec::new();
    let quote = options.quote.unwrap_or_else(|| propose_quote(body, options.delimiter));
    let delimiter = options
        .delimiter
        .or(declared.as_ref().map(|d| d.delimiter))
        .unwrap_or_else(|| propose_delimiter(body, whole, quote, charset));
    let rows = table(body, whole, delimiter, quote, first_line);
    let usual = usual_fields(rows.iter().map(|r| r.cells.len()));
    let header_line = options.header_line.unwrap_or_else(|| {
        let cells: Vec<Vec<String>> = rows.iter().map(|r| r.cells.clone()).collect();
        match propose_header(&cells, usual) {
            Header::Row(at) => {
                warn_of_titles(&cells[..at.min(cells.len())], "line", &mut warnings);
                Some(rows.get(at).map_or(first_line, |r| r.line))
            }
            Header::None => {
                warnings.push(
                    "The first row looks like data, so the columns are named column_1 and so on. Overrule with --header-line 1."
                        .to_owned(),
                );
                None
            }
        }
    });
    Proposal { dialect: Dialect { delimiter, quote, header_line }, usual, warnings }
}

/// Says what stands above the header. `noun`: line or row.
pub(super) fn warn_of_titles(titles: &[Vec<String>], noun: &str, warnings: &mut Vec<String>) {
    if titles.is_empty() {
        return;
    }
    let texts: Vec<String> = titles
        .iter()
        .take(3)
        .map(|cells| shown(&cells.iter().map(|c| c.trim()).filter(|c| !c.is_empty()).collect::<Vec<_>>().join(", ")))
        .collect();
    let lines = super::refusal::counted(titles.len() as u64, noun);
    let were = if titles.len() == 1 { "was" } else { "were" };
    warnings.push(format!("{lines} above the header {were} not read as data: {}", texts.join(" / ")));
}

/// What a first line `sep=;` declares, as spreadsheets write it.
pub(super) struct Declared {
    pub delimiter: u8,
    /// Bytes of the line with its end.
    pub length: usize,
}

/// Reads a first line `sep=;`.
pub(super) fn declared_delimiter(head: &[u8]) -> Option<Declared> {
    let end = head.iter().take(16).position(|b| matches!(b, b'\r' | b'\n'))?;
    let (line, rest) = head.split_at(end);
    let line = line.strip_prefix(b"\"").unwrap_or(line);
    let line = line.strip_suffix(b"\"").unwrap_or(line);
    let (name, value) = line.split_at_checked(4)?;
    let delimiter = match value {
        [one]
            if name.eq_ignore_ascii_case(b"sep=") && one.is_ascii() && !one.is_ascii_alphanumeric() && *one != b'"' =>
        {
            *one
        }
        _ => return None,
    };
    let length = end + if rest.starts_with(b"\r\n") { 2 } else { 1 };
    Some(Declared { delimiter, length })
}

/// Parses the beginning. The last row is left out if it may be cut off.
fn table(head: &[u8], whole: bool, delimiter: u8, quote: Option<u8>, first_line: u64) -> Vec<Row> {
    let enough = &head[..head.len().min(ENOUGH)];
    let rows = parse(enough, whole && enough.len() == head.len(), delimiter, quote, first_line);
    if rows.len() < 3 && enough.len() < head.len() {
        return parse(head, whole, delimiter, quote, first_line);
    }
    rows
}

fn parse(bytes: &[u8], whole: bool, delimiter: u8, quote: Option<u8>, first_line: u64) -> Vec<Row> {
    let mut reader = Rows::new(bytes, delimiter, quote, 0, usize::MAX, 1 << 20);
    let mut rows = Vec::new();
    while rows.len() < ROWS {
        let Ok(true) = reader.next() else { break };
        let cut = reader.at_end && !whole;
        let open = reader.at_end && quote.is_some_and(|q| reader.open_quote(delimiter, q).is_some());
        if (cut || open) && !rows.is_empty() {
            break;
        }
        let text = reader.text();
        let mut from = 0;
        let cells = reader
            .ends()
            .iter()
            .map(|&end| {
                let cell = text.get(from..end).unwrap_or_default();
                from = end;
                // Only what a cell looks like is of interest, and that shows in its first bytes.
                String::from_utf8_lossy(cell.get(..200).unwrap_or(cell)).into_owned()
            })
            .collect();
        rows.push(Row { line: reader.line() + first_line - 1, cells });
    }
    rows
}

/// The number of fields that most rows have; of two equally frequent ones the one that comes first.
pub(super) fn usual_fields(counts: impl Iterator<Item = usize>) -> usize {
    let mut seen: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
    for (at, count) in counts.enumerate() {
        seen.entry(count).or_insert((0, at)).0 += 1;
    }
    seen.iter().max_by_key(|(_, (n, first))| (*n, std::cmp::Reverse(*first))).map_or(1, |(count, _)| *count)
}

/// Which quote is in use: the double one unless the single one clearly is, none where it opens fields but rarely closes
/// them.
fn propose_quote(head: &[u8], delimiter: Option<u8>) -> Option<u8> {
    let head = &head[..head.len().min(ENOUGH)];
    let separates = |byte: u8| match delimiter {
        Some(delimiter) => byte == delimiter || matches!(byte, b'\r' | b'\n'),
        None => matches!(byte, b',' | b'\t' | b';' | b'|' | 0x1f | b'\r' | b'\n'),
    };
    let count = |quote: u8| {
        let (mut opening, mut closing) = (0_usize, 0_usize);
        for at in memchr::memchr_iter(quote, head) {
            let after_break = at == 0 || separates(head[at - 1]);
            let before_break = head.get(at + 1).is_none_or(|b| separates(*b));
            opening += usize::from(after_break);
            closing += usize::from(before_break);
        }
        (opening, closing)
    };
    let (double_opening, double_closing) = count(b'"');
    let (single_opening, single_closing) = count(b'\'');
    if double_opening == 0 && single_opening >= 2 && single_closing * 10 >= single_opening * 9 {
        return Some(b'\'');
    }
    if double_opening >= 5 && double_closing * 4 < double_opening {
        return None;
    }
    Some(b'"')
}

fn propose_delimiter(head: &[u8], whole: bool, quote: Option<u8>, charset: Charset) -> u8 {
    let mut best: Option<(f64, usize, u8)> = None;
    for delimiter in DELIMITERS {
        if !charset.allows_delimiter(delimiter) || !head.contains(&delimiter) {
            continue;
        }
        let Some((score, fields)) = weigh(head, whole, delimiter, quote) else {
            continue;
        };
        let better = match best {
            None => true,
            // Colons stand in times and addresses, so they separate fields only where nothing else does.
            Some((best_score, ..)) if delimiter == b':' => best_score < 0.3,
            Some((best_score, best_fields, _)) => {
                score > best_score + 0.02 || (score > best_score - 0.02 && fields > best_fields * 3)
            }
        };
        if better {
            best = Some((score, fields, delimiter));
        }
    }
    best.map_or(b',', |(_, _, delimiter)| delimiter)
}

/// How well a delimiter explains the beginning, from 0 to 1, and the fields that its rows have.
fn weigh(head: &[u8], whole: bool, delimiter: u8, quote: Option<u8>) -> Option<(f64, usize)> {
    let rows = table(head, whole, delimiter, quote, 1);
    let fields = usual_fields(rows.iter().map(|r| r.cells.len()));
    let first = rows.iter().position(|r| r.cells.len() > 1)?;
    let fields = if fields > 1 {
        fields
    } else if rows.len() <= 3 {
        rows[first].cells.len()
    } else {
        return None;
    };
    let rare = matches!(delimiter, b':' | b'^' | b'~');
    let alike = rows.iter().filter(|r| r.cells.len() == fields).count() as f64 / rows.len().max(1) as f64;
    if (rare && (alike < 0.98 || rows.len() < 3)) || (delimiter == b':' && rows[0].cells.len() != fields) {
        return None;
    }
    let titles = rows.iter().position(|r| r.cells.len() >= fields).unwrap_or(0);
    let mut score = alike * 0.9_f64.powi(i32::try_from(titles).unwrap_or(i32::MAX));
    // Within text a comma or semicolon is followed by a space, between fields rarely.
    let cells: usize = rows.iter().map(|r| r.cells.len().saturating_sub(1)).sum();
    let spaced: usize = rows.iter().map(|r| r.cells.iter().skip(1).filter(|c| c.starts_with(' ')).count()).sum();
    score *= 1.0 - 0.3 * spaced as f64 / cells.max(1) as f64;
    // `1,5;2,5`: a comma between digits with semicolons about is a decimal comma.
    if delimiter == b',' {
        let decimal = memchr::memchr_iter(b',', head)
            .take(2000)
            .filter(|&at| at > 0 && head[at - 1].is_ascii_digit() && head.get(at + 1).is_some_and(u8::is_ascii_digit))
            .count();
        let all = memchr::memchr_iter(b',', head).take(2000).count();
        let lines = line_ends(&head[..head.len().min(ENOUGH)]).max(1) as usize;
        let semicolons = memchr::memchr_iter(b';', &head[..head.len().min(ENOUGH)]).count();
        if decimal * 10 >= all * 9 && semicolons >= lines {
            score *= 0.5;
        }
    }
    Some((score, fields))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proposed(text: &str) -> Proposal {
        propose(text.as_bytes(), true, Charset::Utf8, &ReadOptions::default())
    }

    #[test]
    fn delimiters_are_found_by_how_evenly_they_cut() {
        for (text, delimiter) in [
            ("a,b,c\n1,2,3\n4,5,6\n", b','),
            ("a\tb\n1, 2\t3\n4, 5\t6\n", b'\t'),
            ("a;b;c\n1,5;2,5;x\n3,5;4,5;y\n", b';'),
            ("1,5;2,5\n3,5;4,5\n5,5;6,5\n", b';'),
            ("a|b\n1|2\n3|4\n", b'|'),
            ("time,b\n10:30:00,2\n11:30:00,4\n", b','),
            ("time\n10:30:00\n11:30:00\n", b','),
            ("a:b\n1:2\n3:4\n5:6\n", b':'),
            ("a^b\n1^2\n3^4\n5^6\n", b'^'),
            ("a\u{1f}b\n1\u{1f}2\n3\u{1f}4\n5\u{1f}6\n", 0x1f),
            ("sep=|\na,b|c\n1,2|3\n", b'|'),
            ("name\nhello, world\nfoo\nbar\n", b','),
            ("\"a;x\",\"b\"\n\"1;2\",\"3\"\n", b','),
        ] {
            assert_eq!(char::from(proposed(text).dialect.delimiter), char::from(delimiter), "{text}");
        }
    }

    #[test]
    fn a_declared_delimiter_is_no_data() {
        let proposal = proposed("sep=;\r\nid;name\r\n1;Ann\r\n");
        assert_eq!(proposal.dialect, Dialect { delimiter: b';', quote: Some(b'"'), header_line: Some(2) });
    }

    #[test]
    fn single_quotes_are_found() {
        assert_eq!(proposed("'a','b'\n'1,2','3'\n").dialect.quote, Some(b'\''));
        assert_eq!(proposed("a,b\nit's,'tis\n").dialect.quote, Some(b'"'));
    }

    #[test]
    fn lines_above_the_header_are_named() {
        let proposal = proposed("Customers, all\n\nid,name,city\n1,Ann,Rome\n2,Bob,Oslo\n");
        assert_eq!(proposal.dialect.header_line, Some(3));
        assert_eq!(proposal.warnings, ["1 line above the header was not read as data: Customers, all"]);
    }

    #[test]
    fn a_person_overrules_each_part_alone() {
        let options = ReadOptions { delimiter: Some(b';'), header_line: Some(None), ..ReadOptions::default() };
        let proposal = propose(b"a,b\n1,2\n", true, Charset::Utf8, &options);
        assert_eq!(proposal.dialect, Dialect { delimiter: b';', quote: Some(b'"'), header_line: None });
    }
}
