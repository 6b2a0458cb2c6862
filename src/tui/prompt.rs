//! A question that wants one line of text, asked in the message row: a text to find, a file to write, a workspace to
//! create or open. The pane stays in sight. What is wrong with an answer is said beside it.

use std::path::{Path, PathBuf};

use super::action::Act;
use super::app::{App, Purpose};
use super::msg::Ask;
use super::paint::{Line, Note};
use super::panes::{map, sources};
use super::widgets::field::TextField;

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Question {
    Find,
    /// Of the inventory; it works while it is typed.
    Filter,
    /// The name of a system that has no file yet.
    NewSystem,
    /// Quarantined rows: all, or those with one reason.
    Write(Option<String>),
    Create,
    OpenFile,
    // Figures and their rows
    /// Which columns the data dictionary shows.
    DictionaryFilter,
    WriteRows,
    WriteCounts,
    WriteDictionary {
        html: bool,
    },
    /// In the pane Map.
    Map(map::typed::Wanted),
}

/// The question with what was typed so far.
#[derive(Debug, Clone)]
pub struct Prompt {
    pub question: Question,
    pub field: TextField,
    /// What is wrong with the answer.
    pub refusal: Option<&'static str>,
}

impl Prompt {
    /// A question with a proposed answer.
    #[must_use]
    pub fn new(question: Question, proposed: &str) -> Self {
        Self { question, field: TextField::with(proposed), refusal: None }
    }

    /// The words before the field.
    #[must_use]
    pub fn label(&self) -> Note {
        Line::new().strong(match &self.question {
            Question::Map(wanted) => return wanted.label(),
            Question::Find => "Find",
            Question::Filter => "Filter",
            Question::NewSystem => "Name of the system",
            Question::Write(_) => "Write to the file",
            Question::Create => "Create the workspace",
            Question::OpenFile => "Open the workspace",
            Question::DictionaryFilter => "Only columns with",
            Question::WriteRows | Question::WriteCounts | Question::WriteDictionary { .. } => "Write to the file",
        })
    }
}

/// A path as it was typed.
#[must_use]
pub fn path(text: &str) -> PathBuf {
    Path::new(text.trim()).to_path_buf()
}

/// Does an action in the prompt, if there is one. Returns whether it was taken.
pub fn perform(app: &mut App, act: Act) -> bool {
    if !app.overlays.is_empty() {
        return false;
    }
    let Some(prompt) = &mut app.prompt else { return false };
    match act {
        Act::Back => match app.prompt.take().map(|prompt| prompt.question) {
            Some(Question::Filter) => sources::inventory::filter(app, ""),
            Some(Question::DictionaryFilter) => sources::dictionary::filter(app, ""),
            Some(Question::Map(wanted)) => map::typed::given_up(app, wanted),
            _ => {}
        },
        // It worked already while it was typed.
        Act::Open if prompt.question == Question::Filter => app.prompt = None,
        Act::Open => {
            let text = prompt.field.text().trim().to_owned();
            let may_be_empty = match &prompt.question {
                Question::DictionaryFilter => true,
                Question::Map(wanted) => wanted.may_be_empty(),
                _ => false,
            };
            if text.is_empty() && !may_be_empty {
                prompt.refusal = Some("nothing was typed");
                return true;
            }
            let Some(prompt) = app.prompt.take() else { return true };
            match prompt.question {
                Question::Find => sources::find(app, text),
                Question::Filter => {}
                Question::NewSystem => app.ask(Purpose::Change, Ask::AddSystem(text)),
                Question::Write(reason) => app.ask(Purpose::Write, Ask::WriteQuarantine { reason, path: path(&text) }),
                Question::Create => {
                    let named = path(&text);
                    let named = if named.extension().is_none() { named.with_extension("cutover") } else { named };
                    app.ask(Purpose::Open, Ask::Create(named));
                }
                Question::DictionaryFilter => sources::dictionary::filter(app, &text),
                Question::Map(wanted) => map::typed::given(app, wanted, text),
                Question::WriteRows => sources::rows::write(app, path(&text)),
                Question::WriteCounts => sources::values::write(app, path(&text)),
                Question::WriteDictionary { html } => sources::dictionary::write(app, html, path(&text)),
                Question::OpenFile => app.ask(Purpose::Open, Ask::Open { path: path(&text), read_only: false }),
            }
        }
        _ => return false,
    }
    true
}

/// The answer changed: what was wrong with it may be so no more.
pub fn text_changed(app: &mut App) {
    let Some(prompt) = &mut app.prompt else { return };
    prompt.refusal = None;
    let text = prompt.field.text().to_owned();
    match &prompt.question {
        Question::Map(wanted) => {
            let wanted = wanted.clone();
            map::typed::changed(app, &wanted, &text);
        }
        Question::Filter => sources::inventory::filter(app, &text),
        Question::DictionaryFilter => sources::dictionary::filter(app, text.trim()),
        _ => {}
    }
}
