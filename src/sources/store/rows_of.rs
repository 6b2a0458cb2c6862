//! Source records that were selected, by their numbers: a window on them, and their values in one column. Which they are
//! is `select`'s.

use rusqlite::{Connection, OptionalExtension};

use super::catalog::{columns_of, unsigned};
use super::rows::{superseded_sql, value_columns, values, vanished_sql};
use super::{TABLE_COLUMNS, data_table};
use crate::job::Job;
use crate::sources::{LoadId, ObjectId, PageRow, Rec, SourcesError};

/// Rows between two questions whether the work is still wanted.
const SLICE: usize = 1_000;

/// Stored rows of an object by their numbers, in the order of `recs`; those that are not there any more are left out.
///
/// # Errors
/// If the database cannot be read.
pub fn rows_of(conn: &Connection, object: ObjectId, recs: &[Rec]) -> rusqlite::Result<Vec<PageRow>> {
    let columns = columns_of(conn, object.0)?.len();
    let table = data_table(object.0);
    let list = value_columns(columns);
    let list = if list.is_empty() { String::new() } else { format!(", {list}") };
    let mut statement = conn.prepare_cached(&format!(
        "SELECT d.rec, d.load, d.line, {}, {}{list} FROM {table} d WHERE d.rec = ?1",
        superseded_sql(&table),
        vanished_sql(object)
    ))?;
    let mut rows = Vec::with_capacity(recs.len());
    for rec in recs {
        let row = statement
            .query_row([rec.0], |row| {
                Ok(PageRow {
                    rec: Rec(row.get(0)?),
                    load: LoadId(row.get(1)?),
                    line: unsigned(row, 2)?,
                    superseded: row.get(3)?,
                    vanished: row.get::<_, bool>(4)? && !row.get::<_, bool>(3)?,
                    values: values(row, 5, columns)?,
                })
            })
            .optional()?;
        rows.extend(row);
    }
    Ok(rows)
}

/// Hands the stored rows of `recs` to `each`, in their order.
///
/// # Errors
/// What the database or `each` says, or that the job was cancelled.
pub fn for_each_of<E: From<SourcesError>>(
    conn: &Connection,
    object: ObjectId,
    recs: &[Rec],
    job: &Job,
    mut each: impl FnMut(PageRow) -> Result<(), E>,
) -> Result<(), E> {
    for slice in recs.chunks(SLICE) {
        job.check().map_err(SourcesError::from)?;
        for row in rows_of(conn, object, slice).map_err(SourcesError::from)? {
            each(row)?;
        }
        job.count_rows(slice.len() as u64, 0);
    }
    Ok(())
}

/// What a value is in an order of values: numbers first, by number, then texts whatever their case, then what is empty,
/// then what is not given.
#[derive(Debug, Clone, PartialEq)]
enum Place {
    Number(f64, String),
    Text(String, String),
    Empty,
    Absent,
}

impl Place {
    fn of(value: Option<String>) -> Self {
        let Some(value) = value else { return Self::Absent };
        if value.trim().is_empty() {
            return Self::Empty;
        }
        match value.trim().parse::<f64>() {
            // `nan` and `inf` are words in data.
            Ok(number) if number.is_finite() => Self::Number(number, value),
            _ => Self::Text(value.to_lowercase(), value),
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Self::Number(..) => 0,
            Self::Text(..) => 1,
            Self::Empty => 2,
            Self::Absent => 3,
        }
    }

    fn compare(&self, other: &Self) -> std::cmp::Ordering {
        match (self, other) {
            (Self::Number(a, x), Self::Number(b, y)) => a.total_cmp(b).then_with(|| x.cmp(y)),
            (Self::Text(a, x), Self::Text(b, y)) => a.cmp(b).then_with(|| x.cmp(y)),
            _ => self.rank().cmp(&other.rank()),
        }
    }
}

