//! What is undecided or dangerous, counted; what of it blocks a rehearsal, and who decides. From each line one key leads to
//! the place where it is decided.

use ratatui::layout::Rect;

use super::{Screen, entity, object, questions, truth, values};
use crate::mapping::MapKey;
use crate::mapping::check::{Check, Problem, ProblemKind};
use crate::tui::action::Act;
use crate::tui::app::{App, Purpose};
use crate::tui::msg::map::MapAsk;
use crate::tui::msg::{Ask, Target};
use crate::tui::paint::{Canvas, Line};
use crate::tui::panes::sources;
use crate::tui::prompt::{Prompt, Question};
use crate::tui::theme::Role;
use crate::tui::widgets::list::List;
use crate::tui::wrap::wrap;
use crate::values::{Shown, format};

/// The screen.
#[derive(Debug, Clone, Default)]
pub struct BlocksScreen {
    /// Only what this map has; `None`: all.
    pub key: Option<MapKey>,
    pub list: List,
    by_owner: bool,
    only_blocking: bool,
    filter: String,
    /// Maps that could not be counted: nobody asks for them again but a person.
    failed: Vec<MapKey>,
    /// The map that is being counted.
    counting: Option<MapKey>,
    /// Why the last map could not be counted. Twice the same stops the counting: it is not the map's fault.
    trouble: Option<String>,
    /// Counting was begun, as it is once by itself.
    begun: bool,
}

/// Takes the filter away. Returns whether there was one.
pub fn unfiltered(screen: &mut BlocksScreen) -> bool {
    let was = !screen.filter.is_empty() || screen.only_blocking;
    screen.only_blocking = false;
    filter(screen, "");
    was
}

/// Opens it.
pub fn open(app: &mut App, key: Option<MapKey>) {
    app.map.stack.push(Screen::Blocks(BlocksScreen { key, ..BlocksScreen::default() }));
    settle(app);
}

/// Begins counting, once the maps are there.
pub fn settle(app: &mut App) {
    if app.map.overview.is_none() {
        return;
    }
    if let Some(Screen::Blocks(screen)) = app.map.stack.last_mut()
        && !std::mem::replace(&mut screen.begun, true)
    {
        count_next(app);
    }
}

fn check(app: &App) -> Option<&Check> {
    app.map.overview.as_ref().map(|overview| &overview.check)
}

/// The problems that are shown, in their order.
fn shown<'a>(app: &'a App, screen: &BlocksScreen) -> Vec<&'a Problem> {
    let needle = screen.filter.to_lowercase();
    let is_meant = |problem: &&Problem| {
        screen.key.as_ref().is_none_or(|key| {
            problem.entity == key.entity && (problem.source.is_empty() || problem.source == key.source)
                || problem.source == key.source && problem.object == key.object
        }) && (!screen.only_blocking || problem.blocks)
            && (needle.is_empty() || text(problem).to_lowercase().contains(&needle))
    };
    let mut found: Vec<&Problem> = check(app).into_iter().flat_map(|check| &check.problems).filter(is_meant).collect();
    if screen.by_owner {
        // What nobody answers for comes last.
        found.sort_by_key(|problem| (problem.who.is_empty(), problem.who.clone(), !problem.blocks));
    }
    found
}

/// `Salesforce › Account › Type`, `person › country`.
pub(super) fn place(problem: &Problem) -> String {
    let target = match (problem.entity.is_empty(), problem.field.is_empty()) {
        (true, _) => String::new(),
        (false, true) => problem.entity.clone(),
        (false, false) => format!("{} › {}", problem.entity, problem.field),
    };
    // Where no column is meant, the target stands in its place; it is said once.
    let names_target = problem.column == format!("{}.{}", problem.entity, problem.field);
    let column = if names_target { "" } else { problem.column.as_str() };
    let parts: Vec<&str> = [problem.source.as_str(), problem.object.as_str(), column]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect();
    match (parts.is_empty(), target.is_empty()) {
        (true, _) => target,
        (false, true) => parts.join(" › "),
        (false, false) => format!("{} → {target}", parts.join(" › ")),
    }
}

/// The place, seen from the object whose map one came from: its name stands in the head of the screen.
fn place_from(problem: &Problem, key: Option<&MapKey>) -> String {
    let place = place(problem);
    let Some(key) = key else { return place };
    let here = format!("{} › {}", key.source, key.object);
    let Some(rest) = place.strip_prefix(&here) else { return place };
    match rest.strip_prefix(" › ").or_else(|| rest.strip_prefix(" → ")) {
        Some(rest) => rest.to_owned(),
        None if rest.is_empty() => "the object itself".to_owned(),
        None => place,
    }
}

