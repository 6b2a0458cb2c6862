//! Sources, objects and loads, read.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, Row};

use crate::sources::presets::ColumnMeaning;
use crate::sources::{Column, ColumnRole, Inventory, Load, LoadId, Object, ObjectId, Source, SystemKind};

/// The word that stands for a role in the database.
#[must_use]
pub fn role_word(role: ColumnRole) -> String {
    // A unit variant is always a JSON string.
    serde_json::to_value(role).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}

/// The role that a word stands for.
#[must_use]
pub fn role_of(word: &str) -> ColumnRole {
    serde_json::from_value(serde_json::Value::String(word.to_owned())).unwrap_or(ColumnRole::Plain)
}

/// Everything that is loaded, with sums; then the systems that are registered without a load.
///
/// # Errors
/// If the database cannot be read.
pub fn inventory(conn: &Connection) -> rusqlite::Result<Inventory> {
    let mut loads: BTreeMap<i64, Vec<Load>> = BTreeMap::new();
    for load in loads_where(conn, "l.state = 'complete'")? {
        loads.entry(load.object.0).or_default().push(load);
    }
    let mut columns = columns_by_object(conn)?;
    let repeated = counts(
        conn,
        "SELECT l.object, count(*) FROM repeated_id r JOIN load l ON l.id = r.load WHERE l.state = 'complete' AND r.rec <> r.first_rec GROUP BY l.object",
    )?;
    let merged = counts(
        conn,
        "SELECT m.object, count(DISTINCT m.loser_folded) FROM source_merge m JOIN load l ON l.id = m.load WHERE l.state = 'complete' GROUP BY m.object",
    )?;
    let spoiled = counts(conn, "SELECT object, sum(spoiled_ids) FROM load WHERE state = 'complete' GROUP BY object")?;
    let mut statement = conn.prepare_cached(
        "SELECT s.name, s.kind, o.id, o.name, o.preset, o.recognised, o.one_row_is FROM object o JOIN source s ON s.id = o.source
         WHERE EXISTS (SELECT 1 FROM load l WHERE l.object = o.id AND l.state = 'complete') ORDER BY s.id, o.id",
    )?;
    let mut rows = statement.query([])?;
    let mut inventory = Inventory::default();
    while let Some(row) = rows.next()? {
        let (source, kind, id, name): (String, String, i64, String) =
            (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
        let loads = loads.remove(&id).unwrap_or_default();
        let sum = |f: fn(&Load) -> u64| loads.iter().map(f).sum::<u64>();
        let object = Object {
            id: ObjectId(id),
            source_name: source.clone(),
            name,
            preset: row.get(4)?,
            recognised: row.get(5)?,
            one_row_is: row.get(6)?,
            records: sum(|l| l.new),
            older_versions: sum(|l| l.changed),
            rows: sum(|l| l.rows),
            quarantined: sum(|l| l.quarantined),
            columns: columns.remove(&id).unwrap_or_default(),
            repeated_ids: repeated.get(&id).copied().unwrap_or(0),
            spoiled_ids: spoiled.get(&id).copied().unwrap_or(0),
            merged_away: merged.get(&id).copied().unwrap_or(0),
            loads,
        };
        inventory.rows += object.rows;
        inventory.records_read += object.loads.iter().map(|l| l.records).sum::<u64>();
        inventory.quarantined += object.quarantined;
        inventory.records += object.records;
        inventory.loads += object.loads.len() as u64;
        match inventory.sources.iter_mut().find(|s| s.name == source) {
            Some(found) => found.objects.push(object),
            None => inventory.sources.push(Source {
                name: source,
                kind: SystemKind::from_word(&kind).unwrap_or(SystemKind::Other),
                objects: vec![object],
            }),
        }
    }
    crate::sources::facts::complete(conn, &mut inventory)?;
    Ok(inventory)
}

fn counts(conn: &Connection, sql: &str) -> rusqlite::Result<BTreeMap<i64, u64>> {
    let mut statement = conn.prepare_cached(sql)?;
    statement.query_map([], |row| Ok((row.get(0)?, unsigned(row, 1)?)))?.collect()
}

pub(super) fn unsigned(row: &Row<'_>, at: usize) -> rusqlite::Result<u64> {
    Ok(u64::try_from(row.get::<_, i64>(at)?).unwrap_or(0))
}

/// Columns of every object, in order.
///
/// # Errors
/// If the database cannot be read.
pub fn columns_by_object(conn: &Connection) -> rusqlite::Result<BTreeMap<i64, Vec<Column>>> {
    let mut statement = conn.prepare_cached(
        "SELECT object, position, name, role, evidence, by_hand, points_to, note FROM object_column ORDER BY object, position",
    )?;
    let mut rows = statement.query([])?;
    let mut columns: BTreeMap<i64, Vec<Column>> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        columns.entry(row.get(0)?).or_default().push(column(row, 1)?);
    }
    Ok(columns)
}

