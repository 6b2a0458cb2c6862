//! Whom an identifier leads to: the records that own it, what their source merged them into, and whether its record is in
//! no file at all.

use std::sync::Arc;

use super::judge::{day, is_own_id, same_id};
use super::search::{SearchError, Searcher};
use super::{IdKind, Status};
use crate::sources::identifiers::key::{id_list, merged_ids};
use crate::sources::identifiers::{Posting, Space};
use crate::sources::load::merges;
use crate::sources::store::{TABLE_COLUMNS, data_table};
use crate::sources::{ColumnRole, SourceRecord};

/// Postings of one ID that are looked through for the records that own it: all but an owner's of a whole company.
pub(super) const MOST_SCANNED: usize = 300_000;
/// Owners of one folded ID that are read: namesakes in every object, and Salesforce IDs that differ by case alone.
const MOST_OWNERS: usize = 40;
/// Rows of a column, and values among them, that show whether it leads anywhere.
const SAMPLED_ROWS: i64 = 300;
const SAMPLED_VALUES: usize = 24;
/// Shorter IDs are equal in two systems by chance.
const STRONG: usize = 8;

/// A record whose own ID, or whose list of merged-away IDs, has an ID.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Owner {
    pub rec: i64,
    pub column: u32,
    pub kind: IdKind,
    /// As the record writes it.
    pub id: String,
    pub source: String,
    pub object: String,
}

impl Searcher {
    /// The records that own an ID in any source: by native ID, or as its survivor.
    pub(super) fn owners_of(&mut self, id: &str) -> Result<Arc<Vec<Owner>>, SearchError> {
        if let Some(have) = self.owners.get(id) {
            return Ok(have.clone());
        }
        let postings = self.postings_of(Space::Id, &Self::id_key(id), MOST_SCANNED)?;
        let mut owning: Vec<(bool, Posting)> = Vec::new();
        for &posting in postings.iter() {
            let Some((object, role)) = self.role_of(posting)? else { continue };
            let object = self.object(object)?;
            let header = object.columns.get(posting.column as usize).map_or("", |column| column.name.as_str());
            let owns = is_own_id(role, header);
            if owns || role == ColumnRole::MergedIds {
                owning.push((owns, posting));
                if owning.len() >= MOST_OWNERS {
                    break;
                }
            }
        }
        let mut owners: Vec<Owner> = Vec::new();
        for (owns, posting) in owning {
            let Some(record) = self.record(posting.rec)?.filter(|record| !record.superseded) else { continue };
            let Some((_, _, Some(value))) = record.values.get(posting.column as usize) else { continue };
            let own = if owns {
                Some(value.trim()).filter(|native| same_id(native, id)).map(|native| (IdKind::NativeId, native))
            } else {
                merged_ids(value)
                    .map(|(part, _)| part)
                    .find(|part| same_id(part, id))
                    .map(|part| (IdKind::MergedAway, part))
            };
            if let Some((kind, own)) = own {
                let (source, object) = (record.source.clone(), record.object.clone());
                owners.push(Owner {
                    rec: posting.rec,
                    column: posting.column,
                    kind,
                    id: own.to_owned(),
                    source,
                    object,
                });
            }
        }
        // A loser whose own record is still there answers for itself; two columns may tell of one merge.
        let own: Vec<Owner> = owners.clone();
        let told: Vec<Vec<String>> = owners.iter().map(|owner| self.told_of(&owner.source, &owner.object)).collect();
        let mut told = told.into_iter();
        let mut before: Vec<(i64, IdKind)> = Vec::new();
        owners.retain(|owner| {
            let objects = told.next().unwrap_or_default();
            let still_there = owner.kind == IdKind::MergedAway
                && own
                    .iter()
                    .any(|o| o.kind == IdKind::NativeId && o.source == owner.source && objects.contains(&o.object));
            let again = before.contains(&(owner.rec, owner.kind));
            before.push((owner.rec, owner.kind));
            !still_there && !again
        });
        let owners = Arc::new(owners);
        self.owners.insert(id.to_owned(), owners.clone());
        Ok(owners)
    }

