//! Who runs on top of whom, and where nobody does.

use std::pin::pin;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::task::{Context, Wake, Waker};

use reweave::std_sync;
use reweave::sync::{Notify, oneshot, watch};
use reweave::task::{self, LocalSet, spawn_local, yield_now};
use reweave::{Sim, host, preempt, spawn};

use super::some_run;

/// Two statements of one task, and whether another ran between them.
#[derive(Clone, Default)]
struct Window(Arc<(AtomicBool, AtomicBool)>);

impl Window {
    /// The first statement, a point, and the second.
    fn open(&self) {
        self.with(preempt);
    }

    fn with(&self, between: impl FnOnce()) {
        self.0.0.store(true, SeqCst);
        between();
        self.0.0.store(false, SeqCst);
    }

    /// Another task: it may be between the two.
    fn look(&self) {
        self.0.1.fetch_or(self.0.0.load(SeqCst), SeqCst);
    }

    async fn looks(self) {
        for _ in 0..3 {
            self.look();
            yield_now().await;
        }
    }

    fn was_seen(&self) -> bool {
        self.0.1.load(SeqCst)
    }
}

/// Whether in some run something is between the two statements.
fn is_seen<F>(program: impl Fn(Window) -> F) -> bool
where
    F: Future<Output = ()> + 'static,
{
    some_run(|sim| {
        let window = Window::default();
        sim.run(program(window.clone())).unwrap();
        window.was_seen()
    })
}

#[test]
fn a_send_task_runs_on_top_of_another_and_of_main() {
    assert!(is_seen(|window| async move {
        let other = spawn(window.clone().looks());
        spawn(async move { window.open() }).await.unwrap();
        other.await.unwrap();
    }));
    assert!(is_seen(|window| async move {
        let other = spawn(window.clone().looks());
        window.open();
        other.await.unwrap();
    }));
}

#[test]
fn a_task_is_paused_at_one_point_and_again_at_the_next() {
    assert!(some_run(|sim| {
        let windows = [Window::default(), Window::default()];
        let [one, two] = windows.clone();
        sim.run(async move {
            let looking = [one.clone().looks(), two.clone().looks()].map(spawn);
            one.open();
            two.open();
            for task in looking {
                task.await.unwrap();
            }
        })
        .unwrap();
        windows.iter().all(Window::was_seen)
    }));
}

#[test]
fn main_runs_on_top_of_a_send_task() {
    assert!(is_seen(|window| async move {
        let other = window.clone();
        let task = spawn(async move {
            for _ in 0..3 {
                other.open();
                yield_now().await;
            }
        });
        window.looks().await;
        task.await.unwrap();
    }));
}

#[test]
fn a_closure_on_another_thread_runs_on_top_and_is_not_interrupted() {
    assert!(is_seen(|window| async move {
        let other = window.clone();
        let closure = task::spawn_blocking(move || other.look());
        window.open();
        closure.await.unwrap();
    }));
    assert!(!is_seen(|window| async move {
        let other = spawn(window.clone().looks());
        task::spawn_blocking(move || window.open()).await.unwrap();
        other.await.unwrap();
    }));
    assert!(!is_seen(|window| async move {
        let other = spawn(window.clone().looks());
        task::block_in_place(|| window.open());
        other.await.unwrap();
    }));
}

/// It is paused as others are; but no other local task runs on top of it, nor does `main`.
#[test]
fn a_local_task_is_interrupted_by_send_tasks_alone() {
    assert!(is_seen(|window| async move {
        let other = spawn(window.clone().looks());
        spawn_local(async move { window.open() }).await.unwrap();
        other.await.unwrap();
    }));
    assert!(!is_seen(|window| async move {
        let beside = spawn(Window::default().looks());
        let other = spawn_local(window.clone().looks());
        let local = {
            let window = window.clone();
            spawn_local(async move { window.open() })
        };
        window.looks().await;
        local.await.unwrap();
        other.await.unwrap();
        beside.await.unwrap();
    }));
}

#[test]
fn a_local_task_runs_on_top_of_nobody() {
    assert!(!is_seen(|window| async move {
        let other = spawn_local(window.clone().looks());
        let on_set = LocalSet::new();
        let of_set = on_set.spawn_local(window.clone().looks());
        let task = window.clone();
        spawn(async move { task.open() }).await.unwrap();
        window.open();
        on_set.await;
        of_set.await.unwrap();
        other.await.unwrap();
    }));
}

