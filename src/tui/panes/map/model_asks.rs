//! What the screens of the model, of value maps, of questions and of the source of truth ask people: choices and lines of
//! text, and what follows from the answers.

use super::super::super::action::{self, Act};
use super::super::super::app::App;
use super::super::super::msg::model::ModelReply;
use super::super::super::paint::{Line, Note};
use super::super::super::prompt::{Prompt, Question};
use super::super::super::theme::Role;
use super::{Screen, blocks, entity, model, questions, registered, truth, values, versions};
use crate::definitions::Verdict;
use crate::mapping::MapKey;
use crate::mapping::ValueTarget;
use crate::model::truth::TruthRow;

/// What follows from a choice.
#[derive(Debug, Clone)]
pub enum Then {
    /// An answer to an operating question; past the last choice: in one's own words.
    Answer { question: String, choices: Vec<String> },
    /// Which fact of a field is changed.
    FieldFact { entity: String, field: String },
    /// What is said of the version of an entity that stands.
    Verdict { entity: String },
    /// The word of a fact of an entity or of one of its fields: its key, the words.
    Word { entity: String, key: String, words: Vec<String> },
    /// The field that the values of a column become.
    ValueMap { key: MapKey, column: String, fields: Vec<String> },
    /// The system that owns a type of data, or is trusted for it afterwards; past the last: not decided.
    Owner { row: Box<TruthRow>, after: bool, systems: Vec<String> },
}

/// What a line of text is wanted for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    // Value maps
    /// What values become.
    Becomes {
        values: Vec<String>,
        only_where: String,
    },
    /// Why records with these values are left out.
    ExcludedFor {
        values: Vec<String>,
    },
    /// For which of their rows an answer is meant, as an expression.
    OnlyWhere {
        values: Vec<String>,
    },
    /// What every value becomes that has no line of its own.
    Otherwise,
    // Operating questions
    Answer {
        question: String,
    },
    Because {
        question: String,
        answer: String,
    },
    /// The type of data, entity or field that a source of truth is decided for.
    TruthOf,
    // The model
    /// A fact of an entity or of one of its fields, by its key.
    Fact {
        entity: String,
        key: String,
        label: &'static str,
    },
    NewField {
        entity: String,
    },
    NewEntity,
    VerdictComment {
        entity: String,
        verdict: Verdict,
    },
    RemoveBecause {
        entity: String,
    },
}

fn of_values(values: &[String]) -> Note {
    match values {
        [one] if one.is_empty() => Line::new().strong("(empty)"),
        [one] => Line::new().data(Role::Strong, one.clone()).most(24),
        many => Line::new().plural(Role::Strong, many.len() as u64, "value", "values"),
    }
}

impl Wanted {
    /// Whether nothing is an answer too.
    #[must_use]
    pub fn may_be_empty(&self) -> bool {
        matches!(
            self,
            Self::Because { .. }
                | Self::Becomes { .. }
                | Self::Fact { .. }
                | Self::VerdictComment { .. }
                | Self::RemoveBecause { .. }
        )
    }

    /// The words before the field.
    #[must_use]
    pub fn label(&self) -> Note {
        match self {
            Self::Becomes { values, only_where } => {
                let line = of_values(values);
                let line = if only_where.is_empty() {
                    line
                } else {
                    line.quiet(" where ").name(Role::Text, only_where.clone())
                };
                line.strong(if values.len() == 1 { " becomes" } else { " become" })
            }
            Self::ExcludedFor { values } => Line::new().strong("Exclude ").then(of_values(values)).strong(", because"),
            Self::OnlyWhere { values } => of_values(values).strong(" only where"),
            Self::Otherwise => Line::new().strong("Every other value becomes"),
            Self::Answer { .. } => Line::new().strong("The answer"),
            Self::Because { .. } => Line::new().strong("Because (may be empty)"),
            Self::Fact { label, .. } => Line::new().strong(label),
            Self::NewField { .. } => Line::new().strong("Name of the field"),
            Self::NewEntity => Line::new().strong("Name of the entity, as tables are named"),
            Self::VerdictComment { .. } => Line::new().strong("Comment (may be empty)"),
            Self::RemoveBecause { entity } => {
                Line::new().strong("Take ").name(Role::Strong, entity.clone()).strong(" out, because (may be empty)")
            }
            Self::TruthOf => Line::new().strong("Type of data, entity, or entity.field"),
        }
    }
}

/// An option was taken.
pub fn chosen(app: &mut App, then: Then, at: usize) {
    match then {
        Then::Answer { question, choices } => match choices.into_iter().nth(at) {
            Some(answer) => questions::because(app, question, answer),
            None => {
                let wanted = Wanted::Answer { question };
                app.prompt = Some(Prompt::new(Question::Map(super::typed::Wanted::Model(wanted)), ""));
            }
        },
        Then::FieldFact { entity, field } => entity::fact_chosen(app, entity, &field, at),
        Then::Word { entity, key, words } => {
            if let Some(word) = words.get(at) {
                entity::change(app, &entity, format!("{key}={word}"));
            }
        }
        Then::ValueMap { key, column, fields } => {
            if let Some(field) = fields.into_iter().nth(at) {
                values::rule_chosen(app, key, column, field);
            }
        }
        Then::Verdict { entity } => entity::verdict_chosen(app, entity, at),
        Then::Owner { mut row, after, systems } => {
            let system = systems.into_iter().nth(at).unwrap_or_default();
            if after {
                row.after = system;
            } else {
                row.owner = system;
            }
            truth::decide(app, *row);
        }
    }
}

