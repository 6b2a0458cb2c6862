//! The SQL of the model, and its acts: what people saved stands over what Cutover comes with. An entity is taken out of the
//! model by a version that says `removed`, so that undo, history and comparison reach it as they reach any other version.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use rusqlite::Connection;

use super::entity::{read, write};
use super::{Case, Entity, EntityKind, Imported, KIND, ModelError, Standing, lint, shipped};
use crate::definitions::document::Fault;
use crate::definitions::{self, DefinitionError, NewVersion, Onto, Saved, Verdict, Version, VersionNumber};
use crate::sources::facts::{self, Side};
use crate::sources::store::catalog::{self, Stretches};
use crate::sources::store::rows;
use crate::sources::{SourcesError, versions};
use crate::values::shown::Shown;
use crate::workspace::{Reader, Workspace};

/// The kind of maps in the store of definitions, which stand on the floor above: their names end with `→ entity`.
const MAPS: &str = "map";

pub fn entities(conn: &Connection) -> rusqlite::Result<Vec<Standing>> {
    let mut standing = all(conn)?;
    standing.retain(|standing| !standing.entity.removed);
    Ok(standing)
}

/// Every entity, those that were taken out of the model too.
pub fn all(conn: &Connection) -> rusqlite::Result<Vec<Standing>> {
    let mut found = Vec::new();
    for name in definitions::names(conn, KIND)? {
        let Some(version) = definitions::current(conn, KIND, &name)? else { continue };
        found.push(of_version(&name, version));
    }
    for entity in shipped::entities() {
        if !found.iter().any(|standing: &Standing| standing.entity.name == entity.name) {
            found.push(as_shipped(entity));
        }
    }
    // Without a place: at the end.
    found.sort_by(|a, b| {
        let place = |entity: &Entity| if entity.order == 0 { u32::MAX } else { entity.order };
        (place(&a.entity), &a.entity.name).cmp(&(place(&b.entity), &b.entity.name))
    });
    Ok(found)
}

fn as_shipped(entity: &Entity) -> Standing {
    let (author, at) = (String::new(), String::new());
    Standing { entity: entity.clone(), version: None, author, at, reviews: Vec::new() }
}

fn of_version(name: &str, version: Version) -> Standing {
    let mut entity = parsed(&version.hash, &version.text);
    // A document of another version of this program may lack what this one asks for.
    name.clone_into(&mut entity.name);
    let Version { version, author, at, reviews, .. } = version;
    Standing { entity, version: Some(version), author, at, reviews }
}

/// An entity by the hash of its text: screens ask for the model again and again.
fn parsed(hash: &str, text: &str) -> Entity {
    /// Texts that are remembered.
    const MOST: usize = 512;
    static PARSED: Mutex<Option<HashMap<String, Entity>>> = Mutex::new(None);
    let mut known = PARSED.lock().unwrap_or_else(PoisonError::into_inner);
    let known = known.get_or_insert_default();
    if let Some(entity) = known.get(hash) {
        return entity.clone();
    }
    let entity = read::leniently(text).unwrap_or_default();
    if known.len() >= MOST {
        known.clear();
    }
    known.insert(hash.to_owned(), entity.clone());
    entity
}

/// An entity by its name, in the model or taken out of it.
pub fn any(conn: &Connection, name: &str) -> rusqlite::Result<Option<Standing>> {
    Ok(all(conn)?.into_iter().find(|standing| standing.entity.name == name))
}

pub fn save(workspace: &Workspace, entity: &Entity, onto: Onto, comment: &str) -> Result<Saved, ModelError> {
    let text = write::document(entity);
    read::document(&text).map_err(DefinitionError::Document)?;
    let reader = workspace.reader()?;
    if let Some(now) = any(reader.conn(), &entity.name).map_err(|e| reader.explain(&e))?
        && let Some(version) = now.version
        && now.entity == *entity
        && matches!(onto, Onto::Any | Onto::Version(Some(_)))
        && (onto == Onto::Any || onto == Onto::Version(Some(version)))
    {
        // The same, however a person wrote it: their text stays.
        return Ok(Saved { version, is_new: false });
    }
    put(workspace, &entity.name, text, onto, comment)
}

