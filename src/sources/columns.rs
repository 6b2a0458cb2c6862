//! What each column holds, guessed from its header and from values. A guess says its evidence and a person can overrule
//! it. The words stand in `assets/columns.toml`; the judgement is here. Pure: no SQL, no clock.

mod look;
mod names;

use std::collections::{BTreeMap, HashSet};
use std::sync::OnceLock;

use crate::sources::ColumnRole as Role;
use crate::sources::presets::ColumnMeaning;

use crate::values::identifier;

pub use names::{header_words, names_object, same_thing, thing};

use look::{Look, look};
use names::{object_words, singular};

/// A column's role with the reason for it, and what else is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guess {
    pub role: Role,
    pub evidence: String,
    /// The object that its values are IDs of, by name.
    pub points_to: Option<String>,
    pub meaning: Option<ColumnMeaning>,
    /// What parts several values in one cell.
    pub separator: Option<String>,
    /// How dates are written, as its preset says.
    pub dates: Option<String>,
}

impl Guess {
    /// A role and its reason alone.
    #[must_use]
    pub fn new(role: Role, evidence: impl Into<String>) -> Self {
        Self { role, evidence: evidence.into(), points_to: None, meaning: None, separator: None, dates: None }
    }
}

#[derive(Debug, serde::Deserialize)]
struct Words {
    #[serde(default)]
    whole: HashSet<String>,
    #[serde(default)]
    words: HashSet<String>,
    #[serde(default)]
    except: HashSet<String>,
    #[serde(default)]
    plain: HashSet<String>,
}

fn vocabulary() -> &'static BTreeMap<String, Words> {
    static VOCABULARY: OnceLock<BTreeMap<String, Words>> = OnceLock::new();
    VOCABULARY.get_or_init(|| {
        // The asset is part of the program; a test reads it.
        toml::from_str(include_str!("../../assets/columns.toml")).expect("assets/columns.toml is well formed")
    })
}

/// Whether the vocabulary has this word in a list.
#[must_use]
pub fn is_word_of(list: &str, word: &str) -> bool {
    vocabulary().get(list).is_some_and(|v| v.words.contains(word))
}

/// Guesses the role of every column. `object` is what the rows are called; `sample` holds some rows.
#[must_use]
pub fn guess_roles(object: &str, columns: &[String], sample: &[Vec<Option<String>>]) -> Vec<Guess> {
    let looks: Vec<Look> = (0..columns.len())
        .map(|at| {
            let values: Vec<Option<&str>> =
                sample.iter().map(|row| row.get(at).and_then(|cell| cell.as_deref())).collect();
            look(&values)
        })
        .collect();
    let mut guesses: Vec<Guess> =
        columns.iter().zip(&looks).map(|(header, look)| guess_one(object, header, look)).collect();
    // A title is a name only of what has no other: a ticket, not a person with a job.
    let named = guesses.iter().zip(columns).any(|(guess, header)| names_record(guess.role) && !is_title(header));
    for (guess, header) in guesses.iter_mut().zip(columns) {
        if named && names_record(guess.role) && is_title(header) {
            *guess = Guess::new(Role::Plain, "");
        }
    }
    if let Some((at, evidence)) = find_native_id(object, columns, &looks, &guesses) {
        guesses[at] = Guess::new(Role::NativeId, evidence);
    }
    for (guess, header) in guesses.iter_mut().zip(columns).filter(|(guess, _)| guess.role == Role::Plain) {
        guess.meaning = meaning_of(&header_words(header));
    }
    guesses
}

fn names_record(role: Role) -> bool {
    matches!(role, Role::GivenName | Role::FamilyName | Role::FullName | Role::OrganizationName)
}

fn is_title(header: &str) -> bool {
    matches!(header_words(header).concat().as_str(), "title" | "subject" | "alias" | "nickname")
}

