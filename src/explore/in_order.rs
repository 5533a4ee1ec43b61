//! What runs came to, added up in the order of their seeds, whichever thread makes them: so that nothing that is told depends on how many
//! seeds other threads had made beyond the one at which an exploration ends.
//!
//! Threads make [`SEEDS_AT_ONCE`](super::seeds::SEEDS_AT_ONCE) runs at a time. What these came to is a *part*: a few numbers, and what was
//! found. Parts that follow each other are added up, so that there are no more of them than threads, however many seeds there are and
//! however long a thread takes for its own.
//!
//! ```text
//!    added to the totals          a thread is at these    ahead              … these    ahead
//!    ├───────────────────────────┼───────────────────────┼──────────────────┼──────────┼──────────┤
//!    first                       next
//! ```
//!
//! An exploration ends with a run that failed, where a part ends, too; or where it is asked whether more bring anything new, and
//! there one part is not added to the next. So no part is to be taken apart.

use std::collections::BTreeMap;
use std::ops::Range;
use std::time::Duration;

use super::exploration::fingerprint;
use super::figures::Figures;
use super::properties::Properties;
use super::schedules::Schedules;
use super::sightings::{Key, Sightings};
use super::targets::{Target, Targets};
use crate::run::properties::Met;
use crate::run::targets::Reached;

/// See the top of this file.
pub(super) struct InOrder {
    schedules: Schedules,
    /// Of all runs before `next`.
    totals: Totals,
    first: u64,
    next: u64,
    /// What was made ahead, by the first seed of each part.
    ahead: BTreeMap<u64, Part>,
    may_end: MayEnd,
    /// So many runs from the first are to be made before it is asked next whether more bring anything new.
    ask_flat_at: Option<u64>,
}

/// Of some runs.
#[derive(Clone)]
struct Totals {
    steps: u64,
    most_steps: u64,
    draws: u64,
    most_draws: u64,
    digest: u64,
    properties: Properties,
    targets: Targets,
    sightings: Sightings,
}

/// Runs with all seeds from one up to another.
struct Part {
    end: u64,
    /// Whether runs that follow may be added to it.
    goes_on: bool,
    totals: Totals,
}

/// Runs that were made at a time, in order; fewer than were taken if one of them stopped the exploration.
pub(super) struct Made {
    taken: Range<u64>,
    hashes: Vec<u64>,
    may_end: MayEnd,
    /// The parts up to the last, and what that came to.
    parts: Vec<(u64, Part)>,
    start: u64,
    totals: Totals,
    /// Whether the exploration ends with the last of them, or before them.
    ends: bool,
}

/// What one run came to.
pub(super) struct One {
    pub(super) hash: u64,
    pub(super) steps: u64,
    pub(super) draws: u64,
    pub(super) met: Vec<Met>,
    pub(super) targets: Vec<Reached>,
    /// What it showed.
    pub(super) keys: Vec<Key>,
}

/// What an exploration came to.
pub(super) struct Concluded {
    pub(super) figures: Figures,
    /// A hash over its runs.
    pub(super) digest: u64,
    /// What held in some of them.
    pub(super) properties: Properties,
    /// How far they came towards targets.
    pub(super) targets: Vec<Target>,
    pub(super) sightings: Sightings,
}

/// Where an exploration may end besides the end of its seeds and a run that stops it.
#[derive(Clone, Copy)]
pub(super) struct MayEnd {
    first: u64,
    until_flat: bool,
}

impl MayEnd {
    /// Whether it is asked when all before this seed were made whether to end there.
    #[inline(always)]
    fn at(self, seed: u64) -> bool {
        self.until_flat && {
            let runs = seed - self.first;
            runs >= FIRST_ASKED && runs.is_power_of_two()
        }
    }
}

impl Made {
    /// None yet of these, in an exploration that may end so.
    pub(super) fn of(taken: Range<u64>, may_end: MayEnd) -> Made {
        Made {
            hashes: Vec::with_capacity((taken.end - taken.start) as usize),
            may_end,
            parts: Vec::new(),
            start: taken.start,
            totals: Totals::of(Properties::default()),
            taken,
            ends: false,
        }
    }

    /// The next of them was made.
    #[inline(always)]
    pub(super) fn add(&mut self, run: &One) {
        let seed = self.taken.start + self.hashes.len() as u64;
        if seed > self.start && self.may_end.at(seed) {
            self.end_part(seed);
        }
        self.hashes.push(run.hash);
        self.totals.add(seed, run);
    }

    #[cold]
    fn end_part(&mut self, seed: u64) {
        let totals = std::mem::replace(&mut self.totals, Totals::of(Properties::default()));
        self.parts.push((self.start, Part::of(seed, true, totals)));
        self.start = seed;
    }

