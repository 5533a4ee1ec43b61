//! `#[reweave::test]` and `#[reweave::main]`: what each argument brings about.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::future::ready;
use std::rc::Rc;
use std::sync::Mutex;
use std::time::Duration;

use reweave::{FindingKind, Sim, must_await, spawn, sync, task, time};

/// What the runs of a program drew. A `static` for each program: functions under an attribute capture nothing.
type Drawn = Mutex<Vec<usize>>;

fn draw_into(drawn: &Drawn) {
    let value = reweave::choose(0..1000);
    drawn.lock().unwrap().push(value);
}

fn drawn_with(seed: u64) -> usize {
    let run = Sim::new()
        .seed(seed)
        .run(async { reweave::choose(0..1000) });
    run.into_output().unwrap()
}

#[test]
fn seed_is_one_run() {
    static DRAWN: Drawn = Mutex::new(Vec::new());
    #[reweave::main(seed = 7)]
    async fn program() {
        draw_into(&DRAWN);
    }
    program();
    assert_eq!(*DRAWN.lock().unwrap(), [drawn_with(7)]);
}

#[test]
fn seeds_are_a_run_each() {
    static DRAWN: Drawn = Mutex::new(Vec::new());
    #[reweave::main(seeds = 10..13)]
    async fn program() {
        draw_into(&DRAWN);
    }
    program();
    // A run may be repeated, to see that it goes the same way again.
    let drawn: BTreeSet<usize> = DRAWN.lock().unwrap().iter().copied().collect();
    assert_eq!(drawn, BTreeSet::from([10, 11, 12].map(drawn_with)));
}

#[test]
fn a_number_of_seeds_counts_from_zero() {
    static DRAWN: Drawn = Mutex::new(Vec::new());
    #[reweave::main(seeds = 3, jobs = 2)]
    async fn program() {
        draw_into(&DRAWN);
    }
    program();
    let drawn: BTreeSet<usize> = DRAWN.lock().unwrap().iter().copied().collect();
    assert_eq!(drawn, BTreeSet::from([0, 1, 2].map(drawn_with)));
}

#[test]
fn the_plain_strategy_takes_the_default_of_every_draw() {
    static DRAWN: Drawn = Mutex::new(Vec::new());
    #[reweave::main(strategy = "plain")]
    async fn program() {
        draw_into(&DRAWN);
    }
    program();
    assert_eq!(*DRAWN.lock().unwrap(), [0]);
}

#[test]
fn a_program_runs_once_and_takes_and_gives_what_it_says() {
    static DRAWN: Drawn = Mutex::new(Vec::new());
    #[reweave::main]
    async fn half(number: u32, drawn: &'static Drawn) -> Result<u32, String> {
        draw_into(drawn);
        let half = number.checked_div(2).ok_or("no half")?;
        if half * 2 == number {
            return Ok(half);
        }
        Err(format!("{number} is odd"))
    }
    assert_eq!(half(42, &DRAWN), Ok(21));
    assert_eq!(half(7, &DRAWN), Err("7 is odd".to_owned()));
    assert_eq!(
        *DRAWN.lock().unwrap(),
        [0, 0],
        "the plain schedule, once a call"
    );

    #[reweave::main(seed = 7)]
    async fn drawn_by_program() -> usize {
        reweave::choose(0..1000)
    }
    assert_eq!(drawn_by_program(), drawn_with(7));
}

#[test]
fn a_program_may_be_a_method() {
    struct Account(u32);
    impl Account {
        #[reweave::main]
        async fn after(mut self, years: u32) -> Account {
            for _ in 0..years {
                time::sleep(Duration::from_secs(1)).await;
                self.0 += self.0 / 100;
            }
            self
        }
    }
    assert_eq!(Account(1000).after(2).0, 1020);
}

#[test]
fn a_program_that_fails_panics() {
    #[reweave::main]
    async fn program() -> u32 {
        std::future::pending().await
    }
    assert!(std::panic::catch_unwind(program).is_err());
    #[reweave::main(strategy = "clairvoyant")]
    async fn with_a_strategy_that_there_is_not() {}
    assert!(std::panic::catch_unwind(with_a_strategy_that_there_is_not).is_err());
}

#[reweave::test(strategy = "clairvoyant")]
#[should_panic(expected = "`clairvoyant`")]
async fn a_strategy_that_there_is_not_fails_the_test() {}

#[reweave::test(max_steps = 5)]
#[should_panic(expected = "limit")]
async fn max_steps_ends_a_run() {
    for _ in 0..10 {
        task::yield_now().await;
    }
}

