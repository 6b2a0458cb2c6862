//! One answer in full: who it is, how what was typed leads there, every identifier linked to it, and what names it.

use ratatui::layout::Rect;

use super::super::super::action::Act;
use super::super::super::app::App;
use super::super::super::msg::Target;
use super::super::super::paint::{Canvas, Line};
use super::super::super::theme::Role;
use super::super::super::widgets::list::List;
use super::field::status;
use crate::crosswalk::{Answer, How, MergeStep, Status};
use crate::sources::ColumnRole;

/// The screen of one answer. The cursor is among its linked identifiers.
#[derive(Debug, Clone)]
pub struct AnswerScreen {
    pub answer: Answer,
    pub list: List,
}

impl AnswerScreen {
    /// The screen, the cursor on the first identifier.
    #[must_use]
    pub fn new(answer: Answer) -> Self {
        Self { answer, list: List::default() }
    }
}

/// Does an action.
pub fn perform(app: &mut App, act: Act) {
    let height = app.rows;
    let Some(screen) = &mut app.lookup.open else { return };
    let len = screen.answer.linked.len();
    if let Some(step) = super::step(act) {
        return screen.list.step(step, len as u64, height);
    }
    let linked = screen.list.index(len).map(|at| screen.answer.linked[at].clone());
    match act {
        Act::Open => {
            let rec = linked.and_then(|linked| linked.rec).unwrap_or(screen.answer.record.rec);
            super::open_row(app, rec);
        }
        Act::CopyCell => {
            let own = screen.answer.record.native_id.clone();
            let id = linked.map(|linked| linked.id).or(own).unwrap_or_else(|| screen.answer.hit.id.clone());
            app.copy_value("the ID", id);
        }
        Act::CopyRecord => {
            let veil = app.veil().cloned();
            let Some(screen) = &app.lookup.open else { return };
            let text: String = lines(&screen.answer, "", 100)
                .iter()
                .map(|row| row.line.to_plain(veil.as_ref()).trim_end().to_owned() + "\n")
                .collect();
            app.copy_lines("the page", &text);
        }
        Act::Back => app.lookup.open = None,
        _ => {}
    }
}

/// What a highlight is called: by what it is, else by its column.
pub fn highlight_label(name: &str, role: ColumnRole) -> Line<'_> {
    match role {
        ColumnRole::Email | ColumnRole::Phone | ColumnRole::NativeId => Line::new().quiet(role.label()),
        ColumnRole::OrganizationName => Line::new().quiet("company"),
        _ => Line::new().name(Role::Quiet, name).most(11),
    }
}

/// What is worth showing beside the title: the title itself is not.
pub fn highlights(answer: &Answer) -> impl Iterator<Item = &(String, ColumnRole, String)> {
    answer.highlights.iter().filter(|(_, _, value)| *value != answer.hit.title && *value != answer.subtitle)
}

/// A line of the page, and which identifier it stands for.
struct Row<'a> {
    line: Line<'a>,
    right: Line<'a>,
    linked: Option<usize>,
}

fn plain(line: Line<'_>) -> Row<'_> {
    Row { line, right: Line::new(), linked: None }
}

fn how_words(answer: &Answer) -> Line<'_> {
    if let Some(note) = &answer.hit.note {
        return Line::new().text(", ").prose(Role::Text, note.as_str());
    }
    match answer.hit.how {
        How::Exact => Line::new(),
        How::Prefix => Line::new().text(", which begins an ID"),
        How::Substring => Line::new().text(", which stands in an ID"),
        How::Typo => Line::new().text(", one character off"),
        How::Guess => Line::new().text(", other case"),
    }
}

