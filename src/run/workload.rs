//! The workloads that tasks are drawing: where in them a draw is made, which is what a tape knows it by.
//!
//! ```text
//!   main@1                  main's 1st workload
//!   main@1.ops              in its field `ops`
//!   main@1.ops[2]           the 3rd item
//!   main@1.ops[2].Put.key   the field `key` of the variant `Put`
//! ```
//!
//! A draw is counted within its place. So a tape can go without an item, and an edit can add a field: what is drawn elsewhere keeps
//! its key.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::base::ids::TaskNo;
use crate::base::place::Place;

/// See the top of this file.
#[derive(Debug, Default)]
pub(crate) struct Workloads {
    /// How many each task drew.
    counts: BTreeMap<TaskNo, u32>,
    /// The places that the running task is in, the innermost last. Nothing awaits within a workload.
    places: Vec<Within>,
}

#[derive(Debug)]
struct Within {
    task: TaskNo,
    part: Part,
    asked: Place,
    draws: u32,
    calls: u32,
    /// Of the outermost place of a task.
    whole: Option<Whole>,
}

/// A workload that is being drawn.
#[derive(Clone, Copy, Debug)]
pub(super) struct Whole {
    /// Of which draws it is one.
    pub(super) row: usize,
    /// Whether its defaults come of a generator.
    pub(super) generated: bool,
    /// Whether all of its draws took their default.
    pub(super) default: bool,
}

/// A part of a workload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// What a call draws, of those from one place the n-th, from 1.
    Call(u32),
    Field(&'static str),
    Variant(&'static str),
    /// From 0.
    Item(u32),
}

/// Workloads are not nested deeper than this: their plainest value does not end.
pub(crate) const DEEPEST: usize = 300;

impl Workloads {
    pub(super) fn begin(&mut self) {
        if !self.counts.is_empty() {
            self.counts.clear();
        }
        self.places.clear();
    }

    /// The task begins to draw this part: or, if none, what a call draws that was made here. Gives how deep it was before, which
    /// is to be [left](Workloads::leave) to.
    pub(super) fn enter(&mut self, task: TaskNo, part: Option<Part>, asked: Place) -> usize {
        let depth = self.places.len();
        if part.is_some() && self.places.last().is_none_or(|within| within.task != task) {
            // Whoever calls a type's `any` itself begins with a part.
            self.enter(task, None, asked);
        }
        let (calls, asked) = match self.places.last_mut() {
            Some(within) if within.task == task => (&mut within.calls, within.asked),
            Some(_) | None => (self.counts.entry(task).or_default(), asked),
        };
        let part = part.unwrap_or_else(|| {
            *calls += 1;
            Part::Call(*calls)
        });
        self.places.push(Within {
            task,
            part,
            asked,
            draws: 0,
            calls: 0,
            whole: None,
        });
        depth
    }

    /// Whether the task is drawing a workload.
    pub(super) fn is_drawing(&self, task: TaskNo) -> bool {
        self.places.last().is_some_and(|within| within.task == task)
    }

    /// What was entered where it was so deep is the outermost place of a workload.
    pub(super) fn begin_whole(&mut self, depth: usize, whole: Whole) {
        self.places[depth].whole = Some(whole);
    }

    /// The workload that this task, which runs, is drawing.
    pub(super) fn whole(&mut self, task: TaskNo) -> Option<&mut Whole> {
        let places = self.places.iter_mut().rev();
        let mut own = places.take_while(|within| within.task == task);
        own.find_map(|within| within.whole.as_mut())
    }

    /// Whatever was entered since it was so deep is drawn, or given up in a panic. Gives what is a whole workload of it.
    pub(super) fn leave(&mut self, depth: usize) -> Option<Whole> {
        let whole = self.places.get(depth).and_then(|within| within.whole);
        self.places.truncate(depth);
        whole
    }

    /// How many of the places that it is in are such.
    pub(crate) fn depth(&self, is: impl Fn(Part) -> bool) -> usize {
        self.places.iter().filter(|within| is(within.part)).count()
    }

    /// Where the code under test asked for what is being drawn.
    pub(super) fn place(&self) -> Option<Place> {
        self.places.last().map(|within| within.asked)
    }

    /// If the task is drawing a workload, the number of its next draw in the innermost place.
    pub(super) fn count_draw(&mut self, task: TaskNo) -> Option<u32> {
        let within = self.places.last_mut()?;
        if within.task != task {
            return None;
        }
        within.draws += 1;
        Some(within.draws)
    }

    /// The innermost place, on from the path of its task.
    pub(super) fn label(&self, mut path: String) -> String {
        let Some(task) = self.places.last().map(|within| within.task) else {
            return path;
        };
        let outermost = self.places.iter().rposition(|within| within.task != task);
        let begin = outermost.map_or(0, |at| at + 1);
        for (at, within) in self.places[begin..].iter().enumerate() {
            let _ = match within.part {
                Part::Call(nth) if at == 0 => write!(path, "@{nth}"),
                Part::Call(nth) => write!(path, ".{nth}"),
                Part::Field(name) | Part::Variant(name) => write!(path, ".{name}"),
                Part::Item(nth) => write!(path, "[{nth}]"),
            };
        }
        path
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::place::caller;

    #[test]
    fn a_draw_is_known_by_its_place_and_counted_there() {
        let mut workloads = Workloads::default();
        let (main, other) = (TaskNo(1), TaskNo(2));
        assert_eq!(workloads.count_draw(main), None);
        let out = workloads.enter(main, None, caller());
        assert_eq!(workloads.count_draw(main), Some(1));
        let item = workloads.enter(main, Some(Part::Item(2)), caller());
        workloads.enter(main, Some(Part::Field("key")), caller());
        assert_eq!(workloads.label("main".to_owned()), "main@1[2].key");
        assert_eq!(workloads.count_draw(main), Some(1));
        assert_eq!(workloads.count_draw(other), None);
        workloads.leave(item);
        assert_eq!(workloads.count_draw(main), Some(2));
        workloads.enter(main, None, caller());
        assert_eq!(workloads.label("main".to_owned()), "main@1.1");
        workloads.leave(out);
        workloads.enter(main, None, caller());
        assert_eq!(workloads.label("main".to_owned()), "main@2");
        workloads.enter(other, None, caller());
        assert_eq!(workloads.label("main/b".to_owned()), "main/b@1");
    }
}
