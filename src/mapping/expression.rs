//! Scalar SQLite expressions over the columns of one row, as people write them: checked so that one cannot read elsewhere,
//! loop or write, and compiled by SQLite itself, as a generated column, which refuses subqueries, aggregates and windows.
//! Every name is looked up here, so that no text of a person or of a header reaches a statement as it is. `token` takes the
//! text apart, `functions` says which words may be used.

mod functions;
#[cfg(test)]
mod tests;
mod token;

use std::cell::RefCell;

use rusqlite::Connection;
use rusqlite::limits::Limit;

use self::token::{Kind, Token, tokens};
use super::MappingError;
use super::recipe::{self, Recipe};
use crate::workspace::sql::{quote_name, quote_text};

/// Characters of an expression at most.
pub const LONGEST: usize = 4_000;

/// Parentheses and CASEs within one another at most.
const DEEPEST: usize = 40;

/// Bytes of a value that a run of expressions may make at most.
const LARGEST_VALUE: i32 = 4_000_000;

/// An expression that was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// As it may stand in a SELECT: columns qualified, our value functions replaced by their outcome's place.
    pub sql: String,
    /// Columns that it reads, by position.
    pub columns: Vec<usize>,
    /// Calls of value functions: recipe and the SQL of their input, in the order of their places.
    pub calls: Vec<(Recipe, String)>,
}

/// Checks an expression against the columns of an object. Fast enough for every key press.
///
/// # Errors
/// The first thing that is wrong, with its place in the text and what to do.
pub fn check(text: &str, columns: &[String]) -> Result<Checked, MappingError> {
    let expression = Expression::read(text, columns)?;
    let column = |at: usize| format!("r.{}", quote_name(columns.get(at).map_or("", String::as_str)));
    Ok(Checked {
        sql: expression.sql(&column, &|place| format!("made_{}.output", place + 1)),
        columns: expression.columns.clone(),
        calls: expression.calls.iter().map(|call| (call.recipe.clone(), call.input_sql(&column))).collect(),
    })
}

/// Limits what expressions can make on a connection that runs them: a text that grows beyond some megabytes ends as an
/// error, however it was made.
///
/// # Errors
/// If the database refuses.
pub fn limit(conn: &Connection) -> rusqlite::Result<()> {
    conn.set_limit(Limit::SQLITE_LIMIT_LENGTH, LARGEST_VALUE)?;
    conn.set_limit(Limit::SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1_000)?;
    Ok(())
}

/// What is wrong in an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    pub what: String,
    /// Bytes from the beginning.
    pub at: Option<usize>,
    pub hint: String,
}

impl Wrong {
    pub fn at(at: usize, what: &str, hint: &str) -> Self {
        Self { what: what.to_owned(), at: Some(at), hint: hint.to_owned() }
    }

    /// As a sentence with the character that it begins at.
    fn into_error(self, text: &str) -> MappingError {
        let place = self.at.map(|at| format!("Character {}: ", text.get(..at).unwrap_or(text).chars().count() + 1));
        let mut what = self.what;
        if place.is_none() {
            what = super::compile::capital(&what);
        }
        MappingError::Expression {
            message: format!("{}{what}.", place.unwrap_or_default()),
            at: self.at.map(|at| at.min(text.len())),
            hint: self.hint,
        }
    }
}

/// A piece of a checked expression.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    /// SQL as it is.
    Sql(String),
    Column(usize),
    /// What a value function made: the call's number.
    Place(usize),
}

/// A call of one of our value functions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    pub recipe: Recipe,
    inputs: Vec<Vec<(Piece, usize)>>,
}

impl Call {
    /// Its input as SQL: NULL where there is none.
    pub fn input_sql(&self, column: &dyn Fn(usize) -> String) -> String {
        let inputs: Vec<String> =
            self.inputs.iter().map(|pieces| render(pieces, column, &|_| "NULL".to_owned()).0).collect();
        super::compile::input_of(&inputs)
    }

    /// Columns that it reads, by position.
    pub fn columns(&self) -> Vec<usize> {
        columns_in(self.inputs.iter().flatten())
    }
}

/// An expression, read and checked, to be written over any names of columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expression {
    pieces: Vec<(Piece, usize)>,
    /// Columns that it reads, by position, rising.
    pub columns: Vec<usize>,
    pub calls: Vec<Call>,
    /// What a function of SQLite stops the whole statement for, kept from it, and why one row then has no value.
    refusals: Vec<(Vec<(Piece, usize)>, Guard)>,
}

