//! The operating questions: what a customer is here, who can have several of what, which system wins. Each is answered
//! once, dated, by name (definitions of kind `answer`), and shown where it matters. `assets/questions.toml` asks what every
//! migration has to know; a project may ask more.

use std::sync::LazyLock;

use rusqlite::Connection;

use super::entries::{Entry, Line};
use super::{ModelError, entries};
use crate::definitions::{self, DefinitionError, Document, Fault, NewVersion, Onto, VersionNumber, document};
use crate::values::shown::Shown;
use crate::workspace::Workspace;

/// The kind of answers in the store of definitions.
pub const KIND: &str = "answer";

/// A question, as Cutover or the project asks it.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Question {
    /// `what-is-a-customer`.
    pub id: String,
    pub question: String,
    /// Answers to choose from; another may be given.
    pub choices: Vec<String>,
    /// Entities (or `map`, `duplicates`) beside which it is shown.
    pub matters_to: Vec<String>,
    pub answer: Option<Answer>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Answer {
    pub answer: String,
    pub because: String,
    pub by: String,
    /// RFC 3339 UTC.
    pub at: String,
}

/// The document of one question: what was answered, and the question itself, where Cutover does not ask it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answered {
    /// As it read when it was answered.
    pub question: String,
    pub choices: Vec<String>,
    pub matters_to: Vec<String>,
    /// `None`: asked by the project, and open.
    pub answer: Option<Answer>,
}

#[derive(Debug, serde::Deserialize)]
struct Asset {
    question: Vec<Asked>,
}

#[derive(Debug, serde::Deserialize)]
struct Asked {
    id: String,
    question: String,
    choices: Vec<String>,
    matters_to: Vec<String>,
}

// The asset is part of the program, and a test reads it.
static SHIPPED: LazyLock<Vec<Asked>> = LazyLock::new(|| {
    toml::from_str::<Asset>(include_str!("../../assets/questions.toml")).map(|asset| asset.question).unwrap_or_default()
});

impl Document for Answered {
    const KIND: &'static str = KIND;

    fn parse(text: &str) -> Result<Self, Vec<Fault>> {
        let (found, faults) = Self::take(text);
        if faults.is_empty() { Ok(found) } else { Err(faults) }
    }

    fn to_toml(&self) -> String {
        let mut line = Line::default();
        line.text("question", &self.question).texts("choices", &self.choices).texts("matters_to", &self.matters_to);
        if let Some(answer) = &self.answer {
            line.text("answer", &answer.answer).text("because", &answer.because);
            line.text("by", &answer.by).text("at", &answer.at);
        }
        line.lines()
    }
}

impl Answered {
    /// What can be read of a document, and what is wrong with it.
    fn take(text: &str) -> (Self, Vec<Fault>) {
        let (table, places) = match document::read_toml(text) {
            Ok(read) => read,
            Err(fault) => return (Self::default(), vec![fault]),
        };
        let (entry, mut faults) = (Entry::whole(&table, &places), Vec::new());
        entry.only(&["question", "choices", "matters_to", "answer", "because", "by", "at"], &mut faults);
        let mut found = Self {
            question: entry.text("question", &mut faults),
            choices: entry.texts("choices", &mut faults),
            matters_to: entry.texts("matters_to", &mut faults),
            answer: None,
        };
        let answer = Answer {
            answer: entry.text("answer", &mut faults),
            because: entry.text("because", &mut faults),
            by: entry.text("by", &mut faults),
            at: entry.text("at", &mut faults),
        };
        if answer.answer.trim().is_empty() {
            if answer != Answer::default() {
                faults.push(entry.fault("answer", "what is answered is missing"));
            }
        } else {
            if !answer.at.is_empty() && answer.at.parse::<jiff::Timestamp>().is_err() {
                faults.push(entry.fault("at", "a moment is expected, such as 2025-11-20T18:00:00Z"));
            }
            found.answer = Some(answer);
        }
        if found.question.trim().is_empty() && found.answer.is_none() {
            faults.push(entry.fault("", "neither a question nor an answer stands in it"));
        }
        faults.sort_by_key(|fault| fault.place);
        (found, faults)
    }
}

/// Every question, answered or not, in their order: those that Cutover asks, then the project's own as they were asked.
///
/// # Errors
/// If the database cannot be read.
pub fn questions(conn: &Connection) -> rusqlite::Result<Vec<Question>> {
    let mut all: Vec<Question> = SHIPPED.iter().map(shipped).collect();
    for id in definitions::names(conn, KIND)? {
        let Some((stored, _)) = stored(conn, &id)? else { continue };
        match all.iter_mut().find(|question| question.id == id) {
            Some(question) => question.answer = stored.answer,
            None => all.push(Question {
                id,
                question: stored.question,
                choices: stored.choices,
                matters_to: stored.matters_to,
                answer: stored.answer,
            }),
        }
    }
    Ok(all)
}

