//! Two loads of one object held against each other, whatever lies between them.

use std::collections::HashMap;

use rusqlite::Connection;

use super::compare;
use crate::job::Job;
use crate::sources::store::observed::{self, Placed};
use crate::sources::store::{TABLE_COLUMNS, catalog, data_table, rows};
use crate::sources::{ColumnRole, LoadId, ObjectId, Rec, SourcesError};

/// What two loads of an object have in common and what not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    pub object: ObjectId,
    pub a: LoadId,
    pub b: LoadId,
    /// Records that only the one holds, by their stored rows.
    pub only_a: Vec<Rec>,
    pub only_b: Vec<Rec>,
    /// Records that both hold in different versions: (that of `a`, that of `b`).
    pub changed: Vec<(Rec, Rec)>,
    /// Records that both hold alike.
    pub same: u64,
    /// Of `only_b`: rows without a native ID, or whose native ID stands in `only_a` too, because several rows share it.
    /// Whether one of these changed or came new nobody can tell.
    pub undecided: u64,
}

/// Holds two loads of one object against each other.
///
/// # Errors
/// If they are not two loads of one object, one of them is of an older Cutover, or the database cannot be read.
pub fn difference(conn: &Connection, a: LoadId, b: LoadId) -> Result<Difference, SourcesError> {
    let one = found(conn, a)?;
    let other = found(conn, b)?;
    if one.0 != other.0 {
        let name = |object: i64| -> rusqlite::Result<String> {
            let (source, _, name) = catalog::object_names(conn, object)?;
            Ok(format!("{source} › {name}"))
        };
        let shown = |text: String| crate::values::shown::Shown::of(&text).to_plain();
        return Err(SourcesError::Refused {
            message: format!(
                "Load {a} is of {}, load {b} of {}; records are compared within one object.",
                shown(name(one.0)?),
                shown(name(other.0)?)
            ),
            hint: "To compare the two files, take one out and load it into the object of the other with --object."
                .to_owned(),
        });
    }
    let (object, a, b) = (one.0, one.1, other.1);
    let mut roots: HashMap<i64, i64> = HashMap::new();
    let mut statement =
        conn.prepare(&format!("SELECT rec, prev FROM {} WHERE prev IS NOT NULL ORDER BY rec", data_table(object)))?;
    let mut found = statement.query([])?;
    // Earlier versions have smaller numbers: the first of them is known when a later one comes.
    while let Some(row) = found.next()? {
        let (rec, prev): (i64, i64) = (row.get(0)?, row.get(1)?);
        let root = roots.get(&prev).copied().unwrap_or(prev);
        roots.insert(rec, root);
    }
    let held = |load: &Placed| -> rusqlite::Result<Vec<(i64, i64)>> {
        let root = |rec: i64| (roots.get(&rec).copied().unwrap_or(rec), rec);
        let mut held: Vec<(i64, i64)> = (load.first_rec..=load.last_rec).map(root).collect();
        observed::for_each_seen::<rusqlite::Error>(conn, load.id, load.first_rec, |row| {
            held.push(root(row.rec));
            Ok(())
        })?;
        Ok(held)
    };
    let sides = compare::pair(held(&a)?, held(&b)?);
    let undecided = undecided(conn, object, &sides.only_a, &sides.only_b)?;
    let recs = |list: Vec<i64>| list.into_iter().map(Rec).collect();
    Ok(Difference {
        object: ObjectId(object),
        a: a.id,
        b: b.id,
        only_a: recs(sides.only_a),
        only_b: recs(sides.only_b),
        changed: sides.changed.into_iter().map(|(before, after)| (Rec(before), Rec(after))).collect(),
        same: sides.same,
        undecided,
    })
}

fn found(conn: &Connection, load: LoadId) -> Result<(i64, Placed), SourcesError> {
    let refused = |message: String, hint: &str| SourcesError::Refused { message, hint: hint.to_owned() };
    let Some(found) = catalog::load(conn, load)? else {
        return Err(refused(format!("There is no load {load}."), "`cutover loads` lists them."));
    };
    let object = found.object.0;
    let placed = observed::in_order(conn, object)?.into_iter().find(|placed| placed.id == load);
    let Some(placed) = placed else {
        return Err(refused(format!("There is no load {load}."), "`cutover loads` lists them."));
    };
    if !placed.keeps_seen && placed.unchanged > 0 {
        return Err(refused(
            format!("Load {load} was made by an older Cutover, which did not keep which of its rows were unchanged."),
            "Take it out and load its file again; then it can be compared.",
        ));
    }
    Ok((object, placed))
}

fn undecided(conn: &Connection, object: i64, only_a: &[i64], only_b: &[i64]) -> rusqlite::Result<u64> {
    let columns = catalog::columns_of(conn, object)?;
    let native = columns.iter().position(|column| column.role == ColumnRole::NativeId);
    let Some(native) = native.filter(|at| *at < TABLE_COLUMNS) else { return Ok(only_b.len() as u64) };
    let mut statement =
        conn.prepare_cached(&format!("SELECT hash, c{native} FROM {} WHERE rec = ?1", data_table(object)))?;
    let mut key = |rec: i64| -> rusqlite::Result<(u64, bool)> {
        statement.query_row([rec], |row| {
            let hash: i64 = row.get(0)?;
            let key = observed::key_of(row.get_ref(1)?.as_str_or_null().unwrap_or(None), hash);
            Ok((key, key == observed::nameless(hash)))
        })
    };
    let mut there = std::collections::HashSet::new();
    for rec in only_a {
        there.insert(key(*rec)?.0);
    }
    let mut undecided = 0;
    for rec in only_b {
        let (key, is_nameless) = key(*rec)?;
        undecided += u64::from(is_nameless || there.contains(&key));
    }
    Ok(undecided)
}

/// How many of the changed records of a difference differ in each column, most first, then by position; only columns in
/// which any does: (position, name, records).
///
/// # Errors
/// If the database cannot be read or the job was cancelled.
pub fn changed_columns(
    conn: &Connection,
    difference: &Difference,
    job: &Job,
) -> Result<Vec<(usize, String, u64)>, SourcesError> {
    let columns = catalog::columns_of(conn, difference.object.0)?;
    let mut counts = vec![0u64; columns.len()];
    let sql = format!(
        "SELECT {} FROM {} d WHERE d.rec = ?1",
        rows::value_columns(columns.len()),
        data_table(difference.object.0)
    );
    let mut statement = conn.prepare_cached(&sql)?;
    for (number, (before, after)) in difference.changed.iter().enumerate() {
        if number.is_multiple_of(1_024) {
            job.check()?;
        }
        let before = statement.query_row([before.0], |row| rows::values(row, 0, columns.len()))?;
        let after = statement.query_row([after.0], |row| rows::values(row, 0, columns.len()))?;
        for (count, (before, after)) in counts.iter_mut().zip(before.iter().zip(&after)) {
            *count += u64::from(before != after);
        }
    }
    let mut told: Vec<(usize, String, u64)> = columns
        .into_iter()
        .zip(counts)
        .filter(|(_, count)| *count > 0)
        .map(|(column, count)| (column.position, column.name, count))
        .collect();
    told.sort_by_key(|(position, _, count)| (std::cmp::Reverse(*count), *position));
    Ok(told)
}
