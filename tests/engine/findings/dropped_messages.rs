//! `dropped_messages`: sent, and dropped unread with the receiver. Looked for if asked for.

use reweave::sync::{mpsc, oneshot};
use reweave::time::sleep;
use reweave::{FindingKind, Sim, explore, spawn};

use super::{SECOND, kinds, silent, told};

fn asked() -> Sim {
    Sim::new()
        .deny(FindingKind::DroppedMessages)
        .allow(FindingKind::UnawaitedTask)
}

/// The worker is told to stop, and does, whatever lies in its queue.
async fn shutdown() {
    let (jobs, mut queue) = mpsc::channel::<u32>(8);
    let worker = spawn(async move {
        while let Some(job) = queue.recv().await {
            if job == 0 {
                return;
            }
        }
    });
    for job in [1, 0, 2, 3] {
        jobs.send(job).await.unwrap();
    }
    worker.await.unwrap();
}

#[test]
fn is_a_queue_that_is_lost_with_a_shutdown() {
    let run = asked().run(shutdown());
    insta::assert_snapshot!(told(&run), @"dropped_messages in main/task at 0s: 2 messages were sent into mpsc#1, and dropped unread with the receiver");
    let found = explore(shutdown).sim(asked()).seeds(0..100).run();
    assert_eq!(
        kinds(found.failure().unwrap()),
        [FindingKind::DroppedMessages]
    );
    silent(&Sim::new().run(shutdown()));
}

#[test]
fn is_a_queue_of_a_task_that_is_cut_off_and_an_answer_that_nobody_reads() {
    let run = asked().run(async {
        let (jobs, mut queue) = mpsc::unbounded_channel::<u32>();
        drop(spawn(async move {
            while queue.recv().await.is_some() {
                sleep(SECOND).await;
            }
        }));
        for job in 0..3 {
            jobs.send(job).unwrap();
        }
        let (answer, asked) = oneshot::channel();
        answer.send(7).unwrap();
        drop(asked);
        sleep(SECOND / 2).await;
    });
    assert_eq!(kinds(&run), [FindingKind::DroppedMessages; 2], "{run}");
}

#[test]
fn is_none_if_all_are_received_or_none_was_sent() {
    let run = asked().run(async {
        let (jobs, mut queue) = mpsc::channel::<u32>(8);
        jobs.send(1).await.unwrap();
        assert_eq!(queue.recv().await, Some(1));
        drop(queue);
        assert!(jobs.send(2).await.is_err());
        let (answer, asked) = oneshot::channel::<u32>();
        drop((asked, answer));
        let (answer, asked) = oneshot::channel();
        answer.send(7).unwrap();
        assert_eq!(asked.await, Ok(7));
    });
    silent(&run);
}