/// The records in the order of a column's values, upwards or downwards; equal ones as they are stored, what is empty or not
/// given always last.
///
/// # Errors
/// If the database cannot be read, the column is not there, or the job was cancelled.
pub fn sorted(
    conn: &Connection,
    object: ObjectId,
    recs: &[Rec],
    column: usize,
    downwards: bool,
    job: &Job,
) -> Result<Vec<Rec>, SourcesError> {
    let columns = columns_of(conn, object.0)?.len();
    if column >= columns {
        return Err(SourcesError::Refused {
            message: "This column is not in the workspace any more.".to_owned(),
            hint: "Esc goes back.".to_owned(),
        });
    }
    let table = data_table(object.0);
    let (name, within) = if column < TABLE_COLUMNS {
        (format!("d.c{column}"), None)
    } else {
        ("d.more".to_owned(), Some(column - TABLE_COLUMNS))
    };
    let mut statement = conn.prepare_cached(&format!("SELECT {name} FROM {table} d WHERE d.rec = ?1"))?;
    job.begin("sorting", recs.len() as u64);
    let mut places = Vec::with_capacity(recs.len());
    for slice in recs.chunks(SLICE) {
        job.check()?;
        for rec in slice {
            let value: Option<String> = statement.query_row([rec.0], |row| row.get(0)).optional()?.flatten();
            let value = match within {
                None => value,
                Some(at) => value
                    .and_then(|text| serde_json::from_str::<Vec<Option<String>>>(&text).ok())
                    .and_then(|mut rest| if at < rest.len() { rest.swap_remove(at) } else { None }),
            };
            places.push((Place::of(value), *rec));
        }
        job.advance(slice.len() as u64);
    }
    job.check()?;
    places.sort_by(|(a, x), (b, y)| {
        let ordered = a.compare(b);
        let turned = if downwards && a.rank() < 2 && b.rank() < 2 { ordered.reverse() } else { ordered };
        turned.then_with(|| x.cmp(y))
    });
    Ok(places.into_iter().map(|(_, rec)| rec).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::load::{self, LoadRequest};
    use crate::sources::store::{catalog, rows};
    use crate::workspace::Workspace;

    fn loaded(csv: &str) -> (tempfile::TempDir, Workspace, ObjectId, Vec<PageRow>) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.csv");
        std::fs::write(&file, csv).unwrap();
        let workspace = Workspace::create(&folder.path().join("w.cutover"), "mira").unwrap();
        load::load(&workspace, &mut LoadRequest { files: vec![file], ..LoadRequest::default() }, &Job::new()).unwrap();
        let reader = workspace.reader().unwrap();
        let object = catalog::inventory(reader.conn()).unwrap().sources[0].objects[0].id;
        let all = rows::page(reader.conn(), object, 0, 100).unwrap().rows;
        (folder, workspace, object, all)
    }

    #[test]
    fn selected_rows_come_in_the_order_they_are_asked_for() {
        let (_folder, workspace, object, all) = loaded("Id,Name\n1,Ada\n2,Ben\n3,Cem\n");
        let reader = workspace.reader().unwrap();
        let wanted = [all[2].rec, Rec(i64::MAX), all[0].rec];
        let rows = rows_of(reader.conn(), object, &wanted).unwrap();
        assert_eq!(rows, [all[2].clone(), all[0].clone()]);
    }

    #[test]
    fn numbers_stand_before_texts_and_what_is_missing_always_last() {
        let (_folder, workspace, object, all) = loaded("Id,Amount\n1,10\n2,9\n3,\n4,b\n5,A\n6,-2.5\n");
        let reader = workspace.reader().unwrap();
        let recs: Vec<Rec> = all.iter().map(|row| row.rec).collect();
        let amounts = |downwards| -> Vec<String> {
            let sorted = sorted(reader.conn(), object, &recs, 1, downwards, &Job::new()).unwrap();
            let rows = rows_of(reader.conn(), object, &sorted).unwrap();
            rows.iter().map(|row| row.values[1].clone().unwrap_or_default()).collect()
        };
        assert_eq!(amounts(false), ["-2.5", "9", "10", "A", "b", ""]);
        assert_eq!(amounts(true), ["b", "A", "10", "9", "-2.5", ""]);
    }

    #[test]
    fn a_row_says_whether_it_is_an_older_version_and_whether_its_record_vanished() {
        let folder = tempfile::tempdir().unwrap();
        let workspace = Workspace::create(&folder.path().join("w.cutover"), "mira").unwrap();
        let bring = |day: u32, csv: &str| {
            let file = folder.path().join("Contact.csv");
            std::fs::write(&file, csv).unwrap();
            let mut request = LoadRequest {
                files: vec![file],
                as_of: Some(format!("2026-03-{day:02}T00:00:00Z")),
                ..LoadRequest::default()
            };
            load::load(&workspace, &mut request, &Job::new()).unwrap();
        };
        let signs = || -> (u64, Vec<String>) {
            let reader = workspace.reader().unwrap();
            let object = catalog::inventory(reader.conn()).unwrap().sources[0].objects[0].id;
            let page = rows::page(reader.conn(), object, 0, 100).unwrap();
            let recs: Vec<Rec> = page.rows.iter().map(|row| row.rec).collect();
            assert_eq!(rows_of(reader.conn(), object, &recs).unwrap(), page.rows);
            let sign = |row: &PageRow| {
                let name = row.values[1].as_deref().unwrap();
                let marks = [(row.superseded, " older"), (row.vanished, " vanished")];
                marks.iter().filter(|(is, _)| *is).fold(name.to_owned(), |text, (_, mark)| text + mark)
            };
            (page.vanished, page.rows.iter().map(sign).collect())
        };
        bring(1, "Id,Name\n1,Ada\n2,Ben\n3,Cem\n4,Dag\n");
        bring(2, "Id,Name\n1,Ada L.\n4,Dag\n");
        assert_eq!(
            signs(),
            (2, ["Ada older", "Ben vanished", "Cem vanished", "Dag", "Ada L."].map(str::to_owned).to_vec())
        );
        bring(3, "Id,Name\n1,Ada L.\n2,Ben\n3,Cem B.\n");
        let now = ["Ada older", "Ben", "Cem older", "Dag vanished", "Ada L.", "Cem B."];
        assert_eq!(signs(), (1, now.map(str::to_owned).to_vec()));
    }

    #[test]
    fn sorting_stops_when_it_is_wanted_no_more() {
        let (_folder, workspace, object, all) = loaded("Id,Name\n1,Ada\n");
        let job = Job::new();
        job.cancel();
        let reader = workspace.reader().unwrap();
        let stopped = sorted(reader.conn(), object, &[all[0].rec], 1, false, &job);
        assert!(matches!(stopped, Err(SourcesError::Cancelled(_))));
    }
}
