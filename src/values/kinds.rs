//! The kinds of eight bytes at a time, without a character being decoded: `9` for digits, `A` and `a` for letters of ASCII,
//! every other byte as it is. What the kinds mean is for those who ask.

/// A one in every byte.
pub const ONES: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;

/// Each byte of a word as its kind; and which of them (1 in each) are digits and letters.
#[inline]
#[must_use]
pub fn of_word(word: u64) -> (u64, u64) {
    let low = word & !HIGH;
    let within = |bytes: u64, from: u64, to: u64| {
        ((bytes + ONES * (0x80 - from)) & !(bytes + ONES * (0x7F - to)) & !word & HIGH) >> 7
    };
    let digit = within(low, 0x30, 0x39);
    // Upper and lower differ by one bit, which the letter's kind keeps.
    let letter = within(low | (ONES * 0x20), 0x61, 0x7A);
    let named = digit | letter;
    // 0 or 1 in each byte, times 255, covers it; nothing carries over.
    ((word & !(named * 0xFF)) | (digit * 0x39) | (letter * 0x41) | (word & (letter << 5)), named)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_byte_is_its_kind_wherever_it_stands() {
        for byte in 0..=255u8 {
            let (kind, named) = match byte {
                b'0'..=b'9' => (b'9', 1),
                b'A'..=b'Z' => (b'A', 1),
                b'a'..=b'z' => (b'a', 1),
                other => (other, 0),
            };
            for at in 0..8 {
                let mut bytes = *b"x,9\xFF \0Zz";
                bytes[at] = byte;
                let (kinds, all) = of_word(u64::from_le_bytes(bytes));
                assert_eq!((kinds.to_le_bytes()[at], all.to_le_bytes()[at]), (kind, named), "{byte} at {at}");
            }
        }
    }
}
