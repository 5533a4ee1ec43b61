//! What instants there are, and those of the standard library.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::panic::catch_unwind;
use std::time::Duration;

use futures::FutureExt;
use reweave::time::{
    Instant, MissedTickBehavior, interval_at, sleep, sleep_until, timeout, timeout_at,
};
use reweave::{Sim, explore};

use super::{SECOND, now_ms, start};

const YEAR: Duration = Duration::from_secs(365 * 86_400);

#[reweave::test]
async fn there_are_instants_long_before_the_run() {
    let begun = Instant::now();
    for ago in [Duration::from_nanos(1), 60 * SECOND, 1000 * YEAR] {
        let then = begun - ago;
        assert_eq!(begun.checked_sub(ago), Some(then));
        assert!(then < begun);
        assert_eq!(begun - then, ago);
        assert_eq!(then - begun, Duration::ZERO);
        assert_eq!(then + ago, begun);
        sleep(SECOND).await;
        assert_eq!(then.elapsed(), ago + (Instant::now() - begun));
        assert_eq!(sleep_until(then).now_or_never(), Some(()));
        assert_eq!(sleep_until(then).deadline(), then);
        assert!(
            timeout_at(then, std::future::pending::<()>())
                .now_or_never()
                .unwrap()
                .is_err()
        );
    }
    assert_eq!(format!("{:?}", start() - 60 * SECOND), "Instant(-60s)");
    assert_eq!(format!("{:?}", start() + SECOND / 2), "Instant(500ms)");
}

#[reweave::test]
async fn an_interval_from_before_the_run_has_missed_its_ticks() {
    let ago = |seconds| start() - seconds * SECOND;
    let mut ticks = interval_at(ago(60), 20 * SECOND);
    for due in [60, 40, 20, 0] {
        assert_eq!(ticks.tick().await, ago(due));
        assert_eq!(now_ms(), 0);
    }
    assert_eq!(ticks.tick().await, start() + 20 * SECOND);
    let mut ticks = interval_at(ago(50), 20 * SECOND);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    assert_eq!(ticks.tick().await, ago(50));
    // Due at -50, -30, -10, 10 and 30 s; it is 20 s.
    assert_eq!(ticks.tick().await, start() + 30 * SECOND);
}

/// Whether it panics with these words.
#[track_caller]
fn overflows(words: &str, sum: impl FnOnce() + std::panic::UnwindSafe) {
    let payload = catch_unwind(sum).unwrap_err();
    let said = payload.downcast_ref::<&str>().copied();
    let said = said.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    assert_eq!(said, Some(words));
}

#[reweave::test]
async fn sums_beyond_the_last_instant_and_before_the_first_panic() {
    const ADDING: &str = "overflow when adding duration to instant";
    const SUBTRACTING: &str = "overflow when subtracting duration from instant";
    let now = Instant::now();
    overflows(ADDING, || _ = now + Duration::MAX);
    overflows(SUBTRACTING, || _ = now - Duration::MAX);
    overflows(ADDING, || {
        let mut now = now;
        now += Duration::MAX;
    });
    overflows(SUBTRACTING, || {
        let mut now = now;
        now -= Duration::MAX;
    });
    assert_eq!(now.checked_add(Duration::MAX), None);
    assert_eq!(now.checked_sub(Duration::MAX), None);
    // What programs write for "never".
    for far in [
        30 * YEAR,
        10_000 * YEAR,
        Duration::from_millis(u64::MAX),
        Duration::MAX / 4,
    ] {
        let never = now + far;
        assert_eq!(never - now, far);
        assert_eq!(sleep_until(never).deadline(), never);
        assert_eq!(timeout(SECOND, sleep_until(never)).await.ok(), None);
    }
}

#[reweave::test]
async fn conversions_there_and_back_are_exact() {
    let now = Instant::now();
    let instants = [
        now,
        now + Duration::from_nanos(1),
        now - 60 * SECOND,
        now + 10_000 * YEAR,
    ];
    for one in instants {
        let std: std::time::Instant = one.into();
        assert_eq!(Instant::from(std), one);
        assert_eq!(one.into_std(), std);
        for other in instants {
            let apart = one.checked_duration_since(other);
            assert_eq!(std.checked_duration_since(other.into_std()), apart);
        }
        // What a library adds to it, and takes from it.
        assert_eq!(Instant::from_std(std + 5 * SECOND), one + 5 * SECOND);
        assert_eq!(Instant::from_std(std - 5 * SECOND), one - 5 * SECOND);
    }
    let deadline = now.into_std() + SECOND;
    sleep_until(deadline.into()).await;
    assert_eq!(now.elapsed(), SECOND);
}

/// What a run can see of an instant of the standard library.
async fn looked_at() -> (u64, String) {
    sleep(SECOND).await;
    let std = Instant::now().into_std();
    let mut hasher = DefaultHasher::new();
    std.hash(&mut hasher);
    reweave::note!("{std:?}");
    sleep_until((std + SECOND).into()).await;
    (hasher.finish(), format!("{std:?}"))
}

#[test]
fn the_start_of_a_run_is_the_same_instant_in_every_run() {
    let run = |seed| {
        std::thread::sleep(Duration::from_millis(1));
        Sim::new().seed(seed).run(looked_at())
    };
    let (first, second) = (run(1), run(2));
    assert_eq!(first.hash(), second.hash());
    assert_eq!(first.elapsed(), 2 * SECOND);
    let seen = first.unwrap();
    assert_eq!(seen, second.unwrap());
    // And in every process, where the seconds can be seen.
    #[cfg(target_os = "linux")]
    assert_eq!(seen.1, "Instant { tv_sec: 1099511627777, tv_nsec: 0 }");
}

#[test]
fn readings_of_the_real_clock_are_taken_as_from_now() {
    let found = explore(|| async {
        sleep(3600 * SECOND).await;
        let (virtually, really) = (Instant::now(), std::time::Instant::now());
        sleep_until((really + 30 * SECOND).into()).await;
        assert_eq!(virtually.elapsed(), 30 * SECOND);
        assert_eq!(
            Instant::from_std(really + 60 * SECOND),
            Instant::now() + 60 * SECOND
        );
        let mut ticks = interval_at(
            (std::time::Instant::now() + 30 * SECOND).into(),
            30 * SECOND,
        );
        ticks.tick().await;
        assert_eq!(virtually.elapsed(), 60 * SECOND);
        assert!(
            virtually.into_std().elapsed().is_zero(),
            "no reading comes so far"
        );
    });
    found.seeds(0..20).run().unwrap();
    // Outside a run there is no now.
    let started = Sim::new().run(async { Instant::now() }).unwrap();
    let later = Instant::from_std(std::time::Instant::now() + 30 * SECOND);
    assert_eq!(later - started, 30 * SECOND);
}
