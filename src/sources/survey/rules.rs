//! The rules of the survey as data: `assets/detectors.toml`, read strictly, and a file of the user's own laid over it.
//! What is done by them stands in the files of `detect` and in `relate`.

use std::collections::HashSet;
use std::sync::OnceLock;

use serde::Deserialize;

use crate::sources::SourcesError;
use crate::values::shown::Shown;

const BUILT_IN: &str = include_str!("../../../assets/detectors.toml");

/// Words that nearly every value is looked up in, so by a fast hash; none of them is from data.
pub type Words = HashSet<String, foldhash::fast::FixedState>;

/// All rules.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    pub objects: Objects,
    pub relations: Relations,
    pub shared_inbox: SharedInbox,
    pub reused_email: ReusedEmail,
    pub repeated_email: Nothing,
    pub invalid_email: InvalidEmail,
    pub placeholder: Placeholder,
    pub truncated: Truncated,
    pub test_or_internal: TestOrInternal,
    pub demo: Demo,
    pub spam: Spam,
    pub mojibake: Mojibake,
    pub excel_ruined: ExcelRuined,
    pub flattened_line_breaks: Flattened,
    pub merged_in_source: Nothing,
    pub missing_id: Nothing,
    pub duplicate_record_id: Nothing,
    pub duplicate_export: DuplicateExport,
    pub consent_missing: ConsentMissing,
    pub incomplete: Nothing,
    pub inactive_user: InactiveUser,
    pub unused_column: UnusedColumn,
    pub deleted_but_present: Deleted,
    pub no_account: Nothing,
    pub broken_relation: Nothing,
    pub free_mail: FreeMail,
    /// Fingerprint of the text they were read from.
    #[serde(skip)]
    pub fingerprint: u64,
}

