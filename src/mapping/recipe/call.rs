//! The functions that expressions may call, and the recipe of a call.

use super::Recipe;
use super::task::{Round, Task};
use crate::values::{country, currency};

/// The functions that expressions may call, with what each does, for help and errors: `phone_e164(value, country)`.
pub const FUNCTIONS: &[(&str, &str)] = &[
    ("phone_e164(value, country)", "a valid phone number as +48601234567; the country is a text or a column"),
    ("email(value)", "one e-mail address, its domain in lower case"),
    ("domain(value)", "the registrable domain of an e-mail address, URL or host"),
    ("country_code(value)", "ISO 3166-1 alpha-2, from codes and names"),
    ("language_code(value)", "BCP 47, from codes, locales and names"),
    ("person_name(value, part)", "given, middle, family, title or suffix"),
    ("address(value, part)", "street, unit, city, state, postal_code, country or confidence"),
    ("iso_date(value, format)", "a date as 2025-01-31; the format is day-first, iso, excel, %d/%m/%Y …"),
    ("iso_datetime(value, format, zone)", "a moment as 2025-01-31T09:15:00Z; the zone is one like Europe/Warsaw"),
    ("number(value, decimal)", "a number with a point; the decimal sign of the value is '.' or ','"),
    ("minor_units(value, decimal, currency)", "an amount in whole cents; the currency is a text or a column"),
    ("yes_no(value)", "true or false, from words of several languages"),
    ("title_case(value)", "each word with a capital"),
    ("plain_letters(value)", "letters without accents: Wojcik for Wójcik"),
    ("collapse_spaces(value)", "single spaces, none at the ends"),
    ("legacy_id_18(value)", "a Salesforce ID of 15 characters as one of 18"),
];

/// The recipe of a call in an expression. `literals` are the arguments, the input first: `None` where one is no literal
/// text. Only the input, a country and a currency may be none; a country or currency that is none comes as a second input,
/// joined by [`super::BETWEEN`].
///
/// # Errors
/// If there is no such function, or the arguments do not fit it; a sentence.
pub fn of_call(function: &str, literals: &[Option<String>]) -> Result<Recipe, String> {
    let name = function.to_ascii_lowercase();
    let Some((shape, _)) = FUNCTIONS.iter().find(|(shape, _)| shape.split('(').next() == Some(name.as_str())) else {
        return Err(format!("There is no value function {function}."));
    };
    let wanted = shape.matches(',').count() + 1;
    if literals.len() != wanted {
        return Err(format!("It is written {shape}."));
    }
    let literal = |at: usize, what: &str| {
        let given = literals.get(at).and_then(Option::as_deref).map(str::trim);
        given.ok_or_else(|| format!("The {what} of {name} must be a text in quotes: {shape}."))
    };
    // Stated as a text, or nothing where it is an expression of its own.
    let second = |at: usize| literals.get(at).and_then(Option::as_deref).unwrap_or_default().trim();
    let decimal = |at: usize| {
        let text = literal(at, "decimal sign")?;
        let mut chars = text.chars();
        match (chars.next(), chars.next()) {
            (Some(sign @ ('.' | ',')), None) => Ok(sign),
            _ => Err(format!("The decimal sign of {name} is '.' or ','.")),
        }
    };
    let task = match name.as_str() {
        "phone_e164" => {
            let stated = second(1);
            let code = if stated.is_empty() { Ok("") } else { country::code(stated) };
            Task::Phone { country: code.map_err(sentence)?.to_owned() }
        }
        "email" => Task::Email {},
        "domain" => Task::Domain { without_free_mail: false },
        "country_code" => Task::Country {},
        "language_code" => Task::Language {},
        "person_name" => Task::PersonName { part: literal(1, "part")?.to_owned() },
        "address" => Task::Address { part: literal(1, "part")?.to_owned(), least_confidence: 0 },
        "iso_date" => Task::Date { format: literal(1, "format")?.to_owned() },
        "iso_datetime" => {
            Task::DateTime { format: literal(1, "format")?.to_owned(), zone: literal(2, "zone")?.to_owned() }
        }
        "number" => Task::Number { decimal: decimal(1)?, scale: None, rounding: Round::None },
        "minor_units" => {
            let stated = second(2);
            let code = if stated.is_empty() { Ok("") } else { currency::code(stated) };
            Task::Money { decimal: decimal(1)?, currency: code.map_err(sentence)?.to_owned(), rounding: Round::None }
        }
        "yes_no" => Task::Boolean { yes: Vec::new(), no: Vec::new(), turned_round: false },
        "title_case" => Task::TitleCase {},
        "plain_letters" => Task::PlainLetters {},
        "collapse_spaces" => Task::CollapseSpaces {},
        "legacy_id_18" => Task::LegacyId18 {},
        _ => return Err(format!("There is no value function {function}.")),
    };
    let recipe = task.recipe();
    // Whatever does not hold is said here, where the expression is written.
    super::Cook::new(&recipe, &[]).map(|_| recipe)
}

fn sentence(half: String) -> String {
    format!("{half}.")
}
