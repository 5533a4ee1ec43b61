//! Costs: polls and operations take virtual time, in runs that draw it and in no other.

use std::cell::RefCell;
use std::rc::Rc;

use reweave::sync::mpsc;
use reweave::task::{spawn_local, yield_now};
use reweave::time::{Duration, Instant, interval, sleep, timeout};
use reweave::trace::Event;
use reweave::{FindingKind, Run, Sim, explore};

fn slow() -> Sim {
    Sim::new().costs(Duration::from_millis(100))
}

/// Requests that are served one after the other, and a tick that looks how far they are.
async fn ticks_amid() -> Vec<u32> {
    let served = Rc::new(RefCell::new(0));
    let (seen, counter) = (Rc::new(RefCell::new(Vec::new())), served.clone());
    let ticks = seen.clone();
    let ticker = spawn_local(async move {
        let mut ticks_come = interval(Duration::from_millis(50));
        loop {
            ticks_come.tick().await;
            ticks.borrow_mut().push(*counter.borrow());
        }
    });
    for _ in 0..10 {
        yield_now().await;
        *served.borrow_mut() += 1;
    }
    ticker.abort();
    seen.take()
}

#[test]
fn a_tick_comes_while_requests_run_only_where_they_take_time() {
    let amid = |seen: &[u32]| seen.iter().any(|served| (1..10).contains(served));
    for seed in 0..500 {
        let run = Sim::new().seed(seed).run(ticks_amid());
        let seen = run.unwrap();
        assert!(seen.len() <= 1, "time stood still: {seen:?}");
    }
    let count = (0..500)
        .filter(|&seed| amid(&slow().seed(seed).run(ticks_amid()).unwrap()))
        .count();
    assert!((50..450).contains(&count), "{count} of 500");
}

/// A timeout of work that is quick where nothing takes time.
async fn beats() {
    let work = async {
        for _ in 0..5 {
            yield_now().await;
        }
    };
    let (sender, mut receiver) = mpsc::channel(1);
    let worker = reweave::spawn(async move {
        work.await;
        sender.send(()).await.unwrap();
    });
    timeout(Duration::from_millis(60), receiver.recv())
        .await
        .expect("in time");
    worker.await.unwrap();
}

#[test]
fn a_timeout_beats_a_slow_task_and_shrinks_to_what_was_slow() {
    assert!(!explore(beats).seeds(0..2000).run().failed());
    let found = explore(beats).sim(slow()).seeds(0..2000).shrink(true).run();
    let run = found.failure().unwrap();
    let line = run.tape().to_line();
    assert!(line.contains("cost"), "{line}");
    assert!(run.tape().deviations().len() <= 4, "{line}");
    let said = found.to_string();
    assert!(
        said.contains("takes 0.") && said.contains("polls and operations may take time"),
        "{said}"
    );
    // The tape alone brings it back; where costs are not asked for there is nothing that it could follow.
    let again = slow().tape(run.tape()).run(beats());
    assert_eq!(again.hash(), run.hash());
    assert!(!Sim::new().tape(run.tape()).run(beats()).failed());
}

#[test]
fn the_plain_run_has_none_and_some_seeds_have_none() {
    let took = |run: &Run<()>| {
        let entries = run.trace().entries().iter();
        entries
            .filter(|entry| matches!(entry.event, Event::Took { .. }))
            .count()
    };
    let program = || async {
        for _ in 0..100 {
            yield_now().await;
        }
    };
    assert_eq!(took(&slow().run(program())), 0);
    let counts: Vec<usize> = (0..100)
        .map(|seed| took(&slow().seed(seed).run(program())))
        .collect();
    assert!(
        counts.contains(&0) && counts.iter().any(|&count| count > 10),
        "{counts:?}"
    );
    // And what is taken is up to what was asked for.
    let run = slow()
        .seed(counts.iter().position(|&count| count > 10).unwrap() as u64)
        .run(program());
    let most = run
        .trace()
        .entries()
        .iter()
        .filter_map(|entry| match entry.event {
            Event::Took { nanos } => Some(nanos.get()),
            _ => None,
        });
    assert!(most.max().unwrap() <= 100_000_000);
    assert!(run.elapsed() > Duration::ZERO);
}

#[test]
fn an_operation_takes_time_as_well() {
    let program = || async {
        let lock = reweave::sync::Mutex::new(());
        let start = Instant::now();
        let mut within = Vec::new();
        for _ in 0..20 {
            drop(lock.lock().await);
            within.push(start.elapsed());
        }
        within.last().copied().unwrap()
    };
    // One poll, in which no time would pass.
    let elapsed = (0..50).map(|seed| slow().seed(seed).run(program()).unwrap());
    assert!(elapsed.max().unwrap() > Duration::from_millis(100));
}

/// Neighbours: a loop that never waits is no progress although it takes time, and a correct program stays correct.
#[test]
fn what_spins_is_a_livelock_all_the_same() {
    for seed in 0..8 {
        let run = slow().seed(seed).max_steps_at_once(2_000).run(async {
            loop {
                yield_now().await;
            }
        });
        assert_eq!(
            run.failure().unwrap().kind(),
            FindingKind::Livelock,
            "{run}"
        );
    }
    let correct = explore(|| async {
        let lock = std::sync::Arc::new(reweave::sync::Mutex::new(0));
        let add = |lock: std::sync::Arc<reweave::sync::Mutex<i32>>| async move {
            let mut value = lock.lock().await;
            sleep(Duration::from_millis(1)).await;
            *value += 1;
        };
        let tasks: Vec<_> = (0..4).map(|_| reweave::spawn(add(lock.clone()))).collect();
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(*lock.lock().await, 4);
    });
    assert!(!correct.sim(slow()).seeds(0..1000).run().failed());
}

#[test]
fn no_time_is_refused() {
    let panic = std::panic::catch_unwind(|| drop(Sim::new().costs(Duration::ZERO))).unwrap_err();
    let said = panic.downcast_ref::<&str>().map(|said| (*said).to_owned());
    let said = said
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap();
    assert_eq!(
        said,
        "`costs` must be some virtual time, such as 5 ms, got zero"
    );
}

/// A run that is explored is the one that is recorded: also where an operation is one before which nobody else could go.
#[test]
fn a_seed_is_one_run_whoever_answers() {
    let alone = || async {
        let lock = reweave::sync::Mutex::new(());
        drop(lock.lock().await);
        assert!(reweave::choose(0..4) != 1, "one");
    };
    for strategy in ["random", "portfolio"] {
        let found = explore(alone)
            .sim(slow())
            .builtin(strategy.parse().unwrap())
            .seeds(0..300)
            .verify_every(1)
            .collect()
            .run();
        let kinds = found
            .failures()
            .iter()
            .map(|run| run.failure().unwrap().kind());
        assert!(kinds.eq([FindingKind::Panic]), "{found}");
    }
}
