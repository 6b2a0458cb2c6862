//! Where a file belongs: which source, which object, which of the object's columns. Pure but for the names it is given.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;
use std::sync::OnceLock;

use super::read::{Format, Part};
use super::{Column, ColumnRole, SystemKind, columns};
use crate::values::datetime::object_name_from_file;

/// Source and object as the file's place and name suggest them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggested {
    pub source: String,
    pub object: String,
    pub kind: SystemKind,
    /// Names of folder and archive, the nearest first, as far as they can speak of a system.
    pub places: Vec<String>,
    /// The file's (member's) name as it is.
    pub file: String,
}

/// Whether a folder's name says nothing of what is in it: `Downloads`, `exports`, a date.
#[must_use]
pub fn says_nothing(name: &str) -> bool {
    columns::header_words(name).iter().all(|word| {
        let number = word.bytes().all(|b| b.is_ascii_digit() || matches!(b, b't' | b'z'));
        number || columns::is_word_of("says_nothing", word)
    })
}

/// A file's folder is its source, its name without date its object; inside an archive the same by the member's path.
#[must_use]
pub fn suggest(part: &Part) -> Suggested {
    let file = std::fs::canonicalize(&part.file).unwrap_or_else(|_| part.file.clone());
    let folder_name = |path: &Path| {
        path.parent()
            .and_then(Path::file_name)
            .map(|name| name.to_string_lossy().into_owned())
            .filter(|name| !name.trim().is_empty() && name != "..")
    };
    let source = part
        .members
        .iter()
        .rev()
        .find_map(|member| folder_name(Path::new(member)))
        .or_else(|| folder_name(&file))
        .unwrap_or_else(|| "files".to_owned());
    let name = part.members.last().map_or_else(
        || file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
        |member| member.rsplit('/').next().unwrap_or(member).to_owned(),
    );
    let mut object = object_name_from_file(&stem(&name));
    if let Some(sheet) = &part.sheet
        && !is_default_sheet(sheet)
    {
        // A table's name is no file's: what stands in it stays.
        object = if part.format == Format::Sqlite { sheet.replace('/', "∕") } else { object_name_from_file(sheet) };
    }
    if object.trim().is_empty() {
        object = "records".to_owned();
    }
    let kind = kind_of(&source, part.format);
    let mut places: Vec<String> =
        part.members.iter().rev().filter_map(|member| folder_name(Path::new(member))).collect();
    if !part.members.is_empty() {
        places.extend(file.file_name().map(|name| stem(&name.to_string_lossy())));
    }
    if let Some(folder) = folder_name(&file) {
        let above = says_nothing(&folder).then(|| file.parent().and_then(folder_name)).flatten();
        places.push(folder);
        places.extend(above);
    }
    Suggested { source, object, kind, places, file: name }
}

/// A name without the endings that say its format.
fn stem(name: &str) -> String {
    let mut stem = name;
    for ending in [
        "gz", "csv", "tsv", "txt", "tab", "json", "ndjson", "jsonl", "xlsx", "xlsm", "xls", "ods", "sqlite", "sqlite3",
        "db", "zip",
    ] {
        if let Some((rest, last)) = stem.rsplit_once('.')
            && last.eq_ignore_ascii_case(ending)
            && !rest.is_empty()
        {
            stem = rest;
        }
    }
    stem.to_owned()
}

/// `Sheet1` and what it is called elsewhere.
fn is_default_sheet(sheet: &str) -> bool {
    let word = sheet.trim_end_matches(|c: char| c.is_ascii_digit() || c == ' ').to_lowercase();
    matches!(word.as_str(), "sheet" | "tabelle" | "feuil" | "hoja" | "foglio" | "blad" | "arkusz" | "planilha" | "")
}

fn kind_of(source: &str, format: Format) -> SystemKind {
    static SYSTEMS: OnceLock<BTreeMap<String, Vec<String>>> = OnceLock::new();
    let systems = SYSTEMS.get_or_init(|| {
        // The asset is part of the program; a test reads it.
        toml::from_str(include_str!("../../assets/systems.toml")).expect("assets/systems.toml is well formed")
    });
    let words: HashSet<String> = columns::header_words(source).into_iter().collect();
    let whole = source.to_lowercase();
    let found = systems
        .iter()
        .flat_map(|(kind, names)| names.iter().map(move |name| (kind, name)))
        .filter(|(_, name)| words.contains(name.as_str()) || (name.len() > 5 && whole.contains(name.as_str())))
        .max_by_key(|(_, name)| name.len())
        .and_then(|(kind, _)| SystemKind::from_word(kind));
    found.unwrap_or(if format.is_workbook() { SystemKind::Spreadsheet } else { SystemKind::Other })
}

/// Header names made unique: an empty one becomes `column_N`, a repeated one gets ` (2)`.
#[must_use]
pub fn unique_names(header: &[String]) -> Vec<String> {
    let mut taken: HashSet<String> = HashSet::new();
    // How far each name has been counted, so that 40,000 equal names do not take a minute.
    let mut counted: HashMap<String, usize> = HashMap::new();
    header
        .iter()
        .enumerate()
        .map(|(at, name)| {
            let base = if name.trim().is_empty() { format!("column_{}", at + 1) } else { name.clone() };
            let folded = base.to_lowercase();
            let mut unique = base.clone();
            if !taken.insert(folded.clone()) {
                let number = counted.entry(folded).or_insert(2);
                loop {
                    unique = format!("{base} ({number})");
                    *number += 1;
                    if taken.insert(unique.to_lowercase()) {
                        break;
                    }
                }
            }
            unique
        })
        .collect()
}

