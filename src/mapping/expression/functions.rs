//! Which words an expression may use, and how far: only what makes the same of the same row, on every machine and on every
//! day.

use super::token::{Kind, Token};
use super::{Guard, Wrong};

/// Words of SQL that an expression may hold.
pub const KEYWORDS: &[&str] = &[
    "AND", "AS", "BETWEEN", "CASE", "CAST", "COLLATE", "DISTINCT", "ELSE", "END", "ESCAPE", "FALSE", "FROM", "GLOB",
    "IN", "IS", "ISNULL", "LIKE", "NOT", "NOTNULL", "NULL", "OR", "THEN", "TRUE", "WHEN",
];

/// Words of SQL that do more than compute one value of one row, with what they would do.
pub const FORBIDDEN: &[(&str, &str)] = &[
    ("SELECT", "reads other rows"),
    ("EXISTS", "reads other rows"),
    ("WITH", "reads other rows"),
    ("VALUES", "reads other rows"),
    ("RAISE", "stops the run"),
    ("OVER", "reads other rows"),
    ("FILTER", "reads other rows"),
    ("CURRENT_DATE", "reads the clock"),
    ("CURRENT_TIME", "reads the clock"),
    ("CURRENT_TIMESTAMP", "reads the clock"),
    ("MATCH", "is for search indexes"),
    ("REGEXP", "is not in SQLite itself"),
];

/// Types that a CAST may name.
pub const TYPES: &[&str] = &["BLOB", "INT", "INTEGER", "NUMERIC", "REAL", "TEXT"];

pub const COLLATIONS: &[&str] = &["BINARY", "NOCASE", "RTRIM"];

/// Functions of SQLite that every version of the last years has, that depend on nothing but what they are given, and that
/// make no more of it than it is.
pub const FUNCTIONS: &[&str] = &[
    "abs",
    "char",
    "coalesce",
    "date",
    "datetime",
    "format",
    "glob",
    "ifnull",
    "iif",
    "instr",
    "json",
    "json_array",
    "json_array_length",
    "json_extract",
    "json_object",
    "json_quote",
    "json_type",
    "json_valid",
    "julianday",
    "length",
    "like",
    "lower",
    "ltrim",
    "max",
    "min",
    "nullif",
    "printf",
    "replace",
    "round",
    "rtrim",
    "strftime",
    "substr",
    "substring",
    "time",
    "trim",
    "typeof",
    "unicode",
    "unixepoch",
    "upper",
];

/// Which argument of a function of time is the moment; the others are how it is changed or written.
pub fn moment_of(function: &str) -> Option<usize> {
    match function {
        "date" | "time" | "datetime" | "julianday" | "unixepoch" => Some(0),
        "strftime" => Some(1),
        _ => None,
    }
}

/// Checks what only the arguments tell: a function of time reads no clock and no zone of the machine, a format makes no
/// text of a million characters.
///
/// # Errors
/// What is wrong with them.
pub fn check_arguments(function: &str, at: usize, arguments: &[&[Token<'_>]]) -> Result<(), Wrong> {
    if let Some(moment) = moment_of(function) {
        if arguments.len() <= moment {
            return Err(Wrong::at(at, &format!("{function}() would read the clock"), "Give it a column of the row."));
        }
        for (place, argument) in arguments.iter().enumerate() {
            let text = literal(argument);
            if place == moment {
                if text.is_some_and(is_now) {
                    return Err(Wrong::at(
                        at,
                        &format!("{function}() would read the clock"),
                        "Give it a column of the row.",
                    ));
                }
                continue;
            }
            let word = text.map(|text| text.trim().to_ascii_lowercase());
            match word.as_deref() {
                None => {
                    let what = format!("{function}() takes its modifiers as texts in single quotes");
                    return Err(Wrong::at(
                        argument.first().map_or(at, |token| token.at),
                        &what,
                        "For example '+1 month'.",
                    ));
                }
                Some("localtime" | "utc" | "auto") => {
                    let what = format!("{function}() would depend on the machine's zone");
                    return Err(Wrong::at(at, &what, "The rule `date and time` takes a zone."));
                }
                Some(_) => {}
            }
        }
    }
    if matches!(function, "json_extract" | "json_type" | "json_array_length")
        && let Some(argument) = arguments.iter().skip(1).find(|argument| literal(argument).is_none())
    {
        let what = format!("{function}() takes its path as a text in single quotes");
        return Err(Wrong::at(argument.first().map_or(at, |token| token.at), &what, "For example '$.name'."));
    }
    if function == "char" {
        // Halves of a surrogate pair are no text, and nothing could read what comes of them.
        for argument in arguments {
            let code = match argument {
                [Token { kind: Kind::Number, text, .. }] => text.parse().ok().and_then(char::from_u32),
                _ => None,
            };
            if code.is_none_or(|code| code == '\0') {
                let place = argument.first().map_or(at, |token| token.at);
                return Err(Wrong::at(place, "char() takes numbers of characters", "For example char(10)."));
            }
        }
    }
    if matches!(function, "format" | "printf") {
        let format = arguments.first().and_then(|first| literal(first));
        let Some(format) = format else {
            return Err(Wrong::at(
                at,
                &format!("{function}() takes its format as a text in single quotes"),
                "For example '%05d'.",
            ));
        };
        if format.contains('*') || longest_run_of_digits(format) > 3 {
            return Err(Wrong::at(
                at,
                &format!("{function}() would write more than 999 characters"),
                "Give a smaller width.",
            ));
        }
    }
    Ok(())
}

/// What the first argument of a function must not be.
pub fn guard_of(function: &str) -> Option<Guard> {
    match function {
        "json" | "json_extract" | "json_type" | "json_array_length" => Some(Guard::Json),
        "abs" => Some(Guard::LeastInteger),
        _ => None,
    }
}

/// A text of one character, as ESCAPE wants it.
pub fn is_one_character(token: &Token<'_>) -> bool {
    matches!(&token.kind, Kind::Text(text) if text.chars().count() == 1)
}

/// Words that SQLite takes for the present moment.
pub const NOW: [&str; 3] = ["now", "subsec", "subsecond"];

fn is_now(text: &str) -> bool {
    NOW.iter().any(|word| text.trim().eq_ignore_ascii_case(word))
}

fn longest_run_of_digits(text: &str) -> usize {
    text.split(|c: char| !c.is_ascii_digit()).map(str::len).max().unwrap_or(0)
}

/// The text, if it is nothing but one.
pub fn literal<'a>(argument: &'a [Token<'_>]) -> Option<&'a str> {
    match argument {
        [Token { kind: Kind::Text(text), .. }] => Some(text),
        _ => None,
    }
}
