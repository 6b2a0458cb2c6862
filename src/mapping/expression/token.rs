//! The words and signs of an expression, each with its place. Refuses what no expression needs: comments, parameters,
//! several statements, characters that cannot be seen.

use super::Wrong;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// A bare word: keyword, column or function.
    Word,
    /// A name in quotes, without them.
    Name(String),
    /// A text in single quotes, without them.
    Text(String),
    Number,
    Sign,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token<'a> {
    pub kind: Kind,
    /// As it is written.
    pub text: &'a str,
    /// Bytes from the beginning.
    pub at: usize,
}

impl Token<'_> {
    pub fn is_sign(&self, sign: &str) -> bool {
        self.kind == Kind::Sign && self.text == sign
    }

    pub fn is_word(&self, word: &str) -> bool {
        self.kind == Kind::Word && self.text.eq_ignore_ascii_case(word)
    }
}

/// Longer ones first, so that `<=` is not read as `<`.
const SIGNS: &[&str] = &[
    "->>", "||", "->", "<<", ">>", "<=", ">=", "==", "!=", "<>", "+", "-", "*", "/", "%", "=", "<", ">", "&", "|", "~",
    "(", ")", ",",
];

/// # Errors
/// The first thing that no expression can hold.
pub fn tokens(text: &str) -> Result<Vec<Token<'_>>, Wrong> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        let rest = &text[at..];
        if matches!(first, ' ' | '\t' | '\n' | '\r') {
            at += 1;
            continue;
        }
        let (kind, length) = match first {
            '\'' => {
                let (inner, length) = quoted(rest, '\'', '\'').ok_or_else(|| open(at, "text", "'"))?;
                (Kind::Text(inner), length)
            }
            '"' | '`' => {
                let (inner, length) =
                    quoted(rest, first, first).ok_or_else(|| open(at, "name", first.encode_utf8(&mut [0; 4])))?;
                (Kind::Name(inner), length)
            }
            '[' => {
                let end = rest.find(']').ok_or_else(|| open(at, "name", "]"))?;
                (Kind::Name(rest[1..end].to_owned()), end + 1)
            }
            _ if rest.starts_with("--") || rest.starts_with("/*") => {
                return Err(Wrong::at(at, "a comment begins here", "Write comments beside the rule, not in it."));
            }
            '0'..='9' => (Kind::Number, number(rest)),
            '.' if rest[1..].starts_with(|c: char| c.is_ascii_digit()) => (Kind::Number, number(rest)),
            _ if first == '_' || first.is_alphabetic() => {
                let end = rest.find(|c: char| c != '_' && !c.is_alphanumeric()).unwrap_or(rest.len());
                (Kind::Word, end)
            }
            _ => match SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
                Some(sign) => (Kind::Sign, sign.len()),
                None => return Err(strange(at, first)),
            },
        };
        found.push(Token { kind, text: &rest[..length], at });
        at += length;
        // 12abc, 1x: SQLite reads no such thing either, but says it less clearly.
        if found.last().is_some_and(|last| last.kind == Kind::Number)
            && text[at..].starts_with(|c: char| c == '_' || c.is_alphanumeric())
        {
            return Err(Wrong::at(at, "a number runs into a word", "Put a space or an operator between them."));
        }
    }
    Ok(found)
}

fn open(at: usize, what: &str, end: &str) -> Wrong {
    Wrong::at(at, &format!("the {what} that begins here does not end"), &format!("It ends with {end}."))
}

fn strange(at: usize, first: char) -> Wrong {
    match first {
        ';' => Wrong::at(at, "a statement ends here", "An expression is one value of one row."),
        '?' | ':' | '@' | '$' => {
            Wrong::at(at, "a parameter stands here", "Write the value itself, texts in single quotes.")
        }
        '.' => Wrong::at(at, "a dot stands here", "Name a column by its own name; in double quotes if it has a dot."),
        '{' | '}' | ']' | '\\' | '^' | '!' | '#' => Wrong::at(
            at,
            &format!("“{first}” means nothing here"),
            "Texts stand in single quotes, names in double quotes.",
        ),
        other => Wrong::at(
            at,
            &format!("the character U+{:04X} means nothing here", u32::from(other)),
            "Texts stand in single quotes, names in double quotes.",
        ),
    }
}

/// What stands between quotes, doubled ones made single, and the length with the quotes; `None` if it does not end.
fn quoted(rest: &str, quote: char, end: char) -> Option<(String, usize)> {
    let mut inner = String::new();
    let mut characters = rest.char_indices().skip(1).peekable();
    debug_assert!(rest.starts_with(quote));
    while let Some((at, c)) = characters.next() {
        if c != end {
            inner.push(c);
        } else if characters.peek().is_some_and(|(_, next)| *next == end) {
            inner.push(c);
            characters.next();
        } else {
            return Some((inner, at + end.len_utf8()));
        }
    }
    None
}

/// The length of a number.
fn number(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let digits = |mut at: usize, wanted: fn(&u8) -> bool| {
        while bytes.get(at).is_some_and(wanted) {
            at += 1;
        }
        at
    };
    if bytes.len() > 2 && bytes[0] == b'0' && matches!(bytes[1], b'x' | b'X') {
        return digits(2, u8::is_ascii_hexdigit);
    }
    let mut at = digits(0, u8::is_ascii_digit);
    if bytes.get(at) == Some(&b'.') {
        at = digits(at + 1, u8::is_ascii_digit);
    }
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(at + 1), Some(b'+' | b'-')));
        if bytes.get(at + 1 + sign).is_some_and(u8::is_ascii_digit) {
            at = digits(at + 1 + sign, u8::is_ascii_digit);
        }
    }
    at
}
