//! The door: where every draw of a run is answered, and written down if the run is recorded.

use crate::values::draw::{Draw, Names, RandomWalk, Strategy};
use crate::values::ids::TaskNo;
use crate::values::tape::{Asks, Deviation, Match, Player, Tape};

/// Who answers.
pub(crate) enum Source {
    /// A seeded random walk.
    Walk(RandomWalk),
    /// A tape.
    Tape(Box<Player>),
    /// Any other strategy.
    Other(Box<dyn Strategy>),
}

/// Answers draws.
pub(crate) enum Door {
    /// A walk that nobody writes down, as in every exploration: it needs to know the number of
    /// candidates and nothing else about a draw.
    Quick(RandomWalk),
    /// Any source, recorded or not.
    Named(Box<Named>),
}

pub(crate) struct Named {
    source: Source,
    recording: Option<Recording>,
}

/// The tape that is being written.
struct Recording {
    tape: Tape,
    asks: Asks,
}

impl Door {
    /// A door with this source; if `record`, it writes a tape with this seed for random values.
    pub(crate) fn new(source: Source, record: bool, values: u64) -> Door {
        let recording =
            record.then(|| Recording { tape: Tape::new(values, Vec::new()), asks: Asks::default() });
        match (source, recording) {
            (Source::Walk(walk), None) => Door::Quick(walk),
            (source, recording) => Door::Named(Box::new(Named { source, recording })),
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
            Door::Named(named) => match &named.source {
                Source::Tape(player) => Some(player.matched()),
                _ => None,
            },
            Door::Quick(_) => None,
        }
    }
}

impl Named {
    /// Answers a draw. Also gives what the tape calls the answer, if it is written and the answer was not the
    /// default.
    pub(crate) fn answer(&mut self, draw: &Draw<'_>) -> (usize, Option<String>) {
        let chosen = match &mut self.source {
            Source::Walk(walk) => walk.draw(draw),
            Source::Tape(player) => player.draw(draw),
            Source::Other(strategy) => strategy.draw(draw),
        };
        let chosen = if chosen < draw.candidates() { chosen } else { 0 };
        (chosen, self.recording.as_mut().and_then(|recording| recording.note(draw, chosen)))
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
        self.tape.push(Deviation { task, step, nth, kind, choice: choice.clone() });
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
}

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
}
