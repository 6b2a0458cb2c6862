//! The SELECT that a map compiles to, as any SQLite tool can run it: to read, to copy, to write to a file.

use ratatui::layout::Rect;

use super::super::super::action::Act;
use super::super::super::app::{App, Purpose};
use super::super::super::msg::map::MapAsk;
use super::super::super::msg::{Ask, Target};
use super::super::super::paint::{Canvas, Line};
use super::super::super::prompt::{Prompt, Question};
use super::super::super::theme::Role;
use super::super::super::widgets::list::List;
use super::super::sources::rows;
use super::typed::Wanted;
use super::{Screen, table};
use crate::mapping::MapKey;

/// The screen.
#[derive(Debug, Clone, Default)]
pub struct SqlScreen {
    pub key: MapKey,
    /// `None` until it was compiled.
    pub sql: Option<String>,
    pub list: List,
}

/// Opens it.
pub fn open(app: &mut App, key: MapKey) {
    app.ask(Purpose::MapText, Ask::Map(MapAsk::Sql(key.clone())));
    app.map.stack.push(Screen::Sql(SqlScreen { key, ..SqlScreen::default() }));
}

/// The SELECT arrived.
pub fn arrived(app: &mut App, key: &MapKey, sql: String) {
    if let Some(Screen::Sql(screen)) = app.map.stack.last_mut()
        && screen.key == *key
    {
        screen.sql = Some(sql);
    }
}

/// Does an action.
pub fn perform(app: &mut App, act: Act) {
    let height = app.rows;
    let veil = app.veil().cloned();
    let Some(Screen::Sql(screen)) = app.map.stack.last_mut() else { return };
    let len = screen.sql.as_deref().map_or(0, |sql| sql.lines().count()) as u64;
    if super::moved(&mut screen.list, act, len, height) {
        return;
    }
    match (act, &screen.sql) {
        (Act::CopyCell, Some(sql)) => {
            let text: Vec<String> = lines(sql).map(|line| line.to_plain(veil.as_ref())).collect();
            app.copy_lines("the SELECT", &text.join("\n"));
        }
        (Act::Write, Some(_)) => {
            let key = screen.key.clone();
            let name = rows::file_name(&[&key.source, &key.object, &key.entity], "sql");
            app.prompt = Some(Prompt::new(Question::Map(Wanted::SqlFile(key)), &name));
        }
        _ => {}
    }
}

/// Row 2.
pub fn headline<'a>(_app: &'a App, screen: &'a SqlScreen) -> (Line<'a>, Line<'a>) {
    let lines = screen.sql.as_deref().map_or(0, |sql| sql.lines().count()) as u64;
    let right = if lines == 0 { Line::new() } else { Line::new().plural(Role::Quiet, lines, "line", "lines") };
    (table::place(&screen.key).quiet(" › ").strong("SQL"), right)
}

const STRONG: [&str; 22] = [
    "SELECT", "FROM", "WHERE", "LEFT", "JOIN", "ON", "AND", "OR", "CASE", "WHEN", "THEN", "ELSE", "END", "AS", "NULL",
    "IS", "NOT", "WITH", "UNION", "ALL", "IN", "LIKE",
];

/// What a line of the SELECT begins in: a text in quotes may go over several lines.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Within {
    Code,
    Text,
    Comment,
}

/// The lines of a SELECT: its own words strong, texts as data, names as names, comments quiet.
fn lines(sql: &str) -> impl Iterator<Item = Line<'_>> {
    let mut within = Within::Code;
    sql.lines().map(move |line| {
        let (parts, ends) = parts(line, within);
        within = ends;
        parts
    })
}

fn parts(text: &str, begins: Within) -> (Line<'_>, Within) {
    let mut line = Line::new();
    let mut rest = text;
    let mut within = begins;
    while !rest.is_empty() {
        let (len, next) = match within {
            Within::Text => match rest.find('\'') {
                Some(at) => (at + 1, Within::Code),
                None => (rest.len(), Within::Text),
            },
            Within::Comment => match rest.find("*/") {
                Some(at) => (at + 2, Within::Code),
                None => (rest.len(), Within::Comment),
            },
            Within::Code => {
                let (len, next) = code(rest);
                let part = &rest[..len];
                line = if STRONG.contains(&part.to_ascii_uppercase().as_str()) {
                    line.name(Role::Strong, part)
                } else if part.starts_with("--") {
                    // What people wrote beside a rule may hold values.
                    line.data(Role::Quiet, part)
                } else if part.bytes().all(|byte| byte.is_ascii_punctuation() || byte == b' ') {
                    line.name(Role::Quiet, part)
                } else {
                    line.name(Role::Text, part)
                };
                rest = &rest[len..];
                within = next;
                continue;
            }
        };
        let part = &rest[..len];
        line = match part.strip_suffix('\'') {
            _ if within == Within::Comment => line.data(Role::Quiet, part),
            Some(value) => line.data(Role::Text, value).quiet("'"),
            None => line.data(Role::Text, part),
        };
        rest = &rest[len..];
        within = next;
    }
    (line, within)
}

