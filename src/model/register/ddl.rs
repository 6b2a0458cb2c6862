//! `CREATE TABLE`, as databases write it. `tokens` cuts a text into statements and puts aside what only other databases
//! know (defaults, comments, checks); SQLite itself then makes each table in a database in memory in which nothing else may
//! happen, and tells its columns. Of a database file only the text of its schema is read.

mod tokens;

use std::path::Path;

use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::limits::Limit;
use rusqlite::{Connection, OpenFlags, config::DbConfig};

use super::template::is_personal_name;
use super::{guess, refused};
use crate::definitions::{DefinitionError, Fault, Place};
use crate::model::{Allowed, Entity, Field, FieldType, ModelError, RoleInGrain};
use crate::values::shown::Shown;
use crate::workspace::sql::quote_name;
use tokens::Table;

/// Instructions of SQLite for one statement, in thousands: a table with thousands of columns needs far fewer.
const MOST_THOUSANDS: u32 = 20_000;

/// The tables that a text makes.
pub(super) fn of_text(text: &str) -> Result<Vec<Entity>, ModelError> {
    let read = tokens::read(text);
    let mut faults = read.faults;
    let mut entities: Vec<Entity> = Vec::new();
    for table in &read.tables {
        match made(table) {
            Ok(entity) => entities.push(entity),
            Err(message) => faults.push(Fault {
                key: table.name.clone(),
                place: Some(Place { line: table.line, column: 1 }),
                message,
            }),
        }
    }
    if !faults.is_empty() {
        faults.sort_by_key(|fault| fault.place);
        faults.truncate(100);
        return Err(DefinitionError::Document(faults).into());
    }
    for (table, columns) in &read.keys {
        for field in fields_of(&mut entities, table) {
            if columns.iter().any(|name| name.eq_ignore_ascii_case(&field.name)) {
                (field.required, field.role) = (true, RoleInGrain::Identity);
            }
        }
    }
    for (table, column, to) in &read.references {
        for field in fields_of(&mut entities, table).filter(|field| field.name.eq_ignore_ascii_case(column)) {
            (field.kind, field.references) = (FieldType::Reference, to.clone());
        }
    }
    for (table, column, text) in &read.comments {
        for field in fields_of(&mut entities, table).filter(|field| field.name.eq_ignore_ascii_case(column)) {
            field.definition.clone_from(text);
        }
    }
    Ok(entities)
}

fn fields_of<'a>(entities: &'a mut [Entity], table: &str) -> impl Iterator<Item = &'a mut Field> {
    let found = entities.iter_mut().find(|entity| entity.name.eq_ignore_ascii_case(table));
    found.into_iter().flat_map(|entity| entity.fields.iter_mut())
}

/// Lets SQLite make one table, alone, and asks it for the columns.
fn made(table: &Table) -> Result<Entity, String> {
    let words = |error: rusqlite::Error| {
        let text = match &error {
            rusqlite::Error::SqliteFailure(_, Some(message)) => message.clone(),
            rusqlite::Error::SqlInputError { msg, .. } => msg.clone(),
            other => other.to_string(),
        };
        format!("SQLite cannot make this table: {text}")
    };
    let mut conn = closed().map_err(words)?;
    conn.execute(&format!("CREATE TABLE {} {}", quote_name(&table.name), table.body), []).map_err(words)?;
    conn.authorizer(None::<fn(AuthContext<'_>) -> Authorization>).map_err(words)?;
    columns(&conn, table).map_err(words)
}

/// A database in memory in which tables can be made and nothing else.
fn closed() -> rusqlite::Result<Connection> {
    let mut conn = Connection::open_in_memory()?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    conn.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0)?;
    conn.set_limit(Limit::SQLITE_LIMIT_EXPR_DEPTH, 50)?;
    conn.set_limit(Limit::SQLITE_LIMIT_LENGTH, 4 << 20)?;
    conn.set_limit(Limit::SQLITE_LIMIT_COLUMN, 5_000)?;
    let mut thousands = 0u32;
    conn.progress_handler(
        1_000,
        Some(move || {
            thousands = thousands.saturating_add(1);
            thousands > MOST_THOUSANDS
        }),
    )?;
    conn.authorizer(Some(|context: AuthContext<'_>| {
        let own = |table: &str| table.starts_with("sqlite_");
        match context.action {
            AuthAction::CreateTable { .. } => Authorization::Allow,
            // What SQLite writes in its own tables for that, the index of a key among it.
            AuthAction::CreateIndex { index_name, .. } if own(index_name) => Authorization::Allow,
            AuthAction::Insert { table_name } if own(table_name) => Authorization::Allow,
            AuthAction::Update { table_name, .. } if own(table_name) => Authorization::Allow,
            // There is nothing to read but the table itself, whose columns a key names.
            AuthAction::Read { .. } => Authorization::Allow,
            _ => Authorization::Deny,
        }
    }))?;
    Ok(conn)
}

