//! A choice among a few things: what a column holds, whether to leave while a load runs, with which load another is
//! compared, where a file belongs. The cursor begins on what changes nothing.

use ratatui::layout::Rect;

use super::super::app::{App, Purpose};
use super::super::msg::{Ask, Effect, JobId, Target};
use super::super::paint::{Canvas, Line};
use super::super::panes::map::pick::{self, Pick};
use super::super::panes::sources;
use super::super::theme::Role;
use super::super::widgets::list::{List, Step};
use crate::sources::load::{Clash, ClashAnswer};
use crate::sources::{ColumnRole, LoadId, ObjectId};

/// What is asked.
#[derive(Debug, Clone)]
enum About {
    Leaving,
    Role {
        object: ObjectId,
        column: String,
        now: ColumnRole,
    },
    /// With which load one is compared: number, as of, delta, file.
    Compare {
        load: LoadId,
        others: Vec<(LoadId, String, bool, String)>,
    },
    /// Where a file belongs whose columns are not those of its object.
    Clash {
        job: JobId,
        clash: Clash,
        name: String,
    },
    /// In which form the data dictionary is written.
    Dictionary,
    /// In the pane Map.
    Map(Box<Pick>),
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

    /// A choice in the pane Map; the cursor begins where it says.
    #[must_use]
    pub fn map(pick: Pick) -> Self {
        let cursor = pick.begin as u64;
        Self { about: About::Map(Box::new(pick)), list: List { cursor, top: 0 } }
    }

    /// With which load another is compared.
    #[must_use]
    pub fn compare(load: LoadId, others: Vec<(LoadId, String, bool, String)>) -> Self {
        Self { about: About::Compare { load, others }, list: List::default() }
    }

    /// The job that waits for the answer.
    #[must_use]
    pub fn asked_by(&self) -> Option<JobId> {
        match &self.about {
            About::Clash { job, .. } => Some(*job),
            _ => None,
        }
    }

    fn options(&self) -> Vec<Line<'_>> {
        match &self.about {
            About::Leaving => vec![
                Line::new().text("Stay, and let the load go on"),
                Line::new().text("Leave: the load is cancelled, nothing of it stays"),
            ],
            About::Map(pick) => pick.options.clone(),
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
            About::Compare { others, .. } => others
                .iter()
                .map(|(load, as_of, delta, file)| {
                    Line::new()
                        .text("load ")
                        .made(Role::Text, load.to_string())
                        .to(11)
                        .name(Role::Text, sources::inventory::date(as_of))
                        .quiet(if *delta { "  delta  " } else { "  full   " })
                        .name(Role::Quiet, file.as_str())
                        .middle()
                })
                .collect(),
            About::Clash { clash, name, .. } => vec![
                Line::new().text("Leave this file out; the others go on"),
                Line::new().text("It is another object: ").name(Role::Strong, name.as_str()),
                Line::new()
                    .text("It is ")
                    .name(Role::Strong, clash.object.as_str())
                    .text(" all the same, with other columns"),
            ],
        }
    }

    /// What is asked, in words, above the options.
    fn words(&self) -> Vec<Line<'_>> {
        let clash = match &self.about {
            About::Clash { clash, .. } => clash,
            About::Map(pick) => return pick.words.clone(),
            _ => return Vec::new(),
        };
        let number = |number: usize| Line::new().number(Role::Text, number as u64);
        vec![
            Line::new().name(Role::Strong, clash.file.as_str()).middle(),
            Line::new()
                .text("has ")
                .then(number(clash.file_columns))
                .text(if clash.file_columns == 1 { " column, " } else { " columns, " })
                .name(Role::Text, clash.object.as_str())
                .text(" has ")
                .then(number(clash.object_columns))
                .text("; they share ")
                .then(number(clash.shared))
                .text("."),
            Line::new(),
        ]
    }

    /// Moves the cursor.
    pub fn step(&mut self, step: Step) {
        let len = self.options().len() as u64;
        self.list.step(step, len, 20);
    }
}

/// A name for the object that the file would become: its own, without ending and date.
fn name_of(clash: &Clash) -> String {
    let last = clash.file.rsplit([' ', '/', '\\']).next().unwrap_or(&clash.file);
    let stem = last.split('.').next().unwrap_or(last).trim();
    let stem = if stem.is_empty() { "other" } else { stem };
    if stem.eq_ignore_ascii_case(&clash.object) { format!("{stem} 2") } else { stem.to_owned() }
}

/// A load asks where a file belongs.
pub fn clash(app: &mut App, job: JobId, clash: Clash) {
    let name = name_of(&clash);
    app.overlays
        .push(super::Overlay::Question(Question { about: About::Clash { job, clash, name }, list: List::default() }));
}

/// The question was closed without an answer: nothing is done that was not said.
pub fn closed(app: &mut App, question: &Question) {
    if let Some(job) = question.asked_by() {
        app.effect(Effect::Answer(job, ClashAnswer::Refuse));
    }
}

/// Takes the option under the cursor.
pub fn choose(app: &mut App) {
    let Some(super::Overlay::Question(question)) = app.overlays.pop() else { return };
    let at = question.list.index(question.options().len()).unwrap_or(0);
    match question.about {
        About::Leaving if at == 1 => app.leave(),
        About::Leaving => {}
        About::Map(chosen) => pick::chosen(app, chosen.then, at),
        About::Dictionary => super::super::panes::sources::dictionary::name_file(app, at == 1),
        About::Role { object, column, now } => {
            let role = ROLES[at.min(ROLES.len() - 1)].0;
            if role != now {
                app.ask(Purpose::Change, Ask::SetRole { object, column, role });
            }
        }
        About::Compare { load, others } => {
            if let Some((other, ..)) = others.get(at) {
                sources::compare::open(app, load, *other);
            }
        }
        About::Clash { job, name, .. } => {
            let answer = match at {
                1 => ClashAnswer::Object(name),
                2 => ClashAnswer::SameObject,
                _ => ClashAnswer::Refuse,
            };
            app.effect(Effect::Answer(job, answer));
        }
    }
}

/// Draws the question.
pub fn draw(question: &Question, canvas: &mut Canvas<'_>, area: Rect) {
    let options = question.options();
    let title = match &question.about {
        About::Leaving => Line::new().strong("A load is running"),
        About::Map(pick) => pick.title.clone(),
        About::Dictionary => Line::new().strong("Write the data dictionary"),
        About::Role { column, .. } => Line::new().strong("What ").name(Role::Strong, column.as_str()).strong(" holds"),
        About::Compare { load, .. } => {
            Line::new().strong("Compare load ").made(Role::Strong, load.to_string()).strong(" with")
        }
        About::Clash { .. } => Line::new().strong("Where does this file belong?"),
    };
    let words = question.words();
    let keys = Line::new().quiet(if question.asked_by().is_some() {
        "Enter choose · Esc leaves it out"
    } else {
        "Enter choose · Esc nothing changes"
    });
    let above = u16::try_from(words.len()).unwrap_or(0);
    let height = u16::try_from(options.len()).unwrap_or(u16::MAX).saturating_add(above);
    let inside = super::framed(canvas, area, height, &title, &keys);
    let above = if inside.height > above { above } else { 0 };
    for (y, line) in (inside.y..inside.y + above).zip(&words) {
        canvas.line(inside.x, y, inside.width, line);
    }
    let inside = Rect { y: inside.y + above, height: inside.height - above, ..inside };
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
