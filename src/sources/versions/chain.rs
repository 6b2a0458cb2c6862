//! One record through the loads of its object.

use rusqlite::{Connection, OptionalExtension};

use super::{FieldChange, Version, compare};
use crate::sources::identifiers::key::KeyMaker;
use crate::sources::identifiers::read::Index;
use crate::sources::identifiers::{IndexError, Space};
use crate::sources::store::catalog::{self, Stretches};
use crate::sources::store::observed::{self, Placed};
use crate::sources::store::{data_table, rows};
use crate::sources::{ColumnRole, LoadId, Rec, SourcesError};

/// Rows that a text may name at most.
const MOST: usize = 200;

pub(super) fn of(conn: &Connection, rec: Rec) -> rusqlite::Result<Vec<Version>> {
    let Some((_, object)) = Stretches::read(conn)?.of(rec.0) else { return Ok(Vec::new()) };
    let columns = catalog::columns_of(conn, object.0)?;
    let table = data_table(object.0);
    let recs = versions_of(conn, &table, rec.0)?;
    let loads = observed::in_order(conn, object.0)?;
    let mut statement = conn.prepare_cached(&format!(
        "SELECT d.load, d.line, {} FROM {table} d WHERE d.rec = ?1",
        rows::value_columns(columns.len())
    ))?;
    let mut versions: Vec<Version> = Vec::with_capacity(recs.len());
    let mut before: Option<(i64, Vec<Option<String>>)> = None;
    for rec in recs {
        let (load, line, values): (i64, i64, Vec<Option<String>>) =
            statement.query_row([rec], |row| Ok((row.get(0)?, row.get(1)?, rows::values(row, 2, columns.len())?)))?;
        let Some(at) = loads.iter().position(|placed| placed.id.0 == load) else { continue };
        let changes =
            before.as_ref().map(|(_, before)| compare::changes(&columns, before, &values)).unwrap_or_default();
        let mut version = Version {
            rec,
            load,
            file: loads[at].file.clone(),
            as_of: loads[at].as_of.clone(),
            line: u64::try_from(line).unwrap_or(0),
            changes,
            unchanged_in: Vec::new(),
            vanished_in: None,
            returned_in: Vec::new(),
        };
        if let Some((earlier, _)) = &before
            && is_listed(conn, "returned", load, *earlier)?
        {
            version.returned_in.push(load);
        }
        later_in(conn, &loads[at + 1..], &mut version)?;
        versions.push(version);
        before = Some((rec, values));
    }
    Ok(versions)
}

/// What later loads say of a version.
fn later_in(conn: &Connection, later: &[Placed], version: &mut Version) -> rusqlite::Result<()> {
    for load in later {
        if observed::line_seen(conn, load, version.rec)?.is_some() {
            version.unchanged_in.push(load.id.0);
            version.vanished_in = None;
            if is_listed(conn, "returned", load.id.0, version.rec)? {
                version.returned_in.push(load.id.0);
            }
        } else if version.vanished_in.is_none() && is_listed(conn, "vanished", load.id.0, version.rec)? {
            version.vanished_in = Some(load.id.0);
        }
    }
    Ok(())
}

fn is_listed(conn: &Connection, list: &'static str, load: i64, rec: i64) -> rusqlite::Result<bool> {
    conn.prepare_cached(&format!("SELECT EXISTS (SELECT 1 FROM {list} WHERE load = ?1 AND rec = ?2)"))?
        .query_row([load, rec], |row| row.get(0))
}

/// All versions of a record, oldest first.
fn versions_of(conn: &Connection, table: &str, rec: i64) -> rusqlite::Result<Vec<i64>> {
    let mut recs = vec![rec];
    let mut earlier = conn.prepare_cached(&format!("SELECT prev FROM {table} WHERE rec = ?1"))?;
    let mut at = rec;
    // An earlier version has the smaller number, so this ends whatever the file says.
    while let Some(prev) = earlier.query_row([at], |row| row.get::<_, Option<i64>>(0)).optional()?.flatten()
        && prev < at
    {
        recs.push(prev);
        at = prev;
    }
    recs.reverse();
    let mut later = conn.prepare_cached(&format!(
        "SELECT n.rec FROM {table} n JOIN load l ON l.id = n.load AND l.state = 'complete' WHERE n.prev = ?1"
    ))?;
    at = rec;
    while let Some(next) = later.query_row([at], |row| row.get::<_, i64>(0)).optional()?
        && next > at
    {
        recs.push(next);
        at = next;
    }
    Ok(recs)
}

