//! `livelock` of loops in which tasks begin and end, and of streams without an end.

use std::future::pending;
use std::io::{ErrorKind, Result};
use std::pin::Pin;
use std::task::{Context, Poll};

use reweave::io::{
    AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWriteExt, BufReader, BufWriter, ReadBuf, copy,
    copy_buf, duplex, repeat, sink,
};
use reweave::net::{TcpStream, UdpSocket, lookup_host};
use reweave::stream::wrappers::WatchStream;
use reweave::sync::{Mutex, OnceCell, mpsc, watch};
use reweave::task::{JoinSet, LocalSet, coop, spawn_blocking, spawn_local, yield_now};
use reweave::time::{Duration, Instant, interval, sleep, timeout, timeout_at};
use reweave::{FindingKind, Run, Sim, join, must_await, select, spawn, try_join};

use super::{kinds, silent, told};

const SECOND: Duration = Duration::from_secs(1);

reweave::task_local! {
    static NUMBER: u8;
}

/// A reader of the user's, which knows of no budget.
struct Zeros;

impl AsyncRead for Zeros {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<Result<()>> {
        buffer.initialize_unfilled().fill(0);
        buffer.advance(buffer.remaining());
        Poll::Ready(Ok(()))
    }
}

/// A reader that says again and again that it was interrupted.
struct Interrupted;

impl AsyncRead for Interrupted {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        _: &mut ReadBuf<'_>,
    ) -> Poll<Result<()>> {
        Poll::Ready(Err(ErrorKind::Interrupted.into()))
    }
}

/// The loop is told as a livelock, in the plain run and with a seed.
macro_rules! spins {
    ($($name:ident: $test:expr,)+) => {$(
        #[test]
        fn $name() {
            for sim in [Sim::new(), Sim::new().seed(1)] {
                let run: Run<()> = sim.max_steps_at_once(2000).run(async {
                    $test;
                });
                assert_eq!(kinds(&run), [FindingKind::Livelock], "{run}");
            }
        }
    )+};
}

