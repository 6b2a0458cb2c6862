//! Whom an owner name means. Three questions, the first that anybody answers decides: is it somebody's name, ID, e-mail or
//! stated spelling as it is written; is it somebody's name in the same words, in whatever order, case and accents; is it
//! somebody's name with initials, or without the names between the first and the last. Where more than one user answers,
//! nobody is picked. The order of the list changes nothing.

use std::collections::{BTreeMap, BTreeSet};

use unicode_normalization::UnicodeNormalization;

use super::{OwnerMatch, User, UserList};
use crate::values::words::{LONGEST_WORD, MOST_WORDS, name_words};
use crate::values::{email, salesforce};

const AS_WRITTEN: &str = "the name as written";
const BY_ID: &str = "the ID";
const BY_EMAIL: &str = "the e-mail";
const OTHER_SPELLING: &str = "another spelling of theirs";
const SAME_WORDS: &str = "the same words, another order, case or accents";
const FIRST_AND_LAST: &str = "first and last name";
const INITIAL_AND_FAMILY: &str = "initial and family name";
const GIVEN_AND_INITIAL: &str = "given name and initial";

/// What is said first where one user fits in several ways.
const STRENGTH: [&str; 8] =
    [AS_WRITTEN, BY_ID, BY_EMAIL, OTHER_SPELLING, SAME_WORDS, FIRST_AND_LAST, INITIAL_AND_FAMILY, GIVEN_AND_INITIAL];

/// A list made ready for many names.
#[derive(Debug, Clone)]
pub struct Directory {
    /// In an order of their own, so that the list's does not matter; each once.
    users: Vec<User>,
    /// Names, IDs, e-mails and spellings as they are written.
    written: BTreeMap<String, Vec<(usize, &'static str)>>,
    /// The words of a name in alphabetical order.
    words: BTreeMap<Vec<String>, BTreeSet<usize>>,
    names: Vec<Name>,
    /// Names that have a word.
    by_word: BTreeMap<String, Vec<usize>>,
}

/// One way to write a user's name.
#[derive(Debug, Clone)]
struct Name {
    user: usize,
    words: Vec<String>,
    /// The place of the family name: the last word, or the one before the comma.
    family: usize,
}

impl Directory {
    /// Sorts a list by everything that a name can be found by.
    #[must_use]
    pub fn new(list: &UserList) -> Self {
        let mut users = list.users.clone();
        users.sort();
        users.dedup();
        let mut directory = Self {
            users: Vec::new(),
            written: BTreeMap::new(),
            words: BTreeMap::new(),
            names: Vec::new(),
            by_word: BTreeMap::new(),
        };
        for (at, user) in users.iter().enumerate() {
            directory.write(&user.name, at, AS_WRITTEN);
            directory.write_id(&user.id, at, BY_ID);
            directory.write_email(&user.email, at, BY_EMAIL);
            directory.name(&user.name, at);
            for text in &user.also {
                directory.write(text, at, OTHER_SPELLING);
                directory.write_id(text, at, OTHER_SPELLING);
                directory.write_email(text, at, OTHER_SPELLING);
                directory.name(text, at);
            }
        }
        directory.users = users;
        directory
    }

    fn write(&mut self, text: &str, user: usize, why: &'static str) {
        let key = as_written(text);
        if !key.is_empty() {
            self.written.entry(key).or_default().push((user, why));
        }
    }

    fn write_id(&mut self, text: &str, user: usize, why: &'static str) {
        self.write(text, user, why);
        if let Some(short) = short_id(text) {
            self.write(&short, user, why);
        }
    }

    fn write_email(&mut self, text: &str, user: usize, why: &'static str) {
        if let Some(address) = email::parse(text) {
            self.write(address.as_str(), user, why);
        }
    }

    fn name(&mut self, text: &str, user: usize) {
        let Some(words) = words_of(text) else { return };
        let mut sorted = words.clone();
        sorted.sort();
        self.words.entry(sorted).or_default().insert(user);
        for word in words.iter().collect::<BTreeSet<_>>() {
            self.by_word.entry(word.clone()).or_default().push(self.names.len());
        }
        let before_comma = text.split_once(',').map(|(family, _)| name_words(family).len());
        let family = before_comma.filter(|n| (1..words.len()).contains(n)).unwrap_or(words.len()).saturating_sub(1);
        self.names.push(Name { user, words, family });
    }

