//! The end of an exploration: the first run of every distinct finding is looked at closely, and what all runs came to is put together.

use std::ops::Range;

use super::exploration::Exploration;
use super::in_order::Concluded;
use super::outcome::Run;
use super::searched::Searched;
use super::sightings::Sightings;
use super::worker::{Script, Worker};

/// How an exploration ended.
pub(super) struct Ended {
    /// The runs that count.
    pub(super) runs: Range<u64>,
    /// Whether these are all that were asked for.
    pub(super) whole: bool,
    /// Whether they are always these, so that their digest can be compared.
    pub(super) repeats: bool,
    /// How far it got, if it was a search.
    pub(super) searched: Option<Searched>,
}

impl Worker<'_> {
    /// Looks closely at the first run of every distinct finding. `script` has the answers of a run of this number, if the run has no seed. `count` may
    /// make more runs, adds what they showed, and says of how many runs it is then known in how many a finding showed.
    pub(super) fn conclude(
        mut self,
        all: Concluded,
        ended: Ended,
        mut script: impl FnMut(u64) -> Option<Script>,
        count: impl FnOnce(&mut Self, &mut Sightings) -> Option<u64>,
    ) -> Exploration {
        let mut sightings = all.sightings;
        let firsts = sightings.firsts();
        let of_these = sightings.clone();
        let counted = count(&mut self, &mut sightings);
        let looks = firsts.into_iter().map(|(number, seen)| {
            self.script = script(number);
            let mut run = self.look(number, &seen);
            run.shown = counted.and_then(|counted| sightings.shown(run.told()?, counted));
            self.explored.tell(&mut self.cx, run)
        });
        let (failures, warnings) = looks.partition(Run::failed);
        Exploration {
            figures: all.figures,
            properties: all.properties.into_all(),
            targets: all.targets,
            sightings: of_these,
            whole: ended.whole,
            asked_end: self.explored.asked.all_seeds().end,
            failures,
            warnings,
            seeds: ended.runs,
            digest: ended.repeats.then_some(all.digest),
            searched: ended.searched,
        }
    }
}
