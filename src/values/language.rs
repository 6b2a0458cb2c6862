//! Languages as people and systems write them (codes, locales, names) as BCP 47 tags: `pl`, `pt-BR`, `zh-Hans`. The names
//! are data: `assets/languages.toml`. Private use and extensions are refused.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use super::country;
use super::named::{LONGEST, Meaning, Names, parts, quoted};

const TABLE: &str = include_str!("../../assets/languages.toml");

#[derive(serde::Deserialize)]
struct Entry {
    #[serde(default)]
    alpha3: Vec<String>,
    name: String,
    #[serde(default)]
    also: Vec<String>,
}

#[derive(serde::Deserialize)]
struct Table {
    scripts: BTreeSet<String>,
    tags: BTreeMap<String, String>,
    languages: BTreeMap<String, Entry>,
    ambiguous: BTreeMap<String, Vec<String>>,
}

#[derive(Default)]
struct Languages {
    names: Names,
    /// Every code, in lower case → the shortest for the same language.
    codes: BTreeMap<String, String>,
    english: BTreeMap<String, String>,
    scripts: BTreeSet<String>,
}

static LANGUAGES: LazyLock<Languages> = LazyLock::new(|| {
    // A test reads the asset, so it parses.
    let Ok(table) = toml::from_str::<Table>(TABLE) else { return Languages::default() };
    let mut known = Languages { scripts: table.scripts, ..Languages::default() };
    for (code, entry) in &table.languages {
        known.codes.insert(code.clone(), code.clone());
        for other in &entry.alpha3 {
            known.codes.insert(other.clone(), code.clone());
        }
    }
    for (name, tag) in &table.tags {
        known.names.add(name, tag);
    }
    for (name, codes) in &table.ambiguous {
        known.names.add_ambiguous(name, codes);
    }
    for (code, entry) in table.languages {
        known.names.add(&entry.name, &code);
        for name in &entry.also {
            known.names.add(name, &code);
            // Withdrawn codes (`iw`) stand among the names.
            let is_code = matches!(name.len(), 2 | 3) && name.bytes().all(|byte| byte.is_ascii_lowercase());
            if is_code && !known.codes.contains_key(name) {
                known.codes.insert(name.clone(), code.clone());
            }
        }
        known.english.insert(code, entry.name);
    }
    known
});

/// The tag of what a text names: `pl`, `POL`, `Polish`, `polski`, `en_US.UTF-8`, `Portuguese (Brazil)`, `zh-hans`.
///
/// # Errors
/// If it names no language, or more than one; half a sentence.
pub fn tag(text: &str) -> Result<String, String> {
    let text = text.trim();
    let none = || format!("{} names no language", quoted(text));
    if text.is_empty() || text.len() > LONGEST {
        return Err(none());
    }
    let as_locale = locale(text);
    if let Some(Ok(tag)) = as_locale {
        return Ok(tag);
    }
    match (LANGUAGES.names.find(text), as_locale) {
        (Meaning::One(tag), _) => return Ok(tag.to_owned()),
        (_, Some(fault)) => return fault,
        (Meaning::Several(tags), None) => return Err(format!("{} may be {}", quoted(text), tags.join(" or "))),
        (Meaning::Unknown, None) => {}
    }
    // `Portuguese (Brazil)`, `English - United States`, `German, Austria`.
    let parts: Vec<&str> = parts(text).into_iter().flat_map(|part| part.split(',')).map(str::trim).collect();
    let (language, rest) = parts.split_first().ok_or_else(none)?;
    let language = match locale(language) {
        Some(found) => found?,
        None => match LANGUAGES.names.find(language) {
            Meaning::One(tag) => tag.to_owned(),
            Meaning::Several(_) | Meaning::Unknown => return Err(none()),
        },
    };
    match rest {
        [place] => with_place(&language, place).ok_or_else(none),
        _ => Err(none()),
    }
}

fn with_place(language: &str, place: &str) -> Option<String> {
    // `Polish (pl)` says the same twice, `Portuguese (PT)` names the country.
    let repeated = match locale(place) {
        Some(Ok(tag)) if tag == language || tag.starts_with(&format!("{language}-")) => Some(tag),
        _ => None,
    };
    if let Some(tag) = &repeated
        && !place.bytes().all(|byte| byte.is_ascii_uppercase())
    {
        return Some(tag.clone());
    }
    if let Ok(country) = country::code(place) {
        return (!language.contains('-')).then(|| format!("{language}-{country}"));
    }
    match LANGUAGES.names.find(place) {
        Meaning::One(tag) if tag == language => Some(tag.to_owned()),
        _ => repeated,
    }
}