/// The fields in which two stored rows of one object differ.
///
/// # Errors
/// If the database cannot be read.
pub fn field_changes(conn: &Connection, before: Rec, after: Rec) -> rusqlite::Result<Vec<FieldChange>> {
    let stretches = Stretches::read(conn)?;
    let (Some((_, object)), Some((_, other))) = (stretches.of(before.0), stretches.of(after.0)) else {
        return Ok(Vec::new());
    };
    if object != other {
        return Ok(Vec::new());
    }
    let columns = catalog::columns_of(conn, object.0)?;
    let values = |rec: Rec| {
        let sql =
            format!("SELECT {} FROM {} d WHERE d.rec = ?1", rows::value_columns(columns.len()), data_table(object.0));
        conn.prepare_cached(&sql)?.query_row([rec.0], |row| rows::values(row, 0, columns.len()))
    };
    Ok(compare::changes(&columns, &values(before)?, &values(after)?))
}

/// The records that a text names, by one stored row each: a record key (`source/object/ID`, `source/object/@load:line`) or
/// a native ID, with or without regard to case and separators.
///
/// # Errors
/// If the database or the identifier index cannot be read.
pub fn find(conn: &Connection, text: &str) -> Result<Vec<Rec>, SourcesError> {
    let text = text.trim();
    let mut within: Option<(i64, String)> = None;
    for source in catalog::inventory(conn)?.sources {
        for object in source.objects {
            let beginning = format!("{}/{}/", source.name, object.name);
            if let Some(rest) = text.strip_prefix(&beginning)
                && within.as_ref().is_none_or(|(_, found)| rest.len() < found.len())
            {
                within = Some((object.id.0, rest.to_owned()));
            }
        }
    }
    let object = within.as_ref().map(|(object, _)| *object);
    if let Some((object, rest)) = &within
        && let Some((load, line)) = rest.strip_prefix('@').and_then(|place| place.split_once(':'))
        && let (Ok(load), Ok(line)) = (load.parse::<i64>(), line.parse::<u64>())
    {
        let found = on_line(conn, *object, LoadId(load), line)?;
        if !found.is_empty() {
            return Ok(found);
        }
    }
    let id = within.map_or_else(|| text.to_owned(), |(_, rest)| rest);
    by_id(conn, object, &id)
}

fn on_line(conn: &Connection, object: i64, load: LoadId, line: u64) -> rusqlite::Result<Vec<Rec>> {
    let Some(placed) = observed::in_order(conn, object)?.into_iter().find(|placed| placed.id == load) else {
        return Ok(Vec::new());
    };
    let mut found = Vec::new();
    observed::for_each_stored::<rusqlite::Error>(conn, object, &placed, placed.native(), |row| {
        found.extend((row.line == line).then_some(Rec(row.rec)));
        Ok(())
    })?;
    observed::for_each_seen::<rusqlite::Error>(conn, load, placed.first_rec, |row| {
        found.extend((row.line == line).then_some(Rec(row.rec)));
        Ok(())
    })?;
    Ok(found)
}

fn by_id(conn: &Connection, object: Option<i64>, id: &str) -> Result<Vec<Rec>, SourcesError> {
    let unread = |error: IndexError| match error {
        IndexError::Database(error) => SourcesError::Sqlite(error),
        other => SourcesError::Refused {
            message: format!("{other}."),
            hint: "`cutover verify --repair` builds the index anew.".to_owned(),
        },
    };
    let mut keys: Vec<Vec<u8>> = Vec::new();
    KeyMaker::default().keys(ColumnRole::NativeId, id, &mut |space, key| {
        if space == Space::Id {
            keys.push(key.to_vec());
        }
    });
    let mut index = Index::open(conn).map_err(unread)?;
    let stretches = Stretches::read(conn)?;
    let mut natives: std::collections::BTreeMap<i64, Option<usize>> = std::collections::BTreeMap::new();
    let mut recs: Vec<i64> = Vec::new();
    for key in keys {
        for posting in index.exact(conn, Space::Id, &key, MOST).map_err(unread)? {
            let Some((_, of)) = stretches.of(posting.rec) else { continue };
            let native = match natives.get(&of.0) {
                Some(native) => *native,
                None => {
                    let columns = catalog::columns_of(conn, of.0)?;
                    let native = columns.iter().position(|column| column.role == ColumnRole::NativeId);
                    natives.insert(of.0, native);
                    native
                }
            };
            if object.is_none_or(|object| object == of.0) && native == usize::try_from(posting.column).ok() {
                recs.push(posting.rec);
            }
        }
    }
    recs.sort_unstable();
    recs.dedup();
    // What is written exactly so goes before what is only alike.
    let mut exact: Vec<i64> = Vec::new();
    for rec in &recs {
        let record = rows::record(conn, &stretches, Rec(*rec))?;
        exact.extend(record.filter(|record| record.native_id.as_deref() == Some(id)).map(|_| *rec));
    }
    let mut found: Vec<Rec> = Vec::new();
    let mut told: std::collections::BTreeSet<i64> = std::collections::BTreeSet::new();
    for rec in if exact.is_empty() { recs } else { exact } {
        if told.contains(&rec) {
            continue;
        }
        let Some((_, of)) = stretches.of(rec) else { continue };
        told.extend(versions_of(conn, &data_table(of.0), rec)?);
        found.push(Rec(rec));
    }
    Ok(found)
}
