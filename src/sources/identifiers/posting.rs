//! Postings: which records, and which of their columns, hold a key. Kept sorted and written as differences in variable
//! length (seven bits a byte, low bits first).

/// One place that holds a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Posting {
    /// The stored row.
    pub rec: i64,
    /// Position of the column in its object.
    pub column: u32,
}

/// Appends a number.
pub fn put_number(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        // The mask keeps seven bits.
        out.push((number & 0x7F) as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// Reads a number from the front of `bytes`; `None` where it is cut off or too long.
#[inline]
pub fn take_number(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0u64;
    let mut shift = 0;
    loop {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        if shift > 63 {
            return None;
        }
        number |= u64::from(byte & 0x7F) << shift;
        if byte < 0x80 {
            return Some(number);
        }
        shift += 7;
    }
}

/// Appends postings, which must be sorted by record.
pub fn put_postings(out: &mut Vec<u8>, postings: &[Posting]) {
    let mut last = 0i64;
    for posting in postings {
        put_number(out, posting.rec.saturating_sub(last).unsigned_abs());
        put_number(out, u64::from(posting.column));
        last = posting.rec;
    }
}

/// The postings written in `bytes`, in order; ends early where the bytes make no sense.
pub fn postings(mut bytes: &[u8]) -> impl Iterator<Item = Posting> + '_ {
    let mut last = 0i64;
    std::iter::from_fn(move || {
        if bytes.is_empty() {
            return None;
        }
        let step = take_number(&mut bytes)?;
        let column = take_number(&mut bytes)?;
        last = last.checked_add(i64::try_from(step).ok()?)?;
        Some(Posting { rec: last, column: u32::try_from(column).ok()? })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn postings_come_back(mut list in proptest::collection::vec((0i64..1 << 40, 0u32..3000), 0..50)) {
            list.sort_unstable();
            let list: Vec<Posting> = list.into_iter().map(|(rec, column)| Posting { rec, column }).collect();
            let mut bytes = Vec::new();
            put_postings(&mut bytes, &list);
            prop_assert_eq!(postings(&bytes).collect::<Vec<_>>(), list);
        }

        #[test]
        fn any_bytes_are_read_without_panic(bytes: Vec<u8>) {
            let _ = postings(&bytes).count();
        }
    }
}
