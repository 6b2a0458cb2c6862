//! Reading presets strictly: a key that means nothing, or a statement that cannot be, refuses the file by one line.

use std::path::Path;

use super::recognise::fold_header;
use super::{Form, Preset, PresetColumn, file_name};
use crate::values::shown::Shown;

/// The longest file that is read as a preset, in bytes.
const LONGEST: u64 = 1 << 20;

/// Why a file is no preset.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}{}{}: {why}", .line.map(|line| format!(", line {line}")).unwrap_or_default(), .key.as_ref().map(|key| format!(", {key}")).unwrap_or_default())]
pub struct PresetError {
    /// The file's name, safe to print.
    pub file: String,
    /// From 1.
    pub line: Option<u64>,
    /// Where in the preset: `object Contact, at_least`.
    pub key: Option<String>,
    pub why: String,
}

/// Reads a preset from the text of its file.
///
/// # Errors
/// [`PresetError`] where it is no TOML, has a key that presets do not have, or says what cannot be.
pub fn parse(file: &str, text: &str, own: bool) -> Result<Preset, PresetError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut preset: Preset = toml::from_str(text).map_err(|error| {
        let line =
            error.span().and_then(|span| text.get(..span.start)).map(|before| before.matches('\n').count() as u64 + 1);
        let key = error.message().split('`').nth(1).filter(|_| error.message().contains("field"));
        PresetError {
            file: Shown::of(file).to_plain(),
            line,
            key: key.map(|key| Shown::of(key).to_plain()),
            why: Shown::of(&error.message().replace('\n', " ")).to_plain(),
        }
    })?;
    check(&preset).map_err(|(key, why)| PresetError {
        file: Shown::of(file).to_plain(),
        line: None,
        key: Some(Shown::of(&key).to_plain()),
        why,
    })?;
    preset.file = file.to_owned();
    preset.text = text.to_owned();
    preset.own = own;
    Ok(preset)
}

/// Reads a user's preset.
///
/// # Errors
/// [`PresetError`], also where the file cannot be read.
pub fn read_file(path: &Path) -> Result<Preset, PresetError> {
    let wrong = |why: String| PresetError { file: file_name(path), line: None, key: None, why };
    let about = std::fs::metadata(path).map_err(|e| wrong(words(&e)))?;
    if !about.is_file() {
        return Err(wrong("it is no file".to_owned()));
    }
    if about.len() > LONGEST {
        return Err(wrong("it is longer than 1 MiB; a preset is not".to_owned()));
    }
    let bytes = std::fs::read(path).map_err(|e| wrong(words(&e)))?;
    let text = String::from_utf8(bytes).map_err(|_| wrong("it is not UTF-8".to_owned()))?;
    parse(&file_name(path), &text, true)
}

fn words(error: &std::io::Error) -> String {
    let words = error.to_string();
    words.split_once(" (os error").map_or(words.as_str(), |(words, _)| words).to_lowercase()
}

/// Reads the presets (`*.toml`) of a folder, by name; one that is wrong is told and left out. A folder that is not there
/// holds none.
#[must_use]
pub fn read_folder(folder: &Path) -> (Vec<Preset>, Vec<PresetError>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return (Vec::new(), Vec::new()) };
    let mut files: Vec<_> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("toml")))
        .collect();
    files.sort();
    let mut presets: Vec<Preset> = Vec::new();
    let mut wrong = Vec::new();
    for path in files {
        match read_file(&path) {
            Ok(preset) => match presets.iter().find(|other| fold_header(&other.name) == fold_header(&preset.name)) {
                Some(other) => wrong.push(PresetError {
                    file: file_name(&path),
                    line: None,
                    key: Some("name".to_owned()),
                    why: format!("{} has this name already", other.file),
                }),
                None => presets.push(preset),
            },
            Err(error) => wrong.push(error),
        }
    }
    (presets, wrong)
}

type Wrong = (String, String);