/// With a task in between that is `Send`, `main` could stand on top of a local one.
#[test]
fn main_runs_on_top_of_no_stack_with_a_local_task() {
    let found = super::explore_threads(0..500, || async {
        let inside = Rc::new(std::cell::Cell::new(false));
        let local = spawn_local({
            let inside = inside.clone();
            async move {
                for _ in 0..3 {
                    inside.set(true);
                    preempt();
                    inside.set(false);
                    yield_now().await;
                }
            }
        });
        let between = [(); 2].map(|()| {
            spawn(async {
                for _ in 0..3 {
                    preempt();
                    yield_now().await;
                }
            })
        });
        for _ in 0..4 {
            assert!(
                !inside.get(),
                "`main` is between two statements of a local task"
            );
            yield_now().await;
        }
        local.await.unwrap();
        for task in between {
            task.await.unwrap();
        }
    });
    assert!(!found.failed(), "{found}");
}

#[test]
fn hosts_do_not_interrupt_each_other_and_tasks_of_one_do() {
    let program = |same: bool| {
        move |window: Window| async move {
            let one = host("one");
            let other = host("other");
            let looking = window.clone();
            one.spawn(async move {
                drop(spawn(looking.looks()));
                if same {
                    window.open();
                } else {
                    other.spawn(async move { window.open() }).await.unwrap();
                }
                yield_now().await;
            })
            .await
            .unwrap();
            reweave::time::sleep(reweave::time::Duration::from_millis(1)).await;
        }
    };
    assert!(is_seen(program(true)));
    assert!(!is_seen(program(false)));
}

#[test]
fn nobody_runs_while_a_lock_of_std_sync_is_held() {
    assert!(!is_seen(|window| async move {
        let other = spawn(window.clone().looks());
        let lock = std_sync::Mutex::new(());
        for _ in 0..2 {
            let held = lock.lock();
            window.open();
            // No guard: it takes nothing down.
            assert!(lock.try_lock().is_err());
            window.open();
            drop(held);
        }
        let lock = std_sync::RwLock::new(());
        for _ in 0..2 {
            let (held, too) = (lock.read(), lock.read());
            drop(too);
            window.open();
            drop(held);
            let held = lock.write();
            window.open();
            drop(held);
        }
        std_sync::OnceLock::new().get_or_init(|| window.open());
        let lazy = std_sync::LazyLock::new(|| window.open());
        let () = *lazy;
        other.await.unwrap();
    }));
}

#[test]
fn nobody_runs_while_a_value_is_looked_at_that_they_would_block_for() {
    assert!(!is_seen(|window| async move {
        let other = spawn(window.clone().looks());
        let (sender, receiver) = watch::channel(0);
        let seen = receiver.borrow();
        window.open();
        drop(seen);
        sender.send_modify(|value| {
            window.open();
            *value = 1;
        });
        let total = reweave::watched("total", 0);
        total.update(|_| window.open());
        total.with(|_| window.open());
        other.await.unwrap();
    }));
}

/// A waker of the user's, which comes to a point.
impl Wake for Window {
    fn wake(self: Arc<Self>) {
        self.open();
    }
}

#[test]
fn nobody_runs_within_a_waker() {
    assert!(!is_seen(|window| async move {
        let other = spawn(window.clone().looks());
        let bell = Notify::new();
        let (sender, mut receiver) = oneshot::channel();
        let (mut heard, waker) = (pin!(bell.notified()), Waker::from(Arc::new(window)));
        let cx = &mut Context::from_waker(&waker);
        assert!(heard.as_mut().poll(cx).is_pending());
        assert!(pin!(&mut receiver).poll(cx).is_pending());
        bell.notify_one();
        sender.send(()).unwrap();
        heard.await;
        receiver.await.unwrap();
        other.await.unwrap();
    }));
}

/// Runs a window when it is dropped.
struct Opens(Window);

impl Drop for Opens {
    fn drop(&mut self) {
        self.0.open();
    }
}

