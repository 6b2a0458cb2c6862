//! What a check looks at: loads, maps, model, who is right, users, and every figure that is counted.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use rusqlite::Connection;

use crate::job::Job;
use crate::mapping::figures::{self, Figures};
use crate::mapping::values::counts::{self, ColumnCounts};
use crate::mapping::{FieldRule, MapKey, MappingError, Rule, StandingMap, expression, store};
use crate::model::truth::{self, Truth, TruthRow};
use crate::model::users::{self, OwnerMatch, UserList};
use crate::model::{self, Entity, Standing};
use crate::sources::facts::{self, Known, Side};
use crate::sources::profile::decide::{self, Decision};
use crate::sources::profile::{self, ColumnProfile, ObjectProfile};
use crate::sources::store::catalog;
use crate::sources::{Column, Object};
use crate::workspace::Workspace;

/// All of it.
pub struct Ground {
    /// Every loaded object of a system that is left, in the order of the inventory.
    pub objects: Vec<Object>,
    pub maps: Vec<StandingMap>,
    pub model: Vec<Standing>,
    pub known: BTreeMap<String, Known>,
    pub truth: Truth,
    pub users: Vec<UserList>,
    /// By object.
    pub profiles: BTreeMap<i64, ObjectProfile>,
    /// Decided orders of dates, by object.
    pub orders: BTreeMap<i64, Vec<Decision>>,
    pub figures: BTreeMap<MapKey, Figures>,
    /// By object and position of the column.
    pub values: BTreeMap<(i64, usize), ColumnCounts>,
    /// Loads that came after a map was saved.
    pub after: BTreeMap<MapKey, BTreeSet<i64>>,
    pub means: Means,
}

/// What other floors judge by, so that a check can be asked about cases of its own.
#[derive(Clone, Copy)]
pub struct Means {
    /// Says what is wrong with an expression over these columns.
    pub expression: fn(&str, &[String]) -> Result<(), MappingError>,
    /// The user whom a name means.
    pub owner: fn(&UserList, &str) -> OwnerMatch,
    /// Who is right about a field of an entity and its group.
    pub truth: for<'a> fn(&'a Truth, &str, &str, &str) -> Option<&'a TruthRow>,
}

impl Default for Means {
    fn default() -> Self {
        Self {
            expression: |sql, columns| expression::check(sql, columns).map(|_| ()),
            owner: users::match_owner,
            truth: Truth::of_field,
        }
    }
}

/// One map with its object and its entity, as far as they are there.
pub struct Feed<'a> {
    pub ground: &'a Ground,
    pub map: &'a StandingMap,
    pub object: Option<&'a Object>,
    pub entity: Option<&'a Entity>,
}

impl Ground {
    /// # Errors
    /// If the database cannot be read.
    pub fn read(conn: &Connection) -> Result<Self, MappingError> {
        let inventory = catalog::inventory(conn)?;
        let mut ground = Self {
            objects: Vec::new(),
            maps: store::maps(conn)?,
            model: model::entities(conn)?,
            known: BTreeMap::new(),
            truth: truth::truth(conn)?,
            users: users::lists(conn)?,
            profiles: BTreeMap::new(),
            orders: BTreeMap::new(),
            figures: BTreeMap::new(),
            values: BTreeMap::new(),
            after: BTreeMap::new(),
            means: Means::default(),
        };
        for source in inventory.sources {
            let known = facts::known(conn, &source.name)?;
            if known.facts.side == Side::Old {
                ground.objects.extend(source.objects);
            }
            ground.known.insert(source.name, known);
        }
        for object in &ground.objects {
            if let Some(profile) = profile::stored(conn, object.id)? {
                ground.profiles.insert(object.id.0, profile);
            }
            ground.orders.insert(object.id.0, decide::decisions(conn, object.id)?);
        }
        for map in &ground.maps {
            let key = &map.map.key;
            if let Some(figures) = figures::stored(conn, key)? {
                ground.figures.insert(key.clone(), figures);
            }
            ground.after.insert(key.clone(), store::loads_after(conn, map)?);
        }
        for (object, position) in ground.columns_to_count() {
            let counted = counts::stored(conn, crate::sources::ObjectId(object), position)?;
            let counted = counted.or_else(|| {
                let profile = ground.profiles.get(&object)?;
                ColumnCounts::of_profile(profile.columns.get(position)?)
            });
            if let Some(counted) = counted {
                ground.values.insert((object, position), counted);
            }
        }
        Ok(ground)
    }

