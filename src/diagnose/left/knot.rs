//! Cycles among tasks that are stuck, and what hangs from them.
//!
//! ```text
//!   a ──► b ──► c ──► a      the members of a knot
//!   d ──► e ──► b            hang from it
//!   f ──► nobody             is alone: what it waits for nobody can give
//! ```

use std::collections::{BTreeMap, BTreeSet};

use crate::base::ids::TaskNo;
use crate::observe::graph::Edge;

/// Takes out those who wait for nobody who is stuck, and then those who wait for such only; gives both parts.
pub(super) fn leave_out_ends(
    mut stuck: BTreeMap<TaskNo, Vec<Edge>>,
) -> (BTreeSet<TaskNo>, BTreeMap<TaskNo, Vec<Edge>>) {
    let mut behind: BTreeMap<TaskNo, Vec<TaskNo>> = BTreeMap::new();
    for edge in stuck.values().flatten() {
        behind.entry(edge.to).or_default().push(edge.from);
    }
    let mut left: BTreeMap<TaskNo, usize> = stuck
        .iter()
        .map(|(&task, next)| (task, next.len()))
        .collect();
    let mut alone: BTreeSet<TaskNo> = BTreeSet::new();
    let ends = left.iter().filter(|(_, left)| **left == 0);
    let mut ends: Vec<TaskNo> = ends.map(|(&task, _)| task).collect();
    while let Some(end) = ends.pop() {
        alone.insert(end);
        for task in behind.get(&end).into_iter().flatten() {
            let left = left.entry(*task).or_default();
            *left -= 1;
            if *left == 0 {
                ends.push(*task);
            }
        }
    }
    stuck.retain(|task, _| !alone.contains(task));
    let next = stuck.values_mut();
    next.for_each(|next| next.retain(|edge| !alone.contains(&edge.to)));
    (alone, stuck)
}

/// Tasks that wait for each other, and those that wait for them.
pub(super) struct Knot {
    pub(super) cycle: Vec<Edge>,
    pub(super) members: BTreeSet<TaskNo>,
    pub(super) hanging: BTreeSet<TaskNo>,
}

impl Knot {
    /// The knot that the first of these tasks leads to. Each of them waits for another.
    pub(super) fn first(next: &BTreeMap<TaskNo, Vec<Edge>>) -> Option<Knot> {
        let mut way: Vec<Edge> = Vec::new();
        // At which step of the way each task is. It may lead through all tasks there are.
        let mut steps: BTreeMap<TaskNo, usize> = BTreeMap::new();
        let mut task = *next.keys().next()?;
        let cycle = loop {
            if let Some(first) = steps.insert(task, way.len()) {
                break way.split_off(first);
            }
            let edge = *next.get(&task)?.first()?;
            way.push(edge);
            task = edge.to;
        };
        let start: BTreeSet<TaskNo> = cycle.iter().map(|edge| edge.from).collect();
        let edges = || next.values().flatten();
        let mut ahead: BTreeMap<TaskNo, Vec<TaskNo>> = BTreeMap::new();
        let mut behind: BTreeMap<TaskNo, Vec<TaskNo>> = BTreeMap::new();
        for edge in edges() {
            ahead.entry(edge.from).or_default().push(edge.to);
            behind.entry(edge.to).or_default().push(edge.from);
        }
        let ahead = reached(&start, &ahead);
        let behind = reached(&start, &behind);
        Some(Knot {
            cycle,
            members: ahead.intersection(&behind).copied().collect(),
            hanging: behind.difference(&ahead).copied().collect(),
        })
    }
}

fn reached(start: &BTreeSet<TaskNo>, next: &BTreeMap<TaskNo, Vec<TaskNo>>) -> BTreeSet<TaskNo> {
    let mut reached = start.clone();
    let mut ahead: Vec<TaskNo> = start.iter().copied().collect();
    while let Some(task) = ahead.pop() {
        let new = next.get(&task).into_iter().flatten();
        ahead.extend(new.filter(|&&task| reached.insert(task)));
    }
    reached
}
