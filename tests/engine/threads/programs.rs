//! Programs that share state with std's atomics and locks: imports swapped, each bug is found; as nothing awaits between the
//! statements, none is without `threads`.

use reweave::std_sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering::SeqCst};
use reweave::std_sync::{Arc, LazyLock, Mutex, OnceLock, RwLock};
use reweave::{explore, spawn};

use super::explore_threads;

macro_rules! programs {
    ($($name:ident),* $(,)?) => {
        $(
            #[test]
            fn $name() {
                let found = explore_threads(0..1000, super::programs::program::$name);
                assert!(found.failed(), "not found in {} runs", found.runs());
                let plain = explore(super::programs::program::$name).seeds(0..1000).run();
                assert!(!plain.failed(), "found without threads: {plain}");
            }
        )*
    };
}

programs! {
    two_check_and_then_act,
    an_update_is_lost,
    it_is_ready_before_it_is_published,
    two_close_what_is_to_be_closed_once,
    a_lock_is_given_back_between_look_and_change,
    a_total_is_read_between_two_transfers,
    the_last_two_of_a_count_both_see_one_left,
    a_spare_is_taken_twice,
    a_name_is_made_twice,
    a_reader_sees_half_of_a_pair,
    a_flag_is_cleared_after_the_work_was_added,
    a_lazy_number_is_used_before_it_is_set,
}

mod program {
    use super::*;

    /// Does the same in two tasks, and waits for both.
    async fn twice<T: Send + Sync + 'static>(shared: T, act: fn(&T)) -> Arc<T> {
        let shared = Arc::new(shared);
        let acting =
            [shared.clone(), shared.clone()].map(|shared| spawn(async move { act(&shared) }));
        for task in acting {
            task.await.unwrap();
        }
        shared
    }

    pub(super) async fn two_check_and_then_act() {
        let state = twice(
            (AtomicBool::new(false), AtomicU32::new(0)),
            |(begun, runs)| {
                if !begun.load(SeqCst) {
                    begun.store(true, SeqCst);
                    runs.fetch_add(1, SeqCst);
                }
            },
        );
        assert_eq!(state.await.1.load(SeqCst), 1, "it ran twice");
    }

    pub(super) async fn an_update_is_lost() {
        let count = twice(AtomicU32::new(0), |count| {
            let seen = count.load(SeqCst);
            count.store(seen + 1, SeqCst);
        });
        assert_eq!(count.await.load(SeqCst), 2);
    }

    pub(super) async fn it_is_ready_before_it_is_published() {
        let state = Arc::new((AtomicBool::new(false), Mutex::new(None)));
        let writer = spawn({
            let state = state.clone();
            async move {
                state.0.store(true, SeqCst);
                *state.1.lock().unwrap() = Some("value");
            }
        });
        let reader = spawn(async move {
            if state.0.load(SeqCst) {
                state.1.lock().unwrap().expect("it is ready");
            }
        });
        writer.await.unwrap();
        reader.await.unwrap();
    }

    pub(super) async fn two_close_what_is_to_be_closed_once() {
        let state = twice((Mutex::new(true), AtomicU32::new(0)), |(open, closed)| {
            let was_open = *open.lock().unwrap();
            if was_open {
                *open.lock().unwrap() = false;
                closed.fetch_add(1, SeqCst);
            }
        });
        assert_eq!(state.await.1.load(SeqCst), 1, "closed twice");
    }

    pub(super) async fn a_lock_is_given_back_between_look_and_change() {
        let stock = twice(Mutex::new(1_i32), |stock| {
            let left = *stock.lock().unwrap();
            if left > 0 {
                *stock.lock().unwrap() -= 1;
            }
        });
        assert!(*stock.await.lock().unwrap() >= 0, "sold what is not there");
    }

    pub(super) async fn a_total_is_read_between_two_transfers() {
        let accounts = Arc::new((Mutex::new(100), Mutex::new(100)));
        let transfer = spawn({
            let accounts = accounts.clone();
            async move {
                *accounts.0.lock().unwrap() -= 30;
                *accounts.1.lock().unwrap() += 30;
            }
        });
        let audit = spawn(async move { *accounts.0.lock().unwrap() + *accounts.1.lock().unwrap() });
        assert_eq!(audit.await.unwrap(), 200);
        transfer.await.unwrap();
    }

    pub(super) async fn the_last_two_of_a_count_both_see_one_left() {
        let state = twice((AtomicUsize::new(2), AtomicU32::new(0)), |(left, last)| {
            left.fetch_sub(1, SeqCst);
            if left.load(SeqCst) == 0 {
                last.fetch_add(1, SeqCst);
            }
        });
        assert_eq!(state.await.1.load(SeqCst), 1, "both were the last");
    }

    pub(super) async fn a_spare_is_taken_twice() {
        let state = twice(
            (RwLock::new(vec![7]), Mutex::new(vec![])),
            |(spares, taken)| {
                let spare = spares.read().unwrap().first().copied();
                if let Some(spare) = spare {
                    spares.write().unwrap().clear();
                    taken.lock().unwrap().push(spare);
                }
            },
        );
        assert_eq!(*state.await.1.lock().unwrap(), [7]);
    }

    pub(super) async fn a_name_is_made_twice() {
        let state = twice((OnceLock::new(), AtomicU32::new(0)), |(name, made)| {
            if name.get().is_none() {
                made.fetch_add(1, SeqCst);
                let _ = name.set("name");
            }
        });
        assert_eq!(state.await.1.load(SeqCst), 1, "made twice");
    }

    pub(super) async fn a_reader_sees_half_of_a_pair() {
        let pair = Arc::new((AtomicU32::new(1), AtomicU32::new(1)));
        let writer = spawn({
            let pair = pair.clone();
            async move {
                pair.0.store(2, SeqCst);
                pair.1.store(2, SeqCst);
            }
        });
        let (one, other) = (pair.0.load(SeqCst), pair.1.load(SeqCst));
        assert_eq!(one, other, "half of it is new");
        writer.await.unwrap();
    }

    pub(super) async fn a_flag_is_cleared_after_the_work_was_added() {
        let state = Arc::new((AtomicBool::new(true), Mutex::new(vec![1])));
        let worker = spawn({
            let state = state.clone();
            async move {
                let work = std::mem::take(&mut *state.1.lock().unwrap());
                drop(work);
                state.0.store(false, SeqCst);
            }
        });
        let adder = spawn({
            let state = state.clone();
            async move {
                state.1.lock().unwrap().push(2);
                state.0.store(true, SeqCst);
            }
        });
        worker.await.unwrap();
        adder.await.unwrap();
        let waits = !state.1.lock().unwrap().is_empty();
        assert!(
            !waits || state.0.load(SeqCst),
            "work is there, and nobody is told"
        );
    }

    pub(super) async fn a_lazy_number_is_used_before_it_is_set() {
        let numbers = Arc::new((LazyLock::new(|| AtomicU32::new(0)), AtomicBool::new(false)));
        let setter = spawn({
            let numbers = numbers.clone();
            async move {
                numbers.1.store(true, SeqCst);
                numbers.0.store(7, SeqCst);
            }
        });
        let user = spawn(async move {
            if numbers.1.load(SeqCst) {
                assert_eq!(numbers.0.load(SeqCst), 7);
            }
        });
        setter.await.unwrap();
        user.await.unwrap();
    }
}
