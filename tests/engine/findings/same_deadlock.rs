//! Which deadlocks are the same one: what `main` waits for in the end counts, and not who else waits.

use std::sync::Arc;

use reweave::finding::Signature;
use reweave::sync::{Mutex, Notify, Semaphore, oneshot};
use reweave::task::{JoinSet, yield_now};
use reweave::{FindingKind, Sim, explore, flip, select, spawn};

/// The signature of the deadlock of the plain run.
fn deadlock(main: impl Future<Output = ()> + 'static) -> Signature {
    let run = Sim::new().run(main);
    let failure = run.failure().expect("it never ends");
    assert_eq!(failure.kind(), FindingKind::Deadlock, "{run}");
    failure.signature()
}

/// Whether all are different.
fn distinct(signatures: &[Signature]) -> bool {
    let others = |(nth, one)| signatures[..nth].iter().all(|other| other != one);
    signatures.iter().enumerate().all(others)
}

#[test]
fn others_who_wait_make_no_difference() {
    let program = |bystanders: usize| async move {
        let never = Arc::new(Notify::new());
        for _ in 0..bystanders {
            let never = never.clone();
            spawn(async move { never.notified().await });
        }
        yield_now().await;
        Semaphore::new(0).acquire().await.unwrap().forget();
    };
    assert_eq!(deadlock(program(0)), deadlock(program(3)));
}

/// `main` waits for a task that waits for the lock of one that waits for a notification, or for that one itself.
#[test]
fn the_way_to_the_end_makes_no_difference() {
    let program = |around: bool| async move {
        let lock = Arc::new(Mutex::new(()));
        let holds = lock.clone();
        let holder = spawn(async move {
            let _held = holds.lock().await;
            Notify::new().notified().await;
        });
        let waits = spawn(async move {
            yield_now().await;
            drop(lock.lock().await);
        });
        match around {
            true => waits.await.unwrap(),
            false => holder.await.unwrap(),
        }
    };
    assert_eq!(deadlock(program(false)), deadlock(program(true)));
}

#[test]
fn what_is_waited_for_in_the_end_does() {
    let program = |which: u32| async move {
        let (gate, bell) = (Semaphore::new(0), Notify::new());
        let worker = spawn(async move {
            match which {
                0 => drop(gate.acquire().await),
                1 => bell.notified().await,
                _ => {
                    select! {
                        _ = gate.acquire() => {}
                        () = bell.notified() => {}
                    }
                }
            }
        });
        worker.await.unwrap();
    };
    let all = [0, 1, 2].map(|which| deadlock(program(which)));
    assert!(distinct(&all), "{all:?}");
}

#[test]
fn the_place_of_the_wait_does() {
    let program = |late: bool| async move {
        let bell = Notify::new();
        if late {
            bell.notify_one();
        }
        bell.notified().await;
        bell.notified().await;
    };
    assert!(distinct(&[false, true].map(|late| deadlock(program(late)))));
}

/// Which tasks a set waits for is not told.
#[test]
fn so_does_what_the_tasks_of_a_set_wait_for() {
    let program = |gated: bool| async move {
        let (gate, bell) = (Arc::new(Semaphore::new(0)), Arc::new(Notify::new()));
        let mut set = JoinSet::new();
        for _ in 0..2 {
            let (gate, bell) = (gate.clone(), bell.clone());
            set.spawn(async move {
                match gated {
                    true => drop(gate.acquire().await),
                    false => bell.notified().await,
                }
            });
        }
        while set.join_next().await.is_some() {}
    };
    assert!(distinct(
        &[false, true].map(|gated| deadlock(program(gated)))
    ));
}

/// And what the one waits for who should answer.
#[test]
fn so_does_what_the_sender_waits_for() {
    let program = |gated: bool| async move {
        let (gate, bell) = (Semaphore::new(0), Notify::new());
        let (answer, answered) = oneshot::channel();
        spawn(async move {
            match gated {
                true => drop(gate.acquire().await),
                false => bell.notified().await,
            }
            answer.send(()).unwrap();
        });
        answered.await.unwrap();
    };
    assert!(distinct(
        &[false, true].map(|gated| deadlock(program(gated)))
    ));
}

#[test]
fn exploring_counts_each_once() {
    let program = || async {
        let (gate, bell) = (Semaphore::new(0), Arc::new(Notify::new()));
        for _ in 0..3 {
            if flip(0.5) {
                let bell = bell.clone();
                spawn(async move { bell.notified().await });
            }
        }
        match flip(0.5) {
            true => drop(gate.acquire().await),
            false => bell.notified().await,
        }
    };
    let found = explore(program).seeds(0..100).collect().run();
    assert_eq!(found.failures().len(), 2, "{found:?}");
}

/// Whoever waits beside it is left out of what is told.
#[test]
fn shrinking_leaves_out_those_who_wait_beside_it() {
    let program = || async {
        let (gate, bell) = (Semaphore::new(0), Arc::new(Notify::new()));
        for _ in 0..6 {
            if flip(0.5) {
                let bell = bell.clone();
                spawn(async move { bell.notified().await });
            }
        }
        if flip(0.5) {
            drop(gate.acquire().await);
        }
    };
    let found = explore(program).seeds(0..100).shrink(true).run();
    let run = found.failures().first().expect("a seed that fails");
    assert_eq!(run.tape().to_line(), "reweave tape 1; main flip@7 1");
}
