//! Identifiers as people and programs spell them: one folded form in which the spellings meet, the number at the core of
//! an ID, and the IDs that a spreadsheet destroyed. Folding loses case, so IDs that differ by case only
//! ([`super::salesforce`]) must be compared in their own form as well; which of two candidates is meant is decided elsewhere.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

use super::character::{is_dash, is_invisible, is_quote};

/// The form in which spellings of one ID meet: NFKC, lower case, without separators (blanks, dashes, `_ . / \ : #`),
/// invisible characters, and the quotes or brackets around it. Folding twice changes nothing. Of text that is separators
/// only, nothing is left.
#[must_use]
pub fn fold_id(id: &str) -> String {
    let mut folded = Vec::with_capacity(id.len());
    fold_id_into(id, &mut folded);
    // Only whole characters are written.
    String::from_utf8(folded).unwrap_or_default()
}

/// [`fold_id`] into a buffer, whose former content is dropped. ASCII is folded without allocation once the buffer is as
/// long as the ID. What is written is UTF-8.
pub fn fold_id_into(id: &str, folded: &mut Vec<u8>) {
    folded.clear();
    if id.is_ascii() {
        let is_edge = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
        if is_edge(id.as_bytes().first()) && is_edge(id.as_bytes().last()) {
            // Nothing stands around it: each byte is a separator, or stays.
            folded.resize(id.len(), 0);
            let mut kept = 0;
            for &byte in id.as_bytes() {
                folded[kept] = byte.to_ascii_lowercase();
                kept += usize::from(!is_separator(char::from(byte)));
            }
            folded.truncate(kept);
            return;
        }
        let core = strip_around(id);
        folded
            .extend(core.bytes().filter(|&byte| !is_separator(char::from(byte))).map(|byte| byte.to_ascii_lowercase()));
        return;
    }
    // Taking a separator out can bring a letter and a combining mark together, so the fold is repeated until it rests.
    let mut former = fold_once(id);
    for _ in 0..8 {
        let again = fold_once(&former);
        if again == former {
            break;
        }
        former = again;
    }
    folded.extend_from_slice(former.as_bytes());
}

fn fold_once(id: &str) -> String {
    let normal: String = id.nfkc().filter(|&c| !is_invisible(c)).collect();
    strip_around(&normal)
        .chars()
        .filter(|&c| !is_separator(c))
        .flat_map(char::to_lowercase)
        // Capitals do not tell which of the two small sigmas was meant.
        .map(|c| if c == 'ς' { 'σ' } else { c })
        .collect()
}

fn is_separator(c: char) -> bool {
    match c {
        '-' | '_' | '.' | '/' | '\\' | ':' | '#' => true,
        '\0'..=' ' | '\u{7F}' => true,
        _ if c.is_ascii() => false,
        _ => c.is_whitespace() || is_dash(c),
    }
}

/// Without separators and quotes at both ends and without pairs of brackets around what is left.
fn strip_around(id: &str) -> &str {
    let mut core = id;
    loop {
        core = core.trim_matches(|c| is_separator(c) || is_quote(c));
        let mut inner = core.chars();
        match (inner.next(), inner.next_back()) {
            (Some('{'), Some('}')) | (Some('('), Some(')')) | (Some('<'), Some('>')) | (Some('['), Some(']')) => {
                core = inner.as_str();
            }
            _ => return core,
        }
    }
}

/// The digits, without leading zeros, of an ID that is at most eight letters, then separators, then digits to the end:
/// `8213` of `ACC-008213`, `acc008213` and `00008213`. `None` for anything else, and if all digits are zero.
#[must_use]
pub fn number_core(id: &str) -> Option<Cow<'_, str>> {
    if id.is_ascii() {
        ascii_number_core(id).map(Cow::Borrowed)
    } else {
        let normal: String = id.nfkc().filter(|&c| !is_invisible(c)).map(ascii_dash).collect();
        ascii_number_core(&normal).map(|core| Cow::Owned(core.to_owned()))
    }
}

/// [`number_core`] into a buffer, whose former content is dropped; says whether there is one. ASCII costs no allocation
/// once the buffer is long enough.
pub fn number_core_into(id: &str, core: &mut Vec<u8>) -> bool {
    core.clear();
    match number_core(id) {
        Some(digits) => {
            core.extend_from_slice(digits.as_bytes());
            true
        }
        None => false,
    }
}

fn ascii_dash(c: char) -> char {
    if is_dash(c) {
        '-'
    } else if is_quote(c) {
        '\''
    } else {
        c
    }
}

fn ascii_number_core(id: &str) -> Option<&str> {
    const LETTERS: usize = 8;
    let id = id.trim_matches(|c: char| c.is_ascii_whitespace() || matches!(c, '\'' | '"' | '`'));
    let after_letters = id.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    if id.len() - after_letters.len() > LETTERS {
        return None;
    }
    let digits = after_letters.trim_start_matches(is_separator);
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let core = digits.trim_start_matches('0');
    (!core.is_empty()).then_some(core)
}

