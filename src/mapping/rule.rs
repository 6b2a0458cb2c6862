//! What a rule can be. Where a source has no value (not given, empty, or only spaces), no rule but `Constant`, `ValueMap`
//! with a row for it, and `Expression` makes one; a filled value that a rule cannot convert is a reject, never nothing.

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
            Self::Split { .. } => "split",
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
    pub fn sentence(&self, _from: &[String]) -> String {
        self.word().to_owned()
    }
}
