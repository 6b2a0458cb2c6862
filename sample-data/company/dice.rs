//! The only source of chance in the sample. A small generator of our own, so that the same seed gives the same company on
//! every machine and with every version of every crate. Whole numbers only: no decision depends on a float.

/// A stream of chance for one purpose. Two purposes never share a stream, so a change in one system leaves the others alone.
pub struct Dice {
    state: u64,
}

impl Dice {
    /// The stream of `purpose` under `seed`.
    pub fn new(seed: u64, purpose: &str) -> Self {
        // FNV-1a over the purpose, then mixed with the seed.
        let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
        for byte in purpose.bytes() {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        Self { state: hash ^ seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) }
    }

    /// SplitMix64 (Steele, Lea, Flood 2014).
    pub fn roll(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from 0 up to but without `bound`; 0 for a bound of 0.
    pub fn below(&mut self, bound: usize) -> usize {
        ((u128::from(self.roll()) * bound as u128) >> 64) as usize
    }

    /// A number from `low` to `high`, both included.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        low + self.below((high - low + 1).max(1) as usize) as i64
    }

    /// True in `per_mille` of 1,000 cases.
    pub fn chance(&mut self, per_mille: usize) -> bool {
        self.below(1000) < per_mille
    }

    /// One of `things`, which must not be empty.
    pub fn pick<'a, T>(&mut self, things: &'a [T]) -> &'a T {
        &things[self.below(things.len())]
    }

    /// One word of a list that is written as words with spaces between; `_` inside a word stands for a space.
    pub fn word(&mut self, list: &str) -> String {
        let words: Vec<&str> = list.split_whitespace().collect();
        self.pick(&words).replace('_', " ")
    }

    /// `n` digits, the first of them not 0.
    pub fn digits(&mut self, n: usize) -> String {
        (0..n).map(|i| if i == 0 { b'1' + self.below(9) as u8 } else { b'0' + self.below(10) as u8 } as char).collect()
    }

    /// `n` characters of 0–9, A–Z, a–z.
    pub fn base62(&mut self, n: usize) -> String {
        const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        (0..n).map(|_| ALPHABET[self.below(62)] as char).collect()
    }
}
