//! Salesforce record IDs: 15 characters whose letter case counts, and the same with a suffix of three characters that
//! says which of them are capitals. Only the shape is judged here; whether a column holds such IDs is for the profile.

/// The characters of the suffix, each for five bits.
const SUFFIX: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";

/// The suffix that makes 18 characters of 15: for each block of five, one bit per capital, the first character lowest.
/// (Salesforce developer documentation, "ID field type".)
#[must_use]
pub fn checksum(id: &[u8; 15]) -> [u8; 3] {
    let mut suffix = [0; 3];
    for (place, block) in suffix.iter_mut().zip(id.chunks_exact(5)) {
        let mut bits = 0;
        for (bit, byte) in block.iter().enumerate() {
            bits |= usize::from(byte.is_ascii_uppercase()) << bit;
        }
        *place = SUFFIX[bits];
    }
    suffix
}

/// Whether `id` has 18 characters and its suffix agrees with its letters as typed.
#[must_use]
pub fn is_18(id: &str) -> bool {
    split_18(id).is_some_and(|(base, suffix)| checksum(base) == *suffix)
}

/// Whether `id` could be a 15-character ID: 15 ASCII letters or digits. Many other things have that shape.
#[must_use]
pub fn is_15_shape(id: &str) -> bool {
    id.len() == 15 && id.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// The 15-character form of a 15-character ID or of a valid 18-character one.
#[must_use]
pub fn to_15(id: &str) -> Option<&str> {
    if is_15_shape(id) {
        Some(id)
    } else if is_18(id) {
        id.get(..15)
    } else {
        None
    }
}

/// The 18-character form of a 15-character ID or of a valid 18-character one.
#[must_use]
pub fn to_18(id: &str) -> Option<String> {
    let base: &[u8; 15] = to_15(id)?.as_bytes().try_into().ok()?;
    Some(base.iter().chain(&checksum(base)).map(|&byte| char::from(byte)).collect())
}

/// The right form of an 18-character ID that was typed or stored in the wrong case: the suffix says which letters are
/// capitals. `None` if it has another shape, or if the suffix calls a digit a capital. Any 18 letters whose last three
/// happen to be possible pass, so use it where such an ID is expected.
#[must_use]
pub fn repair_case(id: &str) -> Option<String> {
    let (base, suffix) = split_18(id)?;
    let mut repaired = String::with_capacity(18);
    for (block, place) in base.chunks_exact(5).zip(suffix) {
        let bits = SUFFIX.iter().position(|known| *known == place.to_ascii_uppercase())?;
        for (bit, byte) in block.iter().enumerate() {
            let capital = bits >> bit & 1 == 1;
            if capital && !byte.is_ascii_alphabetic() {
                return None;
            }
            let byte = if capital { byte.to_ascii_uppercase() } else { byte.to_ascii_lowercase() };
            repaired.push(char::from(byte));
        }
    }
    repaired.extend(suffix.iter().map(|byte| char::from(byte.to_ascii_uppercase())));
    Some(repaired)
}

fn split_18(id: &str) -> Option<(&[u8; 15], &[u8; 3])> {
    let id: &[u8; 18] = id.as_bytes().try_into().ok()?;
    if !id.iter().all(u8::is_ascii_alphanumeric) {
        return None;
    }
    let (base, suffix) = id.split_first_chunk::<15>()?;
    Some((base, suffix.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_suffix_says_which_characters_are_capitals() {
        for (short, long) in [
            ("001000000000000", "001000000000000AAA"),
            ("0018d00000Bw1Cl", "0018d00000Bw1ClAAJ"),
            ("a0BAAAAAAAAAAAA", "a0BAAAAAAAAAAAA255"),
        ] {
            assert_eq!(to_18(short).as_deref(), Some(long));
            assert!(is_18(long));
            assert_eq!(to_15(long), Some(short));
            assert_eq!(to_18(long).as_deref(), Some(long));
        }
    }

    #[test]
    fn two_ids_that_differ_by_case_are_two() {
        assert_ne!(to_18("0038d00000Yb2Kd"), to_18("0038d00000YB2Kd"));
        assert!(!is_18("0018D00000BW1CLAAJ"));
        assert_eq!(to_15("0018D00000BW1CLAAJ"), None);
    }

    #[test]
    fn an_id_in_the_wrong_case_is_repaired_only_if_its_suffix_allows_it() {
        assert_eq!(repair_case("0018D00000BW1CLAAJ").as_deref(), Some("0018d00000Bw1ClAAJ"));
        assert_eq!(repair_case("0018d00000bw1claaj").as_deref(), Some("0018d00000Bw1ClAAJ"));
        assert_eq!(repair_case("0018d00000Bw1ClAAJ").as_deref(), Some("0018d00000Bw1ClAAJ"));
        assert_eq!(repair_case("0018d00000Bw1ClBAJ"), None, "a digit as a capital");
        assert_eq!(repair_case("0018d00000Bw1ClAA9"), None, "no character of a suffix");
        assert_eq!(repair_case("0018d00000Bw1Cl"), None);
        assert_eq!(repair_case("åååååååå18"), None);
    }

    proptest! {
        #![proptest_config(crate::values::steady_cases())]

        #[test]
        fn lower_and_upper_case_are_both_repaired(short in "[0-9A-Za-z]{15}") {
            let long = to_18(&short).unwrap_or_default();
            prop_assert!(is_18(&long));
            prop_assert_eq!(repair_case(&long.to_lowercase()), Some(long.clone()));
            prop_assert_eq!(repair_case(&long.to_uppercase()), Some(long));
        }

        #[test]
        fn no_text_makes_it_panic(text: String) {
            let _ = (is_18(&text), is_15_shape(&text), to_15(&text), to_18(&text));
            if let Some(repaired) = repair_case(&text) {
                prop_assert!(is_18(&repaired));
            }
        }
    }
}
