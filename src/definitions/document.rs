//! What a document of some kind is: parsed, checked and written as TOML, with faults that say the key and the line.

use std::collections::BTreeMap;
use std::fmt;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::values::character::is_invisible;
use crate::values::shown::Shown;

/// The longest document that is read, in bytes: a definition is written by people, yet a map of 20,000 values has 2.4 MB.
pub const LONGEST: usize = 16 << 20;

/// A kind of definition, as the floor that owns it reads and writes it.
pub trait Document: Sized {
    /// The kind in the store: `source`, `map`.
    const KIND: &'static str;

    /// Reads and checks a document.
    ///
    /// # Errors
    /// Every fault that was found, in the order of the lines.
    fn parse(text: &str) -> Result<Self, Vec<Fault>>;

    /// As TOML, the same for the same document.
    fn to_toml(&self) -> String;
}

/// One thing that is wrong in a document.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Fault {
    /// As the document writes it: `extraction.at`, `objects."Opportunity line".claimed`; empty where no key is meant.
    pub key: String,
    /// From 1.
    pub place: Option<Place>,
    /// What is wrong, and what would be right.
    pub message: String,
}

/// Where something stands in a text. Both from 1; the column counts characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Place {
    pub line: u64,
    pub column: u64,
}

impl Fault {
    /// A fault of a key, at the place where the document has it.
    #[must_use]
    pub fn at(key: &str, places: &Places, message: impl Into<String>) -> Self {
        Self { key: key.to_owned(), place: places.of(key), message: message.into() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = self.place {
            write!(f, "line {}, ", place.line)?;
        }
        if !self.key.is_empty() {
            write!(f, "{}: ", Shown::of(&self.key).to_plain())?;
        }
        f.write_str(&Shown::of(&self.message).to_plain())
    }
}

/// The place of every key of a document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Places(BTreeMap<String, Place>);

impl Places {
    /// The place of a key, or of the nearest one above it that the document has.
    #[must_use]
    pub fn of(&self, key: &str) -> Option<Place> {
        let mut key = key;
        loop {
            if let Some(place) = self.0.get(key) {
                return Some(*place);
            }
            key = &key[..key.rfind('.')?];
        }
    }
}

/// Parses TOML into a table and the places of its keys.
///
/// # Errors
/// The first fault of the syntax, or that the text is too long.
pub fn read_toml(text: &str) -> Result<(toml::Table, Places), Fault> {
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let whole = |message: String| Fault { key: String::new(), place: None, message };
    if text.len() > LONGEST {
        return Err(whole(format!("the document has {} bytes; the most is {LONGEST}", text.len())));
    }
    let syntax = |error: &toml::de::Error| Fault {
        key: String::new(),
        place: error.span().map(|span| place(text, span.start)),
        message: error.message().trim().replace('\n', "; "),
    };
    // The first one in the text, whatever the parser noticed first.
    let (spanned, errors) = DeTable::parse_recoverable(text);
    if let Some(error) = errors.iter().min_by_key(|error| error.span().map_or(usize::MAX, |span| span.start)) {
        return Err(syntax(error));
    }
    let table: toml::Table = toml::from_str(text).map_err(|e| syntax(&e))?;
    let mut places = Places::default();
    note(text, spanned.get_ref(), "", &mut places);
    Ok((table, places))
}

fn note(text: &str, table: &DeTable<'_>, above: &str, places: &mut Places) {
    for (name, value) in table.iter() {
        let key = join(above, name.get_ref());
        places.0.insert(key.clone(), place(text, name.span().start));
        match value.get_ref() {
            DeValue::Table(inner) => note(text, inner, &key, places),
            DeValue::Array(list) => {
                for (at, entry) in list.iter().enumerate() {
                    let key = format!("{key}.{}", at + 1);
                    places.0.insert(key.clone(), place(text, Spanned::span(entry).start));
                    if let DeValue::Table(inner) = entry.get_ref() {
                        note(text, inner, &key, places);
                    }
                }
            }
            _ => {}
        }
    }
}

fn place(text: &str, at: usize) -> Place {
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count() as u64 + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() as u64 + 1;
    Place { line, column }
}

/// A key below another, as TOML writes dotted keys: `objects."Opportunity line"`.
#[must_use]
pub fn join(above: &str, name: &str) -> String {
    let bare = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
    let name = if bare { name.to_owned() } else { quoted(name) };
    if above.is_empty() { name } else { format!("{above}.{name}") }
}

/// A text as TOML writes it in quotes on one line, with every character that cannot be seen by its number.
#[must_use]
pub fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() || is_invisible(c) => out.push_str(&format!("\\U{:08X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Takes a dotted key apart: `objects."Opportunity line".claimed`. Names that are not in quotes may hold anything but a
/// dot, since people type them. `None` if a quote is not closed or a name is empty.
#[must_use]
pub fn split(key: &str) -> Option<Vec<String>> {
    let mut names = Vec::new();
    let mut rest = key.trim();
    loop {
        let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''));
        let (name, after) = match quote {
            Some(quote) => {
                let end = closing(rest, quote)?;
                let table: toml::Table = toml::from_str(&format!("name = {}", rest.get(..=end)?)).ok()?;
                (table.get("name")?.as_str()?.to_owned(), rest.get(end + 1..)?.trim_start())
            }
            None => {
                let end = rest.find('.').unwrap_or(rest.len());
                (rest.get(..end)?.trim().to_owned(), rest.get(end..)?)
            }
        };
        if name.is_empty() {
            return None;
        }
        names.push(name);
        if after.is_empty() {
            return Some(names);
        }
        rest = after.strip_prefix('.')?.trim_start();
    }
}

/// The byte of the quote that closes the one at the beginning.
fn closing(text: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' if quote == '"' => escaped = true,
            c if c == quote => return Some(at),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_key_has_its_line_and_column() {
        let text = "owner = \"Jonas\"\n\n[extraction]\n  at = 3\n[[locations]]\nname = \"S3\"\n[objects.\"Opportunity line\"]\nclaimed = 1\n";
        let (_, places) = read_toml(text).unwrap();
        let line = |key: &str| places.of(key).map(|p| (p.line, p.column));
        assert_eq!(line("owner"), Some((1, 1)));
        assert_eq!(line("extraction.at"), Some((4, 3)));
        assert_eq!(line("locations.1.name"), Some((6, 1)));
        assert_eq!(line("objects.\"Opportunity line\".claimed"), Some((8, 1)));
        // What is not there is looked for at the key above.
        assert_eq!(line("extraction.method"), line("extraction"));
    }

    #[test]
    fn a_fault_of_the_syntax_says_the_line() {
        let fault = read_toml("owner = \"Jonas\"\nowns = [\"a\"\nrisky = 1\n").unwrap_err();
        assert!(fault.place.is_some_and(|place| place.line >= 2), "{fault}");
        let twice = read_toml("owner = \"a\"\nowner = \"b\"\n").unwrap_err();
        assert_eq!(twice.place.map(|place| place.line), Some(2), "{twice}");
    }

    #[test]
    fn a_document_that_is_far_too_long_or_deep_is_refused() {
        assert!(read_toml(&"#".repeat(LONGEST + 1)).is_err());
        assert!(read_toml(&format!("a = {}", "[".repeat(100_000))).is_err());
    }

    #[test]
    fn dotted_keys_are_taken_apart_as_people_type_them() {
        let parts = |key: &str| split(key).map(|names| names.join("|"));
        assert_eq!(parts("owner").as_deref(), Some("owner"));
        assert_eq!(parts("objects.Contact.claimed").as_deref(), Some("objects|Contact|claimed"));
        assert_eq!(parts("objects.Opportunity line.claimed").as_deref(), Some("objects|Opportunity line|claimed"));
        assert_eq!(parts("objects.\"a.b\\\"c\".claimed").as_deref(), Some("objects|a.b\"c|claimed"));
        assert_eq!(parts("objects.'a.b'.claimed").as_deref(), Some("objects|a.b|claimed"));
        for bad in ["", ".", "a.", ".a", "a..b", "a.\"b", "\"a\"b", "a.\"\""] {
            assert_eq!(parts(bad), None, "{bad}");
        }
    }

    proptest! {
        #![proptest_config(crate::values::steady_cases())]

        #[test]
        fn a_key_that_is_written_is_read_back(names in prop::collection::vec("\\PC{1,8}|[a-z.\"'\\\\\n ]{1,6}", 1..4)) {
            let key = names.iter().fold(String::new(), |above, name| join(&above, name));
            prop_assert_eq!(split(&key), Some(names));
        }

        #[test]
        fn no_text_stops_the_reader(text in "[ a-z=\\[\\]{}\"'.\n#0-9é\u{FEFF}-]{0,60}") {
            if let Err(fault) = read_toml(&text) {
                let _ = fault.to_string();
            }
            let _ = split(&text);
        }
    }
}
