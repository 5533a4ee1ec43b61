//! `Send`, `Sync` and `Unpin` of every public handle: tokio's claims, compiled. A type that loses one breaks
//! code written for tokio; one that gains a negative one promises too much.
//!
//! `YY`, `YN`, `NN` are an output that is `Send` and `Sync`, `Send` only, neither.

use std::cell::Cell;
use std::future::{Future, Ready};
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::pin::Pin;
use std::rc::Rc;

use reweave::strategies::{Plain, RandomWalk};
use reweave::sync::{Mutex, MutexGuard, Notify, RwLock, Semaphore, mpsc, oneshot};
use reweave::tape::{Deviation, Match, TapeError};
use reweave::task::coop::RestoreOnPending;
use reweave::task::futures::TaskLocalFuture;
use reweave::task::{
    AbortHandle, AccessError, Builder, Id, JoinError, JoinHandle, JoinSet, LocalEnterGuard,
    LocalKey, LocalSet,
};
use reweave::time::{Instant, Interval, MissedTickBehavior, Sleep, SystemTime, Timeout};
use reweave::{Exploration, Finding, FindingKind, MustAwait, Run, Sim, Tape, TaskRng, Trace};
use static_assertions::{assert_impl_all as yes, assert_not_impl_any as no};

type YY = u32;
type YN = Cell<u32>;
type NN = Rc<u32>;

