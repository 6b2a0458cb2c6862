//! The versions of one record over the loads of its object, oldest left: the fields that changed first, what differs in
//! them marked; which later loads held a version unchanged, and which no longer held it.

use std::ops::Range;

use ratatui::layout::Rect;

use super::inventory::date;
use super::{Screen, record};
use crate::sources::versions::Version;
use crate::sources::{Rec, SourceRecord};
use crate::tui::action::Act;
use crate::tui::app::{App, Purpose};
use crate::tui::line::head;
use crate::tui::msg::{Ask, Target};
use crate::tui::paint::{Canvas, Line};
use crate::tui::theme::Role;
use crate::tui::widgets::list::List;
use crate::tui::wrap::wrap;
use crate::values::Shown;

/// No column of values is wider.
const WIDEST: u16 = 36;

/// The screen of one record.
#[derive(Debug, Clone)]
pub struct VersionsScreen {
    pub rec: Rec,
    /// The version that it was opened from, for the fields that never changed.
    record: Option<SourceRecord>,
    /// `None` until they are there; oldest first.
    versions: Option<Vec<Version>>,
    pub list: List,
    /// The version under the cursor.
    pub version: usize,
}

/// A field over all versions.
struct Field<'a> {
    name: &'a str,
    /// Per version.
    values: Vec<Option<&'a str>>,
    changed: bool,
}

impl VersionsScreen {
    /// The versions arrived. The newest has the cursor.
    pub fn arrived(&mut self, versions: Vec<Version>) {
        if self.versions.is_none() {
            self.version = versions.len().saturating_sub(1);
        }
        self.versions = Some(versions);
    }

    /// The record arrived in full.
    pub fn record_arrived(&mut self, record: SourceRecord) {
        self.record = Some(record);
    }

    fn fields(&self) -> Vec<Field<'_>> {
        let Some(versions) = self.versions.as_deref() else { return Vec::new() };
        let mut changed: Vec<(usize, &str)> = Vec::new();
        for change in versions.iter().flat_map(|version| &version.changes) {
            if !changed.iter().any(|(column, _)| *column == change.column) {
                changed.push((change.column, &change.name));
            }
        }
        changed.sort_unstable();
        let mut fields: Vec<Field<'_>> = changed
            .iter()
            .map(|(column, name)| {
                let of = |version: &'_ Version| version.changes.iter().position(|change| change.column == *column);
                // Before its first change it is what that change found.
                let mut now = versions
                    .iter()
                    .find_map(|version| Some(version.changes[of(version)?].before.as_deref()))
                    .unwrap_or_default();
                let mut values = Vec::with_capacity(versions.len());
                for version in versions {
                    if let Some(at) = of(version) {
                        now = version.changes[at].after.as_deref();
                    }
                    values.push(now);
                }
                Field { name, values, changed: true }
            })
            .collect();
        for (column, (name, _, value)) in self.record.iter().flat_map(|record| &record.values).enumerate() {
            if !changed.iter().any(|(other, _)| *other == column) {
                let values = vec![value.as_deref(); versions.len()];
                fields.push(Field { name, values, changed: false });
            }
        }
        fields
    }
}

/// Opens the versions of a record.
pub fn open(app: &mut App, rec: Rec, record: Option<SourceRecord>) {
    let missing = record.is_none();
    let screen = VersionsScreen { rec, record, versions: None, list: List::default(), version: 0 };
    app.sources.stack.push(Screen::Versions(screen));
    app.ask(Purpose::Versions, Ask::Versions(rec));
    if missing {
        app.ask(Purpose::Record, Ask::Record(rec));
    }
}

/// The bytes in which two texts differ: what stands between their common beginning and their common end.
#[must_use]
pub fn differing(before: &str, after: &str) -> (Range<usize>, Range<usize>) {
    let start: usize = before.chars().zip(after.chars()).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum();
    let (a, b) = (&before[start..], &after[start..]);
    let end: usize = a.chars().rev().zip(b.chars().rev()).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum();
    (start..before.len() - end, start..after.len() - end)
}

