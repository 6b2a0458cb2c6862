//! The SQL of durable keys: which records have none yet, and the slices in which they get them.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::{Named, Place, digits, number_of, written};
use crate::job::Job;
use crate::model::ModelError;
use crate::sources::ObjectId;
use crate::sources::store::arrive;
use crate::workspace::sql::quote_name;
use crate::workspace::verify::Problem;
use crate::workspace::{Reader, Workspace};

/// Keys in one slice: some 15 ms, so that a decision does not wait.
const SLICE: usize = 5_000;

pub(super) fn of_record(conn: &Connection, entity: &str, record: &str) -> rusqlite::Result<Option<String>> {
    conn.prepare_cached("SELECT key FROM durable_key WHERE entity = ?1 AND record = ?2")?
        .query_row([entity, record], |row| row.get(0))
        .optional()
}

pub(super) fn find(conn: &Connection, key: &str) -> rusqlite::Result<Option<(String, String)>> {
    // Few entities: one look into the order of keys for each.
    let mut statement = conn.prepare_cached(
        "WITH RECURSIVE e (entity) AS (
           SELECT min(entity) FROM durable_key_record
           UNION ALL SELECT (SELECT min(entity) FROM durable_key_record WHERE entity > e.entity) FROM e WHERE e.entity IS NOT NULL)
         SELECT r.entity, r.record FROM e JOIN durable_key_record r ON r.entity = e.entity AND r.key = ?1 ORDER BY 1 LIMIT 1",
    )?;
    statement.query_row([key], |row| Ok((row.get(0)?, row.get(1)?))).optional()
}

/// An object whose records get keys.
struct Feeding {
    /// `source/object/`.
    above: String,
    view: String,
    /// The SELECT of its latest records that have no key yet.
    without: String,
}

impl Feeding {
    fn of(conn: &Connection, object: ObjectId) -> rusqlite::Result<Option<Self>> {
        let found: Option<(String, String, String)> = conn
            .query_row(
                "SELECT s.name, o.name, o.view FROM object o JOIN source s ON s.id = o.source WHERE o.id = ?1
                 AND EXISTS (SELECT 1 FROM load l WHERE l.object = o.id AND l.state = 'complete')",
                [object.0],
                |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
            )
            .optional()?;
        Ok(found.map(|(source, name, view)| {
            let without = format!(
                "SELECT v.record, v.native_id, v.load, v.line FROM {} v
                 WHERE v.latest AND NOT EXISTS (SELECT 1 FROM durable_key k WHERE k.entity = ?1 AND k.record = v.record)",
                quote_name(&view)
            );
            Self { above: format!("{source}/{name}/"), view, without }
        }))
    }

