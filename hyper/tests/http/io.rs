//! The wrapper of streams, and the timer, as hyper uses them.

use std::time::Duration;

use hyper::rt::{Executor, Timer};
use reweave::Sim;
use reweave_hyper::{ReweaveExecutor, ReweaveTimer};

/// hyper measures in virtual time, and a deadline that is moved is moved.
#[test]
fn a_timer_is_set_and_set_anew_in_virtual_time() {
    let run = Sim::new().run(async {
        let timer = ReweaveTimer::new();
        let start = timer.now();
        let hour = Duration::from_secs(3600);
        timer.sleep_until(start + hour).await;
        assert_eq!(timer.now() - start, hour);
        let mut sleep = timer.sleep(hour);
        timer.reset(&mut sleep, start + 5 * hour);
        sleep.await;
        assert_eq!(timer.now() - start, 5 * hour);
    });
    assert!(run.findings().is_empty(), "{run}");
    assert_eq!(run.elapsed(), Duration::from_secs(5 * 3600));
}

/// A task of hyper's belongs to the host of who asked for it, and is called so.
#[test]
fn a_task_of_hyper_stands_in_the_trace_by_name() {
    let run = Sim::new().run(async {
        let task = reweave::host("web").spawn(async {
            ReweaveExecutor::new().execute(async {});
            reweave::task::yield_now().await;
        });
        task.await.unwrap();
    });
    let trace = run.trace().to_string();
    assert!(trace.contains("spawns web:task/hyper"), "{trace}");
}
