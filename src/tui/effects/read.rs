//! Reading for the screen: the inventory, windows on records and quarantine, one record, text in records, look-ups.

use std::sync::atomic::Ordering;

use super::Desk;
use crate::crosswalk::search::Searcher;
use crate::sources::store::catalog::{self, Stretches};
use crate::sources::store::{quarantine, rows};
use crate::sources::{ObjectId, Rec};
use crate::tui::msg::{Ask, Problem, Reply};
use crate::workspace::Reader;

/// The most answers that are listed; who needs more types another character.
const MOST_HITS: usize = 100;

/// Rows looked at between two questions whether the search is still wanted.
const SLICE: u64 = 2_000;

/// Answers a question of the reading lane.
pub(super) fn answer(desk: &mut Desk, ask: Ask) -> Result<Reply, Problem> {
    let reader = desk.reader()?;
    let conn = reader.conn();
    let explain = |error| Problem::from(reader.explain(&error));
    match ask {
        Ask::Inventory => {
            let inventory = catalog::inventory(conn).map_err(explain)?;
            desk.shared.remember(Some(inventory.records));
            Ok(Reply::Inventory(inventory))
        }
        Ask::Page { object, first, count } => Ok(Reply::Page(rows::page(conn, object, first, count).map_err(explain)?)),
        Ask::Record(rec) => record(reader, rec),
        Ask::QuarantineGroups => Ok(Reply::QuarantineGroups(quarantine::groups(conn).map_err(explain)?)),
        Ask::QuarantineRows { reason, first, count } => {
            let rows = quarantine::rows(conn, &reason, first, count).map_err(explain)?;
            Ok(Reply::QuarantineRows { first, rows })
        }
        _ => Err(Problem::new("This was asked of the wrong lane.")),
    }
}

fn record(reader: &Reader, rec: Rec) -> Result<Reply, Problem> {
    let explain = |error| Problem::from(reader.explain(&error));
    let stretches = Stretches::read(reader.conn()).map_err(explain)?;
    match rows::record(reader.conn(), &stretches, rec).map_err(explain)? {
        Some(record) => Ok(Reply::Record(record)),
        None => Err(Problem::new("This record is not in the workspace any more.")),
    }
}

/// Looks for text in an object's records, slice by slice, until it is found, there is no more, or another search began.
pub(super) fn find(desk: &mut Desk, generation: u64, ask: Ask) -> Result<Reply, Problem> {
    let Ask::FindRow { object, from, needle, back } = ask else {
        return Err(Problem::new("This was asked of the wrong lane."));
    };
    let shared = std::sync::Arc::clone(&desk.shared);
    let reader = desk.reader()?;
    let explain = |error| Problem::from(reader.explain(&error));
    let stopped = || shared.finding.load(Ordering::SeqCst) != generation;
    if back {
        return find_back(reader, object, from, &needle, stopped);
    }
    let mut at = from;
    while !stopped() {
        let (found, looked) = rows::find_text(reader.conn(), object, &needle, at, SLICE).map_err(explain)?;
        if found.is_some() {
            return Ok(Reply::FoundRow(found));
        }
        if looked <= at {
            break;
        }
        at = looked;
    }
    Ok(Reply::FoundRow(None))
}

fn find_back(
    reader: &Reader,
    object: ObjectId,
    from: u64,
    needle: &str,
    stopped: impl Fn() -> bool,
) -> Result<Reply, Problem> {
    let explain = |error| Problem::from(reader.explain(&error));
    let mut end = from.saturating_add(1);
    while end > 0 && !stopped() {
        let first = end.saturating_sub(SLICE);
        // Within a slice the last hit counts, so the slice is searched on after each hit.
        let (mut at, mut last) = (first, None);
        while at < end {
            let (found, looked) = rows::find_text(reader.conn(), object, needle, at, end - at).map_err(explain)?;
            match found {
                Some(found) => {
                    last = Some(found);
                    at = found + 1;
                }
                None => at = looked.max(end),
            }
        }
        if last.is_some() {
            return Ok(Reply::FoundRow(last));
        }
        end = first;
    }
    Ok(Reply::FoundRow(None))
}

/// Answers a question of the lookup lane. The searcher keeps its own connection between keystrokes.
pub(super) fn look_up(desk: &mut Desk, ask: Ask) -> Result<Reply, Problem> {
    let opened = desk.shared.opened.load(Ordering::SeqCst);
    if desk.searcher.as_ref().is_none_or(|(of, _)| *of != opened) {
        desk.searcher = Some((opened, Searcher::open(&desk.shared.workspace()?)?));
    }
    let Some((_, searcher)) = &mut desk.searcher else {
        return Err(Problem::new("No workspace is open."));
    };
    match ask {
        Ask::Identifiers => Ok(Reply::Identifiers(searcher.identifiers())),
        Ask::Find(text) => Ok(Reply::Found(searcher.find(&text, MOST_HITS)?)),
        Ask::Answer(hit) => Ok(Reply::Answer(Box::new(searcher.answer(&hit)?))),
        _ => Err(Problem::new("This was asked of the wrong lane.")),
    }
}