    /// The last that was made stops the exploration.
    pub(super) fn stop(&mut self) {
        self.ends = true;
    }

    /// The parts, and the hashes by seed.
    fn into_parts(mut self) -> (Vec<(u64, Part)>, impl Iterator<Item = (u64, u64)>) {
        let end = self.taken.start + self.hashes.len() as u64;
        let goes_on = !self.ends && end == self.taken.end;
        let last = Part::of(end, goes_on, self.totals);
        self.parts.push((self.start, last));
        (self.parts, self.taken.zip(self.hashes))
    }
}

impl Totals {
    fn of(properties: Properties) -> Totals {
        Totals {
            steps: 0,
            most_steps: 0,
            draws: 0,
            most_draws: 0,
            digest: 0,
            properties,
            targets: Targets::default(),
            sightings: Sightings::default(),
        }
    }

    #[inline(always)]
    fn add(&mut self, seed: u64, run: &One) {
        self.steps += run.steps;
        self.most_steps = self.most_steps.max(run.steps);
        self.draws += run.draws;
        self.most_draws = self.most_draws.max(run.draws);
        self.digest = self.digest.wrapping_add(fingerprint(seed, run.hash));
        if !run.met.is_empty() {
            self.properties.add(&run.met);
        }
        if !run.targets.is_empty() {
            self.targets.add(seed, &run.targets);
        }
        if !run.keys.is_empty() {
            self.sightings.add(seed, &run.keys);
        }
    }

    /// Adds what later runs came to.
    fn append(&mut self, later: Totals) {
        self.steps += later.steps;
        self.most_steps = self.most_steps.max(later.most_steps);
        self.draws += later.draws;
        self.most_draws = self.most_draws.max(later.most_draws);
        self.digest = self.digest.wrapping_add(later.digest);
        self.properties.merge(later.properties.all());
        self.targets.append(later.targets);
        self.sightings.append(later.sightings);
    }
}

/// After so many runs it is asked for the first time whether more bring anything new; then after twice as many, and so on.
const FIRST_ASKED: u64 = 512;

/// Of so many runs no more than one may bring a new schedule.
const FLAT: u64 = 100;

impl InOrder {
    /// For runs from this seed on, with the properties that are expected of them.
    pub(super) fn new(first: u64, properties: Properties, until_flat: bool) -> InOrder {
        InOrder {
            schedules: Schedules::default(),
            totals: Totals::of(properties),
            first,
            next: first,
            ahead: BTreeMap::new(),
            may_end: MayEnd { first, until_flat },
            ask_flat_at: until_flat.then_some(FIRST_ASKED),
        }
    }

    /// Where it may end.
    pub(super) fn may_end(&self) -> MayEnd {
        self.may_end
    }

    /// These were made. Gives the seed at which the exploration is to end, if more runs bring next to nothing new.
    pub(super) fn made(&mut self, made: Made) -> Option<u64> {
        let (parts, hashes) = made.into_parts();
        hashes.for_each(|(seed, hash)| self.schedules.add(hash, seed));
        parts
            .into_iter()
            .for_each(|(start, part)| self.add(start, part));
        self.go_on()
    }

    /// Adds a part to those that were made ahead: to one that it follows, and one that follows it to that.
    fn add(&mut self, start: u64, mut part: Part) {
        if part.goes_on
            && !self.may_end.at(part.end)
            && let Some(later) = self.ahead.remove(&part.end)
        {
            part.append(later);
        }
        if !self.may_end.at(start)
            && let Some((_, before)) = self.ahead.range_mut(..start).next_back()
            && before.goes_on
            && before.end == start
        {
            before.append(part);
        } else {
            self.ahead.insert(start, part);
        }
    }

    /// Adds to the totals what is next. Gives the seed at which to end, if it is asked there and they are flat.
    fn go_on(&mut self) -> Option<u64> {
        loop {
            let made = self.next - self.first;
            if self.ask_flat_at == Some(made) {
                let half = made / 2;
                let new = self.schedules.first_in(self.next - half..self.next);
                if new.get() * FLAT <= half {
                    return Some(self.next);
                }
                self.ask_flat_at = made.checked_mul(2);
            }
            // At the end one that does not go on may have to be left out.
            if !self.ahead.get(&self.next)?.goes_on {
                return None;
            }
            if let Some(part) = self.ahead.remove(&self.next) {
                self.totals.append(part.totals);
                self.next = part.end;
            }
        }
    }

