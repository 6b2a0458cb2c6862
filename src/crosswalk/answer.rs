//! All that is known about one find: the record at the end of its merge chain, every identifier linked to it, what names
//! it.

use super::judge::same_id;
use super::resolve::Owner;
use super::search::{SearchError, Searcher};
use super::{Answer, Hit, IdKind, MergeStep, Status};
use crate::sources::{ColumnRole, SourceRecord};

/// Steps of a merge chain that are followed; a longer one is a cycle in all but name.
const LONGEST_CHAIN: usize = 64;
/// Identifiers that are listed as linked.
pub(super) const MOST_LINKED: usize = 80;

impl Searcher {
    /// Everything about a find.
    ///
    /// # Errors
    /// If the workspace cannot be read.
    pub fn answer(&mut self, hit: &Hit) -> Result<Answer, SearchError> {
        self.in_snapshot(|searcher| searcher.answer_now(hit))
    }

    fn answer_now(&mut self, hit: &Hit) -> Result<Answer, SearchError> {
        let mut remarks = Vec::new();
        let found = self.record(hit.rec.0)?.ok_or_else(|| gone(hit))?;
        let mut end = found.clone();
        let mut chain = Vec::new();
        let is_key = hit.kind == IdKind::ForeignKey && hit.status == Status::NotInExtract;
        let start = match hit.kind {
            IdKind::MergedAway => Some(hit.id.clone()),
            // Who names a record that is in no file has a fate of its own.
            _ if is_key => None,
            // A row that tells of others' merges was not merged itself.
            _ if self.tells_of_others(&found) => None,
            _ => found.native_id.clone(),
        };
        if let Some(start) = start {
            let (steps, last) = self.follow(&found, &start, &mut remarks)?;
            if let Some(last) = last {
                end = last;
            } else if let Some(step) = steps.last() {
                remarks.push(format!("{} is in no file that was loaded.", step.into));
            }
            chain = steps;
        }
        if hit.status == Status::NotInExtract {
            remarks.push(format!("{} itself is in no file that was loaded; this record names it.", hit.id));
        }
        let linked = self.linked(&end, !chain.is_empty(), &mut remarks)?;
        let named_by = self.named_by(&end)?;
        Ok(Answer {
            hit: hit.clone(),
            subtitle: subtitle(&end),
            highlights: highlights(&end),
            chain,
            linked,
            named_by,
            remarks,
            record: end,
        })
    }

    /// Follows merges from an ID to their end; the record there, if it is loaded.
    pub(super) fn follow(
        &mut self,
        from: &SourceRecord,
        start: &str,
        remarks: &mut Vec<String>,
    ) -> Result<(Vec<MergeStep>, Option<SourceRecord>), SearchError> {
        let mut steps: Vec<MergeStep> = Vec::new();
        let mut at = start.to_owned();
        let mut met = vec![at.clone()];
        while let Some((winner, when, told)) = self.merge_step(&from.source, &from.object, &at)? {
            let told_by = self.record(told)?.map(|record| record.key).unwrap_or_default();
            let round = met.iter().any(|id| same_id(id, &winner));
            steps.push(MergeStep { from: at, into: winner.clone(), source: from.source.clone(), at: when, told_by });
            if round || steps.len() >= LONGEST_CHAIN {
                remarks.push(format!(
                    "{} says that these IDs were merged in a circle; none of them is the survivor.",
                    from.source
                ));
                break;
            }
            met.push(winner.clone());
            at = winner;
        }
        let Some(last) = steps.last() else { return Ok((steps, Some(from.clone()))) };
        let survivor = last.into.clone();
        let record = self.record_of_object(&from.source, &from.object, &survivor)?;
        Ok((steps, record))
    }

    /// Whether a record's row tells of merges of another object's records.
    pub(super) fn tells_of_others(&self, record: &SourceRecord) -> bool {
        self.merges_told.iter().any(|told| told.source == record.source && told.teller == record.object)
    }

