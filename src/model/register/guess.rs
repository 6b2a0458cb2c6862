//! What a column of a template holds, by the words of its header and by the example rows, where there are any. Only a first
//! word: the model's own field says what counts.

use crate::model::FieldType;
use crate::sources::{ColumnRole, columns::header_words};
use crate::values::day;

/// Marks of a required column at the end or beginning of its header.
const REQUIRED: &[&str] = &[
    "required",
    "mandatory",
    "must",
    "pflichtfeld",
    "pflicht",
    "erforderlich",
    "obligatoire",
    "requis",
    "obligatorio",
    "requerido",
    "wymagane",
];
/// What a row of marks below the header says.
const OPTIONAL: &[&str] = &["optional", "not required", "facultatif", "opcional", "no"];

/// A header without its mark, and whether it has one.
pub(super) fn required(header: &str) -> (String, bool) {
    let mut text = header.trim();
    let mut marked = false;
    loop {
        let before = text;
        text = text.trim_end_matches('*').trim_start_matches('*').trim();
        for (open, close) in [('(', ')'), ('[', ']')] {
            if let Some(inner) = text.strip_suffix(close)
                && let Some((name, mark)) = inner.rsplit_once(open)
                && (says_required(mark) || mark.trim() == "*")
                && !name.trim().is_empty()
            {
                text = name.trim();
                marked = true;
            }
        }
        marked |= before.len() != text.len() && before.contains('*');
        if before == text {
            break;
        }
    }
    if text.is_empty() { (header.trim().to_owned(), false) } else { (text.to_owned(), marked) }
}

/// Whether a text says that a value is wanted: `required`.
pub(super) fn says_required(text: &str) -> bool {
    REQUIRED.contains(&text.trim().to_lowercase().as_str())
}

/// Whether a text says that or the opposite.
pub(super) fn is_mark(text: &str) -> bool {
    says_required(text) || OPTIONAL.contains(&text.trim().to_lowercase().as_str())
}

/// The type of a column by its role, header and examples.
pub(super) fn kind(header: &str, role: ColumnRole, examples: &[&str]) -> FieldType {
    match role {
        ColumnRole::NativeId | ColumnRole::ForeignKey | ColumnRole::OtherId | ColumnRole::MergedInto => {
            return FieldType::Id;
        }
        ColumnRole::Email => return FieldType::Email,
        ColumnRole::Phone => return FieldType::Phone,
        ColumnRole::GivenName | ColumnRole::FamilyName | ColumnRole::FullName | ColumnRole::OrganizationName => {
            return FieldType::Text;
        }
        ColumnRole::MergedIds | ColumnRole::Plain => {}
    }
    let words = header_words(header);
    of_values(&words, examples).unwrap_or_else(|| if examples.is_empty() { of_words(&words) } else { FieldType::Text })
}

/// The type of a column of which only the name is known.
pub(super) fn of_name(name: &str) -> FieldType {
    let column = [name.to_owned()];
    let role = crate::sources::columns::guess_roles("", &column, &[])
        .into_iter()
        .next()
        .map_or(ColumnRole::Plain, |guess| guess.role);
    match kind(name, role, &[]) {
        // A name alone makes no number, day or yes of a text.
        kind @ (FieldType::Id
        | FieldType::Email
        | FieldType::Phone
        | FieldType::Url
        | FieldType::Domain
        | FieldType::Currency) => kind,
        _ => FieldType::Text,
    }
}

