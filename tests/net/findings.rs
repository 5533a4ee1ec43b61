//! What is found of programs that wait for connections.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use reweave::finding::{Awaited, Detail, Role, Want};
use reweave::io::{AsyncReadExt, AsyncWriteExt, BufWriter};
use reweave::net::{TcpListener, TcpStream};
use reweave::sync::Mutex;
use reweave::task::spawn_local;
use reweave::time::{sleep, timeout};
use reweave::{FindingKind, Sim, explore, spawn};

/// A client and a server that each wait for the other's words; the client's own lie in a buffer unless it flushes.
async fn ask(flush: bool) -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:80").await?;
    let server = spawn(async move {
        let (mut stream, _) = listener.accept().await?;
        let mut question = [0; 4];
        stream.read_exact(&mut question).await?;
        stream.write_all(b"answer").await
    });
    let mut client = BufWriter::new(TcpStream::connect("127.0.0.1:80").await?);
    client.write_all(b"ask!").await?;
    if flush {
        client.flush().await?;
    }
    let mut answer = [0; 6];
    client.read_exact(&mut answer).await?;
    server.await.unwrap()
}

/// All that is said of what was found.
fn words<T>(run: &reweave::Run<T>) -> String {
    let details = run
        .findings()
        .iter()
        .map(|finding| finding.details().join("\n"));
    details.collect::<Vec<_>>().join("\n")
}

#[test]
fn two_who_read_from_each_other_are_a_deadlock() {
    let run = Sim::new().run(ask(false));
    let deadlocks = run.findings().iter();
    let mut deadlock = deadlocks.filter_map(|finding| match finding.detail() {
        Detail::Deadlock(deadlock) => Some((deadlock, finding.details().join("\n"))),
        _ => None,
    });
    let (deadlock, words) = deadlock.next_back().expect("it is found");
    let cycle: Vec<_> = deadlock
        .cycle
        .iter()
        .map(|edge| (edge.from.as_str(), edge.to.as_str()))
        .collect();
    assert!(
        cycle == [("main", "main/task"), ("main/task", "main")]
            || cycle == [("main/task", "main"), ("main", "main/task")],
        "{cycle:?}"
    );
    for task in &deadlock.waiting {
        let [wait] = &task.waits[..] else {
            panic!("{} waits for one thing", task.task);
        };
        assert!(matches!(
            &wait.awaited,
            Awaited::Resource {
                want: Want::Bytes,
                ..
            }
        ));
        assert_eq!(wait.owners.len(), 1);
        assert_eq!(wait.owners[0].role, Role::OtherEnd);
        assert_ne!(wait.owners[0].task, task.task);
    }
    assert!(
        words.contains("main waits for bytes in tcp main:80 → main:32768"),
        "{words}"
    );
    assert!(words.contains("the other end is with main/task"), "{words}");
    assert!(
        words.contains("main/task waits for bytes in tcp main:32768 → main:80"),
        "{words}"
    );
}

