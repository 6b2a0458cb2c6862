//! What the index proposes for a typed text, stage by stage. A proposal is a posting; whether it is right is judged once
//! its record is read.

use std::sync::Arc;

use super::judge::is_own_id;
use super::resolve::MOST_SCANNED;
use super::search::{SearchError, Searcher};
use super::typed::Typed;
use super::{Hit, How};
use crate::sources::ColumnRole;
use crate::sources::identifiers::key::LONGEST_KEY;
use crate::sources::identifiers::read::KeyHit;
use crate::sources::identifiers::{Posting, Space};
use crate::values::{email, words};

/// Postings of one key that are looked through for those that name a thing.
const EACH: usize = 60;
/// Rows of a word that are put beside those of another; a word of more rows is looked for in the records themselves.
const MOST_ROWS_OF_WORD: usize = 20_000;
/// Rows of words that nearly everybody has (`inc`), where every word is such.
const MOST_COMMON_ROWS: usize = 200_000;
/// So few rows are read rather than put beside other lists.
const FEW: usize = 40;

/// A find before its record is read.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    pub how: How,
    pub note: Option<&'static str>,
    pub posting: Posting,
    pub space: Space,
    pub key: Vec<u8>,
    /// The words that a name must have, where they are others than were typed.
    pub words: Option<Arc<[String]>>,
}

impl Candidate {
    fn new(how: How, note: Option<&'static str>, space: Space, key: &[u8], posting: Posting) -> Self {
        Self { how, note, posting, space, key: key.to_vec(), words: None }
    }
}

impl Searcher {
    /// The same identifier, however it was written.
    pub(super) fn exact(&mut self, typed: &Typed, most: usize, _: &[Hit]) -> Result<Vec<Candidate>, SearchError> {
        let mut found = Vec::new();
        if !typed.id.is_empty() {
            self.add_id(&mut found, None, Space::Id, typed.id.as_bytes(), most)?;
        }
        if let Some(whole) = &typed.whole {
            self.add_id(&mut found, None, Space::Id, whole.as_bytes(), most)?;
        }
        for (note, key) in typed.respelt() {
            self.add_id(&mut found, Some(note), Space::Id, key.as_bytes(), most)?;
        }
        if let Some(number) = &typed.number {
            let note = Some("written with another prefix or other zeros");
            self.add_id(&mut found, note, Space::Number, number.as_bytes(), most)?;
            if *number != typed.id {
                self.add_id(&mut found, note, Space::Id, number.as_bytes(), most)?;
            }
        }
        if let Some(address) = &typed.email {
            self.add(&mut found, How::Exact, None, Space::Email, address.as_bytes(), most)?;
            self.add_tagged(&mut found, address, most)?;
        }
        if let Some(number) = &typed.phone {
            let hits = self
                .index
                .prefix(self.reader.conn(), Space::Phone, number.as_bytes(), most, EACH)
                .map_err(|e| self.index_error(&e))?;
            add_hits(&mut found, How::Exact, None, hits);
            // What was typed may have a country that the record's number has not.
            for len in (7..number.len()).rev() {
                if let Some(shorter) = number.get(..len) {
                    self.add(&mut found, How::Exact, None, Space::Phone, shorter.as_bytes(), EACH)?;
                }
            }
        }
        if typed.words.iter().any(|word| word.len() >= 2) {
            found.extend(self.with_words(&typed.words, false, How::Exact, None, most)?);
            for words in typed.names_in_runs() {
                let words: Arc<[String]> = words.into();
                let respelt = self.with_words(&words, false, How::Exact, None, most)?;
                found.extend(respelt.into_iter().map(|found| Candidate { words: Some(words.clone()), ..found }));
            }
        }
        Ok(found)
    }

    fn add(
        &mut self,
        found: &mut Vec<Candidate>,
        how: How,
        note: Option<&'static str>,
        space: Space,
        key: &[u8],
        most: usize,
    ) -> Result<(), SearchError> {
        let postings = self.postings_of(space, key, most)?;
        found.extend(postings.iter().map(|&posting| Candidate::new(how, note, space, key, posting)));
        Ok(())
    }

    /// The records that an ID names, before some of those that name it: of a thousand tickets the one user comes first.
    fn add_id(
        &mut self,
        found: &mut Vec<Candidate>,
        note: Option<&'static str>,
        space: Space,
        key: &[u8],
        most: usize,
    ) -> Result<(), SearchError> {
        let postings = self.postings_of(space, key, MOST_SCANNED)?;
        let mut keys = 0;
        for &posting in postings.iter() {
            if self.is_key(posting)? {
                keys += 1;
                if keys > most {
                    continue;
                }
            }
            found.push(Candidate::new(How::Exact, note, space, key, posting));
            if found.len() >= most.saturating_mul(10) {
                break;
            }
        }
        Ok(())
    }

