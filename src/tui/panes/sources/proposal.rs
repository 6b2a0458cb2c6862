//! How files would be read, before anything is loaded: system, object, what each column is taken for, the first rows. What
//! is wrong is overruled here; Enter loads.

use std::path::PathBuf;

use ratatui::layout::Rect;

use super::super::super::action::Act;
use super::super::super::app::{App, Purpose};
use super::super::super::jobs::{self, Work};
use super::super::super::line::head;
use super::super::super::msg::{Ask, Effect, HowToRead, Target};
use super::super::super::overlays::{Overlay, reading};
use super::super::super::paint::{Canvas, Line};
use super::super::super::theme::Role;
use super::super::super::widgets::list::List;
use super::Screen;
use crate::sources::{ColumnRole, Proposal};

/// The screen before a load.
#[derive(Debug, Clone)]
pub struct ProposalScreen {
    files: Vec<PathBuf>,
    how: HowToRead,
    proposals: Vec<Proposal>,
    /// Which of them has the cursor.
    pub list: List,
    /// They are being read another way.
    again: bool,
}

impl ProposalScreen {
    /// The other way did not work: what is shown is what was found before.
    pub fn refused(&mut self) {
        self.again = false;
    }

    fn chosen(&self) -> Option<&Proposal> {
        self.proposals.get(self.list.index(self.proposals.len())?)
    }
}

/// Has files looked at.
pub fn look_at(app: &mut App, files: Vec<PathBuf>, how: HowToRead) {
    app.wanted = Some((files.clone(), how.clone()));
    app.ask(Purpose::Propose, Ask::Propose { files, how });
}

/// Has the files read another way.
pub fn read_again(app: &mut App, how: HowToRead) {
    let Some(Screen::Proposal(screen)) = app.sources.stack.last_mut() else { return };
    screen.again = true;
    let files = screen.files.clone();
    look_at(app, files, how);
}

/// The proposals arrived. The screen opens over the choice of files.
pub fn arrived(app: &mut App, proposals: Vec<Proposal>) {
    let Some((files, how)) = app.wanted.take() else { return };
    if proposals.is_empty() {
        refused_empty(app);
        return;
    }
    match app.sources.stack.last_mut() {
        Some(Screen::Proposal(screen)) => {
            screen.proposals = proposals;
            screen.how = how;
            screen.again = false;
        }
        // The choice of files stays beneath: Esc goes back to it.
        Some(Screen::Chooser(_)) => {
            let screen = ProposalScreen { files, how, proposals, list: List::default(), again: false };
            app.sources.stack.push(Screen::Proposal(screen));
        }
        _ => {}
    }
}

fn refused_empty(app: &mut App) {
    super::chooser::refused(app);
    app.say(Line::new().text("There is no export in what was chosen."));
}

/// Does an action.
pub fn perform(app: &mut App, act: Act) {
    let height = app.rows;
    let Some(Screen::Proposal(screen)) = app.sources.stack.last_mut() else { return };
    let len = screen.proposals.len();
    if super::moved(&mut screen.list, act, len as u64, height) {
        return;
    }
    match act {
        Act::Edit => {
            if let Some(proposal) = screen.chosen() {
                let form = reading::form(proposal, &screen.how, len == 1);
                app.overlays.push(Overlay::Form(form));
            }
        }
        Act::Open if !screen.again => {
            let (files, how) = (screen.files.clone(), screen.how.clone());
            app.sources.stack.retain(|screen| !matches!(screen, Screen::Proposal(_) | Screen::Chooser(_)));
            let work = Work::Load(files.clone());
            let job = jobs::begin(app, work, |job| Effect::Load { job, files, how });
            super::watch(app, job);
        }
        _ => {}
    }
}

/// Row 2.
#[must_use]
pub fn headline(screen: &ProposalScreen) -> (Line<'_>, Line<'_>) {
    let mut left = Line::new().quiet("Sources › ").strong("Before loading");
    if let Some(proposal) = screen.chosen() {
        left = left.quiet(" › ").name(Role::Strong, proposal.file.as_str()).middle().most(40);
    }
    let right = match (screen.proposals.len() as u64, screen.again) {
        (_, true) => Line::new().quiet("reading it again"),
        (1, _) => Line::new().quiet("nothing is loaded yet"),
        (files, _) => Line::new().number(Role::Text, files).quiet(" files, nothing is loaded yet"),
    };
    (left, right)
}

