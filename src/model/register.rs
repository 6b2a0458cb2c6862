//! Registers the environment that takes the data: from its import template or an empty export (headers → fields), or from a
//! described schema. `template` reads tables, `described` JSON descriptions, `ddl` SQL and databases, `document` our own
//! TOML; `guess` says what a column of a template holds; `counterparts` compares a target with the model, `adopt` makes
//! entities of the model out of it. Everything is read within limits, and nothing is changed before all of it was read.

mod adopt;
mod counterparts;
mod ddl;
mod described;
mod document;
mod guess;
mod schema;
mod template;

use std::collections::BTreeSet;
use std::io::Read;
use std::path::Path;

use rusqlite::Connection;

use super::entries::on_one_line;
use super::users::text_of;
use super::{Entity, ModelError, Target};
use crate::definitions::{self, DefinitionError, Document, NewVersion, Onto, Saved, VersionNumber, document::LONGEST};
use crate::sources::SystemKind;
use crate::values::shown::Shown;
use crate::workspace::Workspace;

pub use adopt::{Adopted, adopted};
pub use counterparts::{Counterpart, counterparts_of};

/// The kind of targets in the store of definitions.
pub const KIND: &str = "target";

/// The most of what a description may hold.
const MOST_ENTITIES: usize = 2_000;
const MOST_FIELDS: usize = 5_000;
/// Bytes of a description that is text.
const MOST_BYTES: usize = 16 << 20;

/// Reads what a file says of the target's entities. Changes nothing.
///
/// # Errors
/// If the file cannot be read as any of the forms, with the line where that shows.
pub fn read(path: &Path, name: &str) -> Result<Target, ModelError> {
    let from = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default();
    let head = head(path)?;
    let is_sql = || {
        let head = String::from_utf8_lossy(&head).to_lowercase();
        matches!(ending.as_str(), "txt" | "dump" | "") && head.contains("create table")
    };
    let mut target = if head.starts_with(b"SQLite format 3\0") {
        with_entities(ddl::of_database(path)?)
    } else if ending == "toml" {
        let text = text_of(path, LONGEST)?;
        Target::parse(&text).map_err(|faults| ModelError::from(DefinitionError::Document(faults)))?
    } else if matches!(ending.as_str(), "sql" | "ddl") || is_sql() {
        with_entities(ddl::of_text(&text_of(path, MOST_BYTES)?)?)
    } else {
        let described =
            match head.iter().find(|byte| !byte.is_ascii_whitespace() && !matches!(byte, 0xEF | 0xBB | 0xBF)) {
                Some(b'{' | b'[') if !matches!(ending.as_str(), "csv" | "tsv" | "ndjson" | "jsonl") => {
                    described::of_text(&text_of(path, MOST_BYTES)?, &named_after(path))?
                }
                _ => None,
            };
        with_entities(match described {
            Some(entities) => entities,
            None => template::of_file(path)?,
        })
    };
    target.name = name.trim().to_owned();
    if target.registered_from.is_empty() {
        target.registered_from = on_one_line(&from);
    }
    settle(&mut target)?;
    Ok(target)
}

/// Reads several files as one target: an object each, or whatever they hold.
///
/// # Errors
/// As [`read`]; if two of them speak of the same entity.
pub fn read_all(paths: &[impl AsRef<Path>], name: &str) -> Result<Target, ModelError> {
    let mut whole: Option<Target> = None;
    for path in paths {
        let mut one = read(path.as_ref(), name)?;
        match &mut whole {
            None => whole = Some(one),
            Some(whole) => {
                whole.entities.append(&mut one.entities);
                whole.counterparts.append(&mut one.counterparts);
                whole.registered_from = format!("{}, {}", whole.registered_from, one.registered_from);
                for (have, new) in [(&mut whole.kind, one.kind), (&mut whole.environment, one.environment)] {
                    if have.is_empty() {
                        *have = new;
                    }
                }
            }
        }
    }
    let mut whole = whole.ok_or_else(|| refused("No file was named.", "Name the files that describe the target."))?;
    whole.registered_from = on_one_line(&whole.registered_from);
    settle(&mut whole)?;
    Ok(whole)
}

fn with_entities(entities: Vec<Entity>) -> Target {
    Target { entities, ..Target::default() }
}

/// `contacts` for `contacts-import-template.csv`.
fn named_after(path: &Path) -> String {
    let part = crate::sources::read::Part {
        file: path.to_path_buf(),
        members: Vec::new(),
        sheet: None,
        format: crate::sources::read::Format::Delimited,
        size: None,
    };
    let stem = crate::sources::target::suggest(&part).object;
    template::without_filler(&stem)
}

