//! A choice among a few things: what a column holds, or whether to leave while a load runs. The cursor begins on what
//! changes nothing.

use ratatui::layout::Rect;

use super::super::app::{App, Purpose};
use super::super::msg::{Ask, Target};
use super::super::paint::{Canvas, Line};
use super::super::theme::Role;
use super::super::widgets::list::{List, Step};
use crate::sources::{ColumnRole, ObjectId};

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
enum About {
    Leaving,
    Role { object: ObjectId, column: String, now: ColumnRole },
    /// In which form the data dictionary is written.
    Dictionary,
}

/// The question with its cursor.
#[derive(Debug, Clone)]
pub struct Question {
    about: About,
    pub list: List,
}

const ROLES: [(ColumnRole, &str); 12] = [
    (ColumnRole::NativeId, "the ID that the source gave the record"),
    (ColumnRole::ForeignKey, "the native ID of another record of this source"),
    (ColumnRole::OtherId, "an ID that another system, or an older one, gave"),
    (ColumnRole::Email, "an e-mail address"),
    (ColumnRole::Phone, "a phone number"),
    (ColumnRole::GivenName, "a person's given name"),
    (ColumnRole::FamilyName, "a person's family name"),
    (ColumnRole::FullName, "a person's whole name"),
    (ColumnRole::OrganizationName, "a company, account or workspace"),
    (ColumnRole::MergedInto, "the ID of the record that this one was merged into"),
    (ColumnRole::MergedIds, "the IDs that were merged into this record"),
    (ColumnRole::Plain, "none of these: not searched in Lookup"),
];

impl Question {
    /// Whether to leave while a load runs.
    #[must_use]
    pub fn leaving() -> Self {
        Self { about: About::Leaving, list: List::default() }
    }

    /// What a column holds; the cursor begins on what is taken for it now.
    #[must_use]
    pub fn role(object: ObjectId, column: String, now: ColumnRole) -> Self {
        let cursor = ROLES.iter().position(|(role, _)| *role == now).unwrap_or(0) as u64;
        Self { about: About::Role { object, column, now }, list: List { cursor, top: 0 } }
    }

    /// In which form the data dictionary is written.
    #[must_use]
    pub fn dictionary() -> Self {
        Self { about: About::Dictionary, list: List::default() }
    }

    fn options(&self) -> Vec<Line<'_>> {
        match &self.about {
            About::Leaving => vec![
                Line::new().text("Stay, and let the load go on"),
                Line::new().text("Leave: the load is cancelled, nothing of it stays"),
            ],
            About::Dictionary => vec![
                Line::new().text("Markdown").to(12).quiet("for a wiki, a ticket, a repository"),
                Line::new().text("HTML").to(12).quiet("one page that opens in any browser, for the business"),
            ],
            About::Role { now, .. } => ROLES
                .iter()
                .map(|(role, sense)| {
                    let name = if *role == ColumnRole::Plain { "none" } else { role.label() };
                    let mark = if role == now { "✓ " } else { "  " };
                    Line::new().say(Role::Good, mark).text(name).to(25).quiet(sense)
                })
                .collect(),
        }
    }

    /// Moves the cursor.
    pub fn step(&mut self, step: Step) {
        let len = self.options().len() as u64;
        self.list.step(step, len, 20);
    }
}

/// Takes the option under the cursor.
pub fn choose(app: &mut App) {
    let Some(super::Overlay::Question(question)) = app.overlays.pop() else { return };
    let at = question.list.index(question.options().len()).unwrap_or(0);
    match question.about {
        About::Leaving if at == 1 => app.leave(),
        About::Leaving => {}
        About::Dictionary => super::super::panes::sources::dictionary::name_file(app, at == 1),
        About::Role { object, column, now } => {
            let role = ROLES[at.min(ROLES.len() - 1)].0;
            if role != now {
                app.ask(Purpose::Change, Ask::SetRole { object, column, role });
            }
        }
    }
}

/// Draws the question.
pub fn draw(question: &Question, canvas: &mut Canvas<'_>, area: Rect) {
    let options = question.options();
    let title = match &question.about {
        About::Leaving => Line::new().strong("A load is running"),
        About::Dictionary => Line::new().strong("Write the data dictionary"),
        About::Role { column, .. } => Line::new().strong("What ").name(Role::Strong, column.as_str()).strong(" holds"),
    };
    let keys = Line::new().quiet("Enter choose · Esc nothing changes");
    let height = u16::try_from(options.len()).unwrap_or(u16::MAX);
    let inside = super::framed(canvas, area, height, &title, &keys);
    canvas.rows = inside.height;
    let chosen = question.list.index(options.len());
    for (y, row) in (inside.y..).zip(question.list.visible(options.len() as u64, inside.height)) {
        let Some((at, line)) = usize::try_from(row).ok().and_then(|at| Some((at, options.get(at)?))) else { continue };
        canvas.line(inside.x + 2, y, inside.width.saturating_sub(2), line);
        if Some(at) == chosen {
            canvas.cursor_row(inside.x, y, inside.width, true);
        }
        canvas.hit(Rect { y, height: 1, ..inside }, Target::Row(row));
    }
}
