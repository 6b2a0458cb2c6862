//! E-mail addresses: no address at all, an inbox that many read, one address for two people; and the domain of a site.

use crate::sources::survey::rules::Rules;
use crate::values::email::{self, Email};
use crate::values::words::name_words;

/// Whether a filled cell of a column of addresses holds none.
#[must_use]
pub fn is_invalid(value: &str, rules: &Rules) -> bool {
    let found = match email::parse(value) {
        Some(address) => vec![address],
        None => email::emails_in(value),
    };
    found.is_empty() || rules.invalid_email.needs_dot && found.iter().any(|address| !address.domain().contains('.'))
}

/// Whether an address is that of a function, not of a person.
#[must_use]
pub fn is_shared(address: &Email, rules: &Rules) -> bool {
    let local = address.local();
    let local = local.split_once('+').map_or(local, |(before, _)| before);
    let words = &rules.shared_inbox.local_parts;
    words.contains(local)
        || words.contains(local.trim_end_matches(|c: char| c.is_ascii_digit() || c == '-' || c == '.'))
}

/// The domain in a web site, an address or a list of one: `example.com` of `https://www.example.com/de?x` and
/// `["example.com"]`.
#[must_use]
pub fn domain_of(text: &str) -> Option<String> {
    let first = text.split([',', ';', ' ']).find(|part| part.contains('.'))?;
    let host = first.trim_matches(|c: char| !c.is_alphanumeric());
    let host = host.split_once("://").map_or(host, |(_, rest)| rest);
    let host = host.split(['/', '?', '#', ':', '"']).next()?;
    let host = host.rsplit_once('@').map_or(host, |(_, domain)| domain).to_lowercase();
    let host = host.strip_prefix("www.").unwrap_or(&host).trim_matches('.');
    let fits = host.contains('.')
        && host.split('.').all(|label| !label.is_empty())
        && host
            .rsplit('.')
            .next()
            .is_some_and(|last| last.chars().all(char::is_alphabetic) && last.chars().count() > 1)
        && host.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-'));
    fits.then(|| host.to_owned())
}

/// A person's name as its parts are compared.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PersonName {
    given: Vec<String>,
    family: Vec<String>,
    generation: Option<String>,
}

impl PersonName {
    /// From given and family name, or from a whole name, whose first word is taken for the given one unless a comma says
    /// otherwise.
    #[must_use]
    pub fn new(given: &str, family: &str, full: &str, rules: &Rules) -> Self {
        let mut name = Self::default();
        let split = |text: &str| name_words(text);
        if given.trim().is_empty() && family.trim().is_empty() {
            match full.split_once(',') {
                Some((family, given)) if !given.trim().is_empty() => {
                    name.given = split(given);
                    name.family = split(family);
                }
                _ => {
                    let mut words = split(full);
                    let family = words.split_off(words.len().min(1));
                    (name.given, name.family) = (words, family);
                }
            }
        } else {
            name.given = split(given);
            name.family = split(family);
        }
        for words in [&mut name.given, &mut name.family] {
            if let Some(at) = words.iter().position(|word| rules.reused_email.generations.contains(word)) {
                name.generation = Some(words.remove(at));
            }
        }
        name
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.given.is_empty() && self.family.is_empty()
    }
}

/// Whether two names are surely those of two people: their given names are neither spellings, initials nor short forms of
/// one another, also with the parts exchanged; or one is the junior of the other.
#[must_use]
pub fn are_two_people(one: &PersonName, other: &PersonName, rules: &Rules) -> bool {
    if let (Some(a), Some(b)) = (&one.generation, &other.generation)
        && a != b
    {
        return true;
    }
    if one.is_empty() || other.is_empty() || one.given.is_empty() || other.given.is_empty() {
        return false;
    }
    let alike = |these: &[String], those: &[String]| {
        these.iter().any(|this| those.iter().any(|that| may_be_one(this, that, rules)))
    };
    // A family name alone says nothing of the given one; parts may have been exchanged.
    !(alike(&one.given, &other.given)
        || alike(&one.given, &other.family) && alike(&one.family, &other.given)
        || one.family.is_empty() && alike(&one.given, &other.family)
        || other.family.is_empty() && alike(&one.family, &other.given))
}

fn may_be_one(one: &str, other: &str, rules: &Rules) -> bool {
    let shorter = one.chars().count().min(other.chars().count());
    if one.starts_with(other) || other.starts_with(one) {
        return true;
    }
    let allowed = match shorter {
        0..=3 => 0,
        4..=6 => 1,
        _ => 2,
    };
    if distance_within(one, other, allowed) {
        return true;
    }
    let both = |names: &&Vec<String>| names.iter().any(|name| name == one) && names.iter().any(|name| name == other);
    rules.reused_email.nicknames.iter().any(|names| both(&names))
}

