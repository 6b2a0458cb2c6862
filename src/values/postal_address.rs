//! One text with a postal address as its parts, each a piece of the text, with a confidence and the reason for it. The
//! postal code is found by the patterns of its country, or of the countries that the text can be of; the city stands beside
//! it, the street before. Nothing is invented and nothing is corrected. Whether the place exists is not known here.

mod code;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use super::country;
use super::named::folded;
use code::Found;

const TABLE: &str = include_str!("../../assets/address_words.toml");
/// Values with more bytes are no addresses.
const LONGEST: usize = 1000;

#[derive(Default, serde::Deserialize)]
struct Words {
    units: BTreeSet<String>,
    careful_units: BTreeSet<String>,
    street_ends: BTreeSet<String>,
    directions: BTreeSet<String>,
    states: BTreeMap<String, BTreeMap<String, String>>,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    // A test reads the asset, so it parses.
    let mut words = toml::from_str::<Words>(TABLE).unwrap_or_default();
    for set in [&mut words.units, &mut words.careful_units, &mut words.street_ends, &mut words.directions] {
        *set = set.iter().map(|word| folded(word)).collect();
    }
    for names in words.states.values_mut() {
        for name in names.values_mut() {
            *name = folded(name);
        }
    }
    words
});

/// The parts of an address; each is a piece of the text, or empty.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PostalAddress<'a> {
    pub street: &'a str,
    pub unit: &'a str,
    pub city: &'a str,
    pub state: &'a str,
    pub postal_code: &'a str,
    pub country: &'a str,
    /// 0 to 100.
    pub confidence: u8,
    /// What speaks against it, as half a sentence; empty where nothing does.
    pub reason: &'static str,
}

/// Splits an address. `country` is the code of the country that it is of where that is known from elsewhere; one that
/// stands in the text counts before it.
#[must_use]
pub fn split<'a>(text: &'a str, country: &str) -> PostalAddress<'a> {
    let unsure = |reason| PostalAddress { reason, ..PostalAddress::default() };
    if text.len() > LONGEST {
        return unsure("it is too long for an address");
    }
    let mut pieces: Vec<&str> = text
        .split(['\n', '\r', ',', ';', '|', '\t'])
        .map(|piece| piece.trim().trim_matches(['"', '·', '•']).trim())
        .filter(|piece| piece.chars().any(char::is_alphanumeric))
        .collect();
    if pieces.is_empty() {
        return unsure("there is nothing in it");
    }
    let mut address = PostalAddress::default();
    let mut of = country.to_owned();
    if let Some(found) = take_country(&mut pieces, &mut address) {
        found.clone_into(&mut of);
    }
    // The last piece that holds a postal code; the first one is it only where it holds everything.
    let found = (0..pieces.len()).rev().find_map(|at| code::find(pieces[at], &of).map(|found| (at, found)));
    let Some((at, found)) = found else {
        return without_code(&pieces, address, &of);
    };
    address.postal_code = found.code;
    let kind = found.country;
    address.state = found.state;
    let before = &pieces[..at];
    let after = &pieces[at + 1..];
    let (mut confidence, mut reason) = match (address.country.is_empty() && country.is_empty(), kind) {
        (false, _) => (95, ""),
        (true, "") => (75, "no country is known, and many have such postal codes"),
        (true, _) => (88, "the country is only known by the postal code"),
    };
    let mut worse = |by: u8, why: &'static str| {
        if by > 0 && (reason.is_empty() || by >= 20) {
            reason = why;
        }
        confidence = u8::saturating_sub(confidence, by);
    };
    let streets = place_city(&mut address, &found, before, after, &mut worse);
    place_street(&mut address, text, streets, &mut worse);
    if address.city.is_empty() {
        worse(35, "no city is found");
    }
    if address.street.is_empty() {
        worse(15, "no street is found");
    } else if !address.street.chars().any(char::is_numeric) {
        worse(10, "the street has no number");
    }
    address.confidence = confidence;
    address.reason = reason;
    address
}

