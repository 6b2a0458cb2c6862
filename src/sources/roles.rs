//! Overruling what a column is said to hold: the index, the record keys and the merges that hang on it follow, in one
//! commit that undo takes back.

use serde::{Deserialize, Serialize};

use super::deeds::{self, Deed};
use super::load::{LoadError, LoadErrorKind, merges};
use super::store::arrive::{self, RepeatedId, SourceMerge};
use super::store::catalog::{self, Stretches, role_word};
use super::store::{TABLE_COLUMNS, data_table, rows, views};
use super::{Column, ColumnRole, ObjectId};
use crate::job::Job;
use crate::values::shown::Shown;
use crate::workspace::{Workspace, audit, private_file};

/// One column's role before or after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Setting {
    position: usize,
    role: ColumnRole,
    evidence: String,
    by_hand: bool,
}

#[derive(Debug, Serialize, Deserialize)]
struct Detail {
    object: i64,
    name: String,
    before: Vec<Setting>,
    after: Vec<Setting>,
}

impl Setting {
    fn of(column: &Column) -> Self {
        Self {
            position: column.position,
            role: column.role,
            evidence: column.evidence.clone(),
            by_hand: column.by_hand,
        }
    }
}

/// Says what a column holds. A new native ID takes the role from the old one.
///
/// # Errors
/// If there is no such column, or the workspace cannot be written to at length.
pub fn set_role(
    workspace: &Workspace,
    object: ObjectId,
    position: usize,
    role: ColumnRole,
    job: &Job,
) -> Result<String, LoadError> {
    let reader = workspace.reader()?;
    let columns = catalog::columns_of(reader.conn(), object.0)?;
    let Some(column) = columns.get(position).filter(|_| position < TABLE_COLUMNS) else {
        return Err(LoadError::new(
            LoadErrorKind::Usage,
            "no_such_column",
            format!("There is no column {} whose role can be set.", position + 1),
            "The object's screen lists its columns.",
        ));
    };
    let (source, _, name) = catalog::object_names(reader.conn(), object.0)?;
    let name = format!("{source}/{name}/{}", column.name);
    let mut before = vec![Setting::of(column)];
    let mut after = vec![Setting { position, role, evidence: "set by hand".to_owned(), by_hand: true }];
    if role == ColumnRole::NativeId
        && let Some(old) = columns.iter().find(|c| c.role == ColumnRole::NativeId && c.position != position)
    {
        before.push(Setting::of(old));
        after.push(Setting {
            role: ColumnRole::ForeignKey,
            evidence: format!("{} was made the native ID", column.name),
            ..Setting::of(old)
        });
    }
    let detail = Detail { object: object.0, name, before, after };
    let json = serde_json::to_string(&detail).unwrap_or_default();
    apply(workspace, &detail, false, Some(json), job)
}

/// Undoes or redoes a role that was set.
pub(super) fn apply_deed(workspace: &Workspace, deed: &Deed, undo: bool, job: &Job) -> Result<String, LoadError> {
    let detail: Detail = serde_json::from_str(&deed.detail).map_err(|_| {
        LoadError::new(
            LoadErrorKind::Workspace,
            "damaged",
            "What was done last cannot be read.",
            "`cutover verify` checks the workspace.",
        )
    })?;
    apply(workspace, &detail, undo, None, job)
}