/// How a spreadsheet destroyed a value. What was there before cannot be known from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Spoiled {
    /// A long number in scientific notation: `2.52E+18`.
    Exponent,
    /// A column too narrow when the sheet was written out as text: `#####`.
    Hashes,
    /// An error in place of a value: `#N/A`, `#REF!`. In a file for Salesforce's Data Loader, `#N/A` means *make it empty*.
    Error,
    /// At least 16 digits of which all after the fifteenth are zero. Only a suspicion: a number may end so by itself, and
    /// it is one if many values of the column do.
    Rounded,
}

impl Spoiled {
    /// What happened, as one sentence.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Spoiled::Exponent => "A spreadsheet wrote this number in short and its last digits are lost.",
            Spoiled::Hashes => "A spreadsheet wrote number signs because the column was too narrow.",
            Spoiled::Error => "A spreadsheet wrote an error where the value should be.",
            Spoiled::Rounded => "All digits after the fifteenth are zero, as if a spreadsheet had rounded this number.",
        }
    }

    /// Whether the value is surely destroyed; otherwise it is suspected.
    #[must_use]
    pub fn is_certain(self) -> bool {
        self != Spoiled::Rounded
    }
}

/// Whether `value` is what a spreadsheet leaves of a destroyed one.
#[must_use]
pub fn spoiled(value: &str) -> Option<Spoiled> {
    let value = value.trim();
    let value = value.strip_prefix('\'').unwrap_or(value);
    match value.as_bytes() {
        [b'#', rest @ ..] => {
            if rest.len() >= 2 && rest.iter().all(|&byte| byte == b'#') {
                Some(Spoiled::Hashes)
            } else {
                is_spreadsheet_error(value).then_some(Spoiled::Error)
            }
        }
        bytes if is_scientific(bytes) => Some(Spoiled::Exponent),
        bytes if is_rounded(bytes) => Some(Spoiled::Rounded),
        _ => None,
    }
}

fn is_spreadsheet_error(value: &str) -> bool {
    // English, then German and French, in which Excel writes them too.
    const ERRORS: [&str; 17] = [
        "#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!", "#NV", "#BEZUG!",
        "#WERT!", "#ZAHL!", "#VALEUR!", "#NOM?", "#NOMBRE!", "#NUL!",
    ];
    ERRORS.iter().any(|error| error.eq_ignore_ascii_case(value))
}