/// What is kept from a function of SQLite, since one cell of that kind would end the whole run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Guard {
    Json,
    LeastInteger,
}

impl Guard {
    /// The value, or NULL where the function must not see it.
    const fn around(self) -> (&'static str, &'static str) {
        match self {
            // Between them: `value) THEN value `.
            Self::Json => ("CASE WHEN json_valid(", "END"),
            Self::LeastInteger => ("nullif(", ", -9223372036854775808)"),
        }
    }

    fn why(self, value: &str) -> String {
        match self {
            Self::Json => format!("CASE WHEN trim({value}) <> '' AND NOT json_valid({value}) THEN 'it is no JSON' END"),
            Self::LeastInteger => {
                format!("CASE WHEN {value} = -9223372036854775808 THEN 'the number is too large' END")
            }
        }
    }
}

impl Expression {
    /// # Errors
    /// As [`check`].
    pub fn read(text: &str, columns: &[String]) -> Result<Self, MappingError> {
        let wrong = |wrong: Wrong| wrong.into_error(text);
        if text.trim().is_empty() {
            let hint = "For example upper(trim(Name)).".to_owned();
            return Err(wrong(Wrong { what: "the expression is empty".to_owned(), at: None, hint }));
        }
        if let Some((at, _)) = text.char_indices().nth(LONGEST) {
            let hint = "Part it into several fields.";
            return Err(wrong(Wrong::at(at, &format!("the expression is longer than {LONGEST} characters"), hint)));
        }
        let tokens = tokens(text).map_err(wrong)?;
        let mut reading = Reading { columns, calls: Vec::new(), refusals: Vec::new() };
        let pieces = reading.walk(&tokens, 0, false).map_err(wrong)?;
        let (calls, mut refusals) = (reading.calls, reading.refusals);
        if tokens.iter().any(|token| token.is_word("JSON_VALID")) {
            // Who asks for it knows of it.
            refusals.retain(|(_, guard)| *guard != Guard::Json);
        }
        let all = pieces.iter().chain(calls.iter().flat_map(|call| call.inputs.iter().flatten()));
        let expression = Self { columns: columns_in(all), pieces, calls, refusals };
        expression.compile().map_err(wrong)?;
        Ok(expression)
    }

    /// The expression in parentheses, over these names.
    pub fn sql(&self, column: &dyn Fn(usize) -> String, place: &dyn Fn(usize) -> String) -> String {
        format!("({})", render(&self.pieces, column, place).0)
    }

    /// Why it has no value, where a cell was kept from a function that would have stopped at it: NULL if none was.
    pub fn faults(&self, column: &dyn Fn(usize) -> String, place: &dyn Fn(usize) -> String) -> Vec<String> {
        self.refusals.iter().map(|(pieces, guard)| guard.why(&render(pieces, column, place).0)).collect()
    }

    /// Lets SQLite compile it: as a generated column of a table that has only its columns.
    fn compile(&self) -> Result<(), Wrong> {
        let column = |at: usize| format!("c{at}");
        let place = |at: usize| format!("v{at}");
        let mut table = String::from("CREATE TABLE t (n TEXT");
        for at in &self.columns {
            table.push_str(&format!(", c{at} TEXT"));
        }
        for at in 0..self.calls.len() {
            table.push_str(&format!(", v{at} TEXT"));
        }
        let parts = self.calls.iter().flat_map(|call| call.inputs.iter()).chain([&self.pieces]);
        for (number, pieces) in parts.enumerate() {
            let head = format!("{table}, g{number} TEXT AS (");
            let (sql, places) = render(pieces, &column, &place);
            let statement = format!("{head}{sql}\n))");
            compile_generated(&statement).map_err(|(message, offset)| {
                let within = offset.map(|offset| offset.saturating_sub(head.len()));
                let at = within.and_then(|within| {
                    places.iter().rev().find(|(from, _)| *from <= within).or(places.first()).map(|(_, at)| *at)
                });
                let at = at.or_else(|| pieces.last().map(|(_, at)| *at));
                Wrong {
                    what: said(&message, pieces, at),
                    at,
                    hint: "An expression is one value of one row, as SQLite writes it.".to_owned(),
                }
            })?;
        }
        Ok(())
    }
}

