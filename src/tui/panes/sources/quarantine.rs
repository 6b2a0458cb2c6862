//! Quarantine: rows that could not be read, grouped by reason, with the exact bytes and their place. Nothing is repaired
//! here: what a system said is not edited; a better export is loaded.

use ratatui::layout::Rect;

use super::super::super::action::Act;
use super::super::super::app::{App, Purpose};
use super::super::super::msg::{Ask, Target};
use super::super::super::paint::{Canvas, Line};
use super::super::super::prompt::{Prompt, Question};
use super::super::super::theme::Role;
use super::super::super::widgets::list::List;
use super::Screen;
use crate::sources::{QuarantineGroup, QuarantineRow};

/// The reasons.
#[derive(Debug, Clone, Default)]
pub struct Groups {
    /// Most rows first; `None` until they are there.
    pub groups: Option<Vec<QuarantineGroup>>,
    pub list: List,
}

/// The rows of one reason.
#[derive(Debug, Clone)]
pub struct Rows {
    pub reason: String,
    pub total: u64,
    first: u64,
    rows: Vec<QuarantineRow>,
    asked: Option<std::ops::Range<u64>>,
    pub list: List,
}

impl Rows {
    fn row(&self, index: u64) -> Option<&QuarantineRow> {
        self.rows.get(usize::try_from(index.checked_sub(self.first)?).ok()?)
    }

    /// Rows arrived.
    pub fn arrived(&mut self, first: u64, rows: Vec<QuarantineRow>) {
        self.first = first;
        self.rows = rows;
        self.asked = None;
    }

    /// What is held may be out of date.
    pub fn stale(&mut self) {
        self.rows.clear();
        self.asked = None;
    }
}

/// Opens the reasons.
pub fn open(app: &mut App) {
    if !matches!(app.sources.stack.last(), Some(Screen::Quarantine(_))) {
        app.sources.stack.push(Screen::Quarantine(Groups::default()));
        app.ask(Purpose::Groups, Ask::QuarantineGroups);
    }
}

/// The reasons arrived; rows that are open learn how many they are now.
pub fn arrived(app: &mut App, groups: Vec<QuarantineGroup>) {
    for screen in &mut app.sources.stack {
        match screen {
            Screen::Quarantine(screen) => screen.groups = Some(groups.clone()),
            Screen::QuarantineRows(screen) => {
                screen.total = groups.iter().find(|group| group.reason == screen.reason).map_or(0, |group| group.rows);
            }
            _ => {}
        }
    }
}

/// Asks for rows that are to be seen and not held.
pub fn settle(app: &mut App) {
    let height = app.rows.max(app.size.1.saturating_sub(5));
    let Some(Screen::QuarantineRows(screen)) = app.sources.stack.last_mut() else { return };
    let visible = screen.list.visible(screen.total, height);
    let held = screen.first..screen.first.saturating_add(screen.rows.len() as u64);
    let covers = |range: &std::ops::Range<u64>| range.start <= visible.start && visible.end <= range.end;
    if visible.is_empty() || covers(&held) || screen.asked.as_ref().is_some_and(covers) {
        return;
    }
    let first = visible.start.saturating_sub(u64::from(height));
    let range = first..visible.end.saturating_add(u64::from(height)).min(screen.total);
    screen.asked = Some(range.clone());
    let reason = screen.reason.clone();
    app.ask(Purpose::Rows, Ask::QuarantineRows { reason, first: range.start, count: range.end - range.start });
}

fn write(app: &mut App, reason: Option<String>) {
    app.prompt = Some(Prompt::new(Question::Write(reason), "quarantine.txt"));
}

fn copy(app: &mut App, bytes: Vec<u8>) {
    app.copy_value("the row", String::from_utf8_lossy(&bytes).into_owned());
}

/// Does an action among the reasons.
pub fn perform(app: &mut App, act: Act) {
    let height = app.rows;
    let Some(Screen::Quarantine(screen)) = app.sources.stack.last_mut() else { return };
    let groups = screen.groups.as_deref().unwrap_or(&[]);
    if super::moved(&mut screen.list, act, groups.len() as u64, height) {
        return;
    }
    let Some(group) = screen.list.index(groups.len()).map(|at| groups[at].clone()) else { return };
    match act {
        Act::Open => app.sources.stack.push(Screen::QuarantineRows(Rows {
            reason: group.reason,
            total: group.rows,
            first: 0,
            rows: Vec::new(),
            asked: None,
            list: List::default(),
        })),
        Act::Write => write(app, Some(group.reason)),
        Act::CopyCell => copy(app, group.first.bytes),
        _ => {}
    }
}

