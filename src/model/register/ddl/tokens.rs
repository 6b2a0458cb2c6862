//! SQL of any database cut into statements, and each `CREATE TABLE` brought to what SQLite reads too: qualified names lose
//! their schema; defaults become one, since only their being there matters; comments, checks, character sets and indexes
//! are taken out, after what they say of a column was noted.

use crate::definitions::{Fault, Place};

/// One table as SQLite can make it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Table {
    pub name: String,
    /// From the opening bracket to the closing one.
    pub body: String,
    pub line: u64,
    /// Values that a check or an enumeration allows, by column.
    pub allowed: Vec<(String, Vec<String>)>,
    pub comments: Vec<(String, String)>,
}

/// What a text holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Read {
    pub tables: Vec<Table>,
    /// Primary keys that are added later: (table, columns).
    pub keys: Vec<(String, Vec<String>)>,
    /// Foreign keys that are added later: (table, column, table).
    pub references: Vec<(String, String, String)>,
    /// (table, column, text)
    pub comments: Vec<(String, String, String)>,
    pub faults: Vec<Fault>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    Word,
    /// A name in quotes.
    Name,
    /// A text in quotes.
    Text,
    Number,
    Mark,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Token {
    sort: Sort,
    /// Without quotes.
    text: String,
    line: u64,
}

impl Token {
    fn is(&self, word: &str) -> bool {
        self.sort == Sort::Word && self.text.eq_ignore_ascii_case(word)
    }

    fn is_mark(&self, mark: &str) -> bool {
        self.sort == Sort::Mark && self.text == mark
    }

    fn is_name(&self) -> bool {
        matches!(self.sort, Sort::Word | Sort::Name)
    }

    fn written(&self) -> String {
        match self.sort {
            Sort::Name => crate::workspace::sql::quote_name(&self.text),
            Sort::Text => crate::workspace::sql::quote_text(&self.text),
            Sort::Word | Sort::Number | Sort::Mark => self.text.clone(),
        }
    }
}

/// Reads a text; never fails, but tells of what is not closed.
pub(super) fn read(text: &str) -> Read {
    let mut read = Read::default();
    let tokens = tokens(text, &mut read.faults);
    for statement in tokens.split(|token| token.is_mark(";")) {
        take(statement, &mut read);
    }
    read
}

fn tokens(text: &str, faults: &mut Vec<Fault>) -> Vec<Token> {
    let mut found = Vec::new();
    let mut line = 1u64;
    let mut rest = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    while let Some(c) = rest.chars().next() {
        let begins = line;
        let (sort, length, inner) = if c.is_whitespace() {
            (None, c.len_utf8(), String::new())
        } else if rest.starts_with("--") || c == '#' {
            (None, rest.find('\n').unwrap_or(rest.len()), String::new())
        } else if rest.starts_with("/*") {
            (None, rest.find("*/").map_or(rest.len(), |at| at + 2), String::new())
        } else if let Some(tag) = dollar_quote(rest) {
            let after = &rest[tag.len()..];
            let end = after.find(tag).map_or(rest.len(), |at| at + 2 * tag.len());
            (Some(Sort::Text), end, String::new())
        } else if let Some((sort, close)) = quote(rest, c) {
            match quoted(rest, c, close) {
                Some((length, inner)) => (Some(sort), length, inner),
                None => {
                    let place = Some(Place { line, column: 1 });
                    faults.push(Fault {
                        key: String::new(),
                        place,
                        message: "a quote is opened and never closed".to_owned(),
                    });
                    return Vec::new();
                }
            }
        } else if c.is_alphanumeric() || c == '_' || c == '@' {
            let length =
                rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '@' | '$'))).unwrap_or(rest.len());
            let sort = if c.is_ascii_digit() { Sort::Number } else { Sort::Word };
            (Some(sort), length, rest[..length].to_owned())
        } else {
            (Some(Sort::Mark), c.len_utf8(), c.to_string())
        };
        // Every length ends at a character: it is one, a found ASCII mark, or the end.
        let (this, after) = rest.split_at(length.max(c.len_utf8()));
        line += this.matches('\n').count() as u64;
        rest = after;
        if let Some(sort) = sort {
            found.push(Token { sort, text: inner, line: begins });
        }
    }
    found
}

