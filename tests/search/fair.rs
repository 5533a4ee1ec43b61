//! A loop that waits for something else ends, under every strategy. One that nothing ends is a livelock.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::SeqCst};

use reweave::strategies::Builtin;
use reweave::sync::{Mutex, Notify, mpsc, oneshot};
use reweave::task::yield_now;
use reweave::time::{Duration, interval, sleep};
use reweave::{
    Explore, FindingKind, Report, Sim, Strategy, draw, explore, select, spawn, std_sync,
};

const STRATEGIES: [&str; 13] = [
    "plain",
    "random",
    "random(1/8)",
    "pct(3)",
    "pct(10)",
    "pos",
    "urw",
    "surw",
    "portfolio",
    "guided",
    "bounded(2)",
    "exhaustive",
    "dpor",
];

fn explored<M, F>(name: &str, program: M, seeds: u64) -> Explore<M>
where
    M: Fn() -> F + Sync,
    F: Future<Output = ()> + 'static,
{
    let strategy: Builtin = name.parse().unwrap();
    explore(program).builtin(strategy).seeds(0..seeds)
}

/// None of the strategies finds anything in this program.
#[track_caller]
fn passes<M, F>(program: M)
where
    M: Fn() -> F + Sync + Clone,
    F: Future<Output = ()> + 'static,
{
    for name in STRATEGIES {
        let found = explored(name, program.clone(), 100).run();
        assert!(!found.failed(), "{name}: {found}");
    }
}

#[test]
fn a_select_whose_first_branch_is_always_ready_comes_to_the_others() {
    passes(|| async {
        let (mutex, stop) = (Arc::new(Mutex::new(0)), Arc::new(Notify::new()));
        let stopped = stop.clone();
        let counter = spawn(async move {
            loop {
                select! {
                    mut count = mutex.lock() => *count += 1,
                    _ = stopped.notified() => break,
                }
            }
        });
        yield_now().await;
        stop.notify_one();
        counter.await.unwrap();
    });
    passes(|| async {
        let (sender, mut queue) = mpsc::unbounded_channel();
        let (stop, mut stopped) = oneshot::channel();
        let again = sender.clone();
        let worker = spawn(async move {
            loop {
                select! {
                    Some(job) = queue.recv() => again.send(job).unwrap(),
                    _ = &mut stopped => break,
                }
            }
        });
        sender.send(1).unwrap();
        yield_now().await;
        stop.send(()).unwrap();
        worker.await.unwrap();
    });
}

#[test]
fn nor_does_it_matter_whether_time_passes_meanwhile() {
    passes(|| async {
        let stop = Arc::new(Notify::new());
        let stopped = stop.clone();
        let slow = spawn(async move {
            let mut ticks = interval(Duration::from_millis(10));
            loop {
                select! {
                    _ = ticks.tick() => sleep(Duration::from_millis(15)).await,
                    _ = stopped.notified() => break,
                }
            }
        });
        sleep(Duration::from_millis(100)).await;
        stop.notify_one();
        slow.await.unwrap();
    });
}

#[test]
fn a_task_that_looks_again_and_again_does_not_keep_others_from_running() {
    // Shared by std's atomics, of which no strategy is told.
    passes(spins);
    passes(|| async {
        let flag = Arc::new(AtomicBool::new(false));
        let set = flag.clone();
        let other = spawn(async move { set.store(true, SeqCst) });
        while !flag.load(SeqCst) {
            sleep(Duration::ZERO).await;
        }
        other.await.unwrap();
    });
    passes(|| async {
        let here = Arc::new(AtomicU32::new(0));
        let all: Vec<_> = (0..3).map(|_| spawn(meet(here.clone(), 3))).collect();
        for one in all {
            one.await.unwrap();
        }
    });
}

/// Looks again and again whether another task has run.
async fn spins() {
    let flag = Arc::new(AtomicBool::new(false));
    let set = flag.clone();
    let other = spawn(async move { set.store(true, SeqCst) });
    while !flag.load(SeqCst) {
        yield_now().await;
    }
    other.await.unwrap();
}

/// Waits for all others.
async fn meet(here: Arc<AtomicU32>, all: u32) {
    here.fetch_add(1, SeqCst);
    while here.load(SeqCst) < all {
        yield_now().await;
    }
}

#[test]
fn tasks_that_wake_each_other_do_not_keep_others_from_running() {
    passes(|| async {
        let (there, mut at_there) = mpsc::channel::<u32>(1);
        let (back, mut at_back) = mpsc::channel::<u32>(1);
        let stop = Arc::new(AtomicBool::new(false));
        let echo = spawn(async move {
            while let Some(ball) = at_there.recv().await {
                if back.send(ball).await.is_err() {
                    break;
                }
            }
        });
        let stopped = stop.clone();
        let player = spawn(async move {
            while !stopped.load(SeqCst) {
                there.send(1).await.unwrap();
                at_back.recv().await.unwrap();
            }
        });
        for _ in 0..3 {
            yield_now().await;
        }
        stop.store(true, SeqCst);
        echo.await.unwrap();
        player.await.unwrap();
    });
}

