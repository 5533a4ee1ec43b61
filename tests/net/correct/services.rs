//! Services with a state: shutdown, locks, queues, registers, chats, names.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::time::Duration;

use reweave as tokio;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{broadcast, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};
use tokio::{host, progress};

use super::{Disk, disk, in_time, programs, retry, serve};

programs! {
    a_server_that_is_asked_to_stop_finishes_its_answers,
    tokens_fence_off_who_lost_the_lock,
    every_job_is_done,
    a_majority_never_forgets,
    everybody_in_a_chat_hears_the_others,
}

/// At SIGTERM nobody new is accepted, and whoever is being answered gets the whole answer.
async fn a_server_that_is_asked_to_stop_finishes_its_answers() {
    async fn run() {
        let mut terminate = signal(SignalKind::terminate()).unwrap();
        let listener = TcpListener::bind("0.0.0.0:80").await.unwrap();
        let (stopping, stop) = watch::channel(false);
        let mut clients = JoinSet::new();
        loop {
            tokio::select! {
                _ = terminate.recv() => break,
                accepted = listener.accept() => {
                    let Ok((client, _)) = accepted else { continue };
                    clients.spawn(answer(client, stop.clone()));
                }
            }
        }
        drop(listener);
        stopping.send_replace(true);
        // Who is cut off from here is not waited for for ever.
        let finished = async { while clients.join_next().await.is_some() {} };
        let _ = timeout(Duration::from_secs(10), finished).await;
    }
    async fn answer(mut client: TcpStream, mut stop: watch::Receiver<bool>) -> io::Result<()> {
        loop {
            let n = tokio::select! {
                n = client.read_u8() => n?,
                // What it gives is a lock, which must not be held across an await.
                () = async { drop(stop.wait_for(|&stop| stop).await) } => return client.shutdown().await,
            };
            for part in 0..3 {
                sleep(Duration::from_millis(30)).await;
                client.write_all(&[n, part]).await?;
            }
        }
    }
    async fn ask(n: u8) -> io::Result<[u8; 6]> {
        let mut server = TcpStream::connect("server:80").await?;
        server.write_u8(n).await?;
        let mut answer = [0; 6];
        server.read_exact(&mut answer).await?;
        Ok(answer)
    }
    let server = host("server").start(run);
    let answers = progress("answers", Duration::from_secs(20));
    let asking = tokio::spawn(async move {
        for n in 0..40 {
            assert_eq!(retry(|| ask(n)).await, [n, 0, n, 1, n, 2]);
            answers.made();
            sleep(Duration::from_secs(1)).await;
        }
    });
    for _ in 0..3 {
        sleep(Duration::from_secs(8)).await;
        server.stop();
        // Longer than it takes at most.
        sleep(Duration::from_secs(12)).await;
        assert!(!server.is_running());
        server.restart();
    }
    asking.await.unwrap();
}

/// A lock is given for five seconds, with a number that grows; the storage takes no write with a number that is older than one it has seen.
async fn tokens_fence_off_who_lost_the_lock() {
    let _locks = host("locks").start(|| {
        let lock: Disk<(u64, Option<Instant>)> = disk();
        serve(1, move |mut client| {
            let lock = lock.clone();
            async move {
                client.read_u8().await?;
                let token = {
                    let mut lock = lock.lock().unwrap();
                    let free = lock.1.is_none_or(|until| until <= Instant::now());
                    if free {
                        *lock = (lock.0 + 1, Some(Instant::now() + Duration::from_secs(5)));
                    }
                    if free { lock.0 } else { 0 }
                };
                client.write_u64(token).await
            }
        })
    });
    let written: Disk<Vec<u64>> = disk();
    let _storage = host("storage").start({
        let written = written.clone();
        move || {
            let written = written.clone();
            serve(2, move |mut client| {
                let written = written.clone();
                async move {
                    let token = client.read_u64().await?;
                    let taken = {
                        let mut written = written.lock().unwrap();
                        let newest = written.last().copied().unwrap_or(0);
                        if token >= newest {
                            written.push(token);
                        }
                        token >= newest
                    };
                    client.write_u8(taken.into()).await
                }
            })
        }
    });
    async fn acquire() -> io::Result<u64> {
        let mut locks = TcpStream::connect("locks:1").await?;
        locks.write_u8(1).await?;
        match locks.read_u64().await? {
            0 => Err(io::ErrorKind::WouldBlock.into()),
            token => Ok(token),
        }
    }
    async fn write(token: u64) -> io::Result<bool> {
        let mut storage = TcpStream::connect("storage:2").await?;
        storage.write_u64(token).await?;
        Ok(storage.read_u8().await? == 1)
    }
    let workers: Vec<_> = ["a", "b", "c"]
        .map(|name| {
            host(name).spawn(async {
                let mut tokens = Vec::new();
                for _ in 0..3 {
                    let token = retry(acquire).await;
                    // Fenced off, or done: either ends this turn.
                    if retry(|| write(token)).await {
                        tokens.push(token);
                    }
                    sleep(Duration::from_secs(1)).await;
                }
                tokens
            })
        })
        .into();
    let mut acknowledged = BTreeSet::new();
    for worker in workers {
        for token in worker.await.unwrap() {
            assert!(acknowledged.insert(token), "{token} was given twice");
        }
    }
    let written = written.lock().unwrap();
    assert!(written.is_sorted());
    assert!(acknowledged.iter().all(|token| written.contains(token)));
}