spins! {
    tasks_that_are_awaited: loop {
        spawn(async {}).await.unwrap();
    },
    tasks_that_are_left: loop {
        spawn(async {});
        yield_now().await;
    },
    tasks_that_are_aborted: loop {
        let task = spawn(pending::<()>());
        task.abort();
        task.await.unwrap_err();
    },
    tasks_in_a_set: {
        let mut set = JoinSet::new();
        loop {
            set.spawn(yield_now());
            set.join_next().await;
        }
    },
    local_tasks: LocalSet::new().run_until(async {
        loop {
            spawn_local(async {}).await.unwrap();
        }
    }).await,
    closures: loop {
        spawn_blocking(|| ()).await.unwrap();
    },
    an_empty_set: {
        let mut set = JoinSet::<()>::new();
        loop {
            set.join_next().await;
        }
    },
    a_cell_with_a_value: {
        let cell = OnceCell::new();
        loop {
            cell.get_or_init(async || 1).await;
        }
    },
    a_timeout_over_what_is_ready: loop {
        timeout(SECOND, async {}).await.unwrap();
    },
    a_timeout_until_an_instant: loop {
        timeout_at(Instant::now() + SECOND, async {}).await.unwrap();
    },
    a_timeout_that_has_elapsed: loop {
        timeout_at(Instant::now(), pending::<()>()).await.unwrap_err();
    },
    timeouts_in_timeouts: loop {
        timeout(SECOND, timeout(SECOND, async {})).await.unwrap().unwrap();
    },
    a_select_over_what_is_ready: loop {
        select! { () = async {} => {}, () = async {} => {} }
    },
    a_biased_select: loop {
        select! { biased; () = async {} => {}, () = pending() => {} }
    },
    a_select_whose_pattern_does_not_match: loop {
        select! { Some(()) = async { None } => {}, else => {} }
    },
    a_select_without_enabled_branch: loop {
        select! { () = async {}, if false => {}, else => {} }
    },
    a_join_of_what_is_ready: loop {
        join!(async {}, async {});
    },
    a_join_until_the_first_error: loop {
        try_join!(async { Ok(()) }, async { Err::<(), ()>(()) }).unwrap_err();
    },
    a_future_without_budget: loop {
        coop::unconstrained(async {}).await;
    },
    a_future_that_must_be_awaited: loop {
        must_await(async {}).await;
    },
    a_task_local_value: loop {
        NUMBER.scope(1, async {}).await;
    },
    a_local_set_without_tasks: loop {
        LocalSet::new().await;
    },
    a_local_set_that_runs_until_something: loop {
        LocalSet::new().run_until(async {}).await;
    },
    an_interval_that_is_reset: {
        let mut interval = interval(SECOND);
        loop {
            interval.reset_immediately();
            interval.tick().await;
        }
    },
    a_sleep_that_has_elapsed: {
        let mut sleep = std::pin::pin!(sleep(Duration::ZERO));
        loop {
            sleep.as_mut().await;
        }
    },
    no_messages: {
        let (_sender, mut receiver) = mpsc::channel::<u8>(1);
        loop {
            receiver.recv_many(&mut Vec::new(), 0).await;
        }
    },
    a_sink_that_is_flushed: {
        let (mut sender, _receiver) = mpsc::unbounded_channel::<u8>();
        loop {
            futures::SinkExt::flush(&mut sender).await.unwrap();
        }
    },
    a_stream_that_has_ended: {
        let (_, receiver) = watch::channel(1);
        let mut stream = WatchStream::new(receiver);
        loop {
            futures::StreamExt::next(&mut stream).await;
        }
    },
    names_that_are_looked_up: loop {
        drop(lookup_host("localhost:80").await.unwrap());
    },
    a_name_that_nobody_bears: loop {
        if TcpStream::connect("nowhere:1").await.is_ok() {
            break;
        }
    },
    no_name_at_all: loop {
        if TcpStream::connect("").await.is_ok() {
            break;
        }
    },
    datagrams_to_a_name_that_nobody_bears: {
        let socket = UdpSocket::bind("0.0.0.0:0").await.unwrap();
        while socket.send_to(&[1], "nowhere:1").await.is_err() {}
    },
    a_port_that_is_bound: loop {
        UdpSocket::bind("0.0.0.0:0").await.unwrap();
    },
    empty_lines: {
        let mut lines = BufReader::new(repeat(b'\n')).lines();
        loop {
            lines.next_line().await.unwrap();
        }
    },
    one_endless_line: {
        let mut lines = BufReader::new(repeat(b'a')).lines();
        lines.next_line().await.unwrap();
    },
    empty_segments_of_the_users_reader: {
        let mut parts = BufReader::new(Zeros).split(0);
        loop {
            parts.next_segment().await.unwrap();
        }
    },
    a_copy_into_memory: copy(&mut repeat(1), &mut Vec::new()).await.unwrap(),
    a_copy_of_the_users_reader: copy(&mut Zeros, &mut Vec::new()).await.unwrap(),
    a_copy_with_a_buffer: copy_buf(&mut BufReader::new(Zeros), &mut Vec::new()).await.unwrap(),
    a_copy_to_nowhere: copy_buf(&mut BufReader::new(Zeros), &mut sink()).await.unwrap(),
    a_read_to_the_end: repeat(1).read_to_end(&mut Vec::new()).await.unwrap(),
    a_read_of_the_users_reader_to_the_end: Zeros.read_to_end(&mut Vec::new()).await.unwrap(),
    a_read_to_the_end_without_budget: {
        let mut bytes = Vec::new();
        coop::unconstrained(repeat(1).read_to_end(&mut bytes)).await.unwrap();
    },
    a_reader_that_is_interrupted: Interrupted.read_to_end(&mut Vec::new()).await.unwrap(),
    reads: loop {
        Zeros.read(&mut [0; 10]).await.unwrap();
    },
    large_reads: {
        let mut bytes = vec![0; 1 << 16];
        loop {
            repeat(1).read_exact(&mut bytes).await.unwrap();
        }
    },
    numbers: loop {
        Zeros.read_u8().await.unwrap();
    },
    reads_at_the_end: loop {
        (&b""[..]).read(&mut [0; 10]).await.unwrap();
    },
    lines_at_the_end: {
        let mut reader = BufReader::new(&b""[..]);
        loop {
            reader.read_line(&mut String::new()).await.unwrap();
        }
    },
    a_buffer_that_is_not_consumed: {
        let mut reader = BufReader::new(&b"abc"[..]);
        loop {
            reader.fill_buf().await.unwrap();
        }
    },
    writes: {
        let mut bytes = Vec::new();
        loop {
            bytes.write_u8(1).await.unwrap();
        }
    },
    writes_with_a_buffer: {
        let mut bytes = BufWriter::new(Vec::new());
        loop {
            bytes.write_all(b"some").await.unwrap();
        }
    },
}

