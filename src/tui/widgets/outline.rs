//! A list in groups: headings and air between entries, of which only the entries have the cursor. Says which rows are to be
//! seen, never what they hold.

use std::ops::Range;

/// A row of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Row {
    Blank,
    /// The heading of the group that begins with this entry.
    Heading(usize),
    Entry(usize),
}

/// The rows of entries by the group of each; entries of one group stand together already.
pub fn rows<G: PartialEq>(groups: impl Iterator<Item = G>, air: bool) -> Vec<Row> {
    let (mut rows, mut last) = (Vec::new(), None);
    for (at, group) in groups.enumerate() {
        if last.as_ref() != Some(&group) {
            if air && last.is_some() {
                rows.push(Row::Blank);
            }
            rows.push(Row::Heading(at));
            last = Some(group);
        }
        rows.push(Row::Entry(at));
    }
    rows
}

/// The rows to draw so that the entry with the cursor is seen, with its heading where it is the first of its group.
#[must_use]
pub fn window(rows: &[Row], cursor: usize, height: u16) -> Range<usize> {
    let height = usize::from(height);
    let at = rows.iter().position(|row| *row == Row::Entry(cursor)).unwrap_or(0);
    // Two thirds down, so that there is more to see of what comes before than of what is left behind.
    let first = (at + 1).saturating_sub(height - height / 3).min(rows.len().saturating_sub(height));
    first..first.saturating_add(height).min(rows.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_entry_with_the_cursor_is_always_seen() {
        let rows = rows((0..40).map(|at| at / 7), true);
        for height in 1..60 {
            for cursor in 0..40 {
                let seen = &rows[window(&rows, cursor, height)];
                assert!(seen.contains(&Row::Entry(cursor)), "{height} {cursor}");
                assert_eq!(seen.len(), usize::from(height).min(rows.len()));
            }
        }
    }

    #[test]
    fn every_group_has_one_heading() {
        let rows = rows(["a", "a", "b"].into_iter(), false);
        assert_eq!(rows, [Row::Heading(0), Row::Entry(0), Row::Entry(1), Row::Heading(2), Row::Entry(2)]);
    }
}
