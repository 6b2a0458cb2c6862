//! What was registered beside the model: the targets with what has no counterpart on either side, and the approved users
//! with the owners in the data that fit none of them or several.

use ratatui::layout::Rect;

use super::{Screen, blocks};
use crate::mapping::check::{Problem as Fault, ProblemKind};
use crate::model::users::UserList;
use crate::tui::action::Act;
use crate::tui::app::{App, Purpose};
use crate::tui::msg::map::MapAsk;
use crate::tui::msg::model::{ModelAsk, Registered};
use crate::tui::msg::{Ask, Target};
use crate::tui::paint::{Canvas, Line, Note};
use crate::tui::place::Place;
use crate::tui::prompt::{Prompt, Question};
use crate::tui::theme::Role;
use crate::tui::widgets::list::List;

/// What is shown.
#[derive(Debug, Clone)]
enum Held {
    /// `None` until it was brought.
    Targets(Option<Vec<Registered>>),
    Users(Option<Vec<UserList>>),
}

/// The screen.
#[derive(Debug, Clone)]
pub struct RegisteredScreen {
    held: Held,
    pub list: List,
    filter: String,
    /// Only what has no counterpart.
    only: bool,
}

/// One row: what it says, and whether something is wanting.
struct Row<'a> {
    line: Line<'a>,
    wanting: bool,
    /// A heading is shown while one of its rows is.
    heading: bool,
    /// An owner that fits none or several: where it is decided.
    fault: Option<&'a Fault>,
}

impl RegisteredScreen {
    /// What of it has the keys.
    #[must_use]
    pub fn place(&self) -> Place {
        match self.held {
            Held::Targets(_) => Place::Targets,
            Held::Users(_) => Place::Users,
        }
    }
}

/// Opens the targets.
pub fn open_targets(app: &mut App) {
    open(app, Held::Targets(None));
}

/// Opens the users.
pub fn open_users(app: &mut App) {
    open(app, Held::Users(None));
}

fn open(app: &mut App, held: Held) {
    let screen = RegisteredScreen { held, list: List::default(), filter: String::new(), only: false };
    app.map.stack.push(Screen::Registered(screen));
    refresh(app);
}

/// Asks for what is looked at.
pub fn refresh(app: &mut App) {
    let Some(Screen::Registered(screen)) = app.map.stack.last() else { return };
    let ask = match screen.held {
        Held::Targets(_) => ModelAsk::Targets,
        Held::Users(_) => ModelAsk::Users,
    };
    app.ask(Purpose::Model, Ask::Map(MapAsk::Model(ask)));
}

/// The targets arrived.
pub fn targets(app: &mut App, targets: Vec<Registered>) {
    if let Some(Screen::Registered(RegisteredScreen { held: Held::Targets(held), .. })) = app.map.stack.last_mut() {
        *held = Some(targets);
    }
}

/// The users arrived.
pub fn users(app: &mut App, lists: Vec<UserList>) {
    if let Some(Screen::Registered(RegisteredScreen { held: Held::Users(held), .. })) = app.map.stack.last_mut() {
        *held = Some(lists);
    }
}

/// Shows only lines with a text.
pub fn filter(screen: &mut RegisteredScreen, text: &str) {
    text.clone_into(&mut screen.filter);
    screen.list = List::default();
}

/// Takes the filter away. Returns whether there was one.
pub fn unfiltered(screen: &mut RegisteredScreen) -> bool {
    let was = !screen.filter.is_empty();
    filter(screen, "");
    was
}