/// SQLite's word without the names that only this module knows.
fn said(message: &str, pieces: &[(Piece, usize)], at: Option<usize>) -> String {
    if message.contains("syntax error") || message.contains("incomplete input") {
        let near = pieces.iter().find(|(_, place)| Some(*place) == at).and_then(|(piece, _)| match piece {
            Piece::Sql(sql) => Some(sql.trim()),
            _ => None,
        });
        return match near {
            Some(near) if !message.contains("\")\"") && !near.is_empty() => {
                format!("the expression does not hold near “{near}”")
            }
            _ => "the expression does not hold here, or something is missing at its end".to_owned(),
        };
    }
    if message.contains("generated column") {
        return "this reads more than the columns of one row".to_owned();
    }
    message.to_owned()
}

thread_local! {
    /// One database in memory per thread: opening one costs more than all the rest.
    static BENCH: RefCell<Option<Connection>> = const { RefCell::new(None) };
}

fn compile_generated(statement: &str) -> Result<(), (String, Option<usize>)> {
    let plain = |error: rusqlite::Error| match error {
        rusqlite::Error::SqlInputError { msg, offset, .. } => (msg, usize::try_from(offset).ok()),
        rusqlite::Error::SqliteFailure(failure, message) => (message.unwrap_or_else(|| failure.to_string()), None),
        other => (other.to_string(), None),
    };
    BENCH.with_borrow_mut(|bench| {
        if bench.is_none() {
            let conn = Connection::open_in_memory().map_err(plain)?;
            for (limit, most) in [
                // The SELECT around it adds some levels: what compiles here must compile there.
                (Limit::SQLITE_LIMIT_EXPR_DEPTH, 500),
                (Limit::SQLITE_LIMIT_SQL_LENGTH, 1_000_000),
                (Limit::SQLITE_LIMIT_ATTACHED, 0),
                (Limit::SQLITE_LIMIT_FUNCTION_ARG, 100),
            ] {
                conn.set_limit(limit, most).map_err(plain)?;
            }
            *bench = Some(conn);
        }
        let Some(conn) = bench.as_ref() else { return Ok(()) };
        conn.execute_batch("BEGIN").map_err(plain)?;
        let made = conn.execute(statement, []).map(|_| ()).map_err(plain);
        if conn.execute_batch("ROLLBACK").is_err() {
            // What cannot be rolled back is not used again.
            *bench = None;
        }
        made
    })
}

const PATH: &str = "For example '$.name' or '$[0]'.";

/// Whether it is a path into JSON: SQLite itself would say so only at the first cell that leads so far.
fn is_path(path: &str) -> Result<(), String> {
    let digits = |text: &str| !text.is_empty() && text.len() < 10 && text.bytes().all(|byte| byte.is_ascii_digit());
    let step = |rest: &str| -> Option<usize> {
        if let Some(name) = rest.strip_prefix(".\"") {
            return name.find('"').map(|end| end + 3);
        }
        if let Some(name) = rest.strip_prefix('.') {
            let end = name.find(['.', '[']).unwrap_or(name.len());
            return (end > 0).then_some(end + 1);
        }
        let place = rest.strip_prefix('[')?;
        let end = place.find(']')?;
        let from_end = |text: &str| text == "#" || text.strip_prefix("#-").is_some_and(digits);
        place.get(..end).is_some_and(|text| digits(text) || from_end(text)).then_some(end + 2)
    };
    let mut rest = path.strip_prefix('$');
    while let Some(text) = rest {
        if text.is_empty() {
            return Ok(());
        }
        rest = step(text).and_then(|length| text.get(length..));
    }
    Err("this is no path into JSON".to_owned())
}

/// The SQL of pieces, and where each began: (in the SQL, in the text).
fn render(
    pieces: &[(Piece, usize)],
    column: &dyn Fn(usize) -> String,
    place: &dyn Fn(usize) -> String,
) -> (String, Vec<(usize, usize)>) {
    let mut sql = String::new();
    let mut places = Vec::with_capacity(pieces.len());
    for (piece, at) in pieces {
        places.push((sql.len(), *at));
        match piece {
            Piece::Sql(text) => sql.push_str(text),
            Piece::Column(position) => sql.push_str(&column(*position)),
            Piece::Place(number) => sql.push_str(&place(*number)),
        }
    }
    (sql, places)
}

