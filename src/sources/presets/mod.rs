//! What is known beforehand of the exports of known systems, as data: `assets/presets/*.toml`, and a user's own files of
//! the same form. `form` is what such a file says, `read` reads and checks one, `recognise` tells which system and object
//! a file is of, `lay` puts what the preset knows of columns over what was guessed. A preset proposes; people overrule.

pub mod form;
mod lay;
mod read;
mod recognise;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::{SystemKind, columns};

pub use form::{ColumnMeaning, Form, KindDefaults, Preset, PresetColumn, PresetObject, ResultFile, Segment};
pub use lay::{lay_over, name_other_systems};
pub use read::{PresetError, parse, read_file, read_folder};
pub use recognise::{Place, Recognised, Sample, fold_header, recognise, recognise_among};

/// The presets that are part of the program, by file name.
const EMBEDDED: &[(&str, &str)] = &[
    ("amplitude.toml", include_str!("../../../assets/presets/amplitude.toml")),
    ("chargebee.toml", include_str!("../../../assets/presets/chargebee.toml")),
    ("dynamics.toml", include_str!("../../../assets/presets/dynamics.toml")),
    ("freshdesk.toml", include_str!("../../../assets/presets/freshdesk.toml")),
    ("hubspot.toml", include_str!("../../../assets/presets/hubspot.toml")),
    ("intercom.toml", include_str!("../../../assets/presets/intercom.toml")),
    ("mailchimp.toml", include_str!("../../../assets/presets/mailchimp.toml")),
    ("marketo.toml", include_str!("../../../assets/presets/marketo.toml")),
    ("mixpanel.toml", include_str!("../../../assets/presets/mixpanel.toml")),
    ("pipedrive.toml", include_str!("../../../assets/presets/pipedrive.toml")),
    ("product-database.toml", include_str!("../../../assets/presets/product-database.toml")),
    ("quickbooks.toml", include_str!("../../../assets/presets/quickbooks.toml")),
    ("salesforce.toml", include_str!("../../../assets/presets/salesforce.toml")),
    ("segment.toml", include_str!("../../../assets/presets/segment.toml")),
    ("shopify.toml", include_str!("../../../assets/presets/shopify.toml")),
    ("stripe.toml", include_str!("../../../assets/presets/stripe.toml")),
    ("wordpress.toml", include_str!("../../../assets/presets/wordpress.toml")),
    ("xero.toml", include_str!("../../../assets/presets/xero.toml")),
    ("zendesk.toml", include_str!("../../../assets/presets/zendesk.toml")),
    ("zoho-books.toml", include_str!("../../../assets/presets/zoho-books.toml")),
    ("zoho-crm.toml", include_str!("../../../assets/presets/zoho-crm.toml")),
];

/// Folders in which people keep presets of their own.
static FOLDERS: OnceLock<Vec<PathBuf>> = OnceLock::new();

/// The presets in use, and what is wrong with files that are no presets.
static IN_USE: OnceLock<(Vec<Preset>, Vec<PresetError>)> = OnceLock::new();

/// The presets that are part of the program.
#[must_use]
pub fn embedded() -> Vec<Preset> {
    // The assets are part of the program; a test reads them all.
    EMBEDDED.iter().filter_map(|(file, text)| parse(file, text, false).ok()).collect()
}

/// Has presets of these folders taken into use beside the embedded ones, for as long as the program runs; they are read
/// when presets are first asked for. One of the name of an embedded preset takes its place. Counts once, before that.
pub fn look_in(folders: Vec<PathBuf>) {
    let _ = FOLDERS.set(folders);
}

