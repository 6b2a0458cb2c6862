//! Text that came from data and may be drawn or printed. A [`Shown`] is always one line, holds no character that a
//! terminal would obey or a reader could not see, and knows its width in cells; file names, headers and quoted values go
//! through it before they reach a screen, a message or a report. Colours, columns and wrapping belong to the faces.

use std::fmt::{self, Write};
use std::ops::Range;

use unicode_normalization::char::is_combining_mark;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::character::{is_invisible, is_pictograph, is_skin_tone};

/// How many combining marks one letter may carry before the next is shown by its number. Vietnamese and Hebrew need three.
const MARKS_PER_BASE: u32 = 4;
const JOINER: char = '\u{200D}';
const EMOJI_STYLE: char = '\u{FE0F}';
const KEYCAP: char = '\u{20E3}';

/// Which signs the program's own additions are made of. Text from data is the same in both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Glyphs {
    /// `␛ ⟨202E⟩ …`
    #[default]
    Unicode,
    /// `^[ <U+202E> ~`
    Ascii,
}

impl Glyphs {
    /// The sign, one cell wide, that stands where text was cut.
    #[must_use]
    pub fn ellipsis(self) -> &'static str {
        match self {
            Glyphs::Unicode => "…",
            Glyphs::Ascii => "~",
        }
    }
}

/// How a run of a [`Shown`] is to be drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// As the surroundings are.
    Plain,
    /// Characters that differ or match, underlined.
    Differs,
    /// Written by us in place of something unsafe, or masked; underlined in the colour of marks.
    Mark,
}

/// A stretch of the safe text that is not plain.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Span {
    start: usize,
    end: usize,
    kind: Kind,
    /// A visible form such as `⟨202E⟩` is shown whole or not at all; a masked or differing stretch may be cut.
    whole: bool,
}

/// Safe text of one line, in runs. See the module.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Shown {
    text: String,
    /// In order, without overlap; what lies between them is plain.
    spans: Vec<Span>,
    glyphs: Glyphs,
}

impl Shown {
    /// Makes `text` safe to show, with Unicode signs.
    #[must_use]
    pub fn of(text: &str) -> Self {
        Self::of_in(text, Glyphs::Unicode)
    }

    /// Makes `text` safe to show, with ASCII signs. Letters outside ASCII stay what they are.
    #[must_use]
    pub fn ascii(text: &str) -> Self {
        Self::of_in(text, Glyphs::Ascii)
    }

    /// Makes `text` safe to show, with the signs of `glyphs`.
    #[must_use]
    pub fn of_in(text: &str, glyphs: Glyphs) -> Self {
        Self::with_marks_in(text, &[], glyphs)
    }

    /// Makes bytes safe to show. Each byte that is no UTF-8 is shown by its number in two hex digits: `⟨E9⟩`.
    #[must_use]
    pub fn of_bytes(bytes: &[u8]) -> Self {
        Self::of_bytes_in(bytes, Glyphs::Unicode)
    }

    /// [`Shown::of_bytes`] with the signs of `glyphs`.
    #[must_use]
    pub fn of_bytes_in(bytes: &[u8], glyphs: Glyphs) -> Self {
        let mut shown = Self { glyphs, ..Self::default() };
        for chunk in bytes.utf8_chunks() {
            shown.append(chunk.valid(), &[]);
            for byte in chunk.invalid() {
                shown.append_whole(|text| match glyphs {
                    Glyphs::Unicode => write!(text, "⟨{byte:02X}⟩"),
                    Glyphs::Ascii => write!(text, "<{byte:02X}>"),
                });
            }
        }
        shown
    }

    /// Makes `text` safe to show and marks the byte `ranges` of the original text as [`Kind::Differs`]. A range that cuts
    /// a character or a cluster marks all of it; what lies outside the text is left out. Ranges may overlap.
    #[must_use]
    pub fn with_marks(text: &str, ranges: &[Range<usize>]) -> Self {
        Self::with_marks_in(text, ranges, Glyphs::Unicode)
    }

    /// [`Shown::with_marks`] with the signs of `glyphs`.
    #[must_use]
    pub fn with_marks_in(text: &str, ranges: &[Range<usize>], glyphs: Glyphs) -> Self {
        let mut shown = Self { glyphs, ..Self::default() };
        shown.append(text, ranges);
        shown
    }

    /// A value that [`super::Mask`] made: made safe, and drawn as a mark throughout.
    #[must_use]
    pub fn masked(mask: &str, glyphs: Glyphs) -> Self {
        let mut shown = Self { glyphs, ..Self::default() };
        for (run, kind) in Self::of_in(mask, glyphs).runs() {
            match kind {
                Kind::Mark => shown.append_whole(|text| text.write_str(run)),
                Kind::Plain | Kind::Differs => shown.append_run(run, Kind::Mark),
            }
        }
        shown
    }

