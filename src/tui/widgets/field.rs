//! A text field of one line. It counts in grapheme clusters, so that one key press removes what a reader sees as one
//! character; what is pasted is text, whatever it holds. Which key does what is the keymap's; drawing is the canvas's.

use unicode_segmentation::UnicodeSegmentation;

/// The most bytes a field takes. Longer pastes are cut: no identifier, path or search is that long.
const MOST: usize = 4_096;

/// What was typed so far, and where the next character goes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TextField {
    text: String,
    /// Byte position of the cursor, always at the edge of a cluster.
    cursor: usize,
}

/// How an edit moves or removes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edit {
    Left,
    Right,
    WordLeft,
    WordRight,
    Start,
    End,
    /// Removes the cluster before the cursor.
    Backspace,
    /// Removes the cluster at the cursor.
    Delete,
    /// Removes back to the beginning of the word.
    DeleteWord,
    /// Removes everything before the cursor.
    DeleteToStart,
}

impl TextField {
    /// A field that holds `text`, the cursor at its end.
    #[must_use]
    pub fn with(text: &str) -> Self {
        let mut field = Self::default();
        field.insert(text);
        field
    }

    /// What it holds.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it holds nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Removes everything.
    pub fn clear(&mut self) {
        self.text.clear();
        self.cursor = 0;
    }

    /// Puts text at the cursor. Line breaks and tabs become spaces, since the field is one line; breaks at the end,
    /// which come with a copied cell, go.
    pub fn insert(&mut self, text: &str) {
        let text = text.trim_end_matches(['\n', '\r']);
        let mut room = MOST.saturating_sub(self.text.len());
        let mut clean = String::with_capacity(text.len().min(room));
        for c in text.chars() {
            let c = if matches!(c, '\n' | '\r' | '\t') { ' ' } else { c };
            let Some(left) = room.checked_sub(c.len_utf8()) else { break };
            room = left;
            clean.push(c);
        }
        self.text.insert_str(self.cursor, &clean);
        self.cursor += clean.len();
        self.settle();
    }

    /// A combining mark typed after its letter joins it: the cursor then stands after both.
    fn settle(&mut self) {
        if !self.is_edge(self.cursor) {
            self.cursor = self.next_edge();
        }
    }

    fn is_edge(&self, at: usize) -> bool {
        at == self.text.len() || self.text.grapheme_indices(true).any(|(start, _)| start == at)
    }

    fn next_edge(&self) -> usize {
        self.text
            .grapheme_indices(true)
            .map(|(start, _)| start)
            .find(|start| *start > self.cursor)
            .unwrap_or(self.text.len())
    }

    fn previous_edge(&self) -> usize {
        self.text
            .grapheme_indices(true)
            .map(|(start, _)| start)
            .take_while(|start| *start < self.cursor)
            .last()
            .unwrap_or(0)
    }

    fn word_left(&self) -> usize {
        self.text
            .unicode_word_indices()
            .map(|(start, _)| start)
            .take_while(|start| *start < self.cursor)
            .last()
            .unwrap_or(0)
    }

    fn word_right(&self) -> usize {
        self.text
            .unicode_word_indices()
            .map(|(start, word)| start + word.len())
            .find(|end| *end > self.cursor)
            .unwrap_or(self.text.len())
    }

    /// Moves or removes. Returns whether the text changed.
    pub fn edit(&mut self, edit: Edit) -> bool {
        let before = self.text.len();
        match edit {
            Edit::Left => self.cursor = self.previous_edge(),
            Edit::Right => self.cursor = self.next_edge(),
            Edit::WordLeft => self.cursor = self.word_left(),
            Edit::WordRight => self.cursor = self.word_right(),
            Edit::Start => self.cursor = 0,
            Edit::End => self.cursor = self.text.len(),
            Edit::Backspace => self.remove(self.previous_edge(), self.cursor),
            Edit::Delete => self.remove(self.cursor, self.next_edge()),
            Edit::DeleteWord => self.remove(self.word_left(), self.cursor),
            Edit::DeleteToStart => self.remove(0, self.cursor),
        }
        self.settle();
        self.text.len() != before
    }

    fn remove(&mut self, from: usize, to: usize) {
        // Both ends are edges of clusters, hence of characters.
        if let (Some(head), Some(tail)) = (self.text.get(..from), self.text.get(to..)) {
            self.text = format!("{head}{tail}");
            self.cursor = from;
        }
    }

    /// What stands before the cursor, the cluster under it (empty at the end), and what follows.
    #[must_use]
    pub fn parts(&self) -> (&str, &str, &str) {
        let (before, rest) = self.text.split_at(self.cursor);
        let under = rest.graphemes(true).next().unwrap_or("");
        (before, under, &rest[under.len()..])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backspace_takes_what_a_reader_sees_as_one_character() {
        let mut field = TextField::with("Ma\u{308}r👩‍👩‍👧");
        assert!(field.edit(Edit::Backspace));
        assert_eq!(field.text(), "Ma\u{308}r");
        field.edit(Edit::Left);
        field.edit(Edit::Backspace);
        assert_eq!(field.text(), "Mr");
    }

    #[test]
    fn a_pasted_line_break_is_text_and_never_a_key() {
        let mut field = TextField::default();
        field.insert("0038d\n00000\tx\r\n");
        assert_eq!(field.text(), "0038d 00000 x");
    }

    #[test]
    fn words_are_removed_one_at_a_time() {
        let mut field = TextField::with("anna müller oslo");
        field.edit(Edit::DeleteWord);
        assert_eq!(field.text(), "anna müller ");
        field.edit(Edit::DeleteWord);
        assert_eq!(field.text(), "anna ");
        field.edit(Edit::DeleteToStart);
        assert!(field.is_empty());
    }

    #[test]
    fn text_goes_where_the_cursor_stands() {
        let mut field = TextField::with("ac");
        field.edit(Edit::Left);
        field.insert("b");
        assert_eq!(field.text(), "abc");
        assert_eq!(field.parts(), ("ab", "c", ""));
    }

    #[test]
    fn a_mark_that_joins_the_next_letter_leaves_the_cursor_at_an_edge() {
        let mut field = TextField::with("🇸🇪");
        field.edit(Edit::Start);
        field.insert("🇩");
        for edit in [Edit::Left, Edit::Right, Edit::Delete, Edit::Backspace, Edit::WordLeft] {
            field.edit(edit);
            let _ = field.parts();
        }
    }

    #[test]
    fn a_huge_paste_is_cut() {
        let mut field = TextField::default();
        field.insert(&"ä".repeat(100_000));
        assert_eq!(field.text().len(), MOST);
    }
}
