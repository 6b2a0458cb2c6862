//! One JSON object into values under flat names. Nested objects are joined by `.`; arrays stay as their text in the file;
//! numbers as their digits in the file (no float ever sees them); `null` is not given; an empty object is `{}`.
//!
//! A key may itself contain a dot. It is named as it stands (`a.b`), unless some row of the file has a nested object of
//! the same path: then the literal key is named `["a.b"]` (below others `x["a.b"]`) and the nested one keeps `a.b`.

use std::borrow::Cow;

use serde::de::IgnoredAny;

/// Stands for a dot within a key, until the columns of the whole file are known.
const DOT: char = '\0';
/// Objects and arrays inside each other.
const DEEPEST: usize = 128;

/// Why an element is no row.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unfit {
    pub reason: &'static str,
    pub detail: String,
}

fn unfit(reason: &'static str, detail: impl Into<String>) -> Unfit {
    Unfit { reason, detail: detail.into() }
}

/// Paths and values of one object, in the order of the file.
#[derive(Debug, Default)]
pub(super) struct Flat {
    paths: String,
    values: String,
    /// End of the path, end of the value, whether it was given.
    entries: Vec<(usize, usize, bool)>,
    /// Keys of the last object in which none stands twice: the next one mostly has the same.
    proved: Vec<String>,
}

impl Flat {
    /// Path, value (`None`: null) of each entry.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        let mut before = (0, 0);
        self.entries.iter().map(move |&(path, value, given)| {
            let entry = (
                self.paths.get(before.0..path).unwrap_or_default(),
                given.then(|| self.values.get(before.1..value).unwrap_or_default()),
            );
            before = (path, value);
            entry
        })
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    fn push(&mut self, path: &str, value: Option<&str>) {
        self.paths.push_str(path);
        self.values.push_str(value.unwrap_or_default());
        self.entries.push((self.paths.len(), self.values.len(), value.is_some()));
    }

    /// Takes in one object.
    pub fn take(&mut self, text: &str) -> Result<(), Unfit> {
        self.paths.clear();
        self.values.clear();
        self.entries.clear();
        if let Err(error) = serde_json::from_str::<IgnoredAny>(text) {
            let place = format!("line {}, column {} of the row", error.line(), error.column());
            return Err(if error.is_eof() {
                unfit("JSON object cut off", format!("it ends at {place}"))
            } else {
                unfit("not JSON", place)
            });
        }
        if deepest(text) > DEEPEST {
            return Err(unfit("nested too deep", format!("more than {DEEPEST} objects or arrays inside each other")));
        }
        let what = match text.as_bytes().first() {
            Some(b'{') => {
                let mut cursor = Cursor { text, at: 0 };
                return self.object(&mut cursor, &mut String::new());
            }
            Some(b'[') => "an array",
            Some(b'"') => "a text",
            Some(b't' | b'f') => "true or false",
            Some(b'n') => "null",
            _ => "a number",
        };
        Err(unfit("not a JSON object", format!("it is {what}")))
    }

    fn object(&mut self, cursor: &mut Cursor<'_>, path: &mut String) -> Result<(), Unfit> {
        cursor.step();
        let base = path.len();
        let mut keys: Vec<Cow<'_, str>> = Vec::with_capacity(if base == 0 { self.proved.len() } else { 4 });
        loop {
            match cursor.skip() {
                Some(b'"') => {}
                Some(b',') => {
                    cursor.step();
                    continue;
                }
                _ => break,
            }
            let key = decoded(cursor.string())?;
            cursor.skip();
            cursor.step();
            if base > 0 {
                path.push('.');
            }
            if key.contains(['.', DOT]) {
                path.extend(key.chars().map(|c| if c == '.' { DOT } else { c }));
            } else {
                path.push_str(&key);
            }
            keys.push(key);
            match cursor.skip() {
                Some(b'{') if cursor.is_empty_object() => {
                    cursor.value();
                    self.push(path, Some("{}"));
                }
                Some(b'{') => self.object(cursor, path)?,
                Some(b'"') => {
                    let value = decoded(cursor.string())?;
                    self.push(path, Some(&value));
                }
                Some(b'n') => {
                    cursor.value();
                    self.push(path, None);
                }
                _ => {
                    let value = cursor.value();
                    self.push(path, Some(value));
                }
            }
            path.truncate(base);
        }
        cursor.step();
        if base == 0
            && keys.len() == self.proved.len()
            && keys.iter().zip(&self.proved).all(|(key, known)| key == known)
        {
            return Ok(());
        }
        if keys.len() < 2 {
            return Ok(());
        }
        if base == 0 {
            self.proved.clear();
            self.proved.extend(keys.iter().map(|key| key.to_string()));
        }
        match repeated(&mut keys) {
            Some(key) => {
                self.proved.clear();
                Err(unfit("key given twice", super::refusal::shown(key)))
            }
            None => Ok(()),
        }
    }
}

/// A key that stands twice in one object.
fn repeated<'a>(keys: &'a mut [Cow<'_, str>]) -> Option<&'a str> {
    if keys.len() <= 16 {
        return (1..keys.len()).find(|&at| keys[..at].contains(&keys[at])).map(|at| &*keys[at]);
    }
    keys.sort_unstable();
    keys.windows(2).position(|pair| pair[0] == pair[1]).map(|at| &*keys[at])
}

/// A string's text; `quoted` has its quotes.
fn decoded(quoted: &str) -> Result<Cow<'_, str>, Unfit> {
    if !quoted.contains('\\') {
        return Ok(Cow::Borrowed(quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or_default()));
    }
    serde_json::from_str::<String>(quoted).map(Cow::Owned).map_err(|_| {
        unfit("not JSON", format!("an escape that stands for no character in {}", super::refusal::shown(quoted)))
    })
}

