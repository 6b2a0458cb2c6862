//! From a typed text to what it may mean: exact, then beginning, then held somewhere, then one typo. Reads a bounded
//! number of index entries and records for each key press.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use fuzzy_matcher::FuzzyMatcher;
use fuzzy_matcher::skim::SkimMatcherV2;
use rusqlite::OptionalExtension;

use super::typed::Typed;
use super::{Found, Hit, How, IdKind, Status};
use crate::sources::identifiers::read::{Index, KeyHit};
use crate::sources::identifiers::{IndexError, Posting, Space};
use crate::sources::load::merges;
use crate::sources::store::catalog::{self, Stretches};
use crate::sources::store::{data_table, rows};
use crate::sources::{Column, ColumnRole, ObjectId, Rec, SourceRecord};
use crate::values::{email, identifier, phone, salesforce, words};
use crate::workspace::{Reader, Workspace, WorkspaceError, WorkspaceErrorKind};

/// Postings read for one key.
const EACH: usize = 60;
/// Rows that hold a word, read to find those that hold another too.
const MOST_WORD_ROWS: usize = 400_000;

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
    index: Index,
    pub(super) stretches: Stretches,
    objects: HashMap<i64, Arc<Known>>,
    /// SQLite's counter of changes by others.
    seen: Option<i64>,
}

/// Why a search failed.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    #[error(transparent)]
    Workspace(#[from] WorkspaceError),
}

/// A find before its record is read.
#[derive(Debug, Clone)]
struct Candidate {
    how: How,
    note: Option<&'static str>,
    posting: Posting,
    space: Space,
    key: Vec<u8>,
}

impl Searcher {
    /// Opens the index of a workspace.
    ///
    /// # Errors
    /// If the workspace cannot be read.
    pub fn open(workspace: &Workspace) -> Result<Self, SearchError> {
        let reader = workspace.reader()?;
        let mut searcher =
            Self { reader, index: Index::default(), stretches: Stretches::default(), objects: HashMap::new(), seen: None };
        searcher.refresh()?;
        Ok(searcher)
    }

    /// Takes note of loads that came or went since.
    fn refresh(&mut self) -> Result<(), SearchError> {
        let version = self.reader.conn().query_row("PRAGMA data_version", [], |row| row.get::<_, i64>(0));
        let version = version.map_err(|e| self.reader.explain(&e))?;
        if self.seen == Some(version) {
            return Ok(());
        }
        self.index.refresh(self.reader.conn()).map_err(|e| self.index_error(&e))?;
        self.stretches = Stretches::read(self.reader.conn()).map_err(|e| self.reader.explain(&e))?;
        self.objects.clear();
        self.seen = Some(version);
        Ok(())
    }

