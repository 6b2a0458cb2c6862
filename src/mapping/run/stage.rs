//! Writes what a map makes into a table of its own: slice by slice under a name that nobody reads, and in one commit in
//! the place of what was there. What a crash leaves is told by the names of its tables and swept by the next.

use std::collections::{HashSet, VecDeque};

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, OptionalExtension, ToSql, TransactionBehavior};

use super::over_pieces;
use super::rows::Rows;
use crate::job::Job;
use crate::mapping::MappingError;
use crate::mapping::compile::Compiled;
use crate::sources::store::arrive;
use crate::workspace::sql::quote_name;
use crate::workspace::{LongWrite, Pending, Workspace, WorkspaceError, fault};

/// Begins the name of every such table.
const STAGE: &str = "stage_";
/// Rows deleted in one slice.
const SLICE: i64 = 4_000;
/// Slices that may wait for the writer.
const IN_FLIGHT: usize = 3;

/// The table in which it is written; no table that is complete has such a name.
fn next_of(table: &str) -> String {
    format!("next_{table}")
}

fn former_of(table: &str) -> String {
    format!("former_{table}")
}

/// Names of the columns of the SELECT as those of a table, each once without regard to case.
fn columns(compiled: &Compiled) -> Vec<String> {
    let mut taken: HashSet<String> = ["key", "record", "rec", "excluded", "rejects"].map(str::to_owned).into();
    let fields = compiled.fields.iter().map(|field| {
        let (mut name, mut number) = (field.clone(), 2);
        while !taken.insert(name.to_lowercase()) {
            name = format!("{field} ({number})");
            number += 1;
        }
        name
    });
    let fields: Vec<String> = fields.collect();
    let before = ["key", "record"].map(str::to_owned).into_iter();
    before.chain(fields).chain(["excluded", "rejects"].map(str::to_owned)).collect()
}

struct Cell<'a>(Option<&'a [u8]>);

impl ToSql for Cell<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(self.0.map_or(ValueRef::Null, ValueRef::Text)))
    }
}

pub fn write(
    workspace: &Workspace,
    compiled: &Compiled,
    table: &str,
    threads: usize,
    job: &Job,
) -> Result<u64, MappingError> {
    if !table.starts_with(STAGE) || table.contains('\0') {
        return Err(MappingError::Refused {
            message: format!(
                "{} cannot be written to: only tables whose names begin with {STAGE} are.",
                crate::values::shown::Shown::of(table).to_plain()
            ),
            hint: format!("Name a table such as {STAGE}person_contact."),
        });
    }
    let lock = workspace.write_at_length("transforming")?;
    sweep(workspace, &lock)?;
    let columns = columns(compiled);
    let list: Vec<String> = columns.iter().map(|name| quote_name(name)).collect();
    let next = quote_name(&next_of(table));
    let mut typed: Vec<String> = list.iter().map(|name| format!("{name} TEXT")).collect();
    typed.insert(2.min(typed.len()), "rec INTEGER PRIMARY KEY".to_owned());
    let create = format!("CREATE TABLE {next} ({})", typed.join(", "));
    let insert = format!("INSERT INTO {next} (rec, {}) VALUES (?{})", list.join(", "), ", ?".repeat(list.len()));
    let writer = workspace.writer()?;
    let explain = |error: rusqlite::Error| MappingError::from(WorkspaceError::sqlite(workspace.file(), &error));
    writer.hand_over(move |conn| arrive::slice(conn, |tx| tx.execute_batch(&create)))?.wait()?.map_err(explain)?;
    fault::point("stage.begun");
    let insert: std::sync::Arc<str> = insert.into();
    let mut pending: VecDeque<Pending<rusqlite::Result<()>>> = VecDeque::new();
    let settle = |done: Pending<rusqlite::Result<()>>| done.wait()?.map_err(explain);
    let mut written = 0u64;
    let ended = over_pieces(
        workspace,
        compiled,
        threads,
        job,
        "transforming",
        |reader, from, to| Rows::read(reader, compiled, from, to),
        |rows| {
            while pending.len() >= IN_FLIGHT {
                pending.pop_front().map_or(Ok(()), settle)?;
            }
            written += rows.recs.len() as u64;
            let insert = insert.clone();
            pending.push_back(writer.hand_over(move |conn| write_slice(conn, &insert, &rows))?);
            Ok(())
        },
    );
    let settled: Result<Vec<()>, MappingError> = pending.into_iter().map(settle).collect();
    let done = ended.and_then(|()| settled.map(|_| ())).and_then(|()| Ok(job.seal()?));
    let done = done.and_then(|()| {
        fault::point("stage.before_swap");
        let table = table.to_owned();
        writer.hand_over(move |conn| put_in_place(conn, &table))?.wait()?.map_err(explain)
    });
    job.unseal();
    fault::point("stage.swapped");
    // What was written in vain, or what it took the place of; if even this fails, the next one sweeps it.
    let swept = sweep(workspace, &lock);
    done?;
    swept?;
    Ok(written)
}

fn write_slice(conn: &mut Connection, insert: &str, rows: &Rows) -> rusqlite::Result<()> {
    arrive::slice(conn, |tx| {
        let mut statement = tx.prepare_cached(insert)?;
        rows.each(|rec, values| {
            statement.raw_bind_parameter(1, rec)?;
            for (at, value) in (2..).zip(values) {
                statement.raw_bind_parameter(at, Cell(*value))?;
            }
            statement.raw_execute().map(|_| ())
        })
    })?;
    fault::point("stage.slice");
    Ok(())
}

/// The last slice: the table takes its name in one commit that is forced to disk.
fn put_in_place(conn: &mut Connection, table: &str) -> rusqlite::Result<()> {
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let (name, next, former) = (quote_name(table), quote_name(&next_of(table)), quote_name(&former_of(table)));
    let is_there: bool = tx.query_row(
        "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?1 COLLATE NOCASE)",
        [table],
        |row| row.get(0),
    )?;
    // Views keep their texts: they mean whatever table has the name.
    tx.execute_batch("PRAGMA legacy_alter_table = ON")?;
    let renamed = (|| {
        if is_there {
            tx.execute_batch(&format!("ALTER TABLE {name} RENAME TO {former}"))?;
        }
        tx.execute_batch(&format!("ALTER TABLE {next} RENAME TO {name}"))
    })();
    tx.execute_batch("PRAGMA legacy_alter_table = OFF")?;
    renamed?;
    tx.commit()
}

fn leftover(conn: &Connection) -> rusqlite::Result<Option<String>> {
    conn.prepare_cached(
        "SELECT name FROM sqlite_schema WHERE type = 'table'
           AND (name GLOB 'next_stage_*' OR name GLOB 'former_stage_*') ORDER BY name LIMIT 1",
    )?
    .query_row([], |row| row.get(0))
    .optional()
}

/// Deletes what nobody reads, slice by slice.
fn sweep(workspace: &Workspace, _lock: &LongWrite) -> Result<(), MappingError> {
    let writer = workspace.writer()?;
    let slice = |conn: &mut Connection| {
        arrive::slice(conn, |tx| {
            let Some(table) = leftover(tx)?.map(|name| quote_name(&name)) else { return Ok(false) };
            let sql = format!("DELETE FROM {table} WHERE rowid IN (SELECT rowid FROM {table} LIMIT {SLICE})");
            if tx.execute(&sql, [])? == 0 {
                tx.execute_batch(&format!("DROP TABLE {table}"))?;
            }
            Ok(true)
        })
    };
    while writer.hand_over(slice)?.wait()?? {
        fault::point("stage.swept");
    }
    Ok(())
}
