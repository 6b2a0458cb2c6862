//! What a rule can be. Where a source has no value (not given, empty, or only spaces), no rule but `Constant`, `ValueMap`
//! with a row for it, and `Expression` makes one; a filled value that a rule cannot convert is a reject, never nothing.

use crate::values::format::thousands;
use crate::values::shown::Shown;

/// How a value is made.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
#[serde(tag = "rule", rename_all = "snake_case")]
pub enum Rule {
    /// As it is, without the spaces around it.
    #[default]
    Copy,
    /// The same for every row.
    Constant {
        value: String,
    },
    ValueMap {
        rows: Vec<ValueRow>,
        /// A deliberate default for every value that has no row.
        otherwise: Option<ValueRow>,
        /// What parts several values in one cell; each is mapped, the results joined with `;`.
        separator: String,
        /// Values are compared without case and outer spaces.
        folded: bool,
    },
    /// The first of the columns that is filled.
    FirstFilled,
    /// The filled ones of the columns, with this between them.
    Join {
        separator: String,
    },
    /// A part of one column.
    Split {
        by: SplitBy,
    },
    /// `format` as `%d/%m/%Y`, `iso`, `excel`, `epoch`, `epoch-ms`, or `day-first`, `month-first`, `year-first` for any
    /// usual way of writing in that order. A date is never shifted by a zone.
    Date {
        format: String,
    },
    /// `zone` is the IANA name (or `+02:00`) of values that state no offset of their own.
    DateTime {
        format: String,
        zone: String,
    },
    /// `decimal` is `.` or `,`; `scale` digits after the point are kept, the others rounded so.
    Number {
        decimal: char,
        scale: u8,
        rounding: Rounding,
    },
    /// Whole minor units of a currency (ISO 4217), which is stated or stands in a column (the second of `from`).
    Money {
        decimal: char,
        currency: String,
        rounding: Rounding,
    },
    /// Words compared without case; `turned_round` for fields like *has opted out*.
    Boolean {
        yes: Vec<String>,
        no: Vec<String>,
        turned_round: bool,
    },
    /// E.164 where valid for the country, which is stated (ISO 3166-1) or stands in a column (the second of `from`).
    Phone {
        country: String,
    },
    Email,
    /// The registrable domain of an e-mail address, URL or host; empty for free-mail providers if they are left out.
    Domain {
        without_free_mail: bool,
    },
    Url,
    /// ISO 3166-1 alpha-2, from codes and names in many languages.
    Country,
    /// BCP 47.
    Language,
    Currency,
    /// A user of an approved list; the field gets their ID, else their name.
    Owner {
        list: String,
    },
    /// The durable key of the record of another object whose native ID this is (followed through merges).
    Reference {
        entity: String,
        source: String,
        object: String,
    },
    /// A column of the record that an ID points to: AccountId → BillingCountry of Account.
    LookUp {
        source: String,
        object: String,
        column: String,
    },
    /// A scalar SQLite expression over the row's columns, with our value functions (`expression`).
    Expression {
        sql: String,
    },
}

/// What parts a value.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum SplitBy {
    /// Part number (from 1; from the end if negative) between delimiters.
    Delimiter { delimiter: String, part: i32 },
    /// `given`, `family`, `middle`, `title`, `suffix`.
    PersonName { part: String },
    /// `street`, `unit`, `city`, `state`, `postal_code`, `country`, `confidence`. Below the least confidence (0 to 100) it is
    /// a reject.
    Address { part: String, least_confidence: u8 },
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Rounding {
    /// More digits than are kept is a reject.
    #[default]
    None,
    /// A half goes away from zero.
    HalfUp,
    /// A half goes to the even digit.
    HalfEven,
    /// Towards zero.
    Down,
}

/// One source value of a value map.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct ValueRow {
    /// As the source writes it; empty: no value.
    pub value: String,
    /// Only for rows where this scalar expression holds; empty: all. The first row of a value that holds counts.
    pub only_where: String,
    pub to: ValueTarget,
    /// Who decided, and when (RFC 3339 UTC).
    pub by: String,
    pub at: String,
    pub note: String,
}

