//! Where a person is in a list: which row has the cursor and which row is the first to be seen. Knows how many rows there
//! are, never what they hold, so it serves seven systems and ten million records alike.

/// A move of the cursor through rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Down,
    Up,
    HalfDown,
    HalfUp,
    PageDown,
    PageUp,
    First,
    Last,
}

/// Cursor and first visible row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct List {
    pub cursor: u64,
    pub top: u64,
}

impl List {
    /// Moves the cursor within `len` rows of which `height` are visible, and scrolls as little as that needs.
    pub fn step(&mut self, step: Step, len: u64, height: u16) {
        let height = u64::from(height.max(1));
        let last = len.saturating_sub(1);
        // A page leaves one row of what was seen, so that the eye finds its place.
        let (half, page) = ((height / 2).max(1), height.saturating_sub(1).max(1));
        self.cursor = match step {
            Step::Down => self.cursor.saturating_add(1),
            Step::Up => self.cursor.saturating_sub(1),
            Step::HalfDown => self.cursor.saturating_add(half),
            Step::HalfUp => self.cursor.saturating_sub(half),
            Step::PageDown => self.cursor.saturating_add(page),
            Step::PageUp => self.cursor.saturating_sub(page),
            Step::First => 0,
            Step::Last => last,
        }
        .min(last);
        match step {
            Step::HalfDown => self.top = self.top.saturating_add(half),
            Step::HalfUp => self.top = self.top.saturating_sub(half),
            Step::PageDown => self.top = self.top.saturating_add(page),
            Step::PageUp => self.top = self.top.saturating_sub(page),
            _ => {}
        }
        self.top = self.first_visible(len, u16::try_from(height).unwrap_or(u16::MAX));
    }

    /// Puts the cursor on a row, a third from the top if it was not to be seen.
    pub fn show(&mut self, row: u64, len: u64, height: u16) {
        let tall = u64::from(height.max(1));
        self.cursor = row.min(len.saturating_sub(1));
        if self.cursor < self.top || self.cursor >= self.top.saturating_add(tall) {
            self.top = self.cursor.saturating_sub(tall / 3);
        }
        self.top = self.first_visible(len, height);
    }

    /// The first row to draw so that the cursor is seen and no room is wasted after the last row.
    #[must_use]
    pub fn first_visible(&self, len: u64, height: u16) -> u64 {
        let height = u64::from(height.max(1));
        let cursor = self.cursor.min(len.saturating_sub(1));
        let lowest = cursor.saturating_sub(height - 1);
        self.top.clamp(lowest, cursor).min(len.saturating_sub(height))
    }

    /// The rows to draw.
    #[must_use]
    pub fn visible(&self, len: u64, height: u16) -> std::ops::Range<u64> {
        if height == 0 {
            return 0..0;
        }
        let first = self.first_visible(len, height);
        first..first.saturating_add(u64::from(height)).min(len)
    }

    /// The cursor as an index into something that is in memory.
    #[must_use]
    pub fn index(&self, len: usize) -> Option<usize> {
        let last = len.checked_sub(1)?;
        Some(usize::try_from(self.cursor).map_or(last, |cursor| cursor.min(last)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cursor_is_always_seen_and_the_list_always_fills_its_room() {
        for len in [0, 1, 5, 20, 1_000_000_u64] {
            for height in [1, 3, 20_u16] {
                let mut list = List::default();
                for step in
                    [Step::Last, Step::Up, Step::HalfUp, Step::PageUp, Step::PageDown, Step::Down, Step::HalfDown]
                {
                    list.step(step, len, height);
                    let rows = list.visible(len, height);
                    assert!(len == 0 || rows.contains(&list.cursor));
                    assert_eq!(rows.end - rows.start, len.min(u64::from(height)));
                }
            }
        }
    }

    #[test]
    fn a_page_down_keeps_one_row_in_sight() {
        let mut list = List::default();
        list.step(Step::PageDown, 100, 10);
        assert_eq!((list.cursor, list.top), (9, 9));
    }

    #[test]
    fn moving_within_the_screen_does_not_scroll() {
        let mut list = List { cursor: 50, top: 45 };
        list.step(Step::Up, 100, 10);
        assert_eq!((list.cursor, list.top), (49, 45));
    }
}
