//! The chooser: where every draw of a run is answered, and written down if the run is recorded.

use std::fmt::Write;
use std::sync::Arc;

use super::calibration::{Calibration, Summary};
use super::draw::{Candidates, Draw, Kind, View};
use super::interest::Interest;
use super::labels::{Labelled, Labels};
use super::strategies::seeded::{Member, Seeded, Spare};
use super::strategies::walk::{RandomWalk, Which};
use super::strategy::{Detail, Observation, Strategy};
use super::tape::{Key, Keys, Match, Player, Survey, Tape, TapeWriter};
use crate::base::ids::TaskNo;
use crate::base::touched::{self, Line};

/// Who answers.
pub(crate) enum Source {
    /// No draw is made.
    Nobody,
    /// A random walk.
    Walk(Which),
    /// A tape.
    Tape(Box<Player>),
    /// One that comes with Reweave and keeps a state, with this seed.
    Seeded(Member, u64, Arc<Calibration>),
    /// Any other strategy, with the seed that it begins with.
    Strategy(Box<dyn Strategy>, u64, Arc<Calibration>),
}

/// Answers draws.
pub(crate) enum Chooser {
    /// A walk that nobody writes down, as in every exploration: it needs to know the number of candidates and nothing
    /// else about a draw.
    ///
    /// With the memory of the other kind, for a run after this one.
    Quick(Box<RandomWalk>, Option<Box<Keyed>>),
    /// Any source, recorded or not.
    Keyed(Box<Keyed>),
    /// There is no run.
    Idle(Memory),
}

/// What runs leave in memory.
#[derive(Default)]
pub(crate) struct Memory {
    walk: Option<Box<RandomWalk>>,
    keyed: Option<Box<Keyed>>,
}

/// A chooser that knows the key of each draw.
pub(crate) struct Keyed {
    answers: Answers,
    /// What the strategy wants to be shown.
    interest: Interest,
    /// The memory of others that answer, for runs after this one.
    walk: Option<Box<RandomWalk>>,
    seeded: Spare,
    /// The numbers of the candidates of a draw; memory for the next.
    numbers: Vec<TaskNo>,
    /// Whether anybody wants to know keys: who writes a tape or plays one.
    counts: bool,
    keys: Keys,
    writer: Option<TapeWriter>,
    draws: u64,
    /// How many of them say what comes first.
    steering: u64,
    /// The first answer that named no candidate.
    misfit: Option<String>,
    labels: Labels,
    /// Whose step is under way, if somebody wants to know what is touched.
    running: TaskNo,
}

enum Answers {
    Nobody,
    Walk(Box<RandomWalk>),
    Tape(Box<Player>),
    Seeded(Seeded),
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
    pub(crate) const IDLE: Chooser = Chooser::Idle(Memory {
        walk: None,
        keyed: None,
    });

    /// Begins a run with this source, in place of the one before, in the memory of those before. If it
    /// records, a tape is written, with this seed for random values.
    pub(crate) fn begin(&mut self, source: Source, record: bool, values: u64) {
        touched::begin(false);
        match (&source, &mut *self) {
            (Source::Walk(which), Chooser::Quick(walk, _)) if !record => walk.restart(*which),
            (
                Source::Tape(_) | Source::Seeded(..) | Source::Strategy(..),
                Chooser::Keyed(keyed),
            ) => {
                keyed.begin(source, record, values);
            }
            _ => self.change(source, record, values),
        }
    }

    /// The same, where another kind answers than before.
    #[inline(never)]
    fn change(&mut self, source: Source, record: bool, values: u64) {
        let mut memory = match std::mem::replace(self, Chooser::IDLE) {
            Chooser::Quick(walk, keyed) => Memory {
                walk: Some(walk),
                keyed,
            },
            Chooser::Keyed(mut keyed) => {
                keyed.end_answers();
                Memory {
                    walk: keyed.walk.take(),
                    keyed: Some(keyed),
                }
            }
            Chooser::Idle(memory) => memory,
        };
        *self = match source {
            Source::Nobody => Chooser::Idle(memory),
            Source::Walk(which) if !record => {
                Chooser::Quick(restarted(memory.walk.take(), which), memory.keyed)
            }
            source => {
                let mut keyed = memory.keyed.unwrap_or_default();
                keyed.walk = memory.walk;
                keyed.begin(source, record, values);
                Chooser::Keyed(keyed)
            }
        };
    }

