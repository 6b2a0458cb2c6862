//! What hangs together with a record: its own identifiers, those merged away into it, records of other systems that name
//! it or share an address or a number, and how many records name it.

use std::collections::{BTreeMap, BTreeSet};

use super::answer::MOST_LINKED;
use super::judge::{day, same_id, title_of};
use super::resolve::MOST_SCANNED;
use super::search::{SearchError, Searcher};
use super::{IdKind, LinkedId, Status};
use crate::sources::identifiers::key::{id_list, merged_ids, phone_key};
use crate::sources::identifiers::{Posting, Space};
use crate::sources::load::merges;
use crate::sources::{ColumnRole, SourceRecord};
use crate::values::{email, phone};

/// More records than this that share an address or a number are a shared inbox, not a link.
const SHARED: usize = 12;
/// Records that name this one and are read to see that they do; of more the count is that of the index.
const MOST_NAMING: usize = 120;
/// Merged-away IDs for which records that name them are looked for.
const MOST_LOSERS: usize = 12;
/// Records that share one phone number, looked at in all.
const MOST_PHONES: usize = 60;

/// The list as it grows; an identifier of an object stands in it once.
#[derive(Debug, Default)]
struct Links {
    list: Vec<LinkedId>,
    taken: BTreeSet<(String, String, String)>,
}

impl Links {
    fn add(&mut self, link: LinkedId) {
        if self.taken.insert((link.source.clone(), link.object.clone(), merges::folded(&link.id) + &link.id)) {
            self.list.push(link);
        }
    }
}

impl Searcher {
    /// Every identifier that belongs to a record or to records that share one with it.
    pub(super) fn linked(
        &mut self,
        record: &SourceRecord,
        merged: bool,
        remarks: &mut Vec<String>,
    ) -> Result<Vec<LinkedId>, SearchError> {
        let mut links = Links::default();
        let mut own: Vec<String> = Vec::new();
        if let Some(native) = &record.native_id {
            let losers = self.losers(record, native)?;
            let note = if losers.is_empty() && !merged { "its native ID" } else { "survivor" };
            let link = of(record, native.clone(), IdKind::NativeId, Status::Loaded, note.to_owned());
            links.add(LinkedId { rec: Some(record.rec), ..link });
            own.push(native.clone());
            self.add_losers(record, losers, &mut links, &mut own)?;
        }
        for (column, role, value) in &record.values {
            let Some(value) = value.as_deref().filter(|value| !value.trim().is_empty()) else { continue };
            if *role == ColumnRole::OtherId {
                for id in id_list(value) {
                    let link = of(record, id.to_owned(), IdKind::OtherId, Status::Loaded, format!("its {column}"));
                    links.add(LinkedId { rec: Some(record.rec), ..link });
                    self.add_owners(record, column, id, &mut links)?;
                }
            } else if *role == ColumnRole::MergedIds && (record.native_id.is_none() || self.tells_of_others(record)) {
                for (id, _) in merged_ids(value) {
                    let note = format!("merged in {}", record.source);
                    links.add(of(record, id.to_owned(), IdKind::MergedAway, Status::MergedInSource, note));
                }
            }
        }
        for id in own.iter().take(MOST_LOSERS + 1) {
            self.add_naming(record, id, &mut links)?;
        }
        self.add_sharing(record, &mut links, remarks)?;
        links.list.truncate(MOST_LINKED);
        Ok(links.list)
    }

    fn add_losers(
        &mut self,
        record: &SourceRecord,
        losers: Vec<(String, Option<String>)>,
        links: &mut Links,
        own: &mut Vec<String>,
    ) -> Result<(), SearchError> {
        for (loser, at) in losers {
            let when = at.map_or_else(String::new, |at| format!(" {}", day(&at)));
            let note = format!("merged in {}{when}", record.source);
            let rec = self.record_of_object(&record.source, &record.object, &loser)?.map(|loser| loser.rec);
            own.push(loser.clone());
            links.add(LinkedId { rec, ..of(record, loser, IdKind::MergedAway, Status::MergedInSource, note) });
        }
        Ok(())
    }

    /// Adds a record that is linked to the one of the answer, with what was merged away into it.
    fn add_record(&mut self, other: &SourceRecord, note: &str, links: &mut Links) -> Result<(), SearchError> {
        let id = other.native_id.clone().unwrap_or_else(|| format!("line {}", other.line));
        let is_new = !links.taken.contains(&(other.source.clone(), other.object.clone(), merges::folded(&id) + &id));
        let (status, _) = self.status(IdKind::NativeId, &id, 0, other)?;
        let link = of(other, id, IdKind::NativeId, status, format!("{note} · {}", title_of(other)));
        links.add(LinkedId { rec: Some(other.rec), ..link });
        if let Some(native) = other.native_id.as_ref().filter(|_| is_new && links.list.len() < MOST_LINKED) {
            let losers = self.losers(other, native)?;
            self.add_losers(other, losers, links, &mut Vec::new())?;
        }
        Ok(())
    }