/// What stands beside the postal code: the city, and the pieces that are left for the street.
fn place_city<'a, 'b>(
    address: &mut PostalAddress<'a>,
    found: &Found<'a>,
    before: &'b [&'a str],
    after: &'b [&'a str],
    worse: &mut impl FnMut(u8, &'static str),
) -> Vec<&'a str> {
    let mut streets: Vec<&'a str> = before.to_vec();
    if !found.after.is_empty() {
        // `10115 Berlin`; what stands before the code in the same piece is of the street.
        address.city = found.after;
        if !found.before.is_empty() {
            streets.push(found.before);
            worse(10, "nothing parts the street from the city");
        }
        if !after.is_empty() {
            worse(10, "something stands behind the city");
        }
        return streets;
    }
    if found.before.is_empty() {
        // The code stands alone: the city is beside it, before it where a state or street is there.
        match (before, after) {
            ([.., last], _) if before.len() > 1 || after.is_empty() => {
                let (city, state) =
                    if found.state.is_empty() { city_and_state(last, found.country) } else { (*last, "") };
                // Without a street before it, the one piece is the city.
                address.city = city;
                if address.state.is_empty() {
                    address.state = state;
                }
                streets.pop();
                // `São Paulo, SP, 01310-100`
                if city.is_empty()
                    && let Some(last) = streets.pop()
                {
                    address.city = last;
                }
            }
            (_, [first, ..]) => {
                address.city = first;
                worse(5, "the city is taken to stand behind the postal code");
            }
            _ => {}
        }
        return streets;
    }
    // `San Francisco CA 94105` or `London SW1A 1AA`.
    let (city, state) =
        if found.state.is_empty() { city_and_state(found.before, found.country) } else { (found.before, "") };
    if address.state.is_empty() {
        address.state = state;
    }
    if city.is_empty() {
        // `…, Springfield, Illinois 62701`
        address.city = streets.pop().unwrap_or_default();
    } else if before.is_empty() && city.chars().next().is_some_and(|c| c.is_ascii_digit()) {
        match street_and_city(city) {
            Some((street, city)) => {
                streets.push(street);
                address.city = city;
                worse(30, "nothing parts the street from the city");
            }
            None => {
                streets.push(city);
                worse(20, "nothing parts the street from the city");
            }
        }
    } else {
        address.city = city;
    }
    streets
}

/// A state at the end of `Springfield IL`, `São Paulo - SP`, `Milano (MI)`.
fn city_and_state<'a>(piece: &'a str, country: &str) -> (&'a str, &'a str) {
    if let Some(code) = state(piece, country) {
        return ("", code);
    }
    for words in 1..=3 {
        let Some((at, _)) = piece.rmatch_indices(' ').nth(words - 1) else { break };
        let (city, last) = (&piece[..at], piece[at + 1..].trim_matches(['(', ')']));
        if let Some(code) = state(last, country) {
            return (city.trim_end_matches([' ', '-', '–', '/', '(']), code);
        }
    }
    (piece, "")
}

/// The text itself, if it is a state's code or name.
fn state<'a>(text: &'a str, country: &str) -> Option<&'a str> {
    let is_code = (2..=3).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_uppercase());
    if country == "IT" {
        return (is_code && text.len() == 2).then_some(text);
    }
    let states = WORDS.states.get(country)?;
    let dotless = text.strip_suffix('.').unwrap_or(text);
    let name = folded(text);
    (states.contains_key(&dotless.to_ascii_uppercase()) && dotless.len() <= 3 && is_code
        || name.len() > 3 && states.values().any(|known| *known == name))
    .then_some(text)
}

fn street_and_city(text: &str) -> Option<(&str, &str)> {
    let mut end = None;
    let mut ended = false;
    let mut at = 0;
    for word in text.split(' ') {
        let after = at + word.len();
        let key = folded(word);
        let is_direction = WORDS.directions.contains(&key);
        if at > 0 && WORDS.street_ends.contains(&key) && (!is_direction || ended) {
            end = Some(after);
            ended = true;
        } else {
            ended = false;
        }
        at = after + 1;
    }
    let end = end?;
    let city = text.get(end..)?.trim();
    (!city.is_empty()).then(|| (text[..end].trim(), city))
}

/// The street and the unit, of the pieces before the city.
fn place_street<'a>(
    address: &mut PostalAddress<'a>,
    text: &'a str,
    mut streets: Vec<&'a str>,
    worse: &mut impl FnMut(u8, &'static str),
) {
    if let Some(at) = streets.iter().position(|piece| is_unit(piece))
        && streets.len() > 1
    {
        address.unit = streets.remove(at);
    }
    match streets.as_slice() {
        [] => {}
        [street] => {
            (address.street, address.unit) = {
                let (street, unit) =
                    if address.unit.is_empty() { street_and_unit(street) } else { (*street, address.unit) };
                (street, unit)
            }
        }
        [first, .., last] => {
            // `Hauptstraße, 5` is one street; a name before it is none of ours.
            let numbered = |piece: &&str| piece.chars().any(char::is_numeric);
            let bare = |piece: &str| piece.len() <= 6 && piece.chars().next().is_some_and(char::is_numeric);
            let with: Vec<&&str> = streets.iter().filter(|piece| numbered(piece)).collect();
            if streets.len() == 2 && (bare(last) || bare(first)) {
                address.street = span(text, first, last);
                worse(5, "the number stands apart from the street");
            } else if let [street] = with.as_slice() {
                let (street, unit) =
                    if address.unit.is_empty() { street_and_unit(street) } else { (**street, address.unit) };
                (address.street, address.unit) = (street, unit);
                worse(25, "something else stands before the city than the street");
            } else {
                address.street = span(text, first, last);
                worse(35, "it has more lines than an address needs");
            }
        }
    }
}

