//! The map of one object to one entity: source fields, rules in the middle as sentences, target fields, and the state of
//! each. What its keys do; `table` draws it, `acts` are the deeds, `preview` and `why` stand below.

use std::collections::BTreeSet;

use super::super::super::action::{ACTIONS, Act, Scope};
use super::super::super::app::{App, Purpose};
use super::super::super::overlays::Overlay;
use super::super::super::overlays::question::Question as Choice;
use super::super::super::paint::{Line as Text, Note};
use super::super::super::prompt::{Prompt, Question};
use super::super::super::theme::Role;
use super::super::super::widgets::list::List;
use super::super::sources;
use super::lines::{Is, Line, LineKey, Only, Stuff};
use super::pick::{Pick, Then};
use super::typed::Wanted;
use super::{Screen, acts, maps, rule, why};
use crate::mapping::MapKey;
use crate::sources::select::Selection;

/// The part of a line that Enter opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Part {
    Example,
    #[default]
    Rule,
}

/// The screen.
#[derive(Debug, Clone, Default)]
pub struct ObjectScreen {
    pub key: MapKey,
    pub list: List,
    pub part: Part,
    /// In the order of the object's columns; else of the entity's fields, required first.
    pub by_source: bool,
    pub only: Only,
    pub filter: String,
    pub marked: BTreeSet<LineKey>,
    /// Where the last mark was set.
    pub last_mark: Option<LineKey>,
}

impl ObjectScreen {
    /// The lines that it shows.
    #[must_use]
    pub fn lines<'a>(&self, stuff: &Stuff<'a>) -> Vec<Line<'a>> {
        stuff.shown(self.by_source, self.only, &self.filter)
    }
}

/// Opens the map of an object to an entity, whether anything of it is saved or not.
pub fn open(app: &mut App, key: MapKey) {
    let screen = ObjectScreen { key, ..ObjectScreen::default() };
    app.map.stack.push(Screen::Object(screen));
    super::count(app);
}

/// The screen on top.
fn screen(app: &App) -> Option<&ObjectScreen> {
    match app.map.stack.last()? {
        Screen::Object(screen) => Some(screen),
        _ => None,
    }
}

fn screen_mut(app: &mut App) -> Option<&mut ObjectScreen> {
    match app.map.stack.last_mut()? {
        Screen::Object(screen) => Some(screen),
        _ => None,
    }
}

/// What the cursor is on.
#[must_use]
pub fn key_at_cursor(app: &App) -> Option<LineKey> {
    let screen = screen(app)?;
    let lines = screen.lines(&Stuff::of(app, &screen.key)?);
    Some(lines[screen.list.index(lines.len())?].key())
}

