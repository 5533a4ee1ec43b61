//! The chooser: where every draw of a run is answered, and written down if the run is recorded.

use std::fmt::Write;
use std::sync::Arc;

use super::calibration::{Calibration, Summary};
use super::draw::{Candidates, Draw, Kind, View};
use super::labels::{Labelled, Labels};
use super::strategies::walk::{RandomWalk, Which};
use super::strategy::{Detail, Observation, Strategy};
use super::tape::{Key, Keys, Match, Player, Survey, Tape, TapeWriter};
use crate::base::ids::TaskNo;
use crate::base::touched::{self, Touched};

/// Who answers.
pub(crate) enum Source {
    /// No draw is made.
    Nobody,
    /// A random walk.
    Walk(Which),
    /// A tape.
    Tape(Box<Player>),
    /// Any other strategy, with the seed that it begins with.
    Strategy(Box<dyn Strategy>, u64, Arc<Calibration>),
}

/// Answers draws.
pub(crate) enum Chooser {
    /// A walk that nobody writes down, as in every exploration: it needs to know the number of candidates and nothing
    /// else about a draw.
    Quick(Box<RandomWalk>),
    /// Any source, recorded or not.
    Keyed(Box<Keyed>),
    /// There is no run yet; or it is over, and its memory was taken.
    Idle(Option<Box<RandomWalk>>),
}

/// A chooser that knows the key of each draw.
pub(crate) struct Keyed {
    answers: Answers,
    /// The memory of a walk, for a run after this one.
    spare: Option<Box<RandomWalk>>,
    /// Whether anybody wants to know keys: who writes a tape or plays one.
    counts: bool,
    /// Whether the strategy wants to know what is touched.
    touches: bool,
    /// Whose step is under way, if it does.
    running: TaskNo,
    keys: Keys,
    writer: Option<TapeWriter>,
    draws: u64,
    /// How many of them say what comes first.
    steering: u64,
    /// The first answer that named no candidate.
    misfit: Option<String>,
    labels: Labels,
}

enum Answers {
    Walk(Box<RandomWalk>),
    Tape(Box<Player>),
    Strategy(Box<dyn Strategy>),
}

/// What a draw came to.
pub(crate) struct Answer {
    pub(crate) chosen: usize,
    /// What the tape calls it, if one is written and the answer is not the default: the chosen task's or candidate's number.
    pub(crate) written: Option<u32>,
}

impl Chooser {
    /// One that answers nothing.
    pub(crate) const IDLE: Chooser = Chooser::Idle(None);

    /// Begins a run with this source, in place of the one before: a walk starts over in the memory of the last. If it
    /// records, a tape is written, with this seed for random values.
    pub(crate) fn begin(&mut self, source: Source, record: bool, values: u64) {
        touched::begin(false);
        let source = match (source, &mut *self, record) {
            (Source::Walk(which), Chooser::Quick(walk), false) => return walk.restart(which),
            (Source::Strategy(strategy, seed, calibration), Chooser::Keyed(keyed), false) => {
                return keyed.restart(strategy, seed, &calibration);
            }
            (source, ..) => source,
        };
        let spare = self.take_walk();
        *self = Chooser::new(source, record, values, spare);
    }

    #[inline(never)]
    fn new(
        source: Source,
        record: bool,
        values: u64,
        mut spare: Option<Box<RandomWalk>>,
    ) -> Chooser {
        let answers = match source {
            Source::Nobody => return Chooser::Idle(spare),
            Source::Walk(which) => {
                let walk = match spare.take() {
                    Some(mut walk) => {
                        walk.restart(which);
                        walk
                    }
                    None => Box::new(RandomWalk::new(which)),
                };
                if !record {
                    return Chooser::Quick(walk);
                }
                Answers::Walk(walk)
            }
            Source::Tape(player) => Answers::Tape(player),
            Source::Strategy(strategy, seed, calibration) => begun(strategy, seed, &calibration),
        };
        Chooser::Keyed(Box::new(Keyed {
            counts: record || matches!(answers, Answers::Tape(_)),
            touches: begins_with_touches(&answers),
            running: TaskNo::RUNTIME,
            answers,
            spare,
            keys: Keys::new(),
            writer: record.then(|| TapeWriter::new(values)),
            draws: 0,
            steering: 0,
            misfit: None,
            labels: Labels::default(),
        }))
    }

    /// The walk, whose memory the next run uses.
    fn take_walk(&mut self) -> Option<Box<RandomWalk>> {
        match std::mem::replace(self, Chooser::IDLE) {
            Chooser::Quick(walk) => Some(walk),
            Chooser::Keyed(keyed) => match keyed.answers {
                Answers::Walk(walk) => Some(walk),
                Answers::Tape(_) | Answers::Strategy(_) => keyed.spare,
            },
            Chooser::Idle(spare) => spare,
        }
    }

