//! Addresses that several people share, over all records of an object: gathered as hashes, sorted, and judged by the names
//! of those records alone that have an address in common.

use rusqlite::Connection;

use super::collect::{Found, LISTED, RecList, Tally};
use super::detect::addresses::{self, PersonName};
use super::rules::Rules;
use super::subject::Subject;
use crate::job::Job;
use crate::sources::profile::Counted;
use crate::sources::store::survey as store;
use crate::sources::{ColumnRole, SourcesError};
use crate::values::email;

/// An address of a record: its hash, a hash of the name beside it (0: the record is gone or has no name), and how far the
/// record stands from the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    address: u64,
    record: u32,
    name: u32,
}

/// The addresses of an object.
#[derive(Debug, Default)]
pub struct Addresses {
    entries: Vec<Entry>,
    first: Option<i64>,
}

impl Addresses {
    /// Adds the address of a record; `name` is a hash of its name, 0 for none.
    pub fn add(&mut self, rec: i64, address: u64, name: u32) {
        let first = *self.first.get_or_insert(rec);
        if let Ok(record) = u32::try_from(rec - first) {
            self.entries.push(Entry { address, record, name });
        }
    }

    /// Makes room for the addresses of so many records, all at once: growing by halves would need far more.
    pub fn expect(&mut self, records: u64) {
        self.entries.reserve_exact(usize::try_from(records).unwrap_or(0));
    }

    /// How often each address came; brings them in order.
    #[must_use]
    pub fn tally(&mut self) -> Tally {
        self.entries.sort_unstable();
        Tally::of_sorted(self.entries.iter().map(|entry| entry.address))
    }
}

/// Records of addresses that more people share than an inbox of one's own would, and of those that two or more do.
#[derive(Debug, Default)]
pub struct Shared {
    pub crowded: RecList,
    pub crowded_values: Vec<Counted>,
    pub reused: RecList,
    pub reused_values: Vec<Counted>,
    /// Records of one person, as far as names tell, that have one address: accounts that came twice.
    pub repeated: RecList,
    pub repeated_values: Vec<Counted>,
}

/// Judges the addresses of an object; those in `known` (inboxes by their names) are left out.
///
/// # Errors
/// If the database cannot be read, or the job was cancelled.
pub fn judge(
    conn: &Connection,
    subject: &Subject,
    column: usize,
    addresses: Addresses,
    rules: &Rules,
    job: &Job,
) -> Result<Shared, SourcesError> {
    let Addresses { mut entries, first } = addresses;
    let first = first.unwrap_or(0);
    entries.retain(|entry| entry.name != 0);
    let role = |role| subject.with(&[role]).first().copied();
    let wanted: Vec<Option<usize>> =
        [role(ColumnRole::GivenName), role(ColumnRole::FamilyName), role(ColumnRole::FullName), Some(column)].into();
    let suffix = suffix_of(subject);
    let columns: Vec<usize> = wanted.iter().flatten().copied().chain(suffix).collect();
    let place = |at: usize| wanted[at].and_then(|column| columns.iter().position(|known| *known == column));
    let (mut crowded, mut reused) = (Vec::new(), Vec::new());
    let (mut crowded_values, mut reused_values) = (Vec::new(), Vec::new());
    let mut repeated = Repeated::default();
    for group in entries.chunk_by(|a, b| a.address == b.address) {
        let mut different: Vec<Entry> = Vec::new();
        for entry in group {
            if different.len() < rules.reused_email.most_names && different.iter().all(|known| known.name != entry.name)
            {
                different.push(*entry);
            }
        }
        if different.len() < 2 {
            repeated.add(group, first);
            continue;
        }
        job.check()?;
        let recs: Vec<i64> = different.iter().map(|entry| first + i64::from(entry.record)).collect();
        let rows = store::values_of(conn, subject.id, &columns, &recs)?;
        let text = |row: &[Option<String>], at: Option<usize>| {
            at.and_then(|at| row.get(at).cloned().flatten()).unwrap_or_default()
        };
        let names: Vec<PersonName> = rows
            .iter()
            .map(|row| {
                let family = text(row, place(1));
                let family = match suffix {
                    Some(_) => format!("{family} {}", row.last().cloned().flatten().unwrap_or_default()),
                    None => family,
                };
                PersonName::new(&text(row, place(0)), &family, &text(row, place(2)), rules)
            })
            .collect();
        let people = addresses::people(&names, rules);
        if people < 2 {
            repeated.add(group, first);
            continue;
        }
        let address = rows.first().map(|row| text(row, place(3))).unwrap_or_default();
        if email::parse(&address).is_none_or(|address| addresses::is_shared(&address, rules)) {
            continue;
        }
        let count = Counted { text: address, count: group.len() as u64 };
        let recs = group.iter().map(|entry| first + i64::from(entry.record));
        if people > rules.shared_inbox.people {
            crowded.extend(recs);
            keep(&mut crowded_values, count);
        } else {
            reused.extend(recs);
            keep(&mut reused_values, count);
        }
    }
    let listed = |mut values: Vec<Counted>| {
        sort(&mut values);
        values.truncate(LISTED);
        values
    };
    let repeated_values = repeated.values(conn, subject, column)?;
    Ok(Shared {
        repeated: RecList::of(repeated.recs),
        repeated_values,
        crowded: RecList::of(crowded),
        crowded_values: listed(crowded_values),
        reused: RecList::of(reused),
        reused_values: listed(reused_values),
    })
}

