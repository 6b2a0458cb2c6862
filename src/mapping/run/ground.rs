//! What the tests of outcomes, transforming and figures stand on: a workspace with objects in it, value functions of their
//! own, and compiled maps written by hand, so that they depend on no other part of maps.

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use rusqlite::Connection;

use crate::job::Job;
use crate::mapping::compile::{Compiled, Need};
use crate::mapping::outcomes::{self, Maker, Means};
use crate::mapping::recipe::{Outcome, Recipe};
use crate::mapping::{MapKey, MappingError};
use crate::model::users::UserList;
use crate::sources::load::{self, LoadRequest};
use crate::sources::store::catalog;
use crate::sources::{LoadId, ObjectId};
use crate::workspace::sql::{quote_name, quote_text};
use crate::workspace::{Mode, Workspace};

pub struct Ground {
    pub folder: tempfile::TempDir,
    pub workspace: Workspace,
    files: AtomicUsize,
}

impl Ground {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let workspace = Workspace::create(&folder.path().join("w.cutover"), "mira").unwrap();
        Self { folder, workspace, files: AtomicUsize::new(0) }
    }

    /// The workspace as it is now, once more. Nobody may be writing.
    pub fn copy(&self) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for name in ["w.cutover", "w.cutover-wal"] {
            if self.folder.path().join(name).exists() {
                std::fs::copy(self.folder.path().join(name), folder.path().join(name)).unwrap();
            }
        }
        Self::at(folder, self.files.load(Ordering::Relaxed))
    }

    /// The workspace that stands in a folder.
    pub fn at(folder: tempfile::TempDir, files: usize) -> Self {
        let workspace = Workspace::open(&folder.path().join("w.cutover"), Mode::Write, "mira").unwrap();
        Self { folder, workspace, files: AtomicUsize::new(files) }
    }

    /// A workspace that stands somewhere else.
    pub fn of(workspace: Workspace) -> Self {
        Self { folder: tempfile::tempdir().unwrap(), workspace, files: AtomicUsize::new(0) }
    }

    /// Lets the workspace go; the folder stays.
    pub fn close(self) -> tempfile::TempDir {
        self.folder
    }

    /// Loads a file of CRM's object; the moment that it shows counts up.
    pub fn load(&self, object: &str, csv: &str) -> LoadId {
        let number = self.files.fetch_add(1, Ordering::Relaxed) + 1;
        let file: PathBuf = self.folder.path().join(format!("{object}_{number}.csv"));
        std::fs::write(&file, csv).unwrap();
        let mut request = LoadRequest {
            files: vec![file],
            source: Some("CRM".to_owned()),
            object: Some(object.to_owned()),
            native_id: Some("Id".to_owned()),
            as_of: Some(format!("2025-01-{number:02}T00:00:00Z")),
            delta: true,
            ..LoadRequest::default()
        };
        let report = load::load(&self.workspace, &mut request, &Job::new()).unwrap();
        assert!(report.failed.is_empty(), "{:?}", report.failed);
        let reader = self.workspace.reader().unwrap();
        reader.conn().query_row("SELECT max(id) FROM load", [], |row| row.get(0).map(LoadId)).unwrap()
    }

    pub fn take_out(&self, load: LoadId) {
        load::take_out(&self.workspace, load, &Job::new()).unwrap();
    }

    pub fn prepare(&self, compiled: &Compiled) {
        self.prepare_with(compiled, 2, 160 << 20, &Job::new()).unwrap();
    }

    pub fn prepare_with(
        &self,
        compiled: &Compiled,
        threads: usize,
        room: usize,
        job: &Job,
    ) -> Result<(), MappingError> {
        outcomes::prepare_with(&self.workspace, compiled, &Means { threads, room, maker_of: &maker_of }, job)
    }

    /// All outcomes that can be seen: function, parameters, input, output, fault.
    pub fn outcomes(&self) -> Vec<[String; 5]> {
        let reader = self.workspace.reader().unwrap();
        let mut statement = reader
            .conn()
            .prepare("SELECT function, parameters, input, output, fault FROM v_value_outcomes ORDER BY 1, 2, 3")
            .unwrap();
        let text = |value: Option<String>| value.unwrap_or_else(|| "NULL".to_owned());
        let rows = statement
            .query_map([], |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?, text(row.get(3)?), text(row.get(4)?)]));
        rows.unwrap().collect::<Result<_, _>>().unwrap()
    }

    pub fn number(&self, sql: &str) -> i64 {
        self.workspace.reader().unwrap().conn().query_row(sql, [], |row| row.get(0)).unwrap()
    }

    /// What the compiled SELECT gives where any SQLite tool runs it.
    pub fn selected(&self, compiled: &Compiled) -> Vec<Vec<Option<String>>> {
        let conn = Connection::open(self.workspace.file()).unwrap();
        let mut statement = conn.prepare(&format!("SELECT * FROM ({}) ORDER BY rec", compiled.sql)).unwrap();
        let width = statement.column_count();
        let rows = statement.query_map([], |row| {
            let value = |at| {
                Ok(match row.get_ref(at)? {
                    rusqlite::types::ValueRef::Null => None,
                    rusqlite::types::ValueRef::Integer(number) => Some(number.to_string()),
                    other => Some(other.as_str().unwrap().to_owned()),
                })
            };
            (0..width).map(value).collect::<rusqlite::Result<Vec<_>>>()
        });
        rows.unwrap().collect::<Result<_, _>>().unwrap()
    }

    /// A map of CRM's object; of each field its name, the function of its recipe, its parameters, and its column.
    pub fn compiled(&self, object: &str, fields: &[(&str, &str, &str, &str)]) -> Compiled {
        let reader = self.workspace.reader().unwrap();
        let id = catalog::find_object(reader.conn(), "CRM", object).unwrap().map(ObjectId).unwrap();
        let view: String =
            reader.conn().query_row("SELECT view FROM object WHERE id = ?1", [id.0], |row| row.get(0)).unwrap();
        let key = MapKey { source: "CRM".to_owned(), object: object.to_owned(), entity: "person".to_owned() };
        let mut compiled = Compiled { key, from_sql: format!("{} AS r", quote_name(&view)), ..Compiled::default() };
        let (mut list, mut joins, mut told, mut flags) = (String::new(), String::new(), Vec::new(), String::new());
        for (at, (field, function, parameters, column)) in fields.iter().enumerate() {
            let input = format!("nullif(trim(r.{}), '')", quote_name(column));
            list.push_str(&format!(", o{at}.output AS {}", quote_name(field)));
            joins.push_str(&format!(
                " LEFT JOIN value_outcome o{at} ON o{at}.recipe = (SELECT id FROM value_recipe WHERE function = {}
                   AND parameters = {}) AND o{at}.input = {input}",
                quote_text(function),
                quote_text(parameters)
            ));
            told.push(format!("SELECT {} f, {input} v, o{at}.fault w", quote_text(field)));
            flags.push_str(&format!(
                ", ({input} IS NOT NULL) + 2 * ({input} IS NULL) + 4 * coalesce(o{at}.output <> {input}, 0)"
            ));
            compiled.fields.push((*field).to_owned());
            compiled.needs.push(Need {
                recipe: Recipe { function: (*function).to_owned(), parameters: (*parameters).to_owned() },
                columns: Vec::new(),
                input_sql: input,
                field: (*field).to_owned(),
            });
        }
        let rejects = format!(
            "(SELECT nullif(json_group_array(json_object('field', f, 'value', v, 'rule', 'test', 'reason', w)), '[]')
               FROM ({}) WHERE w IS NOT NULL)",
            told.join(" UNION ALL ")
        );
        let select = |more: &str, condition: &str| {
            format!(
                "SELECT k.key AS key, r.record AS record, r.rec AS rec{list},
                   CASE WHEN r.\"Id\" LIKE 'X%' THEN 'test data' END AS excluded, {rejects} AS rejects{more}
                 FROM {from} LEFT JOIN durable_key k ON k.entity = 'person' AND k.record = r.record{joins}
                 WHERE r.latest{condition}",
                from = compiled.from_sql
            )
        };
        let stretch = " AND r.rec BETWEEN ?1 AND ?2 ORDER BY r.rec";
        (compiled.sql, compiled.stretch_sql) = (select("", ""), select("", stretch));
        compiled.counting_sql = select(&flags, stretch);
        compiled
    }
}

/// `upper` makes nothing of `-` and cannot convert what begins with `?`; `broken` does not hold.
fn maker_of(recipe: &Recipe, _lists: &[UserList]) -> Result<Maker, MappingError> {
    if recipe.function == "broken" {
        return Err(MappingError::Refused { message: "It does not hold.".to_owned(), hint: String::new() });
    }
    let more = recipe.parameters.clone();
    Ok(Box::new(move |input| match input {
        "-" => Outcome::Nothing,
        _ if input.starts_with('?') => Outcome::Fault("no word".to_owned()),
        _ => Outcome::Value(input.to_uppercase() + &more),
    }))
}

/// So many people; of each an ID, a word, another word, and an account.
pub fn people(ids: std::ops::Range<u32>, of: &str) -> String {
    let mut csv = "Id,Word,Other,AccountId\n".to_owned();
    for n in ids {
        let word = match n % 11 {
            0 => "-".to_owned(),
            3 => format!("?{of}"),
            5 => "  ".to_owned(),
            _ => format!("  {of} é{} ", n % 700),
        };
        csv.push_str(&format!("P{n:05},{word},{}{of},A{:03}\n", n % 13, n % 40));
    }
    csv
}
