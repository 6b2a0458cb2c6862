//! A recipe as what it asks for: written as function and parameters, and read from them.

use sha2::{Digest, Sha256};

use super::Recipe;
use crate::mapping::rule::{Rounding, Rule, SplitBy, ValueRow, ValueTarget, list_of_users};
use crate::model::users::UserList;

/// The version of each function. A function whose outcomes change gets the next number.
const VERSION: u32 = 1;

/// A row of a value map that parts its values.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(super) struct MapRow {
    pub value: String,
    pub only_where: String,
    #[serde(flatten)]
    pub to: MapTo,
}

#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "becomes", content = "what", rename_all = "snake_case")]
pub(super) enum MapTo {
    Value(String),
    Nothing,
    Excluded(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Round {
    None,
    HalfUp,
    HalfEven,
    Down,
}

/// What a recipe asks for. The tag is the function's name.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "function")]
pub(super) enum Task {
    /// A second input is the country.
    #[serde(rename = "phone")]
    Phone { country: String },
    #[serde(rename = "email")]
    Email {},
    #[serde(rename = "domain")]
    Domain { without_free_mail: bool },
    #[serde(rename = "url")]
    Url {},
    #[serde(rename = "country")]
    Country {},
    #[serde(rename = "language")]
    Language {},
    #[serde(rename = "currency")]
    Currency {},
    #[serde(rename = "person name")]
    PersonName { part: String },
    /// A second input is the country.
    #[serde(rename = "address")]
    Address { part: String, least_confidence: u8 },
    #[serde(rename = "date")]
    Date { format: String },
    #[serde(rename = "date and time")]
    DateTime { format: String, zone: String },
    /// `scale: None` keeps all digits.
    #[serde(rename = "number")]
    Number { decimal: char, scale: Option<u8>, rounding: Round },
    /// A second input is the currency.
    #[serde(rename = "money")]
    Money { decimal: char, currency: String, rounding: Round },
    #[serde(rename = "boolean")]
    Boolean { yes: Vec<String>, no: Vec<String>, turned_round: bool },
    #[serde(rename = "owner")]
    Owner { list: String, of: String },
    #[serde(rename = "value map")]
    ValueMap { rows: Vec<MapRow>, otherwise: Option<MapTo>, separator: String, folded: bool },
    /// As values are compared where case and outer white space do not count.
    #[serde(rename = "without case")]
    Folded {},
    #[serde(rename = "title case")]
    TitleCase {},
    #[serde(rename = "plain letters")]
    PlainLetters {},
    #[serde(rename = "single spaces")]
    CollapseSpaces {},
    #[serde(rename = "legacy id 18")]
    LegacyId18 {},
}

impl From<Rounding> for Round {
    fn from(rounding: Rounding) -> Self {
        match rounding {
            Rounding::None => Self::None,
            Rounding::HalfUp => Self::HalfUp,
            Rounding::HalfEven => Self::HalfEven,
            Rounding::Down => Self::Down,
        }
    }
}

impl From<&ValueTarget> for MapTo {
    fn from(target: &ValueTarget) -> Self {
        match target {
            ValueTarget::Value(value) => Self::Value(value.clone()),
            ValueTarget::Nothing => Self::Nothing,
            ValueTarget::Excluded(reason) => Self::Excluded(reason.clone()),
        }
    }
}

impl From<&ValueRow> for MapRow {
    fn from(row: &ValueRow) -> Self {
        Self { value: row.value.clone(), only_where: row.only_where.clone(), to: MapTo::from(&row.to) }
    }
}

/// The first 16 digits of the SHA-256 of a list of users.
pub(super) fn fingerprint(list: &UserList) -> String {
    // Only texts and truth values, which JSON always takes.
    let text = serde_json::to_vec(list).unwrap_or_default();
    Sha256::digest(&text).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

pub(super) fn of_rule(rule: &Rule, users: &[UserList]) -> Option<Task> {
    Some(match rule {
        Rule::Phone { country } => Task::Phone { country: country.clone() },
        Rule::Email => Task::Email {},
        Rule::Domain { without_free_mail } => Task::Domain { without_free_mail: *without_free_mail },
        Rule::Url => Task::Url {},
        Rule::Country => Task::Country {},
        Rule::Language => Task::Language {},
        Rule::Currency => Task::Currency {},
        Rule::Split { by: SplitBy::PersonName { part } } => Task::PersonName { part: part.clone() },
        Rule::Split { by: SplitBy::Address { part, least_confidence } } => {
            Task::Address { part: part.clone(), least_confidence: *least_confidence }
        }
        Rule::Date { format } => Task::Date { format: format.clone() },
        Rule::DateTime { format, zone } => Task::DateTime { format: format.clone(), zone: zone.clone() },
        Rule::Number { decimal, scale, rounding } => {
            Task::Number { decimal: *decimal, scale: Some(*scale), rounding: (*rounding).into() }
        }
        Rule::Money { decimal, currency, rounding } => {
            Task::Money { decimal: *decimal, currency: currency.clone(), rounding: (*rounding).into() }
        }
        Rule::Boolean { yes, no, turned_round } => {
            Task::Boolean { yes: yes.clone(), no: no.clone(), turned_round: *turned_round }
        }
        Rule::Owner { list } => Task::Owner {
            list: list_of_users(list).to_owned(),
            of: users.iter().find(|known| known.name == list_of_users(list)).map(fingerprint).unwrap_or_default(),
        },
        Rule::ValueMap { rows, otherwise, separator, folded } if !separator.is_empty() => Task::ValueMap {
            rows: rows.iter().map(MapRow::from).collect(),
            otherwise: otherwise.as_ref().map(|row| MapTo::from(&row.to)),
            separator: separator.clone(),
            folded: *folded,
        },
        Rule::Copy
        | Rule::Constant { .. }
        | Rule::ValueMap { .. }
        | Rule::FirstFilled
        | Rule::Join { .. }
        | Rule::Split { by: SplitBy::Delimiter { .. } }
        | Rule::Reference { .. }
        | Rule::LookUp { .. }
        | Rule::Expression { .. } => return None,
    })
}

impl Task {
    /// As it is written in the workspace.
    pub(super) fn recipe(&self) -> Recipe {
        // A task has only texts, numbers and lists of them, which JSON always takes.
        let mut value = serde_json::to_value(self).unwrap_or_default();
        let mut function = String::new();
        let mut parameters = serde_json::Map::new();
        parameters.insert("version".to_owned(), VERSION.into());
        if let Some(object) = value.as_object_mut() {
            if let Some(serde_json::Value::String(name)) = object.shift_remove("function") {
                function = name;
            }
            parameters.append(object);
        }
        Recipe { function, parameters: serde_json::Value::Object(parameters).to_string() }
    }

    /// # Errors
    /// If the recipe is of no function that is known in this version: a sentence.
    pub(super) fn read(recipe: &Recipe) -> Result<Self, String> {
        let unknown = || format!("There is no value function “{}” with these parameters.", recipe.function);
        let mut value: serde_json::Value = serde_json::from_str(&recipe.parameters).map_err(|_| unknown())?;
        let object = value.as_object_mut().ok_or_else(unknown)?;
        if object.shift_remove("version").and_then(|version| version.as_u64()) != Some(u64::from(VERSION)) {
            return Err(unknown());
        }
        object.insert("function".to_owned(), recipe.function.clone().into());
        serde_json::from_value(value).map_err(|_| unknown())
    }

    /// What it does, for people.
    pub(super) fn sentence(&self) -> String {
        let rounded = |rounding: &Round| match rounding {
            Round::None => "",
            Round::HalfUp => ", halves rounded up",
            Round::HalfEven => ", halves rounded to even",
            Round::Down => ", rounded down",
        };
        match self {
            Self::Phone { country } if country.is_empty() => "phone to E.164".to_owned(),
            Self::Phone { country } => format!("phone to E.164, country {country} where none is given"),
            Self::Email {} => "e-mail address".to_owned(),
            Self::Domain { without_free_mail: true } => "domain, without free mail".to_owned(),
            Self::Domain { .. } => "domain".to_owned(),
            Self::Url {} => "URL".to_owned(),
            Self::Country {} => "country to ISO 3166-1".to_owned(),
            Self::Language {} => "language to BCP 47".to_owned(),
            Self::Currency {} => "currency to ISO 4217".to_owned(),
            Self::PersonName { part } => format!("{} of a person's name", part.replace('_', " ")),
            Self::Address { part, least_confidence } => {
                format!("{} of an address, at least {least_confidence} of 100 sure", part.replace('_', " "))
            }
            Self::Date { format } => format!("date, {format}"),
            Self::DateTime { format, zone } if zone.is_empty() => format!("date and time, {format}"),
            Self::DateTime { format, zone } => format!("date and time, {format}, {zone} where no offset is given"),
            Self::Number { decimal, scale: None, .. } => format!("number, decimal sign {decimal}"),
            Self::Number { decimal, scale: Some(scale), rounding } => {
                format!("number with {scale} decimals, decimal sign {decimal}{}", rounded(rounding))
            }
            Self::Money { decimal, currency, rounding } if currency.is_empty() => {
                format!("money in minor units, decimal sign {decimal}{}", rounded(rounding))
            }
            Self::Money { decimal, currency, rounding } => {
                format!("money in minor units of {currency}, decimal sign {decimal}{}", rounded(rounding))
            }
            Self::Boolean { turned_round: true, .. } => "boolean, turned round".to_owned(),
            Self::Boolean { .. } => "boolean".to_owned(),
            Self::Owner { list, .. } => format!("owner of the list {list}"),
            Self::ValueMap { rows, separator, .. } => {
                format!(
                    "value map, {}, parted by “{separator}”",
                    crate::values::format::count(rows.len() as u64, "value", "values")
                )
            }
            Self::Folded {} => "without case".to_owned(),
            Self::TitleCase {} => "title case".to_owned(),
            Self::PlainLetters {} => "plain letters".to_owned(),
            Self::CollapseSpaces {} => "single spaces".to_owned(),
            Self::LegacyId18 {} => "Salesforce ID of 18 characters".to_owned(),
        }
    }
}
