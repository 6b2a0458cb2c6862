//! The same export loaded twice under two names: whole rows alike, by their content hashes.

use rusqlite::Connection;

use super::Kept;
use super::collect::RecList;
use super::detect::Kind;
use super::keys::KeySet;
use super::pass::SKETCH;
use super::report;
use super::rules::Rules;
use super::subject::Subject;
use crate::job::Job;
use crate::sources::SourcesError;
use crate::sources::store::survey::{self as store, Latest};
use crate::values::format::{share, thousands};
use crate::values::shown::Shown;

/// Objects of which most rows of the one are in the other; said of the one that has fewer rows, else of the later one.
///
/// # Errors
/// If the database cannot be read, or the job was cancelled.
pub fn find(
    conn: &Connection,
    subjects: &[Subject],
    latest: &[Latest],
    sketches: &[Vec<u64>],
    rules: &Rules,
    job: &Job,
) -> Result<Vec<Kept>, SourcesError> {
    let rule = &rules.duplicate_export;
    let mut kept = Vec::new();
    for later in 0..subjects.len() {
        for earlier in 0..later {
            // A row with the columns of another is another row, so only like tables can be copies.
            let (one, other) = (&subjects[earlier], &subjects[later]);
            let few = one.rows.min(other.rows) < rule.rows || one.columns.len() < 2;
            if few
                || one.columns.len() != other.columns.len()
                || estimate(&sketches[earlier], &sketches[later]) < rule.share / 2.0
            {
                continue;
            }
            let (small, large) = if one.rows < other.rows { (earlier, later) } else { (later, earlier) };
            let mut hashes = Vec::new();
            store::scan::<SourcesError>(conn, subjects[large].id, &latest[large], &[], |_, cells| {
                hashes.push(cells.hash().cast_unsigned());
                if hashes.len() % 4_096 == 0 { Ok(job.check()?) } else { Ok(()) }
            })?;
            let hashes = KeySet::new(hashes);
            let (mut recs, mut rows) = (RecList::default(), 0u64);
            store::scan::<SourcesError>(conn, subjects[small].id, &latest[small], &[], |rec, cells| {
                rows += 1;
                if hashes.find(cells.hash().cast_unsigned()).is_some() {
                    recs.push(rec);
                }
                Ok(())
            })?;
            if recs.len() as f64 >= rule.share * rows as f64 && rows > 0 {
                let sentence = format!(
                    "{} of its {} rows are whole rows of {}; from {} on that is a copy.",
                    thousands(recs.len()),
                    thousands(rows),
                    Shown::of(&subjects[large].title()),
                    share((rule.share * 100.0) as u64, 100)
                );
                kept.push(report::finding(&subjects[small], Kind::DuplicateExport, None, recs, Vec::new(), sentence));
            }
        }
    }
    Ok(kept)
}

/// The share of the rows of the smaller that are in the other, from the least hashes of both.
fn estimate(one: &[u64], other: &[u64]) -> f64 {
    // Below the lesser of the two greatest hashes, both lists are complete; a short list is complete everywhere.
    let bound = |list: &[u64]| if list.len() < SKETCH { u64::MAX } else { list.last().copied().unwrap_or(u64::MAX) };
    let most = bound(one).min(bound(other));
    let (mut both, mut a, mut b) = (0usize, 0usize, 0usize);
    for hash in one.iter().take_while(|hash| **hash <= most) {
        a += 1;
        both += usize::from(other.binary_search(hash).is_ok());
    }
    b += other.iter().take_while(|hash| **hash <= most).count();
    let least = a.min(b);
    if least == 0 { 0.0 } else { both as f64 / least as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_are_seen_in_the_least_hashes() {
        let hashes = |from: u64, to: u64| {
            let mut all: Vec<u64> = (from..to).map(|n| twox_hash::XxHash3_64::oneshot(&n.to_le_bytes())).collect();
            all.sort_unstable();
            all.truncate(SKETCH);
            all
        };
        assert!(estimate(&hashes(0, 10_000), &hashes(0, 10_000)) > 0.99);
        assert!(estimate(&hashes(0, 10_000), &hashes(9_000, 10_000)) > 0.8);
        assert!(estimate(&hashes(0, 10_000), &hashes(10_000, 20_000)) < 0.01);
        assert!(estimate(&[], &hashes(0, 9)) < 0.01);
    }
}
