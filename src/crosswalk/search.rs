//! From a typed text to what it may mean: exact, then beginning, then held somewhere, then one typo. `propose` asks the
//! index, `judge` says how a proposal really met, `resolve` whom it leads to. Reads a bounded number of index entries and
//! records for each key press.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use rusqlite::OptionalExtension;

use super::judge::{
    drop_weaker, identifier_in, is_own_id, judge, judge_name, kind_of, marks_of, rank, remarks, things, weight,
};
pub use super::judge::{same_id, title_of};
use super::propose::Candidate;
use super::resolve::Owner;
use super::typed::Typed;
use super::{Found, Hit, How, IdKind, Status};
use crate::sources::identifiers::read::Index;
use crate::sources::identifiers::{IndexError, Posting, Space};
use crate::sources::load::merges;
use crate::sources::store::catalog::{self, Stretches};
use crate::sources::store::{data_table, rows};
use crate::sources::{Column, ColumnRole, ObjectId, Rec, SourceRecord};
use crate::values::identifier;
use crate::workspace::{Reader, Workspace, WorkspaceError, WorkspaceErrorKind};

/// Records read for one question. What is left unread is said to be more.
const MOST_READ: usize = 60;
/// Exact finds that are told apart and counted, however few are asked for.
const MOST_EXACT: usize = 50;

/// An object as search needs it.
#[derive(Debug)]
pub(super) struct Known {
    pub source: String,
    pub name: String,
    pub columns: Vec<Column>,
}

/// Finds records by identifier; holds a reading connection of its own.
#[derive(Debug)]
pub struct Searcher {
    pub(super) reader: Reader,
    pub(super) index: Index,
    pub(super) stretches: Stretches,
    objects: HashMap<i64, Arc<Known>>,
    /// Postings and owners that the present question has asked for.
    pub(super) asked: HashMap<(Space, Vec<u8>), Arc<Vec<Posting>>>,
    pub(super) owners: HashMap<String, Arc<Vec<Owner>>>,
    /// Whether a column of keys leads to loaded records at all.
    pub(super) leading: HashMap<(i64, usize), bool>,
    /// Objects whose rows tell of merges of other objects' records.
    pub(super) merges_told: Vec<catalog::MergesTold>,
    /// SQLite's counter of changes by others.
    seen: Option<i64>,
}

/// Why a search failed.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    #[error(transparent)]
    Workspace(#[from] WorkspaceError),
}

impl Searcher {
    /// Opens the index of a workspace.
    ///
    /// # Errors
    /// If the workspace cannot be read.
    pub fn open(workspace: &Workspace) -> Result<Self, SearchError> {
        let reader = workspace.reader()?;
        let mut searcher = Self {
            reader,
            index: Index::default(),
            stretches: Stretches::default(),
            objects: HashMap::new(),
            asked: HashMap::new(),
            owners: HashMap::new(),
            leading: HashMap::new(),
            merges_told: Vec::new(),
            seen: None,
        };
        searcher.refresh()?;
        Ok(searcher)
    }

    /// Takes note of loads that came or went since.
    pub(super) fn refresh(&mut self) -> Result<(), SearchError> {
        self.asked.clear();
        self.owners.clear();
        let version = self.reader.conn().query_row("PRAGMA data_version", [], |row| row.get::<_, i64>(0));
        let version = version.map_err(|e| self.reader.explain(&e))?;
        if self.seen == Some(version) {
            return Ok(());
        }
        self.index.refresh(self.reader.conn()).map_err(|e| self.index_error(&e))?;
        self.stretches = Stretches::read(self.reader.conn()).map_err(|e| self.reader.explain(&e))?;
        self.merges_told = catalog::merges_told(self.reader.conn()).map_err(|e| self.reader.explain(&e))?;
        self.objects.clear();
        self.leading.clear();
        self.seen = Some(version);
        Ok(())
    }

    pub(super) fn index_error(&self, error: &IndexError) -> WorkspaceError {
        match error {
            IndexError::Database(error) => self.reader.explain(error),
            other => WorkspaceError {
                kind: WorkspaceErrorKind::Damaged,
                message: format!("{other}."),
                hint: "`cutover verify --repair` builds it anew; the records are not touched.".to_owned(),
                file: std::path::PathBuf::new(),
            },
        }
    }

