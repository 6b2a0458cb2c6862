//! Hosts, URLs and registrable domains (by the Public Suffix List). International names become their ASCII form (RFC 3492).
//! Whose domain it is, is for matching; which providers give mail boxes to anybody stands in `assets/free_mail.toml`.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;

use super::character::is_invisible;
use super::email;
use super::named::quoted;

const TABLE: &str = include_str!("../../assets/free_mail.toml");
/// Bytes of a URL that browsers and databases still take.
const LONGEST: usize = 2048;

#[derive(serde::Deserialize)]
struct Table {
    domains: BTreeSet<String>,
}

static FREE_MAIL: LazyLock<BTreeSet<String>> =
    // A test reads the asset, so it parses.
    LazyLock::new(|| toml::from_str::<Table>(TABLE).map(|table| table.domains).unwrap_or_default());

/// A host name in lower case and ASCII: `Bücher.example.` is `xn--bcher-kva.example`. `None` if it is none.
#[must_use]
pub fn host_ascii(host: &str) -> Option<String> {
    if host.len() > 1000 {
        return None;
    }
    let host: String = host.nfkc().filter(|&c| !is_invisible(c)).flat_map(char::to_lowercase).nfc().collect();
    let host = host.strip_suffix('.').unwrap_or(&host);
    let mut labels = Vec::new();
    for label in host.split(['.', '。']) {
        let label = if label.is_ascii() { label.to_owned() } else { format!("xn--{}", punycode(label)?) };
        let is_label = (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
            && !label.starts_with('-')
            && !label.ends_with('-');
        if !is_label {
            return None;
        }
        labels.push(label);
    }
    let host = labels.join(".");
    (host.len() <= 253).then_some(host)
}

/// Punycode of one label (RFC 3492, section 6.3, with the parameters of section 5); letters and digits only.
fn punycode(label: &str) -> Option<String> {
    const BASE: u32 = 36;
    let is_of_names = |c: char| c.is_alphanumeric() || c == '-' || unicode_normalization::char::is_combining_mark(c);
    if label.len() > 250 || !label.chars().all(is_of_names) {
        return None;
    }
    let adapt = |delta: u32, points: u32, first: bool| {
        let mut delta = if first { delta / 700 } else { delta / 2 };
        delta += delta / points;
        let mut k = 0;
        while delta > 455 {
            delta /= BASE - 1;
            k += BASE;
        }
        k + (BASE * delta) / (delta + 38)
    };
    let digit = |value: u32| u8::try_from(if value < 26 { value + 97 } else { value + 22 }).ok().map(char::from);
    let mut out: String = label.chars().filter(char::is_ascii).collect();
    let basic = u32::try_from(out.len()).ok()?;
    if basic > 0 {
        out.push('-');
    }
    let points: Vec<u32> = label.chars().map(u32::from).collect();
    let (mut n, mut delta, mut bias, mut handled) = (128u32, 0u32, 72u32, basic);
    while usize::try_from(handled).ok()? < points.len() {
        let next = points.iter().copied().filter(|&point| point >= n).min()?;
        delta = delta.checked_add((next - n).checked_mul(handled + 1)?)?;
        n = next;
        for &point in &points {
            if point < n {
                delta = delta.checked_add(1)?;
            }
            if point == n {
                let mut q = delta;
                let mut k = BASE;
                loop {
                    let t = k.saturating_sub(bias).clamp(1, 26);
                    if q < t {
                        break;
                    }
                    out.push(digit(t + (q - t) % (BASE - t))?);
                    q = (q - t) / (BASE - t);
                    k += BASE;
                }
                out.push(digit(q)?);
                bias = adapt(delta, handled + 1, handled == basic);
                delta = 0;
                handled += 1;
            }
        }
        delta += 1;
        n += 1;
    }
    Some(out)
}

struct Parts<'a> {
    scheme: &'a str,
    host: &'a str,
    /// With its colon.
    port: &'a str,
    /// From `/`, `?` or `#` on.
    rest: &'a str,
}