/// Whether `one` becomes `other` by at most `most` letters added, left out, replaced, or exchanged with the next
/// (Damerau 1964, restricted).
fn distance_within(one: &str, other: &str, most: usize) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    if a.len().abs_diff(b.len()) > most {
        return false;
    }
    let mut before = vec![0; b.len() + 1];
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut now = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let same = usize::from(a[i - 1] != b[j - 1]);
            now[j] = (last[j] + 1).min(now[j - 1] + 1).min(last[j - 1] + same);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                now[j] = now[j].min(before[j - 2] + 1);
            }
        }
        before = std::mem::replace(&mut last, now);
    }
    last.last().is_some_and(|distance| *distance <= most)
}

/// How many different people these names are, at least.
#[must_use]
pub fn people(names: &[PersonName], rules: &Rules) -> u64 {
    let mut known: Vec<&PersonName> = Vec::new();
    for name in names.iter().filter(|name| !name.is_empty()) {
        if known.iter().all(|other| are_two_people(name, other, rules)) {
            known.push(name);
        }
    }
    known.len() as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn two(one: (&str, &str), other: (&str, &str)) -> bool {
        let rules = Rules::built_in();
        let name = |(given, family): (&str, &str)| PersonName::new(given, family, "", rules);
        are_two_people(&name(one), &name(other), rules)
    }

    #[test]
    fn two_people_are_told_from_two_spellings_of_one() {
        for (one, other, are_two) in [
            (("Rania", "Haddad"), ("Rami", "Haddad"), true),
            (("Robert", "Haines Sr."), ("Robert", "Haines Jr."), true),
            (("Katarzyna", "Wójcik"), ("Kacper", "Wójcik"), true),
            (("Katarzyna", "Wójcik"), ("K.", "Wojcik"), false),
            (("Katarzyna", "Wójcik"), ("Kasia", "Nowak"), false),
            (("Märta", "Nilsson"), ("Marta", "Nilson"), false),
            (("Wójcik", "Ola"), ("Ola", "Wójcik"), false),
            (("", "Haines"), ("Robert", "Haines"), false),
        ] {
            assert_eq!(two(one, other), are_two, "{one:?} {other:?}");
        }
    }

    #[test]
    fn an_inbox_of_many_is_known_by_its_first_part() {
        let rules = Rules::built_in();
        for (address, shared) in [
            ("info@x.example", true),
            ("Sales+fr@x.example", true),
            ("buchhaltung@x.example", true),
            ("info2@x.example", true),
            ("m.nilsson@x.example", false),
            ("informatik.meier@x.example", false),
        ] {
            assert_eq!(email::parse(address).is_some_and(|a| is_shared(&a, rules)), shared, "{address}");
        }
    }

    #[test]
    fn what_is_no_address_is_invalid_and_lists_of_addresses_are_not() {
        let rules = Rules::built_in();
        for (value, invalid) in [
            ("a@b.example", false),
            ("A B <a@b.example>", false),
            ("a@b.example; c@d.example", false),
            ("a@b", true),
            ("a.b.example", true),
            ("a@b@c.example", true),
            ("none", true),
        ] {
            assert_eq!(is_invalid(value, rules), invalid, "{value}");
        }
    }

    #[test]
    fn a_domain_is_found_in_sites_and_lists() {
        for (text, domain) in [
            ("https://www.fjord.example/de?x=1", Some("fjord.example")),
            ("FJORD.example", Some("fjord.example")),
            ("[\"bwc.example\",\"b.example\"]", Some("bwc.example")),
            ("n/a", None),
            ("10.0", None),
            ("see our site", None),
        ] {
            assert_eq!(domain_of(text).as_deref(), domain, "{text}");
        }
    }

    proptest! {
        #![proptest_config(crate::values::steady_cases())]

        #[test]
        fn being_two_people_is_mutual_and_nobody_is_two(a in "[A-Za-zä ,.]{0,12}", b in "[A-Za-zä ,.]{0,12}") {
            let rules = Rules::built_in();
            let (one, other) = (PersonName::new("", "", &a, rules), PersonName::new("", "", &b, rules));
            prop_assert!(!are_two_people(&one, &one, rules));
            prop_assert_eq!(are_two_people(&one, &other, rules), are_two_people(&other, &one, rules));
        }

        #[test]
        fn no_text_makes_it_panic(text: String) {
            let rules = Rules::built_in();
            let _ = (is_invalid(&text, rules), domain_of(&text), PersonName::new(&text, "", &text, rules));
        }
    }
}