/// Does an action.
pub fn perform(app: &mut App, act: Act) {
    let height = app.rows;
    let veil = app.veil().cloned();
    let Some(Screen::Versions(screen)) = app.sources.stack.last_mut() else { return };
    let count = screen.versions.as_ref().map_or(0, Vec::len);
    let fields = screen.fields();
    let len = fields.len() as u64;
    let at = screen.version.min(count.saturating_sub(1));
    let mut copied = None;
    let chosen = screen.list.index(fields.len()).map(|at| &fields[at]);
    match (act, chosen) {
        (Act::CopyCell, Some(field)) => {
            let value = field.values.get(at).copied().flatten().unwrap_or_default();
            copied = Some(("the value", value.to_owned()));
        }
        (Act::CopyRecord, Some(_)) => {
            let text = fields.iter().map(|field| (field.name, field.values.get(at).copied().flatten()));
            copied = Some(("the record", record::as_text(text, veil.as_ref())));
        }
        _ => {}
    }
    drop(fields);
    match act {
        Act::Left => screen.version = at.saturating_sub(1),
        Act::Right => screen.version = (at + 1).min(count.saturating_sub(1)),
        Act::Open => {
            let rec = screen.versions.as_ref().and_then(|versions| versions.get(at)).map(|version| Rec(version.rec));
            if let Some(rec) = rec {
                app.sources.stack.push(Screen::Record(record::RecordScreen::new(rec)));
                app.ask(Purpose::Record, Ask::Record(rec));
            }
        }
        _ => {
            super::moved(&mut screen.list, act, len, height);
        }
    }
    record::copy(app, copied);
}

/// Row 2.
#[must_use]
pub fn headline(screen: &VersionsScreen) -> (Line<'_>, Line<'_>) {
    let mut left = Line::new().quiet("Sources › ");
    if let Some(record) = &screen.record {
        left = left.name(Role::Quiet, record.source.as_str()).quiet(" › ").name(Role::Quiet, record.object.as_str());
        left = left.quiet(" › ").data(Role::Strong, record.native_id.as_deref().unwrap_or(&record.key)).middle();
        left = left.quiet(" › ");
    }
    let right = match &screen.versions {
        None => Line::new(),
        Some(versions) => Line::new().plural(Role::Text, versions.len() as u64, "version", "versions"),
    };
    (left.strong("versions"), right)
}

/// Where the versions are drawn: the first of them, and the columns of each.
fn columns(screen: &VersionsScreen, count: usize, label: u16, area: Rect) -> (usize, Vec<u16>, u16) {
    let room = area.width.saturating_sub(label + 4);
    let fit = usize::from((room / 22).max(1)).min(count.max(1));
    let width = (room / u16::try_from(fit).unwrap_or(1)).min(WIDEST + 2);
    let at = screen.version.min(count.saturating_sub(1));
    // The newest stand at the right, and the one under the cursor is always seen.
    let first = count.saturating_sub(fit).min(at);
    let xs = (0..u16::try_from(fit.min(count)).unwrap_or(0)).map(|n| area.x + 2 + label + n * width).collect();
    (first, xs, width.saturating_sub(2).max(4))
}