/// How deep brackets nest.
fn deepest(text: &str) -> usize {
    // Brackets that open have to close.
    if text.len() <= 2 * DEEPEST || memchr::memchr2_iter(b'{', b'[', text.as_bytes()).nth(DEEPEST).is_none() {
        return 0;
    }
    let (mut depth, mut most, mut in_string, mut escaped) = (0_usize, 0, false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = in_string,
            b'"' => in_string = !in_string,
            b'{' | b'[' if !in_string => {
                depth += 1;
                most = most.max(depth);
            }
            b'}' | b']' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    most
}

/// Walks over text that is known to be valid JSON.
struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn step(&mut self) {
        self.at += 1;
    }

    /// Steps over blanks and says what stands there.
    fn skip(&mut self) -> Option<u8> {
        while matches!(self.byte(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.step();
        }
        self.byte()
    }

    fn since(&self, from: usize) -> &'a str {
        self.text.get(from..self.at).unwrap_or_default()
    }

    fn string(&mut self) -> &'a str {
        let from = self.at;
        self.step();
        loop {
            let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
            let Some(end) = memchr::memchr2(b'"', b'\\', rest) else {
                self.at = self.text.len();
                break;
            };
            self.at += end + 1;
            if rest[end] == b'"' {
                break;
            }
            self.step();
        }
        self.since(from)
    }

    fn is_empty_object(&self) -> bool {
        self.text.get(self.at + 1..).is_some_and(|rest| rest.trim_start().starts_with('}'))
    }

    /// The text of any value.
    fn value(&mut self) -> &'a str {
        let from = self.at;
        let mut depth = 0_usize;
        while let Some(byte) = self.byte() {
            match byte {
                b'"' => {
                    self.string();
                    if depth == 0 {
                        break;
                    }
                    continue;
                }
                b'{' | b'[' => depth += 1,
                b'}' | b']' if depth == 0 => break,
                b'}' | b']' => {
                    depth -= 1;
                    if depth == 0 {
                        self.step();
                        break;
                    }
                }
                b',' | b' ' | b'\t' | b'\n' | b'\r' if depth == 0 => break,
                _ => {}
            }
            self.step();
        }
        self.since(from)
    }
}

/// The name of a path in which keys hold dots, where a nested path of the same name exists: `x["a.b"]`.
pub(super) fn literal_name(path: &str) -> String {
    let mut name = String::new();
    for key in path.split('.') {
        if key.contains(DOT) {
            name.push_str("[\"");
            name.push_str(&key.replace(DOT, "."));
            name.push_str("\"]");
        } else {
            if !name.is_empty() {
                name.push('.');
            }
            name.push_str(key);
        }
    }
    name
}

/// The plain name of a path.
pub(super) fn plain_name(path: &str) -> Cow<'_, str> {
    if path.contains(DOT) { Cow::Owned(path.replace(DOT, ".")) } else { Cow::Borrowed(path) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flat(text: &str) -> Result<Vec<(String, Option<String>)>, &'static str> {
        let mut flat = Flat::default();
        flat.take(text).map_err(|u| u.reason)?;
        Ok(flat.iter().map(|(p, v)| (plain_name(p).into_owned(), v.map(str::to_owned))).collect())
    }

    #[test]
    fn values_keep_the_text_they_have_in_the_file() {
        let got = flat(r#" {"id":12345678901234567890,"n":1.50e3,"b":true,"z":null,"s":"a\u00e9\n","o":{"x":{"y":1}},"e":{ },"l":[1, {"a":2}]} "#.trim()).unwrap();
        let expected = [
            ("id", Some("12345678901234567890")),
            ("n", Some("1.50e3")),
            ("b", Some("true")),
            ("z", None),
            ("s", Some("aé\n")),
            ("o.x.y", Some("1")),
            ("e", Some("{}")),
            ("l", Some(r#"[1, {"a":2}]"#)),
        ];
        assert_eq!(got, expected.map(|(p, v)| (p.to_owned(), v.map(str::to_owned))));
    }

    #[test]
    fn what_is_no_row_is_told_with_its_reason() {
        assert_eq!(flat(r#"{"a":1"#), Err("JSON object cut off"));
        assert_eq!(flat(r#"{"a":x}"#), Err("not JSON"));
        assert_eq!(flat("[1]"), Err("not a JSON object"));
        assert_eq!(flat(r#"{"a":{"x":1},"a":{"y":2}}"#), Err("key given twice"));
        assert_eq!(flat(r#"{"a":"\ud800"}"#), Err("not JSON"));
        assert_eq!(flat(&format!("{{\"a\":{}{}}}", "[".repeat(200), "]".repeat(200))), Err("nested too deep"));
    }

    #[test]
    fn a_key_with_a_dot_has_a_name_of_its_own() {
        let mut flat = Flat::default();
        flat.take(r#"{"x":{"a.b":1}}"#).unwrap();
        let path = flat.iter().next().unwrap().0.to_owned();
        assert_eq!(plain_name(&path), "x.a.b");
        assert_eq!(literal_name(&path), "x[\"a.b\"]");
    }
}
