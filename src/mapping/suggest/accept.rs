//! Accepts what is proposed above the margin, for `map accept`, `load --map auto` and the sample: the one place where
//! suggestions become maps without a look at each. All of it is one deed, so that one undo takes it back.

use super::{Candidate, accepted};
use crate::definitions::Onto;
use crate::job::Job;
use crate::mapping::edit::{self, Change};
use crate::mapping::{self, MapKey, MappingError, Mark, ObjectMap};
use crate::sources::ObjectId;
use crate::workspace::Workspace;

/// What was accepted for one map.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize)]
pub struct Accepted {
    pub source: String,
    pub object: String,
    pub entity: String,
    pub fields: Vec<AcceptedField>,
    /// Columns of the object that no accepted rule reads: they are for a person.
    pub open: usize,
}

/// One accepted rule.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize)]
pub struct AcceptedField {
    pub field: String,
    pub from: Vec<String>,
    /// The rule's word: `copy`, `value map`.
    pub rule: &'static str,
    pub confidence: f64,
    pub reasons: Vec<String>,
}

/// What is in the way of a commit: maps with the version that they are based on.
type Maps = Vec<(ObjectMap, Onto)>;

/// Suggests for these objects from figures that are true ([`super::ready`]), and saves the maps that all suggestions above
/// the margin make, in one commit. What stood before stays; rules that people wrote are not touched. `comment` says in the
/// history why.
///
/// # Errors
/// If the workspace cannot be read or written, or the job was cancelled. Then no map was changed.
pub fn accept(
    workspace: &Workspace,
    objects: &[ObjectId],
    comment: &str,
    job: &Job,
) -> Result<Vec<Accepted>, MappingError> {
    let (maps, told) = made(workspace, objects, job)?;
    if !maps.is_empty() {
        job.check()?;
        mapping::save(workspace, &maps, comment)?;
    }
    Ok(told)
}

/// What [`accept`] would accept; changes no map.
///
/// # Errors
/// If the workspace cannot be read, or the job was cancelled.
pub fn acceptable(workspace: &Workspace, objects: &[ObjectId], job: &Job) -> Result<Vec<Accepted>, MappingError> {
    Ok(made(workspace, objects, job)?.1)
}

fn made(workspace: &Workspace, objects: &[ObjectId], job: &Job) -> Result<(Maps, Vec<Accepted>), MappingError> {
    if objects.is_empty() {
        return Ok(Default::default());
    }
    let ready = super::ready(workspace, job)?;
    let reader = workspace.reader()?;
    let suggestions = ready.suggest(reader.conn(), objects, None)?;
    let mark = Mark {
        by: workspace.actor().to_owned(),
        at: jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
    };
    let (mut maps, mut told) = (Vec::new(), Vec::new());
    for suggestion in &suggestions {
        let all: Vec<&Candidate> =
            suggestion.columns.iter().flat_map(|column| column.candidates.iter().chain(&column.also)).collect();
        let changes = accepted(suggestion);
        let read: Vec<&String> = changes
            .iter()
            .flat_map(|(_, changes)| changes)
            .flat_map(|change| match change {
                Change::Set { from, .. } => from.as_slice(),
                _ => &[],
            })
            .collect();
        let open = suggestion.columns.iter().filter(|column| !read.contains(&&column.column)).count();
        for (key, changes) in &changes {
            let standing = mapping::map(reader.conn(), key)?;
            let onto = Onto::Version(standing.as_ref().and_then(|standing| standing.version));
            let map = standing.map_or_else(|| edit::new_map(key), |standing| standing.map);
            maps.push((edit::apply(&map, changes, &mark)?, onto));
            told.push(tell(key, changes, &all, open));
        }
    }
    Ok((maps, told))
}

fn tell(key: &MapKey, changes: &[Change], all: &[&Candidate], open: usize) -> Accepted {
    let fields = changes.iter().filter_map(|change| {
        let Change::Set { field, from, rule } = change else { return None };
        let of = |candidate: &&&Candidate| {
            candidate.entity == key.entity && candidate.field == *field && candidate.from == *from
        };
        let candidate = all.iter().find(of);
        Some(AcceptedField {
            field: field.clone(),
            from: from.clone(),
            rule: rule.word(),
            confidence: candidate.map_or(0.0, |candidate| candidate.confidence),
            reasons: candidate.map(|candidate| candidate.reasons.clone()).unwrap_or_default(),
        })
    });
    Accepted {
        source: key.source.clone(),
        object: key.object.clone(),
        entity: key.entity.clone(),
        fields: fields.collect(),
        open,
    }
}
