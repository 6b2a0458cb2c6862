//! How the loads of an object lie in time: gaps and overlaps between them, exports that came in the wrong order, files that
//! are versions of one export, edits on both sides of a freeze.

use std::collections::BTreeMap;

use rusqlite::Connection;

use super::{LoadInOrder, LoadRemark, RemarkKind, loads, sketch, window};
use crate::sources::store::catalog::{self, Stretches};
use crate::sources::store::{TABLE_COLUMNS, data_table};
use crate::sources::{ObjectId, facts};
use crate::values::format::thousands;
use crate::values::shown::Shown;

/// Where nobody stated a window, nothing may have been changed for this long without anything being missing.
const QUIET: i64 = 24 * 60 * 60;
/// From this share of equal rows on, two files are taken for versions of one export.
const ALIKE: f64 = 0.5;
/// Files with fewer different rows say nothing of one another.
const FEWEST: usize = 5;

pub(super) fn remarks(conn: &Connection, object: ObjectId) -> rusqlite::Result<Vec<LoadRemark>> {
    let loads = loads(conn, object)?;
    let mut remarks = in_time(&loads);
    remarks.extend(older(&loads));
    remarks.extend(same_exports(conn, object, &loads)?);
    if let Some(last) = loads.last() {
        let (source, ..) = catalog::object_names(conn, object.0)?;
        let freeze = facts::of(conn, &source)?.freeze;
        if let Some(edits) =
            after_freeze(conn, object, freeze.as_deref().unwrap_or_default())?.filter(|edits| edits.after > 0)
        {
            remarks.push(LoadRemark {
                load: last.load,
                other: None,
                kind: RemarkKind::AfterFreeze,
                records: Some(edits.after),
                sentence: edits.sentence(),
            });
        }
    }
    let place = |load: i64| loads.iter().position(|l| l.load == load);
    remarks.sort_by_key(|remark| place(remark.load));
    Ok(remarks)
}

fn minute(moment: i64) -> String {
    let text = window::written(moment);
    text.get(..16).map_or_else(String::new, |text| text.replace('T', " "))
}

fn length(seconds: i64) -> String {
    let plural = |n: i64, one: &str| format!("{} {one}{}", thousands(n.unsigned_abs()), if n == 1 { "" } else { "s" });
    match seconds {
        ..3_600 => plural(seconds.div_euclid(60).max(1), "minute"),
        3_600..172_800 => plural(seconds / 3_600, "hour"),
        _ => plural(seconds / 86_400, "day"),
    }
}

fn file(load: &LoadInOrder) -> String {
    Shown::of(&load.file).to_plain()
}

/// Gaps and overlaps: each delta against the greatest moment that the loads before it cover, part by part.
fn in_time(loads: &[LoadInOrder]) -> Vec<LoadRemark> {
    let mut remarks = Vec::new();
    // By part: the greatest moment covered, by which load, whether that was stated, and whether it is a delta.
    let mut covered: BTreeMap<Option<&str>, (i64, i64, bool, bool)> = BTreeMap::new();
    for load in loads {
        let from = load.window_from.as_deref().and_then(window::moment);
        let to = load.window_to.as_deref().and_then(window::moment);
        let part = load.segment.as_deref();
        if load.delta
            && let Some(from) = from
            && let Some(&(until, other, is_stated, is_delta)) = covered.get(&part)
        {
            let is_stated = is_stated && load.window_stated;
            let remark =
                |kind, sentence| LoadRemark { load: load.load, other: Some(other), kind, records: None, sentence };
            let missing = from.saturating_sub(until);
            if missing > if is_stated { 0 } else { QUIET } {
                let why = if is_stated {
                    format!(
                        "No load covers {} to {} ({}): load {other} ends there and load {} begins after it.",
                        minute(until),
                        minute(from),
                        length(missing),
                        load.load
                    )
                } else {
                    format!(
                        "No row of load {} or before it was changed from {} to {} ({}). If anything was, no export has it.",
                        load.load,
                        minute(until),
                        minute(from),
                        length(missing)
                    )
                };
                let hint = "A full export, or a delta from before the gap, closes it.";
                remarks.push(remark(RemarkKind::Gap, format!("{why} {hint}")));
            } else if from < until && is_delta {
                // Every delta begins within what the full export before it covers.
                let end = to.map_or(until, |to| to.min(until));
                remarks.push(remark(
                    RemarkKind::Overlap,
                    format!(
                        "Loads {other} and {} both cover {} to {} ({}). That does no harm: rows that are the same are unchanged.",
                        load.load,
                        minute(from),
                        minute(end),
                        length(end.saturating_sub(from))
                    ),
                ));
            }
        }
        let as_of = load.stated.then(|| window::moment(&load.as_of)).flatten().filter(|_| !load.delta);
        if let Some(until) = to.into_iter().chain(as_of).max() {
            let is_stated = load.window_stated || as_of == Some(until);
            let now = covered.entry(part).or_insert((until, load.load, is_stated, load.delta));
            if until >= now.0 {
                *now = (until, load.load, is_stated, load.delta);
            }
        }
    }
    remarks
}