/// The embedded presets and those of some folders, and what is wrong with files there: each wrong file is left out.
#[must_use]
pub fn with_folders(folders: &[PathBuf]) -> (Vec<Preset>, Vec<PresetError>) {
    let mut presets = embedded();
    let mut wrong = Vec::new();
    for folder in folders {
        let (own, errors) = read_folder(folder);
        wrong.extend(errors);
        presets.retain(|other| own.iter().all(|preset| fold_header(&other.name) != fold_header(&preset.name)));
        // People's own go first: they know their systems better.
        presets.splice(0..0, own);
    }
    (presets, wrong)
}

fn in_use() -> &'static (Vec<Preset>, Vec<PresetError>) {
    IN_USE.get_or_init(|| with_folders(FOLDERS.get().map_or(&[], Vec::as_slice)))
}

/// What is wrong with files of the folders that were to be looked in.
#[must_use]
pub fn wrong() -> &'static [PresetError] {
    &in_use().1
}

/// The folder of a user's own presets.
#[must_use]
pub fn user_folder() -> Option<PathBuf> {
    directories::ProjectDirs::from("", "", "cutover").map(|folders| folders.config_dir().join("presets"))
}

/// All presets in use: a user's own, then the embedded ones.
#[must_use]
pub fn all() -> &'static [Preset] {
    &in_use().0
}

/// The preset of this name, whatever its case.
#[must_use]
pub fn named(name: &str) -> Option<&'static Preset> {
    let folded = fold_header(name);
    all().iter().find(|preset| fold_header(&preset.name) == folded)
}

/// What `object.preset` names: `Salesforce/Contact`; `Salesforce` alone for an object that the preset does not list.
#[must_use]
pub fn of_object(name: &str) -> Option<(&'static Preset, Option<&'static PresetObject>)> {
    let (system, object) = name.split_once('/').map_or((name, None), |(system, object)| (system, Some(object)));
    let preset = named(system)?;
    Some((preset, object.and_then(|object| preset.objects.iter().find(|o| o.name == object))))
}

/// The preset of a source, by the words of its name; of its kind where the words fit several.
#[must_use]
pub fn of_source(source: &str, kind: SystemKind) -> Option<&'static Preset> {
    let mut found: Vec<&Preset> = all().iter().filter(|preset| recognise::says_system(preset, source)).collect();
    found.sort_by_key(|preset| preset.kind != kind);
    found.first().copied()
}

/// What a system of this kind is usually trusted for, where no preset knows better.
#[must_use]
pub fn defaults_of_kind(kind: SystemKind) -> &'static KindDefaults {
    static KINDS: OnceLock<std::collections::BTreeMap<String, KindDefaults>> = OnceLock::new();
    static NOTHING: KindDefaults = KindDefaults {
        reliable: Vec::new(),
        risky: Vec::new(),
        owns: Vec::new(),
        contributes: Vec::new(),
        must_not_control: Vec::new(),
    };
    let kinds = KINDS.get_or_init(|| {
        // The asset is part of the program; a test reads it.
        toml::from_str(include_str!("../../../assets/presets/kinds.toml"))
            .expect("assets/presets/kinds.toml is well formed")
    });
    kinds.get(kind.word()).unwrap_or(&NOTHING)
}

/// Whether what a column points to (`Account`, `account`) is this object of the same source, by its name or its preset.
#[must_use]
pub fn meets(points_to: &str, object: &str, preset: Option<&str>) -> bool {
    let target = points_to.rsplit('.').next().unwrap_or(points_to);
    if let Some((_, Some(known))) = preset.and_then(of_object)
        && (known.name == target || known.is_called(target))
    {
        return true;
    }
    columns::names_object(target, object)
}

/// The system that a column points to, where it is another: `Salesforce` of `Salesforce.Account`.
#[must_use]
pub fn system_of(points_to: &str) -> Option<&str> {
    points_to.split_once('.').map(|(system, _)| system)
}

/// The name of a file as it is told in errors.
fn file_name(path: &Path) -> String {
    let name = path.file_name().map_or_else(|| path.to_string_lossy(), |name| name.to_string_lossy());
    crate::values::shown::Shown::of(&name).to_plain()
}
