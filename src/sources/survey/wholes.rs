//! Findings that come from no single value: merges that the source tells, IDs twice in a file, files that end where
//! programs stop, users that are gone and still in charge; and the domains of the company itself.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use rusqlite::Connection;

use super::collect::{RecList, Values};
use super::detect::Kind;
use super::keys::{self, Bits, Spelling};
use super::make::Sets;
use super::relate::Target;
use super::rules::{Rules, is_no, is_yes, plain_header};
use super::subject::Subject;
use super::{Kept, report};
use crate::sources::store::survey::{self as store, Latest};
use crate::sources::{ColumnRole, Inventory, SourcesError};
use crate::values::email;
use crate::values::format::{count, thousands};

/// The company's own domains, and the objects of those who work there.
#[must_use]
pub fn own_domains(subjects: &[Subject], rules: &Rules) -> (Vec<String>, BTreeSet<usize>) {
    let mut own: BTreeSet<String> = rules.test_or_internal.own_domains.iter().map(|d| d.to_lowercase()).collect();
    let stated = !own.is_empty();
    let mut theirs = BTreeSet::new();
    for (at, subject) in subjects.iter().enumerate().filter(|(_, subject)| subject.staff) {
        let Some(column) = subject.email() else { continue };
        let mut domains: BTreeMap<String, u64> = BTreeMap::new();
        let mut all = 0u64;
        for address in subject.sampled(column).filter_map(email::parse) {
            all += 1;
            *domains.entry(address.domain().to_owned()).or_default() += 1;
        }
        let most =
            domains.into_iter().filter(|(domain, _)| !rules.free_mail.domains.contains(domain)).max_by_key(|(_, n)| *n);
        if let Some((domain, times)) = most
            && times as f64 >= rules.test_or_internal.own_share * all as f64
            && (!stated || own.contains(&domain))
        {
            own.insert(domain);
            theirs.insert(at);
        }
    }
    (own.into_iter().collect(), theirs)
}

/// Whether a column makes somebody responsible, by its header.
#[must_use]
pub fn is_charge(header: &str, rules: &Rules) -> bool {
    let plain = plain_header(header);
    let plain = plain.strip_suffix("ids").or(plain.strip_suffix("id")).unwrap_or(&plain);
    rules.inactive_user.columns.iter().any(|word| plain == word || plain.ends_with(word.as_str()) && word.len() > 3)
}

/// Records that tell of merges.
pub fn merged_in_source(conn: &Connection, subject: &Subject, latest: &Latest) -> Result<Option<Kept>, SourcesError> {
    let (mut recs, mut values) = (Vec::new(), Values::default());
    let mut losers: HashSet<u64> = HashSet::new();
    store::merges::<SourcesError>(conn, subject.id, |rec, loser, winner| {
        if latest.has(rec) {
            recs.push(rec);
            if losers.insert(keys::key(loser, Spelling::Exact)) {
                values.add(winner);
            }
        }
        Ok(())
    })?;
    let recs = RecList::of(recs);
    let columns = subject.with(&[ColumnRole::MergedInto, ColumnRole::MergedIds]);
    Ok((!recs.is_empty()).then(|| {
        let rule = format!(
            "The source itself says that {} merged into others; the values are the survivors.",
            count(losers.len() as u64, "record was", "records were")
        );
        let column = if let [one] = columns[..] { Some(one) } else { None };
        report::finding(subject, Kind::MergedInSource, column, recs, values.top(), rule)
    }))
}

/// Rows of one file with one native ID.
pub fn repeated_ids(conn: &Connection, subject: &Subject, latest: &Latest) -> Result<Option<Kept>, SourcesError> {
    let (mut recs, mut values) = (Vec::new(), Values::default());
    for (rec, id) in store::repeated(conn, subject.id)? {
        if latest.has(rec) {
            recs.push(rec);
            values.add(&id);
        }
    }
    let recs = RecList::of(recs);
    Ok((!recs.is_empty()).then(|| {
        let rule = "Rows of one file that share their native ID; all of them are kept.".to_owned();
        report::finding(subject, Kind::DuplicateRecordId, subject.native(), recs, values.top(), rule)
    }))
}

/// Files whose rows end exactly where programs stop.
pub fn cut_files(
    conn: &Connection,
    subject: &Subject,
    inventory: &Inventory,
    latest: &Latest,
    rules: &Rules,
) -> Result<Vec<Kept>, SourcesError> {
    let mut kept = Vec::new();
    let objects = inventory.sources.iter().flat_map(|source| &source.objects);
    for load in objects.filter(|object| object.id == subject.id).flat_map(|object| &object.loads) {
        if load.rows >= rules.truncated.rows_from && rules.truncated.rows.contains(&load.rows) {
            let Some((_, first, last, _)) = store::contents(conn)?.into_iter().find(|(id, ..)| *id == load.id.0) else {
                continue;
            };
            let recs = RecList::of(latest.recs().filter(|rec| (first..=last).contains(rec)));
            let rule = format!(
                "A file with exactly {} rows, where exports and spreadsheets stop: load {} may be cut off.",
                thousands(load.rows),
                load.id
            );
            kept.push(report::finding(subject, Kind::Truncated, None, recs, Vec::new(), rule));
        }
    }
    Ok(kept)
}

/// Users that are gone or switched off and still in charge of records.
#[allow(clippy::too_many_arguments)]
pub fn inactive_users(
    conn: &Connection,
    subjects: &[Subject],
    latest: &[Latest],
    target: &Target,
    reached: &[(Bits, Spelling, usize)],
    sets: &Sets,
    number: usize,
    rules: &Rules,
) -> Result<Option<Kept>, SourcesError> {
    let subject = &subjects[target.subject];
    let rule = &rules.inactive_user;
    let (active, inactive, since) =
        (subject.called(&rule.active), subject.called(&rule.inactive), subject.called(&rule.since));
    let columns: Vec<usize> = [target.column].iter().chain(&active).chain(&inactive).chain(&since).copied().collect();
    if columns.len() == 1 {
        return Ok(None);
    }
    let (mut recs, mut values) = (RecList::default(), Values::default());
    store::scan::<SourcesError>(conn, subject.id, &latest[target.subject], &columns, |rec, cells| {
        let Some(id) = cells.get(0) else { return Ok(()) };
        let said = |from: usize, many: usize, test: &dyn Fn(&str) -> bool| {
            (from..from + many).any(|at| cells.get(at).is_some_and(|value| !value.trim().is_empty() && test(value)))
        };
        let is_gone = said(1, active.len(), &is_no)
            || said(1 + active.len(), inactive.len(), &is_yes)
            || said(1 + active.len() + inactive.len(), since.len(), &|_| true);
        let is_in_charge = || {
            reached.iter().any(|(bits, spelling, _)| {
                let set = sets.get(&(number, *spelling));
                set.and_then(|set| set.find(keys::key(id, *spelling))).is_some_and(|at| bits.has(at))
            })
        };
        if is_gone && is_in_charge() {
            recs.push(rec);
            values.add(id);
        }
        Ok(())
    })?;
    Ok((!recs.is_empty()).then(|| {
        let rule =
            "A user who is switched off, deleted or suspended, and whom an owner, an assignee or the like still names.";
        report::finding(subject, Kind::InactiveUser, None, recs, values.top(), rule.to_owned())
    }))
}