    pub(crate) fn keyed(&mut self) -> Option<&mut Keyed> {
        match self {
            Chooser::Quick(_) | Chooser::Idle(_) => None,
            Chooser::Keyed(keyed) => Some(keyed),
        }
    }

    /// How many draws were made.
    pub(crate) fn draws(&self) -> u64 {
        match self {
            Chooser::Quick(walk) => walk.answered(),
            Chooser::Keyed(keyed) => keyed.draws(),
            Chooser::Idle(_) => 0,
        }
    }

    /// How much of the tape that is being played was followed.
    pub(crate) fn matched(&self) -> Option<Match> {
        match self {
            Chooser::Keyed(keyed) => match &keyed.answers {
                Answers::Tape(player) => Some(player.matched()),
                Answers::Walk(_) | Answers::Strategy(_) => None,
            },
            Chooser::Quick(_) | Chooser::Idle(_) => None,
        }
    }
}

/// A strategy whose run begins.
fn begun(mut strategy: Box<dyn Strategy>, seed: u64, calibration: &Calibration) -> Answers {
    strategy.begin(seed, calibration);
    Answers::Strategy(strategy)
}

/// Whether what is touched in the run that begins is wanted, and then is written down.
fn begins_with_touches(answers: &Answers) -> bool {
    let wanted = match answers {
        Answers::Strategy(strategy) => strategy.wants_touches(),
        Answers::Walk(_) | Answers::Tape(_) => false,
    };
    if wanted {
        touched::begin(true);
    }
    wanted
}

impl Keyed {
    /// Begins a run that this strategy answers and nobody writes down, in the memory of the one before.
    fn restart(&mut self, strategy: Box<dyn Strategy>, seed: u64, calibration: &Calibration) {
        let answers = begun(strategy, seed, calibration);
        self.touches = begins_with_touches(&answers);
        self.running = TaskNo::RUNTIME;
        if let Answers::Walk(walk) = std::mem::replace(&mut self.answers, answers) {
            self.spare = Some(walk);
        }
        (self.counts, self.writer, self.misfit) = (false, None, None);
        (self.draws, self.steering) = (0, 0);
        self.labels.clear();
    }

    /// The list of the draws, if one is made.
    pub(crate) fn survey_mut(&mut self) -> Option<&mut Survey> {
        match &mut self.answers {
            Answers::Tape(player) => player.survey_mut(),
            Answers::Walk(_) | Answers::Strategy(_) => None,
        }
    }

    /// Answers a draw. Told to be inlined, for most callers know kind and candidates: then little is left to be asked.
    #[inline(always)]
    pub(crate) fn answer(
        &mut self,
        kind: Kind,
        candidates: Candidates<'_>,
        view: &impl View,
        owner_slot: u32,
    ) -> Answer {
        let owner = view.owner();
        let key = match self.counts {
            true => self.keys.next(owner, kind),
            false => (kind, 0, 0),
        };
        self.draws += 1;
        self.steering += u64::from(kind.steers());
        let chosen = match &mut self.answers {
            // It names none that is not there.
            Answers::Walk(walk) => walk.answer(candidates),
            Answers::Tape(_) | Answers::Strategy(_) => {
                self.ask(Draw::new(kind, candidates, view), (owner, key), owner_slot)
            }
        };
        let mut written = None;
        if chosen != 0
            && let Some(writer) = &mut self.writer
        {
            let choice = match candidates.slot(chosen) {
                Some(slot) => view.task(slot).get(),
                None => chosen as u32,
            };
            writer.push(owner, key, choice);
            written = Some(choice);
        }
        Answer { chosen, written }
    }

    /// Answers the n-th draw with this label, which is not a task's.
    pub(crate) fn answer_labelled(
        &mut self,
        kind: Kind,
        candidates: Candidates<'_>,
        label: &str,
        nth: u32,
    ) -> Answer {
        let owner = self.labels.number(label);
        let key = (kind, nth, 0);
        self.draws += 1;
        self.steering += u64::from(kind.steers());
        let chosen = match &mut self.answers {
            Answers::Walk(walk) => walk.answer(candidates),
            Answers::Tape(_) | Answers::Strategy(_) => {
                let view = Labelled(label);
                self.ask(Draw::new(kind, candidates, &view), (owner, key), 0)
            }
        };
        let choice = chosen as u32;
        let written = (chosen != 0).then_some(choice);
        if let (Some(choice), Some(writer)) = (written, &mut self.writer) {
            writer.push(owner, key, choice);
        }
        Answer { chosen, written }
    }

