//! What changes definitions: each act is one transaction with its entry in the audit chain and its deed for undo.

use rusqlite::{Connection, Transaction, params};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{DefinitionError, Verdict, VersionNumber, read};
use crate::values::shown::Shown;
use crate::workspace::deeds::{self, Deed};
use crate::workspace::{Workspace, audit};

/// What deeds of this floor are called in the undo log.
pub const DEED: &str = "definition";

/// Which version a change was made on, so that two people do not overwrite each other unseen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Onto {
    /// Whatever stands.
    Any,
    /// This version; `None`: there was none.
    Version(Option<VersionNumber>),
}

/// A document to save. Its kind has checked the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewVersion {
    pub kind: &'static str,
    pub name: String,
    pub text: String,
    /// Why, in a person's words; may be empty.
    pub comment: String,
    pub onto: Onto,
}

/// What came of saving.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Saved {
    /// The version that stands now.
    pub version: VersionNumber,
    /// `false`: it stood already, with this very text; nothing was written.
    pub is_new: bool,
}

/// What undo and redo need to know.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
enum Detail {
    /// Another version stands, or none.
    Stand {
        kind: String,
        name: String,
        before: Option<VersionNumber>,
        after: Option<VersionNumber>,
    },
    /// Several were saved in one commit; no definition is in the list twice.
    StandTogether {
        all: Vec<Stood>,
    },
    Review {
        kind: String,
        name: String,
        version: VersionNumber,
        verdict: Verdict,
        comment: String,
        review: i64,
    },
}

/// One of several definitions of which another version stands.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Stood {
    kind: String,
    name: String,
    before: Option<VersionNumber>,
    after: Option<VersionNumber>,
}

/// Why the transaction changed nothing.
enum Refused {
    Overtaken(Option<(VersionNumber, String)>),
    NoSuchVersion(VersionNumber),
    NotDefined,
}

impl Refused {
    fn of(self, name: &str) -> DefinitionError {
        let name = name.to_owned();
        match self {
            Self::Overtaken(Some((version, author))) => DefinitionError::Overtaken { name, version, author },
            Self::Overtaken(None) => DefinitionError::Withdrawn { name },
            Self::NoSuchVersion(version) => DefinitionError::NoSuchVersion { name, version },
            Self::NotDefined => DefinitionError::NotDefined { name },
        }
    }
}

