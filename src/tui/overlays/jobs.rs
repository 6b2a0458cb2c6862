//! The jobs of this session: what runs, how long it still takes, and what came of the others.

use std::time::Duration;

use ratatui::layout::Rect;

use super::super::action::Act;
use super::super::app::App;
use super::super::jobs::{self, Entry, State, told_of};
use super::super::msg::{JobId, Target};
use super::super::paint::{Canvas, Line};
use super::super::theme::Role;
use super::super::widgets::gauge;
use super::super::widgets::list::List;
use crate::values::format;

/// Cancels the running job, or opens the one under the cursor.
pub fn perform(app: &mut App, act: Act) {
    let Some(super::Overlay::Jobs(list)) = app.overlays.last() else { return };
    let at = list.index(app.jobs.entries.len());
    match act {
        // Of several the one under the cursor, if it runs or waits.
        Act::Cancel => {
            let open = |entry: &&Entry| matches!(entry.state, State::Running | State::Waiting(_));
            match at.and_then(|at| app.jobs.entries.get(at)).filter(open).map(|entry| entry.id) {
                Some(job) => stop(app, job),
                None => cancel(app),
            }
        }
        _ => {
            let Some(entry) = at.and_then(|at| app.jobs.entries.get(at)).cloned() else { return };
            match entry.state {
                State::Running | State::Waiting(_) => app.watch(entry.id),
                State::Done(came) => {
                    app.overlays.pop();
                    app.message = told_of(&came);
                }
                State::Failed(problem) => {
                    app.overlays.push(super::Overlay::Problem(super::problem::ProblemBox::new(problem)));
                }
            }
        }
    }
}

/// Asks what runs to stop.
pub fn cancel(app: &mut App) {
    if let Some(job) = app.jobs.running().map(|entry| entry.id) {
        stop(app, job);
    }
}

fn stop(app: &mut App, job: JobId) {
    jobs::cancel(app, job);
    app.say(Line::new().text("Stopping; nothing half done will stay."));
}

/// Draws the list of jobs.
pub fn draw(app: &App, list: &List, canvas: &mut Canvas<'_>, area: Rect) {
    let entries = &app.jobs.entries;
    let keys = Line::new().quiet("c cancel · Enter details · Esc");
    let rows = u16::try_from(entries.len().saturating_mul(3)).unwrap_or(u16::MAX).clamp(2, 18);
    let inside = super::framed(canvas, area, rows, &Line::new().strong("Jobs"), &keys);
    if entries.is_empty() {
        canvas.line(
            inside.x,
            inside.y,
            inside.width,
            &Line::new().text("Nothing runs, and nothing ran since the workbench opened."),
        );
        return;
    }
    canvas.rows = (inside.height / 3).max(1);
    for (n, row) in (0_u16..).zip(list.visible(entries.len() as u64, canvas.rows)) {
        let Some(entry) = usize::try_from(row).ok().and_then(|at| entries.get(at)) else { continue };
        let y = inside.y + n * 3;
        let room = inside.height.saturating_sub(n * 3);
        draw_entry(app, entry, canvas, Rect { y, height: room.min(3), ..inside });
        if row == list.cursor.min(entries.len() as u64 - 1) {
            canvas.cursor_row(inside.x, y, inside.width, true);
        }
        canvas.hit(Rect { y, height: 3.min(room), ..inside }, Target::Row(row));
    }
}

fn draw_entry(app: &App, entry: &Entry, canvas: &mut Canvas<'_>, area: Rect) {
    let (x, w) = (area.x + 1, area.width.saturating_sub(1));
    let took = entry.ended.unwrap_or(app.clock.millis).saturating_sub(entry.began);
    let mark = match &entry.state {
        State::Running | State::Waiting(_) => Line::new().text("○ "),
        State::Done(_) => Line::new().say(Role::Good, "✓ "),
        State::Failed(problem) if problem.cancelled => Line::new().quiet("– "),
        State::Failed(_) => Line::new().say(Role::Bad, "✗ "),
    };
    let took = match entry.state {
        State::Waiting(_) => Line::new().quiet("waits"),
        _ => Line::new().made(Role::Quiet, format::duration(Duration::from_millis(took))),
    };
    let wide = canvas.width(&took);
    canvas.line(x, area.y, w.saturating_sub(wide + 1), &mark.then(entry.title()));
    canvas.line_right(x, area.y, w, &took);
    if area.height < 2 {
        return;
    }
    let line = match &entry.state {
        State::Waiting(_) => Line::new().quiet("  begins when what runs before it has ended"),
        State::Running => match &entry.progress {
            Some(progress) => running(progress, w),
            None => Line::new().quiet("  beginning"),
        },
        State::Done(came) => Line::new().text("  ").then(told_of(came).line),
        State::Failed(problem) => Line::new().text("  ").prose(Role::Text, problem.title.clone()),
    };
    canvas.line(x, area.y + 1, w, &line);
}

fn running(progress: &crate::job::Progress, width: u16) -> Line<'static> {
    let mut line = Line::new().text("  ");
    // Of several files the one that is read now.
    if let Some((_, file)) = progress.details.iter().find(|(label, _)| *label == "file") {
        line = line.name(Role::Text, file.clone()).middle().most(width / 3).text("  ");
    }
    if let Some(total) = progress.total {
        line = line.then(gauge::gauge(progress.done, total, width.saturating_sub(34).min(30)));
    } else {
        line = line.number(Role::Text, progress.rows).quiet(" rows");
    }
    if let Some(left) = progress.left {
        line = line.text("   ").made(Role::Text, format::about(left)).quiet(" left");
    }
    line
}