fn guess_one(object: &str, header: &str, look: &Look) -> Guess {
    let words = header_words(header);
    let whole = words.concat();
    let vocabulary = vocabulary();
    let is = |kind: &str| {
        vocabulary
            .get(kind)
            .is_some_and(|v| v.whole.contains(&whole) || words.iter().any(|word| v.words.contains(word)))
    };
    let guess = |role: Role, evidence: String| Guess::new(role, evidence);
    if is("merged_into") {
        return guess(Role::MergedInto, "the header says so".to_owned());
    }
    let has = |word: &str| words.iter().any(|w| w == word);
    if is("merged_ids") || (has("merged") && (has("ids") || has("vids"))) {
        return guess(Role::MergedIds, "the header says so".to_owned());
    }
    // `HasOptedOutOfEmail` holds no address, and while it is empty only its header can say so.
    let about = |kind: &str| vocabulary.get(kind).is_some_and(|v| words.iter().any(|word| v.except.contains(word)));
    if (is("email") && (look.filled == 0 && !about("email") || look.most(look.emails, 0.5)))
        || (look.filled >= 3 && look.most(look.emails, 0.8))
    {
        let evidence = if look.filled == 0 {
            "the header says so".to_owned()
        } else {
            of(look.emails, look.filled, "look like addresses")
        };
        return guess(Role::Email, evidence);
    }
    if is("phone") && (look.filled == 0 && !about("phone") || look.most(look.phones, 0.5)) {
        let evidence = if look.filled == 0 {
            "the header says so".to_owned()
        } else {
            of(look.phones, look.filled, "look like numbers")
        };
        return guess(Role::Phone, evidence);
    }
    for (kind, role) in [
        ("given_name", Role::GivenName),
        ("family_name", Role::FamilyName),
        ("full_name", Role::FullName),
        ("organization_name", Role::OrganizationName),
    ] {
        if vocabulary.get(kind).is_some_and(|v| v.whole.contains(&whole)) {
            // A `name` column that holds IDs is one of IDs (a company field that holds account IDs).
            if let Some(evidence) = look.strong_id() {
                return guess(Role::ForeignKey, format!("{evidence}, whatever the header says"));
            }
            let role = if role == Role::FullName && whole == "name" && holds_organizations(object) {
                Role::OrganizationName
            } else {
                role
            };
            return guess(role, "the header says so".to_owned());
        }
    }
    // A sheet of partners calls the column with their names *Partner*.
    if !words.is_empty()
        && words.iter().map(|word| singular(word)).eq(object_words(object))
        && !look.most(look.id_like, 0.5)
    {
        let role = if holds_organizations(object) { Role::OrganizationName } else { Role::FullName };
        return guess(role, "called like the object".to_owned());
    }
    let id_words = vocabulary.get("id");
    let says_id = id_words.is_some_and(|v| {
        (words.iter().any(|word| v.words.contains(word))
            || (words.len() == 1 && whole.len() > 3 && whole.ends_with("id")))
            && !words.iter().any(|word| v.except.contains(word))
            // `NumberOfLeads` counts, `Number` and `Number ID` name.
            && !(words.len() > 1 && matches!(words[0].as_str(), "number" | "num") && !has("id"))
    });
    let could_be =
        look.filled == 0 || look.most(look.id_like, 0.8) || look.most(look.id_like, 0.5) && look.most(look.spaces, 0.2);
    if says_id && could_be {
        let foreign = vocabulary.get("other_id").is_some_and(|v| {
            words.iter().any(|word| v.words.contains(word) && !v.plain.contains(word)) || whole.starts_with("external")
        });
        if foreign {
            return guess(Role::OtherId, "the header names another system".to_owned());
        }
        if header.trim_end().ends_with("(metadata)") {
            return guess(Role::OtherId, "metadata that somebody's own program wrote".to_owned());
        }
        let of_their_own = header.trim_end().to_ascii_lowercase().ends_with("__c");
        if of_their_own && look.filled > 0 && look.salesforce == 0 {
            return guess(Role::OtherId, "a field of the organization's own with IDs of another form".to_owned());
        }
        let mut key = guess(Role::ForeignKey, "the header says ID".to_owned());
        key.points_to = points_to(object, &words);
        if let Some(target) = &key.points_to {
            key.evidence = format!("the header says ID of {target}");
        }
        return key;
    }
    if let Some(evidence) = look.strong_id() {
        let mut key = guess(Role::ForeignKey, evidence.to_owned());
        key.points_to = points_to(object, &words);
        return key;
    }
    guess(Role::Plain, String::new())
}