fn columns_in<'a>(pieces: impl Iterator<Item = &'a (Piece, usize)>) -> Vec<usize> {
    let mut found: Vec<usize> = pieces
        .filter_map(|(piece, _)| match piece {
            Piece::Column(position) => Some(*position),
            _ => None,
        })
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

struct Reading<'a> {
    columns: &'a [String],
    calls: Vec<Call>,
    refusals: Vec<(Vec<(Piece, usize)>, Guard)>,
}

impl Reading<'_> {
    fn walk(&mut self, tokens: &[Token<'_>], depth: usize, within_call: bool) -> Result<Vec<(Piece, usize)>, Wrong> {
        if depth > DEEPEST {
            let at = tokens.first().map_or(0, |token| token.at);
            let hint = "Part it into several fields.";
            return Err(Wrong::at(at, &format!("more than {DEEPEST} parentheses stand within one another"), hint));
        }
        let mut pieces: Vec<(Piece, usize)> = Vec::with_capacity(tokens.len());
        let mut cases = depth;
        let mut at = 0;
        let mut end_of_last = tokens.first().map_or(0, |token| token.at);
        while let Some(token) = tokens.get(at) {
            if token.at > end_of_last {
                pieces.push((Piece::Sql(" ".to_owned()), token.at));
            }
            end_of_last = token.at + token.text.len();
            let verbatim = || (Piece::Sql(token.text.to_owned()), token.at);
            let next = tokens.get(at + 1);
            match &token.kind {
                // NUL cannot stand in a statement.
                Kind::Text(text) if text.contains('\0') => {
                    return Err(Wrong::at(token.at, "this text holds the character NUL", "Take it out."));
                }
                Kind::Text(text) => pieces.push((Piece::Sql(quote_text(text)), token.at)),
                Kind::Number => pieces.push(verbatim()),
                Kind::Name(name) => pieces.push((Piece::Column(self.column(name, token.at)?), token.at)),
                Kind::Sign if token.text == "(" => {
                    let close = closing(tokens, at)?;
                    pieces.push(verbatim());
                    pieces.extend(self.walk(&tokens[at + 1..close], cases + 1, within_call)?);
                    pieces.push((Piece::Sql(")".to_owned()), tokens[close].at));
                    end_of_last = tokens[close].at + 1;
                    at = close;
                }
                Kind::Sign if token.text == ")" => {
                    return Err(Wrong::at(
                        token.at,
                        "nothing was opened that closes here",
                        "Take the parenthesis out.",
                    ));
                }
                Kind::Sign if matches!(token.text, "->" | "->>") => {
                    let hint = "Write json_extract(value, '$.name').";
                    return Err(Wrong::at(token.at, &format!("{} stops at a cell that is no JSON", token.text), hint));
                }
                Kind::Sign => pieces.push(verbatim()),
                Kind::Word => {
                    let upper = token.text.to_ascii_uppercase();
                    if let Some((word, does)) = functions::FORBIDDEN.iter().find(|(word, _)| *word == upper)
                        && !(next.is_none_or(|next| !next.is_sign("(")) && self.find(token.text).is_some())
                    {
                        let hint = "An expression computes one value of one row; a name in double quotes is a column.";
                        return Err(Wrong::at(token.at, &format!("{word} {does}"), hint));
                    }
                    let after = |word: &str| at > 0 && tokens[at - 1].is_word(word);
                    let listed = |list: &[&str]| list.contains(&upper.as_str());
                    if (after("AS") && listed(functions::TYPES)) || (after("COLLATE") && listed(functions::COLLATIONS))
                    {
                        pieces.push((Piece::Sql(upper), token.at));
                    } else if listed(functions::KEYWORDS) {
                        if upper == "IN" && next.is_none_or(|next| !next.is_sign("(")) {
                            return Err(Wrong::at(
                                token.at,
                                "IN wants a list in parentheses",
                                "For example IN ('a', 'b').",
                            ));
                        }
                        if upper == "ESCAPE" && !next.is_some_and(functions::is_one_character) {
                            let hint = "For example ESCAPE '\\'.";
                            return Err(Wrong::at(token.at, "ESCAPE wants one character in single quotes", hint));
                        }
                        match upper.as_str() {
                            "CASE" => cases += 1,
                            "END" => cases = cases.saturating_sub(1).max(depth),
                            _ => {}
                        }
                        if cases > DEEPEST {
                            let what = format!("more than {DEEPEST} CASEs stand within one another");
                            return Err(Wrong::at(token.at, &what, "Part it into several fields."));
                        }
                        pieces.push((Piece::Sql(upper), token.at));
                    } else if next.is_some_and(|next| next.is_sign("(")) {
                        let close = closing(tokens, at + 1)?;
                        pieces.extend(self.call(token, &tokens[at + 2..close], cases + 1, within_call)?);
                        end_of_last = tokens[close].at + 1;
                        at = close;
                    } else {
                        pieces.push((Piece::Column(self.column(token.text, token.at)?), token.at));
                    }
                }
            }
            at += 1;
        }
        Ok(pieces)
    }

    /// A function with what stands between its parentheses.
    fn call(
        &mut self,
        name: &Token<'_>,
        inner: &[Token<'_>],
        depth: usize,
        within_call: bool,
    ) -> Result<Vec<(Piece, usize)>, Wrong> {
        let function = name.text.to_ascii_lowercase();
        let arguments = arguments(inner);
        let ours = recipe::FUNCTIONS.iter().any(|(signature, _)| name_of(signature).eq_ignore_ascii_case(&function));
        if ours {
            if within_call {
                let hint = "Make a field of the inner one, or name a column.";
                return Err(Wrong::at(name.at, &format!("{function}() stands within another value function"), hint));
            }
            let literals: Vec<Option<String>> =
                arguments.iter().map(|tokens| is_literal(tokens).then(|| literal_text(tokens))).collect();
            let mut inputs = Vec::new();
            for argument in arguments.iter().filter(|tokens| !is_literal(tokens)) {
                inputs.push(self.walk(argument, depth, true)?);
            }
            if literals.first().is_none_or(Option::is_some) || inputs.iter().any(Vec::is_empty) {
                return Err(Wrong::at(
                    name.at,
                    &format!("{function}() wants a column to read"),
                    &signature_of(&function),
                ));
            }
            let recipe = super::recipe::of_call(&function, &literals).map_err(|what| {
                let what = super::compile::uncapital(what.trim_end_matches('.'));
                Wrong::at(name.at, &what, &signature_of(&function))
            })?;
            self.calls.push(Call { recipe, inputs });
            return Ok(vec![(Piece::Place(self.calls.len() - 1), name.at)]);
        }
        if !functions::FUNCTIONS.contains(&function.as_str()) {
            let known: Vec<&str> = functions::FUNCTIONS
                .iter()
                .copied()
                .chain(recipe::FUNCTIONS.iter().map(|(signature, _)| name_of(signature)))
                .collect();
            let near = nearest(&function, known.iter().copied());
            let what = match near {
                Some(near) => format!("there is no function “{}” here; {near} is near", shortened(name.text)),
                None => format!("there is no function “{}” here", shortened(name.text)),
            };
            let hint = "Only functions that depend on nothing but the row: upper, substr, replace, coalesce, …";
            return Err(Wrong::at(name.at, &what, hint));
        }
        functions::check_arguments(&function, name.at, &arguments)?;
        if matches!(function.as_str(), "json_extract" | "json_type" | "json_array_length") {
            for argument in arguments.iter().skip(1) {
                if let Some(path) = functions::literal(argument) {
                    is_path(path).map_err(|what| Wrong::at(argument.first().map_or(name.at, |t| t.at), &what, PATH))?;
                }
            }
        }
        let mut pieces = vec![(Piece::Sql(format!("{function}(")), name.at)];
        let moment = functions::moment_of(&function);
        for (number, argument) in arguments.iter().enumerate() {
            if number > 0 {
                pieces.push((Piece::Sql(", ".to_owned()), argument.first().map_or(name.at, |token| token.at)));
            }
            let at = argument.first().map_or(name.at, |token| token.at);
            let known = self.refusals.len();
            let inner = self.walk(argument, depth, within_call)?;
            // A cell that says `now` must not become the time of the run.
            let guarded = moment == Some(number) && functions::literal(argument).is_none();
            if number == 0
                && let Some(guard) = functions::guard_of(&function)
            {
                // The value is written twice: within one another they would double at each step.
                if guard == Guard::Json && self.refusals[known..].iter().any(|(_, inner)| *inner == Guard::Json) {
                    let hint = "One path may go down several steps: '$.a.b'.";
                    return Err(Wrong::at(at, &format!("a JSON function stands within {function}()"), hint));
                }
                let (head, tail) = guard.around();
                pieces.push((Piece::Sql(head.to_owned()), at));
                pieces.extend(inner.iter().cloned());
                if guard == Guard::Json {
                    pieces.push((Piece::Sql(") THEN ".to_owned()), at));
                    pieces.extend(inner.iter().cloned());
                    pieces.push((Piece::Sql(" ".to_owned()), at));
                }
                pieces.push((Piece::Sql(tail.to_owned()), at));
                self.refusals.push((inner, guard));
                continue;
            }
            if guarded {
                pieces.push((Piece::Sql(format!("{}(", "nullif(".repeat(functions::NOW.len()))), at));
            }
            pieces.extend(inner);
            if guarded {
                let tail: String = functions::NOW.iter().map(|word| format!(" COLLATE NOCASE, '{word}')")).collect();
                pieces.push((Piece::Sql(format!("){tail}")), at));
            }
        }
        pieces.push((Piece::Sql(")".to_owned()), inner.last().map_or(name.at, |token| token.at)));
        Ok(pieces)
    }

    fn find(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column == name).or_else(|| {
            let lower = name.to_lowercase();
            self.columns.iter().position(|column| column.to_lowercase() == lower)
        })
    }

    fn column(&self, name: &str, at: usize) -> Result<usize, Wrong> {
        self.find(name).ok_or_else(|| {
            let near = nearest(name, self.columns.iter().map(String::as_str));
            let what = format!("there is no column “{}”", shortened(name));
            match near {
                Some(near) => Wrong::at(
                    at,
                    &format!("{what}; {near} is near"),
                    "Names with spaces or signs stand in double quotes.",
                ),
                None => Wrong::at(at, &what, "Texts stand in single quotes, names in double quotes."),
            }
        })
    }
}

