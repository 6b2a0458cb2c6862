//! Every legacy ID and what became of it. `typed` reads what a person typed in every way it could be meant; `search` finds
//! it: `propose` asks the identifier index of `sources`, `judge` says how a proposal met, `resolve` whom it leads to;
//! `answer` tells all that is known about one find, with what is `linked` to it.

mod answer;
mod judge;
mod linked;
mod propose;
mod resolve;
pub mod search;
pub mod typed;

use crate::sources::{ColumnRole, Rec};

/// How what was typed met an identifier, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// The same identifier, however it was written.
    Exact,
    /// It begins like that.
    Prefix,
    /// It holds that somewhere.
    Substring,
    /// One character off.
    Typo,
    /// Only with other upper and lower case, or with zeros put back: never taken by itself.
    Guess,
}

/// What sort of identifier met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum IdKind {
    NativeId,
    ForeignKey,
    OtherId,
    Email,
    Phone,
    Name,
    /// An ID that was merged away in its source.
    MergedAway,
}

impl IdKind {
    /// Words for people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::NativeId => "native ID",
            Self::ForeignKey => "points to it",
            Self::OtherId => "other ID",
            Self::Email => "e-mail",
            Self::Phone => "phone",
            Self::Name => "name",
            Self::MergedAway => "merged away",
        }
    }
}

/// What became of the record behind an identifier, as far as is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// A record of the newest loads.
    Loaded,
    /// The source merged it into another record.
    MergedInSource,
    /// Some record names the ID, but no loaded file has its record.
    NotInExtract,
}

impl Status {
    /// Words for people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Loaded => "loaded",
            Self::MergedInSource => "merged in its source",
            Self::NotInExtract => "in no file",
        }
    }
}

/// One line of what was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    pub how: How,
    /// For a guess or a spelling worth a word: `other case`, `with its zeros put back`, `one character off`.
    pub note: Option<String>,
    /// The identifier as the record has it.
    pub id: String,
    /// Byte ranges of `id` that match (for a typo: that differ).
    pub marks: Vec<std::ops::Range<usize>>,
    pub kind: IdKind,
    pub source: String,
    pub object: String,
    /// The column that holds it.
    pub column: String,
    /// The record that holds the identifier.
    pub rec: Rec,
    /// Its record key.
    pub record: String,
    /// Who or what the record is: a name if it has one, else its native ID.
    pub title: String,
    pub status: Status,
    /// One sentence on the status: `merged in Salesforce on 2023-06-14 into 0038d00000Xk3PqAAJ`.
    pub reason: String,
}

/// What a search found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Found {
    pub typed: String,
    /// Best first.
    pub hits: Vec<Hit>,
    /// Different records that match exactly; with more than one none is preferred.
    pub exact: usize,
    /// More would match than are listed.
    pub more: bool,
    /// Sentences a person should know: `Salesforce IDs differ by case alone: 2 records start like this.`
    pub remarks: Vec<String>,
}

/// An identifier linked to the record of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkedId {
    pub id: String,
    pub kind: IdKind,
    pub source: String,
    pub object: String,
    pub status: Status,
    /// `survivor`, `merged in HubSpot 2022-11-02`, `same e-mail`, `named by AccountId`.
    pub note: String,
    pub rec: Option<Rec>,
}

/// One step of a merge chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MergeStep {
    pub from: String,
    pub into: String,
    pub source: String,
    /// As the file wrote it, if it did.
    pub at: Option<String>,
    /// The record that says so.
    pub told_by: String,
}

/// All that is known about one find.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub hit: Hit,
    /// The record that the identifier leads to: after merges the survivor, if it is loaded; else the one that names it.
    pub record: crate::sources::SourceRecord,
    /// A short description: job title, company.
    pub subtitle: String,
    /// The columns worth showing first, with their values: name, e-mail, phone, company, status.
    pub highlights: Vec<(String, ColumnRole, String)>,
    /// From the identifier to the end; empty if it was never merged. A cycle ends where it began and says so in `remarks`.
    pub chain: Vec<MergeStep>,
    /// Identifiers linked to the record: its own, the merged-away, those of records of other systems that share one.
    pub linked: Vec<LinkedId>,
    /// Records that name this one: (source, object, column, how many).
    pub named_by: Vec<(String, String, String, u64)>,
    pub remarks: Vec<String>,
}
