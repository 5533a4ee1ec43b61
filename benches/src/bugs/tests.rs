//! The two worlds are one: a program has the same scheduling points in both, with the same tasks to choose from.
//!
//! Both are led by one guide, which sees the tasks that could run by their numbers in the order of their spawns, and answers as a
//! function of these and of how many choices there were before. What it was asked is compared.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};

use reweave::draw::{Draw, Kind};
use reweave::{FindingKind, Strategy};
use shuttle::Runner;
use shuttle::scheduler::{Schedule, Scheduler, Task, TaskId};

use super::trial::{self, sim};
use super::world::{Reweave, Shuttle};
use super::{ALL, Program, named};

/// Which of these tasks, of at least two, runs next: `main` is 0. They are in order.
type Guide = Arc<Mutex<dyn FnMut(&[usize]) -> usize + Send>>;

/// What a run was asked: the tasks that could run, and the one that did.
type Choices = Vec<(Vec<usize>, usize)>;

/// A guide, and what it was asked.
#[derive(Clone)]
struct Led {
    guide: Guide,
    choices: Arc<Mutex<Choices>>,
}

impl Led {
    fn by(guide: impl FnMut(&[usize]) -> usize + Send + 'static) -> Led {
        Led {
            guide: Arc::new(Mutex::new(guide)),
            choices: Arc::default(),
        }
    }

    fn choose(&self, mut tasks: Vec<usize>) -> usize {
        tasks.sort_unstable();
        if let [only] = tasks[..] {
            return only;
        }
        let chosen = (self.guide.lock().unwrap())(&tasks);
        self.choices.lock().unwrap().push((tasks, chosen));
        chosen
    }
}

impl Strategy for Led {
    fn draw(&mut self, draw: &Draw<'_>) -> usize {
        assert!(matches!(draw.kind(), Kind::Task | Kind::Point));
        let number = |candidate| draw.task(candidate).unwrap().number().get() as usize - 1;
        let tasks: Vec<usize> = (0..draw.candidates()).map(number).collect();
        let chosen = self.choose(tasks.clone());
        tasks.iter().position(|task| *task == chosen).unwrap()
    }
}

struct OneRun {
    led: Led,
    over: bool,
}

impl Scheduler for OneRun {
    fn new_execution(&mut self) -> Option<Schedule> {
        let over = std::mem::replace(&mut self.over, true);
        (!over).then(|| Schedule::new(0))
    }

    fn next_task(
        &mut self,
        runnable: &[&Task],
        _: Option<TaskId>,
        is_yielding: bool,
    ) -> Option<TaskId> {
        assert!(!is_yielding);
        let tasks = runnable.iter().map(|task| task.id().into()).collect();
        Some(self.led.choose(tasks).into())
    }

