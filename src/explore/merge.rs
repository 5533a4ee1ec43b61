//! Explorations of ranges of seeds that follow each other, put together: to what one exploration of all these seeds would have come to, as far as
//! that can be known.
//!
//! What is a sum or a maximum is exact. How many schedules were distinct only the runs themselves could tell, for one may have been in two
//! ranges: of that an upper bound is told.

use std::error::Error;
use std::fmt;
use std::ops::Range;

use super::explanation::Explanation;
use super::exploration::Exploration;
use super::figures::Figures;
use super::outcome::Run;
use super::properties::Properties;
use super::schedules::Count;
use super::sightings::Sightings;
use super::targets::merged as merged_targets;
use crate::choice::strategies::builtin::Builtin;
use crate::record::finding::Finding;

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
    let ranges: Vec<Range<u64>> = ranges.into_iter().collect();
    let first = ranges.first().ok_or(MergeError::Nothing)?;
    // One that was ended before its first seed has none.
    let mut filled = ranges.iter().filter(|range| !range.is_empty());
    let mut last = filled.next().unwrap_or(first).clone();
    let start = last.start;
    for next in filled {
        if next.start < last.end {
            return Err(MergeError::Overlap(last, next.clone()));
        }
        if next.start > last.end {
            return Err(MergeError::Gap(last.end..next.start));
        }
        last = next.clone();
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
    /// targets, the [digest](Exploration::digest) if all parts have one, and for each distinct failure the run with the lowest seed, and in how many seeds it showed. Of the
    /// [schedules](Figures::schedules) it is only known [how many there were at the most](Count::AtMost), for what was seen in two parts cannot be told from what was seen in
    /// one. [`Figures::last`] are the last tenth of the last part, and [`Figures::took`] is a sum.
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
        let mut sightings = Sightings::default();
        for part in &parts {
            properties.merge(&part.properties);
            sightings.append(part.sightings.clone());
        }
        let digests = parts.iter().map(|part| part.digest);
        let digest = digests
            .reduce(|one, other| Some(one?.wrapping_add(other?)))
            .flatten();
        let found = Exploration {
            failures: runs(&parts, &sightings, |part| &part.failures),
            warnings: runs(&parts, &sightings, |part| &part.warnings),
            sightings,
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
        Ok(found.with(calibrating(&parts).cloned()))
    }
}

/// The run of the calibration that failed, if all parts tell of it. One that stopped at the failure of a seed does not, for that is replayed more
/// easily.
fn calibrating(parts: &[Exploration]) -> Option<&Run> {
    let mut failures = parts.iter().flat_map(|part| &part.failures);
    let calibrating = failures.find(|run| seed_of(run).is_none())?;
    let signature = |run: &Run| run.failure().map(Finding::signature);
    let tells = |part: &Exploration| {
        let mut failures = part.failures.iter();
        failures.any(|run| signature(run) == signature(calibrating))
    };
    parts.iter().all(tells).then_some(calibrating)
}

/// The seed by which a run was found, if it had one: a run of the calibration has none.
fn seed_of(run: &Run) -> Option<u64> {
    let found = || run.explanation().and_then(Explanation::seed);
    run.seed.or_else(found)
}

/// Of these runs those that are the first to show something, with in how many seeds of all parts that showed.
fn runs(
    parts: &[Exploration],
    sightings: &Sightings,
    of: impl Fn(&Exploration) -> &[Run],
) -> Vec<Run> {
    let firsts = sightings.firsts();
    let all = parts.iter().map(Exploration::runs).sum();
    let runs = parts.iter().flat_map(of);
    let runs = runs.filter(|run| seed_of(run).is_some_and(|seed| firsts.contains_key(&seed)));
    let told = runs.map(|run| Run {
        shown: run.told().and_then(|told| sightings.shown(told, all)),
        ..run.clone()
    });
    told.collect()
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