fn columns(conn: &Connection, table: &Table) -> rusqlite::Result<Entity> {
    let mut entity = Entity { name: table.name.clone(), ..Entity::default() };
    let mut statement = conn.prepare(
        "SELECT c.name, c.type, c.\"notnull\", c.dflt_value IS NOT NULL, c.pk, c.hidden,
                (SELECT f.\"table\" FROM pragma_foreign_key_list(?1) f WHERE f.\"from\" = c.name LIMIT 1)
         FROM pragma_table_xinfo(?1) c ORDER BY c.cid",
    )?;
    let mut rows = statement.query([&table.name])?;
    while let Some(row) = rows.next()? {
        let (name, declared): (String, String) = (row.get(0)?, row.get(1)?);
        let (not_null, default): (bool, bool) = (row.get(2)?, row.get(3)?);
        let (key, hidden): (i64, i64) = (row.get(4)?, row.get(5)?);
        let to: Option<String> = row.get(6)?;
        let values = table.allowed.iter().filter(|(column, _)| column.eq_ignore_ascii_case(&name)).flat_map(|(_, v)| v);
        let mut allowed: Vec<Allowed> = Vec::new();
        for value in values {
            if !allowed.iter().any(|known| known.value == *value) {
                allowed.push(Allowed { value: value.clone(), ..Allowed::default() });
            }
        }
        let (mut kind, longest, scale) = declared_type(&declared, &name);
        if !allowed.is_empty() {
            kind = FieldType::Choice;
        }
        if to.is_some() {
            kind = FieldType::Reference;
        }
        entity.fields.push(Field {
            kind,
            required: key > 0 || (not_null && !default),
            role: if key > 0 { RoleInGrain::Identity } else { RoleInGrain::Attribute },
            personal: is_personal_name(&name, kind),
            allowed,
            longest,
            scale,
            references: to.unwrap_or_default(),
            derived: hidden > 1,
            definition: table
                .comments
                .iter()
                .find(|(column, _)| column.eq_ignore_ascii_case(&name))
                .map(|(_, text)| text.clone())
                .unwrap_or_default(),
            name,
            ..Field::default()
        });
    }
    Ok(entity)
}

/// The type that a declaration means, with its limits: `character varying(40)`, `numeric(10,2)`.
fn declared_type(declared: &str, name: &str) -> (FieldType, Option<u32>, Option<u8>) {
    let lower = declared.to_lowercase();
    let (word, limits) = lower.split_once('(').unwrap_or((lower.as_str(), ""));
    let limits: Vec<u32> = limits.trim_end_matches(')').split(',').filter_map(|n| n.trim().parse().ok()).collect();
    let scale = limits.get(1).and_then(|n| u8::try_from(*n).ok()).filter(|n| *n <= 30);
    let has = |part: &str| word.contains(part);
    let kind = if has("bool") || word.trim() == "bit" || (word.trim() == "tinyint" && limits == [1]) {
        FieldType::Boolean
    } else if has("interval") || has("point") {
        FieldType::Text
    } else if has("int") || has("serial") {
        FieldType::Integer
    } else if has("money") {
        return (FieldType::Decimal, None, Some(2));
    } else if has("numeric") || has("decimal") || has("number") {
        let whole = limits.len() == 1 || scale == Some(0);
        return (if whole { FieldType::Integer } else { FieldType::Decimal }, None, scale.filter(|n| *n > 0));
    } else if has("real") || has("float") || has("double") {
        FieldType::Decimal
    } else if has("timestamp") || has("datetime") {
        FieldType::Datetime
    } else if has("date") {
        FieldType::Date
    } else if has("json") {
        FieldType::Json
    } else if has("uuid") || has("uniqueidentifier") {
        FieldType::Id
    } else {
        let longest = if has("char") { limits.first().copied() } else { None };
        return (guess::of_name(name), longest, None);
    };
    (kind, None, None)
}

/// The tables of a database file, by the text of its schema.
pub(super) fn of_database(path: &Path) -> Result<Vec<Entity>, ModelError> {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    // Its head alone is 32 bytes.
    if std::fs::metadata(&log).is_ok_and(|about| about.len() > 32) {
        return Err(refused(
            format!(
                "{}: what was changed last still stands in its -wal. Nothing was changed.",
                Shown::of(&path.to_string_lossy())
            ),
            "Close the program that uses it, or open and close it there once; then register it again.",
        ));
    }
    let texts = schema_of(path).map_err(|error| {
        refused(
            format!(
                "{}: the schema cannot be read ({error}). Nothing was changed.",
                Shown::of(&path.to_string_lossy())
            ),
            "Copy it again with the program that uses it, or write its schema: sqlite3 FILE .schema.",
        )
    })?;
    let mut whole = String::new();
    for (_, sql) in texts.iter().filter(|(name, _)| !name.starts_with("sqlite_")) {
        whole.push_str(sql);
        // A comment at the end of one must not swallow the next.
        whole.push_str("\n;\n");
    }
    of_text(&whole)
}

/// Names and texts of the tables, from a file that is opened so that nothing in it acts and nothing beside it is written. A
/// workspace of ours describes no target.
fn schema_of(path: &Path) -> rusqlite::Result<Vec<(String, String)>> {
    let whole = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let mut address = "file:".to_owned();
    for byte in whole.as_os_str().as_encoded_bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'.' | b'_' | b'-') {
            address.push(char::from(*byte));
        } else {
            address.push_str(&format!("%{byte:02X}"));
        }
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
    let conn = Connection::open_with_flags(address + "?mode=ro&immutable=1", flags)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false)?;
    conn.set_limit(Limit::SQLITE_LIMIT_LENGTH, 4 << 20)?;
    conn.execute_batch("PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0; PRAGMA query_only = ON;")?;
    let application: i32 = conn.query_row("PRAGMA application_id", [], |row| row.get(0))?;
    if application == crate::workspace::APPLICATION_ID {
        return Ok(Vec::new());
    }
    let mut statement =
        conn.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND sql IS NOT NULL ORDER BY rowid")?;
    statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}