    pub(crate) fn keyed(&mut self) -> Option<&mut Keyed> {
        match self {
            Chooser::Quick(..) | Chooser::Idle(_) => None,
            Chooser::Keyed(keyed) => Some(keyed),
        }
    }

    /// How many draws were made.
    pub(crate) fn draws(&self) -> u64 {
        match self {
            Chooser::Quick(walk, _) => walk.answered(),
            Chooser::Keyed(keyed) => keyed.draws(),
            Chooser::Idle(_) => 0,
        }
    }

    /// How much of the tape that is being played was followed.
    pub(crate) fn matched(&self) -> Option<Match> {
        match self {
            Chooser::Keyed(keyed) => match &keyed.answers {
                Answers::Tape(player) => Some(player.matched()),
                Answers::Nobody | Answers::Walk(_) | Answers::Seeded(_) | Answers::Strategy(_) => {
                    None
                }
            },
            Chooser::Quick(..) | Chooser::Idle(_) => None,
        }
    }
}

/// Looks up the numbers of candidates that are tasks.
#[inline(always)]
fn look_up(numbers: &mut Vec<TaskNo>, candidates: Candidates<'_>, view: &impl View) {
    match candidates {
        Candidates::Tasks(slots) => numbers.extend(slots.iter().map(|&slot| view.task(slot))),
        Candidates::Point { running, ready } => {
            numbers.push(view.task(running));
            numbers.extend(ready.iter().map(|&slot| view.task(slot)));
        }
        _ => {}
    }
}

/// This walk, in memory that there may be.
fn restarted(memory: Option<Box<RandomWalk>>, which: Which) -> Box<RandomWalk> {
    match memory {
        Some(mut walk) => {
            walk.restart(which);
            walk
        }
        None => Box::new(RandomWalk::new(which)),
    }
}

impl Default for Keyed {
    /// That of no run.
    fn default() -> Keyed {
        Keyed {
            answers: Answers::Nobody,
            interest: Interest::NONE,
            walk: None,
            seeded: Spare::default(),
            numbers: Vec::new(),
            counts: false,
            keys: Keys::new(),
            writer: None,
            draws: 0,
            steering: 0,
            misfit: None,
            labels: Labels::default(),
            running: TaskNo::RUNTIME,
        }
    }
}

impl Keyed {
    fn begin(&mut self, source: Source, record: bool, values: u64) {
        self.end_answers();
        (self.answers, self.interest) = match source {
            Source::Nobody => (Answers::Nobody, Interest::NONE),
            Source::Walk(which) => {
                let walk = restarted(self.walk.take(), which);
                (Answers::Walk(walk), Interest::NONE)
            }
            Source::Tape(player) => (Answers::Tape(player), Interest::NONE),
            Source::Seeded(member, seed, calibration) => {
                let seeded = self.seeded.begin(member, seed, &calibration);
                let interest = seeded.interest();
                (Answers::Seeded(seeded), interest)
            }
            Source::Strategy(mut strategy, seed, calibration) => {
                strategy.begin(seed, &calibration);
                let touches = strategy.wants_touches();
                let interest = Interest {
                    touches,
                    ..Interest::ALL
                };
                (Answers::Strategy(strategy), interest)
            }
        };
        touched::begin(self.interest.touches);
        self.running = TaskNo::RUNTIME;
        self.counts = record || matches!(self.answers, Answers::Tape(_));
        if self.counts {
            self.keys = Keys::new();
        }
        self.writer = record.then(|| TapeWriter::new(values));
        self.misfit = None;
        (self.draws, self.steering) = (0, 0);
        self.labels.clear();
    }

