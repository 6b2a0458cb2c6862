//! The profiles that were brought, for all screens that show figures: what is known, what is being made, why one could not
//! be made, and how the screens say so.

use std::collections::BTreeMap;

use ratatui::layout::Rect;

use super::super::super::app::{App, Purpose};
use super::super::super::msg::{About, Ask, Problem};
use super::super::super::paint::{Canvas, Line};
use super::super::super::theme::Role;
use super::super::super::widgets::chart;
use super::super::super::wrap::wrap;
use super::page::WIDEST;
use crate::sources::ObjectId;
use crate::sources::profile::ColumnProfile;
use crate::sources::profile::decide::Decision;
use crate::values::format;

/// A profile that was brought.
#[derive(Debug, Clone)]
pub struct Known {
    pub about: About,
    /// Something changed since: it is shown until the new one is there.
    stale: bool,
}

/// The profiles brought so far, for all screens that show figures.
#[derive(Debug, Clone, Default)]
pub struct Profiles {
    known: BTreeMap<ObjectId, Known>,
    /// What is being made.
    making: Option<ObjectId>,
    refused: BTreeMap<ObjectId, Problem>,
}

impl Profiles {
    /// What stood in the way of a profile is tried again.
    pub fn try_again(&mut self, object: ObjectId) {
        self.refused.remove(&object);
    }

    /// The profile of an object, as far as it was brought.
    #[must_use]
    pub fn get(&self, object: ObjectId) -> Option<&Known> {
        self.known.get(&object)
    }

    /// Why a profile could not be made.
    #[must_use]
    pub fn refusal(&self, object: ObjectId) -> Option<&Problem> {
        self.refused.get(&object)
    }

    /// Whether a profile is still to be asked for.
    #[must_use]
    pub fn lacks(&self, object: ObjectId) -> bool {
        self.known.get(&object).is_none_or(|known| known.stale) && !self.refused.contains_key(&object)
    }

    /// A profile arrived.
    pub fn arrived(&mut self, object: ObjectId, about: About) {
        self.making = None;
        self.known.insert(object, Known { about, stale: false });
    }

    /// The profile that was asked for could not be made.
    pub fn refuse(&mut self, problem: Problem) {
        if let Some(object) = self.making.take() {
            self.refused.insert(object, problem);
        }
    }

    /// What is known may be out of date.
    pub fn stale(&mut self) {
        self.known.values_mut().for_each(|known| known.stale = true);
        self.refused.clear();
        self.making = None;
    }
}

impl Known {
    /// The figures of a column.
    #[must_use]
    pub fn column(&self, position: usize) -> Option<&ColumnProfile> {
        self.about.profile.columns.iter().find(|column| column.position == position)
    }

    /// Where a column points to.
    #[must_use]
    pub fn points(&self, position: usize) -> Option<&str> {
        let relation = self.about.relations.iter().find(|relation| relation.column == position);
        relation.map(|relation| relation.to_name.as_str())
    }

    /// What was decided for a column.
    #[must_use]
    pub fn decision(&self, column: &ColumnProfile) -> Option<&Decision> {
        self.about.decisions.iter().find(|decision| decision.column == column.name)
    }
}

/// Asks for the profile of an object if it is not there and not being made.
pub fn want(app: &mut App, object: ObjectId) {
    let profiles = &app.sources.profiles;
    if !profiles.lacks(object) || (profiles.making == Some(object) && app.awaits(Purpose::Profile)) {
        return;
    }
    app.sources.profiles.making = Some(object);
    app.ask(Purpose::Profile, Ask::Profile(object));
}

/// Says that figures are being made, once that takes long enough to be seen.
pub fn draw_counting(app: &App, purpose: Purpose, rows: u64, canvas: &mut Canvas<'_>, area: Rect) {
    if !app.late(purpose) || area.height == 0 {
        return;
    }
    let progress = app.progress_of(purpose);
    let mut line = Line::new().text("Counting ");
    line = if rows >= 1_000_000 {
        line.made(Role::Text, format!("{}.{}M", rows / 1_000_000, rows / 100_000 % 10)).text(" rows")
    } else {
        line.plural(Role::Text, rows, "row", "rows")
    };
    if let Some(left) = progress.and_then(|progress| progress.left) {
        line = line.text(", ").made(Role::Text, format::about(left));
    }
    let (x, width) = (area.x + 2, area.width.saturating_sub(4).min(WIDEST));
    canvas.line(x, area.y, width, &line.text(". Everything else works."));
    if area.height < 3 {
        return;
    }
    let share = progress.and_then(|progress| match progress.total {
        Some(total) => Some((progress.done, total)),
        None if rows > 0 && progress.rows > 0 => Some((progress.rows, rows)),
        None => None,
    });
    if let Some((done, whole)) = share.filter(|(_, whole)| *whole > 0) {
        let bar = width.saturating_sub(10).min(60);
        let line = Line::new().made(Role::Text, chart::bar(done, whole, bar, canvas.theme.ascii));
        let line = line.to(bar + 2).made(Role::Strong, format::share_short(done.min(whole), whole));
        canvas.line(x, area.y + 2, width, &line);
    }
}

/// Says why figures could not be made, where they would be.
pub fn draw_problem(problem: &Problem, canvas: &mut Canvas<'_>, area: Rect) {
    let width = area.width.saturating_sub(4).min(WIDEST);
    let mut text = problem.title.clone();
    for part in [&problem.still_true, &problem.next] {
        if !part.is_empty() {
            text.push(' ');
            text.push_str(part);
        }
    }
    for (n, (y, row)) in (area.y..area.y + area.height).zip(wrap(&text, width.into())).enumerate() {
        let line = if n == 0 { Line::new().say(Role::Bad, "✗ ") } else { Line::new().text("  ") };
        canvas.line(area.x + 2, y, width + 2, &line.prose(Role::Text, row));
    }
}
