//! `lost_waker`: a task waits, and nobody has a waker of it any more.

use std::cell::RefCell;
use std::future::{pending, poll_fn};
use std::rc::Rc;
use std::task::{Poll, Waker};

use reweave::task::{spawn_local, yield_now};
use reweave::time::sleep;
use reweave::{FindingKind, Sim, explore, spawn};

use super::{SECOND, kinds, silent, told};

/// Waits until somebody calls the waker that it leaves in `kept`.
async fn wait(kept: Rc<RefCell<Vec<Waker>>>) {
    let mut first = true;
    poll_fn(|cx| {
        if !std::mem::take(&mut first) {
            return Poll::Ready(());
        }
        kept.borrow_mut().push(cx.waker().clone());
        Poll::Pending
    })
    .await;
}

#[test]
fn is_a_future_that_kept_none() {
    let run = Sim::new().run(async {
        let never = spawn(poll_fn(|_| Poll::<()>::Pending));
        never.await.unwrap();
    });
    insta::assert_snapshot!(told(&run), @"
    lost_waker in main/task at 0s: returned Pending, and no clone of its waker is left: nobody can ever wake it
      --> `spawn(poll_fn(|_| Poll::<()>::Pending));`
      main waits for the end of main/task at `await.unwrap();`
      main/task waits for nobody: it has left its waker nowhere, spawned at `spawn(poll_fn(|_| Poll::<()>::Pending));`
      a future in it returned Pending and did not keep its waker: look at `poll`s that are written by hand, and at `std::future::pending`
    ");
}

/// What it waits for has no place that is seen; where it began has one.
#[test]
fn of_main_has_the_place_where_the_run_began() {
    let line = line!() + 1;
    let run = Sim::new().run(pending::<()>());
    assert_eq!(kinds(&run), [FindingKind::LostWaker]);
    let place = run.findings()[0].place().expect("it was begun here");
    assert_eq!((place.file(), place.line()), (file!(), line));
}

#[test]
fn is_a_waker_that_was_dropped_by_who_should_have_called_it() {
    let run = Sim::new().run(async {
        let kept = Rc::default();
        let waits = spawn_local(wait(Rc::clone(&kept)));
        yield_now().await;
        kept.borrow_mut().clear();
        waits.await.unwrap();
    });
    assert_eq!(kinds(&run), [FindingKind::LostWaker]);
}

#[test]
fn is_none_while_somebody_has_a_waker_though_nobody_calls_it() {
    let run = Sim::new().run(async {
        let kept = Rc::default();
        spawn_local(wait(Rc::clone(&kept))).await.unwrap();
    });
    assert_eq!(kinds(&run), [FindingKind::Deadlock]);
}

#[test]
fn is_none_if_the_waker_is_called() {
    let run = Sim::new().run(async {
        let kept: Rc<RefCell<Vec<Waker>>> = Rc::default();
        let waits = spawn_local(wait(kept.clone()));
        yield_now().await;
        kept.take().into_iter().for_each(Waker::wake);
        waits.await.unwrap();
    });
    silent(&run);
}

#[test]
fn handles_are_no_wakers() {
    let run = Sim::new().run(async {
        let never = spawn(pending::<()>());
        let handles = [never.abort_handle(), never.abort_handle().clone()];
        never.await.unwrap();
        drop(handles);
    });
    assert_eq!(kinds(&run), [FindingKind::LostWaker]);
}

#[test]
fn is_told_at_a_limit_if_main_needs_the_task_while_others_go_on() {
    let run = Sim::new().max_virtual_time(60 * SECOND).run(async {
        drop(spawn(async {
            loop {
                sleep(SECOND).await;
            }
        }));
        spawn(pending::<()>()).await.unwrap();
    });
    assert_eq!(kinds(&run), [FindingKind::LostWaker, FindingKind::Limit]);
}

#[test]
fn a_task_that_main_does_not_wait_for_is_only_told_to_be_cut_off() {
    let run = Sim::new().run(async {
        drop(spawn(pending::<()>()));
        sleep(SECOND).await;
    });
    insta::assert_snapshot!(told(&run), @"
    unawaited_task in main/task at 1s: cut off when main ended, while it waited for something that this run does not see, such as a thread or another runtime, which are not waited for, and no clone of its waker was left: nobody awaited it
      --> `spawn(pending::<()>()));`
    ");
}

#[test]
fn exploring_finds_what_a_run_finds() {
    let found = explore(|| async {
        spawn(pending::<()>()).await.unwrap();
    })
    .seeds(0..3)
    .run();
    assert_eq!(kinds(found.failure().unwrap()), [FindingKind::LostWaker]);
}
