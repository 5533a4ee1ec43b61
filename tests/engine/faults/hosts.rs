//! Hosts that crash, lose their power and stand still.

use reweave::host::OnPanic;
use reweave::sync::Notify;
use reweave::time::sleep;
use reweave::trace::{Event, HostVerb};
use reweave::{FindingKind, Sim, explore, host};

use super::{SECOND, count, faults, runs, serves};

#[test]
fn each_seed_has_its_own_subset_of_kinds() {
    let seen = runs("hosts", || serves(60)).into_iter().map(|run| {
        [HostVerb::Crashes, HostVerb::LosesPower, HostVerb::Pauses]
            .map(|verb| count(&run, verb) > 0)
    });
    let seen: std::collections::BTreeSet<[bool; 3]> = seen.collect();
    assert!(seen.len() >= 5, "{seen:?}");
}

#[test]
fn a_kind_that_is_not_asked_for_never_strikes() {
    let runs = runs("hosts(pause)", || serves(60));
    assert!(runs.iter().any(|run| count(run, HostVerb::Pauses) > 0));
    for run in runs {
        assert_eq!(count(&run, HostVerb::Crashes), 0);
        assert_eq!(count(&run, HostVerb::LosesPower), 0);
    }
}

#[test]
fn what_is_down_starts_again_and_what_stands_still_goes_on() {
    for run in runs("hosts, calm = 30s", || serves(60)) {
        let starts = run.output().unwrap().len();
        let deaths = count(&run, HostVerb::Crashes) + count(&run, HostVerb::LosesPower);
        assert_eq!(starts, 1 + deaths, "{run}");
        assert_eq!(
            count(&run, HostVerb::Pauses),
            count(&run, HostVerb::Resumes)
        );
        let (began, ended) = faults(&run);
        assert_eq!(began.len(), ended.len());
        assert!(run.findings().is_empty(), "{run}");
    }
}

#[test]
fn faults_strike_between_start_and_calm_and_are_over_then() {
    let (second, mut seen) = (SECOND.as_nanos() as u64, 0);
    for run in runs("hosts, start = 10s, calm = 30s", || serves(60)) {
        let (began, ended) = faults(&run);
        seen += began.len();
        for (at, lasts) in began {
            assert!(
                at >= 10 * second && at + lasts <= 30 * second,
                "{at} {lasts}"
            );
        }
        assert!(ended.into_iter().all(|at| at <= 30 * second));
    }
    assert!(seen > 100, "{seen}");
}

#[test]
fn a_value_says_how_often() {
    let often = runs("hosts(pause = 2s)", || serves(60));
    // In about half of the runs it does not strike at all.
    let counts: Vec<usize> = often
        .iter()
        .map(|run| count(run, HostVerb::Pauses))
        .collect();
    let quiet = counts.iter().filter(|&&count| count == 0).count();
    assert!((5..35).contains(&quiet), "{counts:?}");
    let others = counts.iter().filter(|&&count| count > 0);
    assert!(
        others.clone().all(|count| (12..48).contains(count)),
        "{counts:?}"
    );
}

#[test]
fn main_is_never_struck_and_only_servers_die() {
    let program = || async {
        let shop = host("shop").spawn(async { sleep(50 * SECOND).await });
        sleep(SECOND).await;
        shop.await.expect("what was only spawned does not die");
    };
    let runs = runs("hosts", program);
    assert!(runs.iter().any(|run| count(run, HostVerb::Pauses) > 0));
    for run in runs {
        assert!(run.findings().is_empty(), "{run}");
    }
}

#[test]
fn a_host_that_is_made_late_is_struck_as_others_are() {
    let program = || async {
        sleep(20 * SECOND).await;
        serves(40).await
    };
    let struck = runs("hosts(crash)", program);
    assert!(struck.iter().any(|run| count(run, HostVerb::Crashes) > 0));
}

#[test]
fn no_fault_keeps_a_run_alive_and_none_comes_after_main() {
    let program = || async {
        let _db = host("db").start(std::future::pending::<()>);
        sleep(3 * SECOND).await;
    };
    for run in runs("hosts", program) {
        assert_eq!(run.elapsed(), 3 * SECOND);
    }
    // Nobody is left who could wake it: told at once, and not when a fault might come.
    let stuck = || async {
        let _db = host("db").start(|| async { Notify::new().notified().await });
        sleep(3 * SECOND).await;
        Notify::new().notified().await;
    };
    let mut at_once = 0;
    for run in runs("hosts", stuck) {
        assert_eq!(run.findings()[0].kind(), FindingKind::Deadlock, "{run}");
        at_once += usize::from(run.elapsed() == 3 * SECOND);
    }
    assert!(at_once > 10, "{at_once}");
}

#[test]
fn what_is_healed_later_is_waited_for() {
    // It goes on when the host has started once more, and nothing else ever happens.
    let program = || async {
        let (started, mut starts) = reweave::sync::mpsc::unbounded_channel();
        let _db = host("db").start(move || {
            let started = started.clone();
            async move {
                started.send(()).unwrap();
                sleep(3600 * SECOND).await;
            }
        });
        starts.recv().await;
        starts.recv().await;
    };
    let restarted = |run: &reweave::Run<()>| count(run, HostVerb::Restarts) > 0;
    let runs = runs("hosts(crash = 10s)", program);
    let with: Vec<_> = runs.iter().filter(|run| restarted(run)).collect();
    assert!(with.len() > 10);
    for run in with {
        assert!(run.findings().is_empty(), "{run}");
        assert!(run.elapsed() <= 60 * SECOND, "{run}");
    }
}