    /// The loaded records that a key in `holder` leads to. A foreign key is meant within its source, an ID of another
    /// system outside of its object; a short number of another source is a stranger's.
    pub(super) fn targets(&mut self, kind: IdKind, id: &str, holder: &SourceRecord) -> Result<Vec<Owner>, SearchError> {
        let owners = self.owners_of(id)?;
        let others = owners.iter().filter(|owner| owner.rec != holder.rec.0);
        let (near, far): (Vec<&Owner>, Vec<&Owner>) = others.partition(|owner| owner.source == holder.source);
        let strong = id.chars().filter(|c| c.is_alphanumeric()).count() >= STRONG;
        let chosen = match kind {
            IdKind::ForeignKey if !near.is_empty() => near,
            _ if !strong => Vec::new(),
            IdKind::ForeignKey => far,
            _ if far.is_empty() => near.into_iter().filter(|owner| owner.object != holder.object).collect(),
            _ => far,
        };
        Ok(chosen.into_iter().cloned().collect())
    }

    /// What became of the thing behind an identifier that `holder` has in `column`.
    pub(super) fn status(
        &mut self,
        kind: IdKind,
        id: &str,
        column: usize,
        holder: &SourceRecord,
    ) -> Result<(Status, String), SearchError> {
        let place = format!("{} {}, line {}", holder.source, holder.object, holder.line);
        match kind {
            IdKind::MergedAway => {
                let winner = if self.tells_of_others(holder) {
                    self.merge_step(&holder.source, &holder.object, id)?.map(|(winner, ..)| winner)
                } else {
                    holder.native_id.clone()
                };
                let winner = winner.unwrap_or_default();
                let at = self.merge_moment(holder, id)?;
                let when = at.map_or_else(String::new, |at| format!(" on {}", day(&at)));
                Ok((Status::MergedInSource, format!("merged in {} into {winner}{when}", holder.source)))
            }
            IdKind::ForeignKey | IdKind::OtherId => {
                if !self.is_own(kind, column, holder)? {
                    let elsewhere =
                        kind == IdKind::OtherId && self.owners_of(id)?.iter().any(|owner| owner.rec != holder.rec.0);
                    return Ok(if elsewhere {
                        (Status::Loaded, format!("named by {place}"))
                    } else {
                        (Status::NotInExtract, format!("named by {place}; its own record is in no file"))
                    });
                }
                let name = holder.values.get(column).map(|(name, ..)| name.as_str()).unwrap_or_default();
                let (status, reason) = self.status_of_record(holder)?;
                Ok((status, format!("its {name}; {reason}")))
            }
            _ => self.status_of_record(holder),
        }
    }

    fn status_of_record(&mut self, record: &SourceRecord) -> Result<(Status, String), SearchError> {
        if let Some(native) = record.native_id.as_ref().filter(|_| !self.tells_of_others(record))
            && let Some((winner, at, _)) = self.merge_step(&record.source, &record.object, native)?
        {
            let when = at.map_or_else(String::new, |at| format!(" on {}", day(&at)));
            return Ok((Status::MergedInSource, format!("merged in {} into {winner}{when}", record.source)));
        }
        Ok((Status::Loaded, format!("loaded from {}, line {}", record.file, record.line)))
    }

    /// Whether a column holds numbers of the record itself rather than keys to others: it leads to no loaded record, and
    /// is an ID that an older or other system gave it, or is not called an ID at all (`number`, `slug`).
    fn is_own(&mut self, kind: IdKind, column: usize, holder: &SourceRecord) -> Result<bool, SearchError> {
        if kind == IdKind::ForeignKey {
            let Some((name, ..)) = holder.values.get(column) else { return Ok(false) };
            let words = crate::sources::columns::header_words(name);
            if words.last().is_none_or(|word| word.ends_with("id") || word.ends_with("ids") || word == "key") {
                return Ok(false);
            }
        }
        Ok(!self.leads_somewhere(kind, column, holder)?)
    }