/// Draws the main area.
pub fn draw(app: &App, screen: &ProposalScreen, canvas: &mut Canvas<'_>, area: Rect) {
    let _ = app;
    let Some(proposal) = screen.chosen() else { return };
    let many = screen.proposals.len() > 1;
    if many && area.width >= 100 {
        let left = 38;
        draw_files(screen, canvas, Rect { width: left - 1, ..area });
        canvas.divider(left, area.y, area.height);
        draw_one(proposal, canvas, Rect { x: left + 1, width: area.width - left - 1, ..area });
    } else if many {
        let rows = u16::try_from(screen.proposals.len()).unwrap_or(4).min(area.height / 4).max(1);
        draw_one(proposal, canvas, Rect { y: area.y + rows + 1, height: area.height.saturating_sub(rows + 1), ..area });
        canvas.rule(area.x + 1, area.y + rows, area.width.saturating_sub(2));
        draw_files(screen, canvas, Rect { height: rows, ..area });
    } else {
        draw_one(proposal, canvas, area);
    }
}

fn draw_files(screen: &ProposalScreen, canvas: &mut Canvas<'_>, area: Rect) {
    canvas.rows = area.height.max(1);
    let len = screen.proposals.len() as u64;
    for (y, at) in (area.y..).zip(screen.list.visible(len, area.height)) {
        let Some(proposal) = usize::try_from(at).ok().and_then(|at| screen.proposals.get(at)) else { continue };
        let role = if proposal.already.is_some() { Role::Quiet } else { Role::Text };
        let right = match (&proposal.already, proposal.warnings.is_empty()) {
            (Some(_), _) => Line::new().quiet("loaded"),
            (None, false) => Line::new().say(Role::Warn, "!"),
            (None, true) => Line::new(),
        };
        let wide = canvas.width(&right);
        canvas.line(
            area.x + 2,
            y,
            area.width.saturating_sub(wide + 3),
            &Line::new().name(role, proposal.source.as_str()).quiet(" › ").name(role, proposal.object.as_str()),
        );
        canvas.line_right(area.x, y, area.width.saturating_sub(1), &right);
        if at == screen.list.cursor {
            canvas.cursor_row(area.x, y, area.width, true);
        }
        canvas.hit(Rect { x: area.x, y, width: area.width, height: 1 }, Target::Row(at));
    }
}

fn draw_one(proposal: &Proposal, canvas: &mut Canvas<'_>, area: Rect) {
    let (x, width) = (area.x + 2, area.width.saturating_sub(3));
    let label = |words: &'static str| Line::new().quiet(words).to(12);
    let native = proposal.columns.iter().find(|column| column.role == ColumnRole::NativeId);
    let mut lines = Vec::new();
    if let Some(load) = proposal.already {
        lines.push(
            Line::new()
                .say(Role::Good, "✓ ")
                .text("These bytes are load ")
                .name(Role::Text, load.to_string())
                .text(" already. Loading them changes nothing."),
        );
        lines.push(Line::new());
    }
    lines.push(label("system").name(Role::Strong, proposal.source.as_str()).quiet("  ").quiet(proposal.kind.label()));
    let object = label("object").name(Role::Strong, proposal.object.as_str());
    lines.push(if proposal.existing {
        object.quiet("  known: this becomes a later load of it")
    } else {
        object.quiet("  new")
    });
    lines.push(label("read as").name(Role::Text, proposal.read_as.as_str()));
    lines.push(match native {
        Some(column) => label("native ID")
            .name(Role::Text, column.name.as_str())
            .quiet("  ")
            .prose(Role::Quiet, column.evidence.as_str()),
        None => label("native ID")
            .text("none found")
            .quiet("  records are then named by file and line; e says which column it is"),
    });
    for warning in &proposal.warnings {
        lines.push(Line::new().say(Role::Warn, "! ").prose(Role::Text, warning.as_str()));
    }
    let most = usize::from(area.height / 2);
    let mut y = area.y;
    for line in lines.iter().take(most) {
        canvas.line(x, y, width, line);
        y += 1;
    }
    y += 1;
    // Below: columns at the left, the first rows at the right of a wide screen, else under them.
    let left = area.y + area.height - y.min(area.y + area.height);
    let sample = if proposal.sample.is_empty() { 0 } else { (left / 3).clamp(0, 8) };
    let columns =
        left.saturating_sub(sample).min(u16::try_from(proposal.columns.len()).unwrap_or(u16::MAX).saturating_add(2));
    draw_columns(proposal, canvas, Rect { x, y, width, height: columns.saturating_sub(1) });
    if sample > 1 {
        draw_sample(proposal, canvas, Rect { x, y: y + columns, width, height: sample });
    }
}