fn head(path: &Path) -> Result<Vec<u8>, ModelError> {
    let shown = || Shown::of(&path.to_string_lossy()).to_plain();
    let meta = std::fs::metadata(path)
        .map_err(|_| refused(format!("{} is not there. Nothing was changed.", shown()), "Check the path."))?;
    if !meta.is_file() {
        return Err(refused(format!("{} is no file. Nothing was changed.", shown()), "Name each file."));
    }
    let mut head = Vec::new();
    let read = std::fs::File::open(path).and_then(|file| file.take(64 << 10).read_to_end(&mut head));
    read.map_err(|_| refused(format!("{} cannot be read. Nothing was changed.", shown()), "Check your rights to it."))?;
    if head.is_empty() {
        return Err(refused(
            format!("{} is empty. Nothing was changed.", shown()),
            "A template has a header at least.",
        ));
    }
    Ok(head)
}

fn refused(message: impl Into<String>, hint: impl Into<String>) -> ModelError {
    ModelError::Refused { message: message.into(), hint: hint.into() }
}

/// Puts texts that came from elsewhere on one line, and refuses what does not hold together.
fn settle(target: &mut Target) -> Result<(), ModelError> {
    let from = Shown::of(&target.registered_from).to_plain();
    let wrong = |message: String| {
        refused(format!("{from}: {message}. Nothing was changed."), "Correct it, then register it again.")
    };
    if target.entities.len() > MOST_ENTITIES {
        return Err(refused(
            format!("{from} describes more than {MOST_ENTITIES} entities. Nothing was changed."),
            "Register those that take customer data.",
        ));
    }
    let mut names = BTreeSet::new();
    for entity in &mut target.entities {
        entity.name = on_one_line(&entity.name);
        entity.purpose = on_one_line(&entity.purpose);
        if entity.name.is_empty() {
            return Err(wrong("an entity has no name".to_owned()));
        }
        let shown = Shown::of(&entity.name).to_plain();
        if !names.insert(entity.name.to_lowercase()) {
            return Err(wrong(format!("“{shown}” is described twice")));
        }
        if entity.fields.is_empty() {
            return Err(wrong(format!("“{shown}” has no field")));
        }
        if entity.fields.len() > MOST_FIELDS {
            return Err(wrong(format!("“{shown}” has more than {MOST_FIELDS} fields")));
        }
        let mut fields = BTreeSet::new();
        for field in &mut entity.fields {
            for text in [
                &mut field.name,
                &mut field.label,
                &mut field.definition,
                &mut field.example,
                &mut field.references,
                &mut field.least,
                &mut field.most,
            ] {
                *text = on_one_line(text);
            }
            for allowed in &mut field.allowed {
                allowed.value = on_one_line(&allowed.value);
                allowed.meaning = on_one_line(&allowed.meaning);
            }
            field.allowed.retain(|allowed| !allowed.value.is_empty());
            if field.name.is_empty() {
                return Err(wrong(format!("a field of “{shown}” has no name")));
            }
            if !fields.insert(field.name.clone()) {
                return Err(wrong(format!("“{shown}” has two fields called “{}”", Shown::of(&field.name))));
            }
        }
    }
    if target.entities.is_empty() {
        return Err(wrong("it describes nothing that could take records".to_owned()));
    }
    Ok(())
}

/// Saves what was read, over what stood of the same target: counterparts that were set, kind and environment stay unless
/// the new description says others. With `adopt`, its entities become entities of the model ([`adopted`]). All of it is one
/// commit: one undo takes all of it back.
///
/// # Errors
/// If the workspace cannot be written.
pub fn save(workspace: &Workspace, target: &Target, adopt: bool) -> Result<(), ModelError> {
    let reader = workspace.reader()?;
    let explain = |e: rusqlite::Error| ModelError::from(e).at(&reader);
    let before = self::target(reader.conn(), &target.name).map_err(explain)?;
    let version = before.as_ref().map(|(_, version)| *version);
    let mut target = target.clone();
    if let Some((before, _)) = before {
        if target.kind.is_empty() {
            target.kind = before.kind;
        }
        if target.environment.is_empty() {
            target.environment = before.environment;
        }
        for (theirs, ours) in before.counterparts {
            if counterparts::is_of(&target, &theirs) {
                target.counterparts.entry(theirs).or_insert(ours);
            }
        }
    }
    let adoption = if adopt { adopted(&target, &super::entities(reader.conn()).map_err(explain)?) } else { Vec::new() };
    let mut new = vec![new_version(&target, version, format!("registered from {}", target.registered_from))?];
    for Adopted { entity, onto, .. } in adoption {
        new.push(super::store::new_version(&entity, onto, &format!("adopted from {}", target.name))?);
    }
    definitions::save_all(workspace, new)?;
    Ok(())
}

