//! The only place that puts text on the screen. On a [`Canvas`] every line goes through [`Shown`], and its data through the
//! mask if it is on. Where things stand is decided by the panes; how a meaning looks, by the theme.

use std::borrow::Cow;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

pub use super::line::{Cut, Line, Note};
use super::line::{Eye, Piece, cells};
use super::msg::Target;
use super::theme::{Role, Theme};
use super::widgets::field::TextField;
use crate::values::mask::Mask;
use crate::values::shown::{Glyphs, Kind, Shown};

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
