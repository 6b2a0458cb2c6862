//! Countries as people write them (codes, names in many languages, flags) as ISO 3166-1 alpha-2. The names are data:
//! `assets/countries.toml`. A name of two countries is a fault, never a guess; places within a country are for addresses.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::named::{LONGEST, Meaning, Names, parts, quoted};

const TABLE: &str = include_str!("../../assets/countries.toml");

#[derive(serde::Deserialize)]
struct Entry {
    alpha3: String,
    numeric: String,
    name: String,
    #[serde(default)]
    also: Vec<String>,
}

#[derive(serde::Deserialize)]
struct Table {
    ambiguous: BTreeMap<String, Vec<String>>,
    #[serde(flatten)]
    countries: BTreeMap<String, Entry>,
}

#[derive(Default)]
struct Countries {
    names: Names,
    /// Code → name in English.
    english: BTreeMap<String, String>,
}

static COUNTRIES: LazyLock<Countries> = LazyLock::new(|| {
    // A test reads the asset, so it parses.
    let Ok(table) = toml::from_str::<Table>(TABLE) else { return Countries::default() };
    let mut names = Names::default();
    for (code, entry) in &table.countries {
        names.add(code, code);
        names.add(&entry.alpha3, code);
        names.add(&entry.numeric, code);
    }
    for (name, codes) in &table.ambiguous {
        names.add_ambiguous(name, codes);
    }
    for (code, entry) in &table.countries {
        names.add(&entry.name, code);
        for name in &entry.also {
            names.add(name, code);
        }
    }
    let english = table.countries.into_iter().map(|(code, entry)| (code, entry.name)).collect();
    Countries { names, english }
});

/// The alpha-2 code of what a text names: `PL`, `POL`, `616`, `Poland`, `Polska`, `🇵🇱`, `Poland (PL)`. Kosovo is `XK`.
///
/// # Errors
/// If it names no country, or more than one; half a sentence.
pub fn code(text: &str) -> Result<&'static str, String> {
    let text = text.trim();
    if text.len() > LONGEST {
        return Err(format!("{} names no country", quoted(text)));
    }
    match COUNTRIES.names.find(text) {
        Meaning::One(code) => return Ok(code),
        Meaning::Several(codes) => return Err(format!("{} may be {}", quoted(text), codes.join(" or "))),
        Meaning::Unknown => {}
    }
    if let Some(code) = flag(text).and_then(|code| COUNTRIES.english.get_key_value(&code)) {
        return Ok(code.0);
    }
    let parts = parts(text);
    let mut found: Vec<&'static str> = Vec::new();
    for part in &parts {
        match COUNTRIES.names.find(part) {
            Meaning::One(code) if !found.contains(&code) => found.push(code),
            Meaning::One(_) => {}
            Meaning::Several(_) | Meaning::Unknown => return Err(format!("{} names no country", quoted(text))),
        }
    }
    match found.as_slice() {
        [one] => Ok(one),
        [] => Err(format!("{} names no country", quoted(text))),
        several => Err(format!("{} names several countries: {}", quoted(text), several.join(", "))),
    }
}

/// The two letters that a flag is made of.
fn flag(text: &str) -> Option<String> {
    let mut letters = text.chars().map(|c| {
        let letter = u32::from(c).checked_sub(0x1F1E6).and_then(|at| u8::try_from(at).ok()).filter(|at| *at < 26)?;
        Some(char::from(b'A' + letter))
    });
    let code: String = [letters.next()??, letters.next()??].iter().collect();
    letters.next().is_none().then_some(code)
}

/// Whether this is an alpha-2 code, in capitals.
#[must_use]
pub fn is_code(code: &str) -> bool {
    COUNTRIES.english.contains_key(code)
}

/// The name in English of an alpha-2 code.
#[must_use]
pub fn name(code: &str) -> Option<&'static str> {
    COUNTRIES.english.get(code).map(String::as_str)
}

/// All alpha-2 codes, in their order.
pub fn codes() -> impl Iterator<Item = &'static str> {
    COUNTRIES.english.keys().map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_country_is_found_by_its_codes_and_by_all_of_its_names() {
        let table: Table = toml::from_str(TABLE).unwrap();
        // The 249 of ISO 3166-1, and XK.
        assert_eq!(table.countries.len(), 250);
        for (two, entry) in &table.countries {
            for text in [two, &entry.alpha3, &entry.numeric, &entry.name].into_iter().chain(&entry.also) {
                if !text.is_empty() {
                    assert_eq!(code(text), Ok(two.as_str()), "{text}");
                    assert_eq!(code(&text.to_uppercase()), Ok(two.as_str()), "{text}");
                }
            }
        }
    }

    #[test]
    fn countries_are_known_as_people_write_them() {
        for (text, expected) in [
            (" usa ", "US"),
            ("U.S.", "US"),
            ("United States of America", "US"),
            ("the United States", "US"),
            ("UK", "GB"),
            ("England", "GB"),
            ("Holland", "NL"),
            ("The Netherlands", "NL"),
            ("South Korea", "KR"),
            ("Korea, Republic of", "KR"),
            ("Czechia", "CZ"),
            ("Czech Republic", "CZ"),
            ("TÜRKIYE", "TR"),
            ("Oesterreich", "AT"),
            ("Österreich", "AT"),
            ("Allemagne", "DE"),
            ("Niemcy", "DE"),
            ("España", "ES"),
            ("espana", "ES"),
            ("Cote d'Ivoire", "CI"),
            ("日本", "JP"),
            ("Россия", "RU"),
            ("🇵🇱", "PL"),
            ("Germany (DE)", "DE"),
            ("DE - Deutschland", "DE"),
            ("276", "DE"),
            ("Kosovo", "XK"),
            ("St. Lucia", "LC"),
            ("Georgia", "GE"),
        ] {
            assert_eq!(code(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_may_be_two_countries_is_a_fault() {
        assert_eq!(code("Congo"), Err("“Congo” may be CD or CG".to_owned()));
        assert_eq!(code("Ireland/UK"), Err("“Ireland/UK” names several countries: IE, GB".to_owned()));
        for text in ["", "-", "Narnia", "D", "Europe", "QQ", "40", "🇵", "DE (Narnia)"] {
            assert!(code(text).is_err(), "{text}");
        }
    }

    proptest! {
        #![proptest_config(crate::values::steady_cases())]

        #[test]
        fn no_text_makes_it_panic(text: String) {
            if let Ok(found) = code(&text) {
                prop_assert!(is_code(found));
            }
        }
    }
}