/// One line of the list as text.
fn text(problem: &Problem) -> String {
    let who = if problem.who.is_empty() { "nobody" } else { &problem.who };
    format!(
        "{} {}, {}, {}, {who} decides: {}",
        if problem.blocks { "✗" } else { "!" },
        problem.title,
        place(problem),
        format::count(problem.count, "record", "records"),
        problem.message
    )
}

/// Counts the next map whose figures are not known, if nothing is being counted.
fn count_next(app: &mut App) {
    if app.awaits(Purpose::MapFigures) || app.read_only() {
        return;
    }
    let Some(Screen::Blocks(screen)) = app.map.stack.last() else { return };
    let next = check(app).and_then(|check| check.uncounted.iter().find(|key| !screen.failed.contains(key)).cloned());
    if let Some(Screen::Blocks(screen)) = app.map.stack.last_mut() {
        screen.counting.clone_from(&next);
    }
    if let Some(key) = next {
        app.ask(Purpose::MapFigures, Ask::Map(MapAsk::Figures(key)));
    }
}

/// A map could not be counted: the others are.
pub fn refused(app: &mut App, problem: &crate::tui::msg::Problem) {
    let Some(Screen::Blocks(screen)) = app.map.stack.last_mut() else { return };
    if let Some(key) = screen.counting.take() {
        screen.failed.push(key);
    }
    let again = screen.trouble.replace(problem.title.clone()).is_some_and(|before| before == problem.title);
    if !problem.cancelled && !again {
        count_next(app);
    }
}

/// Figures arrived: the list is asked for again, and the next map counted.
pub fn counted(app: &mut App, key: &MapKey) {
    if let Some(overview) = &mut app.map.overview {
        overview.check.uncounted.retain(|open| open != key);
    }
    if !matches!(app.map.stack.last(), Some(Screen::Blocks(_))) {
        return;
    }
    count_next(app);
    if !app.awaits(Purpose::MapFigures) {
        app.ask(Purpose::Maps, Ask::Map(MapAsk::Overview));
    }
}

/// Shows only lines with a text.
pub fn filter(screen: &mut BlocksScreen, text: &str) {
    text.clone_into(&mut screen.filter);
    screen.list = List::default();
}

/// Does an action.
pub fn perform(app: &mut App, act: Act) {
    let height = app.rows;
    let Some(Screen::Blocks(screen)) = app.map.stack.last() else { return };
    let mut screen = screen.clone();
    let found = shown(app, &screen);
    let len = found.len() as u64;
    let chosen = screen.list.index(found.len()).map(|at| found[at].clone());
    match (act, chosen) {
        (Act::Open, Some(problem)) => return decide(app, &problem),
        (Act::BreakDown, _) => (screen.by_owner, screen.list) = (!screen.by_owner, List::default()),
        (Act::OnlyLook, _) => (screen.only_blocking, screen.list) = (!screen.only_blocking, List::default()),
        (Act::Survey, _) => {
            if let Some(Screen::Blocks(screen)) = app.map.stack.last_mut() {
                screen.failed.clear();
                screen.trouble = None;
            }
            return count_next(app);
        }
        (Act::Filter, _) => {
            let filter = screen.filter.clone();
            app.prompt = Some(Prompt::new(Question::Map(super::typed::Wanted::Filter), &filter));
            return;
        }
        (Act::CopyCell, Some(problem)) => return app.copy("the line", text(&problem)),
        (Act::CopyRecord, _) => {
            let lines: Vec<String> = found.iter().map(|problem| Shown::of(&text(problem)).to_plain()).collect();
            return app.copy_lines("the list", &lines.join("\n"));
        }
        _ => {
            super::moved(&mut screen.list, act, len, height);
        }
    }
    if let Some(Screen::Blocks(now)) = app.map.stack.last_mut() {
        *now = screen;
    }
}

/// Opens the place where a problem is decided.
pub(super) fn decide(app: &mut App, problem: &Problem) {
    let key = MapKey { source: problem.source.clone(), object: problem.object.clone(), entity: problem.entity.clone() };
    match problem.kind {
        ProblemKind::UndecidedDate | ProblemKind::ContradictoryDate => {
            if let Some((id, column)) = values::place_of(app, &key, &problem.column) {
                app.visit_sources();
                sources::profile::open(app, id, column);
            }
        }
        ProblemKind::UnmappedValue | ProblemKind::NewValue => {
            values::open_at(app, key, problem.column.clone(), problem.values.first().cloned(), &problem.field);
        }
        ProblemKind::NoSourceOfTruth | ProblemKind::OwnerOverwritten | ProblemKind::MustNotControl => {
            truth::open_at(app, &problem.entity, &problem.field);
        }
        _ if problem.source.is_empty() && problem.entity.is_empty() => questions::open(app),
        _ if problem.source.is_empty() => entity::open_at(app, problem.entity.clone(), &problem.field),
        _ => {
            // What is said of the whole object has no entity of its own: its first map is meant.
            let maps = app.map.overview.iter().flat_map(|overview| &overview.maps).map(|standing| &standing.map.key);
            let of_object: Vec<&MapKey> =
                maps.filter(|map| map.source == key.source && map.object == key.object).collect();
            let known = of_object.iter().any(|map| map.entity == key.entity);
            let key = match of_object.first() {
                Some(first) if !known => (*first).clone(),
                _ => key,
            };
            let given = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
            object::open(app, key);
            object::go_to(app, given(&problem.column), given(&problem.field));
        }
    }
}

