//! How alike two files are, told from a few hashes of each: the 256 smallest hashes of a file's rows are a fair sample of
//! its set of rows, whatever its size (the bottom-k sketch of Broder 1997, Cohen and Kaplan 2007).

/// Hashes kept of each file; the share is told with a standard error of at most 1 / (2 · 16) = 3 %.
const KEPT: usize = 256;

/// The smallest row hashes of a file.
#[derive(Debug, Clone, Default)]
pub struct Sketch {
    /// Unsorted, with repeats, until it is thinned out.
    hashes: Vec<u64>,
    /// No hash from here on can be among the smallest.
    limit: Option<u64>,
}

impl Sketch {
    /// Takes a row in.
    #[inline]
    pub fn add(&mut self, hash: i64) {
        let hash = hash.cast_unsigned();
        if self.limit.is_some_and(|limit| hash >= limit) {
            return;
        }
        self.hashes.push(hash);
        if self.hashes.len() >= 4 * KEPT {
            self.thin_out();
        }
    }

    fn thin_out(&mut self) {
        self.hashes.sort_unstable();
        self.hashes.dedup();
        self.hashes.truncate(KEPT);
        if self.hashes.len() == KEPT {
            self.limit = self.hashes.last().copied();
        }
    }

    /// The hashes in ascending order, eight bytes each.
    #[must_use]
    pub fn to_bytes(&mut self) -> Vec<u8> {
        self.thin_out();
        self.hashes.iter().flat_map(|hash| hash.to_le_bytes()).collect()
    }
}

/// The share of rows that two files have in common, of those that either has (Jaccard 1901), from their sketches; `None`
/// where one has no rows.
#[must_use]
pub fn likeness(one: &[u8], other: &[u8]) -> Option<f64> {
    let read = |bytes: &[u8]| -> Vec<u64> {
        bytes.chunks_exact(8).filter_map(|eight| eight.try_into().ok().map(u64::from_le_bytes)).collect()
    };
    let (one, other) = (read(one), read(other));
    if one.is_empty() || other.is_empty() {
        return None;
    }
    // The smallest hashes of both together are a sample of their union; those in both are of their intersection.
    let (mut a, mut b) = (one.iter().peekable(), other.iter().peekable());
    let (mut sampled, mut shared) = (0u32, 0u32);
    while sampled < KEPT as u32 {
        match (a.peek(), b.peek()) {
            (None, None) => break,
            (Some(x), Some(y)) if x == y => {
                shared += 1;
                a.next();
                b.next();
            }
            (Some(x), Some(y)) if x > y => drop(b.next()),
            (Some(_), _) => drop(a.next()),
            (None, Some(_)) => drop(b.next()),
        }
        sampled += 1;
    }
    Some(f64::from(shared) / f64::from(sampled))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sketch(rows: std::ops::Range<u64>) -> Vec<u8> {
        let mut sketch = Sketch::default();
        // The finalizer of SplitMix64 spreads the numbers.
        for row in rows {
            let mut z = row.wrapping_mul(0x9E37_79B9_7F4A_7C15);
            z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            sketch.add((z ^ (z >> 31)).cast_signed());
        }
        sketch.to_bytes()
    }

    #[test]
    fn small_files_are_compared_exactly() {
        assert_eq!(likeness(&sketch(0..60), &sketch(0..60)), Some(1.0));
        assert_eq!(likeness(&sketch(0..60), &sketch(20..80)), Some(0.5));
        assert_eq!(likeness(&sketch(0..60), &sketch(60..80)), Some(0.0));
        assert_eq!(likeness(&sketch(0..0), &sketch(0..60)), None);
    }

    #[test]
    fn large_files_are_compared_within_some_percent() {
        let (one, other) = (sketch(0..100_000), sketch(10_000..110_000));
        let told = likeness(&one, &other).unwrap();
        assert!((told - 90.0 / 110.0).abs() < 0.08, "{told}");
        assert_eq!(one.len(), 8 * 256);
        assert_eq!(likeness(&other, &one), Some(told));
    }
}
