//! What the README says of code written for tokio holds, and the test that it shows fails as it says.

extern crate reweave as tokio;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;

use tokio::time::sleep;

async fn refresh(cache: Arc<AtomicU32>) {
    sleep(Duration::from_secs(60)).await;
    cache.store(2, Relaxed);
}

async fn read(cache: Arc<AtomicU32>) -> u32 {
    sleep(Duration::from_secs(60)).await;
    cache.load(Relaxed)
}

#[tokio::test]
#[should_panic(expected = "read an old value")]
async fn a_reader_sees_fresh_data() {
    let cache = Arc::new(AtomicU32::new(1));
    let refresh = tokio::spawn(refresh(cache.clone()));
    let read = tokio::spawn(read(cache.clone()));
    refresh.await.unwrap();
    assert_eq!(read.await.unwrap(), 2, "read an old value");
}

#[path = "readme/hosts.rs"]
mod hosts;

mod tokio_code {
    //! The paths and attributes of tokio, from a module that says nothing of Reweave.

    use std::cell::Cell;
    use std::rc::Rc;
    use std::time::Duration;

    use tokio::sync::{Mutex, broadcast, mpsc, oneshot, watch};
    use tokio::task::{JoinSet, LocalSet};
    use tokio::time::{self, Instant};

    #[tokio::test(start_paused = true)]
    async fn time_is_virtual() {
        let start = Instant::now();
        time::sleep(Duration::from_secs(3600)).await;
        assert_eq!(start.elapsed(), Duration::from_secs(3600));
        let late = time::timeout(Duration::from_secs(1), std::future::pending::<()>());
        assert!(late.await.is_err());
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn channels_and_tasks_are_there() {
        let (sender, mut receiver) = mpsc::channel(1);
        let (answer, answered) = oneshot::channel();
        let (state, mut seen) = watch::channel(0);
        let (shout, mut heard) = broadcast::channel(4);
        let mut tasks = JoinSet::new();
        tasks.spawn(async move { sender.send(1).await.unwrap() });
        tasks.spawn(async move { answer.send(2).unwrap() });
        tasks.spawn(async move { state.send(3).unwrap() });
        tasks.spawn(async move { assert_eq!(shout.send(4).unwrap(), 1) });
        let all = ::tokio::join!(receiver.recv(), answered, seen.changed(), heard.recv());
        assert_eq!((all.0, all.1, all.3), (Some(1), Ok(2), Ok(4)));
        while let Some(ended) = tasks.join_next().await {
            ended.unwrap();
        }
    }

    #[tokio::test]
    async fn a_local_set_runs_its_tasks() {
        let local = LocalSet::new();
        let number = Rc::new(Cell::new(1));
        let ran = local.run_until(async move {
            let set = number.clone();
            let task = tokio::task::spawn_local(async move { set.set(2) });
            task.await.unwrap();
            number.get()
        });
        assert_eq!(ran.await, 2);
    }

    #[tokio::test]
    async fn select_takes_what_is_ready() {
        tokio::select! {
            () = time::sleep(Duration::from_secs(1)) => {}
            () = time::sleep(Duration::from_secs(2)) => panic!("the later one"),
        }
    }

    /// What another thread could do between the two awaits of `main`.
    async fn others_may_come_between() {
        let account = std::sync::Arc::new(Mutex::new(1));
        let other = tokio::spawn({
            let account = account.clone();
            async move { *account.lock().await += 1 }
        });
        let first = *account.lock().await;
        let second = *account.lock().await;
        assert_eq!(first, second, "another task came between");
        other.await.unwrap();
    }

    #[tokio::test]
    #[should_panic(expected = "another task came between")]
    async fn a_test_is_explored_as_on_several_threads() {
        others_may_come_between().await;
    }

    #[tokio::test(flavor = "current_thread")]
    async fn unless_it_says_that_it_has_one() {
        others_may_come_between().await;
    }
}

/// The blocks of the README in this language.
fn blocks(language: &str) -> Vec<&'static str> {
    let readme = include_str!("../README.md");
    let fence = format!("```{language}\n");
    let blocks = readme.split(&fence).skip(1);
    blocks
        .map(|rest| rest.split("```").next().unwrap())
        .collect()
}

#[test]
fn the_readme_shows_this_file() {
    let source = include_str!("readme.rs");
    let lines: Vec<&str> = source
        .lines()
        .filter(|line| !line.contains("should_panic"))
        .collect();
    let source = lines.join("\n");
    let shown = blocks("rust")[0];
    // The attribute apart, which makes of it the file of the README's reader.
    let (extern_crate, rest) = shown.split_once("\n\n").unwrap();
    assert_eq!(
        extern_crate,
        "#[cfg(test)]\nextern crate reweave as tokio;    // in lib.rs"
    );
    assert!(
        source.contains(rest.trim()),
        "the README shows what this file has not:\n{rest}"
    );
}

#[test]
fn the_readme_shows_the_test_of_hosts() {
    assert!(blocks("rust").contains(&include_str!("readme/hosts.rs")));
}

#[test]
fn the_readme_shows_the_report_that_is_printed() {
    // The test itself, in a process of its own, as a user runs it.
    let test = std::env::current_exe().unwrap();
    let output = std::process::Command::new(test)
        .args([
            "a_reader_sees_fresh_data",
            "--exact",
            "--nocapture",
            "--test-threads=1",
        ])
        .envs([("RUST_BACKTRACE", "0"), ("REWEAVE_SHRINK", "1")])
        .output()
        .unwrap();
    let printed =
        String::from_utf8(output.stderr).unwrap() + &String::from_utf8_lossy(&output.stdout);
    // A test that is to fail is not tried again, as the README's reader's is.
    let tried = "\n  replayed alone in a fresh process: the same failure";
    let shown = blocks("text")[0].trim_end();
    let (before, after) = shown.split_once(tried).expect("it was tried");
    let shown = format!("{before}{after}");
    assert!(printed.contains(&shown), "what is printed:\n{printed}");
}