fn now() -> String {
    jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// SHA-256 of a text, hexadecimal.
pub(super) fn hash_of(text: &str) -> String {
    audit::hex(&Sha256::digest(text.as_bytes()))
}

/// How a definition is named in the audit chain: `source Salesforce`.
pub(super) fn subject(kind: &str, name: &str) -> String {
    format!("{kind} {name}")
}

/// Saves a document as a new version; nothing happens if that text stands already.
///
/// # Errors
/// If another version stands than the one it was made on, or the workspace cannot be written.
pub fn save(workspace: &Workspace, new: NewVersion) -> Result<Saved, DefinitionError> {
    let mut saved = save_all(workspace, vec![new])?;
    // One document was given, so one answer comes back.
    saved.pop().ok_or(DefinitionError::DamagedDeed)
}

/// Saves several documents in one commit and as one deed: one undo takes all of them back, redo brings all again. What
/// came of each, in the order given.
///
/// # Errors
/// As [`save`], for the first that cannot be saved; then none is.
pub fn save_all(workspace: &Workspace, all: Vec<NewVersion>) -> Result<Vec<Saved>, DefinitionError> {
    let who = workspace.actor().to_owned();
    let saved = workspace.writer()?.transact(move |tx| {
        // All are looked at before the first is written: a refusal leaves nothing behind.
        for new in &all {
            let before = standing_of(tx, new.kind, &new.name)?;
            if let Err(refused) = check_onto(tx, new.kind, &new.name, new.onto, before)? {
                return Ok(Err((refused, new.name.clone())));
            }
        }
        let mut saved = Vec::with_capacity(all.len());
        let mut stood: Vec<Stood> = Vec::new();
        for new in &all {
            let (one, before) = put(tx, new, &who)?;
            saved.push(one);
            if !one.is_new {
                continue;
            }
            match stood.iter_mut().find(|known| known.kind == new.kind && known.name == new.name) {
                Some(known) => known.after = Some(one.version),
                None => stood.push(Stood {
                    kind: new.kind.to_owned(),
                    name: new.name.clone(),
                    before,
                    after: Some(one.version),
                }),
            }
        }
        let detail = match stood.pop() {
            None => return Ok(Ok(saved)),
            Some(Stood { kind, name, before, after }) if stood.is_empty() => {
                Detail::Stand { kind, name, before, after }
            }
            Some(last) => {
                stood.push(last);
                Detail::StandTogether { all: stood }
            }
        };
        deeds::record(tx, &who, DEED, &json(&detail))?;
        Ok(Ok(saved))
    })?;
    saved.map_err(|(refused, name)| refused.of(&name))
}

fn standing_of(conn: &Connection, kind: &str, name: &str) -> rusqlite::Result<Option<VersionNumber>> {
    Ok(read::number(conn, kind, name)?.map(|id| read::standing(conn, id)).transpose()?.flatten())
}

/// Writes one version and lets it stand, unless its text stands already; with the version that stood before.
fn put(tx: &Transaction<'_>, new: &NewVersion, who: &str) -> rusqlite::Result<(Saved, Option<VersionNumber>)> {
    let NewVersion { kind, name, text, comment, onto: _ } = new;
    let known = read::number(tx, kind, name)?;
    let before = known.map(|id| read::standing(tx, id)).transpose()?.flatten();
    if let (Some(id), Some(version)) = (known, before)
        && text_of(tx, id, version)? == *text
    {
        return Ok((Saved { version, is_new: false }, before));
    }
    let id = match known {
        Some(id) => id,
        None => {
            tx.execute("INSERT INTO definition (kind, name) VALUES (?1, ?2)", params![kind, name])?;
            tx.last_insert_rowid()
        }
    };
    let version: u32 = tx.query_row(
        "SELECT coalesce(max(version), 0) + 1 FROM definition_version WHERE definition = ?1",
        [id],
        |row| row.get(0),
    )?;
    tx.execute(
        "INSERT INTO definition_version (definition, version, text, hash, author, at, comment)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![id, version, text, hash_of(text), who, now(), comment],
    )?;
    let after = Some(VersionNumber(version));
    Change { id, kind, name, before, after, who, comment }.stand(tx, "saved", "saved definition")?;
    Ok((Saved { version: VersionNumber(version), is_new: true }, before))
}

/// Lets no version stand any more; the versions stay.
///
/// # Errors
/// If nothing stands, or the workspace cannot be written.
pub fn withdraw(workspace: &Workspace, kind: &str, name: &str, comment: &str) -> Result<(), DefinitionError> {
    change_standing(workspace, kind, name, None, comment, "withdrawn", "withdrew definition").map(|_| ())
}

/// Lets an earlier version stand again. `false` if it stands already.
///
/// # Errors
/// If there is no such version, or the workspace cannot be written.
pub fn bring_back(
    workspace: &Workspace,
    kind: &str,
    name: &str,
    version: VersionNumber,
    comment: &str,
) -> Result<bool, DefinitionError> {
    change_standing(workspace, kind, name, Some(version), comment, "brought back", "brought definition back")
}

fn change_standing(
    workspace: &Workspace,
    kind: &str,
    name: &str,
    after: Option<VersionNumber>,
    comment: &str,
    act: &'static str,
    entry: &'static str,
) -> Result<bool, DefinitionError> {
    let who = workspace.actor().to_owned();
    let (kind, owned, comment) = (kind.to_owned(), name.to_owned(), comment.to_owned());
    let done = workspace.writer()?.transact(move |tx| {
        let Some(id) = read::number(tx, &kind, &owned)? else { return Ok(Err(Refused::NotDefined)) };
        let before = read::standing(tx, id)?;
        if before.is_none() && after.is_none() {
            return Ok(Err(Refused::NotDefined));
        }
        if let Some(version) = after
            && version_id(tx, id, version)?.is_none()
        {
            return Ok(Err(Refused::NoSuchVersion(version)));
        }
        if before == after {
            return Ok(Ok(false));
        }
        let change = Change { id, kind: &kind, name: &owned, before, after, who: &who, comment: &comment };
        change.stand(tx, act, entry)?;
        change.record(tx)?;
        Ok(Ok(true))
    })?;
    done.map_err(|refused| refused.of(name))
}

/// Writes down what a person says of a version: name, date and comment. Returns its number.
///
/// # Errors
/// If there is no such version, or the workspace cannot be written.
pub fn review(
    workspace: &Workspace,
    kind: &str,
    name: &str,
    version: VersionNumber,
    verdict: Verdict,
    comment: &str,
) -> Result<i64, DefinitionError> {
    let who = workspace.actor().to_owned();
    let (kind, owned, comment) = (kind.to_owned(), name.to_owned(), comment.to_owned());
    let done = workspace.writer()?.transact(move |tx| {
        let Some(id) = read::number(tx, &kind, &owned)? else { return Ok(Err(Refused::NotDefined)) };
        let Some(row) = version_id(tx, id, version)? else { return Ok(Err(Refused::NoSuchVersion(version))) };
        let review = say(tx, row, verdict.word(), &who, &comment, None)?;
        tell_review(tx, &who, &kind, &owned, version, verdict.word())?;
        let detail = Detail::Review { kind, name: owned, version, verdict, comment, review };
        deeds::record(tx, &who, DEED, &json(&detail))?;
        Ok(Ok(review))
    })?;
    done.map_err(|refused| refused.of(name))
}

/// Undoes or redoes what this floor did, and marks the deed, in one commit. Returns a sentence.
///
/// # Errors
/// If another version stands by now, or the workspace cannot be written; then nothing is changed.
pub fn apply_deed(workspace: &Workspace, deed: &Deed, undo: bool) -> Result<String, DefinitionError> {
    let detail: Detail = serde_json::from_str(&deed.detail).map_err(|_| DefinitionError::DamagedDeed)?;
    let who = workspace.actor().to_owned();
    let seq = deed.seq;
    match detail {
        Detail::Stand { kind, name, before, after } => {
            let sentence = sentence(&kind, &name, if undo { before } else { after });
            stand_again(workspace, vec![Stood { kind, name, before, after }], seq, undo)?;
            Ok(sentence)
        }
        Detail::StandTogether { all } => {
            let sentence = sentence_of_all(&all, undo);
            stand_again(workspace, all, seq, undo)?;
            Ok(sentence)
        }
        Detail::Review { kind, name, version, verdict, comment, review } => {
            let sentence = format!(
                "{} version {version} is {}{}.",
                Shown::of(&name),
                if undo { "no longer " } else { "again " },
                verdict.word()
            );
            let owned = name.clone();
            let done = workspace.writer()?.transact(move |tx| {
                let Some(id) = read::number(tx, &kind, &owned)? else { return Ok(Err(Refused::NotDefined)) };
                let Some(row) = version_id(tx, id, version)? else { return Ok(Err(Refused::NoSuchVersion(version))) };
                if undo {
                    say(tx, row, "taken back", &who, "", Some(review))?;
                    tell_review(tx, &who, &kind, &owned, version, "taken back")?;
                } else {
                    let review = say(tx, row, verdict.word(), &who, &comment, None)?;
                    tell_review(tx, &who, &kind, &owned, version, verdict.word())?;
                    let detail = Detail::Review { kind, name: owned, version, verdict, comment, review };
                    deeds::amend(tx, seq, &json(&detail))?;
                }
                deeds::mark(tx, seq, undo)?;
                Ok(Ok(()))
            })?;
            done.map_err(|refused| refused.of(&name))?;
            Ok(sentence)
        }
    }
}

/// Lets the versions before a deed stand again, or those after it, all or none.
fn stand_again(workspace: &Workspace, all: Vec<Stood>, seq: i64, undo: bool) -> Result<(), DefinitionError> {
    let who = workspace.actor().to_owned();
    let done = workspace.writer()?.transact(move |tx| {
        let mut ids = Vec::with_capacity(all.len());
        for Stood { kind, name, before, after } in &all {
            let from = if undo { after } else { before };
            let Some(id) = read::number(tx, kind, name)? else { return Ok(Err((Refused::NotDefined, name.clone()))) };
            if let Err(refused) = check_onto(tx, kind, name, Onto::Version(*from), read::standing(tx, id)?)? {
                return Ok(Err((refused, name.clone())));
            }
            ids.push(id);
        }
        let (act, entry) = if undo { ("undone", "undid definition") } else { ("redone", "redid definition") };
        for (Stood { kind, name, before, after }, id) in all.iter().zip(ids) {
            let (before, after) = if undo { (*after, *before) } else { (*before, *after) };
            Change { id, kind, name, before, after, who: &who, comment: "" }.stand(tx, act, entry)?;
        }
        deeds::mark(tx, seq, undo)?;
        Ok(Ok(()))
    })?;
    done.map_err(|(refused, name)| refused.of(&name))
}

/// `3 definitions stand as before: A, B and C.`
fn sentence_of_all(all: &[Stood], undo: bool) -> String {
    let names: Vec<String> = all.iter().take(3).map(|one| Shown::of(&one.name).to_plain()).collect();
    let more = all.len() - names.len();
    let names = match more {
        0 => names.join(", "),
        more => format!("{} and {more} more", names.join(", ")),
    };
    format!("{} definitions stand {}: {names}.", all.len(), if undo { "as before" } else { "again as they were saved" })
}

fn sentence(kind: &str, name: &str, version: Option<VersionNumber>) -> String {
    match version {
        Some(version) => format!("{} ({kind}): version {version} stands.", Shown::of(name)),
        None => format!("{} ({kind}): no version stands.", Shown::of(name)),
    }
}

fn json(detail: &Detail) -> String {
    // Names, numbers and words are always JSON.
    serde_json::to_string(detail).unwrap_or_default()
}

/// Another version that stands.
struct Change<'a> {
    id: i64,
    kind: &'a str,
    name: &'a str,
    before: Option<VersionNumber>,
    after: Option<VersionNumber>,
    who: &'a str,
    comment: &'a str,
}

