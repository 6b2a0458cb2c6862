//! The rule editor: one line of text, the words that fit it, what is wrong with it as one types, and what it makes of real
//! rows. Nothing is kept before Enter; what was refused is not lost.

use ratatui::layout::Rect;

use super::super::super::action::Act;
use super::super::super::app::{App, Purpose};
use super::super::super::msg::Target;
use super::super::super::msg::map::Wrong;
use super::super::super::overlays::Overlay;
use super::super::super::overlays::question::Question as Choice;
use super::super::super::paint::{Canvas, Line as Text, Note};
use super::super::super::prompt::{Prompt, Question};
use super::super::super::theme::Role;
use super::super::super::widgets::field::{Edit, TextField};
use super::super::super::widgets::list::List;
use super::super::super::wrap::wrap;
use super::complete::{self, Word};
use super::lines::{Is, Stuff};
use super::pick::{Pick, Then};
use super::typed::Wanted;
use super::{Screen, acts, preview, table, why};
use crate::mapping::edit::Change;
use crate::mapping::{FieldRule, MapKey, MappingError, Rule, edit};
use crate::values::Shown;

/// The screen.
#[derive(Debug, Clone)]
pub struct RuleScreen {
    pub key: MapKey,
    /// The entity's field.
    pub field: String,
    /// Columns of the rule before, or the one that it was opened from: for rules that are written without.
    pub from: Vec<String>,
    pub text: TextField,
    /// What was there.
    before: String,
    /// The rule as it was before; `None`: there was none.
    original: Option<FieldRule>,
    /// The rule that the text is, or what is wrong with it.
    pub read: Result<FieldRule, Wrong>,
    /// The cursor among the words that fit.
    pub list: List,
    /// It is being saved.
    pub saving: bool,
}

/// Opens the editor for a field, with the rule that is there, else with what is proposed, else with a column.
pub fn open(app: &mut App, key: MapKey, field: String, column: Option<String>) {
    let Some(stuff) = Stuff::of(app, &key) else { return };
    let lines = stuff.lines(false);
    let line = lines.iter().find(|line| line.field_name == Some(field.as_str()));
    let original = stuff.map.and_then(|map| map.fields.iter().find(|rule| rule.field == field)).cloned();
    let fits = |from: &[String]| column.as_ref().is_none_or(|column| from.contains(column));
    let proposed = line.and_then(|line| match line.is {
        Is::Proposed(candidate) if fits(&candidate.from) => Some(FieldRule {
            field: field.clone(),
            from: candidate.from.clone(),
            rule: candidate.rule.clone(),
            ..FieldRule::default()
        }),
        _ => None,
    });
    let copied = column.clone().map(|column| FieldRule {
        field: field.clone(),
        from: vec![column],
        rule: Rule::Copy,
        ..FieldRule::default()
    });
    // A column that the rule does not read was meant to be read.
    let start = match (&original, &copied) {
        (Some(rule), Some(_)) if !fits(&rule.from) => copied,
        (Some(rule), _) => Some(rule.clone()),
        _ => proposed.or(copied),
    };
    let text = start.as_ref().map(line_of).unwrap_or_default();
    let from = start.map(|rule| rule.from).unwrap_or_default();
    let read = Err(Wrong::default());
    let screen = RuleScreen {
        before: text.clone(),
        text: TextField::with(&text),
        list: List::default(),
        saving: false,
        key,
        field,
        from,
        original,
        read,
    };
    app.map.stack.push(Screen::Rule(Box::new(screen)));
    text_changed(app);
}

/// The line of a rule. The values of a value map are data and have a screen of their own; a value map that is saved without
/// them keeps them.
#[must_use]
pub fn line_of(rule: &FieldRule) -> String {
    let mut rule = rule.clone();
    if let Rule::ValueMap { rows, otherwise, .. } = &mut rule.rule {
        rows.clear();
        *otherwise = None;
    }
    edit::written(&rule)
}

fn columns(app: &App, key: &MapKey) -> Vec<String> {
    let stuff = Stuff::of(app, key);
    stuff.iter().flat_map(|stuff| &stuff.object.columns).map(|column| column.name.clone()).collect()
}

/// Whether a rule reads columns that stand beside it.
fn reads_columns(rule: &Rule) -> bool {
    !matches!(rule, Rule::Constant { .. } | Rule::Expression { .. })
}