#[reweave::test(max_virtual_time = "1500ms")]
#[should_panic(expected = "limit")]
async fn max_virtual_time_ends_a_run() {
    time::sleep(Duration::from_millis(1501)).await;
}

#[reweave::test(max_virtual_time = "1500ms")]
async fn max_virtual_time_is_not_less_than_it_says() {
    time::sleep(Duration::from_millis(1499)).await;
}

#[reweave::test(max_tasks = 2)]
#[should_panic(expected = "limit")]
async fn max_tasks_ends_a_run() {
    let tasks = [(); 3].map(|()| spawn(ready(())));
    for task in tasks {
        task.await.unwrap();
    }
}

#[reweave::test(deny(never_awaited))]
#[should_panic(expected = "never_awaited")]
async fn what_is_denied_fails_the_test() {
    drop(must_await(ready(())));
}

#[reweave::test(warn(never_awaited))]
async fn what_is_warned_of_does_not() {
    drop(must_await(ready(())));
}

#[reweave::test(allow(never_awaited), deny(leak))]
async fn what_is_allowed_does_not_either() {
    drop(must_await(ready(())));
}

macro_rules! all_findings {
    ($panic:ident, $($name:ident),*) => {
        // A panic is how a test fails, so that is not allowed.
        #[reweave::test(deny($panic), allow($($name),*))]
        async fn every_finding_can_be_named() {
            let here = [stringify!($panic), $(stringify!($name)),*];
            let there: Vec<&str> = FindingKind::ALL.iter().map(|kind| kind.name()).collect();
            assert_eq!(here[..], there[..]);
        }
    };
}

all_findings!(
    panic,
    unobserved_panic,
    deadlock,
    livelock,
    limit,
    stuck_task,
    unawaited_task,
    never_awaited,
    polled_after_completion,
    blocking,
    lost_waker,
    futurelock,
    nondeterminism,
    long_hold,
    leak,
    abandoned_receiver,
    dropped_messages,
    starvation,
    no_progress,
    foreign_instant,
    property
);

#[reweave::test(
    flavor = "current_thread",
    start_paused = true,
    unhandled_panic = "ignore",
    name = "tests"
)]
async fn the_arguments_of_tokio_are_accepted() {}

#[reweave::test(flavor = "multi_thread", worker_threads = 4)]
async fn those_for_several_threads_are_accepted() {}

/// An operation that could complete at once, with another task ready.
async fn locks_beside_another_task() {
    let ran = Rc::new(Cell::new(false));
    let other = task::spawn_local({
        let ran = ran.clone();
        async move { ran.set(true) }
    });
    let mutex = sync::Mutex::new(());
    let _guard = mutex.lock().await;
    assert!(!ran.get(), "another task went first");
    other.await.unwrap();
}

#[reweave::test(flavor = "current_thread")]
async fn one_thread_that_is_written_out_gives_no_way_at_operations() {
    locks_beside_another_task().await;
}

#[reweave::test(flavor = "local")]
async fn a_local_runtime_has_one_thread_too() {
    locks_beside_another_task().await;
}

#[reweave::test]
#[should_panic(expected = "another task went first")]
async fn without_a_flavor_operations_give_way() {
    locks_beside_another_task().await;
}

#[reweave::test(flavor = "multi_thread")]
#[should_panic(expected = "another task went first")]
async fn with_several_threads_operations_give_way() {
    locks_beside_another_task().await;
}

#[reweave::test(seed = 7, crate = "renamed::sim")]
async fn the_crate_may_go_by_another_name() {}

/// A crate that re-exports `reweave`.
mod renamed {
    pub use reweave as sim;
}

#[reweave::test]
async fn question_marks_work() -> Result<(), std::num::ParseIntError> {
    assert_eq!("7".parse::<u8>()?, 7);
    Ok(())
}

#[reweave::test]
#[should_panic(expected = "invalid digit")]
async fn an_error_fails_the_test() -> Result<(), String> {
    "seven".parse::<u8>().map_err(|error| error.to_string())?;
    unreachable!()
}

#[reweave::test]
async fn the_body_may_return_early() {
    if time::Instant::now().elapsed().is_zero() {
        return;
    }
    unreachable!("time stands still until something waits");
}

#[reweave::test]
#[should_panic(
    expected = "cargo test -p reweave-tests --test api macros::attributes::a_report_says_how_to_run_the_test -- --exact"
)]
async fn a_report_says_how_to_run_the_test() {
    panic!("so that there is a report");
}

#[cfg(any())]
#[reweave::test]
async fn what_is_configured_out_is_not_compiled() {
    not_a_function();
}
