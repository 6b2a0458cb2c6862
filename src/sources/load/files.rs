//! Which files a request means, in which order, and what their names say.

use std::path::{Path, PathBuf};

use super::request::LoadRequest;
use super::{LoadError, LoadErrorKind};
use crate::sources::presets::{self, Place, Recognised};
use crate::sources::read::{Part, Scan};
use crate::sources::target::Suggested;
use crate::sources::{SystemKind, columns, target};
use crate::values::shown::Shown;

/// A file to load.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub path: PathBuf,
    /// It was found in a folder, not named.
    pub in_folder: bool,
}

/// Something that is no export, with why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    pub name: String,
    pub why: String,
}

/// Endings of files that are taken from a folder.
const EXPORTS: [&str; 16] = [
    "csv", "tsv", "txt", "tab", "json", "ndjson", "jsonl", "xlsx", "xlsm", "xls", "ods", "sqlite", "sqlite3", "db",
    "zip", "gz",
];

/// The files of a request: those named as they are named; those of folders by object, full exports before deltas, older
/// before newer.
///
/// # Errors
/// If a path is not there.
pub fn find_files(paths: &[PathBuf]) -> Result<(Vec<Found>, Vec<Skipped>), LoadError> {
    let mut found = Vec::new();
    let mut skipped = Vec::new();
    for path in paths {
        let meta = std::fs::metadata(path).map_err(|e| {
            let what = if e.kind() == std::io::ErrorKind::NotFound { "is not there" } else { "cannot be read" };
            LoadError::new(
                LoadErrorKind::File,
                if e.kind() == std::io::ErrorKind::NotFound { "not_found" } else { "io" },
                format!("{} {what}. Nothing was loaded.", Shown::of(&path.to_string_lossy())),
                "Check the path.",
            )
            .at(path)
        })?;
        if meta.is_dir() {
            let mut inside = Vec::new();
            walk(path, 0, &mut inside, &mut skipped);
            inside.sort_by_cached_key(|path| order(path));
            found.extend(inside.into_iter().map(|path| Found { path, in_folder: true }));
        } else {
            found.push(Found { path: path.clone(), in_folder: false });
        }
    }
    Ok((found, skipped))
}

fn walk(folder: &Path, depth: usize, found: &mut Vec<PathBuf>, skipped: &mut Vec<Skipped>) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        skipped.push(Skipped { name: name_of(folder), why: "the folder cannot be read".to_owned() });
        return;
    };
    let mut entries: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    entries.sort();
    for path in entries {
        let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(['.', '~']));
        // A link could lead round in a circle or out of the folder.
        let Ok(meta) = path.symlink_metadata() else { continue };
        if hidden || meta.file_type().is_symlink() {
            continue;
        }
        if meta.is_dir() {
            if depth < 8 {
                walk(&path, depth + 1, found, skipped);
            }
            continue;
        }
        let ending = path.extension().map(|e| e.to_string_lossy().to_lowercase()).unwrap_or_default();
        if meta.is_file() && EXPORTS.contains(&ending.as_str()) {
            found.push(path);
        } else if ending != "cutover" && !ending.starts_with("cutover-") {
            let why = "not an export by its name; name the file itself to load it";
            skipped.push(Skipped { name: name_of(&path), why: why.to_owned() });
        }
    }
}

/// Puts an archive's members in the order in which a folder's files are loaded: full exports before deltas, older before
/// newer. The sheets of a member, and plain files, stay as they are.
pub(super) fn put_in_order(parts: &mut [Part]) {
    if parts.iter().all(|part| !part.members.is_empty()) {
        parts.sort_by_cached_key(|part| order(Path::new(&part.members.join("/"))));
    }
}

fn order(path: &Path) -> (PathBuf, String, bool, String, PathBuf) {
    let name = name_of(path);
    let stem = path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
    (
        path.parent().map(Path::to_path_buf).unwrap_or_default(),
        crate::values::datetime::object_name_from_file(&stem).to_lowercase(),
        name_says_delta(&name),
        date_in(&name).unwrap_or_default(),
        path.to_path_buf(),
    )
}

/// A file's name, safe to print.
pub(super) fn name_of(path: &Path) -> String {
    let name = path.file_name().map_or_else(|| path.to_string_lossy(), |name| name.to_string_lossy());
    Shown::of(&name).to_plain()
}

/// What a file, member, sheet or table is called, with all that tells it from others: `Contact.xlsx`, `Contact.xlsx Open`.
pub(super) fn whole_name(part: &Part) -> String {
    let file = part.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let name = part.members.last().map_or(file, |member| member.rsplit('/').next().unwrap_or(member).to_owned());
    let name = name.replace('/', "∕");
    match &part.sheet {
        Some(sheet) => format!("{name} {sheet}"),
        None => name,
    }
}

/// `export.zip › Contact.csv`, `Renewals.xlsx › Open`.
pub(super) fn title(part: &Part) -> String {
    let mut title = part.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    for member in &part.members {
        // A gzip member is the file itself.
        if !title.ends_with(&format!("{member}.gz")) {
            title.push_str(" › ");
            title.push_str(member);
        }
    }
    if let Some(sheet) = &part.sheet {
        title.push_str(" › ");
        title.push_str(sheet);
    }
    title
}

fn name_says_delta(name: &str) -> bool {
    crate::sources::columns::header_words(name)
        .iter()
        .any(|word| matches!(word.as_str(), "delta" | "incremental" | "increment" | "changes" | "changed"))
}

/// Whether the file's name says that it holds changes only.
pub(super) fn says_delta(part: &Part) -> bool {
    name_says_delta(part.members.last().map_or(&name_of(&part.file), |member| member))
}

