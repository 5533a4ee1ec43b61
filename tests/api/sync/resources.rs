//! What traces and findings say of locks and channels.

use std::sync::Arc;

use reweave::sync::{Mutex, Semaphore, broadcast, mpsc, named, watch};
use reweave::{FindingKind, Run, Sim, spawn};

#[test]
fn operations_stand_on_the_trace_by_name() {
    let run = Sim::new().run(async {
        let accounts = named("accounts", || Mutex::new(0));
        let (jobs, mut inbox) = mpsc::channel(1);
        let unnamed = Semaphore::new(1);
        *accounts.lock().await += 1;
        jobs.send(1).await.unwrap();
        inbox.recv().await.unwrap();
        drop(unnamed.acquire().await.unwrap());
        drop(jobs);
    });
    insta::assert_snapshot!(run.trace(), @"
    0s  ·     spawns main
    0s  main  polls
    0s  main  takes accounts
    0s  main  gives back accounts
    0s  main  sends mpsc#1
    0s  main  receives mpsc#1
    0s  main  takes semaphore#1
    0s  main  gives back semaphore#1
    0s  main  drops the last sender of mpsc#1
    0s  main  completes
    ");
}

#[test]
fn a_deadlock_names_lock_holder_and_both_places() {
    let run = Sim::new().run(async {
        let (a, b) = (Arc::new(Mutex::new(())), Arc::new(Mutex::new(())));
        let cross = |first: Arc<Mutex<()>>, second: Arc<Mutex<()>>| async move {
            let _first = first.lock().await;
            reweave::task::yield_now().await;
            let _second = second.lock().await;
        };
        let one = reweave::spawn(cross(a.clone(), b.clone()));
        let two = reweave::spawn(cross(b, a));
        one.await.unwrap();
        two.await.unwrap();
    });
    let finding = &run.findings()[0];
    assert_eq!(finding.kind(), FindingKind::Deadlock);
    insta::assert_snapshot!(finding.details().join("\n"), @"
    main waits for the end of main/task at tests/api/sync/resources.rs:45:13
    main/task waits for mutex#2 at tests/api/sync/resources.rs:41:34 (held by main/task#2 since tests/api/sync/resources.rs:39:32)
    main/task#2 waits for mutex#1 at tests/api/sync/resources.rs:41:34 (held by main/task since tests/api/sync/resources.rs:39:32)
    cycle: main/task ── mutex#2 ──► main/task#2 ── mutex#1 ──► main/task
    ");
}

#[test]
fn names_are_numbered_anew_in_every_run_also_of_what_outlives_it() {
    static OLD: Mutex<()> = Mutex::const_new(());
    let run = || {
        Sim::new().run(async {
            let young = Mutex::new(());
            drop(young.lock().await);
            drop(OLD.lock().await);
        })
    };
    let (first, second) = (run(), run());
    assert_eq!(first.trace().to_string(), second.trace().to_string());
    assert!(
        first.trace().to_string().contains("takes mutex#2"),
        "{}",
        first.trace()
    );
}

#[test]
fn the_hash_is_the_same_whether_names_are_kept_or_not() {
    let main = || async {
        let mutex = Arc::new(Mutex::new(0));
        let tasks = [(); 3].map(|()| {
            let mutex = mutex.clone();
            reweave::spawn(async move { *mutex.lock().await += 1 })
        });
        for task in tasks {
            task.await.unwrap();
        }
    };
    let one = |seed| {
        reweave::explore(main)
            .seeds(seed..seed + 1)
            .jobs(1)
            .verify_every(1)
            .run()
    };
    for seed in 0..20 {
        assert!(!one(seed).failed());
    }
}

/// That a channel of this kind is one resource in the run: its second would have this number.
#[track_caller]
fn is_one(run: &Run, kind: &str) {
    let trace = run.trace().to_string();
    assert!(trace.contains(&format!("{kind}#1")), "{trace}");
    assert!(!trace.contains(&format!("{kind}#2")), "{trace}");
}

#[test]
fn a_channel_that_is_older_than_the_run_is_one_resource() {
    let (values, mut changes) = watch::channel(0);
    let run = Sim::new().run(async move {
        let sees = spawn(async move { changes.changed().await });
        reweave::task::yield_now().await;
        values.send(1).unwrap();
        sees.await.unwrap().unwrap();
    });
    is_one(&run, "watch");

    let (jobs, inbox) = mpsc::channel::<u32>(1);
    let run = Sim::new().run(async move {
        let hears = spawn(async move { jobs.closed().await });
        reweave::task::yield_now().await;
        drop(inbox);
        hears.await.unwrap();
    });
    is_one(&run, "mpsc");

    let (news, listener) = broadcast::channel::<u32>(1);
    let run = Sim::new().run(async move {
        let hears = spawn(async move { news.closed().await });
        reweave::task::yield_now().await;
        drop(listener);
        hears.await.unwrap();
    });
    is_one(&run, "broadcast");
}

#[test]
fn a_channel_that_outlives_its_run_is_one_resource_in_the_next() {
    let made = Sim::new().run(async { watch::channel(0) });
    let (values, mut changes) = made.unwrap();
    let run = Sim::new().run(async move {
        // Another takes the number that it had.
        let _other = Mutex::new(());
        let sees = spawn(async move { changes.changed().await });
        reweave::task::yield_now().await;
        values.send(1).unwrap();
        sees.await.unwrap().unwrap();
    });
    is_one(&run, "watch");
}

#[test]
fn two_that_are_older_than_the_run_are_two() {
    let (one, mut changes) = watch::channel(0);
    let (other, mut others) = watch::channel(0);
    let run = Sim::new().run(async move {
        let sees = spawn(async move { (changes.changed().await, others.changed().await) });
        reweave::task::yield_now().await;
        one.send(1).unwrap();
        other.send(1).unwrap();
        let (first, second) = sees.await.unwrap();
        first.unwrap();
        second.unwrap();
    });
    let trace = run.trace().to_string();
    assert!(
        trace.contains("watch#2") && !trace.contains("watch#3"),
        "{trace}"
    );
}
