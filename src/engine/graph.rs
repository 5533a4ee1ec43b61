//! The wait-for graph: which task does not go on without which.
//!
//! Read off the waits, the holders, and who a channel's receiver is, in a full run:
//!
//! ```text
//!   main/a ── right ──► main/b ── left ──► main/a
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use super::tasks::MAIN_SLOT;
use super::waits::{Wait, What};
use super::world::World;
use crate::record::event::Place;
use crate::record::finding::at_place;
use crate::values::ids::TaskNo;

/// See the top of this file.
pub(crate) struct Graph<'w> {
    pub(crate) world: &'w World,
    /// Whether only such edges count as nobody else could cut.
    pub(crate) certain: bool,
    /// The slots of living tasks.
    pub(crate) living: BTreeMap<TaskNo, u32>,
    /// Waits that were given what they are for and have not seen it, by resource.
    granted: BTreeMap<u32, Vec<&'w Wait>>,
    /// Waits whose tasks poll them no more.
    pub(crate) abandoned: Vec<&'w Wait>,
}

/// Who stands between a wait and what it is for.
struct Owner {
    task: TaskNo,
    /// What it is to the resource.
    role: &'static str,
    since: &'static str,
    place: Place,
}

/// What a sender waits for in a full channel.
const ROOM: &str = "room in ";

/// Owners that are named, at the most.
const MOST_OWNERS: usize = 3;

impl<'w> Graph<'w> {
    pub(crate) fn new(world: &'w World, certain: bool) -> Graph<'w> {
        let slots = world.tasks.living().into_iter();
        let living = slots.map(|slot| (world.tasks.row(slot).number, slot));
        let mut granted: BTreeMap<u32, Vec<&Wait>> = BTreeMap::new();
        for wait in world.waits.all() {
            if let (What::Resource(id, _), Some(_)) = (wait.what, wait.granted) {
                granted.entry(id).or_default().push(wait);
            }
        }
        let abandoned = |wait: &&Wait| wait.polled.is_abandoned(world);
        Graph {
            world,
            certain,
            living: living.collect(),
            granted,
            abandoned: world.waits.all().filter(abandoned).collect(),
        }
    }

    /// Every task that waits, and for what.
    pub(crate) fn parked(&self) -> Vec<String> {
        let mut told = BTreeSet::new();
        let line = |slot: u32| {
            let spawned = match slot {
                MAIN_SLOT => String::new(),
                _ => at_place(", spawned at", self.world.tasks.place(slot)),
            };
            let waits = self.waits_of(slot, &mut told);
            format!("{} waits for {waits}{spawned}", self.world.tasks.path(slot))
        };
        let ready = |slot: &u32| {
            self.world
                .tasks
                .cell(*slot)
                .is_some_and(|cell| cell.header().is_queued())
        };
        self.world
            .tasks
            .living()
            .into_iter()
            .filter(|slot| !ready(slot))
            .map(line)
            .collect()
    }

    /// What the task in this slot waits for, in words. Holders of a resource are named once, and then `told`.
    pub(crate) fn waits_of(&self, slot: u32, told: &mut BTreeSet<u32>) -> String {
        let waits = self.world.waits.of(self.world, slot);
        let waits: Vec<String> = waits.map(|wait| self.describe(wait, told)).collect();
        if waits.is_empty() {
            "something outside this run's sight".to_owned()
        } else {
            waits.join(", or ")
        }
    }

    /// What is waited for, where, and who has it.
    fn describe(&self, wait: &Wait, told: &mut BTreeSet<u32>) -> String {
        let mut words = self.world.name_wait(wait);
        if let Some(place) = wait.place {
            words += &at_place(" at", place);
        }
        let owners = self.owners(wait);
        let What::Resource(id, _) = wait.what else {
            return words;
        };
        if owners.is_empty() {
            return words;
        }
        if owners.len() > 1 && !told.insert(id) {
            return words + " (held as said above)";
        }
        for (nth, owner) in owners.iter().take(MOST_OWNERS).enumerate() {
            let lead = if nth == 0 { " (" } else { ", " };
            let path = self.world.path_of_number(owner.task);
            let since = at_place(owner.since, owner.place);
            let _ = write!(words, "{lead}{} {path}{since}", owner.role);
        }
        if owners.len() > MOST_OWNERS {
            let _ = write!(words, " and {} more", owners.len() - MOST_OWNERS);
        }
        words + ")"
    }

    fn owners(&self, wait: &Wait) -> Vec<Owner> {
        let What::Resource(id, part) = wait.what else {
            return Vec::new();
        };
        if !part.is_empty() {
            let receiver = self.world.resources.receiver(id).filter(|_| part == ROOM);
            let owner = |(task, place)| Owner {
                task,
                role: "its receiver is with",
                since: ", who last received at",
                place,
            };
            return receiver.map(owner).into_iter().collect();
        }
        let held = self.world.resources.holders(id).iter().map(|held| Owner {
            task: held.task,
            role: "held by",
            since: " since",
            place: held.place,
        });
        let handed = self.granted.get(&id).into_iter().flatten();
        let handed = handed.filter_map(|other| {
            Some(Owner {
                task: other.polled.task,
                role: "handed to",
                since: ", who asked at",
                place: other.place?,
            })
        });
        held.chain(handed).collect()
    }

    /// The tasks without whom this one does not go on, and for want of what.
    pub(crate) fn next(&self, slot: u32) -> Vec<(TaskNo, String)> {
        let waits: Vec<&Wait> = self.world.waits.of(self.world, slot).collect();
        if self.certain && waits.len() != 1 {
            return Vec::new();
        }
        let mut next = Vec::new();
        for wait in waits {
            match wait.what {
                What::Task(task) => next.push((task, "its end".to_owned())),
                What::Resource(id, _) => {
                    let owners = self.owners(wait);
                    let sure = owners.len() == 1 && self.world.resources.is_lock(id);
                    if sure || !self.certain {
                        let name = self.world.resources.name(id);
                        next.extend(owners.iter().map(|owner| (owner.task, name.to_owned())));
                    }
                }
                What::Timer(_) => {}
            }
        }
        next
    }

    /// The first cycle of tasks that wait for each other, as a chain of arrows.
    pub(crate) fn cycle(&self) -> Option<String> {
        let mut seen = BTreeSet::new();
        for (&task, &slot) in &self.living {
            // The way from `task`: who, where else one could go from there, and along what one went.
            let mut way = vec![(task, self.next(slot), String::new())];
            while let Some((_, choices, along)) = way.last_mut() {
                let Some((to, by)) = choices.pop() else {
                    way.pop();
                    continue;
                };
                *along = by;
                if let Some(first) = way.iter().position(|step| step.0 == to) {
                    let mut chain = String::new();
                    for (task, _, along) in &way[first..] {
                        let _ = write!(
                            chain,
                            "{} ── {along} ──► ",
                            self.world.path_of_number(*task)
                        );
                    }
                    return Some(chain + self.world.path_of_number(to));
                }
                if let Some(&slot) = self.living.get(&to).filter(|_| seen.insert(to)) {
                    way.push((to, self.next(slot), String::new()));
                }
            }
        }
        None
    }
}