fn draw_columns(proposal: &Proposal, canvas: &mut Canvas<'_>, area: Rect) {
    if area.height < 2 {
        return;
    }
    // The telling columns first: what is searched is what can be wrong.
    let mut columns: Vec<_> = proposal.columns.iter().collect();
    columns.sort_by_key(|column| column.role == ColumnRole::Plain);
    let count = columns.len() as u64;
    let name = (area.width / 3).clamp(10, 28);
    let head = Line::new()
        .number(Role::Quiet, count)
        .quiet(if count == 1 { " column" } else { " columns" })
        .to(name)
        .quiet("holds")
        .to(name + 23)
        .quiet("because");
    canvas.line(area.x, area.y, area.width, &head);
    let room = usize::from(area.height - 1);
    let shown = if columns.len() > room { room - 1 } else { columns.len() };
    let mut y = area.y + 1;
    for column in &columns[..shown] {
        let plain = column.role == ColumnRole::Plain;
        let line = Line::new()
            .name(Role::Text, column.name.as_str())
            .most(name - 1)
            .to(name)
            .say(if plain { Role::Quiet } else { Role::Text }, column.role.label())
            .to(name + 23)
            .prose(Role::Quiet, column.evidence.as_str());
        canvas.line(area.x, y, area.width, &line);
        y += 1;
    }
    let more = (columns.len() - shown) as u64;
    if more > 0 {
        canvas.line(area.x, y, area.width, &Line::new().quiet("and ").number(Role::Quiet, more).quiet(" more"));
    }
}

fn draw_sample(proposal: &Proposal, canvas: &mut Canvas<'_>, area: Rect) {
    let mut x = area.x;
    let right = area.x + area.width;
    for (at, column) in proposal.columns.iter().enumerate() {
        if x + 4 > right {
            break;
        }
        let cells: Vec<Line<'_>> = proposal
            .sample
            .iter()
            .take(usize::from(area.height - 1))
            .map(|row| {
                Line::new()
                    .value(Role::Text, row.get(at).and_then(|value| value.as_deref().map(|value| head(value, 24))))
            })
            .collect();
        let head = Line::new().name(Role::Quiet, column.name.as_str());
        let width = cells
            .iter()
            .map(|cell| canvas.width(cell))
            .chain([canvas.width(&head)])
            .max()
            .unwrap_or(4)
            .clamp(4, 24)
            .min(right - x);
        canvas.line(x, area.y, width, &head);
        for (y, cell) in (area.y + 1..).zip(&cells) {
            canvas.line(x, y, width, cell);
        }
        x = x.saturating_add(width + 2);
    }
}

/// The focused file as label and value.
#[must_use]
pub fn facts(screen: &ProposalScreen) -> Vec<(&'static str, Line<'_>)> {
    let Some(proposal) = screen.chosen() else { return Vec::new() };
    vec![
        ("file", Line::new().name(Role::Strong, proposal.file.as_str()).middle()),
        ("system", Line::new().name(Role::Text, proposal.source.as_str())),
        ("object", Line::new().name(Role::Text, proposal.object.as_str())),
        ("read as", Line::new().name(Role::Text, proposal.read_as.as_str())),
    ]
}