/// Workers fetch jobs and say when they are done; a job that nobody has finished in four seconds is given to the next.
async fn every_job_is_done() {
    #[derive(Default)]
    struct Queue {
        waiting: BTreeSet<u8>,
        given: BTreeMap<u8, Instant>,
        done: BTreeSet<u8>,
    }
    const NONE: u8 = u8::MAX;
    const JOBS: u8 = 20;

    let queue: Disk<Queue> = disk();
    queue.lock().unwrap().waiting.extend(0..JOBS);
    let _jobs = host("jobs").start({
        let queue = queue.clone();
        move || {
            let queue = queue.clone();
            serve(1, move |mut worker| {
                let queue = queue.clone();
                async move {
                    let finished = worker.read_u8().await?;
                    let next = {
                        let mut queue = queue.lock().unwrap();
                        if finished != NONE {
                            queue.given.remove(&finished);
                            queue.waiting.remove(&finished);
                            queue.done.insert(finished);
                        }
                        let now = Instant::now();
                        let late: Vec<_> = (queue.given.iter())
                            .filter(|&(_, &until)| until <= now)
                            .map(|(&job, _)| job)
                            .collect();
                        for job in late {
                            queue.given.remove(&job);
                            queue.waiting.insert(job);
                        }
                        let next = queue.waiting.pop_first();
                        if let Some(next) = next {
                            queue.given.insert(next, now + Duration::from_secs(4));
                        }
                        next.unwrap_or(NONE)
                    };
                    worker.write_u8(next).await
                }
            })
        }
    });
    async fn next_job(finished: u8) -> io::Result<u8> {
        let mut jobs = TcpStream::connect("jobs:1").await?;
        jobs.write_u8(finished).await?;
        jobs.read_u8().await
    }
    let _workers: Vec<_> = (0..3)
        .map(|n| {
            host(format!("worker{n}")).start(|| async {
                let mut finished = NONE;
                loop {
                    let job = retry(|| next_job(finished)).await;
                    // The work, or a pause if there is none.
                    sleep(Duration::from_secs(2)).await;
                    finished = job;
                }
            })
        })
        .collect();
    let done = || queue.lock().unwrap().done.len();
    let begin = Instant::now();
    while done() < usize::from(JOBS) {
        sleep(Duration::from_secs(1)).await;
        assert!(
            begin.elapsed() < Duration::from_secs(200),
            "{} are done",
            done()
        );
    }
}

