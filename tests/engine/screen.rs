//! Texts of somebody else's in a report: names and messages that would command a terminal, or fill it.

use std::sync::Arc;
use std::time::Duration;

use reweave::faults::progress;
use reweave::host;
use reweave::sync::{Mutex, Semaphore, mpsc, named, oneshot};
use reweave::task::Builder;
use reweave::time::{sleep, timeout};
use reweave::{FindingKind, Run, Sim, spawn};

const SECOND: Duration = Duration::from_secs(1);

/// Clears the screen, turns the direction of writing, and forges a line.
const HOSTILE: &str = "a\u{1b}[2J\u{202e}\r\nforged: line\u{9b}31m";

/// Spawns a task that is called like that.
fn spawn_hostile(task: impl Future<Output = ()> + Send + 'static) -> reweave::task::JoinHandle<()> {
    Builder::new().name(HOSTILE).spawn(task).unwrap()
}

/// The report, which must not disturb a terminal, of a finding of this kind.
#[track_caller]
fn shown<T>(kind: FindingKind, run: &Run<T>) -> String {
    let found = run.findings().iter().filter(|f| f.kind() == kind);
    let found: Vec<_> = found.collect();
    assert!(!found.is_empty(), "{run}");
    let text = run.to_string();
    let said = found.iter().map(|finding| {
        let (message, details) = (finding.message(), finding.details().join("\n"));
        format!("{finding}\n{message}\n{details}\n{}", finding.summary())
    });
    let all = said.collect::<Vec<_>>().join("\n") + "\n" + &text;
    for c in all.chars().filter(|&c| c != '\n') {
        let turns = matches!(c, '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}');
        assert!(!c.is_control() && !turns, "{c:?} in {all}");
    }
    // Only a message keeps its lines.
    let forged = all.lines().filter(|line| line.starts_with("forged"));
    let messages = matches!(kind, FindingKind::Panic | FindingKind::UnobservedPanic);
    assert!(messages || forged.count() == 0, "{all}");
    text
}

#[test]
fn names_command_no_terminal() {
    let crossed = Sim::new().run(async {
        let locks = Arc::new([0, 1].map(|_| named(HOSTILE, || Mutex::new(()))));
        let both = |first: usize| {
            let locks = locks.clone();
            spawn_hostile(async move {
                let _first = locks[first].lock().await;
                sleep(SECOND).await;
                let _second = locks[1 - first].lock().await;
            })
        };
        let (one, other) = (both(0), both(1));
        one.await.unwrap();
        other.await.unwrap();
    });
    shown(FindingKind::Deadlock, &crossed);
    let waits = Sim::new().run(async {
        let (to_it, mut inbox) = named(HOSTILE, || mpsc::channel(4));
        spawn_hostile(async move {
            let (sender, receiver) = named(HOSTILE, oneshot::channel::<()>);
            to_it.send(sender).await.unwrap();
            receiver.await.unwrap();
        });
        sleep(SECOND).await;
        inbox.close();
        std::future::pending::<()>().await;
        inbox.recv().await;
    });
    assert!(waits.failed(), "{waits}");
    shown(waits.findings()[0].kind(), &waits);
    let spins = Sim::new().max_steps_at_once(100).run(async {
        let lock = named(HOSTILE, || Mutex::new(()));
        spawn_hostile(async move {
            loop {
                drop(lock.lock().await);
            }
        });
        sleep(SECOND).await;
    });
    shown(FindingKind::Livelock, &spins);
}

#[test]
fn names_in_warnings_command_none_either() {
    let held = Sim::new().run(async {
        let pool = Arc::new(named(HOSTILE, || Semaphore::new(1)));
        let lock = Arc::new(named(HOSTILE, || Mutex::new(())));
        let (permit, theirs) = (pool.clone().acquire_owned().await.unwrap(), lock.clone());
        spawn_hostile(async move {
            let _guard = theirs.lock().await;
            sleep(60 * SECOND).await;
            drop(permit);
        });
        timeout(SECOND, pool.acquire()).await.unwrap_err();
        timeout(40 * SECOND, lock.lock()).await.unwrap_err();
    });
    shown(FindingKind::UnawaitedTask, &held);
    let held = Sim::new().warn(FindingKind::LongHold).run(async {
        let lock = Arc::new(named(HOSTILE, || Mutex::new(())));
        let theirs = lock.clone();
        let task = spawn_hostile(async move {
            let _guard = theirs.lock().await;
            sleep(60 * SECOND).await;
        });
        sleep(SECOND).await;
        drop(lock.lock().await);
        task.await.unwrap();
    });
    shown(FindingKind::LongHold, &held);
    let stuck = Sim::new().run(async {
        let lock = Arc::new(named(HOSTILE, || Mutex::new(())));
        std::mem::forget(lock.clone().lock_owned().await);
        spawn_hostile(async move { drop(lock.lock().await) });
        sleep(SECOND).await;
    });
    shown(FindingKind::StuckTask, &stuck);
    let dropped = Sim::new().warn(FindingKind::DroppedMessages);
    let dropped = dropped.run(async {
        let (sender, receiver) = named(HOSTILE, || mpsc::channel(4));
        sender.send(1).await.unwrap();
        drop(receiver);
    });
    shown(FindingKind::DroppedMessages, &dropped);
}

