//! Import templates and empty exports: each table's header becomes the fields of an entity. Read by the readers of loads, so
//! that whatever can be loaded can be registered: CSV, JSON, workbooks with a sheet for each entity, archives of these.

use std::path::Path;

use super::guess;
use crate::job::Job;
use crate::model::users::unreadable;
use crate::model::{Entity, Field, FieldType, ModelError, RoleInGrain};
use crate::sources::ColumnRole;
use crate::sources::columns::{self, guess_roles};
use crate::sources::read::{self, Format, Layout, ReadOptions, Scan};
use crate::sources::target::{suggest, unique_names};

/// Words of a file's name that say nothing of what it takes.
const FILLER: &[&str] = &[
    "import",
    "export",
    "template",
    "sample",
    "example",
    "empty",
    "blank",
    "vorlage",
    "modele",
    "modèle",
    "plantilla",
    "csv",
    "xlsx",
];

/// A name without the words that only say that it is a template.
pub(super) fn without_filler(name: &str) -> String {
    let kept: Vec<&str> = name
        .split(|c: char| c == '-' || c == '_' || c.is_whitespace())
        .filter(|word| !word.is_empty() && !FILLER.contains(&word.to_lowercase().as_str()))
        .collect();
    if kept.is_empty() || kept.len() == name.split(|c: char| c == '-' || c == '_' || c.is_whitespace()).count() {
        return name.to_owned();
    }
    kept.join("_")
}

/// The entities of a file, in the order of its tables.
pub(super) fn of_file(path: &Path) -> Result<Vec<Entity>, ModelError> {
    let job = Job::new();
    let options = ReadOptions::default();
    let parts = read::list_parts(path, &options).map_err(unreadable)?.parts;
    let mut entities: Vec<Entity> = Vec::new();
    for part in &parts {
        let mut scan = read::scan(part, &options, &job).map_err(unreadable)?;
        // A template has a header, also where its one line looks like data.
        let headless = scan.dialect.is_some_and(|dialect| dialect.header_line.is_none())
            || (part.format.is_workbook() && scan.header_line.is_none());
        if headless {
            let named = ReadOptions { header_line: Some(Some(1)), ..ReadOptions::default() };
            scan = read::scan(part, &named, &job).map_err(unreadable)?;
        }
        let mut name = without_filler(&suggest(part).object);
        if entities.iter().any(|entity| entity.name.to_lowercase() == name.to_lowercase()) {
            name = format!("{name} ({})", entities.len() + 1);
        }
        let mut entity = entity(&name, &scan, part.format);
        entity.order = u32::try_from(entities.len()).unwrap_or(u32::MAX);
        if !entity.fields.is_empty() {
            entities.push(entity);
        }
    }
    Ok(entities)
}

fn entity(name: &str, scan: &Scan, format: Format) -> Entity {
    let is_json = format == Format::Json && !matches!(scan.layout, Layout::Delimited);
    let marked: Vec<(String, bool)> = scan
        .columns
        .iter()
        .map(|header| if is_json { (header.trim().to_owned(), false) } else { guess::required(header) })
        .collect();
    let headers = unique_names(&marked.iter().map(|(header, _)| header.clone()).collect::<Vec<_>>());
    let mut sample = scan.sample.clone();
    let marks = sample.first().filter(|row| is_row_of_marks(row)).cloned();
    if marks.is_some() {
        sample.remove(0);
    }
    let guesses = guess_roles(name, &headers, &sample);
    let mut fields = Vec::with_capacity(headers.len());
    for (at, header) in headers.iter().enumerate() {
        let examples: Vec<&str> =
            sample.iter().filter_map(|row| row.get(at)?.as_deref()).filter(|text| !text.trim().is_empty()).collect();
        let role = guesses.get(at).map_or(ColumnRole::Plain, |guess| guess.role);
        let kind = guess::kind(header, role, &examples);
        let below = marks.as_ref().and_then(|row| row.get(at)?.as_deref()).is_some_and(guess::says_required);
        fields.push(Field {
            name: header.clone(),
            kind,
            required: marked.get(at).is_some_and(|(_, required)| *required) || below,
            role: if role == ColumnRole::NativeId { RoleInGrain::Identity } else { RoleInGrain::Attribute },
            personal: is_personal(role, kind),
            example: examples.first().map(|text| (*text).to_owned()).unwrap_or_default(),
            ..Field::default()
        });
    }
    Entity { name: name.to_owned(), fields, ..Entity::default() }
}

/// Whether a row below the header says of every column whether it is required.
fn is_row_of_marks(row: &[Option<String>]) -> bool {
    let filled: Vec<&str> = row.iter().flatten().map(String::as_str).filter(|text| !text.trim().is_empty()).collect();
    filled.iter().any(|text| guess::says_required(text)) && filled.iter().all(|text| guess::is_mark(text))
}

/// Whether a column names or reaches a person.
pub(super) fn is_personal(role: ColumnRole, kind: FieldType) -> bool {
    matches!(
        role,
        ColumnRole::Email | ColumnRole::Phone | ColumnRole::GivenName | ColumnRole::FamilyName | ColumnRole::FullName
    ) || matches!(kind, FieldType::Email | FieldType::Phone)
}

/// The same by a name alone.
pub(super) fn is_personal_name(name: &str, kind: FieldType) -> bool {
    let role = columns::guess_roles("", &[name.to_owned()], &[])
        .into_iter()
        .next()
        .map_or(ColumnRole::Plain, |guess| guess.role);
    is_personal(role, kind)
}
