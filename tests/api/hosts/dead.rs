//! Destructors of a host that is dead: ours does nothing in them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use reweave::task::{self, JoinHandle, yield_now};
use reweave::time::{Duration, Instant};
use reweave::{Sim, host};

use super::paths::notes;

/// Calls a function when it is dropped.
struct OnDrop<F: FnMut()>(F);

impl<F: FnMut()> Drop for OnDrop<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

/// Runs this destructor in a task of a host that crashes.
fn at_crash(dropped: impl FnMut() + 'static) -> reweave::Run<()> {
    let guard = OnDrop(dropped);
    Sim::new().run(async move {
        let db = host("db");
        let task = db.spawn(async move {
            let _guard = guard;
            std::future::pending::<()>().await;
        });
        yield_now().await;
        db.crash();
        assert!(task.await.unwrap_err().is_host_crash());
    })
}

#[test]
fn nothing_is_printed_or_noted() {
    let run = at_crash(|| {
        reweave::note!("noted");
        reweave::println!("printed");
    });
    assert_eq!((notes(&run), run.stdout()), (vec![], ""));
    assert_eq!(run.findings(), []);
}

#[test]
fn nothing_is_spawned() {
    let polls = Arc::new(AtomicU32::new(0));
    let seen = polls.clone();
    let run = at_crash(move || {
        let polls = polls.clone();
        let task: JoinHandle<()> = task::spawn(async move {
            polls.fetch_add(1, Relaxed);
        });
        assert!(task.is_finished());
    });
    assert_eq!(seen.load(Relaxed), 0);
    assert_eq!(run.findings(), []);
}

#[test]
fn nothing_is_aborted_and_no_time_passes() {
    Sim::new()
        .run(async {
            let start = Instant::now();
            let lives = task::spawn(async {
                yield_now().await;
                1
            });
            let abort = lives.abort_handle();
            let guard = OnDrop(move || {
                abort.abort();
                reweave::thread::sleep(Duration::from_secs(3));
            });
            let db = host("db");
            db.spawn(async move {
                let _guard = guard;
                std::future::pending::<()>().await;
            });
            yield_now().await;
            db.crash();
            assert_eq!(lives.await.unwrap(), 1);
            assert_eq!(start.elapsed(), Duration::ZERO);
        })
        .unwrap();
}

#[test]
fn other_hosts_are_left_alone() {
    Sim::new()
        .run(async {
            let (a, b, down) = (host("a"), host("b"), host("down"));
            down.crash();
            let guard = OnDrop({
                let (a, b, down) = (a.clone(), b.clone(), down.clone());
                move || {
                    b.crash();
                    b.pause();
                    a.crash();
                    down.restart();
                }
            });
            a.spawn(async move {
                let _guard = guard;
                std::future::pending::<()>().await;
            });
            yield_now().await;
            a.crash();
            assert!(b.is_running() && !b.is_paused() && !down.is_running());
            a.restart();
        })
        .unwrap();
}

#[test]
fn what_it_says_to_other_hosts_in_memory_arrives() {
    Sim::new()
        .run(async {
            let (sender, mut receiver) = reweave::sync::mpsc::unbounded_channel();
            let guard = OnDrop(move || sender.send("last words").unwrap());
            let db = host("db");
            db.spawn(async move {
                let _guard = guard;
                std::future::pending::<()>().await;
            });
            yield_now().await;
            db.crash();
            assert_eq!(receiver.recv().await, Some("last words"));
            assert_eq!(receiver.recv().await, None);
        })
        .unwrap();
}

#[test]
fn after_it_everything_works_again() {
    let run = Sim::new().run(async {
        let db = host("db");
        db.spawn(std::future::pending::<()>());
        yield_now().await;
        db.crash();
        reweave::note!("alive");
        task::spawn(async { reweave::println!("alive") })
            .await
            .unwrap();
        reweave::time::sleep(Duration::from_secs(1)).await;
    });
    assert_eq!((notes(&run), run.stdout()), (vec!["alive"], "alive\n"));
}
