//! What the fenced `unsafe` of the task cell allows others to do to it, small enough for Miri.
//!
//! `cargo +nightly miri test -p reweave-tests --test fence` runs these; so does plain `cargo test`.

use std::cell::Cell;
use std::future::{Future, pending, poll_fn};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::thread;

use reweave::task::{JoinSet, spawn, spawn_local, yield_now};
use reweave::{FindingKind, Sim};

/// Hands out the wakers of whatever polls it, and never completes.
fn leak_wakers(wakers: Arc<Mutex<Vec<Waker>>>) -> impl Future<Output = ()> {
    poll_fn(move |cx: &mut Context<'_>| {
        wakers.lock().unwrap().push(cx.waker().clone());
        Poll::Pending
    })
}

fn plain() -> Sim {
    Sim::new().allow(FindingKind::UnawaitedTask)
}

#[test]
fn tasks_are_spawned_joined_and_their_cells_used_again() {
    let run = plain().seed(1).run(async {
        let mut sum = 0;
        for round in 0..3 {
            let handles: Vec<_> = (0..3)
                .map(|n| {
                    spawn(async move {
                        yield_now().await;
                        vec![round * n]
                    })
                })
                .collect();
            for handle in handles {
                sum += handle.await.unwrap()[0];
            }
        }
        sum
    });
    assert_eq!(run.output(), Some(&9));
}

#[test]
fn a_future_that_is_not_send_is_dropped_at_home() {
    let dropped = Rc::new(Cell::new(0));
    struct Count(Rc<Cell<u32>>);
    impl Drop for Count {
        fn drop(&mut self) {
            self.0.set(self.0.get() + 1);
        }
    }
    let counts = [(); 3].map(|()| Count(dropped.clone()));
    let _ = plain().run(async move {
        let [done, parked, aborted] = counts;
        let output = spawn_local(async move { done });
        drop(spawn_local(async move {
            let _held = parked;
            pending::<()>().await;
        }));
        let abort = spawn_local(async move {
            let _held = aborted;
            pending::<()>().await;
        });
        yield_now().await;
        abort.abort();
        assert!(abort.await.unwrap_err().is_cancelled());
        drop(output.await.unwrap());
    });
    assert_eq!(dropped.get(), 3);
}

#[test]
fn wakers_outlive_their_run_and_are_inert() {
    let wakers = Arc::new(Mutex::new(Vec::new()));
    let leaked = wakers.clone();
    let _ = plain().run(async move {
        drop(spawn(leak_wakers(leaked)));
        yield_now().await;
    });
    let stale = std::mem::take(&mut *wakers.lock().unwrap());
    assert_eq!(stale.len(), 1);
    stale[0].wake_by_ref();
    let run = plain().run(async move {
        stale[0].wake_by_ref();
        thread::spawn(move || stale.into_iter().for_each(Waker::wake))
            .join()
            .unwrap();
        yield_now().await;
    });
    assert!(run.findings().is_empty(), "{run}");
}

#[test]
fn a_wake_and_an_abort_from_another_thread_are_taken_in() {
    let run = plain().warn(FindingKind::Nondeterminism).run(async {
        let mut told = false;
        poll_fn(|cx| {
            if std::mem::replace(&mut told, true) {
                return Poll::Ready(());
            }
            let waker = cx.waker().clone();
            thread::spawn(move || waker.wake()).join().unwrap();
            Poll::Pending
        })
        .await;
        let task = spawn(pending::<()>());
        let abort = task.abort_handle();
        thread::spawn(move || abort.abort()).join().unwrap();
        task.await.unwrap_err().is_cancelled()
    });
    assert_eq!(run.output(), Some(&true), "{run}");
}

#[test]
fn a_join_handle_may_end_on_another_thread() {
    let handles = Arc::new(Mutex::new(Vec::new()));
    let kept = handles.clone();
    let _ = plain().run(async move {
        let done = spawn(async { String::from("output") });
        let parked = spawn(pending::<String>());
        yield_now().await;
        kept.lock().unwrap().extend([done, parked]);
    });
    let handles = std::mem::take(&mut *handles.lock().unwrap());
    thread::spawn(move || {
        let mut handles = handles;
        let mut cx = Context::from_waker(Waker::noop());
        for handle in &mut handles {
            assert!(Pin::new(handle).poll(&mut cx).is_ready());
        }
        drop(handles);
    })
    .join()
    .unwrap();
}

#[test]
fn panics_in_polls_and_destructors_leave_the_cell_whole() {
    struct PanicsWhenDropped;
    impl Drop for PanicsWhenDropped {
        fn drop(&mut self) {
            panic!("in a destructor");
        }
    }
    let run = plain().run(async {
        let mut set = JoinSet::new();
        set.spawn(async { panic!("in a poll") });
        set.spawn(async {
            let _held = PanicsWhenDropped;
            yield_now().await;
        });
        let mut panics = 0;
        while let Some(joined) = set.join_next().await {
            panics += u32::from(joined.unwrap_err().is_panic());
        }
        drop(spawn(async {
            let _held = PanicsWhenDropped;
            pending::<()>().await;
        }));
        yield_now().await;
        panics
    });
    assert_eq!(run.output(), Some(&2), "{run}");
    assert_eq!(run.findings().len(), 1, "the one at cut-off: {run}");
}

#[test]
fn a_task_may_wake_abort_and_drop_its_own_handle() {
    let run = plain().run(async {
        let slot = Rc::new(Cell::new(None));
        let own = slot.clone();
        let task = spawn_local(async move {
            yield_now().await;
            let handle: reweave::task::JoinHandle<()> = own.take().unwrap();
            handle.abort();
            drop(handle);
            yield_now().await;
            unreachable!("it was aborted");
        });
        slot.set(Some(task));
        for _ in 0..4 {
            yield_now().await;
        }
    });
    assert!(run.findings().is_empty(), "{run}");
}

/// While a poll is paused, those on top of it wake, abort and join its task, and their own cells begin, end, panic and are used again.
#[test]
fn a_paused_poll_is_left_alone() {
    for seed in 0..6 {
        let sim = Sim::new().threads(true).seed(seed);
        let run = sim.allow(FindingKind::UnobservedPanic).run(async {
            let wakers = Arc::new(Mutex::new(Vec::<Waker>::new()));
            let paused = spawn({
                let wakers = wakers.clone();
                async move {
                    let text = String::from("in the future");
                    poll_fn(|cx| {
                        wakers.lock().unwrap().push(cx.waker().clone());
                        Poll::Ready(())
                    })
                    .await;
                    for _ in 0..3 {
                        reweave::preempt();
                    }
                    assert_eq!(text, "in the future");
                    text
                }
            });
            let abort = paused.abort_handle();
            let others = [
                spawn(async move {
                    let taken = std::mem::take(&mut *wakers.lock().unwrap());
                    taken.into_iter().for_each(Waker::wake);
                }),
                spawn(async move {
                    reweave::preempt();
                    abort.abort();
                }),
                spawn(async {
                    let child = spawn(async { panic!("on top") });
                    reweave::preempt();
                    assert!(child.await.is_err());
                }),
            ];
            match paused.await {
                Ok(text) => assert_eq!(text, "in the future"),
                Err(error) => assert!(error.is_cancelled()),
            }
            for other in others {
                other.await.unwrap();
            }
        });
        run.unwrap();
    }
}
