//! A survey: all the draws of a run, with what else could have been chosen.

use std::collections::BTreeMap;

use super::{Choice, Deviation, Key};
use crate::base::ids::TaskNo;
use crate::choice::draw::Draw;

/// See the top of this file. Of a very long run it lists the first draws only, and of a draw the first candidates.
#[derive(Debug, Default)]
pub(crate) struct Survey {
    draws: Vec<Surveyed>,
    /// Candidates that are tasks, by the numbers of their paths.
    candidates: Vec<u32>,
    paths: Vec<String>,
    numbers: BTreeMap<TaskNo, u32>,
    /// Whether something was left out.
    is_partial: bool,
    /// For each draw, how many events there were before it; as far as somebody said so.
    events: Vec<u32>,
}

#[derive(Debug)]
struct Surveyed {
    owner: u32,
    key: Key,
    /// How many candidates are listed.
    count: u32,
    chosen: u32,
    /// Where they begin in the list of candidates, if they are tasks.
    first: u32,
}

impl Surveyed {
    /// What is listed beside the default and what was chosen.
    fn others(&self) -> impl Iterator<Item = u32> + use<> {
        let chosen = self.chosen;
        (1..self.count).filter(move |&other| other != chosen)
    }
}

/// More draws are not listed.
const MOST_DRAWS: usize = 100_000;

/// Nor more candidates of one draw.
const MOST_CANDIDATES: usize = 64;

impl Survey {
    /// A draw was answered.
    pub(super) fn add(
        &mut self,
        draw: &Draw<'_>,
        owner: TaskNo,
        key: Key,
        path: impl Fn() -> String,
        chosen: usize,
    ) {
        if self.draws.len() == MOST_DRAWS {
            self.is_partial = true;
            return;
        }
        self.is_partial |= draw.candidates() > MOST_CANDIDATES;
        let count = draw.candidates().min(MOST_CANDIDATES);
        let first = self.candidates.len() as u32;
        if draw.kind().is_among_tasks() {
            for nth in 0..count {
                if let Some(task) = draw.task(nth) {
                    let number = self.number(task.number(), || task.path());
                    self.candidates.push(number);
                }
            }
        }
        let owner = self.number(owner, path);
        self.draws.push(Surveyed {
            owner,
            key,
            count: count as u32,
            chosen: chosen as u32,
            first,
        });
    }

    fn number(&mut self, task: TaskNo, path: impl Fn() -> String) -> u32 {
        let paths = &mut self.paths;
        *self.numbers.entry(task).or_insert_with(|| {
            paths.push(path());
            paths.len() as u32 - 1
        })
    }

    /// So many draws were made, the last of them when so many events had happened.
    pub(crate) fn made(&mut self, draws: usize, events: u32) {
        self.events.resize(draws, events);
    }

    /// How many draws there were.
    pub(crate) fn len(&self) -> usize {
        self.draws.len()
    }

    /// Whether something was left out of the list.
    pub(crate) fn is_partial(&self) -> bool {
        self.is_partial
    }

    /// How many events there were before the draw in this place, from 0; if that is known.
    pub(crate) fn events_before(&self, draw: usize) -> Option<u32> {
        self.events.get(draw).copied()
    }

    /// All that could have been chosen instead, but for the defaults, from the draw in this place on; each with the place of its
    /// draw.
    pub(crate) fn alternatives(&self, from: usize) -> impl Iterator<Item = (usize, Deviation<'_>)> {
        let draws = self.draws.iter().enumerate().skip(from);
        draws.flat_map(move |(at, draw)| {
            let others = draw.others();
            others.map(move |other| (at, self.deviation(draw, other)))
        })
    }

    /// How many that are.
    pub(crate) fn count_alternatives(&self, from: usize) -> u64 {
        let draws = self.draws.iter().skip(from);
        draws.map(|draw| draw.others().count() as u64).sum()
    }

