//! What is dropped and was still needed: futures that nobody polled, operations that were given up, messages that nobody received.
//!
//! Some of it shows to be in order only later in the run, and is kept as a [`Deferred`] until the run is over.

use super::Run;
use crate::base::place::Place;
use crate::base::resource::ResourceNo;
use crate::diagnose::{abandoned_receiver, futurelock};
use crate::kernel::phase::{Phase, Stop};
use crate::observe::waits::{LastPoll, WaitKey};
use crate::record::detail::{DroppedMessages, NeverAwaited};
use crate::record::kind::FindingKind;
use crate::run::deferred::{Deferred, Unless};

impl Run {
    /// A future that a function made was dropped, and never polled.
    pub(crate) fn found_unpolled(&mut self, made_by: &'static str, place: Place) {
        if self.verdict.is_allowed(FindingKind::NeverAwaited) {
            return;
        }
        if !self.is_recorded() {
            self.verdict.mark(FindingKind::NeverAwaited, Some(place));
            return;
        }
        let deferred = Deferred {
            detail: NeverAwaited { made_by }.into(),
            task: self.running_slot().map(|slot| self.kernel.tasks.path(slot)),
            at: self.now(),
            place: Some(place.into()),
            // Where it is awaited at other times, it was not needed this time: an error came first, say.
            unless: Unless::PolledFrom(place),
        };
        self.verdict.defer(deferred);
    }

    /// A future that was made here is polled for the first time.
    pub(crate) fn polled_from(&mut self, place: Place) {
        if let Some(observer) = &mut self.observer {
            observer.polled_from.insert(place);
        }
    }

    /// The run is over: what was kept until now is told, unless something speaks against it.
    pub(in crate::run) fn report_deferred(&mut self) {
        if !self.verdict.has_deferred() {
            return;
        }
        for deferred in self.verdict.take_deferred() {
            let observer = self.observer.as_deref();
            if !observer.is_some_and(|observer| deferred.unless.holds(observer)) {
                let Deferred {
                    detail,
                    task,
                    at,
                    place,
                    ..
                } = deferred;
                self.report_as(detail, task, at, place);
            }
        }
    }

    /// An operation that must wait is dropped, or one that was given what it waited for and has not seen it: was it in
    /// vain because of a future that is polled no more?
    pub(crate) fn examine_given_up(&mut self, wait: Option<WaitKey>) {
        if self.is_cutting_off() || !self.suspect(&[FindingKind::Futurelock]) {
            return;
        }
        let seen = self
            .look()
            .zip(wait)
            .and_then(|(look, key)| futurelock::given_up(look, key));
        if let Some((seen, left_alone)) = seen {
            if let Some(observer) = &mut self.observer {
                observer.waits.watch(left_alone);
            }
            let deferred = Deferred {
                detail: seen.detail,
                task: seen.slot.map(|slot| self.kernel.tasks.path(slot)),
                at: self.now(),
                place: seen.place,
                // It was left alone for a while only.
                unless: Unless::PolledAgain(left_alone),
            };
            self.verdict.defer(deferred);
        }
    }

    /// A receiver is dropped, last polled then and there, with messages that came since. Tasks that are cut off at the
    /// end of the run might have come back to it, unless nothing could move any more.
    pub(crate) fn examine_abandoned(
        &mut self,
        channel: ResourceNo,
        polled: LastPoll,
        place: Place,
        messages: usize,
    ) {
        let cut_off = self.is_closing() && self.kernel.phase() != Phase::Closing(Stop::Stuck);
        if cut_off || self.is_dead() || !self.suspect(&[FindingKind::AbandonedReceiver]) {
            return;
        }
        let seen = self
            .look()
            .map(|look| abandoned_receiver::seen(look, channel, polled, place, messages));
        seen.into_iter().for_each(|seen| self.report(seen));
    }

    /// A receiver is dropped, and so many messages with it; not because nothing could move any more, or a limit was reached.
    pub(crate) fn found_dropped_messages(&mut self, channel: ResourceNo, messages: usize) {
        let cut_short = match self.kernel.phase() {
            Phase::Closing(stop) => stop != Stop::Done,
            Phase::Running | Phase::MainDone => false,
        };
        if cut_short || self.is_dead() {
            return;
        }
        let by = self.running_slot();
        self.find(FindingKind::DroppedMessages, by, None, |look| {
            let channel = look.resource(channel);
            DroppedMessages { channel, messages }.into()
        });
    }
}
