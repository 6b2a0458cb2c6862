//! The target model: its entities with what one row is, what feeds them, who owns and approved them, and what is vague in
//! them.

use ratatui::layout::Rect;

use super::model_asks::Wanted;
use super::{Screen, entity, questions, truth, typed};
use crate::definitions::Verdict;
use crate::model::Standing;
use crate::model::lint::Remark;
use crate::tui::action::Act;
use crate::tui::app::{App, Purpose};
use crate::tui::msg::Target;
use crate::tui::paint::{Canvas, Line, Note};
use crate::tui::prompt::{Prompt, Question};
use crate::tui::theme::Role;
use crate::tui::widgets::list::List;
use crate::tui::wrap::wrap;

/// The screen.
#[derive(Debug, Clone, Default)]
pub struct ModelScreen {
    pub list: List,
    filter: String,
}

/// Opens it.
pub fn open(app: &mut App) {
    app.map.stack.push(Screen::Model(ModelScreen::default()));
    if app.map.questions.is_none() {
        questions::ask(app);
    }
}

/// The entities of the model, in their order.
#[must_use]
pub fn all(app: &App) -> &[Standing] {
    app.map.overview.as_ref().map_or(&[], |overview| overview.model.as_slice())
}

fn shown<'a>(app: &'a App, screen: &ModelScreen) -> Vec<&'a Standing> {
    let needle = screen.filter.to_lowercase();
    all(app)
        .iter()
        .filter(|standing| {
            needle.is_empty()
                || standing.entity.name.to_lowercase().contains(&needle)
                || standing.entity.grain.one_row_is.to_lowercase().contains(&needle)
        })
        .collect()
}

/// What is vague in an entity, what blocks its approval first.
#[must_use]
pub fn remarks<'a>(app: &'a App, entity: &str) -> Vec<&'a Remark> {
    let mut found: Vec<&Remark> = app.map.lint.iter().filter(|remark| remark.entity == entity).collect();
    found.sort_by_key(|remark| !remark.blocks);
    found
}

/// The objects that feed an entity: source and object.
#[must_use]
pub fn fed_by(app: &App, entity: &str) -> Vec<String> {
    let maps = app.map.overview.iter().flat_map(|overview| &overview.maps);
    maps.filter(|map| map.map.key.entity == entity)
        .map(|map| format!("{} › {}", map.map.key.source, map.map.key.object))
        .collect()
}

/// Whether people approved or refused the version that stands.
#[must_use]
pub fn state(standing: &Standing) -> Note {
    let last = standing.reviews.iter().rev().find(|review| review.verdict != Verdict::Reviewed);
    match last.map(|review| (review.verdict, review.who.clone())) {
        Some((Verdict::Approved, who)) => Line::new().say(Role::Good, "✓ ").name(Role::Text, who),
        Some((Verdict::Refused, who)) => Line::new().say(Role::Bad, "✗ refused, ").name(Role::Text, who),
        _ if standing.version.is_none() => Line::new().quiet("as shipped"),
        _ => Line::new().say(Role::Warn, "○ ").text("not approved"),
    }
}

/// What was decided a customer is, for the foot of the screens of the model.
#[must_use]
pub fn answer_line(app: &App, entity: Option<&str>) -> Option<Line<'static>> {
    let asked = app.map.questions.iter().flatten().find(|asked| {
        asked.answer.is_some() && entity.is_none_or(|entity| asked.matters_to.iter().any(|to| to == entity))
    })?;
    let answer = asked.answer.as_ref()?;
    Some(
        Line::new()
            .prose(Role::Quiet, asked.question.clone())
            .quiet(" ")
            .name(Role::Text, answer.answer.clone())
            .quiet(", ")
            .name(Role::Quiet, answer.by.clone())
            .quiet(" ")
            .name(Role::Quiet, answer.at.get(..10).unwrap_or(&answer.at).to_owned()),
    )
}

/// Shows only entities with a text.
pub fn filter(screen: &mut ModelScreen, text: &str) {
    text.clone_into(&mut screen.filter);
    screen.list = List::default();
}