/// The object that a column of IDs is called after: `account` for `account_id`, the user for an owner, the object itself
/// for a parent. `None` where the header names none.
fn points_to(object: &str, words: &[String]) -> Option<String> {
    let ids = vocabulary().get("id");
    let target: Vec<&str> =
        words.iter().map(String::as_str).filter(|word| ids.is_none_or(|v| !v.words.contains(*word))).collect();
    let last = *target.last()?;
    if is_word_of("person_of_staff", last) || is_word_of("person_of_staff", &target.concat()) {
        return Some("user".to_owned());
    }
    if target.len() == 1 && matches!(last, "parent" | "master" | "root") {
        return Some(object_words(object).join(" ")).filter(|name| !name.is_empty());
    }
    Some(target.join(" "))
}

/// What a header says of its column beyond its role.
fn meaning_of(words: &[String]) -> Option<ColumnMeaning> {
    let whole = words.concat();
    let says = |list: &str| vocabulary().get(list).is_some_and(|v| v.whole.contains(&whole));
    [
        ("created_at", ColumnMeaning::CreatedAt),
        ("modified_at", ColumnMeaning::ModifiedAt),
        ("synced_at", ColumnMeaning::SyncedAt),
        ("deleted", ColumnMeaning::Deleted),
        ("deleted_at", ColumnMeaning::DeletedAt),
        ("consent", ColumnMeaning::Consent),
        ("test", ColumnMeaning::Test),
        ("active", ColumnMeaning::Active),
        ("status", ColumnMeaning::Status),
        ("tags", ColumnMeaning::Tags),
    ]
    .into_iter()
    .find(|(list, _)| says(list))
    .map(|(_, meaning)| meaning)
}

fn of(part: usize, whole: usize, what: &str) -> String {
    if part == whole { format!("all {whole} {what}") } else { format!("{part} of {whole} {what}") }
}

fn holds_organizations(object: &str) -> bool {
    const WORDS: [&str; 12] = [
        "account",
        "accounts",
        "company",
        "companies",
        "organization",
        "organizations",
        "organisation",
        "organisations",
        "workspace",
        "workspaces",
        "partner",
        "partners",
    ];
    header_words(object).iter().any(|word| WORDS.contains(&word.as_str()))
}

