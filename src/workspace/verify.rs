//! Checks of the file itself: pages, foreign keys, the audit chain. What the rows mean is checked by the folders that
//! own them; all of it is gathered by the `verify` command.

use super::error::WorkspaceError;
use super::open::Reader;
use super::{audit, schema};

/// One thing that does not hold.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Problem {
    /// `page`, `foreign_key`, `audit`, `content`, `count`, `index`.
    pub kind: &'static str,
    /// The place: a record key, a load, an audit entry, a page.
    pub r#where: String,
    pub message: String,
}

/// Pages, foreign keys and the audit chain; returns the problems and the head of the chain.
///
/// # Errors
/// If the file cannot be read at all.
pub fn check_file(reader: &Reader) -> Result<(Vec<Problem>, String), WorkspaceError> {
    let explain = |e: rusqlite::Error| reader.explain(&e);
    let conn = reader.conn();
    let mut problems = Vec::new();
    let mut statement = conn.prepare("PRAGMA integrity_check(50)").map_err(explain)?;
    let found: Result<Vec<String>, _> = statement.query_map([], |row| row.get(0)).map_err(explain)?.collect();
    match found {
        Ok(lines) => problems.extend(lines.into_iter().filter(|line| line != "ok").map(|message| Problem {
            kind: "page",
            r#where: "database".to_owned(),
            message,
        })),
        Err(error) => {
            problems.push(Problem { kind: "page", r#where: "database".to_owned(), message: error.to_string() })
        }
    }
    if let Ok(mut statement) = conn.prepare("PRAGMA foreign_key_check") {
        let broken = statement.query_map([], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, Option<i64>>(1)?, row.get::<_, String>(2)?))
        });
        for (table, row, parent) in broken.map_err(explain)?.flatten() {
            problems.push(Problem {
                kind: "foreign_key",
                r#where: format!("{table} row {}", row.unwrap_or_default()),
                message: format!("it names a row of {parent} that does not exist"),
            });
        }
    }
    let version = schema::version(conn).map_err(explain)?;
    if version != schema::SCHEMA_VERSION {
        problems.push(Problem {
            kind: "page",
            r#where: "schema".to_owned(),
            message: format!("the schema is {version}, expected {}", schema::SCHEMA_VERSION),
        });
    }
    match audit::check(conn) {
        Ok(chain) => {
            problems.extend(chain.breaks.into_iter().map(|(seq, message)| Problem {
                kind: "audit",
                r#where: format!("audit entry {seq}"),
                message,
            }));
            Ok((problems, chain.head))
        }
        Err(error) => {
            problems.push(Problem { kind: "audit", r#where: "audit".to_owned(), message: error.to_string() });
            Ok((problems, String::new()))
        }
    }
}
