//! The detectors: pure judgements on one value or one record, each by the rules it is given. What they are asked of and
//! what is kept of their answers is for `pass`.

pub mod addresses;
pub mod cut;
pub mod placeholders;
pub mod spreadsheets;
pub mod suspects;
pub mod texts;

/// What a detector finds, in the order in which people are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    MergedInSource,
    DeletedButPresent,
    MissingId,
    DuplicateRecordId,
    DuplicateExport,
    BrokenRelation,
    NoAccount,
    SharedInbox,
    ReusedEmail,
    RepeatedEmail,
    InvalidEmail,
    TestOrInternal,
    Demo,
    Spam,
    Placeholder,
    Incomplete,
    ConsentMissing,
    InactiveUser,
    Truncated,
    ExcelRuined,
    Mojibake,
    FlattenedLineBreaks,
    UnusedColumn,
}

impl Kind {
    pub const ALL: [Self; 23] = [
        Self::MergedInSource,
        Self::DeletedButPresent,
        Self::MissingId,
        Self::DuplicateRecordId,
        Self::DuplicateExport,
        Self::BrokenRelation,
        Self::NoAccount,
        Self::SharedInbox,
        Self::ReusedEmail,
        Self::RepeatedEmail,
        Self::InvalidEmail,
        Self::TestOrInternal,
        Self::Demo,
        Self::Spam,
        Self::Placeholder,
        Self::Incomplete,
        Self::ConsentMissing,
        Self::InactiveUser,
        Self::Truncated,
        Self::ExcelRuined,
        Self::Mojibake,
        Self::FlattenedLineBreaks,
        Self::UnusedColumn,
    ];

    /// The word on the command line, in JSON and in the rules.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::MergedInSource => "merged_in_source",
            Self::DeletedButPresent => "deleted_but_present",
            Self::MissingId => "missing_id",
            Self::DuplicateRecordId => "duplicate_record_id",
            Self::DuplicateExport => "duplicate_export",
            Self::BrokenRelation => "broken_relation",
            Self::NoAccount => "no_account",
            Self::SharedInbox => "shared_inbox",
            Self::ReusedEmail => "reused_email",
            Self::RepeatedEmail => "repeated_email",
            Self::InvalidEmail => "invalid_email",
            Self::TestOrInternal => "test_or_internal",
            Self::Demo => "demo",
            Self::Spam => "spam",
            Self::Placeholder => "placeholder",
            Self::Incomplete => "incomplete",
            Self::ConsentMissing => "consent_missing",
            Self::InactiveUser => "inactive_user",
            Self::Truncated => "truncated",
            Self::ExcelRuined => "excel_ruined",
            Self::Mojibake => "mojibake",
            Self::FlattenedLineBreaks => "flattened_line_breaks",
            Self::UnusedColumn => "unused_column",
        }
    }

    /// What it is called in lists.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::MergedInSource => "merged in the source",
            Self::DeletedButPresent => "deleted, still in the export",
            Self::MissingId => "no native ID",
            Self::DuplicateRecordId => "same ID twice in one file",
            Self::DuplicateExport => "same export twice",
            Self::BrokenRelation => "broken relation",
            Self::NoAccount => "no account",
            Self::SharedInbox => "shared inbox",
            Self::ReusedEmail => "one e-mail, two people",
            Self::RepeatedEmail => "one e-mail, several records",
            Self::InvalidEmail => "invalid e-mail",
            Self::TestOrInternal => "test or internal",
            Self::Demo => "demo",
            Self::Spam => "spam",
            Self::Placeholder => "placeholder",
            Self::Incomplete => "incomplete",
            Self::ConsentMissing => "consent missing",
            Self::InactiveUser => "inactive user, still in charge",
            Self::Truncated => "cut off at a limit",
            Self::ExcelRuined => "ruined by a spreadsheet",
            Self::Mojibake => "encoding broken upstream",
            Self::FlattenedLineBreaks => "line breaks flattened",
            Self::UnusedColumn => "unused column",
        }
    }
}

/// What a value is, as far as the detectors go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    Id,
    Email,
    Phone,
    /// A person's or an organization's name.
    Name,
    Other,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_section_of_rules_of_its_own_name() {
        let rules: toml::Table = include_str!("../../../../assets/detectors.toml").parse().unwrap();
        for kind in Kind::ALL {
            assert!(rules.contains_key(kind.word()), "{kind:?}");
        }
    }
}