/// A detector without figures of its own.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Objects {
    pub people: Words,
    pub organizations: Words,
    pub staff: Words,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Relations {
    pub containment: f64,
    pub distinct: usize,
    pub few_containment: f64,
    pub dense: f64,
    pub part: f64,
    pub folding_gains: f64,
    pub staff_columns: Vec<String>,
    pub staff_name: String,
    pub itself: Words,
    pub id_words: Words,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SharedInbox {
    pub people: u64,
    pub local_parts: Words,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReusedEmail {
    pub nicknames: Vec<Vec<String>>,
    pub generations: Words,
    pub most_names: usize,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InvalidEmail {
    pub needs_dot: bool,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Placeholder {
    pub anywhere: Words,
    pub in_fields: Words,
    pub emails: Words,
    pub email_locals: Words,
    pub dates: Words,
    pub digits: usize,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Truncated {
    pub lengths: HashSet<u32>,
    pub values: u64,
    pub values_elsewhere: u64,
    pub times: u64,
    pub spread: usize,
    pub shortest: u32,
    pub rows: Vec<u64>,
    pub rows_from: u64,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TestOrInternal {
    pub words: Words,
    pub names: Words,
    pub phrases: Vec<String>,
    pub local_parts: Words,
    pub domains: Words,
    pub id_beginnings: Vec<String>,
    pub flags: Words,
    pub own_domains: Vec<String>,
    pub own_share: f64,
    pub domain_most: f64,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Demo {
    pub words: Words,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spam {
    pub parts: Vec<String>,
    pub letters: usize,
    pub changes: usize,
    pub no_vowel_letters: usize,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mojibake {
    pub leads: String,
    pub parts: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExcelRuined {
    pub dates_most: f64,
    pub months: Words,
    pub zeros_from: u64,
    pub zeros_kept_most: f64,
    pub zeros_written: f64,
    pub rounded_most: f64,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Flattened {
    pub marks: Vec<String>,
    pub html_most: f64,
    pub blanks: usize,
    pub blanks_text: usize,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DuplicateExport {
    pub share: f64,
    pub rows: u64,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConsentMissing {
    pub columns: Words,
    pub systems: Words,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InactiveUser {
    pub active: Words,
    pub inactive: Words,
    pub since: Words,
    pub columns: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnusedColumn {
    pub rows: u64,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deleted {
    pub flags: Words,
    pub since: Words,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FreeMail {
    pub domains: Words,
    pub columns: Words,
}

impl Rules {
    /// The rules that come with the program.
    #[must_use]
    pub fn built_in() -> &'static Self {
        static RULES: OnceLock<Rules> = OnceLock::new();
        RULES.get_or_init(|| {
            // The asset is part of the program; a test reads it.
            Self::with("").expect("assets/detectors.toml is well formed")
        })
    }

    /// The rules that come with the program, with the entries of a user's file in their places.
    ///
    /// # Errors
    /// If the text is no TOML, or has an entry that does not exist or is of another kind.
    pub fn with(user: &str) -> Result<Self, SourcesError> {
        let refused = |what: &str, error: &str| SourcesError::Refused {
            message: format!("The rules of the detectors {what}: {}.", Shown::of(error.trim().trim_end_matches('.'))),
            hint: "docs/findings.md lists the entries; none of the file was used.".to_owned(),
        };
        let mut table: toml::Table =
            BUILT_IN.parse().map_err(|e: toml::de::Error| refused("cannot be read", e.message()))?;
        let own: toml::Table = user.parse().map_err(|e: toml::de::Error| {
            let line = e
                .span()
                .map_or(1, |span| 1 + user.as_bytes().iter().take(span.start).filter(|byte| **byte == b'\n').count());
            refused(&format!("cannot be read, line {line}"), e.message())
        })?;
        for (section, entries) in own {
            let Some(known) = table.get_mut(&section).and_then(toml::Value::as_table_mut) else {
                return Err(refused("do not fit", &format!("there is no section {section}")));
            };
            let toml::Value::Table(entries) = entries else {
                return Err(refused("do not fit", &format!("{section} is a section, not a value")));
            };
            for (entry, value) in entries {
                if !known.contains_key(&entry) {
                    return Err(refused("do not fit", &format!("{section} has no entry {entry}")));
                }
                known.insert(entry, value);
            }
        }
        let text = toml::to_string(&table).unwrap_or_default();
        let mut rules: Self = table.try_into().map_err(|e: toml::de::Error| refused("do not fit", e.message()))?;
        rules.fingerprint = twox_hash::XxHash3_64::oneshot(text.as_bytes());
        Ok(rules)
    }
}

/// A header without separators and in lower case, `__c` and `(metadata)` left off: how rules name columns.
#[must_use]
pub fn plain_header(header: &str) -> String {
    crate::sources::columns::header_words(header).concat()
}

/// Whether a word says yes.
#[must_use]
pub fn is_yes(value: &str) -> bool {
    matches!(
        value.trim().to_lowercase().as_str(),
        "true" | "t" | "yes" | "y" | "1" | "wahr" | "ja" | "oui" | "sí" | "si" | "vrai" | "verdadero" | "x"
    )
}

/// Whether a word says no.
#[must_use]
pub fn is_no(value: &str) -> bool {
    matches!(
        value.trim().to_lowercase().as_str(),
        "false" | "f" | "no" | "n" | "0" | "falsch" | "nein" | "non" | "faux" | "falso" | "inactive" | "disabled"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_of_the_program_are_well_formed_and_in_lower_case() {
        let rules = Rules::built_in();
        for words in [
            &rules.shared_inbox.local_parts,
            &rules.placeholder.anywhere,
            &rules.placeholder.in_fields,
            &rules.free_mail.domains,
            &rules.test_or_internal.words,
            &rules.consent_missing.columns,
        ] {
            assert!(words.iter().all(|word| *word == word.to_lowercase() && *word == word.trim()));
        }
    }

    #[test]
    fn a_user_s_entry_takes_the_place_of_the_one_it_names() {
        let rules = Rules::with("[shared_inbox]\npeople = 7\n").unwrap();
        assert_eq!(rules.shared_inbox.people, 7);
        assert!(rules.shared_inbox.local_parts.contains("info"));
        assert_ne!(rules.fingerprint, Rules::built_in().fingerprint);
    }

    #[test]
    fn what_does_not_fit_is_refused_with_its_name() {
        for (text, says) in [
            ("[shared_inboxes]\npeople = 7", "no section shared_inboxes"),
            ("[shared_inbox]\npersons = 7", "shared_inbox has no entry persons"),
            ("[shared_inbox]\npeople = \"many\"", "do not fit"),
            ("shared_inbox = 7", "shared_inbox is a section"),
            ("[demo]\n\nwords = [", "line 3"),
        ] {
            let error = Rules::with(text).unwrap_err().to_string();
            assert!(error.contains(says), "{error}");
        }
    }
}
