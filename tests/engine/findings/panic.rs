//! `panic`: `main` panicked.

use reweave::task::{Builder, JoinSet, yield_now};
use reweave::time::sleep;
use reweave::{FindingKind, Sim, explore, spawn};

use super::{SECOND, kinds, silent, told};

#[test]
fn of_main() {
    let run = Sim::new().run(async {
        sleep(SECOND).await;
        panic!("out of {}", "eggs")
    });
    insta::assert_snapshot!(told(&run), @r#"
    panic in main at 1s: out of eggs
      --> `panic!("out of {}", "eggs")`
    "#);
    assert_eq!((run.failed(), run.output()), (true, None));
    assert_eq!(run.failure().map(|finding| finding.at()), Some(SECOND));
}

#[test]
fn caught_by_the_code_itself_is_in_order() {
    let caught = || std::panic::catch_unwind(|| panic!("caught")).is_err();
    let run = Sim::new().run(async move { caught() });
    silent(&run);
    assert_eq!(run.output(), Some(&true));
}

#[test]
fn resumed_is_told_in_its_own_words_and_not_in_those_of_one_caught_before() {
    let run = Sim::new().run(async {
        let _ = std::panic::catch_unwind(|| panic!("the first"));
        std::panic::resume_unwind(Box::new("the second"))
    });
    insta::assert_snapshot!(told(&run), @"panic in main at 0s: the second");
}

/// Whoever unwraps the output of a task that panicked is not the one to be told first.
#[test]
fn of_a_task_comes_before_those_that_follow_from_it() {
    let chain = || async {
        let inner = async {
            sleep(SECOND).await;
            panic!("no such table")
        };
        let inner = Builder::new().name("query").spawn(inner).unwrap();
        let outer = async move { inner.await.unwrap() };
        let outer = Builder::new().name("request").spawn(outer).unwrap();
        outer.await.unwrap()
    };
    let run = Sim::new().run(chain());
    insta::assert_snapshot!(told(&run), @r#"
    panic in main/query at 1s: no such table
      --> `panic!("no such table")`
    panic in main/request at 1s: after the panic of main/query: called `Result::unwrap()` on an `Err` value: JoinError::Panic(Id(2), "no such table", ...)
      --> `unwrap() };`
    panic in main at 1s: after the panic of main/request: called `Result::unwrap()` on an `Err` value: JoinError::Panic(Id(3), "called `Result::unwrap()` on an `Err` va…", ...)
      --> `unwrap()`
    "#);
    let found = explore(chain).seeds(0..3).run();
    let failure = found.failure().unwrap();
    assert_eq!(failure.failure().unwrap().message(), "no such table");

    let run = Sim::new().run(async {
        let mut set = JoinSet::new();
        set.spawn(async { panic!("in a set") });
        set.join_next().await.unwrap().unwrap()
    });
    assert_eq!(kinds(&run), [FindingKind::Panic; 2]);
    assert_eq!(run.findings()[0].message(), "in a set");
}

/// A panic that was looked at, and dealt with, is no cause of a later one.
#[test]
fn of_a_task_that_was_dealt_with_is_not_told() {
    let run = Sim::new().run(async {
        let refused = spawn(async { panic!("refused") });
        assert!(refused.await.is_err());
        sleep(SECOND).await;
        panic!("another matter");
    });
    insta::assert_snapshot!(told(&run), @r#"
    panic in main at 1s: another matter
      --> `panic!("another matter");`
    "#);
}

/// tokio swallows it; so does the code that drops the handle, and the finding tells of it.
#[test]
fn in_the_destructor_of_an_output_that_is_dropped_with_its_handle() {
    struct PanicsWhenDropped;
    impl Drop for PanicsWhenDropped {
        fn drop(&mut self) {
            panic!("in a destructor");
        }
    }
    let run = Sim::new().run(async {
        let handle = spawn(async { PanicsWhenDropped });
        yield_now().await;
        drop(handle);
        "goes on"
    });
    assert_eq!(kinds(&run), [FindingKind::Panic]);
    assert_eq!(run.findings()[0].message(), "in a destructor");
    assert!(run.findings()[0].place().is_some());
    assert_eq!(run.output(), Some(&"goes on"));
    // Explored, it is found as well.
    let found = explore(|| async {
        let handle = spawn(async { PanicsWhenDropped });
        yield_now().await;
        drop(handle);
    })
    .run();
    assert_eq!(kinds(found.failure().unwrap()), [FindingKind::Panic]);
    // One without such a destructor is in order.
    silent(&Sim::new().run(async {
        let handle = spawn(async { "dropped" });
        yield_now().await;
        drop(handle);
    }));
}

/// Of several the one whose error was unwrapped, also when that was seen long before.
#[test]
fn of_the_task_whose_error_is_unwrapped_is_the_cause() {
    let run = Sim::new().run(async {
        let one = spawn(async { panic!("one broke") });
        let other = spawn(async { panic!("the other broke") });
        let (one, _other) = futures::join!(one, other);
        sleep(SECOND).await;
        one.unwrap();
    });
    assert_eq!(run.findings()[0].message(), "one broke");
    assert_eq!(kinds(&run), [FindingKind::Panic; 2]);

    let run = Sim::new().run(async {
        let error = spawn(async { panic!("broke") }).await.unwrap_err();
        sleep(SECOND).await;
        std::panic::resume_unwind(error.into_panic());
    });
    let told = run.findings().iter().map(|finding| finding.message());
    let expected = ["broke", "after the panic of main/task: broke"];
    assert!(told.eq(expected), "{run}");
}

#[test]
fn of_a_task_that_was_tolerated_is_no_cause_of_another_matter() {
    let run = Sim::new().run(async {
        assert!(
            spawn(async { panic!("expected") })
                .await
                .unwrap_err()
                .is_panic()
        );
        assert_eq!(1 + 1, 3, "another matter");
    });
    assert_eq!(kinds(&run), [FindingKind::Panic], "{run}");

    struct Breaks;
    impl Drop for Breaks {
        fn drop(&mut self) {
            panic!("in a destructor");
        }
    }
    let run = Sim::new().allow(FindingKind::UnawaitedTask).run(async {
        drop(spawn(async {
            let _breaks = Breaks;
            let _ = spawn(async { panic!("expected") }).await;
            std::future::pending::<()>().await;
        }));
        sleep(SECOND).await;
    });
    assert_eq!(kinds(&run), [FindingKind::Panic], "{run}");
}

/// What a panic of `main` leaves undone is no finding of its own.
#[test]
fn nothing_that_follows_from_it_is_told() {
    use reweave::must_await;
    use reweave::sync::{Mutex, mpsc, oneshot};
    use std::sync::Arc;

    #[must_await]
    async fn never_polled() {}

    let only_the_panic =
        |run: reweave::Run<()>| assert_eq!(kinds(&run), [FindingKind::Panic], "{run}");
    // Tasks that are cut off, and one that waits for what `main` held.
    only_the_panic(Sim::new().run(async {
        let lock = Arc::new(Mutex::new(()));
        let _held = lock.lock().await;
        let theirs = lock.clone();
        drop(spawn(async move { drop(theirs.lock().await) }));
        drop(spawn(sleep(SECOND)));
        yield_now().await;
        panic!("out of eggs")
    }));
    // Messages that nobody receives any more.
    only_the_panic(Sim::new().run(async {
        let (sender, _receiver) = mpsc::channel(4);
        (0..3).for_each(|n| sender.try_send(n).unwrap());
        panic!("out of eggs")
    }));
    // A task that waits for an answer that `main` would have given.
    only_the_panic(Sim::new().run(async {
        let (_answer, question) = oneshot::channel::<u32>();
        drop(spawn(question));
        yield_now().await;
        panic!("out of eggs")
    }));
    // A future that would have been polled next.
    only_the_panic(Sim::new().run(async {
        let _later = never_polled();
        panic!("out of eggs")
    }));
    // Tasks of a set, of which one waits for the other.
    only_the_panic(Sim::new().run(async {
        let mut set = JoinSet::new();
        let first = spawn(std::future::pending::<()>());
        set.spawn(async move { drop(first.await) });
        yield_now().await;
        panic!("out of eggs")
    }));
}

/// What is allowed is no finding, and not hidden: the trace has it, and there is no output.
#[test]
fn that_is_allowed_stands_on_the_trace() {
    let sim = || {
        Sim::new()
            .allow(FindingKind::Panic)
            .allow(FindingKind::UnobservedPanic)
    };
    let of_a_task = sim().run(async {
        drop(spawn(async { panic!("no disk") }));
        yield_now().await;
    });
    silent(&of_a_task);
    assert!(of_a_task.output().is_some());
    let of_main = sim().run(async {
        yield_now().await;
        panic!("no disk")
    });
    silent(&of_main);
    assert!(of_main.output().is_none());
    for trace in [of_a_task.trace().to_string(), of_main.trace().to_string()] {
        assert!(trace.contains("panics: \"no disk\""), "{trace}");
    }
}