/// Row 2.
pub fn headline<'a>(app: &'a App, screen: &'a BlocksScreen) -> (Line<'a>, Line<'a>) {
    let mut left = Line::new().quiet("Map › ");
    if let Some(key) = &screen.key {
        left = left.name(Role::Quiet, format!("{} › {} → {}", key.source, key.object, key.entity)).quiet(" › ");
    }
    let left = left.strong("What blocks a rehearsal");
    let Some(check) = check(app) else { return (left, Line::new()) };
    // Of one map: what the list shows of it, not what the others have.
    let of_map = screen.key.is_some().then(|| {
        let all = BlocksScreen { only_blocking: false, filter: String::new(), ..screen.clone() };
        shown(app, &all)
    });
    let problems: Vec<&Problem> = of_map.unwrap_or_else(|| check.problems.iter().collect());
    let blocking = problems.iter().filter(|problem| problem.blocks).count() as u64;
    let warn = problems.len() as u64 - blocking;
    let right = match blocking {
        0 => Line::new().text("nothing blocks ").say(Role::Good, "✓"),
        n => Line::new().say(Role::Bad, "✗ ").plural(Role::Text, n, "blocks", "block"),
    };
    (
        left,
        if warn > 0 {
            right.quiet(" · ").say(Role::Warn, "! ").number(Role::Text, warn).quiet(" warn")
        } else {
            right
        },
    )
}

/// Draws the main area.
pub fn draw(app: &App, screen: &BlocksScreen, canvas: &mut Canvas<'_>, area: Rect) {
    canvas.rows = 1;
    let inside = area.width.saturating_sub(3);
    let Some(check) = check(app) else {
        let line = if app.late(Purpose::Maps) { Line::new().text("Looking through the maps.") } else { Line::new() };
        canvas.line(area.x + 2, area.y + 1, inside, &line);
        return;
    };
    let mut area = area;
    if !check.uncounted.is_empty() {
        let open = check.uncounted.len() as u64;
        let line = if app.awaits(Purpose::MapFigures) {
            let line = Line::new()
                .text("Counting what ")
                .plural(Role::Text, open, "map does", "maps do")
                .text(" to all records; more may come.");
            match app.progress_of(Purpose::MapFigures) {
                Some(progress) if progress.done > 0 => {
                    let line = line.quiet("  ").number(Role::Quiet, progress.done);
                    match progress.total {
                        Some(total) => line.quiet(" of ").number(Role::Quiet, total).quiet(" records"),
                        None => line.quiet(" records"),
                    }
                }
                _ => line,
            }
        } else if app.read_only() {
            Line::new()
                .say(Role::Warn, "! ")
                .plural(Role::Text, open, "map is", "maps are")
                .text(" not counted; the workspace is open for reading only.")
        } else {
            Line::new()
                .say(Role::Warn, "! ")
                .plural(Role::Text, open, "map is", "maps are")
                .text(" not counted yet; L counts.")
                .quiet(if screen.trouble.is_some() { " Last time: " } else { "" })
                .prose(Role::Text, screen.trouble.clone().unwrap_or_default())
        };
        canvas.line(area.x + 2, area.y, inside, &line);
        area = Rect { y: area.y + 2, height: area.height.saturating_sub(2), ..area };
    }
    let found = shown(app, screen);
    if found.is_empty() {
        let words = match (screen.filter.is_empty(), screen.only_blocking || screen.key.is_some()) {
            (false, _) => "No line has this text. Esc shows all of them.",
            (true, true) => "Nothing here blocks. ! shows the warnings too.",
            (true, false) if app.inventory.as_ref().is_some_and(|inventory| inventory.loads == 0) => {
                "No load yet. 1, then o, chooses an export."
            }
            (true, false) => "Nothing is undecided and nothing blocks a rehearsal.",
        };
        canvas.line(area.x + 2, area.y + 1, inside, &Line::new().text(words));
        return;
    }
    let below = if area.height >= 10 { 4 } else { 0 };
    let list = Rect { height: area.height.saturating_sub(below), ..area };
    let chosen = draw_list(screen, &found, canvas, list);
    if let Some(problem) = chosen.filter(|_| below > 0) {
        canvas.rule(area.x + 1, list.bottom(), area.width.saturating_sub(2));
        let mut y = list.bottom() + 1;
        if !problem.values.is_empty() {
            let mut line = Line::new().quiet("such as ");
            for (at, value) in problem.values.iter().take(5).enumerate() {
                line = if at > 0 { line.quiet(", ") } else { line };
                line = line.value(Role::Text, Some(value.as_str())).most(24);
            }
            canvas.line(area.x + 2, y, inside, &line);
            y += 1;
        }
        for row in wrap(&problem.message, usize::from(inside)) {
            if y < area.bottom() {
                canvas.line(area.x + 2, y, inside, &Line::new().prose(Role::Text, row));
                y += 1;
            }
        }
    }
}