/// A target as a version to save, if it holds together.
fn new_version(target: &Target, onto: Option<VersionNumber>, comment: String) -> Result<NewVersion, ModelError> {
    let name = target.name.trim();
    if name.is_empty() || name.chars().count() > 120 || name.chars().any(char::is_control) {
        return Err(refused(
            format!("“{}” cannot be the name of a target. Nothing was changed.", Shown::of(name)),
            "A name has 1 to 120 characters.",
        ));
    }
    if !target.kind.is_empty() && SystemKind::from_word(&target.kind).is_none() {
        let words: Vec<&str> = SystemKind::ALL.iter().map(|kind| kind.word()).collect();
        return Err(refused(
            format!("“{}” is no kind of system. Nothing was changed.", Shown::of(&target.kind)),
            format!("It is one of {}.", words.join(", ")),
        ));
    }
    let text = target.to_toml();
    if text.len() > LONGEST {
        return Err(refused(
            format!(
                "{} is described at too great a length ({} bytes). Nothing was changed.",
                Shown::of(name),
                text.len()
            ),
            "Register the entities that take customer data, as several targets if need be.",
        ));
    }
    Target::parse(&text).map_err(|faults| ModelError::from(DefinitionError::Document(faults)))?;
    Ok(NewVersion { kind: KIND, name: name.to_owned(), text, comment, onto: Onto::Version(onto) })
}

/// The registered targets, in the order in which they were first registered.
///
/// # Errors
/// If the database cannot be read.
pub fn targets(conn: &Connection) -> rusqlite::Result<Vec<Target>> {
    let mut all = Vec::new();
    for name in definitions::names(conn, KIND)? {
        all.extend(target(conn, &name)?.map(|(target, _)| target));
    }
    Ok(all)
}

/// A registered target and its version.
///
/// # Errors
/// If the database cannot be read.
pub fn target(conn: &Connection, name: &str) -> rusqlite::Result<Option<(Target, VersionNumber)>> {
    let version = definitions::current(conn, KIND, name)?;
    Ok(version.map(|version| {
        let target = Target { name: name.to_owned(), ..document::take(&version.text).0 };
        (target, version.version)
    }))
}

/// Says which entity (or `entity.field`) of the model takes one of the target's; empty: none does, whatever is proposed.
///
/// # Errors
/// If there is no such target, entity or field, or the workspace cannot be written.
pub fn pair(workspace: &Workspace, name: &str, theirs: &str, ours: &str) -> Result<Saved, ModelError> {
    let reader = workspace.reader()?;
    let explain = |e: rusqlite::Error| ModelError::from(e).at(&reader);
    let (mut target, version) = target(reader.conn(), name).map_err(explain)?.ok_or_else(|| no_target(name))?;
    let model: Vec<Entity> =
        super::entities(reader.conn()).map_err(explain)?.into_iter().map(|standing| standing.entity).collect();
    let (theirs, ours) = (theirs.trim(), ours.trim());
    counterparts::check_pair(&target, &model, theirs, ours)?;
    target.counterparts.insert(theirs.to_owned(), ours.to_owned());
    let comment = format!("{theirs} is {}", if ours.is_empty() { "nothing of the model" } else { ours });
    Ok(definitions::save(workspace, new_version(&target, Some(version), comment)?)?)
}

/// What to say of a target that is not registered.
#[must_use]
pub fn no_target(name: &str) -> ModelError {
    refused(
        format!("There is no target “{}”.", Shown::of(name)),
        "cutover target lists them; cutover target register FILE --name NAME registers one.",
    )
}

/// What has no counterpart on the other side, by name.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct WithoutCounterpart {
    /// Entities of the model that the target lacks.
    pub of_model: Vec<String>,
    /// Entities of the target that the model lacks.
    pub of_target: Vec<String>,
    /// Fields of matched entities, `entity.field`, that the other side lacks.
    pub fields_of_model: Vec<String>,
    pub fields_of_target: Vec<String>,
}

/// Compares a target with the model: what is set or proposed as a counterpart has one.
///
/// # Errors
/// If the database cannot be read.
pub fn without_counterpart(conn: &Connection, target: &Target) -> rusqlite::Result<WithoutCounterpart> {
    let model: Vec<Entity> = super::entities(conn)?.into_iter().map(|standing| standing.entity).collect();
    Ok(counterparts::without(target, &model))
}

/// The counterparts of a target's entities in the model, set or proposed.
///
/// # Errors
/// If the database cannot be read.
pub fn counterparts(conn: &Connection, target: &Target) -> rusqlite::Result<Vec<Counterpart>> {
    let model: Vec<Entity> = super::entities(conn)?.into_iter().map(|standing| standing.entity).collect();
    Ok(counterparts_of(target, &model))
}

#[cfg(test)]
mod tests;
