//! Makes outcomes of inputs. Everything that a recipe says is read and checked once, when the cook is made; what is left
//! is done for every distinct input.

use std::collections::BTreeMap;

use super::task::{MapTo, Round, Task, fingerprint};
use super::{BETWEEN, Outcome, Recipe};
use crate::mapping::values::lookup;
use crate::model::users::{OwnerMatch, User, UserList, match_owner};
use crate::values::amount::{self, Rounding};
use crate::values::moment::{self, Format, Zone};
use crate::values::named::quoted;
use crate::values::truth_word::TruthWords;
use crate::values::{
    country, currency, e164, language, letters, mailbox, person_name, postal_address, salesforce, web_domain,
};

/// Makes something of inputs: built once per recipe, then called for every distinct input.
pub struct Cook {
    step: Step,
}

/// A task with all that is looked up for it.
enum Step {
    Phone(String),
    Email,
    Domain { without_free_mail: bool },
    Url,
    Country,
    Language,
    Currency,
    PersonName(NamePart),
    Address(AddressPart, u8),
    Date(Format),
    DateTime(Format, Option<Zone>),
    Exact(char),
    Number(char, u8, Rounding),
    Money(char, String, Rounding),
    Boolean { words: TruthWords, turned_round: bool },
    Owner(UserList),
    ValueMap { rows: BTreeMap<String, MapTo>, otherwise: Option<MapTo>, separator: String, folded: bool },
    Folded,
    TitleCase,
    PlainLetters,
    CollapseSpaces,
    LegacyId18,
}

#[derive(Clone, Copy)]
enum NamePart {
    Title,
    Given,
    Middle,
    Family,
    Suffix,
}

#[derive(Clone, Copy)]
enum AddressPart {
    Street,
    Unit,
    City,
    State,
    PostalCode,
    Country,
    Confidence,
}

impl std::fmt::Debug for Cook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Cook")
    }
}

fn rounding(round: Round) -> Rounding {
    match round {
        Round::None => Rounding::Refuse,
        Round::HalfUp => Rounding::HalfUp,
        Round::HalfEven => Rounding::HalfEven,
        Round::Down => Rounding::Down,
    }
}

fn decimal_sign(sign: char) -> Result<char, String> {
    if matches!(sign, '.' | ',') { Ok(sign) } else { Err(format!("The decimal sign is . or , but not {sign}.")) }
}

fn sentence(half: String) -> String {
    format!("{half}.")
}

impl Cook {
    /// # Errors
    /// If the recipe names no function, or its parameters do not hold; a sentence.
    pub fn new(recipe: &Recipe, users: &[UserList]) -> Result<Self, String> {
        let step = match Task::read(recipe)? {
            Task::Phone { country: stated } => {
                let code = if stated.is_empty() { "" } else { country::code(&stated).map_err(sentence)? };
                Step::Phone(code.to_owned())
            }
            Task::Email {} => Step::Email,
            Task::Domain { without_free_mail } => Step::Domain { without_free_mail },
            Task::Url {} => Step::Url,
            Task::Country {} => Step::Country,
            Task::Language {} => Step::Language,
            Task::Currency {} => Step::Currency,
            Task::PersonName { part } => Step::PersonName(match part.as_str() {
                "title" => NamePart::Title,
                "given" => NamePart::Given,
                "middle" => NamePart::Middle,
                "family" => NamePart::Family,
                "suffix" => NamePart::Suffix,
                other => {
                    return Err(format!(
                        "A person's name has no part {}: given, middle, family, title, suffix.",
                        quoted(other)
                    ));
                }
            }),
            Task::Address { part, least_confidence } => {
                let part = match part.as_str() {
                    "street" => AddressPart::Street,
                    "unit" => AddressPart::Unit,
                    "city" => AddressPart::City,
                    "state" => AddressPart::State,
                    "postal_code" => AddressPart::PostalCode,
                    "country" => AddressPart::Country,
                    "confidence" => AddressPart::Confidence,
                    other => {
                        return Err(format!(
                            "An address has no part {}: street, unit, city, state, postal_code, country, confidence.",
                            quoted(other)
                        ));
                    }
                };
                Step::Address(part, least_confidence)
            }
            Task::Date { format } => Step::Date(Format::of(&format)?),
            Task::DateTime { format, zone } => {
                let zone = if zone.trim().is_empty() { None } else { Some(Zone::of(&zone)?) };
                Step::DateTime(Format::of(&format)?, zone)
            }
            Task::Number { decimal, scale: None, .. } => Step::Exact(decimal_sign(decimal)?),
            Task::Number { decimal, scale: Some(scale), rounding: round } => {
                Step::Number(decimal_sign(decimal)?, scale, rounding(round))
            }
            Task::Money { decimal, currency: stated, rounding: round } => {
                let code = if stated.is_empty() { "" } else { currency::code(&stated).map_err(sentence)? };
                Step::Money(decimal_sign(decimal)?, code.to_owned(), rounding(round))
            }
            Task::Boolean { yes, no, turned_round } => {
                Step::Boolean { words: TruthWords::new(&yes, &no).map_err(sentence)?, turned_round }
            }
            Task::Owner { list, of } => {
                let found = users.iter().find(|known| known.name == list);
                let found = found.ok_or_else(|| format!("There is no list of users {}.", quoted(&list)))?;
                if fingerprint(found) != of {
                    return Err(format!("The list of users {} is another one by now.", quoted(&list)));
                }
                Step::Owner(found.clone())
            }
            Task::ValueMap { rows, otherwise, separator, folded } => {
                let excludes = |to: &MapTo| matches!(to, MapTo::Excluded(_));
                if rows.iter().any(|row| !row.only_where.is_empty()) {
                    return Err("A value map that parts its values cannot have conditions.".to_owned());
                }
                if rows.iter().any(|row| excludes(&row.to)) || otherwise.as_ref().is_some_and(excludes) {
                    return Err("A value map that parts its values cannot exclude records.".to_owned());
                }
                let mut known = BTreeMap::new();
                for row in rows {
                    known.entry(lookup::key(row.value.trim(), folded)).or_insert(row.to);
                }
                Step::ValueMap { rows: known, otherwise, separator, folded }
            }
            Task::Folded {} => Step::Folded,
            Task::TitleCase {} => Step::TitleCase,
            Task::PlainLetters {} => Step::PlainLetters,
            Task::CollapseSpaces {} => Step::CollapseSpaces,
            Task::LegacyId18 {} => Step::LegacyId18,
        };
        Ok(Self { step })
    }