#[test]
fn a_timer_that_is_due_fires_while_others_are_ready() {
    passes(|| async {
        let flag = Arc::new(AtomicBool::new(false));
        let set = flag.clone();
        let other = spawn(async move {
            sleep(Duration::from_millis(1)).await;
            set.store(true, SeqCst);
        });
        sleep(Duration::from_millis(1)).await;
        while !flag.load(SeqCst) {
            yield_now().await;
        }
        other.await.unwrap();
    });
}

#[test]
fn a_loop_that_ends_by_a_draw_ends() {
    passes(|| async {
        while !reweave::flip(0.5) {
            sleep(Duration::from_secs(1)).await;
        }
    });
    // Of two places, of the same place in a row, and without an await.
    passes(|| async {
        loop {
            let (one, other) = (reweave::flip(0.5), reweave::flip(0.5));
            if one && !other {
                break;
            }
            yield_now().await;
        }
    });
    passes(|| async {
        let mut heads = 0;
        while heads < 3 {
            heads = if reweave::flip(0.5) { heads + 1 } else { 0 };
            yield_now().await;
        }
    });
    passes(|| async {
        let mut ids: Vec<u8> = Vec::new();
        while ids.len() < 3 {
            let id = reweave::any();
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
    });
    // Where one place is ahead of the other by as many draws as it has the same default.
    passes(|| async {
        let mut turn = 0;
        loop {
            turn += 1;
            let (one, other) = (reweave::flip(0.5), turn > 1_024 && reweave::flip(0.5));
            if one && other {
                break;
            }
            yield_now().await;
        }
    });
    // However rare it is.
    let rare = || async {
        while !reweave::flip(0.0005) {
            yield_now().await;
        }
    };
    assert!(!explored("plain", rare, 1).run().failed());
    passes(|| async {
        while reweave::choose(["write", "read", "close"]) != "close" {
            yield_now().await;
        }
    });
}

#[test]
fn code_that_spins_without_an_await_lets_others_run_beside_it() {
    for name in STRATEGIES.iter().filter(|name| **name != "dpor") {
        let program = || async {
            let flag = Arc::new(std_sync::atomic::AtomicBool::new(false));
            let set = flag.clone();
            let other = spawn(async move { set.store(true, SeqCst) });
            while !flag.load(SeqCst) {
                std::hint::spin_loop();
            }
            other.await.unwrap();
        };
        let found = explored(name, program, 100).sim(Sim::new().threads(true));
        let found = found.run();
        assert!(!found.failed(), "{name}: {found}");
    }
}

#[test]
fn what_nothing_ends_is_a_livelock() {
    for name in STRATEGIES {
        let few = Sim::new().max_steps_at_once(20_000);
        let found = explored(name, forever, 1).sim(few).run();
        let kinds: Vec<_> = found
            .failures()
            .iter()
            .map(|run| run.failure().unwrap().kind())
            .collect();
        assert_eq!(kinds, [FindingKind::Livelock], "{name}");
    }
}

/// Every branch is always ready, and none ends it.
async fn forever() {
    let mutex = Mutex::new(0);
    loop {
        select! {
            mut count = mutex.lock() => *count += 1,
            _ = yield_now() => {}
        }
    }
}

#[test]
fn where_one_had_to_have_its_turn_nothing_is_proven() {
    let found = explored("dpor", spins, 10_000).run();
    let searched = found.searched().unwrap();
    assert!(
        searched.passed_over == Some(1_000) && !searched.is_complete(),
        "{found}"
    );
    assert!(
        found
            .to_string()
            .contains("passed over more than 1000 times"),
        "{found}"
    );
    // Others go on for long, and nobody waits for it.
    let counts = || async {
        let others: Vec<_> = (0..2)
            .map(|_| {
                spawn(async {
                    let mutex = Mutex::new(0);
                    for _ in 0..200 {
                        *mutex.lock().await += 1;
                    }
                })
            })
            .collect();
        for other in others {
            other.await.unwrap();
        }
    };
    let found = explored("dpor", counts, 10_000).run();
    let searched = found.searched().unwrap();
    assert!(
        searched.passed_over.is_none() && searched.is_complete(),
        "{found}"
    );
}

/// Answers the n-th draw of a kind with its second candidate, and all others with their default.
struct Second {
    kind: draw::Kind,
    nth: u32,
}

impl Strategy for Second {
    fn draw(&mut self, draw: &draw::Draw<'_>) -> usize {
        if draw.kind() != self.kind {
            return 0;
        }
        self.nth = self.nth.wrapping_sub(1);
        usize::from(self.nth == 0)
    }
}

/// How the run deviates from the plain one, and what it ended with.
fn with_second(
    kind: draw::Kind,
    nth: u32,
    program: impl Future<Output = ()> + 'static,
) -> (Vec<String>, String) {
    let run = Sim::new().run_with(Second { kind, nth }, program);
    let failure = run.failure().unwrap();
    (Report::new(&run).schedule(), failure.to_string())
}

#[test]
fn the_report_names_what_was_drawn_whichever_was_the_default() {
    // After 1,024 times the same default comes what a generator gives, and the second candidate is what is behind that.
    let (schedule, failure) = with_second(draw::Kind::Select, 1_030, async {
        let first = |_| async {
            select! { n = async { 1 } => n, n = async { 2 } => n, n = async { 3 } => n }
        };
        let mut all = Vec::new();
        for nth in 0..1_030 {
            all.push(first(nth).await);
        }
        panic!("{} came first", all[1_029])
    });
    let branch = ["1st", "2nd", "3rd"].iter().zip(1..);
    let mut branch = branch.filter(|(_, nth)| failure.contains(&format!("{nth} came first")));
    let (branch, _) = branch.next().unwrap();
    assert_eq!(
        schedule,
        [format!(
            "main polled the {branch} branch first in its 1030th select!"
        )]
    );
    let flips = |nth| {
        with_second(draw::Kind::Flip, nth, async move {
            let all: Vec<bool> = (0..nth).map(|_| reweave::flip(0.5)).collect();
            panic!("the last: {:?}", all.last())
        })
    };
    let sides = (1_030..1_050).map(|nth| {
        let (schedule, failure) = flips(nth);
        let side = if failure.contains("true") {
            "heads"
        } else {
            "tails"
        };
        assert!(
            schedule[0].starts_with(&format!("main flipped {side} at ")),
            "{schedule:?}"
        );
        side
    });
    let sides: std::collections::BTreeSet<_> = sides.collect();
    assert_eq!(sides.len(), 2, "the default is one now, and then the other");
    let (schedule, failure) = with_second(draw::Kind::Choose, 1_030, async {
        let all: Vec<u8> = (0..1_030).map(|_| reweave::choose([1, 2, 3])).collect();
        panic!("{} at last", all[1_029])
    });
    let item = (1..=3)
        .find(|item| failure.contains(&format!("{item} at last")))
        .unwrap();
    assert!(
        schedule[0].starts_with(&format!("main chose item {item} of 3 at ")),
        "{schedule:?}"
    );
}

#[test]
fn a_tape_brings_back_what_it_was_written_for() {
    let program = || async {
        let mut seen = Vec::new();
        for _ in 0..1_100 {
            yield_now().await;
            seen.push(select! { n = async { 1 } => n, n = async { 2 } => n, n = async { 3 } => n });
        }
        let heads = (0..1_100).filter(|_| reweave::flip(0.5)).count();
        let items: usize = (0..1_100).map(|_| reweave::choose([0, 1, 2])).sum();
        panic!("{seen:?}, {heads} heads, {items}")
    };
    let same = |run: &reweave::Run<()>| {
        let again = Sim::new().tape(run.tape()).run(program());
        let said = |run: &reweave::Run<()>| run.failure().unwrap().to_string();
        assert_eq!((again.hash(), said(&again)), (run.hash(), said(run)));
    };
    same(&Sim::new().run(program()));
    for seed in 0..10 {
        same(&Sim::new().seed(seed).run(program()));
    }
    for (kind, nth) in [
        (draw::Kind::Select, 1_030),
        (draw::Kind::Flip, 1_025),
        (draw::Kind::Flip, 1_026),
        (draw::Kind::Choose, 1_040),
    ] {
        same(&Sim::new().run_with(Second { kind, nth }, program()));
    }
}

#[test]
fn where_something_was_forced_not_all_is_said_to_be_tried() {
    let program = || async {
        spawn(async {
            sleep(Duration::from_millis(1)).await;
            for _ in 0..6 {
                yield_now().await;
            }
        });
        sleep(Duration::from_millis(1)).await;
    };
    for (name, at_once, forced) in [
        ("exhaustive", 400_000, false),
        ("exhaustive", 64, true),
        ("bounded(2)", 64, true),
    ] {
        let sim = Sim::new().max_steps_at_once(at_once);
        let found = explored(name, program, 100_000).sim(sim).run();
        let searched = found.searched().unwrap();
        assert_eq!(searched.forced, forced, "{name} {at_once}: {found}");
        assert_eq!(found.to_string().contains("nothing else was tried"), forced);
        assert!(!(forced && searched.is_complete()));
    }
}

#[test]
fn a_large_workload_is_as_plain_as_a_small_one() {
    use reweave::workload::collection;
    let plain = |ops: Vec<Vec<u8>>| ops.iter().all(Vec::is_empty);
    let run = Sim::new().run(async move {
        let large = collection(5_000..=5_000, || collection(0..=4, reweave::any::<u8>));
        let mut many =
            (0..1_000).map(|_| collection(0..=4, || collection(1..=1, reweave::any::<u8>)));
        (plain(large), many.all(plain))
    });
    assert_eq!(run.unwrap(), (true, true));
}
