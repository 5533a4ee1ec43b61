//! A 64-bit hash that is folded in word by word and is the same on every machine.
//!
//! It is the identity of a run: two runs with equal hashes are taken to be the same execution. Each
//! word costs one 64×64→128-bit multiplication whose halves are combined; the multiplier is the
//! fraction of the golden ratio, odd, with no pattern in its bits.

/// The running hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hash(u64);

const START: u64 = 0x243f_6a88_85a3_08d3;
const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

impl Hash {
    /// The hash of nothing.
    pub const fn new() -> Hash {
        Hash(START)
    }

    /// Folds in one word.
    #[inline(always)]
    pub fn fold(&mut self, word: u64) {
        let product = u128::from(self.0 ^ word) * u128::from(GOLDEN);
        self.0 = (product as u64) ^ ((product >> 64) as u64);
    }

    /// Folds in a text: its length, then its bytes, eight to a word.
    pub fn fold_str(&mut self, text: &str) {
        self.fold(text.len() as u64);
        for chunk in text.as_bytes().chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.fold(u64::from_le_bytes(word));
        }
    }

    /// The hash so far.
    pub const fn get(self) -> u64 {
        self.0
    }
}

impl Default for Hash {
    fn default() -> Self {
        Hash::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(words: &[u64]) -> u64 {
        let mut hash = Hash::new();
        words.iter().for_each(|&w| hash.fold(w));
        hash.get()
    }

    #[test]
    fn order_and_zeros_count() {
        assert_ne!(of(&[1, 2]), of(&[2, 1]));
        assert_ne!(of(&[0]), of(&[0, 0]));
    }

    #[test]
    fn a_hundred_thousand_small_words_do_not_collide() {
        let mut seen: Vec<u64> = (0..100_000).map(|n| of(&[n])).collect();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), 100_000);
    }

    #[test]
    fn texts_are_told_apart_by_length() {
        let text = |s: &str| {
            let mut hash = Hash::new();
            hash.fold_str(s);
            hash.get()
        };
        assert_ne!(text("a"), text("a\0"));
        assert_eq!(text("same"), text("same"));
    }
}
