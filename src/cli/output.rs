//! What goes to standard output: one JSON object or lines of them, or text for people in which data is made safe.

use std::io::{BufWriter, IsTerminal, Write};

use super::failure::{Failure, exit};
use crate::values::character::is_invisible;
use crate::values::mask::{Mask, quoted_parts};
use crate::values::shown::Shown;

/// How results are written.
#[derive(Debug)]
pub struct Output {
    pub json: bool,
    mask: std::cell::RefCell<Option<Mask>>,
}

impl Output {
    pub(super) fn new(json: bool, mask: bool) -> Self {
        // Until a workspace brings its own key, equal values mask alike within this run.
        let key = mask.then(|| {
            let mut key = [0u8; 32];
            let _ = getrandom::fill(&mut key);
            Mask::new(key)
        });
        Self { json, mask: std::cell::RefCell::new(key) }
    }

    /// Masks with the workspace's own key from here on, if it masks at all.
    pub(super) fn use_mask_of(&self, workspace: &crate::workspace::Workspace) -> Result<(), Failure> {
        if self.mask.borrow().is_some() {
            let key = workspace.reader()?.mask_key()?;
            *self.mask.borrow_mut() = Some(Mask::new(key));
        }
        Ok(())
    }

    /// Whether data is masked.
    pub(super) fn masks(&self) -> bool {
        self.mask.borrow().is_some()
    }

    /// A value from data: masked if asked for.
    pub(super) fn value(&self, text: &str) -> String {
        match &*self.mask.borrow() {
            Some(mask) => mask.mask(text),
            None => text.to_owned(),
        }
    }

    /// A sentence of ours in which IDs are named: those that are addresses are masked if asked for.
    pub(super) fn sentence(&self, text: &str) -> String {
        if !self.masks() || !text.contains('@') {
            return text.to_owned();
        }
        let word = |word: &str| {
            let core = word.trim_end_matches(['.', ',', ';', ':', ')', '”']);
            // A record key may name load and line behind an @.
            if core.contains('@') && !core.contains("/@") {
                format!("{}{}", self.value(core), &word[core.len()..])
            } else {
                word.to_owned()
            }
        };
        text.split(' ').map(word).collect::<Vec<_>>().join(" ")
    }

    /// A sentence of ours that quotes data: what stands in quotes is masked if asked for.
    pub(super) fn quoting(&self, sentence: &str) -> String {
        if !self.masks() {
            return sentence.to_owned();
        }
        let part =
            |(quoted, text): (bool, &str)| if quoted { format!("“{}”", self.value(text)) } else { text.to_owned() };
        quoted_parts(sentence).into_iter().map(part).collect()
    }

    /// A value from data for people: masked if asked for, and safe to print.
    pub(super) fn shown(&self, text: &str) -> Shown {
        Shown::of(&self.value(text))
    }

    pub(super) fn object(&self, object: &serde_json::Value) -> Result<u8, Failure> {
        self.text(&format!("{}\n", json_line(object)))
    }

    /// Text for people; data in it was made safe before.
    pub(super) fn text(&self, text: &str) -> Result<u8, Failure> {
        self.bytes(text.as_bytes())
    }

    pub(super) fn bytes(&self, bytes: &[u8]) -> Result<u8, Failure> {
        let mut out = std::io::stdout().lock();
        out.write_all(bytes).and_then(|()| out.flush()).map_err(|e| Failure::io("standard output", &e))?;
        Ok(exit::DONE)
    }

    /// A buffered stream for many lines.
    pub(super) fn stream(&self) -> BufWriter<std::io::Stdout> {
        BufWriter::with_capacity(1 << 16, std::io::stdout())
    }
}

/// JSON on one line, in which every character that a terminal would obey or a reader could not see is written `\uXXXX`:
/// the same JSON, and safe to print.
pub(super) fn json_line(value: &serde_json::Value) -> String {
    let mut line = Vec::new();
    // Writing to memory does not fail, and what is written is UTF-8.
    let _ = write_json(&mut line, value);
    String::from_utf8(line).unwrap_or_default()
}

/// [`json_line`] to a stream.
pub(super) fn write_json(out: &mut impl Write, value: &serde_json::Value) -> std::io::Result<()> {
    let mut writer = serde_json::Serializer::with_formatter(out, Visible);
    serde::Serialize::serialize(value, &mut writer).map_err(std::io::Error::from)
}

/// Escapes what is invisible.
struct Visible;

impl serde_json::ser::Formatter for Visible {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> std::io::Result<()> {
        let mut plain = 0;
        // JSON itself escapes what stands below the space.
        for (at, c) in fragment.char_indices().filter(|(_, c)| *c >= '\u{7F}' && is_invisible(*c)) {
            writer.write_all(&fragment.as_bytes()[plain..at])?;
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(writer, "\\u{unit:04x}")?;
            }
            plain = at + c.len_utf8();
        }
        writer.write_all(&fragment.as_bytes()[plain..])
    }
}

/// A message beside the result, on standard error.
pub fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// Whether a person sits at standard input and error.
#[must_use]
pub fn is_interactive() -> bool {
    std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}

/// A table for people: columns as wide as their content, numbers to the right, at most `width` cells for a text.
#[derive(Debug, Default)]
pub struct Table {
    head: Vec<(&'static str, bool)>,
    rows: Vec<Vec<Shown>>,
}

impl Table {
    /// Heads, each with whether its column holds numbers.
    #[must_use]
    pub fn new(head: &[(&'static str, bool)]) -> Self {
        Self { head: head.to_vec(), rows: Vec::new() }
    }

    pub fn row(&mut self, cells: Vec<Shown>) {
        self.rows.push(cells);
    }

    /// The table as lines.
    #[must_use]
    pub fn render(&self, widest: usize) -> String {
        let widths: Vec<usize> = (0..self.head.len())
            .map(|at| {
                let cells = self.rows.iter().filter_map(|row| row.get(at)).map(Shown::width).max().unwrap_or(0);
                cells.max(self.head[at].0.chars().count()).min(widest)
            })
            .collect();
        let mut text = String::new();
        let mut line = |cells: Vec<Shown>| {
            let mut out = String::new();
            for (at, cell) in cells.iter().enumerate() {
                let width = widths.get(at).copied().unwrap_or(0);
                let cell = cell.fit_end(width);
                let padded = if self.head.get(at).is_some_and(|(_, number)| *number) {
                    cell.pad_left(width)
                } else {
                    cell.pad_right(width)
                };
                if at > 0 {
                    out.push_str("  ");
                }
                out.push_str(&padded.to_plain());
            }
            text.push_str(out.trim_end());
            text.push('\n');
        };
        line(self.head.iter().map(|(name, _)| Shown::of(name)).collect());
        for row in &self.rows {
            line(row.clone());
        }
        text
    }
}
