//! Source records, read: one, a window of many, or all in turn.

use rusqlite::{Connection, OptionalExtension, Row};

use super::catalog::{self, Stretches, unsigned};
use super::{TABLE_COLUMNS, data_table};
use crate::sources::{Column, ColumnRole, LoadId, ObjectId, PageRow, Rec, RecordPage, SourceRecord};

/// The columns of a data table that hold values, for a SELECT.
pub(crate) fn value_columns(count: usize) -> String {
    let mut list: Vec<String> = (0..count.min(TABLE_COLUMNS)).map(|at| format!("d.c{at}")).collect();
    if count > TABLE_COLUMNS {
        list.push("d.more".to_owned());
    }
    list.join(", ")
}

/// The values of a row, in column order, from the SELECT's column `from` on.
pub(crate) fn values(row: &Row<'_>, from: usize, count: usize) -> rusqlite::Result<Vec<Option<String>>> {
    let mut values = Vec::with_capacity(count);
    for at in 0..count.min(TABLE_COLUMNS) {
        values.push(row.get(from + at)?);
    }
    if count > TABLE_COLUMNS {
        let more: Option<String> = row.get(from + TABLE_COLUMNS)?;
        let rest: Vec<Option<String>> = more.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
        values.extend(rest);
        values.resize(count, None);
    }
    Ok(values)
}

pub(super) fn superseded_sql(table: &str) -> String {
    format!(
        "EXISTS (SELECT 1 FROM {table} n JOIN load nl ON nl.id = n.load AND nl.state = 'complete' WHERE n.prev = d.rec)"
    )
}

/// Whether a row `d` is the latest version of a record that vanished and did not come back: what a load after the one that
/// lacked it says of it counts, in the order in which loads are taken. `superseded_sql` says of another version.
pub(super) fn vanished_sql(object: ObjectId) -> String {
    format!(
        "EXISTS (SELECT 1 FROM load vl JOIN vanished v ON v.load = vl.id AND v.rec = d.rec
           WHERE vl.object = {object} AND vl.state = 'complete'
             AND NOT EXISTS (SELECT 1 FROM load rl JOIN returned r ON r.load = rl.id AND r.rec = d.rec
               WHERE rl.object = {object} AND rl.state = 'complete'
                 AND (rl.order_at, rl.order_id) > (vl.order_at, vl.order_id)))",
        object = object.0
    )
}

/// Records of an object that vanished and did not come back.
///
/// # Errors
/// If the database cannot be read.
pub fn vanished(conn: &Connection, object: ObjectId) -> rusqlite::Result<u64> {
    conn.prepare_cached(
        "SELECT max(coalesce(sum(vanished) - sum(returned), 0), 0) FROM load WHERE object = ?1 AND state = 'complete'",
    )?
    .query_row([object.0], |row| unsigned(row, 0))
}

/// A window on the stored rows of an object, by index over all its loads, oldest first.
///
/// # Errors
/// If the database cannot be read.
pub fn page(conn: &Connection, object: ObjectId, first: u64, count: u64) -> rusqlite::Result<RecordPage> {
    let stretches = Stretches::read(conn)?;
    let columns = catalog::columns_of(conn, object.0)?.len();
    let mut page = RecordPage { first, vanished: vanished(conn, object)?, ..RecordPage::default() };
    let mut skip = first;
    for (from, to, _) in stretches.of_object(object) {
        let size = u64::try_from(to - from + 1).unwrap_or(0);
        page.total += size;
        if skip >= size {
            skip -= size;
            continue;
        }
        let want = count.saturating_sub(page.rows.len() as u64).min(size - skip);
        if want > 0 {
            // Both fit: they are within the stretch.
            let start = from + skip as i64;
            page.rows.extend(window(conn, object, columns, start, start + want as i64 - 1)?);
        }
        skip = 0;
    }
    Ok(page)
}

fn window(conn: &Connection, object: ObjectId, columns: usize, from: i64, to: i64) -> rusqlite::Result<Vec<PageRow>> {
    let table = data_table(object.0);
    let mut statement = conn.prepare_cached(&format!(
        "SELECT d.rec, d.load, d.line, {}, {}, {} FROM {table} d WHERE d.rec BETWEEN ?1 AND ?2 ORDER BY d.rec",
        superseded_sql(&table),
        vanished_sql(object),
        value_columns(columns)
    ))?;
    statement
        .query_map([from, to], |row| {
            Ok(PageRow {
                rec: Rec(row.get(0)?),
                load: LoadId(row.get(1)?),
                line: unsigned(row, 2)?,
                superseded: row.get(3)?,
                vanished: row.get::<_, bool>(4)? && !row.get::<_, bool>(3)?,
                values: values(row, 5, columns)?,
            })
        })?
        .collect()
}

