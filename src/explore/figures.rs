//! What an exploration came to, in numbers: how much was tried, and whether more would show more.

use std::time::Duration;

use super::schedules::Count;

/// What an exploration came to, in numbers; in [`Exploration::figures`](crate::Exploration::figures). All but the time depend on program,
/// seeds and strategy alone, and not on the number of threads.
///
/// ```
/// let found = reweave::explore(|| async {
///     let dice = [reweave::choose(1..=6), reweave::choose(1..=6)];
///     reweave::note!("{dice:?}");
/// })
/// .seeds(0..1000)
/// .run();
/// let figures = found.figures();
/// assert_eq!(figures.schedules.get(), 36);
/// // The last hundred seeds showed nothing that was not seen before.
/// assert_eq!(figures.new_at_last.get(), 0);
/// assert_eq!(figures.to_string(), "1,000 runs, 36 distinct schedules (0 of them in the last 100 runs), up to 2 draws and 1 step deep");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Figures {
    /// How many runs there were, but those of a calibration and those made again to look closer.
    pub runs: u64,
    /// How many different things happened: runs with the same events are one schedule.
    pub schedules: Count,
    /// How many of them only the last tenth of the runs brought. Where that is near 0, more runs are not likely to show more.
    pub new_at_last: Count,
    /// How many runs that tenth was.
    pub last: u64,
    /// Polls in all runs.
    pub steps: u64,
    /// Polls in the longest.
    pub most_steps: u64,
    /// Draws in all runs.
    pub draws: u64,
    /// Draws in the run with the most.
    pub most_draws: u64,
    /// The real time that it took, shrinking not counted.
    pub took: Duration,
}

impl Figures {
    /// How many runs were made in a second of real time.
    pub fn runs_per_second(&self) -> f64 {
        self.runs as f64 / self.took.as_secs_f64().max(1e-9)
    }
}

impl Default for Figures {
    fn default() -> Figures {
        Figures {
            runs: 0,
            schedules: Count::Exactly(0),
            new_at_last: Count::Exactly(0),
            last: 0,
            steps: 0,
            most_steps: 0,
            draws: 0,
            most_draws: 0,
            took: Duration::ZERO,
        }
    }
}
