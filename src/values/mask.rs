//! Values made unreadable that can still be compared: the shape stays, and a short tag is equal for equal values. The key
//! belongs to one workspace and is made and kept elsewhere; which columns are masked is decided elsewhere too. A mask is
//! for screens and reports that strangers may see; it is no encryption, and shape and length are not hidden.

use std::fmt;

use sha2::{Digest, Sha256};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use unicode_width::UnicodeWidthChar;

use super::character::is_invisible;

/// The masking of one workspace.
#[derive(Clone)]
pub struct Mask {
    /// SHA-256 after the padded key of HMAC's inner hash, so that a value costs no key schedule.
    inner: Sha256,
    outer: Sha256,
}

/// A sentence of ours apart: what it quotes of the data (`true`), between “ and ”, and the rest.
#[must_use]
pub fn quoted_parts(sentence: &str) -> Vec<(bool, &str)> {
    let mut parts = Vec::new();
    let mut rest = sentence;
    while let Some((before, after)) = rest.split_once('“') {
        let Some((quoted, further)) = after.split_once('”') else { break };
        parts.extend([(false, before), (true, quoted)]);
        rest = further;
    }
    parts.push((false, rest));
    parts
}

impl Mask {
    /// Masking under the workspace's own `key`.
    #[must_use]
    pub fn new(key: [u8; 32]) -> Self {
        Self { inner: keyed(&key, 0x36), outer: keyed(&key, 0x5C) }
    }

    /// `x.xxxxxx@xxx·7fa2` for `m.nilson@fjo`: letters become `x`, digits `0`, punctuation and symbols stay. What is
    /// invisible becomes `?`, so the result is safe to show. The tag is equal for values that are equal in NFC without
    /// surrounding whitespace; letter case counts, because there are IDs that differ by nothing else. Unequal values have
    /// an equal tag once in 65,536. An empty or blank value is masked as an empty one.
    #[must_use]
    pub fn mask(&self, value: &str) -> String {
        let value = value.trim();
        if value.is_empty() {
            return String::new();
        }
        let mut masked = String::with_capacity(value.len() + 6);
        let normal = if value.is_ascii() {
            masked.extend(value.bytes().map(|byte| mask_character(char::from(byte))));
            self.tag(value)
        } else {
            let normal: String = value.nfc().collect();
            // A combining mark belongs to the letter before it, which has its x already.
            masked.extend(normal.chars().filter(|&c| !is_combining_mark(c)).map(mask_character));
            self.tag(&normal)
        };
        masked.push('·');
        masked.push_str(&normal);
        masked
    }

    /// The first two bytes of HMAC-SHA-256 (RFC 2104), as four hex digits.
    fn tag(&self, value: &str) -> String {
        let inner = self.inner.clone().chain_update(value.as_bytes()).finalize();
        let outer = self.outer.clone().chain_update(inner).finalize();
        format!("{:02x}{:02x}", outer[0], outer[1])
    }
}

impl fmt::Debug for Mask {
    /// Without the key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mask")
    }
}

fn keyed(key: &[u8; 32], pad: u8) -> Sha256 {
    let mut block = [pad; 64];
    for (byte, key) in block.iter_mut().zip(key) {
        *byte ^= key;
    }
    Sha256::new().chain_update(block)
}

fn mask_character(c: char) -> char {
    if c.is_numeric() {
        '0'
    } else if c.is_alphabetic() {
        'x'
    } else if is_invisible(c) || c.width() == Some(0) {
        '?'
    } else {
        c
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::Shown;
    use proptest::prelude::*;

    fn mask() -> Mask {
        Mask::new([7; 32])
    }

    fn shape(value: &str) -> String {
        let masked = mask().mask(value);
        masked.rsplit_once('·').map(|(shape, _)| shape.to_owned()).unwrap_or_default()
    }

    #[test]
    fn letters_and_digits_go_and_the_shape_stays() {
        for (value, masked) in [
            ("m.nilsson@fjord.example", "x.xxxxxxx@xxxxx.xxxxxxx"),
            ("+46 18 555 01 27", "+00 00 000 00 00"),
            ("Märta O'Brien", "xxxxx x'xxxxx"),
            ("Ma\u{308}rta", "xxxxx"),
            ("東京", "xx"),
            ("٣½", "00"),
            ("a\u{202e}b\n c", "x?x? x"),
            ("a\u{323}\u{301}\u{302}", "x"),
        ] {
            assert_eq!(shape(value), masked, "{value}");
        }
    }

    #[test]
    fn an_empty_value_stays_empty() {
        assert_eq!(mask().mask(""), "");
        assert_eq!(mask().mask("  "), "");
    }

    #[test]
    fn the_tag_is_the_beginning_of_a_keyed_hash() {
        // RFC 4231, test case 1: twenty bytes 0x0b; HMAC fills a short key up with zeros.
        let mut key = [0; 32];
        key[..20].fill(0x0b);
        assert_eq!(Mask::new(key).mask("Hi There"), "xx xxxxx·b034");
    }

    #[test]
    fn equal_values_have_equal_masks_and_another_key_gives_others() {
        assert_eq!(mask().mask("Märta"), mask().mask(" Ma\u{308}rta "));
        assert_ne!(mask().mask("Märta"), mask().mask("Marta"));
        assert_ne!(mask().mask("0038d00000Yb2KdAAJ"), mask().mask("0038d00000YB2KdAAJ"));
        assert_ne!(mask().mask("Marta"), Mask::new([8; 32]).mask("Marta"));
        assert_eq!(format!("{:?}", mask()), "Mask");
    }

    proptest! {
        #![proptest_config(crate::values::steady_cases())]

        #[test]
        fn a_mask_is_safe_to_show_and_tells_no_letter_or_digit(value: String) {
            let shape = shape(&value);
            prop_assert!(Shown::of(&shape).is_clean());
            prop_assert!(!shape.chars().any(|c| c.is_alphanumeric() && c != 'x' && c != '0'));
        }
    }
}
