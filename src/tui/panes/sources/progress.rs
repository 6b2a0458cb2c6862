//! A load while it runs: how far, how long still, how fast, what was found on the way. Leaving the screen leaves the load
//! running.

use std::time::Duration;

use ratatui::layout::Rect;

use super::super::super::action::Act;
use super::super::super::app::App;
use super::super::super::jobs::{Entry, State, Work};
use super::super::super::msg::JobId;
use super::super::super::overlays::jobs::cancel;
use super::super::super::paint::{Canvas, Line};
use super::super::super::theme::Role;
use super::super::super::widgets::gauge;
use super::super::super::wrap::wrap;
use crate::values::format;

/// A load that takes less draws no gauge at all.
const BRIEF_MILLIS: u64 = 100;

/// Does an action.
pub fn perform(app: &mut App, act: Act) {
    if act == Act::Cancel {
        cancel(app);
    }
}

/// `10:14:03` of seconds since 1970.
fn time_of_day(utc: i64) -> String {
    let seconds = utc.rem_euclid(86_400);
    format!("{:02}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60)
}

/// Row 2.
#[must_use]
pub fn headline(app: &App, job: JobId) -> (Line<'_>, Line<'_>) {
    let left = Line::new().quiet("Sources › ");
    let Some(entry) = app.jobs.get(job) else { return (left.strong("Loading"), Line::new()) };
    let left = match &entry.work {
        Work::Load(_) => left.strong("Loading"),
        Work::Survey => left.strong("Survey"),
        Work::Rebuild(_) => left.strong("Changing what is loaded"),
    };
    (left, Line::new().quiet("started ").made(Role::Text, time_of_day(entry.started)).quiet(" UTC"))
}

/// Draws the main area.
pub fn draw(app: &App, job: JobId, canvas: &mut Canvas<'_>, area: Rect) {
    let Some(entry) = app.jobs.get(job) else { return };
    if app.clock.millis.saturating_sub(entry.began) < BRIEF_MILLIS {
        return;
    }
    let (x, width) = (area.x + 3, area.width.saturating_sub(6).min(100));
    let lines = lines(entry, width);
    // On a low screen the air goes first.
    let tight = lines.len() > usize::from(area.height);
    let mut y = area.y + u16::from(!tight);
    for line in lines {
        if tight && line.is_empty() {
            continue;
        }
        if y >= area.y + area.height {
            break;
        }
        canvas.line(x, y, width, &line);
        y += 1;
    }
}

fn lines(entry: &Entry, width: u16) -> Vec<Line<'static>> {
    let label = |words: &'static str| Line::new().quiet(words).to(14);
    let mut lines = vec![entry.title(), Line::new()];
    if matches!(entry.state, State::Waiting(_)) {
        lines.push(Line::new().text("Waits for what runs before it; J shows it."));
        return lines;
    }
    let Some(progress) = &entry.progress else {
        lines.push(Line::new().quiet("beginning"));
        return lines;
    };
    if progress.cancelling {
        lines.push(Line::new().text("Stopping. Nothing half done will stay."));
    } else if let Some(total) = progress.total {
        let bar = gauge::gauge(progress.done, total, width.saturating_sub(26).max(8));
        lines.push(match progress.left {
            Some(left) => bar.text("   ").made(Role::Strong, format::about(left)).text(" left"),
            None => bar,
        });
    }
    lines.push(Line::new());
    if !progress.stage.is_empty() {
        lines.push(label("stage").name(Role::Text, progress.stage.clone()));
    }
    let bytes = label("bytes").made(Role::Text, format::bytes(progress.done));
    match progress.total {
        Some(total) => lines.push(bytes.quiet(" of ").made(Role::Text, format::bytes(total))),
        None if progress.done > 0 => lines.push(bytes),
        None => {}
    }
    lines.push(label("rows").number(Role::Text, progress.rows));
    // Of several files the rows are counted anew for each, so the rate is that of the last seconds.
    let seconds = Duration::from_secs(entry.rates.len() as u64);
    let measured = match (entry.rates.is_empty(), entry.files().len()) {
        (false, _) => format::rate(entry.rates.iter().fold(0, |sum: u64, rate| sum.saturating_add(*rate)), seconds),
        (true, 1) => format::rate(progress.rows, progress.elapsed),
        (true, _) => "–".to_owned(),
    };
    let mut rate = label("rate").made(Role::Text, measured);
    if entry.rates.len() > 1 {
        rate = rate.text("   ").made(Role::Text, gauge::sparkline(&entry.rates)).quiet("  last ");
        rate = rate.made(Role::Quiet, format::duration(seconds));
    }
    lines.push(rate);
    lines.push(
        label("quarantined")
            .number(if progress.quarantined > 0 { Role::Strong } else { Role::Text }, progress.quarantined),
    );
    for (name, text) in &progress.details {
        lines.push(label(name).name(Role::Text, text.clone()));
    }
    lines.push(Line::new());
    let promise = match entry.work {
        Work::Load(_) => {
            "Nothing of this load is visible yet: it appears whole, or not at all. Every pane works meanwhile."
        }
        Work::Survey => {
            "Nothing is changed by it: it looks at what points where and at what is odd. Every pane works meanwhile."
        }
        Work::Rebuild(_) => "What you see stays as it is until it is done. Every pane works meanwhile.",
    };
    lines.extend(wrap(promise, usize::from(width)).into_iter().map(|row| Line::new().name(Role::Quiet, row)));
    lines
}

/// The load as label and value.
#[must_use]
pub fn facts(app: &App, job: JobId) -> Vec<(&'static str, Line<'_>)> {
    let Some(entry) = app.jobs.get(job) else { return Vec::new() };
    let mut facts = vec![("at work", entry.title())];
    if let Some(progress) = &entry.progress {
        if let Some(total) = progress.total {
            facts.push(("done", Line::new().number(Role::Strong, gauge::percent(progress.done, total)).text(" %")));
        }
        facts.push(("rows", Line::new().number(Role::Text, progress.rows)));
    }
    facts
}
