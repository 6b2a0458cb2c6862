//! E-mail addresses as they stand in cells: with names, brackets, `mailto:` and stray punctuation around them. The whole
//! address is folded to lower case, dots and `+tags` are kept; the weaker key without the tag is offered beside it.
//! Whether an address is shared, private or dead is for the rules of matching.

use std::fmt;

use unicode_normalization::UnicodeNormalization;

use super::character::is_invisible;

/// RFC 5321, 4.5.3.1: bytes before the `@`, and of the whole address.
const LONGEST_LOCAL: usize = 64;
const LONGEST: usize = 254;

/// One address, NFKC and in lower case.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Email {
    address: String,
    /// Byte position of the `@`.
    at: usize,
}

impl Email {
    /// The whole address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.address
    }

    /// What stands before the `@`.
    #[must_use]
    pub fn local(&self) -> &str {
        &self.address[..self.at]
    }

    /// What stands after the `@`.
    #[must_use]
    pub fn domain(&self) -> &str {
        &self.address[self.at + 1..]
    }

    /// The address without its `+tag`. Two addresses with this key in common are probably, not surely, one mailbox.
    #[must_use]
    pub fn weak_key(&self) -> String {
        match self.local().find('+') {
            Some(plus) if plus > 0 => {
                format!("{}{}", &self.address[..plus], &self.address[self.at..])
            }
            _ => self.address.clone(),
        }
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.address)
    }
}

/// The address in `text`, if it holds exactly one: `a@b.example`, `mailto:a@b.example`, `Name <a@b.example>`, with
/// whitespace, quotes or punctuation around it. A domain may have a single label, as on company networks.
#[must_use]
pub fn parse(text: &str) -> Option<Email> {
    if !text.contains(['@', '＠', '﹫']) {
        return None;
    }
    let folded = if text.is_ascii() {
        text.to_ascii_lowercase()
    } else {
        text.nfkc().filter(|&c| !is_invisible(c) || c.is_whitespace()).flat_map(char::to_lowercase).nfkc().collect()
    };
    address_in(&folded)
}

/// All addresses in a cell that holds several, parted by commas, semicolons, bars or whitespace. Each comes once, in the
/// order of the cell.
#[must_use]
pub fn emails_in(text: &str) -> Vec<Email> {
    let mut found: Vec<Email> = Vec::new();
    for part in text.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '|' | '，' | '；' | '、')) {
        if let Some(email) = parse(part)
            && !found.contains(&email)
        {
            found.push(email);
        }
    }
    found
}

/// Most cells are one plain address: letters, digits and `. _ + -` around one `@`. Its form in lower case, which is the one
/// address that [`emails_in`] finds, goes into a buffer, whose former content is dropped. `false`: it has to be looked at.
pub fn plain_into(text: &str, folded: &mut Vec<u8>) -> bool {
    let bytes = text.as_bytes();
    let Some(at) = bytes.iter().position(|byte| *byte == b'@') else { return false };
    let (local, domain) = (&bytes[..at], &bytes[at + 1..]);
    let is_edge = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'+' | b'-');
    let is_plain = is_edge(local.first())
        && is_edge(domain.last())
        && at <= LONGEST_LOCAL
        && bytes.len() <= LONGEST
        && local.iter().all(is_plain)
        && domain.iter().all(|byte| is_plain(byte) && *byte != b'+')
        && domain
            .split(|byte| *byte == b'.')
            .all(|label| !matches!(label.first(), None | Some(b'-')) && label.last() != Some(&b'-'));
    if is_plain {
        folded.clear();
        folded.extend(bytes.iter().map(u8::to_ascii_lowercase));
    }
    is_plain
}

/// Whether a cell holds one address, or a list of nothing else.
#[must_use]
pub fn holds_emails(text: &str) -> bool {
    if !text.contains('@') {
        return false;
    }
    let mut parts = text.split([',', ';', '|', '\n', '，', '；', '、']).map(str::trim).filter(|part| !part.is_empty());
    parse(text).is_some() || parts.all(|part| parse(part).is_some())
}

fn address_in(folded: &str) -> Option<Email> {
    let mut address = folded;
    if let Some(open) = address.rfind('<') {
        address = &address[open + 1..];
        address = address.split('>').next().unwrap_or(address);
    }
    address = strip_punctuation(address);
    if let Some(rest) = address.strip_prefix("mailto:") {
        address = strip_punctuation(rest.split('?').next().unwrap_or(rest));
    }
    let (local, domain) = address.split_once('@')?;
    let fits = local.len() <= LONGEST_LOCAL && address.len() <= LONGEST;
    (fits && is_local(local) && is_domain(domain)).then(|| Email { address: address.to_owned(), at: local.len() })
}

fn strip_punctuation(text: &str) -> &str {
    text.trim_matches(|c: char| {
        c.is_whitespace()
            || c.is_control()
            || super::character::is_quote(c)
            || matches!(c, '<' | '>' | '(' | ')' | '[' | ']' | '{' | '}' | ',' | ';' | ':' | '.' | '!' | '?')
    })
}