/// Loads that show an earlier moment than one that was loaded before them.
fn older(loads: &[LoadInOrder]) -> Vec<LoadRemark> {
    let mut remarks = Vec::new();
    for (at, load) in loads.iter().enumerate() {
        let day = |load: &LoadInOrder| load.as_of.get(..10).unwrap_or(&load.as_of).to_owned();
        // It was put before loads that were there already.
        if let Some(newer) =
            loads[at + 1..].iter().rev().find(|newer| newer.load < load.load && newer.as_of > load.as_of)
        {
            remarks.push(LoadRemark {
                load: load.load,
                other: Some(newer.load),
                kind: RemarkKind::OlderThan,
                records: Some(load.records),
                sentence: format!(
                    "Load {} ({}) is older than load {} ({}), which was loaded before it: its rows are earlier versions.",
                    load.load,
                    day(load),
                    newer.load,
                    day(newer)
                ),
            });
        } else if let Some(newer) = loads[..at]
            .iter()
            .filter(|newer| newer.as_of > load.as_of && !(newer.stated && load.stated))
            .max_by_key(|newer| &newer.as_of)
        {
            let sentence = if load.stated {
                format!(
                    "Load {} ({}) counts as later than load {}, whose file time is {}: nobody stated when that was exported. If \
                     load {} is the newer one, take it out and load it with --as-of.",
                    load.load,
                    day(load),
                    newer.load,
                    day(newer),
                    newer.load
                )
            } else {
                format!(
                    "By its file time ({}) load {} is older than load {} ({}), but it counts as the later one: file times \
                     change with every copy. If it is older, take it out and load it with --as-of.",
                    day(load),
                    load.load,
                    newer.load,
                    day(newer)
                )
            };
            remarks.push(LoadRemark {
                load: load.load,
                other: Some(newer.load),
                kind: RemarkKind::OlderThan,
                records: Some(load.records),
                sentence,
            });
        }
    }
    remarks
}

/// Files that hold the same rows to a large share: of another object, or all the rows of the load before.
fn same_exports(conn: &Connection, object: ObjectId, mine: &[LoadInOrder]) -> rusqlite::Result<Vec<LoadRemark>> {
    let mut statement = conn.prepare_cached(
        "SELECT l.id, l.object, l.sketch, l.file, s.name, o.name FROM load l JOIN object o ON o.id = l.object
         JOIN source s ON s.id = o.source WHERE l.state = 'complete' AND length(l.sketch) > 0 ORDER BY l.id",
    )?;
    let all: Vec<(i64, i64, Vec<u8>, String, String, String)> = statement
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?)))?
        .collect::<Result<_, _>>()?;
    let sketch_of = |load: i64| all.iter().find(|other| other.0 == load).map(|other| other.2.as_slice());
    let mut remarks = Vec::new();
    for (at, load) in mine.iter().enumerate() {
        let Some(own) = sketch_of(load.load).filter(|own| own.len() >= 8 * FEWEST) else { continue };
        for (id, of, other, name, source, object_name) in &all {
            if *of == object.0 || other.len() < 8 * FEWEST {
                continue;
            }
            let Some(share) = sketch::likeness(own, other).filter(|share| *share >= ALIKE) else { continue };
            let about = if own.len() < 8 * 256 && other.len() < 8 * 256 { "" } else { "about " };
            remarks.push(LoadRemark {
                load: load.load,
                other: Some(*id),
                kind: RemarkKind::SameExport,
                records: None,
                sentence: format!(
                    "{} (load {}) and {} (load {id}, {} › {}) have {about}{:.0} % of their rows in common: they look like two \
                     versions of one export. If they are, take one out and load it into the object of the other.",
                    file(load),
                    load.load,
                    Shown::of(name),
                    Shown::of(source),
                    Shown::of(object_name),
                    (share * 100.0).floor()
                ),
            });
        }
        if at > 0
            && load.new + load.changed + load.vanished == 0
            && load.records == mine[at - 1].records
            && load.records > 0
        {
            let before = &mine[at - 1];
            remarks.push(LoadRemark {
                load: load.load,
                other: Some(before.load),
                kind: RemarkKind::SameExport,
                records: Some(load.records),
                sentence: format!(
                    "{} (load {}) holds the rows of {} (load {}) and no other: one export, saved twice.",
                    file(load),
                    load.load,
                    file(before),
                    before.load
                ),
            });
        }
    }
    Ok(remarks)
}

/// Edits before and after a freeze, over the latest versions of an object's records.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct FreezeEdits {
    /// The column that says when a record was changed last.
    pub column: String,
    pub freeze: String,
    pub before: u64,
    pub after: u64,
    /// The column says nothing that can be read.
    pub unreadable: u64,
}