#[test]
fn says_how_many_tasks_began() {
    let run = Sim::new().max_steps_at_once(1000).run(async {
        loop {
            spawn(async {}).await.unwrap();
        }
    });
    insta::assert_snapshot!(told(&run), @r"
    livelock at 0s: 2000 polls: virtual time stands still, 1001 tasks began and 1000 ended
      main took 1000 steps and waits for the end of main/task#1000 at `await.unwrap();`
    ");
}

/// By default, what is long and honest passes at one instant.
#[test]
fn the_default_lets_a_hundred_thousand_tasks_pass() {
    async fn tasks() {
        for _ in 0..100_000 {
            spawn(async {}).await.unwrap();
        }
    }
    async fn set() {
        let mut set: JoinSet<()> = (0..100_000).map(|_| yield_now()).collect();
        while set.join_next().await.is_some() {}
    }
    for sim in [Sim::new(), Sim::new().seed(1)] {
        silent(&sim.clone().run(tasks()));
        silent(&sim.run(set()));
    }
}

/// What polls futures of the user's counts only where nothing within it does: with a limit, or a choice, around each message
/// as many pass.
#[test]
fn the_default_lets_a_hundred_thousand_messages_pass_that_are_waited_for_in_combinators() {
    async fn messages() {
        let (sender, mut receiver) = mpsc::channel(1);
        let producer = spawn(async move {
            for n in 0..100_000 {
                timeout(SECOND, sender.send(n)).await.unwrap().unwrap();
            }
        });
        let mut received = 0;
        loop {
            select! {
                message = timeout(SECOND, receiver.recv()) => match message.unwrap() {
                    Some(_) => received += 1,
                    None => break,
                },
                () = pending() => {}
            }
        }
        let (joined, ()) = join!(producer, async {});
        joined.unwrap();
        assert_eq!(received, 100_000);
    }
    async fn locks() {
        let total = Mutex::new(0);
        for _ in 0..100_000 {
            *timeout(SECOND, total.lock()).await.unwrap() += 1;
            let (_, locked) = join!(async {}, total.lock());
            drop(locked);
        }
    }
    silent(&Sim::new().run(messages()));
    silent(&Sim::new().seed(1).run(messages()));
    silent(&Sim::new().run(locks()));
}

const LARGE: usize = 64 << 20;

#[test]
fn the_default_lets_64_mb_pass_through_a_proxy() {
    async fn transfer() {
        let (mut client, mut near) = duplex(64 * 1024);
        let (mut far, mut server) = duplex(64 * 1024);
        spawn(async move { copy(&mut near, &mut far).await.unwrap() });
        spawn(async move {
            let bytes = vec![1; LARGE];
            client.write_all(&bytes).await.unwrap();
        });
        let mut bytes = Vec::new();
        server.read_to_end(&mut bytes).await.unwrap();
        assert_eq!(bytes.len(), LARGE);
    }
    silent(&Sim::new().run(transfer()));
    silent(&Sim::new().seed(1).run(transfer()));
}

#[test]
fn the_default_lets_64_mb_of_memory_and_lines_pass() {
    silent(&Sim::new().run(async {
        let mut bytes = Vec::new();
        let source = vec![7; LARGE];
        assert_eq!(
            copy(&mut &source[..], &mut bytes).await.unwrap(),
            LARGE as u64
        );
    }));
    silent(&Sim::new().run(async {
        let text = "a line of a log, of usual length, with a number and so on\n".repeat(500_000);
        let mut lines = BufReader::new(text.as_bytes()).lines();
        let mut count = 0;
        while lines.next_line().await.unwrap().is_some() {
            count += 1;
        }
        assert_eq!(count, 500_000);
    }));
}
