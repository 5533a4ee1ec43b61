//! Idle tasks at the end: what one more seed costs where a small test does not join its tasks. Three workers receive
//! numbers and answer each with its double; the test sends each some, and awaits the answers. Then it either drops the
//! senders and joins the workers, or ends while they wait for more at their receivers. A unit is a run.
//!
//! Such a test shows a finding (a task that nobody awaited) in every run. A run that may show something is made again,
//! recorded; this workload tells whether that is done too often. Levels are those that a user gets without asking, and
//! there is no peer: none looks for this.

use std::time::Duration;

use reweave::sync::{mpsc, oneshot};

use crate::workloads::{Entrant, Workload};
use crate::{Done, Size};

/// The workload. What others are compared to is the test that joins its workers.
pub const WORKLOAD: Workload = Workload {
    name: "idle",
    unit: "run",
    units: |size| size.rounds as u64,
    entrants: &[
        Entrant::new("reweave", |size| explore(size, End::Join)),
        Entrant::new("left-idle", |size| explore(size, End::Leave)),
    ],
};

/// What the test does with its workers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Join,
    Leave,
}

/// How many numbers each worker gets.
const NUMBERS: u64 = 2;

/// `size.rounds` seeds of a test with `size.tasks` workers.
fn explore(size: Size, end: End) -> Done {
    let found = reweave::explore(move || test(size.tasks, end))
        .seeds(0..size.rounds as u64)
        .jobs(1)
        .verify_every(0)
        .run();
    let warned = !found.warnings().is_empty();
    assert!(found.failures().is_empty(), "the test holds: {found}");
    assert_eq!(
        warned,
        end == End::Leave,
        "a worker is reported if it is left: {found}"
    );
    Done::units(found.runs())
}

/// A number, and where its double is to go.
type Question = (u64, oneshot::Sender<u64>);

async fn test(workers: usize, end: End) {
    let workers: Vec<_> = (0..workers)
        .map(|_| {
            let (sender, mut receiver) = mpsc::channel::<Question>(1);
            // A worker that can write to itself waits for ever.
            let own = (end == End::Leave).then(|| sender.clone());
            let task = reweave::spawn(async move {
                while let Some((number, answer)) = receiver.recv().await {
                    answer.send(number * 2).expect("the test awaits the answer");
                }
                drop(own);
            });
            (sender, task)
        })
        .collect();
    for number in 0..NUMBERS {
        for (sender, _) in &workers {
            let (answer, answered) = oneshot::channel();
            assert!(sender.send((number, answer)).await.is_ok());
            assert_eq!(answered.await, Ok(number * 2));
        }
    }
    // Time goes on when nobody is ready: each worker waits again.
    reweave::time::sleep(Duration::from_nanos(1)).await;
    if end == End::Join {
        for (sender, task) in workers {
            drop(sender);
            task.await.expect("a worker does not panic");
        }
    }
}

#[cfg(test)]
mod tests {
    use reweave::Sim;
    use reweave::finding::{Awaited, Detail, Doing, UnawaitedTask, Want};

    use super::*;

    #[test]
    fn workers_that_are_left_wait_for_a_message() {
        for seed in 0..20 {
            let run = Sim::new().seed(seed).run(test(3, End::Leave));
            let waits = run.findings().iter().filter_map(|finding| {
                let Detail::UnawaitedTask(UnawaitedTask { doing, .. }) = finding.detail() else {
                    return None;
                };
                match doing {
                    Doing::Waiting { waits, .. } => waits.first(),
                    _ => None,
                }
            });
            let at_a_receiver = waits.filter(|wait| match wait.awaited {
                Awaited::Resource { want, .. } => want == Want::Message,
                _ => false,
            });
            assert_eq!(
                at_a_receiver.count(),
                3,
                "seed {seed}: {:?}",
                run.findings()
            );
        }
    }
}