    fn index_error(&self, error: &IndexError) -> WorkspaceError {
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

    fn sql(&self, error: &rusqlite::Error) -> SearchError {
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
        rows::record_of(self.reader.conn(), &object.source, &object.name, id, &object.columns, Rec(rec)).map_err(|e| self.sql(&e))
    }

    /// All postings of a folded ID.
    pub(super) fn postings_of(&mut self, space: Space, key: &[u8], most: usize) -> Result<Vec<Posting>, SearchError> {
        let found = self.index.exact(self.reader.conn(), space, key, most).map_err(|e| self.index_error(&e))?;
        Ok(found)
    }

    /// What a typed text may mean, best first, at most `limit` finds.
    ///
    /// # Errors
    /// If the workspace cannot be read.
    pub fn find(&mut self, text: &str, limit: usize) -> Result<Found, SearchError> {
        self.refresh()?;
        let typed = Typed::read(text);
        let mut found = Found { typed: text.to_owned(), ..Found::default() };
        if typed.is_empty() || limit == 0 {
            return Ok(found);
        }
        let mut hits: Vec<Hit> = Vec::new();
        let mut taken: BTreeSet<(i64, u32)> = BTreeSet::new();
        self.find_by_key(&typed, &mut hits, &mut taken)?;
        for stage in [Self::exact, Self::beginning, Self::holding, Self::one_off] {
            // A typo is looked for only where nothing fits: nobody wants strangers below an exact answer.
            let candidates = stage(self, &typed, limit.saturating_mul(2).max(40), !hits.is_empty())?;
            for candidate in candidates {
                if hits.len() > limit {
                    break;
                }
                if taken.contains(&(candidate.posting.rec, candidate.posting.column)) {
                    continue;
                }
                if let Some(hit) = self.read_hit(&typed, &candidate)? {
                    taken.insert((candidate.posting.rec, candidate.posting.column));
                    hits.push(hit);
                }
            }
            if hits.len() > limit {
                break;
            }
        }
        drop_weaker(&mut hits);
        rank(&typed, &mut hits);
        found.more = hits.len() > limit;
        hits.truncate(limit);
        let exact: BTreeSet<&str> =
            hits.iter().filter(|hit| hit.how == How::Exact && names_a_thing(hit.kind)).map(|hit| hit.record.as_str()).collect();
        found.exact = exact.len();
        found.remarks = remarks(&typed, &hits, found.exact);
        found.hits = hits;
        Ok(found)
    }

    fn find_by_key(&mut self, typed: &Typed, hits: &mut Vec<Hit>, taken: &mut BTreeSet<(i64, u32)>) -> Result<(), SearchError> {
        let Some((source, object, rest)) = &typed.record_key else { return Ok(()) };
        let Some(id) = catalog::find_object(self.reader.conn(), source, object).map_err(|e| self.sql(&e))? else {
            return Ok(());
        };
        let mut recs: Vec<i64> = Vec::new();
        if let Some((load, line)) = rest.strip_prefix('@').and_then(|place| place.split_once(':'))
            && let (Ok(load), Ok(line)) = (load.parse::<i64>(), line.parse::<i64>())
        {
            let stretch = self.stretches.of_object(ObjectId(id)).find(|(.., l)| l.0 == load);
            if let Some((from, to, _)) = stretch {
                let sql = format!("SELECT rec FROM {} WHERE rec BETWEEN ?1 AND ?2 AND line = ?3", data_table(id));
                let rec: Option<i64> =
                    self.reader.conn().query_row(&sql, [from, to, line], |row| row.get(0)).optional().map_err(|e| self.sql(&e))?;
                recs.extend(rec);
            }
        } else {
            let object = self.object(ObjectId(id))?;
            if let Some(native) = object.columns.iter().find(|column| column.role == ColumnRole::NativeId) {
                let native = native.position;
                let postings = self.postings_of(Space::Id, merges::folded(rest).as_bytes(), 200)?;
                for posting in postings.into_iter().filter(|p| p.column as usize == native) {
                    let is_it = self.stretches.of(posting.rec).is_some_and(|(_, o)| o.0 == id)
                        && self.record(posting.rec)?.is_some_and(|record| record.native_id.as_deref() == Some(rest));
                    if is_it {
                        recs.push(posting.rec);
                    }
                }
            }
        }
        for rec in recs {
            let Some(record) = self.record(rec)?.filter(|record| !record.superseded) else { continue };
            let column = record.values.iter().position(|(_, role, _)| *role == ColumnRole::NativeId).unwrap_or(0);
            let id = record.native_id.clone().unwrap_or_else(|| rest.clone());
            let marks = std::iter::once(0..id.len()).collect();
            let hit = self.hit(How::Exact, None, id, marks, IdKind::NativeId, column, record)?;
            taken.insert((rec, u32::try_from(column).unwrap_or(u32::MAX)));
            hits.push(hit);
        }
        Ok(())
    }

    /// The same identifier, however it was written.
    fn exact(&mut self, typed: &Typed, most: usize, _: bool) -> Result<Vec<Candidate>, SearchError> {
        let mut found = Vec::new();
        let add = |found: &mut Vec<Candidate>, how, note, space, key: &[u8], postings: Vec<Posting>| {
            found.extend(postings.into_iter().map(|posting| Candidate { how, note, posting, space, key: key.to_vec() }));
        };
        if !typed.id.is_empty() {
            let postings = self.postings_of(Space::Id, typed.id.as_bytes(), most)?;
            add(&mut found, How::Exact, None, Space::Id, typed.id.as_bytes(), postings);
        }
        if let Some(address) = &typed.email {
            let postings = self.postings_of(Space::Email, address.as_bytes(), most)?;
            add(&mut found, How::Exact, None, Space::Email, address.as_bytes(), postings);
        }
        if let Some(number) = &typed.phone {
            let hits = self
                .index
                .prefix(self.reader.conn(), Space::Phone, number.as_bytes(), most, EACH)
                .map_err(|e| self.index_error(&e))?;
            let mut keys: Vec<(Vec<u8>, Vec<Posting>)> = hits.into_iter().map(|hit| (hit.key, hit.postings)).collect();
            // What was typed may have a country that the record's number has not.
            for len in (7..number.len()).rev() {
                let shorter = &number.as_bytes()[..len];
                keys.push((shorter.to_vec(), self.postings_of(Space::Phone, shorter, EACH)?));
            }
            for (key, postings) in keys {
                add(&mut found, How::Exact, None, Space::Phone, &key, postings);
            }
        }
        if let Some(number) = &typed.number {
            // The number alone: a prefix, or zeros that a spreadsheet took.
            for (space, key) in [(Space::Number, number), (Space::Id, number)] {
                let postings = self.postings_of(space, key.as_bytes(), most)?;
                add(&mut found, How::Exact, Some("written with another prefix or other zeros"), space, key.as_bytes(), postings);
            }
        }
        if typed.words.len() >= 2 || (typed.words.len() == 1 && typed.words[0].len() >= 2) {
            for (rec, column, key) in self.rows_with_words(&typed.words, false, most)? {
                let posting = Posting { rec, column };
                found.push(Candidate { how: How::Exact, note: None, posting, space: Space::Word, key });
            }
        }
        Ok(found)
    }

    /// Identifiers that begin with what was typed.
    fn beginning(&mut self, typed: &Typed, most: usize, _: bool) -> Result<Vec<Candidate>, SearchError> {
        let mut found = Vec::new();
        if !typed.id.is_empty() {
            self.add_prefixed(&mut found, Space::Id, typed.id.as_bytes(), most)?;
        }
        if typed.email.is_some() || (typed.words.len() == 1 && typed.text.len() >= 2) || typed.text.contains('.') {
            let begun = typed.text.to_lowercase();
            self.add_prefixed(&mut found, Space::Email, begun.as_bytes(), most / 2)?;
        }
        if typed.last_word_open && !typed.words.is_empty() && typed.words.iter().map(String::len).sum::<usize>() >= 2 {
            for (rec, column, key) in self.rows_with_words(&typed.words, true, most)? {
                let posting = Posting { rec, column };
                found.push(Candidate { how: How::Prefix, note: None, posting, space: Space::Word, key });
            }
        }
        Ok(found)
    }

    fn add_prefixed(&mut self, found: &mut Vec<Candidate>, space: Space, key: &[u8], most: usize) -> Result<(), SearchError> {
        let hits = self.index.prefix(self.reader.conn(), space, key, most, 8).map_err(|e| self.index_error(&e))?;
        add_hits(found, How::Prefix, None, hits);
        Ok(())
    }

    /// Identifiers that hold what was typed somewhere.
    fn holding(&mut self, typed: &Typed, most: usize, some: bool) -> Result<Vec<Candidate>, SearchError> {
        let mut found = Vec::new();
        let enough = if some { most / 4 } else { most };
        if typed.id.len() >= 3 {
            self.add_holding(&mut found, Space::Id, typed.id.as_bytes(), enough)?;
        }
        let plain = typed.text.to_lowercase();
        if plain.len() >= 3 && !plain.contains(' ') {
            self.add_holding(&mut found, Space::Email, plain.as_bytes(), enough)?;
        }
        if let Some(begun) = &typed.phone_begun {
            let backwards: String = begun.chars().rev().collect();
            self.add_holding(&mut found, Space::Phone, backwards.as_bytes(), enough)?;
        }
        if typed.words.len() == 1 && typed.words[0].len() >= 3 {
            self.add_holding(&mut found, Space::Word, typed.words[0].as_bytes(), enough / 2)?;
        }
        Ok(found)
    }

    fn add_holding(&mut self, found: &mut Vec<Candidate>, space: Space, key: &[u8], most: usize) -> Result<(), SearchError> {
        let (hits, _) = self.index.substring(self.reader.conn(), space, key, most, 4).map_err(|e| self.index_error(&e))?;
        add_hits(found, How::Substring, None, hits);
        Ok(())
    }

    /// Identifiers one character off; asked only where nothing fits.
    fn one_off(&mut self, typed: &Typed, most: usize, some: bool) -> Result<Vec<Candidate>, SearchError> {
        let mut found = Vec::new();
        if some {
            return Ok(found);
        }
        let note = Some("one character off");
        if typed.id.len() >= 5 {
            let hits = self.near(Space::Id, typed.id.as_bytes(), most.min(20))?;
            add_hits(&mut found, How::Typo, note, hits);
        }
        if let Some(address) = &typed.email
            && address.len() >= 6
        {
            let hits = self.near(Space::Email, address.as_bytes(), 10)?;
            add_hits(&mut found, How::Typo, note, hits);
        }
        if let Some(number) = &typed.phone
            && number.len() >= 7
        {
            let hits = self.near(Space::Phone, number.as_bytes(), 10)?;
            add_hits(&mut found, How::Typo, note, hits);
        }
        self.near_words(typed, &mut found)?;
        Ok(found)
    }

    /// Names with one word misspelt and the others right.
    fn near_words(&mut self, typed: &Typed, found: &mut Vec<Candidate>) -> Result<(), SearchError> {
        for (at, word) in typed.words.iter().enumerate().filter(|(_, word)| word.len() >= 4).take(4) {
            for near in self.near(Space::Word, word.as_bytes(), 8)? {
                let mut words = typed.words.clone();
                words[at] = String::from_utf8_lossy(&near.key).into_owned();
                for (rec, column, key) in self.rows_with_words(&words, false, 10)? {
                    let posting = Posting { rec, column };
                    found.push(Candidate { how: How::Typo, note: Some("one letter off"), posting, space: Space::Word, key });
                }
            }
        }
        Ok(())
    }

    fn near(&mut self, space: Space, key: &[u8], most: usize) -> Result<Vec<KeyHit>, SearchError> {
        self.index.near(self.reader.conn(), space, key, most, 4).map_err(|e| self.index_error(&e).into())
    }

    /// Rows that hold all words; with `open`, the last one may be only begun. (row, column of the last word, its key).
    fn rows_with_words(&mut self, words: &[String], open: bool, most: usize) -> Result<Vec<(i64, u32, Vec<u8>)>, SearchError> {
        let Some((last, before)) = words.split_last() else { return Ok(Vec::new()) };
        let mut rows: Option<Vec<i64>> = None;
        for word in before {
            let mut recs: Vec<i64> =
                self.postings_of(Space::Word, word.as_bytes(), MOST_WORD_ROWS)?.into_iter().map(|p| p.rec).collect();
            recs.dedup();
            rows = Some(match rows {
                None => recs,
                Some(have) => have.into_iter().filter(|rec| recs.binary_search(rec).is_ok()).collect(),
            });
            if rows.as_ref().is_some_and(Vec::is_empty) {
                return Ok(Vec::new());
            }
        }
        let hits: Vec<KeyHit> = if open {
            let each = if rows.is_some() { MOST_WORD_ROWS / 20 } else { 20 };
            let hits = self.index.prefix(self.reader.conn(), Space::Word, last.as_bytes(), 40, each);
            hits.map_err(|e| self.index_error(&e))?
        } else {
            let each = if rows.is_some() { MOST_WORD_ROWS } else { most };
            let postings = self.postings_of(Space::Word, last.as_bytes(), each)?;
            vec![KeyHit { space: Space::Word, key: last.as_bytes().to_vec(), postings }]
        };
        let mut found = Vec::new();
        for hit in hits {
            for posting in hit.postings {
                let fits = rows.as_ref().is_none_or(|rows| rows.binary_search(&posting.rec).is_ok());
                if fits && found.last().is_none_or(|(rec, ..): &(i64, u32, Vec<u8>)| *rec != posting.rec) {
                    found.push((posting.rec, posting.column, hit.key.clone()));
                    if found.len() >= most {
                        return Ok(found);
                    }
                }
            }
        }
        Ok(found)
    }

    /// Reads the record of a candidate and judges how it really met; `None` where it does not after all.
    fn read_hit(&mut self, typed: &Typed, candidate: &Candidate) -> Result<Option<Hit>, SearchError> {
        let Some(record) = self.record(candidate.posting.rec)? else { return Ok(None) };
        if record.superseded {
            return Ok(None);
        }
        let column = candidate.posting.column as usize;
        let Some((_, role, Some(value))) = record.values.get(column).cloned() else { return Ok(None) };
        let Some(kind) = kind_of(role, candidate.space) else { return Ok(None) };
        let key = String::from_utf8_lossy(&candidate.key).into_owned();
        let Some(id) = identifier_in(&value, role, candidate.space, &key) else { return Ok(None) };
        let (how, note) = judge(typed, candidate, &id);
        let marks = marks_of(typed, candidate.space, how, &id, &key);
        self.hit(how, note, id, marks, kind, column, record).map(Some)
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
        let (status, reason) = self.status(kind, &id, &record)?;
        let named = record.values.get(column).map(|(name, ..)| name.clone()).unwrap_or_default();
        let title = if status == Status::NotInExtract { id.clone() } else { title_of(&record) };
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

    /// What became of the thing behind an identifier.
    fn status(&mut self, kind: IdKind, id: &str, record: &SourceRecord) -> Result<(Status, String), SearchError> {
        let place = format!("{} {}", record.source, record.object);
        match kind {
            IdKind::MergedAway => {
                let winner = record.native_id.clone().unwrap_or_default();
                let at = self.merge_moment(record, id)?;
                let when = at.map_or_else(String::new, |at| format!(" on {}", day(&at)));
                Ok((Status::MergedInSource, format!("merged in {} into {winner}{when}", record.source)))
            }
            IdKind::ForeignKey | IdKind::OtherId => {
                if self.has_record(id, record.rec.0)? {
                    return Ok((Status::Loaded, format!("named by {place}, line {}", record.line)));
                }
                Ok((Status::NotInExtract, format!("named by {place}, line {}; its own record is in no file", record.line)))
            }
            _ => {
                if let Some(native) = &record.native_id
                    && let Some((winner, at, _)) = self.merged_into(record, native)?
                {
                    let when = at.map_or_else(String::new, |at| format!(" on {}", day(&at)));
                    return Ok((Status::MergedInSource, format!("merged in {} into {winner}{when}", record.source)));
                }
                Ok((Status::Loaded, format!("loaded from {}, line {}", record.file, record.line)))
            }
        }
    }

    /// Whether some record has this native ID.
    fn has_record(&mut self, id: &str, but: i64) -> Result<bool, SearchError> {
        for posting in self.postings_of(Space::Id, merges::folded(id).as_bytes(), 400)? {
            if posting.rec == but {
                continue;
            }
            let Some((_, object)) = self.stretches.of(posting.rec) else { continue };
            let object = self.object(object)?;
            if object.columns.get(posting.column as usize).is_some_and(|column| column.role == ColumnRole::NativeId) {
                let record = self.record(posting.rec)?;
                if record.and_then(|r| r.native_id).is_some_and(|native| same_id(&native, id)) {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    fn merge_moment(&self, record: &SourceRecord, loser: &str) -> Result<Option<String>, SearchError> {
        let mut statement = self
            .reader
            .conn()
            .prepare_cached("SELECT loser, at FROM source_merge WHERE rec = ?1 AND loser_folded = ?2")
            .map_err(|e| self.sql(&e))?;
        let found: Vec<(String, Option<String>)> = statement
            .query_map(rusqlite::params![record.rec.0, merges::folded(loser)], |row| Ok((row.get(0)?, row.get(1)?)))
            .and_then(Iterator::collect)
            .map_err(|e| self.sql(&e))?;
        Ok(found.into_iter().find(|(id, _)| same_id(id, loser)).and_then(|(_, at)| at))
    }

    /// What a record's ID was merged into within its source: (winner, when, told by record).
    pub(super) fn merged_into(
        &self,
        record: &SourceRecord,
        id: &str,
    ) -> Result<Option<(String, Option<String>, i64)>, SearchError> {
        self.merge_step(&record.source, &record.object, id)
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
        let found: Vec<(String, String, Option<String>, i64)> = statement
            .query_map(rusqlite::params![source, object, merges::folded(id)], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
            })
            .and_then(Iterator::collect)
            .map_err(|e| self.sql(&e))?;
        Ok(found.into_iter().find(|(loser, ..)| same_id(loser, id)).map(|(_, winner, at, rec)| (winner, at, rec)))
    }
}

fn add_hits(found: &mut Vec<Candidate>, how: How, note: Option<&'static str>, hits: Vec<KeyHit>) {
    for hit in hits {
        found.extend(hit.postings.iter().map(|&posting| Candidate {
            how,
            note,
            posting,
            space: hit.space,
            key: hit.key.clone(),
        }));
    }
}

/// Whether two IDs are one: by their letters, Salesforce's by their 15 characters with case.
#[must_use]
pub fn same_id(a: &str, b: &str) -> bool {
    match (salesforce_15(a), salesforce_15(b)) {
        (Some(a), Some(b)) => a == b,
        _ => identifier::fold_id(a) == identifier::fold_id(b),
    }
}

/// The 15 characters of something that is surely a Salesforce ID.
fn salesforce_15(id: &str) -> Option<&str> {
    let id = id.trim();
    if salesforce::is_18(id) {
        return Some(&id[..15]);
    }
    (salesforce::is_15_shape(id) && looks_mixed(id)).then_some(id)
}

fn looks_mixed(id: &str) -> bool {
    id.starts_with(|c: char| c.is_ascii_alphanumeric())
        && id.bytes().any(|b| b.is_ascii_uppercase())
        && id.bytes().any(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
}

/// The kind of identifier that a column's key is; `None` where the column no longer holds such.
fn kind_of(role: ColumnRole, space: Space) -> Option<IdKind> {
    Some(match (role, space) {
        (ColumnRole::NativeId, Space::Id | Space::Number | Space::Email) => IdKind::NativeId,
        (ColumnRole::ForeignKey, Space::Id | Space::Number) => IdKind::ForeignKey,
        (ColumnRole::OtherId, Space::Id | Space::Number) => IdKind::OtherId,
        (ColumnRole::MergedIds, Space::Id | Space::Number) => IdKind::MergedAway,
        (ColumnRole::MergedInto, Space::Id | Space::Number) => IdKind::ForeignKey,
        (ColumnRole::Email, Space::Email) => IdKind::Email,
        (ColumnRole::Phone, Space::Phone) => IdKind::Phone,
        (
            ColumnRole::GivenName | ColumnRole::FamilyName | ColumnRole::FullName | ColumnRole::OrganizationName,
            Space::Word,
        ) => IdKind::Name,
        _ => return None,
    })
}

/// Foreign keys point elsewhere: several of them are no ambiguity.
fn names_a_thing(kind: IdKind) -> bool {
    !matches!(kind, IdKind::ForeignKey)
}

/// The identifier as the cell writes it: the whole value, or the part of a list that has the key.
fn identifier_in(value: &str, role: ColumnRole, space: Space, key: &str) -> Option<String> {
    let has = |part: &str| match space {
        Space::Number => identifier::number_core(part).is_some_and(|core| core == key),
        _ => merges::folded(part).starts_with(key),
    };
    match (role, space) {
        (ColumnRole::MergedIds, _) => {
            crate::sources::identifiers::key::merged_ids(value).map(|(id, _)| id).find(|id| has(id)).map(str::to_owned)
        }
        (ColumnRole::ForeignKey | ColumnRole::OtherId, _) if value.contains(';') => {
            crate::sources::identifiers::key::id_list(value).find(|id| has(id)).map(str::to_owned)
        }
        (_, Space::Email) => {
            let several = email::emails_in(value);
            if several.len() > 1 {
                return several.into_iter().find(|address| address.as_str() == key).map(|address| address.as_str().to_owned());
            }
            Some(value.trim().to_owned())
        }
        (_, Space::Phone) => phone::digits(value).map(|_| value.trim().to_owned()),
        _ => Some(value.trim().to_owned()),
    }
}

/// How a candidate really met, once its value is known.
fn judge(typed: &Typed, candidate: &Candidate, id: &str) -> (How, Option<String>) {
    let note = candidate.note.map(str::to_owned);
    if candidate.space == Space::Id || candidate.space == Space::Number {
        // Case decides between Salesforce IDs.
        if let (Some(wanted), Some(have)) = (&typed.salesforce, salesforce_15(id))
            && candidate.how == How::Exact
            && candidate.note.is_none()
        {
            return if wanted == have { (How::Exact, None) } else { (How::Guess, Some("other case".to_owned())) };
        }
        if let (Some(right), Some(have)) = (&typed.repaired, salesforce_15(id))
            && candidate.how == How::Exact
            && candidate.note.is_none()
        {
            let note = if &right[..15] == have { "case put right by its checksum" } else { "other case" };
            return (How::Guess, Some(note.to_owned()));
        }
        if candidate.how == How::Exact && candidate.note.is_none() && salesforce_15(id).is_some() && !typed.text.contains(id) {
            return (How::Guess, Some("other case".to_owned()));
        }
        if candidate.how == How::Prefix && salesforce_15(id).is_some() && !id.starts_with(typed.text.as_str()) {
            return (How::Prefix, Some("other case".to_owned()));
        }
        if candidate.how == How::Exact && candidate.note.is_some() {
            let digits_only = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
            let folded = identifier::fold_id(id);
            if digits_only(&typed.id) && digits_only(&folded) && folded != typed.id {
                return (How::Guess, Some("with other leading zeros".to_owned()));
            }
            if !typed.id.is_empty() && !digits_only(&typed.id) && !digits_only(&folded) && letters(&folded) != letters(&typed.id) {
                return (How::Guess, Some("the same number, another prefix".to_owned()));
            }
            return (How::Exact, note);
        }
    }
    if candidate.space == Space::Word && candidate.how == How::Exact {
        let whole = words::name_words(id).len() <= typed.words.len();
        return if whole || typed.words.len() > 1 { (How::Exact, None) } else { (How::Prefix, None) };
    }
    if candidate.space == Space::Phone
        && candidate.how == How::Substring
        && let (Some(begun), Some(have)) = (&typed.phone_begun, phone::digits(id))
    {
        let starts = have.as_str().starts_with(begun.as_str()) || have.national_core().starts_with(begun.as_str());
        return (if starts { How::Prefix } else { How::Substring }, None);
    }
    (candidate.how, note)
}

fn letters(id: &str) -> String {
    id.chars().filter(|c| c.is_alphabetic()).collect()
}

/// Where the match stands in the identifier as written; for a typo, where it differs.
fn marks_of(typed: &Typed, space: Space, how: How, id: &str, key: &str) -> Vec<std::ops::Range<usize>> {
    let wanted: String = match space {
        Space::Phone => typed.phone_begun.clone().unwrap_or_default(),
        Space::Email => typed.text.to_lowercase(),
        Space::Word => return word_marks(typed, id),
        Space::Number => key.to_owned(),
        Space::Id => typed.id.clone(),
    };
    if how == How::Typo {
        return differing(&wanted, id);
    }
    let mut marks = Vec::new();
    // Letters of the identifier that the folding keeps, with their places.
    let kept: Vec<(usize, char)> = id
        .char_indices()
        .filter(|(_, c)| space == Space::Email || c.is_alphanumeric() || *c == '@')
        .flat_map(|(at, c)| c.to_lowercase().map(move |low| (at, low)))
        .collect();
    let letters: Vec<char> = wanted.chars().collect();
    if letters.is_empty() || letters.len() > kept.len() {
        if matches!(how, How::Exact | How::Guess) {
            marks.push(0..id.len());
        }
        return marks;
    }
    let found = (0..=kept.len() - letters.len())
        .find(|&from| letters.iter().zip(&kept[from..]).all(|(want, (_, have))| want == have));
    if let Some(from) = found {
        let start = kept[from].0;
        let end_at = kept[from + letters.len() - 1].0;
        let end = end_at + id[end_at..].chars().next().map_or(0, char::len_utf8);
        marks.push(start..end);
    } else if matches!(how, How::Exact | How::Guess) {
        marks.push(0..id.len());
    }
    marks
}

fn word_marks(typed: &Typed, id: &str) -> Vec<std::ops::Range<usize>> {
    let mut marks = Vec::new();
    let mut start = None;
    let mut words: Vec<(usize, usize)> = Vec::new();
    for (at, c) in id.char_indices().chain(std::iter::once((id.len(), ' '))) {
        match (c.is_alphanumeric() || c == '\'', start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                words.push((from, at));
                start = None;
            }
            _ => {}
        }
    }
    for (from, to) in words {
        let word = &id[from..to];
        let folded = words::name_words(word);
        let Some(folded) = folded.first() else { continue };
        if let Some(wanted) = typed.words.iter().find(|wanted| folded.starts_with(wanted.as_str())) {
            let len: usize = word.chars().take(wanted.chars().count()).map(char::len_utf8).sum();
            marks.push(from..from + len);
        }
    }
    marks
}

/// The characters of `id` that differ from what was typed (one typo apart).
fn differing(typed: &str, id: &str) -> Vec<std::ops::Range<usize>> {
    let kept: Vec<(usize, char)> =
        id.char_indices().filter(|(_, c)| c.is_alphanumeric() || *c == '@' || *c == '.').flat_map(|(at, c)| c.to_lowercase().map(move |l| (at, l))).collect();
    let typed: Vec<char> = typed.chars().collect();
    let first = kept.iter().zip(&typed).position(|((_, a), b)| a != b).unwrap_or(kept.len().min(typed.len()));
    match kept.get(first) {
        Some((at, _)) => {
            let len = id[*at..].chars().next().map_or(0, char::len_utf8);
            std::iter::once(*at..at + len).collect()
        }
        None => Vec::new(),
    }
}

/// Who or what a record is: a name if it has one, else its native ID.
#[must_use]
pub fn title_of(record: &SourceRecord) -> String {
    let value = |wanted: ColumnRole| {
        record
            .values
            .iter()
            .filter(|(_, role, _)| *role == wanted)
            .find_map(|(_, _, value)| value.as_deref().map(str::trim).filter(|value| !value.is_empty()))
    };
    let person = [value(ColumnRole::GivenName), value(ColumnRole::FamilyName)];
    let parts: Vec<&str> = person.into_iter().flatten().collect();
    if !parts.is_empty() {
        return parts.join(" ");
    }
    let organization_first = record.values.iter().find(|(_, role, value)| {
        matches!(role, ColumnRole::FullName | ColumnRole::OrganizationName) && value.as_deref().is_some_and(|v| !v.trim().is_empty())
    });
    if let Some((_, _, Some(name))) = organization_first {
        return name.trim().to_owned();
    }
    if let Some(address) = value(ColumnRole::Email) {
        return address.to_owned();
    }
    record.native_id.clone().unwrap_or_else(|| record.key.clone())
}

/// The day of a moment.
pub(super) fn day(at: &str) -> &str {
    at.get(..10).unwrap_or(at)
}

/// One identifier of one record that met in several ways is shown once, in the best.
fn drop_weaker(hits: &mut Vec<Hit>) {
    let mut best: HashMap<(Rec, String), How> = HashMap::new();
    for hit in hits.iter() {
        let how = best.entry((hit.rec, hit.id.clone())).or_insert(hit.how);
        *how = (*how).min(hit.how);
    }
    let mut taken = BTreeSet::new();
    hits.retain(|hit| best.get(&(hit.rec, hit.id.clone())) == Some(&hit.how) && taken.insert((hit.rec, hit.id.clone())));
    // A record found by its name needs no second line for the other half of the name.
    let mut named = BTreeSet::new();
    hits.retain(|hit| hit.kind != IdKind::Name || named.insert(hit.rec));
}

/// Best first: how it met; the thing itself before what points to it; then how near the writing is; then by key, so that
/// the order is one.
fn rank(typed: &Typed, hits: &mut [Hit]) {
    let matcher = SkimMatcherV2::default().ignore_case();
    let weight = |kind: IdKind| match kind {
        IdKind::NativeId => 0,
        IdKind::MergedAway => 1,
        IdKind::OtherId => 2,
        IdKind::Email | IdKind::Phone => 3,
        IdKind::Name => 4,
        IdKind::ForeignKey => 5,
    };
    let guess_first = |hit: &Hit| u8::from(hit.note.as_deref() != Some("case put right by its checksum"));
    hits.sort_by_cached_key(|hit| {
        let text = if hit.kind == IdKind::Name { &hit.title } else { &hit.id };
        let near = matcher.fuzzy_match(text, &typed.text).unwrap_or(0);
        (hit.how, guess_first(hit), weight(hit.kind), -near, hit.id.len(), hit.record.clone(), hit.column.clone())
    });
}

fn remarks(typed: &Typed, hits: &[Hit], exact: usize) -> Vec<String> {
    let mut remarks = Vec::new();
    let by_case: BTreeSet<&str> = hits
        .iter()
        .filter(|hit| hit.kind == IdKind::NativeId && hit.note.as_deref() == Some("other case"))
        .map(|hit| hit.record.as_str())
        .collect();
    if !by_case.is_empty() {
        let what = if typed.salesforce.is_some() || typed.repaired.is_some() { "is written" } else { "start" };
        let records = if by_case.len() == 1 { "1 record".to_owned() } else { format!("{} records", by_case.len()) };
        let verb = if by_case.len() == 1 && what == "start" { "starts" } else { what };
        remarks.push(format!("Salesforce IDs differ by case alone: {records} {verb} like this in another case."));
    }
    if exact > 1 {
        remarks.push(format!("{exact} records have exactly this; none is preferred. Ask where it comes from."));
    }
    if let Some(spoiled) = identifier::spoiled(&typed.text).filter(|spoiled| spoiled.is_certain()) {
        remarks.push(format!("{} It cannot be looked up; ask for the ID from another place.", spoiled.sentence()));
    }
    remarks
}