/// What a text is as a rule.
fn read(screen: &RuleScreen, columns: &[String]) -> Result<FieldRule, Wrong> {
    let text = screen.text.text();
    if text.trim().is_empty() {
        let hint = "Tab writes a column, F2 lists the kinds of rule.".to_owned();
        return Err(Wrong { message: "Nothing is written yet.".to_owned(), at: None, hint });
    }
    let (from, mut rule) = edit::read_rule(text).map_err(|error| match error {
        MappingError::Expression { message, at, hint } => Wrong { message, at, hint },
        other => Wrong { hint: other.hint(), message: other.to_string(), at: None },
    })?;
    let from = if from.is_empty() && reads_columns(&rule) { screen.from.clone() } else { from };
    if let Some(unknown) = from.iter().find(|name| !columns.contains(name)) {
        let message = format!("{} has no field called {unknown}.", screen.key.object);
        let hint = "Tab writes the name of a field.".to_owned();
        return Err(Wrong { message, at: text.find(unknown.as_str()), hint });
    }
    // What a value map that is written without values keeps when it is saved.
    if let (Rule::ValueMap { rows, otherwise, .. }, Some(FieldRule { rule: was, from: read, .. })) =
        (&mut rule, &screen.original)
        && let Rule::ValueMap { rows: old, otherwise: by_default, .. } = was
        && rows.is_empty()
        && otherwise.is_none()
        && *read == from
    {
        rows.clone_from(old);
        otherwise.clone_from(by_default);
    }
    let missing = screen.original.as_ref().and_then(|rule| rule.missing.clone());
    Ok(FieldRule { field: screen.field.clone(), from, rule, missing, ..FieldRule::default() })
}

/// The text changed: it is read anew, and the rows follow.
pub fn text_changed(app: &mut App) {
    let Some(Screen::Rule(screen)) = app.map.stack.last() else { return };
    let columns = columns(app, &screen.key);
    let rule = read(screen, &columns);
    if let Some(Screen::Rule(screen)) = app.map.stack.last_mut() {
        screen.read = rule;
        screen.list = List::default();
    }
}

/// Writes a line into the editor, over what is there.
pub fn fill(app: &mut App, line: &str) {
    if let Some(Screen::Rule(screen)) = app.map.stack.last_mut() {
        screen.text = TextField::with(line);
        text_changed(app);
    }
}

fn words(app: &App, screen: &RuleScreen) -> Vec<(Word, usize)> {
    complete::words(screen.text.parts().0, &columns(app, &screen.key))
}

/// Does an action.
pub fn perform(app: &mut App, act: Act) {
    let height = app.rows;
    let Some(Screen::Rule(screen)) = app.map.stack.last() else { return };
    let words = words(app, screen);
    match act {
        Act::Open => save(app, String::new()),
        Act::SaveWithComment => {
            if check(app) {
                app.prompt = Some(Prompt::new(Question::Map(Wanted::SaveComment), ""));
            }
        }
        Act::RuleKinds => ask_kind(app),
        Act::Complete => {
            let Some((word, back)) = screen.list.index(words.len()).map(|at| &words[at]) else { return };
            let before = screen.text.parts().0;
            let replaced = before.get(before.len().saturating_sub(*back)..).unwrap_or_default();
            let clusters = unicode_segmentation::UnicodeSegmentation::graphemes(replaced, true).count();
            let text = word.text.clone();
            if let Some(Screen::Rule(screen)) = app.map.stack.last_mut() {
                for _ in 0..clusters {
                    screen.text.edit(Edit::Backspace);
                }
                screen.text.insert(&text);
            }
            text_changed(app);
        }
        _ => {
            if let Some(Screen::Rule(screen)) = app.map.stack.last_mut() {
                super::moved(&mut screen.list, act, words.len() as u64, height);
            }
        }
    }
}

/// Whether the rule can be saved; if not, the reason is said.
fn check(app: &mut App) -> bool {
    let Some(Screen::Rule(screen)) = app.map.stack.last() else { return false };
    if screen.saving {
        return false;
    }
    let wrong = match &screen.read {
        Err(wrong) => Some(wrong),
        Ok(rule) => app.map.preview.wrong_with(rule),
    };
    let Some(wrong) = wrong else { return true };
    let line = Text::new().say(Role::Bad, "✗ ").text("Not saved: ").prose(Role::Text, wrong.message.clone());
    app.say(line);
    false
}

/// Saves the rule; the editor closes when it is on disk.
pub fn save(app: &mut App, comment: String) {
    if !check(app) {
        return;
    }
    let Some(Screen::Rule(screen)) = app.map.stack.last_mut() else { return };
    let Ok(rule) = &screen.read else { return };
    let unchanged = screen.original.as_ref().is_some_and(|was| was.from == rule.from && was.rule == rule.rule);
    if unchanged && comment.is_empty() {
        app.map.stack.pop();
        return app.say(Text::new().text("The rule is as it was; nothing was saved."));
    }
    let change = Change::Set { field: rule.field.clone(), from: rule.from.clone(), rule: rule.rule.clone() };
    let key = screen.key.clone();
    screen.saving = true;
    let sentence = acts::sentence(&change, &key);
    acts::save(app, vec![(key, vec![change])], comment, sentence);
}