/// The questions that matter to an entity or a pane, answered or not.
///
/// # Errors
/// If the database cannot be read.
pub fn questions_for(conn: &Connection, what: &str) -> rusqlite::Result<Vec<Question>> {
    let mut all = questions(conn)?;
    all.retain(|question| question.matters_to.iter().any(|matter| matter == what));
    Ok(all)
}

fn shipped(asked: &Asked) -> Question {
    Question {
        id: asked.id.clone(),
        question: asked.question.clone(),
        choices: asked.choices.clone(),
        matters_to: asked.matters_to.clone(),
        answer: None,
    }
}

fn stored(conn: &Connection, id: &str) -> rusqlite::Result<Option<(Answered, VersionNumber)>> {
    let version = definitions::current(conn, KIND, id)?;
    Ok(version.map(|version| (Answered::take(&version.text).0, version.version)))
}

/// Answers a question; an earlier answer stays in its history. A question with an id that is not known is asked anew.
/// What stands already, word for word, keeps its date.
///
/// # Errors
/// If the answer is empty, there is no such question and none is asked, or the workspace cannot be written.
pub fn answer(
    workspace: &Workspace,
    id: &str,
    question: Option<&str>,
    answer: &str,
    because: &str,
) -> Result<(), ModelError> {
    let (answer, because) = (text_of("an answer", answer)?, text_of("a reason", because)?);
    if answer.is_empty() {
        return Err(refused("An answer is not empty. Nothing was changed.", "Say it in a sentence."));
    }
    write(workspace, id, question, |document, by| {
        if document.answer.as_ref().is_some_and(|old| old.answer == answer && old.because == because) {
            return;
        }
        document.answer = Some(Answer { answer: answer.clone(), because: because.clone(), by, at: now() });
    })
}

/// Asks a question of the project's own, or words one anew; an answer that it has stays.
///
/// # Errors
/// If the question is empty or one that Cutover asks, or the workspace cannot be written.
pub fn ask(
    workspace: &Workspace,
    id: &str,
    question: &str,
    choices: &[String],
    matters_to: &[String],
) -> Result<(), ModelError> {
    if SHIPPED.iter().any(|asked| asked.id == id) {
        return Err(refused(
            format!("“{}” is asked already. Nothing was changed.", Shown::of(id)),
            "cutover questions answer ID ANSWER answers it; another question needs another id.",
        ));
    }
    if question.trim().is_empty() {
        return Err(refused("A question is not empty. Nothing was changed.", "Write it as a sentence."));
    }
    write(workspace, id, Some(question), |document, _| {
        document.choices = choices.iter().map(|text| entries::on_one_line(text)).collect();
        document.matters_to = matters_to.iter().map(|text| entries::on_one_line(text)).collect();
    })
}

/// Changes the document of one question onto the version that it was read from.
fn write(
    workspace: &Workspace,
    id: &str,
    question: Option<&str>,
    change: impl FnOnce(&mut Answered, String),
) -> Result<(), ModelError> {
    let id = id.trim();
    if id.is_empty() || id.len() > 60 || !id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    {
        return Err(refused(
            format!("“{}” cannot be the id of a question. Nothing was changed.", Shown::of(id)),
            "An id has small letters, digits and hyphens: what-is-a-customer.",
        ));
    }
    let reader = workspace.reader()?;
    let before = stored(reader.conn(), id).map_err(|e| ModelError::from(e).at(&reader))?;
    let asked = SHIPPED.iter().find(|asked| asked.id == id);
    let onto = Onto::Version(before.as_ref().map(|(_, version)| *version));
    let mut document = match (before, asked, question) {
        (Some((document, _)), ..) => document,
        (None, Some(asked), _) => Answered { question: asked.question.clone(), ..Answered::default() },
        (None, None, Some(_)) => Answered::default(),
        (None, None, None) => {
            return Err(refused(
                format!("There is no question “{}”. Nothing was changed.", Shown::of(id)),
                "cutover questions lists them; cutover questions ask ID QUESTION asks another.",
            ));
        }
    };
    if let Some(question) = question.filter(|text| !text.trim().is_empty() && asked.is_none()) {
        document.question = text_of("a question", question)?;
    }
    change(&mut document, workspace.actor().to_owned());
    let text = document.to_toml();
    Answered::parse(&text).map_err(|faults| ModelError::from(DefinitionError::Document(faults)))?;
    definitions::save(workspace, NewVersion { kind: KIND, name: id.to_owned(), text, comment: String::new(), onto })?;
    Ok(())
}

fn text_of(what: &str, text: &str) -> Result<String, ModelError> {
    let text = entries::on_one_line(text);
    if text.chars().count() >= entries::LONGEST_TEXT {
        let most = entries::LONGEST_TEXT;
        return Err(refused(
            format!("The text is too long for {what}. Nothing was changed."),
            format!("It has at most {most} characters."),
        ));
    }
    Ok(text)
}

fn refused(message: impl Into<String>, hint: impl Into<String>) -> ModelError {
    ModelError::Refused { message: message.into(), hint: hint.into() }
}

