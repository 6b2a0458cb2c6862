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
        let mut shown = Self {
            glyphs,
            ..Self::default()
        };
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
        let mut shown = Self {
            glyphs,
            ..Self::default()
        };
        shown.append(text, ranges);
        shown
    }

    /// A value that [`super::Mask`] made: made safe, and drawn as a mark throughout.
    #[must_use]
    pub fn masked(mask: &str, glyphs: Glyphs) -> Self {
        let mut shown = Self {
            glyphs,
            ..Self::default()
        };
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
        self.pieces()
            .map(|piece| (&self.text[piece.start..piece.end], piece.kind))
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
        self.runs()
            .map(|(run, _)| run.graphemes(true).map(cluster_width).sum::<usize>())
            .sum()
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
        let mut cut = Self {
            glyphs: self.glyphs,
            ..Self::default()
        };
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
            (start < plain_end).then_some(Span {
                start,
                end: plain_end,
                kind: Kind::Plain,
                whole: false,
            })
        })
    }

    /// The smallest parts that a cut may keep: whole visible forms, and grapheme clusters.
    fn units(&self) -> impl Iterator<Item = Unit> {
        self.pieces().flat_map(move |piece| {
            let Span {
                start,
                end,
                kind,
                whole,
            } = piece;
            let run = &self.text[start..end];
            let first = whole.then(|| Unit {
                start,
                end,
                kind,
                whole,
                width: run.graphemes(true).map(cluster_width).sum(),
            });
            let clusters = if whole { "" } else { run };
            first
                .into_iter()
                .chain(
                    clusters
                        .grapheme_indices(true)
                        .map(move |(at, cluster)| Unit {
                            start: start + at,
                            end: start + at + cluster.len(),
                            kind,
                            whole,
                            width: cluster_width(cluster),
                        }),
                )
        })
    }

    fn append(&mut self, text: &str, differing: &[Range<usize>]) {
        if differing.is_empty() && text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
            self.text.push_str(text);
            return;
        }
        for (at, cluster) in text.grapheme_indices(true) {
            let end = at + cluster.len();
            let differs = differing
                .iter()
                .any(|range| range.start < end && at < range.end && range.start < range.end);
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
                (carried.is_emoji() && next.is_some_and(is_pictograph)).then_some(Carried::Letter)
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
            _ => self.spans.push(Span {
                start,
                end,
                kind,
                whole: false,
            }),
        }
    }

    fn append_whole(&mut self, write: impl FnOnce(&mut String) -> fmt::Result) {
        let start = self.text.len();
        // Writing to a String cannot fail.
        let _ = write(&mut self.text);
        self.spans.push(Span {
            start,
            end: self.text.len(),
            kind: Kind::Mark,
            whole: true,
        });
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
            text.write_char(
                char::from_u32(0x2400 + c as u32).unwrap_or(char::REPLACEMENT_CHARACTER),
            )
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
mod tests {
    use super::*;
    use proptest::prelude::*;

    const CASES: &[(&str, &str, &str)] = &[
        ("Nilsson", "Nilsson", "Nilsson"),
        ("\u{1b}[31mred", "␛[31mred", "^[[31mred"),
        ("two\nlines\r\n", "two␊lines␍␊", "two^Jlines^M^J"),
        ("\u{7f}\0", "␡␀", "^?^@"),
        ("English\u{202e}", "English⟨202E⟩", "English<U+202E>"),
        ("a\u{200b}b\u{feff}", "a⟨200B⟩b⟨FEFF⟩", "a<U+200B>b<U+FEFF>"),
        ("\u{85}\u{9b}", "⟨0085⟩⟨009B⟩", "<U+0085><U+009B>"),
        ("12\u{a0}000", "12⟨00A0⟩000", "12<U+00A0>000"),
        (
            "\u{e0041}\u{10ffff}\u{e000}",
            "⟨E0041⟩⟨10FFFF⟩⟨E000⟩",
            "<U+E0041><U+10FFFF><U+E000>",
        ),
        ("\u{301}a\u{301}", "⟨0301⟩a\u{301}", "<U+0301>a\u{301}"),
        ("\n\u{301}", "␊⟨0301⟩", "^J<U+0301>"),
        ("\u{fffd}", "\u{fffd}", "\u{fffd}"),
        ("東京　株式会社", "東京　株式会社", "東京　株式会社"),
        ("محمد שלום", "محمد שלום", "محمد שלום"),
        (
            "नमस्ते ภาษาไทย 한국어",
            "नमस्ते ภาษาไทย 한국어",
            "नमस्ते ภาษาไทย 한국어",
        ),
        (
            "👩\u{200d}👩\u{200d}👧 ❤\u{fe0f} 1\u{fe0f}\u{20e3} 👍🏽 🇸🇪",
            "👩\u{200d}👩\u{200d}👧 ❤\u{fe0f} 1\u{fe0f}\u{20e3} 👍🏽 🇸🇪",
            "👩\u{200d}👩\u{200d}👧 ❤\u{fe0f} 1\u{fe0f}\u{20e3} 👍🏽 🇸🇪",
        ),
        (
            "🏳\u{fe0f}\u{200d}🌈",
            "🏳\u{fe0f}\u{200d}🌈",
            "🏳\u{fe0f}\u{200d}🌈",
        ),
        ("a\u{200d}b", "a⟨200D⟩b", "a<U+200D>b"),
        ("👩\u{200d}", "👩⟨200D⟩", "👩<U+200D>"),
        ("👩\u{200d}a", "👩⟨200D⟩a", "👩<U+200D>a"),
        ("❤\u{fe0f}\u{fe0f}", "❤\u{fe0f}⟨FE0F⟩", "❤\u{fe0f}<U+FE0F>"),
        ("a\u{fe0f}", "a⟨FE0F⟩", "a<U+FE0F>"),
        ("1\u{fe0f}", "1⟨FE0F⟩", "1<U+FE0F>"),
        ("\u{1161}", "⟨1161⟩", "<U+1161>"),
    ];

    #[test]
    fn unsafe_characters_are_seen_and_ordinary_text_stays_as_it_is() {
        for &(data, unicode, ascii) in CASES {
            assert_eq!(Shown::of(data).to_plain(), unicode, "{data:?}");
            assert_eq!(Shown::ascii(data).to_plain(), ascii, "{data:?}");
            assert_eq!(Shown::of(data).is_clean(), unicode == data, "{data:?}");
        }
    }

    #[test]
    fn a_letter_carries_four_combining_marks_and_the_fifth_is_counted_out() {
        let zalgo = "Z\u{301}\u{302}\u{303}\u{304}\u{305}\u{306}";
        assert_eq!(
            Shown::of(zalgo).to_plain(),
            "Z\u{301}\u{302}\u{303}\u{304}⟨0305⟩⟨0306⟩"
        );
    }

    #[test]
    fn a_byte_that_is_no_text_is_shown_by_its_number() {
        assert_eq!(
            Shown::of_bytes(b"Caf\xe9 \xff\xfeA\n").to_plain(),
            "Caf⟨E9⟩ ⟨FF⟩⟨FE⟩A␊"
        );
        assert_eq!(
            Shown::of_bytes_in(b"Caf\xe9", Glyphs::Ascii).to_plain(),
            "Caf<E9>"
        );
    }

    #[test]
    fn runs_say_what_is_marked_and_what_differs() {
        let shown = Shown::with_marks("Nilsson\u{202e}", &[3..5]);
        let runs: Vec<_> = shown.runs().collect();
        assert_eq!(
            runs,
            [
                ("Nil", Kind::Plain),
                ("ss", Kind::Differs),
                ("on", Kind::Plain),
                ("⟨202E⟩", Kind::Mark)
            ]
        );
    }

    #[test]
    fn ranges_off_a_boundary_mark_the_whole_character_and_ranges_off_the_text_mark_nothing() {
        let shown = Shown::with_marks("Märta", &[2..3, 90..95, 4..4]);
        let runs: Vec<_> = shown.runs().collect();
        assert_eq!(
            runs,
            [
                ("M", Kind::Plain),
                ("ä", Kind::Differs),
                ("rta", Kind::Plain)
            ]
        );
        #[expect(clippy::reversed_empty_ranges, reason = "a caller may be wrong")]
        let backwards = Shown::with_marks("Märta", &[4..1]);
        assert!(backwards.is_clean());
        assert_eq!(
            Shown::with_marks("Märta", &[0..usize::MAX]).runs().count(),
            1
        );
    }

    #[test]
    fn names_are_cut_at_the_end_and_ids_in_the_middle() {
        assert_eq!(Shown::of("Laboratorier").fit_end(8).to_plain(), "Laborat…");
        assert_eq!(
            Shown::of("7f3c1a9000000000c84f7b3")
                .fit_middle(15)
                .to_plain(),
            "7f3c1a9…c84f7b3"
        );
        assert_eq!(Shown::of("abc").fit_end(3).to_plain(), "abc");
        assert_eq!(Shown::of("abcd").fit_end(1).to_plain(), "…");
        assert_eq!(Shown::of("abcd").fit_end(0).to_plain(), "");
        assert_eq!(
            Shown::ascii("Laboratorier").fit_end(8).to_plain(),
            "Laborat~"
        );
        assert_eq!(Shown::of("東京都港区").fit_end(6).to_plain(), "東京…");
        assert_eq!(Shown::of("ab\u{202e}cd").fit_end(5).to_plain(), "ab…");
        let cut = Shown::with_marks("Nilsson", &[3..7]).fit_end(5);
        let runs: Vec<_> = cut.runs().collect();
        assert_eq!(
            runs,
            [
                ("Nil", Kind::Plain),
                ("s", Kind::Differs),
                ("…", Kind::Plain)
            ]
        );
    }

    #[test]
    fn padding_counts_cells() {
        assert_eq!(Shown::of("東京").pad_right(6).to_plain(), "東京  ");
        assert_eq!(Shown::of("12").pad_left(4).to_plain(), "  12");
        let padded = Shown::with_marks("ab", &[1..2]).pad_left(4);
        let runs: Vec<_> = padded.runs().collect();
        assert_eq!(runs, [("  a", Kind::Plain), ("b", Kind::Differs)]);
    }

    #[test]
    fn a_masked_value_is_drawn_as_a_mark() {
        let masked = Shown::masked("xxxx·7fa2", Glyphs::Unicode);
        let runs: Vec<_> = masked.runs().collect();
        assert_eq!(runs, [("xxxx·7fa2", Kind::Mark)]);
        assert_eq!(masked.fit_end(5).to_plain(), "xxxx…");
    }

    /// Text in which the trouble is frequent.
    fn troubled() -> impl Strategy<Value = String> {
        let pieces = prop_oneof![
            any::<char>().prop_map(String::from),
            "[a-z ]{0,4}",
            proptest::sample::select(vec![
                "\u{1b}",
                "\n",
                "\u{202e}",
                "\u{200b}",
                "\u{200d}",
                "\u{fe0f}",
                "\u{fe0e}",
                "\u{301}",
                "\u{20e3}",
                "1",
                "#",
                "👩",
                "❤",
                "👍",
                "🏽",
                "🇸",
                "東",
                "ا",
                "ל",
                "한",
                "\u{1100}",
                "\u{1161}",
                "\u{11a8}",
                "क",
                "\u{94d}",
                "\u{e0041}",
                "\u{ad}",
                "é",
                "\u{34f}",
                "\u{d4e}",
            ])
            .prop_map(String::from),
        ];
        proptest::collection::vec(pieces, 0..16).prop_map(|parts| parts.concat())
    }

    fn assert_safe(shown: &Shown) {
        let text = shown.to_plain();
        let printed: Vec<char> = text.chars().collect();
        for (at, &c) in printed.iter().enumerate() {
            let emoji_joint = matches!(c, JOINER | EMOJI_STYLE) && at > 0;
            assert!(
                !is_invisible(c) || emoji_joint,
                "U+{:04X} in {text:?}",
                c as u32
            );
            if c == JOINER {
                assert!(
                    printed.get(at + 1).copied().is_some_and(is_pictograph),
                    "{text:?}"
                );
            }
        }
        for (run, _) in shown.runs() {
            for cluster in run.graphemes(true) {
                assert!(
                    cluster_width(cluster) > 0,
                    "a cluster without width in {text:?}"
                );
            }
        }
        assert_eq!(shown.runs().map(|(run, _)| run).collect::<String>(), text);
    }

    proptest! {
        #[test]
        fn whatever_the_data_nothing_unsafe_is_printed(text in troubled()) {
            assert_safe(&Shown::of(&text));
            assert_safe(&Shown::ascii(&text));
        }

        #[test]
        fn whatever_the_bytes_nothing_unsafe_is_printed(bytes: Vec<u8>) {
            assert_safe(&Shown::of_bytes(&bytes));
        }

        #[test]
        fn a_cut_never_exceeds_its_cells_and_stays_safe(text in troubled(), cells in 0_usize..24, from in 0_usize..20, len in 0_usize..9) {
            let range = from..from + len;
            let shown = Shown::with_marks(&text, std::slice::from_ref(&range));
            assert_safe(&shown);
            for cut in [shown.fit_end(cells), shown.fit_middle(cells)] {
                assert_safe(&cut);
                prop_assert!(cut.width() <= cells);
                prop_assert_eq!(cut == shown, shown.width() <= cells);
            }
            prop_assert_eq!(shown.clone().pad_right(cells).width(), shown.width().max(cells));
            prop_assert_eq!(shown.clone().pad_left(cells).width(), shown.width().max(cells));
        }

        #[test]
        fn an_invisible_character_always_makes_a_difference(before in troubled(), after in troubled(), c in proptest::sample::select(vec!['\u{200b}', '\u{202e}', '\u{200d}', '\u{fe0f}', '\n', '\u{ad}', '\u{e0020}', '\u{a0}'])) {
            let with = format!("{before}{c}{after}");
            let without = format!("{before}{after}");
            prop_assert_ne!(Shown::of(&with).to_plain(), Shown::of(&without).to_plain());
        }
    }
}
