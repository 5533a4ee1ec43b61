//! `advance`, `pause`, `resume`, `Instant` and `SystemTime`.

use std::time::Duration;

use reweave::task::yield_now;
use reweave::time::{Instant, SystemTime, UNIX_EPOCH, advance, pause, resume, sleep};
use reweave::{Sim, spawn};

use super::{Log, SECOND, ms, now_ms};

#[test]
fn advance_fires_what_is_due_and_lets_it_run_before_it_returns() {
    let log = Log::default();
    let logged = log.clone();
    let run = Sim::new().run(async move {
        for (name, at) in [("a", 100), ("b", 200), ("c", 300)] {
            let log = logged.clone();
            drop(spawn(async move {
                sleep(ms(at)).await;
                log.add(format!("{name}@{}", now_ms()));
            }));
        }
        yield_now().await;
        advance(ms(250)).await;
        logged.add(format!("advanced@{}", now_ms()));
        sleep(ms(250)).await;
    });
    run.unwrap();
    assert_eq!(log.take(), "a@250 b@250 advanced@250 c@300");
}

#[test]
fn advance_needs_the_clock_paused_and_names_the_users_line() {
    let run = Sim::new().run(async {
        pause();
        advance(SECOND).await;
        resume();
        sleep(SECOND).await;
        assert_eq!(now_ms(), 2000, "time stays virtual");
        advance(SECOND).await;
    });
    let failure = run.failure().expect("refused");
    assert!(
        failure.message().contains("call `time::pause` first"),
        "{failure}"
    );
    assert!(failure.message().contains(file!()), "{failure}");
    let run = Sim::new().run(async {
        resume();
        pause();
        advance(SECOND).await;
    });
    assert_eq!(run.elapsed(), SECOND);
    run.unwrap();
}

#[reweave::test]
async fn instants_are_counted_in_saturating_nanoseconds() {
    let first = Instant::now();
    sleep(SECOND).await;
    let second = Instant::now();
    assert_eq!(second - first, SECOND);
    assert_eq!(second.duration_since(first), SECOND);
    assert_eq!(first.duration_since(second), Duration::ZERO);
    assert_eq!(first.checked_duration_since(second), None);
    assert_eq!(first.saturating_duration_since(second), Duration::ZERO);
    assert_eq!(first + SECOND, second);
    assert_eq!(second - SECOND, first);
    assert_eq!(first.checked_sub(Duration::MAX), None);
    assert_eq!(first.checked_add(SECOND), Some(second));
    assert_eq!(first.checked_add(Duration::MAX), None);
    let mut third = first;
    third += 2 * SECOND;
    third -= SECOND;
    assert_eq!(third, second);
    assert!(first < second);
}

#[test]
fn the_calendar_starts_in_2000_or_where_told_and_moves_with_virtual_time() {
    let read = || async {
        sleep(SECOND).await;
        SystemTime::now().duration_since(UNIX_EPOCH).unwrap()
    };
    assert_eq!(
        Sim::new().run(read()).unwrap(),
        Duration::from_secs(946_684_801)
    );
    let epoch = std::time::UNIX_EPOCH + 10 * SECOND;
    assert_eq!(Sim::new().epoch(epoch).run(read()).unwrap(), 11 * SECOND);
}

#[reweave::test]
async fn calendar_times_add_subtract_and_compare() {
    let now = SystemTime::now();
    sleep(SECOND).await;
    assert_eq!(now.elapsed(), Ok(SECOND));
    let later = now + 60 * SECOND;
    assert_eq!(later.elapsed().unwrap_err().duration(), 59 * SECOND);
    assert_eq!(later - 60 * SECOND, now);
    assert_eq!(
        now.duration_since(later).unwrap_err().duration(),
        60 * SECOND
    );
    assert_eq!(SystemTime::UNIX_EPOCH.checked_sub(SECOND), None);
    let std: std::time::SystemTime = now.into();
    assert_eq!(
        std.duration_since(std::time::UNIX_EPOCH).unwrap().as_secs(),
        946_684_800
    );
}