    /// The outcome for one input, which is not empty.
    #[must_use]
    pub fn make(&self, input: &str) -> Outcome {
        let (value, second) = match self.step {
            // They have one input, whatever stands in it.
            Step::Folded | Step::ValueMap { .. } => (input, ""),
            _ => input.split_once(BETWEEN).unwrap_or((input, "")),
        };
        let (value, second) = (value.trim(), second.trim());
        if value.is_empty() {
            return Outcome::Nothing;
        }
        match self.try_make(value, second) {
            Ok(Some(made)) if !made.is_empty() => Outcome::Value(made),
            Ok(_) => Outcome::Nothing,
            // What could be read was; only then does a word count as none.
            Err(_) if self.takes_words_for_none() && says_none(value) => Outcome::Nothing,
            Err(fault) => Outcome::Fault(fault),
        }
    }

    /// Whether `n/a` and the like mean that there is no value, where it is nothing that the function can read.
    fn takes_words_for_none(&self) -> bool {
        !matches!(
            self.step,
            Step::ValueMap { .. } | Step::Folded | Step::TitleCase | Step::PlainLetters | Step::CollapseSpaces
        )
    }

    fn try_make(&self, value: &str, second: &str) -> Result<Option<String>, String> {
        let some = |made: Result<String, String>| made.map(Some);
        let of_code = |made: Result<&'static str, String>| made.map(|code| Some(code.to_owned()));
        match &self.step {
            Step::Phone(stated) => {
                // A number that begins with its country wants no other.
                let code = if second.is_empty() { Ok(stated.as_str()) } else { country::code(second) };
                match code {
                    Ok(code) => some(e164::e164(value, code)),
                    Err(fault) => some(e164::e164(value, "").map_err(|_| fault)),
                }
            }
            Step::Email => some(mailbox::address(value)),
            Step::Domain { without_free_mail } => web_domain::domain(value, *without_free_mail),
            Step::Url => some(web_domain::url(value)),
            Step::Country => of_code(country::code(value)),
            Step::Language => some(language::tag(value)),
            Step::Currency => of_code(currency::code(value)),
            Step::PersonName(part) => {
                if says_none(value) {
                    return Ok(None);
                }
                person_name::split(value).map(|name| {
                    Some(match part {
                        NamePart::Title => name.title,
                        NamePart::Given => name.given,
                        NamePart::Middle => name.middle,
                        NamePart::Family => name.family,
                        NamePart::Suffix => name.suffix,
                    })
                })
            }
            Step::Address(part, least) => address_part(value, second, *part, *least),
            Step::Date(format) => some(moment::date(value, format)),
            Step::DateTime(format, zone) => some(moment::date_time(value, format, zone.as_ref())),
            Step::Exact(decimal) => some(amount::exact(value, *decimal)),
            Step::Number(decimal, scale, rounding) => some(amount::number(value, *decimal, *scale, *rounding)),
            Step::Money(decimal, stated, rounding) => {
                let code = if second.is_empty() { stated.as_str() } else { currency::code(second)? };
                some(amount::minor_units(value, *decimal, code, *rounding))
            }
            Step::Boolean { words, turned_round } => {
                words.read(value).map(|is_yes| Some((is_yes != *turned_round).to_string()))
            }
            Step::Owner(list) => owner(list, value),
            Step::ValueMap { rows, otherwise, separator, folded } => {
                let mut made: Vec<&str> = Vec::new();
                for part in value.split(separator.as_str()).map(str::trim).filter(|part| !part.is_empty()) {
                    match rows.get(&lookup::key(part, *folded)).or(otherwise.as_ref()) {
                        Some(MapTo::Value(to)) => {
                            // Two values that become one stand once.
                            if !to.is_empty() && !made.contains(&to.as_str()) {
                                made.push(to);
                            }
                        }
                        Some(MapTo::Nothing) => {}
                        Some(MapTo::Excluded(_)) | None => return Err(format!("{} is not mapped", quoted(part))),
                    }
                }
                Ok(Some(made.join(";")))
            }
            Step::Folded => Ok(Some(lookup::key(value, true))),
            Step::TitleCase => Ok(Some(letters::title_case(value))),
            Step::PlainLetters => Ok(Some(letters::plain_letters(value))),
            Step::CollapseSpaces => Ok(Some(letters::collapse_spaces(value))),
            Step::LegacyId18 => {
                let made = salesforce::to_18(value).or_else(|| salesforce::repair_case(value));
                some(made.ok_or_else(|| format!("{} is no Salesforce ID", quoted(value))))
            }
        }
    }
}