/// What each task of the deadlock waits for, the places left out.
fn waiting<T>(run: &reweave::Run<T>) -> String {
    let summary = run.findings().last().expect("it is found").summary();
    let lines = summary.lines().filter(|line| line.contains(" waits for "));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn what_lies_in_a_buffer_is_told_and_that_nothing_was_sent() {
    let run = Sim::new().run(ask(false));
    insta::assert_snapshot!(waiting(&run), @"
    main waits for bytes in tcp main:80 → main:32768 (nothing was sent yet; the other end is with main/task), and 4 bytes that it wrote lie unflushed in a buffer
    main/task waits for bytes in tcp main:32768 → main:80 (nothing was sent yet; the other end is with main)
    ");
    // With the line that wrote it.
    let line = include_str!("findings.rs")
        .lines()
        .position(|line| line.contains("client.write_all(b\"ask!\")"));
    let written = format!(
        "and 4 bytes that it wrote at tests/net/findings.rs:{}:",
        line.unwrap() + 1
    );
    assert!(words(&run).contains(&written), "{}", words(&run));
    // Part of it is flushed, part of that received.
    let run = Sim::new().run(async {
        let listener = TcpListener::bind("127.0.0.1:80").await?;
        let server = spawn(async move {
            let (mut stream, _) = listener.accept().await?;
            stream.read_exact(&mut [0; 4]).await?;
            stream.read_exact(&mut [0; 16]).await
        });
        let mut client = BufWriter::new(TcpStream::connect("127.0.0.1:80").await?);
        client.write_all(b"a question").await?;
        client.flush().await?;
        client.write_u8(b'?').await?;
        client.read_u8().await?;
        server.await.unwrap()
    });
    insta::assert_snapshot!(waiting(&run), @"
    main waits for bytes in tcp main:80 → main:32768 (nothing was sent yet; the other end is with main/task), and 1 byte that it wrote lies unflushed in a buffer
    main/task waits for bytes in tcp main:32768 → main:80 (all 10 bytes that were sent were received; the other end is with main)
    ");
}

#[test]
fn what_was_flushed_or_dropped_does_not_lie_there() {
    let run = Sim::new().run(async {
        let listener = TcpListener::bind("127.0.0.1:80").await?;
        let mut client = TcpStream::connect("127.0.0.1:80").await?;
        let mut writer = BufWriter::new(&mut client);
        writer.write_all(b"to be lost").await?;
        drop(writer);
        let mut writer = BufWriter::new(&mut client);
        writer.write_all(b"to be sent").await?;
        writer.flush().await?;
        let mut held = BufWriter::with_capacity(4, writer.into_inner());
        // It would fill the buffer, and goes past it.
        held.write_all(b"long enough").await?;
        let read = held.get_mut().read_u8().await;
        drop(listener);
        read
    });
    let text = waiting(&run);
    assert!(text.contains("main waits for bytes"), "{text}");
    assert!(!text.contains("unflushed"), "{text}");
}

/// Both ends of a connection read, and nobody minds.
#[test]
fn a_cycle_of_locks_is_drawn_rather_than_an_idle_connection() {
    async fn idle(order: [usize; 2]) {
        let listener = TcpListener::bind("127.0.0.1:80").await.unwrap();
        let server = spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let _ = stream.read_u8().await;
        });
        let mut client = TcpStream::connect("127.0.0.1:80").await.unwrap();
        let locks = Arc::new([(); 2].map(Mutex::new));
        let lock_both = |order: [usize; 2]| {
            let locks = locks.clone();
            spawn(async move {
                let _first = locks[order[0]].lock().await;
                sleep(Duration::from_secs(1)).await;
                let _second = locks[order[1]].lock().await;
            })
        };
        let tasks = [server, lock_both([0, 1]), lock_both(order)];
        let _ = client.read_u8().await;
        drop(tasks);
    }
    let cycle = |order| {
        let run = Sim::new().run(idle(order));
        let words = words(&run);
        let cycle = words.lines().find(|line| line.contains("cycle: "));
        cycle.unwrap_or_else(|| panic!("{words}")).trim().to_owned()
    };
    assert_eq!(
        cycle([1, 0]),
        "cycle: main/task#2 ── mutex#2 ──► main/task#3 ── mutex#1 ──► main/task#2"
    );
    // In the same order they are in nobody's way, and the readers are all there is.
    let readers = cycle([0, 1]);
    assert!(readers.starts_with("cycle: main ── tcp"), "{readers}");
}

#[test]
fn exploring_finds_it_and_not_where_the_buffer_is_flushed() {
    let found = explore(|| ask(false)).seeds(0..4).run();
    assert!(found.failures().iter().any(|run| {
        run.findings()
            .iter()
            .any(|finding| finding.kind() == FindingKind::Deadlock)
    }));
    explore(|| ask(true)).seeds(0..200).run().unwrap();
}

/// A question and an answer over a connection, beside a server to which nobody connects and a timer that goes on for ever.
async fn beside_a_timer(flushes: bool) {
    spawn(async {
        let idle = TcpListener::bind("127.0.0.1:81").await.unwrap();
        idle.accept().await.unwrap();
    });
    spawn(async {
        loop {
            sleep(Duration::from_secs(10)).await;
        }
    });
    let listener = TcpListener::bind("127.0.0.1:80").await.unwrap();
    spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut question = [0; 5];
        stream.read_exact(&mut question).await.unwrap();
        // It answers nothing.
        let _ = stream.read_u8().await;
    });
    let stream = TcpStream::connect("127.0.0.1:80").await.unwrap();
    let mut stream = BufWriter::new(stream);
    stream.write_all(b"hello").await.unwrap();
    if flushes {
        stream.flush().await.unwrap();
    }
    let _ = stream.read_u8().await;
}

