//! The tasks that are left are cut off, one after the other: from what goes with each is learnt who owned what.

use std::ops::Range;

use super::Run;
use crate::base::ids::TaskNo;
use crate::diagnose::senders::{self, Standing};
use crate::record::detail::Detail;

impl Run {
    /// A task is cut off, whose future lies here.
    pub(in crate::run) fn begin_cut_off(&mut self, task: TaskNo, memory: Range<usize>) {
        if let Some(observer) = &mut self.observer {
            observer.owners.begin(task, memory);
        }
    }

    /// All tasks are cut off.
    pub(in crate::run) fn end_cut_off(&mut self) {
        self.begin_cut_off(TaskNo::RUNTIME, 0..0);
    }

    /// All tasks are dropped: what was found says who had the senders of what they waited for, and which cycle that shows.
    pub(in crate::run) fn name_keepers(&mut self, standing: Option<Standing>) {
        if !self.verdict.has_findings() {
            return;
        }
        let mut findings = self.verdict.take_findings();
        if let Some(look) = self.look() {
            for finding in &mut findings {
                senders::name_keepers(look, &mut finding.detail);
                if let (Detail::Deadlock(deadlock), Some(standing)) =
                    (&mut finding.detail, &standing)
                    && deadlock.cycle.is_empty()
                {
                    deadlock.cycle = look.edges(&standing.cycle(look));
                }
            }
        }
        self.verdict.put_findings(findings);
    }

    /// A handle of this task is gone, which lay here.
    pub(crate) fn handle_gone(&mut self, task: TaskNo, at: usize) {
        if let Some(observer) = &mut self.observer {
            observer.owners.handle_gone(task, at);
        }
    }

    /// What `main` took may be in its output.
    pub(in crate::run) fn main_keeps(&mut self) {
        if let Some(observer) = &mut self.observer {
            observer.owners.main_keeps();
        }
    }
}
