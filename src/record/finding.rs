//! Findings: what a run showed to be wrong.
//!
//! A [`Finding`] is data: its [`Detail`] says what was seen, in types of its own for every kind, with names and places that
//! outlive the run. The sentences that tell it stand in the layer `report`.

use std::time::Duration;

use super::detail::Detail;
use super::kind::{FindingKind, Level};
use crate::base::place::SourcePlace;

/// Something wrong that a run showed.
///
/// ```
/// use reweave::finding::Detail;
/// use reweave::{FindingKind, Sim};
///
/// let run = Sim::new().run(async {
///     let (_kept, mut inbox) = reweave::sync::mpsc::channel::<()>(1);
///     inbox.recv().await
/// });
/// let finding = &run.findings()[0];
/// assert_eq!(finding.kind(), FindingKind::Deadlock);
/// let Detail::Deadlock(deadlock) = finding.detail() else {
///     panic!("not a deadlock: {finding}")
/// };
/// assert_eq!(deadlock.waiting[0].task, "main");
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    pub(crate) detail: Detail,
    pub(crate) level: Level,
    pub(crate) task: Option<String>,
    /// Virtual time in ns.
    pub(crate) at: u64,
    pub(crate) place: Option<SourcePlace>,
}

impl Finding {
    /// What kind of wrong it is.
    pub fn kind(&self) -> FindingKind {
        self.detail.kind()
    }

    /// What was seen.
    pub fn detail(&self) -> &Detail {
        &self.detail
    }

    /// Whether it fails the run.
    pub fn level(&self) -> Level {
        self.level
    }

    /// The path of the task it is about; `None` when it is about the whole run.
    pub fn task(&self) -> Option<&str> {
        self.task.as_deref()
    }

    /// The virtual time at which it showed, from the start of the run.
    pub fn at(&self) -> Duration {
        Duration::from_nanos(self.at)
    }

    /// The place in the source.
    pub fn place(&self) -> Option<&SourcePlace> {
        self.place.as_ref()
    }

    /// Its place in line among findings that show at the same virtual time: causes before consequences.
    pub(crate) fn rank(&self) -> u8 {
        match self.kind() {
            FindingKind::Panic
            | FindingKind::UnobservedPanic
            | FindingKind::NeverAwaited
            | FindingKind::PolledAfterCompletion
            | FindingKind::ForeignInstant
            | FindingKind::Property
            | FindingKind::Blocking
            | FindingKind::LostWaker
            | FindingKind::Futurelock
            | FindingKind::Nondeterminism
            | FindingKind::LongHold
            | FindingKind::AbandonedReceiver
            | FindingKind::DroppedMessages
            | FindingKind::Starvation => 0,
            // What is stuck may be so for one of the above.
            FindingKind::Deadlock | FindingKind::StuckTask => 1,
            // A run that goes on for ever may do so because a part of it is stuck.
            FindingKind::Livelock | FindingKind::Limit | FindingKind::NoProgress => 2,
            // What is left when the run has ended.
            FindingKind::UnawaitedTask | FindingKind::Leak => 3,
        }
    }
}
