//! One reading of the records of an object: every value goes by the detectors of its column, every record by those of
//! records, every ID by the relations. What comes of it is said in `report`.

use std::collections::{BTreeMap, BinaryHeap, HashSet};

use super::collect::{Found, Tally};
use super::detect::Kind;
use super::detect::cut::Lengths;
use super::detect::spreadsheets::{self, Ruin, Zeros};
use super::detect::suspects::{self, Suspicion};
use super::detect::texts::{self, Flattened};
use super::detect::{Field, addresses, placeholders};
use super::hierarchy::NONE;
use super::keys::{self, Bits, KeySet, Spelling};
use super::people::Addresses;
use super::rules::{Rules, is_yes, plain_header};
use super::subject::Subject;
use crate::sources::ColumnRole;
use crate::sources::content::value_hash;
use crate::values::email::{self, Email};

/// Hashes of rows that stand for all of an object: the least ones.
pub const SKETCH: usize = 512;

/// What is gathered of one column.
#[derive(Debug, Default)]
pub struct ColumnWork {
    pub field: Option<Field>,
    choice: bool,
    pub filled: u64,
    pub one_value: Option<String>,
    pub several: bool,
    lengths: Option<Lengths>,
    zeros: Option<Zeros>,
    /// The width below which a number of digits lost zeros.
    width: Option<usize>,
    pub placeholder: Found,
    pub broken: Found,
    pub written_breaks: Found,
    pub tags: Found,
    pub destroyed: Found,
    pub rounded: Found,
    pub day_and_month: Found,
    pub lost_zeros: Found,
    pub invalid: Found,
}

impl ColumnWork {
    /// The lengths that were watched, to be judged.
    pub fn take_lengths(&mut self) -> Option<Lengths> {
        self.lengths.take()
    }

    #[must_use]
    pub fn zeros_suspected(&self, rules: &Rules) -> bool {
        self.width.is_some() || self.zeros.as_ref().is_some_and(|zeros| zeros.suspected(rules))
    }
}

/// A set of IDs that a column points to, and what is met of it.
#[derive(Debug)]
pub struct Pointing<'a> {
    /// Number of the decision.
    pub decided: usize,
    pub column: usize,
    pub parted: bool,
    pub spelling: Spelling,
    pub ends: Vec<End<'a>>,
    pub orphans: Found,
    /// Of records of the object itself: the number of each one's parent.
    pub parents: Option<Vec<u32>>,
}

impl Pointing<'_> {
    /// None of its values names a record.
    #[must_use]
    pub fn meets_nothing(&self) -> bool {
        self.ends.iter().all(|end| end.met == 0)
    }
}

#[derive(Debug)]
pub struct End<'a> {
    pub keys: &'a KeySet,
    /// IDs of its object that were merged away.
    pub losers: &'a HashSet<u64>,
    pub met: u64,
    pub merged: u64,
    pub reached: Bits,
}

/// The reading of one object.
#[derive(Debug)]
pub struct Pass<'a> {
    pub subject: &'a Subject,
    rules: &'a Rules,
    own: &'a [String],
    losers: &'a HashSet<u64>,
    pub columns: Vec<ColumnWork>,
    pub pointing: Vec<Pointing<'a>>,
    /// Which of `pointing` names the account of a person.
    pub account: Option<usize>,
    names: Vec<usize>,
    given: Option<usize>,
    family: Option<usize>,
    full: Option<usize>,
    pub email: Option<usize>,
    emails: Vec<usize>,
    phones: Vec<usize>,
    site: Option<usize>,
    pub consent: Vec<usize>,
    pub expects_consent: bool,
    deleted: Vec<usize>,
    deleted_since: Vec<usize>,
    merged_into: Vec<usize>,
    flags: Vec<usize>,
    native: Option<usize>,
    party: bool,
    /// Addresses for trying things out, and of demonstrations, are few enough to say something of a record.
    telling_tests: bool,
    telling_demos: bool,
    pub found: BTreeMap<Kind, Found>,
    pub addresses: Addresses,
    pub domains: Tally,
    pub rows: u64,
    sketch: BinaryHeap<u64>,
}

