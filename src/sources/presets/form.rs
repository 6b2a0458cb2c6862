//! What a preset says, in the form in which its file says it.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use super::recognise::fold_header;
use crate::sources::{ColumnRole, SystemKind, columns};

/// What is known of one system's exports.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Preset {
    /// `Salesforce`.
    pub name: String,
    pub kind: SystemKind,
    /// Words in the names of folders, archives and files that name the system.
    #[serde(default)]
    pub words: Vec<String>,
    /// Field groups: `ownership`, `pipeline`.
    #[serde(default)]
    pub reliable: Vec<String>,
    #[serde(default)]
    pub risky: Vec<String>,
    #[serde(default)]
    pub owns: Vec<String>,
    #[serde(default)]
    pub contributes: Vec<String>,
    #[serde(default)]
    pub must_not_control: Vec<String>,
    /// Columns that any object of the system may have, by header.
    #[serde(default)]
    pub columns: BTreeMap<String, PresetColumn>,
    /// Headers by which an object that is not listed is known for one of this system.
    #[serde(default, rename = "form")]
    pub forms: Vec<Form>,
    #[serde(default, rename = "object")]
    pub objects: Vec<PresetObject>,
    #[serde(default, rename = "result")]
    pub results: Vec<ResultFile>,
    /// Its file's name.
    #[serde(skip)]
    pub file: String,
    /// Its file, word for word.
    #[serde(skip)]
    pub text: String,
    /// A user wrote it.
    #[serde(skip)]
    pub own: bool,
}

/// One kind of record of a system.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct PresetObject {
    pub name: String,
    /// What its files are called besides.
    #[serde(default)]
    pub names: Vec<String>,
    /// `one human known by name`.
    #[serde(default)]
    pub one_row_is: String,
    /// Headers of the native ID, the surest first.
    #[serde(default)]
    pub native_id: Vec<String>,
    /// The ways in which it is exported.
    #[serde(default, rename = "form")]
    pub forms: Vec<Form>,
    /// Files that are parts of one export.
    #[serde(default, rename = "segment")]
    pub segments: Vec<Segment>,
    /// What else is known of its columns, by header.
    #[serde(default)]
    pub columns: BTreeMap<String, PresetColumn>,
    /// What people should know of each load.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warning: Option<String>,
}

/// A header by which an object is known.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Form {
    /// `API names`, `report labels`; for the evidence.
    #[serde(default)]
    pub name: String,
    /// Characteristic headers; compared without case, spaces and signs.
    pub header: Vec<String>,
    /// How many of them must be there; default: three of five.
    #[serde(default)]
    pub at_least: usize,
    /// Those that must be there whatever else is.
    #[serde(default)]
    pub must: Vec<String>,
    /// Those that must not.
    #[serde(default)]
    pub without: Vec<String>,
    /// How columns that tell a time write it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dates: Option<String>,
    /// It is known by this header only where its folder, archive or file names the system.
    #[serde(default)]
    pub only_named: bool,
}

/// One file of several that make up an export together.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Segment {
    pub name: String,
    /// Words of the file's name.
    #[serde(default)]
    pub names: Vec<String>,
    /// A header that only this file has.
    #[serde(default)]
    pub header: Vec<String>,
}

/// A file that a tool wrote about its own work: not an export of the system.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ResultFile {
    /// Said after the name of the object: `success`.
    pub name: String,
    /// Words that the file's name begins with.
    #[serde(default)]
    pub names: Vec<String>,
    /// Headers that such a file has besides those of the object.
    pub header: Vec<String>,
    /// What the warning says.
    pub warning: String,
}

/// What is known of a column.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct PresetColumn {
    /// Other headers of the same column: labels.
    pub also: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<ColumnRole>,
    /// The object that its values are IDs of: `Account`, or `Salesforce.Account` for one of another system.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub points_to: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub means: Option<ColumnMeaning>,
    /// What parts several values in one cell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub separator: Option<String>,
    /// How dates are written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dates: Option<String>,
}