    /// The runs from left to right; together they are the whole text. A run never begins inside a grapheme cluster of the
    /// original text.
    pub fn runs(&self) -> impl Iterator<Item = (&str, Kind)> {
        self.pieces().map(|piece| (&self.text[piece.start..piece.end], piece.kind))
    }

    /// Whether nothing had to be replaced and nothing is masked.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.spans.iter().all(|span| span.kind != Kind::Mark)
    }

    /// Whether there is nothing to draw.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// The safe text without its kinds.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The safe text without its kinds, as an owned string.
    #[must_use]
    pub fn to_plain(&self) -> String {
        self.text.clone()
    }

    /// Terminal cells, counted cluster by cluster; characters of ambiguous width are narrow.
    #[must_use]
    pub fn width(&self) -> usize {
        if self.text.is_ascii() {
            return self.text.len();
        }
        self.runs().map(|(run, _)| run.graphemes(true).map(cluster_width).sum::<usize>()).sum()
    }

    /// Cuts at the end, with an ellipsis, to at most `cells`: `Laborat…`. For names and texts.
    #[must_use]
    pub fn fit_end(&self, cells: usize) -> Self {
        self.fit(cells, |_| 0)
    }

    /// Cuts in the middle, with an ellipsis, to at most `cells`: `7f3c1a9…c84f7b3`. For IDs.
    #[must_use]
    pub fn fit_middle(&self, cells: usize) -> Self {
        self.fit(cells, |room| room / 2)
    }

    /// Adds spaces at the right until the text is `cells` wide. Wider text stays as it is.
    #[must_use]
    pub fn pad_right(mut self, cells: usize) -> Self {
        let missing = cells.saturating_sub(self.width());
        self.text.extend(std::iter::repeat_n(' ', missing));
        self
    }

    /// Adds spaces at the left until the text is `cells` wide. Wider text stays as it is.
    #[must_use]
    pub fn pad_left(mut self, cells: usize) -> Self {
        let missing = cells.saturating_sub(self.width());
        self.text.insert_str(0, &" ".repeat(missing));
        for span in &mut self.spans {
            span.start += missing;
            span.end += missing;
        }
        self
    }

    /// Keeps what fits into `cells`; `tail` says how much of the room beside the ellipsis belongs to the end.
    fn fit(&self, cells: usize, tail: impl Fn(usize) -> usize) -> Self {
        if self.width() <= cells {
            return self.clone();
        }
        let mut cut = Self { glyphs: self.glyphs, ..Self::default() };
        let Some(room) = cells.checked_sub(1) else {
            return cut;
        };
        let units: Vec<Unit> = self.units().collect();
        let wanted_tail = tail(room);
        let (mut first, mut used) = (0, 0);
        while let Some(unit) = units.get(first)
            && used + unit.width <= room - wanted_tail
        {
            used += unit.width;
            first += 1;
        }
        // Cells that a wide character left unused at the front go to the end.
        let mut last = units.len();
        while wanted_tail > 0 && last > first && used + units[last - 1].width <= room {
            last -= 1;
            used += units[last].width;
        }
        cut.append_units(&units[..first], self);
        cut.append_run(self.glyphs.ellipsis(), Kind::Plain);
        cut.append_units(&units[last..], self);
        cut
    }

    fn append_units(&mut self, units: &[Unit], from: &Self) {
        for unit in units {
            let text = &from.text[unit.start..unit.end];
            if unit.whole {
                self.append_whole(|own| own.write_str(text));
            } else {
                self.append_run(text, unit.kind);
            }
        }
    }

    /// The spans with the plain stretches between them.
    fn pieces(&self) -> impl Iterator<Item = Span> {
        let mut next = 0;
        let mut at = 0;
        std::iter::from_fn(move || {
            let plain_end = match self.spans.get(next) {
                Some(span) if span.start <= at => {
                    next += 1;
                    at = span.end;
                    return Some(span.clone());
                }
                Some(span) => span.start,
                None => self.text.len(),
            };
            let start = std::mem::replace(&mut at, plain_end);
            (start < plain_end).then_some(Span { start, end: plain_end, kind: Kind::Plain, whole: false })
        })
    }

    /// The smallest parts that a cut may keep: whole visible forms, and grapheme clusters.
    fn units(&self) -> impl Iterator<Item = Unit> {
        self.pieces().flat_map(move |piece| {
            let Span { start, end, kind, whole } = piece;
            let run = &self.text[start..end];
            let first =
                whole.then(|| Unit { start, end, kind, whole, width: run.graphemes(true).map(cluster_width).sum() });
            let clusters = if whole { "" } else { run };
            first.into_iter().chain(clusters.grapheme_indices(true).map(move |(at, cluster)| Unit {
                start: start + at,
                end: start + at + cluster.len(),
                kind,
                whole,
                width: cluster_width(cluster),
            }))
        })
    }

    fn append(&mut self, text: &str, differing: &[Range<usize>]) {
        if differing.is_empty() && text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
            self.text.push_str(text);
            return;
        }
        for (at, cluster) in text.grapheme_indices(true) {
            let end = at + cluster.len();
            let differs = differing.iter().any(|range| range.start < end && at < range.end && range.start < range.end);
            self.append_cluster(cluster, if differs { Kind::Differs } else { Kind::Plain });
        }
    }

    /// Appends one cluster of the original text, character by character, with a visible form for what is not drawn.
    fn append_cluster(&mut self, cluster: &str, kind: Kind) {
        let mut carried = Carried::Nothing;
        let mut marks = 0;
        let mut rest = cluster.chars();
        while let Some(c) = rest.next() {
            let next = rest.clone().next();
            let then = if c == JOINER {
                (carried.is_emoji() && next.is_some_and(|c| is_pictograph(c) && !is_invisible(c)))
                    .then_some(Carried::Letter)
            } else if c == EMOJI_STYLE {
                match carried {
                    Carried::Picture => Some(Carried::StyledPicture),
                    Carried::KeycapBase if next == Some(KEYCAP) => Some(Carried::Letter),
                    _ => None,
                }
            } else if is_invisible(c) {
                None
            } else if is_combining_mark(c) || c.width().unwrap_or(0) == 0 {
                marks += 1;
                (carried != Carried::Nothing && marks <= MARKS_PER_BASE).then_some(Carried::Letter)
            } else {
                marks = 0;
                Some(match c {
                    _ if is_skin_tone(c) && carried == Carried::Picture => Carried::StyledPicture,
                    _ if is_pictograph(c) => Carried::Picture,
                    '0'..='9' | '#' | '*' => Carried::KeycapBase,
                    _ => Carried::Letter,
                })
            };
            carried = match then {
                Some(then) => {
                    self.append_run(c.encode_utf8(&mut [0; 4]), kind);
                    then
                }
                None => {
                    let glyphs = self.glyphs;
                    self.append_whole(|text| write_visible_form(text, c, glyphs));
                    Carried::Nothing
                }
            };
        }
    }

    fn append_run(&mut self, run: &str, kind: Kind) {
        let start = self.text.len();
        self.text.push_str(run);
        let end = self.text.len();
        if kind == Kind::Plain || start == end {
            return;
        }
        match self.spans.last_mut() {
            Some(last) if last.end == start && last.kind == kind && !last.whole => last.end = end,
            _ => self.spans.push(Span { start, end, kind, whole: false }),
        }
    }

    fn append_whole(&mut self, write: impl FnOnce(&mut String) -> fmt::Result) {
        let start = self.text.len();
        // Writing to a String cannot fail.
        let _ = write(&mut self.text);
        self.spans.push(Span { start, end: self.text.len(), kind: Kind::Mark, whole: true });
    }
}

