//! `runtime::Handle`.

use std::panic::{AssertUnwindSafe, catch_unwind};

use reweave::runtime::{Handle, RuntimeFlavor};
use reweave::sync::mpsc;
use reweave::time::{Instant, sleep};
use reweave::{FindingKind, Sim, task, thread};

use super::SECOND;

/// A server as people write them: it keeps a handle, and is called from anywhere.
struct Server {
    runtime: Handle,
}

impl Server {
    fn serve(&self, request: u32) -> task::JoinHandle<u32> {
        self.runtime.spawn(async move {
            sleep(SECOND).await;
            request + 1
        })
    }
}

#[reweave::test]
async fn spawns_from_code_that_is_not_async() {
    let server = Server {
        runtime: Handle::current(),
    };
    let answers = [1, 2].map(|request| server.serve(request));
    let start = Instant::now();
    for (answer, expected) in answers.into_iter().zip([2, 3]) {
        assert_eq!(answer.await.unwrap(), expected);
    }
    assert_eq!(start.elapsed(), SECOND, "they were served side by side");
}

#[test]
fn tasks_are_named_after_what_they_run_and_children_of_who_spawned() {
    async fn fetch() {}
    let run = Sim::new().run(async {
        let handle = Handle::current();
        handle.spawn(fetch()).await.unwrap();
        handle.spawn_blocking(|| ()).await.unwrap();
        let inner = handle.clone();
        handle
            .spawn(async move { inner.spawn(fetch()).await.unwrap() })
            .await
            .unwrap();
    });
    let trace = run.trace().to_string();
    for path in ["main/fetch", "main/blocking", "main/task/fetch"] {
        assert!(
            trace.contains(&format!("spawns {path}\n")),
            "no {path}: {trace}"
        );
    }
}

#[reweave::test]
async fn blocking_closures_spawn_and_block_on_what_need_not_wait() {
    let handle = Handle::current();
    let (sender, mut receiver) = mpsc::channel(4);
    let start = Instant::now();
    let blocking = handle.spawn_blocking(move || {
        thread::sleep(SECOND);
        let handle = Handle::current();
        handle.block_on(sender.send(1)).unwrap();
        for n in 2..200 {
            // More than a task's budget: a thread of its own has none.
            assert_eq!(handle.block_on(async { n }), n);
        }
        handle.spawn(async { 3 })
    });
    assert_eq!(blocking.await.unwrap().await.unwrap(), 3);
    assert_eq!(receiver.recv().await, Some(1));
    assert_eq!(start.elapsed(), SECOND);
}

/// The message of the panic with which `f` ends.
fn panic_of<R>(f: impl FnOnce() -> R) -> String {
    let panic = catch_unwind(AssertUnwindSafe(|| drop(f()))).expect_err("it did not panic");
    match panic.downcast::<String>() {
        Ok(message) => *message,
        Err(panic) => (*panic.downcast::<&str>().unwrap()).to_owned(),
    }
}

#[test]
fn block_on_is_refused_in_a_task() {
    let run = Sim::new().run(async { Handle::current().block_on(async {}) });
    let finding = run.failure().unwrap();
    assert_eq!(finding.kind(), FindingKind::Panic);
    let words = "`runtime::Handle::block_on` was called in a task";
    assert!(finding.message().starts_with(words), "{run}");
    assert!(finding.message().contains("Use `.await`"), "{run}");
    assert!(
        finding.place().unwrap().file().contains("runtime.rs"),
        "{run}"
    );
}

#[reweave::test]
async fn block_on_is_refused_if_it_would_have_to_wait() {
    let blocking = task::spawn_blocking(|| Handle::current().block_on(sleep(SECOND)));
    let error = blocking.await.unwrap_err();
    assert!(error.to_string().contains("simulated in one go"), "{error}");
}

#[test]
fn outside_of_a_run_there_is_none() {
    let error = Handle::try_current().unwrap_err();
    assert!(error.is_missing_context() && !error.is_thread_local_destroyed());
    assert_eq!(
        error.to_string(),
        "no simulation is under way on this thread"
    );
    let words = panic_of(Handle::current);
    assert!(
        words.starts_with("`runtime::Handle::current` needs a simulation"),
        "{words}"
    );
}

#[test]
fn a_handle_says_that_its_run_is_over() {
    let old = Sim::new()
        .run(async { Handle::try_current().unwrap() })
        .unwrap();
    for (called, words) in [
        ("spawn", panic_of(|| old.spawn(async {}))),
        ("spawn_blocking", panic_of(|| old.spawn_blocking(|| ()))),
        ("block_on", panic_of(|| old.block_on(async {}))),
        ("enter", panic_of(|| drop(old.enter()))),
    ] {
        let expected =
            format!("`runtime::Handle::{called}` was called outside of the handle's run");
        assert!(words.starts_with(&expected), "{words}");
    }
    let run = Sim::new().run(async move { old.spawn(async {}).await });
    let words = "`runtime::Handle::spawn` was called with the handle of another run";
    assert!(run.failure().unwrap().message().starts_with(words), "{run}");
}

/// A thread that the simulation knows nothing of: what it spawned, and when, no replay could repeat.
#[test]
fn another_thread_is_refused() {
    let run = Sim::new().run(async {
        let handle = Handle::current();
        std::thread::spawn(move || panic_of(|| handle.spawn(async {})))
            .join()
            .unwrap()
    });
    let words = run.output().unwrap();
    assert!(
        words.contains("use `task::spawn_blocking` instead of `std::thread`"),
        "{words}"
    );
}

#[reweave::test]
async fn says_what_it_is_and_nothing_of_the_process() {
    let handle = Handle::current();
    {
        let _guard = handle.enter();
        task::spawn(async {}).await.unwrap();
    }
    assert_eq!(handle.runtime_flavor(), RuntimeFlavor::CurrentThread);
    assert_eq!(handle.id(), handle.clone().id());
    assert_eq!(handle.id().to_string(), "1");
    assert_eq!(format!("{handle:?}"), "Handle { .. }");
}