/// The deed is on disk: the editor that waited for it closes.
pub fn saved(app: &mut App) {
    if matches!(app.map.stack.last(), Some(Screen::Rule(screen)) if screen.saving) {
        app.map.stack.pop();
    }
}

/// The deed was refused: what was typed stays.
pub fn refused(app: &mut App) {
    if let Some(Screen::Rule(screen)) = app.map.stack.last_mut() {
        screen.saving = false;
    }
}

fn ask_kind(app: &mut App) {
    let Some(Screen::Rule(screen)) = app.map.stack.last() else { return };
    let field = Stuff::of(app, &screen.key).and_then(|stuff| stuff.entity?.field(&screen.field));
    let from = match &screen.read {
        Ok(rule) if !rule.from.is_empty() => rule.from.clone(),
        _ => screen.from.clone(),
    };
    let kinds = complete::kinds(&screen.field, field, &from, &screen.key.source);
    let option = |(rule, line): &(Rule, String)| -> Note {
        let text = Text::new().text(rule.word()).to(16);
        text.name(Role::Quiet, line.clone())
    };
    let pick = Pick {
        title: Text::new().strong("Kinds of rule"),
        words: Vec::new(),
        options: kinds.iter().map(option).collect(),
        begin: 0,
        then: Then::Kinds(kinds.into_iter().map(|(_, line)| line).collect()),
    };
    app.overlays.push(Overlay::Question(Choice::map(pick)));
}

/// Row 2.
pub fn headline<'a>(app: &'a App, screen: &'a RuleScreen) -> (Text<'a>, Text<'a>) {
    let left = table::place(&screen.key).quiet(" › ").name(Role::Strong, screen.field.as_str()).most(40);
    let right = if screen.saving && app.late(Purpose::SaveMap) {
        Text::new().quiet("saving")
    } else if screen.text.text() == screen.before {
        Text::new()
    } else {
        Text::new().say(Role::Warn, "changed, not saved")
    };
    (left, right)
}

/// Where the expression begins in the text: what is wrong with it is counted from there.
fn expression_at(screen: &RuleScreen) -> usize {
    match &screen.read {
        Ok(FieldRule { rule: Rule::Expression { sql }, .. }) => screen.text.text().find(sql.as_str()).unwrap_or(0),
        _ => 0,
    }
}

/// How many cells of the field's line stand before a place in the text; `None` where that is scrolled away.
fn cells_before(text: &str, at: usize, room: u16) -> Option<u16> {
    let whole = Shown::of(text).width();
    let before = Shown::of(text.get(..at)?).width();
    (whole < usize::from(room)).then(|| u16::try_from(before).ok()).flatten()
}

