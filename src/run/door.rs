//! The door: where every draw of a run is answered, and written down if the run is recorded.

use std::collections::BTreeMap;

use super::world::World;
use crate::base::ids::TaskNo;
use crate::choice::draw::{Candidates, Draw, Footprint, Kind, Names, RandomWalk, Strategy};
use crate::choice::tape::{Asks, Deviation, Match, Player, Tape};
use crate::record::event::Event;

/// Who answers.
pub(crate) enum Source {
    /// The random walk of a seed.
    Walk(u64),
    /// A tape.
    Tape(Box<Player>),
    /// Any other strategy.
    Other(Box<dyn Strategy>),
}

/// Answers draws.
#[allow(
    clippy::large_enum_variant,
    reason = "there is one door in a world, and the large variant is the usual one"
)]
pub(crate) enum Door {
    /// A walk that nobody writes down, as in every exploration: it needs to know the number of
    /// candidates and nothing else about a draw.
    Quick(RandomWalk),
    /// Any source, recorded or not.
    Named(Box<Named>),
}

pub(crate) struct Named {
    answers: Answers,
    recording: Option<Recording>,
}

enum Answers {
    Tape(Box<Player>),
    Strategy(Box<dyn Strategy>),
}

/// The tape that is being written.
struct Recording {
    tape: Tape,
    asks: Asks,
}

impl Door {
    /// Sets the source; if `record`, a tape is written, with this seed for random values.
    pub(crate) fn open(&mut self, source: Source, record: bool, values: u64) {
        let strategy: Answers = match source {
            Source::Walk(seed) if !record => return self.open_quick(seed),
            Source::Walk(seed) => Answers::Strategy(Box::new(RandomWalk::new(seed))),
            Source::Tape(player) => Answers::Tape(player),
            Source::Other(strategy) => Answers::Strategy(strategy),
        };
        let recording = record.then(|| Recording {
            tape: Tape::new(values, Vec::new()),
            asks: Asks::default(),
        });
        *self = Door::Named(Box::new(Named {
            answers: strategy,
            recording,
        }));
    }

    fn open_quick(&mut self, seed: u64) {
        match self {
            // In place: the generator's buffer is most of what a run would otherwise copy.
            Door::Quick(walk) => walk.restart(seed),
            Door::Named(_) => *self = Door::Quick(RandomWalk::new(seed)),
        }
    }

    /// The tape so far, if one is written.
    pub(crate) fn take_tape(&mut self) -> Option<Tape> {
        match self {
            Door::Named(named) => named.recording.take().map(|recording| recording.tape),
            Door::Quick(_) => None,
        }
    }

    /// How much of the tape that is being played was followed.
    pub(crate) fn matched(&self) -> Option<Match> {
        match self {
            Door::Named(named) => match &named.answers {
                Answers::Tape(player) => Some(player.matched()),
                Answers::Strategy(_) => None,
            },
            Door::Quick(_) => None,
        }
    }
}

impl Named {
    /// Answers a draw. Also gives what the tape calls the answer, if it is written and the answer was not the
    /// default.
    pub(crate) fn answer(&mut self, draw: &Draw<'_>) -> (usize, Option<String>) {
        let chosen = match &mut self.answers {
            Answers::Tape(player) => player.draw(draw),
            Answers::Strategy(strategy) => strategy.draw(draw),
        };
        let chosen = if chosen < draw.candidates() {
            chosen
        } else {
            0
        };
        (
            chosen,
            self.recording
                .as_mut()
                .and_then(|recording| recording.note(draw, chosen)),
        )
    }
}

impl Recording {
    fn note(&mut self, draw: &Draw<'_>, chosen: usize) -> Option<String> {
        let (task, step) = draw.owner();
        let nth = self.asks.next(task, step, draw.kind());
        if chosen == 0 {
            return None;
        }
        let (kind, choice) = (draw.kind(), draw.label(chosen));
        let task = draw.owner_path();
        self.tape.push(Deviation {
            task,
            step,
            nth,
            kind,
            choice: choice.clone(),
        });
        Some(choice)
    }
}

