//! Figures that suggestions are made from, true for every object: what columns hold and what points where decide on the
//! neighbours too, so that nobody proposes, or accepts, by headers alone because a second load made a profile stale.

use std::collections::BTreeMap;

use rusqlite::Connection;

use super::gather::Material;
use super::{ObjectSuggestion, propose};
use crate::job::Job;
use crate::mapping::MappingError;
use crate::model::Entity;
use crate::sources::profile::ObjectProfile;
use crate::sources::store::{self, catalog};
use crate::sources::survey::Survey;
use crate::sources::{ObjectId, SourcesError, profile, survey};
use crate::workspace::{Workspace, WorkspaceErrorKind};

/// The profiles of all objects and the survey, as true as the loads that stood when they were made.
#[derive(Debug, Clone)]
pub struct Ready {
    /// By the number of the object.
    profiles: BTreeMap<i64, ObjectProfile>,
    survey: Survey,
}

/// Whether all of it is stored and true, so that [`ready`] has nothing to make.
///
/// # Errors
/// If the database cannot be read.
pub fn is_ready(conn: &Connection) -> rusqlite::Result<bool> {
    for object in objects(conn)? {
        if profile::stored(conn, object)?.is_none() {
            return Ok(false);
        }
    }
    Ok(survey::stored(conn)?.is_some_and(|survey| survey.fresh))
}

/// Makes what is missing or stale, and stores it where the workspace can be written: one that is only read, or that
/// somebody else writes to, is served all the same.
///
/// # Errors
/// If the workspace cannot be read, or the job was cancelled.
pub fn ready(workspace: &Workspace, job: &Job) -> Result<Ready, MappingError> {
    let all = {
        let reader = workspace.reader()?;
        objects(reader.conn()).map_err(|error| reader.explain(&error))?
    };
    let mut profiles = BTreeMap::new();
    for object in all {
        job.check()?;
        let made = match profile::of_object(workspace, object, job) {
            Err(SourcesError::Workspace(error)) if error.kind == WorkspaceErrorKind::Busy => {
                store::profile::made(workspace.reader()?.conn(), object, job)
            }
            made => made,
        };
        profiles.insert(object.0, made?);
    }
    Ok(Ready { profiles, survey: survey::run(workspace, job)? })
}

impl Ready {
    /// As [`super::suggest`], with these figures in the place of those that are stored.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn suggest(
        &self,
        conn: &Connection,
        objects: &[ObjectId],
        against: Option<&[Entity]>,
    ) -> Result<Vec<ObjectSuggestion>, MappingError> {
        let mut material = Material::read(conn)?;
        for subject in &mut material.subjects {
            subject.profile = subject.profile.take().or_else(|| self.profiles.get(&subject.object.id.0).cloned());
        }
        if material.survey.as_ref().is_none_or(|survey| !survey.fresh) {
            material.survey = Some(self.survey.clone());
        }
        match against {
            Some(entities) => {
                // What maps to the model decided says nothing of another target.
                material.maps.clear();
                Ok(propose::propose(&material, entities, objects))
            }
            None => {
                let model = crate::model::entities(conn)?;
                let entities: Vec<Entity> = model.into_iter().map(|standing| standing.entity).collect();
                Ok(propose::propose(&material, &entities, objects))
            }
        }
    }
}

fn objects(conn: &Connection) -> rusqlite::Result<Vec<ObjectId>> {
    let inventory = catalog::inventory(conn)?;
    Ok(inventory.sources.iter().flat_map(|source| &source.objects).map(|object| object.id).collect())
}