// Tasks.
yes!(JoinHandle<YY>: Send, Sync, Unpin);
yes!(JoinHandle<YN>: Send, Sync, Unpin);
yes!(JoinHandle<NN>: Unpin);
no!(JoinHandle<NN>: Send, Sync);
yes!(JoinHandle<std::marker::PhantomPinned>: Unpin);
yes!(AbortHandle: Send, Sync, Unpin, Clone);
yes!(JoinError: Send, Sync, Unpin, std::error::Error);
yes!(JoinSet<YY>: Send, Sync, Unpin);
yes!(JoinSet<YN>: Send, Sync, Unpin);
yes!(JoinSet<NN>: Unpin);
no!(JoinSet<NN>: Send, Sync);
yes!(Id: Send, Sync, Unpin, Copy, std::hash::Hash, std::fmt::Display);
yes!(Builder<'static>: Send, Sync, Unpin);
yes!(LocalSet: Unpin);
no!(LocalSet: Send, Sync);
no!(LocalEnterGuard: Send, Sync);
yes!(JoinHandle<NN>: UnwindSafe, RefUnwindSafe);
yes!(AbortHandle: UnwindSafe, RefUnwindSafe);
yes!(RestoreOnPending: Unpin);
no!(RestoreOnPending: Send, Sync);
no!(TaskLocalFuture<YY, Ready<YY>>: Unpin);
yes!(LocalKey<YN>: Send, Sync, Unpin);
yes!(LocalKey<NN>: Send, Sync, Unpin);
yes!(AccessError: Send, Sync, Unpin);

// Sync.
yes!(mpsc::Sender<YY>: Send, Sync, Unpin, UnwindSafe, RefUnwindSafe);
yes!(mpsc::Receiver<YY>: Send, Sync, Unpin, UnwindSafe, RefUnwindSafe);
yes!(mpsc::Sender<YN>: Send, Sync);
no!(mpsc::Sender<NN>: Send, Sync);
yes!(oneshot::Receiver<YN>: Send, Sync);
yes!(Notify: Send, Sync, Unpin, UnwindSafe, RefUnwindSafe);
yes!(Semaphore: Send, Sync);
yes!(Mutex<YN>: Send, Sync);
no!(Mutex<NN>: Send, Sync);
yes!(RwLock<YY>: Send, Sync);
no!(RwLock<YN>: Sync);
yes!(MutexGuard<'static, YY>: Send, Sync);
no!(MutexGuard<'static, YN>: Sync);

// Time.
yes!(Sleep: Send, Sync);
no!(Sleep: Unpin);
yes!(Timeout<Ready<YY>>: Send, Sync);
yes!(Timeout<Ready<YN>>: Send);
no!(Timeout<Ready<YN>>: Sync);
no!(Timeout<Ready<NN>>: Send, Sync);
no!(Timeout<Ready<YY>>: Unpin);
yes!(Interval: Send, Sync, Unpin, futures::Stream);
yes!(Instant: Send, Sync, Unpin, Copy, Ord, std::hash::Hash);
yes!(SystemTime: Send, Sync, Unpin, Copy, Ord, std::hash::Hash);
yes!(MissedTickBehavior: Send, Sync, Unpin, Copy);
yes!(reweave::time::error::Elapsed: Send, Sync, Unpin, std::error::Error);
yes!(reweave::time::SystemTimeError: Send, Sync, Unpin, std::error::Error);

// The rest of what a task holds. Random values belong to the thread of the run, as `rand::rng()`'s do.
no!(TaskRng: Send, Sync);
yes!(TaskRng: Unpin, rand::Rng);
yes!(reweave::io::Stdin: Send, Sync, Unpin, futures::io::AsyncBufRead);
yes!(MustAwait<Ready<YY>>: Send, Sync, Unpin);
no!(MustAwait<Ready<NN>>: Send, Sync);
no!(MustAwait<Sleep>: Unpin);

// What runs are described with, and what they give back.
yes!(Sim: Send, Sync, Unpin, Clone);
yes!(Run<YY>: Send, Sync, Unpin, Clone);
no!(Run<NN>: Send, Sync);
yes!(Exploration: Send, Sync, Unpin, Clone);
yes!(Trace: Send, Sync, Unpin, Clone);
yes!(Tape: Send, Sync, Unpin, Clone, Eq, std::str::FromStr);
yes!(TapeError: Send, Sync, Unpin, std::error::Error);
yes!(Deviation: Send, Sync, Unpin, Ord);
yes!(Match: Send, Sync, Unpin);
yes!(Finding: Send, Sync, Unpin, Clone);
yes!(FindingKind: Send, Sync, Unpin, Copy, Ord);
yes!(Plain: Send, Sync, Unpin, reweave::Strategy);
yes!(RandomWalk: Send, Sync, Unpin, reweave::Strategy);

/// Futures without names: what `async fn`s and combinators give.
fn is_send<T: Send>(_: &T) {}
fn is_sync<T: Sync>(_: &T) {}
fn is_unpin<T: Unpin>(_: &T) {}

type BoxFuture = Pin<Box<dyn Future<Output = ()> + Send>>;

reweave::task_local! { static NUMBER: Cell<u32>; }

#[test]
fn futures_without_names_may_go_wherever_tokios_may() {
    let mut set = JoinSet::<YY>::new();
    is_send(&reweave::task::yield_now());
    is_sync(&reweave::task::yield_now());
    is_send(&reweave::task::consume_budget());
    is_send(&set.join_next());
    is_send(&set.join_next_with_id());
    is_send(&set.shutdown());
    is_send(&JoinSet::<YY>::new().join_all());
    let boxed = || -> BoxFuture { Box::pin(std::future::ready(())) };
    is_send(&reweave::task::unconstrained(boxed()));
    is_unpin(&reweave::task::unconstrained(boxed()));
    is_send(&reweave::task::coop::cooperative(boxed()));
    is_send(&NUMBER.scope(Cell::new(1), boxed()));
    let run = reweave::Sim::new().run(async {
        let mut ticks = reweave::time::interval(std::time::Duration::from_secs(1));
        is_send(&ticks.tick());
        is_sync(&ticks.tick());
        let (mut input, mut line) = (reweave::io::stdin(), String::new());
        is_send(&input.next_line());
        is_send(&input.read_line(&mut line));
        let advancing = reweave::time::advance(std::time::Duration::ZERO);
        is_send(&advancing);
        advancing.await;
    });
    assert!(run.findings().is_empty(), "{run}");
}