fn apply(
    workspace: &Workspace,
    detail: &Detail,
    undo: bool,
    deed: Option<String>,
    job: &Job,
) -> Result<String, LoadError> {
    let _lock = workspace.write_at_length("setting a column's role")?;
    super::load::sweep(workspace, job)?;
    let reader = workspace.reader()?;
    let object = detail.object;
    let (from, to) = if undo { (&detail.after, &detail.before) } else { (&detail.before, &detail.after) };
    let mut columns = catalog::columns_of(reader.conn(), object)?;
    if columns.is_empty() {
        return Err(LoadError::new(
            LoadErrorKind::Usage,
            "no_such_object",
            format!("{} is not loaded any more. Nothing was changed.", Shown::of(&detail.name)),
            "Load its file again first.",
        ));
    }
    for setting in to {
        if let Some(column) = columns.get_mut(setting.position) {
            column.role = setting.role;
        }
    }
    let roles: Vec<(usize, ColumnRole)> =
        to.iter().filter(|s| s.role != ColumnRole::Plain).map(|s| (s.position, s.role)).collect();
    let folder = private_file::folder_of(workspace.file());
    let segments = super::load::build_object(workspace, object, roles, &folder, job)?;
    let is_merge = |role: ColumnRole| matches!(role, ColumnRole::MergedInto | ColumnRole::MergedIds);
    let touches = |test: &dyn Fn(ColumnRole) -> bool| from.iter().chain(to).any(|setting| test(setting.role));
    let native_touched = touches(&|role| role == ColumnRole::NativeId);
    let told =
        if native_touched || touches(&is_merge) { Some(merges_told(workspace, object, &columns, job)?) } else { None };
    let repeats = if native_touched { Some(repeats(workspace, object, &columns)?) } else { None };
    let actor = workspace.actor().to_owned();
    let name = detail.name.clone();
    let (was, now) = (words(from), words(to));
    let to: Vec<Setting> = to.clone();
    workspace.writer()?.transact(move |tx| {
        for setting in &to {
            tx.execute(
                "UPDATE object_column SET role = ?3, evidence = ?4, by_hand = ?5 WHERE object = ?1 AND position = ?2",
                rusqlite::params![object, setting.position as i64, role_word(setting.role), setting.evidence, setting.by_hand],
            )?;
        }
        for (segment, meta) in &segments {
            arrive::complete_segment(tx, *segment, meta)?;
        }
        if let Some(told) = &told {
            tx.execute("DELETE FROM source_merge WHERE object = ?1", [object])?;
            for (load, merge) in told {
                let opened = arrive::Opened { load: *load, object, first_rec: 0 };
                arrive::merges(tx, opened, std::slice::from_ref(merge))?;
            }
        }
        if let Some(repeats) = &repeats {
            tx.execute("DELETE FROM repeated_id WHERE load IN (SELECT id FROM load WHERE object = ?1)", [object])?;
            for (load, r) in repeats {
                tx.execute(
                    "INSERT INTO repeated_id (rec, load, line, first_rec, first_line, native_id) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                    rusqlite::params![r.rec, load.0, r.line, r.first_rec, r.first_line, r.native_id],
                )?;
            }
        }
        views::rebuild(tx)?;
        let entry = audit::Entry { who: &actor, what: "set role", subject: &name, before: Some(&was), after: Some(&now) };
        audit::append(tx, &entry)?;
        if let Some(deed) = &deed {
            deeds::record(tx, &actor, "role", deed)?;
        }
        Ok(())
    })?;
    let role =
        if undo { detail.before.first() } else { detail.after.first() }.map_or("–", |setting| setting.role.label());
    Ok(format!("{}: {role}.", Shown::of(&detail.name)))
}

fn words(settings: &[Setting]) -> String {
    let list: Vec<String> = settings.iter().map(|s| format!("column {}: {}", s.position + 1, s.role.label())).collect();
    list.join(", ")
}

fn merges_told(
    workspace: &Workspace,
    object: i64,
    columns: &[Column],
    job: &Job,
) -> Result<Vec<(super::LoadId, SourceMerge)>, LoadError> {
    let merge_columns: Vec<&Column> =
        columns.iter().filter(|c| matches!(c.role, ColumnRole::MergedInto | ColumnRole::MergedIds)).collect();
    let native = merges::told_of(columns);
    let mut told = Vec::new();
    if merge_columns.is_empty() || native.is_none() {
        return Ok(told);
    }
    let reader = workspace.reader()?;
    rows::for_each::<LoadError>(reader.conn(), ObjectId(object), true, |record| {
        job.check().map_err(|_| LoadError::cancelled(workspace.file()))?;
        let value = |at: usize| record.values.get(at).and_then(|(_, _, value)| value.as_deref());
        let cells = merge_columns.iter().map(|column| (column.role, column.name.as_str(), value(column.position)));
        let found = merges::merges_of(native.and_then(value), cells, record.rec.0);
        told.extend(found.into_iter().map(|merge| (record.load, merge)));
        Ok(())
    })?;
    Ok(told)
}

fn repeats(
    workspace: &Workspace,
    object: i64,
    columns: &[Column],
) -> Result<Vec<(super::LoadId, RepeatedId)>, LoadError> {
    let Some(native) = columns.iter().position(|c| c.role == ColumnRole::NativeId).filter(|at| *at < TABLE_COLUMNS)
    else {
        return Ok(Vec::new());
    };
    let reader = workspace.reader()?;
    let stretches = Stretches::read(reader.conn())?;
    let table = data_table(object);
    let mut repeats = Vec::new();
    for (from, to, load) in stretches.of_object(ObjectId(object)) {
        let mut statement = reader.conn().prepare(&format!(
            "SELECT d.rec, d.line, first_value(d.rec) OVER w, first_value(d.line) OVER w, trim(d.c{native}) FROM {table} d
             WHERE d.rec BETWEEN ?1 AND ?2 AND trim(d.c{native}) IN (
               SELECT trim(c{native}) FROM {table} WHERE rec BETWEEN ?1 AND ?2 AND trim(c{native}) <> ''
               GROUP BY 1 HAVING count(*) > 1)
             WINDOW w AS (PARTITION BY trim(d.c{native}) ORDER BY d.rec)"
        ))?;
        let found = statement.query_map([from, to], |row| {
            Ok(RepeatedId {
                rec: row.get(0)?,
                line: row.get(1)?,
                first_rec: row.get(2)?,
                first_line: row.get(3)?,
                native_id: row.get(4)?,
            })
        })?;
        for repeat in found {
            repeats.push((load, repeat?));
        }
    }
    Ok(repeats)
}
