//! What people know of a system and no export says: who owns it, what it creates, contributes and must not control, how
//! its exports were made. One document per source in the store of definitions (kind `source`), holding only what people
//! *stated*; what its kind and its data suggest is *proposed* beside it and never stored. [`known`] tells the two apart,
//! [`of`] lays what is stated over what is proposed. A system without any file is registered by having such a document.
//!
//! `fields` lists the keys, `statements` is the document, `change` takes `KEY=VALUE`, `proposed` suggests, `estimate`,
//! `claims` and `counterparts` work figures out, `files` finds the loaded files in a backup, `sheet` and `written` make the
//! inventory that is shown to the business, `store` holds the SQL.

pub mod change;
pub mod claims;
pub mod counterparts;
mod estimate;
pub mod fields;
pub mod files;
mod proposed;
pub mod sheet;
mod statements;
mod store;
pub mod written;

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::Connection;

use super::{Inventory, Source, SourcesError, SystemKind};
use crate::definitions::{self, DefinitionError, Document, Fault, NewVersion, Onto, Saved, VersionNumber};
use crate::values::shown::Shown;
use crate::workspace::Workspace;

pub use claims::{Claim, claims, rows_to_extract};
pub use counterparts::{WithoutCounterpart, without_counterpart};
pub use estimate::{Estimate, Limit, estimate};
pub use statements::Statements;

/// The kind of these documents in the store of definitions.
pub const KIND: &str = "source";

/// The facts of one source.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct SourceFacts {
    /// The word of its kind, where a person said it: `crm`, `erp`. Overrules what was guessed when it was loaded.
    pub kind: String,
    /// A system that is left, or the one that is moved to.
    pub side: Side,
    /// A person and their place: `Jonas Weber, sales operations`.
    pub owner: String,
    /// What it contributes to the picture of a customer.
    pub contributes: Vec<String>,
    /// Fields that this system owns.
    pub owns: Vec<String>,
    /// Field groups that it is reliable for, and risky for.
    pub reliable: Vec<String>,
    pub risky: Vec<String>,
    pub must_not_control: Vec<String>,
    pub extraction: Extraction,
    /// Gaps that people know of.
    pub known_gaps: Vec<String>,
    /// Attachment stores, mail servers, other programs.
    pub locations: Vec<Location>,
    /// Workflow rules, validation formulas, custom objects.
    pub metadata: Vec<MetadataItem>,
    /// Edits after this moment (RFC 3339) are reported.
    pub freeze: Option<String>,
    pub objects: BTreeMap<String, ObjectFacts>,
}

/// Which side of the migration a system stands on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    #[default]
    Old,
    /// The target system: its own objects are inventoried, nothing of it is migrated.
    New,
}

/// What people know of one object.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct ObjectFacts {
    /// `one human known by name`: what one row is.
    pub one_row_is: String,
    pub creates: bool,
    pub updates: bool,
    pub merges: bool,
    pub deletes: bool,
    /// Rows that the system says it has.
    pub claimed: Option<u64>,
    /// The object of the new system that takes its records; `none` where there is none.
    pub counterpart: String,
}

/// How the exports were made.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Extraction {
    /// One of [`fields::METHODS`].
    pub method: String,
    pub by: String,
    /// RFC 3339, or a date.
    pub at: String,
    /// Stated limits, for the estimate: calls a day, records a call, records a second.
    pub calls_per_day: Option<u64>,
    pub records_per_call: Option<u64>,
    pub records_per_second: Option<u64>,
    /// Minutes that the plan gives it.
    pub planned_minutes: Option<u64>,
    /// The column that says when a record changed.
    pub modified_column: String,
}

/// A further place where data of the system lies.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Location {
    pub name: String,
    /// `attachments`, `mail since 2019`.
    pub holds: String,
    /// This place is right where two say different things.
    pub authoritative: bool,
    /// What becomes of it: `migrate`, `archive`, `leave`, in the words of the project.
    pub disposition: String,
}

/// Something that is no record and must not be forgotten.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct MetadataItem {
    pub name: String,
    pub kind: String,
    pub disposition: String,
    pub note: String,
}

