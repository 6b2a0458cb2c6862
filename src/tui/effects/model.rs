//! The model, value maps, the operating questions, the source of truth and what blocks: read, counted and changed.

use std::sync::Arc;

use super::figures::Counting;
use super::{Desk, Lane};
use crate::definitions::document::Fault;
use crate::definitions::{self, DefinitionError, Document, Onto, VersionNumber};
use crate::mapping::{MappingError, values};
use crate::model::{self, Entity};
use crate::sources::facts::change::Change;
use crate::tui::msg::Problem;
use crate::tui::msg::map::{Difference, VersionLine};
use crate::tui::msg::model::{ModelAsk, ModelReply, Registered};
use crate::values::Shown;

/// The lane that a question belongs to.
pub(super) fn lane(ask: &ModelAsk) -> Lane {
    match ask {
        ModelAsk::Entities
        | ModelAsk::Questions
        | ModelAsk::Truth
        | ModelAsk::Versions(_)
        | ModelAsk::Targets
        | ModelAsk::Users => Lane::Mapping,
        ModelAsk::Answer { .. }
        | ModelAsk::DecideTruth { .. }
        | ModelAsk::ChangeEntity { .. }
        | ModelAsk::ReviewEntity { .. }
        | ModelAsk::RemoveEntity { .. }
        | ModelAsk::RestoreEntity { .. }
        | ModelAsk::AddEntity { .. } => Lane::Changes,
        ModelAsk::Values { .. } | ModelAsk::Groups(_) => Lane::Tallies,
    }
}

/// Whether a newer question makes this one pointless.
pub(super) fn is_overtaken(ask: &ModelAsk, newer: &ModelAsk) -> bool {
    matches!(
        (ask, newer),
        (ModelAsk::Entities, ModelAsk::Entities)
            | (ModelAsk::Values { .. }, ModelAsk::Values { .. })
            | (ModelAsk::Groups(_), ModelAsk::Groups(_))
            | (ModelAsk::Questions, ModelAsk::Questions)
            | (ModelAsk::Truth, ModelAsk::Truth)
            | (ModelAsk::Versions(_), ModelAsk::Versions(_))
            | (ModelAsk::Targets, ModelAsk::Targets)
            | (ModelAsk::Users, ModelAsk::Users)
    )
}

