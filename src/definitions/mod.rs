//! Definitions: what people decided a thing is (the facts of a source, a map, an identity rule set), as TOML documents in
//! one versioned store. Versions, history, comparison, review, approval, withdrawal and undo are written once, here; what
//! a document of some kind may say is for the floor above that owns the kind (`Document`). A version is never changed: a
//! change is another one, and undo lets the one before it stand again. Every act is an entry of the audit chain.

mod acts;
pub mod check;
pub mod difference;
pub mod document;
mod error;
mod read;

pub use acts::{NewVersion, Onto, Saved, apply_deed, bring_back, review, save, save_all, withdraw};
pub use document::{Document, Fault, Place, Places};
pub use error::DefinitionError;
pub use read::{at_version, current, history, names, steps};

use std::fmt;

/// A version's number within its definition, from 1, never used twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct VersionNumber(pub u32);

impl fmt::Display for VersionNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// One version of a definition, exactly as it was saved.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Version {
    pub version: VersionNumber,
    /// It is the one that counts now.
    pub stands: bool,
    /// SHA-256 of the text, hexadecimal.
    pub hash: String,
    pub author: String,
    /// RFC 3339 UTC.
    pub at: String,
    pub comment: String,
    /// What people said of this version, oldest first, without what was taken back.
    pub reviews: Vec<Review>,
    /// The document, as TOML.
    pub text: String,
}

impl Version {
    /// Who approved it last, if nobody refused it since.
    #[must_use]
    pub fn approved(&self) -> Option<&Review> {
        let last = self.reviews.iter().rev().find(|review| review.verdict != Verdict::Reviewed);
        last.filter(|review| review.verdict == Verdict::Approved)
    }
}

/// What a person said of a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Read and commented; neither approved nor refused.
    Reviewed,
    Approved,
    Refused,
}

impl Verdict {
    /// The word in the workspace and on the command line.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Reviewed => "reviewed",
            Self::Approved => "approved",
            Self::Refused => "refused",
        }
    }

    /// The verdict that a word names.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Reviewed, Self::Approved, Self::Refused].into_iter().find(|verdict| verdict.word() == word)
    }
}

/// A review of one version.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Review {
    pub seq: i64,
    pub verdict: Verdict,
    pub who: String,
    /// RFC 3339 UTC.
    pub at: String,
    pub comment: String,
}

/// One moment in the life of a definition.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Step {
    pub seq: i64,
    /// The version that stood from then on; `None`: none did.
    pub version: Option<VersionNumber>,
    /// `saved`, `withdrawn`, `brought back`, `undone`, `redone`.
    pub act: String,
    pub who: String,
    /// RFC 3339 UTC.
    pub at: String,
    pub comment: String,
}

#[cfg(test)]
mod tests;
