//! What was found to be wrong: findings in a recorded run, in another a suspicion that asks for one.

use std::collections::VecDeque;

use super::deferred::Deferred;
use super::suspicion::Suspicion;
use crate::base::ids::{RunId, TaskNo};
use crate::base::place::{Place, SourcePlace};
use crate::kernel::moment::Moment;
use crate::record::detail::{Detail, UnobservedPanic};
use crate::record::finding::Finding;
use crate::record::kind::{FindingKind, Level, Levels};

/// See the top of this file.
pub(super) struct Verdict {
    levels: Levels,
    recorded: bool,
    suspicion: Suspicion,
    findings: Vec<Finding>,
    unseen_panics: Vec<TaskPanic>,
    deferred: Vec<Deferred>,
    /// Panics that somebody has seen; of many the last.
    seen_panics: VecDeque<TaskPanic>,
    /// The panic whose words, or payload, the code under test asked for last, and when.
    told_panic: Option<((RunId, TaskNo), Moment)>,
}

/// A panic of a spawned task.
pub(super) struct TaskPanic {
    pub(super) id: (RunId, TaskNo),
    pub(super) path: String,
    pub(super) at: u64,
    pub(super) place: Option<SourcePlace>,
    pub(super) detail: UnobservedPanic,
    /// The panic of another task that it follows from.
    pub(super) cause: Option<Box<TaskPanic>>,
}

/// Panics that were seen and are kept, in case another follows from one.
const MOST_SEEN_PANICS: usize = 64;

/// Findings of one kind and place that one run keeps, at the most.
pub(crate) const MOST_OF_A_KIND: usize = 8;

impl Verdict {
    pub(super) fn new(levels: Levels, recorded: bool) -> Verdict {
        Verdict {
            levels,
            recorded,
            suspicion: Suspicion::default(),
            findings: Vec::new(),
            unseen_panics: Vec::new(),
            deferred: Vec::new(),
            seen_panics: VecDeque::new(),
            told_panic: None,
        }
    }

    /// Begins a run in place of the one before.
    pub(super) fn begin(&mut self, levels: Levels, recorded: bool) {
        let Verdict {
            levels: its_levels,
            recorded: is_recorded,
            suspicion,
            findings,
            unseen_panics,
            deferred,
            seen_panics,
            told_panic,
        } = self;
        *its_levels = levels;
        *is_recorded = recorded;
        *suspicion = Suspicion::default();
        findings.clear();
        unseen_panics.clear();
        deferred.clear();
        seen_panics.clear();
        *told_panic = None;
    }

    pub(super) fn levels(&self) -> &Levels {
        &self.levels
    }

    pub(super) fn is_allowed(&self, kind: FindingKind) -> bool {
        self.levels.get(kind) == Level::Allow
    }

    /// One of these may show. Says whether it can be told here: in a recorded run; another is made again, recorded.
    pub(super) fn suspect(&mut self, kinds: &[FindingKind]) -> bool {
        let looked_for = kinds.iter().any(|&kind| !self.is_allowed(kind));
        if looked_for && !self.recorded {
            self.suspicion.look_closer();
        }
        looked_for && self.recorded
    }

    /// A finding of this kind showed at this place, in a run that is not recorded.
    pub(super) fn mark(&mut self, kind: FindingKind, place: Option<Place>) {
        self.suspicion.mark(kind, place);
    }

    /// What may be wrong of a run that is not recorded.
    pub(super) fn suspicion_mut(&mut self) -> &mut Suspicion {
        &mut self.suspicion
    }

