//! Records that were never customers: tests, colleagues, demonstrations, spam. Names are compared by whole words, so that
//! *Testa* and *Demosthenes* stay people.

use crate::sources::survey::rules::Rules;
use crate::values::email::Email;
use crate::values::words::name_words_into;

/// What a name says of its record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Suspicion {
    Test,
    Demo,
    Spam,
}

/// What a name gives away.
#[must_use]
pub fn name_suspicion(name: &str, rules: &Rules) -> Option<Suspicion> {
    let (test, demo) = (&rules.test_or_internal, &rules.demo);
    let mut lower = String::new();
    let small = if name.bytes().any(|b| b.is_ascii_uppercase() || !b.is_ascii()) {
        lower.push_str(&name.to_lowercase());
        lower.trim()
    } else {
        name.trim()
    };
    if small.is_empty() {
        return None;
    }
    if test.names.contains(small) || test.phrases.iter().any(|phrase| small.contains(phrase.as_str())) {
        return Some(Suspicion::Test);
    }
    let (mut is_test, mut is_demo) = (false, false);
    name_words_into(name, |word| {
        is_test |= test.words.contains(word);
        is_demo |= demo.words.contains(word);
    });
    if is_test {
        Some(Suspicion::Test)
    } else if is_demo {
        Some(Suspicion::Demo)
    } else if is_spam(name, small, rules) {
        Some(Suspicion::Spam)
    } else {
        None
    }
}

fn is_spam(name: &str, small: &str, rules: &Rules) -> bool {
    let spam = &rules.spam;
    spam.parts.iter().any(|part| small.contains(part.as_str()))
        || name.split_whitespace().any(|word| {
            let letters = word.len();
            if letters < spam.no_vowel_letters || !word.bytes().all(|b| b.is_ascii_alphabetic()) {
                return false;
            }
            let changes =
                word.as_bytes().windows(2).filter(|at| at[0].is_ascii_lowercase() && at[1].is_ascii_uppercase());
            let vowels = word.bytes().filter(|b| b"aeiouyAEIOUY".contains(b)).count();
            // Capitals alone may be an abbreviation.
            let small = word.bytes().any(|b| b.is_ascii_lowercase());
            letters >= spam.letters && changes.count() >= spam.changes || vowels == 0 && small
        })
}

/// Whether an address is one for trying things out.
#[must_use]
pub fn is_test_address(address: &Email, rules: &Rules) -> bool {
    let test = &rules.test_or_internal;
    let local = address.local();
    let local = local.split_once('+').map_or(local, |(before, _)| before);
    test.local_parts.contains(local) || test.domains.contains(address.domain())
}

/// Whether an address is one of the company itself.
#[must_use]
pub fn is_own(address: &Email, own: &[String]) -> bool {
    let domain = address.domain();
    own.iter().any(|own| domain == own || domain.strip_suffix(own.as_str()).is_some_and(|rest| rest.ends_with('.')))
}

/// Whether an address is one of a demonstration.
#[must_use]
pub fn is_demo_address(address: &Email, rules: &Rules) -> bool {
    let local = address.local();
    let local = local.split_once('+').map_or(local, |(before, _)| before);
    rules.demo.words.contains(local) || address.domain().split('.').any(|label| rules.demo.words.contains(label))
}

/// Whether an ID begins like one of a test.
#[must_use]
pub fn is_test_id(id: &str, rules: &Rules) -> bool {
    rules.test_or_internal.id_beginnings.iter().any(|beginning| {
        id.as_bytes().get(..beginning.len()).is_some_and(|start| start.eq_ignore_ascii_case(beginning.as_bytes()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::email;
    use proptest::prelude::*;

    #[test]
    fn names_give_tests_demos_and_spam_away_by_whole_words() {
        let rules = Rules::built_in();
        for (name, found) in [
            ("Delta Dental, test", Some(Suspicion::Test)),
            ("TEST – do not use", Some(Suspicion::Test)),
            ("Max Mustermann", Some(Suspicion::Test)),
            ("QA-7 Larkfield", Some(Suspicion::Test)),
            ("Maria Johnson (Sample Contact)", Some(Suspicion::Test)),
            ("Demo GmbH", Some(Suspicion::Demo)),
            ("Win now https://x.example", Some(Suspicion::Spam)),
            ("QwXvBnRtYpLk", Some(Suspicion::Spam)),
            ("xkcdbrtw", Some(Suspicion::Spam)),
            ("Testa Rossa", None),
            ("Demosthenes", None),
            ("Contest Ltd", None),
            ("McDonald", None),
            ("BMWXYZQ GmbH", None),
            ("Krzysztof Brzęczyszczykiewicz", None),
            ("", None),
        ] {
            assert_eq!(name_suspicion(name, rules), found, "{name}");
        }
    }

    #[test]
    fn addresses_and_ids_of_tests_are_known() {
        let rules = Rules::built_in();
        let own = ["larkfield.example".to_owned()];
        for (address, is) in [
            ("qa+7@larkfield.example", true),
            ("sarah@mail.larkfield.example", true),
            ("test@fjord.example", true),
            ("ben@example.com", true),
            ("ben@notlarkfield.example", false),
            ("testa@fjord.example", false),
        ] {
            let found =
                email::parse(address).is_some_and(|address| is_test_address(&address, rules) || is_own(&address, &own));
            assert_eq!(found, is, "{address}");
        }
        assert!(is_test_id("INT-TEST-0042", rules) && !is_test_id("Testa", rules) && !is_test_id("té", rules));
    }

    proptest! {
        #![proptest_config(crate::values::steady_cases())]

        #[test]
        fn no_text_makes_it_panic(text: String) {
            let _ = (name_suspicion(&text, Rules::built_in()), is_test_id(&text, Rules::built_in()));
        }
    }
}
