//! Tests that go down, if they are told in which way.

use std::env;
use std::future::{pending, ready};
use std::hint::black_box;
use std::process;
use std::sync::{Arc, Mutex};

use reweave::{choose, spawn};

/// Names the way.
pub const WAY: &str = "TESTS_OF_REWEAVE_GO_DOWN";

/// All ways, and whether it is said at once how the run is replayed; else the next run says it.
pub const WAYS: [(&str, bool); 9] = [
    ("loop", true),
    ("locked_twice", true),
    ("foreign_block_on", true),
    ("is_finished", true),
    ("exit", false),
    ("abort", false),
    ("stack_overflow", false),
    ("memory", false),
    ("double_panic", true),
];

/// Some seed goes down, the plain run does not.
#[reweave::test(seeds = 64)]
async fn goes_down() {
    let seventh = choose(0..20) == 7;
    if let Some(way) = env::var(WAY).ok().filter(|_| seventh) {
        go_down(&way);
    }
}

/// The plain run is the first.
#[reweave::test]
async fn goes_down_at_first() {
    if let Ok(way) = env::var(WAY) {
        go_down(&way);
    }
}

/// A task wants a lock of std's that a paused one holds.
#[reweave::test(threads, seeds = 64)]
async fn waits_for_a_paused_one() {
    if env::var(WAY).is_ok() {
        let lock = Arc::new(Mutex::new(()));
        let other = lock.clone();
        let other = spawn(async move { drop(other.lock()) });
        {
            let _held = lock.lock();
            reweave::preempt();
        }
        other.await.unwrap();
    }
}

fn go_down(way: &str) {
    match way {
        "loop" => loop {
            black_box(());
        },
        "locked_twice" => {
            let lock = Mutex::new(());
            let _first = lock.lock();
            drop(lock.lock());
        }
        "foreign_block_on" => futures::executor::block_on(pending::<()>()),
        "is_finished" => {
            let handle = spawn(ready(()));
            while !handle.is_finished() {}
        }
        "exit" => process::exit(0),
        "abort" => process::abort(),
        "stack_overflow" => assert_eq!(deep(&[0; 1024]), 1),
        "memory" => {
            let mut all = Vec::new();
            loop {
                all.push(black_box(vec![0u8; 64 << 20]));
            }
        }
        "double_panic" => {
            let _twice = PanicsWhenDropped;
            panic!("the first panic");
        }
        other => panic!("unknown way: {other}"),
    }
}

fn deep(before: &[u8; 1024]) -> u8 {
    let here = black_box([before[0]; 1024]);
    match here[1] {
        0 => deep(&here).wrapping_add(here[2]),
        deepest => deepest,
    }
}

struct PanicsWhenDropped;

impl Drop for PanicsWhenDropped {
    fn drop(&mut self) {
        panic!("the second panic");
    }
}
