//! Explorations of ranges of seeds that follow each other, put together: to what one exploration of all these seeds would have come to, as far as
//! that can be known.
//!
//! What is a sum or a maximum is exact. What only the runs themselves could tell is left open: how many schedules were distinct, for one may have
//! been in two ranges; and in how many seeds a failure showed, where an exploration stopped at it and counted on.

use std::collections::BTreeSet;
use std::error::Error;
use std::fmt;
use std::ops::Range;

use super::explanation::Explanation;
use super::exploration::Exploration;
use super::figures::Figures;
use super::outcome::{Run, Shown};
use super::properties::Properties;
use super::schedules::Count;
use super::sightings::Key;
use super::targets::merged as merged_targets;
use crate::choice::strategies::builtin::Builtin;

/// Why explorations cannot be put together; of [`Exploration::merge`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MergeError {
    /// There is none.
    Nothing,
    /// These seeds lie between two that were run, and were not.
    Gap(Range<u64>),
    /// Two of them have seeds in common.
    Overlap(Range<u64>, Range<u64>),
    /// One is a [search](Builtin::is_search) by this strategy, which has no seeds: its runs follow from each other.
    Search(Builtin),
}

impl fmt::Display for MergeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            MergeError::Nothing => {
                f.write_str("expected explorations to put together, and there is none")
            }
            MergeError::Gap(seeds) => write!(
                f,
                "expected seeds that follow each other, and {}..{} were not run: run them, too",
                seeds.start, seeds.end
            ),
            MergeError::Overlap(one, other) => write!(
                f,
                "expected each seed once, and {}..{} and {}..{} overlap: leave one of them out",
                one.start, one.end, other.start, other.end
            ),
            MergeError::Search(strategy) => write!(
                f,
                "expected runs of seeds, and `{strategy}` is a search, which has none: make it in one piece"
            ),
        }
    }
}

impl Error for MergeError {}

/// The seeds of all these ranges, which are in order.
///
/// # Errors
///
/// If one is missing, or there twice.
pub(crate) fn adjoining(
    ranges: impl IntoIterator<Item = Range<u64>>,
) -> Result<Range<u64>, MergeError> {
    let mut ranges = ranges.into_iter();
    let mut last = ranges.next().ok_or(MergeError::Nothing)?;
    let start = last.start;
    for next in ranges {
        if next.start < last.end {
            return Err(MergeError::Overlap(last, next));
        }
        if next.start > last.end {
            return Err(MergeError::Gap(last.end..next.start));
        }
        last = next;
    }
    Ok(start..last.end)
}

impl Exploration {
    /// Puts explorations of the same program and strategy together, in any order, whose seeds follow each other: those that several threads of a program made, or one
    /// that was ended [from outside](crate::Explore::until) and the one that went on from there.
    ///
    /// ```
    /// use reweave::{Exploration, explore};
    ///
    /// let roll = || async { reweave::sometimes!(reweave::choose(0..1000) == 7, "a seven") };
    /// let part = |seeds| explore(roll).seeds(seeds).run();
    /// let parts = [0..1000, 1000..2000, 2000..3000, 3000..4000].map(part);
    /// // Not every thousand has a seven.
    /// assert!(parts.iter().any(|part| part.failed()));
    /// let found = Exploration::merge(parts)?;
    /// assert_eq!((found.runs(), found.failed()), (4000, false));
    /// # Ok::<(), reweave::MergeError>(())
    /// ```
    ///
    /// What is told of the whole is what [`Explore::run`](crate::Explore::run) would have told of all these seeds: runs, properties,
    /// targets, the [digest](Exploration::digest), and for each distinct failure the run with the lowest seed. Three things differ. Of the
    /// [schedules](Figures::schedules) it is only known [how many there were at the most](Count::AtMost), for what was seen in two parts cannot be told from what was seen in
    /// one. [`Figures::last`] are the last tenth of the last part, and [`Figures::took`] is a sum. And [in how many seeds](Run::shown) a failure showed is
    /// left open where one of the explorations stopped at a failure, beyond which it counted, or where only the report of another failure tells of it.
    ///
    /// The whole is [judged](Exploration::is_whole) if all seeds were run that any of the parts was asked for; a part that stopped early may be
    /// followed by one that goes on at the end of its [seeds](Exploration::seeds).
    ///
    /// # Errors
    ///
    /// If there is none; if seeds are missing between two of them, or are in two of them; if one is a search.
    pub fn merge(parts: impl IntoIterator<Item = Exploration>) -> Result<Exploration, MergeError> {
        let mut parts: Vec<Exploration> = parts.into_iter().collect();
        let searched = parts.iter().find_map(|part| part.searched.as_ref());
        if let Some(searched) = searched {
            return Err(MergeError::Search(searched.strategy));
        }
        parts.sort_by_key(|part| (part.seeds.start, part.seeds.end));
        let seeds = adjoining(parts.iter().map(Exploration::seeds))?;
        let mut properties = Properties::default();
        for part in &parts {
            properties.merge(&part.properties);
        }
        let digests = parts.iter().map(|part| part.digest);
        let digest = digests
            .reduce(|one, other| Some(one?.wrapping_add(other?)))
            .flatten();
        let found = Exploration {
            failures: runs(&parts, |part| &part.failures),
            warnings: runs(&parts, |part| &part.warnings),
            digest,
            searched: None,
            figures: figures(&parts),
            properties: properties.into_all(),
            targets: merged_targets(parts.iter().flat_map(|part| &part.targets)),
            whole: parts
                .iter()
                .all(|part| part.whole || part.asked_end <= seeds.end),
            asked_end: parts.iter().map(|part| part.asked_end).max().unwrap_or(0),
            seeds,
        };
        // Each calibrated the program likewise.
        let mut failures = parts.iter().flat_map(|part| &part.failures);
        let calibrating = failures.find(|run| seed_of(run).is_none());
        Ok(found.with(calibrating.cloned()))
    }

