//! From runs to figures: what a unit of a case costs each contestant.
//!
//! Instructions are counted first, in children that share the machine's cores, as counts do not mind company. Wall time
//! is taken after that, alone, the contestants taking turns round after round in this one process: whatever slows the
//! machine down for a while slows all of them, and the ratio to Reweave is taken within each round.

use std::num::NonZero;
use std::path::Path;
use std::sync::{Mutex, MutexGuard};
use std::thread;

use anyhow::Result;
use indicatif::{ProgressBar, ProgressStyle};
use reweave_benches::Size;
use reweave_benches::cases::{Case, Plan};
use reweave_benches::workloads::{Entrant, w7};

use crate::one::Run;
use crate::share::Shares;

/// The contestant that the others are compared to.
pub(crate) const SUBJECT: &str = "reweave";

/// The same, when it keeps everything.
pub(crate) const RECORDED: &str = "recorded";

/// The same, when another strategy answers than the random walk.
pub(crate) const STRATEGIES: [&str; 5] = ["portfolio", "pct", "pos", "urw", "surw"];

/// A case, and the contestants that are measured at it.
pub(crate) struct Heat {
    pub(crate) case: &'static Case,
    pub(crate) entrants: Vec<&'static Entrant>,
}

/// The figures of a contestant at a case; what was not or could not be measured is absent.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Figures {
    /// Instructions a unit.
    pub(crate) instructions: Option<f64>,
    /// The same, shared out; of [`SUBJECT`] alone.
    pub(crate) shares: Option<Shares>,
    /// Nanoseconds of wall time a unit, the median over the rounds.
    pub(crate) nanos: Option<f64>,
    /// How many times Reweave's wall time that is, the median over the rounds.
    pub(crate) times_subject: Option<f64>,
    /// The peak memory of a run, in bytes.
    pub(crate) peak: Option<u64>,
    /// What a task takes beyond its future, in bytes.
    pub(crate) task_bytes: Option<f64>,
}

/// How thoroughly to measure.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Effort {
    /// Whether instructions are counted.
    pub(crate) count: bool,
    /// Whether those of [`SUBJECT`] are shared out.
    pub(crate) share: bool,
    /// How many rounds of wall time are taken.
    pub(crate) rounds: usize,
    /// By how much the work of a round, and the tasks of the memory workload, are cut.
    pub(crate) cut: usize,
}

/// The figures of each heat's entrants, in their order.
///
/// # Errors
///
/// When a run fails.
pub(crate) fn measure(heats: &[Heat], effort: Effort) -> Result<Vec<Vec<Figures>>> {
    let entries = heats.iter().map(|heat| heat.entrants.len()).sum::<usize>();
    let bar = bar(entries + heats.len() * effort.rounds);
    let mut figures = in_children(heats, effort, &bar)?;
    for (heat, figures) in heats.iter().zip(&mut figures) {
        take_times(heat, effort, figures, &bar)?;
    }
    bar.finish_and_clear();
    Ok(figures)
}

/// What is measured in children, instructions and memory, as many at once as there are cores.
fn in_children(heats: &[Heat], effort: Effort, bar: &ProgressBar) -> Result<Vec<Vec<Figures>>> {
    let nothing_yet = |heat: &Heat| vec![Figures::default(); heat.entrants.len()];
    let figures = Mutex::new(heats.iter().map(nothing_yet).collect::<Vec<_>>());

    let entrants =
        |heat: usize| (0..heats[heat].entrants.len()).map(move |entrant| (heat, entrant));
    let mut queue: Vec<(usize, usize)> = (0..heats.len()).flat_map(entrants).collect();
    // The big ones are taken first, off the end, so that no core is left alone with one.
    queue.sort_by_key(|(heat, _)| heats[*heat].case.tasks);
    let queue = Mutex::new(queue);

    let scratch = tempfile::tempdir()?;
    let work = || -> Result<()> {
        // A function, so that the lock is not held while the child runs.
        let next = || lock(&queue).pop();
        while let Some((heat, entrant)) = next() {
            let (case, who) = (heats[heat].case, heats[heat].entrants[entrant]);
            bar.set_message(format!("counting {} {}", case.name, who.name));
            let found = in_child(case, who, effort, scratch.path());
            if found.is_err() {
                lock(&queue).clear();
            }
            lock(&figures)[heat][entrant] = found?;
            bar.inc(1);
        }
        Ok(())
    };
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    thread::scope(|scope| {
        let workers: Vec<_> = (0..cores).map(|_| scope.spawn(work)).collect();
        workers
            .into_iter()
            .try_for_each(|worker| worker.join().expect("a worker returns its errors"))
    })?;
    Ok(figures.into_inner().expect(UNPOISONED))
}

