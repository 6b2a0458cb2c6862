//! Postal codes by the patterns of their countries, where they stand in a piece of an address.

use super::state;

/// A postal code in a piece of an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found<'a> {
    pub code: &'a str,
    /// What the pattern says of the country; empty: many have it.
    pub country: &'static str,
    pub state: &'a str,
    pub before: &'a str,
    pub after: &'a str,
}

impl Found<'_> {
    /// Whether the code stands behind the city.
    pub(super) fn country_puts_code_last(&self) -> bool {
        matches!(self.country, "US" | "CA" | "AU" | "GB" | "BR")
    }
}

/// Patterns: `9` a digit, `A` a letter, `_` an optional space, `*` a digit or letter, everything else itself. The country is
/// empty where several write so. The code stands behind the city (`true`) or before it.
const PATTERNS: &[(&str, &str, bool)] = &[
    ("GB", "A9_9AA", true),
    ("GB", "A99_9AA", true),
    ("GB", "AA9_9AA", true),
    ("GB", "AA99_9AA", true),
    ("GB", "A9A_9AA", true),
    ("GB", "AA9A_9AA", true),
    ("CA", "A9A_9A9", true),
    ("BR", "99999-999", true),
    ("PT", "9999-999", false),
    ("PL", "99-999", false),
    ("NL", "9999_AA", false),
    ("US", "99999-9999", true),
    ("SE", "999 99", false),
    ("SE", "SE-999 99", false),
    ("SE", "S-999 99", false),
];

/// Countries that put a code of only digits before the city, with its number of digits.
const PLAIN: &[(&str, usize)] = &[
    ("DE", 5),
    ("FR", 5),
    ("ES", 5),
    ("IT", 5),
    ("FI", 5),
    ("SE", 5),
    ("AT", 4),
    ("CH", 4),
    ("DK", 4),
    ("NO", 4),
    ("BE", 4),
    ("HU", 4),
    ("LU", 4),
    ("PL", 5),
    ("BR", 8),
];

/// Finds the postal code in a piece. `country` is its code, or empty if it is not known.
pub(super) fn find<'a>(piece: &'a str, country: &str) -> Option<Found<'a>> {
    let words = words(piece);
    let mut best = None;
    for (at, &(start, end)) in words.iter().enumerate() {
        let two_end = words.get(at + 1).map(|next| next.1);
        for &(of, pattern, last) in PATTERNS {
            if !country.is_empty() && of != country {
                continue;
            }
            for end in [two_end, Some(end)].into_iter().flatten() {
                let code = &piece[start..end];
                if fits(code, pattern) {
                    let found = around(piece, start, end, of);
                    // Where the city stands on the other side, it is no code: `12 345 67 Road`.
                    let side =
                        if last { found.after.is_empty() } else { !found.after.is_empty() || found.before.is_empty() };
                    if side && (of != "SE" || country == "SE" || found.before.is_empty()) {
                        // `SE-111 22`: the code without the country.
                        let number = code.find(|c: char| c.is_ascii_digit()).filter(|_| of == "SE").unwrap_or(0);
                        best = Some(Found { code: &code[number..], ..found });
                    }
                }
            }
        }
        if best.is_none() {
            best = by_digits(piece, start, end, country);
        }
        if best.is_some() {
            break;
        }
    }
    best
}

/// Codes that are nothing but digits, perhaps behind `D-` or `SE-`.
fn by_digits<'a>(piece: &'a str, start: usize, end: usize, country: &str) -> Option<Found<'a>> {
    let word = &piece[start..end];
    let (prefix, digits) = word.split_once('-').unwrap_or(("", word));
    let number = end - digits.len();
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let of_prefix = match prefix {
        "" => "",
        "D" | "DE" => "DE",
        "A" | "AT" => "AT",
        "CH" => "CH",
        "F" | "FR" => "FR",
        "I" | "IT" => "IT",
        "E" | "ES" => "ES",
        "S" | "SE" => "SE",
        "DK" => "DK",
        "N" | "NO" => "NO",
        "B" | "BE" => "BE",
        "L" | "LU" => "LU",
        "FI" | "FIN" => "FI",
        _ => return None,
    };
    let mut found = around(piece, number, end, of_prefix);
    found.before = piece[..start].trim();
    // A state before it: `CA 94105`, `NSW 2000`.
    for (of, length) in [("US", 5), ("AU", 4)] {
        if digits.len() == length
            && (country.is_empty() || country == of)
            && found.after.is_empty()
            && prefix.is_empty()
        {
            let (city, state) = super::city_and_state(found.before, of);
            if !state.is_empty() || country == of {
                return Some(Found { country: of, state, before: city, ..found });
            }
        }
    }
    let of = if country.is_empty() { of_prefix } else { country };
    let known = PLAIN.iter().find(|(code, _)| *code == of).map(|(_, length)| *length);
    let length_fits = match known {
        Some(length) => digits.len() == length,
        None if of.is_empty() => digits.len() == 5 || digits.len() == 4 && found.before.is_empty(),
        // A country whose patterns are not known here.
        None => !matches!(of, "US" | "GB" | "CA" | "AU" | "NL" | "PT") && (4..=7).contains(&digits.len()),
    };
    // The city must stand beside it; `12345 Long Road` alone is a street.
    let beside = !found.after.is_empty() || found.before.is_empty() && found.after.is_empty();
    let is_street = found.after.split(' ').next_back().is_some_and(|word| {
        let key = super::folded(word);
        super::WORDS.street_ends.contains(&key) && !super::WORDS.directions.contains(&key)
    });
    let after_is_city = !found.after.chars().any(|c| c.is_ascii_digit());
    if !length_fits || !beside || is_street || !after_is_city {
        return None;
    }
    found.country = PLAIN.iter().find(|(code, _)| *code == of).map_or("", |(code, _)| code);
    if of == "IT" {
        let (city, province) = super::city_and_state(found.after, "IT");
        (found.after, found.state) = (city, province);
    }
    Some(found)
}

fn around<'a>(piece: &'a str, start: usize, end: usize, country: &'static str) -> Found<'a> {
    let trim = |text: &'a str| text.trim().trim_matches(['-', '–', '.']).trim();
    let (mut before, after) = (trim(&piece[..start]), trim(&piece[end..]));
    let mut in_state = "";
    if matches!(country, "US" | "CA" | "BR") {
        let (city, found) = super::city_and_state(before, country);
        (before, in_state) = (city, found);
        if found.is_empty() && state(before, country).is_some() {
            (before, in_state) = ("", before);
        }
    }
    Found { code: &piece[start..end], country, state: in_state, before, after }
}

/// Start and end of each word.
fn words(piece: &str) -> Vec<(usize, usize)> {
    let mut at = 0;
    let mut found = Vec::new();
    for word in piece.split(' ') {
        if !word.is_empty() {
            found.push((at, at + word.len()));
        }
        at += word.len() + 1;
    }
    found
}

fn fits(code: &str, pattern: &str) -> bool {
    let mut bytes = code.bytes().peekable();
    for wanted in pattern.bytes() {
        match wanted {
            b'_' => {
                bytes.next_if_eq(&b' ');
            }
            b'9' if !bytes.next().is_some_and(|byte| byte.is_ascii_digit()) => return false,
            b'A' if !bytes.next().is_some_and(|byte| byte.is_ascii_alphabetic()) => return false,
            b'9' | b'A' => {}
            other if bytes.next() != Some(other) => return false,
            _ => {}
        }
    }
    bytes.next().is_none()
}