/// Answers a question.
pub(super) fn answer(desk: &mut Desk, generation: u64, ask: ModelAsk) -> Result<ModelReply, Problem> {
    match ask {
        ModelAsk::Entities => {
            let reader = desk.reader()?;
            let entities = model::entities(reader.conn()).map_err(|error| reader.explain(&error))?;
            Ok(ModelReply::Entities(entities))
        }
        ModelAsk::Values { key, column } => {
            let shared = Arc::clone(&desk.shared);
            let counting = Counting::of(&shared, generation);
            counting.job.check().map_err(MappingError::from)?;
            let reader = desk.reader()?;
            let table = values::table(reader.conn(), &key, &column, &counting.job).map_err(|error| error.at(reader))?;
            Ok(ModelReply::Values { key, column, table: Arc::new(table) })
        }
        ModelAsk::Groups(table) => {
            let filled: Vec<(String, u64)> = table
                .rows
                .iter()
                .filter(|line| !line.value.is_empty())
                .map(|line| (line.value.clone(), line.records))
                .collect();
            Ok(ModelReply::Groups(Arc::new(values::groups(&filled))))
        }
        ModelAsk::Questions => {
            let reader = desk.reader()?;
            let questions = model::questions::questions(reader.conn()).map_err(|error| reader.explain(&error))?;
            Ok(ModelReply::Questions(questions))
        }
        ModelAsk::Answer { question, answer, because } => {
            model::questions::answer(&desk.shared.workspace()?, &question, None, &answer, &because)
                .map_err(MappingError::from)?;
            Ok(ModelReply::Changed(format!("Answered: {}.", Shown::of(answer.trim_end_matches('.')))))
        }
        ModelAsk::Truth => {
            let reader = desk.reader()?;
            let truth = model::truth::truth(reader.conn()).map_err(|error| reader.explain(&error))?;
            Ok(ModelReply::Truth(truth))
        }
        ModelAsk::DecideTruth { row, version } => {
            let mut row = row;
            {
                let reader = desk.reader()?;
                let model = model::entities(reader.conn()).map_err(|error| reader.explain(&error))?;
                let model: Vec<Entity> = model.into_iter().map(|standing| standing.entity).collect();
                row.of = model::truth::known_subject(&model, &row.of).map_err(MappingError::from)?;
                if !row.owner.is_empty() {
                    row.owner = model::truth::known_owner(reader.conn(), &row.owner).map_err(MappingError::from)?;
                }
            }
            model::truth::decide(&desk.shared.workspace()?, &row, Onto::Version(version))
                .map_err(MappingError::from)?;
            let of = Shown::of(&row.of);
            let sentence = match (row.owner.as_str(), row.after.as_str()) {
                ("", "") => format!("{of}: no system is the source of truth any more."),
                (owner, "") => format!("{of}: {} owns it.", Shown::of(owner)),
                ("", after) => format!("{of}: {} is trusted afterwards.", Shown::of(after)),
                (owner, after) => {
                    format!("{of}: {} owns it, {} is trusted afterwards.", Shown::of(owner), Shown::of(after))
                }
            };
            Ok(ModelReply::Changed(sentence))
        }
        ModelAsk::ChangeEntity { name, version, changes } => change_entity(desk, &name, version, &changes),
        ModelAsk::ReviewEntity { name, verdict, comment } => {
            model::review(&desk.shared.workspace()?, &name, verdict, &comment).map_err(MappingError::from)?;
            Ok(ModelReply::Changed(format!("{} is {}.", Shown::of(&name), verdict.word())))
        }
        ModelAsk::RemoveEntity { name, comment } => {
            model::remove(&desk.shared.workspace()?, &name, &comment).map_err(MappingError::from)?;
            Ok(ModelReply::Changed(format!("{} is out of the model.", Shown::of(&name))))
        }
        ModelAsk::AddEntity { name } => add_entity(desk, &name),
        ModelAsk::Versions(name) => versions(desk, name),
        ModelAsk::RestoreEntity { name, version } => {
            let workspace = desk.shared.workspace()?;
            let brought =
                definitions::bring_back(&workspace, model::KIND, &name, version, "").map_err(MappingError::from)?;
            let name = Shown::of(&name).to_plain();
            Ok(ModelReply::Changed(if brought {
                format!("Version {version} of {name} stands again.")
            } else {
                format!("Version {version} of {name} stands already.")
            }))
        }
        ModelAsk::Targets => {
            let reader = desk.reader()?;
            let conn = reader.conn();
            let explain = |error| Problem::from(reader.explain(&error));
            let mut found = Vec::new();
            for target in model::register::targets(conn).map_err(explain)? {
                let counterparts = model::register::counterparts(conn, &target).map_err(explain)?;
                let without = model::register::without_counterpart(conn, &target).map_err(explain)?;
                found.push(Registered { target, counterparts, without });
            }
            Ok(ModelReply::Targets(found))
        }
        ModelAsk::Users => {
            let reader = desk.reader()?;
            let lists = model::users::lists(reader.conn()).map_err(|error| reader.explain(&error))?;
            Ok(ModelReply::Users(lists))
        }
    }
}

fn change_entity(
    desk: &mut Desk,
    name: &str,
    version: Option<VersionNumber>,
    changes: &[String],
) -> Result<ModelReply, Problem> {
    let workspace = desk.shared.workspace()?;
    let reader = desk.reader()?;
    let standing = model::entity(reader.conn(), name).map_err(|error| reader.explain(&error))?;
    let standing = standing.ok_or_else(|| Problem::new("This entity is not in the model any more."))?;
    let wrong = |faults: Vec<Fault>| MappingError::from(DefinitionError::Document(faults));
    let parsed: Result<Vec<Change>, Fault> = changes.iter().map(|change| Change::parse(change)).collect();
    let parsed = parsed.map_err(|fault| wrong(vec![fault]))?;
    let changed = model::entity::apply(&standing.entity, &parsed).map_err(wrong)?;
    let saved = model::save(&workspace, &changed, Onto::Version(version), "").map_err(MappingError::from)?;
    let name = Shown::of(name);
    Ok(ModelReply::Changed(if saved.is_new {
        format!("{name}: version {} stands.", saved.version)
    } else {
        format!("{name} is as it was.")
    }))
}