/// Saves a document as a person wrote it, comments and all.
pub fn save_document(
    workspace: &Workspace,
    name: &str,
    text: &str,
    onto: Onto,
    comment: &str,
) -> Result<Saved, ModelError> {
    let entity = read::document(text).map_err(DefinitionError::Document)?;
    if entity.name != name {
        let message = format!("the document is of “{}”, not of {name}", Shown::of(&entity.name));
        let place = definitions::document::read_toml(text).ok().and_then(|(_, places)| places.of("name"));
        return Err(DefinitionError::Document(vec![Fault { key: "name".to_owned(), place, message }]).into());
    }
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    put(workspace, name, text.to_owned(), onto, comment)
}

fn put(workspace: &Workspace, name: &str, text: String, onto: Onto, comment: &str) -> Result<Saved, ModelError> {
    let (name, comment) = (name.to_owned(), comment.to_owned());
    Ok(definitions::save(workspace, NewVersion { kind: KIND, name, text, comment, onto })?)
}

fn explain(reader: &Reader) -> impl Fn(rusqlite::Error) -> ModelError + '_ {
    |error| ModelError::Workspace(reader.explain(&error))
}

fn not_there(name: &str) -> ModelError {
    ModelError::Refused {
        message: format!("There is no entity {} in the model.", Shown::of(name)),
        hint: "cutover model lists them.".to_owned(),
    }
}

/// Takes several entities out of the model, in one commit; all of them are looked at before the first goes.
pub fn remove(workspace: &Workspace, names: &[String], comment: &str) -> Result<(), ModelError> {
    let reader = workspace.reader()?;
    let model = entities(reader.conn()).map_err(explain(&reader))?;
    let mut all = Vec::with_capacity(names.len());
    for name in names {
        let standing = model.iter().find(|standing| standing.entity.name == *name).ok_or_else(|| not_there(name))?;
        all.push((gone(name), Onto::Version(standing.version)));
    }
    check_unfed(&reader, names)?;
    save_together(workspace, &all, comment)?;
    Ok(())
}

/// The document that takes an entity out of the model.
fn gone(name: &str) -> Entity {
    Entity { name: name.to_owned(), removed: true, ..Entity::default() }
}

/// What no map joins: entities that nothing feeds, and objects of systems that are left, `source/object`, that feed none.
pub fn unmapped(conn: &Connection) -> rusqlite::Result<super::Unmapped> {
    let maps = definitions::names(conn, MAPS)?;
    let mut found = super::Unmapped::default();
    for standing in entities(conn)? {
        let ending = format!("→ {}", standing.entity.name);
        if !maps.iter().any(|map| map.ends_with(&ending)) {
            found.entities.push(standing.entity.name);
        }
    }
    for source in catalog::inventory(conn)?.sources {
        if facts::of(conn, &source.name)?.side != Side::Old {
            continue;
        }
        for object in source.objects {
            let name = format!("{}/{}", object.source_name, object.name);
            let beginning = format!("{name} → ");
            if !maps.iter().any(|map| map.starts_with(&beginning)) {
                found.objects.push(name);
            }
        }
    }
    Ok(found)
}

/// What a map feeds stays: every one that is fed is named.
fn check_unfed(reader: &Reader, names: &[String]) -> Result<(), ModelError> {
    let maps = definitions::names(reader.conn(), MAPS).map_err(explain(reader))?;
    let mut fed = Vec::new();
    for name in names {
        let ending = format!("→ {name}");
        let feeding: Vec<String> =
            maps.iter().filter(|map| map.ends_with(&ending)).map(|map| Shown::of(map).to_plain()).collect();
        if !feeding.is_empty() {
            fed.push(format!("{name} is fed by {}", feeding.join(", ")));
        }
    }
    if fed.is_empty() {
        return Ok(());
    }
    Err(ModelError::Refused {
        message: format!("{}. Nothing was changed.", fed.join("; ")),
        hint: "Take the map away first, or keep the entity.".to_owned(),
    })
}

/// An entity as a version to save, if it holds together.
pub fn new_version(entity: &Entity, onto: Onto, comment: &str) -> Result<NewVersion, ModelError> {
    let text = write::document(entity);
    read::document(&text).map_err(DefinitionError::Document)?;
    Ok(NewVersion { kind: KIND, name: entity.name.clone(), text, comment: comment.to_owned(), onto })
}

fn save_together(workspace: &Workspace, all: &[(Entity, Onto)], comment: &str) -> Result<Vec<Saved>, ModelError> {
    let new: Vec<NewVersion> =
        all.iter().map(|(entity, onto)| new_version(entity, *onto, comment)).collect::<Result<_, _>>()?;
    Ok(definitions::save_all(workspace, new)?)
}

