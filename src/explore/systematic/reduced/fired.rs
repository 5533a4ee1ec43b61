//! Timers that fired because that was decided, although their task might have run before.

use super::step::Step;
use crate::base::ids::TaskNo;

/// See the top of this file.
#[derive(Debug, Default)]
pub(super) struct Fired {
    /// Those whose task has not run since then.
    open: Vec<Fire>,
    /// Where a timer fired the decision on it, until it did.
    by: Option<usize>,
    /// The decisions by which a timer fired before its task ran, which might have run first.
    delayed: Vec<usize>,
}

#[derive(Debug)]
struct Fire {
    task: TaskNo,
    decision: usize,
    /// Whether its task was not ready before.
    woke: bool,
    /// The steps that there were.
    after: usize,
}

impl Fired {
    /// A timer that is due fires now, by this decision.
    pub(super) fn decided(&mut self, decision: usize) {
        self.by = Some(decision);
    }

    /// A timer of this task fired after so many steps. Whether that was decided; else nobody was ready.
    pub(super) fn fires(&mut self, task: TaskNo, after: usize) -> bool {
        let Some(decision) = self.by.take() else {
            return false;
        };
        self.open.push(Fire {
            task,
            decision,
            woke: false,
            after,
        });
        true
    }

    /// The runtime woke this task after so many steps: by its timer, if one just fired.
    pub(super) fn woke(&mut self, task: TaskNo, after: usize) {
        let last = self.open.last_mut();
        if let Some(fire) = last.filter(|fire| fire.task == task && fire.after == after) {
            fire.woke = true;
        }
    }

    /// The task of the last step runs: it might have run before its timer fired if it was ready, or if something happened since then that it
    /// waited for.
    pub(super) fn runs(&mut self, steps: &[Step]) {
        let Some((now, before)) = steps.split_last() else {
            return;
        };
        let delayed = &mut self.delayed;
        self.open.retain(|fire| {
            if fire.task != now.task {
                return true;
            }
            let since = &before[fire.after.min(before.len())..];
            let reached = |step: &Step| step.footprint.overlaps(&now.waited_for);
            if !fire.woke || since.iter().any(reached) {
                delayed.push(fire.decision);
            }
            false
        });
    }

    /// The decisions by which a timer fired before its task ran, which might have run before that.
    pub(super) fn delayed(&self) -> &[usize] {
        &self.delayed
    }
}