    /// The records that an ID of another system, which this record has, leads to.
    fn add_owners(
        &mut self,
        record: &SourceRecord,
        column: &str,
        id: &str,
        links: &mut Links,
    ) -> Result<(), SearchError> {
        for owner in self.targets(IdKind::OtherId, id, record)? {
            let Some(other) = self.record(owner.rec)? else { continue };
            // Of a merged-away ID the survivor is meant.
            let note = if owner.kind == IdKind::MergedAway {
                format!("{column} was merged into it")
            } else {
                format!("{column} is its ID")
            };
            self.add_record(&other, &note, links)?;
            if let Some((winner, ..)) = self.merge_step(&other.source, &other.object, &owner.id)?
                && let Some(winner) = self.record_of_object(&other.source, &other.object, &winner)?
            {
                self.add_record(&winner, &format!("{column} was merged into it"), links)?;
            }
        }
        // Others that have the same ID of a system that is not loaded.
        if self.owners_of(id)?.is_empty() {
            for (other, other_column) in self.holders(record, id, &[ColumnRole::OtherId])? {
                self.add_record(&other, &format!("same ID in {other_column}"), links)?;
            }
        }
        Ok(())
    }

    /// Records of other systems that name an ID.
    fn add_naming(&mut self, record: &SourceRecord, id: &str, links: &mut Links) -> Result<(), SearchError> {
        for (other, column) in self.holders(record, id, &[ColumnRole::OtherId, ColumnRole::ForeignKey])? {
            let is_meant = other.source != record.source
                && self
                    .targets(IdKind::OtherId, id, &other)?
                    .iter()
                    .any(|owner| owner.source == record.source && owner.object == record.object);
            if is_meant {
                self.add_record(&other, &format!("names it in {column}"), links)?;
            }
        }
        Ok(())
    }

    /// Records that have just this ID in a column of one of some roles; foreign keys within the source are left to
    /// [`named_by`](Self::named_by).
    fn holders(
        &mut self,
        record: &SourceRecord,
        id: &str,
        roles: &[ColumnRole],
    ) -> Result<Vec<(SourceRecord, String)>, SearchError> {
        let postings = self.postings_of(Space::Id, &Self::id_key(id), MOST_SCANNED)?;
        let mut chosen: Vec<Posting> = Vec::new();
        for &posting in postings.iter().filter(|posting| posting.rec != record.rec.0) {
            let Some((object, role)) = self.role_of(posting)? else { continue };
            let is_near = role == ColumnRole::ForeignKey && self.object(object)?.source == record.source;
            if roles.contains(&role) && !is_near {
                chosen.push(posting);
                if chosen.len() >= MOST_LINKED {
                    break;
                }
            }
        }
        let mut found = Vec::new();
        for posting in chosen {
            let Some(other) = self.record(posting.rec)?.filter(|other| !other.superseded) else { continue };
            let Some((column, _, Some(value))) = other.values.get(posting.column as usize) else { continue };
            if id_list(value).any(|part| same_id(part, id)) {
                let column = column.clone();
                found.push((other, column));
            }
        }
        Ok(found)
    }

