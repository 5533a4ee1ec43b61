//! What the trials of a strategy at a program come to, in figures.

use reweave_benches::bugs::trial::{Strategy, Trial};

/// See the top of this file.
pub(super) struct Figures {
    pub(super) strategy: Strategy,
    /// Trials.
    pub(super) of: usize,
    /// Those that found the bug.
    pub(super) found: usize,
    /// How many schedules a bug takes: all that were made, those of trials that gave up included, for each bug that was found.
    /// Where all trials found it, that is their mean. Without any it is absent.
    pub(super) schedules: Option<f64>,
    /// Where that mean lies with 95 % confidence; it has no end if too few trials found the bug.
    pub(super) interval: Option<(f64, f64)>,
    /// How many runs a bug takes, likewise, those that calibrate counted.
    pub(super) runs: Option<f64>,
    /// How long it takes until the bug shows, in nanoseconds: the median over the trials, of which those that did not find it took
    /// longer than all others. Absent if that is one of them.
    pub(super) nanos: Option<f64>,
    /// How many runs calibrate, and the first of them that showed the bug.
    pub(super) calibration: (u64, Option<u64>),
}

impl Figures {
    pub(super) fn of(strategy: Strategy, trials: &[Trial]) -> Figures {
        let found = trials.iter().filter(|trial| trial.found).count();
        let first = trials.first();
        // A strategy without seeds has one result, and that is certain.
        let varies = found > 0 && trials.len() > 1;
        Figures {
            of: trials.len(),
            found,
            schedules: for_each_found(trials.iter().map(schedules)),
            runs: for_each_found(trials.iter().map(Trial::runs)),
            interval: varies.then(|| interval(trials)),
            nanos: median_time(trials),
            calibration: first.map_or((0, None), |trial| {
                (trial.calibration, trial.calibration_found)
            }),
            strategy,
        }
    }

    /// Whether both means may be the same.
    pub(super) fn overlaps(&self, other: &Figures) -> Option<bool> {
        let (from, to) = self.range()?;
        let (others_from, others_to) = other.range()?;
        Some(from <= others_to && others_from <= to)
    }

    /// The interval, or the point where there is but one result.
    fn range(&self) -> Option<(f64, f64)> {
        let point = self.schedules.map(|mean| (mean, mean));
        self.interval.or(point)
    }
}

fn schedules(trial: &Trial) -> (u64, bool) {
    (trial.schedules, trial.found)
}

/// All that was made, over how often that found the bug.
fn for_each_found(trials: impl Iterator<Item = (u64, bool)>) -> Option<f64> {
    let (made, found) = trials.fold((0, 0), |(all, count), (made, found)| {
        (all + made, count + u64::from(found))
    });
    (found > 0).then(|| made as f64 / found as f64)
}

/// The mean would tell of the few trials that the machine held up.
fn median_time(trials: &[Trial]) -> Option<f64> {
    let found = |trial: &Trial| trial.found || trial.calibration_found.is_some();
    let found = trials.iter().filter(|trial| found(trial));
    let mut times: Vec<f64> = found.map(|trial| trial.time.as_nanos() as f64).collect();
    times.sort_by(f64::total_cmp);
    let upper = *times.get(trials.len() / 2)?;
    let lower = times[(trials.len() - 1) / 2];
    Some((lower + upper) / 2.0)
}

/// The bootstrap's percentile interval (Efron, 1979), which holds for trials that gave up, too. The resamples are drawn from one
/// fixed seed, so that the same trials have the same interval.
fn interval(trials: &[Trial]) -> (f64, f64) {
    const RESAMPLES: usize = 4_000;
    let mut state = 0_u64;
    let mut below = |bound: usize| {
        // The multiplier of Knuth's MMIX generator; its upper bits are good enough to pick one of a few trials.
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((state >> 33) as usize * bound) >> 31
    };
    let mut means: Vec<f64> = (0..RESAMPLES)
        .map(|_| {
            let resample = (0..trials.len()).map(|_| schedules(&trials[below(trials.len())]));
            for_each_found(resample).unwrap_or(f64::INFINITY)
        })
        .collect();
    means.sort_by(f64::total_cmp);
    (means[RESAMPLES / 40], means[RESAMPLES - 1 - RESAMPLES / 40])
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn figures(trials: &[(u64, bool)]) -> Figures {
        let trials: Vec<Trial> = trials
            .iter()
            .map(|&(schedules, found)| Trial {
                schedules,
                found,
                time: Duration::from_nanos(10 * schedules),
                calibration: 0,
                calibration_found: None,
            })
            .collect();
        Figures::of("shuttle:random".parse().unwrap(), &trials)
    }

    #[test]
    fn what_trials_that_gave_up_made_counts() {
        let all = figures(&[(10, true), (30, true)]);
        assert_eq!((all.schedules, all.nanos), (Some(20.0), Some(200.0)));
        let some = figures(&[(10, true), (100, false)]);
        assert_eq!((some.schedules, some.found, some.of), (Some(110.0), 1, 2));
        assert_eq!(some.nanos, None);
        let most = figures(&[(10, true), (100, false), (30, true)]);
        assert_eq!(most.nanos, Some(300.0));
        let none = figures(&[(100, false), (100, false)]);
        assert_eq!(
            (none.schedules, none.interval, none.nanos),
            (None, None, None)
        );
    }

    #[test]
    fn a_bug_that_calibration_finds_takes_no_more_runs() {
        let trial = |calibration_found| Trial {
            schedules: 5,
            found: true,
            time: Duration::ZERO,
            calibration: 17,
            calibration_found,
        };
        let runs = |found| Figures::of("reweave:random".parse().unwrap(), &[trial(found)]).runs;
        assert_eq!((runs(None), runs(Some(3))), (Some(22.0), Some(3.0)));
    }

    #[test]
    fn an_interval_has_the_width_that_the_normal_approximation_gives_it() {
        // 200 results with mean 100.5 and standard deviation 57.7.
        let trials: Vec<(u64, bool)> = (1..=200).map(|schedules| (schedules, true)).collect();
        let figures = figures(&trials);
        let (from, to) = figures.interval.unwrap();
        let expected = 1.96 * 57.7 / 200_f64.sqrt();
        assert!((from - (100.5 - expected)).abs() < 1.0, "{from}");
        assert!((to - (100.5 + expected)).abs() < 1.0, "{to}");
    }

    #[test]
    fn intervals_overlap_or_do_not() {
        let [low, high, wide] = [
            figures(&[(10, true), (12, true)]),
            figures(&[(20, true), (22, true)]),
            figures(&[(11, true), (50, true)]),
        ];
        assert_eq!(low.overlaps(&high), Some(false));
        assert_eq!(low.overlaps(&wide), Some(true));
        assert_eq!(low.overlaps(&figures(&[(5, false), (5, false)])), None);
    }
}