/// Saves a whole model in one commit.
pub fn import(workspace: &Workspace, entities: &[Entity], only: bool, comment: &str) -> Result<Imported, ModelError> {
    let reader = workspace.reader()?;
    let before = all(reader.conn()).map_err(explain(&reader))?;
    let (mut imported, mut new) = (Imported::default(), Vec::new());
    for entity in entities {
        let standing = before.iter().find(|standing| standing.entity.name == entity.name);
        // What stands already, shipped or saved, needs no version.
        if standing.is_some_and(|standing| standing.entity == *entity) {
            imported.same.push(entity.name.clone());
            continue;
        }
        new.push((entity.clone(), Onto::Version(standing.and_then(|standing| standing.version))));
        imported.saved.push(entity.name.clone());
    }
    if only {
        for standing in before.iter().filter(|standing| !standing.entity.removed) {
            let name = &standing.entity.name;
            if !entities.iter().any(|entity| entity.name == *name) {
                new.push((gone(name), Onto::Version(standing.version)));
                imported.removed.push(name.clone());
            }
        }
        check_unfed(&reader, &imported.removed)?;
    }
    save_together(workspace, &new, comment)?;
    Ok(imported)
}

/// Brings an entity back: the version named, else the last one that was in the model, else what Cutover comes with.
/// Returns the version that stands; `None`: the shipped one.
pub fn restore(
    workspace: &Workspace,
    name: &str,
    version: Option<VersionNumber>,
    comment: &str,
) -> Result<Option<VersionNumber>, ModelError> {
    let reader = workspace.reader()?;
    let history = definitions::history(reader.conn(), KIND, name).map_err(explain(&reader))?;
    let is_removed = |version: &Version| parsed(&version.hash, &version.text).removed;
    let chosen = match version {
        Some(version) => {
            if history.iter().any(|known| known.version == version && is_removed(known)) {
                return Err(ModelError::Refused {
                    message: format!(
                        "Version {version} took {} out of the model. Nothing was changed.",
                        Shown::of(name)
                    ),
                    hint: "cutover model history says which version holds it; remove takes it out.".to_owned(),
                });
            }
            Some(version)
        }
        None => {
            let stands = history.iter().find(|version| version.stands);
            if stands.map_or(shipped::entity(name).is_some(), |version| !is_removed(version)) {
                return Err(ModelError::Refused {
                    message: format!("{} is in the model. Nothing was changed.", Shown::of(name)),
                    hint: "--version N brings an earlier version back, --shipped the one that Cutover comes with."
                        .to_owned(),
                });
            }
            history.iter().find(|version| !is_removed(version)).map(|version| version.version)
        }
    };
    match chosen {
        Some(version) => {
            definitions::bring_back(workspace, KIND, name, version, comment)?;
            Ok(Some(version))
        }
        None => restore_shipped(workspace, name, comment).map(|()| None),
    }
}

/// Lets the entity that Cutover comes with stand again; what people saved of it stays in its history.
pub fn restore_shipped(workspace: &Workspace, name: &str, comment: &str) -> Result<(), ModelError> {
    if shipped::entity(name).is_none() {
        return Err(ModelError::Refused {
            message: format!("Cutover comes with no entity {}. Nothing was changed.", Shown::of(name)),
            hint: "cutover model history lists the versions of an entity.".to_owned(),
        });
    }
    Ok(definitions::withdraw(workspace, KIND, name, comment)?)
}

pub fn review(workspace: &Workspace, name: &str, verdict: Verdict, comment: &str) -> Result<(), ModelError> {
    let reader = workspace.reader()?;
    let model = entities(reader.conn()).map_err(explain(&reader))?;
    let standing = model.iter().find(|standing| standing.entity.name == name).ok_or_else(|| not_there(name))?;
    if verdict == Verdict::Approved {
        let reasons = against_approval(standing, &model);
        if !reasons.is_empty() {
            return Err(ModelError::Refused {
                message: format!("{name} cannot be approved: {}", reasons.join(" ")),
                hint: "Nothing was changed. cutover model show lists what is against it.".to_owned(),
            });
        }
    }
    let version = match standing.version {
        Some(version) => version,
        // What Cutover comes with becomes a version, so that it is known what was reviewed.
        None => {
            let text = write::document(&standing.entity);
            put(workspace, name, text, Onto::Version(None), "as Cutover comes with it")?.version
        }
    };
    definitions::review(workspace, KIND, name, version, verdict, comment)?;
    Ok(())
}

