//! An entity as a document: its grain, its key, its fields and what it stands in relation to. `keys` lists the keys of a
//! document, `read` and `write` are TOML, `several` is a whole
//! model in one document, `check` is what must hold within one entity, `change` takes `KEY=VALUE`.

mod change;
mod check;
pub mod keys;
pub(super) mod read;
pub mod several;
mod words;
pub(super) mod write;

use std::collections::BTreeMap;

use crate::definitions::{Document, Fault};

pub use change::apply;

/// One thing of the target model.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Entity {
    /// As tables are named: `person`, `billing_customer`.
    pub name: String,
    /// The model is cut down by it: nothing else of this document counts, not even what Cutover comes with.
    pub removed: bool,
    pub kind: EntityKind,
    pub grain: Grain,
    /// What it is for: approval wants it.
    pub purpose: String,
    /// When this concept matters.
    pub matters_when: String,
    /// A person and their place.
    pub owner: String,
    /// Business processes that it supports: follow-up, invoicing, support, segmentation, reporting, consent.
    pub processes: Vec<String>,
    /// Begins its durable keys: `PER`.
    pub key_prefix: String,
    /// What it is called in the system that takes it; empty: the same.
    pub target_name: String,
    /// The place in the order of the model.
    pub order: u32,
    /// Required ones need not be first; screens put them first.
    pub fields: Vec<Field>,
    pub relationships: Vec<Relationship>,
    /// Real-world customers that have several records at this grain, and records that several people share.
    pub several_records: Vec<Case>,
    pub shared_records: Vec<Case>,
    /// Summaries: the entities and events that must pass their checks first.
    pub derived_from: Vec<String>,
}

/// The five kinds of table.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EntityKind {
    /// A stable object: an account, a contact.
    #[default]
    Entity,
    /// A link of many to many, with dates: contacts to accounts.
    Relationship,
    /// A change over time: a signup, an invoice, a ticket.
    Event,
    /// Which ID became which.
    Mapping,
    /// Derived from the others.
    Summary,
}

/// What one row is.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Grain {
    /// `person`, `account`, `organization`, `household`, `location`, `subscription`, `workspace`, or the project's own word.
    pub concept: String,
    /// Ends the sentence *one row is*: `one human known by name`.
    pub one_row_is: String,
}

/// A field of an entity.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Field {
    /// `family_name`; may have a dot for a group of the target's: `consent.email`.
    pub name: String,
    /// For people; empty: from the name.
    pub label: String,
    pub kind: FieldType,
    pub required: bool,
    /// Whether it says who or what the row is, or only something of it.
    pub role: RoleInGrain,
    /// Personal data.
    pub personal: bool,
    /// Empty: any value of the type.
    pub allowed: Vec<Allowed>,
    /// Characters.
    pub longest: Option<u32>,
    /// Least and most value, as text of the type; empty: none.
    pub least: String,
    pub most: String,
    /// Digits after the point that a decimal or money keeps.
    pub scale: Option<u8>,
    pub definition: String,
    pub owner: String,
    /// The process that needs it.
    pub process: String,
    /// Who uses it: reports, teams.
    pub used_by: String,
    /// Fields that travel together: `address`.
    pub group: String,
    /// A reference: the entity that it names a row of.
    pub references: String,
    /// Derived in the warehouse: no source field may be mapped to it.
    pub derived: bool,
    /// What happens where a required field has no value, unless a map says otherwise.
    pub missing: Missing,
    /// What it is called in the system that takes it; empty: the same.
    pub target_name: String,
    /// Other words for it, for suggestions.
    pub synonyms: Vec<String>,
    /// A value as the target wants it, for the mapping document; empty: from the type or the allowed values.
    pub example: String,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RoleInGrain {
    Identity,
    #[default]
    Attribute,
}

/// What a field holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldType {
    /// An ID of another system, exactly as it was.
    Id,
    #[default]
    Text,
    Integer,
    Decimal,
    /// Whole minor units.
    Money,
    /// ISO 8601.
    Date,
    /// RFC 3339 UTC.
    Datetime,
    /// `true`, `false`.
    Boolean,
    Email,
    /// E.164.
    Phone,
    Url,
    Domain,
    /// ISO 3166-1 alpha-2.
    Country,
    /// BCP 47: `pl`, `pt-BR`.
    Language,
    /// ISO 4217.
    Currency,
    /// One of the allowed values.
    Choice,
    /// Several of them, parted by `;`.
    Choices,
    /// The durable key of a row of another entity.
    Reference,
    Json,
}

/// A value that a field may have.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Allowed {
    pub value: String,
    pub meaning: String,
    /// Source words that mean it: `active client`.
    pub synonyms: Vec<String>,
}

/// What happens where a required field has no value.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Missing {
    pub policy: MissingPolicy,
    /// The default, or the expression that derives it.
    pub value: String,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MissingPolicy {
    /// Nobody decided: blocks while there is such a row.
    #[default]
    Undecided,
    /// This value.
    Default,
    /// This scalar expression over the row's columns.
    Derive,
    /// The record is rejected.
    Reject,
    /// A person is asked for each: blocks until the source has it or the policy changes.
    Ask,
}

/// How a row stands to rows of another entity.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Relationship {
    pub name: String,
    pub to: String,
    /// `buyer`, `user`, `payer`, `admin`, `legal entity`, `parent`, `owner`, or the project's own word.
    pub role: String,
    /// The field that holds it; empty for many to many.
    pub field: String,
    /// The relationship entity that holds it with its dates; empty for one.
    pub through: String,
    pub many: bool,
    /// Rows of one entity under each other.
    pub hierarchy: bool,
    pub required: bool,
}

/// A case that does not fit the grain, with records that show it.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Case {
    pub what: String,
    /// Record keys.
    pub records: Vec<String>,
    pub by: String,
    pub at: String,
}

/// The environment that takes the data: what was registered of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Target {
    /// `HubSpot`, `our warehouse`.
    pub name: String,
    /// The word of a kind of system.
    pub kind: String,
    /// `production`, `sandbox`, `test`.
    pub environment: String,
    /// What it was read from: `contacts-template.csv`.
    pub registered_from: String,
    /// Its own entities as it describes them, with their fields.
    pub entities: Vec<Entity>,
    /// Which entity of the model each of them takes: target's name → model's name; empty: none does.
    pub counterparts: BTreeMap<String, String>,
}

impl Entity {
    /// The field of that name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }
}

impl Document for Entity {
    const KIND: &'static str = super::KIND;

    fn parse(text: &str) -> Result<Self, Vec<Fault>> {
        read::document(text)
    }

    fn to_toml(&self) -> String {
        write::document(self)
    }
}

#[cfg(test)]
mod tests;