/// `$$` or `$body$`, where a text begins so.
fn dollar_quote(text: &str) -> Option<&str> {
    let inner = text.strip_prefix('$')?;
    let end = inner.find('$')?;
    inner[..end].chars().all(|c| c.is_ascii_alphabetic() || c == '_').then(|| &text[..end + 2])
}

fn quote(text: &str, c: char) -> Option<(Sort, char)> {
    match c {
        '\'' => Some((Sort::Text, '\'')),
        '"' => Some((Sort::Name, '"')),
        '`' => Some((Sort::Name, '`')),
        // `[Order Line]` is a name, `text[]` and `[3]` are not.
        '[' if text[1..].starts_with(|c: char| c.is_alphabetic() || c == '_') => Some((Sort::Name, ']')),
        _ => None,
    }
}

/// Bytes of a quoted text and what stands in it.
fn quoted(text: &str, open: char, close: char) -> Option<(usize, String)> {
    let mut inner = String::new();
    let mut characters = text.char_indices().skip(1).peekable();
    while let Some((at, c)) = characters.next() {
        if c != close {
            inner.push(c);
        } else if open == close && characters.peek().is_some_and(|(_, next)| *next == close) {
            inner.push(c);
            characters.next();
        } else {
            return Some((at + c.len_utf8(), inner));
        }
    }
    None
}

fn take(statement: &[Token], read: &mut Read) {
    let Some(first) = statement.first() else { return };
    if first.is("create") {
        let words = ["or", "replace", "global", "local", "temp", "temporary", "unlogged"];
        let at = 1 + statement[1..].iter().take_while(|token| words.iter().any(|word| token.is(word))).count();
        if statement.get(at).is_some_and(|token| token.is("table")) {
            table(&statement[at + 1..], first.line, read);
        }
    } else if first.is("alter") && statement.get(1).is_some_and(|token| token.is("table")) {
        alter(&statement[2..], read);
    } else if first.is("comment") && statement.get(2).is_some_and(|token| token.is("column")) {
        // COMMENT ON COLUMN a.b.c IS 'text'
        let names: Vec<&str> = statement[3..]
            .iter()
            .take_while(|token| !token.is("is"))
            .filter(|t| t.is_name())
            .map(|t| t.text.as_str())
            .collect();
        let text = statement.last().filter(|token| token.sort == Sort::Text);
        if let ([.., table, column], Some(text)) = (names.as_slice(), text) {
            read.comments.push(((*table).to_owned(), (*column).to_owned(), text.text.clone()));
        }
    }
}

/// The last part of a qualified name, and what stands after it.
fn name(mut tokens: &[Token]) -> Option<(String, &[Token])> {
    loop {
        let (first, rest) = tokens.split_first()?;
        if !first.is_name() {
            return None;
        }
        match rest.split_first() {
            Some((dot, after)) if dot.is_mark(".") => tokens = after,
            _ => return Some((first.text.clone(), rest)),
        }
    }
}

fn after_words<'a>(tokens: &'a [Token], words: &[&str]) -> &'a [Token] {
    let all = tokens.len() >= words.len() && tokens.iter().zip(words).all(|(token, word)| token.is(word));
    if all { &tokens[words.len()..] } else { tokens }
}

fn table(tokens: &[Token], line: u64, read: &mut Read) {
    let mut wrong = |key: &str, message: &str| {
        let place = Some(Place { line, column: 1 });
        read.faults.push(Fault { key: key.to_owned(), place, message: message.to_owned() });
    };
    let Some((name, rest)) = name(after_words(tokens, &["if", "not", "exists"])) else {
        return wrong("", "a table without a name");
    };
    let Some(inside) = rest.first().filter(|token| token.is_mark("(")).and_then(|_| bracket(rest)) else {
        return wrong(&name, "a table needs its columns in brackets, with their types");
    };
    let mut table = Table { name, line, ..Table::default() };
    let elements: Vec<String> =
        elements(inside).into_iter().filter_map(|element| rewritten(element, &mut table)).collect();
    table.body = format!("({})", elements.join(", "));
    read.tables.push(table);
}

/// What stands between a bracket at the beginning and the one that closes it.
fn bracket(tokens: &[Token]) -> Option<&[Token]> {
    let mut depth = 0usize;
    for (at, token) in tokens.iter().enumerate() {
        if token.is_mark("(") {
            depth += 1;
        } else if token.is_mark(")") {
            depth = depth.saturating_sub(1);
            if depth == 0 {
                return tokens.get(1..at);
            }
        }
    }
    None
}

