//! Findings: what is told in a recorded run, and in another a reason to record it.

use super::Run;
use crate::base::place::{Place, SourcePlace};
use crate::diagnose::look::{Look, Seen};
use crate::record::detail::{Claim, Detail, Property};
use crate::record::event::Event;
use crate::record::kind::FindingKind;

impl Run {
    /// The running task came to something that must not be so.
    pub(crate) fn violated(&mut self, claim: Claim, message: String, place: Place) {
        let slot = Some(self.kernel.current());
        self.find(FindingKind::Property, slot, Some(place), |_| {
            Property { claim, message }.into()
        });
    }

    /// The running task came to something that should hold in some run.
    pub(crate) fn came_to(&mut self, name: &'static str, holds: bool, place: Place) {
        self.properties.came_to(name, holds, place);
    }

    /// So far it came towards a target.
    pub(crate) fn reached(&mut self, name: &'static str, value: i64) {
        self.targets.reached(name, value);
    }

    /// A look at the run, if it is recorded; at what other threads did to its resources, too.
    pub(crate) fn look(&mut self) -> Option<Look<'_>> {
        let moment = self.moment();
        if let Some(observer) = &mut self.observer {
            for fact in observer.elsewhere.take() {
                observer.note(&fact, moment);
            }
        }
        Some(Look {
            kernel: &self.kernel,
            observer: self.observer.as_deref()?,
            names: self.journal.names()?,
        })
    }

    /// One of these may show. Says whether it can be told here: in a recorded run; another is made again, recorded.
    pub(in crate::run) fn suspect(&mut self, kinds: &[FindingKind]) -> bool {
        self.verdict.suspect(kinds)
    }

    /// Something is wrong, unless it is allowed: told in a recorded run, and in another a reason to record it.
    pub(crate) fn find(
        &mut self,
        kind: FindingKind,
        slot: Option<u32>,
        place: Option<Place>,
        detail: impl FnOnce(Look<'_>) -> Detail,
    ) {
        self.find_at(kind, slot, place.map(SourcePlace::from), place, detail);
    }

    pub(in crate::run) fn find_at(
        &mut self,
        kind: FindingKind,
        slot: Option<u32>,
        place: Option<SourcePlace>,
        mark: Option<Place>,
        detail: impl FnOnce(Look<'_>) -> Detail,
    ) {
        if self.verdict.is_allowed(kind) {
            return;
        }
        let Some(look) = self.look() else {
            self.verdict.mark(kind, mark);
            return;
        };
        let detail = detail(look);
        self.report(Seen {
            detail,
            slot,
            place,
        });
    }

    /// Keeps what a diagnosis saw, unless it is allowed.
    pub(in crate::run) fn report(&mut self, seen: Seen) {
        let Seen {
            detail,
            slot,
            place,
        } = seen;
        let task = slot.map(|slot| self.kernel.tasks.path(slot));
        self.report_as(detail, task, self.now(), place);
    }

    pub(in crate::run) fn report_as(
        &mut self,
        detail: Detail,
        task: Option<String>,
        at: u64,
        place: Option<SourcePlace>,
    ) {
        let kind = detail.kind();
        if let Some(finding) = self.verdict.keep(detail, task, at, place) {
            self.record(Event::Found { finding, kind });
        }
    }
}