impl<'a> Pass<'a> {
    #[must_use]
    pub fn new(subject: &'a Subject, rules: &'a Rules, own: &'a [String], losers: &'a HashSet<u64>) -> Self {
        let with = |role| subject.with(&[role]);
        let emails = with(ColumnRole::Email);
        let party = subject.people || subject.organizations || !emails.is_empty() && has_names(subject);
        let (telling_tests, telling_demos) = telling_domains(subject, rules);
        let columns = (0..subject.columns.len()).map(|at| column_work(subject, at, party)).collect();
        let consent = if subject.people { subject.called(&rules.consent_missing.columns) } else { Vec::new() };
        Self {
            subject,
            rules,
            own,
            losers,
            columns,
            pointing: Vec::new(),
            account: None,
            names: subject.with(&[
                ColumnRole::GivenName,
                ColumnRole::FamilyName,
                ColumnRole::FullName,
                ColumnRole::OrganizationName,
            ]),
            given: with(ColumnRole::GivenName).first().copied(),
            family: with(ColumnRole::FamilyName).first().copied(),
            full: with(ColumnRole::FullName).first().copied(),
            email: subject.email(),
            emails,
            phones: with(ColumnRole::Phone),
            site: subject.site(rules),
            expects_consent: subject.people
                && !subject.staff
                && rules.consent_missing.systems.contains(subject.kind.word()),
            consent,
            deleted: subject.called(&rules.deleted_but_present.flags),
            deleted_since: subject.called(&rules.deleted_but_present.since),
            merged_into: with(ColumnRole::MergedInto),
            flags: if party { subject.called(&rules.test_or_internal.flags) } else { Vec::new() },
            native: subject.native(),
            party,
            telling_tests,
            telling_demos,
            found: BTreeMap::new(),
            addresses: Addresses::default(),
            domains: Tally::default(),
            rows: 0,
            sketch: BinaryHeap::new(),
        }
    }

    fn find(&mut self, kind: Kind, rec: i64, value: &str) {
        self.found.entry(kind).or_default().add(rec, value);
    }

    /// One record.
    pub fn record(&mut self, rec: i64, hash: i64, cells: &[Option<&str>]) {
        self.rows += 1;
        self.sketch_row(hash.cast_unsigned());
        for (column, cell) in self.columns.iter_mut().zip(cells) {
            if let Some(value) = cell.filter(|value| !value.is_empty()) {
                column.value(rec, value, self.rules);
            }
        }
        let filled = |at: usize| cells.get(at).copied().flatten().filter(|value| !value.trim().is_empty());
        let key = self.native.and_then(filled).map(|id| keys::key(id, Spelling::Exact));
        if self.native.is_some() && key.is_none() {
            self.found.entry(Kind::MissingId).or_default().recs.push(rec);
        }
        let merged = self.merged_into.iter().any(|at| filled(*at).is_some())
            || key.is_some_and(|key| self.losers.contains(&key));
        let deleted = self.deleted.iter().copied().find(|at| filled(*at).is_some_and(is_yes));
        let deleted = deleted.or_else(|| self.deleted_since.iter().copied().find(|at| filled(*at).is_some()));
        if let Some(at) = deleted {
            self.find(Kind::DeletedButPresent, rec, filled(at).unwrap_or_default());
        }
        let gone = merged || deleted.is_some();
        let address = self.email.and_then(filled).and_then(email::parse);
        self.address(rec, address.as_ref(), gone, &filled);
        if self.party {
            self.suspect(rec, address.as_ref(), &filled);
        }
        self.relate(rec, cells);
        if self.subject.people && !gone {
            self.person(rec, address.is_some(), &filled);
        }
    }