/// The chain of merges: on one line if it fits, else a line for each step.
fn chain(steps: &[MergeStep], width: u16) -> Vec<Line<'_>> {
    let Some(first) = steps.first() else { return Vec::new() };
    let long: usize =
        steps.iter().map(|step| step.into.chars().count() + 5).sum::<usize>() + first.from.chars().count();
    let mut lines = Vec::new();
    if long + 2 <= usize::from(width) {
        let mut line = Line::new().text("  ").data(Role::Text, first.from.as_str());
        for (n, step) in steps.iter().enumerate() {
            let role = if n + 1 == steps.len() { Role::Strong } else { Role::Text };
            line = line.quiet(" ──▶ ").data(role, step.into.as_str());
        }
        lines.push(line);
    } else {
        lines.push(Line::new().text("  ").data(Role::Text, first.from.as_str()).middle());
        for (n, step) in steps.iter().enumerate() {
            let role = if n + 1 == steps.len() { Role::Strong } else { Role::Text };
            lines.push(Line::new().quiet("  ──▶ ").data(role, step.into.as_str()).middle());
        }
    }
    for step in steps {
        let mut line = Line::new().quiet("  in ").name(Role::Quiet, step.source.as_str());
        if let Some(at) = &step.at {
            line = line.quiet(", ").name(Role::Quiet, at.as_str());
        }
        lines.push(line.quiet(", told by ").prose(Role::Quiet, step.told_by.as_str()));
    }
    lines
}

fn lines<'a>(answer: &'a Answer, typed: &'a str, width: u16) -> Vec<Row<'a>> {
    let label = |text: Line<'a>| Line::new().text("  ").then(text).to(14);
    let mut rows = Vec::new();
    let id = answer.record.native_id.as_deref().unwrap_or(answer.record.key.as_str());
    let right = Line::new()
        .data(Role::Text, id)
        .middle()
        .most(36)
        .quiet(" · ")
        .then(status(if answer.chain.is_empty() { answer.hit.status } else { Status::Loaded }));
    rows.push(Row { line: Line::new().data(Role::Strong, answer.hit.title.as_str()), right, linked: None });
    if !answer.subtitle.is_empty() {
        rows.push(plain(Line::new().data(Role::Text, answer.subtitle.as_str())));
    }
    rows.push(plain(Line::new()));
    for (name, role, value) in highlights(answer) {
        rows.push(plain(label(highlight_label(name, *role)).data(Role::Text, value.as_str())));
    }
    let place = label(Line::new().quiet("stands in"))
        .name(Role::Text, answer.record.file.as_str())
        .quiet(", line ")
        .number(Role::Text, answer.record.line);
    rows.push(plain(place));
    rows.push(plain(Line::new()));
    let typed = if typed.is_empty() { answer.hit.id.as_str() } else { typed };
    rows.push(plain(Line::new().quiet("You typed ").data(Role::Text, typed).middle().most(48).then(how_words(answer))));
    if answer.chain.is_empty() {
        let line = Line::new().text("  ").prose(Role::Text, answer.hit.reason.as_str());
        rows.push(plain(line));
    }
    rows.extend(chain(&answer.chain, width).into_iter().map(plain));
    rows.push(plain(Line::new()));
    rows.extend(linked(answer));
    if !answer.named_by.is_empty() {
        rows.push(plain(Line::new()));
        rows.push(plain(Line::new().quiet("Records that name it")));
        for (source, object, column, count) in &answer.named_by {
            let line = Line::new()
                .text("  ")
                .name(Role::Text, source.as_str())
                .text(" ")
                .name(Role::Text, object.as_str())
                .to(32);
            rows.push(plain(line.number(Role::Text, *count).quiet(" by ").name(Role::Text, column.as_str())));
        }
    }
    for remark in &answer.remarks {
        rows.push(plain(Line::new().say(Role::Warn, "! ").prose(Role::Text, remark.as_str())));
    }
    rows
}

fn linked(answer: &Answer) -> Vec<Row<'_>> {
    let mut sources: Vec<&str> = answer.linked.iter().map(|linked| linked.source.as_str()).collect();
    sources.sort_unstable();
    sources.dedup();
    let count = answer.linked.len() as u64;
    let head = Line::new().quiet("Every ID   ").number(Role::Text, count).quiet(", from ").plural(
        Role::Quiet,
        sources.len() as u64,
        "system",
        "systems",
    );
    let mut rows = vec![plain(head)];
    let mut before = None;
    for (at, linked) in answer.linked.iter().enumerate() {
        let from = (linked.source.as_str(), linked.object.as_str());
        let mut line = Line::new().text("  ");
        // A system is named once for the IDs that stand together.
        if before != Some(from) {
            line = line.name(Role::Text, from.0).text(" ").name(Role::Text, from.1);
        }
        before = Some(from);
        line = line.to(26).data(Role::Text, linked.id.as_str()).middle().most(38).to(66);
        line = match linked.note.split_once(" · ") {
            _ if linked.note.is_empty() => line.quiet(linked.kind.label()),
            // What stands after the dot is a name.
            Some((says, name)) => line.prose(Role::Quiet, says).quiet(" · ").data(Role::Quiet, name),
            None => line.prose(Role::Quiet, linked.note.as_str()),
        };
        rows.push(Row { line, right: Line::new(), linked: Some(at) });
    }
    rows
}