    /// The runs that it tells of, but that of the calibration.
    fn told(&self) -> impl Iterator<Item = &Run> {
        let told = self.failures.iter().chain(&self.warnings);
        told.filter(|run| seed_of(run).is_some())
    }

    /// Everything that its seeds showed.
    fn keys(&self) -> impl Iterator<Item = Key> {
        self.told().flat_map(|run| &run.findings).map(Key::of_told)
    }

    /// In how many of its seeds a finding showed, if that is known.
    fn seeds_with(&self, key: &Key) -> Option<u64> {
        let is_told = |run: &&Run| run.told().map(Key::of_told).as_ref() == Some(key);
        match self.told().find(is_told) {
            // Beyond the failure at which it stopped it made others, to count.
            Some(run) => run
                .shown
                .filter(|shown| shown.of == self.runs())
                .map(|shown| shown.seeds),
            None if self.keys().any(|shown| shown == *key) => None,
            None => Some(0),
        }
    }
}

/// The seed by which a run was found, if it had one: a run of the calibration has none.
fn seed_of(run: &Run) -> Option<u64> {
    let found = || run.explanation().and_then(Explanation::seed);
    run.seed.or_else(found)
}

/// Of each part those of these runs that show what no part before it did.
fn runs(parts: &[Exploration], of: impl Fn(&Exploration) -> &[Run]) -> Vec<Run> {
    let mut known = BTreeSet::new();
    let mut all = Vec::new();
    for part in parts {
        let runs = of(part).iter().filter(|run| seed_of(run).is_some());
        let shows_new = |run: &&Run| {
            let mut keys = run.findings.iter().map(Key::of_told);
            keys.any(|key| !known.contains(&key))
        };
        all.extend(runs.filter(shows_new).map(|run| {
            let mut run = run.clone();
            run.shown = shown(parts, &run);
            run
        }));
        known.extend(part.keys());
    }
    all
}

/// In how many seeds of all parts the finding showed that is told of a run.
fn shown(parts: &[Exploration], run: &Run) -> Option<Shown> {
    let key = Key::of_told(run.told()?);
    let mut shown = Shown { seeds: 0, of: 0 };
    for part in parts {
        shown.seeds += part.seeds_with(&key)?;
        shown.of += part.runs();
    }
    Some(shown)
}

fn figures(parts: &[Exploration]) -> Figures {
    let at_most = |counts: &mut dyn Iterator<Item = Count>| {
        let made: Vec<Count> = counts.filter(|count| count.get() > 0).collect();
        match made[..] {
            [] => Count::Exactly(0),
            [one] => one,
            _ => Count::AtMost(made.iter().map(|count| count.get()).sum()),
        }
    };
    let made = parts.iter().map(|part| &part.figures);
    let mut all = Figures::default();
    for part in made.clone() {
        all.runs += part.runs;
        all.steps += part.steps;
        all.most_steps = all.most_steps.max(part.most_steps);
        all.draws += part.draws;
        all.most_draws = all.most_draws.max(part.most_draws);
        all.took += part.took;
    }
    all.schedules = at_most(&mut made.clone().map(|part| part.schedules));
    // An earlier part may have shown them.
    if let Some(last) = made.rev().find(|part| part.runs > 0) {
        all.last = last.last;
        all.new_at_last = match last.new_at_last {
            one if last.runs == all.runs || one.get() == 0 => one,
            more => Count::AtMost(more.get()),
        };
    }
    all
}