/// The column that names the rows: unique and filled in the sample, and an ID by header or by form.
fn find_native_id(object: &str, columns: &[String], looks: &[Look], guesses: &[Guess]) -> Option<(usize, String)> {
    let vocabulary = vocabulary();
    let of_object = object_words(object);
    let mut best: Option<(i32, usize, String)> = None;
    for (at, (header, look)) in columns.iter().zip(looks).enumerate() {
        let role = guesses[at].role;
        let words = header_words(header);
        let whole = words.concat();
        let plain_id = vocabulary.get("native_id").is_some_and(|v| v.whole.contains(&whole));
        // An export without rows still has a header.
        let empty_but_named = look.rows == 0 && plain_id;
        if !(look.unique() && look.most(look.id_like, 0.9) || empty_but_named) {
            continue;
        }
        let mut points = 0;
        let mut why = Vec::new();
        let before_id: Vec<String> =
            words.iter().take(words.len().saturating_sub(1)).map(|word| singular(word)).collect();
        let ends_in_id = words.last().is_some_and(|last| vocabulary.get("id").is_some_and(|v| v.words.contains(last)));
        let names_object = ends_in_id && !before_id.is_empty() && before_id == of_object;
        // Dynamics writes its key as "(Do Not Modify) Contact".
        let do_not_modify = whole.strip_prefix("donotmodify").is_some_and(|rest| rest == of_object.concat());
        if plain_id {
            points += 5;
            why.push(format!("called {}", header.trim()));
        } else if names_object || do_not_modify {
            points += 4;
            why.push("named after the object".to_owned());
        } else if ends_in_id && matches!(role, Role::ForeignKey) && !before_id.is_empty() {
            // `account_id` names another object's records, however unique they are here.
            continue;
        } else if role == Role::ForeignKey {
            points += 1;
        }
        if matches!(role, Role::OtherId | Role::Email | Role::Phone | Role::MergedInto | Role::MergedIds) {
            points -= 3;
        }
        if matches!(role, Role::GivenName | Role::FamilyName | Role::FullName | Role::OrganizationName) {
            continue;
        }
        if at == 0 {
            points += 2;
        }
        if let Some(form) = look.strong_id() {
            points += 2;
            why.push(form.to_owned());
        } else if look.most(look.digits, 1.0) {
            points += 1;
        }
        if look.rows > 0 {
            why.push(if look.distinct == look.filled && look.filled == look.rows {
                format!("unique in the first {}", look.rows)
            } else {
                format!("{} different in the first {}", look.distinct, look.rows)
            });
        }
        if points >= 4 && best.as_ref().is_none_or(|(most, ..)| points > *most) {
            best = Some((points, at, why.join("; ")));
        }
    }
    if let Some((_, at, why)) = best {
        return Some((at, why));
    }
    // Mailing lists know their members by address alone; nothing but their names may stand before it.
    let is_of_person = |role: Role| matches!(role, Role::GivenName | Role::FamilyName | Role::FullName);
    let at =
        guesses.iter().position(|guess| !is_of_person(guess.role)).filter(|at| guesses[*at].role == Role::Email)?;
    let look = &looks[at];
    let no_other_id = !guesses.iter().zip(looks).any(|(guess, look)| {
        matches!(guess.role, Role::ForeignKey | Role::OtherId) && look.filled == look.rows && look.rows > 0
    });
    (no_other_id && look.filled >= 3 && look.filled == look.rows && look.distinct == look.filled)
        .then(|| (at, format!("no ID column; addresses are unique in the first {}", look.rows)))
}

/// Why values cannot be of a role, in words that follow a *but*; `None`: they can, or there are none. `separator`: what
/// parts several values in one cell, each of which is looked at.
#[must_use]
pub fn contradiction<'a>(
    role: Role,
    separator: Option<&str>,
    values: impl Iterator<Item = Option<&'a str>>,
) -> Option<String> {
    let values: Vec<Option<&str>> = match separator.filter(|separator| !separator.is_empty()) {
        // An ID is compared as a whole.
        Some(separator) if role != Role::NativeId => {
            values.flatten().flat_map(|value| value.split(separator)).map(Some).collect()
        }
        _ => values.collect(),
    };
    let look = look(&values);
    match role {
        Role::NativeId if look.rows > 0 && !look.unique() => Some(if look.filled < look.rows {
            format!("{} of the first {} are empty", look.rows - look.filled, look.rows)
        } else {
            format!("only {} of the first {} are different", look.distinct, look.rows)
        }),
        Role::Email if look.filled > 2 && look.emails == 0 => {
            Some(format!("none of {} looks like an address", look.filled))
        }
        Role::Phone if look.filled > 2 && look.phones == 0 => {
            Some(format!("none of {} looks like a number", look.filled))
        }
        _ => None,
    }
}