/// Does an action.
pub fn perform(app: &mut App, act: Act) {
    let height = app.rows;
    let Some(Screen::Model(screen)) = app.map.stack.last() else { return };
    let mut screen = screen.clone();
    let found = shown(app, &screen);
    let len = found.len() as u64;
    if super::moved(&mut screen.list, act, len, height) {
        if let Some(Screen::Model(now)) = app.map.stack.last_mut() {
            *now = screen;
        }
        return;
    }
    let name = screen.list.index(found.len()).map(|at| found[at].entity.name.clone());
    match (act, name) {
        (Act::Open, Some(name)) => entity::open(app, name),
        (Act::Questions, _) => questions::open(app),
        (Act::Truth, _) => truth::open(app),
        (Act::Review, Some(name)) => entity::ask_verdict(app, name),
        (Act::Remove, Some(name)) => entity::ask_removal(app, name),
        (Act::Add, _) => {
            app.prompt = Some(Prompt::new(Question::Map(typed::Wanted::Model(Wanted::NewEntity)), ""));
        }
        (Act::Filter, _) => {
            let filter = screen.filter.clone();
            app.prompt = Some(Prompt::new(Question::Map(typed::Wanted::Filter), &filter));
        }
        (Act::CopyCell, Some(name)) => app.copy("the name", name),
        _ => {}
    }
}

/// Row 2.
pub fn headline<'a>(app: &'a App, _screen: &'a ModelScreen) -> (Line<'a>, Line<'a>) {
    let left = Line::new().quiet("Map › ").strong("The target model");
    let all = all(app);
    if all.is_empty() {
        return (left, Line::new());
    }
    let approved = all.iter().filter(|standing| standing.approved().is_some()).count() as u64;
    let blocking = app.map.lint.iter().filter(|remark| remark.blocks).count() as u64;
    let right = Line::new()
        .plural(Role::Text, all.len() as u64, "entity", "entities")
        .quiet(", ")
        .number(Role::Text, approved)
        .quiet(" approved");
    (
        left,
        if blocking > 0 {
            right.quiet(" · ").say(Role::Bad, "✗ ").number(Role::Text, blocking).quiet(" to mend first")
        } else {
            right
        },
    )
}

/// Draws the main area.
pub fn draw(app: &App, screen: &ModelScreen, canvas: &mut Canvas<'_>, area: Rect) {
    canvas.rows = 1;
    let inside = area.width.saturating_sub(3);
    let found = shown(app, screen);
    if found.is_empty() {
        let words = match (all(app).is_empty(), app.map.overview.is_some(), app.late(Purpose::Maps)) {
            (false, ..) => "No entity has this text. Esc shows all of them.",
            (true, true, _) => "The model has no entity. + adds one, with a name.",
            (true, false, true) => "Reading the model.",
            (true, false, false) => "",
        };
        canvas.line(area.x + 2, area.y + 1, inside, &Line::new().text(words));
        return;
    }
    let below = if area.height >= 14 { 6 } else { 0 };
    let list = Rect { height: area.height.saturating_sub(below), ..area };
    let wide = area.width >= 100;
    let (x, right) = (area.x + 2, area.right().saturating_sub(1));
    let name = 22;
    let (state_width, owner, fed) = if wide { (18, 18, 7) } else { (14, 0, 0) };
    let state_x = right.saturating_sub(state_width);
    let owner_x = state_x.saturating_sub(owner + u16::from(owner > 0));
    let fed_x = owner_x.saturating_sub(fed + u16::from(fed > 0));
    let fields_x = fed_x.saturating_sub(8);
    let grain_x = x + name;
    canvas.line(x, area.y, name, &Line::new().quiet("  entity"));
    canvas.line(grain_x, area.y, fields_x.saturating_sub(grain_x + 1), &Line::new().quiet("one row is"));
    canvas.line_right(fields_x, area.y, 7, &Line::new().quiet("fields"));
    if wide {
        canvas.line_right(fed_x, area.y, 6, &Line::new().quiet("fed by"));
        canvas.line(owner_x, area.y, owner, &Line::new().quiet("owner"));
    }
    canvas.line(state_x, area.y, state_width, &Line::new().quiet("state"));
    let room = list.height.saturating_sub(1);
    canvas.rows = room.max(1);
    let chosen = screen.list.index(found.len());
    for (y, at) in (area.y + 1..).zip(screen.list.visible(found.len() as u64, room)) {
        let Some((at, standing)) = usize::try_from(at).ok().and_then(|at| Some((at, *found.get(at)?))) else {
            continue;
        };
        let entity = &standing.entity;
        let remarks = remarks(app, &entity.name);
        let mark = match remarks.first() {
            Some(remark) if remark.blocks => (Role::Bad, "✗ "),
            Some(_) => (Role::Warn, "! "),
            None => (Role::Quiet, "  "),
        };
        let line = Line::new().say(mark.0, mark.1).name(Role::Strong, entity.name.as_str());
        canvas.line(x, y, name.saturating_sub(1), &line);
        let grain = if entity.grain.one_row_is.is_empty() {
            Line::new().quiet("not said")
        } else {
            Line::new().name(Role::Text, entity.grain.one_row_is.as_str())
        };
        canvas.line(grain_x, y, fields_x.saturating_sub(grain_x + 1), &grain);
        canvas.line_right(fields_x, y, 7, &Line::new().count(Role::Text, entity.fields.len() as u64));
        if wide {
            let objects = fed_by(app, &entity.name).len() as u64;
            canvas.line_right(fed_x, y, 6, &Line::new().count(Role::Text, objects));
            let line = if entity.owner.is_empty() {
                Line::new().quiet("–")
            } else {
                Line::new().name(Role::Text, entity.owner.as_str())
            };
            canvas.line(owner_x, y, owner.saturating_sub(1), &line);
        }
        canvas.line(state_x, y, state_width, &state(standing));
        if Some(at) == chosen {
            canvas.cursor_row(area.x, y, area.width, true);
        }
        canvas.hit(Rect { y, height: 1, ..area }, Target::Row(at as u64));
    }
    if let Some(standing) = chosen.and_then(|at| found.get(at)).filter(|_| below > 0) {
        let foot = Rect { x, y: list.bottom(), width: inside, height: below };
        draw_one(app, standing, canvas, foot);
    }
}

