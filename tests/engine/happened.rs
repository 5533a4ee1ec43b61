//! What a report says happened: what a channel's end did and did not, and in which order; and where the list ends.

use std::future::pending;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use reweave::sync::{Mutex, Semaphore, broadcast, mpsc, oneshot, watch};
use reweave::task::yield_now;
use reweave::time::sleep;
use reweave::{FindingKind, Run, Sim, spawn};

/// The list of a report.
fn list<T>(run: &Run<T>) -> String {
    let report = run.to_string();
    let (_, list) = report.split_once("what happened").unwrap();
    let (_, list) = list.split_once('\n').unwrap();
    let end = list.find("why, back from").unwrap_or(list.len());
    list[..end].to_owned()
}

/// All that happened to resources.
fn on_resources<T>(run: &Run<T>) -> String {
    let trace = run.trace().to_string();
    let lines = trace.lines().map(str::trim);
    let lines: Vec<&str> = lines.filter(|line| line.contains('#')).collect();
    lines.join("\n")
}

#[test]
fn a_close_is_one_and_a_drop_is_none() {
    let run = Sim::new().run(async {
        let (sender, mut receiver) = mpsc::channel::<u32>(1);
        receiver.close();
        drop((receiver, sender));
        drop(mpsc::channel::<u32>(1).0.clone());
        let (sender, receiver) = mpsc::unbounded_channel::<u32>();
        drop(receiver);
        drop(sender);
        Semaphore::new(1).close();
    });
    insta::assert_snapshot!(on_resources(&run), @"
    0s  main  closes mpsc#1
    0s  main  drops the last sender of mpsc#2
    0s  main  drops the receiver of unbounded mpsc#3
    0s  main  closes semaphore#1
    ");
    let run = Sim::new().run(async {
        let (sender, receiver) = oneshot::channel::<u32>();
        drop(sender);
        let _ = receiver.await;
        let (sender, mut receiver) = oneshot::channel::<u32>();
        receiver.close();
        drop((sender, receiver));
        let (sender, _receiver) = oneshot::channel::<u32>();
        sender.send(1).unwrap();
        drop(watch::channel(0).0);
        drop(broadcast::channel::<u32>(1).0);
    });
    insta::assert_snapshot!(on_resources(&run), @"
    0s  main  drops the last sender of oneshot#1
    0s  main  closes oneshot#2
    0s  main  sends oneshot#3
    0s  main  drops the last sender of watch#1
    0s  main  drops the last sender of broadcast#1
    ");
}

#[test]
fn a_send_that_is_refused_and_room_that_is_kept() {
    let run = Sim::new().run(async {
        let (sender, mut receiver) = mpsc::channel(1);
        let kept = sender.reserve().await.unwrap();
        sender.try_send(1).unwrap_err();
        sender.try_reserve().unwrap_err();
        kept.send(2);
        receiver.close();
        sender.send(3).await.unwrap_err();
        sender.try_send(4).unwrap_err();
        sender.reserve().await.unwrap_err();
        let (sender, receiver) = mpsc::unbounded_channel();
        drop(receiver);
        sender.send(5).unwrap_err();
        let (sender, receiver) = oneshot::channel();
        drop(receiver);
        sender.send(6).unwrap_err();
        let (alone, _) = watch::channel(0);
        alone.send(7).unwrap_err();
        let (alone, _) = broadcast::channel(1);
        alone.send(8).unwrap_err();
    });
    insta::assert_snapshot!(on_resources(&run), @"
    0s  main  keeps room in mpsc#1
    0s  main  cannot send into the full mpsc#1
    0s  main  cannot send into the full mpsc#1
    0s  main  sends mpsc#1
    0s  main  closes mpsc#1
    0s  main  cannot send into the closed mpsc#1
    0s  main  cannot send into the closed mpsc#1
    0s  main  cannot send into the closed mpsc#1
    0s  main  drops the receiver of unbounded mpsc#2
    0s  main  cannot send into the closed unbounded mpsc#2
    0s  main  drops the receiver of oneshot#1
    0s  main  cannot send into the closed oneshot#1
    0s  main  cannot send without a receiver of watch#1
    0s  main  cannot send without a receiver of broadcast#1
    0s  main  drops the last sender of broadcast#1
    0s  main  drops the last sender of watch#1
    ");
}

#[test]
fn values_that_a_slow_receiver_has_missed() {
    let run = Sim::new().run(async {
        let (sender, mut slow) = broadcast::channel(2);
        (0..3).for_each(|n| _ = sender.send(n));
        slow.recv().await.unwrap_err();
        (3..6).for_each(|n| _ = sender.send(n));
        slow.try_recv().unwrap_err();
        slow.recv().await.unwrap();
    });
    let trace = on_resources(&run);
    assert!(
        trace.contains("main  has missed 1 value of broadcast#1"),
        "{trace}"
    );
    assert!(
        trace.contains("main  has missed 3 values of broadcast#1"),
        "{trace}"
    );
    let hash = run.hash();
    let lost_less = Sim::new().run(async {
        let (sender, mut slow) = broadcast::channel(2);
        (0..4).for_each(|n| _ = sender.send(n));
        slow.recv().await.unwrap_err();
        (4..6).for_each(|n| _ = sender.send(n));
        slow.try_recv().unwrap_err();
        slow.recv().await.unwrap();
    });
    assert_ne!(hash, lost_less.hash());
}

/// What destructors do while a panic unwinds comes after the panic.
#[test]
fn a_panic_stands_before_what_unwinding_does() {
    let program = async {
        spawn(async {}).await.unwrap();
        let lock = Mutex::new(());
        let (sender, _receiver) = mpsc::channel::<u32>(1);
        let _held = lock.lock().await;
        let _sender = sender;
        panic!("overdrawn")
    };
    let run: Run<()> = Sim::new().run(program);
    insta::assert_snapshot!(list(&run), @r#"
    time  step  main                            main/task
      0s     1  spawns main/task
      0s     1  waits for the end of main/task
      0s     2  │                               completes, wakes main
      0s     3  takes mutex#1
      0s     3  panics ✗
      0s     3  drops the last sender of mpsc#1
      0s     3  gives back mutex#1
    "#);
    assert_eq!(run.trace().to_string().matches("panics").count(), 1);
}

/// One that is caught stands there, too, and its task goes on.
#[test]
fn a_panic_that_is_caught_is_no_end() {
    let run: Run<()> = Sim::new().run(async {
        spawn(async {}).await.unwrap();
        let lock = Mutex::new(());
        let panics = async {
            let _held = lock.lock().await;
            panic!("caught")
        };
        let caught: Result<(), _> = AssertUnwindSafe(panics).catch_unwind().await;
        caught.unwrap_err();
        panic!("the last")
    });
    insta::assert_snapshot!(list(&run), @r#"
    time  step  main                            main/task
      0s     1  spawns main/task
      0s     1  waits for the end of main/task
      0s     2  │                               completes, wakes main
      0s     3  takes mutex#1
      0s     3  panics: "caught"
      0s     3  gives back mutex#1
      0s     3  panics ✗
    "#);
}

/// Those that are cut off when `main` has ended do nothing that matters.
#[test]
fn the_list_ends_with_main() {
    let run = Sim::new().deny(FindingKind::UnawaitedTask).run(async {
        let lock = Arc::new(Mutex::new(()));
        drop(spawn(async move {
            let _held = lock.lock().await;
            sleep(Duration::from_secs(9)).await;
        }));
        yield_now().await;
    });
    insta::assert_snapshot!(list(&run), @"
    time  step  main                            main/task
      0s     1  spawns main/task
      0s     1  yields
      0s     2  │                               takes mutex#1
      0s     2  │                               waits until 9s ✗
      0s     3  completes
    ");
    // What the task that is told did after that stands there.
    let run = Sim::new().deny(FindingKind::UnawaitedTask).run(async {
        let lock = Arc::new(Mutex::new(()));
        drop(spawn(async move {
            let _held = lock.lock().await;
            pending::<()>().await;
        }));
    });
    insta::assert_snapshot!(list(&run), @"
    time  step  main                            main/task
      0s     1  spawns main/task
      0s     1  completes
      0s     2                                  takes mutex#1 ✗
    ");
}

/// What happens after the panic of `main`, and is told, is on the list.
#[test]
fn the_list_goes_on_to_what_is_told() {
    struct Bomb;
    impl Drop for Bomb {
        fn drop(&mut self) {
            if !std::thread::panicking() {
                panic!("bomb")
            }
        }
    }
    let run: Run<()> = Sim::new().run(async {
        drop(spawn(async {
            let _bomb = Bomb;
            pending::<()>().await;
        }));
        yield_now().await;
        panic!("main")
    });
    assert_eq!(run.findings().len(), 2, "{run}");
    insta::assert_snapshot!(list(&run), @r#"
    time  step  main                            main/task
      0s     1  spawns main/task
      0s     1  yields
      0s     3  panics ✗
      0s     3                                  is cut off
      0s     3                                  panics: "bomb"
    "#);
}

/// However long names are, and whatever stands in them, each event has a line of the screen, and no more.
#[test]
fn each_event_fits_on_a_line() {
    let run: Run<()> = Sim::new().run(async {
        let name = format!("{}\u{202e}{}", "x".repeat(100), "y".repeat(100));
        let task = reweave::task::Builder::new().name(&name).spawn(async {
            reweave::note!("{}", "long ".repeat(100));
            let long = Mutex::new(());
            drop(long.lock().await);
        });
        task.unwrap().await.unwrap();
        panic!("\x1b[2J{}", "line\n".repeat(10_000))
    });
    let list = list(&run);
    assert!(list.contains("xxx…yyy") || list.contains("x…y"), "{list}");
    for line in list.lines() {
        assert!(line.chars().count() <= 100, "{line}");
        let plain = |c: char| !c.is_control() && c != '\u{202e}';
        assert!(line.chars().all(plain), "{line:?}");
    }
}
