//! The SQL of this folder: what the loads show of a source.

use rusqlite::Connection;

/// What the loads of an object show of what its system does.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Seen {
    pub object: String,
    /// What it was recognised as.
    pub preset: Option<String>,
    /// A later load brought new records.
    pub created_later: bool,
    pub changed: bool,
    /// A full export lacked records that were there before.
    pub vanished: bool,
    /// It tells of records that it merged.
    pub merged: bool,
    /// The moment that the newest load shows.
    pub as_of: Option<String>,
}

/// The loaded objects of a source, in the order in which they were first loaded.
pub(super) fn objects_of(conn: &Connection, source: &str) -> rusqlite::Result<Vec<Seen>> {
    let mut statement = conn.prepare_cached(
        "SELECT o.name,
                max(l.new > 0 AND l.id > (SELECT min(f.id) FROM load f WHERE f.object = o.id AND f.state = 'complete')),
                max(l.changed > 0), max(l.vanished > 0),
                EXISTS (SELECT 1 FROM source_merge m JOIN load t ON t.id = m.load WHERE m.object = o.id AND t.state = 'complete'),
                max(l.as_of), o.preset
         FROM object o JOIN source s ON s.id = o.source JOIN load l ON l.object = o.id AND l.state = 'complete'
         WHERE s.name = ?1 GROUP BY o.id ORDER BY o.id",
    )?;
    statement
        .query_map([source], |row| {
            Ok(Seen {
                object: row.get(0)?,
                created_later: row.get(1)?,
                changed: row.get(2)?,
                vanished: row.get(3)?,
                merged: row.get(4)?,
                as_of: row.get(5)?,
                preset: row.get(6)?,
            })
        })?
        .collect()
}

/// The names of the sources that have a load, in the order in which they were first loaded.
pub(super) fn loaded_names(conn: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut statement = conn.prepare_cached(
        "SELECT s.name FROM source s WHERE EXISTS (
           SELECT 1 FROM object o JOIN load l ON l.object = o.id WHERE o.source = s.id AND l.state = 'complete') ORDER BY s.id",
    )?;
    statement.query_map([], |row| row.get(0))?.collect()
}

/// One load and the file that it read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LoadedFile {
    pub load: i64,
    pub source: String,
    pub object: String,
    /// `export.zip › Contact.csv`
    pub title: String,
    pub path: String,
    pub sha256: String,
    pub bytes: u64,
}

/// Every complete load with its file, by load.
pub(super) fn loaded_files(conn: &Connection) -> rusqlite::Result<Vec<LoadedFile>> {
    let mut statement = conn.prepare_cached(
        "SELECT l.id, s.name, o.name, l.file, l.path, l.sha256, l.bytes
         FROM load l JOIN object o ON o.id = l.object JOIN source s ON s.id = o.source
         WHERE l.state = 'complete' ORDER BY l.id",
    )?;
    statement
        .query_map([], |row| {
            Ok(LoadedFile {
                load: row.get(0)?,
                source: row.get(1)?,
                object: row.get(2)?,
                title: row.get(3)?,
                path: row.get(4)?,
                sha256: row.get(5)?,
                bytes: u64::try_from(row.get::<_, i64>(6)?).unwrap_or(0),
            })
        })?
        .collect()
}
