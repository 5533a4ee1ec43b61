//! `runtime::Handle`.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;
use reweave::runtime::{Handle, RuntimeFlavor};
use reweave::sync::{Mutex, mpsc};
use reweave::time::{Instant, interval, sleep, timeout};
use reweave::{FindingKind, Sim, task, thread};

use super::SECOND;

/// A server as people write them: it keeps a handle, and is called from anywhere.
struct Server {
    runtime: Handle,
}

impl Server {
    fn serve(&self, request: u32) -> task::JoinHandle<u32> {
        self.runtime.spawn(async move {
            sleep(SECOND).await;
            request + 1
        })
    }
}

#[reweave::test]
async fn spawns_from_code_that_is_not_async() {
    let server = Server {
        runtime: Handle::current(),
    };
    let answers = [1, 2].map(|request| server.serve(request));
    let start = Instant::now();
    for (answer, expected) in answers.into_iter().zip([2, 3]) {
        assert_eq!(answer.await.unwrap(), expected);
    }
    assert_eq!(start.elapsed(), SECOND, "they were served side by side");
}

#[test]
fn tasks_are_named_after_what_they_run_and_children_of_who_spawned() {
    async fn fetch() {}
    let run = Sim::new().run(async {
        let handle = Handle::current();
        handle.spawn(fetch()).await.unwrap();
        handle.spawn_blocking(|| ()).await.unwrap();
        let inner = handle.clone();
        handle
            .spawn(async move { inner.spawn(fetch()).await.unwrap() })
            .await
            .unwrap();
    });
    let trace = run.trace().to_string();
    for path in ["main/fetch", "main/blocking", "main/task/fetch"] {
        assert!(
            trace.contains(&format!("spawns {path}\n")),
            "no {path}: {trace}"
        );
    }
}

#[reweave::test]
async fn blocking_closures_spawn_and_block_on_what_need_not_wait() {
    let handle = Handle::current();
    let (sender, mut receiver) = mpsc::channel(4);
    let start = Instant::now();
    let blocking = handle.spawn_blocking(move || {
        thread::sleep(SECOND);
        let handle = Handle::current();
        handle.block_on(sender.send(1)).unwrap();
        for n in 2..200 {
            // More than a task's budget: a thread of its own has none.
            assert_eq!(handle.block_on(async { n }), n);
        }
        handle.spawn(async { 3 })
    });
    assert_eq!(blocking.await.unwrap().await.unwrap(), 3);
    assert_eq!(receiver.recv().await, Some(1));
    assert_eq!(start.elapsed(), SECOND);
}

/// The message of the panic with which `f` ends.
fn panic_of<R>(f: impl FnOnce() -> R) -> String {
    let panic = catch_unwind(AssertUnwindSafe(|| drop(f()))).expect_err("it did not panic");
    match panic.downcast::<String>() {
        Ok(message) => *message,
        Err(panic) => (*panic.downcast::<&str>().unwrap()).to_owned(),
    }
}

#[test]
fn block_on_is_refused_in_a_task() {
    let run = Sim::new().run(async { Handle::current().block_on(async {}) });
    let finding = run.failure().unwrap();
    assert_eq!(finding.kind(), FindingKind::Panic);
    let words = "`runtime::Handle::block_on` was called in a task";
    assert!(finding.message().starts_with(words), "{run}");
    assert!(finding.message().contains("Use `.await`"), "{run}");
    assert!(
        finding.place().unwrap().file().contains("runtime.rs"),
        "{run}"
    );
}

#[reweave::test]
async fn block_on_is_refused_if_it_would_have_to_wait() {
    let (sender, mut receiver) = mpsc::channel::<u32>(1);
    let other = task::spawn(sleep(SECOND));
    let refused = |future: BoxFuture<'static, ()>| async {
        let blocking = task::spawn_blocking(|| Handle::current().block_on(future));
        let error = blocking.await.unwrap_err();
        assert!(error.to_string().contains("simulated in one go"), "{error}");
    };
    refused(std::future::pending().boxed()).await;
    refused(sleep(Duration::MAX).boxed()).await;
    refused(async { other.await.unwrap() }.boxed()).await;
    // Nor with a time limit: whether something comes in time is not known.
    let limited = async move { drop(timeout(SECOND, receiver.recv()).await) };
    refused(limited.boxed()).await;
    drop(sender);
    // Nor by asking again and again.
    let asks = async {
        loop {
            task::yield_now().await;
        }
    };
    refused(asks.boxed()).await;
}