    fn next_u64(&mut self) -> u64 {
        unreachable!("no program asks for numbers")
    }
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Ending {
    Passed,
    Panicked,
    Deadlocked,
}

fn on_reweave(program: &Program, led: Led) -> (Choices, Ending) {
    let choices = led.choices.clone();
    let run = sim().run_with(led, (program.on_reweave)(Reweave::new()));
    let ending = match run.failure().map(|finding| finding.kind()) {
        None => Ending::Passed,
        Some(FindingKind::Panic | FindingKind::UnobservedPanic) => Ending::Panicked,
        Some(FindingKind::Deadlock) => Ending::Deadlocked,
        Some(other) => panic!("{}: {other}", program.name),
    };
    (std::mem::take(&mut *choices.lock().unwrap()), ending)
}

fn on_shuttle(program: &'static Program, led: Led) -> (Choices, Ending) {
    let choices = led.choices.clone();
    let scheduler = OneRun { led, over: false };
    let run = || {
        Runner::new(scheduler, trial::config())
            .run(|| shuttle::future::block_on((program.on_shuttle)(Shuttle::new())))
    };
    let ending = match catch_unwind(AssertUnwindSafe(run)) {
        Ok(runs) => {
            assert_eq!(runs, 1);
            Ending::Passed
        }
        Err(panic) => match panic.downcast_ref::<String>() {
            Some(words) if words.starts_with("deadlock!") => Ending::Deadlocked,
            _ => Ending::Panicked,
        },
    };
    (std::mem::take(&mut *choices.lock().unwrap()), ending)
}

/// A random walk that depends on nothing but its number and how many choices there were.
fn walk(number: u64) -> Led {
    let mut state = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    Led::by(move |tasks| {
        // SplitMix64 (Steele, Lea and Flood, 2014).
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = state;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        tasks[((word ^ (word >> 31)) % tasks.len() as u64) as usize]
    })
}

#[test]
fn a_program_is_asked_the_same_in_both_worlds() {
    for program in ALL {
        let mut most = 0;
        for number in 0..20 {
            let (ours, our_ending) = on_reweave(program, walk(number));
            let (shuttles, their_ending) = on_shuttle(program, walk(number));
            assert_eq!(our_ending, their_ending, "{} {number}", program.name);
            // shuttle stops once the task that panicked has unwound; Reweave lets the others end.
            let common = match our_ending {
                Ending::Panicked => ours.len().min(shuttles.len()),
                Ending::Passed | Ending::Deadlocked => ours.len().max(shuttles.len()),
            };
            let (ours, shuttles) = (ours.get(..common), shuttles.get(..common));
            assert!(
                ours.is_some() && ours == shuttles,
                "{} {number}: {ours:?} {shuttles:?}",
                program.name
            );
            most = most.max(common);
        }
        assert!(most >= 3, "{} is asked {most} times", program.name);
    }
}

/// All schedules of a program, each with its ending, by depth-first search.
fn all_schedules(mut run: impl FnMut(Led) -> (Choices, Ending)) -> BTreeSet<(Choices, Ending)> {
    let mut found = BTreeSet::new();
    let mut prefix: Vec<usize> = Vec::new();
    loop {
        let (steered, mut at) = (prefix.clone(), 0);
        let led = Led::by(move |tasks| {
            at += 1;
            steered.get(at - 1).copied().unwrap_or(tasks[0])
        });
        let (choices, ending) = run(led);
        // The last choice at which a later task is left.
        let next = choices
            .iter()
            .rposition(|(tasks, chosen)| chosen < tasks.last().unwrap());
        if let Some(turn) = next {
            prefix = choices[..=turn].iter().map(|(_, chosen)| *chosen).collect();
            let (tasks, chosen) = &choices[turn];
            prefix[turn] = *tasks.iter().find(|task| *task > chosen).unwrap();
        }
        assert!(found.insert((choices, ending)), "a schedule comes twice");
        if next.is_none() {
            return found;
        }
    }
}

#[test]
fn a_small_program_has_the_same_schedules_in_both_worlds() {
    for name in ["deadlock01", "philosophers_3", "twostage"] {
        let program = named(name).unwrap();
        let mut ours = all_schedules(|led| on_reweave(program, led));
        let mut shuttles = all_schedules(|led| on_shuttle(program, led));
        assert!(ours.iter().any(|(_, ending)| *ending != Ending::Passed));
        // What follows a panic differs.
        for schedules in [&mut ours, &mut shuttles] {
            schedules.retain(|(_, ending)| *ending != Ending::Panicked);
        }
        assert_eq!(ours, shuttles, "{name}");
    }
}

#[test]
fn a_bug_is_found_and_counted_in_both_worlds() {
    for program in ALL {
        // Those that a walk seldom or never finds.
        let rare = ["reorder_", "twostage_"];
        if rare.iter().any(|rare| program.name.starts_with(rare)) {
            continue;
        }
        for name in ["reweave:random", "shuttle:random"] {
            let strategy: trial::Strategy = name.parse().unwrap();
            let trial = strategy.try_to_find(program, 0, 2_000);
            assert!(trial.found, "{} {name}", program.name);
            assert!((1..=2_000).contains(&trial.schedules));
            // No fewer will do, and no more are made.
            if trial.schedules > 1 {
                let short = strategy.try_to_find(program, 0, trial.schedules - 1);
                let (found, schedules) = (short.found, short.schedules);
                assert_eq!((found, schedules), (false, trial.schedules - 1));
            }
            let again = strategy.try_to_find(program, 0, trial.schedules);
            assert_eq!((again.found, again.schedules), (true, trial.schedules));
        }
    }
}

/// The first of `main`, the task `first` for so many choices, the last task, and the one with the lowest number that could run.
fn overtaken(first: usize, for_choices: usize) -> Led {
    let mut made = 0;
    Led::by(move |tasks| {
        let runs_first = tasks.contains(&first) && made < for_choices;
        made += usize::from(runs_first && tasks[0] != 0);
        match tasks {
            [0, ..] => 0,
            _ if runs_first => first,
            [.., last] => *last,
            [] => unreachable!("a guide is asked for one of several"),
        }
    })
}

#[test]
fn the_bugs_that_a_walk_seldom_finds_are_there() {
    let rare = |program: &&Program| {
        ["reorder_", "twostage_"]
            .iter()
            .any(|rare| program.name.starts_with(rare))
    };
    for program in ALL.iter().filter(rare) {
        let finds = |run: &dyn Fn(Led) -> (Choices, Ending)| {
            (0..8).any(|choices| run(overtaken(1, choices)).1 == Ending::Panicked)
        };
        assert!(finds(&|led| on_reweave(program, led)), "{}", program.name);
        assert!(finds(&|led| on_shuttle(program, led)), "{}", program.name);
    }
}
