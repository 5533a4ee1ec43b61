//! The random walk: every draw is uniform over its candidates, but for preemptions, whose odds are drawn per seed.
//!
//! Every operation is a point at which others may go first. With a fair coin at each, long runs are all switches, and
//! what needs one task to get far while another stands still becomes exponentially rare; with long odds, bugs that need two
//! switches close together do. So the odds of a preemption are one of 1/2, 1/4, …, 1/64, drawn by the seed.

use crate::base::prng::Prng;
use crate::choice::calibration::Calibration;
use crate::choice::draw::{Candidates, Draw, Kind, number, rare};
use crate::choice::strategy::Strategy;

/// The random walk of a seed.
///
/// ```
/// let walk = reweave::strategies::RandomWalk::default();
/// let run = reweave::Sim::new().seed(7).run_with(walk, async { reweave::choose(&[1, 2, 3]).to_owned() });
/// # let same = reweave::Sim::new().seed(7).run(async { reweave::choose(&[1, 2, 3]).to_owned() });
/// # assert_eq!(run.hash(), same.hash());
/// ```
#[derive(Clone, Debug)]
pub struct RandomWalk {
    prng: Prng,
    /// A preemption happens with probability 1 in 2 to this power.
    odds: u32,
}

/// Drawn odds are between 1 in 2 and 1 in 2 to this power.
const LONGEST_ODDS: u32 = 6;

/// Which walk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Which {
    pub(crate) seed: u64,
    /// A preemption happens with probability 1 in 2 to this power; `None` has the seed draw it.
    pub(crate) odds: Option<u32>,
}

impl Which {
    /// That of this seed, with the odds that it draws.
    pub(crate) fn of(seed: u64) -> Which {
        Which { seed, odds: None }
    }
}

impl RandomWalk {
    pub(crate) fn new(which: Which) -> RandomWalk {
        let mut walk = RandomWalk {
            prng: Prng::for_draws(which.seed),
            odds: 1,
        };
        walk.set_odds(which.odds);
        walk
    }

    #[inline(always)]
    fn set_odds(&mut self, odds: Option<u32>) {
        let drawn = 1 + self.prng.below(LONGEST_ODDS);
        self.odds = odds.unwrap_or(drawn);
    }

    /// A walk that is that of no seed, told from others by its label.
    pub(crate) fn labelled(label: &str) -> RandomWalk {
        let mut prng = Prng::labelled(0, label);
        let odds = 1 + prng.below(LONGEST_ODDS);
        RandomWalk { prng, odds }
    }

    /// Starts over as [`RandomWalk::new`], in place: the generator's buffer is most of what a run would otherwise copy.
    pub(crate) fn restart(&mut self, which: Which) {
        self.prng.restart(which.seed);
        self.set_odds(which.odds);
    }

    /// How many draws it answered. One word of the stream is for the odds; each draw takes one, and in a few billion one takes two.
    pub(crate) fn answered(&self) -> u64 {
        self.prng.taken().saturating_sub(1)
    }

    /// One of so many, uniform.
    #[inline(always)]
    pub(crate) fn pick(&mut self, count: usize) -> usize {
        self.prng.below(count as u32) as usize
    }

    /// One of so many ready tasks: a draw only if there are several.
    #[inline(always)]
    pub(crate) fn pick_ready(&mut self, count: usize) -> usize {
        match count {
            1 => 0,
            count => self.pick(count),
        }
    }

    /// At a scheduling point: 0 if the running task goes on, else which of the `ready` tasks runs, from 1.
    ///
    /// One word tells both: a preemption if its upper bits are all 0, and which task by the bits below them.
    #[inline(always)]
    pub(crate) fn point(&mut self, ready: usize) -> usize {
        let word = self.prng.next_u32();
        if word >> (32 - self.odds) != 0 {
            return 0;
        }
        let rest = u64::from(word << self.odds);
        1 + ((rest * ready as u64) >> 32) as usize
    }

    #[inline(always)]
    pub(crate) fn answer(&mut self, candidates: Candidates<'_>) -> usize {
        match candidates {
            Candidates::Point { ready, .. } => self.point(ready.len()),
            Candidates::Coin { ones } => usize::from(self.prng.next_u32() < ones),
            Candidates::Rare { ones, others } => rare(&mut self.prng, ones, others),
            Candidates::Numbers { count, favour } => number(&mut self.prng, count, favour) as usize,
            Candidates::Count(_) | Candidates::Tasks(_) => self.pick(candidates.count()),
        }
    }
}

impl Default for RandomWalk {
    /// The walk of seed 0, until a run begins.
    fn default() -> RandomWalk {
        RandomWalk::new(Which::of(0))
    }
}

impl Strategy for RandomWalk {
    fn begin(&mut self, seed: u64, _: &Calibration) {
        self.restart(Which::of(seed));
    }

    fn draw(&mut self, draw: &Draw<'_>) -> usize {
        match draw.kind() {
            Kind::Point | Kind::Preempt => self.point(draw.candidates() - 1),
            _ => draw.uniform(&mut self.prng),
        }
    }

    fn name(&self) -> &str {
        "random"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn preemptions_come_with_the_odds_of_the_seed_and_to_each_task_alike() {
        let mut seen = [false; LONGEST_ODDS as usize + 1];
        for seed in 0..64 {
            let mut walk = RandomWalk::new(Which::of(seed));
            seen[walk.odds as usize] = true;
            let mut counts = [0u32; 4];
            (0..64_000).for_each(|_| counts[walk.point(3)] += 1);
            let expected = 64_000 >> walk.odds;
            let each = expected / 3;
            for count in &counts[1..] {
                assert!(
                    count.abs_diff(each) < 60 + each / 8,
                    "{counts:?} with odds of 1 in 2^{}",
                    walk.odds
                );
            }
        }
        assert_eq!(seen, [false, true, true, true, true, true, true]);
    }
}
