//! The words of an entity's kinds, in documents and on the command line.

use super::{EntityKind, FieldType, MissingPolicy, RoleInGrain};

impl EntityKind {
    pub const ALL: [Self; 5] = [Self::Entity, Self::Relationship, Self::Event, Self::Mapping, Self::Summary];

    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Entity => "entity",
            Self::Relationship => "relationship",
            Self::Event => "event",
            Self::Mapping => "mapping",
            Self::Summary => "summary",
        }
    }

    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

impl RoleInGrain {
    pub const ALL: [Self; 2] = [Self::Identity, Self::Attribute];

    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Attribute => "attribute",
        }
    }

    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.word() == word)
    }
}

impl FieldType {
    pub const ALL: [Self; 19] = [
        Self::Id,
        Self::Text,
        Self::Integer,
        Self::Decimal,
        Self::Money,
        Self::Date,
        Self::Datetime,
        Self::Boolean,
        Self::Email,
        Self::Phone,
        Self::Url,
        Self::Domain,
        Self::Country,
        Self::Language,
        Self::Currency,
        Self::Choice,
        Self::Choices,
        Self::Reference,
        Self::Json,
    ];

    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Text => "text",
            Self::Integer => "integer",
            Self::Decimal => "decimal",
            Self::Money => "money",
            Self::Date => "date",
            Self::Datetime => "datetime",
            Self::Boolean => "boolean",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Url => "url",
            Self::Domain => "domain",
            Self::Country => "country",
            Self::Language => "language",
            Self::Currency => "currency",
            Self::Choice => "choice",
            Self::Choices => "choices",
            Self::Reference => "reference",
            Self::Json => "json",
        }
    }

    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// Whether values of it have a least and a most.
    #[must_use]
    pub fn has_order(self) -> bool {
        matches!(self, Self::Integer | Self::Decimal | Self::Money | Self::Date | Self::Datetime)
    }

    /// Whether only listed values are allowed.
    #[must_use]
    pub fn is_choice(self) -> bool {
        matches!(self, Self::Choice | Self::Choices)
    }
}

impl MissingPolicy {
    pub const ALL: [Self; 5] = [Self::Undecided, Self::Default, Self::Derive, Self::Reject, Self::Ask];

    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Undecided => "undecided",
            Self::Default => "default",
            Self::Derive => "derive",
            Self::Reject => "reject",
            Self::Ask => "ask",
        }
    }

    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|policy| policy.word() == word)
    }

    /// Whether the policy says a value: the default, or the expression.
    #[must_use]
    pub fn wants_value(self) -> bool {
        matches!(self, Self::Default | Self::Derive)
    }
}
