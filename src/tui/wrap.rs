//! Sentences broken into lines at spaces, counted in terminal cells. A word that is longer than a line is broken inside.

use unicode_segmentation::UnicodeSegmentation;

use crate::values::Shown;

/// The lines of a text, none wider than `width` cells. An empty text has none.
#[must_use]
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(1);
    let cells = |text: &str| Shown::of(text).width();
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        let mut used = 0;
        for word in paragraph.split(' ').filter(|word| !word.is_empty()) {
            let wide = cells(word);
            if used > 0 && used + 1 + wide <= width {
                line.push(' ');
                line.push_str(word);
                used += 1 + wide;
                continue;
            }
            if used > 0 {
                lines.push(std::mem::take(&mut line));
            }
            used = 0;
            if wide <= width {
                line.push_str(word);
                used = wide;
                continue;
            }
            for cluster in word.graphemes(true) {
                let wide = cells(cluster);
                if used > 0 && used + wide > width {
                    lines.push(std::mem::take(&mut line));
                    used = 0;
                }
                line.push_str(cluster);
                used += wide;
            }
        }
        if used > 0 {
            lines.push(line);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::wrap;

    #[test]
    fn a_sentence_breaks_at_its_spaces() {
        assert_eq!(wrap("nothing was loaded", 11), ["nothing was", "loaded"]);
        assert_eq!(wrap("", 11), Vec::<String>::new());
    }

    #[test]
    fn a_word_longer_than_the_line_breaks_inside() {
        assert_eq!(wrap("a 0038d00000Wm7TaAAJ", 8), ["a", "0038d000", "00Wm7TaA", "AJ"]);
        assert_eq!(wrap("日本語", 4), ["日本", "語"]);
    }
}
