//! What must hold of sources, loads and records; for `verify`.

use rusqlite::{Connection, OptionalExtension};

use super::catalog::{self, Stretches};
use super::{data_table, observed, rows};
use crate::sources::{Load, ObjectId, content, identifiers};
use crate::workspace::verify::Problem;

/// Counts that close, content hashes of every row, the identifier index.
///
/// # Errors
/// If the database cannot be read at all.
pub fn check(conn: &Connection) -> rusqlite::Result<Vec<Problem>> {
    let mut problems = Vec::new();
    let inventory = catalog::inventory(conn)?;
    let stretches = Stretches::read(conn)?;
    for source in &inventory.sources {
        for object in &source.objects {
            for load in &object.loads {
                let place = format!("load {} ({})", load.id, load.file);
                let mut count =
                    |message: String| problems.push(Problem { kind: "count", r#where: place.clone(), message });
                if load.rows != load.records + load.quarantined {
                    count(format!(
                        "{} rows are not {} records and {} quarantined",
                        load.rows, load.records, load.quarantined
                    ));
                }
                if load.records != load.new + load.changed + load.unchanged {
                    count(format!(
                        "{} records are not {} new, {} changed and {} unchanged",
                        load.records, load.new, load.changed, load.unchanged
                    ));
                }
                let kept: u64 =
                    conn.query_row("SELECT count(*) FROM quarantine WHERE load = ?1", [load.id.0], |row| {
                        catalog::unsigned(row, 0)
                    })?;
                if kept != load.quarantined {
                    count(format!("{kept} quarantined rows are kept, {} were counted", load.quarantined));
                }
                let gone: u64 =
                    conn.query_row("SELECT count(*) FROM vanished WHERE load = ?1", [load.id.0], |row| {
                        catalog::unsigned(row, 0)
                    })?;
                if gone != load.vanished {
                    count(format!("{gone} vanished records are listed, {} were counted", load.vanished));
                }
                if told_otherwise(conn, load)? {
                    count("the audit trail tells other counts".to_owned());
                }
            }
            check_rows(conn, object.id, &source.name, &object.name, &stretches, &mut problems)?;
            check_seen(conn, object.id, &mut problems)?;
        }
    }
    for block in identifiers::scan::damaged_blocks(conn).unwrap_or_else(|_| vec![0]) {
        problems.push(Problem {
            kind: "index",
            r#where: format!("identifier block {block}"),
            message: "it is damaged; `cutover verify --repair` builds the index anew".to_owned(),
        });
    }
    Ok(problems)
}

/// What each load saw: its lists have as many unchanged rows as were counted, each of them a row of a load before it, and
/// the keys of its stored rows.
fn check_seen(conn: &Connection, object: ObjectId, problems: &mut Vec<Problem>) -> rusqlite::Result<()> {
    let loads = observed::in_order(conn, object.0)?;
    // Rows are numbered in the order of the loads.
    let mut stretches: Vec<(i64, i64, usize)> =
        loads.iter().enumerate().map(|(at, load)| (load.first_rec, load.last_rec, at)).collect();
    stretches.retain(|(first, last, _)| last >= first);
    stretches.sort_unstable();
    let load_of = |rec: i64| {
        let at = stretches.partition_point(|(first, ..)| *first <= rec).checked_sub(1)?;
        stretches.get(at).filter(|(_, last, _)| rec <= *last).map(|(.., load)| *load)
    };
    for (at, load) in loads.iter().enumerate() {
        let place = format!("load {} ({})", load.id, load.file);
        let mut problem = |message: String| problems.push(Problem { kind: "content", r#where: place.clone(), message });
        let (mut seen, mut strays) = (0u64, 0u64);
        let read = observed::for_each_seen::<rusqlite::Error>(conn, load.id, load.first_rec, |row| {
            seen += 1;
            let of_earlier = load_of(row.rec).is_some_and(|load| load < at);
            strays += u64::from(!of_earlier);
            Ok(())
        });
        match read {
            Err(error) => problem(format!("the list of its unchanged rows cannot be read: {error}")),
            Ok(()) if load.keeps_seen && seen != load.unchanged => {
                problem(format!("{seen} unchanged rows are listed, {} were counted", load.unchanged));
            }
            Ok(()) if strays > 0 => problem(format!("{strays} of its unchanged rows are of no load before it")),
            Ok(()) => {}
        }
        if load.key_column.is_some() {
            let kept: i64 = conn.query_row("SELECT content FROM load WHERE id = ?1", [load.id.0], |row| row.get(0))?;
            let mut sum = 0i64;
            let read = observed::for_each_stored::<rusqlite::Error>(conn, object.0, load, load.native(), |row| {
                sum = sum.wrapping_add(row.hash);
                Ok(())
            });
            if read.is_err() || sum != kept {
                problem("the keys of its rows are not those that were loaded".to_owned());
            }
        }
    }
    Ok(())
}

/// Whether the audit trail, whose entries are bound to one another, tells other counts or contents of a load. What was
/// erased there tells nothing.
fn told_otherwise(conn: &Connection, load: &Load) -> rusqlite::Result<bool> {
    let told: Option<String> = conn
        .prepare_cached(
            "SELECT v.after FROM audit a JOIN audit_value v ON v.seq = a.seq
             WHERE a.what IN ('loaded', 'counted anew') AND json_valid(v.after) AND json_extract(v.after, '$.load') = ?1 ORDER BY a.seq DESC LIMIT 1",
        )?
        .query_row([load.id.0], |row| row.get(0))
        .optional()?;
    let Some(told) = told.and_then(|text| serde_json::from_str::<serde_json::Value>(&text).ok()) else {
        return Ok(false);
    };
    let content: i64 = conn.query_row("SELECT content FROM load WHERE id = ?1", [load.id.0], |row| row.get(0))?;
    let counts = [("rows", load.rows), ("records", load.records), ("quarantined", load.quarantined), ("new", load.new)];
    let differs =
        |name: &str, is: u64| told.get(name).and_then(serde_json::Value::as_u64).is_some_and(|told| told != is);
    Ok(counts.iter().any(|(name, is)| differs(name, *is))
        || told.get("content").and_then(serde_json::Value::as_i64).is_some_and(|told| told != content))
}

fn check_rows(
    conn: &Connection,
    object: ObjectId,
    source: &str,
    name: &str,
    stretches: &Stretches,
    problems: &mut Vec<Problem>,
) -> rusqlite::Result<()> {
    let columns = catalog::columns_of(conn, object.0)?.len();
    let table = data_table(object.0);
    let mut statement = conn.prepare(&format!(
        "SELECT d.rec, d.line, d.hash, d.load, {} FROM {table} d WHERE d.rec BETWEEN ?1 AND ?2 ORDER BY d.rec",
        rows::value_columns(columns)
    ))?;
    let (mut lengths, mut text, mut scratch) = (Vec::new(), String::new(), Vec::new());
    let mut known = 0u64;
    for (from, to, load) in stretches.of_object(object) {
        let mut found = statement.query([from, to])?;
        let mut next = from;
        let mut sum = 0i64;
        loop {
            let row = match found.next() {
                Ok(Some(row)) => row,
                Ok(None) => break,
                Err(error) => {
                    problems.push(Problem {
                        kind: "content",
                        r#where: format!("{source}/{name}, load {load}, from row {next} on"),
                        message: format!("the rows cannot be read: {error}"),
                    });
                    return Ok(());
                }
            };
            let (rec, line, kept): (i64, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
            for missing in next..rec {
                problems.push(Problem {
                    kind: "content",
                    r#where: format!("{source}/{name}, load {load}, row {missing}"),
                    message: "the record is missing".to_owned(),
                });
            }
            next = rec + 1;
            if row.get::<_, i64>(3)? != load.0 {
                problems.push(Problem {
                    kind: "content",
                    r#where: format!("{source}/{name}, load {load}, row {rec}"),
                    message: "the record says that it is of another load".to_owned(),
                });
            } else {
                known += 1;
            }
            lengths.clear();
            text.clear();
            let intact = rows::values(row, 4, columns).is_ok_and(|values| {
                for value in values {
                    lengths.push(value.as_ref().map_or(0, |v| u32::try_from(v.len()).unwrap_or(u32::MAX - 1) + 1));
                    text.push_str(value.as_deref().unwrap_or_default());
                }
                content::row_hash(&lengths, &text, &mut scratch) == kept
            });
            sum = sum.wrapping_add(kept);
            if !intact {
                problems.push(Problem {
                    kind: "content",
                    r#where: format!("{source}/{name}/@{load}:{line}"),
                    message: "its values are not what was loaded".to_owned(),
                });
            }
        }
        if next <= to {
            problems.push(Problem {
                kind: "content",
                r#where: format!("{source}/{name}, load {load}, rows {next} to {to}"),
                message: "the records are missing".to_owned(),
            });
        }
        let content: i64 = conn.query_row("SELECT content FROM load WHERE id = ?1", [load.0], |row| row.get(0))?;
        if content != sum {
            problems.push(Problem {
                kind: "content",
                r#where: format!("{source}/{name}, load {load}"),
                message: "the sum over its records is not what was loaded".to_owned(),
            });
        }
    }
    // Rows of a load that is still arriving or leaving are nobody's yet.
    let all: u64 = conn.query_row(
        &format!("SELECT count(*) FROM {table} d LEFT JOIN load l ON l.id = d.load WHERE l.id IS NULL OR l.state = 'complete'"),
        [],
        |row| catalog::unsigned(row, 0),
    )?;
    if all > known {
        problems.push(Problem {
            kind: "content",
            r#where: format!("{source}/{name}"),
            message: format!("{} more records than its loads brought", all - known),
        });
    }
    Ok(())
}