/// Does an action among the rows of one reason.
pub fn perform_rows(app: &mut App, act: Act) {
    let height = app.rows;
    let Some(Screen::QuarantineRows(screen)) = app.sources.stack.last_mut() else { return };
    let total = screen.total;
    if super::moved(&mut screen.list, act, total, height) {
        return;
    }
    match act {
        Act::Write => {
            let reason = screen.reason.clone();
            write(app, Some(reason));
        }
        Act::CopyCell => {
            if let Some(bytes) = screen.row(screen.list.cursor).map(|row| row.bytes.clone()) {
                copy(app, bytes);
            }
        }
        _ => {}
    }
}

/// Row 2 of the rows.
#[must_use]
pub fn headline(screen: &Rows) -> (Line<'_>, Line<'_>) {
    let left = Line::new().quiet("Sources › Quarantine › ").name(Role::Strong, screen.reason.as_str());
    let word = if screen.total == 1 { " row" } else { " rows" };
    (left, Line::new().number(Role::Text, screen.total).quiet(word))
}

/// Draws the reasons.
pub fn draw(app: &App, screen: &Groups, canvas: &mut Canvas<'_>, area: Rect) {
    let Some(groups) = &screen.groups else {
        if app.late(Purpose::Groups) {
            canvas.line(
                area.x + 2,
                area.y,
                area.width.saturating_sub(3),
                &Line::new().quiet("Counting the rows in quarantine."),
            );
        }
        return;
    };
    if groups.is_empty() {
        canvas.line(
            area.x + 2,
            area.y + 1,
            area.width.saturating_sub(3),
            &Line::new().text("No row is in quarantine: every row of every file is a record."),
        );
        return;
    }
    let (x, width) = (area.x + 2, area.width.saturating_sub(3));
    let reason = (width / 3).min(40);
    let file = if width >= 96 { 30 } else { 0 };
    let columns = |line: Line<'static>| line.to(reason + 8);
    let head = columns(Line::new().quiet("reason").to(reason.saturating_sub(1)).quiet("   rows"));
    let head = if file > 0 {
        head.quiet("  file").to(reason + 8 + file).quiet("     line  what was there")
    } else {
        head.quiet("  what was there")
    };
    canvas.line(x, area.y, width, &head);
    let detail = 6.min(area.height / 2);
    let room = area.height.saturating_sub(detail + 3).max(1);
    canvas.rows = room;
    let chosen = screen.list.index(groups.len());
    let mut y = area.y + 1;
    for at in screen.list.visible(groups.len() as u64, room) {
        let Some((at, group)) = usize::try_from(at).ok().and_then(|at| Some((at, groups.get(at)?))) else { continue };
        canvas.line(x, y, reason.saturating_sub(1), &Line::new().name(Role::Text, group.reason.as_str()));
        canvas.line_right(x + reason - 1, y, 8, &Line::new().number(Role::Strong, group.rows));
        let mut at_x = x + reason + 9;
        if file > 0 {
            canvas.line(at_x, y, file - 2, &files(group));
            canvas.line_right(at_x + file - 2, y, 9, &Line::new().number(Role::Text, group.first.line));
            at_x += file + 9;
        }
        canvas.line(
            at_x,
            y,
            (area.x + area.width).saturating_sub(at_x + 1),
            &Line::new().prose(Role::Text, group.first.detail.as_str()),
        );
        if Some(at) == chosen {
            canvas.cursor_row(area.x, y, area.width.min(120), true);
        }
        canvas.hit(Rect { x: area.x, y, width: area.width, height: 1 }, Target::Row(at as u64));
        y += 1;
    }
    let all = groups.iter().fold(0_u64, |sum, group| sum.saturating_add(group.rows));
    canvas.rule(x, y, reason + 7);
    canvas.line(x, y + 1, reason.saturating_sub(1), &Line::new().text("all"));
    canvas.line_right(x + reason - 1, y + 1, 8, &Line::new().number(Role::Strong, all));
    let top = area.y + area.height - detail;
    if let Some(group) = chosen.map(|at| &groups[at])
        && y + 2 < top
    {
        let mut more = Line::new();
        if group.rows > 1 {
            more = more.number(Role::Text, group.rows).quiet(" like it");
            more = if group.files.len() as u64 + group.more_files > 1 {
                more.quiet(", in ").number(Role::Text, group.files.len() as u64 + group.more_files).quiet(" files")
            } else {
                more.quiet(", all in this file")
            };
            more = more.quiet(". Enter shows them. A better export is loaded with o; nothing is asked twice.");
        }
        draw_bytes(&group.first, canvas, Rect { y: top, height: detail, ..area }, &more);
    }
}

fn files(group: &QuarantineGroup) -> Line<'_> {
    let mut line = Line::new();
    for (n, file) in group.files.iter().enumerate() {
        line = if n > 0 { line.quiet(", ") } else { line };
        line = line.name(Role::Text, file.as_str()).middle();
    }
    if group.more_files > 0 { line.quiet(" and ").number(Role::Text, group.more_files).quiet(" more") } else { line }
}