/// What a source value becomes.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(tag = "becomes", content = "what", rename_all = "snake_case")]
pub enum ValueTarget {
    Value(String),
    /// No value, on purpose.
    Nothing,
    /// The whole record is left out, for this reason.
    Excluded(String),
}

impl Default for ValueTarget {
    fn default() -> Self {
        Self::Value(String::new())
    }
}

impl Rule {
    /// Its word in documents and on the command line: `copy`, `value map`.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Copy => "copy",
            Self::Constant { .. } => "constant",
            Self::ValueMap { .. } => "value map",
            Self::FirstFilled => "first filled",
            Self::Join { .. } => "join",
            Self::Split { by: SplitBy::Delimiter { .. } } => "split",
            Self::Split { by: SplitBy::PersonName { .. } } => "person name",
            Self::Split { by: SplitBy::Address { .. } } => "address",
            Self::Date { .. } => "date",
            Self::DateTime { .. } => "date and time",
            Self::Number { .. } => "number",
            Self::Money { .. } => "money",
            Self::Boolean { .. } => "boolean",
            Self::Phone { .. } => "phone",
            Self::Email => "e-mail",
            Self::Domain { .. } => "domain",
            Self::Url => "url",
            Self::Country => "country",
            Self::Language => "language",
            Self::Currency => "currency",
            Self::Owner { .. } => "owner",
            Self::Reference { .. } => "reference",
            Self::LookUp { .. } => "look up",
            Self::Expression { .. } => "expression",
        }
    }

    /// What it does, as people read it in the middle of the screen: `phone to E.164, country from Account`, `date, day
    /// first`, `value map, 61 values`, `boolean, turned round`.
    #[must_use]
    pub fn sentence(&self, from: &[String]) -> String {
        match self {
            Self::Copy => "copy".to_owned(),
            Self::Constant { value } if value.is_empty() => "always empty".to_owned(),
            Self::Constant { value } => format!("always {}", named(value)),
            Self::ValueMap { rows, otherwise, separator, .. } => value_map(rows.len(), otherwise.as_ref(), separator),
            Self::FirstFilled => format!("first filled of {}", list(from)),
            Self::Join { separator } => format!("{} joined with {}", list(from), between(separator)),
            Self::Split { by } => by.sentence(),
            Self::Date { format } if format.trim().is_empty() => "date, not yet said how written".to_owned(),
            Self::Date { format } => format!("date, {}", in_words(format)),
            Self::DateTime { format, zone } => {
                let zone = if zone.is_empty() { "as it states its zone".to_owned() } else { shown(zone) };
                if is_plain(format) {
                    format!("date and time, {zone}")
                } else if format.trim().is_empty() {
                    format!("date and time, not yet said how written, {zone}")
                } else {
                    format!("date and time, {}, {zone}", in_words(format))
                }
            }
            Self::Number { decimal, scale, rounding } => number(*decimal, *scale, *rounding),
            Self::Money { decimal, currency, rounding } => {
                let currency = match from.get(1) {
                    Some(column) => format!("money, currency from {}", shown(column)),
                    None => format!(
                        "money in {}",
                        if currency.is_empty() { "no stated currency".to_owned() } else { shown(currency) }
                    ),
                };
                format!("{currency}{}{}", comma(*decimal), rounded(*rounding))
            }
            Self::Boolean { turned_round, .. } => {
                if *turned_round { "boolean, turned round" } else { "boolean" }.to_owned()
            }
            Self::Phone { country } => match from.get(1) {
                Some(column) => format!("phone to E.164, country from {}", shown(column)),
                None if country.is_empty() => "phone to E.164".to_owned(),
                None => format!("phone to E.164, country {}", shown(country)),
            },
            Self::Email => "e-mail, domain in lower case".to_owned(),
            Self::Domain { without_free_mail } => {
                if *without_free_mail { "domain, without free mail" } else { "domain" }.to_owned()
            }
            Self::Url => "URL".to_owned(),
            Self::Country => "country code".to_owned(),
            Self::Language => "language code".to_owned(),
            Self::Currency => "currency code".to_owned(),
            Self::Owner { list } if list_of_users(list) == USERS => "owner from the user list".to_owned(),
            Self::Owner { list } => format!("owner from the list {}", named(list)),
            Self::Reference { entity, .. } => format!("reference to {}", shown(entity)),
            Self::LookUp { object, column, .. } => format!("{} looked up in {}", named(column), named(object)),
            Self::Expression { sql } => format!("= {}", shown(sql.trim())),
        }
    }
}