    /// Counts what is not counted yet.
    ///
    /// # Errors
    /// If the workspace cannot be read or written, or the job was cancelled.
    pub fn count(&mut self, workspace: &Workspace, job: &Job) -> Result<(), MappingError> {
        for object in &self.objects {
            if let Entry::Vacant(place) = self.profiles.entry(object.id.0) {
                place.insert(profile::of_object(workspace, object.id, job)?);
            }
        }
        for (object, position) in self.columns_to_count() {
            // Which load brought a value is in no profile, so these are counted even where the profile knows the values.
            let counted = counts::keep(workspace, crate::sources::ObjectId(object), position, job)?;
            self.values.insert((object, position), counted);
        }
        for map in &self.maps {
            let key = &map.map.key;
            if self.figures.contains_key(key) || !self.feed(map).compiles() {
                continue;
            }
            match figures::count(workspace, &map.map, job) {
                Ok(figures) => drop(self.figures.insert(key.clone(), figures)),
                // It stays uncounted, which is said.
                Err(MappingError::Expression { .. } | MappingError::Refused { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Columns whose distinct values a check wants: those of value maps and of owners.
    fn columns_to_count(&self) -> BTreeSet<(i64, usize)> {
        let mut wanted = BTreeSet::new();
        for feed in self.feeds() {
            let Some(object) = feed.object else { continue };
            for rule in &feed.map.map.fields {
                if matches!(rule.rule, Rule::ValueMap { .. } | Rule::Owner { .. })
                    && let Some(column) = feed.column(rule.from.first().map_or("", String::as_str))
                {
                    wanted.insert((object.id.0, column.position));
                }
            }
        }
        wanted
    }

    pub fn feeds(&self) -> impl Iterator<Item = Feed<'_>> {
        self.maps.iter().map(|map| self.feed(map))
    }

    fn feed<'a>(&'a self, map: &'a StandingMap) -> Feed<'a> {
        let key = &map.map.key;
        Feed { ground: self, map, object: self.object(&key.source, &key.object), entity: self.entity(&key.entity) }
    }

    /// As written, else without regard to case.
    pub fn object(&self, source: &str, name: &str) -> Option<&Object> {
        let same = |a: &str, b: &str| a.to_lowercase() == b.to_lowercase();
        let exact = self.objects.iter().find(|object| object.source_name == source && object.name == name);
        exact.or_else(|| self.objects.iter().find(|o| same(&o.source_name, source) && same(&o.name, name)))
    }

    pub fn entity(&self, name: &str) -> Option<&Entity> {
        self.model.iter().map(|standing| &standing.entity).find(|entity| entity.name == name)
    }

    /// Who answers for a source.
    pub fn owner_of(&self, source: &str) -> String {
        self.known.get(source).map(|known| known.facts.owner.clone()).unwrap_or_default()
    }

    /// Maps whose figures are not counted.
    pub fn uncounted(&self) -> Vec<MapKey> {
        self.feeds()
            .filter(|feed| {
                let values = feed.map.map.fields.iter().any(|rule| {
                    matches!(rule.rule, Rule::ValueMap { .. } | Rule::Owner { .. })
                        && feed.column_of(rule).is_some()
                        && feed.counts_of(rule).is_none()
                });
                feed.object.is_some() && (values || !self.figures.contains_key(&feed.map.map.key))
            })
            .map(|feed| feed.map.map.key.clone())
            .collect()
    }
}

impl<'a> Feed<'a> {
    pub fn column(&self, name: &str) -> Option<&'a Column> {
        self.object?.columns.iter().find(|column| column.name == name)
    }

    /// The first column that a rule reads.
    pub fn column_of(&self, rule: &FieldRule) -> Option<&'a Column> {
        self.column(rule.from.first()?)
    }

    pub fn counts_of(&self, rule: &FieldRule) -> Option<&'a ColumnCounts> {
        let column = self.column_of(rule)?;
        self.ground.values.get(&(self.object?.id.0, column.position))
    }

    /// The profile of the one column that a rule reads.
    pub fn profile_of(&self, rule: &FieldRule) -> Option<&'a ColumnProfile> {
        let [_] = rule.from.as_slice() else { return None };
        let column = self.column_of(rule)?;
        self.ground.profiles.get(&self.object?.id.0)?.columns.get(column.position)
    }

    pub fn figures(&self) -> Option<&'a Figures> {
        self.ground.figures.get(&self.map.map.key)
    }

    pub fn records(&self) -> u64 {
        self.object.map_or(0, |object| object.records)
    }

    /// Who decides on the map: its owner, else the source's.
    pub fn who(&self) -> String {
        if self.map.map.owner.is_empty() {
            self.ground.owner_of(&self.map.map.key.source)
        } else {
            self.map.map.owner.clone()
        }
    }

    pub fn columns(&self) -> Vec<String> {
        self.object.map(|object| object.columns.iter().map(|column| column.name.clone()).collect()).unwrap_or_default()
    }

    /// Whether everything that the map names is there, so that it can be counted.
    fn compiles(&self) -> bool {
        let (Some(_), Some(entity)) = (self.object, self.entity) else { return false };
        let there = |rule: &FieldRule| {
            rule.from.iter().all(|name| self.column(name).is_some()) && entity.field(&rule.field).is_some()
        };
        self.map.map.fields.iter().all(there)
    }
}