/// Draws the page; it scrolls with the cursor where it is longer than the screen.
pub fn draw(app: &App, screen: &AnswerScreen, canvas: &mut Canvas<'_>, area: Rect) {
    let width = area.width.saturating_sub(2).min(110);
    // A wide screen has room for the source row beside the page.
    if area.width >= 156 {
        draw_row(screen, canvas, Rect { x: area.x + 113, width: (area.width - 114).min(80), ..area });
        canvas.divider(area.x + 111, area.y, area.height);
    }
    let rows = lines(&screen.answer, app.lookup.field.text().trim(), width);
    canvas.rows = area.height.max(1);
    let chosen = screen.list.index(screen.answer.linked.len());
    let at = rows.iter().position(|row| row.linked.is_some() && row.linked == chosen).unwrap_or(0);
    // The first identifier shows the page from its top, the last one to its end.
    let height = usize::from(area.height);
    let last = chosen.is_some_and(|chosen| chosen + 1 == screen.answer.linked.len());
    let first = match (rows.len() > height, chosen) {
        (false, _) | (true, None) => 0,
        (true, Some(0)) if at < height && !last => 0,
        (true, Some(_)) if last => rows.len() - height,
        (true, Some(_)) => (at + 1 + height / 3).saturating_sub(height).min(rows.len() - height),
    };
    for (y, row) in (area.y..area.y + area.height).zip(rows.iter().skip(first)) {
        let right = canvas.width(&row.right).min(width / 2);
        canvas.line(area.x + 1, y, width.saturating_sub(right + u16::from(right > 0)), &row.line);
        canvas.line_right(area.x + 1, y, width, &row.right);
        if let Some(linked) = row.linked {
            if Some(linked) == chosen {
                canvas.cursor_row(area.x, y, width + 1, true);
            }
            canvas.hit(Rect { x: area.x, y, width, height: 1 }, Target::Row(linked as u64));
        }
    }
}

/// The source row of the record, as exported.
fn draw_row(screen: &AnswerScreen, canvas: &mut Canvas<'_>, area: Rect) {
    let record = &screen.answer.record;
    let head =
        Line::new().name(Role::Quiet, record.source.as_str()).quiet(" › ").name(Role::Quiet, record.object.as_str());
    canvas.line(area.x, area.y, area.width, &head.quiet(", as exported"));
    let label = (area.width / 3).min(24);
    for (y, (name, _, value)) in (area.y + 2..area.y + area.height).zip(&record.values) {
        canvas.line(area.x, y, label - 1, &Line::new().name(Role::Quiet, name.as_str()));
        canvas.line(area.x + label, y, area.width - label, &Line::new().value(Role::Text, value.as_deref()));
    }
}

/// The answer as label and value.
#[must_use]
pub fn facts(screen: &AnswerScreen) -> Vec<(&'static str, Line<'_>)> {
    let answer = &screen.answer;
    let mut facts = vec![
        ("is", Line::new().data(Role::Strong, answer.hit.title.as_str())),
        ("record", Line::new().data(Role::Text, answer.record.key.as_str()).middle()),
        ("now", Line::new().prose(Role::Text, answer.hit.reason.as_str())),
    ];
    for (name, role, value) in answer.highlights.iter().take(3) {
        let label = match role {
            ColumnRole::Email => "e-mail",
            ColumnRole::Phone => "phone",
            _ => "",
        };
        if !label.is_empty() {
            facts.push((label, Line::new().data(Role::Text, value.as_str())));
        }
        let _ = name;
    }
    facts
}