impl Change<'_> {
    fn stand(&self, tx: &Transaction<'_>, act: &str, entry: &str) -> rusqlite::Result<()> {
        tx.execute(
            "INSERT INTO definition_standing (definition, version, act, who, at, comment) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![self.id, self.after.map(|v| v.0), act, self.who, now(), self.comment],
        )?;
        let (before, after) = (facts_of(tx, self.id, self.before)?, facts_of(tx, self.id, self.after)?);
        audit::append(
            tx,
            &audit::Entry {
                who: self.who,
                what: entry,
                subject: &subject(self.kind, self.name),
                before: before.as_deref(),
                after: after.as_deref(),
            },
        )?;
        Ok(())
    }

    fn record(&self, tx: &Transaction<'_>) -> rusqlite::Result<()> {
        let (kind, name) = (self.kind.to_owned(), self.name.to_owned());
        let detail = Detail::Stand { kind, name, before: self.before, after: self.after };
        deeds::record(tx, self.who, DEED, &json(&detail))
    }
}

/// What the audit chain holds of a version: its number and hash. The text stands in the store, where `check` compares it.
fn facts_of(conn: &Connection, id: i64, version: Option<VersionNumber>) -> rusqlite::Result<Option<String>> {
    let Some(version) = version else { return Ok(None) };
    let hash: String = conn.query_row(
        "SELECT hash FROM definition_version WHERE definition = ?1 AND version = ?2",
        params![id, version.0],
        |row| row.get(0),
    )?;
    Ok(Some(serde_json::json!({ "version": version, "sha256": hash }).to_string()))
}

