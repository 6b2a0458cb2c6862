//! The SQL of maps, and saving them: `hold` says whether a map holds together against the model and its object, `settle`
//! who wrote and reviewed what, `order` what was loaded after a map was saved.

mod hold;
mod order;
mod settle;
#[cfg(test)]
pub(super) mod tests;

use std::collections::BTreeSet;

use rusqlite::Connection;

use super::{MapKey, MappingError, Mark, ObjectMap, StandingMap};
use crate::definitions::{self, DefinitionError, Document, Fault, NewVersion, Onto, Saved, Version};
use crate::model::{self, Entity};
use crate::sources::ObjectId;
use crate::sources::store::catalog;
use crate::values::shown::Shown;
use crate::workspace::Workspace;

pub use order::loads_after;

pub fn maps(conn: &Connection) -> rusqlite::Result<Vec<StandingMap>> {
    let mut found = Vec::new();
    for name in definitions::names(conn, super::KIND)? {
        found.extend(definitions::current(conn, super::KIND, &name)?.map(standing));
    }
    Ok(found)
}

pub fn map(conn: &Connection, key: &MapKey) -> rusqlite::Result<Option<StandingMap>> {
    Ok(definitions::current(conn, super::KIND, &key.name())?.map(standing))
}

fn standing(version: Version) -> StandingMap {
    StandingMap {
        map: ObjectMap::read_leniently(&version.text),
        version: Some(version.version),
        author: version.author,
        at: version.at,
        hash: version.hash,
    }
}

pub fn object_of(conn: &Connection, key: &MapKey) -> rusqlite::Result<Option<ObjectId>> {
    Ok(catalog::find_object(conn, &key.source, &key.object)?.map(ObjectId))
}

pub fn save(workspace: &Workspace, maps: &[(ObjectMap, Onto)], comment: &str) -> Result<Vec<Saved>, MappingError> {
    let entities: Vec<Entity> = {
        let reader = workspace.reader()?;
        let standing = model::entities(reader.conn()).map_err(|error| reader.explain(&error))?;
        standing.into_iter().map(|standing| standing.entity).collect()
    };
    save_against(workspace, &entities, maps, comment)
}

/// The same against a model that is at hand.
pub(super) fn save_against(
    workspace: &Workspace,
    model: &[Entity],
    maps: &[(ObjectMap, Onto)],
    comment: &str,
) -> Result<Vec<Saved>, MappingError> {
    let mark = Mark {
        by: workspace.actor().to_owned(),
        at: jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
    };
    let reader = workspace.reader()?;
    let conn = reader.conn();
    let explain = |error: rusqlite::Error| reader.explain(&error);
    let mut faults: Vec<Fault> = Vec::new();
    let mut all = Vec::with_capacity(maps.len());
    let mut seen = BTreeSet::new();
    for (map, onto) in maps {
        let columns = match object_of(conn, &map.key).map_err(explain)? {
            Some(object) => Some(catalog::columns_of(conn, object.0).map_err(explain)?),
            None => None,
        };
        let mut found = hold::faults(map, model, columns.as_deref());
        if !seen.insert(map.key.clone()) {
            found.push(Fault { key: String::new(), place: None, message: "the same map is given twice".to_owned() });
        }
        if maps.len() > 1 {
            for fault in &mut found {
                fault.message = format!("{}: {}", Shown::of(&map.key.name()), fault.message);
            }
        }
        faults.extend(found);
        let before = self::map(conn, &map.key).map_err(explain)?;
        let settled = settle::settle(map.clone(), before.as_ref().map(|standing| &standing.map), &mark);
        all.push(NewVersion {
            kind: super::KIND,
            name: map.key.name(),
            text: settled.to_toml(),
            comment: comment.to_owned(),
            onto: *onto,
        });
    }
    drop(reader);
    if !faults.is_empty() {
        return Err(DefinitionError::Document(faults).into());
    }
    Ok(definitions::save_all(workspace, all)?)
}