/// The exact bytes of a row, with their place in the file.
fn draw_bytes(row: &QuarantineRow, canvas: &mut Canvas<'_>, area: Rect, more: &Line<'_>) {
    let (x, width) = (area.x + 1, area.width.saturating_sub(2));
    let end = row.offset.saturating_add(row.bytes.len() as u64).saturating_sub(u64::from(!row.bytes.is_empty()));
    let place = Line::new()
        .name(Role::Text, row.file.as_str())
        .quiet(", line ")
        .number(Role::Text, row.line)
        .quiet(", bytes ")
        .number(Role::Text, row.offset)
        .quiet(" to ")
        .number(Role::Text, end)
        .quiet(", exactly as they are in the file");
    canvas.line(x, area.y, width, &place);
    // Each line of the screen takes the bytes that surely fit; what is left of a long row is said in bytes.
    let per_line = usize::from(width.saturating_sub(4)).max(1);
    let rows = usize::from(area.height.saturating_sub(3)).max(1);
    let mut at = 0;
    let mut y = area.y + 1;
    for n in 0..rows {
        let Some(rest) = row.bytes.get(at..).filter(|rest| !rest.is_empty()) else { break };
        let mut take = rest.len().min(per_line);
        // A character is not parted.
        while take < rest.len() && take > 1 && rest[take] & 0xC0 == 0x80 {
            take -= 1;
        }
        let mut line = Line::new().text("  ").bytes(Role::Text, &rest[..take]);
        at += take;
        if n + 1 == rows && at < row.bytes.len() {
            line = line.quiet(" …");
        }
        canvas.line(x, y, width, &line);
        y += 1;
    }
    canvas.line(
        x,
        y,
        width,
        &Line::new()
            .text("  ")
            .quiet(if row.detail.is_empty() { "" } else { "─ " })
            .prose(Role::Quiet, row.detail.as_str()),
    );
    canvas.line(x, area.y + area.height - 1, width, more);
}

/// Draws the rows of one reason.
pub fn draw_rows(app: &App, screen: &Rows, canvas: &mut Canvas<'_>, area: Rect) {
    let (x, width) = (area.x + 2, area.width.saturating_sub(3));
    if screen.total == 0 {
        canvas.line(x, area.y + 1, width, &Line::new().text("No row is in quarantine for this reason any more."));
        return;
    }
    let file = (width / 3).min(36);
    let head = Line::new().quiet("file").to(file + 2).quiet("     line").to(file + 13).quiet("what was there");
    canvas.line(x, area.y, width, &head);
    let detail = 7.min(area.height / 2);
    let room = area.height.saturating_sub(detail + 2).max(1);
    canvas.rows = room;
    for (y, at) in (area.y + 1..).zip(screen.list.visible(screen.total, room)) {
        if let Some(row) = screen.row(at) {
            canvas.line(x, y, file, &Line::new().name(Role::Text, row.file.as_str()).middle());
            canvas.line_right(x + file, y, 11, &Line::new().number(Role::Text, row.line));
            canvas.line(
                x + file + 13,
                y,
                width.saturating_sub(file + 13),
                &Line::new().prose(Role::Text, row.detail.as_str()),
            );
        } else if app.late(Purpose::Rows) {
            canvas.line(x, y, 1, &Line::new().quiet("…"));
        }
        if at == screen.list.cursor.min(screen.total.saturating_sub(1)) {
            canvas.cursor_row(area.x, y, area.width.min(120), true);
        }
        canvas.hit(Rect { x: area.x, y, width: area.width, height: 1 }, Target::Row(at));
    }
    if let Some(row) = screen.row(screen.list.cursor) {
        let top = area.y + area.height - detail;
        draw_bytes(row, canvas, Rect { y: top, height: detail, ..area }, &Line::new());
    }
}

/// The focused reason as label and value.
#[must_use]
pub fn facts(screen: &Groups) -> Vec<(&'static str, Line<'_>)> {
    let groups = screen.groups.as_deref().unwrap_or(&[]);
    let Some(group) = screen.list.index(groups.len()).map(|at| &groups[at]) else {
        return vec![("", Line::new().text("No row is in quarantine."))];
    };
    vec![
        ("reason", Line::new().name(Role::Strong, group.reason.as_str())),
        ("rows", Line::new().number(Role::Text, group.rows)),
        ("files", files(group)),
    ]
}

/// The focused row as label and value.
#[must_use]
pub fn facts_rows(screen: &Rows) -> Vec<(&'static str, Line<'_>)> {
    let Some(row) = screen.row(screen.list.cursor) else { return Vec::new() };
    vec![
        ("file", Line::new().name(Role::Text, row.file.as_str())),
        ("line", Line::new().number(Role::Text, row.line)),
        ("bytes", Line::new().bytes(Role::Text, row.bytes.as_slice())),
    ]
}