    fn sketch_row(&mut self, hash: u64) {
        if self.sketch.len() < SKETCH {
            self.sketch.push(hash);
        } else if self.sketch.peek().is_some_and(|greatest| hash < *greatest) {
            self.sketch.pop();
            self.sketch.push(hash);
        }
    }

    /// The least hashes of its rows, rising.
    #[must_use]
    pub fn take_sketch(&mut self) -> Vec<u64> {
        std::mem::take(&mut self.sketch).into_sorted_vec()
    }

    fn address<'c>(
        &mut self,
        rec: i64,
        address: Option<&Email>,
        gone: bool,
        filled: &dyn Fn(usize) -> Option<&'c str>,
    ) {
        let site = self.site.and_then(filled).and_then(addresses::domain_of);
        let domain = match (self.site, address) {
            (Some(_), _) => site,
            (None, address) => address.map(|address| address.domain().to_owned()),
        };
        if let Some(domain) = domain.filter(|domain| !self.rules.free_mail.domains.contains(domain)) {
            self.domains.add(value_hash(&domain));
        }
        let Some(address) = address else { return };
        let name = if gone || !self.subject.people { 0 } else { self.name_hash(filled) };
        self.addresses.add(rec, value_hash(address.as_str()), name);
        if self.subject.people && !gone && addresses::is_shared(address, self.rules) {
            self.find(Kind::SharedInbox, rec, address.as_str());
        }
    }

    /// A hash of a person's name as it is written, letters and case aside.
    fn name_hash<'c>(&self, filled: &dyn Fn(usize) -> Option<&'c str>) -> u32 {
        let mut text = String::new();
        let parts = [self.given, self.family];
        let has_parts = parts.iter().flatten().any(|at| filled(*at).is_some());
        let columns: Vec<usize> =
            if has_parts { parts.into_iter().flatten().collect() } else { self.full.into_iter().collect() };
        for at in columns {
            text.push_str(filled(at).unwrap_or_default().trim());
            text.push('\n');
        }
        let text = text.to_lowercase();
        // 0 stands for no name.
        if text.trim().is_empty() { 0 } else { (value_hash(&text) >> 32) as u32 | 1 }
    }

    fn suspect<'c>(&mut self, rec: i64, address: Option<&Email>, filled: &dyn Fn(usize) -> Option<&'c str>) {
        let rules = self.rules;
        if let Some(at) = self.flags.iter().copied().find(|at| filled(*at).is_some_and(is_yes)) {
            let name = self.subject.column_name(at).to_owned();
            return self.find(Kind::TestOrInternal, rec, &format!("{name}: {}", filled(at).unwrap_or_default()));
        }
        if let Some(id) = self.native.and_then(filled).filter(|id| suspects::is_test_id(id, rules)) {
            return self.find(Kind::TestOrInternal, rec, id);
        }
        if let Some(address) = address
            && (self.telling_tests && suspects::is_test_address(address, rules) || suspects::is_own(address, self.own))
        {
            return self.find(Kind::TestOrInternal, rec, address.as_str());
        }
        let mut worst = None;
        for at in 0..self.names.len() {
            let Some(name) = filled(self.names[at]) else { continue };
            match suspects::name_suspicion(name, rules) {
                Some(Suspicion::Test) => return self.find(Kind::TestOrInternal, rec, name),
                Some(Suspicion::Demo) => worst = Some((Kind::Demo, name.to_owned())),
                Some(Suspicion::Spam) if worst.is_none() => worst = Some((Kind::Spam, name.to_owned())),
                _ => {}
            }
        }
        if self.given.is_some() && self.family.is_some() {
            let both = [self.given, self.family].map(|at| at.and_then(filled).unwrap_or_default().trim()).join(" ");
            if suspects::name_suspicion(&both, rules) == Some(Suspicion::Test) {
                return self.find(Kind::TestOrInternal, rec, &both);
            }
        }
        if worst.is_none()
            && self.telling_demos
            && let Some(address) = address.filter(|address| suspects::is_demo_address(address, rules))
        {
            worst = Some((Kind::Demo, address.to_string()));
        }
        if let Some((kind, value)) = worst {
            self.find(kind, rec, &value);
        }
    }

    fn relate(&mut self, rec: i64, cells: &[Option<&str>]) {
        let own = self.native.and_then(|at| cells.get(at).copied().flatten());
        for pointing in &mut self.pointing {
            let cell = cells.get(pointing.column).copied().flatten();
            let Some(cell) = cell.filter(|cell| !cell.trim().is_empty()) else { continue };
            // An empty list, written out, names nothing and misses nothing.
            if keys::ids_in(cell, pointing.parted).next().is_none() {
                continue;
            }
            let mut end_of_cell = None;
            let (mut whole, mut merged) = (true, false);
            for id in keys::ids_in(cell, pointing.parted) {
                let key = keys::key(id, pointing.spelling);
                let met = pointing.ends.iter().enumerate().find_map(|(at, end)| end.keys.find(key).map(|n| (at, n)));
                let lost = pointing.ends.iter().position(|end| end.losers.contains(&key));
                merged |= lost.is_some();
                match (met, lost) {
                    (Some((at, number)), _) => {
                        pointing.ends[at].reached.set(number);
                        end_of_cell = end_of_cell.or(Some(at));
                        if at == 0
                            && let (Some(parents), Some(own)) = (&mut pointing.parents, own)
                            && let Some(child) = pointing.ends[0].keys.find(keys::key(own, pointing.spelling))
                            && let Some(parent) = parents.get_mut(child as usize)
                            && *parent == NONE
                        {
                            *parent = number;
                        }
                    }
                    (None, Some(at)) => end_of_cell = end_of_cell.or(Some(at)),
                    (None, None) => whole = false,
                }
            }
            match end_of_cell.filter(|_| whole) {
                Some(at) => {
                    pointing.ends[at].met += 1;
                    pointing.ends[at].merged += u64::from(merged);
                }
                None => pointing.orphans.add(rec, cell),
            }
        }
    }

    fn person<'c>(&mut self, rec: i64, has_address: bool, filled: &dyn Fn(usize) -> Option<&'c str>) {
        let any = |columns: &[usize]| columns.iter().any(|at| filled(*at).is_some());
        let can_be_known = !self.names.is_empty() && (!self.emails.is_empty() || !self.phones.is_empty());
        if can_be_known && !any(&self.names) && !any(&self.emails) && !any(&self.phones) && !has_address {
            self.found.entry(Kind::Incomplete).or_default().recs.push(rec);
        }
        let says = !self.consent.is_empty();
        if has_address && (says && !any(&self.consent) || !says && self.expects_consent) {
            self.found.entry(Kind::ConsentMissing).or_default().recs.push(rec);
        }
        if let Some(account) = self.account.and_then(|at| self.pointing.get(at)) {
            let orphan = account.orphans.recs.last_is(rec);
            let cell = filled(account.column);
            if cell.is_none() || orphan {
                let value = cell.unwrap_or_default().to_owned();
                let found = self.found.entry(Kind::NoAccount).or_default();
                found.recs.push(rec);
                if orphan {
                    found.values.add(&value);
                }
            }
        }
    }
}

