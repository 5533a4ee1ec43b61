//! What tasks send to each other.

use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use futures::stream::FuturesUnordered;
use reweave as tokio;
use tokio::sync::{Mutex, broadcast, mpsc, oneshot, watch};
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::programs;

programs! {
    workers_share_an_inbox,
    an_actor_answers,
    a_bounded_channel_holds_its_senders_back,
    permits_are_reserved_and_used,
    a_version_is_waited_for,
    everybody_hears_a_broadcast,
    who_lags_behind_goes_on,
    a_caller_gives_up_and_the_worker_sees_it,
    two_play_ping_pong,
    sends_are_polled_together,
    shutdown_is_heard_by_all,
    an_answer_comes_in_time,
    both_halves_of_a_stream,
}

async fn workers_share_an_inbox() {
    let (jobs, inbox) = mpsc::channel(4);
    let (results, mut done) = mpsc::unbounded_channel();
    let inbox = Arc::new(Mutex::new(inbox));
    let mut workers = JoinSet::new();
    for _ in 0..3 {
        let (inbox, results) = (inbox.clone(), results.clone());
        workers.spawn(async move {
            loop {
                let job: Option<u32> = inbox.lock().await.recv().await;
                let Some(job) = job else { return };
                results.send(job * 2).unwrap();
            }
        });
    }
    drop(results);
    for job in 1..=6 {
        jobs.send(job).await.unwrap();
    }
    drop(jobs);
    let mut sum = 0;
    while let Some(result) = done.recv().await {
        sum += result;
    }
    assert_eq!(sum, 42);
    while let Some(worker) = workers.join_next().await {
        worker.unwrap();
    }
}

async fn an_actor_answers() {
    let (requests, mut inbox) = mpsc::channel::<(u32, oneshot::Sender<u32>)>(2);
    let actor = tokio::spawn(async move {
        let mut sum = 0;
        while let Some((add, answer)) = inbox.recv().await {
            sum += add;
            let _ = answer.send(sum);
        }
        sum
    });
    let mut callers = JoinSet::new();
    for add in 1..=3 {
        let requests = requests.clone();
        callers.spawn(async move {
            let (answer, answered) = oneshot::channel();
            requests.send((add, answer)).await.unwrap();
            assert!(answered.await.unwrap() >= add);
        });
    }
    drop(requests);
    while let Some(caller) = callers.join_next().await {
        caller.unwrap();
    }
    assert_eq!(actor.await.unwrap(), 6);
}

async fn a_bounded_channel_holds_its_senders_back() {
    let (sender, mut receiver) = mpsc::channel(1);
    let senders: Vec<_> = (0..3)
        .map(|n| {
            let sender = sender.clone();
            tokio::spawn(async move {
                for _ in 0..2 {
                    sender.send(n).await.unwrap();
                }
            })
        })
        .collect();
    drop(sender);
    let mut received = Vec::new();
    while let Some(n) = receiver.recv().await {
        received.push(n);
    }
    received.sort_unstable();
    assert_eq!(received, [0, 0, 1, 1, 2, 2]);
    for sender in senders {
        sender.await.unwrap();
    }
}

async fn permits_are_reserved_and_used() {
    let (sender, mut receiver) = mpsc::channel(3);
    let other = sender.clone();
    let reserving = tokio::spawn(async move {
        let permit = other.reserve().await.unwrap();
        permit.send(1);
        if let Ok(permit) = other.try_reserve() {
            permit.send(10);
        }
    });
    if let Ok(permit) = sender.try_reserve() {
        drop(permit);
    }
    sender.send(100).await.unwrap();
    drop(sender);
    let mut sum = 0;
    while let Some(n) = receiver.recv().await {
        sum += n;
    }
    reserving.await.unwrap();
    assert!(sum == 101 || sum == 111);
}

async fn a_version_is_waited_for() {
    let (sender, mut receiver) = watch::channel(0);
    let setter = tokio::spawn(async move {
        for version in 1..=3 {
            sender.send(version).unwrap();
        }
        sender
    });
    let seen = *receiver.wait_for(|version| *version >= 3).await.unwrap();
    assert_eq!(seen, 3);
    drop(setter.await.unwrap());
}