/// What a column says of its record, beyond who it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnMeaning {
    CreatedAt,
    ModifiedAt,
    /// When a copying program fetched it.
    SyncedAt,
    LastActivityAt,
    /// Whether it was deleted.
    Deleted,
    DeletedAt,
    /// Whether it was merged into another.
    Merged,
    MergedAt,
    /// The ID of the record that stayed, where a row of another object tells of a merge.
    MergedWinner,
    Active,
    Status,
    Category,
    Owner,
    /// Whether the person may be written to or called.
    Consent,
    ConsentAt,
    /// Whether it is a record of a test.
    Test,
    Tags,
    Amount,
    Currency,
    /// Written by people, without rules.
    Notes,
    /// Any other date or time.
    Time,
}

impl ColumnMeaning {
    /// For people: `when it changed`.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::CreatedAt => "when it was made",
            Self::ModifiedAt => "when it changed",
            Self::SyncedAt => "when it was copied",
            Self::LastActivityAt => "when something happened last",
            Self::Deleted => "whether it was deleted",
            Self::DeletedAt => "when it was deleted",
            Self::Merged => "whether it was merged away",
            Self::MergedAt => "when it was merged",
            Self::MergedWinner => "who stayed in a merge",
            Self::Active => "whether it is active",
            Self::Status => "status",
            Self::Category => "category",
            Self::Owner => "owner",
            Self::Consent => "consent",
            Self::ConsentAt => "when consent was given or taken",
            Self::Test => "whether it is a test",
            Self::Tags => "tags",
            Self::Amount => "amount",
            Self::Currency => "currency",
            Self::Notes => "notes",
            Self::Time => "a time",
        }
    }

    /// The word that stands for it in the database.
    #[must_use]
    pub fn word(self) -> String {
        // A unit variant is always a JSON string.
        serde_json::to_value(self).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
    }

    /// Whether its values are dates or times.
    #[must_use]
    pub fn is_time(self) -> bool {
        matches!(
            self,
            Self::CreatedAt
                | Self::ModifiedAt
                | Self::SyncedAt
                | Self::LastActivityAt
                | Self::DeletedAt
                | Self::MergedAt
                | Self::ConsentAt
                | Self::Time
        )
    }
}

/// What a kind of system is usually trusted for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct KindDefaults {
    pub reliable: Vec<String>,
    pub risky: Vec<String>,
    pub owns: Vec<String>,
    pub contributes: Vec<String>,
    pub must_not_control: Vec<String>,
}

impl Preset {
    /// What `object.preset` holds for an object of this system.
    #[must_use]
    pub fn name_of(&self, object: Option<&PresetObject>) -> String {
        object.map_or_else(|| self.name.clone(), |object| format!("{}/{}", self.name, object.name))
    }

    /// What is known of the columns of an object, by folded header: by the object's own list, else by the system's.
    #[must_use]
    pub fn columns_of<'p>(&'p self, object: Option<&'p PresetObject>) -> HashMap<String, &'p PresetColumn> {
        let mut known = HashMap::new();
        for (header, column) in self.columns.iter().chain(object.into_iter().flat_map(|object| &object.columns)) {
            for name in std::iter::once(header).chain(&column.also) {
                known.insert(fold_header(name), column);
            }
        }
        known
    }
}

impl PresetObject {
    /// Whether a file or sheet of this name is called like the object.
    #[must_use]
    pub fn is_called(&self, name: &str) -> bool {
        std::iter::once(&self.name).chain(&self.names).any(|own| columns::same_thing(own, name))
    }
}

impl Form {
    /// How many of the characteristic headers must be there.
    #[must_use]
    pub fn needed(&self) -> usize {
        if self.at_least == 0 { (self.header.len() * 3).div_ceil(5).max(1) } else { self.at_least }
    }
}