/// The length of the next part of code, never 0, and what follows it.
fn code(rest: &str) -> (usize, Within) {
    let first = rest.chars().next().map_or(1, char::len_utf8);
    if rest.starts_with("--") {
        return (rest.len(), Within::Code);
    }
    if rest.starts_with("/*") {
        return (2, Within::Comment);
    }
    if rest.starts_with('\'') {
        return (1, Within::Text);
    }
    if let Some(inner) = rest.strip_prefix('"') {
        let end = inner.find('"').map_or(rest.len(), |at| at + 2);
        return (end, Within::Code);
    }
    let word = |c: char| c.is_alphanumeric() || c == '_';
    let len: usize = rest.chars().take_while(|c| word(*c)).map(char::len_utf8).sum();
    if len > 0 {
        return (len, Within::Code);
    }
    let other = |c: &char| !word(*c) && !matches!(c, '\'' | '"' | '-' | '/');
    let len: usize = rest.chars().take_while(other).map(char::len_utf8).sum();
    (len.max(first), Within::Code)
}

/// Draws the main area.
pub fn draw(app: &App, screen: &SqlScreen, canvas: &mut Canvas<'_>, area: Rect) {
    canvas.rows = area.height.max(1);
    let Some(sql) = &screen.sql else {
        if app.late(Purpose::MapText) {
            canvas.line(area.x + 2, area.y, area.width, &Line::new().text("Compiling the map."));
        }
        return;
    };
    if sql.trim().is_empty() {
        let line = Line::new().text("The map has no rules yet, so there is nothing to select.");
        canvas.line(area.x + 2, area.y, area.width.saturating_sub(3), &line);
        return;
    }
    let all: Vec<Line<'_>> = lines(sql).collect();
    let cursor = screen.list.index(all.len());
    for (y, row) in (area.y..).zip(screen.list.visible(all.len() as u64, area.height)) {
        let Some((at, line)) = usize::try_from(row).ok().and_then(|at| Some((at, all.get(at)?))) else { continue };
        canvas.line(area.x + 2, y, area.width.saturating_sub(3), line);
        if Some(at) == cursor {
            canvas.cursor_row(area.x, y, area.width, true);
        }
        canvas.hit(Rect { y, height: 1, ..area }, Target::Row(row));
    }
}

/// The focused row as label and value.
pub fn facts<'a>(_app: &'a App, screen: &'a SqlScreen) -> Vec<(&'static str, Line<'a>)> {
    let sql = screen.sql.as_deref().unwrap_or_default();
    let from = usize::try_from(screen.list.cursor).unwrap_or(0);
    lines(sql).skip(from).take(8).map(|line| ("", line)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::Mask;

    #[test]
    fn a_text_in_the_select_is_data_and_masked_also_over_several_lines() {
        let sql = "SELECT CASE \"Type\" WHEN 'Active 1' THEN 'it''s 2\nmore 3' END -- for 4";
        let mask = Mask::new([7; 32]);
        let plain: Vec<String> = lines(sql).map(|line| line.to_plain(None)).collect();
        assert!(plain[0].contains("'it''s 2") && plain[1].contains("more 3'"), "{plain:?}");
        let masked: Vec<String> = lines(sql).map(|line| line.to_plain(Some(&mask))).collect();
        assert!(!masked.join(" ").contains("Active") && !masked[1].contains("more"), "{masked:?}");
        assert!(masked[0].contains("SELECT CASE \"Type\" WHEN"), "{masked:?}");
    }

    #[test]
    fn whatever_stands_in_a_select_is_taken_apart_to_its_end() {
        for sql in ["", "'", "\"", "--", "/*", "/* x\n*/ y", "é'é", "-/-", "a-b/c", "\"日本", "''''"] {
            let plain: Vec<String> = lines(sql).map(|line| line.to_plain(None)).collect();
            assert_eq!(plain.join("\n"), sql, "{sql}");
        }
    }
}
