//! The hash of a row's values: tells a changed record from an unchanged one, and a damaged row from a sound one.

use twox_hash::XxHash3_64;

/// XXH3-64 over the lengths and the values of a row, in the object's column order. `lengths`: 0 for a value that was not
/// given, else its bytes plus one; values not given at the end do not count, so that a row keeps its hash when its object
/// gains a column.
#[must_use]
pub fn row_hash(lengths: &[u32], text: &str, scratch: &mut Vec<u8>) -> i64 {
    let used = lengths.iter().rposition(|&length| length != 0).map_or(0, |at| at + 1);
    scratch.clear();
    for length in &lengths[..used] {
        scratch.extend_from_slice(&length.to_le_bytes());
    }
    let frame = XxHash3_64::oneshot(scratch);
    // Both halves count wherever they stand; the multiplier is 2^64 divided by the golden ratio (Knuth 1973, 6.4).
    let mixed = (XxHash3_64::oneshot(text.as_bytes()) ^ frame.rotate_left(32)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    mixed.cast_signed()
}

/// Hash of one value, for finding a record by its native ID.
#[must_use]
pub fn value_hash(value: &str) -> u64 {
    XxHash3_64::oneshot(value.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_empty_column_at_the_end_changes_nothing_and_a_moved_value_does() {
        let mut scratch = Vec::new();
        let plain = row_hash(&[2, 3], "abc", &mut scratch);
        assert_eq!(plain, row_hash(&[2, 3, 0, 0], "abc", &mut scratch));
        assert_ne!(plain, row_hash(&[3, 2], "abc", &mut scratch));
        assert_ne!(plain, row_hash(&[2, 3, 1], "abc", &mut scratch));
    }
}
