//! A synchronous program: nothing goes on while it waits.
//!
//! `foo` blocks for ten seconds, and the last line of the program has to wait for it although it needs
//! nothing from it. As a task among others this is the finding `blocking`. Fixed, `foo` awaits its
//! ten seconds in a task of its own, and the program goes on meanwhile.

use reweave::task::spawn;
use reweave::time::{Duration, sleep};
use reweave::{FindingKind, println, thread};

use crate::{Gallery, Scenario, program};

/// See the top of this file.
pub const SCENARIO: Scenario = Scenario {
    name: "sync_vs_async",
    gallery: Gallery::Articles,
    summary: "a synchronous function of ten seconds holds up the whole program",
    bug: Some(FindingKind::Blocking),
    original: || program(broken()),
    fixed: Some(|| program(fixed())),
    configure: |sim| sim,
};

/// What either kind of `foo` takes.
const TEN_SECONDS: Duration = Duration::from_secs(10);

fn foo() {
    println!("in foo");
    thread::sleep(TEN_SECONDS);
    println!("end foo");
}

async fn broken() {
    foo();
    println!("Termination of the program");
}

async fn async_foo() {
    println!("in foo");
    sleep(TEN_SECONDS).await;
    println!("end foo");
}

async fn fixed() {
    let meanwhile = spawn(async_foo());
    println!("Meanwhile");
    meanwhile.await.expect("foo does not panic");
    println!("Termination of the program");
}
