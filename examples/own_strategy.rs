//! A strategy written outside the crate: PCT, a priority for every task and a few changes of them.
//!
//! ```sh
//! cargo run --release --example own_strategy
//! ```
//!
//! Tasks have random priorities, and of those that are ready the highest always runs. At `depth - 1` draws, spread at
//! random over the run, the task that would run goes to the end instead. A bug that needs `depth` events in an order
//! shows in a run with probability at least 1 / (n k^(depth - 1)), for n tasks and k draws; how large k is comes from the
//! calibration.
//!
//! Source: S. Burckhardt, P. Kothari, M. Musuvathi, S. Nagarakatte, *A Randomized Scheduler with Probabilistic Guarantees of
//! Finding Bugs*, ASPLOS 2010.
//!
//! Two programs show how it compares with the random walk that comes with Reweave: a deadlock that takes two switches close
//! together, and a lost update for which one task must get far while another stands still.

use std::collections::BTreeSet;
use std::sync::Arc;

use reweave::draw::{Calibration, Draw, Kind, Observation, Prng, Summary, TaskNo};
use reweave::sync::Mutex;
use reweave::{Explore, Report, Run, Strategy, explore};

/// PCT of this depth.
pub struct Pct {
    depth: u32,
    prng: Prng,
    /// All tasks that were seen, the highest priority first. Those that were moved to the end are the last.
    order: Vec<TaskNo>,
    /// How many of them were never moved to the end.
    unmoved: usize,
    /// The draws among tasks, by number, at which the task that would run is moved to the end.
    changes: BTreeSet<u32>,
    /// How many draws among tasks there were.
    draws: u32,
    /// After so many, tasks are drawn at random: one that runs until another changes something would run for ever.
    fair_from: u32,
    name: String,
}

impl Pct {
    /// Bugs of this depth: the number of events whose order makes the bug show.
    pub fn new(depth: u32) -> Pct {
        Pct {
            depth,
            prng: Prng::for_draws(0),
            order: Vec::new(),
            unmoved: 0,
            changes: BTreeSet::new(),
            draws: 0,
            fair_from: 0,
            name: format!("pct({depth})"),
        }
    }

    /// Gives a task that is new a random place before those that were moved to the end.
    fn add(&mut self, task: TaskNo) {
        if !self.order.contains(&task) {
            let rank = self.prng.below(self.unmoved as u32 + 1) as usize;
            self.order.insert(rank, task);
            self.unmoved += 1;
        }
    }

    fn remove(&mut self, task: TaskNo) {
        if let Some(rank) = self.order.iter().position(|&known| known == task) {
            self.order.remove(rank);
            self.unmoved -= usize::from(rank < self.unmoved);
        }
    }

    fn move_to_end(&mut self, task: TaskNo) {
        self.remove(task);
        self.order.push(task);
    }

    /// Which of these tasks, all added, is first in the order.
    fn highest(&self, tasks: &[TaskNo]) -> usize {
        let mut ranked = self.order.iter();
        let found = ranked.find_map(|known| tasks.iter().position(|task| task == known));
        found.expect("a draw has candidates, and all were added")
    }
}

impl Strategy for Pct {
    fn begin(&mut self, seed: u64, calibration: &Calibration) {
        self.prng = Prng::for_draws(seed);
        let draws = u32::try_from(calibration.draws).unwrap_or(u32::MAX / 4);
        // Where every draw is a change, priorities mean nothing.
        let changes = (self.depth.saturating_sub(1)).min(draws / 2);
        while self.changes.len() < changes as usize {
            self.changes.insert(self.prng.below(draws));
        }
        self.fair_from = (draws * 4).max(1_000);
    }