/// How long a closure is at it, by its own clock and by that of the run.
async fn blocked(closure: impl FnOnce(Handle) + Send + 'static) -> (Duration, Duration) {
    let start = Instant::now();
    let blocking = task::spawn_blocking(|| {
        let start = Instant::now();
        closure(Handle::current());
        start.elapsed()
    });
    (blocking.await.unwrap(), start.elapsed())
}

#[test]
fn block_on_waits_for_time_which_passes_for_the_closure() {
    let run = Sim::new().run(async {
        let seconds = |seconds| (seconds * SECOND, seconds * SECOND);
        assert_eq!(
            blocked(|rt| rt.block_on(sleep(Duration::ZERO))).await,
            seconds(0)
        );
        assert_eq!(blocked(|rt| rt.block_on(sleep(SECOND))).await, seconds(1));
        let after_a_nap = blocked(|rt| {
            thread::sleep(SECOND);
            rt.block_on(sleep(Duration::ZERO));
            rt.block_on(sleep(SECOND));
        });
        assert_eq!(after_a_nap.await, seconds(2));
        let many = blocked(|rt| {
            rt.block_on(async {
                assert!(timeout(SECOND, sleep(60 * SECOND)).await.is_err());
                assert_eq!(timeout(9 * SECOND, sleep(SECOND)).await, Ok(()));
                task::yield_now().await;
                let mut ticks = interval(SECOND);
                for _ in 0..3 {
                    ticks.tick().await;
                }
                let (one, two) = (sleep(SECOND), sleep(2 * SECOND));
                futures::join!(one, two);
            });
        });
        assert_eq!(many.await, seconds(6));
        // Others go on meanwhile, and `block_in_place` is the same.
        let start = Instant::now();
        let other = task::spawn(async move {
            sleep(SECOND).await;
            start.elapsed()
        });
        let runtime = Handle::current();
        task::block_in_place(|| runtime.block_on(sleep(60 * SECOND)));
        assert_eq!(start.elapsed(), Duration::ZERO);
        assert_eq!(
            blocked(|rt| rt.block_on(sleep(5 * SECOND))).await,
            seconds(5)
        );
        assert_eq!(other.await.unwrap(), SECOND);
        // And timers of tasks are timers again.
        sleep(SECOND).await;
        start.elapsed()
    });
    assert!(run.findings().is_empty(), "{run}");
    assert_eq!(run.unwrap(), 6 * SECOND);
}

#[test]
fn operations_in_block_on_let_nobody_go_first() {
    for seed in 0..50 {
        let run = Sim::new().seed(seed).run(async {
            let lock = Arc::new(Mutex::new(0));
            let theirs = lock.clone();
            let other = task::spawn(async move {
                for _ in 0..10 {
                    *theirs.lock().await += 1;
                }
            });
            let ours = lock.clone();
            let blocking = task::spawn_blocking(|| {
                Handle::current().block_on(async move {
                    for _ in 0..10 {
                        *ours.lock().await += 1;
                    }
                });
            });
            let ended = blocking.await;
            other.await.unwrap();
            // Refused where the other task holds the lock.
            assert_eq!(ended.is_ok(), *lock.lock().await == 20);
        });
        let tape = run.tape().to_string();
        assert!(!tape.contains("main/blocking point"), "{tape}");
        run.unwrap();
    }
}

#[reweave::test]
async fn metrics_count_what_tokio_counts() {
    let handle = Handle::current();
    let metrics = handle.metrics();
    assert_eq!(handle.name(), None);
    assert_eq!(
        (metrics.num_workers(), metrics.global_queue_depth()),
        (1, 0)
    );
    assert_eq!(metrics.num_alive_tasks(), 0, "`main` is not counted");
    let task = task::spawn(async { Handle::current().metrics().num_alive_tasks() });
    let detached = task::spawn_local(sleep(SECOND));
    let blocking = task::spawn_blocking(|| thread::sleep(SECOND));
    let set = task::LocalSet::new();
    drop(set.spawn_local(std::future::pending::<()>()));
    assert_eq!(metrics.num_alive_tasks(), 2);
    assert_eq!(task.await.unwrap(), 2);
    assert_eq!(metrics.clone().num_alive_tasks(), 1);
    detached.await.unwrap();
    blocking.await.unwrap();
    assert_eq!(metrics.num_alive_tasks(), 0);
}