/// The task a draw belongs to.
#[derive(Clone, Copy)]
pub(crate) struct Owner {
    /// Its slot in the table of tasks.
    pub(crate) slot: u32,
    /// 1 if it is about to take its next step, 0 if it is in the midst of one.
    pub(crate) ahead: u32,
}

/// The names behind a draw, from the table of tasks.
pub(crate) struct TableNames<'a> {
    pub(crate) tasks: &'a super::tasks::Tasks,
    pub(crate) owner: Owner,
    pub(crate) announced: &'a Announced,
}

/// What tasks are about to touch, by slot, with the number of the task that said so.
pub(crate) type Announced = BTreeMap<u32, (TaskNo, Footprint)>;

impl Names for TableNames<'_> {
    fn owner(&self) -> (TaskNo, u32) {
        let row = self.tasks.row(self.owner.slot);
        (row.number, row.steps + self.owner.ahead)
    }

    fn owner_path(&self) -> String {
        self.tasks.path(self.owner.slot)
    }

    fn path_at(&self, slot: u32) -> String {
        self.tasks.path(slot)
    }

    fn footprint_at(&self, slot: u32) -> Option<Footprint> {
        let (task, footprint) = self.announced.get(&slot)?;
        (*task == self.tasks.row(slot).number).then_some(*footprint)
    }

    fn owner_slot(&self) -> u32 {
        self.owner.slot
    }
}

/// How the rest of the engine, and the handles, ask.
impl World {
    /// Draws among `count` candidates for the running task.
    pub(crate) fn draw(&mut self, kind: Kind, count: usize) -> usize {
        if count < 2 {
            return 0;
        }
        self.draw_for(self.midst(), kind, Candidates::Count(count))
    }

    /// Tosses a coin for the running task that shows `true` with probability `ones` in 2³².
    pub(crate) fn toss(&mut self, ones: u32) -> bool {
        self.draw_for(self.midst(), Kind::Flip, Candidates::Coin { ones }) == 1
    }

    /// The running task, as the owner of a draw.
    fn midst(&self) -> Owner {
        Owner {
            slot: self.current,
            ahead: 0,
        }
    }

    pub(super) fn draw_for(
        &mut self,
        owner: Owner,
        kind: Kind,
        candidates: Candidates<'_>,
    ) -> usize {
        let named = match &mut self.door {
            Door::Quick(walk) => return walk.step(candidates),
            Door::Named(named) => named,
        };
        let names = TableNames {
            tasks: &self.tasks,
            owner,
            announced: &self.announced,
        };
        let (chosen, choice) = named.answer(&Draw::new(kind, candidates, &names));
        if let Some(choice) = choice {
            self.record(Event::Drew { kind, choice });
        }
        chosen
    }

    /// Draws which ready task is next, and takes it out of the queue, which must not be empty.
    #[inline(always)]
    pub(crate) fn draw_task(&mut self) -> u32 {
        let Door::Quick(walk) = &mut self.door else {
            return self.draw_named_task();
        };
        self.ready.take(|places| match places.len() {
            1 => 0,
            _ => walk.step(Candidates::Tasks(places)),
        })
    }

    #[inline(never)]
    fn draw_named_task(&mut self) -> u32 {
        // Lent out for the draw, which looks at the queue and at the rest of the world.
        let mut ready = std::mem::take(&mut self.ready);
        let slot = ready.take(|places| match places.len() {
            1 => 0,
            _ => {
                let owner = Owner {
                    slot: places[0],
                    ahead: 1,
                };
                self.draw_for(owner, Kind::Task, Candidates::Tasks(places))
            }
        });
        self.ready = ready;
        // It goes on with what it announced, and announces anew what comes after.
        self.announced.remove(&slot);
        slot
    }

    /// Draws whether others go before the running task's next operation, which has this footprint, if that is known.
    pub(crate) fn draw_point(&mut self, footprint: Option<Footprint>) -> bool {
        if let Door::Quick(walk) = &mut self.door {
            return walk.step(Candidates::Count(2)) == 1;
        }
        let task = self.current_task();
        if let Some(footprint) = footprint {
            self.announced.insert(self.current, (task, footprint));
        }
        let others_first = self.draw(Kind::Preempt, 2) == 1;
        if !others_first {
            self.announced.remove(&self.current);
        }
        others_first
    }
}