/// A register on three hosts: what is written is written to two at least, and what is read from two is written back before it is told.
async fn a_majority_never_forgets() {
    /// A value and how new it is.
    type Value = (u32, u32);
    const READ: u8 = 0;
    const WRITE: u8 = 1;

    let _replicas: Vec<_> = (0..3)
        .map(|n| {
            let held: Disk<Value> = disk();
            host(format!("replica{n}")).start(move || {
                let held = held.clone();
                serve(1, move |mut client| {
                    let held = held.clone();
                    async move {
                        if client.read_u8().await? == WRITE {
                            let new = (client.read_u32().await?, client.read_u32().await?);
                            let mut held = held.lock().unwrap();
                            *held = (*held).max(new);
                        }
                        let (version, value) = *held.lock().unwrap();
                        client.write_u32(version).await?;
                        client.write_u32(value).await
                    }
                })
            })
        })
        .collect();
    async fn one(replica: usize, write: Option<Value>) -> io::Result<Value> {
        let mut replica = TcpStream::connect(format!("replica{replica}:1")).await?;
        match write {
            None => replica.write_u8(READ).await?,
            Some((version, value)) => {
                replica.write_u8(WRITE).await?;
                replica.write_u32(version).await?;
                replica.write_u32(value).await?;
            }
        }
        Ok((replica.read_u32().await?, replica.read_u32().await?))
    }
    async fn majority(write: Option<Value>) -> Value {
        let mut asked = JoinSet::new();
        for replica in 0..3 {
            asked.spawn(async move { retry(|| one(replica, write)).await });
        }
        let first = asked.join_next().await.expect("three were asked").unwrap();
        let second = asked.join_next().await.expect("three were asked").unwrap();
        first.max(second)
    }
    let writer = host("writer").spawn(async {
        for n in 1..=12 {
            majority(Some((n, 10 * n))).await;
            sleep(Duration::from_secs(3)).await;
        }
    });
    let readers: Vec<_> = ["left", "right"]
        .map(|name| {
            host(name).spawn(async {
                let mut last = (0, 0);
                for _ in 0..12 {
                    let newest = majority(None).await;
                    majority(Some(newest)).await;
                    assert!(newest >= last, "{newest:?} after {last:?}");
                    assert_eq!(newest.1, 10 * newest.0);
                    last = newest;
                    sleep(Duration::from_secs(2)).await;
                }
            })
        })
        .into();
    for reader in readers {
        reader.await.unwrap();
    }
    writer.await.unwrap();
    assert_eq!(majority(None).await, (12, 120));
}

/// What one says all others hear, in order; who was cut off comes back, and has missed something.
async fn everybody_in_a_chat_hears_the_others() {
    let _server = host("server").start(|| {
        let (said, _) = broadcast::channel::<String>(64);
        serve(6667, move |client| {
            let (said, mut hears) = (said.clone(), said.subscribe());
            async move {
                let (reader, mut writer) = client.into_split();
                let mut lines = BufReader::new(reader).lines();
                let mut silent = 0;
                loop {
                    tokio::select! {
                        line = lines.next_line() => match line? {
                            // The one who says it is subscribed, so there is a receiver.
                            Some(line) if !line.is_empty() => drop(said.send(line)),
                            Some(_) => silent = 0,
                            None => return Ok(()),
                        },
                        heard = hears.recv() => match heard {
                            Ok(line) => in_time(writer.write_all((line + "\n").as_bytes())).await?,
                            Err(broadcast::error::RecvError::Lagged(_)) => {}
                            Err(broadcast::error::RecvError::Closed) => return Ok(()),
                        },
                        _ = sleep(Duration::from_secs(5)) => {
                            silent += 1;
                            if silent > 3 {
                                return Ok(());
                            }
                        }
                    }
                }
            }
        })
    });
    /// Says a line a second, an empty one between, and returns what was heard over one connection.
    async fn chat(name: &str) -> io::Result<Vec<String>> {
        let server = in_time(TcpStream::connect("server:6667")).await?;
        let (reader, mut writer) = server.into_split();
        let mut lines = BufReader::new(reader).lines();
        let mut heard = Vec::new();
        for n in 0..5 {
            in_time(writer.write_all(format!("{name} {n}\n\n").as_bytes())).await?;
            let listening = async {
                while let Some(line) = lines.next_line().await? {
                    heard.push(line);
                }
                io::Result::Ok(())
            };
            if timeout(Duration::from_secs(1), listening).await.is_ok() {
                break;
            }
        }
        Ok(heard)
    }
    let mut people = JoinSet::new();
    for name in ["ann", "bob", "eve"] {
        people.spawn(async move {
            let mut heard = 0;
            // Lines over an earlier connection may come later, so each has a name of its own.
            for round in 0..20 {
                let Ok(lines) = chat(&format!("{name}{round}")).await else {
                    sleep(Duration::from_secs(1)).await;
                    continue;
                };
                heard += lines.len();
                let mut last = BTreeMap::new();
                for line in &lines {
                    let (who, number) = line.split_once(' ').expect("a name and a number");
                    let number: u32 = number.parse().unwrap();
                    let before = last.insert(who, number);
                    assert!(before.is_none_or(|before| before < number), "{lines:?}");
                }
            }
            heard
        });
    }
    while let Some(heard) = people.join_next().await {
        assert!(heard.unwrap() > 0);
    }
}