    pub(super) fn sql(&self, error: &rusqlite::Error) -> SearchError {
        self.reader.explain(error).into()
    }

    /// How many identifiers can be found, about.
    #[must_use]
    pub fn identifiers(&self) -> u64 {
        self.index.identifiers()
    }

    pub(super) fn object(&mut self, id: ObjectId) -> Result<Arc<Known>, SearchError> {
        if let Some(object) = self.objects.get(&id.0) {
            return Ok(object.clone());
        }
        let conn = self.reader.conn();
        let columns = catalog::columns_of(conn, id.0).map_err(|e| self.sql(&e))?;
        let (source, _, name) = catalog::object_names(conn, id.0).map_err(|e| self.sql(&e))?;
        let object = Arc::new(Known { source, name, columns });
        self.objects.insert(id.0, object.clone());
        Ok(object)
    }

    pub(super) fn record(&mut self, rec: i64) -> Result<Option<SourceRecord>, SearchError> {
        let Some((_, id)) = self.stretches.of(rec) else { return Ok(None) };
        let object = self.object(id)?;
        rows::record_of(self.reader.conn(), &object.source, &object.name, id, &object.columns, Rec(rec))
            .map_err(|e| self.sql(&e))
    }

    /// What a typed text may mean, best first, at most `limit` finds.
    ///
    /// # Errors
    /// If the workspace cannot be read.
    pub fn find(&mut self, text: &str, limit: usize) -> Result<Found, SearchError> {
        self.in_snapshot(|searcher| searcher.find_now(text, limit))
    }