fn of_words(words: &[String]) -> FieldType {
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    let last = words.last().map(String::as_str).unwrap_or_default();
    let first = words.first().map(String::as_str).unwrap_or_default();
    if has(&["url", "website", "webseite", "homepage", "link", "linkedin"]) {
        FieldType::Url
    } else if has(&["domain"]) {
        FieldType::Domain
    } else if has(&["timestamp", "datetime"]) || (last == "at" && words.len() > 1) || (has(&["date"]) && has(&["time"]))
    {
        FieldType::Datetime
    } else if has(&["date", "datum", "fecha", "birthday", "dob"]) {
        FieldType::Date
    } else if matches!(first, "is" | "has") || has(&["optin", "optout", "opted", "unsubscribed", "donotcall"]) {
        FieldType::Boolean
    } else if has(&["currency", "währung", "devise"]) {
        FieldType::Currency
    } else if has(&["country", "land", "pays"]) && has(&["code", "iso"]) {
        FieldType::Country
    } else if has(&["locale", "language", "sprache", "langue"]) {
        FieldType::Language
    } else if has(&["quantity", "count", "employees", "seats", "licenses"]) || (first == "number" && words.len() > 1) {
        FieldType::Integer
    } else if has(&[
        "amount",
        "price",
        "revenue",
        "total",
        "betrag",
        "umsatz",
        "mrr",
        "arr",
        "percent",
        "rate",
        "probability",
    ]) {
        FieldType::Decimal
    } else {
        FieldType::Text
    }
}

fn of_values(words: &[String], examples: &[&str]) -> Option<FieldType> {
    if examples.is_empty() {
        return None;
    }
    let all = |test: fn(&str) -> bool| examples.iter().all(|text| test(text.trim()));
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    let letters = |text: &str, count: usize| text.len() == count && text.bytes().all(|b| b.is_ascii_uppercase());
    if all(|text| matches!(text.to_lowercase().as_str(), "true" | "false" | "yes" | "no")) {
        Some(FieldType::Boolean)
    } else if all(|text| text.starts_with("http://") || text.starts_with("https://")) {
        Some(FieldType::Url)
    } else if all(|text| day::read(text).is_some()) {
        let timed = examples.iter().any(|text| day::read(text.trim()).is_some_and(|reading| reading.timed));
        Some(if timed { FieldType::Datetime } else { FieldType::Date })
    } else if has(&["currency"]) && examples.iter().all(|text| letters(text, 3)) {
        Some(FieldType::Currency)
    } else if has(&["country"]) && examples.iter().all(|text| letters(text, 2)) {
        Some(FieldType::Country)
    } else if has(&["language", "locale"]) {
        Some(FieldType::Language)
    } else if all(|text| !text.is_empty() && text.len() < 19 && is_whole(text)) {
        Some(FieldType::Integer)
    } else if all(|text| {
        text.len() < 40
            && text.split_once('.').is_some_and(|(a, b)| is_whole(a) && b.bytes().all(|c| c.is_ascii_digit()))
            || is_whole(text)
    }) {
        Some(FieldType::Decimal)
    } else {
        None
    }
}

/// A number as a computer writes it: what has a leading zero is no number.
fn is_whole(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) && (digits.len() == 1 || !digits.starts_with('0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_of_required_columns_are_taken_off() {
        for (header, name, is) in [
            ("Email*", "Email", true),
            ("* Last Name", "Last Name", true),
            ("Company (required)", "Company", true),
            ("Firma [Pflichtfeld]", "Firma", true),
            ("Phone (*)", "Phone", true),
            ("Amount (EUR)", "Amount (EUR)", false),
            ("Name (Required) *", "Name", true),
            ("*", "*", false),
            ("(required)", "(required)", false),
        ] {
            assert_eq!(required(header), (name.to_owned(), is), "{header}");
        }
    }

    #[test]
    fn types_follow_words_and_examples() {
        let plain = |header: &str, examples: &[&str]| kind(header, ColumnRole::Plain, examples);
        assert_eq!(plain("Close Date", &[]), FieldType::Date);
        assert_eq!(plain("created_at", &[]), FieldType::Datetime);
        assert_eq!(plain("Number of Employees", &[]), FieldType::Integer);
        assert_eq!(plain("Annual Revenue", &["1200.50"]), FieldType::Decimal);
        assert_eq!(plain("Zip", &["01234", "20095"]), FieldType::Text);
        assert_eq!(plain("Close Date", &["next spring"]), FieldType::Text);
        assert_eq!(plain("Seen", &["2025-11-14 10:00"]), FieldType::Datetime);
        assert_eq!(plain("Country", &["DE", "PL"]), FieldType::Country);
        assert_eq!(plain("Country", &["Germany"]), FieldType::Text);
        assert_eq!(of_name("email"), FieldType::Email);
    }
}