#[test]
fn names_of_hosts_and_promises() {
    let run = Sim::new().run(async {
        let db = host(HOSTILE);
        host("other").spawn(sleep(SECOND)).await.unwrap();
        db.pause();
        reweave::net::partition(HOSTILE, "other");
        let _promise = progress(HOSTILE, SECOND);
        sleep(10 * SECOND).await;
    });
    let text = shown(FindingKind::NoProgress, &run);
    assert!(text.contains("\nfaults: host \"a"), "{text}");
}

#[test]
fn messages_of_panics_keep_their_lines_and_command_no_terminal() {
    let run = Sim::new().run(async { panic!("{HOSTILE}") });
    shown(FindingKind::Panic, &run);
    let run = Sim::new().run(async {
        spawn_hostile(async { panic!("{HOSTILE}") });
        sleep(SECOND).await;
    });
    shown(FindingKind::UnobservedPanic, &run);
    let equal = Sim::new().run(async { assert_eq!(1, 2, "the total is kept") });
    let text = shown(FindingKind::Panic, &equal);
    let message = "panic in main at 0s: assertion `left == right` failed: the total is kept\n  left: 1\n right: 2\n";
    assert!(text.starts_with(message), "{text}");
}

#[test]
fn a_message_of_ten_thousand_lines_leaves_room_for_the_rest() {
    let long = || {
        (0..10_000)
            .map(|n| format!("line {n}\n"))
            .collect::<String>()
    };
    let run = Sim::new().run(async move { panic!("{}", long()) });
    let text = shown(FindingKind::Panic, &run);
    assert!(text.contains("\nline 19\n… 9980 more lines\n"), "{text}");
    assert!(text.lines().count() < 50, "{text}");
    let run = Sim::new().run(async { panic!("{}", "x".repeat(100_000)) });
    assert!(run.to_string().len() < 2_000, "{run}");
    let run = Sim::new().run(async move {
        spawn(async move { panic!("{}", long()) });
        sleep(SECOND).await;
    });
    let text = shown(FindingKind::UnobservedPanic, &run);
    assert!(text.lines().count() < 50, "{text}");
}

#[test]
fn names_of_two_hundred_characters_are_cut() {
    let run = Sim::new().run(async {
        let name = "long ".repeat(40);
        let lock = Arc::new(named(&name, || Mutex::new(())));
        let guard = lock.lock().await;
        let theirs = lock.clone();
        let task = Builder::new().name(&name).spawn(async move {
            drop(theirs.lock().await);
        });
        task.unwrap().await.unwrap();
        drop(guard);
    });
    let text = shown(FindingKind::Deadlock, &run);
    assert!(
        text.lines().all(|line| line.chars().count() < 600),
        "{text}"
    );
}

/// Of a message that stands in the verdict the beginning stands elsewhere.
#[test]
fn the_message_of_a_panic_is_told_in_full_once() {
    const MESSAGE: &str = "the sum of all accounts is what it was before anything was transferred";
    let run = Sim::new().run(async { panic!("{MESSAGE}") });
    assert_eq!(run.to_string().matches(MESSAGE).count(), 1, "{run}");
    // A trace has all of it.
    assert!(run.trace().to_string().contains(MESSAGE));
    let run = Sim::new().run(async {
        let query = spawn(async { panic!("{MESSAGE}") });
        let request = spawn(async { query.await.unwrap() });
        request.await.unwrap();
    });
    assert_eq!(run.findings().len(), 3, "{run}");
    assert_eq!(run.to_string().matches(MESSAGE).count(), 1, "{run}");
    insta::assert_snapshot!(run.findings()[2].message(), @r#"after the panic of main/task#2: called `Result::unwrap()` on an `Err` value: JoinError::Panic(Id(3), "called `Result::unwrap()` on an `Err` va…", ...)"#);
}
