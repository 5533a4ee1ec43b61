//! Hostile seeds one after another in one exploration, whose worlds are used again.

use std::cell::RefCell;
use std::future::{Future, pending};
use std::panic::{catch_unwind, panic_any};
use std::task::Waker;

use futures::FutureExt;
use reweave::task::{JoinSet, yield_now};
use reweave::time::sleep;
use reweave::{FindingKind, Sim, explore, spawn};

use super::{Bomb, OnDrop, SECOND, kinds, my_waker, unharmed};

thread_local! {
    static STALE: RefCell<Vec<Waker>> = const { RefCell::new(Vec::new()) };
}

reweave::task_local! { static OUTRAGED: bool; }

/// One outrage, by a draw; and then what would tell of anything left over from a run before.
async fn outrage() {
    assert!(OUTRAGED.try_get().is_err(), "left over");
    let start = format!("{:?}", reweave::time::Instant::now());
    assert_eq!(start, "Instant(0ns)", "the clock starts anew");
    match reweave::choose(0..13) {
        0 => drop(spawn(holds(Bomb))),
        1 => forgets(sleep(3 * SECOND)),
        2 => panic_any(Bomb),
        3 => drop(spawn(async { panic_any(Bomb) })),
        4 => {
            let stale = STALE.take();
            stale.iter().for_each(Waker::wake_by_ref);
            STALE.set(vec![my_waker().await]);
        }
        5 => drop(catch_unwind(|| {
            reweave::task::block_in_place(|| panic!("in place"))
        })),
        6 => (0..200).for_each(|_| _ = reweave::task::consume_budget().now_or_never()),
        7 => forgets(OUTRAGED.scope(true, pending::<()>())),
        8 => forgets(spawn(holds(OnDrop(|| drop(spawn(async {})))))),
        9 => drop(catch_unwind(|| Sim::new().run(async {}))),
        10 => {
            let task = spawn(async {
                reweave::select! {
                    biased;
                    () = yield_now() => {}
                    () = holds(Bomb) => {}
                }
            });
            assert!(task.await.unwrap_err().is_panic());
        }
        11 => sleep(5 * SECOND).await,
        _ => {}
    }
    let mut set: JoinSet<u32> = (0..3).map(later).collect();
    while let Some(joined) = set.join_next().await {
        reweave::note!("{} at {:?}", joined.unwrap(), reweave::time::Instant::now());
    }
    reweave::note!("random {}", rand::Rng::next_u32(&mut reweave::rng()));
    drop(sleep(SECOND));
}

async fn later(n: u32) -> u32 {
    sleep(SECOND * (n % 2)).await;
    n
}

async fn holds<T>(thing: T) {
    pending::<()>().await;
    drop(thing);
}

/// Polls a future once, and leaks it.
fn forgets<F: Future>(future: F) {
    let mut future = Box::pin(future);
    assert!(future.as_mut().now_or_never().is_none());
    std::mem::forget(future);
}

#[test]
fn every_seed_is_what_it_is_alone_whatever_ran_before_it() {
    let explored = |jobs| {
        let found = explore(outrage)
            .seeds(0..300)
            .jobs(jobs)
            .verify_every(1)
            .collect()
            .run();
        let all = found.failures().iter().chain(found.warnings());
        let kinds: Vec<_> = all.flat_map(kinds).collect();
        assert!(!kinds.contains(&FindingKind::Nondeterminism), "{found}");
        assert!(kinds.contains(&FindingKind::Panic), "it was hostile");
        found.digest()
    };
    let digest = unharmed(|| explored(1));
    assert_eq!(digest, unharmed(|| explored(2)));
}

#[test]
fn a_branch_that_panics_while_select_drops_it_does_not_silence_later_findings() {
    let run = unharmed(|| {
        Sim::new().run(async {
            let task = spawn(async {
                reweave::select! {
                    biased;
                    () = yield_now() => {}
                    () = holds(Bomb) => {}
                }
            });
            assert!(task.await.unwrap_err().is_panic());
            drop(sleep(SECOND));
        })
    });
    assert_eq!(kinds(&run), [FindingKind::NeverAwaited]);
}

/// As many threads as one may ask for, and no more than there are seeds are started.
#[test]
fn no_more_threads_are_started_than_there_are_seeds() {
    let found = explore(|| async {}).seeds(0..3).jobs(usize::MAX).run();
    assert_eq!(found.runs(), 3);
    assert!(!found.failed(), "{found}");
}

/// Whatever a maker or a callback panics with is the caller's to see, on however many threads they run.
#[test]
fn panics_of_makers_and_callbacks_keep_their_payload() {
    #[derive(Debug, PartialEq)]
    struct Payload(u64);
    for jobs in [1, 2, 5] {
        let made = catch_unwind(|| {
            let make = || {
                panic_any(Payload(7));
                #[allow(unreachable_code)]
                async {}
            };
            drop(explore(make).seeds(0..64).jobs(jobs).run());
        });
        assert_eq!(made.unwrap_err().downcast_ref(), Some(&Payload(7)));
        let told = catch_unwind(|| {
            let explore = explore(|| async {}).seeds(0..64).jobs(jobs);
            drop(explore.on_run(|_| panic_any(Payload(8))).run());
        });
        assert_eq!(told.unwrap_err().downcast_ref(), Some(&Payload(8)));
    }
    // Explorations after that are as before.
    assert!(!explore(|| async {}).seeds(0..64).run().failed());
}
