//! The door: where every draw of a run is answered, and written down if the run is recorded.

use crate::values::draw::{Draw, Kind, Names, RandomWalk, Strategy};
use crate::values::ids::TaskNo;
use crate::values::tape::{Asks, Deviation, Match, Player, Tape};

/// Who answers.
pub(crate) enum Source {
    /// A seeded random walk: the most frequent answer, and so not behind a pointer.
    Walk(RandomWalk),
    /// A tape.
    Tape(Player),
    /// Any other strategy.
    Other(Box<dyn Strategy>),
}

/// Answers draws.
pub(crate) struct Door {
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
        Door { source, recording }
    }

    /// Answers a draw: the place of the chosen candidate.
    #[inline(always)]
    pub(crate) fn answer(&mut self, draw: &Draw<'_>) -> Answer {
        let place = match &mut self.source {
            Source::Walk(walk) => walk.draw(draw),
            Source::Tape(player) => player.draw(draw),
            Source::Other(strategy) => {
                let place = strategy.draw(draw);
                if draw.is_candidate(place) { place } else { draw.default_choice() }
            }
        };
        match &mut self.recording {
            None => Answer { place, deviation: None },
            Some(recording) => Answer { place, deviation: recording.note(draw, place) },
        }
    }

    /// The tape so far, if one is written.
    pub(crate) fn take_tape(&mut self) -> Option<Tape> {
        self.recording.take().map(|recording| recording.tape)
    }

    /// How much of the tape that is being played was followed.
    pub(crate) fn matched(&self) -> Option<Match> {
        match &self.source {
            Source::Tape(player) => Some(player.matched()),
            _ => None,
        }
    }
}

/// The answer to a draw; with what the tape calls it if it was not the default and is recorded.
pub(crate) struct Answer {
    pub(crate) place: usize,
    pub(crate) deviation: Option<(Kind, String)>,
}

impl Recording {
    #[cold]
    fn note(&mut self, draw: &Draw<'_>, place: usize) -> Option<(Kind, String)> {
        let (task, step) = draw.owner();
        let nth = self.asks.next(task, step, draw.kind());
        if place == draw.default_choice() {
            return None;
        }
        let (kind, choice) = (draw.kind(), draw.label(place));
        let task = draw.owner_path();
        self.tape.push(Deviation { task, step, nth, kind, choice: choice.clone() });
        Some((kind, choice))
    }
}

/// The names behind a draw, from the table of tasks.
pub(crate) struct TableNames<'a> {
    pub(crate) tasks: &'a super::tasks::Tasks,
    /// The slot of the task whose draw it is.
    pub(crate) owner: u32,
    /// 1 if that task is about to take its next step, 0 if it is in the midst of one.
    pub(crate) ahead: u32,
}

impl Names for TableNames<'_> {
    fn owner(&self) -> (TaskNo, u32) {
        let row = self.tasks.row(self.owner);
        (row.number, row.steps + self.ahead)
    }

    fn owner_path(&self) -> String {
        self.tasks.path(self.owner)
    }

    fn path_at(&self, slot: u32) -> String {
        self.tasks.path(slot)
    }
}
