//! The public names of source records: one view per object, and `v_source_records` over all of them.

use std::collections::HashSet;

use rusqlite::Connection;

use super::{TABLE_COLUMNS, catalog, data_table};
use crate::sources::{ColumnRole, ObjectId};
use crate::workspace::sql::{quote_name, quote_text};

/// Objects in one SELECT of `v_source_records`; SQLite joins up to 500 at once.
const AT_ONCE: usize = 200;

/// A name for an object's view that no other has.
///
/// # Errors
/// If the database cannot be read.
pub fn free_name(conn: &Connection, source: &str, object: &str) -> rusqlite::Result<String> {
    let plain = |text: &str| {
        let words: Vec<String> = text
            .split(|c: char| !c.is_ascii_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_ascii_lowercase)
            .collect();
        if words.is_empty() { "x".to_owned() } else { words.join("_") }
    };
    let base = format!("v_records_{}_{}", plain(source), plain(object));
    let mut name = base.clone();
    let mut number = 2;
    while conn.query_row("SELECT EXISTS (SELECT 1 FROM object WHERE view = ?1)", [&name], |row| row.get(0))? {
        name = format!("{base}_{number}");
        number += 1;
    }
    Ok(name)
}

/// Makes the views anew after objects, columns or roles changed; within the transaction of the change.
///
/// # Errors
/// If the database refuses.
pub fn rebuild(conn: &Connection) -> rusqlite::Result<()> {
    let mut statement =
        conn.prepare("SELECT name FROM sqlite_schema WHERE type = 'view' AND name LIKE 'v\\_records\\_%' ESCAPE '\\'")?;
    let old: Vec<String> = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    conn.execute_batch("DROP VIEW IF EXISTS v_source_records")?;
    for view in old {
        conn.execute_batch(&format!("DROP VIEW {}", quote_name(&view)))?;
    }
    let mut statement = conn.prepare(
        "SELECT o.id, s.name, o.name, o.view FROM object o JOIN source s ON s.id = o.source
         WHERE EXISTS (SELECT 1 FROM load l WHERE l.object = o.id AND l.state = 'complete') ORDER BY o.id",
    )?;
    let objects: Vec<(i64, String, String, String)> = statement
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?
        .collect::<Result<_, _>>()?;
    let mut parts = Vec::new();
    for (id, source, object, view) in &objects {
        conn.execute_batch(&object_view(conn, ObjectId(*id), source, object, view)?)?;
        parts.push(format!(
            "SELECT record, {} AS source, {} AS object, native_id, load, line, version, latest, rec FROM {}",
            quote_text(source),
            quote_text(object),
            quote_name(view)
        ));
    }
    if parts.is_empty() {
        parts.push(
            "SELECT NULL AS record, NULL AS source, NULL AS object, NULL AS native_id, NULL AS load, NULL AS line,
                    NULL AS version, NULL AS latest, NULL AS rec WHERE 0"
                .to_owned(),
        );
    }
    let chunks: Vec<String> =
        parts.chunks(AT_ONCE).map(|chunk| format!("SELECT * FROM ({})", chunk.join(" UNION ALL "))).collect();
    conn.execute_batch(&format!("CREATE VIEW v_source_records AS {}", chunks.join(" UNION ALL ")))
}

fn object_view(conn: &Connection, object: ObjectId, source: &str, name: &str, view: &str) -> rusqlite::Result<String> {
    let columns = catalog::columns_of(conn, object.0)?;
    let table = data_table(object.0);
    let native = columns.iter().find(|column| column.role == ColumnRole::NativeId && column.position < TABLE_COLUMNS);
    let id = native.map_or("NULL".to_owned(), |column| format!("nullif(d.c{}, '')", column.position));
    let mut taken: HashSet<String> =
        ["record", "native_id", "load", "line", "version", "latest", "rec", "more columns"].map(str::to_owned).into();
    let mut list = String::new();
    for column in columns.iter().take(TABLE_COLUMNS) {
        let mut name = column.name.clone();
        let mut number = 2;
        while !taken.insert(name.to_lowercase()) {
            name = format!("{} ({number})", column.name);
            number += 1;
        }
        list.push_str(&format!(", d.c{} AS {}", column.position, quote_name(&name)));
    }
    if columns.len() > TABLE_COLUMNS {
        list.push_str(", d.more AS \"more columns\"");
    }
    let beginning = quote_text(&format!("{source}/{name}/"));
    Ok(format!(
        "CREATE VIEW {view} AS SELECT
           {beginning} || CASE WHEN {id} IS NULL OR EXISTS (SELECT 1 FROM repeated_id r WHERE r.rec = d.rec)
             THEN '@' || d.load || ':' || d.line ELSE {id} END AS record,
           {id} AS native_id, d.load AS load, d.line AS line, d.version AS version,
           NOT EXISTS (SELECT 1 FROM {table} n JOIN load nl ON nl.id = n.load AND nl.state = 'complete' WHERE n.prev = d.rec) AS latest,
           d.rec AS rec{list}
         FROM {table} d JOIN load l ON l.id = d.load AND l.state = 'complete'",
        view = quote_name(view)
    ))
}