    /// Whether a posting is of a column of keys to other records.
    fn is_key(&mut self, posting: Posting) -> Result<bool, SearchError> {
        let Some((id, role)) = self.role_of(posting)? else { return Ok(true) };
        if role == ColumnRole::MergedInto || role != ColumnRole::ForeignKey {
            return Ok(role == ColumnRole::MergedInto);
        }
        let object = self.object(id)?;
        Ok(object.columns.get(posting.column as usize).is_none_or(|column| !is_own_id(role, &column.name)))
    }

    /// The same mailbox with another `+tag`, or none.
    fn add_tagged(&mut self, found: &mut Vec<Candidate>, address: &str, most: usize) -> Result<(), SearchError> {
        let Some(parsed) = email::parse(address) else { return Ok(()) };
        let plain = parsed.weak_key();
        if plain != address {
            self.add(found, How::Guess, Some("without its +tag"), Space::Email, plain.as_bytes(), most)?;
        }
        let Some((local, domain)) = plain.split_once('@') else { return Ok(()) };
        let begun = format!("{local}+");
        let hits = self.index.prefix(self.reader.conn(), Space::Email, begun.as_bytes(), 20, 4);
        let mut hits = hits.map_err(|e| self.index_error(&e))?;
        hits.retain(|hit| hit.key != address.as_bytes() && hit.key.ends_with(format!("@{domain}").as_bytes()));
        add_hits(found, How::Guess, Some("with another +tag"), hits);
        Ok(())
    }

    /// Identifiers that begin with what was typed.
    pub(super) fn beginning(&mut self, typed: &Typed, most: usize, _: &[Hit]) -> Result<Vec<Candidate>, SearchError> {
        let mut found = Vec::new();
        if !typed.id.is_empty() && typed.id.len() <= LONGEST_KEY {
            self.add_prefixed(&mut found, Space::Id, typed.id.as_bytes(), most)?;
        }
        let begun = typed.bare.to_lowercase();
        if begun.len() >= 2 && begun.len() <= LONGEST_KEY && !begun.contains(' ') {
            self.add_prefixed(&mut found, Space::Email, begun.as_bytes(), most / 2)?;
        }
        if typed.last_word_open && typed.words.iter().map(String::len).sum::<usize>() >= 2 {
            found.extend(self.with_words(&typed.words, true, How::Prefix, None, most)?);
        }
        Ok(found)
    }

    fn add_prefixed(
        &mut self,
        found: &mut Vec<Candidate>,
        space: Space,
        key: &[u8],
        most: usize,
    ) -> Result<(), SearchError> {
        let hits = self.index.prefix(self.reader.conn(), space, key, most, EACH).map_err(|e| self.index_error(&e))?;
        for hit in hits {
            // One row that names a thing is as good as another: it leads there.
            let mut keys = 0;
            for &posting in &hit.postings {
                if self.is_key(posting)? {
                    keys += 1;
                    if keys > 2 {
                        continue;
                    }
                }
                found.push(Candidate::new(How::Prefix, None, hit.space, &hit.key, posting));
            }
        }
        Ok(())
    }

    /// Identifiers that hold what was typed somewhere; of no interest beside one that is it.
    pub(super) fn holding(&mut self, typed: &Typed, most: usize, hits: &[Hit]) -> Result<Vec<Candidate>, SearchError> {
        let mut found = Vec::new();
        if hits.iter().any(|hit| hit.how == How::Exact) {
            return Ok(found);
        }
        let enough = if hits.is_empty() { most } else { most / 4 };
        if typed.id.len() >= 3 && typed.id.len() <= LONGEST_KEY {
            self.add_holding(&mut found, Space::Id, typed.id.as_bytes(), enough)?;
        }
        let plain = typed.bare.to_lowercase();
        if plain.len() >= 3 && plain.len() <= LONGEST_KEY && !plain.contains(' ') {
            self.add_holding(&mut found, Space::Email, plain.as_bytes(), enough)?;
        }
        if let Some(begun) = typed.phone_begun.as_ref().filter(|begun| begun.len() >= 3) {
            let backwards: String = begun.chars().rev().collect();
            self.add_holding(&mut found, Space::Phone, backwards.as_bytes(), enough)?;
        }
        if let [word] = typed.words.as_slice()
            && word.len() >= 3
        {
            self.add_holding(&mut found, Space::Word, word.as_bytes(), enough / 2)?;
        }
        Ok(found)
    }

    fn add_holding(
        &mut self,
        found: &mut Vec<Candidate>,
        space: Space,
        key: &[u8],
        most: usize,
    ) -> Result<(), SearchError> {
        let (hits, _) =
            self.index.substring(self.reader.conn(), space, key, most, 4).map_err(|e| self.index_error(&e))?;
        add_hits(found, How::Substring, None, hits);
        Ok(())
    }