/// What is known of a source, and from whom.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    /// What is stated, over what is proposed.
    pub facts: SourceFacts,
    /// Keys that a person stated, as the document writes them: `extraction.at`, `objects.Contact.claimed`.
    pub stated: BTreeSet<String>,
    /// Keys whose value is only proposed. What is in neither is not known.
    pub proposed: BTreeSet<String>,
    /// The version of the document that this is; `None`: nobody stated anything yet.
    pub version: Option<VersionNumber>,
}

impl Known {
    /// Whether a person stated this key.
    #[must_use]
    pub fn is_stated(&self, key: &str) -> bool {
        self.stated.contains(key)
    }

    /// `? ` before what is only proposed.
    #[must_use]
    pub fn mark(&self, key: &str) -> &'static str {
        if self.proposed.contains(key) { "? " } else { "" }
    }

    /// The mark of a key of an object.
    #[must_use]
    pub fn mark_of_object(&self, object: &str, key: &str) -> &'static str {
        self.mark(&fields::key(&["objects", object, key]))
    }
}

impl SourceFacts {
    /// The kind that a person said.
    #[must_use]
    pub fn system_kind(&self) -> Option<SystemKind> {
        SystemKind::from_word(&self.kind)
    }
}

/// The facts of a source: what people said, over what its kind and its data propose.
///
/// # Errors
/// If the database cannot be read.
pub fn of(conn: &Connection, source: &str) -> rusqlite::Result<SourceFacts> {
    known(conn, source).map(|known| known.facts)
}

/// The keys that people stated; what else [`of`] tells is proposed.
///
/// # Errors
/// If the database cannot be read.
pub fn stated_keys(conn: &Connection, source: &str) -> rusqlite::Result<BTreeSet<String>> {
    known(conn, source).map(|known| known.stated)
}

/// The facts of a source, with what is stated and what is proposed told apart.
///
/// # Errors
/// If the database cannot be read.
pub fn known(conn: &Connection, source: &str) -> rusqlite::Result<Known> {
    let found = definitions::current(conn, KIND, source)?;
    let statements = found.as_ref().map(|version| Statements::read_leniently(&version.text)).unwrap_or_default();
    let kind = match statements.kind() {
        Some(kind) => Some(kind),
        None => super::store::catalog::kind_of_source(conn, source)?,
    };
    let proposal = proposed::of(source, kind.unwrap_or(SystemKind::Other), &store::objects_of(conn, source)?);
    let (facts, proposed) = statements.over(&proposal);
    Ok(Known { facts, stated: statements.keys(), proposed, version: found.map(|version| version.version) })
}

/// Saves the facts of a source as a new version, by whoever acts in this workspace; undo takes it back. What differs from
/// what stands or is proposed becomes a statement of this person; what was stated stays stated.
///
/// # Errors
/// If the workspace cannot be written, or the facts do not hold together.
pub fn save(workspace: &Workspace, source: &str, facts: &SourceFacts) -> Result<(), SourcesError> {
    save_onto(workspace, source, facts, None, "")?;
    Ok(())
}

/// The same for facts that were read some time ago, as `base`: if somebody else has saved a version since, nothing is
/// changed.
///
/// # Errors
/// If another version stands by now, the workspace cannot be written, or the facts do not hold together.
pub fn save_onto(
    workspace: &Workspace,
    source: &str,
    facts: &SourceFacts,
    base: Option<&Known>,
    comment: &str,
) -> Result<Saved, DefinitionError> {
    let reader = workspace.reader()?;
    let explain = |e: rusqlite::Error| DefinitionError::Workspace(reader.explain(&e));
    let now = known(reader.conn(), source).map_err(explain)?;
    let base = base.unwrap_or(&now);
    let statements = Statements::of_change(facts, base).map_err(DefinitionError::Document)?;
    put(workspace, source, statements.to_toml(), Onto::Version(base.version), comment)
}

/// Saves a whole document, as a person wrote it.
///
/// # Errors
/// If the document has faults (each with its line), or the workspace cannot be written.
pub fn save_document(workspace: &Workspace, source: &str, text: &str, comment: &str) -> Result<Saved, DefinitionError> {
    Statements::parse(text).map_err(DefinitionError::Document)?;
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    put(workspace, source, text.to_owned(), Onto::Any, comment)
}

