//! How fast seeds run, told in CI: seeds a second, and a seed far slower than the others, which may be a loop that only some
//! schedules enter, or a limit that is too high.
//!
//! Wall time is looked at only where the variable `CI` is set, as all common services set it: elsewhere it would be noise.

use std::env;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

use crate::base::count::counted;

/// A seed is named if it took this many times the median,
const FAR: u32 = 20;

/// and no less than this.
const LONG: Duration = Duration::from_millis(200);

/// See the top of this file.
pub(super) struct Pace {
    began: Instant,
    durations: Mutex<Durations>,
}

#[derive(Default)]
struct Durations {
    /// When each thread ended its last seed.
    last: Vec<(ThreadId, Instant)>,
    /// What each seed took.
    seeds: Vec<(Duration, u64)>,
}

impl Pace {
    /// `None` where nobody asks.
    pub(super) fn begin() -> Option<Arc<Pace>> {
        let ci = env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false");
        ci.then(|| Arc::new(Pace::new()))
    }

    fn new() -> Pace {
        Pace {
            began: Instant::now(),
            durations: Mutex::default(),
        }
    }

    fn durations(&self) -> MutexGuard<'_, Durations> {
        self.durations
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// The thread that calls has run this seed.
    pub(super) fn ran(&self, seed: u64) {
        let (thread, now) = (thread::current().id(), Instant::now());
        let durations = &mut *self.durations();
        let known = durations
            .last
            .iter_mut()
            .find(|(other, _)| *other == thread);
        let before = match known {
            Some((_, last)) => std::mem::replace(last, now),
            None => {
                durations.last.push((thread, now));
                self.began
            }
        };
        durations.seeds.push((now - before, seed));
    }

    /// All seeds were run: tells of them.
    pub(super) fn end(&self, test: &str) {
        let lasted = self.began.elapsed();
        let Some(told) = told(&mut self.durations().seeds, lasted) else {
            return;
        };
        // Only a slow seed is worth a line that the harness does not keep. Nothing can be done if standard error is closed.
        match told.slow {
            None => eprintln!("reweave: {test}: {}", told.pace),
            Some(slow) => {
                let _ = writeln!(io::stderr(), "reweave: {test}: {}; {slow}", told.pace);
            }
        }
    }
}

struct Told {
    pace: String,
    slow: Option<String>,
}

/// What there is to say of these seeds, all of which took this long.
fn told(seeds: &mut [(Duration, u64)], lasted: Duration) -> Option<Told> {
    let &(longest, seed) = seeds.iter().max()?;
    let count = seeds.len();
    let (_, &mut (median, _), _) = seeds.select_nth_unstable(count / 2);
    let a_second = count as f64 / lasted.as_secs_f64().max(f64::EPSILON);
    let slow = (longest >= LONG && longest >= median * FAR).then(|| {
        format!("seed {seed} took {longest:.1?}, where half of them took at most {median:.1?}")
    });
    Some(Told {
        pace: format!(
            "{} in {lasted:.1?}, {a_second:.0} a second",
            counted(count, "seed")
        ),
        slow,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    fn slow(longest: Duration) -> Option<String> {
        let mut seeds: Vec<_> = (0..99).map(|seed| (10 * MS, seed)).collect();
        seeds.push((longest, 99));
        let told = told(&mut seeds, 2000 * MS).unwrap();
        assert_eq!(told.pace, "100 seeds in 2.0s, 50 a second");
        told.slow
    }

    #[test]
    fn a_seed_far_slower_than_the_median_is_named() {
        let words = "seed 99 took 200.0ms, where half of them took at most 10.0ms";
        assert_eq!(slow(200 * MS).as_deref(), Some(words));
    }

    #[test]
    fn one_that_is_a_little_slower_or_short_is_not() {
        assert_eq!(slow(199 * MS), None);
        let mut all_slow = [(300 * MS, 0), (400 * MS, 1), (500 * MS, 2)];
        assert!(told(&mut all_slow, 1200 * MS).unwrap().slow.is_none());
        assert!(told(&mut [], MS).is_none());
    }

    #[test]
    fn each_thread_has_a_clock_of_its_own() {
        let pace = Pace::new();
        pace.ran(0);
        thread::scope(|scope| scope.spawn(|| pace.ran(1)).join().unwrap());
        pace.ran(2);
        let durations = pace.durations();
        assert_eq!(durations.last.len(), 2);
        let seeds: Vec<_> = durations.seeds.iter().map(|(_, seed)| *seed).collect();
        assert_eq!(seeds, [0, 1, 2]);
    }
}