    /// Hands every record that has no key to `each`, with the number of its key.
    fn each(
        &self,
        conn: &Connection,
        entity: &str,
        in_order: bool,
        mut each: impl FnMut(&str, &Named<'_>) -> Result<(), ModelError>,
    ) -> Result<(), ModelError> {
        let files: BTreeMap<i64, String> = conn
            .prepare("SELECT id, sha256 FROM load")?
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<Result<_, _>>()?;
        let order = if in_order { " ORDER BY v.record" } else { "" };
        let mut statement = conn.prepare(&format!("{}{order}", self.without))?;
        let mut rows = statement.query([entity])?;
        while let Some(row) = rows.next()? {
            let record = row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?;
            let id = row.get_ref(1)?.as_str_or_null().map_err(rusqlite::Error::from)?;
            let load: i64 = row.get(2)?;
            let is_own = |id: &&str| record.strip_prefix(self.above.as_str()) == Some(*id);
            let place = match id.filter(is_own) {
                Some(id) => Place::NativeId(id),
                // Its record key holds the number of the load, which another workspace may count otherwise.
                None => Place::Line { file: files.get(&load).map_or("", String::as_str), line: row.get(3)? },
            };
            each(record, &Named { entity, above: &self.above, place })?;
        }
        Ok(())
    }
}

pub(super) fn foreseen(
    conn: &Connection,
    entity: &str,
    object: ObjectId,
    rec: i64,
) -> rusqlite::Result<Option<String>> {
    let Some(feeding) = Feeding::of(conn, object)? else { return Ok(None) };
    let Some(standing) = crate::model::entity(conn, entity)? else { return Ok(None) };
    let sql =
        format!("SELECT v.record, v.native_id, v.load, v.line FROM {} v WHERE v.rec = ?1", quote_name(&feeding.view));
    let found: Option<(String, Option<String>, i64, i64)> = conn
        .prepare_cached(&sql)?
        .query_row([rec], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
        .optional()?;
    let Some((record, id, load, line)) = found else { return Ok(None) };
    if let Some(key) = of_record(conn, entity, &record)? {
        return Ok(Some(key));
    }
    let file: Option<String> =
        conn.prepare_cached("SELECT sha256 FROM load WHERE id = ?1")?.query_row([load], |row| row.get(0)).optional()?;
    let is_own = |id: &&str| record.strip_prefix(feeding.above.as_str()) == Some(*id);
    let place = match id.as_deref().filter(is_own) {
        Some(id) => Place::NativeId(id),
        None => Place::Line { file: file.as_deref().unwrap_or_default(), line },
    };
    Ok(Some(written(&prefix_of(&standing.entity), digits(&Named { entity, above: &feeding.above, place }, 0))))
}

/// What begins the keys of an entity.
fn prefix_of(entity: &crate::model::Entity) -> String {
    match entity.key_prefix.as_str() {
        "" => beginning_of(&entity.name),
        prefix => prefix.to_owned(),
    }
}

pub(super) fn give(workspace: &Workspace, entity: &str, object: ObjectId, job: &Job) -> Result<u64, ModelError> {
    let reader = workspace.reader()?;
    give_from(workspace, &reader, entity, object, job).map_err(|error| error.at(&reader))
}

fn give_from(
    workspace: &Workspace,
    reader: &Reader,
    entity: &str,
    object: ObjectId,
    job: &Job,
) -> Result<u64, ModelError> {
    let standing = crate::model::entity(reader.conn(), entity)?.ok_or_else(|| ModelError::Refused {
        message: format!("There is no entity {} in the model.", crate::values::shown::Shown::of(entity)),
        hint: "cutover model lists them.".to_owned(),
    })?;
    let prefix = prefix_of(&standing.entity);
    let Some(feeding) = Feeding::of(reader.conn(), object)? else { return Ok(0) };
    let _lock = workspace.write_at_length("giving durable keys")?;
    let tx = reader.conn().unchecked_transaction()?;
    let clashes = Clashes::look_for(&tx, &feeding, entity, job)?;
    job.begin("giving keys", clashes.numbers.len() as u64);
    let given = write(workspace, &tx, &feeding, entity, &prefix, clashes, job);
    drop(tx);
    let completed = complete(workspace, reader, entity, job);
    let given = given?;
    completed?;
    Ok(given)
}

/// What begins the keys of an entity that says none: its first letters.
fn beginning_of(entity: &str) -> String {
    let letters: String = entity.chars().filter(char::is_ascii_alphabetic).take(3).collect();
    format!("{letters:X<2}").to_uppercase()
}

/// Numbers that more than one record would get.
struct Clashes {
    /// All that are about to be given, in order.
    numbers: Vec<u64>,
    several: BTreeSet<u64>,
    taken: BTreeSet<u64>,
}

impl Clashes {
    fn look_for(conn: &Connection, feeding: &Feeding, entity: &str, job: &Job) -> Result<Self, ModelError> {
        let mut numbers = Vec::new();
        feeding.each(conn, entity, false, |_, named| {
            if numbers.len() % SLICE == 0 {
                job.check()?;
            }
            numbers.push(digits(named, 0));
            Ok(())
        })?;
        numbers.sort_unstable();
        let several: BTreeSet<u64> = numbers.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]).collect();
        let mut taken = BTreeSet::new();
        if !numbers.is_empty() {
            let mut statement = conn.prepare("SELECT key FROM durable_key WHERE entity = ?1")?;
            let mut rows = statement.query([entity])?;
            while let Some(row) = rows.next()? {
                let number = number_of(row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?);
                taken.extend(number.filter(|number| numbers.binary_search(number).is_ok()));
            }
        }
        Ok(Self { numbers, several, taken })
    }

    /// The number of a record; they come in the order of their record keys.
    fn settle(&mut self, conn: &Connection, named: &Named<'_>) -> rusqlite::Result<u64> {
        let first = digits(named, 0);
        if !self.several.contains(&first) && !self.taken.contains(&first) {
            return Ok(first);
        }
        let mut again = 0;
        let mut number = first;
        while self.taken.contains(&number)
            || (again > 0 && (self.numbers.binary_search(&number).is_ok() || is_given(conn, named.entity, number)?))
        {
            again += 1;
            number = digits(named, again);
        }
        self.taken.insert(number);
        Ok(number)
    }
}

/// Whether a key of that number was given: a look through all of them, which happens once in a hundred thousand workspaces.
fn is_given(conn: &Connection, entity: &str, number: u64) -> rusqlite::Result<bool> {
    let ending = written("", number);
    conn.query_row(
        "SELECT EXISTS (SELECT 1 FROM durable_key WHERE entity = ?1 AND substr(key, -length(?2)) = ?2)",
        params![entity, ending],
        |row| row.get(0),
    )
}