    fn deviation(&self, draw: &Surveyed, choice: u32) -> Deviation<'_> {
        let path = |number: u32| self.paths[number as usize].as_str();
        let (kind, nth, again) = draw.key;
        Deviation {
            task: path(draw.owner),
            kind,
            nth,
            again,
            choice: match kind.is_among_tasks() {
                true => Choice::Task(path(self.candidates[(draw.first + choice) as usize])),
                false => Choice::Number(choice),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::ids::HostNo;
    use crate::base::place::{Place, caller};
    use crate::base::resource::Operation;
    use crate::choice::draw::{Candidates, Kind, View};

    /// Tasks whose slots are their numbers.
    struct Tasks;

    impl View for Tasks {
        fn owner(&self) -> TaskNo {
            TaskNo(1)
        }

        fn task(&self, slot: u32) -> TaskNo {
            TaskNo(slot)
        }

        fn path(&self, slot: u32) -> String {
            format!("main/{slot}")
        }

        fn host(&self, _: u32) -> HostNo {
            HostNo::DEFAULT
        }

        fn spawned(&self, _: u32) -> Place {
            caller()
        }

        fn operations(&self, _: u32) -> Option<&[Operation]> {
            None
        }
    }

    /// The task with this number draws, and this is chosen.
    fn add(
        survey: &mut Survey,
        owner: u32,
        kind: Kind,
        candidates: Candidates<'_>,
        nth: u32,
        chosen: usize,
    ) {
        let draw = Draw::new(kind, candidates, &Tasks);
        let path = || format!("main/{owner}");
        survey.add(&draw, TaskNo(owner), (kind, nth, 0), path, chosen);
    }

    fn lines(survey: &Survey, from: usize) -> Vec<String> {
        let alternatives = survey.alternatives(from);
        let lines: Vec<_> = alternatives
            .map(|(at, deviation)| format!("{at}: {deviation}"))
            .collect();
        assert_eq!(survey.count_alternatives(from), lines.len() as u64);
        lines
    }

    #[test]
    fn lists_what_else_could_have_been_chosen_by_number_or_by_path() {
        let mut survey = Survey::default();
        add(&mut survey, 1, Kind::Choose, Candidates::Count(4), 1, 2);
        let ready = Candidates::Tasks(&[2, 5, 3]);
        add(&mut survey, 2, Kind::Task, ready, 7, 0);
        let point = Candidates::Point {
            running: 3,
            ready: &[5],
        };
        add(&mut survey, 3, Kind::Point, point, 1, 1);
        add(
            &mut survey,
            1,
            Kind::Flip,
            Candidates::Coin { ones: 9 },
            1,
            0,
        );
        assert_eq!(survey.len(), 4);
        assert!(!survey.is_partial());
        assert_eq!(
            lines(&survey, 0),
            [
                "0: main/1 choose@1 1",
                "0: main/1 choose@1 3",
                "1: main/2 task@7 main/5",
                "1: main/2 task@7 main/3",
                "3: main/1 flip@1 1",
            ]
        );
        assert_eq!(lines(&survey, 2), ["3: main/1 flip@1 1"]);
        assert_eq!(lines(&survey, 4), [""; 0]);
    }

    /// Each that is listed is one of a run's draws: played, it is followed.
    #[test]
    fn of_a_draw_with_many_candidates_the_first_are_listed() {
        let many = MOST_CANDIDATES as u32 + 3;
        let slots: Vec<u32> = (1..=many).collect();
        for chosen in [0, 5, MOST_CANDIDATES, many as usize - 1] {
            let mut survey = Survey::default();
            add(
                &mut survey,
                1,
                Kind::Task,
                Candidates::Tasks(&slots),
                1,
                chosen,
            );
            assert!(survey.is_partial());
            let listed = MOST_CANDIDATES - 1 - usize::from(chosen == 5);
            assert_eq!(lines(&survey, 0).len(), listed, "{chosen}");
        }
        let mut survey = Survey::default();
        let most = Candidates::Count(MOST_CANDIDATES);
        add(&mut survey, 1, Kind::Choose, most, 1, 0);
        assert!(!survey.is_partial());
    }

    #[test]
    fn of_a_long_run_the_first_draws_are_listed() {
        let mut survey = Survey::default();
        for nth in 1..=MOST_DRAWS as u32 {
            add(
                &mut survey,
                1,
                Kind::Flip,
                Candidates::Coin { ones: 9 },
                nth,
                0,
            );
        }
        assert!(!survey.is_partial());
        let nth = MOST_DRAWS as u32 + 1;
        add(
            &mut survey,
            1,
            Kind::Flip,
            Candidates::Coin { ones: 9 },
            nth,
            0,
        );
        assert!(survey.is_partial());
        assert_eq!(survey.len(), MOST_DRAWS);
    }

    #[test]
    fn says_how_many_events_there_were_before_each_draw() {
        let mut survey = Survey::default();
        survey.made(1, 4);
        // A draw between two events, and two at once.
        survey.made(2, 4);
        survey.made(4, 9);
        let before: Vec<_> = (0..5).map(|draw| survey.events_before(draw)).collect();
        assert_eq!(before, [Some(4), Some(4), Some(9), Some(9), None]);
    }
}
