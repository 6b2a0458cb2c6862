//! The source of truth: which system owns which type of data now, and which is trusted after the migration.

use ratatui::layout::Rect;

use super::Screen;
use super::model_asks::{Then, Wanted};
use super::pick::{self, Pick};
use super::typed;
use crate::model::truth::{Truth, TruthRow};
use crate::tui::action::Act;
use crate::tui::app::{App, Purpose};
use crate::tui::msg::map::MapAsk;
use crate::tui::msg::model::ModelAsk;
use crate::tui::msg::{Ask, Target};
use crate::tui::overlays::Overlay;
use crate::tui::overlays::question::Question as Choice;
use crate::tui::paint::{Canvas, Line};
use crate::tui::prompt::{Prompt, Question};
use crate::tui::theme::Role;
use crate::tui::widgets::list::List;
use crate::tui::wrap::wrap;

/// The screen.
#[derive(Debug, Clone, Default)]
pub struct TruthScreen {
    pub list: List,
    /// The cursor is on who is trusted afterwards, not on who owns it now.
    after: bool,
    filter: String,
    /// The entity and the field that the cursor goes to once the rows are there.
    wanted: Option<(String, String)>,
}

/// Shows only lines with a text.
pub fn filter(screen: &mut TruthScreen, text: &str) {
    text.clone_into(&mut screen.filter);
    screen.list = List::default();
}

/// Takes the filter away. Returns whether there was one.
pub fn unfiltered(screen: &mut TruthScreen) -> bool {
    let was = !screen.filter.is_empty();
    filter(screen, "");
    was
}

/// The cursor goes to one of the columns.
pub fn to_column(screen: &mut TruthScreen, at: usize) {
    screen.after = at > 1;
}

/// Opens it.
pub fn open(app: &mut App) {
    app.map.stack.push(Screen::Truth(TruthScreen::default()));
    ask(app);
}

/// Asks for what is decided.
pub fn ask(app: &mut App) {
    app.ask(Purpose::Truth, Ask::Map(MapAsk::Model(ModelAsk::Truth)));
}

/// Opens it with the cursor on the row that speaks of a field: from what blocks.
pub fn open_at(app: &mut App, entity: &str, field: &str) {
    let wanted = Some((entity.to_owned(), field.to_owned()));
    app.map.stack.push(Screen::Truth(TruthScreen { wanted, ..TruthScreen::default() }));
    ask(app);
}

/// What is decided arrived.
pub fn arrived(app: &mut App, truth: Truth) {
    let height = app.rows;
    if let Some(Screen::Truth(screen)) = app.map.stack.last_mut()
        && let Some((entity, field)) = screen.wanted.take()
    {
        let own = format!("{entity}.{field}");
        let speaks = |row: &TruthRow| {
            row.of == own || row.fields.contains(&own) || row.of == entity || row.fields.contains(&entity)
        };
        let exact = truth.rows.iter().position(|row| row.of == own || row.fields.contains(&own));
        if let Some(at) = exact.or_else(|| truth.rows.iter().position(speaks)) {
            screen.list.show(at as u64, truth.rows.len() as u64, height);
        }
    }
    app.map.truth = Some(truth);
}

fn every(app: &App) -> &[TruthRow] {
    app.map.truth.as_ref().map_or(&[], |truth: &Truth| truth.rows.as_slice())
}

/// The rows that are shown.
fn shown<'a>(app: &'a App, screen: &TruthScreen) -> Vec<&'a TruthRow> {
    let needle = screen.filter.to_lowercase();
    let has = |text: &String| text.to_lowercase().contains(&needle);
    let fits = |row: &&TruthRow| {
        needle.is_empty() || has(&row.of) || has(&row.owner) || has(&row.after) || row.fields.iter().any(has)
    };
    every(app).iter().filter(fits).collect()
}