    /// The user whom a text means; see [`super::match_owner`].
    #[must_use]
    pub fn find(&self, text: &str) -> OwnerMatch {
        let text = text.trim();
        let found = self.as_it_is_written(text);
        if !found.is_empty() {
            return self.decide(&found);
        }
        // `Sarah Lee <sarah@…>`: an address that nobody has says nothing of the name before it.
        let name = match (text.contains('@'), text.split_once('<')) {
            (true, Some((name, _))) => name.trim(),
            (true, None) => return OwnerMatch::Unknown,
            (false, _) => text,
        };
        let Some(words) = words_of(name) else { return OwnerMatch::Unknown };
        let mut sorted = words.clone();
        sorted.sort();
        if let Some(users) = self.words.get(&sorted) {
            return self.decide(&users.iter().map(|user| (*user, SAME_WORDS)).collect::<Vec<_>>());
        }
        let near: BTreeSet<usize> = words.iter().filter_map(|word| self.by_word.get(word)).flatten().copied().collect();
        let fitting = near.into_iter().filter_map(|at| {
            let name = self.names.get(at)?;
            Some((name.user, agree(&words, name)?))
        });
        self.decide(&fitting.collect::<Vec<_>>())
    }

    fn as_it_is_written(&self, text: &str) -> Vec<(usize, &'static str)> {
        let mut keys = BTreeSet::from([as_written(text)]);
        keys.extend(short_id(text));
        keys.extend(email::emails_in(text).iter().map(|address| as_written(address.as_str())));
        keys.iter().filter_map(|key| self.written.get(key)).flatten().copied().collect()
    }