fn draw_list<'a>(
    screen: &BlocksScreen,
    found: &[&'a Problem],
    canvas: &mut Canvas<'_>,
    area: Rect,
) -> Option<&'a Problem> {
    let (x, right) = (area.x + 2, area.right().saturating_sub(1));
    let wide = area.width >= 100;
    // The columns are as wide as what stands in them, so that places are not cut for nothing.
    let longest = |text: fn(&Problem) -> &str| {
        let widest = found.iter().map(|problem| text(problem).chars().count()).max().unwrap_or(0);
        u16::try_from(widest).unwrap_or(u16::MAX)
    };
    let who = if wide { longest(|problem| &problem.who).clamp(11, 20) + 2 } else { 0 };
    let what = longest(|problem| &problem.title).saturating_add(2).clamp(24, (area.width * 36 / 100).max(24));
    let records = right.saturating_sub(who + 10);
    // What places leave over belongs to what is wrong.
    let widest_place =
        found.iter().map(|problem| place_from(problem, screen.key.as_ref()).chars().count()).max().unwrap_or(0);
    let spare = records.saturating_sub(x + what + 3).saturating_sub(u16::try_from(widest_place).unwrap_or(u16::MAX));
    let what = longest(|problem| &problem.title).saturating_add(2).clamp(what, what + spare);
    let place_x = x + what + 2;
    let place_width = records.saturating_sub(place_x + 1);
    canvas.line(x + 2, area.y, what, &Line::new().quiet("what"));
    canvas.line(place_x, area.y, place_width, &Line::new().quiet("where"));
    canvas.line_right(records, area.y, 10, &Line::new().quiet("records"));
    if wide {
        canvas.line(records + 12, area.y, who, &Line::new().quiet("who decides"));
    }
    let room = area.height.saturating_sub(1);
    canvas.rows = room.max(1);
    let chosen = screen.list.index(found.len());
    for (y, at) in (area.y + 1..).zip(screen.list.visible(found.len() as u64, room)) {
        let Some((at, problem)) = usize::try_from(at).ok().and_then(|at| Some((at, *found.get(at)?))) else { continue };
        let mark = if problem.blocks { (Role::Bad, "✗ ") } else { (Role::Warn, "! ") };
        let line = Line::new().say(mark.0, mark.1).prose(Role::Text, problem.title.as_str());
        canvas.line(x, y, what + 1, &line);
        canvas.line(place_x, y, place_width, &Line::new().name(Role::Text, place_from(problem, screen.key.as_ref())));
        canvas.line_right(records, y, 10, &Line::new().count(Role::Text, problem.count));
        if wide {
            let owner = if problem.who.is_empty() {
                Line::new().quiet("–")
            } else {
                Line::new().name(Role::Text, problem.who.as_str())
            };
            canvas.line(records + 12, y, who.saturating_sub(2), &owner);
        }
        if Some(at) == chosen {
            canvas.cursor_row(area.x, y, area.width, true);
        }
        canvas.hit(Rect { y, height: 1, ..area }, Target::Row(at as u64));
    }
    chosen.and_then(|at| found.get(at).copied())
}

/// The focused row as label and value.
pub fn facts<'a>(app: &'a App, screen: &'a BlocksScreen) -> Vec<(&'static str, Line<'a>)> {
    let found = shown(app, screen);
    let Some(problem) = screen.list.index(found.len()).map(|at| found[at]) else {
        return vec![("", Line::new().text("Nothing is undecided."))];
    };
    vec![
        (if problem.blocks { "blocks" } else { "look" }, Line::new().prose(Role::Strong, problem.title.as_str())),
        ("where", Line::new().name(Role::Text, place(problem))),
        ("records", Line::new().count(Role::Text, problem.count)),
        ("decides", Line::new().name(Role::Text, problem.who.as_str())),
        ("next", Line::new().prose(Role::Text, problem.message.as_str())),
    ]
}