/// One digit, perhaps a fraction after point or comma, `E`, and an exponent of up to three digits. Without a fraction the
/// exponent needs its sign, as spreadsheets write it: `1E5` is an ID as likely as not.
fn is_scientific(value: &[u8]) -> bool {
    let value = value.strip_prefix(b"-").or(value.strip_prefix(b"+")).unwrap_or(value);
    let [b'0'..=b'9', rest @ ..] = value else {
        return false;
    };
    let Some(e) = rest.iter().position(|byte| byte.eq_ignore_ascii_case(&b'e')) else {
        return false;
    };
    let (fraction, exponent) = (&rest[..e], &rest[e + 1..]);
    let has_fraction = match fraction {
        [] => false,
        [b'.' | b',', digits @ ..] if !digits.is_empty() && all_digits(digits) => true,
        _ => return false,
    };
    let (signed, exponent) = match exponent {
        [b'+' | b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    };
    (signed || has_fraction) && (1..=3).contains(&exponent.len()) && all_digits(exponent)
}

fn is_rounded(value: &[u8]) -> bool {
    // A double has 15 to 17 decimal digits, and spreadsheets keep 15.
    const KEPT: usize = 15;
    value.len() > KEPT && all_digits(value) && value[0] != b'0' && value[KEPT..].iter().all(|&byte| byte == b'0')
}

fn all_digits(bytes: &[u8]) -> bool {
    bytes.iter().all(u8::is_ascii_digit)
}

/// `value` with the leading zeros that a spreadsheet dropped, if it is digits only and shorter than the fixed `width`.
#[must_use]
pub fn lost_zeros(value: &str, width: usize) -> Option<String> {
    /// No ID is wider; a width from data must not decide about memory.
    const WIDEST: usize = 64;
    let value = value.trim();
    let shorter = !value.is_empty() && value.len() < width && width <= WIDEST;
    (shorter && all_digits(value.as_bytes())).then(|| format!("{value:0>width$}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn spellings_of_one_id_meet() {
        for (spelling, folded) in [
            ("ACC-008213", "acc008213"),
            (" acc 008213 ", "acc008213"),
            ("acc_008213", "acc008213"),
            ("ＡＣＣ－００８２１３", "acc008213"),
            ("ACC\u{2013}008\u{200b}213", "acc008213"),
            ("'00123", "00123"),
            ("{7F3C1A90-0000-4000-8000-00000C84F7B3}", "7f3c1a90000040008000"),
            ("(42)", "42"),
            ("'<\"{a}\">'", "a"),
            ("C(1)", "c(1)"),
            ("INV#12/3:4\\5.6", "inv123456"),
            ("Ärzte-1", "ärzte1"),
            ("A\u{308}rzte 1", "ärzte1"),
            ("ΟΔΟΣ", "οδοσ"),
            ("οδος", "οδοσ"),
            ("---", ""),
            ("", ""),
            ("{}", ""),
        ] {
            assert!(fold_id(spelling).starts_with(folded), "{spelling}");
            if spelling.len() < 30 {
                assert_eq!(fold_id(spelling), folded, "{spelling}");
            }
        }
        assert_eq!(fold_id("{7F3C1A90-0000-4000-8000-00000C84F7B3}"), "7f3c1a9000004000800000000c84f7b3");
    }

    #[test]
    fn the_number_at_the_core_of_an_id_has_no_letters_and_no_leading_zeros() {
        for (id, core) in [
            ("ACC-008213", Some("8213")),
            ("acc008213", Some("8213")),
            ("C_0042", Some("42")),
            ("00045742", Some("45742")),
            ("#123", Some("123")),
            ("'0042", Some("42")),
            ("zcrm_4876876000000123456", Some("4876876000000123456")),
            ("ACC–００８２", Some("82")),
            ("12-34", None),
            ("ACC-EU-12", None),
            ("000", None),
            ("ACC", None),
            ("", None),
            ("reference12", None),
            ("12a", None),
            ("2.52E+18", None),
        ] {
            assert_eq!(number_core(id).as_deref(), core, "{id}");
            let mut buffer = b"old".to_vec();
            assert_eq!(number_core_into(id, &mut buffer), core.is_some());
            assert_eq!(buffer, core.unwrap_or_default().as_bytes());
        }
    }

    #[test]
    fn values_that_a_spreadsheet_destroyed_are_known() {
        for value in ["2.52E+18", "1,23E+11", "1.23457E+15", "2.5e+18", "-1E+05", "4.876876E18", "1E-05", "'2.52E+18"] {
            assert_eq!(spoiled(value), Some(Spoiled::Exponent), "{value}");
        }
        for value in ["###", " ######## "] {
            assert_eq!(spoiled(value), Some(Spoiled::Hashes), "{value}");
        }
        for value in ["#N/A", "#n/a", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#NV"] {
            assert_eq!(spoiled(value), Some(Spoiled::Error), "{value}");
        }
        for value in ["4876876000000120000", "1234567890123450"] {
            assert_eq!(spoiled(value), Some(Spoiled::Rounded), "{value}");
        }
        for value in [
            "1E5",
            "12E+05",
            "4876876000000123456",
            "123456789012345",
            "#123",
            "#",
            "2.52",
            "E+18",
            "1.E+5",
            "1.2E+1234",
            "",
            "1E+",
            "NA",
        ] {
            assert_eq!(spoiled(value), None, "{value}");
        }
        assert!(Spoiled::Exponent.is_certain() && !Spoiled::Rounded.is_certain());
    }

    #[test]
    fn zeros_lost_before_a_number_are_put_back_to_a_known_width() {
        assert_eq!(lost_zeros("8213", 6).as_deref(), Some("008213"));
        assert_eq!(lost_zeros("008213", 6), None);
        assert_eq!(lost_zeros("82a3", 6), None);
        assert_eq!(lost_zeros("", 6), None);
        assert_eq!(lost_zeros("1", usize::MAX), None);
    }

    proptest! {
        #![proptest_config(crate::values::steady_cases())]

        #[test]
        fn folding_twice_changes_nothing(id: String, ascii in "[ -~\\t]{0,20}", mixed in "[-'{}()<> a-cA-C\u{301}\u{308}\u{327}\u{2013}\u{200b}ＡİßΣς－＃（）｛]{0,12}") {
            for id in [id, ascii, mixed] {
                let folded = fold_id(&id);
                prop_assert_eq!(fold_id(&folded), folded);
            }
        }

        #[test]
        fn case_and_separators_never_part_two_spellings(letters in "[A-Z]{1,8}", number in 1_u64..1_000_000_000, zeros in 0_usize..6, separator in "[-_ ./:#]{0,2}") {
            let digits = format!("{}{number}", "0".repeat(zeros));
            let one = format!("{letters}{separator}{digits}");
            let other = format!(" {}{digits}", letters.to_lowercase());
            prop_assert_eq!(fold_id(&one), fold_id(&other));
            prop_assert_eq!(number_core(&one).map(Cow::into_owned), Some(number.to_string()));
        }

        #[test]
        fn no_text_makes_it_panic(text: String, width: usize) {
            let _ = (spoiled(&text), lost_zeros(&text, width), number_core(&text));
        }
    }
}
