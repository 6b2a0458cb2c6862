//! What must hold of sources, loads and records; for `verify`.

use rusqlite::Connection;

use super::catalog::{self, Stretches};
use super::{data_table, rows};
use crate::sources::{ObjectId, content, identifiers};
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
                let mut count = |message: String| problems.push(Problem { kind: "count", r#where: place.clone(), message });
                if load.rows != load.records + load.quarantined {
                    count(format!("{} rows are not {} records and {} quarantined", load.rows, load.records, load.quarantined));
                }
                if load.records != load.new + load.changed + load.unchanged {
                    count(format!("{} records are not {} new, {} changed and {} unchanged", load.records, load.new, load.changed, load.unchanged));
                }
                let kept: u64 = conn.query_row("SELECT count(*) FROM quarantine WHERE load = ?1", [load.id.0], |row| {
                    catalog::unsigned(row, 0)
                })?;
                if kept != load.quarantined {
                    count(format!("{kept} quarantined rows are kept, {} were counted", load.quarantined));
                }
            }
            check_rows(conn, object.id, &source.name, &object.name, &stretches, &mut problems)?;
        }
    }
    for block in identifiers::read::damaged_blocks(conn).unwrap_or_else(|_| vec![0]) {
        problems.push(Problem {
            kind: "index",
            r#where: format!("identifier block {block}"),
            message: "it is damaged; `cutover verify --repair` builds the index anew".to_owned(),
        });
    }
    Ok(problems)
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
        "SELECT d.rec, d.line, d.hash, {} FROM {table} d WHERE d.rec BETWEEN ?1 AND ?2 ORDER BY d.rec",
        rows::value_columns(columns)
    ))?;
    let (mut lengths, mut text, mut scratch) = (Vec::new(), String::new(), Vec::new());
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
            lengths.clear();
            text.clear();
            let intact = rows::values(row, 3, columns).is_ok_and(|values| {
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
    Ok(())
}
