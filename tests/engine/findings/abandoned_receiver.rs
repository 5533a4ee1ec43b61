//! `abandoned_receiver`: messages to a receiver that its task has stopped polling.

use std::pin::pin;
use std::sync::Arc;

use futures::poll;
use reweave::sync::{Notify, mpsc};
use reweave::time::sleep;
use reweave::{FindingKind, Sim, explore, select, spawn};

use super::{SECOND, kinds, silent, told};

async fn listens_for_a_second(keeps_listening: bool) {
    let (sender, mut receiver) = mpsc::channel(8);
    let producer = spawn(async move {
        for n in 0..3 {
            sleep(SECOND).await;
            sender.send(n).await.unwrap();
        }
    });
    let mut consumer = pin!(async { while receiver.recv().await.is_some() {} });
    select! {
        () = &mut consumer => {}
        () = sleep(SECOND / 2) => {}
    }
    producer.await.unwrap();
    if keeps_listening {
        consumer.await;
    }
}

#[test]
fn says_who_stopped_listening_and_where() {
    let run = Sim::new().run(listens_for_a_second(false));
    insta::assert_snapshot!(told(&run), @r"
    abandoned_receiver in main at 3s: 3 messages were sent into mpsc#1 and never received: main had waited for one, was woken when it came, and did not poll the receiver again
      --> `recv().await.is_some() {} });`
    ");
}

#[test]
fn exploring_finds_what_a_run_finds() {
    let found = explore(|| listens_for_a_second(false)).seeds(0..3).run();
    assert_eq!(
        kinds(&found.warnings()[0]),
        [FindingKind::AbandonedReceiver]
    );
}

#[test]
fn is_none_if_it_comes_back_to_them() {
    silent(&Sim::new().run(listens_for_a_second(true)));
}

#[test]
fn a_receiver_that_is_only_kept_or_dropped_at_once_is_none() {
    let run = Sim::new().run(async {
        let (sender, _receiver) = mpsc::channel(8);
        sender.send(1).await.unwrap();

        let (sender, mut receiver) = mpsc::unbounded_channel();
        let stop = Arc::new(Notify::new());
        let told = stop.clone();
        let stops_at_once = spawn(async move {
            select! {
                biased;
                () = told.notified() => {}
                _ = receiver.recv() => unreachable!(),
            }
        });
        sleep(SECOND).await;
        stop.notify_one();
        let _ = sender.send(());
        stops_at_once.await.unwrap();
    });
    silent(&run);
}

#[test]
fn a_loop_that_selects_and_comes_to_its_end_is_none() {
    let program = || async {
        let (jobs, mut inbox) = mpsc::channel(8);
        let (stop, mut stopped) = mpsc::channel::<()>(1);
        let worker = spawn(async move {
            loop {
                select! {
                    job = inbox.recv() => if job.is_none() { break },
                    order = stopped.recv() => if order.is_none() { break },
                }
            }
        });
        for job in 0..3 {
            jobs.send(job).await.unwrap();
            stop.send(()).await.unwrap();
        }
        drop(stop);
        for job in 0..3 {
            let _ = jobs.send(job).await;
        }
        worker.await.unwrap();
    };
    let found = explore(program).seeds(0..300).run();
    assert!(found.warnings().is_empty() && !found.failed(), "{found}");
}

#[test]
fn a_wait_that_was_carried_out_of_its_run_is_none() {
    let first = Sim::new().run(async {
        // Many tasks, so that the one that waits has a place that the next run does not have.
        let others: Vec<_> = (0..50).map(|_| spawn(sleep(SECOND))).collect();
        let waits = spawn(async move {
            let (sender, receiver) = mpsc::channel::<u32>(8);
            let mut receiver = Box::pin(async move {
                let mut receiver = receiver;
                receiver.recv().await
            });
            assert!(poll!(receiver.as_mut()).is_pending());
            sender.send(1).await.unwrap();
            (sender, receiver)
        });
        let carried = waits.await.unwrap();
        for other in others {
            other.await.unwrap();
        }
        carried
    });
    let carried = first.into_output().unwrap();
    silent(&Sim::new().run(async move { drop(carried) }));
}

/// A stop that comes when the work is done, an answer of a race that is over: one message, or no more than a signal.
#[test]
fn what_comes_too_late_to_matter_is_none() {
    let program = || async {
        let (stop, mut stopped) = mpsc::channel::<()>(4);
        let (late, mut answers) = mpsc::channel::<u32>(4);
        let asker = spawn(async move {
            let mut stopped = pin!(stopped.recv());
            let mut answer = pin!(answers.recv());
            for _ in 0..3 {
                select! {
                    _ = &mut stopped => return,
                    _ = &mut answer => return,
                    () = sleep(SECOND) => {}
                }
            }
            sleep(5 * SECOND).await;
        });
        sleep(5 * SECOND).await;
        for _ in 0..3 {
            let _ = stop.send(()).await;
        }
        let _ = late.send(7).await;
        asker.await.unwrap();
    };
    silent(&Sim::new().run(program()));
    let found = explore(program).seeds(0..100).run();
    assert!(found.warnings().is_empty() && !found.failed(), "{found}");
}
