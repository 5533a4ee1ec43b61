//! The seeded streams: where random answers come from.
//!
//! One seed gives 2⁶⁴ independent streams (ChaCha's own stream number): stream 0 answers draws, and
//! every task has a stream of its own for [`reweave::rng()`](crate::rng), numbered by a hash of the
//! task's path. So one more random value in one task never reshuffles another.
//!
//! Source: D. J. Bernstein, *ChaCha, a variant of Salsa20* (2008); eight rounds.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::values::hash::Hash;

/// A seeded stream of random words.
#[derive(Clone, Debug)]
pub struct Stream {
    rng: ChaCha8Rng,
}

impl Stream {
    /// The stream that answers the draws of a run.
    pub fn for_draws(seed: u64) -> Stream {
        Stream { rng: keyed(seed) }
    }

    /// Starts over as [`Stream::for_draws`] of this seed.
    pub(crate) fn restart(&mut self, seed: u64) {
        self.rng = keyed(seed);
    }

    /// The stream with this label.
    pub fn labelled(seed: u64, label: &str) -> Stream {
        let mut rng = keyed(seed);
        let mut hash = Hash::new();
        hash.fold_str(label);
        // Stream 0 is for draws.
        rng.set_stream(hash.get().max(1));
        Stream { rng }
    }

    /// A number in `0..n`, uniform. `n` must not be 0.
    ///
    /// Source: D. Lemire, *Fast Random Integer Generation in an Interval*, ACM TOMACS 29 (2019).
    #[inline]
    pub fn below(&mut self, n: u32) -> u32 {
        debug_assert!(n > 0);
        let mut product = u64::from(self.rng.next_u32()) * u64::from(n);
        if (product as u32) < n {
            let biased = n.wrapping_neg() % n;
            while (product as u32) < biased {
                product = u64::from(self.rng.next_u32()) * u64::from(n);
            }
        }
        (product >> 32) as u32
    }

    /// The next 32 random bits.
    pub fn next_u32(&mut self) -> u32 {
        self.rng.next_u32()
    }

    /// The next 64 random bits.
    pub fn next_u64(&mut self) -> u64 {
        self.rng.next_u64()
    }

    /// Fills `bytes` with random bytes.
    pub fn fill_bytes(&mut self, bytes: &mut [u8]) {
        self.rng.fill_bytes(bytes);
    }
}

/// ChaCha8 with the seed as its key. The cipher spreads 64 bits over its state as well as 256, so the rest
/// of the key stays empty.
fn keyed(seed: u64) -> ChaCha8Rng {
    let mut key = [0; 32];
    key[..8].copy_from_slice(&seed.to_le_bytes());
    ChaCha8Rng::from_seed(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn below_is_uniform_and_in_range() {
        let mut stream = Stream::for_draws(1);
        let mut counts = [0u32; 7];
        for _ in 0..70_000 {
            counts[stream.below(7) as usize] += 1;
        }
        assert!(counts.iter().all(|&n| (9_500..10_500).contains(&n)), "{counts:?}");
    }

    #[test]
    fn streams_of_one_seed_differ_and_repeat() {
        let words = |mut s: Stream| [s.next_u64(), s.next_u64()];
        assert_eq!(words(Stream::labelled(7, "main")), words(Stream::labelled(7, "main")));
        assert_ne!(words(Stream::labelled(7, "main")), words(Stream::labelled(7, "main/a")));
        assert_ne!(words(Stream::labelled(7, "main")), words(Stream::labelled(8, "main")));
        assert_ne!(words(Stream::labelled(7, "main")), words(Stream::for_draws(7)));
    }
}