/// Why an entity cannot be approved, each reason a sentence.
pub fn against_approval(standing: &Standing, model: &[Standing]) -> Vec<String> {
    let name = &standing.entity.name;
    let entities: Vec<Entity> = model.iter().map(|standing| standing.entity.clone()).collect();
    let blocking = lint::lint(&entities).into_iter().filter(|remark| remark.blocks && remark.entity == *name);
    let mut reasons: Vec<String> = blocking
        .map(|remark| match remark.field {
            Some(field) => format!("{field}: {}", remark.message),
            None => remark.message,
        })
        .collect();
    if standing.entity.kind == EntityKind::Summary {
        let waiting: Vec<&str> = standing
            .entity
            .derived_from
            .iter()
            .filter(|below| model.iter().any(|other| other.entity.name == **below && other.approved().is_none()))
            .map(String::as_str)
            .collect();
        if !waiting.is_empty() {
            let are = if waiting.len() == 1 { "is" } else { "are" };
            reasons.push(format!("It is derived from {}, which {are} not approved yet.", waiting.join(", ")));
        }
    }
    reasons
}

/// Writes down a case that does not fit the grain, with records that show it, each by its record key.
pub fn add_case(
    workspace: &Workspace,
    name: &str,
    several: bool,
    what: &str,
    records: &[String],
) -> Result<Saved, ModelError> {
    let reader = workspace.reader()?;
    let standing = super::entity(reader.conn(), name).map_err(explain(&reader))?.ok_or_else(|| not_there(name))?;
    let keys = record_keys(&reader, records)?;
    let mut entity = standing.entity;
    let at = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let case = Case { what: what.trim().to_owned(), records: keys, by: workspace.actor().to_owned(), at };
    let list = if several { &mut entity.several_records } else { &mut entity.shared_records };
    // The same case again gets more records.
    match list.iter_mut().find(|known| known.what == case.what) {
        Some(known) => {
            let new: Vec<String> = case.records.into_iter().filter(|key| !known.records.contains(key)).collect();
            if new.is_empty() && standing.version.is_some() {
                return Ok(Saved { version: standing.version.unwrap_or(VersionNumber(1)), is_new: false });
            }
            known.records.extend(new);
        }
        None => list.push(case),
    }
    save(workspace, &entity, Onto::Version(standing.version), what)
}

/// The record keys of what people typed: record keys, or native IDs that only one record has.
fn record_keys(reader: &Reader, typed: &[String]) -> Result<Vec<String>, ModelError> {
    let stretches = Stretches::read(reader.conn()).map_err(explain(reader))?;
    let (mut keys, mut wrong) = (Vec::new(), Vec::new());
    for text in typed {
        let found = versions::find(reader.conn(), text).map_err(|error| from_sources(error, reader))?;
        let mut of_text = Vec::new();
        for rec in found {
            let record = rows::record(reader.conn(), &stretches, rec).map_err(explain(reader))?;
            of_text.extend(record.map(|record| record.key));
        }
        of_text.sort();
        of_text.dedup();
        match of_text.as_slice() {
            [] => wrong.push(format!("no record is called {}", Shown::of(text))),
            [one] if keys.contains(one) => {}
            [one] => keys.push(one.clone()),
            several => {
                let list: Vec<String> = several.iter().take(3).map(|key| Shown::of(key).to_plain()).collect();
                wrong.push(format!(
                    "{} is the ID of {} records, such as {}",
                    Shown::of(text),
                    several.len(),
                    list.join(", ")
                ));
            }
        }
    }
    if wrong.is_empty() {
        return Ok(keys);
    }
    let mut message = wrong.join("; ");
    if let Some(first) = message.get(..1) {
        message = format!("{}{}", first.to_uppercase(), message.get(1..).unwrap_or_default());
    }
    Err(ModelError::Refused {
        message: format!("{message}. Nothing was changed."),
        hint: "cutover lookup TEXT finds a record and its record key.".to_owned(),
    })
}

fn from_sources(error: SourcesError, reader: &Reader) -> ModelError {
    match error {
        SourcesError::Workspace(error) => ModelError::Workspace(error),
        SourcesError::Sqlite(error) => ModelError::Workspace(reader.explain(&error)),
        SourcesError::Cancelled(_) => ModelError::Cancelled,
        SourcesError::Refused { message, hint } => ModelError::Refused { message, hint },
    }
}