/// Columns of one object, in order.
///
/// # Errors
/// If the database cannot be read.
pub fn columns_of(conn: &Connection, object: i64) -> rusqlite::Result<Vec<Column>> {
    let mut statement = conn.prepare_cached(
        "SELECT position, name, role, evidence, by_hand, points_to, note FROM object_column WHERE object = ?1 ORDER BY position",
    )?;
    statement.query_map([object], |row| column(row, 0))?.collect()
}

/// What is known of a column besides its role, as it is stored.
#[derive(Default, serde::Serialize, serde::Deserialize)]
struct Note {
    #[serde(skip_serializing_if = "Option::is_none")]
    meaning: Option<ColumnMeaning>,
    #[serde(skip_serializing_if = "Option::is_none")]
    separator: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dates: Option<String>,
}

/// The `note` of a column; `None` where there is nothing to note.
#[must_use]
pub fn note_of(column: &Column) -> Option<String> {
    let (meaning, separator, dates) = (column.meaning, column.separator.clone(), column.dates.clone());
    if meaning.is_none() && separator.is_none() && dates.is_none() {
        return None;
    }
    serde_json::to_string(&Note { meaning, separator, dates }).ok()
}

fn column(row: &Row<'_>, at: usize) -> rusqlite::Result<Column> {
    let note: Option<String> = row.get(at + 6)?;
    let note: Note = note.and_then(|note| serde_json::from_str(&note).ok()).unwrap_or_default();
    Ok(Column {
        position: usize::try_from(row.get::<_, i64>(at)?).unwrap_or(0),
        name: row.get(at + 1)?,
        role: role_of(&row.get::<_, String>(at + 2)?),
        evidence: row.get(at + 3)?,
        by_hand: row.get(at + 4)?,
        points_to: row.get(at + 5)?,
        meaning: note.meaning,
        separator: note.separator,
        dates: note.dates,
    })
}

/// An object's number by the names of its source and itself: as written, else without regard to case.
///
/// # Errors
/// If the database cannot be read.
pub fn find_object(conn: &Connection, source: &str, object: &str) -> rusqlite::Result<Option<i64>> {
    let mut statement = conn.prepare_cached(
        "SELECT o.id, s.name, o.name FROM object o JOIN source s ON s.id = o.source
         WHERE EXISTS (SELECT 1 FROM load l WHERE l.object = o.id AND l.state = 'complete') ORDER BY o.id",
    )?;
    let all: Vec<(i64, String, String)> =
        statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?.collect::<Result<_, _>>()?;
    let same = |a: &str, b: &str| a.to_lowercase() == b.to_lowercase();
    let exact = all.iter().find(|(_, s, o)| s == source && o == object);
    Ok(exact.or_else(|| all.iter().find(|(_, s, o)| same(s, source) && same(o, object))).map(|(id, ..)| *id))
}