/// How many of the first rows have a value of their own: `unique in the first 200`.
#[must_use]
pub fn uniqueness<'a>(values: impl Iterator<Item = Option<&'a str>>, rows: usize) -> String {
    let values: Vec<Option<&str>> = values.collect();
    let look = look(&values);
    if look.distinct == rows {
        format!("unique in the first {rows}")
    } else {
        format!("{} different in the first {rows}", look.distinct)
    }
}

/// How many values of an ID column look as if a spreadsheet had taken their leading zeros: digits only, one width for
/// most, and some shorter, while none begins with a zero. Only a suspicion; the width that most have comes with it.
#[must_use]
pub fn lost_zeros_suspected<'a>(values: impl Iterator<Item = &'a str>) -> Option<(u64, usize)> {
    let mut widths: BTreeMap<usize, u64> = BTreeMap::new();
    let mut all = 0u64;
    for value in values.map(str::trim).filter(|value| !value.is_empty()) {
        if !value.bytes().all(|b| b.is_ascii_digit()) || value.starts_with('0') {
            return None;
        }
        all += 1;
        *widths.entry(value.len()).or_default() += 1;
    }
    let (&width, &most) = widths.iter().max_by_key(|(width, count)| (**count, **width))?;
    let shorter: u64 = widths.range(..width).map(|(_, count)| count).sum();
    let longer: u64 = widths.range(width + 1..).map(|(_, count)| count).sum();
    (all >= 20 && longer == 0 && width >= 4 && shorter > 0 && most * 10 >= all * 7).then_some((shorter, width))
}

