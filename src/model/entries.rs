//! The tables of a document, read key by key: what is right is taken, what is wrong becomes a fault with its key and line.
//! Questions, truth, users and targets share it.

use toml::{Table, Value};

use crate::definitions::{Fault, Places, document};
use crate::values::shown::Shown;

/// The longest text of a value, in characters.
pub(super) const LONGEST_TEXT: usize = 4_000;

/// One table of a document, with the key that leads to it.
#[derive(Debug, Clone)]
pub(super) struct Entry<'a> {
    table: &'a Table,
    key: String,
    places: &'a Places,
}

impl<'a> Entry<'a> {
    /// The whole document.
    pub fn whole(table: &'a Table, places: &'a Places) -> Self {
        Self { table, key: String::new(), places }
    }

    /// The fault of one of its keys; of the table itself where the name is empty.
    pub fn fault(&self, name: &str, message: impl Into<String>) -> Fault {
        let key = match (name.is_empty(), self.key.is_empty()) {
            (true, _) => self.key.clone(),
            (false, true) => document::join("", name),
            (false, false) => document::join(&self.key, name),
        };
        Fault::at(&key, self.places, message)
    }

    /// Keys other than these are faults.
    pub fn only(&self, names: &[&str], faults: &mut Vec<Fault>) {
        for name in self.table.keys().filter(|name| !names.contains(&name.as_str())) {
            faults.push(self.fault(name, format!("there is no such key; there are {}", names.join(", "))));
        }
    }

    /// A text on one line; empty where it is not there.
    pub fn text(&self, name: &str, faults: &mut Vec<Fault>) -> String {
        match self.table.get(name) {
            None => String::new(),
            Some(Value::String(text)) => match wrong_text(text) {
                None => text.clone(),
                Some(message) => {
                    faults.push(self.fault(name, message));
                    String::new()
                }
            },
            // TOML knows dates by themselves; here they are texts.
            Some(Value::Datetime(at)) => at.to_string(),
            Some(_) => {
                faults.push(self.fault(name, "a text is expected"));
                String::new()
            }
        }
    }

    /// A list of texts.
    pub fn texts(&self, name: &str, faults: &mut Vec<Fault>) -> Vec<String> {
        let Some(value) = self.table.get(name) else { return Vec::new() };
        let Some(list) = value.as_array() else {
            faults.push(self.fault(name, "a list of texts is expected"));
            return Vec::new();
        };
        let mut texts = Vec::new();
        for (at, value) in list.iter().enumerate() {
            match value.as_str().map(|text| (text, wrong_text(text))) {
                Some((text, None)) => texts.push(text.to_owned()),
                Some((_, Some(message))) => faults.push(self.fault(name, format!("value {}: {message}", at + 1))),
                None => faults.push(self.fault(name, format!("value {} is no text", at + 1))),
            }
        }
        texts
    }

    pub fn yes(&self, name: &str, faults: &mut Vec<Fault>) -> Option<bool> {
        let value = self.table.get(name)?;
        let yes = value.as_bool();
        if yes.is_none() {
            faults.push(self.fault(name, "true or false is expected"));
        }
        yes
    }

    /// A whole number from 0 to `most`.
    pub fn number(&self, name: &str, most: u32, faults: &mut Vec<Fault>) -> Option<u32> {
        let value = self.table.get(name)?;
        let number = value.as_integer().and_then(|n| u32::try_from(n).ok()).filter(|n| *n <= most);
        if number.is_none() {
            faults.push(self.fault(name, format!("a whole number from 0 to {most} is expected")));
        }
        number
    }