    /// Whether one of these was shown by no run before, of those that were made in order.
    pub(super) fn are_new(&self, keys: &[Key]) -> bool {
        keys.iter().any(|key| !self.totals.sightings.has(key))
    }

    /// How many findings were seen that are not the same, of those that were made in order.
    pub(super) fn findings(&self) -> usize {
        self.totals.sightings.distinct()
    }

    /// What these seeds came to, which begin with the first.
    pub(super) fn conclude(&self, seeds: Range<u64>, took: Duration) -> Concluded {
        let mut totals = self.totals.clone();
        for part in self.ahead.range(..seeds.end).map(|(_, part)| part) {
            debug_assert!(part.end <= seeds.end, "a part is to be taken apart");
            totals.append(part.totals.clone());
        }
        let runs = seeds.end - seeds.start;
        let last = runs.div_ceil(10);
        let figures = Figures {
            runs,
            schedules: self.schedules.first_in(seeds.clone()),
            new_at_last: self.schedules.first_in(seeds.end - last..seeds.end),
            last,
            steps: totals.steps,
            most_steps: totals.most_steps,
            draws: totals.draws,
            most_draws: totals.most_draws,
            took,
        };
        Concluded {
            figures,
            digest: totals.digest,
            properties: totals.properties,
            targets: totals.targets.into_all(),
            sightings: totals.sightings,
        }
    }
}

impl Part {
    fn of(end: u64, goes_on: bool, totals: Totals) -> Part {
        Part {
            end,
            goes_on,
            totals,
        }
    }

    /// Adds the one that follows it.
    fn append(&mut self, later: Part) {
        self.end = later.end;
        self.goes_on = later.goes_on;
        self.totals.append(later.totals);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explore::seeds::SEEDS_AT_ONCE;

    const FIRST: u64 = 5;

    /// So many runs, each of which differs from the others and shows the same.
    fn made(may_end: MayEnd, batch: u64, runs: u64) -> Made {
        let start = (batch * SEEDS_AT_ONCE).max(FIRST);
        let end = (batch + 1) * SEEDS_AT_ONCE;
        let mut made = Made::of(start..end, may_end);
        for seed in (start..end).take(runs as usize) {
            made.add(&One {
                hash: seed,
                steps: seed % 100,
                draws: 1,
                met: Vec::new(),
                targets: Vec::new(),
                keys: vec![Key::Differs],
            });
        }
        made
    }

    fn all(batches: impl Iterator<Item = u64>, until_flat: bool) -> InOrder {
        let mut in_order = InOrder::new(FIRST, Properties::default(), until_flat);
        for batch in batches {
            assert_eq!(
                in_order.made(made(in_order.may_end(), batch, SEEDS_AT_ONCE)),
                None
            );
        }
        in_order
    }

    #[test]
    fn any_order_comes_to_the_same_and_keeps_no_more_the_more_runs_there_are() {
        for until_flat in [false, true] {
            let seeds = FIRST..1000 * SEEDS_AT_ONCE;
            let concluded = |in_order: &InOrder| {
                let all = in_order.conclude(seeds.clone(), Duration::ZERO);
                let firsts = all.sightings.firsts().into_keys().collect::<Vec<_>>();
                (all.figures, all.digest, firsts)
            };
            let plain = all(0..1000, until_flat);
            assert!(plain.ahead.is_empty());
            let (figures, _, firsts) = concluded(&plain);
            assert_eq!((figures.draws, figures.most_steps), (63_995, 99));
            assert_eq!(firsts, [FIRST]);

            // A thread takes long for the first.
            let mut slow = all(1..1000, until_flat);
            // Between them it may be asked seven times whether there are more to be made: after 512 runs, 1,024, …
            assert_eq!(slow.ahead.len(), if until_flat { 8 } else { 1 });
            assert_eq!(slow.made(made(slow.may_end(), 0, SEEDS_AT_ONCE)), None);
            assert!(slow.ahead.is_empty());
            assert!(concluded(&slow) == concluded(&plain));

            let backwards = all((0..1000).rev(), until_flat);
            assert!(concluded(&backwards) == concluded(&plain));
        }
    }

    #[test]
    fn runs_beyond_one_that_stops_the_exploration_do_not_count() {
        let mut in_order = all([0, 2].into_iter(), false);
        let mut last = made(in_order.may_end(), 1, SEEDS_AT_ONCE);
        // The last of those that were taken, so that nothing of them is missing.
        last.stop();
        in_order.made(last);
        in_order.made(made(in_order.may_end(), 3, 7));
        let concluded = in_order.conclude(FIRST..128, Duration::ZERO);
        assert_eq!(concluded.figures.draws, 123);
    }
}