/// Draws the main area.
pub fn draw(app: &App, screen: &RuleScreen, canvas: &mut Canvas<'_>, area: Rect) {
    let focused = app.overlays.is_empty() && app.prompt.is_none();
    let (x, width) = (area.x + 2, area.width.saturating_sub(4));
    canvas.line(x, area.y, 5, &Text::new().quiet("rule"));
    let room = width.saturating_sub(6);
    canvas.field(x + 6, area.y, room, &screen.text, focused);
    let wrong = match &screen.read {
        Err(wrong) => Some(wrong),
        Ok(rule) => app.map.preview.wrong_with(rule),
    };
    let mut y = area.y + 1;
    match wrong {
        Some(wrong) => {
            let at = wrong.at.map(|at| at.saturating_add(expression_at(screen)));
            let place = at.and_then(|at| cells_before(screen.text.text(), at, room.saturating_sub(3)));
            if let Some(place) = place {
                canvas.line(x + 8 + place, y, 1, &Text::new().say(Role::Bad, "▲"));
            }
            y += 1;
            let empty = screen.text.text().trim().is_empty();
            let mark = if empty { Text::new().quiet("○ ") } else { Text::new().say(Role::Bad, "✗ ") };
            let mut line = mark.prose(Role::Text, wrong.message.as_str());
            if let (Some(at), None) = (at, place) {
                line = line.quiet(" At character ").number(Role::Text, at as u64 + 1).quiet(".");
            }
            let whole = line.quiet(" ").prose(Role::Quiet, wrong.hint.as_str());
            if canvas.width(&whole) <= room {
                canvas.line(x + 6, y, room, &whole);
            } else {
                // What is wrong, and what helps, are worth their lines.
                let inner = room.saturating_sub(2);
                let most = usize::from(area.height / 4).clamp(1, 6);
                let wrapped = |text: &str, role: Role| -> Vec<(Role, String)> {
                    wrap(text, inner.into()).into_iter().map(|row| (role, row)).collect()
                };
                let mut rows = wrapped(&wrong.message, Role::Text);
                rows.extend(wrapped(&wrong.hint, Role::Quiet));
                rows.truncate(most);
                for (n, (role, row)) in rows.into_iter().enumerate() {
                    y += u16::from(n > 0);
                    let before = if n > 0 { Text::new().text("  ") } else { Text::new().say(Role::Bad, "✗ ") };
                    canvas.line(x + 6, y, room, &before.prose(role, row));
                }
            }
        }
        None => {
            y += 1;
            if let Ok(rule) = &screen.read {
                let line = Text::new().say(Role::Good, "✓ ").prose(Role::Text, rule.rule.sentence(&rule.from));
                let line = if rule.from.is_empty() {
                    line
                } else {
                    line.quiet("  reads ").name(Role::Quiet, rule.from.join(", "))
                };
                canvas.line(x + 6, y, room, &line);
            }
        }
    }
    let field = Stuff::of(app, &screen.key).and_then(|stuff| stuff.entity?.field(&screen.field));
    if let Some(field) = field {
        y += 1;
        canvas.line(x, y, 5, &Text::new().quiet("for"));
        canvas.line(x + 6, y, room, &why::about(field));
        if !field.allowed.is_empty() {
            y += 1;
            let mut line = Text::new().quiet("allowed ");
            for (n, allowed) in field.allowed.iter().take(12).enumerate() {
                line = if n > 0 { line.quiet(", ") } else { line };
                line = line.name(Role::Text, allowed.value.as_str());
            }
            let more = field.allowed.len().saturating_sub(12) as u64;
            let line = if more > 0 { line.quiet(" and ").number(Role::Quiet, more).quiet(" more") } else { line };
            canvas.line(x + 6, y, room, &line);
        }
    }
    y += 2;
    let end = area.y + area.height;
    if y >= end {
        canvas.rows = 1;
        return;
    }
    let rest = Rect { x: area.x, y, width: area.width, height: end - y };
    if area.width < 100 {
        let rows = rest.height.min(8);
        preview::draw(app, None, canvas, Rect { x, width, height: rows.saturating_sub(1), ..rest });
        let list = Rect { y: rest.y + rows, height: rest.height - rows, ..rest };
        return draw_words(app, screen, canvas, list);
    }
    let half = (area.width * 36 / 100).min(50);
    draw_words(app, screen, canvas, Rect { width: half, ..rest });
    canvas.divider(area.x + half, rest.y, rest.height);
    let x = area.x + half + 2;
    let width = (area.x + area.width).saturating_sub(x + 1).min(110);
    preview::draw(app, None, canvas, Rect { x, width, ..rest });
}

fn draw_words(app: &App, screen: &RuleScreen, canvas: &mut Canvas<'_>, area: Rect) {
    if area.height < 2 {
        canvas.rows = 1;
        return;
    }
    let list = Rect { y: area.y + 1, height: area.height - 1, ..area };
    canvas.rows = list.height;
    let words = words(app, screen);
    let head = if words.is_empty() { "F2 lists every kind of rule" } else { "Tab writes" };
    canvas.line(area.x + 2, area.y, area.width.saturating_sub(3), &Text::new().quiet(head));
    let head_cells = area.width.saturating_sub(11).clamp(16, 34);
    let cursor = screen.list.index(words.len());
    for (y, row) in (list.y..).zip(screen.list.visible(words.len() as u64, list.height)) {
        let Some((at, (word, _))) = usize::try_from(row).ok().and_then(|at| Some((at, words.get(at)?))) else {
            continue;
        };
        let line = Text::new().name(Role::Text, word.text.as_str()).most(head_cells.saturating_sub(2)).to(head_cells);
        let line = if word.is_column { line.quiet("field") } else { line.prose(Role::Quiet, word.is.as_str()) };
        canvas.line(area.x + 2, y, area.width.saturating_sub(3), &line);
        if Some(at) == cursor {
            canvas.cursor_row(area.x, y, area.width, false);
        }
        canvas.hit(Rect { y, height: 1, ..list }, Target::Row(row));
    }
}

/// The focused row as label and value.
pub fn facts<'a>(_app: &'a App, screen: &'a RuleScreen) -> Vec<(&'static str, Text<'a>)> {
    let read = match &screen.read {
        Ok(rule) => Text::new().say(Role::Good, "✓ ").prose(Role::Text, rule.rule.sentence(&rule.from)),
        Err(wrong) => Text::new().say(Role::Bad, "✗ ").prose(Role::Text, wrong.message.as_str()),
    };
    vec![
        ("field", Text::new().name(Role::Text, screen.field.as_str())),
        ("rule", Text::new().name(Role::Strong, screen.text.text())),
        ("", read),
    ]
}