/// The list of users that owner rules name where they name none.
pub const USERS: &str = "users";

/// The name of the list of users that an owner rule reads.
#[must_use]
pub fn list_of_users(list: &str) -> &str {
    if list.trim().is_empty() { USERS } else { list }
}

/// What a value map that parts its values cannot have, as half a sentence; `None`: it has nothing of that.
#[must_use]
pub fn parted_fault(rule: &Rule) -> Option<&'static str> {
    let Rule::ValueMap { rows, otherwise, separator, .. } = rule else { return None };
    if separator.is_empty() {
        return None;
    }
    let mut targets = rows.iter().chain(otherwise).map(|row| &row.to);
    if targets.any(|to| matches!(to, ValueTarget::Excluded(_))) {
        return Some("a value map of several values in one cell cannot leave records out");
    }
    let with_condition = rows.iter().any(|row| !row.only_where.trim().is_empty());
    with_condition.then_some("a value map of several values in one cell cannot have conditions")
}

impl SplitBy {
    fn sentence(&self) -> String {
        match self {
            Self::Delimiter { delimiter, part } if *part < 0 => {
                format!("part {} from the end, between {}", part.unsigned_abs(), between(delimiter))
            }
            Self::Delimiter { delimiter, part } => format!("part {part} between {}", between(delimiter)),
            Self::PersonName { part } => match part.as_str() {
                "title" | "suffix" => format!("{part} of the person's name"),
                part => format!("{} name of the person", shown(part)),
            },
            Self::Address { part, least_confidence } => {
                let part = match part.as_str() {
                    "confidence" => return "how surely the address was read".to_owned(),
                    other => shown(other).replace('_', " "),
                };
                match least_confidence {
                    0 => format!("{part} of the address"),
                    least => format!("{part} of the address, at least {least} % sure"),
                }
            }
        }
    }
}

fn shown(text: &str) -> String {
    Shown::of(text).to_plain()
}

/// In quotes where it would not be seen as one word.
fn named(text: &str) -> String {
    if text.is_empty() || text.contains(char::is_whitespace) { format!("“{}”", shown(text)) } else { shown(text) }
}

fn list(names: &[String]) -> String {
    names.iter().map(|name| named(name)).collect::<Vec<_>>().join(", ")
}

fn between(separator: &str) -> String {
    match separator {
        "" => "nothing".to_owned(),
        " " => "a space".to_owned(),
        ", " => "a comma and a space".to_owned(),
        "\n" => "a line break".to_owned(),
        "\t" => "a tab".to_owned(),
        other => format!("“{}”", shown(other)),
    }
}

fn is_plain(format: &str) -> bool {
    format.eq_ignore_ascii_case("iso")
}

fn in_words(format: &str) -> String {
    match format {
        "iso" => "ISO".to_owned(),
        "excel" => "as Excel counts days".to_owned(),
        "epoch" => "seconds since 1970".to_owned(),
        "epoch-ms" => "milliseconds since 1970".to_owned(),
        "day-first" => "day first".to_owned(),
        "month-first" => "month first".to_owned(),
        "year-first" => "year first".to_owned(),
        other => shown(other),
    }
}

fn comma(decimal: char) -> &'static str {
    if decimal == ',' { ", decimal comma" } else { "" }
}

fn rounded(rounding: Rounding) -> &'static str {
    match rounding {
        Rounding::None => "",
        Rounding::HalfUp => ", a half rounded up",
        Rounding::HalfEven => ", a half rounded to even",
        Rounding::Down => ", rounded down",
    }
}