/// A line was typed.
pub fn given(app: &mut App, wanted: Wanted, text: String) {
    app.map.typed = Some((wanted.clone(), text.clone()));
    match wanted {
        Wanted::Becomes { values, only_where } => match values::meant_by(app, &text) {
            Some(to) => values::give(app, &values, &only_where, ValueTarget::Value(to)),
            None => values::not_allowed(app, Wanted::Becomes { values, only_where }, &text),
        },
        Wanted::ExcludedFor { values } => values::give(app, &values, "", ValueTarget::Excluded(text)),
        Wanted::OnlyWhere { values } => values::want_target(app, values, text),
        Wanted::Answer { question } => questions::because(app, question, text),
        Wanted::Because { question, answer } => questions::answer(app, question, answer, text),
        Wanted::Fact { entity: name, key, .. } => entity::typed_fact(app, &name, &key, &text),
        Wanted::NewField { entity: name } => entity::change(app, &name, format!("fields+={text}")),
        Wanted::NewEntity => entity::add(app, text),
        Wanted::VerdictComment { entity: name, verdict } => entity::say_verdict(app, name, verdict, text),
        Wanted::RemoveBecause { entity: name } => entity::remove(app, name, text),
        Wanted::TruthOf => truth::choose_for(app, TruthRow { of: text, ..TruthRow::default() }, false),
        Wanted::Otherwise => match values::meant_by(app, &text) {
            Some(to) => values::give_default(app, to),
            None => values::not_allowed(app, Wanted::Otherwise, &text),
        },
    }
}

/// An answer arrived.
pub fn arrived(app: &mut App, reply: ModelReply) {
    match reply {
        ModelReply::Entities(_) => {}
        ModelReply::Values { key, column, table } => values::arrived(app, &key, &column, table),
        ModelReply::Groups(groups) => values::grouped(app, groups),
        ModelReply::Versions(name, lines) => versions::arrived(app, &name, lines),
        ModelReply::Targets(targets) => registered::targets(app, targets),
        ModelReply::Users(lists) => registered::users(app, lists),
        ModelReply::Questions(questions) => app.map.questions = Some(questions),
        ModelReply::Truth(truth) => truth::arrived(app, truth),
        ModelReply::Changed(sentence) => {
            app.map.typed = None;
            app.say_saved(sentence);
            app.refresh();
        }
    }
}

/// A change was refused: what was typed for it is still there, under the message that says what is wrong.
pub fn refused(app: &mut App) {
    values::save_refused(app);
    if let (Some((wanted, text)), None) = (app.map.typed.take(), &app.prompt) {
        app.prompt = Some(Prompt::new(Question::Map(super::typed::Wanted::Model(wanted)), &text));
    }
}

/// Takes the marks and the filter of the screen away. Returns whether there was something.
pub fn unfiltered(app: &mut App) -> bool {
    match app.map.stack.last_mut() {
        Some(Screen::Values(screen)) => values::unfiltered(screen),
        Some(Screen::Blocks(screen)) => blocks::unfiltered(screen),
        Some(Screen::Model(screen)) => model::unfiltered(screen),
        Some(Screen::Entity(screen)) => entity::unfiltered(screen),
        Some(Screen::Questions(screen)) => questions::unfiltered(screen),
        Some(Screen::Truth(screen)) => truth::unfiltered(screen),
        Some(Screen::Registered(screen)) => registered::unfiltered(screen),
        _ => false,
    }
}

/// Why an action cannot run now.
#[must_use]
pub fn why_not(app: &App, act: Act) -> Option<Note> {
    // Only what the screen itself does: leaving, undo and the keys of a prompt work whatever it shows.
    let own = app.map.place().scopes().get(..1).unwrap_or_default();
    if app.prompt.is_some() || action::find(own, act).is_none() {
        return None;
    }
    let words = match app.map.stack.last() {
        Some(Screen::Values(screen)) => values::why_not(screen, act),
        Some(Screen::Entity(screen)) => entity::why_not(app, screen, act),
        Some(Screen::Versions(screen)) => versions::why_not(screen, act),
        Some(Screen::Truth(screen)) => truth::why_not(app, screen, act),
        _ => None,
    };
    words.map(|words| Line::new().text(words))
}

/// Whether an action would write into the workspace.
#[must_use]
pub fn changes(app: &App, act: Act) -> bool {
    match app.map.stack.last() {
        Some(Screen::Values(_)) => matches!(
            act,
            Act::Open
                | Act::Accept
                | Act::AcceptAll
                | Act::DropField
                | Act::Otherwise
                | Act::NothingThere
                | Act::SplitBy
                | Act::Reopen
        ),
        Some(Screen::Versions(_)) => act == Act::Restore,
        Some(Screen::Model(_)) => matches!(act, Act::Add | Act::Remove | Act::Review),
        Some(Screen::Entity(_)) => matches!(act, Act::Open | Act::Add | Act::Remove | Act::Review),
        Some(Screen::Questions(_)) => matches!(act, Act::Open | Act::Edit),
        Some(Screen::Truth(_)) => matches!(act, Act::Open | Act::Accept | Act::Add | Act::Remove),
        _ => false,
    }
}

/// What stands in the message row while nothing just happened.
#[must_use]
pub fn notice(_app: &App) -> Option<Note> {
    None
}