/// The text from the first piece to the last.
fn span<'a>(text: &'a str, first: &'a str, last: &'a str) -> &'a str {
    let start = first.as_ptr() as usize - text.as_ptr() as usize;
    let end = (last.as_ptr() as usize + last.len()).saturating_sub(text.as_ptr() as usize);
    // Both are pieces of the text, in this order.
    text.get(start..end).unwrap_or(first)
}

fn is_unit(piece: &str) -> bool {
    if piece.starts_with('#') {
        return true;
    }
    let mut words = piece.split([' ', '.']).filter(|word| !word.is_empty());
    let first = folded(words.next().unwrap_or_default());
    let next_is_short = words.next().is_none_or(|word| word.chars().any(char::is_numeric) || word.chars().count() == 1);
    let known = WORDS.units.contains(&first);
    let rest = words.count();
    // `3rd floor`, `2. OG`
    let last = folded(piece.rsplit(' ').next().unwrap_or_default());
    let floor = piece.chars().next().is_some_and(char::is_numeric)
        && WORDS.units.contains(&last)
        && piece.split(' ').count() <= 2;
    known
        && next_is_short
        && rest <= 2
        && (!WORDS.careful_units.contains(&first) || piece.chars().any(char::is_numeric))
        || floor
}

/// A unit at the end of a street: `123 Main St Apt 4B`, `5 Long Road #12`.
fn street_and_unit(street: &str) -> (&str, &str) {
    for (at, _) in street.char_indices().filter(|(at, c)| *at > 0 && *c == ' ') {
        let unit = street[at..].trim();
        let before = street[..at].trim();
        if before.chars().any(char::is_numeric)
            && is_unit(unit)
            && unit.chars().any(char::is_numeric)
            && !unit.chars().next().is_some_and(char::is_numeric)
        {
            return (before, unit);
        }
    }
    (street, "")
}

/// A country in the last piece, alone or behind the rest; its code.
fn take_country<'a>(pieces: &mut Vec<&'a str>, address: &mut PostalAddress<'a>) -> Option<&'static str> {
    let last = *pieces.last()?;
    // `CA`, `DE` and `IN` are states too; `Georgia` is where no postal code stands before it.
    let could_be_state = WORDS.states.iter().any(|(of, _)| state(last, of).is_some());
    let has_code_before = pieces[..pieces.len() - 1].iter().any(|piece| code::find(piece, "").is_some());
    if pieces.len() > 1
        && last.chars().filter(|c| c.is_alphanumeric()).count() >= 2
        && !last.bytes().any(|byte| byte.is_ascii_digit())
        && (!could_be_state || has_code_before)
        && let Ok(code) = country::code(last)
    {
        address.country = last;
        pieces.pop();
        return Some(code);
    }
    // `London SW1A 1AA UK`
    for words in (1..=3).rev() {
        let Some((at, _)) = last.rmatch_indices(' ').nth(words - 1) else { continue };
        let (rest, name) = (last[..at].trim(), &last[at + 1..]);
        let long_enough = folded(name).chars().count() >= 3 || matches!(name, "UK" | "US");
        let behind_code = rest.chars().any(|c| c.is_ascii_digit());
        if long_enough && behind_code && state(name, "US").is_none() && code::find(rest, "").is_some()
            && let Ok(code) = country::code(name)
            // `1234 AB Luxembourg`-like: the word may be the city.
            && code::find(rest, code).is_some_and(|found| !found.after.is_empty() || !found.before.is_empty() || pieces.len() > 1 && found.country_puts_code_last())
        {
            address.country = name;
            if let Some(piece) = pieces.last_mut() {
                *piece = rest;
            }
            return Some(code);
        }
    }
    None
}

/// Without a postal code only a clear state or country says where the city is.
fn without_code<'a>(pieces: &[&'a str], mut address: PostalAddress<'a>, of: &str) -> PostalAddress<'a> {
    address.reason = "no postal code is found";
    address.confidence = 20;
    let countries: &[&str] = if of.is_empty() { &["US", "CA", "AU"] } else { &[of] };
    if let [before @ .., last] = pieces
        && let Some((city, state)) =
            countries.iter().map(|of| city_and_state(last, of)).find(|found| !found.1.is_empty())
    {
        let mut before = before.to_vec();
        address.state = state;
        address.city = if city.is_empty() { before.pop().unwrap_or_default() } else { city };
        if let [street] = before.as_slice() {
            (address.street, address.unit) = street_and_unit(street);
            address.confidence = 45;
        }
        return address;
    }
    match pieces {
        [street, city] if street.chars().any(char::is_numeric) && !city.chars().any(char::is_numeric) => {
            (address.street, address.unit) = street_and_unit(street);
            address.city = city;
            address.confidence = if address.country.is_empty() { 35 } else { 50 };
        }
        [one] if address.country.is_empty() && one.chars().any(char::is_numeric) => address.street = one,
        [one] if !one.chars().any(char::is_numeric) => address.city = one,
        _ => {}
    }
    address
}

#[cfg(test)]
mod tests;