    /// The run is over: what answered it is memory.
    fn end_answers(&mut self) {
        match std::mem::replace(&mut self.answers, Answers::Nobody) {
            Answers::Walk(walk) => self.walk = Some(walk),
            Answers::Seeded(seeded) => self.seeded.keep(seeded),
            Answers::Nobody | Answers::Tape(_) | Answers::Strategy(_) => {}
        }
    }

    /// The list of the draws, if one is made.
    pub(crate) fn survey_mut(&mut self) -> Option<&mut Survey> {
        match &mut self.answers {
            Answers::Tape(player) => player.survey_mut(),
            Answers::Nobody | Answers::Walk(_) | Answers::Seeded(_) | Answers::Strategy(_) => None,
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
            Answers::Seeded(_) => self.show(kind, candidates, view),
            Answers::Nobody | Answers::Tape(_) | Answers::Strategy(_) => {
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

    /// Answers a draw where [nobody else](Keyed::is_light) wants to know of it.
    #[inline(always)]
    pub(crate) fn answer_light(
        &mut self,
        kind: Kind,
        candidates: Candidates<'_>,
        view: &impl View,
    ) -> usize {
        self.draws += 1;
        self.steering += u64::from(kind.steers());
        self.show(kind, candidates, view)
    }

    /// Has a strategy answer that comes with Reweave.
    #[inline(always)]
    fn show(&mut self, kind: Kind, candidates: Candidates<'_>, view: &impl View) -> usize {
        let Answers::Seeded(seeded) = &mut self.answers else {
            unreachable!("it is asked in another way")
        };
        let numbers = &mut self.numbers;
        numbers.clear();
        if self.interest.candidates {
            look_up(numbers, candidates, view);
        }
        let draw = Draw::new(kind, candidates, view);
        seeded.draw(&draw.with_numbers(numbers))
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
            Answers::Seeded(seeded) => seeded.draw(&Draw::new(kind, candidates, &Labelled(label))),
            Answers::Nobody | Answers::Tape(_) | Answers::Strategy(_) => {
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
            Answers::Walk(_) | Answers::Seeded(_) => unreachable!("it is asked by itself"),
            Answers::Nobody => 0,
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
            unreachable!("what comes with Reweave answers with a candidate")
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

    /// Something happened of what it is [interested](Keyed::interest) in.
    pub(crate) fn observe(&mut self, observation: Observation) {
        self.tell_touches();
        match &mut self.answers {
            Answers::Seeded(seeded) => seeded.observe(observation),
            Answers::Strategy(strategy) => strategy.observe(observation),
            Answers::Nobody | Answers::Walk(_) | Answers::Tape(_) => {}
        }
    }

    /// Shows what only those are shown who want to know what is touched.
    pub(crate) fn observe_closely(&mut self, detail: Detail) {
        if self.interest.touches {
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

    /// Shows what the running task has touched since this was called last.
    #[inline(always)]
    fn tell_touches(&mut self) {
        if self.interest.touches {
            self.tell_all_touches();
        }
    }

    #[inline(never)]
    fn tell_all_touches(&mut self) {
        let Answers::Strategy(strategy) = &mut self.answers else {
            return;
        };
        let task = self.running;
        touched::take(|line| {
            strategy.observe(Observation::Detail(match line {
                Line::Touch(shared) => Detail::Touched { task, shared },
                Line::Waits => Detail::Waits { task },
                Line::GivesUp => Detail::GivesUp { task },
                Line::Several => Detail::Several { task },
                Line::Together => Detail::Together,
            }));
        });
    }

    /// Whether nobody wants to know more of the run than it is [interested](Keyed::interest) in: it is not recorded, and what answers is
    /// known.
    pub(crate) fn is_light(&self) -> bool {
        !self.counts && matches!(self.answers, Answers::Seeded(_))
    }

    /// What it wants to be shown.
    #[inline(always)]
    pub(crate) fn interest(&self) -> Interest {
        self.interest
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
        self.interest.touches = false;
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