    /// The tables of a list.
    pub fn entries(&self, name: &str, faults: &mut Vec<Fault>) -> Vec<Entry<'a>> {
        let Some(value) = self.table.get(name) else { return Vec::new() };
        let Some(list) = value.as_array() else {
            faults.push(self.fault(name, "a list of tables is expected"));
            return Vec::new();
        };
        let above = if self.key.is_empty() { document::join("", name) } else { document::join(&self.key, name) };
        let mut found = Vec::new();
        for (at, value) in list.iter().enumerate() {
            let key = format!("{above}.{}", at + 1);
            match value.as_table() {
                Some(table) => found.push(Entry { table, key, places: self.places }),
                None => faults.push(Fault::at(&key, self.places, "a table is expected")),
            }
        }
        found
    }

    /// The values of a list, whatever they are.
    pub fn values(&self, name: &str, faults: &mut Vec<Fault>) -> &'a [Value] {
        match self.table.get(name) {
            None => &[],
            Some(Value::Array(list)) => list,
            Some(_) => {
                faults.push(self.fault(name, "a list is expected"));
                &[]
            }
        }
    }

    /// The texts of a table, by key.
    pub fn pairs(&self, name: &str, faults: &mut Vec<Fault>) -> Vec<(String, String)> {
        let Some(value) = self.table.get(name) else { return Vec::new() };
        let Some(table) = value.as_table() else {
            faults.push(self.fault(name, "a table of texts is expected"));
            return Vec::new();
        };
        let inner = Entry { table, key: document::join(&self.key, name), places: self.places };
        table.keys().map(|key| (key.clone(), inner.text(key, faults))).collect()
    }

    /// One of the words that an enumeration is written with; `None` where the key is not there.
    pub fn word<T: Copy>(&self, name: &str, words: &[(&str, T)], faults: &mut Vec<Fault>) -> Option<T> {
        let text = self.text(name, faults);
        if text.is_empty() {
            return None;
        }
        let found = words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
        if found.is_none() {
            let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            faults.push(self.fault(name, format!("“{}” is not one of {}", Shown::of(&text), known.join(", "))));
        }
        found
    }
}

/// What is wrong with a text of a document, if anything is.
pub(super) fn wrong_text(text: &str) -> Option<String> {
    if text.chars().count() > LONGEST_TEXT {
        return Some(format!("a text has at most {LONGEST_TEXT} characters"));
    }
    text.chars().any(char::is_control).then(|| "a text stands on one line, without control characters".to_owned())
}

/// A text that came from elsewhere, as a document can hold it: on one line, not too long.
pub(super) fn on_one_line(text: &str) -> String {
    let words: Vec<&str> =
        text.split(|c: char| c.is_control() || c.is_whitespace()).filter(|w| !w.is_empty()).collect();
    words.join(" ").chars().take(LONGEST_TEXT).collect()
}

/// A table on one line, of the keys that have a value: `{ name = "Sarah Lee", id = "005" }`.
#[derive(Debug, Default)]
pub(super) struct Line(Vec<String>);

impl Line {
    pub fn text(&mut self, name: &str, text: &str) -> &mut Self {
        if !text.is_empty() {
            self.0.push(format!("{name} = {}", document::quoted(text)));
        }
        self
    }

    pub fn texts(&mut self, name: &str, texts: &[String]) -> &mut Self {
        if !texts.is_empty() {
            self.0.push(format!("{name} = {}", list(texts)));
        }
        self
    }

    /// A value that is TOML already; nothing where it is empty.
    pub fn plain(&mut self, name: &str, value: &str) -> &mut Self {
        if !value.is_empty() {
            self.0.push(format!("{name} = {value}"));
        }
        self
    }

    pub fn yes(&mut self, name: &str, yes: bool) -> &mut Self {
        self.plain(name, if yes { "true" } else { "" })
    }

    /// `{ … }`
    pub fn inline(&self) -> String {
        format!("{{ {} }}", self.0.join(", "))
    }

    /// One key a line.
    pub fn lines(&self) -> String {
        self.0.iter().map(|entry| format!("{entry}\n")).collect()
    }
}

/// A list of texts on one line.
pub(super) fn list(texts: &[String]) -> String {
    let quoted: Vec<String> = texts.iter().map(|text| document::quoted(text)).collect();
    format!("[{}]", quoted.join(", "))
}

/// A list of tables, one a line.
pub(super) fn tables(name: &str, lines: &[String]) -> String {
    if lines.is_empty() {
        return String::new();
    }
    format!("{name} = [\n{}]\n", lines.iter().map(|line| format!("  {line},\n")).collect::<String>())
}