/// A column of names that is no subject or title of something else.
fn has_names(subject: &Subject) -> bool {
    let is_one = |column: &&crate::sources::Column| {
        column.role == ColumnRole::OrganizationName
            || column.role == ColumnRole::FullName
                && !matches!(plain_header(&column.name).as_str(), "subject" | "title" | "alias")
    };
    subject.columns.iter().any(|column| is_one(&column))
}

/// Whether addresses of tests, and of demonstrations, are rare enough in an object to mean anything.
fn telling_domains(subject: &Subject, rules: &Rules) -> (bool, bool) {
    let Some(column) = subject.email() else { return (true, true) };
    let (mut all, mut tests, mut demos) = (0u64, 0u64, 0u64);
    for address in subject.sampled(column).filter_map(email::parse) {
        all += 1;
        tests += u64::from(suspects::is_test_address(&address, rules));
        demos += u64::from(suspects::is_demo_address(&address, rules));
    }
    let most = rules.test_or_internal.domain_most * all as f64;
    (tests as f64 <= most, demos as f64 <= most)
}

fn column_work(subject: &Subject, at: usize, party: bool) -> ColumnWork {
    let role = subject.columns.get(at).map_or(ColumnRole::Plain, |column| column.role);
    let values: Vec<&str> = subject.sampled(at).collect();
    let distinct: HashSet<&str> = values.iter().copied().collect();
    let field = match role {
        ColumnRole::NativeId
        | ColumnRole::ForeignKey
        | ColumnRole::OtherId
        | ColumnRole::MergedInto
        | ColumnRole::MergedIds => Field::Id,
        ColumnRole::Email => Field::Email,
        ColumnRole::Phone => Field::Phone,
        ColumnRole::GivenName | ColumnRole::FamilyName | ColumnRole::OrganizationName => Field::Name,
        ColumnRole::FullName if party => Field::Name,
        ColumnRole::FullName | ColumnRole::Plain => Field::Other,
    };
    let numbers = values.iter().all(|value| value.trim().bytes().all(|b| b.is_ascii_digit()));
    // A counter has shorter numbers by nature; numbers that lie far apart have not.
    let sparse = || {
        let numbers: Vec<u64> = distinct.iter().filter_map(|value| value.trim().parse().ok()).collect();
        let greatest = numbers.iter().max().copied().unwrap_or(0);
        (subject.rows as f64) < 0.02 * greatest as f64
    };
    let width = (role == ColumnRole::OtherId && numbers && sparse())
        .then(|| crate::sources::columns::lost_zeros_suspected(values.iter().copied()))
        .flatten()
        .map(|(_, width)| width);
    ColumnWork {
        field: Some(field),
        choice: distinct.len() <= 50 && distinct.len() * 10 <= values.len(),
        lengths: matches!(field, Field::Other | Field::Name | Field::Email).then(|| Lengths::new(subject.rows)),
        zeros: (field == Field::Phone).then(Zeros::default),
        width,
        ..ColumnWork::default()
    }
}