/// Puts the cursor on the same line; else on that of the field where a rule fills it, for a rule may read other columns
/// now; else on that of the column, which was dropped or is free again; else of the field.
pub fn follow(app: &mut App, wanted: Option<LineKey>) {
    let (Some(wanted), Some(of)) = (wanted, screen(app)) else { return };
    let Some(stuff) = Stuff::of(app, &of.key) else { return };
    let lines = of.lines(&stuff);
    let find = |is: &dyn Fn(&Line<'_>, &LineKey) -> bool| lines.iter().position(|line| is(line, &line.key()));
    let same_field = |key: &LineKey| key.field.is_some() && key.field == wanted.field;
    let same_column = |key: &LineKey| key.column.is_some() && key.column == wanted.column;
    let at = find(&|_, key| *key == wanted)
        .or_else(|| find(&|line, key| matches!(line.is, Is::Rule(_)) && same_field(key)))
        .or_else(|| find(&|_, key| same_column(key)))
        .or_else(|| find(&|_, key| same_field(key)));
    if let (Some(at), Some(screen)) = (at, screen_mut(app)) {
        screen.list.cursor = at as u64;
    }
}

/// Puts the cursor on the line of a field or a column: from what blocks.
pub fn go_to(app: &mut App, column: Option<String>, field: Option<String>) {
    follow(app, Some(LineKey { column, field }));
}

/// Shows only lines with a text. The cursor stays on its line where that is shown, also when all come back.
pub fn filter(app: &mut App, text: &str) {
    let at = key_at_cursor(app);
    if let Some(screen) = screen_mut(app) {
        text.clone_into(&mut screen.filter);
        screen.list = List::default();
    }
    follow(app, at);
}

/// What is known of the line under the cursor, without its life in the state.
struct Here {
    len: u64,
    column: Option<usize>,
    name: Option<String>,
    field: Option<String>,
    key: Option<LineKey>,
    keys: Vec<LineKey>,
    object: Option<crate::sources::ObjectId>,
    /// Lines that are not in order.
    wanting: Vec<usize>,
    text: Note,
}

fn here(app: &App) -> Option<Here> {
    let screen = screen(app)?;
    let Some(stuff) = Stuff::of(app, &screen.key) else {
        let here = Here {
            len: 0,
            column: None,
            name: None,
            field: None,
            key: None,
            keys: Vec::new(),
            object: None,
            wanting: Vec::new(),
            text: Text::new(),
        };
        return Some(here);
    };
    let lines = screen.lines(&stuff);
    let line = screen.list.index(lines.len()).map(|at| &lines[at]);
    let text = line.map_or_else(Text::new, |line| {
        let from = if line.from.is_empty() { "–".to_owned() } else { line.from.join(", ") };
        let field = line.field_name.unwrap_or("–").to_owned();
        let text = Text::new().name(Role::Text, from).text(" | ").prose(Role::Text, super::table::sentence(line));
        text.text(" | ").name(Role::Text, field)
    });
    Some(Here {
        len: lines.len() as u64,
        column: line.and_then(|line| line.column),
        name: line.and_then(|line| line.from.first()).map(|name| (*name).to_owned()),
        field: line.and_then(|line| line.field_name).map(ToOwned::to_owned),
        key: line.map(Line::key),
        keys: lines.iter().map(Line::key).collect(),
        object: Some(stuff.object.id),
        wanting: (0..lines.len()).filter(|at| !lines[*at].in_order()).collect(),
        text,
    })
}

/// Does an action.
pub fn perform(app: &mut App, act: Act) {
    let height = app.rows;
    let Some(here) = here(app) else { return };
    let Some(screen) = screen_mut(app) else { return };
    if super::moved(&mut screen.list, act, here.len, height) {
        return;
    }
    let key = screen.key.clone();
    match act {
        Act::Left => screen.part = Part::Example,
        Act::Right => screen.part = Part::Rule,
        Act::Sort => {
            screen.by_source = !screen.by_source;
            let words = if screen.by_source {
                "In the order of the source's fields."
            } else {
                "In the order of the target's fields, required ones first."
            };
            follow(app, here.key);
            app.say(Text::new().text(words));
        }
        Act::NextFilter => {
            screen.only = screen.only.next();
            screen.list = List::default();
            follow(app, here.key);
        }
        Act::Filter => {
            let before = screen.filter.clone();
            app.prompt = Some(Prompt::new(Question::Map(Wanted::Filter), &before));
        }
        Act::FindNext | Act::FindPrevious => {
            let at = usize::try_from(screen.list.cursor).unwrap_or(0);
            let next = if act == Act::FindNext {
                here.wanting.iter().find(|row| **row > at).or(here.wanting.first())
            } else {
                here.wanting.iter().rev().find(|row| **row < at).or(here.wanting.last())
            };
            match next {
                Some(row) => screen.list.show(*row as u64, here.len, height),
                None => app.say(Text::new().say(Role::Good, "✓ ").text("Every field here is in order.")),
            }
        }
        Act::Mark => {
            if let Some(line) = here.key {
                if !screen.marked.remove(&line) {
                    screen.marked.insert(line.clone());
                }
                screen.last_mark = Some(line);
                screen.list.step(super::super::super::widgets::list::Step::Down, here.len, height);
            }
        }
        Act::MarkRange => {
            let to = screen.list.index(here.keys.len()).unwrap_or(0);
            let from = screen.last_mark.as_ref().and_then(|mark| here.keys.iter().position(|key| key == mark));
            let from = from.unwrap_or(to);
            screen.marked.extend(here.keys.iter().take(from.max(to) + 1).skip(from.min(to)).cloned());
            screen.last_mark = here.key;
        }
        Act::PreviousMap | Act::NextMap => switch(app, act == Act::NextMap),
        Act::Add => maps::begin(app, key.source, key.object),
        Act::About => acts::ask_about(app, key),
        Act::ShowSql => super::sql::open(app, key),
        Act::History => super::history::open(app, key),
        Act::Blocks => super::blocks::open(app, Some(key)),
        Act::ValueMap => {
            if let Some(column) = here.name {
                super::values::open(app, key, column);
            }
        }
        Act::Why => why::open(app),
        Act::Records => {
            if let Some(object) = here.object {
                app.visit_sources();
                sources::open_selection(app, object, Selection::All, String::new());
            }
        }
        Act::CopyCell => {
            let text = here.text.to_plain(app.veil());
            app.copy("the line", text);
        }
        Act::Open => match (screen.part, here.column, here.object, here.field) {
            (Part::Example, Some(column), Some(object), _) => {
                app.visit_sources();
                sources::open_selection(app, object, Selection::Filled { column }, String::new());
            }
            (.., Some(field)) => rule::open(app, key, field, here.name),
            (.., None) => ask_field(app),
        },
        Act::Accept | Act::DropField | Act::CommentOn | Act::Review | Act::Candidates | Act::MissingPolicy => {
            let of = screen.clone();
            deed(app, act, &of, &here.wanting);
        }
        _ => {}
    }
}

fn deed(app: &mut App, act: Act, of: &ObjectScreen, wanting: &[usize]) {
    match act {
        Act::Accept => {
            if !acts::accept(app, of) {
                return app.say(Text::new().text("Nothing is proposed here; Enter writes a rule."));
            }
            // On to the next: one key decides and advances.
            let at = usize::try_from(of.list.cursor).unwrap_or(0);
            let next = wanting.iter().find(|row| **row > at).copied();
            let height = app.rows;
            if let Some(screen) = screen_mut(app) {
                let several = !screen.marked.is_empty();
                screen.marked.clear();
                if let (Some(next), false, Only::All) = (next, several, screen.only) {
                    screen.list.show(next as u64, u64::MAX, height);
                }
            }
        }
        Act::DropField => acts::ask_drop(app, of),
        Act::CommentOn => acts::ask_comment(app, of),
        Act::Review => acts::ask_review(app, of),
        Act::Candidates => acts::ask_candidates(app, of),
        _ => acts::ask_missing(app, of),
    }
}

/// The object's map for the entity before or after, in the order of the maps.
fn switch(app: &mut App, onward: bool) {
    let Some(of) = screen(app) else { return };
    let overview = app.map.overview.as_deref();
    let keys: Vec<&MapKey> = overview
        .iter()
        .flat_map(|overview| &overview.maps)
        .map(|standing| &standing.map.key)
        .filter(|key| key.source == of.key.source && key.object == of.key.object)
        .collect();
    let at = keys.iter().position(|key| **key == of.key);
    let next = match (at, keys.len()) {
        (_, 0) => None,
        (None, _) => Some(0),
        (Some(_), 1) => None,
        (Some(at), len) => Some(if onward { (at + 1) % len } else { (at + len - 1) % len }),
    };
    match next.map(|at| keys[at].clone()) {
        Some(key) => {
            if let Some(screen) = screen_mut(app) {
                *screen = ObjectScreen { key, by_source: screen.by_source, ..ObjectScreen::default() };
            }
            super::count(app);
        }
        None => app.say(Text::new().text("The object has no other map; + begins one.")),
    }
}

/// Asks which field the column under the cursor becomes.
fn ask_field(app: &mut App) {
    let Some(of) = screen(app) else { return };
    let Some(stuff) = Stuff::of(app, &of.key) else { return };
    let lines = of.lines(&stuff);
    let Some(line) = of.list.index(lines.len()).map(|at| &lines[at]) else { return };
    let Some(column) = line.from.first().map(|name| (*name).to_owned()) else { return };
    if let Is::Elsewhere(state) = line.is
        && let Some((key, _)) = state.goes_to.first()
    {
        let key = key.clone();
        open(app, key);
        return go_to(app, Some(column), None);
    }
    let ruled = |name: &str| stuff.map.is_some_and(|map| map.fields.iter().any(|rule| rule.field == name));
    let mut fields: Vec<&crate::model::Field> =
        stuff.entity.iter().flat_map(|entity| &entity.fields).filter(|field| !field.derived).collect();
    fields.sort_by_key(|field| (ruled(&field.name), !field.required));
    if fields.is_empty() {
        return app.say(Text::new().text("The entity has no fields; the model says which it has."));
    }
    let options = fields.iter().map(|field| {
        let mark = if field.required { " *" } else { "" };
        let line = Text::new().name(Role::Text, field.name.clone()).most(28).text(mark).to(32);
        let line = if ruled(&field.name) { line.say(Role::Warn, "has a rule  ") } else { line };
        line.name(Role::Quiet, field.definition.clone())
    });
    let pick = Pick {
        title: Text::new().strong("What ").name(Role::Strong, column.clone()).most(40).strong(" becomes"),
        words: Vec::new(),
        options: options.collect(),
        begin: 0,
        then: Then::Field {
            key: of.key.clone(),
            column,
            fields: fields.iter().map(|field| field.name.clone()).collect(),
        },
    };
    app.overlays.push(Overlay::Question(Choice::map(pick)));
}

/// Why an action cannot run now.
pub fn why_not(app: &App, act: Act) -> Option<&'static str> {
    // What works everywhere works here too.
    if !ACTIONS.iter().any(|row| row.scope == Scope::ObjectMap && row.act == act) {
        return None;
    }
    let of = screen(app)?;
    let Some(stuff) = Stuff::of(app, &of.key) else {
        return match act {
            Act::Back => None,
            _ if app.awaits(Purpose::Maps) => Some("the maps are still being read"),
            _ => Some("the object is not loaded"),
        };
    };
    let lines = of.lines(&stuff);
    let line = of.list.index(lines.len()).map(|at| &lines[at]);
    match act {
        Act::Open | Act::CopyCell | Act::Mark | Act::MarkRange | Act::Why if line.is_none() => {
            Some("no field is shown here")
        }
        Act::Accept => {
            let meant = acts::meant(&stuff, of);
            let proposed = meant.iter().any(|line| matches!(line.is, Is::Proposed(_) | Is::ProposedDrop(_)));
            (!proposed).then_some("nothing is proposed for this field")
        }
        Act::DropField | Act::ValueMap if line.is_some_and(|line| line.from.is_empty()) && of.marked.is_empty() => {
            Some("no source field stands here")
        }
        Act::DropField | Act::ValueMap | Act::Candidates if line.is_none() => Some("no field is shown here"),
        Act::CommentOn | Act::Review => {
            let meant = acts::meant(&stuff, of);
            let decided = meant.iter().any(|line| matches!(line.is, Is::Rule(_) | Is::Decided(_)));
            (!decided).then_some("nothing is decided here yet")
        }
        Act::MissingPolicy if !line.is_some_and(|line| matches!(line.is, Is::Rule(_))) => {
            Some("the field has no rule yet")
        }
        Act::ShowSql | Act::History if stuff.map.is_none() => Some("nothing of this map is saved yet"),
        _ => None,
    }
}