#[test]
fn outside_of_a_run_there_is_none() {
    let error = Handle::try_current().unwrap_err();
    assert!(error.is_missing_context() && !error.is_thread_local_destroyed());
    assert_eq!(
        error.to_string(),
        "no simulation is under way on this thread"
    );
    let words = panic_of(Handle::current);
    assert!(
        words.starts_with("`runtime::Handle::current` needs a simulation"),
        "{words}"
    );
}

#[test]
fn a_handle_says_that_its_run_is_over() {
    let old = Sim::new()
        .run(async { Handle::try_current().unwrap() })
        .unwrap();
    for (called, words) in [
        ("spawn", panic_of(|| old.spawn(async {}))),
        ("spawn_blocking", panic_of(|| old.spawn_blocking(|| ()))),
        ("block_on", panic_of(|| old.block_on(async {}))),
        ("enter", panic_of(|| drop(old.enter()))),
    ] {
        let expected =
            format!("`runtime::Handle::{called}` was called outside of the handle's run");
        assert!(words.starts_with(&expected), "{words}");
    }
    let words = panic_of(|| old.metrics().num_alive_tasks());
    let expected =
        "`runtime::RuntimeMetrics::num_alive_tasks` was called outside of the handle's run";
    assert!(words.starts_with(expected), "{words}");
    let run = Sim::new().run(async move { old.spawn(async {}).await });
    let words = "`runtime::Handle::spawn` was called with the handle of another run";
    assert!(run.failure().unwrap().message().starts_with(words), "{run}");
}

/// A thread that the simulation knows nothing of: what it spawned, and when, no replay could repeat.
#[test]
fn another_thread_is_refused() {
    let run = Sim::new().run(async {
        let handle = Handle::current();
        std::thread::spawn(move || panic_of(|| handle.spawn(async {})))
            .join()
            .unwrap()
    });
    let words = run.output().unwrap();
    assert!(
        words.contains("use `task::spawn_blocking` instead of `std::thread`"),
        "{words}"
    );
}

#[reweave::test]
async fn says_what_it_is_and_nothing_of_the_process() {
    let handle = Handle::current();
    {
        let _guard = handle.enter();
        task::spawn(async {}).await.unwrap();
    }
    assert_eq!(handle.runtime_flavor(), RuntimeFlavor::CurrentThread);
    assert_eq!(handle.id(), handle.clone().id());
    assert_eq!(handle.id().to_string(), "1");
    assert_eq!(format!("{handle:?}"), "Handle { .. }");
}

#[reweave::test]
async fn errors_of_what_is_over_are_told_from_the_networks() {
    use reweave::net::{TcpStream, UdpSocket};
    use reweave::runtime::is_rt_shutdown_err;

    let elsewhere = reweave::host("elsewhere");
    let socket = elsewhere.spawn(async { UdpSocket::bind("127.0.0.1:0").await.unwrap() });
    let socket = socket.await.unwrap();
    // It is another host's, which lives.
    let foreign = socket.send_to(b"x", "127.0.0.1:1").await.unwrap_err();
    assert!(!is_rt_shutdown_err(&foreign), "{foreign}");
    elsewhere.crash();
    let over = socket.send_to(b"x", "127.0.0.1:1").await.unwrap_err();
    assert!(is_rt_shutdown_err(&over), "{over}");
    let refused = TcpStream::connect("127.0.0.1:1").await.unwrap_err();
    assert!(!is_rt_shutdown_err(&refused), "{refused}");
    let same_words = std::io::Error::new(over.kind(), over.to_string());
    assert!(!is_rt_shutdown_err(&same_words));
}

#[reweave::test]
async fn there_is_one_worker_which_runs_no_blocking_closures() {
    use reweave::runtime::worker_index;

    assert_eq!(worker_index(), Some(0));
    assert_eq!(
        reweave::spawn(async { worker_index() }).await.unwrap(),
        Some(0)
    );
    assert_eq!(task::spawn_blocking(worker_index).await.unwrap(), None);
    let elsewhere = std::thread::spawn(worker_index);
    assert_eq!(elsewhere.join().unwrap(), None);
}
