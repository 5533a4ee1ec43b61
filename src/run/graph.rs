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
use crate::base::ids::TaskNo;
use crate::base::span::Seconds;
use crate::record::event::Place;
use crate::record::finding::at_place;

/// See the top of this file.
pub(crate) struct Graph<'w> {
    pub(crate) world: &'w World,
    /// Whether only such edges count as nobody else could cut.
    pub(crate) certain: bool,
    /// The slots of living tasks.
    pub(crate) living: BTreeMap<TaskNo, u32>,
    /// Waits that were given what they are for and have not seen it, by resource.
    granted: BTreeMap<u32, Vec<&'w Wait>>,
    /// Those that stand in line, by what they are for, in the order in which they came.
    lines: BTreeMap<(u32, &'static str), Vec<&'w Wait>>,
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

/// Where a task was spawned; nothing for `main`, which is spawned by whoever runs it.
pub(crate) fn spawned(world: &World, slot: u32) -> String {
    match slot {
        MAIN_SLOT => String::new(),
        _ => at_place(", spawned at", world.tasks.place(slot)),
    }
}

impl<'w> Graph<'w> {
    pub(crate) fn new(world: &'w World, certain: bool) -> Graph<'w> {
        let slots = world.tasks.living().into_iter();
        let living = slots.map(|slot| (world.tasks.row(slot).number, slot));
        let mut granted: BTreeMap<u32, Vec<&Wait>> = BTreeMap::new();
        let mut lines: BTreeMap<(u32, &str), Vec<&Wait>> = BTreeMap::new();
        for wait in world.waits.all() {
            let What::Resource(id, part) = wait.what else {
                continue;
            };
            if wait.granted.is_some() {
                granted.entry(id).or_default().push(wait);
            } else if part.is_empty() || part == ROOM {
                lines.entry((id, part)).or_default().push(wait);
            }
        }
        lines
            .values_mut()
            .for_each(|line| line.sort_by_key(|wait| wait.number));
        let abandoned = |wait: &&Wait| wait.polled.is_abandoned(world);
        Graph {
            world,
            certain,
            living: living.collect(),
            granted,
            lines,
            abandoned: world.waits.all().filter(abandoned).collect(),
        }
    }

    /// Every task that waits, and for what.
    pub(crate) fn parked(&self) -> Vec<String> {
        let mut told = BTreeSet::new();
        let line = |slot: u32| {
            let spawned = spawned(self.world, slot);
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
            return words + &self.aside(wait);
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

    /// What else is known of something nobody holds.
    fn aside(&self, wait: &Wait) -> String {
        let What::Resource(id, _) = wait.what else {
            return String::new();
        };
        let Some((by, at)) = self.world.resources.unheard_call(id) else {
            return String::new();
        };
        format!(
            " (at {} {} notified all who waited: nobody did)",
            Seconds(at),
            self.world.path_of_number(by)
        )
    }

    /// Channels with messages in them that nobody receives.
    pub(crate) fn unreceived(&self) -> Vec<String> {
        let line = |(id, messages): (u32, i64)| {
            let name = self.world.resources.name(id);
            let messages = match messages {
                1 => "1 message".to_owned(),
                n => format!("{n} messages"),
            };
            let receiver = match self.world.resources.receiver(id) {
                Some((task, place)) => {
                    let path = self.world.path_of_number(task);
                    format!("last received from by {path}{}", at_place(" at", place))
                }
                None => "never received from".to_owned(),
            };
            format!("{messages} left in {name}, {receiver}")
        };
        self.world.resources.unreceived().map(line).collect()
    }

    fn owners(&self, wait: &Wait) -> Vec<Owner> {
        let What::Resource(id, part) = wait.what else {
            return Vec::new();
        };
        if let Some(ahead) = self.ahead(id, part, wait) {
            return vec![ahead];
        }
        let receiver = self.world.resources.receiver(id).filter(|_| part == ROOM);
        let receiver = receiver.map(|(task, place)| Owner {
            task,
            role: "its receiver is with",
            since: ", who last received at",
            place,
        });
        if !part.is_empty() && part != ROOM {
            return Vec::new();
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
        held.chain(handed).chain(receiver).collect()
    }

    /// Who stands in line just before a wait: first come, first served.
    fn ahead(&self, id: u32, part: &'static str, wait: &Wait) -> Option<Owner> {
        let line = self.lines.get(&(id, part))?;
        let at = line
            .binary_search_by_key(&wait.number, |wait| wait.number)
            .ok()?;
        let ahead = line[..at].last()?;
        if ahead.polled.task == wait.polled.task {
            return None;
        }
        Some(Owner {
            task: ahead.polled.task,
            role: "behind",
            since: ", who asked at",
            place: ahead.place?,
        })
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
                What::Timer(_) | What::AnyOf(_) => {}
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
