//! One e-mail address as a target takes it: the domain in lower case and ASCII, what stands before the `@` as it was
//! written, since its case is its owner's. Comparing addresses, where case is folded, is for `email`.

use unicode_normalization::UnicodeNormalization;

use super::character::is_invisible;
use super::email;
use super::named::quoted;
use super::web_domain::host_ascii;

/// Values with more bytes are no single address with what people write around it.
const LONGEST: usize = 2000;

/// The address in `Name <A@B.example>`, `mailto:A@B.example` and the like: `A@b.example`.
///
/// # Errors
/// If it holds no address or several, or one that no server would take (no dot in the domain, two dots in a row); half a
/// sentence.
pub fn address(text: &str) -> Result<String, String> {
    let none = || format!("{} is no e-mail address", quoted(text));
    if text.len() > LONGEST {
        return Err(none());
    }
    let Some(found) = email::parse(text) else {
        let several = email::emails_in(text).len() > 1;
        return Err(if several { format!("{} holds several addresses", quoted(text)) } else { none() });
    };
    let local = as_written(text, found.as_str()).unwrap_or_else(|| found.local().to_owned());
    let is_local = !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && !local.chars().any(|c| c.is_control());
    let host = host_ascii(found.domain()).filter(|host| host.contains('.'));
    let top_is_name =
        |host: &String| host.rsplit('.').next().is_some_and(|top| !top.bytes().all(|byte| byte.is_ascii_digit()));
    let host = host.filter(|host| is_local && top_is_name(host)).ok_or_else(none)?;
    Ok(format!("{local}@{host}"))
}

/// What stands before the `@` with its own capitals, where folding kept the length of everything.
fn as_written(text: &str, folded: &str) -> Option<String> {
    let kept: String = text.nfkc().filter(|&c| !is_invisible(c) || c.is_whitespace()).collect();
    let lower: String = kept.chars().flat_map(char::to_lowercase).collect();
    let from = lower.rfind(folded)?;
    let same_lengths = kept.chars().all(|c| c.to_lowercase().map(char::len_utf8).sum::<usize>() == c.len_utf8());
    let address = kept.get(from..from + folded.len()).filter(|_| same_lengths)?;
    Some(address.rsplit_once('@')?.0.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_domain_is_folded_and_what_stands_before_it_is_kept() {
        for (text, expected) in [
            (" M.Nilson@FJORD.example ", "M.Nilson@fjord.example"),
            ("mailto:M.Nilson@fjord.example?subject=x", "M.Nilson@fjord.example"),
            ("Märta <M.Nilson+News@Fjord.Example>", "M.Nilson+News@fjord.example"),
            ("a@Bücher.example", "a@xn--bcher-kva.example"),
            ("Jürgen@b.example", "Jürgen@b.example"),
            ("İ@b.example", "i\u{307}@b.example"),
        ] {
            assert_eq!(address(text).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_no_server_would_take_is_a_fault() {
        assert_eq!(address("no mail"), Err("“no mail” is no e-mail address".to_owned()));
        assert_eq!(
            address("a@b.example; c@d.example"),
            Err("“a@b.example; c@d.example” holds several addresses".to_owned())
        );
        for text in ["", "a@b", "a..b@c.example", "a@b..example", "a@1.2.3.4", "@b.example"] {
            assert!(address(text).is_err(), "{text}");
        }
    }

    proptest! {
        #![proptest_config(crate::values::steady_cases())]

        #[test]
        fn no_text_makes_it_panic_and_an_address_reads_as_itself(text: String, near in "[a-zA-ZäİΣ.+<> '-]{0,9}@[a-zA-Zäß.-]{1,9}") {
            for text in [&text, &near] {
                if let Ok(found) = address(text) {
                    prop_assert_eq!(address(&found), Ok(found.clone()));
                }
            }
        }
    }
}
