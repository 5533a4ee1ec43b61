//! Starvation: tasks that are ready, and are not polled for very long.
//!
//! With a fair scheduler there are none. A strategy that prefers some tasks shows what happens where the scheduler is
//! not fair: a task that spins until another has done something may keep that other from ever doing it.
//!
//! Looked at seldom: whoever was ready at one look, is ready at the next, and took no step in between has been ready
//! all that time, for one leaves the queue only to be polled. Between two looks there are many more steps than there
//! were ready tasks, so that random picks would have come to each of them, and the looks cost next to nothing.

use super::tasks::RUNTIME_SLOT;
use super::world::World;
use crate::base::ids::TaskNo;
use crate::record::finding::FindingKind;

/// Steps for which a task must be ready and not polled, at least.
const LONG: u64 = 10_000;

/// The same for each task that is ready with it: by then a uniform pick has missed it with a probability of e⁻¹⁰⁰.
const LONG_EACH: u64 = 100;

/// Who was ready at the last look.
#[derive(Debug, Default)]
pub(crate) struct Starved {
    looked_at: u64,
    next_look: u64,
    ready: Vec<(u32, TaskNo, u32)>,
}

impl Starved {
    /// Forgets the run before.
    pub(crate) fn reset(&mut self) {
        self.looked_at = 0;
        self.next_look = LONG;
        self.ready.clear();
    }
}

/// Looks, if it is time.
pub(crate) fn look(world: &mut World) {
    let now = world.steps;
    if now < world.starved.next_look {
        return;
    }
    let waited = now - world.starved.looked_at;
    let before = std::mem::take(&mut world.starved.ready);
    let hungry = |&&(slot, task, steps): &&(u32, TaskNo, u32)| {
        let row = world.tasks.row(slot);
        (row.number, row.steps) == (task, steps)
    };
    let starved: Vec<u32> = before
        .iter()
        .filter(hungry)
        .map(|&(slot, ..)| slot)
        .collect();
    for slot in starved {
        let place = world.tasks.place(slot);
        world.find(FindingKind::Starvation, Some(slot), Some(place), |_| {
            (
                format!("ready for {waited} steps of others, and not polled once"),
                vec![],
            )
        });
    }
    let places = world.ready.places();
    let of = |&slot: &u32| {
        (
            slot,
            world.tasks.row(slot).number,
            world.tasks.row(slot).steps,
        )
    };
    let ready: Vec<_> = places
        .iter()
        .filter(|&&slot| slot != RUNTIME_SLOT)
        .map(of)
        .collect();
    world.starved.next_look = now + LONG.max(LONG_EACH * ready.len() as u64);
    world.starved.looked_at = now;
    world.starved.ready = ready;
}