    /// Runs several reads on one state of the workspace; SQLite takes its locks once and not for each of them.
    pub(super) fn in_snapshot<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, SearchError>,
    ) -> Result<T, SearchError> {
        self.reader.conn().execute_batch("BEGIN").map_err(|e| self.sql(&e))?;
        let done = self.refresh().and_then(|()| read(self));
        // Nothing was written; there is nothing to lose.
        let _ = self.reader.conn().execute_batch("ROLLBACK");
        done
    }

    fn find_now(&mut self, text: &str, limit: usize) -> Result<Found, SearchError> {
        let typed = Typed::read(text);
        let mut found = Found { typed: text.to_owned(), ..Found::default() };
        if typed.is_empty() || limit == 0 {
            return Ok(found);
        }
        if let Some(spoiled) = identifier::spoiled(&typed.bare).filter(|spoiled| spoiled.is_certain()) {
            found
                .remarks
                .push(format!("{} It cannot be looked up; ask for the ID from another place.", spoiled.sentence()));
            return Ok(found);
        }
        let mut hits = self.find_by_key(&typed)?;
        if hits.is_empty() {
            found.more = self.find_by_stages(&typed, limit, &mut hits)?;
        }
        drop_weaker(&mut hits);
        rank(&typed, &mut hits);
        found.exact = things(&hits);
        found.more |= hits.len() > limit;
        hits.truncate(limit);
        found.remarks = remarks(&hits, found.exact);
        found.hits = hits;
        Ok(found)
    }

    /// Asks stage after stage until there is enough; says whether something was left unread.
    fn find_by_stages(&mut self, typed: &Typed, limit: usize, hits: &mut Vec<Hit>) -> Result<bool, SearchError> {
        let mut taken: BTreeSet<(i64, u32)> = BTreeSet::new();
        let mut left = false;
        for stage in [Self::exact, Self::beginning, Self::holding, Self::one_off] {
            let is_exact = hits.is_empty();
            let enough = if is_exact { limit.max(MOST_EXACT) } else { limit };
            let mut candidates = stage(self, typed, limit.saturating_mul(2).max(40), hits)?;
            // What is named by it before what names it, so that the few records that are read are the right ones.
            let mut weighed: Vec<(u8, Candidate)> = Vec::with_capacity(candidates.len());
            for candidate in candidates.drain(..) {
                if let Some((_, role)) = self.role_of(candidate.posting)?
                    && let Some(kind) = kind_of(role, candidate.space)
                {
                    weighed.push((weight(kind) + 8 * u8::from(candidate.note.is_some()), candidate));
                }
            }
            weighed.sort_by_key(|(weight, _)| *weight);
            for (read, (_, candidate)) in weighed.into_iter().enumerate() {
                if hits.len() > enough || read >= limit.max(MOST_READ) {
                    left = true;
                    break;
                }
                self.take(typed, &candidate, hits, &mut taken)?;
            }
            if hits.len() > limit {
                break;
            }
        }
        Ok(left)
    }

    /// Reads a candidate's record and adds what it leads to.
    fn take(
        &mut self,
        typed: &Typed,
        candidate: &Candidate,
        hits: &mut Vec<Hit>,
        taken: &mut BTreeSet<(i64, u32)>,
    ) -> Result<(), SearchError> {
        let place = (candidate.posting.rec, candidate.posting.column);
        if taken.contains(&place) {
            return Ok(());
        }
        let Some(record) = self.record(candidate.posting.rec)?.filter(|record| !record.superseded) else {
            return Ok(());
        };
        let column = candidate.posting.column as usize;
        let Some((header, role, Some(value))) = record.values.get(column).cloned() else { return Ok(()) };
        let Some(mut kind) = kind_of(role, candidate.space) else { return Ok(()) };
        if kind == IdKind::ForeignKey && is_own_id(role, &header) {
            kind = IdKind::NativeId;
        }
        if candidate.space == Space::Word {
            if let Some((how, id)) = judge_name(typed, candidate, &record, &value) {
                taken.insert(place);
                let marks = marks_of(typed, Space::Word, how, &id, "");
                let note = candidate.note.map(str::to_owned);
                hits.push(self.hit(how, note, id, marks, kind, column, record)?);
            }
            return Ok(());
        }
        let key = String::from_utf8_lossy(&candidate.key).into_owned();
        let Some(id) = identifier_in(&value, role, candidate.space, &key) else { return Ok(()) };
        let Some((how, note)) = judge(typed, candidate, &id) else { return Ok(()) };
        taken.insert(place);
        let marks = marks_of(typed, candidate.space, how, &id, &key);
        if kind == IdKind::MergedAway && self.tells_of_others(&record) {
            if let Some(mut hit) = self.merged_hit(how, note, id, marks, column, record)? {
                hit.column = header;
                hits.push(hit);
            }
            return Ok(());
        }
        if !matches!(kind, IdKind::ForeignKey | IdKind::OtherId) {
            hits.push(self.hit(how, note, id, marks, kind, column, record)?);
            return Ok(());
        }
        let targets = self.targets(kind, &id, &record)?;
        if targets.is_empty() {
            hits.push(self.hit(how, note, id, marks, kind, column, record)?);
            return Ok(());
        }
        // A key that leads to loaded records finds those.
        for target in targets {
            if !taken.insert((target.rec, target.column)) {
                continue;
            }
            let Some(record) = self.record(target.rec)? else { continue };
            let marks = marks_of(typed, candidate.space, how, &target.id, &key);
            if target.kind == IdKind::MergedAway && self.tells_of_others(&record) {
                let at = target.column as usize;
                hits.extend(self.merged_hit(how, note.clone(), target.id.clone(), marks, at, record)?);
                continue;
            }
            hits.push(self.hit(
                how,
                note.clone(),
                target.id.clone(),
                marks,
                target.kind,
                target.column as usize,
                record,
            )?);
        }
        Ok(())
    }

    /// A find of an ID of which a row of another object tells that it was merged away: the record that stayed, or that
    /// row while it is not loaded. `None` where the ID's own record is there and answers for itself.
    fn merged_hit(
        &mut self,
        how: How,
        note: Option<String>,
        id: String,
        marks: Vec<std::ops::Range<usize>>,
        column: usize,
        told_by: SourceRecord,
    ) -> Result<Option<Hit>, SearchError> {
        if self.record_of_object(&told_by.source, &told_by.object, &id)?.is_some() {
            return Ok(None);
        }
        let (record, column) = match self.follow(&told_by, &id, &mut Vec::new())? {
            (_, Some(survivor)) => {
                let native = survivor.values.iter().position(|(_, role, _)| *role == ColumnRole::NativeId);
                (survivor, native.unwrap_or(0))
            }
            (_, None) => (told_by, column),
        };
        self.hit(how, note, id, marks, IdKind::MergedAway, column, record).map(Some)
    }

    fn find_by_key(&mut self, typed: &Typed) -> Result<Vec<Hit>, SearchError> {
        let mut hits = Vec::new();
        let Some((source, object, rest)) = &typed.record_key else { return Ok(hits) };
        let Some(id) = catalog::find_object(self.reader.conn(), source, object).map_err(|e| self.sql(&e))? else {
            return Ok(hits);
        };
        let mut recs: Vec<i64> = Vec::new();
        if let Some((load, line)) = rest.strip_prefix('@').and_then(|place| place.split_once(':'))
            && let (Ok(load), Ok(line)) = (load.parse::<i64>(), line.parse::<i64>())
        {
            let stretch = self.stretches.of_object(ObjectId(id)).find(|(.., l)| l.0 == load);
            if let Some((from, to, _)) = stretch {
                let sql = format!("SELECT rec FROM {} WHERE rec BETWEEN ?1 AND ?2 AND line = ?3", data_table(id));
                let rec: Option<i64> = self
                    .reader
                    .conn()
                    .query_row(&sql, [from, to, line], |row| row.get(0))
                    .optional()
                    .map_err(|e| self.sql(&e))?;
                recs.extend(rec);
            }
        } else {
            let owners = self.owners_of(rest)?;
            let wanted = ObjectId(id);
            for owner in owners.iter().filter(|owner| owner.kind == IdKind::NativeId && owner.id == *rest) {
                if self.stretches.of(owner.rec).is_some_and(|(_, object)| object == wanted) {
                    recs.push(owner.rec);
                }
            }
        }
        for rec in recs {
            let Some(record) = self.record(rec)?.filter(|record| !record.superseded) else { continue };
            let column = record.values.iter().position(|(_, role, _)| *role == ColumnRole::NativeId).unwrap_or(0);
            let id = record.native_id.clone().unwrap_or_else(|| rest.clone());
            let marks = std::iter::once(0..id.len()).collect();
            hits.push(self.hit(How::Exact, None, id, marks, IdKind::NativeId, column, record)?);
        }
        Ok(hits)
    }

    #[allow(clippy::too_many_arguments)]
    fn hit(
        &mut self,
        how: How,
        note: Option<String>,
        id: String,
        marks: Vec<std::ops::Range<usize>>,
        kind: IdKind,
        column: usize,
        record: SourceRecord,
    ) -> Result<Hit, SearchError> {
        let (status, reason) = self.status(kind, &id, column, &record)?;
        let named = record.values.get(column).map(|(name, ..)| name.clone()).unwrap_or_default();
        // Who holds a key to somebody is not that somebody; who holds an ID of another system is.
        let is_other = status == Status::NotInExtract && kind == IdKind::ForeignKey;
        let title = if is_other { id.clone() } else { title_of(&record) };
        Ok(Hit {
            how,
            note,
            id,
            marks,
            kind,
            source: record.source.clone(),
            object: record.object.clone(),
            column: named,
            rec: record.rec,
            record: record.key.clone(),
            title,
            status,
            reason,
        })
    }

    /// All postings of a folded key, at most `most`, kept while one question is answered.
    pub(super) fn postings_of(
        &mut self,
        space: Space,
        key: &[u8],
        most: usize,
    ) -> Result<Arc<Vec<Posting>>, SearchError> {
        let key = &key[..key.len().min(crate::sources::identifiers::key::LONGEST_KEY)];
        if let Some(have) = self.asked.get(&(space, key.to_vec())).filter(|have| have.len() < most) {
            return Ok(have.clone());
        }
        let found = self.index.exact(self.reader.conn(), space, key, most).map_err(|e| self.index_error(&e))?;
        let found = Arc::new(found);
        if found.len() < most {
            self.asked.insert((space, key.to_vec()), found.clone());
        }
        Ok(found)
    }

    /// The object of a posting, and what its column holds.
    pub(super) fn role_of(&mut self, posting: Posting) -> Result<Option<(ObjectId, ColumnRole)>, SearchError> {
        let Some((_, id)) = self.stretches.of(posting.rec) else { return Ok(None) };
        let object = self.object(id)?;
        Ok(object.columns.get(posting.column as usize).map(|column| (id, column.role)))
    }

    /// Where a text would be filed as an ID.
    pub(super) fn id_key(id: &str) -> Vec<u8> {
        merges::folded(id).into_bytes()
    }
}
