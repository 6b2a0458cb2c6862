//! What suggestions are made from, read once: objects with their profiles and the dates that people decided, the survey,
//! and the maps that stand. Reads no record.

use std::collections::BTreeSet;

use rusqlite::Connection;

use crate::mapping::{MappingError, ObjectMap};
use crate::sources::profile::decide::Decision;
use crate::sources::profile::{ColumnProfile, ObjectProfile};
use crate::sources::store::catalog;
use crate::sources::survey::Survey;
use crate::sources::{Object, ObjectId, SystemKind, profile, survey};

/// An object with what is known of it.
#[derive(Debug, Clone)]
pub struct Subject {
    pub object: Object,
    pub kind: SystemKind,
    pub profile: Option<ObjectProfile>,
    pub decisions: Vec<Decision>,
}

impl Subject {
    /// A column's figures.
    #[must_use]
    pub fn figures(&self, column: usize) -> Option<&ColumnProfile> {
        self.profile.as_ref()?.columns.iter().find(|figures| figures.position == column)
    }

    /// Records are known, and none has a value there.
    #[must_use]
    pub fn is_never_filled(&self, column: usize) -> bool {
        self.figures(column).is_some_and(|figures| figures.rows > 0 && figures.filled == 0)
    }
}

/// All that suggestions are made from.
#[derive(Debug, Clone, Default)]
pub struct Material {
    pub subjects: Vec<Subject>,
    pub survey: Option<Survey>,
    pub maps: Vec<ObjectMap>,
}

impl Material {
    /// Reads it.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn read(conn: &Connection) -> Result<Self, MappingError> {
        let inventory = catalog::inventory(conn)?;
        let mut subjects = Vec::new();
        for source in inventory.sources {
            for object in source.objects {
                let profile = profile::stored(conn, object.id)?;
                let decisions = profile::decide::decisions(conn, object.id)?;
                subjects.push(Subject { object, kind: source.kind, profile, decisions });
            }
        }
        let maps = crate::mapping::maps(conn)?.into_iter().map(|standing| standing.map).collect();
        Ok(Self { subjects, survey: survey::stored(conn)?, maps })
    }

    /// The place of an object among the subjects.
    #[must_use]
    pub fn place_of(&self, object: ObjectId) -> Option<usize> {
        self.subjects.iter().position(|subject| subject.object.id == object)
    }

    /// The map of an object to an entity, if one stands.
    #[must_use]
    pub fn map_of(&self, subject: &Subject, entity: &str) -> Option<&ObjectMap> {
        self.maps.iter().find(|map| {
            map.key.source == subject.object.source_name
                && map.key.object == subject.object.name
                && map.key.entity == entity
        })
    }

    /// Columns of an object that its maps already decided, by name.
    #[must_use]
    pub fn decided(&self, subject: &Subject) -> BTreeSet<&str> {
        let of_object =
            |map: &&ObjectMap| map.key.source == subject.object.source_name && map.key.object == subject.object.name;
        let maps = self.maps.iter().filter(of_object);
        maps.flat_map(|map| {
            let read = map.fields.iter().flat_map(|field| field.from.iter().map(String::as_str));
            read.chain(map.columns.iter().map(|column| column.column.as_str()))
        })
        .collect()
    }
}