#[test]
fn nobody_runs_while_the_runtime_drops_a_future_or_something_unwinds() {
    // Aborted.
    assert!(!is_seen(|window| async move {
        let other = spawn(window.clone().looks());
        let opens = Opens(window);
        let task = spawn(async move {
            let _opens = opens;
            std::future::pending::<()>().await;
        });
        yield_now().await;
        task.abort();
        assert!(task.await.unwrap_err().is_cancelled());
        other.await.unwrap();
    }));
    // By itself, so that nobody is polled before it is dropped.
    assert!(!is_seen(|window| async move {
        let other = spawn(window.clone().looks());
        let (opens, itself) = (Opens(window), Arc::new(Mutex::new(None)));
        let own = itself.clone();
        let task = spawn(async move {
            let _opens = opens;
            while own.lock().unwrap().is_none() {
                yield_now().await;
            }
            let own: Option<task::AbortHandle> = own.lock().unwrap().take();
            own.unwrap().abort();
            std::future::pending::<()>().await;
        });
        *itself.lock().unwrap() = Some(task.abort_handle());
        assert!(task.await.unwrap_err().is_cancelled());
        other.await.unwrap();
    }));
    // An output that nobody wants; on a thread of its own a spawn is no point, so it is not there before it is detached.
    assert!(!is_seen(|window| async move {
        let other = spawn(window.clone().looks());
        let closure = task::spawn_blocking(move || {
            drop(spawn(async move { Opens(window) }));
        });
        closure.await.unwrap();
        other.await.unwrap();
    }));
    // It panics.
    assert!(!is_seen(|window| async move {
        let other = spawn(window.clone().looks());
        let opens = Opens(window);
        let task = spawn(async move {
            let _opens = opens;
            panic!("on purpose");
        });
        assert!(task.await.unwrap_err().is_panic());
        other.await.unwrap();
    }));
    // Cut off by the end of the run.
    assert!(!is_seen(|window| async move {
        let other = spawn(window.clone().looks());
        let opens = Opens(window);
        drop(spawn(async move {
            let _opens = opens;
            std::future::pending::<()>().await;
        }));
        yield_now().await;
        drop(other);
    }));
    // But where a task drops it itself, they do.
    assert!(is_seen(|window| async move {
        let other = spawn(window.clone().looks());
        drop(Opens(window));
        other.await.unwrap();
    }));
}

#[test]
fn without_points_nobody_is_interrupted() {
    let seen = (0..200).any(|seed| {
        let window = Window::default();
        let (task, other) = (window.clone(), window.clone());
        let sim = Sim::new().threads(true).points(false).seed(seed);
        sim.run(async move {
            let other = spawn(other.looks());
            task.open();
            other.await.unwrap();
        })
        .unwrap();
        window.was_seen()
    });
    assert!(!seen);
}

#[test]
fn eight_polls_may_be_paused_and_no_more() {
    let mut deepest = 0;
    for seed in 0..300 {
        let depth = Arc::new((AtomicU32::new(0), AtomicU32::new(0)));
        let most = depth.clone();
        let sim = Sim::new().threads(true).seed(seed);
        sim.run(async move {
            let tasks = (0..16).map(|_| {
                let depth = depth.clone();
                spawn(async move {
                    let now = depth.0.fetch_add(1, SeqCst) + 1;
                    depth.1.fetch_max(now, SeqCst);
                    (0..4).for_each(|_| preempt());
                    depth.0.fetch_sub(1, SeqCst);
                })
            });
            for task in tasks.collect::<Vec<_>>() {
                task.await.unwrap();
            }
        })
        .unwrap();
        deepest = most.1.load(SeqCst).max(deepest);
    }
    // `main` may be among the paused, and is not counted.
    assert_eq!(deepest, 9);
}

/// A lock that is held over an `.await` is met by another task: a panic instead of a test that hangs.
#[test]
fn a_lock_that_is_held_over_an_await_is_refused_to_others() {
    let run = Sim::new().threads(true).run(async {
        let state = Arc::new((std_sync::Mutex::new(()), Notify::new()));
        let other = state.clone();
        let task = spawn(async move { drop(other.0.lock()) });
        let held = state.0.lock();
        yield_now().await;
        drop(held);
        let error = task.await.unwrap_err();
        error.into_panic().downcast_ref::<String>().unwrap().clone()
    });
    let told = run.output().unwrap();
    assert!(
        told.starts_with("`Mutex::lock` of a lock that is held on this thread: by the task that calls it, or by one that holds it over an"),
        "{told}"
    );
}

#[test]
fn waiting_for_a_condition_is_refused_in_words() {
    let run = Sim::new().run(async {
        let (lock, changed) = (std_sync::Mutex::new(()), std_sync::Condvar::new());
        drop(changed.wait(lock.lock().unwrap()));
    });
    let finding = run.failure().unwrap().to_string();
    assert!(
        finding.contains("`Condvar::wait` is refused in a simulation: it needs a thread that waits while others run"),
        "{finding}"
    );
}