fn add_entity(desk: &mut Desk, name: &str) -> Result<ModelReply, Problem> {
    let workspace = desk.shared.workspace()?;
    let name = name.trim();
    if model::shipped::entity(name).is_some() {
        model::restore_shipped(&workspace, name, "").map_err(MappingError::from)?;
        return Ok(ModelReply::Changed(format!("{} is in the model, as it ships.", Shown::of(name))));
    }
    let entity = model::Entity { name: name.to_owned(), ..model::Entity::default() };
    model::save(&workspace, &entity, Onto::Version(None), "").map_err(MappingError::from)?;
    Ok(ModelReply::Changed(format!("{} is in the model. Enter says what one row is.", Shown::of(name))))
}

/// The versions of an entity, newest first, each with what differs from the one before it.
fn versions(desk: &mut Desk, name: String) -> Result<ModelReply, Problem> {
    let reader = desk.reader()?;
    let mut all = definitions::history(reader.conn(), model::KIND, &name).map_err(|error| reader.explain(&error))?;
    all.sort_by_key(|version| version.version);
    // The first version of an entity that ships was made of it.
    let mut before = model::shipped::entity(&name).map(Entity::to_toml).unwrap_or_default();
    let mut lines = Vec::with_capacity(all.len());
    for version in all {
        let differences = differences(&before, &version.text);
        before = version.text;
        lines.push(VersionLine {
            version: Some(version.version),
            stands: version.stands,
            author: version.author,
            at: version.at,
            comment: version.comment,
            differences,
        });
    }
    lines.reverse();
    Ok(ModelReply::Versions(name, lines))
}

/// In what two documents of an entity differ, key by key, each with the field that it is of.
fn differences(before: &str, after: &str) -> Vec<Difference> {
    let (old, new) = (keyed(before), keyed(after));
    let mut found = Vec::new();
    for (key, value) in &new {
        let was = old.iter().find(|(known, _)| known == key).map(|(_, value)| value.as_str()).unwrap_or_default();
        if was != value {
            found.push(Difference { of: key.clone(), before: was.to_owned(), after: value.clone() });
        }
    }
    for (key, value) in &old {
        if !new.iter().any(|(known, _)| known == key) {
            found.push(Difference { of: key.clone(), before: value.clone(), after: String::new() });
        }
    }
    found
}

/// The values of a document with their keys, entries of lists under their names: `fields.email.type`.
fn keyed(text: &str) -> Vec<(String, String)> {
    let Ok(table) = text.parse::<toml::Table>() else { return Vec::new() };
    let mut found = Vec::new();
    for (key, value) in &table {
        flatten(key, value, &mut found);
    }
    found
}

fn flatten(key: &str, value: &toml::Value, found: &mut Vec<(String, String)>) {
    match value {
        toml::Value::Table(table) => {
            for (name, value) in table {
                // The name of an entry is in its key already.
                if name == "name" && key.contains('.') {
                    continue;
                }
                flatten(&format!("{key}.{name}"), value, found);
            }
        }
        toml::Value::Array(entries)
            if entries.iter().all(|entry| entry.get("name").is_some()) && !entries.is_empty() =>
        {
            for entry in entries {
                let name = entry.get("name").and_then(toml::Value::as_str).unwrap_or_default();
                let key = format!("{key}.{name}");
                found.push((key.clone(), "there".to_owned()));
                flatten(&key, entry, found);
            }
        }
        toml::Value::Array(entries) => {
            let words: Vec<String> = entries.iter().map(plain).collect();
            found.push((key.to_owned(), words.join(", ")));
        }
        value => found.push((key.to_owned(), plain(value))),
    }
}

/// A value in words: an entry of a list by what it is called.
fn plain(value: &toml::Value) -> String {
    match value {
        toml::Value::String(text) => text.clone(),
        toml::Value::Boolean(true) => "yes".to_owned(),
        toml::Value::Boolean(false) => "no".to_owned(),
        toml::Value::Table(table) => {
            let called = table.get("value").or_else(|| table.get("what")).and_then(toml::Value::as_str);
            called.map_or_else(|| value.to_string(), str::to_owned)
        }
        value => value.to_string(),
    }
}
