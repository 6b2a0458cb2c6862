//! The only place that puts text on the screen. A [`Line`] is made of the program's own words, of names (of systems,
//! files, columns) and of data; on a [`Canvas`] every one of them goes through [`Shown`], and data through the mask if
//! it is on. Where things stand is decided by the panes; how a meaning looks, by the theme.

use std::borrow::Cow;
use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::msg::Target;
use super::theme::{Role, Theme};
use super::widgets::field::TextField;
use crate::values::mask::Mask;
use crate::values::shown::{Glyphs, Kind, Shown};

/// Where a text that is too long is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// Names and texts.
    End,
    /// IDs.
    Middle,
}

#[derive(Debug, Clone)]
enum Piece<'a> {
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
struct Part<'a> {
    piece: Piece<'a>,
    role: Role,
    cut: Cut,
    /// At most so many cells.
    most: Option<u16>,
}

/// One line of text, in parts that know what they mean.
#[derive(Debug, Clone, Default)]
pub struct Line<'a> {
    parts: Vec<Part<'a>>,
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

    /// The line as text that is safe to print and to copy, unmasked.
    #[must_use]
    pub fn to_plain(&self) -> String {
        let eye = Eye { glyphs: Glyphs::Unicode, mask: None };
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
struct Eye<'m> {
    glyphs: Glyphs,
    mask: Option<&'m Mask>,
}

impl Eye<'_> {
    fn see(&self, piece: &Piece<'_>, at: u16) -> Shown {
        match (piece, self.mask) {
            (Piece::Own(words), _) => Shown::of_in(&signs(words, self.glyphs), self.glyphs),
            (Piece::Name(text), _) | (Piece::Prose(text), None) => Shown::of_in(text, self.glyphs),
            (Piece::Marked(text, marks), _) | (Piece::Data(text, marks), None) => {
                Shown::with_marks_in(text, marks, self.glyphs)
            }
            (Piece::Data(text, _), Some(mask)) => Shown::masked(&mask.mask(text), self.glyphs),
            (Piece::Bytes(bytes), None) => Shown::of_bytes_in(bytes, self.glyphs),
            (Piece::Bytes(bytes), Some(mask)) => {
                Shown::masked(&mask.mask(&String::from_utf8_lossy(bytes)), self.glyphs)
            }
            (Piece::Prose(text), Some(mask)) => Shown::of_in(&mask_identifiers(text, mask), self.glyphs),
            (Piece::Stop(to), _) => {
                let spaces = usize::from(to.saturating_sub(at).max(u16::from(at > 0)));
                Shown::of_in(&" ".repeat(spaces), self.glyphs)
            }
        }
    }
}

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
        let telling = bare.contains('@') || bare.bytes().any(|b| b.is_ascii_digit());
        if telling && !is_date(bare) && !is_count(bare) {
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
            '╭' | '╮' | '╰' | '╯' | '├' | '┤' => ascii.push('+'),
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

/// The screen while it is being drawn.
pub struct Canvas<'a> {
    buffer: &'a mut Buffer,
    pub theme: Theme,
    mask: Option<&'a Mask>,
    /// What a click meets, the last put first asked.
    pub hits: Vec<(Rect, Target)>,
    /// How many rows of the list that has the keys are to be seen.
    pub rows: u16,
}

impl<'a> Canvas<'a> {
    /// A canvas on a buffer.
    pub fn new(buffer: &'a mut Buffer, theme: Theme, mask: Option<&'a Mask>) -> Self {
        Self { buffer, theme, mask, hits: Vec::new(), rows: 0 }
    }

    /// The whole screen.
    #[must_use]
    pub fn area(&self) -> Rect {
        self.buffer.area
    }