/// Two that read from each other are stuck where bytes lie unflushed, and else they are idle.
#[test]
fn unflushed_bytes_are_a_deadlock_beside_a_timer_and_an_idle_server_too() {
    let kinds = |flushes| {
        let sim = Sim::new().max_virtual_time(Duration::from_secs(60));
        let run = sim.run(beside_a_timer(flushes));
        let found = run.findings().iter();
        (
            found.map(|finding| finding.kind()).collect::<Vec<_>>(),
            words(&run),
        )
    };
    let (found, told) = kinds(false);
    assert_eq!(found, [FindingKind::Deadlock, FindingKind::Limit], "{told}");
    assert!(
        told.contains("and 5 bytes that it wrote at ")
            && told.contains(" lie unflushed in a buffer"),
        "{told}"
    );
    assert!(told.contains("cycle: main ── tcp"), "{told}");
    let (found, told) = kinds(true);
    assert_eq!(found, [FindingKind::Limit], "{told}");

    let sim = || Sim::new().max_virtual_time(Duration::from_secs(60));
    let found = explore(|| beside_a_timer(false)).sim(sim()).seeds(0..4);
    let found = found.run();
    let deadlocks = found.failures().iter().filter(|run| {
        let mut found = run.findings().iter();
        found.any(|finding| finding.kind() == FindingKind::Deadlock)
    });
    assert_eq!(deadlocks.count(), 1, "{found}");
}

#[test]
fn an_idle_server_is_no_finding_but_a_task_that_nobody_awaited() {
    let served = || async {
        let listener = TcpListener::bind("127.0.0.1:80").await.unwrap();
        spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                spawn(async move {
                    while let Ok(byte) = stream.read_u8().await {
                        stream.write_u8(byte + 1).await.unwrap();
                    }
                });
            }
        });
        let mut client = TcpStream::connect("127.0.0.1:80").await.unwrap();
        client.write_u8(6).await.unwrap();
        assert_eq!(client.read_u8().await.unwrap(), 7);
        // It is kept open: its server waits for more.
        client
    };
    for seed in 0..50 {
        let run = Sim::new().seed(seed).run(served());
        let others = run.findings().iter().map(|finding| finding.kind());
        let others: Vec<_> = others
            .filter(|&kind| kind != FindingKind::UnawaitedTask)
            .collect();
        assert_eq!(others, []);
    }
}

/// Of a server whose handlers take over what it accepts: a handler does this with its connection, and then waits for a lock that
/// the client has, who waits for an answer.
async fn takes_over<F>(client_ends: bool, handle: impl Fn(TcpStream) -> F + 'static)
where
    F: Future<Output = TcpStream> + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:80").await.unwrap();
    let lock = Arc::new(Mutex::new(()));
    let theirs = lock.clone();
    spawn_local(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let (lock, handled) = (theirs.clone(), handle(stream));
            spawn_local(async move {
                let _open = handled.await;
                let _ = lock.lock().await;
            });
        }
    });
    let _held = lock.lock().await;
    let mut client = TcpStream::connect("127.0.0.1:80").await.unwrap();
    client.write_all(b"hello").await.unwrap();
    if client_ends {
        client.shutdown().await.unwrap();
    }
    let _ = client.read_u8().await;
}

