//! Text for a CSV file that will be opened in a spreadsheet, where a cell that begins like a formula would be computed.
//! The escape is one apostrophe in front, and it can be taken back without loss. Quoting for CSV is the writer's.

use std::borrow::Cow;

/// Puts an apostrophe before text that a spreadsheet would compute or that could be taken for escaped text already.
#[must_use]
pub fn spreadsheet_safe(text: &str) -> Cow<'_, str> {
    if needs_escape(text) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// Takes back what [`spreadsheet_safe`] did. Text that it did not escape comes back as it is.
#[must_use]
pub fn spreadsheet_plain(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if needs_escape(rest) => rest,
        _ => text,
    }
}

fn needs_escape(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\'', '＝', '＋', '－', '＠'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_begins_like_a_formula_gets_an_apostrophe() {
        for (text, safe) in [
            ("=1+1", "'=1+1"),
            ("+46 18 555", "'+46 18 555"),
            ("-5", "'-5"),
            ("@cmd", "'@cmd"),
            ("\t=1", "'\t=1"),
            ("＝1", "'＝1"),
            ("'00123", "''00123"),
            ("Nilsson", "Nilsson"),
            ("a=1", "a=1"),
            ("", ""),
        ] {
            assert_eq!(spreadsheet_safe(text), safe);
            assert_eq!(spreadsheet_plain(safe), text);
        }
    }

    #[test]
    fn an_apostrophe_that_is_no_escape_stays() {
        assert_eq!(spreadsheet_plain("'tis"), "'tis");
    }

    proptest! {
        #![proptest_config(crate::values::steady_cases())]

        #[test]
        fn the_escape_is_taken_back_without_loss(text in "['=+@\t\r\n＝＠-]{0,3}\\PC{0,5}") {
            let safe = spreadsheet_safe(&text);
            prop_assert_eq!(spreadsheet_plain(&safe), text.as_str());
            prop_assert!(!safe.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']));
        }
    }
}
