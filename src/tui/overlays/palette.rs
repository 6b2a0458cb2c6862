//! Every action of the workbench, found by typing a few of its letters, with its key and, if it cannot run now, why.

use fuzzy_matcher::FuzzyMatcher;
use fuzzy_matcher::skim::SkimMatcherV2;
use ratatui::layout::Rect;

use super::super::action::{ACTIONS, Act, Action, Group, Scope};
use super::super::app::App;
use super::super::disabled;
use super::super::keymap::Keymap;
use super::super::msg::Target;
use super::super::paint::{Canvas, Line, Note};
use super::super::place::{PaneId, Place};
use super::super::theme::Role;
use super::super::widgets::field::TextField;
use super::super::widgets::list::{List, Step};

/// One action in the palette.
#[derive(Debug, Clone)]
struct Entry {
    action: &'static Action,
    /// `Records: freeze`.
    name: String,
    /// Why it cannot run now.
    why_not: Option<Note>,
    /// Byte ranges of the name that match.
    marks: Vec<std::ops::Range<usize>>,
    score: i64,
}

/// The palette over a place.
#[derive(Debug, Clone)]
pub struct Palette {
    pub under: Place,
    pub filter: TextField,
    pub list: List,
    all: Vec<Entry>,
    found: Vec<Entry>,
}

/// Scopes whose actions make no sense away from their keys: moves, edits, answers to an overlay.
fn is_listed(action: &Action) -> bool {
    let at_its_keys = matches!(
        action.scope,
        Scope::Text
            | Scope::Picker
            | Scope::Choice
            | Scope::Form
            | Scope::Problem
            | Scope::Prompt
            | Scope::Jobs
            | Scope::Chooser
            | Scope::ChooserList
    );
    !at_its_keys && !matches!(action.group, Group::Move | Group::Edit) && action.act != Act::Digit
}

/// What belongs to the pane Sources and needs no cursor is run from anywhere: the pane opens first.
fn from_afar(app: &App, action: &Action) -> bool {
    action.scope == Scope::Sources
        && matches!(action.act, Act::Load | Act::Quarantine | Act::Relations | Act::Findings | Act::Dictionary)
        && app.session.is_some()
}

impl Palette {
    /// All actions, those that can run first.
    #[must_use]
    pub fn new(app: &App) -> Self {
        let under = app.place();
        let mut all: Vec<Entry> = Vec::new();
        let scopes = under.scopes();
        // What works here comes first, so that of two rows for one act the nearer one is listed.
        let mut rows: Vec<&Action> = ACTIONS.iter().filter(|action| is_listed(action)).collect();
        rows.sort_by_key(|action| !scopes.contains(&action.scope));
        for action in rows {
            if all.iter().any(|entry| entry.action.act == action.act && entry.action.label == action.label) {
                continue;
            }
            let everywhere = matches!(action.scope, Scope::Everywhere | Scope::Workspace);
            let name = if everywhere {
                action.label.to_owned()
            } else {
                format!("{}: {}", action.scope.label(), action.label)
            };
            let why_not = if scopes.contains(&action.scope)
                || (everywhere && works_anywhere(app, action))
                || from_afar(app, action)
            {
                disabled::why_not(app, action.act)
            } else if action.scope == Scope::Workspace {
                Some(Line::new().text("open a workspace first"))
            } else {
                Some(Line::new().text("works in ").text(action.scope.label()))
            };
            all.push(Entry { action, name, why_not, marks: Vec::new(), score: 0 });
        }
        all.sort_by_key(|entry| entry.why_not.is_some());
        Self { under, filter: TextField::default(), list: List::default(), found: all.clone(), all }
    }

    /// Finds what the typed letters fit.
    pub fn search(&mut self, keymap: &Keymap) {
        self.list = List::default();
        let typed = self.filter.text().trim().to_owned();
        if typed.is_empty() {
            self.found = self.all.clone();
            return;
        }
        let matcher = SkimMatcherV2::default().ignore_case();
        self.found = Vec::new();
        for entry in &self.all {
            let mut entry = entry.clone();
            if let Some((score, at)) = matcher.fuzzy_indices(&entry.name, &typed) {
                entry.score = score;
                // The matcher counts characters.
                entry.marks = entry
                    .name
                    .char_indices()
                    .enumerate()
                    .filter(|(n, _)| at.contains(n))
                    .map(|(_, (start, c))| start..start + c.len_utf8())
                    .collect();
            } else if keymap.keys(entry.action).iter().any(|key| key.to_string() == typed) {
                entry.score = i64::MAX;
            } else {
                continue;
            }
            self.found.push(entry);
        }
        self.found.sort_by_key(|entry| (entry.why_not.is_some(), std::cmp::Reverse(entry.score)));
    }