fn write(
    workspace: &Workspace,
    conn: &Connection,
    feeding: &Feeding,
    entity: &str,
    prefix: &str,
    mut clashes: Clashes,
    job: &Job,
) -> Result<u64, ModelError> {
    let mut given = 0;
    let mut slice: Vec<(String, String)> = Vec::with_capacity(SLICE);
    if !clashes.numbers.is_empty() {
        feeding.each(conn, entity, true, |record, named| {
            slice.push((record.to_owned(), written(prefix, clashes.settle(conn, named)?)));
            if slice.len() >= SLICE {
                given += put(
                    workspace,
                    "durable_key (entity, record, key)",
                    entity,
                    std::mem::take(&mut slice),
                    false,
                    job,
                )?;
            }
            Ok(())
        })?;
        given += put(workspace, "durable_key (entity, record, key)", entity, slice, false, job)?;
    }
    Ok(given)
}

/// Brings the order by key up to what was given, also after a run that was stopped.
fn complete(workspace: &Workspace, reader: &Reader, entity: &str, job: &Job) -> Result<(), ModelError> {
    let tx = reader.conn().unchecked_transaction()?;
    let behind: bool = tx.query_row(
        "SELECT (SELECT count(*) FROM durable_key WHERE entity = ?1) <> (SELECT count(*) FROM durable_key_record WHERE entity = ?1)",
        [entity],
        |row| row.get(0),
    )?;
    if !behind {
        return Ok(());
    }
    let mut statement = tx.prepare(
        "SELECT k.key, k.record FROM durable_key k WHERE k.entity = ?1
         AND NOT EXISTS (SELECT 1 FROM durable_key_record r WHERE r.entity = k.entity AND r.key = k.key) ORDER BY k.key",
    )?;
    let mut rows = statement.query([entity])?;
    let mut slice: Vec<(String, String)> = Vec::with_capacity(SLICE);
    while let Some(row) = rows.next()? {
        if slice.len() >= SLICE {
            put(workspace, "durable_key_record (entity, key, record)", entity, std::mem::take(&mut slice), false, job)?;
        }
        slice.push((row.get(0)?, row.get(1)?));
    }
    put(workspace, "durable_key_record (entity, key, record)", entity, slice, true, job)?;
    Ok(())
}

/// Writes one slice; what is there already stays as it is. Keys follow from their records, so only the last slice is forced
/// to the disk, and all before it with it.
fn put(
    workspace: &Workspace,
    table: &'static str,
    entity: &str,
    slice: Vec<(String, String)>,
    is_last: bool,
    job: &Job,
) -> Result<u64, ModelError> {
    job.check()?;
    if slice.is_empty() {
        return Ok(0);
    }
    let entity = entity.to_owned();
    let (done, rows) = (slice.len() as u64, slice);
    let insert = move |tx: &Transaction<'_>| {
        let mut statement = tx.prepare_cached(&format!("INSERT OR IGNORE INTO {table} VALUES (?1, ?2, ?3)"))?;
        let mut written = 0;
        for (one, other) in &rows {
            written += statement.execute(params![entity, one, other])? as u64;
        }
        Ok(written)
    };
    let writer = workspace.writer()?;
    let written = if is_last {
        writer.transact(insert)?
    } else {
        writer.hand_over(move |conn| arrive::slice(conn, insert))?.wait()??
    };
    job.advance(done);
    Ok(written)
}

/// Every key is one, no two records of an entity have the same, and the order by key holds nothing else. For `verify`.
///
/// # Errors
/// If the database cannot be read.
pub fn check(conn: &Connection) -> rusqlite::Result<Vec<Problem>> {
    let mut problems = Vec::new();
    let mut say = |entity: &str, key: &str, message: &str| {
        problems.push(Problem {
            kind: "content",
            r#where: format!("durable key {entity} {key}"),
            message: message.to_owned(),
        });
    };
    let mut statement =
        conn.prepare("SELECT entity, key, count(*), min(record) FROM durable_key GROUP BY entity, key ORDER BY 1, 2")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (entity, key, count): (String, String, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        if count > 1 {
            say(&entity, &key, "several records have it");
        }
        if number_of(&key).is_none() {
            say(&entity, &key, "it is not made as keys are");
        }
    }
    let mut statement = conn.prepare(
        "SELECT r.entity, r.key FROM durable_key_record r
         LEFT JOIN durable_key k ON k.entity = r.entity AND k.record = r.record WHERE k.key IS NOT r.key ORDER BY 1, 2",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        say(&row.get::<_, String>(0)?, &row.get::<_, String>(1)?, "it leads to a record that has another");
    }
    Ok(problems)
}