impl FreezeEdits {
    /// As a sentence.
    #[must_use]
    pub fn sentence(&self) -> String {
        let records =
            |n: u64| if n == 1 { "1 record was".to_owned() } else { format!("{} records were", thousands(n)) };
        let unread = match self.unreadable {
            0 => String::new(),
            n => format!(" Of {} nobody can tell.", thousands(n)),
        };
        format!(
            "{} changed after the freeze of {} ({}), {} before it.{unread}",
            records(self.after),
            self.freeze.get(..16).unwrap_or(&self.freeze).replace('T', " "),
            Shown::of(&self.column),
            thousands(self.before)
        )
    }
}

/// Counts edits on both sides of a freeze; `None` where the moment is none or no column says when a record was changed.
///
/// # Errors
/// If the database cannot be read.
pub fn after_freeze(conn: &Connection, object: ObjectId, freeze: &str) -> rusqlite::Result<Option<FreezeEdits>> {
    let Some(moment) = window::moment(freeze) else { return Ok(None) };
    let columns = catalog::columns_of(conn, object.0)?;
    let Some(at) = window::modified_column(&columns).filter(|at| *at < TABLE_COLUMNS) else { return Ok(None) };
    let name = columns.get(at).map(|column| column.name.clone()).unwrap_or_default();
    let mut edits = FreezeEdits { column: name, freeze: window::written(moment), before: 0, after: 0, unreadable: 0 };
    let table = data_table(object.0);
    let mut replaced: Vec<i64> = conn
        .prepare(&format!(
            "SELECT prev FROM {table} d JOIN load l ON l.id = d.load AND l.state = 'complete' WHERE prev IS NOT NULL"
        ))?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    replaced.sort_unstable();
    let mut statement = conn.prepare(&format!("SELECT rec, c{at} FROM {table} WHERE rec BETWEEN ?1 AND ?2"))?;
    for (from, to, _) in Stretches::read(conn)?.of_object(object) {
        let mut rows = statement.query([from, to])?;
        while let Some(row) = rows.next()? {
            if replaced.binary_search(&row.get(0)?).is_ok() {
                continue;
            }
            match row.get_ref(1)?.as_str_or_null().unwrap_or(None).and_then(window::moment) {
                Some(changed) if changed > moment => edits.after += 1,
                Some(_) => edits.before += 1,
                None => edits.unreadable += 1,
            }
        }
    }
    Ok(Some(edits))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(number: i64, delta: bool, window: Option<(&str, &str)>, window_stated: bool) -> LoadInOrder {
        LoadInOrder {
            load: number,
            place: number.unsigned_abs(),
            file: format!("people-{number}.csv"),
            as_of: format!("2025-11-{number:02}T00:00:00Z"),
            stated: false,
            delta,
            segment: None,
            window_from: window.map(|(from, _)| from.to_owned()),
            window_to: window.map(|(_, to)| to.to_owned()),
            window_stated,
            records: 3,
            quarantined: 0,
            new: 3,
            changed: 0,
            unchanged: 0,
            vanished: 0,
            returned: 0,
        }
    }

    fn kinds(loads: &[LoadInOrder]) -> Vec<(i64, Option<i64>, RemarkKind)> {
        in_time(loads).into_iter().map(|remark| (remark.load, remark.other, remark.kind)).collect()
    }

    #[test]
    fn a_delta_that_begins_after_everything_before_it_leaves_a_gap() {
        let stated = |from, to| Some((from, to));
        let loads = [
            load(1, false, stated("2025-11-01", "2025-11-07T18:00:00Z"), false),
            load(2, true, stated("2025-11-08", "2025-11-09"), false),
            load(3, true, stated("2025-11-12", "2025-11-13"), false),
            load(4, true, stated("2025-11-12T12:00", "2025-11-14"), false),
        ];
        assert_eq!(kinds(&loads), [(3, Some(2), RemarkKind::Gap), (4, Some(3), RemarkKind::Overlap)]);
        assert_eq!(
            in_time(&loads)[0].sentence,
            "No row of load 3 or before it was changed from 2025-11-09 00:00 to 2025-11-12 00:00 (3 days). If anything was, no \
             export has it. A full export, or a delta from before the gap, closes it."
        );
    }

    #[test]
    fn stated_windows_are_taken_at_their_word() {
        let loads = [
            load(1, true, Some(("2025-11-01", "2025-11-07")), true),
            load(2, true, Some(("2025-11-07T01:00", "2025-11-09")), true),
            load(3, true, Some(("2025-11-09", "2025-11-10")), true),
        ];
        assert_eq!(kinds(&loads), [(2, Some(1), RemarkKind::Gap)]);
    }

    #[test]
    fn a_load_that_came_late_and_one_that_only_looks_old_are_told_apart() {
        let mut late = load(9, false, None, false);
        late.as_of = "2025-11-01T00:00:00Z".to_owned();
        late.stated = true;
        let mut copied = load(10, false, None, false);
        copied.as_of = "2025-11-02T00:00:00Z".to_owned();
        let told = older(&[late, load(7, false, None, false), copied]);
        assert_eq!(told.iter().map(|r| (r.load, r.other)).collect::<Vec<_>>(), [(9, Some(7)), (10, Some(7))]);
        assert!(told[1].sentence.contains("--as-of"), "{}", told[1].sentence);
    }
}