    /// Has a tape or a strategy answer.
    #[inline(never)]
    fn ask(&mut self, draw: Draw<'_>, (owner, key): (TaskNo, Key), owner_slot: u32) -> usize {
        self.tell_touches();
        let chosen = match &mut self.answers {
            Answers::Walk(_) => unreachable!("a walk needs not be shown a draw"),
            Answers::Tape(player) => player.answer(&draw, owner, key, || draw.path(owner_slot)),
            Answers::Strategy(strategy) => strategy.draw(&draw),
        };
        if chosen < draw.candidates() {
            return chosen;
        }
        self.note_misfit(draw.kind(), chosen, draw.candidates());
        0
    }

    #[cold]
    fn note_misfit(&mut self, kind: Kind, chosen: usize, candidates: usize) {
        let Answers::Strategy(strategy) = &self.answers else {
            unreachable!("a walk and a tape answer with a candidate")
        };
        let mut words = String::new();
        let _ = write!(
            words,
            "the strategy `{}` answered {chosen} to a draw of kind `{kind}` with {candidates} candidates: \
             an answer must be below the number of candidates",
            strategy.name()
        );
        self.misfit.get_or_insert(words);
    }

    /// The task became ready, but by a scheduling point.
    #[inline]
    pub(crate) fn turn(&mut self, task: TaskNo) {
        if self.counts {
            self.keys.turn(task);
        }
    }

    /// The task begins an operation.
    #[inline]
    pub(crate) fn operation(&mut self, task: TaskNo) {
        if self.counts {
            self.keys.operation(task);
        }
    }

    /// The task is at a point between two statements.
    #[inline]
    pub(crate) fn call(&mut self, task: TaskNo) {
        if self.counts {
            self.keys.call(task);
        }
    }

    /// How many operations the task began, in a run that is recorded.
    pub(crate) fn operations(&self, task: TaskNo) -> u64 {
        u64::from(self.keys.operations(task))
    }

    pub(crate) fn observe(&mut self, observation: Observation) {
        self.tell_touches();
        if let Answers::Strategy(strategy) = &mut self.answers {
            strategy.observe(observation);
        }
    }

    /// Shows what only those are shown who want to know what is touched.
    pub(crate) fn observe_closely(&mut self, detail: Detail) {
        if self.touches {
            self.observe(Observation::Detail(detail));
            match detail {
                Detail::Began { task } => self.running = task,
                Detail::Passed | Detail::Fired { .. } | Detail::Over => {
                    self.running = TaskNo::RUNTIME
                }
                _ => {}
            }
        }
    }

    /// Whether the strategy wants to know what is touched.
    pub(crate) fn wants_touches(&self) -> bool {
        self.touches
    }

    /// Shows what the running task has touched since this was called last.
    #[inline(always)]
    fn tell_touches(&mut self) {
        if self.touches {
            self.tell_all_touches();
        }
    }

    #[inline(never)]
    fn tell_all_touches(&mut self) {
        let Answers::Strategy(strategy) = &mut self.answers else {
            return;
        };
        let task = self.running;
        touched::take(|touched| {
            strategy.observe(Observation::Detail(match touched {
                Touched::Touched(shared) => Detail::Touched { task, shared },
                Touched::Waits => Detail::Waits { task },
                Touched::Several => Detail::Several { task },
            }));
        });
    }

    /// Whether there is a strategy to be shown what happens.
    pub(crate) fn is_observing(&self) -> bool {
        matches!(self.answers, Answers::Strategy(_))
    }

    /// How many draws were made.
    pub(crate) fn draws(&self) -> u64 {
        self.draws
    }

    /// How many of them say what comes first.
    pub(crate) fn steering(&self) -> u64 {
        self.steering
    }

    pub(crate) fn end(&mut self, summary: &Summary) {
        self.tell_touches();
        self.touches = false;
        touched::begin(false);
        if let Answers::Strategy(strategy) = &mut self.answers {
            strategy.end(summary);
        }
    }

    /// The tape that was written.
    pub(crate) fn take_tape<'p>(&mut self, path: impl Fn(TaskNo) -> &'p str) -> Option<Tape> {
        let labels = &self.labels;
        let path = |task| labels.get(task).unwrap_or_else(|| path(task));
        self.writer.take().map(|writer| writer.finish(path))
    }

    /// Says which answer named no candidate, if one did.
    pub(crate) fn take_misfit(&mut self) -> Option<String> {
        self.misfit.take()
    }
}