    fn draw(&mut self, draw: &Draw<'_>) -> usize {
        if !matches!(draw.kind(), Kind::Task | Kind::Point) || self.draws > self.fair_from {
            return draw.uniform(&mut self.prng);
        }
        let candidates = (0..draw.candidates()).filter_map(|nth| draw.task(nth));
        let tasks: Vec<TaskNo> = candidates.map(|candidate| candidate.number()).collect();
        // The runtime, which ends the run once `main` is done, is a candidate that nobody spawned.
        tasks.iter().for_each(|&task| self.add(task));
        let mut highest = self.highest(&tasks);
        if self.changes.contains(&self.draws) {
            self.move_to_end(tasks[highest]);
            highest = self.highest(&tasks);
        }
        self.draws += 1;
        highest
    }

    fn observe(&mut self, observation: Observation) {
        match observation {
            Observation::Spawned { task, .. } => self.add(task),
            // It asks for others to go first.
            Observation::Yielded { task } => self.move_to_end(task),
            Observation::Ended { task } => self.remove(task),
            _ => {}
        }
    }

    fn end(&mut self, summary: &Summary) {
        // Draws among tasks are a part of all draws.
        debug_assert!(u64::from(self.draws) <= summary.draws);
    }

    fn wants_calibration(&self) -> bool {
        true
    }

    fn name(&self) -> &str {
        &self.name
    }
}

/// Two tasks lock two mutexes in opposite orders.
pub async fn deadlock() {
    let left = Arc::new(Mutex::new(()));
    let right = Arc::new(Mutex::new(()));
    let both = |first: &Arc<Mutex<()>>, second: &Arc<Mutex<()>>| {
        let (first, second) = (first.clone(), second.clone());
        reweave::spawn(async move {
            let _first = first.lock().await;
            let _second = second.lock().await;
        })
    };
    let tasks = [both(&left, &right), both(&right, &left)];
    for task in tasks {
        task.await.unwrap();
    }
}

/// A payment reads the balance, and writes what it read plus the amount. In between, a second one must come from its
/// beginning to its end for an update to be lost.
pub async fn lost_update() {
    let balance = Arc::new(Mutex::new(0));
    let log = Arc::new(Mutex::new(0));
    let first = {
        let (balance, log) = (balance.clone(), log.clone());
        reweave::spawn(async move {
            let read = *balance.lock().await;
            *balance.lock().await = read + 10;
            for _ in 0..30 {
                *log.lock().await += 1;
            }
        })
    };
    let second = {
        let balance = balance.clone();
        reweave::spawn(async move {
            for _ in 0..30 {
                *log.lock().await += 1;
            }
            *balance.lock().await += 20;
        })
    };
    first.await.unwrap();
    second.await.unwrap();
    assert_eq!(*balance.lock().await, 30, "an update was lost");
}

/// How many seeds there are to each figure.
const SEEDS: u64 = 1_000;

/// In how many of the seeds a failure shows, and a run that has it.
fn count<M, F>(explore: Explore<M>) -> (u64, Option<Run>)
where
    M: Fn() -> F + Sync,
    F: Future<Output = ()> + 'static,
{
    let found = explore.seeds(0..SEEDS).collect().run();
    let shown = found.failures().iter().filter_map(Run::shown);
    let seeds = shown.map(|shown| shown.seeds).max();
    (seeds.unwrap_or(0), found.failure().cloned())
}

fn compare<F>(name: &str, program: fn() -> F)
where
    F: Future<Output = ()> + 'static,
{
    let (walk, _) = count(explore(program));
    let (pct, first) = count(explore(program).strategy(|| Pct::new(3)));
    println!("{name}: of {SEEDS} seeds the random walk finds it in {walk}, PCT in {pct}");
    let run = first.expect("some seed shows it");
    // The environment knows the seeds of its own strategies only; a tape brings any run back.
    let replay = format!("REWEAVE_TAPE='{}'", run.tape().to_line());
    println!("{}\n", Report::new(&run).replay(&replay));
}

fn main() {
    compare("deadlock", deadlock);
    compare("lost update", lost_update);
}
