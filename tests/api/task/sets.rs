//! `JoinSet`.

use std::future::{pending, poll_fn, ready};
use std::rc::Rc;
use std::sync::atomic::Ordering::SeqCst;
use std::sync::{Arc, Mutex};

use reweave::runtime::Handle;
use reweave::task::{JoinSet, LocalSet, yield_now};
use reweave::time::sleep;
use reweave::{Sim, spawn};

use super::{Flag, SECOND};

#[reweave::test]
async fn give_outputs_in_the_order_in_which_tasks_end() {
    let mut set: JoinSet<u32> = [3, 1, 2].into_iter().map(after_seconds).collect();
    assert_eq!((set.len(), set.is_empty()), (3, false));
    let mut ended = Vec::new();
    while let Some(joined) = set.join_next().await {
        ended.push(joined.unwrap());
    }
    assert_eq!((ended, set.len(), set.is_empty()), (vec![1, 2, 3], 0, true));
    assert!(set.join_next().await.is_none() && set.try_join_next().is_none());
}

async fn after_seconds(n: u32) -> u32 {
    sleep(n * SECOND).await;
    n
}

#[reweave::test]
async fn name_the_task_that_ended() {
    let mut set = JoinSet::new();
    let (first, second) = (
        set.spawn(after_seconds(2)).id(),
        set.spawn(after_seconds(1)).id(),
    );
    assert!(set.try_join_next_with_id().is_none());
    assert_eq!(set.join_next_with_id().await.unwrap().unwrap(), (second, 1));
    sleep(2 * SECOND).await;
    assert_eq!(set.try_join_next_with_id().unwrap().unwrap(), (first, 2));
    set.spawn(async { panic!("named") });
    let error = set.join_next_with_id().await.unwrap().unwrap_err();
    assert!(error.is_panic() && error.id() > second);
}

#[reweave::test]
async fn take_tasks_of_every_kind() {
    let mut set = JoinSet::new();
    set.spawn(ready(1));
    let local = Rc::new(2);
    set.spawn_local(async move { *local });
    set.spawn_blocking(|| 3);
    assert_eq!(format!("{set:?}"), "JoinSet { len: 3 }");
    let mut all = set.join_all().await;
    all.sort_unstable();
    assert_eq!(all, [1, 2, 3]);
}

#[reweave::test]
async fn abort_all_shut_down_and_detach() {
    let mut set = JoinSet::new();
    set.spawn(pending::<()>());
    set.spawn(async {});
    yield_now().await;
    yield_now().await;
    set.abort_all();
    assert_eq!(set.len(), 2, "they stay until they are joined");
    let mut cancelled = 0;
    while let Some(joined) = set.join_next().await {
        cancelled += u32::from(joined.is_err());
    }
    assert!((1..=2).contains(&cancelled));
    set.spawn(pending::<()>());
    set.shutdown().await;
    assert!(set.is_empty());
    let (flag, dropped) = Flag::new();
    set.spawn(async move {
        sleep(SECOND).await;
        drop(flag);
    });
    set.detach_all();
    assert!(set.is_empty() && set.join_next().await.is_none());
    sleep(2 * SECOND).await;
    assert!(dropped.load(SeqCst));
}

#[reweave::test]
async fn abort_their_tasks_when_dropped() {
    let (flag, dropped) = Flag::new();
    let mut set = JoinSet::default();
    set.spawn(async move {
        let _flag = flag;
        pending::<()>().await;
    });
    yield_now().await;
    drop(set);
    sleep(SECOND).await;
    assert!(dropped.load(SeqCst));
}

#[test]
fn join_all_passes_a_panic_on() {
    let run = Sim::new().run(async {
        let mut set = JoinSet::new();
        set.spawn(pending::<()>());
        set.spawn(async { panic!("passed on") });
        set.join_all().await
    });
    let told = run.findings().iter().map(|f| (f.task(), f.message()));
    let expected = [
        (Some("main/task#2"), "passed on"),
        (Some("main"), "after the panic of main/task#2: passed on"),
    ];
    assert!(
        told.eq(expected.map(|(task, words)| (task, words.to_owned()))),
        "{run}"
    );
}

#[reweave::test]
async fn a_join_given_up_loses_nothing() {
    let mut set = JoinSet::new();
    set.spawn(after_seconds(2));
    for _ in 0..3 {
        let waiting = reweave::time::timeout(SECOND / 2, set.join_next());
        assert!(waiting.await.is_err());
    }
    assert_eq!(set.join_next().await.unwrap().unwrap(), 2);
}

#[reweave::test]
async fn tasks_spawned_while_another_task_waits_are_joined_too() {
    let set = Arc::new(Mutex::new(JoinSet::new()));
    let theirs = set.clone();
    let joiner = spawn(async move {
        let mut sum = 0;
        while sum < 6 {
            let next = poll_fn(|cx| theirs.lock().unwrap().poll_join_next(cx)).await;
            match next {
                Some(joined) => sum += joined.unwrap(),
                None => sleep(SECOND / 4).await,
            }
        }
        sum
    });
    for n in [1, 2, 3] {
        set.lock().unwrap().spawn(after_seconds(n));
        sleep(SECOND).await;
    }
    assert_eq!(joiner.await.unwrap(), 6);
}

#[reweave::test]
async fn take_in_tasks_of_a_local_set_of_a_handle_and_of_an_iterator() {
    let local = LocalSet::new();
    let mut set = JoinSet::new();
    let one = Rc::new(1);
    set.spawn_local_on(async move { *one }, &local);
    sleep(SECOND).await;
    assert!(set.try_join_next().is_none(), "nobody drives the local set");
    set.extend([2, 3].map(ready));
    set.spawn_on(ready(4), &Handle::current());
    set.spawn_blocking_on(|| 5, &Handle::current());
    let mut outputs = local.run_until(set.join_all()).await;
    outputs.sort_unstable();
    assert_eq!(outputs, [1, 2, 3, 4, 5]);
}