#[test]
fn whoever_read_last_has_the_other_end() {
    let handled_by_reading = |client_ends, kind| {
        let run = Sim::new().run(takes_over(client_ends, move |mut stream| async move {
            let mut read = [0; 5];
            match kind {
                "exactly" => drop(stream.read_exact(&mut read).await.unwrap()),
                "to the end" => drop(stream.read_to_end(&mut Vec::new()).await.unwrap()),
                "in vain" => {
                    stream.read_exact(&mut read).await.unwrap();
                    let more = timeout(Duration::from_secs(1), stream.read_u8()).await;
                    more.unwrap_err();
                }
                "split" => {
                    let (mut reader, writer) = stream.into_split();
                    reader.read_exact(&mut read).await.unwrap();
                    return reader.reunite(writer).unwrap();
                }
                other => panic!("{other}"),
            }
            stream
        }));
        words(&run)
    };
    for (client_ends, kind) in [
        (false, "exactly"),
        (false, "in vain"),
        (false, "split"),
        (true, "to the end"),
    ] {
        let words = handled_by_reading(client_ends, kind);
        assert!(
            words.contains("the other end is with main/task/task, who last used it at tests/net/"),
            "{kind}: {words}"
        );
        // So it is known for whom the client waits.
        assert!(words.contains("cycle: main ── tcp"), "{kind}: {words}");
        assert!(
            words.contains("─► main/task/task ── mutex#1 ──► main"),
            "{kind}: {words}"
        );
    }
}

#[test]
fn whoever_found_that_nothing_comes_has_the_other_end() {
    let run = Sim::new().run(async {
        let listener = TcpListener::bind("127.0.0.1:80").await.unwrap();
        spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            // Time enough for the end to be there: the read does not wait.
            sleep(Duration::from_secs(1)).await;
            spawn(async move {
                assert_eq!(stream.read(&mut [0; 8]).await.unwrap(), 0);
                std::future::pending::<()>().await;
            });
            listener.accept().await.unwrap();
        });
        let mut client = TcpStream::connect("127.0.0.1:80").await.unwrap();
        client.shutdown().await.unwrap();
        let _ = client.read_u8().await;
    });
    let words = words(&run);
    assert!(
        words.contains("the other end is with main/task/task,"),
        "{words}"
    );
}

#[test]
fn an_end_that_nobody_used_is_with_who_accepted_it() {
    let run = Sim::new().run(takes_over(false, |stream| async move { stream }));
    let words = words(&run);
    assert!(
        words.contains("the other end is with main/task,"),
        "{words}"
    );
    assert!(!words.contains("cycle"), "{words}");
}

#[test]
fn who_waits_for_a_connection_that_nobody_makes_is_told() {
    let run = Sim::new().run(async {
        let listener = TcpListener::bind("127.0.0.1:80").await.unwrap();
        listener.accept().await.unwrap();
    });
    let words = words(&run);
    assert!(
        words.contains("main waits for a connection of tcp listener main:80"),
        "{words}"
    );
}

#[test]
fn a_write_that_nobody_reads_says_who_should() {
    let run = Sim::new().run(async {
        let listener = TcpListener::bind("127.0.0.1:80").await.unwrap();
        let server = spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            stream.write_all(&[7; 1 << 20]).await.unwrap();
            stream.read_u8().await.unwrap();
        });
        let mut client = TcpStream::connect("127.0.0.1:80").await.unwrap();
        client.write_all(&[7; 1 << 20]).await.unwrap();
        server.await.unwrap();
    });
    let words = words(&run);
    assert!(
        words.contains("main waits for room in tcp main:32768 → main:80"),
        "{words}"
    );
    assert!(words.contains("its receiver is with main/task"), "{words}");
    assert!(words.contains("cycle: main ── tcp"), "{words}");
}