/// A date such as `2025-11-14` in a name.
fn date_in(name: &str) -> Option<String> {
    name.as_bytes().windows(10).find_map(|ten| {
        let text = std::str::from_utf8(ten).ok()?;
        text.parse::<jiff::civil::Date>().ok().filter(|date| (1990..2100).contains(&date.year()))?;
        (text.as_bytes()[4] == b'-').then(|| text.to_owned())
    })
}

/// The moment that a file shows: the date in its name, else when it (or the archive's member) was changed last.
pub(super) fn as_of(part: &Part, scan: &Scan) -> String {
    let name = part.members.last().cloned().unwrap_or_default();
    if let Some(date) = date_in(&name).or_else(|| date_in(&name_of(&part.file))) {
        return format!("{date}T00:00:00Z");
    }
    if let Some(changed) = crate::sources::read::member_changed(part) {
        return changed;
    }
    let nanoseconds = scan.fingerprint.modified_ns;
    let changed = jiff::Timestamp::from_nanosecond(nanoseconds).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    changed.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// The names a file suggests for its source and object.
pub(super) fn suggested(part: &Part) -> target::Suggested {
    target::suggest(part)
}

/// What a file is recognised as, by its header and by what its place, its name and a person call it.
pub(super) fn recognised(
    request: &LoadRequest,
    suggested: &Suggested,
    header: &[String],
) -> Option<Recognised<'static>> {
    let folders = match &request.source {
        Some(source) => vec![source.as_str()],
        None => suggested.places.iter().map(String::as_str).collect(),
    };
    let name = request.object.as_deref().unwrap_or(&suggested.object);
    presets::recognise(&Place { folders, name, file: &suggested.file }, header)
}

/// The source's name: the folder's, which people gave it, unless that says nothing and the system is known.
pub(super) fn source_name(suggested: &Suggested, known: Option<&Recognised<'_>>) -> String {
    match known.filter(|known| known.certain && target::says_nothing(&suggested.source)) {
        Some(known) => known.preset.name.clone(),
        None => suggested.source.clone(),
    }
}

/// What a preset calls the object, where the file's name does not call it that way itself.
pub(super) fn preset_object_name(suggested: &Suggested, known: Option<&Recognised<'_>>) -> Option<String> {
    let known = known.filter(|known| known.certain)?;
    let object = known.object?;
    if known.result.is_some() || known.segment.is_some() {
        return known.object_name();
    }
    // `Contact_archive` is a name that somebody gave with a mind; `extract` is none.
    let own = columns::header_words(&suggested.object);
    let speaks = object.is_called(&suggested.object)
        || std::iter::once(&object.name).chain(&object.names).any(|name| {
            columns::header_words(name).iter().any(|word| own.iter().any(|w| columns::same_thing(w, word)))
        });
    if speaks { None } else { known.object_name() }
}

/// What sort of system a new source is.
pub(super) fn kind(suggested: &Suggested, known: Option<&Recognised<'_>>) -> SystemKind {
    let says_little = matches!(suggested.kind, SystemKind::Other | SystemKind::Spreadsheet);
    match known.filter(|known| known.certain || says_little) {
        Some(known) => known.preset.kind,
        None => suggested.kind,
    }
}

/// What a preset has people know of a load.
pub(super) fn preset_warnings(known: Option<&Recognised<'_>>) -> Vec<String> {
    let Some(known) = known else { return Vec::new() };
    let mut warnings = Vec::new();
    if let Some(result) = known.result {
        warnings.push(format!(
            "It is what a tool wrote of its work, no export of {}: {}",
            known.preset.name, result.warning
        ));
    }
    warnings.extend(known.object.and_then(|object| object.warning.clone()));
    warnings
}

/// What a file and the parts of it are recognised as among some presets: each part's title, and as what.
///
/// # Errors
/// If the file cannot be read, or the job was cancelled.
pub fn recognise_file<'p>(
    path: &Path,
    among: &'p [presets::Preset],
    job: &crate::job::Job,
) -> Result<Vec<(String, Option<Recognised<'p>>)>, LoadError> {
    let options = crate::sources::read::ReadOptions::default();
    let mut found = Vec::new();
    for part in crate::sources::read::list_parts(path, &options)?.parts {
        let scan = crate::sources::read::scan(&part, &options, job)?;
        let suggested = target::suggest(&part);
        let folders = suggested.places.iter().map(String::as_str).collect();
        let place = Place { folders, name: &suggested.object, file: &suggested.file };
        found.push((title(&part), presets::recognise_among(among, &place, &scan.columns)));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::read::Format;

    #[test]
    fn in_an_archive_the_full_export_comes_before_its_delta_whatever_else_lies_there() {
        let part = |member: &str, sheet: Option<&str>| Part {
            file: "all.zip".into(),
            members: vec![member.to_owned()],
            sheet: sheet.map(str::to_owned),
            format: if sheet.is_some() { Format::Xlsx } else { Format::Delimited },
            size: None,
        };
        let mut parts = vec![
            part("Salesforce/Contact-delta-2025-11-14.csv", None),
            part("Renewals.xlsx", Some("Open")),
            part("Renewals.xlsx", Some("Archive")),
            part("Salesforce/Contact.csv", None),
        ];
        put_in_order(&mut parts);
        let names: Vec<String> = parts.iter().map(title).collect();
        assert_eq!(
            names,
            [
                "all.zip › Renewals.xlsx › Open",
                "all.zip › Renewals.xlsx › Archive",
                "all.zip › Salesforce/Contact.csv",
                "all.zip › Salesforce/Contact-delta-2025-11-14.csv",
            ]
        );
    }
}