/// The place of the parenthesis that closes the one at `open`.
fn closing(tokens: &[Token<'_>], open: usize) -> Result<usize, Wrong> {
    let mut depth = 0usize;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        if token.is_sign("(") {
            depth += 1;
        } else if token.is_sign(")") {
            depth = depth.saturating_sub(1);
            if depth == 0 {
                return Ok(at);
            }
        }
    }
    let at = tokens.get(open).map_or(0, |token| token.at);
    Err(Wrong::at(at, "the parenthesis that opens here is not closed", "Close it with )."))
}

/// What stands between the commas.
fn arguments<'a, 'b>(inner: &'a [Token<'b>]) -> Vec<&'a [Token<'b>]> {
    let mut found = Vec::new();
    let mut depth = 0usize;
    let mut from = 0;
    for (at, token) in inner.iter().enumerate() {
        if token.is_sign("(") {
            depth += 1;
        } else if token.is_sign(")") {
            depth = depth.saturating_sub(1);
        } else if depth == 0 && token.is_sign(",") {
            found.push(&inner[from..at]);
            from = at + 1;
        }
    }
    if !inner.is_empty() {
        found.push(&inner[from..]);
    }
    found
}

fn is_literal(tokens: &[Token<'_>]) -> bool {
    match tokens {
        [one] => matches!(one.kind, Kind::Text(_) | Kind::Number),
        [sign, number] => sign.is_sign("-") && number.kind == Kind::Number,
        _ => false,
    }
}

fn literal_text(tokens: &[Token<'_>]) -> String {
    tokens
        .iter()
        .map(|token| match &token.kind {
            Kind::Text(text) => text.as_str(),
            _ => token.text,
        })
        .collect()
}

/// `phone_e164` of `phone_e164(value, country)`.
fn name_of(signature: &str) -> &str {
    signature.split('(').next().unwrap_or(signature).trim()
}

fn signature_of(function: &str) -> String {
    recipe::FUNCTIONS
        .iter()
        .find(|(signature, _)| name_of(signature).eq_ignore_ascii_case(function))
        .map_or_else(String::new, |(signature, does)| format!("{signature}: {does}."))
}

/// The one that is most like it, if one is.
pub fn nearest<'a>(name: &str, all: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let name: String = name.to_lowercase().chars().take(60).collect();
    let mut best: Option<(f64, &str)> = None;
    for candidate in all {
        let short: String = candidate.to_lowercase().chars().take(60).collect();
        let likeness = strsim::jaro_winkler(&name, &short);
        if likeness >= 0.8 && best.is_none_or(|(most, _)| likeness > most) {
            best = Some((likeness, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// A name as a message can hold it.
fn shortened(name: &str) -> String {
    let short: String = name.chars().take(60).collect();
    if short.len() < name.len() { format!("{short}…") } else { short }
}
