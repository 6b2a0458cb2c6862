//! The words of a rule's line, each with the byte where it begins.

use super::line::wrong;
use crate::mapping::MappingError;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Anything without spaces, commas and quotes.
    Bare,
    /// A text in quotes, without them.
    Quoted,
    Comma,
    /// One that ends a word; inside it (`%H:%M`) it is part of the word.
    Colon,
    /// Between a quoted source and its object.
    Dot,
    /// `->`
    Arrow,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    pub kind: Kind,
    pub text: String,
    pub at: usize,
}

/// Takes a line apart.
///
/// # Errors
/// Where a quote is not closed, or what stands behind a backslash is not known.
pub fn tokens(line: &str) -> Result<Vec<Token>, MappingError> {
    let mut found: Vec<Token> = Vec::new();
    let mut chars = line.char_indices().peekable();
    let push = |found: &mut Vec<Token>, kind, text: &str, at| found.push(Token { kind, text: text.to_owned(), at });
    while let Some(&(at, c)) = chars.peek() {
        match c {
            c if c.is_whitespace() => drop(chars.next()),
            ',' => {
                chars.next();
                push(&mut found, Kind::Comma, ",", at);
            }
            '"' | '\'' | '“' | '”' => {
                chars.next();
                let text = quoted(
                    &mut chars,
                    at,
                    if c == '\'' {
                        '\''
                    } else if c == '"' {
                        '"'
                    } else {
                        '”'
                    },
                )?;
                found.push(Token { kind: Kind::Quoted, text, at });
                if chars.next_if(|(_, c)| *c == '.').is_some() {
                    push(&mut found, Kind::Dot, ".", at);
                }
            }
            _ => {
                let mut end = at;
                while let Some((here, c)) =
                    chars.next_if(|(_, c)| !c.is_whitespace() && !matches!(c, ',' | '"' | '\'' | '“' | '”'))
                {
                    end = here + c.len_utf8();
                }
                bare(line.get(at..end).unwrap_or_default(), at, &mut found);
            }
        }
    }
    Ok(found)
}

/// A run without spaces: a word, perhaps with a colon after it, or an arrow.
fn bare(run: &str, at: usize, found: &mut Vec<Token>) {
    if let Some(rest) = run.strip_prefix("->") {
        found.push(Token { kind: Kind::Arrow, text: "->".to_owned(), at });
        if !rest.is_empty() {
            bare(rest, at + 2, found);
        }
        return;
    }
    let word = run.strip_suffix(':').unwrap_or(run);
    if !word.is_empty() {
        found.push(Token { kind: Kind::Bare, text: word.to_owned(), at });
    }
    if word.len() < run.len() {
        found.push(Token { kind: Kind::Colon, text: ":".to_owned(), at: at + word.len() });
    }
}

type Chars<'a> = std::iter::Peekable<std::str::CharIndices<'a>>;

/// The text up to the closing quote.
fn quoted(chars: &mut Chars<'_>, at: usize, quote: char) -> Result<String, MappingError> {
    let mut text = String::new();
    while let Some((here, c)) = chars.next() {
        match c {
            c if c == quote => return Ok(text),
            '\\' if quote == '"' => text.push(escaped(chars, here)?),
            c => text.push(c),
        }
    }
    Err(wrong(at, "A quote is not closed.", "A quote inside a text is written \\\"."))
}

fn escaped(chars: &mut Chars<'_>, at: usize) -> Result<char, MappingError> {
    let unknown = || {
        let hint = "There are \\\", \\\\, \\n, \\r, \\t, and \\u with four or \\U with eight digits.";
        wrong(at, "What stands behind this backslash is not known.", hint)
    };
    let digits = match chars.next().map(|(_, c)| c) {
        Some('"') => return Ok('"'),
        Some('\\') => return Ok('\\'),
        Some('n') => return Ok('\n'),
        Some('r') => return Ok('\r'),
        Some('t') => return Ok('\t'),
        Some('u') => 4,
        Some('U') => 8,
        _ => return Err(unknown()),
    };
    let mut number = 0u32;
    for _ in 0..digits {
        let digit = chars.next().and_then(|(_, c)| c.to_digit(16)).ok_or_else(unknown)?;
        number = number.checked_mul(16).and_then(|number| number.checked_add(digit)).ok_or_else(unknown)?;
    }
    char::from_u32(number).ok_or_else(unknown)
}