impl ColumnWork {
    fn value(&mut self, rec: i64, value: &str, rules: &Rules) {
        let trimmed = value.trim();
        if trimmed.is_empty() {
            return;
        }
        self.filled += 1;
        if !self.several {
            match &self.one_value {
                None => self.one_value = Some(value.to_owned()),
                Some(one) => self.several = one != value,
            }
        }
        let field = self.field.unwrap_or(Field::Other);
        if let Some(lengths) = &mut self.lengths {
            lengths.watch(rec, value, rules);
        }
        if placeholders::is_placeholder(trimmed, field, self.choice, rules) {
            self.placeholder.add(rec, trimmed);
        } else if field == Field::Email && addresses::is_invalid(trimmed, rules) {
            self.invalid.add(rec, trimmed);
        }
        if texts::is_broken_encoding(value, rules) && field != Field::Id {
            self.broken.add(rec, value);
        }
        match texts::flattened(value, rules) {
            Some(Flattened::Tag) => self.tags.add(rec, value),
            Some(_) => self.written_breaks.add(rec, value),
            None => {}
        }
        match spreadsheets::ruin(trimmed, field, rules) {
            Some(Ruin::Destroyed) => self.destroyed.add(rec, trimmed),
            Some(Ruin::Rounded) => self.rounded.add(rec, trimmed),
            Some(Ruin::DayAndMonth) => self.day_and_month.add(rec, trimmed),
            None => {}
        }
        if let Some(zeros) = &mut self.zeros
            && zeros.watch(trimmed)
        {
            self.lost_zeros.add(rec, trimmed);
        }
        if let Some(width) = self.width
            && trimmed.len() < width
            && trimmed.bytes().all(|b| b.is_ascii_digit())
        {
            self.lost_zeros.add(rec, trimmed);
        }
    }
}