    /// Moves the cursor.
    pub fn step(&mut self, step: Step, height: u16) {
        self.list.step(step, self.found.len() as u64, height);
    }

    /// The actions that are listed now.
    #[must_use]
    pub fn actions(&self) -> Vec<&'static Action> {
        self.found.iter().map(|entry| entry.action).collect()
    }
}

/// From a text field the actions of everywhere are one palette away.
fn works_anywhere(app: &App, action: &Action) -> bool {
    app.place().takes_text() && (action.scope == Scope::Everywhere || app.session.is_some())
}

/// Runs the action under the cursor; what cannot run stays, its reason is in its row.
pub fn run(app: &mut App) {
    let Some(super::Overlay::Palette(palette)) = app.overlays.last() else { return };
    let entry = palette.list.index(palette.found.len()).and_then(|at| palette.found.get(at));
    let Some(entry) = entry else { return };
    if entry.why_not.is_some() {
        return;
    }
    let (act, afar) =
        (entry.action.act, !palette.under.scopes().contains(&entry.action.scope) && from_afar(app, entry.action));
    app.overlays.pop();
    if afar {
        app.show(PaneId::Sources);
    }
    app.perform(act);
}

/// Draws the palette.
pub fn draw(app: &App, palette: &Palette, canvas: &mut Canvas<'_>, area: Rect) {
    let keys = Line::new().number(Role::Quiet, palette.all.len() as u64).quiet(" actions · Enter runs · Esc");
    let height = if area.height >= 16 { area.height - 4 } else { area.height }.min(22);
    let inside = super::framed(canvas, area, height, &Line::new().strong("Every action"), &keys);
    if inside.height < 2 {
        return;
    }
    canvas.field(inside.x, inside.y, inside.width, &palette.filter, true);
    // On a low screen the air goes first, then the sentence.
    let (head, foot) = match inside.height {
        8.. => (2, 2),
        5.. => (1, 1),
        _ => (1, 0),
    };
    let body = Rect { y: inside.y + head, height: inside.height - head - foot, ..inside };
    canvas.rows = body.height;
    if palette.found.is_empty() {
        canvas.line(body.x, body.y, body.width, &Line::new().text("No action is called like that. Esc closes."));
        return;
    }
    let len = palette.found.len() as u64;
    let chosen = palette.list.index(palette.found.len());
    for (y, row) in (body.y..).zip(palette.list.visible(len, body.height)) {
        let Some((at, entry)) = usize::try_from(row).ok().and_then(|at| Some((at, palette.found.get(at)?))) else {
            continue;
        };
        let role = if entry.why_not.is_some() { Role::Quiet } else { Role::Text };
        let key = app.keymap.keys(entry.action).first().map(ToString::to_string).unwrap_or_default();
        let key = Line::new().made(if entry.why_not.is_some() { Role::Quiet } else { Role::Accent }, key);
        let wide = canvas.width(&key).min(body.width / 2);
        canvas.line_right(body.x, y, body.width.saturating_sub(1), &key);
        canvas.line(
            body.x + 1,
            y,
            body.width.saturating_sub(wide + 2),
            &Line::new().marked_name(role, entry.name.as_str(), &entry.marks),
        );
        if Some(at) == chosen {
            canvas.cursor_row(body.x, y, body.width, true);
        }
        canvas.hit(Rect { x: body.x, y, width: body.width, height: 1 }, Target::Row(row));
    }
    let Some(entry) = chosen.map(|at| &palette.found[at]).filter(|_| foot > 0) else { return };
    let sentence = match &entry.why_not {
        Some(why) => Line::new().say(Role::Warn, "! ").text("Not now: ").then(why.clone()).text("."),
        None => Line::new().text(entry.action.help),
    };
    canvas.line(inside.x, inside.y + inside.height - 1, inside.width, &sentence);
}