    /// Keeps a finding, unless it is allowed, or as many of its kind and place are told already; gives its number.
    pub(super) fn keep(
        &mut self,
        detail: Detail,
        task: Option<String>,
        at: u64,
        place: Option<SourcePlace>,
    ) -> Option<u32> {
        let kind = detail.kind();
        // A loop that goes wrong a million times is one bug, told as often as a reader may want.
        let same = |f: &&Finding| f.kind() == kind && f.place == place;
        let enough = self.findings.iter().filter(same).count() >= MOST_OF_A_KIND;
        if enough || self.is_allowed(kind) {
            return None;
        }
        let number = self.findings.len() as u32;
        self.findings.push(Finding {
            detail,
            level: self.levels.get(kind),
            task,
            at,
            place,
        });
        Some(number)
    }

    /// Keeps a finding until the end of the run: no more of a kind and place than are told.
    pub(super) fn defer(&mut self, deferred: Deferred) {
        let (kind, place) = (deferred.detail.kind(), &deferred.place);
        let same = |known: &&Deferred| known.detail.kind() == kind && known.place == *place;
        if self.deferred.iter().filter(same).count() < MOST_OF_A_KIND {
            self.deferred.push(deferred);
        }
    }

    /// Whether something was kept.
    pub(super) fn has_deferred(&self) -> bool {
        !self.deferred.is_empty()
    }

    /// What was kept.
    pub(super) fn take_deferred(&mut self) -> Vec<Deferred> {
        std::mem::take(&mut self.deferred)
    }

    /// Of what shows at the same time the cause comes first. Gives the new number of each, in the order of the old ones.
    pub(super) fn sort(&mut self) -> Vec<u32> {
        if self.findings.is_empty() {
            return Vec::new();
        }
        let mut sorted: Vec<_> = (0u32..).zip(std::mem::take(&mut self.findings)).collect();
        sorted.sort_by_key(|(_, finding)| (finding.at, finding.rank()));
        let mut new = vec![0; sorted.len()];
        for (number, (old, finding)) in (0..).zip(sorted) {
            new[old as usize] = number;
            self.findings.push(finding);
        }
        new
    }

    pub(super) fn suspicion(&self) -> Suspicion {
        self.suspicion
    }

    /// Whether something was found.
    pub(super) fn has_findings(&self) -> bool {
        !self.findings.is_empty()
    }

    pub(super) fn take_findings(&mut self) -> Vec<Finding> {
        std::mem::take(&mut self.findings)
    }

    /// Puts back what was taken.
    pub(super) fn put_findings(&mut self, findings: Vec<Finding>) {
        self.findings = findings;
    }

    /// Keeps a task's panic until its join handle shows it to somebody.
    pub(super) fn remember_panic(&mut self, panic: TaskPanic) {
        self.unseen_panics.push(panic);
    }

    /// Somebody has seen this panic.
    pub(super) fn saw_panic(&mut self, id: (RunId, TaskNo)) {
        let mut unseen = self.unseen_panics.iter();
        if let Some(at) = unseen.position(|unseen| unseen.id == id) {
            if self.seen_panics.len() == MOST_SEEN_PANICS {
                self.seen_panics.pop_front();
            }
            let panic = self.unseen_panics.remove(at);
            self.seen_panics.push_back(panic);
        }
    }

    /// The code under test asks for the words or the payload of this panic: as `unwrap` does before it panics itself.
    pub(super) fn told_panic(&mut self, id: (RunId, TaskNo), now: Moment) {
        self.told_panic = Some((id, now));
    }

    /// Something panics now: the panic that it follows from, if that was asked for just before.
    pub(super) fn take_cause(&mut self, now: Moment) -> Option<TaskPanic> {
        let (id, _) = self.told_panic.take_if(|(_, when)| *when == now)?;
        let at = self.seen_panics.iter().position(|seen| seen.id == id)?;
        self.seen_panics.remove(at)
    }

    /// Whether there are panics that nobody has seen.
    pub(super) fn has_unseen_panics(&self) -> bool {
        !self.unseen_panics.is_empty()
    }

    /// What nobody has seen.
    pub(super) fn take_unseen_panics(&mut self) -> Vec<TaskPanic> {
        std::mem::take(&mut self.unseen_panics)
    }
}