async fn everybody_hears_a_broadcast() {
    let (sender, _) = broadcast::channel(8);
    let hearing: Vec<_> = (0..3)
        .map(|_| {
            let mut receiver = sender.subscribe();
            tokio::spawn(async move {
                let mut sum = 0;
                while let Ok(n) = receiver.recv().await {
                    sum += n;
                }
                sum
            })
        })
        .collect();
    for n in 1..=3 {
        sender.send(n).unwrap();
    }
    drop(sender);
    for task in hearing {
        assert_eq!(task.await.unwrap(), 6);
    }
}

async fn who_lags_behind_goes_on() {
    let (sender, mut receiver) = broadcast::channel(2);
    let sending = tokio::spawn(async move {
        for n in 0..8 {
            sender.send(n).unwrap();
        }
    });
    let mut last = None;
    loop {
        match receiver.recv().await {
            Ok(n) => {
                assert!(last < Some(n));
                last = Some(n);
            }
            Err(broadcast::error::RecvError::Lagged(_)) => {}
            Err(broadcast::error::RecvError::Closed) => break,
        }
    }
    assert_eq!(last, Some(7));
    sending.await.unwrap();
}

async fn a_caller_gives_up_and_the_worker_sees_it() {
    let (answer, answered) = oneshot::channel::<u32>();
    let worker = tokio::spawn(async move {
        let mut answer = answer;
        answer.closed().await;
        assert!(answer.is_closed());
        assert_eq!(answer.send(7), Err(7));
    });
    drop(answered);
    worker.await.unwrap();
}

async fn two_play_ping_pong() {
    let (ping, mut pinged) = mpsc::channel(1);
    let (pong, mut ponged) = mpsc::channel(1);
    let other = tokio::spawn(async move {
        while let Some(n) = pinged.recv().await {
            pong.send(n + 1).await.unwrap();
        }
    });
    let mut n = 0;
    while n < 6 {
        ping.send(n).await.unwrap();
        n = ponged.recv().await.unwrap();
    }
    drop(ping);
    other.await.unwrap();
}

async fn sends_are_polled_together() {
    let (sender, mut receiver) = mpsc::channel(1);
    let sending = tokio::spawn(async move {
        let mut sends: FuturesUnordered<_> = (0..4).map(|n| sender.send(n)).collect();
        while let Some(sent) = sends.next().await {
            sent.unwrap();
        }
    });
    let mut received = Vec::new();
    while let Some(n) = receiver.recv().await {
        received.push(n);
    }
    received.sort_unstable();
    assert_eq!(received, [0, 1, 2, 3]);
    sending.await.unwrap();
}

async fn shutdown_is_heard_by_all() {
    let (stop, stopped) = watch::channel(false);
    let (work, _) = broadcast::channel(16);
    let workers: Vec<_> = (0..2)
        .map(|_| {
            let (mut stopped, mut work) = (stopped.clone(), work.subscribe());
            tokio::spawn(async move {
                let mut done = 0;
                loop {
                    tokio::select! {
                        _ = stopped.wait_for(|stop| *stop) => return done,
                        Ok(n) = work.recv() => done += n,
                    }
                }
            })
        })
        .collect();
    for _ in 0..3 {
        work.send(1).unwrap();
    }
    stop.send(true).unwrap();
    for worker in workers {
        assert!(worker.await.unwrap() <= 3);
    }
}

async fn an_answer_comes_in_time() {
    let (answer, answered) = oneshot::channel();
    let worker = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(5)).await;
        answer.send("done").unwrap();
    });
    let answered = timeout(Duration::from_secs(1), answered).await;
    assert_eq!(answered.unwrap().unwrap(), "done");
    worker.await.unwrap();
}

/// The halves share the stream behind a lock of ours.
async fn both_halves_of_a_stream() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex, split};

    let (near, mut far) = duplex(4);
    let (mut reads, mut writes) = split(near);
    let writer = tokio::spawn(async move { writes.write_all(b"hi").await.unwrap() });
    let peer = tokio::spawn(async move {
        far.write_all(b"yo").await.unwrap();
        let mut read = [0; 2];
        far.read_exact(&mut read).await.unwrap();
        assert_eq!(&read, b"hi");
    });
    let mut read = [0; 2];
    reads.read_exact(&mut read).await.unwrap();
    assert_eq!(&read, b"yo");
    writer.await.unwrap();
    peer.await.unwrap();
}