fn number(decimal: char, scale: u8, rounding: Rounding) -> String {
    let kept = match scale {
        0 => "whole number".to_owned(),
        1 => "number, 1 digit".to_owned(),
        more => format!("number, {more} digits"),
    };
    format!("{kept}{}{}", comma(decimal), rounded(rounding))
}

fn value_map(rows: usize, otherwise: Option<&ValueRow>, separator: &str) -> String {
    let mut sentence = match rows {
        0 => "value map, no value yet".to_owned(),
        1 => "value map, 1 value".to_owned(),
        rows => format!("value map, {} values", thousands(rows as u64)),
    };
    if !separator.is_empty() {
        sentence.push_str(&format!(" parted by {}", between(separator)));
    }
    match otherwise.map(|row| &row.to) {
        None => {}
        Some(ValueTarget::Value(value)) => sentence.push_str(&format!(", else {}", named(value))),
        Some(ValueTarget::Nothing) => sentence.push_str(", else empty"),
        Some(ValueTarget::Excluded(_)) => sentence.push_str(", else excluded"),
    }
    sentence
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_reads_as_a_sentence() {
        let row = |value: &str| ValueRow { value: value.to_owned(), ..ValueRow::default() };
        let rows: Vec<ValueRow> = (0..61).map(|n| row(&n.to_string())).collect();
        let map = |rows: Vec<ValueRow>, otherwise: Option<ValueTarget>| Rule::ValueMap {
            rows,
            otherwise: otherwise.map(|to| ValueRow { to, ..ValueRow::default() }),
            separator: String::new(),
            folded: false,
        };
        let text = |text: &str| text.to_owned();
        let table: Vec<(&str, &[&str], Rule)> = vec![
            ("copy", &["LastName"], Rule::Copy),
            ("always EUR", &[], Rule::Constant { value: text("EUR") }),
            ("value map, 61 values", &["Country"], map(rows, None)),
            ("value map, 1 value, else other", &["Type"], map(vec![row("a")], Some(ValueTarget::Value(text("other"))))),
            ("first filled of Mobile, “Home phone”", &["Mobile", "Home phone"], Rule::FirstFilled),
            ("A, B joined with a space", &["A", "B"], Rule::Join { separator: text(" ") }),
            ("family name of the person", &["Name"], Rule::Split { by: SplitBy::PersonName { part: text("family") } }),
            (
                "postal code of the address, at least 80 % sure",
                &["Address"],
                Rule::Split { by: SplitBy::Address { part: text("postal_code"), least_confidence: 80 } },
            ),
            ("date, not yet said how written", &["Since"], Rule::Date { format: text("") }),
            (
                "date and time, not yet said how written, as it states its zone",
                &["Since"],
                Rule::DateTime { format: text(""), zone: text("") },
            ),
            ("owner from the user list", &["Owner"], Rule::Owner { list: text("") }),
            ("date, day first", &["Since"], Rule::Date { format: text("day-first") }),
            ("date and time, UTC", &["CreatedDate"], Rule::DateTime { format: text("iso"), zone: text("UTC") }),
            (
                "number, 2 digits, decimal comma, a half rounded up",
                &["Amount"],
                Rule::Number { decimal: ',', scale: 2, rounding: Rounding::HalfUp },
            ),
            ("money in EUR", &["A"], Rule::Money { decimal: '.', currency: text("EUR"), rounding: Rounding::None }),
            ("boolean, turned round", &["Out"], Rule::Boolean { yes: vec![], no: vec![], turned_round: true }),
            ("phone to E.164, country from Country", &["Phone", "Country"], Rule::Phone { country: text("") }),
            ("e-mail, domain in lower case", &["Email"], Rule::Email),
            ("owner from the user list", &["Owner"], Rule::Owner { list: text("users") }),
            (
                "reference to account",
                &["AccountId"],
                Rule::Reference { entity: text("account"), source: text("S"), object: text("Account") },
            ),
            ("= upper(⟨202E⟩Name)", &[], Rule::Expression { sql: text("upper(\u{202E}Name)") }),
        ];
        for (sentence, from, rule) in table {
            let from: Vec<String> = from.iter().map(|name| (*name).to_owned()).collect();
            assert_eq!(rule.sentence(&from), sentence);
        }
    }
}