    fn eye(&self) -> Eye<'a> {
        Eye { glyphs: if self.theme.ascii { Glyphs::Ascii } else { Glyphs::Unicode }, mask: self.mask }
    }

    fn style(&self, role: Role, kind: Kind) -> Style {
        match kind {
            Kind::Plain => self.theme.style(role),
            Kind::Differs => self.theme.style(Role::Differs),
            Kind::Mark => self.theme.style(Role::Mark),
        }
    }

    fn see(&self, line: &Line<'_>) -> Vec<(Shown, Role, Cut)> {
        let eye = self.eye();
        let mut at = 0_u16;
        let mut seen = Vec::with_capacity(line.parts.len());
        for part in &line.parts {
            let mut shown = eye.see(&part.piece, at);
            if let Some(most) = part.most {
                shown = fit(&shown, most, part.cut);
            }
            at = at.saturating_add(cells(&shown));
            seen.push((shown, part.role, part.cut));
        }
        seen
    }

    /// How many cells a line takes.
    #[must_use]
    pub fn width(&self, line: &Line<'_>) -> u16 {
        self.see(line).iter().fold(0_u16, |sum, (shown, ..)| sum.saturating_add(cells(shown)))
    }

    /// Draws a line from `x` on, in at most `width` cells; what does not fit is cut where its part says. Returns the
    /// column after the last cell drawn.
    pub fn line(&mut self, x: u16, y: u16, width: u16, line: &Line<'_>) -> u16 {
        let seen = self.see(line);
        let mut left = width.min(self.buffer.area.right().saturating_sub(x));
        let whole: u32 = seen.iter().map(|(shown, ..)| u32::from(cells(shown))).sum();
        let mut rest = whole;
        let mut x = x;
        for (shown, role, cut) in &seen {
            let wide = cells(shown);
            rest = rest.saturating_sub(u32::from(wide));
            if u32::from(wide) + u32::from(rest > 0) <= u32::from(left) {
                x = self.put(x, y, shown, *role);
                left -= wide;
                continue;
            }
            // Where it would fit but what follows does not, it is cut too: the sign says that there is more.
            let room = if wide > left { left } else { left.saturating_sub(1) };
            x = self.put(x, y, &fit(shown, room, *cut), *role);
            break;
        }
        x
    }

    /// Draws a line so that it ends at `x + width`.
    pub fn line_right(&mut self, x: u16, y: u16, width: u16, line: &Line<'_>) {
        let wide = self.width(line).min(width);
        self.line(x.saturating_add(width - wide), y, wide, line);
    }

    fn put(&mut self, x: u16, y: u16, shown: &Shown, role: Role) -> u16 {
        let area = self.buffer.area;
        if y >= area.bottom() || x >= area.right() {
            return x;
        }
        let mut x = x;
        for (run, kind) in shown.runs() {
            let style = self.style(role, kind);
            if x >= area.right() {
                break;
            }
            let room = usize::from(area.right() - x);
            x = self.buffer.set_stringn(x, y, run, room, style).0;
        }
        x
    }

    /// Marks a row as the one with the cursor: the bar, and the tint over all of it.
    pub fn cursor_row(&mut self, x: u16, y: u16, width: u16, focused: bool) {
        let bar = Line::new().say(if focused { Role::Accent } else { Role::Quiet }, if focused { "▌" } else { "▏" });
        self.line(x, y, 1, &bar);
        if focused {
            self.tint(Rect { x, y, width, height: 1 });
        }
    }

    /// Puts the tint of the cursor behind an area.
    pub fn tint(&mut self, area: Rect) {
        let Some(tint) = self.theme.tint() else { return };
        let area = area.intersection(self.buffer.area);
        for y in area.y..area.bottom() {
            for x in area.x..area.right() {
                self.buffer[(x, y)].set_bg(tint);
            }
        }
    }

    /// Draws an area reversed or takes it back to quiet; used for tabs.
    pub fn restyle(&mut self, area: Rect, style: Style) {
        let area = area.intersection(self.buffer.area);
        self.buffer.set_style(area, style);
    }

    /// The thin line between a list and its detail.
    pub fn divider(&mut self, x: u16, y: u16, height: u16) {
        let bar = Line::new().quiet("│");
        for y in y..y.saturating_add(height) {
            self.line(x, y, 1, &bar);
        }
    }

    /// The thin line between parts and their sum.
    pub fn rule(&mut self, x: u16, y: u16, width: u16) {
        let rule = Line::new().made(Role::Quiet, "─".repeat(usize::from(width)));
        self.line(x, y, width, &rule);
    }

    /// Empties an area.
    pub fn clear(&mut self, area: Rect) {
        let area = area.intersection(self.buffer.area);
        for y in area.y..area.bottom() {
            // A wide character that reaches into the area from its left would push the whole row aside.
            if let Some(x) = area.x.checked_sub(1)
                && Shown::of(self.buffer[(x, y)].symbol()).width() > 1
            {
                self.buffer[(x, y)].set_symbol(" ");
            }
            for x in area.x..area.right() {
                self.buffer[(x, y)].reset();
            }
        }
    }

    /// Draws everything so far in quiet: an overlay comes over it.
    pub fn hush(&mut self) {
        let quiet = self.theme.style(Role::Quiet);
        let area = self.buffer.area;
        for y in area.y..area.bottom() {
            for x in area.x..area.right() {
                let cell = &mut self.buffer[(x, y)];
                cell.modifier = Modifier::empty();
                cell.bg = ratatui::style::Color::Reset;
                cell.set_style(quiet);
            }
        }
        self.hits.clear();
    }

    /// A frame with a title above and the keys below; returns the area inside.
    pub fn frame(&mut self, area: Rect, title: &Line<'_>, keys: &Line<'_>) -> Rect {
        let area = area.intersection(self.buffer.area);
        self.clear(area);
        if area.width < 4 || area.height < 2 {
            return Rect { height: 0, ..area };
        }
        let (w, right, bottom) = (area.width, area.right() - 1, area.bottom() - 1);
        for (y, open, close, inner) in [(area.y, "╭", "╮", title), (bottom, "╰", "╯", keys)] {
            self.rule(area.x, y, w);
            self.line(area.x, y, 1, &Line::new().quiet(open));
            self.line(right, y, 1, &Line::new().quiet(close));
            if !inner.is_empty() {
                let padded = Line::new().text(" ").then(inner.clone()).text(" ");
                self.line(area.x + 2, y, w.saturating_sub(4), &padded);
            }
        }
        self.divider(area.x, area.y + 1, area.height - 2);
        self.divider(right, area.y + 1, area.height - 2);
        Rect { x: area.x + 2, y: area.y + 1, width: w.saturating_sub(4), height: area.height - 2 }
    }

    /// A text field: `> text▏`. Scrolls so that the cursor is seen.
    pub fn field(&mut self, x: u16, y: u16, width: u16, field: &TextField, focused: bool) {
        let x = self.line(x, y, width.min(2), &Line::new().quiet("> "));
        let width = width.saturating_sub(2);
        let (before, under, after) = field.parts();
        let eye = self.eye();
        let see = |text: &str| eye.see(&Piece::Name(Cow::Owned(text.to_owned())), 0);
        let mut head = before;
        // The cursor takes a cell of its own; what is left of it gives way from its beginning.
        let room = usize::from(width.saturating_sub(1));
        while see(head).width() > room {
            let mut graphemes = unicode_segmentation::UnicodeSegmentation::graphemes(head, true);
            if graphemes.next().is_none() {
                break;
            }
            head = graphemes.as_str();
        }
        let end = x.saturating_add(width);
        let mut at = self.put(x, y, &see(head), Role::Strong);
        if under.is_empty() {
            if focused && at < end {
                self.line(at, y, 1, &Line::new().say(Role::Accent, "▏"));
            }
            return;
        }
        let cursor = see(under);
        let from = at;
        at = self.put(at, y, &fit(&cursor, end.saturating_sub(at), Cut::End), Role::Strong);
        if focused {
            self.restyle(
                Rect { x: from, y, width: at - from, height: 1 },
                Style::new().add_modifier(Modifier::REVERSED),
            );
        }
        self.put(at, y, &fit(&see(after), end.saturating_sub(at), Cut::End), Role::Strong);
    }

    /// Says that a click into `area` means `target`.
    pub fn hit(&mut self, area: Rect, target: Target) {
        self.hits.push((area, target));
    }
}

fn fit(shown: &Shown, width: u16, cut: Cut) -> Shown {
    match cut {
        Cut::End => shown.fit_end(usize::from(width)),
        Cut::Middle => shown.fit_middle(usize::from(width)),
    }
}

fn cells(shown: &Shown) -> u16 {
    u16::try_from(shown.width()).unwrap_or(u16::MAX)
}