    /// Identifiers one character off; asked only where nothing fits: nobody wants strangers below an answer.
    pub(super) fn one_off(&mut self, typed: &Typed, most: usize, hits: &[Hit]) -> Result<Vec<Candidate>, SearchError> {
        let mut found = Vec::new();
        if !hits.is_empty() {
            return Ok(found);
        }
        let note = Some("one character off");
        let near = [
            (Space::Id, 5, Some(&typed.id)),
            (Space::Email, 6, typed.email.as_ref()),
            (Space::Phone, 7, typed.phone.as_ref()),
        ];
        for (space, shortest, key) in near {
            if let Some(key) = key.filter(|key| (shortest..=LONGEST_KEY).contains(&key.len())) {
                let hits = self.near(space, key.as_bytes(), most.min(20))?;
                add_hits(&mut found, How::Typo, note, hits);
            }
        }
        self.near_words(typed, &mut found)?;
        Ok(found)
    }

    /// Names with one word misspelt and the others right; or with a word too much, such as a title.
    fn near_words(&mut self, typed: &Typed, found: &mut Vec<Candidate>) -> Result<(), SearchError> {
        let mut respelt: Vec<(How, &'static str, Arc<[String]>)> = Vec::new();
        for (at, word) in typed.words.iter().enumerate().filter(|(_, word)| word.len() >= 4).take(4) {
            for near in self.near(Space::Word, word.as_bytes(), 8)? {
                let mut words = typed.words.clone();
                words[at] = String::from_utf8_lossy(&near.key).into_owned();
                respelt.push((How::Typo, "one letter off", words.into()));
            }
        }
        if (3..=6).contains(&typed.words.len()) {
            for at in 0..typed.words.len() {
                let mut words = typed.words.clone();
                words.remove(at);
                respelt.push((How::Substring, "without one of the words", words.into()));
            }
        }
        for (how, note, words) in respelt {
            for candidate in self.with_words(&words, false, how, Some(note), 10)? {
                found.push(Candidate { words: Some(words.clone()), ..candidate });
            }
        }
        Ok(())
    }

    fn near(&mut self, space: Space, key: &[u8], most: usize) -> Result<Vec<KeyHit>, SearchError> {
        self.index.near(self.reader.conn(), space, key, most, 4).map_err(|e| self.index_error(&e).into())
    }

    /// Rows that may hold all words; with `open`, the last one, and initials, may be only begun. Begins with the word that
    /// the fewest rows have; where few rows are left, the rest is left to the judgement of their records.
    fn with_words(
        &mut self,
        words: &[String],
        open: bool,
        how: How,
        note: Option<&'static str>,
        most: usize,
    ) -> Result<Vec<Candidate>, SearchError> {
        let is_whole = |(at, word): &(usize, &String)| !open || (at + 1 < words.len() && word.chars().count() > 1);
        let mut lists: Vec<(Arc<Vec<Posting>>, &String)> = Vec::new();
        for (_, word) in words.iter().enumerate().filter(is_whole) {
            let list = self.postings_of(Space::Word, word.as_bytes(), MOST_ROWS_OF_WORD)?;
            if list.is_empty() {
                return Ok(Vec::new());
            }
            lists.push((list, word));
        }
        if lists.is_empty() {
            // One word, begun: what begins with it, each name once.
            let Some(last) = words.last() else { return Ok(Vec::new()) };
            let hits = self.index.prefix(self.reader.conn(), Space::Word, last.as_bytes(), 40, 20);
            let mut found = Vec::new();
            add_hits(&mut found, how, note, hits.map_err(|e| self.index_error(&e))?);
            found.truncate(most);
            return Ok(found);
        }
        lists.sort_by_key(|(list, _)| list.len());
        let (first, word) = lists.remove(0);
        let key = word.as_bytes().to_vec();
        let mut rows: Vec<Posting> = first.to_vec();
        rows.dedup_by_key(|posting| posting.rec);
        for (list, word) in lists {
            let mut list = list;
            if list.len() >= MOST_ROWS_OF_WORD {
                if rows.len() <= FEW {
                    continue;
                }
                list = self.postings_of(Space::Word, word.as_bytes(), MOST_COMMON_ROWS)?;
            }
            rows.retain(|row| list.binary_search_by_key(&row.rec, |posting| posting.rec).is_ok());
        }
        if let Some(last) = words.last().filter(|_| open && rows.len() > FEW) {
            let hits = self.index.prefix(self.reader.conn(), Space::Word, last.as_bytes(), 40, MOST_ROWS_OF_WORD / 20);
            let hits = hits.map_err(|e| self.index_error(&e))?;
            let holds = |rec: i64| hits.iter().any(|hit| hit.postings.binary_search_by_key(&rec, |p| p.rec).is_ok());
            rows.retain(|row| holds(row.rec));
        }
        rows.truncate(most);
        Ok(rows.into_iter().map(|posting| Candidate::new(how, note, Space::Word, &key, posting)).collect())
    }
}

fn add_hits(found: &mut Vec<Candidate>, how: How, note: Option<&'static str>, hits: Vec<KeyHit>) {
    for hit in hits {
        found.extend(hit.postings.iter().map(|&posting| Candidate::new(how, note, hit.space, &hit.key, posting)));
    }
}

/// Whether a word is of a script that is written in runs, without blanks between words.
pub(super) fn is_run(word: &str) -> bool {
    word.chars().next().is_some_and(|c| c >= '\u{1100}') && words::name_words(&format!("{word}a")).len() == 2
}