/// Draws the main area.
pub fn draw(app: &App, screen: &VersionsScreen, canvas: &mut Canvas<'_>, area: Rect) {
    let Some(versions) = screen.versions.as_deref() else {
        if app.late(Purpose::Versions) {
            let line = Line::new().quiet("Looking for the versions of this record.");
            canvas.line(area.x + 2, area.y, area.width.saturating_sub(3), &line);
        }
        return;
    };
    if versions.is_empty() {
        let line = Line::new().text("This record has no version that is loaded now. Esc goes back.");
        canvas.line(area.x + 2, area.y, area.width.saturating_sub(3), &line);
        return;
    }
    let fields = screen.fields();
    let label = fields.iter().take(2_000).map(|field| Shown::of(field.name).width()).max().unwrap_or(8);
    let label = u16::try_from(label).unwrap_or(24).clamp(10, 24).min(area.width / 4) + 2;
    let (first, xs, width) = columns(screen, versions.len(), label, area);
    let at = screen.version.min(versions.len() - 1);
    draw_heads(versions, first, &xs, width, at, canvas, area);
    if first > 0 {
        let line = Line::new().quiet("← ").number(Role::Quiet, first as u64).quiet(" older");
        canvas.line(area.x + 2, area.y, label, &line);
    }
    let top = area.y + 4.min(area.height);
    let below = if area.height >= 16 { 6 } else { 0 };
    let body = Rect { y: top, height: area.height.saturating_sub(4 + below), ..area };
    canvas.rows = body.height.max(1);
    let chosen = screen.list.index(fields.len());
    let changed = fields.iter().filter(|field| field.changed).count();
    for (y, row) in (body.y..).zip(screen.list.visible(fields.len() as u64, body.height)) {
        let Some((n, field)) = usize::try_from(row).ok().and_then(|n| Some((n, fields.get(n)?))) else { continue };
        canvas.line(area.x + 2, y, label.saturating_sub(2), &Line::new().name(Role::Quiet, field.name));
        for (x, version) in xs.iter().zip(first..) {
            canvas.line(*x, y, width, &cell(field, version, width));
        }
        if !field.changed && n == changed && changed > 0 {
            canvas.line_right(area.x, y, area.width.saturating_sub(1), &Line::new().quiet("never changed"));
        }
        if Some(n) == chosen {
            canvas.cursor_row(area.x, y, area.width, true);
        }
        canvas.hit(Rect { x: area.x, y, width: area.width, height: 1 }, Target::Row(row));
    }
    for (x, version) in xs.iter().zip(first..) {
        canvas.hit(Rect { x: *x, y: area.y, width: width + 2, height: area.height }, Target::Column(version));
    }
    if let (Some(n), true) = (chosen, below > 0) {
        let foot =
            Rect { x: area.x + 2, y: area.y + area.height - below, width: area.width.saturating_sub(4), height: below };
        draw_whole(app, &fields[n], versions, at, canvas, foot);
    }
}

/// The loads at the head of the columns, and what became of the version in later ones.
fn draw_heads(
    versions: &[Version],
    first: usize,
    xs: &[u16],
    width: u16,
    at: usize,
    canvas: &mut Canvas<'_>,
    area: Rect,
) {
    for (x, n) in xs.iter().zip(first..) {
        let Some(version) = versions.get(n) else { break };
        let role = if n == at { Role::Accent } else { Role::Strong };
        let head = Line::new().say(role, "load ").made(role, version.load.to_string());
        canvas.line(*x, area.y, width, &head.quiet("  ").name(Role::Text, date(&version.as_of)));
        let place = Line::new().name(Role::Quiet, version.file.as_str()).middle().most(width.saturating_sub(12));
        canvas.line(*x, area.y + 1, width, &place.quiet(", line ").number(Role::Quiet, version.line));
        let changes = version.changes.len() as u64;
        let mut line = match (n, changes) {
            (0, _) => Line::new().quiet("first seen"),
            (_, changes) => Line::new().number(Role::Text, changes).text(" changed"),
        };
        if let Some(load) = version.vanished_in {
            line = line.say(Role::Warn, " ! ").text("vanished in ").made(Role::Text, load.to_string());
        } else if let Some((last, others)) = version.unchanged_in.split_last() {
            line = line.quiet(", same in ").made(Role::Quiet, last.to_string());
            if !others.is_empty() {
                line = line.quiet(" and ").number(Role::Quiet, others.len() as u64).quiet(" more");
            }
        }
        canvas.line(*x, area.y + 2, width, &line);
    }
    canvas.rule(area.x + 2, area.y + 3, area.width.saturating_sub(4).min(110));
}

