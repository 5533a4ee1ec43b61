//! Waits for a signal as findings see them.

use reweave::signal::ctrl_c;
use reweave::signal::unix::{SignalKind, signal};
use reweave::time::{Duration, sleep};
use reweave::{FindingKind, Level, Sim, host, spawn};

fn all_denied() -> Sim {
    FindingKind::ALL
        .iter()
        .fold(Sim::new(), |sim, &kind| sim.level(kind, Level::Deny))
}

#[test]
fn a_server_that_waits_to_be_stopped_is_in_order() {
    let run = all_denied().run(async {
        let _db = host("db").start(|| async {
            ctrl_c().await.unwrap();
        });
        sleep(Duration::from_secs(1)).await;
    });
    assert_eq!(run.findings(), []);
}

#[test]
fn a_task_that_is_left_waiting_is_unawaited_and_not_stuck() {
    let run = all_denied().run(async {
        spawn(async { ctrl_c().await.unwrap() });
        sleep(Duration::from_secs(1)).await;
    });
    let kinds: Vec<FindingKind> = run.findings().iter().map(|found| found.kind()).collect();
    assert_eq!(kinds, [FindingKind::UnawaitedTask]);
}

#[test]
fn a_main_that_nobody_will_interrupt_is_a_deadlock_that_names_the_signal() {
    let run = Sim::new().run(async {
        signal(SignalKind::terminate()).unwrap().recv().await;
    });
    let [finding] = run.findings() else {
        panic!("{:?}", run.findings());
    };
    assert_eq!(finding.kind(), FindingKind::Deadlock);
    let told = reweave::Report::new(&run).to_string();
    assert!(told.contains("SIGTERM to main"), "{told}");
}