    /// The objects whose records are meant where an object tells of merges: those that it tells of, else itself.
    pub(super) fn told_of(&self, source: &str, object: &str) -> Vec<String> {
        let told = self.merges_told.iter().filter(|told| told.source == source && told.teller == object);
        let of: Vec<String> = told.filter_map(|told| told.of.clone()).collect();
        if of.is_empty() { vec![object.to_owned()] } else { of }
    }

    /// The objects whose rows tell of merges of an object's records; for one that tells of others', of those.
    pub(super) fn tellers(&self, source: &str, object: &str) -> Vec<String> {
        let mut tellers = vec![object.to_owned()];
        let of = self.told_of(source, object);
        tellers.extend(of.iter().filter(|of| *of != object).cloned());
        for told in self.merges_told.iter().filter(|told| told.source == source) {
            if told.of.as_ref().is_some_and(|told_of| of.contains(told_of)) && !tellers.contains(&told.teller) {
                tellers.push(told.teller.clone());
            }
        }
        tellers
    }

    /// The latest record of an object with a native ID; for an object that tells of others' merges, of those.
    pub(super) fn record_of_object(
        &mut self,
        source: &str,
        object: &str,
        id: &str,
    ) -> Result<Option<SourceRecord>, SearchError> {
        let owners = self.owners_of(id)?;
        let objects = self.told_of(source, object);
        let own = |owner: &&Owner| {
            owner.kind == IdKind::NativeId && owner.source == source && objects.contains(&owner.object)
        };
        match owners.iter().find(own) {
            Some(owner) => self.record(owner.rec),
            None => Ok(None),
        }
    }
}

fn gone(hit: &Hit) -> SearchError {
    SearchError::Workspace(crate::workspace::WorkspaceError {
        kind: crate::workspace::WorkspaceErrorKind::NotFound,
        message: format!("{} is not loaded any more.", crate::values::shown::Shown::of(&hit.record)),
        hint: "Search again.".to_owned(),
        file: std::path::PathBuf::new(),
    })
}

/// Job title and company, where the record has them.
fn subtitle(record: &SourceRecord) -> String {
    let mut parts: Vec<String> = Vec::new();
    for (column, role, value) in &record.values {
        let Some(value) = value.as_deref().map(str::trim).filter(|value| !value.is_empty()) else { continue };
        let word = crate::sources::columns::header_words(column).concat();
        let is_title = matches!(word.as_str(), "title" | "jobtitle" | "position" | "role");
        let has_person = record.values.iter().any(|(_, role, v)| {
            matches!(role, ColumnRole::GivenName | ColumnRole::FamilyName)
                && v.as_deref().is_some_and(|v| !v.is_empty())
        });
        if is_title || (*role == ColumnRole::OrganizationName && has_person) {
            parts.push(value.to_owned());
        }
    }
    parts.truncate(2);
    parts.join(", ")
}

/// The columns worth showing first.
fn highlights(record: &SourceRecord) -> Vec<(String, ColumnRole, String)> {
    let wanted = |role: ColumnRole, name: &str| {
        let word = crate::sources::columns::header_words(name).concat();
        let is_title = matches!(word.as_str(), "title" | "jobtitle");
        !is_title
            && matches!(
                role,
                ColumnRole::Email | ColumnRole::Phone | ColumnRole::OrganizationName | ColumnRole::FullName
            )
            || matches!(
                word.as_str(),
                "status"
                    | "customertype"
                    | "type"
                    | "plan"
                    | "stage"
                    | "stagename"
                    | "lifecyclestage"
                    | "country"
                    | "mailingcountry"
            )
    };
    record
        .values
        .iter()
        .filter_map(|(name, role, value)| {
            let value = value.as_deref().map(str::trim).filter(|value| !value.is_empty())?;
            wanted(*role, name).then(|| (name.clone(), *role, value.to_owned()))
        })
        .take(8)
        .collect()
}
