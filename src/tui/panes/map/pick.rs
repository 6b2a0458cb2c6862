//! Choices in this pane: a map, a field, a candidate, a reason, a review, a policy, a kind of rule. A choice knows its words;
//! what follows from it is `Then`.

use super::super::super::app::App;
use super::super::super::paint::Note;
use super::super::super::prompt::{Prompt, Question};
use super::acts::{self, AboutMap, DropAs, Of};
use super::typed::Wanted;
use super::{object, rule};
use crate::mapping::MapKey;
use crate::mapping::edit::Change;
use crate::model::{Missing, MissingPolicy};

/// A choice among a few things.
#[derive(Debug, Clone)]
pub struct Pick {
    pub title: Note,
    /// What is asked, above the options.
    pub words: Vec<Note>,
    pub options: Vec<Note>,
    /// The option under the cursor at first.
    pub begin: usize,
    pub then: Then,
}

/// What follows from the option that was taken.
#[derive(Debug, Clone)]
pub enum Then {
    /// Opens one of these maps.
    Open(Vec<MapKey>),
    /// Writes a rule for one of these fields, from a column.
    Field {
        key: MapKey,
        column: String,
        fields: Vec<String>,
    },
    Candidate {
        options: Vec<(MapKey, Change)>,
    },
    Drop {
        of: Of,
        options: Vec<DropAs>,
    },
    /// Business or not, said or taken back.
    Review {
        of: Of,
        options: Vec<(bool, bool)>,
    },
    Missing {
        key: MapKey,
        field: String,
        options: Vec<Option<MissingPolicy>>,
    },
    /// Facts of the map itself.
    About {
        key: MapKey,
        options: Vec<(AboutMap, String)>,
    },
    /// The lines that kinds of rule are written as.
    Kinds(Vec<String>),
    /// Of the screens of the model.
    Model(super::model_asks::Then),
}

/// An option was taken.
pub fn chosen(app: &mut App, then: Then, at: usize) {
    match then {
        Then::Open(keys) => {
            if let Some(key) = keys.into_iter().nth(at) {
                object::open(app, key);
            }
        }
        Then::Field { key, column, fields } => {
            if let Some(field) = fields.into_iter().nth(at) {
                rule::open(app, key, field, Some(column));
            }
        }
        Then::Candidate { options } => {
            if let Some((key, change)) = options.into_iter().nth(at) {
                let sentence = acts::sentence(&change, &key);
                acts::save(app, vec![(key, vec![change])], String::new(), sentence);
            }
        }
        Then::About { key, options } => {
            if let Some((about, now)) = options.into_iter().nth(at) {
                app.prompt = Some(Prompt::new(Question::Map(Wanted::About(key, about)), &now));
            }
        }
        Then::Drop { of, options } => match options.into_iter().nth(at) {
            Some(DropAs::Because(reason)) => acts::drop(app, &of, &reason),
            Some(DropAs::Other) => app.prompt = Some(Prompt::new(Question::Map(Wanted::DropReason(of)), "")),
            Some(DropAs::Archive(archive_as)) => {
                app.prompt = Some(Prompt::new(Question::Map(Wanted::ArchiveReason(of, archive_as)), ""));
            }
            Some(DropAs::Reopen) => acts::reopen(app, &of),
            None => {}
        },
        Then::Review { of, options } => {
            if let Some((business, said)) = options.get(at) {
                acts::review(app, &of, *business, *said);
            }
        }
        Then::Missing { key, field, options } => match options.into_iter().nth(at) {
            Some(Some(policy @ (MissingPolicy::Default | MissingPolicy::Derive))) => {
                let wanted = Wanted::MissingValue { key, field, policy };
                app.prompt = Some(Prompt::new(Question::Map(wanted), ""));
            }
            Some(Some(policy)) => {
                acts::missing(app, key, field, Some(Missing { policy, value: String::new() }));
            }
            Some(None) => acts::missing(app, key, field, None),
            None => {}
        },
        Then::Kinds(lines) => {
            if let Some(line) = lines.get(at) {
                rule::fill(app, line);
            }
        }
        Then::Model(then) => super::model_asks::chosen(app, then, at),
    }
}