/// The objects of a source: (number, name).
///
/// # Errors
/// If the database cannot be read.
pub fn objects_of(conn: &Connection, source: &str) -> rusqlite::Result<Vec<(i64, String)>> {
    let mut statement = conn.prepare_cached(
        "SELECT o.id, o.name FROM object o JOIN source s ON s.id = o.source WHERE s.name = ?1
         AND EXISTS (SELECT 1 FROM load l WHERE l.object = o.id AND l.state = 'complete') ORDER BY o.id",
    )?;
    statement.query_map([source], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}

/// (source name, kind, object name) of an object.
///
/// # Errors
/// If the database cannot be read or there is no such object.
pub fn object_names(conn: &Connection, object: i64) -> rusqlite::Result<(String, String, String)> {
    conn.prepare_cached("SELECT s.name, s.kind, o.name FROM object o JOIN source s ON s.id = o.source WHERE o.id = ?1")?
        .query_row([object], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
}

/// An object whose rows tell of merges of another object's records, within one source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MergesTold {
    pub source: String,
    /// Whose rows tell.
    pub teller: String,
    /// Whose records were merged; `None` while no such object is loaded.
    pub of: Option<String>,
}

/// Which objects tell of merges of other objects' records: by a column that holds the ID of the record that stayed. Worked
/// out from what is loaded now, so that no order of loading matters.
///
/// # Errors
/// If the database cannot be read.
pub fn merges_told(conn: &Connection) -> rusqlite::Result<Vec<MergesTold>> {
    let mut statement = conn.prepare_cached(
        "SELECT s.name, o.name, o.preset, o.id FROM object o JOIN source s ON s.id = o.source
         WHERE EXISTS (SELECT 1 FROM load l WHERE l.object = o.id AND l.state = 'complete') ORDER BY s.id, o.id",
    )?;
    let objects: Vec<(String, String, Option<String>, i64)> = statement
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?
        .collect::<Result<_, _>>()?;
    let columns = columns_by_object(conn)?;
    let mut told = Vec::new();
    for (source, teller, _, id) in &objects {
        let winner = |column: &&Column| column.meaning == Some(ColumnMeaning::MergedWinner);
        let Some(column) = columns.get(id).and_then(|columns| columns.iter().find(winner)) else { continue };
        let target = column.points_to.as_deref().unwrap_or_default();
        let others = || objects.iter().filter(|(of, _, _, other)| of == source && other != id);
        let of_preset = |preset: &Option<String>| {
            preset.as_deref().and_then(|preset| preset.split_once('/')).is_some_and(|(_, object)| object == target)
        };
        let known: Vec<&String> =
            others().filter(|(.., preset, _)| of_preset(preset)).map(|(_, name, ..)| name).collect();
        let called =
            || others().map(|(_, name, ..)| name).filter(|name| crate::sources::columns::same_thing(name, target));
        let found: Vec<&String> = if known.is_empty() { called().collect() } else { known };
        let entry = |of: Option<String>| MergesTold { source: source.clone(), teller: teller.clone(), of };
        if found.is_empty() {
            told.push(entry(None));
        }
        told.extend(found.into_iter().map(|of| entry(Some(of.clone()))));
    }
    Ok(told)
}

/// The kind of a source, if it is there.
///
/// # Errors
/// If the database cannot be read.
pub fn kind_of_source(conn: &Connection, source: &str) -> rusqlite::Result<Option<SystemKind>> {
    let word: Option<String> = conn
        .prepare_cached("SELECT kind FROM source WHERE name = ?1")?
        .query_row([source], |row| row.get(0))
        .optional()?;
    Ok(word.and_then(|word| SystemKind::from_word(&word)))
}

/// A complete load of these bytes; of this object, where one is given.
///
/// # Errors
/// If the database cannot be read.
pub fn load_of_bytes(conn: &Connection, sha256: &str, object: Option<i64>) -> rusqlite::Result<Option<LoadId>> {
    conn.prepare_cached(
        "SELECT id FROM load WHERE sha256 = ?1 AND state = 'complete' AND (?2 IS NULL OR object = ?2) ORDER BY id LIMIT 1",
    )?
    .query_row(rusqlite::params![sha256, object], |row| row.get(0).map(LoadId))
    .optional()
}

/// One complete load.
///
/// # Errors
/// If the database cannot be read.
pub fn load(conn: &Connection, id: LoadId) -> rusqlite::Result<Option<Load>> {
    Ok(loads_where(conn, &format!("l.state = 'complete' AND l.id = {}", id.0))?.pop())
}

/// The newest complete load of an object.
///
/// # Errors
/// If the database cannot be read.
pub fn newest_load(conn: &Connection, object: i64) -> rusqlite::Result<Option<LoadId>> {
    conn.prepare_cached("SELECT max(id) FROM load WHERE object = ?1 AND state = 'complete'")?
        .query_row([object], |row| row.get::<_, Option<i64>>(0))
        .map(|id| id.map(LoadId))
}

fn loads_where(conn: &Connection, condition: &str) -> rusqlite::Result<Vec<Load>> {
    let mut statement = conn.prepare_cached(&format!(
        "SELECT l.id, l.object, s.name, o.name, l.file, l.sha256, l.bytes, l.rows, l.records, l.quarantined, l.new, l.changed,
                l.unchanged, l.vanished, l.is_delta, l.encoding, l.delimiter, l.quote, l.header_line, l.read_as, l.native_id,
                l.as_of, l.loaded_at, l.loaded_by, l.millis, l.warnings, l.returned
         FROM load l JOIN object o ON o.id = l.object JOIN source s ON s.id = o.source WHERE {condition} ORDER BY l.order_at, l.order_id, l.id"
    ))?;
    statement
        .query_map([], |row| {
            let warnings: String = row.get(25)?;
            Ok(Load {
                id: LoadId(row.get(0)?),
                object: ObjectId(row.get(1)?),
                source_name: row.get(2)?,
                object_name: row.get(3)?,
                file: row.get(4)?,
                sha256: row.get(5)?,
                bytes: unsigned(row, 6)?,
                rows: unsigned(row, 7)?,
                records: unsigned(row, 8)?,
                quarantined: unsigned(row, 9)?,
                new: unsigned(row, 10)?,
                changed: unsigned(row, 11)?,
                unchanged: unsigned(row, 12)?,
                vanished: unsigned(row, 13)?,
                returned: unsigned(row, 26)?,
                delta: row.get(14)?,
                encoding: row.get(15)?,
                delimiter: row.get(16)?,
                quote: row.get(17)?,
                header_line: row.get::<_, Option<i64>>(18)?.and_then(|n| u64::try_from(n).ok()),
                read_as: row.get(19)?,
                native_id: row.get(20)?,
                as_of: row.get(21)?,
                loaded_at: row.get(22)?,
                loaded_by: row.get(23)?,
                millis: unsigned(row, 24)?,
                warnings: serde_json::from_str(&warnings).unwrap_or_default(),
            })
        })?
        .collect()
}

/// Which load each stored row came from: the rows of a load are one stretch of numbers.
#[derive(Debug, Clone, Default)]
pub struct Stretches {
    /// (first row, last row, load, object), by first row; complete loads only.
    list: Vec<(i64, i64, i64, i64)>,
}

impl Stretches {
    /// # Errors
    /// If the database cannot be read.
    pub fn read(conn: &Connection) -> rusqlite::Result<Self> {
        let mut statement = conn.prepare_cached(
            "SELECT first_rec, last_rec, id, object FROM load WHERE state = 'complete' AND last_rec >= first_rec ORDER BY first_rec",
        )?;
        let list = statement
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?
            .collect::<Result<_, _>>()?;
        Ok(Self { list })
    }

    /// (load, object) of a row; `None` if it is not visible.
    #[must_use]
    pub fn of(&self, rec: i64) -> Option<(LoadId, ObjectId)> {
        let at = self.list.partition_point(|(first, ..)| *first <= rec).checked_sub(1)?;
        let (_, last, load, object) = self.list[at];
        (rec <= last).then_some((LoadId(load), ObjectId(object)))
    }

    /// The stretches of one object: (first row, last row, load), oldest first.
    pub fn of_object(&self, object: ObjectId) -> impl Iterator<Item = (i64, i64, LoadId)> + '_ {
        self.list
            .iter()
            .filter(move |(.., o)| *o == object.0)
            .map(|(first, last, load, _)| (*first, *last, LoadId(*load)))
    }
}
