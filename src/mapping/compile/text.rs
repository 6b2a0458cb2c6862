//! Small pieces of SQL, and text that may stand in a comment.

use crate::mapping::recipe::BETWEEN;
use crate::workspace::sql::quote_text;

/// Every sign that Unicode calls white space: what `str::trim` takes off. SQLite's own `trim` knows the space alone.
pub const SPACE: [char; 25] = [
    '\t', '\n', '\u{B}', '\u{C}', '\r', ' ', '\u{85}', '\u{A0}', '\u{1680}', '\u{2000}', '\u{2001}', '\u{2002}',
    '\u{2003}', '\u{2004}', '\u{2005}', '\u{2006}', '\u{2007}', '\u{2008}', '\u{2009}', '\u{200A}', '\u{2028}',
    '\u{2029}', '\u{202F}', '\u{205F}', '\u{3000}',
];

/// A table of one row beside the records, so that every SELECT can name these signs.
pub fn white() -> String {
    let signs: Vec<String> = SPACE.iter().map(|sign| u32::from(*sign).to_string()).collect();
    format!("CROSS JOIN (SELECT char({}) AS space) AS white", signs.join(", "))
}

/// Ends the name of a column's value without the white space around it.
pub const TRIMMED: &str = " trimmed";

/// The column of the row `r` that stands beside a plain column of it, its name ending so; `None` where the value is not one.
pub fn beside(value: &str, ending: &str) -> Option<String> {
    let name = value.strip_prefix("r.\"")?.strip_suffix('"')?;
    // Whatever else begins and ends so has a quote of its own in it.
    (!name.replace("\"\"", "").contains('"')).then(|| format!("r.\"{name}{ending}\""))
}

/// A value without the white space around it.
pub fn trimmed(value: &str) -> String {
    beside(value, TRIMMED).unwrap_or_else(|| format!("trim({value}, white.space)"))
}

/// The same of a column, worked out. Most values begin and end with a plain sign, which is cheap to see.
pub fn trimmed_here(column: &str) -> String {
    format!(
        "CASE WHEN {column} = '' OR {column} BETWEEN '!' AND '~' AND substr({column}, -1) BETWEEN '!' AND '~' THEN {column} ELSE trim({column}, white.space) END"
    )
}

/// Whether a value holds anything but white space; NULL where there is none.
pub fn is_filled(value: &str) -> String {
    format!("{} <> ''", trimmed(value))
}

/// A value without the white space around it; NULL where nothing is left.
pub fn given(column: &str) -> String {
    format!("nullif({}, '')", trimmed(column))
}

/// What a recipe gets: NULL where the first is empty.
pub fn input_of(inputs: &[String]) -> String {
    let mut sql = inputs.first().map_or_else(|| "NULL".to_owned(), |first| given(first));
    for more in inputs.iter().skip(1) {
        sql.push_str(&format!(" || char({}) || coalesce({}, '')", u32::from(BETWEEN), trimmed(more)));
    }
    sql
}

/// The parts of a text as a JSON array.
pub fn parts_of(value: &str, separator: &str) -> String {
    // What JSON writes in another way cannot be looked for in it: a sign that no text has stands for it.
    let plain = separator.chars().all(|c| !c.is_control() && c != '"' && c != '\\');
    if plain {
        format!("'[' || replace(json_quote({value}), {}, '\",\"') || ']'", quote_text(separator))
    } else {
        let separator = sql_text(separator);
        format!("'[' || replace(json_quote(replace({value}, {separator}, char(64976))), char(64976), '\",\"') || ']'")
    }
}

/// A text as SQL that stays on its line: control characters are written by their numbers.
pub fn sql_text(text: &str) -> String {
    if !text.contains(char::is_control) {
        return quote_text(text);
    }
    let mut parts = Vec::new();
    let mut plain = String::new();
    for c in text.chars() {
        if c.is_control() {
            if !plain.is_empty() {
                parts.push(quote_text(&std::mem::take(&mut plain)));
            }
            parts.push(format!("char({})", u32::from(c)));
        } else {
            plain.push(c);
        }
    }
    if !plain.is_empty() {
        parts.push(quote_text(&plain));
    }
    format!("({})", parts.join(" || "))
}

/// Text for a comment: a line break in a header must not end it.
pub fn in_comment(text: &str) -> String {
    text.chars().map(|c| if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { '\u{FFFD}' } else { c }).collect()
}

/// With a capital at the beginning.
pub fn capital(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

/// Many parts with one operator between them, in parentheses so that the whole is not deeper than SQLite takes.
pub fn joined(parts: &[String], operator: &str, indent: &str) -> String {
    const AT_ONCE: usize = 40;
    if parts.len() <= AT_ONCE {
        return parts.join(&format!("\n{indent}{operator} "));
    }
    let groups: Vec<String> =
        parts.chunks(AT_ONCE).map(|chunk| format!("({})", joined(chunk, operator, indent))).collect();
    joined(&groups, operator, indent)
}
