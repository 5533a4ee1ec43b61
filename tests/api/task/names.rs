//! Ids and paths: the same from run to run.

use std::collections::BTreeSet;

use reweave::task::{self, Builder, LocalSet, spawn_blocking};
use reweave::{Sim, spawn};

async fn fetch() -> task::Id {
    task::id()
}

/// A small family, and the ids in it.
async fn family() -> Vec<task::Id> {
    assert_eq!(task::try_id(), None, "`main` was not spawned");
    let mut ids = Vec::new();
    for _ in 0..2 {
        ids.push(spawn(fetch()).await.unwrap());
    }
    let worker = Builder::new()
        .name("worker")
        .spawn(async { spawn(fetch()).await.unwrap() });
    ids.push(worker.unwrap().await.unwrap());
    let local = Builder::new()
        .name("worker")
        .spawn_local(async { task::id() })
        .unwrap();
    ids.push(local.await.unwrap());
    spawn(async {}).await.unwrap();
    spawn_blocking(|| ()).await.unwrap();
    ids
}

#[test]
fn paths_say_whose_child_a_task_is() {
    let run = Sim::new().run(family());
    let text = run.trace().to_string();
    let spawned = text
        .lines()
        .filter_map(|line| line.split_once("spawns "))
        .map(|(_, path)| path);
    let expected = [
        "main",
        "main/fetch",
        "main/fetch#2",
        "main/worker",
        "main/worker/fetch",
        "main/worker#2",
        "main/task",
        "main/blocking",
    ];
    assert_eq!(spawned.collect::<Vec<_>>(), expected);
}

#[test]
fn ids_are_the_same_from_run_to_run_and_differ_within_one() {
    let first = Sim::new().run(family()).unwrap();
    assert_eq!(Sim::new().run(family()).unwrap(), first);
    let elsewhere = std::thread::spawn(|| Sim::new().run(family()).unwrap());
    assert_eq!(elsewhere.join().unwrap(), first);
    assert_eq!(first.iter().collect::<BTreeSet<_>>().len(), first.len());
    assert_eq!(task::try_id(), None, "outside a task there is none");
    let run = Sim::new().run(async {
        let set = LocalSet::new();
        let here = set.run_until(async { task::try_id() }).await;
        let spawned = set.run_until(set.spawn_local(async { task::try_id() }));
        let closure = spawn_blocking(task::try_id);
        [here, spawned.await.unwrap(), closure.await.unwrap()].map(|id| id.is_some())
    });
    assert_eq!(run.unwrap(), [false, true, true]);
    let run = Sim::new().run(async { task::id() });
    assert!(run.failed(), "{run}");
    let words = std::panic::catch_unwind(task::id).unwrap_err();
    assert!(
        words
            .downcast_ref::<String>()
            .is_some_and(|w| w.contains("outside a task"))
            || words.is::<&str>()
    );
}

#[test]
fn a_builder_names_what_it_spawns_wherever_that_runs() {
    let run = Sim::new().run(async {
        let builder = || Builder::new().name("worker");
        let set = LocalSet::new();
        let local = builder().spawn_local_on(async { 1 }, &set).unwrap();
        let blocking = builder().spawn_blocking(|| 2).unwrap();
        let nameless = Builder::new().spawn_blocking(|| 3).unwrap();
        let local = set.run_until(local).await.unwrap();
        (local, blocking.await.unwrap(), nameless.await.unwrap())
    });
    let text = run.trace().to_string();
    for path in ["main/worker\n", "main/worker#2\n", "main/blocking\n"] {
        assert!(text.contains(&format!("spawns {path}")), "{path}{text}");
    }
    assert_eq!(run.unwrap(), (1, 2, 3));
}