/// What TOML alone cannot say is wrong: the key, and why.
fn check(preset: &Preset) -> Result<(), Wrong> {
    if fold_header(&preset.name).is_empty() {
        return Err(("name".to_owned(), "the system needs a name".to_owned()));
    }
    if preset.name.contains(['/', '.']) {
        return Err(("name".to_owned(), "the name has a slash or a dot, which part systems from objects".to_owned()));
    }
    for (at, word) in preset.words.iter().enumerate() {
        if fold_header(word).is_empty() {
            return Err((format!("words, number {}", at + 1), "it is empty".to_owned()));
        }
    }
    for (at, form) in preset.forms.iter().enumerate() {
        check_form(&format!("form {}", at + 1), form)?;
    }
    check_columns("columns", &preset.columns)?;
    let mut names = std::collections::HashSet::new();
    for object in &preset.objects {
        let name = format!("object {}", object.name);
        if fold_header(&object.name).is_empty() || object.name.contains(['/', '.']) {
            return Err((name, "an object needs a name without slash and dot".to_owned()));
        }
        if !names.insert(fold_header(&object.name)) {
            return Err((name, "it is there twice".to_owned()));
        }
        if object.forms.is_empty() && object.names.is_empty() {
            return Err((name, "it has neither a form nor names, so nothing could be recognised as it".to_owned()));
        }
        for (at, form) in object.forms.iter().enumerate() {
            check_form(&format!("{name}, form {}", at + 1), form)?;
        }
        for segment in &object.segments {
            if segment.names.is_empty() && segment.header.is_empty() {
                return Err((
                    format!("{name}, segment {}", segment.name),
                    "it has neither names nor a header".to_owned(),
                ));
            }
        }
        check_columns(&name, &object.columns)?;
    }
    for result in &preset.results {
        if result.header.is_empty() {
            return Err((format!("result {}", result.name), "it has no header of its own".to_owned()));
        }
    }
    let known =
        |target: &str| target.contains('.') || preset.objects.iter().any(|o| o.name == target || o.is_called(target));
    let lists = std::iter::once(("columns".to_owned(), &preset.columns))
        .chain(preset.objects.iter().map(|o| (format!("object {}", o.name), &o.columns)));
    for (place, columns) in lists {
        for (header, column) in columns {
            if let Some(target) = &column.points_to
                && !known(target)
            {
                return Err((
                    format!("{place}, {header}, points_to"),
                    format!("there is no object {} in this preset", Shown::of(target)),
                ));
            }
        }
    }
    Ok(())
}

fn check_form(place: &str, form: &Form) -> Result<(), Wrong> {
    let mut seen = std::collections::HashSet::new();
    if form.header.is_empty() {
        return Err((format!("{place}, header"), "it lists no header".to_owned()));
    }
    for header in &form.header {
        if fold_header(header).is_empty() {
            return Err((format!("{place}, header"), "a header is empty".to_owned()));
        }
        if !seen.insert(fold_header(header)) {
            return Err((format!("{place}, header"), format!("{} is there twice", Shown::of(header))));
        }
    }
    if form.at_least > form.header.len() {
        return Err((
            format!("{place}, at_least"),
            format!("{} of {} headers cannot be there", form.at_least, form.header.len()),
        ));
    }
    Ok(())
}

fn check_columns(place: &str, columns: &std::collections::BTreeMap<String, PresetColumn>) -> Result<(), Wrong> {
    // Writings of one column may fold to the same; two columns must not.
    let mut seen = std::collections::HashMap::new();
    for (header, column) in columns {
        for name in std::iter::once(header).chain(&column.also) {
            if fold_header(name).is_empty() {
                return Err((format!("{place}, {header}"), "a header is empty".to_owned()));
            }
            if seen.insert(fold_header(name), header).is_some_and(|other| other != header) {
                return Err((format!("{place}, {header}"), format!("{} is there twice", Shown::of(name))));
            }
        }
    }
    Ok(())
}