/// Registers a system that has no file yet, with the objects that are known by name.
///
/// # Errors
/// If there is a source of that name, the name cannot be one, or the workspace cannot be written.
pub fn register(
    workspace: &Workspace,
    name: &str,
    kind: SystemKind,
    side: Side,
    objects: &[String],
) -> Result<(), SourcesError> {
    let name = name.trim();
    let wrong = |message: String, hint: &str| SourcesError::Refused { message, hint: hint.to_owned() };
    if name.is_empty() || name.chars().count() > 120 || name.contains('/') || name.chars().any(char::is_control) {
        return Err(wrong(
            format!("“{}” cannot be the name of a source.", Shown::of(name)),
            "A name has 1 to 120 characters, without / and line breaks.",
        ));
    }
    let reader = workspace.reader()?;
    if let Some(there) = find_source(reader.conn(), name).map_err(|e| reader.explain(&e))? {
        return Err(wrong(
            format!("{} is in the inventory already. Nothing was changed.", Shown::of(&there)),
            "`cutover sources set` changes what is known of it.",
        ));
    }
    let mut statements = Statements::default();
    statements.state(&["kind"], toml::Value::String(kind.word().to_owned()));
    if side == Side::New {
        statements.state(&["side"], toml::Value::String("new".to_owned()));
    }
    for object in objects {
        statements.name_object(object.trim());
    }
    statements.check().map_err(DefinitionError::Document)?;
    put(workspace, name, statements.to_toml(), Onto::Version(None), "registered without a file")?;
    Ok(())
}

fn put(workspace: &Workspace, source: &str, text: String, onto: Onto, comment: &str) -> Result<Saved, DefinitionError> {
    let (name, comment) = (source.to_owned(), comment.to_owned());
    definitions::save(workspace, NewVersion { kind: KIND, name, text, comment, onto })
}

/// The name of a source as the inventory has it: as written, else without regard to case. Loaded or registered.
///
/// # Errors
/// If the database cannot be read.
pub fn find_source(conn: &Connection, name: &str) -> rusqlite::Result<Option<String>> {
    let mut names = store::loaded_names(conn)?;
    names.extend(definitions::names(conn, KIND)?);
    let folded = name.to_lowercase();
    let exact = names.iter().position(|known| known == name);
    let found = exact.or_else(|| names.iter().position(|known| known.to_lowercase() == folded));
    Ok(found.map(|at| names.swap_remove(at)))
}

/// Brings what people stated into an inventory of what is loaded: kinds that they overruled, and at the end the systems
/// that have no file yet, without objects.
///
/// # Errors
/// If the database cannot be read.
pub fn complete(conn: &Connection, inventory: &mut Inventory) -> rusqlite::Result<()> {
    for name in definitions::names(conn, KIND)? {
        let Some(version) = definitions::current(conn, KIND, &name)? else { continue };
        let kind = Statements::read_leniently(&version.text).kind();
        match inventory.sources.iter_mut().find(|source| source.name == name) {
            Some(source) => source.kind = kind.unwrap_or(source.kind),
            None => {
                let kind = kind.unwrap_or(SystemKind::Other);
                inventory.sources.push(Source { name, kind, objects: Vec::new() });
            }
        }
    }
    Ok(())
}

impl Document for Statements {
    const KIND: &'static str = KIND;

    fn parse(text: &str) -> Result<Self, Vec<Fault>> {
        Self::from_toml(text)
    }

    fn to_toml(&self) -> String {
        self.rendered()
    }
}

impl From<DefinitionError> for SourcesError {
    fn from(error: DefinitionError) -> Self {
        match error {
            DefinitionError::Workspace(error) => Self::Workspace(error),
            other => Self::Refused { message: sentence(&other.to_string()), hint: other.hint() },
        }
    }
}

fn sentence(text: &str) -> String {
    if text.ends_with(['.', '?']) { text.to_owned() } else { format!("{text}.") }
}

#[cfg(test)]
mod tests;