fn row(line: Line<'_>, wanting: bool) -> Row<'_> {
    Row { line, wanting, heading: false, fault: None }
}

fn heading(line: Line<'_>) -> Row<'_> {
    Row { line, wanting: false, heading: true, fault: None }
}

fn of_target(registered: &Registered) -> Vec<Row<'_>> {
    let Registered { target, counterparts, without } = registered;
    let head = Line::new()
        .name(Role::Strong, target.name.as_str())
        .quiet(if target.kind.is_empty() { "" } else { ", " })
        .name(Role::Quiet, target.kind.as_str())
        .quiet(if target.environment.is_empty() { "" } else { ", " })
        .name(Role::Quiet, target.environment.as_str())
        .quiet(if target.registered_from.is_empty() { "" } else { " · from " })
        .name(Role::Quiet, target.registered_from.as_str());
    let mut rows = vec![heading(head)];
    for pair in counterparts.iter().filter(|pair| !pair.ours.is_empty()) {
        let mark = if pair.set { (Role::Good, "✓ ") } else { (Role::Warn, "? ") };
        let line = Line::new()
            .text("  ")
            .say(mark.0, mark.1)
            .name(Role::Text, pair.theirs.as_str())
            .most(24)
            .to(30)
            .quiet("takes ")
            .name(Role::Text, pair.ours.as_str())
            .most(18)
            .to(56)
            .plural(Role::Text, pair.fields.len() as u64, "field", "fields")
            .quiet(if pair.set { " · said" } else { " · proposed" })
            .quiet(if pair.why.is_empty() { "" } else { ": " })
            .prose(Role::Quiet, pair.why.as_str());
        rows.push(row(line, false));
    }
    let lacks = [
        ("not in the target", "entity", &without.of_model),
        ("not in the model", "entity", &without.of_target),
        ("not in the target", "field", &without.fields_of_model),
        ("not in the model", "field", &without.fields_of_target),
    ];
    for (what, kind, names) in lacks {
        for name in names {
            let line = Line::new().text("  ").say(Role::Warn, "! ").name(Role::Text, name.as_str()).most(50).to(56);
            rows.push(row(line.quiet(what).quiet(", ").quiet(kind), true));
        }
    }
    rows
}

fn of_users<'a>(app: &'a App, lists: &'a [UserList]) -> Vec<Row<'a>> {
    let mut rows = Vec::new();
    let problems = app.map.overview.iter().flat_map(|overview| &overview.check.problems);
    let owners: Vec<&Fault> = problems
        .filter(|fault| matches!(fault.kind, ProblemKind::AmbiguousOwner | ProblemKind::UnknownOwner))
        .collect();
    if !owners.is_empty() {
        rows.push(heading(Line::new().strong("Owners in the data that fit none or several")));
    }
    for fault in owners {
        let mut line = Line::new()
            .text("  ")
            .say(Role::Bad, "✗ ")
            .prose(Role::Text, fault.title.as_str())
            .most(30)
            .to(36)
            .number(Role::Text, fault.count)
            .quiet(if fault.count == 1 { " record" } else { " records" })
            .to(53)
            .name(Role::Quiet, blocks::place(fault));
        for (at, value) in fault.values.iter().take(3).enumerate() {
            line = line.quiet(if at == 0 { " · " } else { ", " }).data(Role::Text, value.as_str()).most(24);
        }
        rows.push(Row { line, wanting: true, heading: false, fault: Some(fault) });
    }
    for list in lists {
        let head = Line::new().name(Role::Strong, list.name.as_str()).quiet(", ").plural(
            Role::Quiet,
            list.users.len() as u64,
            "user",
            "users",
        );
        rows.push(heading(head));
        for user in &list.users {
            let line = Line::new().text("    ").data(Role::Text, user.name.as_str()).most(26).to(32);
            let line = line.data(Role::Quiet, user.email.as_str()).most(34).to(68);
            let line = line.name(Role::Quiet, user.id.as_str()).most(18).to(88);
            let line = if user.active { line } else { line.say(Role::Warn, "! ").text("not active any more  ") };
            let line =
                if user.also.is_empty() { line } else { line.quiet("also ").data(Role::Quiet, user.also.join(", ")) };
            rows.push(row(line, false));
        }
    }
    rows
}

/// The rows that are shown.
fn rows<'a>(app: &'a App, screen: &'a RegisteredScreen) -> Vec<Row<'a>> {
    let all = match &screen.held {
        Held::Targets(targets) => targets.iter().flatten().flat_map(of_target).collect(),
        Held::Users(lists) => lists.as_ref().map(|lists| of_users(app, lists)).unwrap_or_default(),
    };
    let needle = screen.filter.to_lowercase();
    if needle.is_empty() && !screen.only {
        return all;
    }
    let fits = |row: &Row<'_>| {
        (!screen.only || row.wanting)
            && (needle.is_empty() || row.line.to_plain(app.veil()).to_lowercase().contains(&needle))
    };
    let mut shown: Vec<Row<'a>> = Vec::new();
    for row in all {
        // A heading without a row of its own gives way to the next.
        if row.heading && shown.last().is_some_and(|last| last.heading) {
            shown.pop();
        }
        if row.heading || fits(&row) {
            shown.push(row);
        }
    }
    if shown.last().is_some_and(|last| last.heading) {
        shown.pop();
    }
    shown
}

