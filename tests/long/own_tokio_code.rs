//! The README's two lines, in a crate that depends on the real tokio as well.

use crate::scratch::{Printed, Scratch};

const LIB: &str = r#"
#[cfg(any(test, feature = "sim"))]
extern crate reweave as tokio;

pub mod cache {
    use std::sync::Arc;
    use std::time::Duration;
    use tokio::sync::{Mutex, mpsc};

    pub async fn refresh(cache: Arc<Mutex<u32>>, done: mpsc::Sender<()>) {
        tokio::time::sleep(Duration::from_secs(3600)).await;
        *cache.lock().await = 2;
        done.send(()).await.unwrap();
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[tokio::test(start_paused = true)]
        async fn refreshes() {
            let cache = Arc::new(Mutex::new(1));
            let (sender, mut receiver) = mpsc::channel(1);
            tokio::spawn(refresh(cache.clone(), sender));
            receiver.recv().await.unwrap();
            assert_eq!(*cache.lock().await, 2);
        }

        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn is_too_early() {
            let cache = Arc::new(Mutex::new(1));
            let (sender, _receiver) = mpsc::channel(1);
            let task = ::tokio::spawn(refresh(cache.clone(), sender));
            tokio::time::sleep(Duration::from_secs(3600)).await;
            assert_eq!(*cache.lock().await, 2, "an old value");
            task.await.unwrap();
        }

        #[tokio::test]
        async fn calls_the_real_tokio() {
            elsewhere::spawns();
        }
    }
}
"#;

const OUTSIDE: &str = r#"
#![cfg(feature = "sim")]
extern crate reweave as tokio;

use std::sync::Arc;
use tokio::sync::{Mutex, mpsc};

#[tokio::test]
async fn from_outside() {
    let cache = Arc::new(Mutex::new(1));
    let (sender, mut receiver) = mpsc::channel(1);
    tokio::spawn(own::cache::refresh(cache.clone(), sender));
    receiver.recv().await.unwrap();
    assert_eq!(*cache.lock().await, 2);
}
"#;

const MANIFEST: &str = r#"
[workspace]
members = ["elsewhere"]

[package]
name = "own"
version = "0.1.0"
edition = "2024"

[features]
sim = ["dep:reweave"]

[dependencies]
tokio = { version = "1", features = ["rt", "sync", "time"] }
reweave = { path = "REPOSITORY", optional = true }

[dev-dependencies]
reweave = { path = "REPOSITORY" }
elsewhere = { path = "elsewhere" }
"#;

const ELSEWHERE: &str = r#"
[package]
name = "elsewhere"
version = "0.1.0"
edition = "2024"

[dependencies]
tokio = { version = "1", features = ["rt"] }
"#;

#[test]
fn two_lines_are_enough() {
    let scratch = Scratch::new(
        "own_tokio_code",
        &[
            ("Cargo.toml", MANIFEST),
            ("src/lib.rs", LIB),
            ("tests/outside.rs", OUTSIDE),
            ("elsewhere/Cargo.toml", ELSEWHERE),
            (
                "elsewhere/src/lib.rs",
                "pub fn spawns() { tokio::spawn(async {}); }",
            ),
        ],
    );
    // Nobody else sees it.
    let build = scratch.run("", "cargo build");
    assert!(
        build.success && build.lines("Compiling reweave ").is_empty(),
        "{build}"
    );
    let passes = |line: &str| {
        let printed = scratch.run("", line);
        assert!(
            printed.success && printed.lines("running 1 test").len() == 1,
            "{printed}"
        );
    };
    passes("cargo test --lib refreshes");
    passes("cargo test --features sim --test outside");
    let fails = |line: &str| -> Printed {
        let printed = scratch.run("", line);
        assert!(!printed.success, "{printed}");
        printed
    };
    let early = fails("cargo test --lib is_too_early");
    assert!(early.text.contains("an old value"), "{early}");
    assert!(
        early
            .the_line("replay: ")
            .contains("-p own --lib cache::tests::is_too_early"),
        "{early}"
    );
    let real = fails("cargo test --lib calls_the_real_tokio");
    assert!(real.the_line("hint: ").contains("the real tokio"), "{real}");
}
