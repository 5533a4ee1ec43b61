//! The seeded streams: where random answers come from.
//!
//! One seed gives 2⁶⁴ independent streams, told apart by a label: label 0 answers draws, and every task
//! has a stream of its own for [`reweave::rng()`](crate::rng), labelled by a hash of the task's path. So
//! one more random value in one task never reshuffles another.
//!
//! Source: D. J. Bernstein, *ChaCha, a variant of Salsa20* (2008); eight rounds.

use std::fmt;

use rand::SeedableRng;
use rand::rand_core::block::Generator;
use rand_chacha::ChaCha8Core;

use crate::base::hash::Hash;

/// A seeded stream of random words.
#[derive(Clone)]
pub struct Prng {
    core: ChaCha8Core,
    /// Four blocks of the cipher, made at a time because a processor makes four as fast as one.
    words: [u32; WORDS],
    /// How many of them are used up.
    used: usize,
    /// How often they were made.
    refills: u64,
}

const WORDS: usize = 64;

impl Prng {
    /// The stream that answers the draws of a run.
    pub fn for_draws(seed: u64) -> Prng {
        Prng {
            core: keyed(seed, 0),
            words: [0; WORDS],
            used: WORDS,
            refills: 0,
        }
    }

    /// Starts over as [`Prng::for_draws`] of this seed.
    pub(crate) fn restart(&mut self, seed: u64) {
        self.core = keyed(seed, 0);
        self.used = WORDS;
        self.refills = 0;
    }

    /// How many words were taken.
    pub(crate) fn taken(&self) -> u64 {
        (self.refills * WORDS as u64 + self.used as u64).saturating_sub(WORDS as u64)
    }

    /// The stream with this label.
    pub fn labelled(seed: u64, label: &str) -> Prng {
        let mut hash = Hash::new();
        hash.fold_str(label);
        // Label 0 is for draws.
        Prng {
            core: keyed(seed, hash.get().max(1)),
            words: [0; WORDS],
            used: WORDS,
            refills: 0,
        }
    }

    /// A number in `0..n`, uniform. `n` must not be 0.
    ///
    /// Source: D. Lemire, *Fast Random Integer Generation in an Interval*, ACM TOMACS 29 (2019).
    #[inline]
    pub fn below(&mut self, n: u32) -> u32 {
        debug_assert!(n > 0);
        let product = u64::from(self.next_u32()) * u64::from(n);
        if (product as u32) < n {
            return self.below_unbiased(n, product);
        }
        (product >> 32) as u32
    }

    /// The rest of [`Prng::below`], where the first product may be one too many of its kind.
    #[cold]
    #[inline(never)]
    fn below_unbiased(&mut self, n: u32, mut product: u64) -> u32 {
        let biased = n.wrapping_neg() % n;
        while (product as u32) < biased {
            product = u64::from(self.next_u32()) * u64::from(n);
        }
        (product >> 32) as u32
    }

    /// The next 32 random bits.
    #[inline(always)]
    pub fn next_u32(&mut self) -> u32 {
        if self.used >= WORDS {
            self.refill();
        }
        let word = self.words[self.used];
        self.used += 1;
        word
    }

    #[cold]
    #[inline(never)]
    fn refill(&mut self) {
        self.core.generate(&mut self.words);
        self.used = 0;
        self.refills += 1;
    }

    /// The next 64 random bits.
    pub fn next_u64(&mut self) -> u64 {
        u64::from(self.next_u32()) | u64::from(self.next_u32()) << 32
    }

    /// Fills `bytes` with random bytes.
    pub fn fill_bytes(&mut self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(4) {
            chunk.copy_from_slice(&self.next_u32().to_le_bytes()[..chunk.len()]);
        }
    }
}

impl fmt::Debug for Prng {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Prng").finish_non_exhaustive()
    }
}

/// ChaCha8 with seed and label as its key. The cipher spreads 128 bits over its state as well as 256,
/// so the rest of the key stays empty.
fn keyed(seed: u64, label: u64) -> ChaCha8Core {
    let mut key = [0; 32];
    key[..8].copy_from_slice(&seed.to_le_bytes());
    key[8..16].copy_from_slice(&label.to_le_bytes());
    ChaCha8Core::from_seed(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn below_is_uniform_and_in_range() {
        let mut stream = Prng::for_draws(1);
        let mut counts = [0u32; 7];
        for _ in 0..70_000 {
            counts[stream.below(7) as usize] += 1;
        }
        assert!(
            counts.iter().all(|&n| (9_500..10_500).contains(&n)),
            "{counts:?}"
        );
    }

    #[test]
    fn the_words_that_were_taken_are_counted() {
        let mut stream = Prng::for_draws(1);
        assert_eq!(stream.taken(), 0);
        for taken in 1..200 {
            stream.next_u32();
            assert_eq!(stream.taken(), taken);
        }
        stream.restart(2);
        assert_eq!(stream.taken(), 0);
    }

    #[test]
    fn streams_of_one_seed_differ_and_repeat() {
        let words = |mut s: Prng| [s.next_u64(), s.next_u64()];
        assert_eq!(
            words(Prng::labelled(7, "main")),
            words(Prng::labelled(7, "main"))
        );
        assert_ne!(
            words(Prng::labelled(7, "main")),
            words(Prng::labelled(7, "main/a"))
        );
        assert_ne!(
            words(Prng::labelled(7, "main")),
            words(Prng::labelled(8, "main"))
        );
        assert_ne!(words(Prng::labelled(7, "main")), words(Prng::for_draws(7)));
    }
}