/// Whether a value in an ID column was surely destroyed by a spreadsheet.
#[must_use]
pub fn is_destroyed(value: &str) -> bool {
    matches!(identifier::spoiled(value), Some(identifier::Spoiled::Exponent | identifier::Spoiled::Hashes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::salesforce;

    fn table(object: &str, columns: &[&str], rows: &[&[&str]]) -> Vec<(String, Role)> {
        let columns: Vec<String> = columns.iter().map(|c| (*c).to_owned()).collect();
        let sample: Vec<Vec<Option<String>>> =
            rows.iter().map(|row| row.iter().map(|cell| Some((*cell).to_owned())).collect()).collect();
        let guesses = guess_roles(object, &columns, &sample);
        columns.into_iter().zip(guesses.into_iter().map(|guess| guess.role)).collect()
    }

    fn role(found: &[(String, Role)], header: &str) -> Role {
        found.iter().find(|(name, _)| name == header).unwrap().1
    }

    #[test]
    fn a_crm_export_is_understood() {
        let found = table(
            "Contact",
            &[
                "Id",
                "MasterRecordId",
                "AccountId",
                "LastName",
                "FirstName",
                "Email",
                "Phone",
                "Legacy_ID__c",
                "CreatedDate",
            ],
            &[
                &[
                    "1",
                    "",
                    "7",
                    "Nilsson",
                    "Märta",
                    "m@x.example",
                    "+46 18 555 01 27",
                    "LF-00423",
                    "2021-03-04T09:12:00.000Z",
                ],
                &[
                    "2",
                    "",
                    "7",
                    "Haines",
                    "Rob",
                    "r@x.example",
                    "018 555 01 28",
                    "LF-00424",
                    "2021-03-05T09:12:00.000Z",
                ],
                &["3", "1", "8", "Lee", "Sun", "s@x.example", "018 555 01 29", "LF-00425", "2021-03-06T09:12:00.000Z"],
            ],
        );
        for (header, expected) in [
            ("Id", Role::NativeId),
            ("MasterRecordId", Role::MergedInto),
            ("AccountId", Role::ForeignKey),
            ("LastName", Role::FamilyName),
            ("FirstName", Role::GivenName),
            ("Email", Role::Email),
            ("Phone", Role::Phone),
            ("Legacy_ID__c", Role::OtherId),
            ("CreatedDate", Role::Plain),
        ] {
            assert_eq!(role(&found, header), expected, "{header}");
        }
    }

    #[test]
    fn a_company_field_that_holds_account_ids_is_a_key() {
        let ids: Vec<String> = ["0018d00000Bw1Cl", "0018d00000Bw1Cm", "0018d00000Bw1Cn"]
            .iter()
            .map(|id| salesforce::to_18(id).unwrap())
            .collect();
        let rows: Vec<Vec<&str>> =
            ids.iter().enumerate().map(|(n, id)| vec![["1", "2", "3"][n], id.as_str()]).collect();
        let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
        let found = table("Lead", &["Id", "Company"], &rows);
        assert_eq!(role(&found, "Company"), Role::ForeignKey);
    }

    #[test]
    fn a_key_of_another_object_is_no_native_id() {
        let found = table("ticket_tag", &["ticket_id", "tag"], &[&["123", "a"], &["124", "b"], &["125", "c"]]);
        assert_eq!(role(&found, "ticket_id"), Role::ForeignKey);
        assert!(found.iter().all(|(_, role)| *role != Role::NativeId));
    }

    #[test]
    fn a_column_named_after_the_object_is_its_native_id() {
        let found =
            table("customers_data", &["name", "customer_no"], &[&["Ann", "17"], &["Bob", "18"], &["Cid", "19"]]);
        assert_eq!(role(&found, "customer_no"), Role::NativeId);
    }

    #[test]
    fn a_job_title_is_no_name_and_a_ticket_s_subject_is() {
        let person =
            table("Contact", &["Id", "LastName", "Title"], &[&["1", "Lee", "Buyer"], &["2", "Ng", "Head of IT"]]);
        assert_eq!(role(&person, "Title"), Role::Plain);
        let ticket = table("Ticket", &["id", "subject"], &[&["1", "Invoice wrong"], &["2", "Login"]]);
        assert_eq!(role(&ticket, "subject"), Role::FullName);
    }

    #[test]
    fn hubspot_s_labels_of_merges_are_understood() {
        let found = table(
            "contacts",
            &["Record ID", "Merged vids with timestamps of a contact"],
            &[&["1", "31:1667347200000"]],
        );
        assert_eq!(role(&found, "Merged vids with timestamps of a contact"), Role::MergedIds);
    }

    #[test]
    fn a_column_called_like_its_object_holds_the_names() {
        let found = table(
            "Partners",
            &["Partner", "City"],
            &[&["Brightwater Clinics Ltd", "Leeds"], &["Ostra Labs AB", "Lund"]],
        );
        assert_eq!(role(&found, "Partner"), Role::OrganizationName);
    }

    #[test]
    fn plain_numbers_are_no_ids() {
        let found = table("test", &["a", "b", "c"], &[&["1", "2", "3"], &["4", "5", "6"]]);
        assert!(found.iter().all(|(_, role)| *role == Role::Plain), "{found:?}");
    }

    #[test]
    fn a_mailing_list_is_known_by_its_addresses() {
        let found = table(
            "subscribed",
            &["Email Address", "First Name", "LEID"],
            &[&["a@x.example", "", ""], &["b@x.example", "", ""], &["c@x.example", "", ""]],
        );
        assert_eq!(role(&found, "Email Address"), Role::NativeId);
    }

    #[test]
    fn a_file_with_only_a_header_keeps_its_id() {
        let found = table("Contact", &["Id", "Email"], &[]);
        assert_eq!(role(&found, "Id"), Role::NativeId);
        assert_eq!(role(&found, "Email"), Role::Email);
    }

    #[test]
    fn shorter_numbers_among_one_width_are_suspected() {
        let mut ids: Vec<String> = (0..90).map(|n| format!("{}", 100_000 + n)).collect();
        ids.extend((0..9).map(|n| format!("{}", 10_000 + n)));
        assert_eq!(lost_zeros_suspected(ids.iter().map(String::as_str)), Some((9, 6)));
        ids.push("000001".to_owned());
        assert_eq!(lost_zeros_suspected(ids.iter().map(String::as_str)), None);
    }
}
