//! What a run that was not recorded has to say of what may be wrong: whether it is worth being made again, recorded.
//!
//! Some findings are nothing but a kind and a place: they leave a *mark*. A run whose set of marks was seen before shows nothing new,
//! and is not recorded for it. All else that may be wrong asks for a closer look each time.

use crate::base::hash::Hash;
use crate::base::place::Place;
use crate::record::kind::FindingKind;

/// See the top of this file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Suspicion {
    look: bool,
    /// The sum of the marks, so that their order does not matter.
    marks: u64,
    /// How many tasks were left parked when `main` had ended.
    parked: u32,
}

/// Beside the kinds of findings, what is folded for a task that is parked.
const PARKED: u64 = 1 << 32;

impl Suspicion {
    /// Only a recorded run can tell what is wrong.
    pub(crate) fn look_closer(&mut self) {
        self.look = true;
    }

    /// A finding of this kind showed at this place, if its signature is no more than that.
    pub(crate) fn mark(&mut self, kind: FindingKind, place: Option<Place>) {
        let by_place = match kind {
            FindingKind::UnawaitedTask
            | FindingKind::NeverAwaited
            | FindingKind::Blocking
            | FindingKind::Starvation
            | FindingKind::NoProgress
            | FindingKind::Property => place,
            FindingKind::Panic
            | FindingKind::UnobservedPanic
            | FindingKind::Deadlock
            | FindingKind::StuckTask
            | FindingKind::Livelock
            | FindingKind::Limit
            | FindingKind::PolledAfterCompletion
            | FindingKind::ForeignInstant
            | FindingKind::LostWaker
            | FindingKind::Futurelock
            | FindingKind::Nondeterminism
            | FindingKind::LongHold
            | FindingKind::Leak
            | FindingKind::AbandonedReceiver
            | FindingKind::DroppedMessages => None,
        };
        let Some(place) = by_place else {
            self.look = true;
            return;
        };
        self.add(kind as u64, place);
    }

    fn add(&mut self, what: u64, place: Place) {
        // The address is a short way to the place: two places never share one, and if one place has two, a run is recorded
        // once more than need be.
        let mut hash = Hash::new();
        hash.fold(what);
        hash.fold(std::ptr::from_ref(place).addr() as u64);
        self.marks = self.marks.wrapping_add(hash.get());
    }

    /// When `main` had ended, a task that was spawned here was left, and was parked or not; a server's is awaited by nobody.
    pub(crate) fn left(&mut self, place: Place, parked: bool, server: bool) {
        if !server {
            self.mark(FindingKind::UnawaitedTask, Some(place));
        }
        if parked {
            self.parked += 1;
            self.add(PARKED, place);
        }
    }

    /// When `main` had ended, so many operations stood in line.
    pub(crate) fn left_in_line(&mut self, operations: i64) {
        let mut hash = Hash::new();
        hash.fold(operations as u64);
        self.marks = self.marks.wrapping_add(hash.get());
    }

    /// How many tasks were left parked when `main` had ended: what they wait for, marks do not say.
    pub(crate) fn parked(&self) -> u32 {
        self.parked
    }

    /// Whether nothing seems wrong, as in most runs.
    pub(crate) fn is_none(&self) -> bool {
        !self.look && self.marks == 0 && self.parked == 0
    }

    /// Whether the run is to be made again in any case.
    pub(crate) fn asks_for_a_look(&self) -> bool {
        self.look
    }

    /// What the marks come to; `None` if there are none.
    pub(crate) fn marks(&self) -> Option<u64> {
        (self.marks != 0).then_some(self.marks)
    }
}
