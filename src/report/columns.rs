//! Whose lanes there are: tasks, or hosts where several of them act.

use std::collections::BTreeMap;

use super::rows::Row;
use crate::base::ids::TaskNo;
use crate::record::trace::Trace;

/// How much more a row weighs that shows the failure, and one where the schedule deviates or the run is lost.
const FAILING: usize = 1_000;
const TURNING: usize = 30;

/// The lanes of a story.
#[derive(Debug)]
pub(super) struct Columns {
    pub(super) lanes: Vec<Lane>,
    /// The lane of each task, and its name in it, if the lane has several.
    tasks: BTreeMap<TaskNo, (usize, Option<String>)>,
}

/// A lane.
#[derive(Debug)]
pub(super) struct Lane {
    pub(super) name: String,
    /// How much it matters.
    pub(super) weight: usize,
}

impl Columns {
    /// The lanes of those who act in these rows, in the order in which they do.
    pub(super) fn new<'r>(trace: &Trace, rows: impl Iterator<Item = &'r Row>) -> Columns {
        let mut acting: Vec<TaskNo> = Vec::new();
        for task in rows.flat_map(|row| [Some(row.task), row.from]).flatten() {
            if task != TaskNo::RUNTIME && !acting.contains(&task) {
                acting.push(task);
            }
        }
        let by_host = acting
            .iter()
            .any(|&task| trace.host_of(task) != trace.host_of(acting[0]));
        let mut columns = Columns {
            lanes: Vec::new(),
            tasks: BTreeMap::new(),
        };
        for &task in &acting {
            let name = match by_host {
                true => trace.host_of(task).unwrap_or("main"),
                false => trace.path(task),
            };
            let lane = columns.lanes.iter().position(|lane| lane.name == name);
            let lane = lane.unwrap_or_else(|| {
                columns.lanes.push(Lane {
                    name: name.to_owned(),
                    weight: 0,
                });
                columns.lanes.len() - 1
            });
            columns.tasks.insert(task, (lane, None));
        }
        if by_host {
            columns.name_tasks(trace);
        }
        columns
    }

    /// Where a host's lane has several tasks, each row says whose it is.
    fn name_tasks(&mut self, trace: &Trace) {
        let lanes: Vec<usize> = self.tasks.values().map(|&(lane, _)| lane).collect();
        for (&task, (lane, name)) in &mut self.tasks {
            if lanes.iter().filter(|&other| other == lane).count() > 1 {
                let path = trace.path(task);
                let path = path.split_once(':').map_or(path, |(_, path)| path);
                let last = path.rsplit_once('/').map_or(path, |(_, last)| last);
                *name = Some(last.to_owned());
            }
        }
    }

    /// Adds what a row weighs to its lane.
    pub(super) fn weigh(&mut self, row: &Row, failing: bool, lost: bool) {
        if let Some(lane) = self.lane(row.task) {
            let turning = lost || row.deviation.is_some();
            self.lanes[lane].weight +=
                1 + FAILING * usize::from(failing) + TURNING * usize::from(turning);
        }
    }

    /// The lane of a task; none for the runtime.
    pub(super) fn lane(&self, task: TaskNo) -> Option<usize> {
        self.tasks.get(&task).map(|&(lane, _)| lane)
    }

    /// The name of a task in its lane, if that has several.
    pub(super) fn name(&self, task: TaskNo) -> Option<&str> {
        self.tasks.get(&task)?.1.as_deref()
    }
}