/// The index of the next row from `first` on that holds `text` in some value (in any case for ASCII), looking at `most`
/// rows at most; with where the search stopped.
///
/// # Errors
/// If the database cannot be read.
pub fn find_text(
    conn: &Connection,
    object: ObjectId,
    text: &str,
    first: u64,
    most: u64,
) -> rusqlite::Result<(Option<u64>, u64)> {
    let needle = text.to_lowercase();
    let page = page(conn, object, first, most)?;
    let looked = first + page.rows.len() as u64;
    let found = page
        .rows
        .iter()
        .position(|row| row.values.iter().flatten().any(|value| value.to_lowercase().contains(&needle)));
    Ok((found.map(|at| first + at as u64), looked))
}

/// One stored row, whole.
///
/// # Errors
/// If the database cannot be read.
pub fn record(conn: &Connection, stretches: &Stretches, rec: Rec) -> rusqlite::Result<Option<SourceRecord>> {
    let Some((_, object)) = stretches.of(rec.0) else { return Ok(None) };
    let columns = catalog::columns_of(conn, object.0)?;
    let (source, _, name) = catalog::object_names(conn, object.0)?;
    record_of(conn, &source, &name, object, &columns, rec)
}

/// One stored row of a known object.
///
/// # Errors
/// If the database cannot be read.
pub fn record_of(
    conn: &Connection,
    source: &str,
    object_name: &str,
    object: ObjectId,
    columns: &[Column],
    rec: Rec,
) -> rusqlite::Result<Option<SourceRecord>> {
    let table = data_table(object.0);
    let mut statement = conn.prepare_cached(&format!(
        "SELECT d.rec, d.load, d.line, {}, l.file, EXISTS (SELECT 1 FROM repeated_id r WHERE r.rec = d.rec), {}
         FROM {table} d JOIN load l ON l.id = d.load WHERE d.rec = ?1",
        superseded_sql(&table),
        value_columns(columns.len())
    ))?;
    statement
        .query_row([rec.0], |row| {
            let values = values(row, 6, columns.len())?;
            Ok(assemble(
                source,
                object_name,
                columns,
                rec,
                LoadId(row.get(1)?),
                unsigned(row, 2)?,
                row.get(3)?,
                row.get(4)?,
                row.get(5)?,
                values,
            ))
        })
        .optional()
}

#[allow(clippy::too_many_arguments)]
fn assemble(
    source: &str,
    object: &str,
    columns: &[Column],
    rec: Rec,
    load: LoadId,
    line: u64,
    superseded: bool,
    file: String,
    shared: bool,
    values: Vec<Option<String>>,
) -> SourceRecord {
    let native_id = columns
        .iter()
        .position(|column| column.role == ColumnRole::NativeId)
        .and_then(|at| values.get(at).cloned().flatten())
        .filter(|id| !id.is_empty());
    SourceRecord {
        rec,
        key: record_key(source, object, native_id.as_deref().filter(|_| !shared), load, line),
        source: source.to_owned(),
        object: object.to_owned(),
        native_id,
        load,
        file,
        line,
        superseded,
        values: columns.iter().zip(values).map(|(column, value)| (column.name.clone(), column.role, value)).collect(),
    }
}

/// How a record is named everywhere.
#[must_use]
pub fn record_key(source: &str, object: &str, native_id: Option<&str>, load: LoadId, line: u64) -> String {
    match native_id {
        Some(id) => format!("{source}/{object}/{id}"),
        None => format!("{source}/{object}/@{load}:{line}"),
    }
}

/// Hands every source record of an object (the latest versions, or all) to `each`, in the order they were loaded.
///
/// # Errors
/// What the database or `each` says.
pub fn for_each<E: From<rusqlite::Error>>(
    conn: &Connection,
    object: ObjectId,
    all_versions: bool,
    mut each: impl FnMut(SourceRecord) -> Result<(), E>,
) -> Result<(), E> {
    let columns = catalog::columns_of(conn, object.0)?;
    let (source, _, name) = catalog::object_names(conn, object.0)?;
    let table = data_table(object.0);
    let superseded = superseded_sql(&table);
    let condition = if all_versions { "1".to_owned() } else { format!("NOT {superseded}") };
    let mut statement = conn.prepare(&format!(
        "SELECT d.rec, d.load, d.line, {superseded}, l.file, EXISTS (SELECT 1 FROM repeated_id r WHERE r.rec = d.rec), {}
         FROM {table} d JOIN load l ON l.id = d.load AND l.state = 'complete' WHERE {condition} ORDER BY d.rec",
        value_columns(columns.len())
    ))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let values = values(row, 6, columns.len())?;
        each(assemble(
            &source,
            &name,
            &columns,
            Rec(row.get(0)?),
            LoadId(row.get(1)?),
            unsigned(row, 2)?,
            row.get(3)?,
            row.get(4)?,
            row.get(5)?,
            values,
        ))?;
    }
    Ok(())
}