impl fmt::Display for Shown {
    /// The safe text. Width and alignment of the format string are obeyed in characters; use [`Shown::pad_right`] for cells.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

/// What stands before a character and decides whether it may attach itself.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Carried {
    /// Nothing of this cluster, or a visible form of ours: a combining mark would change our own sign.
    Nothing,
    Letter,
    KeycapBase,
    Picture,
    /// A picture with its emoji style or skin tone.
    StyledPicture,
}

impl Carried {
    fn is_emoji(self) -> bool {
        matches!(self, Carried::Picture | Carried::StyledPicture)
    }
}

/// A part that a cut keeps or drops as one.
struct Unit {
    start: usize,
    end: usize,
    kind: Kind,
    whole: bool,
    /// Cells.
    width: usize,
}

fn cluster_width(cluster: &str) -> usize {
    UnicodeWidthStr::width(cluster)
}

/// Writes what stands for a character that is not drawn itself.
fn write_visible_form(text: &mut String, c: char, glyphs: Glyphs) -> fmt::Result {
    match (glyphs, c) {
        (Glyphs::Unicode, '\0'..='\u{1F}') => {
            // The control pictures stand in the order of the controls, from U+2400.
            text.write_char(char::from_u32(0x2400 + c as u32).unwrap_or(char::REPLACEMENT_CHARACTER))
        }
        (Glyphs::Unicode, '\u{7F}') => text.write_char('␡'),
        (Glyphs::Unicode, _) => write!(text, "⟨{:04X}⟩", c as u32),
        (Glyphs::Ascii, '\0'..='\u{1F}' | '\u{7F}') => {
            write!(text, "^{}", char::from(c as u8 ^ 0x40))
        }
        (Glyphs::Ascii, _) => write!(text, "<U+{:04X}>", c as u32),
    }
}

#[cfg(test)]
mod tests;
