//! A page for people: headings, paragraphs, lists and tables, written as Markdown or as one HTML file. Its texts are made
//! visible by whoever writes the page and escaped here, so that nothing of the data is markup.

mod html;
mod markdown;

pub use html::html;
pub use markdown::markdown;

use super::shown::Shown;

/// A part of a page. Its texts are visible ([`visible`]), not yet escaped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// Level 1 to 3.
    Heading(usize, String),
    Paragraph(String),
    List(Vec<String>),
    Table(Grid),
}

/// A table: heads with whether their column holds numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grid {
    pub head: Vec<(&'static str, bool)>,
    pub rows: Vec<Vec<String>>,
}

/// Text with every control and invisible character as a visible mark.
#[must_use]
pub fn visible(text: &str) -> String {
    Shown::of(text).to_plain()
}