    /// Records that have the same address or number.
    fn add_sharing(
        &mut self,
        record: &SourceRecord,
        links: &mut Links,
        remarks: &mut Vec<String>,
    ) -> Result<(), SearchError> {
        let mut asked: BTreeSet<String> = BTreeSet::new();
        for (column, role, value) in &record.values {
            let Some(value) = value.as_deref() else { continue };
            // A list of members knows them by their address.
            let is_address = *role == ColumnRole::Email || *role == ColumnRole::NativeId && value.contains('@');
            if is_address {
                for address in email::emails_in(value) {
                    if asked.insert(address.as_str().to_owned()) {
                        let postings = self.postings_of(Space::Email, address.as_str().as_bytes(), MOST_SCANNED)?;
                        self.add_same(record, &postings, column, None, links, remarks)?;
                    }
                }
            } else if *role == ColumnRole::Phone {
                for (_, number) in phone::phones_in(value) {
                    if asked.insert(number.national_core().to_owned()) {
                        let postings = self.phones(&number)?;
                        self.add_same(record, &postings, column, Some(&number), links, remarks)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Postings of numbers that end like one, or with which it ends.
    fn phones(&mut self, number: &phone::PhoneDigits) -> Result<Vec<Posting>, SearchError> {
        let key = phone_key(number);
        let hits = self.index.prefix(self.reader.conn(), Space::Phone, key.as_bytes(), 20, MOST_PHONES);
        let mut found: Vec<Posting> =
            hits.map_err(|e| self.index_error(&e))?.into_iter().flat_map(|hit| hit.postings).collect();
        for len in (7..key.len()).rev() {
            if let Some(shorter) = key.get(..len) {
                found.extend(self.postings_of(Space::Phone, shorter.as_bytes(), MOST_PHONES)?.iter());
            }
        }
        found.sort_unstable();
        found.truncate(MOST_PHONES);
        Ok(found)
    }

    fn add_same(
        &mut self,
        record: &SourceRecord,
        postings: &[Posting],
        column: &str,
        number: Option<&phone::PhoneDigits>,
        links: &mut Links,
        remarks: &mut Vec<String>,
    ) -> Result<(), SearchError> {
        let mut others: Vec<Posting> = postings.iter().copied().filter(|posting| posting.rec != record.rec.0).collect();
        others.dedup_by_key(|posting| posting.rec);
        // Old versions are few; of very many records it does not matter which are the latest.
        if others.len() > 4 * SHARED {
            remarks.push(format!(
                "{} other records have the same {column}; it looks shared, so they are not listed.",
                others.len()
            ));
            return Ok(());
        }
        let mut same: Vec<SourceRecord> = Vec::new();
        for posting in others {
            let Some(other) = self.record(posting.rec)?.filter(|other| !other.superseded) else { continue };
            let fits = number.is_none_or(|number| {
                let value = other.values.get(posting.column as usize).and_then(|(.., value)| value.as_deref());
                value.is_some_and(|value| phone::phones_in(value).iter().any(|(_, have)| have.is_same_number(number)))
            });
            if fits {
                same.push(other);
            }
        }
        if same.len() > SHARED {
            remarks.push(format!(
                "{} other records have the same {column}; it looks shared, so they are not listed.",
                same.len()
            ));
            return Ok(());
        }
        let says = if number.is_some() { "same phone" } else { "same e-mail" };
        for other in same {
            self.add_record(&other, says, links)?;
        }
        Ok(())
    }

    /// IDs that were merged into this one, directly or through others, with when.
    pub(super) fn losers(
        &mut self,
        record: &SourceRecord,
        winner: &str,
    ) -> Result<Vec<(String, Option<String>)>, SearchError> {
        let mut all: Vec<(String, Option<String>)> = Vec::new();
        if self.tells_of_others(record) {
            return Ok(all);
        }
        let tellers = self.tellers(&record.source, &record.object);
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
            let mut found: Vec<(String, String, Option<String>)> = Vec::new();
            for teller in &tellers {
                let told: Vec<(String, String, Option<String>)> = statement
                    .query_map(rusqlite::params![record.source, teller, merges::folded(&at)], |row| {
                        Ok((row.get(0)?, row.get(1)?, row.get(2)?))
                    })
                    .and_then(Iterator::collect)
                    .map_err(|e| self.reader.explain(&e))?;
                found.extend(told);
            }
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

    /// How many records name this one by key, by the column that does, under its own ID or one merged away into it.
    pub(super) fn named_by(
        &mut self,
        record: &SourceRecord,
    ) -> Result<Vec<(String, String, String, u64)>, SearchError> {
        let Some(native) = record.native_id.clone() else { return Ok(Vec::new()) };
        let losers = self.losers(record, &native)?.into_iter().map(|(loser, _)| loser).take(MOST_LOSERS);
        let ids: Vec<String> = std::iter::once(native).chain(losers).collect();
        let mut naming: Vec<(Posting, (String, String, String))> = Vec::new();
        for id in &ids {
            let postings = self.postings_of(Space::Id, &Self::id_key(id), MOST_SCANNED)?;
            for &posting in postings.iter().filter(|posting| posting.rec != record.rec.0) {
                let Some((object, role)) = self.role_of(posting)? else { continue };
                // Keys count within a source; across sources equal numbers are strangers.
                if role != ColumnRole::ForeignKey {
                    continue;
                }
                let object = self.object(object)?;
                if object.source == record.source
                    && let Some(column) = object.columns.get(posting.column as usize)
                {
                    naming.push((posting, (object.source.clone(), object.name.clone(), column.name.clone())));
                }
            }
        }
        naming.sort();
        naming.dedup();
        let few = naming.len() <= MOST_NAMING;
        let mut counts: BTreeMap<(String, String, String), u64> = BTreeMap::new();
        for (posting, place) in naming {
            if few {
                // IDs that differ by case alone are filed together, and old versions are there too.
                let Some(other) = self.record(posting.rec)?.filter(|other| !other.superseded) else { continue };
                let value = other.values.get(posting.column as usize).and_then(|(.., value)| value.as_deref());
                if !value.is_some_and(|value| id_list(value).any(|named| ids.iter().any(|id| same_id(named, id)))) {
                    continue;
                }
            }
            *counts.entry(place).or_default() += 1;
        }
        Ok(counts.into_iter().map(|((source, object, column), count)| (source, object, column, count)).collect())
    }
}

fn of(record: &SourceRecord, id: String, kind: IdKind, status: Status, note: String) -> LinkedId {
    LinkedId { id, kind, source: record.source.clone(), object: record.object.clone(), status, note, rec: None }
}
