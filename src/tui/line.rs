//! A line of text in parts that know what they mean: words of our own, names (of systems, files, columns), sentences, data.
//! A line is seen through [`Shown`], and its data through the mask if it is on; nothing of a line can reach the screen
//! any other way. How a meaning looks is the theme's, where a line stands the canvas's.

use std::borrow::Cow;
use std::ops::Range;

use super::theme::Role;
use crate::values::mask::Mask;
use crate::values::shown::{Glyphs, Shown};

/// No line of a screen is wider: what lies beyond is not looked at, so that a value of megabytes costs no more than its row.
const WIDEST_LINE: usize = 500;

/// Where a text that is too long is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// Names and texts.
    End,
    /// IDs.
    Middle,
}

#[derive(Debug, Clone)]
pub(super) enum Piece<'a> {
    /// Words and numbers of our own.
    Own(Cow<'static, str>),
    /// The name of a system, a file, a column: never masked.
    Name(Cow<'a, str>),
    /// A name with the byte ranges that match what was typed.
    Marked(Cow<'a, str>, Vec<Range<usize>>),
    /// A sentence that may hold identifiers: masked word by word.
    Prose(Cow<'a, str>),
    /// A value: masked. With the byte ranges that match or differ.
    Data(Cow<'a, str>, Vec<Range<usize>>),
    Bytes(Cow<'a, [u8]>),
    /// Spaces up to this many cells from the beginning of the line.
    Stop(u16),
}

#[derive(Debug, Clone)]
pub(super) struct Part<'a> {
    pub(super) piece: Piece<'a>,
    pub(super) role: Role,
    pub(super) cut: Cut,
    /// At most so many cells.
    pub(super) most: Option<u16>,
}

/// One line of text, in parts that know what they mean.
#[derive(Debug, Clone, Default)]
pub struct Line<'a> {
    pub(super) parts: Vec<Part<'a>>,
}

/// A line that lives on its own, such as a message.
pub type Note = Line<'static>;

impl<'a> Line<'a> {
    /// An empty line.
    #[must_use]
    pub fn new() -> Self {
        Self { parts: Vec::new() }
    }

    fn part(mut self, piece: Piece<'a>, role: Role) -> Self {
        self.parts.push(Part { piece, role, cut: Cut::End, most: None });
        self
    }

    /// Words of the program in a role.
    #[must_use]
    pub fn say(self, role: Role, words: &'static str) -> Self {
        self.part(Piece::Own(Cow::Borrowed(words)), role)
    }

    /// Words in the role *text*.
    #[must_use]
    pub fn text(self, words: &'static str) -> Self {
        self.say(Role::Text, words)
    }

    /// Words in the role *quiet*.
    #[must_use]
    pub fn quiet(self, words: &'static str) -> Self {
        self.say(Role::Quiet, words)
    }

    /// Words in the role *strong*.
    #[must_use]
    pub fn strong(self, words: &'static str) -> Self {
        self.say(Role::Strong, words)
    }

    /// A whole number, thousands parted by a quiet comma.
    #[must_use]
    pub fn number(mut self, role: Role, number: u64) -> Self {
        let digits = number.to_string();
        let head = (digits.len() + 2) % 3 + 1;
        self = self.part(Piece::Own(Cow::Owned(digits[..head].to_owned())), role);
        for at in (head..digits.len()).step_by(3) {
            self = self.quiet(",").part(Piece::Own(Cow::Owned(digits[at..at + 3].to_owned())), role);
        }
        self
    }

    /// A number, or a quiet dash for none.
    #[must_use]
    pub fn count(self, role: Role, number: u64) -> Self {
        if number == 0 { self.quiet("–") } else { self.number(role, number) }
    }

    /// A number with the form of its noun that fits: `1 record`, `4 records`.
    #[must_use]
    pub fn plural(self, role: Role, number: u64, one: &'static str, many: &'static str) -> Self {
        self.number(role, number).text(" ").text(if number == 1 { one } else { many })
    }

    /// What the program formatted of numbers: a duration, a share, a date. Never text from data.
    #[must_use]
    pub fn made(self, role: Role, made: String) -> Self {
        self.part(Piece::Own(Cow::Owned(made)), role)
    }

    /// The name of a system, file or column.
    #[must_use]
    pub fn name(self, role: Role, name: impl Into<Cow<'a, str>>) -> Self {
        self.part(Piece::Name(name.into()), role)
    }

    /// A name with the byte ranges that match.
    #[must_use]
    pub fn marked_name(self, role: Role, name: impl Into<Cow<'a, str>>, marks: &[Range<usize>]) -> Self {
        self.part(Piece::Marked(name.into(), marks.to_vec()), role)
    }

    /// A sentence of the body that may hold identifiers.
    #[must_use]
    pub fn prose(self, role: Role, prose: impl Into<Cow<'a, str>>) -> Self {
        self.part(Piece::Prose(prose.into()), role)
    }

    /// A value from a source.
    #[must_use]
    pub fn data(self, role: Role, value: impl Into<Cow<'a, str>>) -> Self {
        self.part(Piece::Data(value.into(), Vec::new()), role)
    }

    /// A value with the byte ranges that match or differ.
    #[must_use]
    pub fn marked(self, role: Role, value: impl Into<Cow<'a, str>>, marks: &[Range<usize>]) -> Self {
        self.part(Piece::Data(value.into(), marks.to_vec()), role)
    }

    /// A value that may be missing (`–`) or empty (`∅`).
    #[must_use]
    pub fn value(self, role: Role, value: Option<&'a str>) -> Self {
        match value {
            None => self.quiet("–"),
            Some("") => self.quiet("∅"),
            Some(value) => self.data(role, value),
        }
    }

    /// Bytes as they are in a file.
    #[must_use]
    pub fn bytes(self, role: Role, bytes: impl Into<Cow<'a, [u8]>>) -> Self {
        self.part(Piece::Bytes(bytes.into()), role)
    }

    /// Spaces up to `cells` from the beginning of the line; one space at least if the line is longer already.
    #[must_use]
    pub fn to(self, cells: u16) -> Self {
        self.part(Piece::Stop(cells), Role::Text)
    }

    /// Cuts the last part in the middle if there is no room for it.
    #[must_use]
    pub fn middle(mut self) -> Self {
        if let Some(part) = self.parts.last_mut() {
            part.cut = Cut::Middle;
        }
        self
    }

    /// Gives the last part at most so many cells.
    #[must_use]
    pub fn most(mut self, cells: u16) -> Self {
        if let Some(part) = self.parts.last_mut() {
            part.most = Some(cells);
        }
        self
    }

    /// This line, then another.
    #[must_use]
    pub fn then(mut self, other: Self) -> Self {
        self.parts.extend(other.parts);
        self
    }

    /// Everything in one role (a disabled row, a pane under an overlay).
    #[must_use]
    pub fn all(mut self, role: Role) -> Self {
        for part in &mut self.parts {
            part.role = role;
        }
        self
    }

    /// Whether nothing was put on it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// The line as text that is safe to print and to copy, through a mask if there is one.
    #[must_use]
    pub fn to_plain(&self, mask: Option<&Mask>) -> String {
        let eye = Eye { glyphs: Glyphs::Unicode, mask };
        let (mut text, mut at) = (String::new(), 0_u16);
        for part in &self.parts {
            let shown = eye.see(&part.piece, at);
            at = at.saturating_add(cells(&shown));
            text.push_str(shown.as_str());
        }
        text
    }
}

/// How text is looked at: with which signs, and through which mask.
#[derive(Clone, Copy)]
pub(super) struct Eye<'m> {
    pub(super) glyphs: Glyphs,
    pub(super) mask: Option<&'m Mask>,
}

impl Eye<'_> {
    pub(super) fn see(&self, piece: &Piece<'_>, at: u16) -> Shown {
        match (piece, self.mask) {
            (Piece::Own(words), _) => Shown::of_in(&signs(words, self.glyphs), self.glyphs),
            (Piece::Name(text), _) | (Piece::Prose(text), None) => Shown::of_in(&within(text), self.glyphs),
            (Piece::Marked(text, marks), _) | (Piece::Data(text, marks), None) => {
                Shown::with_marks_in(&within(text), marks, self.glyphs)
            }
            (Piece::Data(text, _), Some(mask)) => Shown::masked(&within(&mask.mask(text)), self.glyphs),
            (Piece::Bytes(bytes), None) => Shown::of_bytes_in(bytes, self.glyphs),
            (Piece::Bytes(bytes), Some(mask)) => {
                Shown::masked(&within(&mask.mask(&String::from_utf8_lossy(bytes))), self.glyphs)
            }
            (Piece::Prose(text), Some(mask)) => Shown::of_in(&within(&mask_identifiers(text, mask)), self.glyphs),
            (Piece::Stop(to), _) => {
                let spaces = usize::from(to.saturating_sub(at).max(u16::from(at > 0)));
                Shown::of_in(&" ".repeat(spaces), self.glyphs)
            }
        }
    }
}

/// The beginning of a text that is certainly more than `cells` wide. Marks and invisible characters take bytes without
/// cells, hence the room.
#[must_use]
pub fn head(text: &str, cells: usize) -> &str {
    let most = cells.saturating_mul(16).saturating_add(64);
    if text.len() <= most {
        return text;
    }
    let mut end = most;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// As much of a text as the widest line can show, with a sign if that is not all.
fn within(text: &str) -> Cow<'_, str> {
    let seen = head(text, WIDEST_LINE);
    if seen.len() == text.len() { Cow::Borrowed(text) } else { Cow::Owned(format!("{seen}…")) }
}

/// Norms that our own sentences name; they tell nothing of anybody.
const NAMES_WITH_DIGITS: [&str; 2] = ["E.164", "UTF-8"];

/// Masks the words of a sentence that hold a digit or an at sign, dates left as they are.
fn mask_identifiers(text: &str, mask: &Mask) -> String {
    let is_date = |word: &str| {
        word.len() >= 10
            && word
                .bytes()
                .take(10)
                .enumerate()
                .all(|(i, b)| if i == 4 || i == 7 { b == b'-' } else { b.is_ascii_digit() })
    };
    let is_count =
        |word: &str| word.bytes().all(|b| b.is_ascii_digit() || matches!(b, b',' | b'.' | b';' | b':' | b'%'));
    let mut masked = String::with_capacity(text.len());
    for word in text.split_inclusive(' ') {
        let bare = word.trim_end_matches(' ');
        let is_ours = NAMES_WITH_DIGITS.contains(&bare.trim_end_matches([',', '.', ';', ':']));
        let telling = bare.contains('@') || bare.bytes().any(|b| b.is_ascii_digit());
        if telling && !is_ours && !is_date(bare) && !is_count(bare) {
            masked.push_str(&mask.mask(bare));
            masked.push_str(&word[bare.len()..]);
        } else {
            masked.push_str(word);
        }
    }
    masked
}

/// Our own signs in what the terminal can show.
fn signs(words: &str, glyphs: Glyphs) -> Cow<'_, str> {
    if glyphs == Glyphs::Unicode || words.is_ascii() {
        return Cow::Borrowed(words);
    }
    // Between two names an arrow is no key.
    let words = words.replace(" → ", " -> ");
    let mut ascii = String::with_capacity(words.len());
    for c in words.chars() {
        match c {
            '✓' => ascii.push('+'),
            '✗' | '×' => ascii.push('x'),
            '○' => ascii.push('o'),
            '·' | '–' | '—' | '−' | '─' => ascii.push('-'),
            '∅' => ascii.push_str("(empty)"),
            '▌' | '›' | '▶' => ascii.push('>'),
            '▏' | '│' => ascii.push('|'),
            '“' | '”' => ascii.push('"'),
            '’' => ascii.push('\''),
            '…' => ascii.push('~'),
            '█' | '▇' | '▆' | '▅' | '▉' | '▊' | '▋' => ascii.push('#'),
            '▄' | '▃' | '▂' | '▁' | '▍' | '▎' => ascii.push('.'),
            '╭' | '╮' | '╰' | '╯' | '├' | '┤' | '└' => ascii.push('+'),
            '═' => ascii.push('='),
            '↓' => ascii.push_str("Down"),
            '↑' => ascii.push_str("Up"),
            '←' => ascii.push_str("Left"),
            '→' => ascii.push_str("Right"),
            '\u{2800}'..='\u{28FF}' => ascii.push('*'),
            c if c.is_ascii() => ascii.push(c),
            _ => ascii.push('?'),
        }
    }
    Cow::Owned(ascii)
}

/// The terminal cells of a text.
pub(super) fn cells(shown: &Shown) -> u16 {
    u16::try_from(shown.width()).unwrap_or(u16::MAX)
}