/// Cut at the commas that stand in no bracket.
fn elements(tokens: &[Token]) -> Vec<&[Token]> {
    let (mut found, mut depth, mut begins) = (Vec::new(), 0usize, 0);
    for (at, token) in tokens.iter().enumerate() {
        if token.is_mark("(") {
            depth += 1;
        } else if token.is_mark(")") {
            depth = depth.saturating_sub(1);
        } else if token.is_mark(",") && depth == 0 {
            found.push(&tokens[begins..at]);
            begins = at + 1;
        }
    }
    found.push(&tokens[begins..]);
    found
}

/// How many tokens a bracket at the beginning takes with its marks; 0 if there is none.
fn bracketed(tokens: &[Token]) -> usize {
    if tokens.first().is_some_and(|token| token.is_mark("(")) {
        bracket(tokens).map_or(tokens.len(), |inside| inside.len() + 2)
    } else {
        0
    }
}

fn texts(tokens: &[Token]) -> Vec<String> {
    tokens
        .iter()
        .filter(|token| token.sort == Sort::Text && !token.text.is_empty())
        .map(|token| token.text.clone())
        .collect()
}

/// One column or constraint as SQLite reads it; `None`: nothing is left of it.
fn rewritten(element: &[Token], table: &mut Table) -> Option<String> {
    let first = element.first()?;
    let indexes = ["key", "index", "fulltext", "spatial", "exclude", "like"];
    // `KEY name (column)` is an index; `key varchar(40)` is a column.
    let is_index = indexes.iter().any(|word| first.is(word))
        && element.iter().skip(1).find(|t| t.is_mark("(")).is_some()
        && bracket_begins(element).is_some_and(|inside| inside.first().is_some_and(|token| token.sort != Sort::Number));
    if is_index || first.is("like") {
        return None;
    }
    let constraint = ["constraint", "primary", "unique", "foreign", "check"].iter().any(|word| first.is(word));
    let column = (!constraint && first.is_name()).then(|| first.text.clone());
    let mut out: Vec<String> = Vec::new();
    let mut at = 0;
    while let Some(token) = element.get(at) {
        let rest = &element[at + 1..];
        let next = |word: &str| rest.first().is_some_and(|token| token.is(word));
        at += 1;
        if at == 1 && column.is_some() {
            // A column may be called like a word of SQL.
            out.push(crate::workspace::sql::quote_name(&token.text));
        } else if token.is("default") {
            at += default_length(rest);
            out.push("DEFAULT 0".to_owned());
        } else if token.is("check") {
            let length = bracketed(rest);
            checked(&rest[..length], table);
            at += length;
        } else if token.is("comment") && rest.first().is_some_and(|token| token.sort == Sort::Text) {
            if let (Some(column), Some(text)) = (&column, rest.first()) {
                table.comments.push((column.clone(), text.text.clone()));
            }
            at += 1;
        } else if (token.is("enum") || token.is("set")) && rest.first().is_some_and(|token| token.is_mark("(")) {
            let length = bracketed(rest);
            if let Some(column) = &column {
                table.allowed.push((column.clone(), texts(&rest[..length])));
            }
            out.push("TEXT".to_owned());
            at += length;
        } else if token.is("character") && next("set") || token.is("collate") || token.is("using") {
            at += if token.is("character") { 2 } else { 1 };
            while element.get(at).is_some_and(|token| token.is_mark(".")) {
                at += 2;
            }
        } else if token.is("on")
            && next("update")
            && rest.get(1).is_some_and(|t| t.is("current_timestamp") || t.is("now"))
        {
            at += 2 + bracketed(rest.get(2..).unwrap_or_default());
        } else if token.is("generated") || token.is("as") && rest.first().is_some_and(|token| token.is_mark("(")) {
            let words = rest.iter().take_while(|t| ["always", "by", "default", "as"].iter().any(|w| t.is(w))).count();
            let after = rest.get(words..).unwrap_or_default();
            if after.first().is_some_and(|token| token.is("identity")) {
                out.push("DEFAULT 0".to_owned());
                at += words + 1 + bracketed(&after[1..]);
            } else {
                out.push("AS (0)".to_owned());
                at += words + bracketed(after);
            }
        } else if token.is("identity") && column.is_some() && at > 2 {
            out.push("DEFAULT 0".to_owned());
            at += bracketed(rest);
        } else if [
            "auto_increment",
            "autoincrement",
            "clustered",
            "nonclustered",
            "persisted",
            "visible",
            "invisible",
            "enable",
        ]
        .iter()
        .any(|word| token.is(word))
        {
        } else if token.is("unique") && (next("key") || next("index")) && constraint {
            // UNIQUE KEY name (column)
            out.push("UNIQUE".to_owned());
            at += 1 + rest.iter().skip(1).take_while(|token| !token.is_mark("(")).count();
        } else if token.is("references") {
            if let Some((to, after)) = name(rest) {
                out.push(format!("REFERENCES {}", crate::workspace::sql::quote_name(&to)));
                at = element.len() - after.len();
            }
        } else if token.is_mark("[") {
            at += rest.iter().position(|token| token.is_mark("]")).map_or(0, |n| n + 1);
        } else if token.is_mark(":") {
            // A cast.
            at += rest.iter().take_while(|token| token.is_mark(":")).count() + 1;
        } else if token.is_mark("(") && out.len() < 6 && column.is_some() {
            // The limits of a type: `varchar2(40 char)`, `nvarchar(max)`.
            let length = bracketed(&element[at - 1..]);
            let numbers: Vec<&str> = element[at - 1..at - 1 + length]
                .iter()
                .filter(|token| token.sort == Sort::Number)
                .map(|token| token.text.as_str())
                .collect();
            if !numbers.is_empty() {
                out.push(format!("({})", numbers.join(", ")));
            }
            at += length.saturating_sub(1);
        } else {
            out.push(token.written());
        }
    }
    (!out.is_empty()).then(|| out.join(" "))
}

