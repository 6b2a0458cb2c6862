//! All that is known about one find: the record at the end of its merge chain, every identifier linked to it, what names
//! it.

use std::collections::{BTreeMap, BTreeSet};

use super::search::{SearchError, Searcher, day, same_id, title_of};
use super::{Answer, Hit, IdKind, LinkedId, MergeStep, Status};
use crate::sources::identifiers::key::{KeyMaker, id_list, merged_ids};
use crate::sources::identifiers::{Posting, Space};
use crate::sources::load::merges;
use crate::sources::{ColumnRole, SourceRecord};

/// Steps of a merge chain that are followed; a longer one is a cycle in all but name.
const LONGEST_CHAIN: usize = 64;
/// Records of other systems that are listed as sharing an identifier.
const MOST_LINKED: usize = 60;
/// More records than this that share an address or a number are a shared inbox, not a link.
const SHARED: usize = 12;

impl Searcher {
    /// Everything about a find.
    ///
    /// # Errors
    /// If the workspace cannot be read.
    pub fn answer(&mut self, hit: &Hit) -> Result<Answer, SearchError> {
        let mut remarks = Vec::new();
        let found = self.record(hit.rec.0)?.ok_or_else(|| gone(hit))?;
        let start = match hit.kind {
            IdKind::MergedAway => Some(hit.id.clone()),
            IdKind::ForeignKey | IdKind::OtherId => None,
            _ => found.native_id.clone(),
        };
        let mut chain = Vec::new();
        let mut end = found.clone();
        if let Some(start) = start {
            let (steps, last) = self.follow(&found, &start, &mut remarks)?;
            if let Some(last) = last {
                end = last;
            } else if let Some(step) = steps.last() {
                remarks.push(format!("{} is in no file that was loaded.", step.into));
            }
            chain = steps;
        } else if let Some(target) = self.record_with_id(&hit.id, hit.rec.0)? {
            // A key that leads to a loaded record: that record is meant.
            if let Some(native) = target.native_id.clone() {
                let (steps, last) = self.follow(&target, &native, &mut remarks)?;
                chain = steps;
                end = last.unwrap_or_else(|| target.clone());
            }
        } else if hit.kind == IdKind::ForeignKey {
            remarks.push(format!("{} itself is in no file that was loaded; this record names it.", hit.id));
        }
        let mut linked = self.linked(&end, &chain, &mut remarks)?;
        linked.truncate(MOST_LINKED);
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
    fn follow(
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
                remarks.push(format!("{} says that these IDs were merged in a circle; none of them is the survivor.", from.source));
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

    /// The latest record of an object with a native ID.
    fn record_of_object(&mut self, source: &str, object: &str, id: &str) -> Result<Option<SourceRecord>, SearchError> {
        for posting in self.postings_of(Space::Id, merges::folded(id).as_bytes(), 400)? {
            let Some(record) = self.record_at(posting)? else { continue };
            let is_native = record.values.get(posting.column as usize).is_some_and(|(_, role, _)| *role == ColumnRole::NativeId);
            let fits = is_native && record.source == source && record.object == object && !record.superseded;
            if fits && record.native_id.as_deref().is_some_and(|native| same_id(native, id)) {
                return Ok(Some(record));
            }
        }
        Ok(None)
    }

    fn record_at(&mut self, posting: Posting) -> Result<Option<SourceRecord>, SearchError> {
        self.record(posting.rec)
    }

    /// The one record whose native ID this is; none where several have it.
    fn record_with_id(&mut self, id: &str, but: i64) -> Result<Option<SourceRecord>, SearchError> {
        let mut found: Option<SourceRecord> = None;
        for posting in self.postings_of(Space::Id, merges::folded(id).as_bytes(), 400)? {
            if posting.rec == but {
                continue;
            }
            let Some((_, object)) = self.stretches.of(posting.rec) else { continue };
            let object = self.object(object)?;
            if object.columns.get(posting.column as usize).is_none_or(|column| column.role != ColumnRole::NativeId) {
                continue;
            }
            let Some(record) = self.record_at(posting)?.filter(|record| !record.superseded) else { continue };
            if record.native_id.as_deref().is_some_and(|native| same_id(native, id)) {
                if found.is_some() {
                    return Ok(None);
                }
                found = Some(record);
            }
        }
        Ok(found)
    }

    /// Every identifier that belongs to a record or to records that share one with it.
    fn linked(
        &mut self,
        record: &SourceRecord,
        chain: &[MergeStep],
        remarks: &mut Vec<String>,
    ) -> Result<Vec<LinkedId>, SearchError> {
        let mut list: Vec<LinkedId> = Vec::new();
        let mut taken: BTreeSet<(String, String, String)> = BTreeSet::new();
        let mut add = |list: &mut Vec<LinkedId>, link: LinkedId| {
            if taken.insert((link.source.clone(), link.object.clone(), link.id.clone())) {
                list.push(link);
            }
        };
        let of = |id: String, kind, status, note: String, rec| LinkedId {
            id,
            kind,
            source: record.source.clone(),
            object: record.object.clone(),
            status,
            note,
            rec,
        };
        if let Some(native) = &record.native_id {
            let losers = self.losers(record, native)?;
            let note = if losers.is_empty() && chain.is_empty() { "its native ID" } else { "survivor" };
            add(&mut list, of(native.clone(), IdKind::NativeId, Status::Loaded, note.to_owned(), Some(record.rec)));
            for (loser, at) in losers {
                let when = at.map_or_else(String::new, |at| format!(" {}", day(&at)));
                let note = format!("merged in {}{when}", record.source);
                let rec = self.record_of_object(&record.source, &record.object, &loser)?.map(|r| r.rec);
                add(&mut list, of(loser, IdKind::MergedAway, Status::MergedInSource, note, rec));
            }
        }
        for (column, role, value) in &record.values {
            let Some(value) = value.as_deref().filter(|value| !value.trim().is_empty()) else { continue };
            if *role == ColumnRole::OtherId {
                for id in id_list(value) {
                    let note = format!("as {column} says");
                    add(&mut list, of(id.to_owned(), IdKind::OtherId, Status::Loaded, note, Some(record.rec)));
                }
            } else if *role == ColumnRole::MergedIds {
                for (id, at) in merged_ids(value) {
                    let when = at.map_or_else(String::new, |_| " then".to_owned());
                    let note = format!("merged in {}{when}", record.source);
                    add(&mut list, of(id.to_owned(), IdKind::MergedAway, Status::MergedInSource, note.trim().to_owned(), None));
                }
            }
        }
        self.add_sharing(record, &mut list, &mut add, remarks)?;
        Ok(list)
    }

    /// Records of other objects that have an identifier of this one.
    fn add_sharing(
        &mut self,
        record: &SourceRecord,
        list: &mut Vec<LinkedId>,
        add: &mut impl FnMut(&mut Vec<LinkedId>, LinkedId),
        remarks: &mut Vec<String>,
    ) -> Result<(), SearchError> {
        let mut maker = KeyMaker::default();
        for (column, role, value) in &record.values {
            let Some(value) = value.as_deref() else { continue };
            let says = match role {
                ColumnRole::Email => "same e-mail",
                ColumnRole::Phone => "same phone",
                ColumnRole::NativeId => "names it",
                ColumnRole::OtherId => "same ID",
                _ => continue,
            };
            let mut keys: Vec<(Space, Vec<u8>)> = Vec::new();
            maker.keys(*role, value, &mut |space, key| {
                if space != Space::Number {
                    keys.push((space, key.to_vec()));
                }
            });
            for (space, key) in keys {
                let postings = self.postings_of(space, &key, 400)?;
                let others: Vec<Posting> = postings.into_iter().filter(|posting| posting.rec != record.rec.0).collect();
                if others.len() > SHARED && matches!(role, ColumnRole::Email | ColumnRole::Phone) {
                    remarks.push(format!("{} other records have the same {column}; it looks shared, so they are not listed.", others.len()));
                    continue;
                }
                for posting in others {
                    let Some(other) = self.record_at(posting)?.filter(|other| !other.superseded) else { continue };
                    let Some((other_column, other_role, other_value)) = other.values.get(posting.column as usize).cloned() else {
                        continue;
                    };
                    let is_link = match role {
                        ColumnRole::NativeId => other_role == ColumnRole::OtherId,
                        ColumnRole::OtherId => matches!(other_role, ColumnRole::NativeId | ColumnRole::OtherId),
                        _ => other_role == *role,
                    };
                    let same = !matches!(role, ColumnRole::NativeId | ColumnRole::OtherId)
                        || other_value.as_deref().is_some_and(|v| id_list(v).any(|id| same_id(id, value)) || same_id(v, value));
                    if !is_link || !same {
                        continue;
                    }
                    let note = if *role == ColumnRole::NativeId {
                        format!("names it in {other_column}")
                    } else if *role == ColumnRole::OtherId && other_role == ColumnRole::NativeId {
                        format!("{column} is its ID")
                    } else {
                        says.to_owned()
                    };
                    let link = LinkedId {
                        id: other.native_id.clone().unwrap_or_else(|| format!("line {}", other.line)),
                        kind: IdKind::NativeId,
                        source: other.source.clone(),
                        object: other.object.clone(),
                        status: Status::Loaded,
                        note: format!("{note} · {}", title_of(&other)),
                        rec: Some(other.rec),
                    };
                    add(list, link);
                }
            }
        }
        Ok(())
    }

    /// IDs that were merged into this one, directly or through others, with when.
    fn losers(&mut self, record: &SourceRecord, winner: &str) -> Result<Vec<(String, Option<String>)>, SearchError> {
        let mut all: Vec<(String, Option<String>)> = Vec::new();
        let mut open = vec![winner.to_owned()];
        while let Some(at) = open.pop() {
            let mut statement = self
                .reader
                .conn()
                .prepare_cached(
                    "SELECT m.loser, m.winner, m.at FROM source_merge m JOIN load l ON l.id = m.load AND l.state = 'complete'
                     JOIN object o ON o.id = m.object JOIN source s ON s.id = o.source
                     WHERE s.name = ?1 AND o.name = ?2 AND m.winner_folded = ?3 ORDER BY m.id",
                )
                .map_err(|e| self.reader.explain(&e))?;
            let found: Vec<(String, String, Option<String>)> = statement
                .query_map(rusqlite::params![record.source, record.object, merges::folded(&at)], |row| {
                    Ok((row.get(0)?, row.get(1)?, row.get(2)?))
                })
                .and_then(Iterator::collect)
                .map_err(|e| self.reader.explain(&e))?;
            for (loser, _, when) in found.into_iter().filter(|(_, winner, _)| same_id(winner, &at)) {
                if same_id(&loser, winner) || all.len() >= MOST_LINKED {
                    continue;
                }
                if let Some((_, have)) = all.iter_mut().find(|(id, _)| same_id(id, &loser)) {
                    *have = have.take().or(when);
                    continue;
                }
                open.push(loser.clone());
                all.push((loser, when));
            }
        }
        Ok(all)
    }

    /// How many records name this one by key, by column.
    fn named_by(&mut self, record: &SourceRecord) -> Result<Vec<(String, String, String, u64)>, SearchError> {
        let Some(native) = record.native_id.clone() else { return Ok(Vec::new()) };
        let mut counts: BTreeMap<(String, String, String), u64> = BTreeMap::new();
        for posting in self.postings_of(Space::Id, merges::folded(&native).as_bytes(), 5_000)? {
            if posting.rec == record.rec.0 {
                continue;
            }
            let Some((_, id)) = self.stretches.of(posting.rec) else { continue };
            let object = self.object(id)?;
            let Some(column) = object.columns.get(posting.column as usize) else { continue };
            // Keys count within a source; across sources equal numbers are strangers.
            if column.role != ColumnRole::ForeignKey || object.source != record.source {
                continue;
            }
            *counts.entry((object.source.clone(), object.name.clone(), column.name.clone())).or_default() += 1;
        }
        Ok(counts.into_iter().map(|((source, object, column), count)| (source, object, column, count)).collect())
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
            matches!(role, ColumnRole::GivenName | ColumnRole::FamilyName) && v.as_deref().is_some_and(|v| !v.is_empty())
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
        matches!(role, ColumnRole::Email | ColumnRole::Phone | ColumnRole::OrganizationName | ColumnRole::FullName)
            || matches!(word.as_str(), "status" | "customertype" | "type" | "plan" | "stage" | "stagename" | "lifecyclestage" | "country" | "mailingcountry")
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