/// A tag or a locale; `None` if the text is not shaped like one.
fn locale(text: &str) -> Option<Result<String, String>> {
    let (text, modifier) = text.split_once('@').unwrap_or((text, ""));
    let text = text.split('.').next()?;
    let mut subtags = text.split(['-', '_']).peekable();
    let language = subtags.next()?;
    let is_code = matches!(language.len(), 2 | 3) && language.bytes().all(|byte| byte.is_ascii_alphabetic());
    let all_plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    let code = LANGUAGES.codes.get(&language.to_ascii_lowercase()).filter(|_| is_code && all_plain)?;
    let mut tag = code.clone();
    let mut script = match modifier.to_ascii_lowercase().as_str() {
        "latin" => Some("Latn".to_owned()),
        "cyrillic" => Some("Cyrl".to_owned()),
        _ => None,
    };
    if let Some(found) = subtags.peek().and_then(|subtag| script_of(subtag)) {
        script = Some(found);
        subtags.next();
    }
    if let Some(script) = script {
        tag.push('-');
        tag.push_str(&script);
    }
    if let Some(region) = subtags.peek().and_then(|subtag| region_of(subtag)) {
        tag.push('-');
        tag.push_str(&region);
        subtags.next();
    }
    for subtag in subtags {
        let is_variant = (5..=8).contains(&subtag.len())
            || subtag.len() == 4 && subtag.bytes().next().is_some_and(|byte| byte.is_ascii_digit());
        if !is_variant {
            // `Lao-Lao` and the like may still be a name.
            return (text.len() <= 11).then(|| Err(format!("{} is no region or script of a language", quoted(subtag))));
        }
        tag.push('-');
        tag.push_str(&subtag.to_ascii_lowercase());
    }
    Some(Ok(tag))
}

fn script_of(subtag: &str) -> Option<String> {
    let first = subtag.get(..1)?.to_ascii_uppercase();
    let script = format!("{first}{}", subtag.get(1..)?.to_ascii_lowercase());
    LANGUAGES.scripts.contains(&script).then_some(script)
}

/// ISO 3166-1 (alpha-3 and `UK` as alpha-2), or one of the UN's areas in use: the world, Latin America, Europe.
fn region_of(subtag: &str) -> Option<String> {
    if matches!(subtag, "001" | "150" | "419") {
        return Some(subtag.to_owned());
    }
    let is_code = matches!(subtag.len(), 2 | 3) && subtag.bytes().all(|byte| byte.is_ascii_alphabetic());
    is_code.then(|| country::code(subtag).ok()).flatten().map(str::to_owned)
}

/// The name in English of a language's code.
#[must_use]
pub fn name(code: &str) -> Option<&'static str> {
    LANGUAGES.english.get(code).map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_language_is_found_by_its_codes_and_by_all_of_its_names() {
        let table: Table = toml::from_str(TABLE).unwrap();
        assert!(table.languages.len() > 400);
        for (code, entry) in &table.languages {
            for text in [code, &entry.name].into_iter().chain(&entry.alpha3).chain(&entry.also) {
                // `Ga` is a language, and the code of another.
                let is_of_another = LANGUAGES.codes.get(&text.to_lowercase()).is_some_and(|other| other != code);
                assert!(is_of_another || tag(text).as_ref() == Ok(code), "{text}: {:?}", tag(text));
            }
        }
        for (name, expected) in &table.tags {
            assert_eq!(tag(name).as_deref(), Ok(expected.as_str()), "{name}");
        }
    }

    #[test]
    fn languages_are_known_as_people_and_systems_write_them() {
        for (text, expected) in [
            ("pl", "pl"),
            ("PL", "pl"),
            ("ger", "de"),
            ("deu", "de"),
            ("en_US.UTF-8", "en-US"),
            ("en-us", "en-US"),
            ("sr_RS@latin", "sr-Latn-RS"),
            ("zh-hans-cn", "zh-Hans-CN"),
            ("zh-TW", "zh-TW"),
            ("es-419", "es-419"),
            ("iw", "he"),
            ("en-UK", "en-GB"),
            ("Polish", "pl"),
            ("polski", "pl"),
            ("Deutsch", "de"),
            ("français", "fr"),
            ("FRANCAIS", "fr"),
            ("Niemiecki", "de"),
            ("Portuguese (Brazil)", "pt-BR"),
            ("Português (Brasil)", "pt-BR"),
            ("English - United States", "en-US"),
            ("English (US)", "en-US"),
            ("German, Austria", "de-AT"),
            ("Simplified Chinese", "zh-Hans"),
            ("日本語", "ja"),
            ("Polish (pl)", "pl"),
            ("English (en-GB)", "en-GB"),
            ("sl-rozaj", "sl-rozaj"),
        ] {
            assert_eq!(tag(text).as_deref(), Ok(expected), "{text}");
        }
        for text in ["", "-", "Klingonese", "jp", "en-EN", "xx-YY", "C", "POSIX", "en (Narnia)", "1033"] {
            assert!(tag(text).is_err(), "{text}");
        }
    }

    proptest! {
        #![proptest_config(crate::values::steady_cases())]

        #[test]
        fn no_text_makes_it_panic_and_a_tag_reads_as_itself(text: String, near in "[a-zA-Z]{2,3}[-_@.][a-zA-Z0-9]{2,4}") {
            for text in [&text, &near] {
                if let Ok(found) = tag(text) {
                    prop_assert_eq!(tag(&found), Ok(found.clone()));
                }
            }
        }
    }
}