/// Does an action.
pub fn perform(app: &mut App, act: Act) {
    let height = app.rows;
    let Some(Screen::Truth(screen)) = app.map.stack.last() else { return };
    let rows: Vec<TruthRow> = shown(app, screen).into_iter().cloned().collect();
    let len = rows.len();
    let Some(Screen::Truth(screen)) = app.map.stack.last_mut() else { return };
    if super::moved(&mut screen.list, act, len as u64, height) {
        return;
    }
    let after = screen.after;
    let at = screen.list.index(len);
    match (act, at) {
        (Act::Left, _) => screen.after = false,
        (Act::Right, _) => screen.after = true,
        (Act::Open, Some(at)) => choose_for(app, rows[at].clone(), after),
        (Act::Filter, _) => {
            let before = screen.filter.clone();
            app.prompt = Some(Prompt::new(Question::Map(typed::Wanted::Filter), &before));
        }
        (Act::Accept, Some(at)) => {
            let row = rows[at].clone();
            if row.owner.is_empty() && row.after.is_empty() {
                return app.say(Line::new().text("Nothing is proposed for it. Enter chooses the system."));
            }
            decide(app, row);
        }
        (Act::Add, _) => {
            app.prompt = Some(Prompt::new(Question::Map(typed::Wanted::Model(Wanted::TruthOf)), ""));
        }
        (Act::Remove, Some(at)) => {
            let of = rows[at].of.clone();
            decide(app, TruthRow { of, ..TruthRow::default() });
        }
        (Act::CopyCell, Some(at)) => {
            let row = &rows[at];
            let text = format!("{}: {} now, {} afterwards", row.of, row.owner, row.after);
            app.copy("the line", text);
        }
        _ => {}
    }
}

/// Saves a row.
pub fn decide(app: &mut App, row: TruthRow) {
    let version = app.map.truth.as_ref().and_then(|truth| truth.version);
    app.ask(Purpose::Change, Ask::Map(MapAsk::Model(ModelAsk::DecideTruth { row: Box::new(row), version })));
}

/// Offers the systems for a row, which may not stand yet.
pub fn choose_for(app: &mut App, row: TruthRow, after: bool) {
    let mut systems: Vec<String> =
        app.inventory.iter().flat_map(|inventory| &inventory.sources).map(|source| source.name.clone()).collect();
    if after {
        systems.insert(0, "the new system".to_owned());
    }
    let now = if after { &row.after } else { &row.owner };
    let begin = systems.iter().position(|system| system == now).unwrap_or(0);
    let mut options: Vec<_> = systems
        .iter()
        .map(|system| {
            let mark = if system == now { "✓ " } else { "  " };
            Line::new().say(Role::Good, mark).name(Role::Text, system.clone())
        })
        .collect();
    options.push(Line::new().text("  Not decided"));
    let words = if after {
        Line::new()
            .text("Which system is trusted for ")
            .name(Role::Strong, row.of.clone())
            .text(" after the migration?")
    } else {
        Line::new().text("Which system owns ").name(Role::Strong, row.of.clone()).text(" now?")
    };
    let pick = Pick {
        title: Line::new().text("Source of truth"),
        words: vec![words],
        options,
        begin,
        then: pick::Then::Model(Then::Owner { row: Box::new(row), after, systems }),
    };
    app.overlays.push(Overlay::Question(Choice::map(pick)));
}

/// Row 2.
pub fn headline<'a>(app: &'a App, _screen: &'a TruthScreen) -> (Line<'a>, Line<'a>) {
    let left = Line::new().quiet("Map › ").strong("Source of truth");
    let rows = every(app);
    if rows.is_empty() {
        return (left, Line::new());
    }
    let decided = rows.iter().filter(|row| !row.by.is_empty()).count() as u64;
    let open = rows.len() as u64 - decided;
    let right = Line::new().number(Role::Text, decided).quiet(" decided");
    (
        left,
        if open == 0 {
            right.quiet(" ").say(Role::Good, "✓")
        } else {
            right.quiet(" + ").say(Role::Warn, "? ").number(Role::Text, open).quiet(" not")
        },
    )
}