fn text_of(conn: &Connection, id: i64, version: VersionNumber) -> rusqlite::Result<String> {
    conn.query_row(
        "SELECT text FROM definition_version WHERE definition = ?1 AND version = ?2",
        params![id, version.0],
        |row| row.get(0),
    )
}

fn version_id(conn: &Connection, id: i64, version: VersionNumber) -> rusqlite::Result<Option<i64>> {
    use rusqlite::OptionalExtension;
    conn.query_row(
        "SELECT id FROM definition_version WHERE definition = ?1 AND version = ?2",
        params![id, version.0],
        |row| row.get(0),
    )
    .optional()
}

fn check_onto(
    conn: &Connection,
    kind: &str,
    name: &str,
    onto: Onto,
    standing: Option<VersionNumber>,
) -> rusqlite::Result<Result<(), Refused>> {
    match onto {
        Onto::Version(expected) if expected != standing => {
            let author = match standing {
                Some(version) => read::at_version(conn, kind, name, version)?.map(|found| (version, found.author)),
                None => None,
            };
            Ok(Err(Refused::Overtaken(author)))
        }
        _ => Ok(Ok(())),
    }
}

fn say(
    tx: &Transaction<'_>,
    version: i64,
    verdict: &str,
    who: &str,
    comment: &str,
    takes_back: Option<i64>,
) -> rusqlite::Result<i64> {
    tx.execute(
        "INSERT INTO definition_review (version, verdict, who, at, comment, takes_back) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![version, verdict, who, now(), comment, takes_back],
    )?;
    Ok(tx.last_insert_rowid())
}

fn tell_review(
    tx: &Transaction<'_>,
    who: &str,
    kind: &str,
    name: &str,
    version: VersionNumber,
    verdict: &str,
) -> rusqlite::Result<()> {
    let after = serde_json::json!({ "reviewed_version": version, "verdict": verdict }).to_string();
    let entry = audit::Entry {
        who,
        what: "reviewed definition",
        subject: &subject(kind, name),
        before: None,
        after: Some(&after),
    };
    audit::append(tx, &entry)?;
    Ok(())
}
