//! The old systems and what came from them: systems, objects, loads, source records, quarantine. `read` turns files
//! into rows; `columns` guesses what each column is; `load` brings a file into the workspace whole or not at all;
//! `store` holds all SQL of this folder.

pub mod columns;
pub mod content;
pub mod deeds;
pub mod error;
pub mod facts;
pub mod identifiers;
pub mod load;
pub mod presets;
pub mod profile;
pub mod read;
pub mod roles;
pub mod select;
pub mod store;
pub mod survey;
pub mod target;
pub mod versions;

pub use error::SourcesError;

use std::fmt;

/// What sort of system a source is. Decides nothing by itself; words for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SystemKind {
    Crm,
    Billing,
    Product,
    Analytics,
    Support,
    Marketing,
    Spreadsheet,
    Erp,
    Cms,
    Booking,
    Inventory,
    Commerce,
    /// Warehouse management: goods, not data.
    Warehouse,
    /// An application of the company's own.
    Internal,
    Other,
}

impl SystemKind {
    pub const ALL: [Self; 15] = [
        Self::Crm,
        Self::Billing,
        Self::Product,
        Self::Analytics,
        Self::Support,
        Self::Marketing,
        Self::Spreadsheet,
        Self::Erp,
        Self::Cms,
        Self::Booking,
        Self::Inventory,
        Self::Commerce,
        Self::Warehouse,
        Self::Internal,
        Self::Other,
    ];

    /// The word used on the command line and stored in the workspace.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Crm => "crm",
            Self::Billing => "billing",
            Self::Product => "product",
            Self::Analytics => "analytics",
            Self::Support => "support",
            Self::Marketing => "marketing",
            Self::Spreadsheet => "spreadsheet",
            Self::Erp => "erp",
            Self::Cms => "cms",
            Self::Booking => "booking",
            Self::Inventory => "inventory",
            Self::Commerce => "commerce",
            Self::Warehouse => "warehouse",
            Self::Internal => "internal",
            Self::Other => "other",
        }
    }

    /// The word for people: `CRM`, `billing`.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Crm => "CRM",
            Self::Erp => "ERP",
            Self::Cms => "CMS",
            Self::Warehouse => "warehouse management",
            Self::Internal => "internal application",
            other => other.word(),
        }
    }

    /// The kind that a word names.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// An object's number in this workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
pub struct ObjectId(pub i64);

/// A load's number in this workspace, counted up from 1 and never used twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
pub struct LoadId(pub i64);

/// A stored row's number in this workspace: one version of one source record. Never used twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
pub struct Rec(pub i64);

impl fmt::Display for LoadId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// What a column holds, as far as finding people by it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnRole {
    /// The ID that the source gave the record.
    NativeId,
    /// The native ID of another record of the same source.
    ForeignKey,
    /// An ID that another system, or an older one, gave.
    OtherId,
    Email,
    Phone,
    GivenName,
    FamilyName,
    /// A person's whole name.
    FullName,
    /// The name of a company, account, workspace or the like.
    OrganizationName,
    /// On a record that was merged away: the ID of the record that survived.
    MergedInto,
    /// On a survivor: the IDs that were merged into it.
    MergedIds,
    /// None of these.
    Plain,
}

impl ColumnRole {
    /// What the role is called on screens: `native ID`, `e-mail`.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::NativeId => "native ID",
            Self::ForeignKey => "ID of another record",
            Self::OtherId => "ID of another system",
            Self::Email => "e-mail",
            Self::Phone => "phone",
            Self::GivenName => "given name",
            Self::FamilyName => "family name",
            Self::FullName => "name",
            Self::OrganizationName => "organization name",
            Self::MergedInto => "merged into",
            Self::MergedIds => "merged IDs",
            Self::Plain => "–",
        }
    }
}

/// A column of an object.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Column {
    /// From 0, in the order in which the object's files first named it.
    pub position: usize,
    /// Unique within the object; a repeated header name gets ` (2)`.
    pub name: String,
    pub role: ColumnRole,
    /// Why it has that role: `header says so; 18 characters, all unique`.
    pub evidence: String,
    /// A person set the role.
    pub by_hand: bool,
    /// The object that its values are IDs of: `Account`; `Salesforce.Account` for one of another system. A proposal;
    /// [`presets::meets`] says which object it is.
    pub points_to: Option<String>,
    /// What it says of its record, where a preset or its header tells.
    pub meaning: Option<presets::ColumnMeaning>,
    /// What parts several values in one cell, as its preset says.
    pub separator: Option<String>,
    /// How dates are written, as its preset says.
    pub dates: Option<String>,
}