/// The file's columns laid over the object's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overlay {
    /// All columns, the new ones at the end.
    pub columns: Vec<Column>,
    /// How many the object had.
    pub known: usize,
    /// Position of each of the file's columns.
    pub positions: Vec<usize>,
    /// Columns of the object that the file does not have.
    pub absent: Vec<String>,
}

impl Overlay {
    /// Names of the columns that the object did not have.
    #[must_use]
    pub fn added(&self) -> Vec<&str> {
        self.columns[self.known..].iter().map(|column| column.name.as_str()).collect()
    }
}

/// Lays a file's columns over those that an object has; names are compared as written, then without regard to case.
#[must_use]
pub fn overlay(existing: &[Column], names: &[String], guesses: &[columns::Guess]) -> Overlay {
    let exact: HashMap<&str, usize> = existing.iter().map(|column| (column.name.as_str(), column.position)).collect();
    let folded: HashMap<String, usize> =
        existing.iter().rev().map(|column| (column.name.to_lowercase(), column.position)).collect();
    let has_native = existing.iter().any(|column| column.role == ColumnRole::NativeId);
    let mut columns = existing.to_vec();
    let mut taken = HashSet::new();
    let mut positions = Vec::with_capacity(names.len());
    for (name, guess) in names.iter().zip(guesses) {
        let found = exact.get(name.as_str()).or_else(|| folded.get(&name.to_lowercase())).copied();
        let position = match found.filter(|position| taken.insert(*position)) {
            Some(position) => position,
            None => {
                let position = columns.len();
                let role =
                    if has_native && guess.role == ColumnRole::NativeId { ColumnRole::ForeignKey } else { guess.role };
                columns.push(Column {
                    position,
                    name: name.clone(),
                    role,
                    evidence: guess.evidence.clone(),
                    by_hand: false,
                    points_to: guess.points_to.clone(),
                    meaning: guess.meaning,
                    separator: guess.separator.clone(),
                    dates: guess.dates.clone(),
                });
                position
            }
        };
        positions.push(position);
    }
    let covered: HashSet<usize> = positions.iter().copied().collect();
    let absent = existing
        .iter()
        .filter(|column| !covered.contains(&column.position))
        .map(|column| column.name.clone())
        .collect();
    Overlay { columns, known: existing.len(), positions, absent }
}

/// Whether a file with these columns can be a later export of an object with those: it has the native ID, if there is
/// one, and half of the columns of either.
#[must_use]
pub fn fits(existing: &[Column], names: &[String]) -> bool {
    let have: HashSet<String> = names.iter().map(|name| name.to_lowercase()).collect();
    let shared = existing.iter().filter(|column| have.contains(&column.name.to_lowercase())).count();
    let native = existing
        .iter()
        .find(|column| column.role == ColumnRole::NativeId)
        .is_none_or(|column| have.contains(&column.name.to_lowercase()));
    native && shared * 2 >= existing.len().min(names.len()).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(file: &str, members: &[&str], sheet: Option<&str>) -> Part {
        Part {
            file: file.into(),
            members: members.iter().map(|m| (*m).to_owned()).collect(),
            sheet: sheet.map(str::to_owned),
            format: if sheet.is_some() { Format::Xlsx } else { Format::Delimited },
            size: None,
        }
    }

    #[test]
    fn folder_and_name_without_date_say_where_a_file_belongs() {
        let found = suggest(&part("/x/Salesforce/Contact-2025-11-14.csv", &[], None));
        assert_eq!(
            (found.source.as_str(), found.object.as_str(), found.kind),
            ("Salesforce", "Contact", SystemKind::Crm)
        );
        let found = suggest(&part("/x/HubSpot/companies.csv", &[], None));
        assert_eq!(found.kind, SystemKind::Marketing);
        let found = suggest(&part("/x/all.zip", &["Zendesk/users.ndjson.gz"], None));
        assert_eq!(
            (found.source.as_str(), found.object.as_str(), found.kind),
            ("Zendesk", "users", SystemKind::Support)
        );
        let found = suggest(&part("/x/Renewals 2025/Renewals 2025.xlsx", &[], Some("Sheet1")));
        assert_eq!((found.object.as_str(), found.kind), ("Renewals", SystemKind::Spreadsheet));
        let found = suggest(&part("/x/Renewals 2025/Renewals 2025.xlsx", &[], Some("Open")));
        assert_eq!(found.object, "Open");
    }

    #[test]
    fn names_become_unique_without_regard_to_case() {
        let header: Vec<String> = ["Name", "name", "", "Name"].iter().map(|n| (*n).to_owned()).collect();
        assert_eq!(unique_names(&header), ["Name", "name (2)", "column_3", "Name (3)"]);
    }

    #[test]
    fn forty_thousand_equal_names_are_told_apart_quickly() {
        let header = vec!["x".to_owned(); 40_000];
        let names = unique_names(&header);
        assert_eq!(names.iter().collect::<HashSet<_>>().len(), 40_000);
    }
}
