//! A step: what a task did from one scheduling point, or the begin of a poll, to the next.

use super::footprint::Footprint;
use crate::base::ids::TaskNo;

/// See the top of this file.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) task: TaskNo,
    pub(super) footprint: Footprint,
    /// The decision that chose it; `None` if nobody else was ready.
    pub(super) decision: Option<usize>,
    /// How many decisions were made before it.
    pub(super) decisions: usize,
    /// The steps that spawned or woke its task.
    pub(super) woken_by: Vec<usize>,
    /// What its task had touched in the poll before, when it began to wait.
    pub(super) waited_for: Footprint,
    /// How often no task had been ready before it.
    pub(super) passed: u32,
    /// Whether it spawned or woke somebody, or did anything that others may see.
    pub(super) matters: bool,
}
