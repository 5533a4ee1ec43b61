//! The least number of deviations with which a program fails, by trying all runs of at most two: it shares nothing with the shrinker.
//!
//! A deviation is here the number of a draw in the run, and the candidate that it takes in place of its default.

use std::sync::{Arc, Mutex};

use reweave::Strategy;
use reweave::draw::{Calibration, Draw};

/// Answers the draws with these numbers otherwise than by default, and counts the candidates of all.
pub struct Deviating {
    from_default: Vec<(usize, usize)>,
    candidates: Arc<Mutex<Vec<usize>>>,
}

impl Strategy for Deviating {
    fn begin(&mut self, _: u64, _: &Calibration) {}

    fn draw(&mut self, draw: &Draw<'_>) -> usize {
        let mut candidates = self.candidates.lock().unwrap();
        let number = candidates.len();
        candidates.push(draw.candidates());
        let here = self.from_default.iter().find(|(at, _)| *at == number);
        here.map_or(0, |(_, choice)| *choice)
    }
}

/// The least number of deviations, if it is at most two. `fails` makes a run with this strategy, and says whether it fails in the way that
/// is meant.
pub fn least(fails: impl Fn(Deviating) -> bool) -> Option<usize> {
    let run = |from_default: &[(usize, usize)]| {
        let candidates = Arc::default();
        let failed = fails(Deviating {
            from_default: from_default.to_vec(),
            candidates: Arc::clone(&candidates),
        });
        let candidates = candidates.lock().unwrap().clone();
        (failed, candidates)
    };
    let (plain, draws) = run(&[]);
    if plain {
        return Some(0);
    }
    let others = |draws: Vec<usize>, from: usize| {
        let later = draws.into_iter().enumerate().skip(from);
        later.flat_map(|(at, candidates)| (1..candidates).map(move |choice| (at, choice)))
    };
    let singles: Vec<_> = others(draws, 0).map(|one| (one, run(&[one]))).collect();
    if singles.iter().any(|(_, (failed, _))| *failed) {
        return Some(1);
    }
    let pair = singles
        .into_iter()
        .any(|(one, (_, draws))| others(draws, one.0 + 1).any(|other| run(&[one, other]).0));
    pair.then_some(2)
}