/// What one entity is for, what feeds it, what is vague in it.
fn draw_one(app: &App, standing: &Standing, canvas: &mut Canvas<'_>, area: Rect) {
    canvas.rule(area.x - 1, area.y, area.width);
    let entity = &standing.entity;
    let mut y = area.y + 1;
    let bottom = area.bottom();
    if !entity.purpose.is_empty() {
        canvas.line(area.x, y, area.width, &Line::new().prose(Role::Text, entity.purpose.as_str()));
        y += 1;
    }
    let fed = fed_by(app, &entity.name);
    let line = if fed.is_empty() {
        Line::new().quiet("nothing feeds it yet")
    } else {
        Line::new().quiet("fed by ").name(Role::Text, fed.join(", "))
    };
    canvas.line(area.x, y, area.width, &line);
    y += 1;
    for remark in remarks(app, &entity.name) {
        for (at, row) in wrap(&remark.message, usize::from(area.width.saturating_sub(2))).into_iter().enumerate() {
            if y + 1 >= bottom {
                break;
            }
            let mark = match (at, remark.blocks) {
                (0, true) => (Role::Bad, "✗ "),
                (0, false) => (Role::Warn, "! "),
                _ => (Role::Quiet, "  "),
            };
            canvas.line(area.x, y, area.width, &Line::new().say(mark.0, mark.1).prose(Role::Text, row));
            y += 1;
        }
    }
    if let Some(line) = answer_line(app, Some(&entity.name)).or_else(|| answer_line(app, None)).filter(|_| y < bottom) {
        canvas.line(area.x, y, area.width, &line);
    }
}

/// The focused row as label and value.
pub fn facts<'a>(app: &'a App, screen: &'a ModelScreen) -> Vec<(&'static str, Line<'a>)> {
    let found = shown(app, screen);
    let Some(standing) = screen.list.index(found.len()).map(|at| found[at]) else {
        return vec![("", Line::new().text("No entity."))];
    };
    let entity = &standing.entity;
    vec![
        ("entity", Line::new().name(Role::Strong, entity.name.as_str())),
        ("one row is", Line::new().name(Role::Text, entity.grain.one_row_is.as_str())),
        ("fields", Line::new().count(Role::Text, entity.fields.len() as u64)),
        ("owner", Line::new().name(Role::Text, entity.owner.as_str())),
        ("state", state(standing)),
    ]
}
