//! What a person overrules before a file is loaded: where it belongs and how it is read. An empty line leaves what was
//! proposed.

use super::super::msg::HowToRead;
use super::form::{About, Form, Row};
use crate::sources::{Proposal, SystemKind};

const DELIMITERS: [(&str, u8); 5] =
    [("comma", b','), ("semicolon", b';'), ("tab", b'\t'), ("bar", b'|'), ("caret", b'^')];

/// The lines of the form, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    System,
    Kind,
    Object,
    NativeId,
    Delta,
    Delimiter,
    Quote,
    Header,
    Encoding,
}

const LINES: [What; 9] = [
    What::System,
    What::Kind,
    What::Object,
    What::NativeId,
    What::Delta,
    What::Delimiter,
    What::Quote,
    What::Header,
    What::Encoding,
];

fn delimiter_name(byte: u8) -> String {
    DELIMITERS
        .iter()
        .find(|(_, b)| *b == byte)
        .map_or_else(|| char::from(byte).to_string(), |(name, _)| (*name).to_owned())
}

/// The form for a proposal, with what was overruled so far. What is proposed for one file of several is not filled in: it
/// would be said of all of them.
#[must_use]
pub fn form(proposal: &Proposal, how: &HowToRead, alone: bool) -> Form {
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    let read = &how.read;
    let proposed = |text: &str| alone.then(|| text.to_owned());
    let rows = LINES.map(|what| {
        let (label, text, usual, otherwise) = match what {
            What::System => {
                ("system", how.source.clone().or_else(|| proposed(&proposal.source)), Vec::new(), "as proposed")
            }
            What::Kind => (
                "kind",
                how.kind.map(|kind| kind.word().to_owned()).or_else(|| proposed(proposal.kind.word())),
                SystemKind::ALL.iter().map(|kind| kind.word().to_owned()).collect(),
                "as proposed",
            ),
            What::Object => {
                ("object", how.object.clone().or_else(|| proposed(&proposal.object)), Vec::new(), "as proposed")
            }
            What::NativeId => (
                "native ID",
                how.native_id.clone(),
                proposal.columns.iter().map(|column| column.name.clone()).collect(),
                "as proposed",
            ),
            What::Delta => (
                "holds",
                Some(if how.delta { "changes" } else { "all" }.to_owned()),
                words(&["all", "changes"]),
                "all records",
            ),
            What::Delimiter => {
                ("delimiter", read.delimiter.map(delimiter_name), words(&DELIMITERS.map(|d| d.0)), "as found")
            }
            What::Quote => (
                "quote",
                read.quote.map(|quote| quote.map_or_else(|| "none".to_owned(), |byte| char::from(byte).to_string())),
                words(&["\"", "'", "none"]),
                "as found",
            ),
            What::Header => (
                "header line",
                read.header_line.map(|line| line.map_or_else(|| "none".to_owned(), |line| line.to_string())),
                words(&["1", "2", "3", "none"]),
                "as found",
            ),
            What::Encoding => (
                "encoding",
                read.encoding.clone(),
                words(&["UTF-8", "windows-1252", "UTF-16LE", "ISO-8859-2", "macintosh", "Shift_JIS"]),
                "as found",
            ),
        };
        Row::new(label, &text.unwrap_or_default(), usual, otherwise)
    });
    let title = ("How it is read", String::new());
    let mut form = Form::new(About::Reading(how.clone()), title, "Enter read it so", rows.into());
    form.advice = "An empty line leaves what was proposed.";
    form
}

/// What the form says, or what is wrong with it and in which line.
pub(super) fn read(how: &HowToRead, rows: &[Row]) -> Result<HowToRead, (usize, &'static str)> {
    let mut how = how.clone();
    for (at, (what, row)) in LINES.iter().zip(rows).enumerate() {
        let text = row.text();
        let given = (!text.is_empty()).then(|| text.to_owned());
        let refuse = |words| Err((at, words));
        match what {
            What::System => how.source = given,
            What::Object => how.object = given,
            What::NativeId => how.native_id = given,
            What::Kind => match given.as_deref().map(SystemKind::from_word) {
                Some(None) => return refuse("no such kind; Tab goes through them"),
                kind => how.kind = kind.flatten(),
            },
            What::Delta => match text {
                "" | "all" => how.delta = false,
                "changes" => how.delta = true,
                _ => return refuse("all: every record of the object; changes: only some"),
            },
            What::Delimiter => {
                how.read.delimiter = match given {
                    None => None,
                    Some(word) => match DELIMITERS.iter().find(|(name, _)| *name == word) {
                        Some((_, byte)) => Some(*byte),
                        None if word.len() == 1 && word.is_ascii() => Some(word.as_bytes()[0]),
                        None => return refuse("one character, or its name; Tab goes through them"),
                    },
                };
            }
            What::Quote => {
                how.read.quote = match text {
                    "" => None,
                    "none" => Some(None),
                    word if word.len() == 1 && word.is_ascii() => Some(Some(word.as_bytes()[0])),
                    _ => return refuse("one character, or none"),
                };
            }
            What::Header => {
                how.read.header_line = match (text, text.parse::<u64>()) {
                    ("", _) => None,
                    ("none", _) => Some(None),
                    (_, Ok(line)) if line > 0 => Some(Some(line)),
                    _ => return refuse("a line number from 1, or none"),
                };
            }
            What::Encoding => how.read.encoding = given,
        }
    }
    Ok(how)
}