fn now() -> String {
    jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::deeds;

    fn ground() -> (tempfile::TempDir, Workspace) {
        let folder = tempfile::tempdir().unwrap();
        let workspace = Workspace::create(&folder.path().join("w.cutover"), "mira").unwrap();
        (folder, workspace)
    }

    fn all(workspace: &Workspace) -> Vec<Question> {
        questions(workspace.reader().unwrap().conn()).unwrap()
    }

    fn one(workspace: &Workspace, id: &str) -> Question {
        all(workspace).into_iter().find(|question| question.id == id).unwrap()
    }

    #[test]
    fn the_shipped_questions_are_whole_and_have_ids_of_their_own() {
        assert!(SHIPPED.len() >= 15);
        let ids: std::collections::BTreeSet<&str> = SHIPPED.iter().map(|asked| asked.id.as_str()).collect();
        assert_eq!(ids.len(), SHIPPED.len());
        for asked in SHIPPED.iter() {
            assert!(asked.question.ends_with('?') && !asked.matters_to.is_empty(), "{}", asked.id);
            assert!(asked.choices.len() >= 2, "{}", asked.id);
        }
        assert!(ids.contains("what-is-a-customer"));
    }

    #[test]
    fn what_a_question_matters_to_is_an_entity_that_cutover_comes_with_or_a_place() {
        const PLACES: [&str; 4] = ["map", "duplicates", "lifecycle", "delivery"];
        for asked in SHIPPED.iter() {
            let unknown = asked
                .matters_to
                .iter()
                .find(|what| !PLACES.contains(&what.as_str()) && crate::model::shipped::entity(what).is_none());
            assert_eq!(unknown, None, "{}", asked.id);
        }
    }

    #[test]
    fn an_answer_is_dated_by_name_and_undo_opens_the_question_again() {
        let (_folder, workspace) = ground();
        assert!(all(&workspace).iter().all(|question| question.answer.is_none()));
        answer(&workspace, "what-is-a-customer", None, "an account", "Sales signs with companies.").unwrap();
        let found = one(&workspace, "what-is-a-customer").answer.unwrap();
        assert_eq!((found.answer.as_str(), found.by.as_str()), ("an account", "mira"));
        assert!(found.at.parse::<jiff::Timestamp>().is_ok());
        // The same words keep their date: no second version.
        answer(&workspace, "what-is-a-customer", None, "an account", "Sales signs with companies.").unwrap();
        let reader = workspace.reader().unwrap();
        assert_eq!(definitions::history(reader.conn(), KIND, "what-is-a-customer").unwrap().len(), 1);
        let deed = deeds::last_done(reader.conn(), "mira").unwrap().unwrap();
        definitions::apply_deed(&workspace, &deed, true).unwrap();
        assert_eq!(one(&workspace, "what-is-a-customer").answer, None);
    }

    #[test]
    fn a_project_asks_questions_of_its_own() {
        let (_folder, workspace) = ground();
        assert!(answer(&workspace, "who-is-vip", None, "nobody", "").is_err());
        ask(&workspace, "who-is-vip", "Who is a VIP?", &["nobody".to_owned()], &["person".to_owned()]).unwrap();
        let asked = all(&workspace).pop().unwrap();
        assert_eq!((asked.question.as_str(), asked.answer), ("Who is a VIP?", None));
        answer(&workspace, "who-is-vip", None, "nobody", "").unwrap();
        assert_eq!(all(&workspace).pop().unwrap().answer.unwrap().answer, "nobody");
        answer(&workspace, "is-it-late", Some("Is it late?"), "no", "").unwrap();
        assert_eq!(all(&workspace).pop().unwrap().question, "Is it late?");
        let of_person = questions_for(workspace.reader().unwrap().conn(), "person").unwrap();
        assert!(of_person.iter().any(|question| question.id == "who-is-vip"));
        for wrong in ["", "A b", "ä", &"a".repeat(61)] {
            assert!(ask(&workspace, wrong, "Is it?", &[], &[]).is_err(), "{wrong}");
        }
        assert!(ask(&workspace, "what-is-a-customer", "What?", &[], &[]).is_err());
        assert!(answer(&workspace, "who-is-vip", None, " \n ", "").is_err());
    }

    #[test]
    fn a_document_with_faults_names_all_of_them_by_line() {
        let faults = Answered::parse("question = 1\nbecause = \"x\"\nanwser = \"y\"\nat = \"never\"\n").unwrap_err();
        let lines: Vec<u64> = faults.iter().filter_map(|fault| fault.place).map(|place| place.line).collect();
        assert!(lines.contains(&1) && lines.contains(&3), "{faults:?}");
        let whole = Answered {
            question: "Why\u{202E}?".to_owned(),
            choices: vec!["a \"b\"".to_owned()],
            matters_to: vec!["map".to_owned()],
            answer: Some(Answer { answer: "so".to_owned(), by: "mira".to_owned(), ..Answer::default() }),
        };
        assert_eq!(Answered::parse(&whole.to_toml()).unwrap(), whole);
    }
}