    fn decide(&self, found: &[(usize, &'static str)]) -> OwnerMatch {
        let users: BTreeSet<usize> = found.iter().map(|(user, _)| *user).collect();
        let of = |user: &usize| self.users.get(*user).cloned();
        let several: Vec<User> = users.iter().filter_map(of).collect();
        match several.as_slice() {
            [] => OwnerMatch::Unknown,
            [one] if one.active => {
                let why = STRENGTH.into_iter().find(|why| found.iter().any(|(_, found)| found == why));
                OwnerMatch::One(one.clone(), why.unwrap_or(SAME_WORDS))
            }
            _ => OwnerMatch::Several(several),
        }
    }
}

/// A text as people write it: composed, with single spaces.
fn as_written(text: &str) -> String {
    let composed: String = text.nfc().collect();
    composed.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The 15 characters that name a Salesforce record, of its 18.
fn short_id(text: &str) -> Option<String> {
    let text = text.trim();
    salesforce::is_18(text).then(|| salesforce::to_15(text).map(str::to_owned)).flatten()
}

/// The words of a name; `None` where there are none, or so many or long ones that they may have been cut.
fn words_of(text: &str) -> Option<Vec<String>> {
    let words = name_words(text);
    // A cut at a character may stop up to three bytes early.
    let whole = words.len() < MOST_WORDS && words.iter().all(|word| word.len() + 3 < LONGEST_WORD);
    (whole && !words.is_empty()).then_some(words)
}

/// How a text fits a name: every word of the shorter one stands in the longer one, whole or as its initial, at least one of
/// them whole; what the longer one has more stands between its first and its last word.
fn agree(text: &[String], name: &Name) -> Option<&'static str> {
    let (short, long) = if text.len() <= name.words.len() { (text, &name.words[..]) } else { (&name.words[..], text) };
    if short.len() < 2 {
        return None;
    }
    let mut taken: Vec<Option<bool>> = vec![None; long.len()];
    let mut rest = Vec::new();
    for word in short {
        match (0..long.len()).find(|&at| taken[at].is_none() && long[at] == *word) {
            Some(at) => taken[at] = Some(!is_initial(word)),
            None => rest.push(word),
        }
    }
    for word in &rest {
        let at = (0..long.len()).find(|&at| taken[at].is_none() && stands_for(word, &long[at]))?;
        taken[at] = Some(false);
    }
    if taken.first()?.is_none() || taken.last()?.is_none() || !taken.contains(&Some(true)) {
        return None;
    }
    let whole = |word: &str| long.iter().zip(&taken).any(|(have, taken)| have == word && *taken == Some(true));
    Some(if taken.iter().flatten().all(|whole| *whole) {
        FIRST_AND_LAST
    } else if name.words.get(name.family).is_some_and(|family| whole(family)) {
        INITIAL_AND_FAMILY
    } else {
        GIVEN_AND_INITIAL
    })
}

/// A single letter of an alphabet. One Chinese character is a name.
fn is_initial(word: &str) -> bool {
    word.len() <= 2 && word.chars().count() == 1
}

/// Whether one of the two is the initial of the other.
fn stands_for(one: &str, other: &str) -> bool {
    is_initial(one) && other.starts_with(one) || is_initial(other) && one.starts_with(other)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::match_owner;
    use super::*;

    fn list(names: &[&str]) -> UserList {
        let user = |(at, name): (usize, &&str)| User {
            name: (*name).to_owned(),
            id: format!("005-{at}"),
            email: format!("user{at}@larkfield.example"),
            also: Vec::new(),
            active: true,
        };
        UserList { name: "users".to_owned(), users: names.iter().enumerate().map(user).collect() }
    }

    fn told(list: &UserList, text: &str) -> String {
        match match_owner(list, text) {
            OwnerMatch::One(user, why) => format!("{}: {why}", user.name),
            OwnerMatch::Several(users) => users.iter().map(|user| user.name.as_str()).collect::<Vec<_>>().join(" | "),
            OwnerMatch::Unknown => "?".to_owned(),
        }
    }

    #[test]
    fn a_name_is_found_as_old_systems_write_it() {
        let mut users =
            list(&["Sarah Lee", "Jürgen Müller", "Weber, Jonas", "Anne-Marie Dupont", "Li Wei", "山田 太郎"]);
        users.users[0].also = vec!["slee".to_owned(), "0058000000abcde".to_owned()];
        for (text, meant) in [
            ("Sarah Lee", "Sarah Lee: the name as written"),
            (" Sarah  Lee ", "Sarah Lee: the name as written"),
            ("005-0", "Sarah Lee: the ID"),
            ("USER0@larkfield.example", "Sarah Lee: the e-mail"),
            ("S. Lee <user0@larkfield.example>", "Sarah Lee: the e-mail"),
            ("S. Lee <gone@larkfield.example>", "Sarah Lee: initial and family name"),
            ("slee", "Sarah Lee: another spelling of theirs"),
            ("SLEE", "Sarah Lee: the same words, another order, case or accents"),
            ("LEE, Sarah", "Sarah Lee: the same words, another order, case or accents"),
            ("S. Lee", "Sarah Lee: initial and family name"),
            ("Lee, S", "Sarah Lee: initial and family name"),
            ("Sarah L.", "Sarah Lee: given name and initial"),
            ("Sarah Q. Lee", "Sarah Lee: first and last name"),
            ("jurgen muller", "Jürgen Müller: the same words, another order, case or accents"),
            ("J. Weber", "Weber, Jonas: initial and family name"),
            ("A. M. Dupont", "Anne-Marie Dupont: initial and family name"),
            ("A. Dupont", "Anne-Marie Dupont: initial and family name"),
            ("Wei Li", "Li Wei: the same words, another order, case or accents"),
            ("太郎 山田", "山田 太郎: the same words, another order, case or accents"),
            ("Lee", "?"),
            ("S. L.", "?"),
            ("M. Lee", "?"),
            ("Sarah Lee Smith", "?"),
            ("Sarah Lee (inactive)", "?"),
            ("nobody@larkfield.example", "?"),
            ("", "?"),
            ("—", "?"),
        ] {
            assert_eq!(told(&users, text), meant, "{text}");
        }
    }

    #[test]
    fn nobody_is_picked_of_several() {
        let users = list(&["Sarah Lee", "Samuel Lee", "Sarah Jane Lee"]);
        assert_eq!(told(&users, "S. Lee"), "Samuel Lee | Sarah Jane Lee | Sarah Lee");
        assert_eq!(told(&users, "Sarah Q. Lee"), "Sarah Lee: first and last name");
        assert_eq!(told(&users, "Sarah J. Lee"), "Sarah Jane Lee | Sarah Lee");
        assert_eq!(told(&users, "Sarah Lee"), "Sarah Lee: the name as written");
        let twins = list(&["Ann Roe", "Ann Roe"]);
        assert_eq!(told(&twins, "Ann Roe"), "Ann Roe | Ann Roe");
        assert_eq!(told(&twins, "005-1"), "Ann Roe: the ID");
        // What one is called and how another was written are the same words: a person decides.
        let mut stated = list(&["Sarah Lee", "Sarah Lee-Jones"]);
        stated.users[1].also = vec!["Sarah Lee".to_owned()];
        assert_eq!(told(&stated, "Sarah Lee"), "Sarah Lee | Sarah Lee-Jones");
    }

    #[test]
    fn one_who_has_left_is_told_and_not_picked() {
        let mut users = list(&["Sarah Lee", "Samuel Lee"]);
        users.users[1].active = false;
        assert_eq!(told(&users, "Samuel Lee"), "Samuel Lee");
        // The records may have been of the one who left.
        assert_eq!(told(&users, "S. Lee"), "Samuel Lee | Sarah Lee");
    }

    #[test]
    fn a_salesforce_id_is_the_same_with_15_and_18_characters() {
        let mut users = list(&["Sarah Lee"]);
        let long = salesforce::to_18("005A0000000abcD").unwrap();
        users.users[0].id = long.clone();
        assert_eq!(told(&users, "005A0000000abcD"), "Sarah Lee: the ID");
        users.users[0].id = "005A0000000abcD".to_owned();
        assert_eq!(told(&users, &long), "Sarah Lee: the ID");
        assert_eq!(told(&users, "005a0000000ABCD"), "?");
    }

    #[test]
    fn names_that_are_cut_are_not_compared() {
        let long = "a ".repeat(13) + "lee";
        let users = list(&[&long, "Ann Lee"]);
        assert_eq!(told(&users, &("a ".repeat(13) + "other")), "?");
        assert_eq!(told(&users, &"x".repeat(60)), "?");
    }

    fn some_user() -> impl Strategy<Value = User> {
        let name = prop::sample::select(vec![
            "Sarah Lee",
            "Samuel Lee",
            "S. Lee",
            "Lee, Sarah",
            "Sarah Jane Lee",
            "Li Wei",
            "Wei Li",
            "Ann",
            "Á. Lee",
            "a b",
            "",
        ]);
        let text = prop::sample::select(vec!["", "1", "2", "Sarah Lee", "slee", "a@b.example", "A@b.example"]);
        (name, text.clone(), text.clone(), prop::collection::vec(text.prop_map(str::to_owned), 0..2), any::<bool>())
            .prop_map(|(name, id, email, also, active)| User {
                name: name.to_owned(),
                id: id.to_owned(),
                email: email.to_owned(),
                also,
                active,
            })
    }

    proptest! {
        #![proptest_config(crate::values::steady_cases())]

        #[test]
        fn the_order_of_the_list_changes_nothing(
            (users, other) in prop::collection::vec(some_user(), 0..6)
                .prop_flat_map(|users| (Just(users.clone()), Just(users).prop_shuffle())),
            text in "S\\. Lee|Lee,? S(arah)?|Sarah( J\\.| Jane)? Lee|[12]|slee|a@B\\.example|Li W|[A-Za-z., @<]{0,12}",
        ) {
            let list = |users: &[User]| UserList { name: String::new(), users: users.to_vec() };
            let found = match_owner(&list(&users), &text);
            prop_assert_eq!(&found, &match_owner(&list(&other), &text));
            // A second user of the very same names is never passed over.
            if let OwnerMatch::One(user, why) = found {
                let mut twins = users.clone();
                twins.push(User { id: "another".to_owned(), ..user });
                let found = match_owner(&list(&twins), &text);
                prop_assert!(why == BY_ID || matches!(found, OwnerMatch::Several(_)), "{:?}", found);
            }
        }

        #[test]
        fn no_text_stops_the_search(name: String, text: String) {
            let users = UserList { name: String::new(), users: vec![User { name: name.clone(), active: true, ..User::default() }] };
            let _ = match_owner(&users, &text);
            let exact = match_owner(&users, &name);
            prop_assert!(name.trim().is_empty() || !matches!(exact, OwnerMatch::Several(_)));
        }
    }
}