/// `None` if it has blanks, a user's name, or a scheme that names no place of the web.
fn parts(text: &str) -> Option<Parts<'_>> {
    let text = text.trim().trim_start_matches('<').trim_end_matches('>').trim();
    if text.len() > LONGEST || text.contains(|c: char| c.is_whitespace() || c.is_control() || c == '\\') {
        return None;
    }
    let (scheme, after) = match text.split_once("://") {
        Some((scheme, after)) if scheme.bytes().all(|byte| byte.is_ascii_alphabetic()) => (scheme, after),
        Some((head, _)) if !head.contains(['/', '?', '#']) => return None,
        _ => ("", text.strip_prefix("//").unwrap_or(text)),
    };
    if !["", "http", "https", "ftp"].iter().any(|known| known.eq_ignore_ascii_case(scheme)) {
        return None;
    }
    let end = after.find(['/', '?', '#']).unwrap_or(after.len());
    let (place, rest) = after.split_at(end);
    let colon = place.rfind(':').unwrap_or(place.len());
    let (host, port) = place.split_at(colon);
    let is_port = port.len() <= 6 && port.bytes().skip(1).all(|byte| byte.is_ascii_digit());
    (is_port && !host.is_empty() && !host.contains(['@', ':'])).then_some(Parts { scheme, host, port, rest })
}

fn is_address(host: &str) -> bool {
    host.split('.').all(|label| label.bytes().all(|byte| byte.is_ascii_digit()))
}

/// A URL with scheme and host in lower case, the host in ASCII, without a port that the scheme implies and without a path
/// that is only `/`. One without a scheme gets `https://`. Letters beyond ASCII behind the host are percent-encoded.
///
/// # Errors
/// If it is no URL of the web (http, https, ftp), or holds a user's name; half a sentence.
pub fn url(text: &str) -> Result<String, String> {
    let none = || format!("{} is no URL", quoted(text));
    let parts = parts(text).ok_or_else(none)?;
    let host = host_ascii(parts.host).filter(|host| host.contains('.')).ok_or_else(none)?;
    let suffix_is_letters = host.rsplit('.').next().is_some_and(|top| !top.bytes().all(|byte| byte.is_ascii_digit()));
    if !suffix_is_letters && !is_ipv4(&host) {
        return Err(none());
    }
    let scheme = if parts.scheme.is_empty() { "https".to_owned() } else { parts.scheme.to_ascii_lowercase() };
    let implied = matches!((scheme.as_str(), parts.port), (_, "" | ":") | ("http", ":80") | ("https", ":443"));
    let port = if implied { "" } else { parts.port };
    let mut rest = String::new();
    for c in if parts.rest == "/" { "" } else { parts.rest }.chars() {
        if c.is_ascii() {
            rest.push(c);
        } else {
            for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                rest.push_str(&format!("%{byte:02X}"));
            }
        }
    }
    Ok(format!("{scheme}://{host}{port}{rest}"))
}

fn is_ipv4(host: &str) -> bool {
    host.parse::<std::net::Ipv4Addr>().is_ok()
}

/// The registrable domain of an e-mail address, a URL or a host: `mail.acme.co.uk` is of `acme.co.uk`. `None` if it is a
/// provider's of free mail and these are left out. A suffix that the list does not know counts as one label.
///
/// # Errors
/// If there is no such domain in it (an IP address, `localhost`, a bare suffix); half a sentence.
pub fn domain(text: &str, without_free_mail: bool) -> Result<Option<String>, String> {
    let none = || format!("{} names no domain", quoted(text));
    if text.len() > LONGEST {
        return Err(none());
    }
    let address = if text.contains("://") { None } else { email::parse(text) };
    let host = match &address {
        Some(address) => host_ascii(address.domain()),
        None => parts(text.trim().trim_start_matches('@')).and_then(|parts| host_ascii(parts.host)),
    };
    let host = host.filter(|host| !is_address(host)).ok_or_else(none)?;
    let domain = psl::domain_str(&host).filter(|domain| domain.contains('.')).ok_or_else(none)?;
    Ok((!without_free_mail || !is_free_mail(domain)).then(|| domain.to_owned()))
}