/// Records that share an address and a name. Their addresses are read for the largest groups alone: there may be many.
#[derive(Debug, Default)]
struct Repeated {
    recs: Vec<i64>,
    /// Size and first record of the largest groups.
    largest: Vec<(u64, i64)>,
}

impl Repeated {
    fn add(&mut self, group: &[Entry], first: i64) {
        let recs = group.iter().map(|entry| first + i64::from(entry.record));
        let before = self.recs.len();
        if group.len() < 2 {
            return;
        }
        self.recs.extend(recs);
        let least = self.recs[before..].iter().min().copied().unwrap_or(first);
        self.largest.push((group.len() as u64, least));
        if self.largest.len() > 50 * LISTED {
            self.cut();
        }
    }

    fn cut(&mut self) {
        self.largest.sort_unstable_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
        self.largest.truncate(LISTED);
    }

    fn values(&mut self, conn: &Connection, subject: &Subject, column: usize) -> Result<Vec<Counted>, SourcesError> {
        self.cut();
        let mut values = Vec::new();
        for (count, rec) in &self.largest {
            let rows = store::values_of(conn, subject.id, &[column], &[*rec])?;
            let text = rows.into_iter().next().and_then(|row| row.into_iter().next().flatten()).unwrap_or_default();
            values.push(Counted { text, count: *count });
        }
        sort(&mut values);
        Ok(values)
    }
}

/// A column of its own for *Jr.* and *Sr.*
fn suffix_of(subject: &Subject) -> Option<usize> {
    let is_one =
        |name: &str| matches!(super::rules::plain_header(name).as_str(), "suffix" | "namesuffix" | "generation");
    subject.columns.iter().find(|column| is_one(&column.name)).map(|column| column.position)
}

fn keep(values: &mut Vec<Counted>, value: Counted) {
    values.push(value);
    if values.len() > 50 * LISTED {
        sort(values);
        values.truncate(LISTED);
    }
}

fn sort(values: &mut [Counted]) {
    values.sort_unstable_by(|a, b| b.count.cmp(&a.count).then_with(|| a.text.cmp(&b.text)));
}

/// Inboxes by name and crowded ones together: records once each.
#[must_use]
pub fn together(named: &Found, shared: &Shared) -> (RecList, Vec<Counted>) {
    let mut values = named.values.top();
    values.extend(shared.crowded_values.iter().cloned());
    sort(&mut values);
    values.truncate(LISTED);
    (RecList::of(named.recs.to_vec().into_iter().chain(shared.crowded.to_vec())), values)
}
