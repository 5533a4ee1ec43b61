//! Places are the user's: none is in the standard library, in another crate, or in this one.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use reweave::__private::{TestOptions, run_test};
use reweave::finding::Detail;
use reweave::net::{self, Latency, TcpListener, TcpStream, UnixStream};
use reweave::sync::{Mutex, Semaphore, named, oneshot};
use reweave::task::yield_now;
use reweave::{FindingKind, Run, Sim, spawn};

use super::told;

/// All places that a run's findings tell are in this file.
#[track_caller]
fn all_are_here<T>(run: &Run<T>) {
    let words = run.findings().iter().map(|finding| finding.to_string());
    for words in words {
        assert!(words.contains(file!()), "{words}");
        let other = ["/rustc/", "/library/", "/registry/", " src/"];
        assert!(!other.iter().any(|part| words.contains(part)), "{words}");
    }
    assert!(!run.findings().is_empty());
}

#[test]
fn of_a_oneshot_that_is_named_and_awaited() {
    let run = Sim::new().run(async {
        let (_sender, answer) = named("answer", oneshot::channel::<u32>);
        answer.await
    });
    all_are_here(&run);
    insta::assert_snapshot!(told(&run), @r#"
    deadlock at 0s: main waits for itself: no task is ready, and no timer is set
      main waits for the value of answer at `await` (its sender is alive: it was made at `named("answer", oneshot::channel::<u32>);` by main, and main has it)
      cycle: main ── answer ──► main
    "#);
    // Polled by a combinator, it waits where it was made.
    let run = Sim::new().run(async {
        let (_sender, answer) = oneshot::channel::<u32>();
        futures::future::join_all([answer]).await
    });
    all_are_here(&run);
}

/// A stream is polled by work on it that is ours.
#[test]
fn of_streams_that_spin() {
    use reweave::io::{
        AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader, duplex,
    };

    async fn tcp() -> (TcpStream, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:1").await.unwrap();
        let client = TcpStream::connect("127.0.0.1:1").await.unwrap();
        (client, listener.accept().await.unwrap().0)
    }
    async fn echo(mut one: impl AsyncWrite + Unpin, mut other: impl AsyncRead + Unpin) {
        loop {
            one.write_u8(1).await.unwrap();
            other.read_u8().await.unwrap();
        }
    }
    async fn pieces(mut one: impl AsyncWrite + Unpin, mut other: impl AsyncRead + Unpin) {
        loop {
            assert_eq!(one.write(&[1, 2]).await.unwrap(), 2);
            assert_eq!(other.read(&mut [0; 8]).await.unwrap(), 2);
        }
    }
    async fn lines(mut one: impl AsyncWrite + Unpin, other: impl AsyncRead + Unpin) {
        let mut lines = BufReader::new(other).lines();
        loop {
            one.write_all(b"line\n").await.unwrap();
            lines.next_line().await.unwrap().unwrap();
        }
    }
    let spins = |run: Run<()>| {
        all_are_here(&run);
        let spins = match run.findings()[0].detail() {
            Detail::Livelock(livelock) => livelock.spins.iter(),
            other => panic!("{other:?}"),
        };
        let actions: BTreeSet<_> = spins.map(|spin| format!("{:?}", spin.action)).collect();
        assert!(actions.contains("Send"), "{actions:?}");
    };
    let sim = || Sim::new().max_steps_at_once(1000);
    let instantly = || net::all_links().latency(Latency::constant(Duration::ZERO));
    spins(sim().run(async {
        let (one, other) = duplex(64);
        echo(one, other).await;
    }));
    spins(sim().run(async {
        let (one, other) = duplex(64);
        pieces(one, other).await;
    }));
    spins(sim().run(async {
        let (one, other) = duplex(64);
        lines(one, other).await;
    }));
    spins(sim().run(async {
        let (one, other) = UnixStream::pair().unwrap();
        echo(one, other).await;
    }));
    spins(sim().run(async move {
        instantly();
        let (one, other) = tcp().await;
        echo(one, other).await;
    }));
    spins(sim().run(async move {
        instantly();
        let (one, other) = tcp().await;
        pieces(one, other).await;
    }));
}

#[test]
fn of_calls_that_panic() {
    fn panics(call: impl FnOnce() + 'static) {
        let run = Sim::new().run(async move { call() });
        all_are_here(&run);
        let kinds = run.findings().iter().map(|finding| finding.kind());
        assert_eq!(kinds.collect::<Vec<_>>(), [FindingKind::Panic]);
    }
    for (a, b) in [("main", "nowhere"), ("nowhere", "main"), ("main", "main")] {
        panics(move || net::partition(a, b));
        panics(move || net::partition_one_way(a, b));
        panics(move || net::hold(a, b));
        panics(move || net::release(a, b));
        panics(move || net::heal_between(a, b));
        panics(move || net::clog(a, b, Duration::from_secs(1)));
        panics(move || drop(net::link(a, b)));
        panics(move || drop(net::link_one_way(a, b)));
    }
    panics(|| {
        let _ = net::sockets("nowhere");
    });
    panics(|| drop(Sim::new().epoch(UNIX_EPOCH - Duration::from_secs(1))));
    panics(|| {
        let most = Semaphore::new(Semaphore::MAX_PERMITS);
        most.add_permits(1);
    });
}

#[test]
fn of_a_handle_that_is_awaited() {
    let run = Sim::new().run(async {
        let lock = Arc::new(Mutex::new(()));
        let guard = lock.lock().await;
        let theirs = lock.clone();
        spawn(async move { drop(theirs.lock().await) })
            .await
            .unwrap();
        drop(guard);
    });
    all_are_here(&run);
    insta::assert_snapshot!(told(&run), @"
    deadlock at 0s: main and main/task wait for each other: no task is ready, and no timer is set
      main waits for the end of main/task at `await`
      main/task waits for mutex#1 at `lock().await) })` (held by main since `lock().await;`)
      cycle: main ── its end ──► main/task ── mutex#1 ──► main
    ");
}

#[test]
fn of_a_handle_or_an_answer_that_is_awaited_again() {
    let run = Sim::new().run(async {
        let mut handle = spawn(async {});
        (&mut handle).await.unwrap();
        handle.await.unwrap();
    });
    all_are_here(&run);
    let run = Sim::new().run(async {
        let (sender, mut answer) = oneshot::channel();
        sender.send(1).unwrap();
        assert_eq!((&mut answer).await, Ok(1));
        (&mut answer).await
    });
    // Through a reference it is polled by the standard library, and the place is not known.
    insta::assert_snapshot!(told(&run), @"polled_after_completion in main at 0s: polled a future again that was done: a oneshot receiver was polled after completion");
}

#[test]
fn of_permits_that_are_too_many() {
    let run = Sim::new().run(async {
        Semaphore::new(1).add_permits(Semaphore::MAX_PERMITS);
    });
    all_are_here(&run);
}

#[test]
fn of_a_test_that_returns_an_error() {
    let options = TestOptions::new("places::test");
    let test = || run_test(options, || async { Err::<(), _>("refused") });
    let report = catch_unwind(AssertUnwindSafe(test)).unwrap_err();
    let report = report.downcast::<String>().unwrap();
    let finding = format!(
        "panic in main at 0s: returned an error: \"refused\"\n  --> {}:",
        file!()
    );
    assert!(report.starts_with(&finding), "{report}");
}

#[test]
fn of_pipes_and_of_standard_input() {
    use futures::io::{AsyncRead, AsyncReadExt};
    use reweave::io::{duplex, stdin};
    use std::pin::Pin;

    // A combinator of another crate polls it: where it was made is the user's.
    let run = Sim::new().run(async {
        let (mut one, _other) = duplex(8);
        one.read_to_end(&mut Vec::new()).await
    });
    all_are_here(&run);
    insta::assert_snapshot!(told(&run), @"
    deadlock at 0s: no task is ready, and no timer is set: nobody is left who could wake them
      main waits for bytes in pipe#2, made at `duplex(8);` (nothing was sent yet)
    ");
    let run = Sim::new().run(async {
        let (mut one, _other) = duplex(8);
        std::future::poll_fn(|cx| Pin::new(&mut one).poll_read(cx, &mut [0])).await
    });
    all_are_here(&run);
    insta::assert_snapshot!(told(&run), @"
    deadlock at 0s: no task is ready, and no timer is set: nobody is left who could wake them
      main waits for bytes in pipe#2 at `poll_read(cx, &mut [0])).await` (nothing was sent yet)
    ");
    let late = std::time::Duration::from_secs(100);
    let run = Sim::new()
        .stdin_at(late, "late")
        .max_virtual_time(late / 2)
        .run(async { stdin().next_line().await });
    all_are_here(&run);
    insta::assert_snapshot!(told(&run), @"
    limit at 50s: virtual time has passed the limit of 50s
      main took 1 step and waits for a timer at 100s, at `next_line().await });`
    ");
}

/// Whatever of `reweave::io` polls the pipe in the end: the place is where the user awaits it.
#[test]
fn of_pipes_that_are_polled_by_the_methods_of_readers_and_writers() {
    use reweave::io::{self, AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};

    type Pipe = io::DuplexStream;
    type Waits = std::pin::Pin<Box<dyn Future<Output = ()>>>;
    type Way = (&'static str, fn(Pipe) -> Waits);
    let ways: [Way; 8] = [
        ("read_u8", |mut pipe| {
            Box::pin(async move { drop(pipe.read_u8().await) })
        }),
        ("read_line", |pipe| {
            Box::pin(async move {
                let mut line = String::new();
                drop(BufReader::new(pipe).read_line(&mut line).await);
            })
        }),
        ("next_line", |pipe| {
            Box::pin(async move { drop(BufReader::new(pipe).lines().next_line().await) })
        }),
        ("next_segment", |pipe| {
            Box::pin(async move { drop(BufReader::new(pipe).split(0).next_segment().await) })
        }),
        ("fill_buf", |pipe| {
            Box::pin(async move { drop(BufReader::new(pipe).fill_buf().await) })
        }),
        ("write_all", |mut pipe| {
            Box::pin(async move { drop(pipe.write_all(&[0; 9]).await) })
        }),
        ("copy", |mut pipe| {
            Box::pin(async move { drop(io::copy(&mut pipe, &mut io::sink()).await) })
        }),
        ("copy_bidirectional", |mut pipe| {
            Box::pin(async move {
                let (mut other, _end) = io::duplex(8);
                drop(io::copy_bidirectional(&mut pipe, &mut other).await);
            })
        }),
    ];
    for (name, waits) in ways {
        let run = Sim::new().run(async move {
            let (pipe, _other) = io::duplex(8);
            waits(pipe).await;
        });
        all_are_here(&run);
        let details = run.findings()[0].details();
        assert!(!details.is_empty());
        for wait in details {
            let (_, at) = wait
                .split_once(concat!(" at ", file!(), ":"))
                .expect("a place");
            let line = at.split(':').next().unwrap().parse::<usize>().unwrap();
            let source = include_str!("places.rs").lines().nth(line - 1).unwrap();
            assert!(source.contains(name), "{wait}: {source}");
        }
    }
}

/// Where a timer is awaited, if that is the user's own line.
#[test]
fn of_timers() {
    use futures::StreamExt;
    use reweave::time::{Instant, interval, sleep, sleep_until, timeout, timeout_at};

    let hour = std::time::Duration::from_secs(3600);
    let run = Sim::new().max_steps(20).run(async move {
        let start = Instant::now();
        spawn(sleep(hour));
        spawn(async move { sleep_until(start + hour).await });
        spawn(async move { timeout(hour, std::future::pending::<()>()).await });
        spawn(async move { timeout_at(start + hour, std::future::pending::<()>()).await });
        spawn(async move {
            let mut ticks = interval(hour);
            ticks.tick().await;
            ticks.tick().await;
        });
        spawn(async move {
            let mut ticks = interval(2 * hour);
            while ticks.next().await.is_some() {}
        });
        spawn(async move {
            let (sender, _receiver) = reweave::sync::mpsc::channel(1);
            sender.send_timeout(1, hour).await.unwrap();
            let _ = sender.send_timeout(2, hour).await;
        });
        yield_now().await;
    });
    insta::assert_snapshot!(told(&run), @"
    unawaited_task in main/task at 0s: cut off when main ended, while it waited for a timer at 3600s: nobody awaited it
      --> `spawn(sleep(hour));`
      waits for a timer at 3600s, at `sleep(hour));`
    unawaited_task in main/task#2 at 0s: cut off when main ended, while it waited for a timer at 3600s: nobody awaited it
      --> `spawn(async move { sleep_until(start + hour).await });`
      waits for a timer at 3600s, at `sleep_until(start + hour).await });`
    unawaited_task in main/task#3 at 0s: cut off when main ended, while it waited for a timer at 3600s: nobody awaited it
      --> `spawn(async move { timeout(hour, std::future::pending::<()>()).await });`
      waits for a timer at 3600s, at `timeout(hour, std::future::pending::<()>()).await });`
    unawaited_task in main/task#4 at 0s: cut off when main ended, while it waited for a timer at 3600s: nobody awaited it
      --> `spawn(async move { timeout_at(start + hour, std::future::pending::<()>()).await });`
      waits for a timer at 3600s, at `timeout_at(start + hour, std::future::pending::<()>()).await });`
    unawaited_task in main/task#5 at 0s: cut off when main ended, while it waited for a timer at 3600s: nobody awaited it
      --> `spawn(async move {`
      waits for a timer at 3600s, at `tick().await;`
    unawaited_task in main/task#6 at 0s: cut off when main ended, while it waited for a timer at 7200s: nobody awaited it
      --> `spawn(async move {`
      waits for a timer at 7200s, at `interval(2 * hour);`
    unawaited_task in main/task#7 at 0s: cut off when main ended, while it waited for room in mpsc#1 (its only slot is taken); and for a timer at 3600s: nobody awaited it
      --> `spawn(async move {`
      waits for room in mpsc#1 at `send_timeout(2, hour).await;` (its only slot is taken); and for a timer at 3600s, at `send_timeout(2, hour).await;`
    ");
    // A closure on a thread of its own takes time that nobody called a timer for.
    let run = Sim::new()
        .allow(reweave::FindingKind::Blocking)
        .run(async move {
            reweave::task::spawn_blocking(move || reweave::thread::sleep(hour));
            sleep(hour / 2).await;
        });
    insta::assert_snapshot!(told(&run), @"
    unawaited_task in main/blocking at 1800s: cut off when main ended, while it waited for a timer at 3600s: nobody awaited it
      --> `reweave::task::spawn_blocking(move || reweave::thread::sleep(hour));`
    ");
}