const UNPOISONED: &str = "nothing panics while it holds the lock";

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect(UNPOISONED)
}

fn in_child(
    case: &'static Case,
    entrant: &'static Entrant,
    effort: Effort,
    scratch: &Path,
) -> Result<Figures> {
    let run = |size| Run {
        workload: case.workload,
        entrant,
        size,
    };
    let mut figures = Figures::default();
    match case.plan {
        Plan::Cost {
            counted,
            timed,
            peak,
        } => {
            let [few, many] = counted.map(|rounds| run(case.size(rounds)));
            if effort.share && entrant.name == SUBJECT {
                let few_shares = few.share_out_instructions(scratch)?;
                let many_shares = many.share_out_instructions(scratch)?;
                let shares = many_shares.map2(few_shares, |more, less| {
                    difference((many.units(), more), (few.units(), less))
                });
                figures.shares = Some(shares);
                figures.instructions = Some(shares.total());
            } else if effort.count {
                figures.instructions = Some(difference(
                    (many.units(), many.count_instructions(scratch)? as f64),
                    (few.units(), few.count_instructions(scratch)? as f64),
                ));
            }
            if peak {
                let rounds = effort.rounds_of(timed, entrant);
                figures.peak = run(case.size(rounds)).in_a_child()?.peak;
            }
        }
        Plan::Memory => {
            let tasks = case.tasks / effort.cut;
            let resident = |tasks| -> Result<_> {
                let outcome = run(Size::new(tasks, 1)).in_a_child()?;
                Ok(outcome
                    .done
                    .resident
                    .map(|bytes| (tasks as u64, bytes as f64)))
            };
            if let (Some(many), Some(few)) = (resident(tasks)?, resident(tasks / 2)?) {
                figures.task_bytes = Some(difference(many, few) - w7::future_bytes() as f64);
            }
        }
    }
    Ok(figures)
}

/// Wall times, the heat's contestants taking turns.
fn take_times(
    heat: &Heat,
    effort: Effort,
    figures: &mut [Figures],
    bar: &ProgressBar,
) -> Result<()> {
    let Plan::Cost { timed, .. } = heat.case.plan else {
        bar.inc(effort.rounds as u64);
        return Ok(());
    };
    // A list of nanoseconds a unit for each contestant, round by round.
    let mut nanos = vec![Vec::new(); heat.entrants.len()];
    bar.set_message(format!("timing {}", heat.case.name));
    for _ in 0..effort.rounds {
        for (entrant, nanos) in heat.entrants.iter().zip(&mut nanos) {
            let run = Run {
                workload: heat.case.workload,
                entrant,
                size: heat.case.size(effort.rounds_of(timed, entrant)),
            };
            let wall = run.here()?.wall;
            nanos.push(wall.as_nanos() as f64 / run.units() as f64);
        }
        bar.inc(1);
    }
    let subject = heat
        .entrants
        .iter()
        .position(|entrant| entrant.name == SUBJECT);
    for (figures, own) in figures.iter_mut().zip(&nanos) {
        figures.nanos = median(own.clone());
        figures.times_subject = subject.and_then(|subject| {
            let pairs = own.iter().zip(&nanos[subject]);
            median(pairs.map(|(own, subject)| own / subject).collect())
        });
    }
    Ok(())
}

impl Effort {
    fn rounds_of(&self, timed: usize, entrant: &Entrant) -> usize {
        (timed / self.cut / entrant.handicap).max(1)
    }
}

impl Run {
    fn units(&self) -> u64 {
        (self.workload.units)(self.size)
    }
}

/// What one more unit costs, from the (units, cost) of a big run and of a small one; all that both pay once cancels.
fn difference(many: (u64, f64), few: (u64, f64)) -> f64 {
    (many.1 - few.1) / (many.0 - few.0) as f64
}

fn median(mut numbers: Vec<f64>) -> Option<f64> {
    numbers.sort_by(f64::total_cmp);
    let upper = *numbers.get(numbers.len() / 2)?;
    let lower = numbers[(numbers.len() - 1) / 2];
    Some((lower + upper) / 2.0)
}

fn bar(steps: usize) -> ProgressBar {
    let style = ProgressStyle::with_template("{elapsed:>4} {bar:30} {pos}/{len} {msg}")
        .expect("the template is well-formed");
    ProgressBar::new(steps as u64).with_style(style)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn start_up_cancels() {
        let cost = |units| (units, 1_000_000.0 + 250.0 * units as f64);
        assert_eq!(difference(cost(300), cost(100)), 250.0);
    }

    #[test]
    fn a_median_is_in_the_middle() {
        assert_eq!(median(vec![]), None);
        assert_eq!(median(vec![3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(vec![4.0, 1.0, 3.0, 2.0]), Some(2.5));
    }
}