/// The first bracket of an element.
fn bracket_begins(element: &[Token]) -> Option<&[Token]> {
    let at = element.iter().position(|token| token.is_mark("("))?;
    bracket(&element[at..])
}

/// How many tokens a default takes.
fn default_length(tokens: &[Token]) -> usize {
    let ends = [
        "not",
        "primary",
        "unique",
        "check",
        "references",
        "constraint",
        "collate",
        "generated",
        "comment",
        "on",
        "key",
        "auto_increment",
        "invisible",
        "visible",
    ];
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let null_after_value = token.is("null") && at > 0;
        if at > 0 && (null_after_value || ends.iter().any(|word| token.is(word))) {
            break;
        }
        at += bracketed(&tokens[at..]).max(1);
    }
    at
}

/// Notes the values of `column IN ('a', 'b')` and `column = ANY (ARRAY['a', 'b'])`.
fn checked(tokens: &[Token], table: &mut Table) {
    let lists: Vec<usize> = (0..tokens.len()).filter(|&at| tokens[at].is("in") || tokens[at].is("any")).collect();
    let [at] = lists.as_slice() else { return };
    let negated = tokens[..*at].iter().any(|token| token.is("not"));
    let joined = tokens.iter().any(|token| token.is("or"));
    let column = tokens[..*at].iter().find(|token| token.is_name() && !token.is("lower") && !token.is("upper"));
    if let Some(column) = column.filter(|_| !negated && !joined) {
        let values = texts(tokens.get(at + 1..).unwrap_or_default());
        if !values.is_empty() {
            table.allowed.push((column.text.clone(), values));
        }
    }
}

/// `ALTER TABLE ONLY a.b ADD CONSTRAINT c PRIMARY KEY (d)`, and foreign keys.
fn alter(tokens: &[Token], read: &mut Read) {
    let tokens = after_words(after_words(tokens, &["if", "exists"]), &["only"]);
    let Some((table, rest)) = name(tokens) else { return };
    let columns = |tokens: &[Token]| -> Vec<String> {
        let inside = bracket_begins(tokens).unwrap_or_default();
        inside.iter().filter(|token| token.is_name()).map(|token| token.text.clone()).collect()
    };
    for element in elements(rest) {
        for (at, token) in element.iter().enumerate() {
            let after = &element[at + 1..];
            if !after.first().is_some_and(|next| next.is("key")) {
                continue;
            }
            if token.is("primary") {
                read.keys.push((table.clone(), columns(after)));
            } else if token.is("foreign") {
                let to = after.iter().position(|token| token.is("references"));
                let to = to.and_then(|at| name(after.get(at + 1..)?)).map(|(to, _)| to);
                if let (Some(to), [column]) = (to, columns(after).as_slice()) {
                    read.references.push((table.clone(), column.clone(), to));
                }
            }
        }
    }
}