#[test]
fn what_the_test_does_to_a_host_ends_the_fault() {
    let program = || async {
        let db = host("db").start(std::future::pending::<()>);
        for _ in 0..60 {
            sleep(SECOND).await;
            if !db.is_running() {
                db.restart();
            }
            db.resume();
        }
    };
    let mut seen = 0;
    for run in runs("hosts, calm = 60s", program) {
        let (began, ended) = faults(&run);
        assert_eq!(began.len(), ended.len(), "{run}");
        seen += began.len();
        assert!(run.findings().is_empty(), "{run}");
    }
    assert!(seen > 100);
}

#[test]
fn a_host_that_panics_by_its_policy_stays_down_under_faults() {
    let program = || async {
        let db = host("db").on_panic(OnPanic::Crash).start(|| async {
            sleep(SECOND / 2).await;
            panic!("out of memory")
        });
        sleep(100 * SECOND).await;
        assert!(!db.is_running());
    };
    for run in runs("hosts(pause)", program) {
        assert!(!run.failed(), "{run}");
    }
}

#[test]
fn a_part_of_the_hosts_is_left_as_it_is_if_that_is_asked_for() {
    let program = || async {
        let hosts: Vec<_> = (0..5)
            .map(|n| host(format!("db{n}")).start(std::future::pending::<()>))
            .collect();
        sleep(61 * SECOND).await;
        hosts.iter().filter(|host| host.is_running()).count()
    };
    let living = |faults: &str| -> Vec<usize> {
        let runs = runs(faults, program);
        runs.into_iter().map(|run| run.unwrap()).collect()
    };
    assert!(
        living("hosts(crash = 1s)")
            .iter()
            .all(|&living| living == 5)
    );
    let majority = living("hosts(crash = 1s), core = majority");
    assert!(majority.iter().all(|&living| living >= 3));
    assert!(majority.iter().any(|&living| living < 5), "{majority:?}");
    assert!(
        living("hosts(crash = 1s), core = 4")
            .iter()
            .all(|&living| living >= 4)
    );
}

/// Two accounts whose sum is kept but for a moment, in one burst of steps: only a crash amid it shows that.
async fn transfers() {
    let accounts = std::sync::Arc::new(std::sync::Mutex::new((100, 0)));
    let shared = accounts.clone();
    let _bank = host("bank").start(move || {
        let accounts = shared.clone();
        async move {
            let (one, other) = *accounts.lock().unwrap();
            assert_eq!(one + other, 100);
            loop {
                sleep(SECOND).await;
                accounts.lock().unwrap().0 -= 1;
                reweave::task::yield_now().await;
                accounts.lock().unwrap().1 += 1;
            }
        }
    });
    sleep(60 * SECOND).await;
}

#[test]
fn faults_strike_amid_a_burst_of_steps() {
    let found = explore(transfers)
        .faults("hosts(crash)")
        .seeds(0..200)
        .run();
    let run = found
        .failure()
        .expect("some crash comes between the two steps");
    assert_eq!(run.findings()[0].kind(), FindingKind::UnobservedPanic);
    assert!(!explore(transfers).seeds(0..50).run().failed());
}

#[test]
fn the_report_names_the_faults_in_force_and_those_before() {
    let program = || async {
        let db = host("db").start(std::future::pending::<()>);
        // It fails once it meets a database that is down.
        for _ in 0..600 {
            assert!(db.is_running(), "the database is down");
            sleep(SECOND).await;
        }
    };
    let found = explore(program)
        .faults("hosts(crash = 20s, pause = 10s)")
        .seeds(0..50)
        .run();
    let run = found.failure().expect("a crash");
    let text = run.to_string();
    let line = text.lines().find(|line| line.starts_with("faults: "));
    let line = line.unwrap_or_else(|| panic!("{text}"));
    assert!(
        line.contains("crash of host \"db\" in force since "),
        "{line}"
    );
    assert!(
        text.contains("faults: crash may strike in this run, strength 1"),
        "{text}"
    );
    assert!(text.contains("faults: crash of db in period "), "{text}");
    let traced = run.trace().to_string();
    assert!(
        traced.contains("fault: crash strikes host \"db\" for "),
        "{traced}"
    );
    let calm = Sim::new().seed(run.seed().unwrap()).run(program());
    assert!(
        calm.trace()
            .entries()
            .iter()
            .all(|entry| entry.event != Event::Calm)
    );
    assert!(!calm.to_string().contains("faults: "));
}

#[test]
fn what_strikes_each_nanosecond_ends_all_the_same() {
    let sim = || Sim::new().faults("hosts(pause = 1ns, crash = 2ns), calm = 1000000h");
    for seed in 0..4 {
        let run = sim().seed(seed).run(serves(3600));
        assert!(run.output().is_some() && !run.failed());
    }
}