/// One export file, read once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Load {
    pub id: LoadId,
    pub object: ObjectId,
    pub source_name: String,
    pub object_name: String,
    /// The file's name, with archive member and sheet: `export.zip › Contact.csv`.
    pub file: String,
    /// SHA-256 of the bytes read, hexadecimal.
    pub sha256: String,
    pub bytes: u64,
    /// `rows = records + quarantined`; `records = new + changed + unchanged`.
    pub rows: u64,
    pub records: u64,
    pub quarantined: u64,
    pub new: u64,
    pub changed: u64,
    pub unchanged: u64,
    /// Records of the object that a full export no longer holds.
    pub vanished: u64,
    /// Records that had vanished and are in it again.
    pub returned: u64,
    pub delta: bool,
    pub encoding: String,
    /// `comma`, `tab` …; `None` where the format has none.
    pub delimiter: Option<String>,
    pub quote: Option<String>,
    pub header_line: Option<u64>,
    /// `CSV, comma, UTF-8, header on line 1`.
    pub read_as: String,
    pub native_id: Option<String>,
    /// The moment that the export shows, RFC 3339 UTC.
    pub as_of: String,
    /// When it was loaded, RFC 3339 UTC.
    pub loaded_at: String,
    pub loaded_by: String,
    /// How long the load took.
    pub millis: u64,
    pub warnings: Vec<String>,
}

/// One kind of record in a source, with its sums.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    pub id: ObjectId,
    pub source_name: String,
    pub name: String,
    /// What it was recognised as: `Salesforce/Contact`; see [`presets::of_object`].
    pub preset: Option<String>,
    /// Why, as a sentence without its stop.
    pub recognised: Option<String>,
    /// `one human known by name`, as its preset says.
    pub one_row_is: Option<String>,
    /// Distinct records (the latest version of each counts once).
    pub records: u64,
    /// Stored versions that a later load replaced.
    pub older_versions: u64,
    /// Sum over its loads.
    pub rows: u64,
    pub quarantined: u64,
    pub columns: Vec<Column>,
    /// Rows that share a native ID with an earlier row of the same file.
    pub repeated_ids: u64,
    /// Values in ID columns that a spreadsheet destroyed.
    pub spoiled_ids: u64,
    /// Records that the source itself merged away.
    pub merged_away: u64,
    /// In their order: by the moment that each shows, where that is stated, else as they were loaded.
    pub loads: Vec<Load>,
}

impl Object {
    /// The native ID column.
    #[must_use]
    pub fn native_id(&self) -> Option<&Column> {
        self.columns.iter().find(|column| column.role == ColumnRole::NativeId)
    }

    /// As-of time of its newest load.
    #[must_use]
    pub fn as_of(&self) -> Option<&str> {
        self.loads.iter().map(|load| load.as_of.as_str()).max()
    }
}

/// One system with its objects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    pub name: String,
    pub kind: SystemKind,
    pub objects: Vec<Object>,
}

/// Everything that is loaded. `rows = records_read + quarantined`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Inventory {
    /// In the order in which they were first loaded; at the end those that have no load yet, without objects.
    pub sources: Vec<Source>,
    /// Rows in all files.
    pub rows: u64,
    /// Rows that became or met a record, over all loads.
    pub records_read: u64,
    pub quarantined: u64,
    /// Distinct records now.
    pub records: u64,
    pub loads: u64,
}

/// One stored version of one source record, exactly as exported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceRecord {
    pub rec: Rec,
    /// `source/object/native_id`, or `source/object/@load:line`.
    pub key: String,
    pub source: String,
    pub object: String,
    pub native_id: Option<String>,
    pub load: LoadId,
    /// The file that the load read.
    pub file: String,
    pub line: u64,
    /// A later version exists.
    pub superseded: bool,
    /// In column order; `None`: not given.
    pub values: Vec<(String, ColumnRole, Option<String>)>,
}

/// A window on an object's stored rows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RecordPage {
    /// Stored rows of the object in all.
    pub total: u64,
    /// Index of the first row here.
    pub first: u64,
    /// Records of the object that the newest full export of their part no longer holds, here or not.
    pub vanished: u64,
    pub rows: Vec<PageRow>,
}

/// One row of a [`RecordPage`], its values in column order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageRow {
    pub rec: Rec,
    pub load: LoadId,
    pub line: u64,
    /// A later version exists.
    pub superseded: bool,
    /// The latest version of a record that a full export no longer held and that did not come back.
    pub vanished: bool,
    pub values: Vec<Option<String>>,
}

/// Quarantined rows with one reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuarantineGroup {
    pub reason: String,
    pub rows: u64,
    /// Files concerned, by name, at most three, then how many more.
    pub files: Vec<String>,
    pub more_files: u64,
    /// The first of them.
    pub first: QuarantineRow,
}

/// One row that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuarantineRow {
    pub load: LoadId,
    pub file: String,
    pub line: u64,
    pub offset: u64,
    pub reason: String,
    pub detail: String,
    pub bytes: Vec<u8>,
}

/// A proposal of how a file would be loaded, before anything is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    pub file: String,
    pub source: String,
    pub kind: SystemKind,
    pub object: String,
    /// The object exists already and gets a later load.
    pub existing: bool,
    /// These bytes are that load already.
    pub already: Option<LoadId>,
    pub read_as: String,
    /// Which system and object it was recognised as, and by what.
    pub recognised: Option<String>,
    /// Which part of the object's export the file is: `subscribed`.
    pub segment: Option<String>,
    pub columns: Vec<Column>,
    /// The first rows as they would be read.
    pub sample: Vec<Vec<Option<String>>>,
    pub warnings: Vec<String>,
}
