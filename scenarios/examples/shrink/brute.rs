//! The least number of deviations with which a program fails, by trying all runs of at most two: it shares nothing with the shrinker.
//!
//! A deviation is here the number of a draw in the run, and the candidate that it takes in place of its default.

use std::sync::{Arc, Mutex};

use reweave::Strategy;
use reweave::draw::{Calibration, Draw};
use reweave::finding::Signature;

use reweave_scenarios::{Scenario, Twin};

/// Answers the draws with these numbers otherwise than by default, and counts the candidates of all.
struct Deviating {
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

/// Runs a program with these deviations: whether it fails in this way, and the candidates of its draws.
fn fails(
    scenario: &Scenario,
    bug: &Signature,
    from_default: &[(usize, usize)],
) -> (bool, Vec<usize>) {
    let candidates = Arc::default();
    let strategy = Deviating {
        from_default: from_default.to_vec(),
        candidates: Arc::clone(&candidates),
    };
    let run = scenario
        .sim()
        .run_with(strategy, (scenario.maker(Twin::Original).unwrap())());
    let fails = run
        .failure()
        .is_some_and(|failure| failure.signature() == *bug);
    let candidates = candidates.lock().unwrap().clone();
    (fails, candidates)
}

/// The least number of deviations, if it is at most two.
pub fn least(scenario: &Scenario, bug: &Signature) -> Option<usize> {
    let (plain, draws) = fails(scenario, bug, &[]);
    if plain {
        return Some(0);
    }
    let singles = (0..draws.len()).flat_map(|at| (1..draws[at]).map(move |choice| (at, choice)));
    let tried: Vec<_> = singles
        .map(|one| (one, fails(scenario, bug, &[one])))
        .collect();
    if tried.iter().any(|(_, (fails, _))| *fails) {
        return Some(1);
    }
    let pair = tried.iter().any(|&(one, (_, ref draws))| {
        let later = one.0 + 1..draws.len();
        later
            .into_iter()
            .any(|at| (1..draws[at]).any(|choice| fails(scenario, bug, &[one, (at, choice)]).0))
    });
    pair.then_some(2)
}