    /// Whether some value of a column leads to a loaded record.
    fn leads_somewhere(&mut self, kind: IdKind, column: usize, holder: &SourceRecord) -> Result<bool, SearchError> {
        let Some((_, object)) = self.stretches.of(holder.rec.0) else { return Ok(false) };
        if let Some(&known) = self.leading.get(&(object.0, column)) {
            return Ok(known);
        }
        let mut leads = false;
        let first = self.stretches.of_object(object).next();
        if let Some((from, ..)) = first.filter(|_| column < TABLE_COLUMNS) {
            let sql = format!(
                "SELECT rec, c{column} FROM {} WHERE rec BETWEEN ?1 AND ?2 AND trim(c{column}) <> '' ORDER BY rec",
                data_table(object.0)
            );
            let values: Vec<(i64, String)> = {
                let mut statement = self.reader.conn().prepare_cached(&sql).map_err(|e| self.sql(&e))?;
                statement
                    .query_map([from, from.saturating_add(SAMPLED_ROWS)], |row| Ok((row.get(0)?, row.get(1)?)))
                    .and_then(|rows| rows.take(SAMPLED_VALUES).collect())
                    .map_err(|e| self.sql(&e))?
            };
            'values: for (rec, value) in values {
                let named = SourceRecord { rec: crate::sources::Rec(rec), ..holder.clone() };
                for id in id_list(&value) {
                    if !self.targets(kind, id, &named)?.is_empty() {
                        leads = true;
                        break 'values;
                    }
                }
            }
        }
        self.leading.insert((object.0, column), leads);
        Ok(leads)
    }

    /// When a record's source merged an ID into it.
    fn merge_moment(&self, record: &SourceRecord, loser: &str) -> Result<Option<String>, SearchError> {
        let Some((_, object)) = self.stretches.of(record.rec.0) else { return Ok(None) };
        let mut statement = self
            .reader
            .conn()
            .prepare_cached("SELECT loser, at FROM source_merge WHERE object = ?3 AND loser_folded = ?2 AND rec = ?1 ORDER BY at IS NULL, id")
            .map_err(|e| self.sql(&e))?;
        let found: Vec<(String, Option<String>)> = statement
            .query_map(rusqlite::params![record.rec.0, merges::folded(loser), object.0], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .and_then(Iterator::collect)
            .map_err(|e| self.sql(&e))?;
        Ok(found.into_iter().find(|(id, _)| same_id(id, loser)).and_then(|(_, at)| at))
    }

    /// One step of a merge chain.
    pub(super) fn merge_step(
        &self,
        source: &str,
        object: &str,
        id: &str,
    ) -> Result<Option<(String, Option<String>, i64)>, SearchError> {
        let mut statement = self
            .reader
            .conn()
            .prepare_cached(
                "SELECT m.loser, m.winner, m.at, m.rec FROM source_merge m JOIN load l ON l.id = m.load AND l.state = 'complete'
                 JOIN object o ON o.id = m.object JOIN source s ON s.id = o.source
                 WHERE s.name = ?1 AND o.name = ?2 AND m.loser_folded = ?3 ORDER BY m.at IS NULL, m.id DESC",
            )
            .map_err(|e| self.sql(&e))?;
        let mut found: Vec<(String, String, Option<String>, i64)> = Vec::new();
        for object in self.tellers(source, object) {
            let told: Vec<(String, String, Option<String>, i64)> = statement
                .query_map(rusqlite::params![source, object, merges::folded(id)], |row| {
                    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
                })
                .and_then(Iterator::collect)
                .map_err(|e| self.sql(&e))?;
            found.extend(told);
        }
        Ok(found.into_iter().find(|(loser, ..)| same_id(loser, id)).map(|(_, winner, at, rec)| (winner, at, rec)))
    }
}