/// Whether anybody can have a mail box at this domain, so that it says nothing of a company.
#[must_use]
pub fn is_free_mail(domain: &str) -> bool {
    FREE_MAIL.contains(domain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn hosts_become_ascii_in_lower_case() {
        for (host, expected) in [
            ("WWW.Acme.COM", "www.acme.com"),
            ("bücher.example", "xn--bcher-kva.example"),
            ("Bücher.example.", "xn--bcher-kva.example"),
            ("łódź.pl", "xn--d-uga0v4h.pl"),
            ("例え.jp", "xn--r8jz45g.jp"),
            ("пример.рф", "xn--e1afmkfd.xn--p1ai"),
        ] {
            assert_eq!(host_ascii(host).as_deref(), Some(expected), "{host}");
        }
        for host in ["", "a..b", "-a.b", "a b.c", "a/b"] {
            assert_eq!(host_ascii(host), None, "{host}");
        }
    }

    #[test]
    fn urls_have_one_spelling_of_scheme_and_host() {
        for (text, expected) in [
            ("HTTP://WWW.Acme.com/", "http://www.acme.com"),
            ("www.acme.com/Path?q=A#x", "https://www.acme.com/Path?q=A#x"),
            (" https://acme.com:443/a ", "https://acme.com/a"),
            ("http://acme.com:8080", "http://acme.com:8080"),
            ("https://bücher.example/ä", "https://xn--bcher-kva.example/%C3%A4"),
            ("//acme.com", "https://acme.com"),
            ("acme.com?u=http://b.c", "https://acme.com?u=http://b.c"),
            ("http://10.0.0.1/x", "http://10.0.0.1/x"),
        ] {
            assert_eq!(url(text).as_deref(), Ok(expected), "{text}");
        }
        for text in ["", "n/a", "javascript:alert(1)", "mailto:a@b.c", "http://", "acme", "a b.com", "http://u:p@a.com"]
        {
            assert!(url(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_registrable_domain_is_found_in_addresses_urls_and_hosts() {
        for (text, expected) in [
            ("Mary@Mail.Acme.CO.UK", "acme.co.uk"),
            ("https://www.acme.com/about", "acme.com"),
            ("www.acme.com", "acme.com"),
            ("acme.com", "acme.com"),
            ("Mary <mary@fjord.example>", "fjord.example"),
            ("@acme.com", "acme.com"),
            ("mary@bücher.de", "xn--bcher-kva.de"),
        ] {
            assert_eq!(domain(text, true), Ok(Some(expected.to_owned())), "{text}");
        }
        assert_eq!(domain("mary@gmail.com", true), Ok(None));
        assert_eq!(domain("mary@gmail.com", false), Ok(Some("gmail.com".to_owned())));
        for text in ["", "localhost", "co.uk", "10.0.0.1", "Acme Inc", "a@b"] {
            assert!(domain(text, false).is_err(), "{text}");
        }
    }

    #[test]
    fn providers_of_free_mail_are_registrable_domains() {
        let table: Table = toml::from_str(TABLE).unwrap();
        assert!(table.domains.len() > 300);
        for provider in &table.domains {
            assert_eq!(domain(provider, false), Ok(Some(provider.clone())));
        }
    }

    proptest! {
        #![proptest_config(crate::values::steady_cases())]

        #[test]
        fn no_text_makes_it_panic_and_what_is_made_reads_as_itself(text: String, near in "(https?://)?[a-zä0-9.:/@-]{1,16}") {
            for text in [&text, &near] {
                if let Ok(found) = url(text) {
                    prop_assert_eq!(url(&found), Ok(found.clone()));
                }
                if let Ok(Some(found)) = domain(text, false) {
                    prop_assert_eq!(domain(&found, false), Ok(Some(found.clone())));
                }
            }
        }
    }
}
