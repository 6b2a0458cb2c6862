//! The SQL of figures.

use rusqlite::{Connection, OptionalExtension, Transaction};

use super::Figures;
use crate::mapping::MapKey;
use crate::sources::ObjectId;

pub fn read(conn: &Connection, key: &MapKey, of: &str) -> rusqlite::Result<Option<Figures>> {
    let text: Option<String> = conn
        .prepare_cached("SELECT figures FROM map_figures WHERE map = ?1 AND of = ?2")?
        .query_row([key.name().as_str(), of], |row| row.get(0))
        .optional()?;
    // What a later version wrote in another form is counted anew.
    Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
}

pub fn write(tx: &Transaction<'_>, key: &MapKey, of: &str, figures: &Figures) -> rusqlite::Result<()> {
    let text = serde_json::to_string(figures).unwrap_or_default();
    tx.prepare_cached(
        "INSERT INTO map_figures (map, of, figures) VALUES (?1, ?2, ?3)
         ON CONFLICT DO UPDATE SET of = excluded.of, figures = excluded.figures",
    )?
    .execute([key.name().as_str(), of, &text])?;
    Ok(())
}

/// The state of an object's records: its loads, and the roles of its columns.
pub fn loads(conn: &Connection, object: ObjectId) -> rusqlite::Result<String> {
    conn.prepare_cached(
        "SELECT (SELECT group_concat(id || ' ' || first_rec || ' ' || last_rec || ' ' || content) FROM
                   (SELECT * FROM load WHERE object = ?1 AND state = 'complete' ORDER BY order_at, order_id, id))
             || '|' || (SELECT coalesce(group_concat(position || ' ' || role), '') FROM
                   (SELECT * FROM object_column WHERE object = ?1 AND role <> 'plain' ORDER BY position))",
    )?
    .query_row([object.0], |row| row.get::<_, Option<String>>(0))
    .map(|text| format!("{} {}", object.0, text.unwrap_or_default()))
}