/// One value in its column: what it has other than the version before is marked.
fn cell<'a>(field: &Field<'a>, version: usize, width: u16) -> Line<'a> {
    let now = field.values.get(version).copied().flatten();
    let before = version.checked_sub(1).and_then(|before| field.values.get(before).copied());
    match (now, before) {
        (Some(now), Some(before)) if field.changed && Some(now) != before && !now.is_empty() => {
            let now = head(now, usize::from(width));
            let (_, marks) = differing(head(before.unwrap_or_default(), usize::from(width)), now);
            Line::new().marked(Role::Text, now, &[marks])
        }
        (now, Some(before)) if field.changed && now != before => Line::new().value(Role::Text, now),
        (now, before) => {
            // What stays as it was is quiet.
            let role = if before.is_some() || !field.changed { Role::Quiet } else { Role::Text };
            Line::new().value(role, now.map(|now| head(now, usize::from(width))))
        }
    }
}

/// The field under the cursor spelled out: before and now.
fn draw_whole(app: &App, field: &Field<'_>, versions: &[Version], at: usize, canvas: &mut Canvas<'_>, area: Rect) {
    canvas.rule(area.x, area.y, area.width);
    canvas.line(area.x, area.y, area.width, &Line::new().name(Role::Strong, field.name).text(" "));
    let mut y = area.y + 1;
    let bottom = area.y + area.height;
    let room = usize::from(area.width.saturating_sub(10));
    for n in [at.checked_sub(1), Some(at)].into_iter().flatten() {
        let Some(version) = versions.get(n) else { continue };
        let value = field.values.get(n).copied().flatten();
        let label = Line::new().quiet("load ").made(Role::Quiet, version.load.to_string());
        canvas.line(area.x, y, 9, &label);
        let rows = match value {
            // Masked text is not broken: its tag stands at its end.
            Some(value) if !app.masked && !value.is_empty() => wrap(head(value, room * 2), room),
            value => {
                canvas.line(area.x + 10, y, area.width.saturating_sub(10), &Line::new().value(Role::Text, value));
                y += 1;
                continue;
            }
        };
        for row in rows.into_iter().take(2) {
            if y < bottom {
                canvas.line(area.x + 10, y, area.width.saturating_sub(10), &Line::new().data(Role::Text, row));
                y += 1;
            }
        }
    }
}

/// The focused field as label and value.
#[must_use]
pub fn facts(screen: &VersionsScreen) -> Vec<(&'static str, Line<'_>)> {
    let fields = screen.fields();
    let Some(versions) = screen.versions.as_deref().filter(|versions| !versions.is_empty()) else { return Vec::new() };
    let at = screen.version.min(versions.len() - 1);
    let mut facts = vec![("load", Line::new().made(Role::Strong, versions[at].load.to_string()))];
    if let Some(field) = screen.list.index(fields.len()).map(|at| &fields[at]) {
        facts.push(("field", Line::new().name(Role::Strong, field.name.to_owned())));
        let value = |n: usize| field.values.get(n).copied().flatten();
        let line = |value: Option<&str>| match value {
            Some(text) if !text.is_empty() => Line::new().data(Role::Text, head(text, 200).to_owned()),
            Some(_) => Line::new().quiet("∅"),
            None => Line::new().quiet("–"),
        };
        if let Some(before) = at.checked_sub(1) {
            facts.push(("before", line(value(before))));
        }
        facts.push(("now", line(value(at))));
    }
    facts
}

#[cfg(test)]
mod tests {
    use super::differing;

    #[test]
    fn what_differs_is_what_stands_between_the_common_ends() {
        assert_eq!(differing("Practice Manager", "Lead Manager"), (0..8, 0..4));
        assert_eq!(differing("+48 22 555 01 43", "+48 22 555 01 44"), (15..16, 15..16));
        assert_eq!(differing("", "new"), (0..0, 0..3));
        assert_eq!(differing("Märta", "Marta"), (1..3, 1..2));
        assert_eq!(differing("aa", "aaa"), (2..2, 2..3));
    }
}
