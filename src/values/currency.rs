//! Currencies as people write them (codes, symbols, names) as ISO 4217, with the digits of their minor unit. The names are
//! data: `assets/currencies.toml`. A symbol of several currencies (`$`) is a fault; amounts are for `amount`.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use super::named::{LONGEST, Names, parts, quoted};

const TABLE: &str = include_str!("../../assets/currencies.toml");

#[derive(serde::Deserialize)]
struct Entry {
    name: String,
    digits: Option<u8>,
    #[serde(default)]
    symbols: Vec<String>,
    #[serde(default)]
    also: Vec<String>,
}

#[derive(serde::Deserialize)]
struct Table {
    ambiguous: BTreeMap<String, Vec<String>>,
    #[serde(flatten)]
    currencies: BTreeMap<String, Entry>,
}

#[derive(Default)]
struct Currencies {
    names: Names,
    symbols: HashMap<String, Vec<String>>,
    /// Code → name in English, digits of the minor unit.
    known: BTreeMap<String, (String, u8)>,
}

static CURRENCIES: LazyLock<Currencies> = LazyLock::new(|| {
    // A test reads the asset, so it parses.
    let Ok(table) = toml::from_str::<Table>(TABLE) else { return Currencies::default() };
    let mut all = Currencies::default();
    for code in table.currencies.keys() {
        all.names.add(code, code);
    }
    for (name, codes) in &table.ambiguous {
        all.names.add_ambiguous(name, codes);
        all.symbols.insert(symbol_key(name), codes.clone());
    }
    for (code, entry) in table.currencies {
        for symbol in &entry.symbols {
            all.symbols.entry(symbol_key(symbol)).or_insert_with(|| vec![code.clone()]);
        }
        all.names.add(&entry.name, &code);
        for name in &entry.also {
            all.names.add(name, &code);
        }
        all.known.insert(code, (entry.name, entry.digits.unwrap_or(2)));
    }
    all
});

fn symbol_key(text: &str) -> String {
    let key: String = text.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect();
    match key.strip_suffix('.') {
        Some(stem) if !stem.is_empty() => stem.to_owned(),
        _ => key,
    }
}

/// The codes that a text may mean: none, one or several.
#[must_use]
pub fn candidates(text: &str) -> &'static [String] {
    let text = text.trim();
    if text.is_empty() || text.len() > LONGEST {
        return &[];
    }
    if let Some(codes) = CURRENCIES.symbols.get(&symbol_key(text)) {
        return codes;
    }
    // A fold leaves signs out, and `US$` is not `us`.
    if text.contains(['$', '€', '£', '¥']) {
        return &[];
    }
    CURRENCIES.names.find_all(text).unwrap_or_default()
}

/// The code of what a text names: `EUR`, `€`, `Euro`, `zł`, `Swiss francs`, `Euro (EUR)`.
///
/// # Errors
/// If it names no currency, or more than one; half a sentence.
pub fn code(text: &str) -> Result<&'static str, String> {
    let text = text.trim();
    match candidates(text) {
        [one] => return Ok(one),
        [] => {}
        several => return Err(format!("{} may be {}", quoted(text), several.join(" or "))),
    }
    let mut found: Vec<&'static str> = Vec::new();
    if text.len() <= LONGEST {
        // Each part must be able to mean the same one.
        let parts = parts(text);
        let sets: Vec<&'static [String]> = parts.iter().map(|part| candidates(part)).collect();
        if let Some(first) = sets.first() {
            found.extend(first.iter().filter(|code| sets.iter().all(|set| set.contains(code))).map(String::as_str));
        }
    }
    match found.as_slice() {
        [one] => Ok(one),
        _ => Err(format!("{} names no currency", quoted(text))),
    }
}

/// Digits of the minor unit of a code in capitals: 2 for EUR, 0 for JPY, 3 for KWD.
#[must_use]
pub fn digits(code: &str) -> Option<u8> {
    CURRENCIES.known.get(code).map(|(_, digits)| *digits)
}

/// The name in English of a code in capitals.
#[must_use]
pub fn name(code: &str) -> Option<&'static str> {
    CURRENCIES.known.get(code).map(|(name, _)| name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_currency_is_found_by_its_code_symbols_and_names() {
        let table: Table = toml::from_str(TABLE).unwrap();
        assert!(table.currencies.len() > 170);
        for (three, entry) in &table.currencies {
            for text in [three, &entry.name].into_iter().chain(&entry.symbols).chain(&entry.also) {
                assert_eq!(code(text), Ok(three.as_str()), "{text}");
            }
        }
        for (name, codes) in &table.ambiguous {
            assert!(codes.len() > 1 && code(name).is_err(), "{name}");
            assert!(codes.iter().all(|code| digits(code).is_some()), "{name}");
        }
    }

    #[test]
    fn currencies_are_known_as_people_write_them() {
        for (text, expected) in [
            ("eur", "EUR"),
            ("€", "EUR"),
            ("£", "GBP"),
            ("zł", "PLN"),
            ("ZŁ", "PLN"),
            ("Kč", "CZK"),
            ("US$", "USD"),
            ("us $", "USD"),
            ("R$", "BRL"),
            ("Euro (EUR)", "EUR"),
            ("USD - US Dollar", "USD"),
            ("USD ($)", "USD"),
            ("Swiss francs", "CHF"),
            ("Polnischer Zloty", "PLN"),
            ("DM", "DEM"),
        ] {
            assert_eq!(code(text), Ok(expected), "{text}");
        }
        assert_eq!(code("$"), Err("“$” may be USD or CAD or AUD or MXN".to_owned()));
        for text in ["", "¥", "kr", "kr.", "dollars", "XYZ", "EUR/USD", "5"] {
            assert!(code(text).is_err(), "{text}");
        }
    }

    #[test]
    fn minor_units_have_the_digits_that_iso_4217_gives_them() {
        for (code, expected) in [("EUR", 2), ("JPY", 0), ("KWD", 3), ("ISK", 0), ("CLF", 4), ("HUF", 2)] {
            assert_eq!(digits(code), Some(expected), "{code}");
        }
        assert_eq!(digits("eur"), None);
    }

    proptest! {
        #![proptest_config(crate::values::steady_cases())]

        #[test]
        fn no_text_makes_it_panic(text: String) {
            if let Ok(found) = code(&text) {
                prop_assert!(digits(found).is_some());
            }
        }
    }
}
