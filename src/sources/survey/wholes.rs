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

/// Records that tell of merges: those that were merged away where they are rows, and those that others were merged into.
pub fn merged_in_source(conn: &Connection, subject: &Subject, latest: &Latest) -> Result<Option<Kept>, SourcesError> {
    let away = rows_merged_away(conn, subject, latest)?;
    let (mut recs, mut values) = (Vec::new(), Values::default());
    let mut said: HashSet<u64> = HashSet::new();
    let (mut losers, mut survivors, mut ids) = (RecList::default(), RecList::default(), 0u64);
    store::merges::<SourcesError>(conn, subject.id, |rec, loser, winner| {
        if latest.has(rec) {
            recs.push(rec);
            let is_loser = away.binary_search(&rec).is_ok();
            (if is_loser { &mut losers } else { &mut survivors }).push(rec);
            if said.insert(keys::key(loser, Spelling::Exact)) {
                ids += u64::from(!is_loser);
                values.add(winner);
            }
        }
        Ok(())
    })?;
    let recs = RecList::of(recs);
    let columns = subject.with(&[ColumnRole::MergedInto, ColumnRole::MergedIds]);
    Ok((!recs.is_empty()).then(|| {
        let rule = merges_in_words(losers.len(), survivors.len(), ids);
        let column = if let [one] = columns[..] { Some(one) } else { None };
        report::finding(subject, Kind::MergedInSource, column, recs, values.top(), rule)
    }))
}

/// The rows that name the record that survived them, in stored order.
fn rows_merged_away(conn: &Connection, subject: &Subject, latest: &Latest) -> Result<Vec<i64>, SourcesError> {
    let columns = subject.with(&[ColumnRole::MergedInto]);
    let mut away = Vec::new();
    if columns.is_empty() {
        return Ok(away);
    }
    store::scan::<SourcesError>(conn, subject.id, latest, &columns, |rec, cells| {
        if (0..columns.len()).any(|at| cells.get(at).is_some_and(|value| !value.trim().is_empty())) {
            away.push(rec);
        }
        Ok(())
    })?;
    away.sort_unstable();
    Ok(away)
}

/// `ids`: IDs that the survivors name and no loser's row tells.
fn merges_in_words(losers: u64, survivors: u64, ids: u64) -> String {
    let losers =
        (losers > 0).then(|| count(losers, "record was merged into another", "records were merged into others"));
    let survivors = (survivors > 0).then(|| {
        let say = count(survivors, "record says that others were", "records say that others were");
        let into = if survivors == 1 { "it" } else { "them" };
        match ids {
            0 => format!("{say} merged into {into}"),
            _ => format!("{say} merged into {into}: {}", count(ids, "ID", "IDs")),
        }
    });
    let said: Vec<String> = [losers, survivors].into_iter().flatten().collect();
    format!("By the source itself, {}; the values are the survivors.", said.join(", and "))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn survivors_and_losers_of_merges_are_told_apart() {
        for (figures, words) in [
            ((42, 0, 0), "42 records were merged into others;"),
            ((1, 0, 0), "1 record was merged into another;"),
            ((0, 155, 287), "155 records say that others were merged into them: 287 IDs;"),
            ((0, 1, 1), "1 record says that others were merged into it: 1 ID;"),
            (
                (2, 3, 4),
                "2 records were merged into others, and 3 records say that others were merged into them: 4 IDs;",
            ),
            ((2, 2, 0), "2 records were merged into others, and 2 records say that others were merged into them;"),
        ] {
            let rule = merges_in_words(figures.0, figures.1, figures.2);
            assert!(rule.contains(words), "{rule}");
        }
    }
}
