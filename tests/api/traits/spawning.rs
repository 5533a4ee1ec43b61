//! The executor's seam: `futures::task::{Spawn, LocalSpawn}`.

use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;

use futures::stream::{FuturesUnordered, StreamExt};
use futures::task::{FutureObj, LocalSpawn, LocalSpawnExt, Spawn, SpawnExt};
use reweave::runtime::Handle;
use reweave::time::{Instant, sleep};
use reweave::{FindingKind, Sim, task};

use super::{SECOND, in_any_schedule};

/// What a library does that knows of no runtime: fans out on whatever executor it is given.
async fn fan_out(executor: Arc<dyn Spawn + Send + Sync>) -> Vec<u32> {
    let parts: FuturesUnordered<_> = (1..=3)
        .map(|n| executor.spawn_with_handle(async move { n * n }).unwrap())
        .collect();
    let mut squares: Vec<u32> = parts.collect().await;
    squares.sort();
    squares
}

async fn fan_out_here() -> Vec<u32> {
    fan_out(Arc::new(Handle::current())).await
}

#[test]
fn a_library_fans_out_on_the_run() {
    assert_eq!(in_any_schedule(fan_out_here), [1, 4, 9]);
}

#[reweave::test]
async fn futures_are_spawned_as_tasks_that_run_side_by_side() {
    let start = Instant::now();
    let executor = Handle::current();
    SpawnExt::spawn(&executor, async { sleep(SECOND).await }).unwrap();
    let slow = executor.spawn_with_handle(async {
        sleep(2 * SECOND).await;
        task::try_id()
    });
    assert!(slow.unwrap().await.is_some());
    assert_eq!(start.elapsed(), 2 * SECOND);
}

#[reweave::test]
async fn local_futures_stay_on_their_thread() {
    let executor = &Handle::current();
    let shared = Rc::new(Cell::new(1));
    let theirs = shared.clone();
    let doubled = executor.spawn_local_with_handle(async move {
        theirs.set(2 * theirs.get());
        theirs
    });
    assert!(Rc::ptr_eq(&doubled.unwrap().await, &shared));
    assert_eq!(shared.get(), 2);
}

/// That is the rule of `futures`: the handle owns the task.
#[reweave::test]
async fn dropping_the_handle_of_a_future_ends_its_task() {
    let (sender, mut receiver) = reweave::sync::mpsc::channel::<()>(1);
    let handle = Handle::current().spawn_with_handle(async move {
        sleep(SECOND).await;
        sender.send(()).await
    });
    task::yield_now().await;
    drop(handle);
    assert_eq!(receiver.recv().await, None);
}

#[test]
fn a_panic_goes_to_the_handle_or_is_found() {
    let run = Sim::new().run(async {
        let executor = Handle::current();
        executor
            .spawn_with_handle(async { panic!("nobody hears this") })
            .unwrap()
            .forget();
        SpawnExt::spawn(&executor, async { panic!("found") }).unwrap();
        sleep(SECOND).await;
    });
    let [finding] = run.findings() else {
        panic!("{run}");
    };
    assert_eq!(finding.kind(), FindingKind::UnobservedPanic);
    assert!(finding.message().ends_with("\"found\""), "{run}");
}

#[test]
fn a_run_that_is_over_spawns_no_more() {
    let handle = Sim::new().run(async { Handle::current() }).unwrap();
    assert!(handle.status().is_err() && handle.status_local().is_err());
    let refused = handle.spawn_obj(FutureObj::new(Box::new(async {})));
    assert!(refused.unwrap_err().is_shutdown());
    let run = Sim::new().run(async move {
        assert!(Handle::current().status().is_ok());
        handle.spawn_local(async {}).unwrap_err().is_shutdown()
    });
    assert_eq!(run.output(), Some(&true), "another run is no better: {run}");
}