/// Draws the main area.
pub fn draw(app: &App, screen: &TruthScreen, canvas: &mut Canvas<'_>, area: Rect) {
    canvas.rows = 1;
    let rows = shown(app, screen);
    let inside = area.width.saturating_sub(3);
    if rows.is_empty() {
        if !every(app).is_empty() {
            let words = "No line has this text. Esc shows all of them.";
            canvas.line(area.x + 2, area.y + 1, inside, &Line::new().text(words));
        } else if app.late(Purpose::Truth) {
            canvas.line(area.x + 2, area.y + 1, inside, &Line::new().text("Reading what is decided."));
        } else if app.map.truth.is_some() {
            canvas.line(
                area.x + 2,
                area.y + 1,
                inside,
                &Line::new().text("Nothing is decided. + decides for a type of data, an entity or a field."),
            );
        }
        return;
    }
    let below = if area.height >= 12 { 4 } else { 0 };
    let list = Rect { height: area.height.saturating_sub(below), ..area };
    let each = (inside / 4).max(12);
    let x = |at: u16| area.x + 2 + at * each;
    for (at, head) in [(0, "type of data or field"), (1, "owned by, now"), (2, "trusted afterwards"), (3, "decided by")]
    {
        let role = if (at == 1 && !screen.after) || (at == 2 && screen.after) { Role::Accent } else { Role::Quiet };
        canvas.line(x(at), area.y, each.saturating_sub(1), &Line::new().say(role, head));
    }
    let room = list.height.saturating_sub(1);
    canvas.rows = room.max(1);
    let chosen = screen.list.index(rows.len());
    for (y, at) in (area.y + 1..).zip(screen.list.visible(rows.len() as u64, room)) {
        let Some((at, row)) = usize::try_from(at).ok().and_then(|at| Some((at, rows.get(at)?))) else { continue };
        canvas.line(x(0), y, each.saturating_sub(1), &Line::new().name(Role::Text, row.of.as_str()));
        for (at, system) in [(1, &row.owner), (2, &row.after)] {
            let line = match (system.is_empty(), row.by.is_empty()) {
                (true, _) => Line::new().quiet("–"),
                (false, true) => Line::new().say(Role::Warn, "? ").name(Role::Text, system.as_str()),
                (false, false) => Line::new().name(Role::Strong, system.as_str()),
            };
            canvas.line(x(at), y, each.saturating_sub(1), &line);
        }
        let by = if row.by.is_empty() && row.owner.is_empty() && row.after.is_empty() {
            Line::new().say(Role::Warn, "○ ").quiet("not decided")
        } else if row.by.is_empty() {
            Line::new().quiet("proposed")
        } else {
            Line::new()
                .name(Role::Quiet, row.by.as_str())
                .quiet(" ")
                .name(Role::Quiet, row.at.get(..10).unwrap_or(&row.at))
        };
        canvas.line(x(3), y, each, &by);
        if Some(at) == chosen {
            canvas.cursor_row(area.x, y, area.width, true);
        }
        canvas.hit(Rect { y, height: 1, ..area }, Target::Row(at as u64));
    }
    let Some(row) = chosen.and_then(|at| rows.get(at)).filter(|_| below > 0) else { return };
    canvas.rule(area.x + 1, list.bottom(), area.width.saturating_sub(2));
    let mut y = list.bottom() + 1;
    if !row.fields.is_empty() {
        let words = format!("speaks of {}", row.fields.join(", "));
        for line in wrap(&words, usize::from(inside)).into_iter().take(2) {
            canvas.line(area.x + 2, y, inside, &Line::new().prose(Role::Quiet, line));
            y += 1;
        }
    }
    if !row.note.is_empty() && y < area.bottom() {
        canvas.line(area.x + 2, y, inside, &Line::new().prose(Role::Text, row.note.as_str()));
    }
}

/// The focused row as label and value.
pub fn facts<'a>(app: &'a App, screen: &'a TruthScreen) -> Vec<(&'static str, Line<'a>)> {
    let rows = shown(app, screen);
    let Some(row) = screen.list.index(rows.len()).map(|at| rows[at]) else {
        return vec![("", Line::new().text("Nothing is decided."))];
    };
    vec![
        ("of", Line::new().name(Role::Strong, row.of.as_str())),
        ("owned by", Line::new().name(Role::Text, row.owner.as_str())),
        ("afterwards", Line::new().name(Role::Text, row.after.as_str())),
        ("by", Line::new().name(Role::Quiet, row.by.as_str())),
    ]
}

/// Why an action cannot run now.
#[must_use]
pub fn why_not(app: &App, screen: &TruthScreen, act: Act) -> Option<&'static str> {
    let rows = shown(app, screen);
    let row = screen.list.index(rows.len()).map(|at| rows[at]);
    match act {
        Act::Open | Act::Accept | Act::Remove | Act::CopyCell if row.is_none() => Some("no line is shown here"),
        Act::Accept if row.is_some_and(TruthRow::is_decided) => Some("it is decided already"),
        Act::Accept if row.is_some_and(|row| row.owner.is_empty() && row.after.is_empty()) => {
            Some("nothing is proposed for it")
        }
        Act::Remove if row.is_some_and(|row| !row.is_decided()) => Some("nobody decided it yet"),
        _ => None,
    }
}