fn is_local(local: &str) -> bool {
    !local.is_empty()
        && !local.chars().any(|c| {
            c.is_whitespace()
                || is_invisible(c)
                || matches!(c, '<' | '>' | '(' | ')' | '[' | ']' | ',' | ';' | ':' | '"' | '\\' | '@')
        })
}

fn is_domain(domain: &str) -> bool {
    domain.split('.').all(|label| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| {
                c == '-' || c == '_' || c.is_alphanumeric() || unicode_normalization::char::is_combining_mark(c)
            })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn address(text: &str) -> Option<String> {
        parse(text).map(|email| email.to_string())
    }

    #[test]
    fn an_address_is_found_in_what_people_write_around_it() {
        for text in [
            "m.nilson@fjord.example",
            "  M.Nilson@FJORD.example \n",
            "mailto:m.nilson@fjord.example?subject=Hi",
            "Mailto:m.nilson@fjord.example",
            "Märta Nilson <m.nilson@fjord.example>",
            "\"Nilson, Märta\" <m.nilson@fjord.example>;",
            "<m.nilson@fjord.example>",
            "'m.nilson@fjord.example",
            "m.nilson@fjord.example.",
            "(m.nilson@fjord.example),",
            "ｍ.nilson＠fjord.example",
            "m.nilson@fjord\u{200b}.example",
        ] {
            assert_eq!(address(text).as_deref(), Some("m.nilson@fjord.example"), "{text}");
        }
        assert_eq!(address("Name <a@b>").as_deref(), Some("a@b"));
        assert_eq!(address("jürgen@Bücher.example").as_deref(), Some("jürgen@bücher.example"));
    }

    #[test]
    fn most_addresses_are_plain() {
        let mut plain = Vec::new();
        assert!(plain_into("Mary.Rivera+x@Yahoo-9.co.uk", &mut plain));
        assert_eq!(plain, b"mary.rivera+x@yahoo-9.co.uk");
        for text in ["a@b..c", "a@-b.c", "a@b-", ".a@b", "a@b.", "a@", "@b", "a@b@c", "ä@b", "a@b c@d"] {
            assert!(!plain_into(text, &mut plain), "{text}");
        }
    }

    #[test]
    fn what_is_no_single_address_is_none() {
        for text in [
            "",
            "@",
            "a@",
            "@b",
            "a b@c.example",
            "a@b@c",
            "a@b..c",
            "a@-b.c",
            "meet @ five",
            "a@b.example, c@d.example",
            "n/a",
        ] {
            assert_eq!(address(text), None, "{text}");
        }
        assert_eq!(address(&format!("{}@b.example", "a".repeat(65))), None);
    }

    #[test]
    fn dots_and_tags_are_kept_and_the_weak_key_drops_the_tag() {
        let email = parse("Rob.Haines+news@HP.example");
        assert_eq!(email.as_ref().map(Email::as_str), Some("rob.haines+news@hp.example"));
        assert_eq!(email.as_ref().map(Email::local), Some("rob.haines+news"));
        assert_eq!(email.as_ref().map(Email::domain), Some("hp.example"));
        assert_eq!(email.map(|email| email.weak_key()).as_deref(), Some("rob.haines@hp.example"));
        assert_eq!(parse("+x@hp.example").map(|email| email.weak_key()).as_deref(), Some("+x@hp.example"));
    }

    #[test]
    fn a_cell_may_hold_several_addresses() {
        let found: Vec<String> = emails_in("A B <a@x.example>; b@x.example,c@x.example\nA@X.example | none")
            .iter()
            .map(Email::to_string)
            .collect();
        assert_eq!(found, ["a@x.example", "b@x.example", "c@x.example"]);
    }

    proptest! {
        #![proptest_config(crate::values::steady_cases())]

        #[test]
        fn an_address_reads_the_same_when_read_again(text in "[a-zA-ZäİΣ.+@<> '＠-]{0,20}|\\PC{0,6}@\\PC{0,6}") {
            if let Some(email) = parse(&text) {
                prop_assert_eq!(parse(email.as_str()), Some(email.clone()));
                prop_assert_eq!(format!("{}@{}", email.local(), email.domain()), email.as_str());
                prop_assert_eq!(parse(&format!("Name <{}>", email)), Some(email));
            }
        }

        #[test]
        fn a_plain_address_is_the_one_that_is_found(text in "[aZ9._+-]{0,4}@[aZ9._+-]{0,6}|[aZ@.<: -]{0,8}|a{60,70}@b") {
            let mut plain = Vec::new();
            if plain_into(&text, &mut plain) {
                let found: Vec<String> = emails_in(&text).iter().map(Email::to_string).collect();
                prop_assert_eq!(found, [String::from_utf8(plain).unwrap()]);
            }
        }

        #[test]
        fn no_text_makes_it_panic(text: String) {
            let _ = (parse(&text), emails_in(&text));
        }
    }
}