fn address_part(value: &str, second: &str, part: AddressPart, least: u8) -> Result<Option<String>, String> {
    if says_none(value) {
        return Ok(None);
    }
    let of = if second.is_empty() { "" } else { country::code(second).unwrap_or_default() };
    let address = postal_address::split(value, of);
    if matches!(part, AddressPart::Confidence) {
        return Ok(Some(address.confidence.to_string()));
    }
    if address.confidence < least {
        return Err(format!("only {} of 100 sure: {}", address.confidence, address.reason));
    }
    let text = match part {
        AddressPart::Street => address.street,
        AddressPart::Unit => address.unit,
        AddressPart::City => address.city,
        AddressPart::State => address.state,
        AddressPart::PostalCode => address.postal_code,
        // The code, as fields for countries want it.
        AddressPart::Country => country::code(address.country).unwrap_or(of),
        AddressPart::Confidence => "",
    };
    // An address over several lines is one line in a field.
    Ok(Some(letters::collapse_spaces(text)))
}

fn owner(list: &UserList, value: &str) -> Result<Option<String>, String> {
    match match_owner(list, value) {
        OwnerMatch::One(user, _) => Ok(Some(if user.id.is_empty() { user.name } else { user.id })),
        OwnerMatch::Several(users) => {
            let names: Vec<String> = users.iter().take(5).map(shown).collect();
            let more = if users.len() > 5 { " and others" } else { "" };
            Err(format!("{} may be {}{more}", quoted(value), names.join(" or ")))
        }
        OwnerMatch::Unknown if says_none(value) => Ok(None),
        OwnerMatch::Unknown => Err(format!("{} is no user of the list {}", quoted(value), list.name)),
    }
}

/// Two users of one name are told apart by address or ID.
fn shown(user: &User) -> String {
    match (user.email.as_str(), user.id.as_str()) {
        ("", "") => user.name.clone(),
        ("", id) => format!("{} ({id})", user.name),
        (email, _) => format!("{} ({email})", user.name),
    }
}

/// What people and systems write where there is no value. Asked only for what a function cannot read, or where nothing that
/// it reads is written so (`NA` is a country).
fn says_none(value: &str) -> bool {
    let dashes = value.chars().all(|c| crate::values::character::is_dash(c) || matches!(c, '.' | '?' | '_' | '/'));
    const WORDS: [&str; 12] =
        ["n/a", "na", "n.a.", "n/a.", "#n/a", "none", "null", "nil", "k.a.", "k. a.", "(none)", "not available"];
    dashes || WORDS.iter().any(|word| word.eq_ignore_ascii_case(value))
}