/// Does an action.
pub fn perform(app: &mut App, act: Act) {
    let height = app.rows;
    let Some(Screen::Registered(screen)) = app.map.stack.last() else { return };
    let mut screen = screen.clone();
    let found = rows(app, &screen);
    let len = found.len();
    let at = screen.list.index(len);
    match act {
        Act::Open => {
            let fault = at.and_then(|at| found[at].fault).cloned();
            match fault {
                Some(fault) => return blocks::decide(app, &fault),
                None => return app.say(Line::new().text("Only owners that fit none or several lead to a map.")),
            }
        }
        Act::OnlyLook => (screen.only, screen.list) = (!screen.only, List::default()),
        Act::Filter => {
            let before = screen.filter.clone();
            app.prompt = Some(Prompt::new(Question::Map(super::typed::Wanted::Filter), &before));
            return;
        }
        Act::CopyCell => {
            if let Some(text) = at.map(|at| found[at].line.to_plain(app.veil()).trim().to_owned()) {
                app.copy("the line", text);
            }
            return;
        }
        Act::CopyRecord => {
            let lines: Vec<String> = found.iter().map(|row| row.line.to_plain(app.veil())).collect();
            return app.copy_lines("the list", &lines.join("\n"));
        }
        _ => {
            super::moved(&mut screen.list, act, len as u64, height);
        }
    }
    if let Some(Screen::Registered(now)) = app.map.stack.last_mut() {
        *now = screen;
    }
}

/// Row 2.
pub fn headline<'a>(_app: &'a App, screen: &'a RegisteredScreen) -> (Line<'a>, Line<'a>) {
    let left = Line::new().quiet("Map › The target model › ");
    match &screen.held {
        Held::Targets(targets) => {
            let targets = targets.as_deref().unwrap_or_default();
            let without: usize = targets
                .iter()
                .map(|of| &of.without)
                .map(|without| {
                    without.of_model.len()
                        + without.of_target.len()
                        + without.fields_of_model.len()
                        + without.fields_of_target.len()
                })
                .sum();
            let right = match targets.len() as u64 {
                0 => Line::new(),
                n => Line::new().plural(Role::Text, n, "target", "targets"),
            };
            let right = match without as u64 {
                0 => right,
                n => right.quiet(" · ").say(Role::Warn, "! ").number(Role::Text, n).quiet(" without counterpart"),
            };
            (left.strong("targets"), right)
        }
        Held::Users(lists) => {
            let users: usize = lists.iter().flatten().map(|list| list.users.len()).sum();
            let right = match users as u64 {
                0 => Line::new(),
                n => Line::new().plural(Role::Text, n, "approved user", "approved users"),
            };
            (left.strong("users"), right)
        }
    }
}

/// What stands in place of the list.
fn empty(app: &App, screen: &RegisteredScreen) -> Note {
    let (brought, nothing) = match &screen.held {
        Held::Targets(held) => (
            held.as_ref().map(Vec::is_empty),
            "No target is registered. cutover target register FILE reads its template, schema or tables.",
        ),
        Held::Users(held) => {
            (held.as_ref().map(Vec::is_empty), "No list of approved users yet. cutover users import FILE reads one.")
        }
    };
    match brought {
        None if app.late(Purpose::Model) => Line::new().text("Reading what is registered."),
        None => Line::new(),
        Some(true) => Line::new().text(nothing),
        Some(false) if !screen.filter.is_empty() => Line::new().text("No line has this text. Esc shows all of them."),
        Some(false) => Line::new().say(Role::Good, "✓ ").text("Everything has a counterpart. ! shows all."),
    }
}

/// Draws the main area.
pub fn draw(app: &App, screen: &RegisteredScreen, canvas: &mut Canvas<'_>, area: Rect) {
    canvas.rows = area.height.max(1);
    let inside = area.width.saturating_sub(3);
    let found = rows(app, screen);
    if found.is_empty() {
        canvas.line(area.x + 2, area.y + 1, inside, &empty(app, screen));
        return;
    }
    let chosen = screen.list.index(found.len());
    for (y, at) in (area.y..).zip(screen.list.visible(found.len() as u64, area.height)) {
        let Some((row, at)) = usize::try_from(at).ok().and_then(|at| Some((found.get(at)?, at))) else { continue };
        canvas.line(area.x + 2, y, inside, &row.line);
        if Some(at) == chosen {
            canvas.cursor_row(area.x, y, area.width, true);
        }
        canvas.hit(Rect { y, height: 1, ..area }, Target::Row(at as u64));
    }
}

/// The focused row as label and value.
pub fn facts<'a>(app: &'a App, screen: &'a RegisteredScreen) -> Vec<(&'static str, Line<'a>)> {
    let mut found = rows(app, screen);
    match screen.list.index(found.len()) {
        Some(at) => vec![("", found.swap_remove(at).line)],
        None => vec![("", empty(app, screen))],
    }
}
